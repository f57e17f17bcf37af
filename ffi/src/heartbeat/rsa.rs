//! The status server's public key.

use crate::boundary::{Object, free, hand_out, put, run};
use crate::fonap_result;
use crate::slice::{octets, put_array};
use alloc::boxed::Box;
use core::mem::MaybeUninit;
use heartbeat::rsa::{RsaKeyError, RsaPublicKey};

/// The status server's RSA key of 2048 bits, which checks regular answers.
pub struct fonap_heartbeat_rsa_key(pub(super) Object<RsaPublicKey>);

impl From<RsaKeyError> for fonap_result {
    fn from(error: RsaKeyError) -> Self {
        match error {
            RsaKeyError::Modulus { .. } | RsaKeyError::Exponent => Self::HeartbeatRsaKey,
            RsaKeyError::FileTooLong { .. } => Self::Limit,
            _ => Self::Malformed,
        }
    }
}

/// Reads a public key file: SubjectPublicKeyInfo or PKCS#1, PEM or DER, at most 16 KiB.
///
/// The key stays as it is and may serve several machines, one after the other.
/// `FONAP_RESULT_MALFORMED`, `FONAP_RESULT_LIMIT`, or `FONAP_RESULT_HEARTBEAT_RSA_KEY` for a key that is not of 2048
/// bits or has an exponent that is even or below 65537.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_rsa_key_new(
    file: *const u8,
    file_len: usize,
    key: Option<&mut MaybeUninit<*mut fonap_heartbeat_rsa_key>>,
) -> fonap_result {
    run(|| {
        let parsed = RsaPublicKey::from_file(octets!(file, file_len))?;
        hand_out(key, fonap_heartbeat_rsa_key(Object::new(parsed)))
    })
}

/// Ends a key. NULL is taken.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_heartbeat_rsa_key_free(key: Option<Box<fonap_heartbeat_rsa_key>>) {
    free(key);
}

/// Writes the 256 octets of the modulus, big-endian.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_rsa_key_modulus(
    key: Option<&fonap_heartbeat_rsa_key>,
    modulus: *mut u8,
) -> fonap_result {
    Object::look(key.map(|key| &key.0), |key| {
        put_array!(modulus, key.modulus());
        Ok(())
    })
}

/// The exponent; `FONAP_RESULT_LIMIT` when it has more than 64 bits.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_heartbeat_rsa_key_exponent(
    key: Option<&fonap_heartbeat_rsa_key>,
    exponent: Option<&mut MaybeUninit<u64>>,
) -> fonap_result {
    Object::look(key.map(|key| &key.0), |key| put(exponent, key.exponent().ok_or(fonap_result::Limit)?))
}
