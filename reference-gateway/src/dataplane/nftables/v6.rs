//! IPv6 of clients that are logged in, if the configuration asks for it (gateway-dataplane 12).
//!
//! A client has several addresses of IPv6 and changes them as it likes, so nothing here knows any: a packet is let through
//! and counted by the hardware address that it comes from or goes to. Where it goes to shows only when it leaves, which
//! takes a table of the family netdev beside the other one.
//!
//! | set | holds |
//! |---|---|
//! | `mac6` | who may pass, with the timeout of `auth4` |
//! | `up6`, `dn6` | the same hardware addresses, with counters; `dn6` in the table of the family netdev |
//!
//! What was counted is added to that of the client's session. A client with limits, which are looked at for IPv4 only, has
//! no IPv6; if a client has several sessions, it counts for one.

use super::super::{Grant, Pair};
use super::Nftables;
use super::clients::counted;
use super::ruleset::{PRIVATE, Plan, TABLE, quoted};
use super::table::{self, Carries, Element, Key, Transaction};
use std::collections::{BTreeSet, HashMap};
use std::io;
use std::net::Ipv6Addr;
use std::time::Duration;
use wispr::gateway::{Flow, Mac, Usage};

/// Who may pass.
pub(super) const AUTH: &str = "mac6";
/// Who is counted, from it and to it.
pub(super) const COUNTING: [&str; 2] = ["up6", "dn6"];
/// Octets that a packet has more when it leaves than when it is forwarded.
const ETHERNET: u64 = 14;

/// What nobody may reach: unique local, link-local and site-local addresses, and those that stand for private ones of IPv4.
fn private() -> String {
    let mut networks: Vec<String> =
        ["fc00::/7", "fe80::/10", "fec0::/10", "::ffff:0:0/96"].map(str::to_owned).into();
    for (address, prefix) in PRIVATE {
        let mut octets = [0; 16];
        octets[..4].copy_from_slice(&[0, 0x64, 0xff, 0x9b]);
        octets[12..].copy_from_slice(&address.octets());
        networks.push(format!("{}/{}", Ipv6Addr::from(octets), 96 + prefix));
    }
    networks.join(", ")
}

impl Plan {
    /// The sets, in the table of all other sets.
    pub(super) fn sets6(&self) -> String {
        if !self.ipv6 {
            return String::new();
        }
        let size = self.size();
        format!(
            "    set mac6     {{ typeof ether saddr; size {size}; flags timeout; }}\n    \
             set up6      {{ typeof ether saddr; size {size}; counter; }}\n"
        )
    }

    /// What becomes of packets to the gateway itself, from clients, and to clients: three rules.
    pub(super) const fn rules6(&self) -> [&'static str; 3] {
        if self.ipv6 {
            ["goto in_6", "goto up_6", "goto dn_6"]
        } else {
            ["counter name c_v6 drop", "counter name c_v6 goto refuse_v6", "counter name c_v6 drop"]
        }
    }

    /// The chains of these rules.
    pub(super) fn chains6(&self) -> String {
        if !self.ipv6 {
            return String::new();
        }
        let Self { inside, mark, .. } = self;
        let (outside, private) = (quoted(&self.outside), private());
        format!(
            r#"    # To whoever advertises the prefix and lends addresses.
    chain in_6 {{
        icmpv6 type {{ nd-router-solicit, mld-listener-report, mld-listener-done, mld2-listener-report }} accept
        udp sport 546 udp dport 547 accept
        icmpv6 type echo-request limit rate 20/second accept
        counter name c_v6 goto refuse_v6
    }}
    chain up_6 {{
        ether saddr != @mac6 counter name c_v6 goto refuse_v6
        oifname != {outside} counter name c_private drop
        ct state invalid drop
        ip6 daddr {{ {private} }} counter name c_private drop
        fib saddr . iif oifname != "{inside}" counter name c_spoof drop
        ether saddr @up6 accept
        drop
    }}
    # Whose it is shows when it leaves.
    chain dn_6 {{
        iifname != {outside} drop
        ct state new,invalid drop
        meta mark set meta mark | {mark:#x} accept
    }}
"#
        )
    }

    /// The table where packets leave to the clients. Without their interface there is nothing to hook it to.
    pub(super) fn leaving(&self, is_there: bool) -> String {
        if !self.ipv6 {
            return String::new();
        }
        let Self { inside, mark, .. } = self;
        let size = self.size();
        let hook = if is_there {
            format!(
                "    chain leave {{\n        type filter hook egress device \"{inside}\" priority filter; policy accept;\n        \
                 meta protocol ip6 meta mark & {mark:#x} == {mark:#x} goto to_client\n    }}\n"
            )
        } else {
            String::new()
        };
        format!(
            "table netdev {TABLE} {{\n    set dn6 {{ typeof ether daddr; size {size}; counter; }}\n\n    chain to_client {{\n        \
             ether daddr @dn6 accept\n        drop\n    }}\n{hook}}}\n"
        )
    }
}

impl Nftables {
    /// Whether the IPv6 of a client's hardware address counts for this session.
    pub(super) fn has6(&self, client: Pair) -> bool {
        self.six.get(&client.mac) == Some(&client.ip)
    }

    /// Whether it is to.
    pub(super) fn wants6(&self, client: Pair, grant: &Grant) -> bool {
        let is_free = self.six.get(&client.mac).is_none_or(|ip| *ip == client.ip);
        self.plan.ipv6 && !grant.is_capped() && is_free
    }

    /// What was counted for one client until now.
    pub(super) fn usage6(&mut self, client: Mac) -> io::Result<Usage> {
        let [up, down] = COUNTING;
        let from_client = table::look_up(&mut self.socket, up, Key::Mac(client))?.counted;
        let to_client = table::look_up(&mut self.socket, down, Key::Mac(client))?.counted;
        Ok(Usage { from_client, to_client: bare(to_client) })
    }

    /// Reads what was counted for all clients that are counted in both directions.
    pub(super) fn read6(&mut self) -> io::Result<HashMap<Mac, Usage>> {
        if !self.plan.ipv6 {
            return Ok(HashMap::new());
        }
        let [up, down] = COUNTING;
        let [up, down] = [table::dump(&mut self.socket, up)?, table::dump(&mut self.socket, down)?];
        Ok(joined(&up, &down))
    }

    /// What a gateway before this one left.
    pub(super) fn left_behind6(&mut self) -> io::Result<Left> {
        let [up, down] = COUNTING;
        let [auth, up] = [self.elements(AUTH)?, self.elements(up)?];
        // A kernel may not even know tables of that family.
        let down = self.elements(down).unwrap_or_default();
        let all = auth.iter().chain(&up).chain(&down).filter_map(|element| element.mac).collect();
        Ok(Left { counted: joined(&up, &down), all })
    }
}

/// Whom a gateway before this one let through.
pub(super) struct Left {
    /// What was counted for those who are counted in both directions.
    pub(super) counted: HashMap<Mac, Usage>,
    /// All of whom there is anything.
    pub(super) all: BTreeSet<Mac>,
}

/// Lets a client through; `goes_on` if it is already, and its counters go on.
pub(super) fn admit(
    transaction: &mut Transaction<'_>,
    client: Mac,
    timeout: Option<Duration>,
    goes_on: bool,
) {
    transaction.set(AUTH, Key::Mac(client), &Carries { timeout, ..Carries::default() });
    if !goes_on {
        for set in COUNTING {
            let nothing = Carries { counter: Some(Flow::default()), ..Carries::default() };
            transaction.set(set, Key::Mac(client), &nothing);
        }
    }
}

/// Stops a client and has the kernel tell what it had counted.
pub(super) fn withdraw(transaction: &mut Transaction<'_>, client: Mac) {
    transaction.clear(AUTH, Key::Mac(client));
    for set in COUNTING {
        transaction.take(set, Key::Mac(client));
    }
}

/// Removes what is there of a client.
pub(super) fn sweep(transaction: &mut Transaction<'_>, client: Mac) {
    for set in [AUTH, COUNTING[0], COUNTING[1]] {
        transaction.clear(set, Key::Mac(client));
    }
}

/// What the kernel told of a client that was stopped, without the headers that packets have when they leave.
pub(super) fn told(set: &str, counted: Flow) -> Flow {
    if set == COUNTING[1] { bare(counted) } else { counted }
}

/// What was counted for whom both directions have.
fn joined(up: &[Element], down: &[Element]) -> HashMap<Mac, Usage> {
    let down = counted(down, |element| element.mac);
    let both = |element: &Element| {
        let mac = element.mac?;
        Some((mac, Usage { from_client: element.counted, to_client: bare(*down.get(&mac)?) }))
    };
    up.iter().filter_map(both).collect()
}

/// What was counted where packets leave, without the headers that they had there.
const fn bare(flow: Flow) -> Flow {
    Flow { octets: flow.octets.saturating_sub(flow.packets.saturating_mul(ETHERNET)), packets: flow.packets }
}

#[cfg(test)]
mod tests {
    use super::*;

    // gateway-dataplane 12, 13
    #[test]
    fn nobody_reaches_a_private_address_by_its_other_forms() {
        let private = private();
        for network in
            ["fc00::/7", "fe80::/10", "64:ff9b::a00:0/104", "64:ff9b::c0a8:0/112", "64:ff9b::6440:0/106"]
        {
            assert!(private.split(", ").any(|one| one == network), "{network}: {private}");
        }
    }

    #[test]
    fn what_is_counted_where_packets_leave_is_what_was_forwarded() {
        let counted = Flow { octets: 2 * 1014, packets: 2 };
        assert_eq!(told(COUNTING[1], counted), Flow { octets: 2000, packets: 2 });
        assert_eq!(told(COUNTING[0], counted), counted);
        assert_eq!(bare(Flow { octets: 1, packets: 1 }).octets, 0);
    }

    #[test]
    fn a_client_counts_if_both_directions_do() {
        let mac = |number| Some(Mac([2, 0, 0, 0, 0, number]));
        let element = |number, octets| Element {
            mac: mac(number),
            counted: Flow { octets, packets: 1 },
            ..Element::default()
        };
        let both = joined(&[element(1, 50), element(2, 60)], &[element(2, 114), element(3, 20)]);
        assert_eq!(both.len(), 1);
        let usage = mac(2).and_then(|mac| both.get(&mac)).expect("the second");
        assert_eq!((usage.from_client.octets, usage.to_client.octets), (60, 100));
    }
}
