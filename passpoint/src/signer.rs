//! Who signs a profile: a trait, so that the key may live anywhere, and one implementation over `ring`.
//!
//! `ring` rather than the `rsa` and `p256` crates: its RSA takes the same time whatever the key (the `rsa` crate has an
//! open advisory about just that), its stable release is the one TLS in this workspace uses anyway, and verification
//! below needs only it.

use crate::certificate::{Certificate, PublicKey, pem_blocks};
use der::asn1::ObjectIdentifier;
use ring::signature::{
    self, EcdsaKeyPair, KeyPair as _, RsaKeyPair, UnparsedPublicKey, VerificationAlgorithm,
};
use std::fmt;
use zeroize::Zeroizing;

/// How a signer signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// RSA PKCS#1 v1.5 with SHA-256.
    RsaSha256,
    /// ECDSA on P-256 with SHA-256, the signature in ASN.1 form.
    EcdsaP256Sha256,
}

/// Something that signs messages. The key may be in memory, in a token or in another process.
pub trait Signer {
    /// How it signs.
    fn algorithm(&self) -> Algorithm;

    /// Signs a message (which it hashes itself).
    ///
    /// # Errors
    /// When no signature can be made.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError>;

    /// The signer's certificate, then the intermediate ones upwards, without the root.
    fn chain(&self) -> &[Certificate];
}

/// Why there is no signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The signer has no certificate.
    #[error("the signer has no certificate")]
    NoCertificate,
    /// The format does not take signatures of this algorithm.
    #[error("the format does not take {0:?} signatures")]
    Algorithm(Algorithm),
    /// The key could not be used.
    #[error("the key could not be used")]
    Key,
    /// The document to sign is not one this function signs.
    #[error("the document is not one to sign here")]
    Document,
    /// The signing time cannot be written.
    #[error("the signing time is out of range")]
    Time,
}

/// Why a key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// There is no PKCS#8 key block (`PRIVATE KEY`), or it is not base64.
    #[error("no PKCS#8 key in the PEM text")]
    Pem,
    /// The key is neither RSA of 2048 bits or more nor on P-256.
    #[error("the key is neither RSA of at least 2048 bits nor on P-256")]
    Unsupported,
    /// The certificates cannot be read.
    #[error(transparent)]
    Certificate(#[from] crate::certificate::CertificateError),
    /// The first certificate is not that of the key.
    #[error("the first certificate belongs to another key")]
    Mismatch,
}

/// Signs with a key in memory.
///
/// RSA signatures depend on key and message alone. ECDSA signatures differ each time; a caller that needs the same
/// octets twice uses RSA or its own [`Signer`].
pub struct RingSigner {
    key: Key,
    chain: Vec<Certificate>,
    random: ring::rand::SystemRandom,
}

enum Key {
    Rsa(Box<RsaKeyPair>),
    Ecdsa(Box<EcdsaKeyPair>),
}

impl RingSigner {
    /// Takes a PKCS#8 key and the certificates, the key's first. A self-signed root at the end is left out of [`chain`](Signer::chain).
    ///
    /// # Errors
    /// When the key is of another kind, or the first certificate is not the key's.
    pub fn from_pkcs8(key: &[u8], certificates: Vec<Certificate>) -> Result<Self, KeyError> {
        let random = ring::rand::SystemRandom::new();
        let (key, public) = if let Ok(pair) = RsaKeyPair::from_pkcs8(key) {
            let public = pair.public_key().as_ref().to_vec();
            (Key::Rsa(Box::new(pair)), public)
        } else {
            let pair = EcdsaKeyPair::from_pkcs8(&signature::ECDSA_P256_SHA256_ASN1_SIGNING, key, &random)
                .map_err(|_| KeyError::Unsupported)?;
            let public = pair.public_key().as_ref().to_vec();
            (Key::Ecdsa(Box::new(pair)), public)
        };
        if certificates.first().is_none_or(|c| c.key.octets != public) {
            return Err(KeyError::Mismatch);
        }
        let mut chain = certificates;
        let mut first = true;
        chain.retain(|c| std::mem::take(&mut first) || !c.is_self_signed());
        Ok(Self { key, chain, random })
    }

    /// The same from PEM texts: the key in PKCS#8 (`PRIVATE KEY`), and the certificates in order.
    ///
    /// # Errors
    /// As [`from_pkcs8`](Self::from_pkcs8), and when a text is not PEM.
    pub fn from_pem(key: &str, certificates: &str) -> Result<Self, KeyError> {
        let block = pem_blocks(key, "PRIVATE KEY").next().ok_or(KeyError::Pem)?;
        let key = Zeroizing::new(crate::certificate::decode_base64(block).ok_or(KeyError::Pem)?);
        Self::from_pkcs8(&key, Certificate::chain_from_pem(certificates)?)
    }
}

impl Signer for RingSigner {
    fn algorithm(&self) -> Algorithm {
        match self.key {
            Key::Rsa(_) => Algorithm::RsaSha256,
            Key::Ecdsa(_) => Algorithm::EcdsaP256Sha256,
        }
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        match &self.key {
            Key::Rsa(pair) => {
                let mut out = vec![0; pair.public().modulus_len()];
                pair.sign(&signature::RSA_PKCS1_SHA256, &self.random, message, &mut out)
                    .map_err(|_| SignError::Key)?;
                Ok(out)
            }
            Key::Ecdsa(pair) => {
                let out = pair.sign(&self.random, message).map_err(|_| SignError::Key)?;
                Ok(out.as_ref().to_vec())
            }
        }
    }

    fn chain(&self) -> &[Certificate] {
        &self.chain
    }
}

/// Shows the certificates only.
impl fmt::Debug for RingSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RingSigner").field("key", &"[secret]").field("chain", &self.chain).finish()
    }
}

/// A digest that signatures use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");

impl Hash {
    /// The digest with this object identifier.
    pub(crate) fn from_oid(oid: ObjectIdentifier) -> Option<Self> {
        match oid.to_string().as_str() {
            "1.3.14.3.2.26" => Some(Self::Sha1),
            "2.16.840.1.101.3.4.2.1" => Some(Self::Sha256),
            "2.16.840.1.101.3.4.2.2" => Some(Self::Sha384),
            "2.16.840.1.101.3.4.2.3" => Some(Self::Sha512),
            _ => None,
        }
    }

    /// The digest inside a signature algorithm. `None` for algorithms that do not name one.
    pub(crate) fn of_signature(oid: ObjectIdentifier) -> Option<Self> {
        match oid.to_string().as_str() {
            "1.2.840.113549.1.1.5" => Some(Self::Sha1),
            "1.2.840.113549.1.1.11" | "1.2.840.10045.4.3.2" => Some(Self::Sha256),
            "1.2.840.113549.1.1.12" | "1.2.840.10045.4.3.3" => Some(Self::Sha384),
            "1.2.840.113549.1.1.13" => Some(Self::Sha512),
            _ => None,
        }
    }

    pub(crate) fn digest(self, message: &[u8]) -> Vec<u8> {
        use sha2::Digest as _;
        match self {
            Self::Sha1 => sha1::Sha1::digest(message).to_vec(),
            Self::Sha256 => sha2::Sha256::digest(message).to_vec(),
            Self::Sha384 => sha2::Sha384::digest(message).to_vec(),
            Self::Sha512 => sha2::Sha512::digest(message).to_vec(),
        }
    }
}

impl PublicKey {
    /// Whether `signature` is this key's over `message`. Keys of RSA below 2048 bits and other curves never verify.
    pub(crate) fn verifies(&self, hash: Hash, message: &[u8], signature: &[u8]) -> bool {
        self.verify_with(hash, false, message, signature)
    }

    /// The same for ECDSA signatures of fixed length, as XML signatures have them.
    pub(crate) fn verifies_fixed(&self, hash: Hash, message: &[u8], signature: &[u8]) -> bool {
        self.verify_with(hash, true, message, signature)
    }

    fn verify_with(&self, hash: Hash, fixed: bool, message: &[u8], octets: &[u8]) -> bool {
        let algorithm: &dyn VerificationAlgorithm = if self.algorithm == RSA {
            match hash {
                Hash::Sha1 => &signature::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
                Hash::Sha256 => &signature::RSA_PKCS1_2048_8192_SHA256,
                Hash::Sha384 => &signature::RSA_PKCS1_2048_8192_SHA384,
                Hash::Sha512 => &signature::RSA_PKCS1_2048_8192_SHA512,
            }
        } else if self.algorithm == EC {
            match (self.curve, hash, fixed) {
                (Some(P256), Hash::Sha256, false) => &signature::ECDSA_P256_SHA256_ASN1,
                (Some(P256), Hash::Sha384, false) => &signature::ECDSA_P256_SHA384_ASN1,
                (Some(P384), Hash::Sha256, false) => &signature::ECDSA_P384_SHA256_ASN1,
                (Some(P384), Hash::Sha384, false) => &signature::ECDSA_P384_SHA384_ASN1,
                (Some(P256), Hash::Sha256, true) => &signature::ECDSA_P256_SHA256_FIXED,
                (Some(P384), Hash::Sha384, true) => &signature::ECDSA_P384_SHA384_FIXED,
                _ => return false,
            }
        } else {
            return false;
        };
        UnparsedPublicKey::new(algorithm, &self.octets).verify(message, octets).is_ok()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    const RSA_KEY: &str = include_str!("../../tests/vectors/passpoint/pki/signer-rsa.key");
    const RSA_CERT: &str = include_str!("../../tests/vectors/passpoint/pki/signer-rsa.pem");
    const MIDDLE: &str = include_str!("../../tests/vectors/passpoint/pki/signer-intermediate.pem");
    const ROOT: &str = include_str!("../../tests/vectors/passpoint/pki/signer-root.pem");
    const EC_KEY: &str = include_str!("../../tests/vectors/passpoint/pki/signer-ec.key");
    const EC_CERT: &str = include_str!("../../tests/vectors/passpoint/pki/signer-ec.pem");

    pub(crate) fn rsa() -> RingSigner {
        RingSigner::from_pem(RSA_KEY, &format!("{RSA_CERT}{MIDDLE}{ROOT}")).expect("a signer")
    }

    pub(crate) fn ec() -> RingSigner {
        RingSigner::from_pem(EC_KEY, &format!("{EC_CERT}{MIDDLE}")).expect("a signer")
    }

    #[test]
    #[cfg_attr(miri, ignore = "ring is assembler, which an interpreter cannot run")]
    fn what_is_signed_verifies_and_the_root_stays_away() {
        for signer in [rsa(), ec()] {
            let signature = signer.sign(b"message").expect("a signature");
            assert_eq!(signer.chain().len(), 2);
            let key = &signer.chain()[0].key;
            assert!(key.verifies(Hash::Sha256, b"message", &signature));
            assert!(!key.verifies(Hash::Sha256, b"Message", &signature));
            assert!(!key.verifies(Hash::Sha1, b"message", &signature));
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "ring is assembler, which an interpreter cannot run")]
    fn a_certificate_of_another_key_is_refused() {
        let error = RingSigner::from_pem(RSA_KEY, EC_CERT).expect_err("refused");
        assert_eq!(error, KeyError::Mismatch);
        assert!(!format!("{:?}", rsa()).contains("PRIVATE"));
    }
}
