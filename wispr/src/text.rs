//! Numbers, addresses and octets as text.
//!
//! The same as `write!` gives, without the machinery of formatting: an answer of the gateway consists of these, and with
//! `write!` they took a quarter of its time.

#[cfg(any(feature = "gateway", feature = "strict"))]
use base64::{
    alphabet,
    engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig},
};
use core::fmt::{self, Write};
#[cfg(feature = "gateway")]
use core::net::Ipv4Addr;

/// Base64 in the standard alphabet and with its padding. Bits of the last digit that no octet takes do not matter
/// (spec: uam 4; wispr 9).
#[cfg(any(feature = "gateway", feature = "strict"))]
pub(crate) static PADDED_BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// Decimal digits.
pub(crate) fn write_number(out: &mut impl Write, mut number: u64) -> fmt::Result {
    let mut digits = [0; 20];
    let mut start = digits.len();
    for place in digits.iter_mut().rev() {
        *place = b'0' + (number % 10) as u8;
        number /= 10;
        start -= 1;
        if number == 0 {
            break;
        }
    }
    write_ascii(out, digits.get(start..).unwrap_or_default())
}

/// A dotted quad.
#[cfg(feature = "gateway")]
pub(crate) fn write_ipv4(out: &mut impl Write, address: Ipv4Addr) -> fmt::Result {
    for (place, octet) in address.octets().into_iter().enumerate() {
        if place != 0 {
            out.write_char('.')?;
        }
        write_number(out, octet.into())?;
    }
    Ok(())
}

/// Hexadecimal digits, in lower case.
pub(crate) fn write_hex(out: &mut impl Write, octets: &[u8]) -> fmt::Result {
    write_digits(out, octets, b"0123456789abcdef")
}

/// Hexadecimal digits, in upper case.
#[cfg(feature = "gateway")]
pub(crate) fn write_upper_hex(out: &mut impl Write, octets: &[u8]) -> fmt::Result {
    write_digits(out, octets, b"0123456789ABCDEF")
}

fn write_digits(out: &mut impl Write, octets: &[u8], digits: &[u8; 16]) -> fmt::Result {
    const AT_ONCE: usize = 16;
    let digit = |nibble: u8| digits.get(usize::from(nibble & 15)).copied().unwrap_or_default();
    for part in octets.chunks(AT_ONCE) {
        let mut text = [0; 2 * AT_ONCE];
        for (pair, octet) in text.chunks_exact_mut(2).zip(part) {
            pair.copy_from_slice(&[digit(octet >> 4), digit(*octet)]);
        }
        write_ascii(out, text.get(..2 * part.len()).unwrap_or_default())?;
    }
    Ok(())
}

fn write_ascii(out: &mut impl Write, octets: &[u8]) -> fmt::Result {
    // It is ASCII, so this never falls back.
    out.write_str(core::str::from_utf8(octets).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::{String, ToString};

    fn written(write: impl FnOnce(&mut String) -> fmt::Result) -> String {
        let mut out = String::new();
        write(&mut out).unwrap();
        out
    }

    #[test]
    fn it_is_what_formatting_gives() {
        for number in [0, 1, 9, 10, 99, 100, 65_535, u64::MAX] {
            assert_eq!(written(|out| write_number(out, number)), number.to_string());
        }
        #[cfg(feature = "gateway")]
        for address in [Ipv4Addr::UNSPECIFIED, Ipv4Addr::BROADCAST, Ipv4Addr::new(10, 1, 0, 200)] {
            assert_eq!(written(|out| write_ipv4(out, address)), address.to_string());
        }
        assert_eq!(written(|out| write_hex(out, &[0, 0x0f, 0xf0, 0xab])), "000ff0ab");
        #[cfg(feature = "gateway")]
        assert_eq!(written(|out| write_upper_hex(out, &[0xab; 33])), "AB".repeat(33));
        assert_eq!(written(|out| write_hex(out, &[])), "");
    }
}
