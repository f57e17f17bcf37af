//! The published list: formats 1, 2 and 3 into one model (spec: discovery 2 to 6).

mod entry;
pub(crate) mod json;
mod warning;

pub use warning::{DropReason, Member, Warning, WarningKind};

use crate::model::{IdTable, Institution, Store};
use crate::text::trim;
use entry::Builder;
use json::{Kind, Reader, Scalar, Text};
use std::borrow::Cow;
use std::fmt;

/// Octets of a list after decompression, unless [`Limits`] say otherwise (spec: discovery 6).
pub const MAX_OCTETS: usize = 16 * 1024 * 1024;
/// Institutions of a list (spec: discovery 6).
pub const MAX_INSTITUTIONS: usize = 100_000;
/// Profiles that are read of one institution; further ones are ignored (spec: discovery 6).
pub const MAX_PROFILES: usize = 1000;
/// Profiles that are read of all institutions together; further ones are ignored. `{},` is three octets in the list and
/// seventy here, so that without this bound a hostile list would take twenty times its size.
pub const MAX_PROFILES_IN_ALL: usize = 1_000_000;
/// Names that are read of one institution or profile; further ones are ignored.
pub const MAX_NAMES: usize = 1000;
/// Nesting of arrays and objects (spec: discovery 6).
pub const MAX_DEPTH: usize = json::MAX_DEPTH as usize;
/// Warnings that are recorded; more are only counted (spec: discovery 6).
pub const MAX_WARNINGS: usize = 256;

const MARKER_V2: &str = "http://letswifi.app/discovery#v2";
const MARKER_V3: &str = "http://letswifi.app/discovery#v3";

/// Bounds that the caller may choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Largest input in octets. Values above 1 GiB count as 1 GiB: positions are kept in 32 bits.
    pub octets: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { octets: MAX_OCTETS }
    }
}

/// Which of the three formats a list has (spec: discovery 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// `instances` on the top level.
    V1,
    /// Below the marker `http://letswifi.app/discovery#v2`.
    V2,
    /// Below the marker `http://letswifi.app/discovery#v3`.
    V3,
}

impl Format {
    /// 1, 2 or 3.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::V1 => 1,
            Self::V2 => 2,
            Self::V3 => 3,
        }
    }

    /// Names of the list member, the usual one first (spec: discovery 3).
    const fn lists(self) -> &'static [&'static str] {
        match self {
            Self::V1 => &["instances"],
            Self::V2 => &["institutions", "instances", "providers"],
            Self::V3 => &["providers"],
        }
    }
}

/// Why octets are not a usable list (spec: discovery 4 to 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// More octets than the limit.
    #[error("{octets} octets, at most {limit} are allowed")]
    TooLarge {
        /// Octets given.
        octets: usize,
        /// Octets allowed.
        limit: usize,
    },
    /// Not UTF-8 from this octet on.
    #[error("no UTF-8 at octet {offset}")]
    NotUtf8 {
        /// Octets before it.
        offset: usize,
    },
    /// Not JSON (RFC 8259).
    #[error("no JSON at octet {offset}")]
    BadJson {
        /// Octets before it.
        offset: usize,
    },
    /// Nested more than [`MAX_DEPTH`] deep.
    #[error("nested too deep at octet {offset}")]
    TooDeep {
        /// Octets before it.
        offset: usize,
    },
    /// JSON, but no object.
    #[error("the top level is no object")]
    NotAnObject,
    /// None of the known formats.
    #[error("no known format")]
    UnknownFormat,
    /// Format 1 with a `version` other than 1.
    #[error("unsupported version")]
    UnsupportedVersion,
    /// `version` is no non-negative integer.
    #[error("version is no number")]
    BadVersion,
    /// `seq` is no unsigned 64-bit integer.
    #[error("seq is no unsigned 64-bit integer")]
    BadSeq,
    /// The list member is missing or no array.
    #[error("no list of institutions")]
    NoList,
    /// More than [`MAX_INSTITUTIONS`].
    #[error("too many institutions")]
    TooMany,
}

impl DecodeError {
    /// The code of section 6, such as `bad_json`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too_large",
            Self::NotUtf8 { .. } => "not_utf8",
            Self::BadJson { .. } => "bad_json",
            Self::TooDeep { .. } => "too_deep",
            Self::NotAnObject => "not_an_object",
            Self::UnknownFormat => "unknown_format",
            Self::UnsupportedVersion => "unsupported_version",
            Self::BadVersion => "bad_version",
            Self::BadSeq => "bad_seq",
            Self::NoList => "no_list",
            Self::TooMany => "too_many",
        }
    }
}

/// A list, read and cleaned up.
///
/// Entries that break the schema are repaired or dropped, and [`Self::warnings`] says which: one bad entry does not make
/// the list unusable.
pub struct Document {
    format: Format,
    seq: Option<u64>,
    store: Store,
    ids: IdTable,
    warnings: Vec<Warning>,
    warning_count: u64,
}

impl Document {
    /// Reads a list of any format, at most [`MAX_OCTETS`] octets.
    ///
    /// # Errors
    /// See [`DecodeError`]; deviations inside an entry are no errors.
    pub fn parse(octets: &[u8]) -> Result<Self, DecodeError> {
        Self::parse_with(octets, Limits::default())
    }

    /// Reads a list of any format within `limits`.
    ///
    /// # Errors
    /// See [`DecodeError`]; deviations inside an entry are no errors.
    pub fn parse_with(octets: &[u8], limits: Limits) -> Result<Self, DecodeError> {
        /// Positions are 32 bits wide and must not reach the marks used among them.
        const WIDEST: usize = 1 << 30;
        let limit = limits.octets.min(WIDEST);
        if octets.len() > limit {
            return Err(DecodeError::TooLarge { octets: octets.len(), limit });
        }
        let bom = if octets.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        let text = str::from_utf8(octets.get(bom..).unwrap_or_default())
            .map_err(|e| DecodeError::NotUtf8 { offset: bom + e.valid_up_to() })?;
        read(text).map_err(|failure| match failure {
            Failure::Json(json::Error::Malformed(at)) => DecodeError::BadJson { offset: bom + at },
            Failure::Json(json::Error::TooDeep(at)) => DecodeError::TooDeep { offset: bom + at },
            Failure::Shape(error) => error,
        })
    }

    /// Which format it had.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// The sequence number; without one a list must not be accepted from the network (spec: discovery 5).
    #[must_use]
    pub fn seq(&self) -> Option<u64> {
        self.seq
    }

    /// How many institutions there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.store.institutions.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All institutions in the order of the list, which carries no meaning.
    pub fn institutions(&self) -> impl ExactSizeIterator<Item = Institution<'_>> + Clone {
        (0..self.len()).map(|position| {
            Institution::new(&self.store, position).unwrap_or_else(|| unreachable!("within len"))
        })
    }

    /// The institution at this position, as [`crate::search::Hit`] gives it.
    #[must_use]
    pub fn institution(&self, position: usize) -> Option<Institution<'_>> {
        Institution::new(&self.store, position)
    }

    /// The first institution with this id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<Institution<'_>> {
        self.institution(self.ids.find(&self.store, id)? as usize)
    }

    /// What was repaired or dropped, the first [`MAX_WARNINGS`].
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// How many warnings there were, recorded or not.
    #[must_use]
    pub fn warning_count(&self) -> u64 {
        self.warning_count
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("format", &self.format)
            .field("seq", &self.seq)
            .field("institutions", &self.len())
            .field("warnings", &self.warning_count)
            .finish_non_exhaustive()
    }
}

enum Failure {
    Json(json::Error),
    Shape(DecodeError),
}

impl From<json::Error> for Failure {
    fn from(error: json::Error) -> Self {
        Self::Json(error)
    }
}

/// The list that has been read so far, and where it began.
#[derive(Default)]
struct Attempt<'a> {
    offset: Option<usize>,
    too_many: bool,
    builder: Builder<'a>,
}

impl<'a> Attempt<'a> {
    /// Reads the array that comes next; anything read before is given up.
    fn read(&mut self, reader: &mut Reader<'a>, format: Format) -> Result<(), json::Error> {
        self.offset = Some(reader.offset());
        self.builder = Builder::new(format, reader.remaining());
        reader.open()?;
        let (mut first, mut index) = (true, 0);
        while reader.element(&mut first)? {
            if index < MAX_INSTITUTIONS {
                self.builder.institution(reader, index)?;
            } else {
                reader.skip()?;
            }
            index += 1;
        }
        self.too_many = index > MAX_INSTITUTIONS;
        Ok(())
    }
}

/// The members of an object that holds a list.
#[derive(Default)]
struct Outline<'a> {
    seq: Scalar<'a>,
    /// In the order of [`Format::lists`]: where the value begins and whether it is an array.
    lists: [Option<(usize, bool)>; 3],
}

impl<'a> Outline<'a> {
    /// Where the list begins that counts.
    fn list(&self) -> Option<usize> {
        self.lists.iter().flatten().find(|(_, array)| *array).map(|(offset, _)| *offset)
    }

    /// Reads the member `name` if it belongs here. A list is read at once if it may be the one that counts; the caller
    /// compares the offsets in the end and goes back if it was not.
    fn member(
        &mut self,
        name: Text<'a>,
        reader: &mut Reader<'a>,
        format: Format,
        attempt: Option<&mut Attempt<'a>>,
    ) -> Result<bool, json::Error> {
        if name.is("seq") {
            self.seq = reader.scalar()?;
            return Ok(true);
        }
        let Some(rank) = format.lists().iter().position(|list| name.is(list)) else {
            return Ok(false);
        };
        let array = reader.kind() == Kind::Array;
        let first = self.list().is_none();
        if let Some(slot) = self.lists.get_mut(rank) {
            *slot = Some((reader.offset(), array));
        }
        match attempt {
            Some(attempt) if array && first => attempt.read(reader, format)?,
            _ => reader.skip()?,
        }
        Ok(true)
    }

    /// Reads the object behind a marker; anything else does not count.
    fn marked(
        reader: &mut Reader<'a>,
        format: Format,
        mut attempt: Option<&mut Attempt<'a>>,
    ) -> Result<Option<Self>, json::Error> {
        if reader.kind() != Kind::Object {
            reader.skip()?;
            return Ok(None);
        }
        let mut outline = Self::default();
        reader.open()?;
        let mut first = true;
        while let Some(name) = reader.member(&mut first)? {
            if !outline.member(name, reader, format, attempt.as_deref_mut())? {
                reader.skip()?;
            }
        }
        Ok(Some(outline))
    }
}

fn read(text: &str) -> Result<Document, Failure> {
    let mut reader = Reader::new(text);
    if reader.kind() != Kind::Object {
        reader.skip()?;
        reader.end()?;
        return Err(Failure::Shape(DecodeError::NotAnObject));
    }
    let mut attempt = Attempt::default();
    let (mut plain, mut v2, mut v3) = (Outline::default(), None, None);
    let mut stated_version = Scalar::Missing;
    reader.open()?;
    let mut first = true;
    while let Some(name) = reader.member(&mut first)? {
        if name.is("version") {
            stated_version = reader.scalar()?;
        } else if name.is(MARKER_V3) {
            v3 = Outline::marked(&mut reader, Format::V3, Some(&mut attempt))?;
        } else if name.is(MARKER_V2) {
            v2 = Outline::marked(&mut reader, Format::V2, v3.is_none().then_some(&mut attempt))?;
        } else {
            let hopeful = (v2.is_none() && v3.is_none()).then_some(&mut attempt);
            if !plain.member(name, &mut reader, Format::V1, hopeful)? {
                reader.skip()?;
            }
        }
    }
    reader.end()?;

    let mut warnings = Vec::new();
    let (format, outline) = match (v3, v2) {
        (Some(outline), _) => (Format::V3, outline),
        (None, Some(outline)) => (Format::V2, outline),
        (None, None) if plain.lists[0].is_some() => {
            warnings.extend(version(stated_version).map_err(Failure::Shape)?);
            (Format::V1, plain)
        }
        (None, None) => return Err(Failure::Shape(DecodeError::UnknownFormat)),
    };
    let seq = match outline.seq {
        Scalar::Missing | Scalar::Null => {
            warnings.push(Warning::of_list(WarningKind::MissingSeq));
            None
        }
        given => Some(integer(given).ok_or(Failure::Shape(DecodeError::BadSeq))?),
    };
    let offset = outline.list().ok_or(Failure::Shape(DecodeError::NoList))?;
    if attempt.offset != Some(offset) {
        attempt.read(&mut Reader::at(text, offset), format)?;
    }
    if attempt.too_many {
        return Err(Failure::Shape(DecodeError::TooMany));
    }
    Ok(attempt.builder.finish(format, seq, &warnings))
}

/// `version` of format 1 (spec: discovery 4).
fn version(value: Scalar<'_>) -> Result<Option<Warning>, DecodeError> {
    match value {
        Scalar::Missing | Scalar::Null => Ok(Some(Warning::of_list(WarningKind::MissingVersion))),
        given => match whole(given).as_deref().map(|digits| digits.trim_start_matches('0')) {
            Some("1") => Ok(None),
            Some(_) => Err(DecodeError::UnsupportedVersion),
            None => Err(DecodeError::BadVersion),
        },
    }
}

/// A sequence number: an unsigned integer of 64 bits; as text it has at most 20 digits (spec: discovery 5).
fn integer(value: Scalar<'_>) -> Option<u64> {
    whole(value).filter(|digits| digits.len() <= 20)?.parse().ok()
}

/// The digits of an unsigned integer of any size in the spellings that section 5 accepts: digits, digits with a zero
/// fraction, digits as text.
fn whole(value: Scalar<'_>) -> Option<Cow<'_, str>> {
    let digits = match value {
        Scalar::Number(token) => Cow::Borrowed(integral(token)?),
        Scalar::Text(text) => Cow::Owned(trim(&text.to_text()).to_owned()),
        _ => return None,
    };
    is_digits(&digits).then_some(digits)
}

/// A number token without its fraction, if that is zero.
fn integral(token: &str) -> Option<&str> {
    let (whole, fraction) = token.split_once('.').unwrap_or((token, "0"));
    fraction.bytes().all(|o| o == b'0').then_some(whole)
}

/// One or more ASCII digits and nothing else.
fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|o| o.is_ascii_digit())
}
