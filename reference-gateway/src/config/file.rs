//! The grammar of a line of chilli.conf (hotspot-config 1).

use super::problem::Fault;

/// The longest line, in octets (hotspot-config 1.1).
pub(super) const MAX_LINE: usize = 2047;

/// What stands on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// Nothing, or a comment.
    Empty,
    /// A key and perhaps a value.
    Entry { key: &'a str, value: Value<'a> },
    /// A key and a fault behind it.
    Bad { key: &'a str, fault: Fault },
}

/// The value behind a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// There is none.
    None,
    /// The key is followed by `=` and nothing.
    EmptyAfterEquals,
    /// A text; quoted ones may be empty.
    Text(&'a str),
}

const fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r')
}

/// Reads one line, without its line feed.
pub(super) fn parse_line(line: &str) -> Line<'_> {
    let text = line.trim_start_matches(is_blank);
    if text.is_empty() || text.starts_with('#') {
        return Line::Empty;
    }
    let key_end = text.find(|c| is_blank(c) || c == '=').unwrap_or(text.len());
    let (key, rest) = text.split_at(key_end);
    if line.len() > MAX_LINE {
        return Line::Bad { key, fault: Fault::LineTooLong };
    }
    let rest = rest.trim_start_matches(is_blank);
    let (equals, rest) = match rest.strip_prefix('=') {
        Some(rest) => (true, rest.trim_start_matches(is_blank)),
        None => (false, rest),
    };
    let (value, rest) = match rest.chars().next() {
        Some(quote @ ('"' | '\'')) => match rest[1..].split_once(quote) {
            None => return Line::Bad { key, fault: Fault::Unterminated },
            Some((inside, rest)) => (Value::Text(inside), rest),
        },
        _ => {
            let end = rest.find(|c| is_blank(c) || matches!(c, '#' | '"' | '\'')).unwrap_or(rest.len());
            match rest.split_at(end) {
                ("", rest) if equals => (Value::EmptyAfterEquals, rest),
                ("", rest) => (Value::None, rest),
                (text, rest) => (Value::Text(text), rest),
            }
        }
    };
    let behind = rest.trim_start_matches(is_blank);
    if behind.is_empty() || behind.starts_with('#') {
        Line::Entry { key, value }
    } else {
        Line::Bad { key, fault: Fault::Malformed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry<'a>(key: &'a str, value: &'a str) -> Line<'a> {
        Line::Entry { key, value: Value::Text(value) }
    }

    #[test]
    fn a_value_ends_at_a_blank_a_comment_or_its_quote() {
        assert_eq!(parse_line("a b"), entry("a", "b"));
        assert_eq!(parse_line("a=b\r"), entry("a", "b"));
        assert_eq!(parse_line("\t a \t= b # c"), entry("a", "b"));
        assert_eq!(parse_line("a abc#def"), entry("a", "abc"));
        assert_eq!(parse_line("a \"b c # d\" # e"), entry("a", "b c # d"));
        assert_eq!(parse_line("a 'b\"c'"), entry("a", "b\"c"));
        assert_eq!(parse_line("a=b=c"), entry("a", "b=c"));
    }

    #[test]
    fn no_value_and_an_empty_value_are_told_apart() {
        assert_eq!(parse_line("a"), Line::Entry { key: "a", value: Value::None });
        assert_eq!(parse_line("a # b"), Line::Entry { key: "a", value: Value::None });
        assert_eq!(parse_line("a="), Line::Entry { key: "a", value: Value::EmptyAfterEquals });
        assert_eq!(parse_line("a \"\""), entry("a", ""));
        assert_eq!(parse_line(" # a"), Line::Empty);
        assert_eq!(parse_line(" \r"), Line::Empty);
    }

    #[test]
    fn what_stands_behind_the_value_is_a_fault() {
        for line in ["a b c", "a b\"c\"", "a \"b\"c", "a \"b\" c"] {
            assert_eq!(parse_line(line), Line::Bad { key: "a", fault: Fault::Malformed }, "{line}");
        }
        assert_eq!(parse_line("a \"b"), Line::Bad { key: "a", fault: Fault::Unterminated });
        let long = format!("a {}", "b".repeat(MAX_LINE));
        assert_eq!(parse_line(&long), Line::Bad { key: "a", fault: Fault::LineTooLong });
    }
}
