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

/// The driver of the recorded cases; for firmware without the modules that need `std`.
fn drivers(tables: PathBuf, firmware: bool) -> Vec<PathBuf> {
    let mut sources = vec![tables];
    let names = [
        "vectors.c",
        "reading.c",
        "vectors_heartbeat.c",
        "vectors_radius.c",
        "vectors_uam.c",
        "vectors_wispr.c",
    ];
    sources.extend(names.map(test_source));
    if !firmware {
        let names = ["vectors_discovery.c", "vectors_discovery_client.c", "vectors_documents.c"];
        sources.extend(names.map(test_source));
    }
    sources
}

const SANITIZERS: &[&str] =
    &["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer", "-O1"];

#[test]
fn the_vectors_pass_through_the_c_interface_under_the_sanitizers() {
    let dir = tempfile::tempdir().expect("a directory");
    let tables = tables(dir.path(), "cc", &[]);
    let program = c::build(dir.path(), "vectors", SANITIZERS, &drivers(tables, false));
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
    let program = c::build(dir.path(), "vectors", &["-O1"], &drivers(tables, false));
    c::succeed(Command::new("valgrind").args(VALGRIND).arg(program));
}

const VALGRIND: &[&str] = &["-q", "--error-exitcode=3", "--leak-check=full", "--errors-for-leak-kinds=all"];

/// Runs a program of one source under the sanitizers, and without them under valgrind.
fn clean(name: &str) {
    let dir = tempfile::tempdir().expect("a directory");
    let sources = [test_source(&format!("{name}.c"))];
    let program = c::build(dir.path(), name, SANITIZERS, &sources);
    c::succeed(&mut Command::new(program));
    if !c::installed("valgrind") {
        println!("skipped: {name} under valgrind (valgrind is not installed)");
        return;
    }
    let program = c::build(dir.path(), "plain", &["-O1"], &sources);
    c::succeed(Command::new("valgrind").args(VALGRIND).arg(program));
}

#[test]
fn null_and_short_arguments_are_refused_under_the_sanitizers_and_valgrind() {
    clean("refusals");
}

#[test]
fn the_machines_run_from_c_under_the_sanitizers_and_valgrind() {
    clean("machines");
}

/// Stack is measured where it counts, with the firmware library: a build for development takes more.
#[test]
fn the_codecs_allocate_nothing() {
    let dir = tempfile::tempdir().expect("a directory");
    let program = c::build(dir.path(), "resources", &["-O1"], &[test_source("resources.c")]);
    c::succeed(&mut Command::new(program));
}

#[test]
fn memory_may_run_out_anywhere() {
    let dir = tempfile::tempdir().expect("a directory");
    let program = c::build(dir.path(), "memory", &["-O1"], &[test_source("memory.c")]);
    c::succeed(&mut Command::new(program));
}

#[test]
fn what_is_freed_holds_no_secret() {
    let dir = tempfile::tempdir().expect("a directory");
    let program = c::build(dir.path(), "wiping", &["-O1"], &[test_source("wiping.c")]);
    c::succeed(&mut Command::new(program));
}

#[cfg(all(feature = "discovery", feature = "eapconfig", feature = "passpoint"))]
#[test]
fn documents_are_read_and_refused_under_the_sanitizers_and_valgrind() {
    clean("documents");
}

/// A machine that the library is built for, and what that takes.
struct Machine {
    name: &'static str,
    target: &'static str,
    tools: &'static str,
    /// The Debian package that `gcc` for this machine only recommends.
    c_library: &'static str,
    emulator: &'static str,
}

/// Builds the firmware library, links the C programs with it and runs them. Says what is missing, if anything is.
fn runs_on(machine: &Machine) {
    let gcc = format!("{}gcc", machine.tools);
    let source = c::succeed(Command::new("rustc").args(["--print", "sysroot"]));
    let sysroot = PathBuf::from(String::from_utf8_lossy(&source.stdout).trim());
    let library = format!("a C library for {gcc} (Debian: {})", machine.c_library);
    let missing = [
        (c::installed(&gcc), gcc.as_str()),
        (!c::installed(&gcc) || c::finds_the_c_library(&gcc), library.as_str()),
        (c::installed(machine.emulator), machine.emulator),
        (c::installed("make"), "make"),
        (sysroot.join("lib/rustlib/src/rust/library").is_dir(), "rust-src (rustup component add rust-src)"),
    ];
    let missing: Vec<&str> = missing.iter().filter(|(there, _)| !there).map(|(_, what)| *what).collect();
    if !missing.is_empty() {
        println!("skipped: C interface on {} (missing: {})", machine.name, missing.join(", "));
        return;
    }
    let dir = tempfile::tempdir().expect("a directory");
    let made = c::succeed(
        Command::new("make")
            .current_dir(c::root())
            .args(["library", "PRESET=firmware", "BUILD_STD=1"])
            .arg(format!("TARGET={}", machine.target))
            .arg(format!("CROSS={}", machine.tools)),
    );
    let printed = String::from_utf8_lossy(&made.stdout);
    let library = PathBuf::from(printed.lines().last().expect("the path of the library"));
    let tables = tables(dir.path(), &gcc, &[]);
    for (name, sources) in [
        ("vectors", drivers(tables, true)),
        ("machines", vec![test_source("machines.c")]),
        ("refusals", vec![test_source("refusals.c")]),
        ("memory", vec![test_source("memory.c")]),
        ("resources", vec![test_source("resources.c")]),
    ] {
        let program = dir.path().join(name);
        // Rust's target for musl has soft floating point, Debian's C library hard; neither passes any.
        let mut command = Command::new(&gcc);
        command
            .args(["-std=c99", "-Os", "-static", "-DFIRMWARE"])
            .args(c::WARNINGS)
            .arg("-I")
            .arg(c::root().join("include"));
        c::succeed(command.args(sources).arg(&library).arg("-o").arg(&program));
        let mut run = Command::new(machine.emulator);
        run.arg(&program);
        if name == "resources" {
            run.arg(MOST_STACK);
        }
        let output = c::succeed(&mut run);
        if name == "resources" {
            println!("{}:\n{}", machine.name, String::from_utf8_lossy(&output.stdout));
        }
    }
}

/// Octets of stack that no call of the firmware library exceeds, as the README says.
const MOST_STACK: &str = "12288";

#[test]
fn the_firmware_library_passes_on_big_endian_mips() {
    runs_on(&Machine {
        name: "big-endian MIPS",
        target: "mips-unknown-linux-musl",
        tools: "mips-linux-gnu-",
        c_library: "libc6-dev-mips-cross",
        emulator: "qemu-mips",
    });
}

#[test]
fn the_firmware_library_passes_on_32_bit_arm() {
    runs_on(&Machine {
        name: "32-bit ARM",
        target: "armv7-unknown-linux-gnueabihf",
        tools: "arm-linux-gnueabihf-",
        c_library: "libc6-dev-armhf-cross",
        emulator: "qemu-arm",
    });
}
