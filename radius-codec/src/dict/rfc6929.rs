//! RFC 6929: Extended attributes.
//!
//! Generated from `dictionaries/dictionary.rfc6929`; do not edit.

use crate::attr::Attr;
use crate::path::Path;
use crate::value::Octets;

/// Extended-Attribute-1, `241`.
pub const EXTENDED_ATTRIBUTE_1: Attr<Octets> = Attr::new(Path::of(&[241]), "Extended-Attribute-1");
/// Extended-Vendor-Specific-1, `241.26`.
pub const EXTENDED_VENDOR_SPECIFIC_1: Attr<Octets> =
    Attr::new(Path::of(&[241, 26]), "Extended-Vendor-Specific-1");
/// Extended-Attribute-2, `242`.
pub const EXTENDED_ATTRIBUTE_2: Attr<Octets> = Attr::new(Path::of(&[242]), "Extended-Attribute-2");
/// Extended-Vendor-Specific-2, `242.26`.
pub const EXTENDED_VENDOR_SPECIFIC_2: Attr<Octets> =
    Attr::new(Path::of(&[242, 26]), "Extended-Vendor-Specific-2");
/// Extended-Attribute-3, `243`.
pub const EXTENDED_ATTRIBUTE_3: Attr<Octets> = Attr::new(Path::of(&[243]), "Extended-Attribute-3");
/// Extended-Vendor-Specific-3, `243.26`.
pub const EXTENDED_VENDOR_SPECIFIC_3: Attr<Octets> =
    Attr::new(Path::of(&[243, 26]), "Extended-Vendor-Specific-3");
/// Extended-Attribute-4, `244`.
pub const EXTENDED_ATTRIBUTE_4: Attr<Octets> = Attr::new(Path::of(&[244]), "Extended-Attribute-4");
/// Extended-Vendor-Specific-4, `244.26`.
pub const EXTENDED_VENDOR_SPECIFIC_4: Attr<Octets> =
    Attr::new(Path::of(&[244, 26]), "Extended-Vendor-Specific-4");
/// Extended-Attribute-5, `245`.
pub const EXTENDED_ATTRIBUTE_5: Attr<Octets> = Attr::new(Path::of(&[245]), "Extended-Attribute-5");
/// Extended-Vendor-Specific-5, `245.26`.
pub const EXTENDED_VENDOR_SPECIFIC_5: Attr<Octets> =
    Attr::new(Path::of(&[245, 26]), "Extended-Vendor-Specific-5");
/// Extended-Attribute-6, `246`.
pub const EXTENDED_ATTRIBUTE_6: Attr<Octets> = Attr::new(Path::of(&[246]), "Extended-Attribute-6");
/// Extended-Vendor-Specific-6, `246.26`.
pub const EXTENDED_VENDOR_SPECIFIC_6: Attr<Octets> =
    Attr::new(Path::of(&[246, 26]), "Extended-Vendor-Specific-6");
