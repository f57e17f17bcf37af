//! The server's side: reading queries, writing responses (spec: heartbeat 17).

use super::message::{self, Header};
use super::{Class, HEADER_LEN, Name, RecordType, ResponseCode};
use bytes::BufMut;

/// The most a character-string holds (RFC 1035 §3.3).
const MAX_STRING_LEN: usize = 255;
/// A compressed name: the one at offset 12, where the question stands.
const POINTER_TO_QUESTION: u16 = 0xc00c;

/// A query as a server received it. Unlike a response it says nothing yet about being a heartbeat.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    header: Header,
    /// The one question, where there is one that can be read.
    question: Option<(&'a [u8], RecordType, Class)>,
}

/// The datagram is not to be answered at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// Shorter than a header: there is no id to answer to.
    #[error("shorter than a header")]
    Short,
    /// A response. Answering it could make two servers talk for ever.
    #[error("a response, not a query")]
    Response,
}

/// The output has no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the message needs {needed} octets")]
pub struct WriteError {
    /// How many octets it has.
    pub needed: usize,
}

impl<'a> Request<'a> {
    /// Reads a query. What follows its question is not looked at.
    ///
    /// # Errors
    /// [`RequestError`] when there is nothing to answer. Everything else gets at least SERVFAIL.
    pub fn parse(datagram: &'a [u8]) -> Result<Self, RequestError> {
        let (rest, header) = message::header(datagram).map_err(|_| RequestError::Short)?;
        if header.is_response() {
            return Err(RequestError::Response);
        }
        let question = match message::question(rest) {
            Ok((_, question)) if header.questions == 1 => Some(question),
            _ => None,
        };
        Ok(Self { header, question })
    }

    /// The DNS id.
    #[must_use]
    pub const fn id(&self) -> u16 {
        self.header.id
    }

    /// The name asked for, if this is a standard query for TXT of class IN with a name in full.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        match self.question {
            Some((octets, RecordType::TXT, Class::IN)) if self.header.opcode() == 0 => {
                Name::from_wire(octets)
            }
            _ => None,
        }
    }

    /// Writes a refusal, SERVFAIL by the specification: the question echoed, no records.
    ///
    /// # Errors
    /// [`WriteError`] when `out` has no room; nothing is written then.
    pub fn refuse(&self, code: ResponseCode, mut out: impl BufMut) -> Result<usize, WriteError> {
        let needed = HEADER_LEN + self.question_len();
        if out.remaining_mut() < needed {
            return Err(WriteError { needed });
        }
        self.write_head(&mut out, code, 0);
        Ok(needed)
    }

    /// Writes an answer: the question echoed, QR and AA set, RD copied, one TXT record with the owner compressed, TTL
    /// 0, the text split at 255 octets.
    ///
    /// # Errors
    /// [`WriteError`] when `out` has no room, or when the text is too long for a record; nothing is written then.
    pub fn answer(&self, text: &[u8], mut out: impl BufMut) -> Result<usize, WriteError> {
        let data_len = text.len() + text.len().div_ceil(MAX_STRING_LEN).max(1);
        let needed = HEADER_LEN + self.question_len() + 12 + data_len;
        let Ok(rdlength) = u16::try_from(data_len) else {
            return Err(WriteError { needed });
        };
        if out.remaining_mut() < needed {
            return Err(WriteError { needed });
        }
        self.write_head(&mut out, ResponseCode::NO_ERROR, 1);
        out.put_u16(POINTER_TO_QUESTION);
        out.put_u16(RecordType::TXT.0);
        out.put_u16(Class::IN.0);
        out.put_u32(0);
        out.put_u16(rdlength);
        if text.is_empty() {
            out.put_u8(0);
        }
        for string in text.chunks(MAX_STRING_LEN) {
            // At most 255, so that this never falls back.
            out.put_u8(u8::try_from(string.len()).unwrap_or(u8::MAX));
            out.put_slice(string);
        }
        Ok(needed)
    }

    fn question_len(&self) -> usize {
        self.question.map_or(0, |(name, ..)| name.len() + 4)
    }

    fn write_head(&self, out: &mut impl BufMut, code: ResponseCode, answers: u16) {
        // QR, AA, the opcode and RD of the query, the code.
        let flags = 0x8400 | self.header.flags & 0x7900 | u16::from(code.0 & 0xf);
        super::write_header(out, self.header.id, flags, [u16::from(self.question.is_some()), answers]);
        if let Some((name, record_type, class)) = self.question {
            out.put_slice(name);
            out.put_u16(record_type.0);
            out.put_u16(class.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::{MAX_QUERY_LEN, write_query};
    use alloc::vec::Vec;
    use testkit::hex;

    fn query() -> Vec<u8> {
        let mut out = Vec::new();
        write_query(0x0102, &"a.b".parse().unwrap(), RecordType::TXT, &mut out).unwrap();
        out
    }

    // spec: heartbeat 17
    #[test]
    fn an_answer_echoes_and_compresses() {
        let query = query();
        let request = Request::parse(&query).unwrap();
        let mut out = Vec::new();
        assert_eq!(request.answer(b"hi", &mut out), Ok(out.len()));
        assert_eq!(
            hex::encode(&out),
            "010285000001000100000000016101620000100001c00c00100001000000000003026869"
        );
        let mut out = Vec::new();
        assert_eq!(request.refuse(ResponseCode::SERVER_FAILURE, &mut out), Ok(out.len()));
        assert_eq!(hex::encode(&out), "010285020001000000000000016101620000100001");
    }

    #[test]
    fn long_text_is_split() {
        let query = query();
        let mut out = Vec::new();
        Request::parse(&query).unwrap().answer(&[b'x'; 346], &mut out).unwrap();
        let data = &out[query.len() + 12..];
        assert_eq!((data[0], data[256], data.len()), (255, 91, 348));
    }

    #[test]
    fn nothing_is_written_without_room() {
        let query = query();
        let request = Request::parse(&query).unwrap();
        let mut out = [0xee; MAX_QUERY_LEN];
        assert_eq!(request.answer(b"hi", &mut out[..35]), Err(WriteError { needed: 36 }));
        assert_eq!(request.refuse(ResponseCode::REFUSED, &mut out[..20]), Err(WriteError { needed: 21 }));
        assert!(out.iter().all(|&octet| octet == 0xee));
        assert!(request.answer(&[b'x'; 70_000], Vec::new()).is_err());
    }

    #[test]
    fn only_a_standard_query_for_txt_has_a_name() {
        let good = query();
        assert_eq!(Request::parse(&good).unwrap().name(), Some("A.B".parse().unwrap()));
        for (at, value) in [(2, 0x28), (5, 0), (5, 2), (18, 1), (20, 3), (12, 0xc0)] {
            let mut bad = good.clone();
            bad[at] = value;
            assert_eq!(Request::parse(&bad).unwrap().name(), None, "{at}");
        }
        assert_eq!(Request::parse(&good[..11]).unwrap_err(), RequestError::Short);
        let mut response = good.clone();
        response[2] = 0x81;
        assert_eq!(Request::parse(&response).unwrap_err(), RequestError::Response);
    }
}
