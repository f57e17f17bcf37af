//! What the discovery client tells.

use crate::blank::Blank;
use crate::{fonap_address, fonap_octets, fonap_text};
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use discovery::cache::CacheEntry;
use discovery::machine::{Action, Outcome, RequestId, Source};

/// Where a list comes from: it was just fetched.
pub const FONAP_DISCOVERY_FROM_NETWORK: u32 = 1;
/// Where a list comes from: an earlier run has stored it.
pub const FONAP_DISCOVERY_FROM_CACHE: u32 = 2;
/// Where a list comes from: it came with the program.
pub const FONAP_DISCOVERY_EMBEDDED: u32 = 3;

/// What is to be done, in the order given.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum fonap_discovery_out {
    /// Nothing more until something happens. The client has no timer.
    Wait = 0,
    /// Load what is stored for the channel, then call `fonap_discovery_client_cache`.
    LoadCache = 1,
    /// Store `body` and the members `seq` to `max_age` in place of the old list.
    StoreCache = 2,
    /// The stored list is still the right one: store the members `seq` to `max_age` beside it.
    TouchCache = 3,
    /// Send the request `request`: `method`, `url`, `headers`, `body`. Do not follow redirects; stop after `max_octets`
    /// of the decoded body. Then call `fonap_discovery_client_http` or `fonap_discovery_client_http_failed`.
    Http = 4,
    /// Show the list: `count` institutions of `source`, perhaps `stale`. Its octets are those that were to be stored
    /// just before, those that the program gave, or the embedded ones: `fonap_discovery_new` reads them.
    ShowInstitutions = 5,
    /// Let the user choose among the `profiles` of `institution`.
    ShowProfiles = 6,
    /// Load the token stored under `key`, then call `fonap_discovery_client_token` or
    /// `fonap_discovery_client_refresh_token`.
    LoadToken = 7,
    /// Store `access_token`, `usable_until`, `obtained_at` and `refresh_token` under `key`, best in the system's keyring.
    StoreToken = 8,
    /// Delete what is stored under `key`.
    DeleteToken = 9,
    /// Listen on port 0 of `address`, which has the family 0 if there is nothing to listen on; then call
    /// `fonap_discovery_client_listening` in any case.
    Listen = 10,
    /// Close the listener.
    CloseListener = 11,
    /// Open `url` in the system's browser, and show it for copying.
    OpenBrowser = 12,
    /// Answer the connection `connection` of the listener with `status` and the HTML `page`, not to be stored by anybody.
    Respond = 13,
    /// Bring the program's window to the front.
    RaiseWindow = 14,
    /// Tell the user `problem` by the way; what is shown stays.
    Notice = 15,
    /// Tell the user that the attempt has ended with `problem`; offer another try if `retryable`.
    Error = 16,
    /// Done: `body` is the EAP configuration; it is empty when a page was opened and nothing comes back.
    Done = 17,
    /// What was under way has been given up.
    Cancelled = 18,
    /// Something that this version of the interface has no number for; to be ignored.
    Unknown = 999,
}

/// A header of a request.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_discovery_header {
    /// Its name.
    pub name: fonap_text,
    /// Its value. Do not log that of `Authorization`.
    pub value: fonap_text,
}

/// A profile to choose.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_discovery_choice {
    /// Its id.
    pub id: fonap_text,
    /// Its name in the user's language.
    pub name: fonap_text,
    /// It is the one to mark.
    pub is_default: u8,
    /// It can be chosen.
    pub available: u8,
}

/// What `fonap_discovery_client_poll` gave. Members that do not belong to the kind are zero or empty. Pointers are good
/// until the next call for the same client.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_discovery_output {
    /// What this is.
    pub kind: fonap_discovery_out,
    /// The request's number, to be repeated with its answer.
    pub request: u32,
    /// What the request asks for: `discovery`, `letswifi`, `token` or `eapconfig`.
    pub request_kind: fonap_text,
    /// `GET` or `POST`.
    pub method: fonap_text,
    /// The absolute URL.
    pub url: fonap_text,
    /// Headers of the request.
    pub headers: *const fonap_discovery_header,
    /// How many.
    pub header_count: usize,
    /// The request's body, which may hold secrets; the list to store; the configuration.
    pub body: fonap_octets,
    /// Octets after which to stop reading.
    pub max_octets: usize,
    /// The list's number, with `has_seq`.
    pub seq: u64,
    /// The highest number ever accepted, with `has_max_seq`. Keep it even when the list is thrown away.
    pub max_seq: u64,
    /// When the list was fetched, in seconds since 1970.
    pub fetched_at: i64,
    /// The `ETag`; NULL if there was none.
    pub etag: fonap_text,
    /// The `Last-Modified`; NULL if there was none.
    pub last_modified: fonap_text,
    /// For how many seconds the list is fresh.
    pub max_age: u32,
    /// Where the list comes from: `FONAP_DISCOVERY_FROM_...`.
    pub source: u32,
    /// How many institutions there are.
    pub count: usize,
    /// The id of an institution.
    pub institution: fonap_text,
    /// Its profiles.
    pub profiles: *const fonap_discovery_choice,
    /// How many.
    pub profile_count: usize,
    /// The name that a token is stored under.
    pub key: fonap_text,
    /// An access token. A secret.
    pub access_token: fonap_text,
    /// A refresh token, NULL if there is none. A secret.
    pub refresh_token: fonap_text,
    /// From when on a token must not be used, in seconds since 1970.
    pub usable_until: i64,
    /// When a token was obtained, in seconds since 1970, with `has_obtained_at`.
    pub obtained_at: i64,
    /// Where to listen.
    pub address: fonap_address,
    /// A connection of the listener, as the program numbers them.
    pub connection: u64,
    /// The HTML of an answer.
    pub page: fonap_text,
    /// What went wrong, in the words of the specification.
    pub problem: fonap_text,
    /// The HTTP status of an answer.
    pub status: u16,
    /// The list has a number.
    pub has_seq: u8,
    /// A highest number is known.
    pub has_max_seq: u8,
    /// It is known when the token was obtained.
    pub has_obtained_at: u8,
    /// The list may be out of date.
    pub stale: u8,
    /// Another try may help.
    pub retryable: u8,
}

// SAFETY: numbers, raw pointers, enums with a variant 0, and structures of these.
unsafe impl Blank for fonap_discovery_output {}

const NOTHING: fonap_discovery_output =
    fonap_discovery_output { kind: fonap_discovery_out::Unknown, ..Blank::BLANK };

/// What of an action the caller may still look at.
#[derive(Default)]
pub(super) struct Kept {
    action: Option<Action>,
    headers: Vec<fonap_discovery_header>,
    choices: Vec<fonap_discovery_choice>,
    words: [String; 2],
}

fn text_of<T: AsRef<str>>(text: Option<&T>) -> fonap_text {
    text.map_or(fonap_text::NONE, |text| fonap_text::of(text.as_ref()))
}

fn entry(entry: &CacheEntry, of: fonap_discovery_output) -> fonap_discovery_output {
    fonap_discovery_output {
        seq: entry.seq,
        has_seq: 1,
        max_seq: entry.max_seq.unwrap_or(0),
        has_max_seq: entry.max_seq.is_some().into(),
        etag: text_of(entry.etag.as_ref()),
        last_modified: text_of(entry.last_modified.as_ref()),
        fetched_at: entry.fetched_at,
        max_age: entry.max_age,
        ..of
    }
}

impl Kept {
    /// Keeps an action and shows it to C. `number` gives requests their numbers.
    pub(super) fn describe(
        &mut self,
        next: Option<Action>,
        number: impl FnOnce(RequestId) -> u32,
    ) -> fonap_discovery_output {
        use fonap_discovery_out as Kind;
        let of = |kind| fonap_discovery_output { kind, ..NOTHING };
        self.action = next;
        let Self { action, headers, choices, words } = self;
        let Some(action) = action else { return of(Kind::Wait) };
        let [first, second] = words;
        match action {
            Action::LoadCache => of(Kind::LoadCache),
            Action::StoreCache { entry: stored, body } => {
                fonap_discovery_output { body: fonap_octets::of(body), ..entry(stored, of(Kind::StoreCache)) }
            }
            Action::TouchCache(stored) => entry(stored, of(Kind::TouchCache)),
            Action::Http(request) => {
                headers.clear();
                headers.extend(request.headers.iter().map(|header| fonap_discovery_header {
                    name: fonap_text::of(header.name),
                    value: fonap_text::of(&header.value),
                }));
                *first = request.id.kind.to_string();
                *second = request.method.to_string();
                fonap_discovery_output {
                    request: number(request.id),
                    request_kind: fonap_text::of(first),
                    method: fonap_text::of(second),
                    url: fonap_text::of(request.url.as_str()),
                    headers: headers.as_ptr(),
                    header_count: headers.len(),
                    body: request
                        .body
                        .as_ref()
                        .map_or(fonap_octets::NONE, |body| fonap_octets::of(body.as_bytes())),
                    max_octets: request.max_octets,
                    ..of(Kind::Http)
                }
            }
            Action::ShowInstitutions { count, source, seq, stale } => fonap_discovery_output {
                count: *count,
                source: match source {
                    Source::Network => FONAP_DISCOVERY_FROM_NETWORK,
                    Source::Cache => FONAP_DISCOVERY_FROM_CACHE,
                    Source::Embedded => FONAP_DISCOVERY_EMBEDDED,
                },
                seq: seq.unwrap_or(0),
                has_seq: seq.is_some().into(),
                stale: (*stale).into(),
                ..of(Kind::ShowInstitutions)
            },
            Action::ShowProfiles { institution, profiles } => {
                choices.clear();
                choices.extend(profiles.iter().map(|profile| fonap_discovery_choice {
                    id: fonap_text::of(&profile.id),
                    name: fonap_text::of(&profile.name),
                    is_default: profile.default.into(),
                    available: profile.is_available().into(),
                }));
                fonap_discovery_output {
                    institution: fonap_text::of(institution),
                    profiles: choices.as_ptr(),
                    profile_count: choices.len(),
                    ..of(Kind::ShowProfiles)
                }
            }
            Action::LoadToken { key } => {
                fonap_discovery_output { key: fonap_text::of(key), ..of(Kind::LoadToken) }
            }
            Action::StoreToken { key, record, refresh_token } => fonap_discovery_output {
                key: fonap_text::of(key),
                access_token: fonap_text::of(record.access_token.expose()),
                refresh_token: refresh_token
                    .as_ref()
                    .map_or(fonap_text::NONE, |token| fonap_text::of(token.expose())),
                usable_until: record.usable_until,
                obtained_at: record.obtained_at.unwrap_or(0),
                has_obtained_at: record.obtained_at.is_some().into(),
                ..of(Kind::StoreToken)
            },
            Action::DeleteToken { key } => {
                fonap_discovery_output { key: fonap_text::of(key), ..of(Kind::DeleteToken) }
            }
            Action::Listen { address } => fonap_discovery_output {
                address: address.map_or_else(Default::default, fonap_address::from),
                ..of(Kind::Listen)
            },
            Action::CloseListener => of(Kind::CloseListener),
            Action::OpenBrowser { url } => {
                fonap_discovery_output { url: fonap_text::of(url.as_str()), ..of(Kind::OpenBrowser) }
            }
            Action::Respond { connection, page } => fonap_discovery_output {
                connection: *connection,
                status: page.status,
                page: fonap_text::of(&page.body),
                ..of(Kind::Respond)
            },
            Action::RaiseWindow => of(Kind::RaiseWindow),
            Action::Notice(problem) => {
                *first = problem.to_string();
                fonap_discovery_output { problem: fonap_text::of(first), ..of(Kind::Notice) }
            }
            Action::Error { problem, retryable } => {
                *first = problem.to_string();
                fonap_discovery_output {
                    problem: fonap_text::of(first),
                    retryable: (*retryable).into(),
                    ..of(Kind::Error)
                }
            }
            Action::Done(Outcome::EapConfig(body)) => {
                fonap_discovery_output { body: fonap_octets::of(body), ..of(Kind::Done) }
            }
            Action::Done(_) => of(Kind::Done),
            Action::Cancelled => of(Kind::Cancelled),
            _ => NOTHING,
        }
    }
}
