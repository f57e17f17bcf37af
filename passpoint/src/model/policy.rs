//! Terms of the subscription and rules about networks (`subscription`, `policy`).

use super::{is_default, open_text};
use crate::secret::Secret;
use serde::{Deserialize, Serialize};

/// Terms of the subscription (`subscription`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Subscription {
    /// Name of the tariff.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// When it began, if that is not the profile's date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// When it ends, if that is not the profile's date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// Limits of use.
    #[serde(skip_serializing_if = "is_default")]
    pub usage: Usage,
}

/// Limits of use (`subscription.usage`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Usage {
    /// Megabytes in a period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_limit_mb: Option<i64>,
    /// When the first period began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// Minutes in a period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_limit_min: Option<i64>,
    /// Length of a period in minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_min: Option<i64>,
}

/// Rules about which networks to prefer (`policy`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Partners by rank.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub preferred_partners: Vec<Partner>,
    /// Least bandwidth of a network's uplink.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub min_backhaul: Vec<Backhaul>,
    /// Networks not to join.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub excluded_ssids: Vec<String>,
    /// Ports a network has to let through.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub required_ports: Vec<PortRule>,
    /// Highest load of a cell, 0 to 255.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_bss_load: Option<i64>,
    /// The server that renews the policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update: Option<Update>,
}

/// Stands for a required number that is not there, of which 0 is a value.
const fn missing() -> i64 {
    -1
}

/// A partner to prefer, or not, when roaming.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Partner {
    /// Its domain.
    pub fqdn: String,
    /// Whether the names below it count too.
    #[serde(skip_serializing_if = "is_default")]
    pub include_subdomains: bool,
    /// Rank, 0 to 255, lower is preferred. Read as -1 where it is missing, which validation refuses.
    #[serde(default = "missing")]
    pub priority: i64,
    /// Where it holds, ISO 3166 codes of two letters; empty is everywhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<String>,
}

/// Least bandwidth of a network's uplink.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backhaul {
    /// For which networks.
    pub network: Network,
    /// Towards the device, kbit/s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dl_kbps: Option<i64>,
    /// From the device, kbit/s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ul_kbps: Option<i64>,
}

/// The home provider's networks or others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Network {
    /// The home provider's.
    Home,
    /// Others.
    Roaming,
}

impl Network {
    /// The text that stands for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Roaming => "roaming",
        }
    }
}

/// Ports of one protocol that a network has to let through.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PortRule {
    /// IP protocol number, 0 to 255. Read as -1 where it is missing, which validation refuses.
    #[serde(default = "missing")]
    pub protocol: i64,
    /// Port numbers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<i64>,
}

impl PortRule {
    /// The ports joined with commas.
    pub(crate) fn joined(&self) -> String {
        self.ports.iter().map(i64::to_string).collect::<Vec<_>>().join(",")
    }
}

/// A remediation server (`policy.update`, `subscription_update`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Update {
    /// How often to ask, in minutes.
    pub interval_min: i64,
    /// Which protocol.
    pub method: UpdateMethod,
    /// Over which networks.
    pub restriction: Restriction,
    /// Where.
    pub uri: String,
    /// User name there.
    pub username: String,
    /// Password there.
    pub password: Secret,
    /// What the server's certificate ends in.
    pub trust_root: TrustRoot,
}

/// A certificate to fetch and how to know it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrustRoot {
    /// Where it is.
    pub url: String,
    /// Its SHA-256, 64 hexadecimal digits.
    pub sha256: String,
}

open_text! {
    /// Protocol of remediation.
    UpdateMethod {
        /// OMA DM.
        OmaDm = "oma_dm",
        /// SPP (SOAP).
        Spp = "spp",
    }
}

open_text! {
    /// Networks over which remediation may happen.
    Restriction {
        /// The home provider's.
        HomeSp = "home_sp",
        /// Those and partners'.
        RoamingPartner = "roaming_partner",
        /// Any.
        Unrestricted = "unrestricted",
    }
}

impl Default for UpdateMethod {
    fn default() -> Self {
        Self::Unknown(String::new())
    }
}

impl Default for Restriction {
    fn default() -> Self {
        Self::Unknown(String::new())
    }
}
