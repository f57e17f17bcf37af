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
    /// `--retransmit`: how often a query is sent again within its attempt.
    pub retransmit: u8,
    /// `--rotate-hosts`
    pub rotate_hosts: bool,
    /// `--trigger-limit`, seconds.
    pub trigger_limit: Option<u32>,
    /// `--datadir`: where the data of instructions is put for their triggers.
    pub datadir: Option<String>,
    /// How triggers are run; for whoever runs them.
    pub execution: Execution,
    /// `--board`: where the board data is.
    pub board: Option<String>,
    /// `--pidfile`
    pub pidfile: Option<String>,
    /// `--json`
    pub json: bool,
    /// `--verbose`
    pub verbose: bool,
}

/// `--harden exec_no_shell` and `--harden exec_user` (spec: heartbeat 20).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Execution {
    /// Never hand a command to a shell.
    pub no_shell: bool,
    /// Run commands as this user.
    pub user: Option<String>,
}

impl Execution {
    /// Sets one of the two options; `false` when `text` names another.
    fn set(&mut self, text: &str) -> Result<bool, &'static str> {
        match text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value))) {
            ("exec_no_shell", None | Some("yes")) => self.no_shell = true,
            ("exec_no_shell", Some("no")) => self.no_shell = false,
            ("exec_no_shell", Some(_)) => return Err("exec_no_shell takes yes or no"),
            ("exec_user", Some(user)) if !user.is_empty() => self.user = Some(user.into()),
            ("exec_user", _) => return Err("exec_user needs the name of a user"),
            _ => return Ok(false),
        }
        Ok(true)
    }
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
What to do (default: become a daemon and send heartbeats)
  -k, --kill               stop the running daemon
  -l, --reload             make the running daemon read its configuration again
  -c, --check              is it running? With --json its state
  -n, --nodaemon           send heartbeats, but stay in the foreground
  -t, --test               one heartbeat, then exit: 0 if the answer was valid, else 1
  -b, --printbd            print the board data
  -h, --help               print this

Where the rest comes from, in this order: command line, configuration file, /etc/fon_mac, fon_version, fon_revision,
fon_keyword, defaults (in brackets)
  -f, --configuration PATH configuration file [/etc/fonsmcd.conf, if it is there]

Who we are
  -m, --mac MAC            such as 00-18-84-A0-00-29
  -v, --version TEXT       firmware version such as 2.1.0
  -r, --revision NUMBER    firmware revision, 0 to 99
      --arch NUMBER        architecture octet, 0 to 255 [37]
  -w, --keyword HEX        the key, 64 digits; other users can see it, prefer --keyfile
      --keyfile PATH       file with the key
      --aespath PATH       file with the current key, if keys roll over
      --board PATH         board data to take MAC and key from if nothing else has them [none; --printbd: /dev/mtd9ro]
  -s, --status TEXT        accepted, no effect

The server
  -x, --host HOST          name or address of the status server
  -p, --port NUMBER        its port [53]
      --family 4|6|any     address families to try [any]
      --suffix TEXT        what follows the label [.sm.fon.com]
      --rsapath PATH       file with the server's public key; without it instructions are refused
      --rotate-hosts       after a failed heartbeat go on to the next host of the configuration file

When
      --period_online SECONDS   after an answer [60]
      --period_offline SECONDS  after a failure [60]
      --period_fast SECONDS     after a failure while fewer than --retries have failed [period_offline]
      --retries NUMBER     failures in a row until offline [3]
      --timeout TIME       wait per attempt: 3000, 3000ms or 3s [3000ms]
      --retransmit NUMBER  send the query again so many times within the timeout, 0 to 10 [0]
      --start-delay SECONDS     before the first heartbeat [random below period_offline]

What to run
      --trigger_online COMMAND  when the service comes up
      --trigger_offline COMMAND when it goes down
      --offline-on-exit    run the offline trigger also when stopped while online
      --trigger-limit SECONDS   kill a trigger after this time [60]
      --datadir PATH       private directory for the data of instructions [/var/run/fonap]

How
      --pidfile PATH       [/var/run/fonsmcd.pid]; the state is kept beside it, in .json
      --json               JSON for programs: one line per event with -n, the result with -t, the state with -c
      --verbose            log queries and answers too
      --compat NAME[=VALUE]     the original's behaviour: liveness=transport, fsm=source, timeout_unit=s,
                           first_datagram_decides, v4mapped_first, trid31; 'source' for all of it
      --harden NAME[=VALUE]     strict_nop, nop_time_window=SECONDS, deny_exec, jitter=PERCENT, auth_filler,
                           nop_tag=require, exec_no_shell, exec_user=NAME

Long options may be shortened while they stay unambiguous.
Exit status: 0 done, 1 it did not work or the configuration is wrong, 2 wrong usage.
";

/// The most `--retransmit` takes: a server is not to be flooded by those who cannot reach it.
const MAX_RETRANSMIT: u8 = 10;

/// Long name, short name, whether it takes an argument.
type Entry = (&'static str, Option<char>, bool);

/// The original's options.
const ORIGINAL: [Entry; 24] = [
    ("kill", Some('k'), false),
    ("reload", Some('l'), false),
    ("check", Some('c'), false),
    ("nodaemon", Some('n'), false),
    ("printbd", Some('b'), false),
    ("test", Some('t'), false),
    ("help", Some('h'), false),
    ("mac", Some('m'), true),
    ("version", Some('v'), true),
    ("revision", Some('r'), true),
    ("status", Some('s'), true),
    ("keyword", Some('w'), true),
    ("host", Some('x'), true),
    ("port", Some('p'), true),
    ("suffix", None, true),
    ("period_online", None, true),
    ("period_offline", None, true),
    ("period_fast", None, true),
    ("timeout", None, true),
    ("retries", None, true),
    ("aespath", None, true),
    ("rsapath", None, true),
    ("trigger_online", None, true),
    ("trigger_offline", None, true),
];

/// Those that came later. They make no abbreviation ambiguous that the original understood.
const ADDED: [Entry; 16] = [
    ("configuration", Some('f'), true),
    ("arch", None, true),
    ("board", None, true),
    ("compat", None, true),
    ("datadir", None, true),
    ("family", None, true),
    ("harden", None, true),
    ("json", None, false),
    ("keyfile", None, true),
    ("offline-on-exit", None, false),
    ("pidfile", None, true),
    ("retransmit", None, true),
    ("rotate-hosts", None, false),
    ("start-delay", None, true),
    ("trigger-limit", None, true),
    ("verbose", None, false),
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
            "rotate-hosts" => self.rotate_hosts = true,
            "json" => self.json = true,
            "verbose" => self.verbose = true,
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
            "harden" => {
                if !self.execution.set(value).map_err(|reason| refused(reason.into()))? {
                    self.hardening.set(value).map_err(|reason| refused(reason.to_string()))?;
                }
            }
            "retransmit" => {
                let count = octet(value).filter(|&count| count <= MAX_RETRANSMIT);
                self.retransmit = count.ok_or_else(|| refused("want a number from 0 to 10".into()))?;
            }
            "trigger-limit" => set!(trigger_limit, number(value)),
            "datadir" => self.datadir = Some(value.into()),
            "board" => self.board = Some(value.into()),
            "pidfile" => self.pidfile = Some(value.into()),
            _ => self.status = true,
        }
        Ok(())
    }
}

fn short_option(short: char) -> Result<(&'static str, bool), UsageError> {
    let found = ORIGINAL.iter().chain(&ADDED).find(|(_, letter, _)| *letter == Some(short));
    found
        .map(|&(name, _, takes_argument)| (name, takes_argument))
        .ok_or_else(|| UsageError::Unknown { option: alloc::format!("-{short}") })
}

/// The option of this name, or the only one that begins with it.
fn long_option(name: &str) -> Result<(&'static str, bool), UsageError> {
    let option = || alloc::format!("--{name}");
    let exact = ORIGINAL.iter().chain(&ADDED).find(|(long, ..)| *long == name);
    if let Some(&(long, _, takes_argument)) = exact {
        return Ok((long, takes_argument));
    }
    for table in [&ORIGINAL[..], &ADDED] {
        let mut fitting = table.iter().filter(|(long, ..)| long.starts_with(name));
        match (fitting.next(), fitting.next()) {
            (Some(&(long, _, takes_argument)), None) => return Ok((long, takes_argument)),
            (Some(_), Some(_)) => return Err(UsageError::Ambiguous { option: option() }),
            (None, _) => (),
        }
    }
    Err(UsageError::Unknown { option: option() })
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
        // What the original understood stays clear, whatever came later.
        assert_eq!(parse(&["--key ", &"00".repeat(32)].concat()).unwrap().keyword, Some(Key::new([0; 32])));
        assert!(parse("--st x --keyf y").unwrap().status);
        assert_eq!(parse("--r 1"), Err(UsageError::Ambiguous { option: "--r".into() }));
        assert_eq!(
            (parse("--retr 1").unwrap().retries, parse("--retra 1").unwrap().retransmit),
            (Some(1), 1)
        );
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
        for text in [
            "-p 0",
            "-p x",
            "--retries 0",
            "--arch 256",
            "--family 5",
            "--compat x",
            "--harden jitter",
            "--retransmit 11",
            "--harden exec_user",
            "--harden exec_no_shell=x",
        ] {
            assert!(matches!(parse(text), Err(UsageError::Argument { .. })), "{text}");
        }
        assert_eq!(parse("--start-delay 0").unwrap().start_delay, Some(0));
        let line = parse("--harden exec_user=nobody --harden exec_no_shell --harden jitter=5").unwrap();
        assert_eq!(line.execution, Execution { no_shell: true, user: Some("nobody".into()) });
        assert_eq!(line.hardening.jitter, 5);
    }

    #[test]
    fn every_option_is_in_the_usage() {
        for (long, short, _) in ORIGINAL.into_iter().chain(ADDED) {
            assert!(USAGE.contains(&alloc::format!("--{long}")), "{long}");
            assert!(
                short.is_none_or(|short| USAGE.contains(&alloc::format!("-{short}, --{long}"))),
                "{long}"
            );
        }
    }
}
