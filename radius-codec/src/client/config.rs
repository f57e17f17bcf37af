//! How a client behaves.

use super::schedule::{Rfc5080, Schedule};
use super::servers::Server;
use crate::packet::Limits;
use alloc::vec::Vec;
use core::time::Duration;

/// How a [`Client`](super::Client) behaves. Begin with [`Config::new`] and add servers, the preferred one first.
#[derive(Debug)]
pub struct Config {
    pub(super) servers: Vec<Server>,
    pub(super) schedule: Schedule,
    pub(super) sockets: u16,
    pub(super) deadline: Option<Duration>,
    pub(super) status_server: bool,
    pub(super) watchdog: bool,
    pub(super) limits: Limits,
}

impl Config {
    /// RFC 5080 as for authentication, one source port, no deadline, no Status-Server.
    #[must_use]
    pub fn new() -> Self {
        Self {
            servers: Vec::new(),
            schedule: Schedule::Rfc5080(Rfc5080::AUTHENTICATION),
            sockets: 1,
            deadline: None,
            status_server: false,
            watchdog: false,
            limits: Limits::DEFAULT,
        }
    }

    /// Adds a server.
    #[must_use]
    pub fn server(mut self, server: Server) -> Self {
        self.servers.push(server);
        self
    }

    /// These servers, in place of those so far.
    #[must_use]
    pub fn servers(mut self, servers: Vec<Server>) -> Self {
        self.servers = servers;
        self
    }

    /// When requests are sent again.
    #[must_use]
    pub const fn schedule(mut self, schedule: Schedule) -> Self {
        self.schedule = schedule;
        self
    }

    /// How many source ports the caller has; each gives 256 Identifiers a server. At least one.
    #[must_use]
    pub fn sockets(mut self, sockets: u16) -> Self {
        self.sockets = sockets.max(1);
        self
    }

    /// Fails every request this long after it was begun, whatever the schedule says. A login waits at most 60 s.
    #[must_use]
    pub const fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Asks doubtful servers with Status-Server whether they are back (RFC 5997). Without it they are tried again
    /// after 300 s.
    #[must_use]
    pub const fn status_server(mut self, on: bool) -> Self {
        self.status_server = on;
        self
    }

    /// Never uses Identifier 255: over TCP and TLS the caller's watchdog asks with it (RFC 6613 §2.6;
    /// [`Identifiers::WATCHDOG`](crate::stream::Identifiers::WATCHDOG)).
    #[must_use]
    pub const fn keep_watchdog_identifier(mut self, on: bool) -> Self {
        self.watchdog = on;
        self
    }

    /// How large a reply may be.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::new()
    }
}
