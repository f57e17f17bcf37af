//! Which names are open without login: `uamdomain`, `uamdomainfile`, `newdomain` (hotspot-config 4, 5.2, 5.3).

use super::ere::{EreError, translate};
use regex_lite::{Regex, RegexBuilder};

/// The most rules that are kept.
pub const MAX_RULES: usize = 4096;
/// The longest expression, in octets.
pub const MAX_EXPRESSION: usize = 2047;
/// The most memory of one compiled expression, in octets.
const MAX_COMPILED: usize = 1 << 18;

/// Whether letter case matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// It does not: names in DNS are compared so.
    Folded,
    /// It does, as in the original.
    Exact,
}

/// Why a rule was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// The expression is wrong.
    #[error(transparent)]
    Expression(#[from] EreError),
    /// The expression is longer than [`MAX_EXPRESSION`].
    #[error("it is longer than {MAX_EXPRESSION} octets")]
    TooLong,
    /// There are more rules than [`MAX_RULES`].
    #[error("there are more than {MAX_RULES} rules")]
    TooMany,
}

/// A rule that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The rule, as written.
    pub rule: String,
    /// Its line in the file, from 1; none for an option.
    pub line: Option<usize>,
    /// Why.
    pub error: RuleError,
}

/// Rules in their order; the first that matches a name decides.
#[derive(Clone, Debug, Default)]
pub struct Domains {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
struct Rule {
    negated: bool,
    matcher: Matcher,
}

#[derive(Clone, Debug)]
enum Matcher {
    /// The name itself, unless it begins with a dot, and all names below it.
    Domain {
        name: String,
        case: Case,
    },
    Expression(Regex),
}

impl Domains {
    /// No rules: nothing is open.
    #[must_use]
    pub const fn new() -> Self {
        Self { rules: Vec::new() }
    }

    /// Adds the values of `uamdomain`.
    ///
    /// A value with one of `^ $ * + ? ( ) [ ] { } | \` is an extended regular expression, which is searched in the
    /// name; `*.example.com` is `example.com` and all below it. Any other value is a domain with its subdomains; with
    /// a dot in front, its subdomains only. `!` negates. Negated values come before all others, so that an exception
    /// always counts, as in the conversion of `newdomain` (hotspot-config 4.5).
    pub fn add_values<'a>(
        &mut self,
        values: impl Iterator<Item = &'a str> + Clone,
        case: Case,
    ) -> Vec<Skipped> {
        let mut skipped = Vec::new();
        let negated = |value: &&str| value.trim().starts_with('!');
        let ordered = values.clone().filter(negated).chain(values.filter(|value| !negated(value)));
        for value in ordered.map(str::trim).filter(|value| !value.is_empty()) {
            if let Err(error) = self.add_value(value, case) {
                skipped.push(Skipped { rule: value.to_owned(), line: None, error });
            }
        }
        skipped
    }

    fn add_value(&mut self, value: &str, case: Case) -> Result<(), RuleError> {
        let (negated, text) = negation(value);
        let text = text.trim_start();
        let subdomains = text.strip_prefix("*.").filter(|rest| !is_expression(rest));
        if is_expression(text) && subdomains.is_none() {
            return self.add_expression(negated, text, case);
        }
        let name = subdomains.unwrap_or(text);
        let name = name.strip_suffix('.').filter(|rest| !rest.is_empty()).unwrap_or(name);
        self.push(Rule { negated, matcher: Matcher::Domain { name: name.to_owned(), case } })
    }

    /// Adds the lines of a `uamdomainfile`: one expression each; empty lines and lines that begin with `#` or white
    /// space do not count. An expression that cannot be used is left out.
    pub fn add_file(&mut self, text: &str, case: Case) -> Vec<Skipped> {
        let mut skipped = Vec::new();
        for (index, line) in text.split('\n').enumerate() {
            if line.is_empty() || line.starts_with(|c: char| c == '#' || c.is_ascii_whitespace()) {
                continue;
            }
            let rule = line.trim_end_matches(|c: char| c.is_ascii_whitespace());
            let (negated, expression) = negation(rule);
            if let Err(error) = self.add_expression(negated, expression, case) {
                skipped.push(Skipped { rule: rule.to_owned(), line: Some(index + 1), error });
            }
        }
        skipped
    }

    fn add_expression(&mut self, negated: bool, expression: &str, case: Case) -> Result<(), RuleError> {
        if expression.len() > MAX_EXPRESSION {
            return Err(RuleError::TooLong);
        }
        let regex = RegexBuilder::new(&translate(expression)?)
            .dot_matches_new_line(true)
            .case_insensitive(case == Case::Folded)
            .size_limit(MAX_COMPILED)
            .build()
            // What is left to go wrong after the translation is size and depth.
            .map_err(|_| EreError::TooLarge)?;
        self.push(Rule { negated, matcher: Matcher::Expression(regex) })
    }

    fn push(&mut self, rule: Rule) -> Result<(), RuleError> {
        if self.rules.len() >= MAX_RULES {
            return Err(RuleError::TooMany);
        }
        self.rules.push(rule);
        Ok(())
    }

    /// Whether the addresses that a name has are open without login. A dot at the end of the name does not count.
    #[must_use]
    pub fn allows(&self, name: &str) -> bool {
        let name = name.strip_suffix('.').unwrap_or(name);
        self.rules.iter().find(|rule| rule.matcher.fits(name)).is_some_and(|rule| !rule.negated)
    }

    /// Whether there are no rules.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

impl Matcher {
    fn fits(&self, name: &str) -> bool {
        match self {
            Self::Expression(regex) => regex.is_match(name),
            Self::Domain { name: domain, case } => {
                let same = |tail: &[u8]| match case {
                    Case::Folded => tail.eq_ignore_ascii_case(domain.as_bytes()),
                    Case::Exact => tail == domain.as_bytes(),
                };
                let Some(before) = name.len().checked_sub(domain.len()) else { return false };
                let (head, tail) = name.as_bytes().split_at(before);
                same(tail) && (head.is_empty() || head.ends_with(b".") || domain.starts_with('.'))
            }
        }
    }
}

fn negation(rule: &str) -> (bool, &str) {
    rule.strip_prefix('!').map_or((false, rule), |rest| (true, rest))
}

fn is_expression(text: &str) -> bool {
    text.contains(['^', '$', '*', '+', '?', '(', ')', '[', ']', '{', '}', '|', '\\'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(values: &[&str]) -> Domains {
        let mut domains = Domains::new();
        assert_eq!(domains.add_values(values.iter().copied(), Case::Folded), []);
        domains
    }

    // spec: hotspot-config 5.2
    #[test]
    fn a_value_without_an_expression_is_a_domain_with_its_subdomains() {
        let domains = values(&["example.com", ".below.example", "*.fon.com", "root.example."]);
        for name in
            ["example.com", "www.example.com", "WWW.Example.COM.", "a.b.example.com", "x.below.example"]
        {
            assert!(domains.allows(name), "{name}");
        }
        for name in ["fon.com", "a.fon.com", "root.example"] {
            assert!(domains.allows(name), "{name}");
        }
        for name in ["notexample.com", "example.com.evil.net", "below.example", "com", "", ".", "notfon.com"]
        {
            assert!(!domains.allows(name), "{name}");
        }
    }

    // spec: hotspot-config 2.1, 5.3
    #[test]
    fn expressions_are_searched_and_exceptions_count_first() {
        let domains = values(&[r"^(.*\.)?fon\.com$", "!wifi.fon.com", "pay", "^p[0-9]+\\.net$"]);
        assert!(domains.allows("www.fon.com") && domains.allows("p12.net"));
        assert!(!domains.allows("wifi.fon.com") && !domains.allows("p.net"));
        assert!(!domains.allows("wwwfon.com") && !domains.allows("paypal.com"));
    }

    // spec: hotspot-config 5.3
    #[test]
    fn in_a_file_the_first_line_that_matches_decides() {
        let mut domains = Domains::new();
        let text = "# c\n ^indented$\n!^a\\.b$\r\n^.*b$\t \n^(broken\n";
        let skipped = domains.add_file(text, Case::Folded);
        assert_eq!(skipped.len(), 1);
        assert_eq!((skipped[0].rule.as_str(), skipped[0].line), ("^(broken", Some(5)));
        assert!(domains.allows("c.B") && !domains.allows("A.b") && !domains.allows("indented"));
        let mut exact = Domains::new();
        exact.add_file("^a$\n", Case::Exact);
        assert!(exact.allows("a") && !exact.allows("A"));
    }

    #[test]
    fn an_expression_cannot_eat_the_memory() {
        let mut domains = Domains::new();
        for hostile in ["((((a{99}){99}){99}){99})", "a{32767}", &"(a*)*".repeat(800), &"x".repeat(3000)] {
            assert_eq!(domains.add_file(hostile, Case::Folded).len(), 1, "{}", &hostile[..20]);
        }
        assert!(domains.is_empty());
        let many = "a\n".repeat(MAX_RULES + 2);
        assert_eq!(domains.add_file(&many, Case::Folded).len(), 2);
    }
}
