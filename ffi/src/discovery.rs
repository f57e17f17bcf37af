//! Functions over the crate `discovery`: the published list of institutions.

use crate::boundary::{Object, free, hand_out, put, put_if_wanted, run};
use crate::fonap_result;
use crate::slice::{fill, octets, room, text};
use alloc::boxed::Box;
use core::ffi::c_char;
use core::mem::MaybeUninit;
use discovery::document::{DecodeError, Document};
use discovery::flow::Flow;
use discovery::model::ProfileChoice;
use discovery::name::Languages;
use discovery::search::SearchIndex;

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

/// Reads a list in any of the published formats, at most 16 MiB. `languages` are tags in the user's order of preference,
/// joined by commas: `fr-CA,en`.
///
/// `FONAP_RESULT_MALFORMED` when it is none. Ended by `fonap_discovery_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_discovery_new(
    list: *const u8,
    list_len: usize,
    languages: *const c_char,
    languages_len: usize,
    discovery: Option<&mut MaybeUninit<*mut fonap_discovery>>,
) -> fonap_result {
    run(|| {
        let languages = Languages::new(text!(languages, languages_len).split(','));
        let document =
            Document::parse(octets!(list, list_len)).map_err(|_: DecodeError| fonap_result::Malformed)?;
        let index = SearchIndex::new(&document, &languages);
        hand_out(discovery, fonap_discovery(Object::new(List { document, index, languages })))
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

/// Writes the name of an institution in the user's language.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_discovery_institution_name(
    discovery: Option<&fonap_discovery>,
    institution: usize,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    Object::look(discovery.map(|list| &list.0), |list| {
        let institution = list.document.institution(institution).ok_or(fonap_result::NotFound)?;
        fill!(out, capacity, length, institution.name(&list.languages).as_bytes())
    })
}

fn choice(list: &List, institution: usize, profile: usize) -> Result<ProfileChoice, fonap_result> {
    let institution = list.document.institution(institution).ok_or(fonap_result::NotFound)?;
    institution.choices(&list.languages).into_iter().nth(profile).ok_or(fonap_result::NotFound)
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
        let choice = choice(list, institution, profile)?;
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
        fill!(out, capacity, length, choice.name.as_bytes())
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
        let url = match choice(list, institution, profile)?.decision.flow {
            Err(_) => return Err(fonap_result::Unsupported),
            Ok(Flow::Direct { eapconfig_endpoint }) => eapconfig_endpoint,
            Ok(Flow::OAuth(endpoints)) => endpoints.authorization_endpoint,
            Ok(Flow::LetsWifi { letswifi_endpoint }) => letswifi_endpoint,
            Ok(Flow::Redirect { url }) => url,
        };
        fill!(out, capacity, length, url.as_str().as_bytes())
    })
}
