//! Parts of the vector test.

pub(crate) mod checker;
pub(crate) mod decode;
pub(crate) mod encode;
pub(crate) mod small;

use passpoint::Report;
use passpoint::signer::RingSigner;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// A moment at which the certificates of the test PKI are valid.
pub(crate) const NOW: i64 = 1_790_000_000;

/// The test PKI, which is part of the project.
pub(crate) fn pki(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/passpoint/pki").join(name)
}

pub(crate) fn pki_text(name: &str) -> String {
    std::fs::read_to_string(pki(name)).unwrap_or_else(|e| panic!("pki/{name}: {e}"))
}

pub(crate) fn signer() -> RingSigner {
    let chain = pki_text("signer-rsa.pem") + &pki_text("signer-intermediate.pem");
    RingSigner::from_pem(&pki_text("signer-rsa.key"), &chain).expect("the test signer")
}

/// A report as the set of its findings.
pub(crate) fn findings(report: &Report) -> BTreeSet<String> {
    report.findings().iter().map(|f| format!("{} {} {}", f.severity, f.code, f.field)).collect()
}

/// The same from a recorded report.
pub(crate) fn recorded(report: &Value) -> BTreeSet<String> {
    let text = |f: &Value, name: &str| f[name].as_str().unwrap_or("?").to_owned();
    let list = report.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().map(|f| format!("{} {} {}", text(f, "severity"), text(f, "code"), text(f, "field"))).collect()
}

pub(crate) fn same_report(what: &str, got: &Report, want: &Value) -> Result<(), String> {
    let (got, want) = (findings(got), recorded(want));
    if got == want {
        return Ok(());
    }
    let more: Vec<_> = got.difference(&want).collect();
    let less: Vec<_> = want.difference(&got).collect();
    Err(format!("{what}: too many {more:?}, missing {less:?}"))
}

/// A decoded model as the vectors have it: the PKCS#12 file is replaced by what is in it.
pub(crate) fn as_recorded(model: &passpoint::Model) -> Value {
    let mut value: Value = serde_json::from_str(&model.to_json()).expect("a model is JSON");
    if let Some(certificate) = model.credential.certificate() {
        let octets =
            passpoint::android::decode_base64(certificate.pkcs12.expose().as_bytes()).unwrap_or_default();
        let facts = match passpoint::pkcs12::Identity::open(&octets, certificate.pkcs12_password.expose()) {
            Ok(identity) => json!({
                "leaf_sha256": identity.leaf.sha256_hex(),
                "extra_certs": identity.chain.len(),
            }),
            Err(_) => Value::Null,
        };
        if let Some(members) = value["credential"].as_object_mut() {
            members.remove("pkcs12");
            members.insert("pkcs12_facts".to_owned(), facts);
        }
    }
    value
}

/// Says where two JSON values differ first.
pub(crate) fn same_json(what: &str, got: &Value, want: &Value) -> Result<(), String> {
    match (got, want) {
        (Value::Object(left), Value::Object(right)) => {
            let names: BTreeSet<_> = left.keys().chain(right.keys()).collect();
            names.into_iter().try_for_each(|name| {
                let missing = Value::Null;
                let (l, r) = (left.get(name).unwrap_or(&missing), right.get(name).unwrap_or(&missing));
                same_json(&format!("{what}.{name}"), l, r)
            })
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => left
            .iter()
            .zip(right)
            .enumerate()
            .try_for_each(|(i, (l, r))| same_json(&format!("{what}[{i}]"), l, r)),
        _ if got == want => Ok(()),
        _ => Err(format!("{what}: got {got}, want {want}")),
    }
}
