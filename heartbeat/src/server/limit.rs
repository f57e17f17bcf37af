//! Rates: so many at once, then one per interval.

use alloc::collections::BTreeMap;
use core::net::IpAddr;
use core::time::Duration;

/// How many source addresses are kept apart. Beyond them the one that will be quiet soonest makes room.
const MAX_SOURCES: usize = 1024;

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

/// The buckets of source addresses.
#[derive(Debug, Default)]
pub(super) struct Sources(BTreeMap<IpAddr, Bucket>);

impl Sources {
    pub(super) fn admit(&mut self, source: IpAddr, rate: Rate, now: Duration) -> bool {
        if !self.0.contains_key(&source) && self.0.len() >= MAX_SOURCES {
            self.0.retain(|_, bucket| bucket.empty_at > now);
            if self.0.len() >= MAX_SOURCES {
                let soonest = self.0.iter().min_by_key(|(_, bucket)| bucket.empty_at).map(|(ip, _)| *ip);
                soonest.and_then(|ip| self.0.remove(&ip));
            }
        }
        let bucket = self.0.entry(source).or_default();
        let room = bucket.has_room(rate, now);
        if room {
            bucket.take(rate, now);
        }
        room
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
        let mut sources = Sources::default();
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
    fn the_table_of_sources_is_bounded() {
        let mut sources = Sources::default();
        for number in 0u32..3000 {
            assert!(sources.admit(IpAddr::from(number.to_be_bytes()), RATE, at(0)));
        }
        assert_eq!(sources.0.len(), MAX_SOURCES);
        sources.admit(IpAddr::from([255; 4]), RATE, at(1000));
        assert_eq!(sources.0.len(), 1);
    }
}
