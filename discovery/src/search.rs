//! Finding an institution by what the user types (spec: discovery 10.1, 10.2).

mod index;
mod typing;

pub use index::SearchIndex;

use crate::fold::plain;
use crate::text::trim;
use crate::url::{self, UrlKind, VerifiedUrl};
use index::{Next, Place};
use memchr::memmem;

/// Tiers of the ranked search, the smaller the better (spec: discovery 10.2).
pub mod tier {
    /// The name is the query.
    pub const EQUAL: u8 = 0;
    /// The name begins with the query and a blank.
    pub const FIRST_WORDS: u8 = 1;
    /// The query is among the name's words.
    pub const WORDS: u8 = 2;
    /// The query is the initials.
    pub const INITIALS: u8 = 3;
    /// The name begins with the query.
    pub const BEGINNING: u8 = 4;
    /// The query begins at a word.
    pub const WORD_BEGINNING: u8 = 5;
    /// Each word of the query begins some word.
    pub const EACH_WORD: u8 = 6;
    /// The query occurs somewhere.
    pub const INSIDE: u8 = 7;
    /// There was no query.
    pub const ALL: u8 = 8;
    /// With typing errors: this and the sum of the distances.
    pub const TYPING_ERRORS: u8 = 9;
}

/// An institution that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its position in the document.
    pub institution: usize,
    /// How well it fits, see [`tier`].
    pub tier: u8,
}

/// What the user typed, folded.
struct Query {
    /// Trimmed and in lower case, for the plain rule.
    lower: String,
    /// Words joined by one blank, for everything else.
    plain: String,
}

impl Query {
    fn new(text: &str) -> Self {
        Self { lower: trim(text).to_lowercase(), plain: plain(text) }
    }

    fn words(&self) -> impl Iterator<Item = &str> + Clone {
        self.plain.split(' ').filter(|w| !w.is_empty())
    }

    fn is_extended_by(&self, longer: &Self) -> bool {
        !self.plain.is_empty()
            && longer.plain.starts_with(&self.plain)
            && longer.lower.starts_with(&self.lower)
    }
}

/// The best tier of each name so far.
struct Tiers(Vec<u8>);

impl Tiers {
    /// Worse than all tiers.
    const NONE: u8 = u8::MAX;

    fn new(index: &SearchIndex) -> Self {
        Self(vec![Self::NONE; index.entries().len()])
    }

    fn improve(&mut self, entry: u32, tier: u8) {
        if let Some(best) = self.0.get_mut(entry as usize) {
            *best = (*best).min(tier);
        }
    }

    /// Names that fit, and how well.
    fn fitting(&self) -> impl Iterator<Item = (u32, u8)> {
        (0..).zip(self.0.iter().copied()).filter(|(_, tier)| *tier != Self::NONE)
    }
}

impl SearchIndex {
    /// The plain rule: institutions one of whose names contains the text, ignoring case; in document order.
    ///
    /// Blanks around the text do not count, and an empty text finds everything (spec: discovery 10.1).
    #[must_use]
    pub fn filter_contains(&self, text: &str) -> Vec<usize> {
        let query = Query { lower: trim(text).to_lowercase(), plain: String::new() };
        if query.lower.is_empty() {
            return (0..self.len()).collect();
        }
        let mut found: Vec<usize> = Vec::new();
        self.find_lower(&query.lower, |entry| {
            let institution = self.institution_of(entry);
            if found.last() != Some(&institution) {
                found.push(institution);
            }
        });
        found
    }

    /// Ranked search, the best first (spec: discovery 10.2). An empty query finds everything, by name.
    #[must_use]
    pub fn search(&self, text: &str) -> Vec<Hit> {
        let query = Query::new(text);
        if query.lower.is_empty() {
            return self.everything();
        }
        let hits = self.ranked(&self.tiers(&query));
        if hits.is_empty() { self.with_typing_errors(&query) } else { hits }
    }

    fn everything(&self) -> Vec<Hit> {
        self.by_name().map(|institution| Hit { institution, tier: tier::ALL }).collect()
    }

    /// How all names fit in tiers 0 to 7.
    fn tiers(&self, query: &Query) -> Tiers {
        let mut tiers = Tiers::new(self);
        if !query.plain.is_empty() {
            self.find_plain(&query.plain, |entry, place| {
                let tier = tier_of(place);
                tiers.improve(entry, tier);
                // The beginning of a name comes first; after it nothing is better than whole words.
                if tier <= tier::WORDS { Next::Name } else { Next::Place }
            });
            self.add_initials(query, &mut tiers);
            if let Some(longest) = query.words().max_by_key(|w| w.len()).filter(|w| *w != query.plain) {
                self.find_plain(longest, |entry, place| {
                    if place.begins && each_word_begins(self.plain(entry), query) {
                        tiers.improve(entry, tier::EACH_WORD);
                        return Next::Name;
                    }
                    Next::Place
                });
            }
        }
        self.find_lower(&query.lower, |entry| tiers.improve(entry, tier::INSIDE));
        tiers
    }

    /// As [`Self::tiers`], looking only at names that fitted a shorter query.
    fn tiers_among(&self, query: &Query, entries: &[u32]) -> Tiers {
        let plain = memmem::Finder::new(&query.plain);
        let lower = memmem::Finder::new(&query.lower);
        let several = query.plain.contains(' ');
        let mut tiers = Tiers::new(self);
        for &entry in entries {
            let name = self.plain(entry);
            for place in places(name, &plain) {
                tiers.improve(entry, tier_of(place));
            }
            if several && each_word_begins(name, query) {
                tiers.improve(entry, tier::EACH_WORD);
            }
            if lower.find(self.lower(entry).as_bytes()).is_some() {
                tiers.improve(entry, tier::INSIDE);
            }
        }
        // Initials do not narrow: `mi` are no initials of what `mit` finds.
        self.add_initials(query, &mut tiers);
        tiers
    }

    fn add_initials(&self, query: &Query, tiers: &mut Tiers) {
        let mut chars = query.plain.chars();
        let two = chars.next().is_some() && chars.next().is_some();
        if two && !query.plain.contains(' ') {
            self.find_initials(&query.plain, |entry| tiers.improve(entry, tier::INITIALS));
        }
    }

    /// Institutions by their best tier, equal ones by name.
    fn ranked(&self, tiers: &Tiers) -> Vec<Hit> {
        let mut best = vec![Tiers::NONE; self.len()];
        for (entry, tier) in tiers.fitting() {
            if let Some(best) = best.get_mut(self.institution_of(entry)) {
                *best = (*best).min(tier);
            }
        }
        let tier = |institution: usize| best.get(institution).copied().unwrap_or(Tiers::NONE);
        // One pass by name for each tier there is gives the order without sorting.
        let mut present = [false; Tiers::NONE as usize];
        for tier in &best {
            if let Some(present) = present.get_mut(usize::from(*tier)) {
                *present = true;
            }
        }
        let mut hits = Vec::new();
        for wanted in (0..Tiers::NONE).filter(|tier| present.get(usize::from(*tier)) == Some(&true)) {
            let found = self.by_name().filter(|institution| tier(*institution) == wanted);
            hits.extend(found.map(|institution| Hit { institution, tier: wanted }));
        }
        hits
    }

    fn with_typing_errors(&self, query: &Query) -> Vec<Hit> {
        let wanted = typing::Wanted::new(query.words());
        let mut tiers = Tiers::new(self);
        let mut word = Vec::new();
        for entry in self.entries().filter(|entry| wanted.may_be_in(self.letters(*entry))) {
            if let Some(sum) = wanted.distance(self.plain(entry), &mut word) {
                tiers.improve(entry, tier::TYPING_ERRORS.saturating_add(sum).min(Tiers::NONE - 1));
            }
        }
        self.ranked(&tiers)
    }
}

/// A search while the user types: when a query extends the one before, only what fitted before is looked at.
pub struct Narrowing<'i> {
    index: &'i SearchIndex,
    /// The last query and the names it fitted.
    last: Option<(Query, Vec<u32>)>,
}

impl<'i> Narrowing<'i> {
    /// Begins with nothing typed.
    #[must_use]
    pub fn new(index: &'i SearchIndex) -> Self {
        Self { index, last: None }
    }

    /// The same as [`SearchIndex::search`].
    pub fn search(&mut self, text: &str) -> Vec<Hit> {
        let query = Query::new(text);
        if query.lower.is_empty() {
            self.last = None;
            return self.index.everything();
        }
        let tiers = match &self.last {
            Some((shorter, entries)) if shorter.is_extended_by(&query) => {
                self.index.tiers_among(&query, entries)
            }
            _ => self.index.tiers(&query),
        };
        let hits = self.index.ranked(&tiers);
        if hits.is_empty() {
            self.last = None;
            return self.index.with_typing_errors(&query);
        }
        self.last = Some((query, tiers.fitting().map(|(entry, _)| entry).collect()));
        hits
    }
}

/// The tier that one place gives: 0, 1, 2, 4, 5 or 7.
fn tier_of(place: Place) -> u8 {
    match place {
        Place { first: true, last: true, .. } => tier::EQUAL,
        Place { first: true, ends: true, .. } => tier::FIRST_WORDS,
        Place { begins: true, ends: true, .. } => tier::WORDS,
        Place { first: true, .. } => tier::BEGINNING,
        Place { begins: true, .. } => tier::WORD_BEGINNING,
        _ => tier::INSIDE,
    }
}

/// All places of a query in the plain form of one name, overlapping ones too.
fn places<'n>(name: &'n str, query: &'n memmem::Finder<'_>) -> impl Iterator<Item = Place> {
    let octets = name.as_bytes();
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + query.find(octets.get(from..)?)?;
        let end = start + query.needle().len();
        from = start + 1;
        let before = start.checked_sub(1).and_then(|at| octets.get(at));
        let after = octets.get(end);
        Some(Place {
            first: start == 0,
            begins: matches!(before, None | Some(b' ')),
            ends: matches!(after, None | Some(b' ')),
            last: after.is_none(),
        })
    })
}

fn each_word_begins(name: &str, query: &Query) -> bool {
    query.words().all(|wanted| name.split(' ').any(|word| word.starts_with(wanted)))
}

/// A query that may be the address of a server: a host name or an https URL (spec: discovery 10.2).
///
/// It can be offered as a custom institution with one profile of the letswifi kind.
#[must_use]
pub fn server(text: &str) -> Option<VerifiedUrl> {
    let text = trim(text);
    if !text.contains('.') || text.contains(char::is_whitespace) {
        return None;
    }
    let secure = text.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://"));
    if !secure && text.contains("://") {
        return None;
    }
    let url = if secure { text.to_owned() } else { format!("https://{text}") };
    url::verify(&url, UrlKind::Endpoint).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: discovery 10.2
    #[test]
    fn the_tiers_of_one_name() {
        for (name, query, tier) in [
            ("surf", "surf", Some(tier::EQUAL)),
            ("sur le lac lycee", "sur", Some(tier::FIRST_WORDS)),
            ("surrey and sur", "sur", Some(tier::WORDS)),
            ("university of sur", "sur", Some(tier::WORDS)),
            ("surrey university", "sur", Some(tier::BEGINNING)),
            ("absurd surrey", "sur", Some(tier::WORD_BEGINNING)),
            ("absurd theatre", "sur", Some(tier::INSIDE)),
            ("xaaa aa", "aa", Some(tier::WORDS)),
            ("theatre", "sur", None),
        ] {
            let finder = memmem::Finder::new(query);
            let best = places(name, &finder).map(tier_of).min();
            assert_eq!(best, tier, "{query} in {name}");
        }
    }

    #[test]
    fn servers_look_like_hosts() {
        let url = |text| server(text).map(|url| url.to_string());
        assert_eq!(url("wifi.example.org").as_deref(), Some("https://wifi.example.org/"));
        assert_eq!(url(" HTTPS://Wifi.example.org/x ").as_deref(), Some("https://wifi.example.org/x"));
        for no in ["university", "st. mary", "http://wifi.example.org", "a..b", "u@wifi.example.org"] {
            assert_eq!(url(no), None, "{no}");
        }
    }
}
