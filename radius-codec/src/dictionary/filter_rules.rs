//! NAS-Filter-Rule, whose rules zero octets divide and which go on across attributes (RFC 4849 §2).
//!
//! The attributes of a packet are one text; where one of them ends says nothing. So all of them are read together, in the
//! place of the first, and all rules are written together, too: two that were written apart would come out as one.

use super::encode::value_octets;
use super::pair::{Pair, Value};
use super::{Dictionary, Encrypt, Type};
use crate::attribute::Attributes;
use crate::error::{EncodeError, Invalid};
use crate::path::{Kind, Path};
use alloc::string::String;
use alloc::vec::Vec;

pub(super) const KIND: Kind = Kind(92);
pub(super) const PATH: Path = Path::attribute(KIND.0);

/// What divides rules.
const DIVIDER: u8 = 0;

impl Dictionary {
    /// Whether NAS-Filter-Rule is the text that it is in RFC 4849; an operator may have defined something else.
    pub(super) fn has_filter_rules(&self) -> bool {
        self.attribute_at(PATH).is_some_and(|known| {
            known.data_type == Type::String && !known.flags.has_tag && known.flags.encrypt == Encrypt::No
        })
    }
}

/// The rules of a packet, each with the place of the attribute that it begins in. Attributes without any rule are one
/// text of no octets, which is invalid.
pub(super) fn read(attributes: Attributes<'_>) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut rule: Option<(usize, Vec<u8>)> = None;
    for attribute in attributes.of_kind(KIND) {
        for (index, piece) in attribute.value.split(|octet| *octet == DIVIDER).enumerate() {
            if index > 0 {
                pairs.extend(rule.take().map(|(offset, octets)| pair(offset, octets)));
            }
            if !piece.is_empty() {
                let (_, octets) = rule.get_or_insert_with(|| (attribute.offset, Vec::new()));
                octets.extend_from_slice(piece);
            }
        }
    }
    pairs.extend(rule.map(|(offset, octets)| pair(offset, octets)));
    if let (true, Some(first)) = (pairs.is_empty(), attributes.of_kind(KIND).next()) {
        let value = Value::Invalid { octets: first.value.to_vec(), cause: Invalid::EmptyText };
        pairs.push(Pair { path: PATH, offset: first.offset, tag: 0, value });
    }
    pairs
}

fn pair(offset: usize, octets: Vec<u8>) -> Pair {
    let value = String::from_utf8(octets).map_or_else(
        |error| Value::Invalid { octets: error.into_bytes(), cause: Invalid::NotUtf8 },
        Value::Text,
    );
    Pair { path: PATH, offset, tag: 0, value }
}

/// The one text that all rules among `pairs` make.
pub(super) fn join(dictionary: &Dictionary, pairs: &[Pair]) -> Result<Vec<u8>, EncodeError> {
    let mut text = Vec::new();
    for pair in pairs.iter().filter(|pair| pair.path == PATH) {
        let rule = value_octets(dictionary, pair)?;
        if !text.is_empty() && !rule.is_empty() {
            text.push(DIVIDER);
        }
        text.extend_from_slice(&rule);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dictionary::encode;
    use crate::{Code, PacketBuilder};
    use alloc::borrow::ToOwned as _;
    use testkit::hex;

    fn read_text(dictionary: &Dictionary, octets: &str) -> Vec<(usize, Value)> {
        let octets = hex::octets(&octets.replace(' ', ""));
        let pairs = dictionary.decode(Attributes::new(&octets, 20), None);
        pairs.into_iter().map(|pair| (pair.offset, pair.value)).collect()
    }

    fn written(dictionary: &Dictionary, pairs: &[Pair]) -> Vec<u8> {
        let mut out = [0; 1024];
        let mut builder = PacketBuilder::verbatim(&mut out, Code::ACCESS_ACCEPT, 1, [9; 16]);
        encode(dictionary, pairs, &mut builder, None).unwrap();
        let length = builder.finish_verbatim().unwrap();
        out[20..length].to_vec()
    }

    fn rule(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    // RFC 4849 §2
    #[test]
    fn rules_are_divided_by_zero_octets_and_not_by_attributes() {
        let dictionary = Dictionary::standard().unwrap();
        let hello_bob = [(20, rule("hello")), (20, rule("bob"))];
        assert_eq!(read_text(&dictionary, "5c0b68656c6c6f00626f62"), hello_bob);
        let next = [(20, rule("hello")), (27, rule("bob"))];
        assert_eq!(read_text(&dictionary, "5c0768656c6c6f 5c0600626f62"), next);
        // One rule in two pieces, with another attribute between them, and zero octets that divide nothing.
        let pieces = [(20, rule("hello")), (26, rule("x"))];
        assert_eq!(read_text(&dictionary, "5c06 0068656c 010378 5c06 6c6f0000"), pieces);
        let nothing = |octets: &[u8]| Value::Invalid { octets: octets.to_vec(), cause: Invalid::EmptyText };
        assert_eq!(read_text(&dictionary, "5c0300 5c02"), [(20, nothing(&[0]))]);
        let noise = Value::Invalid { octets: [0xff].to_vec(), cause: Invalid::NotUtf8 };
        assert_eq!(read_text(&dictionary, "5c05ff0061"), [(20, noise), (20, rule("a"))]);
    }

    // RFC 4849 §2
    #[test]
    fn rules_are_written_together_and_split_where_an_attribute_is_full() {
        let dictionary = Dictionary::standard().unwrap();
        let pair = |text: &str| Pair::new(PATH, rule(text));
        let user = Pair::new(Path::attribute(1), rule("x"));
        let three = [pair("hello"), user, pair(""), pair("bob")];
        assert_eq!(hex::encode(&written(&dictionary, &three)), "5c0b68656c6c6f00626f62010378");
        let long = [pair(&"r".repeat(300)), pair("bob")];
        let octets = written(&dictionary, &long);
        assert_eq!((octets[1], octets[256]), (255, 2 + 47 + 1 + 3));
        let read = dictionary.decode(Attributes::new(&octets, 20), None);
        assert!(read.iter().map(|pair| &pair.value).eq(long.iter().map(|pair| &pair.value)), "{read:?}");
    }

    #[test]
    fn an_operators_own_definition_is_what_counts() {
        let own = Dictionary::from_text("ATTRIBUTE NAS-Filter-Rule 92 octets\n").unwrap();
        let octets = |octets: &[u8]| Value::Octets(octets.to_vec());
        assert_eq!(read_text(&own, "5c04 6100 5c03 62"), [(20, octets(b"a\0")), (24, octets(b"b"))]);
    }
}
