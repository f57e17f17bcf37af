//! The example programs of the C library, built with the system's compiler.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The folder of the C library.
fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../ffi")
}

/// `libfonap.a`: built once for all tests, with all modules.
fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder");
        let output = Command::new(env!("CARGO"))
            .current_dir(home())
            // As the tests of the library itself build it, so that it is built once.
            .env("CARGO_PROFILE_DEV_OPT_LEVEL", "1")
            .args(["rustc", "-p", "ffi", "--lib", "--crate-type", "staticlib", "--message-format", "json"])
            .arg("--target-dir")
            .arg(target)
            .output()
            .expect("cargo is there");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let made = String::from_utf8_lossy(&output.stdout).into_owned();
        let messages = made.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        let artifact =
            messages.filter(|m| m["reason"] == "compiler-artifact" && m["target"]["name"] == "fonap");
        let files = artifact.filter_map(|message| message["filenames"].as_array().cloned()).flatten();
        let mut archives =
            files.filter_map(|file| file.as_str().filter(|f| f.ends_with(".a")).map(PathBuf::from));
        archives.next().unwrap_or_else(|| panic!("cargo names no static library:\n{made}"))
    })
}

/// The sources of an example: the file of its name, and those whose names go on from it.
fn sources(name: &str) -> Vec<PathBuf> {
    let files = std::fs::read_dir(home().join("c/examples")).expect("the examples");
    let files = files.map(|entry| entry.expect("an entry").path());
    let ours = |file: &PathBuf| {
        let name_of =
            file.file_name().and_then(|name| name.to_str()).and_then(|file| file.strip_suffix(".c"));
        let rest = name_of.and_then(|file| file.strip_prefix(name));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    };
    files.filter(ours).collect()
}

/// Builds an example in a folder, with sanitizers, and gives its path.
#[track_caller]
pub(crate) fn example(folder: &Path, name: &str) -> String {
    let program = folder.join(name);
    let done = Command::new("cc")
        .args(["-std=c99", "-g", "-Wall", "-Wextra", "-Wpedantic", "-Werror"])
        .args(["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-I"])
        .arg(home().join("include"))
        .args(sources(name))
        .arg(library())
        .args(["-lpthread", "-ldl", "-lm", "-o"])
        .arg(&program)
        .output()
        .expect("cc is installed: Debian package gcc");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    program.to_string_lossy().into_owned()
}
