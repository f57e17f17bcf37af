//! The client's side: which datagrams count, and the text they carry (spec: heartbeat 7.4, 7.5).

use super::message::{self, Header};
use super::{Class, Name, ORIGINAL_RECEIVE_LEN, RecordType, ResponseCode};
use core::fmt;

/// The most text kept. An answer has 346 characters; longer text is no answer, only its length is known.
pub const MAX_TEXT_LEN: usize = 512;

/// What the query of this attempt was.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Its DNS id.
    pub id: u16,
    /// The name it asked for.
    pub name: &'a Name,
}

/// How to judge datagrams. The default is the specification's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Rules {
    /// `compat.first_datagram_decides`: a datagram that does not match ends the attempt (spec: heartbeat 7.4).
    pub first_datagram_decides: bool,
    /// `compat.liveness = transport`: QR and opcode are not looked at, NXDOMAIN counts as an answer, and datagrams of
    /// more than 512 octets are discarded (spec: heartbeat 7.3, 7.4, 7.6).
    pub transport: bool,
}

/// What a datagram means for the attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "judging a datagram allocates nothing")]
pub enum Verdict {
    /// It is not for this attempt: keep waiting.
    Ignore(IgnoreReason),
    /// The attempt has failed.
    Fail(FailReason),
    /// It counts; its text, possibly empty, is the answer.
    Answer(Text),
}

/// Why a datagram is not for this attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IgnoreReason {
    /// Shorter than a header.
    #[error("shorter than a header")]
    Short,
    /// Longer than the original takes; with [`Rules::transport`] only.
    #[error("longer than 512 octets")]
    Long,
    /// Another id.
    #[error("another DNS id")]
    Id,
    /// Not exactly one question.
    #[error("not exactly one question")]
    QuestionCount,
    /// Another question: name, type or class.
    #[error("another question")]
    Question,
}

/// Why the attempt has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FailReason {
    /// A datagram that does not match, with [`Rules::first_datagram_decides`].
    #[error("the first datagram does not match: {0}")]
    Mismatch(#[from] IgnoreReason),
    /// Not a response, or not to a standard query.
    #[error("not a response to a standard query")]
    NotAResponse,
    /// The server or a resolver refused.
    #[error("refused with {0}")]
    Refused(ResponseCode),
    /// The answer section is malformed.
    #[error("the answer section is malformed at offset {offset}")]
    Malformed {
        /// Where the record begins that cannot be read.
        offset: usize,
    },
}

impl Expected<'_> {
    /// Judges a datagram. Allocates nothing.
    ///
    /// TC is not looked at: the text may be whole nevertheless.
    #[must_use]
    pub fn judge(&self, datagram: &[u8], rules: Rules) -> Verdict {
        if rules.transport && datagram.len() > ORIGINAL_RECEIVE_LEN {
            return Verdict::Ignore(IgnoreReason::Long);
        }
        let (header, records) = match self.matching(datagram) {
            Ok(matching) => matching,
            Err(reason) if rules.first_datagram_decides => {
                return Verdict::Fail(FailReason::Mismatch(reason));
            }
            Err(reason) => return Verdict::Ignore(reason),
        };
        let is_response = header.is_response() && header.opcode() == 0;
        if !rules.transport && !is_response {
            return Verdict::Fail(FailReason::NotAResponse);
        }
        match header.response_code() {
            ResponseCode::NO_ERROR => (),
            ResponseCode::NAME_ERROR if rules.transport => (),
            refused => return Verdict::Fail(FailReason::Refused(refused)),
        }
        let mut text = Text::new();
        let mut rest = records;
        for _ in 0..header.answers {
            let Ok((behind, record)) = message::record(rest) else {
                return Verdict::Fail(FailReason::Malformed { offset: datagram.len() - rest.len() });
            };
            if record.record_type == RecordType::TXT && record.class == Class::IN {
                text.append(record.data);
            }
            rest = behind;
        }
        Verdict::Answer(text)
    }

    fn matching<'d>(&self, datagram: &'d [u8]) -> Result<(Header, &'d [u8]), IgnoreReason> {
        let (rest, header) = message::header(datagram).map_err(|_| IgnoreReason::Short)?;
        if header.id != self.id {
            return Err(IgnoreReason::Id);
        }
        if header.questions != 1 {
            return Err(IgnoreReason::QuestionCount);
        }
        match message::question(rest) {
            Ok((records, (name, RecordType::TXT, Class::IN)))
                if name.eq_ignore_ascii_case(self.name.as_octets()) =>
            {
                Ok((header, records))
            }
            _ => Err(IgnoreReason::Question),
        }
    }
}

/// The text of a response: the character-strings of all TXT records, joined.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Text {
    octets: [u8; MAX_TEXT_LEN],
    length: usize,
}

impl Text {
    const fn new() -> Self {
        Self { octets: [0; MAX_TEXT_LEN], length: 0 }
    }

    /// The text, printable ASCII only; at most [`MAX_TEXT_LEN`] octets of it.
    #[must_use]
    pub fn as_octets(&self) -> &[u8] {
        self.octets.get(..self.length.min(MAX_TEXT_LEN)).unwrap_or_default()
    }

    /// How long the text really was.
    #[must_use]
    pub const fn full_len(&self) -> usize {
        self.length
    }

    /// Appends the character-strings of one record. The last one may promise more than there is (spec: heartbeat 7.5
    /// allows either; the original takes what is there, and so is this).
    fn append(&mut self, mut data: &[u8]) {
        while let Some((&length, behind)) = data.split_first() {
            let (string, behind) = behind.split_at(behind.len().min(usize::from(length)));
            let places = self.octets.get_mut(self.length..).unwrap_or_default();
            for (place, &octet) in places.iter_mut().zip(string) {
                *place = if matches!(octet, 32..=126) { octet } else { b'?' };
            }
            // At most one datagram's worth.
            self.length = self.length.saturating_add(string.len());
            data = behind;
        }
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({})", self.as_octets().escape_ascii())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn datagram(flags: u16, answers: u16, tail: &[u8]) -> Vec<u8> {
        let mut octets = Vec::from([0x12, 0x34]);
        octets.extend(flags.to_be_bytes());
        octets.extend([0, 1]);
        octets.extend(answers.to_be_bytes());
        octets.extend([0, 0, 0, 0]);
        octets.extend(b"\x01A\0\0\x10\0\x01");
        octets.extend(tail);
        octets
    }

    fn judge(datagram: &[u8], rules: Rules) -> Verdict {
        let name = "a".parse().unwrap();
        Expected { id: 0x1234, name: &name }.judge(datagram, rules)
    }

    const RECORD: &[u8] = b"\xc0\x0c\0\x10\0\x01\0\0\0\0\0\x05\x01x\x02y\x07";

    // spec: heartbeat 7.5
    #[test]
    fn strings_are_joined_and_made_printable() {
        let Verdict::Answer(text) = judge(&datagram(0x8000, 1, RECORD), Rules::default()) else { panic!() };
        assert_eq!(text.as_octets(), b"xy?");
        let overrun = b"\xc0\x0c\0\x10\0\x01\0\0\0\0\0\x03\x09xy";
        let Verdict::Answer(text) = judge(&datagram(0x8000, 1, overrun), Rules::default()) else { panic!() };
        assert_eq!(text.as_octets(), b"xy");
    }

    #[test]
    fn long_text_is_cut_but_counted() {
        let mut tail = Vec::from(*b"\xc0\x0c\0\x10\0\x01\0\0\0\0\x03\x00");
        for _ in 0..3 {
            tail.push(255);
            tail.extend([b'x'; 255]);
        }
        let Verdict::Answer(text) = judge(&datagram(0x8000, 1, &tail), Rules::default()) else { panic!() };
        assert_eq!((text.as_octets().len(), text.full_len()), (512, 765));
    }

    // spec: heartbeat 7.4
    #[test]
    fn the_checks_come_in_order() {
        let plain = Rules::default();
        let good = datagram(0x8000, 1, RECORD);
        assert_eq!(judge(&good[..11], plain), Verdict::Ignore(IgnoreReason::Short));
        let mut other = good.clone();
        other[1] ^= 1;
        assert_eq!(judge(&other, plain), Verdict::Ignore(IgnoreReason::Id));
        let mut two = good.clone();
        two[5] = 2;
        assert_eq!(judge(&two, plain), Verdict::Ignore(IgnoreReason::QuestionCount));
        assert_eq!(judge(&good[..15], plain), Verdict::Ignore(IgnoreReason::Question));
        // An echoed query is not a response, whatever its rcode.
        assert_eq!(judge(&datagram(0x0102, 0, &[]), plain), Verdict::Fail(FailReason::NotAResponse));
        assert_eq!(judge(&datagram(0x8800, 1, RECORD), plain), Verdict::Fail(FailReason::NotAResponse));
        let refused = judge(&datagram(0x8005, 1, RECORD), plain);
        assert_eq!(refused, Verdict::Fail(FailReason::Refused(ResponseCode::REFUSED)));
        let malformed = judge(&datagram(0x8000, 2, RECORD), plain);
        assert_eq!(malformed, Verdict::Fail(FailReason::Malformed { offset: good.len() }));
    }

    // spec: heartbeat 7.4, 7.6
    #[test]
    fn the_original_is_looser_and_stricter() {
        let source = Rules { first_datagram_decides: true, transport: true };
        let good = datagram(0x8000, 1, RECORD);
        assert_eq!(judge(&good[..11], source), Verdict::Fail(FailReason::Mismatch(IgnoreReason::Short)));
        assert!(matches!(judge(&datagram(0x8003, 0, &[]), source), Verdict::Answer(_)));
        assert!(matches!(judge(&datagram(0x0000, 1, RECORD), source), Verdict::Answer(_)));
        assert!(matches!(judge(&datagram(0x8002, 1, RECORD), source), Verdict::Fail(_)));
        let mut long = good.clone();
        long.resize(513, 0);
        assert_eq!(judge(&long, source), Verdict::Ignore(IgnoreReason::Long));
        assert!(matches!(judge(&long, Rules::default()), Verdict::Answer(_)));
    }
}
