//! One exchange: a request, the redirects that follow it, and the message that counts (spec: wispr 6, 7.3).

use super::result::Failure;
use super::{Method, Response};
use crate::code::ResponseCode;
use crate::message::{Kind, Message};
use crate::read::{self, Quirks};
use crate::url::{Scheme, Url, UrlError};
use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use zeroize::Zeroizing;

/// What an exchange is for; it decides which messages are acceptable (spec: wispr 7.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exchange {
    Probe,
    /// Login, EAP and poll.
    Login,
    Abort,
    Logoff,
    Status,
}

impl Exchange {
    fn accepts(self, message: &Message<'_>, reply_kept: bool) -> bool {
        match (self, message.kind) {
            (Self::Probe, Kind::Redirect | Kind::Proxy) => true,
            (Self::Login, Kind::Redirect) => !reply_kept,
            (
                Self::Login,
                Kind::AuthenticationReply
                | Kind::EapAuthenticationReply
                | Kind::AuthenticationPollReply
                | Kind::PollNotification,
            ) => true,
            (Self::Abort, Kind::AbortLoginReply) | (Self::Logoff, Kind::LogoffReply) => true,
            (Self::Logoff, Kind::AuthenticationPollReply) => {
                message.response_code == Some(ResponseCode::LOGOFF_SUCCEEDED)
            }
            (Self::Status, Kind::StatusReply | Kind::AuthenticationPollReply) => true,
            _ => false,
        }
    }
}

/// A request, before it has a number.
#[derive(Clone)]
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) body: Option<Zeroizing<String>>,
    pub(super) credentials: bool,
}

impl Call {
    pub(super) const fn get(url: String) -> Self {
        Self { method: Method::Get, url, body: None, credentials: false }
    }
}

/// A message that was kept, and the URL it came from.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) message: Message<'static>,
    pub(super) base: String,
}

impl Kept {
    /// A URL of the message, absolute and fit for a request.
    pub(super) fn resolve(&self, url: Option<&Cow<'static, str>>) -> Result<Option<String>, UrlError> {
        url.map(|url| Url::parse(&self.base)?.resolve(url)).transpose()
    }

    pub(super) fn code(&self) -> ResponseCode {
        // The reader calls no message usable that has no code.
        self.message.response_code.unwrap_or(ResponseCode::GATEWAY_ERROR)
    }

    fn is_success(&self) -> bool {
        self.code() == ResponseCode::LOGIN_SUCCEEDED
    }
}

/// Where credentials may be sent to.
pub(super) trait Policy {
    /// Why credentials must not go there.
    fn refuses(&self, target: &Url<'_>) -> Option<Failure>;
}

/// What to do after a response.
pub(super) enum Step {
    /// Follow a redirect.
    Follow(Call),
    /// The chain is at its end.
    End(Box<End>),
    /// The chain is broken by a redirect that must not be followed, and this is the message that was kept before it.
    Broken(Failure, Option<Box<Kept>>),
}

/// The end of a chain.
pub(super) struct End {
    /// The message that counts.
    pub(super) kept: Option<Kept>,
    /// The URL of the last response or, if that failed, of the last request.
    pub(super) url: String,
    /// The status of the last response; nothing if the last request failed.
    pub(super) status: Option<u16>,
    /// The last response is what a free Internet answers to the probe.
    pub(super) online: bool,
}

/// A message that was read on the way.
pub(super) struct Seen {
    pub(super) kind: Kind,
    pub(super) code: Option<ResponseCode>,
    pub(super) kept: bool,
    pub(super) quirks: Quirks,
}

/// A chain that is under way.
pub(super) struct Chain {
    exchange: Exchange,
    /// The request it began with.
    pub(super) first: Call,
    current: Call,
    redirects: u32,
    kept: Option<Kept>,
    /// The latest success that a later message took the place of.
    success: Option<Kept>,
}

impl Chain {
    pub(super) fn new(exchange: Exchange, call: Call) -> Self {
        Self { exchange, first: call.clone(), current: call, redirects: 0, kept: None, success: None }
    }

    /// The request that is outstanding.
    pub(super) const fn current(&self) -> &Call {
        &self.current
    }

    /// Takes a response.
    pub(super) fn response(
        &mut self,
        response: &Response<'_>,
        max_redirects: u32,
        policy: &impl Policy,
        online: bool,
    ) -> (Option<Seen>, Step) {
        let url = response.url.filter(|url| Url::parse(url).is_ok()).unwrap_or(&self.current.url);
        let base: String = url.into();
        let seen = self.read(response.body, &base);
        let location =
            response.location.map(|l| l.trim_matches([' ', '\t', '\r', '\n'])).filter(|l| !l.is_empty());
        let step = match location {
            Some(location) if matches!(response.status, 301 | 302 | 303 | 307 | 308) => {
                match self.follow(&base, location, response.status, max_redirects, policy) {
                    Ok(call) => Step::Follow(call),
                    Err(failure) => Step::Broken(failure, self.kept.take().map(Box::new)),
                }
            }
            _ => Step::End(Box::new(self.end(base, Some(response.status), online))),
        };
        (seen, step)
    }

    /// Takes a failure of the outstanding request.
    pub(super) fn error(&mut self) -> End {
        let url = self.current.url.clone();
        self.end(url, None, false)
    }

    fn end(&mut self, url: String, status: Option<u16>, online: bool) -> End {
        End { kept: self.kept.take(), url, status, online }
    }

    /// Reads a body and keeps its message, if it is acceptable (spec: wispr 7.3).
    fn read(&mut self, body: &[u8], base: &str) -> Option<Seen> {
        let document = read::read(body).ok()?;
        let quirks = document.quirks();
        let message = document.into_usable().ok()?;
        let (kind, code) = (message.kind, message.response_code);
        let reply_kept = self.kept.as_ref().is_some_and(|kept| kept.message.kind != Kind::Redirect);
        let kept = self.exchange.accepts(&message, reply_kept);
        if kept {
            let mut new = Kept { message: message.into_owned(), base: base.into() };
            if let Some(earlier) = self.kept.take().filter(Kept::is_success) {
                self.success = Some(earlier);
            }
            if let Some(earlier) = self.success.as_ref().filter(|_| new.is_success()) {
                supplement(&mut new, earlier);
            }
            self.kept = Some(new);
        }
        Some(Seen { kind, code, kept, quirks })
    }

    fn follow(
        &mut self,
        base: &str,
        location: &str,
        status: u16,
        max_redirects: u32,
        policy: &impl Policy,
    ) -> Result<Call, Failure> {
        self.redirects = self.redirects.saturating_add(1);
        if self.redirects > max_redirects {
            return Err(Failure::TooManyRedirects);
        }
        let url = Url::parse(base).and_then(|base| base.resolve(location)).map_err(|e| match e {
            UrlError::Scheme => Failure::BadRedirect,
            _ => Failure::BadUrl,
        })?;
        let call = if matches!(status, 307 | 308) {
            let target = Url::parse(&url).map_err(|_| Failure::BadUrl)?;
            let is_https = |url: &str| Url::parse(url).is_ok_and(|url| url.scheme() == Scheme::Https);
            let from_https = is_https(base) || is_https(&self.current.url);
            if self.current.credentials {
                if from_https && target.scheme() == Scheme::Http {
                    return Err(Failure::InsecureRedirect);
                }
                if let Some(failure) = policy.refuses(&target) {
                    return Err(failure);
                }
            }
            Call { url, ..self.current.clone() }
        } else {
            Call::get(url)
        };
        self.current = call.clone();
        Ok(call)
    }
}

/// Lets a success have what an earlier success of the chain said and it does not (spec: wispr 7.3 rule 2).
fn supplement(new: &mut Kept, earlier: &Kept) {
    let absolute =
        |url: &Option<Cow<'static, str>>| earlier.resolve(url.as_ref()).ok().flatten().map(Cow::Owned);
    let (to, from) = (&mut new.message, &earlier.message);
    to.logoff_url = to.logoff_url.take().or_else(|| absolute(&from.logoff_url));
    to.status_url = to.status_url.take().or_else(|| absolute(&from.status_url));
    to.redirection_url = to.redirection_url.take().or_else(|| absolute(&from.redirection_url));
    to.max_session_time = to.max_session_time.or(from.max_session_time);
}
