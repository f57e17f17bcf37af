//! The grammar of dictionary files (spec: radius 19.1).

use super::error::{Cause, DictionaryError, Warning};
use super::words::{check_flags, data_type, layout, numbers, signed_number, single_number};
use super::{Definition, Dictionary, Encrypt, Flags, NamedNumber, Type, Vendor};
use crate::path::{Path, PathError};
use crate::vendor::Layout;
use alloc::borrow::ToOwned as _;
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

/// Deepest nesting of `$INCLUDE`: how many files may stand between a line and the first file, its own counted.
pub const MAX_INCLUDE_DEPTH: usize = 16;
/// Most octets of all files together.
pub const MAX_SIZE: usize = 64 << 20;

/// Numbers at the top from here on are a server's own, which never go into a packet, in versions 2 and 3.
const FIRST_INTERNAL: u32 = 500;

pub(super) fn load(
    file: &str,
    source: impl FnMut(&str) -> Option<String>,
) -> Result<Dictionary, DictionaryError> {
    let mut loader = Loader {
        dictionary: Dictionary::default(),
        source,
        stack: Vec::new(),
        size: 0,
        names: BTreeMap::new(),
        other_names: BTreeSet::new(),
        values: Vec::new(),
        scoped: false,
    };
    let mut block = Block::default();
    loader.file(file, &mut block).map_err(|cause| located(file, 0, cause))?.or_fail()?;
    loader.resolve_values()?;
    let mut dictionary = loader.dictionary;
    dictionary.index();
    Ok(dictionary)
}

fn located(file: &str, line: usize, cause: Cause) -> DictionaryError {
    DictionaryError { file: file.into(), line, cause }
}

/// A file is read, or an error inside it has its place already.
enum Done {
    Fine,
    Failed(DictionaryError),
}

impl Done {
    fn or_fail(self) -> Result<(), DictionaryError> {
        match self {
            Self::Fine => Ok(()),
            Self::Failed(error) => Err(error),
        }
    }
}

/// Where the numbers of ATTRIBUTE lines hang.
#[derive(Clone, Default)]
struct Block {
    /// Blocks from the outside to the inside: name, kind, and the numbers in front.
    open: Vec<Open>,
    /// Below which attribute a number that begins with a dot is.
    relative: Vec<u32>,
    relative_name: String,
}

#[derive(Clone)]
struct Open {
    kind: BlockKind,
    name: String,
    prefix: Vec<u32>,
    /// The name in front of names inside, for version 4.
    scope: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum BlockKind {
    Vendor,
    Tlv,
    Protocol,
}

struct PendingValue {
    attribute: String,
    name: String,
    number: String,
    file: Box<str>,
    line: usize,
}

struct Loader<S> {
    dictionary: Dictionary,
    source: S,
    stack: Vec<String>,
    size: usize,
    /// Lower-case names of attributes, full ones in version 4.
    names: BTreeMap<String, usize>,
    /// Names that VALUE lines may use although they are no attributes on the wire.
    other_names: BTreeSet<String>,
    values: Vec<PendingValue>,
    /// Names are scoped by their parent, as in version 4.
    scoped: bool,
}

impl<S: FnMut(&str) -> Option<String>> Loader<S> {
    fn file(&mut self, name: &str, block: &mut Block) -> Result<Done, Cause> {
        if self.stack.iter().any(|open| open == name) {
            return Err(Cause::IncludeCycle);
        }
        if self.stack.len() > MAX_INCLUDE_DEPTH {
            return Err(Cause::IncludeDepth);
        }
        let text = (self.source)(name).ok_or(Cause::NoFile)?;
        self.size = self.size.saturating_add(text.len());
        if self.size > MAX_SIZE {
            return Err(Cause::TooLarge);
        }
        self.stack.push(name.to_owned());
        let depth = block.open.len();
        let mut last = 0;
        for (index, line) in text.lines().enumerate() {
            last = index + 1;
            let line = line.split('#').next().unwrap_or_default();
            let words: Vec<&str> = line.split_ascii_whitespace().collect();
            match self.line(&words, name, last, block) {
                Ok(Done::Fine) => {}
                Ok(failed) => return Ok(failed),
                Err(cause) => return Ok(Done::Failed(located(name, last, cause))),
            }
        }
        if block.open.len() > depth {
            self.dictionary.warnings.push(Warning {
                file: name.into(),
                line: last,
                text: "the file ends inside a block",
            });
            block.open.truncate(depth);
        }
        self.stack.pop();
        Ok(Done::Fine)
    }

    fn line(&mut self, words: &[&str], file: &str, line: usize, block: &mut Block) -> Result<Done, Cause> {
        let Some((keyword, words)) = words.split_first() else {
            return Ok(Done::Fine);
        };
        match (keyword.to_ascii_uppercase().as_str(), words) {
            ("ATTRIBUTE", [name, number, data_type]) => self.attribute(name, number, data_type, "", block)?,
            ("ATTRIBUTE", [name, number, data_type, flags]) => {
                self.attribute(name, number, data_type, flags, block)?;
            }
            ("VALUE", [attribute, name, number]) => self.values.push(PendingValue {
                attribute: self.scoped_name(attribute, block),
                name: (*name).to_owned(),
                number: (*number).to_owned(),
                file: file.into(),
                line,
            }),
            ("VENDOR", [name, number]) => self.vendor(name, number, None)?,
            ("VENDOR", [name, number, format]) => self.vendor(name, number, Some(format))?,
            ("BEGIN-VENDOR", [name]) => self.begin_vendor(name, None, block)?,
            ("BEGIN-VENDOR", [name, option]) => self.begin_vendor(name, Some(option), block)?,
            ("END-VENDOR", [name]) => end(block, BlockKind::Vendor, name)?,
            ("BEGIN-TLV" | "BEGIN", [name, ..]) => self.begin_tlv(name, block)?,
            ("END-TLV", [name]) => end(block, BlockKind::Tlv, name)?,
            ("END", [name]) => end(block, BlockKind::Tlv, name)?,
            ("END", []) => {
                block.open.pop().filter(|open| open.kind == BlockKind::Tlv).ok_or(Cause::End)?;
            }
            ("BEGIN-PROTOCOL", [name]) => {
                self.scoped = true;
                let (prefix, scope) = (Vec::new(), String::new());
                block.open.push(Open { kind: BlockKind::Protocol, name: (*name).to_owned(), prefix, scope });
            }
            ("END-PROTOCOL", [name]) => end(block, BlockKind::Protocol, name)?,
            ("$INCLUDE", [included]) => return self.include(file, line, included, false, block),
            ("$INCLUDE-", [included]) => return self.include(file, line, included, true, block),
            ("ALIAS", [name, path]) => self.alias(name, path, block)?,
            ("FLAGS" | "PROTOCOL" | "STRUCT" | "MEMBER", [_, ..]) => {}
            ("ENUM" | "DEFINE", [name, _, ..]) => {
                self.other_names.insert(name.to_ascii_lowercase());
            }
            (
                "ATTRIBUTE" | "VALUE" | "VENDOR" | "BEGIN-VENDOR" | "END-VENDOR" | "BEGIN-TLV" | "END-TLV"
                | "BEGIN" | "END" | "BEGIN-PROTOCOL" | "END-PROTOCOL" | "$INCLUDE" | "$INCLUDE-" | "ALIAS"
                | "FLAGS" | "PROTOCOL" | "STRUCT" | "MEMBER" | "ENUM" | "DEFINE",
                _,
            ) => return Err(Cause::Words),
            _ => return Err(Cause::Keyword),
        }
        Ok(Done::Fine)
    }

    fn include(
        &mut self,
        file: &str,
        line: usize,
        included: &str,
        optional: bool,
        block: &mut Block,
    ) -> Result<Done, Cause> {
        let directory = file.rfind('/').map_or("", |slash| file.get(..=slash).unwrap_or_default());
        let name =
            if included.starts_with('/') { included.to_owned() } else { [directory, included].concat() };
        match self.file(&name, block) {
            Err(Cause::NoFile) if optional => Ok(Done::Fine),
            Err(cause) => Ok(Done::Failed(located(file, line, cause))),
            done => done,
        }
    }

    fn attribute(
        &mut self,
        name: &str,
        number: &str,
        data_type: &str,
        flag_words: &str,
        block: &mut Block,
    ) -> Result<(), Cause> {
        let (data_type, flags, vendor) = self.type_and_flags(data_type, flag_words)?;
        let relative = number.strip_prefix('.');
        let numbers = numbers(relative.unwrap_or(number))?;
        let (mut full, mut scope) = match (relative, vendor, block.open.last()) {
            (Some(_), ..) if block.relative.is_empty() => return Err(Cause::Number),
            (Some(_), ..) => (block.relative.clone(), block.relative_name.clone()),
            (None, Some(vendor), _) => (alloc::vec![26, vendor], String::new()),
            (None, None, Some(open)) => (open.prefix.clone(), open.scope.clone()),
            (None, None, None) => (Vec::new(), String::new()),
        };
        full.extend_from_slice(&numbers);
        if flags.internal && full.iter().any(|number| *number > 255) {
            // Names of a server's own, which have no place on the wire.
            self.other_names.insert(name.to_ascii_lowercase());
            return Ok(());
        }
        let path = match Path::from_numbers(&full) {
            Ok(path) => path,
            Err(PathError::OutOfRange { .. }) if matches!(*full, [number] if number >= FIRST_INTERNAL || (self.scoped && number > 255)) =>
            {
                self.other_names.insert(name.to_ascii_lowercase());
                return Ok(());
            }
            Err(_) => return Err(Cause::Range),
        };
        self.check_range(path)?;
        if !scope.is_empty() {
            scope.push('.');
        }
        let full_name = [scope.as_str(), name].concat();
        if relative.is_none()
            && matches!(
                data_type,
                Type::Tlv
                    | Type::Struct
                    | Type::Group
                    | Type::Vsa
                    | Type::Extended
                    | Type::LongExtended
                    | Type::Evs
            )
        {
            block.relative = full;
            block.relative_name.clone_from(&full_name);
        }
        let definition = Definition { name: name.into(), path, data_type, flags };
        self.define(definition, &full_name)
    }

    fn define(&mut self, definition: Definition, full_name: &str) -> Result<(), Cause> {
        let name: &str = if self.scoped { full_name } else { &definition.name };
        let key = name.to_ascii_lowercase();
        if let Some(known) = self.names.get(&key) {
            let known = self.dictionary.attributes.get(*known);
            return if known.is_some_and(|known| same(known, &definition)) {
                Ok(())
            } else {
                Err(Cause::Redefined)
            };
        }
        let place = self.dictionary.attributes.len();
        self.names.insert(key, place);
        if self.scoped {
            self.dictionary.names.push((full_name.into(), place));
        }
        self.dictionary.names.push((definition.name.clone(), place));
        self.dictionary.attributes.push(definition);
        Ok(())
    }

    /// Whether the innermost vendor number fits its type octets.
    fn check_range(&self, path: Path) -> Result<(), Cause> {
        let &[26, vendor, kind, ..] = path.numbers() else { return Ok(()) };
        let layout = self.vendor_layout(vendor).unwrap_or_else(|| Layout::of(vendor));
        if layout.fits(kind) { Ok(()) } else { Err(Cause::Range) }
    }

    fn vendor_layout(&self, number: u32) -> Option<Layout> {
        self.dictionary.vendors.iter().find(|known| known.number == number).map(|known| known.layout)
    }

    fn type_and_flags(&self, word: &str, flag_words: &str) -> Result<(Type, Flags, Option<u32>), Cause> {
        let data_type = data_type(word)?;
        let mut flags = Flags::default();
        let mut vendor = None;
        for word in flag_words.split(',').filter(|word| !word.is_empty()) {
            match word.split_once('=') {
                None => match word.to_ascii_lowercase().as_str() {
                    "has_tag" => flags.has_tag = true,
                    "concat" => flags.concat = true,
                    "array" => flags.array = true,
                    "virtual" | "internal" => flags.internal = true,
                    "secret" => flags.secret = true,
                    "counter" | "extended" | "long_extended" | "long" | "unsafe" | "deprecated" => {}
                    "user-password" => flags.encrypt = Encrypt::UserPassword,
                    "tunnel-password" => flags.encrypt = Encrypt::TunnelPassword,
                    "ascend-secret" => flags.encrypt = Encrypt::AscendSecret,
                    _ => vendor = Some(self.find_vendor(word).map_err(|_| Cause::Flag)?.number),
                },
                Some(("encrypt", how)) => {
                    flags.encrypt = match how.to_ascii_lowercase().as_str() {
                        "1" | "user-password" => Encrypt::UserPassword,
                        "2" | "tunnel-password" => Encrypt::TunnelPassword,
                        "3" | "ascend-secret" => Encrypt::AscendSecret,
                        _ => return Err(Cause::Flag),
                    }
                }
                Some((
                    "precision" | "ref" | "clone" | "enum" | "key" | "offset" | "length" | "subtype"
                    | "prefix",
                    _,
                )) => {}
                Some(_) => return Err(Cause::Flag),
            }
        }
        check_flags(data_type, flags)?;
        Ok((data_type, flags, vendor))
    }

    fn find_vendor(&self, name: &str) -> Result<&Vendor, Cause> {
        let vendors = &self.dictionary.vendors;
        vendors.iter().find(|known| known.name.eq_ignore_ascii_case(name)).ok_or(Cause::Vendor)
    }

    fn vendor(&mut self, name: &str, number: &str, format: Option<&str>) -> Result<(), Cause> {
        let number = single_number(number)?;
        let layout = match format {
            Some(format) => layout(format)?,
            None => Layout::of(number),
        };
        let vendor = Vendor { name: name.into(), number, layout };
        match self.find_vendor(name) {
            Ok(known) if *known == vendor => Ok(()),
            Ok(_) => Err(Cause::Redefined),
            Err(_) => {
                self.dictionary.vendors.push(vendor);
                Ok(())
            }
        }
    }

    fn begin_vendor(&mut self, name: &str, option: Option<&str>, block: &mut Block) -> Result<(), Cause> {
        if block.open.iter().any(|open| open.kind == BlockKind::Vendor) {
            return Err(Cause::Nested);
        }
        let vendor = self.find_vendor(name)?;
        let (number, vendor_name) = (vendor.number, vendor.name.clone());
        let (mut prefix, mut scope) = (alloc::vec![26], "Vendor-Specific".to_owned());
        if let Some(option) = option {
            let Some(("format" | "parent", parent)) = option.split_once('=') else {
                return Err(Cause::Format);
            };
            // A name, or the numbers themselves; version 4 may put a dot in front to begin at the top.
            let parent = parent.trim_start_matches('.');
            let place = self.names.get(&parent.to_ascii_lowercase());
            let named =
                place.and_then(|place| self.dictionary.attributes.get(*place)).map(|known| known.path);
            let path = named.or_else(|| parent.parse().ok()).ok_or(Cause::Attribute)?;
            prefix = path.numbers().to_vec();
            if let [241..=246] = prefix[..] {
                // The attribute on the outside stands for its Extended-Vendor-Specific.
                prefix.push(26);
            }
            scope = parent.to_owned();
        }
        prefix.push(number);
        scope.push('.');
        scope.push_str(&vendor_name);
        block.open.push(Open { kind: BlockKind::Vendor, name: name.to_owned(), prefix, scope });
        Ok(())
    }

    fn begin_tlv(&mut self, name: &str, block: &mut Block) -> Result<(), Cause> {
        let scoped = self.scoped_name(name, block);
        let place = self.names.get(&scoped).or_else(|| self.names.get(&name.to_ascii_lowercase()));
        let place = *place.ok_or(Cause::Attribute)?;
        let definition = self.dictionary.attributes.get(place).ok_or(Cause::Attribute)?;
        if !matches!(
            definition.data_type,
            Type::Tlv
                | Type::Struct
                | Type::Group
                | Type::Vsa
                | Type::Evs
                | Type::Extended
                | Type::LongExtended
        ) {
            return Err(Cause::FlagForType);
        }
        let prefix = definition.path.numbers().to_vec();
        let scope = match block.open.last() {
            Some(open) if !open.scope.is_empty() => [open.scope.as_str(), ".", name].concat(),
            _ => name.to_owned(),
        };
        block.open.push(Open { kind: BlockKind::Tlv, name: name.to_owned(), prefix, scope });
        Ok(())
    }

    /// The key of a name inside the present block.
    fn scoped_name(&self, name: &str, block: &Block) -> String {
        let scope = block
            .open
            .last()
            .map(|open| open.scope.as_str())
            .filter(|scope| self.scoped && !scope.is_empty());
        match scope {
            Some(scope) => [scope, ".", name].concat().to_ascii_lowercase(),
            None => name.to_ascii_lowercase(),
        }
    }

    fn alias(&mut self, name: &str, target: &str, block: &Block) -> Result<(), Cause> {
        let target = target.trim_start_matches('.');
        let scoped = self.scoped_name(target, block);
        let short = target.to_ascii_lowercase();
        let place = self.names.get(&scoped).or_else(|| self.names.get(&short)).copied();
        // An alias may point to what is left out here, such as a member of a fixed layout.
        match place {
            Some(place) => {
                self.names.entry(name.to_ascii_lowercase()).or_insert(place);
                self.dictionary.names.push((name.into(), place));
            }
            None => {
                self.other_names.insert(name.to_ascii_lowercase());
            }
        }
        Ok(())
    }

    fn resolve_values(&mut self) -> Result<(), DictionaryError> {
        let mut numbers: BTreeMap<(Path, String), u64> = BTreeMap::new();
        for value in core::mem::take(&mut self.values) {
            let fail = |cause| DictionaryError { file: value.file.clone(), line: value.line, cause };
            let short = value.attribute.rsplit('.').next().unwrap_or_default();
            let place = self.names.get(&value.attribute).or_else(|| self.names.get(short));
            let Some(&attribute) = place else {
                if self.other_names.contains(short) {
                    continue;
                }
                return Err(fail(Cause::Attribute));
            };
            let Some(definition) = self.dictionary.attributes.get(attribute) else { continue };
            let bits = number_bits(definition.data_type);
            if bits.is_none() && self.scoped {
                // Names of values that are no numbers are a matter of version 4.
                continue;
            }
            let number = signed_number(&value.number).map_err(&fail)?;
            let Some(bits) = bits else {
                if matches!(definition.data_type, Type::Octets | Type::FixedOctets(_)) {
                    // Versions 2 and 3 take such a line, and CableLabs' dictionary has some; it names nothing.
                    continue;
                }
                return Err(fail(Cause::ValueForType));
            };
            let negative = definition.data_type == Type::Signed
                && (i64::from(i32::MIN)..0).contains(&number.cast_signed());
            if bits < 64 && number >> bits != 0 && !negative {
                return Err(fail(Cause::Range));
            }
            let path = definition.path;
            match numbers.insert((path, value.name.to_ascii_lowercase()), number) {
                // A repeated identical definition is fine.
                Some(known) if known == number => continue,
                Some(_) => return Err(fail(Cause::Redefined)),
                None => {}
            }
            let name = value.name.into();
            self.dictionary.numbers.push(NamedNumber { attribute, name, number });
        }
        Ok(())
    }
}

fn end(block: &mut Block, kind: BlockKind, name: &str) -> Result<(), Cause> {
    match block.open.pop() {
        Some(open) if open.kind == kind && open.name.eq_ignore_ascii_case(name) => Ok(()),
        _ => Err(Cause::End),
    }
}

/// Whether two definitions are the same but for their spelling.
fn same(a: &Definition, b: &Definition) -> bool {
    a.path == b.path && a.data_type == b.data_type && a.flags == b.flags
}

const fn number_bits(data_type: Type) -> Option<u32> {
    match data_type {
        Type::Byte | Type::Boolean => Some(8),
        Type::Short => Some(16),
        Type::Integer | Type::Signed | Type::Date | Type::TimeDelta => Some(32),
        Type::Integer64 => Some(64),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(text: &str) -> Option<(usize, Cause)> {
        Dictionary::from_text(text).err().map(|error| (error.line, error.cause))
    }

    // spec: radius 19.1; FreeRADIUS 3 numbers what is its own from 500 on, an operator's from 3000 on
    #[test]
    fn numbers_of_a_servers_own_are_passed_over_and_others_above_255_are_errors() {
        let own = "ATTRIBUTE Fall-Through 500 integer\nVALUE Fall-Through Yes 1\n\
                   ATTRIBUTE My-Local-String 3000 string secret\n";
        assert!(Dictionary::from_text(own).unwrap().attributes().is_empty());
        for number in ["256", "300", "499"] {
            for flags in ["", "secret", "has_tag"] {
                let text = alloc::format!("\nATTRIBUTE A {number} string {flags}\n");
                assert_eq!(cause(&text), Some((2, Cause::Range)), "{text}");
            }
        }
    }

    // spec: radius 19.1
    #[test]
    fn a_vendor_stands_below_the_attribute_that_its_block_names_or_numbers() {
        for parent in ["parent=Evs", "format=Evs", "parent=245", "parent=245.26", "parent=eVS"] {
            let text = alloc::format!(
                "ATTRIBUTE Evs 245.26 evs\nVENDOR Acme 32001\nBEGIN-VENDOR Acme {parent}\n\
                 ATTRIBUTE Acme-A 7 string\nEND-VENDOR Acme\n"
            );
            let dictionary = Dictionary::from_text(&text).unwrap();
            let path = dictionary.attribute("Acme-A").unwrap().path;
            assert_eq!(path.numbers(), [245, 26, 32001, 7], "{parent}");
        }
        let unknown = "VENDOR Acme 32001\nBEGIN-VENDOR Acme parent=Nothing\n";
        assert_eq!(cause(unknown), Some((2, Cause::Attribute)));
    }

    // spec: radius 19.1
    #[test]
    fn a_vendors_parent_may_be_named_from_the_top() {
        for parent in [".Attr-5.Evs-5", "Attr-5.Evs-5", ".245.26"] {
            let text = alloc::format!(
                "BEGIN-PROTOCOL RADIUS\nATTRIBUTE Attr-5 245 extended long\nATTRIBUTE Evs-5 .26 vsa\n\
                 VENDOR Acme 32001\nBEGIN-VENDOR Acme parent={parent}\nATTRIBUTE A 7 string\nEND-VENDOR Acme\n"
            );
            let path = Dictionary::from_text(&text).unwrap().attribute("A").unwrap().path;
            assert_eq!(path.numbers(), [245, 26, 32001, 7], "{parent}");
        }
    }

    // spec: radius 19.1
    #[test]
    fn a_vendors_block_stands_in_no_other() {
        let vendors = "VENDOR A 9998\nVENDOR B 9999\nBEGIN-VENDOR A\n";
        let nested = |inside: &str| cause(&[vendors, inside].concat());
        assert_eq!(nested("BEGIN-VENDOR B\nEND-VENDOR B\nEND-VENDOR A\n"), Some((4, Cause::Nested)));
        assert_eq!(nested("ATTRIBUTE T 1 tlv\nBEGIN-TLV T\nBEGIN-VENDOR B\n"), Some((6, Cause::Nested)));
        assert_eq!(nested("END-VENDOR A\nBEGIN-VENDOR B\nEND-VENDOR B\n"), None);
    }

    // spec: radius 19.1
    #[test]
    fn sixteen_files_deep_is_not_too_deep() {
        let load = |last: usize| {
            Dictionary::load("0", |name| {
                let number: usize = name.parse().ok()?;
                Some(if number < last { alloc::format!("$INCLUDE {}\n", number + 1) } else { String::new() })
            })
        };
        assert!(load(16).is_ok());
        assert_eq!(load(17).err().map(|error| error.cause), Some(Cause::IncludeDepth));
    }

    // spec: radius 19.1
    #[test]
    fn only_numbers_have_names_and_only_octets_are_spread() {
        for (data_type, number, want) in [
            ("string", "1", Some((2, Cause::ValueForType))),
            ("ipaddr", "1", Some((2, Cause::ValueForType))),
            ("string", "abc", Some((2, Cause::Number))),
            ("octets", "abc", Some((2, Cause::Number))),
            ("octets", "1", None),
        ] {
            let text = alloc::format!("ATTRIBUTE X 200 {data_type}\nVALUE X One {number}\n");
            assert_eq!(cause(&text), want, "{text}");
            // Version 4 names values of any type.
            assert_eq!(cause(&["BEGIN-PROTOCOL RADIUS\n", &text].concat()), None, "{text}");
        }
        for (data_type, want) in [
            ("string", Some((1, Cause::FlagForType))),
            ("octets[4]", Some((1, Cause::FlagForType))),
            ("integer", Some((1, Cause::FlagForType))),
            ("octets", None),
            ("tlv", None),
        ] {
            assert_eq!(cause(&alloc::format!("ATTRIBUTE X 200 {data_type} concat\n")), want, "{data_type}");
        }
    }

    // spec: radius 19.1
    #[test]
    fn a_name_stands_for_one_number_and_a_number_fits_its_type() {
        let value = |rest: &str| cause(&alloc::format!("ATTRIBUTE A 1 signed\nVALUE A x 1\n{rest}\n"));
        assert_eq!(value("VALUE A X 1"), None);
        assert_eq!(value("VALUE A y 1"), None);
        assert_eq!(value("VALUE A X 2"), Some((3, Cause::Redefined)));
        let twice = Dictionary::from_text("ATTRIBUTE A 1 integer\nVALUE A x 1\nVALUE A x 1\n").unwrap();
        assert_eq!(twice.numbers(twice.attribute("A").unwrap()).count(), 1);
        assert_eq!(value("VALUE A y -2147483648"), None);
        assert_eq!(value("VALUE A y -2147483649"), Some((3, Cause::Range)));
        assert_eq!(value("VALUE A y 0xffffffff"), None);
        assert_eq!(value("VALUE A y 0x100000000"), Some((3, Cause::Range)));
    }
}
