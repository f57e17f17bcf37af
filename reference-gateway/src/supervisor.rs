//! The gateway as a service: reads its configuration, again when asked to or when it is time, keeps what works, and
//! asks for the remote configuration (hotspot-config 1, 3).

mod remote;
mod stored;

use crate::clock::Clock;
use crate::config::{Problem, Reader, Settings};
use crate::hotspot::{Ending, Extras, Hotspot, StartError, until_signal};
use radius_codec::radconfig::{Action, Configuration};
use remote::Remote;
use std::path::PathBuf;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::Instant;

/// How long a start that is not wanted any more may take: a name may be looked up for long.
const LAST_STEPS: Duration = Duration::from_secs(5);

/// Where the configuration comes from.
#[derive(Clone)]
pub struct Source {
    /// Reads it, with the options of the command line.
    pub reader: Reader,
    /// The file; without one the command line has to be enough.
    pub path: Option<PathBuf>,
}

impl Source {
    /// Reads the configuration, with received lines behind the local ones.
    ///
    /// # Errors
    /// Every problem that was found.
    pub fn read(&self, received: Option<&Configuration>) -> Result<Settings, Vec<Problem>> {
        let reader = self.reader.clone();
        let reader = match received {
            Some(received) => reader.remote(&received.text, &received.patterns),
            None => reader,
        };
        match &self.path {
            Some(path) => reader.path(path),
            None => reader.text("command line", ""),
        }
    }

    /// Reads the local part alone, which may lack what is still to be received.
    ///
    /// # Errors
    /// Every problem that was found.
    pub fn read_local(&self) -> Result<Settings, Vec<Problem>> {
        let placeholder = "radiusserver1 0.0.0.0\n".to_owned();
        self.read(Some(&Configuration { text: placeholder, patterns: Vec::new() }))
    }
}

/// Serves until it is told to end; returns the hotspot, which the caller ends, and how.
///
/// `started` is called once, when the hotspot serves for the first time.
///
/// # Errors
/// Says in one sentence why the hotspot cannot be started, if nothing is left to be tried.
pub async fn serve(
    source: Source,
    settings: Settings,
    extras: Extras,
    started: impl AsyncFnOnce(&Hotspot) -> Result<(), String>,
) -> Result<(Option<Hotspot>, Ending), StartError> {
    let clock = Clock::start();
    let remote = match settings.path("radconfig") {
        Some(path) => Some(Remote::open(&source, &settings, &path, clock)?),
        None => None,
    };
    let mut service =
        Service { source, remote, hotspot: None, extras: Some(extras), works: false, next_read: None };
    let mut started = Some(started);
    // Before anything is begun that a signal would leave half done.
    let mut stop = Box::pin(until_signal());
    let mut hangup = signal(SignalKind::hangup()).map_err(|e| format!("signals: {e}"))?;
    if service.remote.is_none()
        && let Some(ending) = begin(&mut service, settings, &mut stop).await?
    {
        return Ok((service.hotspot, ending));
    }
    let ending = loop {
        service.follow_policy(clock).await;
        if let Some(hotspot) = &service.hotspot
            && let Some(started) = started.take()
        {
            started(hotspot).await?;
        }
        let wake = service.remote.as_ref().map_or(Duration::MAX, Remote::next_timer);
        let next_read = service.next_read.unwrap_or_else(|| clock.instant(Duration::MAX));
        tokio::select! {
            ending = &mut stop => break ending,
            () = stopped(service.hotspot.as_ref()) => break Ending::Stop,
            _ = hangup.recv() => service.reload().await,
            () = asked(service.hotspot.as_ref()) => service.reload().await,
            () = ended(service.hotspot.as_ref()) => {
                let sentence = "the gateway has ended by an error of its own, which the log shows; sessions go on when it is \
                                started again";
                return Err(sentence.to_owned().into());
            }
            () = tokio::time::sleep_until(next_read) => service.reload().await,
            lines = answer(service.remote.as_mut()) => {
                if let Some(remote) = &mut service.remote {
                    remote.received(clock.now(), lines);
                }
            }
            () = tokio::time::sleep_until(clock.instant(wake)) => {
                if let Some(remote) = &mut service.remote {
                    remote.tick(clock.now());
                }
            }
        }
    };
    Ok((service.hotspot, ending))
}

/// Starts the hotspot. Says how it is to end if somebody asked for that meanwhile: what was begun ends as it would later.
async fn begin(
    service: &mut Service,
    settings: Settings,
    stop: &mut (impl Future<Output = Ending> + Unpin),
) -> Result<Option<Ending>, StartError> {
    let start = service.apply(settings);
    tokio::pin!(start);
    let ending = tokio::select! {
        outcome = &mut start => return outcome.map(|()| None),
        ending = stop => ending,
    };
    let outcome = tokio::time::timeout(LAST_STEPS, start).await;
    outcome.unwrap_or(Ok(()))?;
    Ok(Some(ending))
}

async fn asked(hotspot: Option<&Hotspot>) {
    match hotspot {
        Some(hotspot) => hotspot.until_reload().await,
        None => std::future::pending().await,
    }
}

async fn stopped(hotspot: Option<&Hotspot>) {
    match hotspot {
        Some(hotspot) => hotspot.until_stop().await,
        None => std::future::pending().await,
    }
}

async fn ended(hotspot: Option<&Hotspot>) {
    match hotspot {
        Some(hotspot) => hotspot.until_ended().await,
        None => std::future::pending().await,
    }
}

async fn answer(remote: Option<&mut Remote>) -> String {
    match remote {
        Some(remote) => remote.answer().await,
        None => std::future::pending().await,
    }
}

struct Service {
    source: Source,
    remote: Option<Remote>,
    hotspot: Option<Hotspot>,
    /// For the start.
    extras: Option<Extras>,
    /// Whether the last configuration that was put in place works.
    works: bool,
    next_read: Option<Instant>,
}

impl Service {
    /// Does what the refresh policy asks for (hotspot-config 3.3). Here "the daemon runs" means that it serves with
    /// the configuration that was put in place last.
    async fn follow_policy(&mut self, clock: Clock) {
        while let Some(action) = self.remote.as_mut().and_then(Remote::next_action) {
            match action {
                Action::AskRunning => {
                    let running = self.works && self.hotspot.as_ref().is_some_and(Hotspot::is_running);
                    if let Some(remote) = &mut self.remote {
                        remote.running(clock.now(), running);
                    }
                }
                Action::Reload | Action::Run => self.reload().await,
                other => {
                    if let Some(remote) = &mut self.remote {
                        remote.act(other);
                    }
                }
            }
        }
    }

    /// Reads the configuration again. What cannot be used changes nothing.
    async fn reload(&mut self) {
        let received = self.remote.as_ref().map(Remote::current);
        let outcome = match self.source.read(received) {
            Ok(settings) => self.apply(settings).await,
            Err(problems) => {
                for problem in &problems {
                    tracing::error!("{problem}");
                }
                Err("the configuration that was read again is wrong".into())
            }
        };
        self.works = outcome.is_ok();
        match outcome {
            Ok(()) => tracing::info!("the configuration was read again"),
            Err(error) if self.hotspot.is_some() => {
                tracing::error!(%error, "the running configuration stays");
            }
            Err(error) => tracing::error!(%error, "the hotspot does not start"),
        }
        self.plan_next_read();
    }

    async fn apply(&mut self, settings: Settings) -> Result<(), StartError> {
        match &mut self.hotspot {
            Some(hotspot) => hotspot.reconfigure(&settings).await?,
            None => {
                let extras = self.extras.take().ok_or("the hotspot was started before")?;
                match Hotspot::start(&settings, &extras).await {
                    Ok(hotspot) => self.hotspot = Some(hotspot),
                    Err(error) => {
                        self.extras = Some(extras);
                        return Err(error);
                    }
                }
            }
        }
        self.works = true;
        self.plan_next_read();
        Ok(())
    }

    fn plan_next_read(&mut self) {
        let hotspot = self.hotspot.as_ref();
        let interval = hotspot.map_or(0, |hotspot| hotspot.settings().borrow().number("interval"));
        self.next_read = (interval != 0).then(|| Instant::now() + Duration::from_secs(interval));
    }
}
