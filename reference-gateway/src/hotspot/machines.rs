//! The loop that owns the machines.

use super::{Opening, Shared, Work};
use crate::clock::{Clock, unix_seconds};
use crate::config::Network;
use crate::control::Record;
use crate::dataplane::Dataplane;
use crate::http::server::Request;
use crate::metrics::Metrics;
use crate::radius::{Port, Purpose, Received};
use hyper::header::{COOKIE, HOST, HeaderValue, USER_AGENT};
use radius_codec::Code;
use radius_codec::client::{Event as RadiusEvent, Failure, RequestId as RadiusId};
use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use wispr::gateway::{
    Accounting, ClientState, Event, Gateway, Input, Login, LoginId, LoginResult, Method, Output, RequestId,
    Response, Selector, SessionId, SessionInfo,
};

/// The most accounting records that wait because too many are on their way (radius-profile 8).
const MAX_WAITING: usize = 256;
/// The most accounting records that are on their way.
const MAX_ON_THE_WAY: usize = 512;
/// How long a clean stop waits for the last accounting records.
const FAREWELL: Duration = Duration::from_secs(5);

/// Everything that decides, and what connects it.
pub struct Machines {
    clock: Clock,
    net: Network,
    gateway: Gateway,
    authentication: Port,
    accounting: Port,
    dataplane: Box<dyn Dataplane>,
    metrics: Metrics,
    open: Opening,
    /// Requests that wait for their answer.
    asking: BTreeMap<RequestId, oneshot::Sender<Response>>,
    next_request: u64,
    /// Logins at the RADIUS servers.
    logins: BTreeMap<RadiusId, (LoginId, Ipv4Addr)>,
    /// Which server's challenge a client is to answer: the answer goes to the same one.
    challenged_by: BTreeMap<Ipv4Addr, usize>,
    /// Accounting records on their way.
    records: BTreeMap<RadiusId, Option<SessionId>>,
    /// Accounting records that wait for a place.
    waiting: VecDeque<Accounting>,
}

impl Machines {
    pub(super) fn new(
        clock: Clock,
        net: Network,
        gateway: Gateway,
        authentication: Port,
        accounting: Port,
        dataplane: Box<dyn Dataplane>,
        shared: Shared,
    ) -> Self {
        let Shared { metrics, open } = shared;
        Self {
            clock,
            net,
            gateway,
            authentication,
            accounting,
            dataplane,
            metrics,
            open,
            asking: BTreeMap::new(),
            next_request: 0,
            logins: BTreeMap::new(),
            challenged_by: BTreeMap::new(),
            records: BTreeMap::new(),
            waiting: VecDeque::new(),
        }
    }

    /// Works until it is told to stop, then ends all sessions and sees their last records off.
    pub(super) async fn run(
        mut self,
        mut works: mpsc::Receiver<Work>,
        mut datagrams: mpsc::Receiver<Received>,
    ) {
        loop {
            let wake = self.settle();
            tokio::select! {
                work = works.recv() => match work {
                    Some(Work::Ask { request, reply }) => self.ask(&request, reply),
                    Some(Work::With(act)) => act(&mut self),
                    Some(Work::Stop) | None => break,
                },
                Some(received) = datagrams.recv() => self.datagram(&received),
                () = tokio::time::sleep_until(self.clock.instant(wake)) => self.tick(),
            }
        }
        self.handle(Input::Shutdown);
        let end = self.clock.now() + FAREWELL;
        loop {
            let wake = self.settle().min(end);
            if self.records.is_empty() && self.waiting.is_empty() {
                return;
            }
            tokio::select! {
                Some(received) = datagrams.recv() => self.datagram(&received),
                () = tokio::time::sleep_until(self.clock.instant(wake)) => self.tick(),
            }
            if self.clock.now() >= end {
                let lost = self.records.len() + self.waiting.len();
                tracing::error!(lost, "no RADIUS server took the last accounting records");
                return;
            }
        }
    }

    /// The gateway machine, to look at: listings, metrics.
    #[must_use]
    pub const fn gateway(&self) -> &Gateway {
        &self.gateway
    }

    /// The time on the machines' clock.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.clock.now()
    }

    /// Opens the hotspot to clients, or closes it: all sessions end then as they do when the gateway stops, and no
    /// login succeeds until it is opened again.
    pub fn set_open(&mut self, open: bool) {
        if self.open.set(open) && !open {
            self.input(Input::Shutdown);
        }
    }

    /// Whether clients are served.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open.get()
    }

    /// The accounting records that no server has acknowledged yet.
    #[must_use]
    pub fn waiting_records(&self) -> Vec<Record> {
        let on_the_way =
            self.records.values().map(|session_id| Record { kind: None, session_id: *session_id });
        let waiting = self.waiting.iter().map(|r| Record { kind: Some(r.kind), session_id: r.session_id });
        on_the_way.chain(waiting).collect()
    }

    /// Feeds the gateway machine, and carries out what it wants. An operator's command is `Input::Command`.
    pub fn input(&mut self, input: Input<'_>) {
        self.handle(input);
        self.settle();
    }

    fn handle(&mut self, input: Input<'_>) {
        self.gateway.handle(self.clock.now(), unix_seconds(), input);
    }

    fn tick(&mut self) {
        self.handle(Input::Tick);
        self.authentication.handle(None);
        self.accounting.handle(None);
    }

    fn datagram(&mut self, received: &Received) {
        match received.purpose {
            Purpose::Authentication => self.authentication.handle(Some(received)),
            Purpose::Accounting => self.accounting.handle(Some(received)),
        }
    }

    fn ask(&mut self, request: &Request, reply: oneshot::Sender<Response>) {
        let IpAddr::V4(client) = request.peer.ip() else { return };
        self.introduce(client);
        let id = RequestId(self.next_request);
        self.next_request += 1;
        self.asking.insert(id, reply);
        let field = |name| request.head.headers.get(name).map(HeaderValue::as_bytes).unwrap_or_default();
        let mut asked = wispr::gateway::Request::get(client, "");
        asked.method = Method::from_name(request.head.method.as_str().as_bytes());
        asked.path = request.head.uri.path().as_bytes();
        asked.query = request.head.uri.query().unwrap_or_default().as_bytes();
        asked.host = field(HOST);
        asked.user_agent = field(USER_AGENT);
        asked.cookie = field(COOKIE);
        self.handle(Input::Request { id, request: asked });
    }

    /// Tells the gateway of a client of the network that it does not know.
    fn introduce(&mut self, ip: Ipv4Addr) {
        if !self.net.contains(ip) || self.gateway.find(&Selector::ip(ip)).is_some() {
            return;
        }
        if let Some(mac) = self.dataplane.mac_of(ip) {
            self.settle();
            self.handle(Input::Lease { ip, mac, vlan: None });
            self.settle();
        }
    }

    /// Carries out all that the machines want, and says when they have to be woken.
    fn settle(&mut self) -> Duration {
        loop {
            let gateway = self.settle_gateway();
            let (logins, login_wake) = self.authentication.drain();
            let (records, record_wake) = self.accounting.drain();
            if logins.is_empty() && records.is_empty() {
                return gateway.min(login_wake).min(record_wake);
            }
            for event in logins {
                self.login_event(event);
            }
            for event in records {
                self.record_event(event);
            }
        }
    }

    fn settle_gateway(&mut self) -> Duration {
        loop {
            match self.gateway.poll_output() {
                Output::WaitUntil(wake) => return wake,
                Output::Respond { request, response } => {
                    if let Some(reply) = self.asking.remove(&request) {
                        let _ = reply.send(response);
                    }
                }
                Output::Close { request } => {
                    self.asking.remove(&request);
                }
                Output::LocalFile { request, .. } => {
                    if let Some(reply) = self.asking.remove(&request) {
                        let _ = reply.send(Response::not_found());
                    }
                }
                Output::Authenticate(login) => self.authenticate(login),
                Output::CancelLogin(login) => self.cancel(login),
                Output::Account(record) => self.account(record),
                Output::Event(event) => self.happened(&event),
                // There is no external handler and no port for CoA, so nothing else is ever asked for.
                _ => {}
            }
        }
    }

    fn authenticate(&mut self, login: Login) {
        let (id, ip) = (login.id, login.client.ip);
        if !self.open.get() {
            return self.handle(Input::LoginResult { login: id, result: LoginResult::Failed });
        }
        let sent = match self.challenged_by.remove(&ip) {
            Some(server) => self.authentication.send_to(login.request, server),
            None => self.authentication.send(login.request),
        };
        match sent {
            Ok(request) => {
                self.logins.insert(request, (id, ip));
            }
            Err(error) => {
                tracing::error!(client = %ip, %error, "a login cannot be sent to RADIUS");
                self.handle(Input::LoginResult { login: id, result: LoginResult::Failed });
            }
        }
    }

    fn cancel(&mut self, login: LoginId) {
        let request = self.logins.iter().find(|(_, (id, _))| *id == login).map(|(request, _)| *request);
        if let Some(request) = request {
            self.logins.remove(&request);
            self.authentication.cancel(request);
        }
    }

    fn login_event(&mut self, event: RadiusEvent) {
        match event {
            RadiusEvent::Reply(reply) => {
                let Some((login, ip)) = self.logins.remove(&reply.id) else { return };
                let packet = reply.packet.view();
                self.metrics.login(match packet.code() {
                    Code::ACCESS_ACCEPT => "accept",
                    Code::ACCESS_CHALLENGE => "challenge",
                    _ => "reject",
                });
                if packet.code() == Code::ACCESS_CHALLENGE {
                    self.challenged_by.insert(ip, reply.server);
                }
                let input = Input::LoginResult { login, result: LoginResult::Reply(&packet) };
                self.gateway.handle(self.clock.now(), unix_seconds(), input);
            }
            RadiusEvent::Failed { id, reason } => {
                let Some((login, ip)) = self.logins.remove(&id) else { return };
                tracing::warn!(client = %ip, ?reason, "no RADIUS server answered a login");
                self.metrics.radius_timeout("login");
                self.metrics.login("timeout");
                let result = match reason {
                    Failure::Timeout | Failure::Deadline => LoginResult::Timeout,
                    _ => LoginResult::Failed,
                };
                self.handle(Input::LoginResult { login, result });
            }
            other => self.report(&other),
        }
    }

    fn account(&mut self, record: Accounting) {
        if self.records.len() < MAX_ON_THE_WAY {
            self.send_record(record);
        } else if self.waiting.len() < MAX_WAITING {
            self.waiting.push_back(record);
        } else {
            tracing::error!(kind = ?record.kind, session = ?record.session_id, "an accounting record is lost: too many wait");
        }
    }

    fn send_record(&mut self, record: Accounting) {
        let (kind, session_id) = (record.kind, record.session_id);
        match self.accounting.send(record.request) {
            Ok(id) => {
                self.records.insert(id, session_id);
            }
            Err(error) => {
                tracing::error!(?kind, session = ?session_id, %error, "an accounting record is lost");
            }
        }
    }

    fn record_event(&mut self, event: RadiusEvent) {
        match event {
            RadiusEvent::Reply(reply) => {
                self.metrics.accounting("acknowledged");
                if let Some(Some(session_id)) = self.records.remove(&reply.id) {
                    let packet = reply.packet.view();
                    let input = Input::AccountingReply { session_id, packet: &packet };
                    self.gateway.handle(self.clock.now(), unix_seconds(), input);
                }
            }
            RadiusEvent::Failed { id, reason } => {
                if let Some(session) = self.records.remove(&id) {
                    self.metrics.radius_timeout("accounting");
                    self.metrics.accounting("lost");
                    tracing::error!(
                        ?session,
                        ?reason,
                        "an accounting record is lost: no RADIUS server took it"
                    );
                }
            }
            other => self.report(&other),
        }
        if self.records.len() < MAX_ON_THE_WAY
            && let Some(record) = self.waiting.pop_front()
        {
            self.send_record(record);
        }
    }

    fn report(&self, event: &RadiusEvent) {
        if let RadiusEvent::Dropped { reason, .. } = event {
            self.metrics.radius_dropped(reason);
        }
        report(event);
    }

    fn happened(&mut self, event: &Event) {
        match event {
            Event::SessionOpened(_) => self.metrics.session_opened(),
            Event::SessionClosed { cause, .. } => self.metrics.session_closed(*cause),
            _ => {}
        }
        match event {
            Event::SessionOpened(info) | Event::SessionChanged(info) => {
                tracing::info!(client = %info.client.ip, session = %info.client.session_id, user = %user(info), "session");
                if info.client.state == ClientState::Pass {
                    self.dataplane.open(info.client.ip);
                }
            }
            Event::SessionClosed { session, cause } => {
                let (client, id) = (session.client.ip, session.session.id);
                tracing::info!(%client, session = %id, ?cause, seconds = session.session_time, "session ended");
                self.dataplane.close(client);
            }
            Event::ClientBlocked(client) | Event::ClientRemoved(client) => {
                self.challenged_by.remove(&client.ip);
                self.dataplane.close(client.ip);
            }
            _ => {}
        }
    }
}

fn user(info: &SessionInfo) -> String {
    String::from_utf8_lossy(&info.session.user_name).into_owned()
}

fn report(event: &RadiusEvent) {
    match event {
        RadiusEvent::Server { server, health } => {
            tracing::warn!(server = server + 1, ?health, "RADIUS server");
        }
        RadiusEvent::Dropped { from, reason, .. } => {
            let hint = match *reason {
                "message-authenticator-required" | "message-authenticator-not-first" => {
                    "update that server, tell it to send Message-Authenticator first, or see radiusmsgauth"
                }
                "message-authenticator-mismatch" | "response-authenticator-mismatch" => {
                    "is radiussecret the server's?"
                }
                _ => "",
            };
            tracing::warn!(%from, reason, hint, "a RADIUS packet was dropped");
        }
        _ => {}
    }
}
