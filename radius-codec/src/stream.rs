//! Packets on TCP and TLS (RFC 6613, RFC 6614; spec: radius 15).
//!
//! A stream carries packets one after the other. Whatever cannot be a packet means that the peers have lost step: close
//! the connection. What is only unexpected (an unknown code, an unmatched reply) is dropped and the connection stays.

use crate::error::DecodeError;
use crate::packet::{HEADER_LEN, Limits, OwnedPacket, Packet};
use bytes::{Bytes, BytesMut};

/// Default port of RADIUS over TLS and DTLS (RFC 6614 §2.1).
pub const TLS_PORT: u16 = 2083;

/// What stands at the front of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame<'a> {
    /// A packet, and what follows it.
    Packet(Packet<'a>, &'a [u8]),
    /// Not yet a packet.
    NeedMore {
        /// Octets that must be there before the next look can tell more.
        octets: usize,
    },
}

/// Looks at the front of a stream without copying.
///
/// # Errors
/// Why the connection must be closed.
pub fn frame<'a>(stream: &'a [u8], limits: &Limits) -> Result<Frame<'a>, DecodeError> {
    let Some(&[_, _, high, low]) = stream.first_chunk() else {
        return Ok(Frame::NeedMore { octets: 4 });
    };
    let length = usize::from(u16::from_be_bytes([high, low]));
    if length < HEADER_LEN {
        return Err(DecodeError::LengthTooSmall { value: length });
    }
    if length > limits.max_len {
        return Err(DecodeError::LengthTooLarge { value: length, limit: limits.max_len });
    }
    match stream.split_at_checked(length) {
        Some((packet, rest)) => Ok(Frame::Packet(Packet::parse_within(packet, limits)?, rest)),
        None => Ok(Frame::NeedMore { octets: length }),
    }
}

/// Collects the octets of one connection and hands out whole packets.
///
/// It keeps at most one packet that is not whole, plus what was pushed and not yet taken: push what one read of the
/// socket gave, take packets until there is none, repeat.
#[derive(Debug)]
pub struct Framer {
    buffer: BytesMut,
    limits: Limits,
    failed: Option<DecodeError>,
}

impl Framer {
    /// The start of a connection.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { buffer: BytesMut::new(), limits, failed: None }
    }

    /// Takes octets as they came from the connection. After an error they are ignored.
    pub fn push(&mut self, octets: &[u8]) {
        if self.failed.is_none() {
            self.buffer.extend_from_slice(octets);
        }
    }

    /// The next whole packet, or `None` until more octets come. The packet shares the buffer, nothing is copied.
    ///
    /// # Errors
    /// Why the connection must be closed; every later call says the same.
    pub fn next_packet(&mut self) -> Result<Option<OwnedPacket>, DecodeError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let taken = self.take();
        if let Err(error) = taken {
            self.failed = Some(error);
            self.buffer.clear();
        }
        taken?.map(|packet| OwnedPacket::parse(packet, &self.limits)).transpose()
    }

    fn take(&mut self) -> Result<Option<Bytes>, DecodeError> {
        match frame(&self.buffer, &self.limits)? {
            Frame::NeedMore { .. } => Ok(None),
            Frame::Packet(packet, _) => {
                let length = packet.octets().len();
                Ok(Some(self.buffer.split_to(length).freeze()))
            }
        }
    }

    /// The octets that wait for more.
    #[must_use]
    pub fn remainder(&self) -> &[u8] {
        &self.buffer
    }
}

/// Identifiers of one connection: 255 for requests, one kept for the watchdog (RFC 6613 §2.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identifiers {
    busy: [u64; 4],
    next: u8,
}

impl Identifiers {
    /// Status-Server as watchdog always finds this one free.
    pub const WATCHDOG: u8 = 255;

    /// All free.
    #[must_use]
    pub const fn new() -> Self {
        Self { busy: [0; 4], next: 0 }
    }

    /// Takes the next free one; `None` when 255 are busy, then it takes another connection.
    pub fn take(&mut self) -> Option<u8> {
        let from = self.next;
        let mut candidates = (from..Self::WATCHDOG).chain(0..from);
        let identifier = candidates.find(|identifier| !self.is_busy(*identifier))?;
        self.set(identifier, true);
        self.next = if identifier + 1 == Self::WATCHDOG { 0 } else { identifier + 1 };
        Some(identifier)
    }

    /// Gives one back.
    pub fn release(&mut self, identifier: u8) {
        self.set(identifier, false);
    }

    /// Whether a request with this Identifier is pending.
    #[must_use]
    pub fn is_busy(&self, identifier: u8) -> bool {
        self.busy.get(usize::from(identifier >> 6)).is_some_and(|word| word >> (identifier & 63) & 1 == 1)
    }

    fn set(&mut self, identifier: u8, busy: bool) {
        if let Some(word) = self.busy.get_mut(usize::from(identifier >> 6)) {
            let bit = 1 << (identifier & 63);
            *word = if busy { *word | bit } else { *word & !bit };
        }
    }
}

impl Default for Identifiers {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: radius 15
    #[test]
    fn one_identifier_is_kept_for_the_watchdog() {
        let mut identifiers = Identifiers::new();
        assert_eq!((0..).map_while(|_| identifiers.take()).count(), 255);
        assert!(!identifiers.is_busy(Identifiers::WATCHDOG));
        identifiers.release(7);
        assert_eq!((identifiers.take(), identifiers.take()), (Some(7), None));
    }

    // spec: radius 15
    #[test]
    fn an_error_stays() {
        let mut framer = Framer::new(Limits::DEFAULT);
        framer.push(&[1, 1, 0, 19]);
        for _ in 0..2 {
            assert_eq!(framer.next_packet(), Err(DecodeError::LengthTooSmall { value: 19 }));
            framer.push(&[0; 100]);
        }
        assert!(framer.remainder().is_empty());
    }
}
