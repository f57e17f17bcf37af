//! Whether the hotspot is open: what the owner wants, and what the Status Manager says.
//!
//! [`Site::watch`] runs the Status Manager in the gateway's own process. The owner's wish outlasts the process if there
//! is a folder for state (`statedir`).

use crate::config::Settings;
use crate::hotspot::Handle;
use crate::status_manager::load::{Loaded, Places, load};
use crate::status_manager::{Options, Status, StatusManager};
use heartbeat::Key;
use heartbeat::config::CommandLine;
use heartbeat::liveness::Service;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

/// The file in `statedir` that says that the owner has switched the hotspot off.
const FILE: &str = "disabled-by-owner";

/// What decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The owner wants a hotspot.
    pub enabled: bool,
    /// What the Status Manager says; none without one.
    pub online: Option<bool>,
    /// Whether the hotspot's key can be used; none without a Status Manager.
    pub key: Option<bool>,
}

impl State {
    /// Whether clients are served.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.enabled && matches!(self.online, None | Some(true))
    }

    /// The FON status in a word.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self { enabled: false, .. } => "disabled",
            Self { online: Some(false), .. } => "offline",
            _ => "online",
        }
    }
}

/// The switches of one hotspot. Clones are the same switches.
#[derive(Clone)]
pub struct Site {
    state: Arc<watch::Sender<State>>,
    file: Option<PathBuf>,
}

fn file(settings: &Settings) -> Option<PathBuf> {
    settings.path("statedir").map(|folder| folder.join(FILE))
}

/// How a hotspot with this configuration begins: with a Status Manager offline, unless sessions of an earlier run go on. There
/// are none but of an open hotspot, and until the Status Manager knows better it still is one (gateway-dataplane 10).
#[must_use]
pub fn first_state(settings: &Settings, goes_on: bool) -> State {
    let enabled = !file(settings).is_some_and(|file| file.exists());
    let manager = settings.text("statusmanager");
    State { enabled, online: manager.map(|_| goes_on), key: manager.map(|_| false) }
}

impl Site {
    /// The hotspot behind `handle` follows from now on.
    pub async fn start(handle: Handle, settings: &Settings) -> Self {
        let goes_on = handle.with(|machines| machines.is_open()).await.unwrap_or_default();
        let (sender, mut follower) = watch::channel(first_state(settings, goes_on));
        tokio::spawn(async move {
            while follower.changed().await.is_ok() {
                let state = follower.borrow_and_update().clone();
                tracing::info!(status = state.word(), "FON status");
                let open = state.is_open();
                if handle.with(move |machines| machines.set_open(open)).await.is_none() {
                    return;
                }
            }
        });
        Self { state: Arc::new(sender), file: file(settings) }
    }

    /// How things are.
    #[must_use]
    pub fn state(&self) -> State {
        self.state.borrow().clone()
    }

    /// The owner switches the hotspot on or off.
    pub fn enable(&self, enabled: bool) {
        if let Some(file) = &self.file {
            let kept = match enabled {
                true if !file.exists() => Ok(()),
                true => std::fs::remove_file(file),
                false => std::fs::write(file, ""),
            };
            if let Err(error) = kept {
                tracing::error!(file = %file.display(), %error, "the owner's switch will be forgotten at the next start");
            }
        }
        self.change(|state| state.enabled = enabled);
    }

    /// Runs the Status Manager that the configuration names, if it names one, and follows it. When the configuration
    /// was read again, so is the Status Manager's. Without a usable key the hotspot stays offline, and its owner is told
    /// why.
    ///
    /// # Errors
    /// What else is wrong with the Status Manager's configuration.
    pub fn watch(&self, mut settings: watch::Receiver<Settings>) -> Result<Watch, String> {
        let file = settings.borrow_and_update().text("statusmanager").map(str::to_owned);
        let trusted = self.state().online == Some(true);
        let mut watched = Watched { site: self.clone(), file: None, manager: None, trusted };
        let trust = match file {
            Some(file) => watched.begin(file)?,
            None => None,
        };
        let (stop, stopped) = oneshot::channel();
        Ok(Watch { stop, task: tokio::spawn(watched.run(settings, trust, stopped)) })
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        self.state.send_if_modified(|state| {
            let before = state.clone();
            change(state);
            *state != before
        });
    }
}

/// A Status Manager that is watched. It ends when this is dropped, without the offline trigger.
pub struct Watch {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Watch {
    /// Ends the Status Manager in an orderly way.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.task.await;
    }
}

/// The Status Manager, and what it was started with.
struct Watched {
    site: Site,
    file: Option<String>,
    manager: Option<StatusManager>,
    /// The hotspot is open because it was before this process began.
    trusted: bool,
}

/// The heartbeats of a Status Manager that has not said anything yet.
struct Trust {
    status: watch::Receiver<Status>,
    /// So many failures end it, as they would with a Status Manager that is online.
    retries: u32,
}

impl Trust {
    /// Returns when too many heartbeats have failed.
    async fn is_lost(&mut self) {
        while self.status.borrow_and_update().failed < self.retries {
            if self.status.changed().await.is_err() {
                return;
            }
        }
    }
}

/// Why the Status Manager's configuration cannot be used.
enum Refusal {
    /// The key alone.
    Key(String),
    Other(String),
}

/// Reads the Status Manager's configuration.
fn read(file: &str) -> Result<Loaded, Refusal> {
    let refused = |error: &dyn std::fmt::Display| format!("statusmanager: {error}");
    let mut line =
        CommandLine::parse(["--configuration", file]).map_err(|error| Refusal::Other(refused(&error)))?;
    let places = Places::new();
    let loaded = load(&line, &places).map_err(|error| {
        // Would any key do? Then it is the key that is wrong.
        line.keyword = Some(Key::new([0; 32]));
        match load(&line, &places) {
            Ok(_) => Refusal::Key(refused(&error)),
            Err(_) => Refusal::Other(refused(&error)),
        }
    })?;
    for warning in &loaded.warnings {
        tracing::warn!("statusmanager: {warning}");
    }
    Ok(loaded)
}

impl Watched {
    fn begin(&mut self, file: String) -> Result<Option<Trust>, String> {
        let trusted = std::mem::take(&mut self.trusted);
        let loaded = match read(&file) {
            Ok(loaded) => loaded,
            Err(Refusal::Key(error)) => {
                tracing::error!(error, "the hotspot stays offline: its key cannot be used");
                self.site.change(|state| (state.online, state.key) = (Some(false), Some(false)));
                self.file = Some(file);
                return Ok(None);
            }
            Err(Refusal::Other(error)) => return Err(error),
        };
        let options = Options { execution: loaded.execution, watcher: None };
        let retries = loaded.settings.retries;
        let started = StatusManager::start(loaded.settings, options);
        let manager = started.map_err(|error| format!("statusmanager: {error}"))?;
        let trust = trusted.then(|| Trust { status: manager.status(), retries });
        self.manager = Some(manager);
        self.file = Some(file);
        self.site.change(|state| (state.online, state.key) = (Some(trusted), Some(true)));
        Ok(trust)
    }

    async fn end(&mut self) {
        if let Some(manager) = self.manager.take() {
            manager.stop().await;
        }
    }

    async fn run(
        mut self,
        mut settings: watch::Receiver<Settings>,
        mut trust: Option<Trust>,
        mut stopped: oneshot::Receiver<()>,
    ) {
        let mut service = self.manager.as_ref().map(StatusManager::service);
        loop {
            let doubts = async {
                match &mut trust {
                    Some(trust) => trust.is_lost().await,
                    None => std::future::pending().await,
                }
            };
            let news = async {
                match &mut service {
                    Some(service) => service.changed().await.map(|()| *service.borrow_and_update()),
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                _ = &mut stopped => break,
                changed = settings.changed() => {
                    if changed.is_err() {
                        break;
                    }
                    let file = settings.borrow_and_update().text("statusmanager").map(str::to_owned);
                    if self.reload(file).await {
                        service = self.manager.as_ref().map(StatusManager::service);
                        trust = None;
                    }
                }
                () = doubts => {
                    tracing::warn!("no heartbeat was answered since the start: the hotspot is no longer taken for online");
                    trust = None;
                    self.site.change(|state| state.online = Some(false));
                }
                news = news => {
                    trust = None;
                    self.site.change(|state| state.online = Some(matches!(news, Ok(Service::Online))));
                    if news.is_err() {
                        service = None;
                    }
                }
            }
        }
        self.end().await;
    }

    /// The configuration was read again. Whether there is another Status Manager now, or none.
    async fn reload(&mut self, file: Option<String>) -> bool {
        let Some(file) = file else {
            self.end().await;
            self.file = None;
            self.site.change(|state| (state.online, state.key) = (None, None));
            return true;
        };
        let Some(manager) = self.manager.as_ref().filter(|_| self.file.as_ref() == Some(&file)) else {
            self.end().await;
            if let Err(error) = self.begin(file) {
                tracing::error!(error, "the hotspot is offline without its Status Manager");
                self.site.change(|state| (state.online, state.key) = (Some(false), Some(false)));
            }
            return true;
        };
        let taken = match read(&file) {
            Ok(loaded) => manager.reload(loaded.settings, loaded.execution).await.map_err(|e| e.to_string()),
            Err(Refusal::Key(error) | Refusal::Other(error)) => Err(error),
        };
        if let Err(error) = taken {
            tracing::error!(error, "the Status Manager goes on with its old configuration");
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hotspot_is_open_when_nobody_is_against_it() {
        for (enabled, online, word, open) in [
            (true, None, "online", true),
            (true, Some(true), "online", true),
            (true, Some(false), "offline", false),
            (false, Some(true), "disabled", false),
            (false, None, "disabled", false),
        ] {
            let state = State { enabled, online, key: None };
            assert_eq!((state.word(), state.is_open()), (word, open), "{state:?}");
        }
    }
}
