//! What the external handler is called with: interface A of the FON API (spec: fon-api 2).
//!
//! The caller runs the program; this module says with which command and environment. Values come from the network:
//! user names and passwords may hold any octet but zero.

use super::client::ClientInfo;
use super::config::Config;
use super::credentials::Credentials;
use super::id::Mac;
use super::output::{Event, Login, SessionInfo};
use alloc::string::ToString as _;
use alloc::vec::Vec;
use alloc::{format, string::String};
use core::fmt;
use core::net::SocketAddr;

/// One call of the handler.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Callback {
    /// Its only argument.
    pub command: &'static str,
    /// The client it is about. Calls about one client are made one after the other, in order.
    pub client: Option<Mac>,
    /// Its environment, besides `PATH` and `LANG` of the caller. May hold a password.
    pub environment: Vec<(&'static str, Vec<u8>)>,
}

impl Callback {
    /// The gateway has started.
    pub const STARTUP: Self = Self::bare("fon-startup");
    /// The gateway stops.
    pub const SHUTDOWN: Self = Self::bare("fon-shutdown");

    const fn bare(command: &'static str) -> Self {
        Self { command, client: None, environment: Vec::new() }
    }

    /// The call that tells of an event, if there is one.
    #[must_use]
    pub fn of_event(config: &Config, event: &Event) -> Option<Self> {
        match event {
            Event::ClientAdded(client) => Some(Self::begin("dhcp-lease", config, client)),
            Event::ClientRemoved(client) => Some(Self::begin("dhcp-release", config, client)),
            Event::SessionOpened(info) => Some(Self::of_session("session-start", config, info)),
            Event::SessionUpdated(info) => {
                Some(Self::of_session("session-update", config, info).counted(info))
            }
            Event::SessionClosed { session: info, cause } => {
                let stop = Self::of_session("session-stop", config, info).counted(info);
                Some(stop.number("TERMINATE_CAUSE", cause.number().into()))
            }
            _ => None,
        }
    }

    /// The call that decides about a login. Only a login by PAP has a password; the others bring what they have in
    /// hexadecimal, an extension.
    #[must_use]
    pub fn of_login(config: &Config, login: &Login) -> Self {
        let call = Self::begin("login", config, &login.client)
            .with("USER_NAME", &login.user_name)
            .with("ACCT_SESSION_ID", login.client.session_id.as_str().as_bytes())
            .located(config);
        match &login.credentials {
            Credentials::Pap { password } => call.with("PASSWORD", password),
            Credentials::Chap { ident, challenge, response } => call
                .hex("CHAP_IDENT", &[*ident])
                .hex("CHAP_CHALLENGE", challenge.as_octets())
                .hex("CHAP_RESPONSE", response),
            Credentials::MsChapV2 { ident, challenge, nt_response } => call
                .hex("MSCHAP2_IDENT", &[*ident])
                .hex("MSCHAP2_CHALLENGE", challenge.as_octets())
                .hex("MSCHAP2_RESPONSE", nt_response),
            Credentials::Eap { packet } => call.hex("EAP_MESSAGE", packet),
        }
    }

    /// Adds where the HTTP connection of a login comes from.
    #[must_use]
    pub fn from_connection(self, peer: SocketAddr) -> Self {
        let (address, port) = (peer.ip().to_string(), peer.port().to_string());
        self.with("REMOTE_ADDR", address.as_bytes())
            .with("REMOTE_PORT", port.as_bytes())
            .with("TCPREMOTEIP", address.as_bytes())
            .with("TCPREMOTEPORT", port.as_bytes())
    }

    fn begin(command: &'static str, config: &Config, client: &ClientInfo) -> Self {
        let called = config.interface_mac.map_or_else(|| config.called.clone(), |mac| mac.to_string());
        Self { command, client: Some(client.mac), environment: Vec::new() }
            .with("FRAMED_IP_ADDRESS", client.ip.to_string().as_bytes())
            .with("CALLING_STATION_ID", client.mac.to_string().as_bytes())
            .with("CALLED_STATION_ID", called.as_bytes())
            .with("NAS_ID", config.radiusnasid.as_deref().unwrap_or_default().as_bytes())
    }

    fn of_session(command: &'static str, config: &Config, info: &SessionInfo) -> Self {
        let session = &info.session;
        let parameters = &session.parameters;
        Self::begin(command, config, &info.client)
            .with("USER_NAME", &session.user_name)
            .with("ACCT_SESSION_ID", session.id.as_str().as_bytes())
            .located(config)
            .number("SESSION_TIMEOUT", parameters.session_timeout)
            .number("IDLE_TIMEOUT", parameters.idle_timeout.into())
            .number("ACCT_INTERIM_INTERVAL", parameters.interim_interval.into())
            .number("WISPR_BANDWIDTH_MAX_UP", parameters.bandwidth_max_up)
            .number("WISPR_BANDWIDTH_MAX_DOWN", parameters.bandwidth_max_down)
            .number("CHILLISPOT_MAX_INPUT_OCTETS", parameters.max_input_octets)
            .number("CHILLISPOT_MAX_OUTPUT_OCTETS", parameters.max_output_octets)
            .number("CHILLISPOT_MAX_TOTAL_OCTETS", parameters.max_total_octets)
            .with("CUI", &session.cui)
    }

    fn counted(self, info: &SessionInfo) -> Self {
        self.number("INPUT_OCTETS", info.counters.input_octets)
            .number("OUTPUT_OCTETS", info.counters.output_octets)
            .number("SESSION_TIME", info.session_time)
            .number("IDLE_TIME", info.idle_time)
    }

    fn located(mut self, config: &Config) -> Self {
        let texts = [
            ("WISPR_LOCATION_ID", &config.radiuslocationid),
            ("WISPR_LOCATION_NAME", &config.radiuslocationname),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                self = self.with(name, text.as_bytes());
            }
        }
        self
    }

    fn with(mut self, name: &'static str, value: &[u8]) -> Self {
        // The environment of a process cannot hold a zero octet.
        self.environment.push((name, value.iter().copied().filter(|octet| *octet != 0).collect()));
        self
    }

    fn number(self, name: &'static str, value: u64) -> Self {
        self.with(name, value.to_string().as_bytes())
    }

    fn hex(self, name: &'static str, value: &[u8]) -> Self {
        let text: String = value.iter().map(|octet| format!("{octet:02x}")).collect();
        self.with(name, text.as_bytes())
    }
}

impl fmt::Debug for Callback {
    /// Names of variables only: a value may be a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.environment.iter().map(|(name, _)| *name).collect();
        f.debug_struct("Callback")
            .field("command", &self.command)
            .field("client", &self.client)
            .field("environment", &names)
            .finish()
    }
}
