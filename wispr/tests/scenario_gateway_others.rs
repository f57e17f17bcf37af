//! Other ways in than RADIUS and a page: the handler, local users, addresses, splash pages, JSON, local files.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod hotspot;

use core::net::Ipv4Addr;
use hotspot::{Hotspot, IP, MAC, accounting, asked, attribute, body, config, kinds, res, response, shown};
use radius_codec::Code;
use radius_codec::dict::{chillispot, rfc2865, wispr as wispr_dict};
use wispr::gateway::{
    AccountingKind, Authenticator, Command, Credentials, Event, Flow, Input, LocalUser, LoginResult, Output,
    Parameters, Selector, Usage,
};

// spec: fon-api 2.2
#[test]
fn the_handler_decides_and_its_words_reach_the_client() {
    let handler = Authenticator::Handler { then_radius: false, accounting: false };
    for (exit, want, wispr2) in [
        (Some(51), "failed/reject", "<ResponseCode>100<"),
        (Some(52), "failed/other", "<ResponseCode>255<"),
        (Some(58), "failed/timeout", "<ResponseCode>102<"),
        (Some(59), "failed/mtu", "<ResponseCode>253<"),
        (Some(60), "failed/other", "<ResponseCode>105<"),
        (Some(61), "failed/other", "<ResponseCode>254<"),
        (Some(7), "failed/other", "<ResponseCode>255<"),
        (None, "failed/other", "<ResponseCode>255<"),
    ] {
        let mut hotspot = Hotspot::new(config().authenticator(handler));
        let outputs = hotspot.ask_pap("alice", "x", "&WISPrVersion=2.0");
        assert!(matches!(&outputs[0], Output::AskHandler(_)));
        let login = asked(outputs).id;
        let result = LoginResult::Handler { exit, output: b" Too many\nusers & <more>\n" };
        let page = response(&hotspot.input(Input::LoginResult { login, result }));
        assert_eq!(res(&page), want, "{exit:?}");
        assert_eq!(shown(&page, "reply").as_deref(), Some("Too many users & <more>"));
        assert!(body(&page).contains(wispr2), "{exit:?}: {}", body(&page));
    }
    let mut hotspot = Hotspot::new(config().authenticator(handler));
    let login = hotspot.logon("alice", "x").id;
    let result = LoginResult::Handler { exit: Some(0), output: b"" };
    let outputs = hotspot.input(Input::LoginResult { login, result });
    assert_eq!(res(&response(&outputs)), "success");
    assert!(accounting(&outputs).is_empty());
}

// spec: fon-api 2.2, 2.3
#[test]
fn a_handler_may_decide_later_by_a_command() {
    let handler = Authenticator::Handler { then_radius: false, accounting: true };
    for (output, want) in [
        (&b""[..], "http://10.1.0.1:3990/www/wait.html"),
        (b"https://w.example/?a\n", "https://w.example/?a"),
    ] {
        let mut hotspot = Hotspot::new(config().authenticator(handler));
        let login = hotspot.logon("alice", "x").id;
        let result = LoginResult::Handler { exit: Some(255), output };
        let page = response(&hotspot.input(Input::LoginResult { login, result }));
        assert_eq!(page.location(), Some(want));
        assert_eq!(res(&hotspot.get("/prelogin")), "notyet");
        let outputs = hotspot.input(Input::Command(Command::Authorize {
            client: Selector::mac(MAC),
            user_name: Some(b"alice"),
            parameters: Parameters::new(),
            accounting: true,
        }));
        assert_eq!(kinds(&outputs), [AccountingKind::Start]);
        assert_eq!(res(&hotspot.get("/prelogin")), "already");
    }
}

// spec: fon-api 2.3
#[test]
fn a_session_that_the_handler_authorized_itself_starts_once() {
    let mut hotspot =
        Hotspot::new(config().authenticator(Authenticator::Handler { then_radius: false, accounting: true }));
    let login = hotspot.logon("alice", "x").id;
    let mut parameters = Parameters::new();
    parameters.session_timeout = 99;
    hotspot.input(Input::Command(Command::Authorize {
        client: Selector::ip(IP),
        user_name: None,
        parameters,
        accounting: true,
    }));
    let result = LoginResult::Handler { exit: Some(0), output: b"" };
    let outputs = hotspot.input(Input::LoginResult { login, result });
    assert!(kinds(&outputs).is_empty());
    assert_eq!(shown(&response(&outputs), "timeleft").as_deref(), Some("99"));
}

// spec: fon-api 1
#[test]
fn with_doradauth_radius_is_asked_after_the_handler() {
    let mut hotspot =
        Hotspot::new(config().authenticator(Authenticator::Handler { then_radius: true, accounting: true }));
    let login = hotspot.logon("alice", "x").id;
    let result = LoginResult::Handler { exit: Some(0), output: b"" };
    let outputs = hotspot.input(Input::LoginResult { login, result });
    assert!(matches!(&outputs[..], [Output::Authenticate(again)] if again.id == login));
    let outputs = hotspot.answer(login, Code::ACCESS_ACCEPT, &[]);
    assert_eq!(res(&response(&outputs)), "success");
    assert_eq!(kinds(&outputs), [AccountingKind::Start]);
}

// spec: fon-api 1
#[test]
fn with_noradacct_no_accounting_is_sent_for_who_both_accepted() {
    let handler = Authenticator::Handler { then_radius: true, accounting: false };
    let mut hotspot = Hotspot::new(config().authenticator(handler).noradallow(true));
    for answered in [true, false] {
        let login = hotspot.logon("alice", "x").id;
        hotspot
            .input(Input::LoginResult { login, result: LoginResult::Handler { exit: Some(0), output: b"" } });
        let outputs = if answered {
            hotspot.answer(login, Code::ACCESS_ACCEPT, &[])
        } else {
            hotspot.input(Input::LoginResult { login, result: LoginResult::Timeout })
        };
        assert_eq!(res(&response(&outputs)), "success");
        assert!(kinds(&outputs).is_empty());
        assert!(
            kinds(&hotspot.input(Input::Command(Command::Logout { client: Selector::ip(IP) }))).is_empty()
        );
    }
    // A login by command is RADIUS's alone.
    let command = Command::Login {
        client: Selector::ip(IP),
        user_name: b"bob",
        password: b"pw",
        parameters: Parameters::new(),
        accounting: true,
    };
    let login = asked(hotspot.input(Input::Command(command))).id;
    assert_eq!(kinds(&hotspot.answer(login, Code::ACCESS_ACCEPT, &[])), [AccountingKind::Start]);
}

// spec: uam 4
#[test]
fn a_local_user_needs_no_server() {
    let mut hotspot = Hotspot::new(config().localusers(vec![LocalUser::new(b"joe", b"secret")]));
    assert_eq!(asked(hotspot.ask_pap("joe", "wrong", "")).user_name, b"joe");
    let outputs = hotspot.ask_pap("joe", "secret", "");
    assert_eq!(res(&response(&outputs)), "success");
    assert!(outputs.iter().any(|o| matches!(o, Output::CancelLogin(_))));
}

// spec: radius-profile 2, fon-api 2.3
#[test]
fn a_known_device_is_logged_in_by_its_address() {
    let mut hotspot = Hotspot::new(config().macauth(true).macsuffix("-wifi"));
    let lease = |ip, last| Input::Lease { ip, mac: wispr::gateway::Mac([2, 2, 2, 2, 2, last]), vlan: None };
    let login = asked(hotspot.input(lease(Ipv4Addr::new(10, 1, 0, 3), 3)));
    assert_eq!(login.user_name, b"02-02-02-02-02-03-wifi");
    assert!(
        matches!(&login.credentials, Credentials::Pap { password } if password.as_slice() == b"02-02-02-02-02-03")
    );
    assert_eq!(attribute(&login.request, rfc2865::SERVICE_TYPE.path()).unwrap(), [0, 0, 0, 2]);
    let outputs = hotspot.answer(login.id, Code::ACCESS_ACCEPT, &[]);
    assert_eq!(kinds(&outputs), [AccountingKind::Start]);
    let login = asked(hotspot.input(lease(Ipv4Addr::new(10, 1, 0, 4), 4)));
    let config_word: (_, &[u8]) = (chillispot::CONFIG.path(), b"require-uam-auth");
    assert!(hotspot.answer(login.id, Code::ACCESS_ACCEPT, &[config_word]).is_empty());
}

// spec: fon-api 3
#[test]
fn a_splash_page_comes_before_the_rest_of_the_session() {
    let mut hotspot = Hotspot::new(config());
    let words: [(_, &[u8]); 2] = [
        (chillispot::CONFIG.path(), b"splash"),
        (wispr_dict::REDIRECTION_URL.path(), b"https://portal.example.net/p/splash?x=1"),
    ];
    hotspot.log_in(&words);
    let page = hotspot.get("/");
    assert_eq!(res(&page), "splash");
    assert!(
        page.location().unwrap().starts_with("https://portal.example.net/p/splash?x=1&res=splash&uamip=")
    );
    let login = hotspot.logon("alice", "y");
    let outputs = hotspot.answer(login.id, Code::ACCESS_ACCEPT, &[]);
    assert!(
        matches!(&outputs[0], Output::Event(Event::SessionChanged(info)) if info.client.state.word() == "pass")
    );
    assert!(kinds(&outputs).is_empty());
    assert_eq!(res(&hotspot.get("/")), "already");
}

// spec: uam 7
#[test]
fn a_page_can_log_in_by_itself() {
    let mut hotspot = Hotspot::new(config().uamsecret(""));
    let text = body(&hotspot.get("/json/status?callback=cb"));
    assert!(text.starts_with("cb({\"version\":\"1.0\",\"clientState\":0,\"challenge\":\""), "{text}");
    let challenge = text.split("\"challenge\":\"").nth(1).and_then(|rest| rest.get(..32)).unwrap();
    let key = wispr::gateway::Challenge::from_hex(challenge.as_bytes()).unwrap().key(b"");
    let response: String = key.chap_response(0, b"secret").iter().map(|o| format!("{o:02x}")).collect();
    let login = asked(hotspot.ask(&format!("/json/logon?username=joe&response={response}")));
    let text = body(&hotspot::response(&hotspot.answer(
        login.id,
        Code::ACCESS_REJECT,
        &[(rfc2865::REPLY_MESSAGE.path(), b"say \"no\"")],
    )));
    assert!(
        text.starts_with(
            "{\"version\":\"1.0\",\"clientState\":0,\"message\":\"say \\\"no\\\"\",\"challenge\":\""
        ),
        "{text}"
    );
    let login = asked(hotspot.ask(&format!("/json/logon?username=joe&response={response}")));
    let outputs = hotspot.answer(login.id, Code::ACCESS_ACCEPT, &[]);
    let text = body(&hotspot::response(&outputs));
    assert!(text.starts_with("{\"version\":\"1.0\",\"clientState\":1,\"redir\":{"), "{text}");
    assert!(
        text.contains(
            "\"userName\":\"joe\",\"startTime\":1795226112,\"sessionTimeout\":0,\"idleTimeout\":0}"
        ),
        "{text}"
    );
    assert!(body(&hotspot.get("/json/status")).contains("\"accounting\":{\"sessionTime\":0,"));
    let text = body(&hotspot.get("/json/logoff"));
    assert!(
        text.starts_with("{\"version\":\"1.0\",\"clientState\":0,\"challenge\":")
            && text.contains("\"userName\":\"joe\"")
    );
}

// spec: uam 9
#[test]
fn a_client_can_ask_whether_it_is_captive() {
    let mut hotspot = Hotspot::new(config());
    let page = hotspot.get("/captive-portal-identification");
    assert_eq!(page.value("Content-Type"), Some("application/captive+json"));
    assert_eq!(page.value("Cache-Control"), Some("private, no-store"));
    // The same page as a redirect's, with the same challenge.
    let portal = hotspot.get("/prelogin").location().unwrap().to_owned();
    assert!(portal.starts_with("https://portal.example.net/p/?res=notyet&uamip="), "{portal}");
    assert_eq!(body(&page), format!("{{\"captive\":true, \"user-portal-url\":\"{portal}\"}}"));
    hotspot.log_in(&[
        (rfc2865::SESSION_TIMEOUT.path(), &60_u32.to_be_bytes()),
        (chillispot::MAX_TOTAL_OCTETS.path(), &1000_u32.to_be_bytes()),
    ]);
    hotspot.pass(10);
    let session_id = hotspot.gateway.find(&Selector::ip(IP)).unwrap().info().session_id;
    let usage =
        Usage { from_client: Flow { octets: 300, packets: 3 }, to_client: Flow { octets: 200, packets: 2 } };
    hotspot.input(Input::Traffic { session_id, usage, last_active: None });
    let text = body(&hotspot.get("/captive-portal-identification"));
    assert!(
        text.starts_with(
            "{\"captive\":false, \"user-portal-url\":\"https://portal.example.net/p/?res=already"
        ),
        "{text}"
    );
    assert!(text.ends_with("\"seconds-remaining\":50, \"bytes-remaining\":500}"), "{text}");

    let mut hotspot = Hotspot::new(config().secureportal(Some("https://gw.example:3991/portal/".into())));
    let text = body(&hotspot.get("/captive-portal-identification"));
    assert!(text.contains("\"user-portal-url\":\"https://gw.example:3991/portal/?res=notyet&"), "{text}");
    assert!(hotspot.get("/prelogin").location().unwrap().starts_with("https://portal.example.net/p/"));
}

// spec: uam 8
#[test]
fn local_files_are_named_for_the_caller() {
    let mut hotspot = Hotspot::new(config());
    assert_eq!(hotspot.get("/www/wait.html").status, 404);
    let mut hotspot = Hotspot::new(config().wwwdir(true));
    let outputs = hotspot.ask("/www/wait.html");
    assert!(matches!(&outputs[..], [Output::LocalFile { file, .. }] if file.name == "wait.html"));
    assert_eq!(hotspot.get("/www/../etc/passwd").status, 404);
}

// spec: fon-api 4.5
#[test]
fn the_json_listing_shows_sessions_of_those_who_are_logged_in() {
    let mut hotspot = Hotspot::at(config(), 1_795_226_484);
    let id = hotspot.gateway.find(&Selector::ip(IP)).unwrap().info().session_id;
    assert_eq!(
        hotspot.gateway.json_listing(hotspot.gateway.clients()),
        "{ \"sessions\":[{\"nasPort\":1,\"clientState\":0,\"macAddress\":\"02-00-5E-10-00-01\",\
         \"ipAddress\":\"10.1.0.2\"}]}"
    );
    let parameters = Parameters::new();
    hotspot.input(Input::Command(Command::Authorize {
        client: Selector::ip(IP),
        user_name: Some(b"ok"),
        parameters,
        accounting: true,
    }));
    hotspot.now += core::time::Duration::from_secs(1);
    let usage = Usage {
        from_client: Flow { octets: 398, packets: 4 },
        to_client: Flow { octets: (1 << 32) + 392, packets: 4 },
    };
    hotspot.input(Input::Traffic { session_id: id, usage, last_active: None });
    assert_eq!(
        hotspot.gateway.json_listing(hotspot.gateway.find(&Selector::ip(IP))),
        format!(
            "{{ \"sessions\":[{{\"nasPort\":1,\"clientState\":1,\"macAddress\":\"02-00-5E-10-00-01\",\
             \"ipAddress\":\"10.1.0.2\",\"session\":{{\"sessionId\":\"{id}\",\"userName\":\"ok\",\
             \"startTime\":1795226484,\"sessionTimeout\":0,\"idleTimeout\":0}},\"accounting\":\
             {{\"sessionTime\":1,\"idleTime\":0,\"inputOctets\":392,\"outputOctets\":398,\"inputGigawords\":1,\
             \"outputGigawords\":0,\"viewPoint\":\"client\"}}}}]}}"
        )
    );
    assert_eq!(hotspot.gateway.json_listing(None), "{ \"sessions\":[]}");
}
