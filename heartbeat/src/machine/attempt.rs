//! One heartbeat: look-up, attempts, verdict (spec: heartbeat 7.3, 9, 11).

use super::event::{Event, FailureReason, Lookup, Output};
use super::round::Round;
use super::{Heartbeat, State, millis};
use crate::Host;
use crate::answer::{Acceptance, Answer, AnswerError, accept};
use crate::dns::{Rules, Verdict};
use crate::exec::{ExecCode, TriggerName};
use crate::liveness::Period;
use crate::query::QueryType;
use crate::random::Random;
use crate::settings::Settings;
use alloc::boxed::Box;
use core::net::{IpAddr, SocketAddr};
use core::time::Duration;

/// How a heartbeat ended well.
pub(super) enum Success {
    /// With a valid answer.
    Valid(Box<Answer>),
    /// With any acceptable response; `compat.liveness = transport` only.
    Transport,
}

impl<R: Random> Heartbeat<R> {
    /// A heartbeat begins.
    pub(super) fn begin(&mut self) {
        self.timers.heartbeat = None;
        // A test run's is of type online, though it is the first (spec: heartbeat 9.4).
        let (query_type, retries) =
            if self.settings.test_run { (QueryType::ONLINE, 0) } else { self.liveness.begin() };
        let extension = self.extension.as_ref();
        let round =
            Round::new(&self.settings, &self.cipher, extension, &mut self.random, query_type, retries);
        let Some(round) = round.map(Box::new) else {
            // Settings that were checked always give a name.
            return self.verdict(None);
        };
        self.event(Event::Query(round.query));
        match (self.addresses, self.settings.servers.get(self.server).map(|server| server.host.clone())) {
            (Some(addresses), _) => self.attempt_all(round, addresses),
            (None, Some(Host::Name(host))) => {
                let (ipv4, ipv6) = (self.settings.family.has_ipv4(), self.settings.family.has_ipv6());
                self.timers.attempt = Some(self.now.saturating_add(self.settings.timeout));
                self.state = State::LookingUp(round);
                self.outputs.push_back(Output::Lookup(Lookup { host, ipv4, ipv6 }));
            }
            (None, Some(Host::Literal(literal))) => {
                let addresses = literal_addresses(literal, &self.settings);
                self.attempt_all(round, addresses);
            }
            (None, None) => self.attempt_all(round, [None, None]),
        }
    }

    /// The look-up under way has ended.
    pub(super) fn found(&mut self, found: &[IpAddr]) {
        let round = match core::mem::replace(&mut self.state, State::Waiting) {
            State::LookingUp(round) => round,
            other => {
                self.state = other;
                self.ignored_inputs += 1;
                return;
            }
        };
        self.timers.attempt = None;
        let family = self.settings.family;
        let ipv6 = pick(found, &mut self.random, |address| family.has_ipv6() && address.is_ipv6());
        let ipv4 = pick(found, &mut self.random, |address| family.has_ipv4() && address.is_ipv4());
        if ipv6.is_some() || ipv4.is_some() {
            self.addresses = Some([ipv6, ipv4]);
        }
        self.attempt_all(round, [ipv6, ipv4]);
    }

    /// Tries these addresses, one after the other.
    fn attempt_all(&mut self, mut round: Box<Round>, addresses: [Option<IpAddr>; 2]) {
        let port =
            self.settings.servers.get(self.server).map_or(crate::host::DEFAULT_PORT, |server| server.port);
        round.pending = addresses.map(|address| address.map(|address| SocketAddr::new(address, port)));
        if round.pending == [None, None] {
            self.event(Event::AttemptFailed(FailureReason::Lookup));
            return self.verdict(None);
        }
        self.attempt_next(round);
    }

    fn attempt_next(&mut self, mut round: Box<Round>) {
        let Some(transmit) = round.next_attempt(&mut self.random) else {
            return self.verdict(None);
        };
        self.timers.attempt = Some(self.now.saturating_add(self.settings.timeout));
        round.retransmissions = self.settings.retransmissions;
        self.timers.retransmission = self.retransmission_after(&round);
        self.outputs.push_back(Output::Transmit(transmit));
        self.state = State::Attempting(round);
    }

    fn retransmission_after(&self, round: &Round) -> Option<Duration> {
        let interval = self.settings.timeout / (u32::from(self.settings.retransmissions) + 1);
        (round.retransmissions > 0).then(|| self.now.saturating_add(interval))
    }

    pub(super) fn retransmit(&mut self) {
        self.timers.retransmission = None;
        let State::Attempting(round) = &mut self.state else { return };
        round.retransmissions = round.retransmissions.saturating_sub(1);
        if let Some(transmit) = round.again() {
            self.outputs.push_back(Output::Transmit(transmit));
        }
        let State::Attempting(round) = &self.state else { return };
        self.timers.retransmission = self.retransmission_after(round);
    }

    /// The attempt under way has failed; the next address gets its turn.
    pub(super) fn attempt_failed(&mut self, reason: FailureReason) {
        self.end_attempt_timers();
        self.event(Event::AttemptFailed(reason));
        match core::mem::replace(&mut self.state, State::Waiting) {
            State::Attempting(round) => self.attempt_next(round),
            other => self.state = other,
        }
    }

    pub(super) fn datagram(&mut self, datagram: &[u8]) {
        let State::Attempting(round) = &self.state else {
            self.ignored_inputs += 1;
            return;
        };
        let rules = Rules {
            first_datagram_decides: self.settings.compat.first_datagram_decides,
            transport: self.settings.compat.liveness_transport,
        };
        match round.expected().judge(datagram, rules) {
            Verdict::Ignore(reason) => {
                self.ignored_inputs += 1;
                self.event(Event::DatagramIgnored(reason));
            }
            Verdict::Fail(reason) => self.attempt_failed(FailureReason::Dns(reason)),
            Verdict::Answer(text) => {
                // Text cut short is no answer; what is left of it must not become one.
                let octets = if text.full_len() == text.as_octets().len() { text.as_octets() } else { &[] };
                let judged = self.judge(octets, round.query.trid);
                match judged {
                    Ok(answer) => {
                        self.end_attempt_timers();
                        self.verdict(Some(Success::Valid(Box::new(answer))));
                    }
                    Err(reason) if rules.transport => {
                        self.end_attempt_timers();
                        self.event(Event::AnswerInvalid(reason));
                        self.verdict(Some(Success::Transport));
                    }
                    Err(reason) => self.attempt_failed(reason),
                }
            }
        }
    }

    fn judge(&self, text: &[u8], trid: u32) -> Result<Answer, FailureReason> {
        let hardening = &self.settings.hardening;
        let tag = self.extension.as_ref().filter(|_| hardening.nop_tag);
        let answer = accept(
            text,
            &Acceptance {
                cipher: &self.cipher,
                rsa: self.settings.rsa.as_ref(),
                trid,
                strict_nop: hardening.strict_nop,
                nop_tag: tag.map(|key| (key, self.settings.identity.mac)),
            },
        )
        .map_err(FailureReason::Answer)?;
        if let Answer::Nop(nop) = &answer {
            self.check_time(nop.time)?;
        }
        Ok(answer)
    }

    /// `nop_time_window` (spec: heartbeat 20).
    fn check_time(&self, time: u32) -> Result<(), FailureReason> {
        let (Some(window), Some(zero)) = (self.settings.hardening.nop_time_window, self.unix_at_zero) else {
            return Ok(());
        };
        let clock = zero.saturating_add(i64::try_from(self.now.as_secs()).unwrap_or(i64::MAX));
        let near = i64::from(time).abs_diff(clock) <= u64::from(window);
        let fresh = self.newest_nop_time.is_none_or(|newest| time >= newest.saturating_sub(window));
        if near && fresh { Ok(()) } else { Err(FailureReason::NopTime { time }) }
    }

    fn end_attempt_timers(&mut self) {
        self.timers.attempt = None;
        self.timers.retransmission = None;
    }

    /// The heartbeat has ended.
    pub(super) fn verdict(&mut self, success: Option<Success>) {
        let step = self.liveness.end(success.is_some());
        let delay = match step.period {
            Period::Online => self.settings.period_online,
            Period::Offline => self.settings.period_offline,
            Period::Fast => self.settings.period_fast.unwrap_or(self.settings.period_offline),
        };
        // The delay runs from the verdict, before any trigger.
        let delay = self.jittered(delay);
        self.timers.heartbeat = Some(self.now.saturating_add(delay));
        self.state = State::Waiting;
        let valid = matches!(success, Some(Success::Valid(_)));
        if success.is_none() {
            self.event(Event::HeartbeatFailed { failed: self.liveness.failed() });
            self.addresses = None;
            if self.settings.rotate_hosts {
                self.server = (self.server + 1) % self.settings.servers.len().max(1);
            }
        }
        if let Some(service) = step.trigger {
            self.transition(service);
        }
        if let Some(Success::Valid(answer)) = success {
            self.act_on(answer);
        }
        if self.settings.test_run {
            self.timers.heartbeat = None;
            self.state = State::Stopped;
            self.event(Event::TestEnded { valid });
        }
        self.take_reloaded();
    }

    fn act_on(&mut self, answer: Box<Answer>) {
        if let Answer::Nop(nop) = &*answer {
            self.newest_nop_time = self.newest_nop_time.max(Some(nop.time));
        }
        let (code, trid) = (answer.exec(), answer.trid());
        if code != ExecCode::NOTHING && !self.settings.hardening.deny_exec {
            let directory = &self.settings.data_directory;
            match self.settings.triggers.dispatch(code, answer.data(), trid, directory) {
                Some(run) => self.queue(run),
                None => self.event(Event::NoTrigger { name: TriggerName::Exec(code) }),
            }
        }
        self.event(Event::Answer(answer));
    }

    /// `jitter` (spec: heartbeat 20): up to that many percent more or less.
    fn jittered(&mut self, delay: Duration) -> Duration {
        let percent = u64::from(self.settings.hardening.jitter);
        if percent == 0 {
            return delay;
        }
        let spread = millis(delay) / 100 * percent;
        let drawn = self.random.below(spread.saturating_mul(2).saturating_add(1));
        (delay + Duration::from_millis(drawn)).saturating_sub(Duration::from_millis(spread))
    }
}

/// A literal is used in its own family only; where it is tried mapped first, that is as the original does.
fn literal_addresses(literal: IpAddr, settings: &Settings) -> [Option<IpAddr>; 2] {
    match literal {
        IpAddr::V4(address) => {
            let mapped = settings.compat.v4mapped_first && settings.family.has_ipv6();
            let mapped = mapped.then(|| address.to_ipv6_mapped().into());
            [mapped, Some(literal).filter(|_| settings.family.has_ipv4())]
        }
        IpAddr::V6(_) => [Some(literal).filter(|_| settings.family.has_ipv6()), None],
    }
}

/// One of the addresses of a family, at random.
fn pick(addresses: &[IpAddr], random: &mut impl Random, wanted: impl Fn(&IpAddr) -> bool) -> Option<IpAddr> {
    let count = addresses.iter().filter(|address| wanted(address)).count();
    let index = usize::try_from(random.below(count as u64)).unwrap_or(0);
    addresses.iter().filter(|address| wanted(address)).nth(index).copied()
}

impl From<AnswerError> for FailureReason {
    fn from(error: AnswerError) -> Self {
        Self::Answer(error)
    }
}
