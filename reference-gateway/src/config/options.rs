//! The table of options (hotspot-config 2): one line each, the only place where an option is declared.

/// What an option's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Takes no value: present or not.
    Flag,
    /// Any text.
    Text,
    /// A number from the range, decimal, `0x` hexadecimal or octal with a leading zero.
    Number {
        /// The smallest value taken.
        min: i64,
        /// The largest value taken.
        max: i64,
    },
    /// A host name or an address.
    Host,
    /// An IPv4 address.
    Address,
    /// An address and a port, `a.b.c.d:port` or `[a:b::c]:port`.
    Socket,
    /// A network, `a.b.c.d`, `a.b.c.d/len` or `a.b.c.d/mask`; without length `/24`.
    Network,
    /// An absolute http or https URL.
    Url,
    /// A MAC address, six pairs of digits.
    Mac,
    /// A path of a file, folder or socket.
    Path,
    /// One of these words.
    Choice(&'static [&'static str]),
}

impl Kind {
    /// What a person should write, for error messages.
    #[must_use]
    pub fn expected(self) -> String {
        match self {
            Self::Flag => "no value: the key alone switches it on".into(),
            Self::Text => "a text; quote it if it holds blanks or #".into(),
            Self::Number { min, max } => format!("a number from {min} to {max}"),
            Self::Host => "a host name or an address".into(),
            Self::Address => "an IPv4 address, for example 192.168.182.1".into(),
            Self::Socket => "an address and a port, for example 192.168.1.1:9100".into(),
            Self::Network => "a network, for example 192.168.182.0/24 or 10.1.0.0/255.255.0.0".into(),
            Self::Url => "an address that begins with http:// or https://".into(),
            Self::Mac => "a MAC address, for example 00-18-84-AA-00-75".into(),
            Self::Path => "a path".into(),
            Self::Choice(words) => format!("one of: {}", words.join(", ")),
        }
    }
}

/// One option.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// Its name in the file, and with `--` on the command line.
    pub name: &'static str,
    /// What its value is.
    pub kind: Kind,
    /// Whether it may be given several times; the values collect.
    pub repeatable: bool,
    /// The default in the file's own notation, if there is one.
    pub default: Option<&'static str>,
    /// One line for `--help`.
    pub meaning: &'static str,
    /// What this gateway does with it.
    pub effect: Effect,
    /// Whether only the machine's own configuration may set it: it names files or programs, or says how the gateway
    /// itself runs, which is nobody else's business.
    pub local_only: bool,
}

/// What the gateway does with an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It acts on it.
    Used,
    /// It is checked and accepted, so that a file made for the original works, and named in a warning; this is why.
    Ignored(&'static str),
    /// It is refused, because the gateway would do something else than is asked for; this is why.
    Refused(&'static str),
}

impl Spec {
    /// Whether the original does not have it.
    fn is_own(&self) -> bool {
        self.meaning.ends_with("(not in the original)")
    }
}

const fn spec(name: &'static str, kind: Kind, default: Option<&'static str>, meaning: &'static str) -> Spec {
    let local_only = matches!(kind, Kind::Path);
    Spec { name, kind, repeatable: false, default, meaning, effect: Effect::Used, local_only }
}

const fn ignored(mut spec: Spec, why: &'static str) -> Spec {
    spec.effect = Effect::Ignored(why);
    spec
}

const fn refused(mut spec: Spec, why: &'static str) -> Spec {
    spec.effect = Effect::Refused(why);
    spec
}

const fn local_only(mut spec: Spec) -> Spec {
    spec.local_only = true;
    spec
}

const fn repeatable(mut spec: Spec) -> Spec {
    spec.repeatable = true;
    spec
}

const SECONDS: Kind = Kind::Number { min: 0, max: u32::MAX as i64 };
const PORT: Kind = Kind::Number { min: 0, max: 65_535 };
const COUNT: Kind = Kind::Number { min: 1, max: 1_000_000 };
const BANDWIDTH: Kind = Kind::Number { min: 0, max: i64::MAX };
const NUMBER: Kind = Kind::Number { min: 0, max: u32::MAX as i64 };
const OFFSET: Kind = Kind::Number { min: 0, max: 0xff_ffff };

/// Every option, in the order of `--help`.
pub static OPTIONS: &[Spec] = &[
    // RADIUS
    spec("radiusserver1", Kind::Host, None, "primary RADIUS server (mandatory)"),
    spec("radiusserver2", Kind::Host, None, "secondary RADIUS server; default: the primary"),
    spec("radiussecret", Kind::Text, Some("testing123"), "secret shared with both RADIUS servers"),
    spec("radiusauthport", PORT, Some("1812"), "authentication port of the RADIUS servers"),
    spec("radiusacctport", PORT, Some("1813"), "accounting port of the RADIUS servers"),
    spec("radiuslisten", Kind::Address, None, "local address that RADIUS requests leave from"),
    spec("radiusretry", Kind::Number { min: 1, max: 100 }, Some("4"), "rounds of the retry plan (R)"),
    spec(
        "radiusretrysec",
        Kind::Number { min: 1, max: 100 },
        Some("2"),
        "sends to one server before the other (S)",
    ),
    spec("radiustimeout", Kind::Number { min: 1, max: 600 }, Some("10"), "seconds between two sends (T)"),
    spec(
        "radiusmsgauth",
        Kind::Choice(&["first", "any", "optional"]),
        Some("first"),
        "where replies must have a Message-Authenticator; optional trusts the network (not in the original)",
    ),
    spec("radiustls", Kind::Flag, None, "reach the RADIUS servers over TLS, RadSec (not in the original)"),
    spec("radiustlsport", PORT, Some("2083"), "port of RADIUS over TLS (not in the original)"),
    spec(
        "radiustlsca",
        Kind::Path,
        None,
        "certificates that sign the servers' ones, PEM; default: the web's (not in the original)",
    ),
    spec("radiustlscert", Kind::Path, None, "the gateway's certificate for TLS, PEM (not in the original)"),
    spec("radiustlskey", Kind::Path, None, "the key of radiustlscert, PEM (not in the original)"),
    spec(
        "radiustlsname",
        Kind::Host,
        None,
        "name in the servers' certificates; default: radiusserver1 and 2 (not in the original)",
    ),
    spec("radiusnasid", Kind::Text, None, "NAS-Identifier; FON: the MAC of the hotspot"),
    spec("radiusnasporttype", Kind::Number { min: 0, max: u32::MAX as i64 }, Some("19"), "NAS-Port-Type"),
    spec("radiuslocationid", Kind::Text, None, "WISPr-Location-ID, also AccessLocation"),
    spec("radiuslocationname", Kind::Text, None, "WISPr-Location-Name, also LocationName"),
    spec("radiusoriginalurl", Kind::Flag, None, "send ChilliSpot-OriginalURL"),
    spec("nasip", Kind::Address, None, "NAS-IP-Address; default: radiuslisten, then uamlisten"),
    spec("nasmac", Kind::Mac, None, "Called-Station-Id; default: MAC of dhcpif"),
    spec("swapoctets", Kind::Flag, None, "count input as octets from the client"),
    spec("acctupdate", Kind::Flag, None, "Accounting-Response may change the session"),
    spec("acctonoff", Kind::Flag, None, "send Accounting-On and -Off (not in the original)"),
    spec(
        "acctqueue",
        COUNT,
        Some("65536"),
        "accounting records that wait for a server (not in the original)",
    ),
    spec("noradallow", Kind::Flag, None, "let users in when no RADIUS server answers"),
    spec("mschapv2", Kind::Flag, None, "turn a PAP login into MS-CHAPv2"),
    spec("framedservice", Kind::Flag, None, "Service-Type Framed instead of Login"),
    spec("openidauth", Kind::Flag, None, "allow OpenID in the configuration request"),
    ignored(
        spec("papalwaysok", Kind::Flag, None, "accepted, no effect"),
        "it has no effect in the original either",
    ),
    spec("coaport", PORT, Some("0"), "port for CoA and Disconnect; 0 = off"),
    spec("coanoipcheck", Kind::Flag, None, "take CoA from any address"),
    spec("adminuser", Kind::Text, None, "user of the configuration request"),
    spec("adminpasswd", Kind::Text, None, "password of the configuration request"),
    local_only(spec(
        "radconfig",
        Kind::Path,
        None,
        "file of the second set of RADIUS options; asks for the remote configuration (not in the original)",
    )),
    // Portal and HTTP
    spec("uamserver", Kind::Url, None, "captive portal; default: the built-in one"),
    spec("uamsecret", Kind::Text, None, "secret shared with the portal"),
    spec("uamlisten", Kind::Address, None, "address of the HTTP port; default: first host of net"),
    spec("uamport", PORT, Some("3990"), "HTTP port"),
    spec(
        "uamuiport",
        PORT,
        Some("0"),
        "second HTTP port, with uamuissl the captive-portal API; 0 = off, as FON has it (the original: 3991)",
    ),
    spec("uamhomepage", Kind::Url, None, "page that a new client is shown first"),
    spec("wisprlogin", Kind::Url, None, "LoginURL for smart clients; default: uamserver"),
    spec("nowispr1", Kind::Flag, None, "do not offer WISPr 1.0"),
    spec("nowispr2", Kind::Flag, None, "do not offer WISPr 2.0"),
    spec("challengetimeout", SECONDS, Some("600"), "seconds until a new challenge is made; 0 = never"),
    spec("challengetimeout2", SECONDS, Some("1200"), "seconds until a challenge is refused; 0 = never"),
    spec("locationname", Kind::Text, None, "name of the place, for the JSON interface"),
    spec("ssid", Kind::Text, None, "network name, for the portal"),
    spec("vlan", Kind::Text, None, "VLAN, for the portal"),
    spec("localusers", Kind::Path, None, "file of local users, name:password: a line"),
    spec("uamallowpost", Kind::Flag, None, "take POST on the HTTP port"),
    ignored(
        spec("redirssl", Kind::Flag, None, "redirect port 443 as well"),
        "HTTPS is never intercepted: a browser would show a wrong certificate",
    ),
    spec("uamuissl", Kind::Flag, None, "serve uamuiport over TLS, as the name uamhostname"),
    spec("sslkeyfile", Kind::Path, None, "key for uamuissl"),
    spec("sslcertfile", Kind::Path, None, "certificate for uamuissl"),
    spec("wwwdir", Kind::Path, None, "folder of /www/"),
    spec("wwwbin", Kind::Path, None, "program for .chi files"),
    spec("uamlogoutip", Kind::Address, Some("1.0.0.0"), "address whose HTTP logs off"),
    spec("uamaliasip", Kind::Address, Some("1.0.0.1"), "second address of the gateway"),
    spec("uamaliasname", Kind::Text, None, "name of uamaliasip"),
    spec("uamhostname", Kind::Text, None, "name of the gateway"),
    // Sessions
    spec("defsessiontimeout", SECONDS, Some("0"), "Session-Timeout when RADIUS gives none; 0 = no limit"),
    spec("defidletimeout", SECONDS, Some("0"), "Idle-Timeout when RADIUS gives none; 0 = no limit"),
    spec("definteriminterval", SECONDS, Some("300"), "Acct-Interim-Interval when RADIUS gives none"),
    spec("defbandwidthmaxup", BANDWIDTH, Some("0"), "upward bit/s when RADIUS gives none; 0 = no limit"),
    spec("defbandwidthmaxdown", BANDWIDTH, Some("0"), "downward bit/s when RADIUS gives none; 0 = no limit"),
    spec("maxclients", COUNT, Some("512"), "clients at one time"),
    spec("macauth", Kind::Flag, None, "try a login by MAC first"),
    repeatable(spec("macallowed", Kind::Text, None, "MACs that macauth is for; default: any")),
    spec("macpasswd", Kind::Text, None, "password of a MAC login"),
    spec("macsuffix", Kind::Text, None, "suffix of the user name of a MAC login"),
    // Network
    spec("net", Kind::Network, Some("192.168.182.0/24"), "network of the clients"),
    spec("dhcpif", Kind::Text, None, "interface of the clients"),
    spec("dhcpmac", Kind::Mac, None, "MAC that dhcpif gets, with dhcpmacset"),
    spec("dhcpmacset", Kind::Flag, None, "give dhcpif the address of dhcpmac, with dataplane nftables"),
    spec("lease", SECONDS, Some("600"), "seconds of a DHCP lease"),
    spec("leaseplus", SECONDS, Some("60"), "seconds that a client without a lease of dnsmasq is kept longer"),
    spec("dhcpstart", OFFSET, Some("0"), "first host of net that is leased"),
    spec("dhcpend", OFFSET, Some("0"), "host of net that leases end before"),
    spec("dns1", Kind::Address, None, "DNS server for the clients"),
    spec("dns2", Kind::Address, None, "second DNS server for the clients"),
    spec("domain", Kind::Text, Some("coova.org"), "domain of the clients"),
    spec("mtu", Kind::Number { min: 576, max: 65_535 }, Some("1500"), "largest packet to the clients"),
    ignored(
        spec("tundev", Kind::Text, None, "name of the tunnel interface"),
        "the kernel forwards; there is no tunnel interface",
    ),
    // Packet path (not in the original, which moves the packets itself)
    spec(
        "dataplane",
        Kind::Choice(&["none", "nftables"]),
        Some("none"),
        "packet path: the kernel's by nftables, or left to others (not in the original)",
    ),
    spec(
        "wanif",
        Kind::Text,
        None,
        "uplink interfaces, with commas; default: that of the default route (not in the original)",
    ),
    spec(
        "unauthenticated",
        Kind::Choice(&["drop", "refuse"]),
        Some("drop"),
        "connections before login; refused ones fail at once and browsers find the portal sooner (not in the original)",
    ),
    spec(
        "masquerade",
        Kind::Choice(&["on", "off"]),
        Some("on"),
        "translate the addresses of clients (not in the original)",
    ),
    spec(
        "ipv6",
        Kind::Choice(&["off", "session"]),
        Some("off"),
        "IPv6 of clients: refused, or let through after login for sessions without limits (not in the original)",
    ),
    spec(
        "dhcp",
        Kind::Choice(&["dnsmasq", "off"]),
        Some("dnsmasq"),
        "DHCP server for the clients (not in the original)",
    ),
    spec(
        "dnsport",
        Kind::Number { min: 1, max: 65_535 },
        Some("3953"),
        "port of the DNS forwarder (not in the original)",
    ),
    spec(
        "gardenttl",
        Kind::Number { min: 1, max: 86_400 },
        Some("600"),
        "seconds an address learnt from DNS is open at least (not in the original)",
    ),
    spec(
        "preauthdnsqps",
        Kind::Number { min: 1, max: 100_000 },
        Some("20"),
        "DNS queries a second of a client before login (not in the original)",
    ),
    spec(
        "packetmark",
        Kind::Number { min: 1, max: u32::MAX as i64 },
        Some("0x20000000"),
        "bit of the packet mark that the ruleset uses (not in the original)",
    ),
    spec(
        "allowflowoffload",
        Kind::Flag,
        None,
        "start although a flowtable may pass packets uncounted (not in the original)",
    ),
    // Walled garden
    repeatable(spec("uamallowed", Kind::Text, None, "hosts, addresses and networks open without login")),
    repeatable(spec("uamdomain", Kind::Text, None, "domains open without login")),
    spec("uamdomainfile", Kind::Path, None, "file of expressions of domains open without login"),
    spec("uamanydns", Kind::Flag, None, "any DNS server may be asked without login"),
    spec(
        "redirdnsreq",
        Kind::Flag,
        None,
        "look up the host of a redirected request, with dataplane nftables",
    ),
    // Limits of this gateway's HTTP port
    spec(
        "maxconnectionsperclient",
        COUNT,
        Some("128"),
        "HTTP connections of one address at one time (not in the original)",
    ),
    spec(
        "maxhead",
        Kind::Number { min: 8192, max: 1 << 20 },
        Some("8192"),
        "octets of a request head (not in the original)",
    ),
    spec(
        "maxfields",
        Kind::Number { min: 16, max: 1024 },
        Some("64"),
        "header fields of a request (not in the original)",
    ),
    spec("maxconnections", COUNT, Some("1024"), "HTTP connections at one time (not in the original)"),
    spec(
        "headtimeout",
        Kind::Number { min: 1, max: 600 },
        Some("10"),
        "seconds for a request head (not in the original)",
    ),
    spec(
        "requesttimeout",
        Kind::Number { min: 1, max: 3600 },
        Some("120"),
        "seconds for a request (not in the original)",
    ),
    spec(
        "maxbody",
        Kind::Number { min: 0, max: 1 << 24 },
        Some("16384"),
        "octets of a request body (not in the original)",
    ),
    // For the people who run it (not in the original)
    spec(
        "statusmanager",
        Kind::Path,
        None,
        "fonsmcd.conf: send heartbeats, and be open only while they are answered (not in the original)",
    ),
    spec(
        "ownerpage",
        Kind::Socket,
        None,
        "private address and port of the owner's page (not in the original)",
    ),
    spec(
        "metrics",
        Kind::Socket,
        None,
        "private address and port that tell Prometheus how it goes (not in the original)",
    ),
    // The process
    spec("interval", SECONDS, Some("3600"), "seconds between readings of this file; 0 = never"),
    spec("cmdsocket", Kind::Path, None, "control socket of fonap ctl, for example /var/run/chilli.sock"),
    spec("pidfile", Kind::Path, None, "file of the process number"),
    spec(
        "statedir",
        Kind::Path,
        None,
        "folder for what outlives a restart: accounting, sessions; default: nothing does",
    ),
    local_only(repeatable(spec("module", Kind::Text, None, "fon-api:HANDLER, the external handler"))),
    spec(
        "handlertimeout",
        Kind::Number { min: 1, max: 3600 },
        Some("60"),
        "seconds that a call of the handler may take (not in the original)",
    ),
    ignored(
        spec("moddir", Kind::Path, None, "folder of modules"),
        "the only module, fon-api, is part of the gateway",
    ),
    local_only(spec("uid", NUMBER, None, "user number to run as, once all ports are open")),
    local_only(spec("gid", NUMBER, None, "group number to run as, once all ports are open")),
    spec("debug", Kind::Flag, None, "log more"),
    ignored(
        spec("conf", Kind::Path, None, "the configuration file"),
        "only the command line, -c or --conf, can name it",
    ),
    ignored(
        local_only(spec("fg", Kind::Flag, None, "stay in the foreground")),
        "the gateway always stays in the foreground",
    ),
    refused(
        spec("l2tp-enable", Kind::Flag, None, "tunnel clients to an LNS"),
        "there are no tunnels; clients would reach the Internet from here",
    ),
    refused(spec("lnsserver1", Kind::Host, None, "primary LNS"), "there are no tunnels"),
    refused(spec("lnsserver2", Kind::Host, None, "secondary LNS"), "there are no tunnels"),
];

/// Why a key names no option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unmatched {
    /// Nothing begins so.
    Unknown,
    /// Several options begin so.
    Ambiguous(Vec<&'static str>),
}

/// Finds an option by its name or an unambiguous beginning of it (hotspot-config 1.7).
pub(super) fn find(key: &str) -> Result<&'static Spec, Unmatched> {
    if let Some(exact) = OPTIONS.iter().find(|s| s.name == key) {
        return Ok(exact);
    }
    // What is ours alone takes nothing from the abbreviations that work with the original.
    let begins = |own: bool| {
        OPTIONS.iter().filter(move |s| !key.is_empty() && s.is_own() == own && s.name.starts_with(key))
    };
    let mut begins = begins(begins(false).next().is_none());
    match (begins.next(), begins.next()) {
        (None, _) => Err(Unmatched::Unknown),
        (Some(only), None) => Ok(only),
        (Some(first), Some(second)) => {
            Err(Unmatched::Ambiguous([first, second].into_iter().chain(begins).map(|s| s.name).collect()))
        }
    }
}

/// Looks an option up by its exact name.
///
/// # Panics
/// When the table has no such option: a caller names options as literals.
pub(super) fn named(name: &str) -> &'static Spec {
    OPTIONS.iter().find(|s| s.name == name).unwrap_or_else(|| panic!("no option {name:?} in the table"))
}
