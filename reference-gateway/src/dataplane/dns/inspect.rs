//! What the forwarder looks at in DNS messages: the question, and the addresses in an answer.

use domain::base::name::ParsedName;
use domain::base::{Message, Rtype};
use domain::rdata::A;
use domain::rdata::svcb::{Https, Svcb, value::Ipv4Hint};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// The longest message that is taken from a client.
pub(super) const MAX_QUERY: usize = 4096;
/// Response codes: no server answered, and it will not be passed on.
pub(super) const SERVER_FAILURE: u8 = 2;
pub(super) const REFUSED: u8 = 5;
/// Octets of a header.
const HEADER: usize = 12;
/// The most addresses that are learnt from one answer.
const MAX_ADDRESSES: usize = 256;

/// A query of one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Query {
    /// The name that is asked about, in lower case, without the dot at its end.
    pub(super) name: String,
    /// The type of its records.
    pub(super) kind: u16,
    /// Where the question ends.
    end: usize,
}

/// What answers are about, as their records have it.
pub(super) const A_RECORD: u16 = 1;

/// A query for the IPv4 addresses of a name, as a client would send it; `None` if it cannot be one.
pub(super) fn question(name: &str) -> Option<Vec<u8>> {
    // Recursion is desired, and there is one question.
    let mut out = vec![0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    let name = name.strip_suffix('.').unwrap_or(name);
    for label in name.split('.') {
        let length = u8::try_from(label.len()).ok().filter(|length| (1..=63).contains(length))?;
        out.push(length);
        out.extend_from_slice(label.as_bytes());
    }
    out.extend_from_slice(&[0, 0, 1, 0, 1]);
    (name.len() <= 253).then_some(out)
}

impl Query {
    /// Reads a query; `None` if it is none, or one that the forwarder does not pass on.
    pub(super) fn read(octets: &[u8]) -> Option<Self> {
        let message = Message::from_octets(octets).ok()?;
        let header = message.header();
        if octets.len() > MAX_QUERY || header.qr() || header.opcode() != domain::base::iana::Opcode::QUERY {
            return None;
        }
        // Nothing stands before the name that it could share; a pointer leads to what is no part of the question.
        let begins_with_pointer = octets.get(HEADER).is_none_or(|first| first & 0xc0 != 0);
        if begins_with_pointer || message.sole_question().ok()?.qname().is_compressed() {
            return None;
        }
        Self::of(&message)
    }

    fn of(message: &Message<&[u8]>) -> Option<Self> {
        let question = message.sole_question().ok()?;
        let name = question.qname().to_string().trim_end_matches('.').to_ascii_lowercase();
        let end = message.question().answer().ok()?.pos();
        Some(Self { name, kind: question.qtype().to_int(), end })
    }

    /// Whether somebody who is not logged in may ask for this: what programs need, and nothing that makes a good tunnel.
    pub(super) fn is_plain(&self) -> bool {
        let plain = [
            Rtype::A,
            Rtype::AAAA,
            Rtype::HTTPS,
            Rtype::SVCB,
            Rtype::CNAME,
            Rtype::PTR,
            Rtype::SOA,
            Rtype::NS,
        ];
        plain.iter().any(|kind| kind.to_int() == self.kind)
    }

    /// Whether a message answers this query, sent with this number.
    pub(super) fn is_answered_by(&self, octets: &[u8], id: u16) -> bool {
        let Ok(message) = Message::from_octets(octets) else { return false };
        message.header().qr()
            && message.header().id() == id
            && Self::of(&message).is_some_and(|asked| asked.name == self.name && asked.kind == self.kind)
    }

    /// An answer without records: with this code, or cut short, so that the client comes back by TCP.
    pub(super) fn without_records(&self, query: &[u8], code: u8, cut: bool) -> Vec<u8> {
        let mut out = query.get(..self.end).unwrap_or_default().to_vec();
        if let Some(header) = out.get_mut(..HEADER) {
            header[2] = 0x80 | (header[2] & 0x79) | u8::from(cut) << 1;
            header[3] = 0x80 | (code & 0x0f);
            header[6..].fill(0);
        }
        out
    }

    /// An answer with one address; without any record when another type was asked for.
    pub(super) fn with_address(&self, query: &[u8], address: Ipv4Addr) -> Vec<u8> {
        let mut out = self.without_records(query, 0, false);
        if self.kind == A_RECORD {
            if let Some(count) = out.get_mut(7) {
                *count = 1;
            }
            // The name of the question, A, IN, a minute, four octets.
            out.extend_from_slice(&[0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
            out.extend_from_slice(&address.octets());
        }
        out
    }
}

/// The IPv4 addresses of an answer, each with its time to live in seconds: `A` records, whichever names they have, and
/// the hints of `HTTPS` and `SVCB`, which browsers connect to without asking further.
pub(super) fn addresses(answer: &[u8]) -> BTreeMap<Ipv4Addr, u32> {
    let mut found = BTreeMap::new();
    let Ok(message) = Message::from_octets(answer) else { return found };
    let Ok(section) = message.answer() else { return found };
    let mut learn = |address, ttl| {
        if found.len() < MAX_ADDRESSES {
            found.insert(address, ttl);
        }
    };
    for record in section.limit_to_in::<A>().flatten() {
        learn(record.data().addr(), record.ttl().as_secs());
    }
    for record in section.limit_to_in::<Https<_, ParsedName<_>>>().flatten() {
        for hint in record.data().params().iter::<Ipv4Hint<_>>().flatten() {
            hint.iter().for_each(|address| learn(address, record.ttl().as_secs()));
        }
    }
    for record in section.limit_to_in::<Svcb<_, ParsedName<_>>>().flatten() {
        for hint in record.data().params().iter::<Ipv4Hint<_>>().flatten() {
            hint.iter().for_each(|address| learn(address, record.ttl().as_secs()));
        }
    }
    found
}

/// What must hold for any octets, be they a query or an answer.
pub(in super::super) fn check(octets: &[u8]) {
    assert!(addresses(octets).len() <= MAX_ADDRESSES);
    let Some(query) = Query::read(octets) else { return };
    assert!((HEADER..=octets.len()).contains(&query.end) && octets.len() <= MAX_QUERY);
    assert!(!query.is_answered_by(octets, u16::from_be_bytes([octets[0], octets[1]])));
    let id = u16::from_be_bytes([octets[0], octets[1]]);
    let address = Ipv4Addr::new(192, 0, 2, 1);
    let own = query.with_address(octets, address);
    assert!(query.is_answered_by(&own, id) && !query.is_answered_by(&own, !id));
    let expected: &[Ipv4Addr] = if query.kind == A_RECORD { &[address] } else { &[] };
    assert!(addresses(&own).keys().eq(expected));
    for (code, cut) in [(SERVER_FAILURE, false), (REFUSED, false), (0, true)] {
        let answer = query.without_records(octets, code, cut);
        assert!(query.is_answered_by(&answer, id) && answer.len() == query.end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `www.Example.com`, type A.
    const QUERY: &[u8] = b"\x12\x34\x01\x00\x00\x01\0\0\0\0\0\0\x03www\x07Example\x03com\0\x00\x01\x00\x01";

    // spec: hotspot-config 5.3 (redirdnsreq)
    #[test]
    fn a_question_of_ours_is_one_that_is_passed_on() {
        let query = Query::read(&question("WWW.fon.com.").unwrap()).unwrap();
        assert_eq!((query.name.as_str(), query.kind, query.is_plain()), ("www.fon.com", A_RECORD, true));
        for bad in ["", ".", "a..b", &"a".repeat(64), &"ab.".repeat(90)] {
            assert_eq!(question(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_question_that_points_elsewhere_is_no_query() {
        let pointing = b"\x12\x34\x01\x00\x00\x01\0\0\0\0\0\0\xc0\x12\x00\x01\x00\x01\x03www\0";
        assert_eq!(Query::read(pointing), None);
        let later = b"\x12\x34\x01\x00\x00\x01\0\0\0\0\0\0\x01a\xc0\x14\x00\x01\x00\x01\x03www\0";
        assert_eq!(Query::read(later), None);
        assert!(Query::read(QUERY).is_some());
    }

    fn answer(records: &[&[u8]]) -> Vec<u8> {
        let mut out = QUERY.to_vec();
        out[2] = 0x81;
        out[7] = u8::try_from(records.len()).unwrap();
        records.iter().for_each(|record| out.extend_from_slice(record));
        out
    }

    const CNAME: &[u8] = b"\xc0\x0c\x00\x05\x00\x01\x00\x00\x00\x3c\x00\x02\xc0\x10";
    const ADDRESS: &[u8] = b"\xc0\x10\x00\x01\x00\x01\x00\x00\x01\x2c\x00\x04\xcb\x00\x71\x14";
    /// Priority 1, target `.`, ipv4hint=203.0.113.21.
    const HINT: &[u8] =
        b"\xc0\x0c\x00\x41\x00\x01\x00\x00\x00\x0a\x00\x0b\x00\x01\x00\x00\x04\x00\x04\xcb\x00\x71\x15";

    #[test]
    fn a_query_has_one_question() {
        let query = Query::read(QUERY).unwrap();
        assert_eq!((query.name.as_str(), query.kind), ("www.example.com", A_RECORD));
        assert!(query.is_plain());
        let mut two = QUERY.to_vec();
        two[5] = 2;
        let mut update = QUERY.to_vec();
        update[2] = 0x28;
        for bad in [&two[..], &update, &answer(&[]), &QUERY[..11], &QUERY[..20], b""] {
            assert_eq!(Query::read(bad), None);
        }
        let mut text = QUERY.to_vec();
        text[QUERY.len() - 3] = 16;
        assert!(!Query::read(&text).unwrap().is_plain());
    }

    #[test]
    fn addresses_come_from_a_records_behind_aliases_and_from_hints() {
        // spec: gateway-dataplane 6
        let found = addresses(&answer(&[CNAME, ADDRESS, HINT]));
        let expected = [([203, 0, 113, 20], 300), ([203, 0, 113, 21], 10)];
        assert_eq!(found, expected.map(|(ip, ttl)| (Ipv4Addr::from(ip), ttl)).into());
        let whole = answer(&[CNAME, ADDRESS, HINT]);
        for end in 0..whole.len() {
            assert!(addresses(&whole[..end]).len() <= 2);
        }
    }

    #[test]
    fn an_answer_belongs_to_its_query() {
        let query = Query::read(QUERY).unwrap();
        let good = answer(&[ADDRESS]);
        assert!(query.is_answered_by(&good, 0x1234));
        assert!(!query.is_answered_by(&good, 0x1235));
        assert!(!query.is_answered_by(QUERY, 0x1234));
        let mut other = good.clone();
        other[17] = b'F';
        assert!(!query.is_answered_by(&other, 0x1234));
    }

    #[test]
    fn own_answers_can_be_read_again() {
        let query = Query::read(QUERY).unwrap();
        let own = query.with_address(QUERY, Ipv4Addr::new(192, 168, 182, 1));
        assert!(query.is_answered_by(&own, 0x1234));
        assert_eq!(addresses(&own).into_iter().next(), Some((Ipv4Addr::new(192, 168, 182, 1), 60)));
        let refused = query.without_records(QUERY, 5, false);
        assert!(query.is_answered_by(&refused, 0x1234));
        assert_eq!((refused[2] & 2, refused[3] & 15, refused.len()), (0, 5, QUERY.len()));
        assert_eq!(query.without_records(QUERY, 0, true)[2] & 2, 2);
    }
}
