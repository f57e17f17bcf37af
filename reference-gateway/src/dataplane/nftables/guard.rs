//! The guard: closed when the table is gone.
//!
//! Without any table a router forwards. Two routing rules forbid what comes from the clients unless it carries a bit of
//! the packet mark, and the table's first chain sets that bit. So nothing passes without the table, also not while it
//! is being made again, and the hotspot stays closed after the gateway has ended. The rules are removed at an orderly
//! end only if the interface is down by then.
//!
//! They come before everything else of a start, so that one that fails leaves the hotspot closed too.

use super::super::Pair;
use super::super::netlink::{Message, ROUTE, Socket, write};
use super::ruleset::{Interfaces, Plan};
use std::collections::BTreeMap;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use wispr::gateway::Mac;

/// `RTM_NEWRULE`, `RTM_DELRULE` and `RTM_GETRULE`, `RTM_NEWNEIGH` and `RTM_DELNEIGH`.
const NEW_RULE: u16 = 32;
const DELETE_RULE: u16 = 33;
const GET_RULE: u16 = 34;
const NEW_NEIGHBOUR: u16 = 28;
const DELETE_NEIGHBOUR: u16 = 29;
/// `RTM_NEWLINK` and `RTM_GETLINK`.
const NEW_LINK: u16 = 16;
const GET_LINK: u16 = 18;
/// Octets of a link's header, and of a rule's.
const LINK_HEADER: usize = 16;
const RULE_HEADER: usize = 12;
/// `FR_ACT_PROHIBIT`.
const PROHIBIT: u8 = 8;
/// Before all rules but that of local delivery: DNS and the portal keep answering.
const PREFERENCE: u32 = 50;
/// `AF_INET` and `AF_INET6`.
const FAMILIES: [u8; 2] = [2, 10];

/// No interface has this number.
const ABSENT: u32 = 0;

pub(super) struct Guard {
    socket: Socket,
    inside: String,
    mark: u32,
    index: u32,
    absent_since: Option<Instant>,
    returned: Arc<Notify>,
}

impl Guard {
    /// Puts the routing rules into place. The interface need not be there yet.
    pub(super) fn close(inside: &str, mark: u32) -> io::Result<Self> {
        let mut guard = Self {
            socket: Socket::open(ROUTE, 0)?,
            inside: inside.to_owned(),
            mark,
            index: ABSENT,
            absent_since: None,
            returned: Arc::default(),
        };
        guard.mend()?;
        Ok(guard)
    }

    /// The same, for an interface that has to be there.
    pub(super) fn raise(plan: &Plan) -> io::Result<Self> {
        let mut guard = Self::close(&plan.inside, plan.mark)?;
        guard.index = guard.interfaces()?.get(&plan.inside).copied().ok_or_else(|| {
            let text = format!("dhcpif {}: no such interface", plan.inside);
            io::Error::new(io::ErrorKind::NotFound, text)
        })?;
        guard.tidy()?;
        Ok(guard)
    }

    /// Removes the rules by which gateways before this one knew the same interface by other bits of the mark: nobody sets those
    /// any more, so that nothing would pass. What keeps other interfaces closed is only named: clients may still be there.
    fn tidy(&mut self) -> io::Result<()> {
        for family in FAMILIES {
            let rules = self.socket.dump(
                |number, messages| {
                    let header = [family, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
                    messages.add(GET_RULE, write::DUMP, number, &header, |_| {});
                },
                |message, found| found.extend(Rule::read(message)),
            );
            let rules = match rules {
                // A kernel without IPv6 has none.
                Err(error) if is_lacking(family, &error) => Vec::new(),
                outcome => outcome?,
            };
            for Rule { inside, mark } in rules {
                if inside == self.inside && mark != self.mark {
                    self.rule(DELETE_RULE, 0, family, mark)?;
                    tracing::info!(
                        mark = format!("{mark:#x}"),
                        "removed a routing rule of an earlier packetmark"
                    );
                } else if inside != self.inside && family == FAMILIES[0] {
                    tracing::warn!(
                        "a gateway before this one left {inside} closed; if no clients come in by it any more: {}",
                        how_to_open(&inside)
                    );
                }
            }
        }
        Ok(())
    }

    /// Puts back what is missing. Says whether something was.
    pub(super) fn mend(&mut self) -> io::Result<bool> {
        let mut missing = false;
        for family in FAMILIES {
            match self.rule(NEW_RULE, write::CREATE | write::EXCL, family, self.mark) {
                Ok(()) => missing = true,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                // A kernel without IPv6 forwards none.
                Err(error) if is_lacking(family, &error) => {
                    tracing::debug!(%error, "no routing rule for IPv6");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(missing)
    }

    /// All interfaces by their names. Other names that one may go by do not count: rules know this one.
    pub(super) fn interfaces(&mut self) -> io::Result<Interfaces> {
        let links = self.socket.dump(
            |number, messages| messages.add(GET_LINK, write::DUMP, number, &[0; LINK_HEADER], |_| {}),
            |message, found| {
                let number = message.payload.get(4..8).and_then(|octets| octets.try_into().ok());
                let name = message.attributes(LINK_HEADER).text(3);
                found.extend(name.map(str::to_owned).zip(number.map(u32::from_ne_bytes)));
            },
        )?;
        Ok(links.into_iter().collect())
    }

    /// Does again what belongs to the clients' interface if that has come back: what was tied to it is lost then, and it may
    /// have another number.
    pub(super) fn follow(
        &mut self,
        interfaces: &Interfaces,
        address: Option<Mac>,
        leases: &BTreeMap<Ipv4Addr, Mac>,
    ) -> io::Result<()> {
        let Some(&number) = interfaces.get(&self.inside) else {
            if self.absent_since.is_none() {
                let interface = &self.inside;
                let renamed = interfaces.iter().find(|(_, number)| **number == self.index);
                if let Some((name, _)) = renamed {
                    tracing::error!(
                        interface,
                        "the clients' interface is called {name} now, and what comes in by {name} is forwarded without a \
                         login: rename it back, or give dhcpif {name} and restart"
                    );
                }
                tracing::error!(
                    interface,
                    "the clients' interface is gone: their sessions end if it stays away"
                );
                self.absent_since = Some(Instant::now());
            }
            self.index = ABSENT;
            return Ok(());
        };
        self.absent_since = None;
        if number == self.index {
            return Ok(());
        }
        let before = std::mem::replace(&mut self.index, number);
        let again = self.equip(address, leases);
        if again.is_err() {
            // It is tried again.
            self.index = before;
        } else {
            tracing::info!(interface = self.inside, "the clients' interface is back");
            self.returned.notify_one();
        }
        again
    }

    /// Whether the clients' interface has been gone for so long.
    pub(super) fn is_absent_for(&self, time: Duration) -> bool {
        self.absent_since.is_some_and(|since| since.elapsed() >= time)
    }

    pub(super) fn returned(&self) -> Arc<Notify> {
        Arc::clone(&self.returned)
    }

    fn equip(&mut self, address: Option<Mac>, leases: &BTreeMap<Ipv4Addr, Mac>) -> io::Result<()> {
        if let Some(address) = address {
            self.set_address(address)?;
        }
        leases.iter().try_for_each(|(&ip, &mac)| self.bind_neighbour(Pair { ip, mac }))
    }

    /// Removes the routing rules if no client can come in any more.
    pub(super) fn lower(&mut self) {
        let flags = std::fs::read_to_string(format!("/sys/class/net/{}/flags", self.inside));
        let flags = flags.ok().and_then(|f| u32::from_str_radix(f.trim().trim_start_matches("0x"), 16).ok());
        if flags.is_some_and(|flags| flags & 1 != 0) {
            tracing::info!(
                interface = self.inside,
                "the routing rules of the guard stay, so that nothing is forwarded; to remove them: {}",
                how_to_open(&self.inside)
            );
            return;
        }
        for family in FAMILIES {
            let _ = self.rule(DELETE_RULE, 0, family, self.mark);
        }
    }

    /// `ip rule add pref 50 iif INSIDE fwmark 0/MARK prohibit`.
    fn rule(&mut self, kind: u16, flags: u16, family: u8, mark: u32) -> io::Result<()> {
        let number = self.socket.number();
        let mut messages = write::Messages::default();
        let header = [family, 0, 0, 0, 0, 0, 0, PROHIBIT, 0, 0, 0, 0];
        messages.add(kind, flags | write::ACK, number, &header, |a| {
            a.text(3, &self.inside);
            a.put(6, &PREFERENCE.to_ne_bytes());
            a.put(10, &0u32.to_ne_bytes());
            a.put(16, &mark.to_ne_bytes());
        });
        self.socket.tell(&messages, |_| {})
    }

    /// `ip link set dev INSIDE address MAC`.
    pub(super) fn set_address(&mut self, address: Mac) -> io::Result<()> {
        let number = self.socket.number();
        let mut messages = write::Messages::default();
        let mut header = [0; 16];
        header[4..8].copy_from_slice(&self.index.to_ne_bytes());
        messages.add(NEW_LINK, write::ACK, number, &header, |a| a.put(1, &address.0));
        self.socket.tell(&messages, |_| {}).map_err(|error| {
            let inside = &self.inside;
            io::Error::new(
                error.kind(),
                format!("dhcpif {inside} does not take the address {address}: {error}"),
            )
        })
    }

    /// Ties an address to a hardware address, so that nobody else can claim it.
    pub(super) fn bind_neighbour(&mut self, client: Pair) -> io::Result<()> {
        const PERMANENT: u16 = 0x80;
        self.neighbour(NEW_NEIGHBOUR, write::CREATE | write::REPLACE, PERMANENT, client)
    }

    /// Gives an address free again.
    pub(super) fn free_neighbour(&mut self, client: Pair) {
        let _ = self.neighbour(DELETE_NEIGHBOUR, 0, 0, client);
    }

    fn neighbour(&mut self, kind: u16, flags: u16, state: u16, client: Pair) -> io::Result<()> {
        let number = self.socket.number();
        let mut messages = write::Messages::default();
        let mut header = [FAMILIES[0], 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        header[4..8].copy_from_slice(&self.index.to_ne_bytes());
        header[8..10].copy_from_slice(&state.to_ne_bytes());
        messages.add(kind, flags | write::ACK, number, &header, |a| {
            a.put(1, &client.ip.octets());
            a.put(2, &client.mac.0);
        });
        self.socket.tell(&messages, |_| {})
    }
}

/// Whether an error says that the kernel has no IPv6: `EOPNOTSUPP` or `EAFNOSUPPORT`. After any other it has, and is not closed.
fn is_lacking(family: u8, error: &io::Error) -> bool {
    family == FAMILIES[1] && matches!(error.raw_os_error(), Some(95 | 97))
}

/// The commands that remove the rules of an interface.
pub(in super::super) fn how_to_open(inside: &str) -> String {
    format!(
        "`ip rule del pref {PREFERENCE} iif {inside}` and `ip -6 rule del pref {PREFERENCE} iif {inside}`"
    )
}

/// A rule of a guard.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    inside: String,
    mark: u32,
}

impl Rule {
    /// Reads a rule; nothing if it is none that a guard makes.
    fn read(message: &Message<'_>) -> Option<Self> {
        let header = message.payload.get(..RULE_HEADER)?;
        let attributes = message.attributes(RULE_HEADER);
        let number = |kind| Some(u32::from_ne_bytes(attributes.find(kind)?.try_into().ok()?));
        // Whatever else it looks at is nothing of ours: addresses, the way out, users, protocols, ports.
        let others = [1, 2, 17, 20, 22, 23, 24];
        let ours = header[1..4] == [0; 3]
            && header[7] == PROHIBIT
            && number(6) == Some(PREFERENCE)
            && number(10).unwrap_or_default() == 0
            && !others.iter().any(|kind| attributes.find(*kind).is_some());
        let rule = Self { inside: attributes.text(3)?.to_owned(), mark: number(16)? };
        ours.then_some(rule)
    }
}

/// Reads a message as a rule of the kernel's.
pub(in super::super) fn read_anything(message: &Message<'_>) {
    let _ = Rule::read(message);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataplane::netlink::Messages;

    #[test]
    fn only_a_kernel_without_ipv6_needs_no_rule_for_it() {
        let lacking = |family, number| is_lacking(family, &io::Error::from_raw_os_error(number));
        assert!(lacking(FAMILIES[1], 97) && lacking(FAMILIES[1], 95));
        // Permission, memory, room.
        assert!(
            [1, 12, 105].iter().all(|number| !lacking(FAMILIES[1], *number)) && !lacking(FAMILIES[0], 97)
        );
    }

    #[test]
    fn a_rule_of_a_guard_is_known_among_others() {
        let read = |action, preference: u32, more: &[(u16, &[u8])]| {
            let mut out = write::Messages::default();
            let header = [2, 0, 0, 0, 0, 0, 0, action, 0, 0, 0, 0];
            out.add(NEW_RULE, 0, 1, &header, |a| {
                a.text(3, "hs0");
                a.put(6, &preference.to_ne_bytes());
                more.iter().for_each(|(kind, value)| a.put(*kind, value));
            });
            Messages::new(out.octets()).next().and_then(|message| Rule::read(&message))
        };
        let mask = (16, &64_u32.to_ne_bytes()[..]);
        assert_eq!(read(PROHIBIT, 50, &[mask]), Some(Rule { inside: "hs0".to_owned(), mark: 64 }));
        let mark = (10, &64_u32.to_ne_bytes()[..]);
        for (action, preference, more) in [
            (1, 50, &[mask][..]),
            (PROHIBIT, 51, &[mask]),
            (PROHIBIT, 50, &[]),
            (PROHIBIT, 50, &[mask, mark]),
        ] {
            assert_eq!(read(action, preference, more), None);
        }
        assert_eq!(read(PROHIBIT, 50, &[mask, (17, b"wan0\0")]), None);
    }
}
