//! Against other RADIUS crates: a packet that we take has the same attributes for them, and a plain dictionary means the
//! same numbers.
#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use radius_codec::dictionary::Dictionary;
use radius_codec::{Packet, Path};
use std::collections::BTreeMap;
use std::fmt::Write as _;

#[derive(Arbitrary, Debug)]
struct Line {
    name: u8,
    code: u8,
    kind: u8,
    tabs: bool,
    comment: bool,
}

fuzz_target!(|data: &[u8]| {
    match data.split_first() {
        Some((0, octets)) => packet(octets),
        Some((_, script)) => {
            if let Ok(lines) = Unstructured::new(script).arbitrary::<Vec<Line>>() {
                dictionary(&lines);
            }
        }
        None => {}
    }
});

fn packet(octets: &[u8]) {
    let Ok(packet) = Packet::parse(octets) else { return };
    let ours: Vec<(u8, &[u8])> = packet.attributes().map(|a| (a.kind.0, a.value)).collect();
    let (_, attributes) = radius_tokio::header::Header::parse(packet.octets()).expect("they take it too");
    let theirs: Vec<(u8, Vec<u8>)> = radius_tokio::attributes::iter(attributes)
        .map(|a| a.map(|a| (a.attribute_type(), a.value().to_vec())).expect("a whole attribute"))
        .collect();
    assert_eq!(ours.len(), theirs.len());
    assert!(ours.iter().zip(&theirs).all(|(a, b)| a.1 == b.1 && a.0 == b.0));
}

fn dictionary(lines: &[Line]) {
    const KINDS: [&str; 5] = ["string", "octets", "integer", "ipaddr", "date"];
    let mut text = String::new();
    let mut names = BTreeMap::new();
    for line in lines {
        let gap = if line.tabs { "\t" } else { "   " };
        let (name, kind) = (format!("Name-{}", line.name), KINDS[usize::from(line.kind) % 5]);
        if line.code == 0 || names.contains_key(&name) || names.values().any(|code| *code == line.code) {
            continue;
        }
        let comment = if line.comment { "\n# a comment\n\n" } else { "\n" };
        let _ = write!(text, "ATTRIBUTE{gap}{name}{gap}{}{gap}{kind}{comment}", line.code);
        names.insert(name, line.code);
    }
    let ours = Dictionary::from_text(&text).expect("a plain dictionary");
    let theirs = radius_rust::protocol::dictionary::Dictionary::from_str(&text).expect("for them too");
    assert_eq!(theirs.attributes().len(), names.len());
    for attribute in theirs.attributes() {
        let known = ours.attribute(attribute.name()).expect("every name is known");
        assert_eq!(known.path, Path::from(attribute.code()));
    }
}
