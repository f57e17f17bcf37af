//! Writing for ChromeOS.

use crate::certificate::Certificate;
use crate::loss;
use crate::model::{Eap, Inner, Method, Model, SimEap, Ssid, is_default};
use crate::pkcs12::{self, Random};
use crate::profile::Profile;
use crate::report::{Encoded, Report};
use crate::secret::wipe_json;
use crate::text::hex;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// How to write for ChromeOS. There is nothing to choose yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {}

/// Writes a profile, unencrypted. `random` salts the PKCS#12 file of a certificate credential and is not used otherwise.
#[must_use]
pub fn encode(profile: &Profile, _options: &Options, random: &mut dyn Random) -> Encoded {
    let mut report = Report::new();
    losses(profile, &mut report);
    Encoded::new(report, || {
        let mut document = document(profile, random);
        let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
        wipe_json(&mut document);
        text.push('\n');
        text.into_bytes()
    })
}

fn losses(profile: &Profile, report: &mut Report) {
    let model = profile.model();
    let sim = model.credential.sim();
    if model.ssids.is_empty() {
        report.error("onc.passpoint_unsupported", "home_sp");
    } else if model.home_sp.is_some() {
        report.warning("onc.passpoint_dropped", "home_sp");
    }
    if sim.is_some_and(|s| s.eap == SimEap::AkaPrime) {
        report.error("onc.eap_unsupported", "credential.eap");
    }
    // The client replaces such a text by something else.
    let mut expansion = |text: Option<&str>, field: &'static str| {
        if text.is_some_and(|t| t.contains("${")) {
            report.error("onc.string_expansion", field);
        }
    };
    expansion(model.credential.outer_identity.as_deref(), "credential.outer_identity");
    match &model.credential.method {
        Method::Password(p) => {
            expansion(Some(&p.username), "credential.username");
            expansion(Some(p.password.expose()), "credential.password");
            if p.eap == Eap::Ttls && p.effective_inner() == Inner::EapMschapv2 {
                report.warning("onc.inner_not_exact", "credential.inner");
            }
        }
        Method::Certificate(c) => {
            expansion(c.identity.as_deref(), "credential.identity");
            if profile.identity().is_some_and(|i| i.chain_without_roots().1) {
                report.info("onc.client_root_removed", "credential.pkcs12");
            }
        }
        Method::Sim(_) | Method::Unknown(_) => {}
    }
    let server = &model.server;
    loss::report_losses(
        report,
        &[
            (sim.is_some(), "onc.imsi_dropped", "credential.imsi"),
            (model.validity.expires.is_some(), "onc.expiry_dropped", "validity.expires"),
            (server.check_revocation && sim.is_none(), "onc.revocation_dropped", "server.check_revocation"),
            (server.tls_min.is_some() && sim.is_none(), "onc.tls_version_dropped", "server.tls_min"),
            (!is_default(&model.security), "onc.security_not_expressible", "security"),
            (!model.mac_randomization, "onc.mac_randomization_dropped", "mac_randomization"),
            (model.profile.terms_of_use.is_some(), "onc.terms_dropped", "profile.terms_of_use"),
        ],
    );
    loss::match_without_home(report, model, "onc");
    loss::outer_identity_unused(report, model, "onc");
    loss::flags(report, model, "onc");
    loss::subscription(report, model, "onc");
    loss::cosmetic(report, model, "onc");
    loss::created(report, model, "onc");
    report.info("onc.display_name_dropped", "profile.display_name");
}

fn document(profile: &Profile, random: &mut dyn Random) -> Value {
    let model = profile.model();
    let guid = |c: &Certificate| profile.uuid().child(&format!("cert:{}", c.sha256_hex())).braced();
    let mut certificates = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    if model.credential.sim().is_none() {
        for certificate in profile.ca_certs().iter().chain(profile.intermediate_certs()) {
            let guid = guid(certificate);
            if !seen.contains(&guid) {
                certificates.push(json!({
                    "GUID": guid,
                    "Type": "Authority",
                    "X509": STANDARD.encode(certificate.der()),
                }));
                seen.push(guid);
            }
        }
    }
    let client = profile.identity().and_then(|identity| {
        let guid = profile.uuid().child(&format!("identity:{}", identity.leaf.sha256_hex())).braced();
        let (chain, _) = identity.chain_without_roots();
        let file = pkcs12::write(identity, &chain, "", random).ok()?;
        certificates.push(json!({ "GUID": guid, "Type": "Client", "PKCS12": STANDARD.encode(&*file) }));
        Some(guid)
    });
    let anchors: Vec<_> = profile.ca_certs().iter().map(guid).collect();
    let eap = eap(model, &anchors, client.as_deref());
    let networks: Vec<_> = model.ssids.iter().map(|ssid| network(profile, ssid, &eap)).collect();
    let mut document = json!({ "Type": "UnencryptedConfiguration", "NetworkConfigurations": networks });
    if !certificates.is_empty() {
        document["Certificates"] = Value::Array(certificates);
    }
    document
}

fn network(profile: &Profile, ssid: &Ssid, eap: &Value) -> Value {
    let octets = hex(ssid.ssid.as_bytes());
    json!({
        "GUID": profile.uuid().child(&format!("ssid:{octets}")).braced(),
        "Name": ssid.ssid,
        "Type": "WiFi",
        "WiFi": {
            "SSID": ssid.ssid,
            "HexSSID": octets.to_ascii_uppercase(),
            "Security": "WPA-EAP",
            "AutoConnect": profile.model().auto_join,
            "HiddenSSID": ssid.hidden,
            "EAP": eap,
        },
    })
}

fn eap(model: &Model, anchors: &[String], client: Option<&str>) -> Value {
    let mut eap = match &model.credential.method {
        Method::Sim(s) => {
            return json!({ "Outer": if s.eap == SimEap::Sim { "EAP-SIM" } else { "EAP-AKA" } });
        }
        Method::Password(p) => json!({
            "Outer": if p.eap == Eap::Peap { "PEAP" } else { "EAP-TTLS" },
            "Inner": match p.effective_inner() {
                Inner::Pap => "PAP",
                Inner::Chap => "CHAP",
                Inner::Mschap => "MSCHAP",
                _ => "MSCHAPv2",
            },
            "Identity": p.username,
            "AnonymousIdentity": model.outer_identity(),
            "Password": p.password.expose(),
        }),
        Method::Certificate(c) => json!({
            "Outer": "EAP-TLS",
            "Identity": c.identity.clone().unwrap_or_else(|| model.outer_identity()),
            "ClientCertType": "Ref",
            "ClientCertRef": client,
        }),
        Method::Unknown(_) => json!({}),
    };
    eap["SaveCredentials"] = Value::Bool(true);
    // Its default is true, so it is always written.
    eap["UseSystemCAs"] = Value::Bool(model.server.use_system_cas);
    if !anchors.is_empty() {
        eap["ServerCARefs"] = json!(anchors);
    }
    let names: Vec<_> = model.server.names.iter().map(|n| n.strip_prefix("*.").unwrap_or(n)).collect();
    eap["DomainSuffixMatch"] = json!(names);
    if let Some(max) = &model.server.tls_max {
        eap["TLSVersionMax"] = json!(max.as_str());
    }
    eap
}
