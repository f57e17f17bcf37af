//! Writing a document in canonical form.

use crate::xml::{push_attribute, push_text};
use zeroize::Zeroizing;

/// Writes elements in canonical form: no short tags, only line feeds, declarations and attributes as given.
#[derive(Default)]
pub(super) struct Writer {
    out: Zeroizing<String>,
    depth: usize,
}

impl Writer {
    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.out.push_str("  ");
        }
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.indent();
        self.out.push('<');
        self.out.push_str(name);
        for (name, value) in attributes {
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            push_attribute(&mut self.out, value);
            self.out.push('"');
        }
        self.out.push('>');
    }

    fn end(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
        // Nothing stands behind the root.
        if self.depth > 0 {
            self.out.push('\n');
        }
    }

    /// An element with elements inside and these attributes, declarations first.
    pub(super) fn node_with(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        inside: impl FnOnce(&mut Self),
    ) {
        self.start(name, attributes);
        self.out.push('\n');
        self.depth += 1;
        inside(self);
        self.depth -= 1;
        self.indent();
        self.end(name);
    }

    /// An element with elements inside.
    pub(super) fn node(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.node_with(name, &[], inside);
    }

    /// An element in a namespace of its own with elements inside.
    pub(super) fn node_in(&mut self, name: &str, namespace: &str, inside: impl FnOnce(&mut Self)) {
        self.node_with(name, &[("xmlns", namespace)], inside);
    }

    fn leaf_with(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.start(name, attributes);
        push_text(&mut self.out, text);
        self.end(name);
    }

    /// An element with a text inside.
    pub(super) fn leaf(&mut self, name: &str, text: &str) {
        self.leaf_with(name, &[], text);
    }

    /// An element in a namespace of its own with a text inside.
    pub(super) fn leaf_in(&mut self, name: &str, namespace: &str, text: &str) {
        self.leaf_with(name, &[("xmlns", namespace)], text);
    }

    /// An element with one attribute and a text inside.
    pub(super) fn leaf_attribute(&mut self, name: &str, attribute: (&str, &str), text: &str) {
        self.leaf_with(name, &[attribute], text);
    }

    /// The document.
    pub(super) fn finish(mut self) -> String {
        std::mem::take(&mut *self.out)
    }
}
