//! Words of a dictionary line: types, flags that go together, layouts, numbers.

use super::error::Cause;
use super::{Encrypt, Flags, Type};
use crate::vendor::Layout;
use alloc::vec::Vec;

pub(super) fn check_flags(data_type: Type, flags: Flags) -> Result<(), Cause> {
    let tag = matches!(data_type, Type::String | Type::Integer);
    let four = matches!(data_type, Type::Integer | Type::Ipv4 | Type::Date | Type::Signed);
    let octets = matches!(data_type, Type::String | Type::Octets | Type::FixedOctets(_));
    let fits = (!flags.has_tag || tag)
        && (flags.encrypt == Encrypt::No || octets || four)
        && (!flags.concat || matches!(data_type, Type::Octets | Type::Tlv));
    if fits { Ok(()) } else { Err(Cause::FlagForType) }
}

pub(super) fn data_type(word: &str) -> Result<Type, Cause> {
    let word = word.to_ascii_lowercase();
    if let Some(size) = word.strip_prefix("octets[").and_then(|rest| rest.strip_suffix(']')) {
        let size: u8 = size.parse().map_err(|_| Cause::Number)?;
        return if (1..=253).contains(&size) { Ok(Type::FixedOctets(size)) } else { Err(Cause::Range) };
    }
    Ok(match word.as_str() {
        "string" | "text" => Type::String,
        "octets" => Type::Octets,
        "ipaddr" | "ipv4addr" => Type::Ipv4,
        "integer" | "uint32" => Type::Integer,
        "date" | "time" => Type::Date,
        "ipv6addr" => Type::Ipv6,
        "ipv6prefix" => Type::Ipv6Prefix,
        "ipv4prefix" => Type::Ipv4Prefix,
        "ifid" => Type::Ifid,
        "ether" | "ethernet" => Type::Ether,
        "byte" | "uint8" => Type::Byte,
        "short" | "uint16" => Type::Short,
        "signed" | "int32" => Type::Signed,
        "integer64" | "uint64" => Type::Integer64,
        "bool" => Type::Boolean,
        "combo-ip" => Type::ComboIp,
        "abinary" => Type::Abinary,
        "tlv" => Type::Tlv,
        "struct" => Type::Struct,
        "vsa" => Type::Vsa,
        "evs" => Type::Evs,
        "extended" => Type::Extended,
        "long-extended" => Type::LongExtended,
        "time_delta" => Type::TimeDelta,
        "group" => Type::Group,
        _ => return Err(Cause::Type),
    })
}

/// `format=t,l` or `format=t,l,c`.
pub(super) fn layout(word: &str) -> Result<Layout, Cause> {
    let sizes = word.strip_prefix("format=").ok_or(Cause::Format)?;
    let parts: Vec<&str> = sizes.split(',').collect();
    let (kind, length, continuation) = match parts.as_slice() {
        [kind, length] => (kind, length, false),
        [kind, length, "c"] => (kind, length, true),
        _ => return Err(Cause::Format),
    };
    let size = |word: &str| word.parse().map_err(|_| Cause::Format);
    let layout = Layout::new(size(kind)?, size(length)?, continuation).ok_or(Cause::Format)?;
    // A continuation octet exists in the form 1,1 only.
    if continuation && (layout.type_size, layout.length_size) != (1, 1) {
        Err(Cause::Format)
    } else {
        Ok(layout)
    }
}

/// One number, decimal or hexadecimal.
pub(super) fn single_number(word: &str) -> Result<u32, Cause> {
    unsigned(word).and_then(|number| u32::try_from(number).map_err(|_| Cause::Range))
}

pub(super) fn unsigned(word: &str) -> Result<u64, Cause> {
    let (digits, radix) = match word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None => (word, 10),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return Err(Cause::Number);
    }
    u64::from_str_radix(digits, radix).map_err(|_| Cause::Range)
}

pub(super) fn signed_number(word: &str) -> Result<u64, Cause> {
    match word.strip_prefix('-') {
        Some(digits) => unsigned(digits).map(u64::wrapping_neg),
        None => unsigned(word),
    }
}

/// Numbers with dots between them.
pub(super) fn numbers(word: &str) -> Result<Vec<u32>, Cause> {
    word.split('.').map(single_number).collect()
}
