//! HTTP in both directions: a listener that survives hostile clients, and the client of the smart client.

pub mod client;
mod first_line;
pub mod private;
pub mod server;
mod trust;

use bytes::Bytes;
use http_body_util::Full;

/// A response whose body is in memory.
pub type Response = hyper::Response<Full<Bytes>>;

/// A response with a status and a body of plain text; the body says the status in words.
#[must_use]
pub fn plain(status: hyper::StatusCode, text: &str) -> Response {
    let body = format!("{status}: {text}\n");
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        hyper::header::CONTENT_TYPE,
        hyper::header::HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    response
}
