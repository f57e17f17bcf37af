//! A whole login and logoff against a scripted hotspot, with everything the machine says along the way.
//!
//! `cargo run -p wispr --example login` — put an HTTP library where `Hotspot::perform` is, and it is a real client.

use std::time::Duration;
use wispr::client::{Client, Config, Input, Method, Outcome, Output, ProbeExpect, Request, Response};
use wispr::code::ResponseCode;
use wispr::message::{Kind, Message};
use wispr::write::{EncodeError, Envelope};

/// What came back for a request.
struct Answer {
    status: u16,
    location: Option<&'static str>,
    body: String,
}

/// A gateway and its portal, in one function.
struct Hotspot {
    polls: u32,
}

impl Hotspot {
    fn perform(&mut self, request: &Request) -> Result<Answer, EncodeError> {
        let redirect = |location| Answer { status: 302, location: Some(location), body: String::new() };
        let page = |message: Message<'_>| {
            let body =
                format!("<html><body>Hello</body>{}</html>", Envelope::new().to_string(Some(&message))?);
            Ok(Answer { status: 200, location: None, body })
        };
        match (request.method, request.url.as_str()) {
            (Method::Get, "http://probe.example/") => Ok(redirect("https://portal.example/?res=notyet")),
            (Method::Get, "https://portal.example/?res=notyet") => {
                let mut message = Message::with_code(Kind::Redirect, ResponseCode::NO_ERROR);
                message.access_procedure = Some("1.0".into());
                message.location_name = Some("Calle Mayor 1".into());
                message.login_url = Some("https://portal.example/login?uamip=10.1.0.1&uamport=3990".into());
                message.abort_login_url = Some("http://10.1.0.1:3990/abort".into());
                page(message)
            }
            (Method::Post, _) => {
                let mut message =
                    Message::with_code(Kind::AuthenticationReply, ResponseCode::AUTHENTICATION_PENDING);
                message.login_results_url = Some("https://portal.example/poll".into());
                page(message)
            }
            (_, "https://portal.example/poll") if self.polls < 2 => {
                self.polls += 1;
                let mut message =
                    Message::with_code(Kind::AuthenticationPollReply, ResponseCode::AUTHENTICATION_PENDING);
                message.delay = Some(5);
                page(message)
            }
            (_, "https://portal.example/poll") => {
                let mut message =
                    Message::with_code(Kind::AuthenticationPollReply, ResponseCode::LOGIN_SUCCEEDED);
                message.logoff_url = Some("http://10.1.0.1:3990/logoff".into());
                message.max_session_time = Some(3600);
                page(message)
            }
            _ => page(Message::with_code(Kind::LogoffReply, ResponseCode::LOGOFF_SUCCEEDED)),
        }
    }
}

/// Gives an input and does what the machine asks for until it is done.
fn run(
    client: &mut Client,
    hotspot: &mut Hotspot,
    now: &mut Duration,
    input: Input<'_>,
) -> Result<Outcome, EncodeError> {
    client.handle(*now, input);
    loop {
        match client.poll_output() {
            Output::Request(request) => {
                println!("{:>4} s  {} {}", now.as_secs(), request.method.as_str(), request.url);
                let answer = hotspot.perform(&request)?;
                let (status, location, body) = (answer.status, answer.location, answer.body.as_bytes());
                client.handle(
                    *now,
                    Input::Response(Response { id: request.id, status, location, url: None, body }),
                );
            }
            Output::Event(event) => println!("        {event:?}"),
            Output::WaitUntil(until) => {
                *now = until;
                client.handle(*now, Input::Tick);
            }
            Output::Done(outcome) => return Ok(outcome),
            _ => {}
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = Config::new("http://probe.example/", ProbeExpect::NoContent, "user@fon.com#fon", "password")
        .verify_after_login(false);
    let mut now = Duration::ZERO;
    let mut client = Client::new(config, now)?;
    let mut hotspot = Hotspot { polls: 0 };
    for input in [Input::Connect, Input::Logoff] {
        let outcome = run(&mut client, &mut hotspot, &mut now, input)?;
        println!("{:>4} s  {outcome:?}", now.as_secs());
    }
    Ok(())
}
