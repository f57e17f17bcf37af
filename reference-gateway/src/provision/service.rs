//! The requests of the service, and what all answers have in common (spec: passpoint 11.2).

use super::config::Limits;
use super::journal::Journal;
use super::make::Options;
use super::pages;
use super::signer::{Health, health};
use super::store::Store;
use super::template::Template;
use super::token::TEXT_LEN;
use super::users::Users;
use crate::clock::unix_seconds;
use crate::decode::input::to_hex;
use crate::http::server::Request;
use crate::http::{Response, plain};
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, StatusCode};
use passpoint::signer::Signer;
use passpoint::web::Kind;
use serde_json::json;
use std::collections::{BTreeMap, HashSet};
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Uses of a value that nobody takes: it lives until its time is over.
pub(super) const ONLY_LOOKED_AT: u32 = 1;

/// What the service is told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The public origin, without a slash at its end.
    pub origin: String,
    /// What the place is called.
    pub place: String,
    /// The systems on offer.
    pub kinds: Vec<Kind>,
    /// Losses that weaken security and are accepted nevertheless.
    pub allow: Vec<String>,
    /// How long a link works.
    pub token_life: Duration,
    /// How long a sign-in lasts.
    pub session_life: Duration,
    /// Proxies that are believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// The header in which they name the user.
    pub user_header: Option<HeaderName>,
    /// How often things may happen.
    pub limits: Limits,
    /// How often a link works, by the word of the system.
    pub uses: BTreeMap<String, u32>,
    /// How to write for each system.
    pub options: Options,
    /// A sentence under the sign-in form.
    pub hint: String,
}

/// The service: everything it needs, and no open connection of its own.
pub struct Service {
    pub(super) settings: Settings,
    pub(super) template: Template,
    pub(super) users: Users,
    pub(super) store: Box<dyn Store>,
    pub(super) signer: Option<Box<dyn Signer + Send + Sync>>,
    pub(super) journal: Journal,
    /// Losses that are in the log already.
    pub(super) warned: Mutex<HashSet<String>>,
}

/// Why a request gets no page of its own. All are answered with a page, or with JSON to a request in JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// There is no such link (any more), whatever the reason.
    NoSuchLink,
    /// There is no such page.
    NoSuchPage,
    /// The method does not fit; these do.
    Method(&'static str),
    /// The request does not come from a page of this service, or the session has ended since.
    Forged,
    /// Nobody is signed in.
    SignedOut,
    /// The proxy did not say who the user is.
    NoProxy,
    /// The request makes no sense.
    Malformed,
    /// Too often; seconds until it may work again.
    TooOften(u64),
    /// Something that is needed is out of reach: the store, the user data, a valid signer.
    Unavailable,
    /// The profile of this user cannot be made.
    Broken,
}

impl Refusal {
    const fn status(&self) -> StatusCode {
        match self {
            Self::NoSuchLink | Self::NoSuchPage => StatusCode::NOT_FOUND,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Forged | Self::NoProxy => StatusCode::FORBIDDEN,
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::TooOften(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    const fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::NoSuchLink => (
                "This link does not work",
                "Links to profiles work for a short time and only as often as needed. Get a new one.",
            ),
            Self::NoSuchPage => ("There is no such page", "Profiles are handed out on another page."),
            Self::Method(_) => ("This is not possible", "The page cannot be used in this way."),
            Self::Forged => (
                "Please try again",
                "The request did not come from this service's own page, or the page was open for too long.",
            ),
            Self::SignedOut => ("Please sign in", "Your sign-in has ended."),
            Self::NoProxy => ("You are not signed in", "Open this page through your organisation's sign-in."),
            Self::Malformed => ("This is not possible", "The request cannot be understood."),
            Self::TooOften(_) => ("Too many requests", "Please wait a while before you try again."),
            Self::Unavailable => (
                "Not available at the moment",
                "Please try again in a few seconds. The operator has been told.",
            ),
            Self::Broken => (
                "There is a problem with your profile",
                "It cannot be made. The operator has been told; trying again does not help.",
            ),
        }
    }
}

impl Service {
    /// Answers a request.
    pub async fn answer(self: Arc<Self>, request: Request) -> Response {
        let path = request.head.uri.path();
        let json = wants_json(&request.head.headers);
        let answer = match path {
            "/" => only(&request, "GET, HEAD").and_then(|()| self.redirect("/profile")),
            "/profile/style.css" => only(&request, "GET, HEAD").map(|()| self.style()),
            "/health" => self.health(&request).await,
            "/profile" => self.profile(&request).await,
            "/profile/sign-in" => self.sign_in(&request).await,
            "/profile/sign-out" => self.sign_out(&request).await,
            "/profile/download" => Arc::clone(&self).download(&request).await,
            _ => match path.strip_prefix("/profile/ready/") {
                Some(token) => self.ready(&request, token).await,
                None => match path.strip_prefix("/p/") {
                    Some(link) => self.fetch(&request, link).await,
                    None => Err(Refusal::NoSuchPage),
                },
            },
        };
        answer.unwrap_or_else(|refusal| self.refuse(&refusal, json))
    }

    /// Who asks: the peer, or whom a trusted proxy says it asks for.
    pub(super) fn client(&self, request: &Request) -> IpAddr {
        let peer = request.peer.ip().to_canonical();
        if !self.settings.trusted_proxies.contains(&peer) {
            return peer;
        }
        // The last entry is the one that our own proxy added.
        let entries = request.head.headers.get_all("x-forwarded-for");
        let last =
            entries.iter().next_back().and_then(|v| v.to_str().ok()).and_then(|v| v.rsplit(',').next());
        last.and_then(|text| text.trim().parse::<IpAddr>().ok())
            .map_or(peer, |address| address.to_canonical())
    }

    /// Counts an event; refuses beyond `most` in `window`. What is counted is hashed: the store learns no address or name.
    pub(super) async fn limit(
        &self,
        what: &str,
        whose: &str,
        most: u64,
        window: Duration,
    ) -> Result<(), Refusal> {
        let hash = ring::digest::digest(&ring::digest::SHA256, format!("{what}\n{whose}").as_bytes());
        let events = self.store.count(&to_hex(hash.as_ref()), window).await.map_err(|e| out_of_reach(&e))?;
        match events > most {
            true => Err(Refusal::TooOften(window.as_secs())),
            false => Ok(()),
        }
    }

    /// The same for addresses. All addresses of an IPv6 /64 count as one: a device picks them as it likes.
    pub(super) async fn limit_address(&self, what: &str, address: IpAddr, most: u64) -> Result<(), Refusal> {
        let whose = match address {
            IpAddr::V4(v4) => v4.to_string(),
            IpAddr::V6(v6) => format!("{:x}", u128::from(v6) >> 64),
        };
        self.limit(what, &whose, most, Duration::from_secs(60)).await
    }

    /// Whether the request comes from a page of ours: browsers say so in headers that pages cannot set.
    pub(super) fn same_origin(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let text = |name| headers.get(name).map(|v: &HeaderValue| v.to_str().unwrap_or("?"));
        let origin = text("origin").map(|origin| origin == self.settings.origin);
        let site = text("sec-fetch-site").map(|site| site == "same-origin");
        // Neither: not a browser of this decade, and nothing that shows where the form was.
        let same = origin.is_some() || site.is_some();
        if same && origin.unwrap_or(true) && site.unwrap_or(true) { Ok(()) } else { Err(Refusal::Forged) }
    }

    pub(super) fn is_secure(&self) -> bool {
        self.settings.origin.starts_with("https:")
    }

    /// A page with the headers that all pages have.
    pub(super) fn page(&self, status: StatusCode, page: &impl askama::Template) -> Response {
        match page.render() {
            Ok(text) => self.document(status, "text/html; charset=utf-8", text),
            Err(error) => {
                tracing::error!(%error, "a page cannot be rendered");
                plain(StatusCode::INTERNAL_SERVER_ERROR, "the page cannot be shown")
            }
        }
    }

    pub(super) fn json(&self, status: StatusCode, value: &serde_json::Value) -> Response {
        self.document(status, "application/json", value.to_string())
    }

    fn document(&self, status: StatusCode, content_type: &'static str, body: String) -> Response {
        // `same-origin`, not `no-referrer`: with that, browsers send no Origin with forms.
        const HEADERS: [(HeaderName, &str); 8] = [
            (header::CACHE_CONTROL, "no-store"),
            (
                header::CONTENT_SECURITY_POLICY,
                "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; \
                 frame-ancestors 'none'",
            ),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::X_FRAME_OPTIONS, "DENY"),
            (header::REFERRER_POLICY, "same-origin"),
            (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
            (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
            (header::VARY, "Cookie, User-Agent, Sec-CH-UA-Platform"),
        ];
        let mut response = Response::new(Full::new(Bytes::from(body)));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        for (name, value) in HEADERS {
            headers.insert(name, HeaderValue::from_static(value));
        }
        self.strict_transport(headers);
        response
    }

    /// Tells browsers to come back with HTTPS only.
    pub(super) fn strict_transport(&self, headers: &mut HeaderMap) {
        if self.is_secure() {
            let year = HeaderValue::from_static("max-age=31536000");
            headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
        }
    }

    /// Sends the browser to another page of this service, with GET.
    pub(super) fn redirect(&self, path: &str) -> Result<Response, Refusal> {
        let mut response = self.document(StatusCode::SEE_OTHER, "text/plain; charset=utf-8", String::new());
        let location = HeaderValue::from_str(path).map_err(|_| Refusal::NoSuchPage)?;
        response.headers_mut().insert(header::LOCATION, location);
        Ok(response)
    }

    pub(super) fn refuse(&self, refusal: &Refusal, json: bool) -> Response {
        let (heading, text) = refusal.words();
        let mut response = if json {
            self.json(refusal.status(), &json!({"error": heading, "what_to_do": text}))
        } else {
            let page = pages::Message { place: &self.settings.place, heading, text, link: "/profile" };
            self.page(refusal.status(), &page)
        };
        let headers = response.headers_mut();
        match refusal {
            Refusal::Method(allowed) => headers.insert(header::ALLOW, HeaderValue::from_static(allowed)),
            Refusal::Unavailable => headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5")),
            Refusal::TooOften(seconds) => headers.insert(header::RETRY_AFTER, (*seconds).into()),
            _ => None,
        };
        response
    }

    fn style(&self) -> Response {
        let style = pages::STYLE.to_owned();
        let mut response = self.document(StatusCode::OK, "text/css; charset=utf-8", style);
        let hour = HeaderValue::from_static("public, max-age=3600");
        response.headers_mut().insert(header::CACHE_CONTROL, hour);
        response.headers_mut().remove(header::VARY);
        response
    }

    /// For the operator's monitoring.
    async fn health(&self, request: &Request) -> Result<Response, Refusal> {
        only(request, "GET, HEAD")?;
        let store = self.store.check().await.is_ok();
        let signer = self.signer.as_deref().map(|s| health(s, unix_seconds()));
        let (word, good) = match signer {
            None => ("none", true),
            Some(Health::Good) => ("good", true),
            Some(Health::EndsSoon) => ("ends soon", true),
            Some(Health::NotValid) => ("not valid", false),
        };
        let status = if store && good { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        let store = if store { "good" } else { "unavailable" };
        Ok(self.json(status, &json!({"store": store, "signer": word})))
    }
}

/// Refuses other methods than these.
pub(super) fn only(request: &Request, allowed: &'static str) -> Result<(), Refusal> {
    let fits = |method: &Method| allowed.split(", ").any(|word| word == method.as_str());
    if fits(&request.head.method) { Ok(()) } else { Err(Refusal::Method(allowed)) }
}

/// Whether the body is JSON; then the answer is, too.
pub(super) fn wants_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

/// Something that the service needs does not answer; the operator reads why.
pub(super) fn out_of_reach(error: &dyn std::error::Error) -> Refusal {
    tracing::error!(%error, "answering 503");
    Refusal::Unavailable
}

/// The first cookie of this name.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let fields = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    let mut pairs = fields.flat_map(|field| field.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(n, value)| *n == name && value.len() == TEXT_LEN).map(|(_, value)| value)
}
