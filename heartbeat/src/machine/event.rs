//! What goes into the machine and what comes out of it.

use crate::answer::{Answer, AnswerError};
use crate::dns::{FailReason, IgnoreReason};
use crate::exec::{Run, TriggerName};
use crate::query::Query;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::{IpAddr, SocketAddr};
use core::time::Duration;

/// What happened.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Input<'a> {
    /// Nothing but time passing.
    Tick,
    /// A datagram came on the socket of the attempt under way.
    Datagram(&'a [u8]),
    /// The network reported an error for that socket, such as port unreachable.
    NetworkError,
    /// The look-up under way has found these addresses, perhaps none.
    Addresses(&'a [IpAddr]),
    /// The look-up under way has failed.
    LookupFailed,
    /// The trigger that was running has ended: by itself, or killed.
    TriggerEnded {
        /// Whether its status was zero.
        success: bool,
    },
    /// Do not wait for the period's end (SIGALRM from outside, spec: heartbeat 12).
    HeartbeatNow,
    /// Send no more.
    Stop,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Output {
    /// Look up a host and report back.
    Lookup(Lookup),
    /// Send a datagram.
    Transmit(Transmit),
    /// Run a trigger and report its end. Only one runs at a time.
    Run(Run),
    /// Kill the running trigger: its time is over. Its end is still to be reported.
    Kill,
    /// Something to log.
    Event(Event),
    /// Nothing more to do before this moment, or before something happens.
    WaitUntil(Duration),
}

/// A host to be looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// Its name.
    pub host: String,
    /// Whether IPv4 addresses are of use.
    pub ipv4: bool,
    /// Whether IPv6 addresses are of use.
    pub ipv6: bool,
}

/// A datagram to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transmit {
    /// Where to.
    pub destination: SocketAddr,
    /// The local port to bind, drawn at random; any other where it is taken.
    pub source_port: u16,
    /// Whether this is a new attempt: close the socket of the last one, open a new one and connect it. Otherwise the
    /// datagram goes out on the same socket once more.
    pub new_socket: bool,
    /// The octets.
    pub payload: Vec<u8>,
}

/// Something to log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A heartbeat has begun. The query's `Display` is the line operators know.
    Query(Query),
    /// A valid answer. Its `Display` is the line operators know.
    Answer(Box<Answer>),
    /// The text was not valid but counts as a sign of life (`compat.liveness = transport`).
    AnswerInvalid(FailureReason),
    /// A datagram was not for the attempt under way.
    DatagramIgnored(IgnoreReason),
    /// An attempt has failed; another address may follow.
    AttemptFailed(FailureReason),
    /// The heartbeat has failed.
    HeartbeatFailed {
        /// Consecutive failures, this one included.
        failed: u32,
    },
    /// The service came up.
    Online,
    /// The service went down.
    Offline,
    /// There was nothing to run for this.
    NoTrigger {
        /// What it was.
        name: TriggerName,
    },
    /// A queued trigger will not run: contradicted by a newer one, or the queue is full.
    TriggerDropped {
        /// Which it was.
        name: TriggerName,
    },
    /// A trigger has ended.
    TriggerEnded {
        /// Which it was.
        name: TriggerName,
        /// Whether its status was zero.
        success: bool,
    },
    /// A trigger took too long.
    TriggerKilled {
        /// Which it is.
        name: TriggerName,
    },
    /// The test run is over; the exit status is 0 if valid, 1 if not.
    TestEnded {
        /// Whether the answer was valid.
        valid: bool,
    },
    /// No more heartbeats.
    Stopped,
}

/// Why an attempt failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FailureReason {
    /// The server has no address to try, or the look-up failed or took too long.
    #[error("no address for the host")]
    Lookup,
    /// Nothing came in time.
    #[error("no answer in time")]
    Timeout,
    /// The network reported an error.
    #[error("network error")]
    Network,
    /// The response was a refusal or could not be used.
    #[error("{0}")]
    Dns(FailReason),
    /// The text is no valid answer.
    #[error("{0}")]
    Answer(AnswerError),
    /// The time of a NOP answer is outside the window (`nop_time_window`).
    #[error("the server's time {time} is outside the window")]
    NopTime {
        /// The answer's time.
        time: u32,
    },
}
