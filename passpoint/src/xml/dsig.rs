//! Enveloped XML signatures (XML-DSig, spec: passpoint 5.5).

use super::{Element, c14n};
use crate::certificate::{Certificate, decode_base64};
use crate::chain::{Trust, leads_to_anchor};
use crate::limits::MAX_CERTIFICATES;
use crate::report::{Rejection, refuse};
use crate::signer::{Algorithm, Hash, SignError, Signer};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;

pub(crate) const NAMESPACE: &str = "http://www.w3.org/2000/09/xmldsig#";
const C14N: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";

/// The `SignedInfo` over a document with this canonical form, itself in canonical form.
pub(crate) fn signed_info(canonical: &[u8]) -> String {
    let digest = STANDARD.encode(Hash::Sha256.digest(canonical));
    format!(
        "<SignedInfo xmlns=\"{NAMESPACE}\">\
         <CanonicalizationMethod Algorithm=\"{C14N}\"></CanonicalizationMethod>\
         <SignatureMethod Algorithm=\"{RSA_SHA256}\"></SignatureMethod>\
         <Reference URI=\"\"><Transforms><Transform Algorithm=\"{ENVELOPED}\"></Transform></Transforms>\
         <DigestMethod Algorithm=\"{SHA256}\"></DigestMethod><DigestValue>{digest}</DigestValue></Reference>\
         </SignedInfo>"
    )
}

/// The `Signature` element for a document that is already in canonical form and declares no prefix on its root.
pub(crate) fn signature(canonical: &[u8], signer: &dyn Signer) -> Result<String, SignError> {
    // ECDSA signatures are reported not to work on Windows (spec: passpoint 5).
    if signer.algorithm() != Algorithm::RsaSha256 {
        return Err(SignError::Algorithm(signer.algorithm()));
    }
    if signer.chain().is_empty() {
        return Err(SignError::NoCertificate);
    }
    let signed_info = signed_info(canonical);
    let value = STANDARD.encode(signer.sign(signed_info.as_bytes())?);
    // Inside the Signature element the namespace is in scope, so the declaration is not written again.
    let inner = signed_info.replacen(&format!(" xmlns=\"{NAMESPACE}\""), "", 1);
    let mut out = format!(
        "<Signature xmlns=\"{NAMESPACE}\">{inner}<SignatureValue>{value}</SignatureValue><KeyInfo><X509Data>"
    );
    for certificate in signer.chain() {
        let _ = write!(out, "<X509Certificate>{}</X509Certificate>", STANDARD.encode(certificate.der()));
    }
    out.push_str("</X509Data></KeyInfo></Signature>");
    Ok(out)
}

/// What a signature was found to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verified {
    pub(crate) signer: Certificate,
    pub(crate) certificates: Vec<Certificate>,
    pub(crate) weak_digest: bool,
    pub(crate) ecdsa: bool,
    pub(crate) signature_method: String,
    pub(crate) digest_method: String,
    /// The canonical form of what is signed.
    pub(crate) document: String,
}

/// Verifies the one enveloped signature of `root`. Without `trust` the signer's chain is not looked at.
///
/// What is signed is `root` without the signature, so the caller must go on with this tree and ignore that element.
pub(crate) fn verify(root: &Element, trust: Option<&Trust<'_>>) -> Result<Verified, Rejection> {
    const STRUCTURE: &str = "windows.signature";
    let mut found = root.elements().filter(|e| e.local() == "Signature");
    let Some(signature) = found.next() else { return refuse("windows.unsigned", "no Signature in the root") };
    if found.next().is_some() {
        return refuse(STRUCTURE, "more than one Signature");
    }
    let part = |parent: &'_ Element, name: &'static str| -> Result<usize, Rejection> {
        let mut places =
            parent.elements().enumerate().filter(|(_, e)| e.is(NAMESPACE, name)).map(|(at, _)| at);
        match (places.next(), places.next()) {
            (Some(at), None) => Ok(at),
            _ => refuse(STRUCTURE, name),
        }
    };
    fn pick(parent: &Element, at: usize) -> Result<&Element, Rejection> {
        parent.elements().nth(at).ok_or_else(|| Rejection::new(STRUCTURE, "Signature"))
    }
    if signature.namespace != NAMESPACE {
        return refuse(STRUCTURE, "the namespace of Signature");
    }
    let info = pick(signature, part(signature, "SignedInfo")?)?;
    let algorithm = |e: &Element| e.attribute("Algorithm").unwrap_or_default().to_owned();
    if algorithm(pick(info, part(info, "CanonicalizationMethod")?)?) != C14N {
        return refuse(STRUCTURE, "CanonicalizationMethod");
    }
    let signature_method = algorithm(pick(info, part(info, "SignatureMethod")?)?);
    let Some((hash, ecdsa)) = signature_hash(&signature_method) else {
        return refuse(STRUCTURE, "SignatureMethod");
    };
    let reference = pick(info, part(info, "Reference")?)?;
    if reference.attribute("URI") != Some("") {
        return refuse(STRUCTURE, "Reference is not to the whole document");
    }
    let transforms: Vec<_> =
        pick(reference, part(reference, "Transforms")?)?.elements().map(algorithm).collect();
    if !matches!(
        transforms.iter().map(String::as_str).collect::<Vec<_>>()[..],
        [ENVELOPED] | [ENVELOPED, C14N]
    ) {
        return refuse(STRUCTURE, "Transforms");
    }
    let digest_method = algorithm(pick(reference, part(reference, "DigestMethod")?)?);
    let Some(digest_hash) = digest_hash(&digest_method) else { return refuse(STRUCTURE, "DigestMethod") };
    let octets = |e: &Element| {
        decode_base64(&e.text())
            .ok_or_else(|| Rejection::new(STRUCTURE, format!("{} is not base64", e.local())))
    };
    // Attributes of the xml namespace on ancestors would belong to SignedInfo's form; they are refused instead.
    if [root, signature].iter().any(|e| e.attributes.iter().any(|a| a.name.starts_with("xml:"))) {
        return refuse(STRUCTURE, "an xml: attribute above SignedInfo");
    }
    let expected = octets(pick(reference, part(reference, "DigestValue")?)?)?;
    let document = c14n::canonical(root, &std::collections::BTreeMap::new(), Some(signature));
    if digest_hash.digest(document.as_bytes()) != expected {
        return refuse("windows.digest", "DigestValue");
    }
    let key_info = pick(signature, part(signature, "KeyInfo")?)?;
    let mut certificates = Vec::new();
    for element in key_info.elements().filter(|e| e.is(NAMESPACE, "X509Data")).flat_map(Element::elements) {
        if element.local() != "X509Certificate" {
            continue;
        }
        if certificates.len() == MAX_CERTIFICATES {
            return refuse(STRUCTURE, "too many certificates");
        }
        let certificate = Certificate::from_der(&octets(element)?)
            .map_err(|_| Rejection::new(STRUCTURE, "X509Certificate"))?;
        certificates.push(certificate);
    }
    if certificates.is_empty() {
        return refuse(STRUCTURE, "no X509Certificate");
    }
    let mut scope = root.declared.clone();
    scope.extend(signature.declared.iter().map(|(k, v)| (k.clone(), v.clone())));
    let signed = c14n::canonical(info, &scope, None);
    let value = octets(pick(signature, part(signature, "SignatureValue")?)?)?;
    let verifies = |c: &&Certificate| {
        if ecdsa {
            c.key.verifies_fixed(hash, signed.as_bytes(), &value)
        } else {
            c.key.verifies(hash, signed.as_bytes(), &value)
        }
    };
    let Some(signer) = certificates.iter().find(verifies).cloned() else {
        return refuse("windows.signature_value", "SignatureValue");
    };
    if trust.is_some_and(|t| !leads_to_anchor(&signer, &certificates, t)) {
        return refuse("windows.chain", "KeyInfo");
    }
    let weak_digest = hash == Hash::Sha1 || digest_hash == Hash::Sha1;
    Ok(Verified { signer, certificates, weak_digest, ecdsa, signature_method, digest_method, document })
}

fn signature_hash(algorithm: &str) -> Option<(Hash, bool)> {
    Some(match algorithm {
        RSA_SHA256 => (Hash::Sha256, false),
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1" => (Hash::Sha1, false),
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384" => (Hash::Sha384, false),
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512" => (Hash::Sha512, false),
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256" => (Hash::Sha256, true),
        _ => return None,
    })
}

fn digest_hash(algorithm: &str) -> Option<Hash> {
    Some(match algorithm {
        SHA256 => Hash::Sha256,
        "http://www.w3.org/2000/09/xmldsig#sha1" => Hash::Sha1,
        "http://www.w3.org/2001/04/xmlenc#sha512" => Hash::Sha512,
        _ => return None,
    })
}
