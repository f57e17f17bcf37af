//! The loop that owns the machines.

use super::dynamic::Dynamic;
use super::files::Files;
use super::guests::Guests;
use super::ledger::{Ledger, Left, Legacy};
use super::logins::{Logins, Outcome};
use super::traffic::Traffic;
use super::{Opening, Shared, Work};
use crate::accounting::Queue;
use crate::clock::{Clock, unix_seconds};
use crate::config::Network;
use crate::dataplane::dns::Forwarder;
use crate::handler::process::Ended;
use crate::handler::{Calls, Handler, MAX_RUNNING};
use crate::http::server::Request;
use crate::metrics::Metrics;
use crate::radius::{Purpose, Received};
use bytes::Bytes;
use hyper::header::{COOKIE, HOST, HeaderValue, USER_AGENT};
use radius_codec::Code;
use radius_codec::client::{Event as RadiusEvent, Failure};
use radius_codec::dict::rfc2865;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc, oneshot};
use wispr::gateway::{
    Callback, ClientState, Event, Gateway, Input, LocalFile, Login, LoginId, LoginResult, Method, Output,
    RequestId, Response, Selector, SessionInfo, TerminateCause,
};

/// How long a clean stop waits for the last accounting records and for the handler.
const FAREWELL: Duration = Duration::from_secs(5);
/// How long it waits for the handler at the very end.
const LAST_CALL: Duration = Duration::from_secs(10);
/// How long it waits for the disk.
const LAST_WRITE: Duration = Duration::from_secs(5);
/// Every session is kept this often at least (gateway-dataplane 9.4), a part of them at a time.
const KEEP_INTERVAL: Duration = Duration::from_secs(300);
/// How often a part of the sessions is kept.
const KEEP_STEP: Duration = Duration::from_secs(3);

/// The most inputs of a kind that are taken before the loop looks for others.
const AT_ONCE: usize = 64;

/// Everything that decides, and what connects it.
pub struct Machines {
    clock: Clock,
    pub(super) net: Network,
    pub(super) gateway: Gateway,
    logins: Logins,
    ledger: Ledger,
    dynamic: Option<Dynamic>,
    handler: Option<Handler>,
    calls: Calls,
    /// Logins that the handler decides about at present.
    asked_handler: usize,
    files: Files,
    pub(super) traffic: Traffic,
    /// Clients that no lease vouches for.
    pub(super) guests: Guests,
    /// Who looks up the hosts of redirected requests, if that is wanted.
    resolver: Option<Forwarder>,
    metrics: Metrics,
    open: Opening,
    /// Requests that wait for their answer.
    asking: BTreeMap<RequestId, Asking>,
    next_request: u64,
    /// When the next part of the sessions is kept, and behind which client it begins.
    next_keep: Duration,
    kept_up_to: Option<Ipv4Addr>,
    /// The way of running programs back into the loop.
    outbox: mpsc::Sender<Work>,
    reload: Arc<Notify>,
}

struct Asking {
    reply: oneshot::Sender<Response>,
    peer: SocketAddr,
    /// For a program under `wwwdir`.
    body: Bytes,
}

/// What the machines are made of.
pub(super) struct Parts {
    pub(super) clock: Clock,
    pub(super) net: Network,
    pub(super) gateway: Gateway,
    pub(super) logins: Logins,
    pub(super) ledger: Ledger,
    pub(super) legacy: Legacy,
    pub(super) dynamic: Option<Dynamic>,
    pub(super) handler: Option<Handler>,
    pub(super) files: Files,
    pub(super) traffic: Traffic,
    pub(super) guests: Guests,
    pub(super) shared: Shared,
    pub(super) outbox: mpsc::Sender<Work>,
    pub(super) reload: Arc<Notify>,
}

/// What a new configuration brings.
pub(super) struct Replacement {
    pub(super) config: wispr::gateway::Config,
    pub(super) logins: Option<crate::radius::Port>,
    pub(super) accounting: Option<crate::radius::Port>,
    pub(super) dynamic: Option<radius_codec::server::Config>,
    pub(super) handler: Option<Handler>,
    pub(super) files: Files,
}

impl Machines {
    pub(super) fn new(parts: Parts) -> Self {
        let Parts { clock, net, gateway, logins, ledger, legacy, .. } = parts;
        let Shared { metrics, open } = parts.shared;
        let mut machines = Self {
            clock,
            net,
            gateway,
            logins,
            ledger,
            dynamic: parts.dynamic,
            handler: parts.handler,
            calls: Calls::default(),
            asked_handler: 0,
            files: parts.files,
            traffic: parts.traffic,
            guests: parts.guests,
            resolver: None,
            metrics,
            open,
            asking: BTreeMap::new(),
            next_request: 0,
            next_keep: clock.now() + KEEP_STEP,
            kept_up_to: None,
            outbox: parts.outbox,
            reload: parts.reload,
        };
        machines.inherit(legacy);
        if !machines.open.get() {
            machines.handle(Input::Shutdown);
        }
        machines.call(Callback::STARTUP);
        machines
    }

    /// Goes on with the sessions of an earlier run, or closes them.
    fn inherit(&mut self, legacy: Legacy) {
        if let Some(id) = legacy.last_id {
            self.gateway.keep_ids_after(id);
        }
        let (mut on, mut ended) = (0, 0);
        for left in &legacy.sessions {
            match left {
                Left::On(session) => {
                    on += 1;
                    self.handle(Input::Restore(session));
                }
                Left::Ended { session, saved_at } => {
                    ended += 1;
                    let cause = TerminateCause::NasReboot;
                    self.handle(Input::Bury { session, cause, saved_at: *saved_at });
                }
            }
        }
        if on + ended > 0 {
            tracing::info!(on, ended, "sessions of an earlier run");
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
                work = works.recv() => if self.work_off(work, &mut works).is_break() {
                    break;
                },
                Some(received) = datagrams.recv() => {
                    self.datagram(&received);
                    for _ in 1..AT_ONCE {
                        let Ok(received) = datagrams.try_recv() else { break };
                        self.drain();
                        self.datagram(&received);
                    }
                }
                () = tokio::time::sleep_until(self.clock.instant(wake)) => self.tick(),
            }
        }
        self.handle(Input::Shutdown);
        self.finish(&mut works, &mut datagrams, FAREWELL, |m| {
            m.ledger.queue().is_empty() && m.calls.is_idle()
        })
        .await;
        self.call(Callback::SHUTDOWN);
        self.finish(&mut works, &mut datagrams, LAST_CALL, |m| m.calls.is_idle()).await;
        self.traffic.path.remove();
        self.ledger.close(LAST_WRITE);
    }

    /// Does this and what else there is to do already, so that a busy gateway waits less often, and the journal takes
    /// what belongs to many requests at once.
    fn work_off(&mut self, work: Option<Work>, works: &mut mpsc::Receiver<Work>) -> ControlFlow<()> {
        self.do_work(work)?;
        for _ in 1..AT_ONCE {
            let Ok(work) = works.try_recv() else { break };
            self.settle_gateway();
            self.do_work(Some(work))?;
        }
        ControlFlow::Continue(())
    }

    fn do_work(&mut self, work: Option<Work>) -> ControlFlow<()> {
        match work {
            Some(Work::Ask { request, ui, reply }) => self.ask(*request, ui, reply),
            Some(Work::With(act)) => act(self),
            Some(Work::Stop) | None => return ControlFlow::Break(()),
        }
        ControlFlow::Continue(())
    }

    /// Goes on until something is done, or time is up. Nobody is let in any more.
    async fn finish(
        &mut self,
        works: &mut mpsc::Receiver<Work>,
        datagrams: &mut mpsc::Receiver<Received>,
        limit: Duration,
        done: impl Fn(&Self) -> bool,
    ) {
        let end = self.clock.now() + limit;
        loop {
            let wake = self.settle().min(end);
            if done(self) || self.clock.now() >= end {
                return;
            }
            tokio::select! {
                Some(work) = works.recv() => if let Work::With(act) = work {
                    act(self);
                },
                Some(received) = datagrams.recv() => self.datagram(&received),
                () = tokio::time::sleep_until(self.clock.instant(wake)) => self.tick(),
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
    /// login succeeds until it is opened again. With `acctonoff` the accounting server is told of both.
    pub fn set_open(&mut self, open: bool) {
        if self.open.set(open) {
            self.input(if open { Input::Open } else { Input::Shutdown });
        }
    }

    /// Whether clients are served.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open.get()
    }

    /// The accounting records that no server has acknowledged yet.
    #[must_use]
    pub const fn waiting_records(&self) -> &Queue {
        self.ledger.queue()
    }

    /// Has the hosts of redirected requests looked up, or no longer (hotspot-config 5.3, redirdnsreq).
    pub(super) fn look_up_by(&mut self, resolver: Option<Forwarder>) {
        self.resolver = resolver;
    }

    /// Asks for the configuration to be read again, as SIGHUP does.
    pub fn reload(&self) {
        self.reload.notify_one();
    }

    /// Why accounting records and sessions would not outlive the process at present, if that is so.
    #[must_use]
    pub fn journal_error(&self) -> Option<String> {
        self.ledger.journal_error()
    }

    /// Feeds the gateway machine, and carries out what it wants. An operator's command is `Input::Command`.
    pub fn input(&mut self, input: Input<'_>) {
        self.handle(input);
        self.settle();
    }

    /// Takes over a new configuration. Sessions go on.
    pub(super) fn replace(&mut self, new: Replacement) -> Result<(), String> {
        self.gateway.reconfigure(new.config).map_err(|e| e.to_string())?;
        if let Some(port) = new.logins {
            self.logins.replace_port(port);
        }
        if let Some(port) = new.accounting {
            self.ledger.replace_port(port);
        }
        if let (Some(dynamic), Some(config)) = (&mut self.dynamic, new.dynamic) {
            dynamic.reconfigure(config);
        }
        self.handler = new.handler;
        self.files = new.files;
        Ok(())
    }

    /// The next number for a pair of ports.
    pub(super) fn next_generation(&self) -> u64 {
        self.ledger.port().generation() + 1
    }

    pub(super) fn handle(&mut self, input: Input<'_>) {
        let held = self.hold(&input);
        self.gateway.handle(self.clock.now(), unix_seconds(), input);
        self.let_go(held);
    }

    fn tick(&mut self) {
        self.handle(Input::Tick);
        self.logins.handle(None);
        self.ledger.handle(None);
        self.keep_some();
    }

    fn datagram(&mut self, received: &Received) {
        match received.purpose {
            Purpose::Authentication => self.logins.handle(Some(received)),
            Purpose::Accounting if received.generation == self.ledger.port().generation() => {
                self.ledger.handle(Some(received));
            }
            Purpose::Accounting => {}
            Purpose::Dynamic => self.dynamic_request(received),
        }
    }

    fn ask(&mut self, request: Request, ui: bool, reply: oneshot::Sender<Response>) {
        let IpAddr::V4(client) = request.peer.ip() else { return };
        self.introduce(client);
        let id = RequestId(self.next_request);
        self.next_request += 1;
        let Request { head, body, peer } = request;
        let field = |name| head.headers.get(name).map(HeaderValue::as_bytes).unwrap_or_default();
        let mut asked = wispr::gateway::Request::get(client, "");
        asked.method = Method::from_name(head.method.as_str().as_bytes());
        asked.path = head.uri.path().as_bytes();
        asked.query = head.uri.query().unwrap_or_default().as_bytes();
        asked.host = field(HOST);
        if let Some(resolver) = &self.resolver
            && let Ok(host) = std::str::from_utf8(asked.host)
        {
            resolver.look_up(client, host.split(':').next().unwrap_or_default());
        }
        asked.user_agent = field(USER_AGENT);
        asked.cookie = field(COOKIE);
        asked.ui_port = ui;
        asked.content_length = u64::try_from(body.len()).ok().filter(|length| *length > 0);
        self.asking.insert(id, Asking { reply, peer, body: body.clone() });
        self.handle(Input::Request { id, request: asked });
    }

    /// Tells the gateway of a client of the network that it does not know.
    fn introduce(&mut self, ip: Ipv4Addr) {
        let now = self.now();
        if !self.net.contains(ip) || self.gateway.find(&Selector::ip(ip)).is_some() {
            return self.guests.heard_of(ip, now);
        }
        if let Some(mac) = self.traffic.path.mac_of(ip) {
            self.settle();
            self.handle(Input::Lease { ip, mac, vlan: None });
            self.guests.add(ip, now);
            self.settle();
        }
    }

    /// Forgets clients that were not heard of for as long as a lease lasts.
    fn see_guests_off(&mut self) {
        let now = self.now();
        let stays = |ip| {
            let client = self.gateway.find(&Selector::ip(ip));
            client.is_some_and(|client| client.info().state != ClientState::Dnat)
        };
        for ip in self.guests.gone(now, stays) {
            self.handle(Input::Release { ip });
        }
    }

    /// Carries out all that the machines want, and says when they have to be woken.
    fn settle(&mut self) -> Duration {
        let wake = self.drain();
        self.run_calls();
        self.ledger.commit();
        wake
    }

    /// The same without what costs as much for one input as for many.
    fn drain(&mut self) -> Duration {
        loop {
            let gateway = self.settle_gateway();
            let (outcomes, others, login_wake) = self.logins.drain();
            let (news, record_wake) = self.ledger.drain();
            if outcomes.is_empty() && news.replies.is_empty() {
                for event in others.iter().chain(&news.events) {
                    self.report(event);
                }
                return gateway.min(login_wake).min(record_wake).min(self.next_keep);
            }
            for outcome in outcomes {
                self.login_outcome(outcome);
            }
            for (session_id, reply) in &news.replies {
                let packet = reply.view();
                let input = Input::AccountingReply { session_id: *session_id, packet: &packet };
                self.gateway.handle(self.clock.now(), unix_seconds(), input);
            }
            for event in others.iter().chain(&news.events) {
                self.report(event);
            }
        }
    }

    fn settle_gateway(&mut self) -> Duration {
        loop {
            match self.gateway.poll_output() {
                Output::WaitUntil(wake) => return wake,
                Output::Respond { request, response } => {
                    if let Some(asking) = self.asking.remove(&request) {
                        let _ = asking.reply.send(response);
                    }
                }
                Output::Close { request } => {
                    self.asking.remove(&request);
                }
                Output::LocalFile { request, file } => self.local_file(request, file),
                Output::Authenticate(login) => self.authenticate(login),
                Output::AskHandler(login) => self.ask_handler(&login),
                // The handler is not told; its result does not count any more (fon-api 2.2).
                Output::CancelLogin(login) => self.logins.cancel(login),
                Output::Account(record) => self.ledger.account(&record),
                Output::AnswerDynamic(answer) => {
                    if let Some(dynamic) = &mut self.dynamic {
                        dynamic.answer(&answer);
                    }
                }
                Output::Event(event) => self.happened(&event),
                other => tracing::error!(?other, "the gateway wants something that this version cannot do"),
            }
        }
    }

    fn local_file(&mut self, request: RequestId, file: LocalFile) {
        let Some(Asking { reply, body, .. }) = self.asking.remove(&request) else { return };
        let answer = self.files.clone().answer(file, body);
        tokio::spawn(async move {
            let _ = reply.send(answer.await);
        });
    }

    fn authenticate(&mut self, login: Login) {
        let (id, client) = (login.id, login.client.ip);
        if !self.open.get() {
            return self.handle(Input::LoginResult { login: id, result: LoginResult::Failed });
        }
        if let Err(error) = self.logins.send(login) {
            tracing::error!(%client, %error, "a login cannot be sent to RADIUS");
            self.handle(Input::LoginResult { login: id, result: LoginResult::Failed });
        }
    }

    fn login_outcome(&mut self, outcome: Outcome) {
        let Outcome { login, client, result } = outcome;
        match result {
            Ok(reply) => {
                let packet = reply.view();
                self.metrics.login(match packet.code() {
                    Code::ACCESS_ACCEPT => "accept",
                    Code::ACCESS_CHALLENGE => "challenge",
                    _ => {
                        let says = packet.attributes().octets(rfc2865::REPLY_MESSAGE).unwrap_or_default();
                        let says = String::from_utf8_lossy(says);
                        tracing::info!(%client, ?says, "the RADIUS server refused a login");
                        "reject"
                    }
                });
                let input = Input::LoginResult { login, result: LoginResult::Reply(&packet) };
                self.gateway.handle(self.clock.now(), unix_seconds(), input);
            }
            Err(reason) => {
                let hint = "a server drops in silence what comes from an address that it does not know or with another radiussecret";
                tracing::warn!(%client, ?reason, hint, "no RADIUS server answered a login");
                self.metrics.radius_timeout("login");
                self.metrics.login("timeout");
                let result = match reason {
                    Failure::Timeout | Failure::Deadline => LoginResult::Timeout,
                    _ => LoginResult::Failed,
                };
                self.handle(Input::LoginResult { login, result });
            }
        }
    }

    fn dynamic_request(&mut self, received: &Received) {
        let Some(dynamic) = &mut self.dynamic else { return };
        for id in dynamic.handle(received) {
            if let Some(incoming) = dynamic.request(id) {
                let packet = incoming.packet.view();
                let input = Input::Dynamic { id, packet: &packet };
                self.gateway.handle(self.clock.now(), unix_seconds(), input);
            }
        }
    }

    /// Has the handler decide about a login; everything else goes on meanwhile.
    fn ask_handler(&mut self, login: &Login) {
        let (id, client) = (login.id, login.client.ip);
        let may = self.open.get() && self.asked_handler < MAX_RUNNING;
        let handler = self.handler.clone().filter(|_| may);
        let Some(handler) = handler else {
            tracing::error!(%client, running = self.asked_handler, "a login is refused: the hotspot is closed, or too many wait for the handler");
            return self.handle(Input::LoginResult {
                login: id,
                result: LoginResult::Handler { exit: None, output: b"" },
            });
        };
        self.asked_handler += 1;
        let mut call = Callback::of_login(self.gateway.config(), login);
        if let Some(asking) = login.asked_by.and_then(|request| self.asking.get(&request)) {
            call = call.from_connection(asking.peer);
        }
        let outbox = self.outbox.clone();
        tokio::spawn(async move {
            let ended = handler.call(call).await;
            let report = move |machines: &mut Self| machines.handler_decided(id, client, &ended);
            let _ = outbox.send(Work::With(Box::new(report))).await;
        });
    }

    fn handler_decided(&mut self, login: LoginId, client: Ipv4Addr, ended: &Ended) {
        self.asked_handler -= 1;
        let result = match ended {
            Ended::Exit { status, output } => {
                if status.is_none() {
                    tracing::error!(%client, "the handler of a login was ended by a signal");
                }
                LoginResult::Handler { exit: *status, output }
            }
            Ended::TimedOut => {
                tracing::error!(%client, "the handler of a login took too long and was ended");
                LoginResult::HandlerTimeout
            }
            Ended::NotStarted(why) => {
                tracing::error!(%client, why, "the handler of a login cannot be run");
                LoginResult::Handler { exit: None, output: b"" }
            }
        };
        let then_radius = self.handler.as_ref().is_some_and(|handler| handler.then_radius);
        let counted = match ended {
            // RADIUS has the last word, and its answer is counted.
            Ended::Exit { status: Some(0), .. } if then_radius => None,
            Ended::Exit { status: Some(0), .. } => Some("accept"),
            Ended::Exit { status: Some(51), .. } => Some("reject"),
            Ended::Exit { status: Some(58), .. } | Ended::TimedOut => Some("timeout"),
            Ended::Exit { status: Some(128..=255), .. } => Some("pending"),
            _ => Some("error"),
        };
        counted.into_iter().for_each(|result| self.metrics.login(result));
        self.handle(Input::LoginResult { login, result });
    }

    /// Queues a call of the handler, if there is one.
    fn call(&mut self, call: Callback) {
        if self.handler.is_some()
            && let Err(call) = self.calls.push(call)
        {
            tracing::error!(?call, "the handler is not called: too many calls wait");
        }
    }

    fn run_calls(&mut self) {
        let Some(handler) = &self.handler else { return };
        while let Some(call) = self.calls.take() {
            let (handler, outbox) = (handler.clone(), self.outbox.clone());
            tokio::spawn(async move {
                let (line, command) = (call.client, call.command);
                match handler.call(call).await {
                    Ended::Exit { status: Some(0), .. } => {}
                    Ended::Exit { status, .. } => {
                        tracing::warn!(command, client = ?line, status, "the handler reports an error");
                    }
                    Ended::TimedOut => {
                        tracing::error!(command, client = ?line, "the handler took too long and was ended");
                    }
                    Ended::NotStarted(why) => {
                        tracing::error!(command, why, "the handler cannot be run");
                    }
                }
                let _ = outbox.send(Work::With(Box::new(move |machines| machines.calls.done(line)))).await;
            });
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
            Event::SessionOpened(info) => {
                self.metrics.session_opened();
                self.ledger.began(info.session.id);
            }
            Event::SessionClosed { cause, session } => {
                self.metrics.session_closed(*cause);
                self.ledger.forget(session.session.id);
            }
            _ => {}
        }
        match event {
            Event::SessionOpened(info) | Event::SessionChanged(info) | Event::SessionRestored(info) => {
                tracing::info!(client = %info.client.ip, session = %info.client.session_id, user = %user(info), "session");
                self.keep(info.client.ip);
            }
            Event::SessionUpdated(info) => self.keep(info.client.ip),
            Event::SessionClosed { session, cause } => {
                let (client, id) = (session.client.ip, session.session.id);
                tracing::info!(%client, session = %id, ?cause, seconds = session.session_time, "session ended");
            }
            Event::ClientBlocked(client) | Event::ClientRemoved(client) => {
                self.logins.forget(client.ip);
            }
            _ => {}
        }
        match event {
            // A lease that still runs is told again by the DHCP server.
            Event::SessionRestored(info) => self.guests.add(info.client.ip, self.clock.now()),
            Event::ClientRemoved(client) => self.guests.remove(client.ip),
            _ => {}
        }
        self.carry_out(event);
        if let Some(call) = Callback::of_event(self.gateway.config(), event) {
            self.call(call);
        }
    }

    fn keep(&mut self, client: Ipv4Addr) {
        if let Some(session) = self.gateway.save(client) {
            self.ledger.keep(&session);
        }
    }

    /// Keeps a part of the sessions when that is due, so that all get their turn in time and no turn is long.
    fn keep_some(&mut self) {
        let now = self.clock.now();
        if now < self.next_keep {
            return;
        }
        self.next_keep = now + KEEP_STEP;
        self.see_guests_off();
        let steps = usize::try_from(KEEP_INTERVAL.as_secs() / KEEP_STEP.as_secs()).unwrap_or(1);
        let part = self.gateway.clients().count().div_ceil(steps);
        let behind = self.kept_up_to;
        let next: Vec<Ipv4Addr> = self
            .gateway
            .clients()
            .map(|client| client.info().ip)
            .filter(|ip| behind.is_none_or(|behind| *ip > behind))
            .take(part)
            .collect();
        self.kept_up_to = next.last().copied();
        for client in next {
            self.keep(client);
        }
    }
}

fn user(info: &SessionInfo) -> String {
    String::from_utf8_lossy(&info.session.user_name).into_owned()
}

pub(super) fn report(event: &RadiusEvent) {
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
                "no-request-pending" => "a late or second answer; if there are many, raise radiustimeout",
                _ => "",
            };
            tracing::warn!(%from, reason, hint, "a RADIUS packet was dropped");
        }
        _ => {}
    }
}
