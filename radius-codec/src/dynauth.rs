//! Dynamic authorization: CoA and Disconnect (RFC 5176, RFC 8559; spec: radius 13).
//!
//! The NAS is the server here. [`server::Server`](crate::server::Server) with the codes 40 and 43 takes, verifies and
//! de-duplicates the requests; this module judges what they ask for and makes the answers.

use crate::attr::{self, ErrorCause, ServiceType};
use crate::builder::PacketBuilder;
use crate::code::Code;
use crate::packet::Packet;
use crate::path::Kind;
use crate::server::reply_to;
use crate::write::AttributeWriter as _;

/// UDP port of the NAS (RFC 5176 §2.1).
pub const PORT: u16 = 3799;
/// How old a request may be, in seconds (RFC 5176 §6.3).
pub const MAX_AGE_SECONDS: i64 = 300;

/// Whether Event-Timestamp says that a request is fresh.
///
/// These requests have no random part, so a recorded one could be sent again. Without Event-Timestamp the answer is
/// `None`: whether that is enough is a matter of policy. A request with several ones is judged by the worst.
#[must_use]
pub fn is_fresh(request: &Packet<'_>, unix_seconds: i64, max_age_seconds: i64) -> Option<bool> {
    let most = u64::try_from(max_age_seconds).unwrap_or(0);
    let mut fresh = None;
    for stamp in request.attributes().get_all(attr::EVENT_TIMESTAMP) {
        let close = stamp.is_ok_and(|stamp| unix_seconds.abs_diff(stamp.into()) <= most);
        fresh = Some(fresh.unwrap_or(true) && close);
    }
    fresh
}

/// The attributes that name the session a request is about (RFC 5176 §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct SessionKeys<'a> {
    /// User-Name.
    pub user_name: Option<&'a str>,
    /// Acct-Session-Id.
    pub acct_session_id: Option<&'a str>,
    /// Calling-Station-Id.
    pub calling_station_id: Option<&'a str>,
    /// Framed-IP-Address.
    pub framed_ip_address: Option<core::net::Ipv4Addr>,
    /// Chargeable-User-Identity.
    pub chargeable_user_identity: Option<&'a [u8]>,
}

impl<'a> SessionKeys<'a> {
    /// What a request says.
    #[must_use]
    pub fn of(request: &Packet<'a>) -> Self {
        let attributes = request.attributes();
        Self {
            user_name: attributes.text(attr::USER_NAME),
            acct_session_id: attributes.text(attr::ACCT_SESSION_ID),
            calling_station_id: attributes.text(attr::CALLING_STATION_ID),
            framed_ip_address: attributes.ipv4(attr::FRAMED_IP_ADDRESS),
            chargeable_user_identity: attributes.octets(attr::CHARGEABLE_USER_IDENTITY),
        }
    }

    /// Whether nothing names a session; the answer is then [`ErrorCause::MISSING_ATTRIBUTE`].
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Whether a CoA-Request asks for an Access-Request instead of a change: Service-Type Authorize-Only (RFC 5176 §3.2).
///
/// The answer is NAK with [`ErrorCause::REQUEST_INITIATED`] and Service-Type Authorize-Only; State is needed and goes
/// into the Access-Request that follows.
#[must_use]
pub fn is_authorize_only(request: &Packet<'_>) -> bool {
    request.code() == Code::COA_REQUEST
        && request.get(attr::SERVICE_TYPE) == Some(Ok(ServiceType::AUTHORIZE_ONLY))
}

/// Begins the ACK to a request: Proxy-State in order, State and Class as received.
pub fn ack<'b>(request: &Packet<'_>, out: &'b mut [u8]) -> PacketBuilder<'b> {
    let code = if request.code() == Code::DISCONNECT_REQUEST { Code::DISCONNECT_ACK } else { Code::COA_ACK };
    echo(request, out, code)
}

/// Begins the NAK to a request with its one Error-Cause: Proxy-State in order, State and Class as received.
///
/// A cause of 2xx goes with ACK only and is refused as [`EncodeError::Value`](crate::EncodeError::Value).
pub fn nak<'b>(request: &Packet<'_>, out: &'b mut [u8], cause: ErrorCause) -> PacketBuilder<'b> {
    let code = if request.code() == Code::DISCONNECT_REQUEST { Code::DISCONNECT_NAK } else { Code::COA_NAK };
    let mut reply = echo(request, out, code);
    if is_success(cause) {
        let path = attr::ERROR_CAUSE.path();
        reply.fail(crate::EncodeError::Value { path, cause: crate::Invalid::ErrorCause });
    }
    if is_authorize_only(request) && cause == ErrorCause::REQUEST_INITIATED {
        reply.add(attr::SERVICE_TYPE, ServiceType::AUTHORIZE_ONLY);
    }
    reply.add(attr::ERROR_CAUSE, cause);
    reply
}

/// Whether a cause goes with ACK: 200 to 299 (RFC 5176 §3.5).
#[must_use]
pub const fn is_success(cause: ErrorCause) -> bool {
    cause.0 >= 200 && cause.0 < 300
}

fn echo<'b>(request: &Packet<'_>, out: &'b mut [u8], code: Code) -> PacketBuilder<'b> {
    let mut reply = reply_to(request, out, code);
    for attribute in request.attributes().filter(|a| matches!(a.kind, Kind::STATE | Kind::CLASS)) {
        reply.attribute(&attribute);
    }
    reply
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Secret, auth};
    use alloc::vec::Vec;

    // spec: radius 13
    #[test]
    fn a_nak_carries_its_cause_and_what_is_echoed() {
        let secret = Secret::new(b"s").unwrap();
        let mut octets = [0; 128];
        let length = PacketBuilder::signed_request(&mut octets, Code::COA_REQUEST, 7)
            .add(attr::STATE, b"st")
            .add(attr::PROXY_STATE, b"p1")
            .add(attr::SERVICE_TYPE, ServiceType::AUTHORIZE_ONLY)
            .add(attr::PROXY_STATE, b"p2")
            .add(attr::EVENT_TIMESTAMP, 1000)
            .finish(&secret)
            .unwrap();
        let request = Packet::parse(&octets[..length]).unwrap();
        assert_eq!(is_fresh(&request, 1300, MAX_AGE_SECONDS), Some(true));
        assert_eq!(is_fresh(&request, 1301, MAX_AGE_SECONDS), Some(false));
        assert_eq!(is_fresh(&request, i64::MIN, MAX_AGE_SECONDS), Some(false));
        assert!(SessionKeys::of(&request).is_empty() && is_authorize_only(&request));
        let mut out = [0; 128];
        let length = nak(&request, &mut out, ErrorCause::REQUEST_INITIATED).finish(&secret).unwrap();
        let reply = Packet::parse(&out[..length]).unwrap();
        auth::verify_reply(&reply, &(&request).into(), &secret, &auth::ReplyPolicy::STRICT).unwrap();
        let kinds: Vec<u8> = reply.attributes().map(|a| a.kind.0).collect();
        assert_eq!(kinds, [33, 33, 24, 6, 101]);
        assert!(nak(&request, &mut out, ErrorCause::RESIDUAL_CONTEXT_REMOVED).finish(&secret).is_err());
        let length = ack(&request, &mut out).finish(&secret).unwrap();
        assert_eq!(Packet::parse(&out[..length]).unwrap().code(), Code::COA_ACK);
    }
}
