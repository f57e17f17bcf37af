//! The external handler, interface A of the FON API: which program, when it is called, and what becomes of a call
//! (fon-api 1, 2).

mod calls;
pub mod process;

pub use calls::{Calls, MAX_RUNNING, MAX_WAITING};

use bytes::Bytes;
use process::{Ended, Job};
use std::path::PathBuf;
use std::time::Duration;
use wispr::gateway::Callback;

/// The program when the option names none (fon-api 1).
const DEFAULT_PROGRAM: &str = "/usr/sbin/fon-api";
/// How much of what a login prints is read (fon-api 2.2).
const MAX_OUTPUT: usize = 1023;

/// The handler that a configuration names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handler {
    /// The program.
    pub program: PathBuf,
    /// `doradauth`: RADIUS is asked too after the handler accepted.
    pub then_radius: bool,
    /// Whether its sessions send RADIUS accounting: with `doradacct`, or where RADIUS is asked and `noradacct` is not said.
    pub accounting: bool,
    /// How long a call may run.
    pub limit: Duration,
}

impl Handler {
    /// Reads a value of the option `module`: `fon-api`, `fon-api:PROGRAM`, `fon-api:PROGRAM;WORDS` or
    /// `fon-api:PROGRAM:WORDS`.
    ///
    /// # Errors
    /// In words, when the value names something else.
    pub fn parse(value: &str, limit: Duration) -> Result<Self, String> {
        let (module, rest) = value.split_once(':').unwrap_or((value, ""));
        if module != "fon-api" {
            return Err(format!("no module {module:?}; the only one is fon-api, the external handler"));
        }
        let (program, words) = rest.split_once(';').or_else(|| rest.split_once(':')).unwrap_or((rest, ""));
        let program = if program.is_empty() { DEFAULT_PROGRAM } else { program };
        if !program.starts_with('/') {
            return Err(format!("{program}: the program has to be named with its whole path"));
        }
        let then_radius = words.contains("doradauth");
        let accounting = words.contains("doradacct") || (then_radius && !words.contains("noradacct"));
        Ok(Self { program: program.into(), then_radius, accounting, limit })
    }

    /// Calls the handler. What it prints is kept for a login only.
    pub async fn call(&self, call: Callback) -> Ended {
        let job = Job {
            program: self.program.clone(),
            argument: call.command.into(),
            environment: call.environment,
            input: Bytes::new(),
            limit: self.limit,
            keep: if call.command == "login" { MAX_OUTPUT } else { 0 },
        };
        process::run(job).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: fon-api 1
    #[test]
    fn the_option_names_the_program_and_words_about_radius() {
        let read = |value: &str| Handler::parse(value, Duration::from_secs(60));
        let bare = read("fon-api").unwrap();
        assert_eq!((bare.program.to_str().unwrap(), bare.then_radius), (DEFAULT_PROGRAM, false));
        assert_eq!(read("fon-api:").unwrap(), bare);
        for (words, then_radius, accounting) in [
            ("", false, false),
            (";noradacct", false, false),
            (";doradacct", false, true),
            (";doradauth", true, true),
            (":noradacct,doradauth", true, false),
        ] {
            let handler = read(&format!("fon-api:/usr/sbin/h{words}")).unwrap();
            assert_eq!(handler.program.to_str(), Some("/usr/sbin/h"));
            assert_eq!((handler.then_radius, handler.accounting), (then_radius, accounting), "{words}");
        }
        assert!(read("cluster:x").unwrap_err().contains("the only one is fon-api"));
        assert!(read("fon-api:handler").unwrap_err().contains("whole path"));
    }
}
