//! Runs the independent checker `tools/check_passpoint.py` over many files in one process.

use serde_json::{Value, json};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Reads the list of argument lists from standard input, prints the list of [exit status, output].
const DRIVER: &str = "
import contextlib, io, json, sys
sys.path.insert(0, sys.argv[1])
import check_passpoint
results = []
for arguments in json.load(sys.stdin):
    sys.argv = ['check_passpoint.py'] + arguments
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            status = check_passpoint.main()
        except SystemExit as stop:
            status = stop.code
    results.append([status, out.getvalue()])
json.dump(results, sys.stdout)
";

/// A file for the checker, with arguments before it.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) arguments: Vec<String>,
    pub(crate) file: PathBuf,
}

impl Job {
    pub(crate) fn new(kind: &str, file: &Path, more: &[&str]) -> Self {
        let mut arguments = vec!["--kind".to_owned(), kind.to_owned(), "--dump".to_owned()];
        arguments.extend(more.iter().map(|&a| a.to_owned()));
        Self { arguments, file: file.to_owned() }
    }
}

/// What the checker said: its dump, or its line of complaint.
pub(crate) type Verdict = Result<Value, String>;

/// Checks all files.
///
/// # Panics
/// When `python3` (or a tool the checker calls) is missing: the message names the package.
pub(crate) fn check(jobs: &[Job]) -> Vec<Verdict> {
    for (tool, package) in [("python3", "python3"), ("openssl", "openssl"), ("xmlsec1", "xmlsec1")] {
        let there = Command::new(tool).arg("--version").output().is_ok();
        let there = there || Command::new(tool).arg("version").output().is_ok();
        assert!(there, "`{tool}` is missing: install the package {package}");
    }
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools");
    let lists: Vec<Vec<String>> = jobs
        .iter()
        .map(|j| j.arguments.iter().cloned().chain([j.file.display().to_string()]).collect())
        .collect();
    let mut child = Command::new("python3")
        .args(["-B", "-c", DRIVER])
        .arg(tools)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 starts");
    child.stdin.take().expect("piped").write_all(json!(lists).to_string().as_bytes()).expect("python3 reads");
    let output = child.wait_with_output().expect("python3 ends");
    assert!(output.status.success(), "the checker failed");
    let results: Vec<(i64, String)> = serde_json::from_slice(&output.stdout).expect("the driver prints JSON");
    results
        .into_iter()
        .map(|(status, text)| match status {
            0 => serde_json::from_str(&text).map_err(|e| e.to_string()),
            _ => Err(text.trim().to_owned()),
        })
        .collect()
}
