//! Writing a profile for Apple's systems (spec: passpoint 4.2 to 4.6).

use super::plist::{self, Dict, Value};
use crate::certificate::Certificate;
use crate::date;
use crate::ids::Uuid;
use crate::loss;
use crate::model::{Eap, HomeSp, Inner, Method, Model, Security, SimEap, Ssid};
use crate::pkcs12::{self, Random};
use crate::profile::Profile;
use crate::report::{Encoded, Report};
use crate::secret::Secret;
use crate::text::hex;
use sha2::{Digest, Sha256};

/// How to write for Apple's systems.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Whether the profile is going to be [signed](super::sign); without, the report warns.
    pub sign: bool,
    /// Whether realm names are written beside the identifiers of consortia.
    pub nai_realms: bool,
    /// The password of the PKCS#12 file in the profile, if the model has an empty one.
    pub pkcs12_password: Option<Secret>,
}

impl Default for Options {
    fn default() -> Self {
        Self { sign: true, nai_realms: true, pkcs12_password: None }
    }
}

/// Writes a profile, unsigned. `random` salts the PKCS#12 file of a certificate credential and is not used otherwise.
#[must_use]
pub fn encode(profile: &Profile, options: &Options, random: &mut dyn Random) -> Encoded {
    let mut report = Report::new();
    let password = identity_password(profile, options);
    losses(profile, options, password, &mut report);
    Encoded::new(report, || {
        let mut payloads: Vec<Value> = Vec::new();
        let is_sim = profile.model().credential.sim().is_some();
        if !is_sim {
            let certificates = profile.ca_certs().iter().chain(profile.intermediate_certs());
            let mut seen = Vec::new();
            for certificate in certificates {
                if !seen.contains(&certificate.sha256()) {
                    seen.push(certificate.sha256());
                    payloads.push(Value::Dict(certificate_payload(profile, certificate)));
                }
            }
        }
        let identity = identity_payload(profile, password, random);
        payloads.extend(identity.map(Value::Dict));
        payloads.extend(wifi_payloads(profile, options).into_iter().map(Value::Dict));
        plist::write(top(profile.model(), profile.uuid(), payloads)).into_bytes()
    })
}

fn identity_password<'a>(profile: &'a Profile, options: &'a Options) -> Option<&'a Secret> {
    let own = profile.model().credential.certificate().map(|c| &c.pkcs12_password);
    own.filter(|p| !p.is_empty()).or(options.pkcs12_password.as_ref().filter(|p| !p.is_empty()))
}

fn losses(profile: &Profile, options: &Options, password: Option<&Secret>, report: &mut Report) {
    let model = profile.model();
    match &model.credential.method {
        Method::Sim(sim) => {
            if sim.eap == SimEap::AkaPrime {
                report.error("apple.eap_unsupported", "credential.eap");
            }
            report.warning("apple.imsi_dropped", "credential.imsi");
            if model.credential.outer_identity.is_some() {
                report.warning("apple.outer_identity_ignored", "credential.outer_identity");
            }
        }
        Method::Certificate(certificate) => {
            if password.is_none() {
                report.error("apple.pkcs12_password_required", "credential.pkcs12_password");
            }
            if certificate.identity.is_some() {
                report.warning("apple.identity_dropped", "credential.identity");
            }
            report.info("apple.pkcs12_password_in_profile", "credential.pkcs12_password");
            if profile.identity().is_some_and(|i| i.chain_without_roots().1) {
                report.info("apple.client_root_removed", "credential.pkcs12");
            }
        }
        Method::Password(password) => {
            if password.eap == Eap::Ttls && password.effective_inner() == Inner::EapMschapv2 {
                report.info("apple.inner_eap_negotiated", "credential.inner");
            }
        }
        Method::Unknown(_) => {}
    }
    loss::flags(report, model, "apple");
    if model.credential.sim().is_none() {
        loss::system_cas(report, model, "apple");
        if model.server.check_revocation {
            report.warning("apple.revocation_not_expressible", "server.check_revocation");
        }
    }
    loss::home(report, model, "apple");
    loss::subscription(report, model, "apple");
    loss::created(report, model, "apple");
    if model.home_sp.is_some() {
        match_losses(model, options, report);
    }
    if model.security == Security::Wpa2 {
        report.info("apple.security_not_exact", "security");
    }
    if !options.sign {
        report.warning("apple.unsigned", "profile");
    }
}

fn match_losses(model: &Model, options: &Options, report: &mut Report) {
    let home = model.home_sp.as_ref();
    let has_ois = home.is_some_and(|h| !h.roaming_consortium_ois.is_empty() || !h.home_ois.is_empty());
    if !options.nai_realms && !model.matching.nai_realms.is_empty() {
        report.warning("apple.nai_realms_dropped", "match.nai_realms");
    }
    if options.nai_realms && has_ois {
        report.info("apple.nai_realm_and_rcoi", "match.nai_realms");
    }
    if model.matching.plmns.iter().any(|p| p.len() == 5) {
        report.info("apple.plmn_padded", "match.plmns");
    }
}

fn top(model: &Model, uuid: Uuid, payloads: Vec<Value>) -> Dict {
    let mut dict = Dict::default();
    dict.set("PayloadType", "Configuration");
    dict.set("PayloadVersion", 1);
    dict.set("PayloadIdentifier", model.profile.id.as_str());
    dict.set("PayloadUUID", uuid.upper().as_str());
    dict.set("PayloadContent", Value::Array(payloads));
    dict.set("PayloadDisplayName", model.profile.display_name.as_str());
    set_text(&mut dict, "PayloadDescription", model.profile.description.as_deref());
    set_text(&mut dict, "PayloadOrganization", model.profile.organization.as_deref());
    dict.set("PayloadRemovalDisallowed", false);
    if let Some(terms) = &model.profile.terms_of_use {
        let mut consent = Dict::default();
        consent.set("default", terms.as_str());
        dict.set("ConsentText", Value::Dict(consent));
    }
    if let Some(expires) = model.validity.expires.as_deref().and_then(date::parse) {
        dict.set("RemovalDate", Value::Date(expires));
    }
    dict
}

fn set_text(dict: &mut Dict, key: &str, text: Option<&str>) {
    if let Some(text) = text {
        dict.set(key, text);
    }
}

fn payload(profile: &Profile, kind: &str, discriminator: &str, suffix: &str, name: &str) -> Dict {
    let mut dict = Dict::default();
    dict.set("PayloadType", kind);
    dict.set("PayloadVersion", 1);
    dict.set("PayloadUUID", profile.uuid().child(discriminator).upper().as_str());
    dict.set("PayloadIdentifier", format!("{}.{suffix}", profile.model().profile.id).as_str());
    dict.set("PayloadDisplayName", name);
    dict
}

fn certificate_uuid(profile: &Profile, certificate: &Certificate) -> Uuid {
    profile.uuid().child(&format!("cert:{}", certificate.sha256_hex()))
}

fn certificate_payload(profile: &Profile, certificate: &Certificate) -> Dict {
    let kind =
        if certificate.is_self_signed() { "com.apple.security.root" } else { "com.apple.security.pkcs1" };
    let fingerprint = certificate.sha256_hex();
    let short = fingerprint.get(..16).unwrap_or_default();
    let name = certificate.label();
    let mut dict = payload(profile, kind, &format!("cert:{fingerprint}"), &format!("ca.{short}"), &name);
    dict.set("PayloadContent", Value::Data(certificate.der().to_vec()));
    dict.set("PayloadCertificateFileName", format!("{short}.cer").as_str());
    dict
}

fn identity_discriminator(profile: &Profile) -> Option<String> {
    profile.identity().map(|i| format!("identity:{}", i.leaf.sha256_hex()))
}

fn identity_payload(profile: &Profile, password: Option<&Secret>, random: &mut dyn Random) -> Option<Dict> {
    let identity = profile.identity()?;
    let password = password?.expose();
    let (chain, _) = identity.chain_without_roots();
    let file = pkcs12::write(identity, &chain, password, random).ok()?;
    let discriminator = identity_discriminator(profile)?;
    let name = identity.leaf.label();
    let mut dict = payload(profile, "com.apple.security.pkcs12", &discriminator, "identity", &name);
    dict.set("PayloadContent", Value::Data(file.to_vec()));
    dict.set("Password", password);
    dict.set("PayloadCertificateFileName", "identity.p12");
    Some(dict)
}

fn wifi_payloads(profile: &Profile, options: &Options) -> Vec<Dict> {
    let model = profile.model();
    let hotspot = model.home_sp.as_ref().map(|home| hotspot_payload(profile, home, options));
    hotspot.into_iter().chain(model.ssids.iter().map(|ssid| ssid_payload(profile, ssid))).collect()
}

fn hotspot_payload(profile: &Profile, home: &HomeSp, options: &Options) -> Dict {
    let model = profile.model();
    let mut dict = payload(profile, "com.apple.wifi.managed", "hs20", "wifi.hs20", &home.friendly_name);
    common(&mut dict, profile);
    dict.set("IsHotspot", true);
    dict.set("ServiceProviderRoamingEnabled", true);
    dict.set("DomainName", home.fqdn.as_str());
    dict.set("DisplayedOperatorName", home.friendly_name.as_str());
    set_list(&mut dict, "RoamingConsortiumOIs", all_ois(home).map(str::to_ascii_uppercase));
    if options.nai_realms {
        let realms = std::iter::once(&model.credential.realm).chain(&model.matching.nai_realms);
        set_list(&mut dict, "NAIRealmNames", realms.cloned());
    }
    // A two-digit MNC gets a zero before it.
    let six = |plmn: &String| match plmn.split_at_checked(3) {
        Some((mcc, mnc)) if mnc.len() == 2 => format!("{mcc}0{mnc}"),
        _ => plmn.clone(),
    };
    set_list(&mut dict, "MCCAndMNCs", model.matching.plmns.iter().map(six));
    if let Some(hessid) = &model.matching.hessid {
        let pairs: Vec<_> = (0..hessid.len()).step_by(2).filter_map(|i| hessid.get(i..i + 2)).collect();
        dict.set("HESSID", pairs.join(":").as_str());
    }
    dict
}

/// The roaming identifiers, then the home ones that are not among them.
pub(crate) fn all_ois(home: &HomeSp) -> impl Iterator<Item = &str> {
    let roaming = &home.roaming_consortium_ois;
    let further = home.home_ois.iter().map(|o| &o.oi).filter(move |o| !roaming.contains(o));
    roaming.iter().chain(further).map(String::as_str)
}

fn ssid_payload(profile: &Profile, ssid: &Ssid) -> Dict {
    let name = ssid.ssid.as_bytes();
    let digest = hex(&Sha256::digest(name));
    let suffix = format!("wifi.ssid.{}", digest.get(..16).unwrap_or_default());
    let discriminator = format!("ssid:{}", hex(name));
    let mut dict = payload(profile, "com.apple.wifi.managed", &discriminator, &suffix, &ssid.ssid);
    common(&mut dict, profile);
    dict.set("SSID_STR", ssid.ssid.as_str());
    dict.set("HIDDEN_NETWORK", ssid.hidden);
    dict
}

fn common(dict: &mut Dict, profile: &Profile) {
    let model = profile.model();
    dict.set("AutoJoin", model.auto_join);
    dict.set("EncryptionType", if model.security == Security::Wpa3 { "WPA3" } else { "WPA2" });
    if !model.mac_randomization {
        dict.set("DisableAssociationMACRandomization", true);
    }
    if let Some(discriminator) = identity_discriminator(profile) {
        dict.set("PayloadCertificateUUID", profile.uuid().child(&discriminator).upper().as_str());
    }
    dict.set("EAPClientConfiguration", Value::Dict(eap(profile)));
}

fn eap(profile: &Profile) -> Dict {
    let model = profile.model();
    let mut dict = Dict::default();
    let kind = match &model.credential.method {
        Method::Password(p) => {
            if p.eap == Eap::Ttls {
                dict.set(
                    "TTLSInnerAuthentication",
                    match p.effective_inner() {
                        Inner::Pap => "PAP",
                        Inner::Chap => "CHAP",
                        Inner::Mschap => "MSCHAP",
                        Inner::EapMschapv2 => "EAP",
                        _ => "MSCHAPv2",
                    },
                );
            }
            dict.set("UserName", p.username.as_str());
            dict.set("UserPassword", p.password.expose());
            dict.set("OuterIdentity", model.outer_identity().as_str());
            if p.eap == Eap::Peap { 25 } else { 21 }
        }
        Method::Certificate(_) => {
            dict.set("UserName", model.outer_identity().as_str());
            13
        }
        Method::Sim(s) if s.eap == SimEap::Sim => 18,
        Method::Sim(_) | Method::Unknown(_) => 23,
    };
    dict.set("AcceptEAPTypes", Value::Array(vec![Value::Integer(kind)]));
    if model.credential.sim().is_some() {
        return dict;
    }
    let anchors = profile.ca_certs().iter().map(|c| certificate_uuid(profile, c).upper());
    set_list(&mut dict, "PayloadCertificateAnchorUUID", anchors);
    set_list(&mut dict, "TLSTrustedServerNames", model.server.names.iter().cloned());
    set_text(&mut dict, "TLSMinimumVersion", model.server.tls_min.as_ref().map(|v| v.as_str()));
    set_text(&mut dict, "TLSMaximumVersion", model.server.tls_max.as_ref().map(|v| v.as_str()));
    dict
}

fn set_list(dict: &mut Dict, key: &str, texts: impl Iterator<Item = String>) {
    let values: Vec<_> = texts.map(Value::Text).collect();
    if !values.is_empty() {
        dict.set(key, Value::Array(values));
    }
}
