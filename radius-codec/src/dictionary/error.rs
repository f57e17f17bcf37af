//! What can be wrong or odd in dictionary files (spec: radius 19.1).

use alloc::boxed::Box;

/// What is wrong in a dictionary, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {cause}")]
pub struct DictionaryError {
    /// The file.
    pub file: Box<str>,
    /// The line, counted from 1; 0 for the file as a whole.
    pub line: usize,
    /// What is wrong.
    pub cause: Cause,
}

/// Something odd that is no error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The file.
    pub file: Box<str>,
    /// The line, counted from 1.
    pub line: usize,
    /// What is odd.
    pub text: &'static str,
}

/// What can be wrong in a dictionary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Cause {
    /// The first word of the line is no keyword.
    #[error("unknown keyword")]
    Keyword,
    /// The line has too few or too many words.
    #[error("wrong number of words")]
    Words,
    /// A number that cannot be read.
    #[error("bad number")]
    Number,
    /// A number that does not fit where it stands.
    #[error("number out of range")]
    Range,
    /// A type that is not known.
    #[error("unknown type")]
    Type,
    /// A flag that is not known.
    #[error("unknown flag")]
    Flag,
    /// A flag that does not go with the type.
    #[error("flag does not go with the type")]
    FlagForType,
    /// A named number of an attribute whose values are no numbers.
    #[error("the attribute's values are no numbers that could have names")]
    ValueForType,
    /// A name that is defined in another way already.
    #[error("name is defined differently already")]
    Redefined,
    /// A vendor that is not defined.
    #[error("unknown vendor")]
    Vendor,
    /// A vendor's format that is not `t,l` or `t,l,c`.
    #[error("bad format")]
    Format,
    /// An attribute that is not defined.
    #[error("unknown attribute")]
    Attribute,
    /// A vendor's block inside a vendor's block.
    #[error("BEGIN-VENDOR inside a vendor's block: END-VENDOR is missing")]
    Nested,
    /// An END without its BEGIN.
    #[error("END does not match BEGIN")]
    End,
    /// More nested `$INCLUDE` than [`MAX_INCLUDE_DEPTH`](super::MAX_INCLUDE_DEPTH).
    #[error("files included too deep")]
    IncludeDepth,
    /// A file that includes itself.
    #[error("file includes itself")]
    IncludeCycle,
    /// A file that is not there.
    #[error("no such file")]
    NoFile,
    /// All files together are larger than [`MAX_SIZE`](super::MAX_SIZE).
    #[error("dictionary is too large")]
    TooLarge,
}
