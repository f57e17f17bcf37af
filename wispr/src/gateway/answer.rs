//! The answer to a request: a redirect to the portal with a WISPr block in its body (spec: uam 5, 6).

use super::challenge;
use super::config::Config;
use super::location::{Redirect, Res, Shown};
use super::response::Response;
use crate::code::{MessageType, ResponseCode};
use crate::message::{Kind, Message};
use crate::text::{write_hex, write_ipv4, write_number};
use crate::write::Envelope;
use alloc::borrow::Cow;
use alloc::string::String;

/// What an answer is about: the rows of the table of spec uam 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Situation {
    /// First redirect, prelogin.
    NotYet,
    /// The same for a client that is to see a splash page.
    Splash,
    /// The login was accepted.
    Success,
    /// The login was refused.
    Reject,
    /// There is no route to the realm's server.
    NoRoute,
    /// No server answered.
    Timeout,
    /// An EAP message was too long.
    Mtu,
    /// The login's parameters break the protocol.
    Protocol,
    /// Internal error, or the challenge was too old.
    Other,
    /// Unknown client.
    RequestError,
    /// Login, prelogin or page while logged in.
    Already,
    /// An EAP round.
    Challenge,
    /// Logged off.
    Logoff,
    /// A login was aborted.
    Abort,
    /// An abort while logged in.
    AbortLate,
    /// The answer to `/status`.
    Status,
}

impl Situation {
    /// The `res` of the redirect. `logged_in` matters for [`Situation::Status`] only.
    #[must_use]
    pub const fn res(self, logged_in: bool) -> Res {
        match self {
            Self::NotYet => Res::NotYet,
            Self::Splash => Res::Splash,
            Self::Success => Res::Success,
            Self::Reject => Res::Reject,
            Self::Timeout => Res::Timeout,
            Self::Mtu => Res::Mtu,
            Self::NoRoute | Self::Protocol | Self::Other => Res::Other,
            Self::RequestError => Res::Failed,
            Self::Already | Self::AbortLate => Res::Already,
            Self::Challenge => Res::Challenge,
            Self::Logoff | Self::Abort => Res::Logoff,
            Self::Status => {
                if logged_in {
                    Res::Already
                } else {
                    Res::NotYet
                }
            }
        }
    }
}

/// What the WISPr block of an answer says besides what the redirect says.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// What the answer is about.
    pub situation: Situation,
    /// The client speaks WISPr 2.0.
    pub wispr2: bool,
    /// The login uses EAP.
    pub eap: bool,
    /// The EAP packet of the block.
    pub eap_msg: Option<&'a [u8]>,
    /// The client has a session.
    pub logged_in: bool,
    /// Session-Timeout in seconds; 0 = none.
    pub session_timeout: u64,
    /// What the portal is told.
    pub redirect: Redirect<'a>,
    /// Where to go instead of the portal: a redirection URL of RADIUS.
    pub location: Option<&'a str>,
    /// Whether the redirect goes to `uamhomepage`, if there is one.
    pub homepage: bool,
}

impl<'a> Answer<'a> {
    /// An answer about `situation`, with what it always has.
    #[must_use]
    pub const fn new(situation: Situation, redirect: Redirect<'a>) -> Self {
        Self {
            situation,
            wispr2: false,
            eap: false,
            eap_msg: None,
            logged_in: false,
            session_timeout: 0,
            redirect,
            location: None,
            homepage: false,
        }
    }

    /// Where the answer leads to.
    #[must_use]
    pub fn portal(&self, config: &Config) -> String {
        match (self.location, &config.uamhomepage) {
            (Some(location), _) => String::from(location),
            (None, Some(page)) if self.homepage => challenge::homepage(page, &self.redirect.location(config)),
            _ => self.redirect.location(config),
        }
    }

    /// The complete HTTP answer.
    #[must_use]
    pub fn response(&self, config: &Config) -> Response {
        let location = self.portal(config);
        let mut body = String::with_capacity(1280);
        body.push_str("<HTML><BODY><H2>Browser error!</H2>Browser does not support redirects!</BODY>\r\n");
        self.write_block(config, &mut body);
        body.push_str("\r\n</HTML>\r\n");
        Response::redirect(location, body)
    }

    /// The WISPr document in its comment; nothing if no version of WISPr is offered.
    fn write_block(&self, config: &Config, out: &mut String) {
        if config.nowispr1 && config.nowispr2 {
            return;
        }
        let message = self.message(config);
        // The message is one of ours and has only fields of its kind, and a String takes everything.
        let _infallible = Envelope::new()
            .cdata_letters(!config.nowispr2)
            .raw_text(config.compatibility.raw_text)
            .write(message.as_ref(), out);
    }

    fn message(&self, config: &Config) -> Option<Message<'a>> {
        let compatibility = &config.compatibility;
        Some(match self.situation {
            Situation::Splash | Situation::RequestError => return None,
            Situation::NotYet => self.redirect_message(config),
            Situation::Success => self.success(config),
            Situation::Reject => self.refusal(
                config,
                ResponseCode::LOGIN_FAILED,
                self.reply(self.two("Invalid Username/Password", "Invalid Password")),
            ),
            Situation::NoRoute => {
                self.refusal(config, ResponseCode::NO_AUTH_SERVER, "no route for realm".into())
            }
            Situation::Timeout => self.refusal(
                config,
                ResponseCode::AUTH_SERVER_ERROR,
                self.reply(self.two("Radius error", "Radius timeout")),
            ),
            Situation::Mtu if self.wispr2 => {
                self.refusal(config, ResponseCode::AAA_MESSAGE_TOO_LARGE, "AAA MTU is too big".into())
            }
            Situation::Protocol if self.wispr2 => {
                let mut message = self.refusal(
                    config,
                    ResponseCode::PROTOCOL_ERROR,
                    self.reply("WISPr 2.0 protocol error"),
                );
                set_kind(&mut message, Kind::AuthenticationReply);
                message
            }
            Situation::Other if self.wispr2 => {
                self.refusal(config, ResponseCode::GATEWAY_ERROR, self.reply("Radius error"))
            }
            Situation::Mtu | Situation::Protocol | Situation::Other => {
                self.refusal(config, ResponseCode::AUTH_SERVER_ERROR, self.reply("Radius error"))
            }
            Situation::Already => {
                let mut message =
                    self.refusal(config, ResponseCode::AUTH_SERVER_ERROR, "Already logged on".into());
                if self.wispr2 {
                    set_kind(&mut message, Kind::AuthenticationReply);
                    if compatibility.already_140 {
                        message.message_type = Some(MessageType::AUTHENTICATION_POLL_REPLY);
                    }
                }
                message
            }
            Situation::Challenge => {
                let mut message = Message::with_code(Kind::EapAuthenticationReply, ResponseCode::CHALLENGED);
                message.eap_msg = self.eap_msg.map(Cow::Borrowed);
                message.login_url = Some(self.login_url(config, true).into());
                message
            }
            Situation::Logoff => Message::with_code(Kind::LogoffReply, ResponseCode::LOGOFF_SUCCEEDED),
            Situation::Abort => Message::with_code(Kind::AbortLoginReply, ResponseCode::LOGIN_ABORTED),
            Situation::AbortLate => {
                let mut message = Message::with_code(Kind::AbortLoginReply, ResponseCode::LOGIN_SUCCEEDED);
                if !(self.wispr2 && compatibility.abort_late_without_logoff_url) {
                    message.logoff_url = Some(gateway_url(config, "logoff").into());
                }
                message
            }
            Situation::Status => self.status(config),
        })
    }

    fn redirect_message(&self, config: &Config) -> Message<'a> {
        let mut message = Message::with_code(Kind::Redirect, ResponseCode::NO_ERROR);
        if !config.nowispr2 {
            message.version_high = Some("2.0".into());
            message.version_low = Some(if config.nowispr1 { "2.0" } else { "1.0" }.into());
            message.eap_msg = self.eap_msg.map(Cow::Borrowed);
        }
        if !config.nowispr1 {
            message.access_procedure = Some("1.0".into());
        }
        message.access_location = config.radiuslocationid.clone().map(Cow::Owned);
        message.location_name = config
            .radiuslocationname
            .as_deref()
            .or(config.locationname.as_deref())
            .map(|n| Cow::Owned(n.into()));
        message.login_url = Some(self.login_url(config, false).into());
        message.abort_login_url = Some(gateway_url(config, "abort").into());
        message
    }

    fn success(&self, config: &Config) -> Message<'a> {
        let mut message = Message::with_code(self.login_kind(config), ResponseCode::LOGIN_SUCCEEDED);
        message.logoff_url = Some(gateway_url(config, "logoff").into());
        message.status_url = Some(gateway_url(config, "status").into());
        message.redirection_url = Some(text(self.redirect.redirurl.unwrap_or_default()));
        if self.wispr2 {
            message.max_session_time = Some(self.session_timeout);
            if self.eap {
                message.eap_msg = self.eap_msg.map(Cow::Borrowed);
            }
        } else {
            message.max_session_time = match self.session_timeout {
                _ if config.compatibility.max_session_time_3600 => Some(3600),
                0 => None,
                seconds => Some(seconds),
            };
            message.reply_messages.extend(self.redirect.reply.map(text));
        }
        message
    }

    fn refusal(&self, config: &Config, code: ResponseCode, reply: Cow<'a, str>) -> Message<'a> {
        let mut message = Message::with_code(self.login_kind(config), code);
        message.reply_messages.push(reply);
        message
    }

    fn status(&self, config: &Config) -> Message<'a> {
        if self.wispr2 {
            let mut message = Message::with_code(Kind::StatusReply, ResponseCode::NO_ERROR);
            message.status = Some((self.logged_in == config.compatibility.standard_status).into());
            return message;
        }
        let (code, reply) = if self.logged_in {
            (ResponseCode::LOGIN_SUCCEEDED, "Already logged on")
        } else {
            (ResponseCode::LOGOFF_SUCCEEDED, "Not logged on")
        };
        let mut message = Message::with_code(Kind::AuthenticationPollReply, code);
        message.reply_messages.push(reply.into());
        message
    }

    /// The element of a login's result.
    fn login_kind(&self, config: &Config) -> Kind {
        match (self.wispr2, self.eap) {
            (true, true) => Kind::EapAuthenticationReply,
            (true, false) => Kind::AuthenticationReply,
            (false, _) if config.compatibility.standard_login_reply => Kind::AuthenticationReply,
            (false, _) => Kind::AuthenticationPollReply,
        }
    }

    fn two(&self, one: &'static str, two: &'static str) -> &'static str {
        if self.wispr2 { two } else { one }
    }

    fn reply(&self, otherwise: &'static str) -> Cow<'a, str> {
        self.redirect.reply.map_or(otherwise.into(), text)
    }

    /// LoginURL: where a smart client posts its credentials. With `go_on` it says that this is a further round.
    fn login_url(&self, config: &Config, go_on: bool) -> String {
        let base = config.wisprlogin.as_ref().unwrap_or(&config.uamserver);
        // Deployed gateways copy the base as it is, but escape what they add themselves.
        let and = if config.compatibility.raw_text { "&amp;" } else { "&" };
        let first = if base.contains('?') { and } else { "?" };
        let mut url = String::with_capacity(base.len() + 128);
        for part in [base, first, "res=wispr", and, "uamip="] {
            url.push_str(part);
        }
        let _infallible = write_ipv4(&mut url, config.uamlisten);
        url.push_str(and);
        if go_on {
            url.push_str("continue=1");
            url.push_str(and);
        }
        url.push_str("uamport=");
        let _infallible = write_number(&mut url, config.uamport.into());
        url.push_str(and);
        url.push_str("challenge=");
        if let Shown::Value(challenge) = self.redirect.challenge {
            let _infallible = write_hex(&mut url, &challenge.0);
        }
        url
    }
}

fn set_kind(message: &mut Message<'_>, kind: Kind) {
    message.kind = kind;
    message.message_type = kind.message_type();
}

/// An address of the gateway itself.
pub(super) fn gateway_url(config: &Config, endpoint: &str) -> String {
    let mut url = String::with_capacity("http://255.255.255.255:65535/".len() + endpoint.len());
    url.push_str("http://");
    let _infallible = write_ipv4(&mut url, config.uamlisten);
    url.push(':');
    let _infallible = write_number(&mut url, config.uamport.into());
    url.push('/');
    url.push_str(endpoint);
    url
}

/// Octets of the network as text; what is not UTF-8 becomes U+FFFD.
pub(super) fn text(octets: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(octets)
}

#[cfg(test)]
mod tests {
    use super::super::id::Mac;
    use super::*;
    use core::net::Ipv4Addr;

    fn config() -> Config {
        Config::new("https://p.example/", Ipv4Addr::new(10, 1, 0, 1), Mac([2; 6]))
    }

    fn body(situation: Situation, wispr2: bool, config: &Config) -> String {
        let mut redirect = Redirect::new(situation.res(false), None, Ipv4Addr::new(10, 1, 0, 2));
        redirect.reply = Some(b"<b>--> & x");
        let mut answer = Answer::new(situation, redirect);
        answer.wispr2 = wispr2;
        answer.session_timeout = 60;
        String::from_utf8(answer.response(config).body).unwrap()
    }

    #[test]
    fn a_reply_is_escaped_and_cannot_end_the_comment() {
        // spec: wispr 10
        let body = body(Situation::Reject, false, &config());
        assert!(body.contains("<ReplyMessage>&lt;b&gt;-&#45;&gt; &amp; x</ReplyMessage>"), "{body}");
        assert_eq!(body.matches("-->").count(), 1);
    }

    #[test]
    fn what_the_original_gets_wrong_is_right_unless_asked_for() {
        // spec: uam 6, wispr 10
        let right = config();
        assert!(body(Situation::Success, false, &right).contains("<MaxSessionTime>60<"));
        assert!(body(Situation::Already, true, &right).contains("<MessageType>120<"));
        assert!(body(Situation::AbortLate, true, &right).contains("<LogoffURL>http://10.1.0.1:3990/logoff<"));
        assert!(body(Situation::Status, true, &right).contains("<Status>1<"));
        assert!(body(Situation::Success, false, &right).contains("<AuthenticationPollReply>"));
        let mut standard = config();
        standard.compatibility.standard_status = true;
        standard.compatibility.standard_login_reply = true;
        assert!(body(Situation::Status, true, &standard).contains("<Status>0<"));
        assert!(body(Situation::Success, false, &standard).contains("<AuthenticationReply>"));
    }

    #[test]
    fn versions_that_are_not_offered_leave_no_trace() {
        // spec: uam 6
        let one =
            body(Situation::NotYet, false, &config().nowispr2(true).radiuslocationid(String::from("x")));
        assert!(!one.contains("Version") && !one.contains("CDATA") && one.contains("<AccessLocation>x<"));
        let two = body(Situation::NotYet, false, &config().nowispr1(true));
        assert!(two.contains("<VersionLow>2.0<") && !two.contains("AccessProcedure"));
        let none = body(Situation::NotYet, false, &config().nowispr1(true).nowispr2(true));
        assert!(!none.contains("WISP"));
    }

    #[test]
    fn unknown_clients_and_splash_pages_get_an_empty_root() {
        // spec: uam 5.9, 6
        for situation in [Situation::RequestError, Situation::Splash] {
            let body = body(situation, false, &config());
            assert!(
                body.contains("wispr_2_0.xsd\">\r\n</WISPAccessGatewayParam>\r\n-->\r\n\r\n</HTML>"),
                "{body}"
            );
        }
    }
}
