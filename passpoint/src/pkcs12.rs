//! PKCS#12 files: a key, its certificate and a chain (RFC 7292).

mod pbe;
mod read;
mod write;

pub use read::{CertificateBag, KeyBag, Pkcs12};
pub use write::{Random, write};

use crate::certificate::{Certificate, decode_base64};
use crate::limits::MAX_PKCS12;
use der::asn1::ObjectIdentifier;
use zeroize::Zeroizing;

pub(crate) const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
pub(crate) const ENCRYPTED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.6");
pub(crate) const KEY_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.1");
pub(crate) const SHROUDED_KEY_BAG: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.2");
pub(crate) const CERT_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.3");
pub(crate) const X509_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.22.1");
pub(crate) const FRIENDLY_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.20");
pub(crate) const LOCAL_KEY_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.21");
pub(crate) const SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");

/// Why octets are not a PKCS#12 file, or do not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Pkcs12Error {
    /// Larger than [`MAX_PKCS12`], or more certificates or iterations than allowed.
    #[error("beyond a limit")]
    Limit,
    /// Not base64.
    #[error("not base64")]
    Base64,
    /// The structure is not that of PKCS#12 in DER.
    #[error("not a PKCS#12 file in DER")]
    Malformed,
    /// It is protected in a way this crate does not know.
    #[error("an unknown algorithm protects it")]
    Algorithm,
    /// The password does not open it.
    #[error("the password does not open it")]
    Password,
    /// It does not hold exactly one key.
    #[error("{0} keys, one expected")]
    Keys(usize),
    /// It holds no certificate for its key.
    #[error("no certificate for the key")]
    NoCertificate,
}

/// A private key, its certificate and the rest of the chain.
#[derive(Clone)]
pub struct Identity {
    /// The key in PKCS#8.
    key: Zeroizing<Vec<u8>>,
    /// The key's certificate.
    pub leaf: Certificate,
    /// Further certificates.
    pub chain: Vec<Certificate>,
}

impl Identity {
    /// Opens a PKCS#12 file that holds one key and its certificate.
    ///
    /// # Errors
    /// When it does not open, or does not hold exactly one key and its certificate.
    pub fn open(octets: &[u8], password: &str) -> Result<Self, Pkcs12Error> {
        Pkcs12::open(octets, password)?.into_identity()
    }

    /// Puts together a key in PKCS#8, its certificate and the rest of the chain, to be [written](write()). Whether they
    /// belong together is the caller's to know.
    #[must_use]
    pub const fn new(key: Zeroizing<Vec<u8>>, leaf: Certificate, chain: Vec<Certificate>) -> Self {
        Self { key, leaf, chain }
    }

    /// The private key in PKCS#8.
    #[must_use]
    pub fn expose_key(&self) -> &[u8] {
        &self.key
    }

    /// The chain without self-signed certificates, and whether there were any.
    pub(crate) fn chain_without_roots(&self) -> (Vec<Certificate>, bool) {
        let kept: Vec<_> = self.chain.iter().filter(|c| !c.is_self_signed()).cloned().collect();
        let removed = kept.len() < self.chain.len();
        (kept, removed)
    }
}

/// Shows the certificates only.
impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity")
            .field("key", &"[secret]")
            .field("leaf", &self.leaf)
            .field("chain", &self.chain)
            .finish()
    }
}

/// Opens the base64 text of a model.
pub(crate) fn open_base64(text: &str, password: &str) -> Result<Identity, Pkcs12Error> {
    if text.len() / 4 * 3 > MAX_PKCS12 + MAX_PKCS12 / 16 {
        return Err(Pkcs12Error::Limit);
    }
    let octets = Zeroizing::new(decode_base64(text).ok_or(Pkcs12Error::Base64)?);
    Identity::open(&octets, password)
}
