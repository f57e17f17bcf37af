//! The vectors of the folder `wispr`: documents for both readers, and flows of the client.

use serde_json::{Map, Value, json};
use std::process::ExitCode;
use testkit::vectors::{Outcome, Suite, list, same, text};
use wispr::message::{Field, Kind, Message, Value as FieldValue};
use wispr::read::{Document, ReadError};

fn main() -> ExitCode {
    testkit::vectors::main("wispr", |suite| {
        documents(suite);
        suite.others(&["flows.json"]);
    })
}

fn documents(suite: &mut Suite) {
    let mut files = Vec::new();
    if let Some(index) = suite.read("index.json")
        && let Ok(index) = serde_json::from_slice::<Value>(&index)
    {
        for document in list(&index, "documents") {
            let name = document.get("file").and_then(Value::as_str).unwrap_or_default();
            files.push((name.to_owned(), suite.read(name)));
        }
    }
    suite.json("index.json", 72, |index, tally| {
        for document in list(index, "documents") {
            tally.case(document, |case| {
                let name = text(case, "file")?;
                let file = files.iter().find(|(n, _)| n == name).and_then(|(_, octets)| octets.as_deref());
                let octets = file.ok_or_else(|| format!("{name} is missing"))?;
                tolerant(octets, case.get("tolerant").ok_or("no member tolerant")?)?;
                strict(octets, case.get("strict").ok_or("no member strict")?)
            });
        }
    });
}

fn tolerant(octets: &[u8], want: &Value) -> Outcome {
    let document = match wispr::read::read(octets) {
        Ok(document) => document,
        Err(e) => return same("error", &Some(error_name(e)), &want.get("error").and_then(Value::as_str)),
    };
    let messages: Vec<Value> = document.messages().map(message_json).collect();
    same("messages", &Value::from(messages), want.get("messages").ok_or("no member messages")?)?;
    same("use", &document.use_index().map(|i| i as u64), &want.get("use").and_then(Value::as_u64))?;
    let error = document.usable().err().map(error_name);
    same("error", &error, &want.get("error").and_then(Value::as_str))?;
    same("ok", &Some(error.is_none()), &want.get("ok").and_then(Value::as_bool))?;
    quirks(&document, want)
}

fn strict(octets: &[u8], want: &Value) -> Outcome {
    let read = wispr::read::read_strict(octets);
    let ok = want.get("ok").and_then(Value::as_bool);
    same("strict.ok", &Some(read.is_ok()), &ok).map_err(|e| format!("{e}: {:?}", read.err()))
}

/// The quirks are informative: they are compared for the project's own vectors only.
fn quirks(document: &Document<'_>, want: &Value) -> Outcome {
    if std::env::var_os("FONAP_VECTORS").is_some() {
        return Ok(());
    }
    let mut got: Vec<&str> = document.quirks().iter().map(|q| q.name()).collect();
    got.sort_unstable();
    same("quirks", &json!(got), want.get("quirks").ok_or("no member quirks")?)
}

fn error_name(error: ReadError) -> &'static str {
    match error {
        ReadError::TooBig { .. } => "too_big",
        ReadError::NoBlock => "no_block",
        ReadError::NoMessage => "no_message",
        ReadError::Dtd => "dtd",
        ReadError::Incomplete => "incomplete",
        _ => "unknown to this test",
    }
}

/// A message with the keys of the vectors.
fn message_json(message: &Message<'_>) -> Value {
    let mut out = Map::new();
    out.insert("type".into(), json!(message.kind.element().unwrap_or("Unknown")));
    if let (Kind::Unknown, Some(name)) = (message.kind, &message.name) {
        out.insert("name".into(), json!(name));
    }
    for &field in Field::ALL {
        let value = match message.value(field) {
            None => continue,
            Some(FieldValue::Integer(number)) => json!(number),
            Some(FieldValue::Text(text)) => json!(text),
            Some(FieldValue::Texts(texts)) => json!(texts),
            Some(FieldValue::Octets(octets)) => json!(testkit::hex::encode(octets)),
            Some(_) => json!("unknown to this test"),
        };
        let key = match field {
            Field::ReplyMessage => "reply_messages".into(),
            field => key(field.element()),
        };
        out.insert(key, value);
    }
    if !message.extra.is_empty() {
        out.insert("extra".into(), json!(message.extra));
    }
    Value::Object(out)
}

/// `AbortLoginURL` as `abort_login_url`.
fn key(element: &str) -> String {
    let mut out = String::new();
    let chars: Vec<char> = element.chars().collect();
    for (at, c) in chars.iter().enumerate() {
        let after_lower = at > 0 && chars[at - 1].is_lowercase();
        let before_lower = at > 0 && chars.get(at + 1).is_some_and(|c| c.is_lowercase());
        if c.is_uppercase() && (after_lower || before_lower) {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}
