//! A client and a server over a scripted link, in scripted time.

#![allow(dead_code, reason = "each test target uses its own part")]
#![expect(clippy::unwrap_used, reason = "a test may end here")]

use core::time::Duration;
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, U2048};
use heartbeat::exec::{Run, TriggerName, Triggers};
use heartbeat::machine::{Event, Input, Lookup, Output, Transmit};
use heartbeat::rsa::{RsaPublicKey, RsaSigner};
use heartbeat::server::{
    Answered, DeviceKeys, Devices, Handled, Instruction, Received, ServerSettings, StatusServer,
};
use heartbeat::{Architecture, ExecCode, Heartbeat, Identity, Key, Mac, Query, Settings, Version};
use std::collections::BTreeMap;
use std::net::IpAddr;

pub(crate) const MAC: Mac = Mac([0x00, 0x18, 0x84, 0xa0, 0x00, 0x29]);
/// What the server's clock shows at moment zero.
pub(crate) const EPOCH: i64 = 1_300_000_000;

pub(crate) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) fn key() -> Key {
    "7ef44706c65938ceb87c814e844679dc5edf1c9c30de4b6d5af4504b4e6a7a8d".parse().unwrap()
}

pub(crate) fn settings() -> Settings {
    let version = Version { major: 1, minor: 2, micro: 3, revision: 4 };
    let identity = Identity { mac: MAC, version, architecture: Architecture::FONAP };
    let mut settings = Settings::new(identity, key(), "192.0.2.1".parse().unwrap());
    settings.start_delay = Some(Duration::ZERO);
    settings.rsa = Some(RsaPublicKey::from_file(&key_file("rsa_a.spki.pem")).unwrap());
    settings.triggers = triggers();
    settings
}

fn triggers() -> Triggers {
    let mut triggers = Triggers::new();
    triggers.set(TriggerName::Online, "come up".to_owned());
    triggers.set(TriggerName::Offline, "go down".to_owned());
    triggers.set(TriggerName::Exec(ExecCode(1)), "configure DATA".to_owned());
    triggers
}

pub(crate) fn key_file(name: &str) -> Vec<u8> {
    let path = format!("{}/../tests/vectors/heartbeat/keys/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Octets that differ, the same in every run.
pub(crate) fn random(seed: u64) -> impl FnMut(&mut [u8]) {
    let mut state = seed;
    move |octets: &mut [u8]| {
        for octet in octets {
            // splitmix64
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *octet = (z ^ (z >> 31)).to_be_bytes()[0];
        }
    }
}

/// The test key pair's private operation.
pub(crate) struct Signer {
    public: RsaPublicKey,
    params: FixedMontyParams<{ U2048::LIMBS }>,
    exponent: U2048,
}

impl Signer {
    pub(crate) fn new() -> Self {
        let pem = String::from_utf8(key_file("rsa_a.pkcs1.pem")).unwrap();
        let text: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let mut der = vec![0; text.len()];
        let length = heartbeat::base64::decode(text.as_bytes(), &mut der).unwrap();
        // RSAPrivateKey: version, modulus, public exponent, private exponent.
        let mut rest = &der[4..length];
        let mut integer = || {
            let (header, size) = match rest[1] {
                0x82 => (4, usize::from(rest[2]) << 8 | usize::from(rest[3])),
                0x81 => (3, usize::from(rest[2])),
                short => (2, usize::from(short)),
            };
            let content = &rest[header..header + size];
            rest = &rest[header + size..];
            content.strip_prefix(&[0]).unwrap_or(content)
        };
        let (_version, modulus, public, private) = (integer(), integer(), integer(), integer());
        let number = |octets: &[u8]| {
            let mut padded = [0; 256];
            padded[256 - octets.len()..].copy_from_slice(octets);
            U2048::from_be_slice(&padded)
        };
        Self {
            public: RsaPublicKey::from_integers(modulus, public).unwrap(),
            params: FixedMontyParams::new_vartime(Odd::new(number(modulus)).unwrap()),
            exponent: number(private),
        }
    }
}

impl RsaSigner for Signer {
    fn public_key(&self) -> &RsaPublicKey {
        &self.public
    }

    fn sign(&mut self, block: &[u8; 256]) -> Option<[u8; 256]> {
        let signed = FixedMontyForm::new(&U2048::from_be_slice(block), &self.params).pow(&self.exponent);
        let mut octets = [0; 256];
        octets.copy_from_slice(signed.retrieve().to_be_bytes().as_ref());
        Some(octets)
    }
}

/// The server's book of devices.
pub(crate) struct Book {
    pub(crate) keys: BTreeMap<Mac, DeviceKeys>,
    pub(crate) pending: Vec<Instruction>,
}

impl Book {
    pub(crate) fn new() -> Self {
        Self { keys: BTreeMap::from([(MAC, DeviceKeys::new(key()))]), pending: Vec::new() }
    }
}

impl Devices for Book {
    fn keys(&mut self, mac: Mac) -> Option<DeviceKeys> {
        self.keys.get(&mac).cloned()
    }

    fn instruction(&mut self, _query: &Query) -> Option<Instruction> {
        self.pending.first().cloned()
    }
}

/// Which way a datagram goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toward {
    Server,
    Client,
}

/// What the link makes of a datagram: the copies that arrive, and how much later.
type Fate = Box<dyn FnMut(Toward, Vec<u8>) -> Vec<(Duration, Vec<u8>)>>;

type Dice = Box<dyn FnMut(&mut [u8])>;

pub(crate) struct World {
    pub(crate) now: Duration,
    pub(crate) client: Heartbeat<Dice>,
    pub(crate) server: StatusServer<Dice>,
    pub(crate) book: Book,
    pub(crate) signer: Option<Signer>,
    pub(crate) link: Fate,
    /// What a look-up finds; nothing for a failure.
    pub(crate) addresses: Option<Vec<IpAddr>>,
    /// Whether triggers end at once.
    pub(crate) triggers_end: bool,
    flying: BTreeMap<(Duration, u64), (Toward, Vec<u8>)>,
    sent: u64,
    pub(crate) events: Vec<(Duration, Event)>,
    pub(crate) transmits: Vec<(Duration, Transmit)>,
    pub(crate) lookups: Vec<(Duration, Lookup)>,
    pub(crate) runs: Vec<(Duration, Run)>,
    pub(crate) kills: Vec<Duration>,
    pub(crate) handled: Vec<Handled>,
}

impl World {
    pub(crate) fn new(settings: Settings) -> Self {
        Self::with_server(settings, ServerSettings::new(".sm.fon.com"))
    }

    pub(crate) fn with_server(settings: Settings, server: ServerSettings) -> Self {
        let dice = |seed| Box::new(random(seed)) as Dice;
        Self {
            now: Duration::ZERO,
            client: Heartbeat::new(settings, dice(1), Duration::ZERO).unwrap(),
            server: StatusServer::new(server, dice(2)).unwrap(),
            book: Book::new(),
            signer: None,
            link: Box::new(|_, datagram| vec![(Duration::from_millis(20), datagram)]),
            addresses: Some(vec!["192.0.2.1".parse().unwrap()]),
            triggers_end: true,
            flying: BTreeMap::new(),
            sent: 0,
            events: Vec::new(),
            transmits: Vec::new(),
            lookups: Vec::new(),
            runs: Vec::new(),
            kills: Vec::new(),
            handled: Vec::new(),
        }
    }

    pub(crate) fn fly(&mut self, toward: Toward, datagram: Vec<u8>) {
        for (delay, datagram) in (self.link)(toward, datagram) {
            self.sent += 1;
            self.flying.insert((self.now + delay, self.sent), (toward, datagram));
        }
    }

    /// Lets time pass.
    pub(crate) fn run_until(&mut self, end: Duration) {
        loop {
            let wait = self.drain();
            let next = self.flying.keys().next().map_or(wait, |(at, _)| wait.min(*at));
            if next > end {
                self.now = end;
                return;
            }
            self.now = self.now.max(next);
            match self.flying.first_entry().filter(|entry| entry.key().0 <= next) {
                Some(entry) => match entry.remove() {
                    (Toward::Client, datagram) => self.client.handle(self.now, Input::Datagram(&datagram)),
                    (Toward::Server, datagram) => self.serve(&datagram),
                },
                None => self.client.handle(self.now, Input::Tick),
            }
        }
    }

    /// Does what the client asks for until it waits.
    pub(crate) fn drain(&mut self) -> Duration {
        loop {
            match self.client.poll_output() {
                Output::WaitUntil(at) => return at,
                Output::Event(event) => self.events.push((self.now, event)),
                Output::Transmit(transmit) => {
                    self.transmits.push((self.now, transmit.clone()));
                    self.fly(Toward::Server, transmit.payload);
                }
                Output::Lookup(lookup) => {
                    self.lookups.push((self.now, lookup));
                    match self.addresses.clone() {
                        Some(found) => self.client.handle(self.now, Input::Addresses(&found)),
                        None => self.client.handle(self.now, Input::LookupFailed),
                    }
                }
                Output::Run(run) => {
                    self.runs.push((self.now, run));
                    if self.triggers_end {
                        self.client.handle(self.now, Input::TriggerEnded { success: true });
                    }
                }
                Output::Kill => {
                    self.kills.push(self.now);
                    self.client.handle(self.now, Input::TriggerEnded { success: false });
                }
                other => panic!("unexpected {other:?}"),
            }
        }
    }

    pub(crate) fn serve(&mut self, datagram: &[u8]) {
        let received = Received {
            now: self.now,
            unix_seconds: EPOCH + i64::try_from(self.now.as_secs()).unwrap(),
            source: "203.0.113.9".parse().unwrap(),
            datagram,
        };
        let mut out = Vec::new();
        let signer = self.signer.as_mut().map(|signer| signer as &mut dyn RsaSigner);
        let handled = self.server.handle(received, &mut self.book, signer, &mut out);
        if let Handled::Answered { answered: Answered::Regular, .. } = handled {
            self.book.pending.remove(0);
        }
        self.handled.push(handled);
        if !out.is_empty() {
            self.fly(Toward::Client, out);
        }
    }

    pub(crate) fn commands(&self) -> Vec<&str> {
        self.runs.iter().map(|(_, run)| run.command.as_str()).collect()
    }

    pub(crate) fn queries(&self) -> Vec<&Query> {
        let queries = self.events.iter().filter_map(|(_, event)| match event {
            Event::Query(query) => Some(query),
            _ => None,
        });
        queries.collect()
    }

    pub(crate) fn saw(&self, wanted: &Event) -> bool {
        self.events.iter().any(|(_, event)| event == wanted)
    }
}

/// A link that loses what `lost` says; the number counts the datagrams of that direction.
pub(crate) fn lossy(mut lost: impl FnMut(Toward, usize) -> bool + 'static) -> Fate {
    let mut counts = [0; 2];
    Box::new(move |toward, datagram| {
        let count = &mut counts[usize::from(toward == Toward::Client)];
        *count += 1;
        if lost(toward, *count - 1) { Vec::new() } else { vec![(Duration::from_millis(20), datagram)] }
    })
}
