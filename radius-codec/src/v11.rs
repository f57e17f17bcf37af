//! RADIUS/1.1 (RFC 9765; spec: radius 16): TLS 1.3 protects everything, so there is no MD5 and no secret.
//!
//! Chosen by ALPN [`ALPN_V11`]; [`ALPN_V10`] is everything else in this crate. In a packet of 1.1 the Identifier is
//! reserved, and the 16 octets of the Authenticator are a [`Token`] and 12 reserved octets. Framing and attributes are
//! the same, so [`Packet`] reads it. Message-Authenticator is not sent and is ignored; User-Password,
//! Tunnel-Password (tag, then text) and keys stand in the clear, written with `text` and `octets`; CHAP-Password always
//! comes with CHAP-Challenge.

use crate::attr;
use crate::attribute::Attribute;
use crate::builder::PacketBuilder;
use crate::code::Code;
use crate::dict::rfc7930;
use crate::error::{EncodeError, Invalid, VerifyError};
use crate::hide::MAX_PASSWORD;
use crate::packet::{Authenticator, Packet};
use crate::path::{Kind, Path};
use crate::value::{MAX_TAG, TaggedValue};
use crate::write::AttributeWriter;
use core::fmt;

/// Protocol name of RADIUS/1.1 in the TLS handshake.
pub const ALPN_V11: &[u8] = b"radius/1.1";
/// Protocol name of RADIUS with MD5 in the TLS handshake.
pub const ALPN_V10: &[u8] = b"radius/1.0";

/// Matches requests and replies on one connection (RFC 9765 §4.2.1).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Token(pub u32);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({:#010x})", self.0)
    }
}

impl Token {
    /// The token of a packet.
    #[must_use]
    pub fn of(packet: &Packet<'_>) -> Self {
        Self::in_authenticator(packet.authenticator())
    }

    /// The token that stands where the Authenticator of a packet is.
    #[must_use]
    pub const fn in_authenticator(authenticator: &Authenticator) -> Self {
        let [a, b, c, d, ..] = *authenticator;
        Self(u32::from_be_bytes([a, b, c, d]))
    }

    /// What stands in place of the Authenticator of a packet with this token.
    #[must_use]
    pub const fn authenticator(self) -> Authenticator {
        let [a, b, c, d] = self.0.to_be_bytes();
        [a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    }
}

/// Gives out the tokens of one connection, counting up. Begin with a random number.
#[derive(Clone, Debug)]
pub struct Tokens(u32);

impl Tokens {
    /// Counts up from `first`.
    #[must_use]
    pub const fn new(first: u32) -> Self {
        Self(first)
    }

    /// The next token. It repeats after 2^32 requests on one connection.
    pub const fn take(&mut self) -> Token {
        let token = Token(self.0);
        self.0 = self.0.wrapping_add(1);
        token
    }
}

/// Builds a packet of RADIUS/1.1.
pub struct Builder<'b> {
    packet: PacketBuilder<'b>,
}

impl<'b> Builder<'b> {
    /// Begins a request with a new token, or a reply with the token of its request.
    pub fn new(out: &'b mut [u8], code: Code, token: Token) -> Self {
        Self { packet: PacketBuilder::verbatim(out, code, 0, token.authenticator()) }
    }

    /// Lets the packet be up to `limit` octets long.
    pub fn limit(&mut self, limit: usize) -> &mut Self {
        self.packet.limit(limit);
        self
    }

    /// Adds a Tunnel-Password: its tag and its text, in the clear (RFC 9765 §5.1.3).
    pub fn tunnel_password(&mut self, tag: u8, password: &[u8]) -> &mut Self {
        if tag > MAX_TAG {
            self.fail(EncodeError::Tag(tag));
            return self;
        }
        let path = Kind::TUNNEL_PASSWORD.into();
        match crate::write::room(self, path, password.len() + 1).map(<[u8]>::split_first_mut) {
            Ok(Some((first, rest))) => {
                *first = tag;
                rest.copy_from_slice(password);
            }
            Ok(None) => {}
            Err(error) => self.fail(error),
        }
        self
    }

    /// Ends the packet. Returns the octets it has.
    ///
    /// # Errors
    /// The first thing that went wrong: also a User-Password of no octets or more than 128, a CHAP-Password without
    /// CHAP-Challenge, and Original-Packet-Code, which the token replaces (RFC 9765 §5.1.1, §5.1.2, §5.4).
    pub fn finish(&mut self) -> Result<usize, EncodeError> {
        let length = self.packet.finish_verbatim()?;
        let attributes = self.packet.packet().map(|packet| packet.attributes()).unwrap_or_default();
        let has = |kind| attributes.of_kind(kind).next().is_some();
        if has(Kind::CHAP_PASSWORD) && !has(Kind::CHAP_CHALLENGE) {
            return Err(EncodeError::Path { path: Kind::CHAP_PASSWORD.into() });
        }
        let original_code = rfc7930::ORIGINAL_PACKET_CODE.path();
        if attributes.octets(original_code).is_some() {
            return Err(EncodeError::Path { path: original_code });
        }
        let path = Path::from(Kind::USER_PASSWORD);
        match attributes.octets(path).map(<[u8]>::len) {
            Some(0) => Err(EncodeError::Value { path, cause: Invalid::EmptyText }),
            Some(length) if length > MAX_PASSWORD => Err(EncodeError::ValueTooLong { path, length }),
            _ => Ok(length),
        }
    }
}

/// Tells a peer that this end insists on RADIUS/1.1, before the connection is closed (RFC 9765 §3.3.1): for handshakes
/// that ended without ALPN, where TLS has no alert to send. Returns the octets it has; 128 octets of room are enough.
///
/// It is a Protocol-Error that answers no request, so its Authenticator is zero. Peers ignore it; their operators read
/// it.
///
/// # Errors
/// When `out` is too small.
pub fn alpn_required(out: &mut [u8]) -> Result<usize, EncodeError> {
    PacketBuilder::verbatim(out, Code::PROTOCOL_ERROR, 0, [0; 16])
        .add(attr::REPLY_MESSAGE, "this end of the connection requires ALPN radius/1.1")
        .add(attr::ERROR_CAUSE, attr::ErrorCause::UNSUPPORTED_EXTENSION)
        .finish_verbatim()
}

impl AttributeWriter for Builder<'_> {
    fn grow(&mut self, kind: Kind, count: usize) -> Result<&mut [u8], EncodeError> {
        if kind == Kind::MESSAGE_AUTHENTICATOR {
            return Err(EncodeError::Path { path: kind.into() });
        }
        self.packet.grow(kind, count)
    }

    fn fail(&mut self, error: EncodeError) {
        self.packet.fail(error);
    }

    fn error(&self) -> Option<EncodeError> {
        self.packet.error()
    }
}

/// Tag and text of a Tunnel-Password in the clear. A first octet above 31 is no tag and belongs to the text (RFC 9765
/// §5.1.3, RFC 2868 §3.3).
#[must_use]
pub fn tunnel_password<'a>(attribute: &Attribute<'a>) -> Option<TaggedValue<&'a [u8]>> {
    split_tunnel_password(attribute.value).map(|(tag, value)| TaggedValue { tag, value })
}

/// Tag and text; the tag is 0 for none.
pub(crate) fn split_tunnel_password(value: &[u8]) -> Option<(u8, &[u8])> {
    match value.split_first()? {
        (&tag, text) if tag <= MAX_TAG => Some((tag, text)),
        _ => Some((0, value)),
    }
}

/// Checks a reply of RADIUS/1.1: token and code. There is nothing else to check.
///
/// # Errors
/// Why the reply is to be dropped; the connection stays.
pub fn verify_reply(packet: &Packet<'_>, request: Code, token: Token) -> Result<(), VerifyError> {
    let code = packet.code();
    if Token::of(packet) != token {
        return Err(VerifyError::Token);
    }
    if !code.answers(request, true) {
        return Err(VerifyError::UnexpectedResponseCode { request: request.0, reply: code.0 });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: radius 16
    #[test]
    fn a_packet_carries_a_token_and_no_secret() {
        let mut tokens = Tokens::new(u32::MAX);
        let token = tokens.take();
        assert_eq!(tokens.take(), Token(0));
        let mut out = [0xff; 64];
        let length = Builder::new(&mut out, Code::ACCESS_REQUEST, token)
            .add(attr::USER_NAME, "bob")
            .text(attr::USER_PASSWORD, "hello")
            .finish()
            .unwrap();
        let packet = Packet::parse(&out[..length]).unwrap();
        assert_eq!((packet.identifier(), Token::of(&packet)), (0, token));
        assert_eq!(packet.authenticator()[4..], [0; 12]);
        assert_eq!(packet.attributes().octets(attr::USER_PASSWORD), Some(&b"hello"[..]));
        let mut out = [0; 64];
        let length =
            Builder::new(&mut out, Code::ACCESS_ACCEPT, token).tunnel_password(3, b"pw").finish().unwrap();
        let reply = Packet::parse(&out[..length]).unwrap();
        assert_eq!(verify_reply(&reply, Code::ACCESS_REQUEST, token), Ok(()));
        assert_eq!(verify_reply(&reply, Code::ACCESS_REQUEST, Token(1)), Err(VerifyError::Token));
        let attribute = reply.attributes().next().unwrap();
        assert_eq!(tunnel_password(&attribute), Some(TaggedValue { tag: 3, value: &b"pw"[..] }));
        let refused = Builder::new(&mut [0; 64], Code::ACCESS_ACCEPT, token)
            .octets(Kind::MESSAGE_AUTHENTICATOR, &[0; 16])
            .finish();
        assert!(refused.is_err());
    }
    // spec: radius 16
    #[test]
    fn what_has_no_place_in_it_is_refused() {
        let finish = |add: &dyn Fn(&mut Builder<'_>)| {
            let mut out = [0; 256];
            let mut builder = Builder::new(&mut out, Code::ACCESS_REQUEST, Token(7));
            add(&mut builder);
            builder.finish()
        };
        let refused = |add: &dyn Fn(&mut Builder<'_>)| finish(add).is_err();
        assert!(refused(&|builder| {
            builder.octets(Kind::CHAP_PASSWORD, &[1; 17]);
        }));
        assert!(!refused(&|builder| {
            builder.octets(Kind::CHAP_CHALLENGE, &[1; 16]).octets(Kind::CHAP_PASSWORD, &[1; 17]);
        }));
        assert!(refused(&|builder| {
            builder.integer(rfc7930::ORIGINAL_PACKET_CODE, 1_u32);
        }));
        for (length, bad) in [(0, true), (1, false), (128, false), (129, true)] {
            let password = &[b'x'; 129][..length];
            assert_eq!(
                refused(&|builder| {
                    builder.octets(Kind::USER_PASSWORD, password);
                }),
                bad,
                "{length}"
            );
        }
    }

    // spec: radius 16
    #[test]
    fn a_peer_without_alpn_is_told_so() {
        let mut out = [0; 128];
        let length = alpn_required(&mut out).unwrap();
        let packet = Packet::parse(&out[..length]).unwrap();
        assert_eq!((packet.code(), packet.authenticator()), (Code::PROTOCOL_ERROR, &[0; 16]));
        assert_eq!(packet.attributes().integer(attr::ERROR_CAUSE), Some(406));
    }
}
