//! The command line: one file per subcommand.

mod bench;
mod ctl;
mod daemon;
mod decode;
mod demo;
mod discover;
mod gateway;
mod heartbeat_server;
mod institution;
mod login;
mod narrate;
mod provision;
mod radconfig;
mod radius_server;
mod secret;
mod status_manager;
mod syslog;

use clap::{ArgMatches, Args, Command, FromArgMatches};
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::{fmt, prelude::*};

/// The program did what it was asked to.
pub const DONE: u8 = 0;
/// It was asked properly, but it did not work: refused, unreachable, not to be decoded.
pub const FAILED: u8 = 1;
/// The command line or the configuration is wrong.
pub const USAGE: u8 = 2;
/// The status of a gateway whose system lacks what the packet path needs (`EX_UNAVAILABLE`).
pub const UNAVAILABLE: u8 = 69;

const ABOUT: &str = "A Wi-Fi hotspot gateway and its tools: captive portal, RADIUS, WISPr";
const AFTER: &str = "Start here:\n  fonap demo                     watch a whole hotspot login on this machine\n  \
                     fonap gateway -c chilli.conf\n  \
                     fonap provision serve --demo   hand out Wi-Fi profiles on this machine\n\n\
                     Exit status: 0 done, 1 it did not work, 2 wrong usage or configuration, 69 a gateway\n\
                     whose system lacks what its packet path needs.";

/// The programs of deployed hotspots, and the subcommand that the binary is when it is called so.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("fonctl", "ctl"),
    ("chilli_query", "ctl"),
    ("fonsmcd", "status-manager"),
    ("chilli_radconfig", "radconfig"),
    (crate::dataplane::dhcp::CALLBACK, "lease-event"),
];

/// Runs the program with the arguments of the process.
#[must_use]
pub fn main() -> ExitCode {
    let words = arguments(std::env::args_os());
    // What the other subcommands take costs a small machine memory that nobody needs.
    let wanted = words.get(1).and_then(|word| SUBCOMMANDS.iter().find(|(name, _)| word == *name));
    let command = match wanted {
        Some((_, subcommand)) => program().subcommand(subcommand()),
        None => command(),
    };
    let matches = command.get_matches_from(words);
    let code = match matches.subcommand() {
        Some(("demo", m)) => with::<demo::Arguments>(m, demo::run),
        Some(("gateway", m)) => gateway::run(m),
        Some(("login", m)) => with::<login::Login>(m, login::login),
        Some(("logoff", m)) => with::<login::Logoff>(m, login::logoff),
        Some(("ctl", m)) => ctl::run(m),
        Some(("decode", m)) => with::<decode::Arguments>(m, decode::run),
        Some(("heartbeat-server", m)) => with::<heartbeat_server::Arguments>(m, heartbeat_server::run),
        Some(("bench", m)) => with::<bench::Arguments>(m, bench::run),
        Some(("status-manager", m)) => status_manager::run(m),
        Some(("radconfig", m)) => radconfig::run(m),
        Some(("discover", m)) => with::<discover::Arguments>(m, discover::run),
        Some(("institution", m)) => with::<institution::Arguments>(m, institution::run),
        Some(("provision", m)) => with::<provision::Arguments>(m, provision::run),
        Some(("radius-server", m)) => with::<radius_server::Arguments>(m, radius_server::run),
        Some(("lease-event", m)) => lease_event(m),
        _ => USAGE,
    };
    ExitCode::from(code)
}

/// The words of the command line; a name of [`OTHER_NAMES`] stands for `fonap` and its subcommand.
fn arguments(given: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut words: Vec<OsString> = given.into_iter().collect();
    let called = words.first().map(Path::new).and_then(Path::file_name);
    let other = OTHER_NAMES.iter().find(|(name, _)| called.is_some_and(|called| called == *name));
    if let Some((_, subcommand)) = other {
        words.insert(1, subcommand.into());
    }
    words
}

/// The name of a subcommand, and what it takes.
type Subcommand = (&'static str, fn() -> Command);

const SUBCOMMANDS: &[Subcommand] = &[
    ("demo", || demo::Arguments::augment_args(Command::new("demo"))),
    ("gateway", gateway::command),
    ("ctl", ctl::command),
    ("login", || login::Login::augment_args(Command::new("login"))),
    ("logoff", || login::Logoff::augment_args(Command::new("logoff"))),
    ("decode", || decode::Arguments::augment_args(Command::new("decode"))),
    ("status-manager", status_manager::command),
    ("heartbeat-server", || heartbeat_server::Arguments::augment_args(Command::new("heartbeat-server"))),
    ("bench", || bench::Arguments::augment_args(Command::new("bench"))),
    ("radconfig", radconfig::command),
    ("discover", || discover::Arguments::augment_args(Command::new("discover"))),
    ("institution", || institution::Arguments::augment_args(Command::new("institution"))),
    ("provision", || provision::Arguments::augment_args(Command::new("provision"))),
    ("lease-event", lease_event_command),
    ("radius-server", || radius_server::Arguments::augment_args(Command::new("radius-server"))),
];

/// The whole command line, for `--help` and for tests.
#[must_use]
pub fn command() -> Command {
    program().subcommands(SUBCOMMANDS.iter().map(|(_, subcommand)| subcommand()))
}

fn program() -> Command {
    Command::new("fonap")
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT)
        .after_help(AFTER)
        .subcommand_required(true)
        .arg_required_else_help(true)
}

fn lease_event_command() -> Command {
    let arguments =
        clap::Arg::new("arguments").num_args(0..).trailing_var_arg(true).allow_hyphen_values(true);
    Command::new("lease-event")
        .hide(true)
        .about("What dnsmasq calls when a lease begins or ends")
        .arg(arguments)
}

fn with<A: FromArgMatches>(matches: &ArgMatches, run: fn(A) -> u8) -> u8 {
    match A::from_arg_matches(matches) {
        Ok(arguments) => run(arguments),
        Err(error) => error.exit(),
    }
}

/// Hands a callback of dnsmasq's to the running gateway.
fn lease_event(matches: &ArgMatches) -> u8 {
    let arguments: Vec<String> =
        matches.get_many::<String>("arguments").unwrap_or_default().cloned().collect();
    match crate::dataplane::dhcp::call_back(&arguments) {
        Ok(()) => DONE,
        Err(error) => {
            complain(error);
            FAILED
        }
    }
}

/// Prints an error for a person.
fn complain(what: impl std::fmt::Display) {
    eprintln!("fonap: {what}");
}

/// Prints a line for the user.
fn say(what: impl std::fmt::Display) {
    write_out(format_args!("{what}\n"));
}

/// Prints for the user. When nobody reads any more, as in `fonap demo | head -1`, the program is done.
fn write_out(what: impl std::fmt::Display) {
    use std::io::{ErrorKind, Write, stdout};
    let mut out = stdout().lock();
    match write!(out, "{what}").and_then(|()| out.flush()) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(DONE.into()),
        Err(error) => {
            complain(format_args!("cannot write to standard output: {error}"));
            std::process::exit(FAILED.into());
        }
    }
}

/// Runs a future on a runtime of one thread.
fn block_on<T>(future: impl Future<Output = T>) -> Result<T, String> {
    Ok(runtime()?.block_on(future))
}

/// The same, and waits for nobody who keeps a thread busy still: the system may take long to give up a name.
fn block_on_and_leave<T>(future: impl Future<Output = T>) -> Result<T, String> {
    let runtime = runtime()?;
    let outcome = runtime.block_on(future);
    runtime.shutdown_background();
    Ok(outcome)
}

fn runtime() -> Result<tokio::runtime::Runtime, String> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().map_err(|e| format!("cannot start: {e}"))
}

/// Sends the log to standard error: warnings by default, all of our own with `debug`, or what `RUST_LOG` says.
fn start_log(default: &str) {
    use std::io::{IsTerminal, stderr};
    // A file or a journal wants no colours.
    let colours = stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let log = fmt::layer().with_writer(stderr).with_ansi(colours);
    let _ = tracing_subscriber::registry().with(log.with_filter(log_filter(default))).try_init();
}

/// The same as one JSON object a line, for programs that collect logs.
fn start_json_log(default: &str) {
    let log = fmt::layer().json().flatten_event(true).with_current_span(false).with_writer(std::io::stderr);
    let _ = tracing_subscriber::registry().with(log.with_filter(log_filter(default))).try_init();
}

/// What `RUST_LOG` says, as `info` or `warn,reference_gateway=debug`, or else `default`.
fn log_filter(default: &str) -> Targets {
    let wanted = std::env::var("RUST_LOG").ok().and_then(|text| text.parse().ok());
    wanted.unwrap_or_else(|| default.parse().unwrap_or_default())
}
