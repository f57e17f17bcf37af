//! `encode/<case>`: every encoder, judged by the checker.

use super::checker::{self, Job, Verdict};
use super::{NOW, as_recorded, pki, pki_text, same_json, same_report, signer};
use passpoint::certificate::Certificate;
use passpoint::pkcs12::Random;
use passpoint::{Model, Profile, Report, Trust, android, apple, model, nm, onc, windows, wpa};
use serde_json::{Value, json};
use std::path::Path;
use testkit::vectors::{Files, Outcome, Tally};

/// Counts up: tests need no secret salts.
pub(crate) struct Counter(pub(crate) u8);

impl Random for Counter {
    fn fill(&mut self, octets: &mut [u8]) {
        for octet in octets {
            *octet = self.0;
            self.0 = self.0.wrapping_add(1);
        }
    }
}

/// One case, encoded, with the jobs for the checker.
pub(crate) struct Case {
    name: String,
    result: Result<Encodings, String>,
}

struct Encodings {
    expected: Value,
    model_report: Report,
    systems: Vec<System>,
}

struct System {
    name: &'static str,
    report: Report,
    jobs: Vec<Job>,
    verdicts: Vec<Verdict>,
    /// What decoding the output gives, where the vectors ask for it.
    decoded: Option<Result<(Value, Report), String>>,
    /// Accompanying files: name, and what is in them.
    files: Option<Value>,
}

/// All cases of the folder.
pub(crate) struct Prepared {
    cases: Vec<Case>,
    /// Holds the files until the checker has read them.
    _folder: tempfile::TempDir,
}

/// Encodes all cases and has the checker look at the outputs.
pub(crate) fn prepare(files: &Files) -> Prepared {
    let folder = tempfile::tempdir().expect("a folder for outputs");
    let mut cases: Vec<Case> = files
        .entries("encode")
        .into_iter()
        .map(|name| {
            let result = encode_case(files, &name, folder.path());
            Case { name, result }
        })
        .collect();
    let systems = || cases.iter().filter_map(|c| c.result.as_ref().ok()).flat_map(|e| &e.systems);
    let jobs: Vec<Job> = systems().flat_map(|s| s.jobs.clone()).collect();
    let mut verdicts = checker::check(&jobs).into_iter();
    for case in &mut cases {
        for system in case.result.iter_mut().flat_map(|e| &mut e.systems) {
            system.verdicts = verdicts.by_ref().take(system.jobs.len()).collect();
        }
    }
    Prepared { cases, _folder: folder }
}

fn encode_case(files: &Files, name: &str, folder: &Path) -> Result<Encodings, String> {
    let input = files.json(&format!("encode/{name}/input.json"))?;
    let expected = files.json(&format!("encode/{name}/expected.json"))?;
    for member in input.as_object().ok_or("input.json is no object")?.keys() {
        if !matches!(member.as_str(), "model" | "options") {
            return Err(format!("unknown member {member} of the input"));
        }
    }
    let model = Model::from_json(input["model"].to_string().as_bytes()).map_err(|e| e.to_string())?;
    let options = &input["options"];
    let profile = match Profile::new(model.clone()) {
        Ok(profile) => profile,
        Err(report) => return Ok(Encodings { expected, model_report: report, systems: Vec::new() }),
    };
    let (normal, _) = model::normalise(model);
    if *profile.model() != normal {
        return Err("a profile holds the model in normal form".to_owned());
    }
    let folder = folder.join(name);
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let model_report = profile.report().clone();
    let mut systems = Vec::new();
    for (system, options) in options.as_object().ok_or("no options")? {
        if !matches!(system.as_str(), "android" | "apple" | "windows" | "onc" | "wpa" | "nm")
            || !options.is_object()
        {
            return Err(format!("options of an unknown system {system}"));
        }
    }
    for encode in ENCODERS {
        systems.push(encode(&profile, options, &folder)?);
    }
    Ok(Encodings { expected, model_report, systems })
}

type Encoder = fn(&Profile, &Value, &Path) -> Result<System, String>;
const ENCODERS: &[Encoder] = &[android, apple, windows, onc, wpa, nm];

/// Reads the options of one system with a closure for each known member.
fn read_options(
    options: &Value,
    system: &str,
    mut read: impl FnMut(&str, &Value) -> Option<()>,
) -> Result<(), String> {
    let Some(members) = options.get(system).and_then(Value::as_object) else { return Ok(()) };
    members.iter().try_for_each(|(name, value)| {
        read(name, value).ok_or_else(|| format!("unknown option {system}.{name} {value}"))
    })
}

fn write(folder: &Path, name: &str, octets: &[u8]) -> Result<std::path::PathBuf, String> {
    let path = folder.join(name);
    std::fs::write(&path, octets).map_err(|e| e.to_string())?;
    Ok(path)
}

fn android(profile: &Profile, all: &Value, folder: &Path) -> Result<System, String> {
    let mut options = android::Options::default();
    read_options(all, "android", |name, value| {
        match name {
            "min_sdk" => options.min_sdk = u32::try_from(value.as_u64()?).ok()?,
            "trusted_names" => {
                options.trusted_names = match value.as_str()? {
                    "auto" => android::TrustedNames::Auto,
                    "always" => android::TrustedNames::Always,
                    "never" => android::TrustedNames::Never,
                    _ => return None,
                };
            }
            "delivery" => {
                options.delivery = match value.as_str()? {
                    "file" => android::Delivery::File,
                    "tree" => android::Delivery::Tree,
                    _ => return None,
                };
            }
            _ => return None,
        }
        Some(())
    })?;
    let encoded = android::encode(profile, &options, &mut Counter(1));
    if encoded != android::encode(profile, &options, &mut Counter(1)) {
        return Err("android: the same input gave other octets".to_owned());
    }
    let (mut jobs, mut decoded) = (Vec::new(), None);
    if let Some(file) = &encoded.output {
        let sdk = if options.min_sdk == 30 { 34 } else { options.min_sdk };
        let reading = android::DecodeOptions::for_sdk(sdk).strict();
        let (kind, name, result) = match options.delivery {
            android::Delivery::File => ("android", "android.config", android::decode(file, &reading)),
            android::Delivery::Tree => ("ppsmo", "android.xml", android::decode_tree(file, &reading)),
        };
        jobs.push(Job::new(kind, &write(folder, name, file)?, &["--sdk", &sdk.to_string()]));
        decoded = Some(result.map(|d| (as_recorded(&d.model), d.report)).map_err(|e| e.to_string()));
    }
    Ok(System { name: "android", report: encoded.report, jobs, verdicts: Vec::new(), decoded, files: None })
}

fn apple(profile: &Profile, all: &Value, folder: &Path) -> Result<System, String> {
    let mut options = apple::Options::default();
    read_options(all, "apple", |name, value| {
        match name {
            "sign" => options.sign = value.as_bool()?,
            "nai_realms" => options.nai_realms = value.as_bool()?,
            "pkcs12_password" => options.pkcs12_password = Some(value.as_str()?.into()),
            _ => return None,
        }
        Some(())
    })?;
    let encoded = apple::encode(profile, &options, &mut Counter(1));
    if encoded != apple::encode(profile, &options, &mut Counter(1)) {
        return Err("apple: the same input gave other octets".to_owned());
    }
    let (mut jobs, mut decoded) = (Vec::new(), None);
    if let Some(plain) = &encoded.output {
        let root = pki("signer-root.pem").display().to_string();
        let mut file = plain.clone();
        let mut arguments = Vec::new();
        if options.sign {
            file = apple::sign(plain, &signer(), NOW).map_err(|e| e.to_string())?;
            arguments = vec!["--require-signature", "--ca", root.as_str()];
        }
        jobs.push(Job::new("apple", &write(folder, "apple.mobileconfig", &file)?, &arguments));
        let anchors = [Certificate::from_pem(&pki_text("signer-root.pem")).expect("the root")];
        let trust = Trust { anchors: &anchors, unix_seconds: Some(NOW) };
        let reading = apple::DecodeOptions::default().strict();
        let reading = if options.sign { apple::DecodeOptions::trusting(trust).strict() } else { reading };
        let result = apple::decode(&file, &reading);
        decoded = Some(result.map(|d| (as_recorded(&d.model), d.report)).map_err(|e| e.to_string()));
    }
    Ok(System { name: "apple", report: encoded.report, jobs, verdicts: Vec::new(), decoded, files: None })
}

fn windows(profile: &Profile, all: &Value, folder: &Path) -> Result<System, String> {
    let mut options = windows::Options::default();
    read_options(all, "windows", |name, value| {
        match name {
            "sign" => options.sign = value.as_bool()?,
            "disable_prompt" => options.disable_prompt = value.as_bool()?,
            "allow_external_certificate" => options.allow_external_certificate = value.as_bool()?,
            "placeholder_ssid" => options.placeholder_ssid = value.as_str()?.to_owned(),
            _ => return None,
        }
        Some(())
    })?;
    let encoded = windows::encode(profile, &options);
    let mut jobs = Vec::new();
    if let Some(plain) = &encoded.output {
        let canonical = passpoint::xml::canonical_form(plain).map_err(|e| e.to_string())?;
        if plain.strip_prefix(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") != Some(canonical.as_bytes()) {
            return Err("windows: not in canonical form".to_owned());
        }
        let root = pki("signer-root.pem").display().to_string();
        let anchors = [Certificate::from_pem(&pki_text("signer-root.pem")).expect("the root")];
        let trust = Trust { anchors: &anchors, unix_seconds: Some(NOW) };
        let (mut file, mut arguments) = (plain.clone(), Vec::new());
        let mut checking = windows::CheckOptions::default().strict();
        if options.sign {
            file = windows::sign(plain, &signer()).map_err(|e| e.to_string())?;
            let at_once = windows::encode_signed(profile, &options, &signer()).map_err(|e| e.to_string())?;
            if at_once.output.as_ref() != Some(&file) || at_once.report != encoded.report {
                return Err("windows: signing at once gives something else".to_owned());
            }
            arguments = vec!["--require-signature", "--xmlsec", "--ca", root.as_str()];
            checking = windows::CheckOptions::trusting(trust).strict();
        }
        let verdict = windows::check(&file, &checking).map_err(|e| format!("windows: {e}"))?;
        if verdict.is_some_and(|v| v.document != canonical) {
            return Err("windows: something else was signed".to_owned());
        }
        jobs.push(Job::new("windows", &write(folder, "windows.xml", &file)?, &arguments));
    }
    Ok(System {
        name: "windows",
        report: encoded.report,
        jobs,
        verdicts: Vec::new(),
        decoded: None,
        files: None,
    })
}

fn onc(profile: &Profile, all: &Value, folder: &Path) -> Result<System, String> {
    read_options(all, "onc", |_, _| None)?;
    let encoded = onc::encode(profile, &onc::Options::default(), &mut Counter(1));
    let mut jobs = Vec::new();
    if let Some(file) = &encoded.output {
        // The checker asks for server names even where a card verifies the network.
        let arguments: &[&str] =
            if profile.model().credential.sim().is_some() { &["--lenient"] } else { &[] };
        jobs.push(Job::new("onc", &write(folder, "chromeos.onc", file)?, arguments));
        let back = onc::decode(file, &onc::DecodeOptions::strict()).map_err(|e| format!("onc: {e}"))?;
        let (want, got) = (profile.model(), &back.model);
        if (&got.ssids, &got.server.names.len()) != (&want.ssids, &want.server.names.len())
            || got.server.ca_certs != want.server.ca_certs
            || got.credential.password() != want.credential.password().map(exact).as_ref()
        {
            return Err("onc: another model comes back".to_owned());
        }
    }
    Ok(System { name: "onc", report: encoded.report, jobs, verdicts: Vec::new(), decoded: None, files: None })
}

/// Without what only Android carries, and with the inner method ONC has for it.
fn exact(password: &model::PasswordCredential) -> model::PasswordCredential {
    let mut password = password.clone();
    (password.machine_managed, password.able_to_share, password.soft_token_app) = (None, None, None);
    if password.eap == model::Eap::Ttls && password.inner == Some(model::Inner::EapMschapv2) {
        password.inner = Some(model::Inner::Mschapv2);
    }
    password
}

fn wpa(profile: &Profile, all: &Value, folder: &Path) -> Result<System, String> {
    let mut options = wpa::Options::default();
    read_options(all, "wpa", |name, value| {
        match name {
            "min_version" => {
                options.min_version = match value.as_str()? {
                    "2.10" => wpa::MinVersion::V2_10,
                    "2.11" => wpa::MinVersion::V2_11,
                    _ => return None,
                };
            }
            "path_prefix" => options.path_prefix = Some(value.as_str()?.to_owned()),
            "system_ca_path" => options.system_ca_path = value.as_str()?.to_owned(),
            _ => return None,
        }
        Some(())
    })?;
    let encoded = wpa::encode(profile, &options);
    let (mut jobs, mut files) = (Vec::new(), None);
    if let Some(output) = &encoded.output {
        jobs.push(Job::new("wpa", &write(folder, "wpa_supplicant.conf", &output.config)?, &[]));
        files = Some(beside(&output.files, profile)?);
        let reading = wpa::DecodeOptions::with_files(&output.files).strict();
        let back = wpa::decode(&output.config, &reading).map_err(|e| format!("wpa: {e}"))?;
        let (want, got) = (profile.model(), &back.model);
        let same_home = got
            .home_sp
            .as_ref()
            .map(|h| (&h.fqdn, &h.roaming_consortium_ois, &h.other_home_partners))
            == want.home_sp.as_ref().map(|h| (&h.fqdn, &h.roaming_consortium_ois, &h.other_home_partners));
        let plain = |p: &model::PasswordCredential| (p.username.clone(), p.password.clone(), p.inner.clone());
        if !same_home
            || got.credential.password().map(plain) != want.credential.password().map(plain)
            || got.server.ca_certs != want.server.ca_certs
            || got.update_identifier != want.update_identifier
        {
            return Err("wpa: another model comes back".to_owned());
        }
    }
    Ok(System { name: "wpa", report: encoded.report, jobs, verdicts: Vec::new(), decoded: None, files })
}

/// What is in the files beside a configuration, in the form of the vectors.
fn beside(files: &[wpa::File], profile: &Profile) -> Result<Value, String> {
    let password =
        profile.model().credential.certificate().map(|c| c.pkcs12_password.expose()).unwrap_or_default();
    let mut found = serde_json::Map::new();
    for file in files {
        let facts = if file.path.ends_with(".p12") {
            let identity =
                passpoint::pkcs12::Identity::open(&file.content, password).map_err(|e| e.to_string())?;
            json!({ "leaf_sha256": identity.leaf.sha256_hex() })
        } else {
            let text = std::str::from_utf8(&file.content).map_err(|e| e.to_string())?;
            let all = Certificate::chain_from_pem(text).map_err(|e| e.to_string())?;
            json!({ "cert_sha256": all.iter().map(Certificate::sha256_hex).collect::<Vec<_>>() })
        };
        found.insert(file.path.clone(), facts);
    }
    Ok(Value::Object(found))
}

fn nm(profile: &Profile, all: &Value, folder: &Path) -> Result<System, String> {
    let mut options = nm::Options::default();
    read_options(all, "nm", |name, value| {
        match name {
            "path_prefix" => options.path_prefix = Some(value.as_str()?.to_owned()),
            _ => return None,
        }
        Some(())
    })?;
    let encoded = nm::encode(profile, &options);
    let mut jobs = Vec::new();
    for (i, file) in encoded.output.iter().flat_map(|o| &o.keyfiles).enumerate() {
        nm::check(file, true).map_err(|e| format!("nm: {e}"))?;
        jobs.push(Job::new("nm", &write(folder, &format!("{i}.nmconnection"), file)?, &[]));
    }
    Ok(System { name: "nm", report: encoded.report, jobs, verdicts: Vec::new(), decoded: None, files: None })
}

/// Compares every case with what was recorded.
pub(crate) fn judge(_files: &Files, prepared: Prepared, tally: &mut Tally) {
    for case in &prepared.cases {
        tally.named(&case.name, || judge_case(case));
    }
}

fn judge_case(case: &Case) -> Outcome {
    let encodings = case.result.as_ref().map_err(Clone::clone)?;
    let expected = &encodings.expected;
    let mut problems = Vec::new();
    let mut note = |outcome: Outcome| problems.extend(outcome.err());
    note(same_report("model", &encodings.model_report, &expected["model"]["report"]));
    for (name, _) in expected.as_object().ok_or("expected.json is no object")? {
        let known = name == "model" || encodings.systems.iter().any(|s| s.name == name);
        if !known {
            note(Err(format!("results of an unknown system {name}")));
        }
    }
    for system in &encodings.systems {
        let Some(expected) = expected.get(system.name) else {
            note(Err(format!("{}: no expected result", system.name)));
            continue;
        };
        note(same_report(system.name, &system.report, &expected["report"]));
        note(same_facts(system, expected));
        if let Some(decoded) = &system.decoded {
            match decoded {
                Ok((model, report)) => {
                    note(same_json(
                        &format!("{} decoded", system.name),
                        model,
                        &expected["decoded"]["model"],
                    ));
                    note(same_report(
                        &format!("{} decoded", system.name),
                        report,
                        &expected["decoded"]["report"],
                    ));
                }
                Err(e) => note(Err(format!("{} does not decode: {e}", system.name))),
            }
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems.join("; ")) }
}

fn same_facts(system: &System, expected: &Value) -> Outcome {
    let mut dumps = Vec::new();
    for verdict in &system.verdicts {
        dumps.push(verdict.as_ref().map_err(|e| format!("{}: the checker says {e}", system.name))?);
    }
    let facts = match (system.name, dumps.as_slice()) {
        (_, []) => Value::Null,
        ("android", [dump]) => (*dump).clone(),
        ("apple", [dump]) => dump["profile"].clone(),
        ("windows", [dump]) => {
            same_json("windows signature", &dump["signature"], &expected["signature"])?;
            dump["xml"].clone()
        }
        ("onc", [dump]) => dump["onc"].clone(),
        ("wpa", [dump]) => json!({ "global": dump["global"], "blocks": dump["blocks"] }),
        ("nm", dumps) => dumps.iter().map(|d| d["keyfile"].clone()).collect(),
        _ => return Err(format!("{}: {} outputs", system.name, dumps.len())),
    };
    same_json(&format!("{} facts", system.name), &facts, &expected["facts"])?;
    match &system.files {
        Some(files) => same_json(&format!("{} files", system.name), files, &expected["files"]),
        None => Ok(()),
    }
}
