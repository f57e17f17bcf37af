//! What can be said of the octets before any token is looked at.

use super::lexical::Attributes;

/// What one pass over the octets says about them.
pub(super) struct Survey {
    /// Octets before the first character that XML forbids.
    pub(super) illegal: Option<usize>,
    /// There is a tab, a line break or another character below the blank somewhere.
    pub(super) control: bool,
    /// There is a CR somewhere.
    pub(super) return_: bool,
    /// There is a `]` somewhere.
    pub(super) bracket: bool,
}

impl Survey {
    pub(super) fn of(octets: &[u8]) -> Self {
        let mut survey = Self { illegal: None, control: false, return_: false, bracket: false };
        survey.bracket = memchr::memchr(b']', octets).is_some();
        let wide = memchr::memchr(0xEF, octets).is_some();
        // No octet is looked at one by one until a run of them holds something that is not plain: without an early end within
        // a run, the compiler looks at many octets at a time.
        for (index, run) in octets.chunks(RUN).enumerate() {
            let has_control = run.iter().fold(u8::MAX, |least, &octet| least.min(octet)) < b' ';
            if has_control {
                survey.control = true;
                survey.return_ |= run.contains(&b'\r');
            }
            if survey.illegal.is_none() && (has_control || wide) {
                let start = index * RUN;
                // A character may reach into the next run.
                let more = octets.get(start..octets.len().min(start + RUN + 2)).unwrap_or_default();
                survey.illegal = illegal(more, run.len()).map(|at| start + at);
            }
        }
        survey
    }
}

/// Octets that are looked at together.
const RUN: usize = 256;

/// Where the first character that XML forbids begins, among the first `len` octets.
fn illegal(octets: &[u8], len: usize) -> Option<usize> {
    let control = |octet: u8| (octet < b' ') & (octet != b'\t') & (octet != b'\n') & (octet != b'\r');
    let suspect = octets.iter().fold(false, |found, &octet| found | control(octet) | (octet == 0xEF));
    if !suspect {
        return None;
    }
    octets.iter().take(len).enumerate().find_map(|(i, &octet)| {
        // U+FFFE and U+FFFF; surrogates are no UTF-8.
        let bad =
            control(octet) || octet == 0xEF && matches!(octets.get(i + 1..i + 3), Some([0xBF, 0xBE | 0xBF]));
        bad.then_some(i)
    })
}

/// What the XML declaration says.
pub(super) struct Declaration {
    pub(super) good: bool,
    pub(super) foreign_encoding: bool,
}

impl Declaration {
    pub(super) fn find(octets: &[u8]) -> Self {
        let bad = Self { good: false, foreign_encoding: false };
        let Some(rest) = octets.strip_prefix(b"<?xml") else { return bad };
        let Some(end) = rest.windows(2).position(|w| w == b"?>") else { return bad };
        let Some(Ok(text)) = rest.get(..end).map(str::from_utf8) else { return bad };
        let mut attributes = Attributes { rest: text };
        let mut stage = 0;
        let mut foreign_encoding = false;
        let mut good = true;
        loop {
            match attributes.next() {
                Ok(None) => break,
                Ok(Some(("version", v))) if stage == 0 => {
                    good &= v
                        .strip_prefix("1.")
                        .is_some_and(|v| !v.is_empty() && v.bytes().all(|o| o.is_ascii_digit()));
                    stage = 1;
                }
                Ok(Some(("encoding", v))) if stage == 1 => {
                    foreign_encoding =
                        !v.eq_ignore_ascii_case("utf-8") && !v.eq_ignore_ascii_case("us-ascii");
                    stage = 2;
                }
                Ok(Some(("standalone", "yes" | "no"))) if stage == 1 || stage == 2 => stage = 3,
                _ => return Self { good: false, foreign_encoding },
            }
        }
        Self { good: good && stage > 0, foreign_encoding }
    }
}
