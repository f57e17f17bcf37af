//! What `fonap discover --to` makes, read by the programs it is for, and what `fonap decode` says of the same files.

use crate::support::institution::{Institution, ended, press, written};
use crate::support::process::{Background, finish, run, run_with_input};
use crate::support::terminal::Terminal;
use crate::support::{FONAP, START_LIMIT};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// The recorded document of this name.
fn vector(name: &str) -> String {
    format!("{}/../tests/vectors/eapconfig/valid/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// Lets wpa_supplicant read a configuration, and returns what it says of it. It gets no network card.
#[track_caller]
fn wpa_supplicant(file: &Path) -> String {
    let mut command = Command::new("wpa_supplicant");
    command.args(["-dd", "-i", "lo", "-D", "none", "-c"]).arg(file);
    let mut running = Background::start(&mut command);
    // Said after the file was read, whatever becomes of the card.
    running.wait_for_line("Add interface lo", START_LIMIT);
    let log = running.log();
    assert!(!log.contains("Failed to") && !log.contains("nvalid configuration"), "{log}");
    log
}

/// Lets NetworkManager read a keyfile, and returns what it makes of it.
#[track_caller]
fn network_manager(file: &Path) -> String {
    let mut command = Command::new("nmcli");
    command.args(["--offline", "connection", "modify", "connection.autoconnect", "no"]);
    let done = finish(&mut command, written(file).as_bytes());
    assert_eq!(done.code(), 0, "{done:?}\n{}", written(file));
    done.stdout
}

/// What `fonap decode passpoint` says of a file: our own reader of each format.
#[track_caller]
fn is_decoded(file: &Path) {
    let done = run(FONAP, &["decode", "passpoint", &file.to_string_lossy()]);
    assert_eq!(done.code(), 0, "{done:?}");
}

// spec: eapconfig 7
#[test]
fn a_password_profile_is_read_by_every_supplicant() {
    let institution = Institution::start(&[]);
    std::fs::write(institution.file("pw"), "secr\"et ö\n").expect("writable");
    let get = |to: &[&str]| {
        let mut all = vec!["--get", "demo_open", "--user", "alice", "--password-file", "pw"];
        all.extend(to);
        institution.discover(&all)
    };
    let done = get(&["--to", "wpa", "--out", "e.conf"]);
    assert_eq!(done.code(), 0, "{done:?}");
    assert_eq!(done.stdout.lines().count(), 2, "the configuration and the anchors: {done:?}");
    let log = wpa_supplicant(&institution.file("e.conf"));
    assert!(log.contains("id=0 ssid='eduroam'") && log.contains("start of a new cred block"), "{log}");
    assert!(log.contains("alice@demo.examp") && log.contains("auth=PAP"), "{log}");
    let anchors = written(&institution.file("e-ca.pem"));
    assert_eq!(anchors.matches("BEGIN CERTIFICATE").count(), 1);

    let done = get(&["--to", "nm", "--out", "e.nmconnection"]);
    assert_eq!(done.code(), 0, "{done:?}");
    let read = network_manager(&institution.file("e.nmconnection"));
    for line in [
        "ssid=eduroam",
        "key-mgmt=wpa-eap",
        "eap=ttls;",
        "phase2-auth=pap",
        "identity=alice@demo.example",
        "anonymous-identity=anonymous@demo.example",
        "domain-suffix-match=radius.demo.example",
        "password=secr\"et ö",
    ] {
        assert!(read.lines().any(|l| l == line), "{line} in\n{read}");
    }
    assert!(read.contains("e-ca.pem"), "{read}");

    // Without a file there is no place for the anchors, and without a password no profile for a telephone.
    let done = get(&["--to", "wpa"]);
    assert!(done.code() == 1 && done.stderr.contains("--out"), "{done:?}");
    let done = institution.discover(&["--get", "demo_open", "--to", "onc"]);
    assert!(
        done.code() == 1 && done.stderr.contains("--user") && done.stderr.contains("--password-file"),
        "{done:?}"
    );
    let done = institution.discover(&["--get", "demo_open", "--to", "onc", "--user", "a@elsewhere.example"]);
    assert!(done.code() == 1 && done.stderr.contains("a@elsewhere.example"), "{done:?}");
}

// spec: eapconfig 4, 6
#[test]
fn what_nobody_gave_is_asked_at_the_terminal() {
    let institution = Institution::start(&[]);
    let list = "/v1/discovery.json";
    let start = |arguments: &[&str]| Terminal::start(&institution.command(list, arguments));
    let mut terminal = start(&["--get", "demo_open", "--to", "wpa", "--out", "e.conf"]);
    terminal.wait_for("user name (you@demo.example)");
    terminal.enter("alice@elsewhere.example");
    terminal.wait_for("alice@elsewhere.example: ");
    terminal.wait_for("user name (you@demo.example)");
    terminal.enter("alice");
    terminal.wait_for("password, empty leaves it out: ");
    terminal.enter_hidden("correct horse");
    assert_eq!(terminal.ended(), Some(0), "{}", terminal.screen());
    let conf = written(&institution.file("e.conf"));
    assert!(
        conf.contains("identity=\"alice@demo.example\"") && conf.contains("password=\"correct horse\""),
        "{conf}"
    );
    assert!(!terminal.screen().contains("correct horse"), "{}", terminal.screen());

    // The same for the profile of an institution with several.
    let mut terminal = start(&["--get", "demo"]);
    terminal.wait_for("which one (number, empty gives up)? ");
    terminal.enter("1");
    terminal.wait_for("EAPIdentityProviderList");
    assert_eq!(terminal.ended(), Some(0), "{}", terminal.screen());

    // A container with a passphrase that the document does not give: asked until it opens.
    let mut document = written(Path::new(&vector("v002.xml")));
    let (from, to) = (document.find("<Passphrase>"), document.find("</Passphrase>"));
    let (from, to) = (from.expect("a passphrase"), to.expect("its end"));
    let passphrase = document[from + "<Passphrase>".len()..to].to_owned();
    document.replace_range(from..to + "</Passphrase>".len(), "");
    std::fs::write(institution.file("tls.xml"), document).expect("writable");
    let arguments = ["--from", "tls.xml", "--to", "wpa", "--out", "tls.conf"];
    let without = institution.discover(&arguments);
    assert!(without.code() == 1 && without.stderr.contains("--password-file"), "{without:?}");
    let mut terminal = start(&arguments);
    terminal.wait_for("passphrase of the certificate");
    terminal.enter_hidden("wrong");
    terminal.wait_for("it does not open the certificate");
    terminal.wait_for("passphrase of the certificate");
    terminal.enter_hidden(&passphrase);
    assert_eq!(terminal.ended(), Some(0), "{}", terminal.screen());
    let conf = written(&institution.file("tls.conf"));
    assert!(conf.contains(&format!("private_key_passwd=\"{passphrase}\"")), "{conf}");
}

// spec: passpoint 4 to 6
#[test]
fn a_password_profile_becomes_a_document_of_each_system() {
    let institution = Institution::start(&[]);
    std::fs::write(institution.file("pw"), "secret\n").expect("writable");
    let get = |to: &[&str]| {
        let mut all = vec!["--get", "demo_open", "--user", "alice", "--password-file", "pw"];
        all.extend(to);
        institution.discover(&all)
    };
    let apple = get(&["--to", "mobileconfig", "--out", "e.mobileconfig"]);
    assert_eq!(apple.code(), 0, "{apple:?}");
    assert!(apple.stderr.contains("apple.unsigned"), "{apple:?}");
    let file = institution.file("e.mobileconfig");
    let checked = run("xmllint", &["--noout", "--nonet", &file.to_string_lossy()]);
    assert_eq!(checked.code(), 0, "{checked:?}");
    let plist = run("plistutil", &["-f", "xml", "-i", &file.to_string_lossy()]);
    assert!(plist.code() == 0 && plist.stdout.contains("<string>alice@demo.example</string>"), "{plist:?}");
    is_decoded(&file);

    let android = get(&["--to", "android", "--out", "e.config"]);
    assert_eq!(android.code(), 0, "{android:?}");
    is_decoded(&institution.file("e.config"));
    let onc = get(&["--to", "onc"]);
    let onc: Value = serde_json::from_str(&onc.stdout).unwrap_or_else(|e| panic!("{e}: {onc:?}"));
    assert!(onc["NetworkConfigurations"].as_array().is_some_and(|all| !all.is_empty()), "{onc}");

    // Windows installs nothing without a signature.
    let windows = get(&["--to", "windows"]);
    assert!(windows.code() == 1 && windows.stderr.contains("unsigned"), "{windows:?}");
    let pki = |name: &str| format!("{}/../tests/vectors/passpoint/pki/{name}", env!("CARGO_MANIFEST_DIR"));
    let (key, chain) = (pki("signer-rsa.key"), pki("signer-rsa.pem"));
    let signed = ["--sign-key", &key, "--sign-chain", &chain];
    let apple = get(&[&["--to", "mobileconfig", "--json"], &signed[..]].concat());
    let apple: Value = serde_json::from_str(&apple.stdout).unwrap_or_else(|e| panic!("{e}: {apple:?}"));
    assert!(apple["files"][0]["base64"].is_string(), "a signature is no text: {apple}");
    let done = get(&[&["--to", "mobileconfig", "--out", "s.mobileconfig"], &signed[..]].concat());
    assert_eq!(done.code(), 0, "{done:?}");
    let file = institution.file("s.mobileconfig").to_string_lossy().into_owned();
    let inside = institution.file("inside.plist").to_string_lossy().into_owned();
    let verify = ["cms", "-verify", "-noverify", "-inform", "DER", "-in", &file, "-out", &inside];
    let verified = run("openssl", &verify);
    assert_eq!(verified.code(), 0, "{verified:?}");
    let plist = run("plistutil", &["-f", "xml", "-i", &inside]);
    assert!(plist.code() == 0 && plist.stdout.contains("alice@demo.example"), "{plist:?}");

    let allowed = ["--to", "windows", "--allow", "windows.expiry_dropped", "--out", "e.xml"];
    let windows = get(&[&allowed[..], &signed[..]].concat());
    assert_eq!(windows.code(), 0, "{windows:?}");
    let file = institution.file("e.xml");
    let root = pki("signer-root.pem");
    let mut words = vec!["--verify", "--trusted-pem", &root];
    let intermediate = pki("signer-intermediate.pem");
    words.extend(["--untrusted-pem", &intermediate]);
    // The certificates of the recorded authority are good at this time.
    words.extend(["--verification-gmt-time", "2026-09-21 00:00:00"]);
    let path = file.to_string_lossy();
    words.push(&path);
    let verified = run("xmlsec1", &words);
    assert_eq!(verified.code(), 0, "{verified:?}");
    is_decoded(&file);
}

// spec: eapconfig 7
#[test]
fn a_certificate_profile_is_read_by_every_supplicant() {
    let institution = Institution::start(&[]);
    let (mut running, address) =
        institution.sign_in("/v1/discovery.json", &["--get", "demo_one", "--out", "me.xml"]);
    press(&address, "yes");
    assert_eq!(ended(&mut running), Some(0), "{}", running.log());
    let from = |to: &str, out: &str| institution.discover(&["--from", "me.xml", "--to", to, "--out", out]);
    let done = from("wpa", "me.conf");
    assert_eq!(done.code(), 0, "{done:?}");
    assert_eq!(done.stdout.lines().count(), 3, "{done:?}");
    let log = wpa_supplicant(&institution.file("me.conf"));
    assert!(log.contains("private_key") && log.contains("id=0 ssid='eduroam'"), "{log}");
    let done = from("nm", "me.nmconnection");
    assert_eq!(done.code(), 0, "{done:?}");
    let read = network_manager(&institution.file("me.nmconnection"));
    assert!(
        read.contains("eap=tls;") && read.contains("me-client.p12") && read.contains("@demo.example"),
        "{read}"
    );
    // The container opens with the passphrase in the profile.
    let onc = institution.discover(&["--from", "me.xml", "--to", "onc"]);
    assert!(onc.code() == 0 && onc.stdout.contains("EAP-TLS"), "{onc:?}");
    let android = institution.discover(&["--from", "me.xml", "--to", "android"]);
    assert!(android.code() == 1 && android.stderr.contains("android.outer_identity_fixed"), "{android:?}");
    let allowed = ["--from", "me.xml", "--to", "android", "--allow", "android.outer_identity_fixed"];
    let android = institution.discover(&allowed);
    assert!(android.code() == 0, "{android:?}");
}

// spec: eapconfig 7
#[test]
fn wired_networks_and_odd_documents_become_configurations_too() {
    let institution = Institution::start(&[]);
    let from = |name: &str, to: &str, out: &str| {
        let done = institution.discover(&["--from", &vector(name), "--user", "me", "--to", to, "--out", out]);
        assert_eq!(done.code(), 0, "{name}: {done:?}");
    };
    from("v063.xml", "wpa", "w.conf");
    assert!(wpa_supplicant(&institution.file("w.conf")).contains("ssid='eduroam'"));
    let wired = wpa_supplicant(&institution.file("w-wired.conf"));
    assert!(wired.contains("id=0") && wired.contains("ap_scan"), "{wired}");
    from("v063.xml", "nm", "w.nmconnection");
    assert!(network_manager(&institution.file("w.nmconnection")).contains("type=wifi"));
    assert!(network_manager(&institution.file("w-2.nmconnection")).contains("type=ethernet"));
    // Methods inside the tunnel in all their forms.
    let folder = Path::new(&vector("")).to_owned();
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .expect("the vectors")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".xml"))
        .collect();
    names.sort();
    let mut read = 0;
    for name in names.iter().step_by(7) {
        let done = institution.discover(&["-q", "--from", &vector(name), "--to", "wpa", "--out", "v.conf"]);
        if done.code() == 0 {
            wpa_supplicant(&institution.file("v.conf"));
            read += 1;
        } else {
            assert!(done.stderr.contains("configuration"), "{name}: {done:?}");
        }
    }
    assert!(read >= 5, "{read} of {}", names.len());
}

// spec: eapconfig 9, 10
#[test]
fn a_file_is_explained_line_by_line() {
    let document = "<EAPIdentityProviderList>\n<EAPIdentityProvider ID=\"a.example\">\n<AuthenticationMethods>\
        <AuthenticationMethod>\n<EAPMethod><Type>25</Type></EAPMethod>\n<ServerSideCredential><CA>MIID...</CA>\
        </ServerSideCredential>\n</AuthenticationMethod></AuthenticationMethods></EAPIdentityProvider>\
        </EAPIdentityProviderList>";
    let people = run_with_input(FONAP, &["decode", "eapconfig", "-"], document.as_bytes());
    assert_eq!(people.code(), 1, "{people:?}");
    assert!(people.stdout.contains("5:23: warning: the text is not base64 (base64:CA)"), "{people:?}");
    let programs = run_with_input(FONAP, &["decode", "eapconfig", "--json", "-"], document.as_bytes());
    let programs: Value =
        serde_json::from_str(&programs.stdout).unwrap_or_else(|e| panic!("{e}: {programs:?}"));
    assert_eq!(programs["usable"], false);
    let problems = programs["problems"].as_array().expect("problems");
    assert!(
        problems.iter().any(|p| p["code"] == "base64:CA" && p["line"] == 5 && p["column"] == 23),
        "{programs}"
    );
    let good = run(FONAP, &["decode", "eapconfig", &vector("v001.xml")]);
    assert!(good.code() == 0 && good.stdout.contains("PEAP with EAP-MSCHAPv2 (the one to use)"), "{good:?}");

    let list = "{\"version\":1,\"seq\":5,\"instances\":[{\"id\":7,\"name\":\"A\",\"profiles\":[{\"id\":\"p\",\"redirect\":\"foobar\"}]}]}";
    let people = run_with_input(FONAP, &["decode", "discovery"], list.as_bytes());
    assert!(people.code() == 0 && people.stdout.contains("type:id@0"), "{people:?}");
    assert!(people.stdout.contains("bad_url:redirect:not_absolute: 1"), "{people:?}");
    let broken = run_with_input(FONAP, &["decode", "discovery"], b"{\"instances\":[}");
    assert!(broken.code() == 1 && broken.stderr.contains("octet 14 (bad_json)"), "{broken:?}");
}
