//! Whom TLS trusts: the authorities that this machine trusts, and where it names none, a list that was built in.

use rustls::RootCertStore;
use std::sync::OnceLock;

/// The authorities of this machine: those of the system, or what the variables `SSL_CERT_FILE` and `SSL_CERT_DIR` name
/// instead. A system without any, as on a small router, gets the list of Mozilla that was built in.
///
/// The files are read once in the life of the program.
///
/// # Errors
/// When the variables are set and lead to no certificate: whoever sets them wants no others.
pub(super) fn authorities() -> Result<RootCertStore, String> {
    static READ: OnceLock<Result<RootCertStore, String>> = OnceLock::new();
    READ.get_or_init(read).clone()
}

fn read() -> Result<RootCertStore, String> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    // Old roots that webpki cannot use are in every system's store.
    let (usable, _) = roots.add_parsable_certificates(found.certs);
    if usable > 0 {
        return Ok(roots);
    }
    let set: Vec<&str> = ["SSL_CERT_FILE", "SSL_CERT_DIR"]
        .into_iter()
        .filter(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
        .collect();
    if set.is_empty() {
        return Ok(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() });
    }
    let why: Vec<String> = found.errors.iter().map(ToString::to_string).collect();
    let why = if why.is_empty() { "no certificate (PEM) in it".to_owned() } else { why.join("; ") };
    Err(format!("{}: {why}", set.join(" and ")))
}
