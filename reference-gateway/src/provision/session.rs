//! Signing in and out, and the page with the buttons.

use super::pages::{self, Choice};
use super::service::{ONLY_LOOKED_AT, Refusal, Service, cookie, only, out_of_reach};
use super::token::{Purpose, Token};
use super::users::{MAX_NAME, Record};
use crate::http::Response;
use crate::http::server::Request;
use hyper::StatusCode;
use hyper::header::{self, HeaderMap, HeaderValue};
use passpoint::Secret;
use passpoint::web::{Kind, Os};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use url::form_urlencoded;
use zeroize::Zeroizing;

/// Who is signed in. The store keeps it sealed; the cookie holds the token that opens it.
#[derive(Serialize, Deserialize)]
pub(super) struct Visitor {
    pub(super) name: String,
    pub(super) password: Option<Secret>,
    pub(super) record: Record,
}

/// A sign-in that lasts.
pub(super) struct Session {
    pub(super) token: Token,
    pub(super) visitor: Visitor,
}

impl Service {
    /// The cookie's name. Browsers take the prefixed one from HTTPS only, for this host only.
    const fn cookie_name(secure: bool) -> &'static str {
        if secure { "__Host-fonap-profile" } else { "fonap-profile" }
    }

    /// The session of a request; `None` if nobody is signed in.
    pub(super) async fn session(&self, headers: &HeaderMap) -> Result<Option<Session>, Refusal> {
        let text = cookie(headers, Self::cookie_name(self.is_secure()));
        let Some(token) = text.and_then(Token::parse) else { return Ok(None) };
        let key = token.key(Purpose::Session);
        let Some(sealed) = self.store.look(&key).await.map_err(|e| out_of_reach(&e))? else {
            return Ok(None);
        };
        let visitor = token.open(Purpose::Session, &sealed).and_then(|v| serde_json::from_slice(&v).ok());
        Ok(visitor.map(|visitor| Session { token, visitor }))
    }

    /// The session behind a form: signed in, from our own page, with its token.
    pub(super) async fn session_of_form(
        &self,
        request: &Request,
        csrf: Option<&str>,
    ) -> Result<Session, Refusal> {
        self.same_origin(&request.head.headers)?;
        let session = self.session(&request.head.headers).await?.ok_or(Refusal::SignedOut)?;
        if let Some(name) = self.proxy_user(request)?
            && name != session.visitor.name
        {
            return Err(Refusal::Forged);
        }
        let header = request.head.headers.get("x-csrf-token").and_then(|v| v.to_str().ok());
        match csrf.or(header).is_some_and(|text| session.token.is_csrf(text)) {
            true => Ok(session),
            false => Err(Refusal::Forged),
        }
    }

    /// Whom a trusted proxy signed in; `None` if users sign in here.
    fn proxy_user(&self, request: &Request) -> Result<Option<String>, Refusal> {
        let Some(header) = &self.settings.user_header else { return Ok(None) };
        let trusted = self.settings.trusted_proxies.contains(&request.peer.ip().to_canonical());
        let mut values = request.head.headers.get_all(header).iter();
        let name = values.next().and_then(|v| str::from_utf8(v.as_bytes()).ok()).map(str::trim);
        match name.filter(|name| trusted && !name.is_empty() && values.next().is_none()) {
            Some(name) => Ok(Some(name.to_owned())),
            None => Err(Refusal::NoProxy),
        }
    }

    async fn begin_session(&self, visitor: Visitor) -> Result<(Session, HeaderValue), Refusal> {
        let token = Token::generate();
        let value = Zeroizing::new(serde_json::to_vec(&visitor).map_err(|e| out_of_reach(&e))?);
        let sealed = token.seal(Purpose::Session, &value);
        let life = self.settings.session_life;
        let key = token.key(Purpose::Session);
        let kept = self.store.put(&key, sealed, life, ONLY_LOOKED_AT).await;
        if !kept.map_err(|e| out_of_reach(&e))? {
            return Err(Refusal::Unavailable);
        }
        let cookie = self.set_cookie(&token.text(), life);
        Ok((Session { token, visitor }, cookie))
    }

    fn set_cookie(&self, value: &str, life: Duration) -> HeaderValue {
        let secure = self.is_secure();
        let text = format!(
            "{}={value}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{}",
            Self::cookie_name(secure),
            life.as_secs(),
            if secure { "; Secure" } else { "" }
        );
        let mut value = HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""));
        value.set_sensitive(true);
        value
    }

    /// `GET /profile`.
    pub(super) async fn profile(&self, request: &Request) -> Result<Response, Refusal> {
        only(request, "GET, HEAD")?;
        let session = self.session(&request.head.headers).await?;
        let Some(name) = self.proxy_user(request)? else {
            return Ok(match session {
                Some(session) => self.profile_page(request, &session),
                None => self.sign_in_page(StatusCode::OK, "", ""),
            });
        };
        if let Some(session) = session.filter(|s| s.visitor.name == name) {
            return Ok(self.profile_page(request, &session));
        }
        let found = self.users.find(&name, None).await.map_err(|e| out_of_reach(&e))?;
        let record = found.ok_or(Refusal::NoProxy)?;
        let (session, cookie) = self.begin_session(Visitor { name, password: None, record }).await?;
        let mut page = self.profile_page(request, &session);
        page.headers_mut().insert(header::SET_COOKIE, cookie);
        Ok(page)
    }

    fn profile_page(&self, request: &Request, session: &Session) -> Response {
        let text =
            |name| request.head.headers.get(name).and_then(|v: &HeaderValue| v.to_str().ok()).unwrap_or("");
        let user_agent = text("user-agent");
        let (first, others) = self.choices(pages::system(user_agent, text("sec-ch-ua-platform")));
        let address = format!("{}/profile", self.settings.origin);
        let page = pages::Profile {
            place: &self.settings.place,
            name: &session.visitor.name,
            csrf: &session.token.csrf(),
            address: &address,
            // The window that a device opens in front of a captive portal cannot install anything.
            mini_browser: user_agent.contains("CaptiveNetworkSupport"),
            first,
            others,
            code: &pages::qr_code(&address, "The address of this page"),
        };
        self.page(StatusCode::OK, &page)
    }

    /// The button for a system, and all others.
    fn choices(&self, system: Os) -> (Option<Choice>, Vec<Choice>) {
        let mut kinds = self.settings.kinds.clone();
        let best = pages::kinds_of(system);
        kinds.sort_by_key(|kind| best.iter().position(|k| k == kind).unwrap_or(best.len()));
        let first = kinds.first().copied().filter(|kind| best.contains(kind));
        let others: Vec<Kind> = kinds.into_iter().filter(|kind| Some(*kind) != first).collect();
        (first.map(Choice::new), others.into_iter().map(Choice::new).collect())
    }

    fn sign_in_page(&self, status: StatusCode, alert: &str, name: &str) -> Response {
        let page = pages::SignIn { place: &self.settings.place, alert, name, hint: &self.settings.hint };
        self.page(status, &page)
    }

    /// `POST /profile/sign-in`.
    pub(super) async fn sign_in(&self, request: &Request) -> Result<Response, Refusal> {
        only(request, "POST")?;
        if self.settings.user_header.is_some() {
            return Err(Refusal::NoSuchPage);
        }
        self.same_origin(&request.head.headers)?;
        let (mut name, mut password) = (String::new(), Secret::default());
        for (field, value) in form_urlencoded::parse(&request.body) {
            match field.as_ref() {
                "name" => name = value.trim().to_owned(),
                "password" => password = Secret::new(value.into_owned()),
                _ => {}
            }
        }
        let limits = self.settings.limits;
        let client = self.client(request);
        self.limit_address("sign-in address", client, limits.sign_ins_per_address_minute).await?;
        if name.is_empty() || name.len() > MAX_NAME || password.is_empty() {
            let alert = "Both the name and the password are needed.";
            return Ok(self.sign_in_page(StatusCode::FORBIDDEN, alert, ""));
        }
        let hour = Duration::from_secs(3600);
        self.limit("sign-in name", &name, limits.sign_ins_per_user_hour, hour).await?;
        let found = self.users.find(&name, Some(&password)).await.map_err(|e| out_of_reach(&e))?;
        let Some(record) = found else {
            let alert = "The name or the password is wrong.";
            return Ok(self.sign_in_page(StatusCode::FORBIDDEN, alert, &name));
        };
        // An older session of this browser ends: a sign-in never takes over a token that was there before.
        if let Some(old) =
            cookie(&request.head.headers, Self::cookie_name(self.is_secure())).and_then(Token::parse)
        {
            self.store.remove(&old.key(Purpose::Session)).await.map_err(|e| out_of_reach(&e))?;
        }
        let visitor = Visitor { name, password: Some(password), record };
        let (_, cookie) = self.begin_session(visitor).await?;
        let mut response = self.redirect("/profile")?;
        response.headers_mut().insert(header::SET_COOKIE, cookie);
        Ok(response)
    }

    /// `POST /profile/sign-out`.
    pub(super) async fn sign_out(&self, request: &Request) -> Result<Response, Refusal> {
        only(request, "POST")?;
        let form: Vec<_> = form_urlencoded::parse(&request.body).collect();
        let csrf = form.iter().find(|(name, _)| name == "csrf").map(|(_, value)| value.as_ref());
        let mut response = self.redirect("/profile")?;
        match self.session_of_form(request, csrf).await {
            Ok(session) => {
                let key = session.token.key(Purpose::Session);
                self.store.remove(&key).await.map_err(|e| out_of_reach(&e))?;
            }
            Err(Refusal::SignedOut) => {}
            Err(other) => return Err(other),
        }
        response.headers_mut().insert(header::SET_COOKIE, self.set_cookie("", Duration::ZERO));
        Ok(response)
    }
}
