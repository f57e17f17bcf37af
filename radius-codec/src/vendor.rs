//! Vendor-Specific attributes and the layouts that vendors use in them (RFC 2865 §5.26; spec: radius 8).

use crate::error::Invalid;

/// How a vendor lays out its sub-attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Layout {
    /// Octets of the type: 1, 2 or 4.
    pub type_size: u8,
    /// Octets of the length: 0, 1 or 2. The length counts type, length and continuation too.
    pub length_size: u8,
    /// Whether an octet with a More bit follows the length.
    pub continuation: bool,
}

impl Layout {
    /// One octet type, one octet length: the form of RFC 2865.
    pub const DEFAULT: Self = Self { type_size: 1, length_size: 1, continuation: false };

    /// The layout that is known for a vendor; the default for all others.
    #[must_use]
    pub const fn of(vendor: u32) -> Self {
        match vendor {
            USR => Self { type_size: 4, length_size: 0, continuation: false },
            LUCENT | KINETO | ALCATEL_ESAM => Self { type_size: 2, length_size: 1, continuation: false },
            STARENT => Self { type_size: 2, length_size: 2, continuation: false },
            WIMAX | TELRAD => Self { type_size: 1, length_size: 1, continuation: true },
            _ => Self::DEFAULT,
        }
    }

    /// A layout of these sizes, if there is one.
    #[must_use]
    pub const fn new(type_size: u8, length_size: u8, continuation: bool) -> Option<Self> {
        match (type_size, length_size) {
            (1 | 2 | 4, 0..=2) => Some(Self { type_size, length_size, continuation }),
            _ => None,
        }
    }

    /// Octets in front of the value of a sub-attribute.
    #[must_use]
    pub const fn header_len(self) -> usize {
        self.type_size as usize + self.length_size as usize + self.continuation as usize
    }

    /// Most octets of value that one sub-attribute in one Vendor-Specific has room for.
    #[must_use]
    pub const fn max_value(self) -> usize {
        253 - 4 - self.header_len()
    }

    /// Whether `kind` fits the type octets.
    pub(crate) const fn fits(self, kind: u32) -> bool {
        match self.type_size {
            1 => kind <= 0xff,
            2 => kind <= 0xffff,
            _ => true,
        }
    }

    /// Writes the header of a sub-attribute whose value has `length` octets; `out` is header and value.
    pub(crate) fn write_header(self, kind: u32, length: usize, more: bool, out: &mut [u8]) {
        let mut at = 0;
        let mut put = |octets: &[u8]| {
            if let Some(room) = out.get_mut(at..at + octets.len()) {
                room.copy_from_slice(octets);
            }
            at += octets.len();
        };
        let [a, b, c, d] = kind.to_be_bytes();
        match self.type_size {
            1 => put(&[d]),
            2 => put(&[c, d]),
            _ => put(&[a, b, c, d]),
        }
        let [.., high, low] = (length + self.header_len()).to_be_bytes();
        match self.length_size {
            1 => put(&[low]),
            2 => put(&[high, low]),
            _ => {}
        }
        if self.continuation {
            put(&[if more { MORE } else { 0 }]);
        }
    }
}

/// U.S. Robotics: four octets type, no length.
pub const USR: u32 = 429;
/// Alcatel ESAM: two octets type.
pub const ALCATEL_ESAM: u32 = 637;
/// Lucent: two octets type.
pub const LUCENT: u32 = 4846;
/// Telrad: a continuation octet.
pub const TELRAD: u32 = 5323;
/// Starent: two octets type, two octets length.
pub const STARENT: u32 = 8164;
/// Kineto: two octets type.
pub const KINETO: u32 = 16445;
/// WiMAX Forum: a continuation octet.
pub const WIMAX: u32 = 24757;

/// The bit of a continuation octet that says that the value goes on.
const MORE: u8 = 0x80;

/// The value of a Vendor-Specific attribute: a vendor, and sub-attributes that fill the rest exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VendorSpecific<'a> {
    vendor: u32,
    layout: Layout,
    data: &'a [u8],
}

impl<'a> VendorSpecific<'a> {
    /// Reads the value of a Vendor-Specific attribute in the layout that is known for its vendor.
    ///
    /// # Errors
    /// What is wrong; the whole attribute is then invalid and is octets only.
    pub fn parse(value: &'a [u8]) -> Result<Self, Invalid> {
        let (vendor, _) = split_vendor(value)?;
        Self::parse_as(value, Layout::of(vendor))
    }

    /// Reads the value of a Vendor-Specific attribute in the layout of a dictionary.
    ///
    /// # Errors
    /// As [`VendorSpecific::parse`].
    pub fn parse_as(value: &'a [u8], layout: Layout) -> Result<Self, Invalid> {
        let (vendor, data) = split_vendor(value)?;
        if data.is_empty() {
            return Err(Invalid::VsaEmpty);
        }
        let mut walk = SubAttributes { layout, rest: data };
        while !walk.rest.is_empty() {
            walk.step()?;
        }
        Ok(Self { vendor, layout, data })
    }

    /// The vendor: all 32 bits (RFC 6929 §2.6).
    #[must_use]
    pub const fn vendor(&self) -> u32 {
        self.vendor
    }

    /// The layout it was read in.
    #[must_use]
    pub const fn layout(&self) -> Layout {
        self.layout
    }

    /// What follows the vendor.
    #[must_use]
    pub const fn data(&self) -> &'a [u8] {
        self.data
    }

    /// Every sub-attribute, in order.
    #[must_use]
    pub const fn sub_attributes(&self) -> SubAttributes<'a> {
        SubAttributes { layout: self.layout, rest: self.data }
    }
}

/// The vendor number and what follows.
pub(crate) fn split_vendor(value: &[u8]) -> Result<(u32, &[u8]), Invalid> {
    let (vendor, data) = value.split_first_chunk().ok_or(Invalid::VsaTooShort)?;
    Ok((u32::from_be_bytes(*vendor), data))
}

/// One sub-attribute of a Vendor-Specific.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubAttribute<'a> {
    /// The vendor's type of it.
    pub kind: u32,
    /// Its value.
    pub value: &'a [u8],
    /// Whether its value goes on in the next one of this type (vendors with a continuation octet only).
    pub more: bool,
}

/// The sub-attributes of one Vendor-Specific. The walk was checked before.
#[derive(Clone, Copy, Debug)]
pub struct SubAttributes<'a> {
    layout: Layout,
    rest: &'a [u8],
}

impl<'a> SubAttributes<'a> {
    /// No sub-attributes at all.
    pub(crate) const NONE: Self = Self { layout: Layout::DEFAULT, rest: &[] };

    fn step(&mut self) -> Result<SubAttribute<'a>, Invalid> {
        let layout = self.layout;
        let truncated = Invalid::SubHeaderTruncated;
        let (kind, behind) = self.rest.split_at_checked(layout.type_size.into()).ok_or(truncated)?;
        let (length, mut behind) = behind.split_at_checked(layout.length_size.into()).ok_or(truncated)?;
        let number = |octets: &[u8]| octets.iter().fold(0, |n: u32, o| n << 8 | u32::from(*o));
        let mut header = usize::from(layout.type_size) + usize::from(layout.length_size);
        let total = if layout.length_size == 0 { self.rest.len() } else { number(length) as usize };
        let mut more = false;
        if layout.continuation {
            if total < header + 1 {
                return Err(Invalid::ContinuationLengthTooSmall);
            }
            let (flags, value) = behind.split_first().ok_or(truncated)?;
            more = flags & MORE != 0;
            behind = value;
            header += 1;
        }
        let value_len = total.checked_sub(header).ok_or(Invalid::SubLengthTooSmall)?;
        let (value, rest) = behind.split_at_checked(value_len).ok_or(Invalid::SubOverrun)?;
        self.rest = rest;
        Ok(SubAttribute { kind: number(kind), value, more })
    }
}

impl<'a> Iterator for SubAttributes<'a> {
    type Item = SubAttribute<'a>;

    fn next(&mut self) -> Option<SubAttribute<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        self.step().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use testkit::hex::octets;

    fn subs(value: &[u8]) -> Result<Vec<(u32, Vec<u8>, bool)>, Invalid> {
        let vsa = VendorSpecific::parse(value)?;
        Ok(vsa.sub_attributes().map(|s| (s.kind, s.value.to_vec(), s.more)).collect())
    }

    // spec: radius 8
    #[test]
    fn one_attribute_carries_several_sub_attributes() {
        let value = octets("0000372a 0103 61 0204 6263".replace(' ', "").as_str());
        assert_eq!(subs(&value), Ok(alloc::vec![(1, b"a".to_vec(), false), (2, b"bc".to_vec(), false)]));
    }

    #[test]
    fn vendors_have_their_own_layouts() {
        assert_eq!(subs(&octets("000001ad0000900161")), Ok(alloc::vec![(0x9001, b"a".to_vec(), false)]));
        assert_eq!(subs(&octets("000012ee00020461")), Ok(alloc::vec![(2, b"a".to_vec(), false)]));
        assert_eq!(subs(&octets("00001fe40002000561")), Ok(alloc::vec![(2, b"a".to_vec(), false)]));
        assert_eq!(subs(&octets("000060b501048061")), Ok(alloc::vec![(1, b"a".to_vec(), true)]));
    }

    #[test]
    fn sub_attributes_fill_the_attribute() {
        assert_eq!(subs(&[0, 0, 1]), Err(Invalid::VsaTooShort));
        assert_eq!(subs(&[0, 0, 1, 55]), Err(Invalid::VsaEmpty));
        assert_eq!(subs(&[0, 0, 1, 55, 1]), Err(Invalid::SubHeaderTruncated));
        assert_eq!(subs(&[0, 0, 1, 55, 1, 1]), Err(Invalid::SubLengthTooSmall));
        assert_eq!(subs(&[0, 0, 1, 55, 1, 4, 0]), Err(Invalid::SubOverrun));
        assert_eq!(subs(&[0, 0, 1, 55, 1, 2]), Ok(alloc::vec![(1, Vec::new(), false)]));
    }
}
