//! Logins that the data plane may still refuse: until something else is polled, what follows from them can be taken back
//! (spec: gateway-dataplane 9.1).

use super::answer::Situation;
use super::client::State;
use super::id::SessionId;
use super::login::Refusal;
use super::machine::Gateway;
use super::output::{Event, Output};
use super::pages::Page;
use super::session::TerminateCause;
use alloc::vec::Vec;

/// A session whose opening has not been told to everybody yet.
pub(super) struct Opening {
    session: SessionId,
    /// What its client was before.
    before: Before,
    /// The requests that are told of it.
    pages: Vec<Page>,
    eap: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Out,
    Blocked,
    /// In this session, with a page to see first.
    In,
}

impl Opening {
    /// That of a session whose client is in this state.
    pub(super) const fn of(session: SessionId, state: &State) -> Self {
        let before = match state {
            State::Out => Before::Out,
            State::Blocked => Before::Blocked,
            State::In(_) => Before::In,
        };
        Self { session, before, pages: Vec::new(), eap: false }
    }
}

impl Gateway {
    /// Notes who is told that this session was opened.
    pub(super) fn opened_for(&mut self, session: SessionId, pages: &[Page], eap: bool) {
        if let Some(opening) = self.opening.iter_mut().rev().find(|opening| opening.session == session) {
            opening.pages = pages.to_vec();
            opening.eap = eap;
        }
    }

    pub(super) fn on_not_let_through(&mut self, session: SessionId) {
        let Some(ip) = self.client_with_session(session).map(|client| client.ip) else {
            return self.ignore();
        };
        let polled = self.polled.take() == Some(session);
        let opening = self.opening.iter().rposition(|opening| polled && opening.session == session);
        let Some(Opening { before, pages, eap, .. }) = opening.map(|at| self.opening.swap_remove(at)) else {
            return self.close_session(ip, TerminateCause::AdminReset);
        };
        // Nobody has heard of it yet. Whoever waits is refused, and what is never said is left out.
        let of_session = |output: &Output| match output {
            Output::Respond { request, .. } => pages.iter().any(|page| page.request == *request),
            Output::Account(record) => before != Before::In && record.session_id == Some(session),
            Output::Event(Event::SessionOpened(info) | Event::SessionChanged(info)) => {
                info.session.id == session
            }
            _ => false,
        };
        self.outputs.retain(|output| !of_session(output));
        if before == Before::In {
            self.close_session(ip, TerminateCause::AdminReset);
        } else if let Some(client) = self.clients.get_mut(&ip) {
            client.state = if before == Before::Blocked { State::Blocked } else { State::Out };
            let info = client.info();
            if before == Before::Blocked {
                self.push(Output::Event(Event::ClientBlocked(info)));
            }
        }
        if pages.is_empty() {
            // A page that is open keeps its challenge.
            self.renew_session_id(ip);
        } else {
            self.refuse(&pages, ip, eap, &Refusal::of(Situation::Other));
        }
    }
}
