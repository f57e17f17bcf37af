//! Finding a message or field by its element name (spec: wispr 8 rule 7).
//!
//! A reader asks this for every tag. The length and two letters lead to the one name it can be, so that a name is
//! compared once, known or not.

use crate::message::{Field, Kind};

/// An element that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Element {
    Message(Kind),
    Field(Field),
}

const COUNT: usize = Kind::ALL.len() + Field::ALL.len();
const SLOTS: usize = 64;

/// All names, with what they name.
static NAMES: [(&str, Element); COUNT] = {
    let mut out = [("", Element::Message(Kind::Unknown)); COUNT];
    let mut at = 0;
    while at < COUNT {
        out[at] = if at < Kind::ALL.len() {
            let kind = Kind::ALL[at];
            (kind.element().expect("a kind with an element"), Element::Message(kind))
        } else {
            let field = Field::ALL[at - Kind::ALL.len()];
            (field.element(), Element::Field(field))
        };
        at += 1;
    }
    out
};

/// The place in [`NAMES`] of the one name a slot is for; [`COUNT`] where there is none.
static SLOT: [u8; SLOTS] = {
    #[expect(clippy::cast_possible_truncation, reason = "some dozens of names")]
    let mut out = [COUNT as u8; SLOTS];
    let mut at = 0;
    while at < COUNT {
        let slot = slot(NAMES[at].0.as_bytes());
        assert!(out[slot] as usize == COUNT, "two names in one slot: choose other factors");
        #[expect(clippy::cast_possible_truncation, reason = "some dozens of names")]
        let place = at as u8;
        out[slot] = place;
        at += 1;
    }
    out
};

/// Where a name would stand, whatever its letter case.
const fn slot(name: &[u8]) -> usize {
    let [first, _, third, ..] = name else { return 0 };
    // Setting this bit makes letters small; that it changes other octets too does no harm.
    let (first, third) = (*first | 0x20, *third | 0x20);
    // The factors are found by trial; two names in one slot do not compile.
    (first as usize + 19 * third as usize + 30 * name.len()) % SLOTS
}

impl Element {
    /// The element of that name, in whatever letter case, and whether the letter case is right.
    pub(crate) fn find(name: &str) -> Option<(Self, bool)> {
        let (known, element) = NAMES.get(usize::from(*SLOT.get(slot(name.as_bytes()))?))?;
        if *known == name {
            return Some((*element, true));
        }
        known.eq_ignore_ascii_case(name).then_some((*element, false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_in_every_letter_case() {
        // spec: wispr 8 rule 7
        for (name, element) in NAMES {
            assert_eq!(Element::find(name), Some((element, true)));
            assert_eq!(Element::find(&name.to_ascii_uppercase()), Some((element, false)));
            assert_eq!(Element::find(&name.to_ascii_lowercase()), Some((element, false)));
            let longer = alloc::format!("{name}s");
            assert_eq!(Element::find(&longer), None);
        }
        for unknown in ["", "a", "ab", "abc", "WISPAccessGatewayParam", "\u{f1}\u{f1}"] {
            assert_eq!(Element::find(unknown), None);
        }
    }
}
