//! A terminal with a person at it: `script` makes it, the test types.

use super::process::{Finished, finish};
use super::{START_LIMIT, eventually};
use std::io::{Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

/// A program on a terminal of its own.
pub(crate) struct Terminal {
    child: Child,
    keyboard: ChildStdin,
    screen: Arc<Mutex<Vec<u8>>>,
    /// Where on the screen the last thing waited for ends.
    seen: usize,
    device: String,
}

impl Terminal {
    /// Starts a command; its standard streams are the terminal.
    #[track_caller]
    pub(crate) fn start(command: &Command) -> Self {
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        let words: Vec<String> =
            words.map(|word| format!("'{}'", word.to_string_lossy().replace('\'', "'\\''"))).collect();
        let mut script = Command::new("script");
        script.args(["-q", "-e", "-f", "-c"]).arg(format!("tty; exec {}", words.join(" "))).arg("/dev/null");
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => script.env(name, value),
                None => script.env_remove(name),
            };
        }
        if let Some(folder) = command.get_current_dir() {
            script.current_dir(folder);
        }
        script.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = script.spawn().expect("script is part of every Debian (bsdutils)");
        let keyboard = child.stdin.take().expect("stdin is piped");
        let mut stdout = child.stdout.take().expect("stdout is piped");
        let screen = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&screen);
        std::thread::spawn(move || {
            let mut piece = [0; 1024];
            while let Ok(len @ 1..) = stdout.read(&mut piece) {
                into.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&piece[..len]);
            }
        });
        let mut terminal = Self { child, keyboard, screen, seen: 0, device: String::new() };
        terminal.wait_for("\n");
        terminal.device = terminal.screen().lines().next().expect("tty names the device").trim().to_owned();
        terminal
    }

    /// All that was ever on the screen.
    pub(crate) fn screen(&self) -> String {
        String::from_utf8_lossy(&self.screen.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    /// Waits until something new on the screen holds `part`.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, part: &str) {
        let seen = self.seen;
        let found = eventually(&format!("{part:?} on the screen"), START_LIMIT, || {
            let screen = self.screen.lock().unwrap_or_else(PoisonError::into_inner);
            let fresh = screen.get(seen..).unwrap_or_default();
            fresh.windows(part.len()).position(|piece| piece == part.as_bytes())
        });
        self.seen = seen + found + part.len();
    }

    /// Types a line.
    #[track_caller]
    pub(crate) fn enter(&mut self, line: &str) {
        self.keyboard.write_all(format!("{line}\n").as_bytes()).expect("the terminal is open");
    }

    /// Types a line once the terminal has stopped to show what is typed.
    #[track_caller]
    pub(crate) fn enter_hidden(&mut self, line: &str) {
        eventually("the terminal without echo", START_LIMIT, || {
            let Finished { stdout, .. } = finish(Command::new("stty").args(["-a", "-F", &self.device]), b"");
            stdout.split_whitespace().any(|word| word == "-echo").then_some(())
        });
        self.enter(line);
    }

    /// Waits for the end of the program and returns its status.
    #[track_caller]
    pub(crate) fn ended(&mut self) -> Option<i32> {
        let status = eventually("the end of the program", START_LIMIT, || {
            self.child.try_wait().expect("the child is ours")
        });
        status.code()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
