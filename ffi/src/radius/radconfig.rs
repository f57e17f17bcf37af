//! Remote configuration of a hotspot ("radconfig").

use super::packet::{fonap_radius_packet, packet};
use super::writer::{boxed_request, fonap_radius_writer};
use crate::blank::Blank;
use crate::boundary::{Object, free, hand_out, put, run};
use crate::slice::{fill, give, octets, take, text};
use crate::source::{Source, milliseconds, moment};
use crate::{fonap_octets, fonap_random, fonap_result, fonap_text};
use alloc::boxed::Box;
use alloc::string::String;
use core::ffi::c_char;
use core::mem::MaybeUninit;
use radius_codec::radconfig::{
    Action, Configuration, Input, Login, Mode, Output, Refresh, Stored, convert, merge, received, request,
};
use radius_codec::terminate_time::TerminateTime;

/// How `newdomain` lines are read: to the letter, as the original does.
pub const FONAP_RADCONFIG_EXACT: u32 = 0;
/// How `newdomain` lines are read: blanks trimmed, empty items dropped, dots escaped, lower case.
pub const FONAP_RADCONFIG_TOLERANT: u32 = 1;

/// What a gateway says of itself when it asks for its configuration. Set to zeros, with its size, by
/// `fonap_radconfig_login_init` first; all other members have to be set.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_radconfig_login {
    /// Octets of this structure, as the program was built.
    pub size: usize,
    /// The product's version, `1.2.6`.
    pub version: fonap_text,
    /// `PROFILE-DEVICE-VERSION.REVISION`, `SRCTST01-fonap-1.0.0.2`.
    pub user: fonap_text,
    /// The password.
    pub password: fonap_octets,
    /// The MAC address of the client side, `AA-BB-CC-DD-EE-FF`.
    pub called_station_id: fonap_text,
    /// The hotspot's MAC address, upper case with dashes.
    pub nas_identifier: fonap_text,
    /// The gateway's IPv4 address.
    pub nas_ip_address: [u8; 4],
}

const NOBODY: fonap_radconfig_login = fonap_radconfig_login {
    size: size_of::<fonap_radconfig_login>(),
    version: fonap_text::NONE,
    user: fonap_text::NONE,
    password: fonap_octets::NONE,
    called_station_id: fonap_text::NONE,
    nas_identifier: fonap_text::NONE,
    nas_ip_address: [0; 4],
};

/// Sets a structure of `size` octets to zeros and NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radconfig_login_init(
    login: *mut fonap_radconfig_login,
    size: usize,
) -> fonap_result {
    run(|| {
        if size < size_of::<usize>() {
            return Err(fonap_result::Argument);
        }
        give!(login, size, &fonap_radconfig_login { size, ..NOBODY })
    })
}

fn mode_of(mode: u32) -> Result<Mode, fonap_result> {
    match mode {
        FONAP_RADCONFIG_EXACT => Ok(Mode::Exact),
        FONAP_RADCONFIG_TOLERANT => Ok(Mode::Tolerant),
        _ => Err(fonap_result::Argument),
    }
}

/// Makes the Access-Request that asks for the configuration, for `fonap_radius_client_send` of a client whose schedule is
/// `FONAP_RADIUS_SCHEDULE_VENDOR` with 1 round, 1 send and 7000 ms.
///
/// What does not fit an attribute shows when it is sent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radconfig_request(
    login: *const fonap_radconfig_login,
    request_out: Option<&mut MaybeUninit<*mut fonap_radius_writer>>,
) -> fonap_result {
    run(|| {
        let request_out = request_out.ok_or(fonap_result::Null)?;
        let login = take!(login, NOBODY);
        let made = request(&Login {
            version: text!(login.version.data, login.version.length),
            user: text!(login.user.data, login.user.length),
            password: octets!(login.password.data, login.password.length),
            called_station_id: text!(login.called_station_id.data, login.called_station_id.length),
            nas_ip_address: login.nas_ip_address.into(),
            nas_identifier: text!(login.nas_identifier.data, login.nas_identifier.length),
        });
        request_out.write(Box::into_raw(boxed_request(made)));
        Ok(())
    })
}

/// Writes the configuration text that an Access-Accept carries, one line each; empty for a reply of any other code.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radconfig_received(
    reply: Option<&fonap_radius_packet>,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| fill!(out, capacity, length, received(&packet!(reply)).as_bytes()))
}

/// Writes the domain file that the `newdomain` lines of a configuration make: one pattern a line, the negative ones
/// first. `mode` is `FONAP_RADCONFIG_EXACT` or `FONAP_RADCONFIG_TOLERANT`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radconfig_domain_file(
    configuration: *const c_char,
    configuration_len: usize,
    mode: u32,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let converted = convert(text!(configuration, configuration_len), mode_of(mode)?);
        fill!(out, capacity, length, converted.domain_file().as_bytes())
    })
}

/// Writes the configuration without its `newdomain` lines.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radconfig_remaining(
    configuration: *const c_char,
    configuration_len: usize,
    mode: u32,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let converted = convert(text!(configuration, configuration_len), mode_of(mode)?);
        fill!(out, capacity, length, converted.remaining.as_bytes())
    })
}

/// Writes local and received lines as one configuration: local ones win, but for options that may stand several times.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radconfig_merge(
    local: *const c_char,
    local_len: usize,
    received_lines: *const c_char,
    received_len: usize,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let merged = merge(text!(local, local_len), text!(received_lines, received_len));
        fill!(out, capacity, length, merged.as_bytes())
    })
}

/// A configuration with the whitelist that was made of it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_radconfig_configuration {
    /// The lines for the daemon.
    pub text: fonap_text,
    /// The domain file, one pattern a line.
    pub domain_file: fonap_text,
}

fn configuration(
    from: Option<&fonap_radconfig_configuration>,
) -> Result<Option<Configuration>, fonap_result> {
    let Some(from) = from else { return Ok(None) };
    let lines = text!(from.domain_file.data, from.domain_file.length).lines();
    Ok(Some(Configuration {
        text: text!(from.text.data, from.text.length).into(),
        patterns: lines.map(String::from).collect(),
    }))
}

/// Says when a gateway asks for its configuration, when it reloads, and when it goes back to the last one that worked.
///
/// The loop round it: poll until `FONAP_RADCONFIG_OUT_WAIT`, doing each time what it says; wait for that time or the
/// awaited answer; tell it; begin again. The first request is at once, the second at a random second of the following
/// day, each later one a day after the one before.
pub struct fonap_radconfig(Object<Machine>);

struct Machine {
    refresh: Refresh<Source>,
    output: Option<Output>,
    domain_file: String,
}

/// What is to be done.
#[repr(u32)]
#[derive(Clone, Copy)]
pub enum fonap_radconfig_out {
    /// Nothing more before `wait_until_ms`; `UINT64_MAX` while an answer is awaited.
    Wait = 0,
    /// Ask for the configuration (`fonap_radconfig_request`), then call `fonap_radconfig_set_received`.
    Request = 1,
    /// Look whether the daemon runs, then call `fonap_radconfig_set_running`.
    AskRunning = 2,
    /// Put `configuration` in the place of the running one.
    Install = 3,
    /// Make the running daemon read its configuration again.
    Reload = 4,
    /// Start the daemon.
    Run = 5,
    /// Keep `configuration` on flash: it worked.
    Save = 6,
    /// Something that this version of the interface has no number for; to be ignored.
    Unknown = 999,
}

/// What `fonap_radconfig_poll` gave. Pointers are good until the next call for the same machine.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_radconfig_output {
    /// What this is.
    pub kind: fonap_radconfig_out,
    /// When to wake the machine.
    pub wait_until_ms: u64,
    /// The configuration to install or save.
    pub configuration: fonap_radconfig_configuration,
}

// SAFETY: numbers, raw pointers, enums with a variant 0, and structures of these.
unsafe impl Blank for fonap_radconfig_output {}

const NOTHING: fonap_radconfig_output =
    fonap_radconfig_output { kind: fonap_radconfig_out::Unknown, ..Blank::BLANK };

/// Makes the machine. `current` is the configuration in use, `saved` the last one that worked, from flash; either may be
/// NULL. `factory` is the one that the device was made with. `local` are the lines that win over received ones. All are
/// copied. `mode` as in `fonap_radconfig_domain_file`. Ended by `fonap_radconfig_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radconfig_new(
    current: Option<&fonap_radconfig_configuration>,
    saved: Option<&fonap_radconfig_configuration>,
    factory: Option<&fonap_radconfig_configuration>,
    local: *const c_char,
    local_len: usize,
    mode: u32,
    random: Option<&fonap_random>,
    now_ms: u64,
    machine: Option<&mut MaybeUninit<*mut fonap_radconfig>>,
) -> fonap_result {
    run(|| {
        let factory = configuration(Some(factory.ok_or(fonap_result::Null)?))?.unwrap_or_default();
        let stored = Stored { current: configuration(current)?, saved: configuration(saved)?, factory };
        let (local, source) = (text!(local, local_len), Source::new(random)?);
        let refresh = Refresh::new(stored, local, mode_of(mode)?, source, moment(now_ms));
        let made = Machine { refresh, output: None, domain_file: String::new() };
        hand_out(machine, fonap_radconfig(Object::new(made)))
    })
}

/// Ends the machine. NULL is taken.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_radconfig_free(machine: Option<Box<fonap_radconfig>>) {
    free(machine);
}

fn handle(machine: Option<&mut fonap_radconfig>, now_ms: u64, input: Input) -> fonap_result {
    Object::change(machine.map(|handle| &mut handle.0), |machine| {
        machine.refresh.handle(moment(now_ms), input);
        Ok(())
    })
}

/// Tells that time has passed.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_radconfig_tick(machine: Option<&mut fonap_radconfig>, now_ms: u64) -> fonap_result {
    handle(machine, now_ms, Input::Tick)
}

/// Tells the lines that were received: what `fonap_radconfig_received` wrote, or nothing for a reject or a timeout.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radconfig_set_received(
    machine: Option<&mut fonap_radconfig>,
    now_ms: u64,
    lines: *const c_char,
    lines_len: usize,
) -> fonap_result {
    Object::change(machine.map(|handle| &mut handle.0), |machine| {
        machine.refresh.handle(moment(now_ms), Input::Received(text!(lines, lines_len).into()));
        Ok(())
    })
}

/// Tells whether the daemon runs, other than 0, or not.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_radconfig_set_running(
    machine: Option<&mut fonap_radconfig>,
    now_ms: u64,
    running: u8,
) -> fonap_result {
    handle(machine, now_ms, Input::Running(running != 0))
}

/// The next thing to do: `fonap_radconfig_poll(machine, &output, sizeof output)`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radconfig_poll(
    machine: Option<&mut fonap_radconfig>,
    output: *mut fonap_radconfig_output,
    output_size: usize,
) -> fonap_result {
    use fonap_radconfig_out as Kind;
    Object::change(machine.map(|handle| &mut handle.0), |machine| {
        crate::slice::takes(output, output_size)?;
        let next = machine.refresh.poll_output();
        let mut shown = NOTHING;
        let kept = match machine.output.insert(next) {
            Output::WaitUntil(until) => {
                (shown.kind, shown.wait_until_ms) = (Kind::Wait, milliseconds(*until));
                None
            }
            Output::Action(action) => {
                let (kind, configuration) = match action {
                    Action::Request => (Kind::Request, None),
                    Action::AskRunning => (Kind::AskRunning, None),
                    Action::Reload => (Kind::Reload, None),
                    Action::Run => (Kind::Run, None),
                    Action::Install(configuration) => (Kind::Install, Some(&*configuration)),
                    Action::Save(configuration) => (Kind::Save, Some(&*configuration)),
                    _ => (Kind::Unknown, None),
                };
                shown.kind = kind;
                configuration
            }
            _ => None,
        };
        if let Some(configuration) = kept {
            machine.domain_file.clear();
            for pattern in &configuration.patterns {
                machine.domain_file.push_str(pattern);
                machine.domain_file.push('\n');
            }
            shown.configuration = fonap_radconfig_configuration {
                text: fonap_text::of(&configuration.text),
                domain_file: fonap_text::of(&machine.domain_file),
            };
        }
        give!(output, output_size, &shown)
    })
}

/// Reads WISPr-Session-Terminate-Time, `YYYY-MM-DDThh:mm:ss` with an optional `+hh:mm`. Without a zone it is local time,
/// `local_seconds` ahead of UTC. `unix_seconds` becomes seconds since 1970.
///
/// `FONAP_RESULT_MALFORMED` for what is to be ignored. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_terminate_time(
    time: *const c_char,
    time_len: usize,
    local_seconds: i32,
    unix_seconds: Option<&mut MaybeUninit<i64>>,
) -> fonap_result {
    run(|| {
        let time = TerminateTime::parse(text!(time, time_len)).ok_or(fonap_result::Malformed)?;
        put(unix_seconds, time.unix_seconds(local_seconds))
    })
}
