//! Exchanges with the server machine and through a proxy.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use radius_codec::auth::RequestHeader;
use radius_codec::dict::{microsoft, rfc7930};
use radius_codec::forward::{Forward, ForwardError, MAX_PROXY_STATES, Profile};
use radius_codec::hide::Unlocked;
use radius_codec::server::{Client, Config, Event, Input, Output, REJECT_DELAY, Server, reply_to};
use radius_codec::v11::{self, Token};
use radius_codec::{
    AttributeWriter as _, Code, EncodeError, Kind, Limits, Packet, PacketBuilder, Secret, attr, auth,
};
use std::net::SocketAddr;
use std::time::Duration;

fn secret(text: &str) -> Secret {
    Secret::new(text.as_bytes()).unwrap()
}

fn request(identifier: u8, authenticator: u8) -> Vec<u8> {
    let mut out = [0; 512];
    let length = PacketBuilder::new(&mut out, Code::ACCESS_REQUEST, identifier, [authenticator; 16])
        .add(attr::USER_NAME, "alice")
        .hidden(attr::USER_PASSWORD, b"arctangent", &secret("nas"))
        .add(attr::PROXY_STATE, b"one")
        .add(attr::PROXY_STATE, b"two")
        .finish(&secret("nas"))
        .unwrap();
    out[..length].to_vec()
}

fn server() -> Server {
    let client = Client::new("192.0.2.0".parse().unwrap(), secret("nas")).prefix(24);
    Server::new(Config::new(&[Code::ACCESS_REQUEST, Code::STATUS_SERVER]).client(client))
}

fn receive(server: &mut Server, now: u64, from: &str, octets: &[u8]) -> Vec<Output> {
    let from: SocketAddr = from.parse().unwrap();
    server.handle(Duration::from_secs(now), Input::Datagram { socket: 0, from, octets });
    drain(server)
}

fn drain(server: &mut Server) -> Vec<Output> {
    let mut outputs = Vec::new();
    loop {
        match server.poll_output() {
            Output::WaitUntil(_) => return outputs,
            output => outputs.push(output),
        }
    }
}

// spec: radius 12, 18
#[test]
fn a_reply_returns_proxy_states_in_order_and_a_copy_of_the_request_gets_the_same_octets() {
    let mut server = server();
    let octets = request(1, 1);
    let outputs = receive(&mut server, 0, "192.0.2.7:1645", &octets);
    let [Output::Event(Event::Request(incoming))] = outputs.as_slice() else { panic!("{outputs:?}") };
    let again = receive(&mut server, 0, "192.0.2.7:1645", &octets);
    assert!(matches!(&again[..], [Output::Event(Event::Dropped { reason: "duplicate-in-progress", .. })]));
    let mut out = [0; 512];
    let length = incoming
        .reply(&mut out, Code::ACCESS_ACCEPT)
        .finish(server.secret("192.0.2.7".parse().unwrap()).unwrap())
        .unwrap();
    let reply = Packet::parse(&out[..length]).unwrap();
    let states: Vec<&[u8]> = reply.proxy_states().map(|a| a.value).collect();
    assert_eq!(states, [b"one", b"two"]);
    auth::verify_reply(&reply, &incoming.header(), &secret("nas"), &auth::ReplyPolicy::STRICT).unwrap();
    let payload = bytes::Bytes::copy_from_slice(reply.octets());
    assert!(server.respond(Duration::from_secs(1), incoming, payload.clone(), Duration::ZERO));
    let sent = drain(&mut server);
    assert!(matches!(&sent[..], [Output::Transmit { payload: sent, .. }] if *sent == payload));
    let again = receive(&mut server, 2, "192.0.2.7:1645", &octets);
    assert!(matches!(&again[..], [Output::Transmit { payload: sent, .. }] if *sent == payload));
}

// spec: radius 18
#[test]
fn a_reject_waits_and_a_copy_of_its_request_does_not_hurry_it() {
    let mut server = server();
    let octets = request(1, 1);
    let outputs = receive(&mut server, 0, "192.0.2.7:1645", &octets);
    let [Output::Event(Event::Request(incoming))] = outputs.as_slice() else { panic!("{outputs:?}") };
    let payload = bytes::Bytes::from_static(b"reject");
    assert!(server.respond(Duration::ZERO, incoming, payload, REJECT_DELAY));
    assert_eq!(server.next_timer(), REJECT_DELAY);
    let again = receive(&mut server, 0, "192.0.2.7:1645", &octets);
    assert!(matches!(&again[..], [Output::Event(Event::Dropped { .. })]));
    server.handle(REJECT_DELAY, Input::Tick);
    assert!(matches!(&drain(&mut server)[..], [Output::Transmit { .. }]));
    // Another request with the same Identifier is a new one, and an answer to the old one goes nowhere.
    let outputs = receive(&mut server, 2, "192.0.2.7:1645", &request(1, 2));
    assert!(matches!(&outputs[..], [Output::Event(Event::Request(_))]));
    assert!(!server.respond(Duration::from_secs(2), incoming, bytes::Bytes::new(), Duration::ZERO));
}

// spec: radius 4, 18, 20
#[test]
fn what_fails_the_checks_is_never_answered_and_never_remembered() {
    let mut server = server();
    let good = request(1, 1);
    let mut wrong = good.clone();
    wrong[25] ^= 1;
    let mut other = good.clone();
    other[0] = 4;
    for (from, octets, want) in [
        ("198.51.100.1:1", &good[..], "unknown-client"),
        ("192.0.2.7:1", &good[..30], "length-field-exceeds-datagram"),
        ("192.0.2.7:1", &wrong[..], "message-authenticator-mismatch"),
        ("192.0.2.7:1", &other[..], "unknown-code"),
    ] {
        let outputs = receive(&mut server, 0, from, octets);
        assert!(
            matches!(&outputs[..], [Output::Event(Event::Dropped { reason, .. })] if *reason == want),
            "{outputs:?}"
        );
    }
    assert_eq!(server.dropped().map(|(_, count)| count).sum::<u64>(), 4);
    assert!(matches!(&receive(&mut server, 0, "192.0.2.7:1", &good)[..], [Output::Event(Event::Request(_))]));
}

// spec: radius 4
#[test]
fn a_client_that_showed_message_authenticator_once_has_to_go_on() {
    let client = Client::new("192.0.2.7".parse().unwrap(), secret("nas"))
        .policy(auth::RequestPolicy::LEGACY)
        .learn_message_authenticator();
    let mut server = Server::new(Config::new(&[Code::ACCESS_REQUEST]).client(client));
    let bare = |identifier| {
        let mut out = [0; 64];
        let length = PacketBuilder::new(&mut out, Code::ACCESS_REQUEST, identifier, [identifier; 16])
            .without_message_authenticator()
            .add(attr::USER_NAME, "alice")
            .finish(&secret("nas"))
            .unwrap();
        out[..length].to_vec()
    };
    assert!(matches!(
        &receive(&mut server, 0, "192.0.2.7:1", &bare(1))[..],
        [Output::Event(Event::Request(_))]
    ));
    receive(&mut server, 0, "192.0.2.7:1", &request(2, 2));
    let outputs = receive(&mut server, 0, "192.0.2.7:1", &bare(3));
    assert!(matches!(
        &outputs[..],
        [Output::Event(Event::Dropped { reason: "message-authenticator-required", .. })]
    ));
}

// spec: radius 12
#[test]
fn a_proxy_hides_anew_in_both_directions_and_takes_its_proxy_state_out() {
    let (nas, home) = (secret("nas"), secret("home"));
    let forward = Forward { client: Profile::V10(&nas), server: Profile::V10(&home), salt: 0 };
    let octets = request(1, 1);
    let original = Packet::parse(&octets).unwrap();
    let mut out = [0; 512];
    let length = forward.request(&original, &mut out, 9, [5; 16], b"mine").unwrap();
    let forwarded = Packet::parse(&out[..length]).unwrap();
    auth::verify_request(&forwarded, &home, &auth::RequestPolicy::STRICT).unwrap();
    assert_eq!(forwarded.identifier(), 9);
    let password = Unlocked::new(forwarded, &home, &[5; 16]).password(attr::USER_PASSWORD).unwrap().unwrap();
    assert_eq!(password.as_slice(), b"arctangent");
    let mut accept = [0; 512];
    let key = [0xab; 32];
    let length = reply_to(&forwarded, &mut accept, Code::ACCESS_ACCEPT)
        .salt(0x1234)
        .salted(microsoft::MPPE_RECV_KEY, &key, &home)
        .tagged_salted(attr::TUNNEL_PASSWORD, 3, b"tunnel", &home)
        .vendor(9, 1, b"through")
        .finish(&home)
        .unwrap();
    let accept = Packet::parse(&accept[..length]).unwrap();
    auth::verify_reply(&accept, &(&forwarded).into(), &home, &auth::ReplyPolicy::STRICT).unwrap();
    let mut back = [0; 512];
    let header = (&original).into();
    let length = forward.reply(&accept, &mut back, &header, &[5; 16], b"mine").unwrap();
    let back = Packet::parse(&back[..length]).unwrap();
    auth::verify_reply(&back, &header, &nas, &auth::ReplyPolicy::STRICT).unwrap();
    assert_eq!(back.proxy_states().map(|a| a.value).collect::<Vec<_>>(), [b"one", b"two"]);
    let unlocked = Unlocked::new(back, &nas, original.authenticator());
    assert_eq!(unlocked.salted(microsoft::MPPE_RECV_KEY).unwrap().unwrap().as_slice(), key);
    let (tag, password) = unlocked.tagged_salted(attr::TUNNEL_PASSWORD).unwrap().unwrap();
    assert_eq!((tag, password.as_slice()), (3, &b"tunnel"[..]));
    assert_eq!(back.attributes().vendor(9, 1).next(), Some(&b"through"[..]));
    let mut other = [0; 512];
    let wrong = forward.reply(&accept, &mut other, &header, &[5; 16], b"other");
    assert_eq!(wrong, Err(ForwardError::ProxyState));
}

// spec: radius 12
#[test]
fn a_proxy_keeps_chap_working_and_stops_loops_and_status_server() {
    let (nas, home) = (secret("nas"), secret("home"));
    let forward = Forward { client: Profile::V10(&nas), server: Profile::V10(&home), salt: 0 };
    let mut out = [0; 512];
    let length = PacketBuilder::new(&mut out, Code::ACCESS_REQUEST, 1, [7; 16])
        .chap_without_challenge(1, b"password")
        .finish(&nas)
        .unwrap();
    let original = Packet::parse(&out[..length]).unwrap();
    let mut next = [0; 512];
    let length = forward.request(&original, &mut next, 2, [8; 16], b"p").unwrap();
    let forwarded = Packet::parse(&next[..length]).unwrap();
    assert_eq!(forwarded.attributes().octets(attr::CHAP_CHALLENGE), Some(&[7; 16][..]));
    let mut builder = PacketBuilder::new(&mut out, Code::ACCESS_REQUEST, 1, [7; 16]);
    for _ in 0..MAX_PROXY_STATES {
        builder.add(attr::PROXY_STATE, b"loop");
    }
    let length = builder.finish(&nas).unwrap();
    let looping = Packet::parse(&out[..length]).unwrap();
    assert_eq!(forward.request(&looping, &mut next, 2, [8; 16], b"p"), Err(ForwardError::Loop));
    let length = PacketBuilder::new(&mut out, Code::STATUS_SERVER, 1, [7; 16]).finish(&nas).unwrap();
    let status = Packet::parse(&out[..length]).unwrap();
    assert_eq!(forward.request(&status, &mut next, 2, [8; 16], b"p"), Err(ForwardError::Code(12)));
}

// spec: radius 16, RFC 9765 §5: what is hidden on one side of a proxy stands in the clear on the other
#[test]
fn a_proxy_stands_between_radius_1_0_and_1_1() {
    let (nas, token) = (secret("nas"), Token(7));
    let forward = Forward { client: Profile::V10(&nas), server: Profile::V11, salt: 0x1234 };
    let octets = request(1, 1);
    let original = Packet::parse(&octets).unwrap();
    let mut out = [0; 512];
    let length = forward.request(&original, &mut out, 0, token.authenticator(), b"mine").unwrap();
    let forwarded = Packet::parse(&out[..length]).unwrap();
    assert_eq!((forwarded.identifier(), Token::of(&forwarded)), (0, token));
    assert!(forwarded.message_authenticator().is_none());
    assert_eq!(forwarded.attributes().octets(attr::USER_PASSWORD), Some(&b"arctangent"[..]));
    let mut accept = [0; 512];
    let key = [0xab; 32];
    let chap_keys: [u8; 24] = core::array::from_fn(|i| if i < 20 { 9 } else { 0 });
    let length = v11::Builder::new(&mut accept, Code::ACCESS_ACCEPT, token)
        .vendor_packed(microsoft::VENDOR, &[(7, &[0, 0, 0, 1]), (17, &key), (12, &chap_keys)])
        .octets(Kind::TUNNEL_PASSWORD, b"\x03tunnel")
        .octets(Kind::PROXY_STATE, b"one")
        .octets(Kind::PROXY_STATE, b"mine")
        .finish()
        .unwrap();
    let accept = Packet::parse(&accept[..length]).unwrap();
    let mut back = [0; 512];
    let header = (&original).into();
    let sent = token.authenticator();
    let length = forward.reply(&accept, &mut back, &header, &sent, b"mine").unwrap();
    let back = Packet::parse(&back[..length]).unwrap();
    auth::verify_reply(&back, &header, &nas, &auth::ReplyPolicy::STRICT).unwrap();
    assert_eq!(back.proxy_states().map(|a| a.value).collect::<Vec<_>>(), [b"one"]);
    let unlocked = Unlocked::new(back, &nas, original.authenticator());
    assert_eq!(unlocked.salted(microsoft::MPPE_RECV_KEY).unwrap().unwrap().as_slice(), key);
    let (tag, password) = unlocked.tagged_salted(attr::TUNNEL_PASSWORD).unwrap().unwrap();
    assert_eq!((tag, password.as_slice()), (3, &b"tunnel"[..]));
    let salted = |value: &[u8]| u16::from_be_bytes([value[0], value[1]]);
    let vendor = |kind| back.attributes().vendor(microsoft::VENDOR, kind).next().unwrap();
    let tunnel = back.attributes().of_kind(Kind::TUNNEL_PASSWORD).next().unwrap();
    assert_eq!((salted(vendor(17)), salted(&tunnel.value[1..])), (0x9234, 0x9235));
    assert_eq!(vendor(7), [0, 0, 0, 1]);

    // And the other way: the same reply from a server with MD5 to a client of 1.1.
    let forward = Forward { client: Profile::V11, server: Profile::V10(&nas), salt: 0 };
    let mut header: RequestHeader = (&original).into();
    let mut again = [0; 512];
    header.authenticator = Token(8).authenticator();
    let length = forward.reply(&back, &mut again, &header, original.authenticator(), b"one").unwrap();
    let clear = Packet::parse(&again[..length]).unwrap();
    v11::verify_reply(&clear, Code::ACCESS_REQUEST, Token(8)).unwrap();
    assert!(clear.message_authenticator().is_none());
    let vendor = |kind| clear.attributes().vendor(microsoft::VENDOR, kind).next().unwrap();
    assert_eq!((vendor(17), vendor(12)), (&key[..], &chap_keys[..]));
    let tunnel = clear.attributes().of_kind(Kind::TUNNEL_PASSWORD).next().unwrap();
    assert_eq!(tunnel.value, b"\x03tunnel");
    // In the clear, a first octet that can be no tag is the first of the text (RFC 2868 §3.3).
    let forward = Forward { client: Profile::V10(&nas), server: Profile::V11, salt: 0 };
    let mut untagged = [0; 64];
    let length = v11::Builder::new(&mut untagged, Code::ACCESS_ACCEPT, token)
        .octets(Kind::TUNNEL_PASSWORD, b"tunnel")
        .octets(Kind::PROXY_STATE, b"mine")
        .finish()
        .unwrap();
    let untagged = Packet::parse(&untagged[..length]).unwrap();
    let read = untagged.attributes().next().and_then(|attribute| v11::tunnel_password(&attribute)).unwrap();
    assert_eq!((read.tag, read.value), (0, &b"tunnel"[..]));
    let mut tagged = [0; 512];
    let length = forward.reply(&untagged, &mut tagged, &(&original).into(), &sent, b"mine").unwrap();
    let tagged = Packet::parse(&tagged[..length]).unwrap();
    let unlocked = Unlocked::new(tagged, &nas, original.authenticator());
    let (tag, password) = unlocked.tagged_salted(attr::TUNNEL_PASSWORD).unwrap().unwrap();
    assert_eq!((tag, password.as_slice()), (0, &b"tunnel"[..]));
    // What cannot be un-hidden is no value that a peer without secrets could judge.
    let other = secret("other");
    let forward = Forward { client: Profile::V11, server: Profile::V10(&other), salt: 0 };
    let noise = forward.reply(&back, &mut again, &header, original.authenticator(), b"one");
    assert!(matches!(noise, Err(ForwardError::Encode(EncodeError::Value { .. }))), "{noise:?}");
    // With secrets on both sides it goes through as it is, and the client sees that it is invalid.
    let forward = Forward { client: Profile::V10(&nas), server: Profile::V10(&other), salt: 0 };
    let header = (&original).into();
    let length = forward.reply(&back, &mut again, &header, original.authenticator(), b"one").unwrap();
    let noise = Packet::parse(&again[..length]).unwrap();
    let vendor =
        |packet: Packet<'_>| packet.attributes().vendor(microsoft::VENDOR, 17).next().map(<[u8]>::to_vec);
    assert_eq!(vendor(noise).map(|value| value.len()), vendor(back).map(|value| value.len()));
}

// spec: radius 16
#[test]
fn a_proxy_refuses_what_the_other_profile_cannot_say() {
    let home = secret("home");
    let path = |path: radius_codec::Path| ForwardError::Encode(EncodeError::Path { path });
    let mut out = [0; 512];
    let mut next = [0; 512];
    // A client of 1.1 has no Authenticator that could be the challenge.
    let forward = Forward { client: Profile::V11, server: Profile::V10(&home), salt: 0 };
    let length = PacketBuilder::verbatim(&mut out, Code::ACCESS_REQUEST, 0, Token(7).authenticator())
        .octets(Kind::CHAP_PASSWORD, &[1; 17])
        .finish_verbatim()
        .unwrap();
    let chap = Packet::parse(&out[..length]).unwrap();
    assert_eq!(forward.request(&chap, &mut next, 2, [8; 16], b"p"), Err(path(Kind::CHAP_PASSWORD.into())));
    // In 1.1 a password may not fit what is hidden.
    let length = PacketBuilder::verbatim(&mut out, Code::ACCESS_REQUEST, 0, Token(7).authenticator())
        .octets(Kind::USER_PASSWORD, &[b'x'; 129])
        .finish_verbatim()
        .unwrap();
    let long = Packet::parse(&out[..length]).unwrap();
    let refused = EncodeError::ValueTooLong { path: Kind::USER_PASSWORD.into(), length: 129 };
    assert_eq!(forward.request(&long, &mut next, 2, [8; 16], b"p"), Err(refused.into()));
    // Between a NAS with MD5 and a server of 1.1 its challenge is written out, and an empty password is none.
    let forward = Forward { client: Profile::V10(&home), server: Profile::V11, salt: 0 };
    let length = PacketBuilder::new(&mut out, Code::ACCESS_REQUEST, 1, [7; 16])
        .chap_without_challenge(1, b"password")
        .finish(&home)
        .unwrap();
    let chap = Packet::parse(&out[..length]).unwrap();
    let length = forward.request(&chap, &mut next, 0, Token(9).authenticator(), b"p").unwrap();
    let forwarded = Packet::parse(&next[..length]).unwrap();
    assert_eq!(forwarded.attributes().octets(attr::CHAP_CHALLENGE), Some(&[7; 16][..]));
    let length = PacketBuilder::new(&mut out, Code::ACCESS_REQUEST, 1, [7; 16])
        .hidden(attr::USER_PASSWORD, b"", &home)
        .finish(&home)
        .unwrap();
    let empty = Packet::parse(&out[..length]).unwrap();
    assert!(forward.request(&empty, &mut next, 0, Token(9).authenticator(), b"p").is_err());
}

// spec: radius 15, 16; RFC 7930 §4, RFC 9765 §5.4
#[test]
fn original_packet_code_is_on_the_side_with_md5_only() {
    let home = secret("home");
    let octets = request(1, 1);
    let original = Packet::parse(&octets).unwrap();
    let header: RequestHeader = (&original).into();
    let mut out = [0; 512];
    let length = v11::Builder::new(&mut out, Code::PROTOCOL_ERROR, Token(7))
        .integer(attr::ERROR_CAUSE.path(), 502_u32)
        .octets(Kind::PROXY_STATE, b"p")
        .finish()
        .unwrap();
    let reply = Packet::parse(&out[..length]).unwrap();
    let forward = Forward { client: Profile::V10(&home), server: Profile::V11, salt: 0 };
    let mut back = [0; 512];
    let length = forward.reply(&reply, &mut back, &header, &Token(7).authenticator(), b"p").unwrap();
    let reply = Packet::parse(&back[..length]).unwrap();
    assert_eq!(reply.attributes().integer(rfc7930::ORIGINAL_PACKET_CODE), Some(1));
    let mut ours = [0; 512];
    let length = PacketBuilder::reply(&mut ours, Code::PROTOCOL_ERROR, &header)
        .integer(rfc7930::ORIGINAL_PACKET_CODE.path(), 1_u32)
        .integer(attr::ERROR_CAUSE.path(), 502_u32)
        .octets(Kind::PROXY_STATE, b"p")
        .finish(&home)
        .unwrap();
    let reply = Packet::parse(&ours[..length]).unwrap();
    let forward = Forward { client: Profile::V11, server: Profile::V10(&home), salt: 0 };
    let length = forward.reply(&reply, &mut back, &header, &header.authenticator, b"p").unwrap();
    let reply = Packet::parse(&back[..length]).unwrap();
    assert_eq!(reply.attributes().octets(rfc7930::ORIGINAL_PACKET_CODE.path()), None);
    assert_eq!(reply.attributes().integer(attr::ERROR_CAUSE), Some(502));
    // Between two sides of 1.1 one that has no place there is an invalid attribute, not an invalid packet.
    let mut stray = [0; 512];
    let length = PacketBuilder::verbatim(&mut stray, Code::PROTOCOL_ERROR, 0, Token(7).authenticator())
        .integer(rfc7930::ORIGINAL_PACKET_CODE.path(), 1_u32)
        .octets(Kind::PROXY_STATE, b"p")
        .finish_verbatim()
        .unwrap();
    let stray = Packet::parse(&stray[..length]).unwrap();
    let forward = Forward { client: Profile::V11, server: Profile::V11, salt: 0 };
    let length = forward.reply(&stray, &mut back, &header, &header.authenticator, b"p").unwrap();
    assert_eq!(Packet::parse(&back[..length]).unwrap().attribute_count(), 0);
}

// spec: radius 15: streams have larger packets
#[test]
fn a_proxy_passes_on_what_the_callers_room_holds() {
    let home = secret("home");
    let mut large = [0; 8192];
    let mut builder = PacketBuilder::new(&mut large, Code::ACCESS_REQUEST, 1, [7; 16]);
    builder.limit(8192);
    for _ in 0..20 {
        builder.octets(Kind::CLASS, &[b'x'; 253]);
    }
    let length = builder.finish(&home).unwrap();
    let large = Packet::parse_within(&large[..length], &Limits::STREAM).unwrap();
    let forward = Forward { client: Profile::V10(&home), server: Profile::V11, salt: 0 };
    let mut out = [0; 8192];
    assert!(forward.request(&large, &mut out, 0, Token(9).authenticator(), b"p").unwrap() > 5000);
    let cut = forward.request(&large, &mut out[..4096], 0, Token(9).authenticator(), b"p");
    assert!(matches!(cut, Err(ForwardError::Encode(EncodeError::TooLong { .. }))), "{cut:?}");
}
