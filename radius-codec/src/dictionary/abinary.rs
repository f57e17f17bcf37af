//! Ascend's packet filters (type `abinary`): a line of text, which goes as 32 octets, for IPv6 48.
//!
//! ```text
//! ip {in|out} {forward|drop} [srcip ADDRESS[/LENGTH]] [dstip ADDRESS[/LENGTH]]
//!    [PROTOCOL] [srcport {<|=|>|!=} PORT] [dstport {<|=|>|!=} PORT] [est]
//! ipv6, with the same words
//! generic {in|out} {forward|drop} [OFFSET MASK VALUE [==|!=] [more]]
//! ```
//!
//! The octets: kind (0 generic, 1 ip, 3 ipv6), forward, in, 0; then of ip and ipv6 both addresses, both lengths,
//! protocol, established, both ports, both comparisons (0 none, 1 to 4 as above); of generic offset, count, more, 6 octets
//! of mask, 6 of value, unequal; zero octets to the end. Filters for IPX stay octets.

use super::text::prefix;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;
use core::net::{Ipv4Addr, Ipv6Addr};

const GENERIC: u8 = 0;
const IP: u8 = 1;
const IPV6: u8 = 3;

/// Octets of a filter's mask and of its value.
const MAX_MASK: usize = 6;

/// The signs of comparisons; their numbers count from 1.
const COMPARISONS: [&str; 4] = ["<", "=", ">", "!="];

const PROTOCOLS: [(&str, u8); 4] = [("icmp", 1), ("tcp", 6), ("udp", 17), ("ospf", 89)];

type Words<'t> = core::str::SplitAsciiWhitespace<'t>;

/// The octets of a filter; `None` for text that is none.
pub(super) fn octets(text: &str) -> Option<Vec<u8>> {
    let text = text.to_ascii_lowercase();
    let mut words = text.split_ascii_whitespace();
    let kind = match words.next()? {
        "generic" => GENERIC,
        "ip" => IP,
        "ipv6" => IPV6,
        _ => return None,
    };
    let inwards = one_of(["out", "in"], words.next()?)?;
    let forward = one_of(["drop", "forward"], words.next()?)?;
    let mut octets = [kind, forward, inwards, 0].to_vec();
    match kind {
        GENERIC => generic(words, &mut octets)?,
        _ => ip(words, address_size(kind), &mut octets)?,
    }
    octets.resize(total(kind), 0);
    Some(octets)
}

/// The text of a filter; `None` for octets that it would not say all of.
pub(super) fn text(filter: &[u8]) -> Option<String> {
    let &[kind, forward, inwards, _, ref rest @ ..] = filter else { return None };
    let name = match kind {
        GENERIC => "generic",
        IP => "ip",
        IPV6 => "ipv6",
        _ => return None,
    };
    let direction = if inwards == 0 { "out" } else { "in" };
    let action = if forward == 0 { "drop" } else { "forward" };
    let mut text = alloc::format!("{name} {direction} {action}");
    match kind {
        GENERIC => show_generic(rest, &mut text)?,
        _ => show_ip(rest, address_size(kind), &mut text)?,
    }
    (octets(&text)? == filter).then_some(text)
}

const fn total(kind: u8) -> usize {
    if kind == IPV6 { 48 } else { 32 }
}

const fn address_size(kind: u8) -> usize {
    if kind == IPV6 { 16 } else { 4 }
}

/// 0 for the first word, 1 for the second.
fn one_of(words: [&str; 2], word: &str) -> Option<u8> {
    words.iter().zip(0..).find(|(known, _)| **known == word).map(|(_, number)| number)
}

/// Keeps what stands once at most.
fn once<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.replace(value).is_none().then_some(())
}

fn ip(mut words: Words<'_>, size: usize, out: &mut Vec<u8>) -> Option<()> {
    let (mut source, mut destination) = (None, None);
    let (mut source_port, mut destination_port) = (None, None);
    let (mut protocol, mut established) = (None, None);
    while let Some(word) = words.next() {
        match word {
            "srcip" => once(&mut source, network(words.next()?, size)?)?,
            "dstip" => once(&mut destination, network(words.next()?, size)?)?,
            "srcport" => once(&mut source_port, port(&mut words)?)?,
            "dstport" => once(&mut destination_port, port(&mut words)?)?,
            "est" => once(&mut established, 1)?,
            word => once(&mut protocol, named(&PROTOCOLS, word)?)?,
        }
    }
    let any = || (alloc::vec![0; size], 0);
    let (source, source_length) = source.unwrap_or_else(any);
    let (destination, destination_length) = destination.unwrap_or_else(any);
    let (source_port, source_comparison) = source_port.unwrap_or_default();
    let (destination_port, destination_comparison) = destination_port.unwrap_or_default();
    out.extend([source, destination].concat());
    out.extend([
        source_length,
        destination_length,
        protocol.unwrap_or_default(),
        established.unwrap_or_default(),
    ]);
    out.extend([source_port.to_be_bytes(), destination_port.to_be_bytes()].concat());
    out.extend([source_comparison, destination_comparison]);
    Some(())
}

/// An address and its length.
fn network(word: &str, size: usize) -> Option<(Vec<u8>, u8)> {
    if size == 4 {
        let (address, length) = prefix(word, 32)?;
        return Some((address.parse::<Ipv4Addr>().ok()?.octets().to_vec(), length));
    }
    let (address, length) = prefix(word, 128)?;
    Some((address.parse::<Ipv6Addr>().ok()?.octets().to_vec(), length))
}

/// A number and its comparison.
fn port(words: &mut Words<'_>) -> Option<(u16, u8)> {
    let sign = words.next()?;
    let (_, comparison) = COMPARISONS.iter().zip(1..).find(|(known, _)| **known == sign)?;
    Some((words.next()?.parse().ok()?, comparison))
}

/// A number, or the name of one.
fn named(names: &[(&str, u8)], word: &str) -> Option<u8> {
    let known = names.iter().find(|(name, _)| *name == word);
    known.map(|(_, number)| *number).or_else(|| word.parse().ok())
}

fn show_ip(rest: &[u8], size: usize, text: &mut String) -> Option<()> {
    let (source, rest) = rest.split_at_checked(size)?;
    let (destination, rest) = rest.split_at_checked(size)?;
    let &[source_length, destination_length, protocol, established, a, b, c, d, first, second, ..] = rest
    else {
        return None;
    };
    for (word, address, length) in
        [("srcip", source, source_length), ("dstip", destination, destination_length)]
    {
        if length > 0 || address.iter().any(|octet| *octet != 0) {
            // Writing to a string does not fail.
            let _ = match <[u8; 4]>::try_from(address) {
                Ok(address) => write!(text, " {word} {}/{length}", Ipv4Addr::from(address)),
                Err(_) => {
                    write!(text, " {word} {}/{length}", Ipv6Addr::from(<[u8; 16]>::try_from(address).ok()?))
                }
            };
        }
    }
    if protocol > 0 {
        let known = PROTOCOLS.iter().find(|(_, number)| *number == protocol);
        let _ = match known {
            Some((name, _)) => write!(text, " {name}"),
            None => write!(text, " {protocol}"),
        };
    }
    for (word, number, comparison) in [("srcport", [a, b], first), ("dstport", [c, d], second)] {
        if let Some(at) = usize::from(comparison).checked_sub(1) {
            let _ = write!(text, " {word} {} {}", COMPARISONS.get(at)?, u16::from_be_bytes(number));
        }
    }
    if established > 0 {
        text.push_str(" est");
    }
    Some(())
}

fn generic(mut words: Words<'_>, out: &mut Vec<u8>) -> Option<()> {
    let Some(offset) = words.next() else { return Some(()) };
    let offset: u16 = offset.parse().ok()?;
    let (mut mask, mut value) = (hexadecimal(words.next()?)?, hexadecimal(words.next()?)?);
    if mask.len() != value.len() {
        return None;
    }
    let [.., count] = mask.len().to_be_bytes();
    mask.resize(MAX_MASK, 0);
    value.resize(MAX_MASK, 0);
    let mut word = words.next();
    let unequal = u8::from(word == Some("!="));
    if matches!(word, Some("==" | "!=")) {
        word = words.next();
    }
    let more = u8::from(word == Some("more"));
    if words.next().is_some() || (word.is_some() && more == 0) {
        return None;
    }
    out.extend(offset.to_be_bytes());
    out.extend([0, count, 0, more]);
    out.extend([mask, value].concat());
    out.push(unequal);
    Some(())
}

/// One to six octets as hexadecimal digits.
fn hexadecimal(word: &str) -> Option<Vec<u8>> {
    let digits = word.as_bytes();
    if !digits.len().is_multiple_of(2) || !(1..=MAX_MASK).contains(&(digits.len() / 2)) {
        return None;
    }
    digits.chunks(2).map(|pair| super::text::octet(str::from_utf8(pair).ok()?)).collect()
}

fn show_generic(rest: &[u8], text: &mut String) -> Option<()> {
    let (&[high, low, _, count, _, more], rest) = rest.split_first_chunk()?;
    let (mask, rest) = rest.split_at_checked(MAX_MASK)?;
    let (value, rest) = rest.split_at_checked(MAX_MASK)?;
    if count == 0 {
        return Some(());
    }
    let _ = write!(text, " {}", u16::from_be_bytes([high, low]));
    for octets in [mask, value] {
        text.push(' ');
        for octet in octets.get(..usize::from(count))? {
            let _ = write!(text, "{octet:02x}");
        }
    }
    text.push_str(if rest.first() == Some(&0) { " ==" } else { " !=" });
    if more > 0 {
        text.push_str(" more");
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dictionary::{Dictionary, Pair, TextError, Value, encode};
    use crate::{Attributes, Code, EncodeError, Invalid, PacketBuilder, Path};
    use alloc::borrow::ToOwned as _;
    use testkit::hex;

    const DICTIONARY: &str = "ATTRIBUTE Filter 200 abinary\n";

    // The first three are as FreeRADIUS writes them; the generic one follows from the layout above.
    const FILTERS: [(&str, &str); 4] = [
        (
            "ip in drop tcp dstport > 1023",
            "0100010000000000000000000000060000 0003ff000300000000000000000000",
        ),
        (
            "ip in forward srcip 1.2.3.4/5 dstip 10.11.12.13/32 tcp srcport = 5 dstport = 1234",
            "01010100010203040a0b0c0d05200600000504d2020200000000000000000000",
        ),
        (
            "ipv6 in forward srcip ::1/128 dstip ::1/128 tcp srcport = 5 dstport = 1234",
            "0301010000000000000000000000000000000001000000000000000000000000000000018080\
             0600000504d202020000",
        ),
        (
            "generic out forward 14 ffff 0800 != more",
            "00010000 000e 0002 0001 ffff00000000 080000000000 01 000000000000000000",
        ),
    ];

    #[test]
    fn filters_are_read_and_written() {
        let dictionary = Dictionary::from_text(DICTIONARY).unwrap();
        for (filter, wire) in FILTERS {
            let wire = hex::octets(&wire.replace(' ', ""));
            let pair = dictionary.parse_pair(&alloc::format!("Filter = \"{filter}\"")).unwrap();
            let mut out = [0; 128];
            let mut builder = PacketBuilder::verbatim(&mut out, Code::ACCESS_ACCEPT, 1, [9; 16]);
            encode(&dictionary, &[pair], &mut builder, None).unwrap();
            let length = builder.finish_verbatim().unwrap();
            assert_eq!(hex::encode(&out[22..length]), hex::encode(&wire), "{filter}");
            let read = dictionary.decode(Attributes::new(&out[20..length], 20), None);
            assert_eq!(read[0].value, Value::Text(filter.to_owned()));
        }
        let short =
            ["ip out drop", "ip in drop 0 est", "ipv6 in forward 47 dstip 2001:db8::", "generic in drop"];
        for filter in short {
            let octets = octets(filter).unwrap();
            assert_eq!(super::octets(&text(&octets).unwrap()).unwrap(), octets, "{filter}");
        }
    }

    #[test]
    fn text_that_is_no_filter_is_refused_and_such_octets_stay() {
        let dictionary = Dictionary::from_text(DICTIONARY).unwrap();
        for bad in [
            "ip",
            "ip in",
            "ip up drop",
            "ipx in drop",
            "ip in drop tcp udp",
            "ip in drop srcip 1.2.3.4/33",
            "ip in drop srcip ::1",
            "ip in drop dstport 5",
            "ip in drop dstport > 65536",
            "generic in drop 5",
            "generic in drop 5 ff 0800",
            "generic in drop 5 f f",
            "generic in drop 5 ff 08 less",
        ] {
            let read = dictionary.parse_pair(&alloc::format!("Filter = \"{bad}\""));
            assert_eq!(read, Err(TextError::Value), "{bad}");
        }
        let path = Path::attribute(200);
        let mut out = [0; 64];
        let mut builder = PacketBuilder::verbatim(&mut out, Code::ACCESS_ACCEPT, 1, [9; 16]);
        let pair = Pair::new(path, Value::Text("no filter".to_owned()));
        let refused = encode(&dictionary, &[pair], &mut builder, None);
        assert_eq!(refused, Err(EncodeError::Value { path, cause: Invalid::AscendFilter }));
        // Too short, of another kind, with an octet that no word stands for.
        let mut odd = octets("ip in drop").unwrap();
        odd[31] = 1;
        for octets in [&[1, 0, 1, 0][..], &[2; 32], &odd] {
            let attribute = [&[200, u8::try_from(octets.len()).unwrap() + 2], octets].concat();
            let read = dictionary.decode(Attributes::new(&attribute, 20), None);
            assert_eq!(read[0].value, Value::Octets(octets.to_vec()));
        }
    }
}
