//! Netlink messages out.

/// `NLM_F_REQUEST`.
pub(crate) const REQUEST: u16 = 0x01;
/// `NLM_F_ACK`: answer also when it went well.
pub(crate) const ACK: u16 = 0x04;
/// `NLM_F_ECHO`: tell what was changed.
pub(crate) const ECHO: u16 = 0x08;
/// `NLM_F_DUMP`.
pub(crate) const DUMP: u16 = 0x300;
/// `NLM_F_REPLACE`.
pub(crate) const REPLACE: u16 = 0x100;
/// `NLM_F_EXCL`.
pub(crate) const EXCL: u16 = 0x200;
/// `NLM_F_CREATE`.
pub(crate) const CREATE: u16 = 0x400;

/// `NLA_F_NESTED`.
const NESTED: u16 = 0x8000;

/// Several messages that are sent together.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    octets: Vec<u8>,
    first: u32,
}

impl Messages {
    /// Adds a message with the fixed header of its family and attributes.
    pub(crate) fn add(
        &mut self,
        kind: u16,
        flags: u16,
        sequence: u32,
        header: &[u8],
        body: impl FnOnce(&mut Attributes<'_>),
    ) {
        let start = self.octets.len();
        if start == 0 {
            self.first = sequence;
        }
        self.octets.extend_from_slice(&[0; 4]);
        self.octets.extend_from_slice(&kind.to_ne_bytes());
        self.octets.extend_from_slice(&(flags | REQUEST).to_ne_bytes());
        self.octets.extend_from_slice(&sequence.to_ne_bytes());
        self.octets.extend_from_slice(&[0; 4]); // the kernel fills in who sends
        self.octets.extend_from_slice(header);
        pad(&mut self.octets);
        body(&mut Attributes { octets: &mut self.octets });
        let length = u32::try_from(self.octets.len() - start).unwrap_or(u32::MAX);
        if let Some(place) = self.octets.get_mut(start..start + 4) {
            place.copy_from_slice(&length.to_ne_bytes());
        }
    }

    /// The number of the first message.
    pub(crate) const fn first(&self) -> u32 {
        self.first
    }

    /// What is sent.
    pub(crate) fn octets(&self) -> &[u8] {
        &self.octets
    }
}

/// The attributes of a message, or of an attribute.
pub(crate) struct Attributes<'a> {
    octets: &'a mut Vec<u8>,
}

impl Attributes<'_> {
    /// An attribute with these octets.
    pub(crate) fn put(&mut self, kind: u16, value: &[u8]) {
        self.with(kind, |octets| octets.extend_from_slice(value));
    }

    /// Attributes as they were read.
    pub(crate) fn raw(&mut self, attributes: &[u8]) {
        self.octets.extend_from_slice(attributes);
    }

    /// A text, with the zero that ends it.
    pub(crate) fn text(&mut self, kind: u16, value: &str) {
        self.with(kind, |octets| {
            octets.extend_from_slice(value.as_bytes());
            octets.push(0);
        });
    }

    /// A number of 32 bits in network order.
    pub(crate) fn be32(&mut self, kind: u16, value: u32) {
        self.put(kind, &value.to_be_bytes());
    }

    /// A number of 64 bits in network order.
    pub(crate) fn be64(&mut self, kind: u16, value: u64) {
        self.put(kind, &value.to_be_bytes());
    }

    /// An attribute that holds attributes.
    pub(crate) fn nested(&mut self, kind: u16, body: impl FnOnce(&mut Attributes<'_>)) {
        self.with(kind | NESTED, |octets| body(&mut Attributes { octets }));
    }

    /// The callers keep every attribute below 64 kB: the longest holds the elements of one client.
    fn with(&mut self, kind: u16, body: impl FnOnce(&mut Vec<u8>)) {
        let start = self.octets.len();
        self.octets.extend_from_slice(&[0; 2]);
        self.octets.extend_from_slice(&kind.to_ne_bytes());
        body(self.octets);
        let length = u16::try_from(self.octets.len() - start).unwrap_or(u16::MAX);
        if let Some(place) = self.octets.get_mut(start..start + 2) {
            place.copy_from_slice(&length.to_ne_bytes());
        }
        pad(self.octets);
    }
}

/// Everything in netlink begins at a multiple of four octets.
fn pad(octets: &mut Vec<u8>) {
    octets.resize(octets.len().next_multiple_of(4), 0);
}
