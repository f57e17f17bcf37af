//! Named values written as attributes (spec: radius 7 to 11).

use super::abinary;
use super::decode::Keys;
use super::filter_rules;
use super::pair::{Pair, Value};
use super::{Dictionary, Encrypt, Type};
use crate::attribute::MAX_VALUE;
use crate::error::{EncodeError, Invalid};
use crate::hide;
use crate::path::{Kind, Path};
use crate::tlv::Tlvs;
use crate::value::{Integer, Ipv4PrefixType, Ipv6PrefixType, MAX_TAG, Tagged, TaggedValue, Text, Writable};
use crate::write::AttributeWriter;
use alloc::vec::Vec;

/// Writes pairs as attributes: a group as one attribute with its TLVs, all rules of NAS-Filter-Rule joined in the place of
/// the first (RFC 4849), hidden values hidden if there are keys.
///
/// A pair without octets is left out, as RFC 2865 §5 says, unless it is an EAP-Message (EAP-Start), a
/// Chargeable-User-Identity, or was received so and is [`Value::Invalid`].
///
/// # Errors
/// The first value that does not fit its type or the room.
pub fn encode<W: AttributeWriter>(
    dictionary: &Dictionary,
    pairs: &[Pair],
    writer: &mut W,
    mut keys: Option<&mut Keys<'_>>,
) -> Result<(), EncodeError> {
    let rules = dictionary.has_filter_rules();
    let mut first_rule = true;
    for pair in pairs {
        let path = pair.path;
        if rules && path == filter_rules::PATH {
            if core::mem::take(&mut first_rule) {
                writer.concat(path, &filter_rules::join(dictionary, pairs)?);
            }
            continue;
        }
        let definition = dictionary.attribute_at(path);
        let flags = definition.map(|known| known.flags).unwrap_or_default();
        let mut octets = value_octets(dictionary, pair)?;
        if is_left_out(pair, flags.encrypt, &octets) {
            continue;
        }
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

/// What says something even without octets: EAP-Start (RFC 3579 §2.1), and the Chargeable-User-Identity that FreeRADIUS
/// takes for the question that RFC 4372 asks with a zero octet.
const EMPTY_TOO: [Kind; 2] = [Kind::EAP_MESSAGE, Kind(89)];

/// Whether a value has no octets and may not stand in a packet so (RFC 2865 §5). One to be hidden gets some.
fn is_left_out(pair: &Pair, encrypt: Encrypt, octets: &[u8]) -> bool {
    let stays = matches!(pair.value, Value::Invalid { .. }) || EMPTY_TOO.map(Path::from).contains(&pair.path);
    octets.is_empty() && encrypt == Encrypt::No && !stays
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
pub(super) fn value_octets(dictionary: &Dictionary, pair: &Pair) -> Result<Vec<u8>, EncodeError> {
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
                if is_left_out(inner, Encrypt::No, &value) {
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
        // It will be left out, without a tag in front.
        (Value::Text(text), _) if text.is_empty() => Ok(Vec::new()),
        (Value::Text(text), Type::Abinary) => {
            abinary::octets(text).ok_or_else(|| unfit(Invalid::AscendFilter))
        }
        (Value::Text(text), _) if tagged => {
            written::<Tagged<Text>>(&TaggedValue { tag: pair.tag, value: text }).map_err(unfit)
        }
        (Value::Text(text), _) => Ok(text.as_bytes().to_vec()),
        (Value::Integer(number), Type::Integer) if tagged => {
            let number = u32::try_from(*number).map_err(|_| unfit(Invalid::TaggedRange))?;
            written::<Tagged<Integer>>(&TaggedValue { tag: pair.tag, value: number })
                .map_err(|_| EncodeError::TaggedInteger(number))
        }
        (Value::Integer(number), _) => {
            let size = data_type.fixed_size().filter(|size| *size <= 8).unwrap_or(4);
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
    use crate::secret::Secret;
    use crate::{Code, Packet, PacketBuilder};
    use alloc::string::String;

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

    // spec: radius 6, 11; RFC 2865 §5
    #[test]
    fn a_value_without_octets_is_left_out_unless_it_is_eap_start_or_hidden() {
        let dictionary = Dictionary::standard().unwrap();
        let secret = Secret::new(b"testing123").unwrap();
        let mut keys = Keys { secret: &secret, authenticator: &[9; 16], salt: 0x8000 };
        let none = Value::Octets(Vec::new());
        let tlvs = Value::Group(alloc::vec![Pair::new(Path::of(&[173, 1]), none.clone())]);
        let pairs = [
            Pair::new(Path::attribute(25), none.clone()),
            Pair::new(Path::attribute(1), Value::Text(String::new())),
            Pair { tag: 1, ..Pair::new(Path::attribute(81), Value::Text(String::new())) },
            Pair::new(Path::vendor(14559, 50), none.clone()),
            Pair::new(Path::attribute(173), tlvs),
            Pair::new(Path::attribute(79), none.clone()),
            Pair::new(Path::attribute(89), none.clone()),
            Pair::new(Path::attribute(2), none),
            Pair::new(
                Path::attribute(24),
                Value::Invalid { octets: Vec::new(), cause: Invalid::FixedLength },
            ),
        ];
        let mut out = [0; 64];
        let mut builder = PacketBuilder::verbatim(&mut out, Code::ACCESS_REQUEST, 1, [9; 16]);
        encode(&dictionary, &pairs, &mut builder, Some(&mut keys)).unwrap();
        let length = builder.finish_verbatim().unwrap();
        let packet = Packet::parse(&out[..length]).unwrap();
        let written = packet.attributes().map(|attribute| (attribute.kind.0, attribute.value.len()));
        assert!(written.eq([(79, 0), (89, 0), (2, 16), (24, 0)]));
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
}
