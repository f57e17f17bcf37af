//! Passing packets on, as a proxy does (RFC 2865 §2.3; spec: radius 12).
//!
//! A request gets a new Identifier, a new Authenticator, one Proxy-State at the end, and everything that is hidden or
//! signed with the client's secret is hidden and signed anew with the server's. All else goes through octet by octet,
//! unknown and invalid attributes too. A reply goes the other way, and the last Proxy-State, ours, is taken out.

use crate::attribute::Attribute;
use crate::auth::RequestHeader;
use crate::builder::PacketBuilder;
use crate::code::{AuthenticatorKind, Code};
use crate::dict::microsoft;
use crate::error::EncodeError;
use crate::hide;
use crate::packet::{Authenticator, Packet};
use crate::path::Kind;
use crate::secret::Secret;
use crate::vendor::VendorSpecific;
use crate::write::AttributeWriter as _;

/// Most Proxy-State attributes of a request that is passed on; more mean a loop (spec: radius 12).
pub const MAX_PROXY_STATES: usize = 16;

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

/// Copies one attribute, hidden anew where it is hidden. What cannot be un-hidden goes through as it is.
fn copy(
    attribute: &Attribute<'_>,
    packet: &mut PacketBuilder<'_>,
    from: (&Secret, &Authenticator),
    to: (&Secret, &Authenticator),
) {
    match attribute.kind {
        Kind::MESSAGE_AUTHENTICATOR => {}
        Kind::USER_PASSWORD => match hide::unhide_password(from.0, from.1, attribute.value) {
            Ok(clear) => {
                packet.hidden_at(attribute.kind.into(), &clear, to.0);
            }
            Err(_) => {
                packet.attribute(attribute);
            }
        },
        Kind::TUNNEL_PASSWORD => match attribute.value.split_first() {
            Some((tag, salted)) => copy_salted(attribute, salted, &[*tag], packet, from, to),
            None => {
                packet.attribute(attribute);
            }
        },
        Kind::VENDOR_SPECIFIC => match VendorSpecific::parse(attribute.value) {
            Ok(vsa)
                if vsa.vendor() == microsoft::VENDOR && vsa.sub_attributes().any(|s| is_hidden(s.kind)) =>
            {
                for sub in vsa.sub_attributes() {
                    microsoft_sub(sub, packet, from, to);
                }
            }
            _ => {
                packet.attribute(attribute);
            }
        },
        _ => {
            packet.attribute(attribute);
        }
    }
}

/// Copies a salted value with `before` in front, under the same salt.
fn copy_salted(
    attribute: &Attribute<'_>,
    salted: &[u8],
    before: &[u8],
    packet: &mut PacketBuilder<'_>,
    from: (&Secret, &Authenticator),
    to: (&Secret, &Authenticator),
) {
    let mut value = [0; 255];
    match resalted(salted, &mut value, before, from, to) {
        Some(value) => packet.octets(attribute.kind, value),
        None => packet.attribute(attribute),
    };
}

const fn is_hidden(kind: u32) -> bool {
    // MS-CHAP-MPPE-Keys, MS-MPPE-Send-Key, MS-MPPE-Recv-Key.
    matches!(kind, 12 | 16 | 17)
}

fn microsoft_sub(
    sub: crate::vendor::SubAttribute<'_>,
    packet: &mut PacketBuilder<'_>,
    from: (&Secret, &Authenticator),
    to: (&Secret, &Authenticator),
) {
    let path = crate::path::Path::vendor(microsoft::VENDOR, sub.kind);
    let mut value = [0; 255];
    match sub.kind {
        12 => match hide::unhide_password(from.0, from.1, sub.value) {
            Ok(mut clear) => {
                // Keys may end in zero octets; the size says how many there are.
                clear.resize(sub.value.len(), 0);
                packet.hidden_at(path, &clear, to.0);
            }
            Err(_) => {
                packet.octets(path, sub.value);
            }
        },
        16 | 17 => match resalted(sub.value, &mut value, &[], from, to) {
            Some(value) => {
                packet.octets(path, value);
            }
            None => {
                packet.octets(path, sub.value);
            }
        },
        _ => {
            packet.octets(path, sub.value);
        }
    }
}

/// A salted value hidden anew, with `before` in front of it.
fn resalted<'o>(
    salted: &[u8],
    out: &'o mut [u8; 255],
    before: &[u8],
    from: (&Secret, &Authenticator),
    to: (&Secret, &Authenticator),
) -> Option<&'o [u8]> {
    let clear = hide::unhide_salted(from.0, from.1, salted).ok()?;
    let salt = u16::from_be_bytes(*salted.first_chunk()?);
    let length = hide::salted_len(clear.len())?;
    let (front, rest) = out.split_at_mut_checked(before.len())?;
    front.copy_from_slice(before);
    hide::hide_salted(to.0, to.1, salt, &clear, rest.get_mut(..length)?);
    out.get(..before.len() + length)
}
