//! The answers: NOP and regular, sealed by the server, opened and judged by the client (spec: heartbeat 5).

mod accept;
mod regular;

pub use accept::{Acceptance, AnswerError, accept};
pub use regular::{MAX_DATA_LEN, Regular, RegularError, SealError};

use crate::base64;
use crate::extension::{ExtensionKey, TAIL_LEN};
use crate::key::{BLOCK_LEN, Cipher};
use crate::{ExecCode, Mac};
use core::fmt;

/// Characters of a NOP answer's text, prefix included (spec: heartbeat 5.1).
pub const NOP_TEXT_LEN: usize = 26;
/// Characters of a regular answer's text, prefix included (spec: heartbeat 5.1).
pub const REGULAR_TEXT_LEN: usize = 346;

/// First octet of a NOP answer's plaintext.
const NOP_KIND: u8 = 4;
/// Octets of a NOP answer's plaintext in front of the tail.
const FRONT_LEN: usize = BLOCK_LEN - TAIL_LEN;

/// An acknowledgement (spec: heartbeat 5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nop {
    /// Transaction id of the query being answered.
    pub trid: u32,
    /// The server's time in seconds since 1970, unsigned: it wraps in 2106. Informative.
    pub time: u32,
    /// Zero when sent; the E2 tag where both sides agreed on it.
    pub tail: [u8; TAIL_LEN],
}

impl Nop {
    /// An acknowledgement with the plain tail.
    #[must_use]
    pub const fn new(trid: u32, time: u32) -> Self {
        Self { trid, time, tail: [0; TAIL_LEN] }
    }

    /// The same acknowledgement with the E2 tag for this hotspot (spec: heartbeat 20).
    #[must_use]
    pub fn tagged(self, key: &ExtensionKey, mac: Mac) -> Self {
        Self { tail: key.nop_tail(&self.front(), mac), ..self }
    }

    /// Whether the tail is the E2 tag for this hotspot. Constant time.
    #[must_use]
    pub fn is_tagged(&self, key: &ExtensionKey, mac: Mac) -> bool {
        use subtle::ConstantTimeEq as _;
        key.nop_tail(&self.front(), mac).ct_eq(&self.tail).into()
    }

    /// The 16 octets before encryption.
    #[must_use]
    pub const fn plain(&self) -> [u8; BLOCK_LEN] {
        let [a, b, c, d, e, f, g] = self.tail;
        let tail = u64::from_be_bytes([0, a, b, c, d, e, f, g]);
        // As one number: written octet by octet the block would reach the cipher late.
        let number = (NOP_KIND as u128) << 120 | (self.trid as u128) << 88 | (self.time as u128) << 56;
        (number | tail as u128).to_be_bytes()
    }

    /// Encrypts the answer.
    #[must_use]
    pub fn seal(&self, cipher: &Cipher) -> [u8; BLOCK_LEN] {
        let mut block = self.plain();
        cipher.encrypt(&mut block);
        block
    }

    /// Encrypts the answer and writes its text.
    #[must_use]
    pub fn text(&self, cipher: &Cipher) -> AnswerText {
        AnswerText::new(b'a', &self.seal(cipher))
    }

    /// Encrypts the answer and writes its text, [`NOP_TEXT_LEN`] characters, into the caller's buffer.
    pub fn write_text(&self, cipher: &Cipher, out: &mut [u8; NOP_TEXT_LEN]) {
        let [prefix, equals, body @ ..] = out;
        (*prefix, *equals) = (b'a', b'=');
        // 16 octets always give 24 characters.
        let written = base64::encode(&self.seal(cipher), body);
        debug_assert_eq!(written, Ok(NOP_TEXT_LEN - 2));
    }

    /// Decrypts a block.
    ///
    /// # Errors
    /// [`AnswerError::Kind`] when the first octet is not 4: another key, or a forgery.
    pub fn open(mut block: [u8; BLOCK_LEN], cipher: &Cipher) -> Result<Self, AnswerError> {
        cipher.decrypt(&mut block);
        let [kind, .., t0, t1, t2, t3, t4, t5, t6] = block;
        if kind != NOP_KIND {
            return Err(AnswerError::Kind { value: kind });
        }
        let number = u128::from_be_bytes(block);
        let word = |shift: u32| u32::try_from(number >> shift & u128::from(u32::MAX)).unwrap_or(0);
        let (trid, time) = (word(88), word(56));
        Ok(Self { trid, time, tail: [t0, t1, t2, t3, t4, t5, t6] })
    }

    /// What the E2 tag is computed over, in front of the MAC.
    fn front(&self) -> [u8; FRONT_LEN] {
        let [front @ .., _, _, _, _, _, _, _] = self.plain();
        front
    }
}

/// An opened answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "boxing would allocate where the format does not need it")]
pub enum Answer {
    /// An acknowledgement.
    Nop(Nop),
    /// An instruction.
    Regular(Regular),
}

impl Answer {
    /// Transaction id of the query being answered.
    #[must_use]
    pub const fn trid(&self) -> u32 {
        match self {
            Self::Nop(nop) => nop.trid,
            Self::Regular(regular) => regular.trid(),
        }
    }

    /// What is to be done; nothing for a NOP answer.
    #[must_use]
    pub const fn exec(&self) -> ExecCode {
        match self {
            Self::Nop(_) => ExecCode::NOTHING,
            Self::Regular(regular) => regular.exec(),
        }
    }

    /// The data that goes with it.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        match self {
            Self::Nop(_) => &[],
            Self::Regular(regular) => regular.data(),
        }
    }
}

impl fmt::Display for Answer {
    /// The log line operators know, its data escaped (spec: heartbeat 12).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (exec, trid, data) = (self.exec().log_name(), self.trid(), self.data().escape_ascii());
        write!(f, "ANSWER [exec={exec}, trid=[{trid:08x}], data=[{data}]]")
    }
}

/// The text of an answer: its prefix and base64.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AnswerText {
    octets: [u8; REGULAR_TEXT_LEN],
    length: usize,
}

impl AnswerText {
    /// `body` is a block of 16 or 256 octets.
    fn new(prefix: u8, body: &[u8]) -> Self {
        let mut octets = [0; REGULAR_TEXT_LEN];
        let length = match &mut octets {
            [first, second, rest @ ..] => {
                (*first, *second) = (prefix, b'=');
                base64::encode(body, rest).map_or(0, |length| length + 2)
            }
        };
        Self { octets, length }
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_octets()).unwrap_or_default()
    }

    /// The characters as octets.
    #[must_use]
    pub fn as_octets(&self) -> &[u8] {
        self.octets.get(..self.length).unwrap_or_default()
    }
}

impl fmt::Debug for AnswerText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AnswerText({})", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::tests::worked_example;
    use alloc::string::ToString as _;

    // spec: heartbeat 5.2
    #[test]
    fn the_example_comes_out() {
        let (query, key) = worked_example();
        let cipher = Cipher::new(&key);
        let nop = Nop::new(0x1234_5678, 1_300_000_000);
        assert_eq!(nop.text(&cipher).as_str(), "a=tsBXeZzzKKB/wkgpImIzrg==");
        assert_eq!(Nop::open(nop.seal(&cipher), &cipher), Ok(nop));

        // spec: heartbeat 20
        let extension = ExtensionKey::new(&key);
        let tagged = nop.tagged(&extension, query.mac);
        assert_eq!(tagged.text(&cipher).as_str(), "a=N/BQrZ1o3hqAaxuty9lwvg==");
        assert!(tagged.is_tagged(&extension, query.mac) && !nop.is_tagged(&extension, query.mac));
    }

    // spec: heartbeat 5.2
    #[test]
    fn the_time_is_unsigned() {
        let (_, key) = worked_example();
        let cipher = Cipher::new(&key);
        let nop = Nop::new(1, u32::MAX);
        assert_eq!(Nop::open(nop.seal(&cipher), &cipher).unwrap().time, u32::MAX);
    }

    // spec: heartbeat 12
    #[test]
    fn data_is_escaped_in_the_log_line() {
        let regular = Regular::new(0x2a, ExecCode::CONFIGURATION, b"a\0\n]\xff", |_| ()).unwrap();
        assert_eq!(
            Answer::Regular(regular).to_string(),
            r"ANSWER [exec=CM client, trid=[0000002a], data=[a\x00\n]\xff]]"
        );
    }
}
