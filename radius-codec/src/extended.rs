//! Extended and long extended attributes, types 241 to 246 (RFC 6929 §2; spec: radius 9).

use crate::attribute::Attribute;
use crate::error::Invalid;
use crate::path::Kind;

/// The Extended-Type that makes the value vendor-specific (RFC 6929 §2.4).
pub const EXTENDED_VENDOR_SPECIFIC: u8 = 26;

/// Most octets of value in one fragment of a long extended attribute (RFC 6929 §2.2).
pub const MAX_FRAGMENT: usize = 251;

/// The flag of a long extended attribute that says that the value goes on.
pub(crate) const MORE: u8 = 0x80;

/// One extended attribute, or one fragment of a long extended one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extended<'a> {
    /// The type on the outside, 241 to 246.
    pub kind: Kind,
    /// The Extended-Type.
    pub extended: u8,
    /// Whether the value goes on in the next attribute of this type.
    pub more: bool,
    /// The value, or this fragment of it; at least one octet.
    pub value: &'a [u8],
}

impl<'a> Extended<'a> {
    /// Reads an attribute of type 241 to 246.
    ///
    /// # Errors
    /// What is wrong; other types have no Extended-Type.
    pub fn parse(attribute: &Attribute<'a>) -> Result<Self, Invalid> {
        let kind = attribute.kind;
        if !kind.is_extended() {
            return Err(Invalid::ExtendedTypeMissing);
        }
        let (&extended, mut value) = attribute.value.split_first().ok_or(Invalid::ExtendedTypeMissing)?;
        let mut more = false;
        if kind.is_long_extended() {
            let (flags, behind) = value.split_first().ok_or(Invalid::ExtendedEmpty)?;
            more = flags & MORE != 0;
            value = behind;
        }
        if value.is_empty() {
            return Err(Invalid::ExtendedEmpty);
        }
        if more && value.len() != MAX_FRAGMENT {
            return Err(Invalid::MoreNotFull);
        }
        Ok(Self { kind, extended, more, value })
    }
}

/// The joined value of an Extended-Vendor-Specific: vendor, vendor type, data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExtendedVendor<'a> {
    /// The vendor.
    pub vendor: u32,
    /// The vendor's type of it.
    pub kind: u8,
    /// Its value, at least one octet.
    pub value: &'a [u8],
}

impl<'a> ExtendedVendor<'a> {
    /// Reads what stands behind Extended-Type 26 (and flags).
    ///
    /// # Errors
    /// What is wrong.
    pub fn parse(value: &'a [u8]) -> Result<Self, Invalid> {
        let (vendor, behind) = value.split_first_chunk().ok_or(Invalid::EvsTooShort)?;
        let (&kind, value) = behind.split_first().ok_or(Invalid::EvsTooShort)?;
        if value.is_empty() {
            return Err(Invalid::EvsEmpty);
        }
        Ok(Self { vendor: u32::from_be_bytes(*vendor), kind, value })
    }
}
