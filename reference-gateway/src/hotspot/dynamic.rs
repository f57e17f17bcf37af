//! CoA and Disconnect from the RADIUS servers: the port `coaport` (radius-profile 9).

use crate::clock::{Clock, unix_seconds};
use crate::http::server::cannot_listen;
use crate::radius::{Buffer, Purpose, Received, receive};
use bytes::Bytes;
use radius_codec::attr::ErrorCause;
use radius_codec::server::{Config, Event, Incoming, Input, Output, Server};
use radius_codec::{Code, dynauth};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use wispr::gateway::{DynamicAnswer, RequestId};

/// Before this time of day, 2020, a clock was never set; requests cannot be too old then.
const PLAUSIBLE: i64 = 1_577_836_800;
/// The longest answer: what a request may make us repeat, and an Error-Cause.
const MAX_ANSWER: usize = 4096;

/// The server machine for requests to the gateway, with its socket.
pub(super) struct Dynamic {
    clock: Clock,
    server: Server,
    socket: Arc<UdpSocket>,
    reader: AbortHandle,
    asking: BTreeMap<RequestId, Incoming>,
    next: u64,
}

impl Dynamic {
    pub(super) async fn open(
        listen: SocketAddr,
        config: Config,
        clock: Clock,
        inbox: mpsc::Sender<Received>,
    ) -> Result<Self, String> {
        let socket =
            UdpSocket::bind(listen).await.map_err(|e| format!("coaport: {}", cannot_listen(listen, &e)))?;
        let socket = Arc::new(socket);
        let reader =
            tokio::spawn(receive(Purpose::Dynamic, 0, 0, Arc::clone(&socket), Buffer::default(), inbox));
        let server = Server::new(config);
        let reader = reader.abort_handle();
        Ok(Self { clock, server, socket, reader, asking: BTreeMap::new(), next: 0 })
    }

    /// Which secrets count, and whose.
    pub(super) fn reconfigure(&mut self, config: Config) {
        self.server = Server::new(config);
    }

    /// Takes a datagram; returns the new requests in it, to be looked at with [`packet`](Self::packet).
    pub(super) fn handle(&mut self, received: &Received) -> Vec<RequestId> {
        let Received { socket, from, octets, .. } = received;
        self.server.handle(self.clock.now(), Input::Datagram { socket: *socket, from: *from, octets });
        self.drain()
    }

    pub(super) fn request(&self, id: RequestId) -> Option<&Incoming> {
        self.asking.get(&id)
    }

    /// Sends the gateway's answer, with what of the request has to be repeated.
    pub(super) fn answer(&mut self, answer: &DynamicAnswer) {
        let Some(incoming) = self.asking.remove(&answer.id) else { return };
        let Some(secret) = self.server.secret(incoming.key.from.ip()) else { return };
        let packet = incoming.packet.view();
        let mut out = [0; MAX_ANSWER];
        let written = match (answer.code, answer.error_cause) {
            (Code::DISCONNECT_ACK | Code::COA_ACK, _) => dynauth::ack(&packet, &mut out).finish(secret),
            (_, Some(cause)) => dynauth::nak(&packet, &mut out, ErrorCause(cause)).finish(secret),
            (code, None) => incoming.reply(&mut out, code).finish(secret),
        };
        let from = incoming.key.from;
        tracing::info!(%from, request = ?packet.code(), answer = ?answer.code, cause = answer.error_cause, "RADIUS changes a session");
        match written {
            Ok(length) => {
                let payload = Bytes::copy_from_slice(&out[..length]);
                self.server.respond(self.clock.now(), &incoming, payload, Duration::ZERO);
                self.drain();
            }
            Err(error) => tracing::error!(%from, %error, "the answer to a request cannot be written"),
        }
    }

    fn drain(&mut self) -> Vec<RequestId> {
        let mut requests = Vec::new();
        loop {
            match self.server.poll_output() {
                Output::Transmit { to, payload, .. } => {
                    if let Err(error) = self.socket.try_send_to(&payload, to) {
                        tracing::warn!(%to, %error, "an answer to a request was not sent");
                    }
                }
                Output::Event(Event::Request(incoming)) => requests.extend(self.take(incoming)),
                Output::Event(Event::Dropped { from, reason }) => {
                    tracing::warn!(%from, reason, "a request to change a session was dropped");
                }
                Output::Event(Event::Superseded(key)) => {
                    self.asking.retain(|_, incoming| incoming.key != key);
                }
                Output::WaitUntil(_) => return requests,
                other => tracing::debug!(?other, "nothing to do"),
            }
        }
    }

    /// Keeps a request until it is answered, unless it is an old one that was recorded.
    fn take(&mut self, incoming: Incoming) -> Option<RequestId> {
        let now = unix_seconds();
        let fresh = dynauth::is_fresh(&incoming.packet.view(), now, dynauth::MAX_AGE_SECONDS);
        if now >= PLAUSIBLE && fresh == Some(false) {
            let from = incoming.key.from;
            tracing::warn!(%from, "a request to change a session was dropped: its Event-Timestamp is not of now");
            return None;
        }
        let id = RequestId(self.next);
        self.next += 1;
        self.asking.insert(id, incoming);
        Some(id)
    }
}

impl Drop for Dynamic {
    fn drop(&mut self) {
        self.reader.abort();
    }
}
