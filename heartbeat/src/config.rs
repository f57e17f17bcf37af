//! The daemon's configuration: file, command line, and what comes of both (spec: heartbeat 8, 13, 14).
//!
//! Text in, values out; nothing here opens a file. A daemon reads its command line with [`CommandLine::parse`], the
//! file it names with [`File::parse_extended`], then the files of [`Wanted`], and gives everything to [`resolve`].

mod command_line;
mod file;
mod options;
mod resolve;

pub use command_line::{Action, CommandLine, Execution, USAGE, UsageError};
pub use file::{ErrorKind, File, FileError, HostLine, MAX_FILE_LEN};
pub use options::OptionError;
pub use resolve::{ResolveError, Resolved, Sources, Wanted, resolve};

use crate::exec::TriggerName;
use crate::settings::{Compat, MAX_PERIOD};
use core::fmt;
use core::str::FromStr;
use core::time::Duration;

/// The path of the configuration file unless told otherwise.
pub const DEFAULT_PATH: &str = "/etc/fonsmcd.conf";
/// A bare timeout below this is likely meant in the other unit (spec: heartbeat 9.5).
pub const SMALL_TIMEOUT: u32 = 50;

/// The source's cap on a timeout in seconds (spec: heartbeat 7.3).
const SOURCE_TIMEOUT_CAP: u32 = 1000;
/// What the source adds to it.
const SOURCE_TIMEOUT_EXTRA: Duration = Duration::from_millis(20);

/// The unit behind a timeout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeoutUnit {
    /// `ms`
    Milliseconds,
    /// `s`
    Seconds,
}

/// A timeout as written: a bare number means milliseconds, or with `compat.timeout_unit = s` seconds (spec:
/// heartbeat 9.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeout {
    /// The number.
    pub number: u32,
    /// The unit, where one is written.
    pub unit: Option<TimeoutUnit>,
}

impl Timeout {
    /// The time it stands for.
    #[must_use]
    pub fn duration(self, compat: &Compat) -> Duration {
        match self.unit {
            Some(TimeoutUnit::Seconds) => Duration::from_secs(self.number.into()),
            None if compat.timeout_in_seconds => {
                Duration::from_secs(self.number.min(SOURCE_TIMEOUT_CAP).into()) + SOURCE_TIMEOUT_EXTRA
            }
            Some(TimeoutUnit::Milliseconds) | None => Duration::from_millis(self.number.into()),
        }
    }
}

impl FromStr for Timeout {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        let (digits, unit) = if let Some(digits) = text.strip_suffix("ms") {
            (digits, Some(TimeoutUnit::Milliseconds))
        } else if let Some(digits) = text.strip_suffix('s') {
            (digits, Some(TimeoutUnit::Seconds))
        } else {
            (text, None)
        };
        Ok(Self { number: number(digits)?, unit })
    }
}

/// The text is no number from 1 to 2147483647, decimal digits only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("want a number from 1 to 2147483647, decimal digits only")]
pub struct NumberError;

/// Something to tell the operator that does not stop anything.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// A quote is never closed; it runs to the end of the line.
    UnclosedQuote {
        /// The line's number, from 1.
        line: usize,
    },
    /// A host asks for TCP; UDP is used.
    TcpHost {
        /// The line's number, from 1.
        line: usize,
    },
    /// A bare timeout that is likely meant in the other unit.
    SmallTimeout {
        /// The number.
        number: u32,
        /// Whether it is taken as seconds.
        in_seconds: bool,
    },
    /// `--status` was given; it has no effect, 0 is sent.
    StatusIgnored,
    /// There is no command for this; nothing will run.
    NoTrigger {
        /// The trigger.
        name: TriggerName,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnclosedQuote { line } => write!(f, "line {line}: the quote is never closed"),
            Self::TcpHost { line } => write!(f, "line {line}: TCP is not supported, UDP is used"),
            Self::SmallTimeout { number, in_seconds } => {
                let (taken, other) = if *in_seconds { ("s", "ms") } else { ("ms", "s") };
                write!(
                    f,
                    "timeout {number} is taken as {number} {taken}; write {number}{other} if that is meant"
                )
            }
            Self::StatusIgnored => f.write_str("--status has no effect; 0 is sent"),
            Self::NoTrigger { name } => write!(f, "no command for trigger {name}"),
        }
    }
}

/// A number as the configuration has them.
fn number(text: &str) -> Result<u32, NumberError> {
    let digits = !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    let value: u32 = text.parse().ok().filter(|_| digits).ok_or(NumberError)?;
    if value == 0 || Duration::from_secs(value.into()) > MAX_PERIOD { Err(NumberError) } else { Ok(value) }
}

/// A port from 1 to 65535.
fn port(text: &str) -> Option<u16> {
    number(text).ok().and_then(|number| u16::try_from(number).ok())
}

/// An octet, 0 included.
fn octet(text: &str) -> Option<u8> {
    let digits = !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString as _;

    // spec: heartbeat 9.5
    #[test]
    fn a_bare_timeout_is_milliseconds_unless_the_source_is_asked_for() {
        let of = |text: &str, compat| text.parse::<Timeout>().unwrap().duration(&compat);
        assert_eq!(of("3000", Compat::default()), Duration::from_millis(3000));
        assert_eq!(of("3000", Compat::SOURCE), Duration::from_millis(1_000_020));
        assert_eq!(of("3", Compat::SOURCE), Duration::from_millis(3020));
        for compat in [Compat::default(), Compat::SOURCE] {
            assert_eq!(of("3s", compat), Duration::from_secs(3));
            assert_eq!(of("3000ms", compat), Duration::from_secs(3));
        }
        for text in ["", "s", "ms", "3 s", "3S", "0", "0s", "-3", "3m", "2147483648"] {
            assert_eq!(text.parse::<Timeout>(), Err(NumberError), "{text:?}");
        }
        let warning = Warning::SmallTimeout { number: 3, in_seconds: false };
        assert_eq!(warning.to_string(), "timeout 3 is taken as 3 ms; write 3s if that is meant");
    }

    #[test]
    fn numbers_are_digits_only() {
        assert_eq!(number("2147483647"), Ok(2_147_483_647));
        assert_eq!(
            (number("+5"), number("0"), number("5x")),
            (Err(NumberError), Err(NumberError), Err(NumberError))
        );
        assert_eq!((port("65535"), port("65536"), port("0")), (Some(65_535), None, None));
        assert_eq!((octet("0"), octet("256"), octet("+1")), (Some(0), None, None));
    }
}
