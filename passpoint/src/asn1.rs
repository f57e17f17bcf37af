//! The few ASN.1 moves that CMS and PKCS#12 need, over `der`'s reader.
//!
//! The RustCrypto crates for both formats have no release for this generation of `der`, and PKCS#12 files in the field
//! do not order their SETs as DER asks, which derived types refuse. So the structures are walked element by element.
//! Lengths, tags and bounds are checked by `der`; only definite lengths in their shortest form are accepted.

use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Decode, Encode, Reader, SliceReader, Tag, TagNumber, Tagged};

/// The elements of a constructed value in order.
pub(crate) struct Elements<'a> {
    reader: SliceReader<'a>,
}

/// What is not as the structure asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

impl From<der::Error> for Malformed {
    fn from(_: der::Error) -> Self {
        Self
    }
}

/// `[number]`, constructed.
pub(crate) const fn context(number: u32) -> Tag {
    Tag::ContextSpecific { constructed: true, number: TagNumber(number) }
}

/// `[number]`, primitive.
pub(crate) const fn context_primitive(number: u32) -> Tag {
    Tag::ContextSpecific { constructed: false, number: TagNumber(number) }
}

/// The single element that fills `octets`.
pub(crate) fn single(octets: &[u8]) -> Result<AnyRef<'_>, Malformed> {
    Ok(AnyRef::from_der(octets)?)
}

/// The elements inside `any`, which must have the tag `tag`.
pub(crate) fn inside(any: AnyRef<'_>, tag: Tag) -> Result<Elements<'_>, Malformed> {
    if any.tag() != tag {
        return Err(Malformed);
    }
    Ok(Elements { reader: SliceReader::new(any.value())? })
}

impl<'a> Elements<'a> {
    /// The next element, if there is one.
    pub(crate) fn next_any(&mut self) -> Result<Option<AnyRef<'a>>, Malformed> {
        if self.reader.is_finished() {
            return Ok(None);
        }
        Ok(Some(AnyRef::decode(&mut self.reader)?))
    }

    /// The next element, whatever it is.
    pub(crate) fn any(&mut self) -> Result<AnyRef<'a>, Malformed> {
        self.next_any()?.ok_or(Malformed)
    }

    /// The next element, which must have this tag.
    pub(crate) fn tagged(&mut self, tag: Tag) -> Result<AnyRef<'a>, Malformed> {
        let any = self.any()?;
        if any.tag() == tag { Ok(any) } else { Err(Malformed) }
    }

    /// The elements inside the next element, which must have this tag.
    pub(crate) fn enter(&mut self, tag: Tag) -> Result<Self, Malformed> {
        inside(self.any()?, tag)
    }

    /// The next element if it has this tag; otherwise nothing is consumed.
    pub(crate) fn optional(&mut self, tag: Tag) -> Result<Option<AnyRef<'a>>, Malformed> {
        if self.reader.is_finished() || Tag::peek(&self.reader)? != tag {
            return Ok(None);
        }
        Ok(Some(AnyRef::decode(&mut self.reader)?))
    }

    /// The next element, an object identifier.
    pub(crate) fn oid(&mut self) -> Result<ObjectIdentifier, Malformed> {
        Ok(self.tagged(Tag::ObjectIdentifier)?.decode_as()?)
    }

    /// The content of the next element, an OCTET STRING.
    pub(crate) fn octets(&mut self) -> Result<&'a [u8], Malformed> {
        Ok(self.tagged(Tag::OctetString)?.value())
    }

    /// The next element, an INTEGER that fits in 32 bits.
    pub(crate) fn number(&mut self) -> Result<u32, Malformed> {
        Ok(self.tagged(Tag::Integer)?.decode_as()?)
    }

    /// Fails if anything is left.
    pub(crate) fn end(mut self) -> Result<(), Malformed> {
        if self.next_any()?.is_none() { Ok(()) } else { Err(Malformed) }
    }
}

/// The element again with its tag and length.
pub(crate) fn raw(any: AnyRef<'_>) -> Result<Vec<u8>, Malformed> {
    Ok(any.to_der()?)
}

pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;
pub(crate) const OCTET_STRING: u8 = 0x04;
/// `[0]`, constructed.
pub(crate) const CONTEXT_0: u8 = 0xa0;

/// An element of the given tag around `parts`.
pub(crate) fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let len: usize = parts.iter().map(|p| p.len()).sum();
    let mut out = Vec::with_capacity(len + 6);
    out.push(tag);
    if len < 0x80 {
        #[expect(clippy::cast_possible_truncation, reason = "below 0x80")]
        out.push(len as u8);
    } else {
        let octets = len.to_be_bytes();
        let digits = octets.iter().skip_while(|o| **o == 0);
        #[expect(clippy::cast_possible_truncation, reason = "at most eight")]
        out.push(0x80 | digits.clone().count() as u8);
        out.extend(digits);
    }
    for part in parts {
        out.extend_from_slice(part);
    }
    out
}

/// An object identifier as an element.
pub(crate) fn oid(oid: ObjectIdentifier) -> Vec<u8> {
    tlv(0x06, &[oid.as_bytes()])
}

/// A non-negative INTEGER as an element.
pub(crate) fn integer(value: u32) -> Vec<u8> {
    let octets = value.to_be_bytes();
    let mut content: Vec<u8> = octets.iter().copied().skip_while(|o| *o == 0).collect();
    if content.first().is_none_or(|o| *o >= 0x80) {
        content.insert(0, 0);
    }
    tlv(0x02, &[&content])
}

/// A SET OF with its elements in the order DER asks for.
pub(crate) fn set_of(mut elements: Vec<Vec<u8>>) -> Vec<u8> {
    elements.sort();
    tlv(SET, &elements.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_their_shortest_form() {
        assert_eq!(tlv(OCTET_STRING, &[&[7; 0x7f]])[..2], [4, 0x7f]);
        assert_eq!(tlv(OCTET_STRING, &[&[7; 0x80]])[..3], [4, 0x81, 0x80]);
        assert_eq!(tlv(OCTET_STRING, &[&[7; 0x1234]])[..4], [4, 0x82, 0x12, 0x34]);
        for n in [0, 1, 127, 128, 255, 256, 65_536, u32::MAX] {
            let octets = integer(n);
            assert_eq!(single(&octets).and_then(|a| Ok(a.decode_as::<u32>()?)), Ok(n));
        }
    }

    #[test]
    fn indefinite_lengths_are_refused() {
        assert_eq!(single(&[0x30, 0x80, 0, 0]), Err(Malformed));
    }
}
