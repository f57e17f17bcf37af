//! Around the EAP configuration: what to ask for, and a first look at the answer (spec: discovery 3, 12).

use crate::flow::{Checks, OAuthEndpoints};
use crate::oauth::token::{members, text};
use crate::url::Options;
use std::fmt;

/// Octets of a configuration.
pub const MAX_CONFIGURATION: usize = 4 * 1024 * 1024;
/// Octets of a service document.
pub const MAX_SERVICE: usize = 64 * 1024;
/// The header `Accept` for a configuration.
pub const ACCEPT_CONFIGURATION: &str =
    "application/eap-config, application/x-eap-config;q=0.9, application/xml;q=0.5, text/xml;q=0.5";
/// The header `Accept` for everything else.
pub const ACCEPT_JSON: &str = "application/json";

/// What a body seems to be, whatever its Content-Type says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BodyKind {
    /// Perhaps a configuration.
    Xml,
    /// A page, probably of a captive portal.
    Html,
    /// Perhaps an error of the server.
    Json,
    /// Nothing but blanks.
    Empty,
    /// Something else.
    Other,
}

impl BodyKind {
    /// Looks at the first characters after a byte order mark and blanks.
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
        let blanks = body.iter().take_while(|o| matches!(o, b' ' | b'\t' | b'\r' | b'\n' | b'\x0C')).count();
        let body = body.get(blanks..).unwrap_or_default();
        let begins = |with: &str| {
            body.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with.as_bytes()))
        };
        match body.first() {
            None => Self::Empty,
            Some(b'<') if begins("<!doctype html") || begins("<html") => Self::Html,
            Some(b'<') => Self::Xml,
            Some(b'{' | b'[') => Self::Json,
            Some(_) => Self::Other,
        }
    }
}

impl fmt::Display for BodyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Xml => "xml",
            Self::Html => "html",
            Self::Json => "json",
            Self::Empty => "empty",
            Self::Other => "other",
        })
    }
}

/// The service document of a let's wifi server is not usable (spec: discovery 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("bad_letswifi_document")]
pub struct BadServiceDocument;

/// Reads the endpoints out of a service document of at most [`MAX_SERVICE`] octets.
///
/// # Errors
/// [`BadServiceDocument`] if it is larger, no JSON, has no marker, or one of its four endpoints is missing or does not
/// verify.
pub fn service_document(body: &[u8], options: Options) -> Result<OAuthEndpoints, BadServiceDocument> {
    if body.len() > MAX_SERVICE {
        return Err(BadServiceDocument);
    }
    let outer = members(body).ok_or(BadServiceDocument)?;
    let marker = outer.get("http://letswifi.app/api#v2").ok_or(BadServiceDocument)?;
    let inner = members(marker.get().as_bytes()).ok_or(BadServiceDocument)?;
    let checks = Checks { options };
    let verified =
        |member| checks.endpoint(member, text(&inner, member).as_deref()).map_err(|_| BadServiceDocument);
    // Not asked by this client, but the document must have it (spec: discovery 3).
    verified("mobileconfig_endpoint")?;
    Ok(OAuthEndpoints {
        authorization_endpoint: verified("authorization_endpoint")?,
        token_endpoint: verified("token_endpoint")?,
        eapconfig_endpoint: verified("eapconfig_endpoint")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: discovery 3
    #[test]
    fn service_documents_need_all_endpoints() {
        const APPLE: &str = r#""mobileconfig_endpoint":"https://a.example/m","#;
        const OURS: &str = r#""eapconfig_endpoint":"https://a.example/e","#;
        let document = |more: &str| {
            format!(
                r#"{{"http://letswifi.app/api#v2":{{"authorization_endpoint":"http://a.example/a",
                "token_endpoint":"https://a.example/t#x",{more}"other":1}}}}"#
            )
        };
        let good = service_document(document(&[OURS, APPLE].concat()).as_bytes(), Options::default());
        assert_eq!(good.map(|e| e.token_endpoint.to_string()).as_deref(), Ok("https://a.example/t"));
        for bad in [
            document(APPLE),
            document(OURS),
            document(&format!(r#"{APPLE}"eapconfig_endpoint":"ftp://a.example/e","#)),
            document(&format!(r#"{APPLE}"eapconfig_endpoint":5,"#)),
            document(&format!(r#"{OURS}"mobileconfig_endpoint":"javascript:x","#)),
            document(&format!(r#"{OURS}"mobileconfig_endpoint":null,"#)),
            r#"{"http://letswifi.app/api#v2":null}"#.to_owned(),
            "[]".to_owned(),
            String::new(),
            " ".repeat(MAX_SERVICE + 1),
        ] {
            assert_eq!(service_document(bad.as_bytes(), Options::default()), Err(BadServiceDocument));
        }
    }
}
