//! `fonap provision`: makes Wi-Fi profiles, and hands them out on a web page.

use super::{DONE, FAILED, USAGE, block_on, complain, say, start_log};
use crate::clock::unix_seconds;
use crate::decode::input::read;
use crate::hotspot::until_signal;
use crate::provision::config::Config;
use crate::provision::make::{Made, Options, Terms, WORDS, kind, make};
use crate::provision::signer;
use crate::provision::start::{DEMO_USER, demonstration, prepare};
use crate::provision::users::hash_password;
use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use passpoint::signer::{RingSigner, Signer};
use passpoint::web::Kind;
use passpoint::{Model, Profile, Report, Secret, Severity};
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Make Wi-Fi profiles and hand them out
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Serve(Serve),
    Make(Make),
    /// Hash a password for the file of users
    ///
    /// Reads one line from standard input and prints the hash (Argon2id) for the member password_hash.
    HashPassword,
}

const EXAMPLE: &str = "\
A configuration:

  url = \"https://wifi.example.com\"      # as visitors open it
  listen = \"0.0.0.0:443\"
  profile = \"model.json\"               # the profile, without what is a user's own
  issue_log = \"issued.jsonl\"           # what was handed out; no secrets
  allow = [\"windows.no_ca_pin\"]        # losses of security that are accepted; start-up names them

  [tls]                                # or a reverse proxy with HTTPS in front, and trusted_proxies = [\"127.0.0.1\"]
  certificate = \"fullchain.pem\"
  key = \"privkey.pem\"

  [sign]                               # signs for Apple and Windows
  certificate = \"signer-chain.pem\"
  key = \"signer.key\"

  [users]                              # exactly one of these:
  file = \"users.json\"                  # {\"alice\": {\"password_hash\": \"...\"}}; see fonap provision hash-password
  # url = \"https://users.example.com/\" # gets a form: name, password, key; answers 200 and JSON, or 403
  # command = [\"/usr/local/bin/user\"]  # gets {\"name\":\"...\",\"password\":\"...\"}; status 0 and JSON, or 1
  # header = \"X-Remote-User\"           # a trusted proxy signs users in; one of the above still brings their data

  [store]                              # one of these:
  path = \"links.redb\"
  # redis = \"redis://192.0.2.7/\"       # when several machines serve

Further keys: name, kinds, token_life, session_life, trusted_proxies, [limits], [uses], [options.android] and so on;
reference-gateway/README.md describes all of them. A user's JSON may hold the members credential (without realm and
kind), validity, subscription and update_identifier. Where it gives no password, that of the sign-in is used.";

/// Run the web service that hands out profiles
///
/// Users sign in, choose their device (the page knows which it is) and get a link that works for a minute. Try it with
/// --demo, which needs no configuration.
#[derive(Args)]
#[command(after_help = EXAMPLE)]
struct Serve {
    /// The configuration file (TOML)
    #[arg(short, long, value_name = "FILE", required_unless_present = "demo")]
    config: Option<PathBuf>,
    /// Serve an example on this machine: one user, nothing kept, a signer that nobody trusts
    #[arg(long, conflicts_with = "config")]
    demo: bool,
    /// Where the demonstration listens
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8088", conflicts_with = "config")]
    listen: SocketAddr,
    /// Only say whether the configuration works
    #[arg(long, conflicts_with = "demo")]
    check: bool,
    /// Log everything, not only warnings
    #[arg(short, long)]
    debug: bool,
}

/// Make the profile of one user for one system
///
/// Prints what the system cannot express. A loss that weakens security is an error unless it is allowed by name.
/// Exit status: 0 made, 1 the system cannot take the profile, 2 the model or the command line is wrong.
#[derive(Args)]
struct Make {
    /// The system: android, apple, windows, onc (ChromeOS), wpa (wpa_supplicant), nm (NetworkManager)
    #[arg(long = "for", value_name = "SYSTEM", value_parser = PossibleValuesParser::new(WORDS))]
    system: String,
    /// The model, JSON; - for standard input
    #[arg(long = "in", value_name = "FILE", default_value = "-")]
    input: String,
    /// Where to write; - for standard output. Files that a profile refers to are written beside it
    #[arg(short, long = "out", value_name = "FILE", default_value = "-")]
    output: String,
    /// The signer's certificate and its intermediate ones, PEM (Apple, Windows)
    #[arg(long, value_name = "FILE", requires = "sign_key")]
    sign_cert: Option<PathBuf>,
    /// The signer's key, PEM in PKCS#8
    #[arg(long, value_name = "FILE", requires = "sign_cert")]
    sign_key: Option<PathBuf>,
    /// A loss of security that is accepted, such as windows.no_ca_pin; may be given several times
    #[arg(long, value_name = "CODE")]
    allow: Vec<String>,
    /// An option of the system, such as android.min_sdk=33, apple.nai_realms=false, wpa.min_version=2.11
    #[arg(long, value_name = "SYSTEM.OPTION=VALUE")]
    set: Vec<String>,
    /// The signing time in seconds since 1970, for output that can be made again; now if absent
    #[arg(long, value_name = "SECONDS")]
    time: Option<i64>,
    /// Print what the system cannot express as JSON, on standard error
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: Arguments) -> u8 {
    match arguments.what {
        What::Serve(serve) => serve.run(),
        What::Make(make) => make.run(),
        What::HashPassword => hash(),
    }
}

/// An exit status and what to say.
type Trouble = (u8, String);

fn finish(outcome: Result<(), Trouble>) -> u8 {
    match outcome {
        Ok(()) => DONE,
        Err((code, what)) => {
            complain(what.trim_end());
            code
        }
    }
}

impl Serve {
    fn run(self) -> u8 {
        start_log(if self.debug { "reference_gateway=debug" } else { "warn" });
        finish(self.serve())
    }

    fn serve(&self) -> Result<(), Trouble> {
        let ready = match &self.config {
            Some(path) => {
                let config = Config::read(path).map_err(|e| (USAGE, e.to_string()))?;
                prepare(&config).map_err(|e| (USAGE, e))?
            }
            None => demonstration(self.listen).map_err(|e| (FAILED, e))?,
        };
        for warning in &ready.warnings {
            tracing::warn!("{warning}");
        }
        let kinds = ready.kinds().iter().map(|k| k.as_str()).collect::<Vec<_>>().join(", ");
        if self.check {
            say(format_args!("The configuration works. On offer: {kinds}."));
            return Ok(());
        }
        if self.demo {
            let (name, password) = DEMO_USER;
            say(format_args!("Sign in as {name} with the password {password}. End with Ctrl-C."));
        }
        let announce = |address: &str| say(format_args!("ready: {address} ({kinds})"));
        let served = block_on(ready.serve(announce, async { _ = until_signal().await }));
        served.and_then(|outcome| outcome).map_err(|e| (FAILED, e))
    }
}

impl Make {
    fn run(self) -> u8 {
        finish(self.make())
    }

    fn make(&self) -> Result<(), Trouble> {
        let text = Zeroizing::new(read(Some(&self.input), false).map_err(|e| (USAGE, e))?);
        let name = if self.input == "-" { "standard input" } else { &self.input };
        let model = Model::from_json(&text).map_err(|e| (USAGE, format!("{name}: {e}")))?;
        let profile = Profile::new(model)
            .map_err(|report| (USAGE, format!("{name}: the model has errors:\n{}", indented(&report))))?;
        let options = Options::set(&self.set).map_err(|e| (USAGE, e))?;
        let kind = kind(&self.system).ok_or_else(|| (USAGE, format!("{}: unknown system", self.system)))?;
        let signer = self.signer(kind)?;
        let allowed: Vec<&str> = self.allow.iter().map(String::as_str).collect();
        let unknown = allowed.iter().find(|code| !passpoint::weakens_security(code));
        if let Some(code) = unknown {
            return Err((USAGE, format!("--allow {code}: this is no loss of security that needs allowing")));
        }
        let terms = Terms {
            signer: signer.as_ref().map(|s| s as &dyn Signer),
            unix_seconds: self.time.unwrap_or_else(unix_seconds),
            allowed: &allowed,
        };
        let made = make(&profile, kind, &options, terms).map_err(|e| (FAILED, e.to_string()))?;
        self.tell(profile.report(), &made.report);
        self.write(&made).map_err(|e| (FAILED, e))
    }

    fn signer(&self, kind: Kind) -> Result<Option<RingSigner>, Trouble> {
        let (Some(certificate), Some(key)) = (&self.sign_cert, &self.sign_key) else { return Ok(None) };
        if !matches!(kind, Kind::Apple | Kind::Windows) {
            return Err((USAGE, format!("--sign-key: files for {} are not signed", self.system)));
        }
        signer::read(certificate, key).map(Some).map_err(|e| (USAGE, e))
    }

    /// Losses go to standard error: standard output may be the profile.
    fn tell(&self, model: &Report, losses: &Report) {
        let mut all = model.clone();
        all.merge(losses);
        if self.json {
            let findings: Vec<_> = all
                .findings()
                .iter()
                .map(|f| serde_json::json!({"severity": f.severity.as_str(), "code": f.code, "field": f.field}))
                .collect();
            eprintln!("{:#}", serde_json::Value::from(findings));
        } else if !all.is_empty() {
            let dropped = losses.findings().iter().filter(|f| f.severity == Severity::Warning).count();
            let what = match dropped {
                0 => "everything is carried".to_owned(),
                1 => "one member of the model is not carried or not enforced".to_owned(),
                _ => format!("{dropped} members of the model are not carried or not enforced"),
            };
            eprintln!("{}: {what}", self.system);
            eprint!("{}", indented(&all));
        }
    }

    fn write(&self, made: &Made) -> Result<(), String> {
        let Some((profile, beside)) = made.files.split_first() else { return Ok(()) };
        if self.output == "-" {
            std::io::stdout().write_all(&profile.octets).map_err(|e| format!("standard output: {e}"))?;
            for file in beside {
                let path = file.path.as_ref().map_or_else(String::new, |p| format!(" (belongs to {p})"));
                eprintln!("not written: {}{path}; with --out it is written beside the profile", file.name);
            }
            return Ok(());
        }
        let output = Path::new(&self.output);
        private_file(output, &profile.octets)?;
        for file in beside {
            let path = output.with_file_name(&file.name);
            private_file(&path, &file.octets)?;
            match &file.path {
                Some(place) => eprintln!("{} belongs to {place}", path.display()),
                None => eprintln!("{} is another network's", path.display()),
            }
        }
        Ok(())
    }
}

/// Profiles hold passwords and keys: nobody else may read them.
fn private_file(path: &Path, octets: &[u8]) -> Result<(), String> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = std::fs::OpenOptions::new();
    let file = options.write(true).create(true).truncate(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(octets)).map_err(|e| format!("{}: {e}", path.display()))
}

fn indented(report: &Report) -> String {
    report.findings().iter().map(|finding| format!("  {finding}\n")).collect()
}

fn hash() -> u8 {
    let mut line = Zeroizing::new(String::new());
    let read = std::io::stdin().read_line(&mut line).map_err(|e| e.to_string());
    let password = Secret::new(line.trim_end_matches(['\r', '\n']));
    let hashed = read.and_then(|_| hash_password(&password));
    finish(hashed.map(say).map_err(|e| (USAGE, format!("standard input: {e}"))))
}
