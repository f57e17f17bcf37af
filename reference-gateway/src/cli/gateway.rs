//! `fonap gateway`: serves a hotspot.

use super::{DONE, FAILED, UNAVAILABLE, USAGE, block_on_and_leave, complain, say, start_json_log, start_log};
use crate::config::{Effect, Kind, OPTIONS, Reader, Settings, Spec, UnknownKeys};
use crate::control::{self, Door, Operator};
use crate::dataplane;
use crate::hotspot::{self, Extras, Hotspot, StartError};
use crate::http::server::{self, Limits};
use crate::identity::Identity;
use crate::metrics::Metrics;
use crate::owner::OwnerPage;
use crate::site::{Site, Watch};
use crate::supervisor::{self, Source};
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::io::{Write, stdout};
use std::path::PathBuf;

const ABOUT: &str = "Serve a hotspot: captive portal, RADIUS login and accounting";
const LONG: &str = "Serve a hotspot: captive portal, RADIUS login and accounting.\n\nThe configuration is a \
                    chilli.conf. Every option of the file can also be given here, as --KEY or --KEY=VALUE, \
                    and wins over the file.";

/// The file, how strictly it is read, and every option of chilli.conf.
pub(super) fn options() -> Vec<Arg> {
    let options = file_options().map(|spec| {
        let mut help = spec.meaning.to_owned();
        if let Some(default) = spec.default {
            help.push_str(&format!(" [default: {default}]"));
        }
        match spec.effect {
            Effect::Used => {}
            Effect::Ignored(why) => help.push_str(&format!(" (accepted, no effect: {why})")),
            Effect::Refused(why) => help.push_str(&format!(" (refused: {why})")),
        }
        let arg = Arg::new(spec.name).long(spec.name).help(help).help_heading("Options of chilli.conf");
        match spec.kind {
            Kind::Flag => arg.action(ArgAction::SetTrue),
            _ => arg.action(ArgAction::Append).value_name("VALUE"),
        }
    });
    let general = [
        Arg::new("conf")
            .short('c')
            .long("conf")
            .value_name("FILE")
            .value_parser(clap::value_parser!(PathBuf))
            .help("The configuration file"),
        Arg::new("strict")
            .long("strict-keys")
            .action(ArgAction::SetTrue)
            .help("Refuse keys that name no option, instead of warning about them"),
    ];
    general.into_iter().chain(options).collect()
}

pub(super) fn command() -> Command {
    Command::new("gateway")
        .about(ABOUT)
        .long_about(LONG)
        .infer_long_args(true)
        .arg(
            Arg::new("check")
                .long("check")
                .action(ArgAction::SetTrue)
                .help("Read the configuration, say what is wrong with it, and end"),
        )
        .arg(
            Arg::new("log-json")
                .long("log-json")
                .action(ArgAction::SetTrue)
                .help("Write the log as one JSON object a line"),
        )
        .args(options())
}

pub(super) fn run(matches: &ArgMatches) -> u8 {
    let source = source(matches);
    // What is received later may complete the configuration.
    let awaits_remote = source.read_local().is_ok_and(|settings| settings.is_given("radconfig"));
    let settings =
        if awaits_remote { source.read_local().map_err(|_| USAGE) } else { read_or_complain(&source) };
    let settings = match settings {
        Ok(settings) => settings,
        Err(code) => return code,
    };
    let checking = matches.get_flag("check");
    // Also for a configuration that cannot be used, and until the rest of it is received.
    let closed = if checking { Ok(()) } else { dataplane::close(&settings) };
    if checking || !awaits_remote {
        let files = if checking { hotspot::check_files(&settings) } else { Ok(()) };
        if let Err(error) = hotspot::check(&settings).and(files) {
            complain(error);
            if let Some(remark) = dataplane::stays_closed(&settings).filter(|_| !checking && closed.is_ok()) {
                eprintln!("fonap: warning: {remark}");
            }
            return USAGE;
        }
    }
    if checking {
        say("The configuration is good.");
        return DONE;
    }
    let start = if matches.get_flag("log-json") { start_json_log } else { start_log };
    start(if settings.flag("debug") {
        "info,reference_gateway=debug"
    } else {
        "warn,reference_gateway=info"
    });
    if let Err(error) = hotspot::check_files(&settings) {
        tracing::warn!("{error}; clients get 404 for what is in it");
    }
    let remark = dataplane::stays_closed(&settings).filter(|_| closed.is_ok());
    let outcome = block_on_and_leave(async {
        closed?;
        let metrics = Metrics::new();
        let extras = Extras { metrics: metrics.clone(), ..Extras::default() };
        let (mut manager, mut pid) = (None, None);
        let started = async |hotspot: &Hotspot| {
            // One that does not come to serve leaves the file to the one that does.
            pid = Some(PidFile::write(hotspot.settings().borrow().path("pidfile"))?);
            manager = Some(started(hotspot, metrics).await?);
            Ok(())
        };
        let (hotspot, ending) = supervisor::serve(source, settings, extras, started).await?;
        if let Some(manager) = manager {
            manager.stop().await;
        }
        if let Some(hotspot) = hotspot {
            hotspot.end(ending).await;
        }
        Ok::<_, StartError>(())
    });
    match outcome.map_err(StartError::from).and_then(|result| result) {
        Ok(()) => DONE,
        Err(error) => {
            if let Some(remark) = remark {
                tracing::warn!("{remark}");
            }
            complain(&error);
            if matches!(error, StartError::Unavailable(_)) { UNAVAILABLE } else { FAILED }
        }
    }
}

/// Opens the doors for operators and the owner, and says that clients can come.
async fn started(hotspot: &Hotspot, metrics: Metrics) -> Result<Watch, String> {
    let in_use = hotspot.settings();
    let settings = in_use.borrow().clone();
    if let Some(address) = settings.socket("metrics") {
        let listener = server::bind(address).await.map_err(|e| format!("metrics: {e}"))?;
        let (handle, clients) = (hotspot.handle(), settings.net());
        let answer = move |request| metrics.clone().answer(request, handle.clone(), clients);
        tokio::spawn(server::serve(listener, None, Limits::PRIVATE, answer));
    }
    let site = Site::start(hotspot.handle(), &settings).await;
    let manager = site.watch(in_use.clone())?;
    if let Some(address) = settings.socket("ownerpage") {
        let listener = server::bind(address).await.map_err(|e| format!("ownerpage: {e}"))?;
        let page = OwnerPage::new(site, in_use.clone(), &hotspot_mac(&settings));
        let answer = move |request| {
            let page = page.clone();
            async move { page.answer(&request) }
        };
        tokio::spawn(server::serve(listener, None, Limits::PRIVATE, answer));
    }
    if let Some(path) = settings.path("cmdsocket") {
        let door = Door::open(&path)?;
        let operator = Operator::new(hotspot.handle(), in_use.clone());
        tokio::spawn(control::serve(door, move |question| operator.clone().answer(question)));
    }
    // The sockets are there; nothing below needs more than that user may.
    Identity::of(&settings).take_on(settings.path("statedir").as_deref())?;
    let addresses = hotspot.addresses();
    // A gateway serves whether or not somebody reads this.
    let _ = writeln!(stdout(), "ready: uam {} portal {}", addresses.uam, addresses.portal);
    Ok(manager)
}

/// What FON knows the hotspot by: `/etc/fon_mac`, which radiusnasid repeats (hotspot-config 6).
fn hotspot_mac(settings: &Settings) -> String {
    let file = std::fs::read_to_string("/etc/fon_mac").ok().map(|text| text.trim().to_owned());
    file.or_else(|| settings.text("radiusnasid").map(str::to_owned)).unwrap_or_default()
}

/// The file of the process number, while the process lives.
struct PidFile(Option<PathBuf>);

impl PidFile {
    fn write(path: Option<PathBuf>) -> Result<Self, String> {
        if let Some(path) = &path {
            std::fs::write(path, format!("{}\n", std::process::id()))
                .map_err(|e| format!("pidfile {}: {e}", path.display()))?;
        }
        Ok(Self(path))
    }
}

impl Drop for PidFile {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Where the configuration comes from.
pub(super) fn source(matches: &ArgMatches) -> Source {
    let unknown = if matches.get_flag("strict") { UnknownKeys::Refuse } else { UnknownKeys::Warn };
    let reader = Reader::new(unknown).command_line(given(matches));
    Source { reader, path: matches.get_one::<PathBuf>("conf").cloned() }
}

/// Reads the configuration; says what is wrong with it, or what a person should know.
pub(super) fn read_or_complain(source: &Source) -> Result<Settings, u8> {
    match source.read(None) {
        Ok(settings) => {
            for warning in settings.warnings() {
                eprintln!("fonap: warning: {warning}");
            }
            Ok(settings)
        }
        Err(problems) => {
            for problem in &problems {
                complain(problem);
            }
            complain(match problems.len() {
                1 => "the configuration is refused; mend this and start again".to_owned(),
                n => format!("the configuration is refused; mend these {n} problems and start again"),
            });
            Err(USAGE)
        }
    }
}

/// The options of chilli.conf but `conf`, which is one of the command line's own.
fn file_options() -> impl Iterator<Item = &'static Spec> {
    OPTIONS.iter().filter(|spec| spec.name != "conf")
}

/// The options of chilli.conf that stand on the command line, as `--KEY=VALUE`.
fn given(matches: &ArgMatches) -> Vec<String> {
    let mut out = Vec::new();
    for spec in file_options() {
        if spec.kind == Kind::Flag {
            if matches.get_flag(spec.name) {
                out.push(format!("--{}", spec.name));
            }
        } else if let Some(values) = matches.get_many::<String>(spec.name) {
            out.extend(values.map(|value| format!("--{}={value}", spec.name)));
        }
    }
    out
}
