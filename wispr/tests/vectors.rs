//! The vectors of the folder `wispr`: documents for both readers, and flows of the client.

use serde_json::{Map, Value, json};
use std::process::ExitCode;
use std::time::Duration;
use testkit::vectors::{Outcome as Checked, Suite, list, same, text};
use wispr::client::{Client, Config, Input, Method, Outcome, Output, ProbeExpect, Request, Response};
use wispr::message::{Field, Kind, Message, Value as FieldValue};
use wispr::read::{Document, ReadError};

fn main() -> ExitCode {
    testkit::vectors::main("wispr", |suite| {
        documents(suite);
        flows(suite);
    })
}

fn documents(suite: &mut Suite) {
    let mut files = Vec::new();
    if let Some(index) = suite.read("index.json")
        && let Ok(index) = serde_json::from_slice::<Value>(&index)
    {
        for document in list(&index, "documents") {
            let name = document.get("file").and_then(Value::as_str).unwrap_or_default();
            files.push((name.to_owned(), suite.read(name)));
        }
    }
    suite.json("index.json", 72, |index, tally| {
        for document in list(index, "documents") {
            tally.case(document, |case| {
                let name = text(case, "file")?;
                let file = files.iter().find(|(n, _)| n == name).and_then(|(_, octets)| octets.as_deref());
                let octets = file.ok_or_else(|| format!("{name} is missing"))?;
                tolerant(octets, case.get("tolerant").ok_or("no member tolerant")?)?;
                strict(octets, case.get("strict").ok_or("no member strict")?)
            });
        }
    });
}

fn tolerant(octets: &[u8], want: &Value) -> Checked {
    let document = match wispr::read::read(octets) {
        Ok(document) => document,
        Err(e) => return same("error", &Some(error_name(e)), &want.get("error").and_then(Value::as_str)),
    };
    let messages: Vec<Value> = document.messages().map(message_json).collect();
    same("messages", &Value::from(messages), want.get("messages").ok_or("no member messages")?)?;
    same("use", &document.use_index().map(|i| i as u64), &want.get("use").and_then(Value::as_u64))?;
    let error = document.usable().err().map(error_name);
    same("error", &error, &want.get("error").and_then(Value::as_str))?;
    same("ok", &Some(error.is_none()), &want.get("ok").and_then(Value::as_bool))?;
    quirks(&document, want)
}

fn strict(octets: &[u8], want: &Value) -> Checked {
    let read = wispr::read::read_strict(octets);
    let ok = want.get("ok").and_then(Value::as_bool);
    same("strict.ok", &Some(read.is_ok()), &ok).map_err(|e| format!("{e}: {:?}", read.err()))
}

/// The quirks are informative: they are compared for the project's own vectors only.
fn quirks(document: &Document<'_>, want: &Value) -> Checked {
    if std::env::var_os("FONAP_VECTORS").is_some() {
        return Ok(());
    }
    let mut got: Vec<&str> = document.quirks().iter().map(|q| q.name()).collect();
    got.sort_unstable();
    same("quirks", &json!(got), want.get("quirks").ok_or("no member quirks")?)
}

fn error_name(error: ReadError) -> &'static str {
    match error {
        ReadError::TooBig { .. } => "too_big",
        ReadError::NoBlock => "no_block",
        ReadError::NoMessage => "no_message",
        ReadError::Dtd => "dtd",
        ReadError::Incomplete => "incomplete",
        _ => "unknown to this test",
    }
}

/// A message with the keys of the vectors.
fn message_json(message: &Message<'_>) -> Value {
    let mut out = Map::new();
    out.insert("type".into(), json!(message.kind.element().unwrap_or("Unknown")));
    if let (Kind::Unknown, Some(name)) = (message.kind, &message.name) {
        out.insert("name".into(), json!(name));
    }
    for &field in Field::ALL {
        let value = match message.value(field) {
            None => continue,
            Some(FieldValue::Integer(number)) => json!(number),
            Some(FieldValue::Text(text)) => json!(text),
            Some(FieldValue::Texts(texts)) => json!(texts),
            Some(FieldValue::Octets(octets)) => json!(testkit::hex::encode(octets)),
            Some(_) => json!("unknown to this test"),
        };
        let key = match field {
            Field::ReplyMessage => "reply_messages".into(),
            field => key(field.element()),
        };
        out.insert(key, value);
    }
    if !message.extra.is_empty() {
        out.insert("extra".into(), json!(message.extra));
    }
    Value::Object(out)
}

/// `AbortLoginURL` as `abort_login_url`.
fn key(element: &str) -> String {
    let mut out = String::new();
    let chars: Vec<char> = element.chars().collect();
    for (at, c) in chars.iter().enumerate() {
        let after_lower = at > 0 && chars[at - 1].is_lowercase();
        let before_lower = at > 0 && chars.get(at + 1).is_some_and(|c| c.is_lowercase());
        if c.is_uppercase() && (after_lower || before_lower) {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

fn flows(suite: &mut Suite) {
    suite.json("flows.json", 11, |document, tally| {
        for flow in list(document, "flows") {
            tally.case(flow, |flow| Runner::new(flow)?.run(flow));
        }
    });
}

/// Plays one recorded flow against the machine.
struct Runner {
    client: Client,
    now: Duration,
    /// The request that was not compared with a step yet.
    request: Option<Request>,
    outcome: Option<Outcome>,
    /// What the EAP peer gets and answers.
    eap: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Runner {
    fn new(flow: &Value) -> Result<Self, String> {
        let options = flow.get("options").and_then(Value::as_object).ok_or("no options")?;
        let mut eap = Vec::new();
        for pair in options.get("eap").and_then(Value::as_array).into_iter().flatten() {
            eap.push((testkit::vectors::octets(pair, "in")?, testkit::vectors::octets(pair, "out")?));
        }
        let client = Client::new(config(options)?, Duration::ZERO).map_err(|e| e.to_string())?;
        Ok(Self { client, now: Duration::ZERO, request: None, outcome: None, eap })
    }

    fn run(mut self, flow: &Value) -> Checked {
        let script: Vec<&str> = list(flow, "script").iter().filter_map(Value::as_str).collect();
        let steps = list(flow, "steps");
        let mut aborts = Vec::new();
        let mut actions = Vec::new();
        for action in script {
            match action.split_once(':') {
                None => actions.push(action),
                Some(("abort_after_step", step)) => {
                    aborts.push(step.parse::<usize>().map_err(|e| e.to_string())?);
                }
                Some(_) => return Err(format!("unknown action {action:?}")),
            }
        }
        let mut actions = actions.into_iter();
        self.act(actions.next().ok_or("no action")?)?;
        for (at, step) in steps.iter().enumerate() {
            if self.idle() {
                let action =
                    actions.next().ok_or_else(|| format!("step {at}: over with {:?}", self.outcome))?;
                self.act(action)?;
            }
            self.step(step).map_err(|e| format!("step {at}: {e}"))?;
            if aborts.contains(&(at + 1)) {
                self.act("abort")?;
            }
        }
        for action in actions {
            self.act(action)?;
        }
        if let Some(request) = &self.request {
            return Err(format!("one request too many: {request:?}"));
        }
        let outcome = self.outcome.ok_or_else(|| format!("no outcome, in {}", self.client.state_name()))?;
        let got = outcome_json(&outcome);
        for (key, want) in flow.get("outcome").and_then(Value::as_object).ok_or("no outcome")? {
            same(key, &got.get(key), &Some(want))?;
        }
        Ok(())
    }

    /// Nothing is under way: the next action of the script is due.
    fn idle(&self) -> bool {
        self.outcome.is_some() && self.request.is_none() && self.client.next_timer() == Duration::MAX
    }

    fn act(&mut self, action: &str) -> Checked {
        self.handle(match action {
            "connect" => Input::Connect,
            "abort" => Input::Abort,
            "logoff" => Input::Logoff,
            "status" => Input::Status { decide: false },
            _ => return Err(format!("unknown action {action:?}")),
        })
    }

    fn handle(&mut self, input: Input<'_>) -> Checked {
        if !matches!(input, Input::Tick) {
            self.outcome = None;
        }
        self.client.handle(self.now, input);
        loop {
            match self.client.poll_output() {
                Output::Request(request) => self.request = Some(request),
                Output::EapIn(packet) => {
                    let (want, answer) = match self.eap.is_empty() {
                        true => return Err("no further EAP packet expected".into()),
                        false => self.eap.remove(0),
                    };
                    same("EAP packet", &packet, &want)?;
                    self.client.handle(self.now, Input::EapOut(&answer));
                }
                Output::Event(_) => {}
                Output::Done(outcome) => self.outcome = Some(outcome),
                Output::WaitUntil(_) => return Ok(()),
                other => return Err(format!("output unknown to this test: {other:?}")),
            }
        }
    }

    fn step(&mut self, step: &Value) -> Checked {
        let seconds = |key| step.get(key).and_then(Value::as_u64).map(Duration::from_secs);
        let wait = self.client.next_timer().saturating_sub(self.now);
        if let Some(want) = seconds("timer") {
            same("timer", &wait, &want)?;
            self.now += want;
            return self.handle(Input::Tick);
        }
        if let Some(want) = seconds("timer_set") {
            return same("timer", &wait, &want);
        }
        let want = step.get("request").ok_or("a step unknown to this test")?;
        let request = self.request.take().ok_or_else(|| format!("no request, {:?}", self.outcome))?;
        same("method", &request.method.as_str(), &text(want, "method")?)?;
        same("url", &request.url.as_str(), &text(want, "url")?)?;
        let form = request.body.as_ref().map(|body| json!(wispr::form::parse(body)));
        same("form", &form.as_ref(), &want.get("form"))?;
        same("POST has a form", &(request.method == Method::Post), &form.is_some())?;
        let answer = step.get("response").ok_or("no response")?;
        if answer.get("error").is_some() {
            return self.handle(Input::RequestFailed { id: request.id });
        }
        let status = testkit::vectors::number(answer, "status")?;
        self.handle(Input::Response(Response {
            id: request.id,
            status: u16::try_from(status).map_err(|e| e.to_string())?,
            location: answer.get("location").and_then(Value::as_str),
            url: answer.get("url").and_then(Value::as_str),
            body: answer.get("body").and_then(Value::as_str).unwrap_or_default().as_bytes(),
        }))
    }
}

fn config(options: &Map<String, Value>) -> Result<Config, String> {
    let word = |key: &str| options.get(key).and_then(Value::as_str).unwrap_or_default();
    let expect = match options.get("probe_expect") {
        Some(Value::String(status)) if status == "204" => ProbeExpect::NoContent,
        Some(Value::String(body)) => ProbeExpect::Body(body.clone()),
        Some(Value::Number(status)) if status.as_u64() == Some(204) => ProbeExpect::NoContent,
        None => ProbeExpect::NoContent,
        Some(other) => return Err(format!("probe_expect {other}")),
    };
    let mut config = Config::new(word("probe_url"), expect, word("username"), word("password"));
    for (key, value) in options {
        let flag = value.as_bool().ok_or(());
        let number = value.as_u64().and_then(|n| u32::try_from(n).ok()).ok_or(());
        let time = value.as_u64().map(Duration::from_secs).ok_or(());
        let bad = |()| format!("option {key} = {value}");
        config = match key.as_str() {
            "probe_url" | "probe_expect" | "username" | "password" => config,
            "eap" => config.eap(value.is_array() || value == true),
            "allow_v2" => config.allow_v2(flag.map_err(bad)?),
            "require_https_login" => config.require_https_login(flag.map_err(bad)?),
            "verify_after_login" => config.verify_after_login(flag.map_err(bad)?),
            "login_host_suffixes" => {
                let list: Vec<&str> =
                    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                config.login_host_suffixes(&list)
            }
            "max_redirects" => config.max_redirects(number.map_err(bad)?),
            "max_proxy" => config.max_proxy(number.map_err(bad)?),
            "max_eap_rounds" => config.max_eap_rounds(number.map_err(bad)?),
            "max_polls" => config.max_polls(number.map_err(bad)?),
            "poll_delay" => config.poll_delay(time.map_err(bad)?),
            "http_timeout" => config.http_timeout(time.map_err(bad)?),
            "login_deadline" => config.login_deadline(time.map_err(bad)?),
            "user_agent" => config.user_agent(word("user_agent")),
            _ => return Err(format!("unknown option {key:?}")),
        };
    }
    Ok(config)
}

/// An outcome with the keys of the vectors.
fn outcome_json(outcome: &Outcome) -> Value {
    let mut out = Map::new();
    out.insert("result".into(), json!(outcome.name()));
    let mut put = |key: &str, value: Value| {
        if !value.is_null() && value != json!([]) {
            out.insert(key.into(), value);
        }
    };
    let reply = match outcome {
        Outcome::LoggedIn(session) => {
            put("logoff_url", json!(session.logoff_url));
            put("status_url", json!(session.status_url));
            put("redirection_url", json!(session.redirection_url));
            put("max_session_time", json!(session.max_session_time));
            put("reply_messages", json!(session.reply_messages));
            put("verified", json!(session.verified));
            put("eap_final", json!(session.eap_final.as_deref().map(testkit::hex::encode)));
            None
        }
        Outcome::CaptiveNoWispr { url } => {
            put("url", json!(url));
            None
        }
        Outcome::Failed { failure, reply } => {
            put("error", json!(failure.name()));
            Some(reply)
        }
        Outcome::Rejected(reply) => Some(reply),
        Outcome::Status(report) => {
            put("status", json!(report.status));
            put("active", json!(report.active));
            Some(&report.reply)
        }
        _ => None,
    };
    if let Some(reply) = reply {
        put("response_code", json!(reply.response_code.map(|code| code.0)));
        put("fon_response_code", json!(reply.fon_response_code.map(|code| code.0)));
        put("reply_messages", json!(reply.reply_messages));
    }
    Value::Object(out)
}
