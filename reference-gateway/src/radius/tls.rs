//! RADIUS over TLS, RadSec (RFC 6614, RFC 6613; radius 15).
//!
//! Each link keeps one connection to one server: made when there is something to send, made again with a growing
//! pause when it fails, and watched with Status-Server. A request is sent once on a connection, whatever the machine's
//! plan for UDP says; only when the connection has failed, the requests without an answer go over the next one.

use super::{Purpose, Received, Route};
use crate::random::SystemRandom;
use crate::tls::{certificates, private_key};
use bytes::Bytes;
use radius_codec::auth::{ReplyPolicy, RequestHeader, verify_reply};
use radius_codec::client::Request;
use radius_codec::stream::{Framer, Identifiers};
use radius_codec::{Code, Limits, Packet, Secret, VerifyError};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// The secret of RADIUS over TLS (RFC 6614 §2.3); TLS itself protects the packets.
pub(crate) const SECRET: &[u8] = b"radsec";

/// Time to connect, for the handshake, and to write one packet.
const PATIENCE: Duration = Duration::from_secs(10);
/// The pause after a first failure; it doubles up to the longest.
const PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Silence after which the server is asked whether it is there, and after which a question counts as unanswered.
const SILENCE: Duration = Duration::from_secs(20);
/// The machine has given a request up that is older; it is not sent on another connection.
const OLD: Duration = Duration::from_secs(60);
/// Packets that wait for a link.
const QUEUE: usize = 256;

/// What TLS towards the servers needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Security {
    /// File of the certificates that sign the servers' ones; the web's if there is none.
    pub ca: Option<PathBuf>,
    /// Files of the certificate that the gateway shows, and of its key.
    pub identity: Option<(PathBuf, PathBuf)>,
}

impl Security {
    fn connector(&self) -> Result<TlsConnector, String> {
        let mut roots = RootCertStore::empty();
        match &self.ca {
            None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
            Some(path) => {
                for certificate in certificates(path).map_err(of("radiustlsca"))? {
                    roots.add(certificate).map_err(|e| format!("radiustlsca {}: {e}", path.display()))?;
                }
            }
        }
        let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|e| e.to_string())?
            .with_root_certificates(roots);
        let config = match &self.identity {
            None => builder.with_no_client_auth(),
            Some((certificate, key)) => {
                let chain = certificates(certificate).map_err(of("radiustlscert"))?;
                let secret = private_key(key).map_err(of("radiustlskey"))?;
                builder
                    .with_client_auth_cert(chain, secret)
                    .map_err(|e| format!("radiustlskey {}: {e}", key.display()))?
            }
        };
        Ok(TlsConnector::from(Arc::new(config)))
    }
}

/// Puts the option in front of what is wrong with its file.
fn of(option: &'static str) -> impl Fn(String) -> String {
    move |error| format!("{option} {error}")
}

/// The links to all servers.
pub(super) struct Links {
    queues: BTreeMap<(u16, SocketAddr), mpsc::Sender<Bytes>>,
}

impl Links {
    /// Sets the links up; nothing is connected yet.
    pub(super) fn open(
        route: &Route,
        security: &Security,
        count: u16,
        inbox: &mpsc::Sender<Received>,
    ) -> Result<Self, String> {
        let connector = security.connector()?;
        let mut queues = BTreeMap::new();
        for (server, name) in &route.servers {
            let name = ServerName::try_from(name.clone())
                .map_err(|_| format!("{name} cannot be the name in a certificate"))?;
            for socket in 0..count {
                let (queue, packets) = mpsc::channel(QUEUE);
                let link = Link {
                    purpose: route.purpose,
                    generation: route.generation,
                    socket,
                    local: route.local,
                    server: *server,
                    name: name.clone(),
                    connector: connector.clone(),
                    inbox: inbox.clone(),
                    outstanding: BTreeMap::new(),
                    failing: false,
                    pause: PAUSE,
                };
                queues.insert((socket, *server), queue);
                tokio::spawn(link.run(packets));
            }
        }
        Ok(Self { queues })
    }

    pub(super) fn send(&self, socket: u16, to: SocketAddr, packet: Bytes) -> Result<(), String> {
        let queue = self.queues.get(&(socket, to)).ok_or("no such server")?;
        queue.try_send(packet).map_err(|_| "its link has too much to do".to_owned())
    }
}

/// A request without an answer.
struct Outstanding {
    packet: Bytes,
    since: Instant,
}

/// One server, one connection at a time.
struct Link {
    purpose: Purpose,
    generation: u64,
    socket: u16,
    local: Option<IpAddr>,
    server: SocketAddr,
    name: ServerName<'static>,
    connector: TlsConnector,
    inbox: mpsc::Sender<Received>,
    /// By Identifier; the machine uses one again only when it has done with it.
    outstanding: BTreeMap<u8, Outstanding>,
    /// It was said that there is no connection.
    failing: bool,
    /// How long the next pause is.
    pause: Duration,
}

/// How a connection ended.
enum End {
    /// The gateway stops.
    Stopped,
    /// The server closed it, and nothing waits for an answer.
    Idle,
    /// Something is wrong.
    Failed(String),
}

impl Link {
    async fn run(mut self, mut packets: mpsc::Receiver<Bytes>) {
        loop {
            self.forget_old();
            if self.outstanding.is_empty() {
                match packets.recv().await {
                    Some(packet) => drop(self.note(packet)),
                    None => return,
                }
            }
            let failure = match self.connect().await {
                Err(error) => error,
                Ok(stream) => {
                    tracing::debug!(server = %self.server, "connected by TLS");
                    match self.talk(stream, &mut packets).await {
                        End::Stopped => return,
                        End::Idle => continue,
                        End::Failed(error) => error,
                    }
                }
            };
            // One warning for each time it goes wrong, not for each attempt.
            if self.failing {
                tracing::debug!(server = %self.server, error = failure, "no connection by TLS");
            } else {
                tracing::warn!(server = %self.server, error = failure, "no connection to the RADIUS server by TLS");
                self.failing = true;
            }
            let until = Instant::now() + self.pause;
            self.pause = (self.pause * 2).min(LONGEST_PAUSE);
            loop {
                tokio::select! {
                    () = sleep_until(until) => break,
                    packet = packets.recv() => match packet {
                        Some(packet) => drop(self.note(packet)),
                        None => return,
                    },
                }
            }
        }
    }

    /// Notes a request; returns it if it is not on its way already.
    fn note(&mut self, packet: Bytes) -> Option<Bytes> {
        let identifier = *packet.get(1)?;
        if self.outstanding.get(&identifier).is_some_and(|before| before.packet == packet) {
            return None;
        }
        self.outstanding.insert(identifier, Outstanding { packet: packet.clone(), since: Instant::now() });
        Some(packet)
    }

    fn forget_old(&mut self) {
        self.outstanding.retain(|_, request| request.since.elapsed() < OLD);
    }

    async fn connect(&self) -> Result<TlsStream<TcpStream>, String> {
        let socket = if self.server.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
        let socket = socket.map_err(|e| e.to_string())?;
        if let Some(local) = self.local {
            socket.bind((local, 0).into()).map_err(|e| format!("cannot send from {local}: {e}"))?;
        }
        let whole = async {
            let stream = socket.connect(self.server).await.map_err(|e| e.to_string())?;
            let _ = stream.set_nodelay(true);
            self.connector.connect(self.name.clone(), stream).await.map_err(|e| e.to_string())
        };
        timeout(PATIENCE, whole).await.unwrap_or_else(|_| Err("it took too long".to_owned()))
    }

    async fn talk(&mut self, mut stream: TlsStream<TcpStream>, packets: &mut mpsc::Receiver<Bytes>) -> End {
        self.forget_old();
        let mut first: Vec<Bytes> = self.outstanding.values().map(|request| request.packet.clone()).collect();
        let mut framer = Framer::new(Limits::DEFAULT);
        let mut buffer = [0; 4096];
        let mut watchdog: Option<RequestHeader> = None;
        let mut heard = Instant::now();
        loop {
            for packet in first.drain(..) {
                if let Err(end) = write(&mut stream, &packet).await {
                    return end;
                }
            }
            tokio::select! {
                packet = packets.recv() => match packet {
                    Some(packet) => first.extend(self.note(packet)),
                    None => return End::Stopped,
                },
                read = stream.read(&mut buffer) => match read {
                    Ok(0) | Err(_) if self.outstanding.is_empty() => return End::Idle,
                    Ok(0) => return End::Failed("the server ended the connection".to_owned()),
                    Err(error) => return End::Failed(error.to_string()),
                    Ok(length) => {
                        heard = Instant::now();
                        framer.push(&buffer[..length]);
                        if let Err(end) = self.take(&mut framer, &mut watchdog).await {
                            return end;
                        }
                    }
                },
                () = sleep_until(heard + SILENCE) => {
                    if watchdog.is_some() {
                        return End::Failed("the server does not answer Status-Server".to_owned());
                    }
                    match question() {
                        Ok((packet, header)) => {
                            watchdog = Some(header);
                            first.push(packet);
                        }
                        Err(error) => return End::Failed(error),
                    }
                    heard = Instant::now();
                }
            }
        }
    }

    /// Hands on what has come in.
    async fn take(&mut self, framer: &mut Framer, watchdog: &mut Option<RequestHeader>) -> Result<(), End> {
        loop {
            let packet = match framer.next_packet() {
                Ok(Some(packet)) => packet,
                Ok(None) => return Ok(()),
                Err(error) => return Err(End::Failed(format!("not a packet: {error}"))),
            };
            let packet = packet.view();
            if let Some(error) = self.request(&packet, watchdog.as_ref()).and_then(|r| fatal(&packet, &r)) {
                return Err(End::Failed(format!("a reply cannot be trusted: {error}")));
            }
            // Only now is it sure that the server takes this gateway: TLS 1.3 refuses a certificate after its handshake.
            self.pause = PAUSE;
            if std::mem::take(&mut self.failing) {
                tracing::info!(server = %self.server, "the RADIUS server is reached by TLS again");
            }
            if watchdog.as_ref().is_some_and(|question| answers(&packet, question)) {
                *watchdog = None;
                continue;
            }
            self.outstanding.remove(&packet.identifier());
            let received = Received {
                purpose: self.purpose,
                generation: self.generation,
                socket: self.socket,
                from: self.server,
                octets: packet.octets().to_vec(),
            };
            if self.inbox.send(received).await.is_err() {
                return Err(End::Stopped);
            }
        }
    }

    /// What a reply answers, by its Identifier.
    fn request(&self, reply: &Packet<'_>, watchdog: Option<&RequestHeader>) -> Option<RequestHeader> {
        if reply.identifier() == Identifiers::WATCHDOG {
            return watchdog.copied();
        }
        let request = self.outstanding.get(&reply.identifier())?;
        Packet::parse(&request.packet).ok().map(|packet| RequestHeader::from(&packet))
    }
}

async fn write(stream: &mut TlsStream<TcpStream>, packet: &[u8]) -> Result<(), End> {
    let whole = async {
        stream.write_all(packet).await?;
        stream.flush().await
    };
    match timeout(PATIENCE, whole).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(End::Failed(error.to_string())),
        Err(_) => Err(End::Failed("the server does not read".to_owned())),
    }
}

/// Status-Server with the Identifier that the machine leaves free.
fn question() -> Result<(Bytes, RequestHeader), String> {
    let secret = Secret::new(SECRET).map_err(|e| e.to_string())?;
    let (mut out, mut authenticator) = ([0; 64], [0; 16]);
    SystemRandom.octets(&mut authenticator);
    let length = Request::new(Code::STATUS_SERVER)
        .write_to(&mut out, Identifiers::WATCHDOG, authenticator, &secret)
        .map_err(|e| e.to_string())?;
    let packet = Packet::parse(&out[..length]).map_err(|e| e.to_string())?;
    let header = RequestHeader::from(&packet);
    Ok((Bytes::copy_from_slice(packet.octets()), header))
}

fn answers(packet: &Packet<'_>, question: &RequestHeader) -> bool {
    packet.identifier() == Identifiers::WATCHDOG && judge(packet, question).is_ok()
}

/// Why the connection that carried a reply has to be closed, if it has (RFC 6613 §2.6.4; radius 15).
fn fatal(reply: &Packet<'_>, request: &RequestHeader) -> Option<VerifyError> {
    judge(reply, request).err().filter(VerifyError::closes_connection)
}

fn judge(reply: &Packet<'_>, request: &RequestHeader) -> Result<(), VerifyError> {
    let secret = Secret::new(SECRET).map_err(|_| VerifyError::ResponseAuthenticator)?;
    verify_reply(reply, request, &secret, &ReplyPolicy::SECURE_TRANSPORT).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_certificate_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        let security = Security { ca: Some(path.clone()), identity: None };
        let Err(error) = security.connector() else { panic!("there is no such file") };
        assert!(error.contains("ca.pem"), "{error}");
        std::fs::write(&path, "nothing").unwrap();
        let Err(error) = security.connector() else { panic!("there is no certificate") };
        assert!(error.contains("ca.pem: no certificate in it (PEM)"), "{error}");
    }

    #[test]
    fn the_watchdog_asks_with_the_identifier_that_is_kept_for_it() {
        // spec: radius 15
        let (packet, header) = question().unwrap();
        assert_eq!((packet[0], packet[1]), (12, 255));
        let secret = Secret::new(SECRET).unwrap();
        let mut out = [0; 64];
        let length = radius_codec::PacketBuilder::reply(&mut out, Code::ACCESS_ACCEPT, &header)
            .message_authenticator()
            .finish(&secret)
            .unwrap();
        assert!(answers(&Packet::parse(&out[..length]).unwrap(), &header));
        let (_, another) = question().unwrap();
        assert!(!answers(&Packet::parse(&out[..length]).unwrap(), &another));
    }

    // spec: radius 15
    #[test]
    fn a_reply_whose_protection_does_not_fit_ends_its_connection() {
        let (_, request) = question().unwrap();
        let reply = |secret: &[u8], code| {
            let mut out = vec![0; 64];
            let secret = Secret::new(secret).unwrap();
            let length =
                radius_codec::PacketBuilder::reply(&mut out, code, &request).finish(&secret).unwrap();
            out.truncate(length);
            out
        };
        let fatal = |octets: &[u8]| fatal(&Packet::parse(octets).unwrap(), &request);
        let good = reply(SECRET, Code::ACCESS_ACCEPT);
        assert_eq!(fatal(&good), None);
        assert!(fatal(&reply(b"another", Code::ACCESS_ACCEPT)).is_some());
        let mut changed = good.clone();
        changed[4] ^= 1;
        assert!(fatal(&changed).is_some());
        // What nobody expects is dropped, and the connection stays.
        let mut unexpected = good;
        unexpected[0] = 40;
        assert_eq!(fatal(&unexpected), None);
    }
}
