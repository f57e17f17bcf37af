//! Other DHCP servers of this machine: dnsmasq and most others share their port, so that nobody notices that clients get
//! two answers.

use super::netlink::{DIAGNOSIS, Message, Socket, write};
use std::fs;
use std::io;
use std::net::Ipv4Addr;

/// `SOCK_DIAG_BY_FAMILY`.
const BY_FAMILY: u16 = 20;
/// `AF_INET` and `IPPROTO_UDP`, and octets of `struct inet_diag_req_v2`.
const INET: u8 = 2;
const UDP: u8 = 17;
const REQUEST: usize = 56;
/// Where servers are spoken to.
const PORT: u16 = 67;

/// A socket with the port of DHCP servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rival {
    address: Ipv4Addr,
    /// The number of the only interface that it hears; 0: it hears all, or the kernel does not say.
    interface: u32,
    inode: u64,
}

impl Rival {
    /// Reads a `struct inet_diag_msg`.
    fn read(message: &Message<'_>) -> Option<Self> {
        let octets = |at: usize| message.payload.get(at..)?.first_chunk::<4>().copied();
        let port = message.payload.get(4..)?.first_chunk::<2>().copied().map(u16::from_be_bytes);
        let rival = Self {
            address: octets(8)?.into(),
            interface: u32::from_ne_bytes(octets(40)?),
            inode: u32::from_ne_bytes(octets(68)?).into(),
        };
        (port == Some(PORT)).then_some(rival)
    }

    /// Reads a line of `/proc/net/udp`.
    fn parse(line: &str) -> Option<Self> {
        let mut fields = line.split_ascii_whitespace();
        let (address, port) = fields.nth(1)?.split_once(':')?;
        let address = u32::from_str_radix(address, 16).ok()?.to_ne_bytes().into();
        let inode = fields.nth(7)?.parse().ok()?;
        let is_server = u16::from_str_radix(port, 16) == Ok(PORT);
        is_server.then_some(Self { address, interface: 0, inode })
    }

    /// Whose it is, for a person.
    fn owner(self) -> String {
        let link = format!("socket:[{}]", self.inode);
        let has = |folder: &fs::DirEntry| {
            // Beside those with numbers there is the reader itself, by another name.
            if folder.file_name().to_str().is_none_or(|name| name.parse::<u32>().is_err()) {
                return false;
            }
            let files = fs::read_dir(folder.path().join("fd")).into_iter().flatten().flatten();
            files.map(|file| fs::read_link(file.path())).any(|to| to.is_ok_and(|to| to.as_os_str() == &*link))
        };
        // Only root may look at everybody's.
        let owner = fs::read_dir("/proc").into_iter().flatten().flatten().find(has);
        owner.map_or("another program".to_owned(), |folder| {
            let name = fs::read_to_string(folder.path().join("comm")).unwrap_or_default();
            format!("{} (process {})", name.trim(), folder.file_name().display())
        })
    }
}

/// Looks for other DHCP servers at the clients' interface. What may leave it alone is only named in the log.
///
/// # Errors
/// One sentence: who has the port there.
pub(super) fn check(inside: &str, gateway: Ipv4Addr) -> Result<(), String> {
    let number = nix::net::if_::if_nametoindex(inside).unwrap_or_default();
    let found = ask().or_else(|error| {
        tracing::debug!(%error, "the kernel does not tell of sockets: their interfaces stay unknown");
        fs::read_to_string("/proc/net/udp").map(|text| text.lines().filter_map(Rival::parse).collect())
    });
    let hears = |rival: &Rival| {
        let address = rival.address;
        (address == gateway || address.is_unspecified() || address.is_broadcast())
            && [0, number].contains(&rival.interface)
    };
    for rival in found.unwrap_or_default().into_iter().filter(hears) {
        let owner = rival.owner();
        let remedy = format!("keep it off this interface (no-dhcp-interface={inside} in a dnsmasq.conf)");
        if rival.interface != 0 || rival.address == gateway {
            return Err(format!("{owner} is a DHCP server on {inside} already: {remedy}, or set dhcp off"));
        }
        tracing::warn!(
            "{owner} is a DHCP server on all interfaces, perhaps on {inside} too, and clients would get two answers: {remedy}"
        );
    }
    Ok(())
}

/// Has the kernel list the sockets.
fn ask() -> io::Result<Vec<Rival>> {
    let mut request = [0; REQUEST];
    request[..2].copy_from_slice(&[INET, UDP]);
    request[4..8].fill(0xff); // in any state
    Socket::open(DIAGNOSIS, 0)?.dump(
        |number, messages| messages.add(BY_FAMILY, write::DUMP, number, &request, |_| {}),
        |message, found| found.extend(Rival::read(message)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataplane::netlink::Messages;

    #[test]
    fn a_socket_is_read_from_both_lists() {
        let line = "  270: 0100000A:0043 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4711 2 0 0";
        let address = Ipv4Addr::from(0x0100_000A_u32.to_ne_bytes());
        assert_eq!(Rival::parse(line), Some(Rival { address, interface: 0, inode: 4711 }));
        assert_eq!(Rival::parse(&line.replace(":0043", ":0044")), None);
        assert_eq!(Rival::parse("  sl  local_address rem_address   st tx_queue"), None);

        let mut payload = [0; 72];
        payload[..2].copy_from_slice(&[INET, 7]);
        payload[4..6].copy_from_slice(&67u16.to_be_bytes());
        payload[8..12].copy_from_slice(&[10, 0, 0, 1]);
        payload[40..44].copy_from_slice(&9u32.to_ne_bytes());
        payload[68..72].copy_from_slice(&4711u32.to_ne_bytes());
        let read = |payload: &[u8]| {
            let mut out = write::Messages::default();
            out.add(BY_FAMILY, 0, 1, payload, |_| {});
            Messages::new(out.octets()).next().and_then(|message| Rival::read(&message))
        };
        let address = Ipv4Addr::new(10, 0, 0, 1);
        assert_eq!(read(&payload), Some(Rival { address, interface: 9, inode: 4711 }));
        assert_eq!(read(&payload[..68]), None);
        payload[5] = 68;
        assert_eq!(read(&payload), None);
    }

    #[test]
    fn a_socket_of_this_process_is_found_and_its_owner_named() {
        let socket = std::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let link =
            fs::read_link(format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&socket))).unwrap();
        let inode =
            link.to_str().unwrap().trim_start_matches("socket:[").trim_end_matches(']').parse().unwrap();
        let owner = Rival { address: Ipv4Addr::LOCALHOST, interface: 0, inode }.owner();
        assert!(owner.ends_with(&format!("(process {})", std::process::id())), "{owner}");
    }
}
