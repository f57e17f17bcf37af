//! The modules of handles are what the generator makes of the crate's own dictionary files.

use radius_codec::attr::Attr;
use radius_codec::attribute::Attributes;
use radius_codec::dict::{chillispot, wispr};
use radius_codec::dictionary::generate::{Options, module};
use radius_codec::dictionary::{Definition, Dictionary, Encrypt, OWN_FILES, Type, Value};
use radius_codec::value::{self, DataType};
use radius_codec::{AttributeWriter as _, Code, Packet, PacketBuilder, attr};
use std::net::IpAddr;
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

/// Octets that are a good value of an attribute.
fn sample(known: &Definition) -> Vec<u8> {
    let length = match known.data_type {
        Type::FixedOctets(length) if known.flags.encrypt == Encrypt::UserPassword => {
            usize::from(length).next_multiple_of(16)
        }
        _ if known.flags.encrypt == Encrypt::UserPassword => 16,
        _ if known.flags.encrypt == Encrypt::TunnelPassword => 18 + usize::from(known.flags.has_tag),
        Type::FixedOctets(length) => length.into(),
        Type::Byte | Type::Boolean => return vec![1],
        Type::Short => 2,
        Type::Integer if known.flags.has_tag => return vec![3, 0, 0, 9],
        Type::Ipv4 | Type::Integer | Type::Date | Type::Signed | Type::TimeDelta => 4,
        Type::Ether => 6,
        Type::Ifid | Type::Integer64 => 8,
        Type::Ipv6 | Type::ComboIp => 16,
        Type::Ipv4Prefix => return vec![0, 24, 192, 0, 2, 0],
        Type::Ipv6Prefix => return vec![0, 32, 0x20, 1, 0xd, 0xb8],
        _ => return b"some text".to_vec(),
    };
    (1..).take(length).collect()
}

/// The value that a handle of the attribute's type reads; `None` for types that have parts of their own.
fn by_handle(attributes: Attributes<'_>, known: &Definition) -> Option<Value> {
    fn read<'a, T: DataType>(
        attributes: Attributes<'a>,
        known: &Definition,
        value: impl Fn(T::Value<'a>) -> Value,
    ) -> Value {
        value(attributes.get(Attr::<T>::new(known.path, "handle")).expect("it is there").expect("it is good"))
    }
    let octets = |octets: &[u8]| Value::Octets(octets.to_vec());
    let (name, flags) = (known, known.flags);
    Some(match (flags.encrypt, known.data_type) {
        (Encrypt::UserPassword, _) => read::<value::Hidden>(attributes, name, octets),
        (Encrypt::TunnelPassword, _) if flags.has_tag => return None,
        (Encrypt::TunnelPassword, _) => read::<value::Salted>(attributes, name, octets),
        (_, Type::Integer) if flags.has_tag => {
            read::<value::Tagged<value::Integer>>(attributes, name, |tagged| {
                Value::Integer(tagged.value.into())
            })
        }
        (_, Type::String) if flags.has_tag => {
            read::<value::Tagged<value::Text>>(attributes, name, |tagged| {
                Value::Text(tagged.value.to_owned())
            })
        }
        (_, Type::String) => read::<value::Text>(attributes, name, |text| Value::Text(text.to_owned())),
        (_, Type::Octets) if flags.concat => read::<value::Concat>(attributes, name, octets),
        (_, Type::Octets | Type::FixedOctets(_)) => read::<value::Octets>(attributes, name, octets),
        (_, Type::Integer) => read::<value::Integer>(attributes, name, |n| Value::Integer(n.into())),
        (_, Type::Date) => read::<value::Time>(attributes, name, |n| Value::Integer(n.into())),
        (_, Type::Integer64) => read::<value::Integer64>(attributes, name, Value::Integer),
        (_, Type::Byte) => read::<value::Byte>(attributes, name, |n| Value::Integer(n.into())),
        (_, Type::Short) => read::<value::Short>(attributes, name, |n| Value::Integer(n.into())),
        (_, Type::Boolean) => read::<value::Boolean>(attributes, name, |n| Value::Integer(n.into())),
        (_, Type::Signed) => read::<value::Signed>(attributes, name, Value::Signed),
        (_, Type::Ipv4) => read::<value::Ipv4>(attributes, name, Value::Ipv4),
        (_, Type::Ipv6) => read::<value::Ipv6>(attributes, name, Value::Ipv6),
        (_, Type::Ipv4Prefix) => read::<value::Ipv4PrefixType>(attributes, name, Value::Ipv4Prefix),
        (_, Type::Ipv6Prefix) => read::<value::Ipv6PrefixType>(attributes, name, Value::Ipv6Prefix),
        (_, Type::Ifid) => read::<value::Ifid>(attributes, name, Value::Ifid),
        (_, Type::Ether) => read::<value::Ether>(attributes, name, Value::Ether),
        (_, Type::ComboIp) => read::<value::ComboAddress>(attributes, name, |address| match address {
            IpAddr::V4(address) => Value::Ipv4(address),
            IpAddr::V6(address) => Value::Ipv6(address),
        }),
        _ => return None,
    })
}

/// The types that only vendors have; the others occur in the tables.
const OTHER_TYPES: &str = "VENDOR\tOdd\t65000\nBEGIN-VENDOR\tOdd
ATTRIBUTE\tOdd-Byte\t1\tbyte\nATTRIBUTE\tOdd-Short\t2\tshort\nATTRIBUTE\tOdd-Signed\t3\tsigned
ATTRIBUTE\tOdd-Bool\t4\tbool\nATTRIBUTE\tOdd-Ether\t5\tether\nATTRIBUTE\tOdd-Combo\t6\tcombo-ip
ATTRIBUTE\tOdd-Integer64\t7\tinteger64\nATTRIBUTE\tOdd-Prefix\t8\tipv4prefix\nATTRIBUTE\tOdd-Octets\t9\toctets[5]
END-VENDOR\tOdd\n";

// spec: radius 7, 19
#[test]
fn every_attribute_of_the_tables_reads_the_same_by_name_and_by_handle() {
    let mut compared = 0;
    for dictionary in [Dictionary::standard().unwrap(), Dictionary::from_text(OTHER_TYPES).unwrap()] {
        for known in dictionary.attributes() {
            let mut out = [0; 128];
            let mut packet = PacketBuilder::verbatim(&mut out, Code::ACCESS_ACCEPT, 1, [0; 16]);
            // A Message-Authenticator is not to be written by hand, nor are the types that have parts.
            let written = packet.octets(known.path, &sample(known)).finish_verbatim();
            let Ok(length) = written else { continue };
            let attributes = Packet::parse(&out[..length]).unwrap().attributes();
            let Some(by_handle) = by_handle(attributes, known) else { continue };
            assert_eq!(dictionary.get(attributes, &known.name), Some(by_handle), "{}", known.name);
            compared += 1;
        }
    }
    assert!(compared > 320, "{compared}");
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
        "Framed-Interface-Id = 0:1:2:fffe",
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
