//! Certificates and containers: recognised by their outermost structure (spec: eapconfig 2), looked into only as far
//! as the trust anchors of a supplicant need it (spec: eapconfig 7).

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::fmt;
use x509_cert::der::Decode;
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::ext::pkix::BasicConstraints;
use zeroize::{Zeroize, Zeroizing};

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
    matches!(sequence_content(octets), Some(Content::Definite { minimal: true, .. }))
}

/// Whether the octets look like a PKCS#12 container: a SEQUENCE that begins with INTEGER 3 (RFC 7292, 4). BER is
/// allowed there, an indefinite length too.
pub(crate) fn is_pkcs12(octets: &[u8]) -> bool {
    match sequence_content(octets) {
        Some(Content::Definite { content, .. } | Content::Indefinite { content }) => {
            content.starts_with(&[0x02, 0x01, 0x03])
        }
        None => false,
    }
}

enum Content<'a> {
    /// `minimal`: the length is written as DER demands.
    Definite { content: &'a [u8], minimal: bool },
    /// The content ends with the two zero octets that close it.
    Indefinite { content: &'a [u8] },
}

/// The content of the SEQUENCE that fills the octets.
fn sequence_content(octets: &[u8]) -> Option<Content<'_>> {
    let (&first, rest) = octets.strip_prefix(&[0x30])?.split_first()?;
    if first == 0x80 {
        return rest.strip_suffix(&[0, 0]).map(|content| Content::Indefinite { content });
    }
    if first < 0x80 {
        return (rest.len() == usize::from(first))
            .then_some(Content::Definite { content: rest, minimal: true });
    }
    let (digits, content) = rest.split_at_checked(usize::from(first & 0x7F))?;
    let mut length = 0_usize;
    for digit in digits {
        length = length.checked_mul(256)?.checked_add(usize::from(*digit))?;
    }
    let minimal = length >= 0x80 && digits.first() != Some(&0);
    (content.len() == length).then_some(Content::Definite { content, minimal })
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

/// As [`decode_base64`], for what must not stay in memory.
pub(crate) fn decode_secret_base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    // The buffer is made large enough at once, so that no copy is left behind when it grows.
    let mut octets = Zeroizing::new(vec![0; text.len() / 4 * 3 + 3]);
    let len = match LENIENT.decode_slice(text, &mut octets) {
        Ok(len) => len,
        // Blanks are rare; looking for them first costs as much as decoding.
        Err(_) => LENIENT.decode_slice(Zeroizing::new(compact(text)?).as_str(), &mut octets).ok()?,
    };
    octets.truncate(len);
    Some(octets)
}

/// The text without blanks and padding, if the rest is base64 that [`decode_base64`] takes.
pub(crate) fn plain_base64(text: &str) -> Option<String> {
    let mut plain =
        if is_alphabet(text.trim_end_matches('=').as_bytes()) { text.to_owned() } else { compact(text)? };
    let digits = plain.trim_end_matches('=').len();
    // As the decoder has it: none, some, or all that the last group lacks.
    let fits = plain.len() - digits <= (4 - digits % 4) % 4;
    plain.truncate(digits);
    (fits && digits % 4 != 1 && is_alphabet(plain.as_bytes())).then_some(plain)
}

/// Whether all are digits of base64. Without an early end, so that the compiler can look at many at a time.
fn is_alphabet(octets: &[u8]) -> bool {
    octets.chunks(256).all(|run| {
        let wrong = run.iter().fold(0_u8, |wrong, &o| {
            let letter = (o.wrapping_sub(b'A') < 26) | (o.wrapping_sub(b'a') < 26);
            // From the slash to the nine.
            let other = (o.wrapping_sub(b'/') < 11) | (o == b'+');
            wrong | u8::from(!(letter | other))
        });
        wrong == 0
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
    fn containers_are_known_by_their_beginning() {
        assert!(is_pkcs12(&[0x30, 0x03, 0x02, 0x01, 0x03]));
        assert!(is_pkcs12(&[0x30, 0x81, 0x03, 0x02, 0x01, 0x03]));
        assert!(is_pkcs12(&[0x30, 0x80, 0x02, 0x01, 0x03, 0x00, 0x00]));
        assert!(!is_pkcs12(&[0x30, 0x80, 0x02, 0x01, 0x03]));
        assert!(!is_pkcs12(&[0x30, 0x03, 0x02, 0x01, 0x02]));
        assert!(!is_pkcs12(&[0x30, 0x04, 0x02, 0x01, 0x03]));
    }

    #[test]
    fn base64_is_read_with_blanks_and_without_padding() {
        for text in ["MAA=", "MAA", " M A\r\nA\t=", "MAB"] {
            assert_eq!(decode_base64(text).as_deref(), Some(&[0x30, 0x00][..]), "{text:?}");
            assert_eq!(decode_secret_base64(text).as_deref(), Some(&vec![0x30, 0x00]), "{text:?}");
        }
        for text in ["M", "MAA==", "MA-_", "MAA=MAA=", "MIID...", "M\u{a0}AA"] {
            assert_eq!(decode_base64(text), None, "{text:?}");
            assert!(decode_secret_base64(text).is_none(), "{text:?}");
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
