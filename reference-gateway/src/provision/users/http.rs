//! Users of an HTTP back end.

use super::{Record, Unavailable};
use crate::http::client::{Ask, Client};
use hyper::{Method, StatusCode};
use passpoint::Secret;
use rustls::pki_types::CertificateDer;
use std::time::Duration;
use url::form_urlencoded;
use zeroize::Zeroizing;

/// How long the back end may take.
const LIMIT: Duration = Duration::from_secs(10);

/// A server that is asked with a form: `name`, `password` (absent when a proxy signed the user in) and `key`.
///
/// It answers 200 and a JSON record, or 401, 403 or 404 when there is no such user or the password is wrong.
pub struct HttpUsers {
    url: String,
    key: Option<Secret>,
    trusted: Vec<CertificateDer<'static>>,
}

impl HttpUsers {
    /// A back end at an address. `key` tells it who asks; `trusted` are authorities besides the public ones.
    ///
    /// # Errors
    /// When the address is none, or would carry passwords over a network in the clear.
    pub fn new(
        url: &str,
        key: Option<Secret>,
        trusted: Vec<CertificateDer<'static>>,
    ) -> Result<Self, String> {
        let parsed = url::Url::parse(url).map_err(|e| format!("{url}: {e}"))?;
        let local = match parsed.host() {
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            Some(url::Host::Domain(name)) => name == "localhost",
            None => false,
        };
        match parsed.scheme() {
            "https" => {}
            "http" if local => {}
            _ => return Err(format!("{url}: expected https, or http to this machine: passwords go there")),
        }
        Ok(Self { url: url.to_owned(), key, trusted })
    }

    fn form(&self, name: &str, password: Option<&Secret>) -> Zeroizing<String> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("name", name);
        let secrets = [("password", password), ("key", self.key.as_ref())];
        for (field, value) in secrets.into_iter().filter_map(|(field, value)| Some((field, value?))) {
            form.append_pair(field, value.expose());
        }
        Zeroizing::new(form.finish())
    }

    pub(super) async fn find(
        &self,
        name: &str,
        password: Option<&Secret>,
    ) -> Result<Option<Record>, Unavailable> {
        let form = self.form(name, password);
        let mut client = Client::trusting(self.trusted.clone(), Vec::new()).map_err(Unavailable)?;
        let ask = Ask {
            method: Method::POST,
            url: &self.url,
            form: Some(&form),
            user_agent: concat!("fonap/", env!("CARGO_PKG_VERSION")),
        };
        let answer = client.ask(ask, LIMIT).await.map_err(|e| Unavailable(e.to_string()))?;
        match answer.status {
            StatusCode::OK => Record::from_json(&answer.body)
                .map(Some)
                .map_err(|e| Unavailable(format!("the back end's answer: {e}"))),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => Ok(None),
            status => Err(Unavailable(format!("the back end answered {status}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_do_not_leave_the_machine_in_the_clear() {
        for good in
            ["https://users.example.com/", "http://127.0.0.1:8080/x", "http://[::1]/", "http://localhost/"]
        {
            assert!(HttpUsers::new(good, None, Vec::new()).is_ok(), "{good}");
        }
        for bad in ["http://users.example.com/", "http://192.0.2.1/", "ftp://localhost/", "users"] {
            assert!(HttpUsers::new(bad, None, Vec::new()).is_err(), "{bad}");
        }
    }
}
