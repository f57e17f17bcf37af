//! Everything the client's machine is told (spec: heartbeat 9.6, 20, 21).

use crate::dns::{Name, NameError};
use crate::exec::{Triggers, is_plain_path};
use crate::host::DEFAULT_PORT;
use crate::liveness::Fsm;
use crate::query::LABEL_LEN;
use crate::rsa::RsaPublicKey;
use crate::{Host, Identity, Key};
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

/// The longest period and timeout taken: the largest number the configuration file can hold, in seconds.
pub const MAX_PERIOD: Duration = Duration::from_secs(2_147_483_647);
/// Where data files go unless told otherwise. The directory must be private to the daemon.
pub const DEFAULT_DATA_DIRECTORY: &str = "/var/run/fonap";

/// A status server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Its name or address.
    pub host: Host,
    /// Its port.
    pub port: u16,
}

/// Which address families are tried; IPv6 first where both are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Family {
    /// Both.
    #[default]
    Any,
    /// IPv4 only.
    Ipv4,
    /// IPv6 only.
    Ipv6,
}

impl Family {
    /// Whether IPv4 is tried.
    #[must_use]
    pub const fn has_ipv4(self) -> bool {
        !matches!(self, Self::Ipv6)
    }

    /// Whether IPv6 is tried.
    #[must_use]
    pub const fn has_ipv6(self) -> bool {
        !matches!(self, Self::Ipv4)
    }
}

/// The original's behaviour, option by option (spec: heartbeat 21). All off by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Compat {
    /// `compat.liveness = transport`: any acceptable DNS response is a sign of life (spec: heartbeat 7.6).
    pub liveness_transport: bool,
    /// `compat.fsm` (spec: heartbeat 9.2).
    pub fsm: Fsm,
    /// `compat.timeout_unit = s`: a bare timeout is in seconds, capped at 1000, and 20 ms longer (spec: heartbeat 7.3,
    /// 9.5). Used when a configured number becomes [`Settings::timeout`].
    pub timeout_in_seconds: bool,
    /// `compat.first_datagram_decides` (spec: heartbeat 7.4).
    pub first_datagram_decides: bool,
    /// `compat.v4mapped_first`: an IPv4 literal is tried as an IPv4-mapped IPv6 address before (spec: heartbeat 11).
    pub v4mapped_first: bool,
    /// `compat.trid31`: transaction ids below 2³¹ (spec: heartbeat 4.1).
    pub trid31: bool,
}

impl Compat {
    /// `--compat source`: all of them.
    pub const SOURCE: Self = Self {
        liveness_transport: true,
        fsm: Fsm::Source,
        timeout_in_seconds: true,
        first_datagram_decides: true,
        v4mapped_first: true,
        trid31: true,
    };
}

/// Opt-in hardening that keeps the wire format (spec: heartbeat 20). All off by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Hardening {
    /// `strict_nop`: the tail of a NOP answer must be zero. Excludes `nop_tag`.
    pub strict_nop: bool,
    /// `nop_time_window`, seconds: how far the time of a NOP answer may be from the local clock. Counts once the
    /// machine has been told the clock.
    pub nop_time_window: Option<u32>,
    /// `deny_exec`: regular answers count as alive but never run anything.
    pub deny_exec: bool,
    /// `jitter`, percent up to 100: how far delays vary.
    pub jitter: u8,
    /// `auth_filler`: queries carry the E1 tag.
    pub auth_filler: bool,
    /// `nop_tag = require`: a NOP answer must carry the E2 tag. Excludes `strict_nop`.
    pub nop_tag: bool,
}

/// What the machine is told. Made by [`Settings::new`] with the defaults of spec: heartbeat 9.6, changed field by field
/// and checked once, by [`crate::Heartbeat::new`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// Who we are.
    pub identity: Identity,
    /// The key shared with the server: the current one, where keys roll over.
    pub key: Key,
    /// The server's RSA key. Without one regular answers are invalid.
    pub rsa: Option<RsaPublicKey>,
    /// The servers. Only the first is used, unless `rotate_hosts` is set.
    pub servers: Vec<Server>,
    /// After a failed heartbeat, go on to the next server.
    pub rotate_hosts: bool,
    /// What follows the label. Begins with a dot.
    pub suffix: String,
    /// Delay after a successful heartbeat.
    pub period_online: Duration,
    /// Delay after a failed one.
    pub period_offline: Duration,
    /// Delay after a failed one while fewer than `retries` have failed.
    pub period_fast: Option<Duration>,
    /// Consecutive failures that make the service go offline, the first included.
    pub retries: u32,
    /// How long an attempt, or a look-up, may take.
    pub timeout: Duration,
    /// How often a query is sent again within its attempt, evenly spread over `timeout`. The original never does.
    pub retransmissions: u8,
    /// The commands.
    pub triggers: Triggers,
    /// Where data files go. Must be private, and plain to a shell.
    pub data_directory: String,
    /// How long a trigger may run before it is killed.
    pub trigger_limit: Duration,
    /// Which address families are tried.
    pub family: Family,
    /// Delay before the first heartbeat; random below `period_offline` when not set.
    pub start_delay: Option<Duration>,
    /// `--test`: one heartbeat of type online, at once, and no more.
    pub test_run: bool,
    /// `--offline-on-exit`: stopping while online runs the offline trigger.
    pub offline_on_exit: bool,
    /// The original's behaviour.
    pub compat: Compat,
    /// Opt-in hardening.
    pub hardening: Hardening,
}

/// Why settings cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// There is no server.
    #[error("no host")]
    NoServer,
    /// The suffix does not begin with a dot (spec: heartbeat 4.4).
    #[error("the suffix does not begin with a dot")]
    SuffixDot,
    /// The suffix makes no name behind a label.
    #[error("the suffix: {0}")]
    Suffix(#[from] NameError),
    /// A period is zero or longer than [`MAX_PERIOD`].
    #[error("{name} must be from 1 to 2147483647 seconds")]
    Period {
        /// The keyword.
        name: &'static str,
    },
    /// The timeout is zero or longer than [`MAX_PERIOD`].
    #[error("the timeout must be above zero and at most 2147483647 seconds")]
    Timeout,
    /// `retries` is zero.
    #[error("retries must be at least 1")]
    Retries,
    /// The data directory has characters a shell would not take as they stand.
    #[error("the data directory may have letters, digits and / . _ - only")]
    DataDirectory,
    /// `jitter` is above 100.
    #[error("jitter must be at most 100 percent")]
    Jitter,
    /// `strict_nop` and `nop_tag` exclude each other.
    #[error("strict_nop and nop_tag exclude each other")]
    StrictNopAndTag,
}

impl Settings {
    /// Settings with the defaults of spec: heartbeat 9.6 and one server at port 53.
    #[must_use]
    pub fn new(identity: Identity, key: Key, host: Host) -> Self {
        Self {
            identity,
            key,
            rsa: None,
            servers: alloc::vec![Server { host, port: DEFAULT_PORT }],
            rotate_hosts: false,
            suffix: ".sm.fon.com".into(),
            period_online: Duration::from_secs(60),
            period_offline: Duration::from_secs(60),
            period_fast: None,
            retries: 3,
            timeout: Duration::from_millis(3000),
            retransmissions: 0,
            triggers: Triggers::new(),
            data_directory: DEFAULT_DATA_DIRECTORY.into(),
            trigger_limit: Duration::from_secs(60),
            family: Family::Any,
            start_delay: None,
            test_run: false,
            offline_on_exit: false,
            compat: Compat::default(),
            hardening: Hardening::default(),
        }
    }

    /// Says what is wrong with the settings.
    ///
    /// # Errors
    /// [`SettingsError`]: the first thing found.
    pub fn check(&self) -> Result<(), SettingsError> {
        if self.servers.is_empty() {
            return Err(SettingsError::NoServer);
        }
        if !self.suffix.starts_with('.') {
            return Err(SettingsError::SuffixDot);
        }
        self.name_of(&"e".repeat(LABEL_LEN))?;
        let periods = [
            ("period_online", Some(self.period_online)),
            ("period_offline", Some(self.period_offline)),
            ("period_fast", self.period_fast),
        ];
        for (name, period) in periods {
            if period.is_some_and(|p| p < Duration::from_secs(1) || p > MAX_PERIOD) {
                return Err(SettingsError::Period { name });
            }
        }
        if self.timeout.is_zero() || self.timeout > MAX_PERIOD {
            return Err(SettingsError::Timeout);
        }
        if self.retries == 0 {
            return Err(SettingsError::Retries);
        }
        if !is_plain_path(&self.data_directory) {
            return Err(SettingsError::DataDirectory);
        }
        if self.hardening.jitter > 100 {
            return Err(SettingsError::Jitter);
        }
        if self.hardening.strict_nop && self.hardening.nop_tag {
            return Err(SettingsError::StrictNopAndTag);
        }
        Ok(())
    }

    /// The name of a query with this label.
    pub(crate) fn name_of(&self, label: &str) -> Result<Name, NameError> {
        let mut text = String::with_capacity(label.len() + self.suffix.len());
        text.push_str(label);
        text.push_str(&self.suffix);
        text.parse()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::query::tests::worked_example;

    /// Settings with the identity of the specification's worked example and a literal host.
    pub(crate) fn example() -> Settings {
        let (query, key) = worked_example();
        let identity = Identity { mac: query.mac, version: query.version, architecture: query.architecture };
        Settings::new(identity, key, "192.0.2.1".parse().unwrap())
    }

    #[test]
    fn unusable_settings_are_named() {
        let refused = |change: &dyn Fn(&mut Settings)| {
            let mut settings = example();
            assert_eq!(settings.check(), Ok(()));
            change(&mut settings);
            settings.check().unwrap_err()
        };
        assert_eq!(refused(&|s| s.servers.clear()), SettingsError::NoServer);
        assert_eq!(refused(&|s| s.suffix = "sm.fon.com".into()), SettingsError::SuffixDot);
        assert_eq!(refused(&|s| s.suffix = String::new()), SettingsError::SuffixDot);
        let long = [".", &"x".repeat(64)].concat();
        let too_long = SettingsError::Suffix(NameError::LabelTooLong { offset: 64 });
        assert_eq!(refused(&|s| s.suffix = long.clone()), too_long);
        assert_eq!(
            refused(&|s| s.period_fast = Some(Duration::ZERO)),
            SettingsError::Period { name: "period_fast" }
        );
        assert_eq!(refused(&|s| s.timeout = Duration::ZERO), SettingsError::Timeout);
        assert_eq!(refused(&|s| s.retries = 0), SettingsError::Retries);
        assert_eq!(refused(&|s| s.data_directory = "/tmp/a b".into()), SettingsError::DataDirectory);
        assert_eq!(refused(&|s| s.hardening.jitter = 101), SettingsError::Jitter);
        let both = |s: &mut Settings| (s.hardening.strict_nop, s.hardening.nop_tag) = (true, true);
        assert_eq!(refused(&both), SettingsError::StrictNopAndTag);
    }
}
