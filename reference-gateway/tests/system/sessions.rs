//! What a session leaves in the accounting of Debian's FreeRADIUS, and what ends it.

use crate::radius::{ALICE, log_in, log_in_as};
use crate::support::freeradius::{FreeRadius, Record, Replies};
use crate::support::gateway::{Gateway, NAS_ID, UAM_SECRET};
use crate::support::http::assert_signed;
use crate::support::{eventually, free_port};
use std::net::Ipv4Addr;
use std::time::Duration;

/// A record must come within this time.
const SOON: Duration = Duration::from_secs(20);

#[track_caller]
pub(crate) fn value<'a>(record: &'a Record, name: &str) -> &'a str {
    record.get(name).unwrap_or_else(|| panic!("no {name} in {record:?}"))
}

// spec: hotspot-config 2.1 (lease), fon-api 2 (dhcp-release)
#[test]
fn a_client_that_is_gone_makes_room_for_the_next_one() {
    let gateway = Gateway::start_with_ports(
        free_port(),
        free_port(),
        &["maxclients 1", "lease 2", "leaseplus 2", "module fon-api:/bin/true"],
    );
    let [first, second] = [2, 3].map(|last| Ipv4Addr::new(127, 0, 0, last));
    assert_eq!(gateway.hijacked(first).result(), "notyet");
    assert_eq!(gateway.hijacked(second).result(), "failed", "there is room for one");
    eventually("room for the second", SOON, || (gateway.hijacked(second).result() == "notyet").then_some(()));
    // Who is logged in keeps the place.
    assert_eq!(log_in_as(&gateway, second, "bob", "x").result(), "success", "{}", gateway.log());
    std::thread::sleep(Duration::from_secs(8));
    assert_eq!(gateway.hijacked(first).result(), "failed");
    assert_eq!(gateway.get_as(second, "/logoff", &[]).result(), "logoff");
    eventually("room again", SOON, || (gateway.hijacked(first).result() == "notyet").then_some(()));
}

// spec: radius-profile 6, radius-profile 7
#[test]
fn a_session_is_accounted_from_login_to_logoff() {
    let radius = FreeRadius::start();
    let gateway = Gateway::start(&radius, &[&format!("nasmac {NAS_ID}")]);
    let answer = log_in(&gateway, "alice", ALICE);
    assert_eq!(answer.result(), "success", "{answer:?}\n{}", radius.log());
    let session = answer.parameter("sessionid").expect("a session id");

    let start = radius.record("Start", "alice", SOON);
    let off = gateway.get("/logoff");
    assert_eq!(off.result(), "logoff");
    assert_signed(&off, UAM_SECRET);
    assert_eq!(off.parameter("sessionid").as_ref(), Some(&session), "still the old one");
    assert_eq!(off.wispr_field("ResponseCode"), Some("150"));
    let stop = radius.record("Stop", "alice", SOON);

    for record in [&start, &stop] {
        assert_eq!(value(record, "Acct-Session-Id"), session);
        assert_eq!(value(record, "NAS-Identifier"), NAS_ID);
        assert_eq!(value(record, "Called-Station-Id"), NAS_ID);
        assert_eq!(value(record, "Calling-Station-Id"), "02-00-7F-00-00-01");
        assert_eq!(value(record, "Framed-IP-Address"), "127.0.0.1");
        assert_eq!(value(record, "NAS-IP-Address"), "127.0.0.1");
        assert_eq!(value(record, "NAS-Port-Type"), "Wireless-802.11");
        // Every Class of the answer, in order, with its zero octet.
        assert_eq!(value(record, "Class"), "0x00ff10436c617373,0x7365636f6e6420636c617373");
        assert_eq!(record.get("Message-Authenticator"), None);
        assert!(record.contains_key("Event-Timestamp"), "{record:?}");
        assert!(record.contains_key("ChilliSpot-Version"), "{record:?}");
    }
    assert_eq!(value(&stop, "Acct-Terminate-Cause"), "User-Request");
    for name in ["Acct-Session-Time", "Acct-Input-Octets", "Acct-Output-Octets", "Acct-Input-Packets"] {
        assert!(value(&stop, name).parse::<u32>().is_ok(), "{name} in {stop:?}");
        assert_eq!(start.get(name), None, "{name} has no place in a Start");
    }
    assert_eq!(start.get("Acct-Terminate-Cause"), None);

    let status = gateway.get("/status");
    assert_eq!(status.result(), "notyet");
    assert_eq!(status.parameter("uid").as_deref(), Some("alice"), "of the last login");
    assert_ne!(status.parameter("sessionid"), Some(session), "a new one after logoff");
    assert_eq!(radius.told().len(), 2, "{:?}", radius.records());
}

// spec: radius-profile 4.2, radius-profile 6.2
#[test]
fn session_timeout_ends_a_session() {
    let radius = FreeRadius::start();
    let gateway = Gateway::start(&radius, &[]);
    let answer = log_in(&gateway, "short", "pw");
    assert_eq!(answer.result(), "success", "{answer:?}");
    assert_eq!(answer.parameter("timeleft").as_deref(), Some("2"));
    let stop = radius.record("Stop", "short", SOON);
    assert_eq!(value(&stop, "Acct-Terminate-Cause"), "Session-Timeout");
    let time: u32 = value(&stop, "Acct-Session-Time").parse().expect("a number");
    assert!((2..=10).contains(&time), "{stop:?}");
    assert_eq!(gateway.get("/status").result(), "notyet");
}

// spec: radius-profile 4.2, radius-profile 6.2
#[test]
fn idle_timeout_ends_a_session() {
    let radius = FreeRadius::start();
    let gateway = Gateway::start(&radius, &[]);
    assert_eq!(log_in(&gateway, "idle", "pw").result(), "success");
    let stop = radius.record("Stop", "idle", SOON);
    assert_eq!(value(&stop, "Acct-Terminate-Cause"), "Idle-Timeout");
    assert_eq!(gateway.get("/status").result(), "notyet");
}

// spec: radius-profile 4
#[test]
fn the_default_idle_timeout_counts_when_radius_gives_none() {
    let radius = FreeRadius::start();
    let gateway = Gateway::start(&radius, &["defidletimeout 2"]);
    // RADIUS gives one to the first, none to the second.
    assert_eq!(log_in_as(&gateway, Ipv4Addr::new(127, 0, 0, 5), "limited", "pw").result(), "success");
    assert_eq!(log_in_as(&gateway, Ipv4Addr::new(127, 0, 0, 6), "alice", ALICE).result(), "success");
    let stop = radius.record("Stop", "alice", SOON);
    assert_eq!(value(&stop, "Acct-Terminate-Cause"), "Idle-Timeout");
    assert_eq!(gateway.get_as(Ipv4Addr::new(127, 0, 0, 5), "/status", &[]).result(), "already");
}

// spec: radius-profile 6.2
#[test]
fn the_end_of_the_gateway_ends_every_session() {
    let radius = FreeRadius::start();
    let mut gateway = Gateway::start(&radius, &[]);
    for (client, user, password) in [(5, "alice", ALICE), (6, "limited", "pw")] {
        let answer = log_in_as(&gateway, Ipv4Addr::new(127, 0, 0, client), user, password);
        assert_eq!(answer.result(), "success", "{answer:?}");
        radius.record("Start", user, SOON);
    }
    assert_eq!(gateway.stop(), Some(0), "{}", gateway.log());
    for user in ["alice", "limited"] {
        let stop = radius.record("Stop", user, SOON);
        assert_eq!(value(&stop, "Acct-Terminate-Cause"), "NAS-Reboot");
    }
}

// spec: uam 1
#[test]
fn clients_are_told_apart_by_their_address() {
    let radius = FreeRadius::start();
    let gateway = Gateway::start(&radius, &[]);
    let (first, second) = (Ipv4Addr::new(127, 0, 0, 5), Ipv4Addr::new(127, 0, 0, 6));
    assert_eq!(log_in_as(&gateway, first, "alice", ALICE).result(), "success");
    assert_eq!(gateway.get_as(second, "/status", &[]).result(), "notyet");
    assert_eq!(gateway.get_as(second, "/logoff", &[]).result(), "logoff");
    let status = gateway.get_as(first, "/status", &[]);
    assert_eq!(status.result(), "already");
    assert_eq!(status.parameter("mac").as_deref(), Some("02-00-7F-00-00-05"));
    assert_eq!(status.parameter("ip").as_deref(), Some("127.0.0.5"));
}

// spec: radius-profile 8
#[test]
fn accounting_waits_for_a_server_that_is_slow_to_come() {
    let radius = FreeRadius::start();
    let acct_port = free_port();
    let gateway = Gateway::start_with_ports(radius.auth_port, acct_port, &["radiusretry 20"]);
    assert_eq!(log_in(&gateway, "alice", ALICE).result(), "success");
    let late = FreeRadius::start_with(free_port(), acct_port, Replies::Signed);
    let start = late.record("Start", "alice", SOON);
    assert_eq!(value(&start, "Calling-Station-Id"), "02-00-7F-00-00-01");
}
