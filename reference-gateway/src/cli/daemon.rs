//! A process that goes on without the terminal it was started from.
//!
//! Without `fork`, which only unsafe code could call: the program starts itself once more, and this second process leaves
//! the terminal's session. It tells by one line on its standard output that it is ready, so that the first can say
//! whether the start went well.

use super::{DONE, FAILED, complain};
use crate::status_manager::trigger::DAEMON_MARK;
use nix::unistd::{dup2_stderr, dup2_stdout, setsid};
use std::env;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _, stdout};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long the start may take (spec: heartbeat 12).
const START_LIMIT: Duration = Duration::from_secs(20);
const READY: &str = "ready";

/// Whether this process is the second one.
pub(super) fn is_daemon() -> bool {
    env::var_os(DAEMON_MARK).is_some()
}

/// Starts the second process with the same arguments, waits until it is ready, and gives the exit status.
pub(super) fn start() -> u8 {
    let spawned = env::current_exe().and_then(|program| {
        let mut command = Command::new(program);
        command.args(env::args_os().skip(1)).env(DAEMON_MARK, "1");
        if let Some(name) = env::args_os().next() {
            std::os::unix::process::CommandExt::arg0(&mut command, name);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()
    });
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => {
            complain(format_args!("cannot start the daemon: {error}"));
            return FAILED;
        }
    };
    let (tell, told) = mpsc::channel();
    if let Some(out) = child.stdout.take() {
        thread::spawn(move || {
            let mut line = String::new();
            let ready = BufReader::new(out).read_line(&mut line).is_ok() && line.trim_end() == READY;
            tell.send(ready)
        });
    }
    match told.recv_timeout(START_LIMIT) {
        Ok(true) => DONE,
        // It has said on standard error why.
        Ok(false) => {
            let code = child.wait().ok().and_then(|status| status.code());
            code.and_then(|code| u8::try_from(code).ok()).filter(|&code| code != DONE).unwrap_or(FAILED)
        }
        Err(_) => {
            let _ = child.kill();
            complain(format_args!("the daemon was not ready after {} s", START_LIMIT.as_secs()));
            FAILED
        }
    }
}

/// Leaves the session of the terminal. To be called first in the second process.
pub(super) fn detach() -> Result<(), String> {
    // It leads no process group, because it was just started by one that may, so this cannot fail for that reason.
    setsid().map_err(|error| format!("cannot leave the session: {error}"))?;
    env::set_current_dir("/").map_err(|error| format!("cannot change to /: {error}"))
}

/// Tells the first process that all is well; from here on there is nobody to read what is printed.
pub(super) fn ready() -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Display| format!("cannot leave the terminal: {error}");
    let mut out = stdout();
    // Where the first process was killed meanwhile, nobody waits.
    let _ = writeln!(out, "{READY}").and_then(|()| out.flush());
    let null = File::options().write(true).open("/dev/null").map_err(|error| failed(&error))?;
    dup2_stdout(&null).and_then(|()| dup2_stderr(&null)).map_err(|error| failed(&error))
}
