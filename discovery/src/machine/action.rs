//! What the client wants done (spec: discovery 14).

use super::event::RequestId;
use crate::cache::CacheEntry;
use crate::document::DecodeError;
use crate::fetch::BodyKind;
use crate::flow::FlowError;
use crate::model::ProfileChoice;
use crate::oauth::callback::{Page, ServerError, presentable};
use crate::oauth::token::{TokenError, TokenRecord};
use crate::secret::Secret;
use crate::url::{UrlError, VerifiedUrl};
use std::fmt;
use std::net::IpAddr;
use zeroize::Zeroizing;

/// HTTP methods that are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Without a body.
    Get,
    /// With a body, which may be empty (`Content-Length: 0`).
    Post,
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Self::Get { "GET" } else { "POST" })
    }
}

/// A request header. The value of `Authorization` is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    /// Its name.
    pub name: &'static str,
    /// Its value, wiped on drop.
    pub value: Zeroizing<String>,
    secret: bool,
}

impl Header {
    pub(super) fn new(name: &'static str, value: &str) -> Self {
        Self { name, value: Zeroizing::new(value.to_owned()), secret: false }
    }

    pub(super) fn secret(name: &'static str, parts: &[&str]) -> Self {
        Self { name, value: Zeroizing::new(parts.concat()), secret: true }
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, if self.secret { "[secret]" } else { &self.value })
    }
}

/// A request to be sent as it is. Redirections are not to be followed but reported.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// To be given back with the answer.
    pub id: RequestId,
    /// The method.
    pub method: Method,
    /// The URL.
    pub url: VerifiedUrl,
    /// Headers beyond those of the transport.
    pub headers: Vec<Header>,
    /// The body; present with POST, wiped on drop.
    pub body: Option<Zeroizing<String>>,
    /// Octets of the decoded body after which to stop reading and to report a failure.
    pub max_octets: usize,
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("id", &self.id)
            .field("method", &self.method)
            .field("url", &self.url)
            .field("headers", &self.headers)
            .field("body", &self.body.as_ref().map(|_| "[secret]"))
            .field("max_octets", &self.max_octets)
            .finish()
    }
}

/// A URL for the browser. `Debug` leaves out the query, which may hold the secret `state`.
#[derive(Clone, PartialEq, Eq)]
pub struct BrowserUrl(Zeroizing<String>);

impl BrowserUrl {
    pub(super) fn new(url: &str) -> Self {
        Self(Zeroizing::new(url.to_owned()))
    }

    /// The whole URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for BrowserUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0.split('?').next().unwrap_or_default(), f)
    }
}

/// Where a shown list comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// Just fetched.
    Network,
    /// Stored by an earlier run.
    Cache,
    /// Shipped with the program.
    Embedded,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Network => "network",
            Self::Cache => "cache",
            Self::Embedded => "embedded",
        })
    }
}

/// How a way through the client ends well.
#[derive(Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The page is open in the browser; nothing comes back.
    Redirect,
    /// The EAP configuration; it may hold credentials and is not printed.
    EapConfig(Vec<u8>),
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Redirect => f.write_str("Redirect"),
            Self::EapConfig(body) => write!(f, "EapConfig([{} octets])", body.len()),
        }
    }
}

/// What went wrong. `Display` gives the kind as section 14 spells it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// No answer.
    Offline,
    /// An older list than one that was accepted before.
    Rollback,
    /// Another list with the number of the active one.
    SameSeqDifferentContent,
    /// The list's number claims a date in the future; it is used, but later ones need not exceed it.
    ImplausibleSeq,
    /// The list is not readable.
    BadDocument(DecodeError),
    /// The list has no number.
    MissingSeq,
    /// A status outside 200 to 299.
    HttpStatus(u16),
    /// An HTTP redirection to something that is no URL for us.
    BadRedirection(UrlError),
    /// More than [`super::MAX_REDIRECTIONS`].
    TooManyRedirections,
    /// The profile cannot be used; nothing was opened.
    ProfileUnavailable(FlowError),
    /// A direct profile whose server wants authorization.
    ProfileRequiresAuthorization,
    /// No institution has this id.
    UnknownInstitution,
    /// No profile has this id.
    UnknownProfile,
    /// The service document is not usable.
    BadLetsWifiDocument,
    /// The user has refused; the server's word for it.
    AuthorizationDenied(String),
    /// The authorization server reports an error.
    AuthorizationFailed(ServerError),
    /// Ten wrong callbacks.
    TooManyBadCallbacks,
    /// The token endpoint gave no token.
    Token(TokenError),
    /// The token had expired when it came.
    TokenExpired,
    /// The server refuses a token that it has just given.
    AccessDenied,
    /// What came is no EAP configuration.
    NotAnEapConfig(BodyKind),
    /// The EAP configuration is too large.
    TooLarge,
}

impl Problem {
    /// Whether trying again may help.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        !matches!(
            self,
            Self::ProfileUnavailable(_)
                | Self::ProfileRequiresAuthorization
                | Self::UnknownInstitution
                | Self::UnknownProfile
        )
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offline => f.write_str("offline"),
            Self::Rollback => f.write_str("rollback"),
            Self::SameSeqDifferentContent => f.write_str("same_seq_different_content"),
            Self::ImplausibleSeq => f.write_str("implausible_seq"),
            Self::BadDocument(error) => write!(f, "bad_document:{}", error.code()),
            Self::MissingSeq => f.write_str("bad_document:missing_seq"),
            Self::HttpStatus(status) => write!(f, "http_status:{status}"),
            Self::BadRedirection(error) => write!(f, "bad_redirection:{}", error.code()),
            Self::TooManyRedirections => f.write_str("too_many_redirections"),
            Self::ProfileUnavailable(error) => write!(f, "profile_unavailable:{error}"),
            Self::ProfileRequiresAuthorization => f.write_str("profile_requires_authorization"),
            Self::UnknownInstitution => f.write_str("unknown_institution"),
            Self::UnknownProfile => f.write_str("unknown_profile"),
            Self::BadLetsWifiDocument => f.write_str("bad_letswifi_document"),
            Self::AuthorizationDenied(error) => write!(f, "authorization_denied:{error}"),
            Self::AuthorizationFailed(said) => {
                write!(f, "authorization_server_error:{}", presentable(&said.error))
            }
            Self::TooManyBadCallbacks => f.write_str("too_many_bad_callbacks"),
            Self::Token(error) => write!(f, "token:{error}"),
            Self::TokenExpired => f.write_str("token:expired"),
            Self::AccessDenied => f.write_str("access_denied"),
            Self::NotAnEapConfig(kind) => write!(f, "not_an_eap_config:{kind}"),
            Self::TooLarge => f.write_str("too_large"),
        }
    }
}

/// Something to do, in the order given.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// Load what is stored for the channel and answer with [`super::Event::Cache`].
    LoadCache,
    /// Store a new list in place of the old one.
    StoreCache {
        /// What to store beside the body.
        entry: CacheEntry,
        /// The list as it was fetched.
        body: Vec<u8>,
    },
    /// The list that is shown is still the right one, and not stale any more: store this and leave the stored body, if
    /// there is one, as it is.
    TouchCache(CacheEntry),
    /// Send a request and answer with [`super::Event::Http`] or [`super::Event::HttpFailed`].
    Http(HttpRequest),
    /// Show the list of [`super::Client::document`], for the first time or in place of another.
    ShowInstitutions {
        /// How many there are.
        count: usize,
        /// Where it comes from.
        source: Source,
        /// Its number; an embedded copy may have none.
        seq: Option<u64>,
        /// Whether it may be out of date.
        stale: bool,
    },
    /// Let the user choose a profile.
    ShowProfiles {
        /// Id of the institution.
        institution: String,
        /// Its profiles in the order of the list.
        profiles: Vec<ProfileChoice>,
    },
    /// Load the token stored under this key and answer with [`super::Event::Token`] or
    /// [`super::Event::RefreshToken`].
    LoadToken {
        /// Token endpoint and client id.
        key: String,
    },
    /// Store a token, best in the system's keyring.
    StoreToken {
        /// Token endpoint and client id.
        key: String,
        /// The token.
        record: TokenRecord,
        /// The refresh token, if the server gave one: for renewal without a user, when the caller asks for it.
        refresh_token: Option<Secret>,
    },
    /// Delete the token stored under this key.
    DeleteToken {
        /// Token endpoint and client id.
        key: String,
    },
    /// Listen on port 0 of this loopback address and answer with [`super::Event::Listening`].
    Listen {
        /// `None`: nothing to open, the platform delivers a custom scheme; answer all the same.
        address: Option<IpAddr>,
    },
    /// Close the listener.
    CloseListener,
    /// Open the system's browser; also show the URL for copying, since opening fails silently on some systems.
    OpenBrowser {
        /// The URL.
        url: BrowserUrl,
    },
    /// Answer a request to the listener, with [`Page::HEADERS`].
    Respond {
        /// Of [`super::Event::Callback`].
        connection: u64,
        /// Status and body.
        page: Page,
    },
    /// Bring the application's window to the front.
    RaiseWindow,
    /// Tell the user by the way; what is shown stays.
    Notice(Problem),
    /// Tell the user that the attempt has ended.
    Error {
        /// Why.
        problem: Problem,
        /// Whether to offer another try.
        retryable: bool,
    },
    /// The client's work is done.
    Done(Outcome),
    /// What was under way has been given up.
    Cancelled,
}
