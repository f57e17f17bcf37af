//! Attributes of a packet: walking them and looking them up, without copying.

use crate::attr::Attr;
use crate::error::{Invalid, InvalidAttribute};
use crate::extended::{EXTENDED_VENDOR_SPECIFIC, Extended, ExtendedVendor};
use crate::path::{Kind, Path};
use crate::tlv::{self, Tlvs};
use crate::value::{DataType, Integer, Ipv4, Ipv6, Text};
use crate::vendor::{SubAttributes, VendorSpecific};
use core::iter::FusedIterator;
use core::net::{Ipv4Addr, Ipv6Addr};

/// Most octets of an attribute's value (RFC 2865 §5).
pub const MAX_VALUE: usize = 253;

/// One attribute (RFC 2865 §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// Its type.
    pub kind: Kind,
    /// Its value, 0 to 253 octets.
    pub value: &'a [u8],
    /// Where it begins, counted from the start of the packet.
    pub offset: usize,
}

impl<'a> Attribute<'a> {
    /// The value as the type `T` has it.
    ///
    /// # Errors
    /// What is wrong with it, and where it stands.
    pub fn read<T: DataType>(&self) -> Result<T::Value<'a>, InvalidAttribute> {
        T::read(self.value).map_err(|cause| self.invalid(cause))
    }

    /// The tag of an attribute that RFC 2868 tags: 1 to 31, or 0 for none; `None` for other types (spec: radius 10).
    #[must_use]
    pub fn tag(&self) -> Option<u8> {
        match self.kind.0 {
            // Numbers, texts, Tunnel-Password.
            64..=67 | 69 | 81..=83 | 90 | 91 => {
                Some(self.value.first().copied().filter(|tag| *tag <= crate::value::MAX_TAG).unwrap_or(0))
            }
            _ => None,
        }
    }

    /// The sub-attributes of a Vendor-Specific.
    ///
    /// # Errors
    /// What is wrong with it; it is then octets only.
    pub fn vendor_specific(&self) -> Result<VendorSpecific<'a>, InvalidAttribute> {
        VendorSpecific::parse(self.value).map_err(|cause| self.invalid(cause))
    }

    /// The parts of an attribute of type 241 to 246.
    ///
    /// # Errors
    /// What is wrong with it; it is then octets only.
    pub fn extended(&self) -> Result<Extended<'a>, InvalidAttribute> {
        Extended::parse(self).map_err(|cause| self.invalid(cause))
    }

    /// This attribute with what is wrong with it.
    #[must_use]
    pub const fn invalid(&self, cause: Invalid) -> InvalidAttribute {
        InvalidAttribute { offset: self.offset, kind: self.kind, cause }
    }
}

/// The attributes of a packet in order. Framing was checked before, so the walk cannot fail.
///
/// Cheap to copy; the lookups walk a copy from where this one stands.
#[derive(Clone, Copy, Debug, Default)]
pub struct Attributes<'a> {
    rest: &'a [u8],
    /// Where they end, counted from the start of the packet; an offset is made of it only when somebody wants it.
    end: usize,
}

impl<'a> Attributes<'a> {
    /// Walks `rest`, which stands at `offset` of the packet.
    #[inline]
    pub(crate) const fn new(rest: &'a [u8], offset: usize) -> Self {
        Self { rest, end: offset + rest.len() }
    }

    /// The octets that are left to walk.
    #[must_use]
    pub const fn as_octets(&self) -> &'a [u8] {
        self.rest
    }

    /// The first value of this handle's attribute.
    ///
    /// `None` when there is no such attribute; an error when the first one is not of its type.
    #[must_use]
    pub fn get<T: DataType>(self, attr: Attr<T>) -> Option<Result<T::Value<'a>, InvalidAttribute>> {
        self.get_all(attr).next()
    }

    /// Every value of this handle's attribute, in order.
    #[must_use]
    pub fn get_all<T: DataType>(self, attr: Attr<T>) -> GetAll<'a, T> {
        GetAll { values: self.values(attr), data_type: core::marker::PhantomData }
    }

    /// The first value at `path` that is text: not empty, UTF-8.
    #[must_use]
    pub fn text(self, path: impl Into<Path>) -> Option<&'a str> {
        self.first(path, Text::read)
    }

    /// The first value at `path` that has 4 octets, as a number.
    #[must_use]
    pub fn integer(self, path: impl Into<Path>) -> Option<u32> {
        self.first(path, Integer::read)
    }

    /// The first value at `path` that has 4 octets, as an address.
    #[must_use]
    pub fn ipv4(self, path: impl Into<Path>) -> Option<Ipv4Addr> {
        self.first(path, Ipv4::read)
    }

    /// The first value at `path` that has 16 octets, as an address.
    #[must_use]
    pub fn ipv6(self, path: impl Into<Path>) -> Option<Ipv6Addr> {
        self.first(path, Ipv6::read)
    }

    /// The first value at `path`, whatever its size. One that is spread over several attributes is passed over; see
    /// [`values`](Self::values).
    #[must_use]
    pub fn octets(self, path: impl Into<Path>) -> Option<&'a [u8]> {
        self.octets_at(&path.into())
    }

    /// The same, compiled once for all kinds of paths.
    fn octets_at(self, path: &Path) -> Option<&'a [u8]> {
        self.all(*path).next()
    }

    /// Every value at `path`, in order; attributes that cannot be walked are passed over.
    pub fn all(self, path: impl Into<Path>) -> impl Iterator<Item = &'a [u8]> {
        self.values_at(&path.into()).filter_map(Result::ok).map(|found| found.value)
    }

    /// Every sub-attribute of type `kind` in the Vendor-Specific attributes of `vendor`, in order.
    pub fn vendor(self, vendor: u32, kind: u32) -> impl Iterator<Item = &'a [u8]> {
        self.all(Path::vendor(vendor, kind))
    }

    /// Every attribute of this type, in order.
    pub fn of_kind(self, kind: impl Into<Kind>) -> impl Iterator<Item = Attribute<'a>> {
        let kind = kind.into();
        self.filter(move |attribute| attribute.kind == kind)
    }

    /// The attributes of one tunnel: all with this tag, in order (RFC 2868 §3.1; spec: radius 10).
    ///
    /// Only types that RFC 2868 tags are looked at. `tag` is 1 to 31, or 0 for those without one.
    pub fn tagged(self, tag: u8) -> impl Iterator<Item = Attribute<'a>> {
        self.filter(move |attribute| attribute.tag() == Some(tag))
    }

    /// A 64-bit octet counter: the low 32 bits and, where present, the Gigawords (RFC 2869 §5.1, §5.2).
    ///
    /// `None` without the low half.
    #[must_use]
    pub fn counter(self, octets: impl Into<Path>, gigawords: impl Into<Path>) -> Option<u64> {
        let low = self.integer(octets)?;
        let high = self.integer(gigawords).unwrap_or(0);
        Some(u64::from(high) << 32 | u64::from(low))
    }

    /// Every value at `path`, with where it stands; errors for attributes on the way that cannot be walked. A TLV of a bad
    /// length spoils those beside it: they are one error (RFC 6929 §2.3).
    ///
    /// A value that is spread over several long extended attributes, or over several sub-attributes of a vendor with a
    /// continuation octet, is one error [`Invalid::Fragmented`], and none of its pieces is handed out;
    /// [`Dictionary::decode`](crate::dictionary::Dictionary::decode) joins it.
    #[must_use]
    pub fn values(self, path: impl Into<Path>) -> Values<'a> {
        self.values_at(&path.into())
    }

    fn values_at(self, path: &Path) -> Values<'a> {
        Values {
            path: *path,
            attributes: self,
            current: Attribute { kind: Kind(0), value: &[], offset: 0 },
            subs: SubAttributes::NONE,
            levels: [Tlvs::new(&[]); tlv::MAX_DEPTH],
            depth: 0,
            going_on: false,
        }
    }

    fn first<T>(self, path: impl Into<Path>, read: impl Fn(&'a [u8]) -> Result<T, Invalid>) -> Option<T> {
        let path = path.into();
        if let [_] = path.numbers() {
            // The usual case without the machinery for nested ones.
            let kind = path.kind();
            return self.into_iter().find_map(|a| if a.kind == kind { read(a.value).ok() } else { None });
        }
        self.all(path).find_map(|value| read(value).ok())
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    #[inline]
    fn next(&mut self) -> Option<Attribute<'a>> {
        let (&[kind, length], behind) = self.rest.split_first_chunk()?;
        // A length below 2, which cannot be here, wraps round and is too long: one comparison for both.
        let (value, rest) = behind.split_at_checked(usize::from(length).wrapping_sub(2))?;
        let offset = self.end - self.rest.len();
        self.rest = rest;
        Some(Attribute { kind: Kind(kind), value, offset })
    }
}

impl FusedIterator for Attributes<'_> {}

/// A value and the attribute it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// The value.
    pub value: &'a [u8],
    /// The attribute on the outside.
    pub attribute: Attribute<'a>,
}

/// The values at one path. See [`Attributes::values`].
#[derive(Clone, Copy, Debug)]
pub struct Values<'a> {
    path: Path,
    attributes: Attributes<'a>,
    current: Attribute<'a>,
    subs: SubAttributes<'a>,
    /// TLVs still to walk, one entry a level below the base of the path.
    levels: [Tlvs<'a>; tlv::MAX_DEPTH],
    depth: usize,
    /// Whether the piece before said that its value goes on.
    going_on: bool,
}

impl<'a> Values<'a> {
    /// What the numbers of the path behind its base say.
    fn below(&self) -> &[u32] {
        self.path.numbers().get(self.path.base_len()..).unwrap_or_default()
    }

    /// Hands out a value that stands at the base of the path, or begins to walk it.
    fn base(&mut self, value: &'a [u8]) -> Result<Option<Found<'a>>, InvalidAttribute> {
        if self.below().is_empty() {
            return Ok(Some(Found { value, attribute: self.current }));
        }
        self.descend(value).map(|()| None)
    }

    /// Begins to walk the TLVs of a value. They are handed out if all of them are well-formed (RFC 6929 §2.3).
    fn descend(&mut self, value: &'a [u8]) -> Result<(), InvalidAttribute> {
        let tlvs = Tlvs::new(value);
        let level = self.levels.get_mut(self.depth).ok_or(Invalid::TlvTooDeep);
        let level = level.and_then(|level| tlvs.check().map(|()| level));
        *level.map_err(|cause| self.current.invalid(cause))? = tlvs;
        self.depth += 1;
        Ok(())
    }

    /// One step through TLVs.
    fn step_tlv(&mut self) -> Option<Result<Found<'a>, InvalidAttribute>> {
        let level = self.depth - 1;
        let wanted = self.below().get(level).copied();
        let last = level + 1 == self.below().len();
        match self.levels.get_mut(level).and_then(Iterator::next) {
            // An error cannot be: the walk began at well-formed ones.
            None | Some(Err(_)) => {
                self.depth = level;
                None
            }
            Some(Ok(tlv)) if Some(u32::from(tlv.kind)) == wanted => {
                if last {
                    return Some(Ok(Found { value: tlv.value, attribute: self.current }));
                }
                self.descend(tlv.value).err().map(Err)
            }
            Some(Ok(_)) => None,
        }
    }

    /// Takes one piece of a value: whether it is the whole value. The first one of several is an error, and those
    /// behind it are none of their own.
    fn is_whole(&mut self, more: bool) -> Result<bool, InvalidAttribute> {
        match (core::mem::replace(&mut self.going_on, more), more) {
            (false, true) => Err(self.current.invalid(Invalid::Fragmented)),
            (behind, _) => Ok(!behind),
        }
    }

    /// Looks into the next attribute of the type on the outside.
    fn open(&mut self) -> Result<Option<Found<'a>>, InvalidAttribute> {
        let invalid = |cause| self.current.invalid(cause);
        match *self.path.numbers() {
            [26, vendor, ..] => {
                let (of, _) = crate::vendor::split_vendor(self.current.value).map_err(invalid)?;
                if of == vendor {
                    self.subs = self.current.vendor_specific()?.sub_attributes();
                }
                Ok(None)
            }
            [241..=246, wanted, ref behind @ ..] => {
                let behind_a_fragment = core::mem::take(&mut self.going_on);
                if self.current.value.first().copied().map(u32::from) != Some(wanted) {
                    return Ok(None);
                }
                let extended = self.current.extended()?;
                self.going_on = behind_a_fragment;
                let mut value = extended.value;
                if let (false, true, &[vendor, kind, ..]) =
                    (behind_a_fragment, wanted == u32::from(EXTENDED_VENDOR_SPECIFIC), behind)
                {
                    let evs = ExtendedVendor::parse(value).map_err(invalid)?;
                    if evs.vendor != vendor || u32::from(evs.kind) != kind {
                        // Another one's, and so are the pieces behind it.
                        self.going_on = extended.more;
                        return Ok(None);
                    }
                    value = evs.value;
                }
                if self.is_whole(extended.more)? { self.base(value) } else { Ok(None) }
            }
            _ => self.base(self.current.value),
        }
    }
}

impl<'a> Iterator for Values<'a> {
    type Item = Result<Found<'a>, InvalidAttribute>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            while self.depth > 0 {
                if let Some(item) = self.step_tlv() {
                    return Some(item);
                }
            }
            if let Some(sub) = self.subs.next() {
                if self.path.numbers().get(2) == Some(&sub.kind) {
                    let whole = self.is_whole(sub.more);
                    let found = whole.and_then(|whole| if whole { self.base(sub.value) } else { Ok(None) });
                    if let Some(item) = found.transpose() {
                        return Some(item);
                    }
                }
                continue;
            }
            let kind = self.path.kind();
            self.current = self.attributes.find(|attribute| attribute.kind == kind)?;
            if let Some(item) = self.open().transpose() {
                return Some(item);
            }
        }
    }
}

/// The values of one handle's attribute. See [`Attributes::get_all`].
#[derive(Debug)]
pub struct GetAll<'a, T> {
    values: Values<'a>,
    data_type: core::marker::PhantomData<fn() -> T>,
}

impl<'a, T: DataType> Iterator for GetAll<'a, T> {
    type Item = Result<T::Value<'a>, InvalidAttribute>;

    fn next(&mut self) -> Option<Self::Item> {
        let found = match self.values.next()? {
            Ok(found) => found,
            Err(invalid) => return Some(Err(invalid)),
        };
        Some(T::read(found.value).map_err(|cause| found.attribute.invalid(cause)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::borrow::ToOwned as _;
    use alloc::vec::Vec;
    use testkit::hex::octets;

    fn values(hex: &str, path: &str) -> Vec<Result<Vec<u8>, Invalid>> {
        let octets = octets(hex);
        let found = Attributes::new(&octets, 20).values(path.parse::<Path>().unwrap());
        found.map(|item| item.map(|found| found.value.to_vec()).map_err(|invalid| invalid.cause)).collect()
    }

    // spec: radius 8
    #[test]
    fn a_lookup_reaches_every_sub_attribute_of_every_vendor_specific() {
        let hex = "1a0f0000372a010361010362020300 1a090000372a010363".replace(' ', "");
        assert_eq!(values(&hex, "26.14122.1"), [Ok(b"a".to_vec()), Ok(b"b".to_vec()), Ok(b"c".to_vec())]);
        assert_eq!(values(&hex, "26.14122.2"), [Ok(alloc::vec![0])]);
        assert!(values(&hex, "26.311.1").is_empty());
    }

    // spec: radius 9
    #[test]
    fn a_lookup_follows_tlvs_into_depth() {
        let nested = "f10f01010c020a030804060504cdef";
        assert_eq!(values(nested, "241.1.1.2.3.4.5"), [Ok(octets("cdef"))]);
        assert_eq!(values("f10d020104234503060104abcd", "241.2.3.1"), [Ok(octets("abcd"))]);
        assert_eq!(values("f10c1a000000010474657374", "241.26.1.4"), [Ok(b"test".to_vec())]);
        assert!(values("f10c1a000000010474657374", "241.26.2.4").is_empty());
        assert_eq!(values("f1060201 05ab".replace(' ', "").as_str(), "241.2.9"), [Err(Invalid::TlvOverrun)]);
    }

    // spec: radius 9; RFC 6929 §2.3
    #[test]
    fn a_bad_length_spoils_the_tlvs_that_it_stands_among() {
        // A good TLV and one that is too long: none of them. The next attribute is another matter.
        let spoiled = "f10902 0103aa 0205bb f10602 0103cc".replace(' ', "");
        assert_eq!(values(&spoiled, "241.2.1"), [Err(Invalid::TlvOverrun), Ok(alloc::vec![0xcc])]);
        // One level down: what stands beside the spoiled ones is handed out.
        let inner = "f10d02 0307 0103aa 02bb 0403dd".replace(' ', "");
        assert_eq!(values(&inner, "241.2.3.1"), [Err(Invalid::TlvOverrun)]);
        assert_eq!(values(&inner, "241.2.4"), [Ok(alloc::vec![0xdd])]);
        // A vendor's attribute with a TLV too short behind a good one.
        let wimax = "1a10000060b5010a00 0105312e30 0202".replace(' ', "");
        assert_eq!(values(&wimax, "26.24757.1.1"), [Err(Invalid::TlvLengthTooSmall)]);
    }

    // spec: radius 8, 9
    #[test]
    fn pieces_of_a_value_are_not_handed_out_as_values() {
        let fragment = |more: u8, length: usize| {
            let mut octets = alloc::vec![245, u8::try_from(4 + length).unwrap(), 1, more];
            octets.resize(4 + length, 7);
            testkit::hex::encode(&octets)
        };
        let whole = fragment(0, 3);
        let spread = [fragment(0x80, 251), fragment(0x80, 251), fragment(0, 5), whole.clone()].concat();
        assert_eq!(values(&spread, "245.1"), [Err(Invalid::Fragmented), Ok(alloc::vec![7; 3])]);
        // The walk finds its place again behind a value that lacks its end.
        let broken = [fragment(0x80, 251), "f505020009".to_owned(), whole].concat();
        assert_eq!(values(&broken, "245.1"), [Err(Invalid::Fragmented), Ok(alloc::vec![7; 3])]);
        let octets = octets(&spread);
        let attributes = Attributes::new(&octets, 20);
        assert_eq!(attributes.octets("245.1".parse::<Path>().unwrap()), Some(&[7; 3][..]));
        // The two pieces of one WiMAX value, and a value.
        let wimax = "1a0a000060b532048001 1a0a000060b532040002 1a0a000060b532040003".replace(' ', "");
        assert_eq!(values(&wimax, "26.24757.50"), [Err(Invalid::Fragmented), Ok(alloc::vec![3])]);
    }

    #[test]
    fn the_pieces_of_another_vendor_are_passed_over() {
        let mut first = octets("f5ff1a800000000205");
        first.resize(255, 7);
        let octets = [first, octets("f5051a0009"), octets("f50a1a00000000010463")].concat();
        let at = |path: &str| {
            let found = Attributes::new(&octets, 20).values(path.parse::<Path>().unwrap());
            found.map(|item| item.map(|f| f.value).map_err(|i| i.cause)).collect::<Vec<_>>()
        };
        assert_eq!(at("245.26.1.4"), [Ok(&b"c"[..])]);
        assert_eq!(at("245.26.2.5"), [Err(Invalid::Fragmented)]);
    }

    // spec: radius 10
    #[test]
    fn attributes_are_grouped_by_their_tag() {
        let octets = octets("4006010000034106020000014204017a5303014204027942047879010361");
        let at = |tag| Attributes::new(&octets, 20).tagged(tag).map(|a| a.offset).collect::<Vec<_>>();
        // 5303 01 is a Tunnel-Preference that is too short; its tag counts all the same. The last text has no tag.
        assert_eq!(at(1), [20, 32, 36]);
        assert_eq!(at(2), [26, 39]);
        assert_eq!(at(0), [43]);
    }
}
