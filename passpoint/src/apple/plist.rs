//! Property lists in XML.
//!
//! The `plist` crate reads without a bound on depth and keeps copies of passwords that nobody wipes, so the few types are
//! read from the bounded tree instead.

use crate::report::{Rejection, refuse};
use crate::xml::{Element, Rules, parse, push_text};
use crate::{certificate, date};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::{Zeroize, Zeroizing};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
    <plist version=\"1.0\">\n";

/// A value of a property list. Texts and data are wiped when dropped.
#[derive(PartialEq)]
pub(super) enum Value {
    Bool(bool),
    Integer(i64),
    Real(f64),
    Text(String),
    Data(Vec<u8>),
    /// Seconds since 1970-01-01.
    Date(i64),
    Array(Vec<Self>),
    Dict(Dict),
}

impl Drop for Value {
    fn drop(&mut self) {
        match self {
            Self::Text(text) => text.zeroize(),
            Self::Data(octets) => octets.zeroize(),
            _ => {}
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl FromIterator<Self> for Value {
    fn from_iter<I: IntoIterator<Item = Self>>(values: I) -> Self {
        Self::Array(values.into_iter().collect())
    }
}

/// A dictionary.
#[derive(Default, PartialEq)]
pub(super) struct Dict {
    entries: Vec<(String, Value)>,
}

impl Dict {
    pub(super) fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.entries.push((key.to_owned(), value.into()));
    }

    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.entries.iter().find(|(k, _)| k == key).map(|(_, v)| v)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.entries.iter().map(|(k, v)| (k.as_str(), v))
    }

    pub(super) fn text(&self, key: &str) -> Option<&str> {
        match self.get(key)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn bool(&self, key: &str) -> Option<bool> {
        match self.get(key)? {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    pub(super) fn integer(&self, key: &str) -> Option<i64> {
        match self.get(key)? {
            Value::Integer(value) => Some(*value),
            _ => None,
        }
    }

    pub(super) fn data(&self, key: &str) -> Option<&[u8]> {
        match self.get(key)? {
            Value::Data(octets) => Some(octets),
            _ => None,
        }
    }

    pub(super) fn dict(&self, key: &str) -> Option<&Self> {
        match self.get(key)? {
            Value::Dict(dict) => Some(dict),
            _ => None,
        }
    }

    pub(super) fn array(&self, key: &str) -> &[Value] {
        match self.get(key) {
            Some(Value::Array(values)) => values,
            _ => &[],
        }
    }

    /// The texts of an array.
    pub(super) fn texts(&self, key: &str) -> impl Iterator<Item = &str> {
        self.array(key).iter().filter_map(|v| match v {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }
}

/// Reads a property list whose root is a dictionary.
pub(super) fn read(octets: &[u8]) -> Result<Dict, Rejection> {
    let root = parse(octets, Rules { malformed: "apple.plist", doctype: true })?;
    let mut inside = root.elements();
    match (root.name.as_str(), inside.next(), inside.next()) {
        ("plist", Some(dict), None) if dict.name == "dict" => match value(dict)? {
            Value::Dict(ref mut dict) => Ok(std::mem::take(dict)),
            _ => refuse("apple.plist", "the root"),
        },
        _ => refuse("apple.plist", "the root"),
    }
}

/// The depth is bounded by the XML reader.
fn value(element: &Element) -> Result<Value, Rejection> {
    let bad = || Rejection::new("apple.plist", element.name.clone());
    Ok(match element.name.as_str() {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "integer" => Value::Integer(integer(element.text().trim()).ok_or_else(bad)?),
        "real" => Value::Real(element.text().trim().parse().map_err(|_| bad())?),
        "string" => Value::Text(element.text()),
        "data" => Value::Data(certificate::decode_base64(&Zeroizing::new(element.text())).ok_or_else(bad)?),
        "date" => Value::Date(date::parse(element.text().trim()).ok_or_else(bad)?),
        "array" => Value::Array(element.elements().map(value).collect::<Result<_, _>>()?),
        "dict" => {
            let mut dict = Dict::default();
            let mut names = std::collections::BTreeSet::new();
            let mut parts = element.elements();
            while let Some(key) = parts.next() {
                let name = key.text();
                let content = parts.next().filter(|_| key.name == "key").ok_or_else(bad)?;
                if !names.insert(name.clone()) {
                    return Err(bad());
                }
                dict.entries.push((name, value(content)?));
            }
            Value::Dict(dict)
        }
        _ => return Err(bad()),
    })
}

/// Decimal, or hexadecimal after `0x`.
fn integer(text: &str) -> Option<i64> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) if digits.starts_with(['+', '-']) => None,
        Some(digits) => i64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

/// Writes a property list, keys in alphabetic order.
pub(super) fn write(dict: Dict) -> String {
    let mut out = String::from(HEAD);
    push(&mut out, &Value::Dict(dict), 0);
    out.push_str("</plist>\n");
    out
}

fn push(out: &mut String, value: &Value, depth: usize) {
    let indent = |out: &mut String, depth: usize| out.extend(std::iter::repeat_n('\t', depth));
    indent(out, depth);
    match value {
        Value::Bool(true) => out.push_str("<true/>\n"),
        Value::Bool(false) => out.push_str("<false/>\n"),
        Value::Integer(number) => out.push_str(&format!("<integer>{number}</integer>\n")),
        Value::Real(number) => out.push_str(&format!("<real>{number}</real>\n")),
        Value::Text(text) => {
            out.push_str("<string>");
            push_text(out, text);
            out.push_str("</string>\n");
        }
        Value::Date(seconds) => out.push_str(&format!("<date>{}</date>\n", date::format(*seconds))),
        Value::Data(octets) => {
            out.push_str("<data>\n");
            let text = Zeroizing::new(STANDARD.encode(octets));
            let mut rest = text.as_str();
            while !rest.is_empty() {
                let (line, after) = rest.split_at(rest.len().min(52));
                indent(out, depth);
                out.push_str(line);
                out.push('\n');
                rest = after;
            }
            indent(out, depth);
            out.push_str("</data>\n");
        }
        Value::Array(values) => {
            out.push_str("<array>\n");
            values.iter().for_each(|v| push(out, v, depth + 1));
            indent(out, depth);
            out.push_str("</array>\n");
        }
        Value::Dict(dict) => {
            out.push_str("<dict>\n");
            let mut entries: Vec<_> = dict.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            for (key, value) in entries {
                indent(out, depth + 1);
                out.push_str("<key>");
                push_text(out, key);
                out.push_str("</key>\n");
                push(out, value, depth + 1);
            }
            indent(out, depth);
            out.push_str("</dict>\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let mut inner = Dict::default();
        inner.set("b<&>", "text \u{fc}");
        inner.set("a", Value::Data(vec![7; 100]));
        let mut dict = Dict::default();
        dict.set("list", Value::Array(vec![Value::Bool(true), Value::Integer(-3), Value::Date(0)]));
        dict.set("dict", Value::Dict(inner));
        let text = write(dict);
        let again = write(read(text.as_bytes()).expect("a property list"));
        assert_eq!(text, again);
    }

    #[test]
    fn integers_may_be_hexadecimal() {
        for (text, number) in
            [("0x1f", Some(31)), ("0X1", Some(1)), ("-5", Some(-5)), ("0x-1", None), ("0x", None)]
        {
            assert_eq!(integer(text), number, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_property_list() {
        for text in [
            "<plist/>",
            "<plist><dict><key>a</key></dict></plist>",
            "<plist><dict><date>2026</date></dict></plist>",
            "<plist><dict><key>a</key><true/><key>a</key><true/></dict></plist>",
            "<dict/>",
        ] {
            assert_eq!(read(text.as_bytes()).map(|_| ()).map_err(|e| e.code), Err("apple.plist"), "{text}");
        }
    }
}
