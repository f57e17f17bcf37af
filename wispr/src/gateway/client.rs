//! What the gateway knows about one client.

use super::challenge::Challenge;
use super::config::Config;
use super::id::{Mac, SessionId};
use super::input::LoginId;
use super::session::Session;
use alloc::{boxed::Box, vec::Vec};
use core::net::Ipv4Addr;
use core::time::Duration;
use radius_codec::random::Random;

/// What becomes of a client's traffic (spec: fon-api 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClientState {
    /// Not logged in: the garden only, HTTP is redirected.
    Dnat,
    /// Logged in, but to see a page first: as [`ClientState::Dnat`].
    Splash,
    /// Logged in: passed on.
    Pass,
    /// Blocked: everything is dropped.
    Drop,
}

impl ClientState {
    /// The word of listings.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dnat => "dnat",
            Self::Splash => "splash",
            Self::Pass => "pass",
            Self::Drop => "drop",
        }
    }
}

/// Who a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientInfo {
    /// Its address.
    pub ip: Ipv4Addr,
    /// Its hardware address.
    pub mac: Mac,
    /// Its number at the gateway, from 1: NAS-Port.
    pub unit: u32,
    /// Its 802.1Q tag.
    pub vlan: Option<u16>,
    /// What becomes of its traffic.
    pub state: ClientState,
    /// The id of its session, or of the session it may get.
    pub session_id: SessionId,
    /// When it got its lease, on the clock of `now`.
    pub since: Duration,
}

/// What holds the client's state, and only what that state needs.
#[derive(Clone, Debug)]
pub(super) enum State {
    Out,
    In(Box<Session>),
    Blocked,
}

/// A challenge and what decides about its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Made {
    pub(super) challenge: Challenge,
    pub(super) at: Duration,
    /// An abort showed another one: the next page makes a new one, while this one still serves a login.
    pub(super) aborted: bool,
}

/// A client with a lease.
#[derive(Clone, Debug)]
pub(super) struct Client {
    pub(super) ip: Ipv4Addr,
    pub(super) mac: Mac,
    pub(super) unit: u32,
    pub(super) vlan: Option<u16>,
    pub(super) since: Duration,
    pub(super) state: State,
    /// The id of the session to come; a session has its own.
    pub(super) next_id: SessionId,
    pub(super) challenge: Option<Made>,
    /// Of the last login, successful or not.
    pub(super) user_name: Vec<u8>,
    pub(super) lang: Vec<u8>,
    pub(super) user_url: Vec<u8>,
    pub(super) wispr2: bool,
    pub(super) eap_identifier: u8,
    /// State of the last Access-Challenge, while a login by EAP goes on.
    pub(super) eap_state: Option<Vec<u8>>,
    pub(super) login: Option<LoginId>,
    /// The session before this one, for the times of a status answer and for listings.
    pub(super) last_session: Option<Box<Session>>,
}

impl Client {
    pub(super) fn new(
        ip: Ipv4Addr,
        mac: Mac,
        unit: u32,
        vlan: Option<u16>,
        since: Duration,
        next_id: SessionId,
    ) -> Self {
        Self {
            ip,
            mac,
            unit,
            vlan,
            since,
            state: State::Out,
            next_id,
            challenge: None,
            user_name: Vec::new(),
            lang: Vec::new(),
            user_url: Vec::new(),
            wispr2: false,
            eap_identifier: 0,
            eap_state: None,
            login: None,
            last_session: None,
        }
    }

    pub(super) fn session(&self) -> Option<&Session> {
        match &self.state {
            State::In(session) => Some(session),
            State::Out | State::Blocked => None,
        }
    }

    pub(super) fn session_mut(&mut self) -> Option<&mut Session> {
        match &mut self.state {
            State::In(session) => Some(session),
            State::Out | State::Blocked => None,
        }
    }

    pub(super) fn session_id(&self) -> SessionId {
        self.session().map_or(self.next_id, |session| session.id)
    }

    pub(super) fn is_splash(&self) -> bool {
        self.session().is_some_and(|session| session.parameters.splash)
    }

    pub(super) fn client_state(&self) -> ClientState {
        match &self.state {
            State::Out => ClientState::Dnat,
            State::Blocked => ClientState::Drop,
            State::In(session) if session.parameters.splash => ClientState::Splash,
            State::In(_) => ClientState::Pass,
        }
    }

    pub(super) fn info(&self) -> ClientInfo {
        ClientInfo {
            ip: self.ip,
            mac: self.mac,
            unit: self.unit,
            vlan: self.vlan,
            state: self.client_state(),
            session_id: self.session_id(),
            since: self.since,
        }
    }

    /// Makes a new challenge (spec: uam 3).
    pub(super) fn renew_challenge(&mut self, random: &mut dyn Random, now: Duration) -> Challenge {
        let challenge = fresh(random);
        self.challenge = Some(Made { challenge, at: now, aborted: false });
        challenge
    }

    /// The challenge of a page, new if there is none or it is too old (spec: uam 3).
    pub(super) fn page_challenge(
        &mut self,
        config: &Config,
        random: &mut dyn Random,
        now: Duration,
    ) -> Challenge {
        match self.challenge {
            Some(made) if !made.aborted && !is_older(&made, config.challengetimeout, now) => made.challenge,
            _ => self.renew_challenge(random, now),
        }
    }

    /// The challenge of a status answer: an abort does not matter here (spec: uam 3).
    pub(super) fn status_challenge(
        &mut self,
        config: &Config,
        random: &mut dyn Random,
        now: Duration,
    ) -> Challenge {
        match self.challenge {
            Some(made) if !is_older(&made, config.challengetimeout, now) => made.challenge,
            _ => self.renew_challenge(random, now),
        }
    }

    /// The challenge after a refusal or an EAP round: a new one unless challenges never expire (spec: uam 3).
    pub(super) fn next_challenge(
        &mut self,
        config: &Config,
        random: &mut dyn Random,
        now: Duration,
    ) -> Challenge {
        match self.challenge {
            Some(made) if config.challengetimeout.is_zero() => made.challenge,
            _ => self.renew_challenge(random, now),
        }
    }

    /// Whether a login comes too late for its challenge (spec: uam 3).
    pub(super) fn is_challenge_expired(&self, config: &Config, now: Duration) -> bool {
        self.challenge.is_some_and(|made| is_older(&made, config.challengetimeout2, now))
    }

    /// An EAP-Request/Identity, numbered (spec: uam 6).
    pub(super) fn next_eap_identity(&mut self) -> [u8; 5] {
        self.eap_identifier = self.eap_identifier.wrapping_add(1);
        [1, self.eap_identifier, 0, 5, 1]
    }
}

/// 16 random octets.
pub(super) fn fresh(random: &mut dyn Random) -> Challenge {
    let mut octets = [0; 16];
    random.fill(&mut octets);
    Challenge(octets)
}

fn is_older(made: &Made, limit: Duration, now: Duration) -> bool {
    !limit.is_zero() && now.saturating_sub(made.at) > limit
}

/// A client as listings show it.
#[derive(Clone, Copy, Debug)]
pub struct ClientView<'a>(pub(super) &'a Client);

impl<'a> ClientView<'a> {
    /// Who it is.
    #[must_use]
    pub fn info(&self) -> ClientInfo {
        self.0.info()
    }

    /// The user of its last login, successful or not; possibly empty.
    #[must_use]
    pub fn user_name(&self) -> &'a [u8] {
        &self.0.user_name
    }

    /// The page the user wanted; possibly empty.
    #[must_use]
    pub fn user_url(&self) -> &'a [u8] {
        &self.0.user_url
    }

    /// Its session.
    #[must_use]
    pub fn session(&self) -> Option<&'a Session> {
        self.0.session()
    }

    /// The session before this one.
    #[must_use]
    pub fn last_session(&self) -> Option<&'a Session> {
        self.0.last_session.as_deref()
    }

    /// Its challenge, for local programs.
    #[must_use]
    pub fn challenge(&self) -> Option<Challenge> {
        self.0.challenge.map(|made| made.challenge)
    }
}
