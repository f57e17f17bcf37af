//! `config.json`: the configuration file by the default grammar.

use super::member;
use heartbeat::config::{ErrorKind, File, TimeoutUnit};
use serde_json::{Map, Value, json};
use testkit::vectors::{Outcome, same, text};

pub(crate) fn config(case: &Value) -> Outcome {
    let file = File::parse(text(case, "text")?);
    match (member(case, "default")?, file) {
        (Value::Null, Ok(file)) => Err(format!("taken as {file:?}")),
        (Value::Null, Err(error)) => {
            let wanted = text(case, "default_error")?;
            let (line, reason) = wanted.split_once(": ").ok_or_else(|| format!("unknown form {wanted:?}"))?;
            same("line", &format!("line {}", error.line).as_str(), &line)?;
            // The specification fixes the line, not the words. Words that are ours must be the right ones, though.
            let ours = REASONS.iter().any(|kind| kind.to_string() == reason);
            if ours { same("reason", &error.kind.to_string().as_str(), &reason) } else { Ok(()) }
        }
        (wanted, Ok(file)) => same("values", &values(&file), wanted),
        (_, Err(error)) => Err(format!("refused: {error}")),
    }
}

const REASONS: [ErrorKind; 9] = [
    ErrorKind::StrayQuote,
    ErrorKind::UnknownKeyword,
    ErrorKind::Duplicate,
    ErrorKind::ArgumentCount,
    ErrorKind::Number,
    ErrorKind::Host,
    ErrorKind::Port,
    ErrorKind::Protocol,
    ErrorKind::TriggerCode,
];

/// The file in the vectors' form: missing keywords are absent.
fn values(file: &File) -> Value {
    let mut values = Map::new();
    let numbers = [
        ("period_online", file.period_online),
        ("period_offline", file.period_offline),
        ("period_fast", file.period_fast),
        ("retries", file.retries),
    ];
    for (name, number) in numbers {
        if let Some(number) = number {
            values.insert(name.to_owned(), json!(number));
        }
    }
    if let Some(timeout) = file.timeout {
        let milliseconds = match timeout.unit {
            Some(TimeoutUnit::Seconds) => u64::from(timeout.number) * 1000,
            _ => u64::from(timeout.number),
        };
        values.insert("timeout".to_owned(), json!(milliseconds));
    }
    for (name, text) in [("suffix", &file.suffix), ("aespath", &file.aespath), ("rsapath", &file.rsapath)] {
        if let Some(text) = text {
            values.insert(name.to_owned(), json!(text));
        }
    }
    let hosts = file.hosts.iter().map(|host| json!([host.name, host.port.unwrap_or(53), "UDP"]));
    values.insert("hosts".to_owned(), hosts.collect());
    let triggers = file.triggers.iter().map(|(name, command)| (name.to_string(), json!(command)));
    values.insert("triggers".to_owned(), Value::Object(triggers.collect()));
    Value::Object(values)
}
