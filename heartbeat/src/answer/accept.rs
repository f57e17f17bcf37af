//! The acceptance algorithm (spec: heartbeat 5.4) and the opt-in checks beyond it (spec: heartbeat 20).

use super::{Answer, Nop, Regular};
use crate::Mac;
use crate::base64::{self, Base64Error};
use crate::extension::{ExtensionKey, TAIL_LEN};
use crate::key::Cipher;
use crate::rsa::RsaPublicKey;

/// What a client holds an answer against.
#[derive(Clone, Copy, Debug)]
pub struct Acceptance<'a> {
    /// The hotspot's key, made ready.
    pub cipher: &'a Cipher,
    /// The status server's key; without one regular answers are invalid.
    pub rsa: Option<&'a RsaPublicKey>,
    /// Transaction id of the query of this very heartbeat.
    pub trid: u32,
    /// `strict_nop`: the tail of a NOP answer must be zero.
    pub strict_nop: bool,
    /// `nop_tag = require`: the tail of a NOP answer must be the E2 tag for this hotspot.
    pub nop_tag: Option<(&'a ExtensionKey, Mac)>,
}

/// Why text is not a valid answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// The text does not begin with `a=` or `b=`.
    #[error("not the text of a heartbeat answer")]
    Prefix,
    /// What follows the prefix is not canonical base64.
    #[error("the answer's body: {0}")]
    Base64(#[from] Base64Error),
    /// The body has not the length of its kind.
    #[error("a body of {length} characters is none of this kind of answer")]
    Length {
        /// Characters after the prefix.
        length: usize,
    },
    /// A regular answer, and no RSA key to check it with.
    #[error("a regular answer, but no RSA key is configured")]
    NoRsaKey,
    /// The RSA block is not below the modulus.
    #[error("the RSA block is not below the modulus")]
    NotBelowModulus,
    /// The first octet of the plaintext is not that of its kind: another key, or a forgery.
    #[error("first octet of the plaintext is {value}")]
    Kind {
        /// What stands there.
        value: u8,
    },
    /// The answer is for another query.
    #[error("the answer is for trid {value:08x}")]
    Trid {
        /// The answer's trid.
        value: u32,
    },
    /// The size of the data is impossible.
    #[error("size of data {value}; at most 246 fit")]
    Size {
        /// What stands there.
        value: u32,
    },
    /// The tail of a NOP answer is not what was asked for (`strict_nop`, `nop_tag`).
    #[error("the tail of the acknowledgement is not the one required")]
    Tail,
}

/// Opens the text of an answer and judges it by spec: heartbeat 5.4.
///
/// `text` is what the DNS carried, prefix included. Allocates nothing.
///
/// # Errors
/// [`AnswerError`]: the first check that failed.
pub fn accept(text: &[u8], against: &Acceptance<'_>) -> Result<Answer, AnswerError> {
    match text {
        [b'a', b'=', body @ ..] => {
            let nop = Nop::open(octets(body)?, against.cipher)?;
            against.check_trid(nop.trid)?;
            against.check_tail(&nop)?;
            Ok(Answer::Nop(nop))
        }
        [b'b', b'=', body @ ..] => {
            let key = against.rsa.ok_or(AnswerError::NoRsaKey)?;
            let regular = Regular::open(&octets(body)?, against.cipher, key)?;
            against.check_trid(regular.trid())?;
            Ok(Answer::Regular(regular))
        }
        _ => Err(AnswerError::Prefix),
    }
}

impl Acceptance<'_> {
    fn check_trid(&self, value: u32) -> Result<(), AnswerError> {
        if value == self.trid { Ok(()) } else { Err(AnswerError::Trid { value }) }
    }

    fn check_tail(&self, nop: &Nop) -> Result<(), AnswerError> {
        let zero = !self.strict_nop || nop.tail == [0; TAIL_LEN];
        let tagged = self.nop_tag.is_none_or(|(key, mac)| nop.is_tagged(key, mac));
        if zero && tagged { Ok(()) } else { Err(AnswerError::Tail) }
    }
}

fn octets<const N: usize>(body: &[u8]) -> Result<[u8; N], AnswerError> {
    let refused = AnswerError::Length { length: body.len() };
    if body.len() != base64::encoded_len(N) {
        return Err(refused);
    }
    // Text of that length may hold one or two octets too many, or too few, by its padding.
    let mut octets = [0; N];
    match base64::decode(body, &mut octets) {
        Ok(length) if length == N => Ok(octets),
        Ok(_) | Err(Base64Error::NoRoom { .. }) => Err(refused),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::tests::worked_example;

    fn against<'a>(cipher: &'a Cipher, trid: u32) -> Acceptance<'a> {
        Acceptance { cipher, rsa: None, trid, strict_nop: false, nop_tag: None }
    }

    // spec: heartbeat 5.4
    #[test]
    fn every_refusal_says_why() {
        let (_, key) = worked_example();
        let cipher = Cipher::new(&key);
        let refused = |text: &str| accept(text.as_bytes(), &against(&cipher, 1)).unwrap_err();
        for text in ["", "a", "a:", "A=", "c=AAAA", "zzzz"] {
            assert_eq!(refused(text), AnswerError::Prefix, "{text:?}");
        }
        assert_eq!(refused("a=AAAA"), AnswerError::Length { length: 4 });
        assert_eq!(refused("a=AAAAAAAAAAAAAAAAAAAAAAA="), AnswerError::Length { length: 24 });
        assert_eq!(
            refused("a=AAAAAAAAAAAAAAAAAAAAA?=="),
            AnswerError::Base64(Base64Error::NotCanonical { offset: 21 })
        );
        assert_eq!(refused("b="), AnswerError::NoRsaKey);
        assert_eq!(refused("a=tsBXeZzzKKB/wkgpImIzrg=="), AnswerError::Trid { value: 0x1234_5678 });
        assert!(matches!(refused("a=AAAAAAAAAAAAAAAAAAAAAA=="), AnswerError::Kind { .. }));
    }

    // spec: heartbeat 20
    #[test]
    fn the_tail_counts_only_where_it_was_asked_for() {
        let (query, key) = worked_example();
        let cipher = Cipher::new(&key);
        let extension = ExtensionKey::new(&key);
        let plain = Nop::new(7, 1).text(&cipher);
        let tagged = Nop::new(7, 1).tagged(&extension, query.mac).text(&cipher);
        let easy = against(&cipher, 7);
        let strict = Acceptance { strict_nop: true, ..easy };
        let tag = Acceptance { nop_tag: Some((&extension, query.mac)), ..easy };
        let taken = |text: &super::super::AnswerText, against| accept(text.as_octets(), against).is_ok();
        assert!(taken(&plain, &easy) && taken(&tagged, &easy));
        assert!(taken(&plain, &strict) && !taken(&tagged, &strict));
        assert!(!taken(&plain, &tag) && taken(&tagged, &tag));
    }
}
