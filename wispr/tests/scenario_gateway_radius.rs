//! The packets that a running gateway of the vendor sent, sent again.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod hotspot;

use core::net::Ipv4Addr;
use hotspot::{Hotspot, IP, MAC, asked, octets};
use radius_codec::{Code, Packet};
use serde_json::Value;
use testkit::hex;
use wispr::gateway::{
    Accounting, AccountingKind, Compatibility, Config, Flow, Input, LoginResult, Mac, Output, Selector,
    TerminateCause, Usage,
};

fn recorded(id: &str, member: &str) -> Vec<u8> {
    let document: Value = serde_json::from_str(include_str!("../../tests/vectors/uam/radius.json")).unwrap();
    let cases = document["cases"].as_array().unwrap();
    let case = cases.iter().find(|case| case["id"] == id).unwrap();
    hex::decode(case[member].as_str().unwrap()).unwrap()
}

fn config() -> Config {
    Config::new(
        "https://portal.example.net/",
        Ipv4Addr::new(10, 1, 0, 1),
        Mac([0x02, 0x1c, 0x54, 0xb1, 0xe2, 0xb3]),
    )
    .product_version("1.2.6")
    .nasip(Ipv4Addr::new(127, 0, 0, 1))
    .radiusnasid(String::from("00-18-84-AA-00-75"))
    .radiuslocationid(String::from("isocc=es,cc=34,ac=91,network=FON"))
    .radiuslocationname(String::from("FON Madrid"))
    .swapoctets(true)
    .uamsecret(hotspot::UAMSECRET)
    .compatibility(as_recorded())
}

/// The recorded gateway writes Message-Authenticator last; servers of today want it first.
fn as_recorded() -> Compatibility {
    let mut compatibility = Compatibility::default();
    compatibility.message_authenticator_last = true;
    compatibility
}

/// What is written for a login must equal the recorded packet, authenticators included.
fn same_request(login: &wispr::gateway::Login, id: &str) {
    let want = recorded(id, "packet_hex");
    let packet = Packet::parse(&want).unwrap();
    let got = octets(&login.request, packet.identifier(), *packet.authenticator());
    assert_eq!(hex::encode(&got), hex::encode(&want), "{id}");
}

fn same_accounting(outputs: &[Output], kind: AccountingKind, id: &str) {
    let want = recorded(id, "packet_hex");
    let found: Vec<&Accounting> =
        hotspot::accounting(outputs).into_iter().filter(|(k, _)| *k == kind).map(|(_, a)| a).collect();
    let got = octets(&found[0].request, Packet::parse(&want).unwrap().identifier(), [0; 16]);
    assert_eq!(hex::encode(&got), hex::encode(&want), "{id}");
}

fn accept(hotspot: &mut Hotspot, login: wispr::gateway::LoginId, id: &str) -> Vec<Output> {
    let octets = recorded(id, "packet_hex");
    let packet = Packet::parse(&octets).unwrap();
    hotspot.input(Input::LoginResult { login, result: LoginResult::Reply(&packet) })
}

// spec: radius-profile 2
#[test]
fn access_requests_with_a_password_are_the_recorded_ones() {
    for (id, unix, user, password) in [
        ("00-access-request-zed", 0x6b01_0599, "zed", "x"),
        ("03-access-request-nouser", 0x6b01_059d, "nouser", "x"),
        ("14-access-request-bob", 0x6b01_05a3, "bob", "a-password-of-more-than-sixteen-octets"),
        ("15-access-request-carol", 0x6b01_05a5, "carol", "secret3"),
    ] {
        let mut hotspot = Hotspot::at(config(), unix);
        same_request(&hotspot.logon(user, password), id);
    }
}

// spec: radius-profile 1, 2, 4
#[test]
fn access_requests_with_eap_are_the_recorded_ones() {
    let mut hotspot = Hotspot::at(config(), 0x6b01_05a7);
    let first = asked(hotspot.ask("/login?username=eapu&WISPrEAPMsg=AgEACQFlYXB1&WISPrVersion=2.0"));
    same_request(&first, "17-access-request-eapu");
    let page = hotspot::response(&accept(&mut hotspot, first.id, "18-access-challenge"));
    assert_eq!(hotspot::res(&page), "challenge");
    let answer = recorded("19-access-request-eapu", "packet_hex");
    let eap = Packet::parse(&answer)
        .unwrap()
        .attributes()
        .octets(radius_codec::Kind::EAP_MESSAGE)
        .unwrap()
        .to_vec();
    let text = base64(&eap);
    let second = asked(hotspot.ask(&format!("/login?username=eapu&WISPrEAPMsg={text}&WISPrVersion=2.0")));
    same_request(&second, "19-access-request-eapu");
    let page = hotspot::response(&accept(&mut hotspot, second.id, "20-access-accept-eapu"));
    assert_eq!(hotspot::shown(&page, "timeleft").as_deref(), Some("900"));
    assert!(hotspot::body(&page).contains("<EAPMsg>AwIABA==</EAPMsg>"));
}

fn base64(octets: &[u8]) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(octets);
    wispr::url::encode(text.as_bytes()).to_string()
}

// spec: radius-profile 4, 6
#[test]
fn start_and_stop_of_a_session_are_the_recorded_ones() {
    let mut hotspot = Hotspot::at(config(), 0x6b01_059d);
    let login = hotspot.logon("alice", "secret");
    let outputs = accept(&mut hotspot, login.id, "05-access-accept");
    let start = recorded("07-accounting-response", "request_hex");
    let got = octets(&hotspot::accounting(&outputs)[0].1.request, 0, [0; 16]);
    assert_eq!(hex::encode(&got), hex::encode(&start));
    hotspot.pass(2);
    let session_id = hotspot.gateway.find(&Selector::ip(IP)).unwrap().info().session_id;
    let usage = Usage {
        from_client: Flow { octets: 0x31f, packets: 10 },
        to_client: Flow { octets: 0x30f, packets: 10 },
    };
    hotspot.input(Input::Traffic { session_id, usage, last_active: None });
    let outputs = hotspot.ask("/logoff");
    same_accounting(
        &outputs,
        AccountingKind::Stop(TerminateCause::UserRequest),
        "08-accounting-request-alice",
    );
}

// spec: radius-profile 6, 9
#[test]
fn an_interim_record_and_the_stop_of_a_disconnect_are_the_recorded_ones() {
    // The recorded session began between two checks, 62 s before the interim record.
    let mut hotspot = Hotspot::at(config(), 0x6b01_05aa);
    hotspot.unix = 0x6b01_05d1;
    let login = hotspot.logon("carol", "secret3");
    let interval: (_, &[u8]) =
        (radius_codec::dict::rfc2869::ACCT_INTERIM_INTERVAL.path(), &60_u32.to_be_bytes());
    hotspot.answer(login.id, Code::ACCESS_ACCEPT, &[interval]);
    let session_id = hotspot.gateway.find(&Selector::mac(MAC)).unwrap().info().session_id;
    let usage = Usage {
        from_client: Flow { octets: 0x101a, packets: 0x34 },
        to_client: Flow { octets: 0xfc2, packets: 0x34 },
    };
    hotspot.now += core::time::Duration::from_secs(59);
    hotspot.unix += 59;
    hotspot.input(Input::Traffic { session_id, usage, last_active: None });
    hotspot.now += core::time::Duration::from_secs(3);
    hotspot.unix += 3;
    let outputs = hotspot.input(Input::Tick);
    same_accounting(&outputs, AccountingKind::Interim, "23-accounting-request-carol");
    hotspot.now += core::time::Duration::from_secs(7);
    hotspot.unix += 7;
    let octets = hotspot::dynamic(
        Code::DISCONNECT_REQUEST,
        &[(radius_codec::dict::rfc2865::USER_NAME.path(), b"carol")],
    );
    let packet = Packet::parse(&octets).unwrap();
    let outputs = hotspot.input(Input::Dynamic { id: wispr::gateway::RequestId(1), packet: &packet });
    same_accounting(
        &outputs,
        AccountingKind::Stop(TerminateCause::AdminReset),
        "29-accounting-request-carol",
    );
}

// spec: radius-profile 6
#[test]
fn the_start_of_an_authorized_session_is_the_recorded_one() {
    let mut hotspot = Hotspot::at(config(), 0x6b01_05a1);
    hotspot.unix = 0x6b01_05a2;
    let login = hotspot.logon("bob", "x");
    let outputs = hotspot.answer(login.id, Code::ACCESS_ACCEPT, &[]);
    same_accounting(&outputs, AccountingKind::Start, "12-accounting-request-bob");
}

#[test]
fn message_authenticator_is_the_first_attribute_by_default() {
    // spec: radius 4
    let mut hotspot = Hotspot::new(config().compatibility(Compatibility::default()));
    let login = hotspot.logon("alice", "secret");
    let octets = octets(&login.request, 1, [7; 16]);
    let first = Packet::parse(&octets).unwrap().attributes().next().unwrap();
    assert_eq!(first.kind, radius_codec::Kind::MESSAGE_AUTHENTICATOR);
}
