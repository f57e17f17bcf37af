//! The small things of XML: characters, names, references, and the grammar inside of tags.

use std::borrow::Cow;

const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// Without the blanks in front, of which there has to be one.
fn after_blanks(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(BLANKS);
    (rest.len() < text.len()).then_some(rest)
}

/// A text between quotes, and what follows.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix(['"', '\''])?;
    inside.split_once(text.chars().next()?)
}

/// The attributes in what follows the name of a start tag: names and values as written, `None` where the grammar is broken
/// (XML 1.0 §3.1).
pub(super) struct Attributes<'a>(pub(super) &'a str);

impl<'a> Iterator for Attributes<'a> {
    type Item = Option<(&'a str, &'a str)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.trim_start_matches(BLANKS).is_empty() {
            return None;
        }
        let one = |text: &'a str| {
            let (name, rest) = after_blanks(text)?.split_once('=')?;
            let (value, rest) = quoted(rest.trim_start_matches(BLANKS))?;
            Some((name.trim_end_matches(BLANKS), value, rest))
        };
        let read = one(self.0);
        self.0 = read.map_or("", |(_, _, rest)| rest);
        Some(read.map(|(name, value, _)| (name, value)))
    }
}

/// Whether an XML declaration, the text between `<?` and `?>`, is as it must be and names UTF-8 if it names an encoding
/// (XML 1.0 §2.8).
pub(super) fn declaration_is_good(text: &str) -> bool {
    let mut members = ["version", "encoding", "standalone"].into_iter();
    let mut has_version = false;
    for attribute in Attributes(text.strip_prefix("xml").unwrap_or_default()) {
        let Some((name, value)) = attribute else { return false };
        // Each at most once and in this order.
        if !members.any(|member| member == name) {
            return false;
        }
        let fits = match name {
            "version" => {
                has_version = true;
                let minor = value.strip_prefix("1.").unwrap_or_default();
                !minor.is_empty() && minor.bytes().all(|o| o.is_ascii_digit())
            }
            "encoding" => value.eq_ignore_ascii_case("utf-8"),
            _ => matches!(value, "yes" | "no"),
        };
        if !fits {
            return false;
        }
    }
    has_version
}

/// Whether the target of a processing instruction is one (XML 1.0 §2.6).
pub(super) fn instruction_is_good(target: &str) -> bool {
    target.split(':').all(is_name) && !target.eq_ignore_ascii_case("xml")
}

/// A document type declaration.
#[derive(Clone, Copy)]
pub(super) enum DocumentType {
    /// It names a type, and perhaps where that is.
    Plain,
    /// It brings declarations of its own. What they are is not looked at.
    Internal,
}

impl DocumentType {
    /// Reads a declaration as far as it says which of the two it is (XML 1.0 §2.8).
    pub(super) fn read(text: &str) -> Option<Self> {
        let named = after_blanks(text.strip_prefix("<!DOCTYPE")?)?;
        let (name, mut rest) = named.split_at(named.find(|c| BLANKS.contains(&c) || matches!(c, '>' | '['))?);
        if !name.split(':').all(is_name) {
            return None;
        }
        for (keyword, literals) in [("SYSTEM", 1), ("PUBLIC", 2)] {
            if let Some(after) = after_blanks(rest).and_then(|r| r.strip_prefix(keyword)) {
                rest = after;
                for _ in 0..literals {
                    (_, rest) = quoted(after_blanks(rest)?)?;
                }
                break;
            }
        }
        match rest.trim_start_matches(BLANKS).chars().next()? {
            '[' => Some(Self::Internal),
            '>' => Some(Self::Plain),
            _ => None,
        }
    }
}

/// XML 1.0 §2.2.
pub(super) fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// What a name may begin with beyond the letters of ASCII and `_` (XML 1.0 §2.3).
const LETTERS: [(char, char); 12] = [
    ('\u{c0}', '\u{d6}'),
    ('\u{d8}', '\u{f6}'),
    ('\u{f8}', '\u{2ff}'),
    ('\u{370}', '\u{37d}'),
    ('\u{37f}', '\u{1fff}'),
    ('\u{200c}', '\u{200d}'),
    ('\u{2070}', '\u{218f}'),
    ('\u{2c00}', '\u{2fef}'),
    ('\u{3001}', '\u{d7ff}'),
    ('\u{f900}', '\u{fdcf}'),
    ('\u{fdf0}', '\u{fffd}'),
    ('\u{10000}', '\u{effff}'),
];

/// A name without a colon (XML 1.0 §2.3; Namespaces in XML §3).
pub(super) fn is_name(name: &str) -> bool {
    let start = |c: char| {
        c.is_ascii_alphabetic() || c == '_' || LETTERS.iter().any(|(from, to)| (*from..=*to).contains(&c))
    };
    let more = |c: char| {
        c.is_ascii_digit()
            || matches!(c, '-' | '.' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
    };
    name.starts_with(start) && name.chars().all(|c| start(c) || more(c))
}

pub(super) fn normalise_lines(text: &str) -> Cow<'_, str> {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}

/// The character that a reference (the text between `&` and `;`) stands for.
pub(super) fn resolve(reference: &str) -> Option<char> {
    let number = |digits: &str, radix| {
        let plain = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
        plain.then(|| u32::from_str_radix(digits, radix).ok()).flatten().and_then(char::from_u32)
    };
    let c = match reference {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "apos" => '\'',
        "quot" => '"',
        _ => match reference.strip_prefix("#x") {
            Some(hex) => number(hex, 16)?,
            None => number(reference.strip_prefix('#')?, 10)?,
        },
    };
    is_xml_char(c).then_some(c)
}

/// The value of an attribute: line ends and white space become blanks, then references are resolved (XML 1.0 §3.3.3).
pub(super) fn attribute_value(raw: &str) -> Option<String> {
    if raw.contains('<') {
        return None;
    }
    let raw = normalise_lines(raw);
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw.as_ref();
    while let Some((before, after)) = rest.split_once('&') {
        out.extend(before.chars().map(blank));
        let (reference, after) = after.split_once(';')?;
        out.push(resolve(reference)?);
        rest = after;
    }
    out.extend(rest.chars().map(blank));
    Some(out)
}

const fn blank(c: char) -> char {
    match c {
        '\t' | '\n' => ' ',
        other => other,
    }
}
