//! The ruleset as text for `nft`. Rules are constant: clients are elements of sets.

use super::super::Pair;
use super::garden::{Opening, openings};
use super::v6;
use crate::config::Network;
use crate::garden::allowed::Entry;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::time::Duration;
use wispr::gateway::{Mac, Usage};

/// The name of the table, in the family inet.
pub(super) const TABLE: &str = "fongw";
/// The table's comment. The number is that of the shape of its sets: a table with another one is made anew, with the
/// elements that it had (gateway-dataplane 4.5).
pub(super) const COMMENT: &str = "hotspot gateway ruleset 4";

/// The interfaces that there are, and their numbers.
pub(super) type Interfaces = BTreeMap<String, u32>;

/// What the ruleset depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The interface of the clients.
    pub inside: String,
    /// The hardware address that it is to have; `None`: the one that it has.
    pub address: Option<Mac>,
    /// The interfaces that clients may leave by.
    pub outside: Vec<String>,
    /// The gateway's address on `inside`.
    pub gateway: Ipv4Addr,
    /// The network of the clients.
    pub network: Network,
    /// The HTTP port, and the port of the captive-portal API if there is one.
    pub ports: Vec<u16>,
    /// The port of the DNS forwarder.
    pub dns: u16,
    /// DNS servers that clients may know and ask directly: the forwarder answers for them.
    pub dns_servers: Vec<Ipv4Addr>,
    /// Whether the forwarder answers for every DNS server until a client is logged in.
    pub any_dns: bool,
    /// Addresses whose HTTP is the gateway's own also after the login: `uamlogoutip`, `uamaliasip`.
    pub aliases: Vec<Ipv4Addr>,
    /// The bit of the packet mark that says that the ruleset is there.
    pub mark: u32,
    /// The most clients.
    pub clients: u32,
    /// Whether unauthenticated connections are refused instead of dropped.
    pub refuse: bool,
    /// Whether the address of clients is translated.
    pub masquerade: bool,
    /// Whether clients need a lease to reach the garden.
    pub strict: bool,
    /// How long an address that was learnt from DNS stays open after its last use.
    pub shortest: Duration,
    /// Whether clients that are logged in may use IPv6.
    pub ipv6: bool,
    /// The garden, without its domains.
    pub garden: Vec<Entry>,
}

/// What of the rules depends on which interfaces there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Present {
    /// The rules for usual packets.
    usual: String,
    /// Whether the clients' interface is there.
    inside: bool,
}

/// A client that is let through, for a table that is made again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    pub(super) pair: Pair,
    pub(super) counted: Usage,
    pub(super) timeout: Option<Duration>,
    /// Whether it has limits of bandwidth or octets.
    pub(super) capped: bool,
    /// Whether the IPv6 of its hardware address counts for it.
    pub(super) six: bool,
}

/// The sets that count a client, from it and to it: those with limits have sets of their own, so that packets of all
/// others need not be looked up in the sets of limits.
pub(super) const fn counting(capped: bool) -> [&'static str; 2] {
    if capped { ["cap_up4", "cap_dn4"] } else { ["up4", "dn4"] }
}

/// What clients must not reach unless the garden has it: private and shared addresses, and those of a link.
pub(super) const PRIVATE: [(Ipv4Addr, u8); 5] = [
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
];

/// What a table held, or is to hold.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) leases: Vec<Pair>,
    pub(super) open: Vec<Kept>,
    pub(super) blocked: Vec<Mac>,
    /// Addresses of the garden that were learnt from DNS, and for how long they are open still.
    pub(super) learnt: Vec<(Ipv4Addr, Duration)>,
}

impl Plan {
    /// The text that makes a table that did not exist, or makes one again with these elements.
    pub(super) fn fresh(&self, state: &State, present: &Present) -> String {
        let (text, elements) = (self.text(present), elements(state));
        let families = self.families();
        let gone = families.iter().map(|f| format!("table {f} {TABLE} {{ }}\ndelete table {f} {TABLE}\n"));
        format!("{}{text}{elements}", gone.collect::<String>())
    }

    /// The text that replaces all rules and the garden of a table, and keeps its clients and their counters.
    pub(super) fn renewed(&self, present: &Present) -> String {
        let flushed: String =
            ["gnet4", "gsvc4", "private4"].map(|set| format!("flush set inet {TABLE} {set}\n")).concat();
        let families = self.families();
        let tables = families.iter().map(|f| format!("table {f} {TABLE} {{ }}\nflush table {f} {TABLE}\n"));
        format!("{}{flushed}{}", tables.collect::<String>(), self.text(present))
    }

    /// The families that it has a table of.
    pub(super) const fn families(&self) -> &'static [&'static str] {
        if self.ipv6 { &["inet", "netdev"] } else { &["inet"] }
    }

    /// What depends on these interfaces.
    pub(super) fn present(&self, interfaces: &Interfaces) -> Present {
        Present { usual: self.usual(interfaces), inside: interfaces.contains_key(&self.inside) }
    }

    /// Buckets are reserved at once; twice the clients keeps chains short.
    pub(super) fn size(&self) -> u64 {
        (u64::from(self.clients) * 2).next_power_of_two().max(64)
    }

    /// What nearly all packets are, clients without limits that use the Internet, in two rules: the chains behind them
    /// decide the same. Comparing numbers of interfaces is cheaper than comparing names; packets of an interface that is
    /// made again, with another number, are left to the chains until the rules are.
    fn usual(&self, interfaces: &Interfaces) -> String {
        // `nft` takes a number for a name if there is one like it.
        let is_number = |number: &u32| !interfaces.contains_key(&number.to_string());
        let number = |name: &String| interfaces.get(name).copied().filter(is_number);
        let outside: Vec<u32> = self.outside.iter().filter_map(number).collect();
        let Some(inside) = number(&self.inside).filter(|_| !outside.is_empty()) else { return String::new() };
        let outside = joined(&outside);
        let private = PRIVATE.map(|(address, _)| address.octets()[0].to_string()).join(", ");
        format!(
            "        oif {inside} iif {{ {outside} }} ct state established,related ip daddr @dn4 accept\n        \
             iif {inside} oif {{ {outside} }} ct state != invalid @nh,128,8 != {{ {private} }} meta nfproto ipv4 \
             ether saddr . ip saddr @auth4 ip saddr @up4 accept\n"
        )
    }

    fn text(&self, present: &Present) -> String {
        let usual = &present.usual;
        let Self { inside, gateway, dns, .. } = self;
        let outside = quoted(&self.outside);
        let http = self.ports.first().copied().unwrap_or_default();
        let ports = joined(&self.ports);
        let network = format!("{}/{}", self.network.address, self.network.prefix);
        let mark = self.mark;
        let learnt = self.shortest.as_secs().max(1);
        let size = self.size();
        let (sets6, chains6, leaving) = (self.sets6(), self.chains6(), self.leaving(present.inside));
        let [in6, up6, dn6] = self.rules6();
        let [nets, services] = garden(&self.garden);
        let dns_servers = match self.dns_servers.as_slice() {
            [] => String::new(),
            servers => format!(
                "        ip daddr {{ {} }} meta l4proto {{ tcp, udp }} th dport 53 redirect to :{dns}\n",
                joined(servers)
            ),
        };
        let any_dns = if self.any_dns {
            format!("        meta l4proto {{ tcp, udp }} th dport 53 redirect to :{dns}\n")
        } else {
            String::new()
        };
        let aliases = match self.aliases.as_slice() {
            [] => String::new(),
            aliases => {
                format!("        ip daddr {{ {} }} tcp dport 80 redirect to :{http}\n", joined(aliases))
            }
        };
        let masquerade = if self.masquerade {
            format!(
                "    chain nat_post {{\n        type nat hook postrouting priority srcnat + 5; policy accept;\n        \
                 ip saddr {network} oifname {outside} masquerade\n    }}\n"
            )
        } else {
            String::new()
        };
        let refuse = if self.refuse {
            "        meta l4proto tcp reject with tcp reset\n        reject with icmpx admin-prohibited\n"
        } else {
            "        drop\n"
        };
        let private = PRIVATE.map(|(address, prefix)| format!("{address}/{prefix}")).join(", ");
        let strict = if self.strict {
            "        ether saddr . ip saddr != @lease4 counter name c_spoof drop\n"
        } else {
            ""
        };
        format!(
            r#"table inet {TABLE} {{
    comment "{COMMENT}"

    set lease4   {{ typeof ether saddr . ip saddr; size {size}; }}
    set auth4    {{ typeof ether saddr . ip saddr; size {size}; flags timeout; }}
    set up4      {{ typeof ip saddr; size {size}; counter; }}
    set dn4      {{ typeof ip daddr; size {size}; counter; }}
    set cap_up4  {{ typeof ip saddr; size {size}; counter; }}
    set cap_dn4  {{ typeof ip daddr; size {size}; counter; }}
    set lim_up4  {{ typeof ip saddr; size {size}; limit rate over 1000 mbytes/second; }}
    set lim_dn4  {{ typeof ip daddr; size {size}; limit rate over 1000 mbytes/second; }}
    map quo_up4  {{ type ipv4_addr : quota; size {size}; }}
    map quo_dn4  {{ type ipv4_addr : quota; size {size}; }}
    set blocked  {{ typeof ether saddr; size {size}; }}
    set gnet4    {{ typeof ip daddr; flags interval; auto-merge; {nets}}}
    set gsvc4    {{ typeof ip daddr . meta l4proto . th dport; flags interval; {services}}}
    set own_net4 {{ typeof ip saddr . ip daddr; flags interval; }}
    set own_svc4 {{ typeof ip saddr . ip daddr . meta l4proto . th dport; flags interval; }}
    set gdyn4    {{ typeof ip daddr; flags dynamic,timeout; timeout {learnt}s; size 16384; }}
    set portal4  {{ typeof ip saddr; flags dynamic,timeout; timeout 1m; size {size}; }}
    set private4 {{ typeof ip daddr; flags interval; elements = {{ {private} }} }}
{sets6}
    counter c_redirect {{ }}
    counter c_unauth   {{ }}
    counter c_spoof    {{ }}
    counter c_private  {{ }}
    counter c_limit    {{ }}
    counter c_quota    {{ }}
    counter c_v6       {{ }}
    counter c_flood    {{ }}
    counter c_ra       {{ }}

    # The mark says to the guard that this table is there.
    chain pre {{
        type filter hook prerouting priority raw; policy accept;
        iifname "{inside}" meta mark set meta mark | {mark:#x}
    }}

    # The first packet of a connection, IPv4 only: an inet table would redirect IPv6 to nobody.
    chain nat_pre {{
        type nat hook prerouting priority dstnat - 5; policy accept;
        iifname "{inside}" meta nfproto ipv4 jump nat_hs
    }}
    chain nat_hs {{
        ip daddr {gateway} meta l4proto {{ tcp, udp }} th dport 53 redirect to :{dns}
{aliases}{dns_servers}        ether saddr . ip saddr @auth4 accept
{any_dns}        ip daddr @gnet4 accept
        ip daddr @gdyn4 accept
        ip daddr . meta l4proto . th dport @gsvc4 accept
        ip saddr . ip daddr @own_net4 accept
        ip saddr . ip daddr . meta l4proto . th dport @own_svc4 accept
        tcp dport 80 counter name c_redirect redirect to :{http}
    }}
{masquerade}
    # To the gateway itself.
    chain input {{
        type filter hook input priority filter - 10; policy accept;
        iifname "{inside}" jump in_hs
    }}
    chain in_hs {{
        ether saddr @blocked drop
        icmpv6 type {{ nd-neighbor-solicit, nd-neighbor-advert }} accept
        icmpv6 type nd-router-advert counter name c_ra
        meta nfproto ipv6 {in6}
        udp sport 68 udp dport 67 accept
        ip saddr != {network} counter name c_spoof drop
        ip daddr != {gateway} drop
        meta l4proto {{ tcp, udp }} th dport {dns} accept
        tcp dport {{ {ports} }} ct state new update @portal4 {{ ip saddr limit rate over 20/second burst 60 packets }} counter name c_flood drop
        tcp dport {{ {ports} }} accept
        icmp type echo-request limit rate 20/second accept
        ct state related icmp type {{ destination-unreachable, time-exceeded }} accept
        drop
    }}

    # Whoever advertises a router to the clients is none of ours.
    chain output {{
        type filter hook output priority filter - 10; policy accept;
        oifname "{inside}" icmpv6 type nd-router-advert counter name c_ra
    }}

    # Through the gateway. Every packet is checked: who logs off is cut at once.
    chain forward {{
        type filter hook forward priority filter - 10; policy accept;
{usual}        iifname "{inside}" goto fwd_up
        oifname "{inside}" goto fwd_dn
    }}
    chain fwd_up {{
        ether saddr @blocked drop
        meta nfproto ipv6 {up6}
        ip saddr != {network} counter name c_spoof drop
        oifname != {outside} counter name c_private drop
        ct state invalid drop
        ip daddr @private4 jump private
        ether saddr . ip saddr @auth4 goto up_auth
{strict}        ip daddr @gnet4 accept
        ip daddr @gdyn4 update @gdyn4 {{ ip daddr timeout {learnt}s }} accept
        ip daddr . meta l4proto . th dport @gsvc4 accept
        ip saddr . ip daddr @own_net4 accept
        ip saddr . ip daddr . meta l4proto . th dport @own_svc4 accept
        counter name c_unauth goto refuse
    }}
    # What the garden names is meant.
    chain private {{
        ip daddr @gnet4 return
        ip daddr . meta l4proto . th dport @gsvc4 return
        ip saddr . ip daddr @own_net4 return
        ip saddr . ip daddr . meta l4proto . th dport @own_svc4 return
        counter name c_private drop
    }}
    chain refuse {{
{refuse}    }}
    # A silent drop would cost a client a second for each connection that it tries by IPv6 first.
    chain refuse_v6 {{
        meta l4proto tcp reject with tcp reset
        reject with icmpx admin-prohibited
    }}
    chain up_auth {{
        ip saddr @up4 accept
        ip saddr @lim_up4 counter name c_limit drop
        quota name ip saddr map @quo_up4 counter name c_quota drop
        ip saddr @cap_up4 accept
        drop
    }}
    chain fwd_dn {{
        meta nfproto ipv6 {dn6}
        iifname != {outside} drop
        ct state new,invalid drop
        ip daddr @dn4 accept
        ip daddr @lim_dn4 counter name c_limit drop
        quota name ip daddr map @quo_dn4 counter name c_quota drop
        ip daddr @cap_dn4 accept
        ip saddr @gnet4 accept
        ip saddr @gdyn4 accept
        ip saddr . meta l4proto . th sport @gsvc4 accept
        ip daddr . ip saddr @own_net4 accept
        ip daddr . ip saddr . meta l4proto . th sport @own_svc4 accept
        drop
    }}
{chains6}}}
{leaving}"#
        )
    }
}

/// The elements of the sets of networks and of services, with the brackets round them.
fn garden(entries: &[Entry]) -> [String; 2] {
    let (services, networks): (Vec<Opening>, _) =
        openings(entries).into_iter().partition(|opening| opening.service.is_some());
    [networks, services].map(|list| match list.as_slice() {
        [] => String::new(),
        list => format!("elements = {{ {} }} ", joined(list)),
    })
}

/// The family of the table that has a set.
pub(super) fn family(set: &str) -> &'static str {
    if set == v6::COUNTING[1] { "netdev" } else { "inet" }
}

/// Commands that add the elements of a state. Who was shut out, by time or by the operator, stays out and counted.
fn elements(state: &State) -> String {
    let mut text = String::new();
    let mut add = |set: &str, items: Vec<String>| {
        if !items.is_empty() {
            let family = family(set);
            let _infallible = writeln!(text, "add element {family} {TABLE} {set} {{ {} }}", items.join(", "));
        }
    };
    let counter =
        |flow: wispr::gateway::Flow| format!("counter packets {} bytes {}", flow.packets, flow.octets);
    add("lease4", state.leases.iter().map(key).collect());
    add("blocked", state.blocked.iter().map(colons).collect());
    let auth = |kept: &Kept| match kept.timeout {
        Some(left) => format!("{} timeout {}s", key(&kept.pair), left.as_secs().max(1)),
        None => key(&kept.pair),
    };
    let passes =
        |kept: &&Kept| kept.timeout != Some(Duration::ZERO) && !state.blocked.contains(&kept.pair.mac);
    add("auth4", state.open.iter().filter(passes).map(auth).collect());
    let six = || state.open.iter().filter(|kept| kept.six);
    let auth6 = |kept: &Kept| match kept.timeout {
        Some(left) => format!("{} timeout {}s", colons(&kept.pair.mac), left.as_secs().max(1)),
        None => colons(&kept.pair.mac),
    };
    add(v6::AUTH, six().filter(passes).map(auth6).collect());
    for set in v6::COUNTING {
        add(set, six().map(|kept| colons(&kept.pair.mac)).collect());
    }
    let open = |(ip, left): &(Ipv4Addr, Duration)| format!("{ip} timeout {}s", left.as_secs().max(1));
    add("gdyn4", state.learnt.iter().map(open).collect());
    for capped in [false, true] {
        let kept = || state.open.iter().filter(move |kept| kept.capped == capped);
        let [up, down] = counting(capped);
        let sent =
            |k: &Kept| format!("{} {} comment \"{}\"", k.pair.ip, counter(k.counted.from_client), k.pair.mac);
        add(up, kept().map(sent).collect());
        add(down, kept().map(|k| format!("{} {}", k.pair.ip, counter(k.counted.to_client))).collect());
    }
    text
}

fn key(pair: &Pair) -> String {
    format!("{} . {}", colons(&pair.mac), pair.ip)
}

fn colons(mac: &Mac) -> String {
    mac.0.map(|octet| format!("{octet:02x}")).join(":")
}

pub(super) fn quoted(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    format!("{{ {} }}", names.join(", "))
}

fn joined<T: ToString>(items: &[T]) -> String {
    items.iter().map(T::to_string).collect::<Vec<_>>().join(", ")
}

/// Whether a text can be the name of an interface: what the kernel takes, without what would end a quoted text.
#[must_use]
pub(in super::super) fn is_interface(name: &str) -> bool {
    (1..=15).contains(&name.len())
        && !matches!(name, "." | "..")
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'@'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wispr::gateway::Flow;

    fn plan() -> Plan {
        Plan {
            inside: "hs0".into(),
            address: None,
            outside: vec!["wan0".into(), "wan1".into()],
            gateway: Ipv4Addr::new(192, 168, 182, 1),
            network: Network { address: Ipv4Addr::new(192, 168, 182, 0), prefix: 24 },
            ports: vec![3990],
            dns: 3953,
            dns_servers: Vec::new(),
            any_dns: false,
            aliases: Vec::new(),
            mark: 1,
            clients: 100,
            refuse: false,
            masquerade: true,
            strict: true,
            shortest: Duration::from_secs(600),
            ipv6: false,
            garden: Vec::new(),
        }
    }

    fn interfaces(known: &[(&str, u32)]) -> Interfaces {
        known.iter().map(|(name, number)| ((*name).to_owned(), *number)).collect()
    }

    // gateway-dataplane 3, 13
    #[test]
    fn the_usual_packet_is_checked_as_every_other() {
        let known = [("wan1", 3), ("hs0", 1), ("lan0", 4), ("wan0", 2)];
        let present = plan().present(&interfaces(&known));
        let usual = &present.usual;
        assert!(plan().fresh(&State::default(), &present).contains(usual));
        assert!(plan().renewed(&present).contains(usual));
        let [down, up] = usual.lines().collect::<Vec<_>>()[..] else { panic!("two rules: {usual}") };
        for part in ["oif 1 ", "iif { 2, 3 } ", "ct state established,related ", "ip daddr @dn4 accept"] {
            assert!(down.contains(part), "{part}: {down}");
        }
        let parts = [
            "iif 1 ",
            "oif { 2, 3 } ",
            "ct state != invalid ",
            "@nh,128,8 != { 10, 100, 169, 172, 192 } ",
            "ether saddr . ip saddr @auth4 ",
            "ip saddr @up4 accept",
        ];
        for part in parts {
            assert!(up.contains(part), "{part}: {up}");
        }
    }

    #[test]
    fn an_interface_that_is_not_there_or_has_a_number_for_a_name_is_left_to_the_chains() {
        let usual = |known| plan().usual(&interfaces(known));
        assert!(usual(&[("hs0", 1), ("wan0", 2)]).contains("iif { 2 }"));
        assert_eq!(usual(&[("hs0", 1), ("lan0", 2)]), "");
        assert_eq!(usual(&[("wan0", 2), ("wan1", 3)]), "");
        assert_eq!(usual(&[("hs0", 1), ("wan0", 2), ("1", 9)]), "");
    }

    #[test]
    fn a_table_that_is_made_again_lets_nobody_in_who_was_shut_out() {
        let [in_time, late, blocked] =
            [1, 2, 3].map(|n| Pair { ip: Ipv4Addr::new(10, 0, 0, n), mac: Mac([n; 6]) });
        let counted = Usage { from_client: Flow { octets: 7, packets: 1 }, to_client: Flow::default() };
        let kept = |pair, timeout| Kept { pair, counted, timeout, capped: false, six: false };
        let state = State {
            leases: Vec::new(),
            open: vec![kept(in_time, None), kept(late, Some(Duration::ZERO)), kept(blocked, None)],
            blocked: vec![blocked.mac],
            learnt: vec![(Ipv4Addr::new(203, 0, 113, 20), Duration::from_secs(90))],
        };
        let text = elements(&state);
        let line = |set: &str| text.lines().find(|line| line.contains(set)).unwrap_or_default().to_owned();
        assert!(
            line(" auth4 ").contains("10.0.0.1") && line(" auth4 ").matches("10.0.0").count() == 1,
            "{text}"
        );
        assert!(line(" gdyn4 ").ends_with("{ 203.0.113.20 timeout 90s }"), "{text}");
        assert_eq!(line(" up4 ").matches("counter packets 1 bytes 7 comment ").count(), 3, "{text}");
        assert!(
            line(" up4 ").contains("10.0.0.2 counter packets 1 bytes 7 comment \"02-02-02-02-02-02\""),
            "{text}"
        );
    }
}
