//! Which profiles were handed out: a file of JSON lines that is only ever appended to.
//!
//! No secret, no user name, no address and no link is written (spec: passpoint 11.3). `subscriber` is the number that
//! the profile itself carries for Windows (spec: passpoint 5.2): whoever has a user's name can find that user's lines.

use serde::Serialize;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A link was made.
    Issued,
    /// A link was used.
    Fetched,
    /// A profile could not be made.
    Failed,
    /// A limit held a user back.
    Limited,
}

/// A line of the file.
#[derive(Clone, Debug, Serialize)]
pub struct Line<'a> {
    /// When, in UTC.
    pub time: String,
    /// What.
    pub event: Event,
    /// For which system.
    pub kind: &'a str,
    /// The profile's id.
    pub profile: &'a str,
    /// The subscriber's number, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscriber: Option<&'a str>,
    /// The first 8 digits of the token's hash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<&'a str>,
    /// The system that the browser names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<&'a str>,
}

/// The file, or nothing.
pub struct Journal {
    file: Option<(PathBuf, Mutex<File>)>,
}

impl Journal {
    /// Appends to a file, which is made for its owner alone if it is not there.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(path: Option<&Path>) -> Result<Self, String> {
        let Some(path) = path else { return Ok(Self { file: None }) };
        let file = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(path)
            .map_err(|e| format!("{}: {e}", path.display()))?;
        Ok(Self { file: Some((path.to_owned(), Mutex::new(file))) })
    }

    /// Appends a line. A line that cannot be written is an error in the log, and never holds a user back.
    pub fn write(&self, line: &Line<'_>) {
        let Some((path, file)) = &self.file else { return };
        let text = match serde_json::to_string(line) {
            Ok(text) => text + "\n",
            Err(error) => return tracing::error!(%error, "the issue log cannot be written"),
        };
        // One write for each line, so that lines of several processes do not mix.
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = file.write_all(text.as_bytes()) {
            tracing::error!(%error, file = %path.display(), "the issue log cannot be written");
        }
    }
}

/// A moment as the file has it.
#[must_use]
pub fn moment(unix_seconds: i64) -> String {
    OffsetDateTime::from_unix_timestamp(unix_seconds)
        .ok()
        .and_then(|t| t.format(&Rfc3339).ok())
        .unwrap_or_else(|| unix_seconds.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_json_object() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("issued.jsonl");
        for _ in 0..2 {
            let journal = Journal::open(Some(&path)).expect("a file");
            journal.write(&Line {
                time: moment(1_790_000_000),
                event: Event::Issued,
                kind: "apple",
                profile: "com.example.wifi",
                subscriber: Some("000000000000001"),
                token: Some("66687aad"),
                system: None,
            });
        }
        let text = std::fs::read_to_string(&path).expect("the file");
        let line = r#"{"time":"2026-09-21T14:13:20Z","event":"issued","kind":"apple","profile":"com.example.wifi","subscriber":"000000000000001","token":"66687aad"}"#;
        assert_eq!(text, format!("{line}\n{line}\n"));
    }
}
