//! RFC 4072: EAP over Diameter.
//!
//! Generated from `dictionaries/dictionary.rfc4072`; do not edit.

use crate::attr::Attr;
use crate::path::Path;
use crate::value::Octets;

/// EAP-Key-Name, `102`.
pub const EAP_KEY_NAME: Attr<Octets> = Attr::new(Path::of(&[102]), "EAP-Key-Name");
