//! Sessions as RADIUS sees them: what is asked, what is granted, what is accounted (spec: radius-profile).

use super::answer::gateway_url;
use super::client::Client;
use super::config::Config;
use super::credentials::{Credentials, MAX_EAP_LEN};
use super::request::cut;
use super::session::{Parameters, Session, TerminateCause};
use super::terminate::terminate_time;
use alloc::{format, string::String, vec::Vec};
use core::time::Duration;
use radius_codec::client::Request;
use radius_codec::dict::{chillispot, microsoft, rfc2865, rfc2866, rfc2869, rfc4372, wispr};
use radius_codec::{AttributeWriter as _, Attributes, Code, Path};

/// The longest reply text, in octets; the rest is cut off (spec: uam 2).
pub const MAX_REPLY_LEN: usize = 253;
/// The longest redirection URL, in octets (spec: uam 2).
pub const MAX_REDIRECTION_URL_LEN: usize = 2047;
/// How many Class attributes are kept (spec: radius-profile 7).
pub const MAX_CLASSES: usize = 8;

/// The least Acct-Interim-Interval that is taken, in seconds (spec: radius-profile 4).
const MIN_INTERIM_INTERVAL: u32 = 60;
/// The most octets of User-Name.
const MAX_USER_NAME_LEN: usize = 253;
/// The most octets of a vendor-specific value (spec: radius-profile 1).
const MAX_VENDOR_LEN: usize = 247;

/// What an answer of RADIUS grants, or says besides refusing.
#[derive(Clone, Debug, Default)]
pub(super) struct Grant {
    pub(super) parameters: Parameters,
    pub(super) classes: Vec<Vec<u8>>,
    pub(super) cui: Vec<u8>,
    pub(super) state: Option<Vec<u8>>,
    pub(super) eap: Vec<u8>,
    pub(super) reply: Option<Vec<u8>>,
    pub(super) logout: bool,
    pub(super) admin_reset: bool,
    pub(super) require_uam: bool,
}

impl Grant {
    /// Reads the attributes of an answer or a CoA-Request. What is absent is at its default (spec: radius-profile 4).
    pub(super) fn read(attributes: Attributes<'_>, config: &Config) -> Self {
        let mut grant = Self { parameters: read_parameters(attributes, config), ..Self::default() };
        grant.classes = attributes.all(rfc2865::CLASS).take(MAX_CLASSES).map(<[u8]>::to_vec).collect();
        grant.cui =
            attributes.octets(rfc4372::CHARGEABLE_USER_IDENTITY).map(<[u8]>::to_vec).unwrap_or_default();
        grant.state = attributes.octets(rfc2865::STATE).map(<[u8]>::to_vec);
        for part in attributes.all(rfc2869::EAP_MESSAGE) {
            // One octet more than allowed is enough to know.
            if grant.eap.len() <= MAX_EAP_LEN {
                grant.eap.extend_from_slice(part);
            }
        }
        grant.reply = attributes.octets(rfc2865::REPLY_MESSAGE).map(clean_reply).filter(|r| !r.is_empty());
        for word in attributes.all(chillispot::CONFIG) {
            grant.take_config(word);
        }
        grant
    }

    fn take_config(&mut self, word: &[u8]) {
        if word == b"require-uam-auth" {
            self.require_uam = true;
        } else if word == b"splash" {
            self.parameters.splash = true;
        } else if let Some(garden) = word.strip_prefix(b"uamallowed=") {
            self.parameters.garden.push(String::from_utf8_lossy(garden).into_owned());
        } else if word.starts_with(b"logout") {
            self.logout = true;
        } else if word.starts_with(b"admin-reset") {
            self.admin_reset = true;
        }
    }

    pub(super) fn is_eap_too_long(&self) -> bool {
        self.eap.len() > MAX_EAP_LEN
    }
}

fn read_parameters(attributes: Attributes<'_>, config: &Config) -> Parameters {
    let number = |path: Path| attributes.integer(path).unwrap_or(0);
    let wide = |low: Path, high: Path| u64::from(number(high)) << 32 | u64::from(number(low));
    let bandwidth = |kilobits: Path, bits: Path| match number(kilobits) {
        0 => number(bits).into(),
        kilobits => u64::from(kilobits) * 1000,
    };
    let mut url = Vec::new();
    for part in attributes.all(wispr::REDIRECTION_URL) {
        if url.len() <= MAX_REDIRECTION_URL_LEN {
            url.extend_from_slice(part);
        }
    }
    let interim = number(rfc2869::ACCT_INTERIM_INTERVAL.path());
    Parameters {
        session_timeout: number(rfc2865::SESSION_TIMEOUT.path()).into(),
        idle_timeout: number(rfc2865::IDLE_TIMEOUT.path()),
        interim_interval: if interim < MIN_INTERIM_INTERVAL { 0 } else { interim },
        terminate_time: attributes
            .octets(wispr::SESSION_TERMINATE_TIME)
            .and_then(|text| terminate_time(text, config.local_offset_seconds)),
        max_input_octets: wide(chillispot::MAX_INPUT_OCTETS.path(), chillispot::MAX_INPUT_GIGAWORDS.path()),
        max_output_octets: wide(
            chillispot::MAX_OUTPUT_OCTETS.path(),
            chillispot::MAX_OUTPUT_GIGAWORDS.path(),
        ),
        max_total_octets: wide(chillispot::MAX_TOTAL_OCTETS.path(), chillispot::MAX_TOTAL_GIGAWORDS.path()),
        bandwidth_max_up: bandwidth(chillispot::BANDWIDTH_MAX_UP.path(), wispr::BANDWIDTH_MAX_UP.path()),
        bandwidth_max_down: bandwidth(
            chillispot::BANDWIDTH_MAX_DOWN.path(),
            wispr::BANDWIDTH_MAX_DOWN.path(),
        ),
        filter_id: attributes.octets(rfc2865::FILTER_ID).map(<[u8]>::to_vec).unwrap_or_default(),
        redirection_url: clean_url(&url),
        splash: false,
        garden: Vec::new(),
        route_index: attributes.integer(chillispot::ROUTE_TO_INTERFACE),
    }
}

/// A reply text: cut, without control characters (spec: radius-profile 10).
pub(super) fn clean_reply(text: &[u8]) -> Vec<u8> {
    cut(text, MAX_REPLY_LEN).iter().copied().filter(|octet| !octet.is_ascii_control()).collect()
}

/// An absolute http or https URL without control characters, or nothing.
pub(super) fn clean_url(url: &[u8]) -> String {
    let clean: Vec<u8> = url.iter().copied().filter(|octet| !octet.is_ascii_control()).collect();
    let has_scheme = |scheme: &str| {
        clean.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme.as_bytes()))
    };
    let fits = clean.len() <= MAX_REDIRECTION_URL_LEN && (has_scheme("http://") || has_scheme("https://"));
    if fits { String::from_utf8_lossy(&clean).into_owned() } else { String::new() }
}

/// What an Access-Request is made for.
pub(super) struct Access<'a> {
    pub(super) user_name: &'a [u8],
    pub(super) credentials: &'a Credentials,
    /// Service-Type Framed: a login by hardware address.
    pub(super) framed: bool,
}

/// An Access-Request, in the order of attributes of spec radius-profile 2, but with Message-Authenticator first
/// (spec: radius 4) unless the configuration says otherwise.
pub(super) fn access_request(config: &Config, client: &Client, access: &Access<'_>) -> Request {
    let mut request = Request::new(Code::ACCESS_REQUEST);
    let out = &mut request;
    push(out, chillispot::VERSION, config.product_version.as_bytes());
    push(out, chillispot::LANG, &client.lang);
    push(out, rfc2865::USER_NAME, cut(access.user_name, MAX_USER_NAME_LEN));
    match access.credentials {
        Credentials::Pap { password } => {
            out.hidden(rfc2865::USER_PASSWORD, password);
        }
        Credentials::Chap { ident, challenge, response } => {
            push(out, rfc2865::CHAP_CHALLENGE, challenge.as_octets());
            let mut value = [0; 17];
            value[0] = *ident;
            value[1..].copy_from_slice(response);
            push(out, rfc2865::CHAP_PASSWORD, &value);
        }
        Credentials::MsChapV2 { ident, challenge, nt_response } => {
            push(out, microsoft::CHAP_CHALLENGE, challenge.as_octets());
            // RFC 2548 §2.3.2: Ident, Flags, Peer-Challenge, eight zeros, Response.
            let mut value = [0; 50];
            value[0] = *ident;
            value[2..18].copy_from_slice(challenge.as_octets());
            value[26..].copy_from_slice(nt_response);
            push(out, microsoft::CHAP2_RESPONSE, &value);
        }
        Credentials::Eap { packet } => {
            out.eap_message(packet);
        }
    }
    if config.radiusoriginalurl {
        push(out, chillispot::ORIGINALURL, cut(&client.user_url, MAX_VENDOR_LEN));
    }
    let service_type: u32 = if access.framed || config.framedservice { 2 } else { 1 };
    out.integer(rfc2865::SERVICE_TYPE, service_type);
    let eap = matches!(access.credentials, Credentials::Eap { .. });
    push_client(out, config, client, None, client.eap_state.as_deref().filter(|_| eap));
    push_gateway(out, config);
    push(out, wispr::LOGOFF_URL, gateway_url(config, "logoff").as_bytes());
    if config.openidauth {
        push(out, chillispot::CONFIG, b"allow-openidauth");
    }
    if config.compatibility.message_authenticator_last {
        out.message_authenticator();
    }
    request
}

/// What an accounting record tells (spec: radius-profile 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccountingKind {
    /// A session began.
    Start,
    /// A session goes on.
    Interim,
    /// A session ended.
    Stop(TerminateCause),
    /// The gateway started.
    On,
    /// The gateway stops.
    Off,
}

impl AccountingKind {
    const fn status_type(self) -> u32 {
        match self {
            Self::Start => 1,
            Self::Stop(_) => 2,
            Self::Interim => 3,
            Self::On => 7,
            Self::Off => 8,
        }
    }
}

/// When an accounting record is made.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    pub(super) now: Duration,
    pub(super) unix_seconds: i64,
}

/// An Accounting-Request, in the order of attributes of spec radius-profile 6.
pub(super) fn accounting_request(
    config: &Config,
    of: Option<(&Client, &Session)>,
    kind: AccountingKind,
    moment: Moment,
) -> Request {
    let mut request = Request::new(Code::ACCOUNTING_REQUEST);
    let out = &mut request;
    push(out, chillispot::VERSION, config.product_version.as_bytes());
    let view_point: u32 = if config.swapoctets { 1 } else { 2 };
    out.integer(chillispot::ACCT_VIEW_POINT, view_point);
    // The attribute has 32 bits without a sign.
    let timestamp = u32::try_from(moment.unix_seconds.max(0)).unwrap_or(u32::MAX);
    out.integer(rfc2869::EVENT_TIMESTAMP, timestamp);
    out.integer(rfc2866::ACCT_STATUS_TYPE, kind.status_type());
    if let Some((client, session)) = of {
        push(out, rfc2865::USER_NAME, cut(&session.user_name, MAX_USER_NAME_LEN));
        if kind != AccountingKind::Start {
            let counters = session.usage.counters(config.swapoctets);
            for (path, value) in [
                (rfc2866::ACCT_INPUT_OCTETS.path(), low(counters.input_octets)),
                (rfc2866::ACCT_OUTPUT_OCTETS.path(), low(counters.output_octets)),
                (rfc2869::ACCT_INPUT_GIGAWORDS.path(), low(counters.input_octets >> 32)),
                (rfc2869::ACCT_OUTPUT_GIGAWORDS.path(), low(counters.output_octets >> 32)),
                (rfc2866::ACCT_INPUT_PACKETS.path(), low(counters.input_packets)),
                (rfc2866::ACCT_OUTPUT_PACKETS.path(), low(counters.output_packets)),
                (rfc2866::ACCT_SESSION_TIME.path(), low(session.session_time(moment.now))),
            ] {
                out.integer(path, value);
            }
        }
        if let AccountingKind::Stop(cause) = kind {
            out.integer(rfc2866::ACCT_TERMINATE_CAUSE, cause.number());
        }
        push_client(out, config, client, Some(session), None);
    } else {
        if kind == AccountingKind::Off {
            out.integer(rfc2866::ACCT_TERMINATE_CAUSE, TerminateCause::NasReboot.number());
        }
        out.integer(rfc2865::NAS_PORT_TYPE, config.radiusnasporttype);
    }
    push_gateway(out, config);
    request
}

/// The part of the tail that is about the client (spec: radius-profile 1).
fn push_client(
    out: &mut Request,
    config: &Config,
    client: &Client,
    session: Option<&Session>,
    state: Option<&[u8]>,
) {
    if let Some(vlan) = client.vlan {
        out.integer(chillispot::VLAN_ID, u32::from(vlan));
    }
    let id = session.map_or_else(|| client.session_id(), |session| session.id);
    push(out, rfc2866::ACCT_SESSION_ID, id.as_str().as_bytes());
    if let Some(session) = session {
        for class in &session.classes {
            push(out, rfc2865::CLASS, class);
        }
        if session.cui.len() > 1 {
            push(out, rfc4372::CHARGEABLE_USER_IDENTITY, &session.cui);
        }
    }
    push(out, rfc2865::STATE, state.unwrap_or_default());
    out.ipv4(rfc2865::FRAMED_IP_ADDRESS, client.ip);
    out.integer(rfc2865::NAS_PORT_TYPE, config.radiusnasporttype);
    out.integer(rfc2865::NAS_PORT, client.unit);
    push(out, rfc2869::NAS_PORT_ID, format!("{:08}", client.unit).as_bytes());
    push(out, rfc2865::CALLING_STATION_ID, format!("{}", client.mac).as_bytes());
}

/// The part of the tail that is about the gateway (spec: radius-profile 1).
fn push_gateway(out: &mut Request, config: &Config) {
    push(out, rfc2865::CALLED_STATION_ID, config.called.as_bytes());
    out.ipv4(rfc2865::NAS_IP_ADDRESS, config.nasip.unwrap_or(config.uamlisten));
    for (path, text) in [
        (rfc2865::NAS_IDENTIFIER.path(), &config.radiusnasid),
        (wispr::LOCATION_ID.path(), &config.radiuslocationid),
        (wispr::LOCATION_NAME.path(), &config.radiuslocationname),
    ] {
        push(out, path, text.as_deref().unwrap_or_default().as_bytes());
    }
}

/// Adds an attribute unless it would be empty, which RADIUS does not allow.
fn push(out: &mut Request, path: impl Into<Path>, value: &[u8]) {
    if !value.is_empty() {
        out.octets(path, value);
    }
}

/// The low 32 bits.
fn low(value: u64) -> u32 {
    u32::try_from(value & 0xffff_ffff).unwrap_or(u32::MAX)
}
