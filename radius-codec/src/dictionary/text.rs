//! Pairs as text, `Name = value`, as radclient reads and prints it (spec: radius 19.2).

use super::abinary;
use super::{Definition, Dictionary, Pair, Type, Value};
use crate::path::Path;
use crate::value::{Ipv4Prefix, Ipv6Prefix, MAX_TAG};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write as _};
use core::net::{Ipv4Addr, Ipv6Addr};
use core::str::FromStr;

/// Why text is no pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// There is no `=`, or nothing in front of or behind it.
    #[error("not of the form Name = value")]
    Form,
    /// The name is in no dictionary and is no `Attr-` with a path.
    #[error("unknown attribute")]
    Attribute,
    /// The attribute has no tag, or the tag is above 31.
    #[error("bad tag")]
    Tag,
    /// A quoted value that does not end or has something behind its end, or several words without quotes.
    #[error("bad quoting")]
    Quote,
    /// The value is not of the attribute's type.
    #[error("value does not fit the attribute's type")]
    Value,
}

/// Shows a pair as text. Groups are shown as the pairs inside them.
pub struct DisplayPair<'a> {
    pair: &'a Pair,
    dictionary: &'a Dictionary,
}

impl Pair {
    /// Text of this pair: `Name = value`, `Name:tag = value`; several with commas between them for a group.
    #[must_use]
    pub const fn display<'a>(&'a self, dictionary: &'a Dictionary) -> DisplayPair<'a> {
        DisplayPair { pair: self, dictionary }
    }
}

impl fmt::Display for DisplayPair<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pair, dictionary } = *self;
        if let Value::Group(inner) = &pair.value {
            for (index, pair) in inner.iter().enumerate() {
                if index > 0 {
                    f.write_str(", ")?;
                }
                // A group is at most eight levels deep.
                write!(f, "{}", pair.display(dictionary))?;
            }
            return Ok(());
        }
        let definition = dictionary.attribute_at(pair.path);
        let invalid = matches!(pair.value, Value::Invalid { .. });
        match definition.filter(|_| !invalid) {
            Some(known) if known.flags.has_tag => write!(f, "{}:{} = ", known.name, pair.tag)?,
            Some(known) => write!(f, "{} = ", known.name)?,
            None => write!(f, "Attr-{} = ", pair.path)?,
        }
        value(f, dictionary, definition, &pair.value)
    }
}

fn value(
    f: &mut fmt::Formatter<'_>,
    dictionary: &Dictionary,
    definition: Option<&Definition>,
    value: &Value,
) -> fmt::Result {
    match value {
        Value::Text(text) => quoted(f, text.as_bytes()),
        Value::Octets(octets) => text_or_digits(f, definition, octets),
        Value::Unhidden(octets) => text_or_digits(f, definition, octets),
        Value::Invalid { octets, .. } => hexadecimal_digits(f, octets),
        Value::Integer(number) => match definition {
            Some(known) if known.data_type == Type::Date => date(f, *number),
            Some(known) if known.data_type == Type::Boolean => {
                f.write_str(if *number == 0 { "no" } else { "yes" })
            }
            Some(known) => match dictionary.number_name(known, *number) {
                Some(name) => f.write_str(name),
                None => write!(f, "{number}"),
            },
            None => write!(f, "{number}"),
        },
        Value::Signed(number) => write!(f, "{number}"),
        Value::Ipv4(address) => write!(f, "{address}"),
        Value::Ipv6(address) => write!(f, "{address}"),
        Value::Ipv4Prefix(prefix) => write!(f, "{}/{}", prefix.address, prefix.length),
        Value::Ipv6Prefix(prefix) => write!(f, "{}/{}", prefix.address, prefix.length),
        Value::Ifid([a, b, c, d, e, g, h, i]) => {
            // Groups without leading zeros, as radclient prints them.
            let [a, c, e, h] =
                [[a, b], [c, d], [e, g], [h, i]].map(|[high, low]| u16::from_be_bytes([*high, *low]));
            write!(f, "{a:x}:{c:x}:{e:x}:{h:x}")
        }
        Value::Ether([a, b, c, d, e, g]) => write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}"),
        Value::Group(_) => Ok(()),
    }
}

/// Octets of an attribute that is text, a password for example, or of another one.
fn text_or_digits(f: &mut fmt::Formatter<'_>, definition: Option<&Definition>, octets: &[u8]) -> fmt::Result {
    match definition {
        Some(Definition { data_type: Type::String, .. }) => quoted(f, octets),
        _ => hexadecimal_digits(f, octets),
    }
}

fn hexadecimal_digits(f: &mut fmt::Formatter<'_>, octets: &[u8]) -> fmt::Result {
    f.write_str("0x")?;
    octets.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
}

/// Text in double quotes; what would end or spoil it is escaped, and so is every octet that is no text.
fn quoted(f: &mut fmt::Formatter<'_>, text: &[u8]) -> fmt::Result {
    f.write_char('"')?;
    for chunk in text.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '"' | '\\' => write!(f, "\\{c}")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                c if c.is_ascii_control() => write!(f, "\\{:03o}", u32::from(c))?,
                c => f.write_char(c)?,
            }
        }
        chunk.invalid().iter().try_for_each(|octet| write!(f, "\\{octet:03o}"))?;
    }
    f.write_char('"')
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `"Apr  3 2013 17:09:11 UTC"`.
fn date(f: &mut fmt::Formatter<'_>, seconds: u64) -> fmt::Result {
    let (mut days, rest) = (seconds / 86_400, seconds % 86_400);
    let mut year = 1970;
    // At most 4294967295 seconds, so at most 136 years.
    while days >= year_days(year) && year < 3000 {
        days -= year_days(year);
        year += 1;
    }
    let mut month = 0;
    while days >= month_days(year, month) && month < 11 {
        days -= month_days(year, month);
        month += 1;
    }
    let name = MONTHS.get(month).copied().unwrap_or_default();
    let (hours, minutes, seconds) = (rest / 3600, rest / 60 % 60, rest % 60);
    write!(f, "\"{name} {:2} {year} {hours:02}:{minutes:02}:{seconds:02} UTC\"", days + 1)
}

const fn year_days(year: u64) -> u64 {
    if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) { 366 } else { 365 }
}

/// Days of a month, counted from 0.
const fn month_days(year: u64, month: usize) -> u64 {
    match month {
        1 => year_days(year) - 337,
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    }
}

impl Dictionary {
    /// Reads one pair: `Name = value`, `Name:tag = value`, `Attr-26.311.16 = 0x...`. The operators `:=`, `+=`
    /// and `==` are taken for `=`; others are refused.
    ///
    /// A value is in double quotes with escapes (three octal digits are one octet), in single quotes without, or one bare
    /// word. A word of `0x` and hexadecimal digits is the octets of any type; to an attribute that is text and called by
    /// its name it is text like any other word.
    ///
    /// # Errors
    /// What is wrong.
    pub fn parse_pair(&self, text: &str) -> Result<Pair, TextError> {
        let (left, right) = text.split_once('=').ok_or(TextError::Form)?;
        let left = left.trim();
        let name = left.strip_suffix([':', '+']).unwrap_or(left).trim_end();
        // `==` is taken, the operators of comparison and deletion are none that set a value.
        let right = right.strip_prefix('=').unwrap_or(right);
        if right.starts_with(['~', '*', '=']) || name.ends_with(['!', '<', '>', '-', '^', ':', '+']) {
            return Err(TextError::Form);
        }
        let right = right.trim();
        if name.is_empty() || right.is_empty() {
            return Err(TextError::Form);
        }
        let (name, tag) = match name.split_once(':') {
            Some((name, tag)) => {
                let tag = tag.parse().ok().filter(|tag| *tag <= MAX_TAG).ok_or(TextError::Tag)?;
                (name, Some(tag))
            }
            None => (name, None),
        };
        let definition = self.attribute(name);
        let path = match definition {
            Some(known) => known.path,
            None => name
                .strip_prefix("Attr-")
                .and_then(|path| path.parse::<Path>().ok())
                .ok_or(TextError::Attribute)?,
        };
        // Called by its numbers, it takes digits whatever its type is.
        let is_named = definition.is_some();
        let definition = definition.or_else(|| self.attribute_at(path));
        if tag.is_some() && !definition.is_some_and(|known| known.flags.has_tag) {
            return Err(TextError::Tag);
        }
        let value = self.parse_value(definition, is_named, right)?;
        Ok(Pair { path, offset: 0, tag: tag.unwrap_or(0), value })
    }

    fn parse_value(
        &self,
        definition: Option<&Definition>,
        is_named: bool,
        text: &str,
    ) -> Result<Value, TextError> {
        let (octets, is_quoted) = unquote(text)?;
        if !is_quoted && octets.iter().any(u8::is_ascii_whitespace) {
            return Err(TextError::Quote);
        }
        let data_type = definition.map_or(Type::Octets, |known| known.data_type);
        // What is no text between quotes can only be text or octets: no number, name or address has such a character.
        let bare = String::from_utf8_lossy(&octets).into_owned();
        let is_text = is_named && data_type == Type::String;
        if !is_quoted
            && !is_text
            && let Some(octets) = hexadecimal(&bare)
        {
            // Octets stand for a value of any type; those of a number are its number.
            if let (Some(octets), Type::Integer | Type::Short | Type::Byte | Type::Integer64) =
                (&octets, data_type)
                && octets.len() <= 8
            {
                let number = octets.iter().fold(0, |n: u64, octet| n << 8 | u64::from(*octet));
                return Ok(Value::Integer(number));
            }
            return octets.map(Value::Octets).ok_or(TextError::Value);
        }
        let parsed = match data_type {
            Type::String => Some(
                String::from_utf8(octets).map_or_else(|error| Value::Octets(error.into_bytes()), Value::Text),
            ),
            Type::Abinary => abinary::octets(&bare).is_some().then(|| Value::Text(bare.clone())),
            Type::Ipv4 => host(&bare, 32).map(Value::Ipv4),
            Type::Ipv6 => host(&bare, 128).map(Value::Ipv6),
            Type::ComboIp => host(&bare, 32).map(Value::Ipv4).or_else(|| host(&bare, 128).map(Value::Ipv6)),
            Type::Ipv4Prefix => prefix(&bare, 32).and_then(|(address, length)| {
                Some(Value::Ipv4Prefix(Ipv4Prefix { address: address.parse::<Ipv4Addr>().ok()?, length }))
            }),
            Type::Ipv6Prefix => prefix(&bare, 128).and_then(|(address, length)| {
                Some(Value::Ipv6Prefix(Ipv6Prefix { address: address.parse::<Ipv6Addr>().ok()?, length }))
            }),
            Type::Integer | Type::Byte | Type::Short | Type::Integer64 | Type::TimeDelta => {
                let named = definition.and_then(|known| self.number(known, &bare));
                named.or_else(|| bare.parse().ok()).map(Value::Integer)
            }
            Type::Boolean => match bare.to_ascii_lowercase().as_str() {
                "yes" | "true" | "1" => Some(Value::Integer(1)),
                "no" | "false" | "0" => Some(Value::Integer(0)),
                _ => None,
            },
            Type::Date => bare.parse().ok().or_else(|| parse_date(&bare)).map(Value::Integer),
            Type::Signed => bare.parse().ok().map(Value::Signed),
            Type::Ifid => groups(&bare, 4, 4).and_then(|octets| octets.try_into().ok()).map(Value::Ifid),
            Type::Ether => groups(&bare, 6, 2).and_then(|octets| octets.try_into().ok()).map(Value::Ether),
            Type::Octets | Type::FixedOctets(_) if is_named => Some(Value::Octets(octets)),
            // All others are nothing but octets, which a word is too easily mistaken for.
            _ => is_quoted.then_some(Value::Octets(octets)),
        };
        let fits = match (&parsed, data_type.fixed_size()) {
            (Some(Value::Integer(number)), Some(size @ ..8)) => number >> (8 * size) == 0,
            _ => true,
        };
        parsed.filter(|_| fits).ok_or(TextError::Value)
    }
}

/// The octets between quotes, with escapes undone in double ones; and whether there were quotes.
fn unquote(text: &str) -> Result<(Vec<u8>, bool), TextError> {
    if let Some(rest) = text.strip_prefix('\'') {
        let (inner, behind) = rest.split_once('\'').ok_or(TextError::Quote)?;
        return if behind.trim().is_empty() { Ok((inner.into(), true)) } else { Err(TextError::Quote) };
    }
    let Some(rest) = text.strip_prefix('"') else { return Ok((text.into(), false)) };
    let mut inner = Vec::new();
    let mut octets = rest.bytes();
    loop {
        match octets.next().ok_or(TextError::Quote)? {
            b'"' => break,
            b'\\' => inner.push(match octets.next().ok_or(TextError::Quote)? {
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                first @ b'0'..=b'3' => {
                    let digits = [Some(first), octets.next(), octets.next()];
                    let digit =
                        |octet: Option<u8>| octet.filter(|o| matches!(o, b'0'..=b'7')).map(|o| o - b'0');
                    digits
                        .into_iter()
                        .try_fold(0_u8, |number, octet| Some(number << 3 | digit(octet)?))
                        .ok_or(TextError::Quote)?
                }
                other => other,
            }),
            octet => inner.push(octet),
        }
    }
    if octets.all(|octet| octet.is_ascii_whitespace()) { Ok((inner, true)) } else { Err(TextError::Quote) }
}

/// `0x` and an even number of digits. `Some(None)` for text that begins so and is none.
fn hexadecimal(text: &str) -> Option<Option<Vec<u8>>> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"))?.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return Some(None);
    }
    Some(digits.chunks(2).map(|pair| octet(str::from_utf8(pair).ok()?)).collect())
}

pub(super) fn octet(digits: &str) -> Option<u8> {
    let good = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    u8::from_str_radix(digits, 16).ok().filter(|_| good)
}

/// `count` groups of up to `digits` hexadecimal digits with colons (or dashes) between them, as octets.
fn groups(text: &str, count: usize, digits: usize) -> Option<Vec<u8>> {
    let groups: Vec<&str> = text.split([':', '-']).collect();
    let fits = |group: &&str| {
        !group.is_empty() && group.len() <= digits && group.bytes().all(|d| d.is_ascii_hexdigit())
    };
    if groups.len() != count || !groups.iter().all(fits) {
        return None;
    }
    let numbers: Option<Vec<u16>> = groups.iter().map(|group| u16::from_str_radix(group, 16).ok()).collect();
    Some(numbers?.iter().flat_map(|number| number.to_be_bytes().into_iter().skip(2 - digits / 2)).collect())
}

/// `address/length`, or an address alone, which is one of full length.
pub(super) fn prefix(text: &str, full: u8) -> Option<(&str, u8)> {
    match text.split_once('/') {
        Some((address, length)) => Some((address, length.parse().ok().filter(|length| *length <= full)?)),
        None => Some((text, full)),
    }
}

/// An address, which may have its full length behind it.
fn host<T: FromStr>(text: &str, full: u8) -> Option<T> {
    let (address, length) = prefix(text, full)?;
    if length == full { address.parse().ok() } else { None }
}

/// `Apr  3 2013 17:09:11 UTC` as seconds since 1970.
fn parse_date(text: &str) -> Option<u64> {
    let mut words = text.split_ascii_whitespace();
    let (month, day, year, time) = (words.next()?, words.next()?, words.next()?, words.next()?);
    if words.next().is_some_and(|zone| zone != "UTC") || words.next().is_some() {
        return None;
    }
    let month = MONTHS.iter().position(|name| *name == month)?;
    let year: u64 = year.parse().ok().filter(|year| (1970..=2106).contains(year))?;
    let day: u64 = day.parse().ok().filter(|day| (1..=month_days(year, month)).contains(day))?;
    let mut parts = time.split(':');
    let mut part = |limit: u64| parts.next()?.parse::<u64>().ok().filter(|n| *n < limit);
    let (hours, minutes, seconds) = (part(24)?, part(60)?, part(61)?);
    let years: u64 = (1970..year).map(year_days).sum();
    let months: u64 = (0..month).map(|month| month_days(year, month)).sum();
    Some((years + months + day - 1) * 86_400 + hours * 3600 + minutes * 60 + seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::borrow::ToOwned as _;

    fn read(text: &str) -> Result<Value, TextError> {
        Dictionary::standard().unwrap().parse_pair(text).map(|pair| pair.value)
    }

    // spec: radius 19.2
    #[test]
    fn an_octal_escape_is_an_octet() {
        assert_eq!(read(r#"User-Name = "\303\244\040b""#), Ok(Value::Text("ä b".to_owned())));
        assert_eq!(read(r#"User-Name = "ä\"\\""#), Ok(Value::Text("ä\"\\".to_owned())));
        assert_eq!(read(r#"User-Name = "a\377""#), Ok(Value::Octets(b"a\xff".to_vec())));
        assert_eq!(read(r#"Class = "\000\377""#), Ok(Value::Octets(alloc::vec![0, 255])));
        assert_eq!(read(r#"Session-Timeout = "\377""#), Err(TextError::Value));
        for bad in [r#"User-Name = "\38""#, r#"User-Name = "\1""#, r#"User-Name = "\"#] {
            assert_eq!(read(bad), Err(TextError::Quote), "{bad}");
        }
    }

    // spec: radius 19.2
    #[test]
    fn bare_words_are_what_radclient_takes_them_for() {
        let octets = |octets: &[u8]| Ok(Value::Octets(octets.to_vec()));
        assert_eq!(read("Class = abc"), octets(b"abc"));
        assert_eq!(read("State = foo"), octets(b"foo"));
        assert_eq!(read("Class = 0X6162"), octets(b"ab"));
        assert_eq!(read("Attr-26.311.200 = abc"), Err(TextError::Value));
        // Digits are octets of text only where it is called by its number.
        assert_eq!(read("User-Name = 0x626f62"), Ok(Value::Text("0x626f62".to_owned())));
        assert_eq!(read("User-Name = 0x6"), Ok(Value::Text("0x6".to_owned())));
        assert_eq!(read("Attr-1 = 0x626f62"), octets(b"bob"));
        for words in ["User-Name = bob alice", "Class = 0x61 62", "Event-Timestamp = Apr  3 2013"] {
            assert_eq!(read(words), Err(TextError::Quote), "{words}");
        }
    }

    // spec: radius 5.1, 19.2
    #[test]
    fn a_password_is_text_and_keeps_every_octet() {
        let dictionary = Dictionary::standard().unwrap();
        let shown = |octets: &[u8]| {
            let pair = Pair::new(Path::attribute(2), Value::Octets(octets.to_vec()));
            alloc::format!("{}", pair.display(&dictionary))
        };
        assert_eq!(shown(b"hello"), r#"User-Password = "hello""#);
        assert_eq!(shown(b"\xe4\0\xc3\xa4"), r#"User-Password = "\344\000ä""#);
        assert_eq!(read(&shown(b"\xe4\0\xc3\xa4")), Ok(Value::Octets(b"\xe4\0\xc3\xa4".to_vec())));
        assert_eq!(read("User-Password = hello"), Ok(Value::Text("hello".to_owned())));
    }

    // spec: radius 19.2
    #[test]
    fn an_address_may_have_its_full_length_behind_it() {
        assert_eq!(read("NAS-IP-Address = 10.0.0.1/32"), Ok(Value::Ipv4([10, 0, 0, 1].into())));
        assert_eq!(read("NAS-IP-Address = 10.0.0.1/24"), Err(TextError::Value));
        assert_eq!(read("NAS-IPv6-Address = ::1/128"), Ok(Value::Ipv6(Ipv6Addr::LOCALHOST)));
        assert_eq!(read("NAS-IPv6-Address = ::1/64"), Err(TextError::Value));
    }

    #[test]
    fn operators_that_set_a_value_are_taken_and_others_are_refused() {
        for text in ["User-Name = bob", "User-Name := bob", "User-Name += bob", "User-Name == \"bob\""] {
            assert_eq!(read(text), Ok(Value::Text("bob".to_owned())), "{text}");
        }
        for text in
            ["User-Name =~ bob", "User-Name =* bob", "User-Name != bob", "User-Name <= bob", "User-Name -= b"]
        {
            assert_eq!(read(text), Err(TextError::Form), "{text}");
        }
    }

    #[test]
    fn a_number_has_the_width_of_its_type() {
        assert_eq!(read("Session-Timeout = 4294967295"), Ok(Value::Integer(0xffff_ffff)));
        assert_eq!(read("Session-Timeout = 4294967296"), Err(TextError::Value));
        assert_eq!(read("WiMAX-Hotlining-Capabilities = 256"), Err(TextError::Value));
        assert_eq!(read("Event-Timestamp = 4294967296"), Err(TextError::Value));
    }
}
