//! Base64 of answers: the standard alphabet, padded, canonical (spec: heartbeat 3.2).

use base64::engine::general_purpose::STANDARD;
use base64::{DecodeSliceError, Engine as _};

/// Why text is not canonical base64 of the octets it should hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Base64Error {
    /// Not canonical: an odd length, a character outside the alphabet, misplaced padding or surplus bits.
    #[error("not canonical base64, first seen at offset {offset}")]
    NotCanonical {
        /// Where, as far as one place can be named.
        offset: usize,
    },
    /// The output has no room.
    #[error("the output has no room for {needed} octets")]
    NoRoom {
        /// How many octets the result may have.
        needed: usize,
    },
}

/// Length of the padded text of `octets` octets. Saturates for lengths no memory holds.
#[must_use]
pub const fn encoded_len(octets: usize) -> usize {
    octets.div_ceil(3).saturating_mul(4)
}

/// Writes `octets` as text to the front of `out` and returns its length.
///
/// # Errors
/// [`Base64Error::NoRoom`] when `out` is shorter than [`encoded_len`].
pub fn encode(octets: &[u8], out: &mut [u8]) -> Result<usize, Base64Error> {
    STANDARD.encode_slice(octets, out).map_err(|_| Base64Error::NoRoom { needed: encoded_len(octets.len()) })
}

/// Reads canonical text into the front of `out` and returns how many octets it gave.
///
/// # Errors
/// [`Base64Error::NotCanonical`] for anything the default of the specification refuses, [`Base64Error::NoRoom`] when
/// the result does not fit `out`. `out` may have been written to.
pub fn decode(text: &[u8], out: &mut [u8]) -> Result<usize, Base64Error> {
    use base64::DecodeError;
    STANDARD.decode_slice(text, out).map_err(|error| match error {
        DecodeSliceError::OutputSliceTooSmall => Base64Error::NoRoom { needed: text.len().div_ceil(4) * 3 },
        DecodeSliceError::DecodeError(
            DecodeError::InvalidByte(offset, _) | DecodeError::InvalidLastSymbol { offset, .. },
        ) => Base64Error::NotCanonical { offset },
        DecodeSliceError::DecodeError(_) => Base64Error::NotCanonical { offset: text.len() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: heartbeat 3.2
    #[test]
    fn nothing_loose_is_taken() {
        let mut out = [0; 8];
        for text in
            ["A", "AB", "ABC", "A===", "=AAA", "AA=A", "AB==", "AAB=", "AAAA\n", "AA-_", "AAA=AAAA", "===="]
        {
            let refused = decode(text.as_bytes(), &mut out);
            assert!(matches!(refused, Err(Base64Error::NotCanonical { .. })), "{text}: {refused:?}");
        }
        assert_eq!(decode(b"AAA?", &mut out), Err(Base64Error::NotCanonical { offset: 3 }));
    }

    #[test]
    fn the_exact_room_is_enough() {
        let mut out = [0; 4];
        assert_eq!(decode(b"YWJjZA==", &mut out), Ok(4));
        assert_eq!(&out, b"abcd");
        assert_eq!(decode(b"YWJjZA==", &mut out[..3]), Err(Base64Error::NoRoom { needed: 6 }));
        assert_eq!(encode(b"a", &mut out[..3]), Err(Base64Error::NoRoom { needed: 4 }));
    }
}
