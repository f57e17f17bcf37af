//! Whether the hotspot is open: what the owner wants, and what the Status Manager says.
//!
//! [`Site::watch`] runs the Status Manager in the gateway's own process. The owner's wish outlasts the process if there is a folder for state (`statedir`).

use crate::config::Settings;
use crate::hotspot::Handle;
use crate::status_manager::load::{Places, load};
use crate::status_manager::{Options, StatusManager};
use heartbeat::Key;
use heartbeat::config::CommandLine;
use heartbeat::liveness::Service;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::watch;

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

impl Site {
    /// The hotspot behind `handle` follows from now on. With a Status Manager it begins offline.
    pub async fn start(handle: Handle, settings: &Settings, has_status_manager: bool) -> Self {
        let file = settings.path("statedir").map(|folder| folder.join(FILE));
        let enabled = !file.as_ref().is_some_and(|file| file.exists());
        let waits = has_status_manager.then_some(false);
        let state = State { enabled, online: waits, key: waits };
        let open = state.is_open();
        let (sender, mut follower) = watch::channel(state);
        // Before the first client is served.
        let _ = handle.with(move |machines| machines.set_open(open)).await;
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
        Self { state: Arc::new(sender), file }
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

    /// The Status Manager has news.
    pub fn set_online(&self, online: bool) {
        self.change(|state| state.online = Some(online));
    }

    /// The hotspot's key can be used, or cannot.
    pub fn set_key(&self, usable: bool) {
        self.change(|state| state.key = Some(usable));
    }

    /// Runs the Status Manager with this configuration file, and follows it. Without a usable key the hotspot stays
    /// offline, and its owner is told why; then there is no Status Manager.
    ///
    /// # Errors
    /// What else is wrong with the configuration.
    pub fn watch(&self, file: &str) -> Result<Option<StatusManager>, String> {
        let refused = |error: &dyn std::fmt::Display| format!("statusmanager: {error}");
        let mut line = CommandLine::parse(["--configuration", file]).map_err(|e| refused(&e))?;
        let places = Places::new();
        let loaded = match load(&line, &places) {
            Ok(loaded) => loaded,
            Err(error) => {
                // Would any key do? Then it is the key that is wrong.
                line.keyword = Some(Key::new([0; 32]));
                load(&line, &places).map_err(|_| refused(&error))?;
                tracing::error!(%error, "the hotspot stays offline: its key cannot be used");
                self.set_key(false);
                return Ok(None);
            }
        };
        for warning in &loaded.warnings {
            tracing::warn!("statusmanager: {warning}");
        }
        let options = Options { execution: loaded.execution, watcher: None };
        let manager = StatusManager::start(loaded.settings, options).map_err(|e| refused(&e))?;
        self.set_key(true);
        let (site, mut service) = (self.clone(), manager.service());
        tokio::spawn(async move {
            while service.changed().await.is_ok() {
                site.set_online(*service.borrow_and_update() == Service::Online);
            }
            site.set_online(false);
        });
        Ok(Some(manager))
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        self.state.send_if_modified(|state| {
            let before = state.clone();
            change(state);
            *state != before
        });
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
