//! A client's HTTP request: head, path, query parameters (spec: uam 2).

use crate::url::decode;
use alloc::borrow::Cow;
use core::net::Ipv4Addr;
use core::str;
use core::time::Duration;

/// The longest request head, in octets, its empty line included. A longer one is not answered.
pub const MAX_HEAD_LEN: usize = 5125;
/// How long a client may take for its request head; then the connection is closed. The caller's to keep.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a client may be silent within the head; then what has come is read with
/// [`Request::parse_head`]. The caller's to keep.
pub const HEAD_SILENCE: Duration = Duration::from_secs(2);
/// The longest path, in octets; the rest is cut off.
pub const MAX_PATH_LEN: usize = 255;
/// The longest query, in octets; the rest is cut off.
pub const MAX_QUERY_LEN: usize = 2047;
/// The longest Host, User-Agent or Cookie, in octets; the rest is cut off.
pub const MAX_HEADER_LEN: usize = 255;
/// The longest user name, in octets; the rest is cut off.
pub const MAX_USER_NAME_LEN: usize = 255;
/// The longest `userurl`, in octets; the rest is cut off.
pub const MAX_USER_URL_LEN: usize = 2047;
/// The longest language tag, in octets; the rest is cut off. The limit is ours; the original has none of its own.
pub const MAX_LANG_LEN: usize = 32;

/// How a request asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Method {
    /// GET.
    Get,
    /// HEAD, which is answered like GET, body included.
    Head,
    /// POST: only on the second port, or if the configuration allows it.
    Post,
    /// Anything else; never answered.
    Other,
}

impl Method {
    /// The method of that name. Letter case matters.
    #[must_use]
    pub fn from_name(name: &[u8]) -> Self {
        match name {
            b"GET" => Self::Get,
            b"HEAD" => Self::Head,
            b"POST" => Self::Post,
            _ => Self::Other,
        }
    }
}

/// One HTTP request.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Where it came from.
    pub client: Ipv4Addr,
    /// How it asks.
    pub method: Method,
    /// Whether it came to the second port (`uamuiport`).
    pub ui_port: bool,
    /// Its path, beginning with `/`.
    pub path: &'a [u8],
    /// Its query without the `?`; empty if there is none.
    pub query: &'a [u8],
    /// The Host field; empty if there is none.
    pub host: &'a [u8],
    /// The User-Agent field; empty if there is none. Nothing depends on it.
    pub user_agent: &'a [u8],
    /// The Cookie field; empty if there is none. It is handed to local programs only.
    pub cookie: &'a [u8],
    /// The Content-Length field.
    pub content_length: Option<u64>,
}

/// Why a request head cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HeadError {
    /// More than [`MAX_HEAD_LEN`] octets, or no end of the head within them.
    #[error("the request head has more than {MAX_HEAD_LEN} octets")]
    TooLong,
    /// The first line is not there yet.
    #[error("the request line is incomplete")]
    Incomplete,
    /// The first line has no known method, or no path that begins with `/`.
    #[error("the request line is malformed")]
    RequestLine,
}

impl<'a> Request<'a> {
    /// A GET of a target, a path with or without a query.
    #[must_use]
    pub fn get(client: Ipv4Addr, target: &'a str) -> Self {
        let (path, query) = split_target(target.as_bytes());
        Self {
            client,
            method: Method::Get,
            ui_port: false,
            path,
            query,
            host: b"",
            user_agent: b"",
            cookie: b"",
            content_length: None,
        }
    }

    /// Reads the head of a request, up to the empty line or as far as it has come.
    ///
    /// Only the first line must be complete: a client that falls silent after it is served (spec: uam 2).
    ///
    /// # Errors
    /// Any [`HeadError`]. All but `Incomplete` mean: close without an answer.
    pub fn parse_head(client: Ipv4Addr, octets: &'a [u8]) -> Result<Self, HeadError> {
        let end = octets.windows(4).position(|w| w == b"\r\n\r\n");
        if end.map_or(octets.len(), |end| end + 4) > MAX_HEAD_LEN {
            return Err(HeadError::TooLong);
        }
        let head = octets.get(..end.map_or(octets.len(), |end| end + 2)).unwrap_or_default();
        let mut lines = head.split_inclusive(|octet| *octet == b'\n');
        let line = lines.next().and_then(|l| l.strip_suffix(b"\n")).ok_or(HeadError::Incomplete)?;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (method, target) = request_line(line).ok_or(HeadError::RequestLine)?;
        let (path, query) = split_target(target);
        let mut request = Self { method, path, query, ..Self::get(client, "") };
        for line in lines {
            if let Some((name, value)) = field(line) {
                request.take_field(name, value);
            }
        }
        Ok(request)
    }

    fn take_field(&mut self, name: &[u8], value: &'a [u8]) {
        let short = value.get(..MAX_HEADER_LEN).unwrap_or(value);
        if name.eq_ignore_ascii_case(b"Host") {
            self.host = short;
        } else if name.eq_ignore_ascii_case(b"User-Agent") {
            self.user_agent = short;
        } else if name.eq_ignore_ascii_case(b"Cookie") {
            self.cookie = short;
        } else if name.eq_ignore_ascii_case(b"Content-Length") {
            self.content_length = str::from_utf8(value).ok().and_then(|v| v.parse().ok());
        }
    }

    /// The same with parts that are too long cut (spec: uam 2).
    pub(super) fn cut(mut self) -> Self {
        for (part, len) in [
            (&mut self.path, MAX_PATH_LEN),
            (&mut self.query, MAX_QUERY_LEN),
            (&mut self.host, MAX_HEADER_LEN),
            (&mut self.user_agent, MAX_HEADER_LEN),
            (&mut self.cookie, MAX_HEADER_LEN),
        ] {
            *part = cut(part, len);
        }
        self
    }

    /// What the request asks for, and whether the answer is to be JSON.
    pub(super) fn route(&self) -> (Route<'a>, bool) {
        let path = self.path.strip_prefix(b"/").unwrap_or(self.path);
        match path.strip_prefix(b"json/") {
            Some(rest) if path.len() > 6 => (Route::of(rest), true),
            _ => (Route::of(path), false),
        }
    }
}

/// What a path means (spec: uam 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route<'a> {
    Logon,
    Logoff,
    Prelogin,
    Status,
    Abort,
    MacReauth,
    MsDownload,
    CaptivePortal,
    Local(&'a [u8]),
    Original(&'a [u8]),
}

impl<'a> Route<'a> {
    fn of(path: &'a [u8]) -> Self {
        match path {
            b"logon" | b"login" => Self::Logon,
            b"logoff" | b"logout" => Self::Logoff,
            b"prelogin" => Self::Prelogin,
            b"status" => Self::Status,
            b"abort" => Self::Abort,
            b"macreauth" => Self::MacReauth,
            b"captive-portal-identification" => Self::CaptivePortal,
            _ => match path.strip_prefix(b"www/") {
                Some(name) => Self::Local(name),
                None if path.starts_with(b"msdownload") => Self::MsDownload,
                None => Self::Original(path),
            },
        }
    }
}

/// The value of a query parameter, decoded once (spec: uam 2).
///
/// `name=` at the very start, else after the first `&` that it follows; the value ends at the next `&`. `+` stays,
/// a cut escape at the end is dropped, an unreadable one becomes `_`.
#[must_use]
pub fn parameter<'a>(query: &'a [u8], name: &str) -> Option<Cow<'a, [u8]>> {
    let value = query
        .split(|octet| *octet == b'&')
        .find_map(|pair| pair.strip_prefix(name.as_bytes())?.strip_prefix(b"="))?;
    Some(decode(value))
}

/// The first `len` octets.
pub(super) fn cut(octets: &[u8], len: usize) -> &[u8] {
    octets.get(..len).unwrap_or(octets)
}

fn split_target(target: &[u8]) -> (&[u8], &[u8]) {
    match target.iter().position(|octet| *octet == b'?') {
        Some(at) => (target.get(..at).unwrap_or_default(), target.get(at + 1..).unwrap_or_default()),
        None => (target, b""),
    }
}

/// Method and target of a request line. `http://host` in front of the path is skipped.
fn request_line(line: &[u8]) -> Option<(Method, &[u8])> {
    let blank = line.iter().position(|octet| *octet == b' ')?;
    let method = Method::from_name(line.get(..blank)?);
    if method == Method::Other {
        return None;
    }
    let target = line.get(blank..)?.trim_ascii_start();
    let target = target.split(|octet| *octet == b' ').next()?;
    let target = match target.strip_prefix(b"http://").or_else(|| target.strip_prefix(b"https://")) {
        Some(rest) => rest.get(rest.iter().position(|octet| *octet == b'/')?..)?,
        None => target,
    };
    target.starts_with(b"/").then_some((method, target))
}

fn field(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = line.iter().position(|octet| *octet == b':')?;
    Some((line.get(..colon)?, line.get(colon + 1..)?.trim_ascii()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENT: Ipv4Addr = Ipv4Addr::new(10, 1, 0, 2);

    fn parse(octets: &[u8]) -> Result<Request<'_>, HeadError> {
        Request::parse_head(CLIENT, octets)
    }

    #[test]
    fn a_head_gives_path_query_and_the_fields_that_matter() {
        // spec: uam 2
        let request = parse(
            b"GET   http://www.example.com/a/b?c=d&e HTTP/1.1\r\nhost:  www.example.com \r\nX: y\r\n\
              Content-Length: 12\r\nuser-agent: x y\r\n\r\nGET / HTTP/1.0\r\nHost: other\r\n",
        )
        .unwrap();
        assert_eq!((request.method, request.path, request.query), (Method::Get, &b"/a/b"[..], &b"c=d&e"[..]));
        assert_eq!((request.host, request.user_agent), (&b"www.example.com"[..], &b"x y"[..]));
        assert_eq!(request.content_length, Some(12));
    }

    #[test]
    fn one_complete_line_is_enough() {
        // spec: uam 2
        assert_eq!(parse(b"HEAD /status HTTP/1.0\r\nHos").unwrap().path, b"/status");
        assert_eq!(parse(b"GET /status HTTP/1.0").unwrap_err(), HeadError::Incomplete);
        assert_eq!(parse(b"").unwrap_err(), HeadError::Incomplete);
    }

    #[test]
    fn other_requests_are_not_answered() {
        // spec: uam 2
        for line in
            ["PUT / HTTP/1.0", "get / HTTP/1.0", "GET", "GET ", "GET x HTTP/1.0", "GET http://host", "* / x"]
        {
            let octets = alloc::format!("{line}\r\n\r\n");
            assert_eq!(parse(octets.as_bytes()).unwrap_err(), HeadError::RequestLine, "{line}");
        }
        assert_eq!(parse(&[b'a'; MAX_HEAD_LEN + 1]).unwrap_err(), HeadError::TooLong);
    }

    #[test]
    fn the_limit_of_a_head_counts_its_empty_line() {
        // spec: uam 2
        let head = |len: usize| {
            let (start, end) = ("GET / HTTP/1.1\r\nX: ", "\r\n\r\n");
            alloc::format!("{start}{}{end}", "x".repeat(len - start.len() - end.len()))
        };
        assert!(parse(head(MAX_HEAD_LEN).as_bytes()).is_ok());
        for len in [1, 2, 3, 4].map(|more| MAX_HEAD_LEN + more) {
            assert_eq!(parse(head(len).as_bytes()).unwrap_err(), HeadError::TooLong, "{len}");
        }
        // What follows the head does not count.
        assert!(parse(alloc::format!("{}body", head(MAX_HEAD_LEN)).as_bytes()).is_ok());
    }

    #[test]
    fn the_json_prefix_needs_two_more_characters() {
        // spec: uam 2
        let route = |target| Request::get(CLIENT, target).route();
        assert_eq!(route("/json/status"), (Route::Status, true));
        assert_eq!(route("/json/ab"), (Route::Original(b"ab"), true));
        assert_eq!(route("/json/a"), (Route::Original(b"json/a"), false));
        assert_eq!(route("/login?x"), (Route::Logon, false));
        assert_eq!(route("/LOGIN"), (Route::Original(b"LOGIN"), false));
        assert_eq!(route("/msdownload/update"), (Route::MsDownload, false));
        assert_eq!(route("/www/a.html"), (Route::Local(b"a.html"), false));
    }

    #[test]
    fn a_parameter_is_the_first_of_its_name() {
        // spec: uam 2
        let query = b"xname=0&name=a+b%26&name=c";
        assert_eq!(parameter(query, "name").as_deref(), Some(&b"a+b&"[..]));
        assert_eq!(parameter(query, "nam"), None);
        assert_eq!(parameter(b"name", "name"), None);
    }
}
