//! From a configuration file, or from nothing for a demonstration, to a running service.

use super::config::Config;
use super::journal::Journal;
use super::make::{MakeError, Terms, can_sign, make};
use super::service::{Service, Settings};
use super::signer::{self, Health};
use super::store::{EmbeddedStore, RedisStore, Store};
use super::template::Template;
use super::users::{CommandUsers, FileUsers, HttpUsers, Users};
use crate::clock::unix_seconds;
use crate::http::server;
use crate::tls;
use passpoint::model::Inner;
use passpoint::signer::{RingSigner, Signer};
use passpoint::web::Kind;
use passpoint::{Model, Secret};
use std::collections::{BTreeMap, HashSet};
use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio_rustls::TlsAcceptor;

/// A service with everything it needs, not listening yet.
pub struct Ready {
    service: Service,
    listen: SocketAddr,
    tls: Option<TlsAcceptor>,
    /// What the operator should know: systems that are not offered, certificates that end.
    pub warnings: Vec<String>,
}

/// Reads what a configuration names and tries out the profile for a user who does not exist.
///
/// # Errors
/// Says what is wrong and where.
pub fn prepare(config: &Config) -> Result<Ready, String> {
    let model = std::fs::read(&config.profile).map_err(|e| format!("{}: {e}", config.profile.display()))?;
    let template = Template::from_json(&model).map_err(|e| format!("{}: {e}", config.profile.display()))?;
    let signer = config.sign.as_ref().map(|pair| signer::read(&pair.certificate, &pair.key)).transpose()?;
    let tls = match &config.tls {
        Some(pair) => Some(tls::from_files(&pair.certificate, &pair.key)?),
        None => None,
    };
    let settings = Settings {
        origin: config.origin().map_err(|e| e.to_string())?,
        place: config.name.clone().unwrap_or_else(|| template.model().profile.display_name.clone()),
        kinds: Vec::new(),
        allow: config.allow.clone(),
        token_life: Duration::from_secs(config.token_life),
        session_life: Duration::from_secs(config.session_life),
        trusted_proxies: config.trusted_proxies.iter().map(|a| a.to_canonical()).collect(),
        user_header: config.users.header.as_ref().and_then(|h| h.parse().ok()),
        limits: config.limits,
        uses: config.uses.clone(),
        options: config.options.clone(),
        hint: String::new(),
    };
    let service = Service {
        settings,
        template,
        users: users(config)?,
        store: store(config)?,
        signer: signer.map(|s| Box::new(s) as Box<_>),
        journal: Journal::open(config.issue_log.as_deref())?,
        warned: Mutex::default(),
    };
    let wanted = config.kinds().map_err(|e| e.to_string())?;
    try_out(service, wanted.as_deref(), config.listen, tls)
}

/// Finds out which systems can be offered; those that were named have to work.
fn try_out(
    mut service: Service,
    wanted: Option<&[Kind]>,
    listen: SocketAddr,
    tls: Option<TlsAcceptor>,
) -> Result<Ready, String> {
    let mut warnings = Vec::new();
    let profile = service.template.fill_for_test().map_err(|e| format!("the profile: {e}"))?;
    let allowed: Vec<&str> = service.settings.allow.iter().map(String::as_str).collect();
    let now = unix_seconds();
    for &kind in wanted.unwrap_or(&Kind::ALL) {
        let signer = service.signer.as_deref().filter(|s| can_sign(*s, kind)).map(|s| s as &dyn Signer);
        let terms = Terms { signer, unix_seconds: now, allowed: &allowed };
        match make(&profile, kind, &service.settings.options, terms) {
            Ok(_) => service.settings.kinds.push(kind),
            Err(error @ MakeError::Refused(_)) if wanted.is_none() => {
                warnings.push(format!("{} is not offered: {error}", kind.as_str()));
            }
            Err(error) => return Err(format!("{}: {error}", kind.as_str())),
        }
    }
    if service.settings.kinds.is_empty() {
        return Err(format!("no system can be offered\n{}", warnings.join("\n")));
    }
    match service.signer.as_deref().map(|s| signer::health(s, now)) {
        Some(Health::EndsSoon) => {
            warnings.push("the signer's certificate ends within three weeks".to_owned());
        }
        Some(Health::NotValid) => {
            warnings.push("the signer's certificate is not valid: Apple and Windows get 503".to_owned());
        }
        Some(Health::Good) | None => {}
    }
    if profile.model().is_expired(now) {
        warnings.push("the profile has expired (validity.expires): nothing is handed out".to_owned());
    }
    Ok(Ready { service, listen, tls, warnings })
}

fn users(config: &Config) -> Result<Users, String> {
    let users = &config.users;
    let read = |path: &Path| {
        let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        Ok::<_, String>(Secret::new(text.trim()))
    };
    if let Some(path) = &users.file {
        return FileUsers::open(path).map(Users::File).map_err(|e| e.0);
    }
    if let Some(command) = &users.command {
        return CommandUsers::new(command).map(Users::Command).map_err(|e| format!("users.command: {e}"));
    }
    let url = users.url.as_deref().unwrap_or_default();
    let key = users.key_file.as_deref().map(read).transpose()?;
    let authorities = users.authorities.as_deref().map(tls::certificates).transpose()?.unwrap_or_default();
    HttpUsers::new(url, key, authorities).map(Users::Http).map_err(|e| format!("users.url: {e}"))
}

fn store(config: &Config) -> Result<Box<dyn Store>, String> {
    let store = &config.store;
    if let Some(path) = &store.path {
        return Ok(Box::new(EmbeddedStore::open(path).map_err(|e| e.to_string())?));
    }
    let url = match (&store.redis, &store.redis_file) {
        (Some(url), _) => url.clone(),
        (None, Some(path)) => {
            let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
            text.trim().to_owned()
        }
        (None, None) => String::new(),
    };
    Ok(Box::new(RedisStore::new(&url).map_err(|e| format!("store.redis: {}", e.0))?))
}

/// The name and the password of the demonstration's only user.
pub const DEMO_USER: (&str, &str) = ("demo", "demo");

/// A service on loopback that needs nothing: one user, everything in memory, a signer that nobody trusts.
///
/// # Errors
/// When the demonstration's key cannot be made.
pub fn demonstration(listen: SocketAddr) -> Result<Ready, String> {
    let (name, password) = DEMO_USER;
    let model = Model::builder("com.example.wifi", "Example Wi-Fi", "example.com")
        .home("example.com", "Example Wi-Fi")
        .roaming_consortium("5a03ba0000")
        .ssid("Example Wi-Fi", false)
        .ttls(Inner::Mschapv2, "", "")
        .trust_system(&["radius.example.com"])
        .model();
    let users = FileUsers::of_one(name, &Secret::from(password))?;
    let settings = Settings {
        origin: format!("http://{listen}"),
        place: "Example Wi-Fi".to_owned(),
        kinds: Vec::new(),
        // A key that Windows takes cannot be made here, and nobody would trust its certificate.
        allow: vec!["windows.no_ca_pin".to_owned(), "windows.unsigned_not_installable".to_owned()],
        token_life: Duration::from_secs(60),
        session_life: Duration::from_secs(900),
        trusted_proxies: Vec::new(),
        user_header: None,
        limits: super::config::Limits::default(),
        uses: BTreeMap::new(),
        options: super::make::Options::default(),
        hint: format!("This is a demonstration: sign in as {name} with the password {password}."),
    };
    let service = Service {
        settings,
        template: Template::new(model),
        users: Users::File(users),
        store: Box::new(EmbeddedStore::in_memory().map_err(|e| e.to_string())?),
        signer: Some(Box::new(demo_signer()?)),
        journal: Journal::open(None)?,
        warned: Mutex::new(HashSet::new()),
    };
    try_out(service, None, listen, None)
}

fn demo_signer() -> Result<RingSigner, String> {
    let made = rcgen::generate_simple_self_signed(["demo.invalid".to_owned()]).map_err(|e| e.to_string())?;
    let certificate =
        passpoint::certificate::Certificate::from_der(made.cert.der()).map_err(|e| e.to_string())?;
    RingSigner::from_pkcs8(&made.signing_key.serialize_der(), vec![certificate]).map_err(|e| e.to_string())
}

impl Ready {
    /// The systems on offer.
    #[must_use]
    pub fn kinds(&self) -> &[Kind] {
        &self.service.settings.kinds
    }

    /// Listens, says so with the address of the page, and serves until `end` comes.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub async fn serve(self, ready: impl FnOnce(&str), end: impl Future<Output = ()>) -> Result<(), String> {
        let listener = server::bind(self.listen).await.map_err(|e| e.to_string())?;
        if let Err(error) = self.service.store.check().await {
            tracing::error!(%error, "pages answer 503 until it can");
        }
        ready(&format!("{}/profile", self.service.settings.origin));
        let service = Arc::new(self.service);
        let limits = server::Limits { request: Duration::from_secs(30), ..server::Limits::default() };
        let serving =
            server::serve(listener, self.tls, limits, move |request| Arc::clone(&service).answer(request));
        tokio::select! {
            () = serving => {}
            () = end => {}
        }
        Ok(())
    }
}
