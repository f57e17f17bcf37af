//! RFC 5447: Mobile IPv6.
//!
//! Generated from `dictionaries/dictionary.rfc5447`; do not edit.

use crate::attr::Attr;
use crate::path::Path;
use crate::value::Integer64;
use crate::value::Octets;

/// MIP6-Feature-Vector, `124`.
pub const MIP6_FEATURE_VECTOR: Attr<Integer64> = Attr::new(Path::of(&[124]), "MIP6-Feature-Vector");
/// MIP6-Home-Link-Prefix, `125`.
pub const MIP6_HOME_LINK_PREFIX: Attr<Octets> = Attr::new(Path::of(&[125]), "MIP6-Home-Link-Prefix");
