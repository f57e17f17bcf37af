//! Token replies, and tokens that are kept (spec: discovery 11.6, 11.7).

use super::SCOPE;
use super::callback::presentable;
use crate::secret::Secret;
use crate::text::trim;
use crate::url::VerifiedUrl;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::num::IntErrorKind;

/// Octets of a token reply.
pub const MAX_REPLY: usize = 64 * 1024;
/// Longest lifetime in seconds, ten years; longer ones are cut.
pub const MAX_LIFETIME: i64 = 10 * 365 * 86_400;

/// What a token endpoint gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenReply {
    /// The access token; it can stand in a header.
    pub access_token: Secret,
    /// Lifetime in seconds as stated, rounded down; zero or less means expired; `None` if unknown.
    pub expires_in: Option<i64>,
    /// The moment, in seconds since 1970, from which on it must not be used; `None` if the lifetime is unknown: such a
    /// token is used once, at once, and not stored.
    pub usable_until: Option<i64>,
    /// A refresh token, if the server gives one. The client machine uses it only when the caller asks for it.
    pub refresh_token: Option<Secret>,
    /// The scope that was granted, if stated.
    pub scope: Option<String>,
    /// What deviates from RFC 6749.
    pub warnings: Vec<TokenWarning>,
}

/// Deviations of a token reply. `Display` gives the spelling of section 11.6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenWarning {
    /// No `token_type`.
    MissingTokenType,
    /// No `expires_in`.
    MissingExpiresIn,
    /// `expires_in` is a number in an odd form: text, a fraction, an exponent.
    FormExpiresIn,
    /// `expires_in` is no number.
    TypeExpiresIn,
    /// `scope` does not name what was asked for.
    ScopeNotGranted,
}

impl fmt::Display for TokenWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MissingTokenType => "missing:token_type",
            Self::MissingExpiresIn => "missing:expires_in",
            Self::FormExpiresIn => "form:expires_in",
            Self::TypeExpiresIn => "type:expires_in",
            Self::ScopeNotGranted => "scope_not_granted",
        })
    }
}

/// Why there is no token. `Display` gives the code, for [`Self::OAuth`] and [`Self::HttpStatus`] with theirs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// More than [`MAX_REPLY`] octets.
    #[error("too_large")]
    TooLarge,
    /// The server names an error (RFC 6749 §5.2).
    #[error("oauth_error:{}", presentable(code))]
    OAuth {
        /// The member `error`, such as `invalid_grant`. Not checked: show it as text, never as markup.
        code: String,
        /// The server's words, without control characters.
        description: Option<String>,
    },
    /// A status outside 200 to 299 without such a name.
    #[error("http_status:{0}")]
    HttpStatus(u16),
    /// No JSON object.
    #[error("bad_json")]
    BadJson,
    /// No `access_token`, or an empty one.
    #[error("no_access_token")]
    NoAccessToken,
    /// An `access_token` that cannot stand in a header.
    #[error("bad_access_token")]
    BadAccessToken,
    /// Neither `Bearer` nor missing.
    #[error("unsupported_token_type")]
    UnsupportedTokenType,
}

impl TokenError {
    /// The code of section 11.6, such as `oauth_error`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::OAuth { .. } => "oauth_error",
            Self::HttpStatus(_) => "http_status",
            Self::BadJson => "bad_json",
            Self::NoAccessToken => "no_access_token",
            Self::BadAccessToken => "bad_access_token",
            Self::UnsupportedTokenType => "unsupported_token_type",
        }
    }
}

/// Members by name as they are spelled; of a repeated one the last counts.
type Members<'a> = HashMap<Cow<'a, str>, &'a RawValue>;

impl TokenReply {
    /// Reads the reply of a token endpoint. `sent_at`: when the request went out, in seconds since 1970.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub fn parse(status: u16, body: &[u8], sent_at: i64) -> Result<Self, TokenError> {
        if body.len() > MAX_REPLY {
            return Err(TokenError::TooLarge);
        }
        let members = members(body);
        let error = members.as_ref().and_then(|m| text(m, "error"));
        let refused = error.map(|code| {
            let description = members.as_ref().and_then(|m| text(m, "error_description"));
            TokenError::OAuth { code, description: description.map(|text| presentable(&text)) }
        });
        if !(200..300).contains(&status) {
            return Err(refused.unwrap_or(TokenError::HttpStatus(status)));
        }
        let members = members.ok_or(TokenError::BadJson)?;
        let access_token = text(&members, "access_token").filter(|token| !token.is_empty());
        let access_token = access_token.map(Secret::new).ok_or(TokenError::NoAccessToken);
        let access_token = access_token.map_err(|none| refused.unwrap_or(none))?;
        if access_token.expose().bytes().any(|o| o <= b' ' || o == 0x7F) {
            return Err(TokenError::BadAccessToken);
        }
        let mut warnings = Vec::new();
        match given(&members, "token_type") {
            None => warnings.push(TokenWarning::MissingTokenType),
            Some(_) if text(&members, "token_type").is_some_and(|t| t.eq_ignore_ascii_case("bearer")) => {}
            Some(_) => return Err(TokenError::UnsupportedTokenType),
        }
        let expires_in = lifetime(given(&members, "expires_in"), &mut warnings);
        let scope = text(&members, "scope");
        if scope.as_deref().is_some_and(|s| s.split_ascii_whitespace().all(|word| word != SCOPE)) {
            warnings.push(TokenWarning::ScopeNotGranted);
        }
        let refresh_token = text(&members, "refresh_token").filter(|token| !token.is_empty());
        Ok(Self {
            access_token,
            expires_in,
            usable_until: expires_in.map(|seconds| usable_until(sent_at, seconds)),
            refresh_token: refresh_token.map(Secret::new),
            scope,
            warnings,
        })
    }
}

/// The members of a JSON object, if the octets are one.
pub(crate) fn members(body: &[u8]) -> Option<Members<'_>> {
    serde_json::from_slice(body).ok()
}

/// A member that is neither missing nor null.
fn given<'a>(members: &Members<'a>, name: &str) -> Option<&'a str> {
    members.get(name).map(|raw| raw.get()).filter(|raw| *raw != "null")
}

/// A member that is text.
pub(crate) fn text(members: &Members<'_>, name: &str) -> Option<String> {
    serde_json::from_str(members.get(name)?.get()).ok()
}

/// `expires_in` in any form seen.
fn lifetime(raw: Option<&str>, warnings: &mut Vec<TokenWarning>) -> Option<i64> {
    let Some(raw) = raw else {
        warnings.push(TokenWarning::MissingExpiresIn);
        return None;
    };
    match raw.parse::<i64>() {
        Ok(seconds) => return Some(seconds.min(MAX_LIFETIME)),
        Err(error) if *error.kind() == IntErrorKind::PosOverflow => return Some(MAX_LIFETIME),
        Err(error) if *error.kind() == IntErrorKind::NegOverflow => return Some(i64::MIN),
        Err(_) => {}
    }
    let spelled = if raw.starts_with('"') { serde_json::from_str(raw).ok() } else { Some(raw.to_owned()) };
    // `parse` knows words such as `inf` and `nan`, which are no numbers here.
    let numeric = |text: &&str| text.bytes().all(|o| o.is_ascii_digit() || b"+-.eE".contains(&o));
    let number = spelled.as_deref().map(trim).filter(numeric).and_then(|text| text.parse::<f64>().ok());
    warnings.push(if number.is_some() { TokenWarning::FormExpiresIn } else { TokenWarning::TypeExpiresIn });
    #[expect(clippy::cast_possible_truncation, reason = "what is far below zero is expired all the same")]
    number.map(|n| n.floor().min(MAX_LIFETIME as f64) as i64)
}

/// The moment from which on a token must not be used: ten seconds early, unless it lives for a minute or less.
fn usable_until(sent_at: i64, expires_in: i64) -> i64 {
    let margin = if expires_in > 60 { 10 } else { 0 };
    sent_at.saturating_add(expires_in - margin)
}

/// The key under which the token of an endpoint is kept (spec: discovery 11.7).
#[must_use]
pub fn key(token_endpoint: &VerifiedUrl, client_id: &str) -> String {
    format!("{token_endpoint} {client_id}")
}

/// A token as it is kept. Keep it in the system's keyring, not in an ordinary file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRecord {
    /// The access token.
    pub access_token: Secret,
    /// The moment, in seconds since 1970, from which on it must not be used.
    pub usable_until: i64,
    /// When it was obtained, in seconds since 1970, if known.
    pub obtained_at: Option<i64>,
}

impl TokenRecord {
    /// Seconds that the clock may stand before the moment the token was obtained.
    pub const CLOCK_SKEW: i64 = 60;

    /// Whether it may be used at `now`, in seconds since 1970: not expired, and the clock was not set back.
    #[must_use]
    pub fn is_usable(&self, now: i64) -> bool {
        let clock_holds =
            self.obtained_at.is_none_or(|obtained| now >= obtained.saturating_sub(Self::CLOCK_SKEW));
        now < self.usable_until && clock_holds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expires(raw: &str) -> Option<i64> {
        lifetime(Some(raw), &mut Vec::new())
    }

    // spec: discovery 11.6
    #[test]
    fn lifetimes_in_all_forms() {
        for (raw, seconds) in [
            ("3600", Some(3600)),
            ("899.9999999", Some(899)),
            ("\" 3600 \"", Some(3600)),
            ("-5", Some(-5)),
            ("-400000000", Some(-400_000_000)),
            ("\"-400000000\"", Some(-400_000_000)),
            ("315360001", Some(MAX_LIFETIME)),
            ("-0.5", Some(-1)),
            ("1e999", Some(MAX_LIFETIME)),
            ("99999999999999999999", Some(MAX_LIFETIME)),
            ("\"inf\"", None),
            ("\"\"", None),
            ("{}", None),
        ] {
            assert_eq!(expires(raw), seconds, "{raw}");
        }
    }

    #[test]
    fn a_plain_integer_of_any_length_is_in_the_usual_form() {
        let mut warnings = Vec::new();
        for raw in ["9223372036854775807", "9223372036854775808", "99999999999999999999999999"] {
            assert_eq!(lifetime(Some(raw), &mut warnings), Some(MAX_LIFETIME), "{raw}");
        }
        assert!(lifetime(Some("-99999999999999999999999999"), &mut warnings).is_some_and(|s| s < 0));
        assert_eq!(warnings, []);
    }

    // spec: discovery 11.7
    #[test]
    fn tokens_expire_and_clocks_may_not_go_back() {
        let record = TokenRecord { access_token: Secret::new("t"), usable_until: 100, obtained_at: Some(90) };
        assert!(record.is_usable(99) && record.is_usable(30));
        assert!(!record.is_usable(100) && !record.is_usable(29));
        assert!(!format!("{record:?}").contains('"'));
    }

    #[test]
    fn nothing_secret_is_printed() {
        let body = br#"{"access_token":"hidden","refresh_token":"hidden","expires_in":60}"#;
        let reply = TokenReply::parse(200, body, 0).unwrap();
        assert!(!format!("{reply:?}").contains("hidden"));
        assert_eq!(reply.warnings, [TokenWarning::MissingTokenType]);
    }

    #[test]
    fn of_a_repeated_member_the_last_counts() {
        let body = br#"{"access_token":"a","access_token":"b","token_type":"Bearer","expires_in":60}"#;
        assert_eq!(TokenReply::parse(200, body, 0).unwrap().access_token.expose(), "b");
    }

    // spec: discovery 11.4, 11.6
    #[test]
    fn an_error_code_is_handed_out_as_it_came_and_printed_without_controls() {
        let error = TokenReply::parse(400, br#"{"error":"a\u001b[31mb"}"#, 0).unwrap_err();
        assert_eq!(error, TokenError::OAuth { code: "a\u{1b}[31mb".to_owned(), description: None });
        assert_eq!(error.to_string(), "oauth_error:a[31mb");
    }
}
