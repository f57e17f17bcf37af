//! Verification and rewriting of URLs from the list and from servers (spec: discovery 8).
//!
//! Nothing reaches the browser or the network that has not come through [`verify`]. A URL library would accept and
//! repair more than the rules allow (backslashes, missing slashes, `0x7f.1`, user names), hence this short one.

mod host;

use crate::text::{hex_digit, percent_encode_octet, trim};
use std::fmt;

/// Octets of a URL, after trimming (spec: discovery 8).
pub const MAX_LEN: usize = 8192;

/// What a URL is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UrlKind {
    /// Opened in the browser; the fragment stays.
    Redirect,
    /// Requested by the client; the fragment goes (RFC 6749 §3.1).
    Endpoint,
}

/// Why a text is no URL to be opened. [`Self::code`] gives the spelling of section 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum UrlError {
    /// Nothing but blanks.
    #[error("the URL is empty")]
    Empty,
    /// More than [`MAX_LEN`] octets.
    #[error("the URL has more than {MAX_LEN} octets")]
    TooLong,
    /// A control character, line separator or space inside.
    #[error("a control character or space in the URL")]
    ControlOrSpace,
    /// A backslash.
    #[error("a backslash in the URL")]
    Backslash,
    /// No scheme.
    #[error("the URL has no scheme")]
    NotAbsolute,
    /// A scheme other than http and https.
    #[error("the scheme of the URL is neither http nor https")]
    BadScheme,
    /// No `//` or no host.
    #[error("the URL has no host")]
    NoHost,
    /// A user name before the host, which only serves to mislead.
    #[error("a user name in the URL")]
    UserInfo,
    /// The host is no name and no address.
    #[error("the host of the URL is invalid")]
    BadHost,
    /// The port is outside 1 to 65535.
    #[error("the port of the URL is invalid")]
    BadPort,
    /// A `%` in the path without two hexadecimal digits.
    #[error("a broken escape in the path of the URL")]
    BadEscape,
}

impl UrlError {
    /// The code of section 8, such as `not_absolute`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::ControlOrSpace => "control_or_space",
            Self::Backslash => "backslash",
            Self::NotAbsolute => "not_absolute",
            Self::BadScheme => "bad_scheme",
            Self::NoHost => "no_host",
            Self::UserInfo => "userinfo",
            Self::BadHost => "bad_host",
            Self::BadPort => "bad_port",
            Self::BadEscape => "bad_escape",
        }
    }
}

/// A normalised URL that may be opened or requested.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct VerifiedUrl {
    text: String,
    rewritten: bool,
    /// Where the authority ends and the path begins.
    path: usize,
}

impl VerifiedUrl {
    /// The URL, in ASCII.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it said `http` and was changed to `https`.
    #[must_use]
    pub fn is_rewritten(&self) -> bool {
        self.rewritten
    }

    /// Scheme, host and port, as in `https://example.org:8443`.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.text.get(..self.path).unwrap_or_default()
    }

    /// Whether it is not `http`, which only loopback addresses may be, see [`Options::allow_loopback_http`].
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.text.starts_with("https://")
    }

    /// The URL that a `Location` of an answer to this one means (RFC 3986 §5.3), verified.
    ///
    /// # Errors
    /// See [`UrlError`]; never from https to http, because everything is rewritten.
    pub fn redirected(&self, location: &str, options: Options) -> Result<Self, UrlError> {
        let location = trim(location);
        let scheme_end = location.find([':', '/', '?', '#']);
        let absolute = scheme_end.is_some_and(|at| location.as_bytes().get(at) == Some(&b':'));
        let without_fragment = self.text.split('#').next().unwrap_or_default();
        let without_query = without_fragment.split('?').next().unwrap_or_default();
        let target = if absolute {
            location.to_owned()
        } else if location.starts_with("//") {
            format!("{}{location}", self.text.split("//").next().unwrap_or_default())
        } else if location.starts_with('/') {
            format!("{}{location}", self.origin())
        } else if location.starts_with('?') {
            format!("{without_query}{location}")
        } else if location.is_empty() || location.starts_with('#') {
            without_fragment.to_owned()
        } else {
            let folder = without_query.rfind('/').map_or(without_query.len(), |at| at + 1);
            format!("{}{location}", without_query.get(..folder).unwrap_or_default())
        };
        verify_with(&target, UrlKind::Endpoint, options)
    }
}

impl fmt::Display for VerifiedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for VerifiedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

/// Deviations for development.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Keep `http` when the host is exactly `127.0.0.1`, `[::1]` or `localhost` (spec: discovery 8).
    pub allow_loopback_http: bool,
}

/// Verifies and normalises a URL (spec: discovery 8).
///
/// # Errors
/// See [`UrlError`], in the order in which the specification checks.
pub fn verify(text: &str, kind: UrlKind) -> Result<VerifiedUrl, UrlError> {
    verify_with(text, kind, Options::default())
}

/// [`verify`] with options.
///
/// # Errors
/// See [`UrlError`], in the order in which the specification checks.
pub fn verify_with(text: &str, kind: UrlKind, options: Options) -> Result<VerifiedUrl, UrlError> {
    let text = trim(text);
    if text.is_empty() {
        return Err(UrlError::Empty);
    }
    if text.len() > MAX_LEN {
        return Err(UrlError::TooLong);
    }
    if text.chars().any(is_control_or_space) {
        return Err(UrlError::ControlOrSpace);
    }
    if text.contains('\\') {
        return Err(UrlError::Backslash);
    }
    let (scheme, rest) = text.split_once(':').ok_or(UrlError::NotAbsolute)?;
    if !is_scheme(scheme) {
        return Err(UrlError::NotAbsolute);
    }
    let http = scheme.eq_ignore_ascii_case("http");
    if !http && !scheme.eq_ignore_ascii_case("https") {
        return Err(UrlError::BadScheme);
    }
    let rest = rest.strip_prefix("//").ok_or(UrlError::NoHost)?;
    let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if authority.is_empty() {
        return Err(UrlError::NoHost);
    }
    if authority.contains('@') {
        return Err(UrlError::UserInfo);
    }
    let (host, port) = split_port(authority)?;
    if host.is_empty() {
        return Err(UrlError::NoHost);
    }
    let host = host::normalise(host).ok_or(UrlError::BadHost)?;
    let port = port.map(read_port).transpose()?.flatten();

    let loopback = matches!(host.as_str(), "127.0.0.1" | "[::1]" | "localhost");
    let plain = http && options.allow_loopback_http && loopback;
    let mut out = String::with_capacity(text.len() + 8);
    out.push_str(if plain { "http://" } else { "https://" });
    out.push_str(&host);
    // Port 80 after http cannot stay: https does not work there.
    let usual = if plain { None } else { Some(443) };
    if let Some(port) = port.filter(|p| Some(*p) != usual && !(http && *p == 80)) {
        out.push_str(&format!(":{port}"));
    }
    let path_start = out.len();
    let (rest, fragment) = rest.find('#').map_or((rest, None), |at| (&rest[..at], Some(&rest[at + 1..])));
    let (path, query) = rest.find('?').map_or((rest, None), |at| (&rest[..at], Some(&rest[at + 1..])));
    if !escapes_are_whole(path) {
        return Err(UrlError::BadEscape);
    }
    if path.is_empty() {
        out.push('/');
    }
    encode(&mut out, path, "\"<>`{}|^");
    if let Some(query) = query {
        out.push('?');
        encode(&mut out, query, "\"<>'");
    }
    if let Some(fragment) = fragment.filter(|_| kind == UrlKind::Redirect) {
        out.push('#');
        encode(&mut out, fragment, "\"<>`");
    }
    Ok(VerifiedUrl { text: out, rewritten: http && !plain, path: path_start })
}

/// C0 and C1 controls, DEL, U+2028, U+2029 and the category Zs.
fn is_control_or_space(c: char) -> bool {
    c.is_control()
        || matches!(c, ' ' | '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{2028}' | '\u{2029}')
        || matches!(c, '\u{202F}' | '\u{205F}' | '\u{3000}')
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|o| o.is_ascii_alphanumeric() || matches!(o, b'+' | b'-' | b'.'))
}

/// Host and port; the host keeps its brackets.
fn split_port(authority: &str) -> Result<(&str, Option<&str>), UrlError> {
    if authority.starts_with('[') {
        let end = authority.find(']').ok_or(UrlError::BadHost)? + 1;
        let (host, rest) = authority.split_at(end);
        return match rest.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if rest.is_empty() => Ok((host, None)),
            None => Err(UrlError::BadHost),
        };
    }
    // The last colon: an address without brackets then leaves colons in the host, which refuses them.
    Ok(authority.rsplit_once(':').map_or((authority, None), |(host, port)| (host, Some(port))))
}

/// An empty port is none.
fn read_port(text: &str) -> Result<Option<u16>, UrlError> {
    if text.is_empty() {
        return Ok(None);
    }
    if !text.bytes().all(|o| o.is_ascii_digit()) {
        return Err(UrlError::BadPort);
    }
    match text.parse() {
        Ok(0) | Err(_) => Err(UrlError::BadPort),
        Ok(port) => Ok(Some(port)),
    }
}

fn escapes_are_whole(path: &str) -> bool {
    let octets = path.as_bytes();
    let digit = |at: usize| octets.get(at).copied().and_then(hex_digit).is_some();
    memchr::memchr_iter(b'%', octets).all(|at| digit(at + 1) && digit(at + 2))
}

/// Appends `text`; what is not ASCII and what is in `special` becomes percent-encoded.
fn encode(out: &mut String, text: &str, special: &str) {
    for octet in text.bytes() {
        let c = char::from(octet);
        if octet.is_ascii() && !special.contains(c) {
            out.push(c);
        } else {
            percent_encode_octet(out, octet);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(text: &str) -> Result<String, UrlError> {
        verify(text, UrlKind::Endpoint).map(|url| url.text)
    }

    // spec: discovery 8
    #[test]
    fn length_is_counted_after_trimming() {
        let long = |n: usize| format!("  https://e.example/{}\t", "a".repeat(n));
        assert!(endpoint(&long(MAX_LEN - "https://e.example/".len())).is_ok());
        assert_eq!(endpoint(&long(MAX_LEN)), Err(UrlError::TooLong));
    }

    #[test]
    fn loopback_may_keep_http_when_allowed() {
        let options = Options { allow_loopback_http: true };
        let with = |text: &str| verify_with(text, UrlKind::Endpoint, options).map(|url| url.text);
        assert_eq!(with("http://127.0.0.1:8080/x").as_deref(), Ok("http://127.0.0.1:8080/x"));
        assert_eq!(with("http://localhost:80").as_deref(), Ok("http://localhost/"));
        assert_eq!(with("http://[::1]/").as_deref(), Ok("http://[::1]/"));
        assert_eq!(with("http://127.0.0.2/").as_deref(), Ok("https://127.0.0.2/"));
        assert_eq!(with("http://localhost.example/").as_deref(), Ok("https://localhost.example/"));
    }

    #[test]
    fn locations_are_resolved_and_verified() {
        let base = verify("https://a.example:8443/b/c?d", UrlKind::Endpoint).unwrap();
        let to = |location: &str| base.redirected(location, Options::default()).map(|url| url.text);
        assert_eq!(base.origin(), "https://a.example:8443");
        assert_eq!(to("/x?y#z").as_deref(), Ok("https://a.example:8443/x?y"));
        assert_eq!(to("x").as_deref(), Ok("https://a.example:8443/b/x"));
        assert_eq!(to("?e").as_deref(), Ok("https://a.example:8443/b/c?e"));
        assert_eq!(to("//h.example/x").as_deref(), Ok("https://h.example/x"));
        assert_eq!(to("http://h.example/x").as_deref(), Ok("https://h.example/x"));
        assert_eq!(to("javascript:alert(1)"), Err(UrlError::BadScheme));
        assert_eq!(to("/x:y").as_deref(), Ok("https://a.example:8443/x:y"));
        assert_eq!(to("https://u@h.example/"), Err(UrlError::UserInfo));
    }

    #[test]
    fn ports_and_authorities() {
        assert_eq!(endpoint("https://[::1]x/"), Err(UrlError::BadHost));
        assert_eq!(endpoint("https://[fe80::1%25eth0]/"), Err(UrlError::BadHost));
        assert_eq!(endpoint("https://:443/"), Err(UrlError::NoHost));
        assert_eq!(endpoint("https://a.example:99999999999999999999/"), Err(UrlError::BadPort));
        assert_eq!(endpoint("https://a.example:٤٤٣/"), Err(UrlError::BadPort));
    }
}
