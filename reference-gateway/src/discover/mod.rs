//! The legs of the discovery client machine: it asks servers, keeps files, opens the listener and the browser, and tells
//! the user. What is to be done, the machine alone decides.

pub mod convert;
mod explain;
pub mod listener;
pub mod store;

pub use explain::explain;

use crate::clock::unix_seconds;
use crate::http::client::{Client as Http, Message};
use crate::random::SystemRandom;
use discovery::document::{Document, Limits};
use discovery::machine::{
    Action, Answer, Client, Config, ConfigError, Event, HttpRequest, Method, Outcome, Problem, RequestKind,
    Source,
};
use discovery::model::ProfileChoice;
use discovery::oauth::request::{State, Verifier};
use listener::Listener;
use std::collections::VecDeque;
use std::time::Duration;
use store::{Kept, Store, Tokens};
use tokio::task::JoinHandle;
use zeroize::Zeroizing;

/// How long a server may take.
const ANSWER_LIMIT: Duration = Duration::from_secs(60);
/// How long a server of the list may take when there is an older list to show.
const REFRESH_LIMIT: Duration = Duration::from_secs(10);

/// What happens on the way, for those who show it. No secret is in it.
#[derive(Debug)]
#[non_exhaustive]
pub enum Step<'a> {
    /// A server is asked.
    Asks {
        /// What for.
        kind: RequestKind,
        /// Host and path; the query may hold more than others should see.
        place: &'a str,
    },
    /// It did not answer.
    NoAnswer(&'a str),
    /// There is a list.
    Listed {
        /// How many institutions.
        count: usize,
        /// Where it comes from.
        source: Source,
        /// Whether it may be out of date.
        stale: bool,
    },
    /// A token of an earlier run is used, or renewed.
    Token {
        /// Renewed rather than used.
        renewed: bool,
    },
    /// The listener waits for the browser.
    WaitsForBrowser {
        /// For so long.
        limit: Duration,
    },
    /// The browser has come back.
    BrowserCameBack,
    /// The machine says something by the way.
    Notice(&'a Problem),
    /// Something that is not the machine's did not work, and the rest goes on.
    Warning(&'a str),
}

/// The person in front of it.
pub trait Interface {
    /// Shows what happens.
    fn show(&mut self, step: Step<'_>);
    /// Lets a profile be chosen; `None` gives up.
    fn choose(&mut self, institution: &str, profiles: &[ProfileChoice]) -> Option<String>;
    /// Opens a page in the browser, or asks the person to do so.
    fn open(&mut self, url: &str);
}

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The machine's verdict.
    #[error("{}", explain(.0))]
    Problem(Problem),
    /// No profile was chosen.
    #[error("no profile was chosen")]
    Unchosen,
    /// Given up: nothing came from the browser in time.
    #[error("nothing came back from the browser in time; try again, or allow more time with --wait")]
    Timeout,
    /// The system did not let it.
    #[error("{0}")]
    System(String),
}

/// What the session is to respect besides the machine's configuration.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Ask no server: the stored list only.
    pub offline: bool,
    /// Use a refresh token where the access token has expired.
    pub renew: bool,
    /// How long to wait for the browser.
    pub wait: Duration,
}

/// A client with sockets and files.
pub struct Session {
    machine: Client,
    http: Http,
    store: Store,
    tokens: Tokens,
    options: Options,
    listener: Option<Listener>,
    /// Closed listeners whose last answer may still be on its way.
    closing: Vec<JoinHandle<()>>,
    /// What the machine waits for an answer to.
    pending: VecDeque<Action>,
}

/// How a drive ended, if the machine said so.
enum End {
    Done(Outcome),
    Failed(Failure),
}

impl Session {
    /// A session that has not started.
    ///
    /// # Errors
    /// What is wrong with the configuration.
    pub fn new(
        config: Config,
        http: Http,
        store: Store,
        tokens: Tokens,
        options: Options,
    ) -> Result<Self, ConfigError> {
        let machine = Client::new(config)?;
        let (listener, closing, pending) = (None, Vec::new(), VecDeque::new());
        Ok(Self { machine, http, store, tokens, options, listener, closing, pending })
    }

    /// The list, once there is one.
    #[must_use]
    pub fn document(&self) -> Option<&Document> {
        self.machine.document()
    }

    /// Gets the list: fresh from the cache, else from its server, else whatever there is.
    ///
    /// # Errors
    /// [`Failure`] says why there is none.
    pub async fn start(&mut self, person: &mut dyn Interface) -> Result<(), Failure> {
        match self.drive(Event::Start, person).await {
            Some(End::Failed(failure)) => Err(failure),
            _ => Ok(()),
        }
    }

    /// Goes from an institution to its configuration, or to the page that it sends people to.
    ///
    /// # Errors
    /// [`Failure`] says why there is none.
    pub async fn get(&mut self, institution: &str, person: &mut dyn Interface) -> Result<Outcome, Failure> {
        let end = self.drive(Event::SelectInstitution { id: institution }, person).await;
        if let Some(listener) = self.listener.take() {
            self.closing.push(listener.close());
        }
        // The browser should get its last page before the program ends.
        for task in self.closing.drain(..) {
            let _ = tokio::time::timeout(Duration::from_secs(5), task).await;
        }
        match end {
            Some(End::Done(outcome)) => Ok(outcome),
            Some(End::Failed(failure)) => Err(failure),
            None => Err(Failure::Unchosen),
        }
    }

    /// Feeds an event and everything that follows from it, until the machine waits for the person.
    async fn drive(&mut self, event: Event<'_>, person: &mut dyn Interface) -> Option<End> {
        self.machine.handle(event);
        let mut end = None;
        loop {
            while let Some(action) = self.machine.poll_action() {
                if let Some(action) = self.act(action, &mut end, person) {
                    self.pending.push_back(action);
                }
            }
            if let Some(action) = self.pending.pop_front() {
                if let Err(failure) = self.answer(action, person).await {
                    self.machine.handle(Event::Cancel);
                    end = Some(End::Failed(failure));
                }
            } else if end.is_none() && self.listener.is_some() {
                if let Err(failure) = self.wait(person).await {
                    self.machine.handle(Event::Cancel);
                    end = Some(End::Failed(failure));
                }
            } else {
                return end;
            }
        }
    }

    /// Does what needs no answer; returns the rest.
    fn act(&mut self, action: Action, end: &mut Option<End>, person: &mut dyn Interface) -> Option<Action> {
        let mut kept = Ok(());
        match action {
            Action::StoreCache { entry, body } => kept = self.store.store(&entry, Some(&body)),
            Action::TouchCache(entry) => kept = self.store.store(&entry, None),
            Action::ShowInstitutions { count, source, stale, .. } => {
                person.show(Step::Listed { count, source, stale });
            }
            Action::StoreToken { key, record, refresh_token } => {
                kept = self.tokens.store(key, Kept { record, refresh_token });
            }
            Action::DeleteToken { key } => kept = self.tokens.delete(&key),
            Action::CloseListener => self.closing.extend(self.listener.take().map(Listener::close)),
            Action::OpenBrowser { url } => person.open(url.as_str()),
            Action::Respond { connection, page } => {
                if let Some(listener) = &mut self.listener {
                    listener.respond(connection, page);
                }
            }
            Action::RaiseWindow => person.show(Step::BrowserCameBack),
            Action::Notice(problem) => person.show(Step::Notice(&problem)),
            Action::Error { problem, .. } => *end = Some(End::Failed(Failure::Problem(problem))),
            Action::Done(outcome) => *end = Some(End::Done(outcome)),
            Action::Cancelled => {}
            asks => return Some(asks),
        }
        if let Err(error) = kept {
            person.show(Step::Warning(&error));
        }
        None
    }

    /// Does what the machine wants an answer to, and gives it.
    async fn answer(&mut self, action: Action, person: &mut dyn Interface) -> Result<(), Failure> {
        let now = unix_seconds();
        match action {
            Action::LoadCache => {
                let found = self.store.load();
                self.machine.handle(Event::Cache { now, cached: found.cached() });
            }
            Action::Http(request) => self.ask(request, person).await,
            Action::ShowProfiles { institution, profiles } => {
                let id = person.choose(&institution, &profiles).ok_or(Failure::Unchosen)?;
                self.machine.handle(Event::SelectProfile { id: &id });
            }
            Action::LoadToken { key } => {
                let kept = self.tokens.load(&key).cloned();
                let usable = kept.as_ref().is_some_and(|kept| kept.record.is_usable(now));
                match kept {
                    Some(Kept { refresh_token: Some(refresh_token), .. })
                        if !usable && self.options.renew =>
                    {
                        person.show(Step::Token { renewed: true });
                        self.machine.handle(Event::RefreshToken { refresh_token, now });
                    }
                    kept => {
                        if usable {
                            person.show(Step::Token { renewed: false });
                        }
                        self.machine.handle(Event::Token { token: kept.map(|k| k.record), now });
                    }
                }
            }
            Action::Listen { address } => {
                let port = match address {
                    Some(address) => {
                        let listener = Listener::open(address).await.map_err(Failure::System)?;
                        let port = listener.port();
                        self.listener = Some(listener);
                        port
                    }
                    None => 0,
                };
                let mut octets = Zeroizing::new([[0; 32]; 2]);
                octets.iter_mut().for_each(|half| SystemRandom.octets(half));
                let (verifier, state) = (Verifier::from_random(&octets[0]), State::from_random(&octets[1]));
                self.machine.handle(Event::Listening { port, verifier, state });
            }
            _ => {}
        }
        Ok(())
    }

    async fn ask(&mut self, request: HttpRequest, person: &mut dyn Interface) {
        let id = request.id;
        if self.options.offline {
            return self.machine.handle(Event::HttpFailed { id });
        }
        let place = request.url.as_str().split('?').next().unwrap_or_default().to_owned();
        person.show(Step::Asks { kind: id.kind, place: &place });
        let mut fields: Vec<(&str, &str)> =
            request.headers.iter().map(|h| (h.name, h.value.as_str())).collect();
        fields.push(("User-Agent", concat!("fonap/", env!("CARGO_PKG_VERSION"))));
        let list = id.kind == RequestKind::Discovery;
        if list {
            fields.push(("Accept-Encoding", "gzip"));
        }
        let method = if request.method == Method::Get { hyper::Method::GET } else { hyper::Method::POST };
        let message = Message {
            method: &method,
            url: request.url.as_str(),
            fields: &fields,
            body: request.body.as_ref().map(|body| body.as_str()),
            most: request.max_octets,
        };
        let limit = if list && self.machine.document().is_some() { REFRESH_LIMIT } else { ANSWER_LIMIT };
        match self.http.send(message, limit).await {
            Ok(mut reply) => {
                let headers: Vec<(&str, &str)> =
                    reply.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                let (status, body) = (reply.status.as_u16(), std::mem::take(&mut reply.body));
                let answer = Answer { status, headers: &headers, body, now: unix_seconds() };
                self.machine.handle(Event::Http { id, answer });
            }
            Err(error) => {
                person.show(Step::NoAnswer(&error.to_string()));
                self.machine.handle(Event::HttpFailed { id });
            }
        }
    }

    async fn wait(&mut self, person: &mut dyn Interface) -> Result<(), Failure> {
        let limit = self.options.wait;
        let Some(listener) = &mut self.listener else { return Ok(()) };
        person.show(Step::WaitsForBrowser { limit });
        let (connection, method, target) =
            tokio::time::timeout(limit, listener.next()).await.map_err(|_| Failure::Timeout)?;
        let target = Zeroizing::new(target);
        let now = unix_seconds();
        self.machine.handle(Event::Callback { connection, method: &method, target: &target, now });
        Ok(())
    }
}

/// The bounds of the list, as the store needs them.
#[must_use]
pub fn largest_list() -> usize {
    Limits::default().octets
}
