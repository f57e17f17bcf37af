//! One HTTP request at a time, redirects left to the caller: the legs of the smart client and of discovery.

use super::trust::authorities;
use bytes::Bytes;
use cookie_store::CookieStore;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::header::{
    CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, HeaderName, HeaderValue,
    LOCATION, SET_COOKIE, USER_AGENT,
};
use hyper::{Method, StatusCode};
use hyper_util::rt::TokioIo;
use rustls::pki_types::{CertificateDer, ServerName};
use std::io::Read as _;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::Url;

/// The largest body that is read, in octets: what the tolerant reader takes (spec: wispr 8.1).
pub const MAX_BODY: usize = 512 * 1024;

/// What to ask for.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    /// `GET` or `POST`.
    pub method: Method,
    /// An absolute http or https URL.
    pub url: &'a str,
    /// The encoded form, for a POST.
    pub form: Option<&'a str>,
    /// The User-Agent field.
    pub user_agent: &'a str,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The Location field, if there is one.
    pub location: Option<String>,
    /// The body, at most [`MAX_BODY`] octets.
    pub body: Bytes,
}

/// A request with fields of its own, for what is no login: no cookies go along, none are kept.
#[derive(Clone, Copy)]
pub struct Message<'a> {
    /// The method.
    pub method: &'a Method,
    /// An absolute http or https URL.
    pub url: &'a str,
    /// Fields beyond `Host`, `Connection` and `Content-Length`.
    pub fields: &'a [(&'a str, &'a str)],
    /// The body, perhaps empty.
    pub body: Option<&'a str>,
    /// The most octets of the answer's body that are read, after `Content-Encoding: gzip` was undone.
    pub most: usize,
}

/// A whole answer. Its body may be a secret and is not printed.
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// Names in lower case, and values; those that are no text are left out.
    pub fields: Vec<(String, String)>,
    /// The decoded body.
    pub body: Vec<u8>,
}

/// Why nothing came back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The URL cannot be asked.
    #[error("{0}: not an http or https address with a host")]
    Url(String),
    /// The host cannot be reached.
    #[error("cannot connect to {0}: {1}")]
    Connect(String, std::io::Error),
    /// The server's certificate is not trusted, or TLS failed otherwise.
    #[error("TLS with {0}: {1}")]
    Tls(String, std::io::Error),
    /// The answer is not HTTP, or the connection broke.
    #[error("HTTP with {0}: {1}")]
    Http(String, String),
    /// There was no answer in time.
    #[error("{0} did not answer in time")]
    Timeout(String),
    /// The body is larger than it may be.
    #[error("the answer of {0} has more than {1} octets")]
    TooLarge(String, usize),
}

/// Sends a host and port somewhere else, as curl's option of that name does: `HOST:PORT:HOST:PORT`, empty = any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectTo {
    from: (String, Option<u16>),
    to: (String, Option<u16>),
}

impl FromStr for ConnectTo {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let port = |text: &str| match text {
            "" => Ok(None),
            digits => digits.parse().map(Some).map_err(|_| format!("{digits:?} is not a port")),
        };
        let parts: Vec<&str> = text.split(':').collect();
        match parts.as_slice() {
            [from, from_port, to, to_port] => Ok(Self {
                from: ((*from).to_owned(), port(from_port)?),
                to: ((*to).to_owned(), port(to_port)?),
            }),
            _ => Err("expected HOST:PORT:HOST:PORT, each of the four may be empty".into()),
        }
    }
}

impl ConnectTo {
    fn apply(&self, host: &str, port: u16) -> Option<(String, u16)> {
        let host_fits = self.from.0.is_empty() || self.from.0.eq_ignore_ascii_case(host);
        let port_fits = self.from.1.is_none_or(|p| p == port);
        (host_fits && port_fits).then(|| {
            let to = if self.to.0.is_empty() { host.to_owned() } else { self.to.0.clone() };
            (to, self.to.1.unwrap_or(port))
        })
    }
}

/// Asks servers; keeps the cookies of a login.
pub struct Client {
    tls: Arc<rustls::ClientConfig>,
    connect_to: Vec<ConnectTo>,
    cookies: CookieStore,
}

impl Client {
    /// A client that trusts the authorities of this machine and the certificates of `extra` (PEM).
    ///
    /// # Errors
    /// Says which file cannot be read or holds no certificate.
    pub fn new(extra: Option<&Path>, connect_to: Vec<ConnectTo>) -> Result<Self, String> {
        let certificates = extra.map(crate::tls::certificates).transpose()?;
        Self::trusting(certificates.unwrap_or_default(), connect_to)
    }

    /// A client that trusts the authorities of this machine and these certificates. Without certificates in the places that
    /// the system or the variables `SSL_CERT_FILE` and `SSL_CERT_DIR` name, the public authorities are those of Mozilla.
    ///
    /// # Errors
    /// Says which certificate cannot be an authority, or which of the variables leads nowhere.
    pub fn trusting(extra: Vec<CertificateDer<'static>>, connect_to: Vec<ConnectTo>) -> Result<Self, String> {
        let mut roots = authorities()?;
        for certificate in extra {
            roots.add(certificate).map_err(|e| format!("certificate: {e}"))?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|e| e.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { tls: Arc::new(tls), connect_to, cookies: CookieStore::default() })
    }

    /// Forgets the cookies (spec: wispr 5: they live as long as the chain).
    pub fn forget_cookies(&mut self) {
        self.cookies.clear();
    }

    /// Asks once and reads the whole answer.
    ///
    /// # Errors
    /// [`Error`] says what failed and with whom.
    pub async fn ask(&mut self, ask: Ask<'_>, limit: Duration) -> Result<Answer, Error> {
        let target = Target::of(ask.url)?;
        let request = self.request(&ask, &target)?;
        let (head, body) = self.exchange(&target, request, MAX_BODY, limit).await?;
        for cookie in head.headers.get_all(SET_COOKIE).iter().filter_map(|v| v.to_str().ok()) {
            let _ = self.cookies.parse(cookie, &target.url);
        }
        let location = head.headers.get(LOCATION).and_then(|v| str::from_utf8(v.as_bytes()).ok());
        Ok(Answer { status: head.status, location: location.map(str::to_owned), body })
    }

    /// Sends a message once and reads the whole answer.
    ///
    /// # Errors
    /// [`Error`] says what failed and with whom.
    pub async fn send(&self, message: Message<'_>, limit: Duration) -> Result<Reply, Error> {
        let target = Target::of(message.url)?;
        let mut request = target.request(message.method);
        for (name, value) in message.fields {
            request = request.header(*name, *value);
        }
        let body = Bytes::from(message.body.unwrap_or_default().to_owned());
        if message.body.is_some() {
            request = request.header(CONTENT_LENGTH, body.len());
        }
        let request = request.body(Full::new(body)).map_err(|_| Error::Url(message.url.to_owned()))?;
        let (head, body) = self.exchange(&target, request, message.most, limit).await?;
        let gzip =
            head.headers.get(CONTENT_ENCODING).is_some_and(|v| v.as_bytes().eq_ignore_ascii_case(b"gzip"));
        let body = if gzip { target.inflated(&body, message.most)? } else { Vec::from(body) };
        let field = |(name, value): (&HeaderName, &HeaderValue)| {
            Some((name.as_str().to_owned(), str::from_utf8(value.as_bytes()).ok()?.to_owned()))
        };
        Ok(Reply { status: head.status, fields: head.headers.iter().filter_map(field).collect(), body })
    }

    async fn exchange(
        &self,
        target: &Target,
        request: hyper::Request<Full<Bytes>>,
        most: usize,
        limit: Duration,
    ) -> Result<(hyper::http::response::Parts, Bytes), Error> {
        let (host, port) = (target.host(), target.port);
        let (to_host, to_port) = self
            .connect_to
            .iter()
            .find_map(|rule| rule.apply(host, port))
            .unwrap_or_else(|| (host.trim_matches(['[', ']']).to_owned(), port));
        let peer = &target.peer;
        let exchange = async {
            let stream = TcpStream::connect((to_host.as_str(), to_port))
                .await
                .map_err(|e| Error::Connect(peer.clone(), e))?;
            let _ = stream.set_nodelay(true);
            if target.url.scheme() == "https" {
                let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())
                    .map_err(|_| Error::Url(target.url.to_string()))?;
                let connector = TlsConnector::from(Arc::clone(&self.tls));
                let stream =
                    connector.connect(name, stream).await.map_err(|e| Error::Tls(peer.clone(), e))?;
                send(stream, request, peer, most).await
            } else {
                send(stream, request, peer, most).await
            }
        };
        timeout(limit, exchange).await.map_err(|_| Error::Timeout(peer.clone()))?
    }

    fn request(&self, ask: &Ask<'_>, target: &Target) -> Result<hyper::Request<Full<Bytes>>, Error> {
        let mut request = target.request(&ask.method).header(USER_AGENT, ask.user_agent);
        let cookies: Vec<String> = self
            .cookies
            .get_request_values(&target.url)
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        if ask.form.is_some() {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let body = ask.form.unwrap_or_default().to_owned();
        request.body(Full::new(body.into())).map_err(|_| Error::Url(ask.url.to_owned()))
    }
}

/// Whom to ask for what.
struct Target {
    url: Url,
    port: u16,
    /// Host and port, for people.
    peer: String,
}

impl Target {
    fn of(text: &str) -> Result<Self, Error> {
        let bad = || Error::Url(text.to_owned());
        let url = Url::parse(text).map_err(|_| bad())?;
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Err(bad());
        };
        let peer = format!("{host}:{port}");
        Ok(Self { url, port, peer })
    }

    fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    fn request(&self, method: &Method) -> hyper::http::request::Builder {
        let mut target = self.url.path().to_owned();
        if let Some(query) = self.url.query() {
            target.push('?');
            target.push_str(query);
        }
        let host = self.host();
        let authority = self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        hyper::Request::builder()
            .method(method.clone())
            .uri(target)
            .header(HOST, authority)
            .header(CONNECTION, "close")
    }

    fn inflated(&self, body: &[u8], most: usize) -> Result<Vec<u8>, Error> {
        let mut whole = Vec::new();
        let most_and_one = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
        flate2::read::MultiGzDecoder::new(body)
            .take(most_and_one)
            .read_to_end(&mut whole)
            .map_err(|e| Error::Http(self.peer.clone(), format!("gzip: {e}")))?;
        if whole.len() > most { Err(Error::TooLarge(self.peer.clone(), most)) } else { Ok(whole) }
    }
}

async fn send<S>(
    stream: S,
    request: hyper::Request<Full<Bytes>>,
    peer: &str,
    most: usize,
) -> Result<(hyper::http::response::Parts, Bytes), Error>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let broken = |e: String| Error::Http(peer.to_owned(), e);
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|e| broken(e.to_string()))?;
    tokio::spawn(connection);
    let response = sender.send_request(request).await.map_err(|e| broken(e.to_string()))?;
    let (head, body) = response.into_parts();
    let body = Limited::new(body, most).collect().await.map_err(|e| {
        if e.is::<LengthLimitError>() {
            Error::TooLarge(peer.to_owned(), most)
        } else {
            broken(e.to_string())
        }
    })?;
    Ok((head, body.to_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_sends_the_hosts_it_names_elsewhere() {
        let rule: ConnectTo = "wifi.fon.com:80:127.0.0.1:3990".parse().unwrap();
        assert_eq!(rule.apply("WIFI.fon.com", 80), Some(("127.0.0.1".into(), 3990)));
        assert_eq!(rule.apply("wifi.fon.com", 443), None);
        assert_eq!(rule.apply("fon.com", 80), None);
        let any: ConnectTo = "::127.0.0.1:".parse().unwrap();
        assert_eq!(any.apply("x", 8080), Some(("127.0.0.1".into(), 8080)));
        assert!("a:1:b".parse::<ConnectTo>().is_err());
        assert!("a:x:b:1".parse::<ConnectTo>().is_err());
    }
}
