//! Hidden values.

use super::fonap_radius_secret;
use crate::boundary::{Object, put, run};
use crate::fonap_result;
use crate::slice::{array_ref, fill, octets, put_array};
use core::mem::MaybeUninit;
use radius_codec::attribute::MAX_VALUE;
use radius_codec::{Invalid, hide};
use zeroize::Zeroizing;

impl From<Invalid> for fonap_result {
    fn from(_: Invalid) -> Self {
        Self::RadiusAttribute
    }
}

/// Un-hides a User-Password with the 16 octets of the Request Authenticator. At most 128 octets come out; they are
/// octets, not text, and cannot end in a zero.
///
/// `FONAP_RESULT_RADIUS_ATTRIBUTE` when the value is not of whole blocks, 16 to 128 octets. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_unhide_password(
    secret: Option<&fonap_radius_secret>,
    authenticator: *const u8,
    value: *const u8,
    value_len: usize,
    out: *mut u8,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    Object::look(secret.map(|secret| &secret.0), |secret| {
        let value = octets!(value, value_len);
        let mut clear = Zeroizing::new([0; 128]);
        let clear = clear.get_mut(..value.len()).ok_or(fonap_result::RadiusAttribute)?;
        clear.copy_from_slice(value);
        let got = hide::unhide_password_in_place(secret, array_ref!(authenticator), clear)?;
        fill!(out, capacity, length, clear.get(..got).unwrap_or_default())
    })
}

/// Un-hides a value hidden with a salt, such as MS-MPPE-Send-Key, with the 16 octets of the Request Authenticator of the
/// request that was answered. A tag in front, as Tunnel-Password has one, is to be taken off first.
///
/// `FONAP_RESULT_RADIUS_ATTRIBUTE` when its size is impossible or the inner length does not fit, which usually means
/// another secret. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_unhide_salted(
    secret: Option<&fonap_radius_secret>,
    authenticator: *const u8,
    value: *const u8,
    value_len: usize,
    out: *mut u8,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    Object::look(secret.map(|secret| &secret.0), |secret| {
        let value = octets!(value, value_len);
        let mut clear = Zeroizing::new([0; MAX_VALUE]);
        let clear = clear.get_mut(..value.len()).ok_or(fonap_result::RadiusAttribute)?;
        clear.copy_from_slice(value);
        fill!(out, capacity, length, hide::unhide_salted_in_place(secret, array_ref!(authenticator), clear)?)
    })
}

/// The 17 octets of a CHAP-Password: the identifier, and the answer to a challenge. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_chap_password(
    chap_identifier: u8,
    password: *const u8,
    password_len: usize,
    challenge: *const u8,
    challenge_len: usize,
    chap_password: *mut u8,
) -> fonap_result {
    run(|| {
        let value = hide::chap_password(
            chap_identifier,
            octets!(password, password_len),
            octets!(challenge, challenge_len),
        );
        put_array!(chap_password, value);
        Ok(())
    })
}

/// Whether the 17 octets of a CHAP-Password fit a password: `fits` becomes 1 or 0, after the same time for every wrong
/// one. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_verify_chap(
    chap_password: *const u8,
    password: *const u8,
    password_len: usize,
    challenge: *const u8,
    challenge_len: usize,
    fits: Option<&mut MaybeUninit<u8>>,
) -> fonap_result {
    run(|| {
        let (password, challenge) = (octets!(password, password_len), octets!(challenge, challenge_len));
        put(fits, hide::verify_chap(array_ref!(chap_password), password, challenge).into())
    })
}
