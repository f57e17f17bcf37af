//! The secrets of an attempt, and the requests made with them (spec: discovery 11.2, 11.3, 11.5, 11.7).

use crate::secret::Secret;
use crate::text::{form_decode, percent_encode};
use crate::url::VerifiedUrl;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::fmt;
use zeroize::Zeroizing;

/// The code verifier of one attempt (RFC 7636 §4.1).
#[derive(Clone, PartialEq, Eq)]
pub struct Verifier(Secret);

/// The text is no code verifier: 43 to 128 characters of `A-Z a-z 0-9 - . _ ~` (RFC 7636 §4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a verifier has 43 to 128 unreserved characters")]
pub struct BadVerifier;

impl Verifier {
    /// From 32 octets of randomness, used for nothing else.
    #[must_use]
    pub fn from_random(octets: &[u8; 32]) -> Self {
        Self(Secret::new(URL_SAFE_NO_PAD.encode(octets)))
    }

    /// A verifier from elsewhere.
    ///
    /// # Errors
    /// [`BadVerifier`] if it has other characters or another length.
    pub fn parse(text: &str) -> Result<Self, BadVerifier> {
        let unreserved = |o: u8| o.is_ascii_alphanumeric() || matches!(o, b'-' | b'.' | b'_' | b'~');
        if (43..=128).contains(&text.len()) && text.bytes().all(unreserved) {
            Ok(Self(Secret::new(text)))
        } else {
            Err(BadVerifier)
        }
    }

    /// The verifier, for the token request only.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// What the authorization request shows of it (S256).
    #[must_use]
    pub fn challenge(&self) -> String {
        challenge(self.expose())
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// S256 of any text: base64url of SHA-256, without padding (RFC 7636 §4.2).
#[must_use]
pub fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// The value `state` of one attempt, which binds the callback to it.
#[derive(Clone, PartialEq, Eq)]
pub struct State(Secret);

impl State {
    /// From 32 octets of randomness, used for nothing else.
    #[must_use]
    pub fn from_random(octets: &[u8; 32]) -> Self {
        Self(Secret::new(URL_SAFE_NO_PAD.encode(octets)))
    }

    /// A state from elsewhere. It must not be guessable.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        Self(Secret::new(text))
    }

    /// The state, for the authorization request only.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// Whether the callback has the same, in constant time.
    pub(crate) fn matches(&self, given: &str) -> bool {
        self.0 == Secret::new(given)
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// A request for authorization, to be opened in the browser (spec: discovery 11.3).
#[derive(Clone, Copy, Debug)]
pub struct AuthorizationRequest<'a> {
    /// The authorization endpoint; parameters of its own are kept.
    pub endpoint: &'a VerifiedUrl,
    /// The registered client id.
    pub client_id: &'a str,
    /// Where the answer is to go, with the port that the listener got.
    pub redirect_uri: &'a str,
    /// The state of this attempt.
    pub state: &'a State,
    /// The verifier of this attempt; only its challenge is sent.
    pub verifier: &'a Verifier,
    /// The scope, usually [`super::SCOPE`].
    pub scope: &'a str,
}

impl AuthorizationRequest<'_> {
    /// The URL for the browser.
    #[must_use]
    pub fn url(&self) -> String {
        let challenge = self.verifier.challenge();
        let ours = [
            ("response_type", "code"),
            ("code_challenge_method", "S256"),
            ("scope", self.scope),
            ("code_challenge", &challenge),
            ("redirect_uri", self.redirect_uri),
            ("client_id", self.client_id),
            ("state", self.state.expose()),
        ];
        let is_ours = |pair: &&str| {
            let name = form_decode(pair.split('=').next().unwrap_or_default());
            ours.iter().any(|(own, _)| name.as_deref() == Some(own))
        };
        let (base, query) = self.endpoint.as_str().split_once('?').unwrap_or((self.endpoint.as_str(), ""));
        let mut url = format!("{base}?");
        for pair in query.split('&').filter(|pair| !pair.is_empty() && !is_ours(pair)) {
            url.push_str(pair);
            url.push('&');
        }
        push_form(&mut url, &ours);
        url
    }
}

/// The body of a token request (spec: discovery 11.5), `application/x-www-form-urlencoded`.
#[must_use]
pub fn token_body(code: &str, redirect_uri: &str, client_id: &str, verifier: &Verifier) -> Zeroizing<String> {
    form(&[
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect_uri),
        ("client_id", client_id),
        ("code_verifier", verifier.expose()),
    ])
}

/// The body of a request for a new token with a refresh token (spec: discovery 11.7).
///
/// The client machine sends it only when the caller hands it a refresh token: it is for renewal when no user is present.
#[must_use]
pub fn refresh_body(refresh_token: &Secret, client_id: &str) -> Zeroizing<String> {
    form(&[
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh_token.expose()),
        ("client_id", client_id),
    ])
}

fn form(pairs: &[(&str, &str)]) -> Zeroizing<String> {
    // Room for everything escaped: a string that grows leaves copies of secrets behind.
    let room = pairs.iter().map(|(name, value)| name.len() + value.len() * 3 + 2).sum();
    let mut body = Zeroizing::new(String::with_capacity(room));
    push_form(&mut body, pairs);
    body
}

fn push_form(out: &mut String, pairs: &[(&str, &str)]) {
    for (position, (name, value)) in pairs.iter().enumerate() {
        if position > 0 {
            out.push('&');
        }
        out.push_str(name);
        out.push('=');
        percent_encode(out, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: discovery 11.2
    #[test]
    fn secrets_are_not_printed() {
        let verifier = Verifier::from_random(&[7; 32]);
        let state = State::from_random(&[8; 32]);
        assert_eq!(verifier.expose().len(), 43);
        assert_eq!(format!("{verifier:?} {state:?}"), "[secret] [secret]");
        assert!(state.matches(state.clone().expose()) && !state.matches("") && !state.matches("x"));
    }

    // spec: discovery 11.7
    #[test]
    fn the_refresh_request() {
        let body = refresh_body(&Secret::new("r/1"), "app.geteduroam.sh");
        assert_eq!(*body, "grant_type=refresh_token&refresh_token=r%2F1&client_id=app.geteduroam.sh");
    }

    #[test]
    fn lengths_of_foreign_verifiers() {
        for (len, good) in [(42, false), (43, true), (128, true), (129, false)] {
            assert_eq!(Verifier::parse(&"a".repeat(len)).is_ok(), good, "{len}");
        }
    }
}
