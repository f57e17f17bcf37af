//! Judging an answer, and what a client reports in the end (spec: wispr 7.4 to 7.6).

use super::chain::Kept;
use crate::code::{FonResponseCode, ResponseCode};
use crate::message::{Kind, Message};
use alloc::string::String;
use alloc::vec::Vec;

macro_rules! failures {
    ($($(#[$doc:meta])+ $variant:ident $name:literal,)+) => {
        /// Why a client gave up.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
        #[non_exhaustive]
        pub enum Failure {
            $($(#[$doc])+ #[error($name)] $variant,)+
        }

        impl Failure {
            /// Every failure.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The specification's name of it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

failures! {
    /// A request failed and no message had come before.
    Http "http",
    /// Too many Proxy replies.
    ProxyLoop "proxy_loop",
    /// The LoginURL is plain http.
    InsecureLoginUrl "insecure_login_url",
    /// The LoginURL is of a host that is not wanted.
    LoginHost "login_host",
    /// There is no authentication server (105).
    NoAuthServer "no_auth_server",
    /// The access gateway failed (255 and whatever is not known).
    Gateway "gateway",
    /// The authentication server failed (102).
    AuthServer "auth_server",
    /// The gateway says that the client is not logged on (150 instead of a result).
    NotLoggedOn "not_logged_on",
    /// The login was pending for too many polls.
    PollLimit "poll_limit",
    /// The gateway asked to start again for the second time (252).
    InvalidState "invalid_state",
    /// The gateway could not read or forward what was sent (253, 254), or its answer lacks a URL it must have.
    Protocol "protocol",
    /// The portal showed its first page again.
    LoginLoop "login_loop",
    /// The login had no answer, and the probe says that it did not succeed.
    NoReply "no_reply",
    /// The login took too long.
    Timeout "timeout",
    /// The logoff did not succeed.
    Logoff "logoff",
    /// The status was not told.
    Status "status",
    /// A redirect wanted the credentials over plain http.
    InsecureRedirect "insecure_redirect",
    /// A redirect to another scheme.
    BadRedirect "bad_redirect",
    /// Too many redirects.
    TooManyRedirects "too_many_redirects",
    /// A URL with user information or without a usable host.
    BadUrl "bad_url",
    /// Too many EAP packets.
    EapLimit "eap_limit",
    /// The EAP peer gave up.
    Eap "eap",
}

/// What a server said beside yes and no.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reply {
    /// ResponseCode.
    pub response_code: Option<ResponseCode>,
    /// FONResponseCode.
    pub fon_response_code: Option<FonResponseCode>,
    /// Texts for the user.
    pub reply_messages: Vec<String>,
}

impl Reply {
    pub(super) fn of(message: &Message<'_>) -> Self {
        Self {
            response_code: message.response_code,
            fon_response_code: message.fon_response_code,
            reply_messages: message.reply_messages.iter().map(|text| text.as_ref().into()).collect(),
        }
    }
}

/// A session after a login.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Session {
    /// Where to log off: what the server said, or else a guess (spec: wispr 7.5).
    pub logoff_url: Option<String>,
    /// The server said where to log off.
    pub logoff_url_given: bool,
    /// Where to ask for the status.
    pub status_url: Option<String>,
    /// A page to show to the user.
    pub redirection_url: Option<String>,
    /// Seconds the session may last, as the server says; 0 from the vendor's gateway means no limit.
    pub max_session_time: Option<u64>,
    /// Texts for the user.
    pub reply_messages: Vec<String>,
    /// What the probe after the login found; nothing if there was none.
    pub verified: Option<bool>,
    /// The last EAP packet, usually EAP-Success.
    pub eap_final: Option<Vec<u8>>,
}

/// What is known of a session's state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatusReport {
    /// Whether there is a session. Nothing when only the ambiguous number of a StatusReply is known.
    pub active: Option<bool>,
    /// The number of a StatusReply as it was read: gateways disagree on what 0 and 1 mean (spec: wispr 3.8, 7.6).
    pub status: Option<u16>,
    /// Seconds the session may last.
    pub max_session_time: Option<u64>,
    /// What else the server said.
    pub reply: Reply,
}

/// What an action of the caller came to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The Internet answers already; nothing was done.
    Online,
    /// Something stands in the way that does not speak WISPr. The user may open this page.
    CaptiveNoWispr {
        /// The URL of the last response.
        url: String,
    },
    /// Logged in.
    LoggedIn(Session),
    /// The credentials were refused.
    Rejected(Reply),
    /// Something else went wrong.
    Failed {
        /// What.
        failure: Failure,
        /// What the server said to it.
        reply: Reply,
    },
    /// The login was aborted.
    Aborted {
        /// The gateway confirmed it, or did not need to be asked.
        confirmed: bool,
    },
    /// Logged off.
    LoggedOff,
    /// The state of the session.
    Status(StatusReport),
}

impl Outcome {
    /// The specification's name of it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::CaptiveNoWispr { .. } => "captive_no_wispr",
            Self::LoggedIn(_) => "logged_in",
            Self::Rejected(_) => "rejected",
            Self::Failed { .. } => "failed",
            Self::Aborted { .. } => "aborted",
            Self::LoggedOff => "logged_off",
            Self::Status(_) => "status",
        }
    }
}

/// What the result of a login means (spec: wispr 7.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LoginVerdict {
    Success,
    Challenge,
    Rejected,
    /// Perhaps logged in already.
    Already,
    Failed(Failure),
    Repeat,
    Pending,
    Restart,
}

pub(super) fn login(message: &Message<'_>) -> LoginVerdict {
    use LoginVerdict as V;
    let code = message.response_code.unwrap_or(ResponseCode::GATEWAY_ERROR);
    match (message.kind, code) {
        (Kind::Redirect, _) => V::Failed(Failure::LoginLoop),
        (Kind::PollNotification, _) | (_, ResponseCode::AUTHENTICATION_PENDING) => V::Pending,
        (_, ResponseCode::LOGIN_SUCCEEDED) => V::Success,
        (_, ResponseCode::CHALLENGED) if message.eap_msg.is_some() => V::Challenge,
        (_, ResponseCode::LOGIN_FAILED) => V::Rejected,
        (_, ResponseCode::AUTH_SERVER_ERROR) if says_already(message) => V::Already,
        (_, ResponseCode::AUTH_SERVER_ERROR) => V::Failed(Failure::AuthServer),
        (_, ResponseCode::NO_AUTH_SERVER) => V::Failed(Failure::NoAuthServer),
        (Kind::AuthenticationPollReply, ResponseCode::LOGOFF_SUCCEEDED) => V::Failed(Failure::NotLoggedOn),
        (_, ResponseCode::PROXY_DETECTION) => V::Repeat,
        (_, ResponseCode::INVALID_STATE) => V::Restart,
        (_, ResponseCode::AAA_MESSAGE_TOO_LARGE | ResponseCode::PROTOCOL_ERROR) => {
            V::Failed(Failure::Protocol)
        }
        _ => V::Failed(Failure::Gateway),
    }
}

fn says_already(message: &Message<'_>) -> bool {
    message.reply_messages.iter().any(|text| text.to_ascii_lowercase().contains("already"))
}

/// What the result of a probe with a message means (spec: wispr 7.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ProbeVerdict {
    Proxy,
    Login,
    Failed(Failure),
}

pub(super) fn probe(message: &Message<'_>) -> ProbeVerdict {
    let code = message.response_code.unwrap_or(ResponseCode::GATEWAY_ERROR);
    match (message.kind, code) {
        // A gateway that failed and says nothing else would be asked the same again.
        (Kind::Proxy, ResponseCode::GATEWAY_ERROR) if message.next_url.is_none() => {
            ProbeVerdict::Failed(Failure::Gateway)
        }
        (Kind::Proxy, _) => ProbeVerdict::Proxy,
        (Kind::Redirect, ResponseCode::NO_ERROR) => ProbeVerdict::Login,
        (_, ResponseCode::NO_AUTH_SERVER) => ProbeVerdict::Failed(Failure::NoAuthServer),
        _ => ProbeVerdict::Failed(Failure::Gateway),
    }
}

/// Whether a logoff succeeded (spec: wispr 7.6).
pub(super) fn logged_off(kept: Option<&Kept>, status: Option<u16>) -> bool {
    match (kept, status) {
        (Some(kept), _) => {
            matches!(kept.code(), ResponseCode::LOGOFF_SUCCEEDED | ResponseCode::INVALID_SESSION)
        }
        (None, Some(status)) => status < 400,
        (None, None) => false,
    }
}

/// What an answer to a status request says (spec: wispr 7.6).
pub(super) fn status(message: &Message<'_>) -> StatusReport {
    let active = match (message.kind, message.response_code) {
        (Kind::AuthenticationPollReply, Some(ResponseCode::LOGIN_SUCCEEDED)) => Some(true),
        (Kind::AuthenticationPollReply, Some(ResponseCode::LOGOFF_SUCCEEDED)) => Some(false),
        (Kind::StatusReply, Some(ResponseCode::INVALID_SESSION)) => Some(false),
        _ => None,
    };
    StatusReport {
        active,
        status: message.status,
        max_session_time: message.max_session_time,
        reply: Reply::of(message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(kind: Kind, code: u16) -> LoginVerdict {
        login(&Message::with_code(kind, ResponseCode(code)))
    }

    #[test]
    fn every_code_of_a_login_has_its_meaning() {
        // spec: wispr 7.5
        use LoginVerdict as V;
        for (code, want) in [
            (50, V::Success),
            (10, V::Failed(Failure::Gateway)),
            (100, V::Rejected),
            (102, V::Failed(Failure::AuthServer)),
            (105, V::Failed(Failure::NoAuthServer)),
            (150, V::Failed(Failure::Gateway)),
            (200, V::Repeat),
            (201, V::Pending),
            (252, V::Restart),
            (253, V::Failed(Failure::Protocol)),
            (254, V::Failed(Failure::Protocol)),
            (255, V::Failed(Failure::Gateway)),
            (77, V::Failed(Failure::Gateway)),
        ] {
            assert_eq!(verdict(Kind::AuthenticationReply, code), want, "{code}");
        }
        assert_eq!(verdict(Kind::AuthenticationPollReply, 150), V::Failed(Failure::NotLoggedOn));
        assert_eq!(verdict(Kind::PollNotification, 0), V::Pending);
        assert_eq!(verdict(Kind::Redirect, 0), V::Failed(Failure::LoginLoop));
    }

    #[test]
    fn a_challenge_needs_a_packet_and_already_needs_the_word() {
        // spec: wispr 7.5
        let mut message = Message::with_code(Kind::EapAuthenticationReply, ResponseCode::CHALLENGED);
        message.eap_msg = Some((&[1, 2, 0, 4][..]).into());
        assert_eq!(login(&message), LoginVerdict::Challenge);
        let mut message = Message::with_code(Kind::AuthenticationReply, ResponseCode::AUTH_SERVER_ERROR);
        message.reply_messages.push("User is ALREADY on".into());
        assert_eq!(login(&message), LoginVerdict::Already);
    }

    #[test]
    fn a_probe_leads_on_or_names_the_trouble() {
        // spec: wispr 7.4
        let verdict = |kind, code| probe(&Message::with_code(kind, ResponseCode(code)));
        assert_eq!(verdict(Kind::Proxy, 200), ProbeVerdict::Proxy);
        assert_eq!(verdict(Kind::Redirect, 0), ProbeVerdict::Login);
        assert_eq!(verdict(Kind::Redirect, 105), ProbeVerdict::Failed(Failure::NoAuthServer));
        assert_eq!(verdict(Kind::Redirect, 255), ProbeVerdict::Failed(Failure::Gateway));
        assert_eq!(verdict(Kind::Proxy, 255), ProbeVerdict::Failed(Failure::Gateway));
        let mut elsewhere = Message::with_code(Kind::Proxy, ResponseCode::GATEWAY_ERROR);
        elsewhere.next_url = Some("/next".into());
        assert_eq!(probe(&elsewhere), ProbeVerdict::Proxy);
    }

    #[test]
    fn the_polarity_of_status_is_not_trusted() {
        // spec: wispr 7.6
        let mut message = Message::with_code(Kind::StatusReply, ResponseCode::NO_ERROR);
        message.status = Some(1);
        assert_eq!((status(&message).active, status(&message).status), (None, Some(1)));
        let poll =
            |code| status(&Message::with_code(Kind::AuthenticationPollReply, ResponseCode(code))).active;
        assert_eq!((poll(50), poll(150)), (Some(true), Some(false)));
    }

    #[test]
    fn names_are_the_specifications() {
        assert_eq!(Failure::InsecureLoginUrl.name(), "insecure_login_url");
        assert_eq!(Outcome::Aborted { confirmed: true }.name(), "aborted");
    }
}
