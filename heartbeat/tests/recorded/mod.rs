//! Reading the members of recorded cases.

use heartbeat::query::QueryType;
pub(crate) mod files;
pub(crate) mod traces;

use heartbeat::rsa::RsaPublicKey;
use heartbeat::{Architecture, Key, Mac, Query, Version};
use serde_json::Value;
use testkit::vectors::{Files, Suite, list, number, octets, text};

/// The public halves of the test key pairs, by name.
pub(crate) struct Keys(Files);

impl Keys {
    /// Checks that all forms of the first are the same key, and that the second, which has no file, is found.
    ///
    /// # Panics
    /// When a file is missing or is no key.
    pub(crate) fn read(suite: &mut Suite) -> Self {
        let file = |suite: &mut Suite, name: &str| {
            let path = format!("keys/{name}");
            suite.read(&path).or_else(|| own(&path)).unwrap_or_else(|| panic!("{path} is missing"))
        };
        let pem = file(suite, "rsa_a.spki.pem");
        let key = RsaPublicKey::from_file(&pem).expect("the PEM file is a key");
        let der = file(suite, "rsa_a.spki.der");
        assert_eq!(RsaPublicKey::from_file(&der).expect("the DER file is a key"), key);
        assert!(RsaPublicKey::from_file(&file(suite, "rsa_a.pkcs8.pem")).is_err());
        let keys = Self(suite.files());
        assert_eq!(keys.public("rsa_a").as_ref(), Ok(&key));
        assert_ne!(keys.public("rsa_b").expect("another key"), key);
        keys
    }

    /// The key in `keys/NAME.spki.pem`, or else in the case of `rsa_public_keys.json` that has a file of this name.
    pub(crate) fn public(&self, name: &str) -> Result<RsaPublicKey, String> {
        let (path, cases) = (format!("keys/{name}.spki.pem"), "rsa_public_keys.json");
        let given = |path: &str| self.0.read(path).ok();
        let file = given(&path)
            .or_else(|| recorded_file(&given(cases)?, name))
            .or_else(|| own(&path))
            .or_else(|| recorded_file(&own(cases)?, name))
            .ok_or_else(|| format!("no key {name:?}"))?;
        RsaPublicKey::from_file(&file).map_err(|e| format!("{name}: {e}"))
    }
}

/// The content of `NAME.spki.pem` as a case of `rsa_public_keys.json` has it.
fn recorded_file(document: &[u8], name: &str) -> Option<Vec<u8>> {
    let document: Value = serde_json::from_slice(document).ok()?;
    let file_name = format!("{name}.spki.pem");
    let case = list(&document, "vectors").iter().find(|case| case["file_name"] == file_name)?;
    octets(case, "file_hex").ok()
}

/// The project's copy of a file, for runs over a folder that has none.
fn own(path: &str) -> Option<Vec<u8>> {
    std::fs::read(format!("{}/../tests/vectors/heartbeat/{path}", env!("CARGO_MANIFEST_DIR"))).ok()
}

pub(crate) fn member<'a>(case: &'a Value, name: &str) -> Result<&'a Value, String> {
    case.get(name).ok_or_else(|| format!("no member {name:?}"))
}

pub(crate) fn boolean(case: &Value, name: &str) -> Result<bool, String> {
    member(case, name)?.as_bool().ok_or_else(|| format!("{name:?} is not true or false"))
}

pub(crate) fn accepts(case: &Value, name: &str) -> Result<bool, String> {
    match text(case, name)? {
        "accept" => Ok(true),
        "reject" => Ok(false),
        other => Err(format!("unknown verdict {other:?}")),
    }
}

pub(crate) fn number32(case: &Value, name: &str) -> Result<u32, String> {
    u32::try_from(number(case, name)?).map_err(|e| format!("{name}: {e}"))
}

/// A number of one octet. The original sign-extends some from 128 on; what it extended is taken back.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "that is the point"
)]
pub(crate) fn octet(value: &Value) -> Result<u8, String> {
    let number = value.as_i64().ok_or_else(|| format!("{value} is no number"))?;
    let low = number as u8;
    let extended = [i64::from(low), i64::from(low as i8), i64::from(low as i8 as u32)];
    if extended.contains(&number) { Ok(low) } else { Err(format!("{number} is no octet")) }
}

pub(crate) fn optional_octets(case: &Value, name: &str) -> Result<Option<Vec<u8>>, String> {
    if member(case, name)?.is_null() { Ok(None) } else { octets(case, name).map(Some) }
}

pub(crate) fn optional_numbers(case: &Value, name: &str) -> Result<Option<Vec<u64>>, String> {
    match member(case, name)? {
        Value::Null => Ok(None),
        Value::Array(values) => values
            .iter()
            .map(|v| v.as_u64().ok_or_else(|| format!("{v} is no number")))
            .collect::<Result<_, _>>()
            .map(Some),
        other => Err(format!("{name}: {other}")),
    }
}

pub(crate) fn octets_list(case: &Value, name: &str) -> Result<Vec<Vec<u8>>, String> {
    let values = member(case, name)?.as_array().ok_or_else(|| format!("{name:?} is no list"))?;
    values
        .iter()
        .map(|value| testkit::hex::decode(value.as_str().ok_or_else(|| format!("{value} is no text"))?))
        .collect()
}

pub(crate) fn array<const N: usize>(case: &Value, name: &str) -> Result<[u8; N], String> {
    let octets = octets(case, name)?;
    octets.try_into().map_err(|octets: Vec<u8>| format!("{name}: {} octets, want {N}", octets.len()))
}

pub(crate) fn key(case: &Value, name: &str) -> Result<Key, String> {
    array(case, name).map(Key::new)
}

pub(crate) fn mac_of(case: &Value, name: &str) -> Result<Mac, String> {
    text(case, name)?.parse().map_err(|e| format!("{e}"))
}

/// The fields a query and its decoded form share; the filler is zero.
pub(crate) fn query_of(case: &Value) -> Result<Query, String> {
    let version = member(case, "version")?.as_array().ok_or("the version is no list")?;
    let [major, minor, micro] = &version[..] else {
        return Err("the version has not three parts".to_owned());
    };
    Ok(Query {
        mac: mac_of(case, "mac")?,
        query_type: QueryType(octet(member(case, "type")?)?),
        architecture: Architecture(octet(member(case, "arch")?)?),
        version: Version {
            major: octet(major)?,
            minor: octet(minor)?,
            micro: octet(micro)?,
            revision: octet(member(case, "revision")?)?,
        },
        status: number32(case, "status")?,
        trid: number32(case, "trid")?,
        retries: number32(case, "retries")?,
        filler: [0; 13],
    })
}
