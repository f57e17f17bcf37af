//! Traces of the client machine: each event in, the actions out, in order.

use super::{equal, known, number, texts};
use discovery::cache::CacheEntry;
use discovery::machine::{
    Action, Answer, Cached, Client, Config, Event, Outcome as Done, Redirect, RequestId,
};
use discovery::name::Languages;
use discovery::oauth::request::{State, Verifier};
use discovery::oauth::token::TokenRecord;
use discovery::secret::Secret;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use testkit::vectors::{Outcome, Suite, list, text};

pub(crate) fn run(suite: &mut Suite) {
    super::file(suite, "traces.json", 25, &["config", "steps"], trace);
}

fn trace(case: &Value) -> Outcome {
    let mut client = Client::new(config(&case["config"])?).map_err(|e| e.to_string())?;
    // The traces name requests by what they ask for; the latest of a kind is meant.
    let mut requests: HashMap<String, RequestId> = HashMap::new();
    for (position, step) in list(case, "steps").iter().enumerate() {
        known(step, &["event", "actions"])?;
        handle(&mut client, &step["event"], &requests).map_err(|e| format!("step {position}: {e}"))?;
        let mut got = Vec::new();
        while let Some(action) = client.poll_action() {
            if let Action::Http(request) = &action {
                requests.insert(request.id.kind.to_string(), request.id);
            }
            got.push(describe(&action)?);
        }
        compare(&got, list(step, "actions")).map_err(|e| format!("step {position}: {e}"))?;
    }
    Ok(())
}

fn config(value: &Value) -> Result<Config, String> {
    known(value, &["discovery_url", "client_id", "redirect_path", "languages", "embedded"])?;
    let path = text(value, "redirect_path")?.to_owned();
    let mut config = Config::new(text(value, "discovery_url")?, text(value, "client_id")?)
        .redirect(Redirect::LoopbackV4 { path })
        .languages(Languages::new(texts(&value["languages"])?));
    if let Some(embedded) = value.get("embedded").and_then(Value::as_str) {
        config = config.embedded(embedded.as_bytes().to_vec());
    }
    Ok(config)
}

fn unsigned<T: TryFrom<i64>>(value: &Value, name: &str) -> Result<T, String> {
    T::try_from(number(value, name)?).map_err(|_| format!("{name} is out of range"))
}

fn maybe<T: TryFrom<i64>>(value: &Value, name: &str) -> Result<Option<T>, String> {
    if value.get(name).is_none_or(Value::is_null) { Ok(None) } else { unsigned(value, name).map(Some) }
}

fn handle(client: &mut Client, event: &Value, requests: &HashMap<String, RequestId>) -> Outcome {
    let member = |name: &str| event.get(name).and_then(Value::as_str);
    let request = || {
        let name = text(event, "id")?;
        requests.get(name).copied().ok_or_else(|| format!("no request {name:?} was made"))
    };
    match text(event, "type")? {
        "start" => {
            known(event, &["type"])?;
            client.handle(Event::Start);
        }
        "cache" => {
            known(
                event,
                &["type", "now", "body", "etag", "last_modified", "fetched_at", "max_age", "max_seq"],
            )?;
            let cached = Cached {
                body: member("body").map(str::as_bytes),
                etag: member("etag"),
                last_modified: member("last_modified"),
                fetched_at: maybe(event, "fetched_at")?,
                max_age: maybe(event, "max_age")?,
                max_seq: maybe(event, "max_seq")?,
            };
            client.handle(Event::Cache { now: number(event, "now")?, cached });
        }
        "http" => {
            known(event, &["type", "status", "headers", "body", "now"])?;
            // An answer without headers or without a body may leave the member out.
            let none = Map::new();
            let headers = match event.get("headers") {
                None | Some(Value::Null) => &none,
                Some(headers) => headers.as_object().ok_or("no headers")?,
            };
            let headers = headers.iter().map(|(name, v)| Ok((name.as_str(), v.as_str().ok_or("no text")?)));
            let headers: Vec<(&str, &str)> = headers.collect::<Result<_, &str>>()?;
            let (status, now) = (unsigned(event, "status")?, number(event, "now")?);
            let body = match event.get("body") {
                None | Some(Value::Null) => Vec::new(),
                Some(_) => text(event, "body")?.as_bytes().to_vec(),
            };
            client.handle(Event::Http {
                id: request()?,
                answer: Answer { status, headers: &headers, body, now },
            });
        }
        "http_failed" => {
            known(event, &["type", "now"])?;
            client.handle(Event::HttpFailed { id: request()? });
        }
        "select_institution" => {
            known(event, &["type", "now"])?;
            client.handle(Event::SelectInstitution { id: text(event, "id")? });
        }
        "select_profile" => {
            known(event, &["type", "now"])?;
            client.handle(Event::SelectProfile { id: text(event, "id")? });
        }
        "token" => {
            known(event, &["type", "token", "now"])?;
            let token = event.get("token").filter(|t| !t.is_null()).map(stored_token).transpose()?;
            client.handle(Event::Token { token, now: number(event, "now")? });
        }
        "listening" => {
            known(event, &["type", "port", "verifier", "state"])?;
            let verifier = Verifier::parse(text(event, "verifier")?).map_err(|e| e.to_string())?;
            let state = State::from_text(text(event, "state")?);
            client.handle(Event::Listening { port: unsigned(event, "port")?, verifier, state });
        }
        "callback" => {
            known(event, &["type", "connection", "method", "target", "now"])?;
            client.handle(Event::Callback {
                connection: unsigned(event, "connection")?,
                method: text(event, "method")?,
                target: text(event, "target")?,
                now: number(event, "now")?,
            });
        }
        "cancel" => {
            known(event, &["type"])?;
            client.handle(Event::Cancel);
        }
        other => return Err(format!("an event of unknown type: {other:?}")),
    }
    Ok(())
}

fn stored_token(value: &Value) -> Result<TokenRecord, String> {
    known(value, &["access_token", "usable_until", "obtained_at"])?;
    Ok(TokenRecord {
        access_token: Secret::new(text(value, "access_token")?),
        usable_until: number(value, "usable_until")?,
        obtained_at: maybe(value, "obtained_at")?,
    })
}

fn entry(name: &str, entry: &CacheEntry) -> Value {
    json!({
        "type": name, "seq": entry.seq, "max_seq": entry.max_seq, "etag": entry.etag,
        "last_modified": entry.last_modified, "fetched_at": entry.fetched_at, "max_age": entry.max_age,
    })
}

fn describe(action: &Action) -> Result<Value, String> {
    Ok(match action {
        Action::LoadCache => json!({"type": "load_cache"}),
        Action::StoreCache { entry: stored, .. } => entry("store_cache", stored),
        Action::TouchCache(stored) => entry("touch_cache", stored),
        Action::Http(request) => {
            let headers = request.headers.iter().map(|h| (h.name.to_owned(), h.value.as_str().into()));
            let mut out = json!({
                "type": "http", "id": request.id.kind.to_string(), "method": request.method.to_string(),
                "url": request.url.as_str(), "headers": headers.collect::<Map<_, _>>(),
                "max_bytes": request.max_octets,
            });
            if let Some(body) = &request.body {
                out["body"] = body.as_str().into();
            }
            out
        }
        Action::ShowInstitutions { count, source, seq, stale } => {
            let source = source.to_string();
            json!({"type": "show_institutions", "count": count, "source": source, "seq": seq, "stale": stale})
        }
        Action::ShowProfiles { institution, profiles } => {
            let line = |p: &discovery::model::ProfileChoice| json!({"id": p.id, "name": p.name, "default": p.default, "available": p.is_available()});
            let profiles: Value = profiles.iter().map(line).collect();
            json!({"type": "show_profiles", "institution": institution, "profiles": profiles})
        }
        Action::LoadToken { key } => json!({"type": "load_token", "key": key}),
        Action::StoreToken { key, record, refresh_token } => {
            let token = record.access_token.expose();
            let mut out = json!({
                "type": "store_token", "key": key, "access_token": token, "usable_until": record.usable_until,
            });
            if let Some(token) = refresh_token {
                out["refresh_token"] = token.expose().into();
            }
            out
        }
        Action::DeleteToken { key } => json!({"type": "delete_token", "key": key}),
        Action::Listen { address } => json!({"type": "listen", "address": address, "port": 0}),
        Action::CloseListener => json!({"type": "close_listener"}),
        Action::OpenBrowser { url } => json!({"type": "open_browser", "url": url.as_str()}),
        Action::Respond { connection, page } => {
            json!({"type": "respond", "connection": connection, "status": page.status})
        }
        Action::RaiseWindow => json!({"type": "raise_window"}),
        Action::Notice(problem) => json!({"type": "notice", "kind": problem.to_string()}),
        Action::Error { problem, retryable } => {
            json!({"type": "error", "kind": problem.to_string(), "retryable": retryable})
        }
        Action::Done(Done::Redirect) => json!({"type": "done", "result": "redirect"}),
        Action::Done(Done::EapConfig(body)) => {
            json!({"type": "done", "result": "eap_config", "length": body.len()})
        }
        Action::Cancelled => json!({"type": "cancelled"}),
        other => return Err(format!("an action of unknown type: {other:?}")),
    })
}

/// `touch_cache` may state fewer members than we give: the specification leaves open which of them it repeats.
fn compare(got: &[Value], want: &[Value]) -> Outcome {
    let fits = |got: &Value, want: &Value| match (got.as_object(), want.as_object()) {
        (Some(got), Some(want)) if want.get("type") == Some(&"touch_cache".into()) => {
            want.iter().all(|(name, value)| got.get(name).is_some_and(|own| equal(own, value)))
        }
        _ => equal(got, want),
    };
    if got.len() == want.len() && got.iter().zip(want).all(|(got, want)| fits(got, want)) {
        Ok(())
    } else {
        Err(format!("actions:\n   got {}\n  want {}", json!(got), json!(want)))
    }
}
