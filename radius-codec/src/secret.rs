//! The shared secret and the digests that are keyed with it.

use crate::md5::{self, BLOCK, INITIAL, State};
use crate::packet::{Authenticator, HEADER_LEN};
use alloc::boxed::Box;
use core::fmt;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Secrets shorter than this are weak (RFC 2865 §3).
pub const RECOMMENDED_SECRET_LEN: usize = 16;
/// The secret of RADIUS over TLS (RFC 6614 §2.3).
pub const TLS_SECRET: &[u8] = b"radsec";
/// The secret of RADIUS over DTLS (RFC 7360 §2.1).
pub const DTLS_SECRET: &[u8] = b"radius/dtls";

/// Why octets are no shared secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// A secret has at least one octet.
    #[error("the shared secret is empty")]
    Empty,
}

/// A shared secret with its key schedule.
///
/// What MD5 and HMAC-MD5 make of the key is computed once, here: the states after the inner and the outer pad, and
/// the secret's own partial block. All of it is wiped when dropped, and none of it is ever printed.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Secret {
    octets: Box<[u8]>,
    /// HMAC-MD5 behind the inner and the outer pad.
    inner: State,
    outer: State,
    /// MD5 behind the whole blocks of the secret, and their octets, for `MD5(secret | ...)`.
    prefix: State,
    prefix_len: usize,
}

impl Secret {
    /// Takes a secret of at least one octet.
    ///
    /// # Errors
    /// [`SecretError::Empty`].
    pub fn new(octets: &[u8]) -> Result<Self, SecretError> {
        if octets.is_empty() {
            return Err(SecretError::Empty);
        }
        let (inner, outer) = md5::keyed(octets);
        let (prefix, prefix_len) = md5::absorbed(octets);
        Ok(Self { octets: octets.into(), inner, outer, prefix, prefix_len })
    }

    /// A second one of the same octets. There is no `Clone`, so that a copy is never an accident.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        let Self { ref octets, inner, outer, prefix, prefix_len } = *self;
        Self { octets: octets.clone(), inner, outer, prefix, prefix_len }
    }

    /// Whether it is shorter than [`RECOMMENDED_SECRET_LEN`]; worth a warning.
    #[must_use]
    pub fn is_short(&self) -> bool {
        self.octets.len() < RECOMMENDED_SECRET_LEN
    }

    /// Whether both are of the same octets, compared in constant time.
    #[must_use]
    pub fn same_as(&self, other: &Self) -> bool {
        self.octets.ct_eq(&other.octets).into()
    }

    /// `MD5(secret | a | b)`.
    pub(crate) fn md5_with_prefix(&self, a: &[u8], b: &[u8]) -> [u8; 16] {
        let tail = self.octets.get(self.prefix_len..).unwrap_or_default();
        md5::digest(&self.prefix, self.prefix_len, &[tail, a, b])
    }

    /// `MD5(value | secret)`.
    pub(crate) fn md5_with_suffix(&self, value: &[u8]) -> [u8; 16] {
        md5::digest(&INITIAL, 0, &[value, &self.octets])
    }

    /// HMAC-MD5 over the parts.
    #[must_use]
    pub fn hmac_md5(&self, parts: &[&[u8]]) -> [u8; 16] {
        let inner = md5::digest(&self.inner, BLOCK, parts);
        md5::digest(&self.outer, BLOCK, &[&inner])
    }

    /// The Authenticator over a whole packet with `over` in the place of its own (spec: radius 3).
    ///
    /// With zero octets that is the Request Authenticator of an accounting or CoA request, with the request's
    /// Authenticator the Response Authenticator.
    #[must_use]
    pub fn authenticator(&self, packet: &[u8], over: &Authenticator) -> Authenticator {
        let (first, rest) = first_block(packet, over);
        md5::digest(&INITIAL, 0, &[first.octets(), rest, &self.octets])
    }

    /// The Message-Authenticator over a whole packet (RFC 3579 §3.2; spec: radius 4).
    ///
    /// `at` is where its 16 octets of value stand, `over` stands in the place of the packet's Authenticator.
    #[must_use]
    pub fn message_authenticator(&self, packet: &[u8], at: usize, over: &Authenticator) -> [u8; 16] {
        let (mut first, rest) = first_block(packet, over);
        if let Some(value) = first.block.get_mut(at..at.saturating_add(16)) {
            // The usual place is in front, so that what is changed is in the one block that is copied.
            value.fill(0);
            return self.hmac_md5(&[first.octets(), rest]);
        }
        let before = packet.get(HEADER_LEN..at).unwrap_or_default();
        let behind = packet.get(at.saturating_add(16)..).unwrap_or_default();
        let head = first.octets().get(..HEADER_LEN).unwrap_or_default();
        self.hmac_md5(&[head, before, &[0; 16], behind])
    }
}

/// The first octets of a packet, up to a block of them.
struct First {
    block: [u8; BLOCK],
    len: usize,
}

impl First {
    fn octets(&self) -> &[u8] {
        self.block.get(..self.len).unwrap_or_default()
    }
}

/// A copy of the first block of a packet with another Authenticator, and what follows it.
fn first_block<'p>(packet: &'p [u8], over: &Authenticator) -> (First, &'p [u8]) {
    let len = packet.len().min(BLOCK);
    let (head, rest) = packet.split_at(len);
    let mut first = First { block: [0; BLOCK], len };
    first.block.iter_mut().zip(head).for_each(|(to, from)| *to = *from);
    if let Some(place) = first.block.get_mut(4..HEADER_LEN) {
        place.copy_from_slice(over);
    }
    (first, rest)
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// Compares 16 octets in constant time.
pub(crate) fn same(a: &[u8; 16], b: &[u8; 16]) -> bool {
    a.ct_eq(b).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: radius 3
    #[test]
    fn a_secret_is_not_empty_and_never_printed() {
        assert!(matches!(Secret::new(b""), Err(SecretError::Empty)));
        let secret = Secret::new(b"testing123").unwrap();
        assert_eq!(alloc::format!("{secret:?}"), "[secret]");
        assert!(secret.is_short());
        assert!(secret.same_as(&secret.duplicate()));
        assert!(!secret.same_as(&Secret::new(b"testing124").unwrap()));
    }
}
