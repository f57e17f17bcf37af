//! Logging in: what is sent, and what its result leads to (spec: wispr 5, 7.5).

use super::chain::{Call, End, Exchange, Kept};
use super::result::{self, LoginVerdict};
use super::state::{Doubt, Login, MAX_DELAY, State, Verdict, seconds};
use super::{Client, Config, Failure, Method, Outcome, Output, Reply, Session};
use crate::form;
use crate::url::Url;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use core::net::Ipv4Addr;
use zeroize::Zeroizing;

impl Client {
    pub(super) fn post_password(&mut self) {
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

    pub(super) fn eap_in(&mut self, packet: Vec<u8>) {
        let Some(login) = &mut self.login else { return };
        login.rounds = login.rounds.saturating_add(1);
        if login.rounds > self.config.max_eap_rounds {
            return self.abort_login(Verdict::failed(Failure::EapLimit));
        }
        self.change(State::EapWait);
        self.outputs.push_back(Output::EapIn(packet));
    }

    pub(super) fn eap_out(&mut self, packet: &[u8]) {
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
    pub(super) fn answered(&mut self, first: &Call, end: End) {
        let Some(kept) = end.kept else {
            let session = self.new_session();
            return self.doubt(Failure::NoReply, Reply::default(), session);
        };
        let reply = Reply::of(&kept.message);
        match result::login(&kept.message) {
            LoginVerdict::Success => self.succeeded(self.session_of(&kept)),
            LoginVerdict::Rejected => self.done(State::Idle, Outcome::Rejected(reply)),
            LoginVerdict::Already => self.doubt(Failure::AuthServer, reply, self.session_of(&kept)),
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

    pub(super) fn challenged(&mut self, kept: &Kept) {
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

    pub(super) fn pending(&mut self, kept: &Kept) {
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

    pub(super) fn wait_to_poll(&mut self, call: Call, delay: Option<u32>) {
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

    pub(super) fn succeeded(&mut self, session: Session) {
        self.session = Some(session);
        if self.config.verify_after_login {
            self.verify(Doubt::Success);
        } else {
            self.logged_in();
        }
    }

    /// A session as a message tells of it.
    fn session_of(&self, kept: &Kept) -> Session {
        let message = &kept.message;
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
        session.eap_final = message.eap_msg.as_deref().map(<[u8]>::to_vec);
        session
    }

    /// A session of which only the login is known.
    pub(super) fn new_session(&self) -> Session {
        let logoff_url = self.login.as_ref().and_then(Login::guessed_logoff_url);
        Session { logoff_url, ..Session::default() }
    }

    pub(super) fn logged_in(&mut self) {
        let session = self.session.clone().unwrap_or_default();
        self.done(State::LoggedIn, Outcome::LoggedIn(session));
    }

    /// Asks the probe whether there is a session although no message says so.
    fn doubt(&mut self, failure: Failure, reply: Reply, session: Session) {
        self.verify(Doubt::Unknown { failure, reply, session: Box::new(session) });
    }

    pub(super) fn verify(&mut self, doubt: Doubt) {
        self.timers.login = None;
        let probe = self.probe();
        self.begin(State::Verifying(doubt), Exchange::Probe, probe);
    }

    pub(super) fn verified(&mut self, doubt: Doubt, online: bool) {
        match doubt {
            Doubt::Success => {
                if let Some(session) = &mut self.session {
                    session.verified = Some(online);
                }
                self.logged_in();
            }
            Doubt::Unknown { session, .. } if online => {
                self.session = Some(Session { verified: Some(true), ..*session });
                self.logged_in();
            }
            Doubt::Unknown { failure, reply, .. } => self.give_up(failure, reply),
        }
    }
}

impl Login {
    /// Where a gateway that does not say it lets clients log off (spec: wispr 7.5).
    pub(super) fn guessed_logoff_url(&self) -> Option<String> {
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

    pub(super) fn logoff_by_address(&self) -> Option<String> {
        let url = Url::parse(&self.login_url).ok()?;
        let address: Ipv4Addr = url.parameter("uamip")?.parse().ok()?;
        let port = url.parameter("uamport").filter(|port| port.bytes().all(|b| b.is_ascii_digit()))?;
        let port: u16 = port.parse().ok().filter(|port| *port != 0)?;
        Some(format!("http://{address}:{port}/logoff"))
    }
}

impl Config {
    pub(super) fn full_username(&self) -> Zeroizing<String> {
        let mut name =
            Zeroizing::new(String::with_capacity(self.username_prefix.len() + self.username.len()));
        name.push_str(&self.username_prefix);
        name.push_str(&self.username);
        name
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
