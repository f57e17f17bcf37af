//! Building and running C programs against the library.
#![allow(dead_code, reason = "each test uses another part")]

pub(crate) mod tables;

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// What every C source of ours is compiled with.
pub(crate) const WARNINGS: &[&str] = &["-Wall", "-Wextra", "-Wpedantic", "-Werror"];

/// What the static library needs of the system.
pub(crate) const SYSTEM_LIBRARIES: &[&str] = &["-lpthread", "-ldl", "-lm"];

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust source below a directory, in a fixed order.
pub(crate) fn sources(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<PathBuf> = std::fs::read_dir(directory)
        .expect("a directory")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    // A module's file stands before its parts; lib.rs declares no functions.
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            found.extend(sources(&entry));
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            found.push(entry);
        }
    }
    found
}

/// `libfonap.a` with the features of this test, or the one that `FONAP_LIBRARY` names.
pub(crate) fn library() -> PathBuf {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| std::env::var_os("FONAP_LIBRARY").map_or_else(built, PathBuf::from)).clone()
}

/// Builds the static library, and gives the path that cargo says it has. Beside the test lie libraries of other builds,
/// with other features or of other times, so nothing is searched for.
fn built() -> PathBuf {
    let features = [
        ("std", cfg!(feature = "std")),
        ("heartbeat", cfg!(feature = "heartbeat")),
        ("radius", cfg!(feature = "radius")),
        ("wispr", cfg!(feature = "wispr")),
        ("discovery", cfg!(feature = "discovery")),
        ("eapconfig", cfg!(feature = "eapconfig")),
        ("passpoint", cfg!(feature = "passpoint")),
    ];
    let features: Vec<&str> = features.iter().filter(|(_, on)| *on).map(|(name, _)| *name).collect();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder");
    let output = succeed(
        Command::new(env!("CARGO"))
            .current_dir(root())
            // With the checks of a debug build, but four times faster under valgrind.
            .env("CARGO_PROFILE_DEV_OPT_LEVEL", "1")
            .args(["rustc", "-p", "ffi", "--lib", "--crate-type", "staticlib", "--no-default-features"])
            .args(["--features", &features.join(","), "--message-format", "json", "--target-dir"])
            .arg(target),
    );
    let made = String::from_utf8_lossy(&output.stdout);
    let artifact =
        made.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).find_map(|message| {
            let ours = message["reason"] == "compiler-artifact" && message["target"]["name"] == "fonap";
            let files = message["filenames"].as_array().filter(|_| ours)?;
            files.iter().filter_map(Value::as_str).find(|file| file.ends_with(".a")).map(PathBuf::from)
        });
    artifact.unwrap_or_else(|| panic!("cargo names no static library:\n{made}"))
}

/// Runs a command to its end and fails with what it said.
pub(crate) fn succeed(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// Whether a program is there.
pub(crate) fn installed(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(program).is_file()))
}

/// Whether a compiler has the headers of a C library.
pub(crate) fn finds_the_c_library(gcc: &str) -> bool {
    let asked = Command::new(gcc).args(["-include", "stdio.h", "-E", "-x", "c", "/dev/null"]).output();
    asked.is_ok_and(|output| output.status.success())
}

/// Builds a C program of these sources and returns its path.
pub(crate) fn build(directory: &Path, name: &str, flags: &[&str], sources: &[PathBuf]) -> PathBuf {
    let program = directory.join(name);
    let mut command = Command::new("cc");
    command.args(["-std=c99", "-g"]).args(WARNINGS).args(flags).arg("-I").arg(root().join("include"));
    command.args(sources).arg(library()).args(SYSTEM_LIBRARIES).arg("-o").arg(&program);
    succeed(&mut command);
    program
}
