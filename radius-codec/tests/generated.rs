//! The modules of handles are what the generator makes of the crate's own dictionary files.

use radius_codec::attribute::Attributes;
use radius_codec::dict::{chillispot, wispr};
use radius_codec::dictionary::generate::{Options, module};
use radius_codec::dictionary::{Dictionary, OWN_FILES, Type, Value};
use radius_codec::{AttributeWriter as _, Code, Packet, PacketBuilder, attr};
use std::path::Path;

/// Prefix and number of the vendor of a file.
fn vendor(name: &str) -> Option<(&'static str, u32)> {
    match name {
        "wispr" => Some(("WISPr-", 14122)),
        "chillispot" => Some(("ChilliSpot-", 14559)),
        "microsoft" => Some(("MS-", 311)),
        "wimax" => Some(("WiMAX-", 24757)),
        _ => None,
    }
}

/// Set `REGENERATE=1` to write the modules instead of comparing them.
#[test]
fn modules_of_handles_are_up_to_date() {
    let dictionary = Dictionary::standard().unwrap();
    assert_eq!(dictionary.warnings(), []);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/dict");
    let regenerate = std::env::var_os("REGENERATE").is_some();
    let mut stale = Vec::new();
    for (file, text) in OWN_FILES {
        let Some(name) = file.strip_prefix("dictionary.") else { continue };
        let title = text.lines().next().unwrap().trim_start_matches("# ");
        let title = format!("{title}.\n\nGenerated from `dictionaries/{file}`; do not edit.");
        let names = text.lines().filter_map(|line| line.strip_prefix("ATTRIBUTE\t")?.split('\t').next());
        let mut options = Options::new(&title).crate_name("crate").only(names);
        if let Some((prefix, number)) = vendor(name) {
            options = options.prefix(prefix).vendor(number);
        }
        let rust = module(&dictionary, &options).unwrap();
        let path = folder.join(format!("{name}.rs"));
        if regenerate {
            std::fs::write(&path, &rust).unwrap();
        } else if std::fs::read_to_string(&path).unwrap_or_default() != rust {
            stale.push(*file);
        }
    }
    assert!(stale.is_empty(), "stale: {stale:?}; run with REGENERATE=1");
}

/// One attribute of each type of value that a hotspot uses, by handle and by name.
// spec: radius 19
#[test]
fn reading_by_name_and_by_handle_give_the_same() {
    let mut out = [0; 512];
    let length = PacketBuilder::verbatim(&mut out, Code::ACCESS_ACCEPT, 1, [0; 16])
        .add(attr::USER_NAME, "alice")
        .add(attr::SESSION_TIMEOUT, 3600)
        .add(attr::SERVICE_TYPE, attr::ServiceType::LOGIN_USER)
        .add(attr::FRAMED_IP_ADDRESS, [10, 1, 0, 2].into())
        .add(attr::CLASS, &[0, 1, 2])
        .add(attr::EVENT_TIMESTAMP, 1_365_009_000)
        .add(wispr::REDIRECTION_URL, "http://example.org/")
        .add(wispr::BANDWIDTH_MAX_DOWN, 2_000_000)
        .add(chillispot::CONFIG, "lease 900")
        .add(attr::IP_PORT_LIMIT_INFO, &[1, 6, 0, 0, 0, 3])
        .finish_verbatim()
        .unwrap();
    let packet = Packet::parse(&out[..length]).unwrap();
    let attributes: Attributes<'_> = packet.attributes();
    let dictionary = Dictionary::standard().unwrap();
    let by_name = |name: &str| dictionary.get(attributes, name);
    let text = |text: &str| Some(Value::Text(text.to_owned()));
    let number = |number: u32| Some(Value::Integer(number.into()));
    assert_eq!(by_name("User-Name"), attributes.get(attr::USER_NAME).and_then(Result::ok).and_then(text));
    assert_eq!(
        by_name("session-timeout"),
        attributes.get(attr::SESSION_TIMEOUT).and_then(Result::ok).and_then(number)
    );
    let service = attributes.get(attr::SERVICE_TYPE).and_then(Result::ok);
    assert_eq!(by_name("Service-Type"), service.and_then(|service| number(service.0)));
    let known = dictionary.attribute("Service-Type").unwrap();
    assert_eq!(dictionary.number_name(known, 1), service.and_then(attr::ServiceType::name));
    let address = attributes.get(attr::FRAMED_IP_ADDRESS).and_then(Result::ok);
    assert_eq!(by_name("Framed-IP-Address"), address.map(Value::Ipv4));
    let class = attributes.get(attr::CLASS).and_then(Result::ok);
    assert_eq!(by_name("Class"), class.map(|class| Value::Octets(class.to_vec())));
    assert_eq!(
        by_name("Event-Timestamp"),
        attributes.get(attr::EVENT_TIMESTAMP).and_then(Result::ok).and_then(number)
    );
    let url = attributes.get(wispr::REDIRECTION_URL).and_then(Result::ok);
    assert_eq!(by_name("WISPr-Redirection-URL"), url.and_then(text));
    let rate = attributes.get(wispr::BANDWIDTH_MAX_DOWN).and_then(Result::ok);
    assert_eq!(by_name("WISPr-Bandwidth-Max-Down"), rate.and_then(number));
    let line = attributes.get(chillispot::CONFIG).and_then(Result::ok);
    assert_eq!(by_name("ChilliSpot-Config"), line.and_then(text));
    let inner = attributes.get(attr::IP_PORT_TYPE).and_then(Result::ok);
    assert_eq!((by_name("IP-Port-Type"), inner), (number(3), Some(3)));
    assert_eq!(by_name("No-Such-Name"), None);
}

// spec: radius 22
#[test]
fn every_handle_of_the_tables_is_in_the_dictionary_of_the_same_crate() {
    let dictionary = Dictionary::standard().unwrap();
    assert!(dictionary.attributes().len() > 340);
    for known in dictionary.attributes() {
        assert_eq!(dictionary.attribute(&known.name).map(|d| d.path), Some(known.path), "{}", known.name);
        assert!(known.data_type != Type::Group);
    }
    assert_eq!(dictionary.vendor("wispr").map(|v| v.number), Some(14122));
}

// spec: radius 19.2
#[test]
fn text_is_printed_and_read_as_radclient_does() {
    let dictionary = Dictionary::standard().unwrap();
    for text in [
        "User-Name = \"alice \\\"x\\\" \\\\ \\n\\001\"",
        "Service-Type = Login-User",
        "Service-Type = 999",
        "Framed-IP-Address = 10.1.0.2",
        "Class = 0x000102",
        "Event-Timestamp = \"Apr  3 2013 17:09:11 UTC\"",
        "Tunnel-Type:1 = VLAN",
        "Tunnel-Private-Group-Id:0 = \"100\"",
        "Framed-IPv6-Prefix = 2001:db8::/32",
        "Framed-Interface-Id = 0000:0000:0000:0001",
        "Attr-26.311.200 = 0xabcdef",
        "WISPr-Location-Name = \"caf\u{e9}\"",
    ] {
        let pair = dictionary.parse_pair(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(pair.display(&dictionary).to_string(), text);
    }
    for (text, same) in [
        ("Service-Type := 1", "Service-Type = Login-User"),
        ("Acct-Status-Type = Alive", "Acct-Status-Type = Interim-Update"),
        ("user-name='a\\b'", "User-Name = \"a\\\\b\""),
        ("Session-Timeout = 0x00000e10", "Session-Timeout = 3600"),
    ] {
        let pair = dictionary.parse_pair(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(pair.display(&dictionary).to_string(), same);
    }
    for text in [
        "",
        "User-Name",
        "= 5",
        "Nobody = 5",
        "User-Name:1 = \"a\"",
        "Tunnel-Type:32 = 1",
        "User-Name = \"a",
        "Session-Timeout = abc",
        "Class = 0xabc",
    ] {
        assert!(dictionary.parse_pair(text).is_err(), "{text}");
    }
}
