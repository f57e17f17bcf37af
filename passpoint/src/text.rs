//! Small text forms that several formats share.

use std::fmt::Write as _;

/// Lower-case hexadecimal.
pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::with_capacity(octets.len() * 2), |mut out, octet| {
        let _ = write!(out, "{octet:02x}");
        out
    })
}

/// Octets of an even number of hexadecimal digits.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |d: u8| char::from(d).to_digit(16);
    if !text.len().is_multiple_of(2) {
        return None;
    }
    text.as_bytes()
        .chunks_exact(2)
        .map(|pair| match pair {
            [high, low] => u8::try_from(digit(*high)? * 16 + digit(*low)?).ok(),
            _ => None,
        })
        .collect()
}

/// Adds an ASCII text in lines of `width` characters, each with a line feed.
pub(crate) fn push_lines(out: &mut String, ascii: &str, width: usize) {
    let mut rest = ascii;
    while !rest.is_empty() {
        let (line, after) = rest.split_at(width.min(rest.len()));
        out.push_str(line);
        out.push('\n');
        rest = after;
    }
}

/// UTF-16, high octet first.
pub(crate) fn from_utf16_be(octets: &[u8]) -> Option<String> {
    let units = octets.chunks_exact(2).map(|c| match c {
        [high, low] => u16::from_be_bytes([*high, *low]),
        _ => 0,
    });
    if octets.len().is_multiple_of(2) {
        char::decode_utf16(units).collect::<Result<_, _>>().ok()
    } else {
        None
    }
}
