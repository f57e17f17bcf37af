//! What an operator sets: the options of the hotspot that this module uses (spec: hotspot-config 2).

use super::challenge::MAX_PASSWORD_LEN;
use super::id::Mac;
use crate::url::Url;
use alloc::{string::String, vec::Vec};
use core::fmt;
use core::net::Ipv4Addr;
use core::time::Duration;
use zeroize::Zeroizing;

/// The longest uamserver, uamhomepage or wisprlogin, in octets (spec: uam 2).
pub const MAX_URL_LEN: usize = 2047;

/// Deviations of deployed gateways that some peer may depend on. All are off by default.
///
/// Two habits of the vendor's gateway are no deviation but the default, because the clients in the field know them:
/// Status 0 means an active session, and a WISPr 1.0 client gets its login result as AuthenticationPollReply (140).
/// The first two options turn these to the standard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Compatibility {
    /// wispr 10: Status 1 means an active session, as the standard has it.
    pub standard_status: bool,
    /// wispr 10: WISPr 1.0 clients get login results as AuthenticationReply (120), as the standard has it.
    pub standard_login_reply: bool,
    /// wispr 10: MaxSessionTime is always 3600 for WISPr 1.0 clients.
    pub max_session_time_3600: bool,
    /// uam 6: "Already logged on" for a 2.0 client is an AuthenticationReply with the number 140.
    pub already_140: bool,
    /// uam 6: an abort that came too late does not give LogoffURL to a 2.0 client.
    pub abort_late_without_logoff_url: bool,
    /// uam 6: texts and URLs from RADIUS and the configuration go into the WISPr block without escapes. What could
    /// end the comment round the block is escaped all the same.
    pub raw_text: bool,
    /// uam 7: JSON answers are `text/javascript` also without a callback.
    pub json_always_javascript: bool,
    /// uam 7: JSON answers to a login that ran into a timeout or a protocol error have no message.
    pub json_without_reasons: bool,
    /// uam 5.0: `starttime` of a status answer counts from the start of the machine's clock, not from 1970.
    pub monotonic_start_time: bool,
    /// radius-profile 2: Message-Authenticator is the last attribute of an Access-Request, not the first. A server that
    /// protects itself against forged replies wants it first.
    pub message_authenticator_last: bool,
    /// radius-profile 9: a Disconnect or CoA request without User-Name gets no answer, and answers carry no
    /// Error-Cause.
    pub silent_dynamic_authorization: bool,
}

impl Compatibility {
    /// Answers exactly as the vendor's gateway 1.2.6 gives them.
    pub const VENDOR: Self = Self {
        standard_status: false,
        standard_login_reply: false,
        max_session_time_3600: true,
        already_140: true,
        abort_late_without_logoff_url: true,
        raw_text: true,
        json_always_javascript: true,
        json_without_reasons: true,
        monotonic_start_time: true,
        message_authenticator_last: true,
        silent_dynamic_authorization: true,
    };
}

/// Who decides about logins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Authenticator {
    /// The RADIUS servers.
    #[default]
    Radius,
    /// An external handler (spec: fon-api 1).
    Handler {
        /// `doradauth`: RADIUS is asked too after the handler accepted.
        then_radius: bool,
        /// Whether sessions of the handler send RADIUS accounting, also where RADIUS accepts them after it.
        accounting: bool,
    },
}

/// A user of the option `localusers`, checked before any server is asked (spec: uam 4).
#[derive(Clone, PartialEq, Eq)]
pub struct LocalUser {
    pub(super) name: Vec<u8>,
    pub(super) password: Zeroizing<Vec<u8>>,
}

impl LocalUser {
    /// A user with a name and a password.
    #[must_use]
    pub fn new(name: &[u8], password: &[u8]) -> Self {
        Self { name: name.to_vec(), password: Zeroizing::new(password.to_vec()) }
    }

    /// Reads a file of lines `name:password:`. Empty lines, comments (`#`) and lines without a password are skipped.
    #[must_use]
    pub fn read_lines(text: &[u8]) -> Vec<Self> {
        let lines = text.split(|octet| matches!(octet, b'\n' | b'\r'));
        lines
            .filter(|line| !line.starts_with(b"#"))
            .filter_map(|line| {
                let mut parts = line.split(|octet| *octet == b':');
                let (name, password) = (parts.next()?, parts.next()?);
                (!name.is_empty() && !password.is_empty()).then(|| Self::new(name, password))
            })
            .collect()
    }
}

impl fmt::Debug for LocalUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LocalUser({:?}, [secret])", String::from_utf8_lossy(&self.name))
    }
}

/// Why a configuration cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// An option that holds a URL is not an absolute http or https URL of at most [`MAX_URL_LEN`] octets.
    #[error("{option} is not an absolute http or https URL")]
    Url {
        /// The option's name.
        option: &'static str,
    },
    /// A text has a control character, or more octets than a RADIUS attribute holds.
    #[error("{option} has a control character or is too long")]
    Text {
        /// The option's name.
        option: &'static str,
    },
    /// A number is 0 that must not be.
    #[error("{option} is 0")]
    Zero {
        /// The option's name.
        option: &'static str,
    },
}

/// The arithmetic of MS-CHAPv2: authenticator challenge, peer challenge, user name and password to an NT-Response
/// (RFC 2759 §8.1). It needs MD4 and DES, which this crate does not bring.
pub type NtResponse = fn(&[u8; 16], &[u8; 16], &[u8], &[u8]) -> [u8; 24];

/// The options of the gateway. Times of day and lengths are as in the options of the same name.
///
/// [`Config::new`] takes what has no default; everything else has a setter of the option's name. The configuration
/// is checked once, by [`Gateway::new`](super::Gateway::new). Secrets are wiped on drop and never printed.
#[derive(Clone)]
pub struct Config {
    pub(super) uamserver: String,
    pub(super) uamlisten: Ipv4Addr,
    pub(super) uamport: u16,
    pub(super) called: String,
    pub(super) interface_mac: Option<Mac>,
    pub(super) uamsecret: Zeroizing<Vec<u8>>,
    pub(super) uamhomepage: Option<String>,
    pub(super) secureportal: Option<String>,
    pub(super) wisprlogin: Option<String>,
    pub(super) nowispr1: bool,
    pub(super) nowispr2: bool,
    pub(super) ssl: Option<String>,
    pub(super) uamlogoutip: Option<Ipv4Addr>,
    pub(super) uamallowpost: bool,
    pub(super) wwwdir: bool,
    pub(super) ssid: Option<String>,
    pub(super) vlan: Option<u16>,
    pub(super) radiusnasid: Option<String>,
    pub(super) nasip: Option<Ipv4Addr>,
    pub(super) radiusnasporttype: u32,
    pub(super) radiuslocationid: Option<String>,
    pub(super) radiuslocationname: Option<String>,
    pub(super) locationname: Option<String>,
    pub(super) radiusoriginalurl: bool,
    pub(super) framedservice: bool,
    pub(super) mschapv2: Option<NtResponse>,
    pub(super) openidauth: bool,
    pub(super) noradallow: bool,
    pub(super) acctupdate: bool,
    pub(super) accounting_on_off: bool,
    pub(super) product_version: String,
    pub(super) challengetimeout: Duration,
    pub(super) challengetimeout2: Duration,
    pub(super) login_timeout: Duration,
    pub(super) defsessiontimeout: u64,
    pub(super) defidletimeout: u32,
    pub(super) definteriminterval: u32,
    pub(super) defbandwidthmaxup: u64,
    pub(super) defbandwidthmaxdown: u64,
    pub(super) swapoctets: bool,
    pub(super) maxclients: u32,
    pub(super) macauth: bool,
    pub(super) macsuffix: String,
    pub(super) macpasswd: Option<Zeroizing<String>>,
    pub(super) macallowed: Vec<Mac>,
    pub(super) localusers: Vec<LocalUser>,
    pub(super) authenticator: Authenticator,
    pub(super) json_nasid: bool,
    pub(super) local_offset_seconds: i32,
    pub(super) compatibility: Compatibility,
}

/// Writes the setters: one per option, named like it.
macro_rules! setters {
    ($($(#[$doc:meta])+ $name:ident: $type:ty,)+) => {
        $($(#[$doc])+
        #[must_use]
        pub fn $name(mut self, $name: impl Into<$type>) -> Self {
            self.$name = $name.into();
            self
        })+
    };
}

impl Config {
    /// The portal's URL, the gateway's address for clients, and its hardware address (Called-Station-Id).
    #[must_use]
    pub fn new(uamserver: impl Into<String>, uamlisten: Ipv4Addr, called: Mac) -> Self {
        Self {
            uamserver: uamserver.into(),
            uamlisten,
            uamport: 3990,
            called: alloc::format!("{called}"),
            interface_mac: None,
            uamsecret: Zeroizing::default(),
            uamhomepage: None,
            secureportal: None,
            wisprlogin: None,
            nowispr1: false,
            nowispr2: false,
            ssl: None,
            uamlogoutip: Some(Ipv4Addr::new(1, 0, 0, 0)),
            uamallowpost: false,
            wwwdir: false,
            ssid: None,
            vlan: None,
            radiusnasid: None,
            nasip: None,
            radiusnasporttype: 19,
            radiuslocationid: None,
            radiuslocationname: None,
            locationname: None,
            radiusoriginalurl: false,
            framedservice: false,
            mschapv2: None,
            openidauth: false,
            noradallow: false,
            acctupdate: false,
            accounting_on_off: false,
            product_version: String::from(env!("CARGO_PKG_VERSION")),
            challengetimeout: Duration::from_secs(600),
            challengetimeout2: Duration::from_secs(1200),
            login_timeout: Duration::from_secs(60),
            defsessiontimeout: 0,
            defidletimeout: 0,
            definteriminterval: 300,
            defbandwidthmaxup: 0,
            defbandwidthmaxdown: 0,
            swapoctets: false,
            maxclients: 512,
            macauth: false,
            macsuffix: String::new(),
            macpasswd: None,
            macallowed: Vec::new(),
            localusers: Vec::new(),
            authenticator: Authenticator::Radius,
            json_nasid: false,
            local_offset_seconds: 0,
            compatibility: Compatibility::default(),
        }
    }

    setters! {
        /// HTTP port of the gateway. Default 3990.
        uamport: u16,
        /// Called-Station-Id and `called`, if it is to differ from the hardware address (`nasmac`).
        called: String,
        /// The hardware address of the clients' interface, for the external handler. Default: as `called`.
        interface_mac: Option<Mac>,
        /// The page before the portal; first redirects go there. Default none.
        uamhomepage: Option<String>,
        /// The portal as the captive-portal API names it, where that is not `uamserver`: it has to be HTTPS
        /// (RFC 8908 §5). Default: `uamserver`.
        secureportal: Option<String>,
        /// LoginURL's beginning for smart clients. Default: the portal.
        wisprlogin: Option<String>,
        /// Offer no WISPr 1.0.
        nowispr1: bool,
        /// Offer no WISPr 2.0.
        nowispr2: bool,
        /// `https://host:port/` of the gateway's own TLS port, shown as `ssl` (`uamuissl`, `uamuiport`).
        ssl: Option<String>,
        /// A request whose Host is this address logs the client off. Default 1.0.0.0; `None` = off.
        uamlogoutip: Option<Ipv4Addr>,
        /// Take POST on `uamport` too.
        uamallowpost: bool,
        /// Serve `/www/`: the machine names the file, the caller reads it. Default off.
        wwwdir: bool,
        /// The network's name, shown as `ssid`.
        ssid: Option<String>,
        /// VLAN of clients without an own tag, shown as `vlan`.
        vlan: Option<u16>,
        /// NAS-Identifier and `nasid`. FON: the hotspot's hardware address.
        radiusnasid: Option<String>,
        /// NAS-IP-Address, if it is to differ from `uamlisten` (`nasip`, `radiuslisten`).
        nasip: Option<Ipv4Addr>,
        /// NAS-Port-Type. Default 19, Wireless-802.11.
        radiusnasporttype: u32,
        /// WISPr-Location-ID and AccessLocation.
        radiuslocationid: Option<String>,
        /// WISPr-Location-Name and LocationName.
        radiuslocationname: Option<String>,
        /// The location's name in JSON and WISPr, if it is to differ from `radiuslocationname` there.
        locationname: Option<String>,
        /// Send ChilliSpot-OriginalURL.
        radiusoriginalurl: bool,
        /// Service-Type Framed (2) instead of Login (1).
        framedservice: bool,
        /// Turn a user's PAP login into MS-CHAPv2 on its way to RADIUS, with this arithmetic. Default: PAP stays PAP.
        mschapv2: Option<NtResponse>,
        /// Send ChilliSpot-Config `allow-openidauth`.
        openidauth: bool,
        /// Accept a login when no RADIUS server answers.
        noradallow: bool,
        /// Take session parameters from Accounting-Response too.
        acctupdate: bool,
        /// Send Accounting-On at the start and Accounting-Off at the shutdown. FON: no.
        accounting_on_off: bool,
        /// ChilliSpot-Version. Default: the version of this crate.
        product_version: String,
        /// Age after which a page shows a new challenge. Default 600 s; zero = never. FON: zero.
        challengetimeout: Duration,
        /// Age after which a challenge is refused. Default 1200 s; zero = never. FON: zero.
        challengetimeout2: Duration,
        /// How long a login waits for its result. Default 60 s (spec: uam 5.2).
        login_timeout: Duration,
        /// Session-Timeout in seconds if RADIUS gives none. Default 0 = none.
        defsessiontimeout: u64,
        /// Idle-Timeout in seconds if RADIUS gives none. Default 0 = none. FON: 600.
        defidletimeout: u32,
        /// Acct-Interim-Interval in seconds if RADIUS gives none. Default 300; 0 = none.
        definteriminterval: u32,
        /// Upward bandwidth in bit/s if RADIUS gives none. Default 0 = no limit.
        defbandwidthmaxup: u64,
        /// Downward bandwidth in bit/s if RADIUS gives none. Default 0 = no limit.
        defbandwidthmaxdown: u64,
        /// Input is what comes from the client, as RADIUS means it; otherwise it is what goes to the client
        /// (spec: radius-profile 6.1). FON: on.
        swapoctets: bool,
        /// How many clients are known at a time. Default 512.
        maxclients: u32,
        /// Try to log a client in by its hardware address when it gets a lease.
        macauth: bool,
        /// What follows the hardware address in the user name of such a login.
        macsuffix: String,
        /// The only hardware addresses that such a login is tried for. Default: empty, any.
        macallowed: Vec<Mac>,
        /// Users that need no server.
        localusers: Vec<LocalUser>,
        /// Who decides about logins. Default RADIUS.
        authenticator: Authenticator,
        /// Show `nasid` in JSON answers, as upstream does.
        json_nasid: bool,
        /// Local time minus UTC in seconds, for a WISPr-Session-Terminate-Time without a zone. Default 0.
        local_offset_seconds: i32,
        /// Deviations of deployed gateways. Default none.
        compatibility: Compatibility,
    }

    /// The secret that portal and gateway share. Empty = no secret, and nothing is signed.
    #[must_use]
    pub fn uamsecret(mut self, uamsecret: impl AsRef<[u8]>) -> Self {
        self.uamsecret = Zeroizing::new(uamsecret.as_ref().to_vec());
        self
    }

    /// The password of logins by hardware address. Default: the address itself.
    #[must_use]
    pub fn macpasswd(mut self, macpasswd: impl Into<String>) -> Self {
        self.macpasswd = Some(Zeroizing::new(macpasswd.into()));
        self
    }

    /// Whether input is what comes from the client (spec: radius-profile 6.1).
    #[must_use]
    pub const fn is_swapped(&self) -> bool {
        self.swapoctets
    }

    /// Checks what the types cannot.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let urls = [
            ("uamserver", Some(&self.uamserver)),
            ("uamhomepage", self.uamhomepage.as_ref()),
            ("secureportal", self.secureportal.as_ref()),
            ("wisprlogin", self.wisprlogin.as_ref()),
            ("ssl", self.ssl.as_ref()),
        ];
        for (option, url) in urls {
            if let Some(url) = url {
                let fits = url.len() <= MAX_URL_LEN && !url.contains([' ', '#']) && Url::parse(url).is_ok();
                fits.then_some(()).ok_or(ConfigError::Url { option })?;
            }
        }
        // 247: the most one vendor-specific attribute holds (RFC 2865 §5.26).
        let texts = [
            ("called", Some(&self.called)),
            ("ssid", self.ssid.as_ref()),
            ("radiusnasid", self.radiusnasid.as_ref()),
            ("radiuslocationid", self.radiuslocationid.as_ref()),
            ("radiuslocationname", self.radiuslocationname.as_ref()),
            ("locationname", self.locationname.as_ref()),
            ("product_version", Some(&self.product_version)),
            ("macsuffix", Some(&self.macsuffix)),
        ];
        for (option, text) in texts {
            if text.is_some_and(|t| t.len() > 247 || t.contains(|c: char| c.is_control())) {
                return Err(ConfigError::Text { option });
            }
        }
        if self.macpasswd.as_ref().is_some_and(|password| password.len() > MAX_PASSWORD_LEN) {
            return Err(ConfigError::Text { option: "macpasswd" });
        }
        for (option, zero) in [
            ("uamport", self.uamport == 0),
            ("maxclients", self.maxclients == 0),
            ("login_timeout", self.login_timeout.is_zero()),
        ] {
            if zero {
                return Err(ConfigError::Zero { option });
            }
        }
        Ok(())
    }

    /// The location's name for people (spec: uam 7).
    pub(super) fn location_name(&self) -> Option<&str> {
        self.locationname.as_deref().or(self.radiuslocationname.as_deref())
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("uamserver", &self.uamserver)
            .field("uamlisten", &self.uamlisten)
            .field("uamport", &self.uamport)
            .field("called", &self.called)
            .field("uamsecret", &format_args!("[secret]"))
            .field("radiusnasid", &self.radiusnasid)
            .field("authenticator", &self.authenticator)
            .field("compatibility", &self.compatibility)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    fn config() -> Config {
        Config::new("https://p.example/", Ipv4Addr::new(10, 1, 0, 1), Mac([2; 6]))
    }

    #[test]
    fn a_configuration_is_refused_by_the_name_of_its_option() {
        assert_eq!(config().check(), Ok(()));
        assert_eq!(
            config().uamhomepage(String::from("ftp://x")).check(),
            Err(ConfigError::Url { option: "uamhomepage" })
        );
        assert_eq!(config().ssid(String::from("a\nb")).check(), Err(ConfigError::Text { option: "ssid" }));
        assert_eq!(config().uamport(0_u16).check(), Err(ConfigError::Zero { option: "uamport" }));
    }

    #[test]
    fn secrets_are_not_printed() {
        let text = format!("{:?} {:?}", config().uamsecret("garrafon"), LocalUser::new(b"joe", b"garrafon"));
        assert!(!text.contains("garrafon") && text.contains("[secret]"));
    }

    #[test]
    fn local_users_come_one_per_line() {
        // spec: uam 4
        let users = LocalUser::read_lines(b"# comment\njoe:secret:\r\n\nbad\n:x:\nann:b\n");
        assert_eq!(users, [LocalUser::new(b"joe", b"secret"), LocalUser::new(b"ann", b"b")]);
    }
}
