//! The garden as elements of sets, for everybody and for single clients.

use super::super::Pair;
use super::Nftables;
use super::ruleset::{PRIVATE, TABLE};
use super::table::{Carries, Key, Transaction};
use crate::config::{Network, mask};
use crate::garden::allowed::Entry;
use std::fmt;
use std::io;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;

/// The protocols that have ports.
const WITH_PORTS: [u8; 2] = [6, 17];

/// What may be reached: a network, or ports of a protocol there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Opening {
    pub(crate) network: Network,
    pub(crate) service: Option<(u8, RangeInclusive<u16>)>,
}

impl Opening {
    /// Its first and its last address.
    pub(crate) fn addresses(&self) -> [Ipv4Addr; 2] {
        let first = u32::from(self.network.address);
        [first, first | !mask(self.network.prefix)].map(Ipv4Addr::from)
    }

    /// The set that it is an element of, if it is open to one client only.
    pub(super) const fn own_set(&self) -> &'static str {
        if self.service.is_none() { "own_net4" } else { "own_svc4" }
    }
}

/// As `nft` takes it.
impl fmt::Display for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network.address, self.network.prefix)?;
        match &self.service {
            Some((protocol, ports)) if ports.start() == ports.end() => {
                write!(f, " . {protocol} . {}", ports.start())
            }
            Some((protocol, ports)) => write!(f, " . {protocol} . {}-{}", ports.start(), ports.end()),
            None => Ok(()),
        }
    }
}

/// What entries open. The kernel refuses an element that lies in another one, so none of these overlap.
pub(super) fn openings(entries: &[Entry]) -> Vec<Opening> {
    let mut networks = Vec::new();
    let mut services: Vec<(Network, u8, Option<u16>)> = Vec::new();
    for &Entry { address, prefix, protocol, port } in entries {
        // spec: hotspot-config 5.1
        let prefix = if address.is_unspecified() { 0 } else { prefix };
        for network in meant(Network { address, prefix }) {
            match (protocol, port) {
                (0, 0) => networks.push(network),
                (0, port) => services.extend(WITH_PORTS.map(|protocol| (network, protocol, Some(port)))),
                (protocol, 0) => services.push((network, protocol, None)),
                (protocol, port) if WITH_PORTS.contains(&protocol) => {
                    services.push((network, protocol, Some(port)));
                }
                _ => {}
            }
        }
    }
    let networks = widest(networks, |outer, inner| holds(*outer, *inner));
    services.retain(|(network, ..)| !networks.iter().any(|outer| holds(*outer, *network)));
    let services = widest(services, |(outer, a, any), (inner, b, port)| {
        a == b && holds(*outer, *inner) && (any.is_none() || any == port)
    });
    let whole = networks.iter().map(|&network| Opening { network, service: None });
    let parts = services.iter().flat_map(|&(network, protocol, port)| {
        let ports = match port {
            Some(port) => vec![port..=port],
            None => between(services.iter().filter_map(|&(outer, other, port)| {
                port.filter(|_| other == protocol && holds(outer, network))
            })),
        };
        ports.into_iter().map(move |ports| Opening { network, service: Some((protocol, ports)) })
    });
    whole.chain(parts).collect()
}

/// The parts of a network that an entry means: of one that is wider than a private network in it, all but that one. Who opens the
/// Internet does not mean the owner's networks behind the uplink; those have to be named (gateway-dataplane 4.2, 13).
fn meant(network: Network) -> Vec<Network> {
    let private = PRIVATE.map(|(address, prefix)| Network { address, prefix });
    if !private.iter().any(|inner| network.prefix < inner.prefix && holds(network, *inner)) {
        return vec![network];
    }
    let prefix = network.prefix + 1;
    let second = u32::from(network.address) | (mask(prefix) & !mask(network.prefix));
    let halves = [network.address, Ipv4Addr::from(second)].map(|address| Network { address, prefix });
    halves.into_iter().filter(|half| !private.contains(half)).flat_map(meant).collect()
}

/// Whether one network lies in another.
fn holds(outer: Network, inner: Network) -> bool {
    outer.prefix <= inner.prefix && mask(outer.prefix) & u32::from(inner.address) == u32::from(outer.address)
}

/// Leaves out what another one covers, and all but one of those that are the same.
fn widest<T>(items: Vec<T>, covers: impl Fn(&T, &T) -> bool) -> Vec<T> {
    let mut kept: Vec<T> = Vec::with_capacity(items.len());
    for item in items {
        if !kept.iter().any(|other| covers(other, &item)) {
            kept.retain(|other| !covers(&item, other));
            kept.push(item);
        }
    }
    kept
}

/// The ports between these.
fn between(ports: impl Iterator<Item = u16>) -> Vec<RangeInclusive<u16>> {
    let mut ports: Vec<u16> = ports.collect();
    ports.sort_unstable();
    let (mut ranges, mut next) = (Vec::new(), Some(0));
    for port in ports {
        if let Some((first, last)) = next.zip(port.checked_sub(1)).filter(|(first, last)| first <= last) {
            ranges.push(first..=last);
        }
        next = port.checked_add(1);
    }
    ranges.extend(next.map(|first| first..=u16::MAX));
    ranges
}

impl Nftables {
    /// Puts other destinations in place of those that are open to one client only.
    pub(super) fn open_own(&mut self, client: Pair, garden: &[Entry]) -> io::Result<()> {
        let wanted = openings(garden);
        let before = self.own.get(&client.ip).map(Vec::as_slice).unwrap_or_default();
        if before == wanted {
            return Ok(());
        }
        let mut transaction = Transaction::begin(&mut self.socket);
        for opening in before {
            transaction.clear(opening.own_set(), Key::Own(client.ip, opening));
        }
        own(&mut transaction, client.ip, &wanted);
        transaction.commit()?;
        if wanted.is_empty() {
            self.own.remove(&client.ip);
        } else {
            self.own.insert(client.ip, wanted);
        }
        Ok(())
    }
}

/// Opens destinations to one client.
pub(super) fn own(transaction: &mut Transaction<'_>, client: Ipv4Addr, openings: &[Opening]) {
    for opening in openings {
        transaction.add(opening.own_set(), Key::Own(client, opening), &Carries::default());
    }
}

/// The text that closes what is open to single clients.
pub(super) fn without_own() -> String {
    ["own_net4", "own_svc4"].map(|set| format!("flush set inet {TABLE} {set}\n")).concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::garden::allowed::{entries, items};

    const ADDRESSES: [&str; 15] = [
        "0.0.0.0",
        "9.255.255.255",
        "10.0.0.0",
        "10.1.0.0",
        "10.1.2.3",
        "10.2.0.9",
        "11.0.0.1",
        "100.63.255.255",
        "100.127.255.255",
        "169.254.7.7",
        "172.15.255.255",
        "172.31.255.255",
        "172.32.0.0",
        "192.168.1.1",
        "255.255.255.255",
    ];

    fn is_in(network: Ipv4Addr, prefix: u8, address: Ipv4Addr) -> bool {
        u32::from(address) & mask(prefix) == u32::from(network)
    }

    fn opened(value: &str) -> Vec<String> {
        let (items, bad) = items(value);
        assert_eq!(bad, Vec::<String>::new());
        let entries = entries(&items, |_| Vec::new());
        let opened = openings(&entries);
        // Whatever becomes of them, they open the same.
        let private = |address: &Ipv4Addr| PRIVATE.iter().any(|(a, p)| is_in(*a, *p, *address));
        for address in ADDRESSES {
            let address: Ipv4Addr = address.parse().unwrap();
            for (protocol, port) in
                [(6, 80), (6, 443), (6, 0), (17, 443), (17, 65535), (1, 0), (6, 444), (6, 79)]
            {
                // Private addresses have to be named.
                let named = |entry: &&Entry| !private(&address) || private(&entry.address);
                let wanted = entries.iter().filter(named).any(|entry| entry.allows(address, protocol, port));
                let fits = |opening: &&Opening| {
                    let [first, last] = opening.addresses();
                    let service = opening.service.as_ref();
                    (first..=last).contains(&address)
                        && service.is_none_or(|(p, ports)| *p == protocol && ports.contains(&port))
                };
                let matching = opened.iter().filter(fits).count();
                assert_eq!(matching, usize::from(wanted), "{value}: {address} {protocol} {port}");
            }
        }
        opened.iter().map(Opening::to_string).collect()
    }

    // spec: hotspot-config 5.1
    #[test]
    fn destinations_do_not_overlap() {
        assert_eq!(opened("10.1.2.3,10.0.0.0/8,tcp:10.1.0.0/16:443,10.0.0.0/8"), ["10.0.0.0/8"]);
        assert_eq!(
            opened("tcp:10.0.0.0/8:443,10.1.0.0/16:443"),
            ["10.0.0.0/8 . 6 . 443", "10.1.0.0/16 . 17 . 443"]
        );
        assert_eq!(
            opened("tcp:10.1.0.0/16,tcp:10.0.0.0/8:443,tcp:10.0.0.0/8:80,tcp:10.1.0.0/16:444"),
            [
                "10.1.0.0/16 . 6 . 0-79",
                "10.1.0.0/16 . 6 . 81-442",
                "10.1.0.0/16 . 6 . 444-65535",
                "10.0.0.0/8 . 6 . 443",
                "10.0.0.0/8 . 6 . 80"
            ]
        );
        assert_eq!(
            opened("icmp:10.1.2.3,10.1.2.3:80,icmp:10.1.2.3:80"),
            ["10.1.2.3/32 . 1 . 0-65535", "10.1.2.3/32 . 6 . 80", "10.1.2.3/32 . 17 . 80"]
        );
    }

    // spec: hotspot-config 5.1; gateway-dataplane 4.2, 13
    #[test]
    fn the_address_of_nobody_is_every_host_but_private_ones() {
        let all = opened("0.0.0.0");
        assert_eq!(all, opened("0.0.0.0/0,1.2.3.4"));
        assert!(all.contains(&"128.0.0.0/3".to_owned()) && all.len() < 64, "{all:?}");
        let with_one = opened("10.0.0.0/8,0.0.0.0");
        assert!(with_one.contains(&"10.0.0.0/8".to_owned()) && with_one.len() == all.len() + 1);
        assert_eq!(opened("udp:0.0.0.0:443").len(), all.len());
        assert_eq!(opened("192.160.0.0/11").len(), 5);
    }

    #[test]
    fn ports_at_both_ends_leave_no_empty_range() {
        assert_eq!(between([65535, 1, 1, 2, 0].into_iter()), [3..=65534]);
        assert_eq!(between(std::iter::empty()), [0..=65535]);
    }
}
