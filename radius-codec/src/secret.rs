//! The shared secret and the digests that are keyed with it.

use crate::md5::{self, BLOCK, Block, INITIAL, Message, State};
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
/// the secret's own partial block. All of it is wiped when dropped, and none of it is ever printed. It lies in one place,
/// so that a secret that is moved leaves nothing behind.
pub struct Secret(Box<Schedule>);

#[derive(Clone, Zeroize, ZeroizeOnDrop)]
struct Schedule {
    octets: Box<[u8]>,
    /// HMAC-MD5 behind the inner and the outer pad.
    inner: State,
    outer: State,
    /// MD5 behind the whole blocks of the secret, and their octets, for `MD5(secret | ...)`.
    prefix: State,
    prefix_len: usize,
    /// The one block of `MD5(secret | 16 octets)`, padded, without the 16; for secrets up to 39 octets.
    hiding: Option<Block>,
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
        let hiding = md5::padded(octets, 16);
        Ok(Self(Box::new(Schedule { octets: octets.into(), inner, outer, prefix, prefix_len, hiding })))
    }

    /// A second one of the same octets. There is no `Clone`, so that a copy is never an accident.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self(self.0.clone())
    }

    /// Whether it is shorter than [`RECOMMENDED_SECRET_LEN`]; worth a warning.
    #[must_use]
    pub fn is_short(&self) -> bool {
        self.0.octets.len() < RECOMMENDED_SECRET_LEN
    }

    /// Whether both are of the same octets, compared in constant time.
    #[must_use]
    pub fn same_as(&self, other: &Self) -> bool {
        self.0.octets.ct_eq(&other.0.octets).into()
    }

    /// `MD5(secret | octets | salt)`: what values are hidden with.
    #[inline]
    pub(crate) fn hiding_key(&self, octets: &[u8; 16], salt: &[u8]) -> [u8; 16] {
        if let (Some(block), true) = (&self.0.hiding, salt.is_empty()) {
            let mut block = *block;
            if let Some(room) = block.get_mut(self.0.octets.len()..).and_then(<[u8]>::first_chunk_mut) {
                *room = *octets;
            }
            let digest = md5::digest_of_padded(&block);
            md5::wipe(&mut block);
            return digest;
        }
        let tail = self.0.octets.get(self.0.prefix_len..).unwrap_or_default();
        md5::digest(&self.0.prefix, self.0.prefix_len, &[tail, octets, salt])
    }

    /// The states of HMAC-MD5 behind the inner and the outer pad.
    #[cfg(feature = "fast-md5")]
    pub(crate) const fn hmac_states(&self) -> (State, State) {
        (self.0.inner, self.0.outer)
    }

    /// `MD5(value | secret)`.
    pub(crate) fn md5_with_suffix(&self, value: &[u8]) -> [u8; 16] {
        md5::digest(&INITIAL, 0, &[value, &self.0.octets])
    }

    /// HMAC-MD5 over the parts.
    #[must_use]
    pub fn hmac_md5(&self, parts: &[&[u8]]) -> [u8; 16] {
        let inner = md5::digest(&self.0.inner, BLOCK, parts);
        md5::digest(&self.0.outer, BLOCK, &[&inner])
    }

    /// The Authenticator over a whole packet with `over` in the place of its own (spec: radius 3).
    ///
    /// With zero octets that is the Request Authenticator of an accounting or CoA request, with the request's
    /// Authenticator the Response Authenticator.
    #[must_use]
    #[cfg_attr(not(feature = "small"), inline)]
    pub fn authenticator(&self, packet: &[u8], over: &Authenticator) -> Authenticator {
        let mut message = Message::EMPTY;
        if self.authenticator_message(&mut message, packet, over) {
            let state = message.hash(&INITIAL);
            message.wipe();
            return md5::finished(state);
        }
        let (head, rest) = headed(packet, over);
        md5::digest(&INITIAL, 0, &[head.octets(), rest, &self.0.octets])
    }

    /// The Message-Authenticator over a whole packet (RFC 3579 §3.2; spec: radius 4).
    ///
    /// `at` is where its 16 octets of value stand, `over` stands in the place of the packet's Authenticator.
    #[must_use]
    #[cfg_attr(not(feature = "small"), inline)]
    pub fn message_authenticator(&self, packet: &[u8], at: usize, over: &Authenticator) -> [u8; 16] {
        let mut message = Message::EMPTY;
        if self.hmac_message(&mut message, packet, at, over) {
            return md5::finished(md5::outer(&self.0.outer, message.hash(&self.0.inner)));
        }
        let (head, _) = headed(packet, over);
        let before = packet.get(HEADER_LEN..at).unwrap_or_default();
        let behind = packet.get(at.saturating_add(16)..).unwrap_or_default();
        self.hmac_md5(&[head.octets(), before, &[0; 16], behind])
    }

    /// The Message-Authenticator and the Authenticator of a packet over the same octets, side by side: each of the two
    /// chains of MD5 leaves the processor idle half of the time. `None` when one is not a [`Message`].
    #[cfg(feature = "fast-md5")]
    pub(crate) fn both(
        &self,
        packet: &[u8],
        at: usize,
        over: &Authenticator,
    ) -> Option<([u8; 16], Authenticator)> {
        let (mut keyed, mut plain) = (Message::EMPTY, Message::EMPTY);
        if !self.hmac_message(&mut keyed, packet, at, over)
            || !self.authenticator_message(&mut plain, packet, over)
        {
            return None;
        }
        let [inner, state] = md5::pair::hash([&keyed, &plain], [self.0.inner, INITIAL]);
        plain.wipe();
        Some((md5::finished(md5::outer(&self.0.outer, inner)), md5::finished(state)))
    }

    /// What [`authenticator`](Self::authenticator) hashes, from [`INITIAL`] on; `false` when it is not a [`Message`].
    #[inline]
    pub(crate) fn authenticator_message<'p>(
        &self,
        message: &mut Message<'p>,
        packet: &'p [u8],
        over: &Authenticator,
    ) -> bool {
        message.fill(packet, over, None, &self.0.octets, 0)
    }

    /// What [`message_authenticator`](Self::message_authenticator) hashes behind the inner pad; `false` when it is not
    /// a [`Message`].
    #[inline]
    pub(crate) fn hmac_message<'p>(
        &self,
        message: &mut Message<'p>,
        packet: &'p [u8],
        at: usize,
        over: &Authenticator,
    ) -> bool {
        message.fill(packet, over, Some(at), &[], BLOCK)
    }
}

/// A header with another Authenticator.
struct Head {
    octets: [u8; HEADER_LEN],
    len: usize,
}

impl Head {
    fn octets(&self) -> &[u8] {
        self.octets.get(..self.len).unwrap_or_default()
    }
}

/// The header of a packet with another Authenticator, and what follows it.
fn headed<'p>(packet: &'p [u8], over: &Authenticator) -> (Head, &'p [u8]) {
    let (front, rest) = packet.split_at(packet.len().min(HEADER_LEN));
    let mut head = Head { octets: [0; HEADER_LEN], len: front.len() };
    head.octets.iter_mut().zip(front).for_each(|(to, from)| *to = *from);
    head.octets[4..].copy_from_slice(over);
    (head, rest)
}

impl Zeroize for Secret {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl ZeroizeOnDrop for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// Compares 16 octets in constant time: as two words, because octet by octet costs as much as parsing a packet.
#[inline]
pub(crate) fn same(a: &[u8; 16], b: &[u8; 16]) -> bool {
    let (a, _) = a.as_chunks();
    let (b, _) = b.as_chunks();
    let word = |octets: &[u8; 8]| u64::from_ne_bytes(*octets);
    let differing = a.iter().zip(b).fold(0, |bits, (a, b)| bits | (word(a) ^ word(b)));
    differing.ct_eq(&0).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

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

    // spec: radius 3, 4
    #[test]
    #[cfg_attr(miri, ignore = "too long for an interpreter")]
    fn packets_of_any_length_and_secrets_of_any_length_are_hashed_as_one_piece() {
        use ::md5::Digest as _;
        let octets: Vec<u8> = (0..=255).cycle().take(300).collect();
        let over = [0xa5; 16];
        for key in [1, 16, 55, 63, 64, 65, 130] {
            let key = &octets[7..7 + key];
            let secret = Secret::new(key).unwrap();
            for length in 0..octets.len() {
                let packet = &octets[..length];
                let mut changed = packet.to_vec();
                changed.iter_mut().skip(4).zip(over).for_each(|(to, from)| *to = from);
                let want = ::md5::Md5::new().chain_update(&changed).chain_update(key).finalize();
                assert_eq!(secret.authenticator(packet, &over)[..], want[..], "{length} octets");
                for at in [20, 22, 30, 47, 48, 49, 64, 200].into_iter().filter(|at| at + 16 <= length) {
                    let mut zeroed = changed.clone();
                    zeroed[at..at + 16].fill(0);
                    let want = secret.hmac_md5(&[&zeroed]);
                    assert_eq!(
                        secret.message_authenticator(packet, at, &over),
                        want,
                        "{length} octets, {at}"
                    );
                }
            }
        }
    }
}
