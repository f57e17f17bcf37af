//! How long things took.

use serde_json::{Value, json};
use std::time::Duration;

/// Times of one kind of thing, and how many went wrong.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    times: Vec<Duration>,
    /// How many went wrong.
    pub failed: u64,
    /// For how long things were done.
    pub elapsed: Duration,
}

impl Stats {
    /// Notes one that went well.
    pub fn add(&mut self, time: Duration) {
        self.times.push(time);
    }

    /// Takes others in.
    pub fn merge(&mut self, other: Self) {
        self.times.extend(other.times);
        self.failed += other.failed;
    }

    /// How many went well.
    #[must_use]
    pub fn count(&self) -> usize {
        self.times.len()
    }

    /// How many went well in a second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        let count = u32::try_from(self.times.len()).unwrap_or(u32::MAX);
        f64::from(count) / self.elapsed.as_secs_f64().max(1e-9)
    }

    /// The time that this share of them, in thousandths, did not exceed.
    #[must_use]
    pub fn quantile(&self, thousandths: usize) -> Duration {
        let mut sorted = self.times.clone();
        sorted.sort_unstable();
        let place = (sorted.len() * thousandths / 1000).min(sorted.len().saturating_sub(1));
        sorted.get(place).copied().unwrap_or_default()
    }

    /// For programs. Times are in milliseconds.
    #[must_use]
    pub fn json(&self) -> Value {
        let ms = |thousandths| self.quantile(thousandths).as_secs_f64() * 1000.0;
        json!({
            "count": self.count(), "failed": self.failed, "per_second": self.rate(),
            "ms": { "p50": ms(500), "p90": ms(900), "p99": ms(990), "max": ms(1000) },
        })
    }
}

impl std::fmt::Display for Stats {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ms = |thousandths| self.quantile(thousandths).as_secs_f64() * 1000.0;
        write!(
            f,
            "{:8.0}/s, {} done, {} failed, ms: p50 {:.2}, p90 {:.2}, p99 {:.2}, max {:.2}",
            self.rate(),
            self.count(),
            self.failed,
            ms(500),
            ms(900),
            ms(990),
            ms(1000),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_a_time_that_was_measured() {
        let mut stats = Stats { elapsed: Duration::from_secs(2), ..Stats::default() };
        assert_eq!(stats.quantile(500), Duration::ZERO);
        for ms in (1..=100).rev() {
            stats.add(Duration::from_millis(ms));
        }
        assert_eq!(stats.quantile(500), Duration::from_millis(51));
        assert_eq!(stats.quantile(990), Duration::from_millis(100));
        assert_eq!(stats.quantile(1000), Duration::from_millis(100));
        assert_eq!(stats.rate().round(), 50.0);
    }
}
