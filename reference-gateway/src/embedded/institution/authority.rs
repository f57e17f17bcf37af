//! The institution's authority and the configurations it gives out.

use crate::random::SystemRandom;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use eapconfig::{
    Applicability, AuthenticationMethod, Certificate, ClientCertificate, ClientSideCredential, ConsortiumOid,
    EapConfig, EapType, IdentityProvider, InnerMethod, LocalizedText, Network, NonEapType, Pkcs12,
    ProviderInfo, ServerSideCredential,
};
use passpoint::pkcs12::{self, Identity};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use zeroize::Zeroizing;

const REALM: &str = "demo.example";
/// How long a certificate is good, in seconds.
const CERTIFICATE_LIFETIME: i64 = 90 * 86_400;

/// A root that lives as long as the server.
pub(super) struct Authority {
    certificate: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub(super) fn make() -> Result<Self, String> {
        let told = |e: rcgen::Error| format!("certificate: {e}");
        let mut parameters = CertificateParams::new(Vec::new()).map_err(told)?;
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.distinguished_name.push(DnType::CommonName, "Université de Sur Root");
        let key = KeyPair::generate().map_err(told)?;
        let certificate = parameters.self_signed(&key).map_err(told)?.der().to_vec();
        Ok(Self { certificate, issuer: Issuer::new(parameters, key) })
    }

    fn server(&self) -> ServerSideCredential {
        ServerSideCredential {
            authorities: Certificate::from_der(self.certificate.clone()).into_iter().collect(),
            server_ids: vec![format!("radius.{REALM}")],
        }
    }

    /// EAP-TTLS with PAP, for those who have a password.
    pub(super) fn public(&self) -> Result<String, String> {
        let method = AuthenticationMethod {
            eap: Some(EapType::TTLS),
            server: self.server(),
            client: ClientSideCredential {
                outer_identity: Some(format!("anonymous@{REALM}")),
                inner_identity_suffix: Some(REALM.to_owned()),
                inner_identity_hint: Some(true),
                ..ClientSideCredential::default()
            },
            inner: vec![InnerMethod { non_eap: Some(NonEapType::PAP), ..InnerMethod::default() }],
        };
        document(method, None)
    }

    /// EAP-TLS with a certificate made for this request.
    pub(super) fn personal(&self, now: i64) -> Result<String, String> {
        let told = |e: rcgen::Error| format!("certificate: {e}");
        let mut octets = [0; 18];
        SystemRandom.octets(&mut octets);
        let name = format!("{}@{REALM}", URL_SAFE_NO_PAD.encode(&octets[..6]).to_ascii_lowercase());
        let passphrase = Zeroizing::new(URL_SAFE_NO_PAD.encode(octets));
        let until = now + CERTIFICATE_LIFETIME;
        let mut parameters = CertificateParams::new(Vec::new()).map_err(told)?;
        parameters.distinguished_name.push(DnType::CommonName, name.as_str());
        parameters.not_before =
            time::OffsetDateTime::from_unix_timestamp(now - 300).map_err(|e| e.to_string())?;
        parameters.not_after = time::OffsetDateTime::from_unix_timestamp(until).map_err(|e| e.to_string())?;
        let key = KeyPair::generate().map_err(told)?;
        let leaf = parameters.signed_by(&key, &self.issuer).map_err(told)?;
        let identity = identity(&key.serialize_der(), leaf.der())?;
        let container =
            pkcs12::write(&identity, &[], &passphrase, &mut SystemRandom).map_err(|e| e.to_string())?;
        let method = AuthenticationMethod {
            eap: Some(EapType::TLS),
            server: self.server(),
            client: ClientSideCredential {
                outer_identity: Some(name),
                client_certificate: Pkcs12::new(&container).map(ClientCertificate::Pkcs12),
                passphrase: Some(passphrase.as_str().into()),
                ..ClientSideCredential::default()
            },
            inner: Vec::new(),
        };
        document(method, Some(until))
    }
}

fn identity(key: &[u8], leaf: &[u8]) -> Result<Identity, String> {
    let leaf = passpoint::certificate::Certificate::from_der(leaf).map_err(|e| e.to_string())?;
    Ok(Identity::new(Zeroizing::new(key.to_vec()), leaf, Vec::new()))
}

fn document(method: AuthenticationMethod, valid_until: Option<i64>) -> Result<String, String> {
    let network = |ssid: Option<&str>, oid: Option<&str>| Network {
        ssid: ssid.map(str::to_owned),
        consortium_oid: oid.and_then(ConsortiumOid::parse),
        ..Network::default()
    };
    let text = |lang: &str, text: &str| LocalizedText { lang: Some(lang.to_owned()), text: text.to_owned() };
    let provider = IdentityProvider {
        id: Some(REALM.to_owned()),
        namespace: Some("urn:RFC4282:realm".to_owned()),
        version: Some(1),
        valid_until,
        methods: vec![method],
        applicability: Some(Applicability {
            networks: vec![network(Some("eduroam"), None), network(None, Some("001bc50460"))],
            wired: Vec::new(),
        }),
        info: ProviderInfo {
            display_names: vec![text("any", "Université de Sur"), text("en", "University of Sur")],
            terms_of_use: vec![text("en", "Be kind to the network.")],
            ..ProviderInfo::default()
        },
        ..IdentityProvider::default()
    };
    let written = eapconfig::write(&EapConfig { providers: vec![provider] }).map_err(|e| e.to_string())?;
    Ok(written.expose().to_owned())
}
