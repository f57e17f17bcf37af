//! RFC 2869: RADIUS Extensions.
//!
//! Generated from `dictionaries/dictionary.rfc2869`; do not edit.

use crate::attr::Attr;
use crate::enumeration;
use crate::path::Path;
use crate::value::Concat;
use crate::value::Fixed;
use crate::value::Integer;
use crate::value::Text;
use crate::value::Time;

/// Acct-Input-Gigawords, `52`.
pub const ACCT_INPUT_GIGAWORDS: Attr<Integer> = Attr::new(Path::of(&[52]), "Acct-Input-Gigawords");
/// Acct-Output-Gigawords, `53`.
pub const ACCT_OUTPUT_GIGAWORDS: Attr<Integer> = Attr::new(Path::of(&[53]), "Acct-Output-Gigawords");
/// Event-Timestamp, `55`.
pub const EVENT_TIMESTAMP: Attr<Time> = Attr::new(Path::of(&[55]), "Event-Timestamp");
/// ARAP-Password, `70`.
pub const ARAP_PASSWORD: Attr<Fixed<16>> = Attr::new(Path::of(&[70]), "ARAP-Password");
/// ARAP-Features, `71`.
pub const ARAP_FEATURES: Attr<Fixed<14>> = Attr::new(Path::of(&[71]), "ARAP-Features");
/// ARAP-Zone-Access, `72`.
pub const ARAP_ZONE_ACCESS: Attr<ArapZoneAccess> = Attr::new(Path::of(&[72]), "ARAP-Zone-Access");
/// ARAP-Security, `73`.
pub const ARAP_SECURITY: Attr<Integer> = Attr::new(Path::of(&[73]), "ARAP-Security");
/// ARAP-Security-Data, `74`.
pub const ARAP_SECURITY_DATA: Attr<Text> = Attr::new(Path::of(&[74]), "ARAP-Security-Data");
/// Password-Retry, `75`.
pub const PASSWORD_RETRY: Attr<Integer> = Attr::new(Path::of(&[75]), "Password-Retry");
/// Prompt, `76`.
pub const PROMPT: Attr<Prompt> = Attr::new(Path::of(&[76]), "Prompt");
/// Connect-Info, `77`.
pub const CONNECT_INFO: Attr<Text> = Attr::new(Path::of(&[77]), "Connect-Info");
/// Configuration-Token, `78`.
pub const CONFIGURATION_TOKEN: Attr<Text> = Attr::new(Path::of(&[78]), "Configuration-Token");
/// EAP-Message, `79`.
pub const EAP_MESSAGE: Attr<Concat> = Attr::new(Path::of(&[79]), "EAP-Message");
/// Message-Authenticator, `80`.
pub const MESSAGE_AUTHENTICATOR: Attr<Fixed<16>> = Attr::new(Path::of(&[80]), "Message-Authenticator");
/// ARAP-Challenge-Response, `84`.
pub const ARAP_CHALLENGE_RESPONSE: Attr<Fixed<8>> = Attr::new(Path::of(&[84]), "ARAP-Challenge-Response");
/// Acct-Interim-Interval, `85`.
pub const ACCT_INTERIM_INTERVAL: Attr<Integer> = Attr::new(Path::of(&[85]), "Acct-Interim-Interval");
/// NAS-Port-Id, `87`.
pub const NAS_PORT_ID: Attr<Text> = Attr::new(Path::of(&[87]), "NAS-Port-Id");
/// Framed-Pool, `88`.
pub const FRAMED_POOL: Attr<Text> = Attr::new(Path::of(&[88]), "Framed-Pool");

enumeration! {
    /// Values of ARAP-Zone-Access.
    ArapZoneAccess {
        /// Default-Zone.
        DEFAULT_ZONE = 1 "Default-Zone",
        /// Zone-Filter-Inclusive.
        ZONE_FILTER_INCLUSIVE = 2 "Zone-Filter-Inclusive",
        /// Zone-Filter-Exclusive.
        ZONE_FILTER_EXCLUSIVE = 4 "Zone-Filter-Exclusive",
    }
}

enumeration! {
    /// Values of Prompt.
    Prompt {
        /// No-Echo.
        NO_ECHO = 0 "No-Echo",
        /// Echo.
        ECHO = 1 "Echo",
    }
}
