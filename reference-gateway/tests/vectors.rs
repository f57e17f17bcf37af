//! The vectors whose rules this crate owns (folder `uam`).

use reference_gateway::config::{Kind, OPTIONS, Reader, Settings, UnknownKeys};
use reference_gateway::garden::{Case, Domains, allowed};
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr, ToSocketAddrs};
use std::process::ExitCode;
use testkit::vectors::{Outcome, list, main as run, same, text};

fn main() -> ExitCode {
    run("uam", |suite| {
        suite.json("chilliconf.json", 28, |document, file| {
            for case in list(document, "cases") {
                file.case(case, chilliconf);
            }
        });
        suite.json("domainfile.json", 11, |document, file| {
            for case in list(document, "cases") {
                file.case(case, domainfile);
            }
        });
        suite.json("uamallowed.json", 10, |document, file| {
            for case in list(document, "cases") {
                file.case(case, uamallowed);
            }
        });
        suite.others(&[
            "index.json",
            // Rules of the control socket, which this crate does not have yet.
            "fonctl_list.json",
            // Rules of `wispr`.
            "chap.json",
            "homepage.json",
            "json.json",
            "md.json",
            "pap.json",
            "query.json",
            "redirect.json",
            "response.json",
            "urlencode.json",
            // Rules of `radius-codec`.
            "newdomain.json",
            "radius.json",
            "retry.json",
            "terminate_time.json",
        ]);
    })
}

fn chilliconf(case: &Value) -> Outcome {
    let arguments = match case.get("command_line") {
        None => Vec::new(),
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(other) => return Err(format!("unknown form of command line: {other}")),
    };
    let reader = Reader::new(UnknownKeys::Refuse).command_line(arguments);
    let result = reader.text("chilli.conf", text(case, "text")?);
    match (case.get("ok").and_then(Value::as_bool), result) {
        (Some(true), Ok(settings)) => {
            let values = case.get("values").and_then(Value::as_object).ok_or("no values")?;
            values.iter().try_for_each(|(name, want)| option(&settings, name, want))
        }
        (Some(false), Err(problems)) => {
            let names: Vec<&str> = problems.iter().map(|p| p.fault.name()).collect();
            same("faults", &names, &vec![text(case, "error")?])
        }
        (Some(true), Err(problems)) => Err(format!("refused: {}", problems[0])),
        (Some(false), Ok(_)) => Err("accepted".to_owned()),
        (None, _) => Err("no member \"ok\"".to_owned()),
    }
}

fn option(settings: &Settings, name: &str, want: &Value) -> Outcome {
    let spec = OPTIONS.iter().find(|s| s.name == name).ok_or_else(|| format!("no option {name:?}"))?;
    let got = match spec.kind {
        Kind::Flag => settings.flag(name).into(),
        _ if spec.repeatable => settings.list(name).into(),
        Kind::Number { .. } => settings.number(name).into(),
        _ => settings.text(name).map_or(Value::Null, Into::into),
    };
    same(name, &got, want)
}

/// The vectors were recorded with the original, for which letter case matters.
fn domainfile(case: &Value) -> Outcome {
    let mut domains = Domains::new();
    domains.add_file(text(case, "file")?, Case::Exact);
    let want = case.get("allowed").and_then(Value::as_bool).ok_or("no member \"allowed\"")?;
    same("allowed", &domains.allows(text(case, "name")?), &want)
}

fn uamallowed(case: &Value) -> Outcome {
    let (items, _) = allowed::items(text(case, "value")?);
    let got: Vec<String> = allowed::entries(&items, addresses).iter().map(ToString::to_string).collect();
    let want = case.get("entries").and_then(Value::as_array).ok_or("no list \"entries\"")?;
    let want: Option<Vec<&str>> = want.iter().map(Value::as_str).collect();
    same("entries", &got.iter().map(String::as_str).collect(), &want.ok_or("an entry is no text")?)
}

/// The system's answer; a name that does not exist has no addresses.
fn addresses(name: &str) -> Vec<Ipv4Addr> {
    let found = (name, 0).to_socket_addrs().into_iter().flatten();
    let mut addresses = Vec::new();
    for address in found {
        match address.ip() {
            IpAddr::V4(address) if !addresses.contains(&address) => addresses.push(address),
            _ => {}
        }
    }
    addresses
}
