//! Programs: run to their end, or kept in the background.

use super::eventually;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The time limit of [`run`].
const RUN_LIMIT: Duration = Duration::from_secs(60);

/// The Debian packages that bring the peers.
const PACKAGES: &[(&str, &str)] = &[
    ("freeradius", "freeradius"),
    ("radclient", "freeradius-utils"),
    ("eapol_test", "eapoltest"),
    ("chromedriver", "chromium-driver"),
    ("chromium", "chromium"),
    ("tshark", "tshark"),
    ("curl", "curl"),
    ("dnsmasq", "dnsmasq-base"),
    ("xmllint", "libxml2-utils"),
    ("wpa_supplicant", "wpasupplicant"),
    ("nmcli", "network-manager"),
    ("redis-server", "redis-server"),
    ("redis-cli", "redis-tools"),
    ("python3", "python3"),
    ("plistutil", "libplist-utils"),
    ("openssl", "openssl"),
    ("xmlsec1", "xmlsec1"),
];

/// A program that has ended.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Finished {
    /// The exit status.
    #[track_caller]
    pub(crate) fn code(&self) -> i32 {
        self.status.code().unwrap_or_else(|| panic!("ended by a signal: {self:?}"))
    }
}

/// Runs a program to its end and collects what it writes.
///
/// # Panics
/// When the program is not installed, or does not end in time.
#[track_caller]
pub(crate) fn run<A: AsRef<OsStr>>(program: &str, arguments: &[A]) -> Finished {
    run_with_input(program, arguments, b"")
}

/// Like [`run`], with octets on standard input.
#[track_caller]
pub(crate) fn run_with_input<A: AsRef<OsStr>>(program: &str, arguments: &[A], input: &[u8]) -> Finished {
    finish(Command::new(program).args(arguments), input)
}

/// Runs a command to its end, with octets on standard input.
///
/// # Panics
/// When the program is not installed, or does not end in time.
#[track_caller]
pub(crate) fn finish(command: &mut Command, input: &[u8]) -> Finished {
    let started = Instant::now();
    let program = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = spawn(command);
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let input = input.to_vec();
    // A program may end without having read its input.
    thread::spawn(move || stdin.write_all(&input));
    let stdout = collect(child.stdout.take().expect("stdout is piped"));
    let stderr = collect(child.stderr.take().expect("stderr is piped"));
    let status = loop {
        if let Some(status) = child.try_wait().expect("the child is ours") {
            break status;
        }
        if started.elapsed() > RUN_LIMIT {
            child.kill().expect("the child is ours");
            panic!(
                "{program} did not end in {RUN_LIMIT:?}\nstdout: {}\nstderr: {}",
                text(stdout.join()),
                text(stderr.join())
            );
        }
        thread::sleep(Duration::from_millis(5));
    };
    Finished { status, stdout: text(stdout.join()), stderr: text(stderr.join()) }
}

/// A program in the background. Gets SIGTERM when dropped.
pub(crate) struct Background {
    name: String,
    child: Child,
    stdout: Lines,
    stderr: Lines,
}

type Lines = Arc<Output>;

/// What was read of an output.
#[derive(Default)]
struct Output {
    lines: Mutex<Vec<String>>,
    /// There will be no more.
    ended: AtomicBool,
}

impl Background {
    /// Starts the program.
    ///
    /// # Panics
    /// When it is not installed.
    #[track_caller]
    pub(crate) fn start(command: &mut Command) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = spawn(command);
        let stdout = follow(child.stdout.take().expect("stdout is piped"));
        let stderr = follow(child.stderr.take().expect("stderr is piped"));
        Self { name, child, stdout, stderr }
    }

    /// Waits for a line of standard output that contains `part`, and returns it.
    ///
    /// # Panics
    /// When the program ends before, or time is up.
    #[track_caller]
    pub(crate) fn wait_for_line(&mut self, part: &str, limit: Duration) -> String {
        self.wait_for_line_of(&Arc::clone(&self.stdout), part, limit)
    }

    /// The same with standard error.
    ///
    /// # Panics
    /// When the program ends before, or time is up.
    #[track_caller]
    pub(crate) fn wait_for_error(&mut self, part: &str, limit: Duration) -> String {
        self.wait_for_line_of(&Arc::clone(&self.stderr), part, limit)
    }

    #[track_caller]
    fn wait_for_line_of(&mut self, of: &Lines, part: &str, limit: Duration) -> String {
        let deadline = Instant::now() + limit;
        loop {
            // Asked before reading: what it wrote before it ended counts.
            let ended = self.child.try_wait().expect("the child is ours");
            if ended.is_some() {
                self.read_to_the_end();
            }
            if let Some(line) = lines(of).into_iter().find(|l| l.contains(part)) {
                return line;
            }
            if let Some(status) = ended {
                panic!("{} ended with {status} before it said {part:?}\n{}", self.name, self.log());
            }
            if Instant::now() > deadline {
                panic!("{} did not say {part:?} in {limit:?}\n{}", self.name, self.log());
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// All that it wrote until now.
    pub(crate) fn log(&self) -> String {
        format!(
            "--- stdout of {0}\n{1}\n--- stderr of {0}\n{2}",
            self.name,
            self.stdout().join("\n"),
            self.stderr().join("\n")
        )
    }

    /// The lines of standard output until now.
    pub(crate) fn stdout(&self) -> Vec<String> {
        lines(&self.stdout)
    }

    /// The lines of standard error until now.
    pub(crate) fn stderr(&self) -> Vec<String> {
        lines(&self.stderr)
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Still running.
    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("the child is ours").is_none()
    }

    /// Sends SIGTERM.
    pub(crate) fn terminate(&mut self) {
        self.signal(rustix::process::Signal::TERM);
    }

    /// Sends a signal, unless it has ended.
    pub(crate) fn signal(&mut self, signal: rustix::process::Signal) {
        if self.is_running() {
            let pid = rustix::process::Pid::from_child(&self.child);
            rustix::process::kill_process(pid, signal).expect("the child is ours and not waited for");
        }
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// When time is up.
    #[track_caller]
    pub(crate) fn wait_for_end(&mut self, limit: Duration) -> ExitStatus {
        let what = format!("the end of {}", self.name);
        let status = eventually(&what, limit, || self.child.try_wait().expect("the child is ours"));
        self.read_to_the_end();
        status
    }

    /// Waits until all is read that it wrote before it ended; not for ever, because it may have left a process behind
    /// that keeps its output open.
    fn read_to_the_end(&self) {
        let deadline = Instant::now() + Duration::from_secs(5);
        let open = || [&self.stdout, &self.stderr].iter().any(|output| !output.ended.load(Ordering::Acquire));
        while open() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.terminate();
        let deadline = Instant::now() + Duration::from_secs(5);
        while self.is_running() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(10));
        }
        if self.is_running() {
            drop(self.child.kill());
            drop(self.child.wait());
        }
    }
}

/// The Debian package of a program.
fn package(program: &str) -> &str {
    PACKAGES.iter().find(|(name, _)| *name == program).map_or(program, |(_, package)| package)
}

#[track_caller]
fn spawn(command: &mut Command) -> Child {
    // Debian keeps servers in /usr/sbin, which is not on every user's path.
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{path}:/usr/sbin:/sbin"));
    match command.spawn() {
        Ok(child) => child,
        Err(e) => {
            let program = command.get_program().to_string_lossy().into_owned();
            if e.kind() == ErrorKind::NotFound {
                panic!("{program} is not installed: Debian package {}", package(&program));
            }
            panic!("{program} does not start: {e}");
        }
    }
}

fn collect(mut from: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut octets = Vec::new();
        drop(from.read_to_end(&mut octets));
        octets
    })
}

fn text(octets: thread::Result<Vec<u8>>) -> String {
    String::from_utf8_lossy(&octets.expect("the reader does not panic")).into_owned()
}

fn follow(from: impl Read + Send + 'static) -> Lines {
    let kept = Lines::default();
    let into = Arc::clone(&kept);
    thread::spawn(move || {
        for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned();
            into.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
        into.ended.store(true, Ordering::Release);
    });
    kept
}

fn lines(of: &Lines) -> Vec<String> {
    of.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
}
