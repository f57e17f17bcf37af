//! EAP-Message: an EAP packet in pieces of up to 253 octets (RFC 3579 §3.1; spec: radius 11).

use crate::attribute::Attributes;
use crate::packet::Packet;
use crate::path::Kind;
use alloc::vec::Vec;

/// Why EAP-Message attributes could not be joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JoinError {
    /// The buffer is too small; nothing was written that means anything.
    #[error("{needed} octets needed, room for {room}")]
    BufferTooSmall {
        /// Octets of the whole value.
        needed: usize,
        /// Octets of the buffer.
        room: usize,
    },
}

/// The pieces of the values that stand in several attributes of one type, in packet order.
#[derive(Clone, Copy, Debug)]
pub struct Pieces<'a> {
    attributes: Attributes<'a>,
    kind: Kind,
}

impl<'a> Pieces<'a> {
    /// The pieces of all attributes of type `kind`.
    pub(crate) const fn new(attributes: Attributes<'a>, kind: Kind) -> Self {
        Self { attributes, kind }
    }

    /// Octets of all pieces together.
    #[must_use]
    pub fn joined_len(self) -> usize {
        self.map(<[u8]>::len).sum()
    }

    /// Joins the pieces into `out` and returns what was filled.
    ///
    /// # Errors
    /// When `out` is too small.
    pub fn join_into(self, out: &mut [u8]) -> Result<&mut [u8], JoinError> {
        let mut filled = 0;
        for piece in self {
            let Some(place) = out.get_mut(filled..filled + piece.len()) else {
                return Err(JoinError::BufferTooSmall { needed: self.joined_len(), room: out.len() });
            };
            place.copy_from_slice(piece);
            filled += piece.len();
        }
        Ok(out.get_mut(..filled).unwrap_or_default())
    }

    /// Joins the pieces.
    #[must_use]
    pub fn join(self) -> Vec<u8> {
        let mut joined = Vec::with_capacity(self.joined_len());
        self.for_each(|piece| joined.extend_from_slice(piece));
        joined
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        let kind = self.kind;
        self.attributes.find(|a| a.kind == kind).map(|a| a.value)
    }
}

impl<'a> Packet<'a> {
    /// The EAP packet in pieces, or `None` without EAP-Message. One piece of no octets is EAP-Start.
    #[must_use]
    pub fn eap(&self) -> Option<Pieces<'a>> {
        self.eap_message().map(|_| Pieces::new(self.eap_attributes(), Kind::EAP_MESSAGE))
    }

    /// The pieces of a value of data type `concat`: all attributes of type `kind`.
    pub fn pieces(&self, kind: impl Into<Kind>) -> Pieces<'a> {
        Pieces::new(self.attributes(), kind.into())
    }
}

/// Whether the length in an EAP header is the length of the packet (RFC 3748 §4). EAP-Start (no octets) has no header.
#[must_use]
pub fn header_fits(eap: &[u8]) -> bool {
    match eap {
        [] => true,
        [_, _, high, low, ..] => usize::from(u16::from_be_bytes([*high, *low])) == eap.len(),
        _ => false,
    }
}
