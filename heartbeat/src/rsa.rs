//! The status server's RSA key: reading it, and the bare public operation (spec: heartbeat 5.3, 6).
//!
//! There is no padding and no hash in this protocol: what the operation recovers is judged by decrypting it. The
//! arithmetic is `crypto-bigint`'s, of constant size, or with the feature `small` our own.

mod der;
#[cfg(not(feature = "small"))]
mod large;
mod pem;
#[cfg(any(feature = "small", test))]
mod small;

use core::fmt;
#[cfg(not(feature = "small"))]
use large::Modulus;
#[cfg(feature = "small")]
use small::Modulus;

/// Octets of the modulus, and of every block.
pub const RSA_LEN: usize = 256;
/// The smallest exponent taken. With a small one and no padding, whoever knows the AES key could forge (spec:
/// heartbeat 6).
pub const MIN_EXPONENT: u32 = 65_537;
/// The largest key file taken, in octets. A file of the deployed form has 451.
pub const MAX_FILE_LEN: usize = 16 * 1024;

/// An RSA public key of 2048 bits, made ready for the public operation.
#[derive(Clone)]
pub struct RsaPublicKey {
    modulus: Modulus,
    /// Big-endian.
    exponent: [u8; RSA_LEN],
}

/// Why a file is no usable RSA public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RsaKeyError {
    /// The file is larger than [`MAX_FILE_LEN`].
    #[error("{length} octets are too many for a key file")]
    FileTooLong {
        /// Length of the file in octets.
        length: usize,
    },
    /// Neither DER nor a PEM block `PUBLIC KEY` or `RSA PUBLIC KEY`.
    #[error("no PEM block PUBLIC KEY or RSA PUBLIC KEY, and no DER")]
    NoKey,
    /// The PEM block ends without its END line.
    #[error("the PEM block has no END line of its own name")]
    PemEnd,
    /// The content of the PEM block is not base64.
    #[error("the PEM block is not base64")]
    PemBase64,
    /// The octets are not the DER of a public key.
    #[error("no DER of a public key at offset {offset}")]
    Der {
        /// Offset within the DER, as far as one place can be named.
        offset: usize,
    },
    /// The key is for another algorithm than RSA.
    #[error("a key of another algorithm than RSA")]
    NotRsa,
    /// The modulus does not have 2048 bits, or is even.
    #[error("a modulus of {bits} bits; want 2048, and odd")]
    Modulus {
        /// Its length in bits.
        bits: usize,
    },
    /// The exponent is even, smaller than 65537 or not below the modulus.
    #[error("the exponent must be odd, at least 65537 and below the modulus")]
    Exponent,
}

impl RsaPublicKey {
    /// Reads SubjectPublicKeyInfo or PKCS#1, PEM or DER told apart by content, with either line ending.
    ///
    /// Text before and after the PEM block is not looked at (RFC 7468 §2).
    ///
    /// # Errors
    /// [`RsaKeyError`] for anything else, and for keys the protocol cannot use.
    pub fn from_file(file: &[u8]) -> Result<Self, RsaKeyError> {
        if file.len() > MAX_FILE_LEN {
            return Err(RsaKeyError::FileTooLong { length: file.len() });
        }
        // No text begins like this, and every key of 2048 bits does.
        if file.first() == Some(&0x30) && file.get(1).is_some_and(|&length| length >= 0x80) {
            return der::any(file).and_then(|key| Self::from_integers(key.modulus, key.exponent));
        }
        let block = pem::find(file)?;
        let key = match block.form {
            pem::Form::Spki => der::subject_public_key_info(&block.der)?,
            pem::Form::Pkcs1 => der::rsa_public_key(&block.der, 0)?,
        };
        Self::from_integers(key.modulus, key.exponent)
    }

    /// A key from its modulus and exponent, big-endian without leading zeros.
    ///
    /// # Errors
    /// [`RsaKeyError::Modulus`] or [`RsaKeyError::Exponent`].
    pub fn from_integers(modulus: &[u8], exponent: &[u8]) -> Result<Self, RsaKeyError> {
        let leading = modulus.first().map_or(0, |octet| octet.leading_zeros() as usize);
        let bits = (modulus.len() * 8).saturating_sub(leading);
        let refused = RsaKeyError::Modulus { bits };
        let octets: &[u8; RSA_LEN] = modulus.try_into().map_err(|_| refused)?;
        if bits != RSA_LEN * 8 {
            return Err(refused);
        }
        let modulus = Modulus::new(octets).ok_or(refused)?;
        let mut padded = [0; RSA_LEN];
        let room = padded.len().checked_sub(exponent.len()).ok_or(RsaKeyError::Exponent)?;
        padded.iter_mut().skip(room).zip(exponent).for_each(|(to, from)| *to = *from);
        let odd = padded.last().is_some_and(|octet| octet & 1 == 1);
        // Octets of the same length, big-endian, are in the order of their numbers.
        if !odd || short(&padded).is_some_and(|value| value < MIN_EXPONENT.into()) || padded >= *octets {
            return Err(RsaKeyError::Exponent);
        }
        Ok(Self { modulus, exponent: padded })
    }

    /// The modulus, big-endian.
    #[must_use]
    pub fn modulus(&self) -> [u8; RSA_LEN] {
        self.modulus.octets()
    }

    /// The exponent, when it fits 64 bits; nearly always 65537.
    #[must_use]
    pub fn exponent(&self) -> Option<u64> {
        short(&self.exponent)
    }

    /// Whether a block, read as a big-endian integer, is below the modulus. Only such a block can be sent.
    #[must_use]
    pub fn is_below_modulus(&self, block: &[u8; RSA_LEN]) -> bool {
        *block < self.modulus.octets()
    }

    /// The public operation `block^e mod n`. Nothing when the block is not below the modulus.
    ///
    /// # Examples
    /// The operation is total: the block `n - 1`, which crashed the original, recovers itself.
    #[must_use]
    pub fn recover(&self, block: &[u8; RSA_LEN]) -> Option<[u8; RSA_LEN]> {
        self.is_below_modulus(block).then(|| self.modulus.power(block, &self.exponent))
    }
}

impl fmt::Debug for RsaPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RsaPublicKey").field("exponent", &self.exponent()).finish_non_exhaustive()
    }
}

impl PartialEq for RsaPublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.exponent == other.exponent && self.modulus() == other.modulus()
    }
}

impl Eq for RsaPublicKey {}

/// The number that big-endian octets are, when it fits 64 bits.
fn short(octets: &[u8; RSA_LEN]) -> Option<u64> {
    let (high, low) = octets.split_last_chunk()?;
    high.iter().all(|&octet| octet == 0).then(|| u64::from_be_bytes(*low))
}

/// The server's private operation, which stays outside this crate: a hardware token, an RSA library.
pub trait RsaSigner {
    /// The public half of the key.
    fn public_key(&self) -> &RsaPublicKey;

    /// The bare private operation `block^d mod n` on a block below the modulus. Nothing when the key is not
    /// available just now.
    fn sign(&mut self, block: &[u8; RSA_LEN]) -> Option<[u8; RSA_LEN]>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;

    fn modulus() -> [u8; RSA_LEN] {
        let mut modulus = [0xa5; RSA_LEN];
        modulus[255] |= 1;
        modulus
    }

    // spec: heartbeat 19
    #[test]
    #[cfg_attr(miri, ignore = "too long for an interpreter")]
    fn blocks_next_to_the_modulus_do_no_harm() {
        let key = RsaPublicKey::from_integers(&modulus(), &[1, 0, 1]).unwrap();
        let mut below = modulus();
        below[255] -= 1;
        // (n - 1) squared is 1, and the exponent is odd.
        assert_eq!(key.recover(&below), Some(below));
        assert!(key.is_below_modulus(&below));
        assert_eq!(key.recover(&modulus()), None);
        assert_eq!(key.recover(&[0xff; RSA_LEN]), None);
        assert_eq!(key.recover(&[0; RSA_LEN]), Some([0; RSA_LEN]));
        let mut one = [0; RSA_LEN];
        one[255] = 1;
        assert_eq!(key.recover(&one), Some(one));
    }

    // spec: heartbeat 6
    #[test]
    fn unusable_keys_are_refused() {
        let refused = |n: &[u8], e: &[u8]| RsaPublicKey::from_integers(n, e).unwrap_err();
        assert_eq!(refused(&[0xff; 128], &[1, 0, 1]), RsaKeyError::Modulus { bits: 1024 });
        let mut short = modulus();
        short[0] = 0x7f;
        assert_eq!(refused(&short, &[1, 0, 1]), RsaKeyError::Modulus { bits: 2047 });
        let mut even = modulus();
        even[255] &= 0xfe;
        assert_eq!(refused(&even, &[1, 0, 1]), RsaKeyError::Modulus { bits: 2048 });
        assert_eq!(refused(&[], &[1, 0, 1]), RsaKeyError::Modulus { bits: 0 });
        for exponent in [&[][..], &[3], &[0xff, 0xff], &[1, 0, 0], &modulus(), &[1; 257]] {
            assert_eq!(refused(&modulus(), exponent), RsaKeyError::Exponent);
        }
        assert!(RsaPublicKey::from_integers(&modulus(), &[1, 0, 3]).is_ok());
    }

    /// A value in DER; the content is longer than 255 octets or shorter than 128.
    fn der(kind: u8, content: &[u8]) -> Vec<u8> {
        let (high, low) = (content.len() >> 8, content.len() & 0xff);
        let length = if high == 0 { vec![low] } else { vec![0x82, high, low] };
        let length = length.into_iter().map(|octet| u8::try_from(octet).unwrap());
        core::iter::once(kind).chain(length).chain(content.iter().copied()).collect()
    }

    /// `SubjectPublicKeyInfo` with these octets as parameters of the algorithm.
    fn spki(parameters: &[u8]) -> Vec<u8> {
        let integers = [der(2, &[&[0][..], &modulus()].concat()), der(2, &[1, 0, 1])].concat();
        let algorithm = [der(6, der::RSA_ENCRYPTION), parameters.to_vec()].concat();
        let key = [vec![0], der(0x30, &integers)].concat();
        der(0x30, &[der(0x30, &algorithm), der(3, &key)].concat())
    }

    // spec: heartbeat 6
    #[test]
    fn a_line_end_behind_the_der_and_absent_parameters_do_no_harm() {
        let key = RsaPublicKey::from_integers(&modulus(), &[1, 0, 1]).unwrap();
        for parameters in [&[5, 0][..], &[]] {
            for behind in [&b""[..], b"\n", b"\r\n"] {
                let file = [spki(parameters), behind.to_vec()].concat();
                assert_eq!(RsaPublicKey::from_file(&file), Ok(key.clone()), "{parameters:?} {behind:?}");
            }
        }
        let end = spki(&[5, 0]).len();
        for behind in [&b"\n\n"[..], b"\r", b" \n", b"\0"] {
            let file = [spki(&[5, 0]), behind.to_vec()].concat();
            assert_eq!(RsaPublicKey::from_file(&file), Err(RsaKeyError::Der { offset: end }), "{behind:?}");
        }
        for parameters in [&[5, 1, 0][..], &[5, 0, 5, 0], &[4, 0], &[5]] {
            assert!(RsaPublicKey::from_file(&spki(parameters)).is_err(), "{parameters:?}");
        }
    }

    #[test]
    fn the_parts_come_back() {
        let key = RsaPublicKey::from_integers(&modulus(), &[1, 0, 1]).unwrap();
        assert_eq!((key.modulus(), key.exponent()), (modulus(), Some(65_537)));
        let long = RsaPublicKey::from_integers(&modulus(), &[1; 9]).unwrap();
        assert_eq!(long.exponent(), None);
    }
}
