//! The hotspot: one task that owns the machines, and feeds them requests, datagrams and time.

mod boot;
mod callbacks;
mod door;
mod dynamic;
mod ending;
mod error;
mod events;
mod files;
mod gardens;
mod guests;
mod keeping;
mod ledger;
mod logins;
mod machines;
pub mod remote;
mod requests;
mod settings;
mod traffic;
mod troubles;

pub use boot::Boot;
pub use ending::{Ending, until_signal};
pub use error::StartError;
pub use machines::Machines;
pub use troubles::Trouble;

use crate::accounting::journal::Kept;
use crate::accounting::{Journal, Queue};
use crate::clock::{Clock, unix_seconds};
use crate::config::Settings;
use crate::dataplane::services::Services;
use crate::dataplane::{self, NoDataplane};
use crate::http::server::{self, Request};
use crate::identity::Identity;
use crate::metrics::Metrics;
use crate::portal::Portal;
use crate::radius::{Port, Purpose, Received, Seen};
use crate::random::PooledRandom;
use crate::site;
use crate::tls::Renewable;
use door::Door;
use dynamic::Dynamic;
use ledger::Ledger;
use logins::Logins;
use machines::{Parts, Replacement};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use traffic::Traffic;
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
    /// Which start of the machine this is, if not what the kernel says.
    pub boot: Option<Boot>,
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
    work: mpsc::Sender<Work>,
    servers: Vec<JoinHandle<()>>,
    services: Option<Services>,
    machines: JoinHandle<()>,
    portal: watch::Sender<Portal>,
    clock: Clock,
    inbox: mpsc::Sender<Received>,
    watcher: Option<mpsc::UnboundedSender<Seen>>,
    reload: Arc<Notify>,
    stop: Arc<Notify>,
    /// The second port's certificate.
    certificate: Option<Renewable>,
    /// Where RADIUS is at present, and how it is spoken to.
    radius: Radius,
    settings: watch::Sender<Settings>,
}

/// The RADIUS servers of a configuration, with the addresses that their names had.
#[derive(PartialEq, Eq)]
struct Radius {
    servers: settings::Servers,
    addresses: Vec<IpAddr>,
}

/// Options that only a start takes over.
const FIXED: &[&str] = &[
    "uamlisten",
    "uamport",
    "net",
    "dhcpif",
    "statedir",
    "coaport",
    "acctqueue",
    "uamuiport",
    "uamuissl",
    "cmdsocket",
    "metrics",
    "ownerpage",
    "uid",
    "gid",
    // What the packet path is made of.
    "dataplane",
    "wanif",
    "dhcp",
    "dhcpstart",
    "dhcpend",
    "lease",
    "leaseplus",
    "domain",
    "mtu",
    "dns1",
    "dns2",
    "dnsport",
    "uamanydns",
    "uamaliasip",
    "packetmark",
    "maxclients",
    "unauthenticated",
    "masquerade",
    "ipv6",
    "gardenttl",
    "preauthdnsqps",
    "dhcpmac",
    "dhcpmacset",
    "allowflowoffload",
];

/// Options that the gateway takes over at once, but the packet path, if there is one, at a start only.
const FIXED_IN_PATH: &[&str] = &["uamlogoutip", "uamaliasname", "uamhostname"];

impl Hotspot {
    /// Opens the sockets and starts to serve.
    ///
    /// # Errors
    /// Says in one sentence what cannot be opened, resolved or used.
    pub async fn start(settings: &Settings, extras: &Extras) -> Result<Self, StartError> {
        dataplane::close(settings)?;
        Identity::check(settings)?;
        let listener = server::bind(settings::listen(settings)).await.map_err(|e| e.to_string())?;
        let socket = listener.local_addr().map_err(|e| e.to_string())?;
        let uam = uam(socket)?;
        let second = match settings::ui_listen(settings, uam.0) {
            Some(listen) => {
                let listener = server::bind(listen).await.map_err(|e| format!("uamuiport: {e}"))?;
                Some((listener, settings::ui_tls(settings)?))
            }
            None => None,
        };
        let clock = Clock::start();
        let gateway = Gateway::new(
            settings::gateway(settings, uam)?,
            PooledRandom::default(),
            clock.now(),
            unix_seconds(),
        )
        .map_err(|e| format!("configuration: {e}"))?;
        let (inbox, datagrams) = mpsc::channel(1024);
        let radius = Radius::find(settings).await?;
        let logins = radius.open(Purpose::Authentication, clock, 0, &inbox, extras.watcher.clone()).await?;
        let accounting = radius.open(Purpose::Accounting, clock, 0, &inbox, extras.watcher.clone()).await?;
        let dynamic = match settings::dynamic_listen(settings) {
            Some(listen) => {
                Some(Dynamic::open(listen, radius.dynamic(settings)?, clock, inbox.clone()).await?)
            }
            None => None,
        };
        let journal = match settings.path("statedir") {
            Some(folder) => Journal::open(&folder)?,
            None => (Journal::none(), Kept::default()),
        };
        let queue = Queue::new(settings.small("acctqueue"), radius.servers.pause());
        let boot = extras.boot.clone().unwrap_or_else(Boot::of_system);
        let metrics = extras.metrics.clone();
        let (ledger, legacy) = Ledger::new(clock, queue, journal, accounting, boot, metrics.clone());
        let open = Opening::new(site::first_state(settings, legacy.goes_on()).is_open());
        let gateway = if open.get() { gateway } else { gateway.begin_closed() };
        let shared = Shared { metrics, open };
        let (work, works) = mpsc::channel(1024);
        let outbox = work.clone();
        let [reload, stop] = <[Arc<Notify>; 2]>::default();
        let garden = settings::garden(settings)?;
        let opened = dataplane::open(settings, extras.dataplane.clone(), garden, socket)?;
        let machines = Machines::new(Parts {
            clock,
            net: settings.net(),
            gateway,
            logins: Logins::new(logins),
            ledger,
            legacy,
            dynamic,
            handler: settings::handler(settings)?,
            files: settings::files(settings),
            traffic: Traffic::new(opened.path),
            guests: settings::guests(settings),
            shared: shared.clone(),
            outbox: work.clone(),
            reload: Arc::clone(&reload),
            stop: Arc::clone(&stop),
        });
        let machines = tokio::spawn(machines.run(works, datagrams));
        let (portal, shown) = watch::channel(settings::portal(settings, uam));
        let limits = settings::limits(settings);
        let serve = |listener, tls, ui| {
            let (portal, work, shared) = (shown.clone(), work.clone(), shared.clone());
            let door = Arc::new(Door { portal, work, shared, ui });
            let answer = move |request| Arc::clone(&door).answer(request);
            tokio::spawn(server::serve(listener, tls, limits, answer))
        };
        let mut servers = vec![serve(listener, None, false)];
        let mut certificate = None;
        if let Some((listener, tls)) = second {
            servers.push(serve(listener, tls.as_ref().map(|tls| tls.acceptor.clone()), true));
            certificate = tls;
        }
        let services = match opened.services {
            Some(services) => {
                let handle = Handle { work: outbox };
                match services.start(handle.clone()).await {
                    Ok(services) => {
                        let resolver = settings.flag("redirdnsreq").then(|| services.forwarder());
                        let _ = handle.with(|machines| machines.look_up_by(resolver)).await;
                        Some(services)
                    }
                    Err(error) => {
                        // Sessions of an earlier run go on in the packet path, for the next start to find.
                        machines.abort();
                        for server in servers {
                            server.abort();
                        }
                        return Err(StartError::Unavailable(error));
                    }
                }
            }
            None => None,
        };
        let base = portal.borrow().base.clone();
        let addresses = Addresses { uam: format!("http://{socket}/"), portal: base, socket };
        let (watcher, settings) = (extras.watcher.clone(), watch::Sender::new(settings.clone()));
        Ok(Self {
            addresses,
            work,
            servers,
            services,
            machines,
            portal,
            clock,
            inbox,
            watcher,
            reload,
            stop,
            certificate,
            radius,
            settings,
        })
    }

    /// Takes over a configuration that was read again; host names are resolved again. Sessions go on. What only a
    /// start can change stays as it is, and is named in the log.
    ///
    /// # Errors
    /// Says in one sentence what cannot be used; everything then stays as it was.
    pub async fn reconfigure(&mut self, settings: &Settings) -> Result<(), String> {
        let uam = uam(self.addresses.socket)?;
        let config = settings::gateway(settings, uam)?;
        let radius = Radius::find(settings).await?;
        let dynamic = Some(radius.dynamic(settings)?);
        let (mut logins, mut accounting) = (None, None);
        if radius != self.radius {
            let generation =
                self.handle().with(|machines| machines.next_generation()).await.ok_or("the gateway stops")?;
            let (clock, inbox, watcher) = (self.clock, &self.inbox, || self.watcher.clone());
            logins = Some(radius.open(Purpose::Authentication, clock, generation, inbox, watcher()).await?);
            accounting = Some(radius.open(Purpose::Accounting, clock, generation, inbox, watcher()).await?);
        }
        let garden = settings::garden(settings)?;
        let (handler, files) = (settings::handler(settings)?, settings::files(settings));
        if let Some(certificate) = &self.certificate {
            settings::renew(settings, certificate)?;
        }
        let new = Replacement { config, logins, accounting, dynamic, handler, files };
        self.handle().with(|machines| machines.replace(new)).await.ok_or("the gateway stops")??;
        if let Some(services) = &self.services {
            services.set_garden(garden);
            services.renew(settings);
            let resolver = settings.flag("redirdnsreq").then(|| services.forwarder());
            let _ = self.handle().with(|machines| machines.look_up_by(resolver)).await;
        }
        let portal = settings::portal(settings, uam);
        self.addresses.portal.clone_from(&portal.base);
        self.portal.send_replace(portal);
        self.radius = radius;
        let before = self.settings.send_replace(settings.clone());
        let in_path = FIXED_IN_PATH.iter().filter(|_| self.services.is_some());
        for &name in FIXED.iter().chain(in_path).filter(|name| settings.text(name) != before.text(name)) {
            tracing::warn!(option = name, "changed, but only a restart takes it over");
        }
        Ok(())
    }

    /// Waits until somebody inside asks for the configuration to be read again.
    pub async fn until_reload(&self) {
        self.reload.notified().await;
    }

    /// Waits until its loop has ended by itself, which it never should.
    pub async fn until_ended(&self) {
        self.work.closed().await;
    }

    /// Whether its loop still runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        !self.machines.is_finished()
    }

    /// The configuration in use, whose receiver is told whenever it was read again.
    #[must_use]
    pub fn settings(&self) -> watch::Receiver<Settings> {
        self.settings.subscribe()
    }

    /// Where it can be reached.
    #[must_use]
    pub const fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// The built-in portal, to be served elsewhere as well.
    #[must_use]
    pub fn portal(&self) -> Portal {
        self.portal.borrow().clone()
    }

    /// The way to its machines.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle { work: self.work.clone() }
    }

    /// Ends all sessions, sends their last accounting records, and ends.
    pub async fn stop(self) {
        self.end(Ending::Stop).await;
    }

    /// Ends as is said. Nobody can be left to the next gateway without a packet path.
    pub async fn end(self, ending: Ending) {
        let ending = if self.services.is_some() { ending } else { Ending::Stop };
        if let Some(services) = &self.services {
            services.stop();
        }
        for server in &self.servers {
            server.abort();
        }
        let _ = self.work.send(Work::End(ending)).await;
        let _ = self.machines.await;
    }
}

/// Checks what reading a configuration does not: values that only make sense together, and files that it names.
///
/// # Errors
/// Says in one sentence what cannot be used.
pub fn check(settings: &Settings) -> Result<(), String> {
    Identity::check(settings)?;
    dataplane::check(settings)?;
    settings::handler(settings)?;
    settings::ui_tls(settings)?;
    let uam = (settings.address("uamlisten").unwrap_or_else(|| settings.net().first_host()), 3990);
    settings::gateway(settings, uam).map(drop)
}

/// Checks that the files which clients are served from are there.
///
/// # Errors
/// Says in one sentence which is not.
pub fn check_files(settings: &Settings) -> Result<(), String> {
    settings::files(settings).check()
}

/// The gateway's address and port for clients.
fn uam(socket: SocketAddr) -> Result<(Ipv4Addr, u16), String> {
    match socket.ip() {
        IpAddr::V4(address) => Ok((address, socket.port())),
        IpAddr::V6(_) => Err(format!("uamlisten {socket}: not an IPv4 address")),
    }
}

impl Radius {
    /// Resolves the names of the servers.
    async fn find(settings: &Settings) -> Result<Self, String> {
        let servers = settings::Servers::new(settings);
        let addresses = servers.addresses().await?;
        Ok(Self { servers, addresses })
    }

    async fn open(
        &self,
        purpose: Purpose,
        clock: Clock,
        generation: u64,
        inbox: &mpsc::Sender<Received>,
        watcher: Option<mpsc::UnboundedSender<Seen>>,
    ) -> Result<Port, String> {
        let route = self.servers.route(purpose, generation, &self.addresses)?;
        let config = self.servers.client(purpose, &route)?;
        Port::open(route, config, clock, inbox.clone(), watcher).await
    }

    fn dynamic(&self, settings: &Settings) -> Result<radius_codec::server::Config, String> {
        self.servers.dynamic(&self.addresses, settings.flag("coanoipcheck"))
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

impl Opening {
    fn new(open: bool) -> Self {
        Self(Arc::new(AtomicBool::new(open)))
    }

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
    Ask {
        request: Box<Request>,
        /// It came to the second port.
        ui: bool,
        reply: oneshot::Sender<wispr::gateway::Response>,
    },
    /// Do this with them.
    With(Box<dyn FnOnce(&mut Machines) + Send>),
    /// Come to an end.
    End(Ending),
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
