//! RFC 3162: IPv6.
//!
//! Generated from `dictionaries/dictionary.rfc3162`; do not edit.

use crate::attr::Attr;
use crate::path::Path;
use crate::value::Ifid;
use crate::value::Ipv6;
use crate::value::Ipv6PrefixType;
use crate::value::Text;

/// NAS-IPv6-Address, `95`.
pub const NAS_IPV6_ADDRESS: Attr<Ipv6> = Attr::new(Path::of(&[95]), "NAS-IPv6-Address");
/// Framed-Interface-Id, `96`.
pub const FRAMED_INTERFACE_ID: Attr<Ifid> = Attr::new(Path::of(&[96]), "Framed-Interface-Id");
/// Framed-IPv6-Prefix, `97`.
pub const FRAMED_IPV6_PREFIX: Attr<Ipv6PrefixType> = Attr::new(Path::of(&[97]), "Framed-IPv6-Prefix");
/// Login-IPv6-Host, `98`.
pub const LOGIN_IPV6_HOST: Attr<Ipv6> = Attr::new(Path::of(&[98]), "Login-IPv6-Host");
/// Framed-IPv6-Route, `99`.
pub const FRAMED_IPV6_ROUTE: Attr<Text> = Attr::new(Path::of(&[99]), "Framed-IPv6-Route");
/// Framed-IPv6-Pool, `100`.
pub const FRAMED_IPV6_POOL: Attr<Text> = Attr::new(Path::of(&[100]), "Framed-IPv6-Pool");
