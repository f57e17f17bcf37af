//! Shared secrets and what is computed with them.

use crate::boundary::{Object, free, hand_out, put, run};
use crate::fonap_result;
use crate::slice::{array_ref, octets, put_array};
use alloc::boxed::Box;
use core::mem::MaybeUninit;
use radius_codec::Secret;

/// A shared secret, its key schedule computed once. Wiped when freed.
pub struct fonap_radius_secret(pub(super) Object<Secret>);

/// Takes a secret of at least one octet; 16 or more are advised. `FONAP_RESULT_ARGUMENT` when it is empty.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_secret_new(
    octets: *const u8,
    octets_len: usize,
    secret: Option<&mut MaybeUninit<*mut fonap_radius_secret>>,
) -> fonap_result {
    run(|| {
        let made = Secret::new(octets!(octets, octets_len)).map_err(|_| fonap_result::Argument)?;
        hand_out(secret, fonap_radius_secret(Object::new(made)))
    })
}

/// Ends and wipes a secret. NULL is taken.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_radius_secret_free(secret: Option<Box<fonap_radius_secret>>) {
    free(secret);
}

/// Whether a secret is shorter than the 16 octets that are advised: `short_secret` becomes 1 or 0. Worth a warning.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_radius_secret_is_short(
    secret: Option<&fonap_radius_secret>,
    short_secret: Option<&mut MaybeUninit<u8>>,
) -> fonap_result {
    Object::look(secret.map(|secret| &secret.0), |secret| put(short_secret, secret.is_short().into()))
}

/// The Authenticator over a whole packet with the 16 octets of `over` in the place of its own: the Response
/// Authenticator with those of the request, the Request Authenticator of accounting and CoA with zeros. Writes 16
/// octets. Only for tools; `fonap_radius_writer_finish` and `fonap_radius_verify_reply` do it where it belongs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_authenticator(
    secret: Option<&fonap_radius_secret>,
    packet: *const u8,
    packet_len: usize,
    over: *const u8,
    authenticator: *mut u8,
) -> fonap_result {
    Object::look(secret.map(|secret| &secret.0), |secret| {
        put_array!(authenticator, secret.authenticator(octets!(packet, packet_len), array_ref!(over)));
        Ok(())
    })
}

/// The Message-Authenticator over a whole packet whose 16 octets of value stand at `at`, with the 16 octets of `over` in
/// the place of its Authenticator. Writes 16 octets. Only for tools, as `fonap_radius_authenticator`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_message_authenticator(
    secret: Option<&fonap_radius_secret>,
    packet: *const u8,
    packet_len: usize,
    at: usize,
    over: *const u8,
    authenticator: *mut u8,
) -> fonap_result {
    Object::look(secret.map(|secret| &secret.0), |secret| {
        put_array!(
            authenticator,
            secret.message_authenticator(octets!(packet, packet_len), at, array_ref!(over))
        );
        Ok(())
    })
}

/// HMAC-MD5 of the data, keyed with the secret. Writes 16 octets.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_hmac_md5(
    secret: Option<&fonap_radius_secret>,
    data: *const u8,
    data_len: usize,
    digest: *mut u8,
) -> fonap_result {
    Object::look(secret.map(|secret| &secret.0), |secret| {
        put_array!(digest, secret.hmac_md5(&[octets!(data, data_len)]));
        Ok(())
    })
}
