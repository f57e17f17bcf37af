//! The answer of the authorization server, as it reaches the loopback listener (spec: discovery 11.4).

use super::request::State;
use crate::secret::Secret;
use crate::text::form_decode;

/// Octets of a request target.
pub const MAX_TARGET: usize = 16_384;
/// Characters of an authorization code.
pub const MAX_CODE: usize = 4096;
/// Characters of a server's description that are kept.
pub const MAX_DESCRIPTION: usize = 512;
/// Wrong callbacks that end the wait.
pub const MAX_ERRORS: u32 = 10;

/// What the listener waits for.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Path of the redirect URI, compared exactly.
    pub path: &'a str,
    /// The state of this attempt.
    pub state: &'a State,
    /// The scheme of the redirect URI when it is a custom one; its URLs are then accepted as targets.
    pub custom_scheme: Option<&'a str>,
}

/// What a request to the listener is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Callback {
    /// The user has authorized.
    Code(Secret),
    /// The user has refused.
    Denied(ServerError),
    /// The server reports another error.
    ServerError(ServerError),
    /// A wrong callback, perhaps another page's guess: answered, counted, and the wait goes on.
    Error(CallbackError),
    /// Something else, such as `/favicon.ico`: answered, and the wait goes on.
    Ignore(Ignored),
}

/// What the authorization server says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerError {
    /// The member `error`, such as `access_denied`. Not checked: show it as text, never as markup.
    pub error: String,
    /// The member `error_description` without control characters.
    pub description: Option<String>,
}

/// Why a callback is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum CallbackError {
    /// More than [`MAX_TARGET`] octets.
    #[error("the target is too long")]
    TooLong,
    /// No path.
    #[error("the target has no path")]
    BadTarget,
    /// A broken escape or octets that are no UTF-8.
    #[error("the query is not encoded properly")]
    BadEncoding,
    /// A parameter that counts comes twice.
    #[error("a parameter comes twice")]
    DuplicateParameter,
    /// No `state`.
    #[error("no state")]
    MissingState,
    /// Not the `state` of this attempt.
    #[error("another state")]
    StateMismatch,
    /// No `code`.
    #[error("no code")]
    MissingCode,
    /// A `code` with other than printable ASCII or more than [`MAX_CODE`] characters.
    #[error("the code is malformed")]
    BadCode,
}

impl CallbackError {
    /// The code of section 11.4, such as `state_mismatch`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLong => "too_long",
            Self::BadTarget => "bad_target",
            Self::BadEncoding => "bad_encoding",
            Self::DuplicateParameter => "duplicate_parameter",
            Self::MissingState => "missing_state",
            Self::StateMismatch => "state_mismatch",
            Self::MissingCode => "missing_code",
            Self::BadCode => "bad_code",
        }
    }
}

/// Why a request has nothing to do with the callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ignored {
    /// Another path.
    NotCallback,
    /// Another method than GET.
    BadMethod,
}

impl Ignored {
    /// `not_callback` or `bad_method`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotCallback => "not_callback",
            Self::BadMethod => "bad_method",
        }
    }
}

impl Callback {
    /// Judges a request to the listener: its method and its target as the request line has them.
    #[must_use]
    pub fn parse(expected: Expected<'_>, method: &str, target: &str) -> Self {
        if target.len() > MAX_TARGET {
            return Self::Error(CallbackError::TooLong);
        }
        let target = target.split('#').next().unwrap_or_default();
        let Some((path, query)) = origin_form(target, expected.custom_scheme) else {
            return Self::Error(CallbackError::BadTarget);
        };
        if path != expected.path {
            return Self::Ignore(Ignored::NotCallback);
        }
        if method != "GET" {
            return Self::Ignore(Ignored::BadMethod);
        }
        Parameters::parse(query).and_then(|found| found.judge(expected.state)).unwrap_or_else(Self::Error)
    }

    /// The HTTP status to answer with.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Code(_) | Self::Denied(_) | Self::ServerError(_) => 200,
            Self::Error(CallbackError::TooLong) => 414,
            Self::Error(_) => 400,
            Self::Ignore(Ignored::NotCallback) => 404,
            Self::Ignore(Ignored::BadMethod) => 405,
        }
    }

    /// Whether the attempt is decided; else the listener goes on.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Code(_) | Self::Denied(_) | Self::ServerError(_))
    }

    /// The page for the browser. No value of the query appears in it.
    ///
    /// `way_back` is a URL of a custom scheme that leads to the application, where the platform has one.
    #[must_use]
    pub fn page(&self, way_back: Option<&str>) -> Page {
        let text = match self {
            Self::Code(_) => "You are signed in. You can close this page and go back to the application.",
            Self::Denied(_) => {
                "Access was not granted. You can close this page and go back to the application."
            }
            Self::ServerError(_) => {
                "The server reported an error. You can close this page and go back to the application."
            }
            Self::Error(_) => "This request could not be used.",
            Self::Ignore(_) => "There is nothing here.",
        };
        let mut way = (String::new(), String::new());
        if let Some(url) = way_back.filter(|_| self.is_final()) {
            let url = escape(url);
            way.0 = format!("<meta http-equiv=\"refresh\" content=\"0;url={url}\">");
            way.1 = format!("<p><a href=\"{url}\">Go back to the application</a></p>");
        }
        let (refresh, link) = way;
        let body = format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">{refresh}<title>Sign-in</title></head>\
             <body><p>{text}</p>{link}</body></html>"
        );
        Page { status: self.status(), body }
    }
}

/// An answer of the listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// HTTP status.
    pub status: u16,
    /// HTML, UTF-8.
    pub body: String,
}

impl Page {
    /// The headers to send; `Content-Length` is the caller's.
    pub const HEADERS: [(&'static str, &'static str); 6] = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
        ("Content-Security-Policy", "default-src 'none'"),
        ("X-Content-Type-Options", "nosniff"),
        ("Connection", "close"),
    ];
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('\'', "&#39;").replace('<', "&lt;")
}

/// Path and query of a target, without its scheme and authority.
fn origin_form<'t>(target: &'t str, custom_scheme: Option<&str>) -> Option<(&'t str, &'t str)> {
    let (hierarchy, query) = target.split_once('?').unwrap_or((target, ""));
    if hierarchy.starts_with('/') {
        return Some((hierarchy, query));
    }
    let (scheme, rest) = hierarchy.split_once(':')?;
    let known = ["http", "https"].into_iter().chain(custom_scheme);
    if !known.into_iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return None;
    }
    let path = match rest.strip_prefix("//") {
        // Nothing behind the authority is the path `/` (RFC 9110 §4.2.3).
        Some(authority) => authority.find('/').and_then(|at| authority.get(at..)).unwrap_or("/"),
        None => rest,
    };
    path.starts_with('/').then_some((path, query))
}

/// The parameters that count.
#[derive(Default)]
struct Parameters {
    code: Option<Secret>,
    state: Option<Secret>,
    error: Option<String>,
    error_description: Option<String>,
    error_uri: Option<()>,
    iss: Option<()>,
}

impl Parameters {
    fn parse(query: &str) -> Result<Self, CallbackError> {
        let mut found = Self::default();
        let mut duplicate = false;
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = form_decode(name).ok_or(CallbackError::BadEncoding)?;
            let value = form_decode(value).ok_or(CallbackError::BadEncoding)?;
            duplicate |= match name.as_str() {
                "code" => found.code.replace(Secret::new(value)).is_some(),
                "state" => found.state.replace(Secret::new(value)).is_some(),
                "error" => found.error.replace(value).is_some(),
                "error_description" => found.error_description.replace(value).is_some(),
                "error_uri" => found.error_uri.replace(()).is_some(),
                "iss" => found.iss.replace(()).is_some(),
                _ => false,
            };
        }
        if duplicate { Err(CallbackError::DuplicateParameter) } else { Ok(found) }
    }

    fn judge(self, state: &State) -> Result<Callback, CallbackError> {
        let given = self.state.filter(|s| !s.expose().is_empty()).ok_or(CallbackError::MissingState)?;
        if !state.matches(given.expose()) {
            return Err(CallbackError::StateMismatch);
        }
        if let Some(error) = self.error.filter(|e| !e.is_empty()) {
            let description = self.error_description.map(|text| presentable(&text));
            let said = ServerError { error, description };
            return Ok(if said.error == "access_denied" {
                Callback::Denied(said)
            } else {
                Callback::ServerError(said)
            });
        }
        let code = self.code.filter(|c| !c.expose().is_empty()).ok_or(CallbackError::MissingCode)?;
        let printable = code.expose().bytes().all(|o| (0x20..0x7F).contains(&o));
        if !printable || code.expose().len() > MAX_CODE {
            return Err(CallbackError::BadCode);
        }
        Ok(Callback::Code(code))
    }
}

/// A server's text as it may be shown: no control characters, at most [`MAX_DESCRIPTION`] characters.
pub(crate) fn presentable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(MAX_DESCRIPTION).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(target: &str) -> Callback {
        let state = State::from_text("s");
        let scheme = Some("app.eduroam.geteduroam");
        Callback::parse(Expected { path: "/", state: &state, custom_scheme: scheme }, "GET", target)
    }

    // spec: discovery 11.4
    #[test]
    fn targets_of_all_forms() {
        let code = Callback::Code(Secret::new("c"));
        for target in [
            "/?code=c&state=s",
            "http://127.0.0.1:1/?code=c&state=s#f",
            "HTTP://[::1]/?state=s&code=c",
            "http://127.0.0.1:1?code=c&state=s",
            "app.eduroam.geteduroam:/?code=c&state=s",
        ] {
            assert_eq!(parse(target), code, "{target}");
        }
        for target in [
            "",
            "*",
            "ftp://h/?code=c",
            "h:443",
            "other.app:/?code=c&state=s",
            "app.eduroam.geteduroam:?code=c&state=s",
        ] {
            assert_eq!(parse(target), Callback::Error(CallbackError::BadTarget), "{target}");
        }
    }

    #[test]
    fn codes_have_bounds() {
        let bad = Callback::Error(CallbackError::BadCode);
        assert_eq!(parse("/?code=a%0Ab&state=s"), bad);
        assert_eq!(parse("/?code=%C3%A9&state=s"), bad);
        assert_eq!(parse(&format!("/?code={}&state=s", "a".repeat(MAX_CODE + 1))), bad);
        assert!(parse(&format!("/?code={}&state=s", "a".repeat(MAX_CODE))).is_final());
    }

    #[test]
    fn pages_show_nothing_of_the_query() {
        let callback = parse("/?error=%3Cscript%3E&error_description=%3Cb%3E&state=s");
        let page = callback.page(Some("app:/?a=1&b=\"'<"));
        assert!(!page.body.contains("script") && !page.body.contains("<b>"));
        assert!(page.body.contains("href=\"app:/?a=1&amp;b=&quot;&#39;&lt;\""));
        assert!(!parse("/x").page(Some("app:/")).body.contains("app:/"));
    }

    #[test]
    fn descriptions_are_cut() {
        assert_eq!(presentable(&"é\u{85}".repeat(600)), "é".repeat(512));
    }
}
