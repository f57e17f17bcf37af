//! Sockets for the RADIUS client machine.

use crate::clock::Clock;
use crate::random::SystemRandom;
use radius_codec::client::{Client, Config, Event, Input, Output, Request, RequestId, SendError};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::sync::mpsc;

/// The largest datagram (RFC 2865 §3 has 4096; the field has seen 5120, and a fragmented one may be larger).
const MAX_DATAGRAM: usize = 65_535;
/// Source ports towards each server: 256 requests wait on each.
const SOURCE_PORTS: u16 = 4;

/// What a [`Port`] is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Logins, port 1812.
    Authentication,
    /// Accounting, port 1813.
    Accounting,
}

/// A datagram that a socket of a [`Port`] got.
#[derive(Debug)]
pub struct Received {
    /// Which port.
    pub purpose: Purpose,
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
    client: Client<SystemRandom>,
    sockets: Vec<Arc<UdpSocket>>,
    watcher: Option<mpsc::UnboundedSender<Seen>>,
}

impl Port {
    /// Opens the sockets; what they get goes to `inbox`.
    ///
    /// # Errors
    /// Says which address cannot be bound.
    pub async fn open(
        purpose: Purpose,
        config: Config,
        local: Option<IpAddr>,
        server: IpAddr,
        clock: Clock,
        inbox: mpsc::Sender<Received>,
        watcher: Option<mpsc::UnboundedSender<Seen>>,
    ) -> Result<Self, String> {
        let any = if server.is_ipv4() { IpAddr::from([0; 4]) } else { Ipv6Addr::UNSPECIFIED.into() };
        let local = local.unwrap_or(any);
        let mut sockets = Vec::new();
        for index in 0..SOURCE_PORTS {
            let socket =
                UdpSocket::bind((local, 0)).await.map_err(|e| format!("cannot send from {local}: {e}"))?;
            let socket = Arc::new(socket);
            tokio::spawn(receive(purpose, index, Arc::clone(&socket), inbox.clone()));
            sockets.push(socket);
        }
        let client = Client::new(config.sockets(SOURCE_PORTS), SystemRandom);
        Ok(Self { clock, client, sockets, watcher })
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
                    if let Some(socket) = self.sockets.get(usize::from(transmit.socket))
                        && let Err(error) = socket.try_send_to(&transmit.payload, transmit.to)
                    {
                        // The machine sends again later; a server that is not there shows up here too.
                        tracing::debug!(server = %transmit.to, %error, "a RADIUS packet was not sent");
                    }
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

async fn receive(purpose: Purpose, socket: u16, port: Arc<UdpSocket>, inbox: mpsc::Sender<Received>) {
    let mut buffer = vec![0; MAX_DATAGRAM];
    loop {
        match port.recv_from(&mut buffer).await {
            Ok((length, from)) => {
                let octets = buffer[..length].to_vec();
                if inbox.send(Received { purpose, socket, from, octets }).await.is_err() {
                    return;
                }
            }
            Err(error) => {
                // A server that is not there: the answer of its host to an earlier packet.
                tracing::debug!(%error, "a RADIUS socket reports an error");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
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
