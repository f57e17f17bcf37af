//! Documents, flows, URLs, names, search, distances and sequence numbers.

use super::{degrees, equal, file, known, number, same, sorted, texts};
use discovery::document::{Document, Format};
use discovery::flow::{Decision, Flow};
use discovery::model::{Name, Names, Profile};
use discovery::name::{Languages, choose};
use discovery::nearest::{distance_km, nearest};
use discovery::search::{Narrowing, SearchIndex};
use discovery::sequence::{self, Position, Verdict};
use discovery::url::{UrlKind, verify};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use testkit::vectors::{Outcome, Suite, list, text};

pub(crate) fn run(suite: &mut Suite) {
    file(suite, "documents.json", 73, &["text", "expect"], document);
    file(suite, "flow_table.json", 62, &["profile", "expect"], flow);
    file(suite, "url_cases.json", 104, &["input", "redirect", "endpoint"], url);
    file(suite, "localized_names.json", 18, &["names", "preferences", "expect"], localized);
    file(suite, "seq_generator.json", 11, &["today", "previous", "expect"], generated);
    file(suite, "rollback.json", 8, &["documents", "expect"], rollback);
    file(suite, "distances.json", 7, &["a", "b", "km"], distance);
    with_corpus(suite, "search.json", 86, "search_corpus.json", search);
    with_corpus(suite, "nearest.json", 7, "nearest_corpus.json", near);
    real(suite);
    for name in ["real_v1_2022_no_seq.json", "real_v3_2024-11-26.json", "real_getgovroam_v2_2024-08-12.json"]
    {
        suite.third_party_json(name, 1, |document, tally| tally.named("counts", || counts(document)));
    }
}

fn names(names: Names<'_>) -> Value {
    names.iter().map(|name| json!({"lang": name.lang, "text": name.text})).collect()
}

fn decision(decision: &Decision) -> Value {
    let mut out = match &decision.flow {
        Ok(flow) => json!({"flow": flow.name()}),
        Err(error) => json!({"flow": "error", "reason": error.to_string()}),
    };
    if let Some(url) = decision.flow.as_ref().ok().and_then(Flow::url) {
        out["url"] = url.as_str().into();
    }
    out["warnings"] = sorted(decision.advice.iter().map(ToString::to_string));
    out
}

fn profile(format: Format, profile: Profile<'_>) -> Value {
    let mut out = json!({
        "id": profile.id(),
        "names": names(profile.names()),
        "own_name": profile.has_own_name(),
        "default": profile.is_default(),
        "eapconfig_endpoint": profile.eapconfig_endpoint(),
        "flow": decision(&profile.decision()),
    });
    let more = if format == Format::V1 {
        json!({
            "authorization_endpoint": profile.authorization_endpoint(),
            "token_endpoint": profile.token_endpoint(),
            "redirect": profile.redirect(),
            "oauth": profile.oauth(),
        })
    } else {
        json!({
            "type": profile.kind(),
            "letswifi_endpoint": profile.letswifi_endpoint(),
            "webview_endpoint": profile.webview_endpoint(),
            "mobileconfig_endpoint": profile.mobileconfig_endpoint(),
        })
    };
    out.as_object_mut().into_iter().for_each(|o| o.extend(more.as_object().cloned().unwrap_or_default()));
    out
}

/// The order of warnings carries no meaning, neither of the document's nor of a flow's.
fn sort_warnings(value: &mut Value) {
    match value {
        Value::Object(object) => {
            for (name, member) in object {
                match member.as_array_mut().filter(|_| name == "warnings") {
                    Some(warnings) => warnings.sort_by_key(ToString::to_string),
                    None => sort_warnings(member),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(sort_warnings),
        _ => {}
    }
}

fn document(case: &Value) -> Outcome {
    let mut want = case["expect"].clone();
    sort_warnings(&mut want);
    let got = match Document::parse(text(case, "text")?.as_bytes()) {
        Err(error) => json!({"error": error.code()}),
        Ok(document) => {
            let institutions = document.institutions().map(|i| {
                json!({
                    "id": i.id(), "cat_idp": i.cat_idp(), "names": names(i.names()), "named": i.is_named(),
                    "country": i.country(), "geo": i.sites(), "default_profile": i.default_profile(),
                    "profiles": i.profiles().map(|p| profile(document.format(), p)).collect::<Value>(),
                })
            });
            json!({
                "format": document.format().number(),
                "seq": document.seq(),
                "institutions": institutions.collect::<Value>(),
                "warnings": sorted(document.warnings().iter().map(ToString::to_string)),
            })
        }
    };
    same("document", &got, &want)
}

fn flow(case: &Value) -> Outcome {
    let entry = json!({"version": 1, "seq": 1, "instances": [{"id": "i", "name": "I", "profiles": [case["profile"]]}]});
    let document = Document::parse(entry.to_string().as_bytes()).map_err(|e| e.to_string())?;
    let profile = document.institution(0).and_then(|i| i.profiles().next()).ok_or("no profile")?;
    let mut want = case["expect"].clone();
    sort_warnings(&mut want);
    same("flow", &decision(&profile.decision()), &want)
}

fn url(case: &Value) -> Outcome {
    for (name, kind) in [("redirect", UrlKind::Redirect), ("endpoint", UrlKind::Endpoint)] {
        let got = match verify(text(case, "input")?, kind) {
            Ok(url) => json!({"url": url.as_str(), "rewritten": url.is_rewritten()}),
            Err(error) => json!({"error": error.code()}),
        };
        same(name, &got, case.get(name).ok_or_else(|| format!("no {name}"))?)?;
    }
    Ok(())
}

fn localized(case: &Value) -> Outcome {
    let mut names = Vec::new();
    for name in list(case, "names") {
        known(name, &["lang", "text"])?;
        names.push(Name { lang: name["lang"].as_str().unwrap_or_default(), text: text(name, "text")? });
    }
    let languages = Languages::new(texts(&case["preferences"])?);
    same("name", &json!(choose(names.into_iter(), &languages)), &case["expect"])
}

fn generated(case: &Value) -> Outcome {
    let today = u32::try_from(number(case, "today")?).map_err(|e| e.to_string())?;
    let previous = case.get("previous").ok_or("no previous")?;
    if !previous.is_null() && !previous.is_u64() {
        return Err("previous is neither null nor a number".to_owned());
    }
    same("number", &json!(sequence::next(today, previous.as_u64())), &case["expect"])
}

/// The list after list of a channel, as a client without any other state would take them.
fn rollback(case: &Value) -> Outcome {
    // Far in the future, so that no number is implausible.
    const NOW: i64 = 7_000_000_000;
    let mut position = Position::default();
    let mut active: Option<(String, usize)> = None;
    let mut got = Vec::new();
    for body in texts(&case["documents"])? {
        let outcome = match Document::parse(body.as_bytes()) {
            Err(error) => format!("bad_document:{}", error.code()),
            Ok(document) => match document.seq() {
                None => "bad_document:missing_seq".to_owned(),
                Some(seq) => {
                    let same_content = active.as_ref().is_some_and(|(known, _)| *known == body);
                    match sequence::judge(position, seq, same_content, NOW) {
                        Verdict::Accept { high, .. } => {
                            position = Position { high, active: Some(seq) };
                            active = Some((body, document.len()));
                            "accepted"
                        }
                        Verdict::Unchanged => "unchanged",
                        Verdict::SameSeqDifferentContent => "same_seq_different_content",
                        Verdict::Rollback => "rollback",
                    }
                    .to_owned()
                }
            },
        };
        let count = active.as_ref().map(|(_, count)| *count);
        got.push(json!({"outcome": outcome, "active_seq": position.active, "institutions": count}));
    }
    same("outcomes", &got.into(), &case["expect"])
}

fn distance(case: &Value) -> Outcome {
    let want = case["km"].as_f64().ok_or("no kilometres")?;
    close("km", Some(distance_km(degrees(&case["a"])?, degrees(&case["b"])?)), Some(want))
}

fn close(what: &str, got: Option<f64>, want: Option<f64>) -> Outcome {
    match (got, want) {
        (None, None) => Ok(()),
        (Some(got), Some(want)) if (got - want).abs() <= 0.01 => Ok(()),
        _ => Err(format!("{what}: got {got:?}, want {want:?}")),
    }
}

/// A list with the institutions of a corpus, made so that nothing in it is dropped.
fn corpus(octets: &[u8]) -> Document {
    let corpus: Value = serde_json::from_slice(octets).expect("the corpus is JSON");
    let providers = list(&corpus, "institutions").iter().map(|institution| {
        let mut out = institution.clone();
        let names = match institution.get("names") {
            Some(names) => names.clone(),
            None => json!([{"lang": "", "text": institution["name"]}]),
        };
        let display = |name: &Value| json!({"display": name["text"], "lang": name["lang"]});
        out["name"] = names.as_array().expect("names").iter().map(display).collect();
        out["profiles"] = json!([{"id": "p"}]);
        out
    });
    let document =
        json!({"http://letswifi.app/discovery#v3": {"seq": 1, "providers": providers.collect::<Value>()}});
    let document = Document::parse(document.to_string().as_bytes()).expect("the corpus is a list");
    assert_eq!(document.warnings(), []);
    document
}

fn with_corpus(
    suite: &mut Suite,
    name: &str,
    at_least: usize,
    corpus_name: &str,
    check: impl Fn(&Value, &Document, &SearchIndex) -> Outcome,
) {
    let Some(octets) = suite.read(corpus_name) else {
        return suite
            .json(name, at_least, |_, tally| tally.named("corpus", || Err("the corpus is missing".into())));
    };
    let document = corpus(&octets);
    let index = SearchIndex::new(&document, &Languages::default());
    suite.json(name, at_least, |cases, tally| {
        for case in list(cases, "cases") {
            tally.case(case, |case| check(case, &document, &index));
        }
    });
}

fn id(document: &Document, position: usize) -> &str {
    document.institution(position).map_or("?", |i| i.id())
}

fn search(case: &Value, document: &Document, index: &SearchIndex) -> Outcome {
    known(case, &["query", "seed_rule", "seed_rule_count", "count", "expect"])?;
    let query = text(case, "query")?;
    let hits = index.search(query);
    let shown = list(case, "expect");
    let got: Value = hits
        .iter()
        .take(shown.len())
        .map(|h| json!({"id": id(document, h.institution), "tier": h.tier}))
        .collect();
    same("hits", &got, &case["expect"])?;
    same("count", &json!(hits.len()), &case["count"])?;
    let seed: Vec<usize> = index.filter_contains(query);
    let rule = texts(&case["seed_rule"])?;
    let ids: Vec<&str> = seed.iter().take(rule.len()).map(|p| id(document, *p)).collect();
    same("seed's rule", &json!(ids), &json!(rule))?;
    let count = case.get("seed_rule_count").cloned().unwrap_or(json!(rule.len()));
    same("seed's rule, count", &json!(seed.len()), &count)?;
    let found: BTreeSet<usize> = hits.iter().map(|h| h.institution).collect();
    if seed.iter().any(|p| !found.contains(p)) {
        return Err("the search does not find all that the seed's rule finds".to_owned());
    }
    // Typed letter by letter, the result is the same.
    let mut typing = Narrowing::new(index);
    for (end, _) in query.char_indices().skip(1) {
        typing.search(&query[..end]);
    }
    if typing.search(query) == hits {
        Ok(())
    } else {
        Err("typing it letter by letter gives another result".to_owned())
    }
}

fn near(case: &Value, document: &Document, index: &SearchIndex) -> Outcome {
    known(case, &["here", "limit", "max_km", "expect"])?;
    let limit = match case.get("limit") {
        None | Some(Value::Null) => usize::MAX,
        Some(_) => usize::try_from(number(case, "limit")?).map_err(|e| e.to_string())?,
    };
    let got = nearest(document, index, degrees(&case["here"])?, limit, case["max_km"].as_f64());
    let want = list(case, "expect");
    let ids: Vec<&str> = got.iter().map(|n| id(document, n.institution)).collect();
    let wanted: Vec<&str> = want.iter().filter_map(|w| w["id"].as_str()).collect();
    same("order", &json!(ids), &json!(wanted))?;
    got.iter().zip(want).try_for_each(|(got, want)| close("km", got.km, want["km"].as_f64()))
}

/// Published lists, third-party files that may not be at hand.
fn real(suite: &mut Suite) {
    let Some(octets) = suite.read("real_documents.json") else {
        return suite.json("real_documents.json", 1, |_, _| {});
    };
    let cases: Value = serde_json::from_slice(&octets).expect("real_documents.json is JSON");
    for case in list(&cases, "cases") {
        let name = text(case, "file").expect("a file name");
        // One of them describes a generated list and no file.
        if !name.starts_with('(') {
            suite.third_party_json(name, 1, |document, tally| {
                let octets = document.to_string();
                tally.named("figures", || figures(case, octets.as_bytes()));
            });
        }
    }
}

/// Lists without recorded figures: nothing of them may get lost.
fn counts(document: &Value) -> Outcome {
    let inner = document.as_object().and_then(|o| o.values().find(|v| v.is_object())).unwrap_or(document);
    let entries = ["instances", "institutions", "providers"].iter().find_map(|name| inner[name].as_array());
    let entries = entries.ok_or("no list")?;
    let profiles: usize = entries.iter().filter_map(|i| i["profiles"].as_array()).map(Vec::len).sum();
    let read = Document::parse(document.to_string().as_bytes()).map_err(|e| e.to_string())?;
    same("seq", &json!(read.seq()), &inner["seq"])?;
    same("institutions", &json!(read.len()), &json!(entries.len()))?;
    same(
        "profiles",
        &json!(read.institutions().map(|i| i.profiles().len()).sum::<usize>()),
        &json!(profiles),
    )?;
    same("named", &json!(read.institutions().filter(|i| i.is_named()).count()), &json!(entries.len()))
}

fn figures(case: &Value, octets: &[u8]) -> Outcome {
    let document = Document::parse(octets).map_err(|e| e.to_string())?;
    let profiles = || document.institutions().flat_map(|i| i.profiles().map(move |p| (i, p)));
    let mut flows: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unusable = Vec::new();
    for (institution, profile) in profiles() {
        let decision = profile.decision();
        *flows.entry(decision.flow.as_ref().map_or("error", Flow::name)).or_default() += 1;
        if let Err(error) = decision.flow {
            let (i, p) = (institution.id(), profile.id());
            unusable.push(json!({"institution": i, "profile": p, "reason": error.to_string()}));
        }
    }
    let mut warnings: BTreeMap<String, usize> = BTreeMap::new();
    for warning in document.warnings() {
        *warnings.entry(warning.kind.to_string()).or_default() += 1;
    }
    let with = |wanted: fn(&discovery::model::Institution<'_>) -> bool| {
        document.institutions().filter(wanted).count()
    };
    let without_name: Vec<&str> = document.institutions().filter(|i| !i.is_named()).map(|i| i.id()).collect();
    let index = SearchIndex::new(&document, &Languages::default());
    let mut found = Map::new();
    for query in case["search"].as_object().into_iter().flat_map(Map::keys) {
        let hits = index.search(query);
        let ids = hits.iter().take(10).map(|h| id(&document, h.institution)).collect::<Vec<_>>();
        found.insert(query.clone(), json!(ids));
    }
    let got = json!({
        "format": document.format().number(),
        "seq": document.seq(),
        "institutions": document.len(),
        "profiles": profiles().count(),
        "flows": flows,
        "unusable": unusable,
        "without_name": without_name,
        "with_coordinates": with(|i| !i.sites().is_empty()),
        "sites": document.institutions().map(|i| i.sites().len()).sum::<usize>(),
        "with_default": with(|i| i.default_profile().is_some()),
        "countries": document.institutions().map(|i| i.country()).collect::<BTreeSet<_>>().len(),
        "warnings": warnings,
        "first": document.institutions().next().map(|i| i.id()),
        "last": document.institutions().last().map(|i| i.id()),
        "search": found,
    });
    for (name, want) in case.as_object().ok_or("no object")? {
        if ["file", "peer", "sha256", "bytes"].contains(&name.as_str()) {
            continue;
        }
        let got = got.get(name).ok_or_else(|| format!("a member of unknown meaning: {name:?}"))?;
        if !equal(got, want) {
            return Err(format!("{name}: got {got}, want {want}"));
        }
    }
    Ok(())
}
