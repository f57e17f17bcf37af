//! The states and the transitions between them (spec: wispr 7.2 to 7.7).

use super::chain::{Call, Chain, End, Exchange, Kept, Policy, Step};
use super::result::{self, LoginVerdict, ProbeVerdict};
use super::{
    Client, Config, Event, Failure, Hotspot, Input, Method, Outcome, Output, Reply, Request, Response,
    Session, StatusReport,
};
use crate::form;
use crate::message::Message;
use crate::schema;
use crate::url::{Scheme, Url, request_form};
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use core::net::Ipv4Addr;
use core::time::Duration;
use zeroize::Zeroizing;

/// The longest wait a server can ask for, in seconds (spec: wispr 7.4, 7.5).
const MAX_DELAY: u32 = 60;

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
    Unknown { failure: Failure, reply: Reply },
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
    wait: Option<Duration>,
    login: Option<Duration>,
}

impl Timers {
    pub(super) fn next(&self) -> Duration {
        [self.request, self.wait, self.login].into_iter().flatten().min().unwrap_or(Duration::MAX)
    }
}

/// A login that is under way.
pub(super) struct Login {
    login_url: String,
    abort_url: Option<String>,
    results_url: Option<String>,
    v2: bool,
    eap: bool,
    rounds: u32,
    polls: u32,
    eap_final: Option<Vec<u8>>,
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

    fn tick(&mut self) {
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

    fn change(&mut self, state: State) {
        if self.state.name() != state.name() {
            self.outputs.push_back(Output::Event(Event::Changed(state.name())));
        }
        self.state = state;
    }

    /// Begins an exchange.
    fn begin(&mut self, state: State, exchange: Exchange, call: Call) {
        self.stop_waiting();
        self.change(state);
        let chain = Chain::new(exchange, call);
        self.send(chain.current());
        self.chain = Some(chain);
    }

    fn send(&mut self, call: &Call) {
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
    fn stop_waiting(&mut self) {
        self.chain = None;
        self.timers.request = None;
        self.timers.wait = None;
    }

    fn response(&mut self, response: &Response<'_>) {
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
            Step::End(end) => self.end(&chain.first, *end),
            Step::Broken(failure) => self.broken(failure),
        }
    }

    fn request_failed(&mut self) {
        let Some(mut chain) = self.chain.take() else { return };
        let end = chain.error();
        self.end(&chain.first, end);
    }

    /// Judges the end of a chain.
    fn end(&mut self, first: &Call, end: End) {
        self.stop_waiting();
        match core::mem::replace(&mut self.state, State::Idle) {
            State::Probing => {
                self.state = State::Probing;
                self.probed(first, end);
            }
            state @ (State::LoggingIn | State::Polling) => {
                self.state = state;
                self.answered(first, end);
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

    /// A redirect must not be followed (spec: wispr 6).
    fn broken(&mut self, failure: Failure) {
        self.stop_waiting();
        match core::mem::replace(&mut self.state, State::Idle) {
            State::Verifying(doubt) => self.verified(doubt, false),
            State::Aborting(verdict) => self.aborted(verdict, None),
            State::LoggingOff(verdict) => self.logged_off(verdict, false, None),
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

    fn done(&mut self, state: State, outcome: Outcome) {
        self.stop_waiting();
        self.timers.login = None;
        self.login = None;
        if matches!(state, State::Idle) {
            self.session = None;
        }
        self.change(state);
        self.outputs.push_back(Output::Done(outcome));
    }

    fn give_up(&mut self, failure: Failure, reply: Reply) {
        self.done(State::Idle, Outcome::Failed { failure, reply });
    }

    // ----- discovery (spec: wispr 7.4) -----

    fn connect(&mut self) {
        self.proxies = 0;
        self.restarted = false;
        self.discover();
    }

    fn discover(&mut self) {
        self.login = None;
        self.timers.login = None;
        let probe = self.probe();
        self.begin(State::Probing, Exchange::Probe, probe);
    }

    fn probe(&self) -> Call {
        // The configuration was checked: the probe is a URL.
        Call::get(request_form(&self.config.probe_url).unwrap_or_else(|_| self.config.probe_url.clone()))
    }

    fn probed(&mut self, first: &Call, end: End) {
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
            ProbeVerdict::Proxy => self.proxy(first, &kept),
            ProbeVerdict::Login => match self.start_login(&kept) {
                Ok(()) => {}
                Err(failure) => self.give_up(failure, Reply::of(&kept.message)),
            },
        }
    }

    fn proxy(&mut self, first: &Call, kept: &Kept) {
        self.proxies = self.proxies.saturating_add(1);
        if self.proxies > self.config.max_proxy {
            return self.give_up(Failure::ProxyLoop, Reply::of(&kept.message));
        }
        let call = match kept.resolve(kept.message.next_url.as_ref()) {
            Ok(Some(url)) => Call::get(url),
            Ok(None) => first.clone(),
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
    fn start_login(&mut self, kept: &Kept) -> Result<(), Failure> {
        let message = &kept.message;
        let login_url = self.checked_login_url(kept)?.ok_or(Failure::BadUrl)?;
        let host = Url::parse(&login_url).map(|url| url.host().to_string()).map_err(|_| Failure::BadUrl)?;
        self.outputs.push_back(Output::Event(Event::Hotspot(hotspot(message, host))));
        let offered = message.version_high.as_deref().and_then(schema::version);
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
            eap_final: None,
        });
        self.timers.login = Some(self.now.saturating_add(self.config.login_deadline));
        match eap {
            Some(packet) => self.eap_in(packet.to_vec()),
            None => self.post_password(),
        }
        Ok(())
    }

    /// The LoginURL, if credentials may be sent there.
    fn checked_login_url(&self, kept: &Kept) -> Result<Option<String>, Failure> {
        let url = kept.resolve(kept.message.login_url.as_ref()).map_err(|_| Failure::BadUrl)?;
        let refused = match &url {
            Some(url) => self.config.refuses(&Url::parse(url).map_err(|_| Failure::BadUrl)?),
            None => None,
        };
        refused.map_or(Ok(url), Err)
    }

    // ----- login (spec: wispr 5, 7.5) -----

    fn post_password(&mut self) {
        let Some(login) = &self.login else { return };
        let username = self.config.full_username();
        let probe = self.config.originating_server();
        let mut fields = alloc::vec![
            ("button", "Login"),
            ("UserName", username.as_str()),
            ("Password", self.config.password.as_str()),
            ("FNAME", "0"),
            ("OriginatingServer", probe.as_str()),
        ];
        if login.v2 {
            fields.push(("WISPrVersion", "2.0"));
        }
        let body = encode(&fields);
        let url = login.login_url.clone();
        let call = Call { method: Method::Post, url, body: Some(body), credentials: true };
        self.begin(State::LoggingIn, Exchange::Login, call);
    }

    fn eap_in(&mut self, packet: Vec<u8>) {
        let Some(login) = &mut self.login else { return };
        login.rounds = login.rounds.saturating_add(1);
        if login.rounds > self.config.max_eap_rounds {
            return self.abort_login(Verdict::failed(Failure::EapLimit));
        }
        self.change(State::EapWait);
        self.outputs.push_back(Output::EapIn(packet));
    }

    fn eap_out(&mut self, packet: &[u8]) {
        let Some(login) = &self.login else { return };
        let username = self.config.full_username();
        let probe = self.config.originating_server();
        let packet = STANDARD.encode(packet);
        let body = encode(&[
            ("button", "Login"),
            ("UserName", username.as_str()),
            ("WISPrEAPMsg", packet.as_str()),
            ("FNAME", "0"),
            ("OriginatingServer", probe.as_str()),
            ("WISPrVersion", "2.0"),
        ]);
        let url = &login.login_url;
        let call = if self.config.eap_by_query {
            let separator = if url.contains('?') { '&' } else { '?' };
            let url = format!("{url}{separator}{}", body.as_str());
            Call { method: Method::Get, url, body: None, credentials: true }
        } else {
            Call { method: Method::Post, url: url.clone(), body: Some(body), credentials: true }
        };
        self.begin(State::LoggingIn, Exchange::Login, call);
    }

    /// Judges the result of a login, EAP round or poll.
    fn answered(&mut self, first: &Call, end: End) {
        let Some(kept) = end.kept else {
            return self.doubt(Failure::NoReply, Reply::default());
        };
        let reply = Reply::of(&kept.message);
        match result::login(&kept.message) {
            LoginVerdict::Success => self.succeeded(&kept),
            LoginVerdict::Rejected => self.done(State::Idle, Outcome::Rejected(reply)),
            LoginVerdict::Already => self.doubt(Failure::AuthServer, reply),
            LoginVerdict::Failed(failure) => self.give_up(failure, reply),
            LoginVerdict::Challenge => self.challenged(&kept),
            LoginVerdict::Repeat => self.wait_to_poll(first.clone(), kept.message.delay),
            LoginVerdict::Pending => self.pending(&kept),
            LoginVerdict::Restart if self.restarted => self.give_up(Failure::InvalidState, reply),
            LoginVerdict::Restart => {
                self.restarted = true;
                self.discover();
            }
        }
    }

    fn challenged(&mut self, kept: &Kept) {
        let reply = Reply::of(&kept.message);
        let url = match self.checked_login_url(kept) {
            Ok(url) => url,
            Err(failure) => return self.abort_login(Verdict::Failed { failure, reply }),
        };
        match (&mut self.login, kept.message.eap_msg.as_deref()) {
            (Some(login), Some(packet)) if login.eap => {
                if let Some(url) = url {
                    login.login_url = url;
                }
                self.eap_in(packet.to_vec());
            }
            // The gateway asks for EAP where a password was sent.
            _ => self.give_up(Failure::Gateway, reply),
        }
    }

    fn pending(&mut self, kept: &Kept) {
        let reply = Reply::of(&kept.message);
        let Some(login) = &mut self.login else { return };
        match kept.resolve(kept.message.login_results_url.as_ref()) {
            Ok(Some(url)) => login.results_url = Some(url),
            Ok(None) => {}
            Err(_) => return self.give_up(Failure::BadUrl, reply),
        }
        match login.results_url.clone() {
            Some(url) => self.wait_to_poll(Call::get(url), kept.message.delay),
            None => self.abort_login(Verdict::Failed { failure: Failure::Protocol, reply }),
        }
    }

    fn wait_to_poll(&mut self, call: Call, delay: Option<u32>) {
        let Some(login) = &mut self.login else { return };
        login.polls = login.polls.saturating_add(1);
        if login.polls > self.config.max_polls {
            return self.abort_login(Verdict::failed(Failure::PollLimit));
        }
        let delay = delay.map_or(self.config.poll_delay, seconds);
        let delay = delay.clamp(seconds(1), seconds(MAX_DELAY));
        self.timers.wait = Some(self.now.saturating_add(delay));
        self.change(State::PollWait(call));
    }

    fn succeeded(&mut self, kept: &Kept) {
        let message = &kept.message;
        if let Some(login) = &mut self.login {
            login.eap_final = message.eap_msg.as_deref().map(<[u8]>::to_vec);
        }
        let url = |url| kept.resolve(url).ok().flatten();
        let mut session = self.new_session();
        if let Some(given) = url(message.logoff_url.as_ref()) {
            session.logoff_url = Some(given);
            session.logoff_url_given = true;
        }
        session.status_url = url(message.status_url.as_ref());
        session.redirection_url = url(message.redirection_url.as_ref());
        session.max_session_time = message.max_session_time;
        session.reply_messages = Reply::of(message).reply_messages;
        self.session = Some(session);
        if self.config.verify_after_login {
            self.verify(Doubt::Success);
        } else {
            self.logged_in();
        }
    }

    /// A session of which only the login is known.
    fn new_session(&self) -> Session {
        let login = self.login.as_ref();
        Session {
            logoff_url: login.and_then(Login::guessed_logoff_url),
            eap_final: login.and_then(|login| login.eap_final.clone()),
            ..Session::default()
        }
    }

    fn logged_in(&mut self) {
        let session = self.session.clone().unwrap_or_default();
        self.done(State::LoggedIn, Outcome::LoggedIn(session));
    }

    /// Asks the probe whether there is a session although no message says so.
    fn doubt(&mut self, failure: Failure, reply: Reply) {
        self.verify(Doubt::Unknown { failure, reply });
    }

    fn verify(&mut self, doubt: Doubt) {
        self.timers.login = None;
        let probe = self.probe();
        self.begin(State::Verifying(doubt), Exchange::Probe, probe);
    }

    fn verified(&mut self, doubt: Doubt, online: bool) {
        match doubt {
            Doubt::Success => {
                if let Some(session) = &mut self.session {
                    session.verified = Some(online);
                }
                self.logged_in();
            }
            Doubt::Unknown { .. } if online => {
                let mut session = self.new_session();
                session.verified = Some(true);
                self.session = Some(session);
                self.logged_in();
            }
            Doubt::Unknown { failure, reply } => self.give_up(failure, reply),
        }
    }

    // ----- abort, logoff, status (spec: wispr 7.6) -----

    fn abort(&mut self) {
        match &self.state {
            State::Probing | State::ProxyWait(_) => {
                // No login is under way; a session from before stays as it is.
                let state = if self.session.is_some() { State::LoggedIn } else { State::Idle };
                self.done(state, Outcome::Aborted { confirmed: true });
            }
            State::LoggingIn | State::EapWait | State::PollWait(_) | State::Polling => {
                self.abort_login(Verdict::Asked);
            }
            State::Verifying(Doubt::Unknown { .. }) => self.abort_login(Verdict::Asked),
            State::LoggedIn | State::Verifying(Doubt::Success) => self.log_off(Verdict::Asked),
            State::Status { .. } | State::StatusProbe(_) => self.log_off(Verdict::Asked),
            State::Idle | State::Aborting(_) | State::LoggingOff(_) => {
                self.ignored = self.ignored.saturating_add(1);
            }
        }
    }

    fn abort_login(&mut self, verdict: Verdict) {
        self.stop_waiting();
        self.timers.login = None;
        match self.login.as_ref().and_then(|login| login.abort_url.clone()) {
            Some(url) => self.begin(State::Aborting(verdict), Exchange::Abort, Call::get(url)),
            None => self.abort_over(verdict, true),
        }
    }

    fn aborted(&mut self, verdict: Verdict, kept: Option<Kept>) {
        use crate::code::ResponseCode as Code;
        match kept.as_ref().map(Kept::code) {
            Some(Code::LOGIN_ABORTED) => self.abort_over(verdict, true),
            Some(Code::LOGIN_SUCCEEDED) => {
                // Too late: the session exists and has to be ended.
                let given =
                    kept.and_then(|kept| kept.resolve(kept.message.logoff_url.as_ref()).ok().flatten());
                let guessed = || self.login.as_ref().and_then(Login::guessed_logoff_url);
                match given.or_else(guessed) {
                    Some(url) => self.begin(State::LoggingOff(verdict), Exchange::Logoff, Call::get(url)),
                    None => self.abort_over(verdict, false),
                }
            }
            _ => self.abort_over(verdict, false),
        }
    }

    fn abort_over(&mut self, verdict: Verdict, confirmed: bool) {
        match verdict {
            Verdict::Asked => self.done(State::Idle, Outcome::Aborted { confirmed }),
            Verdict::Failed { failure, reply } => self.give_up(failure, reply),
        }
    }

    fn log_off(&mut self, verdict: Verdict) {
        match self.session.as_ref().and_then(|session| session.logoff_url.clone()) {
            Some(url) => self.begin(State::LoggingOff(verdict), Exchange::Logoff, Call::get(url)),
            None => self.logged_off(verdict, false, None),
        }
    }

    fn logged_off(&mut self, verdict: Verdict, success: bool, kept: Option<Kept>) {
        // With a login, this is the end of an abort that came too late.
        if self.login.is_some() && self.session.is_none() {
            return self.abort_over(verdict, success);
        }
        if success {
            self.done(State::Idle, Outcome::LoggedOff);
        } else {
            let reply = kept.map(|kept| Reply::of(&kept.message)).unwrap_or_default();
            self.done(State::LoggedIn, Outcome::Failed { failure: Failure::Logoff, reply });
        }
    }

    fn ask_status(&mut self, decide: bool) {
        match self.session.as_ref().and_then(|session| session.status_url.clone()) {
            Some(url) => self.begin(State::Status { decide }, Exchange::Status, Call::get(url)),
            None => self.told_status(decide, None),
        }
    }

    fn told_status(&mut self, decide: bool, kept: Option<Kept>) {
        let report = kept.map(|kept| result::status(&kept.message));
        match report {
            Some(report) if report.active.is_some() || !decide => {
                self.done(State::LoggedIn, Outcome::Status(report));
            }
            None if !decide => {
                let (failure, reply) = (Failure::Status, Reply::default());
                self.done(State::LoggedIn, Outcome::Failed { failure, reply });
            }
            report => {
                let probe = self.probe();
                self.begin(State::StatusProbe(report.unwrap_or_default()), Exchange::Probe, probe);
            }
        }
    }
}

impl Verdict {
    fn failed(failure: Failure) -> Self {
        Self::Failed { failure, reply: Reply::default() }
    }
}

impl Login {
    /// Where a gateway that does not say it lets clients log off (spec: wispr 7.5).
    fn guessed_logoff_url(&self) -> Option<String> {
        self.logoff_by_address().or_else(|| {
            let abort = self.abort_url.as_deref()?;
            let (head, query) =
                abort.split_once('?').map_or((abort, None), |(head, query)| (head, Some(query)));
            let head = head.strip_suffix("/abort")?;
            Some(match query {
                Some(query) => format!("{head}/logoff?{query}"),
                None => format!("{head}/logoff"),
            })
        })
    }

    fn logoff_by_address(&self) -> Option<String> {
        let url = Url::parse(&self.login_url).ok()?;
        let address: Ipv4Addr = url.parameter("uamip")?.parse().ok()?;
        let port = url.parameter("uamport").filter(|port| port.bytes().all(|b| b.is_ascii_digit()))?;
        let port: u16 = port.parse().ok().filter(|port| *port != 0)?;
        Some(format!("http://{address}:{port}/logoff"))
    }
}

impl Config {
    fn full_username(&self) -> Zeroizing<String> {
        let mut name =
            Zeroizing::new(String::with_capacity(self.username_prefix.len() + self.username.len()));
        name.push_str(&self.username_prefix);
        name.push_str(&self.username);
        name
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

/// Encodes a form without leaving copies of it behind: the room is there before the first octet is.
fn encode(fields: &[(&str, &str)]) -> Zeroizing<String> {
    let room = fields.iter().map(|(name, value)| form::field_len(name, value)).sum();
    let mut out = Zeroizing::new(String::with_capacity(room));
    for (name, value) in fields {
        form::push_field(&mut out, name, value);
    }
    out
}

fn seconds(count: u32) -> Duration {
    Duration::from_secs(count.into())
}
