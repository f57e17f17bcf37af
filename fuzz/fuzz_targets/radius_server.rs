//! The RADIUS server machine against clients and a network that do what they like.
//!
//! Laws: only a known client's whole request reaches the caller, once however often it comes; an answer goes to the one
//! who asked; a copy of an answered request gets the same octets again.
#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use radius_codec::client::Request;
use radius_codec::server::{Client, Config, Event, Incoming, Input, Output, Server};
use radius_codec::{AttributeWriter as _, Code, Kind, Secret};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

#[derive(Arbitrary, Debug)]
enum Step {
    /// A request of a client: a known one, or one that nobody knows.
    Request { port: u8, identifier: u8, authenticator: u8, known: bool, damage: Option<(u8, u8)> },
    /// The same octets as before.
    Again { which: u8 },
    /// The caller answers the oldest request.
    Answer { reject: bool, delay: u8 },
    /// Some time passes.
    Wait(u16),
    /// Anybody sends anything.
    Noise { known: bool, octets: Vec<u8> },
}

const CLIENT: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 7);

fn secret() -> Secret {
    Secret::new(b"a shared secret").expect("it is not empty")
}

struct World {
    server: Server,
    now: Duration,
    seen: Vec<(SocketAddr, Vec<u8>)>,
    asked: Vec<Incoming>,
    answered: Vec<(SocketAddr, Bytes)>,
}

impl World {
    fn drain(&mut self) {
        loop {
            match self.server.poll_output() {
                Output::WaitUntil(_) => return,
                Output::Transmit { to, payload, .. } => {
                    assert!(self.answered.contains(&(to, payload)));
                }
                Output::Event(Event::Request(request)) => {
                    assert_eq!(request.key.from.ip(), IpAddr::V4(CLIENT));
                    self.asked.push(request);
                }
                _ => {}
            }
        }
    }

    fn give(&mut self, from: SocketAddr, octets: &[u8]) {
        self.server.handle(self.now, Input::Datagram { socket: 0, from, octets });
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Request { port, identifier, authenticator, known, damage } => {
                let mut request = Request::new(Code::ACCESS_REQUEST);
                request.message_authenticator();
                request.octets(Kind(1), b"alice");
                let mut out = [0; 4096];
                let Ok(length) = request.write_to(&mut out, identifier, [authenticator; 16], &secret())
                else {
                    return;
                };
                if let Some((at, to)) = damage {
                    out[usize::from(at) % length] = to;
                }
                let ip = if known { CLIENT } else { Ipv4Addr::new(198, 51, 100, 1) };
                let from = SocketAddr::from((ip, 1000 + u16::from(port % 3)));
                self.seen.push((from, out[..length].to_vec()));
                self.give(from, &out[..length]);
            }
            Step::Again { which } => {
                if self.seen.is_empty() {
                    return;
                }
                let (from, octets) = self.seen[usize::from(which) % self.seen.len()].clone();
                self.give(from, &octets);
            }
            Step::Answer { reject, delay } => {
                if self.asked.is_empty() {
                    return;
                }
                let request = self.asked.remove(0);
                let mut out = [0; 4096];
                let mut builder =
                    request.reply(&mut out, if reject { Code::ACCESS_REJECT } else { Code::ACCESS_ACCEPT });
                builder.message_authenticator();
                let length = builder.finish(&secret()).expect("it fits");
                let payload = Bytes::copy_from_slice(&out[..length]);
                let delay = Duration::from_millis(u64::from(delay) * 10);
                if self.server.respond(self.now, &request, payload.clone(), delay) {
                    self.answered.push((request.key.from, payload));
                }
            }
            Step::Wait(milliseconds) => {
                self.now += Duration::from_millis(milliseconds.into());
                self.server.handle(self.now, Input::Tick);
            }
            Step::Noise { known, octets } => {
                let ip = if known { CLIENT } else { Ipv4Addr::new(198, 51, 100, 1) };
                self.give(SocketAddr::from((ip, 1000)), &octets);
            }
        }
        self.drain();
    }
}

fuzz_target!(|data: &[u8]| {
    let config = Config::new(&[Code::ACCESS_REQUEST])
        .client(Client::new(CLIENT.into(), secret()))
        .duplicates(4, Duration::from_secs(5));
    let mut world = World {
        server: Server::new(config),
        now: Duration::ZERO,
        seen: Vec::new(),
        asked: Vec::new(),
        answered: Vec::new(),
    };
    let mut script = Unstructured::new(data);
    while !script.is_empty() {
        let Ok(step) = script.arbitrary() else { break };
        world.step(step);
    }
});
