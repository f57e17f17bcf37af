//! From chilli.conf to the configurations of the machines.

use crate::config::Settings;
use crate::http::server::Limits;
use crate::portal;
use crate::radius::{Purpose, Route, Security, resolve};
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
    security: Option<Security>,
    /// The port of TLS, and the name in the servers' certificates if it is not the host's.
    tls: (u16, Option<String>),
    /// A certificate without its key, or the other way round.
    half_identity: bool,
}

impl Servers {
    pub(super) fn new(settings: &Settings) -> Self {
        let hosts =
            ["radiusserver1", "radiusserver2"].iter().filter_map(|n| settings.text(n)).map(str::to_owned);
        let security = settings.flag("radiustls").then(|| Security {
            ca: settings.path("radiustlsca"),
            identity: settings.path("radiustlscert").zip(settings.path("radiustlskey")),
        });
        Self {
            half_identity: settings.path("radiustlscert").is_some()
                != settings.path("radiustlskey").is_some(),
            security,
            tls: (settings.small("radiustlsport"), settings.text("radiustlsname").map(str::to_owned)),
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

    const fn port(&self, purpose: Purpose) -> u16 {
        match (&self.security, purpose) {
            (Some(_), _) => self.tls.0,
            (None, Purpose::Authentication) => self.authentication,
            (None, Purpose::Accounting) => self.accounting,
        }
    }

    /// The way to the servers; their names are resolved here.
    pub(super) async fn route(&self, purpose: Purpose) -> Result<Route, String> {
        if self.half_identity {
            return Err("radiustlscert and radiustlskey go together; give both or neither".to_owned());
        }
        let mut servers = Vec::new();
        for host in &self.hosts {
            let address = resolve(host, self.port(purpose)).await?;
            servers.push((address, self.tls.1.as_ref().unwrap_or(host).clone()));
        }
        if servers.is_empty() {
            return Err("no RADIUS server is configured".to_owned());
        }
        Ok(Route { purpose, local: self.local, servers, security: self.security.clone() })
    }

    /// The client machine's configuration for servers at these addresses.
    pub(super) fn client(&self, purpose: Purpose, route: &Route) -> Result<client::Config, String> {
        let mut config = client::Config::new().schedule(Schedule::Vendor(self.plan));
        if purpose == Purpose::Authentication {
            config = config.deadline(LOGIN_DEADLINE);
        }
        if route.security.is_some() {
            for (address, _) in &route.servers {
                let secret = Secret::new(crate::radius::TLS_SECRET).map_err(|e| e.to_string())?;
                config = config.server(Server::new(*address, secret).policy(ReplyPolicy::SECURE_TRANSPORT));
            }
            return Ok(config);
        }
        for (address, _) in &route.servers {
            let secret = Secret::new(&self.secret).map_err(|e| format!("radiussecret: {e}"))?;
            if secret.is_short() {
                tracing::warn!("radiussecret has fewer than 16 octets; it can be guessed");
            }
            config = config.server(Server::new(*address, secret).policy(self.policy));
        }
        Ok(config)
    }
}
