//! Attributes read into a tree of named values (spec: radius 7 to 11).

use super::abinary;
use super::filter_rules;
use super::pair::{Pair, Value};
use super::{Definition, Dictionary, Encrypt, Type};
use crate::attribute::{Attribute, Attributes};
use crate::error::{Invalid, InvalidAttribute};
use crate::extended::{EXTENDED_VENDOR_SPECIFIC, Extended, ExtendedVendor};
use crate::hide;
use crate::packet::Authenticator;
use crate::path::{Kind, Path};
use crate::secret::Secret;
use crate::tlv::{self, Tlvs};
use crate::v11;
use crate::value::{
    AscendSecret, Boolean, Byte, ComboAddress, DataType, Ether, Hidden, Ifid, Integer, Integer64, Ipv4,
    Ipv4PrefixType, Ipv6, Ipv6PrefixType, Salted, Short, Signed, Tagged, TaggedValue, Text,
    split_tagged_number,
};
use crate::vendor::VendorSpecific;
use alloc::borrow::ToOwned as _;
use alloc::vec::Vec;
use core::net::IpAddr;
use zeroize::Zeroizing;

/// What hidden values are hidden with.
#[derive(Clone, Copy, Debug)]
pub struct Keys<'a> {
    /// The secret.
    pub secret: &'a Secret,
    /// The Request Authenticator of the request, also for replies.
    pub authenticator: &'a Authenticator,
    /// The salt of the next salted value that is written; it counts up.
    pub salt: u16,
}

/// A value whose pieces are still coming.
struct Open {
    path: Path,
    offset: usize,
    octets: Vec<u8>,
    missing: Invalid,
}

impl Dictionary {
    /// Reads attributes into pairs, in their order.
    ///
    /// Values spread over several attributes are joined; the rules of all NAS-Filter-Rule are told apart (RFC 4849); TLVs
    /// become groups; what is not of its type becomes [`Value::Invalid`], what is not known [`Value::Octets`]. With keys
    /// hidden values are un-hidden, without they stay octets.
    #[must_use]
    pub fn decode(&self, attributes: Attributes<'_>, keys: Option<&Keys<'_>>) -> Vec<Pair> {
        self.decode_from(attributes, keys.map_or(Source::Locked, Source::Keys))
    }

    /// As [`decode`](Self::decode) for a packet of RADIUS/1.1, where nothing is hidden (RFC 9765 §5; spec: radius 16).
    /// [`encode`](super::encode()) without keys writes such pairs.
    #[must_use]
    pub fn decode_v11(&self, attributes: Attributes<'_>) -> Vec<Pair> {
        self.decode_from(attributes, Source::Clear)
    }

    fn decode_from(&self, attributes: Attributes<'_>, source: Source<'_>) -> Vec<Pair> {
        let mut decoder = Decoder { dictionary: self, source, pairs: Vec::new(), open: Vec::new() };
        let rules = self.has_filter_rules();
        let mut first_rule = true;
        for attribute in attributes {
            if !rules || attribute.kind != filter_rules::KIND {
                decoder.attribute(&attribute);
            } else if core::mem::take(&mut first_rule) {
                decoder.pairs.append(&mut filter_rules::read(attributes));
            }
        }
        for open in core::mem::take(&mut decoder.open) {
            decoder.push_invalid(open.path, open.offset, &open.octets, open.missing);
        }
        decoder.pairs
    }

    /// Every attribute that is not of the type the dictionary gives it (RFC 6929 §2.8).
    #[must_use]
    pub fn invalid_attributes(&self, attributes: Attributes<'_>) -> Vec<InvalidAttribute> {
        self.decode(attributes, None).iter().filter_map(Pair::invalid).collect()
    }
}

/// How values come that RADIUS hides.
#[derive(Clone, Copy)]
enum Source<'k> {
    /// Hidden, and they stay so.
    Locked,
    /// Hidden with these.
    Keys(&'k Keys<'k>),
    /// In the clear.
    Clear,
}

struct Decoder<'d, 'k> {
    dictionary: &'d Dictionary,
    source: Source<'k>,
    pairs: Vec<Pair>,
    open: Vec<Open>,
}

impl Decoder<'_, '_> {
    fn attribute(&mut self, attribute: &Attribute<'_>) {
        let path = Path::from(attribute.kind);
        let offset = attribute.offset;
        let outcome = match attribute.kind {
            Kind::VENDOR_SPECIFIC => self.vendor_specific(attribute),
            kind if kind.is_extended() => self.extended(attribute),
            _ => {
                self.value(path, offset, attribute.value);
                Ok(())
            }
        };
        if let Err(cause) = outcome {
            self.push_invalid(path, offset, attribute.value, cause);
        }
    }

    fn push_invalid(&mut self, path: Path, offset: usize, octets: &[u8], cause: Invalid) {
        let value = Value::Invalid { octets: octets.to_vec(), cause };
        self.pairs.push(Pair { path, offset, tag: 0, value });
    }

    fn vendor_specific(&mut self, attribute: &Attribute<'_>) -> Result<(), Invalid> {
        let (vendor, _) = crate::vendor::split_vendor(attribute.value)?;
        let parsed = VendorSpecific::parse_as(attribute.value, self.dictionary.layout(vendor))?;
        for sub in parsed.sub_attributes() {
            let path = Path::vendor(vendor, sub.kind);
            self.piece(path, attribute.offset, sub.value, sub.more, Invalid::ContinuationMissing);
        }
        Ok(())
    }

    fn extended(&mut self, attribute: &Attribute<'_>) -> Result<(), Invalid> {
        let kind = Path::from(attribute.kind);
        let path = attribute.value.first().and_then(|extended| kind.child((*extended).into()));
        let parsed = Extended::parse(attribute);
        // The next attribute of the type has to go on with what is open.
        let broken =
            |open: &Open| open.path.kind() == attribute.kind && (parsed.is_err() || Some(open.path) != path);
        if let Some(at) = self.open.iter().position(broken) {
            let mut open = self.open.remove(at);
            let mut cause = if Some(open.path) == path { open.missing } else { Invalid::MoreOtherType };
            let goes_on = Some(open.path) == path && parsed == Err(Invalid::MoreNotFull);
            if goes_on {
                // One more fragment of the same value, and the one that spoils it.
                open.octets.extend_from_slice(attribute.value.get(2..).unwrap_or_default());
                cause = Invalid::MoreNotFull;
            }
            self.push_invalid(open.path, open.offset, &open.octets, cause);
            if goes_on {
                return Ok(());
            }
        }
        let extended = parsed?;
        let Some(path) = path else { return Ok(()) };
        self.piece(path, attribute.offset, extended.value, extended.more, Invalid::MoreWithoutNext);
        Ok(())
    }

    /// One piece of a value; the last one completes it.
    fn piece(&mut self, path: Path, offset: usize, octets: &[u8], more: bool, missing: Invalid) {
        let at = self.open.iter().position(|open| open.path == path);
        match (at.and_then(|at| self.open.get_mut(at)), more) {
            (Some(open), true) => open.octets.extend_from_slice(octets),
            (None, true) => self.open.push(Open { path, offset, octets: octets.to_vec(), missing }),
            (None, false) => self.complete(path, offset, octets),
            (Some(_), false) => {
                let mut open = self.open.remove(at.unwrap_or_default());
                open.octets.extend_from_slice(octets);
                self.complete(path, open.offset, &open.octets);
            }
        }
    }

    fn complete(&mut self, path: Path, offset: usize, octets: &[u8]) {
        if path.numbers().get(1) != Some(&EXTENDED_VENDOR_SPECIFIC.into()) || !path.kind().is_extended() {
            return self.value(path, offset, octets);
        }
        match ExtendedVendor::parse(octets) {
            Ok(evs) => {
                let path = path.child(evs.vendor).and_then(|path| path.child(evs.kind.into()));
                self.value(path.unwrap_or_else(|| Path::attribute(0)), offset, evs.value);
            }
            Err(cause) => self.push_invalid(path, offset, octets, cause),
        }
    }

    fn value(&mut self, path: Path, offset: usize, octets: &[u8]) {
        let definition = self.dictionary.attribute_at(path);
        if definition.is_some_and(|known| known.flags.concat) {
            let joined = self.pairs.iter_mut().find(|pair| pair.path == path);
            if let Some(Pair { value: Value::Octets(value), .. }) = joined {
                value.extend_from_slice(octets);
                return;
            }
        }
        let size =
            definition.filter(|known| known.flags.array).and_then(|known| known.data_type.fixed_size());
        match size {
            Some(size) if octets.len() > size && octets.len().is_multiple_of(size) => {
                for octets in octets.chunks(size) {
                    self.one_value(path, offset, octets, definition);
                }
            }
            _ => self.one_value(path, offset, octets, definition),
        }
    }

    fn one_value(&mut self, path: Path, offset: usize, octets: &[u8], definition: Option<&Definition>) {
        let pair = match self.interpret(path, offset, octets, definition, 0) {
            Ok((tag, value)) => Pair { path, offset, tag, value },
            Err(cause) => {
                Pair { path, offset, tag: 0, value: Value::Invalid { octets: octets.to_vec(), cause } }
            }
        };
        self.pairs.push(pair);
    }

    fn interpret(
        &self,
        path: Path,
        offset: usize,
        octets: &[u8],
        definition: Option<&Definition>,
        depth: usize,
    ) -> Result<(u8, Value), Invalid> {
        let Some(definition) = definition else {
            return Ok((0, Value::Octets(octets.to_vec())));
        };
        let flags = definition.flags;
        if flags.encrypt != Encrypt::No {
            return self.secret(octets, definition);
        }
        match definition.data_type {
            Type::Tlv => Ok((0, Value::Group(self.tlvs(path, offset, octets, depth)?))),
            Type::String if flags.has_tag => {
                let TaggedValue { tag, value } = Tagged::<Text>::read(octets)?;
                Ok((tag, Value::Text(value.to_owned())))
            }
            Type::Integer if flags.has_tag => {
                let octets = octets.try_into().map_err(|_| Invalid::IntegerLength)?;
                let TaggedValue { tag, value } = split_tagged_number(octets);
                Ok((tag, Value::Integer(value.into())))
            }
            data_type => read_value(data_type, octets).map(|value| (0, value)),
        }
    }

    /// A value that RADIUS hides, with its tag.
    fn secret(&self, octets: &[u8], definition: &Definition) -> Result<(u8, Value), Invalid> {
        let Definition { data_type, flags, .. } = *definition;
        let tagged = flags.has_tag && flags.encrypt == Encrypt::TunnelPassword;
        let keys = match self.source {
            Source::Clear => {
                let (tag, clear) = match v11::split_tunnel_password(octets) {
                    Some(split) if tagged => split,
                    None if tagged => return Err(Invalid::TagMissing),
                    _ => (0, octets),
                };
                return Ok((tag, clear_value(data_type, hide::Clear::new(clear.to_vec()))?));
            }
            Source::Keys(keys) => Some(keys),
            Source::Locked => None,
        };
        let (tag, hidden) = match flags.encrypt {
            Encrypt::TunnelPassword if tagged => hide::split_tunnel_password(octets)?,
            Encrypt::TunnelPassword => (0, Salted::read(octets)?),
            Encrypt::AscendSecret => (0, AscendSecret::read(octets)?.as_slice()),
            Encrypt::UserPassword | Encrypt::No => (0, Hidden::read(octets)?),
        };
        if let (Encrypt::UserPassword, Some(size)) = (flags.encrypt, data_type.fixed_size())
            && hide::hidden_password_len(size) != Some(hidden.len())
        {
            // Hidden or not, it cannot be a value of that size.
            return Err(Invalid::FixedLength);
        }
        let Some(Keys { secret, authenticator, .. }) = keys else {
            return Ok((tag, Value::Octets(hidden.to_vec())));
        };
        let mut clear = match flags.encrypt {
            Encrypt::TunnelPassword => hide::unhide_salted(secret, authenticator, hidden)?,
            Encrypt::AscendSecret => {
                let block = hide::ascend_secret(secret, authenticator, hidden);
                let mut clear = hide::Clear::new(block.to_vec());
                clear.truncate(block.iter().rposition(|octet| *octet != 0).map_or(0, |last| last + 1));
                clear
            }
            Encrypt::UserPassword | Encrypt::No => hide::unhide_password(secret, authenticator, hidden)?,
        };
        if flags.encrypt != Encrypt::TunnelPassword {
            pad(&mut clear, data_type, hidden.len());
        }
        Ok((tag, clear_value(data_type, clear)?))
    }

    /// The TLVs of a value. One that is not well-formed makes the whole value invalid, as RFC 6929 §2.3 says of what
    /// encapsulates it; one whose own value is bad makes only itself invalid.
    fn tlvs(&self, parent: Path, offset: usize, octets: &[u8], depth: usize) -> Result<Vec<Pair>, Invalid> {
        if depth >= tlv::MAX_DEPTH {
            return Err(Invalid::TlvTooDeep);
        }
        let mut pairs = Vec::new();
        for tlv in Tlvs::new(octets) {
            let tlv = tlv?;
            let path = parent.child(tlv.kind.into()).ok_or(Invalid::TlvTooDeep)?;
            let definition = self.dictionary.attribute_at(path);
            let (tag, value) = self
                .interpret(path, offset, tlv.value, definition, depth + 1)
                .unwrap_or_else(|cause| (0, Value::Invalid { octets: tlv.value.to_vec(), cause }));
            pairs.push(Pair { path, offset, tag, value });
        }
        Ok(pairs)
    }
}

/// Gives a value of a fixed size the zero octets back that it ends in and that were taken for padding; `room` is what
/// its blocks held.
fn pad(clear: &mut hide::Clear, data_type: Type, room: usize) {
    if let Some(size) = data_type.fixed_size().filter(|size| (clear.len()..=room).contains(size)) {
        clear.resize(size, 0);
    }
}

/// A value that was hidden: text that is empty or no UTF-8 is no error here, because noise may come out.
fn clear_value(data_type: Type, clear: hide::Clear) -> Result<Value, Invalid> {
    match data_type {
        Type::String => Ok(Value::Unhidden(clear.into())),
        _ => Ok(match read_value(data_type, &clear)? {
            Value::Octets(octets) => {
                drop(Zeroizing::new(octets));
                Value::Unhidden(clear.into())
            }
            other => other,
        }),
    }
}

fn read_value(data_type: Type, octets: &[u8]) -> Result<Value, Invalid> {
    Ok(match data_type {
        Type::String => Value::Text(Text::read(octets)?.to_owned()),
        Type::FixedOctets(size) if octets.len() != usize::from(size) => {
            return Err(if size == 17 { Invalid::ChapPasswordLength } else { Invalid::FixedLength });
        }
        Type::Ipv4 => Value::Ipv4(Ipv4::read(octets)?),
        Type::Integer | Type::TimeDelta => Value::Integer(Integer::read(octets)?.into()),
        Type::Date => Value::Integer(Integer::read(octets).map_err(|_| Invalid::TimeLength)?.into()),
        Type::Ipv6 => Value::Ipv6(Ipv6::read(octets)?),
        Type::Ipv6Prefix => Value::Ipv6Prefix(Ipv6PrefixType::read(octets)?),
        Type::Ipv4Prefix => Value::Ipv4Prefix(Ipv4PrefixType::read(octets)?),
        Type::Ifid => Value::Ifid(Ifid::read(octets)?),
        Type::Ether => Value::Ether(Ether::read(octets)?),
        Type::Byte => Value::Integer(Byte::read(octets)?.into()),
        Type::Short => Value::Integer(Short::read(octets)?.into()),
        Type::Signed => Value::Signed(Signed::read(octets)?),
        Type::Integer64 => Value::Integer(Integer64::read(octets)?),
        Type::Boolean => Value::Integer(Boolean::read(octets)?.into()),
        Type::ComboIp => match ComboAddress::read(octets)? {
            IpAddr::V4(address) => Value::Ipv4(address),
            IpAddr::V6(address) => Value::Ipv6(address),
        },
        Type::Abinary => abinary::text(octets).map_or_else(|| Value::Octets(octets.to_vec()), Value::Text),
        Type::Octets
        | Type::FixedOctets(_)
        | Type::Tlv
        | Type::Struct
        | Type::Vsa
        | Type::Evs
        | Type::Extended
        | Type::LongExtended
        | Type::Group => Value::Octets(octets.to_vec()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fragment(more: u8, length: usize) -> Vec<u8> {
        let mut octets = alloc::vec![245, u8::try_from(4 + length).unwrap(), 1, more];
        octets.resize(4 + length, 7);
        octets
    }

    /// Octets of a value, or of an invalid one and why it is.
    type Length = Result<usize, (usize, Invalid)>;

    /// Where values stand, and how long they are.
    fn read(attributes: &[Vec<u8>]) -> Vec<(usize, Length)> {
        let octets = attributes.concat();
        let pairs = Dictionary::default().decode(Attributes::new(&octets, 20), None);
        let read = pairs.into_iter().map(|pair| match pair.value {
            Value::Octets(octets) => (pair.offset, Ok(octets.len())),
            Value::Invalid { octets, cause } => (pair.offset, Err((octets.len(), cause))),
            other => panic!("{other:?}"),
        });
        read.collect()
    }

    // spec: radius 9
    #[test]
    fn fragments_up_to_the_one_that_is_not_full_are_one_invalid_attribute() {
        let spoiled = [fragment(0x80, 251), fragment(0x80, 100), fragment(0, 5)];
        assert_eq!(read(&spoiled), [(20, Err((351, Invalid::MoreNotFull))), (379, Ok(5))]);
    }

    // spec: radius 9
    #[test]
    fn a_fragment_without_value_breaks_what_it_stands_in() {
        let broken = [fragment(0x80, 251), fragment(0, 0), fragment(0, 5)];
        let first = (20, Err((251, Invalid::MoreWithoutNext)));
        assert_eq!(read(&broken), [first, (275, Err((2, Invalid::ExtendedEmpty))), (279, Ok(5))]);
        // Attributes of other types may stand between the fragments.
        let apart = [fragment(0x80, 251), alloc::vec![25, 3, 1], fragment(0, 5)];
        assert_eq!(read(&apart), [(275, Ok(1)), (20, Ok(256))]);
    }

    // spec: radius 7, 19: by name and by handle the answer is the same
    #[test]
    fn text_that_is_no_utf_8_is_invalid_and_stays_available_as_octets() {
        let dictionary = Dictionary::standard().unwrap();
        let attributes = Attributes::new(&[1, 3, 0xe4, 66, 4, 1, 0xe4], 20);
        let read = dictionary.decode(attributes, None);
        let invalid = |octets: &[u8]| Value::Invalid { octets: octets.to_vec(), cause: Invalid::NotUtf8 };
        assert!(read.iter().map(|pair| &pair.value).eq(&[invalid(&[0xe4]), invalid(&[1, 0xe4])]), "{read:?}");
        let by_handle = attributes.get(crate::attr::USER_NAME).unwrap().unwrap_err();
        assert_eq!(dictionary.invalid_attributes(attributes).first(), Some(&by_handle));
    }

    // spec: radius 5.1, 7, 22.4
    #[test]
    fn a_hidden_value_of_a_fixed_size_has_as_many_blocks_as_that_takes() {
        let dictionary = Dictionary::standard().unwrap();
        let secret = Secret::new(b"testing123").unwrap();
        let keys = Keys { secret: &secret, authenticator: &[9; 16], salt: 0x8000 };
        for (size, want) in [(16, Some(Invalid::FixedLength)), (32, None), (48, Some(Invalid::FixedLength))] {
            // MS-CHAP-MPPE-Keys, 24 octets in the clear, of which the last are zero.
            let mut hidden = alloc::vec![0; usize::from(size)];
            hide::hide_password(&secret, &[9; 16], &[5; 16], &mut hidden);
            let octets = [&[26, size + 8, 0, 0, 1, 55, 12, size + 2], hidden.as_slice()].concat();
            let attributes = Attributes::new(&octets, 20);
            for keys in [None, Some(&keys)] {
                let read = dictionary.decode(attributes, keys);
                assert_eq!(read[0].invalid().map(|invalid| invalid.cause), want, "{size}");
            }
        }
    }

    // spec: radius 9; RFC 6929 §2.3
    #[test]
    fn a_bad_length_spoils_the_tlvs_that_it_stands_among_and_a_bad_value_itself() {
        let text = "ATTRIBUTE T 200 tlv\nATTRIBUTE T-A 200.1 integer\nATTRIBUTE T-B 200.2 tlv\n\
                    ATTRIBUTE T-B-A 200.2.1 byte\nATTRIBUTE T-B-B 200.2.2 byte\n";
        let dictionary = Dictionary::from_text(text).unwrap();
        let read = |tlvs: &[u8]| {
            let octets = [&[200, u8::try_from(tlvs.len()).unwrap() + 2], tlvs].concat();
            dictionary.decode(Attributes::new(&octets, 20), None).remove(0).value
        };
        let pair = |path: &[u32], value| Pair { offset: 20, ..Pair::new(Path::of(path), value) };
        let invalid = |octets: &[u8], cause| Value::Invalid { octets: octets.to_vec(), cause };
        // A good TLV, then one that is too long: the attribute as a whole.
        let outer = [1, 6, 0, 0, 0, 5, 2, 9, 1, 3, 7];
        assert_eq!(read(&outer), invalid(&outer, Invalid::TlvOverrun));
        // The same one level down: what is beside it stays.
        let a = pair(&[200, 1], Value::Integer(5));
        let b = pair(&[200, 2], invalid(&[1, 3, 7, 2, 2], Invalid::TlvLengthTooSmall));
        assert_eq!(read(&[2, 7, 1, 3, 7, 2, 2, 1, 6, 0, 0, 0, 5]), Value::Group(alloc::vec![b, a]));
        // A value of another size than its type has.
        let size = pair(&[200, 2, 1], invalid(&[7, 7], Invalid::FixedLength));
        let good = pair(&[200, 2, 2], Value::Integer(7));
        let group = pair(&[200, 2], Value::Group(alloc::vec![size, good]));
        assert_eq!(read(&[2, 9, 1, 4, 7, 7, 2, 3, 7]), Value::Group(alloc::vec![group]));
    }

    // spec: radius 5.4
    #[test]
    fn a_value_hidden_in_one_block_is_one_block() {
        let dictionary = Dictionary::from_text("ATTRIBUTE Y 201 octets encrypt=3\n").unwrap();
        let invalid = dictionary.invalid_attributes(Attributes::new(&[201, 5, 1, 2, 3], 20));
        assert_eq!(invalid.first().map(|invalid| invalid.cause), Some(Invalid::FixedLength));
    }
}
