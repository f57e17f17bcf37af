//! In which order the handler is called: one client's calls one after the other, those of different clients side by
//! side (fon-api 2, marked "better").

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use wispr::gateway::{Callback, Mac};

/// The most calls that run at one time (fon-api 2).
pub const MAX_RUNNING: usize = 128;
/// The most calls that wait.
pub const MAX_WAITING: usize = 8192;

/// Calls that wait, and the clients whose calls run.
#[derive(Debug, Default)]
pub struct Calls {
    lines: BTreeMap<Option<Mac>, VecDeque<Callback>>,
    /// Lines whose first call may run, in the order in which they came.
    ready: VecDeque<Option<Mac>>,
    running: BTreeSet<Option<Mac>>,
    waiting: usize,
}

impl Calls {
    /// Puts a call in its client's line. Gives it back if too many wait.
    ///
    /// # Errors
    /// The call itself.
    pub fn push(&mut self, call: Callback) -> Result<(), Callback> {
        if self.waiting >= MAX_WAITING {
            return Err(call);
        }
        let line = call.client;
        let calls = self.lines.entry(line).or_default();
        calls.push_back(call);
        if calls.len() == 1 && !self.running.contains(&line) {
            self.ready.push_back(line);
        }
        self.waiting += 1;
        Ok(())
    }

    /// The next call to run. It runs until [`done`](Self::done).
    pub fn take(&mut self) -> Option<Callback> {
        if self.running.len() >= MAX_RUNNING {
            return None;
        }
        let line = self.ready.pop_front()?;
        let call = self.lines.get_mut(&line)?.pop_front()?;
        self.waiting -= 1;
        self.running.insert(line);
        Some(call)
    }

    /// The client's call has ended.
    pub fn done(&mut self, line: Option<Mac>) {
        if !self.running.remove(&line) {
            return;
        }
        if self.lines.get(&line).is_some_and(|calls| !calls.is_empty()) {
            self.ready.push_back(line);
        } else {
            self.lines.remove(&line);
        }
    }

    /// Whether no call waits or runs.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.waiting == 0 && self.running.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(client: u8) -> Callback {
        let mut call = Callback::STARTUP;
        call.client = (client != 0).then_some(Mac([client; 6]));
        call
    }

    fn started(calls: &mut Calls) -> Vec<u8> {
        std::iter::from_fn(|| calls.take().map(|c| c.client.map_or(0, |mac| mac.0[0]))).collect()
    }

    // spec: fon-api 2
    #[test]
    fn calls_about_one_client_do_not_overlap() {
        let mut calls = Calls::default();
        for client in [0, 1, 1, 2, 1] {
            calls.push(call(client)).unwrap();
        }
        assert_eq!(started(&mut calls), [0, 1, 2]);
        calls.done(Some(Mac([2; 6])));
        assert!(started(&mut calls).is_empty());
        for _ in 0..2 {
            calls.done(Some(Mac([1; 6])));
            assert_eq!(started(&mut calls), [1]);
        }
        calls.done(Some(Mac([1; 6])));
        assert!(!calls.is_idle());
        calls.done(None);
        calls.done(None);
        assert!(calls.is_idle());
    }

    #[test]
    fn at_most_so_many_run_and_wait() {
        let mut calls = Calls::default();
        for client in 0..200_u8 {
            calls.push(call(client)).unwrap();
        }
        assert_eq!(started(&mut calls).len(), MAX_RUNNING);
        let mut taken = 200 - MAX_RUNNING;
        while calls.push(call(250)).is_ok() {
            taken += 1;
        }
        assert_eq!(taken, MAX_WAITING);
        calls.done(Some(Mac([1; 6])));
        assert_eq!(started(&mut calls).len(), 1);
    }
}
