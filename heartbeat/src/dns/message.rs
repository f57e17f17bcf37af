//! Reading what all messages have in common: header, question, records (RFC 1035 §4).
//!
//! Names are skipped, never followed: the heartbeat compares only the question's name, which stands first and so can
//! point nowhere but into the header or at itself.

use super::{Class, RecordType, ResponseCode};
use nom::bytes::complete::take;
use nom::number::complete::{be_u16, be_u32, u8 as octet};
use nom::{IResult, Parser as _};

/// The fixed part of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) id: u16,
    pub(super) flags: u16,
    pub(super) questions: u16,
    pub(super) answers: u16,
}

impl Header {
    pub(super) const fn is_response(self) -> bool {
        self.flags & 0x8000 != 0
    }

    pub(super) const fn opcode(self) -> u8 {
        (self.flags >> 11 & 0xf) as u8
    }

    pub(super) const fn response_code(self) -> ResponseCode {
        ResponseCode((self.flags & 0xf) as u8)
    }
}

/// One record, its owner skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record<'a> {
    pub(super) record_type: RecordType,
    pub(super) class: Class,
    pub(super) data: &'a [u8],
}

pub(super) fn header(input: &[u8]) -> IResult<&[u8], Header> {
    let (input, (id, flags, questions, answers, _)) =
        (be_u16, be_u16, be_u16, be_u16, be_u32).parse(input)?;
    Ok((input, Header { id, flags, questions, answers }))
}

/// The name of a question as it stands, with its type and class.
pub(super) fn question(input: &[u8]) -> IResult<&[u8], (&[u8], RecordType, Class)> {
    let (rest, ()) = name(input)?;
    let standing = input.get(..input.len() - rest.len()).unwrap_or_default();
    let (rest, (record_type, class)) = (be_u16, be_u16).parse(rest)?;
    Ok((rest, (standing, RecordType(record_type), Class(class))))
}

pub(super) fn record(input: &[u8]) -> IResult<&[u8], Record<'_>> {
    let (input, ()) = name(input)?;
    let (input, (record_type, class, _ttl, length)) = (be_u16, be_u16, be_u32, be_u16).parse(input)?;
    let (input, data) = take(length).parse(input)?;
    Ok((input, Record { record_type: RecordType(record_type), class: Class(class), data }))
}

/// Skips a name: labels up to the root, or up to a pointer.
fn name(mut input: &[u8]) -> IResult<&[u8], ()> {
    loop {
        let (rest, length) = octet(input)?;
        match length {
            0 => return Ok((rest, ())),
            1..=0x3f => (input, _) = take(length).parse(rest)?,
            0xc0..=0xff => {
                let (rest, _) = octet(rest)?;
                return Ok((rest, ()));
            }
            _ => return Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Verify))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_skipped_not_followed() {
        assert_eq!(name(b"\x01a\xc0\xffrest"), Ok((&b"rest"[..], ())));
        assert_eq!(name(b"\x01a\0rest"), Ok((&b"rest"[..], ())));
        for bad in [&b""[..], b"\x02a", b"\x01a", b"\x40x\0", b"\x80x\0", b"\xc0"] {
            assert!(name(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_record_must_be_whole() {
        let whole = b"\xc0\x0c\0\x10\0\x01\0\0\0\0\0\x02\x01a";
        let (rest, record) = record(whole).unwrap();
        assert_eq!((rest, record.record_type, record.class), (&[][..], RecordType::TXT, Class::IN));
        assert_eq!(record.data, b"\x01a");
        for cut in 0..whole.len() {
            assert!(super::record(&whole[..cut]).is_err(), "{cut}");
        }
    }
}
