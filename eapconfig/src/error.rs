//! What is wrong with a document, and where: [`ReadError`] when nothing can be made of it, [`Warning`] when a part
//! was dropped or accepted with a shake of the head.

use std::fmt;

/// A place in a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Octets before the place, a byte order mark included.
    pub offset: usize,
    /// Line, counted from 1.
    pub line: usize,
    /// Character of the line, counted from 1. Where the text is no UTF-8, octets count.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Turns offsets into places. Offsets that grow are found in one pass over the document.
pub(crate) struct Places<'a> {
    octets: &'a [u8],
    at: Place,
}

impl<'a> Places<'a> {
    pub(crate) fn new(octets: &'a [u8]) -> Self {
        Self { octets, at: Place { offset: 0, line: 1, column: 1 } }
    }

    /// The place of the octet `offset`; from the document's beginning again if it lies before the last one.
    pub(crate) fn find(&mut self, offset: usize) -> Place {
        let offset = offset.min(self.octets.len());
        if offset < self.at.offset {
            self.at = Place { offset: 0, line: 1, column: 1 };
        }
        for octet in self.octets.get(self.at.offset..offset).unwrap_or_default() {
            match octet {
                b'\n' => {
                    self.at.line += 1;
                    self.at.column = 1;
                }
                // A continuation octet of UTF-8 belongs to the character before it.
                0x80..=0xBF => {}
                _ => self.at.column += 1,
            }
        }
        self.at.offset = offset;
        self.at
    }
}

/// Why a document cannot be read (spec: eapconfig 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ReadErrorKind {
    /// The document is larger than [`MAX_LEN`](crate::MAX_LEN), or than the limit given.
    #[error("the document is too large")]
    TooLarge,
    /// There is nothing but blanks.
    #[error("the document is empty")]
    Empty,
    /// A UTF-16 mark, or a declared encoding other than UTF-8 and US-ASCII.
    #[error("the encoding is not supported, it must be UTF-8")]
    UnsupportedEncoding,
    /// The octets are not UTF-8.
    #[error("the text is not UTF-8")]
    NotUtf8,
    /// There is a document type declaration, whatever it holds.
    #[error("a document type declaration is not allowed")]
    Doctype,
    /// Elements are nested deeper than [`MAX_DEPTH`](crate::MAX_DEPTH).
    #[error("elements are nested too deeply")]
    TooDeep,
    /// More than [`MAX_ELEMENTS`](crate::MAX_ELEMENTS) elements.
    #[error("there are too many elements")]
    TooManyElements,
    /// More than [`MAX_ATTRIBUTES`](crate::MAX_ATTRIBUTES) attributes on one element.
    #[error("an element has too many attributes")]
    TooManyAttributes,
    /// The text of one element is longer than [`MAX_TEXT_LEN`](crate::MAX_TEXT_LEN).
    #[error("the text of an element is too long")]
    TextTooLong,
    /// The text is not well-formed XML 1.0 with namespaces, or it uses an entity that only a document type could
    /// declare.
    #[error("the text is not well-formed XML")]
    Malformed,
    /// The root element is not `EAPIdentityProviderList`.
    #[error("the root element is not EAPIdentityProviderList")]
    WrongRoot,
    /// The list has no `EAPIdentityProvider`.
    #[error("there is no EAPIdentityProvider")]
    NoProvider,
}

impl ReadErrorKind {
    /// The code of the specification, `too_large` for example.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::Empty => "empty",
            Self::UnsupportedEncoding => "unsupported_encoding",
            Self::NotUtf8 => "not_utf8",
            Self::Doctype => "doctype",
            Self::TooDeep => "too_deep",
            Self::TooManyElements => "too_many_elements",
            Self::TooManyAttributes => "too_many_attributes",
            Self::TextTooLong => "text_too_long",
            Self::Malformed => "malformed",
            Self::WrongRoot => "wrong_root",
            Self::NoProvider => "no_provider",
        }
    }
}

/// Why and where a document cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} ({place})")]
pub struct ReadError {
    /// What is wrong.
    pub kind: ReadErrorKind,
    /// Where it was noticed.
    pub place: Place,
}

/// What was odd about an element that was dropped or accepted all the same (spec: eapconfig 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WarningKind {
    /// A second element where one counts: the first was taken.
    Repeated,
    /// A boolean in unusual letter case: accepted.
    Form,
    /// A value that cannot be used: the element was dropped, or the default was taken.
    Value,
    /// The text is not base64: dropped.
    Base64,
    /// The content is not the DER structure it should be: dropped.
    Der,
    /// The attribute `format` names another format. An authority is dropped, a client certificate is judged by its
    /// content.
    Format,
    /// The attribute `encoding` is not base64.
    Encoding,
    /// An attribute that should say what the content is, is missing: accepted.
    MissingAttribute,
    /// PEM armour inside the base64: accepted.
    Pem,
    /// `DNS:` in front of a server name: removed.
    Prefix,
    /// `*.` in front of a server name: removed.
    Wildcard,
    /// Longer than allowed: dropped.
    TooLong,
    /// A network with TKIP: dropped.
    Tkip,
    /// A network without a name and a consortium: dropped.
    NoCondition,
    /// `@` in front of a realm: removed.
    AtSign,
    /// Elements are in a namespace though the format has none: accepted.
    Namespace,
}

impl WarningKind {
    /// The code of the specification, `base64` for example.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Repeated => "repeated",
            Self::Form => "form",
            Self::Value => "value",
            Self::Base64 => "base64",
            Self::Der => "der",
            Self::Format => "format",
            Self::Encoding => "encoding",
            Self::MissingAttribute => "missing_attribute",
            Self::Pem => "pem",
            Self::Prefix => "prefix",
            Self::Wildcard => "wildcard",
            Self::TooLong => "too_long",
            Self::Tkip => "tkip",
            Self::NoCondition => "no_condition",
            Self::AtSign => "at_sign",
            Self::Namespace => "namespace",
        }
    }

    /// One sentence for people.
    #[must_use]
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Repeated => "only the first of these elements counts",
            Self::Form => "booleans are written true or false",
            Self::Value => "the value cannot be used",
            Self::Base64 => "the text is not base64",
            Self::Der => "the content is not the expected DER structure, or octets are missing or left over",
            Self::Format => "the attribute format does not fit",
            Self::Encoding => "the attribute encoding is not base64",
            Self::MissingAttribute => "the attributes format and encoding are missing",
            Self::Pem => "the certificate is in PEM armour; plain base64 of the DER octets is expected",
            Self::Prefix => "a server name is written without DNS: in front",
            Self::Wildcard => "a server name is written without a wildcard",
            Self::TooLong => "the value is longer than allowed",
            Self::Tkip => "networks with TKIP are not used",
            Self::NoCondition => "a network needs an SSID or a roaming consortium",
            Self::AtSign => "a realm is written without an at sign in front",
            Self::Namespace => "the format has no namespace",
        }
    }
}

/// Something odd that did not stop the reader. Its text form is the code of the specification, `base64:CA` for
/// example.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Warning {
    /// What is odd.
    pub kind: WarningKind,
    /// The element or attribute; empty where the whole document is meant.
    pub element: &'static str,
    /// Index of the provider it stands in.
    pub provider: Option<usize>,
    /// Index of the method it stands in.
    pub method: Option<usize>,
    /// Where the element begins.
    pub place: Place,
    /// Names of the elements around it and its own, joined by `/`.
    pub path: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.code())?;
        if !self.element.is_empty() {
            write!(f, ":{}", self.element)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_lines_and_characters() {
        let text = "ab\nüx\n".as_bytes();
        let mut places = Places::new(text);
        assert_eq!(places.find(0), Place { offset: 0, line: 1, column: 1 });
        assert_eq!(places.find(5), Place { offset: 5, line: 2, column: 2 });
        assert_eq!(places.find(1), Place { offset: 1, line: 1, column: 2 });
        assert_eq!(places.find(99), Place { offset: 7, line: 3, column: 1 });
    }
}
