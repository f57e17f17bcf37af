//! A whole run of the client machine, its actions performed by a script instead of browser and network.
//!
//! `cargo run -p discovery --example client`

use discovery::machine::{Action, Answer, Cached, Client, Config, Event, Outcome};
use discovery::oauth::request::{State, Verifier};

const LIST: &str = r#"{"version":1,"seq":2023020908,"instances":[{
    "id":"cat_2","cat_idp":2,"country":"NL","geo":[],"name":"Sur-le-Lac Lycée","profiles":[{
        "id":"p2","name":"Students","default":true,"oauth":true,
        "eapconfig_endpoint":"https://x.example.org/api/eap-config/",
        "token_endpoint":"https://x.example.org/oauth/token/",
        "authorization_endpoint":"https://x.example.org/oauth/authorize/"}]}]}"#;

/// What the servers would answer.
fn network(url: &str) -> &'static str {
    match url {
        "https://x.example.org/oauth/token/" => {
            r#"{"access_token":"v2.local.AAAA","token_type":"Bearer","expires_in":3600}"#
        }
        "https://x.example.org/api/eap-config/" => "<?xml version=\"1.0\"?><EAPIdentityProviderList/>",
        _ => LIST,
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = Config::new("https://discovery.eduroam.app/v1/discovery.json", "app.geteduroam.sh");
    let mut client = Client::new(config)?;
    let now = 1_676_000_000;
    client.handle(Event::Start);
    while let Some(action) = client.poll_action() {
        // Secrets do not show in this output.
        println!("{action:?}");
        match action {
            Action::LoadCache => client.handle(Event::Cache { now, cached: Cached::default() }),
            Action::Http(request) => {
                let body = network(request.url.as_str()).as_bytes().to_vec();
                let answer = Answer { status: 200, headers: &[], body, now };
                client.handle(Event::Http { id: request.id, answer });
            }
            Action::ShowInstitutions { .. } => client.handle(Event::SelectInstitution { id: "cat_2" }),
            Action::LoadToken { .. } => client.handle(Event::Token { token: None, now }),
            Action::Listen { .. } => client.handle(Event::Listening {
                port: 41_234,
                // A real client takes two times 32 fresh octets from the system.
                verifier: Verifier::from_random(&[1; 32]),
                state: State::from_random(&[2; 32]),
            }),
            Action::OpenBrowser { url } => {
                // The user signs in, and the server sends the browser back with the same state.
                let state = url.as_str().rsplit("state=").next().unwrap_or_default();
                let target = format!("/?code=abc&state={state}");
                client.handle(Event::Callback { connection: 1, method: "GET", target: &target, now });
            }
            Action::Done(Outcome::EapConfig(body)) => println!("{}", String::from_utf8_lossy(&body)),
            _ => {}
        }
    }
    Ok(())
}
