//! What holds for the access gateway whatever clients, servers and clocks do.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod hotspot;

use core::net::Ipv4Addr;
use hotspot::{Hotspot, IP, MAC, PORTAL, UAMSECRET, config, dynamic, reply};
use proptest::collection::vec;
use proptest::prelude::*;
use radius_codec::dict::{chillispot, rfc2865, rfc2869, wispr as wispr_dict};
use radius_codec::{Code, Packet, Path};
use std::collections::{BTreeMap, BTreeSet};
use wispr::gateway::{
    AccountingKind, Answer, Authenticator, Challenge, Command, Compatibility, Config, Event, Flow, Input,
    JsonAnswer, LoginId, LoginResult, MAX_HEAD_LEN, MAX_HEADER_LEN, Mac, Method, Output, Parameters,
    Redirect, Request, RequestId, Response, Selector, SessionId, Shown, Situation, Usage, ident, parameter,
    sign, terminate_time, verify,
};

const SITUATIONS: [Situation; 16] = [
    Situation::NotYet,
    Situation::Splash,
    Situation::Success,
    Situation::Reject,
    Situation::NoRoute,
    Situation::Timeout,
    Situation::Mtu,
    Situation::Protocol,
    Situation::Other,
    Situation::RequestError,
    Situation::Already,
    Situation::Challenge,
    Situation::Logoff,
    Situation::Abort,
    Situation::AbortLate,
    Situation::Status,
];

/// Octets that are likely to break out of something.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"-->".to_vec()),
        Just(b"--!>".to_vec()),
        Just(b"]]>".to_vec()),
        Just(b"\r\nSet-Cookie: a=b\r\n\r\n".to_vec()),
        Just(b"\"\\</ReplyMessage>&amp;&".to_vec()),
        Just("\u{2028}\u{85}\u{fffe}".as_bytes().to_vec()),
        Just(b"%0d%0a%00&md=0&res=success".to_vec()),
        vec(any::<u8>(), 0..20),
        "[ -~]{0,30}".prop_map(String::into_bytes),
    ];
    vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

/// What holds for every answer.
fn check_response(response: &Response, config: &Config) -> Result<(), TestCaseError> {
    for header in &response.headers {
        prop_assert!(!header.value.contains(|c: char| c.is_control()), "{header:?}");
    }
    let head_end = response.to_octets().windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4;
    prop_assert_eq!(head_end + response.body.len(), response.to_octets().len());
    let body = String::from_utf8(response.body.clone()).unwrap();
    if let Some(length) = response.value("Content-Length") {
        prop_assert_eq!(length.parse::<usize>().unwrap(), body.len());
    }
    if response.status == 302 {
        let location = response.location().unwrap();
        prop_assert!(wispr::url::Url::parse(&wispr::url::request_form(location).unwrap()).is_ok());
        if location.starts_with(PORTAL) {
            let signed = verify(location, UAMSECRET.as_bytes());
            prop_assert!(signed.is_some(), "{}", location);
            prop_assert_eq!(signed.unwrap().matches("&md=").count(), 0);
            prop_assert_eq!(location.matches("res=").count(), 1);
        }
        // One comment, and nothing of it outside.
        prop_assert_eq!((body.matches("<!--").count(), body.matches("--").count()), (1, 2), "{}", body);
        prop_assert!(body.ends_with("</WISPAccessGatewayParam>\r\n-->\r\n\r\n</HTML>\r\n"));
    } else if response.value("Content-Type").is_some_and(|t| t.starts_with("application/")) {
        prop_assert!(serde_json::from_str::<serde_json::Value>(&body).is_ok(), "{}", body);
        prop_assert!(body.len() < 65_536);
    }
    let _ = config;
    Ok(())
}

/// Whether the strict reader must take the block: not an empty one, and not the status answer of WISPr 1.0 in a
/// session, which lacks LogoffURL as the original's does (spec: wispr 9).
fn is_strict(situation: Situation, wispr2: bool, logged_in: bool) -> bool {
    match situation {
        Situation::Splash | Situation::RequestError => false,
        Situation::Status => wispr2 || !logged_in,
        _ => true,
    }
}

proptest! {
    // spec: uam 2
    #[test]
    fn any_octets_are_a_head_or_not(octets in vec(any::<u8>(), 0..400), line in "(GET|POST|HEAD) [ -~]{0,60}\r\n") {
        for octets in [octets.clone(), [line.as_bytes(), &octets].concat()] {
            if let Ok(request) = Request::parse_head(IP, &octets) {
                prop_assert!(request.path.starts_with(b"/"));
                prop_assert!(request.path.len() + request.query.len() <= MAX_HEAD_LEN);
                prop_assert!(request.host.len() <= MAX_HEADER_LEN && request.method != Method::Other);
            }
        }
    }

    // spec: uam 2
    #[test]
    fn a_parameter_that_was_encoded_comes_back(value in vec(any::<u8>(), 0..60), before in "[a-z&]{0,9}") {
        let query = format!("{before}&name={}&name=x", wispr::url::encode(&value));
        prop_assert_eq!(parameter(query.as_bytes(), "name").unwrap().into_owned(), value);
    }

    // spec: uam 4
    #[test]
    fn a_password_that_was_hidden_comes_back(
        challenge in any::<[u8; 16]>(), secret in vec(any::<u8>(), 0..40), password in vec(any::<u8>(), 0..=128),
    ) {
        let key = Challenge(challenge).key(&secret);
        let sent = key.obfuscate(&password);
        prop_assert_eq!(&**key.recover(sent.as_bytes()).unwrap(), &password[..]);
        prop_assert!(key.verify_chap(7, &password, &key.chap_response(7, &password)));
        prop_assert!(!key.verify_chap(8, &password, &key.chap_response(7, &password)));
    }

    // spec: uam 5.11
    #[test]
    fn a_signed_url_verifies_and_any_other_does_not(url in "[ -~]{0,60}", secret in vec(any::<u8>(), 1..20), at in any::<prop::sample::Index>()) {
        let signed = sign(url.clone(), &secret);
        prop_assert_eq!(verify(&signed, &secret), Some(&*url));
        let mut broken = signed.clone().into_bytes();
        let at = at.index(broken.len());
        broken[at] = if broken[at] == b'0' { b'1' } else { b'0' };
        prop_assert_eq!(verify(core::str::from_utf8(&broken).unwrap(), &secret), None);
    }

    #[test]
    fn numbers_and_dates_never_fail(text in hostile(), offset in any::<i32>()) {
        let _ = ident(&text);
        let _ = terminate_time(&text, offset);
        let _ = text.iter().take(40).copied().map(char::from).collect::<String>().parse::<Mac>();
    }

    // spec: uam 5, 6, wispr 9
    #[test]
    fn no_text_breaks_out_of_an_answer(
        situation in prop::sample::select(&SITUATIONS[..]), wispr2: bool, eap: bool, logged_in: bool,
        uid in hostile(), reply_text in hostile(), userurl in hostile(), lang in hostile(), redirurl in hostile(),
        location_name in "[ -~]{0,40}",
    ) {
        let config = config().radiuslocationname(location_name.clone()).radiuslocationid(location_name);
        let mut redirect = Redirect::new(situation.res(logged_in), Some(MAC), IP);
        redirect.challenge = Shown::Value(Challenge([1; 16]));
        redirect.uid = Some(&uid);
        redirect.reply = Some(&reply_text);
        redirect.userurl = Some(&userurl);
        redirect.lang = Some(&lang);
        let url = format!("http://x/{}", wispr::url::encode(&redirurl));
        redirect.redirurl = Some(url.as_bytes());
        redirect.session_id = Some("0000000100000001");
        let mut answer = Answer::new(situation, redirect);
        (answer.wispr2, answer.eap, answer.logged_in) = (wispr2, eap, logged_in);
        answer.eap_msg = Some(&[1, 2, 0, 5, 1]);
        answer.session_timeout = 60;
        let response = answer.response(&config);
        check_response(&response, &config)?;
        let strict = wispr::read::read_strict(&response.body);
        if is_strict(situation, wispr2, logged_in) {
            prop_assert!(strict.is_ok(), "{:?} {}", strict, String::from_utf8_lossy(&response.body));
        }
        let vendor = config.clone().compatibility(Compatibility::VENDOR);
        let body = String::from_utf8(answer.response(&vendor).body).unwrap();
        prop_assert_eq!(body.matches("-->").count(), 1, "{}", body);
        prop_assert!(!body.contains("--!>") && body.ends_with("-->\r\n\r\n</HTML>\r\n"));
        let mut json = JsonAnswer::new(situation, Some(MAC), IP, "0000000100000001");
        json.logged_in = logged_in;
        json.message = Some(&reply_text);
        json.userurl = &userurl;
        json.callback = Some(&lang);
        check_response(&json.response(&config), &config)?;
    }
}

/// Something that happens at a hotspot.
#[derive(Clone, Debug)]
enum Happening {
    Get {
        client: u8,
        path: String,
        query: Vec<u8>,
        host: Vec<u8>,
        post: bool,
    },
    Logon {
        client: u8,
        json: bool,
        good: bool,
        eap: bool,
    },
    Reply {
        login: u8,
        code: u8,
        attributes: Vec<(u8, Vec<u8>)>,
    },
    Timeout {
        login: u8,
    },
    Handler {
        login: u8,
        exit: Option<i32>,
        output: Vec<u8>,
    },
    Gone {
        request: u8,
    },
    Pass {
        seconds: u64,
    },
    Clock {
        unix: i64,
    },
    Lease {
        client: u8,
        mac: u8,
    },
    Release {
        client: u8,
    },
    Traffic {
        client: u8,
        from: u64,
        to: u64,
    },
    Command {
        client: u8,
        command: u8,
    },
    Dynamic {
        coa: bool,
        client: u8,
        attributes: Vec<(u8, Vec<u8>)>,
    },
    /// The data plane refuses the next session that begins or changes, so many outputs later.
    Refuse {
        after: u8,
    },
}

fn attributes() -> impl Strategy<Value = Vec<(u8, Vec<u8>)>> {
    let value = prop_oneof![
        hostile().prop_map(|v| v.into_iter().take(240).collect()),
        prop_oneof![Just(0_u32), 1..100_u32, any::<u32>()].prop_map(|n| n.to_be_bytes().to_vec()),
        Just(b"http://r.example/x?a=1&b=--><".to_vec()),
        Just(b"splash".to_vec()),
        Just(b"logout".to_vec()),
        Just(b"admin-reset".to_vec()),
        Just(b"2026-11-21T05:00:00-05:30".to_vec()),
    ];
    vec((0..12_u8, value), 0..6)
}

fn path_of(kind: u8) -> Path {
    match kind {
        0 => rfc2865::SESSION_TIMEOUT.path(),
        1 => rfc2865::IDLE_TIMEOUT.path(),
        2 => rfc2865::REPLY_MESSAGE.path(),
        3 => rfc2865::CLASS.path(),
        4 => rfc2865::STATE.path(),
        5 => rfc2869::EAP_MESSAGE.path(),
        6 => rfc2869::ACCT_INTERIM_INTERVAL.path(),
        7 => wispr_dict::REDIRECTION_URL.path(),
        8 => wispr_dict::SESSION_TERMINATE_TIME.path(),
        9 => chillispot::CONFIG.path(),
        10 => chillispot::MAX_TOTAL_OCTETS.path(),
        _ => chillispot::BANDWIDTH_MAX_UP.path(),
    }
}

fn happening() -> impl Strategy<Value = Happening> {
    use Happening as H;
    let endpoints = [
        "",
        "logon",
        "logoff",
        "prelogin",
        "status",
        "abort",
        "macreauth",
        "msdownload/x",
        "www/a.html",
        "www/../x",
        "captive-portal-identification",
        "some/page",
    ];
    let path = (prop::sample::select(&["/", "/json/"][..]), prop::sample::select(endpoints.to_vec()))
        .prop_map(|(prefix, endpoint)| format!("{prefix}{endpoint}"));
    let query = prop_oneof![
        Just(Vec::new()),
        hostile(),
        hostile().prop_map(|v| [&b"username=x&password=00&lang="[..], &v].concat()),
        hostile().prop_map(|v| [&b"callback=f&userurl="[..], &v].concat()),
    ];
    let client = 0..3_u8;
    prop_oneof![
        6 => (client.clone(), path, query, hostile(), any::<bool>())
            .prop_map(|(client, path, query, host, post)| H::Get { client, path, query, host, post }),
        5 => (client.clone(), any::<bool>(), any::<bool>(), any::<bool>())
            .prop_map(|(client, json, good, eap)| H::Logon { client, json, good, eap }),
        6 => (0..4_u8, prop::sample::select(&[2_u8, 2, 2, 3, 11, 5][..]), attributes())
            .prop_map(|(login, code, attributes)| H::Reply { login, code, attributes }),
        1 => (0..4_u8).prop_map(|login| H::Timeout { login }),
        1 => (0..4_u8, prop::option::of(any::<i32>()), hostile())
            .prop_map(|(login, exit, output)| H::Handler { login, exit, output }),
        1 => (0..8_u8).prop_map(|request| H::Gone { request }),
        2 => prop_oneof![0..70_u64, 0..10_000_u64].prop_map(|seconds| H::Pass { seconds }),
        1 => any::<i64>().prop_map(|unix| H::Clock { unix }),
        1 => (client.clone(), 0..3_u8).prop_map(|(client, mac)| H::Lease { client, mac }),
        1 => client.clone().prop_map(|client| H::Release { client }),
        2 => (client.clone(), any::<u64>(), any::<u64>()).prop_map(|(client, from, to)| H::Traffic { client, from, to }),
        2 => (client.clone(), 0..6_u8).prop_map(|(client, command)| H::Command { client, command }),
        1 => (any::<bool>(), client, attributes())
            .prop_map(|(coa, client, attributes)| H::Dynamic { coa, client, attributes }),
        2 => (0..4_u8).prop_map(|after| H::Refuse { after }),
    ]
}

/// What the caller knows: requests without an answer, logins asked about, sessions in accounting.
#[derive(Default)]
struct Ledger {
    open_requests: BTreeSet<RequestId>,
    logins: Vec<LoginId>,
    sessions: BTreeSet<SessionId>,
    accounted: BTreeMap<SessionId, bool>,
}

impl Ledger {
    fn take(&mut self, outputs: Vec<Output>, config: &Config) -> Result<(), TestCaseError> {
        for output in outputs {
            match output {
                Output::Respond { request, response } => {
                    prop_assert!(self.open_requests.remove(&request), "answered twice");
                    check_response(&response, config)?;
                }
                Output::Close { request } | Output::LocalFile { request, .. } => {
                    prop_assert!(self.open_requests.remove(&request), "answered twice");
                }
                Output::Authenticate(login) | Output::AskHandler(login) => {
                    hotspot::octets(&login.request, 1, [0; 16]);
                    self.logins.push(login.id);
                }
                Output::Event(Event::SessionOpened(info)) => {
                    prop_assert!(self.sessions.insert(info.session.id), "opened twice");
                }
                Output::Event(Event::SessionChanged(info) | Event::SessionUpdated(info)) => {
                    prop_assert!(self.sessions.contains(&info.session.id), "changed without a session");
                }
                Output::Event(Event::SessionClosed { session, .. }) => {
                    prop_assert!(self.sessions.remove(&session.session.id), "closed twice");
                }
                Output::Account(accounting) => {
                    hotspot::octets(&accounting.request, 1, [0; 16]);
                    let id = accounting.session_id.unwrap();
                    let before =
                        self.accounted.insert(id, !matches!(accounting.kind, AccountingKind::Stop(_)));
                    let fits = match accounting.kind {
                        AccountingKind::Start => before.is_none(),
                        _ => before == Some(true),
                    };
                    prop_assert!(fits, "{:?} after {:?} of {}", accounting.kind, before, id);
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn address(client: u8) -> Ipv4Addr {
    Ipv4Addr::new(10, 1, 0, 2 + client)
}

struct World {
    hotspot: Hotspot,
    /// After how many outputs the next session is refused.
    refuse: Option<u8>,
    ledger: Ledger,
    config: Config,
    requests: u64,
}

impl World {
    fn new(handler: bool) -> Self {
        let authenticator = match handler {
            true => Authenticator::Handler { then_radius: true, accounting: true },
            false => Authenticator::Radius,
        };
        let config =
            config().authenticator(authenticator).wwwdir(true).defidletimeout(500_u32).acctupdate(true);
        let mut hotspot = Hotspot::new(config.clone());
        hotspot.input(Input::Lease { ip: address(1), mac: Mac([1; 6]), vlan: Some(7) });
        Self { hotspot, refuse: None, ledger: Ledger::default(), config, requests: 1000 }
    }

    fn give(&mut self, input: Input<'_>) -> Result<(), TestCaseError> {
        let Hotspot { gateway, now, unix, .. } = &mut self.hotspot;
        gateway.handle(*now, *unix, input);
        let mut outputs = Vec::new();
        let mut refused = None;
        loop {
            let output = gateway.poll_output();
            let ended = matches!(output, Output::WaitUntil(_));
            if let (Output::Event(Event::SessionOpened(info) | Event::SessionChanged(info)), Some(after)) =
                (&output, self.refuse.take_if(|_| refused.is_none()))
            {
                refused =
                    Some((info.session.id, after, matches!(output, Output::Event(Event::SessionOpened(_)))));
            }
            if !ended {
                outputs.push(output);
            }
            match refused {
                Some((session_id, 0, opened)) => {
                    gateway.handle(*now, *unix, Input::NotLetThrough { session_id });
                    if opened {
                        // Refused at once, it has never been.
                        outputs.pop();
                    }
                    refused = None;
                }
                Some((session_id, _, _)) if ended => {
                    gateway.handle(*now, *unix, Input::NotLetThrough { session_id });
                    refused = None;
                }
                Some((session_id, after, _)) => refused = Some((session_id, after - 1, false)),
                None if ended => return self.ledger.take(outputs, &self.config),
                None => {}
            }
        }
    }

    fn request(&mut self, request: Request<'_>) -> Result<(), TestCaseError> {
        self.requests += 1;
        let id = RequestId(self.requests);
        self.ledger.open_requests.insert(id);
        self.give(Input::Request { id, request })
    }

    fn login(&self, number: u8) -> LoginId {
        let logins = &self.ledger.logins;
        logins.iter().rev().nth(number.into()).copied().unwrap_or(LoginId(u64::from(number)))
    }

    fn happen(&mut self, happening: &Happening) -> Result<(), TestCaseError> {
        use Happening as H;
        match happening {
            H::Get { client, path, query, host, post } => {
                let mut request = Request::get(address(*client), path);
                (request.query, request.host) = (query, host);
                request.method = if *post { Method::Post } else { Method::Get };
                self.request(request)
            }
            H::Logon { client, json, good, eap } => self.log_on(*client, *json, *good, *eap),
            H::Reply { login, code, attributes } => {
                let octets = with_code(*code, attributes);
                let packet = Packet::parse(&octets).unwrap();
                let login = self.login(*login);
                self.give(Input::LoginResult { login, result: LoginResult::Reply(&packet) })
            }
            H::Timeout { login } => {
                let login = self.login(*login);
                self.give(Input::LoginResult { login, result: LoginResult::Timeout })
            }
            H::Handler { login, exit, output } => {
                let login = self.login(*login);
                self.give(Input::LoginResult { login, result: LoginResult::Handler { exit: *exit, output } })
            }
            H::Gone { request } => {
                let id = RequestId(self.requests.saturating_sub(u64::from(*request)));
                self.ledger.open_requests.remove(&id);
                self.give(Input::RequestGone(id))
            }
            H::Pass { seconds } => {
                let outputs = self.hotspot.pass(*seconds % 300);
                self.ledger.take(outputs, &self.config)?;
                self.hotspot.now += core::time::Duration::from_secs(*seconds);
                self.give(Input::Tick)
            }
            H::Clock { unix } => {
                // Half the range: the test's own clock must not overflow.
                self.hotspot.unix = unix / 2;
                self.give(Input::Tick)
            }
            H::Lease { client, mac } => {
                self.give(Input::Lease { ip: address(*client), mac: Mac([*mac; 6]), vlan: None })
            }
            H::Release { client } => self.give(Input::Release { ip: address(*client) }),
            H::Traffic { client, from, to } => {
                let Some(view) = self.hotspot.gateway.find(&Selector::ip(address(*client))) else {
                    return Ok(());
                };
                let session_id = view.info().session_id;
                let usage = Usage {
                    from_client: Flow { octets: *from, packets: *from >> 8 },
                    to_client: Flow { octets: *to, packets: *to >> 8 },
                };
                self.give(Input::Traffic { session_id, usage, last_active: None })
            }
            H::Refuse { after } => {
                self.refuse = Some(*after);
                Ok(())
            }
            H::Command { client, command } => self.command(*client, *command),
            H::Dynamic { coa, client, attributes } => {
                let ip = address(*client).octets();
                let mut list = vec![(rfc2865::FRAMED_IP_ADDRESS.path(), &ip[..])];
                list.extend(attributes.iter().map(|(kind, value)| (path_of(*kind), &value[..])));
                list.retain(|(_, value)| !value.is_empty());
                let octets = dynamic(if *coa { Code::COA_REQUEST } else { Code::DISCONNECT_REQUEST }, &list);
                let packet = Packet::parse(&octets).unwrap();
                self.give(Input::Dynamic { id: RequestId(1), packet: &packet })
            }
        }
    }

    fn log_on(&mut self, client: u8, json: bool, good: bool, eap: bool) -> Result<(), TestCaseError> {
        let ip = address(client);
        self.request(Request::get(ip, "/prelogin"))?;
        let challenge = self.hotspot.gateway.find(&Selector::ip(ip)).and_then(|view| view.challenge());
        let sent = challenge.unwrap_or(Challenge([0; 16])).key(UAMSECRET.as_bytes()).obfuscate(b"secret");
        let prefix = if json { "/json" } else { "" };
        let credentials = match (eap, good) {
            (true, true) => "WISPrEAPMsg=AQEABQE%3d&WISPrVersion=2.0".to_owned(),
            (true, false) => "WISPrEAPMsg=AQ&WISPrVersion=2.0".to_owned(),
            (false, true) => format!("password={sent}"),
            (false, false) => "response=zz".to_owned(),
        };
        let target = format!("{prefix}/logon?username=joe&{credentials}");
        self.request(Request::get(ip, &target))
    }

    fn command(&mut self, client: u8, command: u8) -> Result<(), TestCaseError> {
        let client = Selector::ip(address(client));
        self.give(Input::Command(match command {
            0 => Command::Authorize {
                client,
                user_name: Some(b"u"),
                parameters: Parameters::new(),
                accounting: true,
            },
            1 => Command::Login {
                client,
                user_name: b"u",
                password: b"p",
                parameters: Parameters::new(),
                accounting: true,
            },
            2 => Command::Update { client, parameters: Parameters::new() },
            3 => Command::Logout { client },
            4 => Command::Block { client },
            _ => Command::Release { client },
        }))
    }
}

fn with_code(code: u8, attributes: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let list: Vec<_> =
        attributes.iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| (path_of(*k), &v[..])).collect();
    let mut octets = reply(Code::ACCESS_ACCEPT, &list);
    octets[0] = code;
    octets
}

proptest! {
    // spec: uam 2, 5, 7, radius-profile 6
    #[test]
    fn every_request_is_answered_once_and_every_session_is_accounted_for(
        handler: bool, happenings in vec(happening(), 1..30),
    ) {
        let mut world = World::new(handler);
        for happening in &happenings {
            world.happen(happening)?;
        }
        world.hotspot.unix = 0;
        let outputs = world.hotspot.pass(121);
        world.ledger.take(outputs, &world.config)?;
        prop_assert!(world.ledger.open_requests.is_empty(), "not answered: {:?}", world.ledger.open_requests);
        world.give(Input::Shutdown)?;
        prop_assert!(world.ledger.sessions.is_empty());
        prop_assert!(world.ledger.accounted.values().all(|open| !open));
        prop_assert_eq!(world.hotspot.gateway.next_timer(), core::time::Duration::MAX);
    }
}
