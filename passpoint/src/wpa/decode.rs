//! Reading a configuration of wpa_supplicant.

use super::File;
use super::text::{Block, check};
use crate::android::Decoded;
use crate::certificate::Certificate;
use crate::model::{
    Backhaul, CertificateCredential, Eap, HomeOi, HomeSp, Inner, Method, Model, Network, Partner,
    PasswordCredential, Policy, PortRule, SimCredential, SimEap, is_default,
};
use crate::report::{Rejection, Report, refuse};
use crate::secret::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// How to read a configuration.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct DecodeOptions<'a> {
    /// The files the configuration refers to, as far as they are at hand.
    pub files: &'a [File],
    /// Whether this project's stricter rules (`house.*`) apply too.
    pub strict: bool,
}

impl<'a> DecodeOptions<'a> {
    /// Reads with these files beside.
    #[must_use]
    pub const fn with_files(files: &'a [File]) -> Self {
        Self { files, strict: false }
    }

    /// Applies this project's stricter rules too.
    #[must_use]
    pub const fn strict(mut self) -> Self {
        self.strict = true;
        self
    }
}

/// Reads the first `cred` block into a model.
///
/// The format has neither an id nor names, so the id is the first domain reversed (`decode.id_derived`) and both names are
/// that domain (`decode.name_derived`). A CA path whose file is not at hand counts as the system's CAs
/// (`decode.file_missing`), a client certificate stays empty.
///
/// # Errors
/// The first rule that is broken; `wpa.empty` if there is no `cred` block.
pub fn decode(text: &[u8], options: &DecodeOptions<'_>) -> Result<Decoded, Rejection> {
    let configuration = check(text, options.strict)?;
    let Some(cred) = configuration.blocks.iter().find(|b| b.kind == "cred") else {
        return refuse("wpa.empty", "no cred block");
    };
    let mut report = Report::new();
    let mut model = Model { version: 1, ..Model::default() };
    let mut domains = cred.values("domain").map(str::to_owned);
    let fqdn = domains.next().or_else(|| cred.value("realm").map(str::to_owned)).unwrap_or_default();
    model.profile.id = fqdn.rsplit('.').collect::<Vec<_>>().join(".");
    report.info("decode.id_derived", "profile.id");
    model.profile.display_name.clone_from(&fqdn);
    report.info("decode.name_derived", "profile.display_name");
    report.info("decode.name_derived", "home_sp.friendly_name");
    model.home_sp = Some(HomeSp {
        friendly_name: fqdn.clone(),
        fqdn,
        roaming_consortium_ois: list(cred.value("roaming_consortiums")),
        home_ois: home_ois(cred),
        other_home_partners: domains.collect(),
        ..HomeSp::default()
    });
    model.credential.realm = cred.value("realm").unwrap_or_default().to_owned();
    read_method(&mut model, cred, options, &mut report);
    if model.credential.sim().is_none() {
        read_server(&mut model, cred, options, &mut report);
    }
    model.credential_priority = number(cred.value("sp_priority"));
    model.update_identifier = number(cred.value("update_identifier"));
    model.policy = Some(read_policy(cred)).filter(|p| !is_default(p));
    Ok(Decoded::new(model, report))
}

fn number(text: Option<&str>) -> Option<i64> {
    text?.parse().ok()
}

fn list(text: Option<&str>) -> Vec<String> {
    text.map(|t| t.split(',').filter(|p| !p.is_empty()).map(str::to_owned).collect()).unwrap_or_default()
}

fn home_ois(cred: &Block) -> Vec<HomeOi> {
    let either = |new: &str, old: &str| list(cred.value(new).or_else(|| cred.value(old)));
    let required = either("required_home_ois", "required_roaming_consortium");
    let mut all = either("home_ois", "roaming_consortium");
    all.extend(required.iter().filter(|o| !all.contains(o)).cloned().collect::<Vec<_>>());
    all.into_iter().map(|oi| HomeOi { required: required.contains(&oi), oi }).collect()
}

fn read_method(model: &mut Model, cred: &Block, options: &DecodeOptions<'_>, report: &mut Report) {
    let owned = |key: &str| cred.value(key).unwrap_or_default().to_owned();
    model.credential.method = match cred.value("eap") {
        Some("TLS") => {
            let path = cred.value("private_key").unwrap_or_default();
            let file = options.files.iter().find(|f| f.path == path);
            if file.is_none() {
                report.warning("decode.file_missing", "credential.pkcs12");
            }
            let identity = owned("username");
            let implied = format!("anonymous@{}", model.credential.realm);
            Method::Certificate(CertificateCredential {
                pkcs12: Secret::from(file.map(|f| STANDARD.encode(&f.content)).unwrap_or_default()),
                pkcs12_password: Secret::from(owned("private_key_passwd")),
                identity: Some(identity).filter(|i| *i != implied && !i.is_empty()),
            })
        }
        Some(eap @ ("SIM" | "AKA" | "AKA'")) => {
            let digits = owned("imsi").replace('-', "");
            let whole = digits.len() >= 15 || digits.is_empty();
            Method::Sim(SimCredential {
                eap: match eap {
                    "SIM" => SimEap::Sim,
                    "AKA" => SimEap::Aka,
                    _ => SimEap::AkaPrime,
                },
                imsi: if whole { digits } else { digits + "*" },
            })
        }
        eap => {
            let inner = match cred.value("phase2") {
                Some("auth=PAP") => Inner::Pap,
                Some("auth=CHAP") => Inner::Chap,
                Some("auth=MSCHAP") => Inner::Mschap,
                Some("autheap=MSCHAPV2") => Inner::EapMschapv2,
                _ if eap == Some("PEAP") => Inner::EapMschapv2,
                _ => Inner::Mschapv2,
            };
            Method::Password(PasswordCredential {
                username: owned("username"),
                password: Secret::from(owned("password")),
                eap: if eap == Some("PEAP") { Eap::Peap } else { Eap::Ttls },
                inner: Some(inner),
                ..PasswordCredential::default()
            })
        }
    };
}

fn read_server(model: &mut Model, cred: &Block, options: &DecodeOptions<'_>, report: &mut Report) {
    let server = &mut model.server;
    let path = cred.value("ca_cert").unwrap_or_default();
    let file = options.files.iter().find(|f| f.path == path);
    let bundle = file.and_then(|f| std::str::from_utf8(&f.content).ok()).map(Certificate::chain_from_pem);
    match bundle {
        Some(Ok(certificates)) => server.ca_certs = certificates.iter().map(Certificate::to_pem).collect(),
        _ if path.is_empty() => report.warning("decode.server_not_verified", "server.ca_certs"),
        _ => {
            server.use_system_cas = true;
            if path != super::Options::default().system_ca_path {
                report.warning("decode.file_missing", "server.ca_certs");
            }
        }
    }
    let names = cred.value("domain_suffix_match").unwrap_or_default();
    server.names = names.split(';').filter(|n| !n.is_empty()).map(str::to_owned).collect();
    if server.names.is_empty() {
        report.warning("decode.server_names_missing", "server.names");
    }
    server.check_revocation = cred.value("ocsp") == Some("2");
}

fn read_policy(cred: &Block) -> Policy {
    let partner = |text: &str| {
        let mut parts = text.splitn(4, ',');
        let fqdn = parts.next().unwrap_or_default().to_owned();
        let include_subdomains = parts.next() == Some("0");
        let priority = number(parts.next()).unwrap_or_default();
        let countries = parts.next().filter(|c| *c != "*").map(str::to_owned).into_iter().collect();
        Partner { fqdn, include_subdomains, priority, countries }
    };
    let rule = |text: &str| {
        let (protocol, ports) = text.split_once(':').unwrap_or((text, ""));
        let ports = ports.split(',').filter_map(|p| p.parse().ok()).collect();
        PortRule { protocol: number(Some(protocol)).unwrap_or_default(), ports }
    };
    let backhaul = |network: Network| {
        let value = |way: &str| number(cred.value(&format!("min_{way}_bandwidth_{}", network.as_str())));
        let (dl_kbps, ul_kbps) = (value("dl"), value("ul"));
        (dl_kbps.is_some() || ul_kbps.is_some()).then_some(Backhaul { network, dl_kbps, ul_kbps })
    };
    Policy {
        preferred_partners: cred.values("roaming_partner").map(partner).collect(),
        min_backhaul: [Network::Home, Network::Roaming].into_iter().filter_map(backhaul).collect(),
        excluded_ssids: cred.values("excluded_ssid").map(str::to_owned).collect(),
        required_ports: cred.values("req_conn_capab").map(rule).collect(),
        max_bss_load: number(cred.value("max_bss_load")),
        update: None,
    }
}
