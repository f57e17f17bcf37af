//! Certificates of our own servers: from files, or made at start for loopback, where nobody else has to trust them.

use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::path::Path;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// A fresh self-signed identity.
pub struct Identity {
    /// Accepts TLS connections with it.
    pub acceptor: TlsAcceptor,
    /// What a client has to trust.
    pub certificate: CertificateDer<'static>,
}

/// Makes an identity for these host names and addresses. It is kept in memory only.
///
/// # Errors
/// Says what the certificate or the TLS library refused.
pub fn self_signed(names: &[&str]) -> Result<Identity, String> {
    let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
    let made = rcgen::generate_simple_self_signed(names).map_err(|e| format!("certificate: {e}"))?;
    let certificate = made.cert.der().clone();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let acceptor = acceptor(vec![certificate.clone()], key)?;
    Ok(Identity { acceptor, certificate })
}

/// Reads a certificate with its chain and its key, both PEM.
///
/// # Errors
/// Says which file is wrong.
pub fn from_files(certificate: &Path, key: &Path) -> Result<TlsAcceptor, String> {
    acceptor(certificates(certificate)?, private_key(key)?)
        .map_err(|e| format!("{} with {}: {e}", certificate.display(), key.display()))
}

/// Reads the certificates of a PEM file.
///
/// # Errors
/// Says which file cannot be read or holds none.
pub fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match read {
        Ok(list) if list.is_empty() => Err(format!("{}: no certificate in it (PEM)", path.display())),
        Ok(list) => Ok(list),
        Err(error) => Err(format!("{}: {}", path.display(), said(error, "certificate"))),
    }
}

/// Reads the private key of a PEM file.
///
/// # Errors
/// Says which file cannot be read or holds none.
pub fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, String> {
    PrivateKeyDer::from_pem_file(path).map_err(|e| format!("{}: {}", path.display(), said(e, "private key")))
}

fn said(error: pem::Error, wanted: &str) -> String {
    match error {
        pem::Error::Io(error) => error.to_string(),
        pem::Error::NoItemsFound => format!("no {wanted} in it (PEM)"),
        other => other.to_string(),
    }
}

fn acceptor(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> Result<TlsAcceptor, String> {
    let config =
        rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|e| e.to_string())?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|e| e.to_string())?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
