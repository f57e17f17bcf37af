//! The packet path, end to end: real clients, real packets, a real RADIUS server, in network namespaces.
//!
//! The scenarios run one after the other in one network. Without the permission to make namespaces, as root or in a
//! private user namespace, the run says that it was skipped, and why.

#[path = "../system/support/mod.rs"]
#[allow(dead_code, reason = "the scenarios need a part of what the system tests share")]
mod support;

mod bed;
mod scenarios;

use bed::{Bed, TESTBED};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, ExitCode};
use std::time::Instant;

/// Says to the second run of this program that it is inside.
const INSIDE: &str = "FONAP_NETNS_INSIDE";
/// The test bed's exit status when it may not do what it has to.
const SKIPPED: i32 = 77;

fn main() -> ExitCode {
    // `cargo test -- --list` and filters of other targets do not mean this one.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|word| word == "--list") {
        for (name, _) in scenarios::ALL {
            println!("{name}: test");
        }
        return ExitCode::SUCCESS;
    }
    let filter = arguments.into_iter().find(|word| !word.starts_with('-')).unwrap_or_default();
    if std::env::var_os(INSIDE).is_some() {
        return inside(&filter);
    }
    let number = std::process::id();
    let status = Command::new(TESTBED)
        .arg("run")
        .arg(std::env::current_exe().expect("this program has a path"))
        .arg(&filter)
        .env(INSIDE, "1")
        .env("TB_NAME", format!("fn{number}"))
        .env("TB_STATE", format!("/run/netns-testbed/fn{number}"))
        .env("PATH", format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default()))
        .status();
    match status.map(|status| status.code()) {
        Ok(Some(0)) => ExitCode::SUCCESS,
        Ok(Some(SKIPPED)) => {
            println!("skipped: the packet path in network namespaces: run as root, or allow user namespaces");
            ExitCode::SUCCESS
        }
        other => {
            println!("the test bed ended with {other:?}");
            ExitCode::FAILURE
        }
    }
}

fn inside(filter: &str) -> ExitCode {
    let Ok(mut bed) = catch_unwind(Bed::start) else {
        println!("test the_gateway_starts ... FAILED\ntest result: FAILED. 0 passed; 1 failed; 0 ignored");
        return ExitCode::FAILURE;
    };
    let (mut passed, mut failed) = (0, 0);
    for (name, scenario) in scenarios::ALL.iter().filter(|(name, _)| name.contains(filter)) {
        let started = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| scenario(&mut bed)));
        let word = if outcome.is_ok() { "ok" } else { "FAILED" };
        println!("test {name} ... {word}");
        eprintln!("{name}: {:.1} s", started.elapsed().as_secs_f64());
        if outcome.is_ok() {
            passed += 1;
        } else {
            failed += 1;
            eprintln!("{}", bed.log());
        }
    }
    let word = if failed == 0 { "ok" } else { "FAILED" };
    println!("test result: {word}. {passed} passed; {failed} failed; 0 ignored; 0 measured; 0 filtered out");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
