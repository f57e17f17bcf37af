//! What joins the machines and the packet path: who is let through, what was counted, who has a lease.

use super::machines::Machines;
use crate::clock::unix_seconds;
use crate::dataplane::{Announced, Dataplane, Grant, Pair};
use std::net::Ipv4Addr;
use std::time::Duration;
use wispr::gateway::{
    ClientInfo, ClientState, Event, Gateway, Input, Mac, Selector, SessionId, SessionInfo, Usage,
};

/// How often the counters are read; a little less than the machine's own interval, so that it always sees fresh ones.
const READ_INTERVAL: Duration = Duration::from_millis(2500);

/// The packet path, and when it was last read.
pub(super) struct Traffic {
    pub(super) path: Box<dyn Dataplane>,
    read_at: Duration,
    announced: Announced,
}

/// A client whose session may end: closed for the moment, so that its last count is exact.
pub(super) struct Held {
    pair: Pair,
    id: SessionId,
    counted: Usage,
}

impl Traffic {
    pub(super) const fn new(path: Box<dyn Dataplane>) -> Self {
        Self { path, read_at: Duration::ZERO, announced: Ok(None) }
    }
}

impl Machines {
    /// The packet path.
    pub fn dataplane(&mut self) -> &mut dyn Dataplane {
        &mut *self.traffic.path
    }

    /// DHCP tells clients something else about the captive portal from now on.
    pub(crate) fn announces(&mut self, announced: Announced) {
        self.traffic.announced = announced;
    }

    /// What DHCP tells clients about the captive portal.
    pub const fn announced(&self) -> &Announced {
        &self.traffic.announced
    }

    /// A client has a lease, new or renewed.
    pub fn lease(&mut self, client: Pair) {
        let Pair { ip, mac } = client;
        if !self.net.contains(ip) {
            return;
        }
        if let Err(error) = self.traffic.path.lease(client) {
            tracing::error!(client = %ip, %error, "a lease cannot be told to the packet path");
        }
        self.guests.remove(ip);
        self.input(Input::Lease { ip, mac, vlan: None });
    }

    /// A client's lease has ended.
    pub fn lease_ended(&mut self, client: Pair) {
        if let Err(error) = self.traffic.path.lease_ended(client) {
            tracing::error!(client = %client.ip, %error, "the end of a lease cannot be told to the packet path");
        }
        let known = self.gateway().find(&Selector::ip(client.ip)).map(|c| c.info().mac);
        if known == Some(client.mac) {
            self.input(Input::Release { ip: client.ip });
        }
    }

    /// Hands the machine what was counted, if it is time to.
    pub(super) fn read_counters(&mut self) {
        if self.now() >= self.traffic.read_at + READ_INTERVAL {
            self.read_counters_now();
        }
    }

    /// The same at any time.
    pub(super) fn read_counters_now(&mut self) {
        self.traffic.read_at = self.now();
        let meters = match self.traffic.path.meters() {
            Ok(meters) => meters,
            Err(error) => {
                tracing::error!(%error, "the counters cannot be read");
                self.heal();
                return;
            }
        };
        for meter in meters {
            let client = self.gateway.find(&Selector::ip(meter.pair.ip));
            let session = client.filter(|c| c.info().mac == meter.pair.mac).and_then(|c| c.session());
            let Some(session_id) = session.map(|s| s.id) else { continue };
            self.count(session_id, meter.usage);
            if meter.spent {
                self.handle(Input::Exhausted { session_id });
            }
        }
        if self.traffic.path.is_cut_off() {
            let clients = self.gateway.clients().filter(|client| client.session().is_some());
            for ip in clients.map(|client| client.info().ip).collect::<Vec<_>>() {
                self.handle(Input::CarrierLost { ip });
            }
        }
    }

    fn count(&mut self, session_id: SessionId, usage: Usage) {
        let input = Input::Traffic { session_id, usage, last_active: None };
        self.gateway.handle(self.now(), unix_seconds(), input);
    }

    /// Makes the packet path whole if somebody else has changed it.
    pub fn heal(&mut self) {
        match self.traffic.path.heal() {
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "the packet path is broken; it is tried again"),
        }
    }

    /// Closes who may lose the session by this input, and tells the machine the last count.
    pub(super) fn hold(&mut self, input: &Input<'_>) -> Vec<Held> {
        if matches!(input, Input::Tick) {
            self.read_counters();
        }
        let ending = self.gateway.may_end(self.now(), unix_seconds(), input);
        let mut held = Vec::with_capacity(ending.len());
        for ip in ending {
            let Some((pair, id)) = session_of(&self.gateway, ip) else { continue };
            match self.traffic.path.close(pair) {
                Ok(Some(counted)) => {
                    self.count(id, counted);
                    held.push(Held { pair, id, counted });
                }
                Ok(None) => {}
                Err(error) => tracing::error!(client = %ip, %error, "a client cannot be closed"),
            }
        }
        held
    }

    /// Opens again who has kept the session.
    pub(super) fn let_go(&mut self, held: Vec<Held>) {
        for Held { pair, id, counted } in held {
            if session_of(&self.gateway, pair.ip) != Some((pair, id)) {
                continue;
            }
            let Some(grant) = self.grant_of(pair.ip) else { continue };
            if let Err(error) = self.traffic.path.open(pair, &grant, counted) {
                tracing::error!(client = %pair.ip, %error, "a client cannot be opened again; its session ends");
                self.metrics.not_let_through();
                self.handle(Input::NotLetThrough { session_id: id });
            }
        }
    }

    fn grant_of(&self, ip: Ipv4Addr) -> Option<Grant> {
        let client = self.gateway.find(&Selector::ip(ip))?;
        let session = client.session()?;
        Some(self.grant(&session.parameters, session.session_time(self.now())))
    }

    fn grant(&self, parameters: &wispr::gateway::Parameters, session_time: u64) -> Grant {
        let timeout = parameters.session_timeout;
        let left = (timeout != 0).then(|| timeout.saturating_sub(session_time));
        let until = parameters
            .terminate_time
            .map(|end| u64::try_from(end.saturating_sub(unix_seconds())).unwrap_or_default());
        let left = left.into_iter().chain(until).min().map(Duration::from_secs);
        Grant::new(parameters, left, self.gateway.config().is_swapped())
    }

    /// Carries out in the packet path what has happened.
    pub(super) fn carry_out(&mut self, event: &Event) {
        match event {
            // One that was opened is let through before anybody hears of it.
            Event::SessionChanged(info) | Event::SessionRestored(info) => {
                self.let_through(info);
            }
            Event::SessionClosed { session, .. } => {
                self.stop_client(session.client);
                self.close_garden(session.client);
            }
            Event::ClientBlocked(client) => {
                self.stop_client(*client);
                self.block(client.mac, true);
            }
            Event::ClientRemoved(client) => {
                self.stop_client(*client);
                self.block(client.mac, false);
                if let Err(error) = self.traffic.path.release(pair(*client)) {
                    tracing::error!(client = %client.ip, %error, "a lease cannot be ended");
                }
            }
            _ => {}
        }
    }

    /// Lets the client of a session through, if the session's state wants that. Says whether the session stays: without the
    /// packet path there is none.
    pub(super) fn let_through(&mut self, info: &SessionInfo) -> bool {
        self.open_garden(info.client, &info.session.parameters);
        if info.client.state != ClientState::Pass {
            self.stop_client(info.client);
            return true;
        }
        let grant = self.grant(&info.session.parameters, info.session_time);
        self.block(info.client.mac, false);
        // One of an earlier run may have to be let through again.
        let counted = info.session.reported();
        if let Err(error) = self.traffic.path.open(pair(info.client), &grant, counted) {
            tracing::error!(client = %info.client.ip, %error, "a client cannot be let through; its session ends");
            self.metrics.not_let_through();
            self.handle(Input::NotLetThrough { session_id: info.session.id });
            return false;
        }
        true
    }

    fn stop_client(&mut self, client: ClientInfo) {
        if let Err(error) = self.traffic.path.close(pair(client)) {
            tracing::error!(client = %client.ip, %error, "a client cannot be closed");
        }
        self.traffic.path.cut(pair(client));
    }

    fn block(&mut self, mac: Mac, blocked: bool) {
        if let Err(error) = self.traffic.path.block(mac, blocked) {
            tracing::error!(%mac, blocked, %error, "a client cannot be blocked or unblocked");
        }
    }

    /// Closes whoever is let through without a session: what an earlier gateway left, and nobody remembers.
    pub fn close_strangers(&mut self) {
        let meters = self.traffic.path.meters().unwrap_or_default();
        for pair in meters.into_iter().map(|meter| meter.pair) {
            if session_of(&self.gateway, pair.ip).is_none_or(|(known, _)| known != pair) {
                tracing::warn!(client = %pair.ip, "was let through without a session, and is no longer");
                let _ = self.traffic.path.close(pair);
                self.traffic.path.cut(pair);
            }
        }
    }
}

pub(super) const fn pair(client: ClientInfo) -> Pair {
    Pair { ip: client.ip, mac: client.mac }
}

fn session_of(gateway: &Gateway, ip: Ipv4Addr) -> Option<(Pair, SessionId)> {
    let client = gateway.find(&Selector::ip(ip))?;
    let id = client.session()?.id;
    Some((pair(client.info()), id))
}
