//! Writing a management tree.

use super::URN;
use crate::xml::push_text;

/// Writes the nodes of a subscription.
pub(crate) struct TreeWriter {
    out: String,
    depth: usize,
}

impl TreeWriter {
    /// Begins the tree up to its one instance.
    pub(crate) fn new(update_identifier: Option<i64>) -> Self {
        let mut out = format!(
            "<MgmtTree xmlns=\"syncml:dmddf1.2\">\n  <VerDTD>1.2</VerDTD>\n  <Node>\n    \
             <NodeName>PerProviderSubscription</NodeName>\n    \
             <RTProperties><Type><DDFName>{URN}</DDFName></Type></RTProperties>\n"
        );
        if let Some(number) = update_identifier {
            out.push_str("    <Node><NodeName>UpdateIdentifier</NodeName><Value>");
            out.push_str(&number.to_string());
            out.push_str("</Value></Node>\n");
        }
        out.push_str("    <Node>\n      <NodeName>i001</NodeName>\n");
        Self { out, depth: 3 }
    }

    /// Writes a leaf.
    pub(crate) fn leaf(&mut self, name: &str, value: &str) {
        self.indent();
        self.out.push_str("<Node><NodeName>");
        self.out.push_str(name);
        self.out.push_str("</NodeName><Value>");
        push_text(&mut self.out, value);
        self.out.push_str("</Value></Node>\n");
    }

    /// Writes a leaf if there is a value.
    pub(crate) fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.leaf(name, value);
        }
    }

    /// Writes a leaf with a number if there is one.
    pub(crate) fn number(&mut self, name: &str, value: Option<i64>) {
        if let Some(value) = value {
            self.leaf(name, &value.to_string());
        }
    }

    /// Writes an interior node, which `inside` fills with at least one node.
    pub(crate) fn node(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.indent();
        self.out.push_str("<Node>\n");
        self.depth += 1;
        self.indent();
        self.out.push_str("<NodeName>");
        self.out.push_str(name);
        self.out.push_str("</NodeName>\n");
        inside(self);
        self.depth -= 1;
        self.indent();
        self.out.push_str("</Node>\n");
    }

    /// Writes a list, if it has entries: each an instance of its own.
    pub(crate) fn list<T>(&mut self, name: &str, entries: &[T], each: impl Fn(&mut Self, &T)) {
        if entries.is_empty() {
            return;
        }
        self.node(name, |w| {
            for (i, entry) in entries.iter().enumerate() {
                w.node(&format!("x{}", i + 1), |w| each(w, entry));
            }
        });
    }

    /// Ends the tree.
    pub(crate) fn finish(mut self) -> String {
        self.out.push_str("    </Node>\n  </Node>\n</MgmtTree>\n");
        self.out
    }

    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.out.push_str("  ");
        }
    }
}
