//! Building and running C programs against the library.
#![allow(dead_code, reason = "each test uses another part")]

pub(crate) mod tables;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

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

/// `libfonap.a` as cargo has built it together with this test, or the one that `FONAP_LIBRARY` names.
pub(crate) fn library() -> PathBuf {
    if let Some(given) = std::env::var_os("FONAP_LIBRARY") {
        return given.into();
    }
    let test = std::env::current_exe().expect("a path");
    let deps = test.parent().expect("target/PROFILE/deps/test");
    let ours = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with("libfonap-") && name.ends_with(".a")
    };
    let built = |path: &PathBuf| std::fs::metadata(path).and_then(|data| data.modified()).ok();
    let found = std::fs::read_dir(deps).expect("deps").map(|entry| entry.expect("an entry").path());
    found.filter(ours).max_by_key(built).expect("cargo builds libfonap.a with the tests")
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

/// Builds a C program of these sources and returns its path.
pub(crate) fn build(directory: &Path, name: &str, flags: &[&str], sources: &[PathBuf]) -> PathBuf {
    let program = directory.join(name);
    let mut command = Command::new("cc");
    command.args(["-std=c99", "-g"]).args(WARNINGS).args(flags).arg("-I").arg(root().join("include"));
    command.args(sources).arg(library()).args(SYSTEM_LIBRARIES).arg("-o").arg(&program);
    succeed(&mut command);
    program
}
