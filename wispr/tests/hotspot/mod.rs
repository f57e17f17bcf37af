//! A gateway with a scripted clock, a client, and a RADIUS server that says what the test wants.

#![allow(dead_code, reason = "each scenario uses its own part")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use core::net::Ipv4Addr;
use core::time::Duration;
use radius_codec::auth::RequestHeader;
use radius_codec::{AttributeWriter as _, Code, Packet, PacketBuilder, Path, Secret};
use wispr::gateway::{
    Accounting, AccountingKind, Challenge, Config, Event, Gateway, Input, Login, LoginId, LoginResult, Mac,
    Output, Request, RequestId, Response, TerminateCause, parameter,
};

pub(crate) const IP: Ipv4Addr = Ipv4Addr::new(10, 1, 0, 2);
pub(crate) const MAC: Mac = Mac([0x02, 0x00, 0x5e, 0x10, 0x00, 0x01]);
pub(crate) const SECRET: &[u8] = b"testing123";
pub(crate) const UAMSECRET: &str = "garrafon";
pub(crate) const PORTAL: &str = "https://portal.example.net/p/";

/// Options as most scenarios want them.
pub(crate) fn config() -> Config {
    Config::new(PORTAL, Ipv4Addr::new(10, 1, 0, 1), Mac([0x02, 0x1c, 0x54, 0xb1, 0xe2, 0xb3]))
        .uamsecret(UAMSECRET)
        .radiusnasid(String::from("00-18-84-AA-00-75"))
}

pub(crate) struct Hotspot {
    pub(crate) gateway: Gateway,
    pub(crate) now: Duration,
    pub(crate) unix: i64,
    last_request: u64,
}

impl Hotspot {
    /// A gateway whose first client has its lease.
    pub(crate) fn new(config: Config) -> Self {
        Self::at(config, 0x6b00_fa00)
    }

    /// The same at a time of day.
    pub(crate) fn at(config: Config, unix: i64) -> Self {
        let mut counter = 0_u8;
        let random = move |out: &mut [u8]| {
            for octet in out {
                counter = counter.wrapping_add(1);
                *octet = counter;
            }
        };
        let now = Duration::from_secs(1000);
        let gateway = Gateway::new(config, random, now, unix).unwrap();
        let mut hotspot = Self { gateway, now, unix, last_request: 0 };
        hotspot.input(Input::Lease { ip: IP, mac: MAC, vlan: None });
        hotspot
    }

    /// Gives an input and collects everything that comes of it.
    pub(crate) fn input(&mut self, input: Input<'_>) -> Vec<Output> {
        self.gateway.handle(self.now, self.unix, input);
        self.drain()
    }

    pub(crate) fn drain(&mut self) -> Vec<Output> {
        let mut outputs = Vec::new();
        loop {
            match self.gateway.poll_output() {
                Output::WaitUntil(_) => return outputs,
                output => outputs.push(output),
            }
        }
    }

    /// Lets time pass, waking the machine whenever it asks for it.
    pub(crate) fn pass(&mut self, seconds: u64) -> Vec<Output> {
        let end = self.now + Duration::from_secs(seconds);
        let mut outputs = Vec::new();
        loop {
            let next = self.gateway.next_timer().min(end);
            let step = next.saturating_sub(self.now);
            self.unix += i64::try_from(step.as_secs()).unwrap();
            self.now += step;
            outputs.extend(self.input(Input::Tick));
            if next == end {
                return outputs;
            }
        }
    }

    /// Sends a request and returns whatever comes of it.
    pub(crate) fn ask(&mut self, target: &str) -> Vec<Output> {
        self.ask_with(target, |_| {})
    }

    pub(crate) fn ask_with<'a>(
        &mut self,
        target: &'a str,
        change: impl FnOnce(&mut Request<'a>),
    ) -> Vec<Output> {
        self.last_request += 1;
        let mut request = Request::get(IP, target);
        request.host = b"www.example.com";
        change(&mut request);
        self.input(Input::Request { id: RequestId(self.last_request), request })
    }

    pub(crate) fn last_request(&self) -> RequestId {
        RequestId(self.last_request)
    }

    /// Sends a request that is answered at once.
    pub(crate) fn get(&mut self, target: &str) -> Response {
        let outputs = self.ask(target);
        response(&outputs)
    }

    /// The challenge that a page shows.
    pub(crate) fn challenge(&mut self) -> Challenge {
        shown_challenge(&self.get("/prelogin"))
    }

    /// A login by PAP, as a portal sends it; returns what the server is asked.
    pub(crate) fn logon(&mut self, user: &str, password: &str) -> Login {
        let outputs = self.ask_pap(user, password, "");
        asked(outputs)
    }

    pub(crate) fn ask_pap(&mut self, user: &str, password: &str, extra: &str) -> Vec<Output> {
        let sent = self.challenge().key(UAMSECRET.as_bytes()).obfuscate(password.as_bytes());
        let user = wispr::url::encode(user.as_bytes()).to_string();
        self.ask(&format!("/logon?username={user}&password={sent}{extra}"))
    }

    /// Answers a login with a packet.
    pub(crate) fn answer(&mut self, login: LoginId, code: Code, attributes: &[(Path, &[u8])]) -> Vec<Output> {
        let octets = reply(code, attributes);
        let packet = Packet::parse(&octets).unwrap();
        self.input(Input::LoginResult { login, result: LoginResult::Reply(&packet) })
    }

    /// A whole login by PAP that is accepted.
    pub(crate) fn log_in(&mut self, attributes: &[(Path, &[u8])]) -> Vec<Output> {
        let login = self.logon("alice", "secret");
        self.answer(login.id, Code::ACCESS_ACCEPT, attributes)
    }
}

/// A reply as it comes out of the RADIUS client machine.
pub(crate) fn reply(code: Code, attributes: &[(Path, &[u8])]) -> Vec<u8> {
    let header = RequestHeader {
        code: Code::ACCESS_REQUEST,
        identifier: 1,
        authenticator: [9; 16],
        has_proxy_state: false,
    };
    packet(|out| {
        let mut builder = PacketBuilder::reply(out, code, &header);
        for (path, value) in attributes {
            builder.octets(*path, value);
        }
        builder.finish(&Secret::new(SECRET).unwrap()).unwrap()
    })
}

/// A CoA-Request or Disconnect-Request.
pub(crate) fn dynamic(code: Code, attributes: &[(Path, &[u8])]) -> Vec<u8> {
    packet(|out| {
        let mut builder = PacketBuilder::signed_request(out, code, 1);
        for (path, value) in attributes {
            builder.octets(*path, value);
        }
        builder.finish(&Secret::new(SECRET).unwrap()).unwrap()
    })
}

fn packet(write: impl FnOnce(&mut [u8]) -> usize) -> Vec<u8> {
    let mut out = vec![0; 4096];
    let len = write(&mut out);
    out.truncate(len);
    out
}

/// The only response among outputs.
pub(crate) fn response(outputs: &[Output]) -> Response {
    let mut responses = outputs.iter().filter_map(|output| match output {
        Output::Respond { response, .. } => Some(response.clone()),
        _ => None,
    });
    match (responses.next(), responses.next()) {
        (Some(response), None) => response,
        other => panic!("one response expected: {other:?} in {outputs:?}"),
    }
}

/// The login that a server is asked about.
pub(crate) fn asked(outputs: Vec<Output>) -> Login {
    let seen = format!("{outputs:?}");
    outputs
        .into_iter()
        .find_map(|output| match output {
            Output::Authenticate(login) | Output::AskHandler(login) => Some(login),
            _ => None,
        })
        .unwrap_or_else(|| panic!("a login expected: {seen}"))
}

pub(crate) fn accounting(outputs: &[Output]) -> Vec<(AccountingKind, &Accounting)> {
    outputs
        .iter()
        .filter_map(|output| match output {
            Output::Account(accounting) => Some((accounting.kind, accounting)),
            _ => None,
        })
        .collect()
}

pub(crate) fn kinds(outputs: &[Output]) -> Vec<AccountingKind> {
    accounting(outputs).into_iter().map(|(kind, _)| kind).collect()
}

pub(crate) fn closed(outputs: &[Output]) -> Option<TerminateCause> {
    outputs.iter().find_map(|output| match output {
        Output::Event(Event::SessionClosed { cause, .. }) => Some(*cause),
        _ => None,
    })
}

/// A parameter of a redirect. Every redirect to the portal has to be signed.
pub(crate) fn shown(response: &Response, name: &str) -> Option<String> {
    let location = response.location().expect("a redirect");
    if location.starts_with(PORTAL) {
        assert!(wispr::gateway::verify(location, UAMSECRET.as_bytes()).is_some(), "{location}");
    }
    let (_, query) = location.split_once('?')?;
    parameter(query.as_bytes(), name).map(|value| String::from_utf8(value.into_owned()).unwrap())
}

pub(crate) fn res(response: &Response) -> String {
    let reason = shown(response, "reason").map(|reason| format!("/{reason}")).unwrap_or_default();
    format!("{}{reason}", shown(response, "res").unwrap_or_default())
}

pub(crate) fn shown_challenge(response: &Response) -> Challenge {
    Challenge::from_hex(shown(response, "challenge").expect("a challenge").as_bytes()).unwrap()
}

pub(crate) fn body(response: &Response) -> String {
    String::from_utf8(response.body.clone()).unwrap()
}

/// Octets of an Access-Request or Accounting-Request as a server gets them.
pub(crate) fn octets(
    request: &radius_codec::client::Request,
    identifier: u8,
    authenticator: [u8; 16],
) -> Vec<u8> {
    packet(|out| request.write_to(out, identifier, authenticator, &Secret::new(SECRET).unwrap()).unwrap())
}

/// The value of an attribute of a request.
pub(crate) fn attribute(request: &radius_codec::client::Request, path: Path) -> Option<Vec<u8>> {
    let octets = octets(request, 1, [9; 16]);
    Packet::parse(&octets).unwrap().attributes().octets(path).map(<[u8]>::to_vec)
}
