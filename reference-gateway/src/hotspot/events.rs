//! What has happened, told to whom it concerns: log, metrics, ledger, packet path, handler.

use super::machines::Machines;
use radius_codec::client::Event as RadiusEvent;
use wispr::gateway::{Callback, Event, SessionInfo};

impl Machines {
    pub(super) fn report(&self, event: &RadiusEvent) {
        if let RadiusEvent::Dropped { reason, .. } = event {
            self.metrics.radius_dropped(reason);
        }
        report(event);
    }

    pub(super) fn happened(&mut self, event: &Event) {
        match event {
            Event::SessionOpened(info) => {
                if !self.let_through(info) {
                    return;
                }
                self.metrics.session_opened();
                self.ledger.began(info.session.id);
                self.goes_on(info);
            }
            Event::SessionRestored(info) => {
                // A lease that still runs is told again by the DHCP server.
                self.guests.add(info.client.ip, self.now());
                self.goes_on(info);
            }
            Event::SessionChanged(info) => self.goes_on(info),
            Event::SessionUpdated(info) => self.keep(info.client.ip),
            Event::SessionClosed { session, cause } => {
                let (client, id) = (session.client.ip, session.session.id);
                self.metrics.session_closed(*cause);
                self.ledger.forget(id);
                tracing::info!(%client, session = %id, ?cause, seconds = session.session_time, "session ended");
            }
            Event::ClientBlocked(client) => self.logins.forget(client.ip),
            Event::ClientRemoved(client) => {
                self.logins.forget(client.ip);
                self.guests.remove(client.ip);
            }
            _ => {}
        }
        self.carry_out(event);
        if self.handler.is_some()
            && let Some(call) = Callback::of_event(self.gateway.config(), event)
        {
            self.call(call);
        }
    }

    fn goes_on(&mut self, info: &SessionInfo) {
        let (client, user) = (info.client.ip, String::from_utf8_lossy(&info.session.user_name));
        tracing::info!(%client, session = %info.client.session_id, %user, "session");
        self.keep(client);
    }
}

pub(super) fn report(event: &RadiusEvent) {
    match event {
        RadiusEvent::Server { server, health } => {
            tracing::warn!(server = server + 1, ?health, "RADIUS server");
        }
        RadiusEvent::Dropped { from, reason, .. } => {
            let hint = match *reason {
                "message-authenticator-required" | "message-authenticator-not-first" => {
                    "update that server, tell it to send Message-Authenticator first, or see radiusmsgauth"
                }
                "message-authenticator-mismatch" | "response-authenticator-mismatch" => {
                    "is radiussecret the server's?"
                }
                "no-request-pending" => "a late or second answer; if there are many, raise radiustimeout",
                _ => "",
            };
            tracing::warn!(%from, reason, hint, "a RADIUS packet was dropped");
        }
        _ => {}
    }
}
