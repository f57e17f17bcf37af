//! The cable between a client and the world, and a small Internet behind it.
//!
//! On a router the packet path sends the web requests of clients that are not logged in to the gateway. The demo has
//! no packet path; this stands for it on loopback: a port that leads to the gateway until the client is logged in, and
//! to a page of "the Internet" afterwards.

use crate::dataplane::NoDataplane;
use crate::http::server::{self, Limits, Request};
use crate::http::{Response, plain};
use http_body_util::Full;
use hyper::StatusCode;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use std::future::ready;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// The body of the page that a connectivity probe expects.
pub const PROBE_BODY: &str = "You are on the Internet.";

const PAGE: &str = "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\">\
    <meta name=\"viewport\" content=\"width=device-width\"><title>The Internet of the demo</title>\
    <body style=\"font: 1.1rem/1.5 system-ui; max-width: 26rem; margin: 3rem auto; padding: 0 1rem\">\
    <h1>This is the Internet</h1><p>The gateway let you through. Sign off on the gateway's page and come back to be \
    asked again.</p>\n";

/// Serves the small Internet: `/probe` for programs, a page for people everywhere else.
pub async fn internet(listener: TcpListener) {
    server::serve(listener, None, Limits::default(), |request| ready(page(&request))).await;
}

fn page(request: &Request) -> Response {
    if request.head.uri.path() == "/probe" {
        return Response::new(Full::new(PROBE_BODY.into()));
    }
    let mut response = plain(StatusCode::OK, "");
    *response.body_mut() = Full::new(PAGE.into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}

/// Carries connections to the gateway or, for clients that are logged in, to the Internet.
pub async fn cable(listener: TcpListener, dataplane: NoDataplane, gateway: SocketAddr, internet: SocketAddr) {
    loop {
        let Ok((stream, client)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let target = if dataplane.is_open(client.ip()) { internet } else { gateway };
        tokio::spawn(async move {
            if let Err(error) = carry(stream, target).await {
                tracing::debug!(%client, %target, %error, "the cable dropped a connection");
            }
        });
    }
}

async fn carry(mut client: TcpStream, target: SocketAddr) -> io::Result<()> {
    const LONGEST: Duration = Duration::from_secs(180);
    let mut server = TcpStream::connect(target).await?;
    timeout(LONGEST, copy_bidirectional(&mut client, &mut server)).await??;
    Ok(())
}
