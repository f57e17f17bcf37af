//! Requests of clients: put to the gateway machine, and answered when it says what.

use super::machines::Machines;
use crate::http::server::Request;
use bytes::Bytes;
use hyper::header::{COOKIE, HOST, HeaderValue, USER_AGENT};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use tokio::sync::oneshot;
use wispr::gateway::{Input, LocalFile, Method, RequestId, Response};

/// Requests that wait for their answer.
#[derive(Default)]
pub(super) struct Requests {
    asking: BTreeMap<RequestId, Asking>,
    next: u64,
}

struct Asking {
    reply: oneshot::Sender<Response>,
    peer: SocketAddr,
    /// For a program under `wwwdir`.
    body: Bytes,
}

impl Requests {
    fn add(&mut self, asking: Asking) -> RequestId {
        let id = RequestId(self.next);
        self.next += 1;
        self.asking.insert(id, asking);
        id
    }

    pub(super) fn respond(&mut self, id: RequestId, response: Response) {
        if let Some(asking) = self.asking.remove(&id) {
            let _ = asking.reply.send(response);
        }
    }

    pub(super) fn close(&mut self, id: RequestId) {
        self.asking.remove(&id);
    }

    /// Who asked.
    pub(super) fn peer(&self, id: RequestId) -> Option<SocketAddr> {
        self.asking.get(&id).map(|asking| asking.peer)
    }
}

impl Machines {
    pub(super) fn ask(&mut self, request: Request, ui: bool, reply: oneshot::Sender<Response>) {
        let IpAddr::V4(client) = request.peer.ip() else { return };
        self.introduce(client);
        let Request { head, body, peer } = request;
        let field = |name| head.headers.get(name).map(HeaderValue::as_bytes).unwrap_or_default();
        let mut asked = wispr::gateway::Request::get(client, "");
        asked.method = Method::from_name(head.method.as_str().as_bytes());
        asked.path = head.uri.path().as_bytes();
        asked.query = head.uri.query().unwrap_or_default().as_bytes();
        asked.host = field(HOST);
        if let Some(resolver) = &self.resolver
            && let Ok(host) = std::str::from_utf8(asked.host)
        {
            resolver.look_up(client, host.split(':').next().unwrap_or_default());
        }
        asked.user_agent = field(USER_AGENT);
        asked.cookie = field(COOKIE);
        asked.ui_port = ui;
        asked.content_length = u64::try_from(body.len()).ok().filter(|length| *length > 0);
        let id = self.requests.add(Asking { reply, peer, body: body.clone() });
        self.handle(Input::Request { id, request: asked });
    }

    pub(super) fn local_file(&mut self, request: RequestId, file: LocalFile) {
        let Some(Asking { reply, body, .. }) = self.requests.asking.remove(&request) else { return };
        let answer = self.files.clone().answer(file, body);
        tokio::spawn(async move {
            let _ = reply.send(answer.await);
        });
    }
}
