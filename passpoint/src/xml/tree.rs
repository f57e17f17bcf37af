//! A bounded tree over `quick-xml`'s events.
//!
//! `quick-xml` leaves some rules of well-formedness to its user; they are checked here and in `lexical`: one root, no text
//! outside it, only characters of XML, names, the grammar of start tags, of the declaration and of the document type, no
//! repeated attribute, no entity besides the five, UTF-8 only. Line ends are normalised as XML asks, character references
//! afterwards.

use super::lexical::{
    Attributes, DocumentType, attribute_value, declaration_is_good, instruction_is_good, is_name,
    is_xml_char, normalise_lines, resolve,
};
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
    // A second mark is a character before the root; `quick-xml` would skip it.
    if text.starts_with('\u{feff}') || text.chars().any(|c| !is_xml_char(c)) {
        return refuse(rules.malformed, "a character that XML does not have");
    }
    Builder { rules, stack: Vec::new(), scopes: Vec::new(), root: None, elements: 0, seen_doctype: false }
        .run(text)
}

struct Builder {
    rules: Rules,
    stack: Vec<Element>,
    /// Prefixes in scope for each open element that declares any.
    scopes: Vec<BTreeMap<String, String>>,
    root: Option<Element>,
    elements: usize,
    seen_doctype: bool,
}

impl Builder {
    fn run(mut self, text: &str) -> Result<Element, Rejection> {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.check_comments = true;
        config.check_end_names = true;
        loop {
            let offset = reader.buffer_position();
            let start = usize::try_from(offset).unwrap_or(usize::MAX);
            let rest = text.get(start..).unwrap_or_default();
            if rest.starts_with("<!DOCTYPE") {
                self.doctype(rest, offset)?;
            }
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
                    if offset != 0 || !declaration_is_good(&declaration) {
                        return Err(self.malformed(offset));
                    }
                }
                Event::PI(instruction) if instruction_is_good(instruction.target()) => {
                    return refuse("xml.pi", at(offset));
                }
                Event::PI(_) => return Err(self.malformed(offset)),
                // It was looked at before, unless it is not written as it must be.
                Event::DocType(_) if rest.starts_with("<!DOCTYPE") => {}
                Event::DocType(_) => return Err(self.malformed(offset)),
                Event::Eof => break,
            }
        }
        match (self.root.take(), self.stack.is_empty()) {
            (Some(root), true) => Ok(root),
            _ => refuse(self.rules.malformed, "the document ends early"),
        }
    }

    /// A document type stands once and before the root; `rest` begins with it.
    fn doctype(&mut self, rest: &str, offset: u64) -> Result<(), Rejection> {
        if self.seen_doctype || self.root.is_some() || !self.stack.is_empty() {
            return Err(self.malformed(offset));
        }
        self.seen_doctype = true;
        match DocumentType::read(rest) {
            None => Err(self.malformed(offset)),
            Some(_) if !self.rules.doctype => refuse("xml.doctype", at(offset)),
            Some(DocumentType::Internal) => refuse("xml.entity", at(offset)),
            Some(DocumentType::Plain) => Ok(()),
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
        for attribute in Attributes(start.attributes_raw()) {
            let (name, raw) = attribute.ok_or_else(|| self.malformed(offset))?;
            let value = attribute_value(raw).ok_or_else(|| self.malformed(offset))?;
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
            "<a xmlns='u'b='1'/>",
            "<a b/>",
            "<a b='1' / >",
            "<a\u{d7}/>",
            "<a b\u{d7}='1'/>",
            "\u{feff}\u{feff}<a/>",
            "<?xml?><a/>",
            "<?xml version='1.0'encoding='UTF-8'?><a/>",
            "<?xml vesion='1.0'?><a/>",
            "<?xml encoding='UTF-8' version='1.0'?><a/>",
            "<?xml version='1.0' standalone='maybe'?><a/>",
            "<?xml version='1.0' version='1.0'?><a/>",
            "<?XML x?><a/>",
            "<??><a/>",
            "<? x?><a/>",
            "<a><?1?></a>",
        ] {
            assert_eq!(code(text), "xml.malformed", "{text}");
        }
        assert_eq!(code("<p:a/>"), "xml.namespace");
        assert_eq!(code("<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>"), "xml.malformed");
    }

    #[test]
    fn takes_every_form_of_a_declaration() {
        for declaration in [
            "<?xml version='1.0'?>",
            "<?xml version = \"1.1\"\n encoding='utf-8' ?>",
            "<?xml version='1.0' standalone='no'?>",
            "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>",
        ] {
            assert_eq!(code(&format!("{declaration}<a/>")), "ok", "{declaration}");
            assert_eq!(code(&format!("\u{feff}{declaration}<a/>")), "ok", "{declaration}");
        }
    }

    // spec: passpoint 4.1, 10
    #[test]
    fn a_document_type_stands_once_before_the_root() {
        const LIST: Rules = Rules { malformed: "apple.plist", doctype: true };
        for (text, ours, list) in [
            ("<!DOCTYPE a><a/>", "xml.doctype", "ok"),
            ("<!DOCTYPE a PUBLIC '[' \"x'y\" ><a/>", "xml.doctype", "ok"),
            ("<!-- --><!DOCTYPE\na SYSTEM 'x' ><a/>", "xml.doctype", "ok"),
            ("<!DOCTYPE a []><a/>", "xml.doctype", "xml.entity"),
            ("<!DOCTYPE a [", "xml.doctype", "xml.entity"),
            ("<!DOCTYPE a SYSTEM 'x' [<!ENTITY", "xml.doctype", "xml.entity"),
            ("<!DOCTYPE a><!DOCTYPE a><a/>", "xml.doctype", "apple.plist"),
            ("<a/><!DOCTYPE a>", "xml.malformed", "apple.plist"),
            ("<a><!DOCTYPE a></a>", "xml.malformed", "apple.plist"),
            ("<!doctype a><a/>", "xml.malformed", "apple.plist"),
            ("<!DOCTYPEa><a/>", "xml.malformed", "apple.plist"),
            ("<!DOCTYPE><a/>", "xml.malformed", "apple.plist"),
            ("<!DOCTYPE a SYSTEM><a/>", "xml.malformed", "apple.plist"),
            ("<!DOCTYPE a PUBLIC 'x'><a/>", "xml.malformed", "apple.plist"),
            ("<!DOCTYPE a 'x'><a/>", "xml.malformed", "apple.plist"),
            ("<!DOCTYPE a", "xml.malformed", "apple.plist"),
        ] {
            assert_eq!(code(text), ours, "{text}");
            let code = parse(text.as_bytes(), LIST).map_or_else(|e| e.code, |_| "ok");
            assert_eq!(code, list, "{text}");
        }
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
