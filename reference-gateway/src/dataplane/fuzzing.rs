//! The readers of what others send, for the fuzz targets: each checks what must hold for any octets.

use super::dns;
use super::netlink::{Attributes, Messages, write};
use super::nftables::{guard, table};

/// A client's DNS query, and a server's answer: what the forwarder makes of the query itself answers it, and no answer
/// opens more than the limit.
///
/// # Panics
/// When that does not hold; so does the other.
pub fn dns(octets: &[u8]) {
    dns::check_message(octets);
}

/// A datagram of netlink: nothing is read twice or from beyond the end, and what is read is read again when written.
///
/// # Panics
/// See [`dns`].
pub fn netlink(datagram: &[u8]) {
    let mut length = 0;
    for message in Messages::new(datagram) {
        length += 16 + message.payload.len();
        assert!(length <= datagram.len());
        let _ = (message.outcome(), message.is_last(), message.is_interrupted());
        table::read_anything(&message);
        guard::read_anything(&message);
        for header in [0, 4] {
            let read: Vec<(u16, &[u8])> = message.attributes(header).collect();
            let mut again = write::Messages::default();
            again.add(message.kind, 0, message.sequence, &[0; 4], |a| {
                for (kind, value) in &read {
                    a.put(*kind, value);
                }
            });
            let written = Messages::new(again.octets()).next().map(|m| (m.kind, m.sequence, m.attributes(4)));
            assert!(written.is_some_and(|(kind, sequence, attributes)| {
                (kind, sequence) == (message.kind, message.sequence) && attributes.eq(read.iter().copied())
            }));
            nested(message.attributes(header), 0);
        }
    }
}

/// Looks into attributes as deep as the kernel nests them.
fn nested(attributes: Attributes<'_>, depth: usize) {
    if depth < 5 {
        for (kind, value) in attributes {
            assert!(kind <= 0x3fff);
            let inner = Attributes::new(value);
            let _ = (inner.text(1), inner.be32(1), inner.be64(1));
            nested(inner, depth + 1);
        }
    }
}
