//! What the server did, in numbers.

use heartbeat::server::{Answered, DropReason, Handled, RefuseReason};
use serde_json::{Value, json};
use std::fmt;

/// How many datagrams came and what became of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Stats {
    /// Datagrams received.
    pub received: u64,
    /// Answered with an acknowledgement.
    pub nop: u64,
    /// Answered with an instruction.
    pub regular: u64,
    /// Answered with an acknowledgement because the instruction could not be sent this time.
    pub nop_instead: u64,
    /// Duplicates, answered the same again.
    pub again: u64,
    /// Refused: not a question for this server.
    pub other_question: u64,
    /// Refused: no query, or another key.
    pub no_query: u64,
    /// Refused: unknown MAC.
    pub unknown_mac: u64,
    /// Refused: the tag is missing or wrong.
    pub bad_tag: u64,
    /// Refused: a replay.
    pub replay: u64,
    /// Refused: a device over its rate.
    pub device_rate: u64,
    /// Dropped: an address over its rate.
    pub source_rate: u64,
    /// Dropped: nothing to answer to.
    pub unanswerable: u64,
    /// Answers that the system did not take.
    pub send_errors: u64,
}

impl Stats {
    /// Counts what became of a datagram.
    pub fn count(&mut self, handled: &Handled) {
        self.received += 1;
        *match handled {
            Handled::Answered { answered, .. } => match answered {
                Answered::Nop => &mut self.nop,
                Answered::Regular => &mut self.regular,
                Answered::Again => &mut self.again,
                _ => &mut self.nop_instead,
            },
            Handled::Refused { reason, .. } => match reason {
                RefuseReason::Question => &mut self.other_question,
                RefuseReason::UnknownMac => &mut self.unknown_mac,
                RefuseReason::Tag => &mut self.bad_tag,
                RefuseReason::Replay => &mut self.replay,
                RefuseReason::Rate => &mut self.device_rate,
                _ => &mut self.no_query,
            },
            Handled::Dropped(DropReason::Rate) => &mut self.source_rate,
            Handled::Dropped(_) => &mut self.unanswerable,
        } += 1;
    }

    /// All that were answered.
    #[must_use]
    pub const fn answered(&self) -> u64 {
        self.nop + self.regular + self.nop_instead + self.again
    }

    /// All that were refused with SERVFAIL.
    #[must_use]
    pub const fn refused(&self) -> u64 {
        self.other_question + self.no_query + self.unknown_mac + self.bad_tag + self.replay + self.device_rate
    }

    /// For programs.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({
            "received": self.received,
            "answered": {
                "nop": self.nop,
                "regular": self.regular,
                "nop_instead": self.nop_instead,
                "again": self.again,
            },
            "refused": {
                "other_question": self.other_question,
                "no_query": self.no_query,
                "unknown_mac": self.unknown_mac,
                "bad_tag": self.bad_tag,
                "replay": self.replay,
                "device_rate": self.device_rate,
            },
            "dropped": {"source_rate": self.source_rate, "unanswerable": self.unanswerable},
            "send_errors": self.send_errors,
        })
    }
}

impl fmt::Display for Stats {
    /// One line for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (answered, refused) = (self.answered(), self.refused());
        let dropped = self.source_rate + self.unanswerable;
        write!(f, "{} datagrams: {answered} answered, {refused} refused, {dropped} dropped", self.received)
    }
}
