//! What can be asked of a gateway (fon-api 4).

use std::net::Ipv4Addr;
use wispr::gateway::{Mac, Parameters, Selector};
use zeroize::Zeroizing;

/// A command, complete and checked.
#[derive(Debug)]
#[non_exhaustive]
pub enum Command {
    /// All clients, one line each.
    List,
    /// The client with this address.
    ListIp(Ipv4Addr),
    /// The client with this hardware address.
    ListMac(Mac),
    /// Destinations that are open to all.
    ListGarden,
    /// Addresses for clients.
    ListIpPool,
    /// Clients with the age of their leases.
    DhcpList,
    /// Accounting records that wait.
    ListRadQueue,
    /// Processes of the gateway.
    Procs,
    /// The state of the hotspot in a few lines (not in the original).
    Status,
    /// Read the configuration again.
    Reload,
    /// End all sessions, then the gateway (not in the original; gateway-dataplane 10).
    Shutdown,
    /// Open a session without a login, or replace the parameters of one.
    Authorize(Target, Box<SessionOptions>),
    /// Log a client in by RADIUS.
    Login(Target, Box<SessionOptions>),
    /// Replace all parameters of a session.
    Update(Target, Box<SessionOptions>),
    /// End a session.
    Logout(Target),
    /// Drop all traffic of a client.
    Block(Target),
    /// End a session and forget the client.
    Release(Target),
}

/// Which client: everything that is given must fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// Its address.
    pub ip: Option<Ipv4Addr>,
    /// Its hardware address.
    pub mac: Option<Mac>,
    /// Its session id.
    pub session_id: Option<String>,
    /// Every client: `*` of chilli_query. The others are nothing then.
    pub all: bool,
}

impl Target {
    /// Whether nothing is given.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ip.is_none() && self.mac.is_none() && self.session_id.is_none() && !self.all
    }

    /// The client with this hardware address.
    #[must_use]
    pub const fn mac(mac: Mac) -> Self {
        Self { mac: Some(mac), ip: None, session_id: None, all: false }
    }

    /// The same for the machine.
    #[must_use]
    pub fn selector(&self) -> Selector<'_> {
        Selector { ip: self.ip, mac: self.mac, session_id: self.session_id.as_deref() }
    }
}

/// What a session is to have (fon-api 4.1). 0 and nothing stand for the configured default.
#[derive(Default)]
#[non_exhaustive]
pub struct SessionOptions {
    /// The user's name.
    pub username: Option<String>,
    /// The user's password, for a login.
    pub password: Option<Zeroizing<String>>,
    /// Seconds a session may last.
    pub sessiontimeout: u64,
    /// Seconds a client may be silent.
    pub idletimeout: u32,
    /// Seconds between interim records.
    pub interiminterval: u16,
    /// Octets both ways.
    pub maxoctets: u64,
    /// Octets of the input direction.
    pub maxinputoctets: u64,
    /// Octets of the output direction.
    pub maxoutputoctets: u64,
    /// Bit/s from the client.
    pub maxbwup: u64,
    /// Bit/s to the client.
    pub maxbwdown: u64,
    /// The page a client must see first.
    pub splash: Option<String>,
    /// The page after the login; empty for none.
    pub url: Option<String>,
    /// The interface of the client's route.
    pub routeidx: u8,
    /// No accounting.
    pub noacct: bool,
}

/// Not the password.
impl std::fmt::Debug for SessionOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionOptions")
            .field("username", &self.username)
            .field("sessiontimeout", &self.sessiontimeout)
            .finish_non_exhaustive()
    }
}

impl SessionOptions {
    /// The same for the machine.
    #[must_use]
    pub fn parameters(&self) -> Parameters {
        let mut parameters = Parameters::new();
        parameters.session_timeout = self.sessiontimeout;
        parameters.idle_timeout = self.idletimeout;
        parameters.interim_interval = self.interiminterval.into();
        parameters.max_total_octets = self.maxoctets;
        parameters.max_input_octets = self.maxinputoctets;
        parameters.max_output_octets = self.maxoutputoctets;
        parameters.bandwidth_max_up = self.maxbwup;
        parameters.bandwidth_max_down = self.maxbwdown;
        parameters.splash = self.splash.is_some();
        parameters.redirection_url = self.splash.as_ref().or(self.url.as_ref()).cloned().unwrap_or_default();
        parameters.route_index = (self.routeidx != 0).then(|| self.routeidx.into());
        parameters
    }
}
