//! The configuration is read again while the gateway serves (hotspot-config 1).

use crate::radius::{ALICE, log_in, log_in_as};
use crate::support::eventually;
use crate::support::free_port;
use crate::support::freeradius::{FreeRadius, Replies};
use crate::support::gateway::Gateway;
use crate::support::process::{Finished, run};
use std::net::Ipv4Addr;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(60);

#[track_caller]
fn ssid(gateway: &Gateway) -> Option<String> {
    gateway.hijacked(Ipv4Addr::new(127, 0, 0, 77)).parameter("ssid")
}

#[track_caller]
fn wait_for_ssid(gateway: &Gateway, wanted: &str) {
    eventually(&format!("ssid {wanted}"), LIMIT, || (ssid(gateway).as_deref() == Some(wanted)).then_some(()));
}

// spec: hotspot-config 1
#[test]
fn sessions_go_on_and_new_servers_count() {
    let radius = FreeRadius::start();
    let mut gateway = Gateway::start(&radius, &["ssid one", "interval 0"]);
    assert_eq!(log_in(&gateway, "alice", ALICE).result(), "success");
    radius.record("Start", "alice", LIMIT);
    // The servers move to other ports.
    let other = FreeRadius::start_with(free_port(), free_port(), Replies::Signed);
    let (auth, acct) = (other.auth_port, other.acct_port);
    let (old_auth, old_acct) = (radius.auth_port, radius.acct_port);
    drop(radius);
    gateway.reconfigure(|text| {
        text.replace("ssid one", "ssid two")
            .replace(&format!("radiusauthport {old_auth}"), &format!("radiusauthport {auth}"))
            .replace(&format!("radiusacctport {old_acct}"), &format!("radiusacctport {acct}"))
    });
    wait_for_ssid(&gateway, "two");
    assert_eq!(gateway.get("/status").result(), "already", "the session goes on");
    let answer = log_in_as(&gateway, Ipv4Addr::new(127, 0, 0, 9), "limited", "pw");
    assert_eq!(answer.result(), "success", "{answer:?}");
    assert_eq!(gateway.get("/logoff").result(), "logoff");
    other.record("Stop", "alice", LIMIT);
}

// spec: hotspot-config 1
#[test]
fn a_file_that_is_corrupted_between_two_readings_changes_nothing() {
    let mut gateway = Gateway::start_with_ports(free_port(), free_port(), &["ssid one", "interval 0"]);
    let mut good = String::new();
    gateway.reconfigure(|text| {
        good.clone_from(&text);
        // Cut in the middle of a line, with rubbish behind, as a full flash leaves it.
        format!("{}\0\u{fffd}\"\nnet 10.0.0.0/99\n", &text[..text.len() / 2])
    });
    gateway.wait_for_log("the running configuration stays");
    // The line is named.
    gateway.wait_for_log("chilli.conf:");
    assert_eq!(ssid(&gateway).as_deref(), Some("one"));
    gateway.reconfigure(|_| good.replace("ssid one", "ssid three"));
    wait_for_ssid(&gateway, "three");
    assert!(gateway.is_running());
}

// spec: hotspot-config 2.1
#[test]
fn the_file_is_read_again_at_its_interval_and_what_needs_a_restart_is_named() {
    let gateway = Gateway::start_with_ports(free_port(), free_port(), &["ssid one", "interval 1"]);
    let file = gateway.folder().join("chilli.conf");
    let text = std::fs::read_to_string(&file).expect("it is ours");
    let text = text.replace("ssid one", "ssid two").replace("net 127.0.0.0/8", "net 127.0.0.0/16");
    std::fs::write(&file, text).expect("it is ours");
    wait_for_ssid(&gateway, "two");
    gateway.wait_for_log("only a restart takes it over");
}

// spec: hotspot-config 2.1
#[test]
fn an_option_that_is_not_supported_is_refused_with_the_reason() {
    for (line, reason) in [
        ("l2tp-enable", "there are no tunnels"),
        ("lnsserver1 x", "there are no tunnels"),
        ("dataplane nftables", "dhcpif, the interface of the clients, is not given"),
        ("dataplane nftables\ndhcpif lo", "loopback"),
        ("module cluster:x", "the only one is fon-api"),
    ] {
        for check in [true, false] {
            let done = gateway_with(line, check);
            assert_eq!(done.code(), 2, "{done:?}");
            assert!(done.stderr.contains(reason), "{line}: {}", done.stderr);
        }
    }
}

#[test]
fn a_packet_path_that_cannot_be_is_refused() {
    // Checked only: a start would close the interface first, and keep it closed.
    for (line, reason) in [
        ("uid 1", "CAP_NET_ADMIN"),
        ("wanif \"wan0, fonap0\"", "the same interface, fonap0"),
        ("wanif wan/0", "\"wan/0\" cannot be the name of an interface"),
    ] {
        let done = gateway_with(&format!("dataplane nftables\ndhcpif fonap0\n{line}"), true);
        assert_eq!(done.code(), 2, "{done:?}");
        assert!(done.stderr.contains(reason), "{line}: {}", done.stderr);
    }
}

// spec: uam 8
#[test]
fn a_check_looks_for_what_clients_are_served_from() {
    for line in ["wwwdir /nowhere/www", "wwwbin /nowhere/program"] {
        let done = gateway_with(line, true);
        assert_eq!(done.code(), 2, "{done:?}");
        assert!(done.stderr.contains("/nowhere/"), "{}", done.stderr);
    }
    assert_eq!(gateway_with("wwwdir /", true).code(), 0);
    // A hotspot without its pages still lets clients in.
    Gateway::start_with_ports(free_port(), free_port(), &["wwwdir /nowhere/www"])
        .wait_for_log("wwwdir /nowhere/www: there is no such folder");
}

/// What a gateway says of a configuration with this line, checked or started.
fn gateway_with(line: &str, check: bool) -> Finished {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("chilli.conf");
    std::fs::write(&file, format!("radiusserver1 127.0.0.1\n{line}\n")).expect("it is ours");
    let file = file.to_string_lossy();
    let arguments: &[&str] =
        if check { &["gateway", "--check", "-c", &file] } else { &["gateway", "-c", &file] };
    run(crate::support::FONAP, arguments)
}
