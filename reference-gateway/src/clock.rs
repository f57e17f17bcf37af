//! Time for the machines: a monotonic one, and the calendar.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Counts from the moment it was made.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    started: Instant,
}

impl Clock {
    /// A clock that begins now.
    #[must_use]
    pub fn start() -> Self {
        Self { started: Instant::now() }
    }

    /// Time since the start; it never runs backwards.
    #[must_use]
    pub fn now(self) -> Duration {
        self.started.elapsed()
    }

    /// The runtime's name for a moment of this clock. A moment too far away to name is a day from now.
    #[must_use]
    pub fn instant(self, at: Duration) -> tokio::time::Instant {
        const DAY: Duration = Duration::from_secs(86_400);
        self.started.checked_add(at.min(self.now() + DAY)).unwrap_or_else(Instant::now).into()
    }
}

/// Seconds since 1970.
#[must_use]
pub fn unix_seconds() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
