//! What a supplicant is told: the method part for wpa_supplicant and NetworkManager, the trust anchors and names,
//! Passpoint (spec: eapconfig 7).
//!
//! [`map`] gives settings as names and values; [`Supplicant::wpa_supplicant_conf`] puts them into the text of a
//! configuration.

use crate::certificate::{Certificate, Role};
use crate::credential::Secret;
use crate::method::{AuthenticationMethod, EapType, Inner};
use crate::model::{ConsortiumOid, IdentityProvider};
use std::fmt::Write as _;
use zeroize::Zeroizing;

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

/// What a configuration of wpa_supplicant holds besides the settings.
#[derive(Clone, Copy, Debug, Default)]
pub struct WpaFiles<'a> {
    /// Where the caller stores [`Supplicant::trust_bundle`].
    pub ca_cert: Option<&'a str>,
    /// Where the caller stores the PKCS#12 container (`private_key`).
    pub private_key: Option<&'a str>,
}

impl Supplicant {
    /// Whether the settings can be used as they are on disk: a bundle exists and its place is known.
    fn needs_bundle(&self) -> bool {
        !self.trust_bundle.is_empty()
    }

    /// The text of a configuration for wpa_supplicant: one network block per SSID, one for wired networks, one
    /// `cred` block for Passpoint.
    ///
    /// `secret` is the password, or the passphrase of the container with EAP-TLS; it is left out if it may not be
    /// stored. Values that could end a line or a quotation are written in hexadecimal, so that no document can
    /// add settings of its own.
    ///
    /// There is no `cred` block where names must match exactly, which it cannot express.
    ///
    /// Nothing is returned if there are trust anchors but no file for them: such a configuration would trust every
    /// server.
    #[must_use]
    pub fn wpa_supplicant_conf(&self, files: &WpaFiles<'_>, secret: Option<&str>) -> Option<Secret> {
        if self.needs_bundle() && files.ca_cert.is_none() {
            return None;
        }
        let secret = secret.filter(|_| self.may_save_secrets);
        let mut conf = Secret::new(String::with_capacity(4096));
        for ssid in &self.ssids {
            conf.push_str("network={\n");
            line(&mut conf, "ssid", &quoted(ssid));
            self.put_network(&mut conf, files, secret, false);
            conf.push_str("}\n");
        }
        if self.wired {
            conf.push_str("network={\n");
            line(&mut conf, "key_mgmt", "IEEE8021X");
            self.put_network(&mut conf, files, secret, true);
            conf.push_str("}\n");
        }
        // A `cred` block knows no exact match; without a name it would trust too many servers.
        let is_exact = self.wpa_supplicant.value("domain_match").is_some();
        if let Some(passpoint) = self.passpoint.as_ref().filter(|_| !is_exact) {
            conf.push_str("cred={\n");
            line(&mut conf, "realm", &quoted(&passpoint.realm));
            line(&mut conf, "domain", &quoted(&passpoint.realm));
            let consortiums: Vec<_> =
                passpoint.roaming_consortiums.iter().map(ConsortiumOid::as_str).collect();
            line(&mut conf, "roaming_consortiums", &quoted(&consortiums.join(",")));
            self.put_cred(&mut conf, files, secret);
            conf.push_str("}\n");
        }
        Some(conf)
    }

    fn is_tls(&self) -> bool {
        self.wpa_supplicant.value("eap") == Some("TLS")
    }

    fn put_network(&self, conf: &mut Secret, files: &WpaFiles<'_>, secret: Option<&str>, wired: bool) {
        for (name, value) in self.wpa_supplicant.iter() {
            match name {
                // Words of the wireless side.
                "key_mgmt" | "proto" | "pairwise" | "group" if wired => {}
                "key_mgmt" | "proto" | "pairwise" | "group" | "eap" => line(conf, name, value),
                _ => line(conf, name, &quoted(value)),
            }
        }
        self.put_files(conf, files, secret);
    }

    /// A `cred` block knows fewer words; the network it leads to is made of them.
    fn put_cred(&self, conf: &mut Secret, files: &WpaFiles<'_>, secret: Option<&str>) {
        for (name, value) in self.wpa_supplicant.iter() {
            match name {
                "eap" => line(conf, name, value),
                "phase2" | "domain_suffix_match" => line(conf, name, &quoted(value)),
                "identity" => line(conf, "username", &quoted(value)),
                _ => {}
            }
        }
        self.put_files(conf, files, secret);
    }

    fn put_files(&self, conf: &mut Secret, files: &WpaFiles<'_>, secret: Option<&str>) {
        if let Some(path) = files.ca_cert.filter(|_| self.needs_bundle()) {
            line(conf, "ca_cert", &quoted(path));
        }
        if let Some(path) = files.private_key.filter(|_| self.is_tls()) {
            line(conf, "private_key", &quoted(path));
        }
        if let Some(secret) = secret {
            let name = if self.is_tls() { "private_key_passwd" } else { "password" };
            line(conf, name, &Zeroizing::new(quoted(secret)));
        }
    }
}

fn line(conf: &mut Secret, name: &str, value: &str) {
    for piece in ["\t", name, "=", value, "\n"] {
        conf.push_str(piece);
    }
}

/// A text as wpa_supplicant reads it: in quotation marks if it is plain, else in hexadecimal.
fn quoted(text: &str) -> String {
    if text.chars().all(|c| matches!(c, ' '..='~') && c != '"') {
        let mut plain = String::with_capacity(text.len() + 2);
        plain.push('"');
        plain.push_str(text);
        plain.push('"');
        return plain;
    }
    let mut hex = String::with_capacity(text.len() * 2);
    for octet in text.bytes() {
        // Writing to a string does not fail.
        let _ = write!(hex, "{octet:02x}");
    }
    hex
}
