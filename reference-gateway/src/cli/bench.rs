//! `fonap bench`: load tests.

use super::{DONE, FAILED, complain, say};
use crate::heartbeat_server::load::{self, Device, Outcome, Plan};
use clap::{Args, Subcommand};
use heartbeat::{Key, Mac};
use serde_json::json;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Put a server under load and report what it bears
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Subcommand)]
enum Kind {
    /// A status server, with many hotspots' heartbeats
    ///
    /// Every query is encrypted anew and every answer is checked as a hotspot checks it. Without --server a
    /// `fonap heartbeat-server` of one thread is started on loopback for the time of the test, and its use of the
    /// processor is reported too.
    Heartbeat(Heartbeat),
}

#[derive(Args)]
struct Heartbeat {
    /// The server; needs its key file
    #[arg(long, value_name = "ADDRESS:PORT", requires = "keys")]
    server: Option<SocketAddr>,
    /// The server's key file: its devices are played
    #[arg(long, value_name = "FILE", requires = "server")]
    keys: Option<PathBuf>,
    /// What follows the label
    #[arg(long, value_name = "TEXT", default_value = ".sm.fon.com")]
    suffix: String,
    /// How many hotspots are played
    #[arg(long, value_name = "COUNT", default_value_t = 10_000, conflicts_with = "keys")]
    devices: u32,
    /// For how long
    #[arg(long, value_name = "SECONDS", default_value_t = 5)]
    seconds: u32,
    /// Heartbeats a second; by default as many as are answered
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    rate: Option<u32>,
    /// How many heartbeats may wait for their answer at a time
    #[arg(long, value_name = "COUNT", default_value_t = 256)]
    window: usize,
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: Arguments) -> u8 {
    let Kind::Heartbeat(arguments) = arguments.kind;
    match heartbeat(&arguments) {
        Ok(true) => DONE,
        Ok(false) => FAILED,
        Err(error) => {
            complain(error);
            FAILED
        }
    }
}

/// Whether any heartbeat was answered.
fn heartbeat(arguments: &Heartbeat) -> Result<bool, String> {
    let plan = |server| Plan {
        server,
        duration: Duration::from_secs(arguments.seconds.into()),
        rate: arguments.rate,
        window: arguments.window,
    };
    if let (Some(server), Some(keys)) = (arguments.server, &arguments.keys) {
        let devices = played(keys)?;
        let outcome = load::run(&plan(server), &devices, &arguments.suffix)?;
        report(&outcome, None, arguments.json);
        return Ok(outcome.answered > 0);
    }
    let (devices, file) = load::devices(arguments.devices.max(1));
    let keys = KeyFile::write(&file)?;
    let mut server = OwnServer::start(&keys.0, &arguments.suffix)?;
    let before = server.processor_time();
    let outcome = load::run(&plan(server.address), &devices, &arguments.suffix)?;
    let used = server.processor_time().zip(before).map(|(after, before)| after.saturating_sub(before));
    let cores = used.map(|used| used.as_secs_f64() / outcome.elapsed.as_secs_f64().max(1e-9));
    server.stop();
    report(&outcome, cores, arguments.json);
    Ok(outcome.answered > 0)
}

fn report(outcome: &Outcome, cores: Option<f64>, json: bool) {
    if json {
        say(json!({"outcome": outcome.json(), "server_cores": cores}));
    } else {
        say(outcome);
        if let Some(cores) = cores {
            let per_core = outcome.rate() / cores.max(1e-9);
            say(format_args!("the server used {cores:.2} cores: {per_core:.0} heartbeats/s per core"));
        }
    }
}

/// The devices of a key file, with their current keys.
fn played(path: &Path) -> Result<Vec<Device>, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let device = |line: &str| {
        let mut words = line.split_whitespace();
        let mac: Mac = words.next()?.parse().ok()?;
        let first = words.next()?;
        let key: Key = words.find_map(|word| word.strip_prefix("current=")).unwrap_or(first).parse().ok()?;
        Some(Device::new(mac, &key))
    };
    let devices: Vec<Device> = text.lines().filter_map(device).collect();
    if devices.is_empty() { Err(format!("{}: no device in it", path.display())) } else { Ok(devices) }
}

/// A key file of our own. Removed when dropped.
struct KeyFile(PathBuf);

impl KeyFile {
    fn write(text: &str) -> Result<Self, String> {
        use std::io::Write as _;
        use std::os::unix::fs::OpenOptionsExt as _;
        let path = std::env::temp_dir().join(format!("fonap-bench-{}.keys", std::process::id()));
        let refused = |error| format!("{}: {error}", path.display());
        let mut file =
            fs::File::options().write(true).create_new(true).mode(0o600).open(&path).map_err(refused)?;
        let written = Self(path.clone());
        file.write_all(text.as_bytes()).map_err(refused)?;
        Ok(written)
    }
}

impl Drop for KeyFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// `fonap heartbeat-server` as a process of its own, as it would run.
struct OwnServer {
    child: Child,
    address: SocketAddr,
}

impl OwnServer {
    fn start(keys: &Path, suffix: &str) -> Result<Self, String> {
        let refused = |error: &dyn std::fmt::Display| format!("cannot start the server: {error}");
        let program = std::env::current_exe().map_err(|error| refused(&error))?;
        let mut command = Command::new(program);
        command.args([
            "heartbeat-server",
            "--listen",
            "127.0.0.1:0",
            "--log",
            "none",
            "--json",
            "--suffix",
            suffix,
        ]);
        command.arg("--keys").arg(keys).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| refused(&error))?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut line).map_err(|error| refused(&error))?;
        }
        let ready: Option<serde_json::Value> = serde_json::from_str(&line).ok();
        let address = ready.and_then(|ready| ready.get("address")?.as_str()?.parse().ok());
        let Some(address) = address else {
            let _ = child.kill();
            return Err(refused(&"it did not say where it listens"));
        };
        Ok(Self { child, address })
    }

    /// What it has used so far of all processors, user and system.
    fn processor_time(&self) -> Option<Duration> {
        // proc(5): utime and stime are fields 14 and 15; the second one, the name, may have blanks but ends with ')'.
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
        let ticks: u64 = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
        // Linux counts in hundredths of a second here, on every architecture.
        Some(Duration::from_millis(ticks * 10))
    }

    fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        self.stop();
    }
}
