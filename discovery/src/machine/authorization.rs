//! From a profile that wants authorization to a token: stored, renewed, or by way of the browser (spec: discovery 11).

use super::action::{Action, BrowserUrl, Header, HttpRequest, Method, Problem};
use super::config::Redirect;
use super::event::{Answer, RequestKind};
use super::{Attempt, Client, Exchange, Pending, Step, Wait};
use crate::fetch;
use crate::flow::OAuthEndpoints;
use crate::oauth::SCOPE;
use crate::oauth::callback::{self, Callback, Expected};
use crate::oauth::request::{AuthorizationRequest, State, Verifier, refresh_body, token_body};
use crate::oauth::token::{self, TokenRecord, TokenReply};
use crate::secret::Secret;
use zeroize::Zeroizing;

impl Client {
    pub(super) fn key(&self, endpoints: &OAuthEndpoints) -> String {
        token::key(&endpoints.token_endpoint, &self.config.client_id)
    }

    pub(super) fn load_token(&mut self, endpoints: OAuthEndpoints) {
        self.act(Action::LoadToken { key: self.key(&endpoints) });
        self.step = Step::LoadToken(Attempt { endpoints, repeated: false });
    }

    pub(super) fn token(&mut self, stored: Option<TokenRecord>, now: i64) {
        match std::mem::replace(&mut self.step, Step::Browsing) {
            Step::LoadToken(attempt) => match stored {
                Some(record) if record.is_usable(now) => {
                    self.request_with_token(attempt, record.access_token);
                }
                unusable => {
                    if unusable.is_some() {
                        self.act(Action::DeleteToken { key: self.key(&attempt.endpoints) });
                    }
                    self.listen(attempt);
                }
            },
            step => {
                self.step = step;
                self.ignore();
            }
        }
    }

    /// The caller wants a new token without the user.
    pub(super) fn refresh_token(&mut self, refresh_token: Secret, now: i64) {
        match std::mem::replace(&mut self.step, Step::Browsing) {
            Step::LoadToken(attempt) => {
                let body = refresh_body(&refresh_token, &self.config.client_id);
                self.request_token(attempt, body, now, Some(refresh_token));
            }
            step => {
                self.step = step;
                self.ignore();
            }
        }
    }

    pub(super) fn listen(&mut self, attempt: Attempt) {
        self.act(Action::Listen { address: self.config.redirect.address() });
        self.step = Step::Listen(attempt);
    }

    pub(super) fn listening(&mut self, port: u16, verifier: Verifier, state: State) {
        match std::mem::replace(&mut self.step, Step::Browsing) {
            Step::Listen(attempt) => {
                let redirect_uri = self.config.redirect.uri(port);
                let request = AuthorizationRequest {
                    endpoint: &attempt.endpoints.authorization_endpoint,
                    client_id: &self.config.client_id,
                    redirect_uri: &redirect_uri,
                    state: &state,
                    verifier: &verifier,
                    scope: SCOPE,
                };
                let url = BrowserUrl::new(&request.url());
                self.act(Action::OpenBrowser { url });
                self.step = Step::Callback(attempt, Wait { verifier, state, redirect_uri, errors: 0 });
            }
            step => {
                self.step = step;
                self.ignore();
            }
        }
    }

    pub(super) fn callback(&mut self, connection: u64, method: &str, target: &str, now: i64) {
        let Step::Callback(_, wait) = &mut self.step else {
            return self.ignore();
        };
        let redirect = &self.config.redirect;
        let expected =
            Expected { path: redirect.path(), state: &wait.state, custom_scheme: redirect.scheme() };
        let callback = Callback::parse(expected, method, target);
        wait.errors += u32::from(matches!(callback, Callback::Error(_)));
        let too_many = wait.errors >= callback::MAX_ERRORS;
        let way_back = if let Redirect::Custom { uri } = redirect { Some(uri.as_str()) } else { None };
        let page = callback.page(way_back);
        self.act(Action::Respond { connection, page });
        if callback.is_final() || too_many {
            self.act(Action::CloseListener);
        }
        if callback.is_final() {
            self.act(Action::RaiseWindow);
        }
        match callback {
            Callback::Code(code) => {
                if let Step::Callback(attempt, wait) = std::mem::replace(&mut self.step, Step::Browsing) {
                    let Wait { verifier, redirect_uri, .. } = &wait;
                    let body = token_body(code.expose(), redirect_uri, &self.config.client_id, verifier);
                    self.request_token(attempt, body, now, None);
                }
            }
            Callback::Denied(said) => self.give_up(Problem::AuthorizationDenied(said.error)),
            Callback::ServerError(said) => self.give_up(Problem::AuthorizationFailed(said)),
            Callback::Error(_) if too_many => self.give_up(Problem::TooManyBadCallbacks),
            Callback::Error(_) | Callback::Ignore(_) => {}
        }
    }

    fn request_token(
        &mut self,
        attempt: Attempt,
        body: Zeroizing<String>,
        sent_at: i64,
        renews: Option<Secret>,
    ) {
        let id = self.next_id(RequestKind::Token);
        let url = attempt.endpoints.token_endpoint.clone();
        let pending = Pending { id, url: url.clone(), redirections: 0 };
        self.step = Step::Token(attempt, Exchange { pending, sent_at, renews });
        self.act(Action::Http(HttpRequest {
            id,
            method: Method::Post,
            url,
            headers: vec![
                Header::new("Accept", fetch::ACCEPT_JSON),
                Header::new("Content-Type", "application/x-www-form-urlencoded"),
            ],
            body: Some(body),
            max_octets: token::MAX_REPLY,
        }));
    }

    pub(super) fn token_answer(&mut self, attempt: Attempt, exchange: Exchange, answer: &Answer<'_>) {
        let reply = match TokenReply::parse(answer.status, &answer.body, exchange.sent_at) {
            Ok(reply) => reply,
            // A refresh token that the server does not take any more: the whole procedure.
            Err(_) if exchange.renews.is_some() => {
                self.act(Action::DeleteToken { key: self.key(&attempt.endpoints) });
                return self.listen(attempt);
            }
            Err(error) => return self.give_up(Problem::Token(error)),
        };
        if let Some(usable_until) = reply.usable_until {
            let record = TokenRecord {
                access_token: reply.access_token.clone(),
                usable_until,
                obtained_at: Some(answer.now),
            };
            if !record.is_usable(answer.now) {
                return self.give_up(Problem::TokenExpired);
            }
            self.act(Action::StoreToken {
                key: self.key(&attempt.endpoints),
                record,
                // A server that gives no new one leaves the old one in force (RFC 6749, 6).
                refresh_token: reply.refresh_token.or(exchange.renews),
            });
        }
        self.request_with_token(attempt, reply.access_token);
    }
}
