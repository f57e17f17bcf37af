//! The DNS messages the heartbeat travels in (spec: heartbeat 7, 17), and the host look-ups before it (11).
//!
//! * [`Name`]: text to wire (7.1).
//! * [`write_query`]: the datagram of a query (7.2).
//! * [`Expected::judge`]: does a datagram count, and what text does it carry (7.4, 7.5).
//! * [`Request`]: the server's side (17).
//! * [`read_addresses`]: the addresses in a look-up's response (11).

mod host;
mod message;
mod name;
mod request;
mod response;

pub use host::{Addresses, LookupError, MAX_ADDRESSES, read_addresses};
pub use name::{MAX_NAME_LEN, Name, NameError};
pub use request::{Request, RequestError, WriteError};
pub use response::{Expected, FailReason, IgnoreReason, MAX_TEXT_LEN, Rules, Text, Verdict};

use bytes::BufMut;
use core::fmt;

/// Octets of a header.
pub const HEADER_LEN: usize = 12;
/// Octets a receiver must be able to take (spec: heartbeat 7.3).
pub const RECEIVE_LEN: usize = 4096;
/// Octets of the largest query datagram: header, name, type and class.
pub const MAX_QUERY_LEN: usize = HEADER_LEN + MAX_NAME_LEN + 4;
/// Octets of the largest response this crate writes. A regular answer under the longest name.
pub const MAX_RESPONSE_LEN: usize = MAX_QUERY_LEN + 12 + 2 + crate::answer::REGULAR_TEXT_LEN;
/// The datagram size beyond which the original's resolver takes nothing (spec: heartbeat 7.3).
pub const ORIGINAL_RECEIVE_LEN: usize = 512;

/// Flags of a query: standard, recursion desired (spec: heartbeat 7.2).
const QUERY_FLAGS: u16 = 0x0100;

/// The type of a record or question (RFC 1035 §3.2.2, RFC 3596 §2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordType(pub u16);

impl RecordType {
    /// An IPv4 address.
    pub const A: Self = Self(1);
    /// Text.
    pub const TXT: Self = Self(16);
    /// An IPv6 address.
    pub const AAAA: Self = Self(28);
}

/// The class of a record or question (RFC 1035 §3.2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Class(pub u16);

impl Class {
    /// The Internet.
    pub const IN: Self = Self(1);
}

/// The response code, low four bits of the flags (RFC 1035 §4.1.1).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResponseCode(pub u8);

impl ResponseCode {
    /// No error.
    pub const NO_ERROR: Self = Self(0);
    /// The server could not read the query.
    pub const FORMAT_ERROR: Self = Self(1);
    /// How a status server refuses (spec: heartbeat 7.4).
    pub const SERVER_FAILURE: Self = Self(2);
    /// There is no such name.
    pub const NAME_ERROR: Self = Self(3);
    /// The kind of query is not supported.
    pub const NOT_IMPLEMENTED: Self = Self(4);
    /// Refused by policy.
    pub const REFUSED: Self = Self(5);

    /// The mnemonic, if it has one here.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::NO_ERROR => Some("NOERROR"),
            Self::FORMAT_ERROR => Some("FORMERR"),
            Self::SERVER_FAILURE => Some("SERVFAIL"),
            Self::NAME_ERROR => Some("NXDOMAIN"),
            Self::NOT_IMPLEMENTED => Some("NOTIMP"),
            Self::REFUSED => Some("REFUSED"),
            _ => None,
        }
    }
}

impl fmt::Debug for ResponseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for ResponseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "rcode {}", self.0),
        }
    }
}

/// Writes the datagram that asks for `name` and returns its length: 92 octets for a label and an 11-character suffix.
///
/// `id` is 16 random bits, new for every attempt (spec: heartbeat 7.2). At most [`MAX_QUERY_LEN`] octets are written.
///
/// # Errors
/// [`WriteError`] when `out` has no room; nothing is written then.
pub fn write_query(
    id: u16,
    name: &Name,
    record_type: RecordType,
    mut out: impl BufMut,
) -> Result<usize, WriteError> {
    let needed = HEADER_LEN + name.as_octets().len() + 4;
    if out.remaining_mut() < needed {
        return Err(WriteError { needed });
    }
    write_header(&mut out, id, QUERY_FLAGS, [1, 0]);
    out.put_slice(name.as_octets());
    out.put_u16(record_type.0);
    out.put_u16(Class::IN.0);
    Ok(needed)
}

/// A header with these counts of questions and answers. The caller has seen to the room.
fn write_header(out: &mut impl BufMut, id: u16, flags: u16, counts: [u16; 2]) {
    out.put_u16(id);
    out.put_u16(flags);
    for count in counts {
        out.put_u16(count);
    }
    out.put_u32(0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::hex;

    // spec: heartbeat 4.5
    #[test]
    fn the_datagram_of_the_worked_example_has_92_octets() {
        let label = "o5eavaneeef5ih64i637vwtccfasiyupxq5jybmynjkwa63645l27tmlwu4g6nd";
        let name: Name = alloc::format!("{label}.sm.fon.com").parse().unwrap();
        let mut out = [0; MAX_QUERY_LEN];
        let length = write_query(0x48b7, &name, RecordType::TXT, &mut out[..]).unwrap();
        let label = hex::encode(label.as_bytes());
        let wanted = alloc::format!("48b7010000010000000000003f{label}02736d03666f6e03636f6d0000100001");
        assert_eq!(hex::encode(&out[..length]), wanted);
        assert_eq!(length, 92);
        assert_eq!(write_query(1, &name, RecordType::TXT, &mut out[..91]), Err(WriteError { needed: 92 }));
    }
}
