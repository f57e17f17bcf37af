//! What the systems' own programs say of the files: wpa_supplicant, NetworkManager, OpenSSL, xmlsec, Python's plistlib.

mod support {
    pub(crate) mod peer;
}

use passpoint::pkcs12::{Identity, Pkcs12, Random, write};
use passpoint::signer::RingSigner;
use passpoint::{Model, Profile, apple, nm, windows, wpa};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use support::peer::{Peer, run};

/// A moment at which the certificates of the test PKI are valid.
const NOW: i64 = 1_790_000_000;

struct Counter(u8);

impl Random for Counter {
    fn fill(&mut self, octets: &mut [u8]) {
        for octet in octets {
            *octet = self.0;
            self.0 = self.0.wrapping_add(1);
        }
    }
}

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/passpoint")
}

fn pki(name: &str) -> PathBuf {
    vectors().join("pki").join(name)
}

fn pki_text(name: &str) -> String {
    fs::read_to_string(pki(name)).unwrap_or_else(|e| panic!("pki/{name}: {e}"))
}

fn signer(kind: &str) -> RingSigner {
    let chain = pki_text(&format!("signer-{kind}.pem")) + &pki_text("signer-intermediate.pem");
    RingSigner::from_pem(&pki_text(&format!("signer-{kind}.key")), &chain).expect("the test signer")
}

/// The valid profiles of the encoding vectors, by name.
fn profiles() -> BTreeMap<String, Profile> {
    let cases = fs::read_dir(vectors().join("encode")).expect("the vectors");
    let mut all = BTreeMap::new();
    for case in cases {
        let case = case.expect("a folder");
        let input = fs::read_to_string(case.path().join("input.json")).expect("input.json");
        let input: serde_json::Value = serde_json::from_str(&input).expect("JSON");
        let model = Model::from_json(input["model"].to_string().as_bytes());
        if let Some(profile) = model.ok().and_then(|model| Profile::new(model).ok()) {
            all.insert(case.file_name().to_string_lossy().into_owned(), profile);
        }
    }
    assert!(all.len() >= 10, "{:?}", all.keys());
    all
}

/// The text between the quotes, or the octets of a hexadecimal value.
fn unquoted(value: &str) -> String {
    match value.strip_prefix('"').and_then(|v| v.strip_suffix('"')) {
        Some(text) => text.to_owned(),
        None => value.to_owned(),
    }
}

// spec: passpoint 7
#[test]
fn wpa_supplicant_loads_every_cred_block() {
    let folder = tempfile::tempdir().expect("a folder");
    let control = folder.path().join("control");
    let mut text = format!("ctrl_interface={}\n", control.display());
    let mut blocks = Vec::new();
    for (name, profile) in profiles() {
        let Some(output) = wpa::encode(&profile, &wpa::Options::default()).output else { continue };
        let config = String::from_utf8(output.config.clone()).expect("UTF-8");
        // Global settings stand once.
        let (_, cred) = config.split_once("cred=").expect("a cred block");
        text += &format!(
            "{}cred={cred}\n",
            if blocks.is_empty() { "interworking=1\nhs20=1\nauto_interworking=1\n" } else { "" }
        );
        let read = wpa::check(config.as_bytes(), true).expect("a configuration");
        blocks.push((name, read.blocks[0].clone()));
    }
    assert!(blocks.len() >= 8, "{}", blocks.len());
    let file = folder.path().join("wpa.conf");
    fs::write(&file, &text).expect("a file");

    let arguments = ["-i", "lo", "-D", "none", "-c", file.to_str().expect("UTF-8")];
    let mut supplicant = Peer::start("wpa_supplicant", "wpasupplicant", &arguments);
    let control = control.to_str().expect("UTF-8").to_owned();
    let ask = |words: &[&str]| {
        run("wpa_cli", "wpasupplicant", &[&["-p", &control, "-i", "lo"], words].concat(), b"")
    };
    // Without the right to open raw sockets it ends after it has read the configuration; reading is what counts then.
    let listed = supplicant.wait(|log| {
        if log.contains("PF_PACKET") {
            return Some(None);
        }
        assert!(!log.contains("Failed to") && !log.contains("Line "), "refused:\n{log}\n{text}");
        let listed = ask(&["list_creds"]);
        (listed.code == 0).then_some(Some(listed))
    });
    let Some(listed) = listed else {
        println!("not as root: wpa_supplicant has read the configuration, and is not asked what it holds");
        return;
    };
    assert_eq!(listed.out.lines().count(), blocks.len() + 1, "{}", listed.out);
    for (number, (name, block)) in blocks.iter().enumerate() {
        for key in
            ["realm", "username", "domain", "eap", "domain_suffix_match", "imsi", "sp_priority", "phase2"]
        {
            let want: Vec<String> = block.values(key).map(unquoted).collect();
            let got = ask(&["get_cred", &number.to_string(), key]).out;
            let got = got.trim_end();
            if want.is_empty() {
                continue;
            }
            assert_eq!(got.split('\n').collect::<Vec<_>>(), want, "{name}: {key}");
        }
    }
}

/// Sections and their values.
fn keyfile(text: &str) -> BTreeMap<(String, String), String> {
    let mut section = String::new();
    let mut all = BTreeMap::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            section = name.to_owned();
        } else {
            let (key, value) = line.split_once('=').unwrap_or_else(|| panic!("{line:?}"));
            all.insert((section.clone(), key.to_owned()), value.to_owned());
        }
    }
    all
}

/// The octets of an SSID: the program writes those that are not plain text as a list of numbers.
fn ssid(value: &str) -> Vec<u8> {
    let numbers: Option<Vec<u8>> =
        value.strip_suffix(';').and_then(|v| v.split(';').map(|n| n.parse().ok()).collect());
    numbers
        .unwrap_or_else(|| value.replace("\\;", ";").replace("\\s", " ").replace("\\\\", "\\").into_bytes())
}

// spec: passpoint 8
#[test]
fn network_manager_reads_its_keyfiles_back() {
    let mut files = 0;
    for (name, profile) in profiles() {
        let Some(output) = nm::encode(&profile, &nm::Options::default()).output else { continue };
        for file in &output.keyfiles {
            let ours = keyfile(str::from_utf8(file).expect("UTF-8"));
            let id = &ours[&("connection".to_owned(), "id".to_owned())];
            let words = ["--offline", "connection", "modify", "connection.autoconnect-priority", "0"];
            let done = run("nmcli", "network-manager", &words, file);
            // 0 is what it is anyway: the program reads the file and writes it again.
            assert_eq!(done.code, 0, "{name}, {id}: {}", done.err);
            let theirs = keyfile(&done.out);
            for ((section, key), value) in &ours {
                let default = key == "autoconnect" && value == "true" || key == "hidden" && value == "false";
                let got = theirs.get(&(section.clone(), key.clone()));
                let same =
                    got == Some(value) || key == "ssid" && got.is_some_and(|got| ssid(got) == ssid(value));
                assert!(same || default && got.is_none(), "{name}: [{section}] {key}: {value:?}, {got:?}");
            }
            files += 1;
        }
    }
    assert!(files >= 5, "{files}");
}

// spec: passpoint 4.5
#[test]
fn openssl_verifies_and_plistlib_reads_signed_profiles() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = pki("signer-root.pem").display().to_string();
    let profile = &profiles()["escaping"];
    let plain =
        apple::encode(profile, &apple::Options::default(), &mut Counter(1)).output.expect("a profile");
    for kind in ["rsa", "ec"] {
        let signed = apple::sign(&plain, &signer(kind), NOW).expect("a signature");
        let (file, out) = (folder.path().join(kind), folder.path().join("plain"));
        let (file, out) = (file.to_str().expect("UTF-8"), out.to_str().expect("UTF-8"));
        fs::write(file, &signed).expect("a file");
        let words = [
            "cms",
            "-verify",
            "-inform",
            "DER",
            "-in",
            file,
            "-CAfile",
            &root,
            "-purpose",
            "any",
            "-binary",
            "-attime",
            "1790000000",
            "-out",
            out,
        ];
        let done = run("openssl", "openssl", &words, b"");
        assert_eq!(done.code, 0, "{kind}: {}", done.err);
        assert_eq!(fs::read(out).expect("the content"), plain, "{kind}");
        // Something else in the content is noticed.
        let mut changed = signed.clone();
        let place = changed.windows(9).position(|w| w == b"PayloadID" || w == b"PayloadUU").expect("a key");
        changed[place] ^= 1;
        fs::write(file, &changed).expect("a file");
        assert_ne!(run("openssl", "openssl", &words, b"").code, 0, "{kind}");
    }
    let script = "import plistlib, sys, json\np = plistlib.loads(sys.stdin.buffer.read(), fmt=plistlib.FMT_XML)\n\
                  print(json.dumps([p['PayloadIdentifier'], p['PayloadDisplayName'], [c['PayloadType'] for c in p['PayloadContent']]]))";
    let read = run("python3", "python3", &["-c", script], &plain);
    assert_eq!(read.code, 0, "{}", read.err);
    let read: serde_json::Value = serde_json::from_str(&read.out).expect("JSON");
    assert_eq!(read[0], profile.model().profile.id.as_str());
    assert_eq!(read[1], profile.model().profile.display_name.as_str());
    assert!(read[2].as_array().expect("a list").iter().any(|t| t == "com.apple.wifi.managed"), "{read}");
}

// spec: passpoint 5.5
#[test]
fn xmlsec_verifies_signed_profiles() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("windows.xml");
    let (path, root) = (file.to_str().expect("UTF-8"), pki("signer-root.pem").display().to_string());
    let words = ["--verify", "--trusted-pem", &root, "--verification-gmt-time", "2026-09-21 00:00:00", path];
    let mut files = 0;
    for (name, profile) in profiles() {
        let encoded = windows::encode_signed(&profile, &windows::Options::default(), &signer("rsa"));
        let Some(signed) = encoded.expect("a signature").output else { continue };
        fs::write(&file, &signed).expect("a file");
        let done = run("xmlsec1", "xmlsec1", &words, b"");
        assert_eq!(done.code, 0, "{name}: {}{}", done.out, done.err);
        let changed =
            String::from_utf8(signed).expect("UTF-8").replacen("<SubscriberId>", "<SubscriberId>0", 1);
        fs::write(&file, changed).expect("a file");
        assert_ne!(run("xmlsec1", "xmlsec1", &words, b"").code, 0, "{name}");
        files += 1;
    }
    assert!(files >= 5, "{files}");
}

// spec: passpoint 3.1
#[test]
fn openssl_opens_what_is_written_as_pkcs12_and_the_other_way() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("client.p12");
    let path = path.to_str().expect("UTF-8");
    let (key, leaf) =
        (pki("user-alice.key").display().to_string(), pki("user-alice.pem").display().to_string());
    for (password, more) in [
        ("p12-Secret1", &["-certpbe", "AES-256-CBC", "-keypbe", "AES-256-CBC", "-macalg", "sha256"][..]),
        ("", &["-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1"][..]),
    ] {
        let pass = format!("pass:{password}");
        let words = ["pkcs12", "-export", "-inkey", &key, "-in", &leaf, "-out", path, "-passout", &pass];
        let done = run("openssl", "openssl", &[&words, more].concat(), b"");
        assert_eq!(done.code, 0, "{}", done.err);
        let read = Pkcs12::open(&fs::read(path).expect("a file"), password).expect("OpenSSL's file");
        let identity: Identity = read.into_identity().expect("one key");
        let written = write(&identity, &[], "other", &mut Counter(7)).expect("a file");
        fs::write(path, &written).expect("a file");
        // 3DES is in OpenSSL's default provider, RC2 is not: it is read without the legacy one.
        let done =
            run("openssl", "openssl", &["pkcs12", "-in", path, "-passin", "pass:other", "-nodes"], b"");
        assert_eq!(done.code, 0, "{}", done.err);
        let certificate = pki_text("user-alice.pem");
        let body: Vec<&str> = certificate.lines().filter(|l| l.len() == 64).collect();
        assert!(body.iter().all(|line| done.out.contains(line)), "{}", done.out);
        assert!(done.out.contains("BEGIN PRIVATE KEY"), "{}", done.out);
    }
}
