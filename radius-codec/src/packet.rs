//! A packet as a view of its octets (RFC 2865 §3; spec: radius 1).

use crate::attr::Attr;
use crate::attribute::{Attribute, Attributes};
use crate::code::Code;
use crate::error::{DecodeError, InvalidAttribute};
use crate::path::Kind;
use crate::value::DataType;
use bytes::Bytes;
use core::fmt;

/// Octets of the header.
pub const HEADER_LEN: usize = 20;
/// Most octets of a packet (RFC 2865 §3).
pub const MAX_LEN: usize = 4096;
/// Most octets of a packet on TCP and TLS, where the peers agreed to it (RFC 7930).
pub const MAX_STREAM_LEN: usize = 65_535;
/// Most attributes of a packet unless the caller says otherwise (spec: radius 1).
pub const MAX_ATTRIBUTES: usize = 200;

/// 16 octets of a Request or Response Authenticator.
pub type Authenticator = [u8; 16];

/// How large a packet may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most octets; at most [`MAX_STREAM_LEN`] can occur.
    pub max_len: usize,
    /// Most attributes.
    pub max_attributes: usize,
}

impl Limits {
    /// 4096 octets, 200 attributes.
    pub const DEFAULT: Self = Self { max_len: MAX_LEN, max_attributes: MAX_ATTRIBUTES };
    /// 65535 octets, and as many attributes as fit them (RFC 7930).
    pub const STREAM: Self = Self { max_len: MAX_STREAM_LEN, max_attributes: MAX_STREAM_LEN / 2 };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What the one walk over the attributes found, in one word: it is made in a register and stored at once.
///
/// Bits 0 to 15 are where the first Message-Authenticator stands, counted from the start of the packet and 0 for none,
/// 16 to 31 the first EAP-Message, 32 to 47 the first Proxy-State. Bits 48 to 62 count the attributes. The last bit
/// says that there is a second Message-Authenticator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Marks(u64);

impl Marks {
    const MESSAGE_AUTHENTICATOR: u32 = 0;
    const EAP_MESSAGE: u32 = 16;
    const PROXY_STATE: u32 = 32;
    const COUNT: u32 = 48;
    const REPEATED: u64 = 1 << 63;

    /// The 15 or 16 bits from `shift` on.
    #[inline]
    const fn part(self, shift: u32) -> u16 {
        let [low, high, ..] = (self.0 >> shift).to_le_bytes();
        u16::from_le_bytes([low, high])
    }

    /// Remembers an attribute that stands at `offset`, which is at most 65535.
    #[inline]
    const fn note(self, kind: u8, offset: usize) -> Self {
        let (shift, again) = match Kind(kind) {
            Kind::MESSAGE_AUTHENTICATOR => (Self::MESSAGE_AUTHENTICATOR, Self::REPEATED),
            Kind::EAP_MESSAGE => (Self::EAP_MESSAGE, 0),
            Kind::PROXY_STATE => (Self::PROXY_STATE, 0),
            _ => return self,
        };
        Self(self.0 | if self.part(shift) == 0 { (offset as u64) << shift } else { again })
    }
}

/// Types that the walk has to look at: 0, which none may have, and those that [`Marks`] remembers.
static NOTED: [bool; 256] = {
    let mut noted = [false; 256];
    noted[0] = true;
    noted[Kind::PROXY_STATE.0 as usize] = true;
    noted[Kind::EAP_MESSAGE.0 as usize] = true;
    noted[Kind::MESSAGE_AUTHENTICATOR.0 as usize] = true;
    noted
};

/// A packet, borrowed. Lengths and the framing of attributes are checked; nothing is copied.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Packet<'a> {
    octets: &'a [u8],
    marks: Marks,
}

impl<'a> Packet<'a> {
    /// Reads a datagram. Octets behind Length are padding and take no part in anything.
    ///
    /// # Errors
    /// The first thing that is wrong; the datagram is to be dropped.
    #[inline]
    pub fn parse(datagram: &'a [u8]) -> Result<Self, DecodeError> {
        Self::parse_within(datagram, &Limits::DEFAULT)
    }

    /// Reads a datagram, or a packet out of a stream, with limits of the caller's.
    ///
    /// # Errors
    /// The first thing that is wrong; the packet is to be dropped.
    #[inline]
    pub fn parse_within(datagram: &'a [u8], limits: &Limits) -> Result<Self, DecodeError> {
        Self::parse_each(datagram, limits, |_| ())
    }

    /// As [`parse_within`](Self::parse_within), and hands out each attribute on the way: one walk where
    /// [`attributes`](Self::attributes) would be a second one.
    ///
    /// `visit` sees attributes before the rest of the packet is checked, and before anything is authenticated: it
    /// should only collect, and what it collected is worth nothing when this fails.
    ///
    /// # Errors
    /// The first thing that is wrong; the packet is to be dropped.
    #[inline]
    pub fn parse_each(
        datagram: &'a [u8],
        limits: &Limits,
        visit: impl FnMut(Attribute<'a>),
    ) -> Result<Self, DecodeError> {
        let octets = match *datagram {
            [_, _, high, low, ..] => datagram.get(..usize::from(u16::from_be_bytes([high, low]))),
            _ => None,
        };
        match octets {
            Some(octets) if octets.len() >= HEADER_LEN && octets.len() <= limits.max_len => {
                Ok(Self { octets, marks: walk(octets, limits.max_attributes, visit)? })
            }
            _ => Err(bad_length(datagram, limits)),
        }
    }

    /// The whole packet, without padding.
    #[must_use]
    #[inline]
    pub const fn octets(&self) -> &'a [u8] {
        self.octets
    }

    /// The header; a packet always has one.
    #[inline]
    fn header(&self) -> &'a [u8; HEADER_LEN] {
        self.octets.first_chunk().unwrap_or(&[0; HEADER_LEN])
    }

    /// What kind of packet it is.
    #[must_use]
    #[inline]
    pub fn code(&self) -> Code {
        Code(self.header()[0])
    }

    /// Matches requests and replies.
    #[must_use]
    #[inline]
    pub fn identifier(&self) -> u8 {
        self.header()[1]
    }

    /// The Authenticator field.
    #[must_use]
    #[inline]
    pub fn authenticator(&self) -> &'a Authenticator {
        self.header().last_chunk().unwrap_or(&[0; 16])
    }

    /// The attributes in order.
    #[must_use]
    #[inline]
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes::new(self.octets.get(HEADER_LEN..).unwrap_or_default(), HEADER_LEN)
    }

    /// How many attributes there are.
    #[must_use]
    pub fn attribute_count(&self) -> usize {
        (self.marks.part(Marks::COUNT) & 0x7fff).into()
    }

    /// The first value of this handle's attribute. Short for `attributes().get(attr)`.
    #[must_use]
    pub fn get<T: DataType>(&self, attr: Attr<T>) -> Option<Result<T::Value<'a>, InvalidAttribute>> {
        self.attributes().get(attr)
    }

    /// The first Message-Authenticator, whatever its size.
    #[must_use]
    pub fn message_authenticator(&self) -> Option<Attribute<'a>> {
        self.at(self.marks.part(Marks::MESSAGE_AUTHENTICATOR))
    }

    /// Whether there is more than one Message-Authenticator.
    #[must_use]
    pub const fn repeats_message_authenticator(&self) -> bool {
        self.marks.0 & Marks::REPEATED != 0
    }

    /// The first EAP-Message.
    #[must_use]
    pub fn eap_message(&self) -> Option<Attribute<'a>> {
        self.at(self.marks.part(Marks::EAP_MESSAGE))
    }

    /// Every Proxy-State, in order.
    pub fn proxy_states(&self) -> impl Iterator<Item = Attribute<'a>> {
        // The walk begins where the first one stands; most packets have none.
        self.attributes_at(self.marks.part(Marks::PROXY_STATE)).filter(|a| a.kind == Kind::PROXY_STATE)
    }

    /// The first Proxy-State.
    #[must_use]
    pub fn proxy_state(&self) -> Option<Attribute<'a>> {
        self.at(self.marks.part(Marks::PROXY_STATE))
    }

    /// The attributes from `offset` on; none for 0.
    pub(crate) fn attributes_at(&self, offset: u16) -> Attributes<'a> {
        let offset = usize::from(offset);
        match self.octets.get(offset..) {
            Some(rest) if offset >= HEADER_LEN => Attributes::new(rest, offset),
            _ => Attributes::default(),
        }
    }

    /// The attributes from the first EAP-Message on; none if there is none.
    pub(crate) fn eap_attributes(&self) -> Attributes<'a> {
        self.attributes_at(self.marks.part(Marks::EAP_MESSAGE))
    }

    fn at(&self, offset: u16) -> Option<Attribute<'a>> {
        self.attributes_at(offset).next()
    }

    /// An owned copy.
    #[must_use]
    pub fn to_owned(&self) -> OwnedPacket {
        OwnedPacket { octets: Bytes::copy_from_slice(self.octets), marks: self.marks }
    }
}

/// What is wrong with the Length of a datagram.
#[cold]
fn bad_length(datagram: &[u8], limits: &Limits) -> DecodeError {
    let Some(&[_, _, high, low, ..]) = datagram.first_chunk::<HEADER_LEN>() else {
        return DecodeError::TooShort { have: datagram.len() };
    };
    let length = usize::from(u16::from_be_bytes([high, low]));
    if length < HEADER_LEN {
        DecodeError::LengthTooSmall { value: length }
    } else if length > limits.max_len {
        DecodeError::LengthTooLarge { value: length, limit: limits.max_len }
    } else {
        DecodeError::Truncated { length, have: datagram.len() }
    }
}

/// Checks the framing of the attributes and remembers what later steps look for.
///
/// Each attribute waits for the length of the one before, so little else is done in between: types are looked at by
/// way of a table, the count is checked at the end, and what is wrong is found out by [`broken`].
#[inline]
fn walk<'a>(
    octets: &'a [u8],
    max_attributes: usize,
    mut visit: impl FnMut(Attribute<'a>),
) -> Result<Marks, DecodeError> {
    let mut marks = Marks::default();
    let mut count = 0_usize;
    let mut offset = HEADER_LEN;
    while let Some((&[kind, length], behind)) = octets.get(offset..).and_then(<[u8]>::split_first_chunk) {
        if NOTED[usize::from(kind)] {
            if kind == 0 {
                return Err(broken(octets, max_attributes));
            }
            marks = marks.note(kind, offset);
        }
        // A length below 2 wraps round and is too long: one comparison for both.
        let Some(value) = behind.get(..usize::from(length).wrapping_sub(2)) else {
            return Err(broken(octets, max_attributes));
        };
        visit(Attribute { kind: Kind(kind), value, offset });
        count += 1;
        offset += usize::from(length);
    }
    if offset != octets.len() || count > max_attributes {
        return Err(broken(octets, max_attributes));
    }
    // 65535 octets hold less than 2^15 attributes.
    Ok(Marks(marks.0 | (count as u64) << Marks::COUNT))
}

/// What is wrong with the attributes: first their framing, to the end, then their types, then their number.
#[cold]
fn broken(octets: &[u8], limit: usize) -> DecodeError {
    let mut offset = HEADER_LEN;
    let mut unassigned = None;
    let mut beyond = None;
    let mut count = 0;
    loop {
        let rest = octets.get(offset..).unwrap_or_default();
        match *rest {
            [] => break,
            [_] => return DecodeError::AttributeHeaderTruncated { offset },
            [kind, length @ (0 | 1), ..] => {
                return DecodeError::AttributeLengthTooSmall { offset, kind: Kind(kind), length };
            }
            [kind, length, ..] if usize::from(length) > rest.len() => {
                return DecodeError::AttributeOverrun { offset, kind: Kind(kind), length, left: rest.len() };
            }
            [kind, length, ..] => {
                if kind == 0 {
                    unassigned.get_or_insert(offset);
                }
                if count >= limit {
                    beyond.get_or_insert(offset);
                }
                offset += usize::from(length);
            }
        }
        count += 1;
    }
    match unassigned {
        Some(offset) => DecodeError::AttributeTypeZero { offset },
        // The walk comes here for a reason: what is left is their number.
        None => DecodeError::TooManyAttributes { offset: beyond.unwrap_or(offset), limit },
    }
}

impl fmt::Debug for Packet<'_> {
    /// Header and types only: values may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Packet")
            .field("code", &self.code())
            .field("identifier", &self.identifier())
            .field("length", &self.octets.len())
            .field("attributes", &self.attribute_count())
            .finish()
    }
}

/// A packet that owns its octets.
#[derive(Clone, PartialEq, Eq)]
pub struct OwnedPacket {
    octets: Bytes,
    marks: Marks,
}

impl OwnedPacket {
    /// Reads a datagram and keeps it, without copying.
    ///
    /// # Errors
    /// As [`Packet::parse_within`].
    pub fn parse(datagram: Bytes, limits: &Limits) -> Result<Self, DecodeError> {
        let packet = Packet::parse_within(&datagram, limits)?;
        let (length, marks) = (packet.octets.len(), packet.marks);
        let mut octets = datagram;
        octets.truncate(length);
        Ok(Self { octets, marks })
    }

    /// The view of it; costs nothing.
    #[must_use]
    pub fn view(&self) -> Packet<'_> {
        Packet { octets: &self.octets, marks: self.marks }
    }

    /// The octets.
    #[must_use]
    pub const fn octets(&self) -> &Bytes {
        &self.octets
    }

    /// The octets, to send or keep.
    #[must_use]
    pub fn into_octets(self) -> Bytes {
        self.octets
    }
}

impl From<Packet<'_>> for OwnedPacket {
    fn from(packet: Packet<'_>) -> Self {
        packet.to_owned()
    }
}

impl fmt::Debug for OwnedPacket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.view().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn packet(attributes: &[u8]) -> Vec<u8> {
        let length = u8::try_from(20 + attributes.len()).unwrap();
        let mut octets = alloc::vec![1, 42, 0, length];
        octets.extend_from_slice(&[9; 16]);
        octets.extend_from_slice(attributes);
        octets
    }

    // spec: radius 1
    #[test]
    fn the_walk_remembers_what_later_steps_need() {
        let mut octets = packet(&[1, 3, b'a', 33, 3, 7, 79, 2, 80, 3, 0, 33, 2]);
        octets.extend_from_slice(b"padding");
        let packet = Packet::parse(&octets).unwrap();
        assert_eq!(packet.octets().len(), 33);
        assert_eq!(packet.attribute_count(), 5);
        assert_eq!(packet.message_authenticator().map(|a| a.offset), Some(28));
        assert_eq!(packet.eap_message().map(|a| a.offset), Some(26));
        assert_eq!(packet.proxy_states().map(|a| a.offset).collect::<Vec<_>>(), [23, 31]);
        assert!(!packet.repeats_message_authenticator());
        let owned = OwnedPacket::parse(octets.clone().into(), &Limits::DEFAULT).unwrap();
        assert_eq!(owned.view(), packet);
    }

    #[test]
    fn bad_framing_says_where() {
        let error = |attributes: &[u8]| Packet::parse(&packet(attributes)).unwrap_err();
        assert_eq!(error(&[1, 3, 9, 1]), DecodeError::AttributeHeaderTruncated { offset: 23 });
        assert_eq!(
            error(&[1, 1]),
            DecodeError::AttributeLengthTooSmall { offset: 20, kind: Kind(1), length: 1 }
        );
        assert_eq!(
            error(&[1, 4, 0]),
            DecodeError::AttributeOverrun { offset: 20, kind: Kind(1), length: 4, left: 3 }
        );
        assert_eq!(error(&[0, 2]), DecodeError::AttributeTypeZero { offset: 20 });
        let limits = Limits { max_attributes: 1, ..Limits::DEFAULT };
        assert_eq!(
            Packet::parse_within(&packet(&[1, 3, 9, 1, 2, 1, 2]), &limits).unwrap_err(),
            DecodeError::TooManyAttributes { offset: 23, limit: 1 }
        );
    }

    // spec: radius 1, the order of the checks
    #[test]
    fn framing_is_judged_before_types_and_types_before_their_number() {
        let error = |attributes: &[u8]| {
            let limits = Limits { max_attributes: 1, ..Limits::DEFAULT };
            Packet::parse_within(&packet(attributes), &limits).unwrap_err()
        };
        assert_eq!(error(&[1, 3, 9, 0]), DecodeError::AttributeHeaderTruncated { offset: 23 });
        assert_eq!(
            error(&[0, 0]),
            DecodeError::AttributeLengthTooSmall { offset: 20, kind: Kind(0), length: 0 }
        );
        assert_eq!(
            error(&[0, 3, 9, 1, 2, 1, 9]),
            DecodeError::AttributeOverrun { offset: 25, kind: Kind(1), length: 9, left: 2 }
        );
        assert_eq!(error(&[1, 2, 1, 2, 0, 2]), DecodeError::AttributeTypeZero { offset: 24 });
    }

    #[test]
    fn debug_shows_no_values() {
        let octets = packet(&[2, 4, 0xde, 0xad]);
        let text = alloc::format!("{:?}", Packet::parse(&octets).unwrap());
        assert!(text.contains("Access-Request") && !text.contains("222"), "{text}");
    }
}
