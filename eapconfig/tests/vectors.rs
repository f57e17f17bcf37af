//! Every recorded case of `tests/vectors/eapconfig`.
//!
//! A document's result is rebuilt as JSON from the public interface and compared member by member with
//! `<name>.expected.json`, so a member that this test does not know fails the case. What can be written is written and
//! read again on the way.

use eapconfig::{
    Client, ClientCertificate, EapConfig, EapType, IdentityProvider, MapOptions, MethodVerdict,
    ProviderVerdict, Severity, Supplicant, Warning, check_username, format_date_time, judge, lint, map,
    parse_date_time, read, write,
};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::process::ExitCode;
use testkit::vectors::{Outcome, list, same, text};

fn main() -> ExitCode {
    testkit::vectors::main("eapconfig", |suite| {
        let mut files: BTreeMap<String, (Vec<u8>, Vec<u8>)> = BTreeMap::new();
        let index: Value =
            suite.read("index.json").and_then(|o| serde_json::from_slice(&o).ok()).unwrap_or_default();
        let listed = index.get("documents").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for name in listed.iter().filter_map(|d| d.get("file")).filter_map(Value::as_str) {
            let document = suite.read(name);
            let expected = suite.read(&name.replace(".xml", ".expected.json"));
            if let (Some(document), Some(expected)) = (document, expected) {
                files.insert(name.to_owned(), (document, expected));
            } else if name.starts_with("peer/") {
                println!("vectors eapconfig/{name}: skipped, third-party file not present");
            }
        }
        suite.json("index.json", 97, |index, file| {
            for entry in list(index, "documents") {
                let name = text(entry, "file").unwrap_or_default();
                match files.get(name) {
                    Some((document, expected)) => {
                        file.named(name, || document_case(entry, document, expected));
                    }
                    None if name.starts_with("peer/") => {}
                    None => {
                        let missing = || Err("the document or its expected result is missing".to_owned());
                        file.named(name, missing);
                    }
                }
            }
        });
        suite.json("usernames.json", 28, |document, file| {
            list(document, "cases").iter().for_each(|case| file.case(case, username_case));
        });
        suite.json("date_times.json", 16, |document, file| {
            list(document, "cases").iter().for_each(|case| file.case(case, date_time_case));
        });
    })
}

fn known_members(value: &Value, known: &[&str]) -> Outcome {
    let members = value.as_object().ok_or("not an object")?;
    match members.keys().find(|k| !known.contains(&k.as_str())) {
        Some(unknown) => Err(format!("unknown member {unknown:?}")),
        None => Ok(()),
    }
}

fn username_case(case: &Value) -> Outcome {
    known_members(case, &["id", "input", "suffix", "hint", "expect"])?;
    let suffix = match case.get("suffix") {
        Some(Value::Null) => None,
        _ => Some(text(case, "suffix")?),
    };
    let hint = case.get("hint").and_then(Value::as_bool).ok_or("no hint")?;
    let mut want = case.get("expect").ok_or("nothing expected")?.clone();
    let mut got = match check_username(text(case, "input")?, suffix, hint) {
        Ok(name) => json!({ "ok": true, "username": name }),
        Err(problems) => {
            json!({ "ok": false, "problems": problems.iter().map(|p| p.code()).collect::<Vec<_>>() })
        }
    };
    sort(&mut got, "problems");
    sort(&mut want, "problems");
    same("user name", &got, &want)
}

fn date_time_case(case: &Value) -> Outcome {
    known_members(case, &["id", "input", "expect"])?;
    let want = case.get("expect").ok_or("nothing expected")?;
    same("time", &json!(parse_date_time(text(case, "input")?)), want)
}

/// Order of warnings and problems is not significant.
fn sort(value: &mut Value, member: &str) {
    if let Some(list) = value.get_mut(member).and_then(Value::as_array_mut) {
        list.sort_by_key(ToString::to_string);
    }
}

fn document_case(entry: &Value, document: &[u8], expected: &[u8]) -> Outcome {
    known_members(entry, &["file", "note", "verdict", "reason", "xsd_valid", "linux_app"])?;
    let expected: Value = serde_json::from_slice(expected).map_err(|e| e.to_string())?;
    known_members(&expected, &["file", "note", "now", "languages", "expect", "xsd_valid", "peer"])?;
    let now = expected.get("now").and_then(Value::as_i64).ok_or("no moment")?;
    let languages: Vec<&str> = list(&expected, "languages").iter().filter_map(Value::as_str).collect();
    let mut want = expected.get("expect").ok_or("nothing expected")?.clone();
    let mut got = result(document, now, &languages);
    same("verdict in the index", &got.get("verdict"), &entry.get("verdict"))?;
    same(
        "reason in the index",
        &got.get("reason").unwrap_or(&Value::Null),
        &entry.get("reason").unwrap_or(&Value::Null),
    )?;
    for value in [&mut want, &mut got] {
        sort(value, "warnings");
        for provider in value.get_mut("providers").and_then(Value::as_array_mut).into_iter().flatten() {
            sort(provider, "warnings");
            for method in provider.get_mut("methods").and_then(Value::as_array_mut).into_iter().flatten() {
                // No hint and a hint that says no are the same.
                if let Some(client) = method.get_mut("client").and_then(Value::as_object_mut)
                    && client.get("inner_hint") == Some(&Value::Bool(false))
                {
                    client.remove("inner_hint");
                }
            }
        }
    }
    compare("", &got, &want)?;
    written_again(document)
}

/// spec: eapconfig 8
fn written_again(document: &[u8]) -> Outcome {
    let Ok(parsed) = read(document) else { return Ok(()) };
    // A time within the years that have four digits can be written.
    let writable = |p: &IdentityProvider| {
        let good = |c: &Option<ClientCertificate>| *c != Some(ClientCertificate::Unusable);
        p.applicability.is_some()
            && p.valid_until.is_none_or(|t| format_date_time(t).is_some())
            && !p.methods.is_empty()
            && p.methods.iter().all(|m| {
                m.eap.is_some()
                    && good(&m.client.client_certificate)
                    && m.inner.iter().all(|i| good(&i.client.client_certificate))
            })
    };
    if !parsed.config.providers.iter().all(writable) {
        return if write(&parsed.config).is_err() {
            Ok(())
        } else {
            Err("an incomplete model was written".to_owned())
        };
    }
    let once = write(&parsed.config).map_err(|e| e.to_string())?;
    let again = read(once.expose().as_bytes()).map_err(|e| e.to_string())?;
    // A suffix that begins with one is written with one more.
    let odd = again.warnings.iter().any(|w| w.kind != eapconfig::WarningKind::AtSign);
    if again.config != parsed.config || odd {
        return Err(format!("reading what was written gives another model or warnings {:?}", again.warnings));
    }
    let twice = write(&again.config).map_err(|e| e.to_string())?;
    same("written twice", &twice.expose(), &once.expose())
}

/// As `==`, but numbers with a fraction may differ in their last place: their text form is read by another library.
fn compare(place: &str, got: &Value, want: &Value) -> Outcome {
    let differ = || Err(format!("{place}: got {got}, want {want}"));
    match (got, want) {
        (Value::Object(g), Value::Object(w)) => {
            if let Some(extra) = g.keys().find(|k| !w.contains_key(*k)) {
                return Err(format!("{place}.{extra}: not expected"));
            }
            w.iter().try_for_each(|(name, want)| {
                let place = format!("{place}.{name}");
                g.get(name).map_or_else(|| Err(format!("{place}: missing")), |got| compare(&place, got, want))
            })
        }
        (Value::Array(g), Value::Array(w)) if g.len() == w.len() => {
            g.iter().zip(w).enumerate().try_for_each(|(i, (g, w))| compare(&format!("{place}[{i}]"), g, w))
        }
        (Value::Number(g), Value::Number(w)) if w.is_f64() => match (g.as_f64(), w.as_f64()) {
            (Some(g), Some(w)) if (g - w).abs() <= w.abs() * 4.0 * f64::EPSILON => Ok(()),
            _ => differ(),
        },
        _ if got == want => Ok(()),
        _ => differ(),
    }
}

fn result(document: &[u8], now: i64, languages: &[&str]) -> Value {
    let client = Client::new(now);
    let parsed = match read(document) {
        Ok(parsed) => parsed,
        Err(error) => {
            let mut result = json!({ "verdict": "refused", "reason": error.kind.code() });
            if error.kind == eapconfig::ReadErrorKind::NoProvider {
                let problems = lint(document, &client);
                let warnings = problems.iter().filter(|p| p.severity == Severity::Warning);
                result["warnings"] = warnings.map(|p| json!(p.code)).collect();
            }
            return result;
        }
    };
    let verdict = judge(&parsed.config, &client);
    let warnings = |provider: Option<usize>| -> Value {
        parsed
            .warnings
            .iter()
            .filter(|w| w.provider == provider)
            .map(|w: &Warning| json!(w.to_string()))
            .collect()
    };
    let providers: Vec<_> = parsed.config.providers.iter().zip(&verdict.providers).enumerate().collect();
    let mut result = json!({
        "verdict": if verdict.reason().is_none() { "usable" } else { "refused" },
        "providers": providers.iter().map(|(i, (p, v))| provider(p, v, languages, &warnings(Some(*i)))).collect::<Value>(),
        "warnings": warnings(None),
    });
    match verdict.choice() {
        Some((provider, method)) => {
            result["provider"] = json!(provider);
            result["usable_providers"] = verdict.usable_providers().map(|i| json!(i)).collect();
            result["method"] = json!(method);
            result["supplicant"] = supplicant(&parsed.config, provider, method);
        }
        None => result["reason"] = json!(verdict.reason().map(|r| r.code())),
    }
    result
}

/// An object of the members that are there.
fn present<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    members
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect::<Map<_, _>>()
        .into()
}

fn provider(
    provider: &IdentityProvider,
    verdict: &ProviderVerdict,
    languages: &[&str],
    warnings: &Value,
) -> Value {
    let network = |n: &eapconfig::Network| {
        present([
            ("min_rsn", Some(json!(n.min_rsn.name()))),
            ("ssid", n.ssid.as_ref().map(|s| json!(s))),
            ("oid", n.consortium_oid.as_ref().map(|o| json!(o.as_str()))),
        ])
    };
    json!({
        "id": provider.id,
        "namespace": provider.namespace,
        "lang": provider.lang,
        "valid_until": provider.valid_until,
        "methods": provider.methods.iter().zip(&verdict.methods).map(|(m, v)| method(m, v)).collect::<Value>(),
        "networks": provider.networks().iter().map(network).collect::<Value>(),
        "wired": provider.is_wired(),
        "info": info(provider, languages),
        "choice": verdict.choice,
        "refused": verdict.refused.map(|r| r.code()),
        "warnings": warnings,
    })
}

fn method(method: &eapconfig::AuthenticationMethod, verdict: &MethodVerdict) -> Value {
    json!({
        "eap": method.eap.map(|t| t.0),
        "inner": method.inner().map(|i| i.name()),
        "ca_sha256": method.server.authorities.iter().map(|c| sha256(c.as_der())).collect::<Value>(),
        "server_ids": method.server.server_ids,
        "client": client(method),
        "refused": verdict.refused.map(|r| r.code()),
        "needs": verdict.needs.iter().map(|n| json!(n.code())).collect::<Value>(),
    })
}

fn client(method: &eapconfig::AuthenticationMethod) -> Value {
    let c = method.credential();
    let text = |t: Option<&str>| t.map(|t| json!(t));
    let secret = |s: Option<&eapconfig::Secret>| s.map(|s| json!(s.expose()));
    if method.eap == Some(EapType::TLS) {
        let (octets, bad) = match c.client_certificate() {
            Some(ClientCertificate::Pkcs12(octets)) => (Some(sha256(&octets.expose())), None),
            Some(ClientCertificate::Unusable) => (None, Some(json!(true))),
            None => (None, None),
        };
        present([
            ("outer_identity", text(c.outer_identity())),
            ("passphrase", secret(c.passphrase())),
            ("certificate_sha256", octets),
            ("bad_certificate", bad),
        ])
    } else {
        present([
            ("outer_identity", text(c.outer_identity())),
            ("inner_prefix", text(c.inner_identity_prefix())),
            ("inner_suffix", text(c.inner_identity_suffix())),
            ("inner_hint", c.inner_identity_hint().then_some(json!(true))),
            ("username", text(c.user_name())),
            ("password", secret(c.password())),
        ])
    }
}

fn info(provider: &IdentityProvider, languages: &[&str]) -> Value {
    let info = &provider.info;
    let chosen = |texts| provider.text(texts, languages).map(|t| json!(t));
    let location = |l: &eapconfig::Location| json!({ "lat": l.latitude, "lon": l.longitude });
    let logo =
        |l: &eapconfig::Logo| json!({ "mime": l.mime, "bytes": l.len(), "sha256": sha256(&l.octets()) });
    let helpdesk = present([
        ("email", chosen(&info.helpdesk.email_addresses)),
        ("web", chosen(&info.helpdesk.web_addresses)),
        ("phone", chosen(&info.helpdesk.phones)),
    ]);
    present([
        ("display_name", chosen(&info.display_names)),
        ("description", chosen(&info.descriptions)),
        ("terms_of_use", chosen(&info.terms_of_use)),
        ("locations", (!info.locations.is_empty()).then(|| info.locations.iter().map(location).collect())),
        ("logo", info.logo.as_ref().map(logo)),
        ("helpdesk", (!info.helpdesk.is_empty()).then_some(helpdesk)),
    ])
}

fn supplicant(config: &EapConfig, provider: usize, method: usize) -> Value {
    let settings = |s: &eapconfig::Settings| -> Value {
        s.iter().map(|(name, value)| (name.to_owned(), json!(value))).collect::<Map<_, _>>().into()
    };
    let Some(Supplicant { wpa_supplicant, network_manager, alternative, passpoint, ca_count, .. }) =
        map(&config.providers[provider], method, &MapOptions::default())
    else {
        return Value::Null;
    };
    present([
        ("wpa_supplicant", Some(settings(&wpa_supplicant))),
        ("networkmanager", Some(settings(&network_manager))),
        (
            "alternative",
            alternative
                .map(|(w, n)| json!({ "wpa_supplicant": settings(&w), "networkmanager": settings(&n) })),
        ),
        ("ca_count", Some(json!(ca_count))),
        (
            "passpoint",
            passpoint.map(|p| {
                let consortiums: Value = p.roaming_consortiums.iter().map(|o| json!(o.as_str())).collect();
                json!({ "domain": p.realm, "realm": p.realm, "roaming_consortiums": consortiums })
            }),
        ),
    ])
}

fn sha256(octets: &[u8]) -> Value {
    json!(testkit::hex::encode(&Sha256::digest(octets)))
}
