//! What holds for all inputs.

use heartbeat::answer::{Acceptance, Nop, Regular, accept};
use heartbeat::config::{CommandLine, File};
use heartbeat::dns::{self, Expected, Name, RecordType, Request, Rules, Verdict};
use heartbeat::exec::{TriggerName, substitute};
use heartbeat::extension::ExtensionKey;
use heartbeat::key::BoardData;
use heartbeat::query::{QueryType, SealedQuery};
use heartbeat::rsa::RsaPublicKey;
use heartbeat::{Architecture, Cipher, ExecCode, Host, Key, Mac, Query, Version, base32, base64};
use proptest::collection::vec;
use proptest::prelude::*;

fn query() -> impl Strategy<Value = Query> {
    let numbers = (any::<[u8; 6]>(), 0u8..4, any::<u8>(), any::<[u8; 4]>());
    (numbers, any::<[u32; 3]>(), any::<[u8; 13]>()).prop_map(|((mac, kind, arch, version), words, filler)| {
        let [major, minor, micro, revision] = version;
        let [status, trid, retries] = words;
        Query {
            mac: Mac(mac),
            query_type: QueryType(kind),
            architecture: Architecture(arch),
            version: Version { major, minor, micro, revision },
            status,
            trid,
            retries,
            filler,
        }
    })
}

fn cipher() -> impl Strategy<Value = Cipher> {
    any::<[u8; 32]>().prop_map(|key| Cipher::new(&Key::new(key)))
}

/// Names as text, dots and escapes included.
fn name_text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z.]{0,80}", r"[a-z.\\0-9 ]{0,40}", ".{0,30}"]
}

proptest! {
    // spec: heartbeat 3.1
    #[test]
    fn base32_reads_what_it_writes_in_either_case(octets in vec(any::<u8>(), 0..100)) {
        let mut text = [0; 256];
        let length = base32::encode(&octets, &mut text).unwrap();
        prop_assert_eq!(length, base32::encoded_len(octets.len()));
        for text in [text[..length].to_vec(), text[..length].to_ascii_uppercase()] {
            let mut back = [0; 100];
            let length = base32::decode(&text, &mut back).unwrap();
            prop_assert_eq!(&back[..length], &octets[..]);
        }
    }

    // spec: heartbeat 3.1
    #[test]
    fn whatever_base32_takes_writes_back_but_for_case_and_surplus_bits(text in "[a-zA-Z0-9=]{0,40}") {
        let mut octets = [0; 40];
        if let Ok(length) = base32::decode(text.as_bytes(), &mut octets) {
            let mut back = [0; 64];
            let written = base32::encode(&octets[..length], &mut back).unwrap();
            prop_assert_eq!(written, text.len());
            let same = text.len() - usize::from(text.len() % 8 != 0);
            let lower = text.to_ascii_lowercase();
            prop_assert_eq!(&back[..same], &lower.as_bytes()[..same]);
        }
    }

    // spec: heartbeat 3.2
    #[test]
    fn whatever_base64_takes_is_what_it_writes(text in "[a-zA-Z0-9+/=]{0,24}", octets in vec(any::<u8>(), 0..300)) {
        let mut room = [0; 300];
        if let Ok(length) = base64::decode(text.as_bytes(), &mut room) {
            let mut back = [0; 32];
            let written = base64::encode(&room[..length], &mut back).unwrap();
            prop_assert_eq!(&back[..written], text.as_bytes());
        }
        let mut text = [0; 400];
        let length = base64::encode(&octets, &mut text).unwrap();
        let read = base64::decode(&text[..length], &mut room).unwrap();
        prop_assert_eq!(&room[..read], &octets[..]);
    }

    // spec: heartbeat 4
    #[test]
    fn a_query_comes_back_from_its_label(query in query(), cipher in cipher()) {
        let sealed = query.seal(&cipher);
        prop_assert_eq!((sealed.mac(), sealed.clear_type()), (query.mac, query.query_type));
        let again = SealedQuery::from_label(sealed.label().as_octets()).unwrap();
        prop_assert_eq!(again, sealed);
        prop_assert_eq!(again.open(&cipher), Ok(query));
    }

    // spec: heartbeat 4.6
    #[test]
    fn whatever_opens_as_a_query_seals_to_the_same_octets(mut octets in any::<[u8; 39]>(), cipher in cipher()) {
        octets[0] |= 7;
        let sealed = SealedQuery::new(octets);
        if let Ok(query) = sealed.open(&cipher) {
            prop_assert_eq!(query.seal(&cipher), sealed);
        }
    }

    // spec: heartbeat 20
    #[test]
    fn a_tag_covers_every_field_before_it(query in query(), key in any::<[u8; 32]>(), random in any::<[u8; 5]>(), flip in 0usize..31) {
        let key = Key::new(key);
        let (extension, cipher) = (ExtensionKey::new(&key), Cipher::new(&key));
        let mut tagged = query;
        extension.tag_query(&mut tagged, random);
        prop_assert!(extension.query_is_tagged(&tagged));
        let mut octets = tagged.plain();
        // Protocol version and type must stay for the query to open at all.
        let at = if matches!(flip, 0 | 7 | 8) { 1 } else { flip };
        octets[at] ^= 1;
        let changed = {
            let (_, blocks) = octets.split_at_mut(7);
            cipher.encrypt(blocks);
            SealedQuery::new(octets).open(&cipher).unwrap()
        };
        prop_assert!(!extension.query_is_tagged(&changed));
    }

    // spec: heartbeat 5.2
    #[test]
    fn an_acknowledgement_is_accepted_for_its_own_trid_and_key_only(
        trid: u32, time: u32, other: u32, cipher in cipher(), stranger in cipher(),
    ) {
        let nop = Nop::new(trid, time);
        let text = nop.text(&cipher);
        prop_assert_eq!(text.as_str().len(), heartbeat::answer::NOP_TEXT_LEN);
        let against = |cipher, trid| Acceptance { cipher, rsa: None, trid, strict_nop: true, nop_tag: None };
        let accepted = accept(text.as_octets(), &against(&cipher, trid)).unwrap();
        prop_assert_eq!(accepted, heartbeat::answer::Answer::Nop(nop));
        prop_assert_eq!(accept(text.as_octets(), &against(&cipher, other)).is_ok(), other == trid);
        prop_assert!(accept(text.as_octets(), &against(&stranger, trid)).is_err());
    }

    // spec: heartbeat 5.3
    #[test]
    fn a_regular_answer_keeps_what_it_is_given(
        trid: u32, exec: u8, data in vec(any::<u8>(), 0..300), fill: u8,
    ) {
        match Regular::new(trid, ExecCode(exec), &data, |filler| filler.fill(fill)) {
            Ok(regular) => {
                prop_assert!(data.len() <= 246);
                prop_assert_eq!((regular.trid(), regular.exec(), regular.data()), (trid, ExecCode(exec), &data[..]));
                prop_assert!(regular.plain()[10 + data.len()..].iter().all(|&octet| octet == fill));
            }
            Err(_) => prop_assert!(data.len() > 246),
        }
    }

    #[test]
    fn no_text_makes_accept_panic(text in vec(any::<u8>(), 0..400), trid: u32, cipher in cipher()) {
        let against = Acceptance { cipher: &cipher, rsa: None, trid, strict_nop: false, nop_tag: None };
        prop_assert!(accept(&text, &against).is_err());
        let mut prefixed = b"a=".to_vec();
        prefixed.extend(&text);
        prop_assert!(accept(&prefixed, &against).is_err());
    }

    // spec: heartbeat 7.1
    #[test]
    fn a_name_reads_back_from_its_text_and_from_its_wire_form(text in name_text()) {
        if let Ok(name) = text.parse::<Name>() {
            prop_assert!(name.as_octets().len() <= dns::MAX_NAME_LEN);
            prop_assert!(name.labels().all(|label| (1..=63).contains(&label.len())));
            let again = Name::from_wire(name.as_octets()).unwrap();
            prop_assert_eq!(again.as_octets(), name.as_octets());
            let again: Name = name.to_string().parse().unwrap();
            prop_assert_eq!(again.as_octets(), name.as_octets());
        }
    }

    // spec: heartbeat 7, 17
    #[test]
    fn what_the_server_writes_the_client_reads(
        id: u16, text in "[ -~]{0,512}", suffix in "(\\.[a-z]{1,10}){0,4}",
    ) {
        let name: Name = format!("label{suffix}").parse().unwrap();
        let mut query = Vec::new();
        dns::write_query(id, &name, RecordType::TXT, &mut query).unwrap();
        let request = Request::parse(&query).unwrap();
        prop_assert_eq!(request.name(), Some(name));
        let mut response = Vec::new();
        request.answer(text.as_bytes(), &mut response).unwrap();
        let expected = Expected { id, name: &name };
        match expected.judge(&response, Rules::default()) {
            Verdict::Answer(read) => prop_assert_eq!(read.as_octets(), text.as_bytes()),
            other => prop_assert!(false, "{other:?}"),
        }
        let other = Expected { id: id ^ 1, name: &name };
        prop_assert!(matches!(other.judge(&response, Rules::default()), Verdict::Ignore(_)));
    }

    #[test]
    fn no_datagram_makes_the_dns_readers_panic(
        octets in vec(any::<u8>(), 0..200), flips in vec((0usize..131, any::<u8>()), 0..6),
    ) {
        let name: Name = "ab.c".parse().unwrap();
        let expected = Expected { id: 7, name: &name };
        // Near a good response as well as far from any.
        let mut query = Vec::new();
        dns::write_query(7, &name, RecordType::TXT, &mut query).unwrap();
        let mut near = Vec::new();
        Request::parse(&query).unwrap().answer(b"a=AAAA", &mut near).unwrap();
        for (at, octet) in flips {
            if let Some(place) = near.get_mut(at) {
                *place = octet;
            }
        }
        for datagram in [&octets, &near] {
            for transport in [false, true] {
                for first_datagram_decides in [false, true] {
                    let _ = expected.judge(datagram, Rules { first_datagram_decides, transport });
                }
            }
            for record_type in [RecordType::A, RecordType::AAAA] {
                let _ = dns::read_addresses(datagram, 7, &name, record_type);
            }
            if let Ok(request) = Request::parse(datagram) {
                let mut out = Vec::new();
                let length = request.refuse(dns::ResponseCode::SERVER_FAILURE, &mut out).unwrap();
                prop_assert!(length == out.len() && out.len() <= datagram.len().max(dns::HEADER_LEN));
            }
        }
    }

    // spec: heartbeat 6
    #[test]
    fn no_key_file_makes_the_reader_panic(
        octets in vec(any::<u8>(), 0..300), flips in vec((0usize..460, any::<u8>()), 1..4), der: bool,
    ) {
        let _ = RsaPublicKey::from_file(&octets);
        let name = if der { "rsa_a.spki.der" } else { "rsa_a.spki.pem" };
        let path = format!("{}/../tests/vectors/heartbeat/keys/{name}", env!("CARGO_MANIFEST_DIR"));
        let mut file = std::fs::read(path).unwrap();
        for (at, octet) in flips {
            if let Some(place) = file.get_mut(at) {
                *place = octet;
            }
        }
        if let Ok(key) = RsaPublicKey::from_file(&file) {
            let again = RsaPublicKey::from_integers(&key.modulus(), &key.exponent().unwrap().to_be_bytes());
            prop_assert_eq!(again, Ok(key));
        }
    }

    // spec: heartbeat 14.1
    #[test]
    fn no_text_makes_the_configuration_readers_panic(
        text in "([a-z_]{1,14}|\"|#|[ \t\r\n]|[0-9]{1,5}|\\PC){0,60}",
    ) {
        if let Ok(file) = File::parse(&text) {
            // The extended grammar takes all that the plain one takes, as the same.
            prop_assert_eq!(File::parse_extended(&text), Ok(file));
        }
        let _ = CommandLine::parse(text.split(' '));
        let _ = text.parse::<Host>();
        let _ = text.parse::<Mac>();
        let _ = text.parse::<TriggerName>();
        let _ = Version::parse(&text, &text);
        let _ = BoardData::parse(text.as_bytes());
    }

    // spec: heartbeat 14.1
    #[test]
    fn blanks_and_line_endings_do_not_change_a_file(
        period in 1u32..=2_147_483_647, command in "[a-z /&;#]{0,20}", blanks in "[ \t]{1,4}",
    ) {
        let plain = format!("period_online {period}\ntrigger online \"{command}\"\n");
        let spread = format!("{blanks}period_online{blanks}{period}{blanks}\r\n\r\n{blanks}# note\r\n\
                              trigger{blanks}online\"{command}\"{blanks}\r\n");
        let spread = spread.replace("online\"", "online \"");
        let file = File::parse(&plain).unwrap();
        prop_assert_eq!(file.period_online, Some(period));
        prop_assert_eq!(File::parse(&spread), Ok(file));
    }

    // spec: heartbeat 10
    #[test]
    fn substitution_leaves_no_word_behind(template in "(DATA|DA|TA|[ a-z]){0,20}", path in "[a-z/]{1,9}") {
        let command = substitute(&template, &path);
        prop_assert_eq!(command.matches("DATA").count(), 0);
        prop_assert_eq!(command, template.split("DATA").collect::<Vec<_>>().join(&path));
    }
}
