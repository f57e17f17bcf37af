//! `include/fonap.h` is what cbindgen makes of the sources, and compilers take it.

mod c;

use std::path::Path;

fn generated() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut config = cbindgen::Config::from_file(root.join("cbindgen.toml")).expect("cbindgen.toml");
    config.header = Some(std::fs::read_to_string(root.join("include/preface.h")).expect("preface.h"));
    config.trailer = Some(std::fs::read_to_string(root.join("include/trailer.h")).expect("trailer.h"));
    config.after_includes = Some(format!(
        "\n/* The version: (major * 1000 + minor) * 1000 + patch. */\n#define FONAP_VERSION_NUMBER {}\n",
        version_number()
    ));
    // lib.rs leads to all modules; given the files themselves, cbindgen would declare each function several times.
    let builder = cbindgen::Builder::new().with_config(config).with_src(root.join("src/lib.rs"));
    let mut out = Vec::new();
    builder.generate().expect("cbindgen reads the sources").write(&mut out);
    // cbindgen leaves Rust's links and lists of results as they are; they read well enough. Blanks at line ends do not.
    let text = String::from_utf8(out).expect("UTF-8");
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n") + "\n"
}

fn version_number() -> u64 {
    env!("CARGO_PKG_VERSION")
        .split('.')
        .fold(0, |sum, part| sum * 1000 + part.parse::<u64>().expect("a number"))
}

/// `FONAP_WRITE_HEADER=1 cargo test -p ffi --test header` writes it anew.
#[test]
fn the_committed_header_is_what_the_sources_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("include/fonap.h");
    let wanted = generated();
    if std::env::var_os("FONAP_WRITE_HEADER").is_some() {
        std::fs::write(&path, &wanted).expect("written");
    }
    let have = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = have.lines().zip(wanted.lines()).position(|(a, b)| a != b);
    assert!(
        have == wanted,
        "include/fonap.h is stale from line {} on: run `make header` in ffi/ and commit the result",
        differs.map_or(have.lines().count().min(wanted.lines().count()), |line| line) + 1
    );
}

/// What programs are compiled with whose authors want to know everything.
const STRICTER: &[&str] =
    &["-Wconversion", "-Wsign-conversion", "-Wshadow", "-Wcast-qual", "-Wundef", "-Wredundant-decls"];

#[test]
fn c_and_cpp_compilers_take_the_header_without_a_word() {
    let dir = tempfile::tempdir().expect("a directory");
    for (compiler, extension, standards) in
        [("cc", "c", &["c99", "c11", "c17"][..]), ("c++", "cpp", &["c++11", "c++17"][..])]
    {
        let source = dir.path().join(format!("header.{extension}"));
        let text = "#include <stdlib.h>\n#include \"fonap.h\"\n#include \"fonap.h\"\n#include <stdlib.h>\n\
                    int main(void) { fonap_text t = FONAP_TEXT(\"x\"); fonap_heartbeat_settings s; \
                    s.flags = FONAP_HEARTBEAT_START_DELAY | FONAP_HEARTBEAT_COMPAT_SOURCE; \
                    return (int)t.length - 1 + (fonap_abi_version() != FONAP_ABI_VERSION) + (s.flags == 0); }\n";
        std::fs::write(&source, text).expect("written");
        for standard in standards {
            let mut command = std::process::Command::new(compiler);
            command.arg(format!("-std={standard}")).args(c::WARNINGS).args(STRICTER).arg("-fsyntax-only");
            if extension == "c" {
                command.args(["-Wstrict-prototypes", "-Wmissing-prototypes"]);
            }
            command.arg("-I").arg(c::root().join("include")).arg(&source);
            c::succeed(&mut command);
        }
    }
}

/// A second declaration of `malloc` would be one too many for programs that have the first one of `<stdlib.h>`.
#[test]
fn the_header_declares_nothing_but_our_own() {
    let header = std::fs::read_to_string(c::root().join("include/fonap.h")).expect("the header");
    let (_, declarations) = header.split_once("extern \"C\" {").expect("declarations");
    let comment = |line: &&str| ["//", "#", "/*"].iter().any(|begin| line.trim_start().starts_with(begin));
    let code = declarations.lines().filter(|line| !comment(line)).collect::<Vec<_>>().join("\n");
    let foreign: Vec<&str> = code
        .split(';')
        .filter_map(|declaration| declaration.split_once('('))
        .filter_map(|(before, _)| before.rsplit([' ', '*', '\n']).next())
        .filter(|name| !name.starts_with("fonap_") && *name != "strlen")
        .collect();
    assert!(foreign.is_empty(), "not ours: {foreign:?}");
}

#[test]
fn every_function_is_declared_documented_and_named_fonap() {
    let header = std::fs::read_to_string(c::root().join("include/fonap.h")).expect("the header");
    let comment = |line: &&str| ["//", " *", "/*"].iter().any(|begin| line.starts_with(begin));
    let header = header.lines().filter(|line| !comment(line)).collect::<Vec<_>>().join("\n");
    let mut functions = 0;
    for source in c::sources(&c::root().join("src")) {
        let text = std::fs::read_to_string(&source).expect("a source");
        let lines: Vec<&str> = text.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            if line.trim() != "#[unsafe(no_mangle)]" {
                continue;
            }
            functions += 1;
            let name = lines[index + 1].split("fn ").nth(1).and_then(|rest| rest.split('(').next());
            let name =
                name.unwrap_or_else(|| panic!("{}: no function at line {}", source.display(), index + 2));
            assert!(name.starts_with("fonap_"), "{name}");
            let declared =
                header.matches(&format!(" {name}(")).count() + header.matches(&format!("*{name}(")).count();
            assert_eq!(declared, 1, "{name} is declared {declared} times in the header");
            assert!(lines[index - 1].starts_with("///"), "{name} is not documented");
        }
    }
    assert!(functions > 40, "only {functions} functions found");
}
