//! What a supplicant is told: the method part for wpa_supplicant and NetworkManager, the trust anchors and names,
//! Passpoint (spec: eapconfig 7).
//!
//! [`map`] gives settings as names and values; [`Supplicant::wpa_supplicant_conf`] and
//! [`Supplicant::network_manager_keyfiles`] put them into the texts of configurations.

mod nm;
mod wpa;

pub use nm::{Keyfile, KeyfileOptions};
pub use wpa::WpaFiles;

use crate::certificate::{Certificate, Role};
use crate::method::{AuthenticationMethod, EapType, Inner};
use crate::model::{ConsortiumOid, IdentityProvider};

/// What the mapping is to respect besides the document.
#[derive(Clone, Copy, Debug, Default)]
pub struct MapOptions<'a> {
    /// Server names must be equal instead of equal or below: `domain_match` instead of `domain_suffix_match`.
    pub strict_names: bool,
    /// Common name of the client certificate, which the caller has opened: the identity of EAP-TLS where the document
    /// gives none.
    pub certificate_common_name: Option<&'a str>,
    /// The user name that was asked for and checked; goes before the one of the document.
    pub user_name: Option<&'a str>,
}

/// Names and values in the order in which they are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings(Vec<(&'static str, String)>);

impl Settings {
    fn put(&mut self, name: &'static str, value: impl Into<String>) {
        self.0.push((name, value.into()));
    }

    /// The value of a setting.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.iter().find(|(n, _)| *n == name).map(|(_, value)| value)
    }

    /// All settings.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

/// Passpoint: one `cred` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passpoint {
    /// The realm and the domain, both from `ID`.
    pub realm: String,
    /// Roaming consortia, in the order of the document.
    pub roaming_consortiums: Vec<ConsortiumOid>,
}

/// Settings for a method of a provider, without secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supplicant {
    /// For wpa_supplicant: the fields of a network block for a wireless network.
    pub wpa_supplicant: Settings,
    /// For NetworkManager: the setting `802-1x`.
    pub network_manager: Settings,
    /// What to put over these settings for a second try, where the document is known to be ambiguous: the names of
    /// wpa_supplicant, then of NetworkManager. Their `phase2-auth` takes the place of `phase2-autheap`.
    pub alternative: Option<(Settings, Settings)>,
    /// For Passpoint networks; nothing if there are none or the publisher has no realm.
    pub passpoint: Option<Passpoint>,
    /// Number of distinct `CA` elements that can be used.
    pub ca_count: usize,
    /// The trust anchors in PEM, one after the other; empty with EAP-pwd.
    pub trust_bundle: String,
    /// Whether secrets may be stored: `password-flags` of NetworkManager is 2 (not saved) where this is false.
    pub may_save_secrets: bool,
    /// Names of wireless networks, each of which gets a network block.
    pub ssids: Vec<String>,
    /// Whether wired networks get a block too.
    pub wired: bool,
}

/// Maps a method of a provider, by index. Nothing if there is no such method, or one that has no mapping: only methods
/// that were not refused ought to be mapped.
#[must_use]
pub fn map(provider: &IdentityProvider, method: usize, options: &MapOptions<'_>) -> Option<Supplicant> {
    let method = provider.methods.get(method)?;
    let (wpa_name, nm_name) = match method.eap? {
        EapType::TLS => ("TLS", "tls"),
        EapType::TTLS => ("TTLS", "ttls"),
        EapType::PEAP => ("PEAP", "peap"),
        EapType::PWD => ("PWD", "pwd"),
        _ => return None,
    };
    let (mut wpa, mut nm) = (Settings::default(), Settings::default());
    wpa.put("key_mgmt", "WPA-EAP WPA-EAP-SHA256");
    wpa.put("proto", "RSN");
    wpa.put("pairwise", "CCMP");
    wpa.put("group", "CCMP");
    wpa.put("eap", wpa_name);
    nm.put("eap", nm_name);
    if method.is_tunnel() {
        let phase2 = Phase2::of(method.inner()?, method.eap == Some(EapType::TTLS));
        phase2.put(&mut wpa, &mut nm);
    }
    let is_pwd = method.eap == Some(EapType::PWD);
    if !is_pwd && let Some((exact, names)) = server_names(&method.server.server_ids, options.strict_names) {
        wpa.put(if exact { "domain_match" } else { "domain_suffix_match" }, names.as_str());
        nm.put(if exact { "domain-match" } else { "domain-suffix-match" }, names);
    }
    put_identities(method, options, &mut wpa, &mut nm);
    let alternative = method.is_ttls_eap_mschapv2_ambiguous().then(|| {
        let (mut wpa, mut nm) = (Settings::default(), Settings::default());
        Phase2::of(Inner::MschapV2, true).put(&mut wpa, &mut nm);
        (wpa, nm)
    });
    let authorities = if is_pwd { &[][..] } else { &method.server.authorities };
    Some(Supplicant {
        wpa_supplicant: wpa,
        network_manager: nm,
        alternative,
        passpoint: passpoint(provider),
        ca_count: authorities.len(),
        trust_bundle: trust_anchors(authorities).map(Certificate::to_pem).collect(),
        may_save_secrets: method.credential().allow_save() != Some(false),
        ssids: provider.networks().iter().filter_map(|n| n.ssid.clone()).collect(),
        wired: provider.is_wired(),
    })
}

/// The inner method in the words of both supplicants.
struct Phase2 {
    /// EAP inside TTLS has a word of its own.
    autheap: bool,
    upper: &'static str,
    lower: &'static str,
}

impl Phase2 {
    fn of(inner: Inner, in_ttls: bool) -> Self {
        let (upper, lower) = match inner {
            Inner::Pap => ("PAP", "pap"),
            Inner::Mschap => ("MSCHAP", "mschap"),
            Inner::MschapV2 | Inner::EapMschapV2 => ("MSCHAPV2", "mschapv2"),
            Inner::EapGtc => ("GTC", "gtc"),
        };
        Self { autheap: in_ttls && inner.is_eap(), upper, lower }
    }

    fn put(&self, wpa: &mut Settings, nm: &mut Settings) {
        wpa.put("phase2", format!("{}={}", if self.autheap { "autheap" } else { "auth" }, self.upper));
        nm.put(if self.autheap { "phase2-autheap" } else { "phase2-auth" }, self.lower);
    }
}

/// The names to compare with, and whether they must be equal. Names of a single label would match everything below
/// them: they are left out, and where there are no others they are compared exactly.
fn server_names(names: &[String], strict: bool) -> Option<(bool, String)> {
    let with_dots: Vec<_> = names.iter().map(String::as_str).filter(|n| n.contains('.')).collect();
    if strict || with_dots.is_empty() {
        (!names.is_empty()).then(|| (true, names.join(";")))
    } else {
        Some((false, with_dots.join(";")))
    }
}

fn put_identities(
    method: &AuthenticationMethod,
    options: &MapOptions<'_>,
    wpa: &mut Settings,
    nm: &mut Settings,
) {
    let credential = method.credential();
    let identity = if method.eap == Some(EapType::TLS) {
        credential.outer_identity().or(options.certificate_common_name)
    } else {
        if let Some(identity) = credential.outer_identity() {
            wpa.put("anonymous_identity", identity);
            nm.put("anonymous-identity", identity);
        }
        options.user_name.or(credential.user_name())
    };
    if let Some(identity) = identity {
        wpa.put("identity", identity);
        nm.put("identity", identity);
    }
}

fn passpoint(provider: &IdentityProvider) -> Option<Passpoint> {
    let realm = provider.realm()?.to_owned();
    let roaming_consortiums: Vec<_> =
        provider.networks().iter().filter_map(|n| n.consortium_oid.clone()).collect();
    (!roaming_consortiums.is_empty()).then_some(Passpoint { realm, roaming_consortiums })
}

/// All authorities; without end-entity certificates if a root is among them.
fn trust_anchors(all: &[Certificate]) -> impl Iterator<Item = &Certificate> {
    let roles: Vec<_> = all.iter().map(Certificate::role).collect();
    let has_root = roles.contains(&Role::Root);
    all.iter().zip(roles).filter(move |(_, role)| !(has_root && *role == Role::EndEntity)).map(|(c, _)| c)
}

impl Supplicant {
    /// Whether there is a bundle, which has to be stored somewhere before the settings are of use.
    fn needs_bundle(&self) -> bool {
        !self.trust_bundle.is_empty()
    }

    fn is_tls(&self) -> bool {
        self.wpa_supplicant.value("eap") == Some("TLS")
    }
}
