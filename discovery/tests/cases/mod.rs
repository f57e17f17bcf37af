//! The cases by area, and what they share.

mod list;
mod machine;
mod oauth;

use serde_json::Value;
use testkit::vectors::{Outcome, Suite};

pub(crate) use list::run as lists;
pub(crate) use machine::run as machine;
pub(crate) use oauth::run as oauth;

/// Runs a file whose cases are `cases`; one with a member not in `members` is of an unknown form and fails.
fn file(suite: &mut Suite, name: &str, at_least: usize, members: &[&str], check: impl Fn(&Value) -> Outcome) {
    suite.json(name, at_least, |document, tally| {
        for case in testkit::vectors::list(document, "cases") {
            tally.case(case, |case| {
                known(case, members)?;
                check(case)
            });
        }
    });
}

/// Fails if an object has other members than these; `id`, `note` and `peer` explain and are always allowed.
fn known(value: &Value, members: &[&str]) -> Outcome {
    let object = value.as_object().ok_or("no object")?;
    let unknown = object
        .keys()
        .find(|k| !members.contains(&k.as_str()) && !["id", "note", "peer"].contains(&k.as_str()));
    unknown.map_or(Ok(()), |name| Err(format!("a member of unknown meaning: {name:?}")))
}

fn same(what: &str, got: &Value, want: &Value) -> Outcome {
    if equal(got, want) { Ok(()) } else { Err(format!("{what}:\n   got {got}\n  want {want}")) }
}

/// Equality in which `1` and `1.0` are the same number.
fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(k, v)| b.get(k).is_some_and(|w| equal(v, w)))
        }
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        _ => a == b,
    }
}

/// A list of texts in which order does not count.
fn sorted(texts: impl IntoIterator<Item = String>) -> Value {
    let mut texts: Vec<String> = texts.into_iter().collect();
    texts.sort();
    texts.into()
}

fn texts(value: &Value) -> Result<Vec<String>, String> {
    let list = value.as_array().ok_or("no list")?;
    list.iter().map(|text| Ok(text.as_str().ok_or("no text")?.to_owned())).collect()
}

fn number(value: &Value, name: &str) -> Result<i64, String> {
    value.get(name).and_then(Value::as_i64).ok_or_else(|| format!("no number {name:?}"))
}

fn degrees(value: &Value) -> Result<discovery::model::Site, String> {
    known(value, &["lat", "lon"])?;
    let of =
        |name: &str| value.get(name).and_then(Value::as_f64).ok_or_else(|| format!("no number {name:?}"));
    Ok(discovery::model::Site { lat: of("lat")?, lon: of("lon")? })
}
