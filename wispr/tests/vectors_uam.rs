//! The recorded cases of the access gateway's HTTP interface (spec: uam 12).

use core::net::Ipv4Addr;
use serde_json::Value;
use std::process::ExitCode;
use testkit::hex;
use testkit::vectors::{self, Outcome, Tally, list, number, octets, same, text};
use wispr::gateway::{
    self, Answer, Challenge, Compatibility, Config, Counters, JsonAnswer, Mac, Redirect, Res, SessionView,
    Shown, Situation, StatusTimes,
};

fn main() -> ExitCode {
    vectors::main("uam", |suite| {
        suite.json("pap.json", 12, |d, f| each(d, f, pap));
        suite.json("chap.json", 9, |d, f| each(d, f, chap));
        suite.json("urlencode.json", 6, |d, f| each(d, f, urlencode));
        suite.json("query.json", 13, |d, f| each(d, f, query));
        suite.json("md.json", 5, |d, f| each(d, f, md));
        suite.json("redirect.json", 19, |d, f| each(d, f, redirect));
        suite.json("homepage.json", 2, |d, f| each(d, f, homepage));
        suite.json("response.json", 15, |d, f| each(d, f, response));
        suite.json("json.json", 8, |d, f| each(d, f, json));
        suite.json("terminate_time.json", 6, |d, f| each(d, f, terminate_time));
        suite.others(&["index.json", "radius.json", "retry.json"]);
        suite.others(&[
            "newdomain.json",
            "domainfile.json",
            "uamallowed.json",
            "chilliconf.json",
            "fonctl_list.json",
        ]);
    })
}

fn each(document: &Value, file: &mut Tally, run: fn(&Value) -> Outcome) {
    for case in list(document, "cases") {
        file.case(case, run);
    }
}

fn challenge(case: &Value, name: &str) -> Result<Challenge, String> {
    Challenge::from_hex(text(case, name)?.as_bytes()).ok_or_else(|| format!("{name} is no challenge"))
}

fn optional<'a>(value: &'a Value, name: &str) -> Result<Option<&'a str>, String> {
    match value.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(format!("{name}: {other} is no text")),
    }
}

fn only(value: &Value, names: &[&str]) -> Outcome {
    let members = value.as_object().ok_or_else(|| format!("{value} is no object"))?;
    match members.keys().find(|name| !names.contains(&name.as_str())) {
        Some(name) => Err(format!("member {name:?} is not known to the test")),
        None => Ok(()),
    }
}

fn pap(case: &Value) -> Outcome {
    only(
        case,
        &[
            "id",
            "note",
            "challenge",
            "uamsecret",
            "password",
            "key",
            "sent",
            "sent_padded16",
            "received",
            "recovered_hex",
        ],
    )?;
    let key = challenge(case, "challenge")?.key(text(case, "uamsecret")?.as_bytes());
    if case.get("received").is_some() {
        let plain = key.recover(text(case, "received")?.as_bytes()).ok_or("not hexadecimal")?;
        return same("recovered", &*plain, &octets(case, "recovered_hex")?);
    }
    let password = text(case, "password")?.as_bytes();
    same("key", &hex::encode(key.as_octets()).as_str(), &text(case, "key")?)?;
    same("sent", &key.obfuscate(password).as_str(), &text(case, "sent")?)?;
    let mut padded = password.to_vec();
    padded.resize(password.len().next_multiple_of(16), 0);
    let sent = text(case, "sent_padded16")?;
    same("sent_padded16", &key.obfuscate(&padded).as_str(), &sent)?;
    let back = key.recover(sent.as_bytes()).ok_or("not hexadecimal")?;
    same("recovered", &*back, &padded)
}

fn chap(case: &Value) -> Outcome {
    only(
        case,
        &[
            "id",
            "note",
            "challenge",
            "uamsecret",
            "ident",
            "ident_text",
            "password",
            "response",
            "chap_challenge_attr",
            "chap_password_attr",
        ],
    )?;
    let ident = u8::try_from(number(case, "ident")?).map_err(|e| e.to_string())?;
    if let Some(given) = optional(case, "ident_text")? {
        return same("ident", &gateway::ident(given.as_bytes()), &ident);
    }
    let key = challenge(case, "challenge")?.key(text(case, "uamsecret")?.as_bytes());
    let password = text(case, "password")?.as_bytes();
    let response = key.chap_response(ident, password);
    same("response", &response.to_vec(), &octets(case, "response")?)?;
    same("CHAP-Challenge", &key.as_octets().to_vec(), &octets(case, "chap_challenge_attr")?)?;
    let attribute: Vec<u8> = [ident].into_iter().chain(response).collect();
    same("CHAP-Password", &attribute, &octets(case, "chap_password_attr")?)?;
    same("verified", &key.verify_chap(ident, password, &response), &true)
}

fn urlencode(case: &Value) -> Outcome {
    only(case, &["id", "note", "plain", "encoded"])?;
    let encoded = wispr::url::encode(text(case, "plain")?.as_bytes()).to_string();
    same("encoded", &encoded.as_str(), &text(case, "encoded")?)
}

fn query(case: &Value) -> Outcome {
    only(case, &["id", "note", "query", "name", "value", "value_hex"])?;
    let got =
        gateway::parameter(text(case, "query")?.as_bytes(), text(case, "name")?).map(|v| v.into_owned());
    let want = match case.get("value_hex") {
        Some(Value::Null) => None,
        _ => Some(octets(case, "value_hex")?),
    };
    same("value", &got, &want)
}

fn md(case: &Value) -> Outcome {
    only(case, &["id", "note", "url", "uamsecret", "md", "signed"])?;
    let (url, secret) = (text(case, "url")?, text(case, "uamsecret")?);
    same("md", &gateway::md(url.as_bytes(), secret.as_bytes()).as_str(), &text(case, "md")?)?;
    let signed = gateway::sign(url.to_owned(), secret.as_bytes());
    same("signed", &signed.as_str(), &text(case, "signed")?)?;
    same("verified", &gateway::verify(&signed, secret.as_bytes()), &Some(url))
}

fn homepage(case: &Value) -> Outcome {
    only(case, &["id", "note", "uamhomepage", "redirect", "location"])?;
    let location = gateway::homepage(text(case, "uamhomepage")?, text(case, "redirect")?);
    same("location", &location.as_str(), &text(case, "location")?)
}

fn terminate_time(case: &Value) -> Outcome {
    only(case, &["id", "note", "text", "epoch", "vendor_epoch"])?;
    let want = case.get("epoch").ok_or("no epoch")?.as_i64();
    same("epoch", &gateway::terminate_time(text(case, "text")?.as_bytes(), 0), &want)
}

/// The configuration of a case, answering as the recorded gateway did.
fn config(case: &Value) -> Result<Config, String> {
    let config = case.get("config").ok_or("no config")?;
    only(
        config,
        &[
            "uamserver",
            "uamip",
            "uamport",
            "called",
            "nasid",
            "uamsecret",
            "ssid",
            "vlan",
            "ssl",
            "locationid",
            "locationname",
            "wisprlogin",
            "uamhomepage",
            "nowispr1",
            "nowispr2",
            "swapoctets",
        ],
    )?;
    let uamip: Ipv4Addr = text(config, "uamip")?.parse().map_err(|e| format!("uamip: {e}"))?;
    let port = u16::try_from(number(config, "uamport")?).map_err(|e| e.to_string())?;
    let owned = |name| optional(config, name).map(|text| text.map(str::to_owned));
    let flag =
        |name: &str| config.get(name).is_some_and(|v| v.as_bool() == Some(true) || v.as_u64() == Some(1));
    let vlan = match config.get("vlan") {
        None => None,
        Some(Value::String(text)) => Some(text.parse().map_err(|e| format!("vlan: {e}"))?),
        Some(tag) => Some(tag.as_u64().and_then(|t| u16::try_from(t).ok()).ok_or("vlan")?),
    };
    Ok(Config::new(text(config, "uamserver")?, uamip, Mac([0; 6]))
        .uamport(port)
        .called(text(config, "called")?)
        .radiusnasid(owned("nasid")?)
        .uamsecret(owned("uamsecret")?.unwrap_or_default())
        .ssid(owned("ssid")?)
        .vlan(vlan)
        .ssl(owned("ssl")?)
        .radiuslocationid(owned("locationid")?)
        .radiuslocationname(owned("locationname")?)
        .wisprlogin(owned("wisprlogin")?)
        .uamhomepage(owned("uamhomepage")?)
        .nowispr1(flag("nowispr1"))
        .nowispr2(flag("nowispr2"))
        .swapoctets(flag("swapoctets"))
        .compatibility(Compatibility::VENDOR))
}

fn res(text: &str) -> Result<Res, String> {
    [
        Res::NotYet,
        Res::Splash,
        Res::Success,
        Res::Reject,
        Res::Timeout,
        Res::Mtu,
        Res::Other,
        Res::Failed,
        Res::Already,
        Res::Challenge,
        Res::Logoff,
    ]
    .into_iter()
    .find(|res| res.as_str() == text)
    .ok_or_else(|| format!("res {text:?} is not known to the test"))
}

fn mac(state: &Value) -> Result<Option<Mac>, String> {
    optional(state, "mac")?.map(|mac| mac.parse().map_err(|e| format!("{mac}: {e}"))).transpose()
}

fn ip(state: &Value) -> Result<Ipv4Addr, String> {
    text(state, "ip")?.parse().map_err(|e| format!("ip: {e}"))
}

fn unless_absent(value: &Value, name: &str) -> Result<u64, String> {
    value.get(name).map_or(Ok(0), |_| number(value, name))
}

fn times(state: &Value) -> Result<Option<StatusTimes>, String> {
    let Some(status) = state.get("status") else { return Ok(None) };
    only(status, &["starttime", "sessiontime", "sessiontimeout", "stoptime"])?;
    Ok(Some(StatusTimes {
        start: status.get("starttime").and_then(Value::as_i64),
        session_time: unless_absent(status, "sessiontime")?,
        session_timeout: unless_absent(status, "sessiontimeout")?,
        stop: status.get("stoptime").and_then(Value::as_i64),
    }))
}

fn redirect_of<'a>(state: &'a Value) -> Result<Redirect<'a>, String> {
    only(
        state,
        &[
            "mac",
            "ip",
            "sessionid",
            "res",
            "challenge",
            "status",
            "uid",
            "timeleft",
            "reply",
            "redirurl",
            "userurl",
            "lang",
            "loc",
            "vlan",
            "eapmsg",
            "eap",
            "sessiontimeout",
            "authenticated",
            "base",
        ],
    )?;
    let bytes = |name| optional(state, name).map(|text| text.map(str::as_bytes));
    let mut redirect = Redirect::new(res(text(state, "res")?)?, mac(state)?, ip(state)?);
    redirect.base = optional(state, "base")?;
    redirect.challenge = match optional(state, "challenge")? {
        None => Shown::No,
        Some("") => Shown::Empty,
        Some(_) => Shown::Value(challenge(state, "challenge")?),
    };
    redirect.status = times(state)?;
    redirect.uid = bytes("uid")?;
    redirect.time_left = unless_absent(state, "timeleft")?;
    redirect.reply = bytes("reply")?;
    redirect.loc = bytes("loc")?;
    redirect.lang = bytes("lang")?;
    redirect.vlan =
        state.get("vlan").map(|_| number(state, "vlan")).transpose()?.and_then(|v| u16::try_from(v).ok());
    redirect.session_id = optional(state, "sessionid")?;
    redirect.redirurl = bytes("redirurl")?;
    redirect.userurl = bytes("userurl")?;
    Ok(redirect)
}

fn redirect(case: &Value) -> Outcome {
    only(case, &["id", "note", "config", "state", "location"])?;
    let redirect = redirect_of(case.get("state").ok_or("no state")?)?;
    let location = redirect.location(&config(case)?);
    same("location", &location.as_str(), &text(case, "location")?)
}

fn situation(kind: &str) -> Result<Situation, String> {
    Ok(match kind {
        "notyet" | "prelogin" => Situation::NotYet,
        "splash" => Situation::Splash,
        "success" => Situation::Success,
        "reject" => Situation::Reject,
        "noroute" => Situation::NoRoute,
        "timeout" => Situation::Timeout,
        "mtu" => Situation::Mtu,
        "protocol" => Situation::Protocol,
        "other" => Situation::Other,
        "error" | "request_error" => Situation::RequestError,
        "already" => Situation::Already,
        "challenge" => Situation::Challenge,
        "logoff" => Situation::Logoff,
        "abort" => Situation::Abort,
        "abort_late" => Situation::AbortLate,
        "status" | "status-on" | "status-off" => Situation::Status,
        _ => return Err(format!("kind {kind:?} is not known to the test")),
    })
}

fn flag(value: &Value, name: &str) -> Result<bool, String> {
    value.get(name).map_or(Ok(false), |v| v.as_bool().ok_or_else(|| format!("{name} is no boolean")))
}

fn response(case: &Value) -> Outcome {
    only(case, &["id", "note", "config", "kind", "wispr2", "state", "response"])?;
    let state = case.get("state").ok_or("no state")?;
    let situation = situation(text(case, "kind")?)?;
    let redirect = redirect_of(state)?;
    let eap_msg = optional(state, "eapmsg")?.map(decode_base64).transpose()?;
    let mut answer = Answer::new(situation, redirect);
    answer.wispr2 = flag(case, "wispr2")?;
    answer.eap = flag(state, "eap")?;
    answer.eap_msg = eap_msg.as_deref();
    answer.logged_in = flag(state, "authenticated")?;
    answer.session_timeout = unless_absent(state, "sessiontimeout")?;
    same("res", &situation.res(answer.logged_in).as_str(), &text(state, "res")?)?;
    let got = answer.response(&config(case)?).to_octets();
    same("response", &String::from_utf8_lossy(&got).as_ref(), &text(case, "response")?)
}

fn decode_base64(text: &str) -> Result<Vec<u8>, String> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).map_err(|e| e.to_string())
}

fn json(case: &Value) -> Outcome {
    only(case, &["id", "note", "kind", "config", "state", "body", "response"])?;
    let state = case.get("state").ok_or("no state")?;
    only(
        state,
        &[
            "mac",
            "ip",
            "sessionid",
            "challenge",
            "userurl",
            "redirurl",
            "reply",
            "session",
            "callback",
            "vlan",
        ],
    )?;
    let kind = text(case, "kind")?;
    let id = text(state, "sessionid")?;
    let bytes = |name| optional(state, name).map(|text| text.map(str::as_bytes));
    let mut answer = JsonAnswer::new(situation(kind)?, mac(state)?, ip(state)?, id);
    answer.logged_in = matches!(kind, "status-on" | "success" | "already");
    answer.message = bytes("reply")?;
    answer.challenge = state.get("challenge").map(|_| challenge(state, "challenge")).transpose()?;
    answer.userurl = bytes("userurl")?.unwrap_or_default();
    answer.redirurl = bytes("redirurl")?.unwrap_or_default();
    answer.callback = bytes("callback")?;
    answer.vlan =
        state.get("vlan").map(|_| number(state, "vlan")).transpose()?.and_then(|v| u16::try_from(v).ok());
    answer.session = state.get("session").map(session_view).transpose()?;
    let response = answer.response(&config(case)?);
    same("body", &String::from_utf8_lossy(&response.body).as_ref(), &text(case, "body")?)?;
    same("response", &String::from_utf8_lossy(&response.to_octets()).as_ref(), &text(case, "response")?)
}

fn session_view(session: &Value) -> Result<SessionView<'_>, String> {
    only(
        session,
        &["user", "start", "timeout", "idle", "time", "idletime", "in", "out", "maxin", "maxout", "maxtotal"],
    )?;
    Ok(SessionView {
        user_name: text(session, "user")?.as_bytes(),
        start: session.get("start").and_then(Value::as_i64).ok_or("no start")?,
        session_timeout: number(session, "timeout")?,
        idle_timeout: u32::try_from(number(session, "idle")?).map_err(|e| e.to_string())?,
        terminate_time: None,
        max_input_octets: unless_absent(session, "maxin")?,
        max_output_octets: unless_absent(session, "maxout")?,
        max_total_octets: unless_absent(session, "maxtotal")?,
        session_time: number(session, "time")?,
        idle_time: number(session, "idletime")?,
        counters: Counters {
            input_octets: number(session, "in")?,
            output_octets: number(session, "out")?,
            ..Counters::default()
        },
    })
}
