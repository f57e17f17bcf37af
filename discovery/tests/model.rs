//! Random events against what must hold in any order of them.

use discovery::machine::{Action, Answer, Cached, Client, Config, Event, RequestId};
use discovery::oauth::request::{State, Verifier};
use discovery::oauth::token::TokenRecord;
use discovery::secret::Secret;
use proptest::collection::vec;
use proptest::prelude::*;

const LIST: &str = r#"{"version":1,"seq":5,"instances":[
    {"id":"direct","name":"D","profiles":[{"id":"p","eapconfig_endpoint":"https://d.example/c"}]},
    {"id":"web","name":"W","profiles":[{"id":"p","redirect":"http://w.example/"}]},
    {"id":"two","name":"T","profiles":[{"id":"p","redirect":"file:///x"},{"id":"q","oauth":true,
        "eapconfig_endpoint":"https://o.example/c","authorization_endpoint":"https://o.example/a",
        "token_endpoint":"https://o.example/t"}]}]}"#;
const BODIES: [&str; 4] =
    [LIST, "<x/>", r#"{"access_token":"t","token_type":"Bearer","expires_in":60}"#, "{"];
const STATUSES: [u16; 8] = [200, 200, 200, 304, 302, 401, 405, 500];
const TARGETS: [&str; 4] = ["/?code=c&state=s", "/?error=access_denied&state=s", "/?code=c&state=x", "/y"];

/// One event as numbers: its kind, a choice among its contents, the request it answers, counted from the last.
type Step = (u8, usize, usize);

fn feed(client: &mut Client, (kind, choice, back): Step, requests: &[RequestId]) {
    let request = requests.iter().rev().nth(back).copied();
    let token = TokenRecord { access_token: Secret::new("t"), usable_until: 50, obtained_at: None };
    let event = match (kind, request) {
        (0, _) => Event::Start,
        (1, _) => {
            let body = [None, Some(LIST.as_bytes()), Some(b"{".as_slice())][choice % 3];
            Event::Cache { now: 0, cached: Cached { body, fetched_at: Some(0), ..Cached::default() } }
        }
        (2..=5, Some(id)) => {
            let body = BODIES[choice % 4].as_bytes().to_vec();
            let headers = &[("Location", "/elsewhere")];
            Event::Http { id, answer: Answer { status: STATUSES[choice / 4 % 8], headers, body, now: 0 } }
        }
        (6, Some(id)) => Event::HttpFailed { id },
        (7, _) => Event::SelectInstitution { id: ["direct", "web", "two", "none"][choice % 4] },
        (8, _) => Event::SelectProfile { id: ["p", "q", "none"][choice % 3] },
        (9, _) => Event::Token { token: Some(token).filter(|_| choice % 2 == 0), now: 0 },
        (10, _) => {
            let (verifier, state) = (Verifier::from_random(&[0; 32]), State::from_text("s"));
            Event::Listening { port: 1, verifier, state }
        }
        (11 | 12, _) => Event::Callback { connection: 1, method: "GET", target: TARGETS[choice % 4], now: 0 },
        _ => Event::Cancel,
    };
    client.handle(event);
}

proptest! {
    // spec: discovery 14, 15
    #[test]
    fn whatever_happens(steps in vec((0u8..14, 0usize..64, 0usize..2), 0..60)) {
        let config = Config::new("https://l.example/", "app").embedded(LIST.as_bytes().to_vec());
        let mut client = Client::new(config).expect("a usable configuration");
        let mut requests = Vec::new();
        let (mut listening, mut shown) = (false, false);
        for step in steps {
            let ignored = client.ignored_events();
            feed(&mut client, step, &requests);
            let mut actions = 0;
            while let Some(action) = client.poll_action() {
                actions += 1;
                match &action {
                    Action::Http(request) => {
                        prop_assert!(request.url.is_https());
                        prop_assert!(!request.url.as_str().contains("Bearer"));
                        requests.push(request.id);
                    }
                    Action::Listen { .. } => {
                        prop_assert!(!listening, "one listener at a time");
                        listening = true;
                    }
                    Action::CloseListener => {
                        prop_assert!(listening);
                        listening = false;
                    }
                    Action::OpenBrowser { url } => prop_assert!(url.as_str().starts_with("https://")),
                    Action::ShowInstitutions { count, .. } => {
                        prop_assert_eq!(Some(*count), client.document().map(|d| d.len()));
                        shown = true;
                    }
                    Action::Done(_) | Action::Error { .. } | Action::Cancelled => prop_assert!(!listening),
                    _ => {}
                }
            }
            prop_assert!(actions == 0 || client.ignored_events() == ignored, "ignored means nothing to do");
            prop_assert_eq!(client.document().is_some(), shown, "a list that is there is shown, and stays");
        }
    }
}
