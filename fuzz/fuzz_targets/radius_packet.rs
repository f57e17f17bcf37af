//! Packets and everything inside them: what was read writes the same octets, its pairs and their text come back, and what
//! a proxy passes on is a packet.
#![no_main]

use libfuzzer_sys::fuzz_target;
use radius_codec::auth::{self, ReplyPolicy, RequestHeader, RequestPolicy};
use radius_codec::dictionary::{Dictionary, Keys, Value, encode};
use radius_codec::forward::{Forward, Profile};
use radius_codec::hide;
use radius_codec::{AttributeWriter as _, Code, Packet, PacketBuilder, Secret};
use std::sync::OnceLock;

fn dictionary() -> &'static Dictionary {
    static DICTIONARY: OnceLock<Dictionary> = OnceLock::new();
    DICTIONARY.get_or_init(|| Dictionary::standard().expect("our own files are good"))
}

fuzz_target!(|datagram: &[u8]| {
    let Ok(packet) = Packet::parse(datagram) else { return };
    let secret = Secret::new(b"testing123").expect("it is not empty");
    assert_eq!(packet.attributes().count(), packet.attribute_count());
    let mut out = [0; 4096];
    let mut builder =
        PacketBuilder::verbatim(&mut out, packet.code(), packet.identifier(), *packet.authenticator());
    for attribute in packet.attributes() {
        builder.attribute(&attribute);
    }
    let length = builder.finish_verbatim().expect("it was a packet");
    assert_eq!(&out[..length], packet.octets());

    let request = RequestHeader {
        code: Code::ACCESS_REQUEST,
        identifier: packet.identifier(),
        authenticator: [0; 16],
        has_proxy_state: false,
    };
    // What a strict policy takes, a lenient one takes too.
    let strict = auth::verify_request(&packet, &secret, &RequestPolicy::STRICT);
    assert!(strict.is_err() || auth::verify_request(&packet, &secret, &RequestPolicy::LEGACY).is_ok());
    let strict = auth::verify_reply(&packet, &request, &secret, &ReplyPolicy::STRICT);
    assert!(strict.is_err() || auth::verify_reply(&packet, &request, &secret, &ReplyPolicy::LEGACY).is_ok());

    for attribute in packet.attributes() {
        if let Ok(clear) = hide::unhide_password(&secret, packet.authenticator(), attribute.value) {
            assert!(clear.len() <= hide::MAX_PASSWORD && clear.last() != Some(&0));
        }
        if let Ok(clear) = hide::unhide_salted(&secret, packet.authenticator(), attribute.value) {
            assert!(clear.len() <= hide::MAX_SALTED);
        }
    }
    for (client, server) in [
        (Profile::V10(&secret), Profile::V10(&secret)),
        (Profile::V10(&secret), Profile::V11),
        (Profile::V11, Profile::V10(&secret)),
        (Profile::V11, Profile::V11),
    ] {
        let forward = Forward { client, server, salt: 0 };
        if let Ok(length) = forward.request(&packet, &mut out, 1, [1; 16], b"p") {
            Packet::parse(&out[..length]).expect("we wrote it");
        }
        let last = packet.proxy_states().last().map_or(&b""[..], |last| last.value);
        if let Ok(length) = forward.reply(&packet, &mut out, &request, &[2; 16], last) {
            Packet::parse(&out[..length]).expect("we wrote it");
        }
    }
    let keys = Keys { secret: &secret, authenticator: packet.authenticator(), salt: 0x8000 };
    let _clear = dictionary().decode(packet.attributes(), Some(&keys));
    let pairs = dictionary().decode(packet.attributes(), None);
    for pair in &pairs {
        let text = pair.display(dictionary()).to_string();
        if pair.invalid().is_none() && !matches!(pair.value, Value::Group(_)) {
            let read = dictionary().parse_pair(&text).expect("it was printed");
            assert_eq!(read.display(dictionary()).to_string(), text);
        }
    }
    if pairs.iter().any(|pair| pair.invalid().is_some()) {
        return;
    }
    let mut builder = PacketBuilder::verbatim(&mut out, packet.code(), 0, [0; 16]);
    if encode(dictionary(), &pairs, &mut builder, None).is_ok() {
        let length = builder.finish_verbatim().expect("no error so far");
        let again = Packet::parse(&out[..length]).expect("we wrote it");
        let again = dictionary().decode(again.attributes(), None);
        let text = |pairs: &[radius_codec::dictionary::Pair]| {
            pairs.iter().map(|pair| pair.display(dictionary()).to_string()).collect::<Vec<_>>()
        };
        let mut kept = text(&pairs);
        // A value without octets is left out, but for EAP-Start and Chargeable-User-Identity.
        kept.retain(|pair| {
            let stays = ["EAP-Message = 0x", "Chargeable-User-Identity = 0x"].contains(&pair.as_str());
            stays || !(pair.is_empty() || pair.ends_with(" = 0x"))
        });
        assert_eq!(text(&again), kept);
    }
});
