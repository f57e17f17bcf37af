//! Sockets for the RADIUS client machine: UDP, or connections over TLS (RadSec, RFC 6614).

mod tls;
mod udp;

pub(crate) use tls::SECRET as TLS_SECRET;
pub use tls::Security;
pub(crate) use udp::{Buffer, receive};

use crate::clock::Clock;
use crate::random::PooledRandom;
use radius_codec::client::{Client, Config, Event, Input, Output, Request, RequestId, SendError, Transmit};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::sync::mpsc;

/// Source ports or connections towards each server: 255 or 256 requests wait on each.
const SOURCE_PORTS: u16 = 4;

/// What a [`Port`] is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Logins, port 1812.
    Authentication,
    /// Accounting, port 1813.
    Accounting,
    /// Requests to the gateway: CoA and Disconnect.
    Dynamic,
}

/// A datagram that a socket of a [`Port`] got.
#[derive(Debug)]
pub struct Received {
    /// Which port.
    pub purpose: Purpose,
    /// Which of the ports for this purpose, if the configuration changed meanwhile.
    pub generation: u64,
    /// Which of its sockets.
    pub socket: u16,
    /// Where it came from.
    pub from: SocketAddr,
    /// The octets.
    pub octets: Vec<u8>,
}

/// A packet that passed a [`Port`], for those who want to watch.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Whether the gateway sent it.
    pub sent: bool,
    /// The other side.
    pub peer: SocketAddr,
    /// The packet.
    pub octets: Vec<u8>,
}

/// The client machine for one purpose, with its sockets.
pub struct Port {
    clock: Clock,
    client: Client<PooledRandom>,
    generation: u64,
    wire: Wire,
    watcher: Option<mpsc::UnboundedSender<Seen>>,
}

/// How packets travel.
enum Wire {
    Udp(udp::Sockets),
    Tls(tls::Links),
}

/// Where a [`Port`] leads to.
pub struct Route {
    /// What it is for.
    pub purpose: Purpose,
    /// Which of the ports for this purpose it is: a new configuration makes a new one.
    pub generation: u64,
    /// The address that it sends from.
    pub local: Option<IpAddr>,
    /// The servers, in the order of the configuration, each with the name that its certificate must have.
    pub servers: Vec<(SocketAddr, String)>,
    /// What TLS needs; without it packets go over UDP.
    pub security: Option<Security>,
}

impl Port {
    /// Opens the sockets; what they get goes to `inbox`. Connections over TLS are made when there is something to send.
    ///
    /// # Errors
    /// Says which address cannot be bound, or which file or name TLS cannot use.
    pub async fn open(
        route: Route,
        config: Config,
        clock: Clock,
        inbox: mpsc::Sender<Received>,
        watcher: Option<mpsc::UnboundedSender<Seen>>,
    ) -> Result<Self, String> {
        let (wire, config) = match &route.security {
            None => (Wire::Udp(udp::open(&route, SOURCE_PORTS, &inbox).await?), config),
            Some(security) => {
                let links = tls::Links::open(&route, security, SOURCE_PORTS, &inbox)?;
                // One Identifier of each connection is for the watchdog (RFC 6613 §2.6).
                (Wire::Tls(links), config.keep_watchdog_identifier(true))
            }
        };
        let client = Client::new(config.sockets(SOURCE_PORTS), PooledRandom::default());
        Ok(Self { clock, client, generation: route.generation, wire, watcher })
    }

    /// Sends a request; what becomes of it comes out of [`drain`](Self::drain).
    ///
    /// # Errors
    /// When it cannot be written or too many are pending.
    pub fn send(&mut self, request: Request) -> Result<RequestId, SendError> {
        self.client.send(self.clock.now(), request)
    }

    /// Sends a request to the server that gave the State in it.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn send_to(&mut self, request: Request, server: usize) -> Result<RequestId, SendError> {
        self.client.send_to(self.clock.now(), request, server)
    }

    /// Calls a request off.
    pub fn cancel(&mut self, id: RequestId) {
        self.client.cancel(id);
    }

    /// Which of the ports for its purpose it is.
    #[must_use]
    pub const fn generation(&self) -> u64 {
        self.generation
    }

    /// Feeds a datagram, or the passing of time.
    pub fn handle(&mut self, received: Option<&Received>) {
        let input = match received {
            None => Input::Tick,
            Some(Received { socket, from, octets, .. }) => {
                self.watch(false, *from, octets);
                Input::Datagram { socket: *socket, from: *from, octets }
            }
        };
        self.client.handle(self.clock.now(), input);
    }

    /// Sends what there is to send; returns what happened and when to come back.
    pub fn drain(&mut self) -> (Vec<Event>, Duration) {
        let mut events = Vec::new();
        loop {
            match self.client.poll_output() {
                Output::Transmit(transmit) => {
                    self.watch(true, transmit.to, &transmit.payload);
                    self.wire.send(transmit);
                }
                Output::Event(event) => events.push(event),
                Output::WaitUntil(wake) => return (events, wake),
                _ => {}
            }
        }
    }

    /// How many requests are pending.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.client.pending()
    }

    fn watch(&self, sent: bool, peer: SocketAddr, octets: &[u8]) {
        if let Some(watcher) = &self.watcher {
            let _ = watcher.send(Seen { sent, peer, octets: octets.to_vec() });
        }
    }
}

impl Wire {
    /// Sends a packet. The machine sends again later what could not be sent.
    fn send(&self, transmit: Transmit) {
        let Transmit { socket, to, payload } = transmit;
        let sent = match self {
            Self::Tls(links) => links.send(socket, to, payload),
            Self::Udp(sockets) => {
                let Some(socket) = sockets.get(socket) else { return };
                // A server that is not there shows up here too.
                socket.try_send_to(&payload, to).map(drop).map_err(|error| error.to_string())
            }
        };
        if let Err(error) = sent {
            tracing::debug!(server = %to, error, "a RADIUS packet was not sent");
        }
    }
}

/// Finds the address of a server.
///
/// # Errors
/// Says which name cannot be resolved.
pub async fn resolve(host: &str, port: u16) -> Result<SocketAddr, String> {
    let found: Vec<SocketAddr> = tokio::net::lookup_host((host, port))
        .await
        .map_err(|e| format!("RADIUS server {host}: cannot find its address: {e}"))?
        .collect();
    let first = found.iter().find(|a| a.is_ipv4()).or_else(|| found.first());
    first.copied().ok_or_else(|| format!("RADIUS server {host}: it has no address"))
}
