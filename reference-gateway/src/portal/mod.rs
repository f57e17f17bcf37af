//! The built-in captive portal: the pages, and the portal's part of a login (spec: uam 11).
//!
//! It keeps no state. What it needs to know comes in the query that the gateway signed, and the form posts to the same
//! address again.

mod pages;

use crate::http::{Response, plain};
use askama::Template;
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION,
};
use hyper::{Method, StatusCode};
use std::borrow::Cow;
use std::net::Ipv4Addr;
use url::form_urlencoded;
use wispr::code::{FonResponseCode, ResponseCode};
use wispr::gateway::{Challenge, MAX_PASSWORD_LEN, verify};
use wispr::message::{Kind, Message};
use wispr::write::Envelope;
use zeroize::Zeroizing;

/// The path of the portal on the gateway's own HTTP port.
pub const PATH: &str = "/portal/";
/// EAP-Request/Identity, which begins a login by EAP (RFC 3748 §5.1).
const EAP_IDENTITY_REQUEST: &[u8] = &[1, 1, 0, 5, 1];
const STYLE_PATH: &str = "/portal/style.css";

/// What the portal has to know of the gateway it serves.
#[derive(Clone)]
pub struct Portal {
    /// The address of the portal as the gateway puts it into redirects; the signature covers it.
    pub base: String,
    /// The same over TLS, as the captive-portal API names it.
    pub secure_base: Option<String>,
    /// The LoginURL for smart clients, without a query.
    pub login: String,
    /// The gateway's address and HTTP port: nobody else is sent a password.
    pub gateway: (Ipv4Addr, u16),
    /// The secret shared with the gateway.
    pub secret: Zeroizing<Vec<u8>>,
    /// What the place is called.
    pub place: String,
    /// Whether the gateway offers WISPr 1.0, and 2.0.
    pub offers: (bool, bool),
}

/// The query of a request to the portal, decoded (spec: uam 5.0).
#[derive(Default)]
struct Query<'a> {
    raw: &'a str,
    pairs: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Query<'a> {
    fn parse(raw: &'a str) -> Self {
        Self { raw, pairs: form_urlencoded::parse(raw.as_bytes()).collect() }
    }

    /// The first value of a name; empty when it is not there.
    fn get(&self, name: &str) -> &str {
        self.pairs.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    fn number(&self, name: &str) -> u64 {
        self.get(name).parse().unwrap_or(0)
    }
}

impl Portal {
    /// Whether a path is the portal's.
    #[must_use]
    pub fn owns(path: &str) -> bool {
        path == PATH || path == PATH.trim_end_matches('/') || path == STYLE_PATH
    }

    /// Answers a request to one of the portal's paths.
    #[must_use]
    pub fn answer(&self, method: &Method, path: &str, query: Option<&str>, body: &[u8]) -> Response {
        if path == STYLE_PATH {
            return document(StatusCode::OK, "text/css; charset=utf-8", pages::STYLE.to_owned());
        }
        let query = Query::parse(query.unwrap_or_default());
        if query.raw.is_empty() {
            return self.redirect(&format!("{}/prelogin", self.gateway_url()));
        }
        if !self.is_ours(&query) {
            return self.page(StatusCode::FORBIDDEN, |wispr| {
                self.message(
                    "This link is not valid",
                    "It was not made by this network.",
                    "Start again",
                    wispr,
                )
            });
        }
        match *method {
            Method::GET | Method::HEAD => self.show(&query),
            Method::POST => self.sign_in(&query, body),
            _ => plain(StatusCode::METHOD_NOT_ALLOWED, "the portal takes GET and POST"),
        }
    }

    fn gateway_url(&self) -> String {
        format!("http://{}:{}", self.gateway.0, self.gateway.1)
    }

    /// Whether the query names our gateway and carries its signature. LoginURLs of smart clients are not signed: they
    /// only lead to a form whose result goes to our own gateway.
    fn is_ours(&self, query: &Query<'_>) -> bool {
        let (address, port) = self.gateway;
        let named = query.get("uamip") == address.to_string() && query.get("uamport") == port.to_string();
        let smart = matches!(query.get("res"), "wispr" | "smartclient");
        let bases = || std::iter::once(&self.base).chain(&self.secure_base);
        let signed = || bases().any(|base| verify(&format!("{base}?{}", query.raw), &self.secret).is_some());
        named && (smart || self.secret.is_empty() || signed())
    }

    fn sign_in(&self, query: &Query<'_>, body: &[u8]) -> Response {
        let form: Vec<(Cow<'_, str>, Cow<'_, str>)> = form_urlencoded::parse(body).collect();
        let field = |name: &str| form.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_ref());
        let Some(user) = field("UserName").filter(|user| !user.is_empty()) else {
            return self.login_page(query, Some(("other", "The name is missing.")), "");
        };
        let mut target = form_urlencoded::Serializer::new(String::new());
        target.append_pair("username", user);
        if let Some(eap) = field("WISPrEAPMsg") {
            target.append_pair("WISPrEAPMsg", eap);
        } else {
            let challenge = Challenge::from_hex(query.get("challenge").as_bytes());
            let password = field("Password").unwrap_or_default().as_bytes();
            let (Some(challenge), ..=MAX_PASSWORD_LEN) = (challenge, password.len()) else {
                return self.login_page(query, Some(("other", "The password cannot be used.")), user);
            };
            target.append_pair("password", &challenge.key(&self.secret).obfuscate(password));
        }
        if !query.get("userurl").is_empty() {
            target.append_pair("userurl", query.get("userurl"));
        }
        if let Some(version) = field("WISPrVersion") {
            target.append_pair("WISPrVersion", version);
        }
        // The gateway does not read `+` as a blank (spec: uam 2).
        let target = target.finish().replace('+', "%20");
        self.redirect(&format!("{}/logon?{target}", self.gateway_url()))
    }

    fn show(&self, query: &Query<'_>) -> Response {
        match query.get("res") {
            "success" | "already" => self.online_page(query),
            "logoff" => self.page_with(StatusCode::OK, Some(logoff_reply()), |wispr| {
                self.message(
                    "You are signed off",
                    "Thank you for using this network.",
                    "Sign in again",
                    wispr,
                )
            }),
            "failed" => {
                self.login_page(query, Some((query.get("reason"), query.get("reply"))), query.get("uid"))
            }
            _ => self.login_page(query, None, ""),
        }
    }

    fn login_page(&self, query: &Query<'_>, failure: Option<(&str, &str)>, user: &str) -> Response {
        let alert = failure.map(|(reason, reply)| pages::failure(reason, reply));
        let message = match failure {
            Some((reason, reply)) => self.failure_reply(reason, reply),
            None => self.redirect_message(query),
        };
        let action = format!("{PATH}?{}", query.raw);
        let heading = format!("Sign in to {}", self.place);
        self.page_with(StatusCode::OK, Some(message), |wispr| {
            pages::Login { place: &self.place, wispr, heading: &heading, alert, action: &action, user }
                .render()
        })
    }

    fn online_page(&self, query: &Query<'_>) -> Response {
        let mut message = Message::with_code(Kind::AuthenticationReply, ResponseCode::LOGIN_SUCCEEDED);
        message.logoff_url = Some(format!("{}/logoff", self.gateway_url()).into());
        let time_left = match query.number("timeleft") {
            0 => String::new(),
            seconds => pages::duration(seconds),
        };
        let next = match query.get("userurl") {
            url if url.starts_with("http://") || url.starts_with("https://") => url,
            _ => "",
        };
        let logoff = format!("{}/logoff", self.gateway_url());
        let user = query.get("uid");
        self.page_with(StatusCode::OK, Some(message), |wispr| {
            let time_left = &time_left;
            pages::Online { place: &self.place, wispr, user, time_left, next, logoff: &logoff }.render()
        })
    }

    /// FON's portal repeats the Redirect on its page, for clients that throw away redirect bodies (spec: wispr 2).
    fn redirect_message(&self, query: &Query<'_>) -> Message<'static> {
        let (address, port) = self.gateway;
        let challenge = query.get("challenge");
        let join = if self.login.contains('?') { '&' } else { '?' };
        let login =
            format!("{}{join}res=wispr&uamip={address}&uamport={port}&challenge={challenge}", self.login);
        let mut message = Message::with_code(Kind::Redirect, ResponseCode::NO_ERROR);
        let (one, two) = self.offers;
        message.access_procedure = one.then(|| "1.0".into());
        if two {
            message.version_high = Some("2.0".into());
            message.version_low = Some(if one { "1.0" } else { "2.0" }.into());
            message.eap_msg = Some(EAP_IDENTITY_REQUEST.into());
        }
        message.login_url = Some(login.into());
        message.abort_login_url = Some(format!("{}/abort", self.gateway_url()).into());
        message
    }

    fn failure_reply(&self, reason: &str, reply: &str) -> Message<'static> {
        let code = match reason {
            "reject" => ResponseCode::LOGIN_FAILED,
            "timeout" => ResponseCode::AUTH_SERVER_ERROR,
            _ => ResponseCode::GATEWAY_ERROR,
        };
        let mut message = Message::with_code(Kind::AuthenticationReply, code);
        if code == ResponseCode::LOGIN_FAILED {
            message.fon_response_code = Some(FonResponseCode::from_radius_reply(reply));
        }
        if !reply.is_empty() {
            message.reply_messages.push(reply.to_owned().into());
        }
        message
    }

    fn message(
        &self,
        heading: &str,
        text: &str,
        link_text: &str,
        wispr: &str,
    ) -> Result<String, askama::Error> {
        let link = format!("{}/prelogin", self.gateway_url());
        pages::Message { place: &self.place, wispr, heading, text, link: &link, link_text }.render()
    }

    fn redirect(&self, location: &str) -> Response {
        let mut response = plain(StatusCode::FOUND, "go on there");
        match HeaderValue::from_str(location) {
            Ok(value) => {
                response.headers_mut().insert(LOCATION, value);
                response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
                response
            }
            Err(_) => {
                plain(StatusCode::BAD_REQUEST, "the request holds characters that an address cannot have")
            }
        }
    }

    fn page(
        &self,
        status: StatusCode,
        render: impl FnOnce(&str) -> Result<String, askama::Error>,
    ) -> Response {
        self.page_with(status, None, render)
    }

    fn page_with(
        &self,
        status: StatusCode,
        message: Option<Message<'_>>,
        render: impl FnOnce(&str) -> Result<String, askama::Error>,
    ) -> Response {
        let wispr = message.map_or(Ok(String::new()), |m| Envelope::new().to_string(Some(&m)));
        match wispr.map_err(|e| e.to_string()).and_then(|w| render(&w).map_err(|e| e.to_string())) {
            Ok(page) => document(status, "text/html; charset=utf-8", page),
            Err(error) => {
                tracing::error!(error, "a page cannot be rendered");
                plain(StatusCode::INTERNAL_SERVER_ERROR, "the page cannot be shown")
            }
        }
    }
}

fn logoff_reply() -> Message<'static> {
    Message::with_code(Kind::LogoffReply, ResponseCode::LOGOFF_SUCCEEDED)
}

fn document(status: StatusCode, content_type: &'static str, body: String) -> Response {
    const HEADERS: [(HeaderName, &str); 5] = [
        (CACHE_CONTROL, "no-store"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
        ),
        (hyper::header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (hyper::header::X_FRAME_OPTIONS, "DENY"),
        (hyper::header::REFERRER_POLICY, "no-referrer"),
    ];
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
