//! What happens to the client (spec: discovery 14).

use crate::oauth::request::{State, Verifier};
use crate::oauth::token::TokenRecord;
use crate::secret::Secret;
use std::fmt;

/// Which request an answer belongs to. Only the latest of its kind is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestId {
    /// What was asked for.
    pub kind: RequestKind,
    pub(crate) serial: u32,
}

/// What a request asks for. `Display` gives the names of section 14.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RequestKind {
    /// The list.
    Discovery,
    /// The service document of a let's wifi server.
    LetsWifi,
    /// A token.
    Token,
    /// The EAP configuration.
    Configuration,
}

impl fmt::Display for RequestKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Discovery => "discovery",
            Self::LetsWifi => "letswifi",
            Self::Token => "token",
            Self::Configuration => "eapconfig",
        })
    }
}

/// What was stored for the channel; everything may be missing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cached<'a> {
    /// The list as it was fetched.
    pub body: Option<&'a [u8]>,
    /// Its `ETag`.
    pub etag: Option<&'a str>,
    /// Its `Last-Modified`.
    pub last_modified: Option<&'a str>,
    /// When it was fetched, in seconds since 1970.
    pub fetched_at: Option<i64>,
    /// Its lifetime in seconds.
    pub max_age: Option<u32>,
    /// The highest number ever accepted; it outlives the body.
    pub max_seq: Option<u64>,
}

/// An HTTP answer, its content decoded. `Debug` leaves out the body, which may hold a token.
#[derive(Clone)]
pub struct Answer<'a> {
    /// The status.
    pub status: u16,
    /// Names, in any case, and values.
    pub headers: &'a [(&'a str, &'a str)],
    /// At most the number of octets that the request allowed.
    pub body: Vec<u8>,
    /// When it came, in seconds since 1970.
    pub now: i64,
}

impl fmt::Debug for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("octets", &self.body.len())
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

impl<'a> Answer<'a> {
    /// The first value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.values(name).next()
    }

    /// All values of a header.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    /// Whether the status is 200 to 299.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Something happened. `Debug` leaves out what the browser brought back.
#[non_exhaustive]
pub enum Event<'a> {
    /// The user has opened the client.
    Start,
    /// The answer to [`super::Action::LoadCache`].
    Cache {
        /// Seconds since 1970.
        now: i64,
        /// What was found.
        cached: Cached<'a>,
    },
    /// The answer to [`super::Action::Http`].
    Http {
        /// Of the request.
        id: RequestId,
        /// The answer.
        answer: Answer<'a>,
    },
    /// There was no answer to [`super::Action::Http`], or not all of it, or more than it allowed.
    HttpFailed {
        /// Of the request.
        id: RequestId,
    },
    /// The user has chosen an institution.
    SelectInstitution {
        /// Its id.
        id: &'a str,
    },
    /// The user has chosen a profile.
    SelectProfile {
        /// Its id.
        id: &'a str,
    },
    /// The answer to [`super::Action::LoadToken`].
    Token {
        /// What was found.
        token: Option<TokenRecord>,
        /// Seconds since 1970.
        now: i64,
    },
    /// Another answer to [`super::Action::LoadToken`]: there is no usable access token, but a refresh token, and a new
    /// access token is to be had without the user. Where the server does not take it, the whole procedure begins, which
    /// needs the user after all.
    RefreshToken {
        /// As it came with [`super::Action::StoreToken`].
        refresh_token: Secret,
        /// Seconds since 1970.
        now: i64,
    },
    /// The answer to [`super::Action::Listen`]; the secrets are fresh ones for this attempt.
    Listening {
        /// The port that the system gave; any number with a custom scheme.
        port: u16,
        /// Made from 32 octets of randomness.
        verifier: Verifier,
        /// Made from 32 other octets of randomness.
        state: State,
    },
    /// The listener got a request, or the platform a URL of the custom scheme.
    Callback {
        /// Names the connection in [`super::Action::Respond`].
        connection: u64,
        /// `GET` for a URL of a custom scheme.
        method: &'a str,
        /// As the request line has it, or the whole URL.
        target: &'a str,
        /// Seconds since 1970.
        now: i64,
    },
    /// The user has given up, or the caller for him.
    Cancel,
}

impl fmt::Debug for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("Start"),
            Self::Cache { now, .. } => write!(f, "Cache(now {now})"),
            Self::Http { id, answer } => write!(f, "Http({}, {answer:?})", id.kind),
            Self::HttpFailed { id } => write!(f, "HttpFailed({})", id.kind),
            Self::SelectInstitution { id } => write!(f, "SelectInstitution({id:?})"),
            Self::SelectProfile { id } => write!(f, "SelectProfile({id:?})"),
            Self::Token { token, now } => write!(f, "Token({token:?}, now {now})"),
            Self::RefreshToken { now, .. } => write!(f, "RefreshToken(now {now})"),
            Self::Listening { port, .. } => write!(f, "Listening(port {port})"),
            Self::Callback { connection, method, now, .. } => {
                write!(f, "Callback(connection {connection}, {method}, now {now})")
            }
            Self::Cancel => f.write_str("Cancel"),
        }
    }
}
