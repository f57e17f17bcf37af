//! One attribute with its value: what packets are taken apart into.

use crate::error::{Invalid, InvalidAttribute};
use crate::hide::Clear;
use crate::path::Path;
use crate::value::{Ipv4Prefix, Ipv6Prefix};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};
use core::ops::Deref;

/// One attribute of a packet, or one TLV inside.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Where it stands; its name is what the dictionary has for this path.
    pub path: Path,
    /// Where the (first) attribute that carries it begins in the packet; 0 when it is from text.
    pub offset: usize,
    /// Its tag, 1 to 31, or 0 for none.
    pub tag: u8,
    /// Its value.
    pub value: Value,
}

/// The value of a [`Pair`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// Text.
    Text(String),
    /// Octets: of that type, or of no known type.
    Octets(Vec<u8>),
    /// A number of any width; also a boolean and a time.
    Integer(u64),
    /// A number with a sign.
    Signed(i32),
    /// An IPv4 address.
    Ipv4(Ipv4Addr),
    /// An IPv6 address.
    Ipv6(Ipv6Addr),
    /// An IPv4 prefix.
    Ipv4Prefix(Ipv4Prefix),
    /// An IPv6 prefix.
    Ipv6Prefix(Ipv6Prefix),
    /// An interface identifier.
    Ifid([u8; 8]),
    /// A link-layer address.
    Ether([u8; 6]),
    /// A text or octets that came hidden, in the clear.
    Unhidden(Unhidden),
    /// TLVs.
    Group(Vec<Pair>),
    /// Octets that are not of the attribute's type.
    Invalid {
        /// The octets.
        octets: Vec<u8>,
        /// What is wrong.
        cause: Invalid,
    },
}

/// Octets that came hidden, in the clear: a password, a key. They are wiped when dropped, and `Debug` does not show them.
#[derive(Clone, PartialEq, Eq)]
pub struct Unhidden(Clear);

impl From<Clear> for Unhidden {
    fn from(clear: Clear) -> Self {
        Self(clear)
    }
}

impl Deref for Unhidden {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Unhidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl Pair {
    /// A pair that does not come from a packet.
    #[must_use]
    pub const fn new(path: Path, value: Value) -> Self {
        Self { path, offset: 0, tag: 0, value }
    }

    /// What is wrong with it or with the first thing inside it, if anything is.
    #[must_use]
    pub fn invalid(&self) -> Option<InvalidAttribute> {
        match &self.value {
            Value::Invalid { cause, .. } => {
                Some(InvalidAttribute { offset: self.offset, kind: self.path.kind(), cause: *cause })
            }
            Value::Group(pairs) => pairs.iter().find_map(Self::invalid),
            _ => None,
        }
    }
}

/// Pairs and the pairs inside them, those on the outside first.
pub(super) fn flatten(pairs: Vec<Pair>) -> impl Iterator<Item = Pair> {
    let mut waiting: Vec<Pair> = pairs.into_iter().rev().collect();
    core::iter::from_fn(move || {
        let pair = waiting.pop()?;
        if let Value::Group(inner) = &pair.value {
            waiting.extend(inner.iter().rev().cloned());
        }
        Some(pair)
    })
}
