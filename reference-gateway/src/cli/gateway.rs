//! `fonap gateway`: serves a hotspot.

use super::{DONE, FAILED, USAGE, block_on, complain, say, start_json_log, start_log};
use crate::config::{Kind, OPTIONS, Reader, Settings, UnknownKeys};
use crate::control::{self, Door, Operator};
use crate::hotspot::{Extras, Hotspot, until_signal};
use crate::http::server::{self, Limits};
use crate::metrics::Metrics;
use crate::owner::OwnerPage;
use crate::site::Site;
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::io::{Write, stdout};
use std::path::PathBuf;

const ABOUT: &str = "Serve a hotspot: captive portal, RADIUS login and accounting";
const LONG: &str = "Serve a hotspot: captive portal, RADIUS login and accounting.\n\nThe configuration is a \
                    chilli.conf. Every option of the file can also be given here, as --KEY or --KEY=VALUE, \
                    and wins over the file.";

pub(super) fn command() -> Command {
    let options = OPTIONS.iter().map(|spec| {
        let mut help = spec.meaning.to_owned();
        if let Some(default) = spec.default {
            help.push_str(&format!(" [default: {default}]"));
        }
        if !spec.used {
            help.push_str(" (accepted, no effect yet)");
        }
        let arg = Arg::new(spec.name).long(spec.name).help(help).help_heading("Options of chilli.conf");
        match spec.kind {
            Kind::Flag => arg.action(ArgAction::SetTrue),
            _ => arg.action(ArgAction::Append).value_name("VALUE"),
        }
    });
    Command::new("gateway")
        .about(ABOUT)
        .long_about(LONG)
        .infer_long_args(true)
        .arg(
            Arg::new("conf")
                .short('c')
                .long("conf")
                .value_name("FILE")
                .value_parser(clap::value_parser!(PathBuf))
                .help("The configuration file"),
        )
        .arg(
            Arg::new("strict")
                .long("strict-keys")
                .action(ArgAction::SetTrue)
                .help("Refuse keys that name no option, instead of warning about them"),
        )
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
        .args(options)
}

pub(super) fn run(matches: &ArgMatches) -> u8 {
    let settings = match read(matches) {
        Ok(settings) => settings,
        Err(code) => return code,
    };
    if matches.get_flag("check") {
        say("The configuration is good.");
        return DONE;
    }
    let start = if matches.get_flag("log-json") { start_json_log } else { start_log };
    start(if settings.flag("debug") {
        "info,reference_gateway=debug"
    } else {
        "warn,reference_gateway=info"
    });
    let outcome = block_on(async {
        let metrics = Metrics::new();
        let extras = Extras { metrics: metrics.clone(), ..Extras::default() };
        let hotspot = Hotspot::start(&settings, extras).await?;
        if let Some(address) = settings.socket("metrics") {
            let listener = server::bind(address).await.map_err(|e| format!("metrics: {e}"))?;
            let (handle, clients) = (hotspot.handle(), settings.net());
            let answer = move |request| metrics.clone().answer(request, handle.clone(), clients);
            tokio::spawn(server::serve(listener, None, Limits::PRIVATE, answer));
        }
        let addresses = hotspot.addresses();
        let status_manager = settings.text("statusmanager");
        let site = Site::start(hotspot.handle(), &settings, status_manager.is_some()).await;
        let status_manager = match status_manager {
            Some(file) => site.watch(file)?,
            None => None,
        };
        if let Some(address) = settings.socket("ownerpage") {
            let listener = server::bind(address).await.map_err(|e| format!("ownerpage: {e}"))?;
            let page = OwnerPage::new(site, &settings, &hotspot_mac(&settings));
            let answer = move |request| {
                let page = page.clone();
                async move { page.answer(&request) }
            };
            tokio::spawn(server::serve(listener, None, Limits::PRIVATE, answer));
        }
        let control = match settings.path("cmdsocket") {
            Some(path) => Some(Door::open(&path)?),
            None => None,
        };
        if let Some(door) = control {
            let operator = Operator::new(hotspot.handle(), &settings);
            tokio::spawn(control::serve(door, move |question| operator.clone().answer(question)));
        }
        // A gateway serves whether or not somebody reads this.
        let _ = writeln!(stdout(), "ready: uam {} portal {}", addresses.uam, addresses.portal);
        until_signal().await;
        if let Some(manager) = status_manager {
            manager.stop().await;
        }
        hotspot.stop().await;
        Ok(())
    });
    match outcome.and_then(|result| result) {
        Ok(()) => DONE,
        Err(error) => {
            complain(error);
            FAILED
        }
    }
}

/// What FON knows the hotspot by: `/etc/fon_mac`, which radiusnasid repeats (hotspot-config 6).
fn hotspot_mac(settings: &Settings) -> String {
    let file = std::fs::read_to_string("/etc/fon_mac").ok().map(|text| text.trim().to_owned());
    file.or_else(|| settings.text("radiusnasid").map(str::to_owned)).unwrap_or_default()
}

fn read(matches: &ArgMatches) -> Result<Settings, u8> {
    let unknown = if matches.get_flag("strict") { UnknownKeys::Refuse } else { UnknownKeys::Warn };
    let reader = Reader::new(unknown).command_line(given(matches));
    let result = match matches.get_one::<PathBuf>("conf") {
        Some(path) => reader.path(path),
        None => reader.text("command line", ""),
    };
    match result {
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

/// The options of chilli.conf that stand on the command line, as `--KEY=VALUE`.
fn given(matches: &ArgMatches) -> Vec<String> {
    let mut out = Vec::new();
    for spec in OPTIONS {
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
