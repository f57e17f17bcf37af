//! The other subcommands: the smart client against a real gateway and FreeRADIUS, the decoder, the help.

use crate::radius::ALICE;
use crate::support::FONAP;
use crate::support::free_port;
use crate::support::freeradius::FreeRadius;
use crate::support::gateway::{Gateway, UAM_SECRET};
use crate::support::process::{Finished, run, run_with_input};
use serde_json::Value;
use std::time::Duration;
use tempfile::TempDir;

/// How long a record may take.
const SOON: Duration = Duration::from_secs(20);

/// The JSON objects of a program that writes one in each line.
#[track_caller]
fn events(done: &Finished) -> Vec<Value> {
    let parse =
        |line: &str| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line:?} of {done:?}"));
    done.stdout.lines().map(parse).collect()
}

/// The last event, which says the result.
#[track_caller]
fn result(done: &Finished) -> Value {
    let last = events(done).pop().unwrap_or_else(|| panic!("no event: {done:?}"));
    assert_eq!(last["event"], "done", "{last}");
    last
}

#[track_caller]
fn login(gateway: &Gateway, user: &str, password: &str, arguments: &[&str]) -> Finished {
    let probe = gateway.url("/probe");
    let mut all = vec!["login", probe.as_str(), "--user", user, "--password", password, "--allow-http"];
    all.extend(arguments);
    run(FONAP, &all)
}

// spec: wispr 7
#[test]
fn the_smart_client_logs_in_and_off() {
    let radius = FreeRadius::start();
    let gateway = Gateway::start(&radius, &[]);
    let folder = TempDir::with_prefix("fonap-login-").expect("a temporary folder");
    let state = folder.path().join("session");
    let state = state.to_string_lossy();
    let done = login(&gateway, "alice", ALICE, &["--json", "--no-verify", "--state", &state]);
    assert_eq!(done.code(), 0, "{done:?}\n{}", gateway.log());
    assert_eq!(result(&done)["result"], "logged_in", "{done:?}");
    assert!(!done.stdout.contains(ALICE) && !done.stderr.contains(ALICE), "{done:?}");
    assert_eq!(gateway.get("/status").result(), "already");
    radius.record("Start", "alice", SOON);

    let done = run(FONAP, &["logoff", "--state", &state, "--json"]);
    assert_eq!(done.code(), 0, "{done:?}");
    assert_eq!(result(&done)["result"], "logged_off", "{done:?}");
    let stop = radius.record("Stop", "alice", SOON);
    assert_eq!(stop.get("Acct-Terminate-Cause").map(String::as_str), Some("User-Request"));
    assert_eq!(gateway.get("/status").result(), "notyet");
}

#[test]
fn the_smart_client_speaks_to_people_too() {
    let radius = FreeRadius::start();
    let gateway = Gateway::start(&radius, &[]);
    let done = login(&gateway, "alice", ALICE, &["--no-verify"]);
    assert_eq!(done.code(), 0, "{done:?}");
    assert!(!done.stdout.is_empty() && !done.stdout.starts_with('{'), "{done:?}");
    let done = run(FONAP, &["logoff", &gateway.url("/logoff")]);
    assert_eq!(done.code(), 0, "{done:?}");
    radius.record("Stop", "alice", SOON);
}

// spec: wispr 7.5
#[test]
fn the_smart_client_is_refused_and_says_why() {
    let radius = FreeRadius::start();
    let gateway = Gateway::start(&radius, &[]);
    let done = login(&gateway, "blocked", "pw", &["--json"]);
    assert_eq!(done.code(), 1, "{done:?}\n{}", gateway.log());
    let last = result(&done);
    assert_eq!(last["result"], "rejected", "{last}");
    assert!(last.to_string().contains("NOT_ENOUGH_CREDIT"), "{last}");
    assert!(last.to_string().contains("901"), "the portal maps the reason to FON's number: {last}");
    assert_eq!(gateway.get("/status").result(), "notyet");
}

// spec: wispr 7.5, radius-profile 8
#[test]
fn the_smart_client_says_when_the_server_is_down() {
    let gateway = Gateway::start_with_ports(free_port(), free_port(), &["radiusretrysec 1"]);
    let done = login(&gateway, "alice", ALICE, &["--json"]);
    assert_eq!(done.code(), 1, "{done:?}");
    assert_eq!(result(&done)["result"], "failed", "{done:?}");
}

// spec: wispr 7.4
#[test]
fn a_password_does_not_go_over_plain_http_unless_allowed() {
    let radius = FreeRadius::start();
    let gateway = Gateway::start(&radius, &[]);
    let probe = gateway.url("/probe");
    let done = run(FONAP, &["login", &probe, "--user", "alice", "--password", ALICE, "--json"]);
    assert_eq!(done.code(), 1, "{done:?}");
    assert!(done.stdout.contains("insecure_login_url"), "{done:?}");
    assert!(!radius.log().contains("Access-Request"), "{}", radius.log());
}

#[test]
fn the_probe_may_be_any_host() {
    let radius = FreeRadius::start();
    let gateway = Gateway::start(&radius, &[]);
    let to = format!("wifi.example.org:80:127.0.0.1:{}", gateway.port);
    let done = run(
        FONAP,
        &[
            "login",
            "http://wifi.example.org/",
            "--user",
            "alice",
            "--password",
            ALICE,
            "--allow-http",
            "--no-verify",
            "--json",
            "--connect-to",
            &to,
        ],
    );
    assert_eq!(done.code(), 0, "{done:?}\n{}", gateway.log());
    assert_eq!(result(&done)["result"], "logged_in", "{done:?}");
}

// spec: uam 4, wispr 3.4
#[test]
fn the_smart_client_logs_in_with_eap() {
    let radius = FreeRadius::start();
    let gateway = Gateway::start(&radius, &[]);
    let done = login(&gateway, "alice", "not it", &["--json", "--no-verify", "--wispr2", "--eap-md5"]);
    assert_eq!(done.code(), 1, "{done:?}\n{}", gateway.log());
    assert_eq!(result(&done)["result"], "rejected", "{done:?}");
    let done = login(&gateway, "alice", ALICE, &["--json", "--no-verify", "--wispr2", "--eap-md5"]);
    assert_eq!(done.code(), 0, "{done:?}\n{}\n{}", gateway.log(), radius.log());
    assert_eq!(result(&done)["result"], "logged_in", "{done:?}");
    assert!(radius.log().contains("EAP-Message"), "{}", radius.log());
    radius.record("Start", "alice", SOON);
}

#[test]
fn wrong_usage_is_told_apart_from_failure() {
    for arguments in [
        &["login"][..],
        &["login", "ftp://x/", "--user", "a", "--password", "b"],
        &["login", "http://x/", "--user", "a", "--password", "b", "--connect-to", "nonsense"],
        &["nonsense"],
        &["decode", "nonsense"],
        &[],
    ] {
        let done = run(FONAP, arguments);
        assert_eq!(done.code(), 2, "{arguments:?}: {done:?}");
        assert!(!done.stderr.is_empty(), "{arguments:?}: {done:?}");
    }
}

#[test]
fn the_two_ways_of_asking_for_help_say_the_same() {
    for name in ["ctl", "status-manager", "gateway", "demo"] {
        let (asked, flag) = (run(FONAP, &["help", name]), run(FONAP, &[name, "--help"]));
        assert_eq!((asked.code(), asked.stdout), (flag.code(), flag.stdout), "{name}");
    }
}

#[test]
fn every_subcommand_explains_itself() {
    let top = run(FONAP, &["--help"]);
    assert_eq!(top.code(), 0, "{top:?}");
    for name in ["gateway", "login", "logoff", "demo", "decode", "radius-server"] {
        assert!(top.stdout.contains(name), "{name} in {}", top.stdout);
        let help = run(FONAP, &[name, "--help"]);
        assert_eq!(help.code(), 0, "{help:?}");
        assert!(help.stdout.contains("Usage: fonap"), "{}", help.stdout);
    }
    let version = run(FONAP, &["--version"]);
    assert_eq!(version.stdout.trim(), format!("fonap {}", env!("CARGO_PKG_VERSION")));
}

// RFC 2865 section 7.1: a user nemo with the password arctangent; the secret is xyzzy5461.
const REQUEST: &str = "010000380f403f9473978057bd83d5cb98f4227a01066e656d6f02120dbe708d93d413ce3196e43f782a0aee0406c0a801100506\
                       00000003";
const ACCEPT: &str = "0200002686fe220e7624ba2a1005f6bf9b55e0b20606000000010f06000000000e06c0a80103";

/// Whether some text of a JSON value is this.
fn says(value: &Value, text: &str) -> bool {
    match value {
        Value::String(s) => s == text,
        Value::Array(list) => list.iter().any(|v| says(v, text)),
        Value::Object(object) => object.values().any(|v| says(v, text)),
        _ => false,
    }
}

// spec: radius-profile 2
#[test]
fn a_radius_packet_is_decoded() {
    let done = run(FONAP, &["decode", "radius", REQUEST, "--secret", "xyzzy5461"]);
    assert_eq!(done.code(), 0, "{done:?}");
    for part in ["Access-Request", "User-Name", "nemo", "arctangent", "192.168.1.16"] {
        assert!(done.stdout.contains(part), "{part} in {}", done.stdout);
    }
    let done = run(FONAP, &["decode", "radius", REQUEST]);
    assert!(!done.stdout.contains("arctangent"), "nobody knows it without the secret: {done:?}");

    let done = run_with_input(
        FONAP,
        &["decode", "radius", "-", "--secret", "xyzzy5461", "--json"],
        REQUEST.as_bytes(),
    );
    assert_eq!(done.code(), 0, "{done:?}");
    let value: Value = serde_json::from_str(&done.stdout).unwrap_or_else(|e| panic!("{e}: {done:?}"));
    for part in ["Access-Request", "User-Name", "nemo", "arctangent"] {
        assert!(says(&value, part), "{part} in {value}");
    }
}

// spec: radius-profile 8
#[test]
fn a_reply_is_checked_against_its_request() {
    let reply = |secret: &str| {
        run(FONAP, &["decode", "radius", ACCEPT, "--secret", secret, "--request-authenticator", REQUEST])
    };
    let good = reply("xyzzy5461");
    assert_eq!(good.code(), 0, "{good:?}");
    assert!(good.stdout.contains("Access-Accept"), "{good:?}");
    let forged = reply("another");
    assert_eq!(forged.code(), 1, "{forged:?}");
}

#[test]
fn a_broken_packet_is_refused_with_the_place() {
    for (hex, why) in [("0100", "truncated"), ("zz", "no hexadecimal"), ("", "empty"), (&ACCEPT[..60], "cut")]
    {
        let done = run_with_input(FONAP, &["decode", "radius", "-"], hex.as_bytes());
        assert_eq!(done.code(), 1, "{why}: {done:?}");
        assert!(!(done.stderr.is_empty() && done.stdout.is_empty()), "{why}: {done:?}");
        assert!(!done.stderr.contains("panicked"), "{why}: {done:?}");
    }
}

// spec: wispr 8
#[test]
fn a_captured_page_is_decoded() {
    let gateway = Gateway::start_with_ports(free_port(), free_port(), &[]);
    let folder = TempDir::with_prefix("fonap-decode-").expect("a temporary folder");
    let file = folder.path().join("page.html");
    let page = gateway.hijacked(std::net::Ipv4Addr::LOCALHOST);
    std::fs::write(&file, &page.body).expect("the folder is ours");
    let file = file.to_string_lossy();
    let done = run(FONAP, &["decode", "wispr", &file]);
    assert_eq!(done.code(), 0, "{done:?}");
    assert!(done.stdout.contains("Redirect") && done.stdout.contains("LoginURL"), "{done:?}");
    let done = run(FONAP, &["decode", "wispr", &file, "--json"]);
    let value: Value = serde_json::from_str(&done.stdout).unwrap_or_else(|e| panic!("{e}: {done:?}"));
    assert!(value.to_string().contains(&format!("uamport={}", gateway.port)), "{value}");
    assert!(!done.stdout.contains(UAM_SECRET));

    let nothing = run_with_input(FONAP, &["decode", "wispr", "-"], b"<html>no block</html>");
    assert_eq!(nothing.code(), 1, "{nothing:?}");
}

// `fonap demo | head -1` is no reason to panic.
#[test]
fn a_reader_that_goes_away_ends_the_program_quietly() {
    for command in ["decode radius $REQUEST", "demo --once", "demo --once --json", "gateway --help"] {
        let script = format!("set -o pipefail; REQUEST={REQUEST}; {FONAP} {command} | true");
        let done = run("bash", &["-c", script.as_str()]);
        assert!(!done.stderr.contains("panicked"), "{command}: {done:?}");
    }
    let script = format!("{FONAP} decode radius {REQUEST} >/dev/full");
    let done = run("bash", &["-c", script.as_str()]);
    assert_eq!(done.code(), 1, "{done:?}");
    assert!(done.stderr.contains("standard output"), "{done:?}");
}
