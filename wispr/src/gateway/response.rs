//! HTTP answers, structured and as octets.

use crate::text::write_number;
use alloc::{borrow::Cow, string::String, vec::Vec};

/// One header field of an answer. Neither part holds a line end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The field's name.
    pub name: &'static str,
    /// The field's value.
    pub value: Cow<'static, str>,
}

/// An answer to a client's HTTP request. The connection is closed after it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The text after the code.
    pub reason: &'static str,
    /// The header fields, in the order in which they are to be sent.
    pub headers: Vec<Header>,
    /// The body.
    pub body: Vec<u8>,
}

/// The header fields that every answer of the gateway begins with (spec: uam 5).
const FIXED: [(&str, &str); 5] = [
    ("Connection", "close"),
    ("Pragma", "no-cache"),
    ("Expires", "Fri, 01 Jan 1971 00:00:00 GMT"),
    ("Cache-Control", "no-cache, must-revalidate"),
    ("P3P", "CP=\"IDC DSP COR ADM DEVi TAIi PSA PSD IVAi IVDi CONi HIS OUR IND CNT\""),
];

impl Response {
    /// An answer without header fields and body.
    #[must_use]
    pub const fn new(status: u16, reason: &'static str) -> Self {
        Self { status, reason, headers: Vec::new(), body: Vec::new() }
    }

    /// A redirect with its body (spec: uam 5).
    pub(super) fn redirect(location: String, body: String) -> Self {
        Self::new(302, "Moved Temporarily")
            .fixed()
            .header("Location", location)
            .header("Content-Type", "text/html; charset=UTF-8")
            .length(&body)
            .with_body(body)
    }

    /// An answer of the JSON interface (spec: uam 7).
    pub(super) fn json(content_type: &'static str, body: String) -> Self {
        Self::new(200, "OK").fixed().length(&body).header("Content-Type", content_type).with_body(body)
    }

    /// An answer of the captive-portal API (RFC 8908 §4).
    pub(super) fn captive_portal(body: String) -> Self {
        Self::new(200, "OK")
            .header("Connection", "close")
            .header("Cache-Control", "private, no-store")
            .length(&body)
            .header("Content-Type", "application/captive+json")
            .with_body(body)
    }

    /// The answer to Windows Update: 403 and nothing else (spec: uam 2).
    pub(super) const fn forbidden() -> Self {
        Self::new(403, "Forbidden")
    }

    /// 404: there is no such local file (spec: uam 8).
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(404, "Not Found").header("Connection", "close").header("Content-Length", "0")
    }

    /// A file of `wwwdir`, with the content type that came with [`LocalFile`](super::LocalFile) (spec: uam 8).
    #[must_use]
    pub fn local_file(content_type: &str, body: Vec<u8>) -> Self {
        let mut response = Self::new(200, "OK")
            .header("Connection", "close")
            .header("Content-type", String::from(content_type));
        response.body = body;
        response
    }

    /// The value of the first header field of that name. Letter case does not matter.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|h| h.name.eq_ignore_ascii_case(name)).map(|h| &*h.value)
    }

    /// Where a redirect goes.
    #[must_use]
    pub fn location(&self) -> Option<&str> {
        self.value("Location")
    }

    /// The whole answer as HTTP/1.0 octets, for callers without an HTTP library.
    #[must_use]
    pub fn to_octets(&self) -> Vec<u8> {
        let mut head = alloc::format!("HTTP/1.0 {} {}\r\n", self.status, self.reason);
        for header in &self.headers {
            for part in [header.name, ": ", &header.value, "\r\n"] {
                head.push_str(part);
            }
        }
        head.push_str("\r\n");
        let mut out = head.into_bytes();
        out.extend_from_slice(&self.body);
        out
    }

    fn fixed(mut self) -> Self {
        self.headers.reserve(FIXED.len() + 3);
        let fixed = FIXED.into_iter().map(|(name, value)| Header { name, value: Cow::Borrowed(value) });
        self.headers.extend(fixed);
        self
    }

    /// Appends a field. A control character in the value, which would end the line or worse, is left out.
    fn header(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        let mut value = value.into();
        if value.contains(char::is_control) {
            value = value.chars().filter(|c| !c.is_control()).collect();
        }
        self.headers.push(Header { name, value });
        self
    }

    fn length(self, body: &str) -> Self {
        let mut length = String::with_capacity(8);
        let _infallible = write_number(&mut length, u64::try_from(body.len()).unwrap_or(u64::MAX));
        self.header("Content-Length", length)
    }

    fn with_body(mut self, body: String) -> Self {
        self.body = body.into_bytes();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_answer_is_a_status_line_and_an_empty_line() {
        // spec: uam 2
        assert_eq!(Response::forbidden().to_octets(), b"HTTP/1.0 403 Forbidden\r\n\r\n");
    }

    #[test]
    fn a_value_cannot_begin_a_new_line() {
        let response = Response::local_file("a\r\nSet-Cookie: x\0", Vec::new());
        assert_eq!(response.value("content-TYPE"), Some("aSet-Cookie: x"));
        assert_eq!(
            response.to_octets(),
            b"HTTP/1.0 200 OK\r\nConnection: close\r\nContent-type: aSet-Cookie: x\r\n\r\n"
        );
    }
}
