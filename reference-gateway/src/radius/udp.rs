//! RADIUS over UDP: a few source ports.

use super::{Purpose, Received, Route};
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

/// The largest datagram (RFC 2865 §3 has 4096; the field has seen 5120, and a fragmented one may be larger).
const MAX_DATAGRAM: usize = 65_535;

/// Source ports, read until they are dropped.
pub(super) struct Sockets {
    sockets: Vec<Arc<UdpSocket>>,
    readers: Vec<AbortHandle>,
}

impl Sockets {
    pub(super) fn get(&self, index: u16) -> Option<&UdpSocket> {
        self.sockets.get(usize::from(index)).map(AsRef::as_ref)
    }
}

impl Drop for Sockets {
    fn drop(&mut self) {
        for reader in &self.readers {
            reader.abort();
        }
    }
}

/// Opens the source ports; what they get goes to `inbox`.
pub(super) async fn open(
    route: &Route,
    count: u16,
    inbox: &mpsc::Sender<Received>,
) -> Result<Sockets, String> {
    let is_ipv4 = route.servers.first().is_none_or(|(server, _)| server.is_ipv4());
    let any = if is_ipv4 { IpAddr::from([0; 4]) } else { Ipv6Addr::UNSPECIFIED.into() };
    let local = route.local.unwrap_or(any);
    let mut opened = Sockets { sockets: Vec::new(), readers: Vec::new() };
    let buffer = Buffer::default();
    for index in 0..count {
        let socket =
            UdpSocket::bind((local, 0)).await.map_err(|e| format!("cannot send from {local}: {e}"))?;
        let socket = Arc::new(socket);
        let (port, buffer) = (Arc::clone(&socket), buffer.clone());
        let reader = receive(route.purpose, route.generation, index, port, buffer, inbox.clone());
        opened.readers.push(tokio::spawn(reader).abort_handle());
        opened.sockets.push(socket);
    }
    Ok(opened)
}

/// Room for one datagram, for sockets that are read one after the other.
#[derive(Clone)]
pub(crate) struct Buffer(Arc<Mutex<Box<[u8]>>>);

impl Default for Buffer {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(vec![0; MAX_DATAGRAM].into())))
    }
}

/// Hands on what a socket gets, until nobody takes it any more.
pub(crate) async fn receive(
    purpose: Purpose,
    generation: u64,
    socket: u16,
    port: Arc<UdpSocket>,
    buffer: Buffer,
    inbox: mpsc::Sender<Received>,
) {
    loop {
        let received = port.readable().await.and_then(|()| {
            let mut buffer = buffer.0.lock().unwrap_or_else(PoisonError::into_inner);
            let (length, from) = port.try_recv_from(&mut buffer)?;
            Ok((buffer[..length].to_vec(), from))
        });
        match received {
            Ok((octets, from)) => {
                if inbox.send(Received { purpose, generation, socket, from, octets }).await.is_err() {
                    return;
                }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => {
                // A server that is not there: the answer of its host to an earlier packet.
                tracing::debug!(%error, "a RADIUS socket reports an error");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}
