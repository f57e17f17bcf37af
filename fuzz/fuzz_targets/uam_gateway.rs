//! Hostile requests, RADIUS packets and handler output against the access gateway.
//!
//! Laws: every request gets one answer; no header field has a control character; redirects to the portal verify; the
//! comment round a WISPr block ends where it should; every session that was opened is closed and accounted for.
//!
//! The input is a row of records: a tag, a length of two octets (big-endian), and that many octets.
#![no_main]

use core::net::Ipv4Addr;
use core::time::Duration;
use libfuzzer_sys::fuzz_target;
use radius_codec::Packet;
use std::collections::BTreeSet;
use wispr::gateway::{
    AccountingKind, Config, Event, Gateway, Input, LoginId, LoginResult, Mac, Output, Request, RequestId,
    Response, verify,
};

const CLIENT: Ipv4Addr = Ipv4Addr::new(10, 1, 0, 2);
const PORTAL: &str = "https://portal.example.net/";

struct World {
    gateway: Gateway,
    now: Duration,
    requests: BTreeSet<RequestId>,
    last_request: u64,
    login: LoginId,
    sessions: i64,
    records: i64,
}

impl World {
    fn new() -> Self {
        let config = Config::new(PORTAL, Ipv4Addr::new(10, 1, 0, 1), Mac([2; 6]))
            .uamsecret("garrafon")
            .wwwdir(true)
            .uamallowpost(true)
            .acctupdate(true);
        // The challenge is 16 octets of 7, so that a seed can hold a valid login.
        let random = |out: &mut [u8]| out.fill(7);
        let gateway =
            Gateway::new(config, random, Duration::ZERO, 1_795_226_283).expect("a valid configuration");
        Self {
            gateway,
            now: Duration::ZERO,
            requests: BTreeSet::new(),
            last_request: 0,
            login: LoginId(0),
            sessions: 0,
            records: 0,
        }
    }

    fn give(&mut self, input: Input<'_>) {
        self.gateway.handle(self.now, 1_795_226_283, input);
        loop {
            match self.gateway.poll_output() {
                Output::WaitUntil(_) => return,
                output => self.take(output),
            }
        }
    }

    fn take(&mut self, output: Output) {
        match output {
            Output::Respond { request, response } => {
                assert!(self.requests.remove(&request));
                check(&response);
            }
            Output::Close { request } | Output::LocalFile { request, .. } => {
                assert!(self.requests.remove(&request));
            }
            Output::Authenticate(login) => {
                let secret = radius_codec::Secret::new(b"s").expect("a secret");
                let written = login.request.write_to(&mut [0; 4096], 1, [0; 16], &secret);
                assert!(written.is_ok(), "{written:?}");
                self.login = login.id;
            }
            Output::Event(Event::SessionOpened(_)) => self.sessions += 1,
            Output::Event(Event::SessionClosed { .. }) => self.sessions -= 1,
            Output::Account(record) => match record.kind {
                AccountingKind::Start => self.records += 1,
                AccountingKind::Stop(_) => self.records -= 1,
                _ => {}
            },
            _ => {}
        }
        assert!((0..=1).contains(&self.sessions));
    }

    fn record(&mut self, tag: u8, octets: &[u8]) {
        match tag % 6 {
            0 => {
                let Ok(mut request) = Request::parse_head(CLIENT, octets) else { return };
                request.ui_port = tag >= 128;
                self.last_request += 1;
                let id = RequestId(self.last_request);
                self.requests.insert(id);
                self.give(Input::Request { id, request });
            }
            1 => {
                let Ok(packet) = Packet::parse(octets) else { return };
                let login = self.login;
                self.give(Input::LoginResult { login, result: LoginResult::Reply(&packet) });
            }
            2 => {
                let Ok(packet) = Packet::parse(octets) else { return };
                self.give(Input::Dynamic { id: RequestId(0), packet: &packet });
            }
            3 => {
                let seconds = octets.iter().take(2).fold(0, |sum, octet| sum << 8 | u64::from(*octet));
                self.now += Duration::from_secs(seconds);
                self.give(Input::Tick);
            }
            4 => self.give(Input::Lease { ip: CLIENT, mac: Mac([octets.len() as u8; 6]), vlan: None }),
            _ => self.give(Input::Release { ip: CLIENT }),
        }
    }
}

fn check(response: &Response) {
    assert!(response.headers.iter().all(|header| !header.value.contains(|c: char| c.is_control())));
    if response.status != 302 {
        return;
    }
    let location = response.location().expect("a redirect has a Location");
    if location.starts_with(PORTAL) {
        assert!(verify(location, b"garrafon").is_some(), "{location}");
    }
    let body = core::str::from_utf8(&response.body).expect("the body is UTF-8");
    assert!(body.ends_with("-->\r\n\r\n</HTML>\r\n"));
    assert_eq!(body.matches("--").count(), 2, "{body}");
}

fuzz_target!(|data: &[u8]| {
    let mut world = World::new();
    world.give(Input::Lease { ip: CLIENT, mac: Mac([6; 6]), vlan: None });
    let mut rest = data;
    while let [tag, high, low, tail @ ..] = rest {
        let len = usize::from(u16::from_be_bytes([*high, *low])).min(tail.len());
        let (octets, next) = tail.split_at(len);
        world.record(*tag, octets);
        rest = next;
    }
    world.now += Duration::from_secs(121);
    world.give(Input::Tick);
    assert!(world.requests.is_empty());
    world.give(Input::Shutdown);
    assert_eq!((world.sessions, world.records), (0, 0));
});
