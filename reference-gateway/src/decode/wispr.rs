//! A WISPr page or document for people and for programs.

use super::input::to_hex;
use super::tree::Tree;
use serde_json::{Map, Value as Json, json};
use wispr::code::{FonResponseCode, MessageType, ResponseCode};
use wispr::message::{Field, Message, Value};
use wispr::read::{Document, ReadError};

/// A page that was read tolerantly.
pub struct Page<'a>(Document<'a>);

impl<'a> Page<'a> {
    /// Reads a page or a bare document.
    ///
    /// # Errors
    /// Why nothing can be read.
    pub fn read(octets: &'a [u8]) -> Result<Self, ReadError> {
        wispr::read::read(octets).map(Self)
    }

    /// The message to act upon.
    ///
    /// # Errors
    /// Why there is none.
    pub fn usable(&self) -> Result<&Message<'a>, ReadError> {
        self.0.usable()
    }

    /// For people.
    #[must_use]
    pub fn tree(&self) -> Tree {
        let mut tree = Tree::new(match self.0.usable() {
            Ok(_) => "WISPr document".to_owned(),
            Err(reason) => format!("WISPr document that no client can act upon: {reason}"),
        });
        for (index, message) in self.0.messages().enumerate() {
            let mut node = message_tree(message);
            if self.0.use_index().is_some_and(|used| used != index) {
                node = Tree::new("another message, not acted upon").with(node);
            }
            tree.push(node);
        }
        if !self.0.quirks().is_empty() {
            let names: Vec<&str> = self.0.quirks().iter().map(wispr::read::Quirk::name).collect();
            tree.push(format!("repaired or noticed: {}", names.join(", ")));
        }
        tree
    }

    /// For programs.
    #[must_use]
    pub fn json(&self) -> Json {
        let quirks: Vec<&str> = self.0.quirks().iter().map(wispr::read::Quirk::name).collect();
        json!({
            "messages": self.0.messages().map(message_json).collect::<Vec<_>>(),
            "use": self.0.use_index(),
            "error": self.0.usable().err().map(|e| e.to_string()),
            "quirks": quirks,
        })
    }
}

/// One message for people.
#[must_use]
pub fn message_tree(message: &Message<'_>) -> Tree {
    let mut tree = Tree::new(name(message));
    for field in Field::ALL {
        match message.value(*field) {
            None => {}
            Some(Value::Texts(texts)) => {
                for text in texts {
                    tree.push(format!("{} = {text}", field.element()));
                }
            }
            Some(value) => tree.push(format!("{} = {}", field.element(), shown(*field, value))),
        }
    }
    for (name, text) in &message.extra {
        tree.push(format!("{name} = {text} (not a field of WISPr)"));
    }
    tree
}

fn name(message: &Message<'_>) -> String {
    match (message.kind.element(), &message.name) {
        (Some(element), _) => element.to_owned(),
        (None, Some(name)) => format!("unknown message {name}"),
        (None, None) => "unknown message".to_owned(),
    }
}

fn shown(field: Field, value: Value<'_, '_>) -> String {
    match value {
        Value::Text(text) => text.to_owned(),
        Value::Octets(octets) => to_hex(octets),
        Value::Integer(number) => {
            let small = u16::try_from(number).unwrap_or(u16::MAX);
            let meaning = match field {
                Field::MessageType => MessageType(small).name(),
                Field::ResponseCode => ResponseCode(small).name(),
                Field::FonResponseCode => FonResponseCode(small).name(),
                _ => None,
            };
            meaning.map_or_else(|| number.to_string(), |meaning| format!("{number} ({meaning})"))
        }
        _ => String::new(),
    }
}

fn message_json(message: &Message<'_>) -> Json {
    let mut fields = Map::new();
    for field in Field::ALL {
        let value = match message.value(*field) {
            Some(Value::Integer(number)) => json!(number),
            Some(Value::Text(text)) => json!(text),
            Some(Value::Texts(texts)) => json!(texts),
            Some(Value::Octets(octets)) => json!(to_hex(octets)),
            _ => continue,
        };
        fields.insert(field.element().to_owned(), value);
    }
    let extra: Vec<Json> = message.extra.iter().map(|(name, text)| json!([name, text])).collect();
    json!({ "message": name(message), "fields": fields, "extra": extra })
}
