//! The smart client: probe, login, polls, EAP, logoff, as a machine without I/O (spec: wispr 5 to 7).
//!
//! The caller performs HTTP requests and tells the time; the machine says which request is next and what came of it.

mod chain;
mod config;
mod leave;
mod login;
mod result;
mod state;

pub use config::{Config, ConfigError, MAX_CREDENTIAL, ProbeExpect};
pub use result::{Failure, Outcome, Reply, Session, StatusReport};

use crate::code::ResponseCode;
use crate::form;
use crate::message::Kind;
use crate::read::Quirks;
use crate::url::{Url, UrlError};
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;
use state::{Login, State, Timers};
use zeroize::Zeroizing;

/// What happened, told to [`Client::handle`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Input<'a> {
    /// Time has passed. Too early is harmless.
    Tick,
    /// Find out where we are, and log in if that is needed. To be called after every (re)association.
    Connect,
    /// The outstanding request was answered.
    Response(Response<'a>),
    /// The outstanding request failed.
    RequestFailed {
        /// [`Request::id`].
        id: u32,
    },
    /// The EAP peer's answer to [`Output::EapIn`].
    EapOut(&'a [u8]),
    /// The EAP peer has no answer and gives up.
    EapFailed,
    /// Give up logging in; in a session, log off.
    Abort,
    /// End the session.
    Logoff,
    /// Ask for the state of the session. `decide`: a StatusReply alone is ambiguous, so ask the probe as well.
    Status {
        /// Whether to find out yes or no.
        decide: bool,
    },
}

/// The answer to a request.
#[derive(Clone, Copy)]
pub struct Response<'a> {
    /// [`Request::id`].
    pub id: u32,
    /// The status.
    pub status: u16,
    /// The `Location` header, if there is one.
    pub location: Option<&'a str>,
    /// The URL that answered, if it is another than [`Request::url`].
    pub url: Option<&'a str>,
    /// The body, whatever the status. More than [`crate::read::MAX_INPUT`] octets are not needed.
    pub body: &'a [u8],
}

impl fmt::Debug for Response<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The Location of a login carries the user name and the disguised password.
        f.debug_struct("Response")
            .field("id", &self.id)
            .field("status", &self.status)
            .field("location", &self.location.map(without_query))
            .field("body_len", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// What the caller has to do, from [`Client::poll_output`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Output {
    /// Perform this request and no other; one that is still under way is no longer wanted.
    Request(Request),
    /// Hand this EAP packet to the peer and its answer to [`Input::EapOut`].
    EapIn(Vec<u8>),
    /// Something to show or to log.
    Event(Event),
    /// The action is over: the result of Connect, Abort, Logoff or Status. No request is wanted any more.
    Done(Outcome),
    /// Nothing to do before then, unless an input comes. [`Duration::MAX`] when no timer runs.
    WaitUntil(Duration),
}

/// Something to show or to log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The machine is in another state now.
    Changed(&'static str),
    /// A message was read.
    Message {
        /// Its kind.
        kind: Kind,
        /// Its code.
        code: Option<ResponseCode>,
        /// Whether it fits the exchange.
        kept: bool,
        /// What was wrong with the page.
        quirks: Quirks,
    },
    /// The hotspot was found.
    Hotspot(Hotspot),
}

/// What a Redirect says of the hotspot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hotspot {
    /// The host credentials are posted to.
    pub login_host: String,
    /// VersionHigh.
    pub version_high: Option<String>,
    /// VersionLow.
    pub version_low: Option<String>,
    /// AccessLocation.
    pub access_location: Option<String>,
    /// LocationName.
    pub location_name: Option<String>,
    /// EAP is offered.
    pub eap: bool,
}

/// The method of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// GET.
    Get,
    /// POST.
    Post,
}

impl Method {
    /// The method as it stands in a request line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// A request to perform.
///
/// Do not follow redirects: the machine does. Give back the cookies that were set since Connect to the hosts that set
/// them, send none from elsewhere, and drop them after [`Output::Done`].
#[derive(Clone)]
#[non_exhaustive]
pub struct Request {
    /// Its number, to be repeated in the answer.
    pub id: u32,
    /// Its method.
    pub method: Method,
    /// Its absolute URL, without a fragment and with nothing that cannot stand in a request line.
    pub url: String,
    /// Its body, a form of [`form::CONTENT_TYPE`]; wiped when dropped.
    pub body: Option<Zeroizing<String>>,
    /// Its `User-Agent` header.
    pub user_agent: String,
    /// It carries credentials.
    pub credentials: bool,
    /// The server must be authenticated by TLS before anything is sent. Not set for credentials over plain http, which
    /// the caller must have allowed.
    pub authenticate: bool,
    /// How long it may take; the machine keeps that time itself.
    pub timeout: Duration,
}

impl Request {
    /// The `Content-Type` header, if there is a body.
    #[must_use]
    pub fn content_type(&self) -> Option<&'static str> {
        self.body.as_ref().map(|_| form::CONTENT_TYPE)
    }

    /// The parts of the URL.
    ///
    /// # Errors
    /// Never for a request that came from a client.
    pub fn parsed_url(&self) -> Result<Url<'_>, UrlError> {
        Url::parse(&self.url)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("id", &self.id)
            .field("method", &self.method)
            .field("url", &without_query(&self.url))
            .field("body", &self.body.as_ref().map(|_| "[secret]"))
            .field("credentials", &self.credentials)
            .field("authenticate", &self.authenticate)
            .finish_non_exhaustive()
    }
}

/// A URL without what may be secret in it.
fn without_query(url: &str) -> &str {
    url.split_once('?').map_or(url, |(before, _)| before)
}

/// The smart client.
///
/// # Contract
/// Call [`Client::handle`] once, then [`Client::poll_output`] until it says [`Output::WaitUntil`], then wait for that
/// time or for the next input, and begin again. `now` counts from any fixed moment and must not run backwards. One
/// request is outstanding at most. An input that does not fit the state is ignored and counted.
///
/// After Connect there is exactly one [`Output::Done`], however the network behaves: every request, wait, redirect,
/// poll and EAP round is limited by the [`Config`]. Credentials leave the machine in a [`Request`] with `credentials`
/// set, and only to a LoginURL, or by a redirect that repeats the request, that passes the checks of the `Config`.
pub struct Client {
    config: Config,
    now: Duration,
    state: State,
    timers: Timers,
    chain: Option<chain::Chain>,
    request_id: u32,
    login: Option<Login>,
    session: Option<Session>,
    outputs: VecDeque<Output>,
    proxies: u32,
    restarted: bool,
    ignored: u64,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("state", &self.state_name())
            .field("config", &self.config)
            .field("ignored", &self.ignored)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// A client that does nothing yet.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn new(config: Config, now: Duration) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self {
            config,
            now,
            state: State::Idle,
            timers: Timers::default(),
            chain: None,
            request_id: 0,
            login: None,
            session: None,
            outputs: VecDeque::new(),
            proxies: 0,
            restarted: false,
            ignored: 0,
        })
    }

    /// A client that continues a session which an earlier client reported: to log off or to ask for the status.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn resume(config: Config, session: Session, now: Duration) -> Result<Self, ConfigError> {
        let mut client = Self::new(config, now)?;
        client.session = Some(session);
        client.state = State::LoggedIn;
        Ok(client)
    }

    /// What to do next; [`Output::WaitUntil`] when there is nothing.
    pub fn poll_output(&mut self) -> Output {
        self.outputs.pop_front().unwrap_or_else(|| Output::WaitUntil(self.next_timer()))
    }

    /// When the next timer ends; [`Duration::MAX`] when none runs.
    #[must_use]
    pub fn next_timer(&self) -> Duration {
        self.timers.next()
    }

    /// The state's name.
    #[must_use]
    pub const fn state_name(&self) -> &'static str {
        self.state.name()
    }

    /// The session, from a login on until it is ended.
    #[must_use]
    pub const fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    /// How many inputs did not fit the state.
    #[must_use]
    pub const fn ignored(&self) -> u64 {
        self.ignored
    }
}
