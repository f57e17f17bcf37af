//! `fonap ctl`, also called `fonctl` and `chilli_query`: asks running gateways (fon-api 4).

use super::{block_on, complain, write_out};
use crate::control::{
    AskError, BAD_MAC, Command as Asked, Line, Question, Reply, WRONG_USAGE, ask, find_sockets, takes_value,
    usage,
};
use clap::{Arg, ArgMatches, Command};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Where gateways have their sockets (fon-api 4).
const PATTERN: &str = "/var/run/chilli*.sock";

pub(super) fn command() -> Command {
    Command::new("ctl")
        .about("Query and control a running gateway, as fonctl does")
        // The words have their own order, texts and exit statuses.
        .override_help(usage("fonap ctl"))
        .disable_help_flag(true)
        .arg(
            Arg::new("words")
                .value_name("COMMAND AND ARGUMENTS")
                .num_args(0..)
                .trailing_var_arg(true)
                .allow_hyphen_values(true),
        )
}

/// What the command line asks for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Options {
    sockets: Vec<PathBuf>,
    json: bool,
    watch: bool,
    interval: Option<Duration>,
    help: bool,
    words: Vec<String>,
}

impl Options {
    /// Takes the options out of the words. Behind a word that takes a value, anything is that value.
    fn parse(words: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut options = Self::default();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let mut value =
                |word: &str| words.next().ok_or_else(|| format!("Argument {word} requires a value"));
            match word.as_str() {
                "-s" | "--socket" => options.sockets.push(value(&word)?.into()),
                "--json" | "-json" => options.json = true,
                "--watch" => options.watch = true,
                "--interval" => {
                    let text = value(&word)?;
                    let seconds = text.parse().ok().filter(|s| (1..=3600).contains(s));
                    let seconds =
                        seconds.ok_or(format!("--interval takes seconds from 1 to 3600, not {text}"))?;
                    options.interval = Some(Duration::from_secs(seconds));
                }
                "-h" | "--help" => options.help = true,
                _ => {
                    let value = takes_value(&word) && !options.words.is_empty();
                    options.words.push(word);
                    if value {
                        options.words.extend(words.next());
                    }
                }
            }
        }
        Ok(options)
    }
}

pub(super) fn run(matches: &ArgMatches) -> u8 {
    let words = matches.get_many::<String>("words").unwrap_or_default().cloned();
    let options = match Options::parse(words) {
        Ok(options) => options,
        Err(wrong) => {
            complain(wrong);
            return WRONG_USAGE;
        }
    };
    if options.help {
        write_out(usage("fonap ctl"));
        return super::DONE;
    }
    match Asked::parse(&options.words) {
        Ok(Asked::List) => {}
        Ok(_) if options.watch => {
            complain("--watch goes with list");
            return WRONG_USAGE;
        }
        Ok(_) => {}
        Err(wrong) => {
            eprintln!("{wrong}");
            if wrong.wants_usage() {
                eprint!("\n{}", usage("fonap ctl"));
            }
            return wrong.status();
        }
    }
    let sockets = if options.sockets.is_empty() { find_sockets(PATTERN) } else { options.sockets.clone() };
    if sockets.is_empty() {
        eprintln!("no cmdsock sockets: {PATTERN}");
        eprintln!(
            "Is a gateway running with cmdsocket in its chilli.conf? --socket PATH names another place."
        );
        return WRONG_USAGE;
    }
    let outcome = if options.watch {
        block_on(watch(&sockets, options.interval.unwrap_or(Duration::from_secs(1))))
    } else {
        block_on(ask_all(&sockets, &options))
    };
    outcome.unwrap_or_else(|error| {
        complain(error);
        WRONG_USAGE
    })
}

/// Asks every gateway; the first status that is not 0 is the exit status.
async fn ask_all(sockets: &[PathBuf], options: &Options) -> u8 {
    let question = Question { words: options.words.clone(), json: options.json };
    let mut status = 0;
    for socket in sockets {
        if sockets.len() > 1 && !options.json {
            write_out(format_args!("\nQuerying socket {}\n", socket.display()));
        }
        let one = match ask(socket, &question).await {
            Ok(reply) => print(&reply),
            Err(error) => fail(&error),
        };
        if status == 0 {
            status = one;
        }
    }
    status
}

fn print(reply: &Reply) -> u8 {
    match reply.status {
        0 => write_out(&reply.text),
        _ => eprint!("{}", reply.text),
    }
    reply.status
}

fn fail(error: &AskError) -> u8 {
    // The original's one word, for programs that look for it.
    eprintln!("{error}");
    if let AskError::Connect { .. } = error {
        eprintln!("Is the gateway running, with this cmdsocket, and are you root?");
    }
    WRONG_USAGE
}

/// The live view, until the user has seen enough or no gateway answers.
async fn watch(sockets: &[PathBuf], interval: Duration) -> u8 {
    use std::io::IsTerminal;
    let question = Question { words: vec!["list".to_owned()], json: false };
    let terminal = std::io::stdout().is_terminal();
    let mut view = View::default();
    loop {
        let mut lines = Vec::new();
        for socket in sockets {
            match ask(socket, &question).await {
                Ok(reply) if reply.status == 0 => {
                    lines.extend(reply.text.lines().filter_map(|line| line.parse::<Line>().ok()));
                }
                Ok(reply) => return print(&reply),
                Err(error) => return fail(&error),
            }
        }
        let page = view.page(&lines, Instant::now());
        // To the top, each line to its end, and what is left of a longer page.
        let shown = if terminal {
            format!("\x1b[H{}\x1b[J", page.replace('\n', "\x1b[K\n"))
        } else {
            format!("{page}\n")
        };
        write_out(shown);
        tokio::select! {
            () = tokio::time::sleep(interval) => {}
            _ = tokio::signal::ctrl_c() => return super::DONE,
        }
    }
}

/// What the last page showed, to tell how fast the counters run.
#[derive(Default)]
struct View {
    before: BTreeMap<String, (u64, u64)>,
    at: Option<Instant>,
}

impl View {
    fn page(&mut self, lines: &[Line], now: Instant) -> String {
        let passed = self.at.map_or(0.0, |at| now.duration_since(at).as_secs_f64());
        let sessions = lines.iter().filter(|line| line.authenticated).count();
        let mut out = format!(
            "{} clients, {sessions} sessions\n\n{:<17} {:<15} {:<6} {:<24} {:>17} {:>11} {:>19} {:>19}\n",
            lines.len(),
            "MAC",
            "ADDRESS",
            "STATE",
            "USER",
            "TIME/LIMIT",
            "IDLE/LIMIT",
            "INPUT",
            "OUTPUT",
        );
        let mut seen = BTreeMap::new();
        for line in lines {
            let id = line.session_id.clone().unwrap_or_default();
            let (input, output) =
                self.before.get(&id).copied().unwrap_or((line.input_octets, line.output_octets));
            let rate = |now: u64, before: u64| {
                if passed > 0.0 { now.saturating_sub(before) as f64 * 8.0 / passed } else { 0.0 }
            };
            // The listing's own escapes keep the columns whole.
            let text = line.to_string();
            let user: String = text.split(' ').nth(5).unwrap_or("-").chars().take(24).collect();
            let _infallible = writeln!(
                out,
                "{:<17} {:<15} {:<6} {user:<24} {:>17} {:>11} {:>9}B {:>5}b/s {:>9}B {:>5}b/s",
                line.mac,
                line.ip,
                line.state.word(),
                format!("{}/{}", duration(line.session_time), limit(line.session_timeout)),
                format!("{}/{}", line.idle_time, line.idle_timeout),
                scaled(line.input_octets as f64),
                scaled(rate(line.input_octets, input)),
                scaled(line.output_octets as f64),
                scaled(rate(line.output_octets, output)),
            );
            seen.insert(id, (line.input_octets, line.output_octets));
        }
        (self.before, self.at) = (seen, Some(now));
        out
    }
}

fn limit(seconds: u64) -> String {
    if seconds == 0 { "-".to_owned() } else { duration(seconds) }
}

fn duration(seconds: u64) -> String {
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Three digits and a letter.
fn scaled(mut value: f64) -> String {
    for unit in ["", "k", "M", "G", "T", "P"] {
        if value < 999.5 {
            return if unit.is_empty() || value >= 99.95 {
                format!("{value:.0}{unit}")
            } else {
                format!("{value:.1}{unit}")
            };
        }
        value /= 1000.0;
    }
    format!("{value:.0}E")
}

// A clap error would end with 2; these are what fonctl ends with.
const _: () = assert!(WRONG_USAGE == 1 && BAD_MAC == 255);

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Options, String> {
        Options::parse(text.split(' ').map(str::to_owned))
    }

    #[test]
    fn options_stand_anywhere_but_where_a_value_stands() {
        let options = parse("list --watch --interval 5 --json").unwrap();
        assert!(options.watch && options.json);
        assert_eq!(
            (options.interval, options.words),
            (Some(Duration::from_secs(5)), vec!["list".to_owned()])
        );
        let options = parse("-s /a --socket /b login ip 10.1.0.2 username u password --json -json").unwrap();
        assert_eq!(options.sockets, ["/a", "/b"].map(PathBuf::from));
        assert_eq!(options.words.join(" "), "login ip 10.1.0.2 username u password --json");
        assert!(options.json);
        assert!(parse("-s").is_err() && parse("--interval 0").is_err() && parse("--interval x").is_err());
    }

    #[test]
    fn numbers_of_the_live_view_have_a_fixed_width() {
        for (value, text) in
            [(0.0, "0"), (999.0, "999"), (1000.0, "1.0k"), (99_949.0, "99.9k"), (1.5e9, "1.5G")]
        {
            assert_eq!(scaled(value), text);
        }
        assert_eq!(duration(3725), "1:02:05");
    }

    #[test]
    fn the_live_view_shows_what_the_counters_do() {
        let mut line: Line =
            "02-00-5E-10-00-01 10.1.0.2 pass 6b00fb7600000001 1 joe 1/600 0/120 0/0 0/0 0 0 0%/0 0%/0 -"
                .parse()
                .unwrap();
        let (mut view, start) = (View::default(), Instant::now());
        assert!(view.page(&[line.clone()], start).starts_with("1 clients, 1 sessions\n"));
        line.input_octets = 1_000_000;
        let page = view.page(&[line], start + Duration::from_secs(2));
        assert!(page.contains("1.0MB  4.0Mb/s"), "{page}");
    }
}
