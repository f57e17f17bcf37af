//! The vectors of the hotspot gateway that concern RADIUS.

use radius_codec::auth::{self, ReplyPolicy, RequestHeader, RequestPolicy};
use radius_codec::client::{
    Client, Config, Event, Failure, Input, Output, Request, Schedule, Server, VendorPlan,
};
use radius_codec::radconfig::{Mode, convert};
use radius_codec::terminate_time::TerminateTime;
use radius_codec::{AttributeWriter as _, Code, Kind, Packet, PacketBuilder, Secret, attr, hide};
use serde_json::Value;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;
use testkit::vectors::{Outcome, list, main as run, number, octets, same, text};

fn main() -> ExitCode {
    run("uam", |suite| {
        for (file, count, check) in [
            ("newdomain.json", 21, newdomain as fn(&Value) -> Outcome),
            ("retry.json", 5, retry),
            ("radius.json", 20, packet),
            ("terminate_time.json", 6, terminate_time),
        ] {
            suite.json(file, count, |document, tally| {
                for case in list(document, "cases") {
                    tally.case(case, check);
                }
            });
        }
        suite.others(&[
            "chap.json",
            "chilliconf.json",
            "domainfile.json",
            "fonctl_list.json",
            "homepage.json",
            "index.json",
            "json.json",
            "md.json",
            "pap.json",
            "query.json",
            "redirect.json",
            "response.json",
            "uamallowed.json",
            "urlencode.json",
        ]);
    })
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

// spec: hotspot-config 4
fn newdomain(case: &Value) -> Outcome {
    let converted = convert(text(case, "input")?, Mode::Exact);
    let patterns: Vec<&str> = list(case, "patterns").iter().filter_map(Value::as_str).collect();
    same("patterns", &converted.patterns.iter().map(String::as_str).collect::<Vec<_>>(), &patterns)?;
    same("remaining", &converted.remaining.as_str(), &text(case, "remaining")?)
}

// spec: radius-profile 4.1
fn terminate_time(case: &Value) -> Outcome {
    let time = TerminateTime::parse(text(case, "text")?);
    let expected = case.get("epoch").ok_or("no epoch")?;
    if !expected.is_null() && !expected.is_i64() {
        return Err(format!("epoch of an unknown form: {expected}"));
    }
    same("epoch", &time.map(|time| time.unix_seconds(0)), &expected.as_i64())
}

// spec: radius-profile 8
fn retry(case: &Value) -> Outcome {
    let small = |name: &str| number(case, name).and_then(|n| u32::try_from(n).map_err(said));
    let plan = VendorPlan {
        retry: small("radiusretry")?,
        sends: small("radiusretrysec")?,
        timeout: Duration::from_secs(number(case, "radiustimeout")?),
    };
    let server =
        |address: SocketAddr| Ok::<_, String>(Server::new(address, Secret::new(b"s").map_err(said)?));
    let primary: SocketAddr = "192.0.2.1:1812".parse().map_err(said)?;
    let secondary: SocketAddr = "192.0.2.2:1812".parse().map_err(said)?;
    let config =
        Config::new().server(server(primary)?).server(server(secondary)?).schedule(Schedule::Vendor(plan));
    let mut client = Client::new(config, |out: &mut [u8]| out.fill(3));
    let mut now = Duration::ZERO;
    client.send(now, Request::new(Code::ACCESS_REQUEST)).map_err(said)?;
    let mut sends = Vec::new();
    let mut payloads = Vec::new();
    let gave_up = loop {
        match client.poll_output() {
            Output::Transmit(transmit) => {
                sends.push((now.as_secs(), if transmit.to == primary { "primary" } else { "secondary" }));
                payloads.push(transmit.payload);
            }
            Output::Event(Event::Failed { reason: Failure::Timeout, .. }) => break now.as_secs(),
            Output::WaitUntil(at) => {
                now = at;
                client.handle(now, Input::Tick);
            }
            other => return Err(format!("{other:?}")),
        }
    };
    let expected: Option<Vec<(u64, &str)>> = list(case, "sends")
        .iter()
        .map(|send| Some((send.get(0)?.as_u64()?, send.get(1)?.as_str()?)))
        .collect();
    same("sends", &sends, &expected.ok_or("sends of an unknown form")?)?;
    same("same packet", &payloads.windows(2).all(|pair| pair[0] == pair[1]), &true)?;
    same("give_up_at", &gave_up, &number(case, "give_up_at")?)
}

// spec: radius-profile 2 to 9
fn packet(case: &Value) -> Outcome {
    let wire = octets(case, "packet_hex")?;
    let secret = Secret::new(text(case, "secret")?.as_bytes()).map_err(said)?;
    let packet = Packet::parse(&wire).map_err(said)?;
    same("code", &u64::from(packet.code().0), &number(case, "code")?)?;
    same("name", &packet.code().name(), &Some(text(case, "name")?))?;
    let expected = list(case, "attributes");
    same("attributes", &packet.attribute_count(), &expected.len())?;
    for (attribute, expected) in packet.attributes().zip(expected) {
        same("type", &u64::from(attribute.kind.0), &number(expected, "type")?)?;
        let value = octets(expected, "value_hex")?;
        if attribute.kind != Kind::VENDOR_SPECIFIC {
            same("value", &attribute.value, &value.as_slice())?;
            continue;
        }
        let vsa = attribute.vendor_specific().map_err(said)?;
        let sub = vsa.sub_attributes().next().ok_or("no sub-attribute")?;
        same("vendor", &u64::from(vsa.vendor()), &number(expected, "vendor")?)?;
        same("subtype", &u64::from(sub.kind), &number(expected, "subtype")?)?;
        same("value", &sub.value, &value.as_slice())?;
        let path = radius_codec::Path::vendor(vsa.vendor(), sub.kind);
        same("by path", &packet.attributes().all(path).any(|found| found == value), &true)?;
    }
    let request;
    let mut out = vec![0; wire.len()];
    let mut builder = match case.get("request_hex") {
        Some(_) => {
            request = octets(case, "request_hex")?;
            let header = RequestHeader::from(&Packet::parse(&request).map_err(said)?);
            // The original's server does not sign every reply with a Message-Authenticator.
            auth::verify_reply(&packet, &header, &secret, &ReplyPolicy::LEGACY).map_err(said)?;
            PacketBuilder::reply(&mut out, packet.code(), &header)
        }
        None => {
            let verified = auth::verify_request(&packet, &secret, &RequestPolicy::STRICT).map_err(said)?;
            let access = packet.code() == Code::ACCESS_REQUEST;
            same("Message-Authenticator", &(verified.message_authenticator || !access), &true)?;
            if access {
                PacketBuilder::new(&mut out, packet.code(), packet.identifier(), *packet.authenticator())
            } else {
                PacketBuilder::signed_request(&mut out, packet.code(), packet.identifier())
            }
        }
    };
    if let Ok(password) = text(case, "user_password") {
        let hidden = packet.get(attr::USER_PASSWORD).ok_or("no User-Password")?.map_err(said)?;
        let clear = hide::unhide_password(&secret, packet.authenticator(), hidden).map_err(said)?;
        same("password", &clear.as_slice(), &password.as_bytes())?;
    }
    builder.without_message_authenticator();
    for attribute in packet.attributes() {
        match attribute.kind {
            Kind::MESSAGE_AUTHENTICATOR => builder.message_authenticator(),
            Kind::USER_PASSWORD => match text(case, "user_password") {
                Ok(password) => builder.hidden(attr::USER_PASSWORD, password.as_bytes(), &secret),
                Err(_) => builder.attribute(&attribute),
            },
            _ => builder.attribute(&attribute),
        };
    }
    let length = builder.finish(&secret).map_err(said)?;
    same("built again", &&out[..length], &packet.octets())
}
