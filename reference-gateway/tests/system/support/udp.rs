//! RADIUS servers that misbehave.

use super::capture::Capture;
use super::freeradius::SECRET;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A server that takes every datagram and answers it with what the test says, or not at all. Ends when dropped; then
/// tshark has to agree with our decoding of what it was sent.
pub(crate) struct Odd {
    taken: Arc<AtomicUsize>,
    capture: Arc<Capture>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Odd {
    /// Listens on `address`; `answer` gets each datagram.
    #[track_caller]
    pub(crate) fn start(
        address: SocketAddr,
        answer: impl Fn(&[u8]) -> Option<Vec<u8>> + Send + 'static,
    ) -> Self {
        let socket = UdpSocket::bind(address).unwrap_or_else(|e| panic!("{address}: {e}"));
        socket.set_read_timeout(Some(Duration::from_millis(50))).expect("a time limit can be set");
        let taken = Arc::new(AtomicUsize::new(0));
        let stop = Arc::new(AtomicBool::new(false));
        let capture = Arc::<Capture>::default();
        let (count, end, sent) = (Arc::clone(&taken), Arc::clone(&stop), Arc::clone(&capture));
        let thread = thread::spawn(move || {
            let mut datagram = [0; 5120];
            while !end.load(Ordering::Relaxed) {
                let Ok((length, from)) = socket.recv_from(&mut datagram) else {
                    continue;
                };
                count.fetch_add(1, Ordering::Relaxed);
                sent.request(from.port(), 1812, &datagram[..length]);
                if let Some(reply) = answer(&datagram[..length]) {
                    drop(socket.send_to(&reply, from));
                }
            }
        });
        Self { taken, capture, stop, thread: Some(thread) }
    }

    /// How many datagrams came.
    pub(crate) fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }
}

impl Drop for Odd {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
        if !thread::panicking() {
            self.capture.agrees_if_any(SECRET);
        }
    }
}
