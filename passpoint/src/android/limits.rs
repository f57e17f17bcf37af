//! What the device bounds, as far as a model does not (spec: passpoint 3.3, 3.7).

use crate::model::{Eap, HomeSp, Inner, Model, base64_len};
use crate::ppsmo::is_short_prefix;
use crate::report::Report;

/// What the device does not take, too much of it, or too long (spec: passpoint 3.3, 3.7).
pub(super) fn check(model: &Model, home: &HomeSp, report: &mut Report) {
    check_lengths(model, home, report);
    if let Some(password) = model.credential.password() {
        match (&password.eap, password.effective_inner()) {
            (Eap::Peap, _) => report.error("android.eap_unsupported", "credential.eap"),
            (_, Inner::Chap | Inner::EapMschapv2) => {
                report.error("android.inner_unsupported", "credential.inner");
            }
            _ => {}
        }
        if password.username.len() > 63 {
            report.error("android.username_too_long", "credential.username");
        }
        if base64_len(password.password.expose().len()) > 255 {
            report.error("android.password_too_long", "credential.password");
        }
    }
    let policy = model.policy.as_ref();
    for (field, len, max) in [
        ("home_sp.roaming_consortium_ois", home.roaming_consortium_ois.len(), 36),
        ("home_sp.home_ois", home.home_ois.len(), 36),
        ("home_sp.network_ids", home.network_ids.len(), 16),
        ("home_sp.other_home_partners", home.other_home_partners.len(), 16),
        ("policy.preferred_partners", policy.map_or(0, |p| p.preferred_partners.len()), 16),
        ("policy.excluded_ssids", policy.map_or(0, |p| p.excluded_ssids.len()), 128),
        ("trust_roots", model.trust_roots.len(), 16),
    ] {
        if len > max {
            report.error("android.too_many", field);
        }
    }
}

/// Texts that the device bounds by their length (spec: passpoint 3.3).
fn check_lengths(model: &Model, home: &HomeSp, report: &mut Report) {
    let mut text = |field: String, value: Option<&str>, max: usize| {
        if value.is_some_and(|v| v.len() > max) {
            report.error("android.field_too_long", field);
        }
    };
    text("home_sp.friendly_name".into(), Some(&home.friendly_name), 255);
    text("home_sp.icon_url".into(), home.icon_url.as_deref(), 2048);
    text("subscription.type".into(), model.subscription.kind.as_deref(), 255);
    let app = model.credential.password().and_then(|p| p.soft_token_app.as_deref());
    text("credential.soft_token_app".into(), app, 255);
    for (i, root) in model.trust_roots.iter().enumerate() {
        text(format!("trust_roots[{i}].url"), Some(&root.url), 2048);
    }
    for (i, partner) in model.policy.iter().flat_map(|p| &p.preferred_partners).enumerate() {
        text(format!("policy.preferred_partners[{i}].countries"), Some(&partner.countries.join(",")), 255);
    }
    if model.decorated_prefix.as_deref().is_some_and(|p| !is_short_prefix(p)) {
        report.error("android.field_too_long", "decorated_prefix");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Partner, Policy};

    fn too_long(model: &Model) -> Vec<String> {
        let mut report = Report::new();
        check_lengths(model, &HomeSp::default(), &mut report);
        assert!(report.findings().iter().all(|f| f.code == "android.field_too_long"));
        report.findings().iter().map(|f| f.field.to_string()).collect()
    }

    // spec: passpoint 3.3
    #[test]
    fn a_partner_has_255_octets_of_countries() {
        let with = |number: usize| Model {
            policy: Some(Policy {
                preferred_partners: vec![
                    Partner::default(),
                    Partner { countries: vec!["DE".to_owned(); number], ..Partner::default() },
                ],
                ..Policy::default()
            }),
            ..Model::default()
        };
        assert_eq!(too_long(&with(85)), [""; 0]);
        assert_eq!(too_long(&with(86)), ["policy.preferred_partners[1].countries"]);
    }

    // spec: passpoint 3.3
    #[test]
    fn a_prefix_has_sixteen_parts_of_255_octets() {
        let with = |prefix: String| Model { decorated_prefix: Some(prefix), ..Model::default() };
        assert_eq!(too_long(&with("a.org!".repeat(16))), [""; 0]);
        assert_eq!(too_long(&with("a.org!".repeat(17))), ["decorated_prefix"]);
        assert_eq!(too_long(&with("a".repeat(255) + "!")), [""; 0]);
        assert_eq!(too_long(&with("a".repeat(256) + "!")), ["decorated_prefix"]);
    }
}
