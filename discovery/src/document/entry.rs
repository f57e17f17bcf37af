//! Entries of a list: what the schema wants, and what to do with the rest (the table of spec: discovery 6).
//!
//! The members of an object are collected first and judged when it is closed, so that of a repeated member the last one
//! counts and warnings about the others vanish.

use super::json::{Error, Kind, Reader, Scalar, Text};
use super::warning::{DropReason, Member, Warning, WarningKind};
use super::{Document, Format, MAX_NAMES, MAX_PROFILES, MAX_PROFILES_IN_ALL, MAX_WARNINGS, integral, whole};
use crate::model::{
    IdTable, InstitutionRecord, Mark, NameRecord, ProfileId, ProfileRecord, Run, Site, Span, Store, index,
};
use crate::text::{is_blank, trim};
use std::collections::HashSet;

/// Warnings of one entry or of a part of it that may still be read again.
#[derive(Default)]
struct Notes {
    kinds: Vec<WarningKind>,
    count: u64,
}

impl Notes {
    fn add(&mut self, kind: WarningKind) {
        self.count += 1;
        if self.kinds.len() < MAX_WARNINGS {
            self.kinds.push(kind);
        }
    }

    fn clear(&mut self) {
        self.kinds.clear();
        self.count = 0;
    }
}

/// A member `name`: one text, or language-tagged ones in `Scratch`.
#[derive(Clone, Copy)]
enum NameValue<'a> {
    One(Scalar<'a>),
    Tagged,
}

/// Language-tagged names of one object: tag and text.
type Tagged<'a> = Vec<(Text<'a>, Text<'a>)>;

/// Fills the tables of a document entry by entry.
pub(super) struct Builder<'a> {
    format: Format,
    store: Store,
    ids: IdTable,
    warnings: Vec<Warning>,
    warning_count: u64,
    own: Notes,
    geo: Notes,
    profiles: Notes,
    names: Tagged<'a>,
    profile_names: Tagged<'a>,
}

impl Default for Builder<'_> {
    fn default() -> Self {
        Self::new(Format::V1, 0)
    }
}

impl<'a> Builder<'a> {
    pub(super) fn new(format: Format, octets: usize) -> Self {
        let mut store = Store::default();
        store.reserve(octets);
        Self {
            format,
            store,
            ids: IdTable::default(),
            warnings: Vec::new(),
            warning_count: 0,
            own: Notes::default(),
            geo: Notes::default(),
            profiles: Notes::default(),
            names: Vec::new(),
            profile_names: Vec::new(),
        }
    }

    pub(super) fn finish(mut self, format: Format, seq: Option<u64>, first: &[Warning]) -> Document {
        self.store.shrink();
        let mut warnings = first.to_vec();
        warnings.append(&mut self.warnings);
        warnings.truncate(MAX_WARNINGS);
        Document {
            format,
            seq,
            store: self.store,
            ids: self.ids,
            warning_count: self.warning_count + first.len() as u64,
            warnings,
        }
    }

    fn note(&mut self, kind: WarningKind, institution: usize) {
        self.warning_count += 1;
        if self.warnings.len() < MAX_WARNINGS {
            self.warnings.push(Warning { kind, institution: Some(index(institution)) });
        }
    }

    fn take_notes(&mut self, institution: usize) {
        for mut notes in
            [std::mem::take(&mut self.own), std::mem::take(&mut self.geo), std::mem::take(&mut self.profiles)]
        {
            let unrecorded = notes.count - notes.kinds.len() as u64;
            notes.kinds.drain(..).for_each(|kind| self.note(kind, institution));
            self.warning_count += unrecorded;
        }
    }

    /// Reads the entry that comes next, the `position`th of the list.
    pub(super) fn institution(&mut self, reader: &mut Reader<'a>, position: usize) -> Result<(), Error> {
        let mark = self.store.mark();
        if reader.kind() != Kind::Object {
            reader.skip()?;
            self.note(WarningKind::Dropped(DropReason::NotAnObject), position);
            return Ok(());
        }
        let (mut id, mut cat_idp, mut country) = <(Scalar<'_>, Scalar<'_>, Scalar<'_>)>::default();
        let mut name = NameValue::One(Scalar::Missing);
        self.own.clear();
        self.geo.clear();
        self.profiles.clear();
        reader.open()?;
        let mut first = true;
        while let Some(member) = reader.member(&mut first)? {
            match &*member.to_cow() {
                "id" => id = reader.scalar()?,
                "cat_idp" => cat_idp = reader.scalar()?,
                "name" => name = read_name(reader, &mut self.names)?,
                "country" => country = reader.scalar()?,
                "geo" => {
                    self.store.reset_sites(mark);
                    self.geo.clear();
                    self.read_geo(reader)?;
                }
                "profiles" => {
                    self.store.reset_profiles(mark);
                    self.profiles.clear();
                    self.read_profiles(reader)?;
                }
                _ => reader.skip()?,
            }
        }
        let record = self.judge(mark, id, cat_idp, name, country);
        self.take_notes(position);
        match record {
            Ok(record) => {
                self.store.institutions.push(record);
                let place = index(self.store.institutions.len() - 1);
                if !self.ids.insert(&self.store, place) {
                    self.note(WarningKind::DuplicateId, position);
                }
            }
            Err(reason) => {
                self.store.reset(mark);
                self.note(WarningKind::Dropped(reason), position);
            }
        }
        Ok(())
    }

    /// Judges the members of an institution; notes go to `own`.
    fn judge(
        &mut self,
        mark: Mark,
        id: Scalar<'a>,
        cat_idp: Scalar<'a>,
        name: NameValue<'a>,
        country: Scalar<'a>,
    ) -> Result<InstitutionRecord, DropReason> {
        let Self { store, own, .. } = self;
        let cat_idp = read_cat_idp(cat_idp, own);
        let given = text_of(id, Member::Id, own).map(|text| store.push(text));
        let id = match (given.filter(|span| !store.is_blank(*span)), cat_idp) {
            (Some(id), _) => id,
            (None, Some(number)) => {
                own.add(WarningKind::SyntheticId);
                store.push_str(&format!("cat_{number}"))
            }
            (None, None) => return Err(DropReason::NoId),
        };
        let own_names = commit_names(store, name, &self.names, Member::Name, own);
        let named = own_names.is_some();
        let names = own_names.unwrap_or_else(|| {
            own.add(WarningKind::NoName);
            store.names.push(NameRecord { lang: Span::default(), text: id });
            Run::of(store.names.len() - 1, store.names.len())
        });
        let country =
            text_of(country, Member::Country, own).map_or_else(Span::default, |text| store.push(text));
        let profiles = Run::of(mark.profiles, store.profiles.len());
        let read = store.profiles.get(mark.profiles..).unwrap_or_default();
        if read.is_empty() {
            return Err(DropReason::NoProfiles);
        }
        let mut defaults = read.iter().enumerate().filter(|(_, p)| p.default).map(|(at, _)| index(at));
        let default_profile = defaults.next();
        if defaults.next().is_some() {
            own.add(WarningKind::SeveralDefaults);
        }
        let sites = store.sites_since(mark);
        Ok(InstitutionRecord { id, cat_idp, names, named, country, sites, profiles, default_profile })
    }

    /// Reads the member `geo`.
    fn read_geo(&mut self, reader: &mut Reader<'a>) -> Result<(), Error> {
        match reader.kind() {
            Kind::Other => {
                if !matches!(reader.scalar()?, Scalar::Null) {
                    self.geo.add(WarningKind::Type(Member::Geo));
                }
                return Ok(());
            }
            Kind::Object => {
                self.geo.add(WarningKind::ShapeGeo);
                let mut known = Sites::default();
                return self.read_site(reader, &mut known);
            }
            Kind::Array => {}
        }
        let mut known = Sites::default();
        let (mut depth, mut first, mut nested) = (1, true, false);
        reader.open()?;
        // Nested arrays are read as one; `first` holds for the innermost array, and is false again after it.
        while depth > 0 {
            if !reader.element(&mut first)? {
                depth -= 1;
                first = false;
            } else if reader.kind() == Kind::Array {
                if !std::mem::replace(&mut nested, true) {
                    self.geo.add(WarningKind::ShapeGeo);
                }
                reader.open()?;
                depth += 1;
                first = true;
            } else {
                self.read_site(reader, &mut known)?;
            }
        }
        Ok(())
    }

    fn read_site(&mut self, reader: &mut Reader<'a>, known: &mut Sites) -> Result<(), Error> {
        if reader.kind() != Kind::Object {
            reader.skip()?;
            self.geo.add(WarningKind::BadGeo);
            return Ok(());
        }
        let (mut lat, mut lon, mut long, mut lng) =
            <(Scalar<'_>, Scalar<'_>, Scalar<'_>, Scalar<'_>)>::default();
        reader.open()?;
        let mut first = true;
        while let Some(member) = reader.member(&mut first)? {
            match &*member.to_cow() {
                "lat" => lat = reader.scalar()?,
                "lon" => lon = reader.scalar()?,
                "long" => long = reader.scalar()?,
                "lng" => lng = reader.scalar()?,
                _ => reader.skip()?,
            }
        }
        let given = |value: &Scalar<'_>| !matches!(value, Scalar::Missing | Scalar::Null);
        let lon = [lon, long, lng].into_iter().find(given).unwrap_or_default();
        match degrees(lat, 90.0).zip(degrees(lon, 180.0)) {
            None => self.geo.add(WarningKind::BadGeo),
            Some((lat, lon)) => {
                let site = Site { lat, lon };
                if known.insert(site) {
                    self.store.sites.push(site);
                }
            }
        }
        Ok(())
    }

    /// Reads the member `profiles`.
    fn read_profiles(&mut self, reader: &mut Reader<'a>) -> Result<(), Error> {
        if reader.kind() != Kind::Array {
            return reader.skip();
        }
        reader.open()?;
        let (mut first, mut position) = (true, 0);
        while reader.element(&mut first)? {
            if position >= MAX_PROFILES || self.store.profiles.len() >= MAX_PROFILES_IN_ALL {
                reader.skip()?;
            } else if reader.kind() == Kind::Object {
                self.read_profile(reader, position)?;
            } else {
                reader.skip()?;
                self.profiles.add(WarningKind::ProfileNotAnObject);
            }
            position += 1;
        }
        Ok(())
    }

    fn read_profile(&mut self, reader: &mut Reader<'a>, position: usize) -> Result<(), Error> {
        let v1 = self.format == Format::V1;
        let mut name = NameValue::One(Scalar::Missing);
        let (mut id, mut kind, mut default, mut oauth, mut eapconfig) =
            <(Scalar<'_>, Scalar<'_>, Scalar<'_>, Scalar<'_>, Scalar<'_>)>::default();
        let mut others = [Scalar::Missing; 3];
        reader.open()?;
        let mut first = true;
        while let Some(member) = reader.member(&mut first)? {
            match (&*member.to_cow(), v1) {
                ("id", _) => id = reader.scalar()?,
                ("name", _) => name = read_name(reader, &mut self.profile_names)?,
                ("eapconfig_endpoint", _) => eapconfig = reader.scalar()?,
                ("default", true) => default = reader.scalar()?,
                ("oauth", true) => oauth = reader.scalar()?,
                ("type", false) => kind = reader.scalar()?,
                ("authorization_endpoint", true) | ("letswifi_endpoint", false) => {
                    others[0] = reader.scalar()?;
                }
                ("token_endpoint", true) | ("webview_endpoint", false) => {
                    others[1] = reader.scalar()?;
                }
                ("redirect", true) | ("mobileconfig_endpoint", false) => {
                    others[2] = reader.scalar()?;
                }
                _ => reader.skip()?,
            }
        }
        let Self { store, profiles: notes, .. } = self;
        let given = text_of(id, Member::ProfileId, notes).map(|text| store.push(text));
        let id = given.filter(|span| !store.is_blank(*span)).map_or_else(
            || {
                notes.add(WarningKind::SyntheticProfileId);
                ProfileId::Synthetic(index(position))
            },
            ProfileId::Given,
        );
        let names = commit_names(store, name, &self.profile_names, Member::ProfileName, notes)
            .unwrap_or(Run::INHERITED);
        let mut endpoint =
            |value, member| text_of(value, member, notes).map_or_else(Span::default, |text| store.push(text));
        let eapconfig_endpoint = endpoint(eapconfig, Member::EapconfigEndpoint);
        let members = if v1 {
            [Member::AuthorizationEndpoint, Member::TokenEndpoint, Member::Redirect]
        } else {
            [Member::LetswifiEndpoint, Member::WebviewEndpoint, Member::MobileconfigEndpoint]
        };
        let others = [
            endpoint(others[0], members[0]),
            endpoint(others[1], members[1]),
            endpoint(others[2], members[2]),
        ];
        let kind = (!v1).then(|| endpoint(kind, Member::ProfileType));
        let default = flag(default, Member::ProfileDefault, notes).unwrap_or(false);
        let oauth = flag(oauth, Member::ProfileOauth, notes);
        store.profiles.push(ProfileRecord { id, names, default, oauth, kind, eapconfig_endpoint, others });
        Ok(())
    }
}

/// A name as text, as an object of language to text, or as an array of `{display, lang}`; in any format.
fn read_name<'a>(reader: &mut Reader<'a>, tagged: &mut Tagged<'a>) -> Result<NameValue<'a>, Error> {
    match reader.kind() {
        Kind::Other => return reader.scalar().map(NameValue::One),
        Kind::Object => {
            tagged.clear();
            reader.open()?;
            let mut first = true;
            while let Some(lang) = reader.member(&mut first)? {
                let Scalar::Text(text) = reader.scalar()? else {
                    continue;
                };
                // Looking back is cheap for real names; past that, the first of two equal tags is found first.
                const LOOKED_AT: usize = 64;
                let full = tagged.len() >= MAX_NAMES;
                match tagged.iter_mut().take(LOOKED_AT).find(|(known, _)| known.same(lang)) {
                    Some((_, known)) => *known = text,
                    None if full => {}
                    None => tagged.push((lang, text)),
                }
            }
        }
        Kind::Array => {
            tagged.clear();
            reader.open()?;
            let mut first = true;
            while reader.element(&mut first)? {
                if tagged.len() >= MAX_NAMES {
                    reader.skip()?;
                } else if reader.kind() == Kind::Object {
                    tagged.extend(read_display(reader)?);
                } else if let Scalar::Text(text) = reader.scalar()? {
                    tagged.push((Text::EMPTY, text));
                }
            }
        }
    }
    Ok(NameValue::Tagged)
}

/// `{display, lang}`, with `""` for `display` in an early variant.
fn read_display<'a>(reader: &mut Reader<'a>) -> Result<Option<(Text<'a>, Text<'a>)>, Error> {
    let (mut display, mut early, mut lang) = (None, None, Text::EMPTY);
    reader.open()?;
    let mut first = true;
    while let Some(member) = reader.member(&mut first)? {
        let slot = match &*member.to_cow() {
            "display" => &mut display,
            "" => &mut early,
            "lang" => {
                lang = if let Scalar::Text(text) = reader.scalar()? { text } else { Text::EMPTY };
                continue;
            }
            _ => {
                reader.skip()?;
                continue;
            }
        };
        *slot = if let Scalar::Text(text) = reader.scalar()? { Some(text) } else { None };
    }
    let usable = |text: &Text<'_>| !is_blank(&text.to_text());
    Ok(display.filter(usable).or(early).map(|text| (lang, text)))
}

/// Stores the names that are not blank; `None` if there are none.
fn commit_names<'a>(
    store: &mut Store,
    name: NameValue<'a>,
    tagged: &Tagged<'a>,
    member: Member,
    notes: &mut Notes,
) -> Option<Run> {
    let start = store.names.len();
    let add = |store: &mut Store, lang, text| {
        let text = store.push_trimmed(text);
        if !store.is_blank(text) {
            store.names.push(NameRecord { lang, text });
        }
    };
    match name {
        NameValue::One(value) => {
            if let Some(text) = text_of(value, member, notes) {
                add(store, Span::default(), text);
            }
        }
        NameValue::Tagged => {
            for (lang, text) in tagged {
                let lang = store.push_language(*lang);
                add(store, lang, *text);
            }
        }
    }
    (store.names.len() > start).then(|| Run::of(start, store.names.len()))
}

/// A member that should be text: a number gives its spelling, anything else nothing, both with a warning.
fn text_of<'a>(value: Scalar<'a>, member: Member, notes: &mut Notes) -> Option<Text<'a>> {
    match value {
        Scalar::Missing | Scalar::Null => None,
        Scalar::Text(text) => Some(text),
        Scalar::Number(token) => {
            notes.add(WarningKind::Type(member));
            Some(Text::spelled(token))
        }
        Scalar::Bool(_) | Scalar::Container => {
            notes.add(WarningKind::Type(member));
            None
        }
    }
}

fn read_cat_idp(value: Scalar<'_>, notes: &mut Notes) -> Option<u64> {
    if matches!(value, Scalar::Missing | Scalar::Null) {
        return None;
    }
    let read = whole(value).and_then(|digits| digits.parse().ok());
    if read.is_none() {
        notes.add(WarningKind::Type(Member::CatIdp));
    }
    read
}

/// A member that should be true or false.
fn flag(value: Scalar<'_>, member: Member, notes: &mut Notes) -> Option<bool> {
    let read = match value {
        Scalar::Missing | Scalar::Null => return None,
        Scalar::Bool(value) => return Some(value),
        Scalar::Number(token) => match integral(token) {
            Some("0") => return Some(false),
            Some("1") => return Some(true),
            _ => false,
        },
        Scalar::Text(text) => trim(&text.to_text()).eq_ignore_ascii_case("true"),
        Scalar::Container => false,
    };
    notes.add(WarningKind::Type(member));
    Some(read)
}

/// Degrees as a number or as text, within ±`bound`.
fn degrees(value: Scalar<'_>, bound: f64) -> Option<f64> {
    let read: f64 = match value {
        Scalar::Number(token) => token.parse().ok()?,
        Scalar::Text(text) => trim(&text.to_text()).parse().ok()?,
        _ => return None,
    };
    // Adding zero makes -0 equal to 0 bit by bit. A comparison with NaN is false.
    (read.abs() <= bound).then_some(read + 0.0)
}

/// The sites of one institution, to keep repeated ones once.
#[derive(Default)]
struct Sites {
    few: Vec<Site>,
    many: HashSet<(u64, u64)>,
}

impl Sites {
    /// Real institutions have fewer sites than this; a set for each of thousands would cost more than it saves.
    const FEW: usize = 16;

    fn insert(&mut self, site: Site) -> bool {
        let bits = |s: &Site| (s.lat.to_bits(), s.lon.to_bits());
        if self.many.is_empty() {
            if self.few.contains(&site) {
                return false;
            }
            self.few.push(site);
            if self.few.len() > Self::FEW {
                self.many.extend(self.few.iter().map(bits));
            }
            return true;
        }
        self.many.insert(bits(&site))
    }
}
