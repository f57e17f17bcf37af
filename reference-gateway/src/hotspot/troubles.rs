//! What is wrong beside the sessions, for the log and for whoever asks for the status (gateway-dataplane 10, 12).

use super::machines::Machines;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::time::Duration;

/// How long a trouble lasts after it was seen last.
const LASTS: Duration = Duration::from_secs(60);
/// So many deaths of the DHCP server in that time are a trouble.
const DEATHS: usize = 5;

/// Something that an operator should mend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// The DHCP server does not stay alive.
    Dhcp,
    /// The kernel's table of connections is full.
    Connections,
    /// Somebody sends router advertisements where the clients are.
    Advertisements,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dhcp => {
                "dhcp: failed: dnsmasq ended five times in a minute, and is started again; the log has what it said"
            }
            Self::Connections => {
                "connections: the kernel's table is full, and clients cannot open new ones: raise the sysctl \
                 net.netfilter.nf_conntrack_max"
            }
            Self::Advertisements => {
                "ipv6: router advertisements are sent on the clients' interface, so that clients try IPv6 in vain: keep radvd, \
                 odhcpd or the like off it; if a client sends them, isolate the clients from each other"
            }
        })
    }
}

/// What was seen, and when.
#[derive(Debug, Default)]
pub(super) struct Troubles {
    seen: BTreeMap<Trouble, Duration>,
    deaths: VecDeque<Duration>,
}

impl Troubles {
    /// Says whether that is news.
    fn see(&mut self, trouble: Trouble, now: Duration) -> bool {
        let before = self.seen.insert(trouble, now);
        before.is_none_or(|before| now >= before + LASTS)
    }

    /// Says whether that was one death too many.
    fn die(&mut self, now: Duration) -> bool {
        self.deaths.push_back(now);
        if self.deaths.len() > DEATHS {
            self.deaths.pop_front();
        }
        self.deaths.len() == DEATHS && self.deaths.front().is_some_and(|first| now < *first + LASTS)
    }

    fn at(&self, now: Duration) -> impl Iterator<Item = Trouble> {
        self.seen.iter().filter(move |(_, seen)| now < **seen + LASTS).map(|(trouble, _)| *trouble)
    }
}

impl Machines {
    /// A trouble is there, or is there still.
    pub fn see_trouble(&mut self, trouble: Trouble) {
        if self.troubles.see(trouble, self.now()) {
            tracing::warn!("{trouble}");
        }
    }

    /// The DHCP server ended, or does not start.
    pub(crate) fn dhcp_ended(&mut self) {
        if self.troubles.die(self.now()) {
            self.see_trouble(Trouble::Dhcp);
        }
    }

    /// What is wrong at present.
    #[must_use]
    pub fn troubles(&self) -> Vec<Trouble> {
        self.troubles.at(self.now()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_trouble_is_told_once_and_lasts_a_minute_after_it_was_seen_last() {
        let mut troubles = Troubles::default();
        assert!(troubles.see(Trouble::Connections, secs(0)));
        assert!(!troubles.see(Trouble::Connections, secs(50)));
        assert_eq!(troubles.at(secs(109)).collect::<Vec<_>>(), [Trouble::Connections]);
        assert_eq!(troubles.at(secs(110)).count(), 0);
        assert!(troubles.see(Trouble::Connections, secs(110)));
    }

    // spec: gateway-dataplane 10
    #[test]
    fn five_deaths_in_a_minute_are_a_trouble() {
        let mut troubles = Troubles::default();
        let deaths = |troubles: &mut Troubles, at: &[u64]| -> Vec<bool> {
            at.iter().map(|at| troubles.die(secs(*at))).collect()
        };
        assert_eq!(deaths(&mut troubles, &[0, 15, 30, 45, 60]), [false; 5]);
        assert_eq!(deaths(&mut troubles, &[61, 62]), [true, true]);
        assert_eq!(deaths(&mut troubles, &[200]), [false]);
    }
}
