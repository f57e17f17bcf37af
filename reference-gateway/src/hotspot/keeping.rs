//! Sessions and the disk: all are kept in turn, and those of an earlier run go on or are closed.

use super::ledger::{Left, Legacy};
use super::machines::Machines;
use std::net::Ipv4Addr;
use std::time::Duration;
use wispr::gateway::{Input, TerminateCause};

/// Every session is kept this often at least (gateway-dataplane 9.4), a part of them at a time.
const INTERVAL: Duration = Duration::from_secs(300);
/// How often a part of the sessions is kept.
const STEP: Duration = Duration::from_secs(3);

/// Whose turn it is.
pub(super) struct Turns {
    next: Duration,
    /// The client that the next part begins behind.
    up_to: Option<Ipv4Addr>,
}

impl Turns {
    pub(super) fn new(now: Duration) -> Self {
        Self { next: now + STEP, up_to: None }
    }

    /// Whether a turn has come; then the next one is later.
    pub(super) fn come(&mut self, now: Duration) -> bool {
        let come = now >= self.next;
        if come {
            self.next = now + STEP;
        }
        come
    }

    /// When the next part is due.
    pub(super) const fn next(&self) -> Duration {
        self.next
    }
}

impl Machines {
    /// Goes on with the sessions of an earlier run, or closes them.
    pub(super) fn inherit(&mut self, legacy: Legacy) {
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

    pub(super) fn keep(&mut self, client: Ipv4Addr) {
        if let Some(session) = self.gateway.save(client) {
            self.ledger.keep(&session);
        }
    }

    /// Keeps the sessions whose turn it is, so that all get their turn in time and no turn is long.
    pub(super) fn keep_some(&mut self) {
        let steps = usize::try_from(INTERVAL.as_secs() / STEP.as_secs()).unwrap_or(1);
        let part = self.gateway.clients().count().div_ceil(steps);
        let behind = self.turns.up_to;
        let next: Vec<Ipv4Addr> = self
            .gateway
            .clients()
            .map(|client| client.info().ip)
            .filter(|ip| behind.is_none_or(|behind| *ip > behind))
            .take(part)
            .collect();
        self.turns.up_to = next.last().copied();
        for client in next {
            self.keep(client);
        }
    }
}
