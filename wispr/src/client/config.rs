//! What a client is told before it starts (spec: wispr 7.1).

use crate::url::{Scheme, Url, UrlError};
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;
use zeroize::Zeroizing;

/// The longest user name and the longest password, in octets. The access gateway takes 255 octets of the one and 128
/// of the other; a portal in front of it may take more.
pub const MAX_CREDENTIAL: usize = 255;

/// How a free Internet answers the probe.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProbeExpect {
    /// With status 204 and nothing else.
    NoContent,
    /// With a page that, white space at both ends cut, is this text, whatever the status (spec: wispr 7.4).
    Body(String),
}

/// Why a configuration cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The probe is no URL.
    #[error("the probe is no URL: {0}")]
    Probe(UrlError),
    /// The probe is not plain http: an access gateway could not answer it.
    #[error("the probe is not plain http")]
    ProbeScheme,
    /// The user name or password is longer than [`MAX_CREDENTIAL`].
    #[error("user name or password above {MAX_CREDENTIAL} octets")]
    CredentialLength,
    /// The User-Agent has a control character.
    #[error("control character in the User-Agent")]
    UserAgent,
}

/// What a client is told before it starts; the defaults are those of the specification (spec: wispr 7.1).
#[derive(Clone)]
pub struct Config {
    pub(super) probe_url: String,
    pub(super) probe_expect: ProbeExpect,
    pub(super) username: Zeroizing<String>,
    pub(super) password: Zeroizing<String>,
    pub(super) username_prefix: String,
    pub(super) eap: bool,
    pub(super) eap_by_query: bool,
    pub(super) allow_v2: bool,
    pub(super) require_https_login: bool,
    pub(super) login_host_suffixes: Vec<String>,
    pub(super) verify_after_login: bool,
    pub(super) max_redirects: u32,
    pub(super) max_proxy: u32,
    pub(super) max_eap_rounds: u32,
    pub(super) max_polls: u32,
    pub(super) poll_delay: Duration,
    pub(super) http_timeout: Duration,
    pub(super) login_deadline: Duration,
    pub(super) client_id: String,
    pub(super) user_agent: Option<String>,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("probe_url", &self.probe_url)
            .field("username", &"[secret]")
            .field("password", &"[secret]")
            .field("eap", &self.eap)
            .field("allow_v2", &self.allow_v2)
            .field("require_https_login", &self.require_https_login)
            .field("login_host_suffixes", &self.login_host_suffixes)
            .finish_non_exhaustive()
    }
}

impl Config {
    /// Credentials and the probe: an http URL outside every walled garden, and what a free Internet answers to it.
    ///
    /// FON's user name is the e-mail address, `#` and the provider's name: `user@fon.com#fon`.
    #[must_use]
    pub fn new(probe_url: &str, probe_expect: ProbeExpect, username: &str, password: &str) -> Self {
        Self {
            probe_url: probe_url.into(),
            probe_expect,
            username: Zeroizing::new(username.into()),
            password: Zeroizing::new(password.into()),
            username_prefix: String::new(),
            eap: false,
            eap_by_query: false,
            allow_v2: true,
            require_https_login: true,
            login_host_suffixes: Vec::new(),
            verify_after_login: true,
            max_redirects: 10,
            max_proxy: 5,
            max_eap_rounds: 50,
            max_polls: 60,
            poll_delay: Duration::from_secs(3),
            http_timeout: Duration::from_secs(30),
            login_deadline: Duration::from_secs(180),
            client_id: "FonAP".into(),
            user_agent: None,
        }
    }

    /// Puts this in front of the user name; some partners of FON want `FON_WISPR/` (spec: wispr 5).
    #[must_use]
    pub fn username_prefix(mut self, prefix: &str) -> Self {
        self.username_prefix = prefix.into();
        self
    }

    /// Logs in by EAP where the access gateway offers it. Default: off.
    #[must_use]
    pub const fn eap(mut self, on: bool) -> Self {
        self.eap = on;
        self
    }

    /// Sends the fields of a login by EAP in the query of a GET, which some portals want (spec: wispr 5). Default: off.
    #[must_use]
    pub const fn eap_by_query(mut self, on: bool) -> Self {
        self.eap_by_query = on;
        self
    }

    /// Speaks WISPr 2.0 where it is offered. Default: on.
    #[must_use]
    pub const fn allow_v2(mut self, on: bool) -> Self {
        self.allow_v2 = on;
        self
    }

    /// Logs in over https only. Default: on. With `false`, whoever runs or watches the network may read the password.
    #[must_use]
    pub const fn require_https_login(mut self, on: bool) -> Self {
        self.require_https_login = on;
        self
    }

    /// Logs in only at hosts that are, or lie below, one of these names. Default: none given, any host.
    ///
    /// The names count for the LoginURL and for redirects that repeat the credentials (307, 308); for these the
    /// specification asks for https only (spec: wispr 6, 7.4). So a portal that moves its login to a sister host needs
    /// both names here. Redirects that are followed with a plain GET may lead anywhere.
    #[must_use]
    pub fn login_host_suffixes<S: AsRef<str>>(mut self, suffixes: &[S]) -> Self {
        self.login_host_suffixes = suffixes.iter().map(|suffix| suffix.as_ref().into()).collect();
        self
    }

    /// Probes again after a login that succeeded. Default: on.
    #[must_use]
    pub const fn verify_after_login(mut self, on: bool) -> Self {
        self.verify_after_login = on;
        self
    }

    /// How many redirects of one chain are followed. Default: 10.
    #[must_use]
    pub const fn max_redirects(mut self, count: u32) -> Self {
        self.max_redirects = count;
        self
    }

    /// How many Proxy replies are obeyed. Default: 5.
    #[must_use]
    pub const fn max_proxy(mut self, count: u32) -> Self {
        self.max_proxy = count;
        self
    }

    /// How many EAP packets of one login are handed to the peer. Default: 50.
    #[must_use]
    pub const fn max_eap_rounds(mut self, count: u32) -> Self {
        self.max_eap_rounds = count;
        self
    }

    /// How often the result of a pending login is asked for. Default: 60.
    #[must_use]
    pub const fn max_polls(mut self, count: u32) -> Self {
        self.max_polls = count;
        self
    }

    /// How long to wait before a poll if the server does not say. Default: 3 s.
    #[must_use]
    pub const fn poll_delay(mut self, delay: Duration) -> Self {
        self.poll_delay = delay;
        self
    }

    /// How long one request may take. Default: 30 s.
    #[must_use]
    pub const fn http_timeout(mut self, timeout: Duration) -> Self {
        self.http_timeout = timeout;
        self
    }

    /// How long a login may take from its first request on. Default: 180 s.
    #[must_use]
    pub const fn login_deadline(mut self, deadline: Duration) -> Self {
        self.login_deadline = deadline;
        self
    }

    /// The name that the User-Agent is made of (spec: wispr 5). Default: `FonAP`.
    #[must_use]
    pub fn client_id(mut self, id: &str) -> Self {
        self.client_id = id.into();
        self
    }

    /// The whole User-Agent, instead of the one made of the client id.
    #[must_use]
    pub fn user_agent(mut self, user_agent: &str) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// The User-Agent of every request: `WISPR!id`, or `id wispr` for 1.0 (spec: wispr 5).
    pub(super) fn effective_user_agent(&self) -> String {
        match &self.user_agent {
            Some(given) => given.clone(),
            None if self.allow_v2 => format!("WISPR!{}", self.client_id),
            None => format!("{} wispr", self.client_id),
        }
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let probe = Url::parse(&self.probe_url).map_err(ConfigError::Probe)?;
        if probe.scheme() != Scheme::Http {
            return Err(ConfigError::ProbeScheme);
        }
        if self.username_prefix.len() + self.username.len() > MAX_CREDENTIAL
            || self.password.len() > MAX_CREDENTIAL
        {
            return Err(ConfigError::CredentialLength);
        }
        if self.effective_user_agent().contains(char::is_control) {
            return Err(ConfigError::UserAgent);
        }
        Ok(())
    }

    /// Whether an answer to the probe is that of a free Internet.
    pub(super) fn is_online(&self, status: u16, body: &[u8]) -> bool {
        match &self.probe_expect {
            ProbeExpect::NoContent => status == 204,
            ProbeExpect::Body(text) => body.trim_ascii() == text.trim().as_bytes(),
        }
    }

    /// The probe as it stands in OriginatingServer.
    pub(super) fn originating_server(&self) -> String {
        self.probe_url.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(probe: &str) -> Config {
        Config::new(probe, ProbeExpect::Body("OK".into()), "user", "secret word")
    }

    #[test]
    fn the_user_agent_names_the_version() {
        // spec: wispr 5
        assert_eq!(config("http://h/").effective_user_agent(), "WISPR!FonAP");
        assert_eq!(config("http://h/").allow_v2(false).client_id("X").effective_user_agent(), "X wispr");
        assert_eq!(config("http://h/").user_agent("own").effective_user_agent(), "own");
    }

    #[test]
    fn a_configuration_is_checked() {
        assert_eq!(config("http://h/").check(), Ok(()));
        assert_eq!(config("https://h/").check(), Err(ConfigError::ProbeScheme));
        assert_eq!(config("h").check(), Err(ConfigError::Probe(UrlError::Scheme)));
        assert_eq!(config("http://h/").user_agent("a\r\nb").check(), Err(ConfigError::UserAgent));
        let long = "x".repeat(MAX_CREDENTIAL);
        assert_eq!(config("http://h/").username_prefix(&long).check(), Err(ConfigError::CredentialLength));
    }

    #[test]
    fn nothing_secret_is_printed() {
        let printed = format!("{:?}", config("http://h/"));
        assert!(
            printed.contains("[secret]") && !printed.contains("secret word") && !printed.contains("user\"")
        );
    }

    #[test]
    fn a_free_internet_answers_as_expected() {
        // spec: wispr 7.4
        assert!(config("http://h/").is_online(200, b"\n OK \r\n"));
        assert!(config("http://h/").is_online(404, b"OK"));
        assert!(!config("http://h/").is_online(200, b"NOT OK"));
        let expect = Config::new("http://h/", ProbeExpect::NoContent, "", "");
        assert!(expect.is_online(204, b"") && !expect.is_online(200, b""));
    }
}
