//! The states and the transitions between them (spec: wispr 7.2 to 7.7).

use super::chain::{Call, Chain, End, Exchange, Kept, Policy, Step};
use super::result::{self, ProbeVerdict};
use super::{
    Client, Config, Event, Failure, Hotspot, Input, Outcome, Output, Reply, Request, Response, Session,
    StatusReport,
};
use crate::message::Message;
use crate::schema;
use crate::url::{Scheme, Url, request_form};
use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString as _};
use core::time::Duration;

/// The longest wait a server can ask for, in seconds (spec: wispr 7.4, 7.5).
pub(super) const MAX_DELAY: u32 = 60;

/// The states of section 7.2.
#[derive(Clone)]
pub(super) enum State {
    Idle,
    Probing,
    ProxyWait(Call),
    LoggingIn,
    EapWait,
    PollWait(Call),
    Polling,
    Verifying(Doubt),
    LoggedIn,
    Aborting(Verdict),
    LoggingOff(Verdict),
    Status { decide: bool },
    StatusProbe(StatusReport),
}

/// What a probe in `Verifying` decides.
#[derive(Clone)]
pub(super) enum Doubt {
    /// The login succeeded; only the flag depends on the probe.
    Success,
    /// The login had no result, or "already": the probe says whether there is a session.
    Unknown { failure: Failure, reply: Reply, session: Box<Session> },
}

/// What is reported when an abort or a logoff is over.
#[derive(Clone)]
pub(super) enum Verdict {
    /// What the caller asked for.
    Asked,
    /// The login had failed; ending it changes nothing.
    Failed { failure: Failure, reply: Reply },
}

impl State {
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Idle => "Idle",
            Self::Probing => "Probing",
            Self::ProxyWait(_) => "ProxyWait",
            Self::LoggingIn => "LoggingIn",
            Self::EapWait => "EapWait",
            Self::PollWait(_) => "PollWait",
            Self::Polling => "Polling",
            Self::Verifying(_) => "Verifying",
            Self::LoggedIn => "LoggedIn",
            Self::Aborting(_) => "Aborting",
            Self::LoggingOff(_) => "LoggingOff",
            Self::Status { .. } => "Status",
            Self::StatusProbe(_) => "StatusProbe",
        }
    }
}

/// The deadlines that run.
#[derive(Clone, Copy, Default)]
pub(super) struct Timers {
    request: Option<Duration>,
    pub(super) wait: Option<Duration>,
    pub(super) login: Option<Duration>,
}

impl Timers {
    pub(super) fn next(&self) -> Duration {
        [self.request, self.wait, self.login].into_iter().flatten().min().unwrap_or(Duration::MAX)
    }
}

/// A login that is under way.
pub(super) struct Login {
    pub(super) login_url: String,
    pub(super) abort_url: Option<String>,
    pub(super) results_url: Option<String>,
    pub(super) v2: bool,
    pub(super) eap: bool,
    pub(super) rounds: u32,
    pub(super) polls: u32,
}

impl Policy for Config {
    fn refuses(&self, target: &Url<'_>) -> Option<Failure> {
        if self.require_https_login && target.scheme() != Scheme::Https {
            Some(Failure::InsecureLoginUrl)
        } else if !self.login_host_suffixes.is_empty()
            && !self.login_host_suffixes.iter().any(|suffix| target.host_matches(suffix))
        {
            Some(Failure::LoginHost)
        } else {
            None
        }
    }
}

impl Client {
    /// Takes an input. Drain [`Client::poll_output`] afterwards.
    pub fn handle(&mut self, now: Duration, input: Input<'_>) {
        self.now = self.now.max(now);
        match (input, &self.state) {
            (Input::Tick, _) => self.tick(),
            (Input::Connect, State::Idle | State::LoggedIn) => self.connect(),
            (Input::Response(response), _) if self.awaits(response.id) => self.response(&response),
            (Input::RequestFailed { id }, _) if self.awaits(id) => self.request_failed(),
            (Input::EapOut(packet), State::EapWait) => self.eap_out(packet),
            (Input::EapFailed, State::EapWait) => self.abort_login(Verdict::failed(Failure::Eap)),
            (Input::Abort, _) => self.abort(),
            (Input::Logoff, State::LoggedIn) => self.log_off(Verdict::Asked),
            (Input::Status { decide }, State::LoggedIn) => self.ask_status(decide),
            _ => self.ignored = self.ignored.saturating_add(1),
        }
    }

    const fn awaits(&self, id: u32) -> bool {
        self.chain.is_some() && self.request_id == id
    }

    pub(super) fn tick(&mut self) {
        let now = self.now;
        let due = |timer: &mut Option<Duration>| timer.take_if(|at| *at <= now).is_some();
        if due(&mut self.timers.login) {
            self.abort_login(Verdict::failed(Failure::Timeout));
        } else if due(&mut self.timers.request) {
            if self.chain.is_some() {
                self.request_failed();
            }
        } else if due(&mut self.timers.wait) {
            match core::mem::replace(&mut self.state, State::Idle) {
                State::ProxyWait(call) => self.begin(State::Probing, Exchange::Probe, call),
                State::PollWait(call) => {
                    let state = if call.credentials { State::LoggingIn } else { State::Polling };
                    self.begin(state, Exchange::Login, call);
                }
                other => self.state = other,
            }
        }
    }

    // ----- requests -----

    pub(super) fn change(&mut self, state: State) {
        if self.state.name() != state.name() {
            self.outputs.push_back(Output::Event(Event::Changed(state.name())));
        }
        self.state = state;
    }

    /// Begins an exchange.
    pub(super) fn begin(&mut self, state: State, exchange: Exchange, call: Call) {
        self.stop_waiting();
        self.change(state);
        let chain = Chain::new(exchange, call);
        self.send(chain.current());
        self.chain = Some(chain);
    }

    pub(super) fn send(&mut self, call: &Call) {
        self.request_id = self.request_id.wrapping_add(1);
        self.timers.request = Some(self.now.saturating_add(self.config.http_timeout));
        let https = Url::parse(&call.url).is_ok_and(|url| url.scheme() == Scheme::Https);
        let in_login = call.credentials || !matches!(self.state, State::Probing | State::Verifying(_));
        self.outputs.push_back(Output::Request(Request {
            id: self.request_id,
            method: call.method,
            url: call.url.clone(),
            body: call.body.clone(),
            user_agent: self.config.effective_user_agent(),
            credentials: call.credentials,
            authenticate: https && in_login,
            timeout: self.config.http_timeout,
        }));
    }

    /// Forgets the outstanding request and the wait.
    pub(super) fn stop_waiting(&mut self) {
        self.chain = None;
        self.timers.request = None;
        self.timers.wait = None;
    }

    pub(super) fn response(&mut self, response: &Response<'_>) {
        let Some(mut chain) = self.chain.take() else { return };
        let online = self.config.is_online(response.status, response.body);
        let (seen, step) = chain.response(response, self.config.max_redirects, &self.config, online);
        if let Some(seen) = seen {
            let (kind, code, kept, quirks) = (seen.kind, seen.code, seen.kept, seen.quirks);
            self.outputs.push_back(Output::Event(Event::Message { kind, code, kept, quirks }));
        }
        match step {
            Step::Follow(call) => {
                self.send(&call);
                self.chain = Some(chain);
            }
            Step::End(end) => self.end(&chain, *end),
            Step::Broken(failure, kept) => self.broken(failure, kept.map(|kept| *kept)),
        }
    }

    pub(super) fn request_failed(&mut self) {
        let Some(mut chain) = self.chain.take() else { return };
        let end = chain.error();
        self.end(&chain, end);
    }

    /// Judges the end of a chain.
    pub(super) fn end(&mut self, chain: &Chain, end: End) {
        self.stop_waiting();
        match core::mem::replace(&mut self.state, State::Idle) {
            State::Probing => {
                self.state = State::Probing;
                self.probed(chain.current(), end);
            }
            state @ (State::LoggingIn | State::Polling) => {
                self.state = state;
                self.answered(&chain.first, end);
            }
            State::Verifying(doubt) => {
                self.state = State::Verifying(doubt.clone());
                self.verified(doubt, end.online);
            }
            State::Aborting(verdict) => {
                self.state = State::Aborting(verdict.clone());
                self.aborted(verdict, end.kept);
            }
            State::LoggingOff(verdict) => {
                self.state = State::LoggingOff(verdict.clone());
                self.logged_off(verdict, result::logged_off(end.kept.as_ref(), end.status), end.kept);
            }
            State::Status { decide } => {
                self.state = State::Status { decide };
                self.told_status(decide, end.kept);
            }
            State::StatusProbe(mut report) => {
                report.active = Some(end.online);
                self.done(State::LoggedIn, Outcome::Status(report));
            }
            // No request is outstanding in the other states.
            other => self.state = other,
        }
    }

    /// A redirect must not be followed (spec: wispr 6). Whether a login or a session is at its end was said before it.
    pub(super) fn broken(&mut self, failure: Failure, kept: Option<Kept>) {
        self.stop_waiting();
        match core::mem::replace(&mut self.state, State::Idle) {
            State::Verifying(doubt) => self.verified(doubt, false),
            State::Aborting(verdict) => self.aborted(verdict, kept),
            State::LoggingOff(verdict) => {
                self.logged_off(verdict, result::logged_off(kept.as_ref(), None), kept);
            }
            State::Status { .. } => {
                self.done(State::LoggedIn, Outcome::Failed { failure, reply: Reply::default() });
            }
            State::StatusProbe(mut report) => {
                report.active = Some(false);
                self.done(State::LoggedIn, Outcome::Status(report));
            }
            _ => self.give_up(failure, Reply::default()),
        }
    }

    pub(super) fn done(&mut self, state: State, outcome: Outcome) {
        self.stop_waiting();
        self.timers.login = None;
        self.login = None;
        if matches!(state, State::Idle) {
            self.session = None;
        }
        self.change(state);
        self.outputs.push_back(Output::Done(outcome));
    }

    pub(super) fn give_up(&mut self, failure: Failure, reply: Reply) {
        self.done(State::Idle, Outcome::Failed { failure, reply });
    }

    // ----- discovery (spec: wispr 7.4) -----

    pub(super) fn connect(&mut self) {
        self.proxies = 0;
        self.restarted = false;
        self.login = None;
        self.timers.login = None;
        self.discover();
    }

    /// Sends the probe. If a login led here (252), its deadline goes on, and so does what an abort needs.
    pub(super) fn discover(&mut self) {
        let probe = self.probe();
        self.begin(State::Probing, Exchange::Probe, probe);
    }

    pub(super) fn probe(&self) -> Call {
        // The configuration was checked: the probe is a URL.
        Call::get(request_form(&self.config.probe_url).unwrap_or_else(|_| self.config.probe_url.clone()))
    }

    pub(super) fn probed(&mut self, last: &Call, end: End) {
        let Some(kept) = end.kept else {
            // A session from before outlives a probe that is lost, and one that finds the way open.
            let back = if self.session.is_some() { State::LoggedIn } else { State::Idle };
            let failed = Outcome::Failed { failure: Failure::Http, reply: Reply::default() };
            return match end.status {
                None => self.done(back, failed),
                Some(_) if end.online => self.done(back, Outcome::Online),
                Some(_) => self.done(State::Idle, Outcome::CaptiveNoWispr { url: end.url }),
            };
        };
        match result::probe(&kept.message) {
            ProbeVerdict::Failed(failure) => self.give_up(failure, Reply::of(&kept.message)),
            ProbeVerdict::Proxy => self.proxy(last, &kept),
            ProbeVerdict::Login => match self.start_login(&kept) {
                Ok(()) => {}
                Err(failure) => self.give_up(failure, Reply::of(&kept.message)),
            },
        }
    }

    pub(super) fn proxy(&mut self, last: &Call, kept: &Kept) {
        self.proxies = self.proxies.saturating_add(1);
        if self.proxies > self.config.max_proxy {
            return self.give_up(Failure::ProxyLoop, Reply::of(&kept.message));
        }
        let call = match kept.resolve(kept.message.next_url.as_ref()) {
            Ok(Some(url)) => Call::get(url),
            Ok(None) => last.clone(),
            Err(_) => return self.give_up(Failure::BadUrl, Reply::of(&kept.message)),
        };
        match kept.message.delay {
            None | Some(0) => self.begin(State::Probing, Exchange::Probe, call),
            Some(delay) => {
                self.timers.wait = Some(self.now.saturating_add(seconds(delay.min(MAX_DELAY))));
                self.change(State::ProxyWait(call));
            }
        }
    }

    /// Acts on a Redirect that says how to log in.
    pub(super) fn start_login(&mut self, kept: &Kept) -> Result<(), Failure> {
        let message = &kept.message;
        let login_url = self.checked_login_url(kept)?.ok_or(Failure::BadUrl)?;
        let host = Url::parse(&login_url).map(|url| url.host().to_string()).map_err(|_| Failure::BadUrl)?;
        self.outputs.push_back(Output::Event(Event::Hotspot(hotspot(message, host))));
        let offered = message.version_high.as_deref().and_then(offered_version);
        let v2 = self.config.allow_v2 && offered.is_some_and(|version| version >= (2, 0));
        let eap = if self.config.eap && v2 { message.eap_msg.as_deref() } else { None };
        self.session = None;
        self.login = Some(Login {
            login_url,
            abort_url: kept.resolve(message.abort_login_url.as_ref()).ok().flatten(),
            results_url: None,
            v2,
            eap: eap.is_some(),
            rounds: 0,
            polls: 0,
        });
        let deadline = self.now.saturating_add(self.config.login_deadline);
        self.timers.login.get_or_insert(deadline);
        match eap {
            Some(packet) => self.eap_in(packet.to_vec()),
            None => self.post_password(),
        }
        Ok(())
    }

    /// The LoginURL, if credentials may be sent there.
    pub(super) fn checked_login_url(&self, kept: &Kept) -> Result<Option<String>, Failure> {
        let url = kept.resolve(kept.message.login_url.as_ref()).map_err(|_| Failure::BadUrl)?;
        let refused = match &url {
            Some(url) => self.config.refuses(&Url::parse(url).map_err(|_| Failure::BadUrl)?),
            None => None,
        };
        refused.map_or(Ok(url), Err)
    }
}

impl Verdict {
    pub(super) fn failed(failure: Failure) -> Self {
        Self::Failed { failure, reply: Reply::default() }
    }
}

fn hotspot(message: &Message<'_>, login_host: String) -> Hotspot {
    let text = |text: &Option<alloc::borrow::Cow<'_, str>>| text.as_deref().map(String::from);
    Hotspot {
        login_host,
        version_high: text(&message.version_high),
        version_low: text(&message.version_low),
        access_location: text(&message.access_location),
        location_name: text(&message.location_name),
        eap: message.eap_msg.is_some(),
    }
}

/// The version a Redirect offers. One without its second number is not strictly a version, and no less an offer.
fn offered_version(text: &str) -> Option<(u16, u16)> {
    schema::version(text).or_else(|| schema::version(&format!("{text}.0")))
}

pub(super) fn seconds(count: u32) -> Duration {
    Duration::from_secs(count.into())
}
