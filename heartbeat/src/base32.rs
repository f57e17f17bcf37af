//! Heartbeat base32: a private alphabet, no padding characters, one-bits as filler (spec: heartbeat 3.1).

/// The alphabet, index 0 first.
pub const ALPHABET: &[u8; 32] = b"eaosrnidlctumpbgyvqhfzjxkw765432";

/// Marks a character that is not of the alphabet.
const NONE: u8 = 0xff;

/// The five-bit value of every octet, either case; [`NONE`] where it has none.
const VALUES: [u8; 256] = values();

/// Why text is not heartbeat base32, or has no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Base32Error {
    /// No whole number of octets gives text of this length: it must be 0, 2, 4, 5 or 7 modulo 8.
    #[error("{length} characters are no whole number of octets")]
    Length {
        /// Length of the text in octets.
        length: usize,
    },
    /// The character is not of the alphabet.
    #[error("no base32 character at offset {offset}")]
    Character {
        /// Where it stands.
        offset: usize,
    },
    /// The output has no room.
    #[error("the output needs {needed} octets")]
    NoRoom {
        /// How many octets the result has.
        needed: usize,
    },
}

/// Length of the text of `octets` octets: `ceil(8n / 5)`.
///
/// Saturates for lengths no memory holds.
#[must_use]
pub const fn encoded_len(octets: usize) -> usize {
    (octets / 5).saturating_mul(8).saturating_add(match octets % 5 {
        0 => 0,
        1 => 2,
        2 => 4,
        3 => 5,
        _ => 7,
    })
}

/// Number of octets that text of `characters` characters gives, if its length is possible.
#[must_use]
pub const fn decoded_len(characters: usize) -> Option<usize> {
    let rest = match characters % 8 {
        0 => 0,
        2 => 1,
        4 => 2,
        5 => 3,
        7 => 4,
        _ => return None,
    };
    Some(characters / 8 * 5 + rest)
}

/// Writes `octets` as lower-case text to the front of `out` and returns its length.
///
/// # Errors
/// [`Base32Error::NoRoom`] when `out` is shorter than [`encoded_len`].
pub fn encode(octets: &[u8], out: &mut [u8]) -> Result<usize, Base32Error> {
    let needed = encoded_len(octets.len());
    let Some(out) = out.get_mut(..needed) else {
        return Err(Base32Error::NoRoom { needed });
    };
    for (five, text) in octets.chunks(5).zip(out.chunks_mut(8)) {
        let bits = match *five {
            [a, b, c, d, e] => u64::from_be_bytes([0, 0, 0, a, b, c, d, e]),
            _ => {
                // The filler is one-bits.
                let mut padded = [0xff; 5];
                for (to, from) in padded.iter_mut().zip(five) {
                    *to = *from;
                }
                let [a, b, c, d, e] = padded;
                u64::from_be_bytes([0, 0, 0, a, b, c, d, e])
            }
        };
        for (character, shift) in text.iter_mut().zip([35, 30, 25, 20, 15, 10, 5, 0]) {
            *character = ALPHABET[(bits >> shift & 31) as usize];
        }
    }
    Ok(needed)
}

/// Reads text of either case into the front of `out` and returns how many octets it gave.
///
/// Surplus bits, fewer than eight, are dropped unseen.
///
/// # Errors
/// [`Base32Error::Length`] and [`Base32Error::Character`] for what is not heartbeat base32, [`Base32Error::NoRoom`]
/// when `out` is too short. `out` may have been written to.
pub fn decode(text: &[u8], out: &mut [u8]) -> Result<usize, Base32Error> {
    let needed = decoded_len(text.len()).ok_or(Base32Error::Length { length: text.len() })?;
    let Some(out) = out.get_mut(..needed) else {
        return Err(Base32Error::NoRoom { needed });
    };
    for (index, (group, five)) in text.chunks(8).zip(out.chunks_mut(5)).enumerate() {
        let mut bits = 0u64;
        let mut seen = 0u8;
        for &character in group {
            let value = VALUES[usize::from(character)];
            seen |= value;
            bits = bits << 5 | u64::from(value & 31);
        }
        if seen > 31 {
            let at = group.iter().position(|&c| VALUES[usize::from(c)] == NONE).unwrap_or(0);
            return Err(Base32Error::Character { offset: index * 8 + at });
        }
        // Left-aligned to forty bits: a short last group leaves its surplus bits behind.
        let bits = bits << (5 * (8 - group.len())) << 24;
        for (to, from) in five.iter_mut().zip(bits.to_be_bytes()) {
            *to = from;
        }
    }
    Ok(needed)
}

const fn values() -> [u8; 256] {
    let mut values = [NONE; 256];
    let mut value = 0;
    while value < 32 {
        let character = ALPHABET[value as usize];
        values[character as usize] = value;
        values[character.to_ascii_uppercase() as usize] = value;
        value += 1;
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str) -> Result<alloc::vec::Vec<u8>, Base32Error> {
        let mut out = [0; 64];
        decode(text.as_bytes(), &mut out).map(|n| out[..n].to_vec())
    }

    // spec: heartbeat 3.1
    #[test]
    fn surplus_bits_are_dropped_unseen() {
        assert_eq!(decoded("aa").unwrap(), [0x08]);
        assert_eq!(decoded("ao").unwrap(), [0x08]);
        assert_eq!(decoded("EEEE").unwrap(), [0, 0]);
        assert!(decoded("").unwrap().is_empty());
    }

    #[test]
    fn filler_is_one_bits() {
        let mut out = [0; 2];
        assert_eq!(encode(&[0], &mut out), Ok(2));
        assert_eq!(&out, b"es");
    }

    #[test]
    fn errors_name_their_place() {
        assert_eq!(decoded("aaa"), Err(Base32Error::Length { length: 3 }));
        assert_eq!(decoded("aaaaaaaaa8"), Err(Base32Error::Character { offset: 9 }));
        assert_eq!(decode(b"eeee", &mut [0]), Err(Base32Error::NoRoom { needed: 2 }));
        assert_eq!(encode(&[0; 5], &mut [0; 7]), Err(Base32Error::NoRoom { needed: 8 }));
    }

    #[test]
    fn lengths_agree() {
        for n in 0..200 {
            assert_eq!(decoded_len(encoded_len(n)), Some(n));
        }
        assert_eq!(encoded_len(39), 63);
    }
}
