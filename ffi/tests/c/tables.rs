//! Recorded cases as C tables, for machines that have no JSON reader.

use serde_json::Value;
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
];

/// The source text of the tables.
pub(crate) fn source(vectors: &Path) -> String {
    let mut out =
        String::from("/* Made of tests/vectors. */\n#include \"vectors.h\"\n#include <stddef.h>\n\n");
    let mut files = String::new();
    for (index, (file, list)) in FILES.iter().enumerate() {
        let path = vectors.join(file);
        let document: Value = serde_json::from_slice(&read(&path)).unwrap_or_else(|e| panic!("{file}: {e}"));
        let cases = document[list].as_array().unwrap_or_else(|| panic!("{file} has no list {list}"));
        let mut table = String::new();
        for (number, case) in cases.iter().enumerate() {
            let mut members = Vec::new();
            flatten("", case, &mut members);
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
    write_members(&mut out, "mkeys", &[("rsa_a".to_owned(), Value::String(key))]);
    out.push_str("static const struct recorded ckeys[] = {{\"keys\", mkeys}};\n\n");
    files.push_str("    {\"keys\", ckeys, 1},\n    {NULL, NULL, 0},\n");
    let _ = writeln!(out, "const struct file vector_files[] = {{\n{files}}};");
    out
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

fn write_members(out: &mut String, name: &str, members: &[(String, Value)]) {
    let _ = writeln!(out, "static const struct member {name}[] = {{");
    for (path, value) in members {
        let path = literal(path);
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
    out.push_str("    {NULL, IS_NULL, 0, NULL, 0},\n};\n\n");
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
