//! RADIUS over TLS against Debian's FreeRADIUS, and against servers that misbehave.

use crate::radius::{ALICE, log_in, log_in_as};
use crate::support::free_port;
use crate::support::freeradius::{FreeRadius, Tls};
use crate::support::gateway::Gateway;
use crate::support::process::run;
use crate::support::{FONAP, eventually};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;

/// A record must come within this time.
const SOON: Duration = Duration::from_secs(30);

/// A certificate authority, and the files of a server and of a gateway that it vouches for.
struct Trust {
    folder: TempDir,
}

impl Trust {
    fn new() -> Self {
        let folder = TempDir::with_prefix("fonap-radsec-").expect("a temporary folder");
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new([]).expect("no names");
        params.distinguished_name.push(DnType::CommonName, "authority of a test");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let ca = params.self_signed(&key).expect("a certificate");
        fs::write(folder.path().join("ca.pem"), ca.pem()).expect("the folder is ours");
        let issuer = Issuer::new(params, key);
        for name in ["radius.example", "gateway.example"] {
            let key = KeyPair::generate().expect("a key");
            let mut params = CertificateParams::new([name.to_owned()]).expect("a name");
            params.distinguished_name.push(DnType::CommonName, name);
            let certificate = params.signed_by(&key, &issuer).expect("a certificate");
            let write =
                |end: &str, text: String| fs::write(folder.path().join(format!("{name}.{end}")), text);
            write("pem", certificate.pem()).expect("the folder is ours");
            write("key", key.serialize_pem()).expect("the folder is ours");
        }
        Self { folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn server(&self, port: u16) -> Tls {
        let (certificate, key) = (self.file("radius.example.pem"), self.file("radius.example.key"));
        Tls { port, ca: self.file("ca.pem"), certificate, key }
    }

    /// Lines of chilli.conf for a gateway that reaches its server so.
    fn lines(&self, port: u16) -> Vec<String> {
        vec![
            "radiustls".to_owned(),
            format!("radiustlsport {port}"),
            format!("radiustlsca {}", self.file("ca.pem").display()),
            format!("radiustlscert {}", self.file("gateway.example.pem").display()),
            format!("radiustlskey {}", self.file("gateway.example.key").display()),
            "radiustlsname radius.example".to_owned(),
        ]
    }
}

#[track_caller]
fn gateway(lines: &[String]) -> Gateway {
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    // Nothing listens on these ports: what comes through came by TLS.
    Gateway::start_with_ports(free_port(), free_port(), &lines)
}

// spec: radius 15
#[test]
fn logins_and_accounting_go_over_tls() {
    let trust = Trust::new();
    let tls = trust.server(free_port());
    let radius = FreeRadius::start_with_tls(&tls);
    let gateway = gateway(&trust.lines(tls.port));
    assert_eq!(
        log_in(&gateway, "alice", "wrong").result(),
        "failed/reject",
        "{}\n{}",
        gateway.log(),
        radius.log()
    );
    assert_eq!(log_in(&gateway, "alice", ALICE).result(), "success", "{}\n{}", gateway.log(), radius.log());
    radius.record("Start", "alice", SOON);
    assert_eq!(gateway.get("/logoff").result(), "logoff");
    radius.record("Stop", "alice", SOON);
    // Several at a time share a connection.
    for client in 2..8 {
        let answer = log_in_as(&gateway, Ipv4Addr::new(127, 0, 0, client), "limited", "pw");
        assert_eq!(answer.result(), "success");
    }
}

// spec: radius 15
#[test]
fn what_waits_when_a_connection_fails_goes_over_the_next_one() {
    let trust = Trust::new();
    let tls = trust.server(free_port());
    // Takes connections and hangs up on them, as a server does that is being restarted.
    let broken = TcpListener::bind(("127.0.0.1", tls.port)).expect("a free port");
    let mut lines = trust.lines(tls.port);
    lines.push("radiusretry 30".to_owned());
    let gateway = gateway(&lines);
    let waiting = std::thread::scope(|scope| {
        let login = scope.spawn(|| log_in(&gateway, "alice", ALICE));
        drop(broken.accept().expect("the gateway connects"));
        drop(broken);
        let radius = FreeRadius::start_with_tls(&tls);
        let answer = login.join().expect("the login thread does not panic");
        radius.record("Start", "alice", SOON);
        // Its end and its return are noticed as well.
        drop(radius);
        let radius = FreeRadius::start_with_tls(&tls);
        assert_eq!(gateway.get("/logoff").result(), "logoff");
        radius.record("Stop", "alice", SOON);
        answer
    });
    assert_eq!(waiting.result(), "success", "{}", gateway.log());
}

// spec: radius 15
#[test]
fn a_server_that_nobody_vouches_for_gets_no_password() {
    let (trust, other) = (Trust::new(), Trust::new());
    let tls = trust.server(free_port());
    let radius = FreeRadius::start_with_tls(&tls);
    let plan = ["radiusretry 1", "radiusretrysec 1", "radiustimeout 2"].map(str::to_owned);
    let mut stranger = other.lines(tls.port);
    stranger.extend(plan.clone());
    let mut misnamed = trust.lines(tls.port);
    misnamed.retain(|line| !line.starts_with("radiustlsname"));
    misnamed.extend(plan);
    for lines in [stranger, misnamed] {
        let gateway = gateway(&lines);
        assert_eq!(log_in(&gateway, "alice", ALICE).result(), "failed/timeout");
        eventually("the reason in the log", SOON, || {
            gateway.log().contains("no connection to the RADIUS server by TLS").then_some(())
        });
        gateway.wait_for_log("certificate");
    }
    assert!(!radius.log().contains("alice"), "{}", radius.log());
}

#[test]
fn a_certificate_without_its_key_is_refused_by_name() {
    let trust = Trust::new();
    let mut lines = trust.lines(free_port());
    lines.retain(|line| !line.starts_with("radiustlskey"));
    lines.push("radiusserver1 127.0.0.1".to_owned());
    lines.push("uamlisten 127.0.0.1\nuamport 0".to_owned());
    let file = trust.file("chilli.conf");
    fs::write(&file, lines.join("\n")).expect("the folder is ours");
    let done = run(FONAP, &["gateway", "-c", &file.to_string_lossy()]);
    assert_eq!(done.code(), 1, "{done:?}");
    assert!(done.stderr.contains("radiustlscert and radiustlskey go together"), "{done:?}");
}
