//! The configuration file of the service, TOML.

use super::make::{Options, WORDS, kind};
use passpoint::web::Kind;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use url::Url;

/// What the file says. Paths are relative to its folder.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The public address of the service, `https://host[:port]`.
    pub url: String,
    /// Where to listen.
    pub listen: SocketAddr,
    /// The model of the profile, JSON.
    pub profile: PathBuf,
    /// What the place is called on the pages; the profile's display name if it is not given.
    #[serde(default)]
    pub name: Option<String>,
    /// The systems to offer, all that work if it is not given.
    #[serde(default)]
    pub kinds: Option<Vec<String>>,
    /// Losses that weaken security and are accepted nevertheless.
    #[serde(default)]
    pub allow: Vec<String>,
    /// How long a link works, in seconds.
    #[serde(default = "token_life")]
    pub token_life: u64,
    /// How long a sign-in lasts, in seconds.
    #[serde(default = "session_life")]
    pub session_life: u64,
    /// Where handed-out profiles are recorded.
    #[serde(default)]
    pub issue_log: Option<PathBuf>,
    /// Reverse proxies whose `X-Forwarded-For` and user header are believed.
    #[serde(default)]
    pub trusted_proxies: Vec<IpAddr>,
    /// The certificate of the service itself; without it a reverse proxy has to bring HTTPS.
    #[serde(default)]
    pub tls: Option<KeyPair>,
    /// Who signs Apple and Windows profiles.
    #[serde(default)]
    pub sign: Option<KeyPair>,
    /// Who may have a profile.
    pub users: UsersConfig,
    /// Where links live.
    pub store: StoreConfig,
    /// How often things may happen.
    #[serde(default)]
    pub limits: Limits,
    /// How often a link works, by system.
    #[serde(default)]
    pub uses: BTreeMap<String, u32>,
    /// How to write for each system.
    #[serde(default)]
    pub options: Options,
}

const fn token_life() -> u64 {
    60
}

const fn session_life() -> u64 {
    900
}

/// A certificate with its chain, and its key, both PEM.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyPair {
    /// The certificate, then the intermediate ones.
    pub certificate: PathBuf,
    /// The key in PKCS#8.
    pub key: PathBuf,
}

/// Exactly one of `file`, `url` and `command`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UsersConfig {
    /// A JSON file.
    pub file: Option<PathBuf>,
    /// An HTTP back end.
    pub url: Option<String>,
    /// A file with the text that tells the back end who asks.
    pub key_file: Option<PathBuf>,
    /// Further authorities for the back end's certificate, PEM.
    pub authorities: Option<PathBuf>,
    /// A program and its arguments.
    pub command: Option<Vec<String>>,
    /// The header in which a trusted proxy names the user that it signed in. Nobody else can sign in then.
    pub header: Option<String>,
}

/// Exactly one of `path` and `redis`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StoreConfig {
    /// A file of this machine.
    pub path: Option<PathBuf>,
    /// A server that several machines share, `redis://…`.
    pub redis: Option<String>,
    /// A file with that address, if it holds a password.
    pub redis_file: Option<PathBuf>,
}

/// How often things may happen (spec: passpoint 11.3).
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Links for one user in an hour.
    pub links_per_user_hour: u64,
    /// Fetched links from one address in a minute.
    pub fetches_per_address_minute: u64,
    /// Sign-ins from one address in a minute.
    pub sign_ins_per_address_minute: u64,
    /// Sign-ins with one name in an hour.
    pub sign_ins_per_user_hour: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            links_per_user_hour: 10,
            fetches_per_address_minute: 30,
            sign_ins_per_address_minute: 20,
            sign_ins_per_user_hour: 30,
        }
    }
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);

impl Config {
    /// Reads a file.
    ///
    /// # Errors
    /// Says what is wrong, where, and what is expected.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let wrong = |e: String| ConfigError(format!("{}: {e}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|e| wrong(e.to_string()))?;
        let folder = path.parent().unwrap_or(Path::new("."));
        Self::parse(&text, folder).map_err(|e| wrong(e.0))
    }

    /// Reads a text; paths in it are relative to `folder`.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn parse(text: &str, folder: &Path) -> Result<Self, ConfigError> {
        let mut config: Self = toml::from_str(text).map_err(|e| {
            let line = e.span().map_or(1, |s| text[..s.start.min(text.len())].matches('\n').count() + 1);
            ConfigError(format!("line {line}: {}", e.message()))
        })?;
        config.check()?;
        let pairs = [&mut config.tls, &mut config.sign].into_iter().flatten();
        let pairs = pairs.flat_map(|pair| [&mut pair.certificate, &mut pair.key]);
        let users = &mut config.users;
        let optional = [
            &mut config.issue_log,
            &mut users.file,
            &mut users.key_file,
            &mut users.authorities,
            &mut config.store.path,
            &mut config.store.redis_file,
        ];
        for path in pairs.chain(optional.into_iter().flatten()).chain([&mut config.profile]) {
            *path = folder.join(&*path);
        }
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let wrong = |what: String| Err(ConfigError(what));
        self.origin()?;
        if !(30..=600).contains(&self.token_life) {
            return wrong(format!("token_life: {} is not 30 to 600 seconds", self.token_life));
        }
        if !(60..=86_400).contains(&self.session_life) {
            return wrong(format!("session_life: {} is not 60 to 86400 seconds", self.session_life));
        }
        let users = &self.users;
        if [users.file.is_some(), users.url.is_some(), users.command.is_some()].iter().filter(|&&s| s).count()
            != 1
        {
            return wrong("users: exactly one of file, url and command is needed".to_owned());
        }
        if users.header.is_some() && self.trusted_proxies.is_empty() {
            return wrong("users.header: nobody is believed without trusted_proxies".to_owned());
        }
        if let Some(header) = &users.header {
            hyper::header::HeaderName::from_bytes(header.as_bytes())
                .map_err(|_| ConfigError(format!("users.header: {header:?} is not a header's name")))?;
        }
        let store = &self.store;
        if [store.path.is_some(), store.redis.is_some(), store.redis_file.is_some()]
            .iter()
            .filter(|&&s| s)
            .count()
            != 1
        {
            return wrong("store: exactly one of path, redis and redis_file is needed".to_owned());
        }
        self.kinds().map(drop)?;
        for (word, uses) in &self.uses {
            if kind(word).is_none() || !(1..=20).contains(uses) {
                let words = WORDS.join(", ");
                return wrong(format!("uses.{word} = {uses}: expected one of {words}, and 1 to 20"));
            }
        }
        if self.tls.is_none() && !self.listen.ip().is_loopback() && self.trusted_proxies.is_empty() {
            return wrong(
                "neither tls nor trusted_proxies: the pages take passwords, so that HTTPS has to come from this \
                 service or from a reverse proxy"
                    .to_owned(),
            );
        }
        Ok(())
    }

    /// The public origin, without a slash at its end.
    ///
    /// # Errors
    /// When it is not https (http is for loopback only) or has a path.
    pub fn origin(&self) -> Result<String, ConfigError> {
        let wrong = || ConfigError(format!("url: {:?} is not https://HOST or https://HOST:PORT", self.url));
        let url = Url::parse(&self.url).map_err(|_| wrong())?;
        let local = match url.host() {
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            Some(url::Host::Domain(name)) => name == "localhost",
            None => false,
        };
        let scheme = url.scheme() == "https" || url.scheme() == "http" && local;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !scheme || !bare || !url.username().is_empty() || url.password().is_some() {
            return Err(wrong());
        }
        Ok(url.origin().ascii_serialization())
    }

    /// The systems that were named.
    ///
    /// # Errors
    /// When a word names none.
    pub fn kinds(&self) -> Result<Option<Vec<Kind>>, ConfigError> {
        let Some(words) = &self.kinds else { return Ok(None) };
        let unknown = |word| ConfigError(format!("kinds: {word:?} is none of {}", WORDS.join(", ")));
        words.iter().map(|word| kind(word).ok_or_else(|| unknown(word))).collect::<Result<_, _>>().map(Some)
    }

    /// How often a link works (spec: passpoint 11.3).
    #[must_use]
    pub fn uses(&self, kind: Kind) -> u32 {
        uses(&self.uses, kind)
    }
}

/// How often a link works: what was configured, or a browser that hands the address to its download manager may come
/// twice, and Settings may look before it adds.
#[must_use]
pub fn uses(configured: &BTreeMap<String, u32>, kind: Kind) -> u32 {
    configured.get(kind.as_str()).copied().unwrap_or(match kind {
        Kind::Android => 2,
        Kind::Windows => 3,
        _ => 1,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        url = "https://wifi.example.com"
        listen = "127.0.0.1:8088"
        profile = "model.json"
        [users]
        file = "/etc/users.json"
        [store]
        path = "links.redb"
    "#;

    fn parse(text: &str) -> Result<Config, ConfigError> {
        Config::parse(text, Path::new("/etc/fonap"))
    }

    #[test]
    fn paths_are_relative_to_the_file() {
        let config = parse(GOOD).expect("a configuration");
        assert_eq!(config.profile, Path::new("/etc/fonap/model.json"));
        assert_eq!(config.users.file.as_deref(), Some(Path::new("/etc/users.json")));
        assert_eq!(config.origin().as_deref(), Ok("https://wifi.example.com"));
        assert_eq!((config.uses(Kind::Windows), config.uses(Kind::Apple)), (3, 1));
    }

    #[test]
    fn mistakes_are_named() {
        for (from, to, what) in [
            ("https://wifi.example.com", "http://wifi.example.com", "url"),
            ("https://wifi.example.com", "https://wifi.example.com/a", "url"),
            ("path = ", "pth = ", "pth"),
            ("path = \"links.redb\"", "", "store"),
            ("file = ", "url = \"https://x.example/\"\nfile = ", "users"),
            ("[users]", "[users]\nheader = \"X-User\"", "trusted_proxies"),
            ("listen = \"127.0.0.1:8088\"", "listen = \"0.0.0.0:80\"", "tls"),
            ("listen", "token_life = 5\nlisten", "token_life"),
            ("listen", "kinds = [\"ios\"]\nlisten", "ios"),
            ("[store]", "[uses]\nandroid = 0\n[store]", "uses.android"),
        ] {
            let text = GOOD.replace(from, to);
            assert_ne!(text, GOOD, "{from}");
            let error = parse(&text).map(|_| ()).expect_err(to);
            assert!(error.0.contains(what), "{to}: {error}");
        }
    }
}
