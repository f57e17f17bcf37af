//! The client machine.

use super::packet::fonap_radius_packet;
use super::verify::{FONAP_RADIUS_LEARN, reply_policy};
use super::writer::{fonap_radius_writer, into_request};
use crate::blank::Blank;
use crate::boundary::{Object, free, hand_out, put, put_if_wanted, refused, run};
use crate::slice::{give, octets, take};
use crate::source::{Source, milliseconds, moment};
use crate::{fonap_address, fonap_octets, fonap_random, fonap_result};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ffi::{CStr, c_char};
use core::mem::MaybeUninit;
use core::time::Duration;
use radius_codec::Secret;
use radius_codec::client::{
    Client, Config, Event, Failure, Health, Input, Output, RequestId, Rfc5080, Schedule, SendError, Server,
    VendorPlan,
};

/// A schedule: RFC 5080 as for authentication: up to 5 times within 30 s, then the next server.
pub const FONAP_RADIUS_SCHEDULE_AUTHENTICATION: u32 = 0;
/// A schedule: RFC 5080 as for accounting: without end.
pub const FONAP_RADIUS_SCHEDULE_ACCOUNTING: u32 = 1;
/// A schedule: the hotspot vendor's, as the members `vendor_...` say, over the first two servers.
pub const FONAP_RADIUS_SCHEDULE_VENDOR: u32 = 2;

/// A schedule: RFC 5080 with the numbers of the members `rfc5080_...`.
pub const FONAP_RADIUS_SCHEDULE_RFC5080: u32 = 3;

/// A RADIUS server.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_radius_server {
    /// Where it listens.
    pub address: fonap_address,
    /// What its replies must have: 0 for the strict policy, or `FONAP_RADIUS_LEGACY` and its like.
    pub policy: u32,
    /// The shared secret, copied.
    pub secret: fonap_octets,
}

/// How a client behaves. Set to defaults by `fonap_radius_client_config_init` first; there is none for `servers`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_radius_client_config {
    /// Octets of this structure, as the program was built.
    pub size: usize,
    /// The servers, the preferred one first.
    pub servers: *const fonap_radius_server,
    /// How many, at most 16.
    pub server_count: usize,
    /// `FONAP_RADIUS_SCHEDULE_...`. Default authentication.
    pub schedule: u32,
    /// R of the vendor's schedule: rounds. Default 4.
    pub vendor_retry: u32,
    /// S of the vendor's schedule: sends to a server before the other one. Default 2. 0 counts as 1, here and for R.
    pub vendor_sends: u32,
    /// T of the vendor's schedule: the wait after each send. Default 10000.
    pub vendor_timeout_ms: u32,
    /// Fails every request this long after it was begun. Default 0: only the schedule ends it.
    pub deadline_ms: u32,
    /// How many source ports the program has, each of which gives 256 requests a server. Default 1, as is 0.
    pub sockets: u16,
    /// 1: ask servers that do not answer with Status-Server whether they are back. Default 0: try them after 300 s.
    pub status_server: u8,
    /// IRT of RFC 5080: the first wait. Default 2000.
    pub rfc5080_initial_ms: u32,
    /// MRC of RFC 5080: transmissions to one server; 0 for no limit. Default 5.
    pub rfc5080_max_count: u32,
    /// MRT of RFC 5080: the longest wait; 0 for no limit. Default 16000.
    pub rfc5080_max_wait_ms: u32,
    /// MRD of RFC 5080: how long one server is asked; 0 for no limit. Default 30000.
    pub rfc5080_max_duration_ms: u32,
}

const DEFAULT: fonap_radius_client_config = fonap_radius_client_config {
    size: size_of::<fonap_radius_client_config>(),
    servers: core::ptr::null(),
    server_count: 0,
    schedule: FONAP_RADIUS_SCHEDULE_AUTHENTICATION,
    vendor_retry: 4,
    vendor_sends: 2,
    vendor_timeout_ms: 10_000,
    deadline_ms: 0,
    sockets: 1,
    status_server: 0,
    rfc5080_initial_ms: 2_000,
    rfc5080_max_count: 5,
    rfc5080_max_wait_ms: 16_000,
    rfc5080_max_duration_ms: 30_000,
};

/// More servers than anybody has.
const MAX_SERVERS: usize = 16;

/// Sets a structure of `size` octets to the defaults.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_client_config_init(
    config: *mut fonap_radius_client_config,
    size: usize,
) -> fonap_result {
    run(|| {
        if size < size_of::<usize>() {
            return Err(fonap_result::Argument);
        }
        give!(config, size, &fonap_radius_client_config { size, ..DEFAULT })
    })
}

/// A RADIUS client: Identifiers, retransmission, failover, and the check of replies. One serves one kind of port, 1812 or
/// 1813 or 3799.
///
/// It has no socket and no clock. The loop round it: after every call that takes `now_ms` call
/// `fonap_radius_client_poll` until it reports `FONAP_RADIUS_OUT_WAIT`, doing each time what it says; wait for a datagram
/// or that time; tell the client; begin again.
pub struct fonap_radius_client(Object<Machine>);

struct Machine {
    client: Client<Source>,
    /// What the last poll gave and the caller may still look at.
    output: Option<Output>,
}

/// A request's number for C, from 1 on.
const fn number(id: RequestId) -> u64 {
    id.number() + 1
}

/// What is to be done, or has happened.
#[repr(u32)]
#[derive(Clone, Copy)]
pub enum fonap_radius_out {
    /// Nothing more before `wait_until_ms`; `UINT64_MAX`: no time is set.
    Wait = 0,
    /// Send `payload` to `address` from the source port `socket`.
    Transmit = 1,
    /// A verified reply to `request`: `reply`, sent by `server`.
    Reply = 100,
    /// There will be no reply to `request`; `reason` is `FONAP_RESULT_TIMEOUT` or `FONAP_RESULT_STATE` (called off).
    Failed = 101,
    /// `server` answers again.
    ServerAlive = 102,
    /// `server` does not answer; it comes last from now on.
    ServerDoubtful = 103,
    /// A datagram from `address` was dropped.
    Dropped = 104,
    /// Something that this version of the interface has no number for; to be ignored.
    Unknown = 999,
}

/// What `fonap_radius_client_poll` gave. Members that do not belong to the kind are zero. Pointers are good until the next
/// call for the same client.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_radius_output {
    /// What this is.
    pub kind: fonap_radius_out,
    /// Why a request failed.
    pub reason: fonap_result,
    /// When to wake the client.
    pub wait_until_ms: u64,
    /// Which request.
    pub request: u64,
    /// The datagram to send.
    pub payload: fonap_octets,
    /// Where it goes, or where it came from.
    pub address: fonap_address,
    /// The source port, counted from 0.
    pub socket: u16,
    /// The server, in the order of the configuration.
    pub server: u16,
    /// The reply.
    pub reply: fonap_radius_packet,
    /// The Authenticator of the request as it was sent: un-hides values of the reply.
    pub request_authenticator: [u8; 16],
}

// SAFETY: numbers, raw pointers, enums with a variant 0, and structures of these.
unsafe impl Blank for fonap_radius_output {}

const NOTHING: fonap_radius_output = fonap_radius_output { kind: fonap_radius_out::Unknown, ..Blank::BLANK };

fn read(config: *const fonap_radius_client_config) -> Result<Config, (fonap_result, &'static CStr)> {
    let wrong = |text| move |result| (result, text);
    let from = (|| Ok(take!(config, DEFAULT)))().map_err(wrong(c"config: NULL or without size"))?;
    let schedule = match from.schedule {
        FONAP_RADIUS_SCHEDULE_AUTHENTICATION => Schedule::Rfc5080(Rfc5080::AUTHENTICATION),
        FONAP_RADIUS_SCHEDULE_ACCOUNTING => Schedule::Rfc5080(Rfc5080::ACCOUNTING),
        FONAP_RADIUS_SCHEDULE_RFC5080 => {
            let time = |milliseconds: u32| Duration::from_millis(milliseconds.into());
            if from.rfc5080_initial_ms == 0 {
                return Err((fonap_result::Config, c"rfc5080_initial_ms: is 0"));
            }
            Schedule::Rfc5080(Rfc5080 {
                initial: time(from.rfc5080_initial_ms),
                max_count: from.rfc5080_max_count,
                max_wait: time(from.rfc5080_max_wait_ms),
                max_duration: time(from.rfc5080_max_duration_ms),
            })
        }
        FONAP_RADIUS_SCHEDULE_VENDOR => Schedule::Vendor(VendorPlan {
            retry: from.vendor_retry,
            sends: from.vendor_sends,
            timeout: Duration::from_millis(from.vendor_timeout_ms.into()),
        }),
        _ => return Err((fonap_result::Config, c"schedule: none of FONAP_RADIUS_SCHEDULE_...")),
    };
    if !(1..=MAX_SERVERS).contains(&from.server_count) {
        return Err((fonap_result::Config, c"servers: none, or more than 16"));
    }
    let servers = (|| Ok(octets!(from.servers, from.server_count)))().map_err(wrong(c"servers: NULL"))?;
    let mut made = Vec::with_capacity(servers.len());
    for server in servers {
        let address = server.address.socket().map_err(wrong(c"servers: an address of no family"))?;
        let secret = (|| Ok(octets!(server.secret.data, server.secret.length)))();
        let secret = secret.map_err(wrong(c"servers: a secret that is NULL"))?;
        let secret = Secret::new(secret).map_err(|_| (fonap_result::Config, c"servers: an empty secret"))?;
        let policy = reply_policy(server.policy).map_err(wrong(c"servers: an unknown policy"))?;
        let mut server_made = Server::new(address, secret).policy(policy);
        if server.policy & FONAP_RADIUS_LEARN != 0 {
            server_made = server_made.learn_message_authenticator();
        }
        made.push(server_made);
    }
    let config = Config::new()
        .servers(made)
        .schedule(schedule)
        .sockets(from.sockets)
        .status_server(from.status_server != 0);
    Ok(match from.deadline_ms {
        0 => config,
        deadline => config.deadline(Duration::from_millis(deadline.into())),
    })
}

/// Makes a client. `config` is copied; `random` makes authenticators, so it has to be unpredictable.
///
/// `problem` may be NULL; with an error that the configuration is to blame for it gets a static string that names what is
/// wrong. Ended by `fonap_radius_client_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_client_new(
    config: *const fonap_radius_client_config,
    random: Option<&fonap_random>,
    client: Option<&mut MaybeUninit<*mut fonap_radius_client>>,
    problem: Option<&mut MaybeUninit<*const c_char>>,
) -> fonap_result {
    run(|| {
        let client = client.ok_or(fonap_result::Null)?;
        let source = Source::new(random)?;
        let config = read(config).map_err(|(result, text)| refused(problem, text.as_ptr(), result))?;
        let machine = Machine { client: Client::new(config, source), output: None };
        hand_out(Some(client), fonap_radius_client(Object::new(machine)))
    })
}

/// Ends a client and wipes its secrets. NULL is taken. Pending requests end without a word.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_radius_client_free(client: Option<Box<fonap_radius_client>>) {
    free(client);
}

/// Sends a request: to the server that answered last, then on to the others. `request` is used up, whatever the result.
/// `id` gets the number under which its end is reported. `server` is -1, or the one server it is for, in the order of the
/// configuration: one that carries State goes to the server that gave it.
///
/// `FONAP_RESULT_RADIUS_NO_IDENTIFIER`: all Identifiers are busy. `FONAP_RESULT_NOT_FOUND`: there is no such server;
/// `FONAP_RESULT_ARGUMENT`: nor can there be. Else the first error of the additions to the request.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_radius_client_send(
    client: Option<&mut fonap_radius_client>,
    now_ms: u64,
    request: Option<Box<fonap_radius_writer>>,
    server: i32,
    id: Option<&mut MaybeUninit<u64>>,
) -> fonap_result {
    // Taken over even where the client is NULL.
    let mut taken = None;
    let outcome = run(|| {
        taken = Some(into_request(request.ok_or(fonap_result::Null)?)?);
        Ok(())
    });
    if outcome != fonap_result::Ok {
        return outcome;
    }
    Object::change(client.map(|handle| &mut handle.0), |machine| {
        let (request, id) = (taken.ok_or(fonap_result::Null)?, id.ok_or(fonap_result::Null)?);
        let sent = match server {
            -1 => machine.client.send(moment(now_ms), request),
            _ => {
                let server = usize::try_from(server).map_err(|_| fonap_result::Argument)?;
                machine.client.send_to(moment(now_ms), request, server)
            }
        };
        let sent = sent.map_err(|error| match error {
            SendError::NoServer => fonap_result::NotFound,
            SendError::NoIdentifier { .. } => fonap_result::RadiusNoIdentifier,
            SendError::Encode(error) => error.into(),
            _ => fonap_result::Argument,
        })?;
        id.write(number(sent));
        Ok(())
    })
}

/// Calls a request off; it ends with `FONAP_RADIUS_OUT_FAILED`. `FONAP_RESULT_NOT_FOUND` when it is over already.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_radius_client_cancel(
    client: Option<&mut fonap_radius_client>,
    id: u64,
) -> fonap_result {
    Object::change(client.map(|handle| &mut handle.0), |machine| {
        let id = RequestId::from_number(id.wrapping_sub(1));
        if !machine.client.is_pending(id) {
            return Err(fonap_result::NotFound);
        }
        machine.client.cancel(id);
        Ok(())
    })
}

/// Tells that time has passed.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_radius_client_tick(
    client: Option<&mut fonap_radius_client>,
    now_ms: u64,
) -> fonap_result {
    Object::change(client.map(|handle| &mut handle.0), |machine| {
        machine.client.handle(moment(now_ms), Input::Tick);
        Ok(())
    })
}

/// Tells that a datagram came from `from` on the source port `socket`, counted from 0. What is no reply to a pending
/// request is dropped.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_client_datagram(
    client: Option<&mut fonap_radius_client>,
    now_ms: u64,
    socket: u16,
    from: Option<&fonap_address>,
    datagram: *const u8,
    datagram_len: usize,
) -> fonap_result {
    Object::change(client.map(|handle| &mut handle.0), |machine| {
        let from = from.ok_or(fonap_result::Null)?.socket()?;
        let octets = octets!(datagram, datagram_len);
        machine.client.handle(moment(now_ms), Input::Datagram { socket, from, octets });
        Ok(())
    })
}

/// The next thing to do: `fonap_radius_client_poll(client, &output, sizeof output)`. Everything is done when the kind is
/// `FONAP_RADIUS_OUT_WAIT`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_client_poll(
    client: Option<&mut fonap_radius_client>,
    output: *mut fonap_radius_output,
    output_size: usize,
) -> fonap_result {
    Object::change(client.map(|handle| &mut handle.0), |machine| {
        crate::slice::takes(output, output_size)?;
        let next = machine.client.poll_output();
        let described = machine.describe(next);
        give!(output, output_size, &described)
    })
}

impl Machine {
    /// Keeps an output and shows it to C.
    fn describe(&mut self, next: Output) -> fonap_radius_output {
        use fonap_radius_out as Kind;
        let mut shown = NOTHING;
        let index = |server: usize| u16::try_from(server).unwrap_or(u16::MAX);
        let request = match &next {
            Output::Event(Event::Reply(reply)) => number(reply.id),
            Output::Event(Event::Failed { id, .. }) => number(*id),
            _ => 0,
        };
        match self.output.insert(next) {
            Output::WaitUntil(until) => {
                shown.kind = Kind::Wait;
                shown.wait_until_ms = milliseconds(*until);
            }
            Output::Transmit(transmit) => {
                shown.kind = Kind::Transmit;
                shown.payload = fonap_octets::of(&transmit.payload);
                shown.address = transmit.to.into();
                shown.socket = transmit.socket;
            }
            Output::Event(Event::Reply(reply)) => {
                shown.kind = Kind::Reply;
                shown.request = request;
                shown.server = index(reply.server);
                shown.reply = (&reply.packet.view()).into();
                shown.request_authenticator = reply.request.authenticator;
            }
            Output::Event(Event::Failed { reason, .. }) => {
                let reason = match reason {
                    Failure::Cancelled => fonap_result::State,
                    _ => fonap_result::Timeout,
                };
                shown.kind = Kind::Failed;
                shown.request = request;
                shown.reason = reason;
            }
            Output::Event(Event::Server { server, health }) => {
                let kind = if *health == Health::Alive { Kind::ServerAlive } else { Kind::ServerDoubtful };
                shown.kind = kind;
                shown.server = index(*server);
            }
            Output::Event(Event::Dropped { from, server, .. }) => {
                shown.kind = Kind::Dropped;
                shown.address = (*from).into();
                shown.server = server.map_or(u16::MAX, index);
            }
            _ => {}
        }
        shown
    }
}

/// Whether a datagram from there could be for this client: `accepted` becomes 1 or 0. Lets several share a socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_client_accepts(
    client: Option<&fonap_radius_client>,
    from: Option<&fonap_address>,
    datagram: *const u8,
    datagram_len: usize,
    accepted: Option<&mut MaybeUninit<u8>>,
) -> fonap_result {
    Object::look(client.map(|handle| &handle.0), |machine| {
        let from = from.ok_or(fonap_result::Null)?.socket()?;
        put(accepted, machine.client.accepts(from, octets!(datagram, datagram_len)).into())
    })
}

/// Numbers for field diagnosis: pending requests, and datagrams dropped so far. Either pointer may be NULL.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_radius_client_counters(
    client: Option<&fonap_radius_client>,
    pending: Option<&mut MaybeUninit<u32>>,
    dropped: Option<&mut MaybeUninit<u64>>,
) -> fonap_result {
    Object::look(client.map(|handle| &handle.0), |machine| {
        put_if_wanted(pending, u32::try_from(machine.client.pending()).unwrap_or(u32::MAX));
        put_if_wanted(dropped, machine.client.dropped().map(|(_, count)| count).sum());
        Ok(())
    })
}
