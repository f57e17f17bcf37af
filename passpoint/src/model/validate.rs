//! The rules a model has to follow (spec: passpoint 1.2).

use super::{
    Credential, Eap, HomeSp, Inner, Method, Model, PasswordCredential, Policy, Restriction, Security, Server,
    SimEap, Subscription, TlsVersion, TrustRoot, Update, UpdateMethod,
};
use crate::certificate::Certificate;
use crate::pkcs12;
use crate::report::Report;
use crate::{date, ids};
use std::ops::RangeInclusive;

const INT31: RangeInclusive<i64> = 0..=0x7fff_ffff;
const OCTET: RangeInclusive<i64> = 0..=255;
const WORD: RangeInclusive<i64> = 0..=0xffff_ffff;

/// All findings about a model. It is judged as it stands, so [`normalise`](super::normalise) it first.
#[must_use]
pub fn validate(model: &Model) -> Report {
    let mut report = Report::new();
    if model.version != 1 {
        report.error("model.version", "version");
        return report;
    }
    check_texts(model, &mut report);
    check_identification(model, &mut report);
    if let Some(home) = &model.home_sp {
        check_home(home, &mut report);
    } else if model.ssids.is_empty() {
        report.error("model.nothing_to_match", "home_sp");
    }
    check_match(model, &mut report);
    check_credential(&model.credential, &mut report);
    check_server(&model.server, matches!(model.credential.method, Method::Sim(_)), &mut report);
    check_validity(model, &mut report);
    check_subscription(&model.subscription, &mut report);
    check_range(model.update_identifier, &INT31, "update_identifier", &mut report);
    check_range(model.credential_priority, &INT31, "credential_priority", &mut report);
    if let Some(policy) = &model.policy {
        check_policy(policy, &mut report);
    }
    if model.subscription_update.as_ref().is_some_and(|u| !update_is_valid(u)) {
        report.error("model.update_invalid", "subscription_update");
    }
    for (i, root) in model.trust_roots.iter().enumerate() {
        if !root.url.starts_with("https://") || !is_sha256(&root.sha256) {
            report.error("model.trust_root_invalid", format!("trust_roots[{i}]"));
        }
    }
    if model.decorated_prefix.as_ref().is_some_and(|p| !p.ends_with('!')) {
        report.error("model.decorated_prefix_invalid", "decorated_prefix");
    }
    report
}

fn check_identification(model: &Model, report: &mut Report) {
    if !is_profile_id(&model.profile.id) {
        report.error("model.id_invalid", "profile.id");
    }
    if is_blank(&model.profile.display_name) {
        report.error("model.display_name_missing", "profile.display_name");
    }
    if model.profile.carrier_id.as_ref().is_some_and(|c| !ids::is_uuid(c)) {
        report.error("model.carrier_id_invalid", "profile.carrier_id");
    }
    if matches!(model.security, Security::Unknown(_)) {
        report.error("model.security_invalid", "security");
    }
}

fn check_home(home: &HomeSp, report: &mut Report) {
    check_name(&home.fqdn, "home_sp.fqdn", "model.fqdn_missing", "model.fqdn_invalid", report);
    if is_blank(&home.friendly_name) {
        report.error("model.friendly_name_missing", "home_sp.friendly_name");
    }
    for (i, oi) in home.roaming_consortium_ois.iter().enumerate() {
        if !is_oi(oi) {
            report.error("model.oi_invalid", format!("home_sp.roaming_consortium_ois[{i}]"));
        }
    }
    for (i, home_oi) in home.home_ois.iter().enumerate() {
        if !is_oi(&home_oi.oi) {
            report.error("model.oi_invalid", format!("home_sp.home_ois[{i}].oi"));
        }
    }
    for (i, network) in home.network_ids.iter().enumerate() {
        if !is_ssid(&network.ssid) {
            report.error("model.ssid_invalid", format!("home_sp.network_ids[{i}].ssid"));
        }
        if network.hessid.as_ref().is_some_and(|h| !is_hex(h, 12)) {
            report.error("model.hessid_invalid", format!("home_sp.network_ids[{i}].hessid"));
        }
    }
    for (i, partner) in home.other_home_partners.iter().enumerate() {
        if !is_fqdn(partner) {
            report.error("model.fqdn_invalid", format!("home_sp.other_home_partners[{i}]"));
        }
    }
}

fn check_match(model: &Model, report: &mut Report) {
    for (i, realm) in model.matching.nai_realms.iter().enumerate() {
        if !is_fqdn(realm) {
            report.error("model.realm_invalid", format!("match.nai_realms[{i}]"));
        }
    }
    for (i, plmn) in model.matching.plmns.iter().enumerate() {
        if !matches!(plmn.len(), 5 | 6) || !is_digits(plmn) {
            report.error("model.plmn_invalid", format!("match.plmns[{i}]"));
        }
    }
    if model.matching.hessid.as_ref().is_some_and(|h| !is_hex(h, 12)) {
        report.error("model.hessid_invalid", "match.hessid");
    }
    for (i, ssid) in model.ssids.iter().enumerate() {
        if !is_ssid(&ssid.ssid) {
            report.error("model.ssid_invalid", format!("ssids[{i}].ssid"));
        }
    }
}

fn check_credential(credential: &Credential, report: &mut Report) {
    let realm = &credential.realm;
    check_name(realm, "credential.realm", "model.realm_missing", "model.realm_invalid", report);
    if let Some(outer) = &credential.outer_identity {
        if !outer.rsplit_once('@').is_some_and(|(_, r)| r.eq_ignore_ascii_case(realm)) {
            report.warning("model.outer_identity_realm_mismatch", "credential.outer_identity");
        }
        if credential.password().is_some_and(|p| p.username.to_lowercase() == outer.to_lowercase()) {
            report.warning("model.outer_identity_reveals_user", "credential.outer_identity");
        }
    }
    match &credential.method {
        Method::Password(password) => check_password(password, realm, report),
        Method::Certificate(certificate) => {
            if pkcs12::open_base64(certificate.pkcs12.expose(), certificate.pkcs12_password.expose()).is_err()
            {
                report.error("model.pkcs12_invalid", "credential.pkcs12");
            }
        }
        Method::Sim(sim) => {
            if matches!(sim.eap, SimEap::Unknown(_)) {
                report.error("model.eap_invalid", "credential.eap");
            }
            if !is_imsi(&sim.imsi) {
                report.error("model.imsi_invalid", "credential.imsi");
            }
        }
        Method::Unknown(_) => report.error("model.credential_kind", "credential.kind"),
    }
}

fn check_password(password: &PasswordCredential, realm: &str, report: &mut Report) {
    if password.username.is_empty() {
        report.error("model.username_empty", "credential.username");
    }
    if password.password.is_empty() {
        report.error("model.password_empty", "credential.password");
    }
    if password.username.rsplit_once('@').is_some_and(|(_, r)| !r.eq_ignore_ascii_case(realm)) {
        report.warning("model.username_realm_mismatch", "credential.username");
    }
    match password.eap {
        Eap::Unknown(_) => report.error("model.eap_invalid", "credential.eap"),
        Eap::Peap if password.effective_inner() != Inner::EapMschapv2 => {
            report.error("model.inner_invalid", "credential.inner");
        }
        _ => {}
    }
    if matches!(password.inner, Some(Inner::Unknown(_))) {
        report.error("model.inner_invalid", "credential.inner");
    }
}

fn check_server(server: &Server, sim: bool, report: &mut Report) {
    if sim {
        if *server != Server::default() {
            report.warning("model.server_ignored_for_sim", "server");
        }
    } else {
        if server.names.is_empty() {
            report.error("model.server_names_missing", "server.names");
        }
        if server.ca_certs.is_empty() && !server.use_system_cas {
            report.error("model.no_trust_anchor", "server.ca_certs");
        }
    }
    for (i, name) in server.names.iter().enumerate() {
        if !is_fqdn(name.strip_prefix("*.").unwrap_or(name)) {
            report.error("model.server_name_invalid", format!("server.names[{i}]"));
        }
    }
    for (list, name) in [(&server.ca_certs, "ca_certs"), (&server.intermediate_certs, "intermediate_certs")] {
        for (i, pem) in list.iter().enumerate() {
            if Certificate::from_pem(pem).is_err() {
                report.error("model.certificate_invalid", format!("server.{name}[{i}]"));
            }
        }
    }
    for (version, field) in [(&server.tls_min, "server.tls_min"), (&server.tls_max, "server.tls_max")] {
        if matches!(version, Some(TlsVersion::Unknown(_))) {
            report.error("model.tls_version_invalid", field);
        }
    }
    if let (Some(min), Some(max)) = (&server.tls_min, &server.tls_max) {
        // The texts of the known versions sort as the versions do.
        if min.as_str() > max.as_str() {
            report.error("model.tls_version_invalid", "server.tls_min");
        }
    }
}

fn check_validity(model: &Model, report: &mut Report) {
    let created = check_date(model.validity.created.as_deref(), "validity.created", report);
    let expires = check_date(model.validity.expires.as_deref(), "validity.expires", report);
    if let (Some(created), Some(expires)) = (created, expires)
        && created >= expires
    {
        report.error("model.expiry_before_creation", "validity.expires");
    }
}

fn check_subscription(subscription: &Subscription, report: &mut Report) {
    check_date(subscription.created.as_deref(), "subscription.created", report);
    check_date(subscription.expires.as_deref(), "subscription.expires", report);
    let usage = &subscription.usage;
    check_date(usage.start.as_deref(), "subscription.usage.start", report);
    let not_negative = 0..=i64::MAX;
    check_range(usage.data_limit_mb, &not_negative, "subscription.usage.data_limit_mb", report);
    check_range(usage.time_limit_min, &not_negative, "subscription.usage.time_limit_min", report);
    check_range(usage.period_min, &not_negative, "subscription.usage.period_min", report);
}

fn check_policy(policy: &Policy, report: &mut Report) {
    for (i, partner) in policy.preferred_partners.iter().enumerate() {
        let at = format!("policy.preferred_partners[{i}]");
        if !is_fqdn(&partner.fqdn) {
            report.error("model.fqdn_invalid", format!("{at}.fqdn"));
        }
        check_range(Some(partner.priority), &OCTET, &format!("{at}.priority"), report);
        if partner.countries.iter().any(|c| c.len() != 2 || !c.bytes().all(|b| b.is_ascii_alphabetic())) {
            report.error("model.country_invalid", format!("{at}.countries"));
        }
    }
    for (i, backhaul) in policy.min_backhaul.iter().enumerate() {
        let at = format!("policy.min_backhaul[{i}]");
        check_range(backhaul.dl_kbps, &WORD, &format!("{at}.dl_kbps"), report);
        check_range(backhaul.ul_kbps, &WORD, &format!("{at}.ul_kbps"), report);
    }
    for (i, ssid) in policy.excluded_ssids.iter().enumerate() {
        if !is_ssid(ssid) {
            report.error("model.ssid_invalid", format!("policy.excluded_ssids[{i}]"));
        }
    }
    for (i, rule) in policy.required_ports.iter().enumerate() {
        let at = format!("policy.required_ports[{i}]");
        check_range(Some(rule.protocol), &OCTET, &format!("{at}.protocol"), report);
        if rule.ports.iter().any(|p| !(0..=65_535).contains(p)) || rule.joined().len() > 64 {
            report.error("model.number_out_of_range", format!("{at}.ports"));
        }
    }
    check_range(policy.max_bss_load, &OCTET, "policy.max_bss_load", report);
    if policy.update.as_ref().is_some_and(|u| !update_is_valid(u)) {
        report.error("model.update_invalid", "policy.update");
    }
}

fn update_is_valid(update: &Update) -> bool {
    let Update { interval_min, method, restriction, uri, username, password, trust_root } = update;
    (1..=0xffff_ffff).contains(interval_min)
        && !matches!(method, UpdateMethod::Unknown(_))
        && !matches!(restriction, Restriction::Unknown(_))
        && (1..=1023).contains(&uri.len())
        && (1..=63).contains(&username.len())
        && (1..=255).contains(&base64_len(password.expose().len()))
        && update_root_is_valid(trust_root)
}

fn update_root_is_valid(root: &TrustRoot) -> bool {
    (1..=1023).contains(&root.url.len()) && is_sha256(&root.sha256)
}

/// Length of `len` octets in padded base64.
pub(crate) const fn base64_len(len: usize) -> usize {
    len.div_ceil(3) * 4
}

fn check_name(
    name: &str,
    field: &'static str,
    missing: &'static str,
    invalid: &'static str,
    report: &mut Report,
) {
    if name.is_empty() {
        report.error(missing, field);
    } else if !is_fqdn(name) {
        report.error(invalid, field);
    }
}

fn check_range(value: Option<i64>, range: &RangeInclusive<i64>, field: &str, report: &mut Report) {
    if value.is_some_and(|v| !range.contains(&v)) {
        report.error("model.number_out_of_range", field.to_owned());
    }
}

fn check_date(value: Option<&str>, field: &'static str, report: &mut Report) -> Option<i64> {
    let moment = date::parse(value?);
    if moment.is_none() {
        report.error("model.date_invalid", field);
    }
    moment
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

fn is_hex(text: &str, len: usize) -> bool {
    text.len() == len && text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_sha256(text: &str) -> bool {
    is_hex(text, 64)
}

fn is_oi(text: &str) -> bool {
    matches!(text.len(), 6 | 8 | 10) && is_hex(text, text.len())
}

fn is_ssid(text: &str) -> bool {
    (1..=32).contains(&text.len())
}

fn is_imsi(text: &str) -> bool {
    match text.strip_suffix('*') {
        Some(prefix) => (5..=14).contains(&prefix.len()) && is_digits(prefix),
        None => text.len() == 15 && is_digits(text),
    }
}

/// Whether a text is a domain name of two or more labels, 253 octets at most.
pub(crate) fn is_fqdn(text: &str) -> bool {
    let label = |l: &str| {
        (1..=63).contains(&l.len())
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !l.starts_with('-')
            && !l.ends_with('-')
    };
    text.len() <= 253 && text.contains('.') && text.split('.').all(label)
}

fn is_profile_id(text: &str) -> bool {
    let label = |l: &str| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    text.len() <= 128 && text.contains('.') && text.split('.').all(label)
}

/// Looks for characters that a text must not hold. Certificates and PKCS#12 are no texts.
fn check_texts(model: &Model, report: &mut Report) {
    let mut check = |field: &str, text: &str, lines: bool| {
        let bad = |c: char| {
            let allowed = lines && matches!(c, '\n' | '\t');
            (c < ' ' && !allowed) || matches!(c, '\u{7f}' | '\u{fffe}' | '\u{ffff}')
        };
        if text.chars().any(bad) {
            report.error("model.string_control_char", field.to_owned());
        }
    };
    visit_texts(model, &mut |field, text| {
        check(field, text, matches!(field, "profile.description" | "profile.terms_of_use"));
    });
}

fn visit_texts(model: &Model, visit: &mut dyn FnMut(&str, &str)) {
    let mut optional = |field: &str, text: &Option<String>| {
        if let Some(text) = text {
            visit(field, text);
        }
    };
    let profile = &model.profile;
    optional("profile.description", &profile.description);
    optional("profile.organization", &profile.organization);
    optional("profile.terms_of_use", &profile.terms_of_use);
    optional("profile.carrier_id", &profile.carrier_id);
    optional("profile.subscriber_id", &profile.subscriber_id);
    optional("match.hessid", &model.matching.hessid);
    optional("credential.outer_identity", &model.credential.outer_identity);
    optional("validity.created", &model.validity.created);
    optional("validity.expires", &model.validity.expires);
    optional("subscription.type", &model.subscription.kind);
    optional("subscription.created", &model.subscription.created);
    optional("subscription.expires", &model.subscription.expires);
    optional("subscription.usage.start", &model.subscription.usage.start);
    optional("decorated_prefix", &model.decorated_prefix);
    if let Some(home) = &model.home_sp {
        optional("home_sp.icon_url", &home.icon_url);
    }
    visit("profile.id", &profile.id);
    visit("profile.display_name", &profile.display_name);
    visit("security", model.security.as_str());
    visit("credential.realm", &model.credential.realm);
    if let Some(home) = &model.home_sp {
        visit_home(home, visit);
    }
    visit_list("match.nai_realms", &model.matching.nai_realms, visit);
    visit_list("match.plmns", &model.matching.plmns, visit);
    for (i, ssid) in model.ssids.iter().enumerate() {
        visit(&format!("ssids[{i}].ssid"), &ssid.ssid);
    }
    visit_method(&model.credential.method, visit);
    visit_list("server.names", &model.server.names, visit);
    if let Some(policy) = &model.policy {
        for (i, partner) in policy.preferred_partners.iter().enumerate() {
            visit(&format!("policy.preferred_partners[{i}].fqdn"), &partner.fqdn);
            visit_list(&format!("policy.preferred_partners[{i}].countries"), &partner.countries, visit);
        }
        visit_list("policy.excluded_ssids", &policy.excluded_ssids, visit);
        if let Some(update) = &policy.update {
            visit_update("policy.update", update, visit);
        }
    }
    if let Some(update) = &model.subscription_update {
        visit_update("subscription_update", update, visit);
    }
    for (i, root) in model.trust_roots.iter().enumerate() {
        visit(&format!("trust_roots[{i}].url"), &root.url);
        visit(&format!("trust_roots[{i}].sha256"), &root.sha256);
    }
}

fn visit_home(home: &HomeSp, visit: &mut dyn FnMut(&str, &str)) {
    visit("home_sp.fqdn", &home.fqdn);
    visit("home_sp.friendly_name", &home.friendly_name);
    visit_list("home_sp.roaming_consortium_ois", &home.roaming_consortium_ois, visit);
    for (i, oi) in home.home_ois.iter().enumerate() {
        visit(&format!("home_sp.home_ois[{i}].oi"), &oi.oi);
    }
    for (i, network) in home.network_ids.iter().enumerate() {
        visit(&format!("home_sp.network_ids[{i}].ssid"), &network.ssid);
        if let Some(hessid) = &network.hessid {
            visit(&format!("home_sp.network_ids[{i}].hessid"), hessid);
        }
    }
    visit_list("home_sp.other_home_partners", &home.other_home_partners, visit);
}

fn visit_method(method: &Method, visit: &mut dyn FnMut(&str, &str)) {
    match method {
        Method::Password(p) => {
            visit("credential.username", &p.username);
            visit("credential.password", p.password.expose());
            if let Some(app) = &p.soft_token_app {
                visit("credential.soft_token_app", app);
            }
        }
        Method::Certificate(c) => {
            visit("credential.pkcs12_password", c.pkcs12_password.expose());
            if let Some(identity) = &c.identity {
                visit("credential.identity", identity);
            }
        }
        Method::Sim(s) => visit("credential.imsi", &s.imsi),
        Method::Unknown(kind) => visit("credential.kind", kind),
    }
}

fn visit_update(field: &str, update: &Update, visit: &mut dyn FnMut(&str, &str)) {
    visit(&format!("{field}.uri"), &update.uri);
    visit(&format!("{field}.username"), &update.username);
    visit(&format!("{field}.password"), update.password.expose());
    visit(&format!("{field}.trust_root.url"), &update.trust_root.url);
    visit(&format!("{field}.trust_root.sha256"), &update.trust_root.sha256);
}

fn visit_list(field: &str, list: &[String], visit: &mut dyn FnMut(&str, &str)) {
    for (i, text) in list.iter().enumerate() {
        visit(&format!("{field}[{i}]"), text);
    }
}
