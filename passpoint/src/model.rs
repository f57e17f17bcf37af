//! The neutral description of a Wi-Fi subscription (spec: passpoint 1).
//!
//! A [`Model`] is plain data and may be wrong; a [`Profile`](crate::Profile) is a model that was found right.

mod builder;
mod credential;
mod json;
mod normalise;
mod policy;
mod validate;

pub use builder::Builder;
pub use credential::{
    CertificateCredential, Credential, Eap, Inner, Method, PasswordCredential, SimCredential, SimEap,
};
pub use json::{MAX_JSON_DEPTH, MAX_JSON_LEN, ModelError};
pub use normalise::normalise;
pub use policy::{
    Backhaul, Network, Partner, Policy, PortRule, Restriction, Subscription, TrustRoot, Update, UpdateMethod,
    Usage,
};
pub(crate) use validate::base64_len;
pub use validate::validate;

use serde::{Deserialize, Serialize};

/// An enumeration of texts that keeps a text it does not know, so that validation can name it.
macro_rules! open_text {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$vdoc])* $variant,)+
            /// A text that is none of the others; validation refuses it.
            Unknown(String),
        }

        impl $name {
            /// The text that stands for it in a model.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Unknown(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)+
                    other => Self::Unknown(other.to_owned()),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok(Self::from(String::deserialize(deserializer)?.as_str()))
            }
        }
    };
}
pub(crate) use open_text;

pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
pub(crate) fn is_true(value: &bool) -> bool {
    *value
}

const fn yes() -> bool {
    true
}

/// A whole subscription. See the specification's table for the rule of each member; [`validate`] checks them.
///
/// In JSON, absent, `null` and empty mean the same ([`Model::from_json`]), and unknown members are refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Model {
    /// Version of this description, 1.
    pub version: i64,
    /// What the profile is called.
    pub profile: Identification,
    /// The Passpoint part. Without it the profile is for [`ssids`](Self::ssids) only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_sp: Option<HomeSp>,
    /// Further things by which a Passpoint network is recognised.
    #[serde(rename = "match", skip_serializing_if = "is_default")]
    pub matching: Match,
    /// Ordinary 802.1X networks that get the same credential.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ssids: Vec<Ssid>,
    /// Protection of the air.
    #[serde(skip_serializing_if = "is_default")]
    pub security: Security,
    /// Whether the device joins by itself.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub auto_join: bool,
    /// `false` asks the device to use its real address.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub mac_randomization: bool,
    /// Who the subscriber is and how that is proved.
    pub credential: Credential,
    /// Which RADIUS servers may be believed.
    #[serde(skip_serializing_if = "is_default")]
    pub server: Server,
    /// From when to when the profile holds.
    #[serde(skip_serializing_if = "is_default")]
    pub validity: Validity,
    /// Terms of the subscription.
    #[serde(skip_serializing_if = "is_default")]
    pub subscription: Subscription,
    /// Version number of the profile, 0 to 2^31-1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_identifier: Option<i64>,
    /// Rank among several credentials, lower is preferred, 0 to 2^31-1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_priority: Option<i64>,
    /// Rules about which networks to prefer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
    /// The server that repairs the subscription.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscription_update: Option<Update>,
    /// Trust roots of AAA servers to fetch.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trust_roots: Vec<TrustRoot>,
    /// Realm prefix for decorated NAIs, ends in `!`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decorated_prefix: Option<String>,
}

impl Default for Model {
    fn default() -> Self {
        Self {
            version: 0,
            profile: Identification::default(),
            home_sp: None,
            matching: Match::default(),
            ssids: Vec::new(),
            security: Security::default(),
            auto_join: true,
            mac_randomization: true,
            credential: Credential::default(),
            server: Server::default(),
            validity: Validity::default(),
            subscription: Subscription::default(),
            update_identifier: None,
            credential_priority: None,
            policy: None,
            subscription_update: None,
            trust_roots: Vec::new(),
            decorated_prefix: None,
        }
    }
}

/// What the profile is called (`profile`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Identification {
    /// Identity of the profile, a reverse-DNS name: the same id installs over the old profile.
    pub id: String,
    /// What the user sees when installing.
    pub display_name: String,
    /// What the profile is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Who issues it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// What the user agrees to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms_of_use: Option<String>,
    /// Windows: a UUID without braces. Derived from the id if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carrier_id: Option<String>,
    /// Windows: the subscriber's number. Derived if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscriber_id: Option<String>,
}

/// The Passpoint home service provider (`home_sp`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HomeSp {
    /// Home domain, matched against the ANQP Domain Name list.
    pub fqdn: String,
    /// Name of the operator.
    pub friendly_name: String,
    /// Identifiers of the consortia in which the subscriber roams, hexadecimal.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roaming_consortium_ois: Vec<String>,
    /// Identifiers that mean "home network".
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub home_ois: Vec<HomeOi>,
    /// Home networks by SSID (Passpoint's own list).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub network_ids: Vec<NetworkId>,
    /// Further domains that count as home.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other_home_partners: Vec<String>,
    /// Where the operator's icon is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icon_url: Option<String>,
}

/// An organisation identifier that means "home network".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HomeOi {
    /// 6, 8 or 10 hexadecimal digits.
    pub oi: String,
    /// Whether a home network has to announce it.
    #[serde(skip_serializing_if = "is_default")]
    pub required: bool,
}

/// A home network by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NetworkId {
    /// 1 to 32 octets.
    pub ssid: String,
    /// 12 hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hessid: Option<String>,
}

/// Further things by which a Passpoint network is recognised (`match`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Match {
    /// NAI realms to accept besides that of the credential.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nai_realms: Vec<String>,
    /// MCC and MNC, 5 or 6 digits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub plmns: Vec<String>,
    /// 12 hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hessid: Option<String>,
}

/// An ordinary 802.1X network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ssid {
    /// 1 to 32 octets.
    pub ssid: String,
    /// Whether the network does not announce its name.
    #[serde(skip_serializing_if = "is_default")]
    pub hidden: bool,
}

open_text! {
    /// Protection of the air (`security`).
    #[derive(Default)]
    Security {
        /// WPA2 only.
        Wpa2 = "wpa2",
        /// WPA3 only.
        Wpa3 = "wpa3",
        /// Either; the default.
        #[default]
        Wpa2Wpa3 = "wpa2_wpa3",
    }
}

open_text! {
    /// A version of TLS.
    TlsVersion {
        /// TLS 1.0.
        V1_0 = "1.0",
        /// TLS 1.1.
        V1_1 = "1.1",
        /// TLS 1.2.
        V1_2 = "1.2",
        /// TLS 1.3.
        V1_3 = "1.3",
    }
}

/// Which RADIUS servers may be believed (`server`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Trust anchors, one PEM text each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ca_certs: Vec<String>,
    /// Intermediate certificates, one PEM text each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub intermediate_certs: Vec<String>,
    /// Accept the device's public roots.
    #[serde(skip_serializing_if = "is_default")]
    pub use_system_cas: bool,
    /// Names of the servers: a host, or `*.` and a domain (spec: passpoint 1.3).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Ask for OCSP.
    #[serde(skip_serializing_if = "is_default")]
    pub check_revocation: bool,
    /// Lowest version of TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_min: Option<TlsVersion>,
    /// Highest version of TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_max: Option<TlsVersion>,
}

/// From when to when the profile holds (`validity`), each `YYYY-MM-DDThh:mm:ssZ`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Validity {
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}

impl Model {
    /// The identity outside the tunnel: the given one or `anonymous@` and the realm.
    #[must_use]
    pub fn outer_identity(&self) -> String {
        self.credential
            .outer_identity
            .clone()
            .unwrap_or_else(|| format!("anonymous@{}", self.credential.realm))
    }

    /// Whether the profile has ended at a moment. One without an end, or with one that is no date, has not.
    ///
    /// `unix_seconds`: seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn is_expired(&self, unix_seconds: i64) -> bool {
        let end = self.validity.expires.as_deref().and_then(crate::date::parse);
        end.is_some_and(|end| end <= unix_seconds)
    }
}
