//! The smart client.

use crate::blank::Blank;
use crate::boundary::{Object, free, hand_out, refused, run};
use crate::slice::{give, octets, take, text};
use crate::source::{milliseconds, moment};
use crate::{fonap_octets, fonap_result, fonap_text};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::ffi::{CStr, c_char};
use core::mem::MaybeUninit;
use core::time::Duration;
use wispr::client::{
    Client, Config, ConfigError, Event, Failure, Input, Outcome, Output, ProbeExpect, Reply, Response,
};

/// Log in by EAP where the gateway offers it.
pub const FONAP_WISPR_CLIENT_EAP: u32 = 1;
/// Send the fields of a login by EAP in the query of a GET, which some portals want.
pub const FONAP_WISPR_CLIENT_EAP_BY_QUERY: u32 = 1 << 1;
/// Speak WISPr 1.0 only.
pub const FONAP_WISPR_CLIENT_NO_V2: u32 = 1 << 2;
/// Log in over plain http too: whoever runs or watches the network may read the password.
pub const FONAP_WISPR_CLIENT_ALLOW_HTTP_LOGIN: u32 = 1 << 3;
/// Do not probe again after a login.
pub const FONAP_WISPR_CLIENT_NO_VERIFY: u32 = 1 << 4;

/// What a smart client is told. Set to defaults by `fonap_wispr_client_config_init` first; there is none for `probe_url`,
/// `username` and `password`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_wispr_client_config {
    /// Octets of this structure, as the program was built.
    pub size: usize,
    /// A plain http URL outside every walled garden.
    pub probe_url: fonap_text,
    /// What a free Internet answers to it, white space at both ends cut. Default: nothing, with status 204.
    pub probe_body: fonap_text,
    /// The user's name, at FON `user@fon.com#fon`; with the prefix at most 255 octets.
    pub username: fonap_text,
    /// The password, at most 255 octets.
    pub password: fonap_text,
    /// What stands in front of the user's name. Default nothing.
    pub username_prefix: fonap_text,
    /// Log in only at hosts that are, or lie below, one of these names. Default none: at any.
    pub login_hosts: *const fonap_text,
    /// How many.
    pub login_host_count: usize,
    /// The whole User-Agent. Default made of the client id `FonAP`.
    pub user_agent: fonap_text,
    /// `FONAP_WISPR_CLIENT_...`. Default 0.
    pub flags: u32,
    /// How long one request may take. Default 30000.
    pub http_timeout_ms: u32,
    /// How long a login may take. Default 180000.
    pub login_deadline_ms: u32,
    /// How long to wait before a poll if the server does not say. Default 3000.
    pub poll_delay_ms: u32,
    /// How often the result of a pending login is asked for. Default 60.
    pub max_polls: u32,
    /// How many redirects of one chain are followed. Default 10.
    pub max_redirects: u32,
    /// How many Proxy replies are obeyed. Default 5.
    pub max_proxy: u32,
    /// How many EAP packets of one login are handed out. Default 50.
    pub max_eap_rounds: u32,
}

const DEFAULT: fonap_wispr_client_config = fonap_wispr_client_config {
    size: size_of::<fonap_wispr_client_config>(),
    probe_url: fonap_text::NONE,
    probe_body: fonap_text::NONE,
    username: fonap_text::NONE,
    password: fonap_text::NONE,
    username_prefix: fonap_text::NONE,
    login_hosts: core::ptr::null(),
    login_host_count: 0,
    user_agent: fonap_text::NONE,
    flags: 0,
    http_timeout_ms: 30_000,
    login_deadline_ms: 180_000,
    poll_delay_ms: 3_000,
    max_polls: 60,
    max_redirects: 10,
    max_proxy: 5,
    max_eap_rounds: 50,
};

/// Sets a structure of `size` octets to the defaults.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_wispr_client_config_init(
    config: *mut fonap_wispr_client_config,
    size: usize,
) -> fonap_result {
    run(|| {
        if size < size_of::<usize>() {
            return Err(fonap_result::Argument);
        }
        give!(config, size, &fonap_wispr_client_config { size, ..DEFAULT })
    })
}

fn read(config: *const fonap_wispr_client_config) -> Result<Config, fonap_result> {
    let from = take!(config, DEFAULT);
    if from.flags >= 1 << 5 {
        return Err(fonap_result::Argument);
    }
    let has = |flag: u32| from.flags & flag != 0;
    let expect = match text!(from.probe_body.data, from.probe_body.length) {
        "" => ProbeExpect::NoContent,
        body => ProbeExpect::Body(body.into()),
    };
    let mut hosts = Vec::new();
    for host in octets!(from.login_hosts, from.login_host_count) {
        hosts.push(text!(host.data, host.length));
    }
    let milliseconds = |number: u32| Duration::from_millis(number.into());
    let mut made = Config::new(
        text!(from.probe_url.data, from.probe_url.length),
        expect,
        text!(from.username.data, from.username.length),
        text!(from.password.data, from.password.length),
    )
    .username_prefix(text!(from.username_prefix.data, from.username_prefix.length))
    .login_host_suffixes(&hosts)
    .eap(has(FONAP_WISPR_CLIENT_EAP))
    .eap_by_query(has(FONAP_WISPR_CLIENT_EAP_BY_QUERY))
    .allow_v2(!has(FONAP_WISPR_CLIENT_NO_V2))
    .require_https_login(!has(FONAP_WISPR_CLIENT_ALLOW_HTTP_LOGIN))
    .verify_after_login(!has(FONAP_WISPR_CLIENT_NO_VERIFY))
    .http_timeout(milliseconds(from.http_timeout_ms))
    .login_deadline(milliseconds(from.login_deadline_ms))
    .poll_delay(milliseconds(from.poll_delay_ms))
    .max_polls(from.max_polls)
    .max_redirects(from.max_redirects)
    .max_proxy(from.max_proxy)
    .max_eap_rounds(from.max_eap_rounds);
    let user_agent = text!(from.user_agent.data, from.user_agent.length);
    if !user_agent.is_empty() {
        made = made.user_agent(user_agent);
    }
    Ok(made)
}

/// The smart client: says which HTTP request is next, and what came of it. It has no sockets, no TLS and no clock.
///
/// The loop round it: one of the functions that take `now_ms`, then `fonap_wispr_client_poll` until it reports
/// `FONAP_WISPR_OUT_WAIT`, doing each time what it says; wait for the answer or that time; begin again. After
/// `fonap_wispr_client_connect` there is exactly one `FONAP_WISPR_OUT_DONE`, however the network behaves.
pub struct fonap_wispr_client(Object<Machine>);

struct Machine {
    client: Client,
    /// What the last poll gave and the caller may still look at.
    output: Option<Output>,
    texts: Vec<fonap_text>,
}

/// What is to be done, or has happened.
#[repr(u32)]
#[derive(Clone, Copy)]
pub enum fonap_wispr_out {
    /// Nothing more before `wait_until_ms`; `UINT64_MAX`: no timer runs.
    Wait = 0,
    /// Perform this request and no other: `method`, `url`, `body`, `user_agent`. Do not follow redirects. Give back the
    /// cookies that were set since the connect to the hosts that set them, and drop them after `FONAP_WISPR_OUT_DONE`.
    /// With `authenticate` the server must be authenticated by TLS before anything is sent. A body is a form:
    /// `application/x-www-form-urlencoded`.
    Request = 1,
    /// Hand `eap` to the EAP peer and its answer to `fonap_wispr_client_eap`.
    EapIn = 2,
    /// The action is over: `outcome` and what belongs to it.
    Done = 3,
    /// Event: the machine is in another state now.
    Changed = 100,
    /// Event: a message was read: `message_kind`, `response_code`.
    Message = 101,
    /// Event: the hotspot was found: `location_name`, `access_location`, `login_host`.
    Hotspot = 102,
    /// Something that this version of the interface has no number for; to be ignored.
    Unknown = 999,
}

/// What an action came to.
#[repr(u32)]
#[derive(Clone, Copy)]
pub enum fonap_wispr_outcome {
    /// There is no outcome: the output is another one.
    None = 0,
    /// The Internet answers already; nothing was done.
    Online = 1,
    /// Something stands in the way that does not speak WISPr. The user may open `url`.
    CaptiveNoWispr = 2,
    /// Logged in; `logoff_url`, `status_url`, `redirection_url` and `max_session_time` say more.
    LoggedIn = 3,
    /// The credentials were refused; see `response_code`, `fon_response_code` and `replies`.
    Rejected = 4,
    /// Something else went wrong: `failure`.
    Failed = 5,
    /// The login was aborted; `confirmed` by the gateway or not.
    Aborted = 6,
    /// Logged off.
    LoggedOff = 7,
    /// The state of the session: `active`.
    Status = 8,
}

/// What `fonap_wispr_client_poll` gave. Members that do not belong to the kind are zero or empty. Pointers are good until
/// the next call for the same client.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_wispr_output {
    /// What this is.
    pub kind: fonap_wispr_out,
    /// What the action came to.
    pub outcome: fonap_wispr_outcome,
    /// When to wake the client.
    pub wait_until_ms: u64,
    /// The request's number, to be repeated in the answer.
    pub request: u32,
    /// How long the request may take; the client keeps that time itself.
    pub timeout_ms: u32,
    /// `GET` or `POST`.
    pub method: fonap_text,
    /// The request's absolute URL, or that of a page for the user.
    pub url: fonap_text,
    /// The request's body. Carries credentials: do not log it.
    pub body: fonap_text,
    /// The request's User-Agent.
    pub user_agent: fonap_text,
    /// The request carries credentials.
    pub credentials: u8,
    /// The server must be authenticated by TLS first.
    pub authenticate: u8,
    /// The gateway confirmed the abort, or did not need to be asked.
    pub confirmed: u8,
    /// Whether there is a session: 1, 0, or 2 when nobody can tell.
    pub active: u8,
    /// The message read.
    pub message_kind: u16,
    /// ResponseCode, 0xffff for none.
    pub response_code: u16,
    /// FONResponseCode, 0xffff for none.
    pub fon_response_code: u16,
    /// What the EAP peer is to get, or the last EAP packet of a login.
    pub eap: fonap_octets,
    /// The specification's name of what went wrong.
    pub failure: fonap_text,
    /// Where to log off.
    pub logoff_url: fonap_text,
    /// Where to ask for the status.
    pub status_url: fonap_text,
    /// A page to show to the user.
    pub redirection_url: fonap_text,
    /// Seconds the session may last; 0 for no limit or not said.
    pub max_session_time: u64,
    /// Texts for the user.
    pub replies: *const fonap_text,
    /// How many.
    pub reply_count: usize,
    /// The place's name.
    pub location_name: fonap_text,
    /// The place's identifier.
    pub access_location: fonap_text,
    /// The host that credentials are posted to.
    pub login_host: fonap_text,
    /// The state's name.
    pub state: fonap_text,
    /// What the probe after the login found: 1 the Internet, 0 something else, 2 when there was no probe.
    pub verified: u8,
    /// The number of a StatusReply as it was read, 0xffff for none; gateways disagree on what 0 and 1 mean.
    pub status: u16,
}

// SAFETY: numbers, raw pointers, enums with a variant 0, and structures of these.
unsafe impl Blank for fonap_wispr_output {}

const NOTHING: fonap_wispr_output = fonap_wispr_output {
    kind: fonap_wispr_out::Unknown,
    response_code: u16::MAX,
    fon_response_code: u16::MAX,
    verified: 2,
    status: u16::MAX,
    ..Blank::BLANK
};

const fn problem_of(error: &ConfigError) -> &'static CStr {
    match error {
        ConfigError::Probe(_) => c"probe_url: no URL",
        ConfigError::ProbeScheme => c"probe_url: not plain http, so that no gateway could answer it",
        ConfigError::CredentialLength => c"username or password: more than 255 octets",
        ConfigError::UserAgent => c"user_agent: has a control character",
        _ => c"the configuration cannot be used",
    }
}

/// Makes a client that does nothing yet. `config` is copied.
///
/// `problem` may be NULL; with `FONAP_RESULT_CONFIG` it gets a static string that names what is wrong. Ended by
/// `fonap_wispr_client_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_wispr_client_new(
    config: *const fonap_wispr_client_config,
    now_ms: u64,
    client: Option<&mut MaybeUninit<*mut fonap_wispr_client>>,
    problem: Option<&mut MaybeUninit<*const c_char>>,
) -> fonap_result {
    run(|| {
        let client = client.ok_or(fonap_result::Null)?;
        let made = Client::new(read(config)?, moment(now_ms))
            .map_err(|error| refused(problem, problem_of(&error).as_ptr(), fonap_result::Config))?;
        let machine = Machine { client: made, output: None, texts: Vec::new() };
        hand_out(Some(client), fonap_wispr_client(Object::new(machine)))
    })
}

/// Ends a client and wipes its password. NULL is taken. No request is made; a session goes on.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_wispr_client_free(client: Option<Box<fonap_wispr_client>>) {
    free(client);
}

fn handle(client: Option<&mut fonap_wispr_client>, now_ms: u64, input: Input<'_>) -> fonap_result {
    Object::change(client.map(|handle| &mut handle.0), |machine| {
        machine.client.handle(moment(now_ms), input);
        Ok(())
    })
}

/// Tells that time has passed.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_wispr_client_tick(
    client: Option<&mut fonap_wispr_client>,
    now_ms: u64,
) -> fonap_result {
    handle(client, now_ms, Input::Tick)
}

/// Finds out where we are, and logs in if that is needed. To be called after every association with a network.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_wispr_client_connect(
    client: Option<&mut fonap_wispr_client>,
    now_ms: u64,
) -> fonap_result {
    handle(client, now_ms, Input::Connect)
}

/// Gives up logging in; in a session, logs off.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_wispr_client_abort(
    client: Option<&mut fonap_wispr_client>,
    now_ms: u64,
) -> fonap_result {
    handle(client, now_ms, Input::Abort)
}

/// Ends the session.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_wispr_client_logoff(
    client: Option<&mut fonap_wispr_client>,
    now_ms: u64,
) -> fonap_result {
    handle(client, now_ms, Input::Logoff)
}

/// Asks for the state of the session. `decide` other than 0: a StatusReply alone is ambiguous, so ask the probe as well.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_wispr_client_status(
    client: Option<&mut fonap_wispr_client>,
    now_ms: u64,
    decide: u8,
) -> fonap_result {
    handle(client, now_ms, Input::Status { decide: decide != 0 })
}

/// Tells that the request failed: no connection, a TLS error, a broken answer.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_wispr_client_request_failed(
    client: Option<&mut fonap_wispr_client>,
    now_ms: u64,
    request: u32,
) -> fonap_result {
    handle(client, now_ms, Input::RequestFailed { id: request })
}

/// Tells the answer to the request: its status, the Location header (NULL if there is none), and its body, of which more
/// than 512 KiB are not needed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_wispr_client_response(
    client: Option<&mut fonap_wispr_client>,
    now_ms: u64,
    request: u32,
    status: u16,
    location: *const c_char,
    location_len: usize,
    body: *const u8,
    body_len: usize,
) -> fonap_result {
    Object::change(client.map(|handle| &mut handle.0), |machine| {
        let location = if location.is_null() { None } else { Some(text!(location, location_len)) };
        let body = octets!(body, body_len);
        let response = Response { id: request, status, location, url: None, body };
        machine.client.handle(moment(now_ms), Input::Response(response));
        Ok(())
    })
}

/// Tells the EAP peer's answer, or with NULL that it has none and gives up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_wispr_client_eap(
    client: Option<&mut fonap_wispr_client>,
    now_ms: u64,
    eap: *const u8,
    eap_len: usize,
) -> fonap_result {
    Object::change(client.map(|handle| &mut handle.0), |machine| {
        let input = if eap.is_null() { Input::EapFailed } else { Input::EapOut(octets!(eap, eap_len)) };
        machine.client.handle(moment(now_ms), input);
        Ok(())
    })
}

/// The next thing to do: `fonap_wispr_client_poll(client, &output, sizeof output)`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_wispr_client_poll(
    client: Option<&mut fonap_wispr_client>,
    output: *mut fonap_wispr_output,
    output_size: usize,
) -> fonap_result {
    Object::change(client.map(|handle| &mut handle.0), |machine| {
        crate::slice::takes(output, output_size)?;
        let next = machine.client.poll_output();
        let described = machine.describe(next);
        give!(output, output_size, &described)
    })
}

fn text_of<T: AsRef<str>>(text: Option<&T>) -> fonap_text {
    text.map_or(fonap_text::NONE, |text| fonap_text::of(text.as_ref()))
}

impl Machine {
    /// Keeps an output and shows it to C.
    fn describe(&mut self, next: Output) -> fonap_wispr_output {
        use fonap_wispr_out as Kind;
        let of = |kind| fonap_wispr_output { kind, ..NOTHING };
        match self.output.insert(next) {
            Output::WaitUntil(until) => {
                fonap_wispr_output { wait_until_ms: milliseconds(*until), ..of(Kind::Wait) }
            }
            Output::Request(request) => fonap_wispr_output {
                request: request.id,
                timeout_ms: u32::try_from(request.timeout.as_millis()).unwrap_or(u32::MAX),
                method: fonap_text::of(request.method.as_str()),
                url: fonap_text::of(&request.url),
                body: request.body.as_ref().map_or(fonap_text::NONE, |body| fonap_text::of(body)),
                user_agent: fonap_text::of(&request.user_agent),
                credentials: request.credentials.into(),
                authenticate: request.authenticate.into(),
                ..of(Kind::Request)
            },
            Output::EapIn(eap) => fonap_wispr_output { eap: fonap_octets::of(eap), ..of(Kind::EapIn) },
            Output::Event(Event::Changed(state)) => {
                fonap_wispr_output { state: fonap_text::of(state), ..of(Kind::Changed) }
            }
            Output::Event(Event::Message { kind, code, .. }) => fonap_wispr_output {
                message_kind: kind.message_type().map_or(0, |number| number.0),
                response_code: code.map_or(u16::MAX, |code| code.0),
                ..of(Kind::Message)
            },
            Output::Event(Event::Hotspot(hotspot)) => fonap_wispr_output {
                location_name: text_of(hotspot.location_name.as_ref()),
                access_location: text_of(hotspot.access_location.as_ref()),
                login_host: fonap_text::of(&hotspot.login_host),
                ..of(Kind::Hotspot)
            },
            Output::Done(outcome) => outcome_of(outcome, &mut self.texts),
            _ => NOTHING,
        }
    }
}

fn outcome_of(outcome: &Outcome, texts: &mut Vec<fonap_text>) -> fonap_wispr_output {
    use fonap_wispr_outcome as Is;
    let of = |outcome| fonap_wispr_output { kind: fonap_wispr_out::Done, outcome, ..NOTHING };
    let mut replied = |reply: &Reply, of: fonap_wispr_output| {
        let (replies, reply_count) = list(&reply.reply_messages, texts);
        fonap_wispr_output {
            response_code: reply.response_code.map_or(u16::MAX, |code| code.0),
            fon_response_code: reply.fon_response_code.map_or(u16::MAX, |code| code.0),
            replies,
            reply_count,
            ..of
        }
    };
    match outcome {
        Outcome::Online => of(Is::Online),
        Outcome::CaptiveNoWispr { url } => {
            fonap_wispr_output { url: fonap_text::of(url), ..of(Is::CaptiveNoWispr) }
        }
        Outcome::LoggedIn(session) => {
            let (replies, reply_count) = list(&session.reply_messages, texts);
            fonap_wispr_output {
                logoff_url: text_of(session.logoff_url.as_ref()),
                status_url: text_of(session.status_url.as_ref()),
                redirection_url: text_of(session.redirection_url.as_ref()),
                max_session_time: session.max_session_time.unwrap_or(0),
                eap: session.eap_final.as_ref().map_or(fonap_octets::NONE, |eap| fonap_octets::of(eap)),
                replies,
                reply_count,
                verified: session.verified.map_or(2, u8::from),
                ..of(Is::LoggedIn)
            }
        }
        Outcome::Rejected(reply) => replied(reply, of(Is::Rejected)),
        Outcome::Failed { failure, reply } => replied(
            reply,
            fonap_wispr_output { failure: fonap_text::of(Failure::name(*failure)), ..of(Is::Failed) },
        ),
        Outcome::Aborted { confirmed } => {
            fonap_wispr_output { confirmed: (*confirmed).into(), ..of(Is::Aborted) }
        }
        Outcome::LoggedOff => of(Is::LoggedOff),
        Outcome::Status(report) => replied(
            &report.reply,
            fonap_wispr_output {
                active: report.active.map_or(2, u8::from),
                status: report.status.unwrap_or(u16::MAX),
                max_session_time: report.max_session_time.unwrap_or(0),
                ..of(Is::Status)
            },
        ),
        _ => NOTHING,
    }
}

/// A list of texts for C.
fn list(from: &[String], texts: &mut Vec<fonap_text>) -> (*const fonap_text, usize) {
    texts.clear();
    texts.extend(from.iter().map(|text| fonap_text::of(text)));
    (texts.as_ptr(), texts.len())
}

/// The state's name for field diagnosis: text that is not ended by a zero and never changes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_wispr_client_state_name(
    client: Option<&fonap_wispr_client>,
    name: Option<&mut MaybeUninit<fonap_text>>,
) -> fonap_result {
    Object::look(client.map(|handle| &handle.0), |machine| {
        crate::boundary::put(name, fonap_text::of(machine.client.state_name()))
    })
}
