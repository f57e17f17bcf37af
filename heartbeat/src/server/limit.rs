//! Rates: so many at once, then one per interval.

use crate::{Cipher, Key};
use alloc::vec::Vec;
use core::net::IpAddr;
use core::time::Duration;

/// How many source addresses are kept apart. Beyond them the one of its set that will be quiet soonest makes room.
pub(super) const MAX_SOURCES: usize = 65_536;
/// How many of them share a set.
const WAYS: usize = 4;

/// A rate: `burst` at once, then one per `interval`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The time in which one more is admitted.
    pub interval: Duration,
    /// How many may come at once, at least one.
    pub burst: u32,
}

/// What one party has used up: the moment at which all of it is given back.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bucket {
    empty_at: Duration,
}

impl Bucket {
    /// Whether one more is admitted.
    pub(super) fn has_room(&self, rate: Rate, now: Duration) -> bool {
        let allowance = rate.interval.saturating_mul(rate.burst.saturating_sub(1));
        self.empty_at.saturating_sub(now) <= allowance
    }

    /// Takes one.
    pub(super) fn take(&mut self, rate: Rate, now: Duration) {
        self.empty_at = self.empty_at.max(now).saturating_add(rate.interval);
    }
}

/// The buckets of source addresses: a table of small sets. Which set an address belongs to depends on a secret, so that
/// nobody can crowd another out on purpose, and each datagram costs the same however many addresses are known.
#[derive(Debug)]
pub(super) struct Sources {
    scatter: Cipher,
    /// Empty until the first address comes.
    slots: Vec<Slot>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    source: u128,
    bucket: Bucket,
}

impl Sources {
    pub(super) fn new(secret: [u8; 32]) -> Self {
        Self { scatter: Cipher::new(&Key::new(secret)), slots: Vec::new() }
    }

    pub(super) fn admit(&mut self, source: IpAddr, rate: Rate, now: Duration) -> bool {
        if self.slots.is_empty() {
            self.slots.resize(MAX_SOURCES, Slot::default());
        }
        let source = party(source);
        let mut block = source.to_be_bytes();
        self.scatter.encrypt(&mut block);
        let [low, high, ..] = block;
        let set = usize::from(u16::from_be_bytes([low, high])) % (MAX_SOURCES / WAYS);
        let Some(set) = self.slots.get_mut(set * WAYS..).and_then(|rest| rest.get_mut(..WAYS)) else {
            return true;
        };
        let slot = match set.iter().position(|slot| slot.source == source) {
            Some(at) => set.get_mut(at),
            None => set.iter_mut().min_by_key(|slot| slot.bucket.empty_at),
        };
        let Some(slot) = slot else { return true };
        if slot.source != source {
            *slot = Slot { source, bucket: Bucket::default() };
        }
        let room = slot.bucket.has_room(rate, now);
        if room {
            slot.bucket.take(rate, now);
        }
        room
    }
}

/// Whom an address stands for: one host with IPv4, a network of 64 bits with IPv6, as one customer has all of it.
fn party(source: IpAddr) -> u128 {
    match source.to_canonical() {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits() >> 64 << 64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { interval: Duration::from_secs(10), burst: 3 };

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_burst_passes_then_one_per_interval() {
        let mut sources = Sources::new([7; 32]);
        let source = IpAddr::from([192, 0, 2, 1]);
        let mut admitted = |seconds| sources.admit(source, RATE, at(seconds));
        assert_eq!(
            [0, 0, 0, 0, 9, 10, 10, 20].map(&mut admitted),
            [true, true, true, false, false, true, false, true]
        );
        assert_eq!([100, 100, 100, 100].map(admitted), [true, true, true, false]);
        assert!(sources.admit(IpAddr::from([192, 0, 2, 2]), RATE, at(100)));
    }

    #[test]
    #[cfg_attr(miri, ignore = "too long for an interpreter")]
    fn the_table_of_sources_is_bounded_and_a_busy_one_stays_known() {
        let mut sources = Sources::new([7; 32]);
        let busy = IpAddr::from([192, 0, 2, 1]);
        for second in 0..40 {
            sources.admit(busy, RATE, at(0));
            // Fewer than the sets have room for between two datagrams of the busy one.
            for number in 0..50u32 {
                sources.admit(IpAddr::from((second << 16 | number | 0x0a00_0000).to_be_bytes()), RATE, at(0));
            }
        }
        assert!(!sources.admit(busy, RATE, at(0)));
        for number in 0..200_000u32 {
            sources.admit(IpAddr::from(number.to_be_bytes()), RATE, at(0));
        }
        assert_eq!(sources.slots.len(), MAX_SOURCES);
        assert!(sources.slots.iter().filter(|slot| slot.source != 0).count() > MAX_SOURCES * 9 / 10);
    }

    #[test]
    fn a_network_of_64_bits_is_one_party() {
        let mut sources = Sources::new([7; 32]);
        let mut admitted = |text: &str| sources.admit(text.parse().unwrap(), RATE, at(0));
        assert_eq!(
            ["2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4"].map(&mut admitted),
            [true, true, true, false]
        );
        assert!(admitted("2001:db8:0:1::1"));
        assert_eq!(
            ["192.0.2.1", "::ffff:192.0.2.1", "192.0.2.1", "192.0.2.1"].map(admitted),
            [true, true, true, false]
        );
    }
}
