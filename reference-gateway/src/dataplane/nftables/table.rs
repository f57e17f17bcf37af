//! Elements of the table's sets, by netlink: what happens at each login and logoff, and at each reading of counters.

use super::super::Pair;
use super::super::netlink::{Attributes, Message, Messages, NETFILTER, Socket, write};
use super::garden::Opening;
use super::ruleset::{TABLE, family};
use std::io;
use std::net::Ipv4Addr;
use std::time::Duration;
use wispr::gateway::{Flow, Mac};

/// `NFPROTO_INET` and `NFPROTO_NETDEV`.
const INET: u8 = 1;
const NETDEV: u8 = 5;
/// `NFNL_SUBSYS_NFTABLES`.
const SUBSYSTEM: u16 = 10;
/// `NFNL_MSG_BATCH_BEGIN` and `NFNL_MSG_BATCH_END`.
const BATCH: [u16; 2] = [16, 17];
/// Octets of the family's header.
const HEADER: usize = 4;
/// `NFNLGRP_NFTABLES`, as a bit.
const GROUP: u32 = 1 << 6;
/// `NFT_OBJECT_COUNTER` and `NFT_OBJECT_QUOTA`.
const COUNTER: u32 = 1;
const QUOTA: u32 = 2;
/// `NFT_QUOTA_F_DEPLETED`.
const DEPLETED: u32 = 2;
/// `NFTNL_UDATA_SET_ELEM_COMMENT` and `NFTNL_UDATA_TABLE_COMMENT`, by which `nft` knows a comment.
const COMMENT: u8 = 0;

/// `NFT_MSG_*`.
mod message {
    pub(super) const GET_TABLE: u16 = 1;
    pub(super) const GET_RULE: u16 = 7;
    pub(super) const NEW_ELEMENT: u16 = 12;
    pub(super) const GET_ELEMENT: u16 = 13;
    pub(super) const DELETE_ELEMENT: u16 = 14;
    pub(super) const NEW_OBJECT: u16 = 18;
    pub(super) const GET_OBJECT: u16 = 19;
    pub(super) const DELETE_OBJECT: u16 = 20;
    pub(super) const GET_FLOWTABLE: u16 = 23;
}

const fn kind(message: u16) -> u16 {
    SUBSYSTEM << 8 | message
}

/// The family of the table that has a set.
fn family_of(set: &str) -> u8 {
    if family(set) == "netdev" { NETDEV } else { INET }
}

/// The key of an element: addresses, each padded to four octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key<'a> {
    Mac(Mac),
    Ip(Ipv4Addr),
    Pair(Pair),
    /// A client, and where it may go.
    Own(Ipv4Addr, &'a Opening),
}

impl Key<'_> {
    fn put(self, attributes: &mut write::Attributes<'_>) {
        if let Self::Own(client, opening) = self {
            for (attribute, end) in [(1, 0), (10, 1)] {
                let mut octets = [client, opening.addresses()[end]].map(|ip| ip.octets()).concat();
                if let Some((protocol, ports)) = &opening.service {
                    let [high, low] = [*ports.start(), *ports.end()][end].to_be_bytes();
                    octets.extend([*protocol, 0, 0, 0, high, low, 0, 0]);
                }
                attributes.nested(attribute, |a| a.put(1, &octets));
            }
            return;
        }
        let (mut octets, mut length) = ([0; 12], 0);
        if let Self::Mac(mac) | Self::Pair(Pair { mac, .. }) = self {
            octets[..6].copy_from_slice(&mac.0);
            length = if matches!(self, Self::Mac(_)) { 6 } else { 8 };
        }
        if let Self::Ip(ip) | Self::Pair(Pair { ip, .. }) = self {
            octets[length..length + 4].copy_from_slice(&ip.octets());
            length += 4;
        }
        attributes.nested(1, |a| a.put(1, &octets[..length]));
    }

    /// As [`keys`] shows it.
    pub(crate) fn octets(self) -> Vec<u8> {
        let mut written = write::Messages::default();
        written.add(0, 0, 0, &[], |a| self.put(a));
        let mut read = Messages::new(written.octets());
        read.next().and_then(|message| octets(message.attributes(0))).unwrap_or_default()
    }
}

/// The octets of an element's key, and of the end of what it stands for if it is a range.
fn octets(element: Attributes<'_>) -> Option<Vec<u8>> {
    let end = element.within(10).and_then(|end| end.find(1)).unwrap_or_default();
    Some([element.within(1)?.find(1)?, end].concat())
}

/// What an element carries beside its key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Carries<'a> {
    pub(crate) timeout: Option<Duration>,
    pub(crate) counter: Option<Flow>,
    /// Octets a second; more is dropped.
    pub(crate) rate: Option<u64>,
    pub(crate) object: Option<&'a str>,
    /// Whose the address is: the kernel keeps it as the element's comment.
    pub(crate) owner: Option<Mac>,
}

/// An element as the kernel shows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    /// Of the key, or of the comment.
    pub(crate) mac: Option<Mac>,
    pub(crate) ip: Option<Ipv4Addr>,
    pub(crate) counted: Flow,
    /// What is left of its time.
    pub(crate) left: Option<Duration>,
}

impl Element {
    pub(crate) fn pair(&self) -> Option<Pair> {
        Some(Pair { ip: self.ip?, mac: self.mac? })
    }

    /// Reads an element; what is no address is left out.
    fn read(attributes: Attributes<'_>) -> Option<Self> {
        let key = attributes.within(1)?.find(1)?;
        let (mac, ip) = match key.len() {
            4 => (None, key.first_chunk::<4>()),
            6 => (key.first_chunk::<6>(), None),
            12 => (key.first_chunk::<6>(), key.last_chunk::<4>()),
            _ => return None,
        };
        let expressions = attributes.within(11).and_then(|list| list.within(1));
        let counter = attributes.within(7).or(expressions).filter(|e| e.text(1) == Some("counter"));
        let counted = counter.and_then(|e| e.within(2)).map(|data| Flow {
            octets: data.be64(1).unwrap_or_default(),
            packets: data.be64(2).unwrap_or_default(),
        });
        Some(Self {
            mac: mac.copied().map(Mac).or_else(|| comment(attributes.find(6)?)?.parse().ok()),
            ip: ip.copied().map(Ipv4Addr::from),
            counted: counted.unwrap_or_default(),
            left: attributes.be64(5).map(Duration::from_millis),
        })
    }
}

/// The comment in what user programs keep with an element or a table: a row of kinds, lengths and values, of which kind 0 is
/// the comment, a text that ends with a zero.
fn comment(mut kept: &[u8]) -> Option<&str> {
    loop {
        let (&[kind, length], rest) = kept.split_first_chunk()?;
        let (value, rest) = rest.split_at_checked(length.into())?;
        if kind == COMMENT {
            return std::str::from_utf8(value.strip_suffix(&[0])?).ok();
        }
        kept = rest;
    }
}

/// Changes of elements that happen together or not at all.
pub(crate) struct Transaction<'s> {
    socket: &'s mut Socket,
    messages: write::Messages,
}

impl<'s> Transaction<'s> {
    pub(crate) fn begin(socket: &'s mut Socket) -> Self {
        let mut transaction = Self { socket, messages: write::Messages::default() };
        transaction.mark(BATCH[0], 0);
        transaction
    }

    fn mark(&mut self, kind: u16, flags: u16) {
        let number = self.socket.number();
        let [high, low] = SUBSYSTEM.to_be_bytes();
        self.messages.add(kind, flags, number, &[0, 0, high, low], |_| {});
    }

    fn message(&mut self, family: u8, what: u16, flags: u16, body: impl FnOnce(&mut write::Attributes<'_>)) {
        let number = self.socket.number();
        // Without an error all went well: the kernel has done it when it has taken the messages, and need not say so.
        self.messages.add(kind(what), flags, number, &[family, 0, 0, 0], |a| {
            a.text(1, TABLE);
            body(a);
        });
    }

    fn element(&mut self, what: u16, flags: u16, set: &str, key: Key<'_>, carries: &Carries<'_>) {
        self.message(family_of(set), what, flags, |a| {
            a.text(2, set);
            a.nested(3, |a| a.nested(1, |a| put_element(a, key, carries)));
        });
    }

    /// Adds an element; one that is there already stays as it is.
    pub(crate) fn add(&mut self, set: &str, key: Key<'_>, carries: &Carries<'_>) -> &mut Self {
        self.element(message::NEW_ELEMENT, write::CREATE, set, key, carries);
        self
    }

    /// Adds an element that must not be there.
    pub(crate) fn create(&mut self, set: &str, key: Key<'_>, carries: &Carries<'_>) -> &mut Self {
        self.element(message::NEW_ELEMENT, write::CREATE | write::EXCL, set, key, carries);
        self
    }

    /// Deletes an element that is there.
    pub(crate) fn delete(&mut self, set: &str, key: Key<'_>) -> &mut Self {
        self.element(message::DELETE_ELEMENT, 0, set, key, &Carries::default());
        self
    }

    /// Deletes an element that is there and has the kernel tell what it had counted.
    pub(crate) fn take(&mut self, set: &str, key: Key<'_>) -> &mut Self {
        self.element(message::DELETE_ELEMENT, write::ECHO, set, key, &Carries::default());
        self
    }

    /// Deletes an element if it is there.
    pub(crate) fn clear(&mut self, set: &str, key: Key<'_>) -> &mut Self {
        self.add(set, key, &Carries::default()).delete(set, key)
    }

    /// Sets an element, whether it was there or not: adding alone would not renew its timeout, and deleting fails when
    /// it has just expired.
    pub(crate) fn set(&mut self, set: &str, key: Key<'_>, carries: &Carries<'_>) -> &mut Self {
        self.add(set, key, carries).delete(set, key).add(set, key, carries)
    }

    /// Makes a quota of which a part is used.
    pub(crate) fn add_quota(&mut self, name: &str, octets: u64, used: u64) -> &mut Self {
        self.message(INET, message::NEW_OBJECT, write::CREATE, |a| {
            a.text(2, name);
            a.be32(3, QUOTA);
            a.nested(4, |a| {
                a.be64(1, octets);
                a.be32(2, 1); // over
                a.be64(4, used);
            });
        });
        self
    }

    /// Deletes a quota that no map holds any more.
    pub(crate) fn delete_quota(&mut self, name: &str) -> &mut Self {
        self.message(INET, message::DELETE_OBJECT, 0, |a| {
            a.text(2, name);
            a.be32(3, QUOTA);
        });
        self
    }

    /// Has the kernel do it, and returns the elements that it told of, each with the name of its set.
    pub(crate) fn commit(mut self) -> io::Result<Vec<(String, Element)>> {
        self.mark(BATCH[1], 0);
        let mut told = Vec::new();
        self.socket.tell(&self.messages, |message| {
            if message.kind == kind(message::DELETE_ELEMENT) {
                elements(message, &mut told);
            }
        })?;
        Ok(told)
    }
}

fn put_element(attributes: &mut write::Attributes<'_>, key: Key<'_>, carries: &Carries<'_>) {
    key.put(attributes);
    if let Some(timeout) = carries.timeout {
        attributes.be64(4, u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX).max(1));
    }
    if let Some(counted) = carries.counter {
        expression(attributes, "counter", |a| {
            a.be64(1, counted.octets);
            a.be64(2, counted.packets);
        });
    }
    if let Some(rate) = carries.rate {
        expression(attributes, "limit", |a| {
            a.be64(1, rate);
            a.be64(2, 1); // a second
            a.be32(3, u32::try_from(rate / 4).unwrap_or(u32::MAX).max(16_384));
            a.be32(4, 1); // octets
            a.be32(5, 1); // over
        });
    }
    if let Some(object) = carries.object {
        attributes.text(9, object);
    }
    if let Some(owner) = carries.owner {
        let text = owner.to_string();
        let length = u8::try_from(text.len() + 1).unwrap_or(u8::MAX);
        attributes.put(6, &[&[COMMENT, length], text.as_bytes(), &[0]].concat());
    }
}

fn expression(
    attributes: &mut write::Attributes<'_>,
    name: &str,
    body: impl FnOnce(&mut write::Attributes<'_>),
) {
    attributes.nested(7, |a| {
        a.text(1, name);
        a.nested(2, body);
    });
}

/// The elements of a message about our table, each with the name of its set.
fn elements(message: &Message<'_>, found: &mut Vec<(String, Element)>) {
    list(message, Element::read, |set, element| found.push((set.to_owned(), element)));
}

/// Shows what can be read of the elements of a message about our table, each with the name of its set.
fn list<T>(message: &Message<'_>, read: impl Fn(Attributes<'_>) -> Option<T>, mut see: impl FnMut(&str, T)) {
    let attributes = message.attributes(HEADER);
    let (Some(TABLE), Some(set), Some(list)) = (attributes.text(1), attributes.text(2), attributes.within(3))
    else {
        return;
    };
    list.filter_map(|(_, value)| read(Attributes::new(value))).for_each(|element| see(set, element));
}

/// Reads a message as each of the kinds that the kernel sends.
pub(in super::super) fn read_anything(message: &Message<'_>) {
    let mut found = Vec::new();
    elements(message, &mut found);
    let attributes = message.attributes(HEADER);
    let _ = (Element::read(attributes), QuotaObject::read(attributes), is_others_change(message, 0));
    let _ = octets(attributes);
    let _ = attributes.find(6).and_then(comment);
}

/// Asks for a dump of a set of our table.
fn ask<T>(
    socket: &mut Socket,
    set: &str,
    read: impl Fn(Attributes<'_>) -> Option<T> + Copy,
) -> io::Result<Vec<T>> {
    socket.dump(
        |number, messages| {
            messages.add(kind(message::GET_ELEMENT), write::DUMP, number, &[family_of(set), 0, 0, 0], |a| {
                a.text(1, TABLE);
                a.text(2, set);
            });
        },
        |message, found| list(message, read, |_, element| found.push(element)),
    )
}

/// All elements of a set.
pub(crate) fn dump(socket: &mut Socket, set: &str) -> io::Result<Vec<Element>> {
    ask(socket, set, Element::read)
}

/// The keys of all elements of a set, whatever they are made of.
pub(crate) fn keys(socket: &mut Socket, set: &str) -> io::Result<Vec<Vec<u8>>> {
    ask(socket, set, octets)
}

/// One element of a set.
///
/// # Errors
/// `NotFound` when it is not there.
pub(crate) fn look_up(socket: &mut Socket, set: &str, key: Key<'_>) -> io::Result<Element> {
    let number = socket.number();
    let mut messages = write::Messages::default();
    messages.add(kind(message::GET_ELEMENT), 0, number, &[family_of(set), 0, 0, 0], |a| {
        a.text(1, TABLE);
        a.text(2, set);
        a.nested(3, |a| a.nested(1, |a| key.put(a)));
    });
    let mut found = Vec::new();
    socket.tell(&messages, |message| elements(message, &mut found))?;
    found.pop().map(|(_, element)| element).ok_or_else(|| io::ErrorKind::NotFound.into())
}

/// A quota as the kernel shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct QuotaObject {
    pub(crate) name: String,
    pub(crate) octets: u64,
    /// Nothing is left of it.
    pub(crate) spent: bool,
}

impl QuotaObject {
    fn read(attributes: Attributes<'_>) -> Option<Self> {
        let name = attributes.text(2).filter(|_| attributes.text(1) == Some(TABLE))?.to_owned();
        let data = attributes.within(4)?;
        let octets = data.be64(1)?;
        let spent = data.be32(2).unwrap_or_default() & DEPLETED != 0 || data.be64(4)? >= octets;
        Some(Self { name, octets, spent })
    }
}

/// All quotas.
pub(crate) fn quotas(socket: &mut Socket) -> io::Result<Vec<QuotaObject>> {
    socket.dump(
        |number, messages| {
            messages.add(kind(message::GET_OBJECT), write::DUMP, number, &[INET, 0, 0, 0], |a| {
                a.text(1, TABLE);
                a.be32(3, QUOTA);
            });
        },
        |message, found| found.extend(QuotaObject::read(message.attributes(HEADER))),
    )
}

/// How many packets a counter of the table has counted.
pub(crate) fn counter(socket: &mut Socket, name: &str) -> io::Result<u64> {
    let number = socket.number();
    let mut messages = write::Messages::default();
    messages.add(kind(message::GET_OBJECT), 0, number, &[INET, 0, 0, 0], |a| {
        a.text(1, TABLE);
        a.text(2, name);
        a.be32(3, COUNTER);
    });
    let mut packets = None;
    socket.tell(&messages, |message| {
        packets = packets.or(message.attributes(HEADER).within(4).and_then(|data| data.be64(2)));
    })?;
    packets.ok_or_else(|| io::ErrorKind::NotFound.into())
}

/// A table as the kernel shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Table {
    /// Says of which shape it is.
    pub(crate) comment: Option<String>,
    /// A number for every one of its rules, and of those of the table where packets leave; rules that are made again have others.
    pub(crate) rules: Vec<u64>,
}

/// Our table; `None` if there is none.
pub(crate) fn find(socket: &mut Socket) -> io::Result<Option<Table>> {
    let number = socket.number();
    let mut messages = write::Messages::default();
    messages.add(kind(message::GET_TABLE), 0, number, &[INET, 0, 0, 0], |a| a.text(1, TABLE));
    let mut table = Table::default();
    let told = socket.tell(&messages, |message| {
        let kept = message.attributes(HEADER).find(6);
        table.comment = kept.and_then(comment).map(str::to_owned);
    });
    match told {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        outcome => outcome?,
    }
    // A dump of all families ends with the first table of that name.
    for family in [INET, NETDEV] {
        table.rules.extend(socket.dump(
            |number, messages| {
                messages.add(kind(message::GET_RULE), write::DUMP, number, &[family, 0, 0, 0], |a| {
                    a.text(1, TABLE);
                });
            },
            |message, found| {
                let attributes = message.attributes(HEADER);
                if attributes.text(1) == Some(TABLE) {
                    found.extend(attributes.be64(3));
                }
            },
        )?);
    }
    Ok(Some(table))
}

/// Whether there is a table of the family netdev with the name of ours.
pub(crate) fn is_left_where_packets_leave(socket: &mut Socket) -> bool {
    let number = socket.number();
    let mut messages = write::Messages::default();
    messages.add(kind(message::GET_TABLE), 0, number, &[NETDEV, 0, 0, 0], |a| a.text(1, TABLE));
    socket.tell(&messages, |_| {}).is_ok()
}

/// The devices of all flowtables: their flows pass by every rule.
pub(crate) fn flowtable_devices(socket: &mut Socket) -> io::Result<Vec<String>> {
    let found = socket.dump(
        |number, messages| {
            messages.add(kind(message::GET_FLOWTABLE), write::DUMP, number, &[0, 0, 0, 0], |_| {});
        },
        |message, found| {
            let devices = message.attributes(HEADER).within(3).and_then(|hook| hook.within(3));
            let name = |(_, value): (u16, &[u8])| {
                String::from_utf8(value.strip_suffix(&[0]).unwrap_or(value).to_vec()).ok()
            };
            found.extend(devices.into_iter().flatten().filter_map(name));
        },
    );
    match found {
        // A kernel without them has none.
        Err(error) if error.kind() != io::ErrorKind::PermissionDenied => Ok(Vec::new()),
        found => found,
    }
}

/// A socket for all of this.
pub(crate) fn open() -> io::Result<Socket> {
    Socket::open(NETFILTER, 0)
}

/// A socket that hears of every change of nftables.
pub(crate) fn listen() -> io::Result<Socket> {
    Socket::open(NETFILTER, GROUP)
}

/// Whether a message tells of a change that touches our table and is not a login or the like: those are changes of
/// elements by the socket with the port `ours`, or by the DNS forwarder in its set.
pub(crate) fn is_others_change(message: &Message<'_>, ours: u32) -> bool {
    let [subsystem, what] = message.kind.to_be_bytes();
    let elements =
        [message::NEW_ELEMENT, message::DELETE_ELEMENT, message::NEW_OBJECT, message::DELETE_OBJECT];
    let attributes = message.attributes(HEADER);
    let usual =
        elements.contains(&what.into()) && (message.port == ours || attributes.text(2) == Some("gdyn4"));
    u16::from(subsystem) == SUBSYSTEM && !usual && attributes.text(1) == Some(TABLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAC: Mac = Mac([0x02, 0, 0x5e, 0x10, 0, 1]);
    const IP: Ipv4Addr = Ipv4Addr::new(192, 168, 182, 101);

    /// An element as it comes back when it was sent like this.
    fn echoed(key: Key<'_>, carries: &Carries<'_>) -> Element {
        let mut out = write::Messages::default();
        out.add(kind(message::NEW_ELEMENT), 0, 1, &[INET, 0, 0, 0], |a| {
            a.text(1, TABLE);
            a.text(2, "up4");
            a.nested(3, |a| a.nested(1, |a| put_element(a, key, carries)));
        });
        let mut found = Vec::new();
        elements(&Messages::new(out.octets()).next().expect("a message"), &mut found);
        let [(set, element)] = found.as_slice() else { panic!("one element: {found:?}") };
        assert_eq!(set, "up4");
        *element
    }

    #[test]
    fn an_element_says_whose_it_is_by_its_key_or_by_its_comment() {
        let counted = Flow { octets: 1234, packets: 5 };
        let carries = Carries { counter: Some(counted), owner: Some(MAC), ..Carries::default() };
        let pair = Some(Pair { ip: IP, mac: MAC });
        assert_eq!(echoed(Key::Ip(IP), &carries).pair(), pair);
        assert_eq!(echoed(Key::Ip(IP), &carries).counted, counted);
        let timeout = Some(Duration::from_secs(60));
        let plain = Carries { timeout, ..Carries::default() };
        assert_eq!(echoed(Key::Pair(Pair { ip: IP, mac: MAC }), &plain).pair(), pair);
        assert_eq!(echoed(Key::Ip(IP), &plain).mac, None);
        assert_eq!(echoed(Key::Mac(MAC), &plain).mac, Some(MAC));
    }

    #[test]
    fn a_comment_is_found_among_other_things_and_whatever_is_none_is_none() {
        assert_eq!(comment(b"\0\x04abc\0"), Some("abc"));
        assert_eq!(comment(b"\x01\x02zz\x07\0\0\x02x\0rest"), Some("x"));
        for none in [
            &b""[..],
            b"\0",
            b"\0\0",
            b"\0\x05abc\0",
            b"\0\x03abc",
            b"\0\x02\xff\0",
            b"\x01\x04abc\0",
            b"\x01\xffabc",
        ] {
            assert_eq!(comment(none), None, "{none:?}");
        }
    }
}
