//! When to ask for a configuration and what to do with it (spec: hotspot-config 3.3).

use super::{Mode, convert, merge};
use crate::random::{self, Random};
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

/// Time between two requests, from the second one on.
pub const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// The longest wait before the next request when the daemon does not run and there is nothing to go back to.
pub const FIRST_RETRY_MAX: Duration = Duration::from_secs(2 * 60 * 60);

/// A configuration with the whitelist that was made of it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Configuration {
    /// The lines for the daemon: local ones, then received ones, all without `newdomain`.
    pub text: String,
    /// The patterns of the domain file.
    pub patterns: Vec<String>,
}

impl Configuration {
    /// Makes the effective configuration of local and received lines, whose `newdomain` lines are converted together: the
    /// negative patterns of both sides come first (spec: hotspot-config 3.2, 4).
    #[must_use]
    pub fn new(local: &str, received: &str, mode: Mode) -> Self {
        let between = if local.is_empty() || local.ends_with('\n') { "" } else { "\n" };
        let conversion = convert(&[local, between, received].concat(), mode);
        // The local lines stand in front of the received ones, so that they win among themselves as well.
        Self { text: merge(&conversion.remaining, ""), patterns: conversion.patterns }
    }
}

/// What the device has when the machine begins.
#[derive(Clone, Debug, Default)]
pub struct Stored {
    /// The one in use, if there is one.
    pub current: Option<Configuration>,
    /// The last one that worked, from flash.
    pub saved: Option<Configuration>,
    /// The one the device was made with.
    pub factory: Configuration,
}

/// What goes into the machine.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Input {
    /// Time has passed.
    Tick,
    /// The answer to [`Action::Request`]: the received lines, empty for a reject, a timeout or an empty accept.
    Received(String),
    /// The answer to [`Action::AskRunning`].
    Running(bool),
}

/// What comes out of the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Output {
    /// Do this.
    Action(Action),
    /// Nothing more to do before this time; [`Duration::MAX`] while an answer is awaited.
    WaitUntil(Duration),
}

/// What the caller does.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// Ask for the configuration, then feed [`Input::Received`].
    Request,
    /// Look whether the daemon runs (after a reload or start: whether it still does), then feed [`Input::Running`].
    AskRunning,
    /// Put this configuration in the place of the running one.
    Install(Configuration),
    /// Make the running daemon read its configuration again.
    Reload,
    /// Start the daemon.
    Run,
    /// Keep this configuration and its whitelist on flash: it worked.
    Save(Configuration),
}

/// Where in the decision tree the machine is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Waiting for the next request.
    Waiting { until: Duration },
    /// The configuration was asked for.
    Requested,
    /// Is the daemon running, now that there is an answer?
    Before,
    /// Is it running after the reload?
    Reloaded,
    /// Is it running after the start?
    Started,
}

/// Says when a gateway asks for its configuration, when it reloads, and when it goes back to the last one that worked.
///
/// Contract: after [`new`](Self::new) and every [`handle`](Self::handle), drain [`poll_output`](Self::poll_output)
/// until it says [`Output::WaitUntil`], doing the actions in order; then wait for that time or the awaited answer and
/// feed it. An input that does not fit the state is ignored; a [`Input::Tick`] too early is harmless.
///
/// The first request is at once, the second at a random second of the following 24 h, each later one 24 h after the one
/// before, which spreads the load after a power cut. Seed the random source with more than the clock.
#[derive(Debug)]
pub struct Refresh<R> {
    random: R,
    local: String,
    mode: Mode,
    stored: Stored,
    state: State,
    /// Whether the configuration in use has not worked yet.
    changed: bool,
    /// Whether the first wait of a day is still to come.
    first: bool,
    outputs: VecDeque<Output>,
}

impl<R: Random> Refresh<R> {
    /// Begins at `now` with a request. `local` are the lines that win over received ones.
    pub fn new(stored: Stored, local: &str, mode: Mode, random: R, now: Duration) -> Self {
        let mut machine = Self {
            random,
            local: local.into(),
            mode,
            stored,
            state: State::Waiting { until: now },
            changed: false,
            first: true,
            outputs: VecDeque::new(),
        };
        machine.handle(now, Input::Tick);
        machine
    }

    /// Takes an input.
    pub fn handle(&mut self, now: Duration, input: Input) {
        match (self.state, input) {
            (State::Waiting { until }, Input::Tick) if until <= now => {
                self.state = State::Requested;
                self.act(Action::Request);
            }
            (State::Requested, Input::Received(lines)) => {
                self.receive(&lines);
                self.state = State::Before;
                self.act(Action::AskRunning);
            }
            (State::Before, Input::Running(true)) if self.changed => {
                self.act(Action::Reload);
                self.state = State::Reloaded;
                self.act(Action::AskRunning);
            }
            (State::Before | State::Reloaded, Input::Running(true)) => self.works(now),
            (State::Before, Input::Running(false)) => self.run(),
            (State::Reloaded, Input::Running(false)) => self.restore(),
            (State::Started, Input::Running(true)) => self.works(now),
            (State::Started, Input::Running(false)) if self.changed => self.restore(),
            (State::Started, Input::Running(false)) => {
                let wait = self.random_up_to(FIRST_RETRY_MAX);
                self.state = State::Waiting { until: now.saturating_add(wait) };
            }
            _ => {}
        }
    }

    /// The next thing to do. See the contract above.
    pub fn poll_output(&mut self) -> Output {
        self.outputs.pop_front().unwrap_or(Output::WaitUntil(match self.state {
            State::Waiting { until } => until,
            _ => Duration::MAX,
        }))
    }

    /// The state, for diagnosis.
    #[must_use]
    pub const fn state_name(&self) -> &'static str {
        match self.state {
            State::Waiting { .. } => "waiting",
            State::Requested => "requested",
            State::Before => "asking-before",
            State::Reloaded => "asking-after-reload",
            State::Started => "asking-after-start",
        }
    }

    /// The configuration in use.
    #[must_use]
    pub const fn current(&self) -> Option<&Configuration> {
        self.stored.current.as_ref()
    }

    fn act(&mut self, action: Action) {
        self.outputs.push_back(Output::Action(action));
    }

    fn receive(&mut self, lines: &str) {
        if lines.is_empty() {
            // Nothing received: keep what is in use; without any, the saved one, else the factory's.
            if self.stored.current.is_none() {
                let fallback = self.stored.saved.clone().unwrap_or_else(|| self.stored.factory.clone());
                self.install(fallback);
                self.changed = false;
            }
            return;
        }
        let new = Configuration::new(&self.local, lines, self.mode);
        if self.stored.current.as_ref() != Some(&new) {
            self.install(new);
            self.changed = true;
        }
    }

    fn install(&mut self, configuration: Configuration) {
        self.stored.current = Some(configuration.clone());
        self.act(Action::Install(configuration));
    }

    fn run(&mut self) {
        self.act(Action::Run);
        self.state = State::Started;
        self.act(Action::AskRunning);
    }

    /// Goes back to the last configuration that worked, and starts the daemon with it.
    fn restore(&mut self) {
        let good = self.stored.saved.clone().unwrap_or_else(|| self.stored.factory.clone());
        self.install(good);
        self.changed = false;
        self.run();
    }

    /// The daemon runs with the configuration in use.
    fn works(&mut self, now: Duration) {
        if self.changed {
            self.changed = false;
            if let Some(current) = self.stored.current.clone() {
                self.stored.saved = Some(current.clone());
                self.act(Action::Save(current));
            }
        }
        let wait = if core::mem::take(&mut self.first) { self.random_up_to(DAY) } else { DAY };
        self.state = State::Waiting { until: now.saturating_add(wait) };
    }

    /// A random whole second up to `longest`, at least one.
    fn random_up_to(&mut self, longest: Duration) -> Duration {
        let bits = u64::from(u32::from_be_bytes(random::octets(&mut self.random)));
        Duration::from_secs(1 + ((bits * longest.as_secs()) >> 32))
    }
}
