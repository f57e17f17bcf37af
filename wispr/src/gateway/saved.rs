//! Sessions that outlive the machine: kept by the caller, brought back or closed after a restart.

use super::client::{Client, State};
use super::id::{Mac, SessionId};
use super::machine::{Announced, Gateway};
use super::output::{Accounting, Event, Output, SessionInfo};
use super::radius::{AccountingKind, Moment, accounting_request};
use super::session::{Parameters, Session, TerminateCause, Usage};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::net::Ipv4Addr;
use core::time::Duration;

/// A session at a moment, complete enough to go on with it or to close it in accounting.
///
/// With the feature `serde` octets are percent-encoded texts, and what is empty or 0 is left out: sessions are written
/// often, and to flash. So the format has to name fields and tell texts from lists, as JSON does.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SavedSession {
    /// The client's address.
    pub ip: Ipv4Addr,
    /// The client's hardware address.
    pub mac: Mac,
    /// The client's 802.1Q tag.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "super::stored::is_default"))]
    pub vlan: Option<u16>,
    /// The page the user wanted.
    #[cfg_attr(
        feature = "serde",
        serde(default, with = "super::stored::octets", skip_serializing_if = "Vec::is_empty")
    )]
    pub user_url: Vec<u8>,
    /// The session's id; its port number is the client's.
    pub id: SessionId,
    /// The user's name.
    #[cfg_attr(
        feature = "serde",
        serde(default, with = "super::stored::octets", skip_serializing_if = "Vec::is_empty")
    )]
    pub user_name: Vec<u8>,
    /// What the session may do.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "super::stored::is_default"))]
    pub parameters: Parameters,
    /// Every Class of the last answer.
    #[cfg_attr(
        feature = "serde",
        serde(default, with = "super::stored::lists", skip_serializing_if = "Vec::is_empty")
    )]
    pub classes: Vec<Vec<u8>>,
    /// Chargeable-User-Identity.
    #[cfg_attr(
        feature = "serde",
        serde(default, with = "super::stored::octets", skip_serializing_if = "Vec::is_empty")
    )]
    pub cui: Vec<u8>,
    /// Whether accounting is sent.
    pub accounting: bool,
    /// When it began, in seconds since 1970.
    pub start: i64,
    /// Seconds since it began.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "super::stored::is_default"))]
    pub session_time: u64,
    /// Seconds since the client's last packet.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "super::stored::is_default"))]
    pub idle_time: u64,
    /// Seconds since the last interim record, or the beginning.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "super::stored::is_default"))]
    pub since_interim: u64,
    /// What was counted.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "super::stored::is_default"))]
    pub usage: Usage,
    /// What of it the packet path's counters said; a counter that goes on from there is not counted twice.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "super::stored::is_default"))]
    pub reported: Usage,
}

impl SavedSession {
    /// The same session some seconds later. Nobody looked at the client meanwhile, so it was not idle.
    #[must_use]
    pub const fn later(mut self, seconds: u64) -> Self {
        self.session_time = self.session_time.saturating_add(seconds);
        self.since_interim = self.since_interim.saturating_add(seconds);
        self
    }
}

impl Gateway {
    /// The client's session, to be kept. The caller keeps it when it opens, changes and is updated, and drops it when
    /// it ends.
    #[must_use]
    pub fn save(&self, ip: Ipv4Addr) -> Option<SavedSession> {
        let client = self.clients.get(&ip)?;
        let session = client.session()?;
        Some(session.save(client, self.now))
    }

    /// Goes on with a session of an earlier run. Clients that are known already keep their state.
    pub(super) fn on_restore(&mut self, saved: &SavedSession) {
        let taken = self.clients.contains_key(&saved.ip) || self.macs.contains_key(&saved.mac);
        let unit = saved.id.port();
        if taken || !self.take_this_unit(unit, saved.ip) {
            // Its place is gone; its last record is not.
            return self.on_bury(saved, TerminateCause::LostCarrier, self.unix_seconds);
        }
        self.announced = Announced::On;
        let session = Session::restore(saved, self.now);
        let mut client = Client::new(saved.ip, saved.mac, unit, saved.vlan, self.now, saved.id);
        client.user_url.clone_from(&saved.user_url);
        client.user_name.clone_from(&saved.user_name);
        client.state = State::In(Box::new(session));
        self.add_client(client);
        self.check_sessions_soon();
        self.session_event(saved.ip, Event::SessionRestored);
    }

    /// Closes a session that ended when nobody looked: its record and its event say how it stood when it was saved.
    pub(super) fn on_bury(&mut self, saved: &SavedSession, cause: TerminateCause, saved_at: i64) {
        self.keep_ids_after(saved.id);
        let client = Client::new(saved.ip, saved.mac, saved.id.port(), saved.vlan, self.now, saved.id);
        let session = Session::restore(saved, self.now);
        if saved.accounting {
            let kind = AccountingKind::Stop(cause);
            let moment = Moment { now: self.now, unix_seconds: saved_at };
            let request = accounting_request(&self.config, Some((&client, &session)), kind, moment);
            self.push(Output::Account(Accounting { kind, session_id: Some(saved.id), request }));
        }
        // Who counts by events, as the external handler may, has to hear of it too.
        let info = SessionInfo {
            client: client.info(),
            session_time: session.session_time(self.now),
            idle_time: session.idle_time(self.now),
            counters: session.usage.counters(self.config.swapoctets),
            session,
        };
        self.push(Output::Event(Event::SessionClosed { session: Box::new(info), cause }));
    }
}

impl Session {
    fn save(&self, client: &Client, now: Duration) -> SavedSession {
        SavedSession {
            ip: client.ip,
            mac: client.mac,
            vlan: client.vlan,
            user_url: client.user_url.clone(),
            id: self.id,
            user_name: self.user_name.clone(),
            parameters: self.parameters.clone(),
            classes: self.classes.clone(),
            cui: self.cui.clone(),
            accounting: self.accounting,
            start: self.start,
            session_time: self.session_time(now),
            idle_time: self.idle_time(now),
            since_interim: self.since_interim(now),
            usage: self.usage,
            reported: self.reported(),
        }
    }
}
