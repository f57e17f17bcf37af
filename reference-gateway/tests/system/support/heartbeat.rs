//! A hotspot and its status server.

use super::process::Background;
use super::{FONAP, START_LIMIT};
use heartbeat::exec::TriggerName;
use heartbeat::{Architecture, Host, Identity, Key, Mac, Settings, Version};
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

pub(crate) const MAC: Mac = Mac([0x00, 0x18, 0x84, 0xa0, 0x00, 0x29]);
pub(crate) const KEY: &str = "7ef44706c65938ceb87c814e844679dc5edf1c9c30de4b6d5af4504b4e6a7a8d";

/// A file of the recorded keys.
pub(crate) fn key_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/heartbeat/keys").join(name)
}

/// `fonap heartbeat-server` that knows [`MAC`].
pub(crate) struct StatusServer {
    pub(crate) process: Background,
    pub(crate) address: SocketAddr,
}

impl StatusServer {
    #[track_caller]
    pub(crate) fn start(directory: &Path, more: &[&str]) -> Self {
        let keys = directory.join("keys");
        if !keys.exists() {
            fs::write(&keys, format!("{MAC} {KEY}\n")).expect("a temporary file");
        }
        let mut command = Command::new(FONAP);
        command
            .args(["heartbeat-server", "--listen", "127.0.0.1:0", "--json", "--keys"])
            .arg(&keys)
            .args(more);
        let mut process = Background::start(&mut command);
        let ready = process.wait_for_line("\"ready\"", START_LIMIT);
        let ready: serde_json::Value = serde_json::from_str(&ready).expect("JSON");
        let address = ready["address"].as_str().and_then(|text| text.parse().ok()).expect("an address");
        Self { process, address }
    }

    /// Ends it and gives its numbers.
    #[track_caller]
    pub(crate) fn stats(mut self) -> serde_json::Value {
        self.process.terminate();
        self.process.wait_for_end(START_LIMIT);
        let lines = self.process.stdout();
        let last = lines.iter().rev().find(|line| line.contains("\"stats\"")).expect("it prints its numbers");
        serde_json::from_str::<serde_json::Value>(last).expect("JSON")["stats"].clone()
    }
}

/// A hotspot in a hurry: all periods one second.
pub(crate) fn settings(server: SocketAddr) -> Settings {
    let version = Version { major: 2, minor: 1, micro: 0, revision: 1 };
    let identity = Identity { mac: MAC, version, architecture: Architecture::FONAP };
    let key: Key = KEY.parse().expect("a key");
    let mut settings = Settings::new(identity, key, Host::Literal(server.ip()));
    settings.servers[0].port = server.port();
    settings.period_online = Duration::from_secs(1);
    settings.period_offline = Duration::from_secs(1);
    settings.timeout = Duration::from_millis(400);
    settings.start_delay = Some(Duration::ZERO);
    settings
}

/// Triggers that note in a file what happened.
pub(crate) fn note_changes(settings: &mut Settings, file: &Path) {
    for (name, word) in [(TriggerName::Online, "online"), (TriggerName::Offline, "offline")] {
        settings.triggers.set(name, format!("echo {word} >> {}", file.display()));
    }
}
