//! What a client is set up with (spec: discovery 11.1, 13).

use crate::document::Limits;
use crate::name::Languages;
use crate::url::{self, Options, UrlError, UrlKind, VerifiedUrl};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where the browser comes back to (spec: discovery 11.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redirect {
    /// `http://127.0.0.1:<port><path>`.
    LoopbackV4 {
        /// Begins with `/`.
        path: String,
    },
    /// `http://[::1]:<port><path>`.
    LoopbackV6 {
        /// Begins with `/`.
        path: String,
    },
    /// A custom scheme of a mobile platform, such as `app.eduroam.geteduroam:/`.
    Custom {
        /// The whole redirect URI: scheme, colon, path.
        uri: String,
    },
}

impl Redirect {
    pub(super) fn address(&self) -> Option<IpAddr> {
        match self {
            Self::LoopbackV4 { .. } => Some(Ipv4Addr::LOCALHOST.into()),
            Self::LoopbackV6 { .. } => Some(Ipv6Addr::LOCALHOST.into()),
            Self::Custom { .. } => None,
        }
    }

    pub(super) fn uri(&self, port: u16) -> String {
        match self {
            Self::LoopbackV4 { path } => format!("http://127.0.0.1:{port}{path}"),
            Self::LoopbackV6 { path } => format!("http://[::1]:{port}{path}"),
            Self::Custom { uri } => uri.clone(),
        }
    }

    pub(super) fn scheme(&self) -> Option<&str> {
        if let Self::Custom { uri } = self { uri.split_once(':').map(|(scheme, _)| scheme) } else { None }
    }

    pub(super) fn path(&self) -> &str {
        match self {
            Self::LoopbackV4 { path } | Self::LoopbackV6 { path } => path,
            Self::Custom { uri } => uri.split_once(':').map_or("", |(_, path)| path),
        }
    }
}

/// What a client is set up with.
#[derive(Clone, Debug)]
pub struct Config {
    discovery_url: String,
    pub(super) client_id: String,
    pub(super) redirect: Redirect,
    pub(super) languages: Languages,
    pub(super) embedded: Option<Vec<u8>>,
    pub(super) limits: Limits,
    pub(super) options: Options,
}

/// Why a configuration cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The URL of the list does not verify.
    #[error("the discovery URL: {0}")]
    DiscoveryUrl(#[from] UrlError),
    /// The client id is empty.
    #[error("the client id is empty")]
    ClientId,
    /// The redirect has no path, or a query or fragment, or its scheme is that of the web.
    #[error("the redirect URI is not usable")]
    Redirect,
}

impl Config {
    /// For the channel at `discovery_url` and a registered `client_id`, with a redirect to `http://127.0.0.1:<port>/`.
    #[must_use]
    pub fn new(discovery_url: &str, client_id: &str) -> Self {
        Self {
            discovery_url: discovery_url.to_owned(),
            client_id: client_id.to_owned(),
            redirect: Redirect::LoopbackV4 { path: "/".to_owned() },
            languages: Languages::default(),
            embedded: None,
            limits: Limits::default(),
            options: Options::default(),
        }
    }

    /// Where the browser comes back to. A stock server knows only the path `/` (spec: discovery 11.1).
    #[must_use]
    pub fn redirect(mut self, redirect: Redirect) -> Self {
        self.redirect = redirect;
        self
    }

    /// The user's languages.
    #[must_use]
    pub fn languages(mut self, languages: Languages) -> Self {
        self.languages = languages;
        self
    }

    /// A copy of the list that is shipped with the program.
    #[must_use]
    pub fn embedded(mut self, body: Vec<u8>) -> Self {
        self.embedded = Some(body);
        self
    }

    /// Bounds for the list.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Lets URLs of loopback hosts stay on `http` (spec: discovery 8); for development only.
    #[must_use]
    pub fn allow_loopback_http(mut self) -> Self {
        self.options.allow_loopback_http = true;
        self
    }

    pub(super) fn check(&self) -> Result<VerifiedUrl, ConfigError> {
        if self.client_id.is_empty() {
            return Err(ConfigError::ClientId);
        }
        let web = self
            .redirect
            .scheme()
            .is_some_and(|s| s.eq_ignore_ascii_case("http") || s.eq_ignore_ascii_case("https"));
        let path = self.redirect.path();
        if web || !path.starts_with('/') || path.contains(['?', '#']) {
            return Err(ConfigError::Redirect);
        }
        Ok(url::verify_with(&self.discovery_url, UrlKind::Endpoint, self.options)?)
    }
}
