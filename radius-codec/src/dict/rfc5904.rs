//! RFC 5904: IEEE 802.16 privacy key management.
//!
//! Generated from `dictionaries/dictionary.rfc5904`; do not edit.

use crate::attr::Attr;
use crate::path::Path;
use crate::value::Octets;

/// PKM-Auth-Key, `143`.
pub const PKM_AUTH_KEY: Attr<Octets> = Attr::new(Path::of(&[143]), "PKM-Auth-Key");
