//! Method and credentials of a network (spec: passpoint 5.3, 5.4).

use super::write::Writer;
use super::{BASE_EAP, EAP_COMMON, HOST_CONFIG, PEAP, TLS, TTLS, USER_CREDENTIALS};
use crate::certificate::Certificate;
use crate::model::{Eap, Inner, Method, Model, PasswordCredential, SimEap};
use crate::profile::Profile;
use crate::text::hex;

const PROVISIONING: &str = "http://www.microsoft.com/provisioning/";
const TRUE: &str = "true";
const FALSE: &str = "false";

/// Number of the method and who defines its configuration.
fn numbers(model: &Model) -> (&'static str, &'static str) {
    match &model.credential.method {
        Method::Password(p) if p.eap == Eap::Peap => ("25", "0"),
        Method::Password(_) | Method::Unknown(_) => ("21", "311"),
        Method::Certificate(_) => ("13", "0"),
        Method::Sim(s) => match s.eap {
            SimEap::Aka => ("23", "311"),
            SimEap::AkaPrime => ("50", "311"),
            _ => ("18", "311"),
        },
    }
}

fn host_config(w: &mut Writer, (kind, author): (&str, &str), config: impl FnOnce(&mut Writer)) {
    w.node_in("EapHostConfig", HOST_CONFIG, |w| {
        w.node("EapMethod", |w| {
            w.leaf_in("Type", EAP_COMMON, kind);
            w.leaf_in("VendorId", EAP_COMMON, "0");
            w.leaf_in("VendorType", EAP_COMMON, "0");
            w.leaf_in("AuthorId", EAP_COMMON, author);
        });
        w.node("Config", config);
    });
}

/// The method's configuration.
pub(super) fn write_config(w: &mut Writer, profile: &Profile, disable_prompt: bool) {
    let model = profile.model();
    host_config(w, numbers(model), |w| match &model.credential.method {
        Method::Password(p) if p.eap == Eap::Peap => write_peap(w, profile, disable_prompt),
        Method::Password(p) => write_ttls(w, profile, p, disable_prompt),
        Method::Certificate(_) => write_tls(w, profile, disable_prompt),
        Method::Sim(s) => write_sim(w, model, &s.eap),
        Method::Unknown(_) => {}
    });
}

/// Names as the system compares them: exactly, or as regular expressions if one of them has a wildcard.
fn server_names(model: &Model) -> String {
    let form = |name: &String| match name.strip_prefix("*.") {
        Some(domain) => format!(".*\\.{}", domain.replace('.', "\\.")),
        None => name.clone(),
    };
    model.server.names.iter().map(form).collect::<Vec<_>>().join(";")
}

/// The SHA-1 of a certificate as pairs of digits.
fn thumbprint(certificate: &Certificate) -> String {
    certificate.sha1().iter().map(|o| hex(&[*o])).collect::<Vec<_>>().join(" ")
}

fn write_ttls(w: &mut Writer, profile: &Profile, password: &PasswordCredential, disable_prompt: bool) {
    let model = profile.model();
    w.node_in("EapTtls", TTLS, |w| {
        w.node("ServerValidation", |w| {
            w.leaf("ServerNames", &server_names(model));
            profile.ca_certs().iter().for_each(|c| w.leaf("TrustedRootCAHash", &thumbprint(c)));
            w.leaf("DisablePrompt", if disable_prompt { TRUE } else { FALSE });
        });
        w.node("Phase2Authentication", |w| match password.effective_inner() {
            Inner::Pap => w.leaf("PAPAuthentication", ""),
            Inner::Chap => w.leaf("CHAPAuthentication", ""),
            Inner::Mschap => w.leaf("MSCHAPAuthentication", ""),
            Inner::EapMschapv2 => host_config(w, ("26", "0"), write_mschapv2),
            _ => w.node("MSCHAPv2Authentication", |w| w.leaf("UseWinlogonCredentials", FALSE)),
        });
        w.node("Phase1Identity", |w| {
            w.leaf("IdentityPrivacy", TRUE);
            w.leaf("AnonymousIdentity", &model.outer_identity());
        });
    });
}

fn write_mschapv2(w: &mut Writer) {
    w.node_in("Eap", BASE_EAP, |w| {
        w.leaf("Type", "26");
        w.node_in("EapType", &format!("{PROVISIONING}MsChapV2ConnectionPropertiesV1"), |w| {
            w.leaf("UseWinLogonCredentials", FALSE);
        });
    });
}

fn write_validation(w: &mut Writer, profile: &Profile, disable_prompt: bool) {
    w.node("ServerValidation", |w| {
        w.leaf("DisableUserPromptForServerValidation", if disable_prompt { TRUE } else { FALSE });
        w.leaf("ServerNames", &server_names(profile.model()));
        profile.ca_certs().iter().for_each(|c| w.leaf("TrustedRootCA", &thumbprint(c)));
    });
}

fn write_peap(w: &mut Writer, profile: &Profile, disable_prompt: bool) {
    let v2 = format!("{PROVISIONING}MsPeapConnectionPropertiesV2");
    let outer = profile.model().outer_identity();
    w.node_in("Eap", BASE_EAP, |w| {
        w.leaf("Type", "25");
        w.node_in("EapType", PEAP, |w| {
            write_validation(w, profile, disable_prompt);
            w.leaf("FastReconnect", TRUE);
            w.leaf("InnerEapOptional", FALSE);
            write_mschapv2(w);
            w.leaf("EnableQuarantineChecks", FALSE);
            w.leaf("RequireCryptoBinding", FALSE);
            w.node("PeapExtensions", |w| {
                w.leaf_in("PerformServerValidation", &v2, TRUE);
                w.leaf_in("AcceptServerName", &v2, TRUE);
                w.node_in("IdentityPrivacy", &v2, |w| {
                    w.leaf("EnableIdentityPrivacy", TRUE);
                    // The system adds the realm of the user name itself.
                    w.leaf(
                        "AnonymousUserName",
                        outer.rsplit_once('@').map_or(outer.as_str(), |(name, _)| name),
                    );
                });
            });
        });
    });
}

fn write_tls(w: &mut Writer, profile: &Profile, disable_prompt: bool) {
    w.node_in("Eap", BASE_EAP, |w| {
        w.leaf("Type", "13");
        w.node_in("EapType", TLS, |w| {
            w.node("CredentialsSource", |w| {
                w.node("CertificateStore", |w| w.leaf("SimpleCertSelection", TRUE));
            });
            write_validation(w, profile, disable_prompt);
            w.leaf("DifferentUsername", FALSE);
        });
    });
}

fn write_sim(w: &mut Writer, model: &Model, eap: &SimEap) {
    let name = match eap {
        SimEap::Aka => "EapAka",
        SimEap::AkaPrime => "EapAkaPrime",
        _ => "EapSim",
    };
    w.node_in(name, &format!("{PROVISIONING}{name}ConnectionPropertiesV1"), |w| {
        if name == "EapSim" {
            w.leaf("UseStrongCipherKeys", FALSE);
        }
        w.leaf("DontRevealPermanentID", TRUE);
        let provider = model.home_sp.as_ref().map_or(&model.profile.display_name, |h| &h.friendly_name);
        w.leaf("ProviderName", provider);
        w.leaf_attribute("Realm", ("Enabled", TRUE), &model.credential.realm);
    });
}

/// User name and password, for credentials that have them.
pub(super) fn write_credentials(w: &mut Writer, model: &Model) {
    let Some(password) = model.credential.password() else { return };
    let (kind, author) = numbers(model);
    let declarations = [
        ("xmlns", USER_CREDENTIALS),
        ("xmlns:baseEap", "http://www.microsoft.com/provisioning/BaseEapMethodUserCredentials"),
        ("xmlns:eapCommon", EAP_COMMON),
    ];
    let both = |w: &mut Writer| {
        w.leaf("Username", &password.username);
        w.leaf("Password", password.password.expose());
    };
    w.node_with("EapHostUserCredentials", &declarations, |w| {
        w.node("EapMethod", |w| {
            w.leaf("eapCommon:Type", kind);
            w.leaf("eapCommon:AuthorId", author);
        });
        w.node("Credentials", |w| {
            if password.eap != Eap::Peap {
                w.node_in("EapTtls", &format!("{PROVISIONING}EapTtlsUserPropertiesV1"), both);
                return;
            }
            let base = format!("{PROVISIONING}BaseEapUserPropertiesV1");
            w.node_in("Eap", &base, |w| {
                w.leaf("Type", "25");
                w.node_in("EapType", &format!("{PROVISIONING}MsPeapUserPropertiesV1"), |w| {
                    w.node_in("Eap", &base, |w| {
                        w.leaf("Type", "26");
                        w.node_in("EapType", &format!("{PROVISIONING}MsChapV2UserPropertiesV1"), both);
                    });
                });
            });
        });
    });
}
