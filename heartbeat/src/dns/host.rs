//! Looking up the server: the addresses in a response (spec: heartbeat 11).
//!
//! For hosts without a system resolver; the query is [`super::write_query`] with [`RecordType::A`] or
//! [`RecordType::AAAA`].

use super::message;
use super::{Class, Name, RecordType, ResponseCode};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The most addresses kept; further ones are dropped. One is used.
pub const MAX_ADDRESSES: usize = 16;

/// The addresses of one response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addresses {
    addresses: [IpAddr; MAX_ADDRESSES],
    length: usize,
}

impl Addresses {
    /// The addresses in the response's order.
    #[must_use]
    pub fn as_slice(&self) -> &[IpAddr] {
        self.addresses.get(..self.length).unwrap_or_default()
    }

    fn push(&mut self, address: IpAddr) {
        if let Some(place) = self.addresses.get_mut(self.length) {
            *place = address;
            self.length += 1;
        }
    }
}

/// Why a response brings no addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LookupError {
    /// Another id or question: keep waiting.
    #[error("not the response to this query")]
    Other,
    /// A resolver refused, or there is no such name.
    #[error("refused with {0}")]
    Refused(ResponseCode),
    /// A record cannot be read.
    #[error("the answer section is malformed at offset {offset}")]
    Malformed {
        /// Where the record begins.
        offset: usize,
    },
}

/// Reads the addresses of the asked type, whatever their owner: aliases stand before them.
///
/// # Errors
/// [`LookupError`]. No addresses at all is no error: the name has none of this family.
pub fn read_addresses(
    datagram: &[u8],
    id: u16,
    name: &Name,
    record_type: RecordType,
) -> Result<Addresses, LookupError> {
    let (rest, header) = message::header(datagram).map_err(|_| LookupError::Other)?;
    if header.id != id || header.questions != 1 || !header.is_response() || header.opcode() != 0 {
        return Err(LookupError::Other);
    }
    let (mut rest, (standing, asked, class)) = message::question(rest).map_err(|_| LookupError::Other)?;
    if !standing.eq_ignore_ascii_case(name.as_octets()) || asked != record_type || class != Class::IN {
        return Err(LookupError::Other);
    }
    if header.response_code() != ResponseCode::NO_ERROR {
        return Err(LookupError::Refused(header.response_code()));
    }
    let mut addresses =
        Addresses { addresses: [IpAddr::V4(Ipv4Addr::UNSPECIFIED); MAX_ADDRESSES], length: 0 };
    for _ in 0..header.answers {
        let malformed = LookupError::Malformed { offset: datagram.len() - rest.len() };
        let (behind, record) = message::record(rest).map_err(|_| malformed)?;
        if record.record_type == record_type && record.class == Class::IN {
            addresses.push(address(record_type, record.data).ok_or(malformed)?);
        }
        rest = behind;
    }
    Ok(addresses)
}

fn address(record_type: RecordType, data: &[u8]) -> Option<IpAddr> {
    match record_type {
        RecordType::A => data.try_into().ok().map(|octets: [u8; 4]| Ipv4Addr::from(octets).into()),
        RecordType::AAAA => data.try_into().ok().map(|octets: [u8; 16]| Ipv6Addr::from(octets).into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn response(flags: u8, answers: u8, tail: &[u8]) -> Vec<u8> {
        let mut octets = Vec::from([0, 7, 0x81, flags, 0, 1, 0, answers, 0, 0, 0, 0]);
        octets.extend(b"\x01h\0\0\x01\0\x01");
        octets.extend(tail);
        octets
    }

    // spec: heartbeat 11
    #[test]
    fn addresses_are_taken_behind_aliases() {
        let name = "h".parse().unwrap();
        let tail = b"\xc0\x0c\0\x05\0\x01\0\0\0\0\0\x02\x01g\x01g\0\0\x01\0\x01\0\0\0\0\0\x04\xc0\0\x02\x07";
        let read = read_addresses(&response(0, 2, tail), 7, &name, RecordType::A).unwrap();
        assert_eq!(read.as_slice(), [IpAddr::from([192, 0, 2, 7])]);
    }

    #[test]
    fn wrong_responses_are_told_from_failures() {
        let name = "h".parse().unwrap();
        let read = |datagram: &[u8], id| read_addresses(datagram, id, &name, RecordType::A);
        assert_eq!(read(&response(0, 0, &[]), 8), Err(LookupError::Other));
        let none = read(&response(0, 0, &[]), 7).unwrap();
        assert!(none.as_slice().is_empty());
        assert_eq!(read(&response(3, 0, &[]), 7), Err(LookupError::Refused(ResponseCode::NAME_ERROR)));
        assert_eq!(read(&response(0, 1, b"\0"), 7), Err(LookupError::Malformed { offset: 19 }));
        let short = b"\0\0\x01\0\x01\0\0\0\0\0\x03\xc0\0\x02";
        assert_eq!(read(&response(0, 1, short), 7), Err(LookupError::Malformed { offset: 19 }));
    }
}
