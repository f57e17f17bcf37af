//! The published list of institutions: reading, searching, judging it.

use crate::boundary::{Object, free, hand_out, put, put_if_wanted, refused, run};
use crate::slice::{fill, give, octets, text};
use crate::{fonap_result, fonap_text};
use alloc::boxed::Box;
use alloc::string::ToString as _;
use core::ffi::c_char;
use core::mem::MaybeUninit;
use discovery::document::Document;
use discovery::flow::Flow;
use discovery::model::{Institution, Profile, ProfileChoice, Site};
use discovery::name::Languages;
use discovery::nearest::nearest;
use discovery::search::SearchIndex;
use discovery::sequence::{self, Position, Verdict};
use discovery::url::{UrlKind, verify};

/// What a profile asks for: nothing can be done with it.
pub const FONAP_DISCOVERY_UNAVAILABLE: u32 = 0;
/// What a profile asks for: GET the configuration.
pub const FONAP_DISCOVERY_DIRECT: u32 = 1;
/// What a profile asks for: authorize in the browser first.
pub const FONAP_DISCOVERY_OAUTH: u32 = 2;
/// What a profile asks for: fetch the service document, which names the endpoints.
pub const FONAP_DISCOVERY_LETSWIFI: u32 = 3;
/// What a profile asks for: open a page in the browser; nothing comes back.
pub const FONAP_DISCOVERY_REDIRECT: u32 = 4;

/// The list, with its search index for a user's languages.
pub struct fonap_discovery(Object<List>);

struct List {
    document: Document,
    index: SearchIndex,
    languages: Languages,
}

impl List {
    fn institution(&self, place: usize) -> Result<Institution<'_>, fonap_result> {
        self.document.institution(place).ok_or(fonap_result::NotFound)
    }

    fn profile(&self, institution: usize, place: usize) -> Result<Profile<'_>, fonap_result> {
        self.institution(institution)?.profiles().nth(place).ok_or(fonap_result::NotFound)
    }

    /// A profile as the user sees it.
    fn choice(&self, institution: usize, place: usize) -> Result<ProfileChoice, fonap_result> {
        let choices = self.institution(institution)?.choices(&self.languages);
        choices.into_iter().nth(place).ok_or(fonap_result::NotFound)
    }
}

/// Reads a list in any of the published formats, at most 16 MiB. `languages` are tags in the user's order of preference,
/// joined by commas: `fr-CA,en`.
///
/// `problem` may be NULL; with `FONAP_RESULT_MALFORMED` it gets a static text, the specification's word for what is wrong.
/// Ended by `fonap_discovery_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_discovery_new(
    list: *const u8,
    list_len: usize,
    languages: *const c_char,
    languages_len: usize,
    discovery: Option<&mut MaybeUninit<*mut fonap_discovery>>,
    problem: Option<&mut MaybeUninit<fonap_text>>,
) -> fonap_result {
    run(|| {
        let discovery = discovery.ok_or(fonap_result::Null)?;
        let languages = Languages::new(text!(languages, languages_len).split(','));
        let document = Document::parse(octets!(list, list_len))
            .map_err(|error| refused(problem, fonap_text::of(error.code()), fonap_result::Malformed))?;
        let index = SearchIndex::new(&document, &languages);
        hand_out(Some(discovery), fonap_discovery(Object::new(List { document, index, languages })))
    })
}

/// Ends a list. NULL is taken.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_discovery_free(discovery: Option<Box<fonap_discovery>>) {
    free(discovery);
}

/// How many institutions there are, and the list's number, which must not fall from one download to the next (0 if it has
/// none). Either pointer may be NULL.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_discovery_count(
    discovery: Option<&fonap_discovery>,
    institutions: Option<&mut MaybeUninit<usize>>,
    seq: Option<&mut MaybeUninit<u64>>,
) -> fonap_result {
    Object::look(discovery.map(|list| &list.0), |list| {
        put_if_wanted(institutions, list.document.len());
        put_if_wanted(seq, list.document.seq().unwrap_or(0));
        Ok(())
    })
}

/// Searches as the user types: `institution` becomes the place of the hit number `rank`, 0 being the best.
/// `FONAP_RESULT_NOT_FOUND` behind the last hit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_discovery_search(
    discovery: Option<&fonap_discovery>,
    typed: *const c_char,
    typed_len: usize,
    rank: usize,
    institution: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    Object::look(discovery.map(|list| &list.0), |list| {
        let hits = list.index.search(text!(typed, typed_len));
        put(institution, hits.get(rank).ok_or(fonap_result::NotFound)?.institution)
    })
}

/// Writes the name of an institution in the user's language. `FONAP_RESULT_NOT_FOUND` behind the last one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_discovery_institution_name(
    discovery: Option<&fonap_discovery>,
    institution: usize,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    Object::look(discovery.map(|list| &list.0), |list| {
        fill!(out, capacity, length, list.institution(institution)?.name(&list.languages).as_bytes())
    })
}

/// Writes the name of a profile of an institution, both counted from 0, and what it asks for:
/// `FONAP_DISCOVERY_DIRECT` and its like. `flow` may be NULL. `FONAP_RESULT_NOT_FOUND` behind the last one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_discovery_profile_name(
    discovery: Option<&fonap_discovery>,
    institution: usize,
    profile: usize,
    flow: Option<&mut MaybeUninit<u32>>,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    Object::look(discovery.map(|list| &list.0), |list| {
        let choice = list.choice(institution, profile)?;
        fill!(out, capacity, length, choice.name.as_bytes())?;
        put_if_wanted(
            flow,
            match choice.decision.flow {
                Err(_) => FONAP_DISCOVERY_UNAVAILABLE,
                Ok(Flow::Direct { .. }) => FONAP_DISCOVERY_DIRECT,
                Ok(Flow::OAuth(_)) => FONAP_DISCOVERY_OAUTH,
                Ok(Flow::LetsWifi { .. }) => FONAP_DISCOVERY_LETSWIFI,
                Ok(Flow::Redirect { .. }) => FONAP_DISCOVERY_REDIRECT,
            },
        );
        Ok(())
    })
}

/// Writes the verified URL of a profile's flow: of the configuration, of the authorization, of the service document, or of
/// the page. `FONAP_RESULT_UNSUPPORTED` when the profile is unavailable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_discovery_profile_url(
    discovery: Option<&fonap_discovery>,
    institution: usize,
    profile: usize,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    Object::look(discovery.map(|list| &list.0), |list| {
        let url = match list.choice(institution, profile)?.decision.flow {
            Err(_) => return Err(fonap_result::Unsupported),
            Ok(Flow::Direct { eapconfig_endpoint }) => eapconfig_endpoint,
            Ok(Flow::OAuth(endpoints)) => endpoints.authorization_endpoint,
            Ok(Flow::LetsWifi { letswifi_endpoint }) => letswifi_endpoint,
            Ok(Flow::Redirect { url }) => url,
        };
        fill!(out, capacity, length, url.as_str().as_bytes())
    })
}

/// An institution of the list. Texts are good until the list is freed.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_discovery_institution {
    /// Its id.
    pub id: fonap_text,
    /// Its country: two letters, or empty.
    pub country: fonap_text,
    /// How many profiles it has.
    pub profile_count: usize,
    /// How many sites it has.
    pub site_count: usize,
    /// The place of its default profile, with `has_default`.
    pub default_profile: usize,
    /// It has a default profile.
    pub has_default: u8,
    /// It has a name of its own.
    pub named: u8,
}

/// What the list says of an institution: `fonap_discovery_institution_at(list, place, &institution, sizeof institution)`.
/// `FONAP_RESULT_NOT_FOUND` behind the last one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_discovery_institution_at(
    discovery: Option<&fonap_discovery>,
    institution: usize,
    out: *mut fonap_discovery_institution,
    out_size: usize,
) -> fonap_result {
    Object::look(discovery.map(|list| &list.0), |list| {
        let found = list.institution(institution)?;
        let shown = fonap_discovery_institution {
            id: fonap_text::of(found.id()),
            country: fonap_text::of(found.country()),
            profile_count: found.profiles().len(),
            site_count: found.sites().len(),
            default_profile: found.default_profile().unwrap_or(0),
            has_default: found.default_profile().is_some().into(),
            named: found.is_named().into(),
        };
        give!(out, out_size, &shown)
    })
}

/// Searches as the user types, all hits at once: writes the places of the best `capacity` of them, the best first, and
/// their whole number to `count`. `places` may be NULL with a capacity of 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_discovery_hits(
    discovery: Option<&fonap_discovery>,
    typed: *const c_char,
    typed_len: usize,
    places: *mut usize,
    capacity: usize,
    count: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    Object::look(discovery.map(|list| &list.0), |list| {
        let hits = list.index.search(text!(typed, typed_len));
        let count = count.ok_or(fonap_result::Null)?;
        write_places(places, capacity, hits.iter().map(|hit| hit.institution))?;
        count.write(hits.len());
        Ok(())
    })
}

/// Writes the places of the institutions that are nearest to a point, the nearest first, as many as fit, and to `count` how
/// many that are; those without a site come last. The point is in millionths of a degree, north and east being positive.
/// Those farther than `max_metres` are left out; 0 for no such limit. `metres`, NULL or as long as `places`, gets the
/// distances, UINT32_MAX without a site.
///
/// `FONAP_RESULT_ARGUMENT` for a point that is not on Earth.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_discovery_nearest(
    discovery: Option<&fonap_discovery>,
    latitude_millionths: i32,
    longitude_millionths: i32,
    max_metres: u32,
    places: *mut usize,
    metres: *mut u32,
    capacity: usize,
    count: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    Object::look(discovery.map(|list| &list.0), |list| {
        if latitude_millionths.unsigned_abs() > 90_000_000
            || longitude_millionths.unsigned_abs() > 180_000_000
        {
            return Err(fonap_result::Argument);
        }
        let count = count.ok_or(fonap_result::Null)?;
        let degrees = |millionths: i32| f64::from(millionths) / 1e6;
        let here = Site { lat: degrees(latitude_millionths), lon: degrees(longitude_millionths) };
        let max_km = (max_metres != 0).then(|| f64::from(max_metres) / 1000.0);
        let found = nearest(&list.document, &list.index, here, capacity, max_km);
        write_places(places, capacity, found.iter().map(|near| near.institution))?;
        if !metres.is_null() {
            let rounded = found.iter().map(|near| near.km.map_or(u32::MAX, in_metres));
            write_places(metres, capacity, rounded)?;
        }
        count.write(found.len());
        Ok(())
    })
}

/// Half of the Earth's circumference is 20 004 000 m, which fits.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 20 015 115")]
fn in_metres(km: f64) -> u32 {
    (km * 1000.0).round() as u32
}

/// Writes numbers into an array of the caller's, as many as fit.
fn write_places<T>(
    places: *mut T,
    capacity: usize,
    values: impl Iterator<Item = T>,
) -> Result<(), fonap_result> {
    for (place, value) in crate::slice::places!(places, capacity).iter_mut().zip(values) {
        place.write(value);
    }
    Ok(())
}

/// Writes the id of a profile of an institution, both counted from 0. `FONAP_RESULT_NOT_FOUND` behind the last one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_discovery_profile_id(
    discovery: Option<&fonap_discovery>,
    institution: usize,
    index: usize,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    Object::look(discovery.map(|list| &list.0), |list| {
        fill!(out, capacity, length, list.profile(institution, index)?.id().as_bytes())
    })
}

/// Writes what is wrong with a profile, in the words of the specification: why nothing can be done with it, on the first
/// line, which is empty for a usable one; then a line for each thing that its institution should know.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_discovery_profile_problems(
    discovery: Option<&fonap_discovery>,
    institution: usize,
    index: usize,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    Object::look(discovery.map(|list| &list.0), |list| {
        let decision = list.profile(institution, index)?.decision();
        let mut text = decision.flow.err().map(|error| error.to_string()).unwrap_or_default();
        text.push('\n');
        for advice in &decision.advice {
            text.push_str(&advice.to_string());
            text.push('\n');
        }
        fill!(out, capacity, length, text.as_bytes())
    })
}

/// What a URL is for: to be opened in the browser, plain http included.
pub const FONAP_DISCOVERY_URL_REDIRECT: u32 = 1;
/// What a URL is for: to be spoken with by the program; https only.
pub const FONAP_DISCOVERY_URL_ENDPOINT: u32 = 2;

/// Checks a URL of the list as strictly as browsers and servers together do, and writes its normal form. `rewritten` may
/// be NULL; it becomes 1 when the form differs, else 0.
///
/// `problem` may be NULL; with `FONAP_RESULT_MALFORMED` it gets a static text, the specification's word for what is wrong.
/// `FONAP_RESULT_ARGUMENT` for an unknown kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_discovery_url_verify(
    url: *const c_char,
    url_len: usize,
    kind: u32,
    rewritten: Option<&mut MaybeUninit<u8>>,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
    problem: Option<&mut MaybeUninit<fonap_text>>,
) -> fonap_result {
    run(|| {
        let kind = match kind {
            FONAP_DISCOVERY_URL_REDIRECT => UrlKind::Redirect,
            FONAP_DISCOVERY_URL_ENDPOINT => UrlKind::Endpoint,
            _ => return Err(fonap_result::Argument),
        };
        let url = verify(text!(url, url_len), kind)
            .map_err(|error| refused(problem, fonap_text::of(error.code()), fonap_result::Malformed))?;
        fill!(out, capacity, length, url.as_str().as_bytes())?;
        put_if_wanted(rewritten, url.is_rewritten().into());
        Ok(())
    })
}

/// What to do with a list that was fetched: use it.
pub const FONAP_DISCOVERY_ACCEPT: u32 = 0;
/// What to do with a list that was fetched: it is the active one again.
pub const FONAP_DISCOVERY_UNCHANGED: u32 = 1;
/// What to do with a list that was fetched: another list with the same number; keep the active one.
pub const FONAP_DISCOVERY_SAME_SEQ_DIFFERENT_CONTENT: u32 = 2;
/// What to do with a list that was fetched: it is an older one; keep the active one.
pub const FONAP_DISCOVERY_ROLLBACK: u32 = 3;

/// Judges the number of a list that was fetched, for programs that do without the client. `high` is the highest number ever
/// accepted and `active` that of the active list, each NULL if there is none; `same_content` other than 0: its octets are
/// those of the active list. `verdict` becomes `FONAP_DISCOVERY_ACCEPT` or its like, and `new_high`, which is the same with
/// any but the first, the number to keep. Allocates nothing.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_discovery_judge(
    high: Option<&u64>,
    active: Option<&u64>,
    fetched: u64,
    same_content: u8,
    unix_seconds: i64,
    verdict: Option<&mut MaybeUninit<u32>>,
    new_high: Option<&mut MaybeUninit<u64>>,
) -> fonap_result {
    run(|| {
        let (verdict, new_high) = (verdict.ok_or(fonap_result::Null)?, new_high.ok_or(fonap_result::Null)?);
        let position = Position { high: high.copied(), active: active.copied() };
        let (judged, kept) = match sequence::judge(position, fetched, same_content != 0, unix_seconds) {
            Verdict::Accept { high, .. } => (FONAP_DISCOVERY_ACCEPT, high),
            Verdict::Unchanged => (FONAP_DISCOVERY_UNCHANGED, position.high),
            Verdict::SameSeqDifferentContent => (FONAP_DISCOVERY_SAME_SEQ_DIFFERENT_CONTENT, position.high),
            Verdict::Rollback => (FONAP_DISCOVERY_ROLLBACK, position.high),
        };
        verdict.write(judged);
        new_high.write(kept.unwrap_or(0));
        Ok(())
    })
}
