//! From a profile to its configuration: the service document, the request, the answer (spec: discovery 3, 12).

use super::action::{Action, Header, HttpRequest, Method, Outcome, Problem};
use super::event::{Answer, RequestKind};
use super::{Attempt, Client, Fetch, Pending, Step};
use crate::fetch::{self, BodyKind};
use crate::secret::Secret;
use crate::url::VerifiedUrl;
use zeroize::Zeroizing;

impl Client {
    pub(super) fn request_service(&mut self, url: VerifiedUrl, redirections: u8) {
        let id = self.next_id(RequestKind::LetsWifi);
        self.step = Step::LetsWifi(Pending { id, url: url.clone(), redirections });
        self.act(Action::Http(HttpRequest {
            id,
            method: Method::Get,
            url,
            headers: vec![Header::new("Accept", fetch::ACCEPT_JSON)],
            body: None,
            max_octets: fetch::MAX_SERVICE,
        }));
    }

    pub(super) fn service_answer(&mut self, pending: &Pending, answer: &Answer<'_>) {
        match self.redirection(pending, answer) {
            Some(Ok(url)) => return self.request_service(url, pending.redirections + 1),
            Some(Err(problem)) => return self.give_up(problem),
            None => {}
        }
        if !answer.is_success() {
            return self.give_up(Problem::HttpStatus(answer.status));
        }
        match fetch::service_document(&answer.body, self.config.options) {
            Ok(endpoints) => self.load_token(endpoints),
            Err(_) => self.give_up(Problem::BadLetsWifiDocument),
        }
    }

    pub(super) fn request_with_token(&mut self, attempt: Attempt, token: Secret) {
        let url = attempt.endpoints.eapconfig_endpoint.clone();
        self.request_configuration(url, Method::Post, Some((attempt, token)), 0);
    }

    pub(super) fn request_configuration(
        &mut self,
        url: VerifiedUrl,
        method: Method,
        oauth: Option<(Attempt, Secret)>,
        redirections: u8,
    ) {
        let id = self.next_id(RequestKind::Configuration);
        let mut headers = vec![Header::new("Accept", fetch::ACCEPT_CONFIGURATION)];
        // The token goes only to the origin it was meant for.
        let own = |attempt: &Attempt| attempt.endpoints.eapconfig_endpoint.origin() == url.origin();
        if let Some((_, token)) = oauth.as_ref().filter(|(attempt, _)| own(attempt)) {
            headers.push(Header::secret("Authorization", &["Bearer ", token.expose()]));
        }
        let body = (method == Method::Post).then(|| Zeroizing::new(String::new()));
        let pending = Pending { id, url: url.clone(), redirections };
        self.step = Step::Configuration(Fetch { pending, method, oauth });
        let max_octets = fetch::MAX_CONFIGURATION;
        self.act(Action::Http(HttpRequest { id, method, url, headers, body, max_octets }));
    }

    pub(super) fn configuration_answer(&mut self, fetch: Fetch, answer: Answer<'_>) {
        let Fetch { pending, method, oauth } = fetch;
        match self.redirection(&pending, &answer) {
            Some(Ok(url)) => {
                // As browsers do: only 307 and 308 repeat a POST.
                let method = if matches!(answer.status, 307 | 308) { method } else { Method::Get };
                return self.request_configuration(url, method, oauth, pending.redirections + 1);
            }
            Some(Err(problem)) => return self.give_up(problem),
            None => {}
        }
        match (answer.status, oauth) {
            (200..=299, _) => match BodyKind::of(&answer.body) {
                _ if answer.body.len() > fetch::MAX_CONFIGURATION => self.give_up(Problem::TooLarge),
                BodyKind::Xml => self.finish(Outcome::EapConfig(answer.body)),
                kind => self.give_up(Problem::NotAnEapConfig(kind)),
            },
            (401, Some((attempt, _))) => {
                self.act(Action::DeleteToken { key: self.key(&attempt.endpoints) });
                if attempt.repeated {
                    self.give_up(Problem::AccessDenied);
                } else {
                    self.listen(Attempt { repeated: true, ..attempt });
                }
            }
            (405 | 501, Some(oauth)) if method == Method::Post => {
                self.request_configuration(pending.url, Method::Get, Some(oauth), pending.redirections);
            }
            (401 | 403 | 405, None) => self.give_up(Problem::ProfileRequiresAuthorization),
            (status, _) => self.give_up(Problem::HttpStatus(status)),
        }
    }
}
