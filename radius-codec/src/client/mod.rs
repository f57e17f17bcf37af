//! The client machine: one request's life from sending to the verified reply (spec: radius 17).
//!
//! One [`Client`] serves one kind of port: one for authentication (1812), one for accounting (1813), one for dynamic
//! authorization (3799). It has no socket and no clock: see [`Client`] for the loop round it.

mod config;
mod io;
mod pending;
mod pool;
mod request;
mod schedule;
mod servers;

pub use config::Config;
pub use io::{Event, Failure, Input, Output, Reply, RequestId, SendError, Transmit};
pub use request::Request;
pub use schedule::{Progress, Rand, Rfc5080, Schedule, Step, VendorPlan};
pub use servers::{Health, Server};

use crate::auth::{RequestHeader, verify_reply};
use crate::code::Code;
use crate::packet::{Limits, MAX_LEN, Packet};
use crate::random::{self, Random};
use crate::stream::Identifiers;
use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use bytes::Bytes;
use core::net::SocketAddr;
use core::time::Duration;
use pending::{Attempt, Pending, Purpose, Table};
use servers::Peer;

/// A RADIUS client without sockets and clock.
///
/// Contract: after every [`send`](Self::send), [`cancel`](Self::cancel) and [`handle`](Self::handle), drain
/// [`poll_output`](Self::poll_output) until it says [`Output::WaitUntil`]; then wait for a datagram or that time, and
/// feed it. A [`Input::Tick`] too early is harmless. Time is the [`Duration`] since any fixed moment and must not run
/// backwards.
///
/// A reply is taken only from the address and port the request went to, with its Identifier, a fitting code, right
/// authenticators, and what the policy of the server asks for. Everything else is dropped, counted by reason and
/// reported as an [`Event::Dropped`]; the request stays pending.
///
/// A retransmission is the same octets again. Going on to another server makes a new packet with a new Identifier and
/// Authenticator; the vendor plan keeps the packet where both servers have the same secret. Answers to earlier packets
/// of the request are still taken.
pub struct Client<R> {
    random: R,
    schedule: Schedule,
    deadline: Option<Duration>,
    status_server: bool,
    limits: Limits,
    peers: Vec<Peer>,
    /// The server that answered last.
    preferred: usize,
    pending: Table,
    next_id: u64,
    outputs: VecDeque<Output>,
    /// In the order of the words.
    dropped: Vec<(&'static str, u64)>,
}

impl<R: Random> Client<R> {
    /// Makes a client. `random` is asked for authenticators and for the variation of waits.
    pub fn new(config: Config, random: R) -> Self {
        let Config { servers, schedule, sockets, deadline, status_server, watchdog, limits } = config;
        let last = if watchdog { Identifiers::WATCHDOG - 1 } else { u8::MAX };
        let peers = servers.into_iter().map(|server| Peer::new(server, sockets, last)).collect();
        Self {
            random,
            schedule,
            deadline,
            status_server,
            limits,
            peers,
            preferred: 0,
            pending: Table::new(),
            next_id: 0,
            outputs: VecDeque::new(),
            dropped: Vec::new(),
        }
    }

    /// Sends a request: to the server that answered last, then on to the others.
    ///
    /// # Errors
    /// When it cannot be written, or no Identifier is free.
    pub fn send(&mut self, now: Duration, request: Request) -> Result<RequestId, SendError> {
        let order = self.order();
        self.begin(now, request, order, self.schedule, Purpose::Caller)
    }

    /// Sends a request to one server only: one that carries State, to the server that gave it.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_to(
        &mut self,
        now: Duration,
        request: Request,
        server: usize,
    ) -> Result<RequestId, SendError> {
        if server >= self.peers.len() {
            return Err(SendError::NoServer);
        }
        self.begin(now, request, alloc::vec![server], self.schedule, Purpose::Caller)
    }

    /// Whether a request of the caller's still waits for its reply.
    #[must_use]
    pub fn is_pending(&self, id: RequestId) -> bool {
        self.pending.get(id.0).is_some_and(|pending| matches!(pending.purpose, Purpose::Caller))
    }

    /// Calls a request off; it ends with [`Failure::Cancelled`].
    pub fn cancel(&mut self, id: RequestId) {
        self.fail(id.0, Failure::Cancelled);
    }

    /// Takes an input.
    pub fn handle(&mut self, now: Duration, input: Input<'_>) {
        if let Input::Datagram { socket, from, octets } = input
            && let Err((server, reason)) = self.datagram(now, socket, from, octets)
        {
            self.count_dropped(reason);
            self.outputs.push_back(Output::Event(Event::Dropped { from, server, reason }));
        }
        self.tick(now);
    }

    fn count_dropped(&mut self, reason: &'static str) {
        match self.dropped.binary_search_by_key(&reason, |(known, _)| known) {
            Ok(at) => {
                if let Some((_, count)) = self.dropped.get_mut(at) {
                    *count += 1;
                }
            }
            Err(at) => self.dropped.insert(at, (reason, 1)),
        }
    }

    /// The next thing to do. See the contract above.
    pub fn poll_output(&mut self) -> Output {
        self.outputs.pop_front().unwrap_or_else(|| Output::WaitUntil(self.next_timer()))
    }

    /// When there is something to do next; [`Duration::MAX`] for never.
    #[must_use]
    pub fn next_timer(&self) -> Duration {
        let requests = self.pending.iter().map(Pending::next_timer);
        let peers = self.peers.iter().filter_map(Peer::next_timer);
        requests.chain(peers).min().unwrap_or(Duration::MAX)
    }

    /// How many requests are pending, probes included.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    /// The server that answered last, in the order of the configuration.
    #[must_use]
    pub const fn preferred_server(&self) -> usize {
        self.preferred
    }

    /// What a server is at present.
    #[must_use]
    pub fn health(&self, server: usize) -> Option<Health> {
        self.peers.get(server).map(Peer::health)
    }

    /// Dropped datagrams by reason.
    pub fn dropped(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.dropped.iter().copied()
    }

    /// Whether a datagram from there could be for this machine; lets several share a socket.
    #[must_use]
    pub fn accepts(&self, from: SocketAddr, octets: &[u8]) -> bool {
        let code = octets.first().copied().map(Code);
        self.peers.iter().any(|peer| peer.server.address == from)
            && code.is_some_and(|code| !code.is_request())
    }

    /// Servers from the one that answered last round to it; doubtful ones at the end.
    fn order(&self) -> Vec<usize> {
        let count = self.peers.len();
        if matches!(self.schedule, Schedule::Vendor(_)) {
            // The plan knows a primary and a secondary.
            let count = count.min(2);
            return (0..count).map(|i| (self.preferred + i) % count).collect();
        }
        let mut order = Vec::with_capacity(count);
        for wanted in [Health::Alive, Health::Doubtful] {
            order.extend(
                (0..count)
                    .map(|i| (self.preferred + i) % count)
                    .filter(|server| self.peers.get(*server).is_some_and(|peer| peer.health() == wanted)),
            );
        }
        order
    }

    fn begin(
        &mut self,
        now: Duration,
        request: Request,
        order: Vec<usize>,
        schedule: Schedule,
        purpose: Purpose,
    ) -> Result<RequestId, SendError> {
        let first = *order.first().ok_or(SendError::NoServer)?;
        let id = self.next_id;
        let deadline = match purpose {
            Purpose::Caller => self.deadline.map(|deadline| now.saturating_add(deadline)),
            Purpose::Probe => None,
        };
        let mut pending = Box::new(Pending {
            id,
            purpose,
            request,
            progress: Progress::new(schedule),
            attempts: Vec::new(),
            order,
            place: 0,
            wake: now,
            deadline,
        });
        // A server without a free Identifier is passed over.
        loop {
            match self.attempt(&mut pending, false) {
                Ok(()) => break,
                Err(SendError::NoIdentifier { .. }) if pending.place + 1 < pending.order.len() => {
                    pending.place += 1;
                }
                Err(SendError::NoIdentifier { .. }) => return Err(SendError::NoIdentifier { server: first }),
                Err(error) => return Err(error),
            }
        }
        self.next_id += 1;
        let step = pending.progress.next(self.rand());
        self.transmit(now, &mut pending, step);
        self.pending.insert(pending);
        Ok(RequestId(id))
    }

    fn rand(&mut self) -> Rand {
        Rand::from_bits(u32::from_be_bytes(random::octets(&mut self.random)))
    }

    /// Makes the packet for the present server. With `keep`, the last packet is used again if it can be.
    fn attempt(&mut self, pending: &mut Pending, keep: bool) -> Result<(), SendError> {
        let server = *pending.order.get(pending.place).ok_or(SendError::NoServer)?;
        if pending.attempts.iter().any(|attempt| attempt.server == server) {
            return Ok(());
        }
        if keep && self.share_attempt(pending, server) {
            return Ok(());
        }
        let peer = self.peers.get_mut(server).ok_or(SendError::NoServer)?;
        let (socket, identifier) = peer.take(pending.id).ok_or(SendError::NoIdentifier { server })?;
        let authenticator = random::octets(&mut self.random);
        let mut out = [0; MAX_LEN];
        let written = pending.request.write_to(&mut out, identifier, authenticator, &peer.server.secret);
        let parsed = written.map(|length| Bytes::copy_from_slice(out.get(..length).unwrap_or_default()));
        let payload = match parsed {
            Ok(payload) => payload,
            Err(error) => {
                peer.release(socket, identifier);
                return Err(error.into());
            }
        };
        let header = RequestHeader {
            code: pending.request.code(),
            identifier,
            // The builder wrote the packet, so the header is there.
            authenticator: Packet::parse(&payload).map_or([0; 16], |packet| *packet.authenticator()),
            has_proxy_state: pending.request.has_proxy_state(),
        };
        pending.attempts.push(Attempt { server, socket, header, payload });
        Ok(())
    }

    /// Sends the same packet to another server, where the secret is the same and the Identifier is free.
    fn share_attempt(&mut self, pending: &mut Pending, server: usize) -> bool {
        let Some(last) = pending.attempts.last() else { return false };
        let (socket, header) = (last.socket, last.header);
        let payload = last.payload.clone();
        let same = match (self.peers.get(last.server), self.peers.get(server)) {
            (Some(from), Some(to)) => from.server.secret.same_as(&to.server.secret),
            _ => false,
        };
        let Some(peer) = self.peers.get_mut(server).filter(|_| same) else { return false };
        if !peer.take_this(socket, header.identifier, pending.id) {
            return false;
        }
        pending.attempts.push(Attempt { server, socket, header, payload });
        true
    }

    /// Puts out the packet for the present server and sets the next wake-up.
    fn transmit(&mut self, now: Duration, pending: &mut Pending, step: Step) {
        let (Step::Again(wait) | Step::Next(wait)) = step else { return };
        pending.wake = now.saturating_add(wait);
        let server = pending.order.get(pending.place).copied();
        let Some(attempt) = pending.attempts.iter().find(|attempt| Some(attempt.server) == server) else {
            return;
        };
        if let Some(peer) = self.peers.get_mut(attempt.server) {
            if matches!(pending.purpose, Purpose::Caller) {
                peer.sent(now);
            }
            self.outputs.push_back(Output::Transmit(Transmit {
                socket: attempt.socket,
                to: peer.server.address,
                payload: attempt.payload.clone(),
            }));
        }
    }

    fn tick(&mut self, now: Duration) {
        let due: Vec<u64> = self
            .pending
            .iter()
            .filter(|pending| pending.next_timer() <= now)
            .map(|pending| pending.id)
            .collect();
        for id in due {
            self.wake(now, id);
        }
        for server in 0..self.peers.len() {
            self.check_peer(now, server);
        }
    }

    /// The wait of a request is over.
    fn wake(&mut self, now: Duration, id: u64) {
        let Some(mut pending) = self.pending.remove(id) else { return };
        if pending.deadline.is_some_and(|deadline| deadline <= now) {
            self.pending.insert(pending);
            return self.fail(id, Failure::Deadline);
        }
        let rand = self.rand();
        let mut step = pending.progress.next(rand);
        if matches!(step, Step::Again(_)) && self.should_move_on(&pending) {
            step = self.move_on(&mut pending).unwrap_or(step);
        }
        match step {
            Step::Again(_) => {}
            Step::Next(_) => {
                pending.place = (pending.place + 1) % pending.order.len().max(1);
                if self.attempt(&mut pending, true).is_err() {
                    // No packet for that server: the send is skipped, its wait is kept.
                    step = match step {
                        Step::Next(wait) => {
                            pending.wake = now.saturating_add(wait);
                            self.pending.insert(pending);
                            return;
                        }
                        other => other,
                    };
                }
            }
            Step::Exhausted => match self.next_server(&mut pending) {
                Some(first) => step = first,
                None => {
                    self.pending.insert(pending);
                    return self.fail(id, Failure::Timeout);
                }
            },
        }
        self.transmit(now, &mut pending, step);
        self.pending.insert(pending);
    }

    /// Begins anew with the next server that can be tried; the vendor plan has been round already.
    fn next_server(&mut self, pending: &mut Pending) -> Option<Step> {
        if matches!((self.schedule, &pending.purpose), (Schedule::Vendor(_), Purpose::Caller)) {
            return None;
        }
        while pending.place + 1 < pending.order.len() {
            pending.place += 1;
            if self.attempt(pending, false).is_ok() {
                pending.progress = Progress::new(self.schedule);
                let rand = self.rand();
                return Some(pending.progress.next(rand));
            }
        }
        None
    }

    /// Whether a schedule without end is stuck with a server that does not answer, while another one may.
    fn should_move_on(&self, pending: &Pending) -> bool {
        let Schedule::Rfc5080(Rfc5080 { max_count: 0, max_duration: Duration::ZERO, .. }) = self.schedule
        else {
            return false;
        };
        let health = |server: &usize| self.peers.get(*server).map(Peer::health);
        pending.order.get(pending.place).and_then(health) == Some(Health::Doubtful)
            && pending.order.iter().any(|server| health(server) == Some(Health::Alive))
    }

    /// Begins anew with the next server that is alive.
    fn move_on(&mut self, pending: &mut Pending) -> Option<Step> {
        let count = pending.order.len();
        let alive = |place: &usize| {
            let peer = pending.order.get(*place).and_then(|server| self.peers.get(*server));
            peer.is_some_and(|peer| peer.health() == Health::Alive)
        };
        let place = (1..count).map(|i| (pending.place + i) % count).find(alive)?;
        let before = core::mem::replace(&mut pending.place, place);
        if self.attempt(pending, false).is_err() {
            pending.place = before;
            return None;
        }
        pending.progress = Progress::new(self.schedule);
        let rand = self.rand();
        Some(pending.progress.next(rand))
    }

    fn fail(&mut self, id: u64, reason: Failure) {
        let Some(pending) = self.pending.remove(id) else { return };
        self.release(&pending);
        match pending.purpose {
            Purpose::Caller => {
                self.outputs.push_back(Output::Event(Event::Failed { id: RequestId(id), reason }));
            }
            Purpose::Probe => {
                if let Some(peer) = pending.order.first().and_then(|server| self.peers.get_mut(*server)) {
                    peer.probe_missed();
                }
            }
        }
    }

    fn release(&mut self, pending: &Pending) {
        for attempt in &pending.attempts {
            if let Some(peer) = self.peers.get_mut(attempt.server) {
                peer.release(attempt.socket, attempt.header.identifier);
            }
        }
    }

    fn datagram(
        &mut self,
        now: Duration,
        socket: u16,
        from: SocketAddr,
        octets: &[u8],
    ) -> Result<(), (Option<usize>, &'static str)> {
        let known = |peer: &Peer| peer.server.address == from;
        if !self.peers.iter().any(known) {
            return Err((None, "unknown-server"));
        }
        let packet = Packet::parse_within(octets, &self.limits);
        // One address may be configured twice (with two secrets): the one with the Identifier busy is meant.
        let identifier = octets.get(1).copied().unwrap_or(0);
        let found = self
            .peers
            .iter()
            .enumerate()
            .filter(|(_, peer)| known(peer))
            .find_map(|(server, peer)| peer.owner(socket, identifier).map(|id| (server, id)));
        let server = self.peers.iter().position(known);
        let packet = packet.map_err(|error| (server, error.reason()))?;
        let (server, id) = found.ok_or((server, "no-request-pending"))?;
        let dropped = |reason| (Some(server), reason);
        let attempt = self
            .pending
            .get(id)
            .and_then(|pending| pending.attempts.iter().find(|attempt| attempt.server == server))
            .ok_or(dropped("no-request-pending"))?;
        let request = attempt.header;
        let peer = self.peers.get_mut(server).ok_or(dropped("unknown-server"))?;
        let policy = peer.server.policy;
        let verified = verify_reply(&packet, &request, &peer.server.secret, &policy)
            .map_err(|error| dropped(error.reason()))?;
        if peer.server.learn_message_authenticator && verified.message_authenticator {
            peer.server.policy.require_message_authenticator = true;
        }
        self.answered(
            now,
            id,
            Reply { id: RequestId(id), server, packet: packet.to_owned(), request, verified },
        );
        Ok(())
    }

    /// A request has its reply.
    fn answered(&mut self, now: Duration, id: u64, reply: Reply) {
        let Some(pending) = self.pending.remove(id) else { return };
        self.release(&pending);
        let server = reply.server;
        let revived = match (self.peers.get_mut(server), &pending.purpose) {
            (Some(peer), Purpose::Caller) => peer.answered(),
            (Some(peer), Purpose::Probe) => peer.probe_answered(now),
            (None, _) => false,
        };
        if matches!(pending.purpose, Purpose::Caller) {
            self.preferred = server;
            self.outputs.push_back(Output::Event(Event::Reply(reply)));
        }
        if revived {
            self.outputs.push_back(Output::Event(Event::Server { server, health: Health::Alive }));
        }
    }

    /// Marks a server, and asks one that is doubtful.
    fn check_peer(&mut self, now: Duration, server: usize) {
        if matches!(self.schedule, Schedule::Vendor(_)) {
            return;
        }
        let rand = self.rand_if_needed(now, server);
        let status_server = self.status_server;
        let Some(peer) = self.peers.get_mut(server) else { return };
        if let Some(health) = peer.check(now, status_server, rand) {
            self.outputs.push_back(Output::Event(Event::Server { server, health }));
        }
        if self.peers.get_mut(server).is_some_and(|peer| peer.probe_due(now, rand)) {
            let request = Request::new(Code::STATUS_SERVER);
            // One send, and the wait until just before the next probe.
            let once = Rfc5080 {
                initial: servers::PROBE_TIMEOUT,
                max_count: 1,
                max_wait: Duration::ZERO,
                max_duration: Duration::ZERO,
            };
            // Without an Identifier there is nothing to ask with; the next probe comes anyway.
            let _ = self.begin(now, request, alloc::vec![server], Schedule::Rfc5080(once), Purpose::Probe);
        }
    }

    fn rand_if_needed(&mut self, now: Duration, server: usize) -> Rand {
        let needed = self.peers.get(server).and_then(Peer::next_timer).is_some_and(|at| at <= now);
        if needed { self.rand() } else { Rand::ZERO }
    }
}

impl<R> core::fmt::Debug for Client<R> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Client")
            .field("servers", &self.peers.len())
            .field("preferred", &self.preferred)
            .field("pending", &self.pending.len())
            .finish_non_exhaustive()
    }
}
