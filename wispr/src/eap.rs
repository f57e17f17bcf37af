//! The EAP peer's side of a login by EAP: identity, notification, refusal of methods, and EAP-MD5 (RFC 3748).
//!
//! [`Peer`] does what every method needs; a [`Method`] does the rest. The client machine hands packets out and takes
//! answers in ([`crate::client::Output::EapIn`], [`crate::client::Input::EapOut`]); it does not know this module.

use crate::digest::md5;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use zeroize::Zeroizing;

/// The longest EAP message that an access gateway takes, in octets (spec: uam 2).
pub const MAX_LEN: usize = 1265;

/// Code of a request (RFC 3748 §4).
pub const REQUEST: u8 = 1;
/// Code of a response.
pub const RESPONSE: u8 = 2;
/// Code of a success.
pub const SUCCESS: u8 = 3;
/// Code of a failure.
pub const FAILURE: u8 = 4;

/// Type Identity (RFC 3748 §5.1).
pub const IDENTITY: u8 = 1;
/// Type Notification (RFC 3748 §5.2).
pub const NOTIFICATION: u8 = 2;
/// Type Nak, only in responses (RFC 3748 §5.3).
pub const NAK: u8 = 3;
/// Type MD5-Challenge (RFC 3748 §5.4).
pub const MD5_CHALLENGE: u8 = 4;

/// Why a packet has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EapError {
    /// Shorter than its Length field, or shorter than any packet.
    #[error("{len} octets are no EAP packet")]
    Truncated {
        /// How long it is.
        len: usize,
    },
    /// Neither request, success nor failure.
    #[error("code {code} is not for a peer")]
    Code {
        /// The code.
        code: u8,
    },
    /// The method cannot read its data.
    #[error("the data of type {kind} cannot be read")]
    Data {
        /// The type.
        kind: u8,
    },
    /// The answer is longer than [`MAX_LEN`].
    #[error("an answer of {len} octets")]
    TooLong {
        /// How long it would be.
        len: usize,
    },
}

/// What the peer says to a packet.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// Send this.
    Response(Vec<u8>),
    /// The server is content.
    Success,
    /// The server is not.
    Failure,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Response(packet) => write!(f, "Response({} octets)", packet.len()),
            Self::Success => f.write_str("Success"),
            Self::Failure => f.write_str("Failure"),
        }
    }
}

/// An authentication method.
pub trait Method {
    /// Its type number.
    fn kind(&self) -> u8;

    /// Answers the data of a request that follow the type; nothing if they cannot be read.
    fn respond(&mut self, identifier: u8, data: &[u8]) -> Option<Vec<u8>>;
}

/// An EAP peer with one method.
///
/// ```
/// use wispr::eap::{Answer, Md5Challenge, Peer};
///
/// let mut peer = Peer::new("alice", Md5Challenge::new("password"));
/// let answer = peer.handle(&[1, 7, 0, 5, 1])?;                   // EAP-Request/Identity
/// assert_eq!(answer, Answer::Response(b"\x02\x07\x00\x0a\x01alice".to_vec()));
/// # Ok::<(), wispr::eap::EapError>(())
/// ```
pub struct Peer<M> {
    identity: String,
    method: M,
    /// The last request and its answer: a request that comes again gets the same one (RFC 3748 §4.1).
    last: Option<(Vec<u8>, Vec<u8>)>,
}

impl<M: Method> Peer<M> {
    /// A peer that calls itself `identity`.
    #[must_use]
    pub fn new(identity: &str, method: M) -> Self {
        Self { identity: identity.into(), method, last: None }
    }

    /// Answers a packet. Octets behind the packet's Length are ignored (RFC 3748 §4).
    ///
    /// # Errors
    /// [`EapError`].
    pub fn handle(&mut self, packet: &[u8]) -> Result<Answer, EapError> {
        let truncated = EapError::Truncated { len: packet.len() };
        let &[code, identifier, high, low, ..] = packet else { return Err(truncated) };
        let len = usize::from(u16::from_be_bytes([high, low]));
        let data = packet.get(4..len).ok_or(truncated)?;
        match code {
            SUCCESS => return Ok(Answer::Success),
            FAILURE => return Ok(Answer::Failure),
            REQUEST => {}
            code => return Err(EapError::Code { code }),
        }
        let request = packet.get(..len).unwrap_or_default();
        if let Some((_, answer)) = self.last.as_ref().filter(|(known, _)| known == request) {
            return Ok(Answer::Response(answer.clone()));
        }
        let (&kind, data) = data.split_first().ok_or(truncated)?;
        let (kind, data) = match kind {
            IDENTITY => (IDENTITY, self.identity.as_bytes().to_vec()),
            NOTIFICATION => (NOTIFICATION, Vec::new()),
            _ if kind == self.method.kind() => {
                (kind, self.method.respond(identifier, data).ok_or(EapError::Data { kind })?)
            }
            _ => (NAK, alloc::vec![self.method.kind()]),
        };
        let answer = response(identifier, kind, &data)?;
        self.last = Some((request.to_vec(), answer.clone()));
        Ok(Answer::Response(answer))
    }
}

impl<M> fmt::Debug for Peer<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Peer").field("identity", &"[secret]").finish_non_exhaustive()
    }
}

fn response(identifier: u8, kind: u8, data: &[u8]) -> Result<Vec<u8>, EapError> {
    let len = 5 + data.len();
    let field = u16::try_from(len).ok().filter(|_| len <= MAX_LEN).ok_or(EapError::TooLong { len })?;
    let [high, low] = field.to_be_bytes();
    let mut out = Vec::with_capacity(len);
    out.extend_from_slice(&[RESPONSE, identifier, high, low, kind]);
    out.extend_from_slice(data);
    Ok(out)
}

/// EAP-MD5: proves the password, hides it from nobody who can guess it, and authenticates no server (RFC 3748 §5.4).
pub struct Md5Challenge {
    password: Zeroizing<String>,
}

impl Md5Challenge {
    /// The method with its password.
    #[must_use]
    pub fn new(password: &str) -> Self {
        Self { password: Zeroizing::new(password.into()) }
    }
}

impl fmt::Debug for Md5Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Md5Challenge([secret])")
    }
}

impl Method for Md5Challenge {
    fn kind(&self) -> u8 {
        MD5_CHALLENGE
    }

    fn respond(&mut self, identifier: u8, data: &[u8]) -> Option<Vec<u8>> {
        let (&len, data) = data.split_first()?;
        let challenge = data.get(..usize::from(len)).filter(|challenge| !challenge.is_empty())?;
        let digest = md5(&[&[identifier], self.password.as_bytes(), challenge]);
        let mut out = alloc::vec![16];
        out.extend_from_slice(&digest);
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    fn peer() -> Peer<Md5Challenge> {
        Peer::new("eapu", Md5Challenge::new("secret word"))
    }

    #[test]
    fn identity_and_notification_are_answered() {
        // RFC 3748 §5.1, §5.2
        assert_eq!(peer().handle(&[1, 1, 0, 5, 1]), Ok(Answer::Response(b"\x02\x01\0\x09\x01eapu".to_vec())));
        assert_eq!(
            peer().handle(b"\x01\x02\0\x07\x02hi"),
            Ok(Answer::Response(b"\x02\x02\0\x05\x02".to_vec()))
        );
    }

    #[test]
    fn a_foreign_method_is_refused_with_the_one_we_have() {
        // RFC 3748 §5.3.1
        assert_eq!(
            peer().handle(&[1, 9, 0, 6, 25, 0x20]),
            Ok(Answer::Response(alloc::vec![2, 9, 0, 6, 3, 4]))
        );
    }

    #[test]
    fn the_challenge_is_hashed_behind_identifier_and_password() {
        // RFC 3748 §5.4, RFC 1994 §4.1: MD5("\x05" "secret word" "0123456789abcdef")
        let mut request = b"\x01\x05\0\x16\x04\x10".to_vec();
        request.extend_from_slice(b"0123456789abcdef");
        let Ok(Answer::Response(answer)) = peer().handle(&request) else { panic!("no answer") };
        let digest = <md5::Md5 as md5::Digest>::digest(b"\x05secret word0123456789abcdef");
        assert_eq!(answer.get(..6), Some(&b"\x02\x05\0\x16\x04\x10"[..]));
        assert_eq!(answer.get(6..), Some(&digest[..]));
    }

    #[test]
    fn a_request_that_comes_again_gets_the_same_answer() {
        // RFC 3748 §4.1
        let mut peer = peer();
        let first = peer.handle(&[1, 1, 0, 5, 1]);
        assert_eq!(peer.handle(&[1, 1, 0, 5, 1, 99]), first);
    }

    #[test]
    fn broken_packets_have_no_answer() {
        for packet in [&[][..], &[1, 1, 0], &[1, 1, 0, 6, 1], &[1, 1, 0, 3, 1], &[1, 1, 0, 4]] {
            assert_eq!(peer().handle(packet), Err(EapError::Truncated { len: packet.len() }), "{packet:?}");
        }
        assert_eq!(peer().handle(&[2, 1, 0, 5, 1]), Err(EapError::Code { code: 2 }));
        assert_eq!(peer().handle(&[1, 1, 0, 7, 4, 16, 1]), Err(EapError::Data { kind: 4 }));
        assert_eq!(peer().handle(&[1, 1, 0, 6, 4, 0]), Err(EapError::Data { kind: 4 }));
        let mut long = Peer::new(&"x".repeat(MAX_LEN), Md5Challenge::new(""));
        assert_eq!(long.handle(&[1, 1, 0, 5, 1]), Err(EapError::TooLong { len: MAX_LEN + 5 }));
        assert_eq!(peer().handle(&[3, 1, 0, 4]), Ok(Answer::Success));
        assert_eq!(peer().handle(&[4, 1, 0, 4]), Ok(Answer::Failure));
    }

    #[test]
    fn nothing_secret_is_printed() {
        let printed = format!("{:?} {:?}", peer(), Md5Challenge::new("secret word"));
        assert!(!printed.contains("secret word") && !printed.contains("eapu"));
    }
}
