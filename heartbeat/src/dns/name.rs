//! Names, text to wire (spec: heartbeat 7.1).

use core::fmt;
use core::str::FromStr;

/// Octets of the longest name, length octets and root included (RFC 1035 §2.3.4).
pub const MAX_NAME_LEN: usize = 255;
/// Octets of the longest label (RFC 1035 §2.3.4).
const MAX_LABEL_LEN: usize = 63;

/// A name in wire form, case kept.
#[derive(Clone, Copy)]
pub struct Name {
    octets: [u8; MAX_NAME_LEN],
    length: usize,
}

/// Why text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// A label has more than 63 octets.
    #[error("the label at offset {offset} is longer than 63 octets")]
    LabelTooLong {
        /// Where the label begins in the text.
        offset: usize,
    },
    /// The name has more than 255 octets on the wire.
    #[error("the name is longer than 255 octets on the wire")]
    NameTooLong,
}

impl Name {
    /// The name in wire form.
    #[must_use]
    pub fn as_octets(&self) -> &[u8] {
        self.octets.get(..self.length).unwrap_or_default()
    }

    /// A name from its wire form without compression, taken from the front of `octets`.
    #[must_use]
    pub fn from_wire(octets: &[u8]) -> Option<Self> {
        let length = wire_len(octets)?;
        let mut name = Self { octets: [0; MAX_NAME_LEN], length };
        name.octets.iter_mut().zip(octets.get(..length)?).for_each(|(to, from)| *to = *from);
        Some(name)
    }

    /// The labels, the root left out.
    pub fn labels(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = self.as_octets();
        core::iter::from_fn(move || {
            let (&length, behind) = rest.split_first()?;
            let (label, behind) = behind.split_at_checked(usize::from(length)).filter(|_| length > 0)?;
            rest = behind;
            Some(label)
        })
    }

    /// The part behind the first label, as wire form; empty for the root.
    #[must_use]
    pub fn behind_first_label(&self) -> &[u8] {
        let octets = self.as_octets();
        octets.first().and_then(|&length| octets.get(usize::from(length) + 1..)).unwrap_or_default()
    }

    fn push_label(&mut self, start: usize, end: usize, offset: usize) -> Result<(), NameError> {
        let length =
            u8::try_from(end - start - 1).ok().filter(|&length| usize::from(length) <= MAX_LABEL_LEN);
        let length = length.ok_or(NameError::LabelTooLong { offset })?;
        if let Some(place) = self.octets.get_mut(start) {
            *place = length;
        }
        Ok(())
    }
}

impl FromStr for Name {
    type Err = NameError;

    /// Splits at dots; empty pieces vanish; `\` and one to three octal digits is that octet, of whose bits the low eight
    /// count, `\` and anything else is that character, and an escaped dot does not separate. A `\` at the end is nothing.
    fn from_str(text: &str) -> Result<Self, NameError> {
        let text = text.as_bytes();
        let mut name = Self { octets: [0; MAX_NAME_LEN], length: 0 };
        let (mut start, mut end) = (0, 1);
        let (mut label_at, mut at) = (0, 0);
        while let Some(&character) = text.get(at) {
            if character == b'.' {
                if end > start + 1 {
                    name.push_label(start, end, label_at)?;
                    (start, end) = (end, end + 1);
                }
                at += 1;
                label_at = at;
                continue;
            }
            let (octet, taken) = match character {
                b'\\' => match escape(text.get(at + 1..).unwrap_or_default()) {
                    Some(escape) => escape,
                    None => break,
                },
                _ => (character, 1),
            };
            // A label that is itself too long is reported as such, not as a name that is.
            if end > start + MAX_LABEL_LEN {
                return Err(NameError::LabelTooLong { offset: label_at });
            }
            *name.octets.get_mut(end).ok_or(NameError::NameTooLong)? = octet;
            end += 1;
            at += taken;
        }
        if end > start + 1 {
            name.push_label(start, end, label_at)?;
            start = end;
        }
        // The root's own octet is zero already.
        if start >= MAX_NAME_LEN {
            return Err(NameError::NameTooLong);
        }
        name.length = start + 1;
        if let Some(root) = name.octets.get_mut(start) {
            *root = 0;
        }
        Ok(name)
    }
}

/// The octet an escape stands for, and how many characters it takes with its backslash; `None` if nothing follows.
fn escape(behind: &[u8]) -> Option<(u8, usize)> {
    let digits = behind.iter().take(3).take_while(|c| matches!(c, b'0'..=b'7'));
    // The shift drops the ninth bit of three digits, as the original does.
    let (octet, count) = digits.fold((0u8, 0), |(octet, count), c| (octet << 3 | (c - b'0'), count + 1));
    match count {
        0 => behind.first().map(|&character| (character, 2)),
        _ => Some((octet, count + 1)),
    }
}

/// Octets of the uncompressed name at the front of `octets`, root included.
fn wire_len(octets: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let length = usize::from(*octets.get(at)?);
        at += 1 + length;
        if length > MAX_LABEL_LEN || at > MAX_NAME_LEN {
            return None;
        }
        if length == 0 {
            return Some(at);
        }
    }
}

impl PartialEq for Name {
    /// As the DNS compares names: ASCII case does not count.
    fn eq(&self, other: &Self) -> bool {
        self.as_octets().eq_ignore_ascii_case(other.as_octets())
    }
}

impl Eq for Name {}

impl fmt::Display for Name {
    /// Text that reads back as the same name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, label) in self.labels().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            for &octet in label {
                match octet {
                    b'.' | b'\\' => write!(f, "\\{}", char::from(octet))?,
                    0x20..=0x7e => write!(f, "{}", char::from(octet))?,
                    _ => write!(f, "\\{octet:03o}")?,
                }
            }
        }
        if self.length == 1 { f.write_str(".") } else { Ok(()) }
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::ToString as _;

    fn wire(text: &str) -> Result<alloc::vec::Vec<u8>, NameError> {
        text.parse::<Name>().map(|name| name.as_octets().to_vec())
    }

    // spec: heartbeat 7.1
    #[test]
    fn escapes_are_octal_or_the_character_itself() {
        assert_eq!(wire(r"a\056b.c").unwrap(), b"\x03a.b\x01c\0");
        assert_eq!(wire(r"x\10").unwrap(), b"\x02x\x08\0");
        assert_eq!(wire(r"x\1018").unwrap(), b"\x03xA8\0");
        assert_eq!(wire(r"\.\\\9").unwrap(), b"\x03.\\9\0");
        assert_eq!(wire(r"\377\400\777\101").unwrap(), b"\x04\xff\0\xffA\0", "eight bits of nine count");
        assert_eq!(wire(r"ab\").unwrap(), b"\x02ab\0");
        assert_eq!(wire(r"a.\").unwrap(), b"\x01a\0");
    }

    #[test]
    fn empty_pieces_vanish() {
        assert_eq!(wire("..a..b.").unwrap(), b"\x01a\x01b\0");
        assert_eq!(wire("").unwrap(), b"\0");
        assert_eq!(wire("...").unwrap(), b"\0");
    }

    #[test]
    fn limits_are_the_ones_of_the_dns() {
        let long = "x".repeat(63);
        assert_eq!(wire(&long).unwrap().len(), 65);
        assert_eq!(wire(&format!("a.{long}x")), Err(NameError::LabelTooLong { offset: 2 }));
        let most = format!("{long}.{long}.{long}.{}", "y".repeat(61));
        assert_eq!(wire(&most).unwrap().len(), 255);
        assert_eq!(wire(&format!("{most}y")), Err(NameError::NameTooLong));
        assert_eq!(wire(&format!("{most}.y")), Err(NameError::NameTooLong));
        assert_eq!(wire(&format!("{most}.yyyyyyy")), Err(NameError::NameTooLong));
    }

    #[test]
    fn text_reads_back() {
        let name: Name = r"a\.b\\.\000\377 c".parse().unwrap();
        assert_eq!(name.to_string().parse::<Name>(), Ok(name));
        assert_eq!(Name::from_wire(name.as_octets()), Some(name));
        assert_eq!("".parse::<Name>().unwrap().to_string(), ".");
        assert_eq!(Name::from_wire(b"\x01a\xc0\x00"), None);
        assert_eq!(Name::from_wire(b"\x01a"), None);
    }

    #[test]
    fn labels_come_in_order() {
        let name: Name = "ab.c".parse().unwrap();
        assert!(name.labels().eq([&b"ab"[..], b"c"]));
        assert_eq!(name.behind_first_label(), b"\x01c\0");
    }
}
