//! What goes into the client machine and what comes out.

use super::servers::Health;
use crate::auth::{RequestHeader, Verified};
use crate::error::EncodeError;
use crate::packet::OwnedPacket;
use bytes::Bytes;
use core::net::SocketAddr;
use core::time::Duration;

/// Names one request of a [`Client`](super::Client).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub(super) u64);

impl RequestId {
    /// Its number: they count up from 0, each client's on its own.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The request of this number, which need not be there.
    #[must_use]
    pub const fn from_number(number: u64) -> Self {
        Self(number)
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
        /// Which of the caller's source ports got it, counted from 0.
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
    /// Send this.
    Transmit(Transmit),
    /// Something to know.
    Event(Event),
    /// Nothing more to do before this time; [`Duration::MAX`] when nothing is pending.
    WaitUntil(Duration),
}

/// A datagram to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transmit {
    /// From which of the caller's source ports, counted from 0.
    pub socket: u16,
    /// Where to.
    pub to: SocketAddr,
    /// The octets.
    pub payload: Bytes,
}

/// What happened.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// A verified reply. The request is done.
    Reply(Reply),
    /// No reply, and none to come. The request is done.
    Failed {
        /// The request.
        id: RequestId,
        /// Why.
        reason: Failure,
    },
    /// A server is alive or doubtful from now on.
    Server {
        /// Which one, in the order of the configuration.
        server: usize,
        /// What it is now.
        health: Health,
    },
    /// A datagram was dropped. Its request, if any, stays pending.
    Dropped {
        /// Where it came from.
        from: SocketAddr,
        /// The server it is, in the order of the configuration.
        server: Option<usize>,
        /// Why, as a stable word.
        reason: &'static str,
    },
}

/// A verified reply.
#[derive(Debug)]
pub struct Reply {
    /// The request.
    pub id: RequestId,
    /// Which server answered, in the order of the configuration. A request that echoes State goes to it again.
    pub server: usize,
    /// The reply.
    pub packet: OwnedPacket,
    /// The request as it was sent; its Authenticator un-hides salted values such as MS-MPPE keys.
    pub request: RequestHeader,
    /// What the checks have shown.
    pub verified: Verified,
}

/// Why there will be no reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// Every server was tried for as long as the schedule says.
    Timeout,
    /// The deadline of the configuration is over.
    Deadline,
    /// The caller called it off.
    Cancelled,
}

/// Why a request cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// The configuration has no such server, or none at all.
    #[error("no such server")]
    NoServer,
    /// All Identifiers of all source ports towards this server are busy: open another source port.
    #[error("all identifiers towards server {server} are busy")]
    NoIdentifier {
        /// The server, in the order of the configuration.
        server: usize,
    },
    /// The request cannot be written.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}
