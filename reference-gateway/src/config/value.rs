//! Values of options: text in, checked value out.

use super::options::Kind;
use super::problem::Fault;
use std::net::Ipv4Addr;
use wispr::gateway::Mac;

/// A network: its address with the host bits cleared, and its prefix length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// The network's address.
    pub address: Ipv4Addr,
    /// Length of the prefix, 0 to 32.
    pub prefix: u8,
}

impl Network {
    /// Reads `a.b.c.d`, `a.b.c.d/len` or `a.b.c.d/mask`; without length `/24`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, length) = match text.split_once('/') {
            None => (text, 24),
            Some((address, length)) => (address, prefix_length(length)?),
        };
        let address: Ipv4Addr = address.parse().ok()?;
        Some(Self { address: Ipv4Addr::from(u32::from(address) & mask(length)), prefix: length })
    }

    /// Whether an address lies in the network.
    #[must_use]
    pub fn contains(self, address: Ipv4Addr) -> bool {
        u32::from(address) & mask(self.prefix) == u32::from(self.address)
    }

    /// The first host of the network; the address itself when it has no room for hosts.
    #[must_use]
    pub fn first_host(self) -> Ipv4Addr {
        let host = u32::from(self.prefix < 31);
        Ipv4Addr::from(u32::from(self.address) | host)
    }
}

/// The mask of a prefix length.
#[must_use]
pub fn mask(prefix: u8) -> u32 {
    u32::MAX.checked_shl(32 - u32::from(prefix.min(32))).unwrap_or(0)
}

/// Reads a prefix length or a contiguous mask.
#[must_use]
pub fn prefix_length(text: &str) -> Option<u8> {
    if text.contains('.') {
        let bits = u32::from(text.parse::<Ipv4Addr>().ok()?);
        let length = u8::try_from(bits.leading_ones()).ok()?;
        return (mask(length) == bits).then_some(length);
    }
    text.parse().ok().filter(|length| *length <= 32)
}

/// Reads a number as C's `strtol` with base 0 does, but all of it must be one (hotspot-config 1.9).
#[must_use]
pub fn number(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let value = if let Some(hex) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        if hex.starts_with(['+', '-']) {
            return None;
        }
        i64::from_str_radix(hex, 16)
    } else if digits.len() > 1 && digits.starts_with('0') {
        i64::from_str_radix(digits, 8)
    } else {
        digits.parse()
    };
    let value = value.ok()?;
    Some(if negative { -value } else { value })
}

/// Whether a text can be a host name or an address: letters, digits, `-`, `_`, `.` and `:`.
fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 253
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':'))
}

/// Whether a text is an absolute http or https URL with a host.
fn is_http_url(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|u| matches!(u.scheme(), "http" | "https") && u.has_host())
}

/// Checks the text of a value against its kind.
pub(super) fn check(kind: Kind, text: &str) -> Result<(), Fault> {
    let good = match kind {
        Kind::Flag | Kind::Text | Kind::Path => true,
        Kind::Number { min, max } => match number(text) {
            None => return Err(Fault::BadNumber),
            Some(n) => (min..=max).contains(&n),
        },
        Kind::Host => is_host(text),
        Kind::Address => text.parse::<Ipv4Addr>().is_ok(),
        Kind::Socket => text.parse::<std::net::SocketAddr>().is_ok(),
        Kind::Network => Network::parse(text).is_some(),
        Kind::Url => is_http_url(text),
        Kind::Mac => text.parse::<Mac>().is_ok(),
        Kind::Choice(words) => words.contains(&text),
    };
    if good { Ok(()) } else { Err(Fault::BadValue) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_decimal_hexadecimal_or_octal_and_nothing_else() {
        for (text, want) in [
            ("900", Some(900)),
            ("0x384", Some(900)),
            ("010", Some(8)),
            ("0", Some(0)),
            ("+5", Some(5)),
            ("-5", Some(-5)),
            ("900x", None),
            ("", None),
            ("-", None),
            ("0x", None),
            ("0x-1", None),
            ("08", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(number(text), want, "{text:?}");
        }
    }

    #[test]
    fn a_network_has_a_contiguous_mask_and_no_host_bits() {
        let net = Network::parse("10.9.8.7/255.255.0.0").unwrap();
        assert_eq!(net, Network { address: Ipv4Addr::new(10, 9, 0, 0), prefix: 16 });
        assert!(net.contains(Ipv4Addr::new(10, 9, 255, 1)));
        assert!(!net.contains(Ipv4Addr::new(10, 8, 0, 1)));
        assert_eq!(net.first_host(), Ipv4Addr::new(10, 9, 0, 1));
        assert_eq!(Network::parse("10.0.0.0").unwrap().prefix, 24);
        for bad in ["10.0.0.0/33", "10.9.0.0/255.0.255.0", "10.0.0/8", "x/8", "10.0.0.0/", "10.0.0.0/-1"] {
            assert_eq!(Network::parse(bad), None, "{bad}");
        }
        assert_eq!(Network::parse("0.0.0.0/0").unwrap().prefix, 0);
    }
}
