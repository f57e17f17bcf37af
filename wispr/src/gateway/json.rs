//! The JSON interface: what pages ask that log in by themselves (spec: uam 7), and RFC 8908 (spec: uam 9).

use super::answer::{Situation, gateway_url, text};
use super::challenge::Challenge;
use super::config::Config;
use super::id::Mac;
use super::response::Response;
use super::session::Counters;
use alloc::string::String;
use core::fmt::{self, Display, Write as _};
use core::net::Ipv4Addr;

/// The longest callback name that is taken, in octets.
pub const MAX_CALLBACK_LEN: usize = 128;

/// A session as JSON answers show it. Octets are seen from where `swapoctets` says.
#[derive(Clone, Copy, Debug)]
pub struct SessionView<'a> {
    /// The user's name.
    pub user_name: &'a [u8],
    /// When the session began, in seconds since 1970.
    pub start: i64,
    /// Session-Timeout in seconds; 0 = none.
    pub session_timeout: u64,
    /// Idle-Timeout in seconds; 0 = none.
    pub idle_timeout: u32,
    /// When the session is to end at the latest, in seconds since 1970.
    pub terminate_time: Option<i64>,
    /// Limit of input octets; 0 = none.
    pub max_input_octets: u64,
    /// Limit of output octets; 0 = none.
    pub max_output_octets: u64,
    /// Limit of octets both ways; 0 = none.
    pub max_total_octets: u64,
    /// Seconds since the start.
    pub session_time: u64,
    /// Seconds since the client's last packet.
    pub idle_time: u64,
    /// What was counted, as input and output.
    pub counters: Counters,
}

/// An answer of the JSON interface.
#[derive(Clone, Copy, Debug)]
pub struct JsonAnswer<'a> {
    /// What the answer is about.
    pub situation: Situation,
    /// The client has a session.
    pub logged_in: bool,
    /// The client is to see a splash page.
    pub splash: bool,
    /// A text of RADIUS or the handler.
    pub message: Option<&'a [u8]>,
    /// The client's challenge.
    pub challenge: Option<Challenge>,
    /// The client's hardware address.
    pub mac: Option<Mac>,
    /// The client's address.
    pub ip: Ipv4Addr,
    /// The client's 802.1Q tag.
    pub vlan: Option<u16>,
    /// The page the user wanted.
    pub userurl: &'a [u8],
    /// The page after the login.
    pub redirurl: &'a [u8],
    /// The session id: a [`SessionId`](super::SessionId) of this gateway, or what another has (spec: uam 5.10).
    pub session_id: &'a str,
    /// The session, or the one that just ended.
    pub session: Option<SessionView<'a>>,
    /// The function the object is handed to. One that is not a plain name is not used.
    pub callback: Option<&'a [u8]>,
}

/// Which parts an answer has.
struct Parts {
    challenge: bool,
    location: bool,
    redir: bool,
    session: bool,
}

impl<'a> JsonAnswer<'a> {
    /// An answer about `situation` to a client without a session.
    #[must_use]
    pub const fn new(situation: Situation, mac: Option<Mac>, ip: Ipv4Addr, session_id: &'a str) -> Self {
        Self {
            situation,
            logged_in: false,
            splash: false,
            message: None,
            challenge: None,
            mac,
            ip,
            vlan: None,
            userurl: b"",
            redirurl: b"",
            session_id,
            session: None,
            callback: None,
        }
    }

    /// The complete HTTP answer.
    #[must_use]
    pub fn response(&self, config: &Config) -> Response {
        let object = self.object(config);
        match self.callback.filter(|name| is_plain_name(name)) {
            Some(name) => Response::json("text/javascript", alloc::format!("{}({object})", text(name))),
            None if config.compatibility.json_always_javascript => Response::json("text/javascript", object),
            None => Response::json("application/json", object),
        }
    }

    /// The client as the JSON listing shows it: with its session, if it has one (spec: fon-api 4.5).
    pub(super) fn listed(&self, config: &Config, nas_port: u32) -> String {
        let mut object = Object::new();
        object.raw("nasPort", &nas_port);
        object.raw("clientState", &u8::from(self.logged_in));
        match self.mac {
            Some(mac) => object.raw("macAddress", &format_args!("\"{mac}\"")),
            None => object.text("macAddress", b""),
        }
        object.raw("ipAddress", &format_args!("\"{}\"", self.ip));
        self.write_sessions(config, &mut object);
        object.finish()
    }

    fn write_sessions(&self, config: &Config, object: &mut Object) {
        if let Some(session) = self.session {
            object.object("session", |o| self.write_session(&session, config, o));
            object.object("accounting", |o| write_accounting(&session, config, o));
        }
    }

    fn parts(&self) -> Parts {
        use Situation as S;
        let at_start = matches!(self.situation, S::NotYet | S::Splash);
        let status = self.situation == S::Status;
        let failed = matches!(self.situation, S::Reject | S::Other);
        Parts {
            challenge: at_start || failed || self.situation == S::Logoff || (status && !self.logged_in),
            location: at_start || (status && !self.logged_in),
            redir: at_start || failed || status || self.situation == S::Success,
            session: matches!(self.situation, S::Success | S::Already | S::Logoff)
                || (status && self.logged_in),
        }
    }

    fn object(&self, config: &Config) -> String {
        let parts = self.parts();
        let mut object = Object::new();
        object.text("version", b"1.0");
        object.raw("clientState", &self.client_state());
        if config.json_nasid {
            object.text("nasid", config.radiusnasid.as_deref().unwrap_or_default().as_bytes());
        }
        if let Some(message) = self.message.or_else(|| self.reason(config)) {
            object.text("message", message);
        }
        if let Some(challenge) = self.challenge.filter(|_| parts.challenge) {
            object.raw("challenge", &format_args!("\"{challenge}\""));
        }
        if parts.location {
            let name = config.location_name().unwrap_or_default();
            object.object("location", |o| o.text("name", name.as_bytes()));
        }
        if parts.redir {
            object.object("redir", |o| self.write_redir(config, o));
        }
        if parts.session {
            self.write_sessions(config, &mut object);
        }
        object.finish()
    }

    fn client_state(&self) -> u8 {
        match self.situation {
            Situation::Splash => 3,
            _ if self.splash => 3,
            _ => {
                u8::from(self.logged_in || matches!(self.situation, Situation::Success | Situation::Already))
            }
        }
    }

    /// Why a login failed whose answer has no part of its own.
    fn reason(&self, config: &Config) -> Option<&'static [u8]> {
        if config.compatibility.json_without_reasons {
            return None;
        }
        Some(match self.situation {
            Situation::Timeout => b"Radius timeout",
            Situation::Mtu => b"AAA MTU is too big",
            Situation::Protocol => b"WISPr 2.0 protocol error",
            Situation::NoRoute => b"no route for realm",
            Situation::Challenge => b"EAP is not available here",
            _ => return None,
        })
    }

    fn write_redir(&self, config: &Config, object: &mut Object) {
        object.text("originalURL", self.userurl);
        object.text("redirectionURL", self.redirurl);
        object.text("logoutURL", gateway_url(config, "logoff").as_bytes());
        object.raw("ipAddress", &format_args!("\"{}\"", self.ip));
        match self.mac {
            Some(mac) => object.raw("macAddress", &format_args!("\"{mac}\"")),
            None => object.text("macAddress", b""),
        }
    }

    fn write_session(&self, session: &SessionView<'_>, config: &Config, object: &mut Object) {
        object.text("sessionId", self.session_id.as_bytes());
        object.text("userName", session.user_name);
        object.raw("startTime", &session.start);
        object.raw("sessionTimeout", &session.session_timeout);
        if let Some(time) = session.terminate_time.filter(|_| config.json_nasid) {
            object.raw("terminateTime", &time);
        }
        object.raw("idleTimeout", &session.idle_timeout);
        for (name, limit) in [
            ("maxInputOctets", session.max_input_octets),
            ("maxOutputOctets", session.max_output_octets),
            ("maxTotalOctets", session.max_total_octets),
        ] {
            if limit != 0 {
                object.raw(name, &limit);
            }
        }
        if let Some(vlan) = self.vlan {
            object.raw("vlan", &vlan);
        }
    }
}

fn write_accounting(session: &SessionView<'_>, config: &Config, object: &mut Object) {
    let (input, output) = (session.counters.input_octets, session.counters.output_octets);
    object.raw("sessionTime", &session.session_time);
    object.raw("idleTime", &session.idle_time);
    object.raw("inputOctets", &(input & 0xffff_ffff));
    object.raw("outputOctets", &(output & 0xffff_ffff));
    object.raw("inputGigawords", &(input >> 32));
    object.raw("outputGigawords", &(output >> 32));
    object.text("viewPoint", if config.swapoctets { b"nas" } else { b"client" });
}

/// Whether a callback may be echoed: letters, digits, `_` and `.` (spec: uam 7).
fn is_plain_name(name: &[u8]) -> bool {
    let plain = |octet: &u8| octet.is_ascii_alphanumeric() || matches!(octet, b'_' | b'.');
    !name.is_empty() && name.len() <= MAX_CALLBACK_LEN && name.iter().all(plain)
}

/// What is left of a session, where it has limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Remaining {
    pub(super) seconds: Option<u64>,
    pub(super) octets: Option<u64>,
}

/// The answer to `/captive-portal-identification` (RFC 8908; spec: uam 9, gateway-dataplane 8.2).
///
/// `portal` is the page for this client, `session` what is left of its session if it is logged in.
pub(super) fn captive_portal(config: &Config, portal: &str, session: Option<Remaining>) -> Response {
    let mut body = String::from("{\"captive\":");
    body.push_str(if session.is_some() { "false" } else { "true" });
    body.push_str(", \"user-portal-url\":");
    push_string(&mut body, portal.as_bytes());
    if let Some(Remaining { seconds, octets }) = session {
        body.push_str(", \"venue-info-url\":");
        let venue = config.uamhomepage.as_ref().unwrap_or(&config.uamserver);
        push_string(&mut body, venue.as_bytes());
        body.push_str(", \"can-extend-session\":false");
        for (name, left) in [("seconds-remaining", seconds), ("bytes-remaining", octets)] {
            if let Some(left) = left {
                let _infallible = write!(body, ", \"{name}\":{left}");
            }
        }
    }
    body.push('}');
    Response::captive_portal(body)
}

/// An object that grows by members, without blanks.
struct Object(String);

impl Object {
    fn new() -> Self {
        Self(String::from("{"))
    }

    fn name(&mut self, name: &str) {
        if !self.0.ends_with('{') {
            self.0.push(',');
        }
        for part in ["\"", name, "\":"] {
            self.0.push_str(part);
        }
    }

    fn raw(&mut self, name: &str, value: &dyn Display) {
        self.name(name);
        let _infallible: fmt::Result = write!(self.0, "{value}");
    }

    fn text(&mut self, name: &str, value: &[u8]) {
        self.name(name);
        push_string(&mut self.0, value);
    }

    fn object(&mut self, name: &str, members: impl FnOnce(&mut Self)) {
        let mut inner = Self::new();
        members(&mut inner);
        self.raw(name, &inner.finish());
    }

    fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// A JSON string. Quotes, backslashes, control characters and the line ends of JavaScript are escaped (RFC 8259 §7).
fn push_string(out: &mut String, value: &[u8]) {
    out.push('"');
    for c in text(value).chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => {
                let _infallible = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        Config::new("https://p.example/", Ipv4Addr::new(10, 1, 0, 1), Mac([2; 6]))
    }

    fn answer(situation: Situation) -> JsonAnswer<'static> {
        JsonAnswer::new(situation, None, Ipv4Addr::new(10, 1, 0, 2), "0000000100000001")
    }

    #[test]
    fn a_message_is_escaped() {
        // spec: uam 7
        let mut answer = answer(Situation::Timeout);
        answer.message = Some(b"say \"\\\" \r\n\x01 \xff");
        let response = answer.response(&config());
        assert_eq!(response.value("Content-Type"), Some("application/json"));
        assert_eq!(
            String::from_utf8(response.body).unwrap(),
            "{\"version\":\"1.0\",\"clientState\":0,\"message\":\"say \\\"\\\\\\\" \\u000d\\u000a\\u0001 \u{fffd}\"}"
        );
    }

    #[test]
    fn a_timeout_says_so_unless_it_is_to_be_as_it_was() {
        // spec: uam 7
        let body =
            |config: &Config| String::from_utf8(answer(Situation::Timeout).response(config).body).unwrap();
        assert!(body(&config()).contains("\"message\":\"Radius timeout\""));
        let vendor = config().compatibility(super::super::config::Compatibility::VENDOR);
        assert_eq!(body(&vendor), "{\"version\":\"1.0\",\"clientState\":0}");
    }

    #[test]
    fn a_callback_that_is_no_plain_name_is_not_used() {
        // spec: uam 7
        for (callback, with) in [
            (&b"a.b_1"[..], true),
            (b"alert(1)//", false),
            (b"", false),
            (b"a-b", false),
            (&[b'a'; 129], false),
        ] {
            let mut answer = answer(Situation::Abort);
            answer.callback = Some(callback);
            let response = answer.response(&config());
            assert_eq!(response.body.ends_with(b")"), with);
            assert_eq!(response.value("Content-Type") == Some("text/javascript"), with);
        }
    }

    #[test]
    fn a_captive_client_is_shown_the_portal() {
        // spec: uam 9
        let body = |response: Response| String::from_utf8(response.body).unwrap();
        assert_eq!(
            body(captive_portal(&config(), "https://p.example/?res=notyet", None)),
            "{\"captive\":true, \"user-portal-url\":\"https://p.example/?res=notyet\"}"
        );
        let left = Remaining { seconds: Some(9), octets: Some(1 << 40) };
        let online = captive_portal(&config(), "https://p.example/?res=already", Some(left));
        assert_eq!(online.value("Cache-Control"), Some("private, no-store"));
        assert_eq!(
            body(online),
            "{\"captive\":false, \"user-portal-url\":\"https://p.example/?res=already\", \
             \"venue-info-url\":\"https://p.example/\", \"can-extend-session\":false, \
             \"seconds-remaining\":9, \"bytes-remaining\":1099511627776}"
        );
        let unlimited = captive_portal(&config(), "https://p.example/", Some(Remaining::default()));
        assert!(body(unlimited).ends_with("\"can-extend-session\":false}"));
    }
}
