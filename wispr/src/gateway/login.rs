//! The life of a login: credentials in, somebody asked, session or refusal out (spec: uam 4, 5.2).

use super::answer::{Situation, gateway_url};
use super::challenge::Challenge;
use super::client::fresh;
use super::config::Authenticator;
use super::credentials::{self, Credentials, Found};
use super::input::{LoginId, LoginResult, RequestId};
use super::machine::{Gateway, REQUEST_TIMEOUT};
use super::opening::Opening;
use super::output::{Event, Login, Output};
use super::pages::{Page, Saying, user_url};
use super::radius::{Access, AccountingKind, Grant, access_request, clean_url};
use super::request::{MAX_LANG_LEN, MAX_USER_NAME_LEN, cut, parameter};
use super::session::{Parameters, Session};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::net::Ipv4Addr;
use core::time::Duration;
use radius_codec::{Code, Packet};
use zeroize::Zeroizing;

/// How many requests may wait for one login; of more, the oldest is closed.
pub const MAX_WAITING: usize = 4;

/// A login that somebody is deciding about.
#[derive(Debug)]
pub(super) struct Pending {
    client: Ipv4Addr,
    user_name: Vec<u8>,
    credentials: Credentials,
    origin: Origin,
    stage: Stage,
    deadline: Duration,
    waiting: Vec<Page>,
}

/// What a command wants of the session that it begins.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    /// What the session may do where the RADIUS server says nothing.
    pub(super) parameters: Parameters,
    pub(super) accounting: bool,
}

/// What began a login.
#[derive(Debug, PartialEq, Eq)]
enum Origin {
    Page,
    Command(Box<Wanted>),
    Mac,
}

/// Who is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Handler,
    Radius,
}

impl Pending {
    /// When something is due: the login's end, or the end of a request's patience.
    pub(super) fn next_deadline(&self) -> Duration {
        let patience = self.waiting.iter().map(|page| page.arrived.saturating_add(REQUEST_TIMEOUT)).min();
        patience.map_or(self.deadline, |patience| patience.min(self.deadline))
    }
}

/// How a login ended.
pub(super) struct Refusal<'a> {
    situation: Situation,
    reply: Option<&'a [u8]>,
    /// A redirection URL: go there, and keep the challenge.
    location: Option<&'a str>,
}

impl Refusal<'_> {
    pub(super) const fn of(situation: Situation) -> Self {
        Self { situation, reply: None, location: None }
    }
}

impl Gateway {
    pub(super) fn on_logon(&mut self, page: Page, ip: Ipv4Addr, query: &[u8]) {
        if parameter(query, "continue").is_some() {
            return self.answer_page(&page, ip, false);
        }
        let Some(user_name) = parameter(query, "username") else {
            return self.push(Output::Close { request: page.request });
        };
        let user_name = cut(&user_name, MAX_USER_NAME_LEN).to_vec();
        let wispr2 = parameter(query, "WISPrVersion").is_some_and(|version| version.trim_ascii() == b"2.0");
        let Some(client) = self.clients.get_mut(&ip) else { return };
        let challenge = client.challenge.map(|made| made.challenge);
        let found = credentials::read(query, challenge, &self.config.uamsecret, wispr2);
        if found == Found::None {
            return self.push(Output::Close { request: page.request });
        }
        client.wispr2 = wispr2;
        if let Some(lang) = parameter(query, "lang") {
            client.lang = cut(&lang, MAX_LANG_LEN).to_vec();
        }
        if let Some(url) = user_url(query) {
            client.user_url = url;
        }
        if client.session().is_some() && !client.is_splash() {
            let saying = Saying::new(Situation::Already, client.session_id());
            return self.say(&page, ip, &saying);
        }
        client.user_name.clone_from(&user_name);
        let expired = client.is_challenge_expired(&self.config, self.now);
        match found {
            _ if expired => self.refuse_expired(&page, ip),
            Found::None => {}
            Found::NoChallenge => self.refuse_expired(&page, ip),
            Found::Malformed => self.refuse(&[page], ip, false, &Refusal::of(Situation::Other)),
            Found::Protocol => self.refuse(&[page], ip, true, &Refusal::of(Situation::Protocol)),
            Found::TooLong => self.refuse(&[page], ip, true, &Refusal::of(Situation::Mtu)),
            Found::Some(credentials) => self.start_page_login(page, ip, user_name, credentials),
        }
    }

    fn start_page_login(&mut self, page: Page, ip: Ipv4Addr, user_name: Vec<u8>, credentials: Credentials) {
        if let Some(pending) = self.same_login(ip, &user_name, &credentials) {
            pending.waiting.push(page);
            if pending.waiting.len() > MAX_WAITING {
                let request = pending.waiting.remove(0).request;
                self.push(Output::Close { request });
            }
            return;
        }
        self.drop_login(ip);
        if credentials::is_local_user(&self.config.localusers, &user_name, &credentials) {
            let grant = Grant::default();
            return self.accept(&[page], ip, &user_name, grant, true, false);
        }
        let stage = match self.config.authenticator {
            Authenticator::Radius => Stage::Radius,
            Authenticator::Handler { .. } => Stage::Handler,
        };
        self.start_login(ip, user_name, credentials, Origin::Page, stage, Vec::from([page]));
    }

    /// The login in progress if it is the same one: a browser that asks again joins it.
    fn same_login(
        &mut self,
        ip: Ipv4Addr,
        user_name: &[u8],
        credentials: &Credentials,
    ) -> Option<&mut Pending> {
        let id = self.clients.get(&ip)?.login?;
        self.logins
            .get_mut(&id)
            .filter(|p| p.origin == Origin::Page && p.user_name == user_name && p.credentials == *credentials)
    }

    /// Starts a login by hardware address, if the option is on and the client is neither in nor on its way.
    pub(super) fn start_mac_login(&mut self, ip: Ipv4Addr) {
        let Some(client) = self.clients.get(&ip) else { return };
        let meant = self.config.macallowed.is_empty() || self.config.macallowed.contains(&client.mac);
        if !self.config.macauth || !meant || client.session().is_some() || client.login.is_some() {
            return;
        }
        let mac = alloc::format!("{}", client.mac);
        let password = self.config.macpasswd.as_ref().map_or(mac.as_bytes(), |p| p.as_bytes()).to_vec();
        let user_name = alloc::format!("{mac}{}", self.config.macsuffix).into_bytes();
        let credentials = Credentials::Pap { password: Zeroizing::new(password) };
        self.start_login(ip, user_name, credentials, Origin::Mac, Stage::Radius, Vec::new());
    }

    pub(super) fn start_command_login(
        &mut self,
        ip: Ipv4Addr,
        user_name: &[u8],
        password: &[u8],
        wanted: Wanted,
    ) {
        let user_name = cut(user_name, MAX_USER_NAME_LEN).to_vec();
        let password = Zeroizing::new(cut(password, super::challenge::MAX_PASSWORD_LEN).to_vec());
        let Some(client) = self.clients.get_mut(&ip).filter(|c| c.session().is_none()) else {
            return self.ignore();
        };
        client.user_name.clone_from(&user_name);
        self.drop_login(ip);
        let credentials = Credentials::Pap { password };
        let origin = Origin::Command(Box::new(wanted));
        self.start_login(ip, user_name, credentials, origin, Stage::Radius, Vec::new());
    }

    fn start_login(
        &mut self,
        ip: Ipv4Addr,
        user_name: Vec<u8>,
        credentials: Credentials,
        origin: Origin,
        stage: Stage,
        waiting: Vec<Page>,
    ) {
        self.last_login = self.last_login.wrapping_add(1);
        let id = LoginId(self.last_login);
        let Some(client) = self.clients.get_mut(&ip) else { return };
        client.login = Some(id);
        if !matches!(credentials, Credentials::Eap { .. }) {
            client.eap_state = None;
        }
        let deadline = self.now.saturating_add(self.config.login_timeout);
        let pending = Pending { client: ip, user_name, credentials, origin, stage, deadline, waiting };
        self.logins.insert(id, pending);
        self.ask(id);
    }

    /// Asks whoever decides at the login's stage.
    fn ask(&mut self, id: LoginId) {
        let Some(pending) = self.logins.get(&id) else { return };
        let Some(client) = self.clients.get(&pending.client) else { return };
        let converted = match (self.config.mschapv2, &pending.credentials) {
            (Some(nt_response), Credentials::Pap { password })
                if pending.stage == Stage::Radius && pending.origin != Origin::Mac =>
            {
                let challenge = fresh(&mut *self.random);
                Some(Credentials::ms_chap_v2(nt_response, challenge, &pending.user_name, password))
            }
            _ => None,
        };
        let access = Access {
            user_name: &pending.user_name,
            credentials: converted.as_ref().unwrap_or(&pending.credentials),
            framed: pending.origin == Origin::Mac,
        };
        let login = Login {
            id,
            client: client.info(),
            user_name: pending.user_name.clone(),
            credentials: pending.credentials.clone(),
            asked_by: pending.waiting.first().map(|page| page.request),
            request: access_request(&self.config, client, &access),
        };
        let output = match pending.stage {
            Stage::Handler => Output::AskHandler(login),
            Stage::Radius => Output::Authenticate(login),
        };
        self.push(output);
    }

    /// Takes a login out of the table.
    fn take_login(&mut self, id: LoginId) -> Option<Pending> {
        let pending = self.logins.remove(&id)?;
        if let Some(client) = self.clients.get_mut(&pending.client) {
            client.login = None;
        }
        Some(pending)
    }

    /// Ends the client's login without a result; its requests are closed.
    pub(super) fn drop_login(&mut self, ip: Ipv4Addr) {
        let Some(id) = self.clients.get(&ip).and_then(|client| client.login) else { return };
        self.push(Output::CancelLogin(id));
        for page in self.take_login(id).map(|p| p.waiting).unwrap_or_default() {
            self.push(Output::Close { request: page.request });
        }
    }

    /// Ends the client's login for an abort; its requests are told that it failed (spec: uam 5.2).
    pub(super) fn abort_login(&mut self, ip: Ipv4Addr) {
        let Some(client) = self.clients.get(&ip) else { return };
        let session_id = client.session_id();
        let challenge = client.challenge.map(|made| made.challenge);
        let Some(id) = client.login else { return };
        self.push(Output::CancelLogin(id));
        let Some(pending) = self.take_login(id) else { return };
        let mut saying = Saying::new(Situation::Other, session_id);
        saying.challenge = challenge;
        saying.eap = matches!(pending.credentials, Credentials::Eap { .. });
        for page in &pending.waiting {
            self.say(page, ip, &saying);
        }
    }

    pub(super) fn on_request_gone(&mut self, request: RequestId) {
        let waiting = self.logins.values_mut().map(|pending| &mut pending.waiting);
        let found = waiting.into_iter().any(|pages| {
            let before = pages.len();
            pages.retain(|page| page.request != request);
            pages.len() != before
        });
        if !found {
            self.ignore();
        }
    }

    /// Ends logins whose time is up, and closes requests that waited too long.
    pub(super) fn expire_logins(&mut self) {
        let now = self.now;
        let mut closed = Vec::new();
        for pending in self.logins.values_mut() {
            pending.waiting.retain(|page| {
                let patient = now < page.arrived.saturating_add(REQUEST_TIMEOUT) || now >= pending.deadline;
                if !patient {
                    closed.push(page.request);
                }
                patient
            });
        }
        for request in closed {
            self.push(Output::Close { request });
        }
        let over: Vec<_> = self.logins.iter().filter(|(_, p)| p.deadline <= now).map(|(id, _)| id).collect();
        for id in over {
            self.push(Output::CancelLogin(id));
            self.on_timeout(id);
        }
    }

    pub(super) fn on_login_result(&mut self, id: LoginId, result: &LoginResult<'_>) {
        let Some(stage) = self.logins.get(&id).map(|pending| pending.stage) else {
            return self.ignore();
        };
        match (stage, result) {
            (Stage::Radius, LoginResult::Reply(packet)) => self.on_reply(id, packet),
            (Stage::Radius, LoginResult::Timeout) | (Stage::Handler, LoginResult::HandlerTimeout) => {
                self.on_timeout(id);
            }
            (Stage::Radius, LoginResult::Failed) => self.refuse_login(id, &Refusal::of(Situation::Other)),
            (Stage::Handler, LoginResult::Handler { exit, output }) => self.on_handler(id, *exit, output),
            _ => self.ignore(),
        }
    }

    fn on_timeout(&mut self, id: LoginId) {
        let radius = self.logins.get(&id).is_some_and(|pending| pending.stage == Stage::Radius);
        if radius && self.config.noradallow {
            let accounting = self.has_accounting(id);
            return self.accept_login(id, Grant::default(), accounting);
        }
        self.refuse_login(id, &Refusal::of(Situation::Timeout));
    }

    /// Whether the session of a login that RADIUS accepts is accounted: the handler may have been asked before.
    fn has_accounting(&self, id: LoginId) -> bool {
        let Some(pending) = self.logins.get(&id) else { return true };
        match (&pending.origin, self.config.authenticator) {
            (Origin::Page, Authenticator::Handler { accounting, .. }) => accounting,
            (Origin::Command(wanted), _) => wanted.accounting,
            _ => true,
        }
    }

    /// What a RADIUS server said (spec: radius-profile 4, 5).
    fn on_reply(&mut self, id: LoginId, packet: &Packet<'_>) {
        let grant = Grant::read(packet.attributes(), &self.config);
        let Some(pending) = self.logins.get(&id) else { return };
        let eap = matches!(pending.credentials, Credentials::Eap { .. });
        if grant.is_eap_too_long() {
            return self.refuse_login(id, &Refusal::of(Situation::Mtu));
        }
        match packet.code() {
            Code::ACCESS_ACCEPT => {
                let accounting = self.has_accounting(id);
                self.accept_login(id, grant, accounting);
            }
            Code::ACCESS_CHALLENGE if eap && !grant.eap.is_empty() => self.continue_eap(id, grant),
            // A challenge to a password has no use: a refusal (spec: radius-profile 5).
            Code::ACCESS_REJECT | Code::ACCESS_CHALLENGE => {
                let url = &grant.parameters.redirection_url;
                let location = Some(url.as_str()).filter(|url| !url.is_empty());
                let refusal =
                    Refusal { situation: Situation::Reject, reply: grant.reply.as_deref(), location };
                self.refuse_login(id, &refusal);
            }
            _ => self.refuse_login(id, &Refusal::of(Situation::Other)),
        }
    }

    /// Another round of EAP (spec: uam 3, 6).
    fn continue_eap(&mut self, id: LoginId, grant: Grant) {
        let Some(pending) = self.take_login(id) else { return };
        let ip = pending.client;
        let Some(client) = self.clients.get_mut(&ip) else { return };
        client.eap_state = grant.state;
        let mut saying = Saying::new(Situation::Challenge, client.session_id());
        saying.challenge = Some(client.next_challenge(&self.config, &mut *self.random, self.now));
        saying.reply = grant.reply.as_deref();
        saying.eap = true;
        saying.eap_msg = Some(&grant.eap);
        for page in &pending.waiting {
            self.say(page, ip, &saying);
        }
    }

    /// What the external handler said (spec: fon-api 2.2).
    fn on_handler(&mut self, id: LoginId, exit: Option<i32>, output: &[u8]) {
        let Authenticator::Handler { then_radius, accounting } = self.config.authenticator else {
            return self.refuse_login(id, &Refusal::of(Situation::Other));
        };
        let text = one_line(output);
        let reply = Some(&*text).filter(|text| !text.is_empty());
        let situation = match exit.unwrap_or(52) {
            0 if then_radius => {
                if let Some(pending) = self.logins.get_mut(&id) {
                    pending.stage = Stage::Radius;
                    pending.deadline = self.now.saturating_add(self.config.login_timeout);
                }
                return self.ask(id);
            }
            0 => return self.accept_login(id, Grant::default(), accounting),
            51 => Situation::Reject,
            58 => Situation::Timeout,
            59 => Situation::Mtu,
            60 => Situation::NoRoute,
            61 => Situation::Protocol,
            // A signed octet: -1 and 255 are the same.
            -128..=-1 | 128..=255 => return self.show_wait_page(id, output),
            _ => Situation::Other,
        };
        self.refuse_login(id, &Refusal { situation, reply, location: None });
    }

    /// The handler decides later: the client waits on a page (spec: fon-api 2.2).
    fn show_wait_page(&mut self, id: LoginId, output: &[u8]) {
        let Some(pending) = self.take_login(id) else { return };
        let Some(client) = self.clients.get_mut(&pending.client) else { return };
        let url = clean_url(output.trim_ascii());
        let url = if url.is_empty() { gateway_url(&self.config, "www/wait.html") } else { url };
        let mut saying = Saying::new(Situation::Splash, client.session_id());
        saying.challenge = client.challenge.map(|made| made.challenge);
        saying.location = Some(&url);
        for page in &pending.waiting {
            // A page that logs in by itself asks for the status anyway.
            saying.situation = if page.json { Situation::NotYet } else { Situation::Splash };
            self.say(page, pending.client, &saying);
        }
    }

    fn accept_login(&mut self, id: LoginId, mut grant: Grant, accounting: bool) {
        let past = grant.parameters.terminate_time.is_some_and(|time| time <= self.unix_seconds);
        let Some(pending) = self.logins.get(&id) else { return };
        let unfit = pending.origin == Origin::Mac && grant.require_uam;
        if past || unfit {
            return self.refuse_login(id, &Refusal::of(Situation::Other));
        }
        let Some(pending) = self.take_login(id) else { return };
        if let Origin::Command(wanted) = pending.origin {
            grant.parameters = grant.parameters.or(wanted.parameters);
        }
        let eap = matches!(pending.credentials, Credentials::Eap { .. });
        self.accept(&pending.waiting, pending.client, &pending.user_name, grant, accounting, eap);
    }

    /// Opens the session and tells those who wait. The session comes first, so that the client's next request, which
    /// follows the answer at once, finds it open.
    fn accept(
        &mut self,
        pages: &[Page],
        ip: Ipv4Addr,
        user_name: &[u8],
        grant: Grant,
        accounting: bool,
        eap: bool,
    ) {
        let Some(client) = self.clients.get_mut(&ip) else { return };
        client.eap_state = None;
        let running = client.session().is_some();
        let id = client.session_id();
        if running {
            // Opened by a command meanwhile: its parameters stay. A splash page was seen: the new ones count.
            if client.is_splash() {
                self.opening.push(Opening::of(id, &client.state));
                self.replace(ip, &grant);
            }
        } else {
            let parameters = grant.parameters.clone().with_defaults(&self.config);
            let mut session = Session::begin(id, user_name.to_vec(), parameters, self.now, self.unix_seconds);
            session.accounting = accounting;
            session.classes.clone_from(&grant.classes);
            session.cui.clone_from(&grant.cui);
            self.open_session(ip, session);
        }
        let mut saying = Saying::new(Situation::Success, id);
        saying.reply = grant.reply.as_deref();
        saying.eap = eap;
        saying.eap_msg = Some(&*grant.eap).filter(|eap| !eap.is_empty());
        let url = &grant.parameters.redirection_url;
        saying.location = Some(url.as_str()).filter(|url| !url.is_empty());
        for page in pages {
            self.say(page, ip, &saying);
        }
        self.opened_for(id, pages, eap);
        if !running {
            self.account(ip, AccountingKind::Start);
        }
    }

    /// Puts the parameters of an answer in place of the session's (spec: radius-profile 4, 9).
    pub(super) fn replace(&mut self, ip: Ipv4Addr, grant: &Grant) {
        let parameters = grant.parameters.clone().with_defaults(&self.config);
        let Some(session) = self.clients.get_mut(&ip).and_then(|client| client.session_mut()) else { return };
        session.parameters = parameters;
        session.classes.clone_from(&grant.classes);
        session.cui.clone_from(&grant.cui);
        self.session_event(ip, Event::SessionChanged);
    }

    fn refuse_login(&mut self, id: LoginId, refusal: &Refusal<'_>) {
        let Some(pending) = self.take_login(id) else { return };
        let eap = matches!(pending.credentials, Credentials::Eap { .. });
        if pending.origin == Origin::Page {
            self.refuse(&pending.waiting, pending.client, eap, refusal);
        }
    }

    /// Tells that a login failed. The client gets a new challenge and a new session id (spec: uam 3, 5.2).
    pub(super) fn refuse(&mut self, pages: &[Page], ip: Ipv4Addr, eap: bool, refusal: &Refusal<'_>) {
        let Some(client) = self.clients.get_mut(&ip) else { return };
        client.eap_state = None;
        let session_id = client.session_id();
        let kept = client.challenge.filter(|_| refusal.location.is_some()).map(|made| made.challenge);
        let challenge: Challenge =
            kept.unwrap_or_else(|| client.next_challenge(&self.config, &mut *self.random, self.now));
        let mut saying = Saying::new(refusal.situation, session_id);
        saying.challenge = Some(challenge);
        saying.reply = refusal.reply;
        saying.eap = eap;
        saying.location = refusal.location;
        for page in pages {
            self.say(page, ip, &saying);
        }
        self.renew_session_id(ip);
    }

    /// Tells that a login came without a challenge that still counts (spec: uam 3).
    fn refuse_expired(&mut self, page: &Page, ip: Ipv4Addr) {
        let Some(client) = self.clients.get_mut(&ip) else { return };
        let mut saying = Saying::new(Situation::Other, client.session_id());
        saying.challenge = Some(client.renew_challenge(&mut *self.random, self.now));
        saying.expired = true;
        self.say(page, ip, &saying);
        self.renew_session_id(ip);
    }

    pub(super) fn renew_session_id(&mut self, ip: Ipv4Addr) {
        let Some(unit) = self.clients.get(&ip).filter(|c| c.session().is_none()).map(|client| client.unit)
        else {
            return;
        };
        let id = self.new_session_id(unit);
        if let Some(client) = self.clients.get_mut(&ip) {
            client.next_id = id;
        }
    }
}

/// What a handler printed, as one line (spec: fon-api 2.2).
fn one_line(output: &[u8]) -> Vec<u8> {
    let mut line: Vec<u8> = output
        .trim_ascii()
        .iter()
        .map(|octet| if octet.is_ascii_control() { b' ' } else { *octet })
        .collect();
    line.dedup_by(|a, b| *a == b' ' && *b == b' ');
    line.truncate(super::radius::MAX_REPLY_LEN);
    line
}
