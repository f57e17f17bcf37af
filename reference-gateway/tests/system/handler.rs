//! The external handler: when it is called, with what, and what the user sees when it fails (fon-api 2).

use crate::radius::{log_in, log_in_as};
use crate::support::free_port;
use crate::support::gateway::{Gateway, NAS_ID};
use crate::support::http::curl;
use std::fs;
use std::net::Ipv4Addr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Writes down each call in its order, and decides about logins by the name of the user.
const SCRIPT: &str = r#"#!/bin/sh
case "$1-$USER_NAME" in
    login-hang) sleep 600 ;;
    login-big) head -c 10000000 /dev/zero | tr '\0' x; exit 51 ;;
    login-later) echo; exit 200 ;;
    login-killed) kill -KILL $$ ;;
    login-poor) echo "no credit"; echo "  left"; exit 51 ;;
esac
{ echo "== $1"; env; } >> "$(dirname "$0")/calls"
"#;

fn script(folder: &TempDir, mode: u32) -> PathBuf {
    let path = folder.path().join("handler");
    fs::write(&path, SCRIPT).expect("the folder is ours");
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("the folder is ours");
    path
}

/// A gateway that nobody but the handler helps to decide.
#[track_caller]
fn gateway(program: &Path) -> Gateway {
    let module = format!("module fon-api:{}", program.display());
    let lines = [&module, "handlertimeout 2", "radiuslocationid isocc=es", "nasmac 00-18-84-AA-00-01"];
    Gateway::start_with_ports(free_port(), free_port(), &lines)
}

/// The calls until now: the command and its variables.
fn calls(folder: &TempDir) -> Vec<(String, String)> {
    let text = fs::read_to_string(folder.path().join("calls")).unwrap_or_default();
    text.split("== ")
        .skip(1)
        .filter_map(|call| call.split_once('\n'))
        .map(|(a, b)| (a.into(), b.into()))
        .collect()
}

// spec: fon-api 2.1, 2.3
#[test]
fn the_handler_is_called_from_the_start_to_the_end() {
    let folder = TempDir::new().expect("a temporary folder");
    let mut gateway = gateway(&script(&folder, 0o755));
    let answer = log_in(&gateway, "bob", "pass word");
    assert_eq!(answer.result(), "success", "{answer:?}\n{}", gateway.log());
    assert_eq!(gateway.get("/logoff").result(), "logoff");
    assert_eq!(log_in(&gateway, "eve", "x").result(), "success");
    assert_eq!(gateway.stop(), Some(0), "{}", gateway.log());
    let calls = calls(&folder);
    let order: Vec<&str> = calls.iter().map(|(command, _)| command.as_str()).collect();
    let about_clients: Vec<&str> =
        order.iter().copied().filter(|c| c.contains('-') && !c.starts_with("fon")).collect();
    assert_eq!(
        about_clients,
        ["dhcp-lease", "session-start", "session-stop", "session-start", "session-stop"],
        "{order:?}"
    );
    assert_eq!(order.last(), Some(&"fon-shutdown"));
    assert!(order.contains(&"fon-startup"), "{order:?}");
    let of = |command: &str| &calls.iter().find(|(c, _)| c == command).expect("called").1;
    for variable in [
        "USER_NAME=bob",
        "PASSWORD=pass word",
        "FRAMED_IP_ADDRESS=127.0.0.1",
        "CALLING_STATION_ID=02-00-7F-00-00-01",
        "REMOTE_ADDR=127.0.0.1",
        "TCPREMOTEIP=127.0.0.1",
        "WISPR_LOCATION_ID=isocc=es",
        &format!("NAS_ID={NAS_ID}"),
    ] {
        assert!(of("login").lines().any(|line| line == variable), "{variable} in {}", of("login"));
    }
    let port = |name: &str| {
        let value = of("login").lines().find_map(|line| line.strip_prefix(name)?.parse::<u16>().ok());
        value.unwrap_or_else(|| panic!("{name} in {}", of("login")))
    };
    assert_eq!(port("REMOTE_PORT="), port("TCPREMOTEPORT="));
    assert!(!of("session-start").contains("REMOTE_"), "{}", of("session-start"));
    assert!(of("session-stop").contains("TERMINATE_CAUSE=1"), "{}", of("session-stop"));
    assert!(!of("session-start").contains("PASSWORD"), "{}", of("session-start"));
    assert!(calls.iter().any(|(c, e)| c == "session-stop" && e.contains("TERMINATE_CAUSE=11")), "{calls:?}");
    assert!(!gateway.log().contains("pass word"), "no password in the log");
}

// spec: fon-api 2.2
#[test]
fn what_the_handler_says_is_what_the_user_sees() {
    let folder = TempDir::new().expect("a temporary folder");
    let module = format!("module fon-api:{}", script(&folder, 0o755).display());
    let counts = free_port();
    let lines = [&module, "handlertimeout 2", &format!("metrics 127.0.0.1:{counts}")];
    let gateway = Gateway::start_with_ports(free_port(), free_port(), &lines);
    let poor = log_in(&gateway, "poor", "x");
    assert_eq!(poor.result(), "failed/reject", "{poor:?}");
    assert_eq!(poor.parameter("reply").as_deref(), Some("no credit left"));
    let big = log_in(&gateway, "big", "x");
    assert_eq!(big.result(), "failed/reject", "{big:?}");
    assert_eq!(big.parameter("reply").map(|reply| reply.len()), Some(253));
    let killed = log_in(&gateway, "killed", "x");
    assert_eq!(killed.result(), "failed/other", "{killed:?}");
    gateway.wait_for_log("was ended by a signal");
    let later = log_in(&gateway, "later", "x");
    let wait = later.header("location").expect("a redirect").to_owned();
    assert_eq!(wait, gateway.url("/www/wait.html"));
    let page = gateway.get("/www/wait.html");
    assert_eq!(page.status, 200, "{page:?}");
    assert!(page.body.contains("url=/prelogin"), "{page:?}");
    assert_eq!(log_in(&gateway, "bob", "x").result(), "success");
    let counted = curl(&format!("http://127.0.0.1:{counts}/metrics"), &[]).body;
    for (result, times) in [("accept", 1), ("reject", 2), ("pending", 1), ("error", 1)] {
        let line = format!("fonap_logins_total{{result=\"{result}\"}} {times}");
        assert!(counted.lines().any(|l| l == line), "{line}\n{counted}");
    }
}

// spec: fon-api 2.2
#[test]
fn a_handler_that_hangs_is_ended_and_holds_up_nobody() {
    let folder = TempDir::new().expect("a temporary folder");
    let gateway = gateway(&script(&folder, 0o755));
    let started = Instant::now();
    std::thread::scope(|scope| {
        let hanging = scope.spawn(|| log_in(&gateway, "hang", "x"));
        // Others are let in meanwhile.
        let other = log_in_as(&gateway, Ipv4Addr::new(127, 0, 0, 8), "bob", "x");
        assert_eq!(other.result(), "success", "{other:?}");
        let answer = hanging.join().expect("it ends");
        assert_eq!(answer.result(), "failed/timeout", "{answer:?}");
    });
    assert!(started.elapsed() < Duration::from_secs(40), "{:?}", started.elapsed());
    gateway.wait_for_log("took too long and was ended");
}

// spec: fon-api 2.2
#[test]
fn a_handler_that_is_missing_or_not_executable_is_named() {
    let folder = TempDir::new().expect("a temporary folder");
    let locked = script(&folder, 0o644);
    for (program, hint) in [(folder.path().join("none"), "is it there"), (locked, "must be executable")] {
        let gateway = gateway(&program);
        let answer = log_in(&gateway, "bob", "x");
        assert_eq!(answer.result(), "failed/other", "{answer:?}");
        gateway.wait_for_log(&program.to_string_lossy());
        gateway.wait_for_log(hint);
        gateway.wait_for_log("the handler cannot be run");
    }
}
