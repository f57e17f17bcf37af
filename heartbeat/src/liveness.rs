//! Online or offline: the rules by which heartbeats decide it (spec: heartbeat 9.1, 9.2).

use crate::query::QueryType;

/// Whether the service is believed to be up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Down, or not yet known to be up.
    Offline,
    /// Up.
    Online,
}

/// `compat.fsm`: whose rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Fsm {
    /// The specification's default (spec: heartbeat 9.1).
    #[default]
    Seed,
    /// The source's (spec: heartbeat 9.2).
    Source,
}

/// Which period runs before the next heartbeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// `period_online`
    Online,
    /// `period_offline`
    Offline,
    /// `period_fast`, and `period_offline` where it is not configured.
    Fast,
}

/// What one heartbeat's verdict brings about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The trigger to be run.
    pub trigger: Option<Service>,
    /// The period before the next heartbeat.
    pub period: Period,
}

/// The state that outlives a heartbeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Liveness {
    fsm: Fsm,
    retries: u32,
    service: Service,
    failed: u32,
    first: bool,
    ever_online: bool,
}

impl Liveness {
    /// The state at start: offline, nothing failed, no heartbeat sent. `retries` consecutive failures make the service
    /// go offline.
    #[must_use]
    pub const fn new(fsm: Fsm, retries: u32) -> Self {
        Self { fsm, retries, service: Service::Offline, failed: 0, first: true, ever_online: false }
    }

    /// Takes over new rules and keeps the state, as a reload does.
    pub fn set_rules(&mut self, fsm: Fsm, retries: u32) {
        self.fsm = fsm;
        self.retries = retries;
    }

    /// Whether the service is up.
    #[must_use]
    pub const fn service(&self) -> Service {
        self.service
    }

    /// Consecutive failed heartbeats.
    #[must_use]
    pub const fn failed(&self) -> u32 {
        self.failed
    }

    /// Type and retries field of the query of a heartbeat that begins now.
    pub fn begin(&mut self) -> (QueryType, u32) {
        if core::mem::take(&mut self.first) {
            (QueryType::START, 0)
        } else if self.failed > 0 {
            (QueryType::RETRY, self.failed)
        } else {
            (QueryType::ONLINE, 0)
        }
    }

    /// Takes the verdict of a heartbeat.
    pub fn end(&mut self, success: bool) -> Step {
        match self.fsm {
            Fsm::Seed => self.end_seed(success),
            Fsm::Source => self.end_source(success),
        }
    }

    fn end_seed(&mut self, success: bool) -> Step {
        if success {
            self.failed = 0;
            let trigger = (self.service == Service::Offline).then_some(Service::Online);
            self.service = Service::Online;
            return Step { trigger, period: Period::Online };
        }
        self.failed = self.failed.saturating_add(1);
        let enough = self.failed >= self.retries;
        let trigger = (self.service == Service::Online && enough).then_some(Service::Offline);
        if trigger.is_some() {
            self.service = Service::Offline;
        }
        Step { trigger, period: if enough { Period::Offline } else { Period::Fast } }
    }

    /// With the source's gaps: the offline trigger runs without the service ever having been up, and never with
    /// `retries = 1`, because the first failure is counted without being compared.
    fn end_source(&mut self, success: bool) -> Step {
        if success {
            let back = self.failed >= self.retries || !self.ever_online;
            self.ever_online = true;
            self.failed = 0;
            self.service = Service::Online;
            return Step { trigger: back.then_some(Service::Online), period: Period::Online };
        }
        let compared = self.failed > 0;
        self.failed = self.failed.saturating_add(1);
        let trigger = (compared && self.failed == self.retries).then_some(Service::Offline);
        let enough = self.failed >= self.retries;
        if enough {
            self.service = Service::Offline;
        }
        Step { trigger, period: if enough { Period::Offline } else { Period::Fast } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn triggers(fsm: Fsm, retries: u32, verdicts: &[bool]) -> alloc::vec::Vec<Option<Service>> {
        let mut liveness = Liveness::new(fsm, retries);
        verdicts.iter().map(|&verdict| liveness.end(verdict).trigger).collect()
    }

    const ON: Option<Service> = Some(Service::Online);
    const OFF: Option<Service> = Some(Service::Offline);

    // spec: heartbeat 9.1
    #[test]
    fn nothing_runs_before_the_first_success() {
        assert_eq!(triggers(Fsm::Seed, 2, &[false, false, false, true]), [None, None, None, ON]);
        assert_eq!(triggers(Fsm::Seed, 1, &[true, false, false, true]), [ON, OFF, None, ON]);
    }

    // spec: heartbeat 9.2
    #[test]
    fn the_source_has_its_gaps() {
        assert_eq!(triggers(Fsm::Source, 2, &[false, false, false, true]), [None, OFF, None, ON]);
        assert_eq!(triggers(Fsm::Source, 1, &[true, false, false, true]), [ON, None, None, ON]);
    }

    // spec: heartbeat 9.1
    #[test]
    fn the_count_of_failures_saturates() {
        let mut liveness = Liveness { failed: u32::MAX, first: false, ..Liveness::new(Fsm::Seed, 3) };
        assert_eq!(liveness.end(false), Step { trigger: None, period: Period::Offline });
        assert_eq!(liveness.begin(), (QueryType::RETRY, u32::MAX));
    }
}
