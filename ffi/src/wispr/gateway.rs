//! The access gateway.

use super::gateway_config::{fonap_gateway_config, problem_of, read};
use super::gateway_output::{
    Kept, fonap_gateway_client, fonap_gateway_output, fonap_gateway_parameters, fonap_gateway_usage,
};
use crate::blank::Blank;
use crate::boundary::{Object, free, hand_out, refused, run};
use crate::radius::{fonap_radius_packet, packet};
use crate::slice::{array, array_ref, fill, give, octets, text};
use crate::source::{Source, moment};
use crate::{fonap_random, fonap_result};
use alloc::boxed::Box;
use alloc::string::String;
use core::ffi::c_char;
use core::mem::MaybeUninit;
use core::time::Duration;
use wispr::gateway::{
    Command, Flow, Gateway, HeadError, Input, LoginId, LoginResult, Mac, Parameters, Request, RequestId,
    Response, Selector, SessionId, Usage,
};

/// The hotspot controller: the captive portal's HTTP side, WISPr, logins, sessions and accounting. HTTP requests, leases,
/// RADIUS answers and counters go in; HTTP answers, RADIUS requests and session events come out. It has no sockets and no
/// clock and touches no packet path.
///
/// The loop round it: one of the functions that take `now_ms`, then `fonap_gateway_poll` until it reports
/// `FONAP_GATEWAY_OUT_WAIT`, doing each time what it says; wait for something to happen or that time; begin again. Every
/// HTTP request gets exactly one of `FONAP_GATEWAY_OUT_RESPOND`, `_CLOSE` and `_LOCAL_FILE`.
pub struct fonap_gateway(Object<Machine>);

struct Machine {
    gateway: Gateway,
    kept: Kept,
    now: Duration,
    swapoctets: bool,
}

impl Machine {
    fn handle(&mut self, now_ms: u64, unix_seconds: i64, input: Input<'_>) {
        self.now = self.now.max(moment(now_ms));
        self.gateway.handle(self.now, unix_seconds, input);
    }
}

/// Makes a gateway without clients. `config` is copied; `random` makes challenges, so it has to be unpredictable.
/// `unix_seconds` is the time of day, here and elsewhere; it may jump.
///
/// `problem` may be NULL; with `FONAP_RESULT_CONFIG` it gets a static string that names the option. Ended by
/// `fonap_gateway_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_gateway_new(
    config: *const fonap_gateway_config,
    random: Option<&fonap_random>,
    now_ms: u64,
    unix_seconds: i64,
    gateway: Option<&mut MaybeUninit<*mut fonap_gateway>>,
    problem: Option<&mut MaybeUninit<*const c_char>>,
) -> fonap_result {
    run(|| {
        let gateway = gateway.ok_or(fonap_result::Null)?;
        let source = Source::new(random)?;
        let ((config, swapoctets), now) = (read(config)?, moment(now_ms));
        let made = Gateway::new(config, source, now, unix_seconds)
            .map_err(|error| refused(problem, problem_of(&error).as_ptr(), fonap_result::Config))?;
        let machine = Machine { gateway: made, kept: Kept::default(), now, swapoctets };
        hand_out(Some(gateway), fonap_gateway(Object::new(machine)))
    })
}

/// Replaces the configuration. Sessions go on with the parameters they have. `problem` as in `fonap_gateway_new`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_gateway_reconfigure(
    gateway: Option<&mut fonap_gateway>,
    config: *const fonap_gateway_config,
    problem: Option<&mut MaybeUninit<*const c_char>>,
) -> fonap_result {
    Object::change(gateway.map(|handle| &mut handle.0), |machine| {
        let (config, swapoctets) = read(config)?;
        machine
            .gateway
            .reconfigure(config)
            .map_err(|error| refused(problem, problem_of(&error).as_ptr(), fonap_result::Config))?;
        machine.swapoctets = swapoctets;
        Ok(())
    })
}

/// Ends a gateway. NULL is taken. Call `fonap_gateway_shutdown` before, and send the records that it gives.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_gateway_free(gateway: Option<Box<fonap_gateway>>) {
    free(gateway);
}

/// Tells that time has passed.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_gateway_tick(
    gateway: Option<&mut fonap_gateway>,
    now_ms: u64,
    unix_seconds: i64,
) -> fonap_result {
    Object::change(gateway.map(|handle| &mut handle.0), |machine| {
        machine.handle(now_ms, unix_seconds, Input::Tick);
        Ok(())
    })
}

/// Tells that the gateway stops: all sessions end.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_gateway_shutdown(
    gateway: Option<&mut fonap_gateway>,
    now_ms: u64,
    unix_seconds: i64,
) -> fonap_result {
    Object::change(gateway.map(|handle| &mut handle.0), |machine| {
        machine.handle(now_ms, unix_seconds, Input::Shutdown);
        Ok(())
    })
}

/// Tells that a client got a lease, or renewed it: the 4 octets of its address, the 6 of its hardware address, and its
/// 802.1Q tag or 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_gateway_lease(
    gateway: Option<&mut fonap_gateway>,
    now_ms: u64,
    unix_seconds: i64,
    ip: *const u8,
    mac: *const u8,
    vlan: u16,
) -> fonap_result {
    Object::change(gateway.map(|handle| &mut handle.0), |machine| {
        let ip: [u8; 4] = array!(ip);
        let (ip, mac) = (ip.into(), Mac(array!(mac)));
        machine.handle(now_ms, unix_seconds, Input::Lease { ip, mac, vlan: (vlan != 0).then_some(vlan) });
        Ok(())
    })
}

/// Tells that a client gave its lease back, or that it ran out.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_gateway_release(
    gateway: Option<&mut fonap_gateway>,
    now_ms: u64,
    unix_seconds: i64,
    ip: *const u8,
) -> fonap_result {
    Object::change(gateway.map(|handle| &mut handle.0), |machine| {
        let ip: [u8; 4] = array!(ip);
        machine.handle(now_ms, unix_seconds, Input::Release { ip: ip.into() });
        Ok(())
    })
}

/// Tells that the network's side of a client, with the 4 octets of this address, is gone and stayed away: its session ends with
/// the cause Lost-Carrier, and the client stays known.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_gateway_carrier_lost(
    gateway: Option<&mut fonap_gateway>,
    now_ms: u64,
    unix_seconds: i64,
    ip: *const u8,
) -> fonap_result {
    Object::change(gateway.map(|handle| &mut handle.0), |machine| {
        let ip: [u8; 4] = array!(ip);
        machine.handle(now_ms, unix_seconds, Input::CarrierLost { ip: ip.into() });
        Ok(())
    })
}

/// Takes an HTTP request from the 4 octets of a client's address: `head` is what has come of it, at most up to the empty
/// line. `id` is a number of the program's that the answer comes with. `ui_port` other than 0: it came to the second port.
///
/// `FONAP_RESULT_TRUNCATED`: the first line is not complete yet, read more; nothing has happened. `FONAP_RESULT_LIMIT` and
/// `FONAP_RESULT_MALFORMED`: close the connection; nothing has happened.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_gateway_request(
    gateway: Option<&mut fonap_gateway>,
    now_ms: u64,
    unix_seconds: i64,
    id: u64,
    ip: *const u8,
    ui_port: u8,
    head: *const u8,
    head_len: usize,
) -> fonap_result {
    Object::change(gateway.map(|handle| &mut handle.0), |machine| {
        let ip: [u8; 4] = array!(ip);
        let mut request =
            Request::parse_head(ip.into(), octets!(head, head_len)).map_err(|error| match error {
                HeadError::TooLong => fonap_result::Limit,
                HeadError::Incomplete => fonap_result::Truncated,
                _ => fonap_result::Malformed,
            })?;
        request.ui_port = ui_port != 0;
        machine.handle(now_ms, unix_seconds, Input::Request { id: RequestId(id), request });
        Ok(())
    })
}

/// Tells that the connection of a request that waits for its answer is gone. The login goes on.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_gateway_request_gone(
    gateway: Option<&mut fonap_gateway>,
    now_ms: u64,
    unix_seconds: i64,
    id: u64,
) -> fonap_result {
    Object::change(gateway.map(|handle| &mut handle.0), |machine| {
        machine.handle(now_ms, unix_seconds, Input::RequestGone(RequestId(id)));
        Ok(())
    })
}

/// The result of a login: a verified reply of a RADIUS server, as `fonap_radius_client_poll` gives it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_gateway_login_reply(
    gateway: Option<&mut fonap_gateway>,
    now_ms: u64,
    unix_seconds: i64,
    login: u64,
    reply: Option<&fonap_radius_packet>,
) -> fonap_result {
    Object::change(gateway.map(|handle| &mut handle.0), |machine| {
        let reply = packet!(reply);
        let result = LoginResult::Reply(&reply);
        machine.handle(now_ms, unix_seconds, Input::LoginResult { login: LoginId(login), result });
        Ok(())
    })
}

/// The result of a login: no RADIUS server answered.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_gateway_login_timeout(
    gateway: Option<&mut fonap_gateway>,
    now_ms: u64,
    unix_seconds: i64,
    login: u64,
) -> fonap_result {
    Object::change(gateway.map(|handle| &mut handle.0), |machine| {
        let result = LoginResult::Timeout;
        machine.handle(now_ms, unix_seconds, Input::LoginResult { login: LoginId(login), result });
        Ok(())
    })
}

/// The result of a login: the request could not be sent, or its answers were unusable.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_gateway_login_failed(
    gateway: Option<&mut fonap_gateway>,
    now_ms: u64,
    unix_seconds: i64,
    login: u64,
) -> fonap_result {
    Object::change(gateway.map(|handle| &mut handle.0), |machine| {
        let result = LoginResult::Failed;
        machine.handle(now_ms, unix_seconds, Input::LoginResult { login: LoginId(login), result });
        Ok(())
    })
}

/// The result of a login: the external handler ended with `exit_status`, -1 if it could not be run or was killed, and
/// printed `output`. -2: it took too long and was killed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_gateway_login_handler(
    gateway: Option<&mut fonap_gateway>,
    now_ms: u64,
    unix_seconds: i64,
    login: u64,
    exit_status: i32,
    output: *const u8,
    output_len: usize,
) -> fonap_result {
    Object::change(gateway.map(|handle| &mut handle.0), |machine| {
        let output = octets!(output, output_len);
        let result = match exit_status {
            -2 => LoginResult::HandlerTimeout,
            _ => LoginResult::Handler { exit: (exit_status >= 0).then_some(exit_status), output },
        };
        machine.handle(now_ms, unix_seconds, Input::LoginResult { login: LoginId(login), result });
        Ok(())
    })
}

/// A verified answer to an accounting record of the session with these 16 characters; matters with
/// `FONAP_GATEWAY_ACCTUPDATE` only.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_gateway_accounting_reply(
    gateway: Option<&mut fonap_gateway>,
    now_ms: u64,
    unix_seconds: i64,
    session_id: *const u8,
    reply: Option<&fonap_radius_packet>,
) -> fonap_result {
    Object::change(gateway.map(|handle| &mut handle.0), |machine| {
        let session_id = session_id_of(array_ref!(session_id))?;
        let packet = packet!(reply);
        machine.handle(now_ms, unix_seconds, Input::AccountingReply { session_id, packet: &packet });
        Ok(())
    })
}

/// A verified CoA-Request or Disconnect-Request from an address that may send one. `id` is a number of the program's that
/// the answer comes with.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_gateway_dynamic(
    gateway: Option<&mut fonap_gateway>,
    now_ms: u64,
    unix_seconds: i64,
    id: u64,
    request: Option<&fonap_radius_packet>,
) -> fonap_result {
    Object::change(gateway.map(|handle| &mut handle.0), |machine| {
        let packet = packet!(request);
        machine.handle(now_ms, unix_seconds, Input::Dynamic { id: RequestId(id), packet: &packet });
        Ok(())
    })
}

/// Tells what was counted since the session with these 16 characters began. Best every 3 s, and before anything that may
/// end the session. Counters that fall are taken as started again. It is only noted: what time has made due is done with the
/// next call of another kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_gateway_traffic(
    gateway: Option<&mut fonap_gateway>,
    now_ms: u64,
    unix_seconds: i64,
    session_id: *const u8,
    usage: Option<&fonap_gateway_usage>,
) -> fonap_result {
    Object::change(gateway.map(|handle| &mut handle.0), |machine| {
        let session_id = session_id_of(array_ref!(session_id))?;
        let from = usage.ok_or(fonap_result::Null)?;
        let usage = Usage {
            from_client: Flow { octets: from.from_client_octets, packets: from.from_client_packets },
            to_client: Flow { octets: from.to_client_octets, packets: from.to_client_packets },
        };
        machine.handle(now_ms, unix_seconds, Input::Traffic { session_id, usage, last_active: None });
        Ok(())
    })
}

/// The id that these characters are: two numbers of 32 bits in hexadecimal digits.
pub(super) fn session_id_of(characters: &[u8; 16]) -> Result<SessionId, fonap_result> {
    let text = core::str::from_utf8(characters).map_err(|_| fonap_result::Argument)?;
    let number = |digits: Option<&str>| u32::from_str_radix(digits?, 16).ok();
    match (number(text.get(..8)), number(text.get(8..))) {
        (Some(seconds), Some(port)) => Ok(SessionId::new(seconds, port)),
        _ => Err(fonap_result::Argument),
    }
}

/// Sets parameters to no limits. 0 stands for the configured default where they are used.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_gateway_parameters_init(
    parameters: Option<&mut MaybeUninit<fonap_gateway_parameters>>,
) -> fonap_result {
    run(|| crate::boundary::put(parameters, Blank::BLANK))
}

fn parameters_of(from: Option<&fonap_gateway_parameters>) -> Result<Parameters, fonap_result> {
    let from = from.ok_or(fonap_result::Null)?;
    let mut parameters = Parameters::new();
    parameters.session_timeout = from.session_timeout;
    parameters.idle_timeout = from.idle_timeout;
    parameters.interim_interval = from.interim_interval;
    parameters.terminate_time = (from.terminate_time != 0).then_some(from.terminate_time);
    parameters.max_input_octets = from.max_input_octets;
    parameters.max_output_octets = from.max_output_octets;
    parameters.max_total_octets = from.max_total_octets;
    parameters.bandwidth_max_up = from.bandwidth_max_up;
    parameters.bandwidth_max_down = from.bandwidth_max_down;
    parameters.filter_id = octets!(from.filter_id.data, from.filter_id.length).into();
    parameters.redirection_url = text!(from.redirection_url.data, from.redirection_url.length).into();
    parameters.splash = from.splash != 0;
    for entry in octets!(from.garden, from.garden_count) {
        parameters.garden.push(String::from(text!(entry.data, entry.length)));
    }
    parameters.route_index = (from.has_route_index != 0).then_some(from.route_index);
    Ok(parameters)
}

/// An operator's command: opens a session for the client with the 4 octets of this address without a login, lifts a block,
/// or replaces the parameters of a session. `user_name` may be empty. `accounting` other than 0: records are sent.
///
/// `FONAP_RESULT_NOT_FOUND` when nobody has that address.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_gateway_authorize(
    gateway: Option<&mut fonap_gateway>,
    now_ms: u64,
    unix_seconds: i64,
    ip: *const u8,
    user_name: *const u8,
    user_name_len: usize,
    parameters: Option<&fonap_gateway_parameters>,
    accounting: u8,
) -> fonap_result {
    Object::change(gateway.map(|handle| &mut handle.0), |machine| {
        let ip: [u8; 4] = array!(ip);
        let name = octets!(user_name, user_name_len);
        let command = Command::Authorize {
            client: known(machine, ip)?,
            user_name: (!name.is_empty()).then_some(name),
            parameters: parameters_of(parameters)?,
            accounting: accounting != 0,
        };
        machine.handle(now_ms, unix_seconds, Input::Command(command));
        Ok(())
    })
}

fn known(machine: &Machine, ip: [u8; 4]) -> Result<Selector<'static>, fonap_result> {
    let selector = Selector::ip(ip.into());
    machine.gateway.find(&selector).ok_or(fonap_result::NotFound)?;
    Ok(selector)
}

/// A command about the client with an address: end its session.
pub const FONAP_GATEWAY_COMMAND_LOGOUT: u32 = 1;
/// A command about the client with an address: drop all its traffic.
pub const FONAP_GATEWAY_COMMAND_BLOCK: u32 = 2;
/// A command about the client with an address: end its session and forget it.
pub const FONAP_GATEWAY_COMMAND_RELEASE: u32 = 3;
/// What the data plane says of the client with an address: a limit of octets is used up, and nothing of its session passes any
/// more.
pub const FONAP_GATEWAY_COMMAND_EXHAUSTED: u32 = 4;
/// What the data plane says of the client with an address: it cannot be let through. In answer to
/// `FONAP_GATEWAY_OUT_SESSION_OPENED`, before the next poll, its session has never been: the login is refused, and no accounting
/// is sent. Else the session ends.
pub const FONAP_GATEWAY_COMMAND_NOT_LET_THROUGH: u32 = 5;

/// A command of an operator or of the data plane about the client with the 4 octets of this address:
/// `FONAP_GATEWAY_COMMAND_...`.
///
/// `FONAP_RESULT_NOT_FOUND` when nobody has that address; for the data plane, when the client has no session.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_gateway_command(
    gateway: Option<&mut fonap_gateway>,
    now_ms: u64,
    unix_seconds: i64,
    command: u32,
    ip: *const u8,
) -> fonap_result {
    Object::change(gateway.map(|handle| &mut handle.0), |machine| {
        let ip: [u8; 4] = array!(ip);
        let client = known(machine, ip)?;
        let command = match command {
            FONAP_GATEWAY_COMMAND_LOGOUT => Command::Logout { client },
            FONAP_GATEWAY_COMMAND_BLOCK => Command::Block { client },
            FONAP_GATEWAY_COMMAND_RELEASE => Command::Release { client },
            FONAP_GATEWAY_COMMAND_EXHAUSTED | FONAP_GATEWAY_COMMAND_NOT_LET_THROUGH => {
                let session = machine.gateway.find(&client).and_then(|client| client.session().map(|s| s.id));
                let session_id = session.ok_or(fonap_result::NotFound)?;
                let input = match command {
                    FONAP_GATEWAY_COMMAND_EXHAUSTED => Input::Exhausted { session_id },
                    _ => Input::NotLetThrough { session_id },
                };
                machine.handle(now_ms, unix_seconds, input);
                return Ok(());
            }
            _ => return Err(fonap_result::Argument),
        };
        machine.handle(now_ms, unix_seconds, Input::Command(command));
        Ok(())
    })
}

/// An operator's command: logs the client with the 4 octets of this address in by RADIUS.
///
/// `FONAP_RESULT_NOT_FOUND` when nobody has that address.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_gateway_login(
    gateway: Option<&mut fonap_gateway>,
    now_ms: u64,
    unix_seconds: i64,
    ip: *const u8,
    user_name: *const u8,
    user_name_len: usize,
    password: *const u8,
    password_len: usize,
) -> fonap_result {
    Object::change(gateway.map(|handle| &mut handle.0), |machine| {
        let ip: [u8; 4] = array!(ip);
        let command = Command::Login {
            client: known(machine, ip)?,
            user_name: octets!(user_name, user_name_len),
            password: octets!(password, password_len),
            parameters: Parameters::new(),
            accounting: true,
        };
        machine.handle(now_ms, unix_seconds, Input::Command(command));
        Ok(())
    })
}

/// An operator's command: replaces all parameters of the session of the client with the 4 octets of this address.
///
/// `FONAP_RESULT_NOT_FOUND` when nobody has that address.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_gateway_update(
    gateway: Option<&mut fonap_gateway>,
    now_ms: u64,
    unix_seconds: i64,
    ip: *const u8,
    parameters: Option<&fonap_gateway_parameters>,
) -> fonap_result {
    Object::change(gateway.map(|handle| &mut handle.0), |machine| {
        let ip: [u8; 4] = array!(ip);
        let command = Command::Update { client: known(machine, ip)?, parameters: parameters_of(parameters)? };
        machine.handle(now_ms, unix_seconds, Input::Command(command));
        Ok(())
    })
}

/// The next thing to do: `fonap_gateway_poll(gateway, &output, sizeof output)`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_gateway_poll(
    gateway: Option<&mut fonap_gateway>,
    output: *mut fonap_gateway_output,
    output_size: usize,
) -> fonap_result {
    Object::change(gateway.map(|handle| &mut handle.0), |machine| {
        crate::slice::takes(output, output_size)?;
        let next = machine.gateway.poll_output();
        let described = machine.kept.describe(next);
        give!(output, output_size, &described)
    })
}

/// The client with the 4 octets of this address: `fonap_gateway_find(gateway, ip, &client, sizeof client)`. Pointers in
/// `client` are good until the next call for the same gateway. `FONAP_RESULT_NOT_FOUND` when nobody has that address.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_gateway_find(
    gateway: Option<&mut fonap_gateway>,
    ip: *const u8,
    client: *mut fonap_gateway_client,
    client_size: usize,
) -> fonap_result {
    Object::change(gateway.map(|handle| &mut handle.0), |machine| {
        let ip: [u8; 4] = array!(ip);
        let view = machine.gateway.find(&Selector::ip(ip.into())).ok_or(fonap_result::NotFound)?;
        let shown = machine.kept.view(&view, machine.now, machine.swapoctets);
        give!(client, client_size, &shown)
    })
}

/// One client of all, by address, counted from 0. Otherwise as `fonap_gateway_find`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_gateway_client_at(
    gateway: Option<&mut fonap_gateway>,
    index: usize,
    client: *mut fonap_gateway_client,
    client_size: usize,
) -> fonap_result {
    Object::change(gateway.map(|handle| &mut handle.0), |machine| {
        let view = machine.gateway.clients().nth(index).ok_or(fonap_result::NotFound)?;
        let shown = machine.kept.view(&view, machine.now, machine.swapoctets);
        give!(client, client_size, &shown)
    })
}

/// How many inputs did not fit the state, for field diagnosis.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_gateway_ignored(
    gateway: Option<&fonap_gateway>,
    ignored: Option<&mut MaybeUninit<u64>>,
) -> fonap_result {
    Object::look(gateway.map(|handle| &handle.0), |machine| {
        crate::boundary::put(ignored, machine.gateway.ignored())
    })
}

/// Writes the HTTP answer with a file of `wwwdir`, with the content type that came with `FONAP_GATEWAY_OUT_LOCAL_FILE`; or
/// with an empty content type the answer that there is no such file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_gateway_file_response(
    content_type: *const c_char,
    content_type_len: usize,
    body: *const u8,
    body_len: usize,
    out: *mut u8,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let (content_type, body) = (text!(content_type, content_type_len), octets!(body, body_len));
        let response = match content_type {
            "" => Response::not_found(),
            _ => Response::local_file(content_type, body.to_vec()),
        };
        fill!(out, capacity, length, &response.to_octets())
    })
}
