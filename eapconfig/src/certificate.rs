//! Certificates and containers: recognised by their outermost structure (spec: eapconfig 2), looked into only as far
//! as the trust anchors of a supplicant need it (spec: eapconfig 7).

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::fmt;
use x509_cert::der::Decode;
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::ext::pkix::BasicConstraints;
use zeroize::Zeroize;

/// Decodes with or without padding; what is left over in the last character does not matter.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

const ID_CE_BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");

/// One certificate in DER: a SEQUENCE that fills the octets. Nothing deeper was checked; dates, signatures and
/// constraints belong to whoever installs it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Certificate(Vec<u8>);

impl Certificate {
    /// Takes octets that are one DER SEQUENCE and nothing else.
    #[must_use]
    pub fn from_der(octets: Vec<u8>) -> Option<Self> {
        is_sequence(&octets).then_some(Self(octets))
    }

    /// The octets.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.0
    }

    /// Base64 of the octets with padding, without line breaks.
    #[must_use]
    pub fn to_base64(&self) -> String {
        encode_base64(&self.0)
    }

    /// PEM (RFC 7468), lines of 64 characters, with a line break at the end.
    #[must_use]
    pub fn to_pem(&self) -> String {
        let text = self.to_base64();
        let mut pem = String::with_capacity(text.len() + text.len() / 64 + 64);
        pem.push_str("-----BEGIN CERTIFICATE-----\n");
        let mut rest = text.as_str();
        while !rest.is_empty() {
            // Base64 is ASCII: every position is a boundary.
            let (line, after) = rest.split_at(rest.len().min(64));
            pem.push_str(line);
            pem.push('\n');
            rest = after;
        }
        pem.push_str("-----END CERTIFICATE-----\n");
        pem
    }

    /// What the certificate is for, as far as it says so itself.
    #[must_use]
    pub fn role(&self) -> Role {
        let Ok(certificate) = x509_cert::Certificate::from_der(&self.0) else { return Role::Unknown };
        let body = certificate.tbs_certificate();
        let self_issued = body.issuer() == body.subject();
        let constraints = body
            .extensions()
            .and_then(|all| all.iter().find(|e| e.extn_id == ID_CE_BASIC_CONSTRAINTS))
            .map(|e| BasicConstraints::from_der(e.extn_value.as_bytes()).is_ok_and(|c| c.ca));
        // A version 1 certificate has no extensions; roots of that time are recognised by issuing themselves.
        let is_authority = constraints.unwrap_or(self_issued && body.extensions().is_none());
        match (is_authority, self_issued) {
            (true, true) => Role::Root,
            (true, false) => Role::Intermediate,
            (false, _) => Role::EndEntity,
        }
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({} octets)", self.0.len())
    }
}

/// What a certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// An authority that issued itself.
    Root,
    /// An authority that another one issued.
    Intermediate,
    /// A server's or a user's certificate.
    EndEntity,
    /// The structure inside is not that of a certificate.
    Unknown,
}

/// Whether the octets are one DER SEQUENCE and nothing else.
fn is_sequence(octets: &[u8]) -> bool {
    let Some(header) = Header::of(octets) else { return false };
    let Some(length) = header.length else { return false };
    header.is_minimal && Some(octets.len()) == length.checked_add(header.len)
}

/// Whether base64 without blanks and padding looks like a PKCS#12 container: a SEQUENCE that fills the octets and begins with
/// INTEGER 3 (RFC 7292, 4). BER is allowed there, an indefinite length too. Only its ends are decoded.
pub(crate) fn is_pkcs12(digits: &str) -> bool {
    /// Tag, the longest form of a length, the INTEGER.
    const START: usize = 2 + 126 + 3;
    let len = octets_of(digits);
    let part = |range: std::ops::Range<usize>| digits.get(range).and_then(decode_base64);
    let most = |octets: usize| octets.div_ceil(3) * 4;
    // Few lengths are long.
    for octets in [24, START] {
        let Some(start) = part(0..digits.len().min(most(octets))) else { return false };
        let Some(header) = Header::of(&start).filter(|h| h.len + 3 <= start.len()) else { continue };
        let begins = start.get(header.len..).is_some_and(|content| content.starts_with(&[0x02, 0x01, 0x03]));
        let ends = match header.length {
            Some(length) => length.checked_add(header.len) == Some(len),
            // The content ends with the two zero octets that close it.
            None => {
                let last = part(digits.len().saturating_sub(4) / 4 * 4..digits.len());
                len >= header.len + 5 && last.is_some_and(|octets| octets.ends_with(&[0, 0]))
            }
        };
        return begins && ends;
    }
    false
}

/// Tag and length of a SEQUENCE.
struct Header {
    /// Octets of both.
    len: usize,
    /// Octets of the content; nothing where the end is marked instead.
    length: Option<usize>,
    /// The length is written as DER demands.
    is_minimal: bool,
}

impl Header {
    fn of(octets: &[u8]) -> Option<Self> {
        let (&first, rest) = octets.strip_prefix(&[0x30])?.split_first()?;
        if first == 0x80 {
            return Some(Self { len: 2, length: None, is_minimal: false });
        }
        if first < 0x80 {
            return Some(Self { len: 2, length: Some(usize::from(first)), is_minimal: true });
        }
        let digits = rest.get(..usize::from(first & 0x7F))?;
        let mut length = 0_usize;
        for digit in digits {
            length = length.checked_mul(256)?.checked_add(usize::from(*digit))?;
        }
        let is_minimal = length >= 0x80 && digits.first() != Some(&0);
        Some(Self { len: 2 + digits.len(), length: Some(length), is_minimal })
    }
}

/// How many octets so many digits of base64 are, without padding.
pub(crate) const fn octets_of(digits: &str) -> usize {
    digits.len() / 4 * 3 + (digits.len() % 4 * 3) / 4
}

/// What fills up the last group of digits of base64.
pub(crate) fn padding(digits: &str) -> &'static str {
    match digits.len() % 4 {
        2 => "==",
        3 => "=",
        _ => "",
    }
}

/// Standard base64; blanks and line breaks do not count, padding is optional.
pub(crate) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    if let Ok(octets) = LENIENT.decode(text) {
        return Some(octets);
    }
    let mut compact = compact(text)?;
    let octets = LENIENT.decode(compact.as_bytes()).ok();
    compact.zeroize();
    octets
}

/// The text without blanks and padding, if the rest is base64 that [`decode_base64`] takes.
pub(crate) fn plain_base64(text: &str) -> Option<String> {
    // As the decoder has it: no padding, some, or all that the last group lacks.
    let fits = |text: &str, digits: &str| {
        digits.len() % 4 != 1 && text.len() - digits.len() <= (4 - digits.len() % 4) % 4
    };
    let digits = without_padding(text);
    if is_alphabet(digits.as_bytes()) {
        return fits(text, digits).then(|| digits.to_owned());
    }
    let mut compact = compact(text)?;
    let digits = without_padding(&compact);
    if !is_alphabet(digits.as_bytes()) || !fits(&compact, digits) {
        compact.zeroize();
        return None;
    }
    compact.truncate(digits.len());
    Some(compact)
}

fn without_padding(text: &str) -> &str {
    text.trim_end_matches('=')
}

/// Whether all are digits of base64. Each kind of digit gives zero for its own, and the least of them counts: no branch and no
/// early end within a run, so that the compiler can look at many at a time.
fn is_alphabet(octets: &[u8]) -> bool {
    octets.chunks(256).all(|run| {
        let worst = run.iter().fold(0_u8, |worst, &o| {
            // The bit of lower case makes one range of two.
            let letter = (o | 0x20).wrapping_sub(b'a').saturating_sub(25);
            // From the slash to the nine.
            let other = o.wrapping_sub(b'/').saturating_sub(10);
            worst.max(letter.min(other).min(o ^ b'+'))
        });
        worst == 0
    })
}

/// The text without blanks; nothing if there are none.
fn compact(text: &str) -> Option<String> {
    let is_blank = |o: &u8| matches!(o, b' ' | b'\t' | b'\r' | b'\n');
    if !text.as_bytes().iter().any(is_blank) {
        return None;
    }
    let mut compact = String::with_capacity(text.len());
    for piece in text.split(crate::xml::BLANKS) {
        compact.push_str(piece);
    }
    Some(compact)
}

pub(crate) fn encode_base64(octets: &[u8]) -> String {
    LENIENT.encode(octets)
}

/// What is between the lines of PEM armour, if the text is in armour (RFC 7468).
pub(crate) fn without_armour(text: &str) -> Option<&str> {
    let (label, rest) =
        text.trim_matches(crate::xml::BLANKS).strip_prefix("-----BEGIN ")?.split_once("-----")?;
    let end = rest.strip_suffix("-----")?;
    label.ends_with("CERTIFICATE").then(|| end.strip_suffix(label)?.strip_suffix("-----END "))?
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: eapconfig 2
    #[test]
    fn a_sequence_fills_its_octets() {
        assert!(is_sequence(&[0x30, 0x00]));
        assert!(is_sequence(&[0x30, 0x02, 1, 2]));
        let mut long = vec![0x30, 0x81, 0x80];
        long.extend([0; 0x80]);
        assert!(is_sequence(&long));
        for bad in [
            &[][..],
            &[0x30],
            &[0x31, 0x00],
            &[0x30, 0x01],
            &[0x30, 0x00, 0x00],
            &[0x30, 0x81, 0x01, 0x00],
            &[0x30, 0x80, 0x00, 0x00],
            &[0x30, 0xFF],
            &[0x30, 0x89, 1, 0, 0, 0, 0, 0, 0, 0, 0],
        ] {
            assert!(!is_sequence(bad), "{bad:02x?}");
        }
    }

    // spec: eapconfig 2
    #[test]
    fn containers_are_known_by_their_ends() {
        let known = |octets: &[u8]| is_pkcs12(without_padding(&encode_base64(octets)));
        let long = |length: &[u8], content: usize| {
            let mut octets = vec![0x30, 0x80 | u8::try_from(length.len()).unwrap()];
            octets.extend(length);
            octets.extend([0x02, 0x01, 0x03]);
            octets.resize(octets.len() + content - 3, 7);
            octets
        };
        assert!(known(&[0x30, 0x03, 0x02, 0x01, 0x03]));
        assert!(known(&[0x30, 0x81, 0x03, 0x02, 0x01, 0x03]));
        for len in 100..110 {
            assert!(known(&long(&[len], usize::from(len))), "{len}");
            assert!(!known(&long(&[len + 1], usize::from(len))), "{len}");
            let mut padded = [0; 126];
            padded[125] = len;
            assert!(known(&long(&padded, usize::from(len))), "{len}");
        }
        for fill in 0..4 {
            let mut octets = vec![0x30, 0x80, 0x02, 0x01, 0x03];
            octets.resize(5 + fill, 7);
            octets.extend([0, 0]);
            assert!(known(&octets), "{fill}");
            octets.pop();
            assert!(!known(&octets), "{fill}");
        }
        for bad in [
            &[][..],
            &[0x30],
            &[0x30, 0x80, 0x02, 0x01, 0x03],
            &[0x30, 0x03, 0x02, 0x01, 0x02],
            &[0x30, 0x04, 0x02, 0x01, 0x03],
            &[0x30, 0x80, 0x00, 0x00],
            &[0x30, 0xFF],
            &[0x30, 0x89, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 3],
        ] {
            assert!(!known(bad), "{bad:02x?}");
        }
    }

    #[test]
    fn base64_is_read_with_blanks_and_without_padding() {
        for text in ["MAA=", "MAA", " M A\r\nA\t=", "MAB"] {
            assert_eq!(decode_base64(text).as_deref(), Some(&[0x30, 0x00][..]), "{text:?}");
        }
        for text in ["M", "MAA==", "MA-_", "MAA=MAA=", "MIID...", "M\u{a0}AA"] {
            assert_eq!(decode_base64(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_is_kept_as_text_is_what_can_be_decoded() {
        for text in [
            "",
            "MAA=",
            "MAA",
            " M A\r\nA\t=",
            "MAB",
            "M",
            "MAA==",
            "MA==",
            "MA=",
            "MA-_",
            "MAA=MAA=",
            "MIID...",
            "====",
        ] {
            let kept = plain_base64(text);
            assert_eq!(kept.as_deref().and_then(decode_base64), decode_base64(text), "{text:?}");
            assert!(kept.is_none_or(|kept| kept.bytes().all(|o| o.is_ascii_alphanumeric())), "{text:?}");
        }
        let all: String =
            (0..=255_u8).map(char::from).filter(|c| is_alphabet(&[*c as u8]) && c.is_ascii()).collect();
        assert_eq!(all, "+/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    }

    #[test]
    fn armour_comes_off() {
        let certificate = Certificate::from_der(vec![0x30, 0x00]).unwrap();
        let pem = certificate.to_pem();
        assert_eq!(pem, "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n");
        assert_eq!(without_armour(&pem), Some("\nMAA=\n"));
        assert_eq!(without_armour("MAA="), None);
        assert_eq!(without_armour("-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----"), None);
        assert_eq!(without_armour("-----BEGIN CERTIFICATE-----"), None);
    }
}
