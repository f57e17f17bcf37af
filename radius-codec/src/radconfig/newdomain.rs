//! The legacy `newdomain` lines, converted to patterns of a domain file (spec: hotspot-config 4).

use alloc::string::String;
use alloc::vec::Vec;

/// The letters that begin such a line, at column 1.
const KEYWORD: &str = "newdomain";

/// How lines are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Mode {
    /// To the letter, as the original does: no trimming, no escaping, empty items count.
    #[default]
    Exact,
    /// Blanks around items trimmed, empty items dropped, dots escaped, lower case. The same names match for what is
    /// well-formed.
    Tolerant,
}

/// What a configuration with `newdomain` lines becomes.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Conversion {
    /// One pattern a line: first all negative ones, in order, then all positive ones, in order.
    pub patterns: Vec<String>,
    /// The configuration without those lines.
    pub remaining: String,
}

impl Conversion {
    /// The patterns as a file, one a line.
    #[must_use]
    pub fn domain_file(&self) -> String {
        self.patterns.iter().flat_map(|pattern| [pattern.as_str(), "\n"]).collect()
    }
}

/// Converts every line that begins with `newdomain` and takes it out of the configuration.
///
/// ```
/// use radius_codec::radconfig::{Mode, convert};
///
/// let converted = convert("lease 900\nnewdomain *.fon.com,!wifi.fon.com\n", Mode::Exact);
/// assert_eq!(converted.patterns, ["!^wifi.fon.com$", r"^(.*\.)?fon.com$"]);
/// assert_eq!(converted.remaining, "lease 900\n");
/// ```
#[must_use]
pub fn convert(configuration: &str, mode: Mode) -> Conversion {
    let mut conversion = Conversion::default();
    let mut positive = Vec::new();
    let mut ended = true;
    for line in configuration.split_inclusive('\n') {
        let bare = line.strip_suffix('\n').unwrap_or(line);
        if !bare.starts_with(KEYWORD) {
            conversion.remaining.push_str(line);
            ended = line.ends_with('\n');
            continue;
        }
        for item in items(bare, mode) {
            let (pattern, negative) = pattern(item, mode);
            if negative { conversion.patterns.push(pattern) } else { positive.push(pattern) }
        }
    }
    // The last line keeps lacking its line end when what followed it was taken out.
    if !configuration.ends_with('\n') && ended {
        conversion.remaining.pop();
    }
    conversion.patterns.append(&mut positive);
    conversion
}

fn items(line: &str, mode: Mode) -> impl Iterator<Item = &str> {
    let value = match mode {
        // The keyword and one blank; without the blank the whole line is the value.
        Mode::Exact => line.strip_prefix(KEYWORD).and_then(|rest| rest.strip_prefix(' ')).unwrap_or(line),
        Mode::Tolerant => {
            let rest = line.strip_prefix(KEYWORD).unwrap_or(line);
            trim(trim(trim_start(trim(rest, BLANK), b"="), BLANK), b"\"'")
        }
    };
    let none = value.is_empty();
    let items = value.split(',').filter(move |_| !none);
    items
        .map(move |item| if mode == Mode::Tolerant { trim(item, BLANK) } else { item })
        .filter(move |item| mode == Mode::Exact || !trim(trim_start(item, b"!"), BLANK).is_empty())
}

const BLANK: &[u8] = b" \t\r";

/// The text without these ASCII characters in front. One function for all sets of them, unlike those of `str`.
fn trim_start<'t>(text: &'t str, off: &[u8]) -> &'t str {
    let start = text.bytes().position(|octet| !off.contains(&octet));
    start.and_then(|start| text.get(start..)).unwrap_or_default()
}

/// The text without these ASCII characters at both ends.
fn trim<'t>(text: &'t str, off: &[u8]) -> &'t str {
    let end = text.bytes().rposition(|octet| !off.contains(&octet)).map_or(0, |last| last + 1);
    trim_start(text.get(..end).unwrap_or_default(), off)
}

/// The pattern of one item, and whether it is negative.
fn pattern(item: &str, mode: Mode) -> (String, bool) {
    let (mut item, negative) = item.strip_prefix('!').map_or((item, false), |rest| (rest, true));
    if mode == Mode::Tolerant {
        item = trim(item, BLANK);
    }
    let mut pattern = String::with_capacity(item.len() + 12);
    if negative {
        pattern.push('!');
    }
    pattern.push('^');
    let rest = match item.strip_prefix("*.") {
        Some(rest) => {
            pattern.push_str(r"(.*\.)?");
            rest
        }
        None => item,
    };
    for c in rest.chars() {
        match mode {
            Mode::Exact => pattern.push(c),
            Mode::Tolerant => {
                if c == '.' {
                    pattern.push('\\');
                }
                pattern.push(c.to_ascii_lowercase());
            }
        }
    }
    pattern.push('$');
    (pattern, negative)
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: hotspot-config 4
    #[test]
    fn tolerant_reading_trims_and_escapes() {
        let patterns = |text| convert(text, Mode::Tolerant).patterns;
        assert_eq!(
            patterns("newdomain *.FON.com, a.b ,,!x.y"),
            [r"!^x\.y$", r"^(.*\.)?fon\.com$", r"^a\.b$"]
        );
        assert_eq!(patterns("newdomain\ta.com\r\nnewdomain !\n"), [r"^a\.com$"]);
        assert_eq!(patterns("newdomain=\"a.com\""), [r"^a\.com$"]);
    }

    #[test]
    fn a_carriage_return_stays_in_exact_mode() {
        let converted = convert("newdomain a.com\r\nlease 9\r\n", Mode::Exact);
        assert_eq!(converted.patterns, ["^a.com\r$"]);
        assert_eq!(converted.remaining, "lease 9\r\n");
    }
}
