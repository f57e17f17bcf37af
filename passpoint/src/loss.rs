//! Losses that several systems have alike (spec: passpoint 4.6 and the tables that refer to it).

use crate::model::{Method, Model, PasswordCredential, is_default};
use crate::report::Report;

/// Adds a warning for each entry whose condition holds: condition, code, field.
pub(crate) fn report_losses(report: &mut Report, losses: &[(bool, &'static str, &'static str)]) {
    for &(applies, code, field) in losses {
        if applies {
            report.warning(code, field);
        }
    }
}

/// Description and organization, which only Apple shows.
pub(crate) fn cosmetic(report: &mut Report, model: &Model, system: &str) {
    for (set, name) in [
        (model.profile.description.is_some(), "description"),
        (model.profile.organization.is_some(), "organization"),
    ] {
        if set {
            report.info(format!("{system}.{name}_dropped"), format!("profile.{name}"));
        }
    }
}

/// The date of making, which most systems have no place for.
pub(crate) fn created(report: &mut Report, model: &Model, system: &str) {
    if model.validity.created.is_some() {
        report.info(format!("{system}.created_dropped"), "validity.created");
    }
}

/// The eight of the Apple table: members that are about a subscription rather than a network.
pub(crate) fn subscription(report: &mut Report, model: &Model, system: &str) {
    let terms = &model.subscription;
    let dates_or_type = terms.kind.is_some() || terms.created.is_some() || terms.expires.is_some();
    for (set, name, field) in [
        (model.policy.is_some(), "policy", "policy"),
        (!is_default(&terms.usage), "usage_limits", "subscription.usage"),
        (dates_or_type, "subscription", "subscription"),
        (model.update_identifier.is_some(), "update_identifier", "update_identifier"),
        (model.subscription_update.is_some(), "subscription_update", "subscription_update"),
        (!model.trust_roots.is_empty(), "trust_roots", "trust_roots"),
        (model.decorated_prefix.is_some(), "decorated_prefix", "decorated_prefix"),
        (model.credential_priority.is_some(), "credential_priority", "credential_priority"),
    ] {
        if set {
            report.warning(format!("{system}.{name}_dropped"), field);
        }
    }
}

/// Members of the home provider that a system without a place for them loses, and `match` without a home provider.
pub(crate) fn home(report: &mut Report, model: &Model, system: &str) {
    match &model.home_sp {
        Some(home) => {
            for (set, name, field) in [
                (!home.network_ids.is_empty(), "network_ids", "network_ids"),
                (!home.other_home_partners.is_empty(), "other_home_partners", "other_home_partners"),
                (home.icon_url.is_some(), "icon", "icon_url"),
            ] {
                if set {
                    report.warning(format!("{system}.{name}_dropped"), format!("home_sp.{field}"));
                }
            }
            if home.home_ois.iter().any(|o| o.required) {
                report.warning(format!("{system}.home_oi_required_lost"), "home_sp.home_ois");
            }
            if !home.home_ois.is_empty() {
                report.info(format!("{system}.home_ois_merged"), "home_sp.home_ois");
            }
        }
        None => match_without_home(report, model, system),
    }
}

/// `match` says nothing without a home provider.
pub(crate) fn match_without_home(report: &mut Report, model: &Model, system: &str) {
    if model.home_sp.is_none() && !is_default(&model.matching) {
        report.warning(format!("{system}.match_dropped"), "match");
    }
}

/// The three members of a password credential that only Android has.
pub(crate) fn flags(report: &mut Report, model: &Model, system: &str) {
    if model.credential.password().is_some_and(PasswordCredential::has_flags) {
        report.warning(format!("{system}.credential_flags_dropped"), "credential");
    }
}

/// CAs and system CAs together, where a system has one or the other.
pub(crate) fn system_cas(report: &mut Report, model: &Model, system: &str) {
    if !model.server.ca_certs.is_empty() && model.server.use_system_cas {
        report.warning(format!("{system}.system_cas_not_combinable"), "server.use_system_cas");
    }
}

/// An outer identity where a card sends its own, or where a certificate has one of its own.
pub(crate) fn outer_identity_unused(report: &mut Report, model: &Model, system: &str) {
    let unused = match &model.credential.method {
        Method::Sim(_) => true,
        Method::Certificate(c) => c.identity.is_some(),
        _ => false,
    };
    if unused && model.credential.outer_identity.is_some() {
        report.warning(format!("{system}.outer_identity_dropped"), "credential.outer_identity");
    }
}
