//! The legs and the watch of the smart client machine: performs its requests, keeps its timers, reports each step.

use crate::clock::Clock;
use crate::http::client::{Answer, Ask, Client as Http, Error};
use hyper::Method;
use std::time::Duration;
use wispr::client::{self, Client, Event, Input, Outcome, Output, Request, Response};
use wispr::eap::{self, Md5Challenge, Peer};

/// What happens on the way, for those who show it.
#[derive(Debug)]
pub enum Step<'a> {
    /// A request goes out.
    Request(&'a Request),
    /// It was answered.
    Answer(&'a Request, &'a Answer),
    /// It failed.
    Failed(&'a Request, &'a Error),
    /// The client waits for this long before it goes on.
    Waits(Duration),
    /// The server's EAP packet.
    EapIn(&'a [u8]),
    /// The answer to it.
    EapOut(&'a [u8]),
    /// The machine says something.
    Event(&'a Event),
}

/// A smart client with sockets.
pub struct SmartClient {
    machine: Client,
    http: Http,
    clock: Clock,
    peer: Option<Peer<Md5Challenge>>,
}

impl SmartClient {
    /// A client that has not done anything yet. With a peer it can log in by EAP.
    ///
    /// # Errors
    /// What is wrong with the configuration.
    pub fn new(
        config: client::Config,
        http: Http,
        peer: Option<Peer<Md5Challenge>>,
    ) -> Result<Self, client::ConfigError> {
        let clock = Clock::start();
        Ok(Self { machine: Client::new(config, clock.now())?, http, clock, peer })
    }

    /// A client that continues a session of an earlier one.
    ///
    /// # Errors
    /// What is wrong with the configuration.
    pub fn resume(
        config: client::Config,
        http: Http,
        session: client::Session,
    ) -> Result<Self, client::ConfigError> {
        let clock = Clock::start();
        Ok(Self { machine: Client::resume(config, session, clock.now())?, http, clock, peer: None })
    }

    /// Finds out where it is, and logs in if that is needed.
    pub async fn connect(&mut self, show: &mut dyn FnMut(Step<'_>)) -> Outcome {
        self.act(Input::Connect, show).await
    }

    /// Ends the session.
    pub async fn logoff(&mut self, show: &mut dyn FnMut(Step<'_>)) -> Outcome {
        self.act(Input::Logoff, show).await
    }

    async fn act(&mut self, input: Input<'_>, show: &mut dyn FnMut(Step<'_>)) -> Outcome {
        self.machine.handle(self.clock.now(), input);
        let mut outcome = None;
        loop {
            match self.machine.poll_output() {
                Output::Request(request) => self.perform(&request, show).await,
                Output::EapIn(packet) => self.eap(&packet, show),
                Output::Event(event) => show(Step::Event(&event)),
                Output::Done(done) => outcome = Some(done),
                Output::WaitUntil(wake) => match outcome {
                    Some(outcome) => {
                        self.http.forget_cookies();
                        return outcome;
                    }
                    None => self.wait(wake, show).await,
                },
                _ => {}
            }
        }
    }

    async fn wait(&mut self, wake: Duration, show: &mut dyn FnMut(Step<'_>)) {
        show(Step::Waits(wake.saturating_sub(self.clock.now())));
        tokio::time::sleep_until(self.clock.instant(wake)).await;
        self.machine.handle(self.clock.now(), Input::Tick);
    }

    async fn perform(&mut self, request: &Request, show: &mut dyn FnMut(Step<'_>)) {
        show(Step::Request(request));
        let ask = Ask {
            method: match request.method {
                client::Method::Get => Method::GET,
                client::Method::Post => Method::POST,
            },
            url: &request.url,
            form: request.body.as_ref().map(|body| body.as_str()),
            user_agent: &request.user_agent,
        };
        let outcome = self.http.ask(ask, request.timeout).await;
        let now = self.clock.now();
        match outcome {
            Ok(answer) => {
                show(Step::Answer(request, &answer));
                let response = Response {
                    id: request.id,
                    status: answer.status.as_u16(),
                    location: answer.location.as_deref(),
                    url: None,
                    body: &answer.body,
                };
                self.machine.handle(now, Input::Response(response));
            }
            Err(error) => {
                show(Step::Failed(request, &error));
                self.machine.handle(now, Input::RequestFailed { id: request.id });
            }
        }
    }

    fn eap(&mut self, packet: &[u8], show: &mut dyn FnMut(Step<'_>)) {
        show(Step::EapIn(packet));
        let now = self.clock.now();
        match self.peer.as_mut().map(|peer| peer.handle(packet)) {
            Some(Ok(eap::Answer::Response(answer))) => {
                show(Step::EapOut(&answer));
                self.machine.handle(now, Input::EapOut(&answer));
            }
            _ => self.machine.handle(now, Input::EapFailed),
        }
    }
}
