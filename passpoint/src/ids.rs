//! Identifiers derived from the profile's own, so that the same profile always has the same ones (spec: passpoint 4.4).

use sha1::{Digest, Sha1};
use std::fmt;

/// A version 5 UUID (RFC 9562 §5.5).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Uuid([u8; 16]);

/// RFC 9562 appendix A: the name space of URLs.
const NAMESPACE_URL: Uuid =
    Uuid([0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8]);

impl Uuid {
    /// The UUID of `name` below this one.
    #[must_use]
    pub fn child(self, name: &str) -> Self {
        let digest = Sha1::new().chain_update(self.0).chain_update(name.as_bytes()).finalize();
        let mut octets = [0; 16];
        octets.copy_from_slice(&digest[..16]);
        octets[6] = (octets[6] & 0x0f) | 0x50;
        octets[8] = (octets[8] & 0x3f) | 0x80;
        Self(octets)
    }

    /// The UUID of a profile; those of its parts are its [children](Self::child).
    ///
    /// Names of the parts: `cert:` and the SHA-256 of a certificate in hex, `identity:` and that of the client's
    /// certificate, `hs20`, `ssid:` and the SSID's octets in hex, `windows-carrier`.
    #[must_use]
    pub fn of_profile(profile_id: &str) -> Self {
        NAMESPACE_URL.child("urn:passpoint-profile:v1").child(profile_id)
    }

    /// Upper case, as Apple's format has it.
    #[must_use]
    pub fn upper(self) -> String {
        self.to_string().to_ascii_uppercase()
    }

    /// Lower case in braces, as ChromeOS and Windows have it.
    #[must_use]
    pub fn braced(self) -> String {
        format!("{{{self}}}")
    }
}

/// Lower case with hyphens.
impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, octet) in self.0.iter().enumerate() {
            if matches!(at, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{octet:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whether a text is a UUID without braces.
pub(crate) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, octet)| match at {
            8 | 13 | 18 | 23 => octet == b'-',
            _ => octet.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: passpoint 4.4
    #[test]
    fn the_root_is_the_published_one() {
        let root = NAMESPACE_URL.child("urn:passpoint-profile:v1");
        assert_eq!(root.upper(), "F74736B8-B672-53D2-BC8F-FC820C4186B8");
        assert!(is_uuid(&root.to_string()) && !is_uuid(&root.braced()));
    }
}
