//! Reading a configuration profile (spec: passpoint 9.2).

use super::check::{Payloads, check};
use super::plist::{self, Dict, Value};
use crate::certificate::Certificate;
use crate::chain::Trust;
use crate::cms::{self, CmsError};
use crate::date;
use crate::limits::MAX_FILE;
use crate::model::{
    CertificateCredential, Eap, HomeSp, Inner, Method, Model, PasswordCredential, Security, SimCredential,
    SimEap, Ssid, TlsVersion,
};
use crate::report::{Rejection, Report, refuse};
use crate::secret::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// How to read a profile.
#[derive(Clone, Copy, Default)]
#[non_exhaustive]
pub struct DecodeOptions<'a> {
    /// Refuses profiles that are not signed.
    pub require_signature: bool,
    /// What the signer's chain has to end in. `None` does not look at the chain.
    pub trust: Option<Trust<'a>>,
    /// Certificates that may be missing in the signature: of the signer, or between it and an anchor.
    pub more_certificates: &'a [Certificate],
    /// What opens an identity whose payload has no password of its own. One that it does not open is refused then.
    pub pkcs12_password: Option<&'a str>,
    /// Whether this project's stricter rules (`house.*`) apply too.
    pub strict: bool,
}

/// Without the password.
impl std::fmt::Debug for DecodeOptions<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DecodeOptions")
            .field("require_signature", &self.require_signature)
            .field("trust", &self.trust)
            .field("more_certificates", &self.more_certificates)
            .field("pkcs12_password", &self.pkcs12_password.map(|_| "[secret]"))
            .field("strict", &self.strict)
            .finish()
    }
}

impl<'a> DecodeOptions<'a> {
    /// Refuses profiles without a signature that leads to one of these anchors.
    #[must_use]
    pub const fn trusting(trust: Trust<'a>) -> Self {
        Self {
            require_signature: true,
            trust: Some(trust),
            more_certificates: &[],
            pkcs12_password: None,
            strict: false,
        }
    }

    /// Uses certificates that may be missing in the signature.
    #[must_use]
    pub const fn with_certificates(mut self, certificates: &'a [Certificate]) -> Self {
        self.more_certificates = certificates;
        self
    }

    /// Opens identities whose payload has no password.
    #[must_use]
    pub const fn with_pkcs12_password(mut self, password: &'a str) -> Self {
        self.pkcs12_password = Some(password);
        self
    }

    /// Refuses profiles that are not signed.
    #[must_use]
    pub const fn require_signature(mut self) -> Self {
        self.require_signature = true;
        self
    }

    /// Applies this project's stricter rules too.
    #[must_use]
    pub const fn strict(mut self) -> Self {
        self.strict = true;
        self
    }
}

/// A model, what was found on the way to it, and who signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decoded {
    /// The model. It need not validate.
    pub model: Model,
    /// What is missing or was left out.
    pub report: Report,
    /// The signature, if there is one; it verified.
    pub signature: Option<SignatureVerdict>,
}

/// A signature that verified.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignatureVerdict {
    /// The signer's certificate.
    pub signer: Certificate,
    /// All certificates in the signature.
    pub certificates: Vec<Certificate>,
    /// Whether the signer's chain was followed to a trust anchor.
    pub chain_checked: bool,
    /// Whether the digest is SHA-1.
    pub weak_digest: bool,
}

/// Reads a profile, signed or not.
///
/// # Errors
/// The first rule that is broken.
pub fn decode(file: &[u8], options: &DecodeOptions<'_>) -> Result<Decoded, Rejection> {
    if file.len() > MAX_FILE {
        return refuse("file.too_large", "the file");
    }
    let (content, signature) = open(file, options)?;
    if content.windows(8).any(|w| w == b"<!ENTITY") {
        return refuse("xml.entity", "the property list");
    }
    if content.starts_with(b"bplist") {
        return refuse("apple.binary", "the property list");
    }
    let profile = plist::read(&content)?;
    let payloads = check(&profile, options)?;
    let mut report = Report::new();
    for kind in &payloads.ignored {
        report.warning("decode.payload_ignored", kind.clone());
    }
    let model = read_model(&profile, &payloads, &mut report);
    Ok(Decoded { model, report, signature })
}

type Opened<'a> = (std::borrow::Cow<'a, [u8]>, Option<SignatureVerdict>);

fn open<'a>(file: &'a [u8], options: &DecodeOptions<'_>) -> Result<Opened<'a>, Rejection> {
    if file.first() != Some(&0x30) {
        if options.require_signature {
            return refuse("apple.unsigned", "the file");
        }
        return Ok((file.into(), None));
    }
    let verified =
        cms::verify(file, options.trust.as_ref(), options.more_certificates).map_err(|e| match e {
            CmsError::Detached => Rejection::new("apple.detached", "the signature"),
            other => Rejection::new("apple.signature", format!("{other:?}")),
        })?;
    if options.strict && verified.weak_digest {
        return refuse("house.weak_digest", "the signature");
    }
    if options.strict && verified.certificates.is_empty() {
        return refuse("house.no_certs", "the signature");
    }
    let verdict = SignatureVerdict {
        signer: verified.signer,
        certificates: verified.certificates,
        chain_checked: options.trust.is_some(),
        weak_digest: verified.weak_digest,
    };
    Ok((verified.content.into(), Some(verdict)))
}

fn read_model(profile: &Dict, payloads: &Payloads<'_>, report: &mut Report) -> Model {
    let mut model = Model { version: 1, ..Model::default() };
    let owned = |text: Option<&str>| text.map(str::to_owned);
    model.profile.id = profile.text("PayloadIdentifier").unwrap_or_default().to_owned();
    let name = profile.text("PayloadDisplayName");
    model.profile.display_name = name.unwrap_or(&model.profile.id).to_owned();
    model.profile.description = owned(profile.text("PayloadDescription"));
    model.profile.organization = owned(profile.text("PayloadOrganization"));
    model.profile.terms_of_use = owned(profile.dict("ConsentText").and_then(|c| c.text("default")));
    if let Some(Value::Date(seconds)) = profile.get("RemovalDate") {
        model.validity.expires = Some(date::format(*seconds));
    }
    let is_hotspot = |p: &Dict| p.bool("IsHotspot") == Some(true) || p.get("SSID_STR").is_none();
    let (hotspots, networks): (Vec<&Dict>, Vec<&Dict>) = payloads.wifi.iter().partition(|p| is_hotspot(p));
    if hotspots.len() > 1 {
        report.warning("decode.extra_hotspot_ignored", "home_sp");
    }
    model.ssids = networks
        .iter()
        .map(|p| Ssid {
            ssid: p.text("SSID_STR").unwrap_or_default().to_owned(),
            hidden: p.bool("HIDDEN_NETWORK") == Some(true),
        })
        .collect();
    let Some(first) = hotspots.first().or(networks.first()) else { return model };
    let eap = first.dict("EAPClientConfiguration");
    let differs = |p: &&Dict| {
        let own = |key: &str| p.get(key) == first.get(key);
        p.dict("EAPClientConfiguration") != eap || !own("PayloadCertificateUUID")
    };
    if hotspots.iter().chain(&networks).any(differs) {
        report.warning("decode.credentials_differ", "credential");
    }
    if let Some(hotspot) = hotspots.first() {
        read_hotspot(&mut model, hotspot);
    }
    model.auto_join = first.bool("AutoJoin").unwrap_or(true);
    model.mac_randomization = first.bool("DisableAssociationMACRandomization") != Some(true);
    match first.text("EncryptionType") {
        Some("WPA2") => {}
        Some("WPA3") => model.security = Security::Wpa3,
        _ => report.warning("decode.security_unsupported", "security"),
    }
    if let Some(eap) = eap {
        read_credential(&mut model, first, eap, payloads, report);
        if model.credential.sim().is_none() {
            read_server(&mut model, eap, payloads, report);
        }
        read_realm(&mut model, hotspots.first().copied());
    }
    model
}

fn read_hotspot(model: &mut Model, hotspot: &Dict) {
    let fqdn = hotspot.text("DomainName").unwrap_or_default();
    let name = hotspot.text("DisplayedOperatorName").or_else(|| hotspot.text("PayloadDisplayName"));
    model.home_sp = Some(HomeSp {
        fqdn: fqdn.to_ascii_lowercase(),
        friendly_name: name.unwrap_or(fqdn).to_owned(),
        roaming_consortium_ois: hotspot.texts("RoamingConsortiumOIs").map(str::to_ascii_lowercase).collect(),
        ..HomeSp::default()
    });
    model.matching.nai_realms = hotspot.texts("NAIRealmNames").map(str::to_ascii_lowercase).collect();
    model.matching.plmns = hotspot.texts("MCCAndMNCs").map(str::to_owned).collect();
    model.matching.hessid = hotspot
        .text("HESSID")
        .map(|h| h.chars().filter(|c| !matches!(c, ':' | '-')).collect::<String>().to_ascii_lowercase());
}

fn read_credential(
    model: &mut Model,
    payload: &Dict,
    eap: &Dict,
    payloads: &Payloads<'_>,
    report: &mut Report,
) {
    let types: Vec<i64> = eap
        .array("AcceptEAPTypes")
        .iter()
        .filter_map(|v| if let Value::Integer(n) = v { Some(*n) } else { None })
        .collect();
    if types.len() > 1 {
        report.warning("decode.eap_types_extra", "credential.eap");
    }
    let username = eap.text("UserName");
    let kind = types.iter().copied().find(|t| [13, 18, 21, 23, 25].contains(t));
    match kind {
        Some(13) => {
            model.credential.outer_identity = username.map(str::to_owned);
            let uuid = payload.text("PayloadCertificateUUID").unwrap_or_default().to_ascii_uppercase();
            let mut credential = CertificateCredential::default();
            if let Some(found) = payloads.identities.get(&uuid) {
                credential.pkcs12 = Secret::from(STANDARD.encode(found.file));
                credential.pkcs12_password = Secret::from(found.password);
                if found.opened.is_none() {
                    report.warning("decode.pkcs12_locked", "credential.pkcs12");
                }
            }
            model.credential.method = Method::Certificate(credential);
        }
        Some(18 | 23) => {
            let eap = if kind == Some(18) { SimEap::Sim } else { SimEap::Aka };
            report.warning("decode.imsi_missing", "credential.imsi");
            model.credential.method = Method::Sim(SimCredential { eap, imsi: String::new() });
        }
        Some(kind) => {
            let peap = kind == 25;
            if username.is_none() {
                report.warning("decode.username_missing", "credential.username");
            }
            if eap.text("UserPassword").is_none() {
                report.warning("decode.password_missing", "credential.password");
            }
            model.credential.outer_identity = eap.text("OuterIdentity").map(str::to_owned);
            let inner = match eap.text("TTLSInnerAuthentication") {
                _ if peap => Inner::EapMschapv2,
                Some("PAP") => Inner::Pap,
                Some("CHAP") => Inner::Chap,
                Some("MSCHAP") => Inner::Mschap,
                Some("EAP") => Inner::EapMschapv2,
                _ => Inner::Mschapv2,
            };
            model.credential.method = Method::Password(PasswordCredential {
                username: username.unwrap_or_default().to_owned(),
                password: Secret::from(eap.text("UserPassword").unwrap_or_default()),
                eap: if peap { Eap::Peap } else { Eap::Ttls },
                inner: Some(inner),
                ..PasswordCredential::default()
            });
        }
        None => {}
    }
}

fn read_server(model: &mut Model, eap: &Dict, payloads: &Payloads<'_>, report: &mut Report) {
    let anchors: Vec<String> =
        eap.texts("PayloadCertificateAnchorUUID").map(str::to_ascii_uppercase).collect();
    let server = &mut model.server;
    for anchor in &anchors {
        let found = payloads.certificates.iter().find(|(uuid, _)| uuid == anchor);
        server.ca_certs.extend(found.map(|(_, c)| c.to_pem()));
    }
    for (_, certificate) in payloads.certificates.iter().filter(|(uuid, _)| !anchors.contains(uuid)) {
        if certificate.is_self_signed() {
            report.warning("decode.unreferenced_ca", "server.ca_certs");
        } else {
            server.intermediate_certs.push(certificate.to_pem());
        }
    }
    server.use_system_cas = anchors.is_empty();
    server.names = eap.texts("TLSTrustedServerNames").map(str::to_ascii_lowercase).collect();
    if server.names.is_empty() {
        report.warning("decode.server_names_missing", "server.names");
    }
    server.tls_min = eap.text("TLSMinimumVersion").map(TlsVersion::from);
    server.tls_max = eap.text("TLSMaximumVersion").map(TlsVersion::from);
}

/// After the last `@` of the outer identity, else of the user name, else the first realm, else the domain.
fn read_realm(model: &mut Model, hotspot: Option<&Dict>) {
    let after_at = |name: &str| name.rsplit_once('@').map(|(_, realm)| realm.to_ascii_lowercase());
    let credential = &mut model.credential;
    let realm = credential
        .outer_identity
        .as_deref()
        .and_then(after_at)
        .or_else(|| credential.password().and_then(|p| after_at(&p.username)))
        .or_else(|| model.matching.nai_realms.first().cloned())
        .or_else(|| hotspot.and_then(|h| h.text("DomainName")).map(str::to_ascii_lowercase))
        .unwrap_or_default();
    let implied = format!("anonymous@{realm}");
    credential.outer_identity = credential.outer_identity.take().filter(|i| *i != implied);
    model.matching.nai_realms.retain(|r| *r != realm);
    credential.realm = realm;
}
