//! The URL of a redirect: the portal's address and what the portal is told (spec: uam 5.0).

use super::challenge::{self, Challenge};
use super::config::Config;
use super::id::Mac;
use crate::text::{write_ipv4, write_number};
use crate::url::write_encoded;
use alloc::string::String;
use core::fmt::{Display, Write as _};
use core::net::Ipv4Addr;

/// The first parameter of every redirect: what happened (spec: uam 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Res {
    /// Not logged in.
    NotYet,
    /// Logged in, but to see a page first.
    Splash,
    /// The login was accepted.
    Success,
    /// The login was refused.
    Reject,
    /// No server answered.
    Timeout,
    /// An EAP message was too long.
    Mtu,
    /// The login failed for another reason.
    Other,
    /// The request was not understood.
    Failed,
    /// Logged in already.
    Already,
    /// Another EAP round.
    Challenge,
    /// Logged off, or the login was aborted.
    Logoff,
}

impl Res {
    /// The value as it stands in the URL. A failure brings its second parameter, `reason`, along.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotYet => "notyet",
            Self::Splash => "splash",
            Self::Success => "success",
            Self::Reject => "failed&reason=reject",
            Self::Timeout => "failed&reason=timeout",
            Self::Mtu => "failed&reason=mtu",
            Self::Other => "failed&reason=other",
            Self::Failed => "failed",
            Self::Already => "already",
            Self::Challenge => "challenge",
            Self::Logoff => "logoff",
        }
    }
}

/// The challenge of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shown {
    /// The parameter is absent.
    #[default]
    No,
    /// The parameter is there and empty: unknown client.
    Empty,
    /// The parameter has a value.
    Value(Challenge),
}

/// Times of a session, in the answer to `/status`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatusTimes {
    /// When the last session began, in seconds since 1970. `None` if there has been none.
    pub start: Option<i64>,
    /// Seconds since then.
    pub session_time: u64,
    /// Session-Timeout in seconds; 0 = none, and not shown.
    pub session_timeout: u64,
    /// When the session is to end, in seconds since 1970.
    pub stop: Option<i64>,
}

/// What a redirect tells. A field that is `None` is absent from the URL, an empty one is there and empty.
#[derive(Clone, Copy, Debug)]
pub struct Redirect<'a> {
    /// The portal's URL if it is not `uamserver`: a splash page.
    pub base: Option<&'a str>,
    /// What happened.
    pub res: Res,
    /// The challenge.
    pub challenge: Shown,
    /// The times, on `/status`.
    pub status: Option<StatusTimes>,
    /// The user's name.
    pub uid: Option<&'a [u8]>,
    /// Seconds left; 0 is not shown.
    pub time_left: u64,
    /// The client's hardware address.
    pub mac: Option<Mac>,
    /// The client's address.
    pub ip: Ipv4Addr,
    /// A text of RADIUS or the handler.
    pub reply: Option<&'a [u8]>,
    /// The client's 802.1Q tag.
    pub vlan: Option<u16>,
    /// Where the client is, as learned by a proxy.
    pub loc: Option<&'a [u8]>,
    /// The language the client asked for.
    pub lang: Option<&'a [u8]>,
    /// The session id: a [`SessionId`](super::SessionId) of this gateway, or what another has (spec: uam 5.10).
    pub session_id: Option<&'a str>,
    /// The page after the login.
    pub redirurl: Option<&'a [u8]>,
    /// The page the user wanted.
    pub userurl: Option<&'a [u8]>,
}

impl<'a> Redirect<'a> {
    /// A redirect that says what happened to whom, and nothing else.
    #[must_use]
    pub const fn new(res: Res, mac: Option<Mac>, ip: Ipv4Addr) -> Self {
        Self {
            base: None,
            res,
            challenge: Shown::No,
            status: None,
            uid: None,
            time_left: 0,
            mac,
            ip,
            reply: None,
            vlan: None,
            loc: None,
            lang: None,
            session_id: None,
            redirurl: None,
            userurl: None,
        }
    }

    /// The complete signed URL (spec: uam 5.0).
    #[must_use]
    pub fn location(&self, config: &Config) -> String {
        let mut url = Builder::new(self.base.unwrap_or(&config.uamserver));
        url.name("res").push_str(self.res.as_str());
        url.address("uamip", config.uamlisten);
        url.number("uamport", config.uamport.into());
        match &self.challenge {
            Shown::No => {}
            Shown::Empty => {
                url.name("challenge");
            }
            Shown::Value(challenge) => url.display("challenge", challenge),
        }
        if let Some(status) = &self.status {
            if let Some(start) = status.start {
                url.display("starttime", &start);
                url.number("sessiontime", status.session_time);
            }
            url.unless_zero("sessiontimeout", status.session_timeout);
            url.optional("stoptime", status.stop.as_ref());
        }
        url.encoded("called", Some(config.called.as_bytes()));
        url.encoded("uid", self.uid);
        url.unless_zero("timeleft", self.time_left);
        url.optional("mac", self.mac.as_ref());
        url.address("ip", self.ip);
        url.encoded("reply", self.reply);
        url.encoded("ssid", config.ssid.as_deref().map(str::as_bytes));
        url.encoded("nasid", config.radiusnasid.as_deref().map(str::as_bytes));
        if let Some(vlan) = self.vlan.or(config.vlan) {
            url.number("vlan", vlan.into());
        }
        url.encoded("loc", self.loc);
        url.encoded("lang", self.lang);
        url.encoded("sessionid", self.session_id.map(str::as_bytes));
        url.encoded("ssl", config.ssl.as_deref().map(str::as_bytes));
        url.encoded("redirurl", self.redirurl);
        url.encoded("userurl", self.userurl);
        challenge::sign(url.text, &config.uamsecret)
    }
}

/// A URL that grows by parameters.
struct Builder {
    text: String,
    separator: char,
}

impl Builder {
    fn new(base: &str) -> Self {
        let mut text = String::with_capacity(base.len() + 512);
        text.push_str(base);
        Self { text, separator: if base.contains('?') { '&' } else { '?' } }
    }

    /// Begins a parameter; its value is what is appended.
    fn name(&mut self, name: &str) -> &mut String {
        self.text.push(self.separator);
        self.separator = '&';
        self.text.push_str(name);
        self.text.push('=');
        &mut self.text
    }

    fn display(&mut self, name: &str, value: &dyn Display) {
        let _infallible = write!(self.name(name), "{value}");
    }

    fn optional<T: Display>(&mut self, name: &str, value: Option<&T>) {
        if let Some(value) = value {
            self.display(name, value);
        }
    }

    fn address(&mut self, name: &str, value: Ipv4Addr) {
        let _infallible = write_ipv4(self.name(name), value);
    }

    fn number(&mut self, name: &str, value: u64) {
        let _infallible = write_number(self.name(name), value);
    }

    fn encoded(&mut self, name: &str, value: Option<&[u8]>) {
        if let Some(value) = value {
            let _infallible = write_encoded(self.name(name), value);
        }
    }

    fn unless_zero(&mut self, name: &str, value: u64) {
        if value != 0 {
            self.number(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_client_is_shown_with_an_empty_challenge() {
        // spec: uam 5.9
        let config = Config::new("http://p/?a=1", Ipv4Addr::new(10, 0, 0, 1), Mac([0xaa; 6]));
        let mut redirect = Redirect::new(Res::Failed, None, Ipv4Addr::new(10, 0, 0, 9));
        redirect.challenge = Shown::Empty;
        assert_eq!(
            redirect.location(&config),
            "http://p/?a=1&res=failed&uamip=10.0.0.1&uamport=3990&challenge=&called=AA-AA-AA-AA-AA-AA&ip=10.0.0.9"
        );
    }

    #[test]
    fn a_session_id_is_opaque() {
        // spec: uam 5.10
        let config = Config::new("http://p/", Ipv4Addr::new(10, 0, 0, 1), Mac([0xaa; 6]));
        let mut redirect = Redirect::new(Res::NotYet, None, Ipv4Addr::new(10, 0, 0, 9));
        redirect.session_id = Some("179526182700000001");
        assert!(redirect.location(&config).ends_with("&sessionid=179526182700000001"));
    }
}
