//! The client: one heartbeat after the other (spec: heartbeat 9).

mod attempt;
mod event;
mod round;
mod runner;

pub use event::{Event, FailureReason, Input, Lookup, Output, Transmit};

use crate::Cipher;
use crate::dns::{Rules, Verdict};
use crate::exec::{Run, TriggerName};
use crate::extension::ExtensionKey;
use crate::liveness::{Liveness, Service};
use crate::random::Random;
use crate::settings::{Settings, SettingsError};
use alloc::boxed::Box;
use alloc::collections::VecDeque;
use core::net::IpAddr;
use core::time::Duration;
use round::Round;
use runner::Runner;

/// The Status Manager's machine.
///
/// # Contract
/// One [`Heartbeat::handle`] for whatever happened, then [`Heartbeat::poll_output`] until it gives
/// [`Output::WaitUntil`], then wait for a datagram, the end of a look-up or of a trigger, or that time; and so on. A
/// [`Input::Tick`] too early is harmless, and so is input that does not fit the state: it is counted
/// ([`Heartbeat::ignored_inputs`]) and otherwise has no effect. `now` counts from any fixed moment and must not run
/// backwards; where it does, it is taken to stand still.
///
/// The machine runs nothing and looks up nothing: [`Output::Run`] and [`Output::Lookup`] say what is to be done, and
/// the caller reports back with [`Input::TriggerEnded`] and [`Input::Addresses`] or [`Input::LookupFailed`].
#[derive(Debug)]
pub struct Heartbeat<R> {
    settings: Settings,
    /// Settings of a reload that wait for the heartbeat under way.
    reloaded: Option<Box<Settings>>,
    cipher: Cipher,
    extension: Option<ExtensionKey>,
    random: R,
    liveness: Liveness,
    state: State,
    timers: Timers,
    runner: Runner,
    server: usize,
    /// Addresses found, one per family, until a heartbeat fails.
    addresses: Option<[Option<IpAddr>; 2]>,
    outputs: VecDeque<Output>,
    now: Duration,
    /// Unix time at moment zero of the caller's clock, once it is known.
    unix_at_zero: Option<i64>,
    newest_nop_time: Option<u32>,
    ignored_inputs: u64,
}

/// What the machine is doing.
#[derive(Debug)]
enum State {
    /// Until the next heartbeat.
    Waiting,
    /// The server's addresses are being looked up.
    LookingUp(Box<Round>),
    /// A query is out.
    Attempting(Box<Round>),
    /// No more heartbeats.
    Stopped,
}

/// The deadlines. [`Output::WaitUntil`] is their minimum.
#[derive(Clone, Copy, Debug, Default)]
struct Timers {
    heartbeat: Option<Duration>,
    attempt: Option<Duration>,
    retransmission: Option<Duration>,
}

/// Which deadline [`Heartbeat::next_timer`] speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// The next heartbeat begins.
    Heartbeat,
    /// The attempt or look-up under way has failed.
    Attempt,
    /// The query is sent again.
    Retransmission,
    /// The running trigger is killed.
    Trigger,
}

impl<R: Random> Heartbeat<R> {
    /// A machine that sends its first heartbeat after a random delay below `period_offline`, or as told.
    ///
    /// # Errors
    /// [`SettingsError`] when the settings cannot be used.
    pub fn new(settings: Settings, mut random: R, now: Duration) -> Result<Self, SettingsError> {
        settings.check()?;
        let delay = match settings.start_delay {
            _ if settings.test_run => Duration::ZERO,
            Some(delay) => delay,
            None => Duration::from_millis(random.below(millis(settings.period_offline))),
        };
        Ok(Self {
            cipher: Cipher::new(&settings.key),
            extension: extension_of(&settings),
            liveness: Liveness::new(settings.compat.fsm, settings.retries),
            runner: Runner::new(settings.trigger_limit),
            settings,
            reloaded: None,
            random,
            state: State::Waiting,
            timers: Timers { heartbeat: Some(now.saturating_add(delay)), ..Timers::default() },
            server: 0,
            addresses: None,
            outputs: VecDeque::new(),
            now,
            unix_at_zero: None,
            newest_nop_time: None,
            ignored_inputs: 0,
        })
    }

    /// Takes over other settings, as SIGHUP does (spec: heartbeat 12): the state of the service and the running timer
    /// stay, cached addresses go, no trigger runs. A heartbeat under way ends with the old ones.
    ///
    /// # Errors
    /// [`SettingsError`] when the settings cannot be used; the old ones stay.
    pub fn reload(&mut self, settings: Settings) -> Result<(), SettingsError> {
        settings.check()?;
        self.reloaded = Some(Box::new(settings));
        if matches!(self.state, State::Waiting | State::Stopped) {
            self.take_reloaded();
        }
        Ok(())
    }

    /// Tells the calendar time that belongs to `now`. Needed by `nop_time_window` only; to be told again when the
    /// system's clock is set.
    pub fn set_unix_time(&mut self, now: Duration, unix_seconds: i64) {
        let elapsed = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        self.unix_at_zero = Some(unix_seconds.saturating_sub(elapsed));
    }

    /// Takes what happened at `now`.
    pub fn handle(&mut self, now: Duration, input: Input<'_>) {
        self.now = now.max(self.now);
        match input {
            Input::Tick => (),
            Input::Datagram(datagram) => self.datagram(datagram),
            Input::NetworkError => match &self.state {
                State::Attempting(_) => self.attempt_failed(FailureReason::Network),
                _ => self.ignored_inputs += 1,
            },
            Input::Addresses(addresses) => self.found(addresses),
            Input::LookupFailed => self.found(&[]),
            Input::TriggerEnded { success } => match self.runner.ended() {
                Some(name) => self.event(Event::TriggerEnded { name, success }),
                None => self.ignored_inputs += 1,
            },
            Input::HeartbeatNow => match &self.state {
                State::Waiting => self.timers.heartbeat = Some(self.now),
                _ => self.ignored_inputs += 1,
            },
            Input::Stop => self.stop(),
        }
        self.fire_timers();
        self.run_triggers();
    }

    /// The next thing to do. Everything is done when it is [`Output::WaitUntil`].
    pub fn poll_output(&mut self) -> Output {
        match self.outputs.pop_front() {
            Some(output) => output,
            None => Output::WaitUntil(self.next_timer().map_or(Duration::MAX, |(_, at)| at)),
        }
    }

    /// Whether a datagram is the response to the query that is out: lets several machines share a socket.
    #[must_use]
    pub fn accepts(&self, datagram: &[u8]) -> bool {
        match &self.state {
            State::Attempting(round) => {
                !matches!(round.expected().judge(datagram, Rules::default()), Verdict::Ignore(_))
            }
            _ => false,
        }
    }

    /// Whether the service is up.
    #[must_use]
    pub const fn service(&self) -> Service {
        self.liveness.service()
    }

    /// Consecutive failed heartbeats.
    #[must_use]
    pub const fn failed(&self) -> u32 {
        self.liveness.failed()
    }

    /// How many inputs did not fit the state, datagrams that did not match included.
    #[must_use]
    pub const fn ignored_inputs(&self) -> u64 {
        self.ignored_inputs
    }

    /// The state's name, for field diagnosis.
    #[must_use]
    pub const fn state_name(&self) -> &'static str {
        match self.state {
            State::Waiting => "waiting",
            State::LookingUp(_) => "looking up",
            State::Attempting(_) => "attempting",
            State::Stopped => "stopped",
        }
    }

    /// The deadline that comes first, for field diagnosis.
    #[must_use]
    pub fn next_timer(&self) -> Option<(Timer, Duration)> {
        let timers = [
            (Timer::Heartbeat, self.timers.heartbeat),
            (Timer::Attempt, self.timers.attempt),
            (Timer::Retransmission, self.timers.retransmission),
            (Timer::Trigger, self.runner.deadline()),
        ];
        timers.into_iter().filter_map(|(timer, at)| Some((timer, at?))).min_by_key(|&(timer, at)| (at, timer))
    }

    fn event(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    /// Each firing moves its timer past now or clears it, so that this ends.
    fn fire_timers(&mut self) {
        while let Some((timer, _)) = self.next_timer().filter(|&(_, at)| at <= self.now) {
            match timer {
                Timer::Heartbeat => self.begin(),
                Timer::Attempt => match &self.state {
                    State::LookingUp(_) => self.found(&[]),
                    _ => self.attempt_failed(FailureReason::Timeout),
                },
                Timer::Retransmission => self.retransmit(),
                Timer::Trigger => {
                    if let Some(name) = self.runner.expired() {
                        self.outputs.push_back(Output::Kill);
                        self.event(Event::TriggerKilled { name });
                    }
                }
            }
        }
    }

    fn run_triggers(&mut self) {
        if let Some(run) = self.runner.next(self.now) {
            self.outputs.push_back(Output::Run(run));
        }
    }

    fn stop(&mut self) {
        if matches!(self.state, State::Stopped) {
            self.ignored_inputs += 1;
            return;
        }
        self.state = State::Stopped;
        self.timers = Timers::default();
        if self.settings.offline_on_exit && self.liveness.service() == Service::Online {
            self.transition(Service::Offline);
        }
        self.event(Event::Stopped);
    }

    /// Queues the trigger of a change of the service.
    fn transition(&mut self, service: Service) {
        let online = service == Service::Online;
        self.event(if online { Event::Online } else { Event::Offline });
        match self.settings.triggers.transition(online) {
            Some(run) => self.queue(run),
            None => self.event(Event::NoTrigger {
                name: if online { TriggerName::Online } else { TriggerName::Offline },
            }),
        }
    }

    fn queue(&mut self, run: Run) {
        if let Some(dropped) = self.runner.queue(run) {
            self.event(Event::TriggerDropped { name: dropped });
        }
    }

    fn take_reloaded(&mut self) {
        let Some(mut settings) = self.reloaded.take() else { return };
        self.cipher = Cipher::new(&settings.key);
        self.extension = extension_of(&settings);
        self.liveness.set_rules(settings.compat.fsm, settings.retries);
        self.runner.limit = settings.trigger_limit;
        self.addresses = None;
        self.server = 0;
        // Not moved out, which would leave a copy of the key behind: what is dropped is wiped.
        core::mem::swap(&mut self.settings, &mut *settings);
    }
}

fn extension_of(settings: &Settings) -> Option<ExtensionKey> {
    let wanted = settings.hardening.auth_filler || settings.hardening.nop_tag;
    wanted.then(|| ExtensionKey::new(&settings.key))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
