//! A bounded pull reader for JSON (RFC 8259).
//!
//! The list needs what a derived reader does not give: number tokens as they were spelled (`seq` up to 2^64-1 and
//! without exponents, `1e999` as a coordinate that is only dropped), values of any type at any place, a nesting limit
//! that holds for ignored members too, and text that is copied once, into the document's own arena. Token replies and
//! service documents are small and go through `serde_json`.

use std::borrow::Cow;
use std::fmt;

/// Why a text is not JSON, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Error {
    /// The grammar is broken at this octet.
    Malformed(usize),
    /// More than [`MAX_DEPTH`] open arrays and objects at this octet.
    TooDeep(usize),
}

/// Open arrays and objects at one time (spec: discovery 6). The reader keeps one bit for each.
pub(crate) const MAX_DEPTH: u32 = 64;

/// What kind of value comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Array,
    Other,
}

/// A value that is no container; containers are skipped and only counted.
#[derive(Clone, Copy, Default)]
pub(crate) enum Scalar<'a> {
    /// The member is not there.
    #[default]
    Missing,
    Null,
    Bool(bool),
    /// The token as it was spelled.
    Number(&'a str),
    Text(Text<'a>),
    /// An array or object.
    Container,
}

/// A string between its quotes; escapes are known to be right but not yet resolved.
#[derive(Clone, Copy)]
pub(crate) struct Text<'a> {
    raw: &'a str,
    escaped: bool,
}

/// Reads one text from front to back.
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
    /// One bit for each open container, the innermost lowest: 1 for an object.
    objects: u64,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0, objects: 0 }
    }

    /// Starts at the value at this octet, which an earlier pass has found to be well-formed.
    pub(crate) fn at(text: &'a str, offset: usize) -> Self {
        Self { at: offset, ..Self::new(text) }
    }

    /// Octets before the next value, after [`Self::kind`] went over the white space.
    pub(crate) fn offset(&self) -> usize {
        self.at
    }

    /// Octets that are still to be read.
    pub(crate) fn remaining(&self) -> usize {
        self.text.len() - self.at
    }

    fn octet(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn malformed<T>(&self) -> Result<T, Error> {
        Err(Error::Malformed(self.at))
    }

    fn space(&mut self) -> Option<u8> {
        loop {
            let octet = self.octet();
            if !matches!(octet, Some(b' ' | b'\t' | b'\r' | b'\n')) {
                return octet;
            }
            self.at += 1;
        }
    }

    /// The kind of the value that comes next.
    pub(crate) fn kind(&mut self) -> Kind {
        match self.space() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            _ => Kind::Other,
        }
    }

    /// Nothing but white space may follow.
    pub(crate) fn end(&mut self) -> Result<(), Error> {
        if self.space().is_none() { Ok(()) } else { self.malformed() }
    }

    /// Opens the array or object that comes next.
    pub(crate) fn open(&mut self) -> Result<(), Error> {
        let Some(bracket @ (b'{' | b'[')) = self.space() else {
            return self.malformed();
        };
        if self.depth == MAX_DEPTH {
            return Err(Error::TooDeep(self.at));
        }
        self.depth += 1;
        self.objects = self.objects << 1 | u64::from(bracket == b'{');
        self.at += 1;
        Ok(())
    }

    fn closing(&self) -> u8 {
        if self.objects & 1 == 1 { b'}' } else { b']' }
    }

    /// Goes to the next item of the innermost container. `false`: it has ended and is closed.
    fn item(&mut self, first: &mut bool) -> Result<bool, Error> {
        let octet = self.space();
        if octet == Some(self.closing()) {
            self.at += 1;
            self.depth -= 1;
            self.objects >>= 1;
            return Ok(false);
        }
        if !std::mem::take(first) {
            if octet != Some(b',') {
                return self.malformed();
            }
            self.at += 1;
            // A comma promises an item; without this, `[1,]` would end quietly.
            if self.space() == Some(self.closing()) {
                return self.malformed();
            }
        }
        Ok(true)
    }

    /// Goes to the next element of the innermost array. `first` starts as true. `false`: the array is closed.
    pub(crate) fn element(&mut self, first: &mut bool) -> Result<bool, Error> {
        self.item(first)
    }

    /// Goes to the value of the next member of the innermost object. `None`: the object is closed.
    pub(crate) fn member(&mut self, first: &mut bool) -> Result<Option<Text<'a>>, Error> {
        if !self.item(first)? {
            return Ok(None);
        }
        self.space();
        let name = self.string()?;
        if self.space() != Some(b':') {
            return self.malformed();
        }
        self.at += 1;
        Ok(Some(name))
    }

    /// Reads the next value; a container is skipped.
    pub(crate) fn scalar(&mut self) -> Result<Scalar<'a>, Error> {
        match self.space() {
            Some(b'"') => self.string().map(Scalar::Text),
            Some(b'-' | b'0'..=b'9') => self.number().map(Scalar::Number),
            Some(b't') => self.word("true").map(|()| Scalar::Bool(true)),
            Some(b'f') => self.word("false").map(|()| Scalar::Bool(false)),
            Some(b'n') => self.word("null").map(|()| Scalar::Null),
            Some(b'{' | b'[') => self.skip_container().map(|()| Scalar::Container),
            _ => self.malformed(),
        }
    }

    /// Skips the next value.
    pub(crate) fn skip(&mut self) -> Result<(), Error> {
        self.scalar().map(drop)
    }

    fn skip_container(&mut self) -> Result<(), Error> {
        let outside = self.depth;
        self.open()?;
        let mut first = true;
        while self.depth > outside {
            let more = if self.objects & 1 == 1 {
                self.member(&mut first)?.is_some()
            } else {
                self.element(&mut first)?
            };
            if more && self.kind() != Kind::Other {
                self.open()?;
                first = true;
            } else if more {
                self.scalar()?;
            } else {
                // Back in the outer container, which has an item now.
                first = false;
            }
        }
        Ok(())
    }

    fn word(&mut self, word: &str) -> Result<(), Error> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return self.malformed();
        }
        self.at += word.len();
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Error> {
        let start = self.at;
        while matches!(self.octet(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { self.malformed() } else { Ok(()) }
    }

    fn number(&mut self) -> Result<&'a str, Error> {
        let start = self.at;
        if self.octet() == Some(b'-') {
            self.at += 1;
        }
        if self.octet() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.octet() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.octet(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.octet(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(&self.text[start..self.at])
    }

    fn string(&mut self) -> Result<Text<'a>, Error> {
        if self.octet() != Some(b'"') {
            return self.malformed();
        }
        self.at += 1;
        let start = self.at;
        let mut escaped = false;
        loop {
            self.at += plain_len(&self.text.as_bytes()[self.at..]);
            match self.octet() {
                Some(b'"') => {
                    let raw = &self.text[start..self.at];
                    self.at += 1;
                    return Ok(Text { raw, escaped });
                }
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                _ => return self.malformed(),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Error> {
        let rest = &self.text.as_bytes()[self.at + 1..];
        self.at += match rest.first() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
            Some(b'u') if rest.len() > 4 && rest[1..5].iter().all(u8::is_ascii_hexdigit) => 6,
            _ => return self.malformed(),
        };
        Ok(())
    }
}

/// How many octets come before the next quotation mark, backslash or control character.
fn plain_len(octets: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    // Eight octets at a time: `x - 1 & !x` has the high bit of the lowest octet that is zero. Octets above it may be
    // marked wrongly by the borrow, but never one below it.
    let zero = |x: u64| x.wrapping_sub(ONES) & !x & HIGH;
    let (chunks, rest) = octets.as_chunks::<8>();
    for (index, chunk) in chunks.iter().enumerate() {
        let word = u64::from_le_bytes(*chunk);
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
        let found = zero(word ^ (ONES * 0x22)) | zero(word ^ (ONES * 0x5C)) | control;
        if found != 0 {
            return index * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let special = |o: &u8| matches!(o, b'"' | b'\\' | 0..=0x1F);
    octets.len() - rest.len() + rest.iter().position(special).unwrap_or(rest.len())
}

impl<'a> Text<'a> {
    pub(crate) const EMPTY: Self = Self { raw: "", escaped: false };

    /// A token taken as text.
    pub(crate) const fn spelled(token: &'a str) -> Self {
        Self { raw: token, escaped: false }
    }

    /// Whether both are the same text.
    pub(crate) fn same(self, other: Self) -> bool {
        if self.escaped || other.escaped { self.to_text() == other.to_text() } else { self.raw == other.raw }
    }

    /// Appends the text with its escapes resolved. Half of a surrogate pair becomes U+FFFD, as in the present clients:
    /// the grammar of RFC 8259 allows it, and one odd name must not cost the list.
    pub(crate) fn push_to(self, out: &mut String) {
        if !self.escaped {
            out.push_str(self.raw);
            return;
        }
        let mut rest = self.raw;
        while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
            out.push_str(&rest[..at]);
            let escape = rest.as_bytes().get(at + 1).copied().unwrap_or_default();
            let mut used = at + 2;
            out.push(match escape {
                b'b' => '\u{8}',
                b'f' => '\u{C}',
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                b'u' => {
                    let (c, len) = unicode_escape(&rest[at..]);
                    used = at + len;
                    c
                }
                other => char::from(other),
            });
            rest = rest.get(used..).unwrap_or_default();
        }
        out.push_str(rest);
    }

    /// Whether the text is this one.
    pub(crate) fn is(self, text: &str) -> bool {
        if self.escaped { self.to_text() == text } else { self.raw == text }
    }

    /// The text with its escapes resolved.
    pub(crate) fn to_text(self) -> String {
        let mut out = String::with_capacity(self.raw.len());
        self.push_to(&mut out);
        out
    }

    /// The text with its escapes resolved, borrowed if there are none.
    pub(crate) fn to_cow(self) -> Cow<'a, str> {
        if self.escaped { Cow::Owned(self.to_text()) } else { Cow::Borrowed(self.raw) }
    }
}

/// The character of `\u` and four digits at the start of `text`, a pair of them for the upper planes, and the length
/// used.
fn unicode_escape(text: &str) -> (char, usize) {
    let unit = |at: usize| text.get(at + 2..at + 6).and_then(|hex| u32::from_str_radix(hex, 16).ok());
    let high = unit(0).unwrap_or(0xFFFD);
    if (0xD800..0xDC00).contains(&high)
        && text.get(6..8) == Some("\\u")
        && let Some(low @ 0xDC00..0xE000) = unit(6)
    {
        let value = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
        return (char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER), 12);
    }
    (char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER), 6)
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.raw, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<(), Error> {
        let mut reader = Reader::new(text);
        reader.skip()?;
        reader.end()
    }

    // spec: discovery 6
    #[test]
    fn the_grammar_of_rfc_8259_holds() {
        for good in [
            "null",
            " true ",
            "-0.5e+3",
            "[]",
            "[ ]",
            "{}",
            "[1,[2,{\"a\":[]}],\"x\\u00e9\\n\"]",
            "{\"a\":{\"b\":1},\"c\":[[]]}",
            "\"\\ud800\"",
            "1e999",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "nul",
            "01",
            "1.",
            ".5",
            "+1",
            "1e",
            "[1,]",
            "[,1]",
            "[1 2]",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "{\"a\":1,}",
            "[1}",
            "{]",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"a\nb\"",
            "\"open",
            "NaN",
            "[]x",
            "'a'",
            "[",
            "{\"a\":[1,{}",
            "/**/1",
        ] {
            assert!(matches!(check(bad), Err(Error::Malformed(_))), "{bad}");
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too long for an interpreter")]
    fn sixty_four_levels_are_the_limit() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert_eq!(check(&nested(64)), Ok(()));
        assert_eq!(check(&nested(65)), Err(Error::TooDeep(64)));
        assert_eq!(check(&"[".repeat(100_000)), Err(Error::TooDeep(64)));
    }

    #[test]
    fn escapes_are_resolved() {
        let text = |json: &str| match Reader::new(json).scalar() {
            Ok(Scalar::Text(text)) => text.to_text(),
            _ => panic!("no text: {json}"),
        };
        assert_eq!(text(r#""\"\\\/\b\f\n\r\t""#), "\"\\/\u{8}\u{c}\n\r\t");
        assert_eq!(text(r#""\u00e9\ud83d\ude00x""#), "é😀x");
        assert_eq!(text(r#""\ud83dx\ude00\ud800\u0041""#), "\u{fffd}x\u{fffd}\u{fffd}A");
    }

    #[test]
    fn the_end_of_plain_text_is_found_at_every_place() {
        for special in [0u8, 0x1F, b'"', b'\\'] {
            for at in 0..20 {
                let mut octets = vec![b'a'; 20];
                octets[at] = special;
                assert_eq!(plain_len(&octets), at, "{special} at {at}");
            }
        }
        assert_eq!(plain_len("áé\u{7f}\u{80}!# [".as_bytes()), "áé\u{7f}\u{80}!# [".len());
    }
}
