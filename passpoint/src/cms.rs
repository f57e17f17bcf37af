//! CMS SignedData as Apple's profiles use it (RFC 5652, spec: passpoint 4.5).

use crate::asn1::{
    self, CONTEXT_0, Elements, Malformed, OCTET_STRING, SEQUENCE, context, context_primitive, tlv,
};
use crate::certificate::Certificate;
use crate::chain::{Trust, leads_to_anchor};
use crate::limits::MAX_CERTIFICATES;
use crate::signer::{Algorithm, Hash, SignError, Signer};
use der::asn1::{AnyRef, GeneralizedTime, ObjectIdentifier, UtcTime};
use der::{Encode, Tag};
use sha2::{Digest, Sha256};
use std::time::Duration;

const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");
const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const ECDSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
/// 2050-01-01: from then on, times are written as GeneralizedTime (RFC 5652 §11.3).
const UTC_TIME_END: i64 = 2_524_608_000;

/// Signs `content`, which is inside the result.
///
/// `signing_time` is in seconds since 1970-01-01T00:00:00Z. Issuer and serial number name the signer; the certificates
/// are those of its chain.
pub(crate) fn sign(content: &[u8], signer: &dyn Signer, signing_time: i64) -> Result<Vec<u8>, SignError> {
    let leaf = signer.chain().first().ok_or(SignError::NoCertificate)?;
    let digest_algorithm = tlv(SEQUENCE, &[&asn1::oid(SHA256)]);
    let attributes = asn1::set_of(vec![
        attribute(CONTENT_TYPE, &asn1::oid(DATA)),
        attribute(SIGNING_TIME, &time(signing_time)?),
        attribute(MESSAGE_DIGEST, &tlv(OCTET_STRING, &[&Sha256::digest(content)])),
    ]);
    let signature = signer.sign(&attributes)?;
    let signature_algorithm = match signer.algorithm() {
        Algorithm::RsaSha256 => tlv(SEQUENCE, &[&asn1::oid(RSA), &[0x05, 0x00]]),
        Algorithm::EcdsaP256Sha256 => tlv(SEQUENCE, &[&asn1::oid(ECDSA_SHA256)]),
    };
    let serial = tlv(0x02, &[&leaf.serial]);
    // The attributes are signed as a SET OF, but stand in the message with an implicit tag (RFC 5652 §5.4).
    let mut tagged = attributes;
    if let Some(tag) = tagged.first_mut() {
        *tag = CONTEXT_0;
    }
    let signer_info = tlv(
        SEQUENCE,
        &[
            &asn1::integer(1),
            &tlv(SEQUENCE, &[&leaf.issuer, &serial]),
            &digest_algorithm,
            &tagged,
            &signature_algorithm,
            &tlv(OCTET_STRING, &[&signature]),
        ],
    );
    let certificates = asn1::set_of(signer.chain().iter().map(|c| c.der().to_vec()).collect());
    let inner = tlv(CONTEXT_0, &[&tlv(OCTET_STRING, &[content])]);
    let signed_data = tlv(
        SEQUENCE,
        &[
            &asn1::integer(1),
            &asn1::set_of(vec![digest_algorithm.clone()]),
            &tlv(SEQUENCE, &[&asn1::oid(DATA), &inner]),
            &retag(certificates, CONTEXT_0),
            &asn1::set_of(vec![signer_info]),
        ],
    );
    Ok(tlv(SEQUENCE, &[&asn1::oid(SIGNED_DATA), &tlv(CONTEXT_0, &[&signed_data])]))
}

fn retag(mut element: Vec<u8>, tag: u8) -> Vec<u8> {
    if let Some(first) = element.first_mut() {
        *first = tag;
    }
    element
}

fn attribute(kind: ObjectIdentifier, value: &[u8]) -> Vec<u8> {
    tlv(SEQUENCE, &[&asn1::oid(kind), &asn1::set_of(vec![value.to_vec()])])
}

fn time(unix_seconds: i64) -> Result<Vec<u8>, SignError> {
    let since = Duration::from_secs(u64::try_from(unix_seconds).map_err(|_| SignError::Time)?);
    let der = if unix_seconds < UTC_TIME_END {
        UtcTime::from_unix_duration(since).and_then(|t| t.to_der())
    } else {
        GeneralizedTime::from_unix_duration(since).and_then(|t| t.to_der())
    };
    der.map_err(|_| SignError::Time)
}

/// What a signature was found to cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verified {
    pub(crate) content: Vec<u8>,
    pub(crate) signer: Certificate,
    pub(crate) certificates: Vec<Certificate>,
    pub(crate) weak_digest: bool,
}

/// Why a message is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CmsError {
    Malformed,
    Detached,
    Signers,
    TooManyCertificates,
    NoSigner,
    Algorithm,
    Digest,
    Signature,
    Chain,
}

impl From<Malformed> for CmsError {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

/// Verifies a message that carries its content. Without `trust` the signer's chain is not looked at.
///
/// The signer and its chain are among the message's certificates and `more`.
pub(crate) fn verify(
    message: &[u8],
    trust: Option<&Trust<'_>>,
    more: &[Certificate],
) -> Result<Verified, CmsError> {
    let mut outer = asn1::inside(asn1::single(message)?, Tag::Sequence)?;
    if outer.oid()? != SIGNED_DATA {
        return Err(CmsError::Malformed);
    }
    let mut data = outer.enter(context(0))?.enter(Tag::Sequence)?;
    outer.end()?;
    data.number()?;
    data.tagged(Tag::Set)?;
    let mut encapsulated = data.enter(Tag::Sequence)?;
    let content_type = encapsulated.oid()?;
    let content = match encapsulated.optional(context(0))? {
        Some(explicit) => asn1::inside(explicit, context(0))?.octets()?,
        None => return Err(CmsError::Detached),
    };
    let mut certificates = Vec::new();
    if let Some(set) = data.optional(context(0))? {
        let mut elements = asn1::inside(set, context(0))?;
        while let Some(any) = elements.next_any()? {
            if certificates.len() == MAX_CERTIFICATES {
                return Err(CmsError::TooManyCertificates);
            }
            certificates.push(Certificate::from_der(&asn1::raw(any)?).map_err(|_| CmsError::Malformed)?);
        }
    }
    data.optional(context(1))?;
    let mut infos = data.enter(Tag::Set)?;
    data.end()?;
    let info = infos.enter(Tag::Sequence).map_err(|_| CmsError::Signers)?;
    if infos.next_any()?.is_some() {
        return Err(CmsError::Signers);
    }
    let known: Vec<Certificate> = certificates.iter().chain(more).cloned().collect();
    let (signer, hash) = verify_signer(info, content, content_type, &known)?;
    if trust.is_some_and(|t| !leads_to_anchor(&signer, &known, t)) {
        return Err(CmsError::Chain);
    }
    Ok(Verified { content: content.to_vec(), signer, certificates, weak_digest: hash == Hash::Sha1 })
}

fn verify_signer(
    mut info: Elements<'_>,
    content: &[u8],
    content_type: ObjectIdentifier,
    certificates: &[Certificate],
) -> Result<(Certificate, Hash), CmsError> {
    info.number()?;
    let signer = find_signer(info.any()?, certificates)?.ok_or(CmsError::NoSigner)?;
    let hash = Hash::from_oid(info.enter(Tag::Sequence)?.oid()?).ok_or(CmsError::Algorithm)?;
    let attributes = info.optional(context(0))?;
    let signature_algorithm = info.enter(Tag::Sequence)?.oid()?;
    // An algorithm that names a digest has to name the same one.
    if Hash::of_signature(signature_algorithm).is_some_and(|named| named != hash) {
        return Err(CmsError::Algorithm);
    }
    let signature = info.octets()?;
    info.optional(context(1))?;
    info.end()?;
    let signed = match attributes {
        Some(attributes) => {
            check_attributes(attributes, content_type, &hash.digest(content))?;
            retag(asn1::raw(attributes)?, asn1::SET)
        }
        None if content_type == DATA => content.to_vec(),
        None => return Err(CmsError::Malformed),
    };
    if signer.key.verifies(hash, &signed, signature) { Ok((signer, hash)) } else { Err(CmsError::Signature) }
}

fn find_signer(id: AnyRef<'_>, certificates: &[Certificate]) -> Result<Option<Certificate>, CmsError> {
    let found = if der::Tagged::tag(&id) == context_primitive(0) {
        certificates.iter().find(|c| c.key_id.as_deref() == Some(id.value()))
    } else {
        let mut id = asn1::inside(id, Tag::Sequence)?;
        let issuer = asn1::raw(id.any()?)?;
        let serial = id.tagged(Tag::Integer)?.value();
        certificates.iter().find(|c| c.issuer == issuer && same_number(&c.serial, serial))
    };
    Ok(found.cloned())
}

/// Serial numbers may come with or without a leading zero.
fn same_number(left: &[u8], right: &[u8]) -> bool {
    let significant = |n: &[u8]| n.iter().copied().skip_while(|o| *o == 0).collect::<Vec<_>>();
    significant(left) == significant(right)
}

fn check_attributes(
    attributes: AnyRef<'_>,
    content_type: ObjectIdentifier,
    digest: &[u8],
) -> Result<(), CmsError> {
    let (mut type_seen, mut digest_seen) = (false, false);
    let mut elements = asn1::inside(attributes, context(0))?;
    while let Some(any) = elements.next_any()? {
        let mut attribute = asn1::inside(any, Tag::Sequence)?;
        let kind = attribute.oid()?;
        let mut values = attribute.enter(Tag::Set)?;
        if kind == CONTENT_TYPE {
            if type_seen || values.oid()? != content_type {
                return Err(CmsError::Malformed);
            }
            type_seen = true;
        } else if kind == MESSAGE_DIGEST {
            if digest_seen || values.octets()? != digest {
                return Err(CmsError::Digest);
            }
            digest_seen = true;
        }
    }
    if type_seen && digest_seen { Ok(()) } else { Err(CmsError::Malformed) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signer::tests::{ec, rsa};

    // spec: passpoint 4.5
    #[test]
    #[cfg_attr(miri, ignore = "ring is assembler, which an interpreter cannot run")]
    fn what_is_signed_verifies() {
        for signer in [rsa(), ec()] {
            let message = sign(b"content", &signer, 1_790_000_000).expect("a message");
            let verified = verify(&message, None, &[]).expect("verifies");
            assert_eq!((verified.content.as_slice(), verified.weak_digest), (&b"content"[..], false));
            assert_eq!(&verified.signer, &signer.chain()[0]);
            assert_eq!(verified.certificates.len(), 2);
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "ring is assembler, which an interpreter cannot run")]
    fn any_changed_octet_of_the_content_is_seen() {
        let message = sign(b"content", &rsa(), 1_790_000_000).expect("a message");
        let at = message.windows(7).position(|w| w == b"content").expect("attached");
        let mut changed = message.clone();
        changed[at] ^= 1;
        assert_eq!(verify(&changed, None, &[]), Err(CmsError::Digest));
        for end in 0..message.len() {
            assert!(verify(&message[..end], None, &[]).is_err());
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "ring is assembler, which an interpreter cannot run")]
    fn the_same_input_gives_the_same_octets() {
        let one = sign(b"content", &rsa(), 1_790_000_000);
        assert_eq!(one, sign(b"content", &rsa(), 1_790_000_000));
        assert_ne!(one, sign(b"content", &rsa(), 1_790_000_001));
    }
}
