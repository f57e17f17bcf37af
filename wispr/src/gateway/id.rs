//! Names of clients and sessions: hardware addresses, session ids.

use crate::text;
use core::fmt::{self, Write as _};
use core::str::FromStr;

/// A hardware address. `Display` writes `AA-BB-CC-DD-EE-FF`, the form of redirects and RADIUS (spec: uam 5.0).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mac(pub [u8; 6]);

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, octet) in self.0.into_iter().enumerate() {
            if place != 0 {
                f.write_char('-')?;
            }
            text::write_upper_hex(f, &[octet])?;
        }
        Ok(())
    }
}

impl fmt::Debug for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mac({self})")
    }
}

/// The text is not six pairs of hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a hardware address")]
pub struct MacError;

impl FromStr for Mac {
    type Err = MacError;

    /// Six pairs of digits, between the pairs nothing or any one octet that is no hexadecimal digit (spec: fon-api 4).
    fn from_str(text: &str) -> Result<Self, MacError> {
        let mut mac = [0; 6];
        let mut rest = text.as_bytes();
        for (i, octet) in mac.iter_mut().enumerate() {
            if let ([separator, tail @ ..], 1..) = (rest, i)
                && !separator.is_ascii_hexdigit()
            {
                rest = tail;
            }
            let [high, low, tail @ ..] = rest else { return Err(MacError) };
            *octet = crate::url::hex_pair(*high, *low).ok_or(MacError)?;
            rest = tail;
        }
        if rest.is_empty() { Ok(Self(mac)) } else { Err(MacError) }
    }
}

/// The name of one session, or of the session that may come: `sessionid`, Acct-Session-Id (spec: uam 5.10).
///
/// 16 characters: the time it was made in seconds and the client's port number, 8 hexadecimal digits each.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId([u8; 16]);

impl SessionId {
    /// Puts an id together from a time in seconds and a port number.
    #[must_use]
    pub fn new(seconds: u32, port: u32) -> Self {
        let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
        let mut text = [0; 16];
        let octets = seconds.to_be_bytes().into_iter().chain(port.to_be_bytes());
        for (pair, octet) in text.chunks_exact_mut(2).zip(octets) {
            pair.copy_from_slice(&[digit(octet >> 4), digit(octet & 15)]);
        }
        Self(text)
    }

    /// The 16 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // They are hexadecimal digits, so this never falls back.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Reads an id that [`Display`](fmt::Display) wrote.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let octets: [u8; 16] = text.as_bytes().try_into().ok()?;
        octets.iter().all(|octet| matches!(octet, b'0'..=b'9' | b'a'..=b'f')).then_some(Self(octets))
    }

    /// The port number in it: the client's number at the gateway.
    #[must_use]
    pub fn port(&self) -> u32 {
        self.half(8)
    }

    /// The time in it, in seconds.
    #[must_use]
    pub fn seconds(&self) -> u32 {
        self.half(0)
    }

    fn half(&self, from: usize) -> u32 {
        // They are hexadecimal digits, so this never falls back.
        self.as_str().get(from..from + 8).and_then(|d| u32::from_str_radix(d, 16).ok()).unwrap_or(0)
    }

    /// Whether a received text names this session. Letter case does not matter (spec: radius-profile 9).
    #[must_use]
    pub fn matches(&self, text: &[u8]) -> bool {
        self.0.eq_ignore_ascii_case(text)
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn a_hardware_address_is_read_with_any_separator() {
        // spec: fon-api 4
        let mac = Mac([0x00, 0x22, 0xf3, 0xa5, 0xb1, 0x66]);
        for text in [
            "00-22-F3-A5-B1-66",
            "00:22:f3:a5:b1:66",
            "0022f3a5b166",
            "0022.f3a5.b166",
            "00_22_F3_A5_B1_66",
            "00/22/F3/A5/B1/66",
            "00 22-F3:A5B1,66",
        ] {
            assert_eq!(text.parse(), Ok(mac), "{text}");
        }
        for text in [
            "",
            "00-22-F3-A5-B1",
            "00-22-F3-A5-B1-6",
            "00-22-F3-A5-B1-66-",
            "-00-22-F3-A5-B1-66",
            "g0-22-F3-A5-B1-66",
            "00--22-F3-A5-B1-66",
            "0-022-F3-A5-B1-66",
        ] {
            assert_eq!(text.parse::<Mac>(), Err(MacError), "{text}");
        }
        assert_eq!(mac.to_string(), "00-22-F3-A5-B1-66");
    }

    #[test]
    fn a_session_id_is_time_and_port() {
        // spec: uam 5.10
        let id = SessionId::new(0x6b00_faab, 1);
        assert_eq!(id.as_str(), "6b00faab00000001");
        assert_eq!((id.seconds(), id.port()), (0x6b00_faab, 1));
        assert_eq!(SessionId::from_text(id.as_str()), Some(id));
        assert_eq!(SessionId::from_text("6B00FAAB00000001"), None);
        assert!(id.matches(b"6B00FAAB00000001") && !id.matches(b"6b00faab0000000"));
    }
}
