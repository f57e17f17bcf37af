//! The machine: one input after the other, and time.

use super::client::{Client, ClientView, State};
use super::config::{Config, ConfigError};
use super::id::{Mac, SessionId};
use super::input::{Input, LoginId, Selector};
use super::login::Pending;
use super::opening::Opening;
use super::output::{Accounting, Event, Output, SessionInfo};
use super::radius::{AccountingKind, Moment, accounting_request};
use super::session::{CHECK_INTERVAL, Session, TerminateCause};
use super::table::Table;
use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::fmt;
use core::net::Ipv4Addr;
use core::time::Duration;
use radius_codec::random::Random;

/// How long a request may wait for its answer (spec: uam 2).
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(120);

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
    pub(super) clients: Table<Ipv4Addr, Box<Client>>,
    /// The same clients by hardware address.
    pub(super) macs: Table<Mac, Ipv4Addr>,
    pub(super) units: Vec<Unit>,
    /// No unit in front of this one is free.
    pub(super) first_unit: usize,
    pub(super) logins: Table<LoginId, Pending>,
    pub(super) last_login: u64,
    pub(super) ignored: u64,
    pub(super) announced: Announced,
    /// No id has an earlier time: an earlier run may have used it.
    first_stamp: u32,
    /// When the limits are checked next; none without sessions.
    pub(super) next_check: Option<Duration>,
    /// Sessions whose opening is not drained yet.
    pub(super) opening: Vec<Opening>,
    /// The one whose event was polled last: the data plane may refuse it now.
    pub(super) polled: Option<SessionId>,
    pub(super) outputs: VecDeque<Output>,
}

/// What the accounting server was told about the gateway itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Announced {
    /// Accounting-On is still to come: it follows the records of earlier runs.
    OnIsDue,
    On,
    Off,
}

/// A port number that a client may get.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Unit {
    /// Who has it.
    pub(super) client: Option<Ipv4Addr>,
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
        Ok(Self {
            config,
            random: Box::new(random),
            now,
            unix_seconds,
            clients: Table::new(),
            macs: Table::new(),
            units: Vec::new(),
            first_unit: 0,
            logins: Table::new(),
            last_login: 0,
            ignored: 0,
            announced: Announced::OnIsDue,
            first_stamp: 0,
            next_check: None,
            opening: Vec::new(),
            polled: None,
            outputs: VecDeque::new(),
        })
    }

    /// Says which id an earlier run made last: all new ones are later, also if the time of day was set back.
    pub fn keep_ids_after(&mut self, last: SessionId) {
        self.first_stamp = self.first_stamp.max(last.seconds().saturating_add(1));
    }

    /// Takes one input at `now`, a time since any fixed moment, and `unix_seconds`, the time of day.
    pub fn handle(&mut self, now: Duration, unix_seconds: i64, input: Input<'_>) {
        self.now = self.now.max(now);
        self.unix_seconds = unix_seconds;
        // A report comes before the checks that need it, and before those of other sessions.
        if let Input::Traffic { session_id, usage, last_active } = input {
            return self.on_traffic(session_id, usage, last_active);
        }
        if !matches!(input, Input::Restore(_) | Input::Bury { .. }) {
            self.send_accounting_on();
        }
        self.advance();
        match input {
            Input::Restore(session) => self.on_restore(session),
            Input::Bury { session, cause, saved_at } => self.on_bury(session, cause, saved_at),
            Input::Tick => {}
            Input::Lease { ip, mac, vlan } => self.on_lease(ip, mac, vlan),
            Input::Release { ip } => self.release(ip, TerminateCause::LostCarrier),
            Input::CarrierLost { ip } => self.on_carrier_lost(ip),
            Input::Request { id, request } => self.on_request(id, &request.cut()),
            Input::RequestGone(id) => self.on_request_gone(id),
            Input::LoginResult { login, result } => self.on_login_result(login, &result),
            Input::AccountingReply { session_id, packet } => self.on_accounting_reply(session_id, packet),
            Input::Dynamic { id, packet } => self.on_dynamic(id, packet),
            Input::Traffic { .. } => {}
            Input::Exhausted { session_id } => self.on_exhausted(session_id),
            Input::NotLetThrough { session_id } => self.on_not_let_through(session_id),
            Input::Command(command) => self.on_command(command),
            Input::Shutdown => self.on_shutdown(),
            Input::Open => {
                if self.announced == Announced::Off {
                    self.announced = Announced::OnIsDue;
                }
                self.send_accounting_on();
            }
        }
    }

    /// The next thing to do. `WaitUntil` comes when there is nothing left, and again until the next input.
    pub fn poll_output(&mut self) -> Output {
        if self.outputs.is_empty() {
            self.send_accounting_on();
        }
        let output = self.outputs.pop_front().unwrap_or_else(|| {
            self.opening.clear();
            Output::WaitUntil(self.next_timer())
        });
        self.polled = match &output {
            Output::Event(Event::SessionOpened(info) | Event::SessionChanged(info)) => Some(info.session.id),
            _ => None,
        };
        output
    }

    fn send_accounting_on(&mut self) {
        if self.announced == Announced::OnIsDue {
            self.announced = Announced::On;
            self.account_gateway(AccountingKind::On);
        }
    }

    /// Begins as after [`Input::Shutdown`]: nothing is announced before [`Input::Open`].
    #[must_use]
    pub const fn begin_closed(mut self) -> Self {
        self.announced = Announced::Off;
        self
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
        self.client_of(selector).map(ClientView)
    }

    pub(super) fn client_of(&self, selector: &Selector<'_>) -> Option<&Client> {
        let ip = match selector {
            Selector { ip: Some(ip), .. } => Some(ip),
            Selector { mac: Some(mac), .. } => self.macs.get(mac),
            _ => return self.clients.values().map(Box::as_ref).find(|client| selector.fits(client)),
        };
        self.clients.get(ip?).map(Box::as_ref).filter(|client| selector.fits(client))
    }

    pub(super) fn add_client(&mut self, client: Client) {
        self.macs.insert(client.mac, client.ip);
        self.clients.insert(client.ip, Box::new(client));
    }

    pub(super) fn remove_client(&mut self, ip: Ipv4Addr) -> Option<Client> {
        let client = self.clients.remove(&ip)?;
        self.macs.remove(&client.mac);
        let place = usize::try_from(client.unit).unwrap_or(0).wrapping_sub(1);
        if let Some(unit) = self.units.get_mut(place) {
            unit.client = None;
            self.first_unit = self.first_unit.min(place);
        }
        Some(*client)
    }

    /// The client that has this session.
    pub(super) fn client_with_session(&mut self, id: SessionId) -> Option<&mut Client> {
        let place = usize::try_from(id.port()).ok()?.checked_sub(1)?;
        let ip = self.units.get(place)?.client?;
        self.clients
            .get_mut(&ip)
            .map(Box::as_mut)
            .filter(|client| client.session().is_some_and(|session| session.id == id))
    }

    /// All clients, by address.
    pub fn clients(&self) -> impl Iterator<Item = ClientView<'_>> {
        self.clients.values().map(|client| ClientView(client))
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
        let Some(session) = self.clients.get_mut(&ip).and_then(|client| client.session_mut()) else { return };
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
        self.opening.push(Opening::of(session.id, &client.state));
        client.state = State::In(Box::new(session));
        self.check_sessions_soon();
        self.session_event(ip, Event::SessionOpened);
    }

    pub(super) fn check_sessions_soon(&mut self) {
        let due = self.now.saturating_add(CHECK_INTERVAL);
        self.next_check.get_or_insert(due);
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
        let seconds = u32::try_from(self.unix_seconds.rem_euclid(1 << 32)).unwrap_or(0).max(self.first_stamp);
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
