//! The discovery client: from the list to the EAP configuration of a profile.

use super::output::{Kept, fonap_discovery_header, fonap_discovery_output};
use crate::boundary::{Object, free, hand_out, put, refused, run};
use crate::slice::{array_ref, give, octets, take, text};
use crate::{fonap_octets, fonap_result, fonap_text};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ffi::{CStr, c_char};
use core::mem::MaybeUninit;
use discovery::machine::{Answer, Cached, Client, Config, ConfigError, Event, Redirect, RequestId};
use discovery::name::Languages;
use discovery::oauth::request::{State, Verifier};
use discovery::oauth::token::TokenRecord;
use discovery::secret::Secret;

/// What a discovery client is told. Set to zeros, with its size, by `fonap_discovery_config_init` first.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_discovery_config {
    /// Octets of this structure, as the program was built.
    pub size: usize,
    /// Where the list is.
    pub discovery_url: fonap_text,
    /// The client id that the authorization servers know.
    pub client_id: fonap_text,
    /// The path that the browser comes back to on `http://127.0.0.1:PORT`. Empty for `/`, which stock servers know.
    pub redirect_path: fonap_text,
    /// A redirect URI with a scheme of the program's, in place of a listener. Empty for none.
    pub redirect_uri: fonap_text,
    /// The user's languages in the order of preference, joined by commas: `fr-CA,en`.
    pub languages: fonap_text,
    /// A list that comes with the program; empty for none.
    pub embedded: fonap_octets,
}

const EMPTY: fonap_discovery_config = fonap_discovery_config {
    size: size_of::<fonap_discovery_config>(),
    discovery_url: fonap_text::NONE,
    client_id: fonap_text::NONE,
    redirect_path: fonap_text::NONE,
    redirect_uri: fonap_text::NONE,
    languages: fonap_text::NONE,
    embedded: fonap_octets::NONE,
};

/// What is stored for the channel. Everything may be missing: a text that is NULL, a number whose `has_` is 0.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_discovery_cached {
    /// The list, as it was to be stored.
    pub body: fonap_octets,
    /// Its `ETag`.
    pub etag: fonap_text,
    /// Its `Last-Modified`.
    pub last_modified: fonap_text,
    /// When it was fetched, in seconds since 1970.
    pub fetched_at: i64,
    /// The highest number ever accepted; it outlives the list.
    pub max_seq: u64,
    /// For how many seconds it is fresh.
    pub max_age: u32,
    /// `fetched_at` counts.
    pub has_fetched_at: u8,
    /// `max_seq` counts.
    pub has_max_seq: u8,
    /// `max_age` counts.
    pub has_max_age: u8,
}

/// The client: fetches the list, keeps it from being rolled back, and leads the user through a profile's procedure to the
/// EAP configuration. It has no sockets, no storage, no browser and no clock.
///
/// The loop round it: one of the functions that tell it something, then `fonap_discovery_client_poll` until it reports
/// `FONAP_DISCOVERY_OUT_WAIT`, doing each time what it says; wait for something to happen; begin again.
pub struct fonap_discovery_client(Object<Machine>);

struct Machine {
    client: Client,
    kept: Kept,
    /// The machine's names of requests by ours, which count up. Only the latest of each kind is waited for.
    requests: Vec<(u32, RequestId)>,
    last: u32,
}

/// Sets a structure of `size` octets to zeros and NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_discovery_config_init(
    config: *mut fonap_discovery_config,
    size: usize,
) -> fonap_result {
    run(|| {
        if size < size_of::<usize>() {
            return Err(fonap_result::Argument);
        }
        give!(config, size, &fonap_discovery_config { size, ..EMPTY })
    })
}

fn read(config: *const fonap_discovery_config) -> Result<Config, fonap_result> {
    let from = take!(config, EMPTY);
    let path = text!(from.redirect_path.data, from.redirect_path.length);
    let uri = text!(from.redirect_uri.data, from.redirect_uri.length);
    let languages = text!(from.languages.data, from.languages.length);
    let mut made = Config::new(
        text!(from.discovery_url.data, from.discovery_url.length),
        text!(from.client_id.data, from.client_id.length),
    )
    .languages(Languages::new(languages.split(',')));
    if !uri.is_empty() {
        made = made.redirect(Redirect::Custom { uri: uri.into() });
    } else if !path.is_empty() {
        made = made.redirect(Redirect::LoopbackV4 { path: path.into() });
    }
    let embedded = octets!(from.embedded.data, from.embedded.length);
    if !embedded.is_empty() {
        made = made.embedded(embedded.to_vec());
    }
    Ok(made)
}

const fn problem_of(error: ConfigError) -> &'static CStr {
    match error {
        ConfigError::DiscoveryUrl(_) => c"discovery_url: no usable https URL",
        ConfigError::ClientId => c"client_id: is empty",
        ConfigError::Redirect => c"redirect_path or redirect_uri: not usable",
    }
}

/// Makes a client that does nothing yet. `config` is copied.
///
/// `problem` may be NULL; with `FONAP_RESULT_CONFIG` it gets a static string that names what is wrong. Ended by
/// `fonap_discovery_client_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_discovery_client_new(
    config: *const fonap_discovery_config,
    client: Option<&mut MaybeUninit<*mut fonap_discovery_client>>,
    problem: Option<&mut MaybeUninit<*const c_char>>,
) -> fonap_result {
    run(|| {
        let client = client.ok_or(fonap_result::Null)?;
        let made = Client::new(read(config)?)
            .map_err(|error| refused(problem, problem_of(error).as_ptr(), fonap_result::Config))?;
        let machine = Machine { client: made, kept: Kept::default(), requests: Vec::new(), last: 0 };
        hand_out(Some(client), fonap_discovery_client(Object::new(machine)))
    })
}

/// Ends a client and wipes its tokens. NULL is taken.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_discovery_client_free(client: Option<Box<fonap_discovery_client>>) {
    free(client);
}

type Handle<'a> = Option<&'a mut fonap_discovery_client>;

/// Tells the client what the body makes of its arguments.
fn tell<'a>(
    client: Handle<'_>,
    event: impl FnOnce(&mut Machine) -> Result<Event<'a>, fonap_result>,
) -> fonap_result {
    Object::change(client.map(|handle| &mut handle.0), |machine| {
        let event = event(machine)?;
        machine.client.handle(event);
        Ok(())
    })
}

impl Machine {
    fn request(&self, number: u32) -> Result<RequestId, fonap_result> {
        let found = self.requests.iter().find(|(known, _)| *known == number);
        found.map(|(_, id)| *id).ok_or(fonap_result::NotFound)
    }
}

/// The user has opened the program.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_discovery_client_start(client: Option<&mut fonap_discovery_client>) -> fonap_result {
    tell(client, |_| Ok(Event::Start))
}

/// The user gives up what is under way.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_discovery_client_cancel(client: Option<&mut fonap_discovery_client>) -> fonap_result {
    tell(client, |_| Ok(Event::Cancel))
}

fn some_text<'a>(from: fonap_text) -> Result<Option<&'a str>, fonap_result> {
    if from.data.is_null() { Ok(None) } else { Ok(Some(text!(from.data, from.length))) }
}

/// Answers `FONAP_DISCOVERY_OUT_LOAD_CACHE` at `unix_seconds`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_discovery_client_cache(
    client: Option<&mut fonap_discovery_client>,
    unix_seconds: i64,
    cached: Option<&fonap_discovery_cached>,
) -> fonap_result {
    tell(client, |_| {
        let from = cached.ok_or(fonap_result::Null)?;
        let body = octets!(from.body.data, from.body.length);
        let cached = Cached {
            body: (!from.body.data.is_null()).then_some(body),
            etag: some_text(from.etag)?,
            last_modified: some_text(from.last_modified)?,
            fetched_at: (from.has_fetched_at != 0).then_some(from.fetched_at),
            max_age: (from.has_max_age != 0).then_some(from.max_age),
            max_seq: (from.has_max_seq != 0).then_some(from.max_seq),
        };
        Ok(Event::Cache { now: unix_seconds, cached })
    })
}

/// The answer to a request: its status, its headers, and its body without any content coding.
///
/// `FONAP_RESULT_NOT_FOUND` when no request has that number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_discovery_client_http(
    client: Option<&mut fonap_discovery_client>,
    unix_seconds: i64,
    request: u32,
    status: u16,
    headers: *const fonap_discovery_header,
    header_count: usize,
    body: *const u8,
    body_len: usize,
) -> fonap_result {
    Object::change(client.map(|handle| &mut handle.0), |machine| {
        let id = machine.request(request)?;
        let mut pairs = Vec::new();
        for header in octets!(headers, header_count) {
            let name = text!(header.name.data, header.name.length);
            // What is no text is of no use to the client, and no reason to throw the answer away.
            let value = octets!(header.value.data.cast::<u8>(), header.value.length);
            if let Ok(value) = core::str::from_utf8(value) {
                pairs.push((name, value));
            }
        }
        let body = octets!(body, body_len).to_vec();
        machine
            .client
            .handle(Event::Http { id, answer: Answer { status, headers: &pairs, body, now: unix_seconds } });
        Ok(())
    })
}

/// There was no answer to a request, or not all of it, or more than it allowed.
///
/// `FONAP_RESULT_NOT_FOUND` when no request has that number.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_discovery_client_http_failed(
    client: Option<&mut fonap_discovery_client>,
    request: u32,
) -> fonap_result {
    tell(client, |machine| Ok(Event::HttpFailed { id: machine.request(request)? }))
}

/// The user has chosen an institution, by its id.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_discovery_client_select_institution(
    client: Option<&mut fonap_discovery_client>,
    id: *const c_char,
    id_len: usize,
) -> fonap_result {
    tell(client, |_| Ok(Event::SelectInstitution { id: text!(id, id_len) }))
}

/// The user has chosen a profile, by its id.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_discovery_client_select_profile(
    client: Option<&mut fonap_discovery_client>,
    id: *const c_char,
    id_len: usize,
) -> fonap_result {
    tell(client, |_| Ok(Event::SelectProfile { id: text!(id, id_len) }))
}

/// Answers `FONAP_DISCOVERY_OUT_LOAD_TOKEN` at `unix_seconds`: the token that was found, usable until `usable_until`, and
/// when it was obtained, or INT64_MIN if that is not known. With a NULL token there was none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_discovery_client_token(
    client: Option<&mut fonap_discovery_client>,
    unix_seconds: i64,
    access_token: *const c_char,
    access_token_len: usize,
    usable_until: i64,
    obtained_at: i64,
) -> fonap_result {
    tell(client, |_| {
        let found = some_text(fonap_text { data: access_token, length: access_token_len })?;
        let token = found.map(|token| TokenRecord {
            access_token: Secret::new(token),
            usable_until,
            obtained_at: (obtained_at != i64::MIN).then_some(obtained_at),
        });
        Ok(Event::Token { token, now: unix_seconds })
    })
}

/// Another answer to `FONAP_DISCOVERY_OUT_LOAD_TOKEN`: there is a refresh token only.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_discovery_client_refresh_token(
    client: Option<&mut fonap_discovery_client>,
    unix_seconds: i64,
    refresh_token: *const c_char,
    refresh_token_len: usize,
) -> fonap_result {
    tell(client, |_| {
        let refresh_token = Secret::new(text!(refresh_token, refresh_token_len));
        Ok(Event::RefreshToken { refresh_token, now: unix_seconds })
    })
}

/// Answers `FONAP_DISCOVERY_OUT_LISTEN`: the port that the system gave, and twice 32 unpredictable octets, fresh ones for
/// each attempt.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_discovery_client_listening(
    client: Option<&mut fonap_discovery_client>,
    port: u16,
    verifier: *const u8,
    state: *const u8,
) -> fonap_result {
    tell(client, |_| {
        let verifier = Verifier::from_random(array_ref!(verifier));
        Ok(Event::Listening { port, verifier, state: State::from_random(array_ref!(state)) })
    })
}

/// The same with a verifier and a state that the program has made itself: an attempt that is taken up again.
///
/// `FONAP_RESULT_ARGUMENT` when the verifier is none (RFC 7636, 4.1).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_discovery_client_listening_again(
    client: Option<&mut fonap_discovery_client>,
    port: u16,
    verifier: *const c_char,
    verifier_len: usize,
    state: *const c_char,
    state_len: usize,
) -> fonap_result {
    tell(client, |_| {
        let verifier = Verifier::parse(text!(verifier, verifier_len)).map_err(|_| fonap_result::Argument)?;
        Ok(Event::Listening { port, verifier, state: State::from_text(text!(state, state_len)) })
    })
}

/// The listener got a request, or the platform a URL of the program's scheme: the method, `GET` for a URL, and the target
/// as the request line has it, or the whole URL. `connection` is a number of the program's that the answer comes with.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_discovery_client_callback(
    client: Option<&mut fonap_discovery_client>,
    unix_seconds: i64,
    connection: u64,
    method: *const c_char,
    method_len: usize,
    target: *const c_char,
    target_len: usize,
) -> fonap_result {
    tell(client, |_| {
        let (method, target) = (text!(method, method_len), text!(target, target_len));
        Ok(Event::Callback { connection, method, target, now: unix_seconds })
    })
}

/// The next thing to do: `fonap_discovery_client_poll(client, &output, sizeof output)`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_discovery_client_poll(
    client: Option<&mut fonap_discovery_client>,
    output: *mut fonap_discovery_output,
    output_size: usize,
) -> fonap_result {
    Object::change(client.map(|handle| &mut handle.0), |machine| {
        crate::slice::takes(output, output_size)?;
        let Machine { client, kept, requests, last } = machine;
        let described = kept.describe(client.poll_action(), |id| {
            *last = last.wrapping_add(1);
            requests.retain(|(_, known)| known.kind != id.kind);
            requests.push((*last, id));
            *last
        });
        give!(output, output_size, &described)
    })
}

/// How many events did not fit the state, for field diagnosis.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_discovery_client_ignored(
    client: Option<&fonap_discovery_client>,
    ignored: Option<&mut MaybeUninit<u64>>,
) -> fonap_result {
    Object::look(client.map(|handle| &handle.0), |machine| put(ignored, machine.client.ignored_events()))
}

/// The state's name for field diagnosis: text that is not ended by a zero and never changes.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_discovery_client_state_name(
    client: Option<&fonap_discovery_client>,
    name: Option<&mut MaybeUninit<fonap_text>>,
) -> fonap_result {
    Object::look(client.map(|handle| &handle.0), |machine| {
        put(name, fonap_text::of(machine.client.state_name()))
    })
}
