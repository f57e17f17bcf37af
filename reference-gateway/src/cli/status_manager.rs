//! `fonap status-manager`: the Status Manager as a daemon, with the original's command line.

use super::{DONE, FAILED, USAGE, complain, daemon, say, start_log, syslog, write_out};
use crate::status_manager::load::{BOARD_PATH, Loaded, Places, load};
use crate::status_manager::pid_file::{self, PidFile, PidFileError};
use crate::status_manager::{Options, Status, StatusManager, report};
use heartbeat::config::{Action, CommandLine, USAGE as OPTIONS};
use heartbeat::key::BoardData;
use heartbeat::machine::Event;
use nix::sys::signal::{Signal, kill};
use serde_json::{Value, json};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

/// How long a daemon that was asked to end may take to do so (spec: heartbeat 13).
const KILL_LIMIT: Duration = Duration::from_secs(5);

pub(super) fn command() -> clap::Command {
    use clap::builder::ValueParser;
    use clap::{Arg, ArgAction, Command};
    // The arguments follow getopt and the original, not the rest of this program.
    Command::new("status-manager")
        .about("Send heartbeats to the status server (fonsmcd)")
        .override_help(usage())
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(
            Arg::new("arguments")
                .action(ArgAction::Append)
                .num_args(0..)
                .value_parser(ValueParser::os_string())
                .trailing_var_arg(true)
                .allow_hyphen_values(true),
        )
}

fn usage() -> String {
    format!("Usage: fonap status-manager [OPTIONS], or fonsmcd [OPTIONS]\n\n{OPTIONS}")
}

pub(super) fn run(matches: &clap::ArgMatches) -> u8 {
    let given: Vec<OsString> = matches.get_many("arguments").into_iter().flatten().cloned().collect();
    let given: Result<Vec<String>, _> = given.into_iter().map(OsString::into_string).collect();
    let Ok(given) = given else {
        complain("an argument is not UTF-8 text");
        return USAGE;
    };
    let line = match CommandLine::parse(given.iter().map(String::as_str)) {
        Ok(line) => line,
        Err(error) => {
            complain(format_args!("{error}; --help lists the options"));
            return USAGE;
        }
    };
    let places = Places::new();
    let pid_path = places.base.join(line.pidfile.as_deref().unwrap_or(pid_file::DEFAULT_PATH));
    let outcome = match line.action {
        Action::Help => {
            write_out(usage());
            Ok(DONE)
        }
        Action::PrintBoardData => print_board(&line, &places),
        Action::Check => check(&pid_path, line.json),
        Action::Kill => end(&pid_path),
        Action::Reload => reload(&pid_path),
        Action::Test => test(&line, &places),
        Action::Run if line.nodaemon => foreground(&line, &places, &pid_path),
        Action::Run if daemon::is_daemon() => in_background(&line, &places, &pid_path),
        Action::Run => Ok(daemon::start()),
    };
    outcome.unwrap_or_else(|error| {
        for line in error.lines() {
            complain(line);
        }
        FAILED
    })
}

/// The process that runs, or what to say.
fn running(pid_path: &Path) -> Result<nix::unistd::Pid, String> {
    let found = pid_file::running(pid_path).map_err(|error| error.to_string())?;
    found.ok_or_else(|| format!("not running ({})", pid_path.display()))
}

fn check(pid_path: &Path, json: bool) -> Result<u8, String> {
    let state = fs::read(state_path(pid_path)).ok();
    let state = state.and_then(|octets| serde_json::from_slice::<Value>(&octets).ok());
    let found = pid_file::running(pid_path).map_err(|error| error.to_string())?;
    match (found, json) {
        (Some(pid), true) => {
            say(json!({"running": true, "pid": pid.as_raw(), "status": state}));
            Ok(DONE)
        }
        (None, true) => {
            say(json!({"running": false}));
            Ok(FAILED)
        }
        (Some(pid), false) => {
            let service = state.as_ref().and_then(|state| state.get("service")).and_then(Value::as_str);
            eprintln!("running as process {pid}{}", service.map(|s| format!(", {s}")).unwrap_or_default());
            Ok(DONE)
        }
        (None, false) => Err(format!("not running ({})", pid_path.display())),
    }
}

fn end(pid_path: &Path) -> Result<u8, String> {
    let pid = running(pid_path)?;
    kill(pid, Signal::SIGINT).map_err(|error| format!("process {pid}: {error}"))?;
    let deadline = Instant::now() + KILL_LIMIT;
    while Instant::now() < deadline {
        if pid_file::running(pid_path).is_ok_and(|found| found.is_none()) {
            return Ok(DONE);
        }
        sleep(Duration::from_millis(20));
    }
    Err(format!("process {pid} has not ended after {} s; a trigger may keep it", KILL_LIMIT.as_secs()))
}

fn reload(pid_path: &Path) -> Result<u8, String> {
    let pid = running(pid_path)?;
    kill(pid, Signal::SIGHUP).map_err(|error| format!("process {pid}: {error}"))?;
    Ok(DONE)
}

fn print_board(line: &CommandLine, places: &Places) -> Result<u8, String> {
    let path = places.base.join(line.board.as_deref().unwrap_or(BOARD_PATH));
    let read = fs::read(&path).and_then(|octets| {
        let board = BoardData::parse(&octets).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))?;
        let text = |octets: &[u8]| octets.escape_ascii().to_string();
        let values = [
            ("name", text(board.name)),
            ("wireless_mac", board.wireless_mac.to_string()),
            ("ethernet_mac", board.ethernet_mac.to_string()),
            ("serial", text(board.serial)),
        ];
        Ok(values)
    });
    let values = read.map_err(|error| format!("board data is not available: {}: {error}", path.display()))?;
    if line.json {
        say(Value::Object(values.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect()));
    } else {
        // The key is not shown.
        for (name, value) in values {
            say(format_args!("{name}: {value}"));
        }
    }
    Ok(DONE)
}

/// One heartbeat.
fn test(line: &CommandLine, places: &Places) -> Result<u8, String> {
    start_log(level(line, "warn"));
    let loaded = loaded(line, places)?;
    let json = line.json;
    on_runtime(async move {
        let (watcher, mut events) = mpsc::unbounded_channel();
        let options = Options { execution: loaded.execution, watcher: Some(watcher) };
        let mut manager =
            StatusManager::start(loaded.settings, options).map_err(|error| error.to_string())?;
        manager.ended().await;
        let mut valid = false;
        while let Some(event) = events.recv().await {
            if let Event::TestEnded { valid: is } = event {
                valid = is;
            }
        }
        let status = manager.status().borrow().clone();
        if json {
            say(json!({"valid": valid, "status": status.json()}));
        } else if valid {
            say("the server answered as it should");
        } else {
            let reason = status.last_failure.as_deref().unwrap_or("no reason is known");
            return Err(format!("no valid answer: {reason}"));
        }
        Ok(if valid { DONE } else { FAILED })
    })
}

fn foreground(line: &CommandLine, places: &Places, pid_path: &Path) -> Result<u8, String> {
    start_log(level(line, "info"));
    let loaded = loaded(line, places)?;
    let pid_file = PidFile::acquire(pid_path).map_err(|error| error.to_string())?;
    serve(line, places, loaded, pid_path, || Ok(()))?;
    drop(pid_file);
    Ok(DONE)
}

/// The second process of a daemon.
fn in_background(line: &CommandLine, places: &Places, pid_path: &Path) -> Result<u8, String> {
    daemon::detach()?;
    // Until it is ready, what is wrong goes to the terminal.
    let loaded = load(line, places).map_err(|error| error.to_string())?;
    let pid_file = PidFile::acquire(pid_path).map_err(|error: PidFileError| error.to_string())?;
    syslog::start_log(level(line, "info"));
    warn(&loaded);
    serve(line, places, loaded, pid_path, daemon::ready)?;
    drop(pid_file);
    Ok(DONE)
}

fn loaded(line: &CommandLine, places: &Places) -> Result<Loaded, String> {
    let loaded = load(line, places).map_err(|error| error.to_string())?;
    warn(&loaded);
    Ok(loaded)
}

fn warn(loaded: &Loaded) {
    for warning in &loaded.warnings {
        tracing::warn!("{warning}");
    }
}

fn level<'a>(line: &CommandLine, usual: &'a str) -> &'a str {
    if line.verbose { "debug" } else { usual }
}

/// Sends heartbeats until a signal ends it.
fn serve(
    line: &CommandLine,
    places: &Places,
    loaded: Loaded,
    pid_path: &Path,
    ready: impl FnOnce() -> Result<(), String>,
) -> Result<(), String> {
    let state = StateFile { path: state_path(pid_path) };
    on_runtime(async {
        let mut signals = Signals::new().map_err(|error| format!("signals: {error}"))?;
        let (watcher, mut events) = mpsc::unbounded_channel();
        let options = Options { execution: loaded.execution, watcher: Some(watcher) };
        let manager = StatusManager::start(loaded.settings, options).map_err(|error| error.to_string())?;
        let mut status = manager.status();
        state.write(&status.borrow_and_update());
        ready()?;
        loop {
            tokio::select! {
                Some(event) = events.recv() => if line.json {
                    say(report::json(&event));
                },
                Ok(()) = status.changed() => state.write(&status.borrow_and_update()),
                asked = signals.next() => match asked {
                    Asked::Stop => break,
                    Asked::HeartbeatNow => manager.heartbeat_now(),
                    Asked::Reload => take_again(line, places, &manager).await,
                    Asked::Nothing(name) => tracing::info!("{name} is ignored"),
                },
            }
        }
        manager.stop().await;
        while let Ok(event) = events.try_recv() {
            if line.json {
                say(report::json(&event));
            }
        }
        Ok(())
    })
}

/// Reads everything again; what is wrong keeps the old settings.
async fn take_again(line: &CommandLine, places: &Places, manager: &StatusManager) {
    let taken = match load(line, places) {
        Ok(loaded) => {
            warn(&loaded);
            manager.reload(loaded.settings, loaded.execution).await.map_err(|error| error.to_string())
        }
        Err(error) => Err(error.to_string()),
    };
    match taken {
        Ok(()) => tracing::info!("reloaded"),
        Err(error) => tracing::error!("not reloaded, the old settings stay: {error}"),
    }
}

enum Asked {
    Stop,
    Reload,
    HeartbeatNow,
    Nothing(&'static str),
}

/// The signals the original knows (spec: heartbeat 12).
struct Signals {
    stop: [tokio::signal::unix::Signal; 3],
    reload: tokio::signal::unix::Signal,
    alarm: tokio::signal::unix::Signal,
    users: [tokio::signal::unix::Signal; 2],
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            stop: [
                signal(SignalKind::interrupt())?,
                signal(SignalKind::quit())?,
                signal(SignalKind::terminate())?,
            ],
            reload: signal(SignalKind::hangup())?,
            alarm: signal(SignalKind::alarm())?,
            users: [signal(SignalKind::user_defined1())?, signal(SignalKind::user_defined2())?],
        })
    }

    async fn next(&mut self) -> Asked {
        let [interrupt, quit, terminate] = &mut self.stop;
        let [first, second] = &mut self.users;
        tokio::select! {
            _ = interrupt.recv() => Asked::Stop,
            _ = quit.recv() => Asked::Stop,
            _ = terminate.recv() => Asked::Stop,
            _ = self.reload.recv() => Asked::Reload,
            _ = self.alarm.recv() => Asked::HeartbeatNow,
            _ = first.recv() => Asked::Nothing("SIGUSR1"),
            _ = second.recv() => Asked::Nothing("SIGUSR2"),
        }
    }
}

/// Beside the pid file.
fn state_path(pid_path: &Path) -> PathBuf {
    pid_path.with_extension("json")
}

/// The state for `--check`. Removed when dropped.
struct StateFile {
    path: PathBuf,
}

impl StateFile {
    /// Replaces the file in one step, so that no reader sees half of it.
    fn write(&self, status: &Status) {
        let new = self.path.with_extension("json.new");
        let written =
            fs::write(&new, format!("{}\n", status.json())).and_then(|()| fs::rename(&new, &self.path));
        if let Err(error) = written {
            tracing::debug!(%error, path = %self.path.display(), "the state was not written");
        }
    }
}

impl Drop for StateFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Runs a future on a runtime of one thread. A look-up that hangs in the system does not hold up the end.
fn on_runtime<T>(future: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    let outcome = runtime.block_on(future);
    runtime.shutdown_background();
    outcome
}
