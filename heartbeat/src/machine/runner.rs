//! Triggers wait here: one runs at a time, in order (spec: heartbeat 10).

use crate::exec::{Run, TriggerName};
use alloc::vec::Vec;
use core::time::Duration;

/// How many may wait. A server that sends more instructions than are carried out loses the surplus.
const MAX_QUEUED: usize = 16;

#[derive(Debug)]
pub(super) struct Runner {
    /// How long one may run.
    pub(super) limit: Duration,
    /// Short, so that what moves when the first one leaves is little.
    queue: Vec<Run>,
    running: Option<(TriggerName, Option<Duration>)>,
}

impl Runner {
    pub(super) const fn new(limit: Duration) -> Self {
        Self { limit, queue: Vec::new(), running: None }
    }

    /// Queues a trigger and says which one is dropped for it: a waiting one that says the opposite, or, with too many
    /// waiting, the new one itself.
    pub(super) fn queue(&mut self, run: Run) -> Option<TriggerName> {
        let opposite = match run.name {
            TriggerName::Online => Some(TriggerName::Offline),
            TriggerName::Offline => Some(TriggerName::Online),
            TriggerName::Exec(_) => None,
        };
        let contradicted = self.queue.iter().position(|waiting| Some(waiting.name) == opposite);
        let dropped = contradicted.map(|index| self.queue.remove(index).name);
        // A change of the service always finds room: the last instruction gives way.
        let full = self.queue.len() >= MAX_QUEUED;
        if full && opposite.is_none() {
            return Some(run.name);
        }
        let pushed_out = if full { self.queue.pop().map(|run| run.name) } else { None };
        self.queue.push(run);
        dropped.or(pushed_out)
    }

    /// The trigger that may start now.
    pub(super) fn next(&mut self, now: Duration) -> Option<Run> {
        if self.running.is_some() || self.queue.is_empty() {
            return None;
        }
        let run = self.queue.remove(0);
        self.running = Some((run.name, Some(now.saturating_add(self.limit))));
        Some(run)
    }

    /// The running trigger has ended.
    pub(super) fn ended(&mut self) -> Option<TriggerName> {
        self.running.take().map(|(name, _)| name)
    }

    /// The running trigger's time is over: it counts as running until its end is reported.
    pub(super) fn expired(&mut self) -> Option<TriggerName> {
        let (name, deadline) = self.running.as_mut()?;
        *deadline = None;
        Some(*name)
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        self.running.and_then(|(_, deadline)| deadline)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ExecCode;

    fn run(name: TriggerName) -> Run {
        Run { name, command: "x".into(), file: None }
    }

    const EXEC: TriggerName = TriggerName::Exec(ExecCode(9));

    // spec: heartbeat 10
    #[test]
    fn a_waiting_trigger_that_says_the_opposite_is_dropped() {
        let mut runner = Runner::new(Duration::from_secs(60));
        assert_eq!(runner.queue(run(EXEC)), None);
        assert_eq!(runner.next(Duration::ZERO).unwrap().name, EXEC);
        assert_eq!(runner.queue(run(TriggerName::Online)), None);
        assert_eq!(runner.queue(run(TriggerName::Offline)), Some(TriggerName::Online));
        assert_eq!(runner.next(Duration::ZERO), None);
        assert_eq!(runner.ended(), Some(EXEC));
        assert_eq!(runner.next(Duration::ZERO).unwrap().name, TriggerName::Offline);
        // It has started: nothing is dropped now.
        assert_eq!(runner.queue(run(TriggerName::Online)), None);
    }

    #[test]
    fn the_queue_has_a_limit_but_a_change_of_the_service_finds_room() {
        let mut runner = Runner::new(Duration::from_secs(60));
        for _ in 0..MAX_QUEUED {
            assert_eq!(runner.queue(run(EXEC)), None);
        }
        assert_eq!(runner.queue(run(EXEC)), Some(EXEC));
        assert_eq!(runner.queue(run(TriggerName::Offline)), Some(EXEC));
        assert_eq!(runner.queue.len(), MAX_QUEUED);
        assert_eq!(runner.queue.last().unwrap().name, TriggerName::Offline);
    }
}
