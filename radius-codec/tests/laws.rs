//! Laws that hold for any octets and any values.

use proptest::prelude::*;
use radius_codec::auth::{self, ReplyPolicy, RequestHeader, RequestPolicy};
use radius_codec::client::{Progress, Rand, Rfc5080, Schedule, Step};
use radius_codec::dict::microsoft;
use radius_codec::dictionary::{Dictionary, encode};
use radius_codec::forward::{Forward, Profile};
use radius_codec::hide::{self, Unlocked};
use radius_codec::radconfig::{Mode, REPEATABLE, convert, key, merge};
use radius_codec::stream::Framer;
use radius_codec::terminate_time::TerminateTime;
use radius_codec::tlv::Tlvs;
use radius_codec::vendor::{Layout, VendorSpecific};
use radius_codec::{AttributeWriter as _, Code, Kind, Limits, Packet, PacketBuilder, Path, Secret, attr};
use std::sync::OnceLock;
use std::time::Duration;

fn dictionary() -> &'static Dictionary {
    static DICTIONARY: OnceLock<Dictionary> = OnceLock::new();
    DICTIONARY.get_or_init(|| Dictionary::standard().unwrap_or_default())
}

/// Attributes with types that matter, and any values.
fn attributes() -> impl Strategy<Value = Vec<(u8, Vec<u8>)>> {
    let kind = prop_oneof![
        3 => 1..=255_u8,
        2 => Just(26_u8),
        2 => prop::sample::select(vec![2_u8, 3, 33, 69, 79, 80, 81, 173, 241, 245, 246]),
    ];
    let vendor = prop::sample::select(vec![311_u32, 14122, 14559, 429, 4846, 8164, 24757, 9]);
    let value = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..40),
        (vendor, prop::collection::vec(any::<u8>(), 0..40)).prop_map(|(vendor, rest)| [
            vendor.to_be_bytes().to_vec(),
            rest
        ]
        .concat()),
        prop::collection::vec(any::<u8>(), 253),
    ];
    prop::collection::vec((kind, value), 0..12)
}

fn packet(code: u8, attributes: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut octets = vec![code, 7, 0, 0];
    octets.extend_from_slice(&[5; 16]);
    for (kind, value) in attributes {
        octets.push(*kind);
        octets.push(u8::try_from(value.len() + 2).unwrap_or(255));
        octets.extend_from_slice(value);
    }
    let length = u16::try_from(octets.len()).unwrap_or(u16::MAX);
    octets[2..4].copy_from_slice(&length.to_be_bytes());
    octets
}

fn secret() -> Secret {
    Secret::new(b"testing123").unwrap_or_else(|_| unreachable!("it is not empty"))
}

/// Everything that reads, over one packet.
fn read_all(packet: &Packet<'_>) {
    for attribute in packet.attributes() {
        let _ = attribute.vendor_specific().map(|vsa| vsa.sub_attributes().count());
        let _ = attribute.extended();
        let _ = hide::unhide_password(&secret(), packet.authenticator(), attribute.value);
        let _ = hide::unhide_salted(&secret(), packet.authenticator(), attribute.value);
        let _ = hide::unhide_salted_cut(&secret(), packet.authenticator(), attribute.value);
    }
    for path in ["26.14122.1", "241.5.1", "245.26.1.6", "26.24757.1.1", "173.2", "1"] {
        if let Ok(path) = path.parse::<Path>() {
            assert!(packet.attributes().values(path).count() <= packet.octets().len());
        }
    }
    let _ = packet.eap().map(|eap| eap.join());
    let _ = auth::verify_request(packet, &secret(), &RequestPolicy::STRICT);
    let request =
        RequestHeader { code: Code(1), identifier: 7, authenticator: [0; 16], has_proxy_state: false };
    let _ = auth::verify_reply(packet, &request, &secret(), &ReplyPolicy::STRICT);
    for pair in dictionary().decode(packet.attributes(), None) {
        assert!(pair.offset >= 20);
        let _ = format!("{}", pair.display(dictionary()));
    }
}

proptest! {
    // spec: radius 21
    #[test]
    fn visiting_while_parsing_shows_what_a_second_walk_shows(
        code in 0..=255_u8,
        attributes in attributes(),
        cut in 0..64_usize,
        limit in 0..14_usize,
    ) {
        let mut octets = packet(code, &attributes);
        octets.truncate(octets.len().saturating_sub(cut).max(20));
        let length = u16::try_from(octets.len()).unwrap_or(u16::MAX);
        octets[2..4].copy_from_slice(&length.to_be_bytes());
        let limits = Limits { max_attributes: limit, ..Limits::STREAM };
        let mut visited = Vec::new();
        let parsed = Packet::parse_each(&octets, &limits, |attribute| visited.push(attribute));
        prop_assert_eq!(parsed, Packet::parse_within(&octets, &limits));
        if let Ok(parsed) = parsed {
            prop_assert_eq!(parsed.attribute_count(), visited.len());
            prop_assert!(parsed.attributes().eq(visited.iter().copied()));
            let first = |kind: u8| visited.iter().copied().find(|a| a.kind == Kind(kind));
            prop_assert_eq!(parsed.message_authenticator(), first(80));
            prop_assert_eq!(parsed.eap_message(), first(79));
            prop_assert_eq!(parsed.proxy_state(), first(33));
            let repeated = visited.iter().filter(|a| a.kind == Kind(80)).count() > 1;
            prop_assert_eq!(parsed.repeats_message_authenticator(), repeated);
        }
    }

    // spec: radius 20
    #[test]
    fn no_octets_make_a_reader_panic(octets in prop::collection::vec(any::<u8>(), 0..120)) {
        if let Ok(packet) = Packet::parse(&octets) {
            read_all(&packet);
        }
        let _ = VendorSpecific::parse(&octets);
        prop_assert!(Tlvs::new(&octets).count() <= octets.len());
    }

    // spec: radius 20
    #[test]
    fn what_is_read_and_written_again_is_the_same(code in 0..=255_u8, attributes in attributes()) {
        let octets = packet(code, &attributes);
        prop_assume!(octets.len() <= 4096);
        let packet = Packet::parse(&octets);
        let packet = packet.map_err(|error| TestCaseError::fail(error.to_string()))?;
        read_all(&packet);
        let mut out = vec![0; octets.len()];
        let mut builder = PacketBuilder::verbatim(&mut out, packet.code(), packet.identifier(), *packet.authenticator());
        for attribute in packet.attributes() {
            builder.attribute(&attribute);
        }
        prop_assert_eq!(builder.finish_verbatim(), Ok(octets.len()));
        prop_assert_eq!(&out, &octets);
    }

    // spec: radius 7 to 10, 19.2
    #[test]
    fn decoding_what_was_encoded_gives_the_same_pairs(attributes in attributes()) {
        let octets = packet(2, &attributes);
        prop_assume!(octets.len() <= 3000);
        let packet = Packet::parse(&octets).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let pairs = dictionary().decode(packet.attributes(), None);
        let mut out = vec![0; 4096];
        let mut builder = PacketBuilder::verbatim(&mut out, packet.code(), 7, [5; 16]);
        // Joined values may stand elsewhere, and what is invalid may have no way to be written.
        if pairs.iter().all(|pair| pair.invalid().is_none()) && encode(dictionary(), &pairs, &mut builder, None).is_ok() {
            let length = builder.finish_verbatim().map_err(|error| TestCaseError::fail(error.to_string()))?;
            let again = Packet::parse(&out[..length]).map_err(|error| TestCaseError::fail(error.to_string()))?;
            let plain = |packet: &Packet<'_>| {
                let pairs = dictionary().decode(packet.attributes(), None);
                pairs.iter().map(|pair| pair.display(dictionary()).to_string()).collect::<Vec<_>>()
            };
            let mut kept = plain(&packet);
            // A value without octets is left out (RFC 2865 §5), but for two that say something so.
            kept.retain(|pair| {
                let stays = ["EAP-Message = 0x", "Chargeable-User-Identity = 0x"].contains(&pair.as_str());
                stays || !(pair.is_empty() || pair.ends_with(" = 0x"))
            });
            prop_assert_eq!(plain(&again), kept);
        }
    }

    // spec: radius 19.2
    #[test]
    fn text_of_a_pair_reads_back(attributes in attributes()) {
        let octets = packet(2, &attributes);
        prop_assume!(octets.len() <= 4096);
        let packet = Packet::parse(&octets).map_err(|error| TestCaseError::fail(error.to_string()))?;
        for pair in dictionary().decode(packet.attributes(), None) {
            if pair.invalid().is_some() || matches!(pair.value, radius_codec::dictionary::Value::Group(_)) {
                continue;
            }
            let text = pair.display(dictionary()).to_string();
            let read = dictionary().parse_pair(&text);
            let read = read.map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
            prop_assert_eq!(read.display(dictionary()).to_string(), text);
        }
    }

    // spec: radius 3, 4
    #[test]
    fn a_signed_packet_verifies_and_any_changed_octet_is_noticed(
        values in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..6),
        at in any::<prop::sample::Index>(),
        bit in 0..8_u32,
        code in prop::sample::select(vec![1_u8, 4, 12, 40, 43]),
    ) {
        let mut out = [0; 1024];
        let secret = secret();
        let mut builder = match code {
            1 | 12 => PacketBuilder::new(&mut out, Code(code), 9, [3; 16]),
            _ => PacketBuilder::signed_request(&mut out, Code(code), 9),
        };
        for value in &values {
            builder.octets(Kind::CLASS, value);
        }
        let length = builder.finish(&secret).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let policy = RequestPolicy::STRICT;
        let good = Packet::parse(&out[..length]).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert!(auth::verify_request(&good, &secret, &policy).is_ok());
        out[at.index(length)] ^= 1 << bit;
        if let Ok(packet) = Packet::parse(&out[..length]) {
            prop_assert!(auth::verify_request(&packet, &secret, &policy).is_err());
        }
    }

    // spec: radius 5
    #[test]
    fn what_is_hidden_comes_back(
        password in prop::collection::vec(1..=255_u8, 0..=128),
        salted in prop::collection::vec(any::<u8>(), 0..=239),
        key in prop::collection::vec(any::<u8>(), 1..100),
        authenticator in any::<[u8; 16]>(),
        salt in any::<u16>(),
    ) {
        let secret = Secret::new(&key).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let mut hidden = vec![0; hide::hidden_password_len(password.len()).unwrap_or_default()];
        hide::hide_password(&secret, &authenticator, &password, &mut hidden);
        let clear = hide::unhide_password(&secret, &authenticator, &hidden);
        prop_assert_eq!(clear.map(|clear| clear.to_vec()), Ok(password));
        let mut value = vec![0; hide::salted_len(salted.len()).unwrap_or_default()];
        hide::hide_salted(&secret, &authenticator, salt, &salted, &mut value);
        let clear = hide::unhide_salted(&secret, &authenticator, &value);
        prop_assert_eq!(clear.map(|clear| clear.to_vec()), Ok(salted));
    }

    // spec: radius 12, 16
    #[test]
    fn what_two_proxies_pass_on_comes_out_as_it_went_in(
        password in prop::collection::vec(1..=255_u8, 1..=128),
        class in prop::collection::vec(any::<u8>(), 0..=253),
        key in prop::collection::vec(any::<u8>(), 1..=239),
        salt in any::<u16>(),
        between in prop::sample::select(vec![true, false]),
    ) {
        let fail = |error: &dyn std::fmt::Display| TestCaseError::fail(error.to_string());
        let (nas, home, middle) = (secret(), secret(), Secret::new(b"middle").map_err(|error| fail(&error))?);
        let middle = if between { Profile::V11 } else { Profile::V10(&middle) };
        let first = Forward { client: Profile::V10(&nas), server: middle, salt };
        let second = Forward { client: middle, server: Profile::V10(&home), salt };
        let (mut a, mut b, mut c) = ([0; 2048], [0; 2048], [0; 2048]);
        let length = PacketBuilder::new(&mut a, Code::ACCESS_REQUEST, 1, [1; 16])
            .hidden(attr::USER_PASSWORD, &password, &nas)
            .octets(Kind::CLASS, &class)
            .finish(&nas)
            .map_err(|error| fail(&error))?;
        let sent = Packet::parse(&a[..length]).map_err(|error| fail(&error))?;
        let length = first.request(&sent, &mut b, 2, [2; 16], b"first").map_err(|error| fail(&error))?;
        let midway = Packet::parse(&b[..length]).map_err(|error| fail(&error))?;
        let length = second.request(&midway, &mut c, 3, [3; 16], b"second").map_err(|error| fail(&error))?;
        let arrived = Packet::parse(&c[..length]).map_err(|error| fail(&error))?;
        let came = Unlocked::new(arrived, &home, &[3; 16]).password(attr::USER_PASSWORD);
        prop_assert_eq!(came.and_then(Result::ok).map(|clear| clear.to_vec()), Some(password));
        prop_assert_eq!(arrived.attributes().octets(attr::CLASS), Some(&class[..]));
        let (arrived, midway): (RequestHeader, RequestHeader) = ((&arrived).into(), (&midway).into());
        let length = PacketBuilder::reply(&mut a, Code::ACCESS_ACCEPT, &arrived)
            .salt(salt)
            .salted(microsoft::MPPE_SEND_KEY, &key, &home)
            .octets(Kind::PROXY_STATE, b"first")
            .octets(Kind::PROXY_STATE, b"second")
            .finish(&home)
            .map_err(|error| fail(&error))?;
        let reply = Packet::parse(&a[..length]).map_err(|error| fail(&error))?;
        let length =
            second.reply(&reply, &mut b, &midway, &[3; 16], b"second").map_err(|error| fail(&error))?;
        let reply = Packet::parse(&b[..length]).map_err(|error| fail(&error))?;
        let request =
            RequestHeader { code: Code(1), identifier: 1, authenticator: [1; 16], has_proxy_state: false };
        let length = first
            .reply(&reply, &mut c, &request, &midway.authenticator, b"first")
            .map_err(|error| fail(&error))?;
        let reply = Packet::parse(&c[..length]).map_err(|error| fail(&error))?;
        prop_assert!(auth::verify_reply(&reply, &request, &nas, &ReplyPolicy::STRICT).is_ok());
        let came = Unlocked::new(reply, &nas, &[1; 16]).salted(microsoft::MPPE_SEND_KEY);
        prop_assert_eq!(came.and_then(Result::ok).map(|clear| clear.to_vec()), Some(key));
    }

    // spec: radius 9
    #[test]
    fn a_long_value_is_split_and_joined_again(
        value in prop::collection::vec(any::<u8>(), 1..1200),
        path in prop::sample::select(vec!["245.7", "246.26.9.1", "26.24757.200"]),
    ) {
        let path: Path = path.parse().map_err(|_| TestCaseError::fail("path"))?;
        let mut out = [0; 4096];
        let mut builder = PacketBuilder::verbatim(&mut out, Code(2), 1, [0; 16]);
        let length = builder.octets(path, &value).finish_verbatim();
        let length = length.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let packet = Packet::parse(&out[..length]).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let pairs = Dictionary::default().decode(packet.attributes(), None);
        prop_assert_eq!(pairs.len(), 1);
        prop_assert_eq!(&pairs[0].value, &radius_codec::dictionary::Value::Octets(value));
        prop_assert_eq!(pairs[0].path, path);
    }

    // spec: radius 1
    #[test]
    fn an_addition_that_fails_changes_nothing(
        room in 20..90_usize,
        values in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 1..5),
    ) {
        let mut out = vec![0xee; room];
        let mut builder = PacketBuilder::verbatim(&mut out, Code(2), 1, [0; 16]);
        let mut fitted = Vec::new();
        for value in &values {
            let before = builder.len();
            builder.octets(Kind::CLASS, value);
            if builder.error().is_some() {
                prop_assert_eq!(builder.len(), before);
            } else {
                fitted.push(value.len());
            }
        }
        let failed = builder.error().is_some();
        prop_assert_eq!(builder.finish_verbatim().is_err(), failed);
        let used: usize = fitted.iter().map(|length| length + 2).sum();
        prop_assert!(out[20 + used..].iter().all(|octet| *octet == 0xee));
    }

    // spec: radius 15
    #[test]
    fn a_stream_gives_the_same_packets_however_it_is_cut(
        packets in prop::collection::vec(attributes(), 1..4),
        cuts in prop::collection::vec(1..50_usize, 1..20),
    ) {
        let packets: Vec<Vec<u8>> = packets.iter().map(|attributes| packet(2, attributes)).collect();
        prop_assume!(packets.iter().all(|packet| packet.len() <= 4096));
        let stream = packets.concat();
        let mut framer = Framer::new(Limits::DEFAULT);
        let mut got = Vec::new();
        let mut rest = stream.as_slice();
        let mut cuts = cuts.iter().cycle();
        while !rest.is_empty() {
            let (chunk, behind) = rest.split_at(rest.len().min(*cuts.next().unwrap_or(&1)));
            rest = behind;
            framer.push(chunk);
            while let Some(packet) = framer.next_packet().map_err(|error| TestCaseError::fail(error.to_string()))? {
                got.push(packet.octets().to_vec());
            }
        }
        prop_assert_eq!(got, packets);
        prop_assert!(framer.remainder().is_empty());
    }

    // spec: radius 8
    #[test]
    fn every_layout_reads_what_it_wrote(
        kind in 0..=255_u32,
        value in prop::collection::vec(any::<u8>(), 0..200),
        vendor in prop::sample::select(vec![9_u32, 429, 637, 4846, 8164, 24757]),
    ) {
        let mut out = [0; 512];
        let mut builder = PacketBuilder::verbatim(&mut out, Code(2), 1, [0; 16]);
        let length = builder.vendor(vendor, kind, &value).finish_verbatim();
        let length = length.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let packet = Packet::parse(&out[..length]).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let found: Vec<&[u8]> = packet.attributes().vendor(vendor, kind).collect();
        prop_assert_eq!(found, vec![value.as_slice()]);
        prop_assert!(Layout::of(vendor).max_value() >= value.len());
    }

    // spec: radius 17
    #[test]
    fn a_schedule_ends_within_its_limits(
        initial in 1..20_u64, count in 0..8_u32, longest in 0..30_u64, duration in 0..90_u64, rand in any::<u32>(),
    ) {
        prop_assume!(count > 0 || duration > 0);
        let schedule = Rfc5080 {
            initial: Duration::from_secs(initial),
            max_count: count,
            max_wait: Duration::from_secs(longest),
            max_duration: Duration::from_secs(duration),
        };
        let mut progress = Progress::new(Schedule::Rfc5080(schedule));
        let (mut sent, mut waited) = (0, Duration::ZERO);
        while let Step::Again(wait) = progress.next(Rand::from_bits(rand)) {
            sent += 1;
            waited += wait;
            prop_assert!(sent < 1000);
        }
        prop_assert!(count == 0 || sent <= count);
        prop_assert!(duration == 0 || waited <= Duration::from_secs(duration));
    }

    // spec: hotspot-config 4
    #[test]
    fn conversion_keeps_other_lines_and_puts_negative_patterns_first(text in "((newdomain|lease)? ?[!*.,a-c ]{0,12}\n){0,6}") {
        for mode in [Mode::Exact, Mode::Tolerant] {
            let converted = convert(&text, mode);
            let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with("newdomain")).collect();
            prop_assert_eq!(converted.remaining.lines().collect::<Vec<_>>(), kept);
            let first = converted.patterns.iter().position(|pattern| !pattern.starts_with('!'));
            let behind = &converted.patterns[first.unwrap_or(converted.patterns.len())..];
            prop_assert!(behind.iter().all(|pattern| pattern.starts_with('^') && pattern.ends_with('$')));
        }
        let merged = merge(&text, &text);
        let keys: Vec<&str> = merged.lines().filter_map(key).filter(|key| !REPEATABLE.contains(key)).collect();
        let different: std::collections::BTreeSet<&str> = keys.iter().copied().collect();
        prop_assert_eq!(keys.len(), different.len());
    }

    // spec: radius-profile 4.1
    #[test]
    fn a_time_of_the_calendar_is_in_order(days in 0..2_000_000_i64, second in 0..86_400_i64, text in ".{0,30}") {
        let _ = TerminateTime::parse(&text);
        // Days counted by the civil calendar, by walking years and months.
        let (mut year, mut day) = (1, days);
        let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let years = day / 146_097 * 400;
        day %= 146_097;
        year += years;
        while day >= 365 + i64::from(leap(year)) {
            day -= 365 + i64::from(leap(year));
            year += 1;
        }
        let mut month = 1;
        for length in [31, 28 + i64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30] {
            if day < length {
                break;
            }
            day -= length;
            month += 1;
        }
        let text = format!("{year:04}-{month:02}-{:02}T{:02}:{:02}:{:02}+00:00", day + 1, second / 3600, second / 60 % 60, second % 60);
        // 0001-01-01 is 719162 days before 1970.
        let want = (days - 719_162) * 86_400 + second;
        prop_assert_eq!(TerminateTime::parse(&text).map(|time| time.unix_seconds(0)), Some(want).filter(|_| year <= 9999));
    }

    // spec: radius 19.1
    #[test]
    fn no_text_makes_the_dictionary_parser_panic(
        lines in prop::collection::vec("(ATTRIBUTE|VALUE|VENDOR|BEGIN-VENDOR|END-VENDOR|BEGIN-TLV|END-TLV|ALIAS|[$]INCLUDE|x)( [A-C.]{1,3}| [0-9.x]{1,5}| tlv| string| integer| format=1,1| has_tag| encrypt=2){0,4}", 0..8),
    ) {
        let text = lines.join("\n");
        if let Ok(dictionary) = Dictionary::load("d", |_| Some(text.clone())) {
            for known in dictionary.attributes() {
                prop_assert!(dictionary.attribute(&known.name).is_some());
            }
        }
    }
}

#[cfg(feature = "fast-md5")]
mod batches {
    use super::*;
    use radius_codec::batch;

    /// Signed packets of any size, some of them changed behind the signature.
    fn signed() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
        let code = prop::sample::select(vec![1_u8, 4, 12, 40, 43]);
        (code, any::<u8>(), prop::collection::vec(any::<u8>(), 0..300), prop::option::of(0..1000_usize))
            .prop_map(|(code, id, value, change)| {
                let mut out = [0; 4096];
                let code = Code(code);
                let mut builder = match code {
                    Code::ACCESS_REQUEST | Code::STATUS_SERVER => {
                        PacketBuilder::new(&mut out, code, id, [id; 16])
                    }
                    _ => PacketBuilder::signed_request(&mut out, code, id),
                };
                let length = builder.concat(25, &value).finish(&secret()).unwrap_or(0);
                let mut request = out[..length].to_vec();
                let header = Packet::parse(&request).map_or(
                    RequestHeader { code, identifier: id, authenticator: [0; 16], has_proxy_state: false },
                    |packet| RequestHeader::from(&packet),
                );
                let reply = match code {
                    Code::ACCESS_REQUEST | Code::STATUS_SERVER => Code::ACCESS_ACCEPT,
                    Code::ACCOUNTING_REQUEST => Code::ACCOUNTING_RESPONSE,
                    Code::DISCONNECT_REQUEST => Code::DISCONNECT_ACK,
                    _ => Code::COA_NAK,
                };
                let length = PacketBuilder::reply(&mut out, reply, &header)
                    .concat(25, &value)
                    .finish(&secret())
                    .unwrap_or(0);
                let mut reply = out[..length].to_vec();
                for octets in [&mut request, &mut reply] {
                    if let Some(octet) = change.and_then(|at| octets.get_mut(20 + at)) {
                        *octet ^= 0x40;
                    }
                }
                (request, reply)
            })
    }

    proptest! {
        // spec: radius 21
        #[test]
        fn a_batch_gives_the_verdicts_of_one_after_the_other(
            packets in prop::collection::vec(signed(), 0..40),
        ) {
            let secret = secret();
            let read = |octets| Packet::parse(octets).ok();
            let requests: Vec<_> = packets.iter().filter_map(|(request, _)| read(request)).collect();
            let policy = RequestPolicy::STRICT;
            let items: Vec<_> = requests
                .iter()
                .map(|packet| batch::Request { packet, secret: &secret, policy: &policy })
                .collect();
            let mut verdicts = Vec::new();
            batch::verify_requests(&items, |index, verdict| verdicts.push((index, verdict)));
            let single = requests.iter().map(|packet| auth::verify_request(packet, &secret, &policy));
            prop_assert_eq!(verdicts, single.enumerate().collect::<Vec<_>>());

            let pairs: Vec<_> = packets
                .iter()
                .filter_map(|(request, reply)| Some((RequestHeader::from(&read(request)?), read(reply)?)))
                .collect();
            let policy = ReplyPolicy { accept_zero_form: true, ..ReplyPolicy::STRICT };
            let items: Vec<_> = pairs
                .iter()
                .map(|(request, packet)| batch::Reply { packet, request, secret: &secret, policy: &policy })
                .collect();
            let mut verdicts = Vec::new();
            batch::verify_replies(&items, |index, verdict| verdicts.push((index, verdict)));
            let single =
                pairs.iter().map(|(request, packet)| auth::verify_reply(packet, request, &secret, &policy));
            prop_assert_eq!(verdicts, single.enumerate().collect::<Vec<_>>());
        }
    }
}
