//! The requests that wait for their replies.

use super::request::Request;
use super::schedule::Progress;
use crate::auth::RequestHeader;
use alloc::boxed::Box;
use alloc::vec::Vec;
use bytes::Bytes;
use core::time::Duration;

/// One packet of a request, to one server.
pub(super) struct Attempt {
    pub(super) server: usize,
    pub(super) socket: u16,
    pub(super) header: RequestHeader,
    pub(super) payload: Bytes,
}

/// What a request is for.
pub(super) enum Purpose {
    /// The caller's.
    Caller,
    /// Is the server back?
    Probe,
}

pub(super) struct Pending {
    pub(super) id: u64,
    pub(super) purpose: Purpose,
    pub(super) request: Request,
    pub(super) progress: Progress,
    pub(super) attempts: Vec<Attempt>,
    /// Servers to go to, in order; for the vendor plan it is gone round.
    pub(super) order: Vec<usize>,
    /// Which of `order` is tried now.
    pub(super) place: usize,
    pub(super) wake: Duration,
    pub(super) deadline: Option<Duration>,
}

impl Pending {
    pub(super) fn next_timer(&self) -> Duration {
        self.deadline.map_or(self.wake, |deadline| deadline.min(self.wake))
    }
}

/// Pending requests by their numbers, which count up, so that a new one goes to the end.
#[expect(
    clippy::vec_box,
    reason = "what moves when one goes are pointers; and a request is taken out and put back"
)]
pub(super) struct Table(Vec<Box<Pending>>);

impl Table {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Pending> {
        self.0.iter().map(|pending| &**pending)
    }

    /// Where a number stands, or belongs.
    fn place(&self, id: u64) -> Result<usize, usize> {
        self.0.binary_search_by_key(&id, |pending| pending.id)
    }

    pub(super) fn get(&self, id: u64) -> Option<&Pending> {
        self.0.get(self.place(id).ok()?).map(|pending| &**pending)
    }

    pub(super) fn insert(&mut self, pending: Box<Pending>) {
        let (Ok(at) | Err(at)) = self.place(pending.id);
        self.0.insert(at, pending);
    }

    pub(super) fn remove(&mut self, id: u64) -> Option<Box<Pending>> {
        Some(self.0.remove(self.place(id).ok()?))
    }
}
