//! TLVs inside attributes (RFC 6929 §2.3): one octet type, one octet length, value.

use crate::error::Invalid;

/// Most levels of TLV that are followed; what is nested deeper is invalid (spec: radius 9).
pub const MAX_DEPTH: usize = 8;

/// One TLV.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tlv<'a> {
    /// Its type.
    pub kind: u8,
    /// Its value, 1 to 253 octets.
    pub value: &'a [u8],
}

/// The TLVs that fill a value, in order. After an error nothing follows, because the walk has lost its place.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tlvs<'a> {
    rest: &'a [u8],
}

impl<'a> Tlvs<'a> {
    /// Walks `value`, which TLVs fill exactly.
    #[must_use]
    pub const fn new(value: &'a [u8]) -> Self {
        Self { rest: value }
    }

    /// What has not been walked yet; after an error, what could not be walked.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    fn step(&mut self) -> Result<Tlv<'a>, Invalid> {
        let [kind, length, ..] = *self.rest else {
            return Err(Invalid::TlvHeaderTruncated);
        };
        if length < 3 {
            return Err(Invalid::TlvLengthTooSmall);
        }
        let (tlv, rest) = self.rest.split_at_checked(length.into()).ok_or(Invalid::TlvOverrun)?;
        self.rest = rest;
        Ok(Tlv { kind, value: tlv.get(2..).unwrap_or_default() })
    }

    /// Whether the whole value is well-formed at this level.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(self) -> Result<(), Invalid> {
        for tlv in self {
            tlv?;
        }
        Ok(())
    }
}

impl<'a> Iterator for Tlvs<'a> {
    type Item = Result<Tlv<'a>, Invalid>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let tlv = self.step();
        if tlv.is_err() {
            self.rest = &[];
        }
        Some(tlv)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    // spec: radius 9
    #[test]
    fn a_bad_tlv_ends_the_walk_but_not_what_came_before() {
        let walked: Vec<_> = Tlvs::new(&[1, 3, 9, 2, 2]).collect();
        assert_eq!(walked, [Ok(Tlv { kind: 1, value: &[9] }), Err(Invalid::TlvLengthTooSmall)]);
        assert_eq!(Tlvs::new(&[1]).check(), Err(Invalid::TlvHeaderTruncated));
        assert_eq!(Tlvs::new(&[1, 4, 9]).check(), Err(Invalid::TlvOverrun));
        assert_eq!(Tlvs::new(&[]).check(), Ok(()));
    }
}
