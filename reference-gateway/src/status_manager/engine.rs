//! The task that owns the machine: sockets, look-ups, timers and processes go in and out here.

use super::trigger::{Execution, Running};
use super::{Options, StartError, Status};
use crate::clock::{Clock, unix_seconds};
use crate::random::SystemRandom;
use heartbeat::liveness::Service;
use heartbeat::machine::{Event, Input, Lookup, Output, Timer, Transmit};
use heartbeat::{Heartbeat, Settings};
use std::future::pending;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

/// The largest datagram UDP carries.
const MAX_DATAGRAM: usize = 65_535;

/// What the handle asks for.
#[derive(Debug)]
pub(super) enum Command {
    Reload { settings: Box<Settings>, execution: Execution, reply: oneshot::Sender<Result<(), StartError>> },
    HeartbeatNow,
    Stop,
}

pub(super) struct Engine {
    clock: Clock,
    machine: Heartbeat<SystemRandom>,
    execution: Execution,
    watcher: Option<mpsc::UnboundedSender<Event>>,
    commands: mpsc::UnboundedReceiver<Command>,
    service: watch::Sender<Service>,
    status: watch::Sender<Status>,
    /// What will be shown once everything that happened together is counted.
    current: Status,
    /// Of the attempt under way.
    socket: Option<UdpSocket>,
    lookup: Option<JoinHandle<io::Result<Vec<IpAddr>>>>,
    running: Option<Running>,
    /// No more than the end of running triggers is waited for.
    ending: bool,
}

/// What the engine waited for.
enum Woken {
    Time,
    Command(Option<Command>),
    Received(io::Result<usize>),
    Found(Vec<IpAddr>),
    Ended { success: bool },
}

impl Engine {
    pub(super) fn new(
        clock: Clock,
        machine: Heartbeat<SystemRandom>,
        options: Options,
        commands: mpsc::UnboundedReceiver<Command>,
        service: watch::Sender<Service>,
        status: watch::Sender<Status>,
    ) -> Self {
        let Options { execution, watcher } = options;
        let current = status.borrow().clone();
        Self {
            current,
            clock,
            machine,
            execution,
            watcher,
            commands,
            service,
            status,
            socket: None,
            lookup: None,
            running: None,
            ending: false,
        }
    }

    pub(super) async fn run(mut self) {
        let mut buffer = vec![0; MAX_DATAGRAM];
        loop {
            let wake = self.settle().await;
            if self.ending && self.running.is_none() {
                return;
            }
            let woken = self.wait(wake, &mut buffer).await;
            self.machine.set_unix_time(self.clock.now(), unix_seconds());
            match woken {
                Woken::Time => self.feed(Input::Tick),
                Woken::Command(None) => return,
                Woken::Command(Some(command)) => self.command(command),
                Woken::Received(Ok(length)) => {
                    self.feed(Input::Datagram(buffer.get(..length).unwrap_or_default()));
                }
                Woken::Received(Err(error)) => {
                    tracing::debug!(%error, "the heartbeat's socket");
                    self.feed(Input::NetworkError);
                }
                Woken::Found(addresses) => self.feed(Input::Addresses(&addresses)),
                Woken::Ended { success } => self.feed(Input::TriggerEnded { success }),
            }
        }
    }

    fn feed(&mut self, input: Input<'_>) {
        self.machine.handle(self.clock.now(), input);
    }

    async fn wait(&mut self, wake: Duration, buffer: &mut [u8]) -> Woken {
        let kill = self.running.as_ref().and_then(Running::kill_at);
        let wake = self.clock.instant(wake);
        let wake = kill.map_or(wake, |kill| kill.min(wake));
        tokio::select! {
            received = receive(self.socket.as_ref(), buffer) => Woken::Received(received),
            command = self.commands.recv() => Woken::Command(command),
            found = found(&mut self.lookup) => Woken::Found(found),
            success = ended(&mut self.running) => {
                self.running = None;
                Woken::Ended { success }
            }
            () = tokio::time::sleep_until(wake) => {
                if let Some(running) = &mut self.running {
                    running.kill_if_due();
                }
                Woken::Time
            }
        }
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::HeartbeatNow => self.feed(Input::HeartbeatNow),
            Command::Stop => self.feed(Input::Stop),
            Command::Reload { settings, execution, reply } => {
                let taken = execution.prepare(&settings).map_err(StartError::from);
                let taken = taken.and_then(|()| self.machine.reload(*settings).map_err(StartError::from));
                if taken.is_ok() {
                    self.execution = execution;
                }
                // Who asked may have gone.
                let _ = reply.send(taken);
            }
        }
    }

    /// Does what there is to do; returns when to come back.
    async fn settle(&mut self) -> Duration {
        let wake = loop {
            match self.machine.poll_output() {
                Output::WaitUntil(wake) => break wake,
                Output::Event(event) => self.event(event),
                Output::Lookup(lookup) => {
                    // One that is still running is of no use any more; its thread ends by itself.
                    self.lookup = Some(tokio::spawn(look_up(lookup)));
                }
                Output::Transmit(transmit) => {
                    if let Err(error) = self.transmit(&transmit).await {
                        let to = transmit.destination;
                        tracing::debug!(%error, %to, "the query was not sent");
                        self.feed(Input::NetworkError);
                    }
                }
                Output::Run(run) => match self.execution.start(&run) {
                    Ok(running) => self.running = Some(running),
                    Err(error) => {
                        tracing::error!(trigger = %run.name, "{error}");
                        self.feed(Input::TriggerEnded { success: false });
                    }
                },
                Output::Kill => {
                    if let Some(running) = &mut self.running {
                        running.terminate();
                    }
                }
                other => tracing::error!(?other, "an order that is not known here"),
            }
        };
        if self.machine.state_name() != "attempting" {
            self.socket = None;
        }
        if self.machine.state_name() != "looking up" {
            self.lookup = None;
        }
        let next = self.machine.next_timer().filter(|(timer, _)| *timer == Timer::Heartbeat);
        let wait = next.map(|(_, at)| at.saturating_sub(self.clock.now()));
        let service = self.machine.service();
        self.current.service = service;
        self.current.failed = self.machine.failed();
        self.current.due(wait);
        self.status.send_if_modified(|shown| {
            let changed = *shown != self.current;
            shown.clone_from(&self.current);
            changed
        });
        self.service.send_if_modified(|shown| core::mem::replace(shown, service) != service);
        wake
    }

    async fn transmit(&mut self, transmit: &Transmit) -> io::Result<()> {
        if transmit.new_socket {
            self.socket = None;
            self.socket = Some(connect(transmit).await?);
        }
        match &self.socket {
            Some(socket) => socket.send(&transmit.payload).await.map(drop),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    fn event(&mut self, event: Event) {
        log(&event);
        self.current.count(&event);
        self.ending |= matches!(event, Event::Stopped | Event::TestEnded { .. });
        if let Some(watcher) = &self.watcher {
            // Nobody needs to watch any more.
            let _ = watcher.send(event);
        }
    }
}

/// A socket for one attempt, on the port that was drawn, or any other where that is taken (spec: heartbeat 7.3).
async fn connect(transmit: &Transmit) -> io::Result<UdpSocket> {
    let any: IpAddr = match transmit.destination {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = match UdpSocket::bind((any, transmit.source_port)).await {
        Ok(socket) => socket,
        Err(_) => UdpSocket::bind((any, 0)).await?,
    };
    socket.connect(transmit.destination).await?;
    Ok(socket)
}

async fn receive(socket: Option<&UdpSocket>, buffer: &mut [u8]) -> io::Result<usize> {
    match socket {
        Some(socket) => socket.recv(buffer).await,
        None => pending().await,
    }
}

async fn look_up(lookup: Lookup) -> io::Result<Vec<IpAddr>> {
    let found = tokio::net::lookup_host((lookup.host.as_str(), 0)).await?;
    Ok(found.map(|found| found.ip()).collect())
}

/// The addresses of the look-up under way; none when it failed.
async fn found(lookup: &mut Option<JoinHandle<io::Result<Vec<IpAddr>>>>) -> Vec<IpAddr> {
    let Some(task) = lookup else { return pending().await };
    let found = task.await;
    *lookup = None;
    match found {
        Ok(Ok(addresses)) => addresses,
        Ok(Err(error)) => {
            tracing::debug!(%error, "the server's name");
            Vec::new()
        }
        Err(_) => Vec::new(),
    }
}

async fn ended(running: &mut Option<Running>) -> bool {
    match running {
        Some(running) => running.ended().await,
        None => pending().await,
    }
}

/// The lines operators know at debug level, changes at info (spec: heartbeat 12).
fn log(event: &Event) {
    match event {
        Event::Query(query) => tracing::debug!("{query}"),
        Event::Answer(answer) => tracing::debug!("{answer}"),
        Event::AnswerInvalid(reason) => tracing::warn!("the answer counts, but is not valid: {reason}"),
        Event::DatagramIgnored(reason) => tracing::debug!("a datagram was ignored: {reason}"),
        Event::AttemptFailed(reason) => tracing::debug!("attempt failed: {reason}"),
        Event::HeartbeatFailed { failed } => tracing::info!("heartbeat failed, {failed} in a row"),
        Event::Online => tracing::info!("online"),
        Event::Offline => tracing::warn!("offline"),
        Event::NoTrigger { name } => tracing::info!("no command for trigger {name}"),
        Event::TriggerDropped { name } => tracing::warn!("trigger {name} was dropped before it started"),
        Event::TriggerEnded { name, success: true } => tracing::info!("trigger {name} is done"),
        Event::TriggerEnded { name, success: false } => tracing::warn!("trigger {name} failed"),
        Event::TriggerKilled { name } => tracing::warn!("trigger {name} took too long and is killed"),
        Event::TestEnded { valid } => tracing::debug!(valid, "test run ended"),
        Event::Stopped => tracing::info!("stopped"),
        other => tracing::debug!(?other),
    }
}
