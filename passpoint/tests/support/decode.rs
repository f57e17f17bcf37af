//! `decode/index.json`: foreign, varied and broken files.

use super::{as_recorded, same_json, same_report};
use passpoint::{Rejection, android};
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
pub fn run(files: &Files, index: Result<Value, String>, tally: &mut Tally) {
    let index = match index {
        Ok(Value::Array(list)) => list,
        Ok(_) => return tally.named("index.json", || Err("no list".to_owned())),
        Err(e) => return tally.named("index.json", || Err(e)),
    };
    for entry in &index {
        tally.named(entry["file"].as_str().unwrap_or("?"), || case(files, entry));
    }
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
