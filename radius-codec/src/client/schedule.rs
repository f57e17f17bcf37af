//! When a request is sent again, and when it is given up (spec: radius 17, radius-profile 8).

use core::time::Duration;

/// A random factor between -0.1 and 0.1, in millionths.
///
/// RFC 5080 §2.2.1 calls it RAND.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rand(i32);

impl Rand {
    /// No variation.
    pub const ZERO: Self = Self(0);
    /// The largest, in millionths.
    pub const LIMIT: i32 = 100_000;

    /// This many millionths, cut to -0.1..=0.1.
    #[must_use]
    pub const fn from_millionths(millionths: i32) -> Self {
        Self(if millionths > Self::LIMIT {
            Self::LIMIT
        } else if millionths < -Self::LIMIT {
            -Self::LIMIT
        } else {
            millionths
        })
    }

    /// Spreads 32 random bits evenly.
    #[must_use]
    pub fn from_bits(bits: u32) -> Self {
        let steps = u64::from(Self::LIMIT.unsigned_abs()) * 2 + 1;
        let step = (u64::from(bits) * steps) >> 32;
        // At most 200000 steps above -100000.
        Self(i32::try_from(step).unwrap_or(Self::LIMIT) - Self::LIMIT)
    }

    /// `duration * (1 + RAND)`.
    #[must_use]
    pub fn vary(self, duration: Duration) -> Duration {
        self.scale(1, duration)
    }

    /// `duration * (base + RAND)`.
    fn scale(self, base: i32, duration: Duration) -> Duration {
        // The whole seconds and the rest apart: arithmetic on 128 bits is slow and large on small machines. A second
        // times the factor is a whole number of nanoseconds.
        let factor = u64::from((base * 1_000_000 + self.0).unsigned_abs());
        let whole = duration.as_secs().saturating_mul(factor * 1000);
        let rest = u64::from(duration.subsec_nanos()) * factor / 1_000_000;
        Duration::from_nanos(whole.saturating_add(rest))
    }
}

/// The retransmission behaviour of RFC 5080 §2.2.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rfc5080 {
    /// First wait (IRT).
    pub initial: Duration,
    /// Most transmissions to one server (MRC); 0 for no limit.
    pub max_count: u32,
    /// Longest wait (MRT); zero for no limit.
    pub max_wait: Duration,
    /// Longest time from the first transmission to giving up (MRD); zero for no limit.
    pub max_duration: Duration,
}

impl Rfc5080 {
    /// IRT 2 s, MRC 5, MRT 16 s, MRD 30 s.
    pub const AUTHENTICATION: Self = Self {
        initial: Duration::from_secs(2),
        max_count: 5,
        max_wait: Duration::from_secs(16),
        max_duration: Duration::from_secs(30),
    };
    /// IRT 2 s and no end: accounting data is worth any number of attempts.
    pub const ACCOUNTING: Self = Self {
        initial: Duration::from_secs(2),
        max_count: 0,
        max_wait: Duration::ZERO,
        max_duration: Duration::ZERO,
    };
}

/// The plan of the hotspot vendor: R x S x 2 sends, T apart, S to one server and then S to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VendorPlan {
    /// R, `radiusretry`.
    pub retry: u32,
    /// S, `radiusretrysec`: a count of sends, although the name suggests seconds.
    pub sends: u32,
    /// T, `radiustimeout`: the wait after each send.
    pub timeout: Duration,
}

impl VendorPlan {
    /// The defaults of a gateway: R 4, S 2, T 10 s.
    pub const GATEWAY: Self = Self { retry: 4, sends: 2, timeout: Duration::from_secs(10) };
    /// FON's configuration request: primary at 0 s, secondary at 7 s, failure at 14 s.
    pub const FON_CONFIGURATION: Self = Self { retry: 1, sends: 1, timeout: Duration::from_secs(7) };
}

/// When a request is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Schedule {
    /// As RFC 5080 asks, then the same with the next server.
    Rfc5080(Rfc5080),
    /// As the hotspot vendor does, going round the first two servers.
    Vendor(VendorPlan),
}

/// What to do when a wait is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send to the same server again, and wait this long.
    Again(Duration),
    /// Send to the next server in the order, and wait this long.
    Next(Duration),
    /// Give up on this server; the next one starts anew.
    Exhausted,
}

/// One request's way through a [`Schedule`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    schedule: Schedule,
    /// Sends so far; for RFC 5080 those to the present server.
    sent: u32,
    /// The last wait before it was cut to MRD.
    last: Duration,
    /// Waited so far.
    elapsed: Duration,
}

impl Progress {
    /// The start, before anything is sent.
    #[must_use]
    pub const fn new(schedule: Schedule) -> Self {
        Self { schedule, sent: 0, last: Duration::ZERO, elapsed: Duration::ZERO }
    }

    /// The next step; the first one sends.
    pub fn next(&mut self, rand: Rand) -> Step {
        match self.schedule {
            Schedule::Rfc5080(parameters) => self.next_rfc5080(&parameters, rand),
            Schedule::Vendor(plan) => self.next_vendor(&plan),
        }
    }

    fn next_vendor(&mut self, plan: &VendorPlan) -> Step {
        let sends = plan.sends.max(1);
        let total = (u64::from(plan.retry.max(1)) * u64::from(sends)).saturating_mul(2);
        if u64::from(self.sent) >= total {
            return Step::Exhausted;
        }
        let change = self.sent > 0 && self.sent.is_multiple_of(sends);
        self.sent = self.sent.saturating_add(1);
        if change { Step::Next(plan.timeout) } else { Step::Again(plan.timeout) }
    }

    fn next_rfc5080(&mut self, parameters: &Rfc5080, rand: Rand) -> Step {
        let Rfc5080 { initial, max_count, max_wait, max_duration } = *parameters;
        if max_count > 0 && self.sent >= max_count {
            return Step::Exhausted;
        }
        let limited = max_duration > Duration::ZERO;
        if limited && self.elapsed >= max_duration {
            return Step::Exhausted;
        }
        let mut wait = if self.sent == 0 { rand.scale(1, initial) } else { rand.scale(2, self.last) };
        if max_wait > Duration::ZERO && wait > max_wait {
            wait = rand.scale(1, max_wait);
        }
        self.last = wait;
        self.sent = self.sent.saturating_add(1);
        if limited {
            wait = wait.min(max_duration.saturating_sub(self.elapsed));
        }
        self.elapsed = self.elapsed.saturating_add(wait);
        Step::Again(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: radius 17
    #[test]
    fn random_bits_spread_over_the_whole_range() {
        assert_eq!(Rand::from_bits(0), Rand::from_millionths(-100_000));
        assert_eq!(Rand::from_bits(u32::MAX), Rand::from_millionths(100_000));
        assert_eq!(Rand::from_bits(1 << 31), Rand::ZERO);
        assert_eq!(Rand::from_millionths(1_000_000), Rand::from_millionths(100_000));
    }

    // spec: radius 17
    #[test]
    fn without_limits_the_waits_double_for_ever_and_do_not_overflow() {
        let mut progress = Progress::new(Schedule::Rfc5080(Rfc5080::ACCOUNTING));
        let mut last = Duration::ZERO;
        for _ in 0..200 {
            let Step::Again(wait) = progress.next(Rand::ZERO) else { panic!("gave up") };
            assert!(wait >= last);
            last = wait;
        }
    }

    // spec: radius 17
    #[test]
    fn more_sends_than_there_will_ever_be_do_not_overflow() {
        let plan = VendorPlan { retry: u32::MAX, sends: u32::MAX, timeout: Duration::from_secs(10) };
        let mut progress = Progress::new(Schedule::Vendor(plan));
        assert_eq!(progress.next(Rand::ZERO), Step::Again(plan.timeout));
    }
}
