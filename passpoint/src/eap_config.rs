//! From an EAP configuration document to a profile (feature `eapconfig`).
//!
//! A document is what an institution publishes for everybody; a profile is one person's. What the document leaves open,
//! the user name and the password mostly, comes in as [`Answers`]. What a profile cannot say is named in the [`Report`]:
//! its codes begin with `eapconfig.`, its fields are elements of the document.

use crate::model::{CertificateCredential, Eap, HomeSp, Inner, Method, Model, PasswordCredential, Ssid};
use crate::report::{Encoded, Report};
use crate::{pkcs12, secret::Secret};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use eapconfig::{
    AuthenticationMethod, Certificate, ClientCertificate, EapType, IdentityProvider, Inner as Offered, Role,
    format_date_time,
};

/// What the document leaves open.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// The user name, checked against the rules of the document; goes before the one in it.
    pub user_name: Option<String>,
    /// The password, or the passphrase of the client certificate; goes before the one in the document.
    pub secret: Option<Secret>,
    /// A client certificate (PKCS#12), where the document has none.
    pub pkcs12: Option<Secret>,
    /// The user's languages, the most wanted first.
    pub languages: Vec<String>,
}

impl Answers {
    /// Sets the user name.
    #[must_use]
    pub fn user_name(mut self, name: impl Into<String>) -> Self {
        self.user_name = Some(name.into());
        self
    }

    /// Sets the password or passphrase.
    #[must_use]
    pub fn secret(mut self, secret: impl Into<Secret>) -> Self {
        self.secret = Some(secret.into());
        self
    }

    /// Brings a client certificate.
    #[must_use]
    pub fn pkcs12(mut self, container: &[u8]) -> Self {
        self.pkcs12 = Some(Secret::new(STANDARD.encode(container)));
        self
    }
}

/// Makes a model of a provider of a document and one of its methods, by index.
///
/// Provider and method are those that [`eapconfig::judge`] chose: nothing is judged again here, and a method without a
/// trust anchor or a server name gives a model that [`Profile::new`](crate::Profile::new) refuses.
///
/// There is no output if something is needed that neither the document nor `answers` have, or if the method has no place
/// in a profile: EAP-pwd and EAP-GTC.
#[must_use]
pub fn model(provider: &IdentityProvider, method: usize, answers: &Answers) -> Encoded<Model> {
    let mut report = Report::new();
    let Some(method) = provider.methods.get(method) else {
        report.error("eapconfig.no_such_method", "AuthenticationMethods");
        return Encoded::new(report, Model::default);
    };
    let credential = credential(method, answers, &mut report);
    let realm = realm(provider, method, answers, credential.as_ref());
    if realm.is_none() {
        report.error("eapconfig.no_realm", "EAPIdentityProvider@ID");
    }
    losses(provider, method, &mut report);
    Encoded::new(report, || {
        let realm = realm.unwrap_or_default();
        let mut model = Model { version: 1, ..Model::default() };
        describe(provider, &realm, answers, &mut model);
        match_networks(provider, &realm, &mut model);
        trust(method, &mut model);
        model.validity.expires = provider.valid_until.and_then(format_date_time);
        model.credential.outer_identity = outer_identity(method, credential.as_ref());
        model.credential.realm = realm;
        model.credential.method = credential.unwrap_or_default();
        model
    })
}

fn credential(method: &AuthenticationMethod, answers: &Answers, report: &mut Report) -> Option<Method> {
    match method.eap {
        Some(EapType::TLS) => certificate(method, answers, report).map(Method::Certificate),
        Some(eap @ (EapType::TTLS | EapType::PEAP)) => {
            let inner = match (eap, method.inner()) {
                (EapType::TTLS, Some(Offered::Pap)) => Some(Inner::Pap),
                (EapType::TTLS, Some(Offered::Mschap)) => Some(Inner::Mschap),
                (EapType::TTLS, Some(Offered::MschapV2)) => Some(Inner::Mschapv2),
                (_, Some(Offered::EapMschapV2)) => Some(Inner::EapMschapv2),
                _ => {
                    report.error("eapconfig.inner_not_expressible", "InnerAuthenticationMethod");
                    None
                }
            };
            let eap = if eap == EapType::PEAP { Eap::Peap } else { Eap::Ttls };
            password(method, eap, inner, answers, report).map(Method::Password)
        }
        _ => {
            report.error("eapconfig.method_not_expressible", "EAPMethod");
            None
        }
    }
}

fn password(
    method: &AuthenticationMethod,
    eap: Eap,
    inner: Option<Inner>,
    answers: &Answers,
    report: &mut Report,
) -> Option<PasswordCredential> {
    let credential = method.credential();
    let username = answers.user_name.clone().or_else(|| credential.user_name().map(str::to_owned));
    let given = || credential.password().map(|p| Secret::from(p.expose()));
    let password = answers.secret.clone().or_else(given);
    if username.is_none() {
        report.error("eapconfig.user_name_needed", "UserName");
    }
    if password.is_none() {
        report.error("eapconfig.password_needed", "Password");
    }
    Some(PasswordCredential {
        username: username?,
        password: password?,
        eap,
        inner: Some(inner?),
        ..PasswordCredential::default()
    })
}

fn certificate(
    method: &AuthenticationMethod,
    answers: &Answers,
    report: &mut Report,
) -> Option<CertificateCredential> {
    let credential = method.credential();
    let included = || match credential.client_certificate()? {
        ClientCertificate::Pkcs12(octets) => Some(Secret::from(octets.to_base64().expose())),
        _ => None,
    };
    let Some(container) = answers.pkcs12.clone().or_else(included) else {
        report.error("eapconfig.client_certificate_needed", "ClientCertificate");
        return None;
    };
    let given = || credential.passphrase().map(|p| Secret::from(p.expose()));
    // The empty passphrase is tried before anybody is asked (spec: eapconfig 4).
    let passphrase = answers.secret.clone().or_else(given).unwrap_or_default();
    match pkcs12::open_base64(container.expose(), passphrase.expose()) {
        // The identity is the outer one, see there.
        Ok(_) => {
            Some(CertificateCredential { pkcs12: container, pkcs12_password: passphrase, identity: None })
        }
        Err(pkcs12::Pkcs12Error::Password) => {
            report.error("eapconfig.passphrase_needed", "Passphrase");
            None
        }
        Err(_) => {
            report.error("eapconfig.client_certificate_unreadable", "ClientCertificate");
            None
        }
    }
}

/// The realm of the subscription: what the publisher says, else what the identities say.
fn realm(
    provider: &IdentityProvider,
    method: &AuthenticationMethod,
    answers: &Answers,
    made: Option<&Method>,
) -> Option<String> {
    let credential = method.credential();
    let identity = common_name(made);
    let of_name = |name: &str| name.rsplit_once('@').map(|(_, realm)| realm.to_owned());
    let suffix = || credential.inner_identity_suffix().filter(|s| !s.is_empty()).map(str::to_owned);
    provider
        .realm()
        .map(str::to_owned)
        .or_else(suffix)
        .or_else(|| answers.user_name.as_deref().and_then(of_name))
        .or_else(|| credential.user_name().and_then(of_name))
        .or_else(|| credential.outer_identity().and_then(of_name))
        .or_else(|| identity.as_deref().and_then(of_name))
        .map(|realm| realm.to_ascii_lowercase())
}

/// The name in the client certificate.
fn common_name(made: Option<&Method>) -> Option<String> {
    let Some(Method::Certificate(certificate)) = made else { return None };
    let opened = pkcs12::open_base64(certificate.pkcs12.expose(), certificate.pkcs12_password.expose());
    opened.ok()?.leaf.common_name().map(str::to_owned)
}

/// The identity outside the tunnel, with a certificate the only one. The document's is taken literally, and without one it is the real identity: the
/// default of a profile, `anonymous@` and the realm, would be another (spec: eapconfig 1).
fn outer_identity(method: &AuthenticationMethod, made: Option<&Method>) -> Option<String> {
    method.credential().outer_identity().map(str::to_owned).or_else(|| match made? {
        Method::Password(password) => Some(password.username.clone()),
        _ => common_name(made),
    })
}

fn describe(provider: &IdentityProvider, realm: &str, answers: &Answers, model: &mut Model) {
    let info = &provider.info;
    let chosen = |texts| provider.text(texts, &answers.languages).map(std::borrow::Cow::into_owned);
    let one_line = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = chosen(&info.display_names).map(one_line).filter(|n| !n.is_empty());
    // The realm read from its end is a name in reverse-DNS order that belongs to the institution.
    let reversed: Vec<&str> = realm.rsplit('.').collect();
    model.profile.id = format!("{}.eap-config", reversed.join("."));
    model.profile.display_name = name.clone().unwrap_or_else(|| realm.to_owned());
    model.profile.organization = name;
    model.profile.description = chosen(&info.descriptions);
    model.profile.terms_of_use = chosen(&info.terms_of_use);
}

fn match_networks(provider: &IdentityProvider, realm: &str, model: &mut Model) {
    for network in provider.networks() {
        match (&network.ssid, &network.consortium_oid) {
            (Some(ssid), _) if !model.ssids.iter().any(|known| known.ssid == *ssid) => {
                model.ssids.push(Ssid { ssid: ssid.clone(), hidden: false });
            }
            (None, Some(oid)) if provider.realm().is_some() => {
                let name = model.profile.display_name.clone();
                let home = model.home_sp.get_or_insert_with(|| HomeSp {
                    fqdn: realm.to_owned(),
                    friendly_name: name,
                    ..HomeSp::default()
                });
                home.roaming_consortium_ois.push(oid.as_str().to_owned());
            }
            _ => {}
        }
    }
}

/// Trust anchors and names. Intermediate certificates are no anchors where a root is at hand, and certificates of
/// servers never are then (spec: eapconfig 7).
fn trust(method: &AuthenticationMethod, model: &mut Model) {
    let all: Vec<(&Certificate, Role)> =
        method.server.authorities.iter().map(|certificate| (certificate, certificate.role())).collect();
    let has_root = all.iter().any(|(_, role)| *role == Role::Root);
    for (certificate, role) in all {
        match role {
            Role::Root => model.server.ca_certs.push(certificate.to_pem()),
            Role::Intermediate if has_root => model.server.intermediate_certs.push(certificate.to_pem()),
            _ if has_root => {}
            _ => model.server.ca_certs.push(certificate.to_pem()),
        }
    }
    // A profile knows names of two labels or more; a single label would match too much.
    let names = method.server.server_ids.iter().filter(|name| name.contains('.'));
    model.server.names.extend(names.cloned());
}

fn losses(provider: &IdentityProvider, method: &AuthenticationMethod, report: &mut Report) {
    let info = &provider.info;
    let credential = method.credential();
    let networks = provider.networks();
    let consortia = networks.iter().any(|n| n.consortium_oid.is_some());
    let both = networks.iter().any(|n| n.ssid.is_some() && n.consortium_oid.is_some());
    let short = method.server.server_ids.iter().any(|name| !name.contains('.'));
    for (lost, code, field) in [
        (provider.is_wired(), "eapconfig.wired_dropped", "IEEE8023"),
        (consortia && provider.realm().is_none(), "eapconfig.passpoint_without_realm", "ConsortiumOID"),
        (both, "eapconfig.condition_dropped", "ConsortiumOID"),
        (short, "eapconfig.single_label_dropped", "ServerID"),
        (credential.allow_save() == Some(false), "eapconfig.allow_save_dropped", "ClientSideCredential"),
        (method.is_ttls_eap_mschapv2_ambiguous(), "eapconfig.ttls_eap_mschapv2_ambiguous", "EAPMethod"),
    ] {
        if lost {
            report.warning(code, field);
        }
    }
    for (lost, code, field) in [
        (info.logo.is_some(), "eapconfig.logo_dropped", "ProviderLogo"),
        (!info.locations.is_empty(), "eapconfig.location_dropped", "ProviderLocation"),
        (!info.helpdesk.is_empty(), "eapconfig.helpdesk_dropped", "Helpdesk"),
    ] {
        if lost {
            report.info(code, field);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Profile;

    const CA: &str = include_str!("../tests/data/eapconfig-ca.b64");

    fn provider(method: &str, applicability: &str) -> IdentityProvider {
        let document = format!(
            "<EAPIdentityProviderList><EAPIdentityProvider ID=\"Example.org\" namespace=\"urn:RFC4282:realm\">\
             <ValidUntil>2031-05-06T07:08:09Z</ValidUntil>\
             <AuthenticationMethods><AuthenticationMethod>{method}</AuthenticationMethod></AuthenticationMethods>\
             <CredentialApplicability>{applicability}</CredentialApplicability>\
             <ProviderInfo><DisplayName>Beispiel\n Universität</DisplayName><TermsOfUse>Be kind.</TermsOfUse></ProviderInfo>\
             </EAPIdentityProvider></EAPIdentityProviderList>"
        );
        eapconfig::read(document.as_bytes()).unwrap().config.providers.remove(0)
    }

    fn ttls(inner: &str, client: &str) -> String {
        let ca = CA.trim();
        format!(
            "<EAPMethod><Type>21</Type></EAPMethod><ServerSideCredential><CA format=\"X.509\" encoding=\"base64\">{ca}</CA>\
             <ServerID>radius.example.org</ServerID><ServerID>radius</ServerID></ServerSideCredential>\
             <ClientSideCredential>{client}</ClientSideCredential>\
             <InnerAuthenticationMethod>{inner}</InnerAuthenticationMethod>"
        )
    }

    const PAP: &str = "<NonEAPAuthMethod><Type>1</Type></NonEAPAuthMethod>";
    const BOTH: &str = "<IEEE80211><SSID>eduroam</SSID></IEEE80211>\
        <IEEE80211><ConsortiumOID>001bc50460</ConsortiumOID></IEEE80211>";

    // spec: eapconfig 7, passpoint 1
    #[test]
    fn a_document_and_answers_make_a_profile() {
        let provider = provider(&ttls(PAP, "<OuterIdentity>anonymous@example.org</OuterIdentity>"), BOTH);
        let answers = Answers::default().user_name("alice@example.org").secret("pw");
        let made = model(&provider, 0, &answers);
        assert!(made.report.contains("eapconfig.single_label_dropped"), "{}", made.report);
        let profile = Profile::new(made.output.unwrap()).unwrap();
        let model = profile.model();
        assert_eq!(model.profile.id, "org.example.eap-config");
        assert_eq!(model.profile.display_name, "Beispiel Universität");
        assert_eq!(model.profile.terms_of_use.as_deref(), Some("Be kind."));
        assert_eq!(model.ssids[0].ssid, "eduroam");
        let home = model.home_sp.as_ref().unwrap();
        assert_eq!(
            (home.fqdn.as_str(), home.roaming_consortium_ois.as_slice()),
            ("example.org", &["001bc50460".to_owned()][..])
        );
        let password = model.credential.password().unwrap();
        assert_eq!((&password.eap, &password.inner), (&Eap::Ttls, &Some(Inner::Pap)));
        assert_eq!(model.outer_identity(), "anonymous@example.org");
        assert_eq!(model.server.names, ["radius.example.org"]);
        assert_eq!(model.server.ca_certs.len(), 1);
        assert_eq!(model.validity.expires.as_deref(), Some("2031-05-06T07:08:09Z"));
    }

    #[test]
    fn what_is_missing_is_named() {
        let made = model(&provider(&ttls(PAP, ""), BOTH), 0, &Answers::default());
        assert!(made.output.is_none());
        assert!(made.report.contains("eapconfig.user_name_needed"));
        assert!(made.report.contains("eapconfig.password_needed"));
        let tls = "<EAPMethod><Type>13</Type></EAPMethod>";
        let made = model(&provider(tls, BOTH), 0, &Answers::default());
        assert!(made.report.contains("eapconfig.client_certificate_needed"));
    }

    #[test]
    fn what_a_profile_cannot_say_is_refused() {
        let answers = Answers::default().user_name("a@example.org").secret("pw");
        let gtc = "<EAPMethod><Type>6</Type></EAPMethod>";
        let made = model(&provider(&ttls(gtc, ""), BOTH), 0, &answers);
        assert!(made.report.contains("eapconfig.inner_not_expressible"), "{}", made.report);
        let made = model(&provider("<EAPMethod><Type>52</Type></EAPMethod>", BOTH), 0, &answers);
        assert!(made.report.contains("eapconfig.method_not_expressible"));
        assert!(model(&provider("", BOTH), 5, &answers).report.contains("eapconfig.no_such_method"));
    }

    #[test]
    fn without_an_outer_identity_the_real_one_is_sent() {
        let answers = Answers::default().user_name("alice@example.org").secret("pw");
        let made = model(&provider(&ttls(PAP, ""), BOTH), 0, &answers).output.unwrap();
        assert_eq!(made.credential.outer_identity.as_deref(), Some("alice@example.org"));
    }
}
