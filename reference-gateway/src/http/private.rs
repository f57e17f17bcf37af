//! Who may see pages that are not for the hotspot's clients.

use crate::config::Network;
use std::net::IpAddr;

/// Whether an address belongs to the private side: this machine, or a private network that is not the hotspot's.
#[must_use]
pub fn admits(peer: IpAddr, clients: Network) -> bool {
    match peer.to_canonical() {
        IpAddr::V4(peer) if peer.is_loopback() => true,
        IpAddr::V4(peer) => (peer.is_private() || peer.is_link_local()) && !clients.contains(peer),
        IpAddr::V6(peer) => peer.is_loopback() || peer.is_unique_local() || peer.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_and_the_internet_are_not_admitted() {
        let clients = Network::parse("192.168.182.0/24").unwrap();
        for (address, want) in [
            ("127.0.0.1", true),
            ("::1", true),
            ("192.168.1.7", true),
            ("10.0.0.1", true),
            ("fd00::1", true),
            ("fe80::1", true),
            ("::ffff:192.168.1.7", true),
            ("192.168.182.7", false),
            ("::ffff:192.168.182.7", false),
            ("8.8.8.8", false),
            ("2001:db8::1", false),
        ] {
            assert_eq!(admits(address.parse().unwrap(), clients), want, "{address}");
        }
    }
}
