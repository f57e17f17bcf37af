//! Logins at the RADIUS servers.

use super::machines::Machines;
use crate::radius::{Port, Received};
use radius_codec::client::{Event, Failure, RequestId, SendError};
use radius_codec::dict::rfc2865;
use radius_codec::{Code, OwnedPacket};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::Duration;
use wispr::gateway::{Input, Login, LoginId, LoginResult};

/// Logins on their way, each with its port and its number there.
pub(super) struct Logins {
    port: Port,
    /// Ports of earlier configurations on which logins still wait.
    retiring: Vec<Port>,
    pending: BTreeMap<(u64, RequestId), (LoginId, Ipv4Addr)>,
    /// Which server's challenge a client is to answer: the answer goes to the same one.
    challenged_by: BTreeMap<Ipv4Addr, usize>,
}

/// What became of a login.
pub(super) struct Outcome {
    pub(super) login: LoginId,
    pub(super) client: Ipv4Addr,
    pub(super) result: Result<OwnedPacket, Failure>,
}

impl Logins {
    pub(super) const fn new(port: Port) -> Self {
        Self { port, retiring: Vec::new(), pending: BTreeMap::new(), challenged_by: BTreeMap::new() }
    }

    pub(super) fn send(&mut self, login: Login) -> Result<(), SendError> {
        let ip = login.client.ip;
        let request = match self.challenged_by.remove(&ip) {
            Some(server) => self.port.send_to(login.request, server),
            None => self.port.send(login.request),
        }?;
        self.pending.insert((self.port.generation(), request), (login.id, ip));
        Ok(())
    }

    pub(super) fn cancel(&mut self, login: LoginId) {
        let found = self.pending.iter().find(|(_, (id, _))| *id == login).map(|(key, _)| *key);
        let Some((generation, request)) = found else { return };
        self.pending.remove(&(generation, request));
        if let Some(port) = self.ports().find(|port| port.generation() == generation) {
            port.cancel(request);
        }
    }

    /// A client that is gone answers no challenge.
    pub(super) fn forget(&mut self, client: Ipv4Addr) {
        self.challenged_by.remove(&client);
    }

    pub(super) fn handle(&mut self, received: Option<&Received>) {
        for port in self.ports() {
            if received.is_none_or(|received| received.generation == port.generation()) {
                port.handle(received);
            }
        }
    }

    /// What became of logins, what is not about one, and when to come again.
    pub(super) fn drain(&mut self) -> (Vec<Outcome>, Vec<Event>, Duration) {
        let (mut outcomes, mut others, mut wake) = (Vec::new(), Vec::new(), Duration::MAX);
        let Self { port, retiring, pending, challenged_by } = self;
        for port in std::iter::once(port).chain(retiring.iter_mut()) {
            let generation = port.generation();
            let (events, at) = port.drain();
            wake = wake.min(at);
            for event in events {
                let (id, result, server) = match event {
                    Event::Reply(reply) => (reply.id, Ok(reply.packet), Some(reply.server)),
                    Event::Failed { id, reason } => (id, Err(reason), None),
                    other => {
                        others.push(other);
                        continue;
                    }
                };
                let Some((login, client)) = pending.remove(&(generation, id)) else { continue };
                let challenge =
                    result.as_ref().is_ok_and(|packet| packet.view().code() == Code::ACCESS_CHALLENGE);
                if let Some(server) = server.filter(|_| challenge) {
                    challenged_by.insert(client, server);
                }
                outcomes.push(Outcome { login, client, result });
            }
        }
        retiring.retain(|port| port.pending() > 0);
        (outcomes, others, wake)
    }

    /// Other servers from now on. Logins on their way wait for the old ones.
    pub(super) fn replace_port(&mut self, port: Port) {
        self.retiring.push(std::mem::replace(&mut self.port, port));
        self.challenged_by.clear();
    }

    fn ports(&mut self) -> impl Iterator<Item = &mut Port> {
        std::iter::once(&mut self.port).chain(&mut self.retiring)
    }
}

impl Machines {
    pub(super) fn authenticate(&mut self, login: Login) {
        let (id, client) = (login.id, login.client.ip);
        if !self.open.get() {
            return self.handle(Input::LoginResult { login: id, result: LoginResult::Failed });
        }
        if let Err(error) = self.logins.send(login) {
            tracing::error!(%client, %error, "a login cannot be sent to RADIUS");
            self.handle(Input::LoginResult { login: id, result: LoginResult::Failed });
        }
    }

    pub(super) fn login_outcome(&mut self, outcome: Outcome) {
        let Outcome { login, client, result } = outcome;
        match result {
            Ok(reply) => {
                let packet = reply.view();
                self.metrics.login(match packet.code() {
                    Code::ACCESS_ACCEPT => "accept",
                    Code::ACCESS_CHALLENGE => "challenge",
                    _ => {
                        let says = packet.attributes().octets(rfc2865::REPLY_MESSAGE).unwrap_or_default();
                        let says = String::from_utf8_lossy(says);
                        tracing::info!(%client, ?says, "the RADIUS server refused a login");
                        "reject"
                    }
                });
                let input = Input::LoginResult { login, result: LoginResult::Reply(&packet) };
                self.handle(input);
            }
            Err(reason) => {
                let hint = "a server drops in silence what comes from an address that it does not know or with another radiussecret";
                tracing::warn!(%client, ?reason, hint, "no RADIUS server answered a login");
                self.metrics.radius_timeout("login");
                self.metrics.login("timeout");
                let result = match reason {
                    Failure::Timeout | Failure::Deadline => LoginResult::Timeout,
                    _ => LoginResult::Failed,
                };
                self.handle(Input::LoginResult { login, result });
            }
        }
    }
}
