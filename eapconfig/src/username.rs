//! User names as people type them (spec: eapconfig 6).

use crate::credential::Credential;
use crate::xml::BLANKS;
use std::borrow::Cow;

/// What is wrong with a user name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum UsernameProblem {
    /// Nothing was typed.
    #[error("the user name is empty")]
    Empty,
    /// There is not exactly one at sign.
    #[error("the user name must have exactly one at sign")]
    AtSigns,
    /// There is nothing before the at sign.
    #[error("there is nothing before the at sign")]
    NoLocalPart,
    /// The realm has two dots in a row, or begins or ends with one.
    #[error("the realm has a dot too many")]
    Dots,
    /// There is a blank in the realm or at the end.
    #[error("there is a blank in the realm or at the end")]
    Blank,
    /// The realm has no dot inside.
    #[error("the realm has no dot")]
    RealmWithoutDot,
    /// The realm is not the one of the institution.
    #[error("the realm must be that of the institution")]
    RealmMustBe,
    /// The realm is neither the one of the institution nor below it.
    #[error("the realm must be that of the institution or end with it")]
    RealmMustEndWith,
}

impl UsernameProblem {
    /// The code of the specification, `realm_must_be` for example.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::AtSigns => "at_signs",
            Self::NoLocalPart => "no_local_part",
            Self::Dots => "dots",
            Self::Blank => "blank",
            Self::RealmWithoutDot => "realm_without_dot",
            Self::RealmMustBe => "realm_must_be",
            Self::RealmMustEndWith => "realm_must_end_with",
        }
    }
}

/// Checks what somebody typed as user name, and completes it with the realm.
///
/// `suffix` is `InnerIdentitySuffix`: without one everything but nothing is accepted, an empty one asks for any realm
/// with a dot. With `hint` the realm must be exactly the suffix, without it a realm below the suffix will do. Letter
/// case counts.
///
/// # Errors
/// All that is wrong, so that a message can name it.
pub fn check_username<'a>(
    input: &'a str,
    suffix: Option<&str>,
    hint: bool,
) -> Result<Cow<'a, str>, Vec<UsernameProblem>> {
    if input.is_empty() {
        return Err(vec![UsernameProblem::Empty]);
    }
    let Some(suffix) = suffix else { return Ok(Cow::Borrowed(input)) };
    let username = if suffix.is_empty() || input.contains('@') {
        Cow::Borrowed(input)
    } else {
        Cow::Owned(format!("{input}@{suffix}"))
    };
    let (local, realm) = match username.split_once('@') {
        Some((local, realm)) if !realm.contains('@') => (local, realm),
        _ => return Err(vec![UsernameProblem::AtSigns]),
    };
    let ends_with_suffix = || realm == suffix || realm.strip_suffix(suffix).is_some_and(|r| r.ends_with('.'));
    let checks = [
        (local.is_empty(), UsernameProblem::NoLocalPart),
        (realm.contains("..") || realm.starts_with('.') || realm.ends_with('.'), UsernameProblem::Dots),
        (realm.contains(BLANKS), UsernameProblem::Blank),
        (suffix.is_empty() && !realm.trim_matches('.').contains('.'), UsernameProblem::RealmWithoutDot),
        (!suffix.is_empty() && hint && realm != suffix, UsernameProblem::RealmMustBe),
        (!suffix.is_empty() && !hint && !ends_with_suffix(), UsernameProblem::RealmMustEndWith),
    ];
    let problems: Vec<_> =
        checks.into_iter().filter(|(wrong, _)| *wrong).map(|(_, problem)| problem).collect();
    if problems.is_empty() { Ok(username) } else { Err(problems) }
}

/// What a document asks of user names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsernameRule<'a> {
    /// Fixed text in front, used with the hint only.
    pub prefix: Option<&'a str>,
    /// The realm.
    pub suffix: Option<&'a str>,
    /// The realm is exactly the suffix, and the input field shows it.
    pub hint: bool,
}

impl<'a> UsernameRule<'a> {
    /// The rule of a credential.
    #[must_use]
    pub fn of(credential: &Credential<'a>) -> Self {
        Self {
            prefix: credential.inner_identity_prefix(),
            suffix: credential.inner_identity_suffix(),
            hint: credential.inner_identity_hint(),
        }
    }

    /// What an input field shows behind the text that is typed.
    #[must_use]
    pub fn shown_realm(&self) -> Option<&'a str> {
        self.suffix.filter(|s| self.hint && !s.is_empty())
    }

    /// Checks and completes what somebody typed: [`check_username`], then the prefix in front unless it is there.
    ///
    /// # Errors
    /// All that is wrong.
    pub fn apply(&self, input: &str) -> Result<String, Vec<UsernameProblem>> {
        let name = check_username(input, self.suffix, self.hint)?;
        let prefix = self.prefix.filter(|p| self.hint && !name.starts_with(p)).unwrap_or_default();
        Ok(format!("{prefix}{name}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: eapconfig 6
    #[test]
    fn the_prefix_needs_the_hint_and_is_put_once() {
        let rule = |hint| UsernameRule { prefix: Some("EXAMPLE\\"), suffix: None, hint };
        assert_eq!(rule(true).apply("john").as_deref(), Ok("EXAMPLE\\john"));
        assert_eq!(rule(true).apply("EXAMPLE\\john").as_deref(), Ok("EXAMPLE\\john"));
        assert_eq!(rule(false).apply("john").as_deref(), Ok("john"));
        assert_eq!(rule(true).apply(""), Err(vec![UsernameProblem::Empty]));
    }

    // spec: eapconfig 6
    #[test]
    fn all_problems_are_named() {
        let problems = |input, suffix, hint| check_username(input, Some(suffix), hint).unwrap_err();
        assert_eq!(
            problems("@foo..bar ", "foo.bar", true),
            [
                UsernameProblem::NoLocalPart,
                UsernameProblem::Dots,
                UsernameProblem::Blank,
                UsernameProblem::RealmMustBe
            ]
        );
        assert_eq!(problems("john@notfoo.bar", "foo.bar", false), [UsernameProblem::RealmMustEndWith]);
        assert_eq!(problems("john@.x", "", false), [UsernameProblem::Dots, UsernameProblem::RealmWithoutDot]);
    }

    #[test]
    fn the_realm_is_shown_with_the_hint_only() {
        let rule = |suffix, hint| UsernameRule { prefix: None, suffix, hint };
        assert_eq!(rule(Some("foo.bar"), true).shown_realm(), Some("foo.bar"));
        assert_eq!(rule(Some("foo.bar"), false).shown_realm(), None);
        assert_eq!(rule(Some(""), true).shown_realm(), None);
    }
}
