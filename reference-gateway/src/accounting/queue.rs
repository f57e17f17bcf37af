//! Which records wait, in which order they go, and when they are sent again. No clock, no socket, no file.

use super::record::{Kind, Record};
use radius_codec::client::Request;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;
use wispr::gateway::SessionId;

/// The most records on their way at one time.
const MAX_ON_THE_WAY: usize = 512;
/// How often On or Off is offered before the records behind it go on without it.
const MAX_BARRIER_ROUNDS: u32 = 10;
/// The longest pause between two rounds while no server answers.
const MAX_PAUSE: Duration = Duration::from_secs(300);

/// Records that wait until a server has taken them.
///
/// Records of one session go one after the other, those of different sessions side by side. Accounting-On and -Off
/// wait for everything before them and hold everything behind them, because a server ends all sessions when it gets
/// one. While no server answers a single record probes, with pauses that double; afterwards the number on their way
/// doubles with every answer.
///
/// A full queue drops interim records first, because later ones repeat what they say, then Starts, then what is
/// oldest. It says what it drops.
#[derive(Debug)]
pub struct Queue {
    capacity: usize,
    records: BTreeMap<u64, Entry>,
    next_key: u64,
    sessions: BTreeMap<SessionId, VecDeque<u64>>,
    barriers: BTreeSet<u64>,
    /// May go as far as its session is concerned.
    ready: BTreeSet<u64>,
    /// Failed while others got through: not before this time.
    later: BTreeSet<(Duration, u64)>,
    on_the_way: usize,
    window: usize,
    first_pause: Duration,
    pause: Duration,
    paused_until: Duration,
    last_answer: Option<Duration>,
    dropped: u64,
}

#[derive(Debug)]
struct Entry {
    record: Record,
    /// How old it was when it was queued, in seconds.
    age: u64,
    queued: Duration,
    /// When it was sent, while it is on its way.
    sent: Option<Duration>,
    /// When it goes again, while it waits alone.
    again: Option<Duration>,
    rounds: u32,
}

/// A record that was given up, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Its key.
    pub key: u64,
    /// The record.
    pub record: Record,
    /// Why, in words.
    pub reason: &'static str,
}

impl Queue {
    /// An empty queue for at most `capacity` records; `first_pause` is how long it waits when no server answers for
    /// the first time.
    #[must_use]
    pub fn new(capacity: usize, first_pause: Duration) -> Self {
        Self {
            capacity: capacity.max(1),
            records: BTreeMap::new(),
            next_key: 0,
            sessions: BTreeMap::new(),
            barriers: BTreeSet::new(),
            ready: BTreeSet::new(),
            later: BTreeSet::new(),
            on_the_way: 0,
            window: MAX_ON_THE_WAY,
            first_pause,
            pause: first_pause,
            paused_until: Duration::ZERO,
            last_answer: None,
            dropped: 0,
        }
    }

    /// Puts a record back that an earlier run kept. Keys go up; `unix_seconds` says how old it is by now.
    pub fn load(&mut self, key: u64, record: Record, now: Duration, unix_seconds: i64) {
        // A clock that was set back does not make a record younger than new.
        let age = u64::try_from(unix_seconds.saturating_sub(record.made_at)).unwrap_or(0);
        self.next_key = self.next_key.max(key.saturating_add(1));
        self.insert(key, record, age, now);
    }

    /// Queues a record; returns its key and what had to make room.
    pub fn push(&mut self, record: Record, now: Duration) -> (u64, Vec<Dropped>) {
        let key = self.next_key;
        self.next_key += 1;
        self.insert(key, record, 0, now);
        let mut dropped = Vec::new();
        while self.records.len() > self.capacity {
            match self.victim() {
                Some(victim) => dropped.extend(self.drop(victim, "the queue is full")),
                None => break,
            }
        }
        (key, dropped)
    }

    fn insert(&mut self, key: u64, record: Record, age: u64, now: Duration) {
        if record.is_barrier() {
            self.barriers.insert(key);
            self.ready.insert(key);
        } else if let Some(session) = record.session {
            let line = self.sessions.entry(session).or_default();
            line.push_back(key);
            if line.len() == 1 {
                self.ready.insert(key);
            }
        }
        self.records.insert(key, Entry { record, age, queued: now, sent: None, again: None, rounds: 0 });
    }

    /// The record to be sent now, if there is one, with its key. It is on its way until
    /// [`acknowledged`](Self::acknowledged) or [`failed`](Self::failed) says otherwise.
    pub fn take(&mut self, now: Duration) -> Option<(u64, Request)> {
        while let Some((_, key)) = self.later.first().copied().filter(|(at, _)| *at <= now) {
            self.later.pop_first();
            self.ready.insert(key);
        }
        if now < self.paused_until || self.on_the_way >= self.window {
            return None;
        }
        let key = self.eligible()?;
        self.ready.remove(&key);
        let entry = self.records.get_mut(&key)?;
        let delay = entry.age.saturating_add(now.saturating_sub(entry.queued).as_secs());
        entry.sent = Some(now);
        entry.again = None;
        self.on_the_way += 1;
        Some((key, entry.record.request(delay)?))
    }

    fn eligible(&self) -> Option<u64> {
        let key = *self.ready.first()?;
        match self.barriers.first() {
            Some(barrier) if key > *barrier => None,
            // On and Off go alone.
            Some(barrier) if key == *barrier && self.records.first_key_value()?.0 != barrier => None,
            _ => Some(key),
        }
    }

    /// A server has the record: it is done.
    pub fn acknowledged(&mut self, key: u64, now: Duration) -> Option<Record> {
        self.last_answer = Some(now);
        self.pause = self.first_pause;
        self.paused_until = Duration::ZERO;
        self.window = self.window.saturating_mul(2).min(MAX_ON_THE_WAY);
        self.remove(key)
    }

    /// No server took the record in this round: it stays, and goes again. Only On and Off are given up at some time.
    pub fn failed(&mut self, key: u64, now: Duration) -> Option<Dropped> {
        let entry = self.records.get_mut(&key)?;
        let sent = entry.sent.take()?;
        self.on_the_way -= 1;
        entry.rounds += 1;
        let (rounds, barrier) = (entry.rounds, entry.record.is_barrier());
        if barrier && rounds >= MAX_BARRIER_ROUNDS {
            return self.drop(key, "no server takes it");
        }
        if self.last_answer.is_some_and(|at| at >= sent) {
            // Others got through meanwhile, so this one waits alone.
            let pause = doubled(self.first_pause, rounds);
            self.wait_alone(key, now.saturating_add(pause));
            return None;
        }
        self.ready.insert(key);
        self.window = 1;
        if now >= self.paused_until {
            self.paused_until = now.saturating_add(self.pause);
            self.pause = self.pause.saturating_mul(2).min(MAX_PAUSE);
        }
        None
    }

    /// The record could not be handed over at all: it goes again at once, when there is room.
    pub fn put_back(&mut self, key: u64, now: Duration) {
        if let Some(entry) = self.records.get_mut(&key)
            && entry.sent.take().is_some()
        {
            self.on_the_way -= 1;
            self.wait_alone(key, now.saturating_add(Duration::from_secs(1)));
        }
    }

    fn wait_alone(&mut self, key: u64, until: Duration) {
        if let Some(entry) = self.records.get_mut(&key) {
            entry.again = Some(until);
            self.later.insert((until, key));
        }
    }

    /// Everything that is on its way has to go again: its sockets are gone.
    pub fn put_all_back(&mut self) {
        for (key, entry) in &mut self.records {
            if entry.sent.take().is_some() {
                self.ready.insert(*key);
            }
        }
        self.on_the_way = 0;
        self.paused_until = Duration::ZERO;
    }

    /// When [`take`](Self::take) may have something again; `Duration::MAX` if only an answer or a new record helps.
    #[must_use]
    pub fn next_timer(&self) -> Duration {
        let later = self.later.first().map(|(at, _)| *at);
        let ready = (self.on_the_way < self.window && self.eligible().is_some()).then_some(self.paused_until);
        later.into_iter().chain(ready).min().unwrap_or(Duration::MAX)
    }

    /// How many records wait, those on their way included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// How many were dropped since the start.
    #[must_use]
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Whether no server has answered for a while.
    #[must_use]
    pub fn is_stuck(&self) -> bool {
        self.paused_until > Duration::ZERO
    }

    /// The records in their order.
    pub fn iter(&self) -> impl Iterator<Item = &Record> {
        self.records.values().map(|entry| &entry.record)
    }

    /// What makes room: nothing that is on its way, for that may have arrived.
    fn victim(&self) -> Option<u64> {
        let waiting = || self.records.iter().filter(|(_, entry)| entry.sent.is_none());
        let of = |kind: Kind| waiting().find(|(_, entry)| entry.record.kind == kind).map(|(key, _)| *key);
        of(Kind::Interim).or_else(|| of(Kind::Start)).or_else(|| waiting().next().map(|(key, _)| *key))
    }

    fn drop(&mut self, key: u64, reason: &'static str) -> Option<Dropped> {
        let record = self.remove(key)?;
        self.dropped += 1;
        Some(Dropped { key, record, reason })
    }

    fn remove(&mut self, key: u64) -> Option<Record> {
        let entry = self.records.remove(&key)?;
        self.on_the_way -= usize::from(entry.sent.is_some());
        self.barriers.remove(&key);
        self.ready.remove(&key);
        if let Some(at) = entry.again {
            self.later.remove(&(at, key));
        }
        if let Some(session) = entry.record.session
            && let Some(line) = self.sessions.get_mut(&session)
        {
            let was_first = line.front() == Some(&key);
            line.retain(|waiting| *waiting != key);
            match line.front() {
                Some(next) if was_first => {
                    self.ready.insert(*next);
                }
                Some(_) => {}
                None => {
                    self.sessions.remove(&session);
                }
            }
        }
        Some(entry.record)
    }
}

fn doubled(first: Duration, rounds: u32) -> Duration {
    let factor = 1_u32.checked_shl(rounds.min(16)).unwrap_or(u32::MAX);
    first.saturating_mul(factor).min(MAX_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::super::record::tests::{delay, record};
    use super::*;

    const fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn queue(records: &[(Kind, u32)]) -> Queue {
        let mut queue = Queue::new(1000, secs(10));
        for (kind, session) in records {
            queue.push(record(*kind, *session), secs(0));
        }
        queue
    }

    fn sent(queue: &mut Queue, now: u64) -> Vec<u64> {
        std::iter::from_fn(|| queue.take(secs(now)).map(|(key, _)| key)).collect()
    }

    #[test]
    fn records_of_a_session_go_in_order_and_sessions_side_by_side() {
        let mut queue = queue(&[
            (Kind::Start, 1),
            (Kind::Stop, 1),
            (Kind::Start, 2),
            (Kind::Interim, 2),
            (Kind::Start, 3),
        ]);
        assert_eq!(sent(&mut queue, 0), [0, 2, 4]);
        queue.acknowledged(0, secs(1));
        assert_eq!(sent(&mut queue, 1), [1]);
        queue.acknowledged(2, secs(1));
        queue.acknowledged(1, secs(1));
        assert_eq!(sent(&mut queue, 1), [3]);
        queue.acknowledged(4, secs(1));
        queue.acknowledged(3, secs(1));
        assert!(queue.is_empty() && queue.next_timer() == Duration::MAX);
    }

    // spec: gateway-dataplane 10
    #[test]
    fn a_late_accounting_on_cannot_close_a_new_session() {
        let mut queue = queue(&[(Kind::Stop, 1), (Kind::On, 0), (Kind::Start, 2)]);
        assert_eq!(sent(&mut queue, 0), [0]);
        queue.failed(0, secs(4));
        assert_eq!(sent(&mut queue, 14), [0]);
        queue.acknowledged(0, secs(15));
        assert_eq!(sent(&mut queue, 15), [1]);
        queue.acknowledged(1, secs(16));
        assert_eq!(sent(&mut queue, 16), [2]);
    }

    #[test]
    fn a_server_that_does_not_know_accounting_on_does_not_stop_everything() {
        let mut queue = queue(&[(Kind::On, 0), (Kind::Start, 2)]);
        let mut now = 0;
        let given_up = loop {
            assert_eq!(sent(&mut queue, now), [0]);
            let dropped = queue.failed(0, secs(now + 4));
            if let Some(dropped) = dropped {
                break dropped;
            }
            now = queue.next_timer().as_secs();
            assert!(now < 3600);
        };
        assert_eq!((given_up.record.kind, given_up.reason), (Kind::On, "no server takes it"));
        assert_eq!(sent(&mut queue, 3600), [1]);
    }

    #[test]
    fn while_no_server_answers_one_record_probes() {
        let mut queue = queue(&(1..=100).map(|n| (Kind::Start, n)).collect::<Vec<_>>());
        assert_eq!(sent(&mut queue, 0).len(), 100);
        for key in 0..100 {
            assert_eq!(queue.failed(key, secs(14)), None);
        }
        assert!(queue.is_stuck());
        let mut now = 14;
        let mut pauses = Vec::new();
        for _ in 0..7 {
            let at = queue.next_timer().as_secs();
            pauses.push(at - now);
            assert!(sent(&mut queue, at - 1).is_empty());
            assert_eq!(sent(&mut queue, at), [0]);
            now = at + 14;
            queue.failed(0, secs(now));
        }
        assert_eq!(pauses, [10, 20, 40, 80, 160, 300, 300]);
        // It is back: the number on their way doubles with each answer, and nothing was lost.
        let at = queue.next_timer().as_secs();
        assert_eq!(sent(&mut queue, at), [0]);
        queue.acknowledged(0, secs(at));
        let mut taken = 1;
        let mut on_the_way = sent(&mut queue, at);
        assert_eq!(on_the_way.len(), 2);
        while let Some(key) = on_the_way.pop() {
            queue.acknowledged(key, secs(at));
            taken += 1;
            on_the_way.extend(sent(&mut queue, at));
        }
        assert_eq!((taken, queue.len(), queue.dropped()), (100, 0, 0));
    }

    #[test]
    fn one_record_that_no_server_wants_does_not_hold_up_the_others() {
        let mut queue = queue(&[(Kind::Start, 1), (Kind::Start, 2), (Kind::Start, 3)]);
        assert_eq!(sent(&mut queue, 0).len(), 3);
        queue.acknowledged(1, secs(1));
        queue.failed(0, secs(14));
        queue.acknowledged(2, secs(14));
        queue.push(record(Kind::Start, 4), secs(14));
        assert_eq!(sent(&mut queue, 14), [3]);
        assert_eq!(queue.next_timer(), secs(34));
        assert_eq!(sent(&mut queue, 34), [0]);
    }

    // RFC 2866 §5.2
    #[test]
    fn a_record_that_goes_again_says_how_late_it_is() {
        let mut queue = queue(&[(Kind::Start, 1)]);
        let (key, request) = queue.take(secs(0)).unwrap();
        assert_eq!(delay(&request), None);
        queue.failed(key, secs(14));
        assert_eq!(delay(&queue.take(secs(24)).unwrap().1), Some(24));
        // Kept over a restart, half an hour by the calendar.
        let mut queue = Queue::new(10, secs(10));
        queue.load(5, record(Kind::Start, 1), secs(1), 1_000 + 1800);
        assert_eq!(delay(&queue.take(secs(2)).unwrap().1), Some(1801));
        assert_eq!(queue.push(record(Kind::Start, 2), secs(2)).0, 6);
        // The calendar was set back meanwhile.
        let mut queue = Queue::new(10, secs(10));
        queue.load(5, record(Kind::Start, 1), secs(1), 0);
        assert_eq!(delay(&queue.take(secs(1)).unwrap().1), None);
    }

    #[test]
    fn a_full_queue_says_what_it_drops_and_begins_with_what_is_told_again() {
        let mut queue = Queue::new(4, secs(10));
        let mut drops = Vec::new();
        let all = [
            (Kind::Start, 1),
            (Kind::Interim, 1),
            (Kind::Interim, 1),
            (Kind::Stop, 1),
            (Kind::Stop, 2),
            (Kind::Stop, 3),
            (Kind::Stop, 4),
            (Kind::Stop, 5),
        ];
        for (kind, session) in all {
            drops.extend(queue.push(record(kind, session), secs(0)).1);
        }
        let drops: Vec<_> = drops.into_iter().map(|d| (d.key, d.record.kind, d.reason)).collect();
        let full = "the queue is full";
        assert_eq!(
            drops,
            [
                (1, Kind::Interim, full),
                (2, Kind::Interim, full),
                (0, Kind::Start, full),
                (3, Kind::Stop, full)
            ]
        );
        assert_eq!((queue.len(), queue.dropped()), (4, 4));
        assert_eq!(sent(&mut queue, 0), [4, 5, 6, 7]);
        // What is on its way is not dropped, even above the capacity.
        assert_eq!(
            queue.push(record(Kind::Stop, 9), secs(0)).1[0].record.session,
            Some(SessionId::new(0x6b00_0000, 9))
        );
    }

    #[test]
    fn records_whose_sockets_are_gone_go_again() {
        let mut queue = queue(&[(Kind::Start, 1), (Kind::Start, 2)]);
        assert_eq!(sent(&mut queue, 0), [0, 1]);
        queue.put_all_back();
        assert_eq!(sent(&mut queue, 1), [0, 1]);
        queue.put_back(0, secs(1));
        assert_eq!((sent(&mut queue, 1), sent(&mut queue, 2)), (vec![], vec![0]));
    }
}
