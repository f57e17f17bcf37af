//! Limits for input that nobody vouches for (spec: passpoint 10).

/// Largest file, in octets.
pub const MAX_FILE: usize = 4 * 1024 * 1024;
/// Deepest nesting of XML elements.
pub const MAX_XML_DEPTH: usize = 64;
/// Most XML elements in a document.
pub const MAX_XML_ELEMENTS: usize = 20_000;
/// Largest PKCS#12 file, in octets.
pub const MAX_PKCS12: usize = 1024 * 1024;
/// Most iterations of a key derivation in a PKCS#12 file.
pub const MAX_PKCS12_ITERATIONS: u32 = 1_000_000;
/// Most certificates in a PKCS#12 file or a signature.
pub const MAX_CERTIFICATES: usize = 16;
/// Fewest iterations of the key derivation of an encrypted ONC file.
pub const MIN_ONC_ITERATIONS: u32 = 20_000;
/// Most iterations of the key derivation of an encrypted ONC file.
pub const MAX_ONC_ITERATIONS: u32 = 500_000;

/// The offset at which a JSON text first nests deeper than `max`.
pub(crate) fn json_depth_exceeded(text: &[u8], max: usize) -> Option<usize> {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for (offset, octet) in text.iter().enumerate() {
        if in_text {
            match octet {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match octet {
            b'"' => in_text = true,
            b'[' | b'{' => {
                depth += 1;
                if depth > max {
                    return Some(offset);
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}
