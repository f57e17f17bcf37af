//! POSIX extended regular expressions, turned into those of the library (hotspot-config 5.3).
//!
//! The files were written for `regcomp` with `REG_EXTENDED`. Most of the two notations is the same, but not all, and
//! the difference can open the garden: `^*fon.com` is an error there and "ends with fon.com" elsewhere, `a+?` may be
//! empty there and not elsewhere. So the expression is read by the rules of POSIX, as the GNU library has them, and
//! written anew. Back references are the one thing that is left out; no automaton has them.

use std::fmt::Write;

/// How deep groups may nest.
const MAX_DEPTH: usize = 24;
/// The largest number in an interval (`RE_DUP_MAX` of the GNU library).
const MAX_REPETITIONS: u32 = 0x7fff;

/// Why an expression cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EreError {
    /// A repetition stands where there is nothing to repeat.
    #[error("character {at}: nothing to repeat here")]
    Repetition {
        /// Which character, from 1.
        at: usize,
    },
    /// An interval such as `{2,5}` is not closed, or is not one.
    #[error("character {at}: not an interval like {{2}} or {{2,5}}")]
    Interval {
        /// Which character, from 1.
        at: usize,
    },
    /// A bracket is not closed, or holds a range or class that is none.
    #[error("character {at}: not a set of characters like [a-z] or [[:digit:]]")]
    Bracket {
        /// Which character, from 1.
        at: usize,
    },
    /// A group is not closed.
    #[error("character {at}: this ( is not closed")]
    Group {
        /// Which character, from 1.
        at: usize,
    },
    /// The expression ends with a backslash.
    #[error("it ends with a backslash")]
    Escape,
    /// It refers back to a group.
    #[error("character {at}: back references are not supported")]
    BackReference {
        /// Which character, from 1.
        at: usize,
    },
    /// It needs more memory than one expression may have.
    #[error("it is too large")]
    TooLarge,
}

/// Writes an expression in the library's notation.
pub(super) fn translate(expression: &str) -> Result<String, EreError> {
    let mut parser = Parser { text: expression.chars().collect(), at: 0 };
    let mut out = String::with_capacity(expression.len() * 2);
    parser.alternatives(0, &mut out)?;
    Ok(out)
}

struct Parser {
    text: Vec<char>,
    at: usize,
}

/// What was read last: whether it can be repeated.
enum Atom {
    Repeatable,
    Anchor,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += 1;
        Some(next)
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn alternatives(&mut self, depth: usize, out: &mut String) -> Result<(), EreError> {
        loop {
            self.branch(depth, out)?;
            if !self.take('|') {
                return Ok(());
            }
            out.push('|');
        }
    }

    fn branch(&mut self, depth: usize, out: &mut String) -> Result<(), EreError> {
        while let Some(next) = self.peek() {
            if next == '|' || (next == ')' && depth > 0) {
                break;
            }
            let mut piece = String::new();
            if let Atom::Repeatable = self.atom(depth, &mut piece)? {
                self.repetitions(&mut piece)?;
            }
            out.push_str(&piece);
        }
        Ok(())
    }

    fn atom(&mut self, depth: usize, out: &mut String) -> Result<Atom, EreError> {
        let at = self.at + 1;
        match self.next().unwrap_or_default() {
            '*' | '+' | '?' | '{' => return Err(EreError::Repetition { at }),
            anchor @ ('^' | '$') => {
                out.push(anchor);
                return Ok(Atom::Anchor);
            }
            '.' => out.push('.'),
            '[' => self.bracket(at, out)?,
            '(' => {
                if depth >= MAX_DEPTH {
                    return Err(EreError::TooLarge);
                }
                out.push_str("(?:");
                self.alternatives(depth + 1, out)?;
                out.push(')');
                if !self.take(')') {
                    return Err(EreError::Group { at });
                }
            }
            '\\' => return self.escape(at, out),
            plain => literal(plain, out),
        }
        Ok(Atom::Repeatable)
    }

    /// What follows a backslash: a character as it is, or one of the GNU library's shorthands.
    fn escape(&mut self, at: usize, out: &mut String) -> Result<Atom, EreError> {
        match self.next().ok_or(EreError::Escape)? {
            'w' => out.push_str("[A-Za-z0-9_]"),
            'W' => out.push_str("[^A-Za-z0-9_]"),
            's' => out.push_str(r"[\x{9}-\x{D}\x{20}]"),
            'S' => out.push_str(r"[^\x{9}-\x{D}\x{20}]"),
            boundary @ ('b' | 'B' | '<' | '>') => {
                let _ = write!(out, r"\{boundary}");
                return Ok(Atom::Anchor);
            }
            '`' => {
                out.push('^');
                return Ok(Atom::Anchor);
            }
            '\'' => {
                out.push('$');
                return Ok(Atom::Anchor);
            }
            '1'..='9' => return Err(EreError::BackReference { at }),
            plain => literal(plain, out),
        }
        Ok(Atom::Repeatable)
    }

    fn repetitions(&mut self, piece: &mut String) -> Result<(), EreError> {
        let mut last = None;
        while let Some(sign) = self.peek().filter(|c| matches!(c, '*' | '+' | '?' | '{')) {
            self.at += 1;
            // `a**` is `a*`; long rows of one sign must not nest.
            if sign != '{' && last == Some(sign) {
                continue;
            }
            last = Some(sign);
            let inner = std::mem::take(piece);
            let _ = write!(piece, "(?:{inner})");
            if sign == '{' { self.interval(piece)? } else { piece.push(sign) }
        }
        Ok(())
    }

    /// `{2}`, `{2,}`, `{2,5}` and, as the GNU library has it, `{,5}`.
    fn interval(&mut self, out: &mut String) -> Result<(), EreError> {
        let wrong = EreError::Interval { at: self.at };
        let (first, comma) = (self.number(wrong)?, self.take(','));
        let second = if comma { self.number(wrong)? } else { first };
        if !self.take('}') || (first.is_none() && !comma) {
            return Err(wrong);
        }
        let least = first.unwrap_or(0);
        match second {
            Some(most) if least > most => return Err(wrong),
            Some(most) => write!(out, "{{{least},{most}}}"),
            None => write!(out, "{{{least},}}"),
        }
        .map_err(|_| EreError::TooLarge)
    }

    fn number(&mut self, wrong: EreError) -> Result<Option<u32>, EreError> {
        let mut number = None;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            self.at += 1;
            let value = number.unwrap_or(0_u32) * 10 + digit;
            if value > MAX_REPETITIONS {
                return Err(wrong);
            }
            number = Some(value);
        }
        Ok(number)
    }

    /// A set of characters; the opening bracket was read.
    fn bracket(&mut self, at: usize, out: &mut String) -> Result<(), EreError> {
        let wrong = EreError::Bracket { at };
        let negated = self.take('^');
        let mut ranges: Vec<(char, char)> = Vec::new();
        let mut first = true;
        while first || self.peek() != Some(']') {
            let start = self.member(first, wrong)?;
            first = false;
            let is_range = self.peek() == Some('-') && self.text.get(self.at + 1) != Some(&']');
            match start {
                Member::Class(class) if !is_range => ranges.extend(class),
                Member::Class(_) => return Err(wrong),
                Member::One(start) if is_range => {
                    self.at += 1;
                    match self.member(true, wrong)? {
                        Member::One(end) if start <= end => ranges.push((start, end)),
                        _ => return Err(wrong),
                    }
                }
                Member::One(one) => ranges.push((one, one)),
            }
        }
        self.at += 1;
        out.push_str(if negated { "[^" } else { "[" });
        for (from, to) in ranges {
            let _ = write!(out, r"\x{{{:X}}}-\x{{{:X}}}", u32::from(from), u32::from(to));
        }
        out.push(']');
        Ok(())
    }

    fn member(&mut self, hyphen_is_plain: bool, wrong: EreError) -> Result<Member, EreError> {
        let next = self.next().ok_or(wrong)?;
        if next == '-' && !hyphen_is_plain && self.peek() != Some(']') {
            return Err(wrong);
        }
        let Some(kind @ (':' | '=' | '.')) = self.peek().filter(|_| next == '[') else {
            return Ok(Member::One(next));
        };
        self.at += 1;
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = rest.windows(2).position(|pair| pair == [kind, ']']).ok_or(wrong)?;
        let name: String = rest.get(..end).unwrap_or_default().iter().collect();
        self.at += end + 2;
        match kind {
            ':' => class(&name).map(Member::Class).ok_or(wrong),
            _ => {
                let mut chars = name.chars();
                match (chars.next(), chars.next()) {
                    (Some(one), None) => Ok(Member::One(one)),
                    _ => Err(wrong),
                }
            }
        }
    }
}

/// What stands in a bracket.
enum Member {
    One(char),
    Class(&'static [(char, char)]),
}

/// A character class of the C locale.
fn class(name: &str) -> Option<&'static [(char, char)]> {
    Some(match name {
        "alpha" => &[('A', 'Z'), ('a', 'z')],
        "digit" => &[('0', '9')],
        "alnum" => &[('0', '9'), ('A', 'Z'), ('a', 'z')],
        "upper" => &[('A', 'Z')],
        "lower" => &[('a', 'z')],
        "space" => &[('\t', '\r'), (' ', ' ')],
        "blank" => &[('\t', '\t'), (' ', ' ')],
        "punct" => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        "print" => &[(' ', '~')],
        "graph" => &[('!', '~')],
        "cntrl" => &[('\0', '\x1f'), ('\x7f', '\x7f')],
        "xdigit" => &[('0', '9'), ('A', 'F'), ('a', 'f')],
        _ => return None,
    })
}

fn literal(plain: char, out: &mut String) {
    if plain.is_ascii_alphanumeric() {
        out.push(plain);
    } else {
        let _ = write!(out, r"\x{{{:X}}}", u32::from(plain));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex_lite::RegexBuilder;

    const NAMES: [&str; 14] =
        ["", "a", "aa", "aaa", "b", "-", "]", r"\", "fon.com", "xfon.com", "www.fon.com", "ab", "(a)", "12"];

    /// What `regcomp` and `regexec` of the GNU C library 2.36 say in the C locale: which names match, or that the
    /// expression is an error.
    const MEASURED: &[(&str, Option<&[&str]>)] = &[
        ("^*fon.com$", None),
        ("*a", None),
        ("a|*b", None),
        ("(*a)", None),
        ("a**b", Some(&["b", "ab"])),
        (
            "a+?",
            Some(&[
                "",
                "a",
                "aa",
                "aaa",
                "b",
                "-",
                "]",
                r"\",
                "fon.com",
                "xfon.com",
                "www.fon.com",
                "ab",
                "(a)",
                "12",
            ]),
        ),
        ("^a+?$", Some(&["", "a", "aa", "aaa"])),
        ("a)", Some(&["(a)"])),
        ("^a)$", Some(&[])),
        ("(a", None),
        (
            "a|",
            Some(&[
                "",
                "a",
                "aa",
                "aaa",
                "b",
                "-",
                "]",
                r"\",
                "fon.com",
                "xfon.com",
                "www.fon.com",
                "ab",
                "(a)",
                "12",
            ]),
        ),
        (
            "|a",
            Some(&[
                "",
                "a",
                "aa",
                "aaa",
                "b",
                "-",
                "]",
                r"\",
                "fon.com",
                "xfon.com",
                "www.fon.com",
                "ab",
                "(a)",
                "12",
            ]),
        ),
        (
            "()",
            Some(&[
                "",
                "a",
                "aa",
                "aaa",
                "b",
                "-",
                "]",
                r"\",
                "fon.com",
                "xfon.com",
                "www.fon.com",
                "ab",
                "(a)",
                "12",
            ]),
        ),
        ("^()$", Some(&[""])),
        ("a{2}", Some(&["aa", "aaa"])),
        ("^a{2}$", Some(&["aa"])),
        ("^a{,2}$", Some(&["", "a", "aa"])),
        ("^a{,}$", Some(&["", "a", "aa", "aaa"])),
        ("a{2,1}", None),
        ("a{", None),
        ("a{x", None),
        ("a{1", None),
        ("^{2}", None),
        ("$*", None),
        ("[a", None),
        ("[]a]", Some(&["a", "aa", "aaa", "]", "ab", "(a)"])),
        ("^[]a]$", Some(&["a", "]"])),
        ("^[^]a]$", Some(&["b", "-", r"\"])),
        ("[a-", None),
        ("[a-]", Some(&["a", "aa", "aaa", "-", "ab", "(a)"])),
        ("^[a-]$", Some(&["a", "-"])),
        ("^[-a]$", Some(&["a", "-"])),
        ("[b-a]", None),
        ("[a-c-e]", None),
        ("^[a-c-]$", Some(&["a", "b", "-"])),
        ("[[:alpha:]]", Some(&["a", "aa", "aaa", "b", "fon.com", "xfon.com", "www.fon.com", "ab", "(a)"])),
        ("^[[:digit:]]+$", Some(&["12"])),
        ("[[:foo:]]", None),
        ("^[[=a=]]$", Some(&["a"])),
        ("^[[.-.]]$", Some(&["-"])),
        ("[[.foo.]]", None),
        (r"^[\d]$", Some(&[r"\"])),
        (r"\", None),
        (r"a\", None),
        (r"\d", Some(&[])),
        (r"^\w+$", Some(&["a", "aa", "aaa", "b", "ab", "12"])),
        (r"\.fon\.com$", Some(&["www.fon.com"])),
        (r"^(.*\.)?fon.com$", Some(&["fon.com", "www.fon.com"])),
        ("^*a", None),
        ("a^b", Some(&[])),
        ("a$b", Some(&[])),
        ("^^a", Some(&["a", "aa", "aaa", "ab"])),
        ("a$$", Some(&["a", "aa", "aaa"])),
        (
            "x{0}",
            Some(&[
                "",
                "a",
                "aa",
                "aaa",
                "b",
                "-",
                "]",
                r"\",
                "fon.com",
                "xfon.com",
                "www.fon.com",
                "ab",
                "(a)",
                "12",
            ]),
        ),
        ("^x{0}$", Some(&[""])),
        ("[[:alpha:]-z]", None),
        ("^a{1}{2}$", Some(&["aa"])),
        ("a{32768}", None),
        (r"\<fon", Some(&["fon.com", "www.fon.com"])),
        (r"fon\>", Some(&["fon.com", "xfon.com", "www.fon.com"])),
        (r"\Bon", Some(&["fon.com", "xfon.com", "www.fon.com"])),
        (r"a\`", Some(&[])),
        ("^(a|b)+c?$", Some(&["a", "aa", "aaa", "b", "ab"])),
        ("((a))", Some(&["a", "aa", "aaa", "ab", "(a)"])),
        (
            "a||b",
            Some(&[
                "",
                "a",
                "aa",
                "aaa",
                "b",
                "-",
                "]",
                r"\",
                "fon.com",
                "xfon.com",
                "www.fon.com",
                "ab",
                "(a)",
                "12",
            ]),
        ),
        (r"^[a\]b]$", Some(&[])),
        ("^(|a)b$", Some(&["b", "ab"])),
        ("^a{3}$", Some(&["aaa"])),
        ("a{,2", None),
        ("^[--/]$", Some(&["-"])),
        ("^[%--]$", Some(&["-"])),
        ("^a*?$", Some(&["", "a", "aa", "aaa"])),
        ("^a?+$", Some(&["", "a", "aa", "aaa"])),
        ("^[a-z]{1,3}$", Some(&["a", "aa", "aaa", "b", "ab"])),
        ("{a", None),
        ("a{,2}b", Some(&["b", "ab"])),
        (r"^\(a\)$", Some(&["(a)"])),
        (r"a\{2\}", Some(&[])),
    ];

    #[test]
    fn expressions_mean_what_they_mean_to_regcomp() {
        for (expression, want) in MEASURED {
            let got = translate(expression)
                .ok()
                .and_then(|text| RegexBuilder::new(&text).dot_matches_new_line(true).build().ok());
            let got = got.map(|regex| NAMES.into_iter().filter(|n| regex.is_match(n)).collect::<Vec<_>>());
            assert_eq!(got.as_deref(), *want, "{expression:?}: {:?}", translate(expression));
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        assert_eq!(translate("^*a"), Err(EreError::Repetition { at: 2 }));
        assert_eq!(translate("a{2,1}"), Err(EreError::Interval { at: 2 }));
        assert_eq!(translate("a[b-a]"), Err(EreError::Bracket { at: 2 }));
        assert_eq!(translate("^(broken"), Err(EreError::Group { at: 2 }));
        assert_eq!(translate(r"(a)\1"), Err(EreError::BackReference { at: 4 }));
        assert_eq!(translate("a\\"), Err(EreError::Escape));
        assert_eq!(translate(&"(".repeat(100)), Err(EreError::TooLarge));
    }
}
