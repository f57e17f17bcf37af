//! Apple: configuration profiles, unsigned and signed (spec: passpoint 4).

mod check;
mod decode;
mod encode;
mod plist;

pub use decode::{DecodeOptions, Decoded, SignatureVerdict, decode};
pub(crate) use encode::all_ois;
pub use encode::{Options, encode};

use crate::signer::{SignError, Signer};

/// Wraps a profile in a CMS signature, which is the form devices show as verified.
///
/// `signing_time` is in seconds since 1970-01-01T00:00:00Z. With an RSA signer the result depends on the arguments
/// alone.
///
/// # Errors
/// When the signer has no certificate or cannot sign, or the time cannot be written.
pub fn sign(profile: &[u8], signer: &dyn Signer, signing_time: i64) -> Result<Vec<u8>, SignError> {
    crate::cms::sign(profile, signer, signing_time)
}
