//! Writing a carrier provisioning file (spec: passpoint 5.1, 5.2, 5.6).

use super::signature::{DECLARATION, sign_canonical};
use super::write::Writer;
use super::{CARRIER, CARRIER_WLAN, ONEX, eap};
use crate::apple::all_ois;
use crate::loss;
use crate::model::{Eap, HomeSp, Inner, Method, Model, Security};
use crate::profile::Profile;
use crate::report::{Encoded, Report};
use crate::signer::{SignError, Signer};
use crate::text::hex;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Longest name of a profile, in characters (spec: passpoint 5.1).
const MAX_NAME: usize = 255;

/// How to write for Windows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Whether the file is going to be [signed](super::sign); Windows does not install one that is not.
    pub sign: bool,
    /// Whether the user is kept from accepting a server that is not the right one.
    pub disable_prompt: bool,
    /// An SSID that no network has; the format asks for one.
    pub placeholder_ssid: String,
    /// Allows certificate credentials, whose certificate has to be installed another way.
    pub allow_external_certificate: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            sign: true,
            disable_prompt: true,
            placeholder_ssid: "_Passpoint".to_owned(),
            allow_external_certificate: false,
        }
    }
}

/// Writes a profile, unsigned. Behind the XML declaration the document is in canonical form.
#[must_use]
pub fn encode(profile: &Profile, options: &Options) -> Encoded {
    let mut report = Report::new();
    losses(profile.model(), options, &mut report);
    Encoded::new(report, || (DECLARATION.to_owned() + &canonical(profile, options)).into_bytes())
}

/// Writes a profile and signs it, with the same result as [`encode`] and then [`sign`](super::sign), but without reading
/// the document again.
///
/// # Errors
/// When the signer has no certificate, is not RSA or cannot sign.
pub fn encode_signed(
    profile: &Profile,
    options: &Options,
    signer: &dyn Signer,
) -> Result<Encoded, SignError> {
    let mut report = Report::new();
    losses(profile.model(), &Options { sign: true, ..options.clone() }, &mut report);
    let output = match report.has_errors() {
        true => None,
        false => Some(sign_canonical(&canonical(profile, options), signer)?),
    };
    Ok(Encoded { output, report })
}

/// The document in canonical form.
fn canonical(profile: &Profile, options: &Options) -> Zeroizing<String> {
    let mut w = Writer::default();
    w.node_in("CarrierProvisioning", CARRIER, |w| {
        w.node("Global", |w| {
            w.leaf("CarrierId", &carrier_id(profile));
            w.leaf("SubscriberId", &subscriber_id(profile));
        });
        w.node("WLANProfiles", |w| write_networks(w, profile, options));
    });
    Zeroizing::new(w.finish())
}

fn losses(model: &Model, options: &Options, report: &mut Report) {
    credential_losses(model, options, report);
    if model.credential.sim().is_none() {
        let server = &model.server;
        loss::report_losses(
            report,
            &[
                (!server.ca_certs.is_empty(), "windows.ca_referenced_only", "server.ca_certs"),
                (server.ca_certs.is_empty(), "windows.no_ca_pin", "server.ca_certs"),
                (
                    !server.intermediate_certs.is_empty(),
                    "windows.intermediates_dropped",
                    "server.intermediate_certs",
                ),
                (server.check_revocation, "windows.revocation_dropped", "server.check_revocation"),
                (server.tls_min.is_some(), "windows.tls_version_dropped", "server.tls_min"),
                (server.tls_max.is_some(), "windows.tls_version_dropped", "server.tls_max"),
            ],
        );
        loss::system_cas(report, model, "windows");
        if server.names.iter().any(|n| n.starts_with("*.")) {
            report.info("windows.wildcard_as_regex", "server.names");
        }
    }
    loss::report_losses(
        report,
        &[
            (model.profile.terms_of_use.is_some(), "windows.terms_dropped", "profile.terms_of_use"),
            (model.validity.expires.is_some(), "windows.expiry_dropped", "validity.expires"),
            (!model.auto_join, "windows.auto_join_dropped", "auto_join"),
            (!model.mac_randomization, "windows.mac_randomization_dropped", "mac_randomization"),
            (model.security == Security::Wpa3, "windows.wpa3_untested", "security"),
            (!options.sign, "windows.unsigned_not_installable", "profile"),
        ],
    );
    if let Some(home) = &model.home_sp {
        if home.friendly_name.chars().count() > MAX_NAME {
            report.error("windows.name_too_long", "home_sp.friendly_name");
        }
        if model.matching.hessid.is_some() {
            report.warning("windows.hessid_dropped", "match.hessid");
        }
        report.info("windows.placeholder_ssid", "home_sp");
    } else if model.profile.display_name.chars().count() > MAX_NAME {
        report.error("windows.name_too_long", "profile.display_name");
    }
    if model.home_sp.as_ref().is_none_or(|h| h.friendly_name != model.profile.display_name) {
        report.info("windows.display_name_dropped", "profile.display_name");
    }
    loss::home(report, model, "windows");
    loss::flags(report, model, "windows");
    loss::subscription(report, model, "windows");
    loss::cosmetic(report, model, "windows");
    loss::created(report, model, "windows");
}

fn credential_losses(model: &Model, options: &Options, report: &mut Report) {
    let outer = model.credential.outer_identity.is_some();
    match &model.credential.method {
        Method::Password(p) => {
            let realm = |name: &str| name.rsplit_once('@').map(|(_, realm)| realm.to_ascii_lowercase());
            if p.eap == Eap::Ttls && p.effective_inner() != Inner::Mschapv2 {
                report.warning("windows.inner_untested", "credential.inner");
            }
            if p.eap == Eap::Peap && realm(&model.outer_identity()) != realm(&p.username) {
                report.warning("windows.outer_realm_lost", "credential.outer_identity");
            }
        }
        Method::Certificate(c) => {
            if options.allow_external_certificate {
                report.warning("windows.client_certificate_external", "credential.pkcs12");
            } else {
                report.error("windows.client_certificate_not_installed", "credential.pkcs12");
            }
            if c.identity.is_some() {
                report.warning("windows.identity_dropped", "credential.identity");
            }
        }
        Method::Sim(_) => report.warning("windows.imsi_dropped", "credential.imsi"),
        Method::Unknown(_) => {}
    }
    if outer && model.credential.password().is_none() {
        report.warning("windows.outer_identity_dropped", "credential.outer_identity");
    }
}

fn carrier_id(profile: &Profile) -> String {
    match &profile.model().profile.carrier_id {
        Some(id) => format!("{{{}}}", id.to_ascii_lowercase()),
        None => profile.uuid().child("windows-carrier").braced(),
    }
}

/// The subscriber's number in a file for Windows (spec: passpoint 5.2): the model's, else 15 digits that depend on the
/// profile's id and the user. It names a user without saying the name, in logs for example.
#[must_use]
pub fn subscriber_id(profile: &Profile) -> String {
    let model = profile.model();
    if let Some(id) = &model.profile.subscriber_id {
        return id.clone();
    }
    let user = match &model.credential.method {
        Method::Password(p) => p.username.clone(),
        Method::Certificate(_) => profile.identity().map(|i| i.leaf.sha256_hex()).unwrap_or_default(),
        Method::Sim(s) => s.imsi.clone(),
        Method::Unknown(_) => String::new(),
    };
    let digest = Sha256::digest(format!("{}\n{user}", model.profile.id));
    let number = digest.iter().take(8).fold(0_u64, |number, octet| (number << 8) | u64::from(*octet));
    format!("{:015}", number % 1_000_000_000_000_000)
}

fn write_networks(w: &mut Writer, profile: &Profile, options: &Options) {
    let model = profile.model();
    if let Some(home) = &model.home_sp {
        let ssid = options.placeholder_ssid.as_str();
        write_network(w, profile, options, &home.friendly_name, (ssid, false), Some(home));
    }
    for ssid in &model.ssids {
        write_network(w, profile, options, &ssid.ssid, (&ssid.ssid, ssid.hidden), None);
    }
}

fn write_network(
    w: &mut Writer,
    profile: &Profile,
    options: &Options,
    name: &str,
    (ssid, hidden): (&str, bool),
    home: Option<&HomeSp>,
) {
    let model = profile.model();
    w.node_in("WLANProfile", CARRIER_WLAN, |w| {
        w.leaf("name", name);
        w.node("SSIDConfig", |w| {
            w.node("SSID", |w| {
                w.leaf("hex", &hex(ssid.as_bytes()).to_ascii_uppercase());
                w.leaf("name", ssid);
            });
            if hidden {
                w.leaf("nonBroadcast", "true");
            }
        });
        if let Some(home) = home {
            w.node("Hotspot2", |w| write_hotspot(w, model, home));
        }
        w.node("MSM", |w| {
            w.node("security", |w| {
                w.node("authEncryption", |w| {
                    w.leaf(
                        "authentication",
                        if model.security == Security::Wpa3 { "WPA3ENT" } else { "WPA2" },
                    );
                    w.leaf("encryption", "AES");
                    w.leaf("useOneX", "true");
                });
                w.leaf("PMKCacheMode", "enabled");
                w.leaf("PMKCacheTTL", "720");
                w.leaf("PMKCacheSize", "128");
                w.leaf("preAuthMode", "disabled");
                w.node_in("OneX", ONEX, |w| {
                    w.leaf("authMode", "user");
                    w.node("EAPConfig", |w| eap::write_config(w, profile, options.disable_prompt));
                });
                eap::write_credentials(w, model);
            });
        });
    });
}

fn write_hotspot(w: &mut Writer, model: &Model, home: &HomeSp) {
    w.leaf("DomainName", &home.fqdn);
    w.node("NAIRealm", |w| {
        w.leaf("name", &model.credential.realm);
        model.matching.nai_realms.iter().for_each(|r| w.leaf("name", r));
    });
    if !model.matching.plmns.is_empty() {
        w.node("Network3GPP", |w| model.matching.plmns.iter().for_each(|p| w.leaf("PLMNID", p)));
    }
    if all_ois(home).next().is_some() {
        w.node("RoamingConsortium", |w| all_ois(home).for_each(|oi| w.leaf("OUI", oi)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: passpoint 5.6
    #[test]
    fn the_name_of_a_profile_is_bounded() {
        let report = |home: bool, name: &str| {
            let builder = Model::builder("com.example.wifi", name, "example.com").ssid("Example", false);
            let model = if home { builder.home("example.com", "Example") } else { builder }.model();
            let mut report = Report::new();
            losses(&model, &Options::default(), &mut report);
            report.errors().to_string()
        };
        let (longest, longer) = ("\u{e9}".repeat(255), "\u{e9}".repeat(256));
        assert_eq!(report(false, &longest), "");
        assert_eq!(report(false, &longer), "error: windows.name_too_long (profile.display_name)\n");
        // The name of the operator is that of the profile then.
        assert_eq!(report(true, &longer), "");
    }
}
