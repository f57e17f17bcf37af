//! The small things of XML: names, blanks, references, the attributes of a tag.

use std::borrow::Cow;

/// The attributes of a start tag, as written.
pub(super) struct Attributes<'a> {
    pub(super) rest: &'a str,
}

impl<'a> Attributes<'a> {
    /// The next name and value; nothing at the end; an error where the grammar is broken (XML 1.0, 3.1).
    pub(super) fn next(&mut self) -> Result<Option<(&'a str, &'a str)>, ()> {
        let from = self.rest.trim_ascii_start();
        if from.is_empty() {
            return Ok(None);
        }
        if from.len() == self.rest.len() {
            return Err(());
        }
        let equals = memchr::memchr(b'=', from.as_bytes()).ok_or(())?;
        let name = from.get(..equals).ok_or(())?.trim_ascii_end();
        let rest = from.get(equals + 1..).ok_or(())?.trim_ascii_start();
        let quote = rest.bytes().next().filter(|o| matches!(o, b'"' | b'\'')).ok_or(())?;
        let rest = rest.get(1..).ok_or(())?;
        let end = memchr::memchr2(quote, b'<', rest.as_bytes()).ok_or(())?;
        if rest.as_bytes().get(end) != Some(&quote) {
            return Err(());
        }
        self.rest = rest.get(end + 1..).ok_or(())?;
        Ok(Some((name, rest.get(..end).ok_or(())?)))
    }
}

/// Blanks of XML.
pub(crate) const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

pub(super) fn is_blank(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t' | b'\r' | b'\n')
}

pub(super) fn normalise_line_ends(raw: &str) -> Cow<'_, str> {
    if raw.contains('\r') {
        Cow::Owned(raw.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(raw)
    }
}

/// The value of an attribute: references resolved, line ends and tabs made blanks (XML 1.0, 3.3.3).
pub(super) fn resolve_value(raw: &str) -> Option<Cow<'_, str>> {
    if !raw.bytes().any(|o| matches!(o, b'&' | b'\t' | b'\n' | b'\r')) {
        return Some(Cow::Borrowed(raw));
    }
    let mut value = String::with_capacity(raw.len());
    let raw = normalise_line_ends(raw);
    let mut rest = raw.as_ref();
    while let Some(at) = rest.find(['&', '\t', '\n']) {
        let (before, from) = rest.split_at(at);
        value.push_str(before);
        if let Some(name) = from.strip_prefix('&') {
            let (name, after) = name.split_once(';')?;
            value.push(reference(name)?);
            rest = after;
        } else {
            value.push(' ');
            rest = from.get(1..)?;
        }
    }
    value.push_str(rest);
    Some(Cow::Owned(value))
}

/// What `&name;` stands for: the five entities every document has, and characters by number.
pub(super) fn reference(name: &str) -> Option<char> {
    match name {
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "amp" => return Some('&'),
        "apos" => return Some('\''),
        "quot" => return Some('"'),
        _ => {}
    }
    let number = name.strip_prefix('#')?;
    let (digits, radix) = match number.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let code = u32::from_str_radix(digits.trim_start_matches('0'), radix).ok()?;
    char::from_u32(code).filter(|c| is_char(*c))
}

/// Whether XML 1.0 allows the character (2.2).
pub(crate) fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Prefix and local part of a qualified name.
pub(super) fn split_name(name: &str) -> Option<(&str, &str)> {
    if is_plain_name(name) {
        return Some(("", name));
    }
    match name.split_once(':') {
        None => is_nc_name(name).then_some(("", name)),
        Some((prefix, local)) => (is_nc_name(prefix) && is_nc_name(local)).then_some((prefix, local)),
    }
}

/// A name without colon (XML 1.0, 2.3; Namespaces in XML 1.0, 3).
pub(super) fn is_nc_name(name: &str) -> bool {
    let mut characters = name.chars();
    is_plain_name(name) || characters.next().is_some_and(is_name_start) && characters.all(is_name_char)
}

/// Letters and digits only, which most names are.
fn is_plain_name(name: &str) -> bool {
    let octets = name.as_bytes();
    // Without an early end: names are short, and most are plain.
    let plain = octets.iter().fold(true, |all, octet| all & octet.is_ascii_alphanumeric());
    plain && octets.first().is_some_and(u8::is_ascii_alphabetic)
}

fn is_name_start(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'a'..='z' | '_'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}'
        | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}'
        | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

fn is_name_char(c: char) -> bool {
    is_name_start(c)
        || matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}
