//! Nothing of accounting is lost: RADIUS servers that go and come, a gateway that crashes, a machine that loses power.

use crate::radius::{ALICE, log_in};
use crate::sessions::value;
use crate::support::freeradius::{FreeRadius, Replies};
use crate::support::gateway::Gateway;
use crate::support::{eventually, free_port};
use redb::{Database, TableDefinition};
use std::time::{Duration, Instant};

/// A record must come within this time.
const SOON: Duration = Duration::from_secs(40);
const STATE: &str = "statedir {folder}/state";

pub(crate) fn server(ports: (u16, u16)) -> FreeRadius {
    FreeRadius::start_with(ports.0, ports.1, Replies::Signed)
}

// spec: gateway-dataplane 10
#[test]
fn a_session_goes_on_after_a_crash_of_the_gateway() {
    let radius = FreeRadius::start();
    let mut gateway = Gateway::start(&radius, &[STATE]);
    let answer = log_in(&gateway, "alice", ALICE);
    assert_eq!(answer.result(), "success", "{answer:?}");
    let session = answer.parameter("sessionid").expect("a session id");
    radius.record("Start", "alice", SOON);
    // Long enough on disk that the crash cannot be earlier.
    eventually("the session in the journal", SOON, || {
        let journal = std::fs::read(gateway.folder().join("state/hotspot.redb")).ok()?;
        journal.windows(session.len()).any(|part| part == session.as_bytes()).then_some(())
    });
    gateway.crash();
    gateway.start_again();
    assert_eq!(gateway.get("/status").result(), "already", "{}", gateway.log());
    assert_eq!(gateway.get("/logoff").result(), "logoff");
    let stop = radius.record("Stop", "alice", SOON);
    assert_eq!(value(&stop, "Acct-Session-Id"), session);
    assert_eq!(value(&stop, "Acct-Terminate-Cause"), "User-Request");
    assert_eq!(value(&stop, "Class"), "0x00ff10436c617373,0x7365636f6e6420636c617373");
    let starts = radius.told().iter().filter(|r| value(r, "Acct-Status-Type") == "Start").count();
    assert_eq!(starts, 1, "one session, one Start");
}

// spec: gateway-dataplane 10, radius-profile 6
#[test]
fn after_a_power_loss_the_session_is_closed_before_the_gateway_says_that_it_is_on() {
    let radius = FreeRadius::start();
    let mut gateway = Gateway::start(&radius, &[STATE, "acctonoff"]);
    let answer = log_in(&gateway, "alice", ALICE);
    assert_eq!(answer.result(), "success", "{answer:?}");
    radius.record("Start", "alice", SOON);
    let journal = gateway.folder().join("state/hotspot.redb");
    let session = answer.parameter("sessionid").expect("a session id");
    eventually("the session in the journal", SOON, || {
        let journal = std::fs::read(&journal).ok()?;
        journal.windows(session.len()).any(|part| part == session.as_bytes()).then_some(())
    });
    gateway.crash();
    // Another start of the machine.
    let database = Database::open(&journal).expect("the journal is there");
    let change = database.begin_write().expect("nobody else writes");
    {
        let notes: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("notes");
        let mut notes = change.open_table(notes).expect("the table is there");
        notes.insert("boot", &b"another start"[..]).expect("it can be written");
    }
    change.commit().expect("it can be written");
    drop(database);
    gateway.start_again();
    let stop = radius.record("Stop", "alice", SOON);
    assert_eq!(value(&stop, "Acct-Session-Id"), session);
    assert_eq!(value(&stop, "Acct-Terminate-Cause"), "NAS-Reboot");
    radius.tells(&["Accounting-On", "Start", "Stop", "Accounting-On"], SOON);
    assert_eq!(gateway.get("/status").result(), "notyet");
}

// spec: radius-profile 8, RFC 2866 §5.2
#[test]
fn a_stop_waits_on_disk_until_a_server_is_back() {
    let ports = (free_port(), free_port());
    let first = server(ports);
    let mut gateway = Gateway::start_with_ports(ports.0, ports.1, &[STATE]);
    assert_eq!(log_in(&gateway, "alice", ALICE).result(), "success");
    first.record("Start", "alice", SOON);
    drop(first);
    // The client notices nothing.
    let started = Instant::now();
    assert_eq!(gateway.get("/logoff").result(), "logoff");
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    assert_eq!(gateway.stop(), Some(0));
    let log = gateway.log();
    assert!(log.contains("accounting records wait for the next start"), "{log}");
    let second = server(ports);
    gateway.start_again();
    let stop = second.record("Stop", "alice", SOON);
    assert_eq!(value(&stop, "Acct-Terminate-Cause"), "User-Request");
    let delay: u32 = value(&stop, "Acct-Delay-Time").parse().expect("a number");
    assert!((1..600).contains(&delay), "{delay}");
}

// spec: radius-profile 4.2, 8
#[test]
fn a_session_outlives_a_server_that_is_gone_during_interim_accounting() {
    let ports = (free_port(), free_port());
    let first = server(ports);
    let gateway = Gateway::start_with_ports(ports.0, ports.1, &["definteriminterval 1", "radiusretrysec 1"]);
    assert_eq!(log_in(&gateway, "alice", ALICE).result(), "success");
    first.record("Start", "alice", SOON);
    drop(first);
    gateway.wait_for_log("no RADIUS server takes accounting records; they wait");
    assert_eq!(gateway.get("/status").result(), "already", "the user stays in");
    let second = server(ports);
    second.record("Interim-Update", "alice", SOON);
    assert_eq!(gateway.get("/logoff").result(), "logoff");
    second.record("Stop", "alice", SOON);
    let times: Vec<u32> =
        second.records().iter().map(|r| value(r, "Acct-Session-Time").parse().expect("a number")).collect();
    assert!(times.is_sorted(), "in their order: {times:?}");
    let log = gateway.log();
    assert!(!log.contains("an accounting record is lost"), "{log}");
}
