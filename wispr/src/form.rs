//! Forms: `application/x-www-form-urlencoded`, as a login is posted (spec: wispr 5).

use crate::url::hex_pair;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;

/// The media type of a form.
pub const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

/// Appends a field, with `&` in front if it is not the first. UTF-8, a blank as `+`.
pub fn push_field(out: &mut String, name: &str, value: &str) {
    if !out.is_empty() {
        out.push('&');
    }
    push_encoded(out, name);
    out.push('=');
    push_encoded(out, value);
}

/// How many octets a field has when it is encoded, the separators included.
#[must_use]
pub fn field_len(name: &str, value: &str) -> usize {
    2 + 3 * (name.len() + value.len())
}

fn push_encoded(out: &mut String, text: &str) {
    for octet in text.bytes() {
        match octet {
            b' ' => out.push('+'),
            _ if octet.is_ascii_alphanumeric() || b"*-._".contains(&octet) => out.push(char::from(octet)),
            _ => {
                let _infallible = write!(out, "%{octet:02X}");
            }
        }
    }
}

/// Takes a form apart: names and values in order. Octets that are no UTF-8 become U+FFFD.
#[must_use]
pub fn parse(form: &str) -> Vec<(String, String)> {
    let pairs = form.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        })
        .collect()
}

fn decoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (first, tail) {
            (b'+', _) => out.push(b' '),
            (b'%', [high, low, behind @ ..]) if let Some(octet) = hex_pair(*high, *low) => {
                out.push(octet);
                rest = behind;
            }
            _ => out.push(*first),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_keeps_the_order_and_encodes_the_rest() {
        // spec: wispr 5
        let mut form = String::new();
        push_field(&mut form, "UserName", "user@fon.com#fon");
        push_field(&mut form, "Password", "my pass&w\u{f6}rd+*-._~");
        assert_eq!(form, "UserName=user%40fon.com%23fon&Password=my+pass%26w%C3%B6rd%2B*-._%7E");
        let fields = parse(&form);
        assert_eq!(fields[1], ("Password".into(), "my pass&w\u{f6}rd+*-._~".into()));
        assert!(form.len() <= field_len("UserName", &fields[0].1) + field_len("Password", &fields[1].1));
    }

    #[test]
    fn broken_escapes_stay() {
        assert_eq!(
            parse("a=%zz%4&b&&=%ff"),
            [("a".into(), "%zz%4".into()), ("b".into(), "".into()), ("".into(), "\u{fffd}".into())]
        );
    }
}
