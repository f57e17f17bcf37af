//! The HTTP side of the hotspot: what comes in at the door, and how answers leave.

use super::{Shared, Work};
use crate::http::server::Request;
use crate::http::{Response, plain};
use crate::portal::Portal;
use bytes::Bytes;
use http_body_util::Full;
use hyper::StatusCode;
use hyper::ext::ReasonPhrase;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, USER_AGENT};
use std::borrow::Cow;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot, watch};
use wispr::code::ResponseCode;
use wispr::message::{Kind, Message};
use wispr::write::Envelope;

/// The HTTP side: the portal's pages are answered here, everything else by the machines.
pub(super) struct Door {
    pub(super) portal: watch::Receiver<Portal>,
    pub(super) work: mpsc::Sender<Work>,
    pub(super) shared: Shared,
    /// It is the second port (uam 1).
    pub(super) ui: bool,
}

impl Door {
    pub(super) async fn answer(self: Arc<Self>, request: Request) -> Response {
        let response = self.ask(request).await;
        let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        self.shared.metrics.answered(response.status(), location);
        response
    }

    async fn ask(&self, request: Request) -> Response {
        if !self.shared.open.get() {
            return closed(is_smart_client(&request));
        }
        let uri = &request.head.uri;
        if Portal::owns(uri.path()) {
            let portal = self.portal.borrow().clone();
            return portal.answer(&request.head.method, uri.path(), uri.query(), &request.body);
        }
        let smart_client = is_smart_client(&request);
        // `GET nowhere` and `OPTIONS *` name no page (uam 2).
        if !uri.path().starts_with('/') {
            return refused(smart_client);
        }
        let (reply, answer) = oneshot::channel();
        if self.work.send(Work::Ask { request: Box::new(request), ui: self.ui, reply }).await.is_err() {
            return plain(StatusCode::SERVICE_UNAVAILABLE, "the gateway is stopping");
        }
        match answer.await {
            Ok(response) => rendered(response),
            // The original closes the connection without an answer; a status is easier to understand.
            Err(_) => refused(smart_client),
        }
    }
}

/// Whether the client logs in by WISPr (wispr 5).
fn is_smart_client(request: &Request) -> bool {
    let agent = request.head.headers.get(USER_AGENT).map(HeaderValue::as_bytes).unwrap_or_default();
    let query = request.head.uri.query().unwrap_or_default();
    agent.windows(5).any(|word| word.eq_ignore_ascii_case(b"wispr")) || query.contains("WISPr")
}

fn refused(smart_client: bool) -> Response {
    told(StatusCode::BAD_REQUEST, "the gateway cannot make sense of this request", smart_client)
}

/// The owner has switched the hotspot off, or it has lost contact with its operator.
fn closed(smart_client: bool) -> Response {
    told(StatusCode::SERVICE_UNAVAILABLE, "this hotspot is closed at present", smart_client)
}

/// A status and a text; a smart client is told in its own language that the gateway has an error.
fn told(status: StatusCode, text: &str, smart_client: bool) -> Response {
    let mut response = plain(status, text);
    if smart_client {
        let message = Message::with_code(Kind::AuthenticationReply, ResponseCode::GATEWAY_ERROR);
        if let Ok(document) = Envelope::new().to_string(Some(&message)) {
            let page = format!("<HTML><BODY>{text}</BODY>\r\n{document}</HTML>\r\n");
            *response.body_mut() = Full::new(page.into());
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=UTF-8"));
        }
    }
    response
}

/// The machine's answer as the HTTP library has it.
fn rendered(answer: wispr::gateway::Response) -> Response {
    let mut response = Response::new(Full::new(Bytes::from(answer.body)));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.extensions_mut().insert(ReasonPhrase::from_static(answer.reason.as_bytes()));
    response.headers_mut().reserve(answer.headers.len());
    for header in answer.headers {
        let name = HeaderName::from_bytes(header.name.as_bytes());
        let value = match header.value {
            Cow::Borrowed(text) => Ok(HeaderValue::from_static(text)),
            Cow::Owned(text) => HeaderValue::from_maybe_shared(Bytes::from(text)),
        };
        if let (Ok(name), Ok(value)) = (name, value) {
            response.headers_mut().append(name, value);
        }
    }
    response
}
