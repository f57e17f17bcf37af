//! `fonap demo`: a whole hotspot login on one machine, explained.

use crate::support::FONAP;
use crate::support::process::run;
use serde_json::Value;

#[test]
fn the_demo_shows_every_step_and_ends() {
    let done = run(FONAP, &["demo", "--once"]);
    assert_eq!(done.code(), 0, "{done:?}");
    for part in [
        "302",
        "WISPAccessGatewayParam",
        "LoginURL",
        "Access-Request",
        "User-Name",
        "Calling-Station-Id",
        "NAS-Identifier",
        "Message-Authenticator",
        "Access-Accept",
        "Session-Timeout",
        "Accounting-Request",
        "Acct-Status-Type",
        "Acct-Session-Id",
        "Acct-Terminate-Cause",
        "LogoffReply",
    ] {
        assert!(done.stdout.contains(part), "{part} in\n{}", done.stdout);
    }
    // In the order of things.
    let place = |part: &str| done.stdout.find(part).unwrap_or_else(|| panic!("no {part}"));
    assert!(place("302") < place("Access-Request"), "{}", done.stdout);
    assert!(place("Access-Request") < place("Access-Accept"), "{}", done.stdout);
    assert!(place("Access-Accept") < place("Accounting-Request"), "{}", done.stdout);
    assert!(place("Accounting-Request") < place("LogoffReply"), "{}", done.stdout);
}

#[test]
fn the_demo_is_readable_for_programs() {
    let done = run(FONAP, &["demo", "--once", "--json", "--user", "carol", "--password", "a b&c"]);
    assert_eq!(done.code(), 0, "{done:?}");
    let lines: Vec<Value> = done
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")))
        .collect();
    assert!(lines.len() >= 5, "{done:?}");
    assert!(done.stdout.contains("carol"), "{done:?}");
}
