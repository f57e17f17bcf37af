//! The text of a configuration for wpa_supplicant (spec: eapconfig 7).

use super::Supplicant;
use crate::credential::Secret;
use crate::model::ConsortiumOid;
use std::fmt::Write as _;
use zeroize::Zeroizing;

/// What a configuration of wpa_supplicant holds besides the settings.
#[derive(Clone, Copy, Debug, Default)]
pub struct WpaFiles<'a> {
    /// Where the caller stores [`Supplicant::trust_bundle`].
    pub ca_cert: Option<&'a str>,
    /// Where the caller stores the PKCS#12 container (`private_key`).
    pub private_key: Option<&'a str>,
}

impl Supplicant {
    /// The text of a configuration for wpa_supplicant on a wireless interface: one network block per SSID, one `cred`
    /// block for Passpoint.
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

    /// The text of a configuration for wpa_supplicant on a wired interface (`-D wired`), if the credential is for wired
    /// networks; otherwise as [`Self::wpa_supplicant_conf`].
    ///
    /// It is a text of its own because a block without an SSID would match any wireless network.
    #[must_use]
    pub fn wpa_supplicant_wired_conf(&self, files: &WpaFiles<'_>, secret: Option<&str>) -> Option<Secret> {
        if !self.wired || (self.needs_bundle() && files.ca_cert.is_none()) {
            return None;
        }
        let secret = secret.filter(|_| self.may_save_secrets);
        let mut conf = Secret::new(String::with_capacity(1024));
        conf.push_str("ap_scan=0\nnetwork={\n");
        line(&mut conf, "key_mgmt", "IEEE8021X");
        line(&mut conf, "eapol_flags", "0");
        self.put_network(&mut conf, files, secret, true);
        conf.push_str("}\n");
        Some(conf)
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
