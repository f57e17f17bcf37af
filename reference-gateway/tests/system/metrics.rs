//! What the gateway tells Prometheus, and its log as JSON.

use crate::radius::{ALICE, log_in};
use crate::support::freeradius::FreeRadius;
use crate::support::gateway::Gateway;
use crate::support::http::curl;
use crate::support::process::Background;
use crate::support::{FONAP, START_LIMIT, eventually, free_port};
use std::process::Command;
use std::time::Duration;

/// A count must be there within this time.
const SOON: Duration = Duration::from_secs(20);

#[test]
fn prometheus_sees_redirects_logins_sessions_and_accounting() {
    let radius = FreeRadius::start();
    let port = free_port();
    let gateway = Gateway::start(&radius, &[&format!("metrics 127.0.0.1:{port}")]);
    let metrics = || curl(&format!("http://127.0.0.1:{port}/metrics"), &[]);
    gateway.hijacked([127, 0, 0, 1].into());
    assert_eq!(log_in(&gateway, "alice", "wrong").result(), "failed/reject");
    assert_eq!(log_in(&gateway, "alice", ALICE).result(), "success");
    let text = eventually("the acknowledgement of a record", SOON, || {
        let text = metrics().body;
        text.contains("\nfonap_accounting_records_total{outcome=\"acknowledged\"} 1\n").then_some(text)
    });
    for line in [
        "fonap_redirects_total{res=\"failed\"} 1",
        "fonap_redirects_total{res=\"success\"} 1",
        "fonap_logins_total{result=\"accept\"} 1",
        "fonap_logins_total{result=\"reject\"} 1",
        "fonap_sessions_opened_total 1",
        "fonap_clients{state=\"pass\"} 1",
        "fonap_clients{state=\"dnat\"} 0",
        "fonap_accounting_queue 0",
        "# EOF",
    ] {
        assert!(text.lines().any(|l| l == line), "{line}\n{text}");
    }
    let answer = metrics();
    let kind = answer.header("content-type").unwrap_or_default();
    assert!(kind.starts_with("application/openmetrics-text; version=1.0.0"), "{kind}");
    gateway.get("/logoff");
    assert!(metrics().body.contains("fonap_sessions_closed_total{cause=\"user_request\"} 1\n"));
    assert_eq!(curl(&format!("http://127.0.0.1:{port}/"), &[]).status, 404);
    assert_eq!(curl(&format!("http://127.0.0.1:{port}/metrics"), &["-X", "POST"]).status, 405);
    assert!(!gateway.get("/metrics").body.contains("fonap_"), "not on the clients' port");
}

#[test]
fn the_log_can_be_json() {
    let mut command = Command::new(FONAP);
    let port = free_port();
    command.args(["gateway", "--log-json", "--radiusserver1=127.0.0.1", "--uamlisten=127.0.0.1"]);
    command.args(["--net=127.0.0.0/8", "--radiussecret=short", &format!("--uamport={port}")]);
    let mut gateway = Background::start(&mut command);
    gateway.wait_for_line("ready: ", START_LIMIT);
    let line = eventually("a warning of the short secret", START_LIMIT, || {
        gateway.stderr().into_iter().find(|line| line.contains("radiussecret"))
    });
    let entry: serde_json::Value = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}"));
    assert_eq!(entry["level"], "WARN");
    assert!(entry["message"].as_str().is_some_and(|text| text.contains("16 octets")), "{entry}");
}
