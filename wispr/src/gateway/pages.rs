//! What a client's HTTP request does and how it is answered (spec: uam 2, 3, 5, 7).

use super::answer::{Answer, Situation};
use super::challenge::Challenge;
use super::client::{Client, ClientView, State, fresh};
use super::config::Config;
use super::id::SessionId;
use super::input::RequestId;
use super::json::{JsonAnswer, Remaining, SessionView, captive_portal};
use super::local::LocalFile;
use super::location::{Redirect, Shown, StatusTimes};
use super::machine::Gateway;
use super::output::Output;
use super::request::{MAX_USER_URL_LEN, Method, Request, Route, cut, parameter};
use super::response::Response;
use super::session::{Session, TerminateCause};
use crate::url::decode;
use alloc::{string::String, vec::Vec};
use core::net::Ipv4Addr;
use core::time::Duration;

/// A request that waits for its answer.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) request: RequestId,
    pub(super) json: bool,
    pub(super) callback: Option<Vec<u8>>,
    /// When the request came.
    pub(super) arrived: Duration,
}

/// What an answer says besides what the client's record says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Saying<'a> {
    pub(super) situation: Situation,
    pub(super) session_id: SessionId,
    pub(super) challenge: Option<Challenge>,
    pub(super) reply: Option<&'a [u8]>,
    pub(super) eap: bool,
    pub(super) eap_msg: Option<&'a [u8]>,
    /// Where to go instead of the portal.
    pub(super) location: Option<&'a str>,
    pub(super) homepage: bool,
    /// The login came too late for its challenge: no URL is repeated.
    pub(super) expired: bool,
    /// The session that just ended.
    pub(super) ended: Option<&'a Session>,
}

impl Saying<'_> {
    pub(super) const fn new(situation: Situation, session_id: SessionId) -> Self {
        Self {
            situation,
            session_id,
            challenge: None,
            reply: None,
            eap: false,
            eap_msg: None,
            location: None,
            homepage: false,
            expired: false,
            ended: None,
        }
    }
}

impl Gateway {
    pub(super) fn on_request(&mut self, id: RequestId, request: &Request<'_>) {
        let post = request.ui_port || self.config.uamallowpost;
        let taken = match request.method {
            Method::Get | Method::Head => true,
            Method::Post => post,
            Method::Other => false,
        };
        if !taken {
            return self.push(Output::Close { request: id });
        }
        let (route, json) =
            if self.is_logoff_address(request) { (Route::Logoff, false) } else { request.route() };
        // These do not read the query (spec: uam 2).
        let blind = matches!(route, Route::Prelogin | Route::Abort | Route::MacReauth | Route::MsDownload);
        let callback = if blind { None } else { parameter(request.query, "callback") };
        let callback = callback.map(|name| name.into_owned());
        let page = Page { request: id, json, callback, arrived: self.now };
        let ip = request.client;
        let Some(client) = self.clients.get(&ip) else { return self.answer_unknown(&page, ip, route) };
        if matches!(client.state, State::Blocked) {
            return self.push(Output::Close { request: id });
        }
        match route {
            Route::Logon => self.on_logon(page, ip, request.query),
            Route::Logoff => self.on_logoff(&page, ip, request.query),
            Route::Status => self.on_status(&page, ip),
            Route::Abort => self.on_abort(&page, ip),
            Route::Prelogin => self.answer_page(&page, ip, false),
            Route::MacReauth => {
                self.start_mac_login(ip);
                self.answer_page(&page, ip, false);
            }
            Route::MsDownload => self.respond(&page, Response::forbidden()),
            Route::CaptivePortal => self.on_captive_portal(&page, ip),
            Route::Local(name) => self.on_local(&page, ip, name, request),
            Route::Original(path) => {
                self.remember_original(ip, path, request);
                self.answer_page(&page, ip, true);
            }
        }
    }

    pub(super) fn is_logoff_address(&self, request: &Request<'_>) -> bool {
        let host = request.host.split(|octet| *octet == b':').next().unwrap_or_default();
        let address = core::str::from_utf8(host).ok().and_then(|host| host.parse::<Ipv4Addr>().ok());
        address.is_some() && address == self.config.uamlogoutip
    }

    /// The page of a client that is not logged in, or the news that it is (spec: uam 5.1).
    pub(super) fn answer_page(&mut self, page: &Page, ip: Ipv4Addr, homepage: bool) {
        let Some(client) = self.clients.get_mut(&ip) else { return };
        let splash = client.is_splash();
        if client.session().is_some() && !splash {
            let saying = Saying::new(Situation::Already, client.session_id());
            return self.say(page, ip, &saying);
        }
        let situation = if splash { Situation::Splash } else { Situation::NotYet };
        let challenge = client.page_challenge(&self.config, &mut *self.random, self.now);
        let eap = client.next_eap_identity();
        let mut saying = Saying::new(situation, client.session_id());
        saying.challenge = Some(challenge);
        saying.eap_msg = Some(&eap);
        saying.homepage = homepage && !splash;
        self.say(page, ip, &saying);
    }

    fn remember_original(&mut self, ip: Ipv4Addr, path: &[u8], request: &Request<'_>) {
        let Some(client) = self.clients.get_mut(&ip) else { return };
        if client.session().is_some() && !client.is_splash() {
            return;
        }
        let gateway;
        let host = if request.host.is_empty() {
            gateway = alloc::format!("{}:{}", self.config.uamlisten, self.config.uamport);
            gateway.as_bytes()
        } else {
            request.host
        };
        let mut url = [&b"http://"[..], host, b"/", path].concat();
        if !request.query.is_empty() {
            url.push(b'?');
            url.extend_from_slice(request.query);
        }
        url.truncate(MAX_USER_URL_LEN);
        client.user_url = url;
    }

    fn on_status(&mut self, page: &Page, ip: Ipv4Addr) {
        let Some(client) = self.clients.get_mut(&ip) else { return };
        let mut saying = Saying::new(Situation::Status, client.session_id());
        saying.challenge = Some(client.status_challenge(&self.config, &mut *self.random, self.now));
        self.say(page, ip, &saying);
    }

    fn on_logoff(&mut self, page: &Page, ip: Ipv4Addr, query: &[u8]) {
        let Some(client) = self.clients.get_mut(&ip) else { return };
        if let Some(url) = parameter(query, "userurl") {
            client.user_url = cut(&url, MAX_USER_URL_LEN).to_vec();
        }
        let session_id = client.session_id();
        let ended = client.session().cloned();
        self.close_session(ip, TerminateCause::UserRequest);
        let Some(client) = self.clients.get_mut(&ip) else { return };
        let mut saying = Saying::new(Situation::Logoff, session_id);
        saying.challenge = Some(client.renew_challenge(&mut *self.random, self.now));
        saying.ended = ended.as_ref();
        self.say(page, ip, &saying);
    }

    fn on_abort(&mut self, page: &Page, ip: Ipv4Addr) {
        let Some(client) = self.clients.get(&ip) else { return };
        if client.session().is_some() {
            let saying = Saying::new(Situation::AbortLate, client.session_id());
            return self.say(page, ip, &saying);
        }
        self.abort_login(ip);
        let Some(client) = self.clients.get_mut(&ip) else { return };
        client.eap_state = None;
        if let Some(made) = &mut client.challenge {
            made.aborted = true;
        }
        let mut saying = Saying::new(Situation::Abort, client.session_id());
        // Shown, but never stored: a portal must not use it (spec: uam 3).
        saying.challenge = Some(fresh(&mut *self.random));
        self.say(page, ip, &saying);
    }

    /// The same page that a redirect would lead this client to, and what is left of its session.
    fn on_captive_portal(&mut self, page: &Page, ip: Ipv4Addr) {
        let Some(client) = self.clients.get_mut(&ip) else { return };
        let splash = client.is_splash();
        let session = client.session().filter(|_| !splash);
        let remaining = session.map(|session| Remaining {
            seconds: session.seconds_left(self.now, self.unix_seconds),
            octets: session.octets_left(self.config.swapoctets),
        });
        let situation = match (&remaining, splash) {
            (Some(_), _) => Situation::Already,
            (None, true) => Situation::Splash,
            (None, false) => Situation::NotYet,
        };
        let mut saying = Saying::new(situation, client.session_id());
        if remaining.is_none() {
            saying.challenge = Some(client.page_challenge(&self.config, &mut *self.random, self.now));
            saying.homepage = !splash;
        }
        let answer = answer(&self.config, self.now, client, &saying, self.config.secureportal.as_deref());
        let response = captive_portal(&self.config, &answer.portal(&self.config), remaining);
        self.respond(page, response);
    }

    fn on_local(&mut self, page: &Page, ip: Ipv4Addr, name: &[u8], request: &Request<'_>) {
        let Some(client) = self.clients.get(&ip).filter(|_| self.config.wwwdir) else {
            return self.respond(page, Response::not_found());
        };
        match LocalFile::find(name, request, client, &self.config) {
            Some(file) => self.push(Output::LocalFile { request: page.request, file }),
            None => self.respond(page, Response::not_found()),
        }
    }

    /// The answer to an address without a lease (spec: uam 5.9).
    fn answer_unknown(&mut self, page: &Page, ip: Ipv4Addr, route: Route<'_>) {
        let response = match route {
            Route::MsDownload => Response::forbidden(),
            Route::CaptivePortal => {
                let portal = self.config.secureportal.as_ref().unwrap_or(&self.config.uamserver);
                captive_portal(&self.config, portal, None)
            }
            Route::Local(_) => Response::not_found(),
            _ if page.json => {
                let mut answer = JsonAnswer::new(Situation::RequestError, None, ip, "");
                answer.callback = page.callback.as_deref();
                answer.response(&self.config)
            }
            _ => {
                let mut redirect = Redirect::new(Situation::RequestError.res(false), None, ip);
                redirect.challenge = Shown::Empty;
                Answer::new(Situation::RequestError, redirect).response(&self.config)
            }
        };
        self.respond(page, response);
    }

    /// The JSON listing of these clients, all of them from [`find`](Self::find) or [`clients`](Self::clients)
    /// (spec: fon-api 4.5).
    #[must_use]
    pub fn json_listing<'a>(&self, clients: impl IntoIterator<Item = ClientView<'a>>) -> String {
        let mut out = String::from("{ \"sessions\":[");
        for (index, ClientView(client)) in clients.into_iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            let session = client.session();
            let id = client.session_id();
            let mut entry = JsonAnswer::new(Situation::Status, Some(client.mac), client.ip, id.as_str());
            entry.logged_in = session.is_some();
            entry.vlan = client.vlan;
            entry.session = session.map(|s| session_view(s, &self.config, self.now));
            out.push_str(&entry.listed(&self.config, client.unit));
        }
        out.push_str("]}");
        out
    }

    pub(super) fn say(&mut self, page: &Page, ip: Ipv4Addr, saying: &Saying<'_>) {
        let Some(client) = self.clients.get(&ip) else { return };
        let response = if page.json {
            json(&self.config, self.now, client, page, saying)
        } else {
            answer(&self.config, self.now, client, saying, None).response(&self.config)
        };
        self.respond(page, response);
    }

    pub(super) fn respond(&mut self, page: &Page, response: Response) {
        self.push(Output::Respond { request: page.request, response });
    }
}

/// The answer for people and smart clients. `portal` is the portal's URL if it is not `uamserver`.
fn answer<'a>(
    config: &Config,
    now: Duration,
    client: &'a Client,
    saying: &'a Saying<'a>,
    portal: Option<&'a str>,
) -> Answer<'a> {
    use Situation as S;
    let situation = saying.situation;
    let session = client.session();
    let logged_in = session.is_some();
    let url = session.map_or("", |s| s.parameters.redirection_url.as_str());
    let mut redirect = Redirect::new(situation.res(logged_in), Some(client.mac), client.ip);
    redirect.base = Some(url).filter(|url| client.is_splash() && !url.is_empty()).or(portal);
    redirect.challenge = saying.challenge.map_or(Shown::No, Shown::Value);
    redirect.reply = saying.reply;
    redirect.vlan = client.vlan;
    redirect.lang = Some(&*client.lang).filter(|lang| !lang.is_empty());
    redirect.session_id = Some(saying.session_id.as_str());
    if matches!(situation, S::Success | S::Status) {
        redirect.uid = Some(&client.user_name);
    }
    if situation == S::Success {
        redirect.time_left = session.map_or(0, |s| s.parameters.session_timeout);
    }
    if situation == S::Status {
        redirect.time_left = session.map_or(0, |s| s.time_left(now));
        redirect.status = Some(status_times(config, now, client));
    }
    if !saying.expired {
        redirect.userurl = Some(&client.user_url);
        let without =
            matches!(situation, S::NotYet | S::Splash | S::Logoff | S::Abort | S::AbortLate | S::Status);
        redirect.redirurl = (!without).then_some(url.as_bytes());
    }
    let mut answer = Answer::new(situation, redirect);
    answer.wispr2 = client.wispr2;
    answer.eap = saying.eap;
    answer.eap_msg = saying.eap_msg;
    answer.logged_in = logged_in;
    answer.session_timeout = session.map_or(0, |s| s.parameters.session_timeout);
    answer.location = saying.location;
    answer.homepage = saying.homepage;
    answer
}

fn status_times(config: &Config, now: Duration, client: &Client) -> StatusTimes {
    let session = client.session();
    let latest = session.or(client.last_session.as_deref());
    let session_time = latest.map_or(0, |s| s.session_time(now));
    let start = latest.map(|s| match config.compatibility.monotonic_start_time {
        // The clock of `now` in whole seconds.
        true => i64::try_from(now.as_secs().saturating_sub(session_time)).unwrap_or(i64::MAX),
        false => s.start,
    });
    StatusTimes {
        start,
        session_time,
        session_timeout: session.map_or(0, |s| s.parameters.session_timeout),
        stop: session.and_then(|s| s.parameters.terminate_time),
    }
}

fn json(config: &Config, now: Duration, client: &Client, page: &Page, saying: &Saying<'_>) -> Response {
    let session = client.session();
    let id = saying.session_id.as_str();
    let mut answer = JsonAnswer::new(saying.situation, Some(client.mac), client.ip, id);
    answer.logged_in = session.is_some();
    answer.splash = client.is_splash();
    answer.message = saying.reply;
    answer.challenge = saying.challenge;
    answer.vlan = client.vlan;
    answer.userurl = &client.user_url;
    answer.redirurl = session.map_or(b"", |s| s.parameters.redirection_url.as_bytes());
    answer.session = saying.ended.or(session).map(|s| session_view(s, config, now));
    answer.callback = page.callback.as_deref();
    answer.response(config)
}

fn session_view<'a>(session: &'a Session, config: &Config, now: Duration) -> SessionView<'a> {
    let parameters = &session.parameters;
    SessionView {
        user_name: &session.user_name,
        start: session.start,
        session_timeout: parameters.session_timeout,
        idle_timeout: parameters.idle_timeout,
        terminate_time: parameters.terminate_time,
        max_input_octets: parameters.max_input_octets,
        max_output_octets: parameters.max_output_octets,
        max_total_octets: parameters.max_total_octets,
        session_time: session.session_time(now),
        idle_time: session.idle_time(now),
        counters: session.usage.counters(config.swapoctets),
    }
}

/// The parameter `userurl` of a login, decoded twice (spec: uam 4).
pub(super) fn user_url(query: &[u8]) -> Option<Vec<u8>> {
    let once = parameter(query, "userurl")?;
    Some(cut(&decode(&once), MAX_USER_URL_LEN).to_vec())
}
