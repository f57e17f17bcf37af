//! The encrypted form (spec: passpoint 6).

use crate::certificate::decode_base64;
use crate::limits::{MAX_FILE, MAX_ONC_ITERATIONS, MIN_ONC_ITERATIONS};
use crate::report::{Rejection, refuse};
use aes::Aes256;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha1::Sha1;
use zeroize::Zeroizing;

/// Why a document is not encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The salt has fewer than 8 octets.
    #[error("a salt of {0} octets, at least 8 are needed")]
    Salt(usize),
    /// The iterations are outside [`MIN_ONC_ITERATIONS`] to [`MAX_ONC_ITERATIONS`].
    #[error("{0} iterations, {MIN_ONC_ITERATIONS} to {MAX_ONC_ITERATIONS} are allowed")]
    Iterations(u32),
}

/// Encrypts a document under a pass phrase. Salt and initialisation vector must be random and used once.
///
/// # Errors
/// When the salt is short or the iterations are out of range.
pub fn seal(
    document: &[u8],
    passphrase: &str,
    salt: &[u8],
    iv: &[u8; 16],
    iterations: u32,
) -> Result<Vec<u8>, SealError> {
    if salt.len() < 8 {
        return Err(SealError::Salt(salt.len()));
    }
    if !(MIN_ONC_ITERATIONS..=MAX_ONC_ITERATIONS).contains(&iterations) {
        return Err(SealError::Iterations(iterations));
    }
    let key = derive(passphrase, salt, iterations);
    let ciphertext =
        cbc::Encryptor::<Aes256>::new((&*key).into(), iv.into()).encrypt_padded_vec::<Pkcs7>(document);
    let tag = mac(&key, &ciphertext).finalize().into_bytes();
    let sealed = json!({
        "Type": "EncryptedConfiguration",
        "Cipher": "AES256",
        "Ciphertext": STANDARD.encode(&ciphertext),
        "HMAC": STANDARD.encode(tag),
        "HMACMethod": "SHA1",
        "IV": STANDARD.encode(iv),
        "Iterations": iterations,
        "Salt": STANDARD.encode(salt),
        "Stretch": "PBKDF2",
    });
    Ok(sealed.to_string().into_bytes())
}

/// Decrypts a document.
///
/// # Errors
/// `onc.encrypted` for another form, `onc.iterations` out of range, `onc.hmac` for another pass phrase or a changed
/// document, `onc.decrypt` for padding that does not fit.
pub fn open(sealed: &[u8], passphrase: &str) -> Result<Zeroizing<Vec<u8>>, Rejection> {
    let value = super::decode::read_json(sealed)?;
    let field = |name: &'static str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    for (name, wanted) in [
        ("Type", "EncryptedConfiguration"),
        ("Cipher", "AES256"),
        ("HMACMethod", "SHA1"),
        ("Stretch", "PBKDF2"),
    ] {
        if field(name) != wanted {
            return refuse("onc.encrypted", name);
        }
    }
    let octets =
        |name: &'static str| decode_base64(field(name)).ok_or_else(|| Rejection::new("onc.encrypted", name));
    let iterations = value.get("Iterations").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
    let Some(iterations) = iterations.filter(|n| (MIN_ONC_ITERATIONS..=MAX_ONC_ITERATIONS).contains(n))
    else {
        return refuse("onc.iterations", "Iterations");
    };
    let (salt, iv, ciphertext, tag) =
        (octets("Salt")?, octets("IV")?, octets("Ciphertext")?, octets("HMAC")?);
    if salt.len() < 8 || ciphertext.len() > MAX_FILE {
        return refuse("onc.encrypted", "Salt");
    }
    let key = derive(passphrase, &salt, iterations);
    // Compared in constant time, and before anything is decrypted.
    if mac(&key, &ciphertext).verify_slice(&tag).is_err() {
        return refuse("onc.hmac", "HMAC");
    }
    let cipher = cbc::Decryptor::<Aes256>::new_from_slices(&*key, &iv)
        .map_err(|_| Rejection::new("onc.encrypted", "IV"))?;
    let plain = cipher.decrypt_padded_vec::<Pkcs7>(&ciphertext);
    plain.map(Zeroizing::new).map_err(|_| Rejection::new("onc.decrypt", "Ciphertext"))
}

fn derive(passphrase: &str, salt: &[u8], iterations: u32) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    pbkdf2::pbkdf2_hmac::<Sha1>(passphrase.as_bytes(), salt, iterations, &mut *key);
    key
}

fn mac(key: &[u8; 32], ciphertext: &[u8]) -> Hmac<Sha1> {
    let mac = Hmac::<Sha1>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.chain_update(ciphertext)
}
