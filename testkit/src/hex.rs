//! Octets from and to hexadecimal text.

/// Reads lower- or upper-case hexadecimal text, two digits an octet.
///
/// # Errors
/// Says what is wrong when the text has an odd length or a character that is no digit.
pub fn decode(text: &str) -> Result<Vec<u8>, String> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return Err(format!("hexadecimal text of odd length {}", digits.len()));
    }
    digits
        .chunks(2)
        .map(|pair| {
            let pair = str::from_utf8(pair).map_err(|e| e.to_string())?;
            u8::from_str_radix(pair, 16).map_err(|e| format!("{pair:?}: {e}"))
        })
        .collect()
}

/// Reads hexadecimal text that a test states itself.
///
/// # Panics
/// When the text is not hexadecimal.
#[must_use]
pub fn octets(text: &str) -> Vec<u8> {
    decode(text).unwrap_or_else(|e| panic!("{e}"))
}

/// Writes octets as lower-case hexadecimal text.
#[must_use]
pub fn encode(octets: &[u8]) -> String {
    octets.iter().map(|o| format!("{o:02x}")).collect()
}
