//! Many datagrams with one call of the system.

use nix::errno::Errno;
use nix::sys::socket::{MsgFlags, MultiHeaders, SockaddrStorage, recvmmsg};
use rustix::net::addr::SocketAddrArg as _;
use rustix::net::{MMsgHdr, SendAncillaryBuffer, SendFlags, sendmmsg};
use std::io::{IoSlice, IoSliceMut};
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsRawFd as _;

/// Datagrams of one batch.
pub const BATCH: usize = 64;
/// Octets kept of each datagram: more than any query or answer has, and all of what is to be refused politely.
pub const ROOM: usize = 1232;

/// Room for the datagrams of one batch.
pub struct Batch {
    octets: Vec<[u8; ROOM]>,
    filled: Vec<(usize, Option<SocketAddr>)>,
    headers: MultiHeaders<SockaddrStorage>,
}

impl Batch {
    /// An empty batch.
    #[must_use]
    pub fn new() -> Self {
        Self {
            octets: vec![[0; ROOM]; BATCH],
            filled: Vec::with_capacity(BATCH),
            headers: MultiHeaders::preallocate(BATCH, None),
        }
    }

    /// Waits for at least one datagram, or without `wait` takes what is there, and returns how many came: 0 when the
    /// socket's time limit is over or none is there.
    ///
    /// # Errors
    /// What the system says, the end of a time limit and signals left out.
    pub fn receive(&mut self, socket: &UdpSocket, wait: bool) -> Result<usize, Errno> {
        self.filled.clear();
        let mut slices: Vec<[IoSliceMut<'_>; 1]> =
            self.octets.iter_mut().map(|octets| [IoSliceMut::new(octets)]).collect();
        let flags = if wait { MsgFlags::MSG_WAITFORONE } else { MsgFlags::MSG_DONTWAIT };
        match recvmmsg(socket.as_raw_fd(), &mut self.headers, slices.iter_mut(), flags, None) {
            Ok(received) => self.filled.extend(
                received.map(|message| (message.bytes, message.address.as_ref().and_then(socket_addr))),
            ),
            Err(Errno::EAGAIN | Errno::EINTR) => {}
            Err(error) => return Err(error),
        }
        Ok(self.filled.len())
    }

    /// A datagram that came, and whence.
    #[must_use]
    pub fn datagram(&self, index: usize) -> Option<(&[u8], Option<SocketAddr>)> {
        let (length, address) = self.filled.get(index)?;
        Some((self.octets.get(index)?.get(..*length)?, *address))
    }

    /// No datagrams.
    pub fn clear(&mut self) {
        self.filled.clear();
    }

    /// Room for one more datagram, or nothing when the batch is full. [`Batch::push`] adds it.
    pub fn room(&mut self) -> Option<&mut [u8; ROOM]> {
        self.octets.get_mut(self.filled.len())
    }

    /// Adds the datagram that was written to [`Batch::room`]; without an address on a connected socket.
    pub fn push(&mut self, length: usize, to: Option<SocketAddr>) {
        if self.filled.len() < BATCH {
            self.filled.push((length.min(ROOM), to));
        }
    }

    /// Sends what was added, and returns how many the system did not take.
    pub fn send(&mut self, socket: &UdpSocket) -> usize {
        let slices: Vec<[IoSlice<'_>; 1]> = self
            .octets
            .iter()
            .zip(&self.filled)
            .map(|(octets, (length, _))| [IoSlice::new(octets.get(..*length).unwrap_or_default())])
            .collect();
        let addresses: Vec<_> =
            self.filled.iter().map(|(_, address)| address.map(|address| address.as_any())).collect();
        let mut controls: Vec<_> = slices.iter().map(|_| SendAncillaryBuffer::default()).collect();
        let mut messages: Vec<MMsgHdr<'_>> = slices
            .iter()
            .zip(&addresses)
            .zip(&mut controls)
            .map(|((slice, address), control)| match address {
                Some(address) => MMsgHdr::new_with_addr(address, slice, control),
                None => MMsgHdr::new(slice, control),
            })
            .collect();
        let mut refused = 0;
        let mut waiting = &mut messages[..];
        while !waiting.is_empty() {
            let done = match sendmmsg(socket, waiting, SendFlags::empty()) {
                Ok(sent) => sent.max(1),
                Err(rustix::io::Errno::INTR) => 0,
                // The first of them could not be sent: nobody listens there, perhaps.
                Err(_) => {
                    refused += 1;
                    1
                }
            };
            waiting = waiting.get_mut(done..).unwrap_or_default();
        }
        drop(messages);
        self.filled.clear();
        refused
    }
}

impl Default for Batch {
    fn default() -> Self {
        Self::new()
    }
}

fn socket_addr(address: &SockaddrStorage) -> Option<SocketAddr> {
    match (address.as_sockaddr_in(), address.as_sockaddr_in6()) {
        (Some(v4), _) => Some((v4.ip(), v4.port()).into()),
        (None, Some(v6)) => Some((v6.ip(), v6.port()).into()),
        (None, None) => None,
    }
}
