//! The loop that owns the machines.

use super::dynamic::Dynamic;
use super::ending::Ending;
use super::files::Files;
use super::gardens::Gardens;
use super::guests::Guests;
use super::keeping::Turns;
use super::ledger::{Ledger, Legacy};
use super::logins::Logins;
use super::requests::Requests;
use super::traffic::Traffic;
use super::troubles::Troubles;
use super::{Opening, Shared, Work};
use crate::accounting::Queue;
use crate::clock::{Clock, unix_seconds};
use crate::config::Network;
use crate::dataplane::dns::Forwarder;
use crate::handler::{Calls, Handler};
use crate::metrics::Metrics;
use crate::radius::{Purpose, Received};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use wispr::gateway::{Callback, Gateway, Input, Output};

/// How long a clean stop waits for the last accounting records and for the handler.
const FAREWELL: Duration = Duration::from_secs(5);
/// How long it waits for the handler at the very end.
const LAST_CALL: Duration = Duration::from_secs(10);
/// How long it waits for the disk.
const LAST_WRITE: Duration = Duration::from_secs(5);

/// The most inputs of a kind that are taken before the loop looks for others.
const AT_ONCE: usize = 64;

/// Everything that decides, and what connects it.
pub struct Machines {
    clock: Clock,
    pub(super) net: Network,
    pub(super) gateway: Gateway,
    pub(super) logins: Logins,
    pub(super) ledger: Ledger,
    dynamic: Option<Dynamic>,
    pub(super) handler: Option<Handler>,
    pub(super) calls: Calls,
    /// Logins that the handler decides about at present.
    pub(super) asked_handler: usize,
    pub(super) files: Files,
    pub(super) traffic: Traffic,
    /// What sessions open to their clients only.
    pub(super) gardens: Gardens,
    /// Clients that no lease vouches for.
    pub(super) guests: Guests,
    /// Who looks up the hosts of redirected requests, if that is wanted.
    pub(super) resolver: Option<Forwarder>,
    pub(super) metrics: Metrics,
    pub(super) open: Opening,
    pub(super) troubles: Troubles,
    pub(super) requests: Requests,
    /// Which sessions are kept next.
    pub(super) turns: Turns,
    /// The way of running programs back into the loop.
    pub(super) outbox: mpsc::Sender<Work>,
    reload: Arc<Notify>,
    pub(super) stop: Arc<Notify>,
    /// It comes to its end, and nothing opens any more.
    ending: bool,
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
    pub(super) stop: Arc<Notify>,
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
            gardens: Gardens::default(),
            guests: parts.guests,
            resolver: None,
            metrics,
            open,
            troubles: Troubles::default(),
            requests: Requests::default(),
            turns: Turns::new(clock.now()),
            outbox: parts.outbox,
            reload: parts.reload,
            stop: parts.stop,
            ending: false,
        };
        machines.inherit(legacy);
        if !machines.open.get() {
            machines.handle(Input::Shutdown);
        }
        machines.call(Callback::STARTUP);
        machines
    }

    /// Works until it is told to end: to leave everything as it is, or to end all sessions and see their last records off.
    pub(super) async fn run(
        mut self,
        mut works: mpsc::Receiver<Work>,
        mut datagrams: mpsc::Receiver<Received>,
    ) {
        let ending = loop {
            let wake = self.settle();
            tokio::select! {
                work = works.recv() => if let ControlFlow::Break(ending) = self.work_off(work, &mut works) {
                    break ending;
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
        };
        if ending == Ending::Leave && self.ledger.is_durable() {
            self.keep_all();
            return self.ledger.close(LAST_WRITE);
        }
        self.ending = true;
        self.open.set(false);
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
    fn work_off(&mut self, work: Option<Work>, works: &mut mpsc::Receiver<Work>) -> ControlFlow<Ending> {
        self.do_work(work)?;
        for _ in 1..AT_ONCE {
            let Ok(work) = works.try_recv() else { break };
            self.settle_gateway();
            self.do_work(Some(work))?;
        }
        ControlFlow::Continue(())
    }

    fn do_work(&mut self, work: Option<Work>) -> ControlFlow<Ending> {
        match work {
            Some(Work::Ask { request, ui, reply }) => self.ask(*request, ui, reply),
            Some(Work::With(act)) => act(self),
            Some(Work::End(ending)) => return ControlFlow::Break(ending),
            None => return ControlFlow::Break(Ending::Stop),
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
        if !self.ending && self.open.set(open) {
            self.input(if open { Input::Open } else { Input::Shutdown });
        }
    }

    /// Whether clients are served.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open.get()
    }

    /// Whether the gateway comes to its end.
    #[must_use]
    pub const fn is_ending(&self) -> bool {
        self.ending
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
        if self.turns.come(self.now()) {
            self.see_guests_off();
            self.keep_some();
        }
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

    /// Carries out all that the machines want, and says when they have to be woken.
    pub(super) fn settle(&mut self) -> Duration {
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
                return gateway.min(login_wake).min(record_wake).min(self.turns.next());
            }
            for outcome in outcomes {
                self.login_outcome(outcome);
            }
            for (session_id, reply) in &news.replies {
                let packet = reply.view();
                self.handle(Input::AccountingReply { session_id: *session_id, packet: &packet });
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
                Output::Respond { request, response } => self.requests.respond(request, response),
                Output::Close { request } => self.requests.close(request),
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

    fn dynamic_request(&mut self, received: &Received) {
        // Answers come later, from `settle_gateway`.
        let Some(mut dynamic) = self.dynamic.take() else { return };
        for id in dynamic.handle(received) {
            if let Some(incoming) = dynamic.request(id) {
                let packet = incoming.packet.view();
                self.handle(Input::Dynamic { id, packet: &packet });
            }
        }
        self.dynamic = Some(dynamic);
    }
}
