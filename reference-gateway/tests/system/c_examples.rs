//! The example programs of the C library against `fonap` and FreeRADIUS: what runs on the router, and what it talks to.

use crate::support::c::example;
use crate::support::freeradius::{FreeRadius, SECRET};
use crate::support::gateway::Gateway;
use crate::support::heartbeat::{KEY, StatusServer};
use crate::support::http::curl;
use crate::support::process::{Background, run};
use crate::support::{FONAP, START_LIMIT, free_port};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

const LIMIT: Duration = Duration::from_secs(60);
/// As the servers of the tests know her.
const ALICE: &str = "wonder land & 100%";

/// `fonap radius-server`, which takes authentication and accounting on one port.
#[track_caller]
fn radius_server() -> (Background, u16) {
    let port = free_port();
    let mut command = Command::new(FONAP);
    command.args(["radius-server", "--secret", SECRET, "--user", &format!("alice:{ALICE}"), "--listen"]);
    let mut server = Background::start(command.arg(format!("127.0.0.1:{port}")));
    server.wait_for_line("ready", START_LIMIT);
    (server, port)
}

#[test]
fn the_smart_client_in_c_logs_in_to_fonap_gateway_and_off_again() {
    let folder = TempDir::new().expect("a folder");
    let client = example(folder.path(), "smart_client");
    let (server, port) = radius_server();
    let gateway = Gateway::start_with_ports(port, port, &[]);
    let hotspot = format!("127.0.0.1:{}", gateway.port);
    let login = |password: &str, more: &[&str]| {
        let mut arguments =
            vec!["http://probe.example/", "alice", password, "--allow-http", "--connect", &hotspot];
        arguments.extend(more);
        run(&client, &arguments)
    };
    let refused = login("wrong", &[]);
    assert_eq!(refused.code(), 1, "{refused:?}\n{}", gateway.log());
    assert!(refused.stdout.contains("rejected, ResponseCode 100"), "{refused:?}");
    let done = login(ALICE, &["--logoff"]);
    assert_eq!(done.code(), 0, "{done:?}\n{}", gateway.log());
    let outcomes: Vec<&str> = done.stdout.lines().filter(|line| line.starts_with("logged")).collect();
    assert_eq!(outcomes, ["logged in", "logged off"], "{done:?}");
    assert!(server.log().contains("Acct-Status-Type = Start"), "{}", server.log());
    // Without leave, no password goes over plain http.
    let careful = run(&client, &["http://probe.example/", "alice", ALICE, "--connect", &hotspot]);
    assert!(careful.stdout.contains("failed: insecure_login_url"), "{careful:?}");
}

#[test]
fn the_captive_portal_in_c_serves_fonap_login_and_curl() {
    let folder = TempDir::new().expect("a folder");
    let program = example(folder.path(), "captive_portal");
    let radius = FreeRadius::start();
    let port = free_port();
    let numbers = [port, radius.auth_port, radius.acct_port].map(|port| port.to_string());
    let mut command = Command::new(&program);
    command.args(["127.0.0.1", &numbers[0], "127.0.0.1", &numbers[1], &numbers[2], SECRET]);
    let mut portal = Background::start(&mut command);
    portal.wait_for_line("ready: ", START_LIMIT);

    // A browser is sent to the page.
    let base = format!("http://127.0.0.1:{port}");
    let answer = curl(&format!("{base}/some/page"), &["--header", "Host: www.example.org"]);
    assert_eq!((answer.status, answer.result().as_str()), (302, "notyet"));
    let page = curl(answer.location().as_str(), &[]);
    assert_eq!(page.status, 200);
    assert!(page.body.contains("<form method=\"post\">"), "{}", page.body);
    // A page that the gateway did not make is none of the portal's.
    let forged = curl(&answer.location().as_str().replace("res=notyet", "res=success"), &[]);
    assert_eq!(forged.status, 302, "{}", forged.body);
    // The form, as a browser sends it.
    let sent = curl(
        answer.location().as_str(),
        &["--data-urlencode", "UserName=sorry", "--data-urlencode", "Password=pw"],
    );
    let refused = curl(sent.location().as_str(), &[]);
    assert_eq!(refused.result(), "failed/reject", "{}", portal.log());

    let state = folder.path().join("session.json");
    let state = state.to_string_lossy();
    let through = format!("probe.example:80:127.0.0.1:{port}");
    for version in ["--wispr1", "--wispr2"] {
        let login = |user: &str, password: &str| {
            let credentials = ["--user", user, "--password", password];
            let common =
                ["--allow-http", "--no-verify", "--connect-to", &through, "--state", &state, version];
            let mut arguments = vec!["login", "http://probe.example/"];
            arguments.extend(credentials);
            arguments.extend(common);
            run(FONAP, &arguments)
        };
        let refused = login("blocked", "pw");
        assert_eq!(refused.code(), 1, "{version}: {refused:?}\n{}", portal.log());
        let done = login("alice", ALICE);
        assert_eq!(done.code(), 0, "{version}: {done:?}\n{}", portal.log());
        portal.wait_for_line("open 127.0.0.1", LIMIT);
        let off = run(FONAP, &["logoff", "--state", &state]);
        assert_eq!(off.code(), 0, "{version}: {off:?}\n{}", portal.log());
    }
    radius.record("Start", "alice", LIMIT);
    radius.record("Stop", "alice", LIMIT);
    // It ends the sessions it has, and frees all that it took: the sanitizers look at the end.
    assert_eq!(
        run(
            FONAP,
            &[
                "login",
                "http://probe.example/",
                "--user",
                "limited",
                "--password",
                "pw",
                "--allow-http",
                "--no-verify",
                "--connect-to",
                &through,
                "--state",
                &state
            ]
        )
        .code(),
        0
    );
    portal.terminate();
    let status = portal.wait_for_end(LIMIT);
    assert!(status.success(), "{status} {}", portal.log());
    radius.record("Stop", "limited", LIMIT);
}

#[test]
fn the_heartbeat_in_c_is_answered_by_fonap_heartbeat_server() {
    let folder = TempDir::new().expect("a folder");
    let program = example(folder.path(), "heartbeat");
    let server = StatusServer::start(folder.path(), &[]);
    let port = server.address.port().to_string();
    let arguments = ["00-18-84-a0-00-29", KEY, "127.0.0.1", &port, "--once"];
    let done = run(&program, &arguments);
    assert_eq!(done.code(), 0, "{done:?}\n{}", server.process.log());
    assert!(done.stdout.contains("ANSWER [exec=nothing"), "{done:?}");
    let wrong = KEY.replace('7', "8");
    let refused = run(&program, &["00-18-84-a0-00-29", &wrong, "127.0.0.1", &port, "--once"]);
    assert_eq!(refused.code(), 1, "{refused:?}");
    assert!(refused.stdout.contains("no heartbeat: the peer refused"), "{refused:?}");
}

#[test]
fn the_radius_login_in_c_asks_fonap_radius_server_and_freeradius() {
    let folder = TempDir::new().expect("a folder");
    let program = example(folder.path(), "radius_login");
    let (server, port) = radius_server();
    let login = |port: u16, arguments: &[&str]| {
        let port = port.to_string();
        let mut all = vec!["127.0.0.1", port.as_str(), SECRET];
        all.extend(arguments);
        run(&program, &all)
    };
    let done = login(port, &["alice", ALICE]);
    assert_eq!((done.code(), done.stdout.lines().next()), (0, Some("accept")), "{done:?}\n{}", server.log());
    assert_eq!(login(port, &["alice", "wrong"]).code(), 1);

    let radius = FreeRadius::start();
    let done = login(radius.auth_port, &["alice", ALICE]);
    assert_eq!(done.code(), 0, "{done:?}\n{}", radius.log());
    assert_eq!(done.stdout, "accept\nthe server says: Welcome <Alice>\n");
    let refused = login(radius.auth_port, &["sorry", "pw"]);
    assert_eq!(refused.code(), 1, "{refused:?}\n{}", radius.log());
    let lines = login(radius.auth_port, &["SRCTST01-fonap-1.0.0.2", "admin pw", "--radconfig"]);
    assert_eq!(lines.code(), 0, "{lines:?}\n{}", radius.log());
    let lines: Vec<&str> = lines.stdout.lines().collect();
    assert_eq!((lines.len(), lines[1]), (22, "uamserver https://portal.example.net/SRCTST01/"));
    assert_eq!((lines[3], lines[21]), ("newdomain *.fon.com,!wifi.fon.com", "defidletimeout 600"));
}
