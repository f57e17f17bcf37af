//! Rust out of dictionaries, for build scripts (spec: radius 19.3).
//!
//! The modules of [`crate::dict`] are made by it; a build script makes further ones of its own files:
//!
//! ```
//! use radius_codec::dictionary::{Dictionary, generate::{Options, module}};
//!
//! let text = "VENDOR Acme 32000\nBEGIN-VENDOR Acme\nATTRIBUTE Acme-Mode 1 integer\n\
//!             VALUE Acme-Mode Fast 7\nEND-VENDOR Acme\n";
//! let dictionary = Dictionary::from_text(text)?;
//! let rust = module(&dictionary, &Options::new("Acme, vendor 32000.").prefix("Acme-"))?;
//! assert!(rust.contains("pub const MODE: Attr<Mode> = Attr::new(Path::of(&[26, 32000, 1]), \"Acme-Mode\");"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The text is sorted by path and the same for the same input, needs no formatter, and stands on `no_std`.

use super::{Definition, Dictionary, Encrypt, Type, filter_rules};
use crate::path::Path;
use alloc::borrow::ToOwned as _;
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Columns after which a constant is broken into two lines, as this project's formatter does.
const WIDTH: usize = 110;

/// Why no Rust can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// Two attributes, or two enumerations, would have the same name.
    #[error("{first} and {second} would both be {name}")]
    Collision {
        /// The name in Rust.
        name: Box<str>,
        /// The one that has it.
        first: Box<str>,
        /// The one that wants it too.
        second: Box<str>,
    },
}

/// What a module is made of.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    title: &'a str,
    prefix: &'a str,
    krate: &'a str,
    vendor: Option<u32>,
    names: Option<BTreeSet<&'a str>>,
}

impl<'a> Options<'a> {
    /// Everything of the dictionary, under this line of documentation, for a crate that uses this one.
    #[must_use]
    pub const fn new(title: &'a str) -> Self {
        Self { title, prefix: "", krate: "radius_codec", vendor: None, names: None }
    }

    /// Leaves this out at the front of names, except where two would then be the same.
    #[must_use]
    pub const fn prefix(mut self, prefix: &'a str) -> Self {
        self.prefix = prefix;
        self
    }

    /// How this crate is called from the module.
    #[must_use]
    pub const fn crate_name(mut self, name: &'a str) -> Self {
        self.krate = name;
        self
    }

    /// Adds the constant `VENDOR`.
    #[must_use]
    pub const fn vendor(mut self, number: u32) -> Self {
        self.vendor = Some(number);
        self
    }

    /// Only attributes with these names.
    #[must_use]
    pub fn only(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        self.names = Some(names.into_iter().collect());
        self
    }
}

/// Makes the text of a module with a handle for each attribute and a type for each set of named numbers.
///
/// # Errors
/// When two names of the dictionary are the same name in Rust.
pub fn module(dictionary: &Dictionary, options: &Options<'_>) -> Result<String, GenerateError> {
    let wanted =
        |known: &&Definition| options.names.as_ref().is_none_or(|names| names.contains(&*known.name));
    let mut attributes: Vec<&Definition> = dictionary.attributes().iter().filter(wanted).collect();
    attributes.sort_by_key(|known| known.path);
    let mut constants = Names::default();
    let mut types = Names::default();
    let (mut handles, mut enumerations) = (String::new(), String::new());
    let mut imports = BTreeSet::new();
    for known in attributes {
        let data_type = match enumeration(dictionary, known, options, &mut types)? {
            Some((name, text)) => {
                enumerations.push_str(&text);
                imports.insert("enumeration".to_owned());
                name
            }
            None => marker(known, &mut imports),
        };
        let tagged = known.flags.has_tag && known.flags.encrypt == Encrypt::No;
        let data_type = if tagged { format!("Tagged<{data_type}>") } else { data_type };
        if tagged {
            imports.insert("Tagged".to_owned());
        }
        let name = constants.take(&known.name, options.prefix, constant_name)?;
        let numbers = numbers(known.path);
        handles.push_str(&format!("/// {}, `{}`.\n", known.name, known.path));
        let head = format!("pub const {name}: Attr<{data_type}> =");
        let tail = format!("Attr::new(Path::of(&[{numbers}]), \"{}\");", known.name);
        let gap = if head.len() + 1 + tail.len() > WIDTH { "\n    " } else { " " };
        handles.push_str(&format!("{head}{gap}{tail}\n"));
    }
    Ok(assemble(options, &imports, &handles, &enumerations))
}

fn assemble(options: &Options<'_>, imports: &BTreeSet<String>, handles: &str, enumerations: &str) -> String {
    let krate = options.krate;
    let mut text = format!(
        "//! {}\n\nuse {krate}::attr::Attr;\n",
        options.title.replace('\n', "\n//! ").replace("//! \n", "//!\n")
    );
    if imports.contains("enumeration") {
        text.push_str(&format!("use {krate}::enumeration;\n"));
    }
    text.push_str(&format!("use {krate}::path::Path;\n"));
    for import in imports.iter().filter(|import| *import != "enumeration") {
        text.push_str(&format!("use {krate}::value::{import};\n"));
    }
    if let Some(vendor) = options.vendor {
        text.push_str(&format!("\n/// The vendor number.\npub const VENDOR: u32 = {vendor};\n"));
    }
    text.push('\n');
    text.push_str(handles);
    text.push_str(enumerations);
    text
}

fn numbers(path: Path) -> String {
    let numbers: Vec<String> = path.numbers().iter().map(|number| format!("{number}")).collect();
    numbers.join(", ")
}

/// Names given out so far, and to whom.
#[derive(Default)]
struct Names(BTreeMap<String, Box<str>>);

impl Names {
    /// A name in Rust, without the prefix if it is then unique, else with it.
    fn take(&mut self, name: &str, prefix: &str, rust: fn(&str) -> String) -> Result<String, GenerateError> {
        let short = name.strip_prefix(prefix).filter(|short| !short.is_empty()).unwrap_or(name);
        let mut rust_name = rust(short);
        if self.0.contains_key(&rust_name) {
            rust_name = rust(name);
        }
        if let Some(first) = self.0.get(&rust_name) {
            let first = first.clone();
            return Err(GenerateError::Collision { name: rust_name.into(), first, second: name.into() });
        }
        self.0.insert(rust_name.clone(), name.into());
        Ok(rust_name)
    }
}

/// The type of an attribute with named numbers, if it is one.
fn enumeration(
    dictionary: &Dictionary,
    known: &Definition,
    options: &Options<'_>,
    types: &mut Names,
) -> Result<Option<(String, String)>, GenerateError> {
    let mut values: Vec<_> = dictionary.numbers(known).collect();
    if known.data_type != Type::Integer || known.flags.encrypt != Encrypt::No || values.is_empty() {
        return Ok(None);
    }
    // The name that is printed comes first of those of its number.
    let printed = |number: u64| dictionary.number_name(known, number);
    values.sort_by_key(|value| (value.number, printed(value.number) != Some(&*value.name)));
    let name = types.take(&known.name, options.prefix, type_name)?;
    let mut constants = Names::default();
    let mut text = format!("\nenumeration! {{\n    /// Values of {}.\n    {name} {{\n", known.name);
    for value in values {
        let constant = constants.take(&value.name, options.prefix, constant_name)?;
        text.push_str(&format!("        /// {}.\n", value.name));
        text.push_str(&format!("        {constant} = {} \"{}\",\n", value.number, value.name));
    }
    text.push_str("    }\n}\n");
    Ok(Some((name, text)))
}

/// The marker of an attribute's type.
fn marker(known: &Definition, imports: &mut BTreeSet<String>) -> String {
    let flags = known.flags;
    let name = match (flags.encrypt, known.data_type) {
        (Encrypt::UserPassword, _) => "Hidden",
        (Encrypt::TunnelPassword, _) if flags.has_tag => "TaggedSalted",
        (Encrypt::TunnelPassword, _) => "Salted",
        (Encrypt::AscendSecret, _) => "AscendSecret",
        (Encrypt::No, _) if flags.concat => "Concat",
        // Its rules go on across attributes (RFC 4849 §2), so that one of these is a piece of them.
        (Encrypt::No, Type::String) if known.path == filter_rules::PATH => "Concat",
        (Encrypt::No, Type::String) => "Text",
        (Encrypt::No, Type::FixedOctets(_)) => "Fixed",
        (Encrypt::No, Type::Ipv4) => "Ipv4",
        (Encrypt::No, Type::Integer | Type::TimeDelta) => "Integer",
        (Encrypt::No, Type::Date) => "Time",
        (Encrypt::No, Type::Ipv6) => "Ipv6",
        (Encrypt::No, Type::Ipv6Prefix) => "Ipv6PrefixType",
        (Encrypt::No, Type::Ipv4Prefix) => "Ipv4PrefixType",
        (Encrypt::No, Type::Ifid) => "Ifid",
        (Encrypt::No, Type::Ether) => "Ether",
        (Encrypt::No, Type::Byte) => "Byte",
        (Encrypt::No, Type::Short) => "Short",
        (Encrypt::No, Type::Signed) => "Signed",
        (Encrypt::No, Type::Integer64) => "Integer64",
        (Encrypt::No, Type::Boolean) => "Boolean",
        (Encrypt::No, Type::ComboIp) => "ComboAddress",
        (Encrypt::No, Type::Tlv) => "TlvType",
        (Encrypt::No, Type::Vsa) => "Vsa",
        (
            Encrypt::No,
            Type::Octets
            | Type::Abinary
            | Type::Struct
            | Type::Evs
            | Type::Extended
            | Type::LongExtended
            | Type::Group,
        ) => "Octets",
    };
    imports.insert(name.to_owned());
    match known.data_type {
        Type::FixedOctets(size) if name == "Fixed" => format!("Fixed<{size}>"),
        _ => name.to_owned(),
    }
}

/// `Service-Type` as `SERVICE_TYPE`.
fn constant_name(name: &str) -> String {
    let mut rust = String::new();
    for c in name.chars() {
        match c.to_ascii_uppercase() {
            c if c.is_ascii_alphanumeric() => rust.push(c),
            _ if rust.ends_with('_') => {}
            _ => rust.push('_'),
        }
    }
    leading(rust)
}

/// `NAS-Port-Type` as `NasPortType`.
fn type_name(name: &str) -> String {
    let mut rust = String::new();
    for part in name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()) {
        let shouted = !part.chars().any(|c| c.is_ascii_lowercase());
        for (index, c) in part.chars().enumerate() {
            rust.push(match (index, shouted) {
                (0, _) => c.to_ascii_uppercase(),
                (_, true) => c.to_ascii_lowercase(),
                (_, false) => c,
            });
        }
    }
    leading(rust)
}

/// A name in Rust does not begin with a digit.
fn leading(name: String) -> String {
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: radius 19.3
    #[test]
    fn names_that_meet_keep_their_prefix_or_are_reported() {
        let dictionary = Dictionary::from_text(
            "VENDOR A 9999\nBEGIN-VENDOR A\nATTRIBUTE Mode 1 string\nATTRIBUTE A-Mode 2 string\nEND-VENDOR A\n",
        );
        let text = module(&dictionary.unwrap(), &Options::new("A.").prefix("A-")).unwrap();
        assert!(text.contains("pub const MODE:") && text.contains("pub const A_MODE:"), "{text}");
        let dictionary =
            Dictionary::from_text("ATTRIBUTE A-B 200 string\nATTRIBUTE A_B 201 string\n").unwrap();
        let error = module(&dictionary, &Options::new("A.")).unwrap_err();
        assert_eq!(
            error,
            GenerateError::Collision { name: "A_B".into(), first: "A-B".into(), second: "A_B".into() }
        );
    }

    #[test]
    fn names_become_names_of_rust() {
        assert_eq!(constant_name("IPv6-6rd-Prefix"), "IPV6_6RD_PREFIX");
        assert_eq!(constant_name("3Com-X--y"), "_3COM_X_Y");
        assert_eq!(type_name("NAS-Port-Type"), "NasPortType");
        assert_eq!(type_name("EAP-Lower-Layer"), "EapLowerLayer");
    }
}
