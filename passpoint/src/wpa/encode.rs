//! Writing for wpa_supplicant.

use super::text::quoted;
use super::{File, beside};
use crate::loss;
use crate::model::{Eap, HomeSp, Inner, Method, Model, Network, Policy, SimEap, is_default};
use crate::profile::Profile;
use crate::report::{Encoded, Report};

/// How to write for wpa_supplicant.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// The oldest version the file is meant for.
    pub min_version: MinVersion,
    /// Beginning of the paths of the files beside; `/etc/wpa_supplicant/` and the profile's id if `None`.
    pub path_prefix: Option<String>,
    /// Where the system keeps its CAs.
    pub system_ca_path: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            min_version: MinVersion::default(),
            path_prefix: None,
            system_ca_path: "/etc/ssl/certs/ca-certificates.crt".to_owned(),
        }
    }
}

/// A version of wpa_supplicant. Unknown keys make it reject a file, so newer keys need a newer version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum MinVersion {
    /// 2.10.
    #[default]
    V2_10,
    /// 2.11, which takes several home identifiers.
    V2_11,
}

/// A configuration and the files it refers to.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Output {
    /// The configuration text.
    pub config: Vec<u8>,
    /// The files beside it.
    pub files: Vec<File>,
}

/// Shows the paths only.
impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output").field("config", &"[secret]").field("files", &self.files).finish()
    }
}

/// Writes a profile.
#[must_use]
pub fn encode(profile: &Profile, options: &Options) -> Encoded<Output> {
    let model = profile.model();
    let mut report = Report::new();
    let write = |home: &HomeSp| {
        let prefix = options.path_prefix.clone();
        let prefix = prefix.unwrap_or_else(|| format!("/etc/wpa_supplicant/{}", model.profile.id));
        let (ca, client) = (format!("{prefix}-ca.pem"), format!("{prefix}-client.p12"));
        let config = Writer::default().all(model, home, options, &ca, &client).into_bytes();
        Output { config, files: beside(profile, &ca, &client) }
    };
    match &model.home_sp {
        Some(home) => {
            losses(model, home, options, &mut report);
            Encoded::new(report, || write(home))
        }
        None => {
            report.error("wpa.passpoint_required", "home_sp");
            Encoded { output: None, report }
        }
    }
}

fn losses(model: &Model, home: &HomeSp, options: &Options, report: &mut Report) {
    let sim = model.credential.sim().is_some();
    let server = &model.server;
    let several = options.min_version == MinVersion::V2_10 && home.home_ois.len() > 1;
    let partners = model.policy.as_ref().map(|p| p.preferred_partners.as_slice()).unwrap_or_default();
    let fixed = model.credential.password().is_some() && model.credential.outer_identity.is_some();
    loss::report_losses(
        report,
        &[
            (several, "wpa.home_ois_single", "home_sp.home_ois"),
            (fixed, "wpa.outer_identity_fixed", "credential.outer_identity"),
            (
                partners.iter().any(|p| p.countries.len() > 1),
                "wpa.partner_countries_single",
                "policy.preferred_partners",
            ),
            (
                model.policy.as_ref().is_some_and(|p| p.update.is_some()),
                "wpa.policy_update_dropped",
                "policy.update",
            ),
            (!model.ssids.is_empty(), "wpa.ssids_dropped", "ssids"),
            (!model.matching.nai_realms.is_empty(), "wpa.nai_realms_single", "match.nai_realms"),
            (!model.matching.plmns.is_empty() && !sim, "wpa.plmn_dropped", "match.plmns"),
            (model.matching.hessid.is_some(), "wpa.hessid_dropped", "match.hessid"),
            (!home.network_ids.is_empty(), "wpa.network_ids_dropped", "home_sp.network_ids"),
            (home.icon_url.is_some(), "wpa.icon_dropped", "home_sp.icon_url"),
            (model.validity.expires.is_some(), "wpa.expiry_dropped", "validity.expires"),
            (!is_default(&model.subscription), "wpa.subscription_dropped", "subscription"),
            (model.subscription_update.is_some(), "wpa.subscription_update_dropped", "subscription_update"),
            (!model.trust_roots.is_empty(), "wpa.trust_roots_dropped", "trust_roots"),
            (model.decorated_prefix.is_some(), "wpa.decorated_prefix_dropped", "decorated_prefix"),
            (!is_default(&model.security), "wpa.security_not_expressible", "security"),
            (!model.auto_join, "wpa.auto_join_dropped", "auto_join"),
            (!model.mac_randomization, "wpa.mac_randomization_dropped", "mac_randomization"),
            (
                !server.intermediate_certs.is_empty() && !sim,
                "wpa.intermediates_dropped",
                "server.intermediate_certs",
            ),
            (server.tls_min.is_some() && !sim, "wpa.tls_version_dropped", "server.tls_min"),
            (server.tls_max.is_some() && !sim, "wpa.tls_version_dropped", "server.tls_max"),
            (model.profile.terms_of_use.is_some(), "wpa.terms_dropped", "profile.terms_of_use"),
        ],
    );
    if !sim {
        loss::system_cas(report, model, "wpa");
    }
    loss::outer_identity_unused(report, model, "wpa");
    loss::flags(report, model, "wpa");
    loss::cosmetic(report, model, "wpa");
    loss::created(report, model, "wpa");
    if options.min_version >= MinVersion::V2_11 && !home.home_ois.is_empty() {
        report.info("wpa.needs_2_11", "home_sp.home_ois");
    }
    report.info("wpa.display_name_dropped", "profile.display_name");
    report.info("wpa.friendly_name_dropped", "home_sp.friendly_name");
}

#[derive(Default)]
struct Writer {
    out: String,
}

impl Writer {
    fn bare(&mut self, key: &str, value: &str) {
        for part in ["\t", key, "=", value, "\n"] {
            self.out.push_str(part);
        }
    }

    fn string(&mut self, key: &str, value: &str) {
        let value = zeroize::Zeroizing::new(quoted(value));
        self.bare(key, &value);
    }

    fn number(&mut self, key: &str, value: Option<i64>) {
        if let Some(value) = value {
            self.bare(key, &value.to_string());
        }
    }

    fn list<'a>(&mut self, key: &str, values: impl Iterator<Item = &'a str>) {
        let joined = values.collect::<Vec<_>>().join(",");
        if !joined.is_empty() {
            self.string(key, &joined);
        }
    }

    fn all(mut self, model: &Model, home: &HomeSp, options: &Options, ca: &str, client: &str) -> String {
        self.out.push_str("interworking=1\nhs20=1\nauto_interworking=1\n\ncred={\n");
        self.string("realm", &model.credential.realm);
        self.string("domain", &home.fqdn);
        home.other_home_partners.iter().for_each(|p| self.string("domain", p));
        self.list("roaming_consortiums", home.roaming_consortium_ois.iter().map(String::as_str));
        let all = || home.home_ois.iter().map(|o| o.oi.as_str());
        let required = || home.home_ois.iter().filter(|o| o.required).map(|o| o.oi.as_str());
        if options.min_version >= MinVersion::V2_11 {
            self.list("home_ois", all());
            self.list("required_home_ois", required());
        } else {
            all().take(1).for_each(|oi| self.bare("roaming_consortium", oi));
            required().take(1).for_each(|oi| self.bare("required_roaming_consortium", oi));
        }
        self.credential(model, client);
        if model.credential.sim().is_none() {
            let private = !model.server.ca_certs.is_empty();
            self.string("ca_cert", if private { ca } else { &options.system_ca_path });
            let names = model.server.names.iter().map(|n| n.strip_prefix("*.").unwrap_or(n));
            self.string("domain_suffix_match", &names.collect::<Vec<_>>().join(";"));
            if model.server.check_revocation {
                self.bare("ocsp", "2");
            }
        }
        self.number("sp_priority", model.credential_priority);
        self.number("update_identifier", model.update_identifier);
        if let Some(policy) = &model.policy {
            self.policy(policy);
        }
        self.out.push_str("}\n");
        self.out
    }

    fn credential(&mut self, model: &Model, client: &str) {
        match &model.credential.method {
            Method::Password(p) => {
                self.bare("eap", if p.eap == Eap::Peap { "PEAP" } else { "TTLS" });
                self.string(
                    "phase2",
                    match (&p.eap, p.effective_inner()) {
                        (Eap::Ttls, Inner::Pap) => "auth=PAP",
                        (Eap::Ttls, Inner::Chap) => "auth=CHAP",
                        (Eap::Ttls, Inner::Mschap) => "auth=MSCHAP",
                        (Eap::Ttls, Inner::EapMschapv2) => "autheap=MSCHAPV2",
                        _ => "auth=MSCHAPV2",
                    },
                );
                self.string("username", &p.username);
                self.string("password", p.password.expose());
            }
            Method::Certificate(c) => {
                self.bare("eap", "TLS");
                self.string("username", &c.identity.clone().unwrap_or_else(|| model.outer_identity()));
                self.string("private_key", client);
                self.string("private_key_passwd", c.pkcs12_password.expose());
            }
            Method::Sim(s) => {
                self.bare(
                    "eap",
                    match s.eap {
                        SimEap::Aka => "AKA",
                        SimEap::AkaPrime => "AKA'",
                        _ => "SIM",
                    },
                );
                let imsi = s.imsi.trim_end_matches('*');
                let long = model.matching.plmns.iter().any(|p| p.len() == 6 && imsi.starts_with(p.as_str()));
                let (plmn, rest) = imsi.split_at_checked(if long { 6 } else { 5 }).unwrap_or((imsi, ""));
                self.string("imsi", &format!("{plmn}-{rest}"));
            }
            Method::Unknown(_) => {}
        }
    }

    fn policy(&mut self, policy: &Policy) {
        policy.excluded_ssids.iter().for_each(|s| self.string("excluded_ssid", s));
        for p in &policy.preferred_partners {
            let exact = u8::from(!p.include_subdomains);
            let country = p.countries.first().map_or("*", String::as_str);
            self.string("roaming_partner", &format!("{},{exact},{},{country}", p.fqdn, p.priority));
        }
        for network in [Network::Home, Network::Roaming] {
            if let Some(b) = policy.min_backhaul.iter().find(|b| b.network == network) {
                self.number(&format!("min_dl_bandwidth_{}", network.as_str()), b.dl_kbps);
                self.number(&format!("min_ul_bandwidth_{}", network.as_str()), b.ul_kbps);
            }
        }
        self.number("max_bss_load", policy.max_bss_load);
        for rule in &policy.required_ports {
            let ports = rule.joined();
            let colon = if ports.is_empty() { "" } else { ":" };
            self.bare("req_conn_capab", &format!("{}{colon}{ports}", rule.protocol));
        }
    }
}
