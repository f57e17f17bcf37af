//! The encrypted form (spec: passpoint 6).

use super::decode::text_of;
use crate::certificate::decode_base64;
use crate::limits::{MAX_FILE, MAX_ONC_ITERATIONS, MIN_ONC_ITERATIONS};
use crate::report::{Rejection, refuse};
use crate::secret::wipe_json;
use aes::Aes256;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha1::Sha1;
use zeroize::Zeroizing;

/// The `Type` of an encrypted document.
pub(super) const ENCRYPTED: &str = "EncryptedConfiguration";

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
        "Type": ENCRYPTED,
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

/// Whether a document is the encrypted form, which [`open`] decrypts.
///
/// # Errors
/// `onc.json` for what is not JSON; for an encrypted document `onc.encrypted` or `onc.iterations` if its parameters are others
/// than the format has.
pub fn is_encrypted(document: &[u8]) -> Result<bool, Rejection> {
    let mut value = super::decode::read_json(document)?;
    let encrypted = text_of(&value, "Type") == Some(ENCRYPTED);
    let checked = if encrypted { iterations(&value).map(|_| true) } else { Ok(false) };
    wipe_json(&mut value);
    checked
}

/// Decrypts a document.
///
/// # Errors
/// `onc.encrypted` for another form, `onc.iterations` out of range, `onc.hmac` for another pass phrase or a changed
/// document, `onc.decrypt` for padding that does not fit.
pub fn open(sealed: &[u8], passphrase: &str) -> Result<Zeroizing<Vec<u8>>, Rejection> {
    let value = super::decode::read_json(sealed)?;
    if text_of(&value, "Type") != Some(ENCRYPTED) {
        return refuse("onc.encrypted", "Type");
    }
    let iterations = iterations(&value)?;
    let octets = |name: &'static str| {
        decode_base64(text_of(&value, name).unwrap_or_default())
            .ok_or_else(|| Rejection::new("onc.encrypted", name))
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

/// How often the pass phrase of an encrypted document is hashed, if its other parameters are as they must be.
pub(super) fn iterations(value: &Value) -> Result<u32, Rejection> {
    for (name, wanted) in [("Cipher", "AES256"), ("HMACMethod", "SHA1"), ("Stretch", "PBKDF2")] {
        if text_of(value, name) != Some(wanted) {
            return refuse("onc.encrypted", name);
        }
    }
    let iterations = value.get("Iterations").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
    iterations
        .filter(|n| (MIN_ONC_ITERATIONS..=MAX_ONC_ITERATIONS).contains(n))
        .ok_or_else(|| Rejection::new("onc.iterations", "Iterations"))
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

#[cfg(test)]
mod tests {
    use super::*;

    // spec: passpoint 6
    #[test]
    #[cfg_attr(miri, ignore = "too long for an interpreter")]
    fn the_parameters_of_an_encrypted_document_are_checked_without_a_pass_phrase() {
        let sealed = seal(b"{}", "phrase", &[1; 8], &[2; 16], MIN_ONC_ITERATIONS).expect("sealed");
        assert_eq!(is_encrypted(&sealed), Ok(true));
        assert_eq!(is_encrypted(br#"{"Type": "UnencryptedConfiguration"}"#), Ok(false));
        let sealed: Value = serde_json::from_slice(&sealed).expect("JSON");
        for (name, value, code) in [
            ("Cipher", json!("AES128"), "onc.encrypted"),
            ("HMACMethod", json!("SHA256"), "onc.encrypted"),
            ("Stretch", Value::Null, "onc.encrypted"),
            ("Iterations", json!(MIN_ONC_ITERATIONS - 1), "onc.iterations"),
            ("Iterations", json!(MAX_ONC_ITERATIONS + 1), "onc.iterations"),
            ("Iterations", json!("20000"), "onc.iterations"),
        ] {
            let mut changed = sealed.clone();
            changed[name] = value;
            let changed = changed.to_string().into_bytes();
            let options = crate::onc::DecodeOptions::default();
            assert_eq!(is_encrypted(&changed).map_err(|e| e.code), Err(code), "{name}");
            assert_eq!(open(&changed, "phrase").map(|_| ()).map_err(|e| e.code), Err(code), "{name}");
            let decoded = crate::onc::decode(&changed, &options);
            assert_eq!(decoded.map(|_| ()).map_err(|e| e.code), Err(code), "{name}");
        }
    }
}
