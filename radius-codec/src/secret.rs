//! The shared secret and the digests that are keyed with it.

use crate::packet::{Authenticator, HEADER_LEN};
use alloc::boxed::Box;
use core::fmt;
use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest, Md5};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

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
pub struct Secret {
    octets: Zeroizing<Box<[u8]>>,
    /// HMAC-MD5 after both pads.
    hmac: Hmac<Md5>,
    /// MD5 with the secret in its block, for values that are hidden with `MD5(secret | ...)`.
    prefix: Md5,
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
        let mut prefix = Md5::new();
        prefix.update(octets);
        Ok(Self { octets: Zeroizing::new(octets.into()), hmac: keyed(octets), prefix })
    }

    /// A second one of the same octets. There is no `Clone`, so that a copy is never an accident.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self { octets: self.octets.clone(), hmac: self.hmac.clone(), prefix: self.prefix.clone() }
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

    /// `MD5(secret | parts)`.
    pub(crate) fn md5_with_prefix(&self, parts: &[&[u8]]) -> [u8; 16] {
        let mut md5 = self.prefix.clone();
        for part in parts {
            md5.update(part);
        }
        md5.finalize().into()
    }

    /// `MD5(parts | secret)`.
    pub(crate) fn md5_with_suffix(&self, parts: &[&[u8]]) -> [u8; 16] {
        let mut md5 = Md5::new();
        for part in parts {
            md5.update(part);
        }
        md5.update(&*self.octets);
        md5.finalize().into()
    }

    /// HMAC-MD5 over the parts.
    #[must_use]
    pub fn hmac_md5(&self, parts: &[&[u8]]) -> [u8; 16] {
        let mut hmac = self.hmac.clone();
        for part in parts {
            hmac.update(part);
        }
        hmac.finalize().into_bytes().into()
    }

    /// The Authenticator over a whole packet with `over` in the place of its own (spec: radius 3).
    ///
    /// With zero octets that is the Request Authenticator of an accounting or CoA request, with the request's
    /// Authenticator the Response Authenticator.
    #[must_use]
    pub fn authenticator(&self, packet: &[u8], over: &Authenticator) -> Authenticator {
        let head = packet.get(..4).unwrap_or_default();
        let attributes = packet.get(HEADER_LEN..).unwrap_or_default();
        self.md5_with_suffix(&[head, over, attributes])
    }

    /// The Message-Authenticator over a whole packet (RFC 3579 §3.2; spec: radius 4).
    ///
    /// `at` is where its 16 octets of value stand, `over` stands in the place of the packet's Authenticator.
    #[must_use]
    pub fn message_authenticator(&self, packet: &[u8], at: usize, over: &Authenticator) -> [u8; 16] {
        let head = packet.get(..4).unwrap_or_default();
        let before = packet.get(HEADER_LEN..at).unwrap_or_default();
        let behind = packet.get(at.saturating_add(16)..).unwrap_or_default();
        self.hmac_md5(&[head, over, before, &[0; 16], behind])
    }
}

fn keyed(octets: &[u8]) -> Hmac<Md5> {
    // HMAC takes a key of any length; the error type exists for other kinds of MAC.
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    Hmac::new_from_slice(octets).expect("HMAC takes a key of any length")
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

/// `MD5(parts)`.
pub(crate) fn md5(parts: &[&[u8]]) -> [u8; 16] {
    let mut md5 = Md5::new();
    for part in parts {
        md5.update(part);
    }
    md5.finalize().into()
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
