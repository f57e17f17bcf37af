//! The client's machine.

use super::settings::{number_of, problem as problem_of, read};
use super::{fonap_heartbeat_answer, fonap_heartbeat_query, fonap_heartbeat_settings};
use crate::blank::Blank;
use crate::boundary::{Object, free, hand_out, put, put_if_wanted, run};
use crate::slice::{fill, give, octets};
use crate::source::{Source, milliseconds, moment};
use crate::{fonap_address, fonap_octets, fonap_random, fonap_result, fonap_text};
use alloc::boxed::Box;
use alloc::string::ToString as _;
use alloc::vec::Vec;
use core::ffi::{CStr, c_char};
use core::mem::MaybeUninit;
use core::net::IpAddr;
use heartbeat::Query;
use heartbeat::dns::FailReason;
use heartbeat::liveness::Service;
use heartbeat::machine::{Event, FailureReason, Heartbeat, Input, Output};

/// The Status Manager's machine: sends a heartbeat when it is due, judges the answer, and says what is to be done.
///
/// It has no socket and no clock. The loop round it: call `fonap_heartbeat_poll` until it reports
/// `FONAP_HEARTBEAT_OUT_WAIT`, doing each time what it says; wait for a datagram or that time; tell the machine with
/// one of the functions that take `now_ms`; begin again. A tick too early, and input that does not fit the state, are
/// harmless. `now_ms` must not run backwards.
pub struct fonap_heartbeat(Object<Machine>);

struct Machine {
    heartbeat: Heartbeat<Source>,
    /// What the last poll gave and the caller may still look at.
    output: Option<Output>,
    query: Option<fonap_heartbeat_query>,
    answer: Option<Box<fonap_heartbeat_answer>>,
}

/// What is to be done, or has happened.
#[repr(u32)]
#[derive(Clone, Copy)]
pub enum fonap_heartbeat_out {
    /// Nothing more before `wait_until_ms`, or before something happens. `UINT64_MAX`: no time is set.
    Wait = 0,
    /// Send `payload` to `destination`, from `source_port` or, where that is taken, any other. With `new_socket` close the
    /// last attempt's socket, open a new one and connect it.
    Transmit = 1,
    /// Look up `host`, for addresses of IPv4 and IPv6 as `ipv4` and `ipv6` say, and report with
    /// `fonap_heartbeat_addresses` or `fonap_heartbeat_lookup_failed`.
    Lookup = 2,
    /// Run `command` with `sh -c` and report its end with `fonap_heartbeat_trigger_ended`. If there is a `file_path`,
    /// create that file first, exclusively and with mode 0600, with `file_content`; remove it in the end. The content
    /// comes from the network: treat it as hostile.
    Run = 3,
    /// Kill the running command; its end is still to be reported.
    Kill = 4,
    /// Event: a heartbeat has begun with `query`.
    Query = 100,
    /// Event: `answer` was accepted.
    Answer = 101,
    /// Event: the text was not valid but counts as a sign of life; `reason` says what was wrong with it.
    AnswerInvalid = 102,
    /// Event: a datagram was not for this attempt.
    DatagramIgnored = 103,
    /// Event: an attempt has failed for `reason`; another address may follow.
    AttemptFailed = 104,
    /// Event: the heartbeat has failed, `failed` in a row.
    HeartbeatFailed = 105,
    /// Event: the service came up.
    Online = 106,
    /// Event: the service went down.
    Offline = 107,
    /// Event: there is no command for `trigger`.
    NoTrigger = 108,
    /// Event: the command of `trigger` will not run: contradicted by a newer one, or too many wait.
    TriggerDropped = 109,
    /// Event: the command of `trigger` has ended with `success` or without.
    TriggerEnded = 110,
    /// Event: the command of `trigger` took too long.
    TriggerKilled = 111,
    /// Event: the test run is over, its answer was valid if `success`.
    TestEnded = 112,
    /// Event: there will be no more heartbeats.
    Stopped = 113,
    /// Something that this version of the interface has no number for; to be ignored.
    Unknown = 999,
}

/// What `fonap_heartbeat_poll` gave. Members that do not belong to the kind are zero. Pointers are good until the next
/// call for the same machine.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_heartbeat_output {
    /// What this is.
    pub kind: fonap_heartbeat_out,
    /// Why something failed.
    pub reason: fonap_result,
    /// When to wake the machine.
    pub wait_until_ms: u64,
    /// The datagram.
    pub payload: fonap_octets,
    /// Where it goes.
    pub destination: fonap_address,
    /// From which port.
    pub source_port: u16,
    /// From a new socket.
    pub new_socket: u8,
    /// IPv4 addresses are of use.
    pub ipv4: u8,
    /// IPv6 addresses are of use.
    pub ipv6: u8,
    /// It went well.
    pub success: u8,
    /// Which trigger: `FONAP_HEARTBEAT_TRIGGER_...` or an exec code.
    pub trigger: u16,
    /// Consecutive failures.
    pub failed: u32,
    /// The host to look up.
    pub host: fonap_text,
    /// The command to run.
    pub command: fonap_text,
    /// The file that the command reads.
    pub file_path: fonap_text,
    /// What goes into it.
    pub file_content: fonap_octets,
    /// The query that was made.
    pub query: *const fonap_heartbeat_query,
    /// The answer that was accepted.
    pub answer: *const fonap_heartbeat_answer,
}

// SAFETY: numbers, raw pointers, enums with a variant 0, and structures of these.
unsafe impl Blank for fonap_heartbeat_output {}

const NOTHING: fonap_heartbeat_output =
    fonap_heartbeat_output { kind: fonap_heartbeat_out::Unknown, ..Blank::BLANK };

impl From<FailureReason> for fonap_result {
    fn from(reason: FailureReason) -> Self {
        match reason {
            FailureReason::Lookup => Self::NotFound,
            FailureReason::Timeout => Self::Timeout,
            FailureReason::Network => Self::Network,
            FailureReason::Dns(FailReason::Refused(_)) => Self::Refused,
            FailureReason::Answer(error) => error.into(),
            FailureReason::NopTime { .. } => Self::HeartbeatNopTime,
            _ => Self::Malformed,
        }
    }
}

/// Makes a machine. Its first heartbeat comes after a random delay below `period_offline_s`, or as set.
///
/// `settings` are copied. `problem` may be NULL; with `FONAP_RESULT_CONFIG`, `FONAP_RESULT_ARGUMENT` and
/// `FONAP_RESULT_TEXT` it gets a static string that names what is wrong. The machine belongs to the caller, who ends it
/// with `fonap_heartbeat_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_new(
    settings: *const fonap_heartbeat_settings,
    random: Option<&fonap_random>,
    now_ms: u64,
    heartbeat: Option<&mut MaybeUninit<*mut fonap_heartbeat>>,
    problem: Option<&mut MaybeUninit<*const c_char>>,
) -> fonap_result {
    run(|| {
        let heartbeat = heartbeat.ok_or(fonap_result::Null)?;
        let source = Source::new(random)?;
        let settings =
            explained(read(settings), problem, |settings| Heartbeat::new(settings, source, moment(now_ms)))?;
        let machine = Machine { heartbeat: settings, output: None, query: None, answer: None };
        hand_out(Some(heartbeat), fonap_heartbeat(Object::new(machine)))
    })
}

/// Takes over other settings while the machine runs, as SIGHUP does for a daemon. State and timer stay, cached addresses
/// go. A heartbeat under way ends with the old settings.
///
/// `problem` as in `fonap_heartbeat_new`; with an error the old settings stay.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_reload(
    heartbeat: Option<&mut fonap_heartbeat>,
    settings: *const fonap_heartbeat_settings,
    problem: Option<&mut MaybeUninit<*const c_char>>,
) -> fonap_result {
    Object::change(heartbeat.map(|handle| &mut handle.0), |machine| {
        explained(read(settings), problem, |settings| machine.heartbeat.reload(settings))
    })
}

type Problem<'a> = Option<&'a mut MaybeUninit<*const c_char>>;

/// Goes on with settings that could be read; says what is wrong with others.
fn explained<T>(
    settings: Result<heartbeat::Settings, (fonap_result, &'static CStr)>,
    place: Problem<'_>,
    use_them: impl FnOnce(heartbeat::Settings) -> Result<T, heartbeat::settings::SettingsError>,
) -> Result<T, fonap_result> {
    let done = settings
        .and_then(|settings| use_them(settings).map_err(|error| (fonap_result::Config, problem_of(error))));
    done.map_err(|(result, text)| {
        put_if_wanted(place, text.as_ptr());
        result
    })
}

/// Ends a machine. NULL is taken. Nothing is sent.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_heartbeat_free(heartbeat: Option<Box<fonap_heartbeat>>) {
    free(heartbeat);
}

fn handle(heartbeat: Option<&mut fonap_heartbeat>, now_ms: u64, input: Input<'_>) -> fonap_result {
    Object::change(heartbeat.map(|handle| &mut handle.0), |machine| {
        machine.heartbeat.handle(moment(now_ms), input);
        Ok(())
    })
}

/// Tells that time has passed.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_heartbeat_tick(heartbeat: Option<&mut fonap_heartbeat>, now_ms: u64) -> fonap_result {
    handle(heartbeat, now_ms, Input::Tick)
}

/// Tells that a datagram came on the socket of the attempt under way.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_datagram(
    heartbeat: Option<&mut fonap_heartbeat>,
    now_ms: u64,
    datagram: *const u8,
    datagram_len: usize,
) -> fonap_result {
    Object::change(heartbeat.map(|handle| &mut handle.0), |machine| {
        machine.heartbeat.handle(moment(now_ms), Input::Datagram(octets!(datagram, datagram_len)));
        Ok(())
    })
}

/// Tells that the network reported an error for that socket, such as port unreachable.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_heartbeat_network_error(
    heartbeat: Option<&mut fonap_heartbeat>,
    now_ms: u64,
) -> fonap_result {
    handle(heartbeat, now_ms, Input::NetworkError)
}

/// Tells the addresses that the look-up under way has found, perhaps none. Their ports do not matter.
///
/// `FONAP_RESULT_ARGUMENT` when one has a family other than 4 and 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_addresses(
    heartbeat: Option<&mut fonap_heartbeat>,
    now_ms: u64,
    addresses: *const fonap_address,
    count: usize,
) -> fonap_result {
    Object::change(heartbeat.map(|handle| &mut handle.0), |machine| {
        let addresses: Vec<IpAddr> =
            octets!(addresses, count).iter().map(fonap_address::ip).collect::<Result<_, _>>()?;
        machine.heartbeat.handle(moment(now_ms), Input::Addresses(&addresses));
        Ok(())
    })
}

/// Tells that the look-up under way has failed.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_heartbeat_lookup_failed(
    heartbeat: Option<&mut fonap_heartbeat>,
    now_ms: u64,
) -> fonap_result {
    handle(heartbeat, now_ms, Input::LookupFailed)
}

/// Tells that the command has ended, by itself or killed. `success` other than 0: its status was zero.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_heartbeat_trigger_ended(
    heartbeat: Option<&mut fonap_heartbeat>,
    now_ms: u64,
    success: u8,
) -> fonap_result {
    handle(heartbeat, now_ms, Input::TriggerEnded { success: success != 0 })
}

/// Begins a heartbeat without waiting for the period's end.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_heartbeat_now(heartbeat: Option<&mut fonap_heartbeat>, now_ms: u64) -> fonap_result {
    handle(heartbeat, now_ms, Input::HeartbeatNow)
}

/// Sends no more heartbeats.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_heartbeat_stop(heartbeat: Option<&mut fonap_heartbeat>, now_ms: u64) -> fonap_result {
    handle(heartbeat, now_ms, Input::Stop)
}

/// Tells the calendar time that belongs to `now_ms`; needed with `FONAP_HEARTBEAT_NOP_TIME_WINDOW` only, and again when
/// the system's clock was set.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_heartbeat_set_unix_time(
    heartbeat: Option<&mut fonap_heartbeat>,
    now_ms: u64,
    unix_seconds: i64,
) -> fonap_result {
    Object::change(heartbeat.map(|handle| &mut handle.0), |machine| {
        machine.heartbeat.set_unix_time(moment(now_ms), unix_seconds);
        Ok(())
    })
}

/// The next thing to do: `fonap_heartbeat_poll(heartbeat, &output, sizeof output)`. Everything is done when the kind is
/// `FONAP_HEARTBEAT_OUT_WAIT`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_poll(
    heartbeat: Option<&mut fonap_heartbeat>,
    output: *mut fonap_heartbeat_output,
    output_size: usize,
) -> fonap_result {
    Object::change(heartbeat.map(|handle| &mut handle.0), |machine| {
        // Nothing may get lost that the caller cannot see.
        crate::slice::takes(output, output_size)?;
        let next = machine.heartbeat.poll_output();
        let described = machine.describe(next);
        give!(output, output_size, &described)
    })
}

impl Machine {
    /// Keeps an output and shows it to C.
    fn describe(&mut self, next: Output) -> fonap_heartbeat_output {
        use fonap_heartbeat_out as Kind;
        let mut shown = NOTHING;
        match self.output.insert(next) {
            Output::WaitUntil(until) => {
                shown.kind = Kind::Wait;
                shown.wait_until_ms = milliseconds(*until);
            }
            Output::Transmit(transmit) => {
                shown.kind = Kind::Transmit;
                shown.payload = fonap_octets::of(&transmit.payload);
                shown.destination = transmit.destination.into();
                shown.source_port = transmit.source_port;
                shown.new_socket = transmit.new_socket.into();
            }
            Output::Lookup(lookup) => {
                shown.kind = Kind::Lookup;
                shown.host = fonap_text::of(&lookup.host);
                shown.ipv4 = lookup.ipv4.into();
                shown.ipv6 = lookup.ipv6.into();
            }
            Output::Run(run) => {
                let file = run.file.as_ref();
                shown.kind = Kind::Run;
                shown.trigger = number_of(run.name);
                shown.command = fonap_text::of(&run.command);
                shown.file_path = file.map_or(fonap_text::NONE, |file| fonap_text::of(&file.path));
                shown.file_content = file.map_or(fonap_octets::NONE, |file| fonap_octets::of(&file.content));
            }
            Output::Kill => shown.kind = Kind::Kill,
            Output::Event(event) => match event {
                Event::Query(query) => {
                    let query = self.query.insert((*query).into());
                    shown.kind = Kind::Query;
                    shown.query = query;
                }
                Event::Answer(answer) => {
                    let answer = &**self.answer.insert(Box::new((&**answer).into()));
                    shown.kind = Kind::Answer;
                    shown.answer = answer;
                }
                Event::AnswerInvalid(reason) => {
                    shown.kind = Kind::AnswerInvalid;
                    shown.reason = (*reason).into();
                }
                Event::DatagramIgnored(_) => shown.kind = Kind::DatagramIgnored,
                Event::AttemptFailed(reason) => {
                    shown.kind = Kind::AttemptFailed;
                    shown.reason = (*reason).into();
                }
                Event::HeartbeatFailed { failed } => {
                    shown.kind = Kind::HeartbeatFailed;
                    shown.failed = *failed;
                }
                Event::Online => shown.kind = Kind::Online,
                Event::Offline => shown.kind = Kind::Offline,
                Event::NoTrigger { name } => {
                    shown.kind = Kind::NoTrigger;
                    shown.trigger = number_of(*name);
                }
                Event::TriggerDropped { name } => {
                    shown.kind = Kind::TriggerDropped;
                    shown.trigger = number_of(*name);
                }
                Event::TriggerEnded { name, success } => {
                    shown.kind = Kind::TriggerEnded;
                    shown.trigger = number_of(*name);
                    shown.success = (*success).into();
                }
                Event::TriggerKilled { name } => {
                    shown.kind = Kind::TriggerKilled;
                    shown.trigger = number_of(*name);
                }
                Event::TestEnded { valid } => {
                    shown.kind = Kind::TestEnded;
                    shown.success = (*valid).into();
                }
                Event::Stopped => shown.kind = Kind::Stopped,
                _ => {}
            },
            _ => {}
        }
        shown
    }
}

/// Whether a datagram is the response to the query that is out: `accepted` becomes 1 or 0. Lets several machines share
/// a socket.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_accepts(
    heartbeat: Option<&fonap_heartbeat>,
    datagram: *const u8,
    datagram_len: usize,
    accepted: Option<&mut MaybeUninit<u8>>,
) -> fonap_result {
    Object::look(heartbeat.map(|handle| &handle.0), |machine| {
        put(accepted, machine.heartbeat.accepts(octets!(datagram, datagram_len)).into())
    })
}

/// Whether the service is up: `online` becomes 1 or 0.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_heartbeat_is_online(
    heartbeat: Option<&fonap_heartbeat>,
    online: Option<&mut MaybeUninit<u8>>,
) -> fonap_result {
    Object::look(heartbeat.map(|handle| &handle.0), |machine| {
        put(online, (machine.heartbeat.service() == Service::Online).into())
    })
}

/// Numbers for field diagnosis: consecutive failed heartbeats, and inputs that did not fit the state. Either pointer may
/// be NULL.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_heartbeat_counters(
    heartbeat: Option<&fonap_heartbeat>,
    failed: Option<&mut MaybeUninit<u32>>,
    ignored: Option<&mut MaybeUninit<u64>>,
) -> fonap_result {
    Object::look(heartbeat.map(|handle| &handle.0), |machine| {
        put_if_wanted(failed, machine.heartbeat.failed());
        put_if_wanted(ignored, machine.heartbeat.ignored_inputs());
        Ok(())
    })
}

/// The state's name for field diagnosis, a static string that ends with a zero: "waiting", "looking up", "attempting",
/// "stopped". NULL for a NULL handle.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_heartbeat_state_name(heartbeat: Option<&fonap_heartbeat>) -> *const c_char {
    let name =
        heartbeat.and_then(|handle| handle.0.inner().ok()).map(|machine| machine.heartbeat.state_name());
    match name {
        None => core::ptr::null(),
        Some("waiting") => c"waiting".as_ptr(),
        Some("looking up") => c"looking up".as_ptr(),
        Some("attempting") => c"attempting".as_ptr(),
        Some(_) => c"stopped".as_ptr(),
    }
}

/// Writes the line that operators know from the log for a query.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_query_line(
    query: Option<&fonap_heartbeat_query>,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let line = Query::from(query.ok_or(fonap_result::Null)?).to_string();
        fill!(out, capacity, length, line.as_bytes())
    })
}

/// Writes the line that operators know from the log for the answer of the last `FONAP_HEARTBEAT_OUT_ANSWER`.
///
/// `FONAP_RESULT_STATE` when the last poll gave something else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_answer_line(
    heartbeat: Option<&fonap_heartbeat>,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    Object::look(heartbeat.map(|handle| &handle.0), |machine| match &machine.output {
        Some(Output::Event(Event::Answer(answer))) => {
            fill!(out, capacity, length, answer.to_string().as_bytes())
        }
        _ => Err(fonap_result::State),
    })
}
