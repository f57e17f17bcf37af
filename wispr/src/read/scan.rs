//! Finding markup in text that need not be well-formed (spec: wispr 8 rules 3 to 7).

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
/// The two flags keep a text full of openings that nothing closes from being searched again and again.
#[derive(Clone)]
pub(super) struct Scanner<'a> {
    pub(super) text: &'a str,
    no_comment_end: bool,
    no_instruction_end: bool,
}

impl<'a> Scanner<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, no_comment_end: false, no_instruction_end: false }
    }

    /// The octets from `at` on.
    pub(super) fn rest(&self, at: usize) -> &'a str {
        self.text.get(at..).unwrap_or_default()
    }

    /// The text between two places.
    pub(super) fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// The next place of an ASCII character.
    pub(super) fn find(&self, from: usize, c: char) -> Option<usize> {
        self.rest(from).find(c).map(|at| from + at)
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
        if let Some(content) = rest.strip_prefix("![CDATA[") {
            let start = at + 9;
            return match content.find("]]>") {
                Some(len) => Markup::Cdata { content: self.slice(start, start + len), end: start + len + 3 },
                // Nothing but a `]]>` closes it: all that is left belongs to it.
                None => Markup::Cdata { content, end: self.text.len() },
            };
        }
        let end = if rest.starts_with("!--") { self.comment_end(at) } else { None };
        Markup::Skip { end: end.unwrap_or_else(|| self.behind_greater_than(at)) }
    }

    /// Behind the `-->` of the comment that begins at `at`.
    pub(super) fn comment_end(&mut self, at: usize) -> Option<usize> {
        if self.no_comment_end {
            return None;
        }
        let end = self.rest(at + 4).find("-->").map(|len| at + 4 + len + 3);
        self.no_comment_end = end.is_none();
        end
    }

    fn instruction_end(&mut self, at: usize) -> Option<usize> {
        if self.no_instruction_end {
            return None;
        }
        let end = self.rest(at + 2).find("?>").map(|len| at + 2 + len + 2);
        self.no_instruction_end = end.is_none();
        end
    }

    fn behind_greater_than(&self, at: usize) -> usize {
        self.find(at, '>').map_or(self.text.len(), |end| end + 1)
    }

    /// Where the start tag ends whose name ends at `after` (spec: wispr 8 rule 5); nothing if it does not end.
    pub(super) fn start_tag_end(&self, after: usize) -> Option<TagEnd> {
        let octets = self.rest(after).as_bytes();
        if octets.first() == Some(&b'>') {
            return Some(TagEnd { at: after + 1, empty: false, attributes: false, open_quote: false });
        }
        let mut quote = None;
        let end = octets.iter().take_while(|b| **b != b'<').position(|&octet| {
            match quote {
                Some(open) if open == octet => quote = None,
                None if octet == b'>' => return true,
                None if matches!(octet, b'"' | b'\'') => quote = Some(octet),
                _ => {}
            }
            false
        });
        let open_quote = end.is_none();
        let end = end.or_else(|| octets.iter().position(|b| *b == b'>'))?;
        let inside = octets.get(..end).unwrap_or_default();
        let empty = inside.last() == Some(&b'/');
        let blank = |b: &u8| is_space(*b) || *b == b'/';
        Some(TagEnd { at: after + end + 1, empty, attributes: !inside.iter().all(blank), open_quote })
    }

    /// Where the end tag ends whose name ends at `after`: behind its `>`, or before the next `<`.
    pub(super) fn end_tag_end(&self, after: usize) -> usize {
        let rest = self.rest(after);
        match rest.find(['>', '<']) {
            Some(len) if rest.as_bytes().get(len) == Some(&b'>') => after + len + 1,
            Some(len) => after + len,
            None => self.text.len(),
        }
    }
}

/// Which octets go on with a name.
const NAME: [bool; 256] = {
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

/// A tag, if `rest` begins with a name.
fn tag(rest: &str, closing: bool, at: usize) -> Markup<'_> {
    let octets = rest.as_bytes();
    let begins = |b: &u8| b.is_ascii_alphabetic() || *b == b'_' || !b.is_ascii();
    if !octets.first().is_some_and(begins) {
        return Markup::Text;
    }
    let goes_on = |b: &u8| NAME.get(usize::from(*b)) == Some(&true);
    let len = octets.iter().position(|b| !goes_on(b)).unwrap_or(octets.len());
    let whole = rest.get(..len).unwrap_or_default();
    let colon = whole.bytes().rposition(|b| b == b':').map_or(0, |at| at + 1);
    let name = whole.get(colon..).unwrap_or(whole);
    Markup::Tag { closing, prefixed: name.len() != whole.len(), name, after: at + len }
}

/// White space of XML.
pub(super) const fn is_space(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t' | b'\r' | b'\n')
}

/// White space of XML.
pub(super) const fn is_space_char(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// One `<WISPAccessGatewayParam>` element.
pub(super) struct Block<'a> {
    /// What it holds.
    pub(super) content: &'a str,
    /// Where the text goes on.
    pub(super) next: usize,
    /// The comment it stands in, from behind `<!--`; nothing if it stands in none.
    pub(super) comment: Option<usize>,
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

/// Finds the next block from `from` on (spec: wispr 8 rule 3).
pub(super) fn next_block(text: &str, from: usize) -> Option<Block<'_>> {
    let mut scanner = Scanner::new(text);
    let mut comment = None;
    let mut at = from;
    loop {
        at = scanner.find(at, '<')?;
        match scanner.root_tag(at) {
            Some((false, prefixed, name, after)) => {
                let comment = comment.filter(|start| !scanner.slice(*start, at).contains("-->"));
                let mut block = scanner.block(at, after)?;
                (block.comment, block.prefixed, block.other_case) = (comment, prefixed, name != ROOT);
                return Some(block);
            }
            _ if scanner.rest(at).starts_with("<!--") => comment = Some(at + 4),
            _ => {}
        }
        at += 1;
    }
}

impl<'a> Scanner<'a> {
    /// Whether a start tag (`false`) or end tag (`true`) of the root element stands at `at`.
    fn root_tag(&mut self, at: usize) -> Option<(bool, bool, &'a str, usize)> {
        if matches!(self.text.as_bytes().get(at + 1), Some(b'!' | b'?')) {
            return None;
        }
        let Markup::Tag { closing, prefixed, name, after } = self.markup(at) else { return None };
        let follows = self.text.as_bytes().get(after).copied();
        let ends = match follows {
            Some(octet) => is_space(octet) || octet == b'>' || (octet == b'/' && !closing),
            None => closing,
        };
        (ends && name.eq_ignore_ascii_case(ROOT)).then_some((closing, prefixed, name, after))
    }

    /// The block whose start tag begins at `start` and whose name ends at `after`.
    fn block(&mut self, start: usize, after: usize) -> Option<Block<'a>> {
        let tag = self.start_tag_end(after)?;
        let mut block = Block {
            content: "",
            next: tag.at,
            comment: None,
            start,
            closed: true,
            prefixed: false,
            other_case: false,
            open_quote: tag.open_quote,
        };
        if tag.empty {
            return Some(block);
        }
        let mut at = tag.at;
        let end = loop {
            let Some(next) = self.find(at, '<') else { break self.text.len() };
            match self.root_tag(next) {
                Some((true, _, _, after)) => {
                    block.content = self.slice(tag.at, next);
                    block.next = self.end_tag_end(after);
                    return Some(block);
                }
                Some(_) => break next,
                None => at = next + 1,
            }
        };
        let content = self.slice(tag.at, end);
        block.content = content.find("-->").and_then(|len| content.get(..len)).unwrap_or(content);
        block.next = tag.at + block.content.len();
        block.closed = false;
        Some(block)
    }
}

/// Whether a block defines a document type or an entity (spec: wispr 8 rule 4).
pub(super) fn has_document_type(content: &str) -> bool {
    let mut scanner = Scanner::new(content);
    let mut at = 0;
    while let Some(next) = scanner.find(at, '<') {
        let rest = scanner.rest(next + 1);
        if !rest.starts_with('!') {
            at = next + 1;
            continue;
        }
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
        assert!(has_document_type("<!-- > <!DOCTYPE x>"));
        assert!(!has_document_type("<!DOCTYP"));
    }
}
