//! X.509 certificates: reading, fingerprints, order in a chain, expiry.

use crate::asn1::{self, Malformed};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use der::asn1::ObjectIdentifier;
use der::oid::db::rfc4519::CN;
use der::{Decode, Encode, Tag};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::fmt;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage, SubjectKeyIdentifier};

/// Why octets or a text are not a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// A PEM text holds no certificate block, or more than the one expected.
    #[error("{found} certificate blocks in the PEM text, one expected")]
    Blocks {
        /// How many there are.
        found: usize,
    },
    /// What stands in a PEM block is not base64.
    #[error("a PEM block is not base64")]
    Base64,
    /// The octets are not an X.509 certificate in DER.
    #[error("not an X.509 certificate in DER")]
    Der,
}

/// One X.509 certificate.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    sha256: [u8; 32],
    common_name: Option<String>,
    not_before: i64,
    not_after: i64,
    pub(crate) subject: Vec<u8>,
    pub(crate) issuer: Vec<u8>,
    pub(crate) serial: Vec<u8>,
    pub(crate) key_id: Option<Vec<u8>>,
    /// Whether it may issue certificates, and how many issuers may stand between it and a leaf.
    pub(crate) authority: Option<Option<u8>>,
    pub(crate) key: PublicKey,
    pub(crate) signed: Vec<u8>,
    pub(crate) signature_algorithm: ObjectIdentifier,
    pub(crate) signature: Vec<u8>,
}

/// The key of a certificate.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PublicKey {
    pub(crate) algorithm: ObjectIdentifier,
    /// The curve, if the algorithm has one.
    pub(crate) curve: Option<ObjectIdentifier>,
    pub(crate) octets: Vec<u8>,
}

/// What stands out about a certificate at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expiry {
    /// It is valid and stays so for the time asked about.
    Valid,
    /// It is valid but ends within the time asked about.
    Soon {
        /// Seconds until then.
        seconds: i64,
    },
    /// It has ended.
    Expired,
    /// It is not valid yet.
    NotYet,
}

impl Certificate {
    /// Reads a certificate in DER.
    ///
    /// # Errors
    /// [`CertificateError::Der`].
    pub fn from_der(octets: &[u8]) -> Result<Self, CertificateError> {
        read(octets).map_err(|Malformed| CertificateError::Der)
    }

    /// Reads a PEM text that holds exactly one certificate. Text round the block is ignored.
    ///
    /// # Errors
    /// When there is no block or more than one, or what stands in it is no certificate.
    pub fn from_pem(text: &str) -> Result<Self, CertificateError> {
        let mut all = Self::chain_from_pem(text)?;
        match (all.pop(), all.len()) {
            (Some(one), 0) => Ok(one),
            (_, more) => Err(CertificateError::Blocks { found: more + 1 }),
        }
    }

    /// Reads all certificates of a PEM text, in their order.
    ///
    /// # Errors
    /// When there is none, or what stands in a block is no certificate.
    pub fn chain_from_pem(text: &str) -> Result<Vec<Self>, CertificateError> {
        let certificates: Vec<Self> = pem_blocks(text, "CERTIFICATE")
            .map(|block| Self::from_der(&decode_base64(block).ok_or(CertificateError::Base64)?))
            .collect::<Result<_, _>>()?;
        if certificates.is_empty() { Err(CertificateError::Blocks { found: 0 }) } else { Ok(certificates) }
    }

    /// Reads DER, or PEM of which only the first block counts (as Java's certificate factory does).
    pub(crate) fn from_either(octets: &[u8]) -> Result<Self, CertificateError> {
        if !holds_pem(octets) {
            return Self::from_der(octets);
        }
        let text = String::from_utf8_lossy(octets);
        let block = pem_blocks(&text, "CERTIFICATE").next().ok_or(CertificateError::Blocks { found: 0 })?;
        Self::from_der(&decode_base64(block).ok_or(CertificateError::Base64)?)
    }

    /// The certificate in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The certificate in PEM, lines of 64 characters.
    #[must_use]
    pub fn to_pem(&self) -> String {
        let mut text = String::from("-----BEGIN CERTIFICATE-----\n");
        crate::text::push_lines(&mut text, &STANDARD.encode(&self.der), 64);
        text.push_str("-----END CERTIFICATE-----\n");
        text
    }

    /// SHA-256 of the DER.
    #[must_use]
    pub const fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// SHA-256 of the DER, lower-case hexadecimal.
    #[must_use]
    pub fn sha256_hex(&self) -> String {
        crate::text::hex(&self.sha256)
    }

    /// SHA-1 of the DER. Only for systems that name certificates by it.
    #[must_use]
    pub fn sha1(&self) -> [u8; 20] {
        Sha1::digest(&self.der).into()
    }

    /// The common name of the subject, if there is one.
    #[must_use]
    pub fn common_name(&self) -> Option<&str> {
        self.common_name.as_deref()
    }

    /// What a person is shown for it: the common name, in which characters that are no text (XML cannot carry them) are
    /// replaced.
    pub(crate) fn label(&self) -> String {
        let name = self.common_name().unwrap_or("certificate");
        let shown = |c: char| {
            if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') {
                char::REPLACEMENT_CHARACTER
            } else {
                c
            }
        };
        name.chars().map(shown).collect()
    }

    /// Whether it names itself as its issuer.
    #[must_use]
    pub fn is_self_signed(&self) -> bool {
        self.subject == self.issuer
    }

    /// Whether it says that it may issue certificates.
    #[must_use]
    pub const fn is_authority(&self) -> bool {
        self.authority.is_some()
    }

    /// First and last second of its validity, since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn validity(&self) -> (i64, i64) {
        (self.not_before, self.not_after)
    }

    /// How its validity stands at a moment, looking `soon_seconds` ahead.
    #[must_use]
    pub const fn expiry(&self, unix_seconds: i64, soon_seconds: i64) -> Expiry {
        if unix_seconds < self.not_before {
            Expiry::NotYet
        } else if unix_seconds > self.not_after {
            Expiry::Expired
        } else if self.not_after - unix_seconds < soon_seconds {
            Expiry::Soon { seconds: self.not_after - unix_seconds }
        } else {
            Expiry::Valid
        }
    }
}

/// Shows the common name and the fingerprint.
impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({:?}, sha256 {})", self.common_name(), self.sha256_hex())
    }
}

/// Orders certificates so that each is followed by its issuer: first `leaf`, then upwards as far as `others` reach.
///
/// Certificates that are not part of the chain are left out.
#[must_use]
pub fn order_chain(leaf: &Certificate, others: &[Certificate]) -> Vec<Certificate> {
    let mut chain = vec![leaf.clone()];
    while let Some(last) = chain.last().filter(|c| !c.is_self_signed()) {
        let next = others.iter().find(|c| c.subject == last.issuer && !chain.contains(c));
        match next {
            Some(issuer) => chain.push(issuer.clone()),
            None => break,
        }
    }
    chain
}

fn read(octets: &[u8]) -> Result<Certificate, Malformed> {
    let parsed = x509_cert::Certificate::from_der(octets)?;
    let tbs = parsed.tbs_certificate();
    let spki = tbs.subject_public_key_info();
    let curve = spki.algorithm.parameters.as_ref().and_then(|p| p.decode_as::<ObjectIdentifier>().ok());
    let basic = tbs.get_extension::<BasicConstraints>()?.map(|(_, e)| e);
    let usage = tbs.get_extension::<KeyUsage>()?.map(|(_, e)| e);
    let may_sign = usage.is_none_or(|u| u.key_cert_sign());
    let authority = basic.filter(|b| b.ca && may_sign).map(|b| b.path_len_constraint);
    let key_id = tbs.get_extension::<SubjectKeyIdentifier>()?.map(|(_, e)| e.0.as_bytes().to_vec());
    let common_name = tbs.subject().iter().find(|a| a.oid == CN).and_then(|a| {
        // Every string type of a name that is text in UTF-8 or a subset of it.
        match der::Tagged::tag(&a.value) {
            Tag::Utf8String | Tag::PrintableString | Tag::Ia5String | Tag::TeletexString => {
                std::str::from_utf8(a.value.value()).ok().map(str::to_owned)
            }
            Tag::BmpString => crate::text::from_utf16_be(a.value.value()),
            _ => None,
        }
    });
    let mut outer = asn1::inside(asn1::single(octets)?, Tag::Sequence)?;
    Ok(Certificate {
        der: octets.to_vec(),
        sha256: Sha256::digest(octets).into(),
        common_name,
        not_before: seconds(&tbs.validity().not_before),
        not_after: seconds(&tbs.validity().not_after),
        subject: tbs.subject().to_der()?,
        issuer: tbs.issuer().to_der()?,
        serial: tbs.serial_number().as_bytes().to_vec(),
        key_id,
        authority,
        key: PublicKey {
            algorithm: spki.algorithm.oid,
            curve,
            octets: spki.subject_public_key.raw_bytes().to_vec(),
        },
        signed: asn1::raw(outer.any()?)?,
        signature_algorithm: parsed.signature_algorithm().oid,
        signature: parsed.signature().raw_bytes().to_vec(),
    })
}

fn seconds(time: &x509_cert::time::Time) -> i64 {
    i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX)
}

/// Whether octets look like PEM.
pub(crate) fn holds_pem(octets: &[u8]) -> bool {
    octets.windows(10).any(|w| w == b"-----BEGIN")
}

/// What stands between the lines of each PEM block with this label.
pub(crate) fn pem_blocks<'a>(text: &'a str, label: &str) -> impl Iterator<Item = &'a str> {
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once(&begin)?;
        let (block, after) = after.split_once(&end)?;
        rest = after;
        Some(block)
    })
}

/// Base64 with white space in it.
pub(crate) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let plain: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    STANDARD.decode(plain).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = include_str!("../../tests/vectors/passpoint/pki/signer-root.pem");
    const CHAIN: &str = include_str!("../../tests/vectors/passpoint/pki/signer-chain.pem");
    const LEAF: &str = include_str!("../../tests/vectors/passpoint/pki/signer-rsa.pem");
    const MIDDLE: &str = include_str!("../../tests/vectors/passpoint/pki/signer-intermediate.pem");

    fn one(pem: &str) -> Certificate {
        Certificate::from_pem(pem).expect("a certificate")
    }

    #[test]
    fn reads_what_the_list_of_the_vectors_says() {
        let root = one(ROOT);
        assert_eq!(root.common_name(), Some("Example Signing Root"));
        assert_eq!(root.sha256_hex(), "83dfd31f951043fdcda387ce59fb615a65508ad95e75ce8b6c1cd1c1ac8293dd");
        assert_eq!(crate::text::hex(&root.sha1()), "9213691c0391c09dc8cac005bc52c4dd5184bcbf");
        assert!(root.is_self_signed() && root.is_authority());
        assert_eq!(root.to_pem().replace('\n', ""), ROOT.replace('\n', ""));
        assert!(!one(LEAF).is_authority());
    }

    // Fuzzing found a certificate whose name made a file that no reader takes.
    #[test]
    fn a_name_that_is_no_text_is_shown_as_text() {
        let der = one(ROOT).der().to_vec();
        let name = b"Example Signing Root";
        let mut octets = der.clone();
        for at in 0..der.len() - name.len() {
            if der[at..].starts_with(name) {
                octets[at] = 0x19;
                octets[at + 1] = 0x7F;
            }
        }
        let odd = Certificate::from_der(&octets).expect("a certificate");
        assert_eq!(odd.common_name(), Some("\u{19}\u{7F}ample Signing Root"));
        assert_eq!(odd.label(), "\u{FFFD}\u{FFFD}ample Signing Root");
        assert_eq!(one(ROOT).label(), "Example Signing Root");
    }

    #[test]
    fn puts_a_chain_in_order() {
        let (root, middle, leaf) = (one(ROOT), one(MIDDLE), one(LEAF));
        let ordered = order_chain(&leaf, &[root.clone(), middle.clone()]);
        assert_eq!(ordered, [leaf, middle, root]);
    }

    #[test]
    fn warns_of_the_end() {
        let leaf = one(LEAF);
        let (from, to) = leaf.validity();
        assert_eq!(leaf.expiry(from - 1, 60), Expiry::NotYet);
        assert_eq!(leaf.expiry(from, 60), Expiry::Valid);
        assert_eq!(leaf.expiry(to - 5, 60), Expiry::Soon { seconds: 5 });
        assert_eq!(leaf.expiry(to + 1, 60), Expiry::Expired);
    }

    #[test]
    fn says_how_many_blocks_there_are() {
        assert_eq!(Certificate::from_pem(""), Err(CertificateError::Blocks { found: 0 }));
        let found = Certificate::chain_from_pem(CHAIN).expect("certificates").len();
        assert!(found > 1);
        assert_eq!(Certificate::from_pem(CHAIN), Err(CertificateError::Blocks { found }));
    }
}
