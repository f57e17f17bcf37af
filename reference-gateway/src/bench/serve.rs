//! Peers of the gateway for load tests: as fast as they can be.

use super::client::{PASSWORD, RADIUS_SECRET, USER};
use crate::embedded::radius::{DevelopmentServer, Options, User};
use bytes::Bytes;
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;
use zeroize::Zeroizing;

/// As long as a redirect of the gateway.
const BODY: &[u8] = &[b'x'; 900];

/// Where a peer listens: a free port.
const ANYWHERE: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 0);

/// A bare hyper server that says the same to everybody, one request a connection as the gateway does.
///
/// # Errors
/// When it cannot listen.
pub async fn hello(ready: impl FnOnce(SocketAddr)) -> Result<(), String> {
    let listener = TcpListener::bind(ANYWHERE).await.map_err(|e| e.to_string())?;
    ready(listener.local_addr().map_err(|e| e.to_string())?);
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        tokio::spawn(async move {
            let say = service_fn(async |_| {
                Ok::<_, Infallible>(hyper::Response::new(Full::new(Bytes::from_static(BODY))))
            });
            http1::Builder::new().keep_alive(false).serve_connection(TokioIo::new(stream), say).await
        });
    }
}

/// The development RADIUS server for the bench's user.
///
/// # Errors
/// When it cannot listen.
pub async fn radius_server(address: SocketAddr) -> Result<DevelopmentServer, String> {
    let user = User { name: USER.to_owned(), password: Zeroizing::new(PASSWORD.to_owned()) };
    DevelopmentServer::bind(address, Options::new(vec![user], RADIUS_SECRET)).await
}

/// The same, to the end, without a word of what it does.
///
/// # Errors
/// When it cannot listen.
pub async fn radius(ready: impl FnOnce(SocketAddr)) -> Result<(), String> {
    let server = radius_server(ANYWHERE.into()).await?;
    ready(server.address()?);
    server.serve(|_| {}).await;
    Ok(())
}
