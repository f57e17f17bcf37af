//! Which keys a profile may have, and how they refer to each other (spec: passpoint 4.2, 4.3).

use super::decode::DecodeOptions;
use super::plist::{Dict, Value};
use crate::certificate::{Certificate, holds_pem};
use crate::ids::is_uuid;
use crate::pkcs12::{Identity, Pkcs12Error};
use crate::report::{Rejection, refuse};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Text,
    Integer,
    Bool,
    Data,
    Array,
    Dict,
    Date,
    Number,
}

use Kind::{Array, Bool, Data, Date, Dict as Map, Integer, Number, Text};

type Keys = &'static [(&'static str, Kind)];

const TOP: Keys = &[
    ("PayloadIdentifier", Text),
    ("PayloadUUID", Text),
    ("PayloadType", Text),
    ("PayloadVersion", Integer),
    ("PayloadContent", Array),
    ("PayloadDescription", Text),
    ("PayloadDisplayName", Text),
    ("PayloadOrganization", Text),
    ("PayloadRemovalDisallowed", Bool),
    ("PayloadScope", Text),
    ("RemovalDate", Date),
    ("DurationUntilRemoval", Number),
    ("PayloadExpirationDate", Date),
    ("TargetDeviceType", Integer),
    ("ConsentText", Map),
    ("HasRemovalPasscode", Bool),
    ("IsEncrypted", Bool),
    ("EncryptedPayloadContent", Data),
];
/// Of [`TOP`] and [`COMMON`], how many at their beginning are mandatory.
const MANDATORY_TOP: usize = 5;
const COMMON: Keys = &[
    ("PayloadIdentifier", Text),
    ("PayloadUUID", Text),
    ("PayloadType", Text),
    ("PayloadVersion", Integer),
    ("PayloadDescription", Text),
    ("PayloadDisplayName", Text),
    ("PayloadOrganization", Text),
];
const MANDATORY_COMMON: usize = 4;
const WIFI: Keys = &[
    ("AutoJoin", Bool),
    ("SSID_STR", Text),
    ("HIDDEN_NETWORK", Bool),
    ("ProxyType", Text),
    ("EncryptionType", Text),
    ("Password", Text),
    ("PayloadCertificateUUID", Text),
    ("EAPClientConfiguration", Map),
    ("DisplayedOperatorName", Text),
    ("DomainName", Text),
    ("RoamingConsortiumOIs", Array),
    ("ServiceProviderRoamingEnabled", Bool),
    ("IsHotspot", Bool),
    ("HESSID", Text),
    ("NAIRealmNames", Array),
    ("MCCAndMNCs", Array),
    ("CaptiveBypass", Bool),
    ("QoSMarkingPolicy", Map),
    ("SetupModes", Array),
    ("EnableIPv6", Bool),
    ("TLSCertificateRequired", Bool),
    ("ProxyServer", Text),
    ("ProxyServerPort", Integer),
    ("ProxyUsername", Text),
    ("ProxyPassword", Text),
    ("ProxyPACURL", Text),
    ("ProxyPACFallbackAllowed", Bool),
    ("DisableAssociationMACRandomization", Bool),
    ("_UsingHotspot20", Bool),
];
const EAP: Keys = &[
    ("AcceptEAPTypes", Array),
    ("UserName", Text),
    ("UserPassword", Text),
    ("PayloadCertificateAnchorUUID", Array),
    ("TLSTrustedCertificates", Array),
    ("TLSTrustedServerNames", Array),
    ("TLSAllowTrustExceptions", Bool),
    ("TLSCertificateIsRequired", Bool),
    ("TTLSInnerAuthentication", Text),
    ("TLSMinimumVersion", Text),
    ("TLSMaximumVersion", Text),
    ("OuterIdentity", Text),
    ("EAPFASTUsePAC", Bool),
    ("EAPFASTProvisionPAC", Bool),
    ("EAPFASTProvisionPACAnonymously", Bool),
    ("EAPSIMNumberOfRANDs", Integer),
    ("SystemModeCredentialsSource", Text),
    ("SystemModeUseOpenDirectoryCredentials", Bool),
    ("OneTimeUserPassword", Bool),
];
const CERTIFICATE: Keys = &[("PayloadContent", Data), ("PayloadCertificateFileName", Text)];
const IDENTITY: Keys = &[
    ("PayloadContent", Data),
    ("PayloadCertificateFileName", Text),
    ("Password", Text),
    ("AllowAllAppsAccess", Bool),
    ("KeyIsExtractable", Bool),
];

/// The payloads of a profile, checked.
#[derive(Default)]
pub(super) struct Payloads<'a> {
    pub(super) wifi: Vec<&'a Dict>,
    /// Certificates by upper-case UUID, in the order of the file.
    pub(super) certificates: Vec<(String, Certificate)>,
    /// Identities by upper-case UUID.
    pub(super) identities: BTreeMap<String, Found<'a>>,
    /// Types of payloads that were skipped.
    pub(super) ignored: Vec<String>,
}

/// The PKCS#12 file of a payload.
pub(super) struct Found<'a> {
    pub(super) file: &'a [u8],
    pub(super) password: &'a str,
    /// `None` if there is no password, and an empty one does not open the file.
    pub(super) opened: Option<Identity>,
}

/// Checks a whole profile.
pub(super) fn check<'a>(profile: &'a Dict, options: &DecodeOptions<'a>) -> Result<Payloads<'a>, Rejection> {
    let strict = options.strict;
    typed(profile, &[(TOP, MANDATORY_TOP)], "the profile")?;
    if profile.text("PayloadType") != Some("Configuration") {
        return refuse("apple.payload_type", "the profile");
    }
    if profile.integer("PayloadVersion") != Some(1) {
        return refuse("apple.payload_version", "the profile");
    }
    let own_uuid = uuid(profile, "the profile", strict)?;
    let own_id = profile.text("PayloadIdentifier").unwrap_or_default();
    let label = |l: &str| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if strict && !(own_id.contains('.') && own_id.split('.').all(label)) {
        return refuse("house.identifier", "PayloadIdentifier");
    }
    let mut uuids = BTreeSet::from([own_uuid]);
    let mut ids = BTreeSet::from([own_id.to_owned()]);
    let mut payloads = Payloads::default();
    for (i, value) in profile.array("PayloadContent").iter().enumerate() {
        let at = format!("payload {i}");
        let Value::Dict(payload) = value else { return refuse("apple.type", at) };
        let kind = payload.text("PayloadType").unwrap_or_default();
        let (keys, mandatory) = match kind {
            "com.apple.wifi.managed" => (WIFI, 0),
            "com.apple.security.root" | "com.apple.security.pkcs1" | "com.apple.security.pem" => {
                (CERTIFICATE, 1)
            }
            "com.apple.security.pkcs12" => (IDENTITY, 1),
            // A payload that does not say what it is cannot be passed over as one of another kind.
            "" => return refuse("apple.payload_type", at),
            _ if strict => return refuse("apple.payload_type", at),
            other => {
                payloads.ignored.push(other.to_owned());
                continue;
            }
        };
        typed(payload, &[(COMMON, MANDATORY_COMMON), (keys, mandatory)], &at)?;
        if payload.integer("PayloadVersion") != Some(1) {
            return refuse("apple.payload_version", at);
        }
        let uuid = uuid(payload, &at, strict)?;
        if !uuids.insert(uuid.clone()) {
            return refuse("apple.duplicate_uuid", at);
        }
        if !ids.insert(payload.text("PayloadIdentifier").unwrap_or_default().to_owned()) {
            return refuse("apple.duplicate_identifier", at);
        }
        let content = payload.data("PayloadContent").unwrap_or_default();
        match kind {
            "com.apple.wifi.managed" => payloads.wifi.push(payload),
            "com.apple.security.pkcs12" => {
                let password = payload.text("Password").or(options.pkcs12_password);
                payloads.identities.insert(uuid, identity(content, password, &at)?);
            }
            _ => {
                let is_pem = kind == "com.apple.security.pem";
                if !is_pem && holds_pem(content) {
                    return refuse("apple.cert_not_der", at);
                }
                let read =
                    if is_pem { Certificate::from_either(content) } else { Certificate::from_der(content) };
                let certificate = read.map_err(|_| Rejection::new("apple.cert", at))?;
                payloads.certificates.push((uuid, certificate));
            }
        }
    }
    if payloads.wifi.is_empty() {
        return refuse("apple.no_wifi", "PayloadContent");
    }
    for payload in &payloads.wifi {
        check_wifi(payload, &payloads, strict)?;
    }
    Ok(payloads)
}

fn typed(dict: &Dict, tables: &[(Keys, usize)], at: &str) -> Result<(), Rejection> {
    for (key, value) in dict.iter() {
        // A later table says more about a key than an earlier one.
        let Some((_, kind)) = tables.iter().rev().flat_map(|(keys, _)| *keys).find(|(k, _)| *k == key) else {
            return refuse("apple.unknown_key", format!("{at}: {key}"));
        };
        let fits = match value {
            Value::Bool(_) => *kind == Bool,
            Value::Integer(_) => matches!(kind, Integer | Number),
            Value::Real(_) => *kind == Number,
            Value::Text(_) => *kind == Text,
            Value::Data(_) => *kind == Data,
            Value::Date(_) => *kind == Date,
            Value::Array(_) => *kind == Array,
            Value::Dict(_) => *kind == Map,
        };
        if !fits {
            return refuse("apple.type", format!("{at}: {key}"));
        }
    }
    for (key, _) in tables.iter().flat_map(|(keys, mandatory)| keys.iter().take(*mandatory)) {
        if dict.get(key).is_none() {
            return refuse("apple.missing_key", format!("{at}: {key}"));
        }
    }
    Ok(())
}

fn uuid(dict: &Dict, at: &str, strict: bool) -> Result<String, Rejection> {
    let text = dict.text("PayloadUUID").unwrap_or_default();
    let upper = text.to_ascii_uppercase();
    if !is_uuid(text) {
        return refuse("apple.uuid", at);
    }
    if strict && upper != text {
        return refuse("house.uuid_case", at);
    }
    Ok(upper)
}

fn identity<'a>(file: &'a [u8], password: Option<&'a str>, at: &str) -> Result<Found<'a>, Rejection> {
    let opened = match Identity::open(file, password.unwrap_or_default()) {
        Ok(identity) => Some(identity),
        Err(Pkcs12Error::Keys(_) | Pkcs12Error::NoCertificate) => return refuse("apple.pkcs12", at),
        Err(_) if password.is_some() => return refuse("apple.pkcs12", at),
        Err(_) => None,
    };
    Ok(Found { file, password: password.unwrap_or_default(), opened })
}

fn check_wifi(payload: &Dict, payloads: &Payloads<'_>, strict: bool) -> Result<(), Rejection> {
    let at = payload.text("PayloadIdentifier").unwrap_or_default();
    let one_of = |key: &str, allowed: &[&str]| payload.text(key).is_none_or(|v| allowed.contains(&v));
    if !one_of("EncryptionType", &["WEP", "WPA", "WPA2", "WPA3", "Any", "None"]) {
        return refuse("apple.encryption_type", at);
    }
    if !one_of("ProxyType", &["None", "Manual", "Auto"]) {
        return refuse("apple.proxy_type", at);
    }
    if payload.get("SSID_STR").is_none() && payload.get("DomainName").is_none() {
        return refuse("apple.network_selector", at);
    }
    if payload.text("SSID_STR").is_some_and(|s| s.len() > 32) {
        return refuse("apple.ssid_length", at);
    }
    for key in ["RoamingConsortiumOIs", "NAIRealmNames", "MCCAndMNCs"] {
        text_list(payload, key, at)?;
    }
    for oi in payload.texts("RoamingConsortiumOIs") {
        if !matches!(oi.len(), 6 | 8 | 10) || !oi.bytes().all(|b| b.is_ascii_hexdigit()) {
            return refuse("apple.rcoi", at);
        }
        if strict && oi.bytes().any(|b| b.is_ascii_lowercase()) {
            return refuse("house.rcoi_case", at);
        }
    }
    if payload.texts("MCCAndMNCs").any(|m| m.len() != 6 || !m.bytes().all(|b| b.is_ascii_digit())) {
        return refuse("apple.mccmnc", at);
    }
    let hotspot = payload.bool("IsHotspot") == Some(true);
    if strict && hotspot && payload.get("SSID_STR").is_some() {
        return refuse("house.hotspot_ssid", at);
    }
    let hotspot_keys = ["RoamingConsortiumOIs", "NAIRealmNames", "MCCAndMNCs", "DomainName"];
    if strict && !hotspot && hotspot_keys.iter().any(|k| payload.get(k).is_some()) {
        return refuse("apple.hotspot_flag", at);
    }
    let Some(eap) = payload.dict("EAPClientConfiguration") else { return refuse("apple.no_eap", at) };
    check_eap(payload, eap, payloads, strict, at)
}

fn text_list(dict: &Dict, key: &str, at: &str) -> Result<(), Rejection> {
    let values = dict.array(key);
    let texts = dict.texts(key).filter(|t| !t.is_empty()).count();
    if dict.get(key).is_some() && (values.is_empty() || texts != values.len()) {
        return refuse("apple.array", format!("{at}: {key}"));
    }
    Ok(())
}

fn check_eap(
    payload: &Dict,
    eap: &Dict,
    payloads: &Payloads<'_>,
    strict: bool,
    at: &str,
) -> Result<(), Rejection> {
    typed(eap, &[(EAP, 1)], at)?;
    let mut types = Vec::new();
    for value in eap.array("AcceptEAPTypes") {
        match value {
            Value::Integer(n) if [13, 17, 18, 21, 23, 25, 43].contains(n) => types.push(*n),
            _ => return refuse("apple.eap_type", at),
        }
    }
    if types.is_empty() {
        return refuse("apple.eap_type", at);
    }
    let inner = ["PAP", "EAP", "CHAP", "MSCHAP", "MSCHAPv2"];
    if eap.text("TTLSInnerAuthentication").is_some_and(|v| !inner.contains(&v)) {
        return refuse("apple.inner_auth", at);
    }
    let (min, max) = (eap.text("TLSMinimumVersion"), eap.text("TLSMaximumVersion"));
    let versions = ["1.0", "1.1", "1.2", "1.3"];
    if [min, max].into_iter().flatten().any(|v| !versions.contains(&v))
        || min.unwrap_or("1.0") > max.unwrap_or("1.3")
    {
        return refuse("apple.tls_version", at);
    }
    let tunnelled = types.iter().any(|t| ![13, 18, 23].contains(t));
    if min == Some("1.3") && eap.get("OuterIdentity").is_none() && tunnelled {
        return refuse("apple.outer_identity_required", at);
    }
    text_list(eap, "TLSTrustedServerNames", at)?;
    for anchor in eap.array("PayloadCertificateAnchorUUID") {
        let Value::Text(anchor) = anchor else { return refuse("apple.anchor_reference", at) };
        let anchor = anchor.to_ascii_uppercase();
        if !payloads.certificates.iter().any(|(uuid, _)| *uuid == anchor) {
            return refuse("apple.anchor_reference", at);
        }
    }
    let identity = payload.text("PayloadCertificateUUID").map(str::to_ascii_uppercase);
    if identity.as_ref().is_some_and(|i| !payloads.identities.contains_key(i)) {
        return refuse("apple.identity_reference", at);
    }
    if types.contains(&13) && identity.is_none() {
        return refuse("apple.identity_missing", at);
    }
    if strict && types.iter().any(|t| [13, 21, 25, 43].contains(t)) {
        let named = !eap.array("TLSTrustedServerNames").is_empty();
        if !named && eap.array("PayloadCertificateAnchorUUID").is_empty() {
            return refuse("house.server_trust", at);
        }
        let tunnel = types.iter().any(|t| [21, 25].contains(t));
        if tunnel && eap.get("UserName").is_none() && eap.get("UserPassword").is_some() {
            return refuse("house.credentials", at);
        }
    }
    Ok(())
}
