//! XML: a bounded tree, its canonical form, signatures over it, and escaping for writers.

pub(crate) mod c14n;
pub(crate) mod dsig;
mod lexical;
mod tree;

use crate::report::Rejection;
use std::collections::BTreeMap;

pub(crate) use tree::{Element, Node, Rules, parse};

/// The canonical form (Canonical XML 1.0, inclusive, without comments) of a document's root (spec: passpoint 5.5).
///
/// # Errors
/// When the document is not well-formed, has a document type or processing instructions, or is beyond a limit.
pub fn canonical_form(document: &[u8]) -> Result<String, Rejection> {
    let root = parse(document, Rules { malformed: "xml.malformed", doctype: false })?;
    Ok(c14n::canonical(&root, &BTreeMap::new(), None))
}

/// Adds a text with the escapes that canonical form uses for character data.
pub(crate) fn push_text(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#xD;"),
            other => out.push(other),
        }
    }
}

/// Adds a text with the escapes that canonical form uses inside a double-quoted attribute.
pub(crate) fn push_attribute(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push_str("&#x9;"),
            '\n' => out.push_str("&#xA;"),
            '\r' => out.push_str("&#xD;"),
            other => out.push(other),
        }
    }
}
