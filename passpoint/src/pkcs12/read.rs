//! Reading a PKCS#12 file.

use super::{
    CERT_BAG, DATA, ENCRYPTED_DATA, FRIENDLY_NAME, Identity, KEY_BAG, LOCAL_KEY_ID, Pkcs12Error,
    SHROUDED_KEY_BAG, X509_CERTIFICATE, pbe,
};
use crate::asn1::{self, Elements, context, context_primitive};
use crate::certificate::Certificate;
use crate::limits::{MAX_CERTIFICATES, MAX_PKCS12};
use der::Tag;
use der::asn1::AnyRef;
use zeroize::Zeroizing;

/// Everything in an opened PKCS#12 file.
#[derive(Debug, Default)]
pub struct Pkcs12 {
    /// The private keys.
    pub keys: Vec<KeyBag>,
    /// The certificates in their order.
    pub certificates: Vec<CertificateBag>,
    /// Whether a part of it is encrypted with PBES2 (AES, as a rule).
    pub uses_pbes2: bool,
}

/// A private key and what is written beside it.
pub struct KeyBag {
    key: Zeroizing<Vec<u8>>,
    /// The name shown to people.
    pub friendly_name: Option<String>,
    /// The number that ties it to its certificate.
    pub local_key_id: Option<Vec<u8>>,
    /// Whether the key itself is encrypted.
    pub is_shrouded: bool,
}

impl std::fmt::Debug for KeyBag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyBag").field("key", &"[secret]").field("is_shrouded", &self.is_shrouded).finish()
    }
}

/// A certificate and what is written beside it.
#[derive(Clone, Debug)]
pub struct CertificateBag {
    /// The certificate.
    pub certificate: Certificate,
    /// The name shown to people.
    pub friendly_name: Option<String>,
    /// The number that ties it to its key.
    pub local_key_id: Option<Vec<u8>>,
}

impl Pkcs12 {
    /// Opens a file. Its MAC is required and checked first.
    ///
    /// # Errors
    /// When it is no PKCS#12 file, beyond a limit, or the password is another.
    pub fn open(octets: &[u8], password: &str) -> Result<Self, Pkcs12Error> {
        if octets.len() > MAX_PKCS12 {
            return Err(Pkcs12Error::Limit);
        }
        let mut pfx = asn1::inside(asn1::single(octets)?, Tag::Sequence)?;
        if pfx.number()? != 3 {
            return Err(Pkcs12Error::Malformed);
        }
        let mut safe = pfx.enter(Tag::Sequence)?;
        if safe.oid()? != DATA {
            return Err(Pkcs12Error::Algorithm);
        }
        let content = safe.enter(context(0))?.octets()?;
        let empty = pbe::check_mac(pfx.enter(Tag::Sequence)?, password, content)?;
        let mut file = Self::default();
        let mut infos = asn1::inside(asn1::single(content)?, Tag::Sequence)?;
        while let Some(info) = infos.next_any()? {
            let mut info = asn1::inside(info, Tag::Sequence)?;
            let kind = info.oid()?;
            let mut inner = info.enter(context(0))?;
            if kind == DATA {
                file.bags(inner.octets()?, password, empty)?;
            } else if kind == ENCRYPTED_DATA {
                let plain = file.decrypt(inner.enter(Tag::Sequence)?, password, empty)?;
                file.bags(&plain, password, empty)?;
            } else {
                return Err(Pkcs12Error::Algorithm);
            }
        }
        Ok(file)
    }

    fn decrypt(
        &mut self,
        mut encrypted: Elements<'_>,
        password: &str,
        empty: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Pkcs12Error> {
        encrypted.number()?;
        let mut info = encrypted.enter(Tag::Sequence)?;
        if info.oid()? != DATA {
            return Err(Pkcs12Error::Malformed);
        }
        let algorithm = info.enter(Tag::Sequence)?;
        let octets = info.tagged(context_primitive(0))?.value();
        let (plain, pbes2) = pbe::decrypt(algorithm, password, empty, octets)?;
        self.uses_pbes2 |= pbes2;
        Ok(plain)
    }

    fn bags(&mut self, contents: &[u8], password: &str, empty: &[u8]) -> Result<(), Pkcs12Error> {
        let mut bags = asn1::inside(asn1::single(contents)?, Tag::Sequence)?;
        while let Some(bag) = bags.next_any()? {
            let mut bag = asn1::inside(bag, Tag::Sequence)?;
            let kind = bag.oid()?;
            let mut value = bag.enter(context(0))?;
            let (friendly_name, local_key_id) = attributes(bag.optional(Tag::Set)?)?;
            if kind == KEY_BAG || kind == SHROUDED_KEY_BAG {
                if self.keys.len() == MAX_CERTIFICATES {
                    return Err(Pkcs12Error::Limit);
                }
                let is_shrouded = kind == SHROUDED_KEY_BAG;
                let key = if is_shrouded {
                    let mut encrypted = value.enter(Tag::Sequence)?;
                    let algorithm = encrypted.enter(Tag::Sequence)?;
                    let (key, pbes2) = pbe::decrypt(algorithm, password, empty, encrypted.octets()?)?;
                    self.uses_pbes2 |= pbes2;
                    key
                } else {
                    Zeroizing::new(asn1::raw(value.any()?)?)
                };
                self.keys.push(KeyBag { key, friendly_name, local_key_id, is_shrouded });
            } else if kind == CERT_BAG {
                if self.certificates.len() == MAX_CERTIFICATES {
                    return Err(Pkcs12Error::Limit);
                }
                let mut inner = value.enter(Tag::Sequence)?;
                if inner.oid()? != X509_CERTIFICATE {
                    continue;
                }
                let der = inner.enter(context(0))?.octets()?;
                let certificate = Certificate::from_der(der).map_err(|_| Pkcs12Error::Malformed)?;
                self.certificates.push(CertificateBag { certificate, friendly_name, local_key_id });
            }
        }
        Ok(())
    }

    /// Where the key's certificate stands: the one with the key's number, else the first with a number, else the first.
    #[must_use]
    pub fn leaf(&self) -> Option<usize> {
        let key_id = self.keys.first().and_then(|k| k.local_key_id.as_ref());
        let bags = &self.certificates;
        bags.iter()
            .position(|c| c.local_key_id.is_some() && c.local_key_id.as_ref() == key_id)
            .or_else(|| bags.iter().position(|c| c.local_key_id.is_some()))
            .or(if bags.is_empty() { None } else { Some(0) })
    }

    /// The one key with its certificate and the rest.
    ///
    /// # Errors
    /// When there is not exactly one key, or no certificate.
    pub fn into_identity(mut self) -> Result<Identity, Pkcs12Error> {
        let leaf = self.leaf().ok_or(Pkcs12Error::NoCertificate)?;
        let count = self.keys.len();
        let (Some(key), 1) = (self.keys.pop(), count) else {
            return Err(Pkcs12Error::Keys(count));
        };
        let leaf = self.certificates.remove(leaf).certificate;
        let chain = self.certificates.into_iter().map(|c| c.certificate).collect();
        Ok(Identity::new(key.key, leaf, chain))
    }
}

type Attributes = (Option<String>, Option<Vec<u8>>);

fn attributes(set: Option<AnyRef<'_>>) -> Result<Attributes, Pkcs12Error> {
    let (mut name, mut id) = (None, None);
    if let Some(set) = set {
        let mut elements = asn1::inside(set, Tag::Set)?;
        while let Some(any) = elements.next_any()? {
            let mut attribute = asn1::inside(any, Tag::Sequence)?;
            let kind = attribute.oid()?;
            let mut values = attribute.enter(Tag::Set)?;
            if kind == FRIENDLY_NAME {
                name = crate::text::from_utf16_be(values.tagged(Tag::BmpString)?.value());
            } else if kind == LOCAL_KEY_ID {
                id = Some(values.octets()?.to_vec());
            }
        }
    }
    Ok((name, id))
}

#[cfg(test)]
mod tests {
    use super::*;

    const AES: &[u8] = include_bytes!("../../../tests/vectors/passpoint/pki/user-alice-aes256.p12");
    const CHAIN: &[u8] = include_bytes!("../../../tests/vectors/passpoint/pki/user-alice-chain-3des.p12");
    const EMPTY: &[u8] = include_bytes!("../../../tests/vectors/passpoint/pki/user-alice-emptypass-3des.p12");
    const CLEAR: &[u8] = include_bytes!("../../../tests/vectors/passpoint/pki/user-alice-clear.p12");
    const LEAF: &str = "b4628e6f15906866b69c5d3f80c52c262cb5a3ed1e8e32c77a244a5efb7db9eb";

    #[test]
    #[cfg_attr(miri, ignore = "too long for an interpreter")]
    fn opens_what_openssl_wrote() {
        for (file, password, pbes2) in
            [(AES, "p12-Secret1", true), (CHAIN, "p12-Secret1", false), (EMPTY, "", false)]
        {
            let opened = Pkcs12::open(file, password).expect("opens");
            assert_eq!((opened.uses_pbes2, opened.keys.len()), (pbes2, 1));
            assert!(opened.keys[0].is_shrouded);
            let identity = opened.into_identity().expect("an identity");
            assert_eq!(identity.leaf.sha256_hex(), LEAF);
            assert!(asn1::single(identity.expose_key()).is_ok());
        }
        assert!(!Pkcs12::open(CLEAR, "").expect("opens").keys[0].is_shrouded);
    }

    #[test]
    #[cfg_attr(miri, ignore = "too long for an interpreter")]
    fn another_password_does_not_open_it() {
        assert_eq!(Pkcs12::open(AES, "").map(|_| ()), Err(Pkcs12Error::Password));
        assert_eq!(Pkcs12::open(AES, "p12-secret1").map(|_| ()), Err(Pkcs12Error::Password));
    }

    #[test]
    #[cfg_attr(miri, ignore = "too long for an interpreter")]
    fn half_a_file_is_no_file() {
        for end in (0..EMPTY.len()).step_by(37) {
            assert!(Pkcs12::open(&EMPTY[..end], "").is_err());
        }
    }
}
