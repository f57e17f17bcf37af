//! A session: its parameters, what is counted, and when it ends (spec: uam 10, radius-profile 4, 6).

use super::config::Config;
use super::id::SessionId;
use super::saved::SavedSession;
use alloc::{string::String, vec::Vec};
use core::time::Duration;

/// How often the limits of sessions are checked (spec: radius-profile 4.2).
pub const CHECK_INTERVAL: Duration = Duration::from_secs(3);

/// Octets and packets of one direction, counted since the session began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Flow {
    /// Octets.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "super::stored::is_default"))]
    pub octets: u64,
    /// Packets.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "super::stored::is_default"))]
    pub packets: u64,
}

impl Flow {
    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            octets: self.octets.saturating_add(other.octets),
            packets: self.packets.saturating_add(other.packets),
        }
    }

    /// What was counted from `before` to `self`. A counter that fell was started again.
    const fn since(self, before: Self) -> Self {
        if self.octets < before.octets || self.packets < before.packets {
            return self;
        }
        Self { octets: self.octets - before.octets, packets: self.packets - before.packets }
    }
}

/// What was counted, by where it came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Usage {
    /// What the client sent.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "super::stored::is_default"))]
    pub from_client: Flow,
    /// What the client was sent.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "super::stored::is_default"))]
    pub to_client: Flow,
}

impl Usage {
    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            from_client: self.from_client.plus(other.from_client),
            to_client: self.to_client.plus(other.to_client),
        }
    }

    /// The same as input and output (spec: radius-profile 6.1).
    ///
    /// With `swapoctets` input is what the client sent, otherwise it is what the client was sent.
    #[must_use]
    pub const fn counters(&self, swapoctets: bool) -> Counters {
        let (input, output) =
            if swapoctets { (self.from_client, self.to_client) } else { (self.to_client, self.from_client) };
        Counters {
            input_octets: input.octets,
            output_octets: output.octets,
            input_packets: input.packets,
            output_packets: output.packets,
        }
    }
}

/// What was counted, as RADIUS, JSON and the limits name it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Acct-Input-Octets, all 64 bits.
    pub input_octets: u64,
    /// Acct-Output-Octets, all 64 bits.
    pub output_octets: u64,
    /// Acct-Input-Packets, all 64 bits.
    pub input_packets: u64,
    /// Acct-Output-Packets, all 64 bits.
    pub output_packets: u64,
}

/// Why a session ended: Acct-Terminate-Cause (spec: radius-profile 6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TerminateCause {
    /// The client logged off.
    UserRequest,
    /// The client's lease ended.
    LostCarrier,
    /// The client sent nothing for too long.
    IdleTimeout,
    /// The session lasted or transferred as much as it may.
    SessionTimeout,
    /// A command or a Disconnect-Request ended it.
    AdminReset,
    /// The gateway was shut down.
    NasReboot,
}

impl TerminateCause {
    /// The number in accounting.
    #[must_use]
    pub const fn number(self) -> u32 {
        match self {
            Self::UserRequest => 1,
            Self::LostCarrier => 2,
            Self::IdleTimeout => 4,
            Self::SessionTimeout => 5,
            Self::AdminReset => 6,
            Self::NasReboot => 11,
        }
    }
}

/// What a session may do. 0 means no limit throughout.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
#[non_exhaustive]
pub struct Parameters {
    /// Session-Timeout in seconds.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "super::stored::is_default"))]
    pub session_timeout: u64,
    /// Idle-Timeout in seconds.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "super::stored::is_default"))]
    pub idle_timeout: u32,
    /// Seconds between interim accounting records.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "super::stored::is_default"))]
    pub interim_interval: u32,
    /// When the session ends at the latest, in seconds since 1970.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "super::stored::is_default"))]
    pub terminate_time: Option<i64>,
    /// Octets of the input direction.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "super::stored::is_default"))]
    pub max_input_octets: u64,
    /// Octets of the output direction.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "super::stored::is_default"))]
    pub max_output_octets: u64,
    /// Octets of both directions.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "super::stored::is_default"))]
    pub max_total_octets: u64,
    /// Bit/s from the client.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "super::stored::is_default"))]
    pub bandwidth_max_up: u64,
    /// Bit/s to the client.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "super::stored::is_default"))]
    pub bandwidth_max_down: u64,
    /// Filter-Id.
    #[cfg_attr(
        feature = "serde",
        serde(with = "super::stored::octets", skip_serializing_if = "Vec::is_empty")
    )]
    pub filter_id: Vec<u8>,
    /// The page after the login, or the splash page. Empty or an absolute http or https URL.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "super::stored::is_default"))]
    pub redirection_url: String,
    /// The client is to see the page first.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "super::stored::is_default"))]
    pub splash: bool,
    /// Destinations allowed to this session, as in `uamallowed`.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "super::stored::is_default"))]
    pub garden: Vec<String>,
    /// Route-To-Interface.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "super::stored::is_default"))]
    pub route_index: Option<u32>,
}

impl Parameters {
    /// No limits.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Fills what is not said with what others say. A page to see first and where it is belong together.
    pub(super) fn or(mut self, other: Self) -> Self {
        fill(&mut self.session_timeout, other.session_timeout);
        fill(&mut self.idle_timeout, other.idle_timeout);
        fill(&mut self.interim_interval, other.interim_interval);
        fill(&mut self.terminate_time, other.terminate_time);
        fill(&mut self.max_input_octets, other.max_input_octets);
        fill(&mut self.max_output_octets, other.max_output_octets);
        fill(&mut self.max_total_octets, other.max_total_octets);
        fill(&mut self.bandwidth_max_up, other.bandwidth_max_up);
        fill(&mut self.bandwidth_max_down, other.bandwidth_max_down);
        fill(&mut self.filter_id, other.filter_id);
        if !self.splash && self.redirection_url.is_empty() {
            (self.splash, self.redirection_url) = (other.splash, other.redirection_url);
        }
        fill(&mut self.garden, other.garden);
        fill(&mut self.route_index, other.route_index);
        self
    }

    /// Fills what is 0 with the configured defaults.
    pub(super) fn with_defaults(mut self, config: &Config) -> Self {
        fill(&mut self.session_timeout, config.defsessiontimeout);
        fill(&mut self.idle_timeout, config.defidletimeout);
        fill(&mut self.interim_interval, config.definteriminterval);
        fill(&mut self.bandwidth_max_up, config.defbandwidthmaxup);
        fill(&mut self.bandwidth_max_down, config.defbandwidthmaxdown);
        self
    }
}

fn fill<T: PartialEq + Default>(value: &mut T, default: T) {
    if *value == T::default() {
        *value = default;
    }
}

/// A session in progress.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Session {
    /// The session's id.
    pub id: SessionId,
    /// The user's name, as typed.
    pub user_name: Vec<u8>,
    /// What the session may do.
    pub parameters: Parameters,
    /// Chargeable-User-Identity, possibly empty.
    pub cui: Vec<u8>,
    /// When it began, in seconds since 1970.
    pub start: i64,
    /// What was counted up to the last report.
    pub usage: Usage,
    /// Whether accounting is sent.
    pub accounting: bool,
    /// Every Class of the last answer.
    pub(super) classes: Vec<Vec<u8>>,
    started: Moment,
    last_active: Moment,
    last_interim: Moment,
    reported: Usage,
}

/// A moment, possibly before the machine's clock began.
#[derive(Clone, Copy, Debug)]
struct Moment {
    at: Duration,
    /// How long before `at` it was.
    before: Duration,
}

impl Moment {
    const fn at(at: Duration) -> Self {
        Self { at, before: Duration::ZERO }
    }

    const fn ago(now: Duration, seconds: u64) -> Self {
        Self { at: now, before: Duration::from_secs(seconds) }
    }

    const fn until(self, now: Duration) -> Duration {
        now.saturating_sub(self.at).saturating_add(self.before)
    }
}

impl Session {
    /// A session that begins now.
    pub(super) fn begin(
        id: SessionId,
        user_name: Vec<u8>,
        parameters: Parameters,
        now: Duration,
        unix_seconds: i64,
    ) -> Self {
        Self {
            id,
            user_name,
            parameters,
            cui: Vec::new(),
            start: unix_seconds,
            usage: Usage::default(),
            accounting: true,
            classes: Vec::new(),
            started: Moment::at(now),
            last_active: Moment::at(now),
            last_interim: Moment::at(now),
            reported: Usage::default(),
        }
    }

    /// A session of an earlier run.
    pub(super) fn restore(saved: &SavedSession, now: Duration) -> Self {
        Self {
            id: saved.id,
            user_name: saved.user_name.clone(),
            parameters: saved.parameters.clone(),
            cui: saved.cui.clone(),
            start: saved.start,
            usage: saved.usage,
            accounting: saved.accounting,
            classes: saved.classes.clone(),
            started: Moment::ago(now, saved.session_time),
            last_active: Moment::ago(now, saved.idle_time),
            last_interim: Moment::ago(now, saved.since_interim),
            reported: saved.reported,
        }
    }

    /// Seconds since the last interim record, or the beginning.
    pub(super) const fn since_interim(&self, now: Duration) -> u64 {
        self.last_interim.until(now).as_secs()
    }

    /// What the last report said: from here a data plane that begins anew has to count on.
    #[must_use]
    pub const fn reported(&self) -> Usage {
        self.reported
    }

    /// Seconds since the session began.
    #[must_use]
    pub fn session_time(&self, now: Duration) -> u64 {
        self.started.until(now).as_secs()
    }

    /// Seconds since the client last sent a packet.
    #[must_use]
    pub fn idle_time(&self, now: Duration) -> u64 {
        self.last_active.until(now).as_secs()
    }

    /// Seconds left; 0 without a limit, and when the limit has passed and was not checked yet.
    #[must_use]
    pub fn time_left(&self, now: Duration) -> u64 {
        self.parameters.session_timeout.saturating_sub(self.session_time(now))
    }

    /// Seconds until a limit of time ends the session, if it has one.
    pub(super) fn seconds_left(&self, now: Duration, unix_seconds: i64) -> Option<u64> {
        let timeout = (self.parameters.session_timeout != 0).then(|| self.time_left(now));
        let end = self.parameters.terminate_time;
        let end = end.map(|end| u64::try_from(end.saturating_sub(unix_seconds)).unwrap_or_default());
        timeout.into_iter().chain(end).min()
    }

    /// Octets until a limit of octets ends the session, if it has one: the quota less both counters, or what is left of
    /// the direction that has less.
    pub(super) fn octets_left(&self, swapoctets: bool) -> Option<u64> {
        let Counters { input_octets, output_octets, .. } = self.usage.counters(swapoctets);
        let left = |limit: u64, used: u64| (limit != 0).then(|| limit.saturating_sub(used));
        let parameters = &self.parameters;
        [
            left(parameters.max_total_octets, input_octets.saturating_add(output_octets)),
            left(parameters.max_input_octets, input_octets),
            left(parameters.max_output_octets, output_octets),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Takes a report of what was counted since the session began.
    ///
    /// Without `last_active` a client that sent packets since the last report counts as active now.
    pub(super) fn report(&mut self, usage: Usage, last_active: Option<Duration>, now: Duration) {
        let from_client = usage.from_client.since(self.reported.from_client);
        let to_client = usage.to_client.since(self.reported.to_client);
        self.usage = self.usage.plus(Usage { from_client, to_client });
        self.reported = usage;
        let active = match last_active {
            Some(at) => Some(at.min(now)),
            None => (from_client != Flow::default()).then_some(now),
        };
        if let Some(active) = active.filter(|at| *at > self.last_active.at) {
            self.last_active = Moment::at(active);
        }
    }

    /// The limit that has been passed, if any (spec: radius-profile 4.2).
    pub(super) fn passed_limit(
        &self,
        now: Duration,
        unix_seconds: i64,
        swapoctets: bool,
    ) -> Option<TerminateCause> {
        let passed = |limit: u64, value: u64| limit != 0 && value > limit;
        let parameters = &self.parameters;
        if passed(parameters.session_timeout, self.session_time(now))
            || parameters.terminate_time.is_some_and(|time| unix_seconds > time)
        {
            return Some(TerminateCause::SessionTimeout);
        }
        if passed(parameters.idle_timeout.into(), self.idle_time(now)) {
            return Some(TerminateCause::IdleTimeout);
        }
        let Counters { input_octets, output_octets, .. } = self.usage.counters(swapoctets);
        let octets = passed(parameters.max_input_octets, input_octets)
            || passed(parameters.max_output_octets, output_octets)
            || passed(parameters.max_total_octets, input_octets.saturating_add(output_octets));
        octets.then_some(TerminateCause::SessionTimeout)
    }

    /// Whether an interim record is due; notes that it is sent now.
    pub(super) fn take_interim(&mut self, now: Duration) -> bool {
        let interval = self.parameters.interim_interval;
        let due = interval != 0 && self.since_interim(now) >= interval.into();
        if due {
            self.last_interim = Moment::at(now);
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn session(parameters: Parameters) -> Session {
        Session::begin(SessionId::new(1, 1), b"alice".to_vec(), parameters, secs(100), 1_000_000)
    }

    fn usage(from: u64, to: u64) -> Usage {
        Usage {
            from_client: Flow { octets: from, packets: from / 100 },
            to_client: Flow { octets: to, packets: to / 100 },
        }
    }

    #[test]
    fn limits_are_passed_only_by_more_than_they_say() {
        // spec: uam 10, radius-profile 4.2
        let timeout = session(Parameters { session_timeout: 60, ..Parameters::new() });
        assert_eq!(timeout.passed_limit(secs(160), 0, false), None);
        assert_eq!(timeout.passed_limit(secs(161), 0, false), Some(TerminateCause::SessionTimeout));
        assert_eq!((timeout.time_left(secs(130)), timeout.time_left(secs(999))), (30, 0));
        let idle = session(Parameters { idle_timeout: 10, ..Parameters::new() });
        assert_eq!(idle.passed_limit(secs(110), 0, false), None);
        assert_eq!(idle.passed_limit(secs(111), 0, false), Some(TerminateCause::IdleTimeout));
        let at = session(Parameters { terminate_time: Some(50), ..Parameters::new() });
        assert_eq!(at.passed_limit(secs(100), 50, false), None);
        assert_eq!(at.passed_limit(secs(100), 51, false), Some(TerminateCause::SessionTimeout));
    }

    #[test]
    fn octet_limits_follow_the_direction_of_accounting() {
        // spec: radius-profile 6.1
        let mut session = session(Parameters { max_input_octets: 1000, ..Parameters::new() });
        session.report(usage(1001, 0), None, secs(101));
        assert_eq!(session.passed_limit(secs(101), 0, false), None);
        assert_eq!(session.passed_limit(secs(101), 0, true), Some(TerminateCause::SessionTimeout));
        session.parameters = Parameters { max_total_octets: 1001, ..Parameters::new() };
        assert_eq!(session.passed_limit(secs(101), 0, false), None);
        session.report(usage(1001, 1), None, secs(101));
        assert_eq!(session.passed_limit(secs(101), 0, false), Some(TerminateCause::SessionTimeout));
    }

    #[test]
    fn counters_that_start_again_go_on_adding_up() {
        let mut session = session(Parameters::new());
        session.report(usage(5000, 700), None, secs(101));
        session.report(usage(200, 800), None, secs(102));
        assert_eq!(session.usage.from_client.octets, 5200);
        assert_eq!(session.usage.to_client.octets, 800);
    }

    #[test]
    fn activity_is_what_the_client_sends_and_never_in_the_future() {
        // spec: uam 10
        let mut session = session(Parameters::new());
        session.report(usage(0, 900), None, secs(130));
        assert_eq!(session.idle_time(secs(130)), 30);
        session.report(usage(100, 900), None, secs(140));
        assert_eq!(session.idle_time(secs(145)), 5);
        session.report(usage(100, 900), Some(secs(9999)), secs(150));
        assert_eq!(session.idle_time(secs(150)), 0);
        assert_eq!((session.session_time(secs(1)), session.idle_time(secs(1))), (0, 0));
    }

    #[test]
    fn an_interim_record_is_due_when_its_interval_is_over() {
        // spec: radius-profile 4.2
        let mut session = session(Parameters { interim_interval: 60, ..Parameters::new() });
        assert!(!session.take_interim(secs(159)));
        assert!(session.take_interim(secs(160)));
        assert!(!session.take_interim(secs(161)));
    }
}
