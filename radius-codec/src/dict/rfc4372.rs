//! RFC 4372: Chargeable User Identity.
//!
//! Generated from `dictionaries/dictionary.rfc4372`; do not edit.

use crate::attr::Attr;
use crate::path::Path;
use crate::value::Octets;

/// Chargeable-User-Identity, `89`.
pub const CHARGEABLE_USER_IDENTITY: Attr<Octets> = Attr::new(Path::of(&[89]), "Chargeable-User-Identity");
