//! What the documents say of the program is what the program has: commands, options, the keys of chilli.conf.

use crate::support::FONAP;
use crate::support::process::run;
use reference_gateway::config::{Effect, Kind, OPTIONS};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The root of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every Markdown file of the workspace but those of tests and builds.
fn documents(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if entry.is_dir() {
            if !name.starts_with('.') && !["target", "tests", "corpus"].contains(&name.as_str()) {
                documents(&entry, found);
            }
        } else if name.ends_with(".md") {
            found.push(entry);
        }
    }
}

/// The code of a document: each line of its fenced blocks, and each span between back quotes.
fn code(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (index, part) in text.split("```").enumerate() {
        if index % 2 == 1 {
            found.extend(part.replace("\\\n", " ").lines().map(str::to_owned));
        } else {
            found.extend(part.split('`').skip(1).step_by(2).map(|span| span.replace(['\n', '\\'], " ")));
        }
    }
    found
}

/// A command line of `fonap`: its subcommands, then its long options.
fn command(words: &str) -> (Vec<String>, Vec<String>) {
    let (mut subcommands, mut options) = (Vec::new(), Vec::new());
    let words = words.split(['#', ';', '&', ')', '>', '<', '|']).next().unwrap_or_default();
    for word in words.split_whitespace().filter(|word| *word != "--") {
        let is_name = word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        if let Some(option) = word.strip_prefix("--") {
            options.push(option.split(['=', ',']).next().unwrap_or_default().to_owned());
        } else if is_name && !word.starts_with('-') && options.is_empty() {
            let parents = ["decode", "bench", "provision"];
            let goes_on = subcommands.last().is_none_or(|last: &String| parents.contains(&last.as_str()));
            if goes_on && subcommands.len() < 2 {
                subcommands.push(word.to_owned());
            }
        }
    }
    (subcommands, options)
}

#[test]
fn every_command_and_option_in_the_documents_exists() {
    let mut files = Vec::new();
    documents(&root(), &mut files);
    let (mut help, mut wrong, mut seen) = (BTreeMap::new(), Vec::new(), 0);
    for file in files {
        // What is gone may be named in the history.
        if file.ends_with("CHANGELOG.md") {
            continue;
        }
        let text = fs::read_to_string(&file).expect("a document");
        for line in code(&text) {
            for (at, _) in line.match_indices("fonap ") {
                let starts = line[..at].chars().next_back().is_none_or(|c| matches!(c, ' ' | '/' | '('));
                let (subcommands, options) = command(&line[at + "fonap ".len()..]);
                if !starts || subcommands.is_empty() && options.is_empty() {
                    continue;
                }
                seen += 1;
                let text = help.entry(subcommands.clone()).or_insert_with(|| {
                    let mut arguments = subcommands.clone();
                    arguments.push("--help".to_owned());
                    let done = run(FONAP, &arguments);
                    (done.code() == 0).then_some(done.stdout)
                });
                let known = |option: &String| {
                    let text = text.as_deref().unwrap_or_default();
                    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
                    words.any(|word| word.strip_prefix("--") == Some(option))
                };
                if text.is_none() || !options.iter().all(known) {
                    wrong.push(format!("{}: {line}", file.display()));
                }
            }
        }
    }
    assert!(seen > 50, "only {seen} commands were found in the documents");
    assert!(wrong.is_empty(), "the program does not have:\n{}", wrong.join("\n"));
}

/// What a value looks like, for the table.
fn value(kind: Kind) -> String {
    match kind {
        Kind::Flag => "-".into(),
        Kind::Text => "text".into(),
        Kind::Number { min, max: i64::MAX } => format!("number from {min}"),
        Kind::Number { min, max } => format!("{min} to {max}"),
        Kind::Host => "name or address".into(),
        Kind::Address => "IPv4 address".into(),
        Kind::Socket => "address:port".into(),
        Kind::Network => "network".into(),
        Kind::Url => "URL".into(),
        Kind::Mac => "MAC".into(),
        Kind::Path => "path".into(),
        Kind::Choice(words) => words.join(", "),
        other => other.expected(),
    }
}

/// The page of all keys.
fn page() -> String {
    let mut page = String::from(
        "# The keys of chilli.conf\n\n\
         Made from the table in `reference-gateway/src/config/options.rs`; a test compares. To make it anew:\n\
         `REGENERATE=1 cargo test -p reference-gateway --test system documents`.\n\n\
         A key without a value switches something on by being there. \"Several\": the key may be given several times, and\n\
         the values collect. \"Local\": only this machine's own file and command line may set it, not a received\n\
         configuration. Bandwidths are in bit/s, times in seconds.\n\n\
         | key | value | default | meaning |\n| --- | --- | --- | --- |\n",
    );
    for spec in OPTIONS {
        let mut meaning = spec.meaning.to_owned();
        for (holds, note) in [(spec.repeatable, "Several."), (spec.local_only, "Local.")] {
            if holds {
                let _ = write!(meaning, ". {note}");
            }
        }
        match spec.effect {
            Effect::Ignored(why) => {
                let _ = write!(meaning, ". **No effect**: {why}");
            }
            Effect::Refused(why) => {
                let _ = write!(meaning, ". **Refused**: {why}");
            }
            Effect::Used => {}
        }
        let meaning = meaning.replace("..", ".").replace('|', "\\|");
        let default = spec.default.map(|text| format!("`{text}`")).unwrap_or_default();
        let _ = writeln!(page, "| `{}` | {} | {default} | {meaning} |", spec.name, value(spec.kind));
    }
    page
}

#[test]
fn the_page_of_keys_is_the_table_of_options() {
    let path = root().join("docs/chilli.conf.md");
    let page = page();
    if std::env::var_os("REGENERATE").is_some() {
        fs::write(&path, &page).expect("docs/chilli.conf.md is written");
    }
    let found = fs::read_to_string(&path).expect("docs/chilli.conf.md is there");
    assert!(found == page, "docs/chilli.conf.md is stale: REGENERATE=1 makes it anew");
}
