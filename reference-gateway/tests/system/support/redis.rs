//! A real Redis server that keeps nothing.

use super::process::{Background, run};
use super::{START_LIMIT, free_port};
use std::process::Command;

/// A running server. Gets SIGTERM when dropped.
pub(crate) struct Redis {
    pub(crate) port: u16,
    process: Background,
}

impl Redis {
    #[track_caller]
    pub(crate) fn start() -> Self {
        Self::start_on(free_port())
    }

    #[track_caller]
    pub(crate) fn start_on(port: u16) -> Self {
        let mut command = Command::new("redis-server");
        let port_text = port.to_string();
        command.args(["--port", &port_text, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
        let mut process = Background::start(&mut command);
        process.wait_for_line("Ready to accept connections", START_LIMIT);
        Self { port, process }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// The lines of `[store]`.
    pub(crate) fn store(&self) -> String {
        format!("redis = \"{}\"", self.url())
    }

    /// Asks it something with its own client.
    #[track_caller]
    pub(crate) fn cli(&self, words: &[&str]) -> String {
        let port = self.port.to_string();
        let done = run("redis-cli", &[&["-p", &port], words].concat());
        assert_eq!(done.code(), 0, "{done:?}");
        done.stdout
    }

    pub(crate) fn stop(mut self) -> u16 {
        self.process.terminate();
        self.process.wait_for_end(START_LIMIT);
        self.port
    }
}
