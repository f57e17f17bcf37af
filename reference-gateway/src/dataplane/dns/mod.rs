//! The DNS forwarder: passes messages on unchanged and looks at the answers, so that the names of the garden open the
//! addresses that clients are about to connect to.
//!
//! It has no cache: every answer passes here, and an address is open before the client knows it. Who is not logged in
//! may ask so many questions a second, of the types that programs need, and gets large answers by TCP only: port 53 is
//! no tunnel.

mod inspect;
mod learn;

use super::nftables::Passing;
use crate::config::Network;
use crate::garden::Garden;
use crate::http::server::cannot_listen;
pub(super) use inspect::check as check_message;
use inspect::{MAX_QUERY, Query, REFUSED, SERVER_FAILURE};
use learn::Learner;
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Queries on their way at one time, of all clients and of one.
const MAX_ON_THE_WAY: usize = 1024;
const MAX_OF_A_CLIENT: usize = 64;
/// TCP connections at one time.
const MAX_CONNECTIONS: usize = 256;
/// How long one server is waited for.
const PATIENCE: Duration = Duration::from_secs(2);
/// A TCP connection without a question ends after this time.
const SILENCE: Duration = Duration::from_secs(10);
/// The largest answer that goes by UDP to who is not logged in.
const MAX_DATAGRAM: usize = 1232;
/// `AF_INET` servers to ask when nothing is configured.
const RESOLV_CONF: &str = "/etc/resolv.conf";

/// What the forwarder needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Whom it asks, in this order.
    pub servers: Vec<SocketAddr>,
    /// The network of the clients; never learnt.
    pub network: Network,
    /// How long a learnt address is open at least.
    pub shortest: Duration,
    /// Queries a second of a client that is not logged in.
    pub rate: u32,
    /// Names that it answers itself, in lower case.
    pub own: Vec<(String, Ipv4Addr)>,
}

/// The forwarder.
#[derive(Clone)]
pub struct Forwarder(Arc<Inner>);

struct Inner {
    config: Config,
    garden: RwLock<Garden>,
    passing: Passing,
    learner: Mutex<Learner>,
    places: Arc<Semaphore>,
    connections: Arc<Semaphore>,
    clients: Mutex<HashMap<IpAddr, Client>>,
}

/// What a client has used up.
struct Client {
    on_the_way: usize,
    /// Queries it may send before it has to wait.
    tokens: f64,
    at: Instant,
}

/// A query on its way.
struct Place {
    inner: Arc<Inner>,
    client: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut clients = self.inner.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get_mut(&self.client) {
            client.on_the_way = client.on_the_way.saturating_sub(1);
        }
    }
}

/// The name servers of the system.
///
/// # Errors
/// One sentence: where they were looked for.
pub fn system_servers() -> Result<Vec<SocketAddr>, String> {
    let text = std::fs::read_to_string(RESOLV_CONF).unwrap_or_default();
    let servers: Vec<SocketAddr> = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("nameserver")?.trim().parse::<IpAddr>().ok())
        .map(|address| SocketAddr::new(address, 53))
        .collect();
    if servers.is_empty() {
        return Err(format!("dns1 is not given, and {RESOLV_CONF} names no server"));
    }
    Ok(servers)
}

impl Forwarder {
    /// Opens its sockets and serves from then on.
    ///
    /// # Errors
    /// One sentence: what cannot be opened.
    pub async fn start(
        config: Config,
        garden: Garden,
        passing: Passing,
        remade: Arc<AtomicU64>,
    ) -> Result<Self, String> {
        let listen = config.listen;
        let cannot = |error: io::Error| format!("dnsport: {}", cannot_listen(listen, &error));
        let udp = UdpSocket::bind(listen).await.map_err(cannot)?;
        let tcp = TcpListener::bind(listen).await.map_err(cannot)?;
        let learner = Learner::new(config.network, config.shortest, remade)
            .map_err(|error| format!("the DNS forwarder cannot reach the packet path: {error}"))?;
        let forwarder = Self(Arc::new(Inner {
            config,
            garden: RwLock::new(garden),
            passing,
            learner: Mutex::new(learner),
            places: Arc::new(Semaphore::new(MAX_ON_THE_WAY)),
            connections: Arc::new(Semaphore::new(MAX_CONNECTIONS)),
            clients: Mutex::default(),
        }));
        tokio::spawn(forwarder.clone().serve_udp(Arc::new(udp)));
        tokio::spawn(forwarder.clone().serve_tcp(tcp));
        Ok(forwarder)
    }

    /// Uses another garden from now on. What was learnt before stays until it expires.
    pub fn set_garden(&self, garden: Garden) {
        *self.0.garden.write().unwrap_or_else(PoisonError::into_inner) = garden;
    }

    /// Asks for the addresses of a name of the garden that a client was kept from, so that it reaches them when it tries
    /// again: a client that learnt them elsewhere does not ask (spec: hotspot-config 5.3, redirdnsreq).
    pub fn look_up(&self, client: Ipv4Addr, name: &str) {
        let client = client.into();
        if name.parse::<Ipv4Addr>().is_ok() || self.is_free(client) || !self.is_listed(name) {
            return;
        }
        let Some(query) = inspect::question(name) else { return };
        let Some(place) = self.enter(client) else { return };
        let Ok(permit) = Arc::clone(&self.0.places).try_acquire_owned() else { return };
        let forwarder = self.clone();
        tokio::spawn(async move {
            let _held = (place, permit);
            forwarder.answer(&query, client, false).await
        });
    }

    async fn serve_udp(self, socket: Arc<UdpSocket>) {
        let mut buffer = vec![0; MAX_QUERY];
        loop {
            let Ok((length, client)) = socket.recv_from(&mut buffer).await else {
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            };
            let Some(place) = self.enter(client.ip()) else { continue };
            let Ok(permit) = Arc::clone(&self.0.places).try_acquire_owned() else { continue };
            let query = buffer.get(..length).unwrap_or_default().to_vec();
            let (forwarder, socket) = (self.clone(), Arc::clone(&socket));
            tokio::spawn(async move {
                let _held = (place, permit);
                if let Some(answer) = forwarder.answer(&query, client.ip(), false).await {
                    let _ = socket.send_to(&answer, client).await;
                }
            });
        }
    }

    async fn serve_tcp(self, listener: TcpListener) {
        loop {
            let Ok((stream, client)) = listener.accept().await else {
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            };
            let Ok(permit) = Arc::clone(&self.0.connections).try_acquire_owned() else { continue };
            let forwarder = self.clone();
            tokio::spawn(async move {
                let _held = permit;
                let _ = forwarder.converse(stream, client.ip()).await;
            });
        }
    }

    /// Several questions on one connection are usual: the C library asks for both kinds of address at once.
    async fn converse(&self, mut stream: TcpStream, client: IpAddr) -> io::Result<()> {
        loop {
            let query = timeout(SILENCE, read_message(&mut stream)).await??;
            let Some(_place) = self.enter(client) else { return Ok(()) };
            let Some(answer) = self.answer(&query, client, true).await else { return Ok(()) };
            timeout(SILENCE, write_message(&mut stream, &answer)).await??;
        }
    }

    /// A place for a query of this client; `None` if it has too many, or asks too fast.
    fn enter(&self, client: IpAddr) -> Option<Place> {
        let free = self.is_free(client);
        let now = Instant::now();
        let rate = f64::from(self.0.config.rate);
        let mut clients = self.0.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if clients.len() > 65_536 {
            clients.retain(|_, c| c.on_the_way > 0 || now.duration_since(c.at) < SILENCE);
        }
        let entry =
            clients.entry(client).or_insert_with(|| Client { on_the_way: 0, tokens: 2.0 * rate, at: now });
        entry.tokens = (entry.tokens + now.duration_since(entry.at).as_secs_f64() * rate).min(2.0 * rate);
        entry.at = now;
        if entry.on_the_way >= MAX_OF_A_CLIENT || (!free && entry.tokens < 1.0) {
            return None;
        }
        entry.tokens = (entry.tokens - 1.0).max(0.0);
        entry.on_the_way += 1;
        Some(Place { inner: Arc::clone(&self.0), client })
    }

    fn is_free(&self, client: IpAddr) -> bool {
        matches!(client, IpAddr::V4(client) if self.0.passing.contains(client))
    }

    async fn answer(&self, octets: &[u8], client: IpAddr, by_tcp: bool) -> Option<Vec<u8>> {
        let query = Query::read(octets)?;
        let own = self.0.config.own.iter().find(|(name, _)| *name == query.name);
        if let Some((_, address)) = own {
            return Some(query.with_address(octets, *address));
        }
        let free = self.is_free(client);
        if !free && !query.is_plain() {
            return Some(query.without_records(octets, REFUSED, false));
        }
        let Some(mut answer) = self.ask_all(&query, octets, by_tcp).await else {
            return Some(query.without_records(octets, SERVER_FAILURE, false));
        };
        // The address is open before the client knows it.
        if self.is_listed(&query.name) {
            let learnt = self
                .0
                .learner
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .learn(&inspect::addresses(&answer));
            if let Err(error) = learnt {
                tracing::error!(name = query.name, %error, "a garden address cannot be opened");
            }
        }
        if !free && !by_tcp && answer.len() > MAX_DATAGRAM {
            return Some(query.without_records(octets, 0, true));
        }
        if let (Some(to), Some(from)) = (answer.get_mut(..2), octets.get(..2)) {
            to.copy_from_slice(from);
        }
        Some(answer)
    }

    fn is_listed(&self, name: &str) -> bool {
        self.0.garden.read().unwrap_or_else(PoisonError::into_inner).opens_name(name)
    }

    async fn ask_all(&self, query: &Query, octets: &[u8], by_tcp: bool) -> Option<Vec<u8>> {
        let mut octets = octets.to_vec();
        for server in &self.0.config.servers {
            let mut id = [0; 2];
            getrandom::fill(&mut id).ok()?;
            octets.get_mut(..2)?.copy_from_slice(&id);
            let asked = async {
                let id = u16::from_be_bytes(id);
                if by_tcp {
                    by_stream(query, &octets, id, *server).await
                } else {
                    by_datagram(query, &octets, id, *server).await
                }
            };
            if let Ok(Ok(answer)) = timeout(PATIENCE, asked).await {
                return Some(answer);
            }
        }
        None
    }
}

/// Every query leaves from a port of its own, which the system chooses.
async fn by_datagram(query: &Query, octets: &[u8], id: u16, server: SocketAddr) -> io::Result<Vec<u8>> {
    let any: SocketAddr = match server {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (std::net::Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(any).await?;
    socket.connect(server).await?;
    socket.send(octets).await?;
    let mut buffer = vec![0; usize::from(u16::MAX)];
    loop {
        let length = socket.recv(&mut buffer).await?;
        let answer = buffer.get(..length).unwrap_or_default();
        // Others may send here what they like.
        if query.is_answered_by(answer, id) {
            return Ok(answer.to_vec());
        }
    }
}

async fn by_stream(query: &Query, octets: &[u8], id: u16, server: SocketAddr) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(server).await?;
    write_message(&mut stream, octets).await?;
    let answer = read_message(&mut stream).await?;
    if query.is_answered_by(&answer, id) { Ok(answer) } else { Err(io::ErrorKind::InvalidData.into()) }
}

async fn read_message(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let length = stream.read_u16().await?;
    let mut message = vec![0; length.into()];
    stream.read_exact(&mut message).await?;
    Ok(message)
}

async fn write_message(stream: &mut TcpStream, message: &[u8]) -> io::Result<()> {
    let length = u16::try_from(message.len()).map_err(|_| io::ErrorKind::InvalidData)?;
    let framed = [&length.to_be_bytes()[..], message].concat();
    stream.write_all(&framed).await
}
