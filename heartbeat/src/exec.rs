//! What an answer asks to be done: exec codes, triggers, substitution (spec: heartbeat 5.5, 10).
//!
//! Nothing here runs anything. [`Triggers::dispatch`] says what is to run, with the file its data goes to.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

/// The exec code of a regular answer: one unsigned octet (spec: heartbeat 5.5).
///
/// It never reaches the online and offline triggers: those have no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExecCode(pub u8);

impl ExecCode {
    /// Nothing is to be done.
    pub const NOTHING: Self = Self(0);
    /// Run the configuration client.
    pub const CONFIGURATION: Self = Self(1);
    /// Run the upgrade client.
    pub const UPGRADE: Self = Self(2);

    /// The name the log line of an answer has.
    #[must_use]
    pub const fn log_name(self) -> &'static str {
        match self {
            Self::NOTHING => "nothing",
            Self::CONFIGURATION => "CM client",
            Self::UPGRADE => "UM client",
            _ => "error",
        }
    }
}

/// What a trigger is for: the service's coming and going, or an exec code from 1 to 255.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TriggerName {
    /// The service came up.
    Online,
    /// The service went down.
    Offline,
    /// A regular answer with this exec code came. Never 0: 0 is [`ExecCode::NOTHING`].
    Exec(ExecCode),
}

/// The text names no trigger: want `online`, `offline` or 1 to 255.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no trigger: want online, offline or a number from 1 to 255")]
pub struct TriggerNameError;

impl FromStr for TriggerName {
    type Err = TriggerNameError;

    fn from_str(text: &str) -> Result<Self, TriggerNameError> {
        match text {
            "online" => Ok(Self::Online),
            "offline" => Ok(Self::Offline),
            _ if text.bytes().all(|c| c.is_ascii_digit()) => match text.parse() {
                Ok(0) | Err(_) => Err(TriggerNameError),
                Ok(code) => Ok(Self::Exec(ExecCode(code))),
            },
            _ => Err(TriggerNameError),
        }
    }
}

impl fmt::Display for TriggerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Online => f.write_str("online"),
            Self::Offline => f.write_str("offline"),
            Self::Exec(code) => write!(f, "{}", code.0),
        }
    }
}

/// The configured commands, in the order of their names.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Triggers(Vec<(TriggerName, String)>);

/// A command to be run, and the data it reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Which trigger this is.
    pub name: TriggerName,
    /// The command for `sh -c`, the file's path already in its place.
    pub command: String,
    /// For numeric triggers: the file that must be there before the command starts.
    pub file: Option<DataFile>,
}

/// The data of a regular answer as a file.
///
/// To be created exclusively, mode 0600, in a private directory, and removed when the command has ended. The content
/// comes from the network: treat it as hostile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFile {
    /// Where: the configured directory, `/fonsmdata_`, the trid in eight lower-case hexadecimal digits.
    pub path: String,
    /// What.
    pub content: Vec<u8>,
}

impl Triggers {
    /// No triggers.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Sets a trigger. The last one given for a name wins. `Exec(0)` is never run.
    pub fn set(&mut self, name: TriggerName, command: String) {
        match self.place(name) {
            Ok(at) => {
                if let Some((_, known)) = self.0.get_mut(at) {
                    *known = command;
                }
            }
            Err(at) => self.0.insert(at, (name, command)),
        }
    }

    /// Where a trigger stands, or belongs.
    fn place(&self, name: TriggerName) -> Result<usize, usize> {
        self.0.binary_search_by_key(&name, |(known, _)| *known)
    }

    /// The command of a trigger.
    #[must_use]
    pub fn command(&self, name: TriggerName) -> Option<&str> {
        let (_, command) = self.0.get(self.place(name).ok()?)?;
        Some(command)
    }

    /// All triggers in order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (TriggerName, &str)> {
        self.0.iter().map(|(name, command)| (*name, command.as_str()))
    }

    /// Adds `other`'s triggers; where both have one, `other`'s stays.
    pub fn extend(&mut self, other: &Self) {
        for (name, command) in &other.0 {
            self.set(*name, command.clone());
        }
    }

    /// What runs when the service comes up or goes down: the command as it stands.
    #[must_use]
    pub fn transition(&self, online: bool) -> Option<Run> {
        let name = if online { TriggerName::Online } else { TriggerName::Offline };
        self.command(name).map(|command| Run { name, command: command.into(), file: None })
    }

    /// What runs for the exec code and data of a regular answer; `directory` holds the data file.
    ///
    /// Nothing for exec 0, and nothing where no trigger has the number: the caller logs that one.
    #[must_use]
    pub fn dispatch(&self, code: ExecCode, data: &[u8], trid: u32, directory: &str) -> Option<Run> {
        if code == ExecCode::NOTHING {
            return None;
        }
        let name = TriggerName::Exec(code);
        let template = self.command(name)?;
        let path = data_path(directory, trid);
        let command = substitute(template, &path);
        Some(Run { name, command, file: Some(DataFile { path, content: data.into() }) })
    }
}

/// The path of the data file of a transaction.
#[must_use]
pub fn data_path(directory: &str, trid: u32) -> String {
    alloc::format!("{}/fonsmdata_{trid:08x}", directory.trim_end_matches('/'))
}

/// Replaces every occurrence of the four letters `DATA`, inside words too, by the path.
#[must_use]
pub fn substitute(template: &str, path: &str) -> String {
    // Not `replace`, which brings a search for texts of any length with it.
    let mut command = String::with_capacity(template.len() + path.len());
    let mut rest = template;
    while let Some(at) = rest.as_bytes().windows(4).position(|window| window == b"DATA") {
        command.push_str(rest.get(..at).unwrap_or_default());
        command.push_str(path);
        rest = rest.get(at + 4..).unwrap_or_default();
    }
    command.push_str(rest);
    command
}

/// Whether a shell takes the path as it stands: it is not empty and has nothing but letters, digits and `/ . _ -`.
#[must_use]
pub fn is_plain_path(path: &str) -> bool {
    !path.is_empty()
        && path.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'/' | b'.' | b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: heartbeat 5.5
    #[test]
    fn no_exec_code_reaches_the_online_and_offline_triggers() {
        let mut triggers = Triggers::new();
        triggers.set(TriggerName::Online, "ON".into());
        triggers.set(TriggerName::Offline, "OFF".into());
        for code in 0..=255 {
            assert_eq!(triggers.dispatch(ExecCode(code), b"x", 1, "/tmp"), None);
        }
    }

    // spec: heartbeat 10
    #[test]
    fn the_path_holds_the_trid_in_eight_digits() {
        let mut triggers = Triggers::new();
        triggers.set(TriggerName::Exec(ExecCode(7)), "run DATADATA".into());
        let run = triggers.dispatch(ExecCode(7), b"x", 0x2a, "/run/hb").unwrap();
        assert_eq!(run.command, "run /run/hb/fonsmdata_0000002a/run/hb/fonsmdata_0000002a");
        assert_eq!(run.file.unwrap().path, "/run/hb/fonsmdata_0000002a");
        assert_eq!(substitute("run data", "/x"), "run data");
    }

    #[test]
    fn trigger_names_are_exact() {
        assert_eq!("255".parse(), Ok(TriggerName::Exec(ExecCode(255))));
        for text in ["0", "256", "-1", "+1", "Online", "", "1 "] {
            assert_eq!(text.parse::<TriggerName>(), Err(TriggerNameError), "{text:?}");
        }
    }

    #[test]
    fn a_path_with_shell_characters_is_not_plain() {
        assert!(is_plain_path("/run/fonap-1.d"));
        for path in ["", "/tmp/a b", "/tmp/$x", "/tmp/`x`", "/tmp/;"] {
            assert!(!is_plain_path(path), "{path:?}");
        }
    }
}
