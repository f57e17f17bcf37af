//! What the Status Manager has done so far.

use crate::clock::unix_seconds;
use heartbeat::Settings;
use heartbeat::answer::Answer;
use heartbeat::liveness::Service;
use heartbeat::machine::{Event, FailureReason};
use serde_json::{Value, json};
use std::fmt;
use std::time::Duration;

/// State, counters and times. Times are seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// The hotspot's MAC.
    pub mac: heartbeat::Mac,
    /// Whether the service is up.
    pub service: Service,
    /// Since when.
    pub service_since: i64,
    /// Consecutive failed heartbeats.
    pub failed: u32,
    /// When it was started.
    pub started: i64,
    /// When the next heartbeat is due; nothing while one is under way or after the end.
    pub next_heartbeat: Option<i64>,
    /// When the last valid answer came.
    pub last_answer: Option<i64>,
    /// What the last failed attempt failed of.
    pub last_failure: Option<String>,
    /// What happened how often.
    pub counters: Counters,
}

/// What happened how often since the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Counters {
    /// Heartbeats begun.
    pub heartbeats: u64,
    /// Valid acknowledgements.
    pub acknowledgements: u64,
    /// Valid instructions.
    pub instructions: u64,
    /// Texts that were not valid but counted as a sign of life (`compat.liveness = transport`).
    pub invalid_but_alive: u64,
    /// Heartbeats that failed.
    pub failures: u64,
    /// Look-ups without an address.
    pub lookup_failures: u64,
    /// Attempts without an answer in time.
    pub timeouts: u64,
    /// Attempts that the network ended, such as port unreachable.
    pub network_errors: u64,
    /// Attempts that were refused: SERVFAIL and the other codes.
    pub refused: u64,
    /// Attempts with a response that cannot be read.
    pub malformed: u64,
    /// Attempts with a text that is no valid answer: forged, replayed, garbage.
    pub invalid: u64,
    /// Datagrams that were not for the attempt under way.
    pub ignored: u64,
    /// Triggers that ended well.
    pub triggers: u64,
    /// Triggers that failed.
    pub failed_triggers: u64,
    /// Triggers that took too long and were killed.
    pub killed_triggers: u64,
}

impl Status {
    pub(super) fn new(settings: &Settings) -> Self {
        let now = unix_seconds();
        Self {
            mac: settings.identity.mac,
            service: Service::Offline,
            service_since: now,
            failed: 0,
            started: now,
            next_heartbeat: None,
            last_answer: None,
            last_failure: None,
            counters: Counters::default(),
        }
    }

    /// Counts an event.
    pub(super) fn count(&mut self, event: &Event) {
        let counters = &mut self.counters;
        match event {
            Event::Query(_) => counters.heartbeats += 1,
            Event::Answer(answer) => {
                self.last_answer = Some(unix_seconds());
                match **answer {
                    Answer::Nop(_) => counters.acknowledgements += 1,
                    _ => counters.instructions += 1,
                }
            }
            Event::AnswerInvalid(_) => counters.invalid_but_alive += 1,
            Event::DatagramIgnored(_) => counters.ignored += 1,
            Event::AttemptFailed(reason) => {
                self.last_failure = Some(reason.to_string());
                *match reason {
                    FailureReason::Lookup => &mut counters.lookup_failures,
                    FailureReason::Timeout => &mut counters.timeouts,
                    FailureReason::Network => &mut counters.network_errors,
                    FailureReason::Dns(heartbeat::dns::FailReason::Refused(_)) => &mut counters.refused,
                    FailureReason::Dns(_) => &mut counters.malformed,
                    _ => &mut counters.invalid,
                } += 1;
            }
            Event::HeartbeatFailed { .. } => counters.failures += 1,
            Event::Online | Event::Offline => self.service_since = unix_seconds(),
            Event::TriggerEnded { success: true, .. } => counters.triggers += 1,
            Event::TriggerEnded { success: false, .. } => counters.failed_triggers += 1,
            Event::TriggerKilled { .. } => counters.killed_triggers += 1,
            _ => (),
        }
    }

    /// Notes when the next heartbeat is due.
    pub(super) fn due(&mut self, wait: Option<Duration>) {
        let seconds = |wait: Duration| i64::try_from(wait.as_secs()).unwrap_or(i64::MAX);
        self.next_heartbeat = wait.map(|wait| unix_seconds().saturating_add(seconds(wait)));
    }

    /// For programs.
    #[must_use]
    pub fn json(&self) -> Value {
        let c = &self.counters;
        json!({
            "mac": self.mac.to_string(),
            "service": service_name(self.service),
            "service_since": self.service_since,
            "failed": self.failed,
            "started": self.started,
            "next_heartbeat": self.next_heartbeat,
            "last_answer": self.last_answer,
            "last_failure": self.last_failure,
            "counters": {
                "heartbeats": c.heartbeats,
                "acknowledgements": c.acknowledgements,
                "instructions": c.instructions,
                "invalid_but_alive": c.invalid_but_alive,
                "failures": c.failures,
                "lookup_failures": c.lookup_failures,
                "timeouts": c.timeouts,
                "network_errors": c.network_errors,
                "refused": c.refused,
                "malformed": c.malformed,
                "invalid": c.invalid,
                "ignored": c.ignored,
                "triggers": c.triggers,
                "failed_triggers": c.failed_triggers,
                "killed_triggers": c.killed_triggers,
            },
        })
    }
}

impl fmt::Display for Status {
    /// One line for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counters { heartbeats, failures, .. } = self.counters;
        write!(f, "{}, {heartbeats} heartbeats, {failures} failed", service_name(self.service))?;
        match &self.last_failure {
            Some(reason) if self.failed > 0 => write!(f, ", {} in a row: {reason}", self.failed),
            _ => Ok(()),
        }
    }
}

/// `online` or `offline`.
#[must_use]
pub const fn service_name(service: Service) -> &'static str {
    match service {
        Service::Online => "online",
        Service::Offline => "offline",
    }
}
