//! `fonap gateway` with a chilli.conf of the test.

use super::freeradius::{FreeRadius, SECRET};
use super::http::{Answer, curl};
use super::process::Background;
use super::{FONAP, START_LIMIT, free_port};
use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// The secret that portal and gateway share.
pub(crate) const UAM_SECRET: &str = "uam secret";

/// The NAS-Identifier of the gateways.
pub(crate) const NAS_ID: &str = "00-18-84-D0-00-CD";

/// A running gateway. Gets SIGTERM when dropped.
pub(crate) struct Gateway {
    /// The port of the HTTP interface.
    pub(crate) port: u16,
    /// The built-in portal, as the gateway says it.
    pub(crate) portal: String,
    process: Background,
    folder: TempDir,
}

impl Gateway {
    /// Starts a gateway on 127.0.0.1 that asks `radius`.
    #[track_caller]
    pub(crate) fn start(radius: &FreeRadius, lines: &[&str]) -> Self {
        Self::start_with_ports(radius.auth_port, radius.acct_port, lines)
    }

    /// Starts a gateway that asks a RADIUS server on these ports of 127.0.0.1. Of an option that stands in `lines`
    /// too, the one in `lines` counts. `{folder}` in a line is the gateway's own temporary folder.
    #[track_caller]
    pub(crate) fn start_with_ports(auth_port: u16, acct_port: u16, lines: &[&str]) -> Self {
        let port = free_port();
        let defaults = [
            "uamlisten 127.0.0.1".to_owned(),
            format!("uamport {port}"),
            "uamuiport 0".to_owned(),
            format!("uamsecret \"{UAM_SECRET}\""),
            "net 127.0.0.0/8".to_owned(),
            "radiusserver1 127.0.0.1".to_owned(),
            format!("radiusauthport {auth_port}"),
            format!("radiusacctport {acct_port}"),
            format!("radiussecret {SECRET}"),
            format!("radiusnasid {NAS_ID}"),
            "radiusretry 1".to_owned(),
            "radiusretrysec 2".to_owned(),
            "radiustimeout 1".to_owned(),
        ];
        let key = |line: &str| line.split(' ').next().map(str::to_owned);
        let mut text = lines.join("\n");
        text.push('\n');
        for line in defaults.iter().filter(|d| !lines.iter().any(|l| key(l) == key(d))) {
            text.push_str(line);
            text.push('\n');
        }
        let folder = TempDir::with_prefix("fonap-gateway-").expect("a temporary folder");
        let file = folder.path().join("chilli.conf");
        let text = text.replace("{folder}", &folder.path().to_string_lossy());
        fs::write(&file, text).expect("the folder is ours");
        let (process, portal) = Self::process(folder.path());
        Self { port, portal, process, folder }
    }

    #[track_caller]
    fn process(folder: &Path) -> (Background, String) {
        let mut command = Command::new(FONAP);
        command.arg("gateway").arg("-c").arg(folder.join("chilli.conf"));
        let mut process = Background::start(&mut command);
        let ready = process.wait_for_line("ready: ", START_LIMIT);
        let portal = ready.split(" portal ").nth(1).unwrap_or_default().trim().to_owned();
        (process, portal)
    }

    /// Its temporary folder, with `chilli.conf` in it.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Changes its configuration file, and asks it to read it again.
    #[track_caller]
    pub(crate) fn reconfigure(&mut self, change: impl FnOnce(String) -> String) {
        let file = self.folder.path().join("chilli.conf");
        let text = fs::read_to_string(&file).expect("the file is ours");
        fs::write(&file, change(text)).expect("the file is ours");
        self.process.signal(rustix::process::Signal::HUP);
    }

    /// Ends it without a warning, as a crash does.
    #[track_caller]
    pub(crate) fn crash(&mut self) {
        self.process.signal(rustix::process::Signal::KILL);
        self.process.wait_for_end(Duration::from_secs(20));
    }

    /// Starts it again after its end.
    #[track_caller]
    pub(crate) fn start_again(&mut self) {
        (self.process, self.portal) = Self::process(self.folder.path());
    }

    /// Waits until its log says something.
    #[track_caller]
    pub(crate) fn wait_for_log(&self, part: &str) {
        super::eventually(&format!("{part:?} in the log"), Duration::from_secs(60), || {
            self.process.stderr().iter().any(|line| line.contains(part)).then_some(())
        });
    }

    /// The address of a path on the gateway.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// What a client gets that opens a page of some other host: the gateway's answer.
    #[track_caller]
    pub(crate) fn hijacked(&self, client: Ipv4Addr) -> Answer {
        self.get_as(client, "/some/page?q=1", &["--header", "Host: www.example.org"])
    }

    /// A GET from 127.0.0.1.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Answer {
        curl(&self.url(path), &[])
    }

    /// A GET from a loopback address, with further arguments for curl.
    #[track_caller]
    pub(crate) fn get_as(&self, client: Ipv4Addr, path: &str, arguments: &[&str]) -> Answer {
        let client = client.to_string();
        let mut all = vec!["--interface", client.as_str()];
        all.extend(arguments);
        curl(&self.url(path), &all)
    }

    /// What the gateway wrote until now.
    pub(crate) fn log(&self) -> String {
        self.process.log()
    }

    /// Still running.
    pub(crate) fn is_running(&mut self) -> bool {
        self.process.is_running()
    }

    /// Sends SIGTERM, waits for the end and returns the exit status.
    #[track_caller]
    pub(crate) fn stop(&mut self) -> Option<i32> {
        self.process.terminate();
        self.process.wait_for_end(Duration::from_secs(20)).code()
    }
}
