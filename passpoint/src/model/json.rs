//! The model as JSON (spec: passpoint 1).

use super::Model;
use crate::secret::wipe_json;
use serde_json::Value;

/// Longest JSON text of a model (spec: passpoint 10).
pub const MAX_JSON_LEN: usize = 1024 * 1024;

/// Deepest nesting in the JSON text of a model (spec: passpoint 10).
pub const MAX_JSON_DEPTH: usize = 32;

/// Why a text is not a model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The text is longer than [`MAX_JSON_LEN`].
    #[error("the text has {len} octets, more than {MAX_JSON_LEN}")]
    TooLong {
        /// Its length in octets.
        len: usize,
    },
    /// The text nests deeper than [`MAX_JSON_DEPTH`].
    #[error("the text nests deeper than {MAX_JSON_DEPTH} at octet {offset}")]
    TooDeep {
        /// Where.
        offset: usize,
    },
    /// The text is not JSON.
    #[error("not JSON at line {line}, column {column}")]
    Syntax {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// A member is unknown or of another type.
    #[error("{0}")]
    Member(String),
}

impl Model {
    /// Reads a model from JSON. Absent, `null` and empty members mean the same; unknown ones are refused.
    ///
    /// A missing required member reads as empty, so that [`validate`](super::validate) can name it.
    ///
    /// # Errors
    /// When the text is not JSON, beyond a limit, or has a member that a model has not.
    pub fn from_json(text: &[u8]) -> Result<Self, ModelError> {
        check_limits(text)?;
        let mut value: Value = serde_json::from_slice(text)
            .map_err(|e| ModelError::Syntax { line: e.line(), column: e.column() })?;
        prune(&mut value);
        let result = serde::Deserialize::deserialize(&value);
        wipe_json(&mut value);
        result.map_err(|e: serde_json::Error| ModelError::Member(without_value(&e.to_string())))
    }

    /// The model as JSON, without members that are empty or have their default.
    ///
    /// # Panics
    /// Never: every member of a model can be written as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a model has only texts, numbers, lists and objects")
    }
}

fn check_limits(text: &[u8]) -> Result<(), ModelError> {
    if text.len() > MAX_JSON_LEN {
        return Err(ModelError::TooLong { len: text.len() });
    }
    match crate::limits::json_depth_exceeded(text, MAX_JSON_DEPTH) {
        Some(offset) => Err(ModelError::TooDeep { offset }),
        None => Ok(()),
    }
}

/// The reader's message without the value that it quotes, which may be a secret.
fn without_value(message: &str) -> String {
    match (message.split_once(':'), message.rsplit_once(", expected ")) {
        (Some((what @ ("invalid type" | "invalid value" | "invalid length"), _)), Some((_, expected))) => {
            format!("{what}, expected {expected}")
        }
        _ => message.to_owned(),
    }
}

/// Removes what means the same as absent. The depth is bounded by `check_limits`.
fn prune(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(prune);
            members.retain(|_, v| !is_empty(v));
        }
        Value::Array(list) => list.iter_mut().for_each(prune),
        _ => {}
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: passpoint 1
    #[test]
    fn absent_null_and_empty_are_the_same() {
        let text = br#"{"version":1,"home_sp":{},"match":null,"ssids":[],"policy":{"excluded_ssids":[]}}"#;
        let model = Model::from_json(text).expect("a model");
        assert_eq!(model, Model { version: 1, ..Model::default() });
    }

    // spec: passpoint 1.2
    #[test]
    fn a_required_number_that_is_missing_is_out_of_range() {
        let text = br#"{"version": 1, "policy": {"preferred_partners": [{"fqdn": "a.org", "priority": null}],
            "required_ports": [{"ports": [443]}, {"protocol": 0}]}}"#;
        let model = Model::from_json(text).expect("a model");
        let report = crate::model::validate(&model);
        let fields: Vec<_> =
            report.findings().iter().filter(|f| f.code == "model.number_out_of_range").collect();
        let fields: Vec<_> = fields.iter().map(|f| f.field.as_ref()).collect();
        assert_eq!(fields, ["policy.preferred_partners[0].priority", "policy.required_ports[0].protocol"]);
    }

    #[test]
    fn unknown_members_are_refused() {
        for text in [r#"{"versoin":1}"#, r#"{"credential":{"kind":"sim","password":"x"}}"#] {
            assert!(matches!(Model::from_json(text.as_bytes()), Err(ModelError::Member(_))), "{text}");
        }
    }

    #[test]
    fn errors_do_not_quote_values() {
        let error = Model::from_json(br#"{"version":"hunter2, expected x"}"#).expect_err("no model");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }

    #[test]
    fn depth_is_bounded() {
        let text = "[".repeat(1000);
        assert_eq!(Model::from_json(text.as_bytes()), Err(ModelError::TooDeep { offset: 32 }));
    }
}
