//! Texts in several languages and the choice among them (spec: eapconfig 5).

use std::borrow::Cow;

/// A text with the language it is in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct LocalizedText {
    /// The attribute `lang`; where it is missing the language of the provider counts.
    pub lang: Option<String>,
    /// The text.
    pub text: String,
}

impl LocalizedText {
    /// A text without language of its own.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { lang: None, text: text.into() }
    }

    /// A text in a language.
    #[must_use]
    pub fn tagged(lang: impl Into<String>, text: impl Into<String>) -> Self {
        Self { lang: Some(lang.into()), text: text.into() }
    }
}

/// Chooses among texts for a list of preferred languages, `["nl-BE", "en"]` for example.
///
/// For each preference in turn: the tag itself, then shortened at `-` step by step, then any longer tag of the same
/// language. After that the neutral text (`any`, `C`, or no tag), any English one, the first. Spellings of locales
/// (`nl_NL.UTF-8`) are understood, letter case does not count, empty texts do not count. `provider_lang` is the
/// language of texts that state none. (spec: eapconfig 5, discovery 9)
#[must_use]
pub fn choose<'a, L: AsRef<str>>(
    texts: &'a [LocalizedText],
    provider_lang: Option<&str>,
    preferences: &[L],
) -> Option<&'a LocalizedText> {
    let tagged: Vec<(String, &LocalizedText)> = texts
        .iter()
        .filter(|t| !t.text.trim_matches(crate::xml::BLANKS).is_empty())
        .map(|t| (canonical(t.lang.as_deref().or(provider_lang).unwrap_or_default()), t))
        .collect();
    let first = |matches: &dyn Fn(&str) -> bool| tagged.iter().find(|(tag, _)| matches(tag)).map(|(_, t)| *t);
    for preference in preferences {
        let wanted = canonical(preference.as_ref());
        let mut tag = wanted.as_str();
        loop {
            if let Some(found) = first(&|t| t == tag) {
                return Some(found);
            }
            let Some((shorter, _)) = tag.rsplit_once('-') else { break };
            tag = shorter;
        }
        if let Some(found) = first(&|t| !tag.is_empty() && primary(t) == tag) {
            return Some(found);
        }
    }
    first(&|t| t.is_empty()).or_else(|| first(&|t| primary(t) == "en")).or_else(|| first(&|_| true))
}

/// A tag in lower case with `-` between its parts; empty if it is neutral.
fn canonical(tag: &str) -> String {
    let tag = tag.trim_matches(crate::xml::BLANKS);
    // The character set and the variant of a locale name.
    let tag = tag.split(['.', '@']).next().unwrap_or_default();
    let tag = tag.replace('_', "-").to_ascii_lowercase();
    if tag == "any" || tag == "c" { String::new() } else { tag }
}

fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or_default()
}

/// A text for display: control characters other than line breaks are left out (spec: eapconfig 5).
#[must_use]
pub fn for_display(text: &str) -> Cow<'_, str> {
    let shown = |c: char| c == '\n' || !c.is_control();
    if text.chars().all(shown) { Cow::Borrowed(text) } else { text.chars().filter(|c| shown(*c)).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(tags: &[&str]) -> Vec<LocalizedText> {
        tags.iter()
            .map(|t| LocalizedText { lang: (!t.is_empty()).then(|| (*t).into()), text: format!("<{t}>") })
            .collect()
    }

    fn chosen(tags: &[&str], preferences: &[&str]) -> String {
        choose(&texts(tags), None, preferences).unwrap().text.clone()
    }

    // spec: eapconfig 5
    #[test]
    fn languages_are_chosen_step_by_step() {
        assert_eq!(chosen(&["nl", "nl-BE", "en"], &["nl-BE", "en"]), "<nl-BE>");
        assert_eq!(chosen(&["nl", "en"], &["nl_BE.UTF-8"]), "<nl>");
        assert_eq!(chosen(&["en", "nl-NL"], &["nl-BE"]), "<nl-NL>");
        assert_eq!(chosen(&["en", "any", "fr"], &["nl"]), "<any>");
        assert_eq!(chosen(&["de", "C"], &["nl"]), "<C>");
        assert_eq!(chosen(&["de", "en-GB"], &["nl"]), "<en-GB>");
        assert_eq!(chosen(&["de", "fr"], &["nl"]), "<de>");
        assert_eq!(chosen(&["de", ""], &["nl"]), "<>");
        assert_eq!(chosen(&["DE", "en"], &["de"]), "<DE>");
        assert_eq!(chosen(&["nl", "any"], &["C", "nl"]), "<any>");
    }

    #[test]
    fn texts_without_tag_are_in_the_language_of_the_provider() {
        let texts = vec![LocalizedText::tagged("en", "e"), LocalizedText::new("n")];
        assert_eq!(choose(&texts, Some("nl"), &["nl"]).unwrap().text, "n");
        assert_eq!(choose(&texts, None, &["nl"]).unwrap().text, "n");
        assert_eq!(choose(&texts, None, &["en"]).unwrap().text, "e");
    }

    #[test]
    fn empty_texts_do_not_count() {
        let texts = vec![LocalizedText::tagged("en", " "), LocalizedText::tagged("nl", "n")];
        assert_eq!(choose(&texts, None, &["en"]).unwrap().text, "n");
        assert_eq!(choose::<&str>(&[], None, &[]), None);
    }

    #[test]
    fn control_characters_are_not_shown() {
        assert_eq!(for_display("a\u{7}b\nc\u{85}\td"), "ab\ncd");
        assert!(matches!(for_display("مرحبا\nx"), Cow::Borrowed(_)));
    }
}
