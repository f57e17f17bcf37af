//! The signature of a carrier provisioning file (spec: passpoint 5.5).

use super::CARRIER;
use crate::certificate::Certificate;
use crate::chain::Trust;
use crate::report::{Rejection, refuse};
use crate::signer::{SignError, Signer};
use crate::xml::{Element, Rules, canonical_form, dsig, parse};

pub(super) const RULES: Rules = Rules { malformed: "windows.xml", doctype: false };
pub(super) const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const END: &str = "</CarrierProvisioning>";

/// A signature that verified.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignatureVerdict {
    /// The signer's certificate: the first one whose key verifies.
    pub signer: Certificate,
    /// All certificates in the signature, in their order.
    pub certificates: Vec<Certificate>,
    /// Whether the signer's chain was followed to a trust anchor.
    pub chain_checked: bool,
    /// The signature algorithm's URI.
    pub signature_method: String,
    /// The digest algorithm's URI.
    pub digest_method: String,
    /// The canonical form of what is signed: the document without its signature. Go on with this, not with the file.
    pub document: String,
}

/// Signs a carrier provisioning document: an enveloped XML signature over its canonical form.
///
/// The result depends on the arguments alone.
///
/// # Errors
/// When the document is not one in its namespace without a signature, declares a prefix on its root, or the signer has
/// no certificate, is not RSA or cannot sign.
pub fn sign(document: &[u8], signer: &dyn Signer) -> Result<Vec<u8>, SignError> {
    let root = parse(document, RULES).map_err(|_| SignError::Document)?;
    let plain = root.declared.keys().all(String::is_empty);
    if !root.is(CARRIER, "CarrierProvisioning") || !plain || root.elements().any(|e| e.local() == "Signature")
    {
        return Err(SignError::Document);
    }
    let canonical = canonical_form(document).map_err(|_| SignError::Document)?;
    sign_canonical(&canonical, signer)
}

/// The same for a document that is in canonical form already.
pub(super) fn sign_canonical(canonical: &str, signer: &dyn Signer) -> Result<Vec<u8>, SignError> {
    let body = canonical.strip_suffix(END).ok_or(SignError::Document)?;
    let signature = dsig::signature(canonical.as_bytes(), signer)?;
    Ok([DECLARATION, body, &signature, END].concat().into_bytes())
}

/// Verifies the signature of a carrier provisioning document. Without `trust` the signer's chain is not looked at.
///
/// `strict` refuses SHA-1 and ECDSA, which Windows is reported not to take.
///
/// # Errors
/// The first rule that is broken, `windows.unsigned` if there is no signature.
pub fn verify(
    document: &[u8],
    trust: Option<&Trust<'_>>,
    strict: bool,
) -> Result<SignatureVerdict, Rejection> {
    let root = parse(document, RULES)?;
    if !root.is(CARRIER, "CarrierProvisioning") {
        return refuse("windows.root", "the root");
    }
    verify_tree(&root, trust, strict)
}

/// The same for a document that was read already.
pub(super) fn verify_tree(
    root: &Element,
    trust: Option<&Trust<'_>>,
    strict: bool,
) -> Result<SignatureVerdict, Rejection> {
    let verified = dsig::verify(root, trust)?;
    if strict && verified.weak_digest {
        return refuse("house.weak_digest", "the signature");
    }
    if strict && verified.ecdsa {
        return refuse("house.ecdsa", "the signature");
    }
    Ok(SignatureVerdict {
        signer: verified.signer,
        certificates: verified.certificates,
        chain_checked: trust.is_some(),
        signature_method: verified.signature_method,
        digest_method: verified.digest_method,
        document: verified.document,
    })
}
