//! The server machine: requests in, verified and without duplicates; replies out (spec: radius 18).
//!
//! One [`Server`] serves one kind of port: authentication, accounting, or dynamic authorization, where the NAS is the
//! server. It has no socket and no clock: see [`Server`] for the loop round it.

mod duplicates;

pub use duplicates::{Duplicates, Key, Seen};

use crate::auth::{RequestHeader, RequestPolicy, Verified, verify_request};
use crate::builder::PacketBuilder;
use crate::code::Code;
use crate::packet::{Limits, OwnedPacket, Packet};
use crate::secret::Secret;
use crate::write::AttributeWriter as _;
use alloc::collections::{BTreeMap, VecDeque};
use alloc::vec::Vec;
use bytes::Bytes;
use core::net::{IpAddr, SocketAddr};
use core::time::Duration;

/// The usual delay of an Access-Reject (RFC 5080 §2.2.2 leaves it to the server).
pub const REJECT_DELAY: Duration = Duration::from_secs(1);

/// A client that may send requests, or a whole network of them.
#[derive(Debug)]
pub struct Client {
    /// The address, or the first one of the network.
    pub network: IpAddr,
    /// Bits of `network` that count; 32 or 128 for one address.
    pub prefix: u8,
    /// The secret.
    pub secret: Secret,
    /// What its requests must have.
    pub policy: RequestPolicy,
    /// Require Message-Authenticator for good once a valid one was seen: the "auto" state of spec radius 4. A network is
    /// one peer: the first of its addresses that sends one speaks for all of them.
    pub learn_message_authenticator: bool,
}

impl Client {
    /// One client whose requests must be protected.
    #[must_use]
    pub const fn new(address: IpAddr, secret: Secret) -> Self {
        let prefix = if address.is_ipv4() { 32 } else { 128 };
        Self {
            network: address,
            prefix,
            secret,
            policy: RequestPolicy::STRICT,
            learn_message_authenticator: false,
        }
    }

    /// Every client whose address begins with this many bits of the network.
    #[must_use]
    pub const fn prefix(mut self, prefix: u8) -> Self {
        self.prefix = prefix;
        self
    }

    /// Asks other things of its requests.
    #[must_use]
    pub const fn policy(mut self, policy: RequestPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Requires Message-Authenticator for good once a valid one was seen; give it with [`RequestPolicy::LEGACY`].
    #[must_use]
    pub const fn learn_message_authenticator(mut self) -> Self {
        self.learn_message_authenticator = true;
        self
    }

    fn covers(&self, address: IpAddr) -> bool {
        let (network, address, width) = match (self.network, address) {
            (IpAddr::V4(n), IpAddr::V4(a)) => (u128::from(n.to_bits()), u128::from(a.to_bits()), 32_u32),
            (IpAddr::V6(n), IpAddr::V6(a)) => (n.to_bits(), a.to_bits(), 128),
            _ => return false,
        };
        let behind = width.saturating_sub(self.prefix.into());
        network.checked_shr(behind).unwrap_or(0) == address.checked_shr(behind).unwrap_or(0)
    }
}

/// How a [`Server`] behaves. Begin with the codes that it serves and add clients.
#[derive(Debug)]
pub struct Config {
    codes: Vec<Code>,
    clients: Vec<Client>,
    limits: Limits,
    capacity: usize,
    lifetime: Duration,
}

impl Config {
    /// Serves requests of these codes; all others are dropped. 65536 requests are remembered, replies for 10 s.
    #[must_use]
    pub fn new(codes: &[Code]) -> Self {
        Self {
            codes: codes.to_vec(),
            clients: Vec::new(),
            limits: Limits::DEFAULT,
            capacity: 65_536,
            lifetime: Duration::from_secs(10),
        }
    }

    /// Adds a client. Of several that cover an address the longest prefix counts.
    #[must_use]
    pub fn client(mut self, client: Client) -> Self {
        self.clients.push(client);
        self
    }

    /// How large a request may be.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// How many requests are remembered, and for how long their replies are, 5..=30 s.
    #[must_use]
    pub const fn duplicates(mut self, capacity: usize, lifetime: Duration) -> Self {
        self.capacity = capacity;
        self.lifetime = lifetime;
        self
    }
}

/// What goes into the machine.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Input<'a> {
    /// Time has passed.
    Tick,
    /// A datagram came in.
    Datagram {
        /// Which of the caller's sockets got it.
        socket: u16,
        /// Where it came from.
        from: SocketAddr,
        /// Its octets.
        octets: &'a [u8],
    },
}

/// What comes out of the machine.
#[derive(Debug)]
#[non_exhaustive]
pub enum Output {
    /// Send this, from the socket that got the request.
    Transmit {
        /// Which of the caller's sockets.
        socket: u16,
        /// Where to.
        to: SocketAddr,
        /// The octets.
        payload: Bytes,
    },
    /// Something to do or to know.
    Event(Event),
    /// Nothing more to do before this time; [`Duration::MAX`] when nothing waits.
    WaitUntil(Duration),
}

/// What happened.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// A new, verified request. Answer it with [`Server::respond`], or not at all.
    Request(Incoming),
    /// The request with this key was given up by its sender; an answer to it will not be sent.
    Superseded(Key),
    /// A datagram was dropped.
    Dropped {
        /// Where it came from.
        from: SocketAddr,
        /// Why, as a stable word.
        reason: &'static str,
    },
}

/// A verified request.
#[derive(Debug)]
pub struct Incoming {
    /// Where it came from, and what names it.
    pub key: Key,
    /// The request.
    pub packet: OwnedPacket,
    /// What the checks have shown.
    pub verified: Verified,
}

impl Incoming {
    /// What a reply is signed over.
    #[must_use]
    pub fn header(&self) -> RequestHeader {
        RequestHeader::from(&self.packet.view())
    }

    /// Begins a reply: the Identifier of the request, its Proxy-State in order, signed over its Authenticator.
    pub fn reply<'b>(&self, out: &'b mut [u8], code: Code) -> PacketBuilder<'b> {
        reply_to(&self.packet.view(), out, code)
    }
}

/// Begins a reply to `request`: its Identifier, its Proxy-State in order, signed over its Authenticator.
pub fn reply_to<'b>(request: &Packet<'_>, out: &'b mut [u8], code: Code) -> PacketBuilder<'b> {
    let mut builder = PacketBuilder::reply(out, code, &RequestHeader::from(request));
    builder.proxy_states(request);
    builder
}

/// A RADIUS server without sockets and clock.
///
/// Contract: after every [`handle`](Self::handle) and [`respond`](Self::respond), drain
/// [`poll_output`](Self::poll_output) until it says [`Output::WaitUntil`]; then wait for a datagram or that time, and
/// feed it. A [`Input::Tick`] too early is harmless. Time is the [`Duration`] since any fixed moment and must not run
/// backwards.
///
/// A datagram from an unknown address, one that is malformed, not verified or of another code is dropped and reported;
/// it is never answered and never touches the cache. A copy of an answered request gets the same octets again.
#[derive(Debug)]
pub struct Server {
    codes: Vec<Code>,
    clients: Vec<Client>,
    limits: Limits,
    duplicates: Duplicates,
    outputs: VecDeque<Output>,
    /// Replies that are held back, by time and order.
    delayed: BTreeMap<(Duration, u64), (Key, Bytes)>,
    sequence: u64,
    dropped: BTreeMap<&'static str, u64>,
}

impl Server {
    /// Makes a server.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let Config { codes, mut clients, limits, capacity, lifetime } = config;
        clients.sort_by_key(|client| core::cmp::Reverse(client.prefix));
        Self {
            codes,
            clients,
            limits,
            duplicates: Duplicates::new(capacity, lifetime),
            outputs: VecDeque::new(),
            delayed: BTreeMap::new(),
            sequence: 0,
            dropped: BTreeMap::new(),
        }
    }

    /// Takes an input.
    pub fn handle(&mut self, now: Duration, input: Input<'_>) {
        if let Input::Datagram { socket, from, octets } = input
            && let Err(reason) = self.datagram(now, socket, from, octets)
        {
            *self.dropped.entry(reason).or_default() += 1;
            self.outputs.push_back(Output::Event(Event::Dropped { from, reason }));
        }
        while let Some(entry) = self.delayed.first_entry().filter(|entry| entry.key().0 <= now) {
            let (key, payload) = entry.remove();
            self.outputs.push_back(Output::Transmit { socket: key.socket, to: key.from, payload });
        }
    }

    /// Answers a request with a finished packet, after `delay` (see [`REJECT_DELAY`]) or at once.
    ///
    /// Says whether it will be sent: not when the request was superseded or is forgotten.
    pub fn respond(&mut self, now: Duration, request: &Incoming, payload: Bytes, delay: Duration) -> bool {
        let key = request.key;
        let authenticator = *request.packet.view().authenticator();
        if !self.duplicates.answer(now, &key, &authenticator, payload.clone()) {
            return false;
        }
        if delay.is_zero() {
            self.outputs.push_back(Output::Transmit { socket: key.socket, to: key.from, payload });
        } else {
            self.delayed.insert((now.saturating_add(delay), self.sequence), (key, payload));
            self.sequence += 1;
        }
        true
    }

    /// The next thing to do. See the contract above.
    pub fn poll_output(&mut self) -> Output {
        self.outputs.pop_front().unwrap_or_else(|| Output::WaitUntil(self.next_timer()))
    }

    /// When there is something to do next; [`Duration::MAX`] for never.
    #[must_use]
    pub fn next_timer(&self) -> Duration {
        self.delayed.first_key_value().map_or(Duration::MAX, |((at, _), _)| *at)
    }

    /// The secret shared with the client at this address: to finish a reply, to un-hide a password.
    #[must_use]
    pub fn secret(&self, address: IpAddr) -> Option<&Secret> {
        self.client(address).map(|client| &client.secret)
    }

    /// Dropped datagrams by reason.
    pub fn dropped(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.dropped.iter().map(|(reason, count)| (*reason, *count))
    }

    fn client(&self, address: IpAddr) -> Option<&Client> {
        self.clients.iter().find(|client| client.covers(address))
    }

    fn datagram(
        &mut self,
        now: Duration,
        socket: u16,
        from: SocketAddr,
        octets: &[u8],
    ) -> Result<(), &'static str> {
        let client = self.client(from.ip()).ok_or("unknown-client")?;
        let packet = Packet::parse_within(octets, &self.limits).map_err(|error| error.reason())?;
        if !self.codes.contains(&packet.code()) {
            return Err("unknown-code");
        }
        let verified =
            verify_request(&packet, &client.secret, &client.policy).map_err(|error| error.reason())?;
        if verified.message_authenticator
            && let Some(client) = self.clients.iter_mut().find(|client| client.covers(from.ip()))
            && client.learn_message_authenticator
        {
            client.policy.require_message_authenticator = true;
        }
        let key = Key { from, socket, identifier: packet.identifier(), code: packet.code() };
        match self.duplicates.check(now, key, packet.authenticator()) {
            Seen::Working => return Err("duplicate-in-progress"),
            Seen::Answered(payload) => {
                // A reply that is held back is not sent early because its request came twice.
                if self.delayed.values().any(|(waiting, _)| *waiting == key) {
                    return Err("duplicate-in-progress");
                }
                self.outputs.push_back(Output::Transmit { socket, to: from, payload });
                return Ok(());
            }
            Seen::Superseding => self.outputs.push_back(Output::Event(Event::Superseded(key))),
            Seen::New => {}
        }
        self.delayed.retain(|_, (waiting, _)| *waiting != key);
        let incoming = Incoming { key, packet: packet.to_owned(), verified };
        self.outputs.push_back(Output::Event(Event::Request(incoming)));
        Ok(())
    }
}
