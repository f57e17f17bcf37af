//! What the kernel shows of troubles that the packet path cannot mend: a full table of connections, and router
//! advertisements on the clients' interface.

use super::netlink::Socket;
use super::nftables::table;
use crate::hotspot::{Handle, Trouble};
use std::fs;
use std::time::Duration;

/// How often it is looked.
const INTERVAL: Duration = Duration::from_secs(10);
/// The connections that there are, and the most that there may be.
const CONNECTIONS: [&str; 2] =
    ["/proc/sys/net/netfilter/nf_conntrack_count", "/proc/sys/net/netfilter/nf_conntrack_max"];
/// The counter of router advertisements in the ruleset.
const ADVERTISEMENTS: &str = "c_ra";

/// Looks again and again. Router advertisements are in order where clients may use IPv6.
pub(super) async fn keep(handle: Handle, ipv6: bool) {
    let mut socket = table::open().ok();
    let mut advertisements = 0;
    loop {
        let mut troubles = Vec::new();
        if is_full(CONNECTIONS.map(|file| fs::read_to_string(file).unwrap_or_default())) {
            troubles.push(Trouble::Connections);
        }
        let now = socket.as_mut().map_or(0, count);
        // A table that is made again counts from the beginning.
        if now > std::mem::replace(&mut advertisements, now) && !ipv6 {
            troubles.push(Trouble::Advertisements);
        }
        let tell = handle.with(move |machines| troubles.into_iter().for_each(|t| machines.see_trouble(t)));
        if tell.await.is_none() {
            return;
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

fn count(socket: &mut Socket) -> u64 {
    table::counter(socket, ADVERTISEMENTS).unwrap_or_default()
}

/// Whether so many are too many. What cannot be read is no trouble.
fn is_full(files: [String; 2]) -> bool {
    let [there, most] = files.map(|text| text.trim().parse::<u64>().unwrap_or_default());
    // The last few come and go: nobody reads the numbers at the very moment.
    most != 0 && there >= most - most / 20
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_connections_is_full_shortly_before_its_end() {
        let full = |there: &str, most: &str| is_full([there, most].map(str::to_owned));
        assert!(full("1000\n", "1000\n") && full("950\n", "1000\n"));
        assert!(!full("949\n", "1000\n") && !full("0\n", "0\n") && !full("", "") && !full("9\n", ""));
    }
}
