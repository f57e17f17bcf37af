//! The institution of the repository, and `fonap discover` against it.

use super::http::{Answer, curl};
use super::process::{Background, Finished, finish};
use super::{FONAP, START_LIMIT, eventually};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A running institution, and the folders of the user who asks it.
pub(crate) struct Institution {
    server: Background,
    pub(crate) base: String,
    pub(crate) folder: TempDir,
}

impl Institution {
    /// Starts it with these options.
    #[track_caller]
    pub(crate) fn start(options: &[&str]) -> Self {
        let mut command = Command::new(FONAP);
        command.args(["institution", "--listen", "127.0.0.1:0"]).args(options);
        let mut server = Background::start(&mut command);
        let ready = server.wait_for_line("ready: institution ", START_LIMIT);
        let base = ready.rsplit(' ').next().expect("a line has an end").to_owned();
        Self { server, base, folder: TempDir::with_prefix("fonap-discover-").expect("a temporary folder") }
    }

    /// Starts it again with other options on the same port: for the user it is the same channel.
    #[track_caller]
    pub(crate) fn restart(&mut self, options: &[&str]) {
        self.stop();
        let listen = self.base.trim_start_matches("http://").to_owned();
        let mut command = Command::new(FONAP);
        command.args(["institution", "--listen", &listen]).args(options);
        self.server = Background::start(&mut command);
        self.server.wait_for_line("ready: institution ", START_LIMIT);
    }

    /// Ends it.
    #[track_caller]
    pub(crate) fn stop(&mut self) {
        self.server.terminate();
        self.server.wait_for_end(START_LIMIT);
    }

    /// How many requests it answered that way, such as `POST /oauth/token/ 200`.
    pub(crate) fn answered(&self, what: &str) -> usize {
        self.server.stdout().iter().filter(|line| *line == what).count()
    }

    /// A file of the user.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The command line of `fonap discover` for the user.
    pub(crate) fn command(&self, list: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(FONAP);
        command
            .args(["discover", "--allow-loopback-http", "--no-browser", "--url"])
            .arg(format!("{}{list}", self.base))
            .args(arguments)
            .env("XDG_CACHE_HOME", self.file("cache"))
            .env("XDG_STATE_HOME", self.file("state"))
            .env("LANG", "C")
            .env_remove("LANGUAGE")
            .env_remove("LC_ALL")
            .env_remove("LC_MESSAGES")
            .env_remove("FONAP_PASSWORD")
            .env_remove("SSL_CERT_FILE")
            .env_remove("SSL_CERT_DIR")
            .current_dir(self.folder.path());
        command
    }

    /// Runs `fonap discover` to its end.
    #[track_caller]
    pub(crate) fn discover(&self, arguments: &[&str]) -> Finished {
        self.discover_in("/v1/discovery.json", arguments)
    }

    /// The same with another list.
    #[track_caller]
    pub(crate) fn discover_in(&self, list: &str, arguments: &[&str]) -> Finished {
        finish(&mut self.command(list, arguments), b"")
    }

    /// Starts `fonap discover --get`, and returns it with the address that the browser is to open.
    #[track_caller]
    pub(crate) fn sign_in(&self, list: &str, arguments: &[&str]) -> (Background, String) {
        let mut running = Background::start(&mut self.command(list, arguments));
        let address = running.wait_for_error("/oauth/authorize/", START_LIMIT);
        (running, address)
    }
}

/// What a browser does whose user presses a button: shows the page, sends its form, and follows the way back. Returns
/// the answers of the institution and of the program.
#[track_caller]
pub(crate) fn press(address: &str, approve: &str) -> (Answer, Answer) {
    let page = curl(address, &[]);
    assert_eq!(page.status, 200, "{page:?}");
    let (endpoint, query) = address.split_once('?').expect("an authorization request has a query");
    let form = format!("{query}&approve={approve}");
    let sent = curl(endpoint, &["--data", &form]);
    let back = curl(sent.location().as_str(), &[]);
    (sent, back)
}

/// Waits for the end of a program and returns its status.
#[track_caller]
pub(crate) fn ended(running: &mut Background) -> Option<i32> {
    running.wait_for_end(START_LIMIT).code()
}

/// A file that was written, once it is there.
#[track_caller]
pub(crate) fn written(path: &Path) -> String {
    eventually(&path.display().to_string(), START_LIMIT, || std::fs::read_to_string(path).ok())
}
