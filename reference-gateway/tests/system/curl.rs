//! The HTTP interface as curl and xmllint see it.

use crate::radius::{ALICE, log_in};
use crate::support::free_port;
use crate::support::freeradius::FreeRadius;
use crate::support::gateway::{Gateway, NAS_ID, UAM_SECRET};
use crate::support::http::{Answer, assert_signed, logon_pap};
use crate::support::process::{run, run_with_input};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};

/// A gateway whose RADIUS server is not needed.
#[track_caller]
fn gateway(lines: &[&str]) -> Gateway {
    Gateway::start_with_ports(free_port(), free_port(), lines)
}

/// The names of a Location's parameters, in order.
#[track_caller]
fn names(answer: &Answer) -> Vec<String> {
    answer.location().query_pairs().map(|(name, _)| name.into_owned()).collect()
}

#[track_caller]
fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|e| panic!("{e}: {answer:?}"))
}

// spec: uam 5, uam 5.0, uam 5.1, uam 5.11
#[test]
fn a_request_to_anywhere_is_redirected_to_the_portal() {
    let gateway = gateway(&[&format!("nasmac {NAS_ID}")]);
    let answer = gateway.hijacked(Ipv4Addr::LOCALHOST);
    assert_eq!(answer.result(), "notyet");
    assert_signed(&answer, UAM_SECRET);
    assert!(answer.header("location").is_some_and(|l| l.starts_with(&gateway.portal)), "{answer:?}");
    let expected = [
        "res",
        "uamip",
        "uamport",
        "challenge",
        "called",
        "mac",
        "ip",
        "nasid",
        "sessionid",
        "userurl",
        "md",
    ];
    assert_eq!(names(&answer), expected);
    for (name, value) in [
        ("uamip", "127.0.0.1"),
        ("uamport", gateway.port.to_string().as_str()),
        ("called", NAS_ID),
        ("mac", "02-00-7F-00-00-01"),
        ("ip", "127.0.0.1"),
        ("nasid", NAS_ID),
        ("userurl", "http://www.example.org/some/page?q=1"),
    ] {
        assert_eq!(answer.parameter(name).as_deref(), Some(value), "{name}");
    }
    // Encoded with the gateway's own set: lower-case digits, `-` `.` kept.
    let location = answer.header("location").expect("a Location");
    assert!(location.contains("&userurl=http%3a%2f%2fwww.example.org%2fsome%2fpage%3fq%3d1&"), "{location}");
    assert!(location.contains("&called=00-18-84-D0-00-CD&"), "{location}");
    // The page must never come from a cache.
    assert!(answer.header("cache-control").is_some_and(|v| v.contains("no-cache")), "{answer:?}");
    assert!(answer.header("connection").is_some_and(|v| v.eq_ignore_ascii_case("close")), "{answer:?}");
    assert!(answer.header("content-type").is_some_and(|v| v.starts_with("text/html")), "{answer:?}");
    // The challenge stays until it is used or too old.
    assert_eq!(gateway.hijacked(Ipv4Addr::LOCALHOST).challenge(), answer.challenge());
    // Another client has another one.
    assert_ne!(gateway.hijacked(Ipv4Addr::new(127, 0, 0, 3)).challenge(), answer.challenge());
}

// spec: wispr 2, wispr 3.1, uam 6
#[test]
fn the_wispr_block_is_well_formed() {
    let radius = FreeRadius::start();
    let gateway = Gateway::start(&radius, &[]);
    let first = gateway.hijacked(Ipv4Addr::LOCALHOST);
    let refused = gateway.get(&logon_pap(first.challenge(), UAM_SECRET, "sorry", "pw"));
    let accepted = log_in(&gateway, "alice", ALICE);
    for (answer, kind, code) in [
        (&first, "100", "0"),
        (&refused, "140", "100"),
        (&accepted, "140", "50"),
        (&gateway.get("/status"), "140", "50"),
        (&gateway.get("/logoff"), "130", "150"),
        (&gateway.get("/status"), "140", "150"),
    ] {
        let document = format!("{}</WISPAccessGatewayParam>", answer.wispr());
        let lint = run_with_input("xmllint", &["--noout", "-"], document.as_bytes());
        assert_eq!(lint.code(), 0, "{}\n{document}", lint.stderr);
        assert_eq!(answer.wispr_field("MessageType"), Some(kind), "{document}");
        assert_eq!(answer.wispr_field("ResponseCode"), Some(code), "{document}");
    }
    let login = first.wispr_field("LoginURL").expect("a LoginURL");
    let challenge = first.parameter("challenge").expect("a challenge");
    assert!(login.contains("res=wispr&amp;uamip=127.0.0.1"), "{login}");
    assert!(login.contains(&format!("&amp;challenge={challenge}")), "{login}");
    assert_eq!(first.wispr_field("AbortLoginURL"), Some(gateway.url("/abort").as_str()));
    assert_eq!(first.wispr_field("AccessProcedure"), Some("1.0"));
}

// spec: uam 2
#[test]
fn an_address_of_any_octets_is_redirected_too() {
    let gateway = gateway(&[]);
    for (line, userurl) in [
        (&b"GET /<a>?q=\"<x>\" HTTP/1.1"[..], "http://www.example.org/%3Ca%3E?q=%22%3Cx%3E%22"),
        (b"GET /\xe4?\xff HTTP/1.1", "http://www.example.org/%E4?%FF"),
        (b"GET   /a?b c HTTP/1.0", "http://www.example.org/a?b"),
    ] {
        let mut stream = TcpStream::connect(("127.0.0.1", gateway.port)).expect("it listens");
        stream.write_all(&[line, b"\r\nHost: www.example.org\r\n\r\n"].concat()).expect("it listens");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("an answer");
        let answer = Answer::parse(&text).expect("an answer");
        assert_eq!(answer.result(), "notyet", "{text}");
        assert_eq!(answer.parameter("userurl").as_deref(), Some(userurl));
    }
}

// spec: uam 2
#[test]
fn head_is_answered_like_get() {
    let gateway = gateway(&[]);
    let get = gateway.get("/any");
    let head = gateway.get_as(Ipv4Addr::LOCALHOST, "/any", &["--head"]);
    assert_eq!(head.status, 302);
    assert_eq!(head.header("location"), get.header("location"));
    assert_signed(&head, UAM_SECRET);
}

// spec: uam 5.1
#[test]
fn an_unknown_path_of_the_gateway_is_an_ordinary_page() {
    let gateway = gateway(&[]);
    for path in ["/", "/Logon", "/logonx", "/status/", "/favicon.ico", "/a/b/c?d=e&f"] {
        let answer = gateway.get(path);
        assert_eq!(answer.result(), "notyet", "{path}");
        assert_eq!(answer.parameter("userurl"), Some(gateway.url(path)), "{path}");
    }
}

// spec: uam 5.4
#[test]
fn status_tells_whether_the_client_is_logged_in() {
    let radius = FreeRadius::start();
    let gateway = Gateway::start(&radius, &[]);
    let before = gateway.get("/status");
    assert_eq!(before.result(), "notyet");
    assert_eq!(before.parameter("uid").as_deref(), Some(""));
    assert_signed(&before, UAM_SECRET);

    assert_eq!(log_in(&gateway, "limited", "pw").result(), "success");
    let during = gateway.get("/status");
    assert_eq!(during.result(), "already");
    assert_signed(&during, UAM_SECRET);
    assert_eq!(during.parameter("uid").as_deref(), Some("limited"));
    assert_eq!(during.parameter("sessiontimeout").as_deref(), Some("3600"));
    let number = |name: &str| during.parameter(name).and_then(|v| v.parse::<u64>().ok());
    assert!(number("timeleft").is_some_and(|t| (3500..=3600).contains(&t)), "{during:?}");
    assert!(number("sessiontime").is_some_and(|t| t < 60), "{during:?}");
    assert!(number("starttime").is_some_and(|t| t > 1_600_000_000), "seconds since 1970: {during:?}");
    // A page request of a client that is online does not show the login page again.
    assert_eq!(gateway.get("/any").result(), "already");
    assert_eq!(gateway.get("/prelogin").result(), "already");
}

// spec: uam 7
#[test]
fn the_json_interface_says_the_same() {
    let radius = FreeRadius::start();
    let gateway = Gateway::start(&radius, &[&format!("nasmac {NAS_ID}")]);
    let answer = gateway.get("/json/status");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let before = json(&answer);
    assert_eq!(before["version"], "1.0");
    assert_eq!(before["clientState"], 0);
    let challenge = before["challenge"].as_str().unwrap_or_default();
    assert_eq!(challenge.len(), 32, "{before}");
    assert_eq!(before["redir"]["macAddress"], "02-00-7F-00-00-01");
    assert_eq!(before["redir"]["ipAddress"], "127.0.0.1");

    // A refusal says why.
    let challenge: [u8; 16] = testkit::hex::octets(challenge).try_into().expect("16 octets");
    let path = logon_pap(challenge, UAM_SECRET, "sorry", "pw");
    let refused = json(&gateway.get(&format!("/json{path}")));
    assert_eq!(refused["clientState"], 0);
    assert_eq!(refused["message"], "<b>Closed</b> & \"locked\"");

    let challenge = refused["challenge"].as_str().unwrap_or_default();
    let challenge: [u8; 16] = testkit::hex::octets(challenge).try_into().expect("16 octets");
    let path = logon_pap(challenge, UAM_SECRET, "limited", "pw");
    let accepted = json(&gateway.get(&format!("/json{path}")));
    assert_eq!(accepted["clientState"], 1, "{accepted}");
    assert_eq!(accepted["session"]["userName"], "limited");
    assert_eq!(accepted["session"]["sessionTimeout"], 3600);
    assert_eq!(accepted["session"]["idleTimeout"], 900);
    assert!(accepted.get("challenge").is_none());

    let during = json(&gateway.get("/json/status"));
    assert_eq!(during["clientState"], 1);
    assert!(during["accounting"]["sessionTime"].is_u64(), "{during}");
    assert_eq!(json(&gateway.get("/json/logoff"))["clientState"], 0);
    assert_eq!(json(&gateway.get("/json/status"))["clientState"], 0);
}

// spec: uam 7
#[test]
fn a_json_callback_is_a_name_and_nothing_else() {
    let gateway = gateway(&[]);
    let answer = gateway.get("/json/status?callback=page.show_1");
    assert_eq!(answer.header("content-type"), Some("text/javascript"));
    let object = answer.body.strip_prefix("page.show_1(").and_then(|b| b.strip_suffix(')'));
    assert!(object.is_some_and(|o| serde_json::from_str::<Value>(o).is_ok()), "{answer:?}");
    let attack = gateway.get("/json/status?callback=%3Cscript%3Ealert(1)%2F%2F");
    assert!(!attack.body.contains("script"), "{attack:?}");
}

// spec: uam 2
#[test]
fn a_windows_update_request_is_sent_away() {
    let answer = gateway(&[]).get("/msdownload/update/v3/x.cab");
    assert_eq!(answer.status, 403);
    assert_eq!(answer.header("location"), None);
}

// spec: uam 2, uam 4
#[test]
fn what_is_no_login_is_refused() {
    let radius = FreeRadius::start();
    let gateway = Gateway::start(&radius, &[]);
    let challenge = gateway.hijacked(Ipv4Addr::LOCALHOST).challenge();
    let logon = logon_pap(challenge, UAM_SECRET, "alice", ALICE);
    let url = |path: &str| gateway.url(path);
    for arguments in [
        // POST is for the portal's pages only.
        vec!["--request".to_owned(), "POST".to_owned(), "--data".to_owned(), String::new(), url(&logon)],
        vec!["--request".to_owned(), "PUT".to_owned(), url(&logon)],
        vec!["--request".to_owned(), "BREW".to_owned(), url(&logon)],
        // No user name, no password, neither.
        vec![url("/logon?password=00")],
        vec![url("/logon?username=alice")],
        vec![url("/logon")],
        // A password that is no hexadecimal text.
        vec![url("/logon?username=alice&response=xyz")],
    ] {
        let mut all =
            vec!["--silent".to_owned(), "--include".to_owned(), "--max-time".to_owned(), "20".to_owned()];
        all.extend(arguments);
        let done = run("curl", &all);
        // The original closes the connection without an answer (52); an error status is kinder.
        let refused = match Answer::parse(&done.stdout) {
            None => done.code() == 52,
            Some(answer) => {
                (400..500).contains(&answer.status)
                    || answer.header("location").is_some_and(|l| l.contains("res=failed"))
            }
        };
        assert!(refused, "{all:?}: {done:?}");
    }
    assert_eq!(gateway.get("/status").result(), "notyet");
    assert!(!radius.log().contains("Login OK"), "{}", radius.log());
}

// spec: uam 2, wispr 3.7
#[test]
fn prelogin_and_abort_answer_without_a_login() {
    let gateway = gateway(&[]);
    let first = gateway.hijacked(Ipv4Addr::LOCALHOST);
    let prelogin = gateway.get("/prelogin?userurl=http%3a%2f%2fevil.example%2f");
    assert_eq!(prelogin.result(), "notyet");
    assert_eq!(prelogin.challenge(), first.challenge());
    assert_ne!(
        prelogin.parameter("userurl").as_deref(),
        Some("http://evil.example/"),
        "the query is not read"
    );
    let abort = gateway.get("/abort");
    assert_eq!(abort.result(), "logoff");
    assert_eq!(abort.wispr_field("MessageType"), Some("150"));
    assert_eq!(abort.wispr_field("ResponseCode"), Some("151"));
}

// spec: uam 5.1
#[test]
fn a_home_page_is_shown_first_and_knows_the_way_to_the_portal() {
    let gateway = gateway(&["uamhomepage http://127.0.0.1:9/welcome?x=1"]);
    let answer = gateway.hijacked(Ipv4Addr::LOCALHOST);
    let location = answer.header("location").expect("a Location");
    assert!(location.starts_with("http://127.0.0.1:9/welcome?x=1&loginurl=http%3a%2f%2f"), "{location}");
    let login = answer.parameter("loginurl").expect("a loginurl");
    let inner = Answer { headers: vec![("location".to_owned(), login)], ..answer.clone() };
    assert_eq!(inner.result(), "notyet");
    assert_signed(&inner, UAM_SECRET);
}

// spec: uam 5.0
#[test]
fn an_external_portal_gets_the_client_with_a_signature() {
    let gateway = gateway(&["uamserver https://127.0.0.1:9/PROFILE/NETWORK/?a=b", "ssid \"Free Wifi\""]);
    let answer = gateway.hijacked(Ipv4Addr::LOCALHOST);
    let location = answer.header("location").expect("a Location");
    assert!(location.starts_with("https://127.0.0.1:9/PROFILE/NETWORK/?a=b&res=notyet&uamip="), "{location}");
    assert!(location.contains("&ssid=Free%20Wifi&"), "{location}");
    assert_signed(&answer, UAM_SECRET);
    let login = answer.wispr_field("LoginURL").expect("a LoginURL");
    assert!(login.starts_with("https://127.0.0.1:9/PROFILE/NETWORK/?a=b&amp;res=wispr&amp;"), "{login}");
}
