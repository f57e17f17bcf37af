//! What can be said of the octets before any token is looked at.

use super::lexical::Attributes;

/// What one pass over the octets says about them.
pub(super) struct Survey {
    /// Octets before the first character that XML forbids.
    pub(super) illegal: Option<usize>,
    /// There is a CR somewhere.
    pub(super) return_: bool,
    /// There is a `]` somewhere.
    pub(super) bracket: bool,
}

impl Survey {
    pub(super) fn of(octets: &[u8]) -> Self {
        // One plain pass first, without an early end so that the compiler can look at many octets at a time: most documents
        // have nothing that asks for a second one.
        let special = octets.chunks(512).any(|run| {
            let found = run.iter().fold(0_u8, |found, &o| {
                let control = (o < 0x20) & (o != b'\t') & (o != b'\n');
                found | u8::from(control | (o == b']') | (o == 0xEF))
            });
            found != 0
        });
        if !special {
            return Self { illegal: None, return_: false, bracket: false };
        }
        let return_ = octets.contains(&b'\r');
        let bracket = octets.contains(&b']');
        let illegal = octets.iter().enumerate().find_map(|(i, &octet)| {
            let bad = match octet {
                b'\t' | b'\n' | b'\r' => false,
                0..0x20 => true,
                // U+FFFE and U+FFFF; surrogates are no UTF-8.
                0xEF => matches!(octets.get(i + 1..i + 3), Some([0xBF, 0xBE | 0xBF])),
                _ => false,
            };
            bad.then_some(i)
        });
        Self { illegal, return_, bracket }
    }
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
