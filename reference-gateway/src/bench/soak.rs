//! `fonap bench soak`: a hotspot under load for as long as is wanted, with faults, and an account of every session.
//!
//! Guests come, stay and go. After two fifths of the time the RADIUS server goes away for a while, after four fifths
//! the gateway reads its configuration again. In the end every session that began must have a Start and a Stop at the
//! RADIUS server, and the gateway must not have grown.

use super::client::{self, address};
use super::gateway::{Folder, free_port, said, start_gateway};
use super::serve::radius_server;
use super::stats::Stats;
use crate::control::{Question, ask};
use crate::embedded::radius::Notice;
use crate::random::SystemRandom;
use radius_codec::dict::rfc2866;
use radius_codec::{Code, Packet};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::sleep;

/// How long a clean stop of the gateway may take.
const FAREWELL: Duration = Duration::from_secs(60);
/// The longest time without a RADIUS server.
const OUTAGE: Duration = Duration::from_secs(10);
/// Logins a second that are aimed at; the more sessions, the longer each stays.
const LOGINS_A_SECOND: u64 = 100;

/// What to do.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many sessions at the same time.
    pub sessions: u64,
    /// For how long.
    pub duration: Duration,
}

/// What the RADIUS server saw of a session.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    starts: u32,
    interims: u32,
    stops: u32,
}

type Book = Arc<Mutex<BTreeMap<String, Seen>>>;

/// What came of it.
#[derive(Debug)]
pub struct Outcome {
    /// Logins, while all was well or not.
    pub logins: Stats,
    /// Logoffs.
    pub logoffs: Stats,
    /// Sessions that began.
    pub sessions: usize,
    /// Accounting records that the RADIUS server got: Start, Interim, Stop.
    pub records: [u64; 3],
    /// Records that never came, of sessions that began.
    pub lost: u64,
    /// Seconds without a RADIUS server.
    pub outage: u64,
    /// Whether the gateway read its configuration again.
    pub reloaded: bool,
    /// Octets of memory: after two thirds of the time, when the outage is over, and in the end.
    pub resident: (u64, u64),
    /// Whether the gateway ended in time when it was asked to.
    pub ended: bool,
}

impl Outcome {
    /// Whether the memory is flat: what is between the two is what the allocator keeps for the next burst.
    #[must_use]
    pub const fn is_flat(&self) -> bool {
        self.resident.1 <= self.resident.0 + self.resident.0 / 5 + (4 << 20)
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        self.lost == 0 && self.is_flat() && self.ended && self.logins.failed == 0 && self.sessions > 0
    }

    /// For programs. Memory is in octets.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({
            "good": self.is_good(), "logins": self.logins.json(), "logoffs": self.logoffs.json(),
            "sessions": self.sessions, "starts": self.records[0], "interims": self.records[1],
            "stops": self.records[2], "lost": self.lost, "outage_seconds": self.outage,
            "reloaded": self.reloaded, "resident": [self.resident.0, self.resident.1], "flat": self.is_flat(),
            "ended": self.ended,
        })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |good: bool| if good { "yes" } else { "NO" };
        let [starts, interims, stops] = self.records;
        writeln!(f, "logins   {}", self.logins)?;
        writeln!(f, "logoffs  {}", self.logoffs)?;
        writeln!(
            f,
            "{} s without a RADIUS server; configuration read again: {}",
            self.outage,
            word(self.reloaded)
        )?;
        writeln!(
            f,
            "{} sessions; records at the RADIUS server: {starts} Start, {interims} Interim, {stops} Stop; {} lost",
            self.sessions, self.lost
        )?;
        let (first, last) = self.resident;
        writeln!(
            f,
            "memory {} kB, in the end {} kB; flat: {}",
            first / 1024,
            last / 1024,
            word(self.is_flat())
        )?;
        writeln!(f, "ended when it was asked to: {}", word(self.ended))
    }
}

/// Does it.
///
/// # Errors
/// When a server does not start.
pub async fn run(plan: Plan) -> Result<Outcome, String> {
    let folder = Folder::make()?;
    let book = Book::default();
    let at = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()?));
    let mut radius = serve(at, &book).await?;
    let socket = folder.0.join("gateway.sock");
    let lines = [
        format!("cmdsocket {}", socket.display()),
        format!("statedir {}", folder.0.display()),
        // Long enough for every request that is begun while the RADIUS server is away.
        "radiusretry 25\nradiusretrysec 1\nradiustimeout 1".to_owned(),
        format!("definteriminterval {}", (plan.sessions / 100).max(2)),
    ];
    let mut gateway = start_gateway(&folder.0, (at.port(), at.port()), &lines)?;
    let server = said(&gateway)?;

    let begun = Instant::now();
    let (stop, stopped) = watch::channel(false);
    let mut guests = JoinSet::new();
    for number in 0..plan.sessions {
        guests.spawn(guest(number, plan.sessions, server, stopped.clone()));
    }
    let until = |fifteenths: u32| sleep((plan.duration * fifteenths / 15).saturating_sub(begun.elapsed()));
    until(6).await;
    radius.abort();
    let _ = radius.await;
    let outage = OUTAGE.min(plan.duration / 6);
    sleep(outage).await;
    radius = serve(at, &book).await?;
    until(10).await;
    // What the burst of retries needed is there by now, and is used again.
    let first = gateway.resident().unwrap_or(0);
    until(12).await;
    let reloaded = reload(&socket).await;
    until(15).await;
    let last = gateway.resident().unwrap_or(0);
    let _ = stop.send(true);
    let mut all = Guest::default();
    while let Some(Ok(guest)) = guests.join_next().await {
        all.merge(guest);
    }
    all.logins.elapsed = begun.elapsed();
    all.logoffs.elapsed = begun.elapsed();
    let mut ended = tokio::task::spawn_blocking(move || gateway.end(FAREWELL)).await.unwrap_or(false);
    // What was on its way is read.
    sleep(Duration::from_millis(200)).await;
    radius.abort();
    ended &= radius.await.is_err_and(|end| end.is_cancelled());

    let book = book.lock().unwrap_or_else(PoisonError::into_inner);
    let missing = |session: &String| {
        let seen = book.get(session).copied().unwrap_or_default();
        u64::from(seen.starts == 0) + u64::from(seen.stops == 0)
    };
    let sum = |of: fn(&Seen) -> u32| book.values().map(|seen| u64::from(of(seen))).sum();
    Ok(Outcome {
        sessions: all.sessions.len(),
        records: [sum(|s| s.starts), sum(|s| s.interims), sum(|s| s.stops)],
        lost: all.sessions.iter().map(missing).sum(),
        logins: all.logins,
        logoffs: all.logoffs,
        outage: outage.as_secs(),
        reloaded,
        resident: (first, last),
        ended,
    })
}

/// The RADIUS server, which keeps the book.
async fn serve(at: SocketAddr, book: &Book) -> Result<JoinHandle<()>, String> {
    let server = radius_server(at).await?;
    let book = Arc::clone(book);
    Ok(tokio::spawn(server.serve(move |notice| {
        if let Notice::Request(octets) = notice {
            note(&book, &octets);
        }
    })))
}

fn note(book: &Book, octets: &[u8]) {
    let Ok(packet) = Packet::parse(octets) else { return };
    if packet.code() != Code::ACCOUNTING_REQUEST {
        return;
    }
    let attributes = packet.attributes();
    let (Some(session), Some(kind)) =
        (attributes.text(rfc2866::ACCT_SESSION_ID), attributes.integer(rfc2866::ACCT_STATUS_TYPE))
    else {
        return;
    };
    let mut book = book.lock().unwrap_or_else(PoisonError::into_inner);
    let seen = book.entry(session.to_owned()).or_default();
    match kind {
        1 => seen.starts += 1,
        2 => seen.stops += 1,
        3 => seen.interims += 1,
        _ => {}
    }
}

async fn reload(socket: &Path) -> bool {
    let question = Question { words: vec!["reload".to_owned()], json: false };
    ask(socket, &question).await.is_ok_and(|reply| reply.status == 0)
}

/// What one guest, or all of them, did.
#[derive(Default)]
struct Guest {
    logins: Stats,
    logoffs: Stats,
    sessions: Vec<String>,
}

impl Guest {
    fn merge(&mut self, other: Self) {
        self.logins.merge(other.logins);
        self.logoffs.merge(other.logoffs);
        self.sessions.extend(other.sessions);
    }
}

/// Comes, stays, goes, and comes again.
async fn guest(number: u64, guests: u64, server: SocketAddr, mut stopped: watch::Receiver<bool>) -> Guest {
    let mut guest = Guest::default();
    let own = address(number);
    // Some stay for longer than the gateway takes to send an interim record.
    let longest = (guests * 2000 / LOGINS_A_SECOND).max(8000);
    loop {
        // They do not all come at once.
        tokio::select! {
            () = sleep(Duration::from_millis(random(longest / 2))) => {}
            _ = stopped.wait_for(|stop| *stop) => return guest,
        }
        match client::login(own, server).await {
            Ok(login) => {
                guest.logins.add(login.took);
                guest.sessions.push(login.session);
            }
            Err(error) => {
                tracing::warn!(client = %own, error, "a login failed");
                guest.logins.failed += 1;
                continue;
            }
        }
        tokio::select! {
            () = sleep(Duration::from_millis(random(longest))) => {}
            _ = stopped.wait_for(|stop| *stop) => {}
        }
        let begun = Instant::now();
        match client::redirect(own, server, "/logoff").await {
            Ok(location) if client::field(&location, "res").as_deref() == Some("logoff") => {
                guest.logoffs.add(begun.elapsed());
            }
            outcome => {
                tracing::warn!(client = %own, ?outcome, took = ?begun.elapsed(), "a logoff failed");
                guest.logoffs.failed += 1;
            }
        }
        if *stopped.borrow() {
            return guest;
        }
    }
}

/// A number below `end`.
fn random(end: u64) -> u64 {
    let mut octets = [0; 8];
    SystemRandom.octets(&mut octets);
    u64::from_le_bytes(octets) % end.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_lost_record_spoils_it() {
        let good = Outcome {
            logins: Stats::default(),
            logoffs: Stats::default(),
            sessions: 1,
            records: [1, 0, 1],
            lost: 0,
            outage: 1,
            reloaded: true,
            resident: (8 << 20, 9 << 20),
            ended: true,
        };
        assert!(good.is_good());
        assert!(!Outcome { lost: 1, ..good }.is_good());
    }
}
