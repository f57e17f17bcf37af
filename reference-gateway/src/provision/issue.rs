//! Making a link, showing it, and handing out the file behind it (spec: passpoint 11.2, 11.3, 11.4).

use super::config::uses;
use super::journal::{Event, Line, moment};
use super::make::{File, Made, Terms, can_sign, kind as kind_of, make};
use super::pages::{self, Choice};
use super::service::{ONLY_LOOKED_AT, Refusal, Service, only, out_of_reach, wants_json};
use super::session::{Session, Visitor};
use super::signer::{Health, health};
use super::template::Person;
use super::token::{Purpose, Token};
use crate::clock::unix_seconds;
use crate::http::Response;
use crate::http::server::Request;
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Method, StatusCode};
use passpoint::web::{Kind, Os};
use passpoint::windows::{ms_settings_uri, subscriber_id};
use passpoint::{Profile, Severity};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use url::form_urlencoded;
use zeroize::Zeroizing;

const HOUR: Duration = Duration::from_secs(3600);

/// What a form or a JSON body asks for.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Wish {
    kind: String,
    csrf: Option<String>,
}

/// What stands before the file in a sealed value.
#[derive(Serialize, Deserialize)]
struct Label {
    kind: String,
    name: String,
    subscriber: String,
}

/// A link, in parts.
#[derive(Serialize, Deserialize)]
struct LinkParts {
    token: String,
    name: String,
    path: String,
}

/// What the page with the links has to know.
#[derive(Serialize, Deserialize)]
struct Shelf {
    kind: String,
    /// Whose session may see it.
    session: String,
    links: Vec<LinkParts>,
}

impl Service {
    /// `POST /profile/download`.
    pub(super) async fn download(self: Arc<Self>, request: &Request) -> Result<Response, Refusal> {
        only(request, "POST")?;
        let json = wants_json(&request.head.headers);
        let wish = if json {
            serde_json::from_slice(&request.body).map_err(|_| Refusal::Malformed)?
        } else {
            let mut wish = Wish::default();
            for (name, value) in form_urlencoded::parse(&request.body) {
                match name.as_ref() {
                    "kind" => wish.kind = value.into_owned(),
                    "csrf" => wish.csrf = Some(value.into_owned()),
                    _ => {}
                }
            }
            wish
        };
        let session = match self.session_of_form(request, wish.csrf.as_deref()).await {
            Err(Refusal::SignedOut) if !json => return self.redirect("/profile"),
            session => session?,
        };
        let kind = kind_of(&wish.kind).filter(|kind| self.settings.kinds.contains(kind));
        let kind = kind.ok_or(Refusal::Malformed)?;
        let system = request.head.headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok());
        let system = system.map(|agent| Os::from_user_agent(agent).as_str());

        let most = self.settings.limits.links_per_user_hour;
        if let Err(refusal) = self.limit("links", &session.visitor.name, most, HOUR).await {
            self.record(Event::Limited, kind, None, None, system);
            return Err(refusal);
        }
        let Session { token, visitor } = session;
        let service = Arc::clone(&self);
        let made = tokio::task::spawn_blocking(move || service.make_for(&visitor, kind)).await;
        let (made, subscriber) = match made.map_err(|e| out_of_reach(&e))? {
            Ok(made) => made,
            Err(refusal) => {
                self.record(Event::Failed, kind, None, None, system);
                return Err(refusal);
            }
        };
        let links = self.keep(kind, made.files, &subscriber, system).await?;
        if json {
            let all: Vec<_> = links.iter().map(|link| (link, self.address(link))).collect();
            let (_, url) = all.first().ok_or(Refusal::Broken)?;
            let more: Vec<_> =
                all.iter().skip(1).map(|(link, url)| json!({"url": url, "path": link.path})).collect();
            let mut answer = json!({
                "url": url,
                "open": open(kind, url),
                "expires_in": self.settings.token_life.as_secs(),
            });
            if !more.is_empty() {
                answer["more"] = more.into();
            }
            return Ok(self.json(StatusCode::CREATED, &answer));
        }
        let page = Token::generate();
        let session = token.key(Purpose::Session).value();
        let shelf = Shelf { kind: kind.as_str().to_owned(), session, links };
        let shelf = Zeroizing::new(serde_json::to_vec(&shelf).map_err(|e| out_of_reach(&e))?);
        let sealed = page.seal(Purpose::Ready, &shelf);
        self.put(&page, Purpose::Ready, sealed, ONLY_LOOKED_AT).await?;
        self.redirect(&format!("/profile/ready/{}", page.text().as_str()))
    }

    /// The files of a user for a system. Takes a while: it signs.
    fn make_for(&self, visitor: &Visitor, kind: Kind) -> Result<(Made, String), Refusal> {
        let person =
            Person { name: &visitor.name, password: visitor.password.as_ref(), record: &visitor.record };
        let profile = self.template.fill(&person).map_err(|error| {
            tracing::error!(kind = kind.as_str(), "a profile cannot be made: {error}");
            Refusal::Broken
        })?;
        if profile.model().is_expired(unix_seconds()) {
            tracing::error!(kind = kind.as_str(), "a profile is not handed out: it has expired");
            return Err(Refusal::Broken);
        }
        let made = self.write(&profile, kind)?;
        Ok((made, subscriber_id(&profile)))
    }

    fn write(&self, profile: &Profile, kind: Kind) -> Result<Made, Refusal> {
        let now = unix_seconds();
        let signer = self.signer.as_deref().filter(|s| can_sign(*s, kind));
        let signs = matches!(kind, Kind::Apple | Kind::Windows);
        if let Some(signer) = signer.filter(|_| signs)
            && health(signer, now) == Health::NotValid
        {
            tracing::error!(kind = kind.as_str(), "the signer's certificate is not valid: answering 503");
            return Err(Refusal::Unavailable);
        }
        let allowed: Vec<&str> = self.settings.allow.iter().map(String::as_str).collect();
        let signer = signer.map(|s| s as &dyn passpoint::signer::Signer);
        let terms = Terms { signer, unix_seconds: now, allowed: &allowed };
        let made = make(profile, kind, &self.settings.options, terms).map_err(|error| {
            tracing::error!(kind = kind.as_str(), "a profile cannot be made: {error}");
            Refusal::Broken
        })?;
        self.warn(&profile.model().profile.id, &made);
        Ok(made)
    }

    /// Tells the operator what a system does not carry, once (spec: passpoint 11.6).
    fn warn(&self, profile: &str, made: &Made) {
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        for finding in made.report.findings().iter().filter(|f| f.severity == Severity::Warning) {
            if warned.insert(format!("{profile} {}", finding.code)) {
                tracing::warn!(profile, "{finding}");
            }
        }
    }

    async fn put(&self, token: &Token, purpose: Purpose, sealed: Vec<u8>, uses: u32) -> Result<(), Refusal> {
        let life = self.settings.token_life;
        match self.store.put(&token.key(purpose), sealed, life, uses).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Refusal::Unavailable),
            Err(error) => Err(out_of_reach(&error)),
        }
    }

    /// Seals each file for a token of its own.
    async fn keep(
        &self,
        kind: Kind,
        files: Vec<File>,
        subscriber: &str,
        system: Option<&str>,
    ) -> Result<Vec<LinkParts>, Refusal> {
        let mut links = Vec::new();
        for file in files {
            let token = Token::generate();
            let label = Label {
                kind: kind.as_str().to_owned(),
                name: file.name.clone(),
                subscriber: subscriber.to_owned(),
            };
            let label = serde_json::to_vec(&label).map_err(|e| out_of_reach(&e))?;
            let len = u16::try_from(label.len()).map_err(|e| out_of_reach(&e))?.to_be_bytes();
            let value = Zeroizing::new([&len, label.as_slice(), file.octets.as_slice()].concat());
            let sealed = token.seal(Purpose::Download, &value);
            self.put(&token, Purpose::Download, sealed, uses(&self.settings.uses, kind)).await?;
            let key = token.key(Purpose::Download);
            self.record(Event::Issued, kind, Some(subscriber), Some(key.mark()), system);
            let token = token.text().to_string();
            links.push(LinkParts { token, name: file.name, path: file.path.unwrap_or_default() });
        }
        Ok(links)
    }

    fn address(&self, link: &LinkParts) -> String {
        format!("{}/p/{}/{}", self.settings.origin, link.token, link.name)
    }

    /// `GET /profile/ready/<token>`: links to tap, for systems refuse downloads that begin by themselves.
    pub(super) async fn ready(&self, request: &Request, text: &str) -> Result<Response, Refusal> {
        only(request, "GET, HEAD")?;
        let Some(session) = self.session(&request.head.headers).await? else {
            return self.redirect("/profile");
        };
        let token = Token::parse(text).ok_or(Refusal::NoSuchLink)?;
        let sealed = self.store.look(&token.key(Purpose::Ready)).await.map_err(|e| out_of_reach(&e))?;
        let shelf = sealed.and_then(|sealed| token.open(Purpose::Ready, &sealed));
        let shelf: Option<Shelf> = shelf.and_then(|value| serde_json::from_slice(&value).ok());
        let own = session.token.key(Purpose::Session).value();
        let shelf = shelf.filter(|shelf| shelf.session == own).ok_or(Refusal::NoSuchLink)?;
        let kind = kind_of(&shelf.kind).ok_or(Refusal::NoSuchLink)?;
        let addresses: Vec<String> = shelf.links.iter().map(|link| self.address(link)).collect();
        let code = match (kind, addresses.first()) {
            (Kind::Android | Kind::Apple, Some(first)) => pages::qr_code(first, "The link to the profile"),
            _ => String::new(),
        };
        let links = shelf.links.into_iter().zip(addresses);
        let page = pages::Ready {
            place: &self.settings.place,
            choice: Choice::new(kind),
            links: links
                .map(|(link, url)| pages::Link { open: open(kind, &url), name: link.name, path: link.path })
                .collect(),
            uses: uses(&self.settings.uses, kind),
            life: self.settings.token_life.as_secs(),
            code: &code,
        };
        Ok(self.page(StatusCode::OK, &page))
    }

    /// `GET /p/<token>/<file name>`: the file. Whatever is wrong, the answer is the same.
    pub(super) async fn fetch(&self, request: &Request, link: &str) -> Result<Response, Refusal> {
        only(request, "GET, HEAD")?;
        let most = self.settings.limits.fetches_per_address_minute;
        self.limit_address("fetch", self.client(request), most).await?;
        let (text, name) = link.split_once('/').ok_or(Refusal::NoSuchLink)?;
        let token = Token::parse(text).ok_or(Refusal::NoSuchLink)?;
        let key = token.key(Purpose::Download);
        let sealed = self.store.look(&key).await.map_err(|e| out_of_reach(&e))?;
        let value =
            sealed.and_then(|sealed| token.open(Purpose::Download, &sealed)).ok_or(Refusal::NoSuchLink)?;
        let (label, file) = open_label(&value).ok_or(Refusal::NoSuchLink)?;
        let kind = kind_of(&label.kind).ok_or(Refusal::NoSuchLink)?;
        // A wrong name does not use the link up.
        if label.name != name {
            return Err(Refusal::NoSuchLink);
        }
        if request.head.method == Method::GET {
            let taken = self.store.take(&key, uses(&self.settings.uses, kind)).await;
            taken.map_err(|e| out_of_reach(&e))?.ok_or(Refusal::NoSuchLink)?;
            let system = request.head.headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok());
            let system = system.map(|agent| Os::from_user_agent(agent).as_str());
            self.record(Event::Fetched, kind, Some(&label.subscriber), Some(key.mark()), system);
        }
        self.file(kind, &label.name, file)
    }

    fn file(&self, kind: Kind, name: &str, octets: &[u8]) -> Result<Response, Refusal> {
        let mut response = Response::new(Full::new(Bytes::copy_from_slice(octets)));
        let headers = response.headers_mut();
        for (field, value) in kind.headers(&self.template.model().profile.id) {
            // Files beside the profile have names of their own.
            let value = match field {
                "Content-Disposition" => format!("attachment; filename=\"{name}\""),
                _ => value,
            };
            let field = HeaderName::from_bytes(field.as_bytes()).map_err(|_| Refusal::Broken)?;
            headers.insert(field, HeaderValue::from_str(&value).map_err(|_| Refusal::Broken)?);
        }
        headers.insert(header::CONTENT_LENGTH, octets.len().into());
        self.strict_transport(headers);
        Ok(response)
    }

    fn record(
        &self,
        event: Event,
        kind: Kind,
        subscriber: Option<&str>,
        token: Option<&str>,
        system: Option<&str>,
    ) {
        self.journal.write(&Line {
            time: moment(unix_seconds()),
            event,
            kind: kind.as_str(),
            profile: &self.template.model().profile.id,
            subscriber,
            token,
            system,
        });
    }
}

/// What a person opens: Windows takes the address through its settings.
fn open(kind: Kind, url: &str) -> String {
    if kind == Kind::Windows { ms_settings_uri(url) } else { url.to_owned() }
}

fn open_label(value: &[u8]) -> Option<(Label, &[u8])> {
    let (len, rest) = value.split_first_chunk::<2>()?;
    let (label, file) = rest.split_at_checked(usize::from(u16::from_be_bytes(*len)))?;
    Some((serde_json::from_slice(label).ok()?, file))
}
