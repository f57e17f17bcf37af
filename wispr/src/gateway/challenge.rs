//! UAM arithmetic: challenge and key, obfuscated passwords, CHAP, signed URLs (spec: uam 3, 4, 5.11).
//!
//! Gateways, portals and pages that log in by themselves all need it, so none of it depends on the machine.

use crate::digest::md5;
use crate::text;
use crate::url::{self, hex_pair};
use alloc::{string::String, vec::Vec};
use core::fmt;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

/// The longest password a gateway takes, in octets (spec: uam 2).
pub const MAX_PASSWORD_LEN: usize = 128;

/// 16 random octets per client that keep a password from being read or used again (spec: uam 3).
///
/// `Display` writes the 32 lower-case hexadecimal digits of the redirects.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Challenge(pub [u8; 16]);

impl Challenge {
    /// Reads 32 hexadecimal digits.
    #[must_use]
    pub fn from_hex(text: &[u8]) -> Option<Self> {
        hex_array(text).map(Self)
    }

    /// What credentials are mixed with: MD5 of challenge and uamsecret, or the challenge if the secret is empty.
    #[must_use]
    pub fn key(&self, uamsecret: &[u8]) -> Key {
        if uamsecret.is_empty() {
            return Key(self.0);
        }
        Key(md5(&[&self.0, uamsecret]))
    }
}

impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::write_hex(f, &self.0)
    }
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Challenge({self})")
    }
}

/// The key of one challenge (spec: uam 4). Wiped on drop, never printed.
#[derive(Clone)]
pub struct Key([u8; 16]);

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Key {}

impl Key {
    /// The octets: the CHAP-Challenge of a CHAP login.
    #[must_use]
    pub const fn as_octets(&self) -> &[u8; 16] {
        &self.0
    }

    /// Hides a password for the parameter `password` of `/logon`: hexadecimal digits of password XOR key.
    ///
    /// Zero octets appended by the caller hide the length; the gateway drops them.
    #[must_use]
    pub fn obfuscate(&self, password: &[u8]) -> String {
        let mut sent = String::with_capacity(2 * password.len());
        for (plain, key) in password.iter().zip(self.0.iter().cycle()) {
            let _infallible = text::write_hex(&mut sent, &[plain ^ key]);
        }
        sent
    }

    /// Recovers the octets that [`obfuscate`](Self::obfuscate) hid, padding included.
    ///
    /// An odd last digit is ignored and what is longer than [`MAX_PASSWORD_LEN`] is cut, as deployed gateways do.
    /// `None` if a digit is not hexadecimal.
    #[must_use]
    pub fn recover(&self, sent: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut plain = Zeroizing::new(Vec::with_capacity(MAX_PASSWORD_LEN));
        for (pair, key) in sent.chunks_exact(2).take(MAX_PASSWORD_LEN).zip(self.0.iter().cycle()) {
            let &[high, low] = pair else { return None };
            plain.push(hex_pair(high, low)? ^ key);
        }
        Some(plain)
    }

    /// The parameter `response` of a CHAP login, as octets: MD5 of ident, password and key.
    #[must_use]
    pub fn chap_response(&self, ident: u8, password: &[u8]) -> [u8; 16] {
        md5(&[&[ident], password, &self.0])
    }

    /// Whether a CHAP response fits a password. Takes the same time for every wrong response.
    #[must_use]
    pub fn verify_chap(&self, ident: u8, password: &[u8], response: &[u8; 16]) -> bool {
        self.chap_response(ident, password).ct_eq(response).into()
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key([secret])")
    }
}

/// The parameter `ident` of a CHAP login as the number it stands for (spec: uam 4).
///
/// Leading decimal digits modulo 256, nothing is 0. As in C, blanks and a sign may come first.
#[must_use]
pub fn ident(text: &[u8]) -> u8 {
    let text = text.trim_ascii_start();
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let number = digits
        .iter()
        .take_while(|d| d.is_ascii_digit())
        .fold(0_u8, |sum, d| sum.wrapping_mul(10).wrapping_add(d - b'0'));
    if negative { number.wrapping_neg() } else { number }
}

/// The signature `md` of a URL: upper-case hexadecimal MD5 of its octets and the secret (spec: uam 5.11).
#[must_use]
pub fn md(url: &[u8], uamsecret: &[u8]) -> String {
    let digest = md5(&[url, uamsecret]);
    let mut out = String::with_capacity(32);
    let _infallible = text::write_upper_hex(&mut out, &digest);
    out
}

/// Appends `&md=` and the signature. Without a secret the URL stays as it is.
#[must_use]
pub fn sign(mut url: String, uamsecret: &[u8]) -> String {
    if !uamsecret.is_empty() {
        let md = md(url.as_bytes(), uamsecret);
        url.push_str("&md=");
        url.push_str(&md);
    }
    url
}

/// Checks a signed URL and returns it without the signature: the portal's side of [`sign`].
///
/// The signature covers the URL's beginning too, so a portal has to put the request together with its own URL as the
/// gateway knows it. `None` if the signature is missing or wrong, and always without a secret, because then nothing
/// is signed.
#[must_use]
pub fn verify<'a>(url: &'a str, uamsecret: &[u8]) -> Option<&'a str> {
    // The signature is the last parameter, and has 32 digits.
    let (signed, signature) = url.split_at_checked(url.len().checked_sub(36)?)?;
    let given = signature.strip_prefix("&md=")?;
    let right = md(signed.as_bytes(), uamsecret);
    (!uamsecret.is_empty() && bool::from(right.as_bytes().ct_eq(given.as_bytes()))).then_some(signed)
}

/// The first redirect to a page before the portal: `uamhomepage` with the whole signed URL as `loginurl`
/// (spec: uam 5.1).
#[must_use]
pub fn homepage(uamhomepage: &str, signed: &str) -> String {
    let mut out = String::with_capacity(uamhomepage.len() + 10 + 2 * signed.len());
    out.push_str(uamhomepage);
    out.push(if uamhomepage.contains('?') { '&' } else { '?' });
    out.push_str("loginurl=");
    let _infallible = url::write_encoded(&mut out, signed.as_bytes());
    out
}

/// The octets of exactly twice as many hexadecimal digits.
pub(super) fn hex_array<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    if text.len() != 2 * N {
        return None;
    }
    let mut out = [0; N];
    for (octet, pair) in out.iter_mut().zip(text.chunks_exact(2)) {
        let &[high, low] = pair else { return None };
        *octet = hex_pair(high, low)?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{borrow::ToOwned, format, string::ToString};

    #[test]
    fn without_a_secret_the_challenge_is_the_key() {
        // spec: uam 4
        let challenge = Challenge::from_hex(b"5e6a0a2edd70e34dc1d77cffb7decc0c").unwrap();
        assert_eq!(challenge.key(b"").as_octets(), &challenge.0);
        assert_eq!(challenge.to_string(), "5e6a0a2edd70e34dc1d77cffb7decc0c");
        assert_eq!(Challenge::from_hex(b"5e6a"), None);
        assert_eq!(Challenge::from_hex(b"5e6a0a2edd70e34dc1d77cffb7decc0g"), None);
    }

    #[test]
    fn a_password_comes_back_with_its_padding_and_a_bad_digit_is_refused() {
        // spec: uam 4
        let key = Challenge([7; 16]).key(b"garrafon");
        let sent = key.obfuscate(b"secret\0\0");
        assert_eq!(&**key.recover(sent.as_bytes()).unwrap(), b"secret\0\0");
        assert!(key.recover(b"0g").is_none());
        assert_eq!(key.recover(&[b'0'; 4096]).unwrap().len(), MAX_PASSWORD_LEN);
    }

    #[test]
    fn the_ident_is_read_as_c_reads_a_number() {
        // spec: uam 4
        let read = [&b""[..], b"7x", b"-1", b"+2", b" 3", b"256", b"300", b"x1", b"99999999999999999999"];
        assert_eq!(read.map(ident), [0, 7, 255, 2, 3, 0, 44, 0, 255]);
    }

    #[test]
    fn a_signature_is_cut_at_the_last_mark_and_needs_a_secret() {
        // spec: uam 5.11
        let signed = sign("http://p/?userurl=&md=x".to_owned(), b"s");
        assert_eq!(verify(&signed, b"s"), Some("http://p/?userurl=&md=x"));
        assert_eq!(verify(&signed, b"t"), None);
        assert_eq!(verify(&signed.replace("http", "https"), b"s"), None);
        assert_eq!(sign("http://p/".to_owned(), b""), "http://p/");
        assert_eq!(verify(&format!("http://p/&md={}", md(b"http://p/", b"")), b""), None);
    }

    #[test]
    fn secrets_do_not_print() {
        assert_eq!(format!("{:?}", Challenge([9; 16]).key(b"")), "Key([secret])");
    }
}
