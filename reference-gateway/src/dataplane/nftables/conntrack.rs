//! Forgets the connections of clients that are gone. The rules cut them anyway; this keeps the kernel's table tidy.

use super::super::netlink::{NETFILTER, Socket, write};
use std::collections::BTreeSet;
use std::io;
use std::net::Ipv4Addr;
use std::sync::mpsc;
use std::thread;

/// `NFNL_SUBSYS_CTNETLINK`, with `IPCTNL_MSG_CT_GET` and `IPCTNL_MSG_CT_DELETE`.
const GET: u16 = 1 << 8 | 1;
const DELETE: u16 = 1 << 8 | 2;
/// Octets of the family's header; IPv4.
const HEADER: [u8; 4] = [2, 0, 0, 0];

/// Does it on a thread of its own: the kernel's table can be long.
pub(super) struct Cutter {
    clients: Option<mpsc::Sender<Ipv4Addr>>,
}

impl Cutter {
    pub(super) fn start(gateway: Ipv4Addr) -> Self {
        let (clients, wanted) = mpsc::channel();
        let work = move || {
            while let Ok(first) = wanted.recv() {
                let gone: BTreeSet<Ipv4Addr> = std::iter::once(first).chain(wanted.try_iter()).collect();
                if let Err(error) = forget(&gone, gateway) {
                    tracing::debug!(%error, "connections of clients that are gone stay in the kernel's table");
                }
            }
        };
        let started = thread::Builder::new().name("conntrack".into()).spawn(work).is_ok();
        Self { clients: started.then_some(clients) }
    }

    pub(super) fn cut(&self, client: Ipv4Addr) {
        if let Some(clients) = &self.clients {
            let _ = clients.send(client);
        }
    }
}

/// Forgets what these clients began, but for what goes to the gateway itself: an answer may be on its way.
fn forget(clients: &BTreeSet<Ipv4Addr>, gateway: Ipv4Addr) -> io::Result<()> {
    let mut socket = Socket::open(NETFILTER, 0)?;
    let found = socket.dump(
        |number, messages| messages.add(GET, write::DUMP, number, &HEADER, |_| {}),
        |message, found: &mut Vec<(Vec<u8>, Vec<u8>)>| {
            let attributes = message.attributes(HEADER.len());
            let source = |tuple: u16| {
                let ip = attributes.within(tuple)?.within(1)?.find(1)?.first_chunk::<4>()?;
                Some(Ipv4Addr::from(*ip))
            };
            let wanted = source(1).is_some_and(|ip| clients.contains(&ip)) && source(2) != Some(gateway);
            if let (true, Some(tuple), Some(id)) = (wanted, attributes.find(1), attributes.find(12)) {
                found.push((tuple.to_vec(), id.to_vec()));
            }
        },
    )?;
    for (tuple, id) in found {
        let number = socket.number();
        let mut messages = write::Messages::default();
        messages.add(DELETE, write::ACK, number, &HEADER, |a| {
            a.nested(1, |a| a.raw(&tuple));
            a.put(12, &id);
        });
        match socket.tell(&messages, |_| {}) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
