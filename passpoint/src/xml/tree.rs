//! A bounded tree over `quick-xml`'s events.
//!
//! `quick-xml` leaves some rules of well-formedness to its user; those that matter here are checked: one root, no text
//! outside it, only characters of XML, names without odd characters, no repeated attribute, no `<` in an attribute, no
//! entity besides the five, UTF-8 only. Line ends are normalised as XML asks, character references afterwards.

use crate::limits::{MAX_FILE, MAX_XML_DEPTH, MAX_XML_ELEMENTS};
use crate::report::{Rejection, refuse};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;

/// What a document may hold and which code stands for "not well-formed".
#[derive(Clone, Copy)]
pub(crate) struct Rules {
    /// Code of a document that is not well-formed.
    pub(crate) malformed: &'static str,
    /// Whether a document type declaration without an internal subset is fine (property lists).
    pub(crate) doctype: bool,
}

/// An element, its namespace declarations apart from its attributes.
#[derive(Debug, Default)]
pub(crate) struct Element {
    /// The name as written, with its prefix.
    pub(crate) name: String,
    /// Index of the name without the prefix.
    local: usize,
    /// The namespace of the name, empty if none.
    pub(crate) namespace: String,
    /// Declarations on this element: prefix (empty for the default) to namespace.
    pub(crate) declared: BTreeMap<String, String>,
    /// Attributes as written: name, value and the namespace of the name.
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) children: Vec<Node>,
}

#[derive(Debug)]
pub(crate) struct Attribute {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) namespace: String,
}

#[derive(Debug)]
pub(crate) enum Node {
    Element(Element),
    Text(String),
}

impl Element {
    /// The name without its prefix.
    pub(crate) fn local(&self) -> &str {
        self.name.get(self.local..).unwrap_or_default()
    }

    /// Whether it has this namespace and this name.
    pub(crate) fn is(&self, namespace: &str, local: &str) -> bool {
        self.namespace == namespace && self.local() == local
    }

    /// The elements directly below it.
    pub(crate) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|n| match n {
            Node::Element(e) => Some(e),
            Node::Text(_) => None,
        })
    }

    /// The text directly inside it.
    pub(crate) fn text(&self) -> String {
        self.children
            .iter()
            .filter_map(|n| match n {
                Node::Text(t) => Some(t.as_str()),
                Node::Element(_) => None,
            })
            .collect()
    }

    /// The value of an attribute without a namespace.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|a| a.name == name).map(|a| a.value.as_str())
    }
}

const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";

/// Reads a document and returns its root.
pub(crate) fn parse(octets: &[u8], rules: Rules) -> Result<Element, Rejection> {
    if octets.len() > MAX_FILE {
        return refuse("file.too_large", "the document");
    }
    let octets = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets);
    let Ok(text) = std::str::from_utf8(octets) else {
        return refuse(rules.malformed, "the document is not UTF-8");
    };
    if text.chars().any(|c| !is_xml_char(c)) {
        return refuse(rules.malformed, "a character that XML does not have");
    }
    Builder { rules, stack: Vec::new(), scopes: Vec::new(), root: None, elements: 0 }.run(text)
}

struct Builder {
    rules: Rules,
    stack: Vec<Element>,
    /// Prefixes in scope for each open element that declares any.
    scopes: Vec<BTreeMap<String, String>>,
    root: Option<Element>,
    elements: usize,
}

impl Builder {
    fn run(mut self, text: &str) -> Result<Element, Rejection> {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.check_comments = true;
        config.check_end_names = true;
        loop {
            let offset = reader.buffer_position();
            let event = reader.read_event().map_err(|_| self.malformed(offset))?;
            match event {
                Event::Start(start) => self.open(&start, offset)?,
                Event::Empty(start) => {
                    self.open(&start, offset)?;
                    self.close(offset)?;
                }
                Event::End(_) => self.close(offset)?,
                Event::Text(text) => {
                    let raw = text.into_inner();
                    if raw.contains("]]>") {
                        return Err(self.malformed(offset));
                    }
                    self.text(&normalise_lines(&raw), offset)?;
                }
                Event::CData(data) if self.stack.is_empty() => {
                    drop(data);
                    return Err(self.malformed(offset));
                }
                Event::CData(data) => self.text(&normalise_lines(&data.into_inner()), offset)?,
                Event::GeneralRef(reference) => {
                    let c = resolve(&reference.into_inner()).ok_or_else(|| self.malformed(offset))?;
                    if self.stack.is_empty() {
                        return Err(self.malformed(offset));
                    }
                    self.text(c.encode_utf8(&mut [0; 4]), offset)?;
                }
                Event::Comment(_) => {}
                Event::Decl(declaration) => {
                    let utf8 = declaration
                        .encoding()
                        .is_none_or(|e| e.is_ok_and(|e| e.eq_ignore_ascii_case("utf-8")));
                    if offset != 0 || !utf8 {
                        return Err(self.malformed(offset));
                    }
                }
                Event::PI(_) => return refuse("xml.pi", at(offset)),
                Event::DocType(doctype) => {
                    if !self.rules.doctype {
                        return refuse("xml.doctype", at(offset));
                    }
                    if doctype.into_inner().contains('[') {
                        return refuse("xml.entity", at(offset));
                    }
                }
                Event::Eof => break,
            }
        }
        match (self.root.take(), self.stack.is_empty()) {
            (Some(root), true) => Ok(root),
            _ => refuse(self.rules.malformed, "the document ends early"),
        }
    }

    fn open(&mut self, start: &BytesStart<'_>, offset: u64) -> Result<(), Rejection> {
        self.elements += 1;
        if self.elements > MAX_XML_ELEMENTS || self.stack.len() >= MAX_XML_DEPTH {
            return refuse("xml.too_large", at(offset));
        }
        if self.root.is_some() {
            return Err(self.malformed(offset));
        }
        let mut element = Element { name: start.name().as_ref().to_owned(), ..Element::default() };
        let mut attributes = start.attributes();
        attributes.with_checks(false);
        for attribute in attributes {
            let attribute = attribute.map_err(|_| self.malformed(offset))?;
            let name: &str = attribute.key.as_ref();
            let value = attribute_value(&attribute.value).ok_or_else(|| self.malformed(offset))?;
            if name == "xmlns" {
                if element.declared.insert(String::new(), value).is_some() {
                    return Err(self.malformed(offset));
                }
            } else if let Some(prefix) = name.strip_prefix("xmlns:") {
                if !is_name(prefix) || element.declared.insert(prefix.to_owned(), value).is_some() {
                    return Err(self.malformed(offset));
                }
            } else {
                element.attributes.push(Attribute { name: name.to_owned(), value, namespace: String::new() });
            }
        }
        self.resolve_names(&mut element, offset)?;
        self.stack.push(element);
        Ok(())
    }

    fn resolve_names(&mut self, element: &mut Element, offset: u64) -> Result<(), Rejection> {
        if !element.declared.is_empty() || self.scopes.is_empty() {
            let mut scope = self.scopes.last().cloned().unwrap_or_default();
            scope.extend(element.declared.iter().map(|(k, v)| (k.clone(), v.clone())));
            // Bounds the copying: a document with more prefixes than this is not one of ours.
            if scope.len() > MAX_XML_DEPTH {
                return refuse("xml.too_large", at(offset));
            }
            self.scopes.push(scope);
        } else if let Some(scope) = self.scopes.last().cloned() {
            self.scopes.push(scope);
        }
        let scope = self.scopes.last();
        let lookup = |prefix: &str| match prefix {
            "xml" => Some(XML_NAMESPACE.to_owned()),
            _ => scope.and_then(|s| s.get(prefix)).cloned(),
        };
        let malformed = self.rules.malformed;
        let split = |name: &str| -> Result<Option<usize>, Rejection> {
            let colon = name.find(':');
            let parts_fit = match colon.and_then(|c| name.split_at_checked(c)) {
                Some((prefix, local)) => is_name(prefix) && is_name(&local[1..]),
                None => is_name(name),
            };
            if parts_fit { Ok(colon) } else { refuse(malformed, at(offset)) }
        };
        match split(&element.name)? {
            Some(colon) => {
                let Some(namespace) = lookup(&element.name[..colon]) else {
                    return refuse("xml.namespace", at(offset));
                };
                element.namespace = namespace;
                element.local = colon + 1;
            }
            None => element.namespace = lookup("").unwrap_or_default(),
        }
        let mut seen = std::collections::BTreeSet::new();
        for attribute in &mut element.attributes {
            let local = match split(&attribute.name)? {
                Some(colon) => {
                    let Some(namespace) = lookup(&attribute.name[..colon]) else {
                        return refuse("xml.namespace", at(offset));
                    };
                    attribute.namespace = namespace;
                    &attribute.name[colon + 1..]
                }
                None => attribute.name.as_str(),
            };
            if !seen.insert((attribute.namespace.clone(), local.to_owned())) {
                return refuse(malformed, at(offset));
            }
        }
        Ok(())
    }

    fn close(&mut self, offset: u64) -> Result<(), Rejection> {
        let element = self.stack.pop().ok_or_else(|| self.malformed(offset))?;
        self.scopes.pop();
        match self.stack.last_mut() {
            Some(parent) => parent.children.push(Node::Element(element)),
            None => self.root = Some(element),
        }
        Ok(())
    }

    fn text(&mut self, text: &str, offset: u64) -> Result<(), Rejection> {
        let Some(parent) = self.stack.last_mut() else {
            let blank = text.chars().all(|c| matches!(c, ' ' | '\t' | '\n'));
            return if blank { Ok(()) } else { Err(self.malformed(offset)) };
        };
        match parent.children.last_mut() {
            Some(Node::Text(before)) => before.push_str(text),
            _ => parent.children.push(Node::Text(text.to_owned())),
        }
        Ok(())
    }

    fn malformed(&self, offset: u64) -> Rejection {
        Rejection::new(self.rules.malformed, at(offset))
    }
}

fn at(offset: u64) -> String {
    format!("octet {offset}")
}

/// XML 1.0 §2.2.
fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// A name without a colon; a little wider than XML beyond ASCII.
fn is_name(name: &str) -> bool {
    let start = |c: char| c.is_alphabetic() || c == '_';
    name.chars().next().is_some_and(start)
        && name
            .chars()
            .all(|c| start(c) || c.is_numeric() || matches!(c, '-' | '.' | '\u{b7}') || !c.is_ascii())
}

fn normalise_lines(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}

/// The character that a reference (the text between `&` and `;`) stands for.
fn resolve(reference: &str) -> Option<char> {
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
fn attribute_value(raw: &str) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: Rules = Rules { malformed: "xml.malformed", doctype: false };

    fn code(text: &str) -> &'static str {
        match parse(text.as_bytes(), RULES) {
            Ok(_) => "ok",
            Err(e) => e.code,
        }
    }

    // spec: passpoint 10
    #[test]
    #[cfg_attr(miri, ignore = "too long for an interpreter")]
    fn limits_hold() {
        let deep = |n: usize| format!("{}{}", "<a>".repeat(n), "</a>".repeat(n));
        assert_eq!(code(&deep(MAX_XML_DEPTH)), "ok");
        assert_eq!(code(&deep(MAX_XML_DEPTH + 1)), "xml.too_large");
        let wide = |n: usize| format!("<a>{}</a>", "<b/>".repeat(n));
        assert_eq!(code(&wide(MAX_XML_ELEMENTS - 1)), "ok");
        assert_eq!(code(&wide(MAX_XML_ELEMENTS)), "xml.too_large");
        assert_eq!(code("<!DOCTYPE a><a/>"), "xml.doctype");
        assert_eq!(code("<a><?x y?></a>"), "xml.pi");
    }

    #[test]
    fn refuses_what_is_not_well_formed() {
        for text in [
            "",
            "x",
            "<a>",
            "</a>",
            "<a></b>",
            "<a/><b/>",
            "<a/>x",
            "<a b='1' b='2'/>",
            "<a b='<'/>",
            "<a>&x;</a>",
            "<a>&#0;</a>",
            "<a>]]></a>",
            "<a b=1/>",
            "<a>\u{1}</a>",
            "<1/>",
            " <?xml version='1.0'?><a/>",
            "<?xml version='1.0' encoding='UTF-16'?><a/>",
            "<a><!-- -- --></a>",
            "<a>& </a>",
        ] {
            assert_eq!(code(text), "xml.malformed", "{text}");
        }
        assert_eq!(code("<p:a/>"), "xml.namespace");
        assert_eq!(code("<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>"), "xml.malformed");
    }

    #[test]
    fn resolves_names_and_text() {
        let root = parse(b"<p:a xmlns:p='urn:p' x='1&#10;2\r\n3'>t<![CDATA[<&>]]>&amp;\r\n</p:a>", RULES)
            .expect("ok");
        assert!(root.is("urn:p", "a"));
        assert_eq!(root.text(), "t<&>&\n");
        assert_eq!(root.attribute("x"), Some("1\n2 3"));
    }
}
