//! Reading packets.

use super::attributes::path;
use crate::boundary::{put, put_if_wanted, run};
use crate::slice::{encode, give, octets, put_array, room};
use crate::{fonap_octets, fonap_result, fonap_text};
use core::mem::MaybeUninit;
use radius_codec::stream::{Frame, frame};
use radius_codec::{DecodeError, Limits, Packet};

/// Most octets of a packet on UDP.
pub const FONAP_RADIUS_MAX_LEN: usize = 4096;
/// Octets of the header.
pub const FONAP_RADIUS_HEADER_LEN: usize = 20;
/// Most attributes of a packet.
pub const FONAP_RADIUS_MAX_ATTRIBUTES: usize = 200;

const _: () = assert!(
    FONAP_RADIUS_MAX_LEN == radius_codec::packet::MAX_LEN
        && FONAP_RADIUS_HEADER_LEN == radius_codec::packet::HEADER_LEN
        && FONAP_RADIUS_MAX_ATTRIBUTES == radius_codec::packet::MAX_ATTRIBUTES
);

/// Packet code: Access-Request.
pub const FONAP_RADIUS_CODE_ACCESS_REQUEST: u8 = 1;
/// Packet code: Access-Accept.
pub const FONAP_RADIUS_CODE_ACCESS_ACCEPT: u8 = 2;
/// Packet code: Access-Reject.
pub const FONAP_RADIUS_CODE_ACCESS_REJECT: u8 = 3;
/// Packet code: Accounting-Request.
pub const FONAP_RADIUS_CODE_ACCOUNTING_REQUEST: u8 = 4;
/// Packet code: Accounting-Response.
pub const FONAP_RADIUS_CODE_ACCOUNTING_RESPONSE: u8 = 5;
/// Packet code: Access-Challenge.
pub const FONAP_RADIUS_CODE_ACCESS_CHALLENGE: u8 = 11;
/// Packet code: Status-Server.
pub const FONAP_RADIUS_CODE_STATUS_SERVER: u8 = 12;
/// Packet code: Disconnect-Request.
pub const FONAP_RADIUS_CODE_DISCONNECT_REQUEST: u8 = 40;
/// Packet code: Disconnect-ACK.
pub const FONAP_RADIUS_CODE_DISCONNECT_ACK: u8 = 41;
/// Packet code: Disconnect-NAK.
pub const FONAP_RADIUS_CODE_DISCONNECT_NAK: u8 = 42;
/// Packet code: CoA-Request.
pub const FONAP_RADIUS_CODE_COA_REQUEST: u8 = 43;
/// Packet code: CoA-ACK.
pub const FONAP_RADIUS_CODE_COA_ACK: u8 = 44;
/// Packet code: CoA-NAK.
pub const FONAP_RADIUS_CODE_COA_NAK: u8 = 45;

/// A packet, as a view of its octets: `octets` points into the datagram, which has to stay.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_radius_packet {
    /// The packet without padding behind it.
    pub octets: fonap_octets,
    /// How many attributes it has.
    pub attribute_count: u16,
    /// `FONAP_RADIUS_CODE_...`.
    pub code: u8,
    /// Matches requests and replies.
    pub identifier: u8,
    /// The Authenticator.
    pub authenticator: [u8; 16],
}

impl From<&Packet<'_>> for fonap_radius_packet {
    fn from(packet: &Packet<'_>) -> Self {
        Self {
            octets: fonap_octets::of(packet.octets()),
            // A packet has 200 at most.
            attribute_count: u16::try_from(packet.attribute_count()).unwrap_or(u16::MAX),
            code: packet.code().0,
            identifier: packet.identifier(),
            authenticator: *packet.authenticator(),
        }
    }
}

impl From<DecodeError> for fonap_result {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::TooShort { .. } | DecodeError::Truncated { .. } => Self::Truncated,
            DecodeError::LengthTooSmall { .. } | DecodeError::LengthTooLarge { .. } => Self::Length,
            DecodeError::TooManyAttributes { .. } => Self::Limit,
            _ => Self::RadiusAttribute,
        }
    }
}

/// Where the attribute stands that is broken; 0 when it is the header.
const fn offset_of(error: &DecodeError) -> usize {
    match *error {
        DecodeError::AttributeHeaderTruncated { offset }
        | DecodeError::AttributeLengthTooSmall { offset, .. }
        | DecodeError::AttributeOverrun { offset, .. }
        | DecodeError::AttributeTypeZero { offset } => offset,
        _ => 0,
    }
}

/// The packet that a view of the caller's shows, read again, because the caller may have changed it.
///
/// # Safety
/// `packet` is NULL or a view whose octets are there for `'a`.
pub(crate) unsafe fn viewed<'a>(packet: Option<&fonap_radius_packet>) -> Result<Packet<'a>, fonap_result> {
    let view = packet.ok_or(fonap_result::Null)?.octets;
    // SAFETY: as the caller says.
    let octets = unsafe { crate::slice::octets_at(view.data, view.length) }?;
    Ok(Packet::parse(octets)?)
}

/// `packet!(view)`: the packet, or the function returns.
macro_rules! packet {
    ($view:expr) => {{
        let view = $view;
        // SAFETY: the contract of every function with a view: its octets are there during the call.
        unsafe { $crate::radius::packet::viewed(view) }?
    }};
}
pub(crate) use packet;

/// The first value of an attribute of a view.
///
/// # Safety
/// As [`viewed`].
#[cfg_attr(feature = "firmware", inline(never))]
unsafe fn first<'a>(packet: Option<&fonap_radius_packet>, attribute: u64) -> Result<&'a [u8], fonap_result> {
    // SAFETY: as the caller says.
    let packet = unsafe { viewed(packet) }?;
    packet.attributes().octets(path(attribute)?).ok_or(fonap_result::NotFound)
}

/// `first!(view, attribute)`: the first value of the attribute, or the function returns.
macro_rules! first {
    ($view:expr, $attribute:expr) => {{
        let (view, attribute) = ($view, $attribute);
        // SAFETY: the contract of every function with a view: its octets are there during the call.
        unsafe { first(view, attribute) }?
    }};
}

/// Reads a datagram: `fonap_radius_parse(datagram, length, &packet, sizeof packet, &offset)`. Octets behind the packet
/// are padding. Nothing is authentic yet: see `fonap_radius_verify_reply` and `fonap_radius_verify_request`.
///
/// `offset` may be NULL; with `FONAP_RESULT_RADIUS_ATTRIBUTE` it gets the place of the broken attribute. Other errors:
/// `FONAP_RESULT_TRUNCATED`, `FONAP_RESULT_LENGTH` (not 20 to 4096), `FONAP_RESULT_LIMIT` (more than 200 attributes). The
/// datagram is then to be dropped. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_parse(
    datagram: *const u8,
    datagram_len: usize,
    packet: *mut fonap_radius_packet,
    packet_size: usize,
    offset: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| match Packet::parse(octets!(datagram, datagram_len)) {
        Ok(parsed) => give!(packet, packet_size, &fonap_radius_packet::from(&parsed)),
        Err(error) => {
            put_if_wanted(offset, offset_of(&error));
            Err(error.into())
        }
    })
}

/// Finds the first whole packet in what has come of a TCP or TLS stream: `packet_len` becomes its length.
///
/// `FONAP_RESULT_TRUNCATED`: read more first. `FONAP_RESULT_LENGTH`: the stream is out of step, close it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_frame(
    stream: *const u8,
    stream_len: usize,
    packet_len: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| match frame(octets!(stream, stream_len), &Limits::DEFAULT) {
        Ok(Frame::Packet(packet, _)) => put(packet_len, packet.octets().len()),
        Ok(_) => Err(fonap_result::Truncated),
        Err(error) => Err(error.into()),
    })
}

/// An attribute. `value` points into the packet.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_radius_attribute {
    /// Its value.
    pub value: fonap_octets,
    /// Where it begins in the packet.
    pub offset: usize,
    /// Its type.
    pub kind: u8,
}

/// The next attribute. `cursor` is 0 for the first one and moved on by each call; `FONAP_RESULT_NOT_FOUND` comes behind
/// the last one. A vendor's attributes come as type 26, whole. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_next_attribute(
    packet: Option<&fonap_radius_packet>,
    cursor: Option<&mut usize>,
    attribute: *mut fonap_radius_attribute,
    attribute_size: usize,
) -> fonap_result {
    run(|| {
        let cursor = cursor.ok_or(fonap_result::Null)?;
        let packet = packet!(packet);
        let next = packet.attributes().find(|attribute| attribute.offset >= *cursor);
        let next = next.ok_or(fonap_result::NotFound)?;
        let found = fonap_radius_attribute {
            value: fonap_octets::of(next.value),
            offset: next.offset,
            kind: next.kind.0,
        };
        give!(attribute, attribute_size, &found)?;
        // The header of an attribute has two octets.
        *cursor = next.offset + next.value.len() + 2;
        Ok(())
    })
}

/// The value of one attribute: `FONAP_RADIUS_...`, or what `FONAP_RADIUS_VENDOR` or `FONAP_RADIUS_EXTENDED` make.
/// `index` 0 is the first of that name, 1 the second one and so on. The value points into the packet.
///
/// `FONAP_RESULT_NOT_FOUND` when there is none. What is malformed inside a vendor's attributes is passed over, and so is a
/// value that is spread over several attributes, as long ones of the types 245 and 246 are: for these there is
/// `fonap_radius_next_attribute`. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_find(
    packet: Option<&fonap_radius_packet>,
    attribute: u64,
    index: usize,
    value: Option<&mut MaybeUninit<fonap_octets>>,
) -> fonap_result {
    run(|| {
        let packet = packet!(packet);
        let found = packet.attributes().all(path(attribute)?).nth(index).ok_or(fonap_result::NotFound)?;
        put(value, fonap_octets::of(found))
    })
}

/// The first value of an attribute as text, which points into the packet.
///
/// `FONAP_RESULT_NOT_FOUND` when there is none, `FONAP_RESULT_TEXT` when it is not UTF-8. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_find_text(
    packet: Option<&fonap_radius_packet>,
    attribute: u64,
    text: Option<&mut MaybeUninit<fonap_text>>,
) -> fonap_result {
    run(|| {
        let found = first!(packet, attribute);
        put(text, fonap_text::of(core::str::from_utf8(found).map_err(|_| fonap_result::Text)?))
    })
}

/// The first value of an attribute as a number of 32 bits.
///
/// `FONAP_RESULT_NOT_FOUND` when there is none, `FONAP_RESULT_LENGTH` when it has not four octets. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_find_integer(
    packet: Option<&fonap_radius_packet>,
    attribute: u64,
    number: Option<&mut MaybeUninit<u32>>,
) -> fonap_result {
    run(|| {
        let found = first!(packet, attribute);
        let octets = found.try_into().map_err(|_| fonap_result::Length)?;
        put(number, u32::from_be_bytes(octets))
    })
}

/// The first value of an attribute as an IPv4 address: 4 octets, in network order.
///
/// `FONAP_RESULT_NOT_FOUND` when there is none, `FONAP_RESULT_LENGTH` when it has not four octets. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_find_ipv4(
    packet: Option<&fonap_radius_packet>,
    attribute: u64,
    address: *mut u8,
) -> fonap_result {
    run(|| {
        let found = first!(packet, attribute);
        let octets: [u8; 4] = found.try_into().map_err(|_| fonap_result::Length)?;
        put_array!(address, octets);
        Ok(())
    })
}

/// The EAP packet that the EAP-Message attributes carry, joined. `FONAP_RESULT_NOT_FOUND` when there are none. Allocates
/// nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_eap(
    packet: Option<&fonap_radius_packet>,
    out: *mut u8,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let packet = packet!(packet);
        let pieces = packet.eap().ok_or(fonap_result::NotFound)?;
        encode(room!(out, capacity), length, pieces.joined_len(), |out| {
            pieces.join_into(out).map(|_| ()).map_err(|_| fonap_result::Malformed)
        })
    })
}
