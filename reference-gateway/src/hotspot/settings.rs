//! From chilli.conf to the configurations of the machines.

use crate::config::Settings;
use crate::http::server::Limits;
use crate::portal;
use radius_codec::Secret;
use radius_codec::auth::ReplyPolicy;
use radius_codec::client::{self, Schedule, Server, VendorPlan};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;
use wispr::gateway::{Config, LocalUser, Mac};
use zeroize::Zeroizing;

/// A login waits at most this long for RADIUS (radius-profile 8).
const LOGIN_DEADLINE: Duration = Duration::from_secs(60);

/// Where the HTTP port listens.
pub(super) fn listen(settings: &Settings) -> SocketAddr {
    let address = settings.address("uamlisten").unwrap_or_else(|| settings.net().first_host());
    SocketAddr::from((address, settings.small("uamport")))
}

/// What a client may hold on to.
pub(super) fn limits(settings: &Settings) -> Limits {
    let seconds = |name| Duration::from_secs(settings.number(name));
    Limits {
        connections: settings.small("maxconnections"),
        connections_per_client: settings.small("maxconnectionsperclient"),
        head: seconds("headtimeout"),
        head_octets: settings.small("maxhead"),
        fields: settings.small("maxfields"),
        request: seconds("requesttimeout"),
        body: settings.small("maxbody"),
    }
}

/// The secret shared with the portal.
pub(super) fn uamsecret(settings: &Settings) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(settings.text("uamsecret").unwrap_or_default().as_bytes().to_vec())
}

/// What the place is called on pages.
pub(super) fn place(settings: &Settings) -> String {
    let names = ["locationname", "radiuslocationname", "ssid"];
    names.iter().find_map(|name| settings.text(name)).unwrap_or("this network").to_owned()
}

/// The gateway machine's configuration. `uam` is where the HTTP port really listens.
pub(super) fn gateway(settings: &Settings, uam: (Ipv4Addr, u16)) -> Result<Config, String> {
    let (address, port) = uam;
    let built_in = format!("http://{address}:{port}{}", portal::PATH);
    let seconds = |name| Duration::from_secs(settings.number(name));
    let text = |name: &str| settings.text(name).map(str::to_owned);
    let called = called(settings, address);
    let mut config = Config::new(settings.text("uamserver").unwrap_or(&built_in), address, called)
        .uamport(port)
        .uamsecret(uamsecret(settings))
        .uamhomepage(text("uamhomepage"))
        .wisprlogin(text("wisprlogin"))
        .nowispr1(settings.flag("nowispr1"))
        .nowispr2(settings.flag("nowispr2"))
        .uamlogoutip(settings.address("uamlogoutip"))
        .uamallowpost(settings.flag("uamallowpost"))
        .ssid(text("ssid"))
        .vlan(settings.text("vlan").and_then(|v| v.parse::<u16>().ok()))
        .radiusnasid(text("radiusnasid"))
        .nasip(settings.address("nasip").or_else(|| settings.address("radiuslisten")))
        .radiusnasporttype(settings.small::<u32>("radiusnasporttype"))
        .radiuslocationid(text("radiuslocationid"))
        .radiuslocationname(text("radiuslocationname"))
        .locationname(text("locationname"))
        .radiusoriginalurl(settings.flag("radiusoriginalurl"))
        .framedservice(settings.flag("framedservice"))
        .openidauth(settings.flag("openidauth"))
        .noradallow(settings.flag("noradallow"))
        .acctupdate(settings.flag("acctupdate"))
        .challengetimeout(seconds("challengetimeout"))
        .challengetimeout2(seconds("challengetimeout2"))
        .login_timeout(LOGIN_DEADLINE + Duration::from_secs(1))
        .defsessiontimeout(settings.number("defsessiontimeout"))
        .defidletimeout(settings.small::<u32>("defidletimeout"))
        .definteriminterval(settings.small::<u32>("definteriminterval"))
        .defbandwidthmaxup(settings.number("defbandwidthmaxup"))
        .defbandwidthmaxdown(settings.number("defbandwidthmaxdown"))
        .swapoctets(settings.flag("swapoctets"))
        .maxclients(settings.small::<u32>("maxclients"))
        .macauth(settings.flag("macauth"))
        .macsuffix(settings.text("macsuffix").unwrap_or_default())
        .local_offset_seconds(local_offset_seconds());
    if let Some(password) = settings.text("macpasswd") {
        config = config.macpasswd(password);
    }
    if let Some(path) = settings.path("localusers") {
        config = config.localusers(local_users(&path)?);
    }
    Ok(config)
}

/// The hardware address that RADIUS servers and portals know the gateway by: `nasmac`, the address of `dhcpif`, or
/// `radiusnasid` if it is one. A gateway on loopback without any of them gets one made from its IP address.
fn called(settings: &Settings, address: Ipv4Addr) -> Mac {
    let of_interface = || {
        let name = settings.text("dhcpif").filter(|name| !name.contains('/'))?;
        std::fs::read_to_string(format!("/sys/class/net/{name}/address")).ok()?.trim().parse().ok()
    };
    let given = |name| settings.text(name).and_then(|text| text.parse().ok());
    let [a, b, c, d] = address.octets();
    given("nasmac")
        .or_else(of_interface)
        .or_else(|| given("radiusnasid"))
        .unwrap_or(Mac([0x02, 0, a, b, c, d]))
}

fn local_users(path: &Path) -> Result<Vec<LocalUser>, String> {
    let text = std::fs::read(path).map_err(|e| format!("localusers {}: {e}", path.display()))?;
    Ok(LocalUser::read_lines(&Zeroizing::new(text)))
}

/// Local time minus universal time, for session ends that RADIUS gives without a zone (radius-profile 4.1).
fn local_offset_seconds() -> i32 {
    time::UtcOffset::current_local_offset().map_or(0, time::UtcOffset::whole_seconds)
}

/// The RADIUS servers, and what is needed to reach them.
pub(super) struct Servers {
    pub(super) local: Option<IpAddr>,
    pub(super) hosts: Vec<String>,
    authentication: u16,
    accounting: u16,
    secret: Zeroizing<Vec<u8>>,
    policy: ReplyPolicy,
    plan: VendorPlan,
}

impl Servers {
    pub(super) fn new(settings: &Settings) -> Self {
        let hosts =
            ["radiusserver1", "radiusserver2"].iter().filter_map(|n| settings.text(n)).map(str::to_owned);
        Self {
            local: settings.address("radiuslisten").map(IpAddr::from),
            hosts: hosts.collect(),
            authentication: settings.small("radiusauthport"),
            accounting: settings.small("radiusacctport"),
            secret: Zeroizing::new(settings.text("radiussecret").unwrap_or_default().as_bytes().to_vec()),
            policy: match settings.text("radiusmsgauth") {
                Some("optional") => ReplyPolicy::LEGACY,
                Some("any") => ReplyPolicy::ANY_POSITION,
                _ => ReplyPolicy::STRICT,
            },
            plan: VendorPlan {
                retry: settings.small("radiusretry"),
                sends: settings.small("radiusretrysec"),
                timeout: Duration::from_secs(settings.number("radiustimeout")),
            },
        }
    }

    pub(super) const fn port(&self, purpose: crate::radius::Purpose) -> u16 {
        match purpose {
            crate::radius::Purpose::Authentication => self.authentication,
            crate::radius::Purpose::Accounting => self.accounting,
        }
    }

    /// The client machine's configuration for servers at these addresses.
    pub(super) fn client(
        &self,
        purpose: crate::radius::Purpose,
        addresses: &[SocketAddr],
    ) -> Result<client::Config, String> {
        let mut config = client::Config::new().schedule(Schedule::Vendor(self.plan));
        if purpose == crate::radius::Purpose::Authentication {
            config = config.deadline(LOGIN_DEADLINE);
        }
        for address in addresses {
            let secret = Secret::new(&self.secret).map_err(|e| format!("radiussecret: {e}"))?;
            if secret.is_short() {
                tracing::warn!("radiussecret has fewer than 16 octets; it can be guessed");
            }
            config = config.server(Server::new(*address, secret).policy(self.policy));
        }
        Ok(config)
    }
}
