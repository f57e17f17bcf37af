//! wpa_supplicant: a `cred` block and the files it refers to (spec: passpoint 7).

mod decode;
mod encode;
mod text;

pub use decode::{DecodeOptions, decode};
pub use encode::{MinVersion, Options, Output, encode};
pub use text::{Block, Configuration, check};

/// A file that a configuration refers to.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct File {
    /// Its path.
    pub path: String,
    /// Its content; a PKCS#12 file holds a key.
    pub content: Vec<u8>,
}

impl File {
    /// A file with this path and content.
    #[must_use]
    pub fn new(path: impl Into<String>, content: Vec<u8>) -> Self {
        Self { path: path.into(), content }
    }
}

/// Shows the path only.
impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("File").field("path", &self.path).field("content", &"[secret]").finish()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.content);
    }
}

/// The files beside a configuration: all CAs in one, and the client's PKCS#12 as the model has it.
pub(crate) fn beside(profile: &crate::Profile, ca_path: &str, client_path: &str) -> Vec<File> {
    let mut files = Vec::new();
    let model = profile.model();
    if model.credential.sim().is_none() && !profile.ca_certs().is_empty() {
        let bundle: String = profile.ca_certs().iter().map(crate::certificate::Certificate::to_pem).collect();
        files.push(File::new(ca_path, bundle.into_bytes()));
    }
    if let Some(certificate) = model.credential.certificate() {
        let octets = crate::certificate::decode_base64(certificate.pkcs12.expose()).unwrap_or_default();
        files.push(File::new(client_path, octets));
    }
    files
}
