//! Netlink messages in. The kernel wrote them, but lengths are checked all the same: whatever does not fit ends the
//! iteration.

use std::io;

/// `NLMSG_ERROR`.
const ERROR: u16 = 2;
/// `NLMSG_DONE`.
const DONE: u16 = 3;
/// `NLM_F_DUMP_INTR`.
const INTERRUPTED: u16 = 0x10;
/// Octets of a message's header.
const HEADER: usize = 16;

/// One message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Message<'a> {
    /// What it is.
    pub(crate) kind: u16,
    flags: u16,
    /// The number of the request that it answers.
    pub(crate) sequence: u32,
    /// The port of the socket whose request it answers, or tells others of.
    pub(crate) port: u32,
    /// The family's header and the attributes.
    pub(crate) payload: &'a [u8],
}

impl<'a> Message<'a> {
    /// The error that it reports; `Ok` for an acknowledgement.
    pub(crate) fn outcome(&self) -> Option<io::Result<()>> {
        if self.kind != ERROR {
            return None;
        }
        let code = number32(self.payload.get(..4)?)?.cast_signed();
        Some(match code {
            0 => Ok(()),
            code => Err(io::Error::from_raw_os_error(code.checked_neg().unwrap_or(code))),
        })
    }

    /// Whether it ends a dump.
    pub(crate) const fn is_last(&self) -> bool {
        self.kind == DONE
    }

    /// Whether the dump that it belongs to missed changes.
    pub(crate) const fn is_interrupted(&self) -> bool {
        self.flags & INTERRUPTED != 0
    }

    /// The attributes behind a family's header of this length.
    pub(crate) fn attributes(&self, header: usize) -> Attributes<'a> {
        Attributes { rest: self.payload.get(header..).unwrap_or_default() }
    }
}

/// The messages of a datagram.
pub(crate) struct Messages<'a> {
    rest: &'a [u8],
}

impl<'a> Messages<'a> {
    pub(crate) const fn new(datagram: &'a [u8]) -> Self {
        Self { rest: datagram }
    }
}

impl<'a> Iterator for Messages<'a> {
    type Item = Message<'a>;

    fn next(&mut self) -> Option<Message<'a>> {
        let header = self.rest.get(..HEADER)?;
        let length = usize::try_from(number32(header)?).ok()?;
        let payload = self.rest.get(HEADER..length)?;
        let message = Message {
            kind: number16(header.get(4..)?)?,
            flags: number16(header.get(6..)?)?,
            sequence: number32(header.get(8..)?)?,
            port: number32(header.get(12..)?)?,
            payload,
        };
        self.rest = self.rest.get(length.next_multiple_of(4)..).unwrap_or_default();
        Some(message)
    }
}

/// Attributes: their kinds without flags, and their values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attributes<'a> {
    rest: &'a [u8],
}

impl<'a> Attributes<'a> {
    /// The attributes in a value.
    pub(crate) const fn new(value: &'a [u8]) -> Self {
        Self { rest: value }
    }

    /// The first attribute of a kind.
    pub(crate) fn find(mut self, kind: u16) -> Option<&'a [u8]> {
        self.find_map(|(k, value)| (k == kind).then_some(value))
    }

    /// The attributes in the first attribute of a kind.
    pub(crate) fn within(self, kind: u16) -> Option<Self> {
        self.find(kind).map(Self::new)
    }

    /// A text, without the zero that ends it.
    pub(crate) fn text(self, kind: u16) -> Option<&'a str> {
        let value = self.find(kind)?;
        std::str::from_utf8(value.strip_suffix(&[0]).unwrap_or(value)).ok()
    }

    /// A number of 64 bits in network order.
    pub(crate) fn be64(self, kind: u16) -> Option<u64> {
        Some(u64::from_be_bytes(self.find(kind)?.try_into().ok()?))
    }

    /// A number of 32 bits in network order.
    pub(crate) fn be32(self, kind: u16) -> Option<u32> {
        Some(u32::from_be_bytes(self.find(kind)?.try_into().ok()?))
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<(u16, &'a [u8])> {
        let length = usize::from(number16(self.rest)?);
        let kind = number16(self.rest.get(2..)?)? & 0x3fff;
        let value = self.rest.get(4..length)?;
        self.rest = self.rest.get(length.next_multiple_of(4)..).unwrap_or_default();
        Some((kind, value))
    }
}

fn number16(octets: &[u8]) -> Option<u16> {
    octets.first_chunk().copied().map(u16::from_ne_bytes)
}

fn number32(octets: &[u8]) -> Option<u32> {
    octets.first_chunk().copied().map(u32::from_ne_bytes)
}

#[cfg(test)]
mod tests {
    use super::super::write;
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let mut out = write::Messages::default();
        out.add(0x0a0c, write::ACK, 7, &[1, 0, 0, 10], |a| {
            a.text(1, "fongw");
            a.nested(3, |a| a.be64(2, 1 << 40));
            a.be32(4, 9);
        });
        out.add(17, 0, 8, &[0; 4], |_| {});
        let messages: Vec<_> = Messages::new(out.octets()).collect();
        assert_eq!(messages.len(), 2);
        assert_eq!((messages[0].kind, messages[0].sequence), (0x0a0c, 7));
        let attributes = messages[0].attributes(4);
        assert_eq!(attributes.text(1), Some("fongw"));
        assert_eq!(attributes.within(3).and_then(|a| a.be64(2)), Some(1 << 40));
        assert_eq!(attributes.be32(4), Some(9));
        assert_eq!(attributes.find(5), None);
        assert_eq!((messages[1].kind, messages[1].sequence), (17, 8));
    }

    #[test]
    fn lengths_that_do_not_fit_end_the_reading() {
        let mut out = write::Messages::default();
        out.add(2, 0, 1, &(-1i32).to_ne_bytes(), |_| {});
        let whole = out.octets();
        let error = Messages::new(whole).next().and_then(|m| m.outcome()).unwrap().unwrap_err();
        assert_eq!(error.raw_os_error(), Some(1));
        for end in 0..whole.len() {
            assert_eq!(Messages::new(&whole[..end]).count(), 0);
        }
        for length in [0u8, 1, 3, 9, 255] {
            let value = [length, 0, 1, 0, 5, 6, 7, 8];
            assert_eq!(Attributes::new(&value).count(), 0, "{length}");
        }
        assert_eq!(Attributes::new(&[4, 0, 1, 0]).next(), Some((1, &[][..])));
    }
}
