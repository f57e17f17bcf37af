//! The attributes of a tag, and what its prefixes stand for (Namespaces in XML 1.0).

use super::lexical::{Attributes, resolve_value, split_name};
use crate::error::ReadErrorKind as Kind;
use crate::read::MAX_ATTRIBUTES;
use std::borrow::Cow;
use std::collections::HashMap;

const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS_NAMESPACE: &str = "http://www.w3.org/2000/xmlns/";

/// Number of "no namespace" and of the one that `xml` is bound to.
const NONE: usize = 0;
const XML: usize = 1;

pub(super) const UNDECLARED: &str = "the prefix of a name is not declared";

/// What is wrong with a tag.
pub(super) struct Broken {
    pub(super) kind: Kind,
    /// With [`Kind::Malformed`]: what breaks which rule; else empty.
    pub(super) why: &'static str,
}

impl Broken {
    fn malformed(why: &'static str) -> Self {
        Self { kind: Kind::Malformed, why }
    }
}

struct Attribute<'a> {
    prefix: &'a str,
    local: &'a str,
    value: Cow<'a, str>,
    /// Number of the namespace; nothing without prefix.
    namespace: Option<usize>,
}

/// The attributes of the tag read last, and the namespaces declared around it.
pub(super) struct Names<'a> {
    attributes: Vec<Attribute<'a>>,
    /// Namespaces by name. They are compared by number, so that long names cost once.
    namespaces: HashMap<Cow<'a, str>, usize>,
    /// Namespaces a prefix stands for, innermost last.
    bindings: HashMap<&'a str, Vec<usize>>,
    /// A default namespace was declared somewhere.
    has_default: bool,
    /// Prefixes in the order of their declarations, innermost last.
    declared: Vec<&'a str>,
}

impl<'a> Names<'a> {
    pub(super) fn new() -> Self {
        Self {
            attributes: Vec::with_capacity(4),
            namespaces: HashMap::new(),
            bindings: HashMap::new(),
            has_default: false,
            declared: Vec::new(),
        }
    }

    /// The value of an attribute; one without prefix goes before one with.
    pub(super) fn attribute(&self, local: &str) -> Option<Cow<'a, str>> {
        let named = || self.attributes.iter().filter(|a| a.local == local);
        let found = named().find(|a| a.prefix.is_empty()).or_else(|| named().next())?;
        Some(found.value.clone())
    }

    /// Reads what follows a tag's name. `resolve` is whether blanks other than spaces may be in it. Says how many
    /// namespaces it declares.
    pub(super) fn read(&mut self, rest: &'a str, resolve: bool) -> Result<usize, Broken> {
        self.attributes.clear();
        if rest.is_empty() {
            return Ok(0);
        }
        let before = self.declared.len();
        let mut count = 0;
        let mut attributes = Attributes { rest };
        while let Some((name, value)) = attributes.next().map_err(|()| {
            Broken::malformed(
                "attributes must be written as name=\"value\", with a blank before each and no `<` within",
            )
        })? {
            count += 1;
            if count > MAX_ATTRIBUTES {
                return Err(Broken { kind: Kind::TooManyAttributes, why: "" });
            }
            let (prefix, local) =
                split_name(name).ok_or(Broken::malformed("the name of an attribute is not a name"))?;
            let value = if memchr::memchr(b'&', value.as_bytes()).is_none() && !resolve {
                Cow::Borrowed(value)
            } else {
                let unknown = "the value of an attribute holds a reference that XML itself does not have";
                resolve_value(value).ok_or(Broken::malformed(unknown))?
            };
            if prefix == "xmlns" {
                self.declare(local, value, before)?;
            } else if prefix.is_empty() && local == "xmlns" {
                self.declare("", value, before)?;
            } else {
                self.attributes.push(Attribute { prefix, local, value, namespace: None });
            }
        }
        self.check()?;
        Ok(self.declared.len() - before)
    }

    /// `before` is how many prefixes were declared before this tag.
    fn declare(&mut self, prefix: &'a str, uri: Cow<'a, str>, before: usize) -> Result<(), Broken> {
        let is_xml = prefix == "xml";
        let repeated = self.declared.iter().skip(before).any(|p| *p == prefix);
        // Namespaces in XML 1.0, sections 2.2 and 3; a prefix cannot be undeclared.
        if is_xml != (uri == XML_NAMESPACE)
            || prefix == "xmlns"
            || uri == XMLNS_NAMESPACE
            || (!prefix.is_empty() && uri.is_empty())
            || repeated
        {
            return Err(Broken::malformed("a namespace is declared twice, or as it must not be"));
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
    fn check(&mut self) -> Result<(), Broken> {
        for index in 0..self.attributes.len() {
            let (earlier, rest) = self.attributes.split_at_mut(index);
            let Some(attribute) = rest.first_mut() else { break };
            if !attribute.prefix.is_empty() {
                let found = resolve(&self.bindings, attribute.prefix);
                attribute.namespace = Some(found.ok_or(Broken::malformed(UNDECLARED))?);
            }
            if earlier.iter().any(|e| e.local == attribute.local && e.namespace == attribute.namespace) {
                return Err(Broken::malformed("an attribute occurs twice"));
            }
        }
        Ok(())
    }

    /// Whether an element with this prefix is in a namespace.
    pub(super) fn is_namespaced(&self, prefix: &str) -> Result<bool, Broken> {
        if prefix.is_empty() {
            return Ok(self.has_default && resolve(&self.bindings, "").is_some_and(|number| number != NONE));
        }
        if prefix == "xmlns" || resolve(&self.bindings, prefix).is_none() {
            return Err(Broken::malformed(UNDECLARED));
        }
        Ok(true)
    }

    /// Forgets the namespaces declared last, which end with their element.
    pub(super) fn forget(&mut self, declared: usize) {
        for _ in 0..declared {
            if let Some(prefix) = self.declared.pop()
                && let Some(bindings) = self.bindings.get_mut(prefix)
            {
                bindings.pop();
            }
        }
    }
}

fn resolve(bindings: &HashMap<&str, Vec<usize>>, prefix: &str) -> Option<usize> {
    match prefix {
        "xml" => Some(XML),
        // Most documents declare nothing that matters here.
        _ if bindings.is_empty() => None,
        _ => bindings.get(prefix)?.last().copied(),
    }
}
