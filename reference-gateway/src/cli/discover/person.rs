//! The person at the terminal: sees what happens, chooses a profile, gets a browser.

use super::{Arguments, clean};
use crate::cli::complain;
use crate::discover::{Interface, Step, explain};
use discovery::machine::{RequestKind, Source};
use discovery::model::ProfileChoice;
use std::io::{BufRead as _, IsTerminal as _, Write as _, stderr, stdin};
use std::process::{Command, Stdio};

pub(super) struct Person<'a> {
    arguments: &'a Arguments,
    listed: Option<(Source, bool)>,
}

impl<'a> Person<'a> {
    pub(super) const fn new(arguments: &'a Arguments) -> Self {
        Self { arguments, listed: None }
    }

    /// Where the list comes from that was shown last, and whether it is stale.
    pub(super) const fn listed(&self) -> Option<(Source, bool)> {
        self.listed
    }

    /// Everything that is no result goes to standard error.
    fn tell(&self, text: impl std::fmt::Display) {
        if !self.arguments.quiet {
            eprintln!("{text}");
        }
    }
}

impl Interface for Person<'_> {
    fn show(&mut self, step: Step<'_>) {
        match step {
            Step::Asks { kind, place } => {
                let what = match kind {
                    RequestKind::Discovery => "the list",
                    RequestKind::LetsWifi => "the institution's endpoints",
                    RequestKind::Token => "a token",
                    RequestKind::Configuration => "the configuration",
                };
                self.tell(format_args!("asking for {what}: {place}"));
            }
            Step::Listed { count, source, stale } => {
                self.listed = Some((source, stale));
                let from = match (source, stale) {
                    (Source::Network, _) => "",
                    (_, false) => ", kept from the last time",
                    (_, true) => ", kept from an earlier time and perhaps out of date",
                };
                self.tell(format_args!("{count} institutions{from}"));
            }
            Step::Token { renewed: true } => self.tell("the kept token has expired; asking for a new one"),
            Step::Token { renewed: false } => self.tell("using the kept token"),
            Step::WaitsForBrowser { limit } => {
                self.tell(format_args!(
                    "waiting for the browser, at most {} s; Ctrl-C gives up",
                    limit.as_secs()
                ));
            }
            Step::BrowserCameBack => self.tell("the browser has come back"),
            Step::NoAnswer(error) => complain(error),
            Step::Notice(problem) => complain(format_args!("warning: {}", explain(problem))),
            Step::Warning(error) => complain(format_args!("warning: {error}")),
        }
    }

    fn choose(&mut self, institution: &str, profiles: &[ProfileChoice]) -> Option<String> {
        if let Some(wanted) = &self.arguments.profile {
            return Some(wanted.clone());
        }
        eprintln!("{} has {} profiles:", clean(institution), profiles.len());
        for (number, choice) in (1..).zip(profiles) {
            let state = if choice.is_available() { "" } else { "  [cannot be used]" };
            eprintln!("{number:3}  {}  {}{state}", clean(&choice.id), clean(&choice.display_name(true)));
        }
        if !stdin().is_terminal() {
            eprintln!("choose one with --profile ID");
            return None;
        }
        eprint!("which one (number, empty gives up)? ");
        let _ = stderr().flush();
        let mut line = String::new();
        stdin().lock().read_line(&mut line).ok()?;
        let number: usize = line.trim().parse().ok()?;
        profiles.get(number.checked_sub(1)?).map(|choice| choice.id.clone())
    }

    fn open(&mut self, url: &str) {
        // Always shown: opening a browser fails silently on some systems.
        eprintln!("open this page in your browser:\n{}", clean(url));
        if self.arguments.no_browser {
            return;
        }
        let program = &self.arguments.browser;
        let started = Command::new(program)
            .arg(url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        match started {
            // It ends by itself; nobody waits for its status.
            Ok(mut child) => drop(std::thread::spawn(move || child.wait())),
            Err(error) => {
                self.tell(format_args!("({program} does not start: {error}; open the page yourself)"));
            }
        }
    }
}
