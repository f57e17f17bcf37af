//! The numbers of WISPr: message types, response codes, and FON's own response codes.
//!
//! All three are open: a number that is not listed here survives a round trip and prints as itself.

use core::fmt;

/// MessageType, the number that repeats a message's element name (spec: wispr 4).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageType(pub u16);

/// ResponseCode, what became of a request (spec: wispr 4).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResponseCode(pub u16);

/// FONResponseCode, FON's finer reason of a refusal (spec: wispr 4).
///
/// Documented with ResponseCode 100, seen with 255 too. Further numbers of 9xx exist in the field.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FonResponseCode(pub u16);

/// Constants, `name`, `Debug`, `Display` and conversions of one open number.
macro_rules! registry {
    ($type:ident { $($(#[$doc:meta])+ $constant:ident = $number:literal $name:literal,)+ }) => {
        impl $type {
            $($(#[$doc])+ pub const $constant: Self = Self($number);)+

            /// The registry's name of the number, if it has one.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some($name),)+
                    _ => None,
                }
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.name() {
                    Some(name) => write!(f, concat!(stringify!($type), "({} {})"), self.0, name),
                    None => write!(f, concat!(stringify!($type), "({})"), self.0),
                }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<u16> for $type {
            fn from(number: u16) -> Self {
                Self(number)
            }
        }

        impl From<$type> for u16 {
            fn from(number: $type) -> Self {
                number.0
            }
        }
    };
}

registry!(MessageType {
    /// Redirect: here is how to log in (spec: wispr 3.1).
    REDIRECT = 100 "Redirect",
    /// Proxy: ask again, here or there (spec: wispr 3.2).
    PROXY = 110 "Proxy",
    /// AuthenticationReply: the result of a login (spec: wispr 3.3).
    AUTHENTICATION_REPLY = 120 "AuthenticationReply",
    /// EAPAuthenticationReply: a round or the result of a login by EAP (2.0, spec: wispr 3.4).
    EAP_AUTHENTICATION_REPLY = 121 "EAPAuthenticationReply",
    /// LogoffReply: the result of a logoff (spec: wispr 3.5).
    LOGOFF_REPLY = 130 "LogoffReply",
    /// AuthenticationPollReply: the result of a poll; gateways answer a login of 1.0 with it too (spec: wispr 3.6).
    AUTHENTICATION_POLL_REPLY = 140 "AuthenticationPollReply",
    /// AbortLoginReply: the result of an abort (spec: wispr 3.7).
    ABORT_LOGIN_REPLY = 150 "AbortLoginReply",
    /// StatusReply: the state of the session (2.0, spec: wispr 3.8).
    STATUS_REPLY = 160 "StatusReply",
    /// PollNotification: the login is pending (2.0, spec: wispr 3.9).
    POLL_NOTIFICATION = 170 "PollNotification",
});

registry!(ResponseCode {
    /// No error.
    NO_ERROR = 0 "no error",
    /// Challenged: another EAP round (2.0).
    CHALLENGED = 10 "challenged",
    /// The login succeeded.
    LOGIN_SUCCEEDED = 50 "login succeeded",
    /// The login failed: rejected.
    LOGIN_FAILED = 100 "login failed",
    /// The authentication server failed or did not answer.
    AUTH_SERVER_ERROR = 102 "authentication server error or timeout",
    /// There is no authentication server, or no route for the realm.
    NO_AUTH_SERVER = 105 "no authentication server",
    /// The logoff succeeded.
    LOGOFF_SUCCEEDED = 150 "logoff succeeded",
    /// The login was aborted.
    LOGIN_ABORTED = 151 "login aborted",
    /// There is no such session (2.0).
    INVALID_SESSION = 152 "invalid session",
    /// Proxy detection: repeat the request.
    PROXY_DETECTION = 200 "proxy detection, repeat",
    /// The authentication is pending (1.0; deprecated in 2.0).
    AUTHENTICATION_PENDING = 201 "authentication pending",
    /// The request does not fit the state: start discovery again (2.0).
    INVALID_STATE = 252 "invalid state",
    /// The AAA message is too large (2.0).
    AAA_MESSAGE_TOO_LARGE = 253 "AAA message too large",
    /// Protocol error (2.0).
    PROTOCOL_ERROR = 254 "protocol error",
    /// Internal error of the access gateway.
    GATEWAY_ERROR = 255 "access gateway internal error",
});

registry!(FonResponseCode {
    /// The login is not valid.
    NOT_AUTHORIZED = 900 "NOT_AUTHORIZED",
    /// There is no credit left.
    NOT_ENOUGH_CREDIT = 901 "NOT_ENOUGH_CREDIT",
    /// There is no such user.
    USER_NOT_FOUND = 902 "USER_NOT_FOUND",
    /// The user is blocked.
    USER_IN_THE_BLACKLIST = 903 "USER_IN_THE_BLACKLIST",
});

impl FonResponseCode {
    /// The code a portal is advised to send for the text of a RADIUS refusal (spec: wispr 4).
    ///
    /// The mapping is a portal's business; the access gateway passes the text on as it is.
    #[must_use]
    pub fn from_radius_reply(reply: &str) -> Self {
        match reply.trim() {
            "NOT_ENOUGH_CREDIT" => Self::NOT_ENOUGH_CREDIT,
            "NO_SUCH_USER" => Self::USER_NOT_FOUND,
            _ => Self::NOT_AUTHORIZED,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn a_known_number_has_a_name_and_an_unknown_one_survives() {
        // spec: wispr 4
        assert_eq!(MessageType::STATUS_REPLY.name(), Some("StatusReply"));
        assert_eq!(ResponseCode(77).name(), None);
        assert_eq!(u16::from(FonResponseCode::from(906)), 906);
        assert_eq!(
            format!("{:?} {}", ResponseCode(50), ResponseCode(50)),
            "ResponseCode(50 login succeeded) 50"
        );
        assert_eq!(format!("{:?}", FonResponseCode(906)), "FonResponseCode(906)");
    }

    #[test]
    fn a_radius_reply_gives_the_advised_code() {
        // spec: wispr 4
        assert_eq!(FonResponseCode::from_radius_reply("NOT_ENOUGH_CREDIT"), FonResponseCode(901));
        assert_eq!(FonResponseCode::from_radius_reply("NO_SUCH_USER"), FonResponseCode(902));
        assert_eq!(FonResponseCode::from_radius_reply("BAD_PASSWORD"), FonResponseCode(900));
        assert_eq!(FonResponseCode::from_radius_reply("SESSION_LIMIT_EXEEDED"), FonResponseCode(900));
    }
}
