//! The captive-portal API (RFC 8908) over TLS, and its address for DHCP (RFC 8910).
//!
//! Half of it would be worse than none: some phones that are given the address use it instead of probes, and give up on
//! a bad certificate. So without a certificate that is good now and for the name, the address is not given out.

use crate::config::Settings;
use rustls::pki_types::CertificateDer;
use std::path::PathBuf;
use std::time::Duration;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;
use x509_cert::ext::pkix::{SubjectAltName, name::GeneralName};
use x509_cert::time::Time;

/// The built-in portal over TLS, where the API is: that names no other page than one that is HTTPS (RFC 8908 §5).
#[must_use]
pub fn secure_portal(settings: &Settings) -> Option<String> {
    if settings.text("uamserver").is_some() {
        return None;
    }
    Some(Api::of(settings).ok()??.uri.replace(PATH, crate::portal::PATH))
}

/// The path of the API.
const PATH: &str = "/captive-portal-identification";
/// The longest address that fits into a DHCP option.
const MAX_ADDRESS: usize = 255;

/// The API of a gateway, and the time in which its certificate is good.
#[derive(Clone, Debug)]
pub(super) struct Api {
    uri: String,
    file: PathBuf,
    valid: Valid,
}

/// The first and the last moment of a certificate: seconds since 1970, and as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Valid {
    from: (Duration, String),
    until: (Duration, String),
}

impl Api {
    /// The API where the second HTTP port is served over TLS (`uamuissl`, `uamuiport`) as `uamhostname`, with the certificate
    /// that is served there from the start on. Nothing if no such port is asked for.
    ///
    /// # Errors
    /// One sentence: why clients cannot be sent to it.
    pub(super) fn of(settings: &Settings) -> Result<Option<Self>, String> {
        let port: u16 = settings.small("uamuiport");
        if port == 0 || !settings.flag("uamuissl") {
            return Ok(None);
        }
        let name = settings.text("uamhostname").filter(|name| name.contains('.'));
        let name = name.ok_or("uamhostname has to be the full name in the certificate")?;
        let file = settings.path("sslcertfile").ok_or("sslcertfile is not given")?;
        let chain = crate::tls::certificates(&file).map_err(|e| format!("sslcertfile {e}"))?;
        let first = chain.first().ok_or("sslcertfile: no certificate")?;
        let valid = check(first, name).map_err(|e| format!("sslcertfile {}: {e}", file.display()))?;
        let uri = format!("https://{name}:{port}{PATH}");
        if uri.len() > MAX_ADDRESS {
            return Err(format!("{uri} is longer than {MAX_ADDRESS} octets"));
        }
        Ok(Some(Self { uri, file, valid }))
    }

    pub(super) fn uri(&self) -> &str {
        &self.uri
    }

    /// Whether its certificate is good at a time.
    ///
    /// # Errors
    /// One sentence: why not.
    pub(super) fn usable(&self, now: Duration) -> Result<(), String> {
        self.valid.at(now).map_err(|e| format!("sslcertfile {}: {e}", self.file.display()))
    }

    /// How long it is until its certificate begins or ceases to be good, if the clock is right.
    pub(super) fn changes_in(&self, now: Duration) -> Option<Duration> {
        let last = self.valid.until.0 + Duration::from_secs(1);
        [self.valid.from.0, last]
            .into_iter()
            .filter_map(|at| at.checked_sub(now))
            .find(|left| !left.is_zero())
    }

    /// One that is good between two times.
    #[cfg(test)]
    pub(super) fn between(name: &str, from: Duration, until: Duration) -> Self {
        let moment = |at: Duration| (at, format!("{at:?}"));
        let valid = Valid { from: moment(from), until: moment(until) };
        Self { uri: format!("https://{name}:3991{PATH}"), file: "server.pem".into(), valid }
    }
}

impl Valid {
    fn at(&self, now: Duration) -> Result<(), String> {
        if now < self.from.0 {
            return Err(format!("valid from {} only; is the clock set?", self.from.1));
        }
        if now > self.until.0 {
            return Err(format!("expired at {}; renew it and restart the gateway", self.until.1));
        }
        Ok(())
    }
}

/// When a certificate is good, if it is made for this name.
fn check(certificate: &CertificateDer<'_>, name: &str) -> Result<Valid, String> {
    let certificate = Certificate::from_der(certificate).map_err(|e| format!("not a certificate: {e}"))?;
    let tbs = certificate.tbs_certificate();
    let names =
        tbs.get_extension::<SubjectAltName>().ok().flatten().map(|(_, names)| names.0).unwrap_or_default();
    let fits = names.iter().any(|listed| match listed {
        GeneralName::DnsName(listed) => is_named(listed.as_str(), name),
        _ => false,
    });
    if !fits {
        return Err(format!("not made for {name}"));
    }
    let moment = |time: Time| (time.to_unix_duration(), time.to_string());
    let validity = tbs.validity();
    Ok(Valid { from: moment(validity.not_before), until: moment(validity.not_after) })
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
        for good in ["gw.example.com", "GW.example.com", "a.portal.example"] {
            assert!(check(&certificate, good).is_ok(), "{good}");
        }
        for bad in ["example.com", "a.b.portal.example", "portal.example", "gw.example.org"] {
            assert_eq!(check(&certificate, bad), Err(format!("not made for {bad}")));
        }
        let valid = check(&certificate, "gw.example.com").unwrap();
        assert_eq!(valid.at(Duration::from_secs(1_800_000_000)), Ok(()));
        let early = valid.at(Duration::ZERO).unwrap_err();
        assert!(early.contains("is the clock set?"), "{early}");
        let late = valid.at(Duration::from_secs(100_000_000_000)).unwrap_err();
        assert!(late.starts_with("expired at "), "{late}");
        assert!(check(&CertificateDer::from(vec![1, 2, 3]), "gw.example.com").is_err());
    }

    #[test]
    fn the_next_change_is_the_beginning_or_the_second_after_the_end() {
        let seconds = Duration::from_secs;
        let api = Api::between("gw.example.com", seconds(1000), seconds(2000));
        let changes: Vec<_> = [900, 1000, 2000, 2001].map(|now| api.changes_in(seconds(now))).into();
        assert_eq!(changes, [Some(seconds(100)), Some(seconds(1001)), Some(seconds(1)), None]);
    }
}
