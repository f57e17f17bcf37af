//! Framing of a stream: the same packets however it is cut, and the same as looking at it whole.
#![no_main]

use libfuzzer_sys::fuzz_target;
use radius_codec::Limits;
use radius_codec::stream::{Frame, Framer, frame};

fuzz_target!(|input: (Vec<u8>, Vec<u8>)| {
    let (cuts, stream) = input;
    let mut whole = Vec::new();
    let mut rest = stream.as_slice();
    let verdict = loop {
        match frame(rest, &Limits::DEFAULT) {
            Ok(Frame::Packet(packet, behind)) => {
                whole.push(packet.octets().to_vec());
                rest = behind;
            }
            Ok(Frame::NeedMore { octets }) => {
                assert!(octets > rest.len());
                break None;
            }
            Err(error) => break Some(error),
        }
    };
    let mut framer = Framer::new(Limits::DEFAULT);
    let mut cut = Vec::new();
    let mut failed = None;
    let mut left = stream.as_slice();
    let mut cuts = cuts.iter().map(|cut| usize::from(*cut) + 1).chain(std::iter::repeat(1000));
    while !left.is_empty() && failed.is_none() {
        let (chunk, behind) = left.split_at(left.len().min(cuts.next().unwrap_or(1)));
        left = behind;
        framer.push(chunk);
        loop {
            match framer.next_packet() {
                Ok(Some(packet)) => cut.push(packet.octets().to_vec()),
                Ok(None) => break,
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            }
        }
    }
    assert_eq!(cut, whole);
    assert_eq!(failed, verdict);
    if failed.is_none() {
        assert_eq!(framer.remainder(), rest);
    }
});
