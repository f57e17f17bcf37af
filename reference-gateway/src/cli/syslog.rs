//! The log of a daemon: syslog, facility local6 (spec: heartbeat 12).

use nix::syslog::{Facility, LogFlags, Priority, Severity, openlog, syslog};
use std::io;
use tracing::{Level, Metadata};
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::prelude::*;

const FACILITY: Facility = Facility::LOG_LOCAL6;

/// Sends the log there: what `RUST_LOG` says, or else `default`.
pub(super) fn start_log(default: &str) {
    // The name is a constant: nothing to go wrong.
    let _ = openlog(Some(c"fonsmcd"), LogFlags::LOG_PID, FACILITY);
    let log = fmt::layer().with_writer(Syslog).with_ansi(false);
    let log = log.without_time().with_level(false).with_target(false);
    let _ = tracing_subscriber::registry().with(log.with_filter(super::log_filter(default))).try_init();
}

struct Syslog;

impl<'a> MakeWriter<'a> for Syslog {
    type Writer = Message;

    fn make_writer(&'a self) -> Message {
        Message(Severity::LOG_INFO)
    }

    fn make_writer_for(&'a self, meta: &Metadata<'_>) -> Message {
        Message(severity(*meta.level()))
    }
}

/// One message: the log writes each as a whole.
struct Message(Severity);

impl io::Write for Message {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(octets);
        syslog(Priority::new(self.0, FACILITY), text.trim_end())?;
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const fn severity(level: Level) -> Severity {
    match level {
        Level::ERROR => Severity::LOG_ERR,
        Level::WARN => Severity::LOG_WARNING,
        Level::INFO => Severity::LOG_INFO,
        _ => Severity::LOG_DEBUG,
    }
}
