//! The packet path, end to end: real clients, real packets, a real RADIUS server, in network namespaces.
//!
//! The scenarios run one after the other in one network: as whoever runs the test, and if that is root, in another network
//! as an ordinary user in a private user namespace too. What the system does not permit is reported as skipped, by name;
//! with `TB_REQUIRE=1` the run of whoever runs the test fails then, as in the project's CI.

#[path = "../system/support/mod.rs"]
#[allow(dead_code, reason = "the scenarios need a part of what the system tests share")]
mod support;

mod bed;
mod scenarios;

use bed::{Bed, TESTBED};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Command, ExitCode};
use std::thread;
use std::time::Instant;

/// Says to the second run of this program that it is inside, and what its tests are called.
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
    if let Ok(prefix) = std::env::var(INSIDE) {
        return inside(&prefix, &filter);
    }
    // Two networks that do not know of each other: they mostly wait, so they run side by side.
    let who: &[Who] =
        if nix::unistd::geteuid().is_root() { &[Who::Caller, Who::OrdinaryUser] } else { &[Who::Caller] };
    let passed: Vec<bool> = thread::scope(|scope| {
        let runs: Vec<_> = who.iter().map(|who| scope.spawn(|| run(*who, &filter))).collect();
        runs.into_iter().map(|run| run.join().unwrap_or(false)).collect()
    });
    if passed.contains(&false) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Who runs the scenarios.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Caller,
    OrdinaryUser,
}

impl Who {
    /// What stands before the names of the tests.
    const fn prefix(self) -> &'static str {
        match self {
            Self::Caller => "",
            Self::OrdinaryUser => "as_an_ordinary_user::",
        }
    }

    /// What is reported as skipped.
    const fn skipped(self) -> &'static str {
        match self {
            Self::Caller => "the packet path in network namespaces: run as root, or allow user namespaces",
            Self::OrdinaryUser => {
                "the packet path as an ordinary user: this system gives users no namespaces"
            }
        }
    }

    fn command(self, program: &Path) -> Command {
        match self {
            Self::Caller => Command::new(program),
            Self::OrdinaryUser => {
                let mut command = Command::new("setpriv");
                command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all"]);
                // Everything has been tried by then, as root.
                command.env("TB_REQUIRE", "0");
                command.arg(program);
                command
            }
        }
    }
}

/// Runs the scenarios in a test bed. Says whether none failed.
fn run(who: Who, filter: &str) -> bool {
    let program = std::env::current_exe().expect("this program has a path");
    if who == Who::OrdinaryUser {
        // In somebody's home folder others may not look.
        let sees = |path: &Path| who.command(Path::new("test")).arg("-x").arg(path).status();
        let sees_all = [&program, Path::new(TESTBED), Path::new(support::FONAP)]
            .into_iter()
            .all(|path| sees(path).is_ok_and(|status| status.success()));
        if !sees_all {
            println!("skipped: the packet path as an ordinary user: users may not read this folder");
            return true;
        }
    }
    let name = format!("f{}{}", if who == Who::Caller { 'n' } else { 'u' }, std::process::id());
    let status = who
        .command(Path::new(TESTBED))
        .arg("run")
        .arg(program)
        .arg(filter)
        .env(INSIDE, who.prefix())
        .env("TB_STATE", format!("/run/netns-testbed/{name}"))
        .env("TB_NAME", name)
        .env("PATH", format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default()))
        .status();
    match status.map(|status| status.code()) {
        Ok(Some(0)) => true,
        Ok(Some(SKIPPED)) => {
            println!("skipped: {}", who.skipped());
            true
        }
        other => {
            println!("the test bed ended with {other:?}");
            false
        }
    }
}

fn inside(prefix: &str, filter: &str) -> ExitCode {
    let Ok(mut bed) = catch_unwind(Bed::start) else {
        println!(
            "test {prefix}the_gateway_starts ... FAILED\ntest result: FAILED. 0 passed; 1 failed; 0 ignored"
        );
        return ExitCode::FAILURE;
    };
    let (mut passed, mut failed) = (0, 0);
    for (name, scenario) in scenarios::ALL.iter().filter(|(name, _)| name.contains(filter)) {
        let started = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| scenario(&mut bed)));
        let word = if outcome.is_ok() { "ok" } else { "FAILED" };
        println!("test {prefix}{name} ... {word}");
        eprintln!("{prefix}{name}: {:.1} s", started.elapsed().as_secs_f64());
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
