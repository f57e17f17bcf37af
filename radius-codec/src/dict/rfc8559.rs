//! RFC 8559: Dynamic authorization proxying.
//!
//! Generated from `dictionaries/dictionary.rfc8559`; do not edit.

use crate::attr::Attr;
use crate::path::Path;
use crate::value::Octets;

/// Operator-NAS-Identifier, `241.8`.
pub const OPERATOR_NAS_IDENTIFIER: Attr<Octets> = Attr::new(Path::of(&[241, 8]), "Operator-NAS-Identifier");
