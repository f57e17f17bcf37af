//! Logins through the access gateway, from the first page to the answer.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod hotspot;

use core::net::Ipv4Addr;
use hotspot::{
    Hotspot, UAMSECRET, asked, attribute, body, config, kinds, reply, res, response, shown, shown_challenge,
};
use radius_codec::dict::{chillispot, rfc2865, rfc2869, wispr as wispr_dict};
use radius_codec::{Code, Packet};
use std::time::Duration;
use wispr::gateway::{
    AccountingKind, Command, Compatibility, Credentials, Event, Input, LoginResult, Mac, Method, Output,
    Parameters, Request, RequestId, Selector, TerminateCause,
};

// spec: uam 5.0, 5.1
#[test]
fn the_first_page_is_redirected_and_its_url_is_remembered() {
    let mut hotspot = Hotspot::new(config());
    let page = hotspot.get("/some/page?a=1&b=2");
    assert_eq!(res(&page), "notyet");
    assert_eq!(shown(&page, "userurl").as_deref(), Some("http://www.example.com/some/page?a=1&b=2"));
    assert_eq!(shown(&page, "mac").as_deref(), Some("02-00-5E-10-00-01"));
    assert!(body(&page).contains("<EAPMsg>AQEABQE=</EAPMsg>"));
    let again = hotspot.get("/prelogin?userurl=http://elsewhere/");
    assert_eq!(shown(&again, "userurl").as_deref(), Some("http://www.example.com/some/page?a=1&b=2"));
    assert_eq!(shown_challenge(&page), shown_challenge(&again));
    assert!(body(&again).contains("<EAPMsg>AQIABQE=</EAPMsg>"));
}

// spec: uam 5.1
#[test]
fn a_homepage_comes_before_the_portal() {
    let mut hotspot = Hotspot::new(config().uamhomepage(String::from("http://home.example/")));
    let page = hotspot.get("/");
    assert!(
        page.location()
            .unwrap()
            .starts_with("http://home.example/?loginurl=https%3a%2f%2fportal.example.net")
    );
    let inner = shown(&page, "loginurl").unwrap();
    assert!(wispr::gateway::verify(&inner, UAMSECRET.as_bytes()).is_some());
    assert!(hotspot.get("/prelogin").location().unwrap().starts_with(hotspot::PORTAL));
}

// spec: gateway-dataplane 9.1
#[test]
fn a_session_that_the_data_plane_refuses_has_never_been() {
    let mut hotspot = Hotspot::new(config());
    hotspot.get("/");
    let challenge = hotspot.challenge();
    let login = hotspot.logon("alice", "x");
    let waiting = hotspot.last_request();
    let octets = reply(Code::ACCESS_ACCEPT, &[]);
    let packet = Packet::parse(&octets).unwrap();
    let result = Input::LoginResult { login: login.id, result: LoginResult::Reply(&packet) };
    hotspot.gateway.handle(hotspot.now, hotspot.unix, result);
    let Output::Event(Event::SessionOpened(info)) = hotspot.gateway.poll_output() else {
        panic!("the session comes first");
    };
    let outputs = hotspot.input(Input::NotLetThrough { session_id: info.session.id });
    let [Output::Respond { request, response: page }] = &outputs[..] else { panic!("{outputs:?}") };
    assert_eq!((*request, res(page)), (waiting, String::from("failed/other")));
    assert_ne!(shown_challenge(page), challenge);
    let client = hotspot.gateway.find(&Selector::ip(hotspot::IP)).unwrap();
    assert!(client.session().is_none());
    assert_ne!(client.info().session_id, info.session.id);
    // The next attempt is like the first.
    let outputs = hotspot.log_in(&[]);
    assert_eq!((kinds(&outputs), res(&response(&outputs))), (vec![AccountingKind::Start], "success".into()));
    // A session that everybody knows of ends as any other.
    let session_id = hotspot.gateway.find(&Selector::ip(hotspot::IP)).unwrap().session().unwrap().id;
    let outputs = hotspot.input(Input::NotLetThrough { session_id });
    assert_eq!(kinds(&outputs), [AccountingKind::Stop(TerminateCause::AdminReset)]);
    let ignored = hotspot.gateway.ignored();
    hotspot.input(Input::NotLetThrough { session_id });
    assert_eq!(hotspot.gateway.ignored(), ignored + 1);
}

// spec: gateway-dataplane 9.1
#[test]
fn a_session_that_is_refused_too_late_ends_as_any_other() {
    let mut hotspot = Hotspot::new(config());
    let login = hotspot.logon("alice", "x");
    let octets = reply(Code::ACCESS_ACCEPT, &[]);
    let packet = Packet::parse(&octets).unwrap();
    let result = Input::LoginResult { login: login.id, result: LoginResult::Reply(&packet) };
    hotspot.gateway.handle(hotspot.now, hotspot.unix, result);
    let Output::Event(Event::SessionOpened(info)) = hotspot.gateway.poll_output() else {
        panic!("the session comes first");
    };
    assert!(matches!(hotspot.gateway.poll_output(), Output::Respond { .. }));
    let outputs = hotspot.input(Input::NotLetThrough { session_id: info.session.id });
    let stop = AccountingKind::Stop(TerminateCause::AdminReset);
    assert_eq!(kinds(&outputs), [AccountingKind::Start, stop]);
    assert!(matches!(outputs.last(), Some(Output::Event(Event::SessionClosed { .. }))));
}

// spec: gateway-dataplane 9.1
#[test]
fn a_login_after_a_splash_page_that_the_data_plane_refuses_is_refused() {
    let mut hotspot = Hotspot::new(config());
    let splash: (_, &[u8]) = (chillispot::CONFIG.path(), b"splash");
    hotspot.log_in(&[splash]);
    assert_eq!(res(&hotspot.get("/prelogin")), "splash");
    let login = hotspot.logon("alice", "x");
    let octets = reply(Code::ACCESS_ACCEPT, &[]);
    let packet = Packet::parse(&octets).unwrap();
    let result = Input::LoginResult { login: login.id, result: LoginResult::Reply(&packet) };
    hotspot.gateway.handle(hotspot.now, hotspot.unix, result);
    let Output::Event(Event::SessionChanged(info)) = hotspot.gateway.poll_output() else {
        panic!("the session goes on without the page");
    };
    let outputs = hotspot.input(Input::NotLetThrough { session_id: info.session.id });
    assert_eq!(res(&response(&outputs)), "failed/other");
    assert_eq!(kinds(&outputs), [AccountingKind::Stop(TerminateCause::AdminReset)]);
}

// spec: gateway-dataplane 9.1, fon-api 3
#[test]
fn a_blocked_client_that_cannot_be_authorized_stays_blocked_and_pages_keep_their_challenge() {
    for blocked in [true, false] {
        let mut hotspot = Hotspot::new(config());
        let challenge = hotspot.challenge();
        let client = Selector::ip(hotspot::IP);
        if blocked {
            hotspot.input(Input::Command(Command::Block { client }));
        }
        let state = hotspot.gateway.find(&client).unwrap().info().state;
        let parameters = Parameters::new();
        let command = Command::Authorize { client, user_name: None, parameters, accounting: true };
        hotspot.gateway.handle(hotspot.now, hotspot.unix, Input::Command(command));
        let Output::Event(Event::SessionOpened(info)) = hotspot.gateway.poll_output() else {
            panic!("the session comes first");
        };
        let outputs = hotspot.input(Input::NotLetThrough { session_id: info.session.id });
        let told = matches!(outputs[..], [Output::Event(Event::ClientBlocked(_))]);
        assert_eq!((told, outputs.len()), (blocked, usize::from(blocked)), "{outputs:?}");
        let found = hotspot.gateway.find(&client).unwrap();
        assert_eq!((found.info().state, found.challenge()), (state, Some(challenge)));
    }
}

// spec: gateway-dataplane 9.1
#[test]
fn one_refused_session_does_not_touch_what_is_said_to_others() {
    let mut hotspot = Hotspot::new(config());
    let other = Ipv4Addr::new(10, 1, 0, 3);
    hotspot.input(Input::Lease { ip: other, mac: Mac([2, 0, 0, 0, 0, 9]), vlan: None });
    for ip in [hotspot::IP, other] {
        let command = Command::Authorize {
            client: Selector::ip(ip),
            user_name: None,
            parameters: Parameters::new(),
            accounting: true,
        };
        hotspot.gateway.handle(hotspot.now, hotspot.unix, Input::Command(command));
    }
    let Output::Event(Event::SessionOpened(first)) = hotspot.gateway.poll_output() else {
        panic!("the session comes first");
    };
    let outputs = hotspot.input(Input::NotLetThrough { session_id: first.session.id });
    let [Output::Event(Event::SessionOpened(second)), Output::Account(start)] = &outputs[..] else {
        panic!("{outputs:?}");
    };
    assert_eq!((second.client.ip, start.session_id), (other, Some(second.session.id)));
}

// spec: uam 4, 5.2
#[test]
fn an_accepted_password_opens_the_session_and_answers() {
    let mut hotspot = Hotspot::new(config());
    hotspot.get("/");
    let login = hotspot.logon("user@fon.com#fon", "x");
    assert_eq!(login.user_name, b"user@fon.com#fon");
    assert!(matches!(&login.credentials, Credentials::Pap { password } if password.as_slice() == b"x"));
    let outputs = hotspot.answer(
        login.id,
        Code::ACCESS_ACCEPT,
        &[
            (rfc2865::SESSION_TIMEOUT.path(), &3600_u32.to_be_bytes()),
            (rfc2865::REPLY_MESSAGE.path(), b"Welcome\r\n alice"),
        ],
    );
    assert!(
        matches!(&outputs[0], Output::Event(Event::SessionOpened(info)) if info.session.user_name == b"user@fon.com#fon")
    );
    assert_eq!(kinds(&outputs), [AccountingKind::Start]);
    let page = response(&outputs);
    assert_eq!(res(&page), "success");
    assert_eq!(shown(&page, "uid").as_deref(), Some("user@fon.com#fon"));
    assert_eq!(shown(&page, "timeleft").as_deref(), Some("3600"));
    assert_eq!(shown(&page, "reply").as_deref(), Some("Welcome alice"));
    assert_eq!(shown(&page, "challenge"), None);
    assert_eq!(shown(&page, "redirurl").as_deref(), Some(""));
    let text = body(&page);
    assert!(
        text.contains("<MessageType>140</MessageType>") && text.contains("<MaxSessionTime>3600<"),
        "{text}"
    );
    for target in ["/", "/prelogin", "/logon?username=x&password=00"] {
        assert_eq!(res(&hotspot.get(target)), "already", "{target}");
    }
}

// spec: uam 5.2, 6, radius-profile 5
#[test]
fn a_refusal_gives_the_reason_a_new_challenge_and_a_new_session_id() {
    let mut hotspot = Hotspot::new(config());
    let before = hotspot.get("/prelogin");
    let login = hotspot.logon("alice", "wrong");
    let outputs = hotspot.answer(
        login.id,
        Code::ACCESS_REJECT,
        &[(rfc2865::REPLY_MESSAGE.path(), b"BAD_PASSWORD"), (rfc2865::REPLY_MESSAGE.path(), b"second")],
    );
    let page = response(&outputs);
    assert_eq!(res(&page), "failed/reject");
    assert_eq!(shown(&page, "reply").as_deref(), Some("BAD_PASSWORD"));
    assert!(body(&page).contains("<ResponseCode>100</ResponseCode>\r\n<ReplyMessage>BAD_PASSWORD<"));
    assert_ne!(shown_challenge(&page), shown_challenge(&before));
    assert_eq!(shown(&page, "sessionid"), shown(&before, "sessionid"));
    let after = hotspot.get("/prelogin");
    assert_eq!(shown_challenge(&after), shown_challenge(&page));
    assert_ne!(shown(&after, "sessionid"), shown(&before, "sessionid"));
    assert!(kinds(&outputs).is_empty());
}

// spec: uam 3
#[test]
fn challenges_that_never_expire_outlive_a_refusal_but_not_a_logoff() {
    let mut hotspot =
        Hotspot::new(config().challengetimeout(Duration::ZERO).challengetimeout2(Duration::ZERO));
    let before = hotspot.challenge();
    let login = hotspot.logon("alice", "wrong");
    let refused = response(&hotspot.answer(login.id, Code::ACCESS_REJECT, &[]));
    assert_eq!(shown_challenge(&refused), before);
    hotspot.pass(1_000_000);
    assert_eq!(hotspot.challenge(), before);
    assert_ne!(shown_challenge(&hotspot.get("/logoff")), before);
}

// spec: uam 3
#[test]
fn an_old_challenge_is_renewed_by_a_page_and_refused_for_a_login() {
    let mut hotspot = Hotspot::new(config());
    let old = hotspot.challenge();
    hotspot.pass(600);
    assert_eq!(hotspot.challenge(), old);
    hotspot.pass(1);
    assert_ne!(hotspot.challenge(), old);
    let old = hotspot.challenge();
    hotspot.pass(1201);
    let sent = old.key(UAMSECRET.as_bytes()).obfuscate(b"x");
    let page = hotspot.get(&format!("/logon?username=joe&password={sent}&userurl=http://x/"));
    assert_eq!(res(&page), "failed/other");
    assert_ne!(shown_challenge(&page), old);
    assert_eq!((shown(&page, "userurl"), shown(&page, "redirurl")), (None, None));
}

// spec: uam 3
#[test]
fn a_login_before_any_challenge_is_refused() {
    let mut hotspot = Hotspot::new(config());
    let page = hotspot.get("/logon?username=joe&password=00");
    assert_eq!(res(&page), "failed/other");
    assert!(shown(&page, "challenge").is_some());
}

// spec: uam 4
#[test]
fn chap_goes_to_the_server_as_it_came() {
    let mut hotspot = Hotspot::new(config());
    let key = hotspot.challenge().key(UAMSECRET.as_bytes());
    let response: String = key.chap_response(77, b"secret").iter().map(|o| format!("{o:02x}")).collect();
    let login = asked(hotspot.ask(&format!("/logon?username=joe&response={response}&ident=77&lang=es")));
    assert_eq!(attribute(&login.request, rfc2865::CHAP_CHALLENGE.path()).unwrap(), key.as_octets());
    let chap: Vec<u8> = [77].into_iter().chain(key.chap_response(77, b"secret")).collect();
    assert_eq!(attribute(&login.request, rfc2865::CHAP_PASSWORD.path()).unwrap(), chap);
    assert_eq!(attribute(&login.request, chillispot::LANG.path()).unwrap(), b"es");
    assert_eq!(attribute(&login.request, rfc2865::USER_PASSWORD.path()), None);
    let page = hotspot::response(&hotspot.answer(login.id, Code::ACCESS_ACCEPT, &[]));
    assert_eq!(shown(&page, "lang").as_deref(), Some("es"));
}

// spec: uam 4
#[test]
fn ms_chap_goes_to_the_server_with_the_key_as_both_challenges() {
    let mut hotspot = Hotspot::new(config());
    let key = hotspot.challenge().key(UAMSECRET.as_bytes());
    let login = asked(hotspot.ask(&format!("/logon?username=joe&ntresponse={}&ident=3", "5a".repeat(24))));
    let microsoft = |kind| radius_codec::Path::vendor(311, kind);
    assert_eq!(attribute(&login.request, microsoft(11)).unwrap(), key.as_octets());
    let value = attribute(&login.request, microsoft(25)).unwrap();
    assert_eq!((value[0], value[1], &value[2..18]), (3, 0, &key.as_octets()[..]));
    assert_eq!((&value[18..26], &value[26..]), (&[0; 8][..], &[0x5a; 24][..]));
}

// spec: uam 4, 6, radius-profile 4, 5
#[test]
fn eap_goes_round_until_the_server_decides() {
    let mut hotspot = Hotspot::new(config());
    let first = hotspot.challenge();
    let login = asked(hotspot.ask("/login?username=eapu&WISPrEAPMsg=AgEACQFlYXB1&WISPrVersion=2.0"));
    assert_eq!(attribute(&login.request, rfc2869::EAP_MESSAGE.path()).unwrap(), b"\x02\x01\x00\x09\x01eapu");
    assert_eq!(attribute(&login.request, rfc2865::STATE.path()), None);
    let page = response(&hotspot.answer(
        login.id,
        Code::ACCESS_CHALLENGE,
        &[(rfc2869::EAP_MESSAGE.path(), &[1, 2, 0, 6, 4, 9]), (rfc2865::STATE.path(), b"state-1")],
    ));
    assert_eq!(res(&page), "challenge");
    assert_ne!(shown_challenge(&page), first);
    let text = body(&page);
    assert!(text.contains("<MessageType>121</MessageType>\r\n<ResponseCode>10</ResponseCode>"), "{text}");
    assert!(text.contains("<EAPMsg>AQIABgQJ</EAPMsg>"), "{text}");
    assert!(text.contains("&amp;continue=1&amp;uamport=3990&amp;challenge="), "{text}");

    let login = asked(hotspot.ask("/login?username=eapu&WISPrEAPMsg=AgIABgQJ&WISPrVersion=2.0"));
    assert_eq!(attribute(&login.request, rfc2865::STATE.path()).unwrap(), b"state-1");
    let outputs = hotspot.answer(
        login.id,
        Code::ACCESS_ACCEPT,
        &[
            (rfc2869::EAP_MESSAGE.path(), &[3, 2, 0, 4]),
            (rfc2865::SESSION_TIMEOUT.path(), &900_u32.to_be_bytes()),
        ],
    );
    let text = body(&response(&outputs));
    assert!(
        text.contains("<EAPAuthenticationReply>\r\n<MessageType>121</MessageType>\r\n<ResponseCode>50<"),
        "{text}"
    );
    assert!(text.contains("<EAPMsg>AwIABA==</EAPMsg>") && text.contains("<MaxSessionTime>900<"), "{text}");
    // The State belonged to the login that is over.
    hotspot.get("/logoff");
    let login = asked(hotspot.ask("/login?username=eapu&WISPrEAPMsg=AgEACQFlYXB1&WISPrVersion=2.0"));
    assert_eq!(attribute(&login.request, rfc2865::STATE.path()), None);
}

// spec: uam 4, 5, radius-profile 10
#[test]
fn eap_messages_that_do_not_fit_are_refused_with_their_own_codes() {
    let mut hotspot = Hotspot::new(config());
    let page = hotspot.get("/login?username=u&WISPrEAPMsg=AQEABQ&WISPrVersion=2.0");
    assert_eq!(res(&page), "failed/other");
    assert!(
        body(&page).contains("<ResponseCode>254</ResponseCode>\r\n<ReplyMessage>WISPr 2.0 protocol error<")
    );
    let long = "AAAA".repeat(422);
    let page = hotspot.get(&format!("/login?username=u&WISPrEAPMsg={long}&WISPrVersion=2.0"));
    assert_eq!(res(&page), "failed/mtu");
    assert!(body(&page).contains("<MessageType>121</MessageType>\r\n<ResponseCode>253<"));
    let login = asked(hotspot.ask("/login?username=eapu&WISPrEAPMsg=AgEACQFlYXB1&WISPrVersion=2.0"));
    let part = [7; 253];
    let parts = [(rfc2869::EAP_MESSAGE.path(), &part[..]); 6];
    assert_eq!(res(&response(&hotspot.answer(login.id, Code::ACCESS_CHALLENGE, &parts))), "failed/mtu");
    // Without WISPr 2.0 there are no credentials at all.
    assert!(matches!(hotspot.ask("/login?username=u&WISPrEAPMsg=AQEABQE=")[..], [Output::Close { .. }]));
}

// spec: radius-profile 5
#[test]
fn a_challenge_to_a_password_is_a_refusal() {
    let mut hotspot = Hotspot::new(config());
    let login = hotspot.logon("alice", "x");
    let outputs = hotspot.answer(login.id, Code::ACCESS_CHALLENGE, &[(rfc2865::STATE.path(), b"s")]);
    assert_eq!(res(&response(&outputs)), "failed/reject");
}

// spec: uam 5.2, 6
#[test]
fn without_an_answer_the_login_fails_after_a_minute() {
    let mut hotspot = Hotspot::new(config());
    let login = hotspot.logon("alice", "x");
    assert!(hotspot.pass(59).is_empty());
    let outputs = hotspot.pass(1);
    assert!(matches!(&outputs[0], Output::CancelLogin(id) if *id == login.id));
    let page = response(&outputs);
    assert_eq!(res(&page), "failed/timeout");
    assert!(body(&page).contains("<ResponseCode>102</ResponseCode>\r\n<ReplyMessage>Radius error<"));
    // The answer that comes at last is too late.
    let ignored = hotspot.gateway.ignored();
    assert!(hotspot.answer(login.id, Code::ACCESS_ACCEPT, &[]).is_empty());
    assert_eq!(hotspot.gateway.ignored(), ignored + 1);
    assert_eq!(res(&hotspot.get("/status")), "notyet");
}

// spec: uam 6
#[test]
fn a_client_of_wispr_2_is_told_in_its_own_terms() {
    let mut hotspot = Hotspot::new(config());
    let login = asked(hotspot.ask_pap("alice", "x", "&WISPrVersion=%202.0"));
    let page = response(&hotspot.input(Input::LoginResult { login: login.id, result: LoginResult::Timeout }));
    assert!(body(&page).contains(
        "<MessageType>120</MessageType>\r\n<ResponseCode>102</ResponseCode>\r\n<ReplyMessage>Radius timeout<"
    ));
    let status = body(&hotspot.get("/status"));
    assert!(status.contains(
        "<StatusReply>\r\n<MessageType>160</MessageType>\r\n<ResponseCode>0</ResponseCode>\r\n<Status>1<"
    ));
    let login = asked(hotspot.ask_pap("alice", "x", "&WISPrVersion=2.0"));
    let page = response(&hotspot.answer(login.id, Code::ACCESS_ACCEPT, &[]));
    assert!(body(&page).contains("<AuthenticationReply>\r\n<MessageType>120<"));
    assert!(body(&hotspot.get("/status")).contains("<Status>0<"));
    assert!(body(&hotspot.get("/")).contains("<MessageType>120</MessageType>\r\n<ResponseCode>102</ResponseCode>\r\n<ReplyMessage>Already logged on<"));
}

// spec: radius-profile 8
#[test]
fn noradallow_lets_clients_in_when_no_server_answers() {
    let mut hotspot = Hotspot::new(config().noradallow(true).defsessiontimeout(77_u64));
    let login = hotspot.logon("alice", "x");
    let outputs = hotspot.input(Input::LoginResult { login: login.id, result: LoginResult::Timeout });
    assert_eq!(shown(&response(&outputs), "timeleft").as_deref(), Some("77"));
}

// spec: uam 3, 5.2
#[test]
fn an_abort_ends_the_login_it_aborts_and_no_other() {
    let mut hotspot = Hotspot::new(config());
    let challenge = hotspot.challenge();
    let login = hotspot.logon("alice", "x");
    let outputs = hotspot.ask("/abort");
    assert!(matches!(&outputs[0], Output::CancelLogin(id) if *id == login.id));
    let pages: Vec<_> = outputs
        .iter()
        .filter_map(|o| match o {
            Output::Respond { response, .. } => Some(response),
            _ => None,
        })
        .collect();
    assert_eq!((res(pages[0]), res(pages[1])), ("failed/other".into(), "logoff".into()));
    assert!(
        body(pages[1]).contains("<AbortLoginReply>\r\n<MessageType>150</MessageType>\r\n<ResponseCode>151<")
    );
    let unusable = shown_challenge(pages[1]);
    assert_ne!(unusable, challenge);
    // A login right after it works, with the challenge from before.
    let sent = challenge.key(UAMSECRET.as_bytes()).obfuscate(b"y");
    let second = asked(hotspot.ask(&format!("/logon?username=alice&password={sent}")));
    assert!(matches!(&second.credentials, Credentials::Pap { password } if password.as_slice() == b"y"));
    assert!(hotspot.answer(login.id, Code::ACCESS_ACCEPT, &[]).is_empty());
    assert_eq!(res(&response(&hotspot.answer(second.id, Code::ACCESS_ACCEPT, &[]))), "success");
    // Now it is too late for an abort.
    let late = hotspot.get("/abort");
    assert_eq!((res(&late), shown(&late, "challenge")), ("already".into(), None));
    assert!(
        body(&late).contains("<ResponseCode>50</ResponseCode>\r\n<LogoffURL>http://10.1.0.1:3990/logoff<")
    );
}

// spec: uam 3
#[test]
fn after_an_abort_the_next_page_has_a_new_challenge() {
    let mut hotspot = Hotspot::new(config());
    let before = hotspot.challenge();
    let shown_once = shown_challenge(&hotspot.get("/abort"));
    let after = hotspot.challenge();
    assert!(after != before && after != shown_once);
    assert_eq!(hotspot.challenge(), after);
}

// spec: uam 4
#[test]
fn requests_that_are_no_login_are_closed_or_treated_as_pages() {
    let mut hotspot = Hotspot::new(config());
    for target in ["/logon", "/logon?password=00", "/logon?username=x", "/login?username=x&WISPrVersion=2.0"]
    {
        assert!(matches!(hotspot.ask(target)[..], [Output::Close { .. }]), "{target}");
    }
    let page = hotspot.get("/logon?username=x&password=00&continue=1");
    assert_eq!(res(&page), "notyet");
    assert_eq!(shown(&page, "userurl").as_deref(), Some(""));
}

// spec: uam 4
#[test]
fn the_url_of_a_login_is_decoded_twice() {
    let mut hotspot = Hotspot::new(config());
    hotspot.ask_pap("alice", "x", "&userurl=http%253a%252f%252fx%252f%2525");
    assert_eq!(shown(&hotspot.get("/status"), "userurl").as_deref(), Some("http://x/%"));
}

// spec: uam 2
#[test]
fn methods_and_ports_decide_what_is_answered() {
    let mut hotspot = Hotspot::new(config());
    let ask = |hotspot: &mut Hotspot, method, ui| {
        hotspot.ask_with("/status", |request| {
            request.method = method;
            request.ui_port = ui;
        })
    };
    assert!(matches!(ask(&mut hotspot, Method::Post, false)[..], [Output::Close { .. }]));
    assert!(matches!(ask(&mut hotspot, Method::Other, true)[..], [Output::Close { .. }]));
    assert!(matches!(ask(&mut hotspot, Method::Post, true)[..], [Output::Respond { .. }]));
    assert_eq!(body(&response(&ask(&mut hotspot, Method::Head, false))), body(&hotspot.get("/status")));
    let forbidden = hotspot.get("/msdownload/update/v5/x.cab");
    assert_eq!(forbidden.to_octets(), b"HTTP/1.0 403 Forbidden\r\n\r\n");
}

// spec: uam 5.9
#[test]
fn an_address_without_a_lease_is_told_so() {
    let mut hotspot = Hotspot::new(config());
    let stranger = Ipv4Addr::new(10, 1, 0, 99);
    let outputs = hotspot.input(Input::Request { id: RequestId(9), request: Request::get(stranger, "/") });
    let page = response(&outputs);
    assert_eq!(res(&page), "failed");
    assert_eq!(shown(&page, "challenge").as_deref(), Some(""));
    assert_eq!(shown(&page, "ip").as_deref(), Some("10.1.0.99"));
    for absent in ["mac", "sessionid", "userurl", "redirurl"] {
        assert_eq!(shown(&page, absent), None, "{absent}");
    }
    assert!(body(&page).contains("wispr_2_0.xsd\">\r\n</WISPAccessGatewayParam>"));
}

// spec: uam 5.2
#[test]
fn a_redirection_url_takes_the_place_of_the_portal() {
    let mut hotspot = Hotspot::new(config());
    let url: (_, &[u8]) = (wispr_dict::REDIRECTION_URL.path(), b"http://198.51.100.7/hello?a=1&b=2");
    let login = hotspot.logon("alice", "x");
    let before = shown_challenge(&hotspot.get("/status"));
    let page = response(&hotspot.answer(login.id, Code::ACCESS_REJECT, &[url]));
    assert_eq!(page.location(), Some("http://198.51.100.7/hello?a=1&b=2"));
    assert_eq!(hotspot.challenge(), before);
    let page = response(&hotspot.log_in(&[url]));
    assert_eq!(page.location(), Some("http://198.51.100.7/hello?a=1&b=2"));
    assert!(body(&page).contains("<RedirectionURL>http://198.51.100.7/hello?a=1&amp;b=2<"));
    let page = hotspot.get("/");
    assert_eq!(shown(&page, "redirurl").as_deref(), Some("http://198.51.100.7/hello?a=1&b=2"));
    hotspot.get("/logoff");
    let page = response(&hotspot.log_in(&[(wispr_dict::REDIRECTION_URL.path(), b"javascript:alert(1)")]));
    assert_eq!(res(&page), "success");
}

// spec: radius-profile 4.1
#[test]
fn a_session_that_would_be_over_already_is_refused() {
    let mut hotspot = Hotspot::new(config());
    let time: (_, &[u8]) = (wispr_dict::SESSION_TERMINATE_TIME.path(), b"1999-01-01T00:00:00+00:00");
    let outputs = hotspot.log_in(&[time]);
    assert_eq!(res(&response(&outputs)), "failed/other");
    assert!(kinds(&outputs).is_empty());
}

#[test]
fn a_browser_that_asks_again_joins_the_login_in_progress() {
    let mut hotspot = Hotspot::new(config());
    let login = hotspot.logon("alice", "x");
    let first = hotspot.last_request();
    for _ in 0..3 {
        assert!(hotspot.ask_pap("alice", "x", "").iter().all(|o| matches!(o, Output::Respond { .. })));
    }
    let outputs = hotspot.ask_pap("alice", "x", "");
    assert!(
        outputs.iter().any(|o| matches!(o, Output::Close { request } if *request == first)),
        "{outputs:?}"
    );
    let outputs = hotspot.answer(login.id, Code::ACCESS_ACCEPT, &[]);
    assert_eq!(outputs.iter().filter(|o| matches!(o, Output::Respond { .. })).count(), 4);
    assert_eq!(kinds(&outputs), [AccountingKind::Start]);
}

#[test]
fn another_login_takes_the_place_of_the_first() {
    let mut hotspot = Hotspot::new(config());
    let first = hotspot.logon("alice", "x");
    let outputs = hotspot.ask_pap("alice", "y", "");
    assert!(outputs.iter().any(|o| matches!(o, Output::CancelLogin(id) if *id == first.id)));
    assert!(outputs.iter().any(|o| matches!(o, Output::Close { .. })));
    assert!(hotspot.answer(first.id, Code::ACCESS_ACCEPT, &[]).is_empty());
}

#[test]
fn a_login_goes_on_when_its_connection_is_gone() {
    let mut hotspot = Hotspot::new(config());
    let login = hotspot.logon("alice", "x");
    let request = hotspot.last_request();
    assert!(hotspot.input(Input::RequestGone(request)).is_empty());
    let outputs = hotspot.answer(login.id, Code::ACCESS_ACCEPT, &[]);
    assert!(!outputs.iter().any(|o| matches!(o, Output::Respond { .. })));
    assert_eq!(res(&hotspot.get("/status")), "already");
}

#[test]
fn an_answer_that_is_none_is_an_internal_error() {
    let mut hotspot = Hotspot::new(config());
    let login = hotspot.logon("alice", "x");
    let octets = reply(Code::ACCESS_ACCEPT, &[]);
    let mut octets = octets;
    octets[0] = Code::ACCOUNTING_RESPONSE.0;
    let packet = Packet::parse(&octets).unwrap();
    let outputs = hotspot.input(Input::LoginResult { login: login.id, result: LoginResult::Reply(&packet) });
    assert_eq!(res(&response(&outputs)), "failed/other");
    let compatible = config().compatibility(Compatibility::VENDOR);
    let mut hotspot = Hotspot::new(compatible);
    let login = hotspot.logon("alice", "x");
    let outputs = hotspot.input(Input::LoginResult { login: login.id, result: LoginResult::Failed });
    assert_eq!(res(&response(&outputs)), "failed/other");
}
