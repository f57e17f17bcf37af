//! The embedded development RADIUS server, asked by FreeRADIUS's radclient.

use crate::support::process::{Background, Finished, run, run_with_input};
use crate::support::tap::{Ours, Tap};
use crate::support::{FONAP, START_LIMIT, free_port};
use std::fs;
use std::process::Command;
use tempfile::TempDir;

const SECRET: &str = "development";

/// The server, and the port of a tap in front of it.
#[track_caller]
fn start() -> (Background, Tap) {
    let port = free_port();
    let mut command = Command::new(FONAP);
    command.args(["radius-server", "--secret", SECRET, "--user", "dora:p w", "--user", "eve:x"]);
    command.arg("--listen").arg(format!("127.0.0.1:{port}"));
    let mut server = Background::start(&mut command);
    server.wait_for_line("ready", START_LIMIT);
    (server, Tap::start(0, port, 1812, Ours::Server, SECRET))
}

/// Asks once, and once more a second later.
#[track_caller]
fn radclient(port: u16, kind: &str, secret: &str, attributes: &str) -> Finished {
    let to = format!("127.0.0.1:{port}");
    run_with_input("radclient", &["-x", "-r", "2", "-t", "1", &to, kind, secret], attributes.as_bytes())
}

#[test]
fn pap_is_checked() {
    let (_server, tap) = start();
    let port = tap.port();
    let ask = |password: &str| {
        let attributes =
            format!("User-Name = dora\nUser-Password = \"{password}\"\nMessage-Authenticator = 0x00\n");
        radclient(port, "auth", SECRET, &attributes)
    };
    let good = ask("p w");
    assert!(good.stdout.contains("Received Access-Accept"), "{good:?}");
    assert_eq!(good.code(), 0, "{good:?}");
    let bad = ask("wrong");
    assert!(bad.stdout.contains("Received Access-Reject"), "{bad:?}");
    assert!(ask(&"p".repeat(128)).stdout.contains("Received Access-Reject"));
}

#[test]
fn chap_is_checked() {
    let (_server, tap) = start();
    let port = tap.port();
    let ask = |password: &str| {
        let attributes =
            format!("User-Name = eve\nCHAP-Password = \"{password}\"\nMessage-Authenticator = 0x00\n");
        radclient(port, "auth", SECRET, &attributes)
    };
    let good = ask("x");
    assert!(good.stdout.contains("Received Access-Accept"), "{good:?}");
    let bad = ask("y");
    assert!(bad.stdout.contains("Received Access-Reject"), "{bad:?}");
}

// A supplicant of its own kind: hostapd's eapol_test.
#[test]
fn eap_md5_is_checked() {
    let (server, tap) = start();
    let folder = TempDir::with_prefix("fonap-eapol-").expect("a temporary folder");
    let port = tap.port().to_string();
    for (password, end) in [("x", "SUCCESS"), ("y", "FAILURE")] {
        let file = folder.path().join(password);
        let network = format!(
            "network={{\nkey_mgmt=IEEE8021X\neapol_flags=0\neap=MD5\nidentity=\"eve\"\npassword=\"{password}\"\n}}\n"
        );
        fs::write(&file, network).expect("the folder is ours");
        let file = file.to_string_lossy();
        // -n: EAP-MD5 makes no keys.
        let arguments = ["-n", "-c", &file, "-a", "127.0.0.1", "-p", &port, "-s", SECRET, "-t", "20"];
        let done = run("eapol_test", &arguments);
        assert_eq!(done.stdout.lines().last(), Some(end), "{}\n{}", done.stdout, server.log());
    }
}

#[test]
fn an_unknown_user_is_refused() {
    let (_server, tap) = start();
    let port = tap.port();
    let done = radclient(
        port,
        "auth",
        SECRET,
        "User-Name = mallory\nUser-Password = x\nMessage-Authenticator = 0x00\n",
    );
    assert!(done.stdout.contains("Received Access-Reject"), "{done:?}");
}

#[test]
fn accounting_is_acknowledged() {
    let (_server, tap) = start();
    let port = tap.port();
    for status in ["Start", "Interim-Update", "Stop"] {
        let attributes = format!(
            "Acct-Status-Type = {status}\nAcct-Session-Id = 6b00faab00000001\nUser-Name = dora\nAcct-Delay-Time = 0\n"
        );
        let done = radclient(port, "acct", SECRET, &attributes);
        assert!(done.stdout.contains("Received Accounting-Response"), "{done:?}");
    }
}

#[test]
fn who_does_not_know_the_secret_gets_no_answer() {
    let (mut server, tap) = start();
    let port = tap.port();
    let done = radclient(
        port,
        "auth",
        "another",
        "User-Name = eve\nUser-Password = x\nMessage-Authenticator = 0x00\n",
    );
    assert!(!done.stdout.contains("Received "), "{done:?}");
    assert_ne!(done.code(), 0, "{done:?}");
    let done = radclient(port, "acct", "another", "Acct-Status-Type = Start\nUser-Name = eve\n");
    assert!(!done.stdout.contains("Received "), "{done:?}");
    assert!(server.is_running(), "{}", server.log());
}
