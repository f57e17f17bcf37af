//! Which of several language-tagged names to show (spec: discovery 9).

use crate::model::Name;

/// The user's languages, the most wanted first.
///
/// Tags (`nl-BE`) and locale spellings (`nl_NL.UTF-8`) are accepted; `_` equals `-` and case is ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Languages {
    tags: Vec<String>,
}

impl Languages {
    /// Takes the preferences in order.
    pub fn new<T: AsRef<str>>(preferences: impl IntoIterator<Item = T>) -> Self {
        let tags = preferences.into_iter().map(|tag| normal(tag.as_ref()));
        Self { tags: tags.filter(|tag| !tag.is_empty()).collect() }
    }
}

impl<T: AsRef<str>> FromIterator<T> for Languages {
    fn from_iter<I: IntoIterator<Item = T>>(preferences: I) -> Self {
        Self::new(preferences)
    }
}

/// A tag in lower case with `-`, without the encoding and modifier of a locale.
fn normal(tag: &str) -> String {
    let tag = tag.split(['.', '@']).next().unwrap_or_default();
    tag.trim().chars().map(|c| if c == '_' { '-' } else { c.to_ascii_lowercase() }).collect()
}

/// Chooses among names: for each preference its tag and then shorter ones, at the bare language also longer ones of the
/// same language; then the neutral name, then English, then the first. `None` only if there are no names.
#[must_use]
pub fn choose<'n>(names: impl Iterator<Item = Name<'n>> + Clone, languages: &Languages) -> Option<&'n str> {
    let tagged: Vec<(String, &'n str)> = names.map(|name| (normal(name.lang), name.text)).collect();
    let exactly = |tag: &str| tagged.iter().find(|(lang, _)| lang == tag);
    let of_language =
        |tag: &str| tagged.iter().find(|(lang, _)| lang.split('-').next().is_some_and(|l| l == tag));
    let preferred = languages.tags.iter().find_map(|tag| {
        let ends = tag.rmatch_indices('-').map(|(at, _)| at);
        let steps = std::iter::once(tag.len()).chain(ends);
        let bare = tag.split('-').next().unwrap_or_default();
        steps.filter_map(|end| tag.get(..end)).find_map(exactly).or_else(|| of_language(bare))
    });
    let neutral = || tagged.iter().find(|(lang, _)| matches!(lang.as_str(), "" | "any" | "c"));
    let chosen = preferred.or_else(neutral).or_else(|| of_language("en")).or_else(|| tagged.first());
    chosen.map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(names: &[(&'static str, &'static str)], preferences: &[&str]) -> Option<&'static str> {
        let names = names.iter().map(|(lang, text)| Name { lang, text });
        choose(names, &Languages::new(preferences))
    }

    // spec: discovery 9
    #[test]
    fn the_order_of_the_steps() {
        let names = [("de-AT", "at"), ("", "any"), ("en-GB", "gb"), ("de", "de")];
        assert_eq!(chosen(&names, &["de-CH"]), Some("de"), "shortened");
        assert_eq!(chosen(&names[..3], &["de"]), Some("at"), "a longer tag serves");
        assert_eq!(chosen(&names, &["fr", "DE_at.UTF-8@euro"]), Some("at"), "the next preference");
        assert_eq!(chosen(&names, &["fr"]), Some("any"), "neutral before English");
        assert_eq!(chosen(&names[2..], &["fr"]), Some("gb"), "any English");
        assert_eq!(chosen(&names[3..], &["fr"]), Some("de"), "the first");
        assert_eq!(chosen(&[("deu", "x"), ("en", "y")], &["de"]), Some("y"), "no prefix of a language");
        assert_eq!(chosen(&[], &["de"]), None);
    }
}
