//! What a person gives to a decoder: hexadecimal text, base64, a file, or standard input.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use std::io::Read;
use std::path::Path;

/// The most that is read, in octets.
pub const MAX_INPUT: u64 = 1 << 20;

/// Reads the input that an argument names: `-` or nothing is standard input, a file is read, and anything else is the
/// input itself. Text that is wholly hexadecimal or base64 is taken as the octets it stands for, if `binary` says that
/// the format is binary.
///
/// # Errors
/// Says what cannot be read, and what was expected.
pub fn read(argument: Option<&str>, binary: bool) -> Result<Vec<u8>, String> {
    read_at_most(argument, binary, MAX_INPUT)
}

/// As [`read`], with another limit in octets.
///
/// # Errors
/// As [`read`].
pub fn read_at_most(argument: Option<&str>, binary: bool, most: u64) -> Result<Vec<u8>, String> {
    let octets = match argument {
        None | Some("-") => read_all(std::io::stdin().lock(), "standard input", most)?,
        Some(path) if Path::new(path).is_file() => {
            let file = std::fs::File::open(path).map_err(|e| format!("{path}: {e}"))?;
            read_all(file, path, most)?
        }
        // A document in the place of its file's name has a sign of being one.
        Some(name) if !binary && name.len() < 256 && !name.contains(['<', '{', '=', '\n']) => {
            return Err(format!("{name}: no such file"));
        }
        Some(text) => {
            return match from_text(text) {
                Some(octets) if binary => Ok(octets),
                _ if !binary => Ok(text.as_bytes().to_vec()),
                _ => Err(format!("{text:?} is no file, and neither hexadecimal text nor base64")),
            };
        }
    };
    let text = if binary { str::from_utf8(&octets).ok().and_then(from_text) } else { None };
    Ok(text.unwrap_or(octets))
}

fn read_all(source: impl Read, name: &str, most: u64) -> Result<Vec<u8>, String> {
    let mut octets = Vec::new();
    source.take(most + 1).read_to_end(&mut octets).map_err(|e| format!("{name}: {e}"))?;
    if octets.len() as u64 > most {
        return Err(format!("{name}: more than {most} octets"));
    }
    Ok(octets)
}

/// Octets from hexadecimal text (blanks, line ends and colons may stand between the digits) or from base64.
#[must_use]
pub fn from_text(text: &str) -> Option<Vec<u8>> {
    let dense: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    if dense.is_empty() {
        return None;
    }
    from_hex(&dense.replace(':', ""))
        .or_else(|| STANDARD.decode(&dense).ok())
        .or_else(|| STANDARD_NO_PAD.decode(&dense).ok())
}

/// Octets from pairs of hexadecimal digits.
#[must_use]
pub fn from_hex(digits: &str) -> Option<Vec<u8>> {
    let digits = digits.strip_prefix("0x").unwrap_or(digits);
    if !digits.len().is_multiple_of(2) || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    digits
        .as_bytes()
        .chunks(2)
        .map(|pair| str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .collect()
}

/// Octets as hexadecimal text.
#[must_use]
pub fn to_hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_may_stand_in_the_place_of_its_name() {
        for document in ["<a/>", "{}", "[connection]\nid=x", "cred={"] {
            assert_eq!(read(Some(document), false), Ok(document.as_bytes().to_vec()));
        }
        assert_eq!(read(Some("gone.xml"), false), Err("gone.xml: no such file".to_owned()));
        assert!(read(Some("gone.bin"), true).is_err_and(|error| error.contains("gone.bin")));
    }

    #[test]
    fn hexadecimal_text_and_base64_are_told_apart() {
        assert_eq!(from_text("01:2a 00\n14"), Some(vec![1, 0x2a, 0, 0x14]));
        assert_eq!(from_text("0x012a"), Some(vec![1, 0x2a]));
        assert_eq!(from_text("ASoAFA=="), Some(vec![1, 0x2a, 0, 0x14]));
        assert_eq!(from_text("ASoAFA"), Some(vec![1, 0x2a, 0, 0x14]));
        assert_eq!(from_text("not <either>"), None);
        assert_eq!(from_text(" "), None);
    }
}
