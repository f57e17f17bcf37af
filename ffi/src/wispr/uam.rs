//! UAM arithmetic: what gateways, portals and pages that log in by themselves compute.

use crate::boundary::{put, run};
use crate::fonap_result;
use crate::slice::{array, array_ref, fill, octets, put_array, text};
use alloc::string::ToString as _;
use core::ffi::c_char;
use core::mem::MaybeUninit;
use wispr::gateway::{Challenge, Key, homepage, ident, parameter, sign, verify};
use wispr::url;

fn key_of(challenge: [u8; 16], uamsecret: &[u8]) -> Key {
    Challenge(challenge).key(uamsecret)
}

/// The 16 octets that credentials are mixed with, of the 16 octets of a challenge and the secret, which may be empty. They
/// are the CHAP-Challenge of a CHAP login. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_uam_key(
    challenge: *const u8,
    uamsecret: *const u8,
    uamsecret_len: usize,
    key: *mut u8,
) -> fonap_result {
    run(|| {
        put_array!(key, *key_of(array!(challenge), octets!(uamsecret, uamsecret_len)).as_octets());
        Ok(())
    })
}

/// Hides a password for the parameter `password` of `/logon`: hexadecimal digits, two for each octet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_uam_obfuscate(
    challenge: *const u8,
    uamsecret: *const u8,
    uamsecret_len: usize,
    password: *const u8,
    password_len: usize,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let key = key_of(array!(challenge), octets!(uamsecret, uamsecret_len));
        fill!(out, capacity, length, key.obfuscate(octets!(password, password_len)).as_bytes())
    })
}

/// Recovers what `fonap_uam_obfuscate` hid, padding included; at most 128 octets. `FONAP_RESULT_DIGIT` for anything but
/// hexadecimal digits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_uam_recover(
    challenge: *const u8,
    uamsecret: *const u8,
    uamsecret_len: usize,
    sent: *const c_char,
    sent_len: usize,
    out: *mut u8,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let key = key_of(array!(challenge), octets!(uamsecret, uamsecret_len));
        let plain = key.recover(octets!(sent.cast::<u8>(), sent_len)).ok_or(fonap_result::Digit)?;
        fill!(out, capacity, length, &plain)
    })
}

/// The 16 octets of the parameter `response` of a CHAP login. `ident` is the number of the parameter `ident`: see
/// `fonap_uam_ident`. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_uam_chap_response(
    challenge: *const u8,
    uamsecret: *const u8,
    uamsecret_len: usize,
    ident: u8,
    password: *const u8,
    password_len: usize,
    response: *mut u8,
) -> fonap_result {
    run(|| {
        let key = key_of(array!(challenge), octets!(uamsecret, uamsecret_len));
        put_array!(response, key.chap_response(ident, octets!(password, password_len)));
        Ok(())
    })
}

/// Whether the 16 octets of a CHAP response fit a password: `fits` becomes 1 or 0. Takes the same time for every wrong
/// one. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_uam_verify_chap(
    challenge: *const u8,
    uamsecret: *const u8,
    uamsecret_len: usize,
    ident: u8,
    password: *const u8,
    password_len: usize,
    response: *const u8,
    fits: Option<&mut MaybeUninit<u8>>,
) -> fonap_result {
    run(|| {
        let key = key_of(array!(challenge), octets!(uamsecret, uamsecret_len));
        put(fits, key.verify_chap(ident, octets!(password, password_len), array_ref!(response)).into())
    })
}

/// The number that the parameter `ident` stands for: leading decimal digits modulo 256. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_uam_ident(
    digits: *const c_char,
    digits_len: usize,
    number: Option<&mut MaybeUninit<u8>>,
) -> fonap_result {
    run(|| put(number, ident(octets!(digits.cast::<u8>(), digits_len))))
}

/// Writes a URL with `&md=` and its signature behind it; without a secret as it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_uam_sign(
    unsigned_url: *const c_char,
    unsigned_url_len: usize,
    uamsecret: *const u8,
    uamsecret_len: usize,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let signed = sign(text!(unsigned_url, unsigned_url_len).into(), octets!(uamsecret, uamsecret_len));
        fill!(out, capacity, length, signed.as_bytes())
    })
}

/// Checks a signed URL: a portal's side. `bare_len` becomes the length of the URL without its signature.
///
/// `FONAP_RESULT_NOT_AUTHENTIC` when the signature is missing or wrong, and always without a secret.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_uam_verify(
    signed_url: *const c_char,
    signed_url_len: usize,
    uamsecret: *const u8,
    uamsecret_len: usize,
    bare_len: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let bare = verify(text!(signed_url, signed_url_len), octets!(uamsecret, uamsecret_len));
        put(bare_len, bare.ok_or(fonap_result::NotAuthentic)?.len())
    })
}

/// Writes the first redirect to a page before the portal: `uamhomepage` with the whole signed URL as `loginurl`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_uam_homepage(
    uamhomepage: *const c_char,
    uamhomepage_len: usize,
    signed_url: *const c_char,
    signed_url_len: usize,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let page = homepage(text!(uamhomepage, uamhomepage_len), text!(signed_url, signed_url_len));
        fill!(out, capacity, length, page.as_bytes())
    })
}

/// Writes octets as they stand in a URL's query.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_uam_url_encode(
    value: *const u8,
    value_len: usize,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| fill!(out, capacity, length, url::encode(octets!(value, value_len)).to_string().as_bytes()))
}

/// Undoes the escapes of a URL once. What is no escape stays, `+` included.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_uam_url_decode(
    value: *const c_char,
    value_len: usize,
    out: *mut u8,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| fill!(out, capacity, length, &url::decode(octets!(value.cast::<u8>(), value_len))))
}

/// Writes the value of a query parameter, decoded once. `FONAP_RESULT_NOT_FOUND` when it is not there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_uam_parameter(
    query: *const c_char,
    query_len: usize,
    name: *const c_char,
    name_len: usize,
    out: *mut u8,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let value = parameter(octets!(query.cast::<u8>(), query_len), text!(name, name_len));
        fill!(out, capacity, length, &value.ok_or(fonap_result::NotFound)?)
    })
}
