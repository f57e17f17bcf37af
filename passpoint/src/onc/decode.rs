//! Reading Open Network Configuration.

use super::seal::{ENCRYPTED, iterations};
use crate::android::Decoded;
use crate::certificate::{Certificate, decode_base64, holds_pem};
use crate::limits::{MAX_FILE, json_depth_exceeded};
use crate::model::{
    CertificateCredential, Eap, Inner, MAX_JSON_DEPTH, Method, Model, PasswordCredential, SimCredential,
    SimEap, Ssid, TlsVersion,
};
use crate::pkcs12::Identity;
use crate::report::{Rejection, Report, refuse};
use crate::secret::{Secret, wipe_json};
use crate::text::unhex;
use serde_json::Value;
use std::collections::BTreeMap;

/// How to read a configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecodeOptions {
    /// Whether this project's stricter rules (`house.*`) apply too.
    pub strict: bool,
}

impl DecodeOptions {
    /// Applies this project's stricter rules too.
    #[must_use]
    pub const fn strict() -> Self {
        Self { strict: true }
    }
}

/// A JSON document within the limits.
pub(super) fn read_json(text: &[u8]) -> Result<Value, Rejection> {
    if text.len() > MAX_FILE {
        return refuse("file.too_large", "the file");
    }
    if json_depth_exceeded(text, MAX_JSON_DEPTH).is_some() {
        return refuse("onc.json", "it nests too deeply");
    }
    serde_json::from_slice(text).map_err(|e| Rejection::new("onc.json", format!("line {}", e.line())))
}

/// A certificate of the file, by its GUID.
enum Entry {
    Authority(Box<Certificate>),
    /// The certificate of one server, which no network of ours can refer to.
    Server,
    /// PKCS#12 in base64.
    Client(Secret),
    Network,
}

/// Reads an unencrypted configuration into a model; [`open`](super::open) decrypts the other form first, which
/// [`is_encrypted`](super::is_encrypted) tells.
///
/// The format has neither an id nor names: the id is the realm reversed (`decode.id_derived`) and the display name that of
/// the first network. The credential is that of the first network; others that differ are reported
/// (`decode.credentials_differ`). `SubjectMatch` is read as a name although it matches any part
/// (`decode.subject_match`). A file without networks has no credential (`decode.networks_missing`). A name of a network that
/// is not text is read with U+FFFD for what is not UTF-8 (`decode.ssid_not_text`). Certificates of single servers are left out
/// (`decode.server_certificate_ignored`).
///
/// # Errors
/// The first rule that is broken; `onc.encrypted` for the other form too.
pub fn decode(text: &[u8], options: &DecodeOptions) -> Result<Decoded, Rejection> {
    let mut value = read_json(text)?;
    let result = read(&value, options);
    wipe_json(&mut value);
    result
}

pub(super) fn text_of<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

fn list_of<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn read(value: &Value, options: &DecodeOptions) -> Result<Decoded, Rejection> {
    match text_of(value, "Type") {
        Some("UnencryptedConfiguration") => {}
        Some(ENCRYPTED) => {
            iterations(value)?;
            return refuse(
                "onc.encrypted",
                "the file is encrypted: it has to be decrypted with its pass phrase",
            );
        }
        _ => return refuse("onc.type", "Type"),
    }
    let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
    for (i, certificate) in list_of(value, "Certificates").iter().enumerate() {
        let at = format!("Certificates[{i}]");
        let guid = new_guid(certificate, &entries, &at)?;
        let entry = match text_of(certificate, "Type") {
            Some(kind @ ("Authority" | "Server")) => {
                let read = read_authority(certificate, options.strict, &at)?;
                if kind == "Server" { Entry::Server } else { Entry::Authority(Box::new(read)) }
            }
            Some("Client") => {
                let text = text_of(certificate, "PKCS12").unwrap_or_default();
                let opened = decode_base64(text).is_some_and(|o| Identity::open(&o, "").is_ok());
                if !opened {
                    return refuse("onc.pkcs12", at);
                }
                Entry::Client(Secret::from(text.split_ascii_whitespace().collect::<String>()))
            }
            _ => return refuse("onc.cert_type", at),
        };
        entries.insert(guid, entry);
    }
    let networks = list_of(value, "NetworkConfigurations");
    let mut found = Vec::new();
    for (i, network) in networks.iter().enumerate() {
        let at = format!("NetworkConfigurations[{i}]");
        let guid = new_guid(network, &entries, &at)?;
        entries.insert(guid, Entry::Network);
        found.push(check_network(network, &entries, options.strict, &at)?);
    }
    let mut report = Report::new();
    let mut model = Model { version: 1, ..Model::default() };
    if entries.values().any(|e| matches!(e, Entry::Server)) {
        report.warning("decode.server_certificate_ignored", "server.ca_certs");
    }
    if let Some((first, eap)) = found.first() {
        if found.iter().any(|(_, other)| other != eap) {
            report.warning("decode.credentials_differ", "credential");
        }
        for (i, _) in found.iter().enumerate().filter(|(_, (wifi, _))| !wifi.is_text) {
            report.warning("decode.ssid_not_text", format!("ssids[{i}].ssid"));
        }
        model.auto_join = first.wifi.get("AutoConnect").and_then(Value::as_bool).unwrap_or(true);
        model.ssids = found.iter().map(|(n, _)| n.ssid()).collect();
        model.profile.display_name =
            networks.first().and_then(|n| text_of(n, "Name")).unwrap_or_default().to_owned();
        read_eap(&mut model, eap, &entries, &mut report);
    } else {
        report.warning("decode.networks_missing", "ssids");
    }
    model.profile.id = model.credential.realm.rsplit('.').collect::<Vec<_>>().join(".");
    report.info("decode.id_derived", "profile.id");
    Ok(Decoded::new(model, report))
}

fn new_guid(value: &Value, entries: &BTreeMap<String, Entry>, at: &str) -> Result<String, Rejection> {
    match text_of(value, "GUID") {
        Some(guid) if !guid.is_empty() && !entries.contains_key(guid) => Ok(guid.to_owned()),
        _ => refuse("onc.guid", at),
    }
}

fn read_authority(value: &Value, strict: bool, at: &str) -> Result<Certificate, Rejection> {
    let text = text_of(value, "X509").unwrap_or_default();
    let read = if holds_pem(text.as_bytes()) {
        Certificate::from_either(text.as_bytes()).ok()
    } else {
        decode_base64(text).and_then(|der| Certificate::from_der(&der).ok())
    };
    let Some(certificate) = read else { return refuse("onc.x509", at) };
    if strict && list_of(value, "TrustBits").iter().any(|b| b == "Web") {
        return refuse("house.onc_web_trust", at);
    }
    Ok(certificate)
}

struct Wifi<'a> {
    wifi: &'a Value,
    name: String,
    /// Whether the name is text; else it has U+FFFD for what is not.
    is_text: bool,
}

impl Wifi<'_> {
    fn ssid(&self) -> Ssid {
        let hidden = self.wifi.get("HiddenSSID").and_then(Value::as_bool).unwrap_or_default();
        Ssid { ssid: self.name.clone(), hidden }
    }
}

fn check_network<'a>(
    network: &'a Value,
    entries: &BTreeMap<String, Entry>,
    strict: bool,
    at: &str,
) -> Result<(Wifi<'a>, &'a Value), Rejection> {
    if text_of(network, "Type") != Some("WiFi") {
        return refuse("onc.net_type", at);
    }
    let wifi = network.get("WiFi").unwrap_or(&Value::Null);
    let octets = match text_of(wifi, "SSID").filter(|s| !s.is_empty()) {
        Some(name) => Some(name.as_bytes().to_vec()),
        None => text_of(wifi, "HexSSID").and_then(unhex),
    };
    let Some(octets) = octets.filter(|o| !o.is_empty()) else { return refuse("onc.ssid", at) };
    let name = String::from_utf8_lossy(&octets);
    let (name, is_text) = (name.to_string(), name.as_bytes() == octets);
    if text_of(wifi, "Security") != Some("WPA-EAP") {
        return refuse("onc.security", at);
    }
    let eap = wifi.get("EAP").unwrap_or(&Value::Null);
    let outer = text_of(eap, "Outer").unwrap_or_default();
    if !["LEAP", "EAP-AKA", "EAP-FAST", "EAP-TLS", "EAP-TTLS", "EAP-SIM", "PEAP"].contains(&outer) {
        return refuse("onc.outer", at);
    }
    let inner = ["Automatic", "MD5", "MSCHAP", "MSCHAPv2", "PAP", "CHAP", "GTC"];
    if eap.get("Inner").is_some_and(|i| !i.as_str().is_some_and(|i| inner.contains(&i))) {
        return refuse("onc.inner", at);
    }
    for reference in list_of(eap, "ServerCARefs") {
        let known = reference.as_str().and_then(|r| entries.get(r));
        if !matches!(known, Some(Entry::Authority(_))) {
            return refuse("onc.ca_ref", at);
        }
    }
    let client = text_of(eap, "ClientCertRef").and_then(|r| entries.get(r));
    let referred = text_of(eap, "ClientCertType") == Some("Ref") && matches!(client, Some(Entry::Client(_)));
    if outer == "EAP-TLS" && !referred {
        return refuse("onc.client_ref", at);
    }
    let given = eap.get("Password").is_some() || eap.get("Identity").is_some();
    if given && eap.get("SaveCredentials").and_then(Value::as_bool) != Some(true) {
        return refuse("onc.save_credentials", at);
    }
    if ["Identity", "AnonymousIdentity", "Password"]
        .iter()
        .any(|k| text_of(eap, k).is_some_and(|t| t.contains("${")))
    {
        return refuse("onc.expansion", at);
    }
    let names = ["SubjectAlternativeNameMatch", "DomainSuffixMatch", "SubjectMatch"];
    let named = |k: &&str| match eap.get(k) {
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(list)) => !list.is_empty(),
        _ => false,
    };
    // A card verifies the network itself.
    let card = matches!(outer, "EAP-SIM" | "EAP-AKA");
    if strict && !card && !names.iter().any(named) {
        return refuse("house.server_trust", at);
    }
    Ok((Wifi { wifi, name, is_text }, eap))
}

fn read_eap(model: &mut Model, eap: &Value, entries: &BTreeMap<String, Entry>, report: &mut Report) {
    let owned = |name: &str| text_of(eap, name).unwrap_or_default().to_owned();
    let (identity, outer) = (owned("Identity"), text_of(eap, "AnonymousIdentity").map(str::to_owned));
    let after_at = |name: &str| name.rsplit_once('@').map(|(_, realm)| realm.to_ascii_lowercase());
    let names: Vec<String> = list_of(eap, "DomainSuffixMatch")
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_ascii_lowercase)
        .collect();
    let realm = outer.as_deref().and_then(after_at).or_else(|| after_at(&identity));
    let realm = realm.or_else(|| names.first().cloned()).unwrap_or_default();
    let implied = format!("anonymous@{realm}");
    model.credential.outer_identity = outer.filter(|o| *o != implied);
    model.credential.realm = realm;
    model.credential.method = match text_of(eap, "Outer") {
        Some("EAP-TLS") => {
            let client = match text_of(eap, "ClientCertRef").and_then(|r| entries.get(r)) {
                Some(Entry::Client(file)) => file.clone(),
                _ => Secret::default(),
            };
            let identity = Some(identity).filter(|i| *i != implied && !i.is_empty());
            Method::Certificate(CertificateCredential {
                pkcs12: client,
                identity,
                ..CertificateCredential::default()
            })
        }
        Some(outer @ ("EAP-SIM" | "EAP-AKA")) => {
            report.warning("decode.imsi_missing", "credential.imsi");
            let eap = if outer == "EAP-SIM" { SimEap::Sim } else { SimEap::Aka };
            Method::Sim(SimCredential { eap, imsi: String::new() })
        }
        Some(outer @ ("EAP-TTLS" | "PEAP")) => {
            for (name, code, field) in [
                ("Identity", "decode.username_missing", "credential.username"),
                ("Password", "decode.password_missing", "credential.password"),
            ] {
                if eap.get(name).is_none() {
                    report.warning(code, field);
                }
            }
            let inner = match text_of(eap, "Inner") {
                _ if outer == "PEAP" => Inner::EapMschapv2,
                Some("PAP") => Inner::Pap,
                Some("CHAP") => Inner::Chap,
                Some("MSCHAP") => Inner::Mschap,
                Some("MSCHAPv2") | None => Inner::Mschapv2,
                Some(other) => Inner::Unknown(other.to_owned()),
            };
            Method::Password(PasswordCredential {
                username: identity,
                password: Secret::from(owned("Password")),
                eap: if outer == "PEAP" { Eap::Peap } else { Eap::Ttls },
                inner: Some(inner),
                ..PasswordCredential::default()
            })
        }
        other => Method::Unknown(other.unwrap_or_default().to_owned()),
    };
    if model.credential.sim().is_some() {
        return;
    }
    let server = &mut model.server;
    let references: Vec<_> = list_of(eap, "ServerCARefs").iter().filter_map(Value::as_str).collect();
    for reference in &references {
        if let Some(Entry::Authority(certificate)) = entries.get(*reference) {
            server.ca_certs.push(certificate.to_pem());
        }
    }
    for (guid, entry) in entries {
        if let Entry::Authority(certificate) = entry
            && !references.contains(&guid.as_str())
        {
            server.intermediate_certs.push(certificate.to_pem());
        }
    }
    server.use_system_cas = eap.get("UseSystemCAs").and_then(Value::as_bool).unwrap_or(true);
    server.names = names;
    if let Some(subject) = text_of(eap, "SubjectMatch").filter(|_| server.names.is_empty()) {
        server.names = vec![subject.to_ascii_lowercase()];
        report.warning("decode.subject_match", "server.names");
    }
    if server.names.is_empty() {
        report.warning("decode.server_names_missing", "server.names");
    }
    server.tls_max = text_of(eap, "TLSVersionMax").map(TlsVersion::from);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: &Value) -> Result<Decoded, &'static str> {
        decode(value.to_string().as_bytes(), &DecodeOptions::default()).map_err(|e| e.code)
    }

    fn file(certificate_type: &str, wifi: Value) -> Value {
        let pem = include_str!("../../../tests/vectors/passpoint/pki/signer-root.pem");
        let mut wifi = wifi;
        wifi["Security"] = json!("WPA-EAP");
        wifi["EAP"] = json!({ "Outer": "PEAP", "ServerCARefs": ["{ca}"] });
        json!({
            "Type": "UnencryptedConfiguration",
            "Certificates": [{ "GUID": "{ca}", "Type": certificate_type, "X509": pem }],
            "NetworkConfigurations": [{ "GUID": "{net}", "Type": "WiFi", "WiFi": wifi }],
        })
    }

    // spec: passpoint 6
    #[test]
    fn only_an_authority_can_be_an_authority() {
        let wifi = json!({ "SSID": "Example" });
        assert_eq!(read(&file("Authority", wifi.clone())).map(|d| d.model.server.ca_certs.len()), Ok(1));
        assert_eq!(read(&file("Server", wifi)).map(|_| ()), Err("onc.ca_ref"));
    }

    #[test]
    fn a_name_that_is_not_text_is_reported() {
        let decoded = read(&file("Authority", json!({ "HexSSID": "41FF" }))).expect("a configuration");
        assert_eq!(decoded.model.ssids.first().map(|s| s.ssid.as_str()), Some("A\u{fffd}"));
        assert!(decoded.report.contains("decode.ssid_not_text"));
        assert_eq!(read(&file("Authority", json!({ "HexSSID": "4" }))).map(|_| ()), Err("onc.ssid"));
    }

    #[test]
    fn a_file_of_certificates_alone_has_no_networks() {
        let mut value = file("Server", json!({}));
        value["NetworkConfigurations"] = json!([]);
        let decoded = read(&value).expect("a configuration");
        assert!(decoded.model.ssids.is_empty());
        assert!(decoded.report.contains("decode.networks_missing"));
        assert!(decoded.report.contains("decode.server_certificate_ignored"));
    }
}
