//! What goes over the socket: one line of JSON there, a status and text back.

use serde_json::{Value, json};

/// The longest question in octets, with its line end. Options with the longest values take a third of it.
pub const MAX_REQUEST: usize = 65_536;

/// What is asked: the words of the command line, and the form of the answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// The command and its arguments.
    pub words: Vec<String>,
    /// Answer in JSON.
    pub json: bool,
}

impl Question {
    /// The line that carries it, with its line end.
    #[must_use]
    pub fn to_line(&self) -> String {
        format!("{}\n", json!({ "words": self.words, "json": self.json }))
    }

    /// Reads the line.
    ///
    /// # Errors
    /// What it should have been, for the other side.
    pub fn from_line(line: &[u8]) -> Result<Self, &'static str> {
        const FORM: &str = "not a question: expected {\"words\":[\"list\"],\"json\":false}";
        let value: Value = serde_json::from_slice(line).map_err(|_| FORM)?;
        let words = value.get("words").and_then(Value::as_array).ok_or(FORM)?;
        let words = words.iter().map(|word| word.as_str().map(str::to_owned)).collect::<Option<_>>();
        let json = value.get("json").is_some_and(|json| *json == Value::Bool(true));
        Ok(Self { words: words.ok_or(FORM)?, json })
    }
}

/// What comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The exit status.
    pub status: u8,
    /// What to print: on standard output, or on standard error if the status is not 0.
    pub text: String,
}

impl Reply {
    /// It was done; there is this to print.
    #[must_use]
    pub fn done(text: impl Into<String>) -> Self {
        Self { status: 0, text: text.into() }
    }

    /// It was not done.
    #[must_use]
    pub fn failed(status: u8, text: impl std::fmt::Display) -> Self {
        Self { status, text: format!("{text}\n") }
    }

    /// The octets that carry it.
    #[must_use]
    pub fn to_octets(&self) -> Vec<u8> {
        format!("{}\n{}", self.status, self.text).into_bytes()
    }

    /// Reads what came up to the end of the connection. `None`: it ended too early.
    #[must_use]
    pub fn from_octets(octets: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(octets);
        let (status, text) = text.split_once('\n')?;
        Some(Self { status: status.parse().ok()?, text: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn question_and_reply_come_through() {
        let words = vec!["authorize".to_owned(), "user \"ü\"\n".to_owned(), String::new()];
        let question = Question { words, json: true };
        let line = question.to_line();
        assert_eq!(line.matches('\n').count(), 1, "{line}");
        assert_eq!(Question::from_line(line.trim_end().as_bytes()), Ok(question));
        let reply = Reply { status: 255, text: "two\nlines\n".to_owned() };
        assert_eq!(Reply::from_octets(&reply.to_octets()), Some(reply));
    }

    #[test]
    fn garbage_is_told_what_was_expected() {
        for garbage in
            [&b""[..], b"list", b"{}", b"[1]", b"{\"words\":[1]}", b"{\"words\":\"list\"}", b"\xff\0"]
        {
            assert!(Question::from_line(garbage).is_err(), "{garbage:?}");
        }
        assert_eq!(Reply::from_octets(b""), None);
        assert_eq!(Reply::from_octets(b"256\nx"), None);
        assert_eq!(Reply::from_octets(b"0"), None);
    }
}
