//! From chilli.conf to the configurations of the machines.

use super::files::Files;
use super::guests::Guests;
use crate::config::Settings;
use crate::garden::Garden;
use crate::handler::Handler;
use crate::http::server::Limits;
use crate::mschap;
use crate::portal::{self, Portal};
use crate::radius::{Purpose, Route, Security, resolve};
use crate::tls::Renewable;
use radius_codec::auth::{ReplyPolicy, RequestPolicy};
use radius_codec::client::{self, Schedule, Server, VendorPlan};
use radius_codec::{Code, Secret, server};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;
use wispr::gateway::{Authenticator, Config, LocalUser, Mac, NtResponse};
use zeroize::Zeroizing;

/// A login waits at most this long for RADIUS (radius-profile 8).
const LOGIN_DEADLINE: Duration = Duration::from_secs(60);

/// Where the HTTP port listens.
pub(super) fn listen(settings: &Settings) -> SocketAddr {
    let address = settings.address("uamlisten").unwrap_or_else(|| settings.net().first_host());
    SocketAddr::from((address, settings.small("uamport")))
}

/// Where the second HTTP port listens, if it is not off (uam 1).
pub(super) fn ui_listen(settings: &Settings, address: Ipv4Addr) -> Option<SocketAddr> {
    let port = Some(settings.small("uamuiport")).filter(|port| *port != 0)?;
    Some(SocketAddr::from((address, port)))
}

/// The second port's certificate, if it is to speak TLS.
pub(super) fn ui_tls(settings: &Settings) -> Result<Option<Renewable>, String> {
    let Some((certificate, key)) = ui_files(settings)? else { return Ok(None) };
    Renewable::from_files(&certificate, &key).map(Some).map_err(|e| format!("sslcertfile, sslkeyfile: {e}"))
}

/// Has the second port use the certificate that is there now.
pub(super) fn renew(settings: &Settings, in_use: &Renewable) -> Result<(), String> {
    let Some((certificate, key)) = ui_files(settings)? else { return Ok(()) };
    in_use.renew(&certificate, &key).map_err(|e| format!("sslcertfile, sslkeyfile: {e}"))
}

fn ui_files(settings: &Settings) -> Result<Option<(PathBuf, PathBuf)>, String> {
    if !settings.flag("uamuissl") {
        return Ok(None);
    }
    let files = settings.path("sslcertfile").zip(settings.path("sslkeyfile"));
    files.map(Some).ok_or_else(|| "uamuissl needs sslcertfile and sslkeyfile".to_owned())
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

/// The walled garden.
pub(super) fn garden(settings: &Settings) -> Result<Garden, String> {
    let file = match settings.path("uamdomainfile") {
        Some(path) => {
            let text = std::fs::read_to_string(&path)
                .map_err(|e| format!("uamdomainfile {}: {e}", path.display()))?;
            Some(text)
        }
        None => None,
    };
    Ok(Garden::new(settings, settings.patterns(), file.as_deref()))
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
    let handler = handler(settings)?;
    let authenticator = handler.as_ref().map_or(Authenticator::Radius, |handler| Authenticator::Handler {
        then_radius: handler.then_radius,
        accounting: handler.accounting,
    });
    let decides = handler.as_ref().map_or(LOGIN_DEADLINE, |handler| handler.limit.max(LOGIN_DEADLINE));
    let mut config = Config::new(settings.text("uamserver").unwrap_or(&built_in), address, called)
        .uamport(port)
        .uamsecret(uamsecret(settings))
        .uamhomepage(text("uamhomepage"))
        .secureportal(crate::dataplane::api::secure_portal(settings))
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
        .mschapv2(settings.flag("mschapv2").then_some(mschap::nt_response as NtResponse))
        .openidauth(settings.flag("openidauth"))
        .noradallow(settings.flag("noradallow"))
        .acctupdate(settings.flag("acctupdate"))
        .challengetimeout(seconds("challengetimeout"))
        .challengetimeout2(seconds("challengetimeout2"))
        .login_timeout(decides + Duration::from_secs(1))
        .authenticator(authenticator)
        .interface_mac(interface_mac(settings))
        .ssl(ssl(settings, address))
        .accounting_on_off(settings.flag("acctonoff"))
        .wwwdir(settings.text("wwwdir").is_some() || handler.is_some())
        .macallowed(mac_allowed(settings))
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
    let given = |name| settings.text(name).and_then(|text| text.parse().ok());
    let [a, b, c, d] = address.octets();
    given("nasmac")
        .or_else(|| interface_mac(settings))
        .or_else(|| given("radiusnasid"))
        .unwrap_or(Mac([0x02, 0, a, b, c, d]))
}

/// What redirects show as `ssl`.
fn ssl(settings: &Settings, address: Ipv4Addr) -> Option<String> {
    let listen = ui_listen(settings, address).filter(|_| settings.flag("uamuissl"))?;
    Some(format!("https://{listen}/"))
}

/// The hardware address of `dhcpif`, or the one that it is about to get.
pub(super) fn interface_mac(settings: &Settings) -> Option<Mac> {
    if let Some(given) = crate::dataplane::inside_address(settings) {
        return Some(given);
    }
    let name = settings.text("dhcpif").filter(|name| !name.contains('/'))?;
    std::fs::read_to_string(format!("/sys/class/net/{name}/address")).ok()?.trim().parse().ok()
}

/// The external handler, if a `module` names it (fon-api 1).
pub(super) fn handler(settings: &Settings) -> Result<Option<Handler>, String> {
    let limit = Duration::from_secs(settings.number("handlertimeout"));
    let read = |value: &String| Handler::parse(value, limit).map_err(|e| format!("module: {e}"));
    let handlers = settings.list("module").iter().map(read).collect::<Result<Vec<_>, _>>()?;
    match <[Handler; 1]>::try_from(handlers) {
        Ok([handler]) => Ok(Some(handler)),
        Err(none) if none.is_empty() => Ok(None),
        Err(_) => Err("module: there can be only one handler".to_owned()),
    }
}

/// The hardware addresses that logins by hardware address are for.
fn mac_allowed(settings: &Settings) -> Vec<Mac> {
    let words = settings.list("macallowed").iter().flat_map(|value| value.split(','));
    words.filter_map(|word| word.trim().parse().ok()).collect()
}

/// Where local files come from (uam 8).
pub(super) fn files(settings: &Settings) -> Files {
    Files { folder: settings.path("wwwdir"), runner: settings.path("wwwbin") }
}

/// The built-in portal. `uam` is where the HTTP port really listens.
pub(super) fn portal(settings: &Settings, uam: (Ipv4Addr, u16)) -> Portal {
    let (address, port) = uam;
    let base = settings.text("uamserver").map(str::to_owned);
    let base = base.unwrap_or_else(|| format!("http://{address}:{port}{}", portal::PATH));
    Portal {
        login: settings.text("wisprlogin").unwrap_or(&base).to_owned(),
        base,
        secure_base: crate::dataplane::api::secure_portal(settings),
        gateway: uam,
        secret: uamsecret(settings),
        place: place(settings),
        offers: (!settings.flag("nowispr1"), !settings.flag("nowispr2")),
    }
}

/// The clients that no DHCP server of ours answers for, kept for as long as a lease lasts and a little longer.
pub(super) fn guests(settings: &Settings) -> Guests {
    let seconds = settings.number("lease").saturating_add(settings.number("leaseplus"));
    Guests::new(Duration::from_secs(seconds))
}

/// Where CoA and Disconnect come in, if the port is not off.
pub(super) fn dynamic_listen(settings: &Settings) -> Option<SocketAddr> {
    let port = Some(settings.small("coaport")).filter(|port| *port != 0)?;
    Some(SocketAddr::from((settings.address("radiuslisten").unwrap_or(Ipv4Addr::UNSPECIFIED), port)))
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
#[derive(PartialEq, Eq)]
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

    /// The servers of the second set, which are asked for the configuration (hotspot-config 3.1).
    pub(super) fn for_configuration(settings: &Settings) -> Self {
        let mut servers = Self::new(settings);
        let fon = VendorPlan::FON_CONFIGURATION;
        if !settings.is_given("radiusretry") {
            servers.plan.retry = fon.retry;
        }
        if !settings.is_given("radiusretrysec") {
            servers.plan.sends = fon.sends;
        }
        if !settings.is_given("radiustimeout") {
            servers.plan.timeout = fon.timeout;
        }
        servers
    }

    /// Leaves out servers whose names cannot be resolved at present, and returns the addresses of the others.
    pub(super) async fn keep_resolvable(&mut self) -> Result<Vec<IpAddr>, String> {
        let (mut addresses, mut hosts, mut problem) = (Vec::new(), Vec::new(), None);
        for host in std::mem::take(&mut self.hosts) {
            match resolve(&host, 0).await {
                Ok(address) => {
                    addresses.push(address.ip());
                    hosts.push(host);
                }
                Err(error) => problem = Some(error),
            }
        }
        self.hosts = hosts;
        match problem {
            Some(error) if addresses.is_empty() => Err(error),
            _ => Ok(addresses),
        }
    }

    const fn port(&self, purpose: Purpose) -> u16 {
        match (&self.security, purpose) {
            (Some(_), _) => self.tls.0,
            (None, Purpose::Accounting) => self.accounting,
            (None, _) => self.authentication,
        }
    }

    /// The servers' addresses, in their order; names are resolved here.
    pub(super) async fn addresses(&self) -> Result<Vec<IpAddr>, String> {
        let mut addresses = Vec::new();
        for host in &self.hosts {
            addresses.push(resolve(host, 0).await?.ip());
        }
        Ok(addresses)
    }

    /// The way to servers at these addresses.
    pub(super) fn route(
        &self,
        purpose: Purpose,
        generation: u64,
        addresses: &[IpAddr],
    ) -> Result<Route, String> {
        if self.half_identity {
            return Err("radiustlscert and radiustlskey go together; give both or neither".to_owned());
        }
        let name = |host: &String| self.tls.1.as_ref().unwrap_or(host).clone();
        let address = |ip: &IpAddr| SocketAddr::new(*ip, self.port(purpose));
        let servers: Vec<_> =
            addresses.iter().zip(&self.hosts).map(|(ip, host)| (address(ip), name(host))).collect();
        if servers.is_empty() {
            return Err("no RADIUS server is configured".to_owned());
        }
        Ok(Route { purpose, generation, local: self.local, servers, security: self.security.clone() })
    }

    /// How long accounting waits when no server answers for the first time.
    pub(super) const fn pause(&self) -> Duration {
        self.plan.timeout
    }

    /// Who may send CoA and Disconnect, and with which secret (radius-profile 9). They have no random part, so a
    /// Message-Authenticator adds nothing to their Authenticator; one that is there is checked.
    pub(super) fn dynamic(
        &self,
        addresses: &[IpAddr],
        from_anywhere: bool,
    ) -> Result<server::Config, String> {
        let mut config = server::Config::new(&[Code::DISCONNECT_REQUEST, Code::COA_REQUEST]);
        let anywhere = (IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
        let known = addresses.iter().map(|ip| (*ip, if ip.is_ipv4() { 32 } else { 128 }));
        for (network, prefix) in known.chain(from_anywhere.then_some(anywhere)) {
            let secret = Secret::new(&self.secret).map_err(|e| format!("radiussecret: {e}"))?;
            let client = server::Client::new(network, secret).prefix(prefix).policy(RequestPolicy::LEGACY);
            config = config.client(client);
        }
        Ok(config)
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
        let mut short = false;
        for (address, _) in &route.servers {
            let secret = Secret::new(&self.secret).map_err(|e| format!("radiussecret: {e}"))?;
            short |= secret.is_short();
            config = config.server(Server::new(*address, secret).policy(self.policy));
        }
        if short && purpose == Purpose::Authentication {
            tracing::warn!("radiussecret has fewer than 16 octets; it can be guessed");
        }
        Ok(config)
    }
}
