//! `fonap discover`: finds an institution and fetches what it publishes.

mod listing;
mod person;
mod prompt;
mod result;

use super::{DONE, FAILED, USAGE, block_on, complain, secret};
use crate::clock::unix_seconds;
use crate::discover::convert::Format;
use crate::discover::store::{Store, Tokens};
use crate::discover::{Options, Session, largest_list};
use crate::http::client::{Client as Http, ConnectTo};
use clap::{Args, ValueEnum};
use discovery::machine::{Config, Outcome, Redirect};
use discovery::model::Site;
use discovery::name::Languages;
use person::Person;
use std::path::PathBuf;
use std::time::Duration;
use zeroize::Zeroizing;

/// The list of the published format whose institutions say where they are.
const LIST: &str = "https://discovery.eduroam.app/v1/discovery.json";
/// Registered with the usual servers for programs of this kind (spec: discovery 11.1).
const CLIENT_ID: &str = "app.geteduroam.sh";

/// Find an institution of eduroam and fetch its Wi-Fi profile
///
/// Without --get, lists the institutions that fit SEARCH, the best first: parts of names, initials and small typing errors
/// will do. With --get, fetches the configuration of one, by way of the browser where the institution wants a sign-in, and
/// prints it or makes a profile of it.
///
/// The list is kept for offline use. A token is forgotten when the program ends, unless --token-file says otherwise.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    fonap discover sur                                  search\n  \
    fonap discover --near 52.09,5.12                    what is nearest\n  \
    fonap discover --get cat_7 --out my.eap-config      fetch\n  \
    fonap discover --get cat_7 --user me@example.org --password-file pw --to wpa --out eduroam.conf\n\n\
    Exit status: 0 done, 1 it did not work or nothing was found, 2 wrong usage.")]
pub(super) struct Arguments {
    /// Part of a name, initials, or several words
    #[arg(value_name = "SEARCH", conflicts_with_all = ["get", "from"])]
    search: Option<String>,
    /// Fetch the configuration of the institution with this id
    #[arg(long, value_name = "ID", conflicts_with = "from")]
    get: Option<String>,
    /// The profile to take where the institution has several; without it the terminal asks
    #[arg(long, value_name = "ID", requires = "get")]
    profile: Option<String>,
    /// Take a configuration from a file instead of a server; - is standard input
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,

    /// The list of institutions
    #[arg(long, value_name = "URL", default_value = LIST, env = "FONAP_DISCOVERY_URL", help_heading = "List")]
    url: String,
    /// Your position in degrees north and east: lists by distance
    #[arg(long, value_name = "LAT,LON", allow_hyphen_values = true, help_heading = "List")]
    near: Option<Position>,
    /// Your country: its institutions come first
    #[arg(long, value_name = "CC", help_heading = "List")]
    country: Option<String>,
    /// A language for names, the most wanted first; may be given several times. Default: those of the system
    #[arg(long, value_name = "TAG", help_heading = "List")]
    language: Vec<String>,
    /// The most institutions to show
    #[arg(long, value_name = "N", default_value_t = 25, help_heading = "List")]
    limit: usize,
    /// Ask no server: use the list of the last time
    #[arg(long, help_heading = "List")]
    offline: bool,

    /// What to make of the configuration
    #[arg(long, value_name = "FORMAT", help_heading = "Profile")]
    to: Option<Target>,
    /// Write to a file for you alone; files that belong to it go beside it
    #[arg(long, value_name = "FILE", help_heading = "Profile")]
    out: Option<PathBuf>,
    /// Your user name at the institution; without it the terminal asks where --to needs one
    #[arg(long, value_name = "NAME", help_heading = "Profile")]
    user: Option<String>,
    /// A file whose first line is your password, or the passphrase of your certificate; - is standard input. Without it,
    /// and without the variable FONAP_PASSWORD, the terminal asks where --to needs one
    #[arg(long, value_name = "FILE", help_heading = "Profile")]
    password_file: Option<PathBuf>,
    /// Accept a loss of security that the format brings, by its code; may be given several times
    #[arg(long, value_name = "CODE", help_heading = "Profile")]
    allow: Vec<String>,
    /// Sign the profile with this key (PEM): mobileconfig and windows
    #[arg(long, value_name = "FILE", requires = "sign_chain", help_heading = "Profile")]
    sign_key: Option<PathBuf>,
    /// The certificates (PEM) of that key, its own first
    #[arg(long, value_name = "FILE", requires = "sign_key", help_heading = "Profile")]
    sign_chain: Option<PathBuf>,

    /// Only print the address of the sign-in page, do not open a browser
    #[arg(long, help_heading = "Sign-in")]
    no_browser: bool,
    /// The program that opens a page
    #[arg(long, value_name = "PROGRAM", default_value = "xdg-open", help_heading = "Sign-in")]
    browser: String,
    /// How long to wait for the browser, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 300, help_heading = "Sign-in")]
    wait: u64,
    /// The client id that the institutions' servers know
    #[arg(long, value_name = "ID", default_value = CLIENT_ID, help_heading = "Sign-in")]
    client_id: String,
    /// The path that the browser comes back to; stock servers know only /
    #[arg(long, value_name = "PATH", default_value = "/", help_heading = "Sign-in")]
    callback_path: String,
    /// Keep the token in this file, unencrypted, and use it the next time
    #[arg(long, value_name = "FILE", help_heading = "Sign-in")]
    token_file: Option<PathBuf>,
    /// When the kept token has expired, get a new one without the browser
    #[arg(long, requires = "token_file", help_heading = "Sign-in")]
    renew: bool,

    /// Print JSON for programs
    #[arg(long)]
    json: bool,
    /// Do not tell what happens
    #[arg(long, short)]
    quiet: bool,
    /// Certificates (PEM) to trust beside the authorities of this machine
    #[arg(long, value_name = "FILE", help_heading = "Development")]
    ca: Option<PathBuf>,
    /// Connect to another host and port, as curl does; may be given several times
    #[arg(long, value_name = "HOST:PORT:HOST:PORT", help_heading = "Development")]
    connect_to: Vec<ConnectTo>,
    /// Speak plain http with servers on this machine, such as `fonap institution`
    #[arg(long, help_heading = "Development")]
    allow_loopback_http: bool,
}

/// What to make of a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Target {
    /// Apple's systems
    Mobileconfig,
    /// Android
    Android,
    /// Windows; needs --sign-key
    Windows,
    /// NetworkManager: keyfiles
    Nm,
    /// wpa_supplicant
    Wpa,
    /// ChromeOS
    Onc,
}

impl Target {
    const fn format(self) -> Format {
        match self {
            Self::Mobileconfig => Format::Mobileconfig,
            Self::Android => Format::Android,
            Self::Windows => Format::Windows,
            Self::Nm => Format::NetworkManager,
            Self::Wpa => Format::WpaSupplicant,
            Self::Onc => Format::Onc,
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Position(Site);

impl std::str::FromStr for Position {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = "expected degrees north and east, such as 52.09,5.12";
        let (lat, lon) = text.split_once(',').ok_or(bad)?;
        let degrees = |text: &str, most: f64| text.trim().parse().ok().filter(|d: &f64| d.abs() <= most);
        match (degrees(lat, 90.0), degrees(lon, 180.0)) {
            (Some(lat), Some(lon)) => Ok(Self(Site { lat, lon })),
            _ => Err(bad),
        }
    }
}

pub(super) fn run(arguments: Arguments) -> u8 {
    let password = match secret::given(arguments.password_file.as_deref()) {
        Ok(password) => password,
        Err(error) => {
            complain(error);
            return USAGE;
        }
    };
    let outcome = match &arguments.from {
        Some(path) => from_file(path).map_err(Trouble::Failed).and_then(|octets| {
            result::deliver(&arguments, &octets, None, password.as_ref()).map_err(Trouble::Failed)
        }),
        None => online(&arguments, password.as_ref()),
    };
    match outcome {
        Ok(true) => DONE,
        Ok(false) => FAILED,
        Err(trouble) => {
            let (error, status) = match trouble {
                Trouble::Usage(error) => (error, USAGE),
                Trouble::Failed(error) => (error, FAILED),
            };
            if arguments.json {
                super::say(serde_json::json!({ "error": error }));
            }
            complain(error);
            status
        }
    }
}

enum Trouble {
    Usage(String),
    Failed(String),
}

fn from_file(path: &std::path::Path) -> Result<Zeroizing<Vec<u8>>, String> {
    use crate::decode::input::read_at_most;
    let name = path.to_string_lossy();
    if name != "-" && !path.is_file() {
        return Err(format!("{name}: no such file"));
    }
    read_at_most(Some(&name), false, discovery::fetch::MAX_CONFIGURATION as u64).map(Zeroizing::new)
}

fn online(arguments: &Arguments, password: Option<&Zeroizing<String>>) -> Result<bool, Trouble> {
    let mut session = arguments.session().map_err(Trouble::Usage)?;
    let mut person = Person::new(arguments);
    block_on(async {
        session.start(&mut person).await.map_err(|failure| Trouble::Failed(failure.to_string()))?;
        let Some(id) = &arguments.get else {
            return Ok(listing::print(arguments, &session, person.listed()));
        };
        let outcome = session.get(id, &mut person).await;
        match outcome.map_err(|failure| Trouble::Failed(failure.to_string()))? {
            Outcome::Redirect => {
                result::redirected(arguments);
                Ok(true)
            }
            Outcome::EapConfig(octets) => {
                let octets = Zeroizing::new(octets);
                result::deliver(arguments, &octets, Some(id), password).map_err(Trouble::Failed)
            }
        }
    })
    .map_err(Trouble::Failed)?
}

impl Arguments {
    fn session(&self) -> Result<Session, String> {
        let http = Http::new(self.ca.as_deref(), self.connect_to.clone())?;
        let mut config = Config::new(&self.url, &self.client_id)
            .redirect(Redirect::LoopbackV4 { path: self.callback_path.clone() })
            .languages(Languages::new(self.languages()));
        if self.allow_loopback_http {
            config = config.allow_loopback_http();
        }
        let store = Store::of_user(&self.url, largest_list())?;
        let tokens = Tokens::open(self.token_file.clone())?;
        let options =
            Options { offline: self.offline, renew: self.renew, wait: Duration::from_secs(self.wait) };
        Session::new(config, http, store, tokens, options).map_err(|e| format!("{}: {e}", self.url))
    }

    /// The user's languages: those given, else what the system says (`LANGUAGE`, then the locale).
    fn languages(&self) -> Vec<String> {
        if !self.language.is_empty() {
            return self.language.clone();
        }
        let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(variable);
        let list = variable("LANGUAGE").or(locale).unwrap_or_default();
        list.split(':').filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
    }
}

/// The present time, for what can expire.
fn now() -> i64 {
    unix_seconds()
}

/// A text of a stranger, fit for a terminal: without control characters and what turns the direction of writing.
fn clean(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if c.is_control() || turns(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_degrees() {
        let site = |text: &str| text.parse::<Position>().map(|p| (p.0.lat, p.0.lon)).ok();
        assert_eq!(site("52.09,-5.12"), Some((52.09, -5.12)));
        assert_eq!(site(" 1 , 2 "), Some((1.0, 2.0)));
        for bad in ["", "1", "91,0", "0,181", "a,b", "nan,0"] {
            assert_eq!(site(bad), None, "{bad}");
        }
    }

    #[test]
    fn names_do_not_reach_the_terminal_as_commands() {
        assert_eq!(clean("a\u{1b}[2Jb\u{202e}c"), "a\u{fffd}[2Jb\u{fffd}c");
    }
}
