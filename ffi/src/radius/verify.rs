//! Checking packets.

use super::fonap_radius_secret;
use super::packet::{fonap_radius_packet, packet};
use crate::boundary::{Object, put_if_wanted, run};
use crate::fonap_result;
use core::mem::MaybeUninit;
use radius_codec::auth::{ReplyPolicy, RequestHeader, RequestPolicy, verify_reply, verify_request};
use radius_codec::{VerifyError, dynauth};

/// Policy: take packets without Message-Authenticator. Such a reply can be forged by whoever can change packets on the
/// way (CVE-2024-3596); for servers that send none.
pub const FONAP_RADIUS_LEGACY: u32 = 1;
/// Policy: take a Message-Authenticator that is not the first attribute.
pub const FONAP_RADIUS_ANY_POSITION: u32 = 1 << 1;
/// Policy: take a Message-Authenticator computed over zeros in replies to accounting and CoA, as some servers send it.
pub const FONAP_RADIUS_ZERO_FORM: u32 = 1 << 2;
/// Policy: the transport is TLS, which protects by itself.
pub const FONAP_RADIUS_SECURE_TRANSPORT: u32 = 1 << 3;
/// Policy, of a server of a client: take replies without Message-Authenticator until one with a valid one has come.
pub const FONAP_RADIUS_LEARN: u32 = 1 << 4;

const POLICIES: u32 = (1 << 5) - 1;

pub(super) const fn reply_policy(flags: u32) -> Result<ReplyPolicy, fonap_result> {
    if flags & !POLICIES != 0 {
        return Err(fonap_result::Argument);
    }
    let mut policy = ReplyPolicy::STRICT;
    if flags & FONAP_RADIUS_SECURE_TRANSPORT != 0 {
        policy = ReplyPolicy::SECURE_TRANSPORT;
    } else if flags & (FONAP_RADIUS_LEGACY | FONAP_RADIUS_LEARN) != 0 {
        policy = ReplyPolicy::LEGACY;
    } else if flags & FONAP_RADIUS_ANY_POSITION != 0 {
        policy = ReplyPolicy::ANY_POSITION;
    }
    policy.accept_zero_form = flags & FONAP_RADIUS_ZERO_FORM != 0;
    Ok(policy)
}

const fn request_policy(flags: u32) -> Result<RequestPolicy, fonap_result> {
    if flags & !POLICIES != 0 {
        return Err(fonap_result::Argument);
    }
    Ok(if flags & FONAP_RADIUS_SECURE_TRANSPORT != 0 {
        RequestPolicy::SECURE_TRANSPORT
    } else if flags & FONAP_RADIUS_LEGACY != 0 {
        RequestPolicy::LEGACY
    } else {
        RequestPolicy::STRICT
    })
}

impl From<VerifyError> for fonap_result {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::UnknownCode(_) | VerifyError::UnexpectedResponseCode { .. } => Self::RadiusCode,
            VerifyError::Identifier { .. } | VerifyError::Token => Self::Other,
            VerifyError::RequestAuthenticator
            | VerifyError::ResponseAuthenticator
            | VerifyError::MessageAuthenticator { .. } => Self::NotAuthentic,
            VerifyError::MessageAuthenticatorLength { .. }
            | VerifyError::MessageAuthenticatorRepeated { .. } => Self::RadiusAttribute,
            _ => Self::Unprotected,
        }
    }
}

/// Checks a reply to a request of ours: Identifier, code, Message-Authenticator, Response Authenticator, policy.
///
/// `request` is a view of the request as it was sent. `policy` is 0 for the strict one, or `FONAP_RADIUS_LEGACY` and its
/// like. `has_message_authenticator` may be NULL; it becomes 1 or 0. Errors, all of which mean "drop it, the request stays
/// pending": `FONAP_RESULT_NOT_AUTHENTIC`, `FONAP_RESULT_UNPROTECTED`, `FONAP_RESULT_OTHER` (another Identifier),
/// `FONAP_RESULT_RADIUS_CODE`, `FONAP_RESULT_RADIUS_ATTRIBUTE`. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_verify_reply(
    reply: Option<&fonap_radius_packet>,
    request: Option<&fonap_radius_packet>,
    secret: Option<&fonap_radius_secret>,
    policy: u32,
    has_message_authenticator: Option<&mut MaybeUninit<u8>>,
) -> fonap_result {
    Object::look(secret.map(|secret| &secret.0), |secret| {
        let (reply, request) = (packet!(reply), packet!(request));
        let verified = verify_reply(&reply, &RequestHeader::from(&request), secret, &reply_policy(policy)?)?;
        put_if_wanted(has_message_authenticator, verified.message_authenticator.into());
        Ok(())
    })
}

/// Checks a request that came in, a CoA-Request for example: Request Authenticator, Message-Authenticator, policy.
///
/// `policy`, `has_message_authenticator` and errors as in `fonap_radius_verify_reply`. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_verify_request(
    request: Option<&fonap_radius_packet>,
    secret: Option<&fonap_radius_secret>,
    policy: u32,
    has_message_authenticator: Option<&mut MaybeUninit<u8>>,
) -> fonap_result {
    Object::look(secret.map(|secret| &secret.0), |secret| {
        let verified = verify_request(&packet!(request), secret, &request_policy(policy)?)?;
        put_if_wanted(has_message_authenticator, verified.message_authenticator.into());
        Ok(())
    })
}

/// Whether the Event-Timestamp of a CoA-Request or Disconnect-Request is at most `max_age_seconds` from now: `fresh`
/// becomes 1 or 0. `FONAP_RESULT_NOT_FOUND` when there is none. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_is_fresh(
    request: Option<&fonap_radius_packet>,
    unix_seconds: i64,
    max_age_seconds: u32,
    fresh: Option<&mut MaybeUninit<u8>>,
) -> fonap_result {
    run(|| {
        // A far-off clock is as wrong as one at the border, and must not overflow.
        let now = unix_seconds.clamp(-(1 << 40), 1 << 40);
        let close = dynauth::is_fresh(&packet!(request), now, max_age_seconds.into());
        crate::boundary::put(fresh, close.ok_or(fonap_result::NotFound)?.into())
    })
}
