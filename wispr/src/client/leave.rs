//! Abort, logoff and status (spec: wispr 7.6).

use super::chain::{Call, Exchange, Kept};
use super::result;
use super::state::{Doubt, Login, State, Verdict};
use super::{Client, Failure, Outcome, Reply};
use crate::code::ResponseCode;

impl Client {
    pub(super) fn abort(&mut self) {
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

    pub(super) fn abort_login(&mut self, verdict: Verdict) {
        self.stop_waiting();
        self.timers.login = None;
        match self.login.as_ref().and_then(|login| login.abort_url.clone()) {
            Some(url) => self.begin(State::Aborting(verdict), Exchange::Abort, Call::get(url)),
            None => self.abort_over(verdict, true),
        }
    }

    pub(super) fn aborted(&mut self, verdict: Verdict, kept: Option<Kept>) {
        match kept.as_ref().map(Kept::code) {
            Some(ResponseCode::LOGIN_ABORTED) => self.abort_over(verdict, true),
            Some(ResponseCode::LOGIN_SUCCEEDED) => {
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

    pub(super) fn abort_over(&mut self, verdict: Verdict, confirmed: bool) {
        match verdict {
            Verdict::Asked => self.done(State::Idle, Outcome::Aborted { confirmed }),
            Verdict::Failed { failure, reply } => self.give_up(failure, reply),
        }
    }

    pub(super) fn log_off(&mut self, verdict: Verdict) {
        match self.session.as_ref().and_then(|session| session.logoff_url.clone()) {
            Some(url) => self.begin(State::LoggingOff(verdict), Exchange::Logoff, Call::get(url)),
            None => self.logged_off(verdict, false, None),
        }
    }

    pub(super) fn logged_off(&mut self, verdict: Verdict, success: bool, kept: Option<Kept>) {
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

    pub(super) fn ask_status(&mut self, decide: bool) {
        match self.session.as_ref().and_then(|session| session.status_url.clone()) {
            Some(url) => self.begin(State::Status { decide }, Exchange::Status, Call::get(url)),
            None => self.told_status(decide, None),
        }
    }

    pub(super) fn told_status(&mut self, decide: bool, kept: Option<Kept>) {
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
