//! Institutions and profiles, the same for all formats of the list.
//!
//! A list of several thousand institutions is some ten large blocks of memory, not a hundred thousand small ones: all
//! texts lie in one arena, and [`Institution`], [`Profile`] and [`Names`] are views that cost nothing to copy.

use crate::document::json::Text;
use crate::flow::{self, Decision};
use crate::name::{self, Languages};
use crate::text::{is_blank, trim};
use crate::url::Options;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, RandomState};

/// A text in the arena.
#[derive(Clone, Copy, Default)]
pub(crate) struct Span {
    start: u32,
    len: u32,
}

/// Records `start..end` of one of the tables.
#[derive(Clone, Copy)]
pub(crate) struct Run {
    start: u32,
    end: u32,
}

impl Run {
    /// No records of its own: those of the institution hold.
    pub(crate) const INHERITED: Self = Self { start: u32::MAX, end: 0 };

    pub(crate) fn of(start: usize, end: usize) -> Self {
        Self { start: index(start), end: index(end) }
    }

    fn slice<T>(self, table: &[T]) -> &[T] {
        table.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    fn is_inherited(self) -> bool {
        self.start > self.end
    }
}

/// Table positions fit 32 bits because the input does ([`crate::document::Limits`]).
pub(crate) fn index(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

/// A place on Earth in decimal degrees, within ±90 and ±180.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Site {
    /// Degrees north of the equator.
    pub lat: f64,
    /// Degrees east of Greenwich.
    pub lon: f64,
}

pub(crate) struct NameRecord {
    pub(crate) lang: Span,
    pub(crate) text: Span,
}

pub(crate) struct InstitutionRecord {
    pub(crate) id: Span,
    pub(crate) cat_idp: Option<u64>,
    pub(crate) names: Run,
    pub(crate) named: bool,
    pub(crate) country: Span,
    pub(crate) sites: Run,
    pub(crate) profiles: Run,
    pub(crate) default_profile: Option<u32>,
}

pub(crate) enum ProfileId {
    Given(Span),
    /// `<institution id>#<index>`, put together when asked for.
    Synthetic(u32),
}

pub(crate) struct ProfileRecord {
    pub(crate) id: ProfileId,
    pub(crate) names: Run,
    pub(crate) default: bool,
    pub(crate) oauth: Option<bool>,
    /// Format 2 and 3: the type.
    pub(crate) kind: Option<Span>,
    pub(crate) eapconfig_endpoint: Span,
    /// Format 1: authorization, token, redirect. Format 2 and 3: letswifi, webview, mobileconfig.
    pub(crate) others: [Span; 3],
}

/// The tables behind a document.
#[derive(Default)]
pub(crate) struct Store {
    text: String,
    languages: Vec<Span>,
    pub(crate) names: Vec<NameRecord>,
    pub(crate) sites: Vec<Site>,
    pub(crate) profiles: Vec<ProfileRecord>,
    pub(crate) institutions: Vec<InstitutionRecord>,
}

/// How far the tables are filled, to go back to when an entry turns out to be unusable.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    text: usize,
    names: usize,
    sites: usize,
    pub(crate) profiles: usize,
}

impl Store {
    pub(crate) fn get(&self, span: Span) -> &str {
        self.text.get(span.start as usize..(span.start + span.len) as usize).unwrap_or_default()
    }

    pub(crate) fn reserve(&mut self, octets: usize) {
        // Texts are somewhat over half of the lists seen; the arena grows once at most.
        self.text.reserve(octets / 8 * 5);
    }

    pub(crate) fn push_str(&mut self, text: &str) -> Span {
        let start = self.text.len();
        self.text.push_str(text);
        Span { start: index(start), len: index(text.len()) }
    }

    pub(crate) fn push(&mut self, text: Text<'_>) -> Span {
        let start = self.text.len();
        text.push_to(&mut self.text);
        Span { start: index(start), len: index(self.text.len() - start) }
    }

    pub(crate) fn push_trimmed(&mut self, text: Text<'_>) -> Span {
        let span = self.push(text);
        let all = self.get(span);
        let trimmed = trim(all);
        let before = trimmed.as_ptr().addr() - all.as_ptr().addr();
        Span { start: span.start + index(before), len: index(trimmed.len()) }
    }

    /// A language tag: `any` is the neutral text, repeated tags are stored once.
    pub(crate) fn push_language(&mut self, text: Text<'_>) -> Span {
        /// More tags than this are each stored again.
        const KEPT: usize = 64;
        if text.is("any") {
            return Span::default();
        }
        if let Some(known) = self.languages.iter().copied().find(|span| text.is(self.get(*span))) {
            return known;
        }
        let span = self.push(text);
        if self.languages.len() < KEPT {
            self.languages.push(span);
        }
        span
    }

    pub(crate) fn is_blank(&self, span: Span) -> bool {
        is_blank(self.get(span))
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark {
            text: self.text.len(),
            names: self.names.len(),
            sites: self.sites.len(),
            profiles: self.profiles.len(),
        }
    }

    pub(crate) fn reset_sites(&mut self, mark: Mark) {
        self.sites.truncate(mark.sites);
    }

    pub(crate) fn sites_since(&self, mark: Mark) -> Run {
        Run::of(mark.sites, self.sites.len())
    }

    /// Forgets the profiles read since `mark`; their texts stay in the arena until the institution is done.
    pub(crate) fn reset_profiles(&mut self, mark: Mark) {
        self.profiles.truncate(mark.profiles);
    }

    pub(crate) fn reset(&mut self, mark: Mark) {
        self.names.truncate(mark.names);
        self.sites.truncate(mark.sites);
        self.profiles.truncate(mark.profiles);
        self.languages.retain(|span| ((span.start + span.len) as usize) <= mark.text);
        self.text.truncate(mark.text);
    }

    pub(crate) fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.names.shrink_to_fit();
        self.sites.shrink_to_fit();
        self.profiles.shrink_to_fit();
        self.institutions.shrink_to_fit();
    }
}

/// Finds institutions by id: positions in an open-addressed table, so that ids are not stored twice.
pub(crate) struct IdTable {
    slots: Vec<u32>,
    used: usize,
    /// Keyed, because whoever writes the list chooses the ids.
    hasher: RandomState,
}

impl Default for IdTable {
    fn default() -> Self {
        Self { slots: vec![u32::MAX; 64], used: 0, hasher: RandomState::new() }
    }
}

impl IdTable {
    /// Where the id is, or the slot where it belongs.
    fn slot(&self, store: &Store, id: &str) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let hash = self.hasher.hash_one(id);
        // Cutting the hash to the table's size is what a table does.
        let mut at = usize::try_from(hash & mask as u64).unwrap_or_default();
        loop {
            match self.slots.get(at).copied() {
                None | Some(u32::MAX) => return Err(at),
                Some(position) => {
                    let record = store.institutions.get(position as usize);
                    if record.is_some_and(|r| store.get(r.id) == id) {
                        return Ok(position);
                    }
                }
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds the institution at `position`. `false`: the id is there already, and the first one stays.
    pub(crate) fn insert(&mut self, store: &Store, position: u32) -> bool {
        let Some(record) = store.institutions.get(position as usize) else {
            return false;
        };
        let Err(at) = self.slot(store, store.get(record.id)) else {
            return false;
        };
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = position;
        }
        self.used += 1;
        if self.used * 2 > self.slots.len() {
            let old = std::mem::take(&mut self.slots);
            self.slots = vec![u32::MAX; old.len() * 2];
            self.used = 0;
            for position in old.into_iter().filter(|p| *p != u32::MAX) {
                self.insert(store, position);
            }
        }
        true
    }

    pub(crate) fn find(&self, store: &Store, id: &str) -> Option<u32> {
        self.slot(store, id).ok()
    }
}

/// One name and the language it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Name<'a> {
    /// Language tag as the list spells it; empty for the neutral text.
    pub lang: &'a str,
    /// The name, never blank.
    pub text: &'a str,
}

/// The names of an institution or profile, at least one.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    store: &'a Store,
    records: &'a [NameRecord],
}

impl<'a> Names<'a> {
    /// All of them in the order of the list.
    pub fn iter(self) -> impl Iterator<Item = Name<'a>> + Clone {
        self.records.iter().map(move |r| Name { lang: self.store.get(r.lang), text: self.store.get(r.text) })
    }

    /// The one to show (spec: discovery 9).
    #[must_use]
    pub fn choose(self, languages: &Languages) -> &'a str {
        match self.records {
            [only] => self.store.get(only.text),
            _ => name::choose(self.iter(), languages).unwrap_or_default(),
        }
    }
}

impl fmt::Debug for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// A home institution.
#[derive(Clone, Copy)]
pub struct Institution<'a> {
    store: &'a Store,
    record: &'a InstitutionRecord,
}

impl<'a> Institution<'a> {
    pub(crate) fn new(store: &'a Store, position: usize) -> Option<Self> {
        store.institutions.get(position).map(|record| Self { store, record })
    }

    /// Stable key, `cat_<n>` in format 1, `cat_idp_<n>` in the later ones. Not always unique.
    #[must_use]
    pub fn id(self) -> &'a str {
        self.store.get(self.record.id)
    }

    /// Number of the identity provider in eduroam CAT; format 1 only.
    #[must_use]
    pub fn cat_idp(self) -> Option<u64> {
        self.record.cat_idp
    }

    /// Its names; the id when the list gives none.
    #[must_use]
    pub fn names(self) -> Names<'a> {
        Names { store: self.store, records: self.record.names.slice(&self.store.names) }
    }

    /// Whether the list gives a name.
    #[must_use]
    pub fn is_named(self) -> bool {
        self.record.named
    }

    /// The name to show (spec: discovery 9).
    #[must_use]
    pub fn name(self, languages: &Languages) -> &'a str {
        self.names().choose(languages)
    }

    /// Country code as published: ISO 3166-1 alpha-2 with exceptions (`UK`, `GEANT`), may be empty.
    #[must_use]
    pub fn country(self) -> &'a str {
        self.store.get(self.record.country)
    }

    /// Where it is; may be empty.
    #[must_use]
    pub fn sites(self) -> &'a [Site] {
        self.record.sites.slice(&self.store.sites)
    }

    /// Its profiles in the order of the list, at least one.
    pub fn profiles(self) -> impl ExactSizeIterator<Item = Profile<'a>> + Clone {
        let records = self.record.profiles.slice(&self.store.profiles);
        records.iter().map(move |record| Profile { institution: self, record })
    }

    /// The first profile with this id.
    #[must_use]
    pub fn profile(self, id: &str) -> Option<Profile<'a>> {
        self.profiles().find(|p| p.id() == id)
    }

    /// Position of the profile that is marked as default, the first if there are several (spec: discovery 9).
    #[must_use]
    pub fn default_profile(self) -> Option<usize> {
        self.record.default_profile.map(|p| p as usize)
    }

    /// What a profile choice shows, in the order of the list (spec: discovery 9).
    #[must_use]
    pub fn choices(self, languages: &Languages) -> Vec<ProfileChoice> {
        self.choices_with(languages, Options::default())
    }

    /// [`Self::choices`] with options for the verification of URLs.
    #[must_use]
    pub fn choices_with(self, languages: &Languages, options: Options) -> Vec<ProfileChoice> {
        let mut uses: HashMap<&str, usize> = HashMap::new();
        for profile in self.profiles() {
            *uses.entry(profile.name(languages)).or_default() += 1;
        }
        let default = self.default_profile();
        let choice = |(position, profile): (usize, Profile<'a>)| {
            let name = profile.name(languages);
            let id = profile.id();
            let twin = uses.get(name).is_some_and(|n| *n > 1);
            ProfileChoice {
                name: if twin { format!("{name} ({id})") } else { name.to_owned() },
                id: id.into_owned(),
                default: default == Some(position),
                decision: profile.decision_with(options),
            }
        };
        self.profiles().enumerate().map(choice).collect()
    }
}

impl fmt::Debug for Institution<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Institution")
            .field("id", &self.id())
            .field("cat_idp", &self.cat_idp())
            .field("names", &self.names())
            .field("country", &self.country())
            .field("sites", &self.sites())
            .field("profiles", &self.profiles().collect::<Vec<_>>())
            .finish()
    }
}

/// One way to get a configuration from an institution.
#[derive(Clone, Copy)]
pub struct Profile<'a> {
    institution: Institution<'a>,
    record: &'a ProfileRecord,
}

impl<'a> Profile<'a> {
    fn text(self, span: Span) -> &'a str {
        self.institution.store.get(span)
    }

    fn other(self, position: usize, of_format_1: bool) -> &'a str {
        let own = self.record.kind.is_none() == of_format_1;
        self.record.others.get(position).filter(|_| own).map_or("", |span| self.text(*span))
    }

    /// Its id; `<institution id>#<index>` when the list gives none.
    #[must_use]
    pub fn id(self) -> Cow<'a, str> {
        match self.record.id {
            ProfileId::Given(span) => Cow::Borrowed(self.text(span)),
            ProfileId::Synthetic(index) => Cow::Owned(format!("{}#{index}", self.institution.id())),
        }
    }

    /// Its names; those of the institution when it has none of its own.
    #[must_use]
    pub fn names(self) -> Names<'a> {
        if self.record.names.is_inherited() {
            return self.institution.names();
        }
        let store = self.institution.store;
        Names { store, records: self.record.names.slice(&store.names) }
    }

    /// Whether the name is its own.
    #[must_use]
    pub fn has_own_name(self) -> bool {
        !self.record.names.is_inherited()
    }

    /// The name to show (spec: discovery 9).
    #[must_use]
    pub fn name(self, languages: &Languages) -> &'a str {
        self.names().choose(languages)
    }

    /// Whether the list marks it as default. Several may be; [`Institution::default_profile`] says which one counts.
    #[must_use]
    pub fn is_default(self) -> bool {
        self.record.default
    }

    /// The flag `oauth` of format 1, which never changes the flow.
    #[must_use]
    pub fn oauth(self) -> Option<bool> {
        self.record.oauth
    }

    /// The member `type` of formats 2 and 3, empty if missing; `None` in format 1.
    #[must_use]
    pub fn kind(self) -> Option<&'a str> {
        self.record.kind.map(|span| self.text(span))
    }

    /// `eapconfig_endpoint` as published, not verified.
    #[must_use]
    pub fn eapconfig_endpoint(self) -> &'a str {
        self.text(self.record.eapconfig_endpoint)
    }

    /// `authorization_endpoint` of format 1 as published, not verified.
    #[must_use]
    pub fn authorization_endpoint(self) -> &'a str {
        self.other(0, true)
    }

    /// `token_endpoint` of format 1 as published, not verified.
    #[must_use]
    pub fn token_endpoint(self) -> &'a str {
        self.other(1, true)
    }

    /// `redirect` of format 1 as published, not verified.
    #[must_use]
    pub fn redirect(self) -> &'a str {
        self.other(2, true)
    }

    /// `letswifi_endpoint` of formats 2 and 3 as published, not verified.
    #[must_use]
    pub fn letswifi_endpoint(self) -> &'a str {
        self.other(0, false)
    }

    /// `webview_endpoint` of formats 2 and 3 as published, not verified.
    #[must_use]
    pub fn webview_endpoint(self) -> &'a str {
        self.other(1, false)
    }

    /// `mobileconfig_endpoint` of formats 2 and 3 as published, not verified.
    #[must_use]
    pub fn mobileconfig_endpoint(self) -> &'a str {
        self.other(2, false)
    }

    /// The flow it asks for, with verified URLs (spec: discovery 7).
    ///
    /// The URLs are verified when asked for and not while reading, because few of thousands are ever used.
    #[must_use]
    pub fn decision(self) -> Decision {
        self.decision_with(Options::default())
    }

    /// [`Self::decision`] with options for the verification of URLs.
    #[must_use]
    pub fn decision_with(self, options: Options) -> Decision {
        flow::decide(self, options)
    }
}

impl fmt::Debug for Profile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile")
            .field("id", &self.id())
            .field("names", &self.names())
            .field("default", &self.is_default())
            .field("decision", &self.decision())
            .finish()
    }
}

/// One line of a profile choice (spec: discovery 9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileChoice {
    /// The profile's id.
    pub id: String,
    /// Its name in the user's language, made unique by the id where two profiles of the institution are called alike.
    pub name: String,
    /// Whether to mark it: bold where possible, else see [`Self::display_name`].
    pub default: bool,
    /// What it asks for; a profile in error is shown but cannot be selected.
    pub decision: Decision,
}

impl ProfileChoice {
    /// Whether it can be selected.
    #[must_use]
    pub fn is_available(&self) -> bool {
        self.decision.flow.is_ok()
    }

    /// The name; with `plain`, for interfaces without bold type, the default is marked by ` (default)`.
    #[must_use]
    pub fn display_name(&self, plain: bool) -> Cow<'_, str> {
        if plain && self.default {
            Cow::Owned(format!("{} (default)", self.name))
        } else {
            Cow::Borrowed(&self.name)
        }
    }
}
