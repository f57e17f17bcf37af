//! The owner's page in Chromium, and against those who are not the owner.

use crate::radius::{ALICE, log_in};
use crate::support::browser::{Scripts, with_browser};
use crate::support::free_port;
use crate::support::freeradius::FreeRadius;
use crate::support::gateway::{Gateway, NAS_ID};
use crate::support::http::{Answer, curl};
use crate::support::process::Background;
use crate::support::{FONAP, eventually};
use std::fs;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// A record must come within this time.
const SOON: Duration = Duration::from_secs(20);
/// A portal as FON gives it, with the hash of the hotspot.
const PORTAL: &str = "https://www.fon.com/SRCTST01/main/f7f642b126e52f31fe22629e7166baa3/";

/// A gateway with the owner's page on a port of its own.
#[track_caller]
fn start(radius: &FreeRadius, state: &TempDir) -> (Gateway, String) {
    let port = free_port();
    let lines = [
        format!("ownerpage 127.0.0.1:{port}"),
        format!("uamserver {PORTAL}"),
        format!("statedir {}", state.path().display()),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    (Gateway::start(radius, &lines), format!("http://127.0.0.1:{port}"))
}

// spec: hotspot-config 6.1
#[test]
fn the_owner_sees_the_status_and_switches_the_hotspot_off_and_on() {
    let radius = FreeRadius::start();
    let state = TempDir::with_prefix("fonap-owner-").expect("a temporary folder");
    let (gateway, page) = start(&radius, &state);
    assert_eq!(log_in(&gateway, "alice", ALICE).result(), "success");
    radius.record("Start", "alice", SOON);
    // It works without scripts too.
    with_browser(Scripts::Off, async |browser| {
        browser.open(&page).await;
        assert_eq!(browser.shown("#status").await, "online");
        let link = browser.run("return document.querySelector('#register').href").await;
        assert_eq!(
            link,
            format!("https://www.fon.com/main/standaloneLogin?h=f7f642b126e52f31fe22629e7166baa3&m={NAS_ID}")
        );
        assert!(!browser.has("#key").await, "without a Status Manager there is no key");
        browser.picture("owner-online").await;

        browser.press("#off").await;
        browser.shown("#on").await;
        assert_eq!(browser.shown("#status").await, "disabled");
        browser.picture("owner-disabled").await;
        let stop = radius.record("Stop", "alice", SOON);
        assert_eq!(stop.get("Acct-Terminate-Cause").map(String::as_str), Some("NAS-Reboot"));
        let answer = gateway.get("/");
        assert_eq!(answer.status, 503, "{answer:?}");
        assert!(answer.body.contains("closed"), "{answer:?}");
    });
    // The wish outlasts the gateway.
    drop(gateway);
    let (gateway, page) = start(&radius, &state);
    assert_eq!(gateway.get("/").status, 503);
    with_browser(Scripts::On, async |browser| {
        browser.open(&page).await;
        browser.press("#on").await;
        browser.shown("#off").await;
    });
    assert_eq!(log_in(&gateway, "alice", ALICE).result(), "success");
}

#[test]
fn nobody_but_the_page_itself_can_switch() {
    let radius = FreeRadius::start();
    let state = TempDir::with_prefix("fonap-owner-").expect("a temporary folder");
    let (gateway, page) = start(&radius, &state);
    let own = curl(&page, &[]);
    assert_eq!(own.status, 200);
    for (name, part) in [
        ("content-security-policy", "default-src 'none'"),
        ("content-security-policy", "frame-ancestors 'none'"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("cache-control", "no-store"),
        ("referrer-policy", "same-origin"),
    ] {
        assert!(own.header(name).is_some_and(|value| value.contains(part)), "{name}: {own:?}");
    }
    let token = own.body.split("name=\"token\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let token = token.expect("a token in the form");
    let switch = format!("{page}/switch");
    let post = |origin: Option<&str>, token: &str, host: Option<&str>| -> Answer {
        let body = format!("token={token}&to=off");
        let origin = origin.map(|origin| format!("Origin: {origin}"));
        let host = host.map(|host| format!("Host: {host}"));
        let mut arguments = vec!["--data", body.as_str()];
        for header in [&origin, &host].into_iter().flatten() {
            arguments.extend(["--header", header.as_str()]);
        }
        curl(&switch, &arguments)
    };
    assert_eq!(post(Some("http://evil.example"), token, None).status, 403, "another site");
    assert_eq!(post(Some("null"), token, None).status, 403, "a site that hides");
    assert_eq!(post(None, token, None).status, 403, "no site");
    assert_eq!(post(Some(&page), "", None).status, 403, "no token");
    assert_eq!(post(Some(&page), &token.replace(|_| true, "0"), None).status, 403, "a wrong token");
    let rebound = post(Some("http://evil.example"), token, Some("evil.example"));
    assert_eq!(rebound.status, 421, "a name that was made to lead here");
    assert_eq!(curl(&switch, &[]).status, 405);
    assert_eq!(curl(&page, &["--header", "Host: evil.example"]).status, 421);
    assert_eq!(gateway.get("/").status, 302, "still open");

    // A form of another site, sent by the owner's own browser.
    with_browser(Scripts::On, async |browser| {
        let form = format!(
            "data:text/html,<form method=post action='{switch}'><input name=token value={token}>\
             <button id=go name=to value=off>x</button></form>"
        );
        browser.open(&form).await;
        browser.press("#go").await;
        browser.shows("body", "not from this page").await;
    });
    assert_eq!(gateway.get("/").status, 302, "still open");
    assert_eq!(post(Some(&page), token, None).status, 303, "the page itself");
    assert_eq!(gateway.get("/").status, 503);
}

/// A status server, and the files of a hotspot that it knows.
struct StatusServer {
    folder: TempDir,
    port: u16,
}

impl StatusServer {
    const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    fn new() -> Self {
        let (folder, port) =
            (TempDir::with_prefix("fonap-heartbeat-").expect("a temporary folder"), free_port());
        let conf = format!(
            "host 127.0.0.1 {port} UDP\nmac {NAS_ID}\nversion 1.2.3\nrevision 4\nkeyfile {}\nperiod_online 1\n\
             period_offline 1\nretries 2\ntimeout 500ms\n",
            folder.path().join("key").display()
        );
        let server = Self { folder, port };
        server.write("fonsmcd.conf", &conf);
        server.write("key", Self::KEY);
        server.write("keys", &format!("{NAS_ID} {}\n", Self::KEY));
        server
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).expect("the folder is ours");
    }

    fn line(&self) -> String {
        format!("statusmanager {}", self.folder.path().join("fonsmcd.conf").display())
    }

    #[track_caller]
    fn start(&self) -> Background {
        let mut command = Command::new(FONAP);
        command.args(["heartbeat-server", "--listen", &format!("127.0.0.1:{}", self.port), "--keys"]);
        Background::start(command.arg(self.folder.path().join("keys")))
    }
}

// spec: heartbeat 16
#[test]
fn the_status_manager_opens_and_closes_the_hotspot() {
    let radius = FreeRadius::start();
    let status = StatusServer::new();
    let page = free_port();
    let gateway =
        Gateway::start(&radius, &[&status.line(), &format!("ownerpage 127.0.0.1:{page}"), "acctonoff"]);
    let page = format!("http://127.0.0.1:{page}");
    let waits_for = |what: u16| {
        eventually(&format!("the answer {what}"), SOON, || (gateway.get("/").status == what).then_some(()));
    };
    assert_eq!(gateway.get("/").status, 503, "offline until the first answer");
    let server = status.start();
    waits_for(302);
    assert_eq!(log_in(&gateway, "alice", ALICE).result(), "success");
    radius.record("Start", "alice", SOON);
    drop(server);
    waits_for(503);
    radius.record("Stop", "alice", SOON);
    with_browser(Scripts::On, async |browser| {
        browser.open(&page).await;
        assert_eq!(browser.shown("#status").await, "offline");
        assert_eq!(browser.shown("#key").await, "OK");
        browser.picture("owner-offline").await;
    });
    let _server = status.start();
    waits_for(302);
    assert!(!curl(&page, &[]).body.contains(StatusServer::KEY));
    // RADIUS was told of each opening and closing, and of nothing while the hotspot was closed.
    radius.tells(&["Accounting-On", "Start", "Stop", "Accounting-Off", "Accounting-On"], SOON);
}

// spec: gateway-dataplane 10
#[test]
fn a_crash_does_not_close_a_hotspot_whose_status_manager_has_yet_to_hear_something() {
    let radius = FreeRadius::start();
    let status = StatusServer::new();
    let mut gateway = Gateway::start(&radius, &[&status.line(), "statedir {folder}/state", "acctonoff"]);
    let waits_for = |gateway: &Gateway, what: u16| {
        eventually(&format!("the answer {what}"), SOON, || (gateway.get("/").status == what).then_some(()));
    };
    let server = status.start();
    waits_for(&gateway, 302);
    let answer = log_in(&gateway, "alice", ALICE);
    let session = answer.parameter("sessionid").expect("a session id");
    radius.record("Start", "alice", SOON);
    eventually("the session in the journal", SOON, || {
        let journal = fs::read(gateway.folder().join("state/hotspot.redb")).ok()?;
        journal.windows(session.len()).any(|part| part == session.as_bytes()).then_some(())
    });
    // At once, before any answer to a heartbeat, and after one.
    gateway.crash();
    gateway.start_again();
    assert_eq!(gateway.get("/status").result(), "already", "{}", gateway.log());
    gateway.wait_for_log("online");
    assert_eq!(gateway.get("/status").result(), "already", "{}", gateway.log());
    // Without answers it is closed as it would have been without the crash.
    gateway.crash();
    drop(server);
    gateway.start_again();
    assert_eq!(gateway.get("/status").result(), "already", "{}", gateway.log());
    waits_for(&gateway, 503);
    radius.tells(&["Accounting-On", "Start", "Stop", "Accounting-Off"], SOON);
    // Nobody is in: it stays closed until it hears something.
    gateway.crash();
    gateway.start_again();
    assert_eq!(gateway.get("/").status, 503);
}

#[test]
fn a_damaged_key_is_told_to_the_owner_and_keeps_the_hotspot_closed() {
    let radius = FreeRadius::start();
    let status = StatusServer::new();
    let damaged = &StatusServer::KEY[..40];
    status.write("key", damaged);
    let page = free_port();
    let mut gateway = Gateway::start(&radius, &[&status.line(), &format!("ownerpage 127.0.0.1:{page}")]);
    with_browser(Scripts::On, async |browser| {
        browser.open(&format!("http://127.0.0.1:{page}")).await;
        assert_eq!(browser.shown("#key").await, "ERROR");
        assert!(browser.shown("[role=alert]").await.contains("key"));
        assert!(!browser.shown("body").await.contains(damaged));
        browser.picture("owner-key-error").await;
    });
    assert_eq!(gateway.get("/").status, 503);
    assert!(!gateway.log().contains(damaged), "{}", gateway.log());
    // With a good key the hotspot opens, without a restart.
    let _server = status.start();
    status.write("key", StatusServer::KEY);
    gateway.reconfigure(|text| text);
    eventually("an open hotspot", SOON, || (gateway.get("/").status == 302).then_some(()));
    assert!(curl(&format!("http://127.0.0.1:{page}"), &[]).body.contains("OK"));
    // And without a Status Manager it does not wait for one.
    gateway.reconfigure(|text| text.replace("statusmanager", "#"));
    gateway.wait_for_log("FON status");
    assert_eq!(gateway.get("/").status, 302);
}
