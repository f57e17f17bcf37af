//! Credentials: secrets, what is expected of the server, what the client presents.

use crate::certificate::{Certificate, decode_base64, encode_base64, is_pkcs12, padding, plain_base64};
use crate::error::WarningKind;
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Overwrites all that was ever allocated for the octets, and empties them.
///
/// `Vec::zeroize` writes octet by octet; a container of some kilobytes would take longer to wipe than its document to
/// read. The barrier keeps the compiler from leaving out what nobody reads again.
fn wipe(octets: &mut Vec<u8>) {
    octets.clear();
    octets.resize(octets.capacity(), 0);
    zeroize::optimization_barrier(octets.as_slice());
    octets.clear();
}

/// A password, a passphrase, or a document that holds some. Wiped when dropped, compared in constant time, printed as
/// `[secret]`.
#[derive(Clone, Default)]
pub struct Secret(String);

impl Secret {
    /// Takes over a text; the caller's buffer is the one that is wiped later.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The secret itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    pub(crate) fn push_str(&mut self, piece: &str) {
        if self.0.capacity() - self.0.len() < piece.len() {
            let mut larger = String::with_capacity((self.0.len() + piece.len()).next_power_of_two().max(64));
            larger.push_str(&self.0);
            *self = Self(larger);
        }
        self.0.push_str(piece);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Zeroize for Secret {
    fn zeroize(&mut self) {
        wipe(&mut std::mem::take(&mut self.0).into_bytes());
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.zeroize();
    }
}

impl ZeroizeOnDrop for Secret {}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// A PKCS#12 container with a key, recognised by its outermost structure only. Wiped when dropped, compared in constant time,
/// printed as `[secret]`.
///
/// It stays in base64, as documents carry it, until somebody opens it.
#[derive(Clone, PartialEq, Eq)]
pub struct Pkcs12 {
    /// Base64 without blanks and padding.
    digits: Secret,
}

impl Pkcs12 {
    /// Takes octets that look like a container: a SEQUENCE that begins with INTEGER 3 (RFC 7292, 4) and fills them.
    #[must_use]
    pub fn new(octets: &[u8]) -> Option<Self> {
        let mut base64 = encode_base64(octets);
        base64.truncate(base64.trim_end_matches('=').len());
        Some(Self { digits: Secret::new(base64) }).filter(|made| is_pkcs12(made.digits()))
    }

    /// The container in base64.
    pub(crate) fn from_base64(text: &str) -> Result<Self, WarningKind> {
        let digits = Secret::new(plain_base64(text).ok_or(WarningKind::Base64)?);
        if is_pkcs12(digits.expose()) { Ok(Self { digits }) } else { Err(WarningKind::Der) }
    }

    /// The octets.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<Vec<u8>> {
        // It was found to be base64 when it came in.
        Zeroizing::new(decode_base64(self.digits()).unwrap_or_default())
    }

    /// Base64 of the octets with padding, without line breaks.
    #[must_use]
    pub fn to_base64(&self) -> Secret {
        let digits = self.digits();
        let mut text = Secret::new(String::with_capacity(digits.len() + 2));
        text.push_str(digits);
        text.push_str(padding(digits));
        text
    }

    fn digits(&self) -> &str {
        self.digits.expose()
    }
}

impl fmt::Debug for Pkcs12 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// `ServerSideCredential`: what the server must present (spec: eapconfig 1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerSideCredential {
    /// `CA`: trust anchors; intermediate and even server certificates are found among them. Each occurs once.
    pub authorities: Vec<Certificate>,
    /// `ServerID`: host names in lower case, non-ASCII ones as A-labels; several mean any of them. Each occurs once.
    pub server_ids: Vec<String>,
}

/// The content of `ClientCertificate`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientCertificate {
    /// A PKCS#12 container.
    Pkcs12(Pkcs12),
    /// Something else. EAP-TLS cannot be used then, and such a model cannot be written.
    Unusable,
}

/// `ClientSideCredential`: what the client presents (spec: eapconfig 1). Everything that the document gives is kept,
/// whether or not it applies to the method; [`Credential`] leaves out what does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientSideCredential {
    /// `allow_save`: whether the supplicant may keep the credential; nothing means the supplicant's default.
    pub allow_save: Option<bool>,
    /// `OuterIdentity`: sent outside the tunnel, literally. With EAP-TLS it is the identity.
    pub outer_identity: Option<String>,
    /// `InnerIdentityPrefix`: fixed text before the user name.
    pub inner_identity_prefix: Option<String>,
    /// `InnerIdentitySuffix`: realm the user name must have. An empty one asks for any realm.
    pub inner_identity_suffix: Option<String>,
    /// `InnerIdentityHint`: the realm is exactly the suffix, and the input field shows it.
    pub inner_identity_hint: Option<bool>,
    /// `UserName`.
    pub user_name: Option<String>,
    /// `Password`, taken literally.
    pub password: Option<Secret>,
    /// `ClientCertificate`.
    pub client_certificate: Option<ClientCertificate>,
    /// `IntermediateCACertificate`: issuers of the client certificate.
    pub intermediate_certificates: Vec<Certificate>,
    /// `Passphrase`: opens the PKCS#12 container, taken literally.
    pub passphrase: Option<Secret>,
    /// `PAC`: EAP-FAST only, base64 as written.
    pub pac: Option<Secret>,
    /// `ProvisionPAC`: EAP-FAST only.
    pub provision_pac: Option<bool>,
}

/// The credential a method uses: the outer `ClientSideCredential`, with what the inner method in use gives put over
/// it (spec: eapconfig 3). Every accessor says whose value it is by the same rule.
#[derive(Clone, Copy, Debug)]
pub struct Credential<'a> {
    pub(crate) outer: &'a ClientSideCredential,
    pub(crate) inner: Option<&'a ClientSideCredential>,
}

impl<'a> Credential<'a> {
    fn pick<T: ?Sized>(&self, field: impl Fn(&'a ClientSideCredential) -> Option<&'a T>) -> Option<&'a T> {
        self.inner.and_then(&field).or_else(|| field(self.outer))
    }

    /// Whether the supplicant may keep the credential.
    #[must_use]
    pub fn allow_save(&self) -> Option<bool> {
        self.pick(|c| c.allow_save.as_ref()).copied()
    }

    /// Identity outside the tunnel.
    #[must_use]
    pub fn outer_identity(&self) -> Option<&'a str> {
        self.pick(|c| c.outer_identity.as_deref())
    }

    /// Fixed text before the user name.
    #[must_use]
    pub fn inner_identity_prefix(&self) -> Option<&'a str> {
        self.pick(|c| c.inner_identity_prefix.as_deref())
    }

    /// Realm of the user name.
    #[must_use]
    pub fn inner_identity_suffix(&self) -> Option<&'a str> {
        self.pick(|c| c.inner_identity_suffix.as_deref())
    }

    /// Whether the realm is exactly the suffix.
    #[must_use]
    pub fn inner_identity_hint(&self) -> bool {
        self.pick(|c| c.inner_identity_hint.as_ref()).is_some_and(|hint| *hint)
    }

    /// User name that comes with the document.
    #[must_use]
    pub fn user_name(&self) -> Option<&'a str> {
        self.pick(|c| c.user_name.as_deref())
    }

    /// Password that comes with the document.
    #[must_use]
    pub fn password(&self) -> Option<&'a Secret> {
        self.pick(|c| c.password.as_ref())
    }

    /// Client certificate with its key.
    #[must_use]
    pub fn client_certificate(&self) -> Option<&'a ClientCertificate> {
        self.pick(|c| c.client_certificate.as_ref())
    }

    /// Passphrase of the client certificate.
    #[must_use]
    pub fn passphrase(&self) -> Option<&'a Secret> {
        self.pick(|c| c.passphrase.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_print() {
        let credential = ClientSideCredential {
            password: Some("hunter2".into()),
            client_certificate: Pkcs12::new(b"\x30\x0a\x02\x01\x03hunter2").map(ClientCertificate::Pkcs12),
            ..Default::default()
        };
        let printed = format!("{credential:?}");
        assert!(!printed.contains("hunter2") && !printed.contains("aHVud"), "{printed}");
        assert_eq!(printed.matches("[secret]").count(), 2);
    }

    #[test]
    fn a_secret_grows_piece_by_piece() {
        let mut secret = Secret::default();
        for _ in 0..100 {
            secret.push_str("ab");
        }
        assert_eq!(secret.expose(), "ab".repeat(100));
        assert_ne!(secret, Secret::from("ab"));
    }

    // spec: eapconfig 3
    #[test]
    fn the_inner_credential_goes_over_the_outer_one() {
        let outer = ClientSideCredential {
            outer_identity: Some("o".into()),
            user_name: Some("u".into()),
            inner_identity_hint: Some(true),
            ..Default::default()
        };
        let inner = ClientSideCredential {
            user_name: Some("i".into()),
            inner_identity_hint: Some(false),
            ..Default::default()
        };
        let credential = Credential { outer: &outer, inner: Some(&inner) };
        assert_eq!(credential.outer_identity(), Some("o"));
        assert_eq!(credential.user_name(), Some("i"));
        assert!(!credential.inner_identity_hint());
        assert_eq!(credential.password(), None);
    }
}
