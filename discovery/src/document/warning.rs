//! What was repaired or dropped while reading a list.

use std::fmt;

/// One deviation from the schema, and in which entry.
///
/// `Display` gives the spelling of section 6, such as `no_name@12` or `dropped@3:no_id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What it is.
    pub kind: WarningKind,
    /// Index of the institution in the published list, dropped ones counted; `None` for the list itself.
    pub institution: Option<u32>,
}

/// Kinds of deviations (spec: discovery 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WarningKind {
    /// Format 1 without `version`.
    MissingVersion,
    /// No `seq`.
    MissingSeq,
    /// The institution was left out.
    Dropped(DropReason),
    /// The institution's id was made from `cat_idp`.
    SyntheticId,
    /// An earlier institution has the same id.
    DuplicateId,
    /// No name; the id is shown.
    NoName,
    /// A member of another type than the schema's.
    Type(Member),
    /// `geo` is one object or nested arrays.
    ShapeGeo,
    /// A site was left out: half of it missing, out of range, or not finite.
    BadGeo,
    /// A profile was left out.
    ProfileNotAnObject,
    /// The profile's id was made from the institution's id and the profile's index.
    SyntheticProfileId,
    /// More than one profile is marked as default.
    SeveralDefaults,
}

/// Why an institution was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DropReason {
    /// The entry is no object.
    NotAnObject,
    /// Neither `id` nor `cat_idp`.
    NoId,
    /// No usable profile.
    NoProfiles,
}

/// Members that may have a wrong type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is named after the member it stands for")]
pub enum Member {
    Id,
    CatIdp,
    Name,
    Country,
    Geo,
    ProfileId,
    ProfileName,
    ProfileType,
    ProfileDefault,
    ProfileOauth,
    EapconfigEndpoint,
    AuthorizationEndpoint,
    TokenEndpoint,
    Redirect,
    LetswifiEndpoint,
    WebviewEndpoint,
    MobileconfigEndpoint,
}

impl Member {
    /// Its name in the document, with `profile.` before members of a profile.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::CatIdp => "cat_idp",
            Self::Name => "name",
            Self::Country => "country",
            Self::Geo => "geo",
            Self::ProfileId => "profile.id",
            Self::ProfileName => "profile.name",
            Self::ProfileType => "profile.type",
            Self::ProfileDefault => "profile.default",
            Self::ProfileOauth => "profile.oauth",
            Self::EapconfigEndpoint => "profile.eapconfig_endpoint",
            Self::AuthorizationEndpoint => "profile.authorization_endpoint",
            Self::TokenEndpoint => "profile.token_endpoint",
            Self::Redirect => "profile.redirect",
            Self::LetswifiEndpoint => "profile.letswifi_endpoint",
            Self::WebviewEndpoint => "profile.webview_endpoint",
            Self::MobileconfigEndpoint => "profile.mobileconfig_endpoint",
        }
    }
}

impl Warning {
    pub(crate) const fn of_list(kind: WarningKind) -> Self {
        Self { kind, institution: None }
    }
}

impl fmt::Display for WarningKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MissingVersion => "missing:version",
            Self::MissingSeq => "missing:seq",
            Self::Dropped(_) => "dropped",
            Self::SyntheticId => "synthetic_id",
            Self::DuplicateId => "duplicate_id",
            Self::NoName => "no_name",
            Self::Type(member) => return write!(f, "type:{}", member.name()),
            Self::ShapeGeo => "shape:geo",
            Self::BadGeo => "bad_geo",
            Self::ProfileNotAnObject => "profile_not_an_object",
            Self::SyntheticProfileId => "synthetic_profile_id",
            Self::SeveralDefaults => "several_defaults",
        })
    }
}

impl fmt::Display for DropReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAnObject => "not_an_object",
            Self::NoId => "no_id",
            Self::NoProfiles => "no_profiles",
        })
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        if let Some(index) = self.institution {
            write!(f, "@{index}")?;
        }
        if let WarningKind::Dropped(reason) = self.kind {
            write!(f, ":{reason}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: discovery 6
    #[test]
    fn warnings_are_spelled_as_the_specification_spells_them() {
        let text = |kind, institution| Warning { kind, institution }.to_string();
        assert_eq!(text(WarningKind::MissingSeq, None), "missing:seq");
        assert_eq!(text(WarningKind::Dropped(DropReason::NoId), Some(7)), "dropped@7:no_id");
        assert_eq!(text(WarningKind::Type(Member::ProfileOauth), Some(0)), "type:profile.oauth@0");
    }
}
