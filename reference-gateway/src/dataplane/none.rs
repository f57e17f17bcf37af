//! No packet path: packets are left alone.
//!
//! The gateway then works wherever something else redirects new clients to it and lets logged-in ones through, and on
//! loopback for development.

use super::{Dataplane, Grant, Meter, Pair};
use crate::garden::allowed::Entry;
use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, PoisonError};
use wispr::gateway::{Mac, Usage};

/// Leaves packets alone, and tells others who is logged in.
#[derive(Clone, Debug, Default)]
pub struct NoDataplane {
    open: Arc<Mutex<BTreeSet<Ipv4Addr>>>,
}

impl NoDataplane {
    /// Whether a client is let through.
    #[must_use]
    pub fn is_open(&self, address: IpAddr) -> bool {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        matches!(address, IpAddr::V4(v4) if open.contains(&v4))
    }
}

impl Dataplane for NoDataplane {
    /// What the system's neighbour table says. A loopback address has no neighbour; it gets the MAC `02-00` and its
    /// own four octets, so that development on one machine works.
    fn mac_of(&self, address: Ipv4Addr) -> Option<Mac> {
        if address.is_loopback() {
            let [a, b, c, d] = address.octets();
            return Some(Mac([0x02, 0x00, a, b, c, d]));
        }
        neighbour_of(address)
    }

    fn lease(&mut self, _: Pair) -> io::Result<()> {
        Ok(())
    }

    fn lease_ended(&mut self, _: Pair) -> io::Result<()> {
        Ok(())
    }

    fn release(&mut self, _: Pair) -> io::Result<()> {
        Ok(())
    }

    fn open(&mut self, client: Pair, _: &Grant, _: Usage) -> io::Result<()> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).insert(client.ip);
        Ok(())
    }

    fn close(&mut self, client: Pair) -> io::Result<Option<Usage>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&client.ip);
        Ok(None)
    }

    fn cut(&mut self, _: Pair) {}

    fn block(&mut self, _: Mac, _: bool) -> io::Result<()> {
        Ok(())
    }

    fn meters(&mut self) -> io::Result<Vec<Meter>> {
        Ok(Vec::new())
    }

    fn is_cut_off(&self) -> bool {
        false
    }

    fn set_garden(&mut self, _: Vec<Entry>) -> io::Result<()> {
        Ok(())
    }

    fn set_own_garden(&mut self, _: Pair, _: &[Entry]) -> io::Result<()> {
        Ok(())
    }

    fn learnt(&mut self) -> io::Result<Vec<Ipv4Addr>> {
        Ok(Vec::new())
    }

    fn heal(&mut self) -> io::Result<bool> {
        Ok(false)
    }

    fn remove(&mut self) {}
}

/// The system's neighbour of an address.
pub(super) fn neighbour_of(address: Ipv4Addr) -> Option<Mac> {
    neighbour(&std::fs::read_to_string("/proc/net/arp").ok()?, address)
}

/// Finds an address in the text of `/proc/net/arp`; entries that are not complete do not count.
fn neighbour(table: &str, address: Ipv4Addr) -> Option<Mac> {
    let wanted = address.to_string();
    table.lines().skip(1).find_map(|line| {
        let mut fields = line.split_ascii_whitespace();
        if fields.next()? != wanted {
            return None;
        }
        let flags = u32::from_str_radix(fields.nth(1)?.strip_prefix("0x")?, 16).ok()?;
        let mac = fields.next()?.parse().ok()?;
        (flags & 2 != 0 && mac != Mac([0; 6])).then_some(mac)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
IP address       HW type     Flags       HW address            Mask     Device
192.168.182.2    0x1         0x2         00:22:f3:a5:b1:66     *        br0
192.168.182.3    0x1         0x0         00:00:00:00:00:00     *        br0
";

    #[test]
    fn a_complete_neighbour_has_a_mac() {
        let found = neighbour(TABLE, Ipv4Addr::new(192, 168, 182, 2));
        assert_eq!(found, Some(Mac([0x00, 0x22, 0xf3, 0xa5, 0xb1, 0x66])));
        assert_eq!(neighbour(TABLE, Ipv4Addr::new(192, 168, 182, 3)), None);
        assert_eq!(neighbour(TABLE, Ipv4Addr::new(192, 168, 182, 4)), None);
        assert_eq!(neighbour("", Ipv4Addr::new(192, 168, 182, 2)), None);
    }

    #[test]
    fn a_loopback_client_has_a_mac_of_its_own() {
        let mac = NoDataplane::default().mac_of(Ipv4Addr::LOCALHOST);
        assert_eq!(mac, Some(Mac([0x02, 0x00, 0x7f, 0, 0, 1])));
    }
}
