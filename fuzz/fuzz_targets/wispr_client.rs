//! The smart client against servers that do what they like: it always ends, and the password goes only where it may.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::time::Duration;
use wispr::client::{Client, Config, Input, Output, ProbeExpect, Request, Response};

/// Far more than the limits of the configuration add up to.
const MAX_REQUESTS: usize = 5_000;
const PASSWORD: &str = "open-sesame";

fuzz_target!(|script: &[u8]| {
    let Some((&options, script)) = script.split_first() else { return };
    let expect = ProbeExpect::Body("online".into());
    let config = Config::new("http://probe.example/", expect, "alice", PASSWORD)
        .eap(options & 1 != 0)
        .eap_by_query(options & 2 != 0)
        .allow_v2(options & 4 == 0)
        .verify_after_login(options & 8 != 0)
        .login_host_suffixes(&["good.example"]);
    let mut run = Run {
        client: Client::new(config, Duration::ZERO).expect("a good configuration"),
        now: Duration::ZERO,
        script,
        requests: 0,
    };
    run.act(Input::Connect);
    for action in [options & 0x30, options & 0xc0] {
        match action {
            0x10 => run.act(Input::Logoff),
            0x20 => run.act(Input::Status { decide: true }),
            0x30 | 0x40 => run.act(Input::Connect),
            0x80 => run.act(Input::Abort),
            _ => {}
        }
    }
});

struct Run<'s> {
    client: Client,
    now: Duration,
    script: &'s [u8],
    requests: usize,
}

impl Run<'_> {
    /// One input, and everything that follows from it.
    fn act(&mut self, input: Input<'_>) {
        self.client.handle(self.now, input);
        loop {
            match self.client.poll_output() {
                Output::Request(request) => self.answer(&request),
                Output::EapIn(packet) => {
                    let input = if packet.len() > 3 { Input::EapOut(&packet) } else { Input::EapFailed };
                    self.client.handle(self.now, input);
                }
                Output::WaitUntil(Duration::MAX) => break,
                Output::WaitUntil(until) => {
                    self.now = self.now.max(until);
                    self.client.handle(self.now, Input::Tick);
                }
                _ => {}
            }
        }
        assert!(
            matches!(self.client.state_name(), "Idle" | "LoggedIn"),
            "stuck in {}",
            self.client.state_name()
        );
    }

    fn next(&mut self) -> u8 {
        let Some((&first, rest)) = self.script.split_first() else { return 0 };
        self.script = rest;
        first
    }

    /// Takes some octets of the script as text.
    fn text(&mut self, limit: usize) -> String {
        let len = usize::from(self.next()).min(limit).min(self.script.len());
        let (text, rest) = self.script.split_at(len);
        self.script = rest;
        String::from_utf8_lossy(text).into_owned()
    }

    fn url(&mut self) -> String {
        match self.next() % 8 {
            0 => "https://good.example/l?uamip=10.0.0.1&amp;uamport=3990".into(),
            1 => "http://good.example/abort".into(),
            2 => "https://evil.example/".into(),
            3 => "https://good.example@evil.example/".into(),
            4 => "https://evil.example\\.good.example/".into(),
            5 => "//good.example/x".into(),
            6 => String::new(),
            _ => self.text(60),
        }
    }

    fn page(&mut self) -> String {
        let names = [
            "Redirect",
            "Proxy",
            "AuthenticationReply",
            "EAPAuthenticationReply",
            "LogoffReply",
            "AuthenticationPollReply",
            "AbortLoginReply",
            "StatusReply",
            "PollNotification",
        ];
        let codes = [0, 10, 50, 100, 102, 105, 150, 151, 152, 200, 201, 252, 253, 254, 255];
        let name = names[usize::from(self.next()) % names.len()];
        let code = codes[usize::from(self.next()) % codes.len()];
        let urls: Vec<String> =
            ["LoginURL", "AbortLoginURL", "LogoffURL", "LoginResultsURL", "NextURL", "StatusURL"]
                .iter()
                .map(|field| format!("<{field}>{}</{field}>", self.url()))
                .collect();
        let more = self.text(200);
        format!(
            "<WISPAccessGatewayParam><{name}><ResponseCode>{code}</ResponseCode><VersionHigh>2.0</VersionHigh>\
             <EAPMsg>AQEABQE=</EAPMsg>{}{more}</{name}></WISPAccessGatewayParam>",
            urls.concat()
        )
    }

    fn answer(&mut self, request: &Request) {
        self.requests += 1;
        assert!(self.requests < MAX_REQUESTS, "does not end");
        check(request);
        let id = request.id;
        let status = [200, 302, 307, 308, 303, 404, 204][usize::from(self.next()) % 7];
        let location = match self.next() % 4 {
            0 => None,
            _ => Some(self.url().replace("&amp;", "&")),
        };
        let body = match self.next() % 8 {
            0 => "online".into(),
            1 => self.text(255),
            2 => return self.client.handle(self.now, Input::RequestFailed { id }),
            // Nobody answers: the machine's own timer ends it.
            3 => return,
            4 => return self.client.handle(self.now, Input::Abort),
            _ => self.page(),
        };
        let (location, body) = (location.as_deref(), body.as_bytes());
        self.client.handle(self.now, Input::Response(Response { id, status, location, url: None, body }));
    }
}

fn check(request: &Request) {
    let target = request.parsed_url().expect("a URL that a server can be asked for");
    assert!(request.url.bytes().all(|octet| octet.is_ascii_graphic()));
    let body = request.body.as_ref().map_or("", |body| body.as_str());
    assert!(!request.url.contains(PASSWORD));
    if body.contains(PASSWORD) || request.credentials {
        assert!(request.credentials && request.authenticate);
        assert!(request.url.to_ascii_lowercase().starts_with("https://"));
        assert!(target.host_matches("good.example"), "{}", request.url);
    }
    assert!(!format!("{request:?}").contains(PASSWORD));
}
