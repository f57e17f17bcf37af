//! Where the status server is: a literal or a name (spec: heartbeat 11).

use crate::dns::{Name, NameError};
use alloc::string::String;
use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::str::FromStr;

/// The default port of the status server.
pub const DEFAULT_PORT: u16 = 53;

/// A status server as configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// An address; used only in its own family.
    Literal(IpAddr),
    /// A name to be looked up.
    Name(String),
}

/// Why text is no host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// No text at all.
    #[error("the host is empty")]
    Empty,
    /// Digits and dots only, but not four decimal parts from 0 to 255 of at most three digits.
    #[error("digits and dots, but no IPv4 address")]
    Ipv4,
    /// Has a colon and is no IPv6 address.
    #[error("no IPv6 address")]
    Ipv6,
    /// No name the DNS could carry.
    #[error("no host name: {0}")]
    Name(#[from] NameError),
}

impl Host {
    /// A literal as an IPv6 address, an IPv4 one mapped: what the original tries first, and a client with
    /// `compat.v4mapped_first`. Nothing for a name.
    #[must_use]
    pub fn mapped(&self) -> Option<Ipv6Addr> {
        match self {
            Self::Literal(IpAddr::V4(address)) => Some(address.to_ipv6_mapped()),
            Self::Literal(IpAddr::V6(address)) => Some(*address),
            Self::Name(_) => None,
        }
    }
}

impl FromStr for Host {
    type Err = HostError;

    fn from_str(text: &str) -> Result<Self, HostError> {
        if text.is_empty() {
            return Err(HostError::Empty);
        }
        if text.bytes().all(|c| c.is_ascii_digit() || c == b'.') {
            return dotted(text).map(|address| Self::Literal(address.into())).ok_or(HostError::Ipv4);
        }
        if text.contains(':') {
            let address: Ipv6Addr = text.parse().map_err(|_| HostError::Ipv6)?;
            return Ok(Self::Literal(address.into()));
        }
        text.parse::<Name>()?;
        Ok(Self::Name(text.into()))
    }
}

/// Four parts of one to three digits, decimal even with zeros in front: the library refuses those.
fn dotted(text: &str) -> Option<Ipv4Addr> {
    let mut parts = text.split('.').map(|part| part.parse().ok().filter(|_: &u8| part.len() <= 3));
    let octets = [parts.next()??, parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then(|| octets.into())
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(address) => write!(f, "{address}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: heartbeat 11
    #[test]
    fn digits_and_dots_must_be_an_address() {
        assert_eq!("192.0.2.7".parse(), Ok(Host::Literal(IpAddr::from([192, 0, 2, 7]))));
        assert_eq!("192.000.002.007".parse(), Ok(Host::Literal(IpAddr::from([192, 0, 2, 7]))));
        assert_eq!(
            "010.0.0.1".parse(),
            Ok(Host::Literal(IpAddr::from([10, 0, 0, 1]))),
            "decimal, never octal"
        );
        for text in
            ["1.2.3", "1.2.3.4.5", "256.1.1.1", "12", "1..2.3", ".", "1.2.3.", "1.2.3.0004", "1.2.3.999"]
        {
            assert_eq!(text.parse::<Host>(), Err(HostError::Ipv4), "{text:?}");
        }
        assert_eq!("2001:db8::g".parse::<Host>(), Err(HostError::Ipv6));
        assert_eq!("".parse::<Host>(), Err(HostError::Empty));
        assert_eq!("1.2.3.x".parse(), Ok(Host::Name("1.2.3.x".into())));
        let long = "x".repeat(64);
        assert!(matches!(long.parse::<Host>(), Err(HostError::Name(_))));
    }
}
