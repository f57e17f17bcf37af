//! Recognising requests that were seen before (RFC 5080 §2.2.2; spec: radius 18).

use crate::code::Code;
use crate::packet::Authenticator;
use alloc::collections::BTreeMap;
use bytes::Bytes;
use core::net::SocketAddr;
use core::time::Duration;

/// What makes two requests the same one, together with the Request Authenticator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Where it came from.
    pub from: SocketAddr,
    /// Which of the server's sockets got it.
    pub socket: u16,
    /// Its Identifier.
    pub identifier: u8,
    /// Its code.
    pub code: Code,
}

/// What the cache knows of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Nothing: work on it.
    New,
    /// Nothing, but another request had this key: work on this one, call the other one off.
    Superseding,
    /// It is being worked on: drop this copy.
    Working,
    /// It was answered: send these octets again.
    Answered(Bytes),
}

struct Entry {
    authenticator: Authenticator,
    /// None while the request is worked on, however long that takes.
    reply: Option<Reply>,
    sequence: u64,
}

struct Reply {
    octets: Bytes,
    expires: Duration,
}

/// The requests of the last seconds and their replies. Only verified requests may be shown to it.
pub struct Duplicates {
    entries: BTreeMap<Key, Entry>,
    /// Keys by age, the oldest first.
    ages: BTreeMap<u64, Key>,
    /// Keys of answered requests by when they are forgotten, and by age.
    expiring: BTreeMap<(Duration, u64), Key>,
    sequence: u64,
    capacity: usize,
    lifetime: Duration,
}

impl core::fmt::Debug for Duplicates {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Duplicates of {} requests", self.entries.len())
    }
}

impl Duplicates {
    /// The shortest time a reply is kept.
    pub const MIN_LIFETIME: Duration = Duration::from_secs(5);
    /// The longest time a reply is kept.
    pub const MAX_LIFETIME: Duration = Duration::from_secs(30);

    /// A cache of up to `capacity` requests (at least one) that keeps replies for `lifetime`, cut to 5..=30 s. A request
    /// without a reply is remembered until it gets one or has to make room.
    #[must_use]
    pub fn new(capacity: usize, lifetime: Duration) -> Self {
        Self {
            entries: BTreeMap::new(),
            ages: BTreeMap::new(),
            expiring: BTreeMap::new(),
            sequence: 0,
            capacity: capacity.max(1),
            lifetime: lifetime.clamp(Self::MIN_LIFETIME, Self::MAX_LIFETIME),
        }
    }

    /// Looks a request up and remembers it if it is new. When the cache is full, the oldest entry goes.
    pub fn check(&mut self, now: Duration, key: Key, authenticator: &Authenticator) -> Seen {
        self.expire(now);
        let mut seen = Seen::New;
        if let Some(entry) = self.entries.get(&key) {
            if entry.authenticator == *authenticator {
                return entry
                    .reply
                    .as_ref()
                    .map_or(Seen::Working, |reply| Seen::Answered(reply.octets.clone()));
            }
            if entry.reply.is_none() {
                seen = Seen::Superseding;
            }
            self.remove(&key);
        }
        while self.entries.len() >= self.capacity {
            let Some((_, &oldest)) = self.ages.first_key_value() else { break };
            self.remove(&oldest);
        }
        let sequence = self.sequence;
        self.sequence += 1;
        self.ages.insert(sequence, key);
        self.entries.insert(key, Entry { authenticator: *authenticator, reply: None, sequence });
        seen
    }

    /// Keeps the reply to a request. Says whether the request is still the one that is known by this key.
    pub fn answer(&mut self, now: Duration, key: &Key, authenticator: &Authenticator, reply: Bytes) -> bool {
        match self.entries.get_mut(key) {
            Some(entry) if entry.authenticator == *authenticator => {
                let expires = now.saturating_add(self.lifetime);
                if let Some(earlier) = entry.reply.replace(Reply { octets: reply, expires }) {
                    self.expiring.remove(&(earlier.expires, entry.sequence));
                }
                self.expiring.insert((expires, entry.sequence), *key);
                true
            }
            _ => false,
        }
    }

    /// Forgets the replies that are over. One step costs what it removes.
    fn expire(&mut self, now: Duration) {
        while let Some((_, &key)) =
            self.expiring.first_key_value().filter(|((expires, _), _)| *expires <= now)
        {
            self.remove(&key);
        }
    }

    fn remove(&mut self, key: &Key) {
        if let Some(entry) = self.entries.remove(key) {
            self.ages.remove(&entry.sequence);
            if let Some(reply) = entry.reply {
                self.expiring.remove(&(reply.expires, entry.sequence));
            }
        }
    }

    /// How many requests are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether none is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(identifier: u8) -> Key {
        let from = "192.0.2.1:1645".parse().unwrap();
        Key { from, socket: 0, identifier, code: Code::ACCESS_REQUEST }
    }

    // spec: radius 18
    #[test]
    fn the_same_request_is_answered_again_and_another_one_with_its_key_is_new() {
        let second = Duration::from_secs;
        let mut cache = Duplicates::new(10, second(5));
        assert_eq!(cache.check(second(0), key(1), &[1; 16]), Seen::New);
        assert_eq!(cache.check(second(1), key(1), &[1; 16]), Seen::Working);
        assert!(cache.answer(second(1), &key(1), &[1; 16], Bytes::from_static(b"reply")));
        assert_eq!(cache.check(second(2), key(1), &[1; 16]), Seen::Answered(Bytes::from_static(b"reply")));
        assert_eq!(cache.check(second(3), key(1), &[2; 16]), Seen::New);
        assert_eq!(cache.check(second(3), key(1), &[3; 16]), Seen::Superseding);
        assert!(!cache.answer(second(3), &key(1), &[2; 16], Bytes::new()));
        assert!(cache.answer(second(3), &key(1), &[3; 16], Bytes::new()));
        assert_eq!(cache.check(second(8), key(1), &[3; 16]), Seen::New);
    }

    // spec: radius 18
    #[test]
    fn a_request_that_is_worked_on_is_never_new_and_its_reply_counts_from_its_own_time() {
        let (second, reply) = (Duration::from_secs, Bytes::from_static(b"reply"));
        let mut cache = Duplicates::new(10, Duplicates::MIN_LIFETIME);
        assert_eq!(cache.check(second(0), key(1), &[1; 16]), Seen::New);
        assert_eq!(cache.check(second(1), key(2), &[2; 16]), Seen::New);
        assert!(cache.answer(second(2), &key(2), &[2; 16], reply.clone()));
        assert_eq!(cache.check(second(3600), key(1), &[1; 16]), Seen::Working);
        // The reply behind it is over all the same.
        assert_eq!(cache.len(), 1);
        assert!(cache.answer(second(3600), &key(1), &[1; 16], reply.clone()));
        assert!(cache.answer(second(3602), &key(1), &[1; 16], reply.clone()));
        assert_eq!(cache.check(second(3606), key(1), &[1; 16]), Seen::Answered(reply));
        assert_eq!(cache.check(second(3607), key(1), &[1; 16]), Seen::New);
    }

    #[test]
    fn a_full_cache_forgets_the_oldest() {
        let mut cache = Duplicates::new(2, Duplicates::MIN_LIFETIME);
        for identifier in 0..9 {
            assert_eq!(cache.check(Duration::ZERO, key(identifier), &[1; 16]), Seen::New);
        }
        assert_eq!(cache.len(), 2);
        assert_eq!(cache.check(Duration::ZERO, key(8), &[1; 16]), Seen::Working);
        assert_eq!(cache.check(Duration::ZERO, key(0), &[1; 16]), Seen::New);
    }
}
