//! What the gateway tells.

use crate::blank::Blank;
use crate::radius::fonap_radius_writer;
use crate::{fonap_octets, fonap_text};
use alloc::boxed::Box;
use alloc::vec::Vec;
use wispr::gateway::{
    AccountingKind, ClientInfo, ClientState, ClientView, Counters, Credentials, Event, Output, Parameters,
    Session, SessionId, SessionInfo, TerminateCause,
};

/// What becomes of a client's traffic: not logged in; the garden only, HTTP is redirected.
pub const FONAP_GATEWAY_STATE_DNAT: u32 = 0;
/// What becomes of a client's traffic: logged in, but to see a page first; as `FONAP_GATEWAY_STATE_DNAT`.
pub const FONAP_GATEWAY_STATE_SPLASH: u32 = 1;
/// What becomes of a client's traffic: passed on.
pub const FONAP_GATEWAY_STATE_PASS: u32 = 2;
/// What becomes of a client's traffic: dropped.
pub const FONAP_GATEWAY_STATE_DROP: u32 = 3;

/// Octets and packets, counted since a session began.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct fonap_gateway_usage {
    /// Octets that the client sent.
    pub from_client_octets: u64,
    /// Packets that the client sent.
    pub from_client_packets: u64,
    /// Octets that the client was sent.
    pub to_client_octets: u64,
    /// Packets that the client was sent.
    pub to_client_packets: u64,
}

/// What a session may do. 0 means no limit throughout.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_gateway_parameters {
    /// Session-Timeout in seconds.
    pub session_timeout: u64,
    /// Octets of the input direction.
    pub max_input_octets: u64,
    /// Octets of the output direction.
    pub max_output_octets: u64,
    /// Octets of both directions.
    pub max_total_octets: u64,
    /// Bit/s from the client.
    pub bandwidth_max_up: u64,
    /// Bit/s to the client.
    pub bandwidth_max_down: u64,
    /// When the session ends at the latest, in seconds since 1970; 0 for no such time.
    pub terminate_time: i64,
    /// Filter-Id.
    pub filter_id: fonap_octets,
    /// The page after the login, or the splash page.
    pub redirection_url: fonap_text,
    /// Destinations allowed to this session, as in `uamallowed`.
    pub garden: *const fonap_text,
    /// How many.
    pub garden_count: usize,
    /// Idle-Timeout in seconds.
    pub idle_timeout: u32,
    /// Seconds between interim accounting records.
    pub interim_interval: u32,
    /// Route-To-Interface, with `has_route_index`.
    pub route_index: u32,
    /// Whether there is one.
    pub has_route_index: u8,
    /// The client is to see the page first.
    pub splash: u8,
}

/// A client, and its session if it has one.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_gateway_client {
    /// Its address.
    pub ip: [u8; 4],
    /// Its hardware address.
    pub mac: [u8; 6],
    /// Its 802.1Q tag, 0 for none.
    pub vlan: u16,
    /// Its number at the gateway, from 1.
    pub unit: u32,
    /// `FONAP_GATEWAY_STATE_...`.
    pub state: u32,
    /// The id of its session, or of the session it may get: 16 characters.
    pub session_id: [u8; 16],
    /// Whether it has a session; without one the rest is zero.
    pub has_session: u8,
    /// The user's name.
    pub user_name: fonap_octets,
    /// When the session began, in seconds since 1970.
    pub start: i64,
    /// Seconds since then.
    pub session_time: u64,
    /// Seconds since the client's last packet.
    pub idle_time: u64,
    /// Acct-Input-Octets.
    pub input_octets: u64,
    /// Acct-Output-Octets.
    pub output_octets: u64,
    /// Acct-Input-Packets.
    pub input_packets: u64,
    /// Acct-Output-Packets.
    pub output_packets: u64,
    /// What the session may do.
    pub parameters: fonap_gateway_parameters,
}

/// What is to be done, or has happened.
#[repr(u32)]
#[derive(Clone, Copy)]
pub enum fonap_gateway_out {
    /// Nothing more before `wait_until_ms`; `UINT64_MAX`: no time is set.
    Wait = 0,
    /// Send `response`, a whole HTTP answer, for the request `id` and close its connection.
    Respond = 1,
    /// Close the connection of the request `id` without an answer.
    Close = 2,
    /// Answer the request `id` with the file `file_name` below `wwwdir`. Its `content_type` is empty for a program, which
    /// is to be run with `environment`.
    LocalFile = 3,
    /// Ask the RADIUS servers about the login `id` with `request`, then call one of the `fonap_gateway_login_...` functions.
    /// `request` belongs to the program: hand it to `fonap_radius_client_send` or end it with
    /// `fonap_radius_request_free`.
    Authenticate = 4,
    /// Run the external handler about the login `id`; otherwise as `FONAP_GATEWAY_OUT_AUTHENTICATE`. `user_name`,
    /// `password` (a PAP login's) and `client` say what it needs.
    AskHandler = 5,
    /// The result of the login `id` is not wanted any more.
    CancelLogin = 6,
    /// Send the accounting record `request` of the kind `accounting`, which belongs to the program as above.
    Account = 7,
    /// Answer the CoA-Request or Disconnect-Request `id` with `code`, and with `error_cause` if it is not 0.
    AnswerDynamic = 8,
    /// Event: a client has a lease.
    ClientAdded = 100,
    /// Event: a client has no lease any more.
    ClientRemoved = 101,
    /// Event: a client's traffic is dropped.
    ClientBlocked = 102,
    /// Event: a session began.
    SessionOpened = 103,
    /// Event: a session's parameters or its state changed.
    SessionChanged = 104,
    /// Event: a session's interim interval is over.
    SessionUpdated = 105,
    /// Event: a session ended for `terminate_cause`.
    SessionClosed = 106,
    /// Something that this version of the interface has no number for; to be ignored.
    Unknown = 999,
}

/// A variable of a program's environment.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_gateway_variable {
    /// Its name.
    pub name: fonap_text,
    /// Its value: any octets but zero.
    pub value: fonap_octets,
}

/// What `fonap_gateway_poll` gave. Members that do not belong to the kind are zero or empty. Pointers are good until the
/// next call for the same gateway, except `request`, which belongs to the program.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_gateway_output {
    /// What this is.
    pub kind: fonap_gateway_out,
    /// Acct-Status-Type of a record: 1 Start, 2 Stop, 3 Interim-Update, 7 On, 8 Off.
    pub accounting: u32,
    /// When to wake the gateway.
    pub wait_until_ms: u64,
    /// The number of a request, a login or a dynamic request.
    pub id: u64,
    /// The HTTP answer.
    pub response: fonap_octets,
    /// The RADIUS request.
    pub request: *mut fonap_radius_writer,
    /// The file's name.
    pub file_name: fonap_text,
    /// The file's content type.
    pub content_type: fonap_text,
    /// The environment of a program.
    pub environment: *const fonap_gateway_variable,
    /// How many variables.
    pub environment_count: usize,
    /// The user's name, as typed.
    pub user_name: fonap_octets,
    /// The password of a login by PAP; empty otherwise. Do not log it.
    pub password: fonap_octets,
    /// Acct-Terminate-Cause.
    pub terminate_cause: u32,
    /// Error-Cause.
    pub error_cause: u32,
    /// The code of an answer.
    pub code: u8,
    /// The client that this is about, with its session.
    pub client: fonap_gateway_client,
}

// SAFETY: numbers, raw pointers, enums with a variant 0, and structures of these.
unsafe impl Blank for fonap_gateway_parameters {}

// SAFETY: numbers, raw pointers, enums with a variant 0, and structures of these.
unsafe impl Blank for fonap_gateway_client {}

// SAFETY: numbers, raw pointers, enums with a variant 0, and structures of these.
unsafe impl Blank for fonap_gateway_output {}

const NOTHING: fonap_gateway_output =
    fonap_gateway_output { kind: fonap_gateway_out::Unknown, ..Blank::BLANK };

/// What of an output the caller may still look at.
#[derive(Default)]
pub(super) struct Kept {
    response: Vec<u8>,
    output: Option<Output>,
    environment: Vec<fonap_gateway_variable>,
    garden: Vec<fonap_text>,
}

impl Kept {
    /// Keeps an output and shows it to C.
    pub(super) fn describe(&mut self, next: Output) -> fonap_gateway_output {
        use fonap_gateway_out as Kind;
        let mut shown = NOTHING;
        let boxed = |request| Box::into_raw(crate::radius::boxed_request(request));
        // What gives something away is taken apart; the rest is shown as it is kept.
        match next {
            Output::Respond { request, response } => {
                self.response = response.to_octets();
                shown.kind = Kind::Respond;
                shown.id = request.0;
                shown.response = fonap_octets::of(&self.response);
                return shown;
            }
            Output::Account(record) => {
                shown.kind = Kind::Account;
                shown.accounting = status_type(record.kind);
                shown.terminate_cause = match record.kind {
                    AccountingKind::Stop(cause) => cause.number(),
                    _ => 0,
                };
                shown.client = fonap_gateway_client {
                    session_id: record.session_id.map_or([0; 16], characters),
                    ..Blank::BLANK
                };
                shown.request = boxed(record.request);
                return shown;
            }
            Output::Authenticate(login) => return self.login(Kind::Authenticate, login),
            Output::AskHandler(login) => return self.login(Kind::AskHandler, login),
            other => self.output = Some(other),
        }
        let Some(output) = &self.output else { return shown };
        match output {
            Output::WaitUntil(until) => {
                shown.kind = Kind::Wait;
                shown.wait_until_ms = crate::source::milliseconds(*until);
            }
            Output::Close { request } => {
                shown.kind = Kind::Close;
                shown.id = request.0;
            }
            Output::LocalFile { request, file } => {
                self.environment.clear();
                let variables = file.environment.iter().map(|(name, value)| fonap_gateway_variable {
                    name: fonap_text::of(name),
                    value: fonap_octets::of(value),
                });
                self.environment.extend(variables);
                shown.kind = Kind::LocalFile;
                shown.id = request.0;
                shown.file_name = fonap_text::of(&file.name);
                shown.content_type = file.content_type.map_or(fonap_text::NONE, fonap_text::of);
                shown.environment = self.environment.as_ptr();
                shown.environment_count = self.environment.len();
            }
            Output::CancelLogin(login) => {
                shown.kind = Kind::CancelLogin;
                shown.id = login.0;
            }
            Output::AnswerDynamic(answer) => {
                shown.kind = Kind::AnswerDynamic;
                shown.id = answer.id.0;
                shown.code = answer.code.0;
                shown.error_cause = answer.error_cause.unwrap_or(0);
            }
            Output::Event(event) => {
                let (kind, cause, client) = match event {
                    Event::ClientAdded(client) => (Kind::ClientAdded, None, info(client)),
                    Event::ClientRemoved(client) => (Kind::ClientRemoved, None, info(client)),
                    Event::ClientBlocked(client) => (Kind::ClientBlocked, None, info(client)),
                    Event::SessionOpened(session) => {
                        (Kind::SessionOpened, None, session_info(session, &mut self.garden))
                    }
                    Event::SessionChanged(session) => {
                        (Kind::SessionChanged, None, session_info(session, &mut self.garden))
                    }
                    Event::SessionUpdated(session) => {
                        (Kind::SessionUpdated, None, session_info(session, &mut self.garden))
                    }
                    Event::SessionClosed { session, cause } => {
                        (Kind::SessionClosed, Some(*cause), session_info(session, &mut self.garden))
                    }
                    _ => return shown,
                };
                let terminate_cause = cause.map_or(0, TerminateCause::number);
                shown.kind = kind;
                shown.terminate_cause = terminate_cause;
                shown.client = client;
            }
            _ => {}
        }
        shown
    }

    fn login(&mut self, kind: fonap_gateway_out, login: wispr::gateway::Login) -> fonap_gateway_output {
        let mut login = login;
        let empty = radius_codec::client::Request::new(radius_codec::Code::ACCESS_REQUEST);
        let request = core::mem::replace(&mut login.request, empty);
        self.output = Some(Output::Authenticate(login));
        let Some(Output::Authenticate(login)) = &self.output else { return NOTHING };
        fonap_gateway_output {
            kind,
            id: login.id.0,
            client: info(&login.client),
            user_name: fonap_octets::of(&login.user_name),
            password: match &login.credentials {
                Credentials::Pap { password } => fonap_octets::of(password),
                _ => fonap_octets::NONE,
            },
            request: Box::into_raw(crate::radius::boxed_request(request)),
            ..NOTHING
        }
    }

    /// A client of a listing.
    pub(super) fn view(
        &mut self,
        view: &ClientView<'_>,
        now: core::time::Duration,
        swapoctets: bool,
    ) -> fonap_gateway_client {
        let client = info(&view.info());
        match view.session() {
            None => fonap_gateway_client { user_name: fonap_octets::of(view.user_name()), ..client },
            Some(session) => with_session(
                client,
                session,
                &session.usage.counters(swapoctets),
                [session.session_time(now), session.idle_time(now)],
                &mut self.garden,
            ),
        }
    }
}

const fn status_type(kind: AccountingKind) -> u32 {
    match kind {
        AccountingKind::Start => 1,
        AccountingKind::Stop(_) => 2,
        AccountingKind::Interim => 3,
        AccountingKind::On => 7,
        AccountingKind::Off => 8,
        _ => 0,
    }
}

fn characters(id: SessionId) -> [u8; 16] {
    let mut out = [0; 16];
    out.iter_mut().zip(id.as_str().bytes()).for_each(|(to, from)| *to = from);
    out
}

fn info(client: &ClientInfo) -> fonap_gateway_client {
    fonap_gateway_client {
        ip: client.ip.octets(),
        mac: client.mac.0,
        vlan: client.vlan.unwrap_or(0),
        unit: client.unit,
        state: match client.state {
            ClientState::Dnat => FONAP_GATEWAY_STATE_DNAT,
            ClientState::Splash => FONAP_GATEWAY_STATE_SPLASH,
            ClientState::Pass => FONAP_GATEWAY_STATE_PASS,
            _ => FONAP_GATEWAY_STATE_DROP,
        },
        session_id: characters(client.session_id),
        ..Blank::BLANK
    }
}

fn session_info(from: &SessionInfo, garden: &mut Vec<fonap_text>) -> fonap_gateway_client {
    let times = [from.session_time, from.idle_time];
    with_session(info(&from.client), &from.session, &from.counters, times, garden)
}

fn with_session(
    client: fonap_gateway_client,
    session: &Session,
    counters: &Counters,
    [session_time, idle_time]: [u64; 2],
    garden: &mut Vec<fonap_text>,
) -> fonap_gateway_client {
    garden.clear();
    garden.extend(session.parameters.garden.iter().map(|entry| fonap_text::of(entry)));
    fonap_gateway_client {
        session_id: characters(session.id),
        has_session: 1,
        user_name: fonap_octets::of(&session.user_name),
        start: session.start,
        session_time,
        idle_time,
        input_octets: counters.input_octets,
        output_octets: counters.output_octets,
        input_packets: counters.input_packets,
        output_packets: counters.output_packets,
        parameters: parameters(&session.parameters, garden),
        ..client
    }
}

fn parameters(from: &Parameters, garden: &[fonap_text]) -> fonap_gateway_parameters {
    fonap_gateway_parameters {
        session_timeout: from.session_timeout,
        max_input_octets: from.max_input_octets,
        max_output_octets: from.max_output_octets,
        max_total_octets: from.max_total_octets,
        bandwidth_max_up: from.bandwidth_max_up,
        bandwidth_max_down: from.bandwidth_max_down,
        terminate_time: from.terminate_time.unwrap_or(0),
        filter_id: fonap_octets::of(&from.filter_id),
        redirection_url: fonap_text::of(&from.redirection_url),
        garden: garden.as_ptr(),
        garden_count: garden.len(),
        idle_timeout: from.idle_timeout,
        interim_interval: from.interim_interval,
        route_index: from.route_index.unwrap_or(0),
        has_route_index: from.route_index.is_some().into(),
        splash: from.splash.into(),
    }
}
