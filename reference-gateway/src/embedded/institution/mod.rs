//! An institution for development: its list, its sign-in page, its tokens, its configurations (spec: discovery 2, 3, 11, 12).
//!
//! It believes everybody who presses a button, and is as strict with the program as the servers in the field are: client
//! ids, PKCE, codes for one use, tokens that expire, refresh tokens that are replaced, POST for a configuration that
//! issues a certificate. What goes wrong in the field can be switched on, see [`Behaviour`].

mod authority;
mod grants;
mod pages;

use crate::clock::unix_seconds;
use crate::http::server::{Limits, Request, bind, serve};
use crate::http::{Response, plain};
use authority::Authority;
use discovery::oauth::SCOPE;
use flate2::Compression;
use flate2::write::GzEncoder;
use grants::{Grants, Refused};
use http_body_util::Full;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Method, StatusCode};
use serde_json::json;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// The client ids that servers of the usual software know for programs (spec: discovery 11.1).
pub const CLIENT_IDS: [&str; 2] = ["app.geteduroam.sh", "app.geteduroam.win"];

/// What the server does unlike a good one.
#[derive(Clone, Copy, Debug)]
pub struct Behaviour {
    /// Lifetime of access tokens in seconds; 0 leaves it unsaid.
    pub token_lifetime: i64,
    /// How many times a good token is refused with 401.
    pub refuse_tokens: u32,
    /// Takes GET for the configuration and answers POST with 405, as the published document shows it.
    pub get_only: bool,
    /// Answers requests for a configuration with a page, as a captive portal does.
    pub captive: bool,
    /// The list's number.
    pub seq: u64,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self { token_lifetime: 3600, refuse_tokens: 0, get_only: false, captive: false, seq: 2_026_010_100 }
    }
}

/// A request that was answered, for those who watch. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The method.
    pub method: String,
    /// The path without the query.
    pub path: String,
    /// The status of the answer.
    pub status: u16,
}

struct State {
    behaviour: Behaviour,
    base: String,
    authority: Authority,
    grants: Mutex<Grants>,
}

/// The server.
pub struct Institution {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    state: Arc<State>,
}

impl Institution {
    /// Listens; only loopback makes sense. With `tls` it speaks https.
    ///
    /// # Errors
    /// When the address cannot be had, is not of this machine alone, or no certificate can be made.
    pub async fn open(
        address: SocketAddr,
        tls: Option<TlsAcceptor>,
        behaviour: Behaviour,
    ) -> Result<Self, String> {
        if !address.ip().is_loopback() {
            return Err(format!("{address}: this server believes everybody and serves loopback only"));
        }
        let listener = bind(address).await.map_err(|e| e.to_string())?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let base = format!("{scheme}://{}", listener.local_addr().map_err(|e| e.to_string())?);
        let authority = Authority::make()?;
        let grants = Mutex::new(Grants::new(behaviour.token_lifetime, behaviour.refuse_tokens));
        Ok(Self { listener, tls, state: Arc::new(State { behaviour, base, authority, grants }) })
    }

    /// Where it is, without a slash at the end.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.state.base
    }

    /// Serves for ever.
    pub async fn serve(self, notice: impl Fn(Notice) + Clone + Send + 'static) {
        let state = self.state;
        let handler = move |request: Request| {
            let (state, notice) = (Arc::clone(&state), notice.clone());
            async move {
                let (method, path) = (request.head.method.to_string(), request.head.uri.path().to_owned());
                let response = state.answer(&request);
                notice(Notice { method, path, status: response.status().as_u16() });
                response
            }
        };
        serve(self.listener, self.tls, Limits::default(), handler).await;
    }
}

/// The parameters of a query or form, decoded.
fn parameters(text: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

fn parameter<'p>(parameters: &'p [(String, String)], name: &str) -> &'p str {
    parameters.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str())
}

fn typed(status: StatusCode, content_type: &'static str, body: impl Into<Vec<u8>>) -> Response {
    with(Response::new(Full::new(body.into().into())), status, &[(header::CONTENT_TYPE, content_type)])
}

fn with(mut response: Response, status: StatusCode, fields: &[(HeaderName, &str)]) -> Response {
    *response.status_mut() = status;
    for (name, value) in fields {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name.clone(), value);
        }
    }
    response
}

impl State {
    fn answer(&self, request: &Request) -> Response {
        let get = request.head.method == Method::GET;
        let post = request.head.method == Method::POST;
        match request.head.uri.path() {
            "/v1/discovery.json" if get => self.list(request, &self.list_v1()),
            "/v3/discovery.json" if get => self.list(request, &self.list_v3()),
            "/" if get => self.service(request),
            "/oauth/authorize/" if get => self.authorize(request),
            "/oauth/authorize/" if post => self.decided(request),
            "/oauth/token/" if post => self.token(request),
            "/api/eap-config/" => self.personal(request),
            "/public/eap-config" if get => self.public(),
            "/forbidden/eap-config" if get => plain(StatusCode::FORBIDDEN, "a sign-in is needed"),
            "/welcome" if get => typed(StatusCode::OK, "text/html; charset=utf-8", pages::welcome()),
            _ => plain(StatusCode::NOT_FOUND, "there is nothing here"),
        }
    }

    /// Four profiles, one for each flow of format 1 and one that fails.
    fn list_v1(&self) -> String {
        let base = &self.base;
        let direct = json!({ "id": "demo_direct", "name": "With a password", "oauth": false, "default": true,
            "eapconfig_endpoint": format!("{base}/public/eap-config") });
        let oauth = json!({ "id": "demo_oauth", "name": "With a certificate", "oauth": true,
            "authorization_endpoint": format!("{base}/oauth/authorize/?realm=demo.example"),
            "token_endpoint": format!("{base}/oauth/token/"), "eapconfig_endpoint": format!("{base}/api/eap-config/") });
        let redirect = json!({ "id": "demo_redirect", "name": "On a web page", "redirect": format!("{base}/welcome#top") });
        let forbidden = json!({ "id": "demo_forbidden", "name": "Broken", "oauth": true,
            "eapconfig_endpoint": format!("{base}/forbidden/eap-config") });
        let hostile = json!({ "id": "demo_hostile", "name": "Hostile", "redirect": "javascript:alert(1)" });
        let all = [direct.clone(), oauth.clone(), redirect, forbidden, hostile];
        let place = json!([{ "lat": 48.11, "lon": -1.68 }]);
        json!({ "version": 1, "seq": self.behaviour.seq, "instances": [
            { "id": "demo", "cat_idp": 1, "name": "Université de Sur", "country": "FR", "geo": place, "profiles": all },
            { "id": "demo_one", "cat_idp": 2, "name": "SURF College", "country": "NL",
              "geo": [{ "lat": 52.09, "lon": 5.12 }], "profiles": [oauth] },
            { "id": "demo_open", "cat_idp": 3, "name": "Open Academy", "country": "DE", "geo": [],
              "profiles": [direct] },
        ] })
        .to_string()
    }

    fn list_v3(&self) -> String {
        json!({ "http://letswifi.app/discovery#v3": { "seq": self.behaviour.seq, "providers": [{
            "id": "cat_idp_1", "country": "FR",
            "name": [{ "display": "University of Sur" }, { "display": "Université de Sur", "lang": "fr" }],
            "profiles": [{ "id": "letswifi_cat_1", "type": "letswifi", "letswifi_endpoint": format!("{}/", self.base) }],
        }] } })
        .to_string()
    }

    /// As the publisher's hosting does it: with a tag, a lifetime, and gzip for those who take it.
    fn list(&self, request: &Request, list: &str) -> Response {
        let etag = format!("\"{}\"", self.behaviour.seq);
        let field = |name: HeaderName| {
            request.head.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
        };
        let control = "public, max-age=900, s-maxage=300, stale-while-revalidate=86400";
        let fields = [(header::ETAG, etag.as_str()), (header::CACHE_CONTROL, control)];
        if field(header::IF_NONE_MATCH) == etag {
            return with(Response::default(), StatusCode::NOT_MODIFIED, &fields);
        }
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        let packed = encoder.write_all(list.as_bytes()).and_then(|()| encoder.finish());
        match packed {
            Ok(packed) if field(header::ACCEPT_ENCODING).contains("gzip") => {
                let response = typed(StatusCode::OK, "application/json", packed);
                let response = with(response, StatusCode::OK, &fields);
                with(response, StatusCode::OK, &[(header::CONTENT_ENCODING, "gzip")])
            }
            _ => with(typed(StatusCode::OK, "application/json", list), StatusCode::OK, &fields),
        }
    }

    /// The service document; browsers get a page from the same address.
    fn service(&self, request: &Request) -> Response {
        let accept =
            request.head.headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !accept.contains("application/json") {
            return typed(StatusCode::OK, "text/html; charset=utf-8", pages::welcome());
        }
        let base = &self.base;
        let document = json!({ "http://letswifi.app/api#v2": {
            "authorization_endpoint": format!("{base}/oauth/authorize/"),
            "token_endpoint": format!("{base}/oauth/token/"),
            "eapconfig_endpoint": format!("{base}/api/eap-config/"),
            "mobileconfig_endpoint": format!("{base}/api/mobileconfig/"),
        } });
        typed(StatusCode::OK, "application/json", document.to_string())
    }

    fn authorize(&self, request: &Request) -> Response {
        let asked = parameters(request.head.uri.query().unwrap_or_default());
        match check(&asked) {
            Ok(()) => typed(StatusCode::OK, "text/html; charset=utf-8", pages::sign_in(&asked)),
            // A redirect URI that is not to be trusted gets nothing sent.
            Err(wrong) => typed(StatusCode::BAD_REQUEST, "text/html; charset=utf-8", pages::wrong(wrong)),
        }
    }

    /// The person has pressed a button.
    fn decided(&self, request: &Request) -> Response {
        let asked = parameters(str::from_utf8(&request.body).unwrap_or_default());
        if let Err(wrong) = check(&asked) {
            return typed(StatusCode::BAD_REQUEST, "text/html; charset=utf-8", pages::wrong(wrong));
        }
        let redirect_uri = parameter(&asked, "redirect_uri");
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        if parameter(&asked, "approve") == "yes" {
            let mut grants = self.grants.lock().unwrap_or_else(PoisonError::into_inner);
            let code = grants.code(
                parameter(&asked, "client_id"),
                redirect_uri,
                parameter(&asked, "code_challenge"),
                unix_seconds(),
            );
            query.append_pair("code", &code);
        } else {
            query.append_pair("error", "access_denied");
            query.append_pair("error_description", "The user said no.");
        }
        query.append_pair("state", parameter(&asked, "state"));
        let location = format!("{redirect_uri}?{}", query.finish());
        with(Response::default(), StatusCode::FOUND, &[(header::LOCATION, &location)])
    }

    fn token(&self, request: &Request) -> Response {
        let asked = parameters(str::from_utf8(&request.body).unwrap_or_default());
        let given = |name| parameter(&asked, name);
        let now = unix_seconds();
        let mut grants = self.grants.lock().unwrap_or_else(PoisonError::into_inner);
        let granted = match given("grant_type") {
            "authorization_code" => grants.redeem(
                given("code"),
                given("client_id"),
                given("redirect_uri"),
                given("code_verifier"),
                now,
            ),
            "refresh_token" => grants.renew(given("refresh_token"), given("client_id"), now),
            _ => Err(Refused("unsupported_grant_type")),
        };
        let (status, body) = match granted {
            Ok(granted) => {
                let mut body = json!({ "access_token": granted.access_token, "token_type": "Bearer",
                    "refresh_token": granted.refresh_token, "scope": SCOPE });
                if self.behaviour.token_lifetime != 0 {
                    body["expires_in"] = json!(self.behaviour.token_lifetime);
                }
                (StatusCode::OK, body)
            }
            Err(Refused(error)) => (StatusCode::BAD_REQUEST, json!({ "error": error })),
        };
        let response = typed(status, "application/json", body.to_string());
        with(response, status, &[(header::CACHE_CONTROL, "no-store")])
    }

    /// The configuration with a fresh certificate.
    fn personal(&self, request: &Request) -> Response {
        let wanted = if self.behaviour.get_only { Method::GET } else { Method::POST };
        if request.head.method != wanted {
            return plain(StatusCode::METHOD_NOT_ALLOWED, "another method is needed");
        }
        let bearer = request.head.headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
        let token = bearer.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
        let mut grants = self.grants.lock().unwrap_or_else(PoisonError::into_inner);
        if !grants.admits(token, unix_seconds()) {
            let response = plain(StatusCode::UNAUTHORIZED, "the token is not valid");
            let challenge = "Bearer error=\"invalid_token\"";
            return with(response, StatusCode::UNAUTHORIZED, &[(header::WWW_AUTHENTICATE, challenge)]);
        }
        drop(grants);
        self.deliver(self.authority.personal(unix_seconds()))
    }

    fn public(&self) -> Response {
        self.deliver(self.authority.public())
    }

    fn deliver(&self, document: Result<String, String>) -> Response {
        if self.behaviour.captive {
            return typed(StatusCode::OK, "application/eap-config", pages::welcome());
        }
        match document {
            Ok(document) => typed(StatusCode::OK, "application/x-eap-config", document),
            Err(error) => plain(StatusCode::INTERNAL_SERVER_ERROR, &error),
        }
    }
}

/// What is wrong with a request for authorization.
fn check(asked: &[(String, String)]) -> Result<(), &'static str> {
    let given = |name| parameter(asked, name);
    let loopback = ["http://127.0.0.1:", "http://[::1]:"].iter().any(|start| {
        let rest = given("redirect_uri").strip_prefix(start);
        rest.and_then(|rest| rest.strip_suffix('/')).is_some_and(|port| port.parse::<u16>().is_ok())
    });
    if !CLIENT_IDS.contains(&given("client_id")) {
        Err("unknown client_id")
    } else if !loopback {
        Err("redirect_uri is not registered for this client")
    } else if given("response_type") != "code" {
        Err("response_type must be code")
    } else if given("code_challenge_method") != "S256" || given("code_challenge").len() != 43 {
        Err("PKCE with S256 is needed")
    } else if given("scope") != SCOPE {
        Err("unknown scope")
    } else if given("state").is_empty() {
        Err("state is missing")
    } else {
        Ok(())
    }
}
