//! What links and cookies carry, and what the store sees of it (spec: passpoint 11.3).

use crate::decode::input::to_hex;
use crate::random::SystemRandom;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::{digest, hkdf, hmac};
use std::fmt;
use zeroize::Zeroizing;

/// Length of a token as text, in characters.
pub const TEXT_LEN: usize = 43;
const LEN: usize = 32;

/// What a token is for. Each purpose has keys of its own in the store and seals with a key of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A link to a finished file.
    Download,
    /// A signed-in user.
    Session,
    /// The page that shows the link.
    Ready,
}

impl Purpose {
    const fn family(self) -> &'static str {
        match self {
            Self::Download => "pp:dl:",
            Self::Session => "pp:se:",
            Self::Ready => "pp:rd:",
        }
    }

    const fn info(self) -> &'static [u8] {
        match self {
            Self::Download => b"passpoint-download-v1",
            Self::Session => b"passpoint-session-v1",
            Self::Ready => b"passpoint-ready-v1",
        }
    }
}

/// Where the store keeps a value, and how many uses it has left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    family: &'static str,
    hash: String,
}

impl Key {
    /// The key of the value, `pp:dl:` and 64 hexadecimal digits.
    #[must_use]
    pub fn value(&self) -> String {
        format!("{}{}", self.family, self.hash)
    }

    /// The key of the number of uses that are left.
    #[must_use]
    pub fn counter(&self) -> String {
        format!("pp:dn:{}", self.hash)
    }

    /// What may stand in a log: the first 8 digits.
    #[must_use]
    pub fn mark(&self) -> &str {
        &self.hash[..8]
    }
}

/// 32 octets that nobody can guess. Only the holder of a token can find and open what was sealed for it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Zeroizing<[u8; LEN]>);

impl Token {
    /// A fresh token from the system's generator.
    #[must_use]
    pub fn generate() -> Self {
        let mut octets = Zeroizing::new([0; LEN]);
        SystemRandom.octets(octets.as_mut());
        Self(octets)
    }

    /// Reads the text of a link or a cookie. Only the one form that [`text`](Self::text) writes is taken.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != TEXT_LEN {
            return None;
        }
        let octets = Zeroizing::new(URL_SAFE_NO_PAD.decode(text).ok()?);
        Some(Self(Zeroizing::new(octets.as_slice().try_into().ok()?)))
    }

    /// The token in base64url, [`TEXT_LEN`] characters.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(URL_SAFE_NO_PAD.encode(self.0.as_ref()))
    }

    /// Where the store keeps what belongs to it: a hash, so that a copy of the store holds no token.
    #[must_use]
    pub fn key(&self, purpose: Purpose) -> Key {
        let hash = digest::digest(&digest::SHA256, self.0.as_ref());
        Key { family: purpose.family(), hash: to_hex(hash.as_ref()) }
    }

    /// Encrypts a value for the store. The nonce stands before it.
    ///
    /// # Panics
    /// Never: the cipher takes every value that fits into memory.
    #[must_use]
    pub fn seal(&self, purpose: Purpose, value: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        SystemRandom.octets(&mut nonce);
        let mut sealed = Zeroizing::new(value.to_vec());
        let tag = self
            .cipher(purpose)
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), sealed.as_mut())
            .expect("a value below 64 GiB");
        [&nonce, sealed.as_slice(), tag.as_ref()].concat()
    }

    /// Decrypts a value of the store. `None` if it was not sealed for this token and purpose.
    #[must_use]
    pub fn open(&self, purpose: Purpose, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, rest) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut value = Zeroizing::new(rest.to_vec());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let len = self.cipher(purpose).open_in_place(nonce, Aad::empty(), value.as_mut()).ok()?.len();
        value.truncate(len);
        Some(value)
    }

    fn cipher(&self, purpose: Purpose) -> LessSafeKey {
        let secret = hkdf::Salt::new(hkdf::HKDF_SHA256, &[]).extract(self.0.as_ref());
        let info = [purpose.info()];
        let key = secret.expand(&info, &AES_256_GCM).expect("a key is far below the most that HKDF gives");
        LessSafeKey::new(UnboundKey::from(key))
    }

    /// The text that forms of this session have to send back.
    #[must_use]
    pub fn csrf(&self) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.csrf_key(), CSRF))
    }

    /// Whether a form sent that text; takes the same time for every wrong one.
    #[must_use]
    pub fn is_csrf(&self, text: &str) -> bool {
        URL_SAFE_NO_PAD.decode(text).is_ok_and(|octets| hmac::verify(&self.csrf_key(), CSRF, &octets).is_ok())
    }

    fn csrf_key(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, self.0.as_ref())
    }
}

const CSRF: &[u8] = b"passpoint-csrf-v1";

/// Never shows the token.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: passpoint 11.3
    #[test]
    fn text_and_key_are_those_of_the_specification() {
        let token = Token(Zeroizing::new([0; LEN]));
        assert_eq!(token.text().as_str(), "A".repeat(43));
        // SHA-256 of 32 zero octets.
        let hash = "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925";
        assert_eq!(token.key(Purpose::Download).value(), format!("pp:dl:{hash}"));
        assert_eq!(token.key(Purpose::Download).counter(), format!("pp:dn:{hash}"));
        assert_eq!(token.key(Purpose::Download).mark(), "66687aad");
    }

    #[test]
    fn only_the_one_text_of_a_token_is_read() {
        let token = Token::generate();
        let text = token.text();
        assert_eq!(Token::parse(&text), Some(token.clone()));
        for wrong in [format!("{}=", &*text), text[1..].to_owned(), format!("+{}", &text[1..]), String::new()]
        {
            assert_eq!(Token::parse(&wrong), None, "{wrong}");
        }
        // The last character holds two unused bits; set, they would be a second text for the same token.
        assert_eq!(Token::parse(&format!("{}B", "A".repeat(42))), None);
        assert_eq!(format!("{token:?}"), "[secret]");
    }

    #[test]
    fn a_value_opens_for_its_token_and_purpose_only() {
        let (token, other) = (Token::generate(), Token::generate());
        let sealed = token.seal(Purpose::Download, b"a file");
        assert_eq!(token.open(Purpose::Download, &sealed).expect("its own").as_slice(), b"a file");
        assert!(token.open(Purpose::Session, &sealed).is_none());
        assert!(other.open(Purpose::Download, &sealed).is_none());
        for cut in [0, 11, sealed.len() - 1] {
            assert!(token.open(Purpose::Download, &sealed[..cut]).is_none());
        }
        assert_ne!(sealed, token.seal(Purpose::Download, b"a file"));
    }

    #[test]
    fn a_form_of_another_session_is_not_taken() {
        let (session, other) = (Token::generate(), Token::generate());
        assert!(session.is_csrf(&session.csrf()));
        assert!(!session.is_csrf(&other.csrf()));
        assert!(!session.is_csrf(""));
    }
}
