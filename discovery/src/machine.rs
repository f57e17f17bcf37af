//! The client: events in, actions out (spec: discovery 12, 13, 14).

mod action;
mod authorization;
mod config;
mod configuration;
mod event;
mod listing;

pub use action::{Action, BrowserUrl, Header, HttpRequest, Method, Outcome, Problem, Source};
pub use config::{Config, ConfigError, Redirect};
pub use event::{Answer, Cached, Event, RequestId, RequestKind};

use crate::document::Document;
use crate::fetch;
use crate::flow::{Flow, OAuthEndpoints};
use crate::model::ProfileChoice;
use crate::oauth::request::{State, Verifier};
use crate::secret::Secret;
use crate::url::VerifiedUrl;
use listing::Listing;
use std::collections::VecDeque;
use std::fmt;
use zeroize::Zeroize;

/// HTTP redirections that are followed for one request (spec: discovery 8).
pub const MAX_REDIRECTIONS: u8 = 5;

/// A request that is under way.
#[derive(Debug)]
struct Pending {
    id: RequestId,
    url: VerifiedUrl,
    redirections: u8,
}

/// One way through OAuth.
#[derive(Debug)]
struct Attempt {
    endpoints: OAuthEndpoints,
    /// A 401 has been answered once; the next one ends it (spec: discovery 12).
    repeated: bool,
}

/// What the callback has to fit.
#[derive(Debug)]
struct Wait {
    verifier: Verifier,
    state: State,
    redirect_uri: String,
    errors: u32,
}

/// The request for a token.
#[derive(Debug)]
struct Exchange {
    pending: Pending,
    /// When the event came that it follows, in seconds since 1970.
    sent_at: i64,
    /// The refresh token it was made with; nothing with an authorization code.
    renews: Option<Secret>,
}

/// The request for the configuration.
#[derive(Debug)]
struct Fetch {
    pending: Pending,
    method: Method,
    oauth: Option<(Attempt, Secret)>,
}

#[derive(Debug)]
enum Step {
    Idle,
    Loading,
    /// For the list; nothing is shown yet.
    Waiting,
    /// With `Client::choices`, the profile choice is shown.
    Browsing,
    LetsWifi(Pending),
    LoadToken(Attempt),
    Listen(Attempt),
    Callback(Attempt, Wait),
    Token(Attempt, Exchange),
    Configuration(Fetch),
}

/// The client machine.
///
/// # Contract
/// Feed one [`Event`] to [`Self::handle`], then perform what [`Self::poll_action`] gives until it gives nothing, then
/// wait for the next event. The machine has no clock and no timer: where it matters, events bring the time in seconds
/// since 1970. Waiting for the browser does not end by itself; send [`Event::Cancel`] after a time that suits the user.
///
/// Events that do not fit the state, and answers to requests that were given up, are ignored and counted.
///
/// A request of the OAuth flow for a configuration must not be repeated by the layer below, not even after a time-out:
/// each may issue a certificate. Nor may that layer follow HTTP redirections by itself; it reports them as answers.
pub struct Client {
    config: Config,
    listing: Listing,
    step: Step,
    /// The institution the user is inside of, and its profiles.
    choices: Option<(String, Vec<ProfileChoice>)>,
    /// The request for the list, which goes on whatever the user does.
    refresh: Option<Pending>,
    /// A new list came while the user was inside an institution.
    unshown: bool,
    actions: VecDeque<Action>,
    serial: u32,
    ignored: u64,
}

impl Client {
    /// A client that has not started.
    ///
    /// # Errors
    /// See [`ConfigError`].
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        let url = config.check()?;
        let listing = Listing::new(url, config.embedded.clone(), config.limits);
        Ok(Self {
            config,
            listing,
            step: Step::Idle,
            choices: None,
            refresh: None,
            unshown: false,
            actions: VecDeque::new(),
            serial: 0,
            ignored: 0,
        })
    }

    /// The list that is shown, for searching and presenting.
    #[must_use]
    pub fn document(&self) -> Option<&Document> {
        self.listing.document()
    }

    /// Name of the state, for diagnosis.
    #[must_use]
    pub fn state_name(&self) -> &'static str {
        match self.step {
            Step::Idle => "idle",
            Step::Loading => "loading",
            Step::Waiting => "waiting for the list",
            Step::Browsing if self.choices.is_some() => "choosing",
            Step::Browsing => "browsing",
            Step::LetsWifi(_) => "fetching the service document",
            Step::LoadToken(_) => "loading a token",
            Step::Listen(_) => "opening the listener",
            Step::Callback(..) => "waiting for the browser",
            Step::Token(..) => "fetching a token",
            Step::Configuration(_) => "fetching the configuration",
        }
    }

    /// How many events did not fit.
    #[must_use]
    pub fn ignored_events(&self) -> u64 {
        self.ignored
    }

    /// The next thing to do; `None`: wait for an event.
    pub fn poll_action(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// Takes one event.
    pub fn handle(&mut self, event: Event<'_>) {
        match event {
            Event::Start => self.start(),
            Event::Cache { now, cached } => self.cache(now, &cached),
            Event::Http { id, answer } => self.http(id, answer),
            Event::HttpFailed { id } => self.http_failed(id),
            Event::SelectInstitution { id } => self.select_institution(id),
            Event::SelectProfile { id } => self.select_profile(id),
            Event::Token { token, now } => self.token(token, now),
            Event::RefreshToken { refresh_token, now } => self.refresh_token(refresh_token, now),
            Event::Listening { port, verifier, state } => self.listening(port, verifier, state),
            Event::Callback { connection, method, target, now } => {
                self.callback(connection, method, target, now);
            }
            Event::Cancel => self.cancel(),
        }
    }

    fn act(&mut self, action: Action) {
        self.actions.push_back(action);
    }

    fn ignore(&mut self) {
        self.ignored += 1;
    }

    fn fail(&mut self, problem: Problem) {
        let retryable = problem.is_retryable();
        self.act(Action::Error { problem, retryable });
    }

    /// Back to the list or the profile choice, with an error.
    fn give_up(&mut self, problem: Problem) {
        self.fail(problem);
        self.settle();
    }

    fn settle(&mut self) {
        self.step = Step::Browsing;
        if self.choices.is_none() && std::mem::take(&mut self.unshown) {
            self.show();
        }
    }

    fn next_id(&mut self, kind: RequestKind) -> RequestId {
        self.serial = self.serial.wrapping_add(1);
        RequestId { kind, serial: self.serial }
    }

    // The list.

    fn start(&mut self) {
        if matches!(self.step, Step::Idle) {
            self.step = Step::Loading;
            self.act(Action::LoadCache);
        } else {
            self.ignore();
        }
    }

    fn cache(&mut self, now: i64, cached: &Cached<'_>) {
        if !matches!(self.step, Step::Loading) {
            return self.ignore();
        }
        self.listing.load(cached, now);
        let fresh = self.listing.is_fresh(now);
        if self.listing.document().is_some() {
            self.step = Step::Browsing;
            self.show();
        } else {
            self.step = Step::Waiting;
        }
        if !fresh {
            let url = self.listing.url.clone();
            self.request_list(url, 0);
        }
    }

    fn request_list(&mut self, url: VerifiedUrl, redirections: u8) {
        let id = self.next_id(RequestKind::Discovery);
        let mut headers = vec![Header::new("Accept", fetch::ACCEPT_JSON)];
        headers.extend(self.listing.condition().map(|(name, value)| Header::new(name, value)));
        let max_octets = self.config.limits.octets;
        self.refresh = Some(Pending { id, url: url.clone(), redirections });
        self.act(Action::Http(HttpRequest { id, method: Method::Get, url, headers, body: None, max_octets }));
    }

    fn show(&mut self) {
        if let Some((document, source, stale)) = self.listing.shown() {
            let (count, seq) = (document.len(), document.seq());
            self.act(Action::ShowInstitutions { count, source, seq, stale });
        }
    }

    fn list_answer(&mut self, pending: Pending, answer: Answer<'_>) {
        match self.redirection(&pending, &answer) {
            Some(Ok(url)) => return self.request_list(url, pending.redirections + 1),
            Some(Err(problem)) => return self.list_failed(problem),
            None => {}
        }
        match self.listing.answer(answer) {
            Ok(listing::News::Unchanged(entry)) => {
                self.act(Action::TouchCache(entry));
                self.settle_list(false);
            }
            Ok(listing::News::New { entry, body, implausible }) => {
                self.act(Action::StoreCache { entry, body });
                if implausible {
                    self.act(Action::Notice(Problem::ImplausibleSeq));
                }
                self.settle_list(true);
            }
            Err(problem) => self.list_failed(problem),
        }
    }

    fn settle_list(&mut self, new: bool) {
        match self.step {
            Step::Waiting => {
                self.step = Step::Browsing;
                self.show();
            }
            Step::Browsing if self.choices.is_none() => {
                if new {
                    self.show();
                }
            }
            _ => self.unshown |= new,
        }
    }

    /// Leaves what is shown; if nothing is, the embedded copy is shown.
    fn list_failed(&mut self, problem: Problem) {
        if !matches!(self.step, Step::Waiting) {
            return self.act(Action::Notice(problem));
        }
        if self.listing.fall_back() {
            self.act(Action::Notice(problem));
            self.step = Step::Browsing;
            self.show();
        } else {
            self.step = Step::Idle;
            // Whatever it was, the list can be asked for again.
            self.act(Action::Error { problem, retryable: true });
        }
    }

    // The choice.

    fn select_institution(&mut self, id: &str) {
        if !matches!(self.step, Step::Browsing) {
            return self.ignore();
        }
        let Some(institution) = self.listing.document().and_then(|d| d.find(id)) else {
            return self.fail(Problem::UnknownInstitution);
        };
        let choices = institution.choices_with(&self.config.languages, self.config.options);
        match choices.as_slice() {
            [only] => {
                let only = only.clone();
                self.choices = None;
                self.begin(only);
            }
            _ => {
                self.choices = Some((id.to_owned(), choices.clone()));
                self.act(Action::ShowProfiles { institution: id.to_owned(), profiles: choices });
            }
        }
    }

    fn select_profile(&mut self, id: &str) {
        let Some((_, choices)) = self.choices.as_ref().filter(|_| matches!(self.step, Step::Browsing)) else {
            return self.ignore();
        };
        match choices.iter().find(|choice| choice.id == id).cloned() {
            Some(choice) => self.begin(choice),
            None => self.fail(Problem::UnknownProfile),
        }
    }

    fn begin(&mut self, choice: ProfileChoice) {
        match choice.decision.flow {
            Err(error) => self.fail(Problem::ProfileUnavailable(error)),
            Ok(Flow::Redirect { url }) => {
                self.act(Action::OpenBrowser { url: BrowserUrl::new(url.as_str()) });
                self.finish(Outcome::Redirect);
            }
            Ok(Flow::Direct { eapconfig_endpoint }) => {
                self.request_configuration(eapconfig_endpoint, Method::Get, None, 0);
            }
            Ok(Flow::LetsWifi { letswifi_endpoint }) => self.request_service(letswifi_endpoint, 0),
            Ok(Flow::OAuth(endpoints)) => self.load_token(endpoints),
        }
    }

    fn finish(&mut self, outcome: Outcome) {
        self.choices = None;
        self.act(Action::Done(outcome));
        self.settle();
    }

    fn cancel(&mut self) {
        if matches!(self.step, Step::Listen(_) | Step::Callback(..)) {
            self.act(Action::CloseListener);
        }
        self.act(Action::Cancelled);
        self.choices = None;
        match self.step {
            Step::Idle | Step::Loading | Step::Waiting => {
                self.refresh = None;
                self.step = Step::Idle;
            }
            _ => self.settle(),
        }
    }

    // Answers.

    fn http(&mut self, id: RequestId, mut answer: Answer<'_>) {
        if let Some(pending) = self.refresh.take_if(|pending| pending.id == id) {
            return self.list_answer(pending, answer);
        }
        if self.current() != Some(id) {
            return self.ignore();
        }
        match std::mem::replace(&mut self.step, Step::Browsing) {
            Step::LetsWifi(pending) => self.service_answer(&pending, &answer),
            Step::Token(attempt, exchange) => {
                self.token_answer(attempt, exchange, &answer);
                answer.body.zeroize();
            }
            Step::Configuration(fetch) => self.configuration_answer(fetch, answer),
            step => self.step = step,
        }
    }

    fn http_failed(&mut self, id: RequestId) {
        if self.refresh.take_if(|pending| pending.id == id).is_some() {
            self.list_failed(Problem::Offline);
        } else if self.current() == Some(id) {
            self.give_up(Problem::Offline);
        } else {
            self.ignore();
        }
    }

    /// The request that the state waits for.
    fn current(&self) -> Option<RequestId> {
        match &self.step {
            Step::LetsWifi(pending) => Some(pending.id),
            Step::Token(_, exchange) => Some(exchange.pending.id),
            Step::Configuration(fetch) => Some(fetch.pending.id),
            _ => None,
        }
    }

    /// Where an answer redirects to (spec: discovery 8); `None` if it does not.
    fn redirection(&self, pending: &Pending, answer: &Answer<'_>) -> Option<Result<VerifiedUrl, Problem>> {
        let location =
            answer.header("Location").filter(|_| matches!(answer.status, 301 | 302 | 303 | 307 | 308))?;
        if pending.redirections >= MAX_REDIRECTIONS {
            return Some(Err(Problem::TooManyRedirections));
        }
        Some(pending.url.redirected(location, self.config.options).map_err(Problem::BadRedirection))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("state", &self.state_name())
            .field("list", &self.document())
            .field("ignored_events", &self.ignored)
            .finish_non_exhaustive()
    }
}
