//! The owner's page of the FonAP document: FON status, whether the key is good, a switch, and the way to register.
//!
//! It is for the private side only: it has a listener of its own (`ownerpage`), clients of the hotspot and the Internet
//! are refused, and so is a page of some other site that makes the owner's browser ask: requests must name the address
//! of the page itself (no DNS rebinding), and a change needs the page's token and its Origin.

mod registration;

pub use registration::registration_url;

use crate::config::Settings;
use crate::http::server::Request;
use crate::http::{Response, plain, private};
use crate::random::SystemRandom;
use crate::site::Site;
use askama::Template;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Method, StatusCode};
use std::net::IpAddr;
use std::sync::Arc;
use subtle::ConstantTimeEq;
use tokio::sync::watch;
use url::form_urlencoded;

const STYLE: &str = include_str!("../../assets/style.css");

/// What every answer carries.
const HEADERS: [(HeaderName, &str); 8] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'; \
         base-uri 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // Without a referrer browsers would send `Origin: null`.
    (header::REFERRER_POLICY, "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "interest-cohort=()"),
];

/// The page.
#[derive(Clone)]
pub struct OwnerPage {
    site: Site,
    /// For the network of clients, and the portal with its way to register.
    settings: watch::Receiver<Settings>,
    facts: Arc<Facts>,
}

/// What does not change.
struct Facts {
    /// Proves that a form is ours; made at start.
    token: String,
    mac: String,
}

#[derive(Template)]
#[template(path = "owner.html")]
struct Page<'a> {
    status: &'a str,
    heading: &'a str,
    explanation: &'a str,
    key: &'a str,
    enabled: bool,
    mac: &'a str,
    token: &'a str,
    registration: Option<&'a str>,
}

impl OwnerPage {
    /// The page of a hotspot with the configuration that is in use. `mac` is what FON knows it by.
    #[must_use]
    pub fn new(site: Site, settings: watch::Receiver<Settings>, mac: &str) -> Self {
        let mut random = [0; 16];
        SystemRandom.octets(&mut random);
        let token = random.iter().map(|octet| format!("{octet:02x}")).collect();
        let facts = Facts { token, mac: mac.to_owned() };
        Self { site, settings, facts: Arc::new(facts) }
    }

    /// Answers a request on the private listener.
    #[must_use]
    pub fn answer(&self, request: &Request) -> Response {
        let mut response = self.respond(request).unwrap_or_else(|(status, text)| plain(status, text));
        for (name, value) in HEADERS {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }

    fn respond(&self, request: &Request) -> Result<Response, (StatusCode, &'static str)> {
        if !private::admits(request.peer.ip(), self.settings.borrow().net()) {
            return Err((StatusCode::FORBIDDEN, "this page is for the owner's private network"));
        }
        let host = text(request, header::HOST).filter(|host| names_an_address(host));
        let host =
            host.ok_or((StatusCode::MISDIRECTED_REQUEST, "open this page by its address in numbers"))?;
        match (request.head.uri.path(), &request.head.method) {
            ("/", &(Method::GET | Method::HEAD)) => Ok(self.page()),
            ("/style.css", &(Method::GET | Method::HEAD)) => {
                Ok(document("text/css; charset=utf-8", STYLE.to_owned()))
            }
            ("/switch", &Method::POST) => {
                self.check_origin(request, host)?;
                self.switch(&request.body)
            }
            ("/" | "/style.css" | "/switch", _) => {
                Err((StatusCode::METHOD_NOT_ALLOWED, "this cannot be done here"))
            }
            _ => Err((StatusCode::NOT_FOUND, "there is no such page")),
        }
    }

    /// A change comes from a form of this page and from nowhere else.
    fn check_origin(&self, request: &Request, host: &str) -> Result<(), (StatusCode, &'static str)> {
        const FOREIGN: (StatusCode, &str) = (StatusCode::FORBIDDEN, "this form is not from this page");
        let origin = text(request, header::ORIGIN).ok_or(FOREIGN)?;
        if origin.strip_prefix("http://") != Some(host) {
            return Err(FOREIGN);
        }
        let field = form_urlencoded::parse(&request.body).find(|(name, _)| name == "token");
        let token = field.map(|(_, value)| value.into_owned()).unwrap_or_default();
        if bool::from(token.as_bytes().ct_eq(self.facts.token.as_bytes())) {
            Ok(())
        } else {
            Err((StatusCode::FORBIDDEN, "this form is too old; open the page again"))
        }
    }

    fn switch(&self, body: &[u8]) -> Result<Response, (StatusCode, &'static str)> {
        let to = form_urlencoded::parse(body).find(|(name, _)| name == "to").map(|(_, value)| value);
        let enabled = match to.as_deref() {
            Some("on") => true,
            Some("off") => false,
            _ => return Err((StatusCode::BAD_REQUEST, "switch to on or off")),
        };
        self.site.enable(enabled);
        let mut response = Response::default();
        *response.status_mut() = StatusCode::SEE_OTHER;
        response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/"));
        Ok(response)
    }

    fn page(&self) -> Response {
        let state = self.site.state();
        let (heading, explanation) = match state.word() {
            "online" => ("Your hotspot is online", "Guests can sign in."),
            "offline" if state.key == Some(false) => ("Your hotspot is offline", "Guests cannot sign in."),
            "offline" => (
                "Your hotspot is offline",
                "It has no contact with FON, so guests cannot sign in. It opens by itself when the contact is back.",
            ),
            _ => ("Your hotspot is switched off", "Guests cannot sign in until you switch it on."),
        };
        let server = self.settings.borrow().text("uamserver").map(str::to_owned);
        let registration = server.and_then(|server| registration_url(&server, &self.facts.mac));
        let page = Page {
            status: state.word(),
            heading,
            explanation,
            key: match state.key {
                None => "",
                Some(true) => "OK",
                Some(false) => "ERROR",
            },
            enabled: state.enabled,
            mac: &self.facts.mac,
            token: &self.facts.token,
            registration: registration.as_deref(),
        };
        match page.render() {
            Ok(html) => document("text/html; charset=utf-8", html),
            Err(error) => {
                tracing::error!(%error, "the owner's page");
                plain(StatusCode::INTERNAL_SERVER_ERROR, "the page cannot be shown")
            }
        }
    }
}

fn text(request: &Request, name: HeaderName) -> Option<&str> {
    request.head.headers.get(name)?.to_str().ok()
}

/// Whether a Host is an address, perhaps with a port, or this machine's own name for itself.
fn names_an_address(host: &str) -> bool {
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.split_once(':').map_or(host, |(name, _)| name),
    };
    name == "localhost" || name.parse::<IpAddr>().is_ok()
}

fn document(kind: &'static str, body: String) -> Response {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_name_the_page() {
        for host in ["192.168.1.1", "192.168.1.1:8080", "[fd00::1]:8080", "[::1]", "localhost:8080"] {
            assert!(names_an_address(host), "{host}");
        }
        for host in ["", "evil.example", "evil.example:8080", "192.168.1.1.evil.example", "[x]", ":80"] {
            assert!(!names_an_address(host), "{host}");
        }
    }
}
