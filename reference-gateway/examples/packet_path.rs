//! What the packet path costs: `packet_path SESSIONS CLIENT_IP CLIENT_MAC`, in the gateway's namespace of the test bed.
//!
//! Loads the ruleset, lets so many clients through, the last one of them real, and prints what a login, a logoff and a
//! reading of all counters take. The ruleset stays, so that the throughput can be measured with it:
//! `scripts/bench-dataplane.sh` does all of this.

use reference_gateway::config::Network;
use reference_gateway::dataplane::nftables::{Nftables, Plan};
use reference_gateway::dataplane::{Dataplane as _, Grant, Pair};
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};
use wispr::gateway::Mac;

/// The test bed's addresses.
const GATEWAY: Ipv4Addr = Ipv4Addr::new(192, 168, 182, 1);
/// How often a single login and logoff is done for the mean.
const ROUNDS: u32 = 1000;

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [sessions, ip, mac] = arguments.as_slice() else {
        return Err("usage: packet_path SESSIONS CLIENT_IP CLIENT_MAC".into());
    };
    let sessions: u32 = sessions.parse().map_err(|_| "SESSIONS is a number")?;
    let client = Pair {
        ip: ip.parse().map_err(|_| "CLIENT_IP is an address")?,
        mac: mac.parse().map_err(|_| "CLIENT_MAC is a hardware address")?,
    };
    let plan = Plan {
        inside: "hs0".into(),
        outside: vec!["wan0".into()],
        gateway: GATEWAY,
        network: Network { address: Ipv4Addr::new(192, 168, 182, 0), prefix: 24 },
        ports: vec![3990],
        dns: 3953,
        dns_servers: Vec::new(),
        any_dns: false,
        aliases: Vec::new(),
        mark: 0x2000_0000,
        clients: 16_384,
        refuse: false,
        masquerade: true,
        strict: true,
        shortest: Duration::from_secs(600),
        garden: Vec::new(),
    };
    let mut path = Nftables::start(plan, false)?;
    // Whom an earlier run has left.
    for meter in path.meters().map_err(|e| e.to_string())? {
        path.close(meter.pair).map_err(|e| e.to_string())?;
    }
    let grant = Grant { dead_man: Some(Duration::from_secs(3600)), ..Grant::default() };
    for number in 1..sessions {
        path.open(stranger(number), &grant).map_err(|e| e.to_string())?;
    }
    path.open(client, &grant).map_err(|e| e.to_string())?;

    let (mut login, mut logoff) = (Duration::ZERO, Duration::ZERO);
    for round in 0..ROUNDS {
        let pair = stranger(1_000_000 + round);
        let started = Instant::now();
        path.open(pair, &grant).map_err(|e| e.to_string())?;
        login += started.elapsed();
        let started = Instant::now();
        path.close(pair).map_err(|e| e.to_string())?;
        logoff += started.elapsed();
    }
    let started = Instant::now();
    let meters = path.meters().map_err(|e| e.to_string())?;
    let reading = started.elapsed();
    if u32::try_from(meters.len()) != Ok(sessions) {
        return Err(format!("{} sessions instead of {sessions}", meters.len()));
    }
    println!(
        "{sessions} sessions: login {:.1} us, logoff {:.1} us, reading all counters {:.1} ms",
        micros(login / ROUNDS),
        micros(logoff / ROUNDS),
        micros(reading) / 1000.0
    );
    Ok(())
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// A client that exists in the tables only.
fn stranger(number: u32) -> Pair {
    let [_, a, b, c] = number.to_be_bytes();
    Pair { ip: Ipv4Addr::new(10, a, b, c), mac: Mac([2, 1, 0, a, b, c]) }
}
