//! A tap on the line between a RADIUS client and its server, so that tshark reads what we sent in a test.

use super::capture::Capture;
use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Which end of the line is ours.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ours {
    /// What comes from there is compared.
    Client,
    /// Replies are compared, and the requests that they answer.
    Server,
}

/// Passes datagrams on, and keeps what we sent. When it is dropped, tshark has to agree with our decoding of it.
pub(crate) struct Tap {
    port: u16,
    secret: String,
    capture: Arc<Capture>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Tap {
    /// Listens on this port of 127.0.0.1 and passes what comes on to the server on another one. `known` is the
    /// registered port of what is spoken, by which tshark knows it.
    #[track_caller]
    pub(crate) fn start(port: u16, server: u16, known: u16, ours: Ours, secret: &str) -> Self {
        let front = UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).unwrap_or_else(|e| panic!("{port}: {e}"));
        let port = front.local_addr().expect("it is bound").port();
        let line = Line { front, server, known, ours, capture: Arc::default(), stop: Arc::default() };
        let (capture, stop) = (Arc::clone(&line.capture), Arc::clone(&line.stop));
        let thread = Some(thread::spawn(move || line.pass_requests()));
        Self { port, secret: secret.to_owned(), capture, stop, thread }
    }

    /// Where the client sends to.
    pub(crate) const fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let ended = self.thread.take().is_none_or(|thread| thread.join().is_ok());
        // A test that fails already says why.
        if !thread::panicking() {
            assert!(ended, "the tap on port {} ended early", self.port);
            self.capture.agrees_if_any(&self.secret);
        }
    }
}

struct Line {
    front: UdpSocket,
    server: u16,
    known: u16,
    ours: Ours,
    capture: Arc<Capture>,
    stop: Arc<AtomicBool>,
}

/// What a client asked last with each Identifier.
type Asked = Arc<Mutex<HashMap<u8, Vec<u8>>>>;

/// Waits for a datagram, but not for ever.
fn patient(socket: &UdpSocket) {
    socket.set_read_timeout(Some(Duration::from_millis(50))).expect("a time limit can be set");
}

impl Line {
    /// Every client gets a socket of its own toward the server, as if it had no tap between.
    fn pass_requests(&self) {
        let mut clients: HashMap<SocketAddr, (UdpSocket, Asked)> = HashMap::new();
        let mut datagram = [0; 5120];
        patient(&self.front);
        thread::scope(|scope| {
            while !self.stop.load(Ordering::Relaxed) {
                // Nobody may listen any more at the other end: the system says so, and it is no matter.
                let Ok((length, from)) = self.front.recv_from(&mut datagram) else { continue };
                let octets = &datagram[..length];
                if self.ours == Ours::Client {
                    self.capture.request(from.port(), self.known, octets);
                }
                let (back, asked) = clients.entry(from).or_insert_with(|| {
                    let back = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
                    back.connect((Ipv4Addr::LOCALHOST, self.server)).expect("loopback is there");
                    let (other, asked) = (back.try_clone().expect("a second handle"), Asked::default());
                    let asked_too = Arc::clone(&asked);
                    scope.spawn(move || self.pass_replies(&other, from, &asked_too));
                    (back, asked)
                });
                if let Some(identifier) = octets.get(1) {
                    let mut asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
                    asked.insert(*identifier, octets.to_vec());
                }
                drop(back.send(octets));
            }
        });
    }

    fn pass_replies(&self, back: &UdpSocket, client: SocketAddr, asked: &Asked) {
        let mut datagram = [0; 5120];
        patient(back);
        while !self.stop.load(Ordering::Relaxed) {
            let Ok(length) = back.recv(&mut datagram) else { continue };
            let octets = &datagram[..length];
            if self.ours == Ours::Server {
                let request = octets.get(1).and_then(|identifier| {
                    asked.lock().unwrap_or_else(PoisonError::into_inner).get(identifier).cloned()
                });
                let request = request.expect("a reply answers what was asked");
                self.capture.exchange(client.port(), self.known, &request, octets);
            }
            drop(self.front.send_to(octets, client));
        }
    }
}
