//! Typing errors: words within a small edit distance (spec: discovery 10.2).

/// A word of the query.
struct Word {
    chars: Vec<char>,
    /// Errors it may have.
    allowed: u8,
    letters: u64,
}

/// One bit for each character, some sharing one: what is missing here is missing for sure.
fn bit(c: char) -> u64 {
    1 << (u32::from(c) % 64)
}

/// The characters of a text, as [`bit`] has them.
pub(super) fn letters(text: &str) -> u64 {
    if text.is_ascii() {
        return text.bytes().fold(0, |letters, octet| letters | 1 << (octet % 64));
    }
    text.chars().fold(0, |letters, c| letters | bit(c))
}

/// The words of a query, those first that fit the fewest names.
pub(super) struct Wanted {
    words: Vec<Word>,
}

impl Wanted {
    pub(super) fn new<'q>(words: impl Iterator<Item = &'q str>) -> Self {
        let word = |word: &str| {
            let chars: Vec<char> = word.chars().collect();
            let allowed = match chars.len() {
                0..=3 => 0,
                4..=7 => 1,
                _ => 2,
            };
            Word { letters: chars.iter().fold(0, |letters, c| letters | bit(*c)), chars, allowed }
        };
        let mut words: Vec<Word> = words.map(word).collect();
        words.sort_by_key(|word| (word.allowed, std::cmp::Reverse(word.chars.len())));
        Self { words }
    }

    /// Whether a name with these [`letters`] could have all words. Most could not, without a look at their text.
    pub(super) fn may_be_in(&self, letters: u64) -> bool {
        self.words.iter().all(|word| word.misses_few(letters))
    }

    /// The sum of the distances of all words to a name in plain form; `None` if one of them is too far away, or if
    /// there are none. `buffer` only saves allocations.
    pub(super) fn distance(&self, name: &str, buffer: &mut Vec<char>) -> Option<u8> {
        let mut sum: Option<u8> = None;
        for word in &self.words {
            let nearest = name.split(' ').filter_map(|found| word.distance(found, buffer)).min()?;
            sum = Some(sum.unwrap_or_default().saturating_add(nearest));
        }
        sum
    }
}

impl Word {
    /// Each error makes up for one missing letter at most, which settles nearly all words.
    fn misses_few(&self, letters: u64) -> bool {
        (self.letters & !letters).count_ones() <= u32::from(self.allowed)
    }

    /// Distance to a word of a name or to its beginning of the same length, at most `allowed`.
    fn distance(&self, found: &str, buffer: &mut Vec<char>) -> Option<u8> {
        // A character has an octet at least: what is too short by octets is too short.
        if found.len() + usize::from(self.allowed) < self.chars.len() {
            return None;
        }
        // More characters cannot matter: beyond them it is too long for a whole word.
        let most = self.chars.len() + usize::from(self.allowed) + 1;
        let end = found.char_indices().nth(most).map_or(found.len(), |(at, _)| at);
        let found = found.get(..end).unwrap_or(found);
        if !self.misses_few(letters(found)) {
            return None;
        }
        buffer.clear();
        buffer.extend(found.chars());
        let whole = edit_distance(&self.chars, buffer, self.allowed);
        let beginning =
            buffer.get(..self.chars.len()).and_then(|start| edit_distance(&self.chars, start, self.allowed));
        whole.into_iter().chain(beginning).min()
    }
}

/// Insertions, deletions, substitutions and swaps of neighbours; `None` beyond `allowed`, which is at most 2.
fn edit_distance(a: &[char], b: &[char], allowed: u8) -> Option<u8> {
    if a.len().abs_diff(b.len()) > usize::from(allowed) {
        return None;
    }
    // Rows of the usual table, of which only the diagonals within `allowed` can lead to an answer: column `d` of a row
    // stands for the distance of `a[..i]` to `b[..i + d - 2]`.
    const WIDTH: usize = 5;
    const FAR: u8 = 100;
    let cell = |row: &[u8; WIDTH], d: usize| row.get(d).copied().unwrap_or(FAR);
    let (mut before, mut last) = ([FAR; WIDTH], [FAR, FAR, 0, 1, 2]);
    for (i, wanted) in a.iter().enumerate() {
        let mut row = [FAR; WIDTH];
        for d in 0..WIDTH {
            // `j` octets of `b` are used; the row is for `i + 1` of `a`.
            let Some(j) = (i + 1 + d).checked_sub(2).filter(|j| *j <= b.len()) else {
                continue;
            };
            let mut best = cell(&last, d + 1).saturating_add(1);
            if j > 0 {
                let left = if d > 0 { cell(&row, d - 1) } else { FAR };
                let same = b.get(j - 1) == Some(wanted);
                best = best.min(left.saturating_add(1)).min(cell(&last, d).saturating_add(u8::from(!same)));
                let swapped = i > 0 && j > 1 && a.get(i - 1) == b.get(j - 1) && b.get(j - 2) == Some(wanted);
                if swapped {
                    best = best.min(cell(&before, d).saturating_add(1));
                }
            }
            if let Some(slot) = row.get_mut(d) {
                *slot = best;
            }
        }
        if row.iter().all(|distance| *distance > allowed) {
            return None;
        }
        (before, last) = (last, row);
    }
    let diagonal = (b.len() + 2).checked_sub(a.len())?;
    Some(cell(&last, diagonal)).filter(|distance| *distance <= allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The whole table, as any textbook has it.
    fn table(a: &[char], b: &[char]) -> usize {
        let mut d = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                d[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let cost = usize::from(a[i - 1] != b[j - 1]);
                    let mut best = (d[i - 1][j] + 1).min(d[i][j - 1] + 1).min(d[i - 1][j - 1] + cost);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        best = best.min(d[i - 2][j - 2] + 1);
                    }
                    best
                };
            }
        }
        d[a.len()][b.len()]
    }

    proptest! {
        // spec: discovery 10.2
        #[test]
        fn the_band_agrees_with_the_whole_table(a in "[abc]{0,9}", b in "[abc]{0,9}", allowed in 0u8..=2) {
            let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            let full = table(&a, &b);
            let want = (full <= usize::from(allowed)).then(|| u8::try_from(full).unwrap());
            prop_assert_eq!(edit_distance(&a, &b, allowed), want);
        }
    }

    #[test]
    fn a_name_needs_all_words() {
        let distance = |query: &str, name: &str| {
            Wanted::new(query.split(' ').filter(|w| !w.is_empty())).distance(name, &mut Vec::new())
        };
        assert_eq!(distance("oxfrod", "university of oxford"), Some(1));
        assert_eq!(distance("univrsity of oxford", "university of oxford"), Some(1));
        assert_eq!(distance("strasse", "universite de strassburg"), Some(1), "a beginning");
        assert_eq!(distance("abc", "abd"), None, "short words have no errors");
        assert_eq!(distance("oxfrod xyz", "university of oxford"), None);
        assert_eq!(distance("", "university of oxford"), None);
    }
}
