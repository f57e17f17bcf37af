//! What a client knows of each server: address, secret, policy, health, Identifiers.

use super::pool::Pool;
use super::schedule::Rand;
use crate::auth::ReplyPolicy;
use crate::secret::Secret;
use alloc::vec::Vec;
use core::net::SocketAddr;
use core::time::Duration;

/// Requests without a reply after which a server may become doubtful.
const UNANSWERED: u32 = 3;
/// Time without a reply after which a server may become doubtful.
const SILENCE: Duration = Duration::from_secs(30);
/// A doubtful server that is not asked is tried again after this long.
const HOLD: Duration = Duration::from_secs(300);
/// Time between two probes, varied by RAND.
const PROBE_PERIOD: Duration = Duration::from_secs(30);
/// How long the answer to a probe is waited for.
pub(super) const PROBE_TIMEOUT: Duration = Duration::from_secs(20);
/// Answers in a row that make a doubtful server alive.
const PROBE_ANSWERS: u32 = 3;

/// A server of a client.
#[derive(Debug)]
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// The secret that it shares with this client.
    pub secret: Secret,
    /// What its replies must have.
    pub policy: ReplyPolicy,
    /// Require Message-Authenticator for good once a valid one was seen: the "auto" state of spec radius 4.
    pub learn_message_authenticator: bool,
}

impl Server {
    /// A server whose replies must be protected.
    #[must_use]
    pub const fn new(address: SocketAddr, secret: Secret) -> Self {
        Self { address, secret, policy: ReplyPolicy::STRICT, learn_message_authenticator: false }
    }

    /// Asks other things of its replies.
    #[must_use]
    pub const fn policy(mut self, policy: ReplyPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Requires Message-Authenticator for good once a valid one was seen; give it with [`ReplyPolicy::LEGACY`].
    #[must_use]
    pub const fn learn_message_authenticator(mut self) -> Self {
        self.learn_message_authenticator = true;
        self
    }
}

/// Whether a server answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Health {
    /// As far as is known.
    Alive,
    /// Three requests and 30 s went by without a reply; it comes last.
    Doubtful,
}

enum State {
    Alive,
    /// Tried again at `until`.
    Held {
        until: Duration,
    },
    /// Asked with Status-Server.
    Probed {
        next: Duration,
        answers: u32,
    },
}

pub(super) struct Peer {
    pub(super) server: Server,
    pools: Vec<Pool>,
    state: State,
    unanswered: u32,
    /// When the first of the unanswered requests was sent.
    silent_since: Duration,
}

impl Peer {
    pub(super) fn new(server: Server, sockets: u16, last_identifier: u8) -> Self {
        let pools = (0..sockets).map(|_| Pool::new(last_identifier)).collect();
        Self { server, pools, state: State::Alive, unanswered: 0, silent_since: Duration::ZERO }
    }

    pub(super) const fn health(&self) -> Health {
        match self.state {
            State::Alive => Health::Alive,
            State::Held { .. } | State::Probed { .. } => Health::Doubtful,
        }
    }

    /// Takes an Identifier of any source port.
    pub(super) fn take(&mut self, owner: u64) -> Option<(u16, u8)> {
        let (socket, pool) = (0_u16..).zip(&mut self.pools).find(|(_, pool)| pool.has_free())?;
        Some((socket, pool.take(owner)?))
    }

    pub(super) fn take_this(&mut self, socket: u16, identifier: u8, owner: u64) -> bool {
        self.pools.get_mut(usize::from(socket)).is_some_and(|pool| pool.take_this(identifier, owner))
    }

    pub(super) fn owner(&self, socket: u16, identifier: u8) -> Option<u64> {
        self.pools.get(usize::from(socket))?.owner(identifier)
    }

    pub(super) fn release(&mut self, socket: u16, identifier: u8) {
        if let Some(pool) = self.pools.get_mut(usize::from(socket)) {
            pool.release(identifier);
        }
    }

    pub(super) const fn sent(&mut self, now: Duration) {
        if self.unanswered == 0 {
            self.silent_since = now;
        }
        self.unanswered = self.unanswered.saturating_add(1);
    }

    /// A request was answered. Says whether the server is alive again by that.
    pub(super) fn answered(&mut self) -> bool {
        self.unanswered = 0;
        let revived = self.health() == Health::Doubtful;
        self.state = State::Alive;
        revived
    }

    /// A probe was answered. Says whether the server is alive again by that.
    pub(super) fn probe_answered(&mut self, _now: Duration) -> bool {
        let State::Probed { answers, .. } = &mut self.state else { return false };
        *answers += 1;
        if *answers < PROBE_ANSWERS {
            return false;
        }
        self.answered()
    }

    pub(super) const fn probe_missed(&mut self) {
        if let State::Probed { answers, .. } = &mut self.state {
            *answers = 0;
        }
    }

    /// Whether the server changes its state now, and to what.
    pub(super) fn check(&mut self, now: Duration, status_server: bool, rand: Rand) -> Option<Health> {
        match self.state {
            State::Alive
                if self.unanswered >= UNANSWERED && now.saturating_sub(self.silent_since) >= SILENCE =>
            {
                self.state = if status_server {
                    State::Probed { next: now.saturating_add(rand.vary(PROBE_PERIOD)), answers: 0 }
                } else {
                    State::Held { until: now.saturating_add(HOLD) }
                };
                Some(Health::Doubtful)
            }
            State::Held { until } if until <= now => {
                self.answered();
                Some(Health::Alive)
            }
            _ => None,
        }
    }

    /// Whether a probe is to be sent now.
    pub(super) fn probe_due(&mut self, now: Duration, rand: Rand) -> bool {
        match &mut self.state {
            State::Probed { next, .. } if *next <= now => {
                *next = now.saturating_add(rand.vary(PROBE_PERIOD));
                true
            }
            _ => false,
        }
    }

    pub(super) const fn next_timer(&self) -> Option<Duration> {
        match self.state {
            State::Alive => None,
            State::Held { until } => Some(until),
            State::Probed { next, .. } => Some(next),
        }
    }
}
