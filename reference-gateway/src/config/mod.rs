//! The configuration: chilli.conf and the same options on the command line (hotspot-config 1 and 2).
//!
//! Reading is done in one pass that collects every problem, so that a person can mend a file in one go.
//!
//! ```
//! use reference_gateway::config::{Reader, UnknownKeys};
//!
//! let reader = Reader::new(UnknownKeys::Warn);
//! let settings = reader.text("chilli.conf", "radiusserver1 127.0.0.1\nlease 0x384\nuamanydns\n").unwrap();
//! assert_eq!(settings.number("lease"), 900);
//! assert!(settings.flag("uamanydns"));
//! let problems = reader.text("chilli.conf", "radiusserver1 127.0.0.1\nnet 10.0.0.0/33\n").unwrap_err();
//! assert_eq!(
//!     problems[0].to_string(),
//!     "chilli.conf:2: net: the value cannot be used; expected a network, for example 192.168.182.0/24 \
//!      or 10.1.0.0/255.255.0.0"
//! );
//! ```

mod file;
mod options;
mod problem;
mod value;

pub use options::{Effect, Kind, OPTIONS, Spec};
pub use problem::{Fault, Origin, Problem};
pub use value::{Network, mask, number, prefix_length};

use file::{Line, Value, parse_line};
use options::{Unmatched, find, named};
use radius_codec::radconfig::{self, Mode};
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

/// How deep `include` may nest.
pub const MAX_INCLUDES: usize = 8;
/// The largest file, in octets.
pub const MAX_FILE: u64 = 1 << 20;

/// What to do with keys that name no option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownKeys {
    /// Go on with a warning: a file for a newer or an older gateway works.
    Warn,
    /// Refuse the file, as the original does (hotspot-config 1.11).
    Refuse,
}

/// Reads configurations.
#[derive(Clone, Debug)]
pub struct Reader {
    unknown: UnknownKeys,
    command_line: Vec<String>,
    remote: String,
    patterns: Vec<String>,
}

/// Options with checked values.
#[derive(Clone, Default)]
pub struct Settings {
    values: BTreeMap<&'static str, Vec<String>>,
    /// What came before the present source, which wins over it silently.
    earlier: BTreeSet<&'static str>,
    patterns: Vec<String>,
    warnings: Vec<Problem>,
}

/// Names only: values may be secrets.
impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.values.keys()).finish()
    }
}

#[derive(Default)]
struct Pass {
    settings: Settings,
    problems: Vec<Problem>,
    /// `newdomain` lines as they stand.
    newdomain: String,
}

impl Reader {
    /// A reader without a command line.
    #[must_use]
    pub const fn new(unknown: UnknownKeys) -> Self {
        Self { unknown, command_line: Vec::new(), remote: String::new(), patterns: Vec::new() }
    }

    /// Options that win over the file's, `--key`, `--key=value` (hotspot-config 1.12).
    #[must_use]
    pub fn command_line(mut self, arguments: impl IntoIterator<Item = String>) -> Self {
        self.command_line = arguments.into_iter().collect();
        self
    }

    /// Received lines, which lose to the file's, and the patterns that their `newdomain` lines were converted to
    /// (hotspot-config 3.2). They may neither include files nor set what is the machine's own business.
    #[must_use]
    pub fn remote(mut self, lines: &str, patterns: &[String]) -> Self {
        lines.clone_into(&mut self.remote);
        patterns.clone_into(&mut self.patterns);
        self
    }

    /// Reads a file and what it includes.
    ///
    /// # Errors
    /// Every problem that was found, in the order of the lines.
    pub fn path(&self, path: &Path) -> Result<Settings, Vec<Problem>> {
        let mut pass = Pass::default();
        self.read_command_line(&mut pass);
        self.read_path(path, 0, &mut pass);
        self.read_remote(&mut pass);
        pass.finish()
    }

    /// Reads a text that is called `name` in messages.
    ///
    /// # Errors
    /// Every problem that was found, in the order of the lines.
    pub fn text(&self, name: &str, text: &str) -> Result<Settings, Vec<Problem>> {
        let mut pass = Pass::default();
        self.read_command_line(&mut pass);
        self.read_text(name, text, 0, &mut pass);
        self.read_remote(&mut pass);
        pass.finish()
    }

    fn read_command_line(&self, pass: &mut Pass) {
        for argument in &self.command_line {
            let bare = argument.strip_prefix("--").unwrap_or(argument);
            let (key, value) = match bare.split_once('=') {
                None => (bare, Value::None),
                Some((key, "")) => (key, Value::EmptyAfterEquals),
                Some((key, value)) => (key, Value::Text(value)),
            };
            self.entry(Origin::CommandLine, key, value, pass);
        }
        // A file adds to these where they repeat and loses to them where they do not; neither is worth a warning.
        pass.settings.earlier = pass.settings.values.keys().copied().collect();
    }

    fn read_remote(&self, pass: &mut Pass) {
        pass.settings.earlier = pass.settings.values.keys().copied().collect();
        pass.settings.patterns.extend_from_slice(&self.patterns);
        for (index, line) in self.remote.split('\n').enumerate() {
            let origin = Origin::Line { file: "remote configuration".into(), line: index + 1 };
            match parse_line(line) {
                Line::Empty => {}
                Line::Bad { key, fault } => {
                    let expected = find(key).map_or_else(|_| "KEY VALUE".into(), |s| s.kind.expected());
                    pass.problems.push(Problem { origin, key: key.into(), fault, expected });
                }
                Line::Entry { key, .. } if key == "include" || find(key).is_ok_and(|s| s.local_only) => {
                    let expected = "put it into the local file if it is wanted".into();
                    let problem = Problem { origin, key: key.into(), fault: Fault::LocalOnly, expected };
                    pass.settings.warnings.push(problem);
                }
                Line::Entry { key, value } => self.entry(origin, key, value, pass),
            }
        }
    }

    fn read_path(&self, path: &Path, depth: usize, pass: &mut Pass) {
        let name = path.display().to_string();
        match read_bounded(path) {
            Ok(text) => self.read_text(&name, &text, depth, pass),
            Err(reason) => pass.problems.push(Problem {
                origin: Origin::File { file: name },
                key: "the file cannot be read".into(),
                fault: Fault::Unreadable,
                expected: reason,
            }),
        }
    }

    fn read_text(&self, name: &str, text: &str, depth: usize, pass: &mut Pass) {
        for (index, line) in text.split('\n').enumerate() {
            let origin = Origin::Line { file: name.to_owned(), line: index + 1 };
            // For the original such a line is an unknown key.
            if self.unknown == UnknownKeys::Warn && line.starts_with("newdomain") {
                pass.newdomain.push_str(line);
                pass.newdomain.push('\n');
                continue;
            }
            match parse_line(line) {
                Line::Empty => {}
                Line::Bad { key, fault } => {
                    let expected = find(key).map_or_else(|_| "KEY VALUE".into(), |s| s.kind.expected());
                    pass.problems.push(Problem { origin, key: key.into(), fault, expected });
                }
                Line::Entry { key: "include", value: Value::Text(path) } => {
                    self.include(name, path, origin, depth, pass);
                }
                Line::Entry { key, value } => self.entry(origin, key, value, pass),
            }
        }
    }

    fn include(&self, name: &str, path: &str, origin: Origin, depth: usize, pass: &mut Pass) {
        if depth >= MAX_INCLUDES {
            let expected = format!("includes nest deeper than {MAX_INCLUDES}; does a file include itself?");
            pass.problems.push(Problem { origin, key: "include".into(), fault: Fault::Unreadable, expected });
            return;
        }
        let path = Path::new(name).parent().unwrap_or(Path::new("")).join(path);
        match read_bounded(&path) {
            Ok(text) => self.read_text(&path.display().to_string(), &text, depth + 1, pass),
            Err(reason) => {
                let expected = format!("{}: {reason}", path.display());
                pass.problems.push(Problem {
                    origin,
                    key: "include".into(),
                    fault: Fault::Unreadable,
                    expected,
                });
            }
        }
    }

    fn entry(&self, origin: Origin, key: &str, value: Value<'_>, pass: &mut Pass) {
        let spec = match find(key) {
            Ok(spec) => spec,
            Err(unmatched) => {
                let problem = unmatched_key(origin, key, unmatched);
                let ambiguous = problem.fault == Fault::AmbiguousOption;
                if self.unknown == UnknownKeys::Refuse || ambiguous {
                    pass.problems.push(problem);
                } else {
                    pass.settings.warnings.push(problem);
                }
                return;
            }
        };
        match checked(spec, value) {
            Err(fault) => pass.problems.push(Problem::of_value(origin, spec, fault)),
            Ok(text) => pass.keep(origin, spec, text),
        }
    }
}

impl Pass {
    fn keep(&mut self, origin: Origin, spec: &'static Spec, text: String) {
        let problem = |fault, why: &str| Problem {
            origin: origin.clone(),
            key: spec.name.to_owned(),
            fault,
            expected: why.to_owned(),
        };
        match spec.effect {
            Effect::Used => {}
            Effect::Ignored(why) => self.settings.warnings.push(problem(Fault::NoEffect, why)),
            Effect::Refused(why) => self.problems.push(problem(Fault::Refused, why)),
        }
        let values = self.settings.values.entry(spec.name).or_default();
        if values.is_empty() || spec.repeatable {
            values.push(text);
        } else if !self.settings.earlier.contains(spec.name) {
            let expected = "the first value counts".into();
            let key = spec.name.to_owned();
            self.settings.warnings.push(Problem { origin, key, fault: Fault::Repeated, expected });
        }
    }

    fn finish(mut self) -> Result<Settings, Vec<Problem>> {
        if self.problems.is_empty() && !self.settings.values.contains_key("radiusserver1") {
            self.problems.push(Problem {
                origin: Origin::File { file: "configuration".into() },
                key: "radiusserver1".into(),
                fault: Fault::MissingOption,
                expected: named("radiusserver1").kind.expected(),
            });
        }
        let local = radconfig::convert(&self.newdomain, Mode::Tolerant).patterns;
        self.settings.patterns.splice(0..0, local);
        if self.problems.is_empty() { Ok(self.settings) } else { Err(self.problems) }
    }
}

fn read_bounded(path: &Path) -> Result<String, String> {
    let length = std::fs::metadata(path).map_err(|e| e.to_string())?.len();
    if length > MAX_FILE {
        return Err(format!("larger than {MAX_FILE} octets"));
    }
    std::fs::read_to_string(path).map_err(|e| e.to_string())
}

fn unmatched_key(origin: Origin, key: &str, unmatched: Unmatched) -> Problem {
    let (fault, expected) = match unmatched {
        Unmatched::Unknown => (Fault::UnknownOption, "`fonap gateway --help` lists all".to_owned()),
        Unmatched::Ambiguous(names) => (Fault::AmbiguousOption, format!("one of {}", names.join(", "))),
    };
    Problem { origin, key: key.to_owned(), fault, expected }
}

fn checked(spec: &Spec, value: Value<'_>) -> Result<String, Fault> {
    match (spec.kind, value) {
        (Kind::Flag, Value::None | Value::EmptyAfterEquals) => Ok(String::new()),
        (Kind::Flag, Value::Text(_)) => Err(Fault::FlagArgument),
        (_, Value::None | Value::Text("")) => Err(Fault::MissingArgument),
        (kind, Value::EmptyAfterEquals) => {
            if !matches!(kind, Kind::Text) {
                value::check(kind, "")?;
            }
            Ok(String::new())
        }
        (kind, Value::Text(text)) => value::check(kind, text).map(|()| text.to_owned()),
    }
}

impl Settings {
    /// What a person should know although the configuration works.
    #[must_use]
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// The text of an option, or its default.
    ///
    /// # Panics
    /// When there is no such option; so do the others below.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        let spec = named(name);
        self.values.get(spec.name).and_then(|v| v.first()).map(String::as_str).or(spec.default)
    }

    /// What the `newdomain` lines were converted to, for the garden.
    #[must_use]
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }

    /// Whether the option has a value that somebody gave.
    #[must_use]
    pub fn is_given(&self, name: &str) -> bool {
        self.values.contains_key(named(name).name)
    }

    /// The texts of a repeatable option, those of the command line first.
    #[must_use]
    pub fn list(&self, name: &str) -> &[String] {
        self.values.get(named(name).name).map_or(&[], Vec::as_slice)
    }

    /// Whether a flag is set.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.values.contains_key(named(name).name)
    }

    /// The number of an option; 0 where it has neither value nor default.
    #[must_use]
    pub fn number(&self, name: &str) -> u64 {
        self.text(name).and_then(number).and_then(|n| u64::try_from(n).ok()).unwrap_or(0)
    }

    /// The same for an option whose range fits a smaller type.
    #[must_use]
    pub fn small<T: TryFrom<u64> + Default>(&self, name: &str) -> T {
        T::try_from(self.number(name)).unwrap_or_default()
    }

    /// The address and port of an option.
    #[must_use]
    pub fn socket(&self, name: &str) -> Option<std::net::SocketAddr> {
        self.text(name)?.parse().ok()
    }

    /// The address of an option.
    #[must_use]
    pub fn address(&self, name: &str) -> Option<Ipv4Addr> {
        self.text(name).and_then(|t| t.parse().ok())
    }

    /// The path of an option.
    #[must_use]
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.text(name).map(PathBuf::from)
    }

    /// The network of the clients.
    #[must_use]
    pub fn net(&self) -> Network {
        let fallback = Network { address: Ipv4Addr::new(192, 168, 182, 0), prefix: 24 };
        self.text("net").and_then(Network::parse).unwrap_or(fallback)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(local: &str, remote: &str) -> Result<Settings, Vec<Problem>> {
        let patterns = ["^x$".to_owned()];
        let reader = Reader::new(UnknownKeys::Warn).command_line(["--ssid=mine".to_owned()]);
        reader.remote(remote, &patterns).text("chilli.conf", local)
    }

    fn faults(problems: &[Problem]) -> Vec<(&str, Fault)> {
        problems.iter().map(|p| (p.key.as_str(), p.fault)).collect()
    }

    // spec: hotspot-config 3.2
    #[test]
    fn local_lines_win_over_received_ones_and_lists_collect() {
        let local = "radiussecret local\nmacallowed a\nnewdomain *.FON.com, !x.fon.com\n";
        let remote = "radiusserver1 r.example\nradiussecret=remote\nmacallowed b\nssid theirs\nnosuch 1\n";
        let settings = read(local, remote).unwrap();
        assert_eq!(settings.text("radiusserver1"), Some("r.example"));
        assert_eq!(settings.text("radiussecret"), Some("local"));
        assert_eq!(settings.text("ssid"), Some("mine"));
        assert_eq!(settings.list("macallowed"), ["a", "b"]);
        assert_eq!(settings.patterns(), [r"!^x\.fon\.com$", r"^(.*\.)?fon\.com$", "^x$"]);
        assert_eq!(faults(settings.warnings()), [("nosuch", Fault::UnknownOption)]);
    }

    #[test]
    fn received_lines_cannot_name_files_or_programs() {
        let remote = "radiusserver1 r\nmodule fon-api:/tmp/evil\ninclude /etc/shadow\nstatedir /\nwwwbin /bin/sh\nuid 0\n";
        let settings = read("", remote).unwrap();
        let left_out = Fault::LocalOnly;
        let names = ["module", "include", "statedir", "wwwbin", "uid"];
        assert_eq!(faults(settings.warnings()), names.map(|name| (name, left_out)));
        assert!(settings.list("module").is_empty() && settings.text("statedir").is_none());
    }

    // spec: hotspot-config 1.11
    #[test]
    fn a_received_line_that_is_wrong_makes_the_whole_unusable() {
        let problems = read("radiusserver1 r\n", "lease abc\n").unwrap_err();
        assert_eq!(problems[0].origin.to_string(), "remote configuration:1");
        assert_eq!(faults(&problems), [("lease", Fault::BadNumber)]);
    }

    #[test]
    fn what_the_gateway_would_not_do_is_refused_with_the_reason() {
        let problems = read("radiusserver1 r\nl2tp-enable\nlnsserver1 x\nfg\n", "").unwrap_err();
        assert_eq!(faults(&problems), [("l2tp-enable", Fault::Refused), ("lnsserver1", Fault::Refused)]);
        assert!(problems[0].to_string().contains("there are no tunnels"), "{}", problems[0]);
    }

    // spec: hotspot-config 2.2
    #[test]
    fn a_file_may_name_itself_without_effect() {
        let settings =
            Reader::new(UnknownKeys::Refuse).text("t", "radiusserver1 r\nconf /etc/chilli.conf\n").unwrap();
        assert_eq!(faults(settings.warnings()), [("conf", Fault::NoEffect)]);
    }

    // spec: hotspot-config 1.7
    #[test]
    fn an_abbreviation_of_the_original_works_whatever_we_added() {
        let text = "radiusserver1 r\nmax 9\nstate /s\nradiust 3\nmetr 127.0.0.1:1\nown 127.0.0.1:2\n";
        let settings = Reader::new(UnknownKeys::Refuse).text("t", text).unwrap();
        assert_eq!((settings.number("maxclients"), settings.number("radiustimeout")), (9, 3));
        assert_eq!((settings.text("statedir"), settings.text("metrics")), (Some("/s"), Some("127.0.0.1:1")));
        for ambiguous in ["dns", "uamallow", "radiusserver", "chall"] {
            let problems = Reader::new(UnknownKeys::Warn).text("t", &format!("{ambiguous} x\n")).unwrap_err();
            assert_eq!(faults(&problems)[0], (ambiguous, Fault::AmbiguousOption));
        }
    }

    // spec: hotspot-config 1.11
    #[test]
    fn for_the_original_newdomain_is_an_unknown_key() {
        let problems =
            Reader::new(UnknownKeys::Refuse).text("t", "radiusserver1 r\nnewdomain a.b\n").unwrap_err();
        assert_eq!(faults(&problems), [("newdomain", Fault::UnknownOption)]);
    }
}
