//! MD5, of which a program wants only one.

/// MD5 over the parts as if they stood behind each other.
#[cfg(feature = "gateway")]
pub(crate) use radius_codec::md5;

/// MD5 over the parts as if they stood behind each other.
#[cfg(not(feature = "gateway"))]
pub(crate) fn md5(parts: &[&[u8]]) -> [u8; 16] {
    use md5::{Digest as _, Md5};
    parts.iter().fold(Md5::new(), |hash, part| hash.chain_update(part)).finalize().into()
}
