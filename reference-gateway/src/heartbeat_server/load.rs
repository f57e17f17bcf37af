//! A load generator: many hotspots on one socket each way, every answer checked as a hotspot checks it.

use super::batch::Batch;
use super::enlarge;
use crate::random::SystemRandom;
use heartbeat::answer::{Acceptance, accept};
use heartbeat::dns::{Expected, Name, RecordType, Rules, Verdict, write_query};
use heartbeat::query::QueryType;
use heartbeat::{Architecture, Cipher, Key, Mac, Query, Version};
use serde_json::{Value, json};
use std::fmt::{self, Write as _};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

/// How many DNS ids there are: no more queries can wait for their answer.
const IDS: usize = 1 << 16;
/// How long answers are waited for in the end; what comes later is lost.
const PATIENCE: Duration = Duration::from_secs(1);

/// A hotspot that is played.
pub struct Device {
    mac: Mac,
    cipher: Cipher,
}

impl Device {
    /// A hotspot with this key.
    #[must_use]
    pub fn new(mac: Mac, key: &Key) -> Self {
        Self { mac, cipher: Cipher::new(key) }
    }
}

/// As many hotspots as wanted with random keys, and the key file that a server needs to know them.
#[must_use]
pub fn devices(count: u32) -> (Vec<Device>, String) {
    let mut file = String::new();
    let devices = (0..count).map(|number| {
        let [_, a, b, c] = number.to_be_bytes();
        let mac = Mac([0x02, 0x18, 0x84, a, b, c]);
        let octets: [u8; 32] = heartbeat::Random::octets(&mut SystemRandom);
        let _ = write!(file, "{mac} ");
        for octet in octets {
            let _ = write!(file, "{octet:02x}");
        }
        file.push('\n');
        Device::new(mac, &Key::new(octets))
    });
    let devices = devices.collect();
    (devices, file)
}

/// What to do.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Where the server is.
    pub server: SocketAddr,
    /// For how long queries are sent.
    pub duration: Duration,
    /// Queries a second; nothing for as many as are answered.
    pub rate: Option<u32>,
    /// How many queries may wait for their answer.
    pub window: usize,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Queries sent.
    pub sent: u64,
    /// Valid answers.
    pub answered: u64,
    /// Answers that were refusals, or not valid.
    pub wrong: u64,
    /// Datagrams that were nobody's answer.
    pub stray: u64,
    /// Queries that the system did not take.
    pub not_sent: u64,
    /// From the first query to the last answer.
    pub elapsed: Duration,
    /// Of each valid answer, shortest first.
    latencies: Vec<Duration>,
}

impl Outcome {
    /// Valid answers a second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.answered as f64 / self.elapsed.as_secs_f64().max(1e-9)
    }

    /// Queries without any answer.
    #[must_use]
    pub const fn lost(&self) -> u64 {
        self.sent.saturating_sub(self.answered + self.wrong)
    }

    /// The latency that so many thousandths of the answers did not exceed.
    #[must_use]
    pub fn latency(&self, per_mille: usize) -> Duration {
        let at = (self.latencies.len() * per_mille).div_ceil(1000).saturating_sub(1);
        self.latencies.get(at).copied().unwrap_or_default()
    }

    /// For programs.
    #[must_use]
    pub fn json(&self) -> Value {
        let micros = |per_mille| u64::try_from(self.latency(per_mille).as_micros()).unwrap_or(u64::MAX);
        json!({
            "sent": self.sent,
            "answered": self.answered,
            "lost": self.lost(),
            "wrong": self.wrong,
            "stray": self.stray,
            "not_sent": self.not_sent,
            "seconds": self.elapsed.as_secs_f64(),
            "rate": self.rate(),
            "latency_us": {
                "p50": micros(500), "p90": micros(900), "p99": micros(990), "p999": micros(999), "max": micros(1000),
            },
        })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sent, answered, wrong, not_sent, .. } = self;
        writeln!(
            f,
            "{:.0} heartbeats/s: {answered} of {sent} answered in {:.2} s",
            self.rate(),
            self.elapsed.as_secs_f64()
        )?;
        writeln!(f, "lost {}, wrong {wrong}, not sent {not_sent}", self.lost())?;
        let micros = |per_mille| self.latency(per_mille).as_micros();
        let (half, most, nearly, all_but, all) =
            (micros(500), micros(900), micros(990), micros(999), micros(1000));
        write!(f, "latency in µs: 50 % {half}, 90 % {most}, 99 % {nearly}, 99.9 % {all_but}, longest {all}")
    }
}

/// A query that waits for its answer.
struct Flight {
    device: usize,
    trid: u32,
    name: Name,
    at: Duration,
}

struct Load<'d> {
    devices: &'d [Device],
    suffix: &'d str,
    socket: UdpSocket,
    flights: Vec<Option<Flight>>,
    waiting: usize,
    next_id: u16,
    next_device: usize,
    outcome: Outcome,
    begun: Instant,
    last_answer: Duration,
}

/// Sends heartbeats of the devices in turn and checks what is answered.
///
/// # Errors
/// What the system says when there is no socket, or it is of no more use.
pub fn run(plan: &Plan, devices: &[Device], suffix: &str) -> Result<Outcome, String> {
    let any: SocketAddr = match plan.server {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(any).and_then(|socket| socket.connect(plan.server).map(|()| socket));
    let socket = socket.map_err(|error| format!("{}: {error}", plan.server))?;
    socket.set_read_timeout(Some(Duration::from_millis(1))).map_err(|error| error.to_string())?;
    enlarge(&socket);
    let outcome = Outcome {
        sent: 0,
        answered: 0,
        wrong: 0,
        stray: 0,
        not_sent: 0,
        elapsed: Duration::ZERO,
        latencies: Vec::new(),
    };
    let flights = std::iter::repeat_with(|| None).take(IDS).collect();
    let begun = Instant::now();
    let last_answer = Duration::ZERO;
    let load = Load {
        devices,
        suffix,
        socket,
        flights,
        waiting: 0,
        next_id: 0,
        next_device: 0,
        outcome,
        begun,
        last_answer,
    };
    load.run(plan)
}

impl Load<'_> {
    fn run(mut self, plan: &Plan) -> Result<Outcome, String> {
        let window = plan.window.clamp(1, IDS / 2);
        let (mut incoming, mut outgoing) = (Batch::new(), Batch::new());
        loop {
            let now = self.begun.elapsed();
            let sending = now < plan.duration;
            if sending {
                let due = plan.rate.map_or(u64::MAX, |rate| {
                    let due = now.as_nanos() * u128::from(rate) / 1_000_000_000;
                    u64::try_from(due).unwrap_or(u64::MAX).saturating_sub(self.outcome.sent)
                });
                let due = usize::try_from(due).unwrap_or(usize::MAX).min(window.saturating_sub(self.waiting));
                for _ in 0..due {
                    let at = plan.rate.map_or(now, |rate| {
                        // When it was due, not when it was sent: a server that stalls is not let off.
                        Duration::from_secs_f64(self.outcome.sent as f64 / f64::from(rate))
                    });
                    if !self.add(&mut outgoing, at) {
                        break;
                    }
                }
                self.outcome.not_sent += outgoing.send(&self.socket) as u64;
            } else if self.waiting == 0 || now > plan.duration + PATIENCE {
                break;
            }
            let idle = !sending || self.waiting >= window;
            let count =
                incoming.receive(&self.socket, idle).map_err(|error| format!("{}: {error}", plan.server))?;
            let now = self.begun.elapsed();
            for (datagram, _) in (0..count).filter_map(|index| incoming.datagram(index)) {
                self.judge(datagram, now);
            }
            if count == 0 && !idle && plan.rate.is_some() {
                std::thread::yield_now();
            }
        }
        self.outcome.elapsed = self.last_answer.max(plan.duration.min(self.begun.elapsed()));
        self.outcome.latencies.sort_unstable();
        Ok(self.outcome)
    }

    /// One more query. `false` when the batch is full.
    fn add(&mut self, outgoing: &mut Batch, at: Duration) -> bool {
        let Some(room) = outgoing.room() else { return false };
        let index = self.next_device;
        self.next_device = (index + 1) % self.devices.len().max(1);
        let Some(device) = self.devices.get(index) else { return false };
        let mut random = [0; 17];
        SystemRandom.octets(&mut random);
        let [a, b, c, d, filler @ ..] = random;
        let trid = u32::from_be_bytes([a, b, c, d]);
        let query = Query {
            mac: device.mac,
            query_type: QueryType::ONLINE,
            architecture: Architecture::FONAP,
            version: Version { major: 2, minor: 1, micro: 0, revision: 1 },
            status: 0,
            trid,
            retries: 0,
            filler,
        };
        let mut text = String::with_capacity(128);
        text.push_str(query.seal(&device.cipher).label().as_str());
        text.push_str(self.suffix);
        let Ok(name) = text.parse::<Name>() else { return false };
        let id = self.next_id;
        let Ok(length) = write_query(id, &name, RecordType::TXT, &mut room[..]) else { return false };
        outgoing.push(length, None);
        self.next_id = id.wrapping_add(1);
        self.outcome.sent += 1;
        if let Some(place) = self.flights.get_mut(usize::from(id)) {
            // One that was still there is lost.
            self.waiting += usize::from(place.is_none());
            *place = Some(Flight { device: index, trid, name, at });
        }
        true
    }

    fn judge(&mut self, datagram: &[u8], now: Duration) {
        let id = datagram.first_chunk().map(|id| u16::from_be_bytes(*id));
        let Some(place) = id.and_then(|id| self.flights.get_mut(usize::from(id))) else {
            self.outcome.stray += 1;
            return;
        };
        let (Some(id), Some(flight)) = (id, place.as_ref()) else {
            self.outcome.stray += 1;
            return;
        };
        let expected = Expected { id, name: &flight.name };
        let valid = match expected.judge(datagram, Rules::default()) {
            Verdict::Ignore(_) => {
                self.outcome.stray += 1;
                return;
            }
            Verdict::Fail(_) => false,
            Verdict::Answer(text) => self.devices.get(flight.device).is_some_and(|device| {
                let against = Acceptance {
                    cipher: &device.cipher,
                    rsa: None,
                    trid: flight.trid,
                    strict_nop: true,
                    nop_tag: None,
                };
                accept(text.as_octets(), &against).is_ok()
            }),
        };
        if valid {
            self.outcome.answered += 1;
            self.outcome.latencies.push(now.saturating_sub(flight.at));
            self.last_answer = now;
        } else {
            self.outcome.wrong += 1;
        }
        *place = None;
        self.waiting -= 1;
    }
}
