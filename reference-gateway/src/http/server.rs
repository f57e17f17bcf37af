//! A listener for one request per connection, with limits on everything a client can hold on to.

use super::first_line::FirstLine;
use super::{Response, plain};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

/// What a client may hold on to.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at one time.
    pub connections: usize,
    /// Connections of one address at one time.
    pub connections_per_client: usize,
    /// Time for a request head, and for a TLS handshake.
    pub head: Duration,
    /// Octets of a request head, at least 8192. Longer ones are answered with 414 or 431.
    pub head_octets: usize,
    /// Header fields of a request. More are answered with 431.
    pub fields: usize,
    /// Time for a whole request with its answer.
    pub request: Duration,
    /// Octets of a request body.
    pub body: usize,
}

impl Limits {
    /// For pages that a few people of the private side look at.
    pub const PRIVATE: Self = Self {
        connections: 32,
        connections_per_client: 16,
        head: Duration::from_secs(5),
        head_octets: 8192,
        fields: 64,
        request: Duration::from_secs(10),
        body: 4096,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1024,
            connections_per_client: 128,
            head: Duration::from_secs(10),
            head_octets: 8192,
            fields: 64,
            request: Duration::from_secs(120),
            body: 16_384,
        }
    }
}

/// A request with its body, and who sent it.
#[derive(Debug)]
pub struct Request {
    /// The client's address and port.
    pub peer: SocketAddr,
    /// Everything but the body.
    pub head: hyper::http::request::Parts,
    /// The body; empty for methods that have none.
    pub body: Bytes,
}

/// Serves connections for ever. Errors of single connections end those connections only.
pub async fn serve<H, F>(listener: TcpListener, tls: Option<TlsAcceptor>, limits: Limits, handler: H)
where
    H: Fn(Request) -> F + Clone + Send + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    accept(&listener, tls, limits, handler, &Arc::new(Semaphore::new(limits.connections))).await;
}

/// Serves connections until `stop` is done, closes the listener, and lets the answers that are under way go out, for at
/// most as long as a request may take.
pub async fn serve_until<H, F>(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    limits: Limits,
    handler: H,
    stop: impl Future<Output = ()>,
) where
    H: Fn(Request) -> F + Clone + Send + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    let places = Arc::new(Semaphore::new(limits.connections));
    tokio::select! {
        () = accept(&listener, tls, limits, handler, &places) => {}
        () = stop => {}
    }
    drop(listener);
    let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
    let _ = timeout(limits.request, places.acquire_many(all)).await;
}

async fn accept<H, F>(
    listener: &TcpListener,
    tls: Option<TlsAcceptor>,
    limits: Limits,
    handler: H,
    places: &Arc<Semaphore>,
) where
    H: Fn(Request) -> F + Clone + Send + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    let clients = Arc::new(Clients::default());
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection; pausing");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let place = Arc::clone(places).try_acquire_owned().ok();
        let seat = Clients::enter(&clients, peer.ip(), limits.connections_per_client);
        let (Some(place), Some(seat)) = (place, seat) else {
            tracing::warn!(client = %peer.ip(), "too many connections");
            tokio::spawn(turn_away(stream));
            continue;
        };
        let (handler, tls) = (handler.clone(), tls.clone());
        tokio::spawn(async move {
            let _held = (place, seat);
            let whole = limits.head + limits.request;
            let outcome = timeout(whole, connection(stream, tls, peer, limits, handler)).await;
            match outcome {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::debug!(client = %peer, error, "connection ended"),
                Err(_) => tracing::debug!(client = %peer, "connection ended: it took too long"),
            }
        });
    }
}

async fn turn_away(mut stream: TcpStream) {
    const BUSY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nConnection: close\r\n\
        Content-Type: text/plain\r\nContent-Length: 29\r\n\r\nToo many connections; retry.\n";
    let _ = timeout(Duration::from_secs(1), async {
        stream.write_all(BUSY).await?;
        stream.shutdown().await
    })
    .await;
}

async fn connection<H, F>(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    peer: SocketAddr,
    limits: Limits,
    handler: H,
) -> Result<(), String>
where
    H: Fn(Request) -> F + Clone + Send + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    // The whole answer goes out at once: the end of the connection sends nothing that still waits if the client sent more
    // than was read.
    let _ = stream.set_nodelay(true);
    match tls {
        None => exchange(FirstLine::of_tcp(stream, limits.head_octets), peer, limits, handler).await,
        // In a box of its own: what TLS needs would make every connection's task several times as large.
        Some(acceptor) => {
            let secured = async move {
                let stream = timeout(limits.head, acceptor.accept(stream))
                    .await
                    .map_err(|_| "the TLS handshake took too long".to_owned())?
                    .map_err(|e| format!("TLS: {e}"))?;
                exchange(FirstLine::new(stream, limits.head_octets), peer, limits, handler).await
            };
            Box::pin(secured).await
        }
    }
}

async fn exchange<S, H, F>(
    stream: FirstLine<S>,
    peer: SocketAddr,
    limits: Limits,
    handler: H,
) -> Result<(), String>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    H: Fn(Request) -> F + Clone + Send + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let handler = handler.clone();
        async move { Ok::<_, Infallible>(answer(request, peer, limits, handler).await) }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .keep_alive(false)
        .half_close(true)
        .max_buf_size(limits.head_octets)
        .max_headers(limits.fields)
        .title_case_headers(true)
        .serve_connection(TokioIo::new(stream), service)
        .await
        .map_err(|e| e.to_string())
}

async fn answer<H, F>(
    request: hyper::Request<Incoming>,
    peer: SocketAddr,
    limits: Limits,
    handler: H,
) -> Response
where
    H: Fn(Request) -> F,
    F: Future<Output = Response>,
{
    let (head, body) = request.into_parts();
    let body = if head.method == Method::POST {
        match timeout(limits.head, Limited::new(body, limits.body).collect()).await {
            Ok(Ok(collected)) => collected.to_bytes(),
            Ok(Err(error)) if error.is::<LengthLimitError>() => {
                return plain(StatusCode::PAYLOAD_TOO_LARGE, "the request body is too large");
            }
            Ok(Err(_)) => return plain(StatusCode::BAD_REQUEST, "the request body cannot be read"),
            Err(_) => return plain(StatusCode::REQUEST_TIMEOUT, "the request body did not come in time"),
        }
    } else {
        Bytes::new()
    };
    match timeout(limits.request, handler(Request { peer, head, body })).await {
        Ok(response) => response,
        Err(_) => plain(StatusCode::GATEWAY_TIMEOUT, "there was no answer in time"),
    }
}

/// How many connections each address has.
#[derive(Default)]
struct Clients(Mutex<HashMap<IpAddr, usize>>);

/// One connection of an address, for as long as it lives.
struct Seat {
    clients: Arc<Clients>,
    address: IpAddr,
}

impl Clients {
    fn enter(clients: &Arc<Self>, address: IpAddr, most: usize) -> Option<Seat> {
        let mut table = clients.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = table.entry(address).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Seat { clients: Arc::clone(clients), address })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut table = self.clients.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = table.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                table.remove(&self.address);
            }
        }
    }
}

/// Binds a listener that may take over its port from a process that just ended.
///
/// # Errors
/// Says which address could not be bound and why.
pub async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|e| io::Error::new(e.kind(), cannot_listen(address, &e)))
}

/// Why a port cannot be opened, and what helps.
pub(crate) fn cannot_listen(address: SocketAddr, error: &io::Error) -> String {
    let advice = match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("; who has it: ss -lntup | grep ':{}'", address.port())
        }
        io::ErrorKind::AddrNotAvailable => {
            "; no interface of this machine has that address: give it to one (ip addr add), or name another"
                .into()
        }
        io::ErrorKind::PermissionDenied => "; ports below 1024 need root or CAP_NET_BIND_SERVICE".into(),
        _ => String::new(),
    };
    format!("cannot listen on {address}: {error}{advice}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::sys::socket::{setsockopt, sockopt};
    use tokio::io::AsyncReadExt;
    use tokio::net::TcpSocket;

    #[test]
    fn an_answer_of_several_segments_arrives_whole_when_the_client_sent_more_than_was_read() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let slow = |_| async {
                tokio::time::sleep(Duration::from_millis(100)).await;
                plain(StatusCode::OK, &"x".repeat(3000))
            };
            tokio::spawn(serve(listener, None, Limits::default(), slow));
            let socket = TcpSocket::new_v4().unwrap();
            setsockopt(&socket, sockopt::TcpMaxSeg, &536).unwrap();
            let mut client = socket.connect(address).await.unwrap();
            client.write_all(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx").await.unwrap();
            tokio::time::sleep(Duration::from_millis(30)).await;
            client.write_all(b"\r\n").await.unwrap();
            let mut answer = Vec::new();
            // It may end with a reset.
            let _ = client.read_to_end(&mut answer).await;
            let whole = String::from_utf8_lossy(&answer).contains(&"x".repeat(3000));
            assert!(whole, "{} octets", answer.len());
        });
    }
}
