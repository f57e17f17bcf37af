//! Pairs as text, `Name = value`, as radclient reads and prints it (spec: radius 19.2).

use super::{Definition, Dictionary, Pair, Type, Value};
use crate::path::Path;
use crate::value::{Ipv4Prefix, Ipv6Prefix, MAX_TAG};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write as _};
use core::net::{Ipv4Addr, Ipv6Addr};

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
    /// A quoted value that does not end, or has something behind its end.
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
        Value::Text(text) => quoted(f, text),
        Value::Octets(octets) | Value::Invalid { octets, .. } => hexadecimal_digits(f, octets),
        Value::Unhidden(octets) => match (str::from_utf8(octets), definition) {
            (Ok(text), Some(Definition { data_type: Type::String, .. })) => quoted(f, text),
            _ => hexadecimal_digits(f, octets),
        },
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
            write!(f, "{a:02x}{b:02x}:{c:02x}{d:02x}:{e:02x}{g:02x}:{h:02x}{i:02x}")
        }
        Value::Ether([a, b, c, d, e, g]) => write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}"),
        Value::Group(_) => Ok(()),
    }
}

fn hexadecimal_digits(f: &mut fmt::Formatter<'_>, octets: &[u8]) -> fmt::Result {
    f.write_str("0x")?;
    octets.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
}

/// Text in double quotes; what would end or spoil it is escaped.
fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(f, "\\{c}")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            c if c.is_ascii_control() => write!(f, "\\{:03o}", u32::from(c))?,
            c => f.write_char(c)?,
        }
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
    /// A value is in double quotes with escapes (three octal digits are one octet), in single quotes without, or bare; `0x` and hexadecimal digits are the
    /// octets of any type.
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
        let definition = definition.or_else(|| self.attribute_at(path));
        if tag.is_some() && !definition.is_some_and(|known| known.flags.has_tag) {
            return Err(TextError::Tag);
        }
        let value = self.parse_value(definition, right)?;
        Ok(Pair { path, offset: 0, tag: tag.unwrap_or(0), value })
    }

    fn parse_value(&self, definition: Option<&Definition>, text: &str) -> Result<Value, TextError> {
        let (octets, is_quoted) = unquote(text)?;
        let data_type = definition.map_or(Type::Octets, |known| known.data_type);
        // What is no text between quotes can only be text or octets: no number, name or address has such a character.
        let bare = String::from_utf8_lossy(&octets).into_owned();
        if !is_quoted && let Some(octets) = hexadecimal(&bare) {
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
            Type::Ipv4 => bare.parse().ok().map(Value::Ipv4),
            Type::Ipv6 => bare.parse().ok().map(Value::Ipv6),
            Type::ComboIp => {
                bare.parse().ok().map(Value::Ipv4).or_else(|| bare.parse().ok().map(Value::Ipv6))
            }
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
            // All others are nothing but octets.
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
    let digits = text.strip_prefix("0x")?.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return Some(None);
    }
    Some(digits.chunks(2).map(|pair| octet(str::from_utf8(pair).ok()?)).collect())
}

fn octet(digits: &str) -> Option<u8> {
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
fn prefix(text: &str, full: u8) -> Option<(&str, u8)> {
    match text.split_once('/') {
        Some((address, length)) => Some((address, length.parse().ok().filter(|length| *length <= full)?)),
        None => Some((text, full)),
    }
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
