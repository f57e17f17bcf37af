//! What `make install` puts into a system, used as a stranger's program would use it.

mod c;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Everything that the modules of this build have is linked in, and one of each kind is called.
const PROGRAM: &str = r#"
#include <fonap.h>
#include <stdio.h>
int main(void) {
    fonap_heartbeat_settings settings;
    fonap_heartbeat *heartbeat = NULL;
    const char *problem = "";
    uint8_t mac[6];
    if (fonap_abi_version() != FONAP_ABI_VERSION || strcmp(fonap_version(), VERSION) != 0) return 2;
    if (fonap_heartbeat_mac_parse("00-18-84-a0-00-29", 17, mac) != FONAP_RESULT_OK || mac[2] != 0x84) return 3;
    fonap_heartbeat_settings_init(&settings, sizeof settings);
    if (fonap_heartbeat_new(&settings, NULL, 0, &heartbeat, &problem) != FONAP_RESULT_NULL) return 4;
    puts(fonap_result_text(FONAP_RESULT_NULL));
    return 0;
}
"#;

struct Installed {
    folder: PathBuf,
}

impl Installed {
    /// `make install` of the library that the tests have built: once, for all tests.
    fn get() -> &'static Self {
        static INSTALLED: OnceLock<Installed> = OnceLock::new();
        INSTALLED.get_or_init(Self::new)
    }

    fn new() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("libfonap-installed");
        drop(std::fs::remove_dir_all(&folder));
        c::succeed(
            Command::new("make")
                .current_dir(c::root())
                .args(["-s", "install", "PREFIX=/usr"])
                .arg(format!("ARCHIVE={}", c::library().display()))
                .arg(format!("CARGO_TARGET_DIR={}", folder.join("work").display()))
                .arg(format!("DESTDIR={}", folder.join("root").display())),
        );
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join("root/usr").join(name)
    }

    /// A program of a stranger's, in both languages.
    fn sources(folder: &Path) -> [(&'static str, &'static str, PathBuf); 2] {
        let text = format!("#define VERSION \"{}\"\n{PROGRAM}", env!("CARGO_PKG_VERSION"));
        [("cc", "-std=c99", "program.c"), ("c++", "-std=c++11", "program.cpp")].map(
            |(compiler, standard, name)| {
                let path = folder.join(name);
                std::fs::write(&path, &text).expect("written");
                (compiler, standard, path)
            },
        )
    }
}

fn said(program: &Path) {
    let output = c::succeed(&mut Command::new(program));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "a pointer is NULL that must not be\n");
}

#[test]
fn a_stranger_builds_with_pkg_config_in_c99_and_cpp11() {
    let installed = Installed::get();
    let output = c::succeed(
        Command::new("pkg-config")
            .env("PKG_CONFIG_PATH", installed.path("lib/pkgconfig"))
            .env("PKG_CONFIG_SYSROOT_DIR", installed.folder.join("root"))
            .args(["--cflags", "--libs", "fonap"]),
    );
    let flags = String::from_utf8(output.stdout).expect("UTF-8");
    let folder = tempfile::tempdir().expect("a directory");
    for (compiler, standard, source) in Installed::sources(folder.path()) {
        let program = source.with_extension("pkg-config");
        let mut command = Command::new(compiler);
        command.arg(standard).args(c::WARNINGS).arg(&source).args(flags.split_whitespace());
        c::succeed(command.arg("-o").arg(&program));
        said(&program);
    }
    let version = c::succeed(
        Command::new("pkg-config")
            .env("PKG_CONFIG_PATH", installed.path("lib/pkgconfig"))
            .args(["--modversion", "fonap"]),
    );
    assert_eq!(String::from_utf8_lossy(&version.stdout).trim(), env!("CARGO_PKG_VERSION"));
}

#[test]
fn a_stranger_builds_with_cmake_in_c99_and_cpp11() {
    let installed = Installed::get();
    if !c::installed("cmake") {
        println!("skipped: the CMake package of libfonap (cmake is not installed)");
        return;
    }
    let folder = tempfile::tempdir().expect("a directory");
    let (folder, build) = (folder.path(), folder.path().join("build"));
    Installed::sources(folder);
    let list = "cmake_minimum_required(VERSION 3.13)\nproject(stranger C CXX)\nset(CMAKE_C_STANDARD 99)\n\
                set(CMAKE_CXX_STANDARD 11)\nfind_package(fonap 0.1 REQUIRED)\nadd_executable(in_c program.c)\n\
                add_executable(in_cpp program.cpp)\ntarget_link_libraries(in_c fonap::fonap)\n\
                target_link_libraries(in_cpp fonap::fonap)\n";
    std::fs::write(folder.join("CMakeLists.txt"), list).expect("written");
    let mut configure = Command::new("cmake");
    configure.arg("-S").arg(folder).arg("-B").arg(&build);
    c::succeed(configure.arg(format!("-DCMAKE_PREFIX_PATH={}", installed.path("").display())));
    c::succeed(Command::new("cmake").arg("--build").arg(&build));
    said(&build.join("in_c"));
    said(&build.join("in_cpp"));
    // A newer one than there is must not be found.
    std::fs::write(folder.join("CMakeLists.txt"), list.replace("fonap 0.1", "fonap 99.0")).expect("written");
    let refused = Command::new("cmake").arg("-S").arg(folder).arg("-B").arg(&build).output().expect("runs");
    assert!(!refused.status.success());
}

/// The library exports what the header declares, no less and no more.
#[test]
fn the_installed_library_exports_what_the_header_declares() {
    let installed = Installed::get();
    let names = |arguments: &[&str]| -> BTreeSet<String> {
        let output = c::succeed(Command::new("nm").args(arguments).arg(installed.path("lib/libfonap.a")));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let symbols = text.lines().filter_map(|line| line.split_whitespace().nth(2).map(str::to_owned));
        symbols.collect()
    };
    let exported = names(&["--defined-only", "--extern-only"]);
    let header = std::fs::read_to_string(installed.path("include/fonap.h")).expect("the header");
    let (_, declarations) = header.split_once("extern \"C\" {").expect("declarations");
    let code = declarations
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    let declared: BTreeSet<String> = code
        .split(';')
        .filter_map(|declaration| declaration.split_once('('))
        .filter_map(|(before, _)| before.rsplit([' ', '*', '\n']).next())
        .filter(|name| name.starts_with("fonap_") && *name != "fonap_text_of")
        .map(str::to_owned)
        .collect();
    assert_eq!(exported, declared);
}

/// `make` refuses a library with a global symbol that is not ours.
#[test]
fn a_foreign_symbol_stops_make() {
    let folder = tempfile::tempdir().expect("a directory");
    let (source, object, archive) =
        (folder.path().join("a.c"), folder.path().join("a.o"), folder.path().join("libfonap.a"));
    std::fs::write(&source, "int fonap_abi_version(void) { return 1; }\nint stray(void) { return 2; }\n")
        .expect("written");
    c::succeed(Command::new("cc").arg("-c").arg(&source).arg("-o").arg(&object));
    c::succeed(Command::new("ar").arg("rcs").arg(&archive).arg(&object));
    let make = |objcopy: &str| {
        Command::new("make")
            .current_dir(c::root())
            .args(["-s", "library"])
            .arg(format!("OBJCOPY={objcopy}"))
            .arg(format!("ARCHIVE={}", archive.display()))
            .arg(format!("CARGO_TARGET_DIR={}", folder.path().display()))
            .output()
            .expect("make runs")
    };
    assert!(make("objcopy").status.success());
    // With a tool that leaves symbols as they are.
    let refused = make("true");
    assert!(!refused.status.success());
    assert!(
        String::from_utf8_lossy(&refused.stderr).contains("exported, but not ours: stray"),
        "{refused:?}"
    );
}

/// `make` refuses a firmware library that wants more of the C library than the README says.
#[test]
fn an_import_that_is_not_promised_stops_make_for_firmware() {
    let folder = tempfile::tempdir().expect("a directory");
    let (source, object, archive) =
        (folder.path().join("a.c"), folder.path().join("a.o"), folder.path().join("libfonap.a"));
    let make = |text: &str, preset: &str| {
        std::fs::write(&source, text).expect("written");
        c::succeed(Command::new("cc").args(["-fno-pic", "-c"]).arg(&source).arg("-o").arg(&object));
        drop(std::fs::remove_file(&archive));
        c::succeed(Command::new("ar").arg("rcs").arg(&archive).arg(&object));
        Command::new("make")
            .current_dir(c::root())
            .args(["-s", "library", preset])
            .arg(format!("ARCHIVE={}", archive.display()))
            .arg(format!("CARGO_TARGET_DIR={}", folder.path().display()))
            .output()
            .expect("make runs")
    };
    let promised = "void abort(void);\nvoid fonap_a(void) { abort(); }\n";
    let other =
        "void abort(void);\nvoid _Unwind_Resume(void);\nvoid fonap_a(void) { _Unwind_Resume(); abort(); }\n";
    assert!(make(promised, "PRESET=firmware").status.success());
    assert!(make(other, "PRESET=host").status.success());
    let refused = make(other, "PRESET=firmware");
    assert!(!refused.status.success());
    assert!(
        String::from_utf8_lossy(&refused.stderr).contains("imported, but not promised: _Unwind_Resume"),
        "{refused:?}"
    );
}

/// What `make` builds for firmware on this machine, with the standard library as rustup brings it, keeps that promise; and
/// modules that need more are refused by name.
#[test]
fn the_firmware_library_of_this_machine_imports_what_is_promised() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("libfonap-firmware");
    let make = |preset: &str, modules: &str| {
        Command::new("make")
            .current_dir(c::root())
            .env("CARGO_TARGET_DIR", &folder)
            .args(["-s", "library"])
            .arg(format!("PRESET={preset}"))
            .arg(format!("MODULES={modules}"))
            .output()
            .expect("make runs")
    };
    let made = make("firmware", "heartbeat");
    assert!(made.status.success(), "{made:?}");
    for (preset, modules, why) in [
        ("firmware", "heartbeat,discovery", "which discovery needs"),
        ("Firmware", "heartbeat", "PRESET is host or firmware"),
    ] {
        let refused = make(preset, modules);
        assert!(!refused.status.success());
        assert!(String::from_utf8_lossy(&refused.stderr).contains(why), "{refused:?}");
    }
}

/// So does the one for 64-bit ARM, where looking for instructions of the processor would take one function more.
#[test]
fn the_firmware_library_for_64_bit_arm_imports_what_is_promised() {
    let source = c::succeed(Command::new("rustc").args(["--print", "sysroot"]));
    let sysroot = PathBuf::from(String::from_utf8_lossy(&source.stdout).trim());
    if !c::installed("aarch64-linux-gnu-ld") || !sysroot.join("lib/rustlib/src/rust/library").is_dir() {
        println!("skipped: libfonap for 64-bit ARM (missing: binutils-aarch64-linux-gnu or rust-src)");
        return;
    }
    c::succeed(
        Command::new("make")
            .current_dir(c::root())
            .args(["-s", "library", "PRESET=firmware", "BUILD_STD=1", "TARGET=aarch64-unknown-linux-musl"])
            .arg("CROSS=aarch64-linux-gnu-"),
    );
}

/// cargo runs in the root of the workspace, what follows it does not.
#[test]
fn a_relative_target_folder_is_one_for_make_and_for_cargo() {
    let shown = c::succeed(
        Command::new("make")
            .current_dir(c::root())
            .env("CARGO_TARGET_DIR", "somewhere")
            .env("CARGO_BUILD_TARGET", "arm-any")
            .args(["-n", "library", "PRESET=firmware"]),
    );
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    let folder = c::root().join("somewhere");
    assert!(shown.contains(&format!("CARGO_TARGET_DIR={}/cabi ", folder.display())), "{shown}");
    assert!(shown.contains(&format!(" {}/cabi/arm-any/firmware/libfonap.a ", folder.display())), "{shown}");
}
