//! Programs of other makers.

use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a program may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

/// A program that has ended.
pub(crate) struct Finished {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Debian keeps servers where users do not look.
fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.env("PATH", format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default()));
    command
}

/// Runs a program to its end.
///
/// # Panics
/// When it is not installed.
pub(crate) fn run(program: &str, package: &str, words: &[&str], input: &[u8]) -> Finished {
    let mut child = command(program)
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|e| panic!("{program}: {e}; it is in the Debian package {package}"));
    // A program may end without reading its input.
    let _ = child.stdin.take().expect("piped").write_all(input);
    let output = child.wait_with_output().expect("it ends");
    Finished {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A program in the background, ended when dropped.
pub(crate) struct Peer {
    child: Child,
    log: Arc<Mutex<String>>,
}

impl Peer {
    /// Starts it.
    ///
    /// # Panics
    /// When it is not installed.
    pub(crate) fn start(program: &str, package: &str, words: &[&str]) -> Self {
        let mut child = command(program)
            .args(words)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|e| panic!("{program}: {e}; it is in the Debian package {package}"));
        let log = Arc::new(Mutex::new(String::new()));
        let streams: [Box<dyn std::io::Read + Send>; 2] =
            [Box::new(child.stdout.take().expect("piped")), Box::new(child.stderr.take().expect("piped"))];
        for mut stream in streams {
            let log = Arc::clone(&log);
            std::thread::spawn(move || {
                let mut buffer = [0; 1024];
                while let Ok(len @ 1..) = stream.read(&mut buffer) {
                    let text = String::from_utf8_lossy(&buffer[..len]).into_owned();
                    log.lock().unwrap_or_else(PoisonError::into_inner).push_str(&text);
                }
            });
        }
        Self { child, log }
    }

    /// Asks again and again, with what it wrote until now.
    ///
    /// # Panics
    /// When there is no answer in time.
    pub(crate) fn wait<T>(&mut self, mut answer: impl FnMut(&str) -> Option<T>) -> T {
        let deadline = Instant::now() + LIMIT;
        loop {
            let log = self.log.lock().unwrap_or_else(PoisonError::into_inner).clone();
            if let Some(found) = answer(&log) {
                return found;
            }
            assert!(Instant::now() < deadline, "no answer in {LIMIT:?}:\n{log}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
