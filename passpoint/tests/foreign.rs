//! Files that other programs wrote, and what has to be given along with some of them.
#![allow(missing_docs, clippy::expect_used, reason = "a test")]

use passpoint::certificate::Certificate;
use passpoint::signer::RingSigner;
use passpoint::{Trust, apple};

const IDENTITY: &str = include_str!("../../tests/vectors/passpoint/encode/tls-p12/apple.mobileconfig");
const ORDINARY: &str = include_str!("../../tests/vectors/passpoint/encode/ssid-only/apple.mobileconfig");
const NOW: i64 = 1_790_000_000;

fn code<T>(result: Result<T, passpoint::Rejection>) -> Result<(), &'static str> {
    result.map(|_| ()).map_err(|e| e.code)
}

// spec: passpoint 4.3, 9.2
#[test]
fn an_identity_without_a_password_is_opened_with_the_one_given_along() {
    let (before, after) = IDENTITY.split_once("<key>Password</key>").expect("a password");
    let (password, after) = after.split_once("</string>").expect("its text");
    let password = password.trim().trim_start_matches("<string>");
    let file = [before, after].concat();
    let options = apple::DecodeOptions::default();

    let locked = apple::decode(file.as_bytes(), &options).expect("a profile");
    assert!(locked.report.contains("decode.pkcs12_locked"));

    let options = options.with_pkcs12_password(password);
    assert!(!format!("{options:?}").contains(password));
    let decoded = apple::decode(file.as_bytes(), &options).expect("a profile");
    assert!(!decoded.report.contains("decode.pkcs12_locked"));
    let credential = decoded.model.credential.certificate().expect("a certificate");
    assert_eq!(credential.pkcs12_password.expose(), password);

    let wrong = options.with_pkcs12_password("another one");
    assert_eq!(code(apple::decode(file.as_bytes(), &wrong)), Err("apple.pkcs12"));
}

// spec: passpoint 4.5
#[test]
fn a_certificate_that_a_signature_lacks_can_be_given_along() {
    let pki = |name: &str| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/passpoint/pki");
        std::fs::read_to_string(format!("{folder}/{name}")).expect("a file of the test PKI")
    };
    let signer = RingSigner::from_pem(&pki("signer-rsa.key"), &pki("signer-rsa.pem")).expect("a signer");
    let signed = apple::sign(ORDINARY.as_bytes(), &signer, NOW).expect("signed");
    let anchors = [Certificate::from_pem(&pki("signer-root.pem")).expect("the root")];
    let between = [Certificate::from_pem(&pki("signer-intermediate.pem")).expect("the intermediate")];
    let options = apple::DecodeOptions::trusting(Trust { anchors: &anchors, unix_seconds: Some(NOW) });
    assert_eq!(code(apple::decode(&signed, &options)), Err("apple.signature"));
    let decoded = apple::decode(&signed, &options.with_certificates(&between)).expect("a profile");
    assert_eq!(decoded.signature.map(|s| s.certificates.len()), Some(1));
}

// spec: passpoint 4.3
#[test]
fn a_payload_without_a_type_is_refused_even_where_other_types_are_passed_over() {
    let wifi = "<string>com.apple.wifi.managed</string>";
    assert!(ORDINARY.contains(wifi));
    let other = ORDINARY.replacen(wifi, "<string>com.example.other</string>", 1);
    let decoded = apple::decode(other.as_bytes(), &apple::DecodeOptions::default()).expect("a profile");
    assert!(decoded.report.contains("decode.payload_ignored"));
    let key = format!("<key>PayloadType</key>\n\t\t\t{wifi}\n");
    assert!(ORDINARY.contains(&key));
    let none = ORDINARY.replacen(&key, "", 1);
    let refused = code(apple::decode(none.as_bytes(), &apple::DecodeOptions::default()));
    assert_eq!(refused, Err("apple.payload_type"));
}
