//! Encryption and integrity by password (RFC 7292 appendix B, RFC 8018).

use super::Pkcs12Error;
use crate::asn1::{Elements, Malformed};
use crate::limits::MAX_PKCS12_ITERATIONS;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use der::Tag;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::digest::Digest;
use sha2::digest::block_api::BlockSizeUser;
use sha2::{Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

impl From<Malformed> for Pkcs12Error {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

/// What a derived key is for (RFC 7292 B.3).
#[derive(Clone, Copy)]
#[repr(u8)]
enum Purpose {
    Key = 1,
    Iv = 2,
    Mac = 3,
}

/// The password as PKCS#12 hashes it: UTF-16, high octet first, with a closing zero.
pub(super) fn utf16(password: &str) -> Zeroizing<Vec<u8>> {
    let units = password.encode_utf16().chain([0]);
    Zeroizing::new(units.flat_map(u16::to_be_bytes).collect())
}

/// The key derivation of RFC 7292 B.2.
fn derive<D: Digest + BlockSizeUser>(
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    purpose: Purpose,
    len: usize,
) -> Zeroizing<Vec<u8>> {
    let block = D::block_size();
    let repeat = |octets: &[u8]| -> Vec<u8> {
        octets.iter().copied().cycle().take(octets.len().div_ceil(block) * block).collect()
    };
    let mut input = Zeroizing::new(repeat(salt));
    input.extend(Zeroizing::new(repeat(password)).iter());
    let mut out = Zeroizing::new(Vec::with_capacity(len + 64));
    while out.len() < len {
        let mut a = D::new().chain_update(vec![purpose as u8; block]).chain_update(&*input).finalize();
        for _ in 1..iterations {
            a = D::digest(&a);
        }
        out.extend_from_slice(&a);
        let addend: Zeroizing<Vec<u8>> = Zeroizing::new(a.iter().copied().cycle().take(block).collect());
        for chunk in input.chunks_exact_mut(block) {
            add_plus_one(chunk, &addend);
        }
    }
    out.truncate(len);
    out
}

/// `number += addend + 1`, both big-endian, the carry dropped.
#[expect(clippy::cast_possible_truncation, reason = "the low octet is meant")]
fn add_plus_one(number: &mut [u8], addend: &[u8]) {
    let mut sum = 1_u16;
    for (digit, add) in number.iter_mut().rev().zip(addend.iter().rev()) {
        sum += u16::from(*digit) + u16::from(*add);
        *digit = sum as u8;
        sum >>= 8;
    }
}

/// A cipher in CBC mode.
#[derive(Clone, Copy)]
enum Cipher {
    Tdes3,
    Tdes2,
    Rc2,
    Aes128,
    Aes192,
    Aes256,
}

impl Cipher {
    fn decrypt(self, key: &[u8], iv: &[u8], octets: &[u8]) -> Result<Zeroizing<Vec<u8>>, Pkcs12Error> {
        fn run<C: KeyIvInit + BlockModeDecrypt>(
            key: &[u8],
            iv: &[u8],
            octets: &[u8],
        ) -> Result<Zeroizing<Vec<u8>>, Pkcs12Error> {
            let cipher = C::new_from_slices(key, iv).map_err(|_| Pkcs12Error::Algorithm)?;
            cipher.decrypt_padded_vec::<Pkcs7>(octets).map(Zeroizing::new).map_err(|_| Pkcs12Error::Password)
        }
        match self {
            Self::Tdes3 => run::<cbc::Decryptor<des::TdesEde3>>(key, iv, octets),
            Self::Tdes2 => run::<cbc::Decryptor<des::TdesEde2>>(key, iv, octets),
            Self::Rc2 => run::<cbc::Decryptor<rc2::Rc2>>(key, iv, octets),
            Self::Aes128 => run::<cbc::Decryptor<aes::Aes128>>(key, iv, octets),
            Self::Aes192 => run::<cbc::Decryptor<aes::Aes192>>(key, iv, octets),
            Self::Aes256 => run::<cbc::Decryptor<aes::Aes256>>(key, iv, octets),
        }
    }
}

/// Decrypts what `algorithm` (the inside of an AlgorithmIdentifier) protects. Also says whether it is PBES2.
pub(super) fn decrypt(
    mut algorithm: Elements<'_>,
    password: &str,
    empty: &[u8],
    octets: &[u8],
) -> Result<(Zeroizing<Vec<u8>>, bool), Pkcs12Error> {
    let scheme = algorithm.oid()?.to_string();
    let (cipher, key_len) = match scheme.as_str() {
        "1.2.840.113549.1.5.13" => return Ok((pbes2(algorithm, password, octets)?, true)),
        "1.2.840.113549.1.12.1.3" => (Cipher::Tdes3, 24),
        "1.2.840.113549.1.12.1.4" => (Cipher::Tdes2, 16),
        "1.2.840.113549.1.12.1.5" => (Cipher::Rc2, 16),
        "1.2.840.113549.1.12.1.6" => (Cipher::Rc2, 5),
        _ => return Err(Pkcs12Error::Algorithm),
    };
    let mut parameters = algorithm.enter(Tag::Sequence)?;
    let salt = parameters.octets()?;
    let iterations = iterations(parameters.number()?)?;
    let text = password_octets(password, empty);
    let key = derive::<Sha1>(&text, salt, iterations, Purpose::Key, key_len);
    let iv = derive::<Sha1>(&text, salt, iterations, Purpose::Iv, 8);
    Ok((cipher.decrypt(&key, &iv, octets)?, false))
}

/// An empty password is hashed as a single zero or not at all, depending on the writer; `empty` says how.
fn password_octets(password: &str, empty: &[u8]) -> Zeroizing<Vec<u8>> {
    if password.is_empty() { Zeroizing::new(empty.to_vec()) } else { utf16(password) }
}

fn iterations(count: u32) -> Result<u32, Pkcs12Error> {
    if (1..=MAX_PKCS12_ITERATIONS).contains(&count) { Ok(count) } else { Err(Pkcs12Error::Limit) }
}

fn pbes2(
    mut algorithm: Elements<'_>,
    password: &str,
    octets: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Pkcs12Error> {
    let mut parameters = algorithm.enter(Tag::Sequence)?;
    let mut derivation = parameters.enter(Tag::Sequence)?;
    if derivation.oid()?.to_string() != "1.2.840.113549.1.5.12" {
        return Err(Pkcs12Error::Algorithm);
    }
    let mut pbkdf2 = derivation.enter(Tag::Sequence)?;
    let salt = pbkdf2.octets()?;
    let iterations = iterations(pbkdf2.number()?)?;
    pbkdf2.optional(Tag::Integer)?;
    let prf = match pbkdf2.next_any()? {
        None => "1.2.840.113549.2.7".to_owned(),
        Some(any) => crate::asn1::inside(any, Tag::Sequence)?.oid()?.to_string(),
    };
    let mut encryption = parameters.enter(Tag::Sequence)?;
    let (cipher, key_len) = match encryption.oid()?.to_string().as_str() {
        "2.16.840.1.101.3.4.1.2" => (Cipher::Aes128, 16),
        "2.16.840.1.101.3.4.1.22" => (Cipher::Aes192, 24),
        "2.16.840.1.101.3.4.1.42" => (Cipher::Aes256, 32),
        "1.2.840.113549.3.7" => (Cipher::Tdes3, 24),
        _ => return Err(Pkcs12Error::Algorithm),
    };
    let iv = encryption.octets()?;
    let mut key = Zeroizing::new(vec![0; key_len]);
    let password = password.as_bytes();
    match prf.as_str() {
        "1.2.840.113549.2.7" => pbkdf2::pbkdf2_hmac::<Sha1>(password, salt, iterations, &mut key),
        "1.2.840.113549.2.9" => pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, iterations, &mut key),
        "1.2.840.113549.2.10" => pbkdf2::pbkdf2_hmac::<Sha384>(password, salt, iterations, &mut key),
        "1.2.840.113549.2.11" => pbkdf2::pbkdf2_hmac::<Sha512>(password, salt, iterations, &mut key),
        _ => return Err(Pkcs12Error::Algorithm),
    }
    cipher.decrypt(&key, iv, octets)
}

/// Compares in constant time (`verify_slice` does).
macro_rules! mac_matches {
    ($digest:ty, $len:expr, $text:expr, $salt:expr, $iterations:expr, $content:expr, $expected:expr) => {{
        let key = derive::<$digest>($text, $salt, $iterations, Purpose::Mac, $len);
        Hmac::<$digest>::new_from_slice(&key)
            .is_ok_and(|mac| mac.chain_update($content).verify_slice($expected).is_ok())
    }};
}

/// Checks the MAC over `content`; returns how an empty password is hashed.
pub(super) fn check_mac(
    mut mac: Elements<'_>,
    password: &str,
    content: &[u8],
) -> Result<&'static [u8], Pkcs12Error> {
    let mut info = mac.enter(Tag::Sequence)?;
    let digest = info.enter(Tag::Sequence)?.oid()?.to_string();
    let expected = info.octets()?;
    let salt = mac.octets()?;
    let iterations = match mac.next_any()? {
        None => 1,
        Some(any) => iterations(any.decode_as().map_err(|_| Pkcs12Error::Malformed)?)?,
    };
    let forms: &[&'static [u8]] = if password.is_empty() { &[&[0, 0], &[]] } else { &[&[0, 0]] };
    for &empty in forms {
        let text = password_octets(password, empty);
        let matches = match digest.as_str() {
            "1.3.14.3.2.26" => mac_matches!(Sha1, 20, &text, salt, iterations, content, expected),
            "2.16.840.1.101.3.4.2.1" => mac_matches!(Sha256, 32, &text, salt, iterations, content, expected),
            "2.16.840.1.101.3.4.2.2" => mac_matches!(Sha384, 48, &text, salt, iterations, content, expected),
            "2.16.840.1.101.3.4.2.3" => mac_matches!(Sha512, 64, &text, salt, iterations, content, expected),
            _ => return Err(Pkcs12Error::Algorithm),
        };
        if matches {
            return Ok(empty);
        }
    }
    Err(Pkcs12Error::Password)
}

/// Encrypts with PBE-SHA1-3DES, which every system reads. Returns the cipher text.
pub(super) fn encrypt_3des(
    password: &str,
    salt: &[u8],
    iterations: u32,
    plain: &[u8],
) -> Result<Vec<u8>, Pkcs12Error> {
    let text = utf16(password);
    let key = derive::<Sha1>(&text, salt, iterations, Purpose::Key, 24);
    let iv = derive::<Sha1>(&text, salt, iterations, Purpose::Iv, 8);
    let cipher =
        cbc::Encryptor::<des::TdesEde3>::new_from_slices(&key, &iv).map_err(|_| Pkcs12Error::Algorithm)?;
    Ok(cipher.encrypt_padded_vec::<Pkcs7>(plain))
}

/// HMAC-SHA1 over `content`.
pub(super) fn mac_sha1(
    password: &str,
    salt: &[u8],
    iterations: u32,
    content: &[u8],
) -> Result<Vec<u8>, Pkcs12Error> {
    let key = derive::<Sha1>(&utf16(password), salt, iterations, Purpose::Mac, 20);
    let mac = Hmac::<Sha1>::new_from_slice(&key).map_err(|_| Pkcs12Error::Algorithm)?;
    Ok(mac.chain_update(content).finalize().into_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addition_carries_and_wraps() {
        let mut number = [0x00, 0xff, 0xff];
        add_plus_one(&mut number, &[0, 0, 0]);
        assert_eq!(number, [1, 0, 0]);
        let mut number = [0xff, 0xff];
        add_plus_one(&mut number, &[0xff, 0xff]);
        assert_eq!(number, [0xff, 0xff]);
    }

    #[test]
    fn passwords_end_in_a_zero() {
        assert_eq!(*utf16("a\u{fc}"), [0, 0x61, 0, 0xfc, 0, 0]);
        assert_eq!(*utf16(""), [0, 0]);
    }
}
