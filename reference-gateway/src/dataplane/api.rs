//! The captive-portal API (RFC 8908) over TLS, and its address for DHCP (RFC 8910).
//!
//! Half of it would be worse than none: some phones that are given the address use it instead of probes, and give up on
//! a bad certificate. So without a certificate that is good now and for the name, the address is not given out.

use crate::config::Settings;
use rustls::pki_types::CertificateDer;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use x509_cert::Certificate;
use x509_cert::der::Decode as _;
use x509_cert::ext::pkix::{SubjectAltName, name::GeneralName};

/// The built-in portal over TLS, where the API is: that names no other page than one that is HTTPS (RFC 8908 §5).
#[must_use]
pub fn secure_portal(settings: &Settings) -> Option<String> {
    let port: u16 = settings.small("uamuiport");
    if port == 0 || !settings.flag("uamuissl") || settings.text("uamserver").is_some() {
        return None;
    }
    let uri = prepare(settings, port).ok()?;
    Some(uri.replace(PATH, crate::portal::PATH))
}

/// The path of the API.
const PATH: &str = "/captive-portal-identification";
/// The longest address that fits into a DHCP option.
const MAX_ADDRESS: usize = 255;

/// The address of the API for clients: where the second HTTP port is served over TLS (`uamuissl`, `uamuiport`) as
/// `uamhostname`, and its certificate is good. Otherwise a line in the log says why there is none.
#[must_use]
pub fn uri(settings: &Settings) -> Option<String> {
    let port: u16 = settings.small("uamuiport");
    if port == 0 || !settings.flag("uamuissl") {
        return None;
    }
    prepare(settings, port)
        .inspect_err(|reason| tracing::warn!(reason, "no captive-portal API: probes will have to do"))
        .ok()
}

fn prepare(settings: &Settings, port: u16) -> Result<String, String> {
    let name = settings.text("uamhostname").filter(|name| name.contains('.'));
    let name = name.ok_or("uamhostname has to be the full name in the certificate")?;
    let file = settings.path("sslcertfile").ok_or("sslcertfile is not given")?;
    let chain = crate::tls::certificates(&file).map_err(|e| format!("sslcertfile {e}"))?;
    let first = chain.first().ok_or("sslcertfile: no certificate")?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    check(first, name, now).map_err(|e| format!("sslcertfile {}: {e}", file.display()))?;
    let uri = format!("https://{name}:{port}{PATH}");
    if uri.len() > MAX_ADDRESS {
        return Err(format!("{uri} is longer than {MAX_ADDRESS} octets"));
    }
    Ok(uri)
}

/// Whether a certificate is good now and for this name.
fn check(certificate: &CertificateDer<'_>, name: &str, now: Duration) -> Result<(), String> {
    let certificate = Certificate::from_der(certificate).map_err(|e| format!("not a certificate: {e}"))?;
    let tbs = certificate.tbs_certificate();
    let validity = tbs.validity();
    if now < validity.not_before.to_unix_duration() {
        return Err(format!("valid from {} only; is the clock set?", validity.not_before));
    }
    if now > validity.not_after.to_unix_duration() {
        return Err(format!("expired at {}", validity.not_after));
    }
    let names =
        tbs.get_extension::<SubjectAltName>().ok().flatten().map(|(_, names)| names.0).unwrap_or_default();
    let fits = names.iter().any(|listed| match listed {
        GeneralName::DnsName(listed) => is_named(listed.as_str(), name),
        _ => false,
    });
    if fits { Ok(()) } else { Err(format!("not made for {name}")) }
}

/// Whether a name of a certificate stands for a host: the same, or with `*` for the first label (RFC 6125 §6.4.3).
fn is_named(listed: &str, host: &str) -> bool {
    let host = host.trim_end_matches('.');
    match listed.strip_prefix("*.") {
        Some(parent) => host.split_once('.').is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(parent)),
        None => listed.eq_ignore_ascii_case(host),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_good_for_its_names_and_its_time() {
        // spec: gateway-dataplane 8.2
        let identity = crate::tls::self_signed(&["gw.example.com", "*.portal.example"]).unwrap();
        let certificate = identity.certificate;
        let now = Duration::from_secs(1_800_000_000);
        for good in ["gw.example.com", "GW.example.com", "a.portal.example"] {
            assert_eq!(check(&certificate, good, now), Ok(()), "{good}");
        }
        for bad in ["example.com", "a.b.portal.example", "portal.example", "gw.example.org"] {
            assert_eq!(check(&certificate, bad, now), Err(format!("not made for {bad}")));
        }
        let early = check(&certificate, "gw.example.com", Duration::ZERO).unwrap_err();
        assert!(early.contains("is the clock set?"), "{early}");
        let late = check(&certificate, "gw.example.com", Duration::from_secs(100_000_000_000)).unwrap_err();
        assert!(late.starts_with("expired at "), "{late}");
        assert!(check(&CertificateDer::from(vec![1, 2, 3]), "gw.example.com", now).is_err());
    }
}
