//! A network between a client and a server that does what the test says to each datagram.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Where a datagram is going.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toward {
    Server,
    Client,
}

/// What becomes of a datagram: copies, changed or not, each after a delay. None is a loss.
pub(crate) type Fault = Box<dyn FnMut(Toward, &[u8]) -> Vec<(Duration, Vec<u8>)> + Send>;

/// A datagram passes as it is.
pub(crate) fn pass(datagram: &[u8]) -> Vec<(Duration, Vec<u8>)> {
    vec![(Duration::ZERO, datagram.to_vec())]
}

/// The relay. Ends when dropped.
pub(crate) struct Relay {
    address: SocketAddr,
    fault: Arc<Mutex<Fault>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Relay {
    /// A relay to a server of the DNS: answers find their client by the id. It begins without faults.
    pub(crate) fn start(server: SocketAddr) -> Self {
        let socket = |name: &str| {
            let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap_or_else(|e| panic!("{name}: {e}"));
            socket.set_nonblocking(true).expect("a socket need not block");
            socket
        };
        let (front, back) = (socket("front"), socket("back"));
        let address = front.local_addr().expect("it is bound");
        let fault: Arc<Mutex<Fault>> = Arc::new(Mutex::new(Box::new(|_, datagram| pass(datagram))));
        let stop = Arc::new(AtomicBool::new(false));
        let thread = thread::spawn({
            let (fault, stop) = (Arc::clone(&fault), Arc::clone(&stop));
            move || run(&front, &back, server, &fault, &stop)
        });
        Self { address, fault, stop, thread: Some(thread) }
    }

    /// Where the client sends to.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on this becomes of datagrams.
    pub(crate) fn set(&self, fault: impl FnMut(Toward, &[u8]) -> Vec<(Duration, Vec<u8>)> + Send + 'static) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = Box::new(fault);
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn run(front: &UdpSocket, back: &UdpSocket, server: SocketAddr, fault: &Mutex<Fault>, stop: &AtomicBool) {
    let mut clients: HashMap<[u8; 2], SocketAddr> = HashMap::new();
    let mut under_way: Vec<(Instant, Toward, SocketAddr, Vec<u8>)> = Vec::new();
    let mut buffer = [0; 4096];
    while !stop.load(Ordering::Relaxed) {
        let mut idle = true;
        for (socket, toward) in [(front, Toward::Server), (back, Toward::Client)] {
            let Ok((length, from)) = socket.recv_from(&mut buffer) else { continue };
            idle = false;
            let datagram = &buffer[..length];
            let id = [buffer[0], buffer[1]];
            let to = match toward {
                Toward::Server => {
                    clients.insert(id, from);
                    server
                }
                Toward::Client => match clients.get(&id) {
                    Some(client) => *client,
                    None => continue,
                },
            };
            let copies = fault.lock().unwrap_or_else(PoisonError::into_inner)(toward, datagram);
            let now = Instant::now();
            under_way.extend(copies.into_iter().map(|(delay, copy)| (now + delay, toward, to, copy)));
        }
        let now = Instant::now();
        under_way.retain(|(at, toward, to, copy)| {
            if *at > now {
                return true;
            }
            // A client that does not wait any more has no socket there.
            drop(if *toward == Toward::Server { back } else { front }.send_to(copy, to));
            false
        });
        if idle {
            thread::sleep(Duration::from_millis(1));
        }
    }
}
