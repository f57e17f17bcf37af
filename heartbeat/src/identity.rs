//! Who the hotspot is: MAC, version, architecture, and the text they come in (spec: heartbeat 3.4, 3.5, 8).

use core::fmt;
use core::str::FromStr;

/// A hotspot's MAC, as the wire carries it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mac(pub [u8; 6]);

/// The text is no MAC: six two-digit hexadecimal groups, one separator throughout, `-` or `:` (spec: heartbeat 3.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no MAC: want six two-digit hexadecimal groups joined by '-' or ':', wrong at offset {offset}")]
pub struct MacError {
    /// Where the text leaves the form.
    pub offset: usize,
}

impl FromStr for Mac {
    type Err = MacError;

    fn from_str(text: &str) -> Result<Self, MacError> {
        let text = text.as_bytes();
        let mut octets = [0; 6];
        let separator = text.get(2).copied();
        for (index, octet) in octets.iter_mut().enumerate() {
            let start = index * 3;
            let digit = |at: usize| text.get(at).and_then(|&c| hex_digit(c)).ok_or(MacError { offset: at });
            *octet = digit(start)? << 4 | digit(start + 1)?;
            let after = text.get(start + 2).copied();
            let fits = if index == 5 { after.is_none() } else { after == separator };
            if !fits || !matches!(separator, Some(b'-' | b':')) {
                return Err(MacError { offset: start + 2 });
            }
        }
        Ok(Self(octets))
    }
}

impl fmt::Display for Mac {
    /// The canonical form: upper case, joined by `-`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02X}-{b:02X}-{c:02X}-{d:02X}-{e:02X}-{g:02X}")
    }
}

impl fmt::Debug for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mac({self})")
    }
}

/// Firmware version and revision, one octet each (spec: heartbeat 3.5).
///
/// The wire carries 0 to 255; the text only 0 to 99.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Version {
    /// First number of the version.
    pub major: u8,
    /// Second number of the version.
    pub minor: u8,
    /// Third number of the version.
    pub micro: u8,
    /// The revision.
    pub revision: u8,
}

/// The text is no version or no revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VersionError {
    /// A version is three numbers of one or two digits joined by dots.
    #[error("no version: want three numbers of one or two digits joined by dots")]
    Version,
    /// A revision is one or two digits.
    #[error("no revision: want one or two digits")]
    Revision,
}

impl Version {
    /// Reads version text such as `2.1.0` and revision text such as `1`.
    ///
    /// # Errors
    /// [`VersionError`] for anything but the grammar of spec: heartbeat 3.5.
    pub fn parse(version: &str, revision: &str) -> Result<Self, VersionError> {
        let (major, minor, micro) = Self::numbers(version)?;
        let revision = Self::revision_number(revision)?;
        Ok(Self { major, minor, micro, revision })
    }

    /// The three numbers of version text.
    ///
    /// # Errors
    /// [`VersionError::Version`].
    pub fn numbers(version: &str) -> Result<(u8, u8, u8), VersionError> {
        let mut parts = version.split('.').map(short_number);
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(Some(major)), Some(Some(minor)), Some(Some(micro)), None) => Ok((major, minor, micro)),
            _ => Err(VersionError::Version),
        }
    }

    /// The number of revision text.
    ///
    /// # Errors
    /// [`VersionError::Revision`].
    pub fn revision_number(revision: &str) -> Result<u8, VersionError> {
        short_number(revision).ok_or(VersionError::Revision)
    }
}

impl fmt::Display for Version {
    /// As the log line of a query has it: `2.1.0.1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}.{}", self.major, self.minor, self.micro, self.revision)
    }
}

/// The architecture octet (spec: heartbeat 8.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Architecture(pub u8);

impl Architecture {
    /// The first generation's hardware.
    pub const LINKSYS: Self = Self(0);
    /// The Fonera.
    pub const FONERA: Self = Self(1);
    /// The Netgear build.
    pub const NETGEAR: Self = Self(2);
    /// An older gateway build.
    pub const OLDER_GATEWAY: Self = Self(3);
    /// The gateway build of the supplied source; the default.
    pub const FONAP: Self = Self(37);

    /// The name the log line of a query has, `error` for what the original does not name (spec: heartbeat 12).
    #[must_use]
    pub const fn log_name(self) -> &'static str {
        match self {
            Self::LINKSYS => "linksys",
            Self::FONERA => "fonera",
            Self::FONAP => "fonap",
            _ => "error",
        }
    }
}

impl Default for Architecture {
    fn default() -> Self {
        Self::FONAP
    }
}

/// What a query says of the hotspot, the key apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The hotspot's MAC.
    pub mac: Mac,
    /// Its firmware.
    pub version: Version,
    /// Its architecture.
    pub architecture: Architecture,
}

/// The value in a single-line file such as `/etc/fon_mac`: the first line, its LF or CR LF removed, nothing else
/// trimmed (spec: heartbeat 8.1).
#[must_use]
pub fn single_line(text: &str) -> &str {
    match text.split_once('\n') {
        Some((line, _)) => line.strip_suffix('\r').unwrap_or(line),
        None => text,
    }
}

/// The value of a hexadecimal digit of either case.
pub(crate) const fn hex_digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        b'A'..=b'F' => Some(character - b'A' + 10),
        _ => None,
    }
}

/// A number of one or two decimal digits.
fn short_number(text: &str) -> Option<u8> {
    match *text.as_bytes() {
        [a @ b'0'..=b'9'] => Some(a - b'0'),
        [a @ b'0'..=b'9', b @ b'0'..=b'9'] => Some((a - b'0') * 10 + (b - b'0')),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString as _;

    // spec: heartbeat 3.4
    #[test]
    fn a_mac_is_printed_in_capitals_with_dashes() {
        let mac: Mac = "00:18:84:a0:00:29".parse().unwrap();
        assert_eq!(mac.to_string(), "00-18-84-A0-00-29");
    }

    #[test]
    fn mixed_separators_are_refused_where_they_change() {
        assert_eq!("00-18:84-a0-00-29".parse::<Mac>(), Err(MacError { offset: 5 }));
        assert_eq!("00 18 84 a0 00 29".parse::<Mac>(), Err(MacError { offset: 2 }));
        assert_eq!("00-18-84-a0-00-2".parse::<Mac>(), Err(MacError { offset: 16 }));
        assert_eq!("".parse::<Mac>(), Err(MacError { offset: 0 }));
    }

    // spec: heartbeat 3.5
    #[test]
    fn a_one_digit_number_is_itself() {
        let version = Version::parse("2.1.0", "1").unwrap();
        assert_eq!(version.to_string(), "2.1.0.1");
        assert_eq!(Version::parse("2.1", "1"), Err(VersionError::Version));
        assert_eq!(Version::parse("2.1.0.0", "1"), Err(VersionError::Version));
        assert_eq!(Version::parse("2.1.0", ""), Err(VersionError::Revision));
    }

    // spec: heartbeat 8.1
    #[test]
    fn only_the_first_line_of_a_file_counts() {
        assert_eq!(single_line("2.1.0\r\nmore\n"), "2.1.0");
        assert_eq!(single_line(" x \n"), " x ");
        assert_eq!(single_line("bare\r"), "bare\r");
    }
}
