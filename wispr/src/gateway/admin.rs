//! What comes from the gateway's own side: leases, counters, commands, CoA, shutdown.

use super::client::{Client, State};
use super::id::{Mac, SessionId};
use super::input::{Command, RequestId, Selector};
use super::login::Wanted;
use super::machine::{Announced, Gateway, Unit};
use super::output::{DynamicAnswer, Event, Output};
use super::radius::{AccountingKind, Grant};
use super::request::{MAX_USER_NAME_LEN, cut};
use super::session::{Parameters, Session, TerminateCause, Usage};
use alloc::vec::Vec;
use core::net::Ipv4Addr;
use core::time::Duration;
use radius_codec::dict::{rfc2865, rfc2866};
use radius_codec::{Code, Packet};

/// Error-Cause: an attribute that names the session is missing (RFC 5176 §3.5).
const MISSING_ATTRIBUTE: u32 = 402;
/// Error-Cause: there is no such session (RFC 5176 §3.5).
const SESSION_NOT_FOUND: u32 = 503;

impl Gateway {
    pub(super) fn on_lease(&mut self, ip: Ipv4Addr, mac: Mac, vlan: Option<u16>) {
        if let Some(client) = self.clients.get_mut(&ip).filter(|client| client.mac == mac) {
            client.vlan = vlan;
            return;
        }
        let moved = self.macs.get(&mac).copied();
        for old in [Some(ip), moved].into_iter().flatten() {
            if self.clients.contains_key(&old) {
                self.release(old, TerminateCause::LostCarrier);
            }
        }
        let Some(unit) = self.take_unit(ip) else { return self.ignore() };
        let next_id = self.new_session_id(unit);
        let client = Client::new(ip, mac, unit, vlan, self.now, next_id);
        let info = client.info();
        self.add_client(client);
        self.push(Output::Event(Event::ClientAdded(info)));
        self.start_mac_login(ip);
    }

    /// The lowest port number that is free.
    fn take_unit(&mut self, ip: Ipv4Addr) -> Option<u32> {
        let known = self.units.get(self.first_unit..).unwrap_or_default();
        let free = known.iter().position(|unit| unit.client.is_none()).unwrap_or(known.len());
        let free = self.first_unit + free;
        self.first_unit = free;
        let number = u32::try_from(free).ok()?.checked_add(1)?;
        self.take_this_unit(number, ip).then_some(number)
    }

    /// Takes a port number, if it is one and free.
    pub(super) fn take_this_unit(&mut self, number: u32, ip: Ipv4Addr) -> bool {
        if !(1..=self.config.maxclients).contains(&number) {
            return false;
        }
        let place = usize::try_from(number).unwrap_or(1) - 1;
        if self.units.len() <= place {
            self.units.resize(place + 1, Unit::default());
        }
        match self.units.get_mut(place) {
            Some(unit) if unit.client.is_none() => {
                unit.client = Some(ip);
                true
            }
            _ => false,
        }
    }

    /// Forgets a client.
    pub(super) fn release(&mut self, ip: Ipv4Addr, cause: TerminateCause) {
        self.drop_login(ip);
        self.close_session(ip, cause);
        let Some(client) = self.remove_client(ip) else { return self.ignore() };
        self.push(Output::Event(Event::ClientRemoved(client.info())));
    }

    /// Ends the session of a client that cannot be reached any more.
    pub(super) fn on_carrier_lost(&mut self, ip: Ipv4Addr) {
        if self.clients.get(&ip).is_some_and(|client| client.session().is_some()) {
            self.close_session(ip, TerminateCause::LostCarrier);
        } else {
            self.ignore();
        }
    }

    pub(super) fn on_traffic(&mut self, session_id: SessionId, usage: Usage, last_active: Option<Duration>) {
        let now = self.now;
        match self.client_with_session(session_id).and_then(|client| client.session_mut()) {
            Some(session) => session.report(usage, last_active, now),
            None => self.ignore(),
        }
    }

    /// The data plane lets nothing of a session pass any more: a limit of octets is used up.
    pub(super) fn on_exhausted(&mut self, session_id: SessionId) {
        match self.client_with_session(session_id).map(|client| client.ip) {
            Some(ip) => self.close_session(ip, TerminateCause::SessionTimeout),
            None => self.ignore(),
        }
    }

    pub(super) fn on_command(&mut self, command: Command<'_>) {
        let (Command::Authorize { client, .. }
        | Command::Login { client, .. }
        | Command::Update { client, .. }
        | Command::Logout { client }
        | Command::Block { client }
        | Command::Release { client }) = &command;
        let Some(ip) = self.address_of(client) else { return self.ignore() };
        match command {
            Command::Authorize { user_name, parameters, accounting, .. } => {
                self.authorize(ip, user_name, parameters, accounting);
            }
            Command::Login { user_name, password, parameters, accounting, .. } => {
                self.start_command_login(ip, user_name, password, Wanted { parameters, accounting });
            }
            Command::Update { parameters, .. } => self.update(ip, parameters),
            Command::Logout { .. } => {
                self.close_session(ip, TerminateCause::AdminReset);
                let (random, now) = (&mut *self.random, self.now);
                if let Some(client) = self.clients.get_mut(&ip) {
                    client.renew_challenge(random, now);
                }
            }
            Command::Block { .. } => self.block(ip),
            Command::Release { .. } => self.release(ip, TerminateCause::AdminReset),
        }
    }

    fn address_of(&self, selector: &Selector<'_>) -> Option<Ipv4Addr> {
        self.client_of(selector).map(|client| client.ip)
    }

    fn authorize(
        &mut self,
        ip: Ipv4Addr,
        user_name: Option<&[u8]>,
        parameters: Parameters,
        accounting: bool,
    ) {
        let Some(client) = self.clients.get_mut(&ip) else { return };
        if client.session().is_some() {
            // A running session is not started again (spec: fon-api 4.1).
            if let Some(name) = user_name {
                client.user_name = cut(name, MAX_USER_NAME_LEN).to_vec();
                let name = client.user_name.clone();
                if let Some(session) = client.session_mut() {
                    session.user_name = name;
                }
            }
            return self.update(ip, parameters);
        }
        let id = client.session_id();
        let name =
            user_name.map_or_else(|| client.user_name.clone(), |name| cut(name, MAX_USER_NAME_LEN).to_vec());
        let parameters = parameters.with_defaults(&self.config);
        let mut session = Session::begin(id, name, parameters, self.now, self.unix_seconds);
        session.accounting = accounting;
        self.open_session(ip, session);
        self.account(ip, AccountingKind::Start);
    }

    fn update(&mut self, ip: Ipv4Addr, parameters: Parameters) {
        let parameters = parameters.with_defaults(&self.config);
        match self.clients.get_mut(&ip).and_then(|client| client.session_mut()) {
            Some(session) => session.parameters = parameters,
            None => return self.ignore(),
        }
        self.session_event(ip, Event::SessionChanged);
    }

    fn block(&mut self, ip: Ipv4Addr) {
        self.drop_login(ip);
        self.close_session(ip, TerminateCause::AdminReset);
        if let Some(client) = self.clients.get_mut(&ip) {
            client.state = State::Blocked;
            let info = client.info();
            self.push(Output::Event(Event::ClientBlocked(info)));
        }
    }

    pub(super) fn on_accounting_reply(&mut self, session_id: SessionId, packet: &Packet<'_>) {
        let ip = self.client_with_session(session_id).map(|client| client.ip);
        match ip.filter(|_| self.config.acctupdate && packet.code() == Code::ACCOUNTING_RESPONSE) {
            Some(ip) => {
                let grant = Grant::read(packet.attributes(), &self.config);
                self.apply(ip, &grant);
            }
            None => self.ignore(),
        }
    }

    /// Changes a session as CoA and `acctupdate` do: everything is replaced, then words of ChilliSpot-Config act.
    fn apply(&mut self, ip: Ipv4Addr, grant: &Grant) {
        self.replace(ip, grant);
        if grant.admin_reset {
            self.release(ip, TerminateCause::AdminReset);
        } else if grant.logout {
            self.close_session(ip, TerminateCause::UserRequest);
        }
    }

    /// CoA and Disconnect (spec: radius-profile 9).
    pub(super) fn on_dynamic(&mut self, id: RequestId, packet: &Packet<'_>) {
        let (ack, nak) = match packet.code() {
            Code::DISCONNECT_REQUEST => (Code::DISCONNECT_ACK, Code::DISCONNECT_NAK),
            Code::COA_REQUEST => (Code::COA_ACK, Code::COA_NAK),
            _ => return self.ignore(),
        };
        let silent = self.config.compatibility.silent_dynamic_authorization;
        let target = Target::read(packet, silent);
        if target.is_empty(silent) {
            if silent {
                return self.ignore();
            }
            return self.answer_dynamic(id, nak, Some(MISSING_ATTRIBUTE));
        }
        let Some(ip) = self.clients.values().find(|client| target.fits(client)).map(|client| client.ip)
        else {
            return self.answer_dynamic(id, nak, (!silent).then_some(SESSION_NOT_FOUND));
        };
        if packet.code() == Code::DISCONNECT_REQUEST {
            self.close_session(ip, TerminateCause::AdminReset);
        } else {
            let grant = Grant::read(packet.attributes(), &self.config);
            self.apply(ip, &grant);
        }
        self.answer_dynamic(id, ack, None);
    }

    fn answer_dynamic(&mut self, id: RequestId, code: Code, error_cause: Option<u32>) {
        self.push(Output::AnswerDynamic(DynamicAnswer { id, code, error_cause }));
    }

    pub(super) fn on_shutdown(&mut self) {
        let all: Vec<_> = self.clients.keys().collect();
        for ip in all {
            self.drop_login(ip);
            self.close_session(ip, TerminateCause::NasReboot);
        }
        self.next_check = None;
        if self.announced == Announced::On {
            self.account_gateway(AccountingKind::Off);
        }
        self.announced = Announced::Off;
    }
}

/// What a CoA-Request or Disconnect-Request says about the session it means.
pub(super) struct Target<'a> {
    user_name: Option<&'a [u8]>,
    session_id: Option<&'a [u8]>,
    mac: Option<&'a [u8]>,
    ip: Option<Ipv4Addr>,
}

impl<'a> Target<'a> {
    pub(super) fn read(packet: &Packet<'a>, silent: bool) -> Self {
        let attributes = packet.attributes();
        Self {
            user_name: attributes.octets(rfc2865::USER_NAME),
            session_id: attributes.octets(rfc2866::ACCT_SESSION_ID),
            mac: attributes.octets(rfc2865::CALLING_STATION_ID).filter(|_| !silent),
            ip: attributes.ipv4(rfc2865::FRAMED_IP_ADDRESS).filter(|_| !silent),
        }
    }

    const fn is_empty(&self, silent: bool) -> bool {
        self.user_name.is_none()
            && (silent || (self.session_id.is_none() && self.mac.is_none() && self.ip.is_none()))
    }

    /// Everything that is given must fit, and there must be a session.
    pub(super) fn fits(&self, client: &Client) -> bool {
        let Some(session) = client.session() else { return false };
        let same_mac = |text: &[u8]| {
            core::str::from_utf8(text).ok().and_then(|text| text.parse().ok()) == Some(client.mac)
        };
        self.user_name.is_none_or(|name| name == session.user_name)
            && self.session_id.is_none_or(|id| session.id.matches(id))
            && self.mac.is_none_or(same_mac)
            && self.ip.is_none_or(|ip| ip == client.ip)
    }
}
