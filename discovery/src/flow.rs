//! What a profile asks for (spec: discovery 7).

use crate::model::Profile;
use crate::text::is_blank;
use crate::url::{self, Options, UrlError, UrlKind, VerifiedUrl};
use std::fmt;

/// The way from a profile to a configuration. All URLs are verified and `https`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flow {
    /// GET the configuration.
    Direct {
        /// Where it is.
        eapconfig_endpoint: VerifiedUrl,
    },
    /// Authorize in the browser, then fetch the configuration with a token.
    OAuth(OAuthEndpoints),
    /// Fetch the service document, which names the endpoints for OAuth (spec: discovery 3).
    LetsWifi {
        /// Where the service document is.
        letswifi_endpoint: VerifiedUrl,
    },
    /// Open a page in the browser; nothing comes back.
    Redirect {
        /// The page.
        url: VerifiedUrl,
    },
}

impl Flow {
    /// `direct`, `oauth`, `letswifi` or `redirect`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Direct { .. } => "direct",
            Self::OAuth(_) => "oauth",
            Self::LetsWifi { .. } => "letswifi",
            Self::Redirect { .. } => "redirect",
        }
    }

    /// The URL that is asked first, except for OAuth.
    #[must_use]
    pub const fn url(&self) -> Option<&VerifiedUrl> {
        match self {
            Self::Direct { eapconfig_endpoint: url }
            | Self::LetsWifi { letswifi_endpoint: url }
            | Self::Redirect { url } => Some(url),
            Self::OAuth(_) => None,
        }
    }
}

/// The three endpoints of the OAuth flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuthEndpoints {
    /// Where the user authorizes, in the browser.
    pub authorization_endpoint: VerifiedUrl,
    /// Where the code becomes a token.
    pub token_endpoint: VerifiedUrl,
    /// Where the configuration is.
    pub eapconfig_endpoint: VerifiedUrl,
}

/// Why a profile is unavailable. `Display` gives `missing:<member>` or `bad_url:<member>:<code>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FlowError {
    /// A member that the flow needs is missing or blank.
    #[error("missing:{0}")]
    Missing(&'static str),
    /// A URL does not verify.
    #[error("bad_url:{member}:{}", error.code())]
    BadUrl {
        /// The member it stands in.
        member: &'static str,
        /// Why.
        error: UrlError,
    },
}

/// Advice about members that contradict the flow (spec: discovery 7). `Display` gives the spelling there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Advice {
    /// Endpoints beside a redirect are ignored.
    RedirectOverridesEndpoints,
    /// OAuth without the flag.
    OauthFlagMissing,
    /// OAuth although the flag is false.
    OauthFlagFalseWithEndpoints,
    /// Direct although the flag is true; the endpoint will probably want a token.
    OauthFlagWithoutEndpoints,
    /// Only one of the two OAuth endpoints.
    IncompleteOauthEndpoints,
    /// Format 2 or 3 without `type`.
    MissingType,
    /// Format 2 or 3 with an unknown `type`.
    UnknownType,
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RedirectOverridesEndpoints => "redirect_overrides_endpoints",
            Self::OauthFlagMissing => "oauth_flag_missing",
            Self::OauthFlagFalseWithEndpoints => "oauth_flag_false_with_endpoints",
            Self::OauthFlagWithoutEndpoints => "oauth_flag_without_endpoints",
            Self::IncompleteOauthEndpoints => "incomplete_oauth_endpoints",
            Self::MissingType => "missing_type",
            Self::UnknownType => "unknown_type",
        })
    }
}

/// The flow of a profile or why there is none, with advice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The flow; an error makes the profile unavailable, and nothing is opened or fetched.
    pub flow: Result<Flow, FlowError>,
    /// What does not fit the flow.
    pub advice: Vec<Advice>,
}

pub(crate) fn decide(profile: Profile<'_>, options: Options) -> Decision {
    let checks = Checks { options };
    match profile.kind() {
        None => by_members(profile, checks),
        Some(kind) => by_type(profile, kind, checks),
    }
}

/// Format 1: the members decide, the flag `oauth` never does.
fn by_members(profile: Profile<'_>, checks: Checks) -> Decision {
    let authorization = present(profile.authorization_endpoint());
    let token = present(profile.token_endpoint());
    let eapconfig = present(profile.eapconfig_endpoint());
    let mut advice = Vec::new();

    if let Some(page) = present(profile.redirect()) {
        let flow = checks.redirect("redirect", page);
        if flow.is_ok() && (authorization.is_some() || token.is_some() || eapconfig.is_some()) {
            advice.push(Advice::RedirectOverridesEndpoints);
        }
        return Decision { flow, advice };
    }
    let flow = if let Some((authorization, token)) = authorization.zip(token) {
        advice.extend(match profile.oauth() {
            None => Some(Advice::OauthFlagMissing),
            Some(false) => Some(Advice::OauthFlagFalseWithEndpoints),
            Some(true) => None,
        });
        checks.oauth(authorization, token, eapconfig)
    } else {
        if profile.oauth() == Some(true) {
            advice.push(Advice::OauthFlagWithoutEndpoints);
        }
        if authorization.is_some() || token.is_some() {
            advice.push(Advice::IncompleteOauthEndpoints);
        }
        checks.direct(eapconfig)
    };
    Decision { flow, advice }
}

/// Formats 2 and 3: `type` decides, and if it does not, the endpoints.
fn by_type(profile: Profile<'_>, kind: &str, checks: Checks) -> Decision {
    let eapconfig = present(profile.eapconfig_endpoint());
    let letswifi = present(profile.letswifi_endpoint());
    let webview = present(profile.webview_endpoint());
    let mut advice = Vec::new();
    let flow = match kind {
        "eap-config" => checks.direct(eapconfig),
        "letswifi" => checks.letswifi_service(letswifi),
        "webview" => webview
            .ok_or(FlowError::Missing("webview_endpoint"))
            .and_then(|page| checks.redirect("webview_endpoint", page)),
        other => {
            advice.push(if is_blank(other) { Advice::MissingType } else { Advice::UnknownType });
            if let Some(page) = webview {
                checks.redirect("webview_endpoint", page)
            } else if letswifi.is_some() {
                checks.letswifi_service(letswifi)
            } else if eapconfig.is_some() {
                checks.direct(eapconfig)
            } else {
                Err(FlowError::Missing("endpoint"))
            }
        }
    };
    Decision { flow, advice }
}

fn present(text: &str) -> Option<&str> {
    (!is_blank(text)).then_some(text)
}

/// Makes flows of members, every URL verified.
#[derive(Clone, Copy, Default)]
pub(crate) struct Checks {
    pub(crate) options: Options,
}

impl Checks {
    fn redirect(self, member: &'static str, page: &str) -> Result<Flow, FlowError> {
        url::verify_with(page, UrlKind::Redirect, self.options)
            .map(|url| Flow::Redirect { url })
            .map_err(|error| FlowError::BadUrl { member, error })
    }

    fn letswifi_service(self, given: Option<&str>) -> Result<Flow, FlowError> {
        self.endpoint("letswifi_endpoint", given)
            .map(|letswifi_endpoint| Flow::LetsWifi { letswifi_endpoint })
    }

    fn direct(self, given: Option<&str>) -> Result<Flow, FlowError> {
        self.endpoint("eapconfig_endpoint", given)
            .map(|eapconfig_endpoint| Flow::Direct { eapconfig_endpoint })
    }

    fn oauth(self, authorization: &str, token: &str, eapconfig: Option<&str>) -> Result<Flow, FlowError> {
        let eapconfig = eapconfig.ok_or(FlowError::Missing("eapconfig_endpoint"))?;
        Ok(Flow::OAuth(OAuthEndpoints {
            authorization_endpoint: self.endpoint("authorization_endpoint", Some(authorization))?,
            token_endpoint: self.endpoint("token_endpoint", Some(token))?,
            eapconfig_endpoint: self.endpoint("eapconfig_endpoint", Some(eapconfig))?,
        }))
    }

    /// A verified endpoint.
    pub(crate) fn endpoint(
        self,
        member: &'static str,
        given: Option<&str>,
    ) -> Result<VerifiedUrl, FlowError> {
        let given = given.ok_or(FlowError::Missing(member))?;
        url::verify_with(given, UrlKind::Endpoint, self.options)
            .map_err(|error| FlowError::BadUrl { member, error })
    }
}
