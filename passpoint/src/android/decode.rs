//! Reading a profile for Android (spec: passpoint 9.1).

use super::container::take_apart;
use super::decode_base64;
use crate::certificate::{Certificate, holds_pem};
use crate::limits::MAX_FILE;
use crate::model::{
    Backhaul, CertificateCredential, Eap, HomeOi, HomeSp, Inner, Method, Model, Network, NetworkId, Partner,
    PasswordCredential, Policy, PortRule, Restriction, SimCredential, SimEap, TrustRoot, Update,
    UpdateMethod, is_default,
};
use crate::pkcs12::{Pkcs12, Pkcs12Error};
use crate::ppsmo::{self, NEVER, Pps};
use crate::report::{Rejection, Report, refuse};
use crate::secret::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// How to read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecodeOptions {
    /// The API level whose parser is re-enacted.
    pub sdk: u32,
    /// Whether this project's stricter rules (`house.*`) apply too.
    pub strict: bool,
}

impl Default for DecodeOptions {
    fn default() -> Self {
        Self { sdk: 34, strict: false }
    }
}

impl DecodeOptions {
    /// Reads as the given API level does.
    #[must_use]
    pub const fn for_sdk(sdk: u32) -> Self {
        Self { sdk, strict: false }
    }

    /// Applies this project's stricter rules too.
    #[must_use]
    pub const fn strict(mut self) -> Self {
        self.strict = true;
        self
    }
}

/// A model and what was found on the way to it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decoded {
    /// The model. It need not validate.
    pub model: Model,
    /// What is derived, implied or missing.
    pub report: Report,
}

impl Decoded {
    pub(crate) fn new(model: Model, report: Report) -> Self {
        Self { model, report }
    }
}

/// What a file holds, as the device's parser sees it, before the values are checked.
#[derive(Debug)]
#[non_exhaustive]
pub struct Contents {
    /// The types of the parts in their order.
    pub parts: Vec<&'static str>,
    /// The management tree.
    pub pps: Pps,
    /// The trust anchor of the RADIUS server.
    pub ca: Option<Certificate>,
    /// The client's certificate, and further ones.
    pub client: Option<(Certificate, Vec<Certificate>)>,
    /// The PKCS#12 file in base64.
    pkcs12: Secret,
}

/// Reads a file up to, and without, the check of its values.
///
/// # Errors
/// The first rule of the device's parser that is broken.
pub fn read(file: &[u8], options: &DecodeOptions) -> Result<Contents, Rejection> {
    if file.len() > MAX_FILE {
        return refuse("file.too_large", "the file");
    }
    let parts = take_apart(file, options.strict)?;
    let pps = ppsmo::parse(&parts.profile, options.sdk, options.strict)?;
    if !pps.has("Credential") {
        return refuse("android.profile.credential", "Credential");
    }
    let ca = parts.ca.as_deref().map(|octets| read_ca(octets, options.strict)).transpose()?;
    let client = parts.pkcs12.as_deref().map(|octets| read_client(octets)).transpose()?;
    let pkcs12 = Secret::from(parts.pkcs12.map(|p| STANDARD.encode(&*p)).unwrap_or_default());
    Ok(Contents { parts: parts.order, pps, ca, client, pkcs12 })
}

/// Reads a bare management tree without the check of its values.
///
/// # Errors
/// The first rule of the device's parser that is broken.
pub fn read_tree(xml: &[u8], options: &DecodeOptions) -> Result<Pps, Rejection> {
    ppsmo::parse(xml, options.sdk, options.strict)
}

fn read_ca(octets: &[u8], strict: bool) -> Result<Certificate, Rejection> {
    let certificate =
        Certificate::from_either(octets).map_err(|_| Rejection::new("android.ca.parse", "the CA part"))?;
    if strict && !certificate.is_authority() {
        return refuse("house.ca_not_ca", "the CA part");
    }
    let several = octets.windows(22).filter(|w| w == b"-----BEGIN CERTIFICATE").count() > 1;
    if strict && holds_pem(octets) && several {
        return refuse("house.ca_many", "the CA part");
    }
    Ok(certificate)
}

/// The rules of Android's key store (spec: passpoint 3.1).
fn read_client(octets: &[u8]) -> Result<(Certificate, Vec<Certificate>), Rejection> {
    let entries = |what: &str| refuse("android.p12.entries", what);
    let file = match Pkcs12::open(octets, "") {
        Ok(file) => file,
        Err(Pkcs12Error::Keys(_) | Pkcs12Error::NoCertificate) => return entries("keys"),
        Err(_) => return refuse("android.p12.parse", "the PKCS#12 part"),
    };
    let (Some(leaf), [key]) = (file.leaf(), file.keys.as_slice()) else {
        return entries("one key with its certificate");
    };
    if file.uses_pbes2 {
        return refuse("android.p12.encryption", "PBES2");
    }
    let mut certificates = file.certificates.clone();
    let leaf = certificates.remove(leaf);
    if leaf.friendly_name.is_some() && leaf.friendly_name != key.friendly_name {
        return entries("the friendly name of the certificate");
    }
    if certificates.iter().any(|c| c.friendly_name.as_ref().is_some_and(|n| !n.is_empty())) {
        return entries("a friendly name in the chain");
    }
    if !key.is_shrouded {
        return entries("the key is not encrypted");
    }
    Ok((leaf.certificate, certificates.into_iter().map(|c| c.certificate).collect()))
}

/// Reads a file into a model.
///
/// # Errors
/// The first rule that is broken: of the container, the parser or the value check.
pub fn decode(file: &[u8], options: &DecodeOptions) -> Result<Decoded, Rejection> {
    let contents = read(file, options)?;
    let chain: Vec<String> = match &contents.client {
        Some((leaf, rest)) => std::iter::once(leaf).chain(rest).map(Certificate::sha256_hex).collect(),
        None => Vec::new(),
    };
    ppsmo::check(&contents.pps, options.sdk, options.strict, Some(&chain))?;
    if options.sdk < 30 && contents.ca.is_none() && !contents.pps.has("Credential/SIM") {
        return refuse("android.ca.required", "the CA part");
    }
    Reader { pps: &contents.pps, report: Report::new() }.model(contents.ca.as_ref(), &contents.pkcs12, false)
}

/// Reads a bare management tree into a model.
///
/// # Errors
/// The first rule that is broken: of the parser or the value check.
pub fn decode_tree(xml: &[u8], options: &DecodeOptions) -> Result<Decoded, Rejection> {
    let pps = read_tree(xml, options)?;
    ppsmo::check(&pps, options.sdk, options.strict, None)?;
    Reader { pps: &pps, report: Report::new() }.model(None, &Secret::default(), true)
}

struct Reader<'a> {
    pps: &'a Pps,
    report: Report,
}

impl Reader<'_> {
    fn text(&self, path: &str) -> Option<String> {
        self.pps.value(path).map(str::to_owned)
    }

    fn number(&self, path: &str) -> Option<i64> {
        self.pps.value(path)?.parse().ok()
    }

    fn flag(&self, path: &str) -> Option<bool> {
        self.pps.value(path).map(|v| v.eq_ignore_ascii_case("true"))
    }

    /// Each instance of a list.
    fn each<T>(&self, path: &str, read: impl Fn(&dyn Fn(&str) -> String) -> T) -> Vec<T> {
        (0..self.pps.count(path)).map(|i| read(&|name| format!("{path}/{i}/{name}"))).collect()
    }

    fn model(mut self, ca: Option<&Certificate>, pkcs12: &Secret, bare: bool) -> Result<Decoded, Rejection> {
        let mut model = Model { version: 1, ..Model::default() };
        let home = self.home();
        model.profile.id = home.fqdn.rsplit('.').collect::<Vec<_>>().join(".");
        self.report.info("decode.id_derived", "profile.id");
        model.profile.display_name.clone_from(&home.friendly_name);
        model.credential.realm = self.text("Credential/Realm").unwrap_or_default();
        model.credential.method = self.method(pkcs12)?;
        if model.credential.sim().is_none() {
            self.server(&mut model, &home.fqdn, ca, bare);
        }
        model.home_sp = Some(home);
        self.dates(&mut model);
        model.update_identifier = self.number("UpdateIdentifier");
        model.credential_priority = self.number("CredentialPriority");
        model.policy = self.policy()?.filter(|p| !is_default(p));
        model.subscription_update = self.update("SubscriptionUpdate")?;
        model.trust_roots = self.each("AAAServerTrustRoot", |at| TrustRoot {
            url: self.text(&at("CertURL")).unwrap_or_default(),
            sha256: self.text(&at("CertSHA256Fingerprint")).unwrap_or_default().to_ascii_lowercase(),
        });
        model.decorated_prefix = self.text("Extension/WBA/NAI/DecoratedPrefix");
        Ok(Decoded::new(model, self.report))
    }

    fn home(&mut self) -> HomeSp {
        let ois = self.text("HomeSP/RoamingConsortiumOI").unwrap_or_default();
        let ois = ois.split(',').filter(|o| !o.is_empty());
        let roaming_consortium_ois = ois.map(|o| self.oi(o, "home_sp.roaming_consortium_ois")).collect();
        let raw: Vec<_> = self.each("HomeSP/HomeOIList", |at| {
            (
                self.text(&at("HomeOI")).unwrap_or_default(),
                self.flag(&at("HomeOIRequired")).unwrap_or_default(),
            )
        });
        let home_ois = raw
            .into_iter()
            .map(|(oi, required)| HomeOi { oi: self.oi(&oi, "home_sp.home_ois"), required })
            .collect();
        HomeSp {
            fqdn: self.text("HomeSP/FQDN").unwrap_or_default(),
            friendly_name: self.text("HomeSP/FriendlyName").unwrap_or_default(),
            roaming_consortium_ois,
            home_ois,
            network_ids: self.each("HomeSP/NetworkID", |at| NetworkId {
                ssid: self.text(&at("SSID")).unwrap_or_default(),
                hessid: self
                    .pps
                    .value(&at("HESSID"))
                    .and_then(|h| i64::from_str_radix(h, 16).ok())
                    .map(|h| format!("{h:012x}")),
            }),
            other_home_partners: self
                .each("HomeSP/OtherHomePartners", |at| self.text(&at("FQDN")).unwrap_or_default()),
            icon_url: self.text("HomeSP/IconURL"),
        }
    }

    /// Numbers lose their leading zeros in some writers; the next length is taken.
    fn oi(&mut self, oi: &str, field: &'static str) -> String {
        let oi = oi.to_ascii_lowercase();
        let len = match oi.len() {
            6 | 8 | 10 => return oi,
            ..6 => 6,
            7 => 8,
            _ => 10,
        };
        self.report.warning("decode.oi_length", field);
        format!("{oi:0>len$}")
    }

    fn method(&self, pkcs12: &Secret) -> Result<Method, Rejection> {
        let at = "Credential/UsernamePassword";
        if self.pps.has(at) {
            let inner = match self.pps.value(&format!("{at}/EAPMethod/InnerMethod")) {
                Some("PAP") => Inner::Pap,
                Some("MS-CHAP") => Inner::Mschap,
                _ => Inner::Mschapv2,
            };
            return Ok(Method::Password(PasswordCredential {
                username: self.text(&format!("{at}/Username")).unwrap_or_default(),
                password: self.password(&format!("{at}/Password"))?,
                eap: Eap::Ttls,
                inner: Some(inner),
                machine_managed: self.flag(&format!("{at}/MachineManaged")),
                able_to_share: self.flag(&format!("{at}/AbleToShare")),
                soft_token_app: self.text(&format!("{at}/SoftTokenApp")),
            }));
        }
        if self.pps.has("Credential/SIM") {
            let eap = match self.pps.value("Credential/SIM/EAPType") {
                Some("18") => SimEap::Sim,
                Some("23") => SimEap::Aka,
                _ => SimEap::AkaPrime,
            };
            let imsi = self.text("Credential/SIM/IMSI").unwrap_or_default();
            return Ok(Method::Sim(SimCredential { eap, imsi }));
        }
        Ok(Method::Certificate(CertificateCredential {
            pkcs12: pkcs12.clone(),
            ..CertificateCredential::default()
        }))
    }

    /// The device takes a text that is not base64 as it stands.
    fn password(&self, path: &str) -> Result<Secret, Rejection> {
        let text = self.pps.value(path).unwrap_or_default();
        let octets = decode_base64(text.as_bytes()).unwrap_or_else(|| text.as_bytes().to_vec());
        let octets = Zeroizing::new(octets);
        match std::str::from_utf8(&octets) {
            Ok(text) => Ok(Secret::new(text)),
            Err(_) => refuse("pps.password_encoding", path),
        }
    }

    fn server(&mut self, model: &mut Model, fqdn: &str, ca: Option<&Certificate>, bare: bool) {
        let server = &mut model.server;
        server.ca_certs.extend(ca.map(Certificate::to_pem));
        server.check_revocation = self.flag("Credential/CheckAAAServerCertStatus").unwrap_or_default();
        if let Some(names) = self.pps.value("Extension/Android/AAAServerTrustedNames/FQDN") {
            server.names =
                names.split(';').map(str::trim).filter(|n| !n.is_empty()).map(str::to_owned).collect();
            server.use_system_cas = true;
            if ca.is_some() {
                self.report.warning("decode.private_ca_with_trusted_names", "server.use_system_cas");
            }
        } else {
            server.names = vec![fqdn.to_owned(), format!("*.{fqdn}")];
            self.report.info("decode.names_implied", "server.names");
            server.use_system_cas = ca.is_none() && !(bare && self.pps.count("AAAServerTrustRoot") > 0);
        }
    }

    fn dates(&mut self, model: &mut Model) {
        let at = if self.pps.has("SubscriptionParameter") {
            "SubscriptionParameter"
        } else {
            "SubscriptionParameters"
        };
        let (created, expires) =
            (self.text("Credential/CreationDate"), self.text("Credential/ExpirationDate"));
        let term_created = self.text(&format!("{at}/CreationDate"));
        let term_expires = self.text(&format!("{at}/ExpirationDate"));
        if expires.is_some() && term_expires.is_none() {
            self.report.warning("decode.expiry_not_enforced_on_android", "validity.expires");
        }
        let differs = |term: &Option<String>, own: &Option<String>| {
            term.clone().filter(|t| own.as_ref().is_some_and(|o| o != t))
        };
        let terms = &mut model.subscription;
        terms.created = differs(&term_created, &created);
        terms.expires = differs(&term_expires, &expires);
        terms.kind = self.text(&format!("{at}/TypeOfSubscription"));
        terms.usage.data_limit_mb = self.number(&format!("{at}/UsageLimits/DataLimit"));
        terms.usage.start = self.text(&format!("{at}/UsageLimits/StartDate"));
        terms.usage.time_limit_min = self.number(&format!("{at}/UsageLimits/TimeLimit"));
        terms.usage.period_min = self.number(&format!("{at}/UsageLimits/UsageTimePeriod"));
        model.validity.created = created.or(term_created);
        model.validity.expires = expires.or(term_expires);
    }

    fn policy(&self) -> Result<Option<Policy>, Rejection> {
        if !self.pps.has("Policy") {
            return Ok(None);
        }
        Ok(Some(Policy {
            preferred_partners: self.each("Policy/PreferredRoamingPartnerList", |at| {
                let rule = self.text(&at("FQDN_Match")).unwrap_or_default();
                let (fqdn, kind) = rule.split_once(',').unwrap_or((&rule, ""));
                let countries = self.text(&at("Country")).unwrap_or_default();
                Partner {
                    fqdn: fqdn.to_owned(),
                    include_subdomains: kind.starts_with("includeSubdomains"),
                    priority: self.number(&at("Priority")).unwrap_or_default(),
                    countries: countries
                        .split(',')
                        .filter(|c| !matches!(*c, "*" | ""))
                        .map(str::to_owned)
                        .collect(),
                }
            }),
            min_backhaul: self.each("Policy/MinBackhaulThreshold", |at| Backhaul {
                network: match self.pps.value(&at("NetworkType")) {
                    Some("roaming") => Network::Roaming,
                    _ => Network::Home,
                },
                dl_kbps: self.number(&at("DLBandwidth")),
                ul_kbps: self.number(&at("ULBandwidth")),
            }),
            excluded_ssids: self
                .each("Policy/SPExclusionList", |at| self.text(&at("SSID")).unwrap_or_default()),
            required_ports: self.each("Policy/RequiredProtoPortTuple", |at| PortRule {
                protocol: self.number(&at("IPProtocol")).unwrap_or_default(),
                ports: self
                    .pps
                    .value(&at("PortNumber"))
                    .unwrap_or_default()
                    .split(',')
                    .filter_map(|p| p.trim().parse().ok())
                    .collect(),
            }),
            max_bss_load: self.number("Policy/MaximumBSSLoadValue"),
            update: self.update("Policy/PolicyUpdate")?,
        }))
    }

    fn update(&self, path: &str) -> Result<Option<Update>, Rejection> {
        let at = |name: &str| format!("{path}/{name}");
        let interval_min = match self.number(&at("UpdateInterval")) {
            None | Some(NEVER) => return Ok(None),
            Some(minutes) => minutes,
        };
        Ok(Some(Update {
            interval_min,
            method: match self.pps.value(&at("UpdateMethod")) {
                Some("OMA-DM-ClientInitiated") => UpdateMethod::OmaDm,
                _ => UpdateMethod::Spp,
            },
            restriction: match self.pps.value(&at("Restriction")) {
                Some("RoamingPartner") => Restriction::RoamingPartner,
                Some("Unrestricted") => Restriction::Unrestricted,
                _ => Restriction::HomeSp,
            },
            uri: self.text(&at("URI")).unwrap_or_default(),
            username: self.text(&at("UsernamePassword/Username")).unwrap_or_default(),
            password: self.password(&at("UsernamePassword/Password"))?,
            trust_root: TrustRoot {
                url: self.text(&at("TrustRoot/CertURL")).unwrap_or_default(),
                sha256: self
                    .text(&at("TrustRoot/CertSHA256Fingerprint"))
                    .unwrap_or_default()
                    .to_ascii_lowercase(),
            },
        }))
    }
}
