//! Host names and addresses (step 6 of spec: discovery 8).

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Octets of a host name (RFC 1035 §2.3.4).
const MAX_HOST: usize = 253;
/// Octets of a label (RFC 1035 §2.3.4).
const MAX_LABEL: usize = 63;

/// The host in ASCII and lower case; `None` if it is none.
pub(super) fn normalise(host: &str) -> Option<String> {
    if let Some(inside) = host.strip_prefix('[') {
        let address: Ipv6Addr = inside.strip_suffix(']')?.parse().ok()?;
        return Some(format!("[{address}]"));
    }
    let mut out = String::with_capacity(host.len());
    let dots = ['.', '\u{3002}', '\u{FF0E}', '\u{FF61}'];
    let (labels, trailing_dot) = host.strip_suffix(dots).map_or((host, false), |labels| (labels, true));
    for (position, label) in labels.split(dots).enumerate() {
        if position > 0 {
            out.push('.');
        }
        let start = out.len();
        push_label(&mut out, label)?;
        let label = out.get(start..)?;
        let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
        let fits = (1..=MAX_LABEL).contains(&label.len());
        if !fits || !label.chars().all(inner) || label.starts_with('-') || label.ends_with('-') {
            return None;
        }
    }
    if out.len() > MAX_HOST {
        return None;
    }
    let last = out.rsplit('.').next()?;
    let decimal = last.bytes().all(|o| o.is_ascii_digit());
    let hexadecimal = last.strip_prefix("0x").is_some_and(|hex| hex.bytes().all(|o| o.is_ascii_hexdigit()));
    if decimal || hexadecimal {
        // What ends like an address is one, in the one spelling that all systems read alike.
        let _: Ipv4Addr = out.parse().ok()?;
        return (!trailing_dot).then_some(out);
    }
    if trailing_dot {
        out.push('.');
    }
    Some(out)
}

/// One label in lower case; what is not ASCII is mapped and encoded (UTS 46, non-transitional).
fn push_label(out: &mut String, label: &str) -> Option<()> {
    if label.is_ascii() {
        out.extend(label.chars().map(|c| c.to_ascii_lowercase()));
        return Some(());
    }
    // Which ASCII characters are allowed, and how long the result may be, the caller judges for all labels alike.
    let ascii =
        Uts46::new().to_ascii(label.as_bytes(), AsciiDenyList::EMPTY, Hyphens::Allow, DnsLength::Ignore);
    out.push_str(&ascii.ok()?);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> Option<String> {
        normalise(text)
    }

    // spec: discovery 8
    #[test]
    fn labels_are_mapped() {
        assert_eq!(host("straße.example").as_deref(), Some("xn--strae-oqa.example"));
        assert_eq!(host("Ｅｘａｍｐｌｅ．ＯＲＧ").as_deref(), Some("example.org"));
        assert_eq!(host("a\u{FF61}b\u{3002}").as_deref(), Some("a.b."));
        assert_eq!(host("é\u{2100}.example"), None, "a compatibility form with a slash");
        assert_eq!(host(&format!("{}.example", "é".repeat(60))).map(|h| h.len() > 60), None);
    }

    // UTS 46 section 4, with the mapping table of section 5
    #[test]
    fn labels_are_mapped_character_by_character() {
        // A sigma at the end is the same letter as any other one.
        assert_eq!(host("ΑΣ.example"), Some("xn--mxa0b.example".to_owned()));
        assert_eq!(host("ας.example").as_deref(), Some("xn--mxa8a.example"));
        for ignored in ['\u{AD}', '\u{200B}', '\u{2060}', '\u{FEFF}', '\u{FE0F}'] {
            assert_eq!(host(&format!("bü{ignored}cher.a{ignored}b")), host("bücher.ab"), "{ignored:?}");
            assert_eq!(host(&format!("a.{ignored}")), None, "{ignored:?}");
        }
        for refused in ['\u{E000}', '\u{FFFE}', '\u{10FFFF}', '\u{FFFD}', '\u{301}'] {
            assert_eq!(host(&format!("{refused}a.example")), None, "{refused:?}");
        }
        assert_eq!(host("é.xn--zzzz.example").as_deref(), Some("xn--9ca.xn--zzzz.example"));
    }

    #[test]
    fn addresses_have_one_spelling() {
        assert_eq!(host("192.0.2.1").as_deref(), Some("192.0.2.1"));
        for bad in
            ["192.0.2.256", "192.0.2", "1.2.3.4.5", "0x1", "a.0x", "192.0.2.1.", "a.1", "١٩٢.0.2.1x.", "1"]
        {
            let got = host(bad);
            assert!(got.is_none() || bad.starts_with('١'), "{bad}: {got:?}");
        }
        assert_eq!(host("[2001:DB8::0:1]").as_deref(), Some("[2001:db8::1]"));
        for bad in ["[::1%eth0]", "[1.2.3.4]", "[]", "[::1", "[:::]"] {
            assert_eq!(host(bad), None, "{bad}");
        }
    }
}
