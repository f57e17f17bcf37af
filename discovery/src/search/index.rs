//! The folded names of a list, one after the other, so that a query is a pass of a fast substring search over one text.

use super::typing::letters;
use crate::document::Document;
use crate::fold::Folder;
use crate::model::index as narrow;
use crate::name::Languages;
use memchr::memmem;
use std::cmp::Ordering;
use std::fmt;

/// Words that do not count for initials (spec: discovery 10.2), folded and sorted.
const SMALL_WORDS: [&str; 48] = [
    "a", "af", "and", "at", "av", "da", "das", "de", "dei", "del", "della", "den", "der", "des", "di", "do",
    "dos", "du", "e", "en", "et", "for", "fur", "het", "i", "in", "la", "le", "les", "na", "och", "of", "og",
    "on", "the", "til", "u", "und", "v", "van", "ve", "von", "voor", "w", "y", "z", "za", "zu",
];

/// Ends a text in an arena. Plain forms and initials cannot contain it.
const END: char = '\n';

/// Where in a plain form a query occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// At the beginning of the name.
    pub(super) first: bool,
    /// At the beginning of a word.
    pub(super) begins: bool,
    /// Up to the end of a word.
    pub(super) ends: bool,
    /// Up to the end of the name.
    pub(super) last: bool,
}

/// Where a search goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// In the same name.
    Place,
    /// In the next name.
    Name,
}

/// One name of one institution: where its texts begin in the three arenas. They end before those of the next one.
#[derive(Clone, Copy)]
struct Entry {
    /// Of the plain form.
    letters: u64,
    institution: u32,
    plain: u32,
    lower: u32,
    initials: u32,
}

/// The names of a list, folded once and ready for searching.
pub struct SearchIndex {
    /// One for each name, and a last one that only says where the arenas end.
    entries: Vec<Entry>,
    plains: String,
    /// In lower case without folding, for the plain rule.
    lowers: String,
    /// For each name the initials of all words and, if they are others, of the words that are not small.
    initials: String,
    /// Institutions by name.
    order: Vec<u32>,
}

impl SearchIndex {
    /// Folds all names of a list. `languages` decide which name is shown and thereby the order of equals.
    #[must_use]
    pub fn new(document: &Document, languages: &Languages) -> Self {
        /// Octets of a usual name; the arenas grow if they are longer.
        const USUAL: usize = 36;
        let count = document.len();
        let mut this = Self {
            entries: Vec::with_capacity(count + 1),
            plains: String::with_capacity(count * USUAL),
            lowers: String::with_capacity(count * USUAL),
            initials: String::with_capacity(count * USUAL / 3),
            order: Vec::new(),
        };
        let mut folder = Folder::default();
        let mut shown = Vec::with_capacity(count);
        for (position, institution) in document.institutions().enumerate() {
            let chosen = institution.name(languages);
            let mut entry = narrow(this.entries.len());
            for name in institution.names().iter() {
                if std::ptr::eq(name.text, chosen) {
                    entry = narrow(this.entries.len());
                }
                this.push(position, name.text, &mut folder);
            }
            shown.push((entry, chosen));
        }
        this.entries.push(this.next_entry(count));
        this.sort(document, &shown);
        this
    }

    fn next_entry(&self, institution: usize) -> Entry {
        Entry {
            letters: 0,
            institution: narrow(institution),
            plain: narrow(self.plains.len()),
            lower: narrow(self.lowers.len()),
            initials: narrow(self.initials.len()),
        }
    }

    fn push(&mut self, institution: usize, name: &str, folder: &mut Folder) {
        let mut entry = self.next_entry(institution);
        folder.push_plain(&mut self.plains, name);
        let plain = self.plains.get(entry.plain as usize..).unwrap_or_default();
        entry.letters = letters(plain);
        self.entries.push(entry);
        let words = plain.split(' ');
        let start = self.initials.len();
        let mut small = false;
        for word in words.clone() {
            small |= is_small(word);
            self.initials.extend(word.chars().next());
        }
        self.initials.push(END);
        // Initials of one letter are never asked for.
        if small && self.initials.len() - start > 2 {
            self.initials.extend(words.filter(|w| !is_small(w)).filter_map(|w| w.chars().next()));
            self.initials.push(END);
        }
        self.plains.push(END);
        push_lower(&mut self.lowers, name);
        self.lowers.push(END);
    }

    /// Orders the institutions by plain form of the displayed name, then that name, then id (spec: discovery 10.2).
    fn sort(&mut self, document: &Document, shown: &[(u32, &str)]) {
        // The first octets as one number decide nearly all comparisons without going to the texts.
        let key =
            |(position, (entry, _)): (usize, &(u32, &str))| (prefix(self.plain(*entry)), narrow(position));
        let mut keys: Vec<(u128, u32)> = shown.iter().enumerate().map(key).collect();
        let by_text = |a: u32, b: u32| match (shown.get(a as usize), shown.get(b as usize)) {
            (Some((entry_a, name_a)), Some((entry_b, name_b))) => {
                let id = |position: u32| document.institution(position as usize).map(|i| i.id());
                let by_plain = self.plain(*entry_a).cmp(self.plain(*entry_b));
                by_plain.then_with(|| name_a.cmp(name_b)).then_with(|| id(a).cmp(&id(b)))
            }
            _ => Ordering::Equal,
        };
        keys.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| by_text(a.1, b.1)));
        let order = keys.into_iter().map(|(_, position)| position).collect();
        self.order = order;
    }

    /// How many institutions there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Positions of all institutions in the document, by name.
    pub fn by_name(&self) -> impl Iterator<Item = usize> {
        self.order.iter().map(|institution| *institution as usize)
    }

    pub(super) fn entries(&self) -> impl ExactSizeIterator<Item = u32> {
        0..narrow(self.entries.len().saturating_sub(1))
    }

    pub(super) fn institution_of(&self, entry: u32) -> usize {
        self.entries.get(entry as usize).map_or(0, |e| e.institution as usize)
    }

    fn text<'t>(&self, arena: &'t str, entry: u32, start: impl Fn(&Entry) -> u32) -> &'t str {
        let at = |position: usize| self.entries.get(position).map_or(0, |e| start(e) as usize);
        let (from, next) = (at(entry as usize), at(entry as usize + 1));
        arena.get(from..next.saturating_sub(END.len_utf8())).unwrap_or_default()
    }

    /// The characters of the plain form of a name.
    pub(super) fn letters(&self, entry: u32) -> u64 {
        self.entries.get(entry as usize).map_or(0, |e| e.letters)
    }

    /// The plain form of a name.
    pub(super) fn plain(&self, entry: u32) -> &str {
        self.text(&self.plains, entry, |e| e.plain)
    }

    /// A name in lower case.
    pub(super) fn lower(&self, entry: u32) -> &str {
        self.text(&self.lowers, entry, |e| e.lower)
    }

    /// Calls `found` for every place where `text` occurs in a plain form, overlapping ones too, in order.
    pub(super) fn find_plain(&self, text: &str, mut found: impl FnMut(u32, Place) -> Next) {
        let arena = self.plains.as_bytes();
        self.find(
            arena,
            text,
            |e| e.plain,
            |entry, start, end| {
                let before = start.checked_sub(1).and_then(|at| arena.get(at)).copied();
                let after = arena.get(end).copied();
                found(
                    entry,
                    Place {
                        first: matches!(before, None | Some(b'\n')),
                        begins: matches!(before, None | Some(b'\n' | b' ')),
                        ends: matches!(after, Some(b'\n' | b' ')),
                        last: after == Some(b'\n'),
                    },
                )
            },
        );
    }

    /// Calls `found` once for each name that contains `text` in lower case, in order.
    pub(super) fn find_lower(&self, text: &str, mut found: impl FnMut(u32)) {
        self.find(
            self.lowers.as_bytes(),
            text,
            |e| e.lower,
            |entry, _, _| {
                found(entry);
                Next::Name
            },
        );
    }

    /// Calls `found` once for each name with these initials, in order.
    pub(super) fn find_initials(&self, initials: &str, mut found: impl FnMut(u32)) {
        let ended = format!("{initials}{END}");
        let arena = self.initials.as_bytes();
        let finder = memmem::Finder::new(&ended);
        let (mut from, mut entry) = (0, 0);
        while let Some(at) = arena.get(from..).and_then(|rest| finder.find(rest)).map(|at| from + at) {
            // Only whole initials: the start of the arena or the end of others comes before.
            if at == 0 || arena.get(at - 1) == Some(&b'\n') {
                entry = self.entry_at(at, entry, |e| e.initials);
                found(entry);
            }
            from = at + 1;
        }
    }

    /// Calls `found` with the entry and the octets of each occurrence.
    fn find(
        &self,
        arena: &[u8],
        text: &str,
        start: impl Fn(&Entry) -> u32 + Copy,
        mut found: impl FnMut(u32, usize, usize) -> Next,
    ) {
        if text.is_empty() {
            return;
        }
        let finder = memmem::Finder::new(text);
        let (mut from, mut entry) = (0, 0);
        while let Some(at) = arena.get(from..).and_then(|rest| finder.find(rest)).map(|at| from + at) {
            entry = self.entry_at(at, entry, start);
            let next = self.entries.get(entry as usize + 1).map_or(arena.len(), |e| start(e) as usize);
            let end = at + text.len();
            // A typed line break could reach over the end of a name.
            from = if end < next && found(entry, at, end) == Next::Name { next } else { at + 1 };
        }
    }

    /// The entry that holds this octet of an arena; it is `known` or a later one.
    fn entry_at(&self, octet: usize, known: u32, start: impl Fn(&Entry) -> u32) -> u32 {
        let after = |entry: &u32| {
            let next = self.entries.get(*entry as usize + 1);
            next.is_some_and(|e| start(e) as usize <= octet)
        };
        let mut entry = known;
        while after(&entry) {
            entry += 1;
        }
        entry
    }
}

impl fmt::Debug for SearchIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SearchIndex").field("institutions", &self.len()).finish_non_exhaustive()
    }
}

fn is_small(word: &str) -> bool {
    // The longest has five letters.
    word.len() <= 5 && SMALL_WORDS.binary_search(&word).is_ok()
}

/// The first sixteen octets as a number that sorts as the text does.
fn prefix(text: &str) -> u128 {
    let mut octets = [0; 16];
    octets.iter_mut().zip(text.bytes()).for_each(|(to, from)| *to = from);
    u128::from_be_bytes(octets)
}

/// Appends the text in lower case as `str::to_lowercase` gives it, without making a string for each.
fn push_lower(out: &mut String, text: &str) {
    if text.is_ascii() {
        let start = out.len();
        out.push_str(text);
        if let Some(copy) = out.get_mut(start..) {
            copy.make_ascii_lowercase();
        }
    } else if text.contains('Σ') {
        // Its lower case depends on the neighbours.
        out.push_str(&text.to_lowercase());
    } else {
        for c in text.chars() {
            if c.is_ascii() {
                out.push(c.to_ascii_lowercase());
            } else {
                out.extend(c.to_lowercase());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: discovery 10.2
    #[test]
    fn small_words_are_those_of_the_specification() {
        let words = "a af and at av da das de dei del della den der des di do dos du e en et for fur het i in la le les na och \
            of og on the til u und v van ve voor von w y z za zu";
        let mut words: Vec<&str> = words.split(' ').collect();
        words.sort_unstable();
        assert_eq!(words, SMALL_WORDS);
        assert!(is_small("of") && is_small("della") && !is_small("ofx"));
    }

    #[test]
    fn lower_case_is_that_of_the_library() {
        for text in ["ΟΔΟΣ ΣΑΣ", "İzmir", "ÀÉ", "SURF (a)", "ǅ"] {
            let mut out = String::new();
            push_lower(&mut out, text);
            assert_eq!(out, text.to_lowercase());
        }
    }

    #[test]
    fn prefixes_sort_as_texts() {
        let texts = ["", "a", "a b", "ab", "abcdefgh", "abcdefghi", "abcdefghijklmnopq", "é", "大学"];
        for pair in texts.windows(2) {
            assert!(prefix(pair[0]) <= prefix(pair[1]), "{pair:?}");
        }
    }
}
