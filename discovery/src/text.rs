//! What counts as blank in a list, and percent-encoding.

/// The characters that section 6 calls blank: U+0020, TAB, CR, LF and FF.
pub(crate) const BLANKS: [char; 5] = [' ', '\t', '\r', '\n', '\x0C'];

/// The text without blanks at both ends (spec: discovery 6).
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(BLANKS)
}

/// Whether the text has nothing but blanks (spec: discovery 6).
pub(crate) fn is_blank(text: &str) -> bool {
    trim(text).is_empty()
}

/// Appends `text` percent-encoded, everything but unreserved characters (spec: discovery 11.3).
pub(crate) fn percent_encode(out: &mut String, text: &str) {
    for octet in text.bytes() {
        if octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(octet));
        } else {
            percent_encode_octet(out, octet);
        }
    }
}

/// Appends one octet as `%` and two upper-case hexadecimal digits.
pub(crate) fn percent_encode_octet(out: &mut String, octet: u8) {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    out.push('%');
    out.extend(DIGITS.get(usize::from(octet >> 4)));
    out.extend(DIGITS.get(usize::from(octet & 15)));
}

/// Decodes one name or value of a form-encoded query: `+` is a blank, `%` needs two hexadecimal digits.
///
/// `None` for a bad escape or for octets that are no UTF-8.
pub(crate) fn form_decode(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut octets = text.bytes();
    while let Some(octet) = octets.next() {
        out.push(match octet {
            b'+' => b' ',
            b'%' => hex_digit(octets.next()?)? << 4 | hex_digit(octets.next()?)?,
            other => other,
        });
    }
    String::from_utf8(out).ok()
}

/// The value of one hexadecimal digit.
pub(crate) fn hex_digit(octet: u8) -> Option<u8> {
    match octet {
        b'0'..=b'9' => Some(octet - b'0'),
        b'a'..=b'f' => Some(octet - b'a' + 10),
        b'A'..=b'F' => Some(octet - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_five_blanks_are_trimmed() {
        assert_eq!(trim(" \t\r\n\x0Ca\u{a0} "), "a\u{a0}");
        assert!(is_blank(" \t"));
        assert!(!is_blank("\u{a0}"));
    }

    #[test]
    fn percent_coding_goes_both_ways() {
        let mut out = String::new();
        percent_encode(&mut out, "a b/é~");
        assert_eq!(out, "a%20b%2F%C3%A9~");
        assert_eq!(form_decode(&out).as_deref(), Some("a b/é~"));
        assert_eq!(form_decode("a+b"), Some("a b".to_owned()));
        for bad in ["%", "%4", "%g0", "%ff"] {
            assert_eq!(form_decode(bad), None, "{bad}");
        }
    }
}
