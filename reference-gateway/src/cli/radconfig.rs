//! `fonap radconfig`: asks for the remote configuration once and prints it.

use super::gateway::{options, read_or_complain, source};
use super::{DONE, FAILED, block_on, complain, say, start_log, write_out};
use crate::hotspot::remote::{FetchError, fetch};
use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::json;

const ABOUT: &str = "Ask the RADIUS servers for the configuration and print its lines";
const LONG: &str = "Ask the RADIUS servers for the configuration and print its lines.\n\nThe options are those of \
                    chilli.conf; needed are radiusserver1, radiussecret, adminuser, adminpasswd and radiusnasid. \
                    Each server is asked once and has 7 seconds, unless radiusretry, radiusretrysec and \
                    radiustimeout say otherwise.\n\nThe exit status does not tell success, as scripts for the \
                    original expect: nothing received is nothing printed. It is 1 without adminuser or adminpasswd, \
                    and with --fail also when nothing was received.";

pub(super) fn command() -> Command {
    Command::new("radconfig")
        .about(ABOUT)
        .long_about(LONG)
        .infer_long_args(true)
        .arg(Arg::new("json").long("json").action(ArgAction::SetTrue).help("Print one JSON object"))
        .arg(
            Arg::new("fail")
                .long("fail")
                .action(ArgAction::SetTrue)
                .help("End with status 1 when nothing was received"),
        )
        .args(options())
}

pub(super) fn run(matches: &ArgMatches) -> u8 {
    let settings = match read_or_complain(&source(matches)) {
        Ok(settings) => settings,
        Err(code) => return code,
    };
    start_log("warn,reference_gateway=error");
    let (lines, code) = match block_on(fetch(&settings)) {
        Ok(Ok(lines)) => (lines, DONE),
        Ok(Err(error)) => {
            complain(&error);
            let code = if error == FetchError::NoAccount || matches.get_flag("fail") { FAILED } else { DONE };
            (String::new(), code)
        }
        Err(error) => {
            complain(error);
            return FAILED;
        }
    };
    if matches.get_flag("json") {
        say(json!({ "lines": lines.lines().collect::<Vec<_>>() }));
    } else {
        write_out(lines);
    }
    code
}
