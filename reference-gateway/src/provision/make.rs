//! From a profile to the files of one system, signed where the system wants that.

use crate::random::SystemRandom;
use passpoint::signer::{Algorithm, SignError, Signer};
use passpoint::web::Kind;
use passpoint::{Profile, Report, Secret, android, apple, nm, onc, windows, wpa};
use serde::Deserialize;
use std::fmt;
use zeroize::Zeroizing;

/// A word of the command line and of requests for each kind.
pub const WORDS: [&str; 6] = ["android", "apple", "windows", "onc", "wpa", "nm"];

/// The kind with this word.
#[must_use]
pub fn kind(word: &str) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| kind.as_str() == word)
}

/// How to write for each system; the members are those of the configuration file's `[options.*]` tables.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Android.
    pub android: AndroidOptions,
    /// Apple.
    pub apple: AppleOptions,
    /// Windows.
    pub windows: WindowsOptions,
    /// wpa_supplicant.
    pub wpa: WpaOptions,
    /// NetworkManager.
    pub nm: NmOptions,
}

/// `[options.android]` (spec: passpoint 3.7).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AndroidOptions {
    /// The oldest API level the file is meant for.
    pub min_sdk: Option<u32>,
    /// `auto`, `always` or `never`.
    pub trusted_names: Option<Names>,
}

/// When to write trusted server names for Android.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Names {
    /// As it fits.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// `[options.apple]` (spec: passpoint 4.6).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AppleOptions {
    /// Whether NAI realms are written.
    pub nai_realms: Option<bool>,
    /// Password of PKCS#12 files whose own is empty.
    pub pkcs12_password: Option<Secret>,
}

/// `[options.windows]` (spec: passpoint 5.6).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WindowsOptions {
    /// Whether the user is kept from accepting another server.
    pub disable_prompt: Option<bool>,
    /// An SSID that no network has.
    pub placeholder_ssid: Option<String>,
    /// Whether a client certificate may come another way.
    pub allow_external_certificate: Option<bool>,
}

/// `[options.wpa]` (spec: passpoint 7).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WpaOptions {
    /// `2.10` or `2.11`.
    pub min_version: Option<WpaVersion>,
    /// Beginning of the paths of the files beside.
    pub path_prefix: Option<String>,
    /// Where the system keeps its CAs.
    pub system_ca_path: Option<String>,
}

/// A version of wpa_supplicant.
#[derive(Clone, Copy, Debug, Deserialize)]
pub enum WpaVersion {
    /// 2.10.
    #[serde(rename = "2.10")]
    V2_10,
    /// 2.11.
    #[serde(rename = "2.11")]
    V2_11,
}

/// `[options.nm]` (spec: passpoint 8).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NmOptions {
    /// Beginning of the paths of the files beside.
    pub path_prefix: Option<String>,
}

impl Options {
    /// Sets one option from a text like `android.min_sdk=33`, as the command line has it.
    ///
    /// # Errors
    /// Says what is not understood.
    pub fn set(texts: &[String]) -> Result<Self, String> {
        let mut all = serde_json::Map::new();
        for text in texts {
            let parts = text.split_once('=').and_then(|(name, value)| Some((name.split_once('.')?, value)));
            let ((system, option), value) =
                parts.ok_or_else(|| format!("--set {text}: expected SYSTEM.OPTION=VALUE"))?;
            let value = match value {
                "true" | "false" => (value == "true").into(),
                _ => value.parse::<u64>().map_or_else(|_| value.into(), serde_json::Value::from),
            };
            let options = all.entry(system).or_insert_with(|| serde_json::json!({}));
            options[option] = value;
        }
        serde_json::from_value(all.into()).map_err(|e| format!("--set: {e}"))
    }
}

/// One file to hand out.
#[derive(Clone)]
pub struct File {
    /// What the file is called.
    pub name: String,
    /// What is in it.
    pub octets: Zeroizing<Vec<u8>>,
    /// Where it has to lie on the device, if the profile refers to it by path.
    pub path: Option<String>,
}

/// Shows no contents.
impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File").field("name", &self.name).field("path", &self.path).finish_non_exhaustive()
    }
}

/// The files of a profile for one system, and what they do not carry.
#[derive(Debug)]
pub struct Made {
    /// The profile first, then what it refers to.
    pub files: Vec<File>,
    /// The losses: warnings and information.
    pub report: Report,
}

/// Why there are no files.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MakeError {
    /// The system cannot take the profile, or a loss that weakens security was not allowed by name.
    #[error("{}", refused(.0))]
    Refused(Report),
    /// The signature could not be made.
    #[error("the file cannot be signed: {0}")]
    Sign(#[from] SignError),
}

fn refused(report: &Report) -> String {
    let mut text = String::from("the system cannot take this profile as it is:");
    for finding in report {
        text.push_str(&format!("\n  {finding}"));
    }
    let allowed: Vec<_> = report
        .into_iter()
        .filter(|f| passpoint::weakens_security(&f.code))
        .map(|f| f.code.as_ref())
        .collect();
    if !allowed.is_empty() {
        text.push_str(&format!(
            "\nto accept what weakens security, allow it by name: {}",
            allowed.join(", ")
        ));
    }
    text
}

/// Who signs, when, and which losses are accepted.
#[derive(Clone, Copy)]
pub struct Terms<'a> {
    /// The signer; without one, Apple and Windows files are not signed.
    pub signer: Option<&'a dyn Signer>,
    /// Seconds since 1970, for the signing time.
    pub unix_seconds: i64,
    /// Codes of losses that weaken security and are accepted nevertheless.
    pub allowed: &'a [&'a str],
}

/// Writes a profile for one system.
///
/// # Errors
/// When the system cannot take it, a loss is not accepted, or signing fails.
pub fn make(profile: &Profile, kind: Kind, options: &Options, terms: Terms<'_>) -> Result<Made, MakeError> {
    let id = &profile.model().profile.id;
    let single =
        |octets: Vec<u8>| vec![File { name: kind.file_name(id), octets: Zeroizing::new(octets), path: None }];
    match kind {
        Kind::Android => {
            let encoded = android::encode(profile, &android_options(&options.android), &mut SystemRandom);
            accept(encoded, terms, |octets| Ok(single(octets)))
        }
        Kind::Apple => {
            let mut how = apple::Options::default();
            how.sign = terms.signer.is_some();
            options.apple.nai_realms.inspect(|&v| how.nai_realms = v);
            how.pkcs12_password.clone_from(&options.apple.pkcs12_password);
            accept(apple::encode(profile, &how, &mut SystemRandom), terms, |plain| match terms.signer {
                Some(signer) => {
                    let plain = Zeroizing::new(plain);
                    Ok(single(apple::sign(&plain, signer, terms.unix_seconds)?))
                }
                None => Ok(single(plain)),
            })
        }
        Kind::Windows => {
            let mut how = windows::Options::default();
            how.sign = terms.signer.is_some();
            options.windows.disable_prompt.inspect(|&v| how.disable_prompt = v);
            options.windows.placeholder_ssid.iter().for_each(|v| how.placeholder_ssid.clone_from(v));
            options.windows.allow_external_certificate.inspect(|&v| how.allow_external_certificate = v);
            let encoded = match terms.signer {
                Some(signer) => windows::encode_signed(profile, &how, signer)?,
                None => windows::encode(profile, &how),
            };
            accept(encoded, terms, |octets| Ok(single(octets)))
        }
        Kind::Onc => {
            let encoded = onc::encode(profile, &onc::Options::default(), &mut SystemRandom);
            accept(encoded, terms, |octets| Ok(single(octets)))
        }
        Kind::Wpa => {
            let mut how = wpa::Options::default();
            if let Some(WpaVersion::V2_11) = options.wpa.min_version {
                how.min_version = wpa::MinVersion::V2_11;
            }
            how.path_prefix.clone_from(&options.wpa.path_prefix);
            options.wpa.system_ca_path.iter().for_each(|v| how.system_ca_path.clone_from(v));
            accept(wpa::encode(profile, &how), terms, |output| {
                let mut files = single(output.config);
                files.extend(output.files.into_iter().map(beside));
                Ok(files)
            })
        }
        Kind::Nm => {
            let mut how = nm::Options::default();
            how.path_prefix.clone_from(&options.nm.path_prefix);
            accept(nm::encode(profile, &how), terms, |output| {
                let name = |i: usize| match i {
                    0 => kind.file_name(id),
                    _ => kind.file_name(&format!("{id}-{}", i + 1)),
                };
                let mut files: Vec<File> = output
                    .keyfiles
                    .into_iter()
                    .enumerate()
                    .map(|(i, octets)| File { name: name(i), octets: Zeroizing::new(octets), path: None })
                    .collect();
                files.extend(output.files.into_iter().map(beside));
                Ok(files)
            })
        }
        other => unreachable!("{} is in Kind::ALL and has an encoder above", other.as_str()),
    }
}

fn accept<T: Clone>(
    encoded: passpoint::Encoded<T>,
    terms: Terms<'_>,
    files: impl FnOnce(T) -> Result<Vec<File>, SignError>,
) -> Result<Made, MakeError> {
    encoded.accept(terms.allowed).map_err(MakeError::Refused)?;
    let report = encoded.report;
    // `accept` has seen that there is an output.
    let output = encoded.output.ok_or_else(|| MakeError::Refused(report.clone()))?;
    Ok(Made { files: files(output)?, report })
}

fn android_options(options: &AndroidOptions) -> android::Options {
    let mut how = android::Options::default();
    options.min_sdk.inspect(|&v| how.min_sdk = v);
    how.trusted_names = match options.trusted_names {
        None | Some(Names::Auto) => android::TrustedNames::Auto,
        Some(Names::Always) => android::TrustedNames::Always,
        Some(Names::Never) => android::TrustedNames::Never,
    };
    how
}

fn beside(file: wpa::File) -> File {
    let name = file.path.rsplit('/').next().unwrap_or_default().to_owned();
    File { name, octets: Zeroizing::new(file.content.clone()), path: Some(file.path.clone()) }
}

/// Whether a signer can sign for a system: Windows takes RSA only.
#[must_use]
pub fn can_sign(signer: &dyn Signer, kind: Kind) -> bool {
    kind != Kind::Windows || signer.algorithm() == Algorithm::RsaSha256
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> Profile {
        passpoint::Model::builder("com.example.wifi", "Example", "example.com")
            .home("example.com", "Example")
            .ssid("Example", false)
            .ssid("Example 2", false)
            .ttls(passpoint::model::Inner::Mschapv2, "alice@example.com", "secret")
            .trust_system(&["radius.example.com"])
            .build()
            .expect("a profile")
    }

    #[test]
    fn losses_that_weaken_security_are_allowed_by_name_or_not_at_all() {
        let terms = Terms { signer: None, unix_seconds: 0, allowed: &[] };
        let error = make(&profile(), Kind::Apple, &Options::default(), terms).expect_err("unsigned");
        assert!(error.to_string().contains("allow it by name: apple.unsigned"), "{error}");
        let terms = Terms { allowed: &["apple.unsigned"], ..terms };
        let made = make(&profile(), Kind::Apple, &Options::default(), terms).expect("allowed");
        assert_eq!(made.files[0].name, "com.example.wifi.mobileconfig");
        assert!(made.report.contains("apple.unsigned"));
    }

    #[test]
    fn each_network_has_a_keyfile() {
        let terms = Terms { signer: None, unix_seconds: 0, allowed: &[] };
        let made = make(&profile(), Kind::Nm, &Options::default(), terms).expect("files");
        let names: Vec<_> = made.files.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["com.example.wifi.nmconnection", "com.example.wifi-2.nmconnection"]);
    }

    #[test]
    fn options_are_set_by_name() {
        let texts =
            ["android.min_sdk=33", "wpa.min_version=2.11", "apple.nai_realms=false", "nm.path_prefix=/x"];
        let options = Options::set(&texts.map(str::to_owned)).expect("known options");
        assert_eq!(options.android.min_sdk, Some(33));
        assert!(matches!(options.wpa.min_version, Some(WpaVersion::V2_11)));
        assert_eq!(options.apple.nai_realms, Some(false));
        for wrong in ["android.sdk=1", "android.min_sdk", "android.min_sdk=x"] {
            assert!(Options::set(&[wrong.to_owned()]).is_err(), "{wrong}");
        }
    }
}
