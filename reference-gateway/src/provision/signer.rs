//! The key that signs Apple and Windows profiles, and how long its certificate lasts.

use passpoint::certificate::Expiry;
use passpoint::signer::{RingSigner, Signer};
use std::path::Path;
use zeroize::Zeroizing;

/// A certificate that ends within this time is warned of, in seconds.
const SOON: i64 = 21 * 86_400;

/// Reads a signer from PEM files.
///
/// # Errors
/// Says which file is wrong and what it has to hold.
pub fn read(certificate: &Path, key: &Path) -> Result<RingSigner, String> {
    let text = |path: &Path| {
        std::fs::read_to_string(path).map(Zeroizing::new).map_err(|e| format!("{}: {e}", path.display()))
    };
    RingSigner::from_pem(&text(key)?, &text(certificate)?).map_err(|e| {
        format!(
            "{} with {}: {e} (a key in another form is converted by: openssl pkcs8 -topk8 -nocrypt -in old.key)",
            certificate.display(),
            key.display()
        )
    })
}

/// What an operator has to know of the signer's certificates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// Nothing.
    Good,
    /// A certificate of the chain ends soon.
    EndsSoon,
    /// One is not valid now: nothing is signed.
    NotValid,
}

/// Looks at the signer's certificate and the intermediate ones.
#[must_use]
pub fn health(signer: &dyn Signer, unix_seconds: i64) -> Health {
    let mut health = Health::Good;
    for certificate in signer.chain() {
        match certificate.expiry(unix_seconds, SOON) {
            Expiry::Valid => {}
            Expiry::Soon { .. } => health = Health::EndsSoon,
            _ => return Health::NotValid,
        }
    }
    health
}
