//! One accounting record as it is kept: what it is about, when it was made, and its attributes.

use radius_codec::client::Request;
use radius_codec::dict::rfc2866;
use radius_codec::{AttributeWriter as _, Code};
use wispr::gateway::{Accounting, AccountingKind, SessionId};

/// What a stored record begins with; another number is another layout.
const LAYOUT: u8 = 1;
/// Octets in front of the attributes: layout, kind, time, session id.
const HEAD: usize = 1 + 1 + 8 + 16;

/// What a record tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// A session began.
    Start = 1,
    /// A session ended.
    Stop = 2,
    /// A session goes on.
    Interim = 3,
    /// The gateway started.
    On = 7,
    /// The gateway stops.
    Off = 8,
}

/// An accounting record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What it tells.
    pub kind: Kind,
    /// Its session; none for On and Off.
    pub session: Option<SessionId>,
    /// When it was made, in seconds since 1970.
    pub made_at: i64,
    attributes: Vec<u8>,
}

impl Record {
    /// What the gateway machine wants to be sent.
    #[must_use]
    pub fn new(accounting: &Accounting, unix_seconds: i64) -> Self {
        let kind = match accounting.kind {
            AccountingKind::Start => Kind::Start,
            AccountingKind::Stop(_) => Kind::Stop,
            AccountingKind::On => Kind::On,
            AccountingKind::Off => Kind::Off,
            _ => Kind::Interim,
        };
        Self {
            kind,
            session: accounting.session_id,
            made_at: unix_seconds,
            attributes: accounting.request.attributes().to_vec(),
        }
    }

    /// The request to send. With `delay` seconds since it was made it says so (Acct-Delay-Time, RFC 2866 §5.2).
    ///
    /// `None` if the attributes are damaged.
    #[must_use]
    pub fn request(&self, delay: u64) -> Option<Request> {
        let mut request = Request::from_attributes(Code::ACCOUNTING_REQUEST, &self.attributes)?;
        if delay > 0 {
            request.integer(rfc2866::ACCT_DELAY_TIME, u32::try_from(delay).unwrap_or(u32::MAX));
        }
        Some(request)
    }

    /// The record as octets.
    #[must_use]
    pub fn to_octets(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEAD + self.attributes.len());
        out.extend([LAYOUT, self.kind as u8]);
        out.extend(self.made_at.to_be_bytes());
        out.extend(self.session.map_or([0; 16], |id| id.as_str().as_bytes().try_into().unwrap_or([0; 16])));
        out.extend(&self.attributes);
        out
    }

    /// Reads what [`to_octets`](Self::to_octets) wrote. `None` if it is something else.
    #[must_use]
    pub fn from_octets(octets: &[u8]) -> Option<Self> {
        let (head, attributes) = octets.split_at_checked(HEAD)?;
        let (&[LAYOUT, kind], rest) = head.split_first_chunk::<2>()? else { return None };
        let (made_at, session) = rest.split_first_chunk::<8>()?;
        let kind = match kind {
            1 => Kind::Start,
            2 => Kind::Stop,
            3 => Kind::Interim,
            7 => Kind::On,
            8 => Kind::Off,
            _ => return None,
        };
        let session = match (kind, std::str::from_utf8(session).ok()?) {
            (Kind::On | Kind::Off, _) => None,
            (_, text) => Some(SessionId::from_text(text)?),
        };
        let record =
            Self { kind, session, made_at: i64::from_be_bytes(*made_at), attributes: attributes.to_vec() };
        record.request(0).is_some().then_some(record)
    }

    /// Whether everything before it has to be delivered before, and everything after it after (On and Off).
    #[must_use]
    pub const fn is_barrier(&self) -> bool {
        matches!(self.kind, Kind::On | Kind::Off)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use radius_codec::Packet;

    /// A record of a session with this port number.
    pub(in crate::accounting) fn record(kind: Kind, session: u32) -> Record {
        let mut request = Request::new(Code::ACCOUNTING_REQUEST);
        request.integer(rfc2866::ACCT_STATUS_TYPE, kind as u32);
        let session = (session != 0).then(|| SessionId::new(0x6b00_0000, session));
        Record { kind, session, made_at: 1_000, attributes: request.attributes().to_vec() }
    }

    /// Acct-Delay-Time of a request.
    pub(in crate::accounting) fn delay(request: &Request) -> Option<u32> {
        let mut out = [0; 4096];
        let secret = radius_codec::Secret::new(b"s").unwrap();
        let length = request.write_to(&mut out, 1, [0; 16], &secret).unwrap();
        Packet::parse(&out[..length]).unwrap().attributes().integer(rfc2866::ACCT_DELAY_TIME)
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        for record in [record(Kind::Start, 1), record(Kind::Stop, 77), record(Kind::On, 0)] {
            assert_eq!(Record::from_octets(&record.to_octets()), Some(record));
        }
    }

    #[test]
    fn what_is_no_record_is_none() {
        let good = record(Kind::Stop, 1).to_octets();
        for length in 0..good.len() {
            let cut = Record::from_octets(&good[..length]);
            // Cut right behind the head it is a record without attributes.
            assert_eq!(cut.is_some(), length == HEAD, "{length}");
        }
        for (place, octet) in [(0, 2), (1, 9), (12, b'G'), (HEAD + 1, 1), (HEAD + 1, 200)] {
            let mut bad = good.clone();
            bad[place] = octet;
            assert_eq!(Record::from_octets(&bad), None, "octet {place}");
        }
    }

    // RFC 2866 §5.2
    #[test]
    fn a_record_says_how_late_it_is() {
        let record = record(Kind::Start, 1);
        assert_eq!(delay(&record.request(0).unwrap()), None);
        assert_eq!(delay(&record.request(61).unwrap()), Some(61));
    }
}
