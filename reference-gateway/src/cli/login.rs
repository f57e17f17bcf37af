//! `fonap login` and `fonap logoff`: the smart client over HTTP.

use super::narrate::Narrator;
use super::{DONE, FAILED, USAGE, block_on, complain, secret};
use crate::files::{private_folder, user_folder, write_private};
use crate::http::client::{Client as Http, ConnectTo};
use crate::smart_client::SmartClient;
use clap::Args;
use serde_json::{Value as Json, json};
use std::path::PathBuf;
use wispr::client::{Config, Outcome, ProbeExpect, Session};
use wispr::eap::{Md5Challenge, Peer};
use zeroize::Zeroizing;

/// The probe of FON's clients (spec: wispr 1).
const PROBE: &str = "http://wifi.fon.com/";

/// Log in to a WISPr hotspot
///
/// Asks for a web page; if a hotspot answers instead, logs in to it as its WISPr messages say. Every request and answer is
/// shown. The password is read from --password, --password-file or the variable FONAP_PASSWORD; it is sent to https
/// pages only, unless --allow-http is given.
#[derive(Args)]
pub(super) struct Login {
    /// The web page to ask for: plain http, outside of any walled garden
    #[arg(value_name = "URL", default_value = PROBE)]
    url: String,
    /// The whole text of that page when nothing is in the way, without blanks round it; default: status 204
    #[arg(long, value_name = "TEXT")]
    expect: Option<String>,
    /// The user name, for FON with the provider: me@example.com#fon
    #[arg(long, value_name = "NAME")]
    user: String,
    /// The password; visible to other users of this machine
    #[arg(long, value_name = "PASSWORD", conflicts_with = "password_file")]
    password: Option<String>,
    /// A file whose first line is the password; - is standard input
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Text in front of the user name, for partner portals of FON: FON_WISPR/
    #[arg(long, value_name = "TEXT", default_value = "")]
    prefix: String,
    /// Speak WISPr 2.0 where the hotspot offers it (the default)
    #[arg(long, conflicts_with = "wispr1")]
    wispr2: bool,
    /// Speak WISPr 1.0 only
    #[arg(long)]
    wispr1: bool,
    /// Log in by EAP-MD5 where the hotspot offers EAP
    #[arg(long, conflicts_with = "wispr1")]
    eap_md5: bool,
    /// Send the password to a login page over plain http as well: everybody nearby can read it
    #[arg(long)]
    allow_http: bool,
    /// Log in only at this host and hosts below it; may be given several times
    #[arg(long, value_name = "HOST")]
    login_host: Vec<String>,
    /// Do not ask for the page again after the login
    #[arg(long)]
    no_verify: bool,
    #[command(flatten)]
    common: Common,
}

/// End the session of the last login
#[derive(Args)]
pub(super) struct Logoff {
    /// Where to log off; default: what the last login was told
    #[arg(value_name = "URL")]
    url: Option<String>,
    #[command(flatten)]
    common: Common,
}

#[derive(Args)]
struct Common {
    /// Connect to another host and port, as curl does; may be given several times
    #[arg(long, value_name = "HOST:PORT:HOST:PORT")]
    connect_to: Vec<ConnectTo>,
    /// Certificates (PEM) to trust beside the authorities of this machine
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Where the session is kept between login and logoff
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Print JSON for programs, a line for each step
    #[arg(long)]
    json: bool,
}

pub(super) fn login(arguments: Login) -> u8 {
    let password = match password(&arguments) {
        Ok(password) => password,
        Err(error) => {
            complain(error);
            return USAGE;
        }
    };
    let expect = arguments.expect.clone().map_or(ProbeExpect::NoContent, ProbeExpect::Body);
    let config = Config::new(&arguments.url, expect, &arguments.user, &password)
        .username_prefix(&arguments.prefix)
        .eap(arguments.eap_md5)
        .allow_v2(!arguments.wispr1)
        .require_https_login(!arguments.allow_http)
        .login_host_suffixes(&arguments.login_host)
        .verify_after_login(!arguments.no_verify);
    let peer = arguments.eap_md5.then(|| Peer::new(&arguments.user, Md5Challenge::new(&password)));
    let client = arguments
        .common
        .http()
        .and_then(|http| SmartClient::new(config, http, peer).map_err(|e| format!("{}: {e}", arguments.url)));
    let mut client = match client {
        Ok(client) => client,
        Err(error) => {
            complain(error);
            return USAGE;
        }
    };
    let narrator = Narrator::new(arguments.common.json);
    let outcome = block_on(client.connect(&mut |step| narrator.step(&step)));
    finish(outcome, narrator, |outcome| match outcome {
        Outcome::LoggedIn(session) => arguments.common.keep(session),
        _ => Ok(()),
    })
}

pub(super) fn logoff(arguments: Logoff) -> u8 {
    let prepared = arguments.common.http().and_then(|http| {
        let session = match &arguments.url {
            Some(url) => session_at(url),
            None => arguments.common.kept()?,
        };
        // Logging off sends no credentials, so the probe and the names do not matter.
        let config = Config::new(PROBE, ProbeExpect::NoContent, "", "");
        SmartClient::resume(config, http, session).map_err(|e| e.to_string())
    });
    let mut client = match prepared {
        Ok(client) => client,
        Err(error) => {
            complain(error);
            return USAGE;
        }
    };
    let narrator = Narrator::new(arguments.common.json);
    let outcome = block_on(client.logoff(&mut |step| narrator.step(&step)));
    finish(outcome, narrator, |outcome| match (outcome, arguments.common.state_file()) {
        (Outcome::LoggedOff, Ok(path)) if arguments.url.is_none() => {
            std::fs::remove_file(&path).map_err(|e| format!("{}: {e}", path.display()))
        }
        _ => Ok(()),
    })
}

fn finish(
    outcome: Result<Outcome, String>,
    narrator: Narrator,
    then: impl FnOnce(&Outcome) -> Result<(), String>,
) -> u8 {
    match outcome {
        Ok(outcome) => {
            if let Err(error) = then(&outcome) {
                complain(format!("warning: {error}"));
            }
            if narrator.outcome(&outcome) { DONE } else { FAILED }
        }
        Err(error) => {
            complain(error);
            FAILED
        }
    }
}

fn password(arguments: &Login) -> Result<Zeroizing<String>, String> {
    if let Some(password) = &arguments.password {
        return Ok(Zeroizing::new(password.clone()));
    }
    secret::given(arguments.password_file.as_deref())?
        .ok_or_else(|| "no password: give --password-file or set FONAP_PASSWORD".to_owned())
}

fn session_at(url: &str) -> Session {
    let mut session = Session::default();
    session.logoff_url = Some(url.to_owned());
    session.logoff_url_given = true;
    session
}

impl Common {
    fn http(&self) -> Result<Http, String> {
        Http::new(self.ca.as_deref(), self.connect_to.clone())
    }

    fn state_file(&self) -> Result<PathBuf, String> {
        if let Some(path) = &self.state {
            return Ok(path.clone());
        }
        let folder = user_folder("XDG_STATE_HOME", ".local/state");
        folder.map(|folder| folder.join("session.json")).map_err(|e| format!("{e}: give --state FILE"))
    }

    /// Writes down where to log off, readable for this user only.
    fn keep(&self, session: &Session) -> Result<(), String> {
        let path = self.state_file()?;
        let text = json!({ "logoff_url": session.logoff_url, "status_url": session.status_url }).to_string();
        path.parent()
            .map_or(Ok(()), private_folder)
            .and_then(|()| write_private(&path, text.as_bytes()))
            .map_err(|e| format!("the session cannot be kept in {}: {e}", path.display()))
    }

    fn kept(&self) -> Result<Session, String> {
        let path = self.state_file()?;
        let text = std::fs::read_to_string(&path).map_err(|e| {
            format!("no session to end: {}: {e}; name the logoff URL instead", path.display())
        })?;
        let kept: Json = serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
        let url = kept["logoff_url"].as_str();
        url.map(session_at)
            .ok_or_else(|| format!("{}: the hotspot did not say where to log off", path.display()))
    }
}
