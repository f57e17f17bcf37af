//! What the tolerant reader had to put up with.

use core::fmt;

macro_rules! quirks {
    ($($(#[$doc:meta])+ $variant:ident $name:literal,)+) => {
        /// A deviation from a correct document, seen and repaired (spec: wispr 8.1).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Quirk {
            $($(#[$doc])+ $variant,)+
        }

        impl Quirk {
            /// Every deviation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// A short name for logs.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

quirks! {
    /// A byte order mark.
    Bom "bom",
    /// Zero octets, as in UTF-16.
    ZeroOctets "zero_octets",
    /// Not UTF-8: read as ISO-8859-1.
    Latin1 "latin1",
    /// A block in a page, yet in no comment.
    NotInComment "not_in_comment",
    /// More than one block.
    MultipleBlocks "multiple_blocks",
    /// More blocks than are read.
    TooManyBlocks "too_many_blocks",
    /// A block that is too large; it was skipped.
    LargeBlock "large_block",
    /// A document type or entity definition; its block was dropped.
    DocumentType "dtd",
    /// The root's end tag is missing.
    Unterminated "unterminated",
    /// Text behind a document that stands in no comment.
    TrailingGarbage "trailing_garbage",
    /// Two hyphens inside the comment.
    DoubleHyphen "double_hyphen",
    /// A quote in a start tag was not closed.
    OpenQuote "bad_attr_quote",
    /// A comment, processing instruction or declaration inside the block.
    InnerComment "inner_comment",
    /// Names in another letter case.
    LetterCase "case",
    /// Names with a namespace prefix.
    Prefix "prefix",
    /// Attributes on inner elements.
    Attributes "attributes",
    /// Fields outside any message.
    NoMessageElement "missing_message_element",
    /// A message that is not known.
    UnknownMessage "unknown_message",
    /// An element that is not known.
    UnknownElement "unknown_element",
    /// A field without its end tag.
    MissingEndTag "missing_end_tag",
    /// The block ends inside a field; the field was dropped.
    CutField "cut_field",
    /// More fields than are read.
    TooManyFields "too_many_fields",
    /// A field that is there twice.
    Duplicate "duplicate",
    /// MessageType is missing.
    MissingMessageType "missing_message_type",
    /// MessageType is not the element's.
    TypeMismatch "type_mismatch",
    /// ResponseCode is missing.
    MissingResponseCode "missing_response_code",
    /// An `&` that begins no reference, or a reference to nothing known.
    BadEntity "bad_entity",
    /// A real CDATA section.
    Cdata "cdata",
    /// The letters `CDATA[[`.
    CdataLetters "cdata_literal",
    /// Markup in a text, kept as text.
    MarkupInText "markup_in_text",
    /// A text that was cut.
    TextCut "text_cut",
    /// White space inside a URL.
    SpaceInUrl "ws_in_url",
    /// A URL that was escaped twice.
    DoubleEscaped "double_escaped",
    /// A relative URL.
    RelativeUrl "relative_url",
    /// A text that is no URL; the field was dropped.
    BadUrl "bad_url",
    /// White space inside a number.
    SpaceInNumber "ws_in_number",
    /// Text behind a number.
    TextBehindNumber "text_behind_number",
    /// No number, or one out of range; the field was dropped.
    BadNumber "bad_number",
    /// No base64; the field was dropped.
    BadBase64 "bad_base64",
}

/// A set of [`Quirk`]s.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Quirks(u64);

impl Quirks {
    /// Whether nothing was wrong.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether this deviation was seen.
    #[must_use]
    pub const fn contains(self, quirk: Quirk) -> bool {
        self.0 & (1 << quirk as u32) != 0
    }

    /// The deviations seen, in the order of [`Quirk::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Quirk> {
        Quirk::ALL.iter().copied().filter(move |quirk| self.contains(*quirk))
    }

    pub(super) const fn add(&mut self, quirk: Quirk) {
        self.0 |= 1 << quirk as u32;
    }

    pub(super) const fn add_if(&mut self, seen: bool, quirk: Quirk) {
        if seen {
            self.add(quirk);
        }
    }
}

impl fmt::Debug for Quirks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn a_set_holds_what_was_added() {
        let mut quirks = Quirks::default();
        assert!(quirks.is_empty());
        quirks.add(Quirk::Bom);
        quirks.add_if(true, Quirk::BadBase64);
        quirks.add_if(false, Quirk::Latin1);
        assert_eq!(format!("{quirks:?}"), "{Bom, BadBase64}");
        assert!(Quirk::ALL.len() <= 64);
    }
}
