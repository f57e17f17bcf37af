//! A certificate made at start, for servers on loopback that nobody else has to trust.

use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
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
    let config =
        rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|e| e.to_string())?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .map_err(|e| e.to_string())?;
    Ok(Identity { acceptor: TlsAcceptor::from(Arc::new(config)), certificate })
}
