//! XML 1.0 with namespaces, checked and bounded, on top of the event reader of `quick-xml`.
//!
//! `quick-xml` finds the tokens; what it leaves to its caller is done here: legal characters and names, the grammar
//! of start tags (its own iterator tolerates missing blanks and `<` in values), references, prefixes, one root with
//! nothing but comments around it, and the limits. Memory is the stack of open elements and the attributes of one
//! tag; nothing recurses.

mod lexical;
mod names;
mod plain;
mod survey;

pub(crate) use lexical::{BLANKS, is_char};

use crate::error::ReadErrorKind as Kind;
use crate::read::{MAX_DEPTH, MAX_ELEMENTS, MAX_TEXT_LEN};
use lexical::{is_blank, is_nc_name, normalise_line_ends, reference, split_name};
use names::{Broken, Names};
use quick_xml::events::Event;
use quick_xml::reader::Reader;
use std::borrow::Cow;
use survey::{Declaration, Survey};

const OUTSIDE: &str = "there is text outside of the root element";
const NO_NAME: &str = "the name of an element is not a name";

/// What is wrong, and how many octets into the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: Kind,
    pub(crate) offset: usize,
    /// With [`Kind::Malformed`]: what breaks which rule; else empty.
    pub(crate) why: &'static str,
}

impl Fault {
    pub(crate) fn of(kind: Kind, offset: usize) -> Self {
        Self { kind, offset, why: "" }
    }

    pub(crate) fn malformed(why: &'static str, offset: usize) -> Self {
        Self { kind: Kind::Malformed, offset, why }
    }
}

/// What the scanner hands out.
pub(crate) enum Token<'a> {
    /// An element begins; its attributes are asked of the scanner until the next token.
    Open(Tag<'a>),
    /// The innermost element ends.
    Close,
    /// A piece of text of the innermost element, references resolved, line ends normalised.
    Text(Cow<'a, str>),
    /// The document ends.
    End,
}

/// The beginning of an element.
#[derive(Clone, Copy)]
pub(crate) struct Tag<'a> {
    /// Octets before the tag.
    pub(crate) offset: usize,
    /// Its name without a prefix.
    pub(crate) local: &'a str,
    /// Whether it is in a namespace.
    pub(crate) namespaced: bool,
}

struct Element<'a> {
    /// Octets before its tag.
    offset: usize,
    /// With its prefix, as the end tag must repeat it.
    name: &'a str,
    local: &'a str,
    text_len: usize,
    /// Namespace declarations that end with it.
    declared: usize,
}

/// Reads a document token by token.
pub(crate) struct Scanner<'a> {
    reader: Reader<&'a [u8]>,
    /// What the reader reads; tokens are cut from it by position, so that they outlive their event.
    source: &'a str,
    /// Octets before the text the reader sees: a byte order mark.
    base: usize,
    /// Octets that the reader did not see: of plain tags and texts, which need none of its care.
    taken: usize,
    survey: Survey,
    open: Vec<Element<'a>>,
    names: Names<'a>,
    elements: usize,
    seen_root: bool,
    /// The reader's last event was a text.
    after_text: bool,
    /// An empty-element tag was handed out as [`Token::Open`].
    owes_close: bool,
    declaration_is_good: bool,
}

impl<'a> Scanner<'a> {
    /// Checks what can be said of the octets as a whole: size, emptiness, encoding (spec: eapconfig 2).
    pub(crate) fn new(octets: &'a [u8], max_len: usize) -> Result<Self, Fault> {
        if octets.len() > max_len {
            return Err(Fault::of(Kind::TooLarge, max_len));
        }
        let (base, rest) = match octets.strip_prefix(b"\xEF\xBB\xBF") {
            Some(rest) => (3, rest),
            None => (0, octets),
        };
        if rest.iter().all(|o| is_blank(*o)) {
            return Err(Fault::of(Kind::Empty, 0));
        }
        if octets.starts_with(b"\xFE\xFF") || octets.starts_with(b"\xFF\xFE") {
            return Err(Fault::of(Kind::UnsupportedEncoding, 0));
        }
        let declaration = Declaration::find(rest);
        if declaration.foreign_encoding {
            return Err(Fault::of(Kind::UnsupportedEncoding, base));
        }
        let text = str::from_utf8(rest).map_err(|e| Fault::of(Kind::NotUtf8, base + e.valid_up_to()))?;
        let mut survey = Survey::of(rest);
        if text.starts_with('\u{FEFF}') {
            // A second mark is a character before the root; `quick-xml` would skip it.
            survey.illegal = Some(0);
        }
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.check_comments = true;
        // End tags are compared here: the reader does not see all of them.
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        Ok(Self {
            reader,
            source: text,
            base,
            taken: 0,
            survey,
            open: Vec::with_capacity(8),
            names: Names::new(),
            elements: 0,
            seen_root: false,
            after_text: false,
            owes_close: false,
            declaration_is_good: declaration.good,
        })
    }

    /// Octets of the document that were read.
    pub(crate) fn offset(&self) -> usize {
        self.base + self.position()
    }

    /// The same within the text.
    fn position(&self) -> usize {
        self.taken + usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    /// Names of the open elements. Names nobody expects are shortened.
    pub(crate) fn path(&self) -> String {
        let mut path = String::new();
        for element in &self.open {
            if !path.is_empty() {
                path.push('/');
            }
            path.extend(element.local.chars().take(40));
        }
        path
    }

    /// The value of an attribute of the tag handed out last; one without prefix goes before one with.
    pub(crate) fn attribute(&self, local: &str) -> Option<Cow<'a, str>> {
        self.names.attribute(local)
    }

    /// The next token.
    pub(crate) fn next(&mut self) -> Result<Token<'a>, Fault> {
        if self.owes_close {
            self.owes_close = false;
            self.close();
            return Ok(Token::Close);
        }
        loop {
            if let Some(token) = self.plain_tag() {
                return token;
            }
            let at = self.offset();
            let malformed = |why| Err(Fault::malformed(why, at));
            let Ok(event) = self.reader.read_event() else {
                const DOCTYPE: &str = "<!DOCTYPE";
                let start = at - self.base;
                // It is refused before anything else, so also if it has no end.
                let tag = self.source.get(start..start + DOCTYPE.len());
                if tag.is_some_and(|tag| tag.eq_ignore_ascii_case(DOCTYPE)) {
                    return Err(Fault::of(Kind::Doctype, at));
                }
                let position = usize::try_from(self.reader.error_position()).unwrap_or(usize::MAX);
                return Err(Fault::malformed(
                    "a tag, comment, reference or instruction is not complete or not as it must be",
                    self.base + self.taken + position,
                ));
            };
            self.after_text = matches!(event, Event::Text(_));
            if let Event::DocType(_) = event {
                return Err(Fault::of(Kind::Doctype, at));
            }
            if let Some(illegal) = self.survey.illegal
                && self.offset() > self.base + illegal
            {
                return Err(Fault::malformed("a character that XML does not allow", self.base + illegal));
            }
            match event {
                Event::Start(tag) => {
                    let len = tag.name().as_ref().len();
                    return self.open(self.cut(at, 1, 1), len, at).map(Token::Open);
                }
                Event::Empty(tag) => {
                    let len = tag.name().as_ref().len();
                    self.owes_close = true;
                    return self.open(self.cut(at, 1, 2), len, at).map(Token::Open);
                }
                Event::End(tag) => {
                    if self.open.last().is_none_or(|element| element.name != tag.name().as_ref()) {
                        return malformed("the end tag is not that of the element that is open");
                    }
                    self.close();
                    return Ok(Token::Close);
                }
                Event::Text(_) => {
                    let raw = self.cut(at, 0, 0);
                    if self.survey.bracket && raw.contains("]]>") {
                        return malformed("`]]>` must not stand in text");
                    }
                    if !self.open.is_empty() {
                        return self.text(raw, at).map(Token::Text);
                    }
                    if !raw.bytes().all(is_blank) {
                        return malformed(OUTSIDE);
                    }
                }
                Event::CData(_) => return self.text(self.cut(at, 9, 3), at).map(Token::Text),
                Event::GeneralRef(name) => {
                    let Some(found) = reference(&name) else {
                        return malformed("a reference that XML itself does not have");
                    };
                    let text: Cow<'_, str> = Cow::Owned(found.to_string());
                    self.count_text(text.len(), at)?;
                    return Ok(Token::Text(text));
                }
                Event::Decl(_) => {
                    if at != self.base || !self.declaration_is_good {
                        return malformed(
                            "an XML declaration that is not at the beginning or not as it must be",
                        );
                    }
                }
                Event::PI(instruction) => {
                    let target = instruction.target();
                    if !is_nc_name(target) || target.eq_ignore_ascii_case("xml") {
                        return malformed("a processing instruction without a name of its own");
                    }
                }
                Event::Comment(_) => {}
                Event::DocType(_) => return Err(Fault::of(Kind::Doctype, at)),
                Event::Eof => {
                    return match (self.open.is_empty(), self.seen_root) {
                        (true, true) => Ok(Token::End),
                        (true, false) => malformed("there is no element"),
                        (false, _) => malformed("the document ends within an element"),
                    };
                }
            }
        }
    }

    /// Reads to the end of the innermost element, its children included.
    ///
    /// Elements whose names the caller does not know must come here: their names are checked here only.
    pub(crate) fn skip(&mut self) -> Result<(), Fault> {
        let depth = self.open.len();
        self.check_name()?;
        while self.open.len() >= depth {
            if let Token::Open(_) = self.next()? {
                self.check_name()?;
            }
        }
        Ok(())
    }

    /// Whether the innermost element's name is one.
    fn check_name(&self) -> Result<(), Fault> {
        match self.open.last() {
            Some(element) if !is_nc_name(element.local) => Err(Fault::malformed(NO_NAME, element.offset)),
            _ => Ok(()),
        }
    }

    /// The token from `at` to where the reader is, less `front` and `back` octets of markup.
    fn cut(&self, at: usize, front: usize, back: usize) -> &'a str {
        let end = self.position().saturating_sub(back);
        self.source.get(at - self.base + front..end).unwrap_or_default()
    }

    fn text(&mut self, raw: &'a str, at: usize) -> Result<Cow<'a, str>, Fault> {
        self.count_text(raw.len(), at)?;
        Ok(if self.survey.return_ { normalise_line_ends(raw) } else { Cow::Borrowed(raw) })
    }

    fn count_text(&mut self, len: usize, at: usize) -> Result<(), Fault> {
        // Text outside the root other than blanks is not well-formed.
        let Some(element) = self.open.last_mut() else {
            return Err(Fault::malformed(OUTSIDE, at));
        };
        element.text_len += len;
        if element.text_len > MAX_TEXT_LEN {
            return Err(Fault::of(Kind::TextTooLong, at));
        }
        Ok(())
    }

    /// `raw` is the inside of the tag, of which `name_len` octets are its name.
    fn open(&mut self, raw: &'a str, name_len: usize, at: usize) -> Result<Tag<'a>, Fault> {
        if self.open.is_empty() && self.seen_root {
            return Err(Fault::malformed("there is a second element after the root", at));
        }
        self.seen_root = true;
        if self.open.len() >= MAX_DEPTH {
            return Err(Fault::of(Kind::TooDeep, at));
        }
        self.elements += 1;
        if self.elements > MAX_ELEMENTS {
            return Err(Fault::of(Kind::TooManyElements, at));
        }
        let nameless = || Fault::malformed(NO_NAME, at);
        let (name, rest) = raw.split_at_checked(name_len).ok_or_else(nameless)?;
        // A name that somebody wants is one of the format's; the others are looked at when they are skipped.
        let (prefix, local) = match memchr::memchr(b':', name.as_bytes()) {
            None => ("", name),
            Some(_) => split_name(name).ok_or_else(nameless)?,
        };
        let broken = |Broken { kind, why }| Fault { kind, offset: at, why };
        let declared = self.names.read(rest, self.survey.control).map_err(broken)?;
        let namespaced = self.names.is_namespaced(prefix).map_err(broken)?;
        self.open.push(Element { offset: at, name, local, text_len: 0, declared });
        Ok(Tag { offset: at, local, namespaced })
    }

    fn close(&mut self) {
        if let Some(element) = self.open.pop() {
            self.names.forget(element.declared);
        }
    }
}

#[cfg(test)]
mod tests;
