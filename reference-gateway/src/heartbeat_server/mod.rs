//! A status server: answers heartbeats from a key file, for development and for operators who run their own.
//!
//! One socket, one thread, datagrams in batches. The rules are [`heartbeat::server::StatusServer`]'s; here are the socket,
//! the files, the log and the numbers.
//!
//! | module | what it is for |
//! |---|---|
//! | [`keys`] | the key file and the instructions |
//! | [`signer`] | the RSA private key |
//! | [`batch`] | many datagrams with one call of the system |
//! | [`stats`] | what the server did, in numbers |
//! | [`load`] | a load generator for it |

pub mod batch;
pub mod keys;
pub mod load;
pub mod signer;
pub mod stats;

use crate::clock::{Clock, unix_seconds};
use crate::http::server::cannot_listen;
use crate::random::SystemRandom;
use batch::Batch;
use heartbeat::rsa::RsaSigner;
use heartbeat::server::{Answered, Handled, NotSent, Received, ServerSettings, StatusServer};
use keys::Directory;
use nix::sys::socket::{setsockopt, sockopt};
use signer::PrivateKey;
pub use stats::Stats;
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What is asked of the system for datagrams that wait: half a second of a hundred thousand heartbeats a second.
const SOCKET_BUFFER: usize = 16 * 1024 * 1024;
/// How often a server that hears nothing looks whether it is to stop.
const LOOK_UP: Duration = Duration::from_millis(100);

/// What another thread asks of a running server.
#[derive(Debug, Default)]
pub struct Orders {
    stop: AtomicBool,
    report: AtomicBool,
    changed: AtomicBool,
    directory: Mutex<Option<Directory>>,
}

impl Orders {
    /// Asks it to end.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Asks for the numbers: the next notice has them.
    pub fn report(&self) {
        self.report.store(true, Ordering::Relaxed);
    }

    /// Gives it other keys, and more instructions.
    pub fn replace(&self, directory: Directory) {
        *self.directory.lock().unwrap_or_else(PoisonError::into_inner) = Some(directory);
        self.changed.store(true, Ordering::Release);
    }
}

/// What happens.
#[derive(Debug)]
pub enum Notice<'a> {
    /// A datagram, whence it came, and what became of it.
    Handled(SocketAddr, &'a Handled),
    /// The end of a batch, or some time without a datagram.
    Batch {
        /// The numbers so far.
        stats: &'a Stats,
        /// Whether somebody asked for them.
        asked: bool,
    },
}

/// The server with its socket.
pub struct Server {
    socket: UdpSocket,
    machine: StatusServer<SystemRandom>,
    directory: Directory,
    signer: Option<PrivateKey>,
    clock: Clock,
    stats: Stats,
}

impl Server {
    /// Opens the socket.
    ///
    /// # Errors
    /// Says which address cannot be bound, or what is wrong with the settings.
    pub fn bind(
        address: SocketAddr,
        settings: ServerSettings,
        directory: Directory,
        signer: Option<PrivateKey>,
    ) -> Result<Self, String> {
        let machine =
            StatusServer::new(settings, SystemRandom).map_err(|error| format!("suffix: {error}"))?;
        let refused = |error: &io::Error| cannot_listen(address, error);
        let socket = UdpSocket::bind(address).map_err(|error| refused(&error))?;
        socket.set_read_timeout(Some(LOOK_UP)).map_err(|error| refused(&error))?;
        enlarge(&socket);
        let clock = Clock::start();
        Ok(Self { socket, machine, directory, signer, clock, stats: Stats::default() })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn address(&self) -> Result<SocketAddr, String> {
        self.socket.local_addr().map_err(|error| error.to_string())
    }

    /// The numbers so far.
    #[must_use]
    pub const fn stats(&self) -> &Stats {
        &self.stats
    }

    /// Serves until it is asked to stop, and tells what happens.
    ///
    /// # Errors
    /// What the system says when the socket is of no more use.
    pub fn serve(&mut self, orders: &Orders, mut notice: impl FnMut(Notice<'_>)) -> Result<(), String> {
        let (mut incoming, mut outgoing) = (Batch::new(), Batch::new());
        while !orders.stop.load(Ordering::Relaxed) {
            if orders.changed.swap(false, Ordering::Acquire) {
                self.take(orders);
            }
            let count = match incoming.receive(&self.socket, true) {
                Ok(count) => count,
                // An answer that nobody waited for.
                Err(nix::errno::Errno::ECONNREFUSED) => continue,
                Err(error) => return Err(format!("cannot receive: {error}")),
            };
            let (now, unix_seconds) = (self.clock.now(), unix_seconds());
            for (datagram, from) in (0..count).filter_map(|index| incoming.datagram(index)) {
                let Some(from) = from else { continue };
                let Some(room) = outgoing.room() else { continue };
                let received = Received { now, unix_seconds, source: from.ip(), datagram };
                let signer = self.signer.as_mut().map(|signer| signer as &mut dyn RsaSigner);
                let handled = self.machine.handle(received, &mut self.directory, signer, &mut room[..]);
                self.stats.count(&handled);
                match &handled {
                    Handled::Answered { query, answered, length } => {
                        outgoing.push(*length, Some(from));
                        match answered {
                            Answered::Regular => self.directory.delivered(query.mac),
                            Answered::NopInstead(NotSent::DataTooLong) => self.directory.delivered(query.mac),
                            _ => {}
                        }
                    }
                    Handled::Refused { length, .. } => outgoing.push(*length, Some(from)),
                    Handled::Dropped(_) => {}
                }
                notice(Notice::Handled(from, &handled));
            }
            self.stats.send_errors += outgoing.send(&self.socket) as u64;
            let asked = orders.report.swap(false, Ordering::Relaxed);
            notice(Notice::Batch { stats: &self.stats, asked });
        }
        Ok(())
    }

    fn take(&mut self, orders: &Orders) {
        let new = orders.directory.lock().unwrap_or_else(PoisonError::into_inner).take();
        for mac in new.map(|new| self.directory.replace(new)).unwrap_or_default() {
            self.machine.forget(mac);
        }
    }
}

/// Makes room for bursts, as much as the system gives.
fn enlarge(socket: &UdpSocket) {
    // Beyond the usual limit for root; otherwise the limit is what one gets.
    if setsockopt(socket, sockopt::RcvBufForce, &SOCKET_BUFFER).is_err() {
        let _ = setsockopt(socket, sockopt::RcvBuf, &SOCKET_BUFFER);
    }
    if setsockopt(socket, sockopt::SndBufForce, &SOCKET_BUFFER).is_err() {
        let _ = setsockopt(socket, sockopt::SndBuf, &SOCKET_BUFFER);
    }
}
