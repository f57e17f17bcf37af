//! `decode/index.json`: foreign, varied and broken files.

use super::{NOW, as_recorded, pki_text, same_json, same_report};
use passpoint::certificate::Certificate;
use passpoint::{Rejection, Trust, android, apple, nm, onc, windows, wpa};
use serde_json::{Value, json};
use testkit::vectors::{Files, Outcome, Tally, text};

/// The arguments that the checker needs for the recorded result.
#[derive(Default)]
struct Arguments {
    sdk: Option<u32>,
    lenient: bool,
    parse_only: bool,
    require_signature: bool,
    ca: Option<String>,
    untrusted: Option<String>,
    p12_pass: Option<String>,
}

impl Arguments {
    fn read(list: &Value) -> Result<Self, String> {
        let mut words = list.as_array().ok_or("no checker_args")?.iter().filter_map(Value::as_str);
        let mut arguments = Self::default();
        while let Some(word) = words.next() {
            match word {
                "--sdk" => arguments.sdk = words.next().and_then(|n| n.parse().ok()),
                "--lenient" => arguments.lenient = true,
                "--parse-only" => arguments.parse_only = true,
                "--require-signature" => arguments.require_signature = true,
                "--ca" => arguments.ca = words.next().map(str::to_owned),
                "--untrusted" => arguments.untrusted = words.next().map(str::to_owned),
                "--p12-pass" => arguments.p12_pass = words.next().map(str::to_owned),
                // Asks another tool too, which has to find the same.
                "--xmlsec" => {}
                other => return Err(format!("unknown argument {other}")),
            }
        }
        Ok(arguments)
    }

    fn android(&self) -> android::DecodeOptions {
        let options = android::DecodeOptions::for_sdk(self.sdk.unwrap_or(34));
        if self.lenient { options } else { options.strict() }
    }
}

/// Runs every file of the index.
pub(crate) fn run(files: &Files, index: Result<Value, String>, tally: &mut Tally) {
    let index = match index {
        Ok(Value::Array(list)) => list,
        Ok(_) => return tally.named("index.json", || Err("no list".to_owned())),
        Err(e) => return tally.named("index.json", || Err(e)),
    };
    for entry in &index {
        if is_third_party(entry)
            && files.path(&format!("decode/{}", entry["file"].as_str().unwrap_or("?"))).is_none()
        {
            println!("vectors passpoint/decode: {} skipped, third-party file not present", entry["file"]);
            continue;
        }
        tally.named(entry["file"].as_str().unwrap_or("?"), || case(files, entry));
    }
}

/// Files of other projects are not part of this one.
fn is_third_party(entry: &Value) -> bool {
    let file = entry["file"].as_str().unwrap_or_default();
    ["aosp-", "seed-", "letswifi"].iter().any(|prefix| file.starts_with(prefix))
}

fn case(files: &Files, entry: &Value) -> Outcome {
    const KNOWN: [&str; 11] = [
        "file",
        "kind",
        "origin",
        "note",
        "checker_args",
        "result",
        "code",
        "facts",
        "parts",
        "decoded",
        "signature",
    ];
    if let Some(other) = entry.as_object().ok_or("no object")?.keys().find(|k| !KNOWN.contains(&k.as_str())) {
        return Err(format!("unknown member {other}"));
    }
    let file = files.read(&format!("decode/{}", text(entry, "file")?))?;
    let arguments = Arguments::read(&entry["checker_args"])?;
    let (result, check): (Result<(), Rejection>, Outcome) = match text(entry, "kind")? {
        "android" => android_file(&file, entry, &arguments),
        "ppsmo" => android_tree(&file, entry, &arguments),
        "apple" => apple_file(&file, entry, &arguments),
        "windows" => windows_file(&file, entry, &arguments),
        "onc" => (onc_file(&file, &arguments), Ok(())),
        "wpa" => (wpa::check(&file, !arguments.lenient).map(|_| ()), Ok(())),
        "nm" => (nm::check(&file, !arguments.lenient), Ok(())),
        other => return Err(format!("unknown kind {other}")),
    };
    match (text(entry, "result")?, result) {
        ("ok", Ok(())) => check,
        ("error", Err(e)) if Some(e.code) == entry["code"].as_str() => Ok(()),
        (want, got) => Err(format!("got {got:?}, want {want} {}", entry["code"])),
    }
}

type Judged = (Result<(), Rejection>, Outcome);

fn decoded(entry: &Value, model: &passpoint::Model, report: &passpoint::Report) -> Outcome {
    let Some(want) = entry.get("decoded") else { return Ok(()) };
    same_json("model", &as_recorded(model), &want["model"])?;
    same_report("report", report, &want["report"])
}

fn leaves(pps: &passpoint::Pps) -> Value {
    pps.leaves()
        .map(|(path, value)| (path.to_owned(), Value::from(value)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn android_file(file: &[u8], entry: &Value, arguments: &Arguments) -> Judged {
    let options = arguments.android();
    let contents = match android::read(file, &options) {
        Ok(contents) => contents,
        Err(e) => return (Err(e), Ok(())),
    };
    let parts = json!({
        "parts": contents.parts,
        "ca_sha256": contents.ca.as_ref().map(|c| c.sha256_hex()),
        "client_sha256": contents.client.as_ref().map(|(leaf, _)| leaf.sha256_hex()),
        "client_extra_certs": contents.client.as_ref().map_or(0, |(_, more)| more.len()),
    });
    let check = || {
        same_json("facts", &leaves(&contents.pps), &entry["facts"])?;
        entry.get("parts").map_or(Ok(()), |want| same_json("parts", &parts, want))
    };
    if arguments.parse_only {
        return (Ok(()), if entry["result"] == "ok" { check() } else { Ok(()) });
    }
    match android::decode(file, &options) {
        Ok(d) => (Ok(()), check().and_then(|()| decoded(entry, &d.model, &d.report))),
        Err(e) => (Err(e), Ok(())),
    }
}

fn android_tree(file: &[u8], entry: &Value, arguments: &Arguments) -> Judged {
    let options = arguments.android();
    let pps = match android::read_tree(file, &options) {
        Ok(pps) => pps,
        Err(e) => return (Err(e), Ok(())),
    };
    let check = || same_json("facts", &leaves(&pps), &entry["facts"]);
    if arguments.parse_only {
        return (Ok(()), if entry["result"] == "ok" { check() } else { Ok(()) });
    }
    match android::decode_tree(file, &options) {
        Ok(d) => (Ok(()), check().and_then(|()| decoded(entry, &d.model, &d.report))),
        Err(e) => (Err(e), Ok(())),
    }
}

/// Without a pass phrase, an encrypted file is as good as its parameters.
fn onc_file(file: &[u8], arguments: &Arguments) -> Result<(), Rejection> {
    let options =
        if arguments.lenient { onc::DecodeOptions::default() } else { onc::DecodeOptions::strict() };
    if !onc::is_encrypted(file)? {
        return onc::decode(file, &options).map(|_| ());
    }
    let Some(phrase) = &arguments.p12_pass else { return Ok(()) };
    onc::decode(&onc::open(file, phrase)?, &options).map(|_| ())
}

/// The certificates of a file of the test PKI.
fn certificates(file: Option<&String>) -> Vec<Certificate> {
    let read =
        |file: &String| Certificate::chain_from_pem(&pki_text(file.rsplit('/').next().unwrap_or(file)));
    file.map(|file| read(file).expect("certificates")).unwrap_or_default()
}

fn verdict(entry: &Value, signer: &Certificate, certificates: &[Certificate], sorted: bool) -> Outcome {
    let Some(want) = entry.get("signature").filter(|s| !s.is_null()) else { return Ok(()) };
    let mut found: Vec<_> = certificates.iter().map(Certificate::sha256_hex).collect();
    if sorted {
        found.sort();
    }
    same_json("signer", &json!(signer.sha256_hex()), &want["signer_sha256"])?;
    same_json("certificates", &json!(found), &want["certs_sha256"])
}

fn apple_file(file: &[u8], entry: &Value, arguments: &Arguments) -> Judged {
    let anchors = certificates(arguments.ca.as_ref());
    let trust = Trust { anchors: &anchors, unix_seconds: Some(NOW) };
    let mut options = match &arguments.ca {
        Some(_) => apple::DecodeOptions::trusting(trust),
        None => apple::DecodeOptions::default(),
    };
    if arguments.require_signature {
        options = options.require_signature();
    }
    if !arguments.lenient {
        options = options.strict();
    }
    let more = certificates(arguments.untrusted.as_ref());
    options = options.with_certificates(&more);
    if let Some(password) = &arguments.p12_pass {
        options = options.with_pkcs12_password(password);
    }
    match apple::decode(file, &options) {
        Ok(d) => {
            let signed =
                d.signature.as_ref().map_or(Ok(()), |s| verdict(entry, &s.signer, &s.certificates, true));
            (Ok(()), signed.and_then(|()| decoded(entry, &d.model, &d.report)))
        }
        Err(e) => (Err(e), Ok(())),
    }
}

fn windows_file(file: &[u8], entry: &Value, arguments: &Arguments) -> Judged {
    let anchors = certificates(arguments.ca.as_ref());
    let trust = arguments.ca.as_ref().map(|_| Trust { anchors: &anchors, unix_seconds: Some(NOW) });
    let mut options = windows::CheckOptions::default();
    options.trust = trust;
    options.require_signature = arguments.require_signature;
    options.strict = !arguments.lenient;
    match windows::check(file, &options) {
        Ok(None) => (Ok(()), Ok(())),
        Ok(Some(v)) => {
            let methods = json!([v.signature_method, v.digest_method]);
            let want = json!([entry["signature"]["signature_method"], entry["signature"]["digest_method"]]);
            (
                Ok(()),
                verdict(entry, &v.signer, &v.certificates, false)
                    .and_then(|()| same_json("methods", &methods, &want)),
            )
        }
        Err(e) => (Err(e), Ok(())),
    }
}
