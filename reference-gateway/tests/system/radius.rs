//! Logins through Debian's FreeRADIUS, and through servers that are wrong, silent or absent.

use crate::support::freeradius::{FreeRadius, Replies};
use crate::support::gateway::{Gateway, NAS_ID, UAM_SECRET};
use crate::support::http::{Answer, assert_signed, logon_chap, logon_pap};
use crate::support::udp::Odd;
use crate::support::{eventually, free_port};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

/// The password of `alice` in [`FreeRadius`].
pub(crate) const ALICE: &str = "wonder land & 100%";

/// A client opens a page, and its portal sends it to the gateway with a password.
#[track_caller]
pub(crate) fn log_in(gateway: &Gateway, user: &str, password: &str) -> Answer {
    log_in_as(gateway, Ipv4Addr::LOCALHOST, user, password)
}

/// The same from another loopback address.
#[track_caller]
pub(crate) fn log_in_as(gateway: &Gateway, client: Ipv4Addr, user: &str, password: &str) -> Answer {
    let first = gateway.hijacked(client);
    assert_eq!(first.result(), "notyet", "{first:?}");
    gateway.get_as(client, &logon_pap(first.challenge(), UAM_SECRET, user, password), &[])
}

fn loopback(last: u8, port: u16) -> SocketAddr {
    (Ipv4Addr::new(127, 0, 0, last), port).into()
}

// spec: uam 4, uam 5.2, wispr 3.6
#[test]
fn a_pap_login_is_accepted() {
    let radius = FreeRadius::start();
    let gateway = Gateway::start(&radius, &[]);
    let answer = log_in(&gateway, "alice", ALICE);
    assert_eq!(answer.result(), "success", "{answer:?}\n{}\n{}", gateway.log(), radius.log());
    assert_signed(&answer, UAM_SECRET);
    assert_eq!(answer.parameter("uid").as_deref(), Some("alice"));
    assert_eq!(answer.parameter("reply").as_deref(), Some("Welcome <Alice>"));
    assert_eq!(answer.parameter("challenge"), None, "a success shows no challenge");
    assert_eq!(answer.wispr_field("MessageType"), Some("140"));
    assert_eq!(answer.wispr_field("ResponseCode"), Some("50"));
    assert_eq!(answer.wispr_field("LogoffURL"), Some(gateway.url("/logoff").as_str()));
    assert_eq!(gateway.get("/status").result(), "already");
    // A second login of the same client changes nothing.
    let again = gateway.get(&logon_pap([0; 16], UAM_SECRET, "alice", "wrong"));
    assert_eq!(again.result(), "already");
}

// spec: uam 4
#[test]
fn a_chap_login_is_accepted() {
    let radius = FreeRadius::start();
    let gateway = Gateway::start(&radius, &[]);
    let challenge = gateway.hijacked(Ipv4Addr::LOCALHOST).challenge();
    let wrong = gateway.get(&logon_chap(challenge, UAM_SECRET, 9, "alice", "not it"));
    assert_eq!(wrong.result(), "failed/reject", "{wrong:?}\n{}", radius.log());
    let challenge = wrong.challenge();
    let right = gateway.get(&logon_chap(challenge, UAM_SECRET, 200, "alice", ALICE));
    assert_eq!(right.result(), "success", "{right:?}\n{}", radius.log());
    assert!(radius.log().contains("CHAP user \"alice\" authenticated successfully"), "{}", radius.log());
}

// spec: radius-profile 2
#[test]
fn a_password_is_proved_by_ms_chap_instead_of_sent_if_the_gateway_is_told_to() {
    let radius = FreeRadius::start();
    let gateway = Gateway::start(&radius, &["mschapv2"]);
    let wrong = log_in(&gateway, "alice", "not it");
    assert_eq!(wrong.result(), "failed/reject", "{wrong:?}\n{}", radius.log());
    let right = gateway.get(&logon_pap(wrong.challenge(), UAM_SECRET, "alice", ALICE));
    assert_eq!(right.result(), "success", "{right:?}\n{}", radius.log());
    let log = radius.log();
    assert!(log.contains("MS-CHAP2-Response = 0x00") && !log.contains("User-Password = "), "{log}");
}

// spec: uam 3, uam 5.2
#[test]
fn a_wrong_password_is_refused_with_a_new_challenge() {
    let radius = FreeRadius::start();
    let gateway = Gateway::start(&radius, &[]);
    let first = gateway.hijacked(Ipv4Addr::LOCALHOST);
    let refused = gateway.get(&logon_pap(first.challenge(), UAM_SECRET, "alice", "not it"));
    assert_eq!(refused.result(), "failed/reject", "{refused:?}\n{}", radius.log());
    assert_signed(&refused, UAM_SECRET);
    assert_ne!(refused.challenge(), first.challenge());
    let next = gateway.get("/status");
    assert_ne!(next.parameter("sessionid"), first.parameter("sessionid"), "a new one after a refusal");
    assert_eq!(next.challenge(), refused.challenge());
    assert_eq!(refused.wispr_field("ResponseCode"), Some("100"));
    // The old challenge is of no use any more, the new one is.
    let old = gateway.get(&logon_pap(first.challenge(), UAM_SECRET, "alice", ALICE));
    assert_eq!(old.result(), "failed/reject", "{old:?}");
    let new = gateway.get(&logon_pap(old.challenge(), UAM_SECRET, "alice", ALICE));
    assert_eq!(new.result(), "success", "{new:?}");
}

// spec: radius-profile 5
#[test]
fn the_reason_of_a_refusal_reaches_the_client() {
    let radius = FreeRadius::start();
    let gateway = Gateway::start(&radius, &[]);
    let answer = log_in(&gateway, "blocked", "pw");
    assert_eq!(answer.result(), "failed/reject", "{answer:?}\n{}", radius.log());
    assert_eq!(answer.parameter("reply").as_deref(), Some("NOT_ENOUGH_CREDIT"));
    assert_eq!(answer.wispr_field("ReplyMessage"), Some("NOT_ENOUGH_CREDIT"));

    // What a server says is text, never markup.
    let answer = log_in(&gateway, "sorry", "pw");
    assert_eq!(answer.result(), "failed/reject", "{answer:?}");
    assert_eq!(answer.parameter("reply").as_deref(), Some("<b>Closed</b> & \"locked\""));
    let reply = answer.wispr_field("ReplyMessage").expect("a ReplyMessage");
    assert!(reply.contains("&lt;b") && reply.contains("&amp;") && !reply.contains('<'), "{reply}");
}

// spec: radius-profile 4
#[test]
fn a_redirection_url_replaces_the_portal_after_the_login() {
    let radius = FreeRadius::start();
    let gateway = Gateway::start(&radius, &[]);
    let answer = log_in(&gateway, "redirected", "pw");
    assert_eq!(answer.header("location"), Some("http://welcome.example/page?a=1&b=2"), "{answer:?}");
    assert_eq!(
        answer.wispr_field("RedirectionURL"),
        Some("http://welcome.example/page?a=1&amp;b=2"),
        "text is escaped"
    );
    assert_eq!(gateway.get("/status").result(), "already");
}

// spec: radius-profile 1, radius-profile 2
#[test]
fn the_access_request_says_who_and_where() {
    let radius = FreeRadius::start();
    let gateway = Gateway::start(&radius, &[&format!("nasmac {NAS_ID}"), "radiuslocationid isocc=es"]);
    let answer = log_in_as(&gateway, Ipv4Addr::new(127, 1, 2, 3), "limited", "pw");
    assert_eq!(answer.result(), "success", "{answer:?}");
    let log = radius.log();
    let request =
        log.split("Received Access-Request").nth(1).unwrap_or_else(|| panic!("no request in {log}"));
    for line in [
        "User-Name = \"limited\"".to_owned(),
        "Calling-Station-Id = \"02-00-7F-01-02-03\"".to_owned(),
        format!("Called-Station-Id = \"{NAS_ID}\""),
        format!("NAS-Identifier = \"{NAS_ID}\""),
        "NAS-IP-Address = 127.0.0.1".to_owned(),
        "Framed-IP-Address = 127.1.2.3".to_owned(),
        "NAS-Port-Type = Wireless-802.11".to_owned(),
        "Service-Type = Login-User".to_owned(),
        "WISPr-Location-ID = \"isocc=es\"".to_owned(),
        format!("WISPr-Logoff-URL = \"{}\"", gateway.url("/logoff")),
        "Message-Authenticator = 0x".to_owned(),
    ] {
        assert!(request.contains(&line), "no {line} in {request}");
    }
    // The parameters of the answer count.
    assert_eq!(answer.parameter("timeleft").as_deref(), Some("3600"));
}

// spec: radius-profile 8
#[test]
fn a_server_with_another_secret_is_not_asked_in_vain_for_ever() {
    let radius = FreeRadius::start();
    let gateway = Gateway::start(&radius, &["radiussecret another", "radiusretrysec 1"]);
    let answer = log_in(&gateway, "alice", ALICE);
    assert_eq!(answer.result(), "failed/timeout", "{answer:?}");
    assert_eq!(answer.wispr_field("ResponseCode"), Some("102"));
    assert!(radius.log().contains("Message-Authenticator"), "{}", radius.log());
    assert_eq!(gateway.get("/status").result(), "notyet");
}

// spec: radius-profile 8
#[test]
fn a_forged_accept_is_not_believed() {
    let port = free_port();
    // Code, identifier and length are right; who does not know the secret cannot make the rest.
    let liar = Odd::start(loopback(1, port), |request| {
        let mut reply = vec![2, *request.get(1)?, 0, 38];
        reply.extend([0xa5; 16]);
        reply.extend([80, 18]);
        reply.extend([0x5a; 16]);
        Some(reply)
    });
    let gateway = Gateway::start_with_ports(port, free_port(), &[]);
    let answer = log_in(&gateway, "alice", ALICE);
    assert_eq!(answer.result(), "failed/timeout", "{answer:?}");
    assert_eq!(liar.taken(), 4, "R x S x 2 sends");
    assert_eq!(gateway.get("/status").result(), "notyet");
}

// spec: radius-profile 8
#[test]
fn garbage_from_a_server_does_no_harm() {
    let port = free_port();
    let _garbage = Odd::start(loopback(1, port), |request| {
        let mut reply = request.to_vec();
        reply.reverse();
        Some(reply)
    });
    let mut gateway = Gateway::start_with_ports(port, free_port(), &["radiusretrysec 1"]);
    let answer = log_in(&gateway, "alice", ALICE);
    assert_eq!(answer.result(), "failed/timeout", "{answer:?}");
    assert!(gateway.is_running());
}

// Debian 12's FreeRADIUS sends no Message-Authenticator with PAP and CHAP answers, unless it is told to.
#[test]
fn a_server_whose_replies_hold_no_message_authenticator_needs_an_option() {
    let radius = FreeRadius::start_with(free_port(), free_port(), Replies::AsDebian);
    let strict = Gateway::start(&radius, &["radiusmsgauth first", "radiusretrysec 1"]);
    let answer = log_in(&strict, "alice", ALICE);
    assert_eq!(answer.result(), "failed/timeout", "{answer:?}");
    let log = strict.log();
    assert!(log.contains("message-authenticator-required") && log.contains("radiusmsgauth"), "{log}");

    let trusting = Gateway::start(&radius, &["radiusmsgauth optional"]);
    let answer = log_in(&trusting, "alice", ALICE);
    assert_eq!(answer.result(), "success", "{answer:?}\n{}", trusting.log());
}

// spec: radius-profile 8
#[test]
fn a_silent_primary_server_is_left_for_the_secondary() {
    let port = free_port();
    let radius = FreeRadius::start_with(port, free_port(), Replies::Signed);
    let silent = Odd::start(loopback(2, port), |_| None);
    let lines = ["radiusserver1 127.0.0.2", "radiusserver2 127.0.0.1", "radiusretrysec 1"];
    let gateway = Gateway::start(&radius, &lines);
    let started = Instant::now();
    let answer = log_in(&gateway, "alice", ALICE);
    assert_eq!(answer.result(), "success", "{answer:?}\n{}", gateway.log());
    assert!(started.elapsed() >= Duration::from_secs(1), "the primary got its time");
    assert_eq!(silent.taken(), 1, "one send to the primary");
    // From now on the server that answered comes first.
    let answer = log_in_as(&gateway, Ipv4Addr::new(127, 0, 0, 9), "limited", "pw");
    assert_eq!(answer.result(), "success", "{answer:?}");
    assert_eq!(silent.taken(), 1, "the secondary is asked at once");
}

// spec: radius-profile 8
#[test]
fn an_absent_primary_server_is_left_for_the_secondary() {
    let port = free_port();
    let radius = FreeRadius::start_with(port, free_port(), Replies::Signed);
    // Nobody listens there: the system says so with an ICMP message, which is no answer.
    let lines = ["radiusserver1 127.0.0.2", "radiusserver2 127.0.0.1"];
    let gateway = Gateway::start(&radius, &lines);
    let answer = log_in(&gateway, "alice", ALICE);
    assert_eq!(answer.result(), "success", "{answer:?}\n{}", gateway.log());
    let start = radius.record("Start", "alice", Duration::from_secs(20));
    assert_eq!(start.get("User-Name").map(String::as_str), Some("alice"), "accounting moves over as well");
}

// spec: radius-profile 8
#[test]
fn with_both_servers_down_the_client_is_told_in_time() {
    let gateway =
        Gateway::start_with_ports(free_port(), free_port(), &["radiusserver2 127.0.0.2", "radiusretrysec 1"]);
    let started = Instant::now();
    let answer = log_in(&gateway, "alice", ALICE);
    let elapsed = started.elapsed();
    assert_eq!(answer.result(), "failed/timeout", "{answer:?}");
    assert_signed(&answer, UAM_SECRET);
    assert_eq!(answer.wispr_field("ResponseCode"), Some("102"));
    // R x S x 2 = 2 sends, 1 s apart, and 1 s after the last.
    assert!(elapsed >= Duration::from_millis(1900), "{elapsed:?}");
    assert!(elapsed < Duration::from_secs(8), "{elapsed:?}");
}

// spec: radius-profile 8
#[test]
fn a_server_that_comes_back_is_used_again() {
    let (auth_port, acct_port) = (free_port(), free_port());
    let gateway = Gateway::start_with_ports(auth_port, acct_port, &["radiusretrysec 1"]);
    assert_eq!(log_in(&gateway, "alice", ALICE).result(), "failed/timeout");
    let _radius = FreeRadius::start_with(auth_port, acct_port, Replies::Signed);
    eventually("a login", Duration::from_secs(20), || {
        (log_in(&gateway, "alice", ALICE).result() == "success").then_some(())
    });
}
