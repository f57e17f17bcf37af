//! Keyfiles for NetworkManager (spec: eapconfig 7).

use super::Supplicant;
use crate::credential::Secret;
use zeroize::Zeroizing;

/// What a keyfile holds besides the settings.
#[derive(Clone, Copy)]
pub struct KeyfileOptions<'a> {
    /// Where the caller stores [`Supplicant::trust_bundle`], as an absolute path.
    pub ca_cert: Option<&'a str>,
    /// Where the caller stores the PKCS#12 container, as an absolute path.
    pub private_key: Option<&'a str>,
    /// The UUID of a connection by a name that is different for each: `wired`, or `ssid:` and the octets of the SSID in
    /// hexadecimal. A stable one lets a new file take the place of the old.
    pub uuid: &'a dyn Fn(&str) -> String,
}

impl std::fmt::Debug for KeyfileOptions<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyfileOptions")
            .field("ca_cert", &self.ca_cert)
            .field("private_key", &self.private_key)
            .finish_non_exhaustive()
    }
}

/// One connection. Files of this kind belong to root and have the mode 0600.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyfile {
    /// The SSID, or `Wired`; free text from the document, not to be made a file name without thought.
    pub name: String,
    /// The text; it holds the password.
    pub text: Secret,
}

impl Supplicant {
    /// One keyfile per SSID, and one for wired networks.
    ///
    /// `secret` is the password, or the passphrase of the container with EAP-TLS; it is left out, and NetworkManager told
    /// not to store it, if it may not be stored. Without it NetworkManager asks.
    ///
    /// Nothing is returned if there are trust anchors but no file for them: such a connection would trust every server.
    #[must_use]
    pub fn network_manager_keyfiles(
        &self,
        options: &KeyfileOptions<'_>,
        secret: Option<&str>,
    ) -> Option<Vec<Keyfile>> {
        if self.needs_bundle() && options.ca_cert.is_none() {
            return None;
        }
        let mut keyfiles = Vec::with_capacity(self.ssids.len() + 1);
        for ssid in &self.ssids {
            let mut text = Writer::new();
            let octets: String = ssid.bytes().map(|o| format!("{o:02x}")).collect();
            let uuid = (options.uuid)(&format!("ssid:{octets}"));
            text.section("connection", &[("id", ssid), ("uuid", &uuid), ("type", "wifi")]);
            text.section("wifi", &[("mode", "infrastructure")]);
            text.list_value("ssid", ssid);
            text.section(
                "wifi-security",
                &[("key-mgmt", "wpa-eap"), ("proto", "rsn;"), ("pairwise", "ccmp;"), ("group", "ccmp;")],
            );
            self.put_8021x(&mut text, options, secret);
            keyfiles.push(Keyfile { name: ssid.clone(), text: text.finish() });
        }
        if self.wired {
            let mut text = Writer::new();
            let uuid = (options.uuid)("wired");
            text.section("connection", &[("id", "Wired"), ("uuid", &uuid), ("type", "ethernet")]);
            text.section("ethernet", &[]);
            self.put_8021x(&mut text, options, secret);
            keyfiles.push(Keyfile { name: "Wired".to_owned(), text: text.finish() });
        }
        Some(keyfiles)
    }

    fn put_8021x(&self, text: &mut Writer, options: &KeyfileOptions<'_>, secret: Option<&str>) {
        text.section("802-1x", &[]);
        for (name, value) in self.network_manager.iter() {
            match name {
                "eap" => text.line(name, &format!("{value};")),
                _ => text.value(name, value),
            }
        }
        if let Some(path) = options.ca_cert.filter(|_| self.needs_bundle()) {
            text.value("ca-cert", path);
        }
        // For a container both properties name the same file.
        if let Some(path) = options.private_key.filter(|_| self.is_tls()) {
            text.value("client-cert", path);
            text.value("private-key", path);
        }
        let name = if self.is_tls() { "private-key-password" } else { "password" };
        match secret {
            _ if !self.may_save_secrets => text.line(&format!("{name}-flags"), "2"),
            Some(secret) => text.value(name, secret),
            None => {}
        }
    }
}

struct Writer(Secret);

impl Writer {
    fn new() -> Self {
        Self(Secret::new(String::with_capacity(1024)))
    }

    fn section(&mut self, name: &str, values: &[(&str, &str)]) {
        let blank = if self.0.is_empty() { "" } else { "\n" };
        for piece in [blank, "[", name, "]\n"] {
            self.0.push_str(piece);
        }
        for (name, value) in values {
            self.value(name, value);
        }
    }

    fn line(&mut self, name: &str, value: &str) {
        for piece in [name, "=", value, "\n"] {
            self.0.push_str(piece);
        }
    }

    fn value(&mut self, name: &str, value: &str) {
        self.line(name, &escaped(value, false));
    }

    /// A value that would be read as a list if it held a semicolon.
    fn list_value(&mut self, name: &str, value: &str) {
        self.line(name, &escaped(value, true));
    }

    fn finish(mut self) -> Secret {
        self.section("ipv4", &[("method", "auto")]);
        self.section("ipv6", &[("method", "auto")]);
        self.0
    }
}

/// A value as GLib's key files have it: no text can end its line or begin another.
fn escaped(text: &str, semicolon: bool) -> Zeroizing<String> {
    let last = text.chars().count().saturating_sub(1);
    let mut out = Zeroizing::new(String::with_capacity(text.len() * 2));
    for (position, c) in text.chars().enumerate() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            ' ' if position == 0 || position == last => out.push_str("\\s"),
            ';' if semicolon => out.push_str("\\;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_ends_its_line() {
        assert_eq!(escaped(" a;b\\\r\nx\t ", false).as_str(), "\\sa;b\\\\\\r\\nx\\t\\s");
        assert_eq!(escaped("a;b", true).as_str(), "a\\;b");
    }
}
