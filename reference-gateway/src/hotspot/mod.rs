//! The hotspot: one task that owns the machines, and feeds them requests, datagrams and time.

mod door;
mod machines;
mod settings;

use crate::clock::{Clock, unix_seconds};
use crate::config::Settings;
use crate::dataplane::NoDataplane;
use crate::http::server::{self, Request};
use crate::metrics::Metrics;
use crate::portal::Portal;
use crate::radius::{Port, Purpose, Received, Seen};
use crate::random::SystemRandom;
use door::Door;
pub use machines::Machines;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use wispr::gateway::Gateway;

/// What a caller may add to the configuration.
#[derive(Default)]
pub struct Extras {
    /// The packet path.
    pub dataplane: NoDataplane,
    /// Where RADIUS packets are shown as they pass.
    pub watcher: Option<mpsc::UnboundedSender<Seen>>,
    /// What is counted.
    pub metrics: Metrics,
}

/// Where the hotspot can be reached.
#[derive(Clone, Debug)]
pub struct Addresses {
    /// The HTTP port.
    pub uam: String,
    /// The portal that clients are sent to.
    pub portal: String,
    /// The HTTP port as address and port.
    pub socket: SocketAddr,
}

/// A hotspot that serves.
pub struct Hotspot {
    addresses: Addresses,
    portal: Portal,
    stop: mpsc::Sender<Work>,
    server: JoinHandle<()>,
    machines: JoinHandle<()>,
}

impl Hotspot {
    /// Opens the sockets and starts to serve.
    ///
    /// # Errors
    /// Says in one sentence what cannot be opened, resolved or used.
    pub async fn start(settings: &Settings, extras: Extras) -> Result<Self, String> {
        let listener = server::bind(settings::listen(settings)).await.map_err(|e| e.to_string())?;
        let socket = listener.local_addr().map_err(|e| e.to_string())?;
        let IpAddr::V4(address) = socket.ip() else {
            return Err(format!("uamlisten {socket}: not an IPv4 address"));
        };
        let uam = (address, socket.port());
        let uam_url = format!("http://{socket}/");
        let config = settings::gateway(settings, uam)?;
        let base = settings.text("uamserver").map(str::to_owned);
        let base = base.unwrap_or_else(|| format!("http://{socket}{}", crate::portal::PATH));
        let portal = Portal {
            base: base.clone(),
            login: settings.text("wisprlogin").unwrap_or(&base).to_owned(),
            gateway: uam,
            secret: settings::uamsecret(settings),
            place: settings::place(settings),
            offers: (!settings.flag("nowispr1"), !settings.flag("nowispr2")),
        };
        let clock = Clock::start();
        let gateway = Gateway::new(config, SystemRandom, clock.now(), unix_seconds())
            .map_err(|e| format!("configuration: {e}"))?;
        let (inbox, datagrams) = mpsc::channel(1024);
        let servers = settings::Servers::new(settings);
        let authentication =
            open(Purpose::Authentication, &servers, clock, inbox.clone(), extras.watcher.clone()).await?;
        let accounting = open(Purpose::Accounting, &servers, clock, inbox, extras.watcher).await?;
        let (work, works) = mpsc::channel(1024);
        let dataplane = Box::new(extras.dataplane);
        let shared = Shared { metrics: extras.metrics, open: Opening::default() };
        let machines = Machines::new(
            clock,
            settings.net(),
            gateway,
            authentication,
            accounting,
            dataplane,
            shared.clone(),
        );
        let machines = tokio::spawn(machines.run(works, datagrams));
        let door = Door { portal: portal.clone(), work: work.clone(), shared };
        let limits = settings::limits(settings);
        let server =
            tokio::spawn(server::serve(listener, None, limits, move |request| door.clone().answer(request)));
        let addresses = Addresses { uam: uam_url, portal: base, socket };
        Ok(Self { addresses, portal, stop: work, server, machines })
    }

    /// Where it can be reached.
    #[must_use]
    pub const fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// The built-in portal, to be served elsewhere as well.
    #[must_use]
    pub const fn portal(&self) -> &Portal {
        &self.portal
    }

    /// The way to its machines.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle { work: self.stop.clone() }
    }

    /// Ends all sessions, sends their last accounting records, and ends.
    pub async fn stop(self) {
        self.server.abort();
        let _ = self.stop.send(Work::Stop).await;
        let _ = self.machines.await;
    }
}

async fn open(
    purpose: Purpose,
    servers: &settings::Servers,
    clock: Clock,
    inbox: mpsc::Sender<Received>,
    watcher: Option<mpsc::UnboundedSender<Seen>>,
) -> Result<Port, String> {
    let route = servers.route(purpose).await?;
    let config = servers.client(purpose, &route)?;
    Port::open(route, config, clock, inbox, watcher).await
}

/// Waits until the process is asked to end.
pub async fn until_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = terminate => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

/// What the loop and the HTTP side share.
#[derive(Clone)]
struct Shared {
    metrics: Metrics,
    open: Opening,
}

/// Whether clients are served.
#[derive(Clone)]
struct Opening(Arc<AtomicBool>);

impl Default for Opening {
    fn default() -> Self {
        Self(Arc::new(AtomicBool::new(true)))
    }
}

impl Opening {
    /// Whether this changed something.
    fn set(&self, open: bool) -> bool {
        self.0.swap(open, Ordering::Relaxed) != open
    }

    fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What the machines are to do.
enum Work {
    /// Answer this request.
    Ask { request: Box<Request>, reply: oneshot::Sender<wispr::gateway::Response> },
    /// Do this with them.
    With(Box<dyn FnOnce(&mut Machines) + Send>),
    /// Come to an end.
    Stop,
}

/// A way to the machines from outside of their loop: for the control socket, metrics, lease events and the like.
#[derive(Clone)]
pub struct Handle {
    work: mpsc::Sender<Work>,
}

impl Handle {
    /// Runs `act` in the loop, between two inputs, and returns what it returns; `None` if the loop has ended. What the
    /// machines want after that is carried out before the loop waits again.
    pub async fn with<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut Machines) -> T + Send + 'static,
    ) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        let work = Work::With(Box::new(move |machines| {
            // Who asked may have gone meanwhile; the deed stays done.
            let _ = reply.send(act(machines));
        }));
        self.work.send(work).await.ok()?;
        answer.await.ok()
    }
}
