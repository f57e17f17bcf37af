//! Which start of the machine this is, and for how long it has been up: whether time passed between two runs of the
//! gateway, and whether packets could.

use std::time::Duration;

/// A start of the machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Boot {
    /// The kernel's name of it; empty if it has none.
    pub id: String,
    /// How long the machine has been up, by a clock that nobody sets.
    pub uptime: Duration,
}

impl Boot {
    /// What the kernel says.
    #[must_use]
    pub fn of_system() -> Self {
        let read = |path| std::fs::read_to_string(path).unwrap_or_default();
        let uptime = read("/proc/uptime");
        let seconds = uptime.split_whitespace().next().and_then(|text| text.parse().ok());
        Self {
            id: read("/proc/sys/kernel/random/boot_id").trim().to_owned(),
            uptime: seconds.and_then(|s: f64| Duration::try_from_secs_f64(s).ok()).unwrap_or_default(),
        }
    }
}
