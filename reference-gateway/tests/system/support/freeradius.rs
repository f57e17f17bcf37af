//! Debian's FreeRADIUS with a configuration of our own, from a temporary folder.

use super::process::Background;
use super::tap::{Ours, Tap};
use super::{START_LIMIT, eventually, free_port};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The secret that the servers of the tests share with their clients.
pub(crate) const SECRET: &str = "testing-secret-7";

/// The users that every server knows.
///
/// `alice` may use PAP, CHAP and EAP-MD5. `limited` gets parameters, `redirected` a page, `splashed` one to see
/// first, with a garden, `blocked` and `sorry` a refusal with a reason.
const USERS: &str = r#"
alice Cleartext-Password := "wonder land & 100%"
	Reply-Message = "Welcome <Alice>",
	Class = 0x00ff10436c617373,
	Class += "second class"

limited Cleartext-Password := "pw"
	Session-Timeout = 3600,
	Idle-Timeout = 900,
	Acct-Interim-Interval = 120,
	WISPr-Bandwidth-Max-Down = 2000000,
	WISPr-Bandwidth-Max-Up = 512000

endless Cleartext-Password := "pw"
	WISPr-Session-Terminate-Time = "9999-12-31T23:59:59+00:00",
	ChilliSpot-Bandwidth-Max-Down = 4294967295

splashed Cleartext-Password := "pw"
	ChilliSpot-Config = "splash",
	ChilliSpot-Config += "uamallowed=tcp:203.0.113.24,198.51.100.1:7007,tcp:site.example:80",
	ChilliSpot-Config += "uamallowed=203.0.113.26",
	WISPr-Redirection-URL = "http://welcome.example/first"

short Cleartext-Password := "pw"
	Session-Timeout = 2

idle Cleartext-Password := "pw"
	Idle-Timeout = 2

metered Cleartext-Password := "pw"
	ChilliSpot-Max-Total-Octets = 50000

short-metered Cleartext-Password := "pw"
	Session-Timeout = 3600,
	ChilliSpot-Max-Total-Octets = 1000000

redirected Cleartext-Password := "pw"
	WISPr-Redirection-URL = "http://welcome.example/page?a=1&b=2"

blocked Cleartext-Password := "pw", Auth-Type := Reject
	Reply-Message = "NOT_ENOUGH_CREDIT"

SRCTST01-fonap-1.0.0.2 Cleartext-Password := "admin pw"
	ChilliSpot-Config = "uamserver https://portal.example.net/SRCTST01/",
	ChilliSpot-Config += "ssid received",
	ChilliSpot-Config += "newdomain *.fon.com,!wifi.fon.com",
	ChilliSpot-Config += "include /etc/passwd",
{CONFIGURATION_LINES}
	ChilliSpot-Config += "defidletimeout 600"

SRCTST02-fonap-1.0.0.2 Cleartext-Password := "admin pw"
	ChilliSpot-Config = "uamserver https://elsewhere.example.net/",
	ChilliSpot-Config += "defidletimeout much"

sorry Cleartext-Password := "pw", Auth-Type := Reject
	Reply-Message = "<b>Closed</b> & \"locked\""
"#;

/// One accounting record: attribute names of FreeRADIUS's dictionary and their values as printed, without quotes.
pub(crate) type Record = BTreeMap<String, String>;

/// Whether a server puts a Message-Authenticator into its replies to PAP and CHAP.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replies {
    /// As the first attribute; what servers since 2024 do by themselves.
    Signed,
    /// Not at all, as the version of Debian 12 does when it is not told to.
    AsDebian,
}

/// RADIUS over TLS: the port, and PEM files of the server.
pub(crate) struct Tls {
    pub(crate) port: u16,
    pub(crate) ca: PathBuf,
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

/// What a server has beyond the usual.
#[derive(Default)]
struct Extras {
    /// The server's address and the network of its clients, if not loopback.
    place: Option<(&'static str, &'static str)>,
    /// Inside the virtual server.
    listen: String,
    /// Outside of it.
    outside: String,
    /// Methods of EAP; `FOLDER` stands for the folder of the server.
    methods: String,
    /// Files in that folder.
    files: Vec<(&'static str, String)>,
    /// TLS as a transport needs threads.
    threads: bool,
}

impl Tls {
    /// The sections of radiusd.conf.
    fn extras(&self) -> Extras {
        let Self { port, ca, certificate, key } = self;
        let (ca, certificate, key) = (ca.display(), certificate.display(), key.display());
        let listen = format!(
            r#"
    listen {{
        type = auth+acct
        ipaddr = 127.0.0.1
        port = {port}
        proto = tcp
        clients = radsec
        limit {{
            max_connections = 16
            lifetime = 0
            idle_timeout = 30
        }}
        tls {{
            private_key_file = {key}
            certificate_file = {certificate}
            ca_file = {ca}
            require_client_cert = yes
            fragment_size = 8192
            cipher_list = "DEFAULT"
            tls_min_version = "1.2"
            tls_max_version = "1.3"
            ecdh_curve = "prime256v1"
        }}
    }}
"#
        );
        let clients = r#"
thread pool {
    start_servers = 2
    max_servers = 4
    min_spare_servers = 1
    max_spare_servers = 2
}
clients radsec {
    client gateway {
        ipaddr = 127.0.0.1
        proto = tls
        secret = radsec
    }
}
"#;
        Extras { listen, outside: clients.to_owned(), threads: true, ..Extras::default() }
    }
}

/// A running server. Ends when dropped; then tshark has to agree with our decoding of what it was sent.
pub(crate) struct FreeRadius {
    /// Where it takes Access-Requests.
    pub(crate) auth_port: u16,
    /// Where it takes Accounting-Requests.
    pub(crate) acct_port: u16,
    /// In front of both ports, unless the server is in a network of its own.
    #[allow(dead_code, reason = "they live as long as the server")]
    taps: Vec<Tap>,
    process: Background,
    folder: TempDir,
}

impl FreeRadius {
    /// Starts a server on 127.0.0.1 and free ports, and waits until it is ready.
    ///
    /// # Panics
    /// When FreeRADIUS is not installed or does not start.
    #[track_caller]
    pub(crate) fn start() -> Self {
        Self::start_with(free_port(), free_port(), Replies::Signed)
    }

    /// Starts a server on 127.0.0.1 and these ports.
    #[track_caller]
    pub(crate) fn start_with(auth_port: u16, acct_port: u16, replies: Replies) -> Self {
        Self::start_tapped(auth_port, acct_port, replies, &Extras::default())
    }

    /// Starts a server by a command that ends with `freeradius`, for example in a network of its own.
    #[track_caller]
    pub(crate) fn start_by(command: Command, auth_port: u16, acct_port: u16, replies: Replies) -> Self {
        Self::start_in_full(command, auth_port, acct_port, replies, &Extras::default())
    }

    /// Starts a server on these ports of another loopback address.
    #[track_caller]
    pub(crate) fn start_beside(address: &'static str, auth_port: u16, acct_port: u16) -> Self {
        let extras = Extras { place: Some((address, "127.0.0.0/8")), ..Extras::default() };
        Self::start_in_full(Command::new("freeradius"), auth_port, acct_port, Replies::Signed, &extras)
    }

    /// Starts a server on the usual ports of an address, for clients of a network, by such a command.
    #[allow(dead_code, reason = "only the tests of the packet path have networks of their own")]
    #[track_caller]
    pub(crate) fn start_at(command: Command, address: &'static str, clients: &'static str) -> Self {
        let extras = Extras { place: Some((address, clients)), ..Extras::default() };
        Self::start_in_full(command, 1812, 1813, Replies::Signed, &extras)
    }

    /// Starts a server that also takes RADIUS over TLS, and asks for a certificate of the gateway.
    #[track_caller]
    pub(crate) fn start_with_tls(tls: &Tls) -> Self {
        Self::start_with_extras(&tls.extras())
    }

    /// Starts a server that also does EAP-TTLS and PEAP, with certificates made for it.
    #[track_caller]
    pub(crate) fn start_with_tunnels() -> Self {
        let (authority, certificate, key) = certificates();
        let extras = Extras {
            outside: INNER.to_owned(),
            methods: TUNNELS.to_owned(),
            files: vec![("authority.pem", authority), ("server.pem", certificate), ("server.key", key)],
            ..Extras::default()
        };
        Self::start_with_extras(&extras)
    }

    /// The file with the certificate that the server's one is signed with, in PEM, of a server with tunnels.
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    #[track_caller]
    fn start_with_extras(extras: &Extras) -> Self {
        Self::start_tapped(free_port(), free_port(), Replies::Signed, extras)
    }

    /// Starts a server on other ports, and taps on these.
    #[track_caller]
    fn start_tapped(auth_port: u16, acct_port: u16, replies: Replies, extras: &Extras) -> Self {
        let (auth, acct) = (free_port(), free_port());
        let mut server = Self::start_in_full(Command::new("freeradius"), auth, acct, replies, extras);
        let tap = |port, server, known| Tap::start(port, server, known, Ours::Client, SECRET);
        server.taps = vec![tap(auth_port, auth, 1812), tap(acct_port, acct, 1813)];
        (server.auth_port, server.acct_port) = (auth_port, acct_port);
        server
    }

    #[track_caller]
    fn start_in_full(
        mut command: Command,
        auth_port: u16,
        acct_port: u16,
        replies: Replies,
        extras: &Extras,
    ) -> Self {
        let folder = TempDir::with_prefix("fonap-freeradius-").expect("a temporary folder");
        let at = folder.path();
        let write = |name: &str, text: &str| fs::write(at.join(name), text).expect("the folder is ours");
        write("dictionary", "$INCLUDE /usr/share/freeradius/dictionary\n");
        let lines: Vec<String> = (0..16)
            .map(|n| {
                format!("\tChilliSpot-Config += \"uamallowed 198.51.100.{n},{}\",", "203.0.113.7,".repeat(15))
            })
            .collect();
        write("users", &USERS.replace("{CONFIGURATION_LINES}", &lines.join("\n")));
        write("reject-filter", REJECT_FILTER);
        for (name, text) in &extras.files {
            write(name, text);
        }
        let (address, clients) = extras.place.unwrap_or(("127.0.0.1", "127.0.0.0/8"));
        let text = configuration(at, auth_port, acct_port, replies, extras);
        write("radiusd.conf", &text.replace("127.0.0.0/8", clients).replace("127.0.0.1", address));
        // TLS needs threads, which -X does not give.
        command.args(if extras.threads { &["-fxx", "-l", "stdout"][..] } else { &["-X"] });
        command.args(["-n", "radiusd", "-d"]).arg(at);
        let mut process = Background::start(&mut command);
        process.wait_for_line("Ready to process requests", START_LIMIT);
        Self { auth_port, acct_port, taps: Vec::new(), process, folder }
    }

    /// What the server wrote until now.
    pub(crate) fn log(&self) -> String {
        self.process.stdout().join("\n")
    }

    /// The accounting records until now, oldest first.
    pub(crate) fn records(&self) -> Vec<Record> {
        let text = fs::read_to_string(self.folder.path().join("detail")).unwrap_or_default();
        text.split("\n\n").map(record).filter(|r| !r.is_empty()).collect()
    }

    /// The accounting records, oldest first, each once: one whose acknowledgement came late, or was not yet on the
    /// gateway's disk when it crashed, is sent again. It is the same one by its kind, its session and the time it was
    /// made at; a record that was made twice is there twice.
    pub(crate) fn told(&self) -> Vec<Record> {
        let same = |a: &Record, b: &Record| {
            ["Acct-Status-Type", "Acct-Session-Id", "Event-Timestamp"]
                .iter()
                .all(|name| a.get(*name) == b.get(*name))
        };
        let mut told: Vec<Record> = Vec::new();
        for record in self.records() {
            // Two of the gateway itself can be of one second; between them there is another.
            let repeated = if record.contains_key("Acct-Session-Id") {
                told.iter().any(|earlier| same(earlier, &record))
            } else {
                told.last().is_some_and(|earlier| same(earlier, &record))
            };
            if !repeated {
                told.push(record);
            }
        }
        told
    }

    /// Waits until the kinds of the accounting records, in their order, are these.
    #[track_caller]
    pub(crate) fn tells(&self, kinds: &[&str], limit: Duration) {
        let deadline = Instant::now() + limit;
        loop {
            let told = self.told();
            let found: Vec<&str> =
                told.iter().filter_map(|record| record.get("Acct-Status-Type")).map(String::as_str).collect();
            if found == kinds {
                return;
            }
            assert!(Instant::now() < deadline, "waited {limit:?} for {kinds:?}, but there was {found:?}");
            sleep(Duration::from_millis(20));
        }
    }

    /// Waits for an accounting record of the kind `status` (`Start`, `Stop`, `Interim-Update`) for a user.
    #[track_caller]
    pub(crate) fn record(&self, status: &str, user: &str, limit: Duration) -> Record {
        eventually(&format!("an accounting {status} of {user}"), limit, || {
            self.records().into_iter().find(|r| {
                r.get("Acct-Status-Type").map(String::as_str) == Some(status)
                    && r.get("User-Name").map(String::as_str) == Some(user)
            })
        })
    }
}

/// Reads one record of the detail file. Attributes that occur more than once are joined with a comma.
fn record(text: &str) -> Record {
    let mut record = Record::new();
    for line in text.lines() {
        let Some((name, value)) = line.strip_prefix('\t').and_then(|l| l.split_once(" = ")) else {
            continue;
        };
        let value = value.trim_matches('"');
        record
            .entry(name.to_owned())
            .and_modify(|before: &mut String| {
                before.push(',');
                before.push_str(value);
            })
            .or_insert_with(|| value.to_owned());
    }
    record
}

/// What a real server leaves in an Access-Reject, plus the page that a portal operator may send.
const REJECT_FILTER: &str = "
DEFAULT
	Reply-Message =* ANY,
	WISPr-Redirection-URL =* ANY,
	EAP-Message =* ANY,
	Message-Authenticator =* ANY,
	State =* ANY,
	Proxy-State =* ANY
";

/// EAP methods with keys. TLS 1.2, because the version of Debian 12 calls its TLS 1.3 with EAP experimental.
const TUNNELS: &str = r#"
        mschapv2 {
        }
        tls-config common {
            private_key_file = FOLDER/server.key
            certificate_file = FOLDER/server.pem
            ca_file = FOLDER/authority.pem
            tls_min_version = "1.2"
            tls_max_version = "1.2"
        }
        ttls {
            tls = common
            default_eap_type = md5
            copy_request_to_tunnel = no
            use_tunneled_reply = no
            virtual_server = inner
        }
        peap {
            tls = common
            default_eap_type = mschapv2
            virtual_server = inner
        }
"#;

/// What the tunnels lead to.
const INNER: &str = "
server inner {
    authorize {
        eap {
            ok = return
        }
        files
        mschap
        pap
    }
    authenticate {
        Auth-Type PAP {
            pap
        }
        Auth-Type MS-CHAP {
            mschap
        }
        eap
    }
}
";

/// An authority, a certificate of `radius.example` signed by it, and its key, in PEM.
fn certificates() -> (String, String, String) {
    let key = || KeyPair::generate().expect("a key");
    let mut authority = CertificateParams::new([]).expect("no names");
    // Different names, or the certificate would look as if it had signed itself.
    authority.distinguished_name.push(DnType::CommonName, "authority of a test");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer_key = key();
    let authority_pem = authority.self_signed(&issuer_key).expect("a certificate").pem();
    let server_key = key();
    let mut server = CertificateParams::new(["radius.example".to_owned()]).expect("a name");
    server.distinguished_name.push(DnType::CommonName, "radius.example");
    let certificate =
        server.signed_by(&server_key, &Issuer::new(authority, issuer_key)).expect("a certificate");
    (authority_pem, certificate.pem(), server_key.serialize_pem())
}

fn configuration(folder: &Path, auth_port: u16, acct_port: u16, replies: Replies, extras: &Extras) -> String {
    let Extras { listen, outside, methods, .. } = extras;
    let folder = folder.display();
    let methods = methods.replace("FOLDER", &folder.to_string());
    let sign = match replies {
        Replies::Signed => "update reply { Message-Authenticator := 0x00 }",
        Replies::AsDebian => "",
    };
    format!(
        r#"
name = radiusd
prefix = /usr
libdir = /usr/lib/freeradius
raddbdir = {folder}
run_dir = {folder}
logdir = {folder}
db_dir = {folder}
max_request_time = 5
cleanup_delay = 2
max_requests = 1024
hostname_lookups = no
proxy_requests = no
log {{
    destination = stdout
    auth = yes
}}
security {{
    allow_core_dumps = no
    max_attributes = 200
    reject_delay = 0
    status_server = yes
}}
client loopback {{
    ipaddr = 127.0.0.0/8
    secret = {SECRET}
    require_message_authenticator = yes
}}
{outside}
modules {{
    pap {{
    }}
    chap {{
    }}
    eap {{
        default_eap_type = md5
        timer_expire = 60
        ignore_unknown_eap_types = no
        max_sessions = 256
        md5 {{
        }}
        {methods}
    }}
    mschap {{
    }}
    files {{
        filename = {folder}/users
    }}
    detail {{
        filename = {folder}/detail
        permissions = 0600
    }}
    attr_filter access_reject {{
        key = "%{{User-Name}}"
        filename = {folder}/reject-filter
    }}
}}
server test {{
    listen {{
        type = auth
        ipaddr = 127.0.0.1
        port = {auth_port}
    }}
    listen {{
        type = acct
        ipaddr = 127.0.0.1
        port = {acct_port}
    }}
{listen}    authorize {{
        {sign}
        eap {{
            ok = return
        }}
        files
        chap
        mschap
        pap
    }}
    authenticate {{
        Auth-Type MS-CHAP {{
            mschap
        }}
        Auth-Type PAP {{
            pap
        }}
        Auth-Type CHAP {{
            chap
        }}
        eap
    }}
    preacct {{
    }}
    accounting {{
        detail
    }}
    post-auth {{
        Post-Auth-Type REJECT {{
            access_reject
        }}
    }}
}}
"#
    )
}
