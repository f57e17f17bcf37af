//! The vectors whose rules this crate owns (folder `uam`).

use reference_gateway::config::{Kind, OPTIONS, Reader, Settings, UnknownKeys};
use reference_gateway::control::Line;
use reference_gateway::garden::{Case, Domains, allowed};
use serde_json::{Value, json};
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
        suite.json("fonctl_list.json", 4, |document, file| {
            for case in list(document, "cases") {
                file.case(case, listing_line);
            }
        });
        suite.others(&[
            "index.json",
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

/// A line into its fields, and the same fields into the line.
fn listing_line(case: &Value) -> Outcome {
    let want = text(case, "line")?;
    let line: Line = want.parse().map_err(|e| format!("{e}"))?;
    let mut fields = json!({
        "mac": line.mac.to_string(),
        "ip": line.ip,
        "state": line.state.word(),
        "sessionid": line.session_id,
        "authenticated": line.authenticated,
        "user": line.user,
        "sessiontime": line.session_time,
        "sessiontimeout": line.session_timeout,
        "idletime": line.idle_time,
        "idletimeout": line.idle_timeout,
        "input_octets": line.input_octets,
        "max_input_octets": line.max_input_octets,
        "output_octets": line.output_octets,
        "max_output_octets": line.max_output_octets,
        "max_total_octets": line.max_total_octets,
        "swapoctets": line.swapoctets,
        "up_percent": line.up_percent,
        "bw_up": line.bandwidth_up,
        "down_percent": line.down_percent,
        "bw_down": line.bandwidth_down,
        "userurl": line.user_url,
    });
    if let Some(vlan) = line.vlan {
        fields["vlan"] = vlan.into();
    }
    let given = case.get("fields").ok_or("no member \"fields\"")?;
    // A client without a tag may be shown with a null.
    if given.get("vlan") == Some(&Value::Null) {
        fields["vlan"] = Value::Null;
    }
    same("fields", &fields, given)?;
    same("line", &line.to_string().as_str(), &want)
}
