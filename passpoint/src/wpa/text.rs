//! The configuration text: what a line may hold.

use crate::limits::MAX_FILE;
use crate::report::{Rejection, refuse};
use crate::text::unhex;
use zeroize::Zeroize;

/// A configuration, its values without quotes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Configuration {
    /// What stands outside blocks.
    pub globals: Vec<(String, String)>,
    /// The `cred` and `network` blocks in their order.
    pub blocks: Vec<Block>,
}

/// A `cred` or `network` block. Values may be secrets, so `Debug` shows the keys only, and they are wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Block {
    /// `cred` or `network`.
    pub kind: &'static str,
    entries: Vec<(String, String)>,
}

impl Block {
    /// Keys and values in their order.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|(k, v)| (k.as_str(), v.as_str()))
    }

    /// The value of a key that stands once.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&str> {
        self.entries().find(|(k, _)| *k == key).map(|(_, v)| v)
    }

    /// All values of a key that may be repeated.
    pub fn values<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.entries().filter(move |(k, _)| *k == key).map(|(_, v)| v)
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        self.entries.iter_mut().for_each(|(_, v)| v.zeroize());
    }
}

impl std::fmt::Debug for Block {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Block")
            .field("kind", &self.kind)
            .field("keys", &self.entries().map(|(k, _)| k).collect::<Vec<_>>())
            .finish()
    }
}

/// Keys whose value is a string.
const STRINGS: &[&str] = &[
    "realm",
    "username",
    "password",
    "ca_cert",
    "client_cert",
    "private_key",
    "private_key_passwd",
    "imsi",
    "domain",
    "domain_suffix_match",
    "roaming_consortiums",
    "home_ois",
    "required_home_ois",
    "phase1",
    "phase2",
    "excluded_ssid",
    "roaming_partner",
    "provisioning_sp",
    "ssid",
    "identity",
    "anonymous_identity",
];
/// Keys whose value stands without quotes.
const BARE: &[&str] = &[
    "eap",
    "priority",
    "sp_priority",
    "ocsp",
    "update_identifier",
    "roaming_consortium",
    "required_roaming_consortium",
    "max_bss_load",
    "min_dl_bandwidth_home",
    "min_ul_bandwidth_home",
    "min_dl_bandwidth_roaming",
    "min_ul_bandwidth_roaming",
    "req_conn_capab",
    "key_mgmt",
    "temporary",
    "ieee80211w",
    "proto",
    "pairwise",
    "group",
    "sim_num",
    "scan_ssid",
];
/// Keys that may be repeated.
const REPEATED: &[&str] = &["domain", "excluded_ssid", "roaming_partner", "req_conn_capab"];

/// Takes a configuration apart. `strict` also asks for a CA where one is needed: without it no server is verified.
///
/// # Errors
/// The first rule that is broken.
pub fn check(text: &[u8], strict: bool) -> Result<Configuration, Rejection> {
    if text.len() > MAX_FILE {
        return refuse("file.too_large", "the file");
    }
    let Ok(text) = std::str::from_utf8(text) else { return refuse("wpa.syntax", "the file is not UTF-8") };
    let mut configuration = Configuration::default();
    let mut open: Option<Block> = None;
    for (number, line) in text.lines().enumerate().map(|(i, l)| (i + 1, l.trim())) {
        let at = || format!("line {number}");
        match line {
            "" => {}
            _ if line.starts_with('#') => {}
            "cred={" | "network={" if open.is_none() => {
                let kind = if line.starts_with('c') { "cred" } else { "network" };
                open = Some(Block { kind, entries: Vec::new() });
            }
            "}" => match open.take() {
                Some(block) => configuration.blocks.push(block),
                None => return refuse("wpa.syntax", at()),
            },
            _ => {
                let Some((key, value)) = line.split_once('=') else { return refuse("wpa.syntax", at()) };
                let Some(block) = &mut open else {
                    configuration.globals.push((key.to_owned(), value.to_owned()));
                    continue;
                };
                let value = if STRINGS.contains(&key) {
                    string(value).ok_or_else(|| Rejection::new("wpa.quoting", at()))?
                } else if !BARE.contains(&key) {
                    return refuse("wpa.unknown_key", at());
                } else if value.starts_with('"') {
                    return refuse("wpa.quoting", at());
                } else {
                    value.to_owned()
                };
                if !REPEATED.contains(&key) && block.value(key).is_some() {
                    return refuse("wpa.duplicate_key", at());
                }
                block.entries.push((key.to_owned(), value));
            }
        }
    }
    if open.is_some() {
        return refuse("wpa.syntax", "a block is not closed");
    }
    if configuration.blocks.is_empty() {
        return refuse("wpa.empty", "the file");
    }
    configuration.blocks.iter().try_for_each(|b| check_block(b, strict))?;
    Ok(configuration)
}

fn check_block(block: &Block, strict: bool) -> Result<(), Rejection> {
    for key in ["roaming_consortiums", "home_ois", "required_home_ois"] {
        let oi = |o: &str| {
            (6..=30).contains(&o.len())
                && o.len().is_multiple_of(2)
                && o.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        };
        if block.value(key).is_some_and(|list| !list.split(',').all(oi)) {
            return refuse("wpa.oi", key);
        }
    }
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    let imsi = |i: &str| {
        i.split_once('-')
            .is_some_and(|(plmn, rest)| matches!(plmn.len(), 5 | 6) && digits(plmn) && digits(rest))
    };
    if block.value("imsi").is_some_and(|i| !imsi(i)) {
        return refuse("wpa.imsi", "imsi");
    }
    let tls = matches!(block.value("eap"), Some("TTLS" | "PEAP" | "TLS"));
    if strict && block.kind == "cred" && tls && block.value("ca_cert").is_none() {
        return refuse("house.server_trust", "ca_cert");
    }
    Ok(())
}

/// A string: in quotes, in quotes with escapes after `P`, or the hexadecimal form of its octets.
fn string(value: &str) -> Option<String> {
    if let Some(inner) = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')) {
        return Some(inner.to_owned());
    }
    if let Some(inner) = value.strip_prefix("P\"").and_then(|v| v.strip_suffix('"')) {
        return unescape(inner);
    }
    if value.is_empty() {
        return None;
    }
    String::from_utf8(unhex(value)?).ok()
}

fn unescape(text: &str) -> Option<String> {
    let mut out = Vec::new();
    let mut rest = text.bytes();
    while let Some(octet) = rest.next() {
        if octet != b'\\' {
            out.push(octet);
            continue;
        }
        out.push(match rest.next()? {
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'e' => 0x1b,
            b'x' => {
                let pair = [rest.next()?, rest.next()?];
                *unhex(std::str::from_utf8(&pair).ok()?)?.first()?
            }
            other => other,
        });
    }
    String::from_utf8(out).ok()
}

/// Writes a string: in quotes if it is plain, else as hexadecimal.
pub(super) fn quoted(text: &str) -> String {
    let plain = text.bytes().all(|b| (b' '..=b'~').contains(&b) && !matches!(b, b'"' | b'\\'));
    if plain { format!("\"{text}\"") } else { crate::text::hex(text.as_bytes()) }
}
