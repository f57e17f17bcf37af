//! The command line, by the conventions of getopt (spec: heartbeat 13).

use super::{Timeout, number, octet, port};
use crate::exec::{TriggerName, Triggers};
use crate::settings::{Family, Hardening};
use crate::{Host, Key, Mac, Version};
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

/// What the daemon is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Action {
    /// Send heartbeats.
    #[default]
    Run,
    /// `--kill`: stop the running daemon.
    Kill,
    /// `--reload`: make the running daemon read its configuration again.
    Reload,
    /// `--check`: is it running?
    Check,
    /// `--printbd`: print the board data.
    PrintBoardData,
    /// `--test`: one heartbeat, then exit.
    Test,
    /// `--help`
    Help,
}

/// What the command line says. An option given twice counts as given last.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CommandLine {
    /// What is to be done.
    pub action: Action,
    /// `--nodaemon`
    pub nodaemon: bool,
    /// `--mac`
    pub mac: Option<Mac>,
    /// `--version`
    pub version: Option<(u8, u8, u8)>,
    /// `--revision`
    pub revision: Option<u8>,
    /// Whether `--status` was given; it has no effect.
    pub status: bool,
    /// `--keyword`
    pub keyword: Option<Key>,
    /// `--port`
    pub port: Option<u16>,
    /// `--host`
    pub host: Option<Host>,
    /// `--period_online`, seconds.
    pub period_online: Option<u32>,
    /// `--period_offline`, seconds.
    pub period_offline: Option<u32>,
    /// `--period_fast`, seconds.
    pub period_fast: Option<u32>,
    /// `--timeout`
    pub timeout: Option<Timeout>,
    /// `--retries`
    pub retries: Option<u32>,
    /// `--suffix`
    pub suffix: Option<String>,
    /// `--aespath`
    pub aespath: Option<String>,
    /// `--rsapath`
    pub rsapath: Option<String>,
    /// `--trigger_online`, `--trigger_offline`
    pub triggers: Triggers,
    /// `--configuration`
    pub configuration: Option<String>,
    /// `--arch`
    pub arch: Option<u8>,
    /// `--keyfile`
    pub keyfile: Option<String>,
    /// `--start-delay`, seconds.
    pub start_delay: Option<u32>,
    /// `--family`
    pub family: Family,
    /// `--compat`, in order; checked.
    pub compat: Vec<String>,
    /// `--harden`
    pub hardening: Hardening,
    /// `--offline-on-exit`
    pub offline_on_exit: bool,
}

/// Why a command line is refused; exit status 2. Never holds the value of an option: it may be a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UsageError {
    /// There is no such option.
    #[error("unknown option {option}")]
    Unknown {
        /// As given.
        option: String,
    },
    /// Several options begin like this.
    #[error("option {option} is ambiguous")]
    Ambiguous {
        /// As given.
        option: String,
    },
    /// The option takes an argument, and there is none.
    #[error("option --{option} needs an argument")]
    ArgumentMissing {
        /// Its long name.
        option: &'static str,
    },
    /// The option takes no argument.
    #[error("option --{option} takes no argument")]
    ArgumentSurplus {
        /// Its long name.
        option: &'static str,
    },
    /// The argument is not one the option takes.
    #[error("the argument of --{option}: {reason}")]
    Argument {
        /// Its long name.
        option: &'static str,
        /// Why.
        reason: String,
    },
}

/// What `--help` prints.
pub const USAGE: &str = "\
Usage: [options]
  -k, --kill               stop the running daemon
  -l, --reload             make the running daemon read its configuration again
  -c, --check              is it running?
  -n, --nodaemon           stay in the foreground
  -b, --printbd            print the board data
  -t, --test               one heartbeat, then exit
  -f, --configuration PATH configuration file (/etc/fonsmcd.conf)
  -m, --mac MAC            such as 00-18-84-A0-00-29
  -v, --version TEXT       such as 2.1.0
  -r, --revision NUMBER    0 to 99
  -s, --status TEXT        accepted, no effect
  -w, --keyword HEX        the key; other users can see it, prefer --keyfile
      --keyfile PATH       file with the key
      --arch NUMBER        architecture octet, 0 to 255 (37)
  -x, --host HOST          status server
  -p, --port NUMBER        its port (53)
      --family 4|6|any     address families to try (any)
      --suffix TEXT        what follows the label (.sm.fon.com)
      --period_online SECONDS   (60)
      --period_offline SECONDS  (60)
      --period_fast SECONDS     after failures fewer than retries
      --timeout TIME       wait per attempt: 3000, 3000ms or 3s (3000 ms)
      --retries NUMBER     failures until offline (3)
      --start-delay SECONDS     before the first heartbeat (random)
      --aespath PATH       file with the current key
      --rsapath PATH       file with the server's public key
      --trigger_online COMMAND
      --trigger_offline COMMAND
      --offline-on-exit    run the offline trigger when stopped while online
      --compat NAME[=VALUE]     the original's behaviour; 'source' for all of it
      --harden NAME[=VALUE]     opt-in hardening
  -h, --help               print this
";

/// Long name, short name, whether it takes an argument.
const OPTIONS: [(&str, Option<char>, bool); 32] = [
    ("kill", Some('k'), false),
    ("reload", Some('l'), false),
    ("check", Some('c'), false),
    ("nodaemon", Some('n'), false),
    ("printbd", Some('b'), false),
    ("test", Some('t'), false),
    ("help", Some('h'), false),
    ("offline-on-exit", None, false),
    ("configuration", Some('f'), true),
    ("mac", Some('m'), true),
    ("version", Some('v'), true),
    ("revision", Some('r'), true),
    ("status", Some('s'), true),
    ("keyword", Some('w'), true),
    ("keyfile", None, true),
    ("arch", None, true),
    ("host", Some('x'), true),
    ("port", Some('p'), true),
    ("family", None, true),
    ("suffix", None, true),
    ("period_online", None, true),
    ("period_offline", None, true),
    ("period_fast", None, true),
    ("timeout", None, true),
    ("retries", None, true),
    ("start-delay", None, true),
    ("aespath", None, true),
    ("rsapath", None, true),
    ("trigger_online", None, true),
    ("trigger_offline", None, true),
    ("compat", None, true),
    ("harden", None, true),
];

impl CommandLine {
    /// Reads the arguments, the program's name left out. Reading stops at the first that is no option; it and what
    /// follows are not looked at.
    ///
    /// # Errors
    /// [`UsageError`]: the first thing that is wrong.
    pub fn parse<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Result<Self, UsageError> {
        let mut line = Self::default();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            if argument == "--" {
                break;
            } else if let Some(long) = argument.strip_prefix("--") {
                let (name, attached) = match long.split_once('=') {
                    Some((name, value)) => (name, Some(value)),
                    None => (long, None),
                };
                let (option, takes_argument) = long_option(name)?;
                match (takes_argument, attached) {
                    (false, None) => line.flag(option),
                    (false, Some(_)) => return Err(UsageError::ArgumentSurplus { option }),
                    (true, attached) => {
                        let value = attached.or_else(|| arguments.next());
                        line.value(option, value.ok_or(UsageError::ArgumentMissing { option })?)?;
                    }
                }
            } else if let Some(bundle) = argument.strip_prefix('-').filter(|bundle| !bundle.is_empty()) {
                let mut rest = bundle.chars();
                while let Some(short) = rest.next() {
                    let (option, takes_argument) = short_option(short)?;
                    if !takes_argument {
                        line.flag(option);
                        continue;
                    }
                    let attached = Some(rest.as_str()).filter(|attached| !attached.is_empty());
                    let value = attached.or_else(|| arguments.next());
                    line.value(option, value.ok_or(UsageError::ArgumentMissing { option })?)?;
                    break;
                }
            } else {
                break;
            }
        }
        Ok(line)
    }

    fn flag(&mut self, option: &'static str) {
        match option {
            "kill" => self.action = Action::Kill,
            "reload" => self.action = Action::Reload,
            "check" => self.action = Action::Check,
            "printbd" => self.action = Action::PrintBoardData,
            "test" => self.action = Action::Test,
            "help" => self.action = Action::Help,
            "nodaemon" => self.nodaemon = true,
            _ => self.offline_on_exit = true,
        }
    }

    fn value(&mut self, option: &'static str, value: &str) -> Result<(), UsageError> {
        let refused = |reason: String| UsageError::Argument { option, reason };
        macro_rules! set {
            ($place:ident, $read:expr) => {
                self.$place = Some($read.map_err(|reason| refused(reason.to_string()))?)
            };
        }
        match option {
            "mac" => set!(mac, value.parse::<Mac>()),
            "version" => set!(version, Version::numbers(value)),
            "revision" => set!(revision, Version::revision_number(value)),
            "keyword" => set!(keyword, value.parse::<Key>()),
            "host" => set!(host, value.parse::<Host>()),
            "port" => set!(port, port(value).ok_or("want a port from 1 to 65535")),
            "arch" => set!(arch, octet(value).ok_or("want a number from 0 to 255")),
            "period_online" => set!(period_online, number(value)),
            "period_offline" => set!(period_offline, number(value)),
            "period_fast" => set!(period_fast, number(value)),
            "timeout" => set!(timeout, value.parse::<Timeout>()),
            "retries" => set!(retries, number(value)),
            // The one number that may be zero.
            "start-delay" if value == "0" => self.start_delay = Some(0),
            "start-delay" => set!(start_delay, number(value)),
            "suffix" => self.suffix = Some(value.into()),
            "aespath" => self.aespath = Some(value.into()),
            "rsapath" => self.rsapath = Some(value.into()),
            "keyfile" => self.keyfile = Some(value.into()),
            "configuration" => self.configuration = Some(value.into()),
            "trigger_online" => self.triggers.set(TriggerName::Online, value.into()),
            "trigger_offline" => self.triggers.set(TriggerName::Offline, value.into()),
            "family" => {
                self.family = match value {
                    "4" => Family::Ipv4,
                    "6" => Family::Ipv6,
                    "any" => Family::Any,
                    _ => return Err(refused("want 4, 6 or any".into())),
                }
            }
            "compat" => {
                let checked = crate::settings::Compat::default().set(value);
                checked.map_err(|reason| refused(reason.to_string()))?;
                self.compat.push(value.into());
            }
            "harden" => self.hardening.set(value).map_err(|reason| refused(reason.to_string()))?,
            _ => self.status = true,
        }
        Ok(())
    }
}

fn short_option(short: char) -> Result<(&'static str, bool), UsageError> {
    let found = OPTIONS.iter().find(|(_, letter, _)| *letter == Some(short));
    found
        .map(|&(name, _, takes_argument)| (name, takes_argument))
        .ok_or_else(|| UsageError::Unknown { option: alloc::format!("-{short}") })
}

/// The option of this name, or the only one that begins with it.
fn long_option(name: &str) -> Result<(&'static str, bool), UsageError> {
    let mut fitting = OPTIONS.iter().filter(|(long, ..)| long.starts_with(name));
    let exact = OPTIONS.iter().find(|(long, ..)| *long == name);
    let option = || alloc::format!("--{name}");
    match (exact, fitting.next(), fitting.next()) {
        (Some(&(long, _, takes_argument)), ..) | (None, Some(&(long, _, takes_argument)), None) => {
            Ok((long, takes_argument))
        }
        (None, None, _) => Err(UsageError::Unknown { option: option() }),
        (None, Some(_), Some(_)) => Err(UsageError::Ambiguous { option: option() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<CommandLine, UsageError> {
        CommandLine::parse(text.split(' '))
    }

    // spec: heartbeat 13
    #[test]
    fn long_options_may_be_abbreviated_unambiguously() {
        assert_eq!(parse("--ret 5").unwrap().retries, Some(5));
        assert_eq!(parse("--retries=5").unwrap().retries, Some(5));
        assert_eq!(parse("--trigger_on=x").unwrap().triggers.command(TriggerName::Online), Some("x"));
        let ambiguous = UsageError::Ambiguous { option: "--period_o".into() };
        assert_eq!(parse("--period_o 5"), Err(ambiguous));
        // Exact names win over longer ones that begin like them.
        assert_eq!(parse("--key 1"), Err(UsageError::Ambiguous { option: "--key".into() }));
        assert_eq!(parse("--foo"), Err(UsageError::Unknown { option: "--foo".into() }));
    }

    #[test]
    fn short_options_bundle_and_take_what_follows() {
        let line = parse("-ntp54 -x 192.0.2.7 rest -k").unwrap();
        assert!(line.nodaemon);
        assert_eq!((line.action, line.port), (Action::Test, Some(54)));
        assert_eq!(line.host, Some("192.0.2.7".parse().unwrap()));
        assert_eq!(parse("-nq"), Err(UsageError::Unknown { option: "-q".into() }));
        assert_eq!(parse("-n -x"), Err(UsageError::ArgumentMissing { option: "host" }));
        assert_eq!(parse("--test=1"), Err(UsageError::ArgumentSurplus { option: "test" }));
    }

    #[test]
    fn reading_stops_at_the_first_that_is_no_option() {
        for text in ["x -k", "-- -k", "- -k"] {
            assert_eq!(parse(text), Ok(CommandLine::default()));
        }
    }

    #[test]
    fn values_are_checked_and_never_echoed() {
        let refused = parse("-w 7ef44706").unwrap_err().to_string();
        assert_eq!(refused, "the argument of --keyword: key text has 8 octets instead of 64");
        for text in
            ["-p 0", "-p x", "--retries 0", "--arch 256", "--family 5", "--compat x", "--harden jitter"]
        {
            assert!(matches!(parse(text), Err(UsageError::Argument { .. })), "{text}");
        }
        assert_eq!(parse("--start-delay 0").unwrap().start_delay, Some(0));
    }

    #[test]
    fn every_option_is_in_the_usage() {
        for (long, short, _) in OPTIONS {
            assert!(USAGE.contains(&alloc::format!("--{long}")), "{long}");
            assert!(
                short.is_none_or(|short| USAGE.contains(&alloc::format!("-{short}, --{long}"))),
                "{long}"
            );
        }
    }
}
