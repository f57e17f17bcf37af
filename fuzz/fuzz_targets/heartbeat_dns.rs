//! Datagrams are read or refused. A server's response to any datagram that asks for a name is one the client that asked
//! would judge, never one it ignores; the server never answers a response, and a refusal is never longer than the query.
#![no_main]

use heartbeat::dns::{
    Expected, HEADER_LEN, MAX_ADDRESSES, Name, RecordType, Request, Rules, Verdict, read_addresses,
};
use heartbeat::server::{DeviceKeys, Handled, Received, ServerSettings, StatusServer};
use heartbeat::{Key, Mac};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|datagram: &[u8]| {
    let name: Name =
        "o5eavaneeef5ih64i637vwtccfasiyupxq5jybmynjkwa63645l27tmlwu4g6nd.sm.fon.com".parse().unwrap();
    let expected = Expected { id: 0x48b7, name: &name };
    for transport in [false, true] {
        for first_datagram_decides in [false, true] {
            let rules = Rules { first_datagram_decides, transport };
            match expected.judge(datagram, rules) {
                Verdict::Answer(text) => {
                    assert!(text.as_octets().iter().all(|octet| (32..=126).contains(octet)));
                    assert!(text.full_len() < datagram.len());
                }
                Verdict::Ignore(_) => assert!(!first_datagram_decides || transport),
                Verdict::Fail(_) => (),
            }
        }
    }
    for record_type in [RecordType::A, RecordType::AAAA] {
        if let Ok(addresses) = read_addresses(datagram, 0x48b7, &name, record_type) {
            assert!(addresses.as_slice().len() <= MAX_ADDRESSES);
        }
    }

    let random = |octets: &mut [u8]| octets.fill(0x5a);
    let mut server = StatusServer::new(ServerSettings::new(".sm.fon.com"), random).unwrap();
    let mut devices = |_: Mac| Some(DeviceKeys::new(Key::new([0x5a; 32])));
    let source = [192, 0, 2, 1].into();
    let received = Received { now: Default::default(), unix_seconds: 0, source, datagram };
    let mut out = Vec::new();
    match server.handle(received, &mut devices, None, &mut out) {
        Handled::Dropped(_) => assert!(out.is_empty()),
        Handled::Refused { length, .. } => {
            assert!(length == out.len() && length <= datagram.len().max(HEADER_LEN))
        }
        Handled::Answered { length, .. } => assert_eq!(length, out.len()),
    }
    if !out.is_empty() {
        assert!(Request::parse(&out).is_err());
    }
    if let Some(asked) = Request::parse(datagram).ok().and_then(|request| request.name()) {
        let expected = Expected { id: u16::from_be_bytes([datagram[0], datagram[1]]), name: &asked };
        assert!(!matches!(expected.judge(&out, Rules::default()), Verdict::Ignore(_)));
    }
});
