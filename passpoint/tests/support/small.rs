//! The small exact files.

use passpoint::consortium::{self, OpenRoaming};
use passpoint::web::{Kind, Os};
use passpoint::{Uuid, android, onc, windows, xml};
use serde_json::{Value, json};
use testkit::vectors::{Files, Outcome, Suite, Tally, list, number, octets, same, text};

pub(crate) fn run(suite: &mut Suite) {
    suite.json("android_base64.json", 13, |document, file| {
        for case in list(document, "cases") {
            file.case(case, |case| {
                let want = case.get("hex").ok_or("no member hex")?;
                let got = android::decode_base64(text(case, "text")?.as_bytes());
                same("octets", &got.map(|o| testkit::hex::encode(&o)).as_deref(), &want.as_str())
            });
        }
    });
    suite.json("uuids.json", 3, |document, file| {
        for case in list(document, "cases") {
            file.case(case, uuids);
        }
    });
    suite.json("openroaming_oi.json", 12, |document, file| {
        for case in list(document, "cases") {
            file.case(case, open_roaming);
        }
    });
    let files = suite.files();
    suite.json("dsig.json", 2, |document, file| {
        for case in list(document, "cases") {
            file.case(case, |case| signature(&files, case));
        }
    });
    let files = suite.files();
    suite.json("onc_encrypted.json", 1, |document, file| file.case(document, |case| sealed(&files, case)));
    suite.json("service.json", 16, service);
    suite.json("c14n.json", 12, |document, file| {
        for case in list(document, "cases") {
            file.case(case, |case| {
                let got = xml::canonical_form(text(case, "xml")?.as_bytes()).map_err(|e| e.to_string())?;
                same("canonical form", &got.as_str(), &text(case, "canonical")?)
            });
        }
    });
}

/// The signed example without its signature, signed again, is the same file.
fn signature(files: &Files, case: &Value) -> Outcome {
    let signed = files.read(text(case, "file")?)?;
    let signed = String::from_utf8(signed).map_err(|e| e.to_string())?;
    let (head, rest) = signed.split_once("<Signature").ok_or("no signature")?;
    let (_, tail) = rest.split_once("</Signature>").ok_or("no end of the signature")?;
    let plain = format!("{head}{tail}");
    let again = windows::sign(plain.as_bytes(), &super::signer()).map_err(|e| e.to_string())?;
    let again = String::from_utf8(again).map_err(|e| e.to_string())?;
    let value = text(case, "signature_value")?;
    if !again.contains(&format!("<SignatureValue>{value}</SignatureValue>")) {
        return Err("another signature value".to_owned());
    }
    let verdict = windows::verify(again.as_bytes(), None, true).map_err(|e| e.to_string())?;
    let length = number(case, "document_canonical_length")?;
    same("canonical length", &(verdict.document.len() as u64), &length)
}

fn service(document: &Value, file: &mut Tally) {
    for case in list(document, "os_from_user_agent") {
        file.case(case, |case| {
            same("os", &Os::from_user_agent(text(case, "user_agent")?).as_str(), &text(case, "os")?)
        });
    }
    for case in list(document, "ms_settings") {
        file.case(case, |case| {
            same("link", &windows::ms_settings_uri(text(case, "url")?).as_str(), &text(case, "uri")?)
        });
    }
    for case in list(document, "filenames") {
        file.case(case, |case| {
            let word = text(case, "kind")?;
            let kind = Kind::ALL.into_iter().find(|k| k.as_str() == word).ok_or("an unknown kind")?;
            same("name", &kind.file_name(text(case, "profile_id")?).as_str(), &text(case, "name")?)
        });
    }
}

fn sealed(files: &Files, case: &Value) -> Outcome {
    let plain = files.read("encode/ssid-only/chromeos.onc")?;
    let phrase = text(case, "passphrase")?;
    let iv = octets(case, "iv_hex")?.try_into().map_err(|_| "no initialisation vector")?;
    let iterations = u32::try_from(number(case, "iterations")?).map_err(|e| e.to_string())?;
    let got =
        onc::seal(&plain, phrase, &octets(case, "salt_hex")?, &iv, iterations).map_err(|e| e.to_string())?;
    let got: Value = serde_json::from_slice(&got).map_err(|e| e.to_string())?;
    super::same_json("sealed", &got, &case["result"])?;
    let opened = onc::open(case["result"].to_string().as_bytes(), phrase).map_err(|e| e.to_string())?;
    same("plain text", &*opened, &plain)?;
    let other =
        onc::open(case["result"].to_string().as_bytes(), "open sesame!").map(|_| ()).map_err(|e| e.code);
    same("another phrase", &other, &Err("onc.hmac"))
}

fn uuids(case: &Value) -> Outcome {
    let profile = Uuid::of_profile(text(case, "profile_id")?);
    same("profile", &profile.upper().as_str(), &text(case, "profile_uuid")?)?;
    let children = case["children"].as_object().ok_or("no children")?;
    for (name, want) in children {
        same(name, &Some(profile.child(name).upper().as_str()), &want.as_str())?;
    }
    Ok(())
}

fn open_roaming(case: &Value) -> Outcome {
    let (family, asks) = consortium::describe(text(case, "oi")?).ok_or("not an identifier")?;
    let mut got = json!({ "oi": case["oi"], "family": family.as_str() });
    if let Some(asks) = asks {
        let id_type =
            asks.id_type_name().map_or_else(|| format!("reserved_{}", asks.id_type()), str::to_owned);
        got["level_of_assurance"] = json!(if asks.is_enhanced() { "enhanced" } else { "baseline" });
        got["qos"] = json!(qos(asks));
        got["identity"] = json!(if asks.is_identified() { "identified" } else { "anonymous" });
        got["id_type"] = json!(id_type);
        got["credential_lifetime"] = json!(if asks.is_short_lived() { "short" } else { "long" });
        got["reserved_bits_set"] = json!(asks.has_reserved_bits());
    }
    super::same_json("meaning", &got, case)
}

fn qos(asks: OpenRoaming) -> String {
    match asks.qos() {
        0 => "bronze".to_owned(),
        1 => "silver".to_owned(),
        other => format!("reserved_{other}"),
    }
}
