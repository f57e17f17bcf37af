//! curl as the client, and the portal's side of the UAM arithmetic (spec: uam 4, 5.11), worked out here on its own.

use super::process::run;
use md5::{Digest, Md5};
use testkit::hex;
use url::Url;

/// An HTTP answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// Asks for a URL with curl; never follows a redirect.
///
/// # Panics
/// When curl is not installed or gets no answer.
#[track_caller]
pub(crate) fn curl(url: &str, arguments: &[&str]) -> Answer {
    let mut all = vec!["--silent", "--show-error", "--include", "--noproxy", "*", "--max-time", "30"];
    all.extend(arguments);
    all.push(url);
    let done = run("curl", &all);
    assert!(done.status.success(), "curl {arguments:?} {url}: {}", done.stderr);
    Answer::parse(&done.stdout).unwrap_or_else(|| panic!("no HTTP answer from {url}: {:?}", done.stdout))
}

impl Answer {
    /// Reads an answer: head, empty line, body.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (head, body) = text.split_once("\r\n\r\n")?;
        if head.starts_with("HTTP/1.1 100 ") {
            return Self::parse(body);
        }
        let mut lines = head.split("\r\n");
        let mut first = lines.next()?.split(' ');
        if !first.next()?.starts_with("HTTP/1.") {
            return None;
        }
        let status = first.next()?.parse().ok()?;
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        Some(Self { status, headers, body: body.to_owned() })
    }

    /// The first header of this name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Where the answer redirects to.
    ///
    /// # Panics
    /// When it is no redirect.
    #[track_caller]
    pub(crate) fn location(&self) -> Url {
        assert_eq!(self.status, 302, "{self:?}");
        let location = self.header("location").unwrap_or_else(|| panic!("no Location: {self:?}"));
        location.parse().unwrap_or_else(|e| panic!("Location {location:?}: {e}"))
    }

    /// A query parameter of the Location, decoded.
    #[track_caller]
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        parameter(&self.location(), name)
    }

    /// The `res` of the redirect, and the `reason` of a failure after a slash.
    #[track_caller]
    pub(crate) fn result(&self) -> String {
        let res = self.parameter("res").unwrap_or_default();
        match self.parameter("reason") {
            Some(reason) => format!("{res}/{reason}"),
            None => res,
        }
    }

    /// The challenge of the redirect.
    #[track_caller]
    pub(crate) fn challenge(&self) -> [u8; 16] {
        let text = self.parameter("challenge").unwrap_or_else(|| panic!("no challenge: {self:?}"));
        hex::octets(&text).try_into().unwrap_or_else(|_| panic!("challenge {text:?}"))
    }

    /// The WISPr block of the body (spec: wispr 2).
    #[track_caller]
    pub(crate) fn wispr(&self) -> &str {
        let start =
            self.body.find("<WISPAccessGatewayParam").unwrap_or_else(|| panic!("no WISPr block: {self:?}"));
        let end =
            self.body.find("</WISPAccessGatewayParam>").unwrap_or_else(|| panic!("cut block: {self:?}"));
        &self.body[start..end]
    }

    /// The text of an element of the WISPr block, as written.
    #[track_caller]
    pub(crate) fn wispr_field(&self, name: &str) -> Option<&str> {
        let (_, rest) = self.wispr().split_once(&format!("<{name}>"))?;
        rest.split_once(&format!("</{name}>")).map(|(text, _)| text)
    }
}

/// A query parameter, decoded.
pub(crate) fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(n, _)| n == name).map(|(_, value)| value.into_owned())
}

/// The path of a PAP login (spec: uam 4).
pub(crate) fn logon_pap(challenge: [u8; 16], uam_secret: &str, user: &str, password: &str) -> String {
    let key = key(challenge, uam_secret);
    let hidden: Vec<u8> = password.bytes().zip(key.iter().cycle()).map(|(p, k)| p ^ k).collect();
    format!("/logon?username={}&password={}", escape(user), hex::encode(&hidden))
}

/// The path of a CHAP login with this identifier (spec: uam 4).
pub(crate) fn logon_chap(
    challenge: [u8; 16],
    uam_secret: &str,
    ident: u8,
    user: &str,
    password: &str,
) -> String {
    let key = key(challenge, uam_secret);
    let mut digest = Md5::new_with_prefix([ident]);
    digest.update(password);
    digest.update(key);
    let response = hex::encode(&digest.finalize());
    format!("/logon?username={}&response={response}&ident={ident}", escape(user))
}

/// The `md` of a redirect is right (spec: uam 5.11).
#[track_caller]
pub(crate) fn assert_signed(answer: &Answer, uam_secret: &str) {
    let location = answer.header("location").unwrap_or_else(|| panic!("no Location: {answer:?}"));
    let (signed, md) = location.rsplit_once("&md=").unwrap_or_else(|| panic!("no md: {location}"));
    let mut digest = Md5::new_with_prefix(signed);
    digest.update(uam_secret);
    assert_eq!(md, hex::encode(&digest.finalize()).to_uppercase(), "{location}");
}

/// Percent-encodes what may not stand in a query value.
pub(crate) fn escape(text: &str) -> String {
    text.bytes()
        .map(|octet| match octet {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(octet).to_string(),
            _ => format!("%{octet:02x}"),
        })
        .collect()
}

fn key(challenge: [u8; 16], uam_secret: &str) -> [u8; 16] {
    if uam_secret.is_empty() {
        return challenge;
    }
    let mut digest = Md5::new_with_prefix(challenge);
    digest.update(uam_secret);
    digest.finalize().into()
}
