//! This program as another process: a server under test.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// A server that was started for a test. Ended when dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    /// What it said when it was ready.
    pub ready: String,
    /// Kept open: a server may say more.
    _out: Option<BufReader<ChildStdout>>,
}

impl Process {
    /// Starts this program with these arguments and waits for its first line.
    ///
    /// # Errors
    /// Says why it did not start.
    pub fn start<A: AsRef<OsStr>>(arguments: &[A]) -> Result<Self, String> {
        let refused = |error: &dyn std::fmt::Display| format!("cannot start the server: {error}");
        let program = std::env::current_exe().map_err(|error| refused(&error))?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped());
        // A line for every session would be measured too.
        command.env("RUST_LOG", "error");
        Self::spawn(command)
    }

    /// The same with another program, whose output was taken care of.
    ///
    /// # Errors
    /// Says why it did not start.
    pub fn spawn(mut command: Command) -> Result<Self, String> {
        let mut child = command.spawn().map_err(|error| format!("cannot start the server: {error}"))?;
        let mut out = child.stdout.take().map(BufReader::new);
        let mut ready = String::new();
        if let Some(out) = &mut out
            && (out.read_line(&mut ready).is_err() || ready.is_empty())
        {
            let _ = child.kill();
            let _ = child.wait();
            return Err("the server ended before it was ready".to_owned());
        }
        Ok(Self { child, ready: ready.trim_end().to_owned(), _out: out })
    }

    /// What it has used so far of all processors, user and system.
    #[must_use]
    pub fn processor_time(&self) -> Option<Duration> {
        let id = self.child.id();
        Self::time_in(&format!("/proc/{id}/stat"))
    }

    /// What its first thread has used of that: in a gateway it is the one that answers.
    #[must_use]
    pub fn first_thread_time(&self) -> Option<Duration> {
        let id = self.child.id();
        Self::time_in(&format!("/proc/{id}/task/{id}/stat"))
    }

    fn time_in(file: &str) -> Option<Duration> {
        // proc(5): utime and stime are fields 14 and 15; the second one, the name, may have blanks but ends with ')'.
        let stat = fs::read_to_string(file).ok()?;
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
        let ticks: u64 = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
        // Linux counts in hundredths of a second here, on every architecture.
        Some(Duration::from_millis(ticks * 10))
    }

    /// Its resident memory in octets.
    #[must_use]
    pub fn resident(&self) -> Option<u64> {
        resident(&self.child.id().to_string())
    }

    /// What of it nobody else could use: without the pages of program files, which the kernel takes back when memory is
    /// short. In octets.
    #[must_use]
    pub fn own(&self) -> Option<u64> {
        status(&self.child.id().to_string(), "RssAnon:")
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: nix::sys::signal::Signal) {
        if let Ok(pid) = i32::try_from(self.child.id()) {
            let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), signal);
        }
    }

    /// Asks it to end and waits for that; whether it did so in time.
    pub fn end(&mut self, limit: Duration) -> bool {
        self.signal(nix::sys::signal::Signal::SIGTERM);
        let deadline = Instant::now() + limit;
        while Instant::now() < deadline {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The resident memory of a process, or of `self`, in octets.
#[must_use]
pub fn resident(process: &str) -> Option<u64> {
    status(process, "VmRSS:")
}

/// A line of proc_pid_status(5) in octets.
fn status(process: &str, name: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.split_ascii_whitespace().next()?.parse::<u64>().ok()? * 1024)
}
