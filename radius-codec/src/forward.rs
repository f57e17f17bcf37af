//! Passing packets on, as a proxy does (RFC 2865 §2.3; spec: radius 12).
//!
//! A request gets a new Identifier, a new Authenticator, one Proxy-State at the end, and everything that is hidden or
//! signed with the client's secret is hidden and signed anew with the server's. All else goes through octet by octet,
//! unknown and invalid attributes too. Hidden are User-Password, Tunnel-Password and Microsoft's keys; what other vendors
//! hide is not known here and goes through as it is. A reply goes the other way, and the last Proxy-State, ours, is taken
//! out.

use crate::attr::Attr;
use crate::attribute::{Attribute, MAX_VALUE};
use crate::auth::RequestHeader;
use crate::builder::PacketBuilder;
use crate::code::{AuthenticatorKind, Code};
use crate::dict::microsoft;
use crate::error::EncodeError;
use crate::hide::{self, Side};
use crate::packet::{Authenticator, Packet};
use crate::path::Kind;
use crate::secret::Secret;
use crate::vendor::VendorSpecific;
use crate::write::AttributeWriter as _;

/// Most Proxy-State attributes of a request that is passed on; more mean a loop (spec: radius 12).
pub const MAX_PROXY_STATES: usize = 16;

/// Octets of the vendor's number in front of its sub-attributes.
const VENDOR_LEN: usize = 4;

/// Why a packet is not passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ForwardError {
    /// The code is never passed on: Status-Server, and all that is no request or reply.
    #[error("code {0} is not passed on")]
    Code(u8),
    /// The request went through [`MAX_PROXY_STATES`] proxies already.
    #[error("too many Proxy-State attributes")]
    Loop,
    /// The last Proxy-State of a reply is not the one that was added.
    #[error("the reply does not end with this proxy's Proxy-State")]
    ProxyState,
    /// The packet cannot be written.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

/// The two sides of a proxy.
#[derive(Clone, Copy, Debug)]
pub struct Forward<'a> {
    /// The secret shared with the client that sent the request.
    pub client: &'a Secret,
    /// The secret shared with the server that it is passed to.
    pub server: &'a Secret,
}

impl Forward<'_> {
    /// Writes the request for the server into `out` and returns its octets. Verify it first.
    ///
    /// `authenticator` is 16 new random octets; `proxy_state` names the request in the reply, 1 to 253 octets.
    ///
    /// # Errors
    /// Why it is not passed on.
    pub fn request(
        &self,
        request: &Packet<'_>,
        out: &mut [u8],
        identifier: u8,
        authenticator: Authenticator,
        proxy_state: &[u8],
    ) -> Result<usize, ForwardError> {
        let code = request.code();
        if request.proxy_states().count() >= MAX_PROXY_STATES {
            return Err(ForwardError::Loop);
        }
        let (mut packet, old, new) = match code.authenticator_kind() {
            _ if code == Code::STATUS_SERVER => return Err(ForwardError::Code(code.0)),
            Some(AuthenticatorKind::Random) => {
                let packet = PacketBuilder::new(out, code, identifier, authenticator);
                (packet, *request.authenticator(), authenticator)
            }
            Some(AuthenticatorKind::Computed) => {
                (PacketBuilder::signed_request(out, code, identifier), [0; 16], [0; 16])
            }
            _ => return Err(ForwardError::Code(code.0)),
        };
        if code.authenticator_kind() == Some(AuthenticatorKind::Computed)
            && request.message_authenticator().is_some()
        {
            packet.message_authenticator();
        }
        let attributes = request.attributes();
        let relies = attributes.of_kind(Kind::CHAP_PASSWORD).next().is_some()
            && attributes.of_kind(Kind::CHAP_CHALLENGE).next().is_none();
        for attribute in attributes {
            copy(&attribute, &mut packet, (self.client, &old), (self.server, &new));
        }
        if relies {
            // The challenge was the Authenticator, which changes now.
            packet.octets(Kind::CHAP_CHALLENGE, request.authenticator());
        }
        packet.octets(Kind::PROXY_STATE, proxy_state);
        Ok(packet.finish(self.server)?)
    }

    /// Writes the reply for the client into `out` and returns its octets. Verify it first.
    ///
    /// `request` is the client's request, `forwarded` the Authenticator of the one that was passed on, `proxy_state`
    /// what was added to it.
    ///
    /// # Errors
    /// Why it is not passed on.
    pub fn reply(
        &self,
        reply: &Packet<'_>,
        out: &mut [u8],
        request: &RequestHeader,
        forwarded: &Authenticator,
        proxy_state: &[u8],
    ) -> Result<usize, ForwardError> {
        let own = reply.proxy_states().last().filter(|last| last.value == proxy_state);
        let own = own.ok_or(ForwardError::ProxyState)?.offset;
        let computed = request.code.authenticator_kind() == Some(AuthenticatorKind::Computed);
        let (old, new) = match (computed, request.code) {
            // Salted values in answers to these stand over zero octets as in the requests.
            (true, Code::COA_REQUEST | Code::DISCONNECT_REQUEST) => ([0; 16], [0; 16]),
            _ => (*forwarded, request.authenticator),
        };
        let mut packet = PacketBuilder::reply(out, reply.code(), request);
        if computed && reply.message_authenticator().is_some() {
            packet.message_authenticator();
        }
        for attribute in reply.attributes().filter(|attribute| attribute.offset != own) {
            copy(&attribute, &mut packet, (self.server, &old), (self.client, &new));
        }
        Ok(packet.finish(self.client)?)
    }
}

/// Copies one attribute, hidden anew in its place where it is hidden. What cannot be un-hidden goes through as it is.
fn copy(attribute: &Attribute<'_>, packet: &mut PacketBuilder<'_>, from: Side<'_>, to: Side<'_>) {
    let mut room = [0; MAX_VALUE];
    let Some(value) = room.get_mut(..attribute.value.len()) else { return };
    value.copy_from_slice(attribute.value);
    match attribute.kind {
        Kind::MESSAGE_AUTHENTICATOR => return,
        Kind::USER_PASSWORD => hide::rehide_password(value, from, to),
        Kind::TUNNEL_PASSWORD => {
            if let Some((_tag, salted)) = value.split_first_mut() {
                hide::rehide_salted(salted, from, to);
            }
        }
        Kind::VENDOR_SPECIFIC => microsoft_keys(attribute, value, from, to),
        _ => {}
    }
    packet.octets(attribute.kind, value);
}

/// Hides the keys anew in a copy of a Vendor-Specific of Microsoft's, whatever else stands beside them.
fn microsoft_keys(attribute: &Attribute<'_>, value: &mut [u8], from: Side<'_>, to: Side<'_>) {
    let Ok(vsa) = VendorSpecific::parse(attribute.value) else { return };
    if vsa.vendor() != microsoft::VENDOR {
        return;
    }
    let header = vsa.layout().header_len();
    let mut rest = value.get_mut(VENDOR_LEN..).unwrap_or_default();
    for sub in vsa.sub_attributes() {
        let Some((own, behind)) = rest.split_at_mut_checked(header + sub.value.len()) else { return };
        let hidden = own.get_mut(header..).unwrap_or_default();
        match Some(sub.kind) {
            kind if kind == number(microsoft::CHAP_MPPE_KEYS) => hide::rehide_password(hidden, from, to),
            kind if kind == number(microsoft::MPPE_SEND_KEY) || kind == number(microsoft::MPPE_RECV_KEY) => {
                hide::rehide_salted(hidden, from, to);
            }
            _ => {}
        }
        rest = behind;
    }
}

/// The vendor's number of an attribute.
fn number<T>(attr: Attr<T>) -> Option<u32> {
    attr.path().numbers().get(2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    // spec: radius 12: what is not hidden goes through octet by octet, and what is hidden keeps its place and size
    #[test]
    fn a_vendor_specific_with_a_key_and_more_stays_one_attribute() {
        let (client, server) = (Secret::new(b"client").unwrap(), Secret::new(b"server").unwrap());
        let forward = Forward { client: &client, server: &server };
        let code = Code::ACCESS_REQUEST;
        let request = RequestHeader { code, identifier: 7, authenticator: [1; 16], has_proxy_state: false };
        let sent = RequestHeader { authenticator: [2; 16], has_proxy_state: true, ..request };
        let mut key = [0; 34];
        hide::hide_salted(&server, &sent.authenticator, 0x8001, b"key", &mut key);
        let mut keys = [0; 32];
        hide::hide_password(&server, &sent.authenticator, &[5; 24], &mut keys);
        let mut out = [0; 256];
        let length = PacketBuilder::reply(&mut out, Code::ACCESS_ACCEPT, &sent)
            .vendor_packed(microsoft::VENDOR, &[(7, &[0, 0, 0, 1]), (16, &key), (12, &keys), (99, b"x")])
            .octets(Kind::PROXY_STATE, b"p")
            .finish(&server)
            .unwrap();
        let reply = Packet::parse(&out[..length]).unwrap();
        let mut back = [0; 256];
        let length = forward.reply(&reply, &mut back, &request, &sent.authenticator, b"p").unwrap();
        let back = Packet::parse(&back[..length]).unwrap();
        let lengths = |packet: &Packet<'_>| packet.attributes().map(|a| a.value.len()).collect::<Vec<_>>();
        assert_eq!(lengths(&back), lengths(&reply)[..2]);
        let vendor = |kind| back.attributes().vendor(microsoft::VENDOR, kind).next().unwrap();
        assert_eq!((vendor(7), vendor(99)), (&[0, 0, 0, 1][..], &b"x"[..]));
        let clear = hide::unhide_salted(&client, &request.authenticator, vendor(16)).unwrap();
        assert_eq!(clear.as_slice(), b"key");
        let clear = hide::unhide_password(&client, &request.authenticator, vendor(12)).unwrap();
        assert_eq!(clear.as_slice(), [5; 24]);
    }
}
