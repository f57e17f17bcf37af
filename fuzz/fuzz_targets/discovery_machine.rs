//! The discovery client against a list, servers and a browser that do what they like.
//!
//! Laws: every request goes to https; a token goes only where its endpoint's list entry says; only one listener is open;
//! a flow ends with one outcome or one error, and cancelling always brings the user back to the list.
#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use discovery::machine::{Action, Answer, Cached, Client, Config, Event, RequestId};
use discovery::oauth::request::{State, Verifier};
use libfuzzer_sys::fuzz_target;

const LIST: &str = r#"{"version":1,"seq":2024010100,"instances":[
 {"id":"direct","name":"D","profiles":[{"id":"p","eapconfig_endpoint":"https://d.example/c"}]},
 {"id":"oauth","name":"O","profiles":[{"id":"p","oauth":true,"eapconfig_endpoint":"https://o.example/c",
  "authorization_endpoint":"https://o.example/a","token_endpoint":"https://o.example/t"}]},
 {"id":"page","name":"R","profiles":[{"id":"p","redirect":"https://r.example/"}]},
 {"id":"two","name":"T","profiles":[{"id":"a","name":"X","eapconfig_endpoint":"https://d.example/a"},
  {"id":"b","name":"Y","default":true,"eapconfig_endpoint":"https://d.example/b"}]}]}"#;
const TOKEN: &str = r#"{"access_token":"the-token","token_type":"Bearer","expires_in":3600}"#;
const XML: &str = "<?xml version=\"1.0\"?><EAPIdentityProviderList/>";

#[derive(Arbitrary, Debug)]
enum Step {
    Good,
    Status(u8),
    Body { status: u8, octets: Vec<u8> },
    Redirection { to: u8, text: String },
    Fails,
    Institution(u8),
    Profile(bool),
    NoToken,
    Listening,
    Callback { good_state: bool, error: bool, text: String },
    Target { post: bool, text: String },
    Cancel,
    Time(u16),
}

struct World {
    client: Client,
    now: i64,
    requests: Vec<(RequestId, String)>,
    listening: bool,
    state: Option<String>,
}

impl World {
    fn give(&mut self, event: Event<'_>) {
        self.client.handle(event);
        while let Some(action) = self.client.poll_action() {
            match action {
                Action::Http(request) => {
                    let url = request.url.as_str();
                    assert!(
                        url.starts_with("https://") && url.bytes().all(|o| o.is_ascii_graphic()),
                        "{url}"
                    );
                    let token = request.headers.iter().any(|header| header.value.contains("the-token"));
                    assert!(!token || url.starts_with("https://o.example/"), "the token goes to {url}");
                    assert!(!format!("{request:?}").contains("the-token"));
                    self.requests.push((request.id, url.to_owned()));
                }
                Action::Listen { address } => {
                    assert!(address.is_some_and(|a| a.is_loopback()) && !self.listening);
                }
                Action::CloseListener => self.listening = false,
                Action::OpenBrowser { url } => {
                    assert!(url.as_str().starts_with("https://"));
                    let state = url.as_str().split(['?', '&']).find_map(|p| p.strip_prefix("state="));
                    self.state = state.map(str::to_owned);
                }
                _ => {}
            }
        }
    }

    fn answer(&mut self, status: u16, headers: &[(&str, &str)], body: Vec<u8>) {
        if self.requests.is_empty() {
            return;
        }
        let (id, _) = self.requests.remove(0);
        let now = self.now;
        self.give(Event::Http { id, answer: Answer { status, headers, body, now } });
    }

    fn step(&mut self, step: Step) {
        let now = self.now;
        match step {
            Step::Good => {
                let Some((_, url)) = self.requests.first() else { return };
                let body = match url.as_str() {
                    u if u.ends_with("/t") => TOKEN,
                    u if u.contains("discovery") => LIST,
                    _ => XML,
                };
                let headers = [("Content-Type", "application/json"), ("ETag", "\"1\"")];
                self.answer(200, &headers, body.as_bytes().to_vec());
            }
            Step::Status(status) => self.answer(200 + u16::from(status), &[], Vec::new()),
            Step::Body { status, octets } => {
                let status = [200, 200, 304, 401, 500][usize::from(status) % 5];
                self.answer(status, &[("Content-Type", "application/json")], octets);
            }
            Step::Redirection { to, text } => {
                let to = match to % 4 {
                    0 => "https://o.example/next".to_owned(),
                    1 => "http://evil.example/".to_owned(),
                    2 => "//d.example/x".to_owned(),
                    _ => text,
                };
                self.answer(302, &[("Location", &to)], Vec::new());
            }
            Step::Fails => {
                if !self.requests.is_empty() {
                    let (id, _) = self.requests.remove(0);
                    self.give(Event::HttpFailed { id });
                }
            }
            Step::Institution(which) => {
                let id = ["direct", "oauth", "page", "two", "nobody"][usize::from(which) % 5];
                self.give(Event::SelectInstitution { id });
            }
            Step::Profile(first) => self.give(Event::SelectProfile { id: if first { "a" } else { "p" } }),
            Step::NoToken => self.give(Event::Token { token: None, now }),
            Step::Listening => {
                let (verifier, state) = (Verifier::from_random(&[1; 32]), State::from_random(&[2; 32]));
                self.listening = self.client.state_name() == "opening the listener";
                self.give(Event::Listening { port: 4, verifier, state });
            }
            Step::Callback { good_state, error, text } => {
                let state = self.state.clone().filter(|_| good_state).unwrap_or_else(|| "wrong".to_owned());
                let what = if error { "error=access_denied" } else { "code=abc" };
                let target = format!("/?{what}&state={state}&x={text}");
                self.give(Event::Callback { connection: 1, method: "GET", target: &target, now });
            }
            Step::Target { post, text } => {
                let method = if post { "POST" } else { "GET" };
                self.give(Event::Callback { connection: 2, method, target: &text, now });
            }
            Step::Cancel => self.give(Event::Cancel),
            Step::Time(seconds) => self.now += i64::from(seconds),
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let config = Config::new("https://discovery.example/v1.json", "app.example");
    let mut world = World {
        client: Client::new(config).expect("a usable configuration"),
        now: 1_710_000_000,
        requests: Vec::new(),
        listening: false,
        state: None,
    };
    world.give(Event::Start);
    let mut script = Unstructured::new(data);
    let now = world.now;
    match script.arbitrary::<Option<Vec<u8>>>() {
        Ok(Some(body)) => {
            let cached = Cached { body: Some(&body), fetched_at: Some(now), ..Cached::default() };
            world.give(Event::Cache { now, cached });
        }
        _ => world.give(Event::Cache { now, cached: Cached::default() }),
    }
    while !script.is_empty() {
        let Ok(step) = script.arbitrary() else { break };
        world.step(step);
    }
    world.give(Event::Cancel);
    let state = world.client.state_name();
    assert!(["idle", "browsing", "choosing", "waiting for the list"].contains(&state), "left in: {state}");
    assert!(!world.listening);
});
