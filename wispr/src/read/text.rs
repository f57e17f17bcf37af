//! Cleaning up the text of a field (spec: wispr 8 rule 10).

use super::quirk::{Quirk, Quirks};
use super::scan::{find, is_space_char, trimmed};
use alloc::{borrow::Cow, string::String, vec::Vec};
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use memchr::memchr;

/// The longest text or URL in characters (spec: wispr 8 rule 10).
pub const MAX_TEXT: usize = 4096;

/// HTML's names of U+00A0 to U+00FF, in that order.
const LATIN_1: [&str; 96] = [
    "nbsp", "iexcl", "cent", "pound", "curren", "yen", "brvbar", "sect", "uml", "copy", "ordf", "laquo",
    "not", "shy", "reg", "macr", "deg", "plusmn", "sup2", "sup3", "acute", "micro", "para", "middot",
    "cedil", "sup1", "ordm", "raquo", "frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc",
    "Atilde", "Auml", "Aring", "AElig", "Ccedil", "Egrave", "Eacute", "Ecirc", "Euml", "Igrave", "Iacute",
    "Icirc", "Iuml", "ETH", "Ntilde", "Ograve", "Oacute", "Ocirc", "Otilde", "Ouml", "times", "Oslash",
    "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute", "THORN", "szlig", "agrave", "aacute", "acirc", "atilde",
    "auml", "aring", "aelig", "ccedil", "egrave", "eacute", "ecirc", "euml", "igrave", "iacute", "icirc",
    "iuml", "eth", "ntilde", "ograve", "oacute", "ocirc", "otilde", "ouml", "divide", "oslash", "ugrave",
    "uacute", "ucirc", "uuml", "yacute", "thorn", "yuml",
];

/// Base64 whose padding and last bits do not matter.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Replaces references by their characters. `html`: also the names of Latin-1.
pub(super) fn unescape<'a>(raw: &'a str, html: bool, quirks: &mut Quirks) -> Cow<'a, str> {
    let Some(first) = memchr(b'&', raw.as_bytes()) else { return Cow::Borrowed(raw) };
    let (before, mut rest) = raw.split_at(first);
    let mut out = String::with_capacity(raw.len());
    out.push_str(before);
    while let Some(tail) = rest.strip_prefix('&') {
        match reference(tail, html) {
            Some((c, after)) => {
                out.extend(c);
                rest = after;
            }
            None => {
                quirks.add(Quirk::BadEntity);
                out.push('&');
                rest = tail;
            }
        }
        let (text, after) = rest.split_at(memchr(b'&', rest.as_bytes()).unwrap_or(rest.len()));
        out.push_str(text);
        rest = after;
    }
    Cow::Owned(out)
}

/// Reads a reference behind its `&`: the character, if it stands for one, and what follows.
fn reference(tail: &str, html: bool) -> Option<(Option<char>, &str)> {
    let len = tail.bytes().position(|octet| !octet.is_ascii_alphanumeric() && octet != b'#')?;
    let after = tail.get(len..)?.strip_prefix(';')?;
    let name = tail.get(..len)?;
    let c = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => match name.strip_prefix('#') {
            Some(number) => numeric(number)?,
            None if html => {
                let at = LATIN_1.iter().position(|known| *known == name)?;
                Some(char::from(u8::try_from(at).ok()? + 0xa0))
            }
            None => return None,
        },
    };
    Some((c, after))
}

/// The character of a numeric reference; inside, nothing for 0, surrogates and what lies beyond Unicode.
fn numeric(number: &str) -> Option<Option<char>> {
    let (digits, radix) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    let mut value = 0_u32;
    for c in digits.chars() {
        value = value.saturating_mul(radix).saturating_add(c.to_digit(radix)?);
    }
    (!digits.is_empty()).then(|| char::from_u32(value).filter(|c| *c != '\0'))
}

/// Cuts white space at both ends.
pub(super) fn trim(text: Cow<'_, str>) -> Cow<'_, str> {
    within(text, trimmed)
}

/// Takes a part of a text, borrowing it if the text is borrowed.
fn within<'a>(text: Cow<'a, str>, part: impl Fn(&str) -> &str) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(part(text)),
        Cow::Owned(text) => {
            let inner = part(&text);
            if inner.len() == text.len() { Cow::Owned(text) } else { Cow::Owned(inner.into()) }
        }
    }
}

/// Takes what stands between the letters `CDATA[[` and `]]`, if they enclose the trimmed text.
pub(super) fn without_cdata_letters<'a>(text: Cow<'a, str>, quirks: &mut Quirks) -> Cow<'a, str> {
    fn inside(text: &str) -> Option<&str> {
        let (head, tail) = text.split_at_checked(7)?;
        head.eq_ignore_ascii_case("CDATA[[").then(|| tail.strip_suffix("]]"))?
    }
    if inside(&text).is_none() {
        return text;
    }
    quirks.add(Quirk::CdataLetters);
    trim(within(text, |text| inside(text).unwrap_or(text)))
}

/// A text: runs of white space become one blank, and it is cut at [`MAX_TEXT`].
pub(super) fn text<'a>(text: Cow<'a, str>, quirks: &mut Quirks) -> Cow<'a, str> {
    let text = if is_tidy(text.as_bytes()) { text } else { Cow::Owned(collapsed(&text)) };
    if text.len() <= MAX_TEXT {
        return text;
    }
    match text.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => {
            quirks.add(Quirk::TextCut);
            within(text, |text| text.get(..end).unwrap_or(text))
        }
        None => text,
    }
}

/// Whether all white space is single blanks.
fn is_tidy(octets: &[u8]) -> bool {
    let mut rest = octets;
    while let Some(at) = rest.iter().position(|octet| *octet <= b' ') {
        match rest.get(at..) {
            Some([b'\t' | b'\r' | b'\n', ..] | [b' ', b' ', ..]) | None => return false,
            Some([_, behind @ ..]) => rest = behind,
            Some([]) => break,
        }
    }
    true
}

fn collapsed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(is_space_char).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// A URL, absolute or to be resolved; nothing if it is none. `keep_blanks`: as `%20`.
pub(super) fn url<'a>(text: Cow<'a, str>, keep_blanks: bool, quirks: &mut Quirks) -> Option<Cow<'a, str>> {
    let mut text = text;
    // Without a way out in the middle, so that many octets are judged at once.
    let graphic = text.bytes().fold(true, |all, octet| all & octet.is_ascii_graphic());
    if !graphic && text.contains(is_space_char) {
        quirks.add(Quirk::SpaceInUrl);
        let keep = |c: char| !is_space_char(c);
        text = Cow::Owned(if keep_blanks {
            text.replace(['\t', '\r', '\n'], "").replace(' ', "%20")
        } else {
            text.chars().filter(|c| keep(*c)).collect()
        });
    }
    for _ in 0..3 {
        if find(text.as_bytes(), b"&amp;").is_none() {
            break;
        }
        quirks.add(Quirk::DoubleEscaped);
        text = Cow::Owned(text.replace("&amp;", "&"));
    }
    let fits = text.len() <= MAX_TEXT || text.chars().nth(MAX_TEXT).is_none();
    let relative = text.starts_with(['/', '?']);
    if !fits || (!graphic && text.contains(char::is_control)) || !(relative || is_absolute(&text)) {
        quirks.add(Quirk::BadUrl);
        return None;
    }
    if relative {
        quirks.add(Quirk::RelativeUrl);
    }
    Some(text)
}

/// Whether a text begins with `http://` or `https://`, in any letter case, and a character of a host.
pub(super) fn is_absolute(text: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        text.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme))
            && text.get(scheme.len()..).is_some_and(|tail| tail.starts_with(is_host_char))
    })
}

fn is_host_char(c: char) -> bool {
    c.is_alphanumeric() || c == '['
}

/// A number up to `limit`: the digits at the start, white space among them or not.
pub(super) fn integer(text: &str, limit: u64, quirks: &mut Quirks) -> Option<u64> {
    // Nearly always there is nothing but digits.
    let value = text.parse().ok().or_else(|| lenient(text, quirks)).filter(|value| *value <= limit);
    if value.is_none() {
        quirks.add(Quirk::BadNumber);
    }
    value
}

/// The number at the start of a text that is not only a number; nothing if it is too large.
fn lenient(text: &str, quirks: &mut Quirks) -> Option<u64> {
    if text.trim_matches(is_space_char).contains(is_space_char) {
        quirks.add(Quirk::SpaceInNumber);
    }
    let mut chars = text.chars().filter(|c| !is_space_char(*c)).peekable();
    let _sign = chars.next_if_eq(&'+');
    let mut value = None::<u64>;
    let mut too_large = false;
    for c in chars {
        let Some(digit) = c.to_digit(10) else {
            quirks.add(Quirk::TextBehindNumber);
            break;
        };
        let next = value.unwrap_or(0).checked_mul(10).and_then(|v| v.checked_add(digit.into()));
        too_large |= next.is_none();
        value = next.or(value);
    }
    value.filter(|_| !too_large)
}

/// Octets in base64, in either alphabet, with or without padding, broken over lines or not.
pub(super) fn base64(text: &str, quirks: &mut Quirks) -> Option<Vec<u8>> {
    let plain = |octet: u8| octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'/' | b'=');
    let octets = if text.bytes().all(plain) {
        LENIENT.decode(text.trim_end_matches('='))
    } else {
        let translated: String = text
            .chars()
            .filter(|c| !is_space_char(*c))
            .map(|c| match c {
                '-' => '+',
                '_' => '/',
                c => c,
            })
            .collect();
        LENIENT.decode(translated.trim_end_matches('='))
    };
    if octets.is_err() {
        quirks.add(Quirk::BadBase64);
    }
    octets.ok().filter(|octets| !octets.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<T>(f: impl FnOnce(&mut Quirks) -> T) -> (T, Quirks) {
        let mut quirks = Quirks::default();
        let out = f(&mut quirks);
        (out, quirks)
    }

    fn decoded(raw: &str, html: bool) -> String {
        unescape(raw, html, &mut Quirks::default()).into_owned()
    }

    #[test]
    fn references_need_their_semicolon() {
        // spec: wispr 8 rule 10
        assert_eq!(decoded("&amp;&lt;&gt;&quot;&apos;&#65;&#x42;&#X43;", false), "&<>\"'ABC");
        assert_eq!(
            decoded("a&b&amp &lt;&unknown; &;&#;&#x;&#6a;&AMP;", true),
            "a&b&amp <&unknown; &;&#;&#x;&#6a;&AMP;"
        );
        assert_eq!(decoded("&#0;&#xD800;&#x110000;&#99999999999999999999;.", true), ".");
        assert_eq!(decoded("&nbsp;&yuml;&Ntilde;&ntilde;&euro;", true), "\u{a0}\u{ff}\u{d1}\u{f1}&euro;");
        assert_eq!(decoded("&nbsp;", false), "&nbsp;");
        assert_eq!(decoded("&#0000000000000000000038;lt;", false), "&lt;");
        assert!(matches!(unescape("plain", true, &mut Quirks::default()), Cow::Borrowed("plain")));
    }

    #[test]
    fn the_letters_cdata_are_taken_off() {
        // spec: wispr 8.1
        let (text, quirks) = with(|q| without_cdata_letters("cdata[[ x ]]".into(), q));
        assert_eq!(text, "x");
        assert!(quirks.contains(Quirk::CdataLetters));
        assert_eq!(without_cdata_letters("CDATA[[x]".into(), &mut Quirks::default()), "CDATA[[x]");
        assert_eq!(without_cdata_letters("CDATA[".into(), &mut Quirks::default()), "CDATA[");
    }

    #[test]
    fn a_text_has_single_blanks_and_a_limit() {
        // spec: wispr 8 rule 10
        assert_eq!(text("a \t\r\n b  c".into(), &mut Quirks::default()), "a b c");
        let (cut, quirks) = with(|q| text("\u{f1}".repeat(MAX_TEXT + 1).into(), q));
        assert_eq!((cut.chars().count(), quirks.contains(Quirk::TextCut)), (MAX_TEXT, true));
    }

    #[test]
    fn a_url_loses_white_space_and_second_escapes() {
        // spec: wispr 8 rule 10, 8.1
        let clean = |text: &'static str| url(text.into(), false, &mut Quirks::default());
        assert_eq!(clean("https://h/a?b=\r\n c d").unwrap(), "https://h/a?b=cd");
        assert_eq!(clean("HTTP://h/?a&amp;amp;amp;b").unwrap(), "HTTP://h/?a&b");
        assert_eq!(clean("http://h/?a&amp;amp;amp;amp;b").unwrap(), "http://h/?a&amp;b");
        assert_eq!(clean("?a=1").unwrap(), "?a=1");
        assert_eq!(clean("http:///x"), None);
        assert_eq!(clean("javascript:alert(1)"), None);
        assert_eq!(clean("http://h/\u{7}"), None);
        assert_eq!(
            url("http://h/a b\n c".into(), true, &mut Quirks::default()).unwrap(),
            "http://h/a%20b%20c"
        );
    }

    #[test]
    fn a_url_of_4097_characters_is_dropped() {
        // spec: wispr 8 rule 10, 11
        let long = |len: usize| alloc::format!("http://h/{}", "\u{f1}".repeat(len - 9));
        assert!(url(long(MAX_TEXT).into(), false, &mut Quirks::default()).is_some());
        let (gone, quirks) = with(|q| url(long(MAX_TEXT + 1).into(), false, q));
        assert!(gone.is_none() && quirks.contains(Quirk::BadUrl));
    }

    #[test]
    fn a_number_is_the_digits_at_its_start() {
        // spec: wispr 8 rule 10, 8.1
        let number = |text, limit| integer(text, limit, &mut Quirks::default());
        assert_eq!(number(" + 1 2\n0 x9", 999), Some(120));
        assert_eq!(number("65535", 0xffff), Some(65535));
        assert_eq!(number("65536", 0xffff), None);
        assert_eq!(number("18446744073709551615", u64::MAX), Some(u64::MAX));
        assert_eq!(number("18446744073709551616", u64::MAX), None);
        assert_eq!(number("000000000000000000000000000000050", 0xffff), Some(50));
        assert_eq!(number("-1", 9), None);
        assert_eq!(number("", 9), None);
    }

    #[test]
    fn base64_comes_in_many_forms() {
        // spec: wispr 8.1
        let octets = |text| base64(text, &mut Quirks::default());
        assert_eq!(octets("+/8=").unwrap(), [0xfb, 0xff]);
        assert_eq!(octets("-_\r\n 8").unwrap(), [0xfb, 0xff]);
        assert_eq!(octets("-_9").unwrap(), [0xfb, 0xff], "last bits do not matter");
        assert_eq!(octets("A"), None);
        assert_eq!(octets("AQ=A"), None);
        assert_eq!(octets("AQ!A"), None);
    }
}
