//! The Status Manager: heartbeats to the status server, and what follows from their answers.
//!
//! [`StatusManager`] is the machine of the `heartbeat` crate with sockets, timers and processes round it, as one task of
//! the runtime it is started on. `fonap status-manager` is it as a daemon; a gateway may run it in its own process and
//! open and close the hotspot by the state it watches:
//!
//! ```no_run
//! # async fn example(settings: heartbeat::Settings) -> Result<(), Box<dyn std::error::Error>> {
//! use heartbeat::liveness::Service;
//! use reference_gateway::status_manager::{Options, StatusManager};
//!
//! let manager = StatusManager::start(settings, Options::default())?;
//! let mut service = manager.service();
//! while service.changed().await.is_ok() {
//!     match *service.borrow_and_update() {
//!         Service::Online => println!("open the hotspot"),
//!         Service::Offline => println!("close the hotspot"),
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! | module | what it is for |
//! |---|---|
//! | [`load`] | from arguments and files to settings |
//! | [`trigger`] | how commands are run |
//! | [`status`], [`report`] | counters, times and events, for people and as JSON |
//! | [`pid_file`] | one daemon at a time, and how to reach it |

mod engine;
pub mod load;
pub mod pid_file;
pub mod report;
pub mod status;
pub mod trigger;

use crate::clock::Clock;
use crate::random::SystemRandom;
use engine::{Command, Engine};
use heartbeat::liveness::Service;
use heartbeat::machine::Event;
use heartbeat::settings::SettingsError;
use heartbeat::{Heartbeat, Settings};
pub use status::Status;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
pub use trigger::{Execution, ExecutionError};

/// What a caller may add to the settings.
#[derive(Debug, Default)]
pub struct Options {
    /// How triggers are run.
    pub execution: Execution,
    /// Where every event goes, for logs and tests.
    pub watcher: Option<mpsc::UnboundedSender<Event>>,
}

/// Why the Status Manager does not start, or does not take other settings.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The settings cannot be used.
    #[error("{0}")]
    Settings(#[from] SettingsError),
    /// The data of instructions has no safe place.
    #[error("{0}")]
    Execution(#[from] ExecutionError),
    /// It has ended.
    #[error("the Status Manager has ended")]
    Ended,
}

/// A running Status Manager. It ends when this is dropped, without the offline trigger; [`StatusManager::stop`] is the
/// orderly end.
#[derive(Debug)]
pub struct StatusManager {
    commands: mpsc::UnboundedSender<Command>,
    service: watch::Receiver<Service>,
    status: watch::Receiver<Status>,
    task: JoinHandle<()>,
}

impl StatusManager {
    /// Starts to send heartbeats, on the runtime this is called from.
    ///
    /// # Errors
    /// [`StartError`] when the settings cannot be used, or a directory they name is not safe.
    pub fn start(settings: Settings, options: Options) -> Result<Self, StartError> {
        options.execution.prepare(&settings)?;
        let clock = Clock::start();
        let begun = Status::new(&settings);
        let machine = Heartbeat::new(settings, SystemRandom, clock.now())?;
        let (commands, orders) = mpsc::unbounded_channel();
        let (show_service, service) = watch::channel(Service::Offline);
        let (show_status, status) = watch::channel(begun);
        let engine = Engine::new(clock, machine, options, orders, show_service, show_status);
        Ok(Self { commands, service, status, task: tokio::spawn(engine.run()) })
    }

    /// Whether the service is up. The receiver is told of changes only; it begins offline.
    #[must_use]
    pub fn service(&self) -> watch::Receiver<Service> {
        self.service.clone()
    }

    /// State, counters and times. The receiver is told of every change; what happened together is shown together.
    #[must_use]
    pub fn status(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// Takes over other settings: the state of the service and the running timer stay, no trigger runs
    /// (spec: heartbeat 12).
    ///
    /// # Errors
    /// [`StartError`]; the old settings stay.
    pub async fn reload(&self, settings: Settings, execution: Execution) -> Result<(), StartError> {
        let (reply, answer) = oneshot::channel();
        let command = Command::Reload { settings: Box::new(settings), execution, reply };
        self.commands.send(command).map_err(|_| StartError::Ended)?;
        answer.await.map_err(|_| StartError::Ended)?
    }

    /// Sends a heartbeat now, unless one is under way.
    pub fn heartbeat_now(&self) {
        // Nobody is there only when it has ended.
        let _ = self.commands.send(Command::HeartbeatNow);
    }

    /// Sends no more, runs the triggers that are queued, the offline one too where that is set, and ends.
    pub async fn stop(mut self) {
        let _ = self.commands.send(Command::Stop);
        self.ended().await;
    }

    /// Waits until it has ended: a test run, or one that was stopped.
    pub async fn ended(&mut self) {
        // An engine that panicked has printed why.
        let _ = (&mut self.task).await;
    }
}

impl Drop for StatusManager {
    fn drop(&mut self) {
        self.task.abort();
    }
}
