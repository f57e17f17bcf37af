//! A configuration that cannot work is refused before anything starts, in words that lead to the mistake.

use crate::support::process::{Background, Finished, run};
use crate::support::{FONAP, START_LIMIT, eventually, free_port};
use std::fs;
use std::process::Command;
use tempfile::TempDir;

/// Starts a gateway with this chilli.conf and waits for its end.
#[track_caller]
fn refused(text: &str) -> Finished {
    let folder = TempDir::with_prefix("fonap-config-").expect("a temporary folder");
    let file = folder.path().join("chilli.conf");
    fs::write(&file, text).expect("the folder is ours");
    let file = file.to_string_lossy();
    let done = run(FONAP, &["gateway", "-c", &file]);
    assert_eq!(done.code(), 2, "{text}\n{done:?}");
    assert_eq!(done.stdout, "", "nothing is served");
    done
}

// spec: hotspot-config 1
#[test]
fn a_mistake_is_named_with_file_line_and_key() {
    for (line, key, expected) in [
        ("uamport 70000", "uamport", "65535"),
        ("uamport http", "uamport", "number"),
        ("uamport 39x", "uamport", "number"),
        ("uamport", "uamport", "value is missing"),
        ("uamport \"\"", "uamport", "value is missing"),
        ("uamport -1", "uamport", "number"),
        ("radiusretry 0", "radiusretry", "number"),
        ("uamlisten 1.2.3", "uamlisten", "address"),
        ("uamlisten 300.1.1.1", "uamlisten", "address"),
        ("net 10.0.0.0/33", "net", "network"),
        ("net 10.0.0.0/255.0.255.0", "net", "network"),
        ("uamserver ftp://portal.example/", "uamserver", "http"),
        ("uamserver portal.example", "uamserver", "http"),
        ("radiussecret \"not closed", "radiussecret", "quote"),
        ("radiussecret 'not closed\"", "radiussecret", "quote"),
        ("ssid two words", "ssid", "more on the line"),
        ("ssid a\"b\"c", "ssid", "more on the line"),
        ("swapoctets yes", "swapoctets", "no value"),
        ("nasmac 00-18-84", "nasmac", "MAC"),
    ] {
        let done = refused(&format!("# a comment\nradiusserver1 127.0.0.1\n\n{line}\n"));
        assert!(done.stderr.contains("chilli.conf:4:"), "{line}: file and line in {}", done.stderr);
        assert!(done.stderr.contains(key), "{line}: the key in {}", done.stderr);
        assert!(done.stderr.contains(expected), "{line}: {expected} in {}", done.stderr);
    }
}

// spec: hotspot-config 1
#[test]
fn a_missing_server_is_named() {
    let done = refused("uamport 3990\n");
    assert!(done.stderr.contains("radiusserver1"), "{}", done.stderr);
}

#[test]
fn every_mistake_is_named_at_once() {
    let done = refused("radiusserver1 127.0.0.1\nuamport 70000\nnet nowhere\n");
    assert!(done.stderr.contains("chilli.conf:2: uamport"), "{}", done.stderr);
    assert!(done.stderr.contains("chilli.conf:3: net"), "{}", done.stderr);
}

// spec: hotspot-config 1
#[test]
fn a_mistake_in_an_included_file_is_named_there() {
    let folder = TempDir::with_prefix("fonap-config-").expect("a temporary folder");
    let part = folder.path().join("part.conf");
    fs::write(&part, "radiusserver1 127.0.0.1\nuamport 70000\n").expect("the folder is ours");
    let done = refused(&format!("include {}\n", part.display()));
    assert!(done.stderr.contains("part.conf:2:"), "{}", done.stderr);
    let done = refused("radiusserver1 127.0.0.1\ninclude /nonexistent/part.conf\n");
    assert!(
        done.stderr.contains("chilli.conf:2:") && done.stderr.contains("/nonexistent/part.conf"),
        "{}",
        done.stderr
    );
    // A file that includes itself.
    fs::write(&part, format!("include {}\n", part.display())).expect("the folder is ours");
    let done = refused(&format!("radiusserver1 127.0.0.1\ninclude {}\n", part.display()));
    assert!(done.stderr.contains("part.conf"), "{}", done.stderr);
}

#[test]
fn a_mistake_on_the_command_line_is_named_there() {
    let done = run(FONAP, &["gateway", "--radiusserver1=127.0.0.1", "--uamport=70000"]);
    assert_eq!(done.code(), 2, "{done:?}");
    assert!(done.stderr.contains("command line") && done.stderr.contains("uamport"), "{}", done.stderr);
    let done = run(FONAP, &["gateway", "--no-such-option=1"]);
    assert_eq!(done.code(), 2, "{done:?}");
    assert!(done.stderr.contains("no-such-option"), "{}", done.stderr);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let done = run(FONAP, &["gateway", "-c", "/nonexistent/chilli.conf"]);
    assert_eq!(done.code(), 2, "{done:?}");
    assert!(done.stderr.contains("/nonexistent/chilli.conf"), "{}", done.stderr);
    let done = run(FONAP, &["gateway", "-c", "/"]);
    assert_eq!(done.code(), 2, "{done:?}");
}

#[test]
fn secrets_do_not_appear_in_complaints() {
    let done = refused("radiusserver1 127.0.0.1\nradiussecret \"hunter2 not closed\nuamsecret two words77\n");
    assert!(!done.stderr.contains("hunter2") && !done.stderr.contains("words77"), "{}", done.stderr);
}

/// Starts a gateway that must work, and returns it.
#[track_caller]
fn works(lines: &str, arguments: &[&str]) -> (Background, String, TempDir) {
    let folder = TempDir::with_prefix("fonap-config-").expect("a temporary folder");
    let file = folder.path().join("chilli.conf");
    let text = format!("radiusserver1 127.0.0.1\nuamlisten 127.0.0.1\nnet 127.0.0.0/8\n{lines}\n");
    fs::write(&file, text).expect("the folder is ours");
    let mut command = Command::new(FONAP);
    command.arg("gateway").arg("-c").arg(&file).args(arguments);
    let mut gateway = Background::start(&mut command);
    let ready = gateway.wait_for_line("ready: ", START_LIMIT);
    (gateway, ready, folder)
}

/// Waits for what is written before `ready:`, and to another pipe: it may be read later.
#[track_caller]
fn warns(gateway: &Background, words: &[&str]) {
    eventually(&format!("a warning with {words:?}"), START_LIMIT, || {
        let log = gateway.stderr().join("\n");
        words.iter().all(|word| log.contains(word)).then_some(())
    });
}

#[test]
fn an_unknown_key_is_a_warning() {
    let port = free_port();
    let (gateway, _, _folder) = works(&format!("uamport {port}\nnosuchkey 7\n"), &[]);
    warns(&gateway, &["chilli.conf:5:", "nosuchkey"]);
}

// spec: hotspot-config 1
#[test]
fn the_command_line_wins_over_the_file() {
    let (in_file, given) = (free_port(), free_port());
    let (_gateway, ready, _folder) = works(&format!("uamport {in_file}"), &[&format!("--uamport={given}")]);
    assert_eq!(
        ready,
        format!("ready: uam http://127.0.0.1:{given}/ portal http://127.0.0.1:{given}/portal/")
    );
}

// spec: hotspot-config 1
#[test]
fn the_first_of_two_values_counts_with_a_warning() {
    let (first, second) = (free_port(), free_port());
    let (gateway, ready, _folder) = works(&format!("uamport {first}\nuamport = 0x{second:x} # again"), &[]);
    assert!(ready.contains(&format!(":{first}/")), "{ready}");
    warns(&gateway, &["chilli.conf:5:", "uamport"]);
}

#[test]
fn a_port_in_use_is_named() {
    let port = free_port();
    let (_gateway, _, _folder) = works(&format!("uamport {port}"), &[]);
    let uamport = format!("--uamport={port}");
    let arguments =
        ["gateway", "--radiusserver1=127.0.0.1", "--uamlisten=127.0.0.1", "--net=127.0.0.0/8", &uamport];
    let second = run(FONAP, &arguments);
    assert_eq!(second.code(), 1, "{second:?}");
    assert!(second.stderr.contains(&format!("127.0.0.1:{port}")), "{}", second.stderr);
}
