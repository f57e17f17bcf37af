//! Codes and tokens that were given out.

use crate::random::SystemRandom;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use discovery::oauth::request::challenge;
use std::collections::HashMap;

/// Seconds in which a code must be used.
const CODE_LIFETIME: i64 = 60;
/// The most that is remembered of each kind; then all is forgotten, which a development server may.
const MOST: usize = 1000;

/// Why a grant is refused, in the words of RFC 6749 §5.2.
#[derive(Debug)]
pub(super) struct Refused(pub(super) &'static str);

/// A token and what comes with it.
pub(super) struct Granted {
    pub(super) access_token: String,
    pub(super) refresh_token: String,
}

struct Code {
    client_id: String,
    redirect_uri: String,
    challenge: String,
    until: i64,
}

/// Everything that is good for something, once or for a time.
pub(super) struct Grants {
    token_lifetime: i64,
    refuse_tokens: u32,
    codes: HashMap<String, Code>,
    /// Until when each token is good.
    tokens: HashMap<String, i64>,
    /// Whom each refresh token belongs to.
    refresh: HashMap<String, String>,
}

impl Grants {
    pub(super) fn new(token_lifetime: i64, refuse_tokens: u32) -> Self {
        let (codes, tokens, refresh) = Default::default();
        Self { token_lifetime, refuse_tokens, codes, tokens, refresh }
    }

    /// A code for one use.
    pub(super) fn code(&mut self, client_id: &str, redirect_uri: &str, challenge: &str, now: i64) -> String {
        let (client_id, redirect_uri) = (client_id.to_owned(), redirect_uri.to_owned());
        let code =
            Code { client_id, redirect_uri, challenge: challenge.to_owned(), until: now + CODE_LIFETIME };
        remember(&mut self.codes, code)
    }

    /// A token for a code.
    pub(super) fn redeem(
        &mut self,
        code: &str,
        client_id: &str,
        redirect_uri: &str,
        verifier: &str,
        now: i64,
    ) -> Result<Granted, Refused> {
        let code = self.codes.remove(code).ok_or(Refused("invalid_grant"))?;
        let fits = code.client_id == client_id
            && code.redirect_uri == redirect_uri
            && code.challenge == challenge(verifier)
            && now < code.until;
        if fits { Ok(self.grant(client_id, now)) } else { Err(Refused("invalid_grant")) }
    }

    /// A token for a refresh token, which is used up by that.
    pub(super) fn renew(&mut self, refresh: &str, client_id: &str, now: i64) -> Result<Granted, Refused> {
        match self.refresh.remove(refresh) {
            Some(owner) if owner == client_id => Ok(self.grant(client_id, now)),
            _ => Err(Refused("invalid_grant")),
        }
    }

    fn grant(&mut self, client_id: &str, now: i64) -> Granted {
        let lifetime = if self.token_lifetime == 0 { 3600 } else { self.token_lifetime };
        Granted {
            access_token: remember(&mut self.tokens, now + lifetime),
            refresh_token: remember(&mut self.refresh, client_id.to_owned()),
        }
    }

    /// Whether a token is good.
    pub(super) fn admits(&mut self, token: &str, now: i64) -> bool {
        let good = self.tokens.get(token).is_some_and(|until| now < *until);
        if good && self.refuse_tokens > 0 {
            self.refuse_tokens -= 1;
            return false;
        }
        good
    }
}

fn remember<T>(table: &mut HashMap<String, T>, value: T) -> String {
    let mut octets = [0; 24];
    SystemRandom.octets(&mut octets);
    let name = URL_SAFE_NO_PAD.encode(octets);
    if table.len() >= MOST {
        table.clear();
    }
    table.insert(name.clone(), value);
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "app";
    const URI: &str = "http://127.0.0.1:1/";

    // spec: discovery 11.5, 11.7
    #[test]
    fn codes_and_refresh_tokens_are_good_once() {
        let mut grants = Grants::new(100, 0);
        let code = |grants: &mut Grants| grants.code(ID, URI, &challenge("v"), 0);
        let first = code(&mut grants);
        let granted = grants.redeem(&first, ID, URI, "v", 1).unwrap();
        assert!(grants.redeem(&first, ID, URI, "v", 1).is_err(), "used up");
        for (id, uri, verifier, now) in
            [("x", URI, "v", 1), (ID, "http://127.0.0.1:2/", "v", 1), (ID, URI, "w", 1), (ID, URI, "v", 60)]
        {
            let code = code(&mut grants);
            assert!(grants.redeem(&code, id, uri, verifier, now).is_err(), "{id} {uri} {verifier} {now}");
        }
        assert!(grants.admits(&granted.access_token, 100) && !grants.admits(&granted.access_token, 101));
        let renewed = grants.renew(&granted.refresh_token, ID, 200).unwrap();
        assert!(grants.renew(&granted.refresh_token, ID, 200).is_err(), "replaced");
        assert!(grants.renew(&renewed.refresh_token, "x", 200).is_err());
        assert!(grants.admits(&renewed.access_token, 200) && !grants.admits("", 200));
    }

    #[test]
    fn good_tokens_are_refused_on_request() {
        let mut grants = Grants::new(100, 1);
        let code = grants.code(ID, URI, &challenge("v"), 0);
        let token = grants.redeem(&code, ID, URI, "v", 1).unwrap().access_token;
        assert!(!grants.admits(&token, 2) && grants.admits(&token, 2));
    }
}
