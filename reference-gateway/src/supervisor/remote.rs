//! The policy of remote configuration, with its files and its requests.

use super::{Source, stored};
use crate::clock::Clock;
use crate::config::{Reader, Settings, UnknownKeys};
use crate::files::private_folder;
use crate::hotspot::remote::fetch;
use crate::random::SystemRandom;
use radius_codec::radconfig::{Action, Configuration, Input, Mode, Output, Refresh, Stored};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::mpsc;

/// The configuration in use, and the last one that worked.
const CURRENT: &str = "remote.json";
const SAVED: &str = "remote-saved.json";

/// The remote configuration.
pub(super) struct Remote {
    refresh: Refresh<SystemRandom>,
    wake: Duration,
    current: Configuration,
    folder: Option<PathBuf>,
    /// The second set of options, for the requests only.
    settings: Settings,
    answers: mpsc::Receiver<String>,
    answer: mpsc::Sender<String>,
}

impl Remote {
    /// Reads the second set of options and what is stored. `source` says whether a stored configuration still works.
    pub(super) fn open(
        source: &Source,
        settings: &Settings,
        path: &Path,
        clock: Clock,
    ) -> Result<Self, String> {
        let second = Reader::new(UnknownKeys::Warn).path(path).map_err(|problems| {
            let all: Vec<String> = problems.iter().map(ToString::to_string).collect();
            format!("radconfig: {}", all.join("; "))
        })?;
        let folder = settings.path("statedir");
        if let Some(folder) = &folder {
            private_folder(folder).map_err(|e| format!("statedir {}: {e}", folder.display()))?;
        }
        let read = |name: &str| folder.as_ref().and_then(|folder| stored::read(&folder.join(name)));
        let current = read(CURRENT).filter(|current| match source.read(Some(current)) {
            Ok(_) => true,
            Err(problems) => {
                for problem in &problems {
                    tracing::error!("the stored configuration: {problem}");
                }
                false
            }
        });
        let stored =
            Stored { current: current.clone(), saved: read(SAVED), factory: Configuration::default() };
        let refresh = Refresh::new(stored, "", Mode::Tolerant, SystemRandom, clock.now());
        let (answer, answers) = mpsc::channel(1);
        let current = current.unwrap_or_default();
        let wake = Duration::MAX;
        Ok(Self { refresh, wake, current, folder, settings: second, answers, answer })
    }

    pub(super) const fn current(&self) -> &Configuration {
        &self.current
    }

    /// The next thing to do.
    pub(super) fn next_action(&mut self) -> Option<Action> {
        match self.refresh.poll_output() {
            Output::Action(action) => Some(action),
            Output::WaitUntil(at) => {
                self.wake = at;
                None
            }
            _ => None,
        }
    }

    pub(super) const fn next_timer(&self) -> Duration {
        self.wake
    }

    /// Does what is not about the hotspot itself.
    pub(super) fn act(&mut self, action: Action) {
        match action {
            Action::Request => self.request(),
            Action::Install(configuration) => {
                tracing::info!(lines = configuration.text.lines().count(), "a configuration is put in place");
                self.write(CURRENT, &configuration);
                self.current = configuration;
            }
            Action::Save(configuration) => {
                tracing::info!("the configuration works and is saved");
                self.write(SAVED, &configuration);
            }
            other => tracing::error!(?other, "the policy wants something that this version cannot do"),
        }
    }

    fn request(&self) {
        let (settings, answer) = (self.settings.clone(), self.answer.clone());
        tokio::spawn(async move {
            let lines = match fetch(&settings).await {
                Ok(lines) => lines,
                Err(error) => {
                    tracing::warn!(%error, "no configuration was received; the last one stays");
                    String::new()
                }
            };
            let _ = answer.send(lines).await;
        });
    }

    fn write(&self, name: &str, configuration: &Configuration) {
        let Some(folder) = &self.folder else { return };
        if let Err(error) = stored::write(&folder.join(name), configuration) {
            tracing::error!(%error, name, "a configuration cannot be stored; it is in memory only");
        }
    }

    /// Waits for the answer to a request.
    pub(super) async fn answer(&mut self) -> String {
        match self.answers.recv().await {
            Some(lines) => lines,
            None => std::future::pending().await,
        }
    }

    pub(super) fn received(&mut self, now: Duration, lines: String) {
        self.refresh.handle(now, Input::Received(lines));
    }

    pub(super) fn running(&mut self, now: Duration, running: bool) {
        self.refresh.handle(now, Input::Running(running));
    }

    pub(super) fn tick(&mut self, now: Duration) {
        self.refresh.handle(now, Input::Tick);
    }
}
