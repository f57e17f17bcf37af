//! CoA and Disconnect by radclient (radius-profile 9).

use crate::radius::{ALICE, log_in};
use crate::sessions::value;
use crate::support::free_port;
use crate::support::freeradius::{FreeRadius, SECRET};
use crate::support::gateway::Gateway;
use crate::support::process::{Finished, run_with_input};
use crate::support::tap::{Ours, Tap};
use std::time::Duration;

/// Sends one request; no answer after a second is an error.
fn radclient(port: u16, what: &str, secret: &str, attributes: &str) -> Finished {
    let to = format!("127.0.0.1:{port}");
    run_with_input("radclient", &["-x", "-t", "1", "-r", "1", &to, what, secret], attributes.as_bytes())
}

// spec: radius-profile 9
#[test]
fn radius_changes_and_ends_a_session() {
    let radius = FreeRadius::start();
    let port = free_port();
    let gateway = Gateway::start(&radius, &[&format!("coaport {port}")]);
    let tap = Tap::start(0, port, 3799, Ours::Server, SECRET);
    let port = tap.port();
    let answer = log_in(&gateway, "alice", ALICE);
    assert_eq!(answer.result(), "success", "{answer:?}");
    let session = answer.parameter("sessionid").expect("a session id");

    let changed = radclient(
        port,
        "coa",
        SECRET,
        "User-Name = \"alice\"\nSession-Timeout = 1234\nProxy-State = 0x0102\n",
    );
    assert!(changed.stdout.contains("Received CoA-ACK"), "{changed:?}\n{}", gateway.log());
    assert!(changed.stdout.contains("Proxy-State = 0x0102"), "{changed:?}");
    let left: u32 = gateway.get("/status").parameter("timeleft").expect("a limit").parse().expect("a number");
    assert!((1200..=1234).contains(&left), "{left}");

    let unknown = radclient(port, "disconnect", SECRET, "User-Name = \"nobody\"\n");
    assert!(unknown.stdout.contains("Received Disconnect-NAK"), "{unknown:?}");
    assert!(unknown.stdout.contains("Error-Cause = Session-Context-Not-Found"), "{unknown:?}");
    let nameless = radclient(port, "disconnect", SECRET, "NAS-Port = 7\n");
    assert!(nameless.stdout.contains("Error-Cause = Missing-Attribute"), "{nameless:?}");
    // A wrong secret gets no answer, and changes nothing.
    let forged = radclient(port, "disconnect", "not the secret", "User-Name = \"alice\"\n");
    assert!(!forged.stdout.contains("Received"), "{forged:?}");
    // A recorded request is of no use later.
    let old = radclient(port, "disconnect", SECRET, "User-Name = \"alice\"\nEvent-Timestamp = 1700000000\n");
    assert!(!old.stdout.contains("Received"), "{old:?}");
    assert_eq!(gateway.get("/status").result(), "already");

    let ended = radclient(port, "disconnect", SECRET, &format!("Acct-Session-Id = \"{session}\"\n"));
    assert!(ended.stdout.contains("Received Disconnect-ACK"), "{ended:?}");
    assert_eq!(gateway.get("/status").result(), "notyet");
    let stop = radius.record("Stop", "alice", Duration::from_secs(20));
    assert_eq!(value(&stop, "Acct-Terminate-Cause"), "Admin-Reset");
}
