//! RFC 7055: GSS-API.
//!
//! Generated from `dictionaries/dictionary.rfc7055`; do not edit.

use crate::attr::Attr;
use crate::path::Path;
use crate::value::Text;

/// GSS-Acceptor-Service-Name, `164`.
pub const GSS_ACCEPTOR_SERVICE_NAME: Attr<Text> = Attr::new(Path::of(&[164]), "GSS-Acceptor-Service-Name");
/// GSS-Acceptor-Host-Name, `165`.
pub const GSS_ACCEPTOR_HOST_NAME: Attr<Text> = Attr::new(Path::of(&[165]), "GSS-Acceptor-Host-Name");
/// GSS-Acceptor-Service-Specifics, `166`.
pub const GSS_ACCEPTOR_SERVICE_SPECIFICS: Attr<Text> =
    Attr::new(Path::of(&[166]), "GSS-Acceptor-Service-Specifics");
/// GSS-Acceptor-Realm-Name, `167`.
pub const GSS_ACCEPTOR_REALM_NAME: Attr<Text> = Attr::new(Path::of(&[167]), "GSS-Acceptor-Realm-Name");
