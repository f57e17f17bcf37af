//! From chilli.conf to a packet path.

use super::announce::Announcement;
use super::nftables::{self, Nftables, Plan, is_interface};
use super::services::Prepared;
use super::{Dataplane, NoDataplane, dhcp, dns};
use crate::config::Settings;
use crate::garden::Garden;
use crate::hotspot::StartError;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::mpsc;
use wispr::gateway::Mac;

/// Where state is kept when `statedir` is not given.
const STATE: &str = "/var/lib/fonap";

/// The packet path of a configuration, and what is to run beside it.
pub struct Opened {
    /// The packet path.
    pub path: Box<dyn Dataplane>,
    /// What is to be started when the machines run; nothing without a packet path of our own.
    pub services: Option<Prepared>,
}

/// Opens the packet path of a configuration. `none` is used where the configuration asks for none; `http` is where the
/// HTTP port listens.
///
/// # Errors
/// One sentence: what is missing.
pub fn open(
    settings: &Settings,
    none: NoDataplane,
    garden: Garden,
    http: SocketAddr,
) -> Result<Opened, StartError> {
    // Also where another DHCP server is to announce it, the log says whether the API can be used.
    let (announcement, renewal) = Announcement::of(settings, &garden);
    if settings.text("dataplane") != Some("nftables") {
        return Ok(Opened { path: Box::new(none), services: None });
    }
    let mut plan = plan(settings, http)?;
    // What needs no name is open from the beginning.
    plan.garden = garden.entries(|_| Vec::new());
    let (listen, network) = (SocketAddr::from((plan.gateway, plan.dns)), plan.network);
    let mut servers: Vec<SocketAddr> =
        plan.dns_servers.iter().map(|address| SocketAddr::from((*address, 53))).collect();
    if servers.is_empty() {
        servers = dns::system_servers()?;
    }
    let dns = dns::Config {
        listen,
        servers,
        network,
        shortest: Duration::from_secs(settings.number("gardenttl")),
        rate: settings.small("preauthdnsqps"),
        own: own_names(settings, plan.gateway),
    };
    let dhcp = dhcp_config(settings, &plan, announcement);
    let mut path =
        Nftables::start(plan, settings.flag("allowflowoffload")).map_err(StartError::Unavailable)?;
    let dhcp = dhcp.map(|config| {
        let (released, ended) = mpsc::unbounded_channel();
        path.tell_released(released);
        (config, ended)
    });
    let services = Prepared {
        dhcp,
        dns,
        garden,
        passing: path.passing(),
        remade: path.remade(),
        port: path.port(),
        renewal,
        ipv6: path.plan().ipv6,
        returned: path.returned(),
        interval: Duration::from_secs(settings.number("interval")),
    };
    Ok(Opened { path: Box::new(path), services: Some(services) })
}

/// Closes the hotspot until its packet path is there: the first thing of a start, since all others can fail. Without a packet
/// path of our own, or without an interface that can be closed, nothing happens.
///
/// # Errors
/// One sentence: what is missing.
pub fn close(settings: &Settings) -> Result<(), StartError> {
    match to_close(settings) {
        Some(inside) => {
            nftables::close(inside, settings.small("packetmark")).map_err(StartError::Unavailable)
        }
        None => Ok(()),
    }
}

/// What a start that fails leaves closed, and how to open that if it should not be. Nothing if there is nothing.
#[must_use]
pub fn stays_closed(settings: &Settings) -> Option<String> {
    to_close(settings).map(|inside| {
        let open = nftables::guard::how_to_open(inside);
        format!("{inside} stays closed to all who are not logged in until a gateway serves there; if no clients come in by it: {open}")
    })
}

/// The interface that nothing may come in by without a packet path. What is wrong with the configuration is said by the checks;
/// where a start is refused because the interface is the way out, others may need it.
fn to_close(settings: &Settings) -> Option<&str> {
    let inside = inside(settings).ok().filter(|_| settings.text("dataplane") == Some("nftables"))?;
    let is_way_out = settings.text("wanif").is_none() && default_route().as_deref() == Some(inside);
    (!is_way_out).then_some(inside)
}

/// Checks what a configuration says of the packet path, without asking the kernel.
///
/// # Errors
/// One sentence: what is wrong.
pub fn check(settings: &Settings) -> Result<(), String> {
    if settings.text("dataplane") == Some("nftables") { inside(settings).map(drop) } else { Ok(()) }
}

/// The interface of the clients.
fn inside(settings: &Settings) -> Result<&str, String> {
    let inside = settings
        .text("dhcpif")
        .ok_or("dataplane nftables: dhcpif, the interface of the clients, is not given")?;
    let outside = settings.text("wanif").map(names).unwrap_or_default();
    if let Some(bad) = outside.iter().copied().chain([inside]).find(|name| !is_interface(name)) {
        return Err(format!("{bad:?} cannot be the name of an interface"));
    }
    // What the machine itself sends comes from there: closing it would cut the machine off.
    if inside == "lo" {
        return Err("dhcpif lo: clients cannot come in by the loopback interface".to_owned());
    }
    if outside.contains(&inside) {
        return Err(format!("wanif and dhcpif are the same interface, {inside}"));
    }
    Ok(inside)
}

fn names(list: &str) -> Vec<&str> {
    list.split(',').map(str::trim).collect()
}

fn plan(settings: &Settings, http: SocketAddr) -> Result<Plan, StartError> {
    let inside = inside(settings)?;
    let outside: Vec<String> = match settings.text("wanif") {
        Some(list) => names(list).into_iter().map(str::to_owned).collect(),
        None => {
            vec![default_route().ok_or("wanif is not given, and there is no default route to take it from")?]
        }
    };
    if outside.iter().any(|name| name == inside) {
        return Err(format!("dhcpif {inside}: the default route leads there; give wanif, the way out").into());
    }
    let std::net::IpAddr::V4(gateway) = http.ip() else {
        return Err(format!("uamlisten {http}: not IPv4").into());
    };
    let ipv6 = settings.text("ipv6") == Some("session");
    check_system(inside, gateway, settings.net().prefix, ipv6).map_err(StartError::Unavailable)?;
    for name in outside.iter().filter(|name| !Path::new("/sys/class/net").join(name).exists()) {
        tracing::warn!(
            "wanif {name}: no such interface yet; clients reach nothing through it until there is"
        );
    }
    if !settings.net().contains(gateway) {
        let network = settings.net();
        tracing::warn!(%gateway, ?network, "uamlisten is not in net: clients with an address of net do not reach it");
    }
    let mut ports = vec![http.port()];
    ports.extend(Some(settings.small::<u16>("uamuiport")).filter(|port| *port != 0 && *port != http.port()));
    let aliases = ["uamlogoutip", "uamaliasip"].iter().filter_map(|name| settings.address(name));
    if settings.text("dhcpmac").is_some() != settings.flag("dhcpmacset") {
        tracing::warn!("dhcpmac and dhcpmacset go together: {inside} keeps its hardware address");
    }
    Ok(Plan {
        inside: inside.to_owned(),
        address: inside_address(settings),
        outside,
        gateway,
        network: settings.net(),
        ports,
        dns: settings.small("dnsport"),
        dns_servers: ["dns1", "dns2"].iter().filter_map(|name| settings.address(name)).collect(),
        any_dns: settings.flag("uamanydns"),
        aliases: aliases.filter(|address| !address.is_unspecified()).collect(),
        mark: settings.small("packetmark"),
        clients: settings.small("maxclients"),
        refuse: settings.text("unauthenticated") == Some("refuse"),
        masquerade: settings.text("masquerade") != Some("off"),
        strict: settings.text("dhcp") != Some("off"),
        ipv6,
        garden: Vec::new(),
        shortest: Duration::from_secs(settings.number("gardenttl")),
    })
}

/// The hardware address that the interface of the clients is given, if it is given one.
pub(crate) fn inside_address(settings: &Settings) -> Option<Mac> {
    let wanted = settings.text("dataplane") == Some("nftables") && settings.flag("dhcpmacset");
    settings.text("dhcpmac").filter(|_| wanted)?.parse().ok()
}

/// What the system must have been told before.
fn check_system(inside: &str, gateway: Ipv4Addr, prefix: u8, ipv6: bool) -> Result<(), String> {
    let addresses =
        nix::ifaddrs::getifaddrs().map_err(|e| format!("the addresses of interfaces cannot be read: {e}"))?;
    let mut there = false;
    let mut has_address = false;
    for interface in addresses.filter(|i| i.interface_name == inside) {
        there = true;
        let ip = interface.address.as_ref().and_then(|a| a.as_sockaddr_in().map(|a| a.ip()));
        has_address |= ip == Some(gateway);
    }
    if !there {
        return Err(format!("dhcpif {inside}: no such interface"));
    }
    if !has_address {
        return Err(format!(
            "dhcpif {inside} does not have the address {gateway}: ip addr add {gateway}/{prefix} dev {inside}"
        ));
    }
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default().trim().to_owned();
    if read("/proc/sys/net/ipv4/ip_forward") != "1" {
        return Err("the system does not forward: sysctl -w net.ipv4.ip_forward=1".into());
    }
    if ipv6 && read("/proc/sys/net/ipv6/conf/all/forwarding") != "1" {
        return Err(
            "ipv6 session: the system does not forward: sysctl -w net.ipv6.conf.all.forwarding=1".into()
        );
    }
    let exposed = exposed_ports(&Path::new("/sys/class/net").join(inside).join("brif"));
    if !exposed.is_empty() {
        let ports = exposed.join(", ");
        tracing::warn!(
            ports,
            "dhcpif {inside}: clients at these ports of the bridge reach others past the gateway; for each: bridge link \
             set dev PORT isolated on"
        );
    }
    if read("/proc/sys/net/bridge/bridge-nf-call-iptables") == "1" {
        tracing::warn!("net.bridge.bridge-nf-call-iptables is 1: bridged packets run through the rules too");
    }
    Ok(())
}

/// The ports of a bridge, by the folder that the kernel shows them in, from which others can be reached without passing the
/// gateway (gateway-dataplane 13). The one port of a bridge has no others; what an access point behind it does is not seen.
fn exposed_ports(folder: &Path) -> Vec<String> {
    let ports = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let ports: Vec<_> = ports.map(|port| (port.file_name(), port.path().join("isolated"))).collect();
    if ports.len() < 2 {
        return Vec::new();
    }
    let is_exposed = |file: &Path| !std::fs::read_to_string(file).is_ok_and(|text| text.trim() == "1");
    let exposed = ports.iter().filter(|(_, file)| is_exposed(file));
    let mut names: Vec<String> = exposed.map(|(name, _)| name.to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    names
}

/// The interface of the default route.
fn default_route() -> Option<String> {
    way_out(&std::fs::read_to_string("/proc/net/route").ok()?).map(str::to_owned)
}

/// The same by the text of `/proc/net/route`. A route that refuses has a star for an interface.
fn way_out(routes: &str) -> Option<&str> {
    routes.lines().skip(1).find_map(|line| {
        let mut fields = line.split_ascii_whitespace();
        let name = fields.next().filter(|name| is_interface(name))?;
        (fields.next()? == "00000000").then_some(name)
    })
}

/// Names that the forwarder answers itself, so that they work without the uplink.
fn own_names(settings: &Settings, gateway: Ipv4Addr) -> Vec<(String, Ipv4Addr)> {
    let domain = settings.text("domain").unwrap_or_default();
    let full = |name: &str| {
        let name = if name.contains('.') { name.to_owned() } else { format!("{name}.{domain}") };
        name.trim_end_matches('.').to_ascii_lowercase()
    };
    let host = settings.text("uamhostname").map(|name| (full(name), gateway));
    let alias = settings.text("uamaliasname").zip(settings.address("uamaliasip"));
    host.into_iter().chain(alias.map(|(name, address)| (full(name), address))).collect()
}

fn dhcp_config(settings: &Settings, plan: &Plan, announcement: Announcement) -> Option<dhcp::Config> {
    if settings.text("dhcp") == Some("off") {
        return None;
    }
    let (start, end) = (settings.number("dhcpstart"), settings.number("dhcpend"));
    let (first, last) = dhcp::Config::range(plan.network, plan.gateway, start, end);
    let mtu = settings.number("mtu");
    let folder = settings.path("statedir").unwrap_or_else(|| PathBuf::from(STATE)).join("dhcp");
    // Whatever stands in a configuration, it is one word of dnsmasq's.
    let word = |text: &&str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
    };
    Some(dhcp::Config {
        inside: plan.inside.clone(),
        network: plan.network,
        gateway: plan.gateway,
        first,
        last,
        lease: settings.number("lease"),
        domain: settings.text("domain").filter(word).map(str::to_owned),
        mtu: (mtu != 1500).then_some(mtu),
        announcement,
        folder,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_route_that_refuses_is_no_way_out() {
        let head = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\n";
        let refused = format!("{head}*\t00000000\t00000000\t0201\t0\t0\t0\t00000000\n");
        assert_eq!(way_out(&refused), None);
        let both = format!("{refused}lan0\t0000000A\t00000000\nwan0\t00000000\t010200C0\n");
        assert_eq!(way_out(&both), Some("wan0"));
    }

    // spec: gateway-dataplane 13
    #[test]
    fn ports_of_a_bridge_that_are_not_isolated_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let port = |name: &str, isolated: &str| {
            let port = folder.path().join(name);
            fs::create_dir_all(&port).unwrap();
            fs::write(port.join("isolated"), isolated).unwrap();
        };
        assert_eq!(exposed_ports(&folder.path().join("none")), Vec::<String>::new());
        port("wlan0", "0\n");
        assert_eq!(exposed_ports(folder.path()), Vec::<String>::new());
        port("wlan1", "0\n");
        assert_eq!(exposed_ports(folder.path()), ["wlan0", "wlan1"]);
        port("wlan0", "1\n");
        assert_eq!(exposed_ports(folder.path()), ["wlan1"]);
        port("wlan1", "1\n");
        assert_eq!(exposed_ports(folder.path()), Vec::<String>::new());
    }
}
