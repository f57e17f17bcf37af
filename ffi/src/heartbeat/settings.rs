//! What the machine is told.

use super::fonap_heartbeat_rsa_key;
use crate::boundary::run;
use crate::slice::{give, octets, take, text};
use crate::{fonap_result, fonap_text};
use alloc::vec::Vec;
use core::ffi::CStr;
use core::time::Duration;
use heartbeat::exec::TriggerName;
use heartbeat::liveness::Fsm;
use heartbeat::settings::{Compat, Family, Hardening, Server, SettingsError};
use heartbeat::{Architecture, ExecCode, Identity, Key, Mac, Settings, Version};

/// A trigger's name: the service came up. Numbers from 1 to 255 are the exec codes of regular answers.
pub const FONAP_HEARTBEAT_TRIGGER_ONLINE: u16 = 256;
/// A trigger's name: the service went down.
pub const FONAP_HEARTBEAT_TRIGGER_OFFLINE: u16 = 257;

/// After a failed heartbeat, go on to the next server.
pub const FONAP_HEARTBEAT_ROTATE_HOSTS: u32 = 1;
/// One heartbeat of type online, at once, and no more.
pub const FONAP_HEARTBEAT_TEST_RUN: u32 = 1 << 1;
/// Stopping while online runs the offline trigger.
pub const FONAP_HEARTBEAT_OFFLINE_ON_EXIT: u32 = 1 << 2;
/// `start_delay_ms` counts; without it the first heartbeat comes after a random delay below `period_offline_s`.
pub const FONAP_HEARTBEAT_START_DELAY: u32 = 1 << 3;
/// Regular answers count as alive but never run anything.
pub const FONAP_HEARTBEAT_DENY_EXEC: u32 = 1 << 4;
/// The tail of a NOP answer must be zero.
pub const FONAP_HEARTBEAT_REQUIRE_ZERO_TAIL: u32 = 1 << 5;
/// A NOP answer must carry the keyed tag; the server has to know of it.
pub const FONAP_HEARTBEAT_NOP_TAG: u32 = 1 << 6;
/// Queries carry a keyed tag.
pub const FONAP_HEARTBEAT_AUTH_FILLER: u32 = 1 << 7;
/// `nop_time_window_s` counts; see `fonap_heartbeat_set_unix_time`.
pub const FONAP_HEARTBEAT_NOP_TIME_WINDOW: u32 = 1 << 8;
/// The original's behaviour in all that follows here.
pub const FONAP_HEARTBEAT_COMPAT_SOURCE: u32 = 0x3f << 16;
/// `compat.liveness = transport`.
pub const FONAP_HEARTBEAT_COMPAT_LIVENESS_TRANSPORT: u32 = 1 << 16;
/// `compat.fsm = source`.
pub const FONAP_HEARTBEAT_COMPAT_FSM_SOURCE: u32 = 1 << 17;
/// `compat.first_datagram_decides`.
pub const FONAP_HEARTBEAT_COMPAT_FIRST_DATAGRAM: u32 = 1 << 18;
/// `compat.v4mapped_first`.
pub const FONAP_HEARTBEAT_COMPAT_V4MAPPED_FIRST: u32 = 1 << 19;
/// `compat.trid31`.
pub const FONAP_HEARTBEAT_COMPAT_TRID31: u32 = 1 << 20;
/// `compat.timeout_unit = s`, for what reads `compat` later; `timeout_ms` is always in milliseconds.
pub const FONAP_HEARTBEAT_COMPAT_TIMEOUT_UNIT: u32 = 1 << 21;

/// A status server.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_heartbeat_server {
    /// Its name or address.
    pub host: fonap_text,
    /// Its port; 0 stands for 53.
    pub port: u16,
}

/// A command that is run for an instruction, or when the service comes up or goes down.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_heartbeat_trigger {
    /// `FONAP_HEARTBEAT_TRIGGER_ONLINE`, `FONAP_HEARTBEAT_TRIGGER_OFFLINE`, or an exec code from 1 to 255.
    pub name: u16,
    /// The command. For an exec code every `DATA` in it becomes the path of the file with the answer's data.
    pub command: fonap_text,
}

/// What a machine is told. Set all to their defaults with `fonap_heartbeat_settings_init` first; there is no default for
/// `mac`, `version`, `key` and `servers`. What the pointers refer to has to stay until the call that takes the settings
/// returns.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_heartbeat_settings {
    /// Octets of this structure, as the program was built.
    pub size: usize,
    /// The servers; only the first is used, unless `FONAP_HEARTBEAT_ROTATE_HOSTS` is set.
    pub servers: *const fonap_heartbeat_server,
    /// How many.
    pub server_count: usize,
    /// What follows the label; begins with a dot. Default `.sm.fon.com`.
    pub suffix: fonap_text,
    /// The commands. Default none.
    pub triggers: *const fonap_heartbeat_trigger,
    /// How many.
    pub trigger_count: usize,
    /// Where data files go; private to the daemon. Default `/var/run/fonap`.
    pub data_directory: fonap_text,
    /// The server's RSA key, copied. NULL, the default: instructions are refused.
    pub rsa_key: *const fonap_heartbeat_rsa_key,
    /// Delay after a successful heartbeat. Default 60.
    pub period_online_s: u32,
    /// Delay after a failed one. Default 60.
    pub period_offline_s: u32,
    /// Delay after a failed one while fewer than `retries` have failed; 0, the default, stands for `period_offline_s`.
    pub period_fast_s: u32,
    /// Consecutive failures that make the service go offline. Default 3.
    pub retries: u32,
    /// How long an attempt, or a look-up, may take. Default 3000.
    pub timeout_ms: u32,
    /// How long a trigger may run. Default 60.
    pub trigger_limit_s: u32,
    /// Delay before the first heartbeat, with `FONAP_HEARTBEAT_START_DELAY`.
    pub start_delay_ms: u32,
    /// How far the server's time may be from ours, with `FONAP_HEARTBEAT_NOP_TIME_WINDOW`.
    pub nop_time_window_s: u32,
    /// `FONAP_HEARTBEAT_...` flags. Default 0.
    pub flags: u32,
    /// The hotspot's MAC.
    pub mac: [u8; 6],
    /// Major, minor, micro, revision.
    pub version: [u8; 4],
    /// Default 37.
    pub architecture: u8,
    /// 4 or 6 for one address family only. Default 0, both.
    pub family: u8,
    /// How often a query is sent again within its attempt. Default 0.
    pub retransmissions: u8,
    /// How far delays vary, in percent up to 100. Default 0.
    pub jitter_percent: u8,
    /// The key shared with the server.
    pub key: [u8; 32],
}

const DEFAULT: fonap_heartbeat_settings = fonap_heartbeat_settings {
    size: size_of::<fonap_heartbeat_settings>(),
    servers: core::ptr::null(),
    server_count: 0,
    suffix: fonap_text::of(".sm.fon.com"),
    triggers: core::ptr::null(),
    trigger_count: 0,
    data_directory: fonap_text::of(heartbeat::settings::DEFAULT_DATA_DIRECTORY),
    rsa_key: core::ptr::null(),
    period_online_s: 60,
    period_offline_s: 60,
    period_fast_s: 0,
    retries: 3,
    timeout_ms: 3000,
    trigger_limit_s: 60,
    start_delay_ms: 0,
    nop_time_window_s: 0,
    flags: 0,
    mac: [0; 6],
    version: [0; 4],
    architecture: Architecture::FONAP.0,
    family: 0,
    retransmissions: 0,
    jitter_percent: 0,
    key: [0; 32],
};

/// Sets a structure of `size` octets to the defaults: `fonap_heartbeat_settings_init(&settings, sizeof settings)`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_settings_init(
    settings: *mut fonap_heartbeat_settings,
    size: usize,
) -> fonap_result {
    run(|| {
        if size < size_of::<usize>() {
            return Err(fonap_result::Argument);
        }
        give!(settings, size, &fonap_heartbeat_settings { size, ..DEFAULT })
    })
}

/// What a structure of the caller's says.
pub(super) fn read(
    settings: *const fonap_heartbeat_settings,
) -> Result<Settings, (fonap_result, &'static CStr)> {
    convert(settings).map_err(|result| (result, c"a pointer, a text, a host, a flag or a trigger's name"))
}

fn convert(settings: *const fonap_heartbeat_settings) -> Result<Settings, fonap_result> {
    let from = take!(settings, DEFAULT);
    let known = FONAP_HEARTBEAT_COMPAT_SOURCE | 0x1ff;
    if from.flags & !known != 0 {
        return Err(fonap_result::Argument);
    }
    let has = |flag: u32| from.flags & flag != 0;
    let [major, minor, micro, revision] = from.version;
    let identity = Identity {
        mac: Mac(from.mac),
        version: Version { major, minor, micro, revision },
        architecture: Architecture(from.architecture),
    };
    let mut servers = Vec::new();
    for server in octets!(from.servers, from.server_count) {
        let host = text!(server.host.data, server.host.length).parse().map_err(|_| fonap_result::Argument)?;
        let port = if server.port == 0 { heartbeat::host::DEFAULT_PORT } else { server.port };
        servers.push(Server { host, port });
    }
    // Any host will do here: the servers replace it.
    let any = heartbeat::Host::Literal(core::net::Ipv4Addr::UNSPECIFIED.into());
    let mut settings = Settings::new(identity, Key::new(from.key), any);
    settings.servers = servers;
    settings.rotate_hosts = has(FONAP_HEARTBEAT_ROTATE_HOSTS);
    settings.suffix = text!(from.suffix.data, from.suffix.length).into();
    // SAFETY: by the contract of the structure NULL, or a key that was not freed yet.
    settings.rsa = match unsafe { from.rsa_key.as_ref() } {
        Some(key) => Some(key.0.inner()?.clone()),
        None => None,
    };
    for trigger in octets!(from.triggers, from.trigger_count) {
        let command = text!(trigger.command.data, trigger.command.length);
        settings.triggers.set(name_of(trigger.name)?, command.into());
    }
    settings.data_directory = text!(from.data_directory.data, from.data_directory.length).into();
    settings.period_online = seconds(from.period_online_s);
    settings.period_offline = seconds(from.period_offline_s);
    settings.period_fast = (from.period_fast_s != 0).then(|| seconds(from.period_fast_s));
    settings.retries = from.retries;
    settings.timeout = Duration::from_millis(from.timeout_ms.into());
    settings.retransmissions = from.retransmissions;
    settings.trigger_limit = seconds(from.trigger_limit_s);
    settings.family = match from.family {
        0 => Family::Any,
        4 => Family::Ipv4,
        6 => Family::Ipv6,
        _ => return Err(fonap_result::Argument),
    };
    settings.start_delay =
        has(FONAP_HEARTBEAT_START_DELAY).then(|| Duration::from_millis(from.start_delay_ms.into()));
    settings.test_run = has(FONAP_HEARTBEAT_TEST_RUN);
    settings.offline_on_exit = has(FONAP_HEARTBEAT_OFFLINE_ON_EXIT);
    settings.compat = Compat {
        liveness_transport: has(FONAP_HEARTBEAT_COMPAT_LIVENESS_TRANSPORT),
        fsm: if has(FONAP_HEARTBEAT_COMPAT_FSM_SOURCE) { Fsm::Source } else { Fsm::default() },
        timeout_in_seconds: has(FONAP_HEARTBEAT_COMPAT_TIMEOUT_UNIT),
        first_datagram_decides: has(FONAP_HEARTBEAT_COMPAT_FIRST_DATAGRAM),
        v4mapped_first: has(FONAP_HEARTBEAT_COMPAT_V4MAPPED_FIRST),
        trid31: has(FONAP_HEARTBEAT_COMPAT_TRID31),
    };
    settings.hardening = Hardening {
        strict_nop: has(FONAP_HEARTBEAT_REQUIRE_ZERO_TAIL),
        nop_time_window: has(FONAP_HEARTBEAT_NOP_TIME_WINDOW).then_some(from.nop_time_window_s),
        deny_exec: has(FONAP_HEARTBEAT_DENY_EXEC),
        jitter: from.jitter_percent,
        auth_filler: has(FONAP_HEARTBEAT_AUTH_FILLER),
        nop_tag: has(FONAP_HEARTBEAT_NOP_TAG),
    };
    Ok(settings)
}

/// Why the machine does not take settings.
pub(super) fn problem(error: SettingsError) -> &'static CStr {
    match error {
        SettingsError::NoServer => c"servers: there is none",
        SettingsError::SuffixDot => c"suffix: does not begin with a dot",
        SettingsError::Suffix(_) => c"suffix: makes no DNS name behind a label",
        SettingsError::Period { name: "period_online" } => c"period_online_s: must be from 1 to 2147483647",
        SettingsError::Period { name: "period_offline" } => c"period_offline_s: must be from 1 to 2147483647",
        SettingsError::Period { .. } => c"period_fast_s: must be at most 2147483647",
        SettingsError::Timeout => c"timeout_ms: must be above 0",
        SettingsError::Retries => c"retries: must be at least 1",
        SettingsError::DataDirectory => c"data_directory: may have letters, digits and / . _ - only",
        SettingsError::Jitter => c"jitter_percent: must be at most 100",
        SettingsError::StrictNopAndTag => {
            c"flags: FONAP_HEARTBEAT_REQUIRE_ZERO_TAIL and FONAP_HEARTBEAT_NOP_TAG exclude each other"
        }
        _ => c"the settings do not go together",
    }
}

fn name_of(number: u16) -> Result<TriggerName, fonap_result> {
    match (number, u8::try_from(number)) {
        (FONAP_HEARTBEAT_TRIGGER_ONLINE, _) => Ok(TriggerName::Online),
        (FONAP_HEARTBEAT_TRIGGER_OFFLINE, _) => Ok(TriggerName::Offline),
        (_, Ok(code @ 1..)) => Ok(TriggerName::Exec(ExecCode(code))),
        _ => Err(fonap_result::Argument),
    }
}

/// The number of a trigger's name.
pub(super) const fn number_of(name: TriggerName) -> u16 {
    match name {
        TriggerName::Online => FONAP_HEARTBEAT_TRIGGER_ONLINE,
        TriggerName::Offline => FONAP_HEARTBEAT_TRIGGER_OFFLINE,
        TriggerName::Exec(code) => code.0 as u16,
    }
}

const fn seconds(number: u32) -> Duration {
    Duration::from_secs(number as u64)
}
