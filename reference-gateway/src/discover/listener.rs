//! The listener for the browser's way back: loopback only, one request per connection, open while an exchange is pending
//! (spec: discovery 11.1, 11.4).

use crate::http::server::{Limits, Request, bind, serve_until};
use crate::http::{Response, plain};
use discovery::oauth::callback::{MAX_TARGET, Page};
use http_body_util::Full;
use hyper::StatusCode;
use hyper::header::{HeaderName, HeaderValue};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// A request that waits for its answer.
struct Visit {
    method: String,
    target: String,
    answer: oneshot::Sender<Page>,
}

/// An open listener.
pub struct Listener {
    port: u16,
    visits: mpsc::Receiver<Visit>,
    waiting: HashMap<u64, oneshot::Sender<Page>>,
    serial: u64,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Listener {
    /// Listens on a port that the system chooses.
    ///
    /// # Errors
    /// When there is none.
    pub async fn open(address: IpAddr) -> Result<Self, String> {
        let listener = bind(SocketAddr::new(address, 0)).await.map_err(|e| e.to_string())?;
        let port = listener.local_addr().map_err(|e| e.to_string())?.port();
        let (sender, visits) = mpsc::channel(16);
        let (stop, stopped) = oneshot::channel();
        let limits = Limits {
            connections: 16,
            connections_per_client: 16,
            // The machine answers what is too long by itself, up to here.
            head_octets: MAX_TARGET + 16_384,
            request: Duration::from_secs(10),
            body: 1024,
            ..Limits::default()
        };
        let handler = move |request: Request| answer(sender.clone(), request);
        let stopped = async move {
            let _ = stopped.await;
        };
        let task = tokio::spawn(serve_until(listener, None, limits, handler, stopped));
        Ok(Self { port, visits, waiting: HashMap::new(), serial: 0, stop, task })
    }

    /// The port that the system gave.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The next request: the name of its connection, its method and target.
    pub async fn next(&mut self) -> (u64, String, String) {
        match self.visits.recv().await {
            Some(visit) => {
                self.serial += 1;
                self.waiting.insert(self.serial, visit.answer);
                (self.serial, visit.method, visit.target)
            }
            // The task holds a sender as long as it runs.
            None => std::future::pending().await,
        }
    }

    /// Answers a request.
    pub fn respond(&mut self, connection: u64, page: Page) {
        if let Some(waiting) = self.waiting.remove(&connection) {
            // The browser may have gone away.
            let _ = waiting.send(page);
        }
    }

    /// Accepts nothing more. The returned task ends when the last answer has gone out.
    #[must_use]
    pub fn close(self) -> JoinHandle<()> {
        let _ = self.stop.send(());
        self.task
    }
}

async fn answer(visits: mpsc::Sender<Visit>, request: Request) -> Response {
    let (sender, page) = oneshot::channel();
    let visit = Visit {
        method: request.head.method.to_string(),
        target: request.head.uri.to_string(),
        answer: sender,
    };
    if visits.send(visit).await.is_err() {
        return plain(StatusCode::SERVICE_UNAVAILABLE, "the sign-in is over");
    }
    let Ok(page) = page.await else {
        return plain(StatusCode::SERVICE_UNAVAILABLE, "the sign-in is over");
    };
    let mut response = Response::new(Full::new(page.body.into()));
    *response.status_mut() = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in Page::HEADERS {
        if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
    }
    response
}
