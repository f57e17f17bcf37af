//! NetworkManager: one keyfile for each ordinary network (spec: passpoint 8).

use crate::ids::is_uuid;
use crate::limits::MAX_FILE;
use crate::loss;
use crate::model::{Eap, Inner, Method, Model, Ssid, is_default};
use crate::profile::Profile;
use crate::report::{Encoded, Rejection, Report, refuse};
use crate::text::hex;
use crate::wpa::{File, beside};
use std::collections::BTreeMap;

/// How to write for NetworkManager.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Beginning of the paths of the files beside; `/etc/NetworkManager/certs/` and the profile's id if `None`.
    pub path_prefix: Option<String>,
}

/// Keyfiles (mode 0600, owner root) and the files they refer to.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Output {
    /// One for each network, in the model's order.
    pub keyfiles: Vec<Vec<u8>>,
    /// The files beside them.
    pub files: Vec<File>,
}

/// Shows the paths only.
impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output").field("keyfiles", &self.keyfiles.len()).field("files", &self.files).finish()
    }
}

/// Writes a profile.
#[must_use]
pub fn encode(profile: &Profile, options: &Options) -> Encoded<Output> {
    let model = profile.model();
    let mut report = Report::new();
    losses(model, &mut report);
    Encoded::new(report, || {
        let prefix = options.path_prefix.clone();
        let prefix = prefix.unwrap_or_else(|| format!("/etc/NetworkManager/certs/{}", model.profile.id));
        let (ca, client) = (format!("{prefix}-ca.pem"), format!("{prefix}-client.p12"));
        let keyfile = |ssid: &Ssid| keyfile(profile, ssid, &ca, &client).into_bytes();
        Output { keyfiles: model.ssids.iter().map(keyfile).collect(), files: beside(profile, &ca, &client) }
    })
}

fn losses(model: &Model, report: &mut Report) {
    let sim = model.credential.sim().is_some();
    if model.ssids.is_empty() {
        report.error("nm.passpoint_unsupported", "home_sp");
    } else if model.home_sp.is_some() {
        report.warning("nm.passpoint_dropped", "home_sp");
    }
    if sim {
        report.error("nm.eap_unsupported", "credential.eap");
    }
    let server = &model.server;
    loss::report_losses(
        report,
        &[
            (model.validity.expires.is_some(), "nm.expiry_dropped", "validity.expires"),
            (server.check_revocation && !sim, "nm.revocation_dropped", "server.check_revocation"),
            (server.tls_min.is_some() && !sim, "nm.tls_version_dropped", "server.tls_min"),
            (server.tls_max.is_some() && !sim, "nm.tls_version_dropped", "server.tls_max"),
            (
                !server.intermediate_certs.is_empty() && !sim,
                "nm.intermediates_dropped",
                "server.intermediate_certs",
            ),
            (!is_default(&model.security), "nm.security_not_expressible", "security"),
            (model.profile.terms_of_use.is_some(), "nm.terms_dropped", "profile.terms_of_use"),
        ],
    );
    if !sim {
        loss::system_cas(report, model, "nm");
    }
    loss::match_without_home(report, model, "nm");
    loss::outer_identity_unused(report, model, "nm");
    loss::flags(report, model, "nm");
    loss::subscription(report, model, "nm");
    loss::cosmetic(report, model, "nm");
    loss::created(report, model, "nm");
    report.info("nm.display_name_dropped", "profile.display_name");
}

fn keyfile(profile: &Profile, ssid: &Ssid, ca: &str, client: &str) -> String {
    let model = profile.model();
    let mut out = String::new();
    let mut section = |name: &str, entries: &[(&str, Option<String>)]| {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&format!("[{name}]\n"));
        for (key, value) in entries {
            if let Some(value) = value {
                out.push_str(&format!("{key}={value}\n"));
            }
        }
    };
    let plain = |text: &str| Some(escape(text, false));
    let uuid = profile.uuid().child(&format!("ssid:{}", hex(ssid.ssid.as_bytes())));
    section(
        "connection",
        &[
            ("id", plain(&ssid.ssid)),
            ("uuid", Some(uuid.to_string())),
            ("type", plain("wifi")),
            ("autoconnect", Some(model.auto_join.to_string())),
        ],
    );
    section(
        "wifi",
        &[
            ("ssid", Some(escape(&ssid.ssid, true))),
            ("mode", plain("infrastructure")),
            ("hidden", ssid.hidden.then(|| "true".to_owned())),
            ("cloned-mac-address", (!model.mac_randomization).then(|| "permanent".to_owned())),
        ],
    );
    section("wifi-security", &[("key-mgmt", plain("wpa-eap"))]);
    let mut eap: Vec<(&str, Option<String>)> = match &model.credential.method {
        Method::Password(p) => {
            let (key, inner) = match (&p.eap, p.effective_inner()) {
                (Eap::Ttls, Inner::Pap) => ("phase2-auth", "pap"),
                (Eap::Ttls, Inner::Chap) => ("phase2-auth", "chap"),
                (Eap::Ttls, Inner::Mschap) => ("phase2-auth", "mschap"),
                (Eap::Ttls, Inner::EapMschapv2) => ("phase2-autheap", "mschapv2"),
                _ => ("phase2-auth", "mschapv2"),
            };
            vec![
                ("eap", plain(if p.eap == Eap::Peap { "peap;" } else { "ttls;" })),
                ("identity", plain(&p.username)),
                ("anonymous-identity", plain(&model.outer_identity())),
                ("password", plain(p.password.expose())),
                (key, plain(inner)),
            ]
        }
        Method::Certificate(c) => vec![
            ("eap", plain("tls;")),
            ("identity", plain(&c.identity.clone().unwrap_or_else(|| model.outer_identity()))),
            ("client-cert", plain(client)),
            ("private-key", plain(client)),
            ("private-key-password", plain(c.pkcs12_password.expose())),
        ],
        Method::Sim(_) | Method::Unknown(_) => Vec::new(),
    };
    if model.server.ca_certs.is_empty() {
        eap.push(("system-ca-certs", plain("true")));
    } else {
        eap.push(("ca-cert", plain(ca)));
    }
    let names: Vec<_> = model.server.names.iter().map(|n| n.strip_prefix("*.").unwrap_or(n)).collect();
    eap.push(("domain-suffix-match", plain(&names.join(";"))));
    section("802-1x", &eap);
    section("ipv4", &[("method", plain("auto"))]);
    section("ipv6", &[("method", plain("auto"))]);
    out
}

/// Escapes of a keyfile's value; a semicolon matters only in lists and in `ssid`.
fn escape(text: &str, semicolon: bool) -> String {
    let last = text.chars().count().saturating_sub(1);
    let mut out = String::with_capacity(text.len());
    for (i, c) in text.chars().enumerate() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            ' ' if i == 0 || i == last => out.push_str("\\s"),
            ';' if semicolon => out.push_str("\\;"),
            other => out.push(other),
        }
    }
    out
}

/// Checks a keyfile. `strict` also asks for a check of the server's name.
///
/// # Errors
/// The first rule that is broken.
pub fn check(text: &[u8], strict: bool) -> Result<(), Rejection> {
    if text.len() > MAX_FILE {
        return refuse("file.too_large", "the file");
    }
    let Ok(text) = std::str::from_utf8(text) else { return refuse("nm.keyfile", "the file is not UTF-8") };
    let mut sections: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    let mut open = None;
    for (number, line) in text.lines().enumerate().map(|(i, l)| (i + 1, l.trim())) {
        let bad = || Rejection::new("nm.keyfile", format!("line {number}"));
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let name = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')).filter(|n| !n.is_empty());
        if let Some(name) = name {
            if sections.insert(name, BTreeMap::new()).is_some() {
                return Err(bad());
            }
            open = Some(name);
            continue;
        }
        let (key, value) = line.split_once('=').ok_or_else(bad)?;
        let section = open.and_then(|name| sections.get_mut(name)).ok_or_else(bad)?;
        if key.trim().is_empty() || section.insert(key.trim(), value.trim()).is_some() {
            return Err(bad());
        }
    }
    for name in ["connection", "wifi", "wifi-security", "802-1x"] {
        if !sections.contains_key(name) {
            return refuse("nm.section", name);
        }
    }
    let value = |section: &str, key: &str| sections.get(section).and_then(|s| s.get(key)).copied();
    if value("connection", "type") != Some("wifi") {
        return refuse("nm.type", "connection.type");
    }
    if !value("connection", "uuid").is_some_and(is_uuid) {
        return refuse("nm.uuid", "connection.uuid");
    }
    if !matches!(value("wifi-security", "key-mgmt"), Some("wpa-eap" | "wpa-eap-suite-b-192")) {
        return refuse("nm.key_mgmt", "wifi-security.key-mgmt");
    }
    if !value("802-1x", "eap").is_some_and(|e| e.ends_with(';')) {
        return refuse("nm.list", "802-1x.eap");
    }
    let named = ["domain-suffix-match", "domain-match", "altsubject-matches"];
    if strict && !named.iter().any(|k| value("802-1x", k).is_some()) {
        return refuse("house.server_trust", "802-1x");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: passpoint 8
    #[test]
    fn values_are_escaped() {
        assert_eq!(escape(" a;b\\\r\n\t ", true), "\\sa\\;b\\\\\\r\\n\\t\\s");
        assert_eq!(escape("a b;c", false), "a b;c");
    }

    #[test]
    fn keys_and_sections_have_names() {
        for line in ["=value", " = value", "[]", "key", "a=1\na=2"] {
            let refused = check(format!("[connection]\n{line}\n").as_bytes(), false).map_err(|e| e.code);
            assert_eq!(refused, Err("nm.keyfile"), "{line}");
        }
        let refused = check(b"[connection]\nkey=\n", false).map_err(|e| e.code);
        assert_eq!(refused, Err("nm.section"));
    }
}
