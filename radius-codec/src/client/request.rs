//! A request that can be written for any server, as often as needed.

use crate::attr::Attr;
use crate::builder::PacketBuilder;
use crate::code::{AuthenticatorKind, Code};
use crate::error::EncodeError;
use crate::hide::{self, Clear};
use crate::packet::{Authenticator, MAX_LEN};
use crate::path::{Kind, Path};
use crate::secret::Secret;
use crate::value::Hidden;
use crate::write::AttributeWriter;
use alloc::vec::Vec;
use zeroize::Zeroizing;

/// A request before it has an Identifier, an Authenticator and a server.
///
/// Attributes are added with the methods of [`AttributeWriter`]. Passwords are kept in the clear (and wiped when
/// dropped), because each server has its own secret and each packet its own Authenticator.
///
/// Access-Request and Status-Server, and requests with EAP-Message, get a Message-Authenticator in front, unless
/// [`message_authenticator`](Self::message_authenticator) puts it elsewhere.
pub struct Request {
    code: Code,
    attributes: Vec<u8>,
    /// What is written anew for each packet, and where, in order.
    fresh: Vec<(usize, Fresh)>,
    error: Option<EncodeError>,
    proxy_state: bool,
}

enum Fresh {
    Password(Path, Clear),
    MessageAuthenticator,
}

impl Request {
    /// Begins a request.
    #[must_use]
    pub const fn new(code: Code) -> Self {
        Self { code, attributes: Vec::new(), fresh: Vec::new(), error: None, proxy_state: false }
    }

    /// A request with attributes that are encoded already, as [`attributes`](Self::attributes) gives them. `None` if
    /// their lengths do not fit together or one of them has to be made anew for each packet.
    #[must_use]
    pub fn from_attributes(code: Code, attributes: &[u8]) -> Option<Self> {
        let mut request = Self::new(code);
        let mut rest = attributes;
        while let [kind, length, ..] = *rest {
            let (attribute, behind) = rest.split_at_checked(length.into()).filter(|(a, _)| a.len() >= 2)?;
            request.grow(Kind(kind), attribute.len()).ok()?.copy_from_slice(attribute);
            rest = behind;
        }
        rest.is_empty().then_some(request)
    }

    /// The attributes added so far, encoded, in order: to be kept over a restart. What is made anew for each packet,
    /// a password or the Message-Authenticator, is not among them.
    #[must_use]
    pub fn attributes(&self) -> &[u8] {
        &self.attributes
    }

    /// Its code.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// Whether a Proxy-State was added.
    #[must_use]
    pub const fn has_proxy_state(&self) -> bool {
        self.proxy_state
    }

    /// Adds a password that is hidden when the request is sent (RFC 2865 §5.2).
    pub fn hidden(&mut self, attr: Attr<Hidden>, password: &[u8]) -> &mut Self {
        let path = attr.path();
        if hide::hidden_password_len(password.len()).is_none() {
            self.fail(EncodeError::ValueTooLong { path, length: password.len() });
        } else if self.error.is_none() {
            let clear = Zeroizing::new(password.to_vec());
            self.fresh.push((self.attributes.len(), Fresh::Password(path, clear)));
        }
        self
    }

    /// Adds CHAP-Challenge and the CHAP-Password that answers it (RFC 2865 §5.3).
    pub fn chap(&mut self, chap_identifier: u8, password: &[u8], challenge: &[u8]) -> &mut Self {
        let value = hide::chap_password(chap_identifier, password, challenge);
        self.octets(Kind::CHAP_CHALLENGE, challenge).octets(Kind::CHAP_PASSWORD, &value)
    }

    /// Puts the Message-Authenticator here, behind what was added so far.
    pub fn message_authenticator(&mut self) -> &mut Self {
        self.fresh.push((self.attributes.len(), Fresh::MessageAuthenticator));
        self
    }

    /// Writes the packet into `out` and returns its octets. `authenticator` counts for Access-Request and
    /// Status-Server only.
    ///
    /// # Errors
    /// The first thing that was wrong when attributes were added, or that the packet does not fit.
    pub fn write_to(
        &self,
        out: &mut [u8],
        identifier: u8,
        authenticator: Authenticator,
        secret: &Secret,
    ) -> Result<usize, EncodeError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let mut packet = match self.code.authenticator_kind() {
            Some(AuthenticatorKind::Random) => PacketBuilder::new(out, self.code, identifier, authenticator),
            Some(AuthenticatorKind::Computed) => PacketBuilder::signed_request(out, self.code, identifier),
            _ => return Err(EncodeError::Code(self.code.0)),
        };
        let mut from = 0;
        for (at, fresh) in &self.fresh {
            packet.encoded(self.attributes.get(from..*at).unwrap_or_default());
            from = *at;
            match fresh {
                Fresh::Password(path, clear) => packet.hidden_at(*path, clear, secret),
                Fresh::MessageAuthenticator => packet.message_authenticator(),
            };
        }
        packet.encoded(self.attributes.get(from..).unwrap_or_default());
        packet.finish(secret)
    }
}

impl AttributeWriter for Request {
    fn grow(&mut self, kind: Kind, count: usize) -> Result<&mut [u8], EncodeError> {
        if kind == Kind::MESSAGE_AUTHENTICATOR {
            return Err(EncodeError::Path { path: kind.into() });
        }
        if let Some(error) = self.error {
            return Err(error);
        }
        let from = self.attributes.len();
        if from + count > MAX_LEN {
            return Err(EncodeError::TooLong { needed: count, room: MAX_LEN - from });
        }
        self.proxy_state |= kind == Kind::PROXY_STATE;
        self.attributes.resize(from + count, 0);
        self.attributes.get_mut(from..).ok_or(EncodeError::TooLong { needed: count, room: 0 })
    }

    fn fail(&mut self, error: EncodeError) {
        self.error.get_or_insert(error);
    }

    fn error(&self) -> Option<EncodeError> {
        self.error
    }
}

impl core::fmt::Debug for Request {
    /// Code and size only: values may be secret.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} with {} octets of attributes", self.code, self.attributes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{attr, dict::rfc2866};

    #[test]
    fn a_request_is_made_again_of_its_attributes() {
        let mut request = Request::new(Code::ACCOUNTING_REQUEST);
        request
            .integer(rfc2866::ACCT_STATUS_TYPE, 1_u32)
            .octets(attr::CLASS, b"\0c")
            .text(attr::USER_NAME, "u");
        let again = Request::from_attributes(Code::ACCOUNTING_REQUEST, request.attributes()).unwrap();
        let secret = Secret::new(b"s").unwrap();
        let octets = |request: &Request| {
            let mut out = [0; 64];
            let length = request.write_to(&mut out, 7, [0; 16], &secret).unwrap();
            out[..length].to_vec()
        };
        assert_eq!(octets(&request), octets(&again));
        for bad in [
            &[1, 1][..],
            &[1, 3],
            &[1],
            &[1, 3, 65, 9],
            &[80, 18, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        ] {
            assert!(Request::from_attributes(Code::ACCOUNTING_REQUEST, bad).is_none(), "{bad:?}");
        }
    }
}
