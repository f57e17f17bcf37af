//! The Status Manager's machine against a network, servers and triggers that do what they like.
//!
//! Laws: it is online only after an answer that the server's key made; only one trigger runs at a time; a trigger is killed
//! only while it runs; and it never comes to rest but for a stop.
#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use heartbeat::exec::TriggerName;
use heartbeat::liveness::Service;
use heartbeat::machine::{Event, Input, Output};
use heartbeat::server::{DeviceKeys, Received, ServerSettings, StatusServer};
use heartbeat::{Architecture, Heartbeat, Identity, Key, Mac, Settings, Version};
use libfuzzer_sys::fuzz_target;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

#[derive(Arbitrary, Debug)]
enum Step {
    /// Whatever is waited for does not come: go on to the next timer.
    Timer,
    /// Time passes.
    Wait(u16),
    /// The look-up ends.
    Addresses(u8),
    /// The server answers the query that is out.
    Answer { wrong_key: bool, time: u32, damage: Option<(u16, u8)> },
    /// Anything comes in.
    Noise(Vec<u8>),
    /// The network reports an error.
    NetworkError,
    /// The trigger ends.
    TriggerEnded(bool),
    /// Do not wait.
    Now,
    /// Other settings.
    Reload { retries: u8, hardening: u8 },
}

struct World {
    machine: Heartbeat<Counter>,
    now: Duration,
    query: Option<Vec<u8>>,
    running: bool,
    honest: u32,
}

/// Different octets each time, and the same ones in each run.
struct Counter(u64);

impl heartbeat::Random for Counter {
    fn fill(&mut self, out: &mut [u8]) {
        for chunk in out.chunks_mut(8) {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            chunk.copy_from_slice(&self.0.to_be_bytes()[..chunk.len()]);
        }
    }
}

fn settings(retries: u8, hardening: u8) -> Settings {
    let version = Version { major: 2, minor: 1, micro: 0, revision: 1 };
    let identity = Identity { mac: Mac([2, 0, 0, 0, 0, 1]), version, architecture: Architecture(1) };
    let host = "sm.example.net".parse().expect("a name");
    let mut settings = Settings::new(identity, Key::new([7; 32]), host);
    settings.retries = 1 + u32::from(retries % 4);
    settings.retransmissions = hardening >> 5;
    settings.start_delay = (hardening & 16 != 0).then_some(Duration::ZERO);
    settings.offline_on_exit = hardening & 8 != 0;
    settings.hardening.strict_nop = hardening & 1 != 0;
    settings.hardening.jitter = (hardening & 2) * 25;
    settings.hardening.nop_time_window = (hardening & 4 != 0).then_some(60);
    settings.triggers.set(TriggerName::Online, "online".into());
    settings.triggers.set(TriggerName::Offline, "offline".into());
    settings
}

impl World {
    fn drain(&mut self) -> Duration {
        loop {
            match self.machine.poll_output() {
                Output::WaitUntil(wake) => return wake,
                Output::Transmit(datagram) => self.query = Some(datagram.payload),
                Output::Run(_) => {
                    assert!(!self.running, "two triggers at once");
                    self.running = true;
                }
                Output::Kill => assert!(self.running, "nothing to kill"),
                Output::Event(Event::Online) => assert!(self.honest > 0, "online without an answer"),
                _ => {}
            }
        }
    }

    fn step(&mut self, step: Step) {
        let now = self.now;
        match step {
            Step::Timer => return self.timer(),
            Step::Wait(seconds) => {
                self.now += Duration::from_secs(seconds.into());
                self.machine.handle(self.now, Input::Tick);
            }
            Step::Addresses(count) => {
                let all = [IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2))];
                match all.get(..usize::from(count % 4)) {
                    Some(found) => self.machine.handle(now, Input::Addresses(found)),
                    None => self.machine.handle(now, Input::LookupFailed),
                }
            }
            Step::Answer { wrong_key, time, damage } => self.answer(wrong_key, time, damage),
            Step::Noise(octets) => self.machine.handle(now, Input::Datagram(&octets)),
            Step::NetworkError => self.machine.handle(now, Input::NetworkError),
            Step::TriggerEnded(success) => {
                self.running = false;
                self.machine.handle(now, Input::TriggerEnded { success });
            }
            Step::Now => self.machine.handle(now, Input::HeartbeatNow),
            Step::Reload { retries, hardening } => {
                self.machine.reload(settings(retries, hardening)).expect("good settings");
            }
        }
    }

    fn answer(&mut self, wrong_key: bool, time: u32, damage: Option<(u16, u8)>) {
        let Some(query) = self.query.take() else { return };
        let mut server = StatusServer::new(ServerSettings::new(".sm.fon.com"), Counter(7)).expect("a suffix");
        let key = Key::new([if wrong_key { 8 } else { 7 }; 32]);
        let mut devices = |_: Mac| Some(DeviceKeys::new(key.clone()));
        let mut out = Vec::new();
        let source = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 1));
        let received = Received { now: self.now, unix_seconds: time.into(), source, datagram: &query };
        server.handle(received, &mut devices, None, &mut out);
        if let Some((at, to)) = damage
            && !out.is_empty()
        {
            let at = usize::from(at) % out.len();
            out[at] = to;
        }
        self.honest += u32::from(!wrong_key);
        self.machine.handle(self.now, Input::Datagram(&out));
    }

    fn timer(&mut self) {
        if let Some((_, at)) = self.machine.next_timer() {
            self.now = self.now.max(at);
            self.machine.handle(self.now, Input::Tick);
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let mut script = Unstructured::new(data);
    let Ok((retries, hardening)) = script.arbitrary::<(u8, u8)>() else { return };
    let machine = Heartbeat::new(settings(retries, hardening), Counter(1), Duration::ZERO);
    let mut world = World {
        machine: machine.expect("good settings"),
        now: Duration::ZERO,
        query: None,
        running: false,
        honest: 0,
    };
    world.machine.set_unix_time(Duration::ZERO, 0);
    while !script.is_empty() {
        let Ok(step) = script.arbitrary() else { break };
        world.step(step);
        assert!(world.drain() < Duration::MAX, "it has come to rest while {}", world.machine.state_name());
    }
    if world.machine.service() == Service::Online {
        assert!(world.honest > 0);
    }
    world.machine.handle(world.now, Input::Stop);
    world.drain();
    for _ in 0..64 {
        if world.running {
            world.running = false;
            world.machine.handle(world.now, Input::TriggerEnded { success: false });
        }
        world.timer();
        world.drain();
    }
    assert_eq!(world.machine.state_name(), "stopped");
    assert!(!world.running);
});
