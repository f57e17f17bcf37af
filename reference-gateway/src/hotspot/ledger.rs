//! The books: accounting records on their way to the RADIUS servers, and sessions as a next run would need them.

use super::boot::Boot;
use crate::accounting::journal::{Change, Kept, Key};
use crate::accounting::{Dropped, Journal, Queue, Record};
use crate::clock::{Clock, unix_seconds};
use crate::metrics::Metrics;
use crate::radius::{Port, Received};
use radius_codec::OwnedPacket;
use radius_codec::client::{Event, RequestId, SendError};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;
use wispr::gateway::{Accounting, SavedSession, SessionId};

/// The name of this start of the machine, and the last session id that was made.
const BOOT: &str = "boot";
const LAST_ID: &str = "last-session-id";

/// Accounting, and what outlives the process.
pub(super) struct Ledger {
    clock: Clock,
    queue: Queue,
    journal: Journal,
    port: Port,
    on_the_way: BTreeMap<RequestId, u64>,
    /// What this turn of the loop changes; it is kept as a whole.
    changes: Vec<Change>,
    boot: Boot,
    /// The machine's uptime when the clock was started.
    uptime: Duration,
    metrics: Metrics,
}

/// A session that an earlier run left.
#[derive(Debug)]
pub(super) enum Left {
    /// The machine was up all the time: the session goes on.
    On(SavedSession),
    /// The machine was started again since: the session ended, in the state in which it was saved.
    Ended { session: SavedSession, saved_at: i64 },
}

/// A session as it is kept.
#[derive(Serialize)]
struct Stored<'a> {
    /// When, in seconds since 1970.
    at: i64,
    /// Seconds for which the machine had been up.
    up: u64,
    session: &'a SavedSession,
}

/// What an earlier run left.
#[derive(Debug, Default)]
pub(super) struct Legacy {
    pub(super) sessions: Vec<Left>,
    pub(super) last_id: Option<SessionId>,
}

impl Legacy {
    /// Whether a session goes on.
    pub(super) fn goes_on(&self) -> bool {
        self.sessions.iter().any(|left| matches!(left, Left::On(_)))
    }
}

/// What a round of accounting brought.
#[derive(Default)]
pub(super) struct News {
    /// Answers, each with the session of its record.
    pub(super) replies: Vec<(SessionId, OwnedPacket)>,
    /// What is not about one record.
    pub(super) events: Vec<Event>,
}

impl Ledger {
    pub(super) fn new(
        clock: Clock,
        queue: Queue,
        (journal, kept): (Journal, Kept),
        port: Port,
        boot: Boot,
        metrics: Metrics,
    ) -> (Self, Legacy) {
        let uptime = boot.uptime.saturating_sub(clock.now());
        let (on_the_way, changes) = (BTreeMap::new(), Vec::new());
        let mut ledger = Self { clock, queue, journal, port, on_the_way, changes, boot, uptime, metrics };
        let legacy = ledger.inherit(kept);
        (ledger, legacy)
    }

    /// Takes over what an earlier run kept.
    fn inherit(&mut self, kept: Kept) -> Legacy {
        let now = unix_seconds();
        let records = kept.records.len();
        for (key, octets) in kept.records {
            match Record::from_octets(&octets) {
                Some(record) => self.queue.load(key, record, self.clock.now(), now),
                None => {
                    tracing::error!(key, "a stored accounting record is damaged and lost");
                    self.changes.push((Key::Record(key), None));
                }
            }
        }
        if records > 0 {
            tracing::info!(records, "accounting records of an earlier run wait for a RADIUS server");
        }
        let boot = kept.notes.get(BOOT).map(Vec::as_slice).unwrap_or_default();
        let same_boot = !boot.is_empty() && boot == self.boot.id.as_bytes();
        let last_id =
            kept.notes.get(LAST_ID).and_then(|id| SessionId::from_text(std::str::from_utf8(id).ok()?));
        let mut legacy = Legacy { sessions: Vec::new(), last_id };
        for (id, octets) in kept.sessions {
            let stored = serde_json::from_slice::<Value>(&octets).ok();
            match stored.and_then(|stored| self.left(stored, same_boot)) {
                Some(left) => legacy.sessions.push(left),
                None => tracing::error!(session = id, "a stored session is damaged and lost"),
            }
            if let Some(id) = SessionId::from_text(&id) {
                self.changes.push((Key::Session(id), None));
            }
        }
        self.changes.push((Key::Note(BOOT), Some(self.boot.id.clone().into_bytes())));
        legacy
    }

    fn left(&self, mut stored: Value, same_boot: bool) -> Option<Left> {
        let (saved_at, up) = (stored["at"].as_i64()?, stored["up"].as_u64()?);
        let session: SavedSession = serde_json::from_value(stored["session"].take()).ok()?;
        let away = self.up().checked_sub(up).filter(|_| same_boot);
        Some(match away {
            Some(seconds) => Left::On(session.later(seconds)),
            None => Left::Ended { session, saved_at },
        })
    }

    /// Seconds for which the machine has been up.
    fn up(&self) -> u64 {
        (self.uptime + self.clock.now()).as_secs()
    }

    /// Queues a record.
    pub(super) fn account(&mut self, accounting: &Accounting) {
        let record = Record::new(accounting, unix_seconds());
        let octets = self.journal.is_durable().then(|| record.to_octets());
        let (key, dropped) = self.queue.push(record, self.clock.now());
        if octets.is_some() {
            self.changes.push((Key::Record(key), octets));
        }
        for dropped in dropped {
            self.given_up(&dropped);
        }
    }

    fn given_up(&mut self, dropped: &Dropped) {
        let Dropped { key, record, reason } = dropped;
        let session = record.session.map(|id| id.to_string());
        tracing::error!(kind = ?record.kind, session, reason, "an accounting record is lost");
        self.metrics.accounting("lost");
        self.changes.push((Key::Record(*key), None));
    }

    /// Keeps a session as it is now.
    pub(super) fn keep(&mut self, session: &SavedSession) {
        if !self.journal.is_durable() {
            return;
        }
        match serde_json::to_vec(&Stored { at: unix_seconds(), up: self.up(), session }) {
            Ok(stored) => self.changes.push((Key::Session(session.id), Some(stored))),
            Err(error) => tracing::error!(%error, "a session cannot be kept"),
        }
    }

    /// Notes the id of a session that began.
    pub(super) fn began(&mut self, id: SessionId) {
        self.changes.push((Key::Note(LAST_ID), Some(id.as_str().into())));
    }

    /// Forgets a session that ended.
    pub(super) fn forget(&mut self, id: SessionId) {
        self.changes.push((Key::Session(id), None));
    }

    /// Feeds a datagram, or the passing of time.
    pub(super) fn handle(&mut self, received: Option<&Received>) {
        self.port.handle(received);
    }

    /// Sends what can be sent; returns what came back, and when to come again.
    pub(super) fn drain(&mut self) -> (News, Duration) {
        let mut news = News::default();
        loop {
            let sent = self.send();
            let (events, wake) = self.port.drain();
            if events.is_empty() && !sent {
                return (news, wake.min(self.queue.next_timer()));
            }
            for event in events {
                self.take(event, &mut news);
            }
        }
    }

    fn send(&mut self) -> bool {
        let mut any = false;
        while let Some((key, request)) = self.queue.take(self.clock.now()) {
            match self.port.send(request) {
                Ok(id) => {
                    self.on_the_way.insert(id, key);
                    any = true;
                }
                Err(SendError::NoIdentifier { .. }) => {
                    self.queue.put_back(key, self.clock.now());
                    return any;
                }
                Err(error) => {
                    tracing::error!(%error, "an accounting record cannot be written; it stays in the queue");
                    self.queue.put_back(key, self.clock.now());
                }
            }
        }
        any
    }

    fn take(&mut self, event: Event, news: &mut News) {
        match event {
            Event::Reply(reply) => {
                let Some(key) = self.on_the_way.remove(&reply.id) else { return };
                self.metrics.accounting("acknowledged");
                self.changes.push((Key::Record(key), None));
                let record = self.queue.acknowledged(key, self.clock.now());
                if let Some(session) = record.and_then(|record| record.session) {
                    news.replies.push((session, reply.packet));
                }
            }
            Event::Failed { id, reason } => {
                let Some(key) = self.on_the_way.remove(&id) else { return };
                self.metrics.radius_timeout("accounting");
                let was_stuck = self.queue.is_stuck();
                if let Some(dropped) = self.queue.failed(key, self.clock.now()) {
                    self.given_up(&dropped);
                }
                if !was_stuck && self.queue.is_stuck() {
                    let waiting = self.queue.len();
                    tracing::error!(?reason, waiting, "no RADIUS server takes accounting records; they wait");
                }
            }
            other => news.events.push(other),
        }
    }

    /// Keeps what this turn of the loop changed, all of it or nothing.
    pub(super) fn commit(&mut self) {
        if !self.changes.is_empty() {
            self.journal.keep(self.changes.drain(..));
        }
    }

    /// Other servers from now on: what is on its way goes to them.
    pub(super) fn replace_port(&mut self, port: Port) {
        self.port = port;
        self.on_the_way.clear();
        self.queue.put_all_back();
    }

    pub(super) const fn port(&self) -> &Port {
        &self.port
    }

    pub(super) const fn queue(&self) -> &Queue {
        &self.queue
    }

    /// Why the journal cannot be written, if that is so.
    pub(super) fn journal_error(&self) -> Option<String> {
        self.journal.error()
    }

    /// Whether anything outlives the process.
    pub(super) const fn is_durable(&self) -> bool {
        self.journal.is_durable()
    }

    /// The end: says what becomes of records that no server took.
    pub(super) fn close(mut self, limit: Duration) {
        self.commit();
        let waiting = self.queue.len();
        let kept = self.journal.flush(limit);
        if !kept {
            tracing::error!("the next gateway knows sessions as they were when they could be written last");
        }
        match (waiting, self.is_durable() && kept) {
            (0, _) => {}
            (_, true) => tracing::warn!(waiting, "accounting records wait for the next start"),
            (_, false) => {
                tracing::error!(lost = waiting, "no RADIUS server took the last accounting records");
            }
        }
    }
}
