//! What the tests share: programs with time limits, free ports, and the peers.

pub(crate) mod browser;
pub(crate) mod c;
pub(crate) mod capture;
pub(crate) mod freeradius;
pub(crate) mod gateway;
pub(crate) mod heartbeat;
pub(crate) mod http;
pub(crate) mod institution;
pub(crate) mod process;
pub(crate) mod provision;
pub(crate) mod redis;
pub(crate) mod relay;
pub(crate) mod tap;
pub(crate) mod terminal;
pub(crate) mod udp;

use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The binary under test.
pub(crate) const FONAP: &str = env!("CARGO_BIN_EXE_fonap");

/// How long a server may take to come up on a busy machine.
pub(crate) const START_LIMIT: Duration = Duration::from_secs(60);

/// Asks `condition` again and again until it answers, for at most `limit`.
///
/// # Panics
/// When time is up; the message says what was waited for.
#[track_caller]
pub(crate) fn eventually<T>(what: &str, limit: Duration, mut condition: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(found) = condition() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited {limit:?} in vain for {what}");
        sleep(Duration::from_millis(20));
    }
}

/// A port that is free on every loopback address, for TCP and for UDP.
///
/// It lies below the range that the system hands to outgoing connections, so that it stays free until its server
/// binds it.
pub(crate) fn free_port() -> u16 {
    const FIRST: u16 = 20_000;
    const COUNT: u16 = 12_000;
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Test programs running at the same time start at different places.
    let offset = u16::try_from(std::process::id() * 97 % u32::from(COUNT)).expect("less than COUNT");
    for _ in 0..COUNT {
        let port = FIRST + (offset + NEXT.fetch_add(1, Ordering::Relaxed) % COUNT) % COUNT;
        let any = (Ipv4Addr::UNSPECIFIED, port);
        if TcpListener::bind(any).is_ok() && UdpSocket::bind(any).is_ok() {
            return port;
        }
    }
    panic!("no free port in {FIRST}..{}", FIRST + COUNT);
}

/// Says past the test harness, which keeps what a passing test prints, that a test was skipped and why.
pub(crate) fn skipped(what: &str) {
    use std::io::Write as _;
    drop(std::io::stderr().write_all(format!("skipped: {what}\n").as_bytes()));
}
