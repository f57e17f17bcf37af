//! Certificates of our own servers: from files, or made at start for loopback, where nobody else has to trust them.

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
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
    let key =
        CertifiedKey::from_der(vec![certificate.clone()], key, &provider()).map_err(|e| e.to_string())?;
    Ok(Identity { acceptor: Renewable::new(key)?.acceptor, certificate })
}

/// Reads a certificate with its chain and its key, both PEM.
///
/// # Errors
/// Says which file is wrong.
pub fn from_files(certificate: &Path, key: &Path) -> Result<TlsAcceptor, String> {
    Renewable::from_files(certificate, key).map(|renewable| renewable.acceptor)
}

/// A certificate with its chain and its key that can be exchanged for others: connections that are there keep theirs.
#[derive(Clone)]
pub struct Renewable {
    /// Accepts TLS connections with it.
    pub acceptor: TlsAcceptor,
    in_use: Arc<InUse>,
}

#[derive(Debug)]
struct InUse(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for InUse {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Renewable {
    /// Reads both, which are PEM.
    ///
    /// # Errors
    /// Says which file is wrong.
    pub fn from_files(certificate: &Path, key: &Path) -> Result<Self, String> {
        Self::new(read(certificate, key)?)
    }

    /// Reads them again, or others. What is wrong leaves those that are in use.
    ///
    /// # Errors
    /// Says which file is wrong.
    pub fn renew(&self, certificate: &Path, key: &Path) -> Result<(), String> {
        let new = Arc::new(read(certificate, key)?);
        *self.in_use.0.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }

    fn new(key: CertifiedKey) -> Result<Self, String> {
        let in_use = Arc::new(InUse(RwLock::new(Arc::new(key))));
        let config = rustls::ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(|e| e.to_string())?
            .with_no_client_auth()
            .with_cert_resolver(Arc::<InUse>::clone(&in_use));
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), in_use })
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn read(certificate: &Path, key: &Path) -> Result<CertifiedKey, String> {
    CertifiedKey::from_der(certificates(certificate)?, private_key(key)?, &provider())
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
