//! Netlink: the socket through which the kernel is told and asked, and the form of its messages.
//!
//! The kernel answers a request while it is being sent, so nothing here ever waits.

mod read;
pub(crate) mod write;

pub(crate) use read::{Attributes, Message, Messages};

use rustix::net::netlink::{self, SocketAddrNetlink};
use rustix::net::sockopt::{
    set_socket_recv_buffer_size, set_socket_recv_buffer_size_force, set_socket_send_buffer_size,
    set_socket_send_buffer_size_force,
};
use rustix::net::{
    AddressFamily, Protocol, RecvFlags, SendFlags, SocketFlags, SocketType, bind, getsockname, recv, sendto,
    socket_with,
};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram as Datagram;

/// Room for one datagram of the kernel's; dumps come in up to 32 kB.
pub(crate) const DATAGRAM: usize = 1 << 16;
/// Room for what waits in the socket: the echo of a transaction, or changes that others make.
const QUEUE: usize = 4 << 20;
/// How often a dump that missed changes is made again.
const DUMP_TRIES: usize = 8;

/// `NETLINK_NETFILTER`: nftables and connection tracking.
pub(crate) const NETFILTER: Option<Protocol> = Some(netlink::NETFILTER);
/// `NETLINK_ROUTE`: neighbours and routing rules.
pub(crate) const ROUTE: Option<Protocol> = None;

/// `NETLINK_SOCK_DIAG`: the sockets of all programs.
pub(crate) const DIAGNOSIS: Option<Protocol> = Some(netlink::SOCK_DIAG);

/// A netlink socket.
#[derive(Debug)]
pub(crate) struct Socket {
    socket: OwnedFd,
    sequence: u32,
    buffer: Vec<u8>,
}

impl Socket {
    /// Opens a socket that listens to these multicast groups.
    pub(crate) fn open(protocol: Option<Protocol>, groups: u32) -> io::Result<Self> {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, protocol)?;
        bind(&socket, &SocketAddrNetlink::new(0, groups))?;
        // Larger than the system's limit only where that is allowed.
        let _ = set_socket_recv_buffer_size_force(&socket, QUEUE)
            .or_else(|_| set_socket_recv_buffer_size(&socket, QUEUE));
        let _ = set_socket_send_buffer_size_force(&socket, QUEUE)
            .or_else(|_| set_socket_send_buffer_size(&socket, QUEUE));
        Ok(Self { socket, sequence: 0, buffer: vec![0; DATAGRAM] })
    }

    /// The number by which the kernel knows it: messages to others say whose doing they tell of.
    pub(crate) fn port(&self) -> io::Result<u32> {
        let address = getsockname(&self.socket)?;
        Ok(SocketAddrNetlink::try_from(address)?.pid())
    }

    /// The socket for the runtime, which has no type of its own for netlink, but one that receives datagrams.
    pub(crate) fn into_async(self) -> io::Result<tokio::net::UnixDatagram> {
        tokio::net::UnixDatagram::from_std(Datagram::from(self.socket))
    }

    /// A number for the next message.
    pub(crate) fn number(&mut self) -> u32 {
        self.sequence = self.sequence.wrapping_add(1).max(1);
        self.sequence
    }

    /// Sends messages and shows every acknowledgement and echo that they asked for. The first error counts.
    pub(crate) fn tell(
        &mut self,
        messages: &write::Messages,
        mut see: impl FnMut(&Message<'_>),
    ) -> io::Result<()> {
        self.send(messages)?;
        let mut outcome = Ok(());
        let first = messages.first();
        // An older one is what a failed call left unread. Echoes have no number of ours.
        let is_ours = |message: &Message<'_>| message.sequence.wrapping_sub(first) <= u32::MAX / 2;
        self.drain(|message| match message.outcome() {
            Some(Err(error)) if outcome.is_ok() && is_ours(message) => outcome = Err(error),
            _ => see(message),
        })?;
        outcome
    }

    /// Asks for a dump and collects what `read` finds in its messages. A dump that missed changes is made again.
    pub(crate) fn dump<T>(
        &mut self,
        request: impl Fn(u32, &mut write::Messages),
        read: impl Fn(&Message<'_>, &mut Vec<T>),
    ) -> io::Result<Vec<T>> {
        for _ in 0..DUMP_TRIES {
            match self.dump_once(&request, &read) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                outcome => return outcome,
            }
        }
        Err(io::Error::new(io::ErrorKind::Interrupted, "the kernel's tables change too often to be read"))
    }

    fn dump_once<T>(
        &mut self,
        request: &impl Fn(u32, &mut write::Messages),
        read: &impl Fn(&Message<'_>, &mut Vec<T>),
    ) -> io::Result<Vec<T>> {
        self.drain(|_| {})?;
        let sequence = self.number();
        let mut messages = write::Messages::default();
        request(sequence, &mut messages);
        self.send(&messages)?;
        let (mut found, mut interrupted) = (Vec::new(), false);
        loop {
            let length = self.receive()?;
            let datagram = self.buffer.get(..length).unwrap_or_default();
            for message in Messages::new(datagram).filter(|m| m.sequence == sequence) {
                interrupted |= message.is_interrupted();
                if let Some(outcome) = message.outcome() {
                    return outcome.map(|()| found);
                }
                if message.is_last() {
                    return if interrupted { Err(io::ErrorKind::Interrupted.into()) } else { Ok(found) };
                }
                read(&message, &mut found);
            }
        }
    }

    /// Shows everything that has arrived.
    pub(crate) fn drain(&mut self, mut see: impl FnMut(&Message<'_>)) -> io::Result<()> {
        loop {
            match self.receive() {
                Ok(length) => {
                    Messages::new(self.buffer.get(..length).unwrap_or_default()).for_each(|m| see(&m));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    fn send(&self, messages: &write::Messages) -> io::Result<()> {
        let kernel = SocketAddrNetlink::new(0, 0);
        sendto(&self.socket, messages.octets(), SendFlags::empty(), &kernel)?;
        Ok(())
    }

    fn receive(&mut self) -> io::Result<usize> {
        loop {
            match recv(&self.socket, self.buffer.as_mut_slice(), RecvFlags::empty()) {
                Ok((length, _)) => return Ok(length),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}
