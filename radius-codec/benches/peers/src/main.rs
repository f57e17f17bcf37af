//! Measures this crate beside its peers, and the MD5 work that none of them can avoid. Prints a table.
//!
//! Each figure is the best of many short rounds, and of many starts the middle one; allocations are counted by the global
//! allocator. An argument limits the run to operations whose name contains it.

use hmac::{Hmac, KeyInit as _, Mac as _};
use md5::{Digest as _, Md5};
use radius_codec::dictionary::Dictionary;
use radius_codec::packet::Limits;
use radius_codec::path::Kind;
use radius_codec::{AttributeWriter as _, Code, Packet, PacketBuilder, Secret, attr, auth, hide};
use std::hint::black_box;
use std::time::Instant;

#[path = "../../common/mod.rs"]
mod common;
mod starts;

use common::{allocations, request};
use starts::Row;

const KEY: &[u8] = b"a secret of some length";

/// One line of the table.
fn measure<T>(operation: &str, who: &str, octets: usize, mut run: impl FnMut() -> T) {
    if std::env::args().nth(1).is_some_and(|wanted| !operation.contains(&wanted)) {
        return;
    }
    let before = allocations();
    black_box(run());
    let allocations = allocations() - before;
    let mut ns = f64::MAX;
    for _ in 0..400 {
        let start = Instant::now();
        for _ in 0..500 {
            black_box(run());
        }
        ns = ns.min(start.elapsed().as_nanos() as f64 / 500.0);
    }
    Row { operation: operation.to_owned(), who: who.to_owned(), octets, ns, allocations }.tell();
}

fn challenge(out: &mut [u8], secret: &Secret, request: &Packet<'_>, eap: &[u8]) -> usize {
    PacketBuilder::reply(out, Code::ACCESS_CHALLENGE, &request.into())
        .eap_message(eap)
        .add(attr::STATE, &[3; 16])
        .finish(secret)
        .expect("it fits")
}

fn bare_hmac(keyed: &Hmac<Md5>, octets: &[u8]) -> [u8; 16] {
    let mut hmac = keyed.clone();
    hmac.update(octets);
    hmac.finalize().into_bytes().into()
}

fn bare_md5(octets: &[u8]) -> [u8; 16] {
    Md5::digest(octets).into()
}

fn main() {
    if !starts::is_one() {
        return starts::run();
    }
    let secret = Secret::new(KEY).expect("it is not empty");
    let keyed = Hmac::<Md5>::new_from_slice(KEY).expect("any length");
    let mut buffer = [0; 4096];
    let length = request(&mut buffer, &secret);
    let wire = buffer[..length].to_vec();
    let packet = Packet::parse(&wire).expect("it is ours");
    let eap: Vec<u8> = (0..1020_usize).map(|i| i as u8).collect();
    let mut out = [0; 4096];
    let length = challenge(&mut out, &secret, &packet, &eap);
    let large = out[..length].to_vec();
    let eap_packet = Packet::parse(&large).expect("it is ours");

    for (operation, wire) in [("decode request, visit all", &wire), ("decode EAP challenge, visit all", &large)] {
        let n = wire.len();
        measure(operation, "radius-codec (parse alone)", n, || Packet::parse(black_box(wire)).is_ok());
        measure(operation, "radius-codec (visiting while parsing)", n, || {
            let mut sum = 0;
            let packet = Packet::parse_each(black_box(wire), &Limits::DEFAULT, |a| sum += a.value.len());
            (packet.is_ok(), sum)
        });
        measure(operation, "radius-codec", n, || {
            let packet = Packet::parse(black_box(wire)).expect("good");
            packet.attributes().map(|a| a.value.len()).sum::<usize>()
        });
        measure(operation, "radius-tokio", n, || {
            // Borrowed, as its documentation advises for speed.
            let (_, attributes) = radius_tokio::header::Header::parse(black_box(wire)).expect("good");
            radius_tokio::attributes::iter(attributes).map(|a| a.map_or(0, |a| a.value().len())).sum::<usize>()
        });
        measure(operation, "radius-tokio (owned)", n, || {
            let packet = radius_tokio::PacketBuffer::from_bytes(black_box(wire)).expect("good");
            packet.attributes_iter().map(|a| a.map_or(0, |a| a.value().len())).sum::<usize>()
        });
        measure(operation, "radius-parser", n, || radius_parser::parse_radius_data(black_box(wire)).is_ok());
        measure(operation, "radius", n, || radius::core::packet::Packet::decode(black_box(wire), KEY).is_ok());
    }

    let mut joined = vec![0; 4096];
    measure("join EAP-Message", "radius-codec", eap.len(), || {
        black_box(&eap_packet).eap().expect("some").join_into(&mut joined).map(|eap| eap.len())
    });
    measure("join EAP-Message", "radius-tokio", eap.len(), || {
        joined.clear();
        radius_tokio::eap::reassemble_into(black_box(&large[20..]), &mut joined)
    });

    // Both are used further down; radius-rust knows attributes by its dictionary only.
    let files = ["dictionary.rfc2865", "dictionary.rfc2866", "dictionary.rfc2869"];
    let own = |file: &&str| radius_codec::dictionary::OWN_FILES.iter().find(|(name, _)| name == file).expect("own").1;
    let theirs =
        radius_rust::protocol::dictionary::Dictionary::from_str(&files.iter().map(own).collect::<String>())
            .expect("a dictionary");

    // The attributes as octets, with the password hidden already: nothing but writing and signing.
    let listed: Vec<(u8, &[u8])> = packet_attributes(&wire).collect();
    let operation = "encode request, Message-Authenticator";
    let n = wire.len();
    measure(operation, "radius-codec", n, || {
        let mut packet = PacketBuilder::new(black_box(&mut buffer), Code::ACCESS_REQUEST, 42, [7; 16]);
        for (kind, value) in &listed {
            packet.octets(Kind(*kind), value);
        }
        packet.finish(&secret).expect("it fits")
    });
    measure(operation, "radius-tokio", n, || {
        let mut packet = radius_tokio::PacketBuffer::new(radius_tokio::Code::ACCESS_REQUEST, 42);
        for (kind, value) in &listed {
            packet.add_attribute(*kind, value).expect("it fits");
        }
        packet.seal_as_random_authenticator_request(&[7; 16], KEY)
    });
    measure(operation, "floor: bare HMAC-MD5", n, || bare_hmac(&keyed, black_box(&wire)));

    let operation = "encode request, hidden password, Message-Authenticator";
    let n = wire.len();
    measure(operation, "radius-codec", n, || request(black_box(&mut buffer), &secret));
    measure(operation, "radius-tokio (and fast-md5 for the password)", n, || {
        // It has no public way to hide one; this is the MD5 that it uses itself.
        let mut block = [0; KEY.len() + 16];
        block[..KEY.len()].copy_from_slice(black_box(KEY));
        block[KEY.len()..].copy_from_slice(black_box(&[7; 16]));
        let mut hidden = fast_md5::digest(&block);
        hidden.iter_mut().zip(b"hello").for_each(|(octet, clear)| *octet ^= clear);
        let mut packet = radius_tokio::PacketBuffer::new(radius_tokio::Code::ACCESS_REQUEST, 42);
        for (kind, value) in &listed {
            packet.add_attribute(*kind, if *kind == 2 { &hidden } else { value }).expect("it fits");
        }
        packet.seal_as_random_authenticator_request(&[7; 16], KEY)
    });
    measure(operation, "radius (no Message-Authenticator)", n, || {
        use radius::core::{avp::AVP, code::Code, packet::Packet};
        let mut packet = Packet::new(Code::AccessRequest, KEY);
        for (kind, value) in packet_attributes(&wire).filter(|(kind, _)| *kind != 2) {
            packet.add(AVP::from_bytes(kind, value));
        }
        radius::core::rfc2865::add_user_password(&mut packet, b"hello").expect("it fits");
        packet.encode().expect("it fits")
    });
    measure(operation, "radius-rust", n, || {
        use radius_rust::protocol::radius_packet::{RadiusAttribute, RadiusPacket, TypeCode};
        let mut packet = RadiusPacket::initialise_packet(TypeCode::AccessRequest);
        packet.override_id(42);
        packet.override_authenticator(vec![7; 16]);
        let attribute = |kind, value| RadiusAttribute::create_by_id(&theirs, kind, value).expect("known");
        let mut attributes = vec![attribute(80, vec![0; 16])];
        attributes.extend(packet_attributes(&wire).map(|(kind, value)| match kind {
            2 => attribute(2, radius_rust::tools::encrypt_data(b"hello", &[7; 16], KEY)),
            _ => attribute(kind, value.to_vec()),
        }));
        packet.set_attributes(attributes);
        packet.generate_message_authenticator(std::str::from_utf8(KEY).expect("text")).expect("there is one");
        packet.to_bytes()
    });
    // What is left when all but MD5 is free: one block for the password, the HMAC over the packet.
    let mut block = [0; 39];
    measure(operation, "floor: bare MD5 and HMAC-MD5", n, || {
        block[0] ^= bare_md5(black_box(&block))[0];
        bare_hmac(&keyed, black_box(&wire))
    });

    let operation = "encode EAP challenge, both authenticators";
    let n = large.len();
    measure(operation, "radius-codec", n, || challenge(black_box(&mut out), &secret, &packet, &eap));
    measure(operation, "radius-tokio", n, || {
        let mut reply = radius_tokio::Reply::new(radius_tokio::Code::ACCESS_CHALLENGE, 42);
        reply.add_eap_message(&eap).expect("it fits");
        reply.add_state(&[3; 16]).expect("it fits");
        reply.seal_for(&[7; 16], KEY)
    });
    measure(operation, "floor: bare MD5 and HMAC-MD5", n, || {
        (bare_hmac(&keyed, black_box(&large)), bare_md5(black_box(&large)))
    });

    for (operation, wire) in [("verify Message-Authenticator, request", &wire), ("verify both, EAP challenge", &large)] {
        let n = wire.len();
        let reply = wire[0] == 11;
        let header = (&packet).into();
        measure(operation, "radius-codec (parse and verify)", n, || {
            let read = Packet::parse(black_box(wire)).expect("good");
            if reply {
                auth::verify_reply(&read, &header, &secret, &auth::ReplyPolicy::STRICT).is_ok()
            } else {
                auth::verify_request(&read, &secret, &auth::RequestPolicy::STRICT).is_ok()
            }
        });
        measure(operation, "radius-tokio", n, || {
            use radius_tokio::{authenticator, message_authenticator};
            let wire = black_box(wire);
            let first = message_authenticator::verify(wire, &[7; 16], KEY);
            (first, reply && authenticator::verify_response(wire, &[7; 16], KEY))
        });
        measure(operation, "floor: bare HMAC-MD5 (and MD5)", n, || {
            (bare_hmac(&keyed, black_box(wire)), if reply { bare_md5(black_box(wire)) } else { [0; 16] })
        });
    }

    #[cfg(feature = "fast-md5")]
    {
        use radius_codec::batch;
        let (policy, reply_policy, header) =
            (auth::RequestPolicy::STRICT, auth::ReplyPolicy::STRICT, (&packet).into());
        for count in [4, 16, 64] {
            let (octets, large_octets) = (count * wire.len(), count * large.len());
            let request = batch::Request { packet: &packet, secret: &secret, policy: &policy };
            let requests = vec![request; count];
            measure(&format!("verify {count} requests"), "radius-codec (batch)", octets, || {
                let mut good = 0;
                batch::verify_requests(black_box(&requests), |_, verdict| good += usize::from(verdict.is_ok()));
                assert_eq!(good, count);
            });
            let reply =
                batch::Reply { packet: &eap_packet, request: &header, secret: &secret, policy: &reply_policy };
            let replies = vec![reply; count];
            measure(&format!("verify {count} challenges"), "radius-codec (batch)", large_octets, || {
                let mut good = 0;
                batch::verify_replies(black_box(&replies), |_, verdict| good += usize::from(verdict.is_ok()));
                assert_eq!(good, count);
            });
        }
    }

    let mut hidden = [0; 16];
    measure("hide password of 5", "radius-codec", 5, || {
        hide::hide_password(&secret, black_box(&[7; 16]), b"hello", &mut hidden);
    });
    measure("hide password of 5", "floor: one block of MD5", 5, || bare_md5(black_box(&[7; 39])));
    measure("hide password of 5", "radius", 5, || {
        radius::core::avp::AVP::from_user_password(2, b"hello", KEY, black_box(&[7; 16])).is_ok()
    });
    measure("hide password of 5", "radius-rust", 5, || {
        radius_rust::tools::encrypt_data(b"hello", black_box(&[7; 16]), KEY)
    });
    let value = {
        let mut value = [0; 16];
        hide::hide_password(&secret, &[7; 16], b"hello", &mut value);
        value
    };
    measure("unhide password of 5", "radius-codec", 5, || {
        let mut value = black_box(value);
        hide::unhide_password_in_place(&secret, &[7; 16], &mut value)
    });
    measure("unhide password of 5", "radius-rust", 5, || {
        radius_rust::tools::decrypt_data(black_box(&value), &[7; 16], KEY)
    });
    measure("unhide password of 5", "floor: one block of MD5", 5, || bare_md5(black_box(&[7; 39])));

    let dictionary = Dictionary::standard().expect("our own");
    measure("dictionary lookup by name", "radius-codec", 0, || {
        dictionary.attribute(black_box("Session-Timeout")).map(|known| known.path)
    });
    measure("dictionary lookup by name", "radius-rust (150 attributes)", 0, || {
        theirs.attributes().iter().find(|known| known.name() == black_box("Session-Timeout")).map(|known| known.code())
    });
}

fn packet_attributes(wire: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let packet = Packet::parse(wire).expect("good");
    packet.attributes().filter(|a| a.kind.0 != 80).map(|a| (a.kind.0, a.value))
}
