//! A Wi-Fi profile of any system, for people and for programs.

use super::tree::Tree;
use crate::provision::journal::moment;
use passpoint::certificate::{Certificate, Expiry};
use passpoint::{Model, Rejection, Report, Trust, android, apple, nm, onc, windows, wpa};
use serde_json::{Value, json};

/// Certificates that end within this time stand out, in seconds.
const SOON: i64 = 30 * 86_400;

/// What a file is, as far as its beginning tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// An Android file: MIME parts in base64.
    Android,
    /// A bare PPS-MO tree.
    PpsTree,
    /// An Apple profile, signed or not.
    Apple,
    /// Windows carrier provisioning, or a plain WLAN profile.
    Windows,
    /// ChromeOS ONC.
    Onc,
    /// wpa_supplicant.
    Wpa,
    /// A NetworkManager keyfile.
    Nm,
    /// The neutral model.
    Model,
}

impl Format {
    /// Looks at a file. What is nothing else is taken for Android's base64.
    #[must_use]
    pub fn of(octets: &[u8]) -> Self {
        let text = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets).trim_ascii_start();
        let has = |part: &[u8]| text.windows(part.len()).any(|window| window == part);
        match text.first() {
            Some(0x30) => Self::Apple,
            Some(b'{') if has(b"\"version\"") && has(b"\"profile\"") => Self::Model,
            Some(b'{') => Self::Onc,
            Some(b'<') if has(b"<MgmtTree") => Self::PpsTree,
            Some(b'<') if has(b"CarrierProvisioning") || has(b"<WLANProfile") => Self::Windows,
            Some(b'<') => Self::Apple,
            _ if has(b"[connection]") => Self::Nm,
            _ if has(b"cred={") || has(b"network={") => Self::Wpa,
            _ => Self::Android,
        }
    }

    /// In words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Android => "Android profile",
            Self::PpsTree => "PPS-MO tree",
            Self::Apple => "Apple profile",
            Self::Windows => "Windows profile",
            Self::Onc => "ChromeOS configuration",
            Self::Wpa => "wpa_supplicant configuration",
            Self::Nm => "NetworkManager keyfile",
            Self::Model => "profile model",
        }
    }
}

/// Who signed a file, and whether that leads to somebody who is trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The signer's certificate.
    pub signer: Certificate,
    /// Whether the chain leads to a given authority; `None` if none was given.
    pub trusted: Option<bool>,
}

/// A file that was read.
pub struct Decoded {
    /// What it is.
    pub format: Format,
    /// The subscription in it, for formats that are decoded; the others are checked.
    pub model: Option<Model>,
    /// What reading found.
    pub report: Report,
    /// The signature, if there is one; it verified.
    pub signature: Option<Signature>,
    /// Whether files of this format can be signed.
    pub can_be_signed: bool,
    now: i64,
}

/// How to read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// Authorities that a signer has to lead to.
    pub anchors: &'a [Certificate],
    /// The pass phrase of an encrypted ONC file.
    pub passphrase: Option<&'a str>,
    /// Now, in seconds since 1970.
    pub unix_seconds: i64,
}

/// Reads a file of any format.
///
/// # Errors
/// The rule that the file breaks.
pub fn decode(octets: &[u8], options: &Options<'_>) -> Result<Decoded, Rejection> {
    let format = Format::of(octets);
    let now = options.unix_seconds;
    let trust = Trust { anchors: options.anchors, unix_seconds: Some(now) };
    let signature = |signer: Certificate, verified_again: bool| Signature {
        signer,
        trusted: (!options.anchors.is_empty()).then_some(verified_again),
    };
    let mut decoded =
        Decoded { format, model: None, report: Report::new(), signature: None, can_be_signed: false, now };
    match format {
        Format::Android | Format::PpsTree => {
            let how = android::DecodeOptions::default();
            let read = if format == Format::Android { android::decode } else { android::decode_tree };
            let found = read(octets, &how)?;
            (decoded.model, decoded.report) = (Some(found.model), found.report);
        }
        Format::Apple => {
            decoded.can_be_signed = true;
            let found = apple::decode(octets, &apple::DecodeOptions::default())?;
            decoded.signature = found.signature.map(|verdict| {
                let trusted = apple::decode(octets, &apple::DecodeOptions::trusting(trust)).is_ok();
                signature(verdict.signer, trusted)
            });
            (decoded.model, decoded.report) = (Some(found.model), found.report);
        }
        Format::Windows => {
            decoded.can_be_signed = true;
            let verdict = windows::check(octets, &windows::CheckOptions::default())?;
            decoded.signature = verdict.map(|verdict| {
                let trusted = windows::verify(octets, Some(&trust), false).is_ok();
                signature(verdict.signer, trusted)
            });
        }
        Format::Onc => {
            let opened = options.passphrase.map(|passphrase| onc::open(octets, passphrase)).transpose()?;
            let found = onc::decode(
                opened.as_ref().map_or(octets, |o| o.as_slice()),
                &onc::DecodeOptions::default(),
            )?;
            (decoded.model, decoded.report) = (Some(found.model), found.report);
        }
        Format::Wpa => {
            let found = wpa::decode(octets, &wpa::DecodeOptions::default())?;
            (decoded.model, decoded.report) = (Some(found.model), found.report);
        }
        Format::Nm => nm::check(octets, false)?,
        Format::Model => {
            let model = Model::from_json(octets)
                .map_err(|e| Rejection { code: "model.json", place: e.to_string() })?;
            let (model, mut report) = passpoint::model::normalise(model);
            report.merge(&passpoint::model::validate(&model));
            (decoded.model, decoded.report) = (Some(model), report);
        }
    }
    Ok(decoded)
}

impl Decoded {
    /// Whether nothing is wrong: no error in the report, and a signature that leads to the given authorities.
    #[must_use]
    pub fn is_good(&self) -> bool {
        !self.report.has_errors() && self.signature.as_ref().is_none_or(|s| s.trusted != Some(false))
    }

    /// For programs. Passwords and keys are left out unless `secrets` says otherwise.
    #[must_use]
    pub fn json(&self, secrets: bool) -> Value {
        let findings: Vec<Value> = self
            .report
            .findings()
            .iter()
            .map(|f| json!({"severity": f.severity.as_str(), "code": f.code, "field": f.field}))
            .collect();
        let signature = self.signature.as_ref().map(|s| {
            json!({
                "signer": s.signer.common_name(),
                "sha256": s.signer.sha256_hex(),
                "trusted": s.trusted,
                "expiry": expiry(&s.signer, self.now),
            })
        });
        json!({
            "format": self.format.name(),
            "signature": signature,
            "model": self.model(secrets),
            "report": findings,
        })
    }

    /// For people.
    #[must_use]
    pub fn tree(&self, secrets: bool) -> Tree {
        let mut tree = Tree::new(self.format.name());
        match &self.signature {
            Some(signature) => {
                let verdict = match signature.trusted {
                    None => "the signature fits; name the authority with --ca to check who signed",
                    Some(true) => "the signature fits and leads to the given authority",
                    Some(false) => "the signature fits, but does NOT lead to the given authority",
                };
                tree.push(Tree::new(verdict).with(certificate(&signature.signer, self.now)));
            }
            None if self.can_be_signed => tree.push("not signed"),
            None => {}
        }
        match self.model(secrets) {
            Value::Object(members) => members.iter().for_each(|(name, value)| {
                if let Some(line) = self.line(name, value) {
                    tree.push(line);
                }
            }),
            _ => tree.push("checked; files of this format are not taken apart"),
        }
        let findings = self.report.findings();
        if !findings.is_empty() {
            let lines = findings.iter().map(ToString::to_string);
            tree.push(lines.fold(Tree::new("noticed"), Tree::with));
        }
        tree
    }

    fn line(&self, name: &str, value: &Value) -> Option<Tree> {
        Some(match value {
            Value::Object(members) => {
                members.iter().filter_map(|(n, v)| self.line(n, v)).fold(Tree::new(name), Tree::with)
            }
            Value::Array(list) if list.iter().all(Value::is_string) => {
                let texts = list.iter().filter_map(Value::as_str);
                let texts = texts.map(|text| match Certificate::from_pem(text) {
                    Ok(found) => certificate(&found, self.now),
                    Err(_) => text.to_owned(),
                });
                texts.fold(Tree::new(name), Tree::with)
            }
            Value::Array(list) => list
                .iter()
                .enumerate()
                .filter_map(|(i, v)| self.line(&format!("[{i}]"), v))
                .fold(Tree::new(name), Tree::with),
            Value::Null => return None,
            Value::String(text) => Tree::new(format!("{name} = {text}")),
            other => Tree::new(format!("{name} = {other}")),
        })
    }

    fn model(&self, secrets: bool) -> Value {
        let Some(model) = &self.model else { return Value::Null };
        let mut value = serde_json::from_str(&model.to_json()).unwrap_or_default();
        if !secrets {
            hide(&mut value);
        }
        value
    }
}

/// Replaces passwords and keys.
fn hide(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match name.as_str() {
                    "password" | "pkcs12" | "pkcs12_password" => *value = "[secret]".into(),
                    _ => hide(value),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(hide),
        _ => {}
    }
}

fn certificate(certificate: &Certificate, now: i64) -> String {
    let name = certificate.common_name().unwrap_or("certificate without a name");
    format!("{name}, {}, SHA-256 {}", expiry(certificate, now), certificate.sha256_hex())
}

fn expiry(certificate: &Certificate, now: i64) -> String {
    let (from, to) = certificate.validity();
    match certificate.expiry(now, SOON) {
        Expiry::Expired => format!("EXPIRED on {}", moment(to)),
        Expiry::NotYet => format!("NOT VALID before {}", moment(from)),
        Expiry::Soon { .. } => format!("ends SOON, on {}", moment(to)),
        _ => format!("valid until {}", moment(to)),
    }
}
