//! Values in the forms that documents write them in (spec: eapconfig 2).

use crate::error::WarningKind;

/// An integer: optional sign, 1 to 9 digits.
pub(super) fn integer(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || digits.len() > 9 || !digits.bytes().all(|o| o.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// A boolean, and what is odd about it. What is none counts as false.
pub(super) fn boolean(text: &str) -> (bool, Option<WarningKind>) {
    match text {
        "true" | "1" => (true, None),
        "false" | "0" => (false, None),
        _ if text.eq_ignore_ascii_case("true") => (true, Some(WarningKind::Form)),
        _ if text.eq_ignore_ascii_case("false") => (false, Some(WarningKind::Form)),
        _ => (false, Some(WarningKind::Value)),
    }
}

/// A number of degrees.
pub(super) fn degrees(text: &str) -> Option<f64> {
    // Rust also reads words, `inf` for one; a document writes digits.
    let is_number = text.bytes().all(|o| o.is_ascii_digit() || matches!(o, b'.' | b'-' | b'+' | b'e' | b'E'));
    if is_number { text.parse().ok() } else { None }
}

/// Longest text that is looked at as a server name: a host name with prefixes, written with any characters.
const MAX_SERVER_NAME_LEN: usize = 2048;

/// The host name of a `ServerID`: in lower case, as A-labels, without prefixes and the dot at the end. `odd` is told
/// what had to be removed.
pub(super) fn server_name(text: &str, mut odd: impl FnMut(WarningKind)) -> Option<String> {
    if text.len() > MAX_SERVER_NAME_LEN {
        return None;
    }
    let mut name = text;
    if let Some((prefix, rest)) = name.split_at_checked(4)
        && prefix.eq_ignore_ascii_case("DNS:")
    {
        odd(WarningKind::Prefix);
        name = rest.trim_start_matches(crate::xml::BLANKS);
    }
    if let Some(rest) = name.strip_prefix("*.") {
        odd(WarningKind::Wildcard);
        name = rest;
    }
    let mut name = if name.is_ascii() {
        name.to_ascii_lowercase()
    } else {
        idna::domain_to_ascii(name).ok()?.to_ascii_lowercase()
    };
    if name.ends_with('.') {
        name.pop();
    }
    is_host_name(&name).then_some(name)
}

/// Letters, digits and inner hyphens (RFC 1123, 2.1); not an address.
fn is_host_name(name: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|o| o.is_ascii_alphanumeric() || o == b'-')
    };
    let last_is_number = name.rsplit('.').next().is_some_and(|l| l.bytes().all(|o| o.is_ascii_digit()));
    name.len() <= 253 && !last_is_number && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: eapconfig 2
    #[test]
    fn integers_have_a_sign_and_up_to_nine_digits() {
        assert_eq!(integer("25"), Some(25));
        assert_eq!(integer("+025"), Some(25));
        assert_eq!(integer("-1"), Some(-1));
        assert_eq!(integer("999999999"), Some(999_999_999));
        for bad in ["", "+", "1000000000", "2 5", "+-5", "0x19", "٢٥"] {
            assert_eq!(integer(bad), None, "{bad}");
        }
    }

    // spec: eapconfig 2
    #[test]
    fn server_names_are_host_names() {
        let read = |text: &str| {
            let mut odd = Vec::new();
            (server_name(text, |kind| odd.push(kind.code())), odd)
        };
        assert_eq!(read("Radius.Example.ORG."), (Some("radius.example.org".into()), vec![]));
        assert_eq!(read("DNS:*.example.org"), (Some("example.org".into()), vec!["prefix", "wildcard"]));
        assert_eq!(read("bücher.example").0.as_deref(), Some("xn--bcher-kva.example"));
        assert_eq!(read("radius").0.as_deref(), Some("radius"));
        for bad in [
            "",
            ".",
            "a..b",
            "-a.b",
            "a_b.c",
            "a b",
            "192.0.2.1",
            "*",
            "DNS:",
            "a.*.b",
            &"a".repeat(64),
            "2001:db8::1",
        ] {
            assert_eq!(read(bad).0, None, "{bad}");
        }
    }

    #[test]
    fn degrees_are_digits() {
        assert_eq!(degrees("-12.345"), Some(-12.345));
        assert_eq!(degrees("+5"), Some(5.0));
        for bad in ["", "inf", "NaN", "1,5", "5°", "e"] {
            assert_eq!(degrees(bad), None, "{bad}");
        }
    }
}
