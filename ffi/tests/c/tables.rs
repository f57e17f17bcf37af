//! Recorded cases as C tables, for machines that have no JSON reader.

use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The files that the C driver knows, with the member that lists their cases.
const FILES: &[(&str, &str)] = &[
    ("heartbeat/mac.json", "vectors"),
    ("heartbeat/version.json", "vectors"),
    ("heartbeat/keyword.json", "vectors"),
    ("heartbeat/boardkey.json", "vectors"),
    ("heartbeat/key_rollover.json", "vectors"),
    ("heartbeat/crc3.json", "vectors"),
    ("heartbeat/base32.json", "vectors"),
    ("heartbeat/base64.json", "vectors"),
    ("heartbeat/names.json", "vectors"),
    ("heartbeat/queries.json", "vectors"),
    ("heartbeat/query_decode.json", "vectors"),
    ("heartbeat/answers_check.json", "vectors"),
    ("heartbeat/answers_nop.json", "vectors"),
    ("heartbeat/answers_regular.json", "vectors"),
    ("heartbeat/rsa_public_keys.json", "vectors"),
    ("heartbeat/dns_responses.json", "vectors"),
    ("radius/packets-eap.json", "packets"),
    ("radius/packets-freeradius.json", "packets"),
    ("radius/packets-layeh.json", "packets"),
    ("radius/packets-pyrad.json", "packets"),
    ("radius/packets-rfc.json", "packets"),
    ("radius/malformed.json", "cases"),
    ("radius/framing.json", "cases"),
    ("radius/crypto.json", "user_password"),
    ("radius/crypto.json", "salt"),
    ("radius/crypto.json", "message_authenticator"),
    ("uam/pap.json", "cases"),
    ("uam/chap.json", "cases"),
    ("uam/md.json", "cases"),
    ("uam/urlencode.json", "cases"),
    ("uam/homepage.json", "cases"),
    ("uam/query.json", "cases"),
    ("uam/newdomain.json", "cases"),
    ("uam/terminate_time.json", "cases"),
    ("wispr/index.json", "documents"),
    ("wispr/flows.json", "flows"),
    ("heartbeat/state_machine.json", "vectors"),
    ("radius/crypto.json", "chap"),
    ("radius/crypto.json", "hmac_md5"),
    ("radius/retransmit.json", "cases"),
    ("uam/retry.json", "cases"),
    ("uam/radius.json", "cases"),
    ("uam/redirect.json", "cases"),
    ("uam/response.json", "cases"),
    ("uam/json.json", "cases"),
    ("discovery/documents.json", "cases"),
    ("discovery/flow_table.json", "cases"),
    ("discovery/url_cases.json", "cases"),
    ("discovery/search.json", "cases"),
    ("discovery/nearest.json", "cases"),
    ("discovery/rollback.json", "cases"),
    ("discovery/traces.json", "cases"),
    ("eapconfig/usernames.json", "cases"),
    ("eapconfig/date_times.json", "cases"),
    ("eapconfig/index.json", "documents"),
    ("passpoint/decode/index.json", ""),
    ("passpoint/encode", ""),
];

/// The formats that the C interface reads, without what needs a look at signatures or inside of containers.
const DECODED: &[&str] = &["android", "apple", "onc", "wpa"];

/// The source text of the tables.
pub(crate) fn source(vectors: &Path) -> String {
    let mut out =
        String::from("/* Made of tests/vectors. */\n#include \"vectors.h\"\n#include <stddef.h>\n\n");
    let mut files = String::new();
    for (index, (file, list)) in FILES.iter().enumerate() {
        let path = vectors.join(file);
        let cases = cases(vectors, file, list);
        let mut table = String::new();
        for (number, case) in cases.iter().enumerate() {
            let mut members = Vec::new();
            flatten("", case, &mut members);
            if ["radius/retransmit.json", "discovery/nearest.json"].contains(file) {
                in_millionths(&mut members);
            }
            if let Some(page) =
                case.get("file").and_then(Value::as_str).filter(|_| file.starts_with("wispr/"))
            {
                let content = testkit::hex::encode(&read(&path.with_file_name(page)));
                members.push(("content_hex".to_owned(), Value::String(content)));
            }
            let id = case
                .get("id")
                .and_then(Value::as_str)
                .map_or_else(|| format!("{list}-{number}"), str::to_owned);
            write_members(&mut out, &format!("m{index}_{number}"), &members);
            let _ = writeln!(table, "    {{{}, m{index}_{number}}},", literal(&id));
        }
        let _ = writeln!(out, "static const struct recorded c{index}[] = {{\n{table}}};\n");
        let name = if file.ends_with("crypto.json") { format!("{file}:{list}") } else { (*file).to_owned() };
        let _ = writeln!(files, "    {{\"{name}\", c{index}, {}}},", cases.len());
    }
    let key = testkit::hex::encode(&read(&vectors.join("heartbeat/keys/rsa_a.spki.pem")));
    let mut kept = vec![("rsa_a".to_owned(), Value::String(key))];
    for name in ["search_corpus", "nearest_corpus"] {
        let corpus = corpus(&json(&vectors.join(format!("discovery/{name}.json"))));
        kept.push((name.to_owned(), Value::String(corpus)));
    }
    write_members(&mut out, "mkeys", &kept);
    out.push_str("static const struct recorded ckeys[] = {{\"keys\", mkeys}};\n\n");
    files.push_str("    {\"keys\", ckeys, 1},\n    {NULL, NULL, 0},\n");
    let _ = writeln!(out, "const struct file vector_files[] = {{\n{files}}};");
    out
}

fn json(path: &PathBuf) -> Value {
    serde_json::from_slice(&read(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The cases of a file, with what the driver needs beside them.
fn cases(vectors: &Path, file: &str, list: &str) -> Vec<Value> {
    let path = vectors.join(file);
    if file == "passpoint/encode" {
        return models(&path);
    }
    let document = json(&path);
    let listed = if list.is_empty() { &document } else { &document[list] };
    let cases = listed.as_array().unwrap_or_else(|| panic!("{file} has no list {list}")).clone();
    let content = |name: &str| {
        // Files of others are not part of the project.
        let path = path.with_file_name("").join(name);
        path.exists().then(|| Value::String(testkit::hex::encode(&read(&path))))
    };
    let complete = |mut case: Value| {
        let name = case["file"].as_str().unwrap_or_default().to_owned();
        match file {
            "discovery/flow_table.json" => {
                let entry = json!({"id": "i", "name": "I", "profiles": [case["profile"]]});
                let list = json!({"version": 1, "seq": 1, "instances": [entry]});
                case["document"] = list.to_string().into();
            }
            "eapconfig/index.json" => {
                case["content_hex"] = content(&name)?;
                case["expected"] =
                    json(&path.with_file_name("").join(name.replace(".xml", ".expected.json")));
            }
            "passpoint/decode/index.json" => {
                let looked_into = |word: &Value| {
                    ["--parse-only", "--ca", "--require-signature"].map(Value::from).contains(word)
                };
                let known = DECODED.iter().any(|kind| case["kind"] == *kind);
                if !known
                    || case["checker_args"].as_array().is_some_and(|words| words.iter().any(looked_into))
                {
                    return None;
                }
                case["content_hex"] = content(&name)?;
            }
            _ => (),
        }
        if case.get("id").is_none() && !name.is_empty() {
            case["id"] = name.into();
        }
        Some(case)
    };
    cases.into_iter().filter_map(complete).collect()
}

/// Models, and what was made of them.
fn models(folder: &Path) -> Vec<Value> {
    let mut names: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("models").map(|entry| entry.expect("an entry").path()).collect();
    names.sort();
    let usual = |input: &Value| input["options"].as_object().is_none_or(serde_json::Map::is_empty);
    let made = names.iter().filter_map(|name| {
        let input = json(&name.join("input.json"));
        // The C interface has the usual options only.
        usual(&input).then(|| {
            let id = name.file_name().expect("a name").to_string_lossy();
            let expected = json(&name.join("expected.json"));
            json!({"id": id, "model_json": input["model"].to_string(), "expected": expected})
        })
    });
    made.collect()
}

/// A list with the institutions of a corpus, made so that nothing in it is dropped.
fn corpus(corpus: &Value) -> String {
    let providers = corpus["institutions"].as_array().expect("institutions").iter().map(|institution| {
        let mut out = institution.clone();
        let names = match institution.get("names") {
            Some(names) => names.clone(),
            None => json!([{"lang": "", "text": institution["name"]}]),
        };
        let display = |name: &Value| json!({"display": name["text"], "lang": name["lang"]});
        out["name"] = names.as_array().expect("names").iter().map(display).collect();
        out["profiles"] = json!([{"id": "p"}]);
        out
    });
    json!({"http://letswifi.app/discovery#v3": {"seq": 1, "providers": providers.collect::<Value>()}})
        .to_string()
}

fn read(path: &PathBuf) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every member under its path; a list also under its own, as the number of its entries.
fn flatten(path: &str, value: &Value, out: &mut Vec<(String, Value)>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Object(members) => {
            if !path.is_empty() {
                out.push((path.to_owned(), Value::Array(Vec::new())));
            }
            for (name, value) in members {
                flatten(&below(name), value, out);
            }
        }
        Value::Array(entries) => {
            out.push((path.to_owned(), Value::Array(vec![Value::Null; entries.len()])));
            for (index, value) in entries.iter().enumerate() {
                flatten(&below(&index.to_string()), value, out);
            }
        }
        plain => out.push((path.to_owned(), plain.clone())),
    }
}

/// Numbers with a fraction, beside the others, under their path and an `@`. Below zero: their two's complement.
fn in_millionths(members: &mut Vec<(String, Value)>) {
    let numbers: Vec<(String, Value)> = members
        .iter()
        .filter_map(|(path, value)| {
            let millionths = (value.as_f64()? * 1e6).round();
            #[expect(clippy::cast_possible_truncation, reason = "the files have small numbers")]
            Some((format!("{path}@"), Value::from(millionths as i64)))
        })
        .collect();
    members.extend(numbers);
}

fn write_members(out: &mut String, name: &str, members: &[(String, Value)]) {
    let _ = writeln!(out, "static const struct member {name}[] = {{");
    for (path, value) in members {
        let path = format!("{}, {}", literal(path), path.len());
        let _ = match value {
            Value::Null => writeln!(out, "    {{{path}, IS_NULL, 0, NULL, 0}},"),
            Value::Bool(false) => writeln!(out, "    {{{path}, IS_FALSE, 0, NULL, 0}},"),
            Value::Bool(true) => writeln!(out, "    {{{path}, IS_TRUE, 1, NULL, 0}},"),
            Value::Array(entries) => writeln!(out, "    {{{path}, IS_LIST, {}, NULL, 0}},", entries.len()),
            Value::Number(number) => {
                // Negative ones as their two's complement; fractions do not occur in what the driver reads.
                let number = number.as_u64().or(number.as_i64().map(i64::cast_unsigned)).unwrap_or(0);
                writeln!(out, "    {{{path}, IS_NUMBER, {number}ULL, NULL, 0}},")
            }
            Value::String(text) => {
                writeln!(out, "    {{{path}, IS_TEXT, 0, {}, {}}},", literal(text), text.len())
            }
            Value::Object(_) => Ok(()),
        };
    }
    out.push_str("    {NULL, 0, IS_NULL, 0, NULL, 0},\n};\n\n");
}

/// A C string literal.
fn literal(text: &str) -> String {
    let mut out = String::from("\"");
    for octet in text.bytes() {
        match octet {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-' | b' ' | b':' | b'/' => {
                out.push(char::from(octet));
            }
            _ => {
                let _ = write!(out, "\\{octet:03o}");
            }
        }
    }
    out.push('"');
    out
}
