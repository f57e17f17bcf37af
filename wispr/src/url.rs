//! URLs as WISPr and UAM use them: percent-encoding, absolute http and https URLs, resolution of references.
//!
//! This is no general URL library: it knows two schemes, refuses user information and names that need IDNA, and
//! changes nothing it need not change, because portals compare URLs octet by octet.

use crate::text;
use alloc::{borrow::Cow, string::String, vec::Vec};
use core::fmt;

/// The longest URL that is worked with, in octets.
///
/// A URL of a message has at most 4096 characters (spec: wispr 8 rule 10); percent-encoding can triple them.
pub const MAX_LEN: usize = 3 * 4096;

/// Percent-encodes a query value as the access gateway does (spec: uam 5.0).
///
/// `A-Z a-z 0-9 - _ . ! ~ *` stay, every other octet becomes `%xx` in lower case.
#[must_use]
pub fn encode(value: &[u8]) -> Encoded<'_> {
    Encoded(value)
}

/// What [`encode`] returns; `Display` writes the encoded text.
#[derive(Clone, Copy, Debug)]
pub struct Encoded<'a>(&'a [u8]);

impl fmt::Display for Encoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_encoded(f, self.0)
    }
}

/// The same into any sink.
pub(crate) fn write_encoded(out: &mut impl fmt::Write, value: &[u8]) -> fmt::Result {
    let stays = |octet: &u8| octet.is_ascii_alphanumeric() || b"-_.!~*".contains(octet);
    let mut rest = value;
    loop {
        let (plain, tail) = rest.split_at(rest.iter().position(|o| !stays(o)).unwrap_or(rest.len()));
        // What stays is ASCII, so this never falls back.
        out.write_str(core::str::from_utf8(plain).unwrap_or_default())?;
        let Some((other, tail)) = tail.split_first() else { return Ok(()) };
        out.write_char('%')?;
        text::write_hex(out, &[*other])?;
        rest = tail;
    }
}

/// Decodes `%xx` once, as the access gateway does (spec: uam 2).
///
/// `+` stays. An escape that the end of the text cuts is dropped, one that is not hexadecimal becomes `_`.
#[must_use]
pub fn decode(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.contains(&b'%') {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'%' {
            out.push(*first);
            continue;
        }
        let [high, low, tail @ ..] = tail else { break };
        out.push(hex_pair(*high, *low).unwrap_or(b'_'));
        rest = tail;
    }
    Cow::Owned(out)
}

/// The octet two hexadecimal digits stand for.
pub(crate) fn hex_pair(high: u8, low: u8) -> Option<u8> {
    let digit = |octet: u8| char::from(octet).to_digit(16).and_then(|d| u8::try_from(d).ok());
    Some(digit(high)? << 4 | digit(low)?)
}

/// The two schemes of WISPr.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Plain HTTP.
    Http,
    /// HTTP over TLS.
    Https,
}

impl Scheme {
    /// The scheme as it stands in a URL.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The port that stands for no port in a URL.
    #[must_use]
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// Why a text is not a URL that a client may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UrlError {
    /// The scheme is not http or https, or there is none.
    #[error("the scheme is not http or https")]
    Scheme,
    /// There is a user name in front of the host (spec: wispr 6).
    #[error("user information in the URL")]
    UserInformation,
    /// There is no host, or it has characters that a host name cannot have.
    #[error("no usable host")]
    Host,
    /// The port is no number between 1 and 65535.
    #[error("no usable port")]
    Port,
    /// A control character.
    #[error("control character at octet {offset}")]
    Control {
        /// Where it stands, from the start of the text.
        offset: usize,
    },
    /// Longer than [`MAX_LEN`].
    #[error("{len} octets, more than {MAX_LEN}")]
    TooLong {
        /// How long the text is.
        len: usize,
    },
}

/// A view of an absolute http or https URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Url<'a> {
    scheme: Scheme,
    authority: &'a str,
    host: &'a str,
    port: Option<u16>,
    path: &'a str,
    query: Option<&'a str>,
}

impl<'a> Url<'a> {
    /// Checks a text and takes it apart. A fragment is allowed and not looked at.
    ///
    /// # Errors
    /// Any [`UrlError`].
    pub fn parse(text: &'a str) -> Result<Self, UrlError> {
        check(text)?;
        let (scheme, rest) = split_scheme(text).ok_or(UrlError::Scheme)?;
        let scheme = known_scheme(scheme)?;
        let rest = rest.strip_prefix("//").ok_or(UrlError::Host)?;
        Self::after_slashes(scheme, rest)
    }

    fn after_slashes(scheme: Scheme, rest: &'a str) -> Result<Self, UrlError> {
        let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let (host, port) = split_authority(authority)?;
        let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (rest, None),
        };
        Ok(Self { scheme, authority, host, port, path, query })
    }

    /// The scheme.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Host and port as they stand in the text: what a `Host` header says.
    #[must_use]
    pub const fn authority(&self) -> &'a str {
        self.authority
    }

    /// The host as it stands in the text; an IPv6 address keeps its brackets.
    #[must_use]
    pub const fn host(&self) -> &'a str {
        self.host
    }

    /// The port, given or the scheme's own.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(self.scheme.default_port())
    }

    /// The path; empty or beginning with `/`.
    #[must_use]
    pub const fn path(&self) -> &'a str {
        self.path
    }

    /// The query without its `?`.
    #[must_use]
    pub const fn query(&self) -> Option<&'a str> {
        self.query
    }

    /// The raw value of the first query parameter of that name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&'a str> {
        self.query?.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    }

    /// What an HTTP/1 request line says: path and query, at least `/`.
    #[must_use]
    pub fn request_target(&self) -> String {
        let mut out = String::with_capacity(self.path.len() + self.query.map_or(0, str::len) + 2);
        out.push_str(if self.path.is_empty() { "/" } else { self.path });
        push_query(&mut out, self.query);
        out
    }

    /// Whether the host is `suffix` or a name below it. Letter case and a closing dot do not matter.
    #[must_use]
    pub fn host_matches(&self, suffix: &str) -> bool {
        let host = self.host.strip_suffix('.').unwrap_or(self.host);
        let suffix = suffix.strip_prefix('.').unwrap_or(suffix);
        let suffix = suffix.strip_suffix('.').unwrap_or(suffix);
        let Some(split) = host.len().checked_sub(suffix.len()) else { return false };
        let (Some(front), Some(back)) = (host.get(..split), host.get(split..)) else { return false };
        !suffix.is_empty() && back.eq_ignore_ascii_case(suffix) && (front.is_empty() || front.ends_with('.'))
    }

    /// Whether both URLs name the same server: scheme, host and port.
    #[must_use]
    pub fn same_origin(&self, other: &Url<'_>) -> bool {
        self.scheme == other.scheme
            && self.host.eq_ignore_ascii_case(other.host)
            && self.port() == other.port()
    }

    /// Resolves a reference against this URL (RFC 3986 §5.2) and makes it fit for a request.
    ///
    /// White space around the reference is cut, dot segments and a fragment are dropped, and what may not stand in a
    /// request line is percent-encoded (spec: wispr 5, 6). An absolute reference is otherwise left as it is.
    ///
    /// # Errors
    /// Any [`UrlError`] that the result has.
    pub fn resolve(&self, reference: &str) -> Result<String, UrlError> {
        let reference = trim(reference);
        check(reference)?;
        let reference = reference.split_once('#').map_or(reference, |(before, _)| before);
        let mut out = String::with_capacity(self.authority.len() + self.path.len() + reference.len() + 16);
        if let Some((scheme, _)) = split_scheme(reference) {
            known_scheme(scheme)?;
            push_absolute(&mut out, reference);
        } else if reference.starts_with("//") {
            out.push_str(self.scheme.as_str());
            out.push(':');
            push_absolute(&mut out, reference);
        } else {
            out.push_str(self.scheme.as_str());
            out.push_str("://");
            out.push_str(self.authority);
            self.push_relative(&mut out, reference);
        }
        Url::parse(&out)?;
        Ok(out)
    }

    fn push_relative(&self, out: &mut String, reference: &str) {
        let (path, query) = match reference.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (reference, None),
        };
        let mut target = String::new();
        if path.is_empty() {
            target.push_str(self.path);
            push_query(&mut target, query.or(self.query));
        } else {
            let folder = self.path.rfind('/').and_then(|at| self.path.get(..=at)).unwrap_or("/");
            push_without_dots(&mut target, if path.starts_with('/') { "" } else { folder }, path);
            push_query(&mut target, query);
        }
        push_request(out, &target);
    }
}

/// Makes a received absolute URL fit for a request: see [`Url::resolve`].
///
/// # Errors
/// Any [`UrlError`].
pub fn request_form(text: &str) -> Result<String, UrlError> {
    let text = trim(text);
    check(text)?;
    let text = text.split_once('#').map_or(text, |(before, _)| before);
    let mut out = String::with_capacity(text.len());
    push_request(&mut out, text);
    Url::parse(&out)?;
    Ok(out)
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}

fn check(text: &str) -> Result<(), UrlError> {
    if text.len() > MAX_LEN {
        return Err(UrlError::TooLong { len: text.len() });
    }
    match text.find(|c: char| c.is_ascii_control()) {
        Some(offset) => Err(UrlError::Control { offset }),
        None => Ok(()),
    }
}

/// Splits `scheme:` off (RFC 3986 §3.1).
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    (scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(fits))
        .then_some((scheme, rest))
}

fn known_scheme(scheme: &str) -> Result<Scheme, UrlError> {
    if scheme.eq_ignore_ascii_case("http") {
        Ok(Scheme::Http)
    } else if scheme.eq_ignore_ascii_case("https") {
        Ok(Scheme::Https)
    } else {
        Err(UrlError::Scheme)
    }
}

fn split_authority(authority: &str) -> Result<(&str, Option<u16>), UrlError> {
    if authority.contains('@') {
        return Err(UrlError::UserInformation);
    }
    let (host, rest) = match authority.find(']') {
        Some(end) if authority.starts_with('[') => authority.split_at(end + 1),
        _ => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let fits = match host.strip_prefix('[').and_then(|h| h.strip_suffix(']')) {
        Some(address) => address.parse::<core::net::Ipv6Addr>().is_ok(),
        None => host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)) && !host.is_empty(),
    };
    if !fits {
        return Err(UrlError::Host);
    }
    let port = match rest {
        "" | ":" => None,
        _ => {
            let digits = rest.strip_prefix(':').filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
            Some(digits.and_then(|d| d.parse().ok()).filter(|p| *p != 0).ok_or(UrlError::Port)?)
        }
    };
    Ok((host, port))
}

fn push_query(out: &mut String, query: Option<&str>) {
    if let Some(query) = query {
        out.push('?');
        out.push_str(query);
    }
}

/// Appends `text` with what may not stand in a request line percent-encoded (spec: wispr 5).
fn push_request(out: &mut String, text: &str) {
    for c in text.chars() {
        if c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}') {
            out.push(c);
        } else {
            for octet in c.encode_utf8(&mut [0; 4]).bytes() {
                let _infallible = fmt::Write::write_fmt(out, format_args!("%{octet:02X}"));
            }
        }
    }
}

/// Appends a reference with an authority, without the dot segments of its path and fit for a request.
fn push_absolute(out: &mut String, reference: &str) {
    let (before, query) = match reference.split_once('?') {
        Some((before, query)) => (before, Some(query)),
        None => (reference, None),
    };
    let authority = before.find("//").map_or(before.len(), |at| at + 2);
    let path =
        before.get(authority..).and_then(|rest| rest.find('/')).map_or(before.len(), |at| authority + at);
    let (before, path) = before.split_at(path);
    let mut target = String::from(before);
    push_without_dots(&mut target, "", path);
    push_query(&mut target, query);
    push_request(out, &target);
}

/// Appends `folder` and `path` with their dot segments taken out (RFC 3986 §5.2.4).
fn push_without_dots(out: &mut String, folder: &str, path: &str) {
    let start = out.len();
    let segments = folder.split_inclusive('/').chain(path.split_inclusive('/'));
    for segment in segments {
        match segment {
            "./" | "." => {}
            "../" | ".." => {
                if out.len() > start + 1 {
                    let parent = out.get(start..out.len() - 1).and_then(|o| o.rfind('/'));
                    out.truncate(parent.map_or(start, |at| start + at + 1));
                }
            }
            _ => out.push_str(segment),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    const BASE: &str = "http://a/b/c/d;p?q";

    fn resolved(reference: &str) -> String {
        Url::parse(BASE).unwrap().resolve(reference).unwrap()
    }

    #[test]
    fn the_gateway_keeps_seven_marks_and_writes_lower_case() {
        // spec: uam 5.0
        assert_eq!(encode(b"a Z0-_.!~*/'()\xc3\xbf").to_string(), "a%20Z0-_.!~*%2f%27%28%29%c3%bf");
    }

    #[test]
    fn a_cut_escape_is_dropped_and_an_unreadable_one_marked() {
        // spec: uam 2
        assert_eq!(&*decode(b"a+b%2Bc%2"), b"a+b+c");
        assert_eq!(&*decode(b"%zzx%"), b"_x");
        assert!(matches!(decode(b"plain+"), Cow::Borrowed(b"plain+")));
    }

    #[test]
    fn references_resolve_as_rfc_3986_section_5_4_lists_them() {
        for (reference, want) in [
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g"),
            ("?y", "http://a/b/c/d;p?y"),
            ("g?y", "http://a/b/c/g?y"),
            ("g?y#s", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p?q"),
            (";x", "http://a/b/c/;x"),
            ("", "http://a/b/c/d;p?q"),
            (".", "http://a/b/c/"),
            ("./", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../..", "http://a/"),
            ("../../g", "http://a/g"),
            ("../../../g", "http://a/g"),
            ("../../../../g", "http://a/g"),
            ("/./g", "http://a/g"),
            ("/../g", "http://a/g"),
            ("g.", "http://a/b/c/g."),
            (".g", "http://a/b/c/.g"),
            ("..g", "http://a/b/c/..g"),
            ("./../g", "http://a/b/g"),
            ("./g/.", "http://a/b/c/g/"),
            ("g/./h", "http://a/b/c/g/h"),
            ("g/../h", "http://a/b/c/h"),
            ("g?y/../x", "http://a/b/c/g?y/../x"),
        ] {
            assert_eq!(resolved(reference), want, "{reference:?}");
        }
        assert_eq!(Url::parse("http://a").unwrap().resolve("g").unwrap(), "http://a/g");
    }

    #[test]
    fn dot_segments_of_an_absolute_reference_are_taken_out() {
        // RFC 3986 5.2.2, 5.2.4
        for (reference, want) in [
            ("http://x/a/../b", "http://x/b"),
            ("https://x:8443/a/./b/../../c/..?d/../e", "https://x:8443/?d/../e"),
            ("HTTP://x/../../a", "HTTP://x/a"),
            ("//g/a/../b", "http://g/b"),
            ("//g/a/..", "http://g/"),
            ("http://x", "http://x"),
            ("http://x?a/../b", "http://x?a/../b"),
            ("http://x/..a/.b/c.", "http://x/..a/.b/c."),
            ("http://x//a//../b", "http://x//a/b"),
        ] {
            assert_eq!(resolved(reference), want, "{reference:?}");
        }
    }

    #[test]
    fn an_absolute_reference_is_only_made_fit_for_a_request() {
        // spec: wispr 5
        assert_eq!(
            resolved(" HTTPS://H:8443/%61/b?x=\u{f1} {}/../\t\r\n"),
            "HTTPS://H:8443/%61/b?x=%C3%B1%20%7B%7D/../"
        );
        assert_eq!(request_form("http://h/a%20b?c|d#e").unwrap(), "http://h/a%20b?c%7Cd");
    }

    #[test]
    fn what_a_client_must_not_follow_is_refused() {
        // spec: wispr 6
        let base = Url::parse(BASE).unwrap();
        assert_eq!(base.resolve("ftp://h/"), Err(UrlError::Scheme));
        assert_eq!(base.resolve("javascript:alert(1)"), Err(UrlError::Scheme));
        assert_eq!(base.resolve("https://user@host/"), Err(UrlError::UserInformation));
        assert_eq!(base.resolve("https://"), Err(UrlError::Host));
        assert_eq!(base.resolve("https:/g"), Err(UrlError::Host));
        assert_eq!(base.resolve("//good\\.evil/"), Err(UrlError::Host));
        assert_eq!(base.resolve("http://h:99999/"), Err(UrlError::Port));
        assert_eq!(base.resolve("http://h:+80/"), Err(UrlError::Port));
        assert_eq!(base.resolve("/a\r\nHost: x"), Err(UrlError::Control { offset: 2 }));
        assert_eq!(Url::parse("no scheme"), Err(UrlError::Scheme));
        assert_eq!(request_form(&"/".repeat(MAX_LEN + 1)), Err(UrlError::TooLong { len: MAX_LEN + 1 }));
    }

    #[test]
    fn a_view_names_the_parts() {
        let url = Url::parse("HTTPS://[::1]:8443?uamip=10.0.0.1&uamport=&x").unwrap();
        assert_eq!((url.scheme(), url.host(), url.port(), url.path()), (Scheme::Https, "[::1]", 8443, ""));
        assert_eq!(url.parameter("uamip"), Some("10.0.0.1"));
        assert_eq!(url.parameter("uamport"), Some(""));
        assert_eq!(url.parameter("x"), None);
        assert_eq!(url.request_target(), "/?uamip=10.0.0.1&uamport=&x");
        assert_eq!(Url::parse("http://h:/p").unwrap().port(), 80);
    }

    #[test]
    fn a_host_suffix_ends_at_a_dot() {
        // spec: wispr 7.4
        let url = Url::parse("https://Portal.FON.com./").unwrap();
        assert!(
            url.host_matches("fon.com") && url.host_matches(".fon.com") && url.host_matches("portal.fon.COM")
        );
        assert!(
            !url.host_matches("on.com") && !url.host_matches("") && !url.host_matches("a.portal.fon.com")
        );
    }
}
