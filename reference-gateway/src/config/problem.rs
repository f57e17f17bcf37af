//! What can be wrong with a configuration, in words a person can act on.

use super::options::Spec;
use std::fmt;

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// Something stands behind the value.
    Malformed,
    /// A quote is not closed on its line.
    Unterminated,
    /// The line has more than 2047 octets.
    LineTooLong,
    /// No option has this name.
    UnknownOption,
    /// Several options begin so.
    AmbiguousOption,
    /// The option needs a value.
    MissingArgument,
    /// The option takes no value.
    FlagArgument,
    /// The value is not a number.
    BadNumber,
    /// The value is not what the option takes.
    BadValue,
    /// A mandatory option is not there.
    MissingOption,
    /// The file cannot be read.
    Unreadable,
    /// The option was given before; the first value counts.
    Repeated,
    /// The option is known, but this gateway does not act on it.
    NoEffect,
    /// The option is known, but this gateway would do something else.
    Refused,
    /// Only the machine's own configuration may set the option.
    LocalOnly,
}

impl Fault {
    /// The name of the fault in vectors and in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Unterminated => "unterminated",
            Self::LineTooLong => "line_too_long",
            Self::UnknownOption => "unknown_option",
            Self::AmbiguousOption => "ambiguous_option",
            Self::MissingArgument => "missing_argument",
            Self::FlagArgument => "flag_argument",
            Self::BadNumber => "bad_number",
            Self::BadValue => "bad_value",
            Self::MissingOption => "missing_option",
            Self::Unreadable => "unreadable",
            Self::Repeated => "repeated",
            Self::NoEffect => "no_effect",
            Self::Refused => "refused",
            Self::LocalOnly => "local_only",
        }
    }
}

/// Where a value or a problem comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// A line of a file, counted from 1.
    Line {
        /// The file, as it was named.
        file: String,
        /// The line.
        line: usize,
    },
    /// The command line.
    CommandLine,
    /// The file as a whole.
    File {
        /// The file, as it was named.
        file: String,
    },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { file, line } => write!(f, "{file}:{line}"),
            Self::CommandLine => f.write_str("command line"),
            Self::File { file } => f.write_str(file),
        }
    }
}

/// One problem: where, which key, what was wrong and what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands.
    pub origin: Origin,
    /// The key, as it was written.
    pub key: String,
    /// What is wrong.
    pub fault: Fault,
    /// What was expected, in words.
    pub expected: String,
}

impl Problem {
    pub(super) fn of_value(origin: Origin, spec: &Spec, fault: Fault) -> Self {
        Self { origin, key: spec.name.to_owned(), fault, expected: spec.kind.expected() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, key, fault, expected } = self;
        write!(f, "{origin}: ")?;
        match fault {
            Fault::Malformed => {
                write!(f, "{key}: there is more on the line than a value; expected {expected}")
            }
            Fault::Unterminated => write!(f, "{key}: the quote is not closed; expected {expected}"),
            Fault::LineTooLong => write!(f, "the line is longer than 2047 octets; expected {expected}"),
            Fault::UnknownOption => write!(f, "{key}: no such option; {expected}"),
            Fault::AmbiguousOption => write!(f, "{key}: several options begin so; expected {expected}"),
            Fault::MissingArgument => write!(f, "{key}: the value is missing; expected {expected}"),
            Fault::FlagArgument => write!(f, "{key}: a value is given; expected {expected}"),
            Fault::BadNumber => write!(f, "{key}: the value is not a number; expected {expected}"),
            Fault::BadValue => write!(f, "{key}: the value cannot be used; expected {expected}"),
            Fault::MissingOption => write!(f, "{key}: not given, but it is mandatory; expected {expected}"),
            Fault::Unreadable => write!(f, "{key}: {expected}"),
            Fault::Repeated => write!(f, "{key}: given twice; {expected}"),
            Fault::NoEffect => write!(f, "{key}: accepted, but it has no effect: {expected}"),
            Fault::Refused => write!(f, "{key}: not supported: {expected}"),
            Fault::LocalOnly => {
                write!(f, "{key}: left out: only the machine's own configuration may set it; {expected}")
            }
        }
    }
}
