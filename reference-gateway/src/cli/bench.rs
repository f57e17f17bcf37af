//! `fonap bench`: load tests.

use super::{DONE, FAILED, block_on, complain, say, start_log, write_out};
use crate::bench::gateway::Plan;
use crate::bench::process::Process;
use crate::bench::serve;
use crate::heartbeat_server::load::{self, Device, Outcome};
use clap::{Args, Subcommand};
use heartbeat::{Key, Mac};
use serde_json::json;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
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
    /// A gateway, with many clients that are redirected and log in
    ///
    /// Measures redirects beside a bare hyper server, logins beside the RADIUS exchange in them, through the embedded
    /// RADIUS server and through FreeRADIUS if that is installed, and memory. All of it runs on loopback.
    Gateway(Hotspot),
    /// A gateway for a long time, with faults, and an account of every session
    ///
    /// Guests log in, stay and log off; the RADIUS server goes away for a while, and the gateway reads its configuration
    /// again. Fails if an accounting record is lost, a login fails or the gateway's memory grows.
    Soak(Soak),
    #[command(hide = true)]
    Hello,
    #[command(hide = true)]
    Radius,
}

#[derive(Args)]
struct Hotspot {
    /// How many sessions at the same time
    #[arg(long, value_name = "COUNT", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(500..=90_000))]
    sessions: u64,
    /// For how long redirects are asked for, from each server
    #[arg(long = "for", value_name = "SECONDS", default_value_t = 5)]
    seconds: u32,
    /// Leave FreeRADIUS out
    #[arg(long)]
    no_freeradius: bool,
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
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

#[derive(Args)]
struct Soak {
    /// How many guests
    #[arg(long, value_name = "COUNT", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..=90_000))]
    sessions: u64,
    /// For how long
    #[arg(long = "for", value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(10..))]
    seconds: u32,
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: Arguments) -> u8 {
    let listens = |address| say(format_args!("ready: {address}"));
    let outcome = match arguments.kind {
        Kind::Heartbeat(arguments) => heartbeat(&arguments),
        Kind::Gateway(arguments) => gateway(&arguments),
        Kind::Soak(arguments) => soak(&arguments),
        Kind::Hello => block_on(serve::hello(listens)).and_then(|end| end).map(|()| true),
        Kind::Radius => block_on(serve::radius(listens)).and_then(|end| end).map(|()| true),
    };
    match outcome {
        Ok(true) => DONE,
        Ok(false) => FAILED,
        Err(error) => {
            complain(error);
            FAILED
        }
    }
}

/// Whether anything was measured.
fn gateway(arguments: &Hotspot) -> Result<bool, String> {
    let plan = Plan {
        sessions: arguments.sessions,
        duration: Duration::from_secs(arguments.seconds.into()),
        freeradius: !arguments.no_freeradius,
    };
    start_log("warn");
    let outcome = block_on(crate::bench::gateway::run(&plan))??;
    if arguments.json {
        say(outcome.json());
    } else {
        write_out(&outcome);
    }
    let failed = outcome.redirects.failed + outcome.logins.iter().map(|l| l.many.failed).sum::<u64>();
    Ok(failed == 0)
}

/// Whether nothing was lost.
fn soak(arguments: &Soak) -> Result<bool, String> {
    let plan = crate::bench::soak::Plan {
        sessions: arguments.sessions,
        duration: Duration::from_secs(arguments.seconds.into()),
    };
    start_log("warn");
    let outcome = block_on(crate::bench::soak::run(plan))??;
    if arguments.json {
        say(outcome.json());
    } else {
        write_out(&outcome);
    }
    Ok(outcome.is_good())
}

/// Whether any heartbeat was answered.
fn heartbeat(arguments: &Heartbeat) -> Result<bool, String> {
    let plan = |server| load::Plan {
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
    let server = Process::start(&[
        "heartbeat-server".as_ref(),
        "--listen=127.0.0.1:0".as_ref(),
        "--log=none".as_ref(),
        "--json".as_ref(),
        "--suffix".as_ref(),
        arguments.suffix.as_ref(),
        "--keys".as_ref(),
        keys.0.as_os_str(),
    ])?;
    let ready: Option<serde_json::Value> = serde_json::from_str(&server.ready).ok();
    let address = ready.and_then(|ready| ready.get("address")?.as_str()?.parse().ok());
    let address = address.ok_or("cannot start the server: it did not say where it listens")?;
    let before = server.processor_time();
    let outcome = load::run(&plan(address), &devices, &arguments.suffix)?;
    let used = server.processor_time().zip(before).map(|(after, before)| after.saturating_sub(before));
    let cores = used.map(|used| used.as_secs_f64() / outcome.elapsed.as_secs_f64().max(1e-9));
    drop(server);
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
