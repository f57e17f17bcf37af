//! `fonap bench gateway`: redirects, logins and memory of a gateway, each beside what it costs alone.

use super::client::{self, RADIUS_SECRET, UAM_SECRET, address, exchange, many};
use super::freeradius::{self, Work};
use super::process::Process;
use super::stats::Stats;
use serde_json::{Value, json};
use std::fmt;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket as StdUdpSocket};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::UdpSocket;

/// Clients that have been seen before memory is looked at.
const WARM: u64 = 64;
/// Requests at a time.
const AT_A_TIME: usize = 64;
/// Logins one after the other.
const ONE_BY_ONE: u64 = 200;

/// What to measure.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How many sessions at the same time.
    pub sessions: u64,
    /// For how long redirects are asked for.
    pub duration: Duration,
    /// Whether a FreeRADIUS is used too.
    pub freeradius: bool,
}

/// What was measured with one RADIUS server.
#[derive(Debug)]
pub struct Logins {
    /// Which server.
    pub server: &'static str,
    /// Logins, many at a time.
    pub many: Stats,
    /// How much of a processor the gateway used meanwhile.
    pub processor: f64,
    /// What of that the thread used that answers; the rest is the journal's.
    pub answering: f64,
    /// How much of a processor the RADIUS server used meanwhile.
    pub radius_processor: f64,
    /// Exchanges with that server without a gateway, as many at a time.
    pub bare: Stats,
    /// Logins one after the other: the request that carries the password.
    pub single: Stats,
    /// Exchanges without a gateway, one after the other.
    pub bare_single: Stats,
    /// Octets of memory with all sessions.
    pub resident: u64,
    /// Octets of memory of each session.
    pub per_session: f64,
}

impl Logins {
    /// Microseconds of a processor that a login costs whoever used this share of one.
    #[must_use]
    pub fn cost(&self, share: f64) -> f64 {
        let made = u32::try_from(self.many.count()).unwrap_or(u32::MAX).max(1);
        share * self.many.elapsed.as_secs_f64() * 1e6 / f64::from(made)
    }

    /// Milliseconds that a login takes beyond the RADIUS exchange in it.
    #[must_use]
    pub fn beyond(&self) -> f64 {
        (self.single.quantile(500).as_secs_f64() - self.bare_single.quantile(500).as_secs_f64()) * 1000.0
    }
}

/// What was measured.
#[derive(Debug)]
pub struct Outcome {
    /// Octets of memory before the first client.
    pub idle: u64,
    /// Those of them that are no pages of program files.
    pub idle_own: u64,
    /// First redirects.
    pub redirects: Stats,
    /// The same requests to a bare hyper server.
    pub hello: Stats,
    /// Microseconds of a processor for a redirect, and for an answer of the bare server.
    pub cost: (f64, f64),
    /// With each RADIUS server.
    pub logins: Vec<Logins>,
    /// What could not be measured.
    pub skipped: Vec<&'static str>,
}

impl Outcome {
    /// How many times faster the bare server is.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        self.hello.rate() / self.redirects.rate().max(1e-9)
    }

    /// For programs. Memory is in octets.
    #[must_use]
    pub fn json(&self) -> Value {
        let logins: Vec<Value> = self
            .logins
            .iter()
            .map(|l| {
                json!({
                    "radius": l.server, "logins": l.many.json(), "processor": l.processor,
                    "radius_processor": l.radius_processor,
                    "cost_us": [l.cost(l.processor), l.cost(l.radius_processor)],
                    "answering_us": l.cost(l.answering), "bare": l.bare.json(),
                    "single": l.single.json(), "bare_single": l.bare_single.json(), "beyond_ms": l.beyond(),
                    "resident": l.resident, "per_session": l.per_session,
                })
            })
            .collect();
        json!({
            "idle": self.idle, "idle_own": self.idle_own, "cost_us": [self.cost.0, self.cost.1], "redirects": self.redirects.json(), "hello": self.hello.json(),
            "ratio": self.ratio(), "logins": logins, "skipped": self.skipped,
        })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (idle, own) = (self.idle / 1024, self.idle_own / 1024);
        writeln!(f, "memory idle                 {idle:8} kB, {own} kB without pages of program files")?;
        writeln!(f, "redirects                   {}", self.redirects)?;
        writeln!(f, "bare hyper hello            {}", self.hello)?;
        let (ours, bare) = self.cost;
        writeln!(f, "  the bare server is {:.2} times as fast", self.ratio())?;
        writeln!(f, "  of a processor: {ours:.1} us a redirect, {bare:.1} us an answer of the bare server")?;
        for l in &self.logins {
            writeln!(f, "with {}:", l.server)?;
            writeln!(f, "  logins                    {}", l.many)?;
            let (gateway, radius) = (l.processor, l.radius_processor);
            writeln!(f, "    the gateway used {gateway:.2} of a processor, the RADIUS server {radius:.2}")?;
            let [gateway, answering, radius] = [gateway, l.answering, radius].map(|share| l.cost(share));
            writeln!(
                f,
                "    of a processor for a login: {gateway:.0} us, {answering:.0} of them in the thread that answers, \
                 the RADIUS server {radius:.0} us"
            )?;
            writeln!(f, "  bare RADIUS exchanges     {}", l.bare)?;
            writeln!(f, "  one login after another   {}", l.single)?;
            writeln!(f, "  one exchange after another{}", l.bare_single)?;
            writeln!(f, "    a login takes {:.2} ms beyond its RADIUS exchange", l.beyond())?;
            writeln!(
                f,
                "  memory with {} sessions: {} kB, {:.0} octets each",
                l.many.count(),
                l.resident / 1024,
                l.per_session
            )?;
        }
        for skipped in &self.skipped {
            writeln!(f, "skipped: {skipped}")?;
        }
        Ok(())
    }
}

/// Measures all of it.
///
/// # Errors
/// When a server does not start.
pub async fn run(plan: &Plan) -> Result<Outcome, String> {
    let folder = Folder::make()?;
    let mut outcome = Outcome {
        idle: 0,
        idle_own: 0,
        cost: (0.0, 0.0),
        redirects: Stats::default(),
        hello: Stats::default(),
        logins: Vec::new(),
        skipped: Vec::new(),
    };
    let radius = Process::start(&["bench", "radius"])?;
    let port = said(&radius)?.port();
    {
        let gateway = start_gateway(&folder.0, (port, port), &[])?;
        let server = said(&gateway)?;
        tokio::time::sleep(Duration::from_millis(500)).await;
        outcome.idle = gateway.resident().unwrap_or(0);
        outcome.idle_own = gateway.own().unwrap_or(0);
        let hello = Process::start(&["bench", "hello"])?;
        let bare = said(&hello)?;
        let page = move |server: SocketAddr| {
            many(AT_A_TIME, 0..u64::MAX, plan.duration, move |_, number| async move {
                let begun = Instant::now();
                let answer = client::get(address(number % WARM), server, "/some/page?q=1").await;
                answer.map(|_| begun.elapsed()).map_err(|e| e.to_string())
            })
        };
        let cost = |before: Option<Duration>, server: &Process, stats: &Stats| {
            let used = server.processor_time().unwrap_or_default().saturating_sub(before.unwrap_or_default());
            let count = u32::try_from(stats.count()).unwrap_or(u32::MAX).max(1);
            used.as_secs_f64() * 1e6 / f64::from(count)
        };
        let before = gateway.processor_time();
        outcome.redirects = page(server).await;
        outcome.cost.0 = cost(before, &gateway, &outcome.redirects);
        let before = hello.processor_time();
        outcome.hello = page(bare).await;
        outcome.cost.1 = cost(before, &hello, &outcome.hello);
        let peer = Peer { name: "the embedded RADIUS server", process: &radius, port };
        outcome.logins.push(logins(plan, &peer, &gateway, server).await?);
    }
    drop(radius);
    if !plan.freeradius {
        outcome.skipped.push("FreeRADIUS was not asked for");
        return Ok(outcome);
    }
    let state = format!("statedir {}", folder.0.join("state").display());
    for (name, work, lines) in [
        ("FreeRADIUS that looks a password up and does nothing else", Work::Least, vec![]),
        ("FreeRADIUS with its usual modules, accounting kept", Work::Usual, vec![]),
        ("the same, and the gateway with statedir", Work::Usual, vec![state]),
    ] {
        let ports = (free_port()?, free_port()?);
        let Some(radius) = freeradius::start(&folder.0, ports, work).await? else {
            outcome.skipped.push("FreeRADIUS is not installed (Debian package freeradius)");
            break;
        };
        let gateway = start_gateway(&folder.0, ports, &lines)?;
        let server = said(&gateway)?;
        let peer = Peer { name, process: &radius, port: ports.0 };
        outcome.logins.push(logins(plan, &peer, &gateway, server).await?);
    }
    Ok(outcome)
}

/// A RADIUS server.
struct Peer<'a> {
    name: &'static str,
    process: &'a Process,
    port: u16,
}

async fn logins(
    plan: &Plan,
    radius: &Peer<'_>,
    gateway: &Process,
    server: SocketAddr,
) -> Result<Logins, String> {
    let login = move |_, number| async move { Ok(client::login(address(number), server).await?.took) };
    let limit = Duration::from_secs(60);
    let single = many(1, 0..ONE_BY_ONE, limit, login).await;
    let bare_single = exchanges(radius.port, 1, ONE_BY_ONE).await?;
    let before = gateway.resident().unwrap_or(0);
    let used = || {
        [gateway.processor_time(), gateway.first_thread_time(), radius.process.processor_time()]
            .map(Option::unwrap_or_default)
    };
    let before_all = used();
    let many = many(AT_A_TIME, ONE_BY_ONE..plan.sessions, limit, login).await;
    let after_all = used();
    let share = |which: usize| {
        let spent = |all: &[Duration; 3]| all.get(which).copied().unwrap_or_default();
        spent(&after_all).saturating_sub(spent(&before_all)).as_secs_f64()
            / many.elapsed.as_secs_f64().max(1e-9)
    };
    let [processor, answering, radius_processor] = [0, 1, 2].map(share);
    let bare = exchanges(radius.port, AT_A_TIME, plan.sessions).await?;
    // The last records are on their way, and a check of the limits is due.
    tokio::time::sleep(Duration::from_secs(4)).await;
    let resident = gateway.resident().unwrap_or(0);
    let made = u32::try_from(many.count()).unwrap_or(u32::MAX);
    let grown = u32::try_from(resident.saturating_sub(before)).unwrap_or(u32::MAX);
    Ok(Logins {
        server: radius.name,
        processor,
        answering,
        radius_processor,
        many,
        bare,
        single,
        bare_single,
        resident,
        per_session: f64::from(grown) / f64::from(made.max(1)),
    })
}

/// Exchanges with a RADIUS server, without a gateway.
async fn exchanges(port: u16, at_a_time: usize, count: u64) -> Result<Stats, String> {
    let mut sockets = Vec::new();
    for _ in 0..at_a_time {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(|e| e.to_string())?;
        socket.connect((Ipv4Addr::LOCALHOST, port)).await.map_err(|e| e.to_string())?;
        sockets.push(Arc::new(socket));
    }
    let work = move |worker: usize, number: u64| {
        let socket = sockets.get(worker).map(Arc::clone);
        async move {
            let socket = socket.ok_or("no socket")?;
            let [.., identifier] = number.to_be_bytes();
            exchange(&socket, identifier).await
        }
    };
    Ok(many(at_a_time, 0..count, Duration::from_secs(20), work).await)
}

/// A gateway whose clients are all of 127.0.0.0/8. The RADIUS server's ports are for logins and accounting.
///
/// # Errors
/// When it does not start.
pub fn start_gateway(folder: &Path, radius: (u16, u16), lines: &[String]) -> Result<Process, String> {
    let path = folder.join("chilli.conf");
    let mut text = format!(
        "radiusserver1 127.0.0.1\nradiusauthport {}\nradiusacctport {}\nradiussecret \"{RADIUS_SECRET}\"\n\
         radiusnasid 00-18-84-D0-00-CD\nuamlisten 127.0.0.1\nuamport 0\nnet 127.0.0.0/8\nuamsecret \"{UAM_SECRET}\"\n\
         maxclients 100000\nmaxconnections 4096\nmaxconnectionsperclient 4096\nchallengetimeout 0\n\
         challengetimeout2 0\n",
        radius.0, radius.1
    );
    for line in lines {
        text.push_str(line);
        text.push('\n');
    }
    fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
    Process::start(&[Path::new("gateway"), Path::new("-c"), &path])
}

/// Where a server says that it listens: the first address with a port in its line.
///
/// # Errors
/// When it does not say so.
pub fn said(server: &Process) -> Result<SocketAddr, String> {
    let words = server.ready.split(|c: char| c.is_whitespace() || c == '/');
    let found = words.filter_map(|word| word.parse().ok()).next();
    found.ok_or_else(|| format!("it did not say where it listens: {}", server.ready))
}

/// A port that is free for TCP and UDP now.
///
/// # Errors
/// When the system has none.
pub fn free_port() -> Result<u16, String> {
    for _ in 0..100 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|e| e.to_string())?;
        let address = listener.local_addr().map_err(|e| e.to_string())?;
        if StdUdpSocket::bind(address).is_ok() {
            return Ok(address.port());
        }
    }
    Err("no free port".to_owned())
}

/// A folder of our own. Removed when dropped.
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    pub(super) fn make() -> Result<Self, String> {
        use std::os::unix::fs::DirBuilderExt as _;
        let path = std::env::temp_dir().join(format!("fonap-bench-{}", std::process::id()));
        let made = fs::DirBuilder::new().mode(0o700).create(&path);
        made.map_err(|e| format!("{}: {e}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
