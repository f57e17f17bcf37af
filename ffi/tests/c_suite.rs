//! The C programs of `c/tests`: as they are, under the sanitizers, under valgrind, and for other machines.

mod c;

use std::path::{Path, PathBuf};
use std::process::Command;

/// The vectors of the project, or those that `FONAP_VECTORS` names.
fn vectors() -> PathBuf {
    let workspace = c::root().parent().expect("the workspace");
    let given = std::env::var_os("FONAP_VECTORS").filter(|value| !value.is_empty());
    let folder = given.map_or_else(|| workspace.join("tests/vectors"), |folder| workspace.join(folder));
    // Vectors of somebody else may lack files that the tables want.
    if folder.join("heartbeat/mac.json").exists() { folder } else { workspace.join("tests/vectors") }
}

fn test_source(name: &str) -> PathBuf {
    c::root().join("c/tests").join(name)
}

/// Compiles the tables, which have strings that are longer than C99 promises.
fn tables(directory: &Path, compiler: &str, flags: &[&str]) -> PathBuf {
    let (source, object) = (directory.join("tables.c"), directory.join("tables.o"));
    std::fs::write(&source, c::tables::source(&vectors())).expect("written");
    let mut command = Command::new(compiler);
    command
        .args(["-std=c99", "-Wall", "-Wextra", "-Werror"])
        .args(flags)
        .arg("-I")
        .arg(c::root().join("c/tests"));
    c::succeed(command.arg("-c").arg(source).arg("-o").arg(&object));
    object
}

const SANITIZERS: &[&str] =
    &["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer", "-O1"];

#[test]
fn the_vectors_pass_through_the_c_interface_under_the_sanitizers() {
    let dir = tempfile::tempdir().expect("a directory");
    let tables = tables(dir.path(), "cc", &[]);
    let program = c::build(dir.path(), "vectors", SANITIZERS, &[test_source("vectors.c"), tables]);
    let output = c::succeed(&mut Command::new(program));
    print!("{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn the_vectors_pass_under_valgrind() {
    let dir = tempfile::tempdir().expect("a directory");
    if !c::installed("valgrind") {
        println!("skipped: C vectors under valgrind (valgrind is not installed)");
        return;
    }
    let tables = tables(dir.path(), "cc", &[]);
    let program = c::build(dir.path(), "vectors", &["-O1"], &[test_source("vectors.c"), tables]);
    c::succeed(Command::new("valgrind").args(VALGRIND).arg(program));
}

const VALGRIND: &[&str] = &["-q", "--error-exitcode=3", "--leak-check=full", "--errors-for-leak-kinds=all"];

#[test]
fn null_and_short_arguments_are_refused_under_the_sanitizers_and_valgrind() {
    let dir = tempfile::tempdir().expect("a directory");
    let sources = [test_source("refusals.c")];
    let program = c::build(dir.path(), "refusals", SANITIZERS, &sources);
    c::succeed(&mut Command::new(program));
    if !c::installed("valgrind") {
        println!("skipped: refusals under valgrind (valgrind is not installed)");
        return;
    }
    let program = c::build(dir.path(), "refusals-plain", &["-O1"], &sources);
    c::succeed(Command::new("valgrind").args(VALGRIND).arg(program));
}

#[test]
fn the_machines_run_from_c_under_the_sanitizers_and_valgrind() {
    let dir = tempfile::tempdir().expect("a directory");
    let sources = [test_source("machines.c")];
    let program = c::build(dir.path(), "machines", SANITIZERS, &sources);
    c::succeed(&mut Command::new(program));
    if !c::installed("valgrind") {
        println!("skipped: machines under valgrind (valgrind is not installed)");
        return;
    }
    let program = c::build(dir.path(), "machines-plain", &["-O1"], &sources);
    c::succeed(Command::new("valgrind").args(VALGRIND).arg(program));
}
