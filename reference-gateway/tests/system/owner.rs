//! The owner's page in Chromium, and against those who are not the owner.

use crate::radius::{ALICE, log_in};
use crate::support::browser::{Scripts, with_browser};
use crate::support::free_port;
use crate::support::freeradius::FreeRadius;
use crate::support::gateway::{Gateway, NAS_ID};
use crate::support::http::{Answer, curl};
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
        assert!(browser.shown("body").await.contains("not from this page"));
    });
    assert_eq!(gateway.get("/").status, 302, "still open");
    assert_eq!(post(Some(&page), token, None).status, 303, "the page itself");
    assert_eq!(gateway.get("/").status, 503);
}
