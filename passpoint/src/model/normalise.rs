//! One form for what means the same (spec: passpoint 1.1).

use super::{HomeSp, Method, Model, Policy, Server, Update};
use crate::certificate::Certificate;
use crate::report::Report;
use std::collections::HashSet;
use std::hash::Hash;

/// Brings a model to its normal form and says which lists lost repetitions.
#[must_use]
pub fn normalise(mut model: Model) -> (Model, Report) {
    let mut report = Report::new();
    drop_empty_texts(&mut model);
    if let Some(home) = &mut model.home_sp {
        normalise_home(home, &mut report);
    }
    lower_all(&mut model.matching.nai_realms);
    unique(&mut model.matching.nai_realms, "match.nai_realms", &mut report, Clone::clone);
    unique(&mut model.matching.plmns, "match.plmns", &mut report, Clone::clone);
    model.matching.hessid = model.matching.hessid.as_deref().map(plain_hessid);
    unique(&mut model.ssids, "ssids", &mut report, |s| s.ssid.clone());
    lower(&mut model.credential.realm);
    if let Method::Password(password) = &mut model.credential.method {
        password.inner = Some(password.effective_inner());
    }
    let realm = &model.credential.realm;
    model.matching.nai_realms.retain(|r| r != realm);
    let implied = format!("anonymous@{realm}");
    model.credential.outer_identity = model.credential.outer_identity.take().filter(|i| *i != implied);
    normalise_server(&mut model.server, &mut report);
    if let Some(policy) = &mut model.policy {
        normalise_policy(policy);
    }
    if let Some(update) = &mut model.subscription_update {
        normalise_update(update);
    }
    model.trust_roots.iter_mut().for_each(|r| lower(&mut r.sha256));
    (model, report)
}

fn normalise_home(home: &mut HomeSp, report: &mut Report) {
    lower(&mut home.fqdn);
    lower_all(&mut home.roaming_consortium_ois);
    unique(&mut home.roaming_consortium_ois, "home_sp.roaming_consortium_ois", report, Clone::clone);
    home.home_ois.iter_mut().for_each(|o| lower(&mut o.oi));
    unique(&mut home.home_ois, "home_sp.home_ois", report, |o| o.oi.clone());
    for network in &mut home.network_ids {
        network.hessid = network.hessid.as_deref().map(plain_hessid);
    }
    lower_all(&mut home.other_home_partners);
    unique(&mut home.other_home_partners, "home_sp.other_home_partners", report, Clone::clone);
}

fn normalise_server(server: &mut Server, report: &mut Report) {
    lower_all(&mut server.names);
    unique(&mut server.names, "server.names", report, Clone::clone);
    // What does not parse is left for validation to name, so it is told apart by its text.
    unique(&mut server.ca_certs, "server.ca_certs", report, |pem| {
        Certificate::from_pem(pem).map_or_else(|_| pem.clone(), |c| c.sha256_hex())
    });
}

fn normalise_policy(policy: &mut Policy) {
    policy.preferred_partners.iter_mut().for_each(|p| lower(&mut p.fqdn));
    if let Some(update) = &mut policy.update {
        normalise_update(update);
    }
}

fn normalise_update(update: &mut Update) {
    lower(&mut update.trust_root.sha256);
}

/// An empty text that may be any text says nothing, so it counts as absent. Where a text has to have a form, an empty one has
/// not, which validation says.
fn drop_empty_texts(model: &mut Model) {
    let Model { profile, home_sp, credential, subscription, .. } = model;
    let mut texts = vec![
        &mut profile.description,
        &mut profile.organization,
        &mut profile.terms_of_use,
        &mut profile.subscriber_id,
        &mut subscription.kind,
    ];
    if let Some(home) = home_sp {
        texts.push(&mut home.icon_url);
    }
    match &mut credential.method {
        Method::Password(p) => texts.push(&mut p.soft_token_app),
        Method::Certificate(c) => texts.push(&mut c.identity),
        Method::Sim(_) | Method::Unknown(_) => {}
    }
    for text in texts {
        if text.as_deref() == Some("") {
            *text = None;
        }
    }
}

fn lower(text: &mut str) {
    text.make_ascii_lowercase();
}

fn lower_all(list: &mut [String]) {
    list.iter_mut().for_each(|text| lower(text));
}

fn plain_hessid(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, ':' | '-')).collect::<String>().to_ascii_lowercase()
}

fn unique<T, K: Eq + Hash>(
    list: &mut Vec<T>,
    field: &'static str,
    report: &mut Report,
    key: impl Fn(&T) -> K,
) {
    let before = list.len();
    let mut seen = HashSet::with_capacity(before);
    list.retain(|item| seen.insert(key(item)));
    if list.len() < before {
        report.info("model.duplicate_removed", field);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Eap, Inner, PasswordCredential};

    // spec: passpoint 1.1
    #[test]
    fn forms_that_mean_the_same_become_one() {
        let mut model = Model::default();
        model.credential.realm = "Example.COM".to_owned();
        model.credential.outer_identity = Some("anonymous@example.com".to_owned());
        model.matching.nai_realms = vec!["EXAMPLE.com".to_owned(), "b.org".to_owned(), "B.org".to_owned()];
        model.matching.hessid = Some("12-34:56-78:9A-BC".to_owned());
        let (model, report) = normalise(model);
        assert_eq!(model.credential.outer_identity, None);
        assert_eq!(model.matching.nai_realms, ["b.org"]);
        assert_eq!(model.matching.hessid.as_deref(), Some("123456789abc"));
        assert_eq!(report.to_string(), "info: model.duplicate_removed (match.nai_realms)\n");
    }

    // spec: passpoint 1, 1.2
    #[test]
    fn an_empty_text_is_not_absent_where_a_form_is_asked_for() {
        let text = r#"{"version": 1, "profile": {"carrier_id": "", "description": ""},
            "home_sp": {"network_ids": [{"ssid": "x", "hessid": ""}]}, "match": {"hessid": ""},
            "credential": {"outer_identity": ""}, "decorated_prefix": "",
            "validity": {"created": "", "expires": ""},
            "subscription": {"created": "", "expires": "", "usage": {"start": ""}}}"#;
        let (model, _) = normalise(Model::from_json(text.as_bytes()).expect("a model"));
        assert_eq!(model.profile.description, None);
        let report = crate::model::validate(&model).to_string();
        for finding in [
            "error: model.carrier_id_invalid (profile.carrier_id)",
            "error: model.hessid_invalid (match.hessid)",
            "error: model.hessid_invalid (home_sp.network_ids[0].hessid)",
            "warning: model.outer_identity_realm_mismatch (credential.outer_identity)",
            "error: model.decorated_prefix_invalid (decorated_prefix)",
            "error: model.date_invalid (validity.created)",
            "error: model.date_invalid (validity.expires)",
            "error: model.date_invalid (subscription.created)",
            "error: model.date_invalid (subscription.expires)",
            "error: model.date_invalid (subscription.usage.start)",
        ] {
            assert!(report.lines().any(|line| line == finding), "{finding}");
        }
    }

    #[test]
    fn peap_has_one_inner_method() {
        let mut model = Model::default();
        model.credential.method = Method::Password(PasswordCredential {
            eap: Eap::Peap,
            inner: Some(Inner::Mschapv2),
            ..PasswordCredential::default()
        });
        let (model, _) = normalise(model);
        assert_eq!(model.credential.password().and_then(|p| p.inner.clone()), Some(Inner::EapMschapv2));
    }
}
