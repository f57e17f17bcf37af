//! The configuration file `fonsmcd.conf` (spec: heartbeat 14.1).

use super::{Timeout, Warning, number, octet, port};
use crate::exec::Triggers;
use crate::{Host, Mac, Version};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// The largest file taken, in octets. The shipped sample has 280.
pub const MAX_FILE_LEN: usize = 64 * 1024;

/// What a configuration file says. Keywords it does not have are absent.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct File {
    /// `period_online`, seconds.
    pub period_online: Option<u32>,
    /// `period_offline`, seconds.
    pub period_offline: Option<u32>,
    /// `period_fast`, seconds.
    pub period_fast: Option<u32>,
    /// `timeout`.
    pub timeout: Option<Timeout>,
    /// `retries`.
    pub retries: Option<u32>,
    /// `suffix`.
    pub suffix: Option<String>,
    /// `aespath`, where the current key is.
    pub aespath: Option<String>,
    /// `rsapath`, where the server's public key is.
    pub rsapath: Option<String>,
    /// `host`, in order.
    pub hosts: Vec<HostLine>,
    /// `trigger`; the last one of a name wins.
    pub triggers: Triggers,
    /// `mac` (extended).
    pub mac: Option<Mac>,
    /// `version` (extended).
    pub version: Option<(u8, u8, u8)>,
    /// `revision` (extended).
    pub revision: Option<u8>,
    /// `keyfile`, where the key is (extended).
    pub keyfile: Option<String>,
    /// `arch` (extended).
    pub arch: Option<u8>,
    /// `port`, for hosts without one (extended).
    pub port: Option<u16>,
    /// `compat`, in order (extended, repeatable).
    pub compat: crate::settings::Compat,
    /// What the operator should know.
    pub warnings: Vec<Warning>,
}

/// A `host` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostLine {
    /// Name or literal, as written.
    pub name: String,
    /// The port, where one is written.
    pub port: Option<u16>,
}

/// Why a file is refused. Any error refuses the whole file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {kind}")]
pub struct FileError {
    /// The line's number, from 1; 0 for the file as a whole.
    pub line: usize,
    /// What is wrong with it.
    pub kind: ErrorKind,
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file is longer than [`MAX_FILE_LEN`].
    FileTooLong,
    /// A quote inside a bare token.
    StrayQuote,
    /// No such keyword.
    UnknownKeyword,
    /// The keyword stands there already.
    Duplicate,
    /// Too few or too many arguments.
    ArgumentCount,
    /// No number from 1 to 2147483647, digits only.
    Number,
    /// Neither a name nor a literal.
    Host,
    /// No port from 1 to 65535.
    Port,
    /// Neither `UDP` nor `TCP`.
    Protocol,
    /// Neither `online` nor `offline` nor 1 to 255.
    TriggerCode,
    /// The value of an extended keyword is none.
    Value,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FileTooLong => "file too long",
            Self::StrayQuote => "stray quote",
            Self::UnknownKeyword => "unknown keyword",
            Self::Duplicate => "duplicate",
            Self::ArgumentCount => "argument count",
            Self::Number => "number",
            Self::Host => "host",
            Self::Port => "port",
            Self::Protocol => "protocol",
            Self::TriggerCode => "trigger code",
            Self::Value => "value",
        })
    }
}

impl File {
    /// Reads a file with the keywords of spec: heartbeat 14.1 and no others.
    ///
    /// # Errors
    /// [`FileError`]: the first line that is wrong.
    pub fn parse(text: &str) -> Result<Self, FileError> {
        Self::read(text, false)
    }

    /// Reads a file that may also have `mac`, `version`, `revision`, `keyfile`, `arch`, `port` and `compat`.
    ///
    /// # Errors
    /// [`FileError`]: the first line that is wrong.
    pub fn parse_extended(text: &str) -> Result<Self, FileError> {
        Self::read(text, true)
    }

    fn read(text: &str, extended: bool) -> Result<Self, FileError> {
        if text.len() > MAX_FILE_LEN {
            return Err(FileError { line: 0, kind: ErrorKind::FileTooLong });
        }
        let mut file = Self::default();
        for (index, line) in text.split_inclusive('\n').enumerate() {
            let at = index + 1;
            let line = match line.strip_suffix('\n') {
                Some(line) => line.strip_suffix('\r').unwrap_or(line),
                None => line,
            };
            let refused = |kind| FileError { line: at, kind };
            let statement = tokens(line).map_err(refused)?;
            if statement.unclosed {
                file.warnings.push(Warning::UnclosedQuote { line: at });
            }
            if let Some((keyword, arguments)) = statement.tokens.split_first() {
                file.statement(at, keyword, arguments, extended).map_err(refused)?;
            }
        }
        Ok(file)
    }

    fn statement(
        &mut self,
        line: usize,
        keyword: &str,
        arguments: &[&str],
        extended: bool,
    ) -> Result<(), ErrorKind> {
        match keyword {
            "period_online" => once(&mut self.period_online, arguments, numeric),
            "period_offline" => once(&mut self.period_offline, arguments, numeric),
            "period_fast" => once(&mut self.period_fast, arguments, numeric),
            "retries" => once(&mut self.retries, arguments, numeric),
            "timeout" => {
                once(&mut self.timeout, arguments, |text| text.parse().map_err(|_| ErrorKind::Number))
            }
            "suffix" => once(&mut self.suffix, arguments, textual),
            "aespath" => once(&mut self.aespath, arguments, textual),
            "rsapath" => once(&mut self.rsapath, arguments, textual),
            "host" => self.host(line, arguments),
            "trigger" => match arguments {
                [name, command] => {
                    let name = name.parse().map_err(|_| ErrorKind::TriggerCode)?;
                    self.triggers.set(name, (*command).into());
                    Ok(())
                }
                _ => Err(ErrorKind::ArgumentCount),
            },
            _ if extended => self.extended(keyword, arguments),
            _ => Err(ErrorKind::UnknownKeyword),
        }
    }

    fn extended(&mut self, keyword: &str, arguments: &[&str]) -> Result<(), ErrorKind> {
        match keyword {
            "mac" => once(&mut self.mac, arguments, |text| text.parse().map_err(|_| ErrorKind::Value)),
            "version" => once(&mut self.version, arguments, |text| {
                Version::numbers(text).map_err(|_| ErrorKind::Value)
            }),
            "revision" => once(&mut self.revision, arguments, |text| {
                Version::revision_number(text).map_err(|_| ErrorKind::Value)
            }),
            "keyfile" => once(&mut self.keyfile, arguments, textual),
            "arch" => once(&mut self.arch, arguments, |text| octet(text).ok_or(ErrorKind::Value)),
            "port" => once(&mut self.port, arguments, |text| port(text).ok_or(ErrorKind::Port)),
            "compat" => match arguments {
                [option] => self.compat.set(option).map_err(|_| ErrorKind::Value),
                _ => Err(ErrorKind::ArgumentCount),
            },
            _ => Err(ErrorKind::UnknownKeyword),
        }
    }

    fn host(&mut self, line: usize, arguments: &[&str]) -> Result<(), ErrorKind> {
        let (name, written, protocol) = match *arguments {
            [name] => (name, None, "UDP"),
            [name, port] => (name, Some(port), "UDP"),
            [name, port, protocol] => (name, Some(port), protocol),
            _ => return Err(ErrorKind::ArgumentCount),
        };
        name.parse::<Host>().map_err(|_| ErrorKind::Host)?;
        let port = written.map(|text| port(text).ok_or(ErrorKind::Port)).transpose()?;
        match protocol {
            "UDP" => (),
            "TCP" => self.warnings.push(Warning::TcpHost { line }),
            _ => return Err(ErrorKind::Protocol),
        }
        self.hosts.push(HostLine { name: name.into(), port });
        Ok(())
    }
}

/// Sets the value of a keyword that takes one argument and stands once.
fn once<T>(
    place: &mut Option<T>,
    arguments: &[&str],
    read: impl FnOnce(&str) -> Result<T, ErrorKind>,
) -> Result<(), ErrorKind> {
    let [argument] = arguments else {
        return Err(ErrorKind::ArgumentCount);
    };
    if place.is_some() {
        return Err(ErrorKind::Duplicate);
    }
    *place = Some(read(argument)?);
    Ok(())
}

fn numeric(text: &str) -> Result<u32, ErrorKind> {
    number(text).map_err(|_| ErrorKind::Number)
}

#[expect(clippy::unnecessary_wraps, reason = "one of several readers of the same shape")]
fn textual(text: &str) -> Result<String, ErrorKind> {
    Ok(text.into())
}

struct Statement<'a> {
    tokens: Vec<&'a str>,
    unclosed: bool,
}

/// Splits a line. Nothing for a blank line or a comment.
fn tokens(line: &str) -> Result<Statement<'_>, ErrorKind> {
    let blank = |c: char| c == ' ' || c == '\t';
    let mut statement = Statement { tokens: Vec::new(), unclosed: false };
    let mut rest = line.trim_start_matches(blank);
    if rest.starts_with('#') {
        return Ok(statement);
    }
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix('"') {
            let (token, behind) = match quoted.split_once('"') {
                Some(halves) => halves,
                None => {
                    statement.unclosed = true;
                    (quoted, "")
                }
            };
            statement.tokens.push(token);
            rest = behind;
        } else {
            let end = rest.find(|c| blank(c) || c == '"').unwrap_or(rest.len());
            let (token, behind) = rest.split_at(end);
            if behind.starts_with('"') {
                return Err(ErrorKind::StrayQuote);
            }
            statement.tokens.push(token);
            rest = behind;
        }
        rest = rest.trim_start_matches(blank);
    }
    Ok(statement)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString as _;

    fn refused(text: &str) -> String {
        File::parse(text).unwrap_err().to_string()
    }

    // spec: heartbeat 14.1
    #[test]
    #[cfg_attr(miri, ignore = "too long for an interpreter")]
    fn errors_carry_the_line() {
        assert_eq!(refused("# x\n\nfoo 1\n"), "line 3: unknown keyword");
        assert_eq!(refused("host h 53 udp"), "line 1: protocol");
        assert_eq!(refused("host h 53 UDP x"), "line 1: argument count");
        assert_eq!(refused("host \"\""), "line 1: host");
        assert_eq!(refused("retries 5\n\nhost 1.2.3 53\n"), "line 3: host");
        assert_eq!(refused("host ::g 53 UDP"), "line 1: host");
        assert_eq!(refused("host \"\" 70000"), "line 1: host");
        assert_eq!(refused("retries 5\r"), "line 1: number");
        assert_eq!(refused("timeout 3 s"), "line 1: argument count");
        assert_eq!(refused("period_online 2147483648"), "line 1: number");
        assert_eq!(refused("RETRIES 5"), "line 1: unknown keyword");
        assert_eq!(refused("mac 00-18-84-a0-00-29"), "line 1: unknown keyword");
        assert_eq!(refused("trigger DATA x"), "line 1: trigger code");
        assert_eq!(refused(&" ".repeat(MAX_FILE_LEN + 1)), "line 0: file too long");
    }

    #[test]
    fn warnings_carry_the_line() {
        let file = File::parse("trigger 7 \"run it\nhost h 53 TCP\n").unwrap();
        assert_eq!(file.warnings, [Warning::UnclosedQuote { line: 1 }, Warning::TcpHost { line: 2 }]);
        assert_eq!(file.hosts, [HostLine { name: "h".into(), port: Some(53) }]);
    }

    #[test]
    fn quoted_tokens_may_touch_and_may_be_empty() {
        let file = File::parse("suffix\t\"\"\n\"trigger\"\"online\"\"a # b\"\n").unwrap();
        assert_eq!(file.suffix.as_deref(), Some(""));
        assert_eq!(file.triggers.iter().collect::<Vec<_>>(), [(crate::exec::TriggerName::Online, "a # b")]);
        assert_eq!(refused("suffix a\"b\""), "line 1: stray quote");
    }

    #[test]
    fn extended_keywords_are_read_where_asked_for() {
        let text = "mac 00-18-84-a0-00-29\nversion 2.1.0\nrevision 1\nkeyfile /k\narch 0\nport 54\n\
                    compat fsm=source\ncompat trid31\n";
        let file = File::parse_extended(text).unwrap();
        assert_eq!(file.version, Some((2, 1, 0)));
        assert_eq!((file.arch, file.port, file.revision), (Some(0), Some(54), Some(1)));
        assert!(file.compat.trid31 && !file.compat.liveness_transport);
        let error = File::parse_extended("arch 256").unwrap_err();
        assert_eq!(error, FileError { line: 1, kind: ErrorKind::Value });
    }
}
