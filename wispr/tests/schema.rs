//! Every message the crate writes is valid by the XML schema of the specification, in the eyes of a foreign validator.
#![expect(clippy::unwrap_used, reason = "what cannot be set up is a failed test")]

use std::path::{Path, PathBuf};
use std::process::Command;
use wispr::code::{FonResponseCode, ResponseCode};
use wispr::message::{Field, FieldType, Kind, Message};
use wispr::schema;
use wispr::write::Envelope;

/// All codes of section 4.
const CODES: [u16; 15] = [0, 10, 50, 100, 102, 105, 150, 151, 152, 200, 201, 252, 253, 254, 255];

/// A text that would break a careless writer.
const HOSTILE: &str = "a --> b ]]> & <c> \"d\" -----\u{1} \u{fffe}\u{e9}";

/// A message with every field its kind has, or with those it must have.
fn message(kind: Kind, code: u16, full: bool) -> Message<'static> {
    let mut message = Message::with_code(kind, ResponseCode(code));
    for &field in schema::fields(kind) {
        if let Some(slot) = message.text_mut(field) {
            *slot = match field.field_type() {
                FieldType::Url => Some("https://portal.example/a--b?c=d&e=<f>".into()),
                FieldType::Version => Some("2.0".into()),
                _ if field == Field::AccessProcedure => Some("1.0".into()),
                _ => Some(HOSTILE.into()),
            };
        }
    }
    if kind == Kind::Redirect {
        message.version_low = Some("1.0".into());
    }
    let has = |field| schema::fields(kind).contains(&field);
    message.eap_msg = has(Field::EapMsg).then(|| vec![1, 2, 0, 4].into());
    message.delay = has(Field::Delay).then_some(u32::MAX);
    message.status = has(Field::Status).then_some(1);
    message.max_session_time = has(Field::MaxSessionTime).then_some(u64::MAX);
    message.fon_response_code = has(Field::FonResponseCode).then_some(FonResponseCode(999));
    if has(Field::ReplyMessage) {
        message.reply_messages.push(HOSTILE.into());
    }
    if !full {
        let whole = message.clone();
        for &field in schema::fields(kind) {
            let mut without = message.clone();
            match (without.text_mut(field), field) {
                (Some(slot), _) => *slot = None,
                (None, Field::EapMsg) => without.eap_msg = None,
                (None, Field::ReplyMessage) => without.reply_messages.clear(),
                (None, Field::Delay) => without.delay = None,
                (None, Field::Status) => without.status = None,
                (None, Field::MaxSessionTime) => without.max_session_time = None,
                (None, Field::FonResponseCode) => without.fon_response_code = None,
                (None, _) => {}
            }
            if schema::check(&without).is_ok() {
                message = without;
            }
        }
        assert!(kind == Kind::LogoffReply || message != whole);
    }
    message
}

fn messages() -> Vec<(String, Message<'static>)> {
    let mut out = Vec::new();
    for kind in Kind::ALL {
        for code in CODES.into_iter().filter(|code| schema::has_code(kind, ResponseCode(*code))) {
            for full in [true, false] {
                let message = message(kind, code, full);
                assert_eq!(schema::check(&message), Ok(()), "{kind:?} {code} {full}");
                out.push((format!("{kind:?}-{code}-{}", if full { "full" } else { "bare" }), message));
            }
        }
    }
    out
}

/// Writes documents below the target folder.
fn files(folder: &str, documents: &[(String, String)]) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    std::fs::create_dir_all(&folder).unwrap();
    let write = |(name, text): &(String, String)| {
        let path = folder.join(format!("{name}.xml"));
        std::fs::write(&path, text).unwrap();
        path
    };
    documents.iter().map(write).collect()
}

fn xmllint(files: &[PathBuf]) -> (bool, String) {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wispr.xsd");
    let run =
        Command::new("xmllint").args(["--noout", "--nonet", "--schema"]).arg(schema).args(files).output();
    let output = run.unwrap_or_else(|e| panic!("xmllint ({e}): install the Debian package libxml2-utils"));
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn every_message_that_is_written_is_valid() {
    // spec: wispr 3
    let documents: Vec<_> = messages()
        .iter()
        .map(|(name, message)| (name.clone(), Envelope::new().bare().to_string(Some(message)).unwrap()))
        .collect();
    assert!(documents.len() > 80);
    let (valid, report) = xmllint(&files("schema-valid", &documents));
    let complaints: Vec<&str> = report.lines().filter(|line| !line.ends_with(" validates")).collect();
    assert!(valid && complaints.is_empty(), "{complaints:#?}");
}

#[test]
fn the_schema_refuses_what_is_not_a_message() {
    // spec: wispr 3
    let good = Envelope::new().bare().to_string(Some(&message(Kind::Redirect, 0, true))).unwrap();
    let bad = [
        ("code", good.replace(">0</ResponseCode>", ">50</ResponseCode>")),
        ("number", good.replace(">100</MessageType>", ">120</MessageType>")),
        ("url", good.replace("<LoginURL>https:", "<LoginURL>ftp:")),
        ("element", good.replace("AbortLoginURL", "LogoffURL")),
        ("empty", Envelope::new().bare().to_string(None).unwrap()),
    ];
    for (name, text) in bad {
        assert_ne!(text, good, "{name}");
        let (valid, report) = xmllint(&files("schema-invalid", &[(name.to_owned(), text)]));
        assert!(!valid && report.contains("fails to validate"), "{name}: {report}");
    }
}

#[test]
fn what_is_written_into_a_comment_is_one_comment_and_reads_back() {
    // spec: wispr 2, 8.1, 9
    for (name, message) in messages() {
        let page = format!(
            "<html>{}</html>",
            Envelope::new().cdata_letters(true).to_string(Some(&message)).unwrap()
        );
        assert_eq!((page.matches("<!--").count(), page.matches("--").count()), (1, 2), "{name}");
        let strict = wispr::read::read_strict(page.as_bytes());
        assert_eq!(strict.as_ref().map(|m| m.response_code), Ok(message.response_code), "{name}");
        let tolerant = wispr::read::read(page.as_bytes()).unwrap();
        assert_eq!(tolerant.usable().map(|m| m.kind), Ok(message.kind), "{name}");
    }
}
