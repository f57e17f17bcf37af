//! Clients that no DHCP server of ours answers for: they came with a request, or with a session of an earlier run. Nobody
//! says when they leave, so each is forgotten when it was silent for as long as a lease lasts.

use super::machines::Machines;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::Duration;
use wispr::gateway::{ClientState, Input, Selector};

/// The clients, and when each was heard of last.
#[derive(Debug)]
pub(super) struct Guests {
    patience: Duration,
    heard: BTreeMap<Ipv4Addr, Duration>,
}

impl Guests {
    pub(super) const fn new(patience: Duration) -> Self {
        Self { patience, heard: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, client: Ipv4Addr, now: Duration) {
        self.heard.insert(client, now);
    }

    /// Nothing if it is none of them.
    pub(super) fn heard_of(&mut self, client: Ipv4Addr, now: Duration) {
        if let Some(heard) = self.heard.get_mut(&client) {
            *heard = now;
        }
    }

    pub(super) fn remove(&mut self, client: Ipv4Addr) {
        self.heard.remove(&client);
    }

    /// Who has been silent for too long. Those who are to stay, as all with a session, have their time from now on.
    pub(super) fn gone(&mut self, now: Duration, stays: impl Fn(Ipv4Addr) -> bool) -> Vec<Ipv4Addr> {
        let mut gone = Vec::new();
        for (&client, heard) in &mut self.heard {
            if stays(client) {
                *heard = now;
            } else if now.saturating_sub(*heard) > self.patience {
                gone.push(client);
            }
        }
        gone
    }
}

impl Machines {
    /// Tells the gateway of a client of the network that it does not know.
    pub(super) fn introduce(&mut self, ip: Ipv4Addr) {
        let now = self.now();
        if !self.net.contains(ip) || self.gateway.find(&Selector::ip(ip)).is_some() {
            return self.guests.heard_of(ip, now);
        }
        if let Some(mac) = self.traffic.path.mac_of(ip) {
            self.settle();
            self.handle(Input::Lease { ip, mac, vlan: None });
            self.guests.add(ip, now);
            self.settle();
        }
    }

    /// Forgets clients that were not heard of for as long as a lease lasts.
    pub(super) fn see_guests_off(&mut self) {
        let now = self.now();
        let stays = |ip| {
            let client = self.gateway.find(&Selector::ip(ip));
            client.is_some_and(|client| client.info().state != ClientState::Dnat)
        };
        for ip in self.guests.gone(now, stays) {
            self.handle(Input::Release { ip });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: hotspot-config 2.1 (lease)
    #[test]
    fn who_is_silent_is_gone_and_who_has_a_session_is_not() {
        let [a, b, c] = [2, 3, 4].map(|last| Ipv4Addr::new(10, 0, 0, last));
        let at = Duration::from_secs;
        let mut guests = Guests::new(at(60));
        for client in [a, b, c] {
            guests.add(client, at(0));
        }
        guests.heard_of(b, at(30));
        assert!(guests.gone(at(60), |ip| ip == c).is_empty());
        assert_eq!(guests.gone(at(61), |_| false), [a]);
        guests.remove(a);
        guests.heard_of(a, at(62));
        assert_eq!(guests.gone(at(91), |_| false), [b]);
        assert_eq!(guests.gone(at(121), |_| false), [b, c], "its time began anew at its session's end");
    }
}
