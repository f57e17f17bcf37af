//! `fonap provision serve` with a configuration of the test, and a visitor with a cookie jar.

use super::http::{Answer, curl};
use super::process::Background;
use super::{FONAP, START_LIMIT, free_port};
use reference_gateway::provision::users::hash_password;
use serde_json::Value;
use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use tempfile::TempDir;

/// The password of the user alice.
pub(crate) const ALICE: &str = "sesame & <open>";
/// The profile's id.
pub(crate) const PROFILE: &str = "com.example.wifi";

/// A file of the test PKI.
pub(crate) fn pki(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/passpoint/pki").join(name)
}

/// The signer's certificate and the intermediate one.
pub(crate) fn signer_chain() -> String {
    let read = |name| fs::read_to_string(pki(name)).expect("the test PKI");
    read("signer-rsa.pem") + &read("signer-intermediate.pem")
}

/// The operator's model: Passpoint and an SSID, a private CA, EAP-TTLS with the user's password.
pub(crate) fn model() -> Value {
    let ca = fs::read_to_string(pki("radius-root-ca.pem")).expect("the test PKI");
    serde_json::json!({
        "version": 1,
        "profile": {"id": PROFILE, "display_name": "Example Wi-Fi"},
        "home_sp": {"fqdn": "example.com", "friendly_name": "Example", "roaming_consortium_ois": ["5a03ba0000"]},
        "ssids": [{"ssid": "Example"}],
        "credential": {"kind": "password", "eap": "ttls", "realm": "example.com"},
        "server": {"ca_certs": [ca], "names": ["radius.example.com"]},
    })
}

/// A running service. Gets SIGTERM when dropped.
pub(crate) struct Site {
    /// `http://127.0.0.1:PORT`, or https.
    pub(crate) origin: String,
    pub(crate) folder: TempDir,
    process: Background,
}

/// What to change in the usual configuration.
#[derive(Default)]
pub(crate) struct Changes<'a> {
    /// Top-level lines.
    pub(crate) top: &'a str,
    /// The table `[users]`, else a file with alice.
    pub(crate) users: Option<&'a str>,
    /// The table `[store]`, else a file.
    pub(crate) store: Option<&'a str>,
    /// The table `[sign]`, else the RSA signer of the test PKI.
    pub(crate) sign: Option<&'a str>,
    /// Further tables.
    pub(crate) tables: &'a str,
    /// `https` instead of `http`.
    pub(crate) https: bool,
}

impl Site {
    /// Starts a service whose links live in a file.
    #[track_caller]
    pub(crate) fn start() -> Self {
        Self::start_with(&Changes::default())
    }

    #[track_caller]
    pub(crate) fn start_with(changes: &Changes<'_>) -> Self {
        let folder = TempDir::with_prefix("fonap-provision-").expect("a temporary folder");
        Self::start_in(folder, changes)
    }

    #[track_caller]
    pub(crate) fn start_in(folder: TempDir, changes: &Changes<'_>) -> Self {
        // Hashing takes a moment in a debug build, so all tests share one.
        static HASH: OnceLock<String> = OnceLock::new();
        let hash = HASH.get_or_init(|| hash_password(&ALICE.into()).expect("a hash"));
        let write = |name: &str, text: String| fs::write(folder.path().join(name), text).expect("a file");
        write("model.json", model().to_string());
        write("users.json", serde_json::json!({"alice": {"password_hash": hash}}).to_string());
        let port = free_port();
        let scheme = if changes.https { "https" } else { "http" };
        let origin = format!("{scheme}://127.0.0.1:{port}");
        write("signer.pem", signer_chain());
        let sign = format!(
            "certificate = \"signer.pem\"
key = {:?}",
            pki("signer-rsa.key")
        );
        let text = format!(
            "url = \"{origin}\"\nlisten = \"127.0.0.1:{port}\"\nprofile = \"model.json\"\nissue_log = \"issued.jsonl\"\n{}\n\
             [users]\n{}\n[store]\n{}\n[sign]\n{}\n{}\n",
            changes.top,
            changes.users.unwrap_or("file = \"users.json\""),
            changes.store.unwrap_or("path = \"links.redb\""),
            changes.sign.unwrap_or(&sign),
            changes.tables,
        );
        let config = folder.path().join("provision.toml");
        fs::write(&config, text).expect("a file");
        let mut command = Command::new(FONAP);
        command.args(["provision", "serve", "--debug", "-c"]).arg(&config);
        let mut process = Background::start(&mut command);
        process.wait_for_line("ready: ", START_LIMIT);
        Self { origin, folder, process }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Everything it wrote, the issue log included.
    pub(crate) fn log(&self) -> String {
        self.process.log() + &self.issued().iter().map(|line| format!("{line}\n")).collect::<String>()
    }

    /// The issue log.
    pub(crate) fn issued(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.folder.path().join("issued.jsonl")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).expect("a JSON object in each line")).collect()
    }

    /// Somebody without cookies.
    pub(crate) fn visitor(&self) -> Visitor<'_> {
        Visitor { site: self, jar: self.folder.path().join("jar"), csrf: RefCell::default() }
    }

    /// Alice, signed in.
    #[track_caller]
    pub(crate) fn alice(&self) -> Visitor<'_> {
        let visitor = self.visitor();
        let answer = visitor.sign_in("alice", ALICE);
        assert_eq!(
            (answer.status, answer.header("location")),
            (303, Some("/profile")),
            "{answer:?}\n{}",
            self.log()
        );
        visitor
    }
}

/// A browser that is curl.
pub(crate) struct Visitor<'a> {
    site: &'a Site,
    jar: PathBuf,
    csrf: RefCell<String>,
}

impl Visitor<'_> {
    /// Sends a request with the cookies.
    #[track_caller]
    pub(crate) fn ask(&self, path: &str, arguments: &[&str]) -> Answer {
        let jar = self.jar.display().to_string();
        let all = [&["--cookie", &jar, "--cookie-jar", &jar], arguments].concat();
        curl(&self.site.url(path), &all)
    }

    /// Sends a form from a page of the site.
    #[track_caller]
    pub(crate) fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let origin = format!("Origin: {}", self.site.origin);
        let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut arguments = vec!["--header", &origin];
        fields.iter().for_each(|field| arguments.extend(["--data-urlencode", field]));
        self.ask(path, &arguments)
    }

    #[track_caller]
    pub(crate) fn sign_in(&self, name: &str, password: &str) -> Answer {
        self.post("/profile/sign-in", &[("name", name), ("password", password)])
    }

    /// The text that forms send back.
    #[track_caller]
    pub(crate) fn csrf(&self) -> String {
        if self.csrf.borrow().is_empty() {
            let page = self.ask("/profile", &[]);
            let (_, rest) =
                page.body.split_once("name=\"csrf\" value=\"").unwrap_or_else(|| panic!("{page:?}"));
            *self.csrf.borrow_mut() = rest.split('"').next().unwrap_or_default().to_owned();
        }
        self.csrf.borrow().clone()
    }

    /// Asks for a link in JSON.
    #[track_caller]
    pub(crate) fn wish(&self, kind: &str) -> Answer {
        let body = serde_json::json!({"kind": kind, "csrf": self.csrf()}).to_string();
        let origin = format!("Origin: {}", self.site.origin);
        let json = "Content-Type: application/json";
        self.ask("/profile/download", &["--header", &origin, "--header", json, "--data", &body])
    }

    /// A fresh link: its JSON.
    #[track_caller]
    pub(crate) fn link(&self, kind: &str) -> Value {
        let answer = self.wish(kind);
        assert_eq!(answer.status, 201, "{kind}: {answer:?}\n{}", self.site.log());
        serde_json::from_str(&answer.body).unwrap_or_else(|e| panic!("{e}: {answer:?}"))
    }

    /// The address of a fresh link.
    #[track_caller]
    pub(crate) fn url(&self, kind: &str) -> String {
        self.link(kind)["url"].as_str().expect("an address").to_owned()
    }
}
