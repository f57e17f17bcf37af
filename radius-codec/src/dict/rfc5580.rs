//! RFC 5580: Location.
//!
//! Generated from `dictionaries/dictionary.rfc5580`; do not edit.

use crate::attr::Attr;
use crate::path::Path;
use crate::value::Octets;
use crate::value::Text;

/// Operator-Name, `126`.
pub const OPERATOR_NAME: Attr<Text> = Attr::new(Path::of(&[126]), "Operator-Name");
/// Location-Information, `127`.
pub const LOCATION_INFORMATION: Attr<Octets> = Attr::new(Path::of(&[127]), "Location-Information");
/// Location-Data, `128`.
pub const LOCATION_DATA: Attr<Octets> = Attr::new(Path::of(&[128]), "Location-Data");
