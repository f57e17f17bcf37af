//! `fonap heartbeat-server`: a status server.

use super::{DONE, FAILED, USAGE, block_on, complain, say, start_log};
use crate::heartbeat_server::keys::Directory;
use crate::heartbeat_server::signer::PrivateKey;
use crate::heartbeat_server::{Notice, Orders, Server, Stats};
use clap::{Args, ValueEnum};
use heartbeat::server::{Answered, Handled, Rate, ServerSettings};
use serde_json::json;
use std::fs;
use std::io::{BufWriter, Write, stdout};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

/// Answer heartbeats from a key file
///
/// The status server of hotspots that run fonsmcd, for development and for operators who run their own. The key file has
/// one device a line: MAC and KEY (64 hexadecimal digits), then any of current=KEY, auth_filler and nop_tag. Instructions
/// are MAC, CODE (1 to 255) and data, one a line; each is sent once, signed with the RSA key. SIGHUP reads the files
/// again and adds the instructions; SIGUSR1 prints the statistics.
#[derive(Args)]
pub(super) struct Arguments {
    /// Where to listen; [::]:53 serves IPv4 and IPv6
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:53")]
    listen: SocketAddr,
    /// The key file
    #[arg(long, value_name = "FILE")]
    keys: PathBuf,
    /// The RSA private key, PKCS#1 or PKCS#8, for instructions
    #[arg(long, value_name = "FILE")]
    rsa_key: Option<PathBuf>,
    /// Instructions to be sent once to each device
    #[arg(long, value_name = "FILE", requires = "rsa_key")]
    instructions: Option<PathBuf>,
    /// What follows the label in names that are ours
    #[arg(long, value_name = "TEXT", default_value = ".sm.fon.com")]
    suffix: String,
    /// A query that comes again so soon gets the very same answer again
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    duplicate_window: u32,
    /// Refuse a transaction id that comes again later than that, but within this time
    #[arg(long, value_name = "SECONDS")]
    replay_window: Option<u32>,
    /// How many queries a device may send, such as 5/60 for five a minute
    #[arg(long, value_name = "COUNT/SECONDS", value_parser = rate)]
    device_rate: Option<Rate>,
    /// How many datagrams an address (IPv6: a network of 64 bits) may send; beware of resolvers that ask for many
    #[arg(long, value_name = "COUNT/SECONDS", value_parser = rate)]
    source_rate: Option<Rate>,
    /// How many devices' key schedules are kept; by default as many as the key file has
    #[arg(long, value_name = "COUNT")]
    cache: Option<usize>,
    /// What to print a line for
    #[arg(long, value_enum, default_value_t = Which::All)]
    log: Which,
    /// Print statistics every so many seconds
    #[arg(long, value_name = "SECONDS")]
    stats: Option<u32>,
    /// Print JSON for programs, one object a line
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    /// Every datagram
    All,
    /// What is refused or dropped
    Refused,
    /// Nothing
    None,
}

fn rate(text: &str) -> Result<Rate, String> {
    let (count, seconds) = text.split_once('/').ok_or("expected COUNT/SECONDS")?;
    let positive = |text: &str| text.parse::<u32>().ok().filter(|&number| number > 0);
    match (positive(count), positive(seconds)) {
        (Some(burst), Some(seconds)) => {
            Ok(Rate { interval: Duration::from_secs(seconds.into()) / burst, burst })
        }
        _ => Err("expected two numbers above zero".to_owned()),
    }
}

pub(super) fn run(arguments: Arguments) -> u8 {
    start_log("warn");
    let directory = match directory(&arguments) {
        Ok(directory) => directory,
        Err(error) => {
            complain(error);
            return USAGE;
        }
    };
    match serve(arguments, directory) {
        Ok(()) => DONE,
        Err(error) => {
            complain(error);
            FAILED
        }
    }
}

fn directory(arguments: &Arguments) -> Result<Directory, String> {
    let read = |path: &Path| {
        fs::read_to_string(path).map(Zeroizing::new).map_err(|error| format!("{}: {error}", path.display()))
    };
    let mut directory = Directory::parse(&read(&arguments.keys)?)
        .map_err(|e| format!("{}: {e}", arguments.keys.display()))?;
    if let Some(path) = &arguments.instructions {
        directory.instruct(&read(path)?).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(directory)
}

fn settings(arguments: &Arguments, devices: usize) -> ServerSettings {
    let seconds = |seconds: u32| Duration::from_secs(seconds.into());
    let mut settings = ServerSettings::new(arguments.suffix.as_str());
    settings.cached_devices = arguments.cache.unwrap_or_else(|| devices.max(settings.cached_devices));
    settings.duplicate_window = seconds(arguments.duplicate_window);
    settings.replay_window = arguments.replay_window.map(seconds);
    settings.device_rate = arguments.device_rate;
    settings.source_rate = arguments.source_rate;
    settings
}

fn serve(arguments: Arguments, directory: Directory) -> Result<(), String> {
    let signer = match &arguments.rsa_key {
        None => None,
        Some(path) => {
            let named = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
            let file = fs::read(path).map(Zeroizing::new).map_err(|error| named(&error))?;
            Some(PrivateKey::from_file(&file).map_err(|error| named(&error))?)
        }
    };
    let (devices, waiting) = (directory.len(), directory.waiting());
    let mut server = Server::bind(arguments.listen, settings(&arguments, devices), directory, signer)?;
    let address = server.address()?;
    if arguments.json {
        say(
            json!({"event": "ready", "address": address.to_string(), "devices": devices, "instructions": waiting}),
        );
    } else {
        say(format_args!("ready: heartbeats {address}, {devices} devices, {waiting} instructions"));
    }
    let orders = Arc::new(Orders::default());
    let (ended, end) = oneshot::channel();
    let mut log = Log::new(&arguments);
    let engine = thread::spawn({
        let orders = Arc::clone(&orders);
        move || {
            let outcome = server.serve(&orders, |notice| match notice {
                Notice::Handled(from, handled) => log.line(from, handled),
                Notice::Batch { stats, asked } => log.flush(stats, asked),
            });
            log.flush(server.stats(), true);
            let _ = ended.send(());
            outcome
        }
    });
    block_on(watch(&arguments, &orders, end))??;
    engine.join().map_err(|_| "the server panicked".to_owned())?
}

/// Passes signals on until the server is to end, or has.
async fn watch(arguments: &Arguments, orders: &Orders, mut end: oneshot::Receiver<()>) -> Result<(), String> {
    let on = |kind| signal(kind).map_err(|error| format!("signals: {error}"));
    let (mut interrupt, mut terminate) = (on(SignalKind::interrupt())?, on(SignalKind::terminate())?);
    let (mut reload, mut report) = (on(SignalKind::hangup())?, on(SignalKind::user_defined1())?);
    loop {
        tokio::select! {
            _ = &mut end => return Ok(()),
            _ = interrupt.recv() => break,
            _ = terminate.recv() => break,
            _ = report.recv() => orders.report(),
            _ = reload.recv() => match directory(arguments) {
                Ok(directory) => orders.replace(directory),
                Err(error) => tracing::error!("not reloaded, the old keys stay: {error}"),
            },
        }
    }
    orders.stop();
    Ok(())
}

/// Lines for people or programs, written once a batch.
struct Log {
    out: BufWriter<std::io::Stdout>,
    which: Which,
    json: bool,
    every: Option<Duration>,
    last: Instant,
    lines: bool,
}

impl Log {
    fn new(arguments: &Arguments) -> Self {
        let every = arguments.stats.map(|seconds| Duration::from_secs(seconds.into()));
        let Arguments { log: which, json, .. } = *arguments;
        Self { out: BufWriter::new(stdout()), which, json, every, last: Instant::now(), lines: false }
    }

    fn write(&mut self, line: impl std::fmt::Display) {
        // When nobody reads any more, serving goes on.
        let _ = writeln!(self.out, "{line}");
        self.lines = true;
    }

    fn line(&mut self, from: SocketAddr, handled: &Handled) {
        let answered = matches!(handled, Handled::Answered { .. });
        if self.which == Which::None || self.which == Which::Refused && answered {
            return;
        }
        match (handled, self.json) {
            (Handled::Answered { query, answered, .. }, false) => {
                self.write(format_args!("{from} {query} {}", word(*answered)));
            }
            (Handled::Refused { reason, .. }, false) => self.write(format_args!("{from} refused: {reason}")),
            (Handled::Dropped(reason), false) => self.write(format_args!("{from} dropped: {reason}")),
            (Handled::Answered { query, answered, .. }, true) => self.write(json!({
                "event": "answered",
                "from": from.to_string(),
                "mac": query.mac.to_string(),
                "type": query.query_type.log_name(),
                "architecture": query.architecture.0,
                "version": query.version.to_string(),
                "trid": format!("{:08x}", query.trid),
                "retries": query.retries,
                "answer": word(*answered),
            })),
            (Handled::Refused { reason, .. }, true) => {
                let reason = reason.to_string();
                self.write(json!({"event": "refused", "from": from.to_string(), "reason": reason}));
            }
            (Handled::Dropped(reason), true) => {
                let reason = reason.to_string();
                self.write(json!({"event": "dropped", "from": from.to_string(), "reason": reason}));
            }
        }
    }

    fn stats(&mut self, stats: &Stats) {
        if self.json {
            self.write(json!({"event": "stats", "stats": stats.json()}));
        } else {
            self.write(stats);
        }
    }

    fn flush(&mut self, stats: &Stats, asked: bool) {
        if asked || self.every.is_some_and(|every| self.last.elapsed() >= every) {
            self.last = Instant::now();
            self.stats(stats);
        }
        if std::mem::take(&mut self.lines) {
            let _ = self.out.flush();
        }
    }
}

const fn word(answered: Answered) -> &'static str {
    match answered {
        Answered::Nop => "nop",
        Answered::Regular => "regular",
        Answered::NopInstead(_) => "nop instead",
        _ => "again",
    }
}
