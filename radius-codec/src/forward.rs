//! Passing packets on, as a proxy does (RFC 2865 §2.3; spec: radius 12, 16).
//!
//! A request gets a new Identifier, a new Authenticator, one Proxy-State at the end, and everything that is hidden or
//! signed with the client's secret is hidden and signed anew with the server's. All else goes through octet by octet,
//! unknown and invalid attributes too. Hidden are User-Password, Tunnel-Password and Microsoft's keys; what other vendors
//! hide is not known here and goes through as it is. A reply goes the other way, and the last Proxy-State, ours, is taken
//! out.
//!
//! Each side has a [`Profile`]: between RADIUS with MD5 and RADIUS/1.1 (RFC 9765) what is hidden on one side stands in the
//! clear on the other, and Message-Authenticator and Original-Packet-Code exist on the side with MD5 only. What cannot be
//! un-hidden is passed on as it is between sides with MD5, where the server sees that it is invalid, and is an error towards
//! RADIUS/1.1, where it would be taken for a value.
//!
//! A packet that is passed on is as long as `out` at most: give 4096 octets for UDP. Whether a Protocol-Error goes to the
//! client, or the request to another server, the caller decides before (RFC 9765 §6.1).

use crate::attribute::{Attribute, MAX_VALUE};
use crate::auth::RequestHeader;
use crate::builder::PacketBuilder;
use crate::code::{AuthenticatorKind, Code};
use crate::dict::{microsoft, rfc7930};
use crate::error::{EncodeError, Invalid};
use crate::hide::{self, Side};
use crate::packet::{Authenticator, Packet};
use crate::path::{Kind, Path};
use crate::secret::Secret;
use crate::v11::{self, Token};
use crate::value::MAX_TAG;
use crate::vendor::{SubAttribute, VendorSpecific};
use crate::write::AttributeWriter;
use zeroize::Zeroizing;

/// Most Proxy-State attributes of a request that is passed on; more mean a loop (spec: radius 12).
pub const MAX_PROXY_STATES: usize = 16;

/// Octets of the vendor's number in front of its sub-attributes.
const VENDOR_LEN: usize = 4;
/// Octets of MS-CHAP-MPPE-Keys in the clear: the keys without the padding to whole blocks (RFC 2548 §2.4.1).
const CHAP_KEYS_LEN: usize = 24;

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
    /// The packet cannot be written. Towards RADIUS/1.1 these are also a hidden value that cannot be un-hidden, an empty
    /// User-Password and, from a client of RADIUS/1.1, CHAP-Password without CHAP-Challenge.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

/// What protects the packets of one side.
#[derive(Clone, Copy, Debug)]
pub enum Profile<'a> {
    /// RADIUS with MD5 and the secret shared with that side.
    V10(&'a Secret),
    /// RADIUS/1.1, where TLS protects all of a packet and there is no secret (RFC 9765).
    V11,
}

impl<'a> Profile<'a> {
    /// What values are hidden with under this Authenticator, or `None` where they stand in the clear.
    const fn side<'b>(self, authenticator: &'b Authenticator) -> Option<Side<'b>>
    where
        'a: 'b,
    {
        match self {
            Self::V10(secret) => Some((secret, authenticator)),
            Self::V11 => None,
        }
    }
}

/// The two sides of a proxy.
#[derive(Clone, Copy, Debug)]
pub struct Forward<'a> {
    /// How the client is spoken with that sent the request.
    pub client: Profile<'a>,
    /// How the server is spoken with that it is passed to.
    pub server: Profile<'a>,
    /// 15 random bits, new for each packet: where the salts count up from of values that come in the clear and go out
    /// hidden (RFC 2868 §3.5). Between equal profiles it is not used.
    pub salt: u16,
}

impl Forward<'_> {
    /// Writes the request for the server into `out` and returns its octets. Verify it first.
    ///
    /// `authenticator` is 16 new random octets, and for a server of RADIUS/1.1 the [token](Token::authenticator) of the
    /// new request, where `identifier` is not used. `proxy_state` names the request in the reply, 1 to 253 octets.
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
        let (code, room) = (request.code(), out.len());
        if request.proxy_states().count() >= MAX_PROXY_STATES {
            return Err(ForwardError::Loop);
        }
        let computed = match code.authenticator_kind() {
            _ if code == Code::STATUS_SERVER => return Err(ForwardError::Code(code.0)),
            Some(AuthenticatorKind::Random) => false,
            Some(AuthenticatorKind::Computed) => true,
            _ => return Err(ForwardError::Code(code.0)),
        };
        let attributes = request.attributes();
        let chap = attributes.of_kind(Kind::CHAP_PASSWORD).next().is_some();
        let relies = chap && attributes.of_kind(Kind::CHAP_CHALLENGE).next().is_none();
        if relies && matches!(self.client, Profile::V11) {
            // Its Authenticator is a token, and no challenge.
            return Err(EncodeError::Path { path: Kind::CHAP_PASSWORD.into() }.into());
        }
        let (old, new) =
            if computed { ([0; 16], [0; 16]) } else { (*request.authenticator(), authenticator) };
        let mut copying = self.copying(self.client.side(&old), self.server.side(&new));
        match self.server {
            Profile::V10(secret) => {
                let mut packet = if computed {
                    PacketBuilder::signed_request(out, code, identifier)
                } else {
                    PacketBuilder::new(out, code, identifier, authenticator)
                };
                packet.limit(room);
                if computed && request.message_authenticator().is_some() {
                    packet.message_authenticator();
                }
                copying.request(request, relies, proxy_state, &mut packet);
                Ok(packet.finish(secret)?)
            }
            Profile::V11 => {
                let mut packet = v11::Builder::new(out, code, Token::in_authenticator(&authenticator));
                packet.limit(room);
                copying.request(request, relies, proxy_state, &mut packet);
                Ok(packet.finish()?)
            }
        }
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
        let (code, room) = (reply.code(), out.len());
        let attributes = reply.attributes().filter(|attribute| attribute.offset != own);
        let mut copying = self.copying(self.server.side(&old), self.client.side(&new));
        match self.client {
            Profile::V10(secret) => {
                let mut packet = PacketBuilder::reply(out, code, request);
                packet.limit(room);
                if computed && reply.message_authenticator().is_some() {
                    packet.message_authenticator();
                }
                copying.all(attributes, &mut packet);
                if code == Code::PROTOCOL_ERROR && matches!(self.server, Profile::V11) {
                    // What the token said so far (RFC 7930 §4).
                    packet.add(rfc7930::ORIGINAL_PACKET_CODE, request.code.0.into());
                }
                Ok(packet.finish(secret)?)
            }
            Profile::V11 => {
                if !code.answers(request.code, true) {
                    return Err(EncodeError::Code(code.0).into());
                }
                let token = Token::in_authenticator(&request.authenticator);
                let mut packet = v11::Builder::new(out, code, token);
                packet.limit(room);
                copying.all(attributes, &mut packet);
                Ok(packet.finish()?)
            }
        }
    }

    const fn copying<'s>(&self, from: Option<Side<'s>>, to: Option<Side<'s>>) -> Copying<'s> {
        Copying { from, to, salt: self.salt }
    }
}

/// How a value is hidden.
#[derive(Clone, Copy)]
enum Method {
    /// As User-Password.
    Password,
    /// As User-Password, of a known size.
    ChapKeys,
    /// With a salt.
    Salted,
}

impl Method {
    /// How Microsoft hides the sub-attribute of this number, if it does.
    fn of_microsoft(kind: u32) -> Option<Self> {
        let is = |path: Path| path.numbers().get(2) == Some(&kind);
        if is(microsoft::CHAP_MPPE_KEYS.path()) {
            Some(Self::ChapKeys)
        } else if is(microsoft::MPPE_SEND_KEY.path()) || is(microsoft::MPPE_RECV_KEY.path()) {
            Some(Self::Salted)
        } else {
            None
        }
    }
}

/// Why the other side cannot have a value.
#[derive(Clone, Copy)]
enum Fault {
    /// It cannot be un-hidden.
    Hidden(Invalid),
    /// It has so many octets, too many to be hidden.
    TooLong(usize),
}

impl Fault {
    const fn at(self, path: Path) -> EncodeError {
        match self {
            Self::Hidden(cause) => EncodeError::Value { path, cause },
            Self::TooLong(length) => EncodeError::ValueTooLong { path, length },
        }
    }
}

/// A value that is made anew, wiped when dropped.
type Room = Zeroizing<[u8; MAX_VALUE]>;

/// Copies attributes from one side to the other.
struct Copying<'s> {
    from: Option<Side<'s>>,
    to: Option<Side<'s>>,
    salt: u16,
}

impl Copying<'_> {
    /// All of a request, the challenge that was its Authenticator, and the Proxy-State.
    fn request(
        &mut self,
        request: &Packet<'_>,
        relies: bool,
        proxy_state: &[u8],
        packet: &mut impl AttributeWriter,
    ) {
        self.all(request.attributes(), packet);
        if relies {
            packet.octets(Kind::CHAP_CHALLENGE, request.authenticator());
        }
        packet.octets(Kind::PROXY_STATE, proxy_state);
    }

    fn all<'p>(
        &mut self,
        attributes: impl Iterator<Item = Attribute<'p>>,
        packet: &mut impl AttributeWriter,
    ) {
        for attribute in attributes {
            self.attribute(&attribute, packet);
        }
    }

    /// One attribute, hidden anew, revealed or hidden where it has to be.
    fn attribute(&mut self, attribute: &Attribute<'_>, packet: &mut impl AttributeWriter) {
        let value = attribute.value;
        let mut room = Room::new([0; MAX_VALUE]);
        let changed = match attribute.kind {
            Kind::MESSAGE_AUTHENTICATOR => return,
            Kind::USER_PASSWORD => self.hidden(value, Method::Password, &mut room[..]),
            Kind::TUNNEL_PASSWORD => self.tunnel_password(value, &mut room),
            Kind::VENDOR_SPECIFIC => match VendorSpecific::parse(value) {
                Ok(vsa) if vsa.vendor() == microsoft::VENDOR => return self.microsoft(&vsa, value, packet),
                _ => Ok(value),
            },
            kind if rfc7930::ORIGINAL_PACKET_CODE.path().numbers().first() == Some(&kind.0.into()) => {
                let within = rfc7930::ORIGINAL_PACKET_CODE.path().numbers().get(1).copied();
                // The token says it where there is one (RFC 9765 §5.4).
                if (self.from.is_none() || self.to.is_none()) && value.first().map(|o| (*o).into()) == within
                {
                    return;
                }
                Ok(value)
            }
            _ => Ok(value),
        };
        match changed {
            Ok(value) => {
                packet.octets(attribute.kind, value);
            }
            Err(fault) => packet.fail(fault.at(attribute.kind.into())),
        }
    }

    /// A tag, then what is hidden.
    fn tunnel_password<'r>(&mut self, value: &'r [u8], room: &'r mut Room) -> Result<&'r [u8], Fault> {
        // Hidden, there is always an octet for the tag; in the clear, one above 31 is the first of the text.
        let split = match (self.from, self.to) {
            (None, None) => return Ok(value),
            (Some(_), Some(_)) => value.split_first().map(|(tag, rest)| (*tag, rest)),
            (Some(_), None) => {
                value.split_first().map(|(tag, rest)| (if *tag > MAX_TAG { 0 } else { *tag }, rest))
            }
            (None, Some(_)) => v11::split_tunnel_password(value),
        };
        let (Some((tag, hidden)), Some((first, rest))) = (split, room.split_first_mut()) else {
            return Ok(value);
        };
        *first = tag;
        let mut inner = Room::new([0; MAX_VALUE]);
        let changed = self.hidden(hidden, Method::Salted, &mut inner[..])?;
        let length = changed.len();
        if let Some(place) = rest.get_mut(..length) {
            place.copy_from_slice(changed);
        }
        Ok(room.get(..=length).unwrap_or_default())
    }

    /// A Vendor-Specific of Microsoft's: as one attribute where all sizes stay, else each sub-attribute in its own,
    /// because what grows may not fit beside others.
    fn microsoft(&mut self, vsa: &VendorSpecific<'_>, value: &[u8], packet: &mut impl AttributeWriter) {
        let header = vsa.layout().header_len();
        let hides = vsa.sub_attributes().any(|sub| Method::of_microsoft(sub.kind).is_some());
        if !hides || self.from.is_none() && self.to.is_none() {
            packet.octets(Kind::VENDOR_SPECIFIC, value);
            return;
        }
        let mut whole = Room::new([0; MAX_VALUE]);
        let mut at = VENDOR_LEN;
        if let Some(place) = whole.get_mut(..value.len()) {
            place.copy_from_slice(value);
        }
        let apart = self.from.is_none() || self.to.is_none();
        for SubAttribute { kind, value, .. } in vsa.sub_attributes() {
            let mut room = Room::new([0; MAX_VALUE]);
            let changed = match Method::of_microsoft(kind) {
                Some(method) => self.hidden(value, method, &mut room[..]),
                None => Ok(value),
            };
            at += header;
            match changed {
                Ok(changed) if apart => {
                    packet.vendor(vsa.vendor(), kind, changed);
                }
                Ok(changed) => {
                    if let Some(place) = whole.get_mut(at..at + changed.len()) {
                        place.copy_from_slice(changed);
                    }
                }
                Err(fault) => packet.fail(fault.at(Path::vendor(vsa.vendor(), kind))),
            }
            at += value.len();
        }
        if !apart {
            packet.octets(Kind::VENDOR_SPECIFIC, whole.get(..value.len()).unwrap_or_default());
        }
    }

    /// A hidden value as the other side has it, in `room` if it changes.
    ///
    /// # Errors
    /// Why the other side cannot have it.
    fn hidden<'r>(&mut self, value: &'r [u8], method: Method, room: &'r mut [u8]) -> Result<&'r [u8], Fault> {
        let length = value.len();
        match (self.from, self.to) {
            (None, None) => Ok(value),
            (Some(from), to) => {
                let Some(place) = room.get_mut(..length) else { return Ok(value) };
                place.copy_from_slice(value);
                match (to, method) {
                    (None, _) => return reveal(place, method, from).map_err(Fault::Hidden),
                    (Some(to), Method::Salted) => hide::rehide_salted(place, from, to),
                    (Some(to), _) => hide::rehide_password(place, from, to),
                }
                Ok(place)
            }
            (None, Some((secret, authenticator))) => {
                let needed = match method {
                    Method::Password | Method::ChapKeys => hide::hidden_password_len(length),
                    Method::Salted => hide::salted_len(length),
                };
                let place = needed.and_then(|needed| room.get_mut(..needed));
                let place = place.ok_or(Fault::TooLong(length))?;
                match method {
                    Method::Password | Method::ChapKeys => {
                        hide::hide_password(secret, authenticator, value, place);
                    }
                    Method::Salted => {
                        let salt = self.salt | hide::SALT_BIT;
                        self.salt = salt.wrapping_add(1);
                        hide::hide_salted(secret, authenticator, salt, value, place);
                    }
                }
                Ok(place)
            }
        }
    }
}

/// Un-hides a copy of a value.
fn reveal<'r>(
    value: &'r mut [u8],
    method: Method,
    (secret, authenticator): Side<'_>,
) -> Result<&'r [u8], Invalid> {
    match method {
        Method::Password => {
            let length = hide::unhide_password_in_place(secret, authenticator, value)?;
            Ok(value.get(..length).unwrap_or_default())
        }
        Method::ChapKeys => {
            hide::unhide_password_in_place(secret, authenticator, value)?;
            // Keys may end in zero octets, so the padding is known by its place.
            Ok(value.get(..CHAP_KEYS_LEN).unwrap_or(value))
        }
        Method::Salted => hide::unhide_salted_in_place(secret, authenticator, value).map(|clear| &*clear),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    // spec: radius 12: what is not hidden goes through octet by octet, and what is hidden keeps its place and size
    #[test]
    fn a_vendor_specific_with_a_key_and_more_stays_one_attribute() {
        let (client, server) = (Secret::new(b"client").unwrap(), Secret::new(b"server").unwrap());
        let forward = Forward { client: Profile::V10(&client), server: Profile::V10(&server), salt: 0 };
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
