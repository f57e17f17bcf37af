//! Whole exchanges of the client machine in scripted time.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use radius_codec::client::{
    Client, Config, Event, Failure, Health, Input, Output, Request, RequestId, Rfc5080, Schedule, Server,
    Transmit, VendorPlan,
};
use radius_codec::{AttributeWriter as _, Code, Packet, Secret, attr, auth, server};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

type Random = Box<dyn FnMut(&mut [u8])>;

struct Net {
    client: Client<Random>,
    now: Duration,
    sent: VecDeque<(Duration, Transmit)>,
    events: VecDeque<(Duration, Event)>,
}

const PRIMARY: &str = "192.0.2.1:1812";
const SECONDARY: &str = "192.0.2.2:1812";

fn secret() -> Secret {
    Secret::new(b"testing123").unwrap()
}

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Octets that differ from each other and make RAND small.
fn random() -> Random {
    let mut count = 0_u8;
    Box::new(move |out| {
        for octet in &mut *out {
            count = count.wrapping_add(1);
            *octet = count;
        }
        if let [first, _, _, _] = out {
            *first = 0x80;
        }
    })
}

fn two_servers() -> Config {
    Config::new()
        .server(Server::new(address(PRIMARY), secret()))
        .server(Server::new(address(SECONDARY), secret()))
}

fn login() -> Request {
    let mut request = Request::new(Code::ACCESS_REQUEST);
    request.add(attr::USER_NAME, "alice").hidden(attr::USER_PASSWORD, b"arctangent");
    request
}

impl Net {
    fn new(config: Config) -> Self {
        let client = Client::new(config, random());
        Self { client, now: seconds(100), sent: VecDeque::new(), events: VecDeque::new() }
    }

    fn send(&mut self, request: Request) -> RequestId {
        let id = self.client.send(self.now, request).unwrap();
        self.drain();
        id
    }

    fn drain(&mut self) -> Duration {
        loop {
            match self.client.poll_output() {
                Output::Transmit(transmit) => self.sent.push_back((self.now, transmit)),
                Output::Event(event) => self.events.push_back((self.now, event)),
                Output::WaitUntil(at) => return at,
                other => panic!("{other:?}"),
            }
        }
    }

    /// Lets time pass, waking the machine whenever it asks for it.
    fn run_until(&mut self, until: Duration) {
        loop {
            let wake = self.drain();
            if wake > until {
                self.now = until;
                return;
            }
            assert!(wake >= self.now, "a wake-up in the past");
            self.now = wake;
            self.client.handle(wake, Input::Tick);
        }
    }

    fn receive(&mut self, from: &str, octets: &[u8]) {
        let from = address(from);
        self.client.handle(self.now, Input::Datagram { socket: 0, from, octets });
        self.drain();
    }

    fn answer(&mut self, transmit: &Transmit, code: Code) {
        let reply = reply(&transmit.payload, code);
        self.receive(&transmit.to.to_string(), &reply);
    }

    fn times(&mut self) -> Vec<(u64, String)> {
        self.sent.drain(..).map(|(at, t)| (at.as_secs() - 100, t.to.to_string())).collect()
    }
}

fn reply(request: &[u8], code: Code) -> Vec<u8> {
    let request = Packet::parse(request).unwrap();
    auth::verify_request(&request, &secret(), &auth::RequestPolicy::STRICT).unwrap();
    let mut out = [0; 4096];
    let length = server::reply_to(&request, &mut out, code).add(attr::SESSION_TIMEOUT, 60).finish(&secret());
    out[..length.unwrap()].to_vec()
}

// spec: radius 17
#[test]
fn a_verified_reply_completes_the_request_and_stops_the_clock() {
    let mut net = Net::new(two_servers());
    let id = net.send(login());
    let (_, transmit) = net.sent.pop_front().unwrap();
    net.answer(&transmit, Code::ACCESS_ACCEPT);
    let Some((_, Event::Reply(reply))) = net.events.pop_front() else { panic!("no reply") };
    assert_eq!((reply.id, reply.server), (id, 0));
    assert!(reply.verified.message_authenticator);
    assert_eq!(reply.packet.view().get(attr::SESSION_TIMEOUT), Some(Ok(60)));
    assert_eq!(net.drain(), Duration::MAX);
    assert_eq!(net.client.pending(), 0);
}

// spec: radius 17
#[test]
fn a_retransmission_is_the_same_octets_and_another_server_gets_a_new_packet() {
    let schedule = Rfc5080 { max_count: 2, max_duration: Duration::ZERO, ..Rfc5080::AUTHENTICATION };
    let mut net = Net::new(two_servers().schedule(Schedule::Rfc5080(schedule)));
    net.send(login());
    net.run_until(seconds(107));
    let sent: Vec<Transmit> = net.sent.drain(..).map(|(_, transmit)| transmit).collect();
    assert_eq!(sent.len(), 3);
    assert_eq!(sent[0], sent[1]);
    assert_eq!(sent[2].to, address(SECONDARY));
    assert_ne!(sent[0].payload, sent[2].payload);
    let names: Vec<_> = [&sent[0], &sent[2]]
        .iter()
        .map(|t| Packet::parse(&t.payload).unwrap().attributes().text(attr::USER_NAME).map(str::to_owned))
        .collect();
    assert_eq!(names[0], names[1]);
    // A late answer of the first server still counts.
    net.answer(&sent[0], Code::ACCESS_REJECT);
    assert!(matches!(net.events.pop_front(), Some((_, Event::Reply(reply))) if reply.server == 0));
}

// spec: radius-profile 8
#[test]
fn the_configuration_request_goes_to_both_servers_and_fails_after_14_seconds() {
    let plan = Schedule::Vendor(VendorPlan::FON_CONFIGURATION);
    let mut net = Net::new(two_servers().schedule(plan));
    net.send(login());
    net.run_until(seconds(200));
    assert_eq!(net.times(), [(0, PRIMARY.to_owned()), (7, SECONDARY.to_owned())]);
    let (at, event) = net.events.pop_front().unwrap();
    assert!(matches!(event, Event::Failed { reason: Failure::Timeout, .. }));
    assert_eq!(at, seconds(114));
}

// spec: radius-profile 8
#[test]
fn the_vendor_plan_repeats_the_same_packet_and_begins_with_the_server_that_answered_last() {
    let plan = VendorPlan { retry: 2, sends: 2, timeout: seconds(1) };
    let mut net = Net::new(two_servers().schedule(Schedule::Vendor(plan)));
    net.send(login());
    net.run_until(seconds(102));
    let sent: Vec<Transmit> = net.sent.drain(..).map(|(_, transmit)| transmit).collect();
    assert_eq!(sent.len(), 3);
    assert!(sent.iter().all(|t| t.payload == sent[0].payload));
    net.answer(&sent[2], Code::ACCESS_ACCEPT);
    net.send(login());
    net.run_until(seconds(130));
    let servers: Vec<bool> = net.sent.iter().map(|(_, t)| t.to == address(PRIMARY)).collect();
    assert_eq!(servers, [false, false, true, true, false, false, true, true]);
}

// spec: radius 17, 4
#[test]
fn what_does_not_fit_is_dropped_by_reason_and_the_request_stays_pending() {
    let mut net = Net::new(two_servers());
    net.send(login());
    let (_, transmit) = net.sent.pop_front().unwrap();
    let good = reply(&transmit.payload, Code::ACCESS_ACCEPT);
    net.receive("192.0.2.9:1812", &good);
    net.receive("192.0.2.1:1645", &good);
    net.receive(SECONDARY, &good);
    net.receive(PRIMARY, &good[..10]);
    let mut other_identifier = good.clone();
    other_identifier[1] ^= 1;
    net.receive(PRIMARY, &other_identifier);
    let mut flipped = good.clone();
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    net.receive(PRIMARY, &flipped);
    let mut wrong_code = good.clone();
    wrong_code[0] = 5;
    net.receive(PRIMARY, &wrong_code);
    let mut bare = [0; 64];
    let request = Packet::parse(&transmit.payload).unwrap();
    let length = server::reply_to(&request, &mut bare, Code::ACCESS_ACCEPT)
        .without_message_authenticator()
        .finish(&secret())
        .unwrap();
    net.receive(PRIMARY, &bare[..length]);
    let length = server::reply_to(&request, &mut bare, Code::ACCESS_ACCEPT)
        .add(attr::SESSION_TIMEOUT, 60)
        .message_authenticator()
        .finish(&secret())
        .unwrap();
    net.receive(PRIMARY, &bare[..length]);
    let reasons: Vec<&str> = net
        .events
        .drain(..)
        .map(|(_, event)| match event {
            Event::Dropped { reason, .. } => reason,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        reasons,
        [
            "unknown-server",
            "unknown-server",
            "no-request-pending",
            "datagram-shorter-than-20",
            "no-request-pending",
            "message-authenticator-mismatch",
            "unexpected-response-code",
            "message-authenticator-required",
            "message-authenticator-not-first",
        ]
    );
    assert_eq!(net.client.pending(), 1);
    net.receive(PRIMARY, &good);
    assert!(matches!(net.events.pop_front(), Some((_, Event::Reply(_)))));
}

// spec: radius 14, 17
#[test]
fn a_silent_server_becomes_doubtful_and_three_answers_to_status_server_bring_it_back() {
    let config = two_servers().status_server(true);
    let mut net = Net::new(config);
    net.send(login());
    net.run_until(seconds(131));
    let doubtful =
        net.events.iter().any(|(_, e)| matches!(e, Event::Server { server: 0, health: Health::Doubtful }));
    assert!(doubtful, "{:?}", net.events);
    let last = net.sent.back().unwrap().1.clone();
    assert_eq!(last.to, address(SECONDARY));
    net.answer(&last, Code::ACCESS_ACCEPT);
    net.events.clear();
    net.sent.clear();
    for round in 1..=3 {
        let mut limit = net.now;
        while net.sent.is_empty() {
            limit += seconds(1);
            net.run_until(limit);
        }
        let (_, probe) = net.sent.pop_front().unwrap();
        assert_eq!(probe.to, address(PRIMARY));
        assert_eq!(Packet::parse(&probe.payload).unwrap().code(), Code::STATUS_SERVER);
        net.answer(&probe, Code::ACCESS_ACCEPT);
        let alive = net.events.iter().any(|(_, e)| matches!(e, Event::Server { health: Health::Alive, .. }));
        assert_eq!(alive, round == 3, "after {round} answers");
    }
    assert_eq!(net.client.health(0), Some(Health::Alive));
}

// spec: radius 17
#[test]
fn accounting_without_end_moves_on_from_a_doubtful_server() {
    let mut net = Net::new(two_servers().schedule(Schedule::Rfc5080(Rfc5080::ACCOUNTING)));
    let mut request = Request::new(Code::ACCOUNTING_REQUEST);
    request.add(attr::ACCT_SESSION_ID, "1");
    net.send(request);
    net.run_until(seconds(200));
    assert!(net.times().iter().any(|(_, to)| to == SECONDARY));
    assert!(net.events.iter().all(|(_, event)| !matches!(event, Event::Failed { .. })));
}

// spec: radius-profile 8
#[test]
fn a_deadline_ends_a_login_whatever_the_schedule_says() {
    let plan = Schedule::Vendor(VendorPlan::GATEWAY);
    let mut net = Net::new(two_servers().schedule(plan).deadline(seconds(60)));
    let id = net.send(login());
    net.run_until(seconds(400));
    let (at, event) = net.events.pop_front().unwrap();
    assert!(matches!(event, Event::Failed { id: failed, reason: Failure::Deadline } if failed == id));
    assert_eq!(at, seconds(160));
}

// spec: radius 17
#[test]
fn all_256_identifiers_can_be_busy_and_then_the_machine_says_so() {
    let mut net = Net::new(Config::new().server(Server::new(address(PRIMARY), secret())));
    for _ in 0..256 {
        net.send(login());
    }
    let error = net.client.send(net.now, login()).unwrap_err();
    assert_eq!(error, radius_codec::client::SendError::NoIdentifier { server: 0 });
    let first = net.sent.front().unwrap().1.clone();
    net.answer(&first, Code::ACCESS_REJECT);
    net.send(login());
}
