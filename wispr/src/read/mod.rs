//! The tolerant reader: pages found in the field in, messages out (spec: wispr 8).
//!
//! It never fails on bad markup; it only has limits: an input of [`MAX_INPUT`] octets, [`MAX_BLOCKS`] blocks of
//! [`MAX_BLOCK`] octets, [`MAX_FIELDS`] fields in a block, texts and URLs of [`MAX_TEXT`] characters. It reads in time
//! proportional to the input, never recurses, never expands entities, and borrows what needs no repair.

mod block;
mod quirk;
mod scan;
#[cfg(feature = "strict")]
mod strict;
mod text;

pub use quirk::{Quirk, Quirks};
#[cfg(feature = "strict")]
pub use strict::{StrictError, read_strict};
pub use text::MAX_TEXT;

use crate::message::Message;
use alloc::{borrow::Cow, string::String, vec::Vec};

/// The longest input in octets (spec: wispr 8 rule 1).
pub const MAX_INPUT: usize = 512 * 1024;
/// The largest block in octets of the input, from the `<` of its start tag to the end of what it holds; a larger one is
/// skipped (spec: wispr 8 rule 3). Zero octets, which are dropped before, do not count.
pub const MAX_BLOCK: usize = 64 * 1024;
/// How many blocks are read (spec: wispr 8 rule 3).
pub const MAX_BLOCKS: usize = 16;
/// How many fields of a block are read (spec: wispr 8 rule 9).
pub const MAX_FIELDS: usize = 64;

/// Why there is no message to act upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The input is longer than [`MAX_INPUT`]; nothing was read.
    #[error("{len} octets, more than {MAX_INPUT}")]
    TooBig {
        /// How long it is.
        len: usize,
    },
    /// There is no block.
    #[error("no WISPAccessGatewayParam")]
    NoBlock,
    /// There is a block, but no message in it.
    #[error("no message in WISPAccessGatewayParam")]
    NoMessage,
    /// All blocks were dropped because of a document type definition.
    #[error("document type definition")]
    Dtd,
    /// There are messages, but none with all that is needed to act upon it.
    #[error("no complete message")]
    Incomplete,
}

/// Reads a page with the default options.
///
/// # Errors
/// [`ReadError::TooBig`].
pub fn read(octets: &[u8]) -> Result<Document<'_>, ReadError> {
    Reader::new().read(octets)
}

/// The reader's options.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reader {
    keep_blanks: bool,
}

impl Reader {
    /// The default options.
    #[must_use]
    pub const fn new() -> Self {
        Self { keep_blanks: false }
    }

    /// Keeps blanks inside URLs as `%20` instead of taking them out (spec: wispr 8 rule 10).
    #[must_use]
    pub const fn encode_blanks(mut self, on: bool) -> Self {
        self.keep_blanks = on;
        self
    }

    /// Reads a page.
    ///
    /// # Errors
    /// [`ReadError::TooBig`]. Why a document has no usable message is said by [`Document::usable`].
    pub fn read(self, octets: &[u8]) -> Result<Document<'_>, ReadError> {
        if octets.len() > MAX_INPUT {
            return Err(ReadError::TooBig { len: octets.len() });
        }
        let mut quirks = Quirks::default();
        Ok(match decode(octets, &mut quirks) {
            Cow::Borrowed(text) => self.document(text, quirks),
            Cow::Owned(text) => self.document(&text, quirks).into_owned(),
        })
    }

    fn document(self, text: &str, quirks: Quirks) -> Document<'_> {
        let mut document = Document { first: None, rest: Vec::new(), use_index: None, error: None, quirks };
        let (mut read, mut dropped, mut at) = (0, 0, 0);
        while let Some(block) = scan::next_block(text, at) {
            at = block.next;
            if octets_in(block.whole, document.quirks) > MAX_BLOCK {
                document.quirks.add(Quirk::LargeBlock);
                continue;
            }
            if read == MAX_BLOCKS {
                document.quirks.add(Quirk::TooManyBlocks);
                break;
            }
            read += 1;
            document.quirks.add_if(read > 1, Quirk::MultipleBlocks);
            block.note(text, &mut document.quirks);
            if scan::has_document_type(block.content) {
                document.quirks.add(Quirk::DocumentType);
                dropped += 1;
            } else {
                block::Reader::new(block.content, self.keep_blanks, &mut document).read();
            }
        }
        let use_index = document.messages().position(Message::is_usable);
        document.use_index = use_index;
        document.error = match document.use_index {
            Some(_) => None,
            None if document.first.is_some() => Some(ReadError::Incomplete),
            None if read == 0 => Some(ReadError::NoBlock),
            None if read == dropped => Some(ReadError::Dtd),
            None => Some(ReadError::NoMessage),
        };
        document
    }
}

/// Octets to text (spec: wispr 8 rule 2).
fn decode<'a>(octets: &'a [u8], quirks: &mut Quirks) -> Cow<'a, str> {
    let octets = match octets.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => {
            quirks.add(Quirk::Bom);
            rest
        }
        None => octets,
    };
    let octets = if memchr::memchr(0, octets).is_some() {
        quirks.add(Quirk::ZeroOctets);
        Cow::Owned(octets.iter().copied().filter(|octet| *octet != 0).collect())
    } else {
        Cow::Borrowed(octets)
    };
    let latin1 =
        |octets: &[u8]| Cow::Owned(octets.iter().map(|octet| char::from(*octet)).collect::<String>());
    let text = match octets {
        Cow::Borrowed(octets) => {
            core::str::from_utf8(octets).map_or_else(|_| Err(octets.to_vec()), |t| Ok(t.into()))
        }
        Cow::Owned(octets) => String::from_utf8(octets).map(Cow::Owned).map_err(|e| e.into_bytes()),
    };
    text.unwrap_or_else(|octets: Vec<u8>| {
        quirks.add(Quirk::Latin1);
        latin1(&octets)
    })
}

/// How many octets of the input a piece of the text was made of.
fn octets_in(piece: &str, quirks: Quirks) -> usize {
    // ISO-8859-1 has one octet for each character, of which some are two in the text.
    if quirks.contains(Quirk::Latin1) { piece.chars().count() } else { piece.len() }
}

/// What a page holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document<'a> {
    // Nearly every page has one message: the first one needs no allocation.
    first: Option<Message<'a>>,
    rest: Vec<Message<'a>>,
    use_index: Option<usize>,
    error: Option<ReadError>,
    quirks: Quirks,
}

impl<'a> Document<'a> {
    /// All messages, usable or not, in the order of the page.
    pub fn messages(&self) -> impl Iterator<Item = &Message<'a>> + Clone {
        self.first.iter().chain(&self.rest)
    }

    /// The number of the message to act upon, counted from 0 (spec: wispr 8 rule 13).
    #[must_use]
    pub const fn use_index(&self) -> Option<usize> {
        self.use_index
    }

    /// The message to act upon: the first usable one (spec: wispr 8 rule 13).
    ///
    /// # Errors
    /// Why there is none: [`ReadError::NoBlock`], `NoMessage`, `Dtd` or `Incomplete`.
    pub fn usable(&self) -> Result<&Message<'a>, ReadError> {
        let message = self.use_index.and_then(|index| self.messages().nth(index));
        message.ok_or(self.error.unwrap_or(ReadError::NoMessage))
    }

    /// As [`Document::usable`], without a copy.
    ///
    /// # Errors
    /// As [`Document::usable`].
    pub fn into_usable(self) -> Result<Message<'a>, ReadError> {
        let index = self.use_index.ok_or(self.error.unwrap_or(ReadError::NoMessage))?;
        self.first.into_iter().chain(self.rest).nth(index).ok_or(ReadError::NoMessage)
    }

    /// What was wrong with the page.
    #[must_use]
    pub const fn quirks(&self) -> Quirks {
        self.quirks
    }

    /// The same document, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> Document<'static> {
        Document {
            first: self.first.map(Message::into_owned),
            rest: self.rest.into_iter().map(Message::into_owned).collect(),
            use_index: self.use_index,
            error: self.error,
            quirks: self.quirks,
        }
    }

    fn push(&mut self, message: Message<'a>) {
        if self.first.is_none() {
            self.first = Some(message);
        } else {
            self.rest.push(message);
        }
    }
}

impl scan::Block<'_> {
    /// Notes what is wrong round the block.
    fn note(&self, text: &str, quirks: &mut Quirks) {
        quirks.add_if(!self.closed, Quirk::Unterminated);
        quirks.add_if(self.prefixed, Quirk::Prefix);
        quirks.add_if(self.other_case, Quirk::LetterCase);
        quirks.add_if(self.open_quote, Quirk::OpenQuote);
        if self.in_comment {
            quirks.add_if(scan::find(self.content.as_bytes(), b"--").is_some(), Quirk::DoubleHyphen);
            return;
        }
        let before = scan::trimmed(text.get(..self.start).unwrap_or_default());
        let whole_body = before.is_empty()
            || (before.starts_with("<?xml") && scan::find(before.as_bytes(), b"<html").is_none());
        quirks.add_if(!whole_body, Quirk::NotInComment);
        let after = text.get(self.next..).unwrap_or_default();
        quirks.add_if(whole_body && !scan::trimmed(after).is_empty(), Quirk::TrailingGarbage);
    }
}

#[cfg(test)]
mod tests;
