//! Checking Authenticators and Message-Authenticator, and what a policy asks for (spec: radius 3, 4).
//!
//! The order is: shape, Message-Authenticator (the stronger one), MD5 Authenticator, policy. Comparisons take the same
//! time whatever differs. Nothing of a packet should be used before it passed.

use crate::attribute::Attribute;
use crate::code::{AuthenticatorKind, Code};
use crate::error::VerifyError;
use crate::packet::{Authenticator, HEADER_LEN, Packet};
use crate::secret::{Secret, same};

const ZERO: Authenticator = [0; 16];

/// What a packet that passed has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Whether it carried a valid Message-Authenticator. An Access-Request without one is not protected at all.
    pub message_authenticator: bool,
}

/// What a server asks of requests (CVE-2024-3596; spec: radius 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestPolicy {
    /// Drop an Access-Request without Message-Authenticator.
    pub require_message_authenticator: bool,
    /// Drop an Access-Request with Proxy-State and without Message-Authenticator, even if the switch above is off.
    pub limit_proxy_state: bool,
    /// The transport is TLS or DTLS: neither switch applies.
    pub secure_transport: bool,
}

impl RequestPolicy {
    /// Both switches on, for UDP and TCP.
    pub const STRICT: Self =
        Self { require_message_authenticator: true, limit_proxy_state: true, secure_transport: false };
    /// For a peer that does not send Message-Authenticator; Proxy-State stays limited.
    pub const LEGACY: Self = Self { require_message_authenticator: false, ..Self::STRICT };
    /// For TLS and DTLS.
    pub const SECURE_TRANSPORT: Self = Self { secure_transport: true, ..Self::STRICT };
}

impl Default for RequestPolicy {
    fn default() -> Self {
        Self::STRICT
    }
}

/// What a client asks of replies (CVE-2024-3596; spec: radius 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplyPolicy {
    /// Drop a reply to Access-Request or Status-Server without Message-Authenticator.
    pub require_message_authenticator: bool,
    /// Drop a reply to Access-Request whose first attribute is another one.
    pub require_first: bool,
    /// Drop a reply with Proxy-State and without Message-Authenticator when the request had no Proxy-State.
    pub drop_unsolicited_proxy_state: bool,
    /// Take a Message-Authenticator computed over zero octets in replies 5, 41, 42, 44 and 45, as FreeRADIUS 3.2.1 and
    /// pyrad 2.6.0 send it.
    pub accept_zero_form: bool,
    /// The transport is TLS or DTLS: the first three switches do not apply.
    pub secure_transport: bool,
    /// The transport is TCP or TLS: Protocol-Error answers anything.
    pub stream: bool,
}

impl ReplyPolicy {
    /// All protections on, for UDP.
    pub const STRICT: Self = Self {
        require_message_authenticator: true,
        require_first: true,
        drop_unsolicited_proxy_state: true,
        accept_zero_form: false,
        secure_transport: false,
        stream: false,
    };
    /// For a server that sends Message-Authenticator, but not first.
    pub const ANY_POSITION: Self = Self { require_first: false, ..Self::STRICT };
    /// For a server that does not send Message-Authenticator. It is still checked where present and required with EAP.
    pub const LEGACY: Self =
        Self { require_message_authenticator: false, require_first: false, ..Self::STRICT };
    /// For TLS.
    pub const SECURE_TRANSPORT: Self = Self { secure_transport: true, stream: true, ..Self::STRICT };
}

impl Default for ReplyPolicy {
    fn default() -> Self {
        Self::STRICT
    }
}

/// What of a request is needed to judge its reply, or to make it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RequestHeader {
    /// Code of the request.
    pub code: Code,
    /// Identifier of the request.
    pub identifier: u8,
    /// Authenticator of the request, as it was sent.
    pub authenticator: Authenticator,
    /// Whether the request carried Proxy-State.
    pub has_proxy_state: bool,
}

impl core::fmt::Debug for RequestHeader {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} id {}", self.code, self.identifier)
    }
}

impl From<&Packet<'_>> for RequestHeader {
    fn from(packet: &Packet<'_>) -> Self {
        Self {
            code: packet.code(),
            identifier: packet.identifier(),
            authenticator: *packet.authenticator(),
            has_proxy_state: packet.proxy_state().is_some(),
        }
    }
}

/// Where the digests come from that a check compares with: made on the spot, or in a batch before.
pub(crate) trait Digests {
    /// The Message-Authenticator whose value stands at `at`, over this Authenticator.
    fn message_authenticator(&self, at: usize, over: &Authenticator) -> [u8; 16];
    /// The Authenticator over this one.
    fn authenticator(&self, over: &Authenticator) -> Authenticator;
}

/// Made on the spot.
struct Computed<'a> {
    packet: &'a Packet<'a>,
    secret: &'a Secret,
    /// What an Authenticator is over, and the Authenticator, once it was made beside the Message-Authenticator.
    #[cfg(feature = "fast-md5")]
    beside: core::cell::Cell<Option<(Authenticator, Authenticator)>>,
}

impl<'a> Computed<'a> {
    const fn new(packet: &'a Packet<'a>, secret: &'a Secret) -> Self {
        Self {
            packet,
            secret,
            #[cfg(feature = "fast-md5")]
            beside: core::cell::Cell::new(None),
        }
    }
}

impl Digests for Computed<'_> {
    #[inline]
    fn message_authenticator(&self, at: usize, over: &Authenticator) -> [u8; 16] {
        // The Authenticator will be asked for next, unless it is random.
        #[cfg(feature = "fast-md5")]
        if self.packet.code().authenticator_kind() != Some(AuthenticatorKind::Random)
            && let Some((keyed, plain)) = self.secret.both(self.packet.octets(), at, over)
        {
            self.beside.set(Some((*over, plain)));
            return keyed;
        }
        self.secret.message_authenticator(self.packet.octets(), at, over)
    }

    #[inline]
    fn authenticator(&self, over: &Authenticator) -> Authenticator {
        #[cfg(feature = "fast-md5")]
        if let Some((_, made)) = self.beside.get().filter(|(of, _)| of == over) {
            return made;
        }
        self.secret.authenticator(self.packet.octets(), over)
    }
}

/// Checks a request: Request Authenticator, Message-Authenticator, policy.
///
/// # Errors
/// Why the request is to be dropped. A code that is no request is [`VerifyError::UnknownCode`].
pub fn verify_request(
    packet: &Packet<'_>,
    secret: &Secret,
    policy: &RequestPolicy,
) -> Result<Verified, VerifyError> {
    judge_request(packet, policy, &Computed::new(packet, secret))
}

pub(crate) fn judge_request(
    packet: &Packet<'_>,
    policy: &RequestPolicy,
    digests: &impl Digests,
) -> Result<Verified, VerifyError> {
    let code = packet.code();
    let kind = code.authenticator_kind().filter(|kind| *kind != AuthenticatorKind::Response);
    let kind = kind.ok_or(VerifyError::UnknownCode(code.0))?;
    let random = kind == AuthenticatorKind::Random;
    let over = if random { packet.authenticator() } else { &ZERO };
    let protected = check_message_authenticator(packet, digests, &[over])?;
    if code == Code::STATUS_SERVER && !protected {
        return Err(VerifyError::StatusWithoutMessageAuthenticator);
    }
    if !random && !same(&digests.authenticator(&ZERO), packet.authenticator()) {
        return Err(VerifyError::RequestAuthenticator);
    }
    if code == Code::ACCESS_REQUEST && !protected && !policy.secure_transport {
        if policy.require_message_authenticator {
            return Err(VerifyError::MessageAuthenticatorRequired);
        }
        if let (true, Some(attribute)) = (policy.limit_proxy_state, packet.proxy_state()) {
            return Err(VerifyError::ProxyStateWithoutMessageAuthenticator { offset: attribute.offset });
        }
    }
    Ok(Verified { message_authenticator: protected })
}

/// Checks a reply to `request`: Identifier, code, Message-Authenticator, Response Authenticator, policy.
///
/// # Errors
/// Why the reply is to be dropped; the request stays pending.
pub fn verify_reply(
    packet: &Packet<'_>,
    request: &RequestHeader,
    secret: &Secret,
    policy: &ReplyPolicy,
) -> Result<Verified, VerifyError> {
    judge_reply(packet, request, policy, &Computed::new(packet, secret))
}

pub(crate) fn judge_reply(
    packet: &Packet<'_>,
    request: &RequestHeader,
    policy: &ReplyPolicy,
    digests: &impl Digests,
) -> Result<Verified, VerifyError> {
    let code = packet.code();
    if code.authenticator_kind().is_none() {
        return Err(VerifyError::UnknownCode(code.0));
    }
    if packet.identifier() != request.identifier {
        return Err(VerifyError::Identifier { have: packet.identifier(), want: request.identifier });
    }
    if !code.answers(request.code, policy.stream) {
        return Err(VerifyError::UnexpectedResponseCode { request: request.code.0, reply: code.0 });
    }
    let forms = [&request.authenticator, &ZERO];
    let zero_form = policy.accept_zero_form && matches!(code.0, 5 | 41 | 42 | 44 | 45);
    let forms = if zero_form { &forms[..] } else { &forms[..1] };
    let protected = check_message_authenticator(packet, digests, forms)?;
    if !same(&digests.authenticator(&request.authenticator), packet.authenticator()) {
        return Err(VerifyError::ResponseAuthenticator);
    }
    if !policy.secure_transport {
        reply_policy(packet, request, protected, policy)?;
    }
    Ok(Verified { message_authenticator: protected })
}

fn reply_policy(
    packet: &Packet<'_>,
    request: &RequestHeader,
    protected: bool,
    policy: &ReplyPolicy,
) -> Result<(), VerifyError> {
    if let (false, true, false, Some(attribute)) =
        (protected, policy.drop_unsolicited_proxy_state, request.has_proxy_state, packet.proxy_state())
    {
        return Err(VerifyError::UnsolicitedProxyState { offset: attribute.offset });
    }
    let concerned = matches!(request.code, Code::ACCESS_REQUEST | Code::STATUS_SERVER);
    if !protected && concerned && policy.require_message_authenticator {
        return Err(VerifyError::MessageAuthenticatorRequired);
    }
    match packet.message_authenticator() {
        Some(attribute)
            if policy.require_first
                && request.code == Code::ACCESS_REQUEST
                && attribute.offset != HEADER_LEN =>
        {
            Err(VerifyError::MessageAuthenticatorNotFirst { offset: attribute.offset })
        }
        _ => Ok(()),
    }
}

/// Whether there is a Message-Authenticator, and that it is right in one of the forms.
fn check_message_authenticator(
    packet: &Packet<'_>,
    digests: &impl Digests,
    forms: &[&Authenticator],
) -> Result<bool, VerifyError> {
    let Some(attribute) = packet.message_authenticator() else {
        return match packet.eap_message() {
            Some(Attribute { offset, .. }) => Err(VerifyError::EapWithoutMessageAuthenticator { offset }),
            None => Ok(false),
        };
    };
    if packet.repeats_message_authenticator() {
        let second = packet.attributes().of_kind(attribute.kind).nth(1).unwrap_or(attribute);
        return Err(VerifyError::MessageAuthenticatorRepeated { offset: second.offset });
    }
    let offset = attribute.offset;
    let value: &[u8; 16] = attribute
        .value
        .try_into()
        .map_err(|_| VerifyError::MessageAuthenticatorLength { offset, length: attribute.value.len() })?;
    let right = |over: &&Authenticator| same(&digests.message_authenticator(offset + 2, over), value);
    if forms.iter().any(right) { Ok(true) } else { Err(VerifyError::MessageAuthenticator { offset }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AttributeWriter as _, Kind, PacketBuilder};

    // spec: radius 2
    #[test]
    fn a_request_in_place_of_a_reply_is_a_known_code_that_does_not_fit() {
        let secret = Secret::new(b"testing123").unwrap();
        let request =
            RequestHeader { code: Code(1), identifier: 7, authenticator: ZERO, has_proxy_state: false };
        let verdict = |code| {
            let mut octets = [0; HEADER_LEN];
            octets[..4].copy_from_slice(&[code, 7, 0, 20]);
            verify_reply(&Packet::parse(&octets).unwrap(), &request, &secret, &ReplyPolicy::STRICT)
        };
        for code in [1, 4, 12, 40, 43] {
            let unexpected = VerifyError::UnexpectedResponseCode { request: 1, reply: code };
            assert_eq!(verdict(code), Err(unexpected));
        }
        for code in [0, 13, 33, 255] {
            assert_eq!(verdict(code), Err(VerifyError::UnknownCode(code)));
        }
    }

    // spec: radius 4
    #[test]
    fn errors_of_the_shape_say_where() {
        let secret = Secret::new(b"testing123").unwrap();
        let verdict = |kinds: &[(Kind, &[u8])]| {
            let mut out = [0; 128];
            let mut packet = PacketBuilder::verbatim(&mut out, Code::ACCESS_REQUEST, 1, ZERO);
            for (kind, value) in kinds {
                packet.octets(*kind, value);
            }
            let length = packet.finish_verbatim().unwrap();
            let packet = Packet::parse(&out[..length]).unwrap();
            verify_request(&packet, &secret, &RequestPolicy::STRICT).unwrap_err()
        };
        let (class, eap, signed) = (Kind::CLASS, Kind::EAP_MESSAGE, Kind::MESSAGE_AUTHENTICATOR);
        assert_eq!(
            verdict(&[(class, b"c"), (eap, b"e")]),
            VerifyError::EapWithoutMessageAuthenticator { offset: 23 }
        );
        assert_eq!(
            verdict(&[(signed, &[0; 16]), (class, b"c"), (signed, &[0; 16])]),
            VerifyError::MessageAuthenticatorRepeated { offset: 41 }
        );
    }
}
