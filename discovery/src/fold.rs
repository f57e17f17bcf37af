//! Folding of names and queries: case, diacritics and special letters (spec: discovery 10.2).

use unicode_normalization::char::{canonical_combining_class, decompose_compatible, is_combining_mark};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Step 1: letters that decomposition leaves alone, and the ways to write an apostrophe.
fn replacement(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' => "o",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'ł' | 'Ł' => "l",
        'ħ' | 'Ħ' => "h",
        'ı' | 'İ' => "i",
        'þ' | 'Þ' => "th",
        'ŋ' | 'Ŋ' => "n",
        'ŧ' | 'Ŧ' => "t",
        'ĸ' => "k",
        'ſ' => "s",
        '’' | '‘' | 'ʼ' | '´' | '`' => "'",
        _ => return None,
    })
}

/// Step 3: marks that are decoration. Vowel signs of Indic, Thai and other scripts are not.
fn is_decoration(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036F}' | '\u{0483}'..='\u{0487}' | '\u{0591}'..='\u{05BD}' | '\u{05BF}'
        | '\u{05C1}'..='\u{05C2}' | '\u{05C4}'..='\u{05C5}' | '\u{05C7}' | '\u{0610}'..='\u{061A}'
        | '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}')
}

/// Full case folding of one character.
///
/// Lower case of upper case gives the same as the folding table for every character but those of step 1 and the
/// Cherokee letters, which fold to upper case.
fn case_fold(c: char, mut to: impl FnMut(char)) {
    match c {
        '\u{13A0}'..='\u{13F5}' => to(c),
        '\u{13F8}'..='\u{13FD}' | '\u{AB70}'..='\u{ABBF}' => c.to_uppercase().for_each(to),
        _ => c.to_uppercase().flat_map(char::to_lowercase).for_each(&mut to),
    }
}

fn replaced(text: impl Iterator<Item = char>) -> String {
    let mut out = String::new();
    for c in text {
        match replacement(c) {
            Some(letters) => out.push_str(letters),
            None => out.push(c),
        }
    }
    out
}

/// The four steps for any text.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    replaced(text.chars()).nfkd().for_each(|c| case_fold(c, |c| folded.push(c)));
    replaced(folded.nfkd().filter(|c| !is_decoration(*c))).nfc().collect()
}

/// Letters, numbers and marks make words (the categories L, N and M).
pub(crate) fn is_word(c: char) -> bool {
    // `is_alphanumeric` covers L and N, and beyond the marks only these symbols.
    (c.is_alphanumeric() && !matches!(c, '\u{24B6}'..='\u{24E9}' | '\u{1F130}'..='\u{1F189}'))
        || is_combining_mark(c)
}

/// The words of a text joined by one blank (spec: discovery 10.2, *plain form*).
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_words(&mut out, &fold(text));
    out
}

/// What a character becomes by itself.
#[derive(Clone, Copy)]
enum Folded {
    Unknown,
    /// One ASCII letter or digit.
    Letter(u8),
    /// No part of a word.
    Gap,
    /// Vanishes: an apostrophe.
    Nothing,
    /// Itself, part of a word.
    Same,
    /// Several characters, at this position of the table.
    Several(u16),
    /// It may combine with its neighbours: the whole text goes the long way.
    Context,
}

/// Folds many texts. What a character becomes is worked out once, since almost all of them stand for themselves
/// whatever their neighbours are; only texts with combining characters go the long way.
pub(crate) struct Folder {
    low: Vec<Folded>,
    several: Vec<String>,
}

impl Default for Folder {
    fn default() -> Self {
        Self { low: vec![Folded::Unknown; Self::KNOWN], several: Vec::new() }
    }
}

impl Folder {
    /// Characters below this have a place in the table: the Basic Multilingual Plane.
    const KNOWN: usize = 0x1_0000;

    /// Appends the plain form of `text`.
    pub(crate) fn push_plain(&mut self, out: &mut String, text: &str) {
        let start = out.len();
        // A gap is written only once the next word begins.
        let mut gap = false;
        for c in text.chars() {
            let folded = self.look_up(c);
            match folded {
                Folded::Nothing => continue,
                Folded::Gap => {
                    gap = true;
                    continue;
                }
                Folded::Context | Folded::Unknown => {
                    out.truncate(start);
                    push_words(out, &fold(text));
                    return;
                }
                Folded::Letter(_) | Folded::Same | Folded::Several(_) => {}
            }
            if std::mem::take(&mut gap) && out.len() > start {
                out.push(' ');
            }
            match folded {
                Folded::Letter(letter) => out.push(char::from(letter)),
                Folded::Several(at) => {
                    out.push_str(self.several.get(usize::from(at)).map_or("", String::as_str));
                }
                _ => out.push(c),
            }
        }
    }

    fn look_up(&mut self, c: char) -> Folded {
        let place = c as usize;
        match self.low.get(place).copied() {
            Some(Folded::Unknown) | None => {
                let folded = self.work_out(c);
                if let Some(slot) = self.low.get_mut(place) {
                    *slot = folded;
                }
                folded
            }
            Some(known) => known,
        }
    }

    fn work_out(&mut self, c: char) -> Folded {
        // Han characters have neither case nor marks; there are too many to work them out one by one.
        if matches!(c, '\u{4E00}'..='\u{9FA5}') {
            return Folded::Same;
        }
        let mut starter = None;
        decompose_compatible(c, |d| starter = starter.or(Some(canonical_combining_class(d) == 0)));
        let folded = fold(c.encode_utf8(&mut [0; 4]));
        let alone = folded.chars().all(|d| is_nfc_quick(std::iter::once(d)) == IsNormalized::Yes);
        if starter != Some(true) || folded.is_empty() || !alone {
            return Folded::Context;
        }
        let mut chars = folded.chars();
        match (chars.next(), chars.next()) {
            (Some('\''), None) => Folded::Nothing,
            (Some(d), None) if !is_word(d) => Folded::Gap,
            (Some(d), None) if d == c => Folded::Same,
            (Some(d), None) if d.is_ascii() => Folded::Letter(u8::try_from(d).unwrap_or(b'?')),
            _ => self.keep(folded),
        }
    }

    fn keep(&mut self, folded: String) -> Folded {
        if !folded.chars().all(is_word) {
            return Folded::Context;
        }
        match u16::try_from(self.several.len()) {
            Ok(at) if usize::from(at) < Self::KNOWN => {
                self.several.push(folded);
                Folded::Several(at)
            }
            _ => Folded::Context,
        }
    }
}

/// Appends the words of a folded text, joined by one blank.
fn push_words(out: &mut String, folded: &str) {
    let start = out.len();
    let mut gap = false;
    for c in folded.chars().filter(|c| *c != '\'') {
        if !is_word(c) {
            gap = true;
            continue;
        }
        if std::mem::take(&mut gap) && out.len() > start {
            out.push(' ');
        }
        out.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: discovery 10.2
    #[test]
    fn decoration_goes_and_vowel_signs_stay() {
        for (text, folded) in [
            ("Straßburg", "strassburg"),
            ("Łódź", "lodz"),
            ("Iğdır İzmir", "igdir izmir"),
            ("Þingeyri", "thingeyri"),
            ("ÆRØ", "aero"),
            ("Đại học Huế", "dai hoc hue"),
            ("Πατρών", "πατρων"),
            ("Ǿ", "o"),
            ("ﬁn ǆ ½", "fin dz 1⁄2"),
            ("Ꭰꭰ", "ᎠᎠ"),
            ("ナゴヤ", "ナゴヤ"),
            ("ガ", "ガ"),
            ("부산", "부산"),
            ("विश्वविद्यालय", "विश्वविद्यालय"),
            ("שָׁלוֹם", "שלום"),
            ("O’Reilly", "o'reilly"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn words_are_letters_numbers_and_marks() {
        for (text, words) in [
            ("O'Reilly", "oreilly"),
            ("Sur-le-Lac", "sur le lac"),
            ("  University  of   Spaces ", "university of spaces"),
            ("(UFV) U.1", "ufv u 1"),
            ("½", "1 2"),
            ("a😀b", "a b"),
            ("'", ""),
            ("! a !", "a"),
        ] {
            assert_eq!(plain(text), words, "{text}");
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "too long for an interpreter")]
    fn the_short_way_and_the_long_way_agree() {
        let mut folder = Folder::default();
        let around: [(&str, &str); 3] = [("", ""), ("a", "b"), ("x ", " y")];
        let all = '\0'..=char::MAX;
        for c in all.clone().take(0x3400).chain(all.skip(0x3400).step_by(37).take(0x2000)) {
            for (before, after) in around {
                let text = format!("{before}{c}{after}");
                let (mut short, mut long) = (String::new(), String::new());
                folder.push_plain(&mut short, &text);
                push_words(&mut long, &fold(&text));
                assert_eq!(short, long, "U+{:04X}", c as u32);
            }
        }
    }
}
