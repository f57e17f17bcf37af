//! What a packet or a page holds, as a tree for people.

use std::fmt;

/// A line and what stands below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    label: String,
    children: Vec<Self>,
}

impl Tree {
    /// A line with nothing below it yet. Control characters do not reach the terminal.
    #[must_use]
    pub fn new(label: impl Into<String>) -> Self {
        let label: String = label.into();
        let clean = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
        Self { label: label.chars().map(clean).collect(), children: Vec::new() }
    }

    /// Adds a line below.
    pub fn push(&mut self, child: impl Into<Self>) {
        self.children.push(child.into());
    }

    /// The same with a line below.
    #[must_use]
    pub fn with(mut self, child: impl Into<Self>) -> Self {
        self.push(child);
        self
    }

    fn write_below(&self, f: &mut fmt::Formatter<'_>, indent: &str) -> fmt::Result {
        for (index, child) in self.children.iter().enumerate() {
            let last = index + 1 == self.children.len();
            let (mark, below) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            writeln!(f, "{indent}{mark}{}", child.label)?;
            child.write_below(f, &format!("{indent}{below}"))?;
        }
        Ok(())
    }
}

impl<T: Into<String>> From<T> for Tree {
    fn from(label: T) -> Self {
        Self::new(label)
    }
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.label)?;
        self.write_below(f, "")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_below_lines_are_drawn_as_a_tree() {
        let tree = Tree::new("a").with(Tree::new("b").with("c\u{7}")).with("d");
        assert_eq!(tree.to_string(), "a\n├─ b\n│  └─ c\u{fffd}\n└─ d\n");
    }
}
