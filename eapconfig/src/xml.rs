//! XML 1.0 with namespaces, checked and bounded, on top of the event reader of `quick-xml`.
//!
//! `quick-xml` finds the tokens; what it leaves to its caller is done here: legal characters and names, the grammar
//! of start tags (its own iterator tolerates missing blanks and `<` in values), references, prefixes, one root with
//! nothing but comments around it, and the limits. Memory is the stack of open elements and the attributes of one
//! tag; nothing recurses.

mod lexical;
mod survey;

pub(crate) use lexical::{BLANKS, is_char};

use crate::error::ReadErrorKind as Kind;
use crate::read::{MAX_ATTRIBUTES, MAX_DEPTH, MAX_ELEMENTS, MAX_TEXT_LEN};
use lexical::{Attributes, is_blank, is_nc_name, normalise_line_ends, reference, resolve_value, split_name};
use quick_xml::events::Event;
use quick_xml::reader::Reader;
use std::borrow::Cow;
use std::collections::HashMap;
use survey::{Declaration, Survey};

const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS_NAMESPACE: &str = "http://www.w3.org/2000/xmlns/";

const OUTSIDE: &str = "there is text outside of the root element";
const NO_NAME: &str = "the name of an element is not a name";
const UNDECLARED: &str = "the prefix of a name is not declared";

/// What is wrong, and how many octets into the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: Kind,
    pub(crate) offset: usize,
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

struct Attribute<'a> {
    prefix: &'a str,
    local: &'a str,
    value: Cow<'a, str>,
    /// Number of the namespace; nothing without prefix.
    namespace: Option<usize>,
}

/// Number of "no namespace" and of the one that `xml` is bound to.
const NONE: usize = 0;
const XML: usize = 1;

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
    attributes: Vec<Attribute<'a>>,
    /// Namespaces by name. They are compared by number, so that long names cost once.
    namespaces: HashMap<Cow<'a, str>, usize>,
    /// Namespaces a prefix stands for, innermost last.
    bindings: HashMap<&'a str, Vec<usize>>,
    /// A default namespace was declared somewhere.
    has_default: bool,
    /// Prefixes in the order of their declarations, innermost last.
    declared: Vec<&'a str>,
    elements: usize,
    seen_root: bool,
    /// The reader's last event was a text.
    after_text: bool,
    /// An empty-element tag was handed out as [`Token::Open`].
    owes_close: bool,
    declaration_is_good: bool,
    /// What is wrong where the document is malformed.
    why: &'static str,
}

impl<'a> Scanner<'a> {
    /// Checks what can be said of the octets as a whole: size, emptiness, encoding (spec: eapconfig 2).
    pub(crate) fn new(octets: &'a [u8], max_len: usize) -> Result<Self, Fault> {
        let fault = |kind, offset| Fault { kind, offset };
        if octets.len() > max_len {
            return Err(fault(Kind::TooLarge, max_len));
        }
        let (base, rest) = match octets.strip_prefix(b"\xEF\xBB\xBF") {
            Some(rest) => (3, rest),
            None => (0, octets),
        };
        if rest.iter().all(|o| is_blank(*o)) {
            return Err(fault(Kind::Empty, 0));
        }
        if octets.starts_with(b"\xFE\xFF") || octets.starts_with(b"\xFF\xFE") {
            return Err(fault(Kind::UnsupportedEncoding, 0));
        }
        let declaration = Declaration::find(rest);
        if declaration.foreign_encoding {
            return Err(fault(Kind::UnsupportedEncoding, base));
        }
        let text = str::from_utf8(rest).map_err(|e| fault(Kind::NotUtf8, base + e.valid_up_to()))?;
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
            attributes: Vec::with_capacity(4),
            namespaces: HashMap::new(),
            bindings: HashMap::new(),
            has_default: false,
            declared: Vec::new(),
            elements: 0,
            seen_root: false,
            after_text: false,
            owes_close: false,
            declaration_is_good: declaration.good,
            why: "",
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

    /// After [`Kind::Malformed`]: what breaks which rule.
    pub(crate) fn why(&self) -> &'static str {
        self.why
    }

    /// The value of an attribute of the tag handed out last; one without prefix goes before one with.
    pub(crate) fn attribute(&self, local: &str) -> Option<Cow<'a, str>> {
        let named = || self.attributes.iter().filter(|a| a.local == local);
        let found = named().find(|a| a.prefix.is_empty()).or_else(|| named().next())?;
        Some(found.value.clone())
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
            let malformed = Fault { kind: Kind::Malformed, offset: at };
            let Ok(event) = self.reader.read_event() else {
                self.why = "a tag, comment, reference or instruction is not complete or not as it must be";
                let position = usize::try_from(self.reader.error_position()).unwrap_or(usize::MAX);
                return Err(Fault { kind: Kind::Malformed, offset: self.base + self.taken + position });
            };
            self.after_text = matches!(event, Event::Text(_));
            if let Event::DocType(_) = event {
                return Err(Fault { kind: Kind::Doctype, offset: at });
            }
            if let Some(illegal) = self.survey.illegal
                && self.offset() > self.base + illegal
            {
                self.why = "a character that XML does not allow";
                return Err(Fault { kind: Kind::Malformed, offset: self.base + illegal });
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
                        self.why = "the end tag is not that of the element that is open";
                        return Err(malformed);
                    }
                    self.close();
                    return Ok(Token::Close);
                }
                Event::Text(_) => {
                    let raw = self.cut(at, 0, 0);
                    if self.survey.bracket && raw.contains("]]>") {
                        self.why = "`]]>` must not stand in text";
                        return Err(malformed);
                    }
                    if !self.open.is_empty() {
                        return self.text(raw, at).map(Token::Text);
                    }
                    if !raw.bytes().all(is_blank) {
                        self.why = OUTSIDE;
                        return Err(malformed);
                    }
                }
                Event::CData(_) => return self.text(self.cut(at, 9, 3), at).map(Token::Text),
                Event::GeneralRef(name) => {
                    let Some(found) = reference(&name) else {
                        self.why = "a reference that XML itself does not have";
                        return Err(malformed);
                    };
                    let text: Cow<'_, str> = Cow::Owned(found.to_string());
                    self.count_text(text.len(), at)?;
                    return Ok(Token::Text(text));
                }
                Event::Decl(_) => {
                    if at != self.base || !self.declaration_is_good {
                        self.why = "an XML declaration that is not at the beginning or not as it must be";
                        return Err(malformed);
                    }
                }
                Event::PI(instruction) => {
                    let target = instruction.target();
                    if !is_nc_name(target) || target.eq_ignore_ascii_case("xml") {
                        self.why = "a processing instruction without a name of its own";
                        return Err(malformed);
                    }
                }
                Event::Comment(_) => {}
                Event::DocType(_) => return Err(Fault { kind: Kind::Doctype, offset: at }),
                Event::Eof => {
                    self.why = match (self.open.is_empty(), self.seen_root) {
                        (true, true) => return Ok(Token::End),
                        (true, false) => "there is no element",
                        (false, _) => "the document ends within an element",
                    };
                    return Err(malformed);
                }
            }
        }
    }

    /// The text of the element that was handed out last, if nothing else is in it, and its end: what most elements of a
    /// document are, without a token for each part. Everything unusual is left to [`Self::next`].
    pub(crate) fn leaf(&mut self) -> Option<&'a str> {
        if self.owes_close {
            return None;
        }
        let name = self.open.last()?.name;
        let from = self.position();
        let rest = self.source.get(from..)?;
        let (text, tail) = rest.split_at_checked(memchr::memchr2(b'<', b'&', rest.as_bytes())?)?;
        tail.strip_prefix("</")?.strip_prefix(name)?.strip_prefix('>')?;
        let len = text.len() + "</>".len() + name.len();
        let survey = &self.survey;
        let is_odd = survey.illegal.is_some_and(|illegal| illegal < from + len)
            || (survey.bracket && text.contains("]]>"))
            || (survey.return_ && text.contains('\r'))
            || text.len() > MAX_TEXT_LEN;
        if is_odd {
            return None;
        }
        self.take(len)?;
        self.close();
        Some(text)
    }

    /// A tag as most are: a name of letters and digits, and perhaps attributes between double quotes.
    fn plain_tag(&mut self) -> Option<Result<Token<'a>, Fault>> {
        // After a text the reader expects the tag itself. The first tag is its own in any case.
        if self.after_text || self.open.is_empty() {
            return None;
        }
        let at = self.position();
        let inside = self.source.get(at..)?.strip_prefix('<')?;
        if let Some(end) = inside.strip_prefix('/') {
            let name = self.open.last()?.name;
            end.strip_prefix(name)?.strip_prefix('>')?;
            self.take("</>".len() + name.len())?;
            self.close();
            return Some(Ok(Token::Close));
        }
        let len = inside.bytes().position(|octet| !octet.is_ascii_alphanumeric())?;
        let (name, rest) = inside.split_at_checked(len)?;
        if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
            return None;
        }
        let len_inside = match rest.bytes().next()? {
            b'>' => len,
            b' ' => {
                let (attributes, _) = rest.split_at_checked(memchr::memchr(b'>', rest.as_bytes())?)?;
                // Outside of quotes, this `>` ends the tag.
                let quotes = attributes.bytes().filter(|octet| *octet == b'"').count();
                let is_odd = quotes % 2 == 1
                    || attributes.ends_with('/')
                    || attributes.contains('\'')
                    || self.survey.illegal.is_some();
                if is_odd {
                    return None;
                }
                len + attributes.len()
            }
            _ => return None,
        };
        let (inside, _) = inside.split_at_checked(len_inside)?;
        self.take("<>".len() + len_inside)?;
        Some(self.open(inside, len, self.base + at).map(Token::Open))
    }

    /// Passes octets over that the reader, which stands between two tags, need not see.
    fn take(&mut self, len: usize) -> Option<()> {
        let unread = self.reader.get_mut();
        *unread = unread.get(len..)?;
        self.taken += len;
        Some(())
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
    fn check_name(&mut self) -> Result<(), Fault> {
        match self.open.last() {
            Some(element) if !is_nc_name(element.local) => {
                self.why = NO_NAME;
                Err(Fault { kind: Kind::Malformed, offset: element.offset })
            }
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
            self.why = OUTSIDE;
            return Err(Fault { kind: Kind::Malformed, offset: at });
        };
        element.text_len += len;
        if element.text_len > MAX_TEXT_LEN {
            return Err(Fault { kind: Kind::TextTooLong, offset: at });
        }
        Ok(())
    }

    /// `raw` is the inside of the tag, of which `name_len` octets are its name.
    fn open(&mut self, raw: &'a str, name_len: usize, at: usize) -> Result<Tag<'a>, Fault> {
        let fault = |kind| Fault { kind, offset: at };
        if self.open.is_empty() && self.seen_root {
            self.why = "there is a second element after the root";
            return Err(fault(Kind::Malformed));
        }
        self.seen_root = true;
        if self.open.len() >= MAX_DEPTH {
            return Err(fault(Kind::TooDeep));
        }
        self.elements += 1;
        if self.elements > MAX_ELEMENTS {
            return Err(fault(Kind::TooManyElements));
        }
        let (name, rest) = raw.split_at_checked(name_len).ok_or(fault(Kind::Malformed))?;
        // A name that somebody wants is one of the format's; the others are looked at when they are skipped.
        let (prefix, local) = match memchr::memchr(b':', name.as_bytes()) {
            None => ("", name),
            Some(_) => {
                self.why = NO_NAME;
                split_name(name).ok_or(fault(Kind::Malformed))?
            }
        };
        let declared = self.declared.len();
        self.attributes.clear();
        if !rest.is_empty() {
            self.read_attributes(rest, declared).map_err(fault)?;
        }
        let namespaced = if prefix.is_empty() {
            self.has_default && resolve(&self.bindings, "").is_some_and(|n| n != NONE)
        } else {
            if prefix == "xmlns" || resolve(&self.bindings, prefix).is_none() {
                self.why = UNDECLARED;
                return Err(fault(Kind::Malformed));
            }
            true
        };
        self.open.push(Element {
            offset: at,
            name,
            local,
            text_len: 0,
            declared: self.declared.len() - declared,
        });
        Ok(Tag { offset: at, local, namespaced })
    }

    fn close(&mut self) {
        let declared = self.open.pop().map_or(0, |e| e.declared);
        for _ in 0..declared {
            if let Some(prefix) = self.declared.pop()
                && let Some(bindings) = self.bindings.get_mut(prefix)
            {
                bindings.pop();
            }
        }
    }

    /// `declared` is how many prefixes were declared before this tag.
    fn read_attributes(&mut self, rest: &'a str, declared: usize) -> Result<(), Kind> {
        let mut count = 0;
        let mut attributes = Attributes { rest };
        loop {
            self.why =
                "attributes must be written as name=\"value\", with a blank before each and no `<` within";
            let Some((name, value)) = attributes.next().map_err(|()| Kind::Malformed)? else { break };
            count += 1;
            if count > MAX_ATTRIBUTES {
                return Err(Kind::TooManyAttributes);
            }
            self.why = "the name of an attribute is not a name";
            let (prefix, local) = split_name(name).ok_or(Kind::Malformed)?;
            self.why = "the value of an attribute holds a reference that XML itself does not have";
            let resolved = if memchr::memchr(b'&', value.as_bytes()).is_none() && !self.survey.control {
                Cow::Borrowed(value)
            } else {
                resolve_value(value).ok_or(Kind::Malformed)?
            };
            if prefix == "xmlns" {
                self.declare(local, resolved, declared)?;
            } else if prefix.is_empty() && local == "xmlns" {
                self.declare("", resolved, declared)?;
            } else {
                self.attributes.push(Attribute { prefix, local, value: resolved, namespace: None });
            }
        }
        self.check_attribute_names()
    }

    fn declare(&mut self, prefix: &'a str, uri: Cow<'a, str>, before: usize) -> Result<(), Kind> {
        let is_xml = prefix == "xml";
        let repeated = self.declared.iter().skip(before).any(|p| *p == prefix);
        // Namespaces in XML 1.0, sections 2.2 and 3; a prefix cannot be undeclared.
        if is_xml != (uri == XML_NAMESPACE)
            || prefix == "xmlns"
            || uri == XMLNS_NAMESPACE
            || (!prefix.is_empty() && uri.is_empty())
            || repeated
        {
            self.why = "a namespace is declared twice, or as it must not be";
            return Err(Kind::Malformed);
        }
        let number = if uri.is_empty() {
            NONE
        } else if is_xml {
            XML
        } else {
            let next = self.namespaces.len() + XML + 1;
            *self.namespaces.entry(uri).or_insert(next)
        };
        self.has_default |= prefix.is_empty();
        self.bindings.entry(prefix).or_default().push(number);
        self.declared.push(prefix);
        Ok(())
    }

    /// Prefixes are declared and no name occurs twice. At most [`MAX_ATTRIBUTES`] names are compared.
    fn check_attribute_names(&mut self) -> Result<(), Kind> {
        for index in 0..self.attributes.len() {
            let (earlier, rest) = self.attributes.split_at_mut(index);
            let Some(attribute) = rest.first_mut() else { break };
            if !attribute.prefix.is_empty() {
                self.why = UNDECLARED;
                attribute.namespace = Some(resolve(&self.bindings, attribute.prefix).ok_or(Kind::Malformed)?);
            }
            if earlier.iter().any(|e| e.local == attribute.local && e.namespace == attribute.namespace) {
                self.why = "an attribute occurs twice";
                return Err(Kind::Malformed);
            }
        }
        Ok(())
    }
}

fn resolve(bindings: &HashMap<&str, Vec<usize>>, prefix: &str) -> Option<usize> {
    if prefix == "xml" { Some(XML) } else { bindings.get(prefix)?.last().copied() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads all tokens.
    fn scan(document: &[u8]) -> Result<(), Fault> {
        let mut scanner = Scanner::new(document, 4 << 20)?;
        while !matches!(scanner.next()?, Token::End) {
            scanner.check_name()?;
        }
        Ok(())
    }

    /// What is said of a malformed document.
    fn why(document: &str) -> &'static str {
        let mut scanner = Scanner::new(document.as_bytes(), 4 << 20).ok().unwrap();
        while let Ok(token) = scanner.next() {
            if matches!(token, Token::End) || scanner.check_name().is_err() {
                break;
            }
        }
        scanner.why()
    }

    fn kind(document: impl AsRef<[u8]>) -> Option<Kind> {
        scan(document.as_ref()).err().map(|fault| fault.kind)
    }

    // spec: eapconfig 2
    #[test]
    fn well_formed_documents_pass() {
        for document in [
            "<a/>",
            "\u{FEFF}<?xml version='1.0'?><a/>",
            "<?xml version=\"1.0\" encoding=\"US-ASCII\" standalone='yes' ?>\r\n<!-- c --><?p i?><a></a >\n<!--d--><?p?>",
            "<a b='>' c = \"'\" />",
            "<a>&lt;&gt;&amp;&apos;&quot;&#9;&#x10FFFF;&#0065;]] ></a>",
            "<a><![CDATA[<&]]]]><![CDATA[>]]></a>",
            "<p:a xmlns:p='u' p:b='' b=''><p:c xmlns:p='v'/><p:d/></p:a>",
            "<a xmlns='u'><b xmlns=''/></a>",
            "<a xml:lang='nl' xmlns:xml='http://www.w3.org/XML/1998/namespace'/>",
            "<é-1·ö><_/></é-1·ö>",
            "<a b='&lt;&#10;'/>",
            "<a><!----></a>",
        ] {
            assert_eq!(scan(document.as_bytes()), Ok(()), "{document}");
        }
    }

    // spec: eapconfig 2
    #[test]
    fn what_is_not_well_formed_is_malformed() {
        for document in [
            "a",
            "<a>",
            "</a>",
            "<a></b>",
            "<a/><b/>",
            "<a/>x",
            "x<a/>",
            "&#32;<a/>",
            "<a/><![CDATA[]]>",
            "<![CDATA[ ]]><a/>",
            "<!-- only a comment -->",
            " <?xml version='1.0'?><a/>",
            "<?xml version='1.0'?><?xml version='1.0'?><a/>",
            "<?xml?><a/>",
            "<?xml encoding='UTF-8'?><a/>",
            "<?xml version='2.0'?><a/>",
            "<?xml version='1.0' standalone='maybe'?><a/>",
            "<?xml version='1.0' standalone='yes' encoding='UTF-8'?><a/>",
            "<?XML version='1.0'?><a/>",
            "<a><?xml version='1.0'?></a>",
            "<??><a/>",
            "<a>&</a>",
            "<a>& amp;</a>",
            "<a>&amp</a>",
            "<a>&nbsp;</a>",
            "<a>&#0;</a>",
            "<a>&#x;</a>",
            "<a>&#X41;</a>",
            "<a>&#xD800;</a>",
            "<a>&#xFFFE;</a>",
            "<a>&#99999999999999999999;</a>",
            "<a>&#+65;</a>",
            "<a>]]></a>",
            "<a>\u{1}</a>",
            "<a>\u{FFFF}</a>",
            "<a b='\u{0}'/>",
            "<!-- \u{8} --><a/>",
            "<!-- a -- b --><a/>",
            "<!-- a ---><a/>",
            "<!--><a/>",
            "<!---><a/>",
            "<!ELEMENT a ANY><a/>",
            "<a b/>",
            "<a b=c/>",
            "<a b='c/>",
            "<a b='<'/>",
            "<a b='&'/>",
            "<a b='&x;'/>",
            "<a b='1'c='2'/>",
            "<a b='1' b='2'/>",
            "<a ='1'/>",
            "<a 1='1'/>",
            "<1/>",
            "<-a/>",
            "< a/>",
            "<a/ >",
            "<a / >",
            "<></>",
            "<p:a/>",
            "<a p:b=''/>",
            "<a:b:c xmlns:a='u'/>",
            "<:a/>",
            "<a:/>",
            "<a xmlns:p='u' xmlns:q='u' p:b='' q:b=''/>",
            "<a xmlns:p='u' xmlns:p='v'/>",
            "<a xmlns='u' xmlns='v'/>",
            "<a xmlns:p=''/>",
            "<a xmlns:xml='u'/>",
            "<a xmlns:xmlns='u'/>",
            "<a xmlns='http://www.w3.org/XML/1998/namespace'/>",
            "<xmlns:a/>",
            "<a><p:b xmlns:p='u'/><p:c/></a>",
            "\u{FEFF}\u{FEFF}<a/>",
            "<a></a b='1'>",
        ] {
            assert_eq!(kind(document), Some(Kind::Malformed), "{document}");
            assert_ne!(why(document), "", "{document}");
        }
    }

    #[test]
    fn what_is_malformed_is_said() {
        for (document, reason) in [
            ("<a><b></a>", "the end tag is not that of the element that is open"),
            ("<a><b>", "the document ends within an element"),
            ("<a/><b/>", "there is a second element after the root"),
            ("<a/>x", OUTSIDE),
            ("<a>&nbsp;</a>", "a reference that XML itself does not have"),
            (
                "<a><b c=\"1\"d=\"2\"/></a>",
                "attributes must be written as name=\"value\", with a blank before each and no `<` within",
            ),
            ("<a><b c=\"1\" c=\"2\"/></a>", "an attribute occurs twice"),
            ("<a>\u{1}</a>", "a character that XML does not allow"),
            ("<a><p:b/></a>", UNDECLARED),
        ] {
            assert_eq!(why(document), reason, "{document}");
        }
    }

    // spec: eapconfig 2
    #[test]
    fn a_tag_within_another_is_judged_like_the_first() {
        for tag in
            ["<a b=\"c\">", "<a  b=\"1>2\"\tc=\"\" >", "<a b=\"'\">", "<a b='\"' c=\"/\">", "<a b=\"é&lt;\">"]
        {
            assert_eq!(kind(format!("<r>{tag}</a></r>")), None, "{tag}");
        }
        for tag in [
            "<a b=\"c>",
            "<a b=\"<\">",
            "<a b=\"1\"c=\"2\">",
            "<a b=\"1\" b=\"2\">",
            "<a b=\"&x;\">",
            "<a b=\"\u{1}\">",
            "<a b>",
            "<a =\"\">",
            "<a p:b=\"\">",
            "<a b=\"\" / >",
            "<a 1=\"\">",
        ] {
            assert_eq!(kind(format!("<r>{tag}</a></r>")), Some(Kind::Malformed), "{tag}");
        }
    }

    // spec: eapconfig 2
    #[test]
    fn octets_are_judged_before_the_text() {
        for document in [&b""[..], b" \t\r\n", b"\xEF\xBB\xBF", b"\xEF\xBB\xBF\n"] {
            assert_eq!(kind(document), Some(Kind::Empty), "{document:?}");
        }
        for document in [
            &b"\xFF\xFE<\0a\0"[..],
            b"\xFE\xFF\0<",
            b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE9</a>",
            b"<?xml version='1.0' encoding='UTF-16'?><a/>",
        ] {
            assert_eq!(kind(document), Some(Kind::UnsupportedEncoding), "{document:?}");
        }
        assert_eq!(scan(b"<a>\xE9</a>"), Err(Fault { kind: Kind::NotUtf8, offset: 3 }));
        assert_eq!(scan(b"\xEF\xBB\xBF<a>\xED\xA0\x80</a>"), Err(Fault { kind: Kind::NotUtf8, offset: 6 }));
    }

    // spec: eapconfig 2, 10
    #[test]
    fn document_types_are_refused_whatever_they_hold() {
        for document in [
            "<!DOCTYPE a><a/>",
            "<!doctype html><html><p>",
            "<?xml version='1.0'?><!-- c --><!DOCTYPE a SYSTEM 'http://example.org/x'><a/>",
            "<!DOCTYPE a [<!ENTITY b 'bb'><!ENTITY c '&b;&b;'>]><a>&c;</a>",
            "<a><!DOCTYPE a></a>",
            "<!DOCTYPE a [\u{1}]><a/>",
        ] {
            assert_eq!(kind(document), Some(Kind::Doctype), "{document}");
        }
    }

    // spec: eapconfig 2
    #[test]
    fn limits_hold_to_the_last_one() {
        let nested = |n: usize| "<a>".repeat(n) + &"</a>".repeat(n);
        assert_eq!(kind(nested(MAX_DEPTH)), None);
        assert_eq!(kind(nested(MAX_DEPTH + 1)), Some(Kind::TooDeep));
        let wide = |n: usize| format!("<a>{}</a>", "<b/>".repeat(n - 1));
        assert_eq!(kind(wide(MAX_ELEMENTS)), None);
        assert_eq!(kind(wide(MAX_ELEMENTS + 1)), Some(Kind::TooManyElements));
        let attributes = |n: usize| {
            let list: String = (0..n).map(|i| format!(" a{i}=''")).collect();
            format!("<a{list}/>")
        };
        assert_eq!(kind(attributes(MAX_ATTRIBUTES)), None);
        assert_eq!(kind(attributes(MAX_ATTRIBUTES + 1)), Some(Kind::TooManyAttributes));
        let text = |n: usize| format!("<a>{}<b/>{}</a>", "x".repeat(n / 2), "x".repeat(n - n / 2));
        assert_eq!(kind(text(MAX_TEXT_LEN)), None);
        assert_eq!(kind(text(MAX_TEXT_LEN + 1)), Some(Kind::TextTooLong));
        assert_eq!(Scanner::new(b"<a/>", 4).err(), None);
        assert_eq!(Scanner::new(b"<a/> ", 4).err(), Some(Fault { kind: Kind::TooLarge, offset: 4 }));
    }

    #[test]
    fn text_is_normalised_and_attributes_too() {
        let mut scanner =
            Scanner::new(b"<a b='x&#10;\r\n\ty' p:b='2' xmlns:p='u'>1\r\n2\r3&#13;</a>", 99).unwrap();
        assert!(matches!(scanner.next(), Ok(Token::Open(tag)) if tag.local == "a"));
        assert_eq!(scanner.attribute("b").as_deref(), Some("x\n  y"));
        assert_eq!(scanner.attribute("c"), None);
        let mut text = String::new();
        while let Ok(Token::Text(piece)) = scanner.next() {
            text.push_str(&piece);
        }
        assert_eq!(text, "1\n2\n3\r");
    }
}
