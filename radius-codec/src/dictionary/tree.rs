//! Attributes as a tree of named values, and back (spec: radius 7 to 11).

use super::pair::{Pair, Value};
use super::{Definition, Dictionary, Encrypt, Type};
use crate::attribute::{Attribute, Attributes, MAX_VALUE};
use crate::error::{EncodeError, Invalid, InvalidAttribute};
use crate::extended::{EXTENDED_VENDOR_SPECIFIC, Extended, ExtendedVendor};
use crate::hide;
use crate::packet::Authenticator;
use crate::path::{Kind, Path};
use crate::secret::Secret;
use crate::tlv::{self, Tlvs};
use crate::value::{
    AscendSecret, Boolean, Byte, ComboAddress, DataType, Ether, Hidden, Ifid, Integer, Integer64, Ipv4,
    Ipv4PrefixType, Ipv6, Ipv6PrefixType, MAX_TAG, Salted, Short, Signed, Tagged, TaggedValue, Text,
    Writable, split_tagged_number,
};
use crate::vendor::VendorSpecific;
use crate::write::AttributeWriter;
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
    /// Values spread over several attributes are joined; TLVs become groups; what is not of its type becomes
    /// [`Value::Invalid`], what is not known [`Value::Octets`]. With keys hidden values are un-hidden, without they stay
    /// octets.
    #[must_use]
    pub fn decode(&self, attributes: Attributes<'_>, keys: Option<&Keys<'_>>) -> Vec<Pair> {
        self.decode_from(attributes, keys.map_or(Source::Locked, Source::Keys))
    }

    /// As [`decode`](Self::decode) for a packet of RADIUS/1.1, where nothing is hidden (RFC 9765 §5; spec: radius 16).
    /// [`encode`] without keys writes such pairs.
    #[must_use]
    pub fn decode_v11(&self, attributes: Attributes<'_>) -> Vec<Pair> {
        self.decode_from(attributes, Source::Clear)
    }

    fn decode_from(&self, attributes: Attributes<'_>, source: Source<'_>) -> Vec<Pair> {
        let mut decoder = Decoder { dictionary: self, source, pairs: Vec::new(), open: Vec::new() };
        for attribute in attributes {
            decoder.attribute(&attribute);
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
        let size = definition.filter(|known| known.flags.array).and_then(|known| fixed_size(known.data_type));
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
                let (tag, clear) = match octets.split_first() {
                    Some((tag, clear)) if tagged => (if *tag > MAX_TAG { 0 } else { *tag }, clear),
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

    fn tlvs(&self, parent: Path, offset: usize, octets: &[u8], depth: usize) -> Result<Vec<Pair>, Invalid> {
        if depth >= tlv::MAX_DEPTH {
            return Err(Invalid::TlvTooDeep);
        }
        let mut pairs = Vec::new();
        let mut walk = Tlvs::new(octets);
        loop {
            let rest = walk.rest();
            match walk.next() {
                None => return Ok(pairs),
                Some(Err(cause)) => {
                    let value = Value::Invalid { octets: rest.to_vec(), cause };
                    pairs.push(Pair { path: parent, offset, tag: 0, value });
                }
                Some(Ok(tlv)) => {
                    let path = parent.child(tlv.kind.into()).ok_or(Invalid::TlvTooDeep)?;
                    let definition = self.dictionary.attribute_at(path);
                    let (tag, value) = self
                        .interpret(path, offset, tlv.value, definition, depth + 1)
                        .unwrap_or_else(|cause| (0, Value::Invalid { octets: tlv.value.to_vec(), cause }));
                    pairs.push(Pair { path, offset, tag, value });
                }
            }
        }
    }
}

/// Gives a value of a fixed size the zero octets back that it ends in and that were taken for padding; `room` is what
/// its blocks held.
fn pad(clear: &mut hide::Clear, data_type: Type, room: usize) {
    if let Some(size) = fixed_size(data_type).filter(|size| (clear.len()..=room).contains(size)) {
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

/// Octets of one value, for types of one size.
pub(super) const fn fixed_size(data_type: Type) -> Option<usize> {
    match data_type {
        Type::Byte | Type::Boolean => Some(1),
        Type::Short => Some(2),
        Type::Integer | Type::Signed | Type::Date | Type::TimeDelta | Type::Ipv4 => Some(4),
        Type::Ether | Type::Ipv4Prefix => Some(6),
        Type::Integer64 | Type::Ifid => Some(8),
        Type::Ipv6 => Some(16),
        Type::FixedOctets(size) => Some(size as usize),
        _ => None,
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
        Type::Octets
        | Type::FixedOctets(_)
        | Type::Abinary
        | Type::Tlv
        | Type::Struct
        | Type::Vsa
        | Type::Evs
        | Type::Extended
        | Type::LongExtended
        | Type::Group => Value::Octets(octets.to_vec()),
    })
}

/// Writes pairs as attributes: a group as one attribute with its TLVs, hidden values hidden if there are keys.
///
/// # Errors
/// The first value that does not fit its type or the room.
pub fn encode<W: AttributeWriter>(
    dictionary: &Dictionary,
    pairs: &[Pair],
    writer: &mut W,
    mut keys: Option<&mut Keys<'_>>,
) -> Result<(), EncodeError> {
    for pair in pairs {
        let path = pair.path;
        let definition = dictionary.attribute_at(path);
        let flags = definition.map(|known| known.flags).unwrap_or_default();
        let mut octets = value_octets(dictionary, pair)?;
        let hidden = flags.encrypt != Encrypt::No && !matches!(pair.value, Value::Invalid { .. });
        if let (true, Some(keys)) = (hidden, keys.as_deref_mut()) {
            octets = hide_octets(path, flags.encrypt, octets, keys)?;
        }
        if flags.encrypt == Encrypt::TunnelPassword
            && flags.has_tag
            && !matches!(pair.value, Value::Invalid { .. })
        {
            octets.insert(0, pair.tag);
        }
        let layout =
            path.vendor_number().map_or(crate::vendor::Layout::DEFAULT, |vendor| dictionary.layout(vendor));
        if flags.concat && octets.len() > MAX_VALUE.min(layout.max_value()) {
            writer.concat_as(path, layout, &octets);
        } else {
            writer.octets_as(path, layout, &octets);
        }
    }
    writer.error().map_or(Ok(()), Err)
}

fn hide_octets(
    path: Path,
    encrypt: Encrypt,
    clear: Vec<u8>,
    keys: &mut Keys<'_>,
) -> Result<Vec<u8>, EncodeError> {
    let too_long = EncodeError::ValueTooLong { path, length: clear.len() };
    match encrypt {
        Encrypt::No => Ok(clear),
        Encrypt::UserPassword => {
            let mut out = alloc::vec![0; hide::hidden_password_len(clear.len()).ok_or(too_long)?];
            hide::hide_password(keys.secret, keys.authenticator, &clear, &mut out);
            Ok(out)
        }
        Encrypt::TunnelPassword => {
            let mut out = alloc::vec![0; hide::salted_len(clear.len()).ok_or(too_long)?];
            hide::hide_salted(keys.secret, keys.authenticator, keys.salt, &clear, &mut out);
            keys.salt = keys.salt.wrapping_add(1) | hide::SALT_BIT;
            Ok(out)
        }
        Encrypt::AscendSecret => Ok(hide::ascend_secret(keys.secret, keys.authenticator, &clear).to_vec()),
    }
}

/// The octets of a value in the clear.
fn value_octets(dictionary: &Dictionary, pair: &Pair) -> Result<Vec<u8>, EncodeError> {
    let path = pair.path;
    let definition = dictionary.attribute_at(path);
    let data_type = definition.map_or(Type::Octets, |known| known.data_type);
    let flags = definition.map(|known| known.flags).unwrap_or_default();
    let tagged = flags.has_tag && flags.encrypt == Encrypt::No;
    if pair.tag > MAX_TAG || (pair.tag > 0 && !flags.has_tag) {
        return Err(EncodeError::Tag(pair.tag));
    }
    let unfit = |cause| EncodeError::Value { path, cause };
    match (&pair.value, data_type) {
        (Value::Group(pairs), _) => {
            let mut octets = Vec::new();
            for inner in pairs {
                let value = value_octets(dictionary, inner)?;
                if matches!(inner.value, Value::Invalid { .. }) && inner.path == path {
                    octets.extend_from_slice(&value);
                    continue;
                }
                let length = u8::try_from(value.len() + 2);
                let length = length.map_err(|_| EncodeError::ValueTooLong { path, length: value.len() })?;
                let kind =
                    u8::try_from(inner.path.last()).map_err(|_| EncodeError::Path { path: inner.path })?;
                octets.extend_from_slice(&[kind, length]);
                octets.extend_from_slice(&value);
            }
            Ok(octets)
        }
        (Value::Octets(octets), Type::Tlv) => {
            Tlvs::new(octets).check().map_err(unfit)?;
            Ok(octets.clone())
        }
        (Value::Invalid { octets, .. } | Value::Octets(octets), _) => Ok(octets.clone()),
        (Value::Unhidden(octets), _) => Ok(octets.to_vec()),
        (Value::Text(text), _) if tagged => {
            written::<Tagged<Text>>(&TaggedValue { tag: pair.tag, value: text }).map_err(unfit)
        }
        (Value::Text(text), Type::String) if text.is_empty() && flags.encrypt == Encrypt::No => {
            Err(unfit(Invalid::EmptyText))
        }
        (Value::Text(text), _) => Ok(text.as_bytes().to_vec()),
        (Value::Integer(number), Type::Integer) if tagged => {
            let number = u32::try_from(*number).map_err(|_| unfit(Invalid::TaggedRange))?;
            written::<Tagged<Integer>>(&TaggedValue { tag: pair.tag, value: number })
                .map_err(|_| EncodeError::TaggedInteger(number))
        }
        (Value::Integer(number), _) => {
            let size = fixed_size(data_type).filter(|size| *size <= 8).unwrap_or(4);
            let all = number.to_be_bytes();
            let (high, low) = all.split_at(8 - size);
            if high.iter().any(|octet| *octet != 0) {
                return Err(EncodeError::ValueTooLong { path, length: 8 });
            }
            Ok(low.to_vec())
        }
        (Value::Signed(number), _) => Ok(number.to_be_bytes().to_vec()),
        (Value::Ipv4(address), _) => Ok(address.octets().to_vec()),
        (Value::Ipv6(address), _) => Ok(address.octets().to_vec()),
        (Value::Ipv4Prefix(prefix), _) => written::<Ipv4PrefixType>(prefix).map_err(unfit),
        (Value::Ipv6Prefix(prefix), _) => written::<Ipv6PrefixType>(prefix).map_err(unfit),
        (Value::Ifid(octets), _) => Ok(octets.to_vec()),
        (Value::Ether(octets), _) => Ok(octets.to_vec()),
    }
}

fn written<T: Writable>(value: &T::Value<'_>) -> Result<Vec<u8>, Invalid> {
    let mut octets = alloc::vec![0; T::length(value)?];
    T::write(value, &mut octets);
    Ok(octets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Code, Packet, PacketBuilder};

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

    // spec: radius 5.1, 5.4, 22.4
    #[test]
    fn hidden_values_of_a_fixed_size_keep_the_zeros_at_their_end() {
        let text = "ATTRIBUTE X 200 integer encrypt=1\nATTRIBUTE Y 201 integer encrypt=3\n\
                    ATTRIBUTE Z 202 octets[24] encrypt=1\nATTRIBUTE S 203 string encrypt=1\n";
        let dictionary = Dictionary::from_text(text).unwrap();
        let secret = Secret::new(b"testing123").unwrap();
        let mut keys = Keys { secret: &secret, authenticator: &[9; 16], salt: 0x8000 };
        let mut key = alloc::vec![5; 24];
        key[20..].fill(0);
        let unhidden = |octets: &[u8]| Value::Unhidden(hide::Clear::new(octets.to_vec()).into());
        let values = [
            (200, Value::Integer(0x100)),
            (201, Value::Integer(0x0100_0000)),
            (202, unhidden(&key)),
            (203, unhidden(b"abc")),
        ];
        let pairs = values.map(|(kind, value)| Pair::new(Path::attribute(kind), value));
        let mut out = [0; 256];
        let mut builder = PacketBuilder::verbatim(&mut out, Code::ACCESS_ACCEPT, 1, [9; 16]);
        encode(&dictionary, &pairs, &mut builder, Some(&mut keys)).unwrap();
        let length = builder.finish_verbatim().unwrap();
        let packet = Packet::parse(&out[..length]).unwrap();
        let read = dictionary.decode(packet.attributes(), Some(&keys));
        assert!(read.iter().map(|pair| &pair.value).eq(pairs.iter().map(|pair| &pair.value)), "{read:?}");
        // spec: radius 20
        let shown = alloc::format!("{:?}", read.last());
        assert!(shown.contains("[secret]") && !shown.contains("97, 98"), "{shown}");
        assert_eq!(alloc::format!("{}", read[3].display(&dictionary)), "S = \"abc\"");
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

    // spec: radius 8, 19.1
    #[test]
    fn a_value_flagged_concat_is_split_in_its_vendors_layout() {
        let text = "VENDOR Acme 32001 format=2,2\nBEGIN-VENDOR Acme\n\
                    ATTRIBUTE Acme-A 300 octets concat\nEND-VENDOR Acme\n";
        let dictionary = Dictionary::from_text(text).unwrap();
        let pairs = [Pair::new(Path::vendor(32001, 300), Value::Octets(alloc::vec![7; 600]))];
        let mut out = [0; 1024];
        let mut builder = PacketBuilder::verbatim(&mut out, Code::ACCESS_ACCEPT, 1, [9; 16]);
        encode(&dictionary, &pairs, &mut builder, None).unwrap();
        let length = builder.finish_verbatim().unwrap();
        let read = dictionary.decode(Packet::parse(&out[..length]).unwrap().attributes(), None);
        assert!(read.iter().map(|pair| &pair.value).eq([&pairs[0].value]), "{read:?}");
    }

    // spec: radius 16
    #[test]
    fn a_packet_of_radius_1_1_is_read_and_written_in_the_clear() {
        use crate::v11::{Builder, Token};
        let dictionary = Dictionary::standard().unwrap();
        let mut out = [0; 128];
        let length = Builder::new(&mut out, Code::ACCESS_ACCEPT, Token(7))
            .text(Kind::USER_PASSWORD, "hello")
            .tunnel_password(3, b"pw")
            .octets(Path::vendor(311, 16), b"a key of any size")
            .finish()
            .unwrap();
        let packet = Packet::parse(&out[..length]).unwrap();
        let pairs = dictionary.decode_v11(packet.attributes());
        let read = pairs.iter().map(|pair| match &pair.value {
            Value::Unhidden(clear) => (pair.tag, &**clear),
            other => panic!("{other:?}"),
        });
        assert!(read.eq([(0, &b"hello"[..]), (3, b"pw"), (0, b"a key of any size")]));
        let mut again = [0; 128];
        let mut builder = Builder::new(&mut again, Code::ACCESS_ACCEPT, Token(7));
        encode(&dictionary, &pairs, &mut builder, None).unwrap();
        let size = builder.finish().unwrap();
        assert_eq!(again[..size], out[..length]);
    }

    // spec: radius 5.4
    #[test]
    fn a_value_hidden_in_one_block_is_one_block() {
        let dictionary = Dictionary::from_text("ATTRIBUTE Y 201 octets encrypt=3\n").unwrap();
        let invalid = dictionary.invalid_attributes(Attributes::new(&[201, 5, 1, 2, 3], 20));
        assert_eq!(invalid.first().map(|invalid| invalid.cause), Some(Invalid::FixedLength));
    }
}
