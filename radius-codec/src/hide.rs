//! Values that travel hidden: User-Password, salted values, CHAP (spec: radius 5).
//!
//! What comes out of un-hiding with a wrong secret is noise; nothing here tells that apart from a right one, except
//! for the inner length of a salted value.

use crate::attr::Attr;
use crate::error::{Invalid, InvalidAttribute};
use crate::md5;
use crate::packet::{Authenticator, Packet};
use crate::path::Path;
use crate::secret::Secret;
use crate::value::{DataType as _, Hidden, MAX_TAG, Salted, TaggedSalted};
use alloc::vec::Vec;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, Zeroizing};

/// Octets in the clear that are wiped when dropped.
pub type Clear = Zeroizing<Vec<u8>>;

/// Most octets of a User-Password (RFC 2865 §5.2).
pub const MAX_PASSWORD: usize = 128;
/// Most octets of a salted value: 15 blocks less the length octet (spec: radius 5.3).
pub const MAX_SALTED: usize = 239;
/// The bit that a sender sets in a salt (RFC 2868 §3.5).
pub const SALT_BIT: u16 = 0x8000;

const BLOCK: usize = 16;

/// Octets that a password of `length` octets takes when hidden, or `None` when it is too long.
#[must_use]
pub const fn hidden_password_len(length: usize) -> Option<usize> {
    if length > MAX_PASSWORD {
        return None;
    }
    Some(if length == 0 { BLOCK } else { length.next_multiple_of(BLOCK) })
}

/// Hides in place: `blocks` is whole blocks, the first key is of the Authenticator, each next one of the block before.
#[inline]
fn hide_blocks(secret: &Secret, authenticator: &Authenticator, salt: &[u8], blocks: &mut [u8]) {
    let (blocks, _) = blocks.as_chunks_mut();
    let mut key = secret.hiding_key(authenticator, salt);
    let mut blocks = blocks.iter_mut().peekable();
    while let Some(block) = blocks.next() {
        xor(block, &key);
        if blocks.peek().is_some() {
            key = secret.hiding_key(block, &[]);
        }
    }
    key.zeroize();
}

/// Un-hides in place.
#[inline]
fn unhide_blocks(secret: &Secret, authenticator: &Authenticator, salt: &[u8], blocks: &mut [u8]) {
    let (blocks, _) = blocks.as_chunks_mut();
    let mut key = secret.hiding_key(authenticator, salt);
    let mut blocks = blocks.iter_mut().peekable();
    while let Some(block) = blocks.next() {
        let next = blocks.peek().map(|_| secret.hiding_key(block, &[]));
        xor(block, &key);
        key = next.unwrap_or_default();
    }
    key.zeroize();
}

#[inline]
fn xor(block: &mut [u8; BLOCK], key: &[u8; BLOCK]) {
    if cfg!(feature = "small") {
        block.iter_mut().zip(key).for_each(|(b, k)| *b ^= k);
    } else {
        *block = (u128::from_ne_bytes(*block) ^ u128::from_ne_bytes(*key)).to_ne_bytes();
    }
}

/// Hides a password into `out` (RFC 2865 §5.2), whose size is [`hidden_password_len`].
///
/// What does not fit `out` is cut, so the caller sizes it first.
pub fn hide_password(secret: &Secret, authenticator: &Authenticator, password: &[u8], out: &mut [u8]) {
    out.fill(0);
    out.iter_mut().zip(password).for_each(|(to, from)| *to = *from);
    hide_blocks(secret, authenticator, &[], out);
}

/// Un-hides a User-Password in place and says how many octets the password has (RFC 2865 §5.2).
///
/// Trailing zero octets are padding, so a password cannot end in one. It is octets, not text.
///
/// # Errors
/// What is wrong with the size: it is 16 to 128, and whole blocks.
pub fn unhide_password_in_place(
    secret: &Secret,
    authenticator: &Authenticator,
    value: &mut [u8],
) -> Result<usize, Invalid> {
    Hidden::read(value)?;
    unhide_blocks(secret, authenticator, &[], value);
    Ok(value.iter().rposition(|octet| *octet != 0).map_or(0, |last| last + 1))
}

/// Un-hides a User-Password.
///
/// # Errors
/// As [`unhide_password_in_place`].
pub fn unhide_password(
    secret: &Secret,
    authenticator: &Authenticator,
    value: &[u8],
) -> Result<Clear, Invalid> {
    Hidden::read(value)?;
    let mut clear = Zeroizing::new(value.to_vec());
    let length = unhide_password_in_place(secret, authenticator, &mut clear)?;
    clear.truncate(length);
    Ok(clear)
}

/// Octets that a salted value of `length` octets in the clear takes, salt included; `None` when it is too long.
#[must_use]
pub const fn salted_len(length: usize) -> Option<usize> {
    if length > MAX_SALTED { None } else { Some(2 + (length + 1).next_multiple_of(BLOCK)) }
}

/// Hides a value with a salt into `out` (RFC 2868 §3.5), whose size is [`salted_len`].
///
/// `authenticator` is the Request Authenticator of the request that is answered, or zero octets in a CoA-Request. The
/// salt is written as given; senders set [`SALT_BIT`] and never use one twice in a packet.
pub fn hide_salted(secret: &Secret, authenticator: &Authenticator, salt: u16, clear: &[u8], out: &mut [u8]) {
    let salt = salt.to_be_bytes();
    let Some((head, blocks)) = out.split_first_chunk_mut() else { return };
    *head = salt;
    blocks.fill(0);
    let [.., length] = clear.len().to_be_bytes();
    let plain = core::iter::once(&length).chain(clear);
    blocks.iter_mut().zip(plain).for_each(|(to, from)| *to = *from);
    hide_blocks(secret, authenticator, &salt, blocks);
}

/// Un-hides a salted value (RFC 2868 §3.5): salt and ciphertext in, value out.
///
/// # Errors
/// What is wrong with the size, or that the inner length does not fit, which usually means another secret.
pub fn unhide_salted(secret: &Secret, authenticator: &Authenticator, value: &[u8]) -> Result<Clear, Invalid> {
    Salted::read(value)?;
    unhide_salted_blocks(secret, authenticator, value)
}

/// As [`unhide_salted`] without a copy: the value comes out where it went in, and nothing is allocated.
///
/// # Errors
/// As [`unhide_salted`]. `value` is garbled then.
pub fn unhide_salted_in_place<'v>(
    secret: &Secret,
    authenticator: &Authenticator,
    value: &'v mut [u8],
) -> Result<&'v mut [u8], Invalid> {
    Salted::read(value)?;
    let (salt, blocks) = value.split_at_mut_checked(2).ok_or(Invalid::SaltCiphertextMissing)?;
    unhide_blocks(secret, authenticator, salt, blocks);
    let (length, clear) = blocks.split_first_mut().ok_or(Invalid::SaltCiphertextMissing)?;
    clear.get_mut(..usize::from(*length)).ok_or(Invalid::SaltLength)
}

/// As [`unhide_salted`], and takes a last block that is cut short, as FreeRADIUS sends it for 240 to 249 octets.
///
/// # Errors
/// As [`unhide_salted`].
pub fn unhide_salted_cut(
    secret: &Secret,
    authenticator: &Authenticator,
    value: &[u8],
) -> Result<Clear, Invalid> {
    if value.len() <= 2 {
        return Err(Invalid::SaltCiphertextMissing);
    }
    unhide_salted_blocks(secret, authenticator, value)
}

fn unhide_salted_blocks(
    secret: &Secret,
    authenticator: &Authenticator,
    value: &[u8],
) -> Result<Clear, Invalid> {
    let (salt, cipher) = value.split_at_checked(2).ok_or(Invalid::SaltCiphertextMissing)?;
    let mut clear = Zeroizing::new(Vec::with_capacity(cipher.len().next_multiple_of(BLOCK)));
    clear.extend_from_slice(cipher);
    clear.resize(cipher.len().next_multiple_of(BLOCK), 0);
    unhide_blocks(secret, authenticator, salt, &mut clear);
    let length = clear.first().copied().map_or(0, usize::from);
    if length >= cipher.len() {
        return Err(Invalid::SaltLength);
    }
    clear.copy_within(1..=length, 0);
    // What is cut off is wiped with the rest, because wiping covers the whole capacity.
    clear.truncate(length);
    Ok(clear)
}

/// A secret and the Authenticator that stands in for the request's.
pub(crate) type Side<'a> = (&'a Secret, &'a Authenticator);

/// Hides a password anew in place, of the same size; one of a wrong size stays as it is.
pub(crate) fn rehide_password(value: &mut [u8], from: Side<'_>, to: Side<'_>) {
    if Hidden::read(value).is_ok() {
        unhide_blocks(from.0, from.1, &[], value);
        hide_blocks(to.0, to.1, &[], value);
    }
}

/// Hides a salted value anew in place, of the same size and under the same salt; one that cannot be un-hidden stays as
/// it is.
pub(crate) fn rehide_salted(value: &mut [u8], from: Side<'_>, to: Side<'_>) {
    if Salted::read(value).is_err() {
        return;
    }
    let Some((salt, blocks)) = value.split_at_mut_checked(2) else { return };
    unhide_blocks(from.0, from.1, salt, blocks);
    let fits = blocks.first().is_some_and(|length| usize::from(*length) < blocks.len());
    let (secret, authenticator) = if fits { to } else { from };
    hide_blocks(secret, authenticator, salt, blocks);
}

/// The tag and the salted part of a Tunnel-Password; the tag is 0 for none (RFC 2868 §3.5).
///
/// # Errors
/// What is wrong with the size.
pub fn split_tunnel_password(value: &[u8]) -> Result<(u8, &[u8]), Invalid> {
    let (&tag, salted) = value.split_first().ok_or(Invalid::TagMissing)?;
    Ok((if tag > MAX_TAG { 0 } else { tag }, Salted::read(salted)?))
}

/// Hides or un-hides a value in one block, as `encrypt=3` of dictionaries says (spec: radius 5.4).
#[must_use]
pub fn ascend_secret(secret: &Secret, authenticator: &Authenticator, value: &[u8]) -> [u8; 16] {
    let mut block = secret.md5_with_suffix(authenticator);
    block.iter_mut().zip(value).for_each(|(to, from)| *to ^= from);
    block
}

/// The value of CHAP-Password: the identifier, then MD5(identifier | password | challenge) (RFC 2865 §5.3).
#[must_use]
pub fn chap_password(identifier: u8, password: &[u8], challenge: &[u8]) -> [u8; 17] {
    let digest = md5::digest(&md5::INITIAL, 0, &[&[identifier], password, challenge]);
    let mut value = [identifier; 17];
    if let Some((_, response)) = value.split_first_mut() {
        response.copy_from_slice(&digest);
    }
    value
}

/// Whether a CHAP-Password fits a password, compared in constant time.
///
/// The challenge is that of CHAP-Challenge if present, else the Request Authenticator (RFC 2865 §2.2).
#[must_use]
pub fn verify_chap(value: &[u8; 17], password: &[u8], challenge: &[u8]) -> bool {
    chap_password(value[0], password, challenge).ct_eq(value).into()
}

/// Whether two passwords are the same, compared in constant time.
#[must_use]
pub fn same_password(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

/// A packet with what its hidden values are hidden with: the secret, and the Authenticator of the request.
#[derive(Clone, Copy, Debug)]
pub struct Unlocked<'a> {
    packet: Packet<'a>,
    secret: &'a Secret,
    authenticator: &'a Authenticator,
}

impl<'a> Unlocked<'a> {
    /// Unlocks a packet. `authenticator` is that of the request, also for a reply; zero octets for a CoA-Request.
    #[must_use]
    pub const fn new(packet: Packet<'a>, secret: &'a Secret, authenticator: &'a Authenticator) -> Self {
        Self { packet, secret, authenticator }
    }

    /// The first password of this handle, un-hidden.
    #[must_use]
    pub fn password(&self, attr: Attr<Hidden>) -> Option<Result<Clear, InvalidAttribute>> {
        self.first(attr.path(), |value| unhide_password(self.secret, self.authenticator, value))
    }

    /// The first salted value of this handle, un-hidden: an MS-MPPE key, for example.
    #[must_use]
    pub fn salted(&self, attr: Attr<Salted>) -> Option<Result<Clear, InvalidAttribute>> {
        self.first(attr.path(), |value| unhide_salted(self.secret, self.authenticator, value))
    }

    /// The first tagged salted value of this handle, un-hidden: a Tunnel-Password, for example. The tag is 0 for none.
    #[must_use]
    pub fn tagged_salted(&self, attr: Attr<TaggedSalted>) -> Option<Result<(u8, Clear), InvalidAttribute>> {
        self.first(attr.path(), |value| {
            let (tag, salted) = split_tunnel_password(value)?;
            Ok((tag, unhide_salted(self.secret, self.authenticator, salted)?))
        })
    }

    fn first<T>(
        &self,
        path: Path,
        read: impl Fn(&[u8]) -> Result<T, Invalid>,
    ) -> Option<Result<T, InvalidAttribute>> {
        Some(
            self.packet
                .attributes()
                .values(path)
                .next()?
                .and_then(|found| read(found.value).map_err(|cause| found.attribute.invalid(cause))),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: radius 5.1
    #[test]
    fn a_password_of_whole_blocks_gets_no_extra_block() {
        assert_eq!(hidden_password_len(0), Some(16));
        assert_eq!(hidden_password_len(16), Some(16));
        assert_eq!(hidden_password_len(17), Some(32));
        assert_eq!(hidden_password_len(128), Some(128));
        assert_eq!(hidden_password_len(129), None);
    }

    // spec: radius 5.3
    #[test]
    fn a_salted_value_with_a_wrong_secret_is_refused_or_noise_but_never_panics() {
        let secret = Secret::new(b"right").unwrap();
        let mut value = alloc::vec![0; salted_len(5).unwrap()];
        hide_salted(&secret, &[7; 16], 0x8001, b"hello", &mut value);
        assert_eq!(unhide_salted(&secret, &[7; 16], &value).unwrap().as_slice(), b"hello");
        assert_eq!(unhide_salted_in_place(&secret, &[7; 16], &mut value.clone()).unwrap(), b"hello");
        for wrong in 0..=255_u8 {
            let wrong = Secret::new(&[wrong]).unwrap();
            if let Ok(noise) = unhide_salted(&wrong, &[7; 16], &value) {
                assert!(noise.len() <= 15);
            }
        }
        assert_eq!(unhide_salted(&secret, &[7; 16], &value[..2]), Err(Invalid::SaltCiphertextMissing));
        assert_eq!(unhide_salted(&secret, &[7; 16], &value[..9]), Err(Invalid::SaltCiphertextBlocks));
        assert_eq!(salted_len(240), None);
    }
}
