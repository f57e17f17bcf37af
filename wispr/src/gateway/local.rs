//! Local files and programs under `/www/` (spec: uam 8).

use super::client::Client;
use super::config::Config;
use super::request::{Method, Request};
use crate::url::decode;
use alloc::{format, string::String, vec::Vec};

/// A file below `wwwdir` that a client asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LocalFile {
    /// Its name: letters, digits and `. _ - /`, none of the four at the start or next to another.
    pub name: String,
    /// Its content type; `None` if it is a program for `wwwbin` to run.
    pub content_type: Option<&'static str>,
    /// The environment of a program, name and value; empty otherwise. Values may hold any octet but zero.
    pub environment: Vec<(&'static str, Vec<u8>)>,
}

/// The content types by extension; no content type is a program.
const TYPES: [(&str, Option<&str>); 11] = [
    ("html", Some("text/html")),
    ("gif", Some("image/gif")),
    ("js", Some("text/javascript")),
    ("css", Some("text/css")),
    ("jpg", Some("image/jpeg")),
    ("mp4", Some("video/mp4")),
    ("ogv", Some("video/ogg")),
    ("dat", Some("application/octet-stream")),
    ("png", Some("image/png")),
    ("swf", Some("application/x-shockwave-flash")),
    ("chi", None),
];

impl LocalFile {
    /// Checks a name, still percent-encoded. `None` if there can be no such file.
    pub(super) fn find(name: &[u8], request: &Request<'_>, client: &Client, config: &Config) -> Option<Self> {
        let name = decode(name);
        let mark = |octet: u8| matches!(octet, b'.' | b'_' | b'-' | b'/');
        let mut after_mark = true;
        for &octet in &*name {
            if mark(octet) && after_mark || !mark(octet) && !octet.is_ascii_alphanumeric() {
                return None;
            }
            after_mark = mark(octet);
        }
        let name = String::from_utf8(name.into_owned()).ok()?;
        let dot = name.bytes().rposition(|octet| octet == b'.')?;
        let extension = name.get(dot + 1..)?;
        let (_, content_type) = *TYPES.iter().find(|(known, _)| *known == extension)?;
        let environment =
            if content_type.is_none() { environment(request, client, config) } else { Vec::new() };
        Some(Self { name, content_type, environment })
    }
}

fn environment(request: &Request<'_>, client: &Client, config: &Config) -> Vec<(&'static str, Vec<u8>)> {
    let number = |value: u64| format!("{value}").into_bytes();
    let session = client.session();
    let counters = session.map(|s| s.usage.counters(config.swapoctets)).unwrap_or_default();
    let challenge = client.challenge.map(|made| format!("{}", made.challenge).into_bytes());
    let method: &[u8] = match request.method {
        Method::Head => b"HEAD",
        Method::Post => b"POST",
        _ => b"GET",
    };
    let mut uri = request.path.to_vec();
    if !request.query.is_empty() {
        uri.push(b'?');
        uri.extend_from_slice(request.query);
    }
    let mut environment = Vec::from([
        ("CONTENT_LENGTH", number(request.content_length.unwrap_or(0))),
        ("REQUEST_METHOD", method.to_vec()),
        ("REQUEST_URI", uri),
        ("QUERY_STRING", request.query.to_vec()),
        ("SERVER_NAME", request.host.to_vec()),
        ("HTTP_COOKIE", request.cookie.to_vec()),
        ("REMOTE_MAC", format!("{}", client.mac).into_bytes()),
        ("AUTHENTICATED", number(session.is_some().into())),
        ("CHI_SESSION_ID", client.session_id().as_str().as_bytes().to_vec()),
        ("CHI_USERNAME", client.user_name.clone()),
        ("CHI_USERURL", client.user_url.clone()),
        ("CHI_INPUT_BYTES", number(counters.input_octets)),
        ("CHI_OUTPUT_BYTES", number(counters.output_octets)),
        ("CHI_SESSION_TIMEOUT", number(session.map_or(0, |s| s.parameters.session_timeout))),
        ("CHI_CHALLENGE", challenge.unwrap_or_default()),
    ]);
    for (_, value) in &mut environment {
        value.retain(|octet| *octet != 0);
    }
    environment
}

#[cfg(test)]
mod tests {
    use super::super::id::{Mac, SessionId};
    use super::*;
    use core::net::Ipv4Addr;

    fn find(name: &str) -> Option<LocalFile> {
        let ip = Ipv4Addr::new(10, 1, 0, 2);
        let config = Config::new("https://p.example/", Ipv4Addr::new(10, 1, 0, 1), Mac([2; 6]));
        let client = Client::new(ip, Mac([1; 6]), 1, None, core::time::Duration::ZERO, SessionId::new(1, 1));
        LocalFile::find(name.as_bytes(), &Request::get(ip, "/www/x?a=%00"), &client, &config)
    }

    #[test]
    fn a_name_cannot_leave_the_directory() {
        // spec: uam 8
        for name in [
            "../x.html",
            "a/../x.html",
            "/etc/x.html",
            ".x.html",
            "a//b.html",
            "%2e%2e/x.html",
            "a\0.html",
            "a b.html",
            "",
            "x",
            "x.php",
        ] {
            assert_eq!(find(name), None, "{name:?}");
        }
        assert_eq!(find("a/b-c_d.html").unwrap().content_type, Some("text/html"));
        assert_eq!(find("w%61it.html").unwrap().name, "wait.html");
    }

    #[test]
    fn a_program_gets_its_environment() {
        // spec: uam 8
        let file = find("run.chi").unwrap();
        assert_eq!(file.content_type, None);
        assert!(file.environment.contains(&("REMOTE_MAC", b"01-01-01-01-01-01".to_vec())));
        assert!(file.environment.contains(&("QUERY_STRING", b"a=%00".to_vec())));
        assert!(find("wait.html").unwrap().environment.is_empty());
    }
}
