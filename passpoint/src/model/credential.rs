//! Who the subscriber is and how that is proved (`credential`).

use super::open_text;
use crate::secret::Secret;
use serde::{Deserialize, Serialize};

/// The subscriber's credential.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Flat", into = "Flat")]
pub struct Credential {
    /// Realm of the subscription; RADIUS routes on it.
    pub realm: String,
    /// Identity outside the tunnel; `anonymous@` and the realm if absent.
    pub outer_identity: Option<String>,
    /// How the subscriber proves who it is.
    pub method: Method,
}

/// How the subscriber proves who it is (`credential.kind`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method {
    /// User name and password inside a TLS tunnel.
    Password(PasswordCredential),
    /// A client certificate (EAP-TLS).
    Certificate(CertificateCredential),
    /// The card of a mobile operator.
    Sim(SimCredential),
    /// A kind that is none of the others; validation refuses it.
    Unknown(String),
}

impl Default for Method {
    fn default() -> Self {
        Self::Unknown(String::new())
    }
}

/// User name and password.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PasswordCredential {
    /// Identity inside the tunnel.
    pub username: String,
    /// The password.
    pub password: Secret,
    /// Method of the tunnel.
    pub eap: Eap,
    /// Method inside the tunnel; `None` is the default of the tunnel's method.
    pub inner: Option<Inner>,
    /// Android: whether the password is managed by machine.
    pub machine_managed: Option<bool>,
    /// Android: whether the credential may be shared.
    pub able_to_share: Option<bool>,
    /// Android: the application that makes the password.
    pub soft_token_app: Option<String>,
}

/// A client certificate and its key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateCredential {
    /// PKCS#12 in base64: one key, its certificate, optionally a chain.
    pub pkcs12: Secret,
    /// The password that opens it.
    pub pkcs12_password: Secret,
    /// EAP identity, if it is not the outer identity.
    pub identity: Option<String>,
}

/// The card of a mobile operator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SimCredential {
    /// Which method.
    pub eap: SimEap,
    /// 15 digits, or 5 to 14 digits and `*`.
    pub imsi: String,
}

open_text! {
    /// Method of the tunnel.
    Eap {
        /// EAP-TTLS, type 21.
        Ttls = "ttls",
        /// PEAP, type 25.
        Peap = "peap",
    }
}

open_text! {
    /// Method inside the tunnel.
    Inner {
        /// PAP.
        Pap = "pap",
        /// CHAP.
        Chap = "chap",
        /// MS-CHAP.
        Mschap = "mschap",
        /// MS-CHAP-V2 without EAP.
        Mschapv2 = "mschapv2",
        /// EAP-MSCHAPv2, type 26.
        EapMschapv2 = "eap_mschapv2",
    }
}

open_text! {
    /// Method of a card.
    SimEap {
        /// EAP-SIM, type 18.
        Sim = "sim",
        /// EAP-AKA, type 23.
        Aka = "aka",
        /// EAP-AKA', type 50.
        AkaPrime = "aka_prime",
    }
}

impl Default for Eap {
    fn default() -> Self {
        Self::Unknown(String::new())
    }
}

impl Default for SimEap {
    fn default() -> Self {
        Self::Unknown(String::new())
    }
}

impl PasswordCredential {
    /// The method inside the tunnel, the default filled in; PEAP has only EAP-MSCHAPv2.
    #[must_use]
    pub fn effective_inner(&self) -> Inner {
        match (&self.eap, &self.inner) {
            (Eap::Peap, None | Some(Inner::Mschapv2)) => Inner::EapMschapv2,
            (_, None) => Inner::Mschapv2,
            (_, Some(inner)) => inner.clone(),
        }
    }

    /// Whether one of the three members that only Android has is set.
    pub(crate) fn has_flags(&self) -> bool {
        self.machine_managed.is_some() || self.able_to_share.is_some() || self.soft_token_app.is_some()
    }
}

impl Credential {
    /// The password credential, if it is one.
    #[must_use]
    pub fn password(&self) -> Option<&PasswordCredential> {
        if let Method::Password(p) = &self.method { Some(p) } else { None }
    }

    /// The certificate credential, if it is one.
    #[must_use]
    pub fn certificate(&self) -> Option<&CertificateCredential> {
        if let Method::Certificate(c) = &self.method { Some(c) } else { None }
    }

    /// The card credential, if it is one.
    #[must_use]
    pub fn sim(&self) -> Option<&SimCredential> {
        if let Method::Sim(s) = &self.method { Some(s) } else { None }
    }
}

/// The form in JSON: all kinds in one object.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Flat {
    realm: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    outer_identity: Option<String>,
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    eap: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inner: Option<Inner>,
    #[serde(skip_serializing_if = "Option::is_none")]
    machine_managed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    able_to_share: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    soft_token_app: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pkcs12: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pkcs12_password: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    imsi: Option<String>,
}

impl TryFrom<Flat> for Credential {
    type Error = String;

    fn try_from(mut flat: Flat) -> Result<Self, String> {
        let method = match flat.kind.as_str() {
            "password" => Method::Password(PasswordCredential {
                username: flat.username.take().unwrap_or_default(),
                password: flat.password.take().unwrap_or_default(),
                eap: Eap::from(flat.eap.take().unwrap_or_default().as_str()),
                inner: flat.inner.take(),
                machine_managed: flat.machine_managed.take(),
                able_to_share: flat.able_to_share.take(),
                soft_token_app: flat.soft_token_app.take(),
            }),
            "certificate" => Method::Certificate(CertificateCredential {
                pkcs12: flat.pkcs12.take().unwrap_or_default(),
                pkcs12_password: flat.pkcs12_password.take().unwrap_or_default(),
                identity: flat.identity.take(),
            }),
            "sim" => Method::Sim(SimCredential {
                eap: SimEap::from(flat.eap.take().unwrap_or_default().as_str()),
                imsi: flat.imsi.take().unwrap_or_default(),
            }),
            // Validation refuses the kind; nothing of the rest can be judged.
            _ => {
                return Ok(Self {
                    realm: flat.realm,
                    outer_identity: flat.outer_identity,
                    method: Method::Unknown(flat.kind),
                });
            }
        };
        if let Some(member) = flat.left_over() {
            return Err(format!("a {} credential has no member `{member}`", flat.kind));
        }
        Ok(Self { realm: flat.realm, outer_identity: flat.outer_identity, method })
    }
}

impl Flat {
    fn left_over(&self) -> Option<&'static str> {
        [
            (self.eap.is_some(), "eap"),
            (self.username.is_some(), "username"),
            (self.password.is_some(), "password"),
            (self.inner.is_some(), "inner"),
            (self.machine_managed.is_some(), "machine_managed"),
            (self.able_to_share.is_some(), "able_to_share"),
            (self.soft_token_app.is_some(), "soft_token_app"),
            (self.pkcs12.is_some(), "pkcs12"),
            (self.pkcs12_password.is_some(), "pkcs12_password"),
            (self.identity.is_some(), "identity"),
            (self.imsi.is_some(), "imsi"),
        ]
        .into_iter()
        .find_map(|(there, name)| there.then_some(name))
    }
}

impl From<Credential> for Flat {
    fn from(credential: Credential) -> Self {
        let flat =
            Self { realm: credential.realm, outer_identity: credential.outer_identity, ..Self::default() };
        match credential.method {
            Method::Password(p) => Self {
                kind: "password".to_owned(),
                eap: Some(p.eap.as_str().to_owned()),
                username: Some(p.username),
                password: Some(p.password),
                inner: p.inner,
                machine_managed: p.machine_managed,
                able_to_share: p.able_to_share,
                soft_token_app: p.soft_token_app,
                ..flat
            },
            Method::Certificate(c) => Self {
                kind: "certificate".to_owned(),
                pkcs12: Some(c.pkcs12),
                pkcs12_password: Some(c.pkcs12_password).filter(|p| !p.is_empty()),
                identity: c.identity,
                ..flat
            },
            Method::Sim(s) => Self {
                kind: "sim".to_owned(),
                eap: Some(s.eap.as_str().to_owned()),
                imsi: Some(s.imsi),
                ..flat
            },
            Method::Unknown(kind) => Self { kind, ..flat },
        }
    }
}
