//! The machine: inputs, outputs, time.

use super::client::{Client, ClientInfo, ClientView, State};
use super::config::{Config, ConfigError};
use super::credentials::Credentials;
use super::id::{Mac, SessionId};
use super::local::LocalFile;
use super::login::Pending;
use super::radius::{AccountingKind, Moment, accounting_request};
use super::request::Request;
use super::response::Response;
use super::session::{CHECK_INTERVAL, Counters, Parameters, Session, TerminateCause, Usage};
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, VecDeque};
use alloc::vec::Vec;
use core::fmt;
use core::net::Ipv4Addr;
use core::time::Duration;
use radius_codec::auth::RequestHeader;
use radius_codec::dict::rfc3576;
use radius_codec::random::Random;
use radius_codec::{AttributeWriter as _, Code, EncodeError, Packet, PacketBuilder, Secret, client};

/// How long a request may wait for its answer (spec: uam 2).
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(120);

/// The caller's number of an HTTP request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub u64);

/// The machine's number of a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LoginId(pub u64);

/// What the caller tells the machine.
#[derive(Debug)]
#[non_exhaustive]
pub enum Input<'a> {
    /// Time has passed.
    Tick,
    /// A client got a lease, or renewed it.
    Lease {
        /// Its address.
        ip: Ipv4Addr,
        /// Its hardware address.
        mac: Mac,
        /// Its 802.1Q tag.
        vlan: Option<u16>,
    },
    /// A client gave its lease back, or the lease ran out.
    Release {
        /// Its address.
        ip: Ipv4Addr,
    },
    /// An HTTP request. It is answered once: by `Respond`, `Close` or `LocalFile`.
    Request {
        /// The caller's number of it.
        id: RequestId,
        /// The request.
        request: Request<'a>,
    },
    /// The connection of a request that waits for its answer is gone. The login goes on.
    RequestGone(RequestId),
    /// What became of an `Authenticate` or `AskHandler`.
    LoginResult {
        /// Which login.
        login: LoginId,
        /// Its result.
        result: LoginResult<'a>,
    },
    /// A verified answer to an accounting record. It matters with the option `acctupdate` only.
    AccountingReply {
        /// The session of the record.
        session_id: SessionId,
        /// The answer.
        packet: &'a Packet<'a>,
    },
    /// A verified CoA-Request or Disconnect-Request from an address that may send one.
    Dynamic {
        /// The caller's number of it.
        id: RequestId,
        /// The request.
        packet: &'a Packet<'a>,
    },
    /// What was counted for a session. Best every 3 s, and before a request or command that may end the session.
    Traffic {
        /// Which session.
        session_id: SessionId,
        /// What was counted since the session began. Counters that fall are taken as started again.
        usage: Usage,
        /// When the client sent its last packet, on the clock of `now`. `None`: the counters show it.
        last_active: Option<Duration>,
    },
    /// A command of the operator.
    Command(Command<'a>),
    /// The gateway stops: all sessions end.
    Shutdown,
}

/// What became of a login.
#[derive(Debug)]
#[non_exhaustive]
pub enum LoginResult<'a> {
    /// A verified answer of a RADIUS server.
    Reply(&'a Packet<'a>),
    /// No RADIUS server answered.
    Timeout,
    /// The request could not be sent, or its answers were unusable.
    Failed,
    /// The external handler ended (spec: fon-api 2.2).
    Handler {
        /// Its exit status; `None` if it could not be run or was killed by a signal.
        exit: Option<i32>,
        /// What it printed.
        output: &'a [u8],
    },
    /// The external handler took too long and was killed.
    HandlerTimeout,
}

/// Which client a command is about: everything that is given must fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selector<'a> {
    /// Its address.
    pub ip: Option<Ipv4Addr>,
    /// Its hardware address.
    pub mac: Option<Mac>,
    /// Its session id; letter case does not matter.
    pub session_id: Option<&'a str>,
}

impl Selector<'_> {
    /// The client with this address.
    #[must_use]
    pub const fn ip(ip: Ipv4Addr) -> Self {
        Self { ip: Some(ip), mac: None, session_id: None }
    }

    /// The client with this hardware address.
    #[must_use]
    pub const fn mac(mac: Mac) -> Self {
        Self { ip: None, mac: Some(mac), session_id: None }
    }

    pub(super) fn fits(&self, client: &Client) -> bool {
        (self.ip.is_some() || self.mac.is_some() || self.session_id.is_some())
            && self.ip.is_none_or(|ip| ip == client.ip)
            && self.mac.is_none_or(|mac| mac == client.mac)
            && self.session_id.is_none_or(|id| client.session_id().matches(id.as_bytes()))
    }
}

/// A command of the operator (spec: fon-api 4). One about an unknown client does nothing: ask [`Gateway::find`] first.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Command<'a> {
    /// Opens a session without a login, lifts a block, or replaces the parameters of a session.
    Authorize {
        /// Whose.
        client: Selector<'a>,
        /// The user's name, if it is to be set.
        user_name: Option<&'a [u8]>,
        /// What the session may do; 0 stands for the configured default.
        parameters: Parameters,
        /// Whether accounting is sent.
        accounting: bool,
    },
    /// Logs a client in by RADIUS.
    Login {
        /// Whom.
        client: Selector<'a>,
        /// The user's name.
        user_name: &'a [u8],
        /// The password in clear.
        password: &'a [u8],
    },
    /// Replaces all parameters of a session.
    Update {
        /// Whose.
        client: Selector<'a>,
        /// What the session may do; 0 stands for the configured default.
        parameters: Parameters,
    },
    /// Ends a session.
    Logout {
        /// Whose.
        client: Selector<'a>,
    },
    /// Drops all traffic of a client.
    Block {
        /// Whose.
        client: Selector<'a>,
    },
    /// Ends a session and forgets the client.
    Release {
        /// Whose.
        client: Selector<'a>,
    },
}

/// What the machine tells the caller.
#[derive(Debug)]
#[non_exhaustive]
pub enum Output {
    /// Answer a request and close its connection.
    Respond {
        /// The caller's number of the request.
        request: RequestId,
        /// The answer.
        response: Response,
    },
    /// Close the connection of a request without an answer.
    Close {
        /// The caller's number of the request.
        request: RequestId,
    },
    /// Answer a request with a local file, with [`Response::local_file`] or [`Response::not_found`].
    LocalFile {
        /// The caller's number of the request.
        request: RequestId,
        /// Which file.
        file: LocalFile,
    },
    /// Ask the RADIUS servers, and come back with [`Input::LoginResult`].
    Authenticate(Login),
    /// Run the external handler's `login`, and come back with [`Input::LoginResult`].
    AskHandler(Login),
    /// The result of this login is not wanted any more; one that comes is ignored.
    CancelLogin(LoginId),
    /// Send an accounting record.
    Account(Accounting),
    /// Answer a CoA-Request or Disconnect-Request.
    AnswerDynamic(DynamicAnswer),
    /// Something happened that the data plane or the handler has to know.
    Event(Event),
    /// Nothing more to do before this time, or before the next input.
    WaitUntil(Duration),
}

/// A login that somebody has to decide about.
#[non_exhaustive]
pub struct Login {
    /// Its number, for the result.
    pub id: LoginId,
    /// Who wants in.
    pub client: ClientInfo,
    /// The user's name, as typed.
    pub user_name: Vec<u8>,
    /// How the user proves to be one.
    pub credentials: Credentials,
    /// The Access-Request, in the order of attributes of spec radius-profile 2: for the RADIUS client machine, or to
    /// be written with its `write_to`.
    pub request: client::Request,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("id", &self.id)
            .field("client", &self.client)
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

/// An accounting record.
#[derive(Debug)]
#[non_exhaustive]
pub struct Accounting {
    /// What it tells.
    pub kind: AccountingKind,
    /// Its session; none for On and Off.
    pub session_id: Option<SessionId>,
    /// The Accounting-Request, in the order of attributes of spec radius-profile 6.
    pub request: client::Request,
}

/// The answer to a CoA-Request or Disconnect-Request (RFC 5176).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DynamicAnswer {
    /// The caller's number of the request.
    pub id: RequestId,
    /// ACK or NAK.
    pub code: Code,
    /// Error-Cause of a NAK.
    pub error_cause: Option<u32>,
}

impl DynamicAnswer {
    /// Writes the answer and returns its length in octets.
    ///
    /// # Errors
    /// When the buffer is too small, or the header is not of a request that this answers.
    pub fn write_to(
        &self,
        out: &mut [u8],
        request: &RequestHeader,
        secret: &Secret,
    ) -> Result<usize, EncodeError> {
        let mut packet = PacketBuilder::reply(out, self.code, request);
        if let Some(cause) = self.error_cause {
            packet.integer(rfc3576::ERROR_CAUSE, cause);
        }
        packet.finish(secret)
    }
}

/// Something that happened.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// A client has a lease (`dhcp-lease`).
    ClientAdded(ClientInfo),
    /// A client has no lease any more (`dhcp-release`).
    ClientRemoved(ClientInfo),
    /// A client's traffic is dropped.
    ClientBlocked(ClientInfo),
    /// A session began (`session-start`). A splash page may come first: see the client's state.
    SessionOpened(Box<SessionInfo>),
    /// A session's parameters or its state changed.
    SessionChanged(Box<SessionInfo>),
    /// A session's interim interval is over (`session-update`).
    SessionUpdated(Box<SessionInfo>),
    /// A session ended (`session-stop`).
    SessionClosed {
        /// The session.
        session: Box<SessionInfo>,
        /// Why.
        cause: TerminateCause,
    },
}

/// A session at a moment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SessionInfo {
    /// Whose it is.
    pub client: ClientInfo,
    /// The session.
    pub session: Session,
    /// Seconds since it began.
    pub session_time: u64,
    /// Seconds since the client's last packet.
    pub idle_time: u64,
    /// What was counted, as input and output.
    pub counters: Counters,
}

/// The access gateway.
///
/// The contract: call [`handle`](Self::handle) once, drain [`poll_output`](Self::poll_output) up to
/// [`Output::WaitUntil`], wait for an input until then, repeat. A `Tick` too early is harmless. `now` counts from any
/// fixed moment and must not run backwards (if it does, it stands still); `unix_seconds` is the time of day and may
/// jump. An input that does not fit the state is ignored and counted.
pub struct Gateway {
    pub(super) config: Config,
    pub(super) random: Box<dyn Random + Send>,
    pub(super) now: Duration,
    pub(super) unix_seconds: i64,
    pub(super) clients: BTreeMap<Ipv4Addr, Client>,
    pub(super) units: Vec<Unit>,
    pub(super) logins: BTreeMap<LoginId, Pending>,
    pub(super) last_login: u64,
    pub(super) ignored: u64,
    /// When the limits are checked next; none without sessions.
    pub(super) next_check: Option<Duration>,
    outputs: VecDeque<Output>,
}

/// A port number that a client may get.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Unit {
    pub(super) taken: bool,
    /// The time in the last session id of this port; the next one is later.
    pub(super) last_stamp: u32,
}

impl Gateway {
    /// A gateway without clients.
    ///
    /// `random` makes the challenges and has to be unpredictable.
    ///
    /// # Errors
    /// What is wrong with the configuration.
    pub fn new(
        config: Config,
        random: impl Random + Send + 'static,
        now: Duration,
        unix_seconds: i64,
    ) -> Result<Self, ConfigError> {
        config.check()?;
        let mut gateway = Self {
            config,
            random: Box::new(random),
            now,
            unix_seconds,
            clients: BTreeMap::new(),
            units: Vec::new(),
            logins: BTreeMap::new(),
            last_login: 0,
            ignored: 0,
            next_check: None,
            outputs: VecDeque::new(),
        };
        gateway.account_gateway(AccountingKind::On);
        Ok(gateway)
    }

    /// Takes one input at `now`, a time since any fixed moment, and `unix_seconds`, the time of day.
    pub fn handle(&mut self, now: Duration, unix_seconds: i64, input: Input<'_>) {
        self.now = self.now.max(now);
        self.unix_seconds = unix_seconds;
        self.advance();
        match input {
            Input::Tick => {}
            Input::Lease { ip, mac, vlan } => self.on_lease(ip, mac, vlan),
            Input::Release { ip } => self.release(ip, TerminateCause::LostCarrier),
            Input::Request { id, request } => self.on_request(id, &request.cut()),
            Input::RequestGone(id) => self.on_request_gone(id),
            Input::LoginResult { login, result } => self.on_login_result(login, &result),
            Input::AccountingReply { session_id, packet } => self.on_accounting_reply(session_id, packet),
            Input::Dynamic { id, packet } => self.on_dynamic(id, packet),
            Input::Traffic { session_id, usage, last_active } => {
                self.on_traffic(session_id, usage, last_active);
            }
            Input::Command(command) => self.on_command(command),
            Input::Shutdown => self.on_shutdown(),
        }
    }

    /// The next thing to do. `WaitUntil` comes when there is nothing left, and again until the next input.
    pub fn poll_output(&mut self) -> Output {
        self.outputs.pop_front().unwrap_or_else(|| Output::WaitUntil(self.next_timer()))
    }

    /// When [`Input::Tick`] is due at the latest; `Duration::MAX` if never.
    #[must_use]
    pub fn next_timer(&self) -> Duration {
        let logins = self.logins.values().map(Pending::next_deadline).min();
        logins.into_iter().chain(self.next_check).min().unwrap_or(Duration::MAX)
    }

    /// The client that a selector names.
    #[must_use]
    pub fn find(&self, selector: &Selector<'_>) -> Option<ClientView<'_>> {
        self.clients.values().find(|client| selector.fits(client)).map(ClientView)
    }

    /// All clients, by address.
    pub fn clients(&self) -> impl Iterator<Item = ClientView<'_>> {
        self.clients.values().map(ClientView)
    }

    /// How many inputs did not fit the state: late results, reports of ended sessions, leases beyond `maxclients`.
    #[must_use]
    pub const fn ignored(&self) -> u64 {
        self.ignored
    }

    /// The configuration.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Replaces the configuration. Sessions go on with the parameters they have.
    ///
    /// # Errors
    /// What is wrong with the new one; then the old one stays.
    pub fn reconfigure(&mut self, config: Config) -> Result<(), ConfigError> {
        config.check()?;
        self.config = config;
        Ok(())
    }

    pub(super) fn push(&mut self, output: Output) {
        self.outputs.push_back(output);
    }

    pub(super) const fn ignore(&mut self) {
        self.ignored = self.ignored.saturating_add(1);
    }

    pub(super) const fn moment(&self) -> Moment {
        Moment { now: self.now, unix_seconds: self.unix_seconds }
    }

    /// Does what time has made due.
    fn advance(&mut self) {
        self.expire_logins();
        if self.next_check.is_none_or(|due| self.now < due) {
            return;
        }
        let with_session: Vec<_> =
            self.clients.values().filter(|c| c.session().is_some()).map(|c| c.ip).collect();
        self.next_check = (!with_session.is_empty()).then(|| self.now.saturating_add(CHECK_INTERVAL));
        for ip in with_session {
            self.check_session(ip);
        }
    }

    fn check_session(&mut self, ip: Ipv4Addr) {
        let (now, unix_seconds, swapoctets) = (self.now, self.unix_seconds, self.config.swapoctets);
        let Some(session) = self.clients.get_mut(&ip).and_then(Client::session_mut) else { return };
        if let Some(cause) = session.passed_limit(now, unix_seconds, swapoctets) {
            self.close_session(ip, cause);
        } else if session.take_interim(now) {
            self.account(ip, AccountingKind::Interim);
            self.session_event(ip, Event::SessionUpdated);
        }
    }

    /// Puts a session in place of whatever state the client had.
    pub(super) fn open_session(&mut self, ip: Ipv4Addr, session: Session) {
        let Some(client) = self.clients.get_mut(&ip) else { return };
        client.user_name.clone_from(&session.user_name);
        client.state = State::In(Box::new(session));
        let due = self.now.saturating_add(CHECK_INTERVAL);
        self.next_check.get_or_insert(due);
        self.session_event(ip, Event::SessionOpened);
    }

    /// Ends the client's session, if it has one (spec: uam 5.3).
    pub(super) fn close_session(&mut self, ip: Ipv4Addr, cause: TerminateCause) {
        let Some(mut info) = self.session_info(ip) else { return };
        self.account(ip, AccountingKind::Stop(cause));
        let next_id = self.new_session_id(info.client.unit);
        let Some(client) = self.clients.get_mut(&ip) else { return };
        client.state = State::Out;
        client.eap_state = None;
        client.next_id = next_id;
        client.last_session = Some(Box::new(info.session.clone()));
        info.client = client.info();
        self.push(Output::Event(Event::SessionClosed { session: Box::new(info), cause }));
    }

    /// An id that was not used before (spec: uam 5.10).
    pub(super) fn new_session_id(&mut self, unit: u32) -> SessionId {
        // The format has 32 bits for the time; it may run over in 2106.
        let seconds = u32::try_from(self.unix_seconds.rem_euclid(1 << 32)).unwrap_or(0);
        let place = usize::try_from(unit).unwrap_or(0).wrapping_sub(1);
        let stamp = match self.units.get_mut(place) {
            // Two ids in one second, or a clock that was set back, must not give one id twice.
            Some(known) => {
                known.last_stamp = seconds.max(known.last_stamp.wrapping_add(1));
                known.last_stamp
            }
            None => seconds,
        };
        SessionId::new(stamp, unit)
    }

    pub(super) fn session_info(&self, ip: Ipv4Addr) -> Option<SessionInfo> {
        let client = self.clients.get(&ip)?;
        let session = client.session()?.clone();
        Some(SessionInfo {
            client: client.info(),
            session_time: session.session_time(self.now),
            idle_time: session.idle_time(self.now),
            counters: session.usage.counters(self.config.swapoctets),
            session,
        })
    }

    pub(super) fn session_event(&mut self, ip: Ipv4Addr, event: impl FnOnce(Box<SessionInfo>) -> Event) {
        if let Some(info) = self.session_info(ip) {
            self.push(Output::Event(event(Box::new(info))));
        }
    }

    /// Sends an accounting record of the client's session, unless it has none or is not accounted.
    pub(super) fn account(&mut self, ip: Ipv4Addr, kind: AccountingKind) {
        let Some(client) = self.clients.get(&ip) else { return };
        let Some(session) = client.session().filter(|session| session.accounting) else { return };
        let request = accounting_request(&self.config, Some((client, session)), kind, self.moment());
        let session_id = Some(session.id);
        self.push(Output::Account(Accounting { kind, session_id, request }));
    }

    pub(super) fn account_gateway(&mut self, kind: AccountingKind) {
        if self.config.accounting_on_off {
            let request = accounting_request(&self.config, None, kind, self.moment());
            self.push(Output::Account(Accounting { kind, session_id: None, request }));
        }
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway")
            .field("config", &self.config)
            .field("clients", &self.clients.len())
            .field("logins", &self.logins.len())
            .field("ignored", &self.ignored)
            .finish_non_exhaustive()
    }
}
