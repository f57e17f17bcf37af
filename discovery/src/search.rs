//! Finding an institution by what the user types (spec: discovery 10.1, 10.2).

mod index;
mod typing;

pub use index::SearchIndex;

use crate::fold::plain;
use crate::text::trim;
use crate::url::{self, UrlKind, VerifiedUrl};
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
    /// Trimmed and in lower case, for the seed's rule.
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

/// A name that fits the query.
#[derive(Clone, Copy)]
struct Match {
    entry: u32,
    tier: u8,
}

impl SearchIndex {
    /// The seed's rule: institutions one of whose names contains the text, ignoring case; in document order.
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
        let matches = self.matches(&query);
        if matches.is_empty() { self.with_typing_errors(&query) } else { self.ranked(&matches) }
    }

    fn everything(&self) -> Vec<Hit> {
        self.by_name().map(|institution| Hit { institution, tier: tier::ALL }).collect()
    }

    /// All names that fit in tiers 0 to 7; a name may come twice with different tiers.
    fn matches(&self, query: &Query) -> Vec<Match> {
        let mut found = Vec::new();
        if !query.plain.is_empty() {
            self.find_plain(&query.plain, |entry| {
                if let Some(tier) = tier_of(self.plain(entry), &query.plain) {
                    found.push(Match { entry, tier });
                }
            });
            self.push_initials(query, &mut found);
            if let Some(longest) = query.words().max_by_key(|w| w.len()).filter(|w| *w != query.plain) {
                self.find_plain(longest, |entry| {
                    if each_word_begins(self.plain(entry), query) {
                        found.push(Match { entry, tier: tier::EACH_WORD });
                    }
                });
            }
        }
        self.find_lower(&query.lower, |entry| found.push(Match { entry, tier: tier::INSIDE }));
        found
    }

    /// As [`Self::matches`], looking only at names that fitted a shorter query.
    fn matches_among(&self, query: &Query, entries: &[u32]) -> Vec<Match> {
        let lower = memmem::Finder::new(&query.lower);
        let several = query.plain.contains(' ');
        let mut found = Vec::new();
        for &entry in entries {
            let name = self.plain(entry);
            let mut tier = tier_of(name, &query.plain);
            if several && tier.is_none_or(|t| t > tier::EACH_WORD) && each_word_begins(name, query) {
                tier = Some(tier::EACH_WORD);
            }
            let seed = || lower.find(self.lower(entry).as_bytes()).map(|_| tier::INSIDE);
            if let Some(tier) = tier.or_else(seed) {
                found.push(Match { entry, tier });
            }
        }
        // Initials do not narrow: `mi` are no initials of what `mit` finds.
        self.push_initials(query, &mut found);
        found
    }

    fn push_initials(&self, query: &Query, found: &mut Vec<Match>) {
        let mut chars = query.plain.chars();
        let two = chars.next().is_some() && chars.next().is_some();
        if two && !query.plain.contains(' ') {
            self.find_initials(&query.plain, |entry| found.push(Match { entry, tier: tier::INITIALS }));
        }
    }

    /// Institutions by their best tier, equal ones by name.
    fn ranked(&self, matches: &[Match]) -> Vec<Hit> {
        const NONE: u8 = u8::MAX;
        let mut best = vec![NONE; self.len()];
        // The tier before the rank in one number: integers sort several times faster than pairs.
        let mut keys: Vec<u64> = Vec::with_capacity(matches.len());
        for Match { entry, tier } in matches {
            if let Some(best) = best.get_mut(self.institution_of(*entry)) {
                *best = (*best).min(*tier);
            }
        }
        for Match { entry, .. } in matches {
            let institution = self.institution_of(*entry);
            if let Some(best) = best.get_mut(institution).filter(|b| **b != NONE) {
                keys.push(u64::from(*best) << 32 | u64::from(self.rank_of(institution)));
                *best = NONE;
            }
        }
        keys.sort_unstable();
        let hit = |key: u64| Hit {
            institution: self.at_rank(u32::try_from(key & 0xFFFF_FFFF).unwrap_or_default()),
            tier: u8::try_from(key >> 32).unwrap_or(NONE),
        };
        keys.into_iter().map(hit).collect()
    }

    fn with_typing_errors(&self, query: &Query) -> Vec<Hit> {
        let wanted = typing::Wanted::new(query.words());
        let mut found = Vec::new();
        let mut word = Vec::new();
        for entry in self.entries() {
            if let Some(sum) = wanted.distance(self.plain(entry), &mut word) {
                found.push(Match { entry, tier: tier::TYPING_ERRORS.saturating_add(sum) });
            }
        }
        self.ranked(&found)
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
        let matches = match &self.last {
            Some((shorter, entries)) if shorter.is_extended_by(&query) => {
                self.index.matches_among(&query, entries)
            }
            _ => self.index.matches(&query),
        };
        if matches.is_empty() {
            self.last = None;
            return self.index.with_typing_errors(&query);
        }
        let mut entries: Vec<u32> = matches.iter().map(|m| m.entry).collect();
        entries.sort_unstable();
        entries.dedup();
        self.last = Some((query, entries));
        self.index.ranked(&matches)
    }
}

/// The best of the tiers 0, 1, 2, 4, 5 and 7 that the plain form of a name has for a query.
fn tier_of(name: &str, query: &str) -> Option<u8> {
    if let Some(rest) = name.strip_prefix(query) {
        if rest.is_empty() {
            return Some(tier::EQUAL);
        }
        if rest.starts_with(' ') {
            return Some(tier::FIRST_WORDS);
        }
    }
    let mut best = None;
    let mut from = 0;
    while let Some(found) = name.get(from..).and_then(|rest| rest.find(query)) {
        let at = from + found;
        let end = at + query.len();
        let begins = at == 0 || name.as_bytes().get(at - 1) == Some(&b' ');
        let ends = matches!(name.as_bytes().get(end), None | Some(b' '));
        let tier = match (begins, ends) {
            (true, true) => return Some(tier::WORDS),
            (true, false) if at == 0 => tier::BEGINNING,
            (true, false) => tier::WORD_BEGINNING,
            (false, _) => tier::INSIDE,
        };
        best = Some(best.map_or(tier, |b: u8| b.min(tier)));
        // Occurrences may overlap: go on after the first character, not after the whole.
        from = at + name.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
    }
    best
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
            assert_eq!(tier_of(name, query), tier, "{query} in {name}");
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
