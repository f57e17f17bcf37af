//! What the gateway is told.

use crate::boundary::run;
use crate::slice::{give, octets, take, text};
use crate::{fonap_octets, fonap_result, fonap_text};
use alloc::string::String;
use core::ffi::CStr;
use core::time::Duration;
use wispr::gateway::{Authenticator, Compatibility, Config, ConfigError, LocalUser, Mac};

/// Offer no WISPr 1.0.
pub const FONAP_GATEWAY_NO_WISPR1: u32 = 1;
/// Offer no WISPr 2.0.
pub const FONAP_GATEWAY_NO_WISPR2: u32 = 1 << 1;
/// Take POST on `uamport` too.
pub const FONAP_GATEWAY_UAMALLOWPOST: u32 = 1 << 2;
/// Serve `/www/`: see `FONAP_GATEWAY_OUT_LOCAL_FILE`.
pub const FONAP_GATEWAY_WWWDIR: u32 = 1 << 3;
/// Send ChilliSpot-OriginalURL.
pub const FONAP_GATEWAY_RADIUSORIGINALURL: u32 = 1 << 4;
/// Service-Type Framed instead of Login.
pub const FONAP_GATEWAY_FRAMEDSERVICE: u32 = 1 << 5;
/// Send ChilliSpot-Config `allow-openidauth`.
pub const FONAP_GATEWAY_OPENIDAUTH: u32 = 1 << 6;
/// Accept a login when no RADIUS server answers.
pub const FONAP_GATEWAY_NORADALLOW: u32 = 1 << 7;
/// Take session parameters from Accounting-Response too.
pub const FONAP_GATEWAY_ACCTUPDATE: u32 = 1 << 8;
/// Send Accounting-On at the start and Accounting-Off at the shutdown.
pub const FONAP_GATEWAY_ACCOUNTING_ON_OFF: u32 = 1 << 9;
/// Input is what comes from the client, as RADIUS means it. FON: on.
pub const FONAP_GATEWAY_SWAPOCTETS: u32 = 1 << 10;
/// Try to log a client in by its hardware address when it gets a lease.
pub const FONAP_GATEWAY_MACAUTH: u32 = 1 << 11;
/// Show `nasid` in JSON answers.
pub const FONAP_GATEWAY_JSON_NASID: u32 = 1 << 12;
/// Let an external handler decide about logins: see `FONAP_GATEWAY_OUT_ASK_HANDLER`.
pub const FONAP_GATEWAY_HANDLER: u32 = 1 << 13;
/// With a handler: RADIUS is asked too after it accepted.
pub const FONAP_GATEWAY_HANDLER_THEN_RADIUS: u32 = 1 << 14;
/// With a handler: its sessions send RADIUS accounting.
pub const FONAP_GATEWAY_HANDLER_ACCOUNTING: u32 = 1 << 15;
/// Answer exactly as the vendor's gateway 1.2.6 does, defects included.
pub const FONAP_GATEWAY_COMPAT_VENDOR: u32 = 1 << 16;
/// Let Status 1 mean an active session, and answer logins of WISPr 1.0 with AuthenticationReply, as the standard has it.
pub const FONAP_GATEWAY_STANDARD_WISPR: u32 = 1 << 17;

const FLAGS: u32 = (1 << 18) - 1;

/// What the gateway is told: the options of `chilli.conf` by their names. Set to defaults by `fonap_gateway_config_init`
/// first; there is none for `uamserver`, `uamlisten` and `nasmac`. An empty text means that the option is not set.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_gateway_config {
    /// Octets of this structure, as the program was built.
    pub size: usize,
    /// The portal's URL.
    pub uamserver: fonap_text,
    /// The secret that portal and gateway share. Empty: nothing is signed.
    pub uamsecret: fonap_octets,
    /// The page before the portal.
    pub uamhomepage: fonap_text,
    /// LoginURL's beginning for smart clients. Default: the portal.
    pub wisprlogin: fonap_text,
    /// `https://host:port/` of the gateway's own TLS port.
    pub ssl: fonap_text,
    /// The network's name.
    pub ssid: fonap_text,
    /// NAS-Identifier. FON: the hotspot's hardware address.
    pub radiusnasid: fonap_text,
    /// WISPr-Location-ID and AccessLocation.
    pub radiuslocationid: fonap_text,
    /// WISPr-Location-Name and LocationName.
    pub radiuslocationname: fonap_text,
    /// The location's name in JSON and WISPr, if it is to differ.
    pub locationname: fonap_text,
    /// ChilliSpot-Version. Default: the library's version.
    pub product_version: fonap_text,
    /// What follows the hardware address in the user name of a login by it.
    pub macsuffix: fonap_text,
    /// The password of such a login. Default: the address.
    pub macpasswd: fonap_text,
    /// The file of users that need no server: lines `name:password:`.
    pub localusers: fonap_octets,
    /// Session-Timeout in seconds if RADIUS gives none. Default 0, none.
    pub defsessiontimeout: u64,
    /// Upward bandwidth in bit/s if RADIUS gives none. Default 0, no limit.
    pub defbandwidthmaxup: u64,
    /// Downward bandwidth in bit/s if RADIUS gives none. Default 0, no limit.
    pub defbandwidthmaxdown: u64,
    /// Idle-Timeout in seconds if RADIUS gives none. Default 0, none. FON: 600.
    pub defidletimeout: u32,
    /// Acct-Interim-Interval in seconds if RADIUS gives none. Default 300; 0 for none.
    pub definteriminterval: u32,
    /// Age after which a page shows a new challenge. Default 600; 0 for never. FON: 0.
    pub challengetimeout_s: u32,
    /// Age after which a challenge is refused. Default 1200; 0 for never. FON: 0.
    pub challengetimeout2_s: u32,
    /// How long a login waits for its result. Default 60000.
    pub login_timeout_ms: u32,
    /// How many clients are known at a time. Default 512.
    pub maxclients: u32,
    /// NAS-Port-Type. Default 19, Wireless-802.11.
    pub radiusnasporttype: u32,
    /// Local time minus UTC in seconds. Default 0.
    pub local_offset_seconds: i32,
    /// `FONAP_GATEWAY_...` flags. Default 0.
    pub flags: u32,
    /// The gateway's HTTP port. Default 3990.
    pub uamport: u16,
    /// VLAN of clients without an own tag; 0 for none.
    pub vlan: u16,
    /// The gateway's address for clients.
    pub uamlisten: [u8; 4],
    /// NAS-IP-Address; 0.0.0.0, the default, for `uamlisten`.
    pub nasip: [u8; 4],
    /// A request whose Host is this address logs the client off; 0.0.0.0 for none. Default 1.0.0.0.
    pub uamlogoutip: [u8; 4],
    /// The gateway's hardware address: Called-Station-Id.
    pub nasmac: [u8; 6],
}

const DEFAULT: fonap_gateway_config = fonap_gateway_config {
    size: size_of::<fonap_gateway_config>(),
    uamserver: fonap_text::NONE,
    uamsecret: fonap_octets::NONE,
    uamhomepage: fonap_text::NONE,
    wisprlogin: fonap_text::NONE,
    ssl: fonap_text::NONE,
    ssid: fonap_text::NONE,
    radiusnasid: fonap_text::NONE,
    radiuslocationid: fonap_text::NONE,
    radiuslocationname: fonap_text::NONE,
    locationname: fonap_text::NONE,
    product_version: fonap_text::NONE,
    macsuffix: fonap_text::NONE,
    macpasswd: fonap_text::NONE,
    localusers: fonap_octets::NONE,
    defsessiontimeout: 0,
    defbandwidthmaxup: 0,
    defbandwidthmaxdown: 0,
    defidletimeout: 0,
    definteriminterval: 300,
    challengetimeout_s: 600,
    challengetimeout2_s: 1200,
    login_timeout_ms: 60_000,
    maxclients: 512,
    radiusnasporttype: 19,
    local_offset_seconds: 0,
    flags: 0,
    uamport: 3990,
    vlan: 0,
    uamlisten: [0; 4],
    nasip: [0; 4],
    uamlogoutip: [1, 0, 0, 0],
    nasmac: [0; 6],
};

/// Sets a structure of `size` octets to the defaults.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_gateway_config_init(
    config: *mut fonap_gateway_config,
    size: usize,
) -> fonap_result {
    run(|| {
        if size < size_of::<usize>() {
            return Err(fonap_result::Argument);
        }
        give!(config, size, &fonap_gateway_config { size, ..DEFAULT })
    })
}

/// Reads texts that may be absent. One that is none is remembered, so that only one way leads out of what reads many.
struct Texts {
    wrong: Result<(), fonap_result>,
}

impl Texts {
    fn read(&mut self, from: fonap_text) -> Option<String> {
        match (|| Ok(text!(from.data, from.length)))() {
            Ok("") => None,
            Ok(text) => Some(text.into()),
            Err(result) => {
                self.wrong = Err(result);
                None
            }
        }
    }
}

/// The configuration, and whether its input is what comes from the client.
pub(super) fn read(config: *const fonap_gateway_config) -> Result<(Config, bool), fonap_result> {
    let from = take!(config, DEFAULT);
    if from.flags & !FLAGS != 0 {
        return Err(fonap_result::Argument);
    }
    let has = |flag: u32| from.flags & flag != 0;
    let seconds = |number: u32| Duration::from_secs(number.into());
    let address = |octets: [u8; 4]| (octets != [0; 4]).then(|| octets.into());
    let uamserver = text!(from.uamserver.data, from.uamserver.length);
    let uamsecret = octets!(from.uamsecret.data, from.uamsecret.length);
    let users = LocalUser::read_lines(octets!(from.localusers.data, from.localusers.length));
    let mut texts = Texts { wrong: Ok(()) };
    let mut made = Config::new(uamserver, from.uamlisten.into(), Mac(from.nasmac))
        .uamsecret(uamsecret)
        .uamhomepage(texts.read(from.uamhomepage))
        .wisprlogin(texts.read(from.wisprlogin))
        .ssl(texts.read(from.ssl))
        .ssid(texts.read(from.ssid))
        .radiusnasid(texts.read(from.radiusnasid))
        .radiuslocationid(texts.read(from.radiuslocationid))
        .radiuslocationname(texts.read(from.radiuslocationname))
        .locationname(texts.read(from.locationname))
        .macsuffix(texts.read(from.macsuffix).unwrap_or_default())
        .localusers(users)
        .defsessiontimeout(from.defsessiontimeout)
        .defbandwidthmaxup(from.defbandwidthmaxup)
        .defbandwidthmaxdown(from.defbandwidthmaxdown)
        .defidletimeout(from.defidletimeout)
        .definteriminterval(from.definteriminterval)
        .challengetimeout(seconds(from.challengetimeout_s))
        .challengetimeout2(seconds(from.challengetimeout2_s))
        .login_timeout(Duration::from_millis(from.login_timeout_ms.into()))
        .maxclients(from.maxclients)
        .radiusnasporttype(from.radiusnasporttype)
        .local_offset_seconds(from.local_offset_seconds)
        .uamport(from.uamport)
        .vlan((from.vlan != 0).then_some(from.vlan))
        .nasip(address(from.nasip))
        .uamlogoutip(address(from.uamlogoutip))
        .nowispr1(has(FONAP_GATEWAY_NO_WISPR1))
        .nowispr2(has(FONAP_GATEWAY_NO_WISPR2))
        .uamallowpost(has(FONAP_GATEWAY_UAMALLOWPOST))
        .wwwdir(has(FONAP_GATEWAY_WWWDIR))
        .radiusoriginalurl(has(FONAP_GATEWAY_RADIUSORIGINALURL))
        .framedservice(has(FONAP_GATEWAY_FRAMEDSERVICE))
        .openidauth(has(FONAP_GATEWAY_OPENIDAUTH))
        .noradallow(has(FONAP_GATEWAY_NORADALLOW))
        .acctupdate(has(FONAP_GATEWAY_ACCTUPDATE))
        .accounting_on_off(has(FONAP_GATEWAY_ACCOUNTING_ON_OFF))
        .swapoctets(has(FONAP_GATEWAY_SWAPOCTETS))
        .macauth(has(FONAP_GATEWAY_MACAUTH))
        .json_nasid(has(FONAP_GATEWAY_JSON_NASID))
        .compatibility(compatibility(from.flags));
    if let Some(version) = texts.read(from.product_version) {
        made = made.product_version(version);
    }
    if let Some(password) = texts.read(from.macpasswd) {
        made = made.macpasswd(password);
    }
    if has(FONAP_GATEWAY_HANDLER) {
        made = made.authenticator(Authenticator::Handler {
            then_radius: has(FONAP_GATEWAY_HANDLER_THEN_RADIUS),
            accounting: has(FONAP_GATEWAY_HANDLER_ACCOUNTING),
        });
    }
    texts.wrong?;
    Ok((made, has(FONAP_GATEWAY_SWAPOCTETS)))
}

fn compatibility(flags: u32) -> Compatibility {
    let mut compatibility = if flags & FONAP_GATEWAY_COMPAT_VENDOR != 0 {
        Compatibility::VENDOR
    } else {
        Compatibility::default()
    };
    if flags & FONAP_GATEWAY_STANDARD_WISPR != 0 {
        compatibility.standard_status = true;
        compatibility.standard_login_reply = true;
    }
    compatibility
}

/// Which option is wrong.
pub(super) fn problem_of(error: &ConfigError) -> &'static CStr {
    let option = match error {
        ConfigError::Url { option } | ConfigError::Text { option } | ConfigError::Zero { option } => *option,
        _ => "",
    };
    match option {
        "uamserver" => c"uamserver: no absolute http or https URL of at most 2047 octets",
        "uamhomepage" => c"uamhomepage: no absolute http or https URL of at most 2047 octets",
        "wisprlogin" => c"wisprlogin: no absolute http or https URL of at most 2047 octets",
        "ssl" => c"ssl: no absolute http or https URL of at most 2047 octets",
        "ssid" => c"ssid: has a control character or more than 247 octets",
        "radiusnasid" => c"radiusnasid: has a control character or more than 247 octets",
        "radiuslocationid" => c"radiuslocationid: has a control character or more than 247 octets",
        "radiuslocationname" => c"radiuslocationname: has a control character or more than 247 octets",
        "locationname" => c"locationname: has a control character or more than 247 octets",
        "product_version" => c"product_version: has a control character or more than 247 octets",
        "macsuffix" => c"macsuffix: has a control character or more than 247 octets",
        "macpasswd" => c"macpasswd: has more than 128 octets",
        "uamport" => c"uamport: is 0",
        "maxclients" => c"maxclients: is 0",
        "login_timeout" => c"login_timeout_ms: is 0",
        _ => c"the configuration cannot be used",
    }
}
