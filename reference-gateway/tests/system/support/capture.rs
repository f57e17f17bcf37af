//! What went over the wire, as tshark reads it beside our own decoder.

use super::process::run;
use radius_codec::dictionary::{Dictionary, Value};
use radius_codec::{AuthenticatorKind, Packet, packet::Limits};
use roxmltree::{Document, Node};
use std::fs;
use std::sync::{Mutex, PoisonError};
use tempfile::TempDir;

/// Packets, in order. Can be shared between threads.
#[derive(Default)]
pub(crate) struct Capture(Mutex<Vec<Sent>>);

struct Sent {
    /// The port of the client: the Identifiers of each are its own.
    client: u16,
    /// The port of the server, by which tshark tells what it is.
    port: u16,
    /// From the server.
    reply: bool,
    octets: Vec<u8>,
}

/// A port of a client that is as good as any.
pub(crate) const NAS_PORT: u16 = 50_000;

/// Octets of the headers of IPv4 and UDP in front of a packet.
const HEADERS: usize = 28;

impl Capture {
    /// Adds a request from a port to a server on this well-known port.
    pub(crate) fn request(&self, client: u16, port: u16, octets: &[u8]) {
        self.add([Sent { client, port, reply: false, octets: octets.to_vec() }]);
    }

    /// Adds a reply to a port from a server on this well-known port.
    pub(crate) fn reply(&self, client: u16, port: u16, octets: &[u8]) {
        self.add([Sent { client, port, reply: true, octets: octets.to_vec() }]);
    }

    /// Adds a request and the reply to it, with nothing in between.
    pub(crate) fn exchange(&self, client: u16, port: u16, request: &[u8], reply: &[u8]) {
        self.add([
            Sent { client, port, reply: false, octets: request.to_vec() },
            Sent { client, port, reply: true, octets: reply.to_vec() },
        ]);
    }

    fn add<const N: usize>(&self, sent: [Sent; N]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(sent);
    }

    /// As [`agrees`](Self::agrees), where a test may send nothing.
    #[track_caller]
    pub(crate) fn agrees_if_any(&self, secret: &str) {
        if !self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty() {
            self.agrees(secret);
        }
    }

    /// Has tshark read every packet and compares what it says with what our decoder says: the header, where each
    /// attribute stands and what it is called, and the values. tshark also checks the Authenticators with `secret`.
    ///
    /// # Panics
    /// When they do not agree, or there is nothing to compare.
    #[track_caller]
    pub(crate) fn agrees(&self, secret: &str) {
        let sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(!sent.is_empty(), "nothing was sent");
        let folder = TempDir::with_prefix("fonap-capture-").expect("a temporary folder");
        let file = folder.path().join("packets.pcap");
        fs::write(&file, pcap(&sent)).expect("the folder is ours");
        let file = file.to_string_lossy();
        let secret = format!("radius.shared_secret:{secret}");
        let check = "radius.validate_authenticator:TRUE";
        let done = run("tshark", &["-r", &file, "-T", "pdml", "-o", &secret, "-o", check]);
        assert!(done.status.success(), "{done:?}");
        let document = Document::parse(&done.stdout).unwrap_or_else(|e| panic!("{e}: {}", done.stdout));
        let theirs: Vec<_> = document.descendants().filter(|n| is(n, "proto", "radius")).collect();
        assert_eq!(theirs.len(), sent.len(), "tshark found another number of packets: {}", done.stdout);
        let dictionary = Dictionary::standard().expect("our own");
        for (theirs, sent) in theirs.iter().zip(sent.iter()) {
            let packet = Packet::parse_within(&sent.octets, &Limits::STREAM).expect("we sent it");
            compare(theirs, &packet, &dictionary);
        }
    }
}

/// The packets in the format of libpcap, as IPv4 without a link layer.
fn pcap(sent: &[Sent]) -> Vec<u8> {
    const RAW_IP: u32 = 101;
    let mut file = Vec::new();
    for word in [0xa1b2_c3d4, 0x0004_0002, 0, 0, 65_535, RAW_IP] {
        file.extend_from_slice(&u32::to_le_bytes(word));
    }
    for Sent { client, port, reply, octets } in sent {
        let length = u16::try_from(HEADERS + octets.len()).expect("it is one datagram");
        for word in [0, 0, length.into(), length.into()] {
            file.extend_from_slice(&u32::to_le_bytes(word));
        }
        let (from, to) = if *reply { (port, client) } else { (client, port) };
        let [nas, server] = [[127, 0, 0, 1], [127, 0, 0, 2]];
        let (source, destination) = if *reply { (server, nas) } else { (nas, server) };
        file.extend_from_slice(&[0x45, 0]);
        file.extend_from_slice(&length.to_be_bytes());
        file.extend_from_slice(&[0, 0, 0, 0, 64, 17, 0, 0]);
        file.extend_from_slice(&source);
        file.extend_from_slice(&destination);
        for word in [*from, *to, length - 20, 0] {
            file.extend_from_slice(&word.to_be_bytes());
        }
        file.extend_from_slice(octets);
    }
    file
}

fn is(node: &Node<'_, '_>, tag: &str, name: &str) -> bool {
    node.has_tag_name(tag) && node.attribute("name") == Some(name)
}

fn number(node: &Node<'_, '_>, attribute: &str) -> usize {
    node.attribute(attribute)
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| panic!("{attribute}: {node:?}"))
}

#[track_caller]
fn compare(theirs: &Node<'_, '_>, ours: &Packet<'_>, dictionary: &Dictionary) {
    let header = |name: &str| {
        let field = theirs.children().find(|n| is(n, "field", name));
        field.unwrap_or_else(|| panic!("no {name} in {ours:?}"))
    };
    assert_eq!(number(&header("radius.code"), "show"), usize::from(ours.code().0), "{ours:?}");
    assert_eq!(number(&header("radius.id"), "show"), usize::from(ours.identifier()), "{ours:?}");
    assert_eq!(number(&header("radius.length"), "show"), ours.octets().len(), "{ours:?}");
    let authenticator = header("radius.authenticator");
    assert_eq!(authenticator.attribute("value"), Some(hex(ours.authenticator()).as_str()), "{ours:?}");
    // tshark checks replies and accounting; it leaves out what it cannot check.
    let valid = theirs.descendants().find(|n| is(n, "field", "radius.authenticator.valid"));
    let kind = ours.code().authenticator_kind();
    if valid.is_some() || kind == Some(AuthenticatorKind::Response) {
        let valid = valid.and_then(|field| field.attribute("show"));
        assert_eq!(valid, Some("1"), "tshark finds the Authenticator of {ours:?} wrong");
    }
    let framed: Vec<_> = theirs
        .descendants()
        .filter(|n| is(n, "field", "radius.avp"))
        .map(|n| (number(&n, "pos") - HEADERS, n.attribute("value").unwrap_or_default().to_owned()))
        .collect();
    let ours_framed: Vec<_> = ours
        .attributes()
        .map(|a| (a.offset, hex(&ours.octets()[a.offset..a.offset + 2 + a.value.len()])))
        .collect();
    assert_eq!(framed, ours_framed, "{ours:?}");
    values(theirs, ours, dictionary);
}

/// Fields of tshark that are about an attribute, and not its value.
fn is_value(name: &str) -> bool {
    name.starts_with("radius.")
        && !name.starts_with("radius.avp")
        && !name.ends_with(".tag")
        && !name.ends_with("_encrypted")
        // The two parts of CHAP-Password, besides the whole.
        && !matches!(name, "radius.CHAP_Ident" | "radius.CHAP_String")
}

#[track_caller]
fn values(theirs: &Node<'_, '_>, ours: &Packet<'_>, dictionary: &Dictionary) {
    // The value of EAP-Message is in pieces there, and one here.
    let mut found: Vec<(String, String, String)> = Vec::new();
    for avp in theirs.descendants().filter(|n| is(n, "field", "radius.avp")) {
        for field in avp.descendants().filter(|n| n.attribute("name").is_some_and(is_value)) {
            let text = |attribute| field.attribute(attribute).unwrap_or_default().to_owned();
            let name = text("name").replace("radius.", "");
            let name = if name == "eap_fragment" { "EAP_Message".to_owned() } else { name };
            match found.iter_mut().find(|(before, ..)| *before == name && name == "EAP_Message") {
                Some((_, value, _)) => value.push_str(&text("value")),
                None => found.push((name, text("value"), text("show"))),
            }
        }
    }
    let pairs = dictionary.decode(ours.attributes(), None);
    let names = |name: &str| name.replace('-', "_").to_ascii_lowercase();
    let named: Vec<_> = pairs
        .iter()
        .map(|pair| dictionary.attribute_at(pair.path).map_or("Unknown_Attribute", |known| &known.name))
        .map(names)
        .collect();
    // What younger dictionaries have, tshark does not know; its value is compared all the same.
    let unknown = names("Unknown_Attribute");
    let called: Vec<_> = found.iter().map(|(name, ..)| names(name)).collect();
    let agree = called.len() == named.len()
        && called.iter().zip(&named).all(|(theirs, ours)| theirs == ours || *theirs == unknown);
    assert!(agree, "{called:?}, and for us {named:?} in {ours:?}");
    for (pair, (name, value, show)) in pairs.iter().zip(&found) {
        let place = format!("{name} of {ours:?}: {value} {show}");
        match &pair.value {
            Value::Text(text) => {
                // tshark shows what follows a line as an escape, so octets are compared.
                assert_eq!(*value, hex(text.as_bytes()), "{place}");
            }
            Value::Octets(octets) => assert_eq!(*value, hex(octets), "{place}"),
            Value::Integer(number) => assert_eq!(u64::from_str_radix(value, 16), Ok(*number), "{place}"),
            Value::Ipv4(address) => assert_eq!(*show, address.to_string(), "{place}"),
            Value::Ipv6(address) => assert_eq!(*show, address.to_string(), "{place}"),
            Value::Ifid(octets) => assert_eq!(*value, hex(octets), "{place}"),
            Value::Ipv6Prefix(prefix) => assert!(
                value.starts_with(&hex(&[0, prefix.length]))
                    && hex(&prefix.address.octets()).starts_with(&value[4..]),
                "{place}"
            ),
            other => panic!("{other:?} is not compared: {place}"),
        }
    }
}

/// Octets in hexadecimal.
pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
