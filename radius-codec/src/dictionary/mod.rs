//! Dictionaries read at run time, in the grammar of FreeRADIUS versions 2 to 4 (spec: radius 19).
//!
//! [`Dictionary::load`] reads files through a callback, so there is no I/O here. [`Dictionary::standard`] has the
//! attributes of [`crate::dict`], from the same files. With a dictionary, a packet becomes a list of named
//! [`Pair`]s ([`Dictionary::decode`]), pairs become text ([`Pair::display`]) as radclient prints it, and text becomes
//! pairs ([`Dictionary::parse_pair`]) and attributes again ([`encode`]).

mod abinary;
mod decode;
mod encode;
mod error;
mod filter_rules;
pub mod generate;
mod group;
mod index;
mod pair;
mod parse;
mod text;
mod words;

pub use decode::Keys;
pub use encode::encode;
pub use error::{Cause, DictionaryError, Warning};
pub use pair::{Pair, Unhidden, Value};
pub use parse::{MAX_INCLUDE_DEPTH, MAX_SIZE};
pub use text::{DisplayPair, TextError};

use crate::attribute::Attributes;
use crate::path::Path;
use crate::vendor::Layout;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use index::Index;

/// Data type of an attribute as dictionaries name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Type {
    /// Text.
    String,
    /// Octets of any number.
    Octets,
    /// Octets of this number.
    FixedOctets(u8),
    /// An IPv4 address.
    Ipv4,
    /// 32 bits, unsigned.
    Integer,
    /// Seconds since 1970.
    Date,
    /// An IPv6 address.
    Ipv6,
    /// An IPv6 prefix.
    Ipv6Prefix,
    /// An IPv4 prefix.
    Ipv4Prefix,
    /// An interface identifier of 8 octets.
    Ifid,
    /// A link-layer address of 6 octets.
    Ether,
    /// 8 bits, unsigned.
    Byte,
    /// 16 bits, unsigned.
    Short,
    /// 32 bits, signed.
    Signed,
    /// 64 bits, unsigned.
    Integer64,
    /// A boolean.
    Boolean,
    /// An IPv4 or IPv6 address.
    ComboIp,
    /// Ascend's filters: the text of one; octets for what is none.
    Abinary,
    /// TLVs.
    Tlv,
    /// A fixed layout; kept as octets.
    Struct,
    /// Vendor-Specific.
    Vsa,
    /// Extended-Vendor-Specific.
    Evs,
    /// An extended attribute.
    Extended,
    /// A long extended attribute.
    LongExtended,
    /// A span of time; kept as a number.
    TimeDelta,
    /// Internal to servers.
    Group,
}

impl Type {
    /// Octets of one value, for types of one size.
    pub(super) const fn fixed_size(self) -> Option<usize> {
        match self {
            Self::Byte | Self::Boolean => Some(1),
            Self::Short => Some(2),
            Self::Integer | Self::Signed | Self::Date | Self::TimeDelta | Self::Ipv4 => Some(4),
            Self::Ether | Self::Ipv4Prefix => Some(6),
            Self::Integer64 | Self::Ifid => Some(8),
            Self::Ipv6 => Some(16),
            Self::FixedOctets(size) => Some(size as usize),
            _ => None,
        }
    }

    /// The word of this type; for words with a second spelling the older one.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Octets | Self::FixedOctets(_) => "octets",
            Self::Ipv4 => "ipaddr",
            Self::Integer => "integer",
            Self::Date => "date",
            Self::Ipv6 => "ipv6addr",
            Self::Ipv6Prefix => "ipv6prefix",
            Self::Ipv4Prefix => "ipv4prefix",
            Self::Ifid => "ifid",
            Self::Ether => "ether",
            Self::Byte => "byte",
            Self::Short => "short",
            Self::Signed => "signed",
            Self::Integer64 => "integer64",
            Self::Boolean => "bool",
            Self::ComboIp => "combo-ip",
            Self::Abinary => "abinary",
            Self::Tlv => "tlv",
            Self::Struct => "struct",
            Self::Vsa => "vsa",
            Self::Evs => "evs",
            Self::Extended => "extended",
            Self::LongExtended => "long-extended",
            Self::TimeDelta => "time_delta",
            Self::Group => "group",
        }
    }
}

/// How a value is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Encrypt {
    /// It is not.
    #[default]
    No,
    /// As User-Password (`encrypt=1`).
    UserPassword,
    /// With a salt, as Tunnel-Password (`encrypt=2`).
    TunnelPassword,
    /// In one block, as Ascend-Send-Secret (`encrypt=3`).
    AscendSecret,
}

/// Flags of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Flags {
    /// A tag stands in front (RFC 2868).
    pub has_tag: bool,
    /// The value is hidden.
    pub encrypt: Encrypt,
    /// The value is spread over several attributes.
    pub concat: bool,
    /// Several values stand in one attribute.
    pub array: bool,
    /// Not on the wire.
    pub internal: bool,
    /// Not to be logged.
    pub secret: bool,
}

/// One attribute of a dictionary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Its name.
    pub name: Box<str>,
    /// Where it stands.
    pub path: Path,
    /// Its type.
    pub data_type: Type,
    /// Its flags.
    pub flags: Flags,
}

/// One vendor of a dictionary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vendor {
    /// Its name.
    pub name: Box<str>,
    /// Its number.
    pub number: u32,
    /// How it lays out sub-attributes.
    pub layout: Layout,
}

/// One named number of a dictionary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedNumber {
    attribute: usize,
    /// The name.
    pub name: Box<str>,
    /// The number; negative ones in two's complement.
    pub number: u64,
}

/// The attributes, vendors and named numbers of a set of dictionary files.
///
/// Lookups by name ignore the case of ASCII letters, take constant time and do not allocate.
#[derive(Debug, Default)]
pub struct Dictionary {
    attributes: Vec<Definition>,
    vendors: Vec<Vendor>,
    numbers: Vec<NamedNumber>,
    /// Full names of version 4 and aliases, beside the short names.
    names: Vec<(Box<str>, usize)>,
    by_name: Index,
    by_path: Index,
    by_number: Index,
    by_number_name: Index,
    vendor_by_name: Index,
    vendor_by_number: Index,
    warnings: Vec<Warning>,
}

macro_rules! own_files {
    ($($name:literal,)*) => {
        /// The dictionary files of this crate, by name; `dictionary` includes all others.
        pub const OWN_FILES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../dictionaries/", $name)))),*];
    };
}

own_files! {
    "dictionary",
    "dictionary.chillispot",
    "dictionary.microsoft",
    "dictionary.rfc2865",
    "dictionary.rfc2866",
    "dictionary.rfc2867",
    "dictionary.rfc2868",
    "dictionary.rfc2869",
    "dictionary.rfc3162",
    "dictionary.rfc3576",
    "dictionary.rfc4072",
    "dictionary.rfc4372",
    "dictionary.rfc4675",
    "dictionary.rfc4679",
    "dictionary.rfc4818",
    "dictionary.rfc4849",
    "dictionary.rfc5090",
    "dictionary.rfc5447",
    "dictionary.rfc5580",
    "dictionary.rfc5904",
    "dictionary.rfc6572",
    "dictionary.rfc6677",
    "dictionary.rfc6911",
    "dictionary.rfc6929",
    "dictionary.rfc6930",
    "dictionary.rfc7055",
    "dictionary.rfc7155",
    "dictionary.rfc7268",
    "dictionary.rfc7499",
    "dictionary.rfc7930",
    "dictionary.rfc8045",
    "dictionary.rfc8559",
    "dictionary.wimax",
    "dictionary.wispr",
}

impl Dictionary {
    /// Reads `file` and what it includes. `source` gives the text of a file by name, or `None` if there is none; names
    /// of included files are relative to the including one.
    ///
    /// # Errors
    /// The first thing that is wrong, with file and line.
    pub fn load(file: &str, source: impl FnMut(&str) -> Option<String>) -> Result<Self, DictionaryError> {
        parse::load(file, source)
    }

    /// Reads one text without includes.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line.
    pub fn from_text(text: &str) -> Result<Self, DictionaryError> {
        Self::load("dictionary", |name| (name == "dictionary").then(|| text.into()))
    }

    /// The attributes of this crate's own files: the RFCs, WISPr, ChilliSpot, Microsoft and WiMAX.
    ///
    /// # Errors
    /// None in a released version, where a test loads them.
    pub fn standard() -> Result<Self, DictionaryError> {
        Self::load("dictionary", |name| {
            OWN_FILES.iter().find(|(own, _)| *own == name).map(|(_, text)| (*text).into())
        })
    }

    /// The attribute with this name: `User-Name`, or in version 4 also `Vendor-Specific.Cisco.AVPair`.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Definition> {
        let found = self.by_name.find(index::hash_name(name), |at| {
            self.names.get(at).is_some_and(|(known, _)| known.eq_ignore_ascii_case(name))
        })?;
        self.attributes.get(self.names.get(found)?.1)
    }

    /// The attribute at this path.
    #[must_use]
    pub fn attribute_at(&self, path: Path) -> Option<&Definition> {
        self.attributes.get(self.position(path)?)
    }

    fn position(&self, path: Path) -> Option<usize> {
        self.by_path.find(index::hash_numbers(path.numbers()), |at| {
            self.attributes.get(at).is_some_and(|known| known.path == path)
        })
    }

    /// The number that `name` stands for as a value of `attribute`.
    #[must_use]
    pub fn number(&self, attribute: &Definition, name: &str) -> Option<u64> {
        let position = self.position(attribute.path)?;
        let found = self.by_number_name.find(index::hash_value_name(position, name), |at| {
            self.numbers
                .get(at)
                .is_some_and(|known| known.attribute == position && known.name.eq_ignore_ascii_case(name))
        })?;
        self.numbers.get(found).map(|known| known.number)
    }

    /// The name of a value of `attribute`; of several the last one that was defined.
    #[must_use]
    pub fn number_name(&self, attribute: &Definition, number: u64) -> Option<&str> {
        let position = self.position(attribute.path)?;
        let found = self.by_number.find(index::hash_value(position, number), |at| {
            self.numbers.get(at).is_some_and(|known| known.attribute == position && known.number == number)
        })?;
        self.numbers.get(found).map(|known| &*known.name)
    }

    /// The vendor with this name.
    #[must_use]
    pub fn vendor(&self, name: &str) -> Option<&Vendor> {
        let found = self.vendor_by_name.find(index::hash_name(name), |at| {
            self.vendors.get(at).is_some_and(|known| known.name.eq_ignore_ascii_case(name))
        })?;
        self.vendors.get(found)
    }

    /// The vendor with this number.
    #[must_use]
    pub fn vendor_number(&self, number: u32) -> Option<&Vendor> {
        let found = self.vendor_by_number.find(index::hash_numbers(&[number]), |at| {
            self.vendors.get(at).is_some_and(|known| known.number == number)
        })?;
        self.vendors.get(found)
    }

    /// How a vendor lays out sub-attributes: as its line says, else as is known.
    #[must_use]
    pub fn layout(&self, vendor: u32) -> Layout {
        self.vendor_number(vendor).map_or_else(|| Layout::of(vendor), |known| known.layout)
    }

    /// Every attribute, in the order of the files.
    #[must_use]
    pub fn attributes(&self) -> &[Definition] {
        &self.attributes
    }

    /// Every vendor, in the order of the files.
    #[must_use]
    pub fn vendors(&self) -> &[Vendor] {
        &self.vendors
    }

    /// Every named number of an attribute, in the order of the files.
    pub fn numbers(&self, attribute: &Definition) -> impl Iterator<Item = &NamedNumber> {
        let position = self.position(attribute.path);
        self.numbers.iter().filter(move |known| Some(known.attribute) == position)
    }

    /// What is odd in the files, but no error.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Reads the first value of the attribute with this name.
    ///
    /// `None` when there is no such name or no such attribute in the packet. Hidden values stay hidden.
    #[must_use]
    pub fn get(&self, attributes: Attributes<'_>, name: &str) -> Option<Value> {
        let definition = self.attribute(name)?;
        let pairs = self.decode(attributes, None);
        pair::flatten(pairs).find(|pair| pair.path == definition.path).map(|pair| pair.value)
    }

    /// Builds the indexes once everything is read.
    fn index(&mut self) {
        let names = self.names.iter().map(|(name, _)| index::hash_name(name));
        self.by_name = Index::first(
            names,
            |a, b| matches!((self.names.get(a), self.names.get(b)), (Some(a), Some(b)) if a.0.eq_ignore_ascii_case(&b.0)),
        );
        let paths = self.attributes.iter().map(|known| index::hash_numbers(known.path.numbers()));
        self.by_path = Index::last(
            paths,
            |a, b| matches!((self.attributes.get(a), self.attributes.get(b)), (Some(a), Some(b)) if a.path == b.path),
        );
        // A second name for the same path is another way to the same attribute.
        let position =
            |at: usize| self.attributes.get(at).and_then(|known| self.position(known.path)).unwrap_or(at);
        let moved: Vec<usize> = self.numbers.iter().map(|known| position(known.attribute)).collect();
        for (number, attribute) in self.numbers.iter_mut().zip(moved) {
            number.attribute = attribute;
        }
        let numbers = &self.numbers;
        let same = |a: usize, b: usize, test: &dyn Fn(&NamedNumber, &NamedNumber) -> bool| matches!((numbers.get(a), numbers.get(b)), (Some(a), Some(b)) if a.attribute == b.attribute && test(a, b));
        self.by_number = Index::last(
            numbers.iter().map(|known| index::hash_value(known.attribute, known.number)),
            |a, b| same(a, b, &|a, b| a.number == b.number),
        );
        self.by_number_name = Index::last(
            numbers.iter().map(|known| index::hash_value_name(known.attribute, &known.name)),
            |a, b| same(a, b, &|a, b| a.name.eq_ignore_ascii_case(&b.name)),
        );
        self.vendor_by_name = Index::last(
            self.vendors.iter().map(|known| index::hash_name(&known.name)),
            |a, b| matches!((self.vendors.get(a), self.vendors.get(b)), (Some(a), Some(b)) if a.name == b.name),
        );
        self.vendor_by_number = Index::first(
            self.vendors.iter().map(|known| index::hash_numbers(&[known.number])),
            |a, b| matches!((self.vendors.get(a), self.vendors.get(b)), (Some(a), Some(b)) if a.number == b.number),
        );
    }
}
