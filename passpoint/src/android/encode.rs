//! Writing a profile for Android (spec: passpoint 3.3, 3.6, 3.7).

use super::container::{CA, PKCS12, PROFILE, put_together};
use super::limits;
use crate::model::{
    HomeSp, Inner, Method, Model, Policy, Restriction, SimEap, Subscription, Update, UpdateMethod,
};
use crate::pkcs12::{self, Random};
use crate::ppsmo::{NEVER, TreeWriter, trim};
use crate::profile::Profile;
use crate::report::{Encoded, Report};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// How to write for Android.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// The oldest API level the file is meant for.
    pub min_sdk: u32,
    /// Whether the names of the servers are written.
    pub trusted_names: TrustedNames,
    /// What is written.
    pub delivery: Delivery,
}

impl Default for Options {
    fn default() -> Self {
        Self { min_sdk: 30, trusted_names: TrustedNames::default(), delivery: Delivery::default() }
    }
}

/// Whether the names of the servers are written (spec: passpoint 3.6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TrustedNames {
    /// Where they are needed: with public roots, and when the home domain does not cover them.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never; names that the home domain does not cover are an error.
    Never,
}

/// What is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delivery {
    /// The container of section 3.1, for a web server.
    #[default]
    File,
    /// Only the tree of section 3.2, as online sign-up servers send it. Certificates are not in it.
    Tree,
}

/// Writes a profile. `random` salts the PKCS#12 file of a certificate credential and is not used otherwise.
#[must_use]
pub fn encode(profile: &Profile, options: &Options, random: &mut dyn Random) -> Encoded {
    let model = profile.model();
    let mut report = Report::new();
    let Some(home) = &model.home_sp else {
        report.error("android.passpoint_required", "home_sp");
        return Encoded::new(report, Vec::new);
    };
    let names = server_names(model, home, options, &mut report);
    limits::check(model, home, &mut report);
    losses(profile, home, options, &mut report);
    Encoded::new(report, || {
        let tree = Zeroizing::new(write_tree(profile, home, options, names.as_deref()));
        if options.delivery == Delivery::Tree {
            return tree.as_bytes().to_vec();
        }
        let mut parts = vec![(PROFILE, tree.as_bytes())];
        // A card needs no server certificate.
        if let Some(ca) = profile.ca_certs().first().filter(|_| model.credential.sim().is_none()) {
            parts.push((CA, ca.der()));
        }
        let client = profile.identity().and_then(|identity| {
            let (chain, _) = identity.chain_without_roots();
            pkcs12::write(identity, &chain, "", random).ok()
        });
        if let Some(client) = &client {
            parts.push((PKCS12, client.as_slice()));
        }
        put_together(&parts)
    })
}

/// The names to write, joined, and what is to be said about them.
fn server_names(model: &Model, home: &HomeSp, options: &Options, report: &mut Report) -> Option<String> {
    if model.credential.sim().is_some() {
        return None;
    }
    let private = !model.server.ca_certs.is_empty();
    let mut plain: Vec<&str> = Vec::new();
    for name in &model.server.names {
        let name = name.strip_prefix("*.").unwrap_or(name);
        if !plain.contains(&name) {
            plain.push(name);
        }
    }
    let covers =
        |name: &str| name == home.fqdn || name.strip_suffix(&home.fqdn).is_some_and(|n| n.ends_with('.'));
    let covered = plain.iter().all(|n| covers(n));
    let write = match options.trusted_names {
        TrustedNames::Always => true,
        TrustedNames::Never if !covered => {
            report.error("android.names_not_covered", "server.names");
            return None;
        }
        TrustedNames::Never => false,
        TrustedNames::Auto => !private || !covered,
    };
    if !write {
        report.info("android.names_widened", "server.names");
        return None;
    }
    if private {
        report.warning("android.private_ca_with_trusted_names", "server.names");
    }
    if model.server.names.iter().any(|n| n.starts_with("*.")) {
        report.info("android.wildcard_widened", "server.names");
    }
    if !covered && options.min_sdk < 30 {
        report.warning("android.trusted_names_ignored", "server.names");
    }
    let joined = plain.join(";");
    if joined.len() > 256 || plain.len() > 16 {
        report.error("android.trusted_names_too_long", "server.names");
    }
    Some(joined)
}

fn losses(profile: &Profile, home: &HomeSp, options: &Options, report: &mut Report) {
    let model = profile.model();
    let (sdk, file) = (options.min_sdk, options.delivery == Delivery::File);
    trimmed(model, home, report);
    credential_losses(profile, file, report);
    if model.credential.sim().is_none() {
        server_losses(model, options, report);
    }
    crate::loss::report_losses(
        report,
        &[
            (!model.matching.nai_realms.is_empty(), "android.nai_realms_single", "match.nai_realms"),
            (!model.matching.plmns.is_empty(), "android.plmn_dropped", "match.plmns"),
            (model.matching.hessid.is_some(), "android.hessid_dropped", "match.hessid"),
            (!model.ssids.is_empty(), "android.ssids_dropped", "ssids"),
            (!crate::model::is_default(&model.security), "android.security_not_expressible", "security"),
            (!model.auto_join, "android.auto_join_dropped", "auto_join"),
            (!model.mac_randomization, "android.mac_randomization_dropped", "mac_randomization"),
            (model.profile.terms_of_use.is_some(), "android.terms_dropped", "profile.terms_of_use"),
            (model.validity.expires.is_some() && sdk < 30, "android.expiry_not_enforced", "validity.expires"),
            (
                !crate::model::is_default(&model.subscription) && sdk < 29,
                "android.subscription_dropped",
                "subscription",
            ),
            (
                !crate::model::is_default(&model.subscription.usage) && sdk >= 29,
                "android.usage_limits_not_enforced",
                "subscription.usage",
            ),
            (model.policy.is_some(), "android.policy_not_enforced", "policy"),
            (!model.trust_roots.is_empty() && file, "android.trust_roots_not_used", "trust_roots"),
            (
                model.update_identifier.is_some() && file,
                "android.update_identifier_cleared",
                "update_identifier",
            ),
            (
                model.decorated_prefix.is_some() && sdk < 31,
                "android.decorated_prefix_ignored",
                "decorated_prefix",
            ),
        ],
    );
    if file && model.subscription_update.is_some() {
        report.error("android.subscription_update_breaks_install", "subscription_update");
    }
    let spp = |u: Option<&Update>| u.is_some_and(|u| u.method == UpdateMethod::Spp) && sdk < 33;
    if spp(model.policy.as_ref().and_then(|p| p.update.as_ref())) {
        report.warning("android.update_method_version", "policy.update.method");
    }
    if spp(model.subscription_update.as_ref()) {
        report.warning("android.update_method_version", "subscription_update.method");
    }
    if model.validity.expires.is_some() {
        report.info("android.expiry_local_time", "validity.expires");
    }
    if model.subscription.expires.is_some() && model.subscription.expires != model.validity.expires {
        report.info("android.expiry_local_time", "subscription.expires");
    }
    if !home.network_ids.is_empty() {
        report.info("android.stored_only", "home_sp.network_ids");
    }
    if model.profile.display_name != home.friendly_name {
        report.info("android.display_name_dropped", "profile.display_name");
    }
    crate::loss::cosmetic(report, model, "android");
}

fn trimmed(model: &Model, home: &HomeSp, report: &mut Report) {
    let changes = |text: &str| trim(text) != text;
    if changes(&home.friendly_name) {
        report.warning("android.value_trimmed", "home_sp.friendly_name");
    }
    for (i, network) in home.network_ids.iter().enumerate() {
        if changes(&network.ssid) {
            report.warning("android.value_trimmed", format!("home_sp.network_ids[{i}].ssid"));
        }
    }
    if model.credential.password().is_some_and(|p| changes(&p.username)) {
        report.warning("android.value_trimmed", "credential.username");
    }
}

fn credential_losses(profile: &Profile, file: bool, report: &mut Report) {
    let credential = &profile.model().credential;
    if credential.outer_identity.is_some() {
        report.warning("android.outer_identity_fixed", "credential.outer_identity");
    }
    match &credential.method {
        Method::Password(p) => {
            for (set, field) in [
                (p.machine_managed.is_some(), "credential.machine_managed"),
                (p.soft_token_app.is_some(), "credential.soft_token_app"),
                (p.able_to_share.is_some(), "credential.able_to_share"),
            ] {
                if set {
                    report.info("android.stored_only", field);
                }
            }
        }
        Method::Certificate(c) => {
            if c.identity.is_some() {
                report.warning("android.identity_dropped", "credential.identity");
            }
            if !file {
                report.warning("android.client_certificate_not_in_tree", "credential.pkcs12");
            } else if profile.identity().is_some_and(|i| i.chain_without_roots().1) {
                report.info("android.client_root_removed", "credential.pkcs12");
            }
        }
        Method::Sim(_) | Method::Unknown(_) => {}
    }
}

fn server_losses(model: &Model, options: &Options, report: &mut Report) {
    let server = &model.server;
    let file = options.delivery == Delivery::File;
    if options.min_sdk < 30 && server.ca_certs.is_empty() && file {
        report.error("android.ca_required", "server.ca_certs");
    }
    let has_ca = !server.ca_certs.is_empty();
    crate::loss::report_losses(
        report,
        &[
            (server.ca_certs.len() > 1 && file, "android.extra_ca_dropped", "server.ca_certs"),
            (has_ca && !file, "android.ca_not_in_tree", "server.ca_certs"),
            (
                !server.intermediate_certs.is_empty(),
                "android.intermediates_dropped",
                "server.intermediate_certs",
            ),
            (has_ca && server.use_system_cas, "android.system_cas_not_combinable", "server.use_system_cas"),
            (server.tls_min.is_some(), "android.tls_version_dropped", "server.tls_min"),
            (server.tls_max.is_some(), "android.tls_version_dropped", "server.tls_max"),
        ],
    );
}

fn write_tree(profile: &Profile, home: &HomeSp, options: &Options, names: Option<&str>) -> String {
    let model = profile.model();
    let mut w = TreeWriter::new(model.update_identifier);
    write_home(&mut w, home);
    w.node("Credential", |w| write_credential(w, profile));
    if let Some(policy) = &model.policy {
        w.node("Policy", |w| write_policy(w, policy, options.min_sdk));
    }
    if let Some(update) = &model.subscription_update {
        w.node("SubscriptionUpdate", |w| write_update(w, update, options.min_sdk));
    }
    if options.min_sdk >= 29 {
        write_subscription(&mut w, model);
    }
    w.number("CredentialPriority", model.credential_priority);
    w.list("AAAServerTrustRoot", &model.trust_roots, |w, root| {
        w.leaf("CertURL", &root.url);
        w.leaf("CertSHA256Fingerprint", &root.sha256);
    });
    if names.is_some() || model.decorated_prefix.is_some() {
        w.node("Extension", |w| {
            if let Some(names) = names {
                w.node("Android", |w| w.node("AAAServerTrustedNames", |w| w.leaf("FQDN", names)));
            }
            if let Some(prefix) = &model.decorated_prefix {
                w.node("WBA", |w| w.node("NAI", |w| w.leaf("DecoratedPrefix", prefix)));
            }
        });
    }
    w.finish()
}

fn write_home(w: &mut TreeWriter, home: &HomeSp) {
    w.node("HomeSP", |w| {
        w.leaf("FriendlyName", &home.friendly_name);
        w.leaf("FQDN", &home.fqdn);
        if !home.roaming_consortium_ois.is_empty() {
            w.leaf("RoamingConsortiumOI", &home.roaming_consortium_ois.join(","));
        }
        w.optional("IconURL", home.icon_url.as_deref());
        w.list("NetworkID", &home.network_ids, |w, network| {
            w.leaf("SSID", &network.ssid);
            w.optional("HESSID", network.hessid.as_deref());
        });
        w.list("HomeOIList", &home.home_ois, |w, oi| {
            w.leaf("HomeOI", &oi.oi);
            w.leaf("HomeOIRequired", boolean(oi.required));
        });
        w.list("OtherHomePartners", &home.other_home_partners, |w, fqdn| w.leaf("FQDN", fqdn));
    });
}

const fn boolean(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

fn write_credential(w: &mut TreeWriter, profile: &Profile) {
    let model = profile.model();
    w.optional("CreationDate", model.validity.created.as_deref());
    w.optional("ExpirationDate", model.validity.expires.as_deref());
    w.leaf("Realm", &model.credential.realm);
    if model.server.check_revocation && model.credential.sim().is_none() {
        w.leaf("CheckAAAServerCertStatus", "true");
    }
    match &model.credential.method {
        Method::Password(p) => w.node("UsernamePassword", |w| {
            w.leaf("Username", &p.username);
            w.leaf("Password", &Zeroizing::new(STANDARD.encode(p.password.expose())));
            w.optional("MachineManaged", p.machine_managed.map(boolean));
            w.optional("SoftTokenApp", p.soft_token_app.as_deref());
            w.optional("AbleToShare", p.able_to_share.map(boolean));
            w.node("EAPMethod", |w| {
                w.leaf("EAPType", "21");
                w.leaf(
                    "InnerMethod",
                    match p.effective_inner() {
                        Inner::Pap => "PAP",
                        Inner::Mschap => "MS-CHAP",
                        _ => "MS-CHAP-V2",
                    },
                );
            });
        }),
        Method::Certificate(_) => w.node("DigitalCertificate", |w| {
            w.leaf("CertificateType", "x509v3");
            let leaf = profile.identity().map(|i| i.leaf.sha256_hex()).unwrap_or_default();
            w.leaf("CertSHA256Fingerprint", &leaf);
        }),
        Method::Sim(s) => w.node("SIM", |w| {
            w.leaf("IMSI", &s.imsi);
            w.leaf(
                "EAPType",
                match s.eap {
                    SimEap::Aka => "23",
                    SimEap::AkaPrime => "50",
                    _ => "18",
                },
            );
        }),
        Method::Unknown(_) => {}
    }
}

fn write_policy(w: &mut TreeWriter, policy: &Policy, sdk: u32) {
    w.list("PreferredRoamingPartnerList", &policy.preferred_partners, |w, partner| {
        let kind = if partner.include_subdomains { "includeSubdomains" } else { "exactMatch" };
        w.leaf("FQDN_Match", &format!("{},{kind}", partner.fqdn));
        w.number("Priority", Some(partner.priority));
        let countries = partner.countries.join(",");
        w.leaf("Country", if countries.is_empty() { "*" } else { &countries });
    });
    w.list("MinBackhaulThreshold", &policy.min_backhaul, |w, backhaul| {
        w.leaf("NetworkType", backhaul.network.as_str());
        w.number("DLBandwidth", backhaul.dl_kbps);
        w.number("ULBandwidth", backhaul.ul_kbps);
    });
    w.node("PolicyUpdate", |w| match &policy.update {
        Some(update) => write_update(w, update, sdk),
        None => w.number("UpdateInterval", Some(NEVER)),
    });
    w.list("SPExclusionList", &policy.excluded_ssids, |w, ssid| w.leaf("SSID", ssid));
    w.list("RequiredProtoPortTuple", &policy.required_ports, |w, rule| {
        w.number("IPProtocol", Some(rule.protocol));
        w.leaf("PortNumber", &rule.joined());
    });
    w.number("MaximumBSSLoadValue", policy.max_bss_load);
}

fn write_update(w: &mut TreeWriter, update: &Update, sdk: u32) {
    w.number("UpdateInterval", Some(update.interval_min));
    w.leaf(
        "UpdateMethod",
        match update.method {
            UpdateMethod::Spp if sdk >= 33 => "SPP-ClientInitiated",
            // Misspelt on devices before API level 33 (spec: passpoint 3.4).
            UpdateMethod::Spp => "SSP-ClientInitiated",
            _ => "OMA-DM-ClientInitiated",
        },
    );
    w.leaf(
        "Restriction",
        match update.restriction {
            Restriction::RoamingPartner => "RoamingPartner",
            Restriction::Unrestricted => "Unrestricted",
            _ => "HomeSP",
        },
    );
    w.leaf("URI", &update.uri);
    w.node("UsernamePassword", |w| {
        w.leaf("Username", &update.username);
        w.leaf("Password", &Zeroizing::new(STANDARD.encode(update.password.expose())));
    });
    w.node("TrustRoot", |w| {
        w.leaf("CertURL", &update.trust_root.url);
        w.leaf("CertSHA256Fingerprint", &update.trust_root.sha256);
    });
}

fn write_subscription(w: &mut TreeWriter, model: &Model) {
    let Subscription { kind, created, expires, usage } = &model.subscription;
    let created = created.as_deref().or(model.validity.created.as_deref());
    let expires = expires.as_deref().or(model.validity.expires.as_deref());
    let has_usage = !crate::model::is_default(usage);
    if created.is_none() && expires.is_none() && kind.is_none() && !has_usage {
        return;
    }
    w.node("SubscriptionParameters", |w| {
        w.optional("CreationDate", created);
        w.optional("ExpirationDate", expires);
        w.optional("TypeOfSubscription", kind.as_deref());
        if has_usage {
            w.node("UsageLimits", |w| {
                w.number("DataLimit", usage.data_limit_mb);
                w.optional("StartDate", usage.start.as_deref());
                w.number("TimeLimit", usage.time_limit_min);
                w.number("UsageTimePeriod", usage.period_min);
            });
        }
    });
}
