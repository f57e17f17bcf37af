//! Runs vector files case by case.
//!
//! A crate's `tests/vectors.rs` is a test target with `harness = false`, so that its closing lines are always
//! printed:
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! fn main() -> ExitCode {
//!     testkit::vectors::main("uam", |suite| {
//!         suite.json("urlencode.json", 6, |document, file| {
//!             for case in testkit::vectors::list(document, "cases") {
//!                 file.case(case, |case| {
//!                     let plain = testkit::vectors::text(case, "plain")?;
//!                     (plain == "x").then_some(()).ok_or_else(|| "not encoded as it should be".to_owned())
//!                 });
//!             }
//!         });
//!         suite.others(&["index.json"]);
//!     })
//! }
//! ```
//!
//! Where the files are looked for:
//!
//! * With the environment variable `FONAP_VECTORS`, only there. Files may be missing and may hold any number of
//!   cases; the run fails if it ran no case at all.
//! * Without it, in the project's own `tests/vectors` and then in `../shared/vectors`, where third-party files stay.
//!   A file of the project must be there, hold at least as many cases as the test states, and every file of the
//!   folder must be claimed by the test.

use serde_json::Value;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The result of one case: what was wrong, in words.
pub type Outcome = Result<(), String>;

/// The files of one folder of vectors, to read while cases run.
#[derive(Clone)]
pub struct Files {
    roots: Vec<PathBuf>,
}

/// The files of one folder of vectors, and how their cases went.
pub struct Suite {
    folder: String,
    roots: Vec<PathBuf>,
    explicit: bool,
    claimed: BTreeSet<String>,
    tallies: Vec<Tally>,
    problems: Vec<String>,
}

/// How the cases of one file went.
pub struct Tally {
    file: String,
    passed: usize,
    failed: Vec<(String, String)>,
}

/// Runs `body` over the folder `folder` and reports; the `main` of a `harness = false` test.
///
/// Answers `--list` as the standard harness does, so that other runners work too.
#[must_use]
pub fn main(folder: &str, body: impl FnOnce(&mut Suite)) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let name = format!("vectors_{folder}");
    if arguments.iter().any(|a| a == "--list") {
        if !arguments.iter().any(|a| a == "--ignored") {
            println!("{name}: test");
        }
        return ExitCode::SUCCESS;
    }
    let mut suite = Suite::open(folder);
    body(&mut suite);
    suite.finish()
}

impl Suite {
    fn open(folder: &str) -> Self {
        let workspace =
            Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default();
        let explicit = std::env::var_os("FONAP_VECTORS").filter(|v| !v.is_empty());
        let roots = match &explicit {
            Some(root) => vec![workspace.join(root)],
            None => vec![workspace.join("tests/vectors"), workspace.join("../shared/vectors")],
        };
        Self {
            folder: folder.to_owned(),
            roots: roots.into_iter().map(|r| r.join(folder)).collect(),
            explicit: explicit.is_some(),
            claimed: BTreeSet::new(),
            tallies: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// The octets of a file of this folder, if it is there. Claims it.
    pub fn read(&mut self, path: &str) -> Option<Vec<u8>> {
        self.claimed.insert(path.to_owned());
        self.roots.iter().find_map(|root| std::fs::read(root.join(path)).ok())
    }

    /// Runs the cases of a JSON file of the project; `at_least` is how many it holds.
    pub fn json(&mut self, path: &str, at_least: usize, body: impl FnOnce(&Value, &mut Tally)) {
        if !self.run(path, at_least, body) && !self.explicit {
            self.problems.push(format!("{}/{path} is missing", self.folder));
        }
    }

    /// Runs the cases of a third-party JSON file, which is not part of the project and may be missing.
    pub fn third_party_json(&mut self, path: &str, at_least: usize, body: impl FnOnce(&Value, &mut Tally)) {
        if !self.run(path, at_least, body) {
            println!("vectors {}/{path}: skipped, third-party file not present", self.folder);
        }
    }

    /// The files of this folder and of the folders in it.
    #[must_use]
    pub fn files(&self) -> Files {
        Files { roots: self.roots.clone() }
    }

    /// Runs cases that are not the entries of one JSON file; `at_least` is how many there are in the project.
    pub fn cases(&mut self, name: &str, at_least: usize, body: impl FnOnce(&mut Tally)) {
        let mut tally = Tally { file: name.to_owned(), passed: 0, failed: Vec::new() };
        body(&mut tally);
        if !self.explicit && tally.total() < at_least {
            let total = tally.total();
            self.problems
                .push(format!("{}/{name}: {total} cases run, it used to be {at_least}", self.folder));
        }
        self.tallies.push(tally);
    }

    /// Files that are another crate's or that hold no cases.
    pub fn others(&mut self, paths: &[&str]) {
        self.claimed.extend(paths.iter().map(|p| (*p).to_owned()));
    }

    fn run(&mut self, path: &str, at_least: usize, body: impl FnOnce(&Value, &mut Tally)) -> bool {
        let Some(octets) = self.read(path) else {
            return false;
        };
        let mut tally = Tally { file: path.to_owned(), passed: 0, failed: Vec::new() };
        match serde_json::from_slice(&octets) {
            Ok(document) => body(&document, &mut tally),
            Err(e) => tally.failed.push(("document".to_owned(), e.to_string())),
        }
        if !self.explicit && tally.total() < at_least {
            let total = tally.total();
            self.problems
                .push(format!("{}/{path}: {total} cases run, it used to be {at_least}", self.folder));
        }
        self.tallies.push(tally);
        true
    }

    fn unclaimed(&self) -> BTreeSet<String> {
        let entries = self.roots.iter().filter_map(|root| std::fs::read_dir(root).ok()).flatten().flatten();
        entries
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| name.ends_with(".json") && !self.claimed.contains(name))
            .collect()
    }

    fn finish(mut self) -> ExitCode {
        for name in self.unclaimed() {
            let line = format!("{}/{name}: no test reads this file", self.folder);
            if self.explicit {
                println!("vectors {line}");
            } else {
                self.problems.push(line);
            }
        }
        let (mut passed, mut total) = (0, 0);
        for tally in &self.tallies {
            for (id, reason) in &tally.failed {
                println!("vectors {}/{} case {id}: FAILED: {reason}", self.folder, tally.file);
            }
        }
        for tally in &self.tallies {
            println!("vectors {}/{}: {}/{}", self.folder, tally.file, tally.passed, tally.total());
            passed += tally.passed;
            total += tally.total();
        }
        if total == 0 {
            self.problems.push(format!("no case of {} was run", self.folder));
        }
        for problem in &self.problems {
            println!("vectors {problem}: FAILED");
        }
        let failed = total - passed + self.problems.len();
        println!("vectors_{}: {passed} passed, {failed} failed", self.folder);
        if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

impl Files {
    /// Where a file or folder is, if it is there.
    #[must_use]
    pub fn path(&self, path: &str) -> Option<PathBuf> {
        self.roots.iter().map(|root| root.join(path)).find(|p| p.exists())
    }

    /// The octets of a file.
    ///
    /// # Errors
    /// When it is not there.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let found = self.path(path).ok_or_else(|| format!("{path} is missing"))?;
        std::fs::read(found).map_err(|e| format!("{path}: {e}"))
    }

    /// A JSON file.
    ///
    /// # Errors
    /// When it is not there or not JSON.
    pub fn json(&self, path: &str) -> Result<Value, String> {
        serde_json::from_slice(&self.read(path)?).map_err(|e| format!("{path}: {e}"))
    }

    /// The names of what is in a folder, from all places, sorted.
    #[must_use]
    pub fn entries(&self, folder: &str) -> Vec<String> {
        let folders = self.roots.iter().filter_map(|root| std::fs::read_dir(root.join(folder)).ok());
        let names: BTreeSet<String> =
            folders.flatten().flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.into_iter().collect()
    }
}

impl Tally {
    /// Runs one case. Its name is its member `id`, or its place in the file. A panic is a failure of the case.
    pub fn case(&mut self, case: &Value, body: impl FnOnce(&Value) -> Outcome) {
        let id = match case.get("id") {
            Some(Value::String(id)) => id.clone(),
            Some(id) => id.to_string(),
            None => format!("#{}", self.total()),
        };
        self.named(&id, || body(case));
    }

    /// Runs one case under a name of the caller's choice.
    pub fn named(&mut self, id: &str, body: impl FnOnce() -> Outcome) {
        match catch_unwind(AssertUnwindSafe(body)) {
            Ok(Ok(())) => self.passed += 1,
            Ok(Err(reason)) => self.failed.push((id.to_owned(), reason)),
            Err(_) => self.failed.push((id.to_owned(), "panic".to_owned())),
        }
    }

    fn total(&self) -> usize {
        self.passed + self.failed.len()
    }
}

/// The list `name` of a document.
///
/// # Panics
/// When the document has no such list: an unknown form of file must not pass.
#[must_use]
pub fn list<'a>(document: &'a Value, name: &str) -> &'a [Value] {
    match document.get(name).and_then(Value::as_array) {
        Some(list) => list,
        None => panic!("the document has no list {name:?}"),
    }
}

/// The text member `name` of a case.
///
/// # Errors
/// When it is missing or no text.
pub fn text<'a>(case: &'a Value, name: &str) -> Result<&'a str, String> {
    case.get(name).and_then(Value::as_str).ok_or_else(|| format!("no text member {name:?}"))
}

/// The number member `name` of a case.
///
/// # Errors
/// When it is missing or no unsigned number.
pub fn number(case: &Value, name: &str) -> Result<u64, String> {
    case.get(name).and_then(Value::as_u64).ok_or_else(|| format!("no number member {name:?}"))
}

/// The octets of the hexadecimal member `name` of a case.
///
/// # Errors
/// When it is missing or not hexadecimal.
pub fn octets(case: &Value, name: &str) -> Result<Vec<u8>, String> {
    crate::hex::decode(text(case, name)?)
}

/// Compares two values and says both when they differ.
///
/// # Errors
/// When they differ.
pub fn same<T: PartialEq + std::fmt::Debug>(what: &str, got: &T, want: &T) -> Outcome {
    if got == want { Ok(()) } else { Err(format!("{what}: got {got:?}, want {want:?}")) }
}
