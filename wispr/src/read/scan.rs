//! Finding markup in text that need not be well-formed (spec: wispr 8 rules 3 to 7).
//!
//! Every search goes by one rare octet at a time, several octets per instruction: a tag, a comment and a reference are
//! known by their first octets, which are rare in texts.

use memchr::{memchr, memchr2, memchr3, memrchr};

/// The root element of every document.
pub(super) const ROOT: &str = "WISPAccessGatewayParam";

/// What stands at a `<`.
pub(super) enum Markup<'a> {
    /// A start tag or, with `closing`, an end tag. The tag goes on at `after`.
    Tag { closing: bool, prefixed: bool, name: &'a str, after: usize },
    /// A CDATA section with its content; the text goes on at `end`.
    Cdata { content: &'a str, end: usize },
    /// A comment, processing instruction or declaration; the text goes on at `end`.
    Skip { end: usize },
    /// An ordinary character.
    Text,
}

/// Where a tag ends, and what was found on the way.
pub(super) struct TagEnd {
    /// The first octet behind the tag.
    pub(super) at: usize,
    /// The tag is an empty element.
    pub(super) empty: bool,
    /// There was something between name and end.
    pub(super) attributes: bool,
    /// A quote was not closed.
    pub(super) open_quote: bool,
}

/// A text that is scanned from left to right, and what it is known not to have any more.
///
/// The flags keep a text full of openings that nothing closes from being searched again and again.
#[derive(Clone)]
pub(super) struct Scanner<'a> {
    pub(super) text: &'a str,
    no_comment_end: bool,
    no_instruction_end: bool,
    no_section_end: bool,
}

impl<'a> Scanner<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, no_comment_end: false, no_instruction_end: false, no_section_end: false }
    }

    /// The octets from `at` on.
    pub(super) fn rest(&self, at: usize) -> &'a str {
        self.text.get(at..).unwrap_or_default()
    }

    /// The text between two places.
    pub(super) fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    fn octets(&self, at: usize) -> &'a [u8] {
        self.text.as_bytes().get(at..).unwrap_or_default()
    }

    /// The next `<`.
    pub(super) fn markup_from(&self, from: usize) -> Option<usize> {
        memchr(b'<', self.octets(from)).map(|at| from + at)
    }

    /// The next `<`, where one is likely to stand after at most some white space.
    pub(super) fn markup_near(&self, from: usize) -> Option<usize> {
        let octets = self.octets(from);
        let blank = octets.iter().position(|octet| !is_space(*octet))?;
        if octets.get(blank) == Some(&b'<') { Some(from + blank) } else { self.markup_from(from + blank) }
    }

    /// Behind the end tag at `at`, if it is `</name>` and nothing else.
    pub(super) fn plain_end_tag(&self, at: usize, name: &str) -> Option<usize> {
        let rest = self.octets(at).strip_prefix(b"</")?.strip_prefix(name.as_bytes())?;
        (rest.first() == Some(&b'>')).then_some(at + name.len() + 3)
    }

    /// Says what stands at `at`, where a `<` is.
    pub(super) fn markup(&mut self, at: usize) -> Markup<'a> {
        let rest = self.rest(at + 1);
        match rest.as_bytes().first() {
            Some(b'!') => self.declaration(at, rest),
            Some(b'?') => {
                let end = self.instruction_end(at);
                Markup::Skip { end: end.unwrap_or_else(|| self.behind_greater_than(at)) }
            }
            Some(b'/') => tag(rest.get(1..).unwrap_or_default(), true, at + 2),
            _ => tag(rest, false, at + 1),
        }
    }

    fn declaration(&mut self, at: usize, rest: &'a str) -> Markup<'a> {
        if let Some(content) = rest.strip_prefix("![CDATA[")
            && !self.no_section_end
        {
            let start = at + 9;
            if let Some(len) = find(content.as_bytes(), b"]]>") {
                return Markup::Cdata { content: self.slice(start, start + len), end: start + len + 3 };
            }
            // One that nothing closes is no section but a declaration like any other.
            self.no_section_end = true;
        }
        let end = if rest.starts_with("!--") { self.comment_end(at) } else { None };
        Markup::Skip { end: end.unwrap_or_else(|| self.behind_greater_than(at)) }
    }

    /// Behind the `-->` of the comment that begins at `at`.
    pub(super) fn comment_end(&mut self, at: usize) -> Option<usize> {
        if self.no_comment_end {
            return None;
        }
        let end = find(self.octets(at + 4), b"-->").map(|len| at + 4 + len + 3);
        self.no_comment_end = end.is_none();
        end
    }

    fn instruction_end(&mut self, at: usize) -> Option<usize> {
        if self.no_instruction_end {
            return None;
        }
        let end = find(self.octets(at + 2), b"?>").map(|len| at + 2 + len + 2);
        self.no_instruction_end = end.is_none();
        end
    }

    fn behind_greater_than(&self, at: usize) -> usize {
        memchr(b'>', self.octets(at)).map_or(self.text.len(), |end| at + end + 1)
    }

    /// Where the start tag ends whose name ends at `after` (spec: wispr 8 rule 5); nothing if it does not end.
    pub(super) fn start_tag_end(&self, after: usize) -> Option<TagEnd> {
        let octets = self.octets(after);
        if octets.first() == Some(&b'>') {
            return Some(TagEnd { at: after + 1, empty: false, attributes: false, open_quote: false });
        }
        let head = memchr(b'<', octets).map_or(octets, |len| octets.get(..len).unwrap_or_default());
        let end = unquoted_end(head);
        let open_quote = end.is_none();
        let end = end.or_else(|| memchr(b'>', octets))?;
        let inside = octets.get(..end).unwrap_or_default();
        let empty = inside.last() == Some(&b'/');
        let blank = |b: &u8| is_space(*b) || *b == b'/';
        Some(TagEnd { at: after + end + 1, empty, attributes: !inside.iter().all(blank), open_quote })
    }

    /// Where the end tag ends whose name ends at `after`: behind its `>`, or before the next `<`.
    pub(super) fn end_tag_end(&self, after: usize) -> usize {
        let rest = self.octets(after);
        match memchr2(b'>', b'<', rest) {
            Some(len) if rest.get(len) == Some(&b'>') => after + len + 1,
            Some(len) => after + len,
            None => self.text.len(),
        }
    }
}

/// The first `>` outside quotes.
fn unquoted_end(octets: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr3(b'>', b'"', b'\'', octets.get(at..)?)?;
        match *octets.get(at)? {
            b'>' => return Some(at),
            quote => at += 1 + memchr(quote, octets.get(at + 1..)?)? + 1,
        }
    }
}

/// Where `needle` first stands.
pub(super) fn find(octets: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut at = 0;
    loop {
        let rest = octets.get(at..)?;
        let found = memchr(first, rest)?;
        if rest.get(found..)?.starts_with(needle) {
            return Some(at + found);
        }
        at += found + 1;
    }
}

/// Which octets go on with a name.
static NAME: [bool; 256] = {
    let mut out = [false; 256];
    let mut octet = 0;
    while octet < out.len() {
        #[expect(clippy::cast_possible_truncation, reason = "below 256")]
        let c = octet as u8 as char;
        out[octet] = octet >= 0x80 || c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
        octet += 1;
    }
    out
};

/// Whether a name may begin with an octet.
const fn begins(octet: &u8) -> bool {
    octet.is_ascii_alphabetic() || *octet == b'_' || !octet.is_ascii()
}

/// Whether a name may go on with an octet.
fn goes_on(octet: &u8) -> bool {
    NAME.get(usize::from(*octet)) == Some(&true)
}

/// A tag, if `rest` begins with a name.
fn tag(rest: &str, closing: bool, at: usize) -> Markup<'_> {
    let octets = rest.as_bytes();
    if !octets.first().is_some_and(begins) {
        return Markup::Text;
    }
    let mut name_at = 0;
    let mut len = 0;
    while let Some(octet) = octets.get(len).filter(|b| goes_on(b)) {
        len += 1;
        if *octet == b':' {
            name_at = len;
        }
    }
    let name = rest.get(name_at..len).unwrap_or_default();
    Markup::Tag { closing, prefixed: name_at != 0, name, after: at + len }
}

/// White space of XML.
pub(super) const fn is_space(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t' | b'\r' | b'\n')
}

/// White space of XML.
pub(super) const fn is_space_char(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// A text without the white space at both ends.
pub(super) fn trimmed(text: &str) -> &str {
    let blank = |octet: Option<&u8>| octet.is_some_and(|octet| is_space(*octet));
    if blank(text.as_bytes().first()) || blank(text.as_bytes().last()) {
        text.trim_matches(is_space_char)
    } else {
        text
    }
}

/// One `<WISPAccessGatewayParam>` element.
pub(super) struct Block<'a> {
    /// What it holds.
    pub(super) content: &'a str,
    /// Its start tag and what it holds.
    pub(super) whole: &'a str,
    /// Where the text goes on.
    pub(super) next: usize,
    /// It stands in a comment.
    pub(super) in_comment: bool,
    /// Where its start tag begins.
    pub(super) start: usize,
    /// Its end tag is there.
    pub(super) closed: bool,
    /// Its name has a namespace prefix.
    pub(super) prefixed: bool,
    /// Its name is not written as the specification writes it.
    pub(super) other_case: bool,
    /// A quote of its start tag was not closed.
    pub(super) open_quote: bool,
}

/// A start or end tag of the root element.
struct RootTag<'a> {
    start: usize,
    closing: bool,
    prefixed: bool,
    name: &'a str,
    /// Behind the name.
    after: usize,
}

impl<'a> RootTag<'a> {
    /// The first one from `from` on.
    ///
    /// It looks for the name's first letter and judges what stands round the name, because most octets, and most tags,
    /// are passed by so.
    fn find(text: &'a str, from: usize) -> Option<Self> {
        let octets = text.as_bytes();
        let mut at = from;
        loop {
            at += memchr2(b'W', b'w', octets.get(at..)?)?;
            let name = octets.get(at..at + ROOT.len())?;
            if name.eq_ignore_ascii_case(ROOT.as_bytes())
                && let Some(tag) = Self::round(text, from, at)
            {
                return Some(tag);
            }
            at += 1;
        }
    }

    /// The tag whose name, without prefix, begins at `at`, if there is one from `from` on.
    fn round(text: &'a str, from: usize, at: usize) -> Option<Self> {
        let octets = text.as_bytes();
        let after = at + ROOT.len();
        let follows = octets.get(after).copied();
        if !follows.is_none_or(|octet| is_space(octet) || matches!(octet, b'>' | b'/')) {
            return None;
        }
        let mut before = octets.get(from..at)?;
        let prefixed = before.last() == Some(&b':');
        if prefixed {
            let len = before.iter().rev().take_while(|b| goes_on(b)).count();
            let (rest, prefix) = before.split_at_checked(before.len() - len)?;
            if !prefix.first().is_some_and(begins) {
                return None;
            }
            before = rest;
        }
        let closing = before.last() == Some(&b'/');
        let before = before.strip_suffix(if closing { b"</".as_slice() } else { b"<" })?;
        let ends = match follows {
            Some(octet) => !(closing && octet == b'/'),
            None => closing,
        };
        let name = text.get(at..after)?;
        ends.then_some(Self { start: from + before.len(), closing, prefixed, name, after })
    }
}

/// Finds the next block from `from` on (spec: wispr 8 rule 3).
pub(super) fn next_block(text: &str, from: usize) -> Option<Block<'_>> {
    let mut at = from;
    let root = loop {
        let tag = RootTag::find(text, at)?;
        if !tag.closing {
            break tag;
        }
        at = tag.after;
    };
    let scanner = Scanner::new(text);
    let mut block = scanner.block(root.start, root.after)?;
    block.in_comment = ends_in_comment(scanner.slice(from, root.start).as_bytes());
    (block.prefixed, block.other_case) = (root.prefixed, root.name != ROOT);
    Some(block)
}

/// Whether a comment is open at the end of a text.
fn ends_in_comment(text: &[u8]) -> bool {
    let mut end = text.len();
    while let Some(at) = text.get(..end).and_then(|head| memrchr(b'!', head)) {
        let inside = text.get(at + 1..).and_then(|rest| rest.strip_prefix(b"--"));
        if let Some(inside) = inside
            && text.get(..at).is_some_and(|before| before.ends_with(b"<"))
        {
            return find(inside, b"-->").is_none();
        }
        end = at;
    }
    false
}

impl<'a> Scanner<'a> {
    /// The block whose start tag begins at `start` and whose name ends at `after`.
    fn block(&self, start: usize, after: usize) -> Option<Block<'a>> {
        let tag = self.start_tag_end(after)?;
        let mut block = Block {
            content: "",
            whole: self.slice(start, tag.at),
            next: tag.at,
            in_comment: false,
            start,
            closed: true,
            prefixed: false,
            other_case: false,
            open_quote: tag.open_quote,
        };
        if tag.empty {
            return Some(block);
        }
        let end = match RootTag::find(self.text, tag.at) {
            Some(end) if end.closing => {
                block.content = self.slice(tag.at, end.start);
                block.whole = self.slice(start, end.start);
                block.next = self.end_tag_end(end.after);
                return Some(block);
            }
            Some(next) => next.start,
            None => self.text.len(),
        };
        let content = self.slice(tag.at, end);
        block.content =
            find(content.as_bytes(), b"-->").and_then(|len| content.get(..len)).unwrap_or(content);
        block.next = tag.at + block.content.len();
        block.whole = self.slice(start, block.next);
        block.closed = false;
        Some(block)
    }
}

/// Whether a block defines a document type or an entity (spec: wispr 8 rule 4).
pub(super) fn has_document_type(content: &str) -> bool {
    let mut scanner = Scanner::new(content);
    let mut at = 0;
    while let Some(next) = find(scanner.octets(at), b"<!").map(|len| at + len) {
        let rest = scanner.rest(next + 1);
        let begins = |word: &str| rest.get(..word.len()).is_some_and(|r| r.eq_ignore_ascii_case(word));
        if begins("!DOCTYPE") || begins("!ENTITY") {
            return true;
        }
        at = match scanner.markup(next) {
            Markup::Cdata { end, .. } => end,
            Markup::Skip { end } if rest.starts_with("!--") => end,
            _ => next + 1,
        };
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(text: &str) -> alloc::vec::Vec<&str> {
        let mut out = alloc::vec::Vec::new();
        let mut at = 0;
        while let Some(block) = next_block(text, at) {
            out.push(block.content);
            at = block.next;
        }
        out
    }

    #[test]
    fn a_block_ends_at_its_tag_or_else_at_the_first_boundary() {
        // spec: wispr 8 rule 3
        assert_eq!(contents("<WISPAccessGatewayParam>a</WISPAccessGatewayParam>b"), ["a"]);
        assert_eq!(contents("<x:wispaccessgatewayparam a='>'>a</y:WISPAccessGatewayParam >b"), ["a"]);
        assert_eq!(contents("<WISPAccessGatewayParam>a-->b</WISPAccessGatewayParam>"), ["a-->b"]);
        assert_eq!(contents("<WISPAccessGatewayParam>a-->b<WISPAccessGatewayParam>c"), ["a", "c"]);
        assert_eq!(contents("<WISPAccessGatewayParam>a<WISPAccessGatewayParam>b-->c"), ["a", "b"]);
        assert_eq!(contents("<WISPAccessGatewayParam/><WISPAccessGatewayParam>b"), ["", "b"]);
        assert_eq!(contents("<WISPAccessGatewayParamX>a <WISPAccessGatewayParam"), [""; 0]);
        assert_eq!(contents("<WISPAccessGatewayParam>a</WISPAccessGatewayParam"), ["a"]);
    }

    #[test]
    fn a_quote_that_is_not_closed_ends_with_the_tag() {
        // spec: wispr 8 rule 5
        let end = |text| Scanner::new(text).start_tag_end(2).map(|end| (end.at, end.empty, end.open_quote));
        assert_eq!(end("<a>b"), Some((3, false, false)));
        assert_eq!(end("<a b='>'/>c"), Some((10, true, false)));
        assert_eq!(end("<a b=\">c</a>"), Some((7, false, true)));
        assert_eq!(end("<a b=\u{201d}x\u{201d}>c"), Some((13, false, false)));
        assert_eq!(end("<a b"), None);
    }

    #[test]
    fn a_document_type_counts_only_as_markup() {
        // spec: wispr 8 rule 4
        assert!(has_document_type("a<!doctype x>"));
        assert!(has_document_type("<!-- x --><!EnTity y>"));
        assert!(!has_document_type("<!-- <!DOCTYPE x> --><![CDATA[<!ENTITY y>]]>"));
        assert!(has_document_type("<![CDATA[ <!ENTITY y>"));
        assert!(has_document_type("<!-- > <!DOCTYPE x>"));
        assert!(!has_document_type("<!DOCTYP"));
    }
}
