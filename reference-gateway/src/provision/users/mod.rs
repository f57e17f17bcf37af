//! Who may have a profile, and with which credential: a file, an HTTP back end or a command says.

mod command;
mod file;
mod http;

pub use command::CommandUsers;
pub use file::{FileUsers, hash_password};
pub use http::HttpUsers;

use passpoint::Secret;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Longest user name, in octets.
pub const MAX_NAME: usize = 253;
/// Longest password, in octets.
pub const MAX_PASSWORD: usize = 512;

/// What is known of a user: members of the profile's model that are the user's own.
///
/// Realm, identifiers and networks are not among them: they come from the operator's model alone.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Record {
    /// Members of `credential`, except `realm` and `kind`: `username`, `password`, `pkcs12`, `imsi` and so on.
    #[serde(skip_serializing_if = "no_members")]
    pub credential: Members,
    /// Members of `validity`.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub validity: Map<String, Value>,
    /// Members of `subscription`.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub subscription: Map<String, Value>,
    /// The version number of this user's profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_identifier: Option<i64>,
}

impl Record {
    /// Reads the answer of a back end.
    ///
    /// # Errors
    /// Says what is wrong, without quoting values.
    pub(super) fn from_json(text: &[u8]) -> Result<Self, String> {
        // The library would take a list for the members in their order.
        if text.trim_ascii_start().first() != Some(&b'{') {
            return Err("not a user record: expected a JSON object".to_owned());
        }
        let record: Self = serde_json::from_slice(text)
            .map_err(|e| format!("not a user record: line {}, column {}", e.line(), e.column()))?;
        record.check()?;
        Ok(record)
    }

    fn check(&self) -> Result<(), String> {
        match ["realm", "kind"].iter().find(|name| self.credential.contains_key(**name)) {
            Some(name) => Err(format!("credential.{name} comes from the model, a user record cannot set it")),
            None => Ok(()),
        }
    }
}

/// Members of `credential`; texts in it are passwords and keys, and are wiped when dropped.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Members(Map<String, Value>);

impl std::ops::Deref for Members {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl std::ops::DerefMut for Members {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl Drop for Members {
    fn drop(&mut self) {
        self.0.values_mut().for_each(|value| {
            if let Value::String(text) = value {
                zeroize::Zeroize::zeroize(text);
            }
        });
    }
}

/// Whether there are none.
fn no_members(members: &Members) -> bool {
    members.0.is_empty()
}

/// The back end cannot say at the moment. The text is for the operator's log and holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the user data cannot be read: {0}")]
pub struct Unavailable(pub String);

/// Where user data comes from.
pub enum Users {
    /// A JSON file with hashed passwords.
    File(FileUsers),
    /// An HTTP server of the operator.
    Http(HttpUsers),
    /// A program of the operator.
    Command(CommandUsers),
}

impl Users {
    /// Asks for a user. With a password the source checks it; without one the caller knows otherwise who the user is.
    ///
    /// `None` when there is no such user or the password is wrong: nobody is told which.
    ///
    /// # Errors
    /// When the source cannot answer.
    pub async fn find(&self, name: &str, password: Option<&Secret>) -> Result<Option<Record>, Unavailable> {
        let fits = !name.is_empty() && name.len() <= MAX_NAME && !name.chars().any(char::is_control);
        if !fits || password.is_some_and(|p| p.is_empty() || p.expose().len() > MAX_PASSWORD) {
            return Ok(None);
        }
        match self {
            Self::File(file) => file.find(name, password).await,
            Self::Http(http) => http.find(name, password).await,
            Self::Command(command) => command.find(name, password).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_cannot_change_what_the_operator_fixed() {
        assert!(Record::from_json(br#"{"credential":{"password":"x"},"update_identifier":3}"#).is_ok());
        for wrong in [
            r#"{"credential":{"realm":"evil.example"}}"#,
            r#"{"credential":{"kind":"sim"}}"#,
            r#"{"profile":{"id":"com.evil"}}"#,
            r#"{"server":{"names":["evil.example"]}}"#,
            "[]",
        ] {
            assert!(Record::from_json(wrong.as_bytes()).is_err(), "{wrong}");
        }
        let error = Record::from_json(br#"{"credential":{"password":"hush}}"#).map(|_| ()).expect_err("cut");
        assert!(!error.contains("hush"), "{error}");
    }
}
