//! Destinations that are open without login: `uamallowed` (hotspot-config 5.1).

use crate::config::{mask, prefix_length};
use std::fmt;
use std::net::Ipv4Addr;

/// The most entries; the original has 128, in its large build 512.
pub const MAX_ENTRIES: usize = 512;

/// Protocols by name, as systems list them.
const PROTOCOLS: &[(&str, u8)] = &[
    ("ip", 0),
    ("icmp", 1),
    ("igmp", 2),
    ("ipencap", 4),
    ("tcp", 6),
    ("egp", 8),
    ("igp", 9),
    ("udp", 17),
    ("dccp", 33),
    ("ipv6", 41),
    ("rsvp", 46),
    ("gre", 47),
    ("esp", 50),
    ("ah", 51),
    ("eigrp", 88),
    ("ospf", 89),
    ("ipip", 94),
    ("pim", 103),
    ("vrrp", 112),
    ("l2tp", 115),
    ("sctp", 132),
    ("udplite", 136),
];

/// One item of `uamallowed`, before its name is resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Where to.
    pub target: Target,
    /// The protocol's number; 0 = any.
    pub protocol: u8,
    /// The port, of TCP and UDP; 0 = any.
    pub port: u16,
}

/// Where an [`Item`] points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A network, host bits cleared; one address has the prefix length 32.
    Network {
        /// Its address.
        address: Ipv4Addr,
        /// Length of its prefix.
        prefix: u8,
    },
    /// A name; each of its IPv4 addresses is one entry.
    Host(String),
}

/// One entry of the garden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Entry {
    /// The network's address, host bits cleared.
    pub address: Ipv4Addr,
    /// Length of its prefix.
    pub prefix: u8,
    /// The protocol's number; 0 = any.
    pub protocol: u8,
    /// The port, of TCP and UDP; 0 = any.
    pub port: u16,
}

/// Reads one item, `[PROTO:]TARGET[:PORT]`; `None` if it is none.
#[must_use]
pub fn item(text: &str) -> Option<Item> {
    let text = text.trim();
    let (protocol, rest) = match text.split_once(':') {
        Some((before, rest)) => protocol(before).map_or((0, text), |number| (number, rest)),
        None => (0, text),
    };
    let (target, port) = match rest.split_once(':') {
        Some((target, "")) => (target, 0),
        Some((target, port)) if port.bytes().all(|b| b.is_ascii_digit()) => (target, port.parse().ok()?),
        Some(_) => return None,
        None => (rest, 0),
    };
    Some(Item { target: read_target(target)?, protocol, port })
}

/// The items of a value, and what of it is none.
#[must_use]
pub fn items(value: &str) -> (Vec<Item>, Vec<String>) {
    let (mut items, mut bad) = (Vec::new(), Vec::new());
    for text in value.split(',').filter(|text| !text.trim().is_empty()) {
        match item(text) {
            Some(item) => items.push(item),
            None => bad.push(text.trim().to_owned()),
        }
    }
    (items, bad)
}

/// The names among the targets of items.
pub fn hosts(items: &[Item]) -> impl Iterator<Item = &str> {
    items.iter().filter_map(|item| match &item.target {
        Target::Host(name) => Some(name.as_str()),
        Target::Network { .. } => None,
    })
}

/// The entries of items, equal ones once, at most [`MAX_ENTRIES`]. `resolve` gives the addresses of a name.
pub fn entries<'a>(
    items: impl IntoIterator<Item = &'a Item>,
    mut resolve: impl FnMut(&str) -> Vec<Ipv4Addr>,
) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for Item { target, protocol, port } in items {
        let (addresses, prefix) = match target {
            Target::Network { address, prefix } => (vec![*address], *prefix),
            Target::Host(name) => (resolve(name), 32),
        };
        for address in addresses {
            let entry = Entry { address, prefix, protocol: *protocol, port: *port };
            if !entries.contains(&entry) && entries.len() < MAX_ENTRIES {
                entries.push(entry);
            }
        }
    }
    entries
}

impl Entry {
    /// Whether a packet to this destination is let through; `port` is 0 for protocols without ports.
    #[must_use]
    pub fn allows(&self, destination: Ipv4Addr, protocol: u8, port: u16) -> bool {
        let mask = mask(self.prefix);
        // 0.0.0.0 is every host, whatever its mask.
        let address =
            self.address.is_unspecified() || u32::from(destination) & mask == u32::from(self.address);
        let has_ports = matches!(protocol, 6 | 17);
        address
            && (self.protocol == 0 || self.protocol == protocol)
            && (self.port == 0 || (has_ports && self.port == port))
    }
}

/// As the original lists it: `address/mask:protocol:port`.
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mask = Ipv4Addr::from(mask(self.prefix));
        write!(f, "{}/{mask}:{}:{}", self.address, self.protocol, self.port)
    }
}

/// The number of a protocol that is named or numbered.
fn protocol(text: &str) -> Option<u8> {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok();
    }
    PROTOCOLS.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, number)| *number)
}

fn read_target(text: &str) -> Option<Target> {
    let (address, prefix): (Ipv4Addr, u8) = match text.split_once('/') {
        Some((address, length)) => (address.parse().ok()?, prefix_length(length)?),
        None => match text.parse() {
            Ok(address) => (address, 32),
            Err(_) => return is_name(text).then(|| Target::Host(text.to_owned())),
        },
    };
    let address = Ipv4Addr::from(u32::from(address) & mask(prefix));
    Some(Target::Network { address, prefix })
}

/// Whether a text can be the name of a host. Digits and dots alone are a broken address, not a name.
fn is_name(text: &str) -> bool {
    text.len() <= 253
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        && text.bytes().any(|b| b.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(value: &str) -> Vec<String> {
        let resolve = |name: &str| match name {
            "two.example" => vec![Ipv4Addr::new(192, 0, 2, 1), Ipv4Addr::new(192, 0, 2, 2)],
            _ => Vec::new(),
        };
        entries(&items(value).0, resolve).iter().map(Entry::to_string).collect()
    }

    // spec: hotspot-config 5.1
    #[test]
    fn an_item_is_a_protocol_a_target_and_a_port() {
        assert_eq!(
            listed("tcp:two.example:443"),
            ["192.0.2.1/255.255.255.255:6:443", "192.0.2.2/255.255.255.255:6:443"]
        );
        assert_eq!(listed(" icmp:10.1.2.3/8, two.example:80,two.example:80 ").len(), 3);
        assert_eq!(listed("10.1.2.3/255.255.0.0"), ["10.1.0.0/255.255.0.0:0:0"]);
        assert_eq!(listed("udp:1.2.3.4:"), ["1.2.3.4/255.255.255.255:17:0"]);
    }

    // spec: hotspot-config 5.1
    #[test]
    fn what_is_no_item_is_named_and_left_out() {
        let value = "10.0.0.0/33,10.0.0.0/255.0.255.0,1.2.3.4:x,1.2.3.4:65536,1.2.3,300:1.2.3.4,a b,a.example:1:2,,::1";
        let (good, bad) = items(value);
        assert_eq!(good, []);
        assert_eq!(bad.len(), 9, "{bad:?}");
        assert_eq!(item("x.example").unwrap().target, Target::Host("x.example".into()));
    }

    // spec: hotspot-config 5.1
    #[test]
    fn a_packet_matches_by_protocol_address_and_port() {
        let entry = |text| entries([&item(text).unwrap()], |_| Vec::new())[0];
        let (inside, outside) = (Ipv4Addr::new(10, 9, 8, 7), Ipv4Addr::new(11, 0, 0, 1));
        assert!(entry("10.0.0.0/8").allows(inside, 17, 53) && !entry("10.0.0.0/8").allows(outside, 17, 53));
        assert!(entry("tcp:10.0.0.0/8:443").allows(inside, 6, 443));
        assert!(!entry("tcp:10.0.0.0/8:443").allows(inside, 6, 80));
        assert!(!entry("tcp:10.0.0.0/8:443").allows(inside, 17, 443));
        assert!(!entry("10.0.0.0/8:443").allows(inside, 1, 443));
        assert!(entry("0.0.0.0").allows(outside, 6, 1) && entry("0.0.0.0/0").allows(outside, 6, 1));
    }

    #[test]
    fn there_is_an_upper_limit() {
        let many: Vec<String> = (0..1000).map(|n| format!("10.0.{}.{}", n / 256, n % 256)).collect();
        assert_eq!(listed(&many.join(",")).len(), MAX_ENTRIES);
    }
}
