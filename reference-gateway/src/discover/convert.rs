//! From an EAP configuration to what a system installs.

use crate::random::SystemRandom;
use eapconfig::{
    AuthenticationMethod, Client, ClientCertificate, Credential, EapConfig, EapType, IdentityProvider,
    KeyfileOptions, MapOptions, Need, UsernameRule, Verdict, WpaFiles,
};
use passpoint::pkcs12::{Identity, Pkcs12Error};
use passpoint::signer::Signer;
use passpoint::{Profile, Report, Uuid, android, apple, eap_config, onc, windows};
use zeroize::Zeroizing;

/// What to make of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Apple's systems.
    Mobileconfig,
    /// Android.
    Android,
    /// Windows.
    Windows,
    /// NetworkManager.
    NetworkManager,
    /// wpa_supplicant.
    WpaSupplicant,
    /// ChromeOS.
    Onc,
}

impl Format {
    /// Whether it refers to files beside it.
    #[must_use]
    pub const fn has_files(self) -> bool {
        matches!(self, Self::NetworkManager | Self::WpaSupplicant)
    }
}

/// What the document leaves open, and how to write.
#[derive(Default)]
pub struct Wishes<'a> {
    /// The user name as typed.
    pub user: Option<&'a str>,
    /// The password, or the passphrase of the client certificate.
    pub secret: Option<&'a str>,
    /// The user's languages.
    pub languages: &'a [String],
    /// Seconds since 1970.
    pub now: i64,
    /// Beginning of the absolute paths of files beside the configuration.
    pub path: Option<&'a str>,
    /// Losses of security that are accepted, by code.
    pub allowed: &'a [&'a str],
    /// Signs formats that know signatures.
    pub signer: Option<&'a dyn Signer>,
}

/// A file that was made. The first is the configuration itself.
pub struct File {
    /// What to append to the name the caller chose, before its extension: empty for the first.
    pub suffix: String,
    /// The extension, where it is not the caller's.
    pub extension: Option<&'static str>,
    /// The octets.
    pub content: Zeroizing<Vec<u8>>,
}

/// What was made, and what to tell.
pub struct Converted {
    /// At least one.
    pub files: Vec<File>,
    /// What the result does not carry.
    pub report: Report,
}

/// A document that a client can use.
pub struct Document {
    config: EapConfig,
    verdict: Verdict,
    provider: usize,
    method: usize,
}

impl Document {
    /// Reads and judges a document.
    ///
    /// # Errors
    /// Says why it cannot be used.
    pub fn read(octets: &[u8], now: i64) -> Result<Self, String> {
        let config =
            eapconfig::read(octets).map_err(|e| format!("the configuration cannot be read: {e}"))?.config;
        let verdict = eapconfig::judge(&config, &Client::new(now));
        match (verdict.choice(), verdict.reason()) {
            (Some((provider, method)), _) => Ok(Self { config, verdict, provider, method }),
            (None, Some(reason)) => Err(format!(
                "the configuration cannot be used: {reason} ({}); tell the institution",
                reason.code()
            )),
            (None, None) => Err("the configuration cannot be used".to_owned()),
        }
    }

    /// The entry that is used.
    ///
    /// # Panics
    /// Never: the choice is one of the document's.
    #[must_use]
    pub fn provider(&self) -> &IdentityProvider {
        self.config.providers.get(self.provider).expect("the choice is one of the providers")
    }

    /// What must still be asked of the user.
    #[must_use]
    pub fn needs(&self) -> &[Need] {
        let methods =
            self.verdict.providers.get(self.provider).map(|p| p.methods.as_slice()).unwrap_or_default();
        methods.get(self.method).map(|m| m.needs.as_slice()).unwrap_or_default()
    }

    /// The outer method's number.
    #[must_use]
    pub fn eap(&self) -> Option<EapType> {
        self.provider().methods.get(self.method).and_then(|m| m.eap)
    }

    /// Makes what a system installs.
    ///
    /// # Errors
    /// Says what is missing or what the format cannot carry.
    pub fn convert(&self, format: Format, wishes: &Wishes<'_>) -> Result<Converted, String> {
        let user = wishes.user.map(|user| self.user_name(user)).transpose()?;
        match format {
            Format::NetworkManager => self.network_manager(user.as_deref(), wishes),
            Format::WpaSupplicant => self.wpa_supplicant(user.as_deref(), wishes),
            _ => self.profile(format, user, wishes),
        }
    }

    fn credential(&self) -> Option<Credential<'_>> {
        self.provider().methods.get(self.method).map(AuthenticationMethod::credential)
    }

    /// The realm that user names must have, if there is one.
    #[must_use]
    pub fn realm_of_users(&self) -> Option<&str> {
        self.credential()?.inner_identity_suffix().filter(|suffix| !suffix.is_empty())
    }

    /// Whether a passphrase opens the client certificate; also if it cannot be told because the container is of an unknown
    /// kind.
    #[must_use]
    pub fn opens_with(&self, passphrase: &str) -> bool {
        match self.credential().and_then(|c| c.client_certificate()) {
            Some(ClientCertificate::Pkcs12(octets)) => {
                !matches!(Identity::open(&octets.expose(), passphrase), Err(Pkcs12Error::Password))
            }
            _ => true,
        }
    }

    /// The whole user name for what somebody typed.
    ///
    /// # Errors
    /// Says how it breaks the rules of the institution.
    pub fn user_name(&self, typed: &str) -> Result<String, String> {
        let Some(credential) = self.credential() else { return Ok(typed.to_owned()) };
        if self.eap() == Some(EapType::TLS) {
            return Ok(typed.to_owned());
        }
        UsernameRule::of(&credential).apply(typed).map_err(|problems| {
            let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
            format!("user name {typed}: {}", problems.join("; "))
        })
    }

    /// By way of the profile model.
    fn profile(
        &self,
        format: Format,
        user: Option<String>,
        wishes: &Wishes<'_>,
    ) -> Result<Converted, String> {
        let answers = eap_config::Answers {
            user_name: user,
            secret: wishes.secret.map(passpoint::Secret::from),
            languages: wishes.languages.to_vec(),
            pkcs12: None,
        };
        let made = eap_config::model(self.provider(), self.method, &answers);
        let mut report = made.report;
        let model = made.output.ok_or_else(|| refusal(&report.errors()))?;
        let profile = Profile::new(model).map_err(|report| refusal(&report.errors()))?;
        report.merge(profile.report());
        let signer = wishes.signer;
        let random = &mut SystemRandom;
        let encoded = match format {
            Format::Mobileconfig => {
                let mut options = apple::Options::default();
                options.sign = signer.is_some();
                apple::encode(&profile, &options, random)
            }
            Format::Windows => {
                let mut options = windows::Options::default();
                options.sign = signer.is_some();
                windows::encode(&profile, &options)
            }
            Format::Android => android::encode(&profile, &android::Options::default(), random),
            _ => onc::encode(&profile, &onc::Options::default(), random),
        };
        report.merge(&encoded.report);
        let mut allowed = wishes.allowed.to_vec();
        if self.eap() == Some(EapType::TLS) {
            // The certificate in the profile ends by itself; the document's end says no more than that.
            let ends = |f: &&passpoint::Finding| f.code.contains(".expiry_");
            allowed.extend(encoded.report.findings().iter().filter(ends).map(|f| f.code.as_ref()));
        }
        let octets = encoded.accept(&allowed).map_err(|report| refusal(&report))?;
        let content = match (format, signer) {
            (Format::Mobileconfig, Some(signer)) => apple::sign(octets, signer, wishes.now),
            (Format::Windows, Some(signer)) => windows::sign(octets, signer),
            _ => Ok(octets.clone()),
        };
        let content = Zeroizing::new(content.map_err(|e| format!("it cannot be signed: {e}"))?);
        Ok(Converted { files: vec![File { suffix: String::new(), extension: None, content }], report })
    }

    fn wpa_supplicant(&self, user: Option<&str>, wishes: &Wishes<'_>) -> Result<Converted, String> {
        let Settings { supplicant, files, ca, client, secret } = self.settings(user, wishes)?;
        let places = WpaFiles { ca_cert: ca.as_deref(), private_key: client.as_deref() };
        let secret = secret.as_ref().map(|s| s.as_str());
        let conf = supplicant.wpa_supplicant_conf(&places, secret).ok_or(NO_PLACE)?;
        let mut made = Vec::new();
        let wireless = !conf.expose().is_empty();
        if wireless {
            made.push(text("", None, conf.expose()));
        }
        if let Some(wired) = supplicant.wpa_supplicant_wired_conf(&places, secret) {
            made.push(text(if wireless { "-wired" } else { "" }, None, wired.expose()));
        }
        made.extend(files);
        Ok(Converted { files: made, report: Report::new() })
    }

    fn network_manager(&self, user: Option<&str>, wishes: &Wishes<'_>) -> Result<Converted, String> {
        let Settings { supplicant, files, ca, client, secret } = self.settings(user, wishes)?;
        if supplicant.network_manager.value("identity").is_none() {
            return Err(
                "NetworkManager needs to know who you are: give your user name with --user".to_owned()
            );
        }
        let realm = self.provider().realm().unwrap_or("undefined").to_ascii_lowercase();
        let options = KeyfileOptions {
            ca_cert: ca.as_deref(),
            private_key: client.as_deref(),
            uuid: &|name| Uuid::of_profile(&realm).child(name).to_string(),
        };
        let secret = secret.as_ref().map(|s| s.as_str());
        let keyfiles = supplicant.network_manager_keyfiles(&options, secret).ok_or(NO_PLACE)?;
        if keyfiles.is_empty() {
            return Err("the configuration is for Passpoint networks only, which NetworkManager does not know; try --to wpa".to_owned());
        }
        let numbered = |(at, keyfile): (usize, &eapconfig::Keyfile)| {
            let suffix = if at == 0 { String::new() } else { format!("-{}", at + 1) };
            text(&suffix, None, keyfile.text.expose())
        };
        let mut made: Vec<File> = keyfiles.iter().enumerate().map(numbered).collect();
        made.extend(files);
        Ok(Converted { files: made, report: Report::new() })
    }

    /// What both supplicants need: settings, and the files beside.
    fn settings(&self, user: Option<&str>, wishes: &Wishes<'_>) -> Result<Settings, String> {
        let credential = self.credential();
        let is_tls = self.eap() == Some(EapType::TLS);
        let own = credential.and_then(|c| if is_tls { c.passphrase() } else { c.password() });
        let secret =
            wishes.secret.or(own.map(eapconfig::Secret::expose)).map(|s| Zeroizing::new(s.to_owned()));
        let mut files = Vec::new();
        let container = credential.filter(|_| is_tls).and_then(|c| c.client_certificate());
        let name = if let Some(ClientCertificate::Pkcs12(octets)) = container {
            files.push(File {
                suffix: "-client".to_owned(),
                extension: Some("p12"),
                content: octets.expose(),
            });
            let passphrase = secret.as_ref().map_or("", |s| s.as_str());
            let identity = Identity::open(&octets.expose(), passphrase);
            if matches!(identity, Err(Pkcs12Error::Password)) {
                return Err(format!("the passphrase does not open the client certificate: {GIVE_SECRET}"));
            }
            identity.ok().and_then(|identity| identity.leaf.common_name().map(str::to_owned))
        } else if is_tls {
            return Err(
                "the configuration comes without the client certificate it needs: tell the institution"
                    .to_owned(),
            );
        } else {
            None
        };
        let options = MapOptions {
            // With EAP-TLS the identity is no login name; one that is given goes before the certificate's.
            certificate_common_name: user.filter(|_| is_tls).or(name.as_deref()),
            user_name: user,
            ..MapOptions::default()
        };
        let supplicant = eapconfig::map(self.provider(), self.method, &options)
            .ok_or("the configuration's method has no settings for this program")?;
        if !supplicant.trust_bundle.is_empty() {
            files.push(text("-ca", Some("pem"), &supplicant.trust_bundle));
        }
        let place = |suffix: &str, extension: &str| {
            let there = files.iter().any(|file| file.suffix == suffix);
            wishes.path.filter(|_| there).map(|path| format!("{path}{suffix}.{extension}"))
        };
        let (ca, client) = (place("-ca", "pem"), place("-client", "p12"));
        if !files.is_empty() && wishes.path.is_none() {
            return Err(NO_PLACE.to_owned());
        }
        Ok(Settings { supplicant, files, ca, client, secret })
    }
}

const GIVE_SECRET: &str = "give it with --password-file or the variable FONAP_PASSWORD";
const NO_PLACE: &str = "certificates go into files beside the configuration: say where with --out FILE";

struct Settings {
    supplicant: eapconfig::Supplicant,
    files: Vec<File>,
    ca: Option<String>,
    client: Option<String>,
    secret: Option<Zeroizing<String>>,
}

fn text(suffix: &str, extension: Option<&'static str>, content: &str) -> File {
    File { suffix: suffix.to_owned(), extension, content: Zeroizing::new(content.as_bytes().to_vec()) }
}

/// Why there is no document: what to give, or what to allow.
fn refusal(report: &Report) -> String {
    let mut lines = Vec::new();
    for finding in report {
        let code = finding.code.as_ref();
        let advice = match code {
            "eapconfig.user_name_needed" => "give the user name with --user",
            "eapconfig.password_needed" | "eapconfig.passphrase_needed" => {
                "give the password with --password-file or the variable FONAP_PASSWORD"
            }
            "eapconfig.client_certificate_needed" => "the configuration comes without its client certificate",
            "eapconfig.method_not_expressible" | "eapconfig.inner_not_expressible" => {
                "the method has no place in this format; try --to wpa or --to nm"
            }
            _ if passpoint::weakens_security(code) => "this weakens security; --allow accepts it by its code",
            _ => "",
        };
        let dash = if advice.is_empty() { "" } else { ": " };
        let (severity, field) = (finding.severity, &finding.field);
        if severity != passpoint::Severity::Info {
            lines.push(format!("{code} ({field}){dash}{advice}"));
        }
    }
    format!("it cannot be converted:\n  {}", lines.join("\n  "))
}
