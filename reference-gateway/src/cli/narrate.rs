//! Tells what a smart client does, step by step, for people or as a line of JSON each.

use super::say;
use crate::decode::input::to_hex;
use crate::decode::wispr::{Page, message_tree};
use crate::smart_client::Step;
use serde_json::{Value as Json, json};
use std::io::IsTerminal;
use wispr::client::{Event, Outcome, Reply, Request};

/// Parameters whose values are kept out of what is printed.
const HIDDEN: [&str; 4] = ["password", "Password", "response", "WISPrEAPMsg"];

/// How steps are shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Narrator {
    json: bool,
    reveal: bool,
    bold: bool,
}

impl Narrator {
    pub(super) fn new(json: bool) -> Self {
        let bold = !json && std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Self { json, reveal: false, bold }
    }

    /// Shows passwords as they are sent: for the demo, whose password everybody knows.
    pub(super) const fn revealing(mut self) -> Self {
        self.reveal = true;
        self
    }

    /// A heading, for people only.
    pub(super) fn heading(self, text: &str) {
        if self.bold {
            say(format_args!("\n\u{1b}[1m{text}\u{1b}[0m"));
        } else if !self.json {
            say(format_args!("\n{text}"));
        }
    }

    /// A line below a heading, for people only.
    pub(super) fn line(self, text: impl std::fmt::Display) {
        if !self.json {
            for line in text.to_string().lines() {
                say(format_args!("  {line}"));
            }
        }
    }

    /// Several lines, further in.
    pub(super) fn indented(self, text: impl std::fmt::Display) {
        for line in text.to_string().lines() {
            self.line(format!("   {line}"));
        }
    }

    /// An address for people: where it has a query, one parameter a line.
    fn address(self, lead: &str, url: &str) {
        let Some((before, query)) = url.split_once('?') else { return self.line(format!("{lead}{url}")) };
        self.line(format!("{lead}{before}"));
        for (index, parameter) in query.split('&').enumerate() {
            self.line(format!("      {}{parameter}", if index == 0 { '?' } else { '&' }));
        }
    }

    pub(super) fn event(self, event: &Json) {
        if self.json {
            say(event);
        }
    }

    pub(super) fn step(self, step: &Step<'_>) {
        match step {
            Step::Request(request) => self.request(request),
            Step::Answer(_, answer) => self.answer(answer),
            Step::Failed(_, error) => {
                self.line(format!("<- failed: {error}"));
                self.event(&json!({ "event": "request_failed", "error": error.to_string() }));
            }
            Step::Waits(time) => {
                self.line(format!(".. waits {:.1} s", time.as_secs_f64()));
                self.event(&json!({ "event": "wait", "seconds": time.as_secs_f64() }));
            }
            Step::EapIn(packet) => self.eap("eap_in", "EAP from the server", packet),
            Step::EapOut(packet) => self.eap("eap_out", "EAP answer", packet),
            Step::Event(Event::Changed(state)) => {
                self.event(&json!({ "event": "state", "state": state }));
            }
            Step::Event(Event::Hotspot(hotspot)) => {
                self.event(&json!({
                    "event": "hotspot",
                    "login_host": hotspot.login_host,
                    "version_high": hotspot.version_high,
                    "location_name": hotspot.location_name,
                    "eap": hotspot.eap,
                }));
            }
            Step::Event(_) => {}
        }
    }

    fn request(self, request: &Request) {
        let url = self.shown(&request.url);
        self.address(&format!("-> {} ", request.method.as_str()), &url);
        let mut form = Vec::new();
        if let Some(body) = &request.body {
            for (name, value) in url::form_urlencoded::parse(body.as_bytes()) {
                let hidden = !self.reveal && HIDDEN.contains(&name.as_ref());
                let value = if hidden { "[hidden]".into() } else { value };
                self.line(format!("   {name} = {value}"));
                form.push(json!([name, value]));
            }
        }
        let method = request.method.as_str();
        self.event(&json!({ "event": "request", "method": method, "url": url, "form": form }));
    }

    fn answer(self, answer: &crate::http::client::Answer) {
        let location = answer.location.as_deref().map(|location| self.shown(location));
        self.line(format!("<- {}", answer.status));
        if let Some(location) = &location {
            self.address("   Location: ", location);
        }
        let mut message = Json::Null;
        if let Ok(page) = Page::read(&answer.body)
            && let Ok(usable) = page.usable()
        {
            self.line("   and in the body, for programs:");
            match document(&answer.body).filter(|_| self.reveal) {
                Some(xml) => self.indented(xml),
                None => self.indented(hide_secrets(&message_tree(usable).to_string())),
            }
            message = page.json();
        }
        let status = answer.status.as_u16();
        self.event(&json!({ "event": "answer", "status": status, "location": location, "wispr": message }));
    }

    fn eap(self, event: &str, what: &str, packet: &[u8]) {
        let hex = to_hex(packet);
        self.line(format!(".. {what}: {hex}"));
        self.event(&json!({ "event": event, "packet": hex }));
    }

    fn shown(self, url: &str) -> String {
        if self.reveal { url.to_owned() } else { hide_secrets(url) }
    }

    /// What an action came to. Says whether it is what was wanted.
    pub(super) fn outcome(self, outcome: &Outcome) -> bool {
        let mut event = json!({ "event": "done", "result": outcome.name() });
        let (good, text) = match outcome {
            Outcome::Online => (true, "You are online already; there was nothing to log in to.".to_owned()),
            Outcome::LoggedIn(session) => {
                event["logoff_url"] = json!(session.logoff_url);
                event["max_session_time"] = json!(session.max_session_time);
                event["verified"] = json!(session.verified);
                event["reply_messages"] = json!(session.reply_messages);
                let limit = session.max_session_time.filter(|seconds| *seconds > 0);
                let limit = limit.map(|seconds| format!(", for {seconds} s at the most")).unwrap_or_default();
                let probe = match session.verified {
                    Some(true) => "; the Internet answers",
                    Some(false) => {
                        "; but the page asked for is not as expected: the hotspot may still be in the way, or see --expect"
                    }
                    None => "",
                };
                (true, format!("You are logged in{limit}{probe}."))
            }
            Outcome::LoggedOff => (true, "You are logged off.".to_owned()),
            Outcome::Rejected(reply) => {
                add_reply(&mut event, reply);
                (false, format!("The hotspot refused the login{}.", said(reply)))
            }
            Outcome::Failed { failure, reply } => {
                event["error"] = json!(failure.name());
                add_reply(&mut event, reply);
                let text = format!("It did not work: {}{}", explained(failure.name()), said(reply));
                (false, if text.ends_with('?') { text } else { text + "." })
            }
            Outcome::CaptiveNoWispr { url } => {
                event["url"] = json!(url);
                (false, format!("This hotspot does not speak WISPr. Open this page in a browser: {url}"))
            }
            Outcome::Aborted { .. } => (false, "The login was aborted.".to_owned()),
            other => (true, other.name().to_owned()),
        };
        self.line(text);
        self.event(&event);
        good
    }
}

fn add_reply(event: &mut Json, reply: &Reply) {
    event["response_code"] = json!(reply.response_code.map(|code| code.0));
    event["fon_response_code"] = json!(reply.fon_response_code.map(|code| code.0));
    event["reply_messages"] = json!(reply.reply_messages);
}

fn said(reply: &Reply) -> String {
    let mut text = String::new();
    if !reply.reply_messages.is_empty() {
        text = format!(", it says: {}", reply.reply_messages.join("; "));
    }
    if let Some(code) = reply.fon_response_code {
        text.push_str(&format!(" (FON code {})", code.0));
    }
    text
}

/// A failure in words that say what to do.
fn explained(failure: &str) -> &str {
    match failure {
        "http" => "a request failed; is the address right, and is there a network?",
        "insecure_login_url" => {
            "the login page is not https, so the password was not sent (--allow-http sends it)"
        }
        "insecure_redirect" => "a redirect wanted the password over plain http, so it was not sent",
        "login_host" => "the login page is on a host that was not allowed",
        "auth_server" => "the hotspot's login server did not answer or failed",
        "no_auth_server" => "the hotspot has no login server for this user name",
        "no_reply" => "the hotspot did not say what became of the login",
        "timeout" => "the login took too long",
        "login_loop" => "the portal showed its first page again instead of a result",
        "gateway" => "the hotspot reports an internal error",
        "protocol" => "the hotspot could not process what was sent",
        other => other,
    }
}

/// The WISPr document of a page, as it stands there.
fn document(body: &[u8]) -> Option<&str> {
    const END: &str = "</WISPAccessGatewayParam>";
    let text = str::from_utf8(body).ok()?;
    let start = text.find("<?xml").or_else(|| text.find("<WISPAccessGatewayParam"))?;
    let end = text.rfind(END)? + END.len();
    text.get(start..end)
}

/// The text with the values of secret parameters taken out.
fn hide_secrets(text: &str) -> String {
    let mut out = text.to_owned();
    for name in HIDDEN {
        for mark in ['?', '&'] {
            let key = format!("{mark}{name}=");
            if let Some(start) = out.find(&key) {
                let value = start + key.len();
                let end = out[value..].find(['&', '#', ' ']).map_or(out.len(), |len| value + len);
                out.replace_range(value..end, "[hidden]");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_in_addresses_are_not_shown() {
        let url = "http://10.1.0.1:3990/logon?username=a&password=0badc0de&userurl=http%3a";
        let shown = hide_secrets(url);
        assert_eq!(shown, "http://10.1.0.1:3990/logon?username=a&password=[hidden]&userurl=http%3a");
        assert_eq!(hide_secrets("http://h/?response=00"), "http://h/?response=[hidden]");
        assert_eq!(hide_secrets("http://h/passwords?x=password"), "http://h/passwords?x=password");
    }
}
