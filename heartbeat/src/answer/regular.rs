//! The regular answer: 256 octets under AES and the bare RSA primitive (spec: heartbeat 5.3).

use super::{AnswerError, AnswerText};
use crate::ExecCode;
use crate::key::Cipher;
use crate::rsa::{RSA_LEN, RsaPublicKey, RsaSigner};
use core::fmt;

/// Octets of data a regular answer can carry.
pub const MAX_DATA_LEN: usize = RSA_LEN - HEAD_LEN;

/// First octet of the plaintext.
const KIND: u8 = 2;
/// Octets before the data.
const HEAD_LEN: usize = 10;
/// With this much data or more, filler cannot change the first AES block, which alone decides almost always whether
/// the whole is below the modulus.
const FIXED_FROM: usize = 16 - HEAD_LEN;
/// How often new filler is drawn. Each draw succeeds with at least one half.
const DRAWS: usize = 64;

/// An instruction to the hotspot.
#[derive(Clone, PartialEq, Eq)]
pub struct Regular {
    plain: [u8; RSA_LEN],
    size: u8,
}

/// Why a regular answer cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegularError {
    /// More than [`MAX_DATA_LEN`] octets of data.
    #[error("{length} octets of data; a regular answer carries at most 246")]
    DataTooLong {
        /// How many there are.
        length: usize,
    },
}

/// Why a regular answer cannot be sealed this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The encrypted block is not below the modulus, and other filler does not help: answer NOP now and use the next
    /// heartbeat, whose trid differs (spec: heartbeat 5.3).
    #[error("the encrypted answer is not below the modulus")]
    NotBelowModulus,
    /// The private key is not available.
    #[error("the signer has no answer")]
    Signer,
    /// The signer's result does not recover to what was signed: a fault, or another key. Sending it would help whoever
    /// wants to break the key.
    #[error("the signer's result is wrong")]
    WrongSignature,
}

impl Regular {
    /// An instruction with filler from `random`, which must fill the octets it is given from a cryptographic
    /// generator.
    ///
    /// # Errors
    /// [`RegularError::DataTooLong`].
    pub fn new(
        trid: u32,
        exec: ExecCode,
        data: &[u8],
        random: impl FnOnce(&mut [u8]),
    ) -> Result<Self, RegularError> {
        let too_long = RegularError::DataTooLong { length: data.len() };
        let size = u8::try_from(data.len()).map_err(|_| too_long)?;
        let mut plain = [0; RSA_LEN];
        let [t0, t1, t2, t3] = trid.to_be_bytes();
        let (head, body) = plain.split_at_mut(HEAD_LEN);
        head.copy_from_slice(&[KIND, t0, t1, t2, t3, 0, 0, 0, size, exec.0]);
        let (place, filler) = body.split_at_mut_checked(data.len()).ok_or(too_long)?;
        place.copy_from_slice(data);
        random(filler);
        Ok(Self { plain, size })
    }

    /// Transaction id of the query being answered.
    #[must_use]
    pub const fn trid(&self) -> u32 {
        let [_, a, b, c, d, ..] = self.plain;
        u32::from_be_bytes([a, b, c, d])
    }

    /// What is to be done.
    #[must_use]
    pub const fn exec(&self) -> ExecCode {
        let [_, _, _, _, _, _, _, _, _, exec, ..] = self.plain;
        ExecCode(exec)
    }

    /// The data that goes with it, at most [`MAX_DATA_LEN`] octets.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        self.plain.get(HEAD_LEN..HEAD_LEN + usize::from(self.size)).unwrap_or_default()
    }

    /// The 256 octets before encryption, filler included.
    #[must_use]
    pub const fn plain(&self) -> &[u8; RSA_LEN] {
        &self.plain
    }

    /// The octets encrypted under the hotspot's key: what the server signs. May not be below the modulus.
    #[must_use]
    pub fn encrypt(&self, cipher: &Cipher) -> [u8; RSA_LEN] {
        let mut block = self.plain;
        cipher.encrypt(&mut block);
        block
    }

    /// Encrypts and signs the answer and writes its text. Draws new filler from `random` where that can bring the
    /// block below the modulus.
    ///
    /// # Errors
    /// [`SealError`]; after [`SealError::NotBelowModulus`] a NOP answer is due.
    pub fn seal(
        &mut self,
        cipher: &Cipher,
        signer: &mut dyn RsaSigner,
        mut random: impl FnMut(&mut [u8]),
    ) -> Result<AnswerText, SealError> {
        let filler_at = HEAD_LEN + usize::from(self.size);
        let mut block = self.encrypt(cipher);
        let mut draws = if usize::from(self.size) < FIXED_FROM { DRAWS } else { 0 };
        while !signer.public_key().is_below_modulus(&block) {
            draws = draws.checked_sub(1).ok_or(SealError::NotBelowModulus)?;
            if let Some(filler) = self.plain.get_mut(filler_at..) {
                random(filler);
            }
            block = self.encrypt(cipher);
        }
        let signature = signer.sign(&block).ok_or(SealError::Signer)?;
        if signer.public_key().recover(&signature) != Some(block) {
            return Err(SealError::WrongSignature);
        }
        Ok(AnswerText::new(b'b', &signature))
    }

    /// Undoes the RSA primitive, decrypts and reads a block.
    ///
    /// # Errors
    /// [`AnswerError::NotBelowModulus`], [`AnswerError::Kind`] or [`AnswerError::Size`].
    pub fn open(block: &[u8; RSA_LEN], cipher: &Cipher, key: &RsaPublicKey) -> Result<Self, AnswerError> {
        let mut plain = key.recover(block).ok_or(AnswerError::NotBelowModulus)?;
        cipher.decrypt(&mut plain);
        let [kind, _, _, _, _, s0, s1, s2, s3, ..] = plain;
        if kind != KIND {
            return Err(AnswerError::Kind { value: kind });
        }
        let size = u32::from_be_bytes([s0, s1, s2, s3]);
        match u8::try_from(size) {
            Ok(size) if usize::from(size) <= MAX_DATA_LEN => Ok(Self { plain, size }),
            _ => Err(AnswerError::Size { value: size }),
        }
    }
}

impl fmt::Debug for Regular {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Regular")
            .field("trid", &self.trid())
            .field("exec", &self.exec())
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: heartbeat 5.3
    #[test]
    fn the_layout_is_the_one_of_the_table() {
        let regular = Regular::new(0x0102_0304, ExecCode(9), b"data", |filler| filler.fill(0xee)).unwrap();
        assert_eq!(regular.plain()[..14], [2, 1, 2, 3, 4, 0, 0, 0, 4, 9, b'd', b'a', b't', b'a']);
        assert!(regular.plain()[14..].iter().all(|&octet| octet == 0xee));
        assert_eq!(
            (regular.trid(), regular.exec(), regular.data()),
            (0x0102_0304, ExecCode(9), &b"data"[..])
        );
    }

    #[test]
    fn data_has_a_limit() {
        assert!(Regular::new(1, ExecCode(1), &[0; 246], |filler| assert!(filler.is_empty())).is_ok());
        for length in [247, 255, 256, 1000] {
            let refused = Regular::new(1, ExecCode(1), &alloc::vec![0; length], |_| ());
            assert_eq!(refused.unwrap_err(), RegularError::DataTooLong { length });
        }
    }
}
