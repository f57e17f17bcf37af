//! Sessions that are being opened: until their outputs are drained, the data plane can take them back (spec:
//! gateway-dataplane 9.1).

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
    /// The requests that are told of it.
    pages: Vec<Page>,
    eap: bool,
}

impl Opening {
    pub(super) const fn new(session: SessionId) -> Self {
        Self { session, pages: Vec::new(), eap: false }
    }
}

impl Gateway {
    /// Notes who is told that this session was opened.
    pub(super) fn opened_for(&mut self, session: SessionId, pages: &[Page], eap: bool) {
        if let Some(opening) = self.opening.iter_mut().find(|opening| opening.session == session) {
            opening.pages = pages.to_vec();
            opening.eap = eap;
        }
    }

    pub(super) fn on_not_let_through(&mut self, session: SessionId) {
        let Some(client) = self.client_with_session(session) else { return self.ignore() };
        let ip = client.ip;
        let Some(at) = self.opening.iter().position(|opening| opening.session == session) else {
            return self.close_session(ip, TerminateCause::AdminReset);
        };
        if let Some(client) = self.clients.get_mut(&ip) {
            client.state = State::Out;
        }
        let Opening { mut pages, eap, .. } = self.opening.swap_remove(at);
        // What nobody has heard yet is not said; whoever still waits is refused.
        let mut unsaid = Vec::with_capacity(pages.len());
        self.outputs.retain(|output| match output {
            Output::Respond { request, .. } if pages.iter().any(|page| page.request == *request) => {
                unsaid.push(*request);
                false
            }
            Output::Account(record) => record.session_id != Some(session),
            Output::Event(Event::SessionOpened(info) | Event::SessionChanged(info)) => {
                info.session.id != session
            }
            _ => true,
        });
        pages.retain(|page| unsaid.contains(&page.request));
        self.refuse(&pages, ip, eap, &Refusal::of(Situation::Other));
    }
}
