//! What the packet path costs; `scripts/bench-dataplane.sh` does all of this, in the namespaces of the test bed.
//!
//! `packet_path load SESSIONS CLIENT_IP CLIENT_MAC [routed]` loads the ruleset, lets so many clients through, the last one of
//! them real, and prints what a login, a logoff, a reading of all counters and a look at all sets take. The ruleset stays.
//! With `routed` it does not translate addresses.
//!
//! `packet_path cost CLIENT_NAMESPACE CLIENT_IP SITE_NAMESPACE SITE_IP` prints the nanoseconds that one packet takes from
//! end to end, up and down: what the kernel does between `send` and the arrival in the other namespace, all of it in the
//! sender's time. The difference between two rulesets is the difference of their cost, however busy the machine is.

use reference_gateway::config::Network;
use reference_gateway::dataplane::nftables::{Nftables, Plan};
use reference_gateway::dataplane::{Dataplane as _, Grant, Pair};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use std::net::{Ipv4Addr, UdpSocket};
use std::os::fd::AsFd as _;
use std::time::{Duration, Instant};
use wispr::gateway::{Mac, Usage};

/// The test bed's addresses.
const GATEWAY: Ipv4Addr = Ipv4Addr::new(192, 168, 182, 1);
/// How often a single login and logoff is done.
const ROUNDS: u32 = 2000;
/// How many packets are timed in each direction.
const PACKETS: usize = 4000;

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["load", sessions, ip, mac] => load(sessions, ip, mac, true),
        ["load", sessions, ip, mac, "routed"] => load(sessions, ip, mac, false),
        ["cost", client, client_ip, site, site_ip] => cost(client, client_ip, site, site_ip),
        _ => Err("usage: packet_path load SESSIONS IP MAC [routed] | cost NAMESPACE IP NAMESPACE IP".into()),
    }
}

fn load(sessions: &str, ip: &str, mac: &str, masquerade: bool) -> Result<(), String> {
    let sessions: u32 = sessions.parse().map_err(|_| "SESSIONS is a number")?;
    let client = Pair {
        ip: ip.parse().map_err(|_| "CLIENT_IP is an address")?,
        mac: mac.parse().map_err(|_| "CLIENT_MAC is a hardware address")?,
    };
    let plan = Plan {
        address: None,
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
        masquerade,
        strict: true,
        shortest: Duration::from_secs(600),
        ipv6: false,
        garden: Vec::new(),
    };
    let text = |e: std::io::Error| e.to_string();
    let mut path = Nftables::start(plan, false)?;
    // Whom an earlier run has left.
    for meter in path.meters().map_err(text)? {
        path.close(meter.pair).map_err(text)?;
    }
    let grant = Grant { dead_man: Some(Duration::from_secs(3600)), ..Grant::default() };
    for number in 1..sessions {
        path.open(stranger(number), &grant, Usage::default()).map_err(text)?;
    }
    path.open(client, &grant, Usage::default()).map_err(text)?;

    let (mut logins, mut logoffs) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let pair = stranger(1_000_000 + round);
        let started = Instant::now();
        path.open(pair, &grant, Usage::default()).map_err(text)?;
        logins.push(started.elapsed());
        let started = Instant::now();
        path.close(pair).map_err(text)?;
        logoffs.push(started.elapsed());
    }
    let mut readings = Vec::new();
    for _ in 0..5 {
        let started = Instant::now();
        let meters = path.meters().map_err(text)?;
        readings.push(started.elapsed());
        if u32::try_from(meters.len()) != Ok(sessions) {
            return Err(format!("{} sessions instead of {sessions}", meters.len()));
        }
    }
    // As after a change of elements by somebody else, of which there was none.
    let started = Instant::now();
    let remade = path.heal().map_err(text)?;
    let looking = started.elapsed();
    if remade {
        return Err("somebody else changes the table".into());
    }
    println!(
        "login {:.1} us, logoff {:.1} us, reading all counters {:.1} ms, looking at all sets {:.1} ms",
        micros(median(logins)),
        micros(median(logoffs)),
        micros(median(readings)) / 1000.0,
        micros(looking) / 1000.0
    );
    Ok(())
}

fn cost(client: &str, client_ip: &str, site: &str, site_ip: &str) -> Result<(), String> {
    let text = |e: std::io::Error| e.to_string();
    let client = socket_in(client, &format!("{client_ip}:0"))?;
    let site = socket_in(site, &format!("{site_ip}:0"))?;
    client.connect(site.local_addr().map_err(text)?).map_err(text)?;
    let mut buffer = [0; 64];
    let mut tries = 0;
    // The first packet may have to ask for hardware addresses. It is answered to where the gateway says it came from.
    let back = loop {
        client.send(&[0; 32]).map_err(text)?;
        std::thread::sleep(Duration::from_millis(5));
        match site.recv_from(&mut buffer) {
            Ok((_, from)) => break from,
            Err(_) if tries < 200 => tries += 1,
            Err(_) => return Err("nothing passes".into()),
        }
    };
    site.connect(back).map_err(text)?;
    println!("{} {}", time(&client, &site)?, time(&site, &client)?);
    Ok(())
}

/// The median time of a packet that has arrived when `send` comes back.
fn time(from: &UdpSocket, to: &UdpSocket) -> Result<u128, String> {
    let mut buffer = [0; 64];
    let mut times = Vec::with_capacity(PACKETS);
    for _ in 0..PACKETS {
        while to.recv(&mut buffer).is_ok() {}
        let started = Instant::now();
        from.send(&[0; 32]).map_err(|e| e.to_string())?;
        let took = started.elapsed();
        if to.recv(&mut buffer).is_ok() {
            times.push(took);
        }
    }
    if times.len() < PACKETS / 4 {
        return Err(format!("only {} of {PACKETS} packets arrived at once", times.len()));
    }
    Ok(median(times).as_nanos())
}

fn socket_in(namespace: &str, address: &str) -> Result<UdpSocket, String> {
    let file = format!("/run/netns/{namespace}");
    let file = std::fs::File::open(&file).map_err(|e| format!("{file}: {e}"))?;
    move_into_link_name_space(file.as_fd(), Some(LinkNameSpaceType::Network)).map_err(|e| e.to_string())?;
    let socket = UdpSocket::bind(address).map_err(|e| format!("{address}: {e}"))?;
    socket.set_nonblocking(true).map_err(|e| e.to_string())?;
    Ok(socket)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// A client that exists in the tables only.
fn stranger(number: u32) -> Pair {
    let [_, a, b, c] = number.to_be_bytes();
    Pair { ip: Ipv4Addr::new(10, a, b, c), mac: Mac([2, 1, 0, a, b, c]) }
}
