//! The RADIUS client machine against servers and a network that do what they like.
//!
//! Laws: a request ends exactly once and always ends; nothing is sent to an address that is no server; a reply counts only
//! when a server that knows the secret made it for a packet that was sent.
#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use radius_codec::client::{Client, Config, Event, Input, Output, Request, RequestId, Server};
use radius_codec::server::reply_to;
use radius_codec::{AttributeWriter as _, Code, Kind, Packet, Secret};
use std::collections::{BTreeSet, VecDeque};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

const SECRETS: [&[u8]; 2] = [b"first secret", b"second secret"];

#[derive(Arbitrary, Debug)]
enum Step {
    /// Begin a request, perhaps at one server.
    Send { user: u8, server: Option<bool>, accounting: bool },
    /// Let some time pass.
    Wait(u16),
    /// Wait for the next timer.
    Timer,
    /// The server of the oldest datagram answers it.
    Answer { code: u8, wrong_secret: bool, twice: bool },
    /// The network flips an octet of an answer.
    Damage { at: u8, to: u8 },
    /// The oldest datagram is lost.
    Lose,
    /// Anybody sends anything.
    Noise { server: bool, octets: Vec<u8> },
    /// The caller gives up.
    Cancel,
}

struct World {
    client: Client<Counter>,
    now: Duration,
    pending: BTreeSet<RequestId>,
    sent: VecDeque<(SocketAddr, u16, Vec<u8>)>,
    /// Answers that were made with the right secret and came through whole.
    honest: u64,
    replies: u64,
}

/// Different octets each time, and the same ones in each run.
struct Counter(u64);

impl radius_codec::random::Random for Counter {
    fn fill(&mut self, out: &mut [u8]) {
        for chunk in out.chunks_mut(8) {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            chunk.copy_from_slice(&self.0.to_be_bytes()[..chunk.len()]);
        }
    }
}

fn address(server: bool) -> SocketAddr {
    (Ipv4Addr::new(192, 0, 2, 1 + u8::from(server)), 1812).into()
}

fn secret(server: bool) -> Secret {
    Secret::new(SECRETS[usize::from(server)]).expect("it is not empty")
}

impl World {
    fn drain(&mut self) -> Duration {
        loop {
            match self.client.poll_output() {
                Output::WaitUntil(wake) => return wake,
                Output::Transmit(datagram) => {
                    assert!(datagram.to == address(false) || datagram.to == address(true));
                    assert!(Packet::parse(&datagram.payload).is_ok());
                    self.sent.push_back((datagram.to, datagram.socket, datagram.payload.to_vec()));
                }
                Output::Event(Event::Reply(reply)) => {
                    assert!(self.pending.remove(&reply.id), "an answer to nothing");
                    self.replies += 1;
                    assert!(self.replies <= self.honest, "a reply that no server made");
                }
                Output::Event(Event::Failed { id, .. }) => {
                    assert!(self.pending.remove(&id), "the end of nothing");
                }
                _ => {}
            }
        }
    }

    fn give(&mut self, from: SocketAddr, socket: u16, octets: &[u8]) {
        self.client.handle(self.now, Input::Datagram { socket, from, octets });
    }

    fn answer(&mut self, code: u8, wrong_secret: bool, damage: Option<(u8, u8)>, twice: bool) {
        let Some((to, socket, payload)) = self.sent.pop_front() else { return };
        let second = to == address(true);
        let request = Packet::parse(&payload).expect("we sent it");
        let mut out = [0; 4096];
        let mut builder = reply_to(&request, &mut out, Code(code));
        builder.message_authenticator();
        builder.octets(Kind(18), b"hello");
        let Ok(length) = builder.finish(&secret(second != wrong_secret)) else { return };
        let mut changed = wrong_secret;
        if let Some((at, to)) = damage {
            let at = usize::from(at) % length;
            changed |= out[at] != to;
            out[at] = to;
        }
        self.honest += u64::from(!changed);
        for _ in 0..=u8::from(twice) {
            self.give(to, socket, &out[..length]);
        }
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Send { user, server, accounting } => {
                let mut request =
                    Request::new(if accounting { Code::ACCOUNTING_REQUEST } else { Code::ACCESS_REQUEST });
                request.message_authenticator();
                request.octets(Kind(1), &[b'a' + user % 26]);
                let sent = match server {
                    Some(server) => self.client.send_to(self.now, request, usize::from(server)),
                    None => self.client.send(self.now, request),
                };
                if let Ok(id) = sent {
                    assert!(self.pending.insert(id), "a name twice");
                }
            }
            Step::Wait(milliseconds) => {
                self.now += Duration::from_millis(milliseconds.into());
                self.client.handle(self.now, Input::Tick);
            }
            Step::Timer => self.timer(),
            Step::Answer { code, wrong_secret, twice } => self.answer(code, wrong_secret, None, twice),
            Step::Damage { at, to } => {
                let code = self.sent.front().map_or(0, |(_, _, octets)| octets[0] + 1);
                self.answer(code, false, Some((at, to)), false);
            }
            Step::Lose => drop(self.sent.pop_front()),
            Step::Noise { server, octets } => self.give(address(server), 0, &octets),
            Step::Cancel => {
                if let Some(id) = self.pending.first().copied() {
                    self.client.cancel(id);
                }
            }
        }
        self.drain();
        assert!(self.client.pending() >= self.pending.len());
    }

    fn timer(&mut self) {
        let wake = self.client.next_timer();
        if wake < Duration::MAX {
            self.now = self.now.max(wake);
            self.client.handle(self.now, Input::Tick);
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let mut script = Unstructured::new(data);
    let Ok((status_server, sockets)) = script.arbitrary::<(bool, u8)>() else { return };
    let config = Config::new()
        .server(Server::new(address(false), secret(false)))
        .server(Server::new(address(true), secret(true)))
        .sockets(u16::from(sockets % 3))
        .status_server(status_server);
    let mut world = World {
        client: Client::new(config, Counter(1)),
        now: Duration::ZERO,
        pending: BTreeSet::new(),
        sent: VecDeque::new(),
        honest: 0,
        replies: 0,
    };
    while !script.is_empty() {
        let Ok(step) = script.arbitrary() else { break };
        world.step(step);
    }
    // Nobody answers any more: everything ends by itself.
    for _ in 0..10_000 {
        if world.pending.is_empty() {
            return;
        }
        world.timer();
        world.drain();
    }
    panic!("{} requests never end", world.pending.len());
});
