//! Opens the addresses that the names of the garden have.

use crate::config::Network;
use crate::dataplane::netlink::Socket;
use crate::dataplane::nftables::table::{self, Carries, Key, Transaction};
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// An address is open at most this long after the answer that named it.
const LONGEST: Duration = Duration::from_secs(86_400);
/// The most addresses that are remembered; as many as the kernel's set holds.
const MAX_KNOWN: usize = 16_384;

/// Puts addresses into the set of those learnt from DNS.
pub(super) struct Learner {
    socket: Socket,
    own: Network,
    /// An address is open at least this long: answers of a few seconds would close a page while it is loading.
    shortest: Duration,
    /// Until when an address need not be written again.
    known: HashMap<Ipv4Addr, Instant>,
    /// How often the kernel's table was made again; what was written before is gone.
    remade: Arc<AtomicU64>,
    seen: u64,
}

impl Learner {
    pub(super) fn new(own: Network, shortest: Duration, remade: Arc<AtomicU64>) -> io::Result<Self> {
        Ok(Self { socket: table::open()?, own, shortest, known: HashMap::new(), remade, seen: 0 })
    }

    /// Opens these addresses for their time to live.
    pub(super) fn learn(&mut self, addresses: &BTreeMap<Ipv4Addr, u32>) -> io::Result<()> {
        let remade = self.remade.load(Ordering::Relaxed);
        if self.seen != remade || self.known.len() >= MAX_KNOWN {
            self.seen = remade;
            self.known.clear();
        }
        let now = Instant::now();
        let mut transaction = Transaction::begin(&mut self.socket);
        let mut fresh = Vec::new();
        for (&address, &ttl) in addresses {
            if !is_public(address, self.own) || self.known.get(&address).is_some_and(|until| *until > now) {
                continue;
            }
            let open = Duration::from_secs(ttl.into()).clamp(self.shortest, LONGEST);
            transaction.set(
                "gdyn4",
                Key::Ip(address),
                &Carries { timeout: Some(open), ..Carries::default() },
            );
            // Use of an address sets its time back to the shortest, so that is what can be relied on.
            fresh.push((address, now + self.shortest / 2));
        }
        if !fresh.is_empty() {
            transaction.commit()?;
            self.known.extend(fresh);
        }
        Ok(())
    }
}

/// Whether an address may be learnt: an answer must not open networks behind the uplink, nor the gateway's own.
fn is_public(address: Ipv4Addr, own: Network) -> bool {
    let [a, b, ..] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_broadcast()
        || shared
        || own.contains(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_open_public_addresses_only() {
        // spec: gateway-dataplane 6
        let own = Network::parse("203.0.113.0/28").unwrap();
        let public = |text: &str| is_public(text.parse().unwrap(), own);
        for good in ["203.0.113.16", "8.8.8.8", "100.128.0.1"] {
            assert!(public(good), "{good}");
        }
        for bad in ["203.0.113.9", "10.1.1.1", "172.31.0.1", "192.168.1.1", "169.254.1.1", "127.0.0.1"] {
            assert!(!public(bad), "{bad}");
        }
        for bad in ["100.64.0.1", "0.0.0.0", "224.0.0.251", "255.255.255.255"] {
            assert!(!public(bad), "{bad}");
        }
    }
}
