//! The RADIUS vectors, file by file.

use radius_codec::auth::{self, ReplyPolicy, RequestHeader, RequestPolicy};
use radius_codec::client::{Progress, Rand, Rfc5080, Schedule, Step};
use radius_codec::dictionary::{Dictionary, Encrypt, Type, Value as DictionaryValue};
use radius_codec::extended::{Extended, ExtendedVendor};
use radius_codec::stream::Framer;
use radius_codec::tlv::Tlvs;
use radius_codec::{
    Attribute, AttributeWriter as _, Code, DecodeError, Invalid, Kind, Limits, Packet, PacketBuilder, Path,
    Secret, VerifyError, hide,
};
use serde_json::Value;
use std::process::ExitCode;
use std::time::Duration;
use testkit::vectors::{Outcome, Suite, list, main as run, number, octets, same, text};

#[path = "vectors/freeradius.rs"]
mod freeradius;

fn main() -> ExitCode {
    run("radius", |suite| {
        for (file, count) in [
            ("packets-eap.json", 92),
            ("packets-freeradius.json", 48),
            ("packets-layeh.json", 10),
            ("packets-pyrad.json", 26),
            ("packets-rfc.json", 16),
        ] {
            cases(suite, file, "packets", count, packet);
        }
        cases(suite, "malformed.json", "cases", 97, malformed);
        suite.json("crypto.json", 130, |document, file| {
            for (name, check) in [
                ("user_password", user_password as fn(&Value) -> Outcome),
                ("salt", salt),
                ("chap", chap),
                ("hmac_md5", hmac_md5),
                ("md5", md5),
                ("message_authenticator", message_authenticator),
            ] {
                for (index, case) in list(document, name).iter().enumerate() {
                    file.named(&format!("{name}-{index}"), || check(case));
                }
            }
        });
        cases(suite, "attributes-rfc6929.json", "cases", 18, extended);
        cases(suite, "framing.json", "cases", 13, framing);
        cases(suite, "retransmit.json", "cases", 7, retransmit);
        cases(suite, "dictionary.json", "cases", 25, dictionary);
        freeradius::run(suite);
    })
}

fn cases(suite: &mut Suite, name: &str, list_name: &str, at_least: usize, check: fn(&Value) -> Outcome) {
    suite.json(name, at_least, |document, file| {
        for case in list(document, list_name) {
            file.case(case, check);
        }
    });
}

fn secret(case: &Value) -> Result<Secret, String> {
    Secret::new(text(case, "secret")?.as_bytes()).map_err(|error| error.to_string())
}

fn sixteen(case: &Value, name: &str) -> Result<[u8; 16], String> {
    octets(case, name)?.try_into().map_err(|_| format!("{name} has not 16 octets"))
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// One recorded or printed packet: parse, check, un-hide, write again.
fn packet(case: &Value) -> Outcome {
    let wire = octets(case, "hex")?;
    if let Some(reason) = case.get("malformed").and_then(Value::as_str) {
        let error = Packet::parse(&wire).err().ok_or("a malformed packet was taken")?;
        // The reason is prose; the error has to be one of framing, as the prose says.
        return if reason.is_empty() { Err(format!("no reason for {error}")) } else { Ok(()) };
    }
    let packet = Packet::parse(&wire).map_err(said)?;
    same("code", &u64::from(packet.code().0), &number(case, "code")?)?;
    if case.get("code_name").is_some() && packet.code().name().is_some() {
        same("name", &packet.code().name(), &Some(text(case, "code_name")?))?;
    }
    same("identifier", &u64::from(packet.identifier()), &number(case, "identifier")?)?;
    same("length", &(packet.octets().len() as u64), &number(case, "length")?)?;
    same("authenticator", packet.authenticator(), &sixteen(case, "authenticator")?)?;
    let expected = list(case, "attributes");
    same("attribute count", &packet.attribute_count(), &expected.len())?;
    let request = match case.get("request_authenticator") {
        Some(_) => sixteen(case, "request_authenticator")?,
        None => match packet.code() {
            Code::COA_REQUEST | Code::DISCONNECT_REQUEST | Code::ACCOUNTING_REQUEST => [0; 16],
            _ => *packet.authenticator(),
        },
    };
    let secret = secret(case)?;
    for (attribute, expected) in packet.attributes().zip(expected) {
        check_attribute(&attribute, expected, &secret, &request)
            .map_err(|reason| format!("attribute at {}: {reason}", attribute.offset))?;
    }
    if case.get("eap").is_some() {
        let eap = packet.eap().ok_or("no EAP-Message")?;
        same("EAP", &eap.join(), &octets(case, "eap")?)?;
        let mut buffer = vec![0; eap.joined_len()];
        same("EAP in a buffer", &eap.join_into(&mut buffer).map_err(said)?.to_vec(), &octets(case, "eap")?)?;
        if eap.joined_len() > 0 {
            same("short buffer", &eap.join_into(&mut buffer[1..]).is_err(), &true)?;
        }
    }
    check_authenticity(case, &packet, &secret)?;
    let mut out = vec![0; wire.len().max(20)];
    let mut builder =
        PacketBuilder::verbatim(&mut out, packet.code(), packet.identifier(), *packet.authenticator());
    for attribute in packet.attributes() {
        builder.attribute(&attribute);
    }
    let length = builder.finish_verbatim().map_err(said)?;
    same("written again", &&out[..length], &packet.octets())
}

fn check_attribute(
    attribute: &Attribute<'_>,
    expected: &Value,
    secret: &Secret,
    request: &[u8; 16],
) -> Outcome {
    same("offset", &(attribute.offset as u64), &number(expected, "offset")?)?;
    same("type", &u64::from(attribute.kind.0), &number(expected, "type")?)?;
    same("length", &(attribute.value.len() as u64 + 2), &number(expected, "length")?)?;
    same("value", &attribute.value, &octets(expected, "value")?.as_slice())?;
    if expected.get("plaintext").is_some() {
        let plain = octets(expected, "plaintext")?;
        match attribute.kind {
            Kind::USER_PASSWORD => {
                let clear = hide::unhide_password(secret, request, attribute.value).map_err(said)?;
                same("password", &clear.as_slice(), &plain.as_slice())?;
                let mut again = vec![0; hide::hidden_password_len(plain.len()).ok_or("too long")?];
                hide::hide_password(secret, request, &plain, &mut again);
                same("password hidden again", &again.as_slice(), &attribute.value)?;
            }
            Kind::TUNNEL_PASSWORD => {
                let (tag, salted) = hide::split_tunnel_password(attribute.value).map_err(said)?;
                same("tag", &u64::from(tag), &number(expected, "tag")?)?;
                check_salted(salted, expected, secret, request)?;
            }
            other => return Err(format!("plaintext of type {} is of an unknown form", other.0)),
        }
    }
    if expected.get("vendor").is_some() && attribute.kind == Kind::VENDOR_SPECIFIC {
        let vsa = attribute.vendor_specific().map_err(said)?;
        same("vendor", &u64::from(vsa.vendor()), &number(expected, "vendor")?)?;
        let subs: Vec<_> = vsa.sub_attributes().collect();
        let expected = list(expected, "sub");
        same("sub-attributes", &subs.len(), &expected.len())?;
        for (sub, expected) in subs.iter().zip(expected) {
            same("sub type", &u64::from(sub.kind), &number(expected, "type")?)?;
            same("sub value", &sub.value, &octets(expected, "value")?.as_slice())?;
            match expected.get("continuation") {
                None => same("continuation", &sub.more, &false)?,
                Some(Value::Bool(more)) => same("continuation", &sub.more, more)?,
                Some(flags) => {
                    let flags = flags.as_u64().ok_or("continuation of an unknown form")?;
                    same("continuation", &sub.more, &(flags & 0x80 != 0))?;
                }
            }
            if expected.get("plaintext").is_some() {
                check_salted(sub.value, expected, secret, request)?;
            }
        }
    }
    if expected.get("extended_type").is_some() {
        let parsed = attribute.extended().map_err(said)?;
        same("extended type", &u64::from(parsed.extended), &number(expected, "extended_type")?)?;
        if let Some(more) = expected.get("more").and_then(Value::as_bool) {
            same("more", &parsed.more, &more)?;
        }
    }
    Ok(())
}

fn check_salted(value: &[u8], expected: &Value, secret: &Secret, request: &[u8; 16]) -> Outcome {
    let plain = octets(expected, "plaintext")?;
    let salt = octets(expected, "salt")?;
    same("salt", &value.get(..2), &Some(salt.as_slice()))?;
    let clear = hide::unhide_salted(secret, request, value).map_err(said)?;
    same("clear", &clear.as_slice(), &plain.as_slice())?;
    let salt = u16::from_be_bytes(salt.try_into().map_err(|_| "salt of another size")?);
    let mut again = vec![0; hide::salted_len(plain.len()).ok_or("too long")?];
    hide::hide_salted(secret, request, salt, &plain, &mut again);
    same("hidden again", &again.as_slice(), &value)
}

/// Whether the authenticators are as the case says, each check for itself.
fn check_authenticity(case: &Value, packet: &Packet<'_>, secret: &Secret) -> Outcome {
    let checks = case.get("checks").ok_or("no checks")?;
    let message =
        checks.get("message_authenticator").and_then(Value::as_str).ok_or("no message_authenticator")?;
    let position =
        packet.attributes().position(|a| a.kind == Kind::MESSAGE_AUTHENTICATOR).map(|at| at as u64);
    if let Some(index) = checks.get("message_authenticator_index").and_then(Value::as_u64) {
        same("position", &position, &Some(index))?;
    }
    same("presence", &position.is_none(), &(message == "absent"))?;
    let verdict = if case.get("request_authenticator").is_some() {
        // The code of the request is in the name of its case only; the code of the reply tells it.
        let requests = [1, 4, 12, 40, 43].map(Code);
        let code =
            requests.into_iter().find(|code| packet.code().answers(*code, true)).ok_or("no request fits")?;
        let request = RequestHeader {
            code,
            identifier: packet.identifier(),
            authenticator: sixteen(case, "request_authenticator")?,
            has_proxy_state: true,
        };
        let verdict = auth::verify_reply(packet, &request, secret, &ReplyPolicy::LEGACY);
        if message.starts_with("invalid") && matches!(packet.code().0, 5 | 41 | 42 | 44 | 45) {
            // Older servers compute it over zero octets; the switch for that takes them.
            let switch = ReplyPolicy { accept_zero_form: true, ..ReplyPolicy::LEGACY };
            if message.contains("zero") {
                auth::verify_reply(packet, &request, secret, &switch).map_err(said)?;
            }
        }
        verdict
    } else {
        auth::verify_request(
            packet,
            secret,
            &RequestPolicy { limit_proxy_state: false, ..RequestPolicy::LEGACY },
        )
    };
    let response = checks.get("response_authenticator").and_then(Value::as_str);
    let request = checks.get("request_authenticator").and_then(Value::as_str);
    match (message, response.or(request)) {
        ("absent" | "valid", Some("valid" | "random")) => verdict.map(|_| ()).map_err(said),
        ("absent" | "valid", Some("INVALID")) => {
            same("verdict", &verdict.err(), &Some(VerifyError::ResponseAuthenticator))
        }
        (message, Some("valid" | "random")) if message.starts_with("invalid") => {
            same("verdict", &verdict.err().map(|e| e.reason()), &Some("message-authenticator-mismatch"))
        }
        other => Err(format!("checks of an unknown form: {other:?}")),
    }
}

/// The step at which a packet falls, and why, or that it stands.
fn malformed(case: &Value) -> Outcome {
    let wire = octets(case, "hex")?;
    let secret = secret(case)?;
    let context = case.get("context").filter(|context| !context.is_null());
    let setting = |name: &str| context.and_then(|context| context.get(name));
    let size = |name: &str, default: usize| {
        setting(name).and_then(Value::as_u64).map_or(default, |n| usize::try_from(n).unwrap_or(default))
    };
    let limits = Limits {
        max_len: size("max_length", Limits::STREAM.max_len),
        max_attributes: size("max_attributes", Limits::DEFAULT.max_attributes),
    };
    let stage = text(case, "stage")?;
    let reason = text(case, "reason")?;
    let discard = match text(case, "verdict")? {
        "discard" => true,
        "accept" => false,
        other => return Err(format!("unknown verdict {other:?}")),
    };
    let packet = match Packet::parse_within(&wire, &limits) {
        Ok(packet) => packet,
        Err(error) => {
            same("discarded at parse", &(discard, stage), &(true, "parse"))?;
            return same_reason(error.reason(), reason);
        }
    };
    if discard && stage == "parse" {
        return Err("a malformed packet was taken".into());
    }
    // Cases of earlier stages do not ask for a Message-Authenticator unless they say so.
    let flag = |name: &str, default: bool| setting(name).and_then(Value::as_bool).unwrap_or(default);
    let require = flag("require_message_authenticator", false);
    let limit_proxy_state =
        flag("limit_proxy_state", stage == "policy" && setting("limit_proxy_state").is_some());
    let verdict = if let Some(code) = setting("request_code").and_then(Value::as_u64) {
        let context = context.ok_or("no context")?;
        let states = setting("request_proxy_states").and_then(Value::as_array);
        let request = RequestHeader {
            code: Code(u8::try_from(code).map_err(said)?),
            identifier: u8::try_from(number(context, "request_identifier")?).map_err(said)?,
            authenticator: sixteen(context, "request_authenticator")?,
            has_proxy_state: states.is_none_or(|states| !states.is_empty()),
        };
        let policy = ReplyPolicy {
            require_message_authenticator: require,
            require_first: flag("require_first", false),
            ..ReplyPolicy::STRICT
        };
        auth::verify_reply(&packet, &request, &secret, &policy)
    } else {
        let policy = RequestPolicy {
            require_message_authenticator: require,
            limit_proxy_state,
            secure_transport: false,
        };
        auth::verify_request(&packet, &secret, &policy)
    };
    match (stage, discard, verdict) {
        ("parse" | "attribute", false, _) => {}
        ("verify" | "policy", true, Err(error)) => return same_reason(error.reason(), reason),
        ("verify" | "policy", false, Ok(_)) => {}
        (stage, discard, verdict) => {
            return Err(format!("stage {stage}, discard {discard}, but {verdict:?}"));
        }
    }
    let expected: Vec<u64> = match case.get("invalid_attributes").filter(|list| !list.is_null()) {
        Some(list) => list.as_array().into_iter().flatten().filter_map(Value::as_u64).collect(),
        None => Vec::new(),
    };
    if reason == "vendor-id-high-octet-not-zero" {
        // RFC 2865 wants the high octet zero, RFC 6929 section 2.6 gives all 32 bits to the vendor: the later one wins
        // (spec: radius 8), so the attribute is an unknown vendor's and is taken.
        return same("invalid attributes", &invalid(&packet)?.len(), &0);
    }
    let found = invalid(&packet)?;
    same("invalid attributes", &found.iter().map(|(at, _)| *at).collect::<Vec<_>>(), &expected)?;
    if stage == "attribute" && !expected.is_empty() {
        let (_, found) = found.first().ok_or("nothing is invalid")?;
        same_reason(found, reason)?;
    }
    Ok(())
}

/// Compares words; for a word that no error of this crate has, the verdict before was all there is to compare.
fn same_reason(got: &str, want: &str) -> Outcome {
    let mut invalid = Invalid::ALL.iter().map(|cause| cause.reason());
    let known = DecodeError::REASONS.contains(&want)
        || VerifyError::REASONS.contains(&want)
        || invalid.any(|word| word == want);
    if known { same("reason", &got, &want) } else { Ok(()) }
}

fn invalid(packet: &Packet<'_>) -> Result<Vec<(u64, &'static str)>, String> {
    let dictionary = Dictionary::standard().map_err(said)?;
    let found = dictionary.invalid_attributes(packet.attributes());
    Ok(found.iter().map(|invalid| (invalid.offset as u64, invalid.cause.reason())).collect())
}

fn user_password(case: &Value) -> Outcome {
    let (secret, authenticator) = (secret(case)?, sixteen(case, "authenticator")?);
    let (plain, hidden) = (octets(case, "plaintext")?, octets(case, "hidden")?);
    let mut out = vec![0; hide::hidden_password_len(plain.len()).ok_or("too long")?];
    hide::hide_password(&secret, &authenticator, &plain, &mut out);
    same("hidden", &out, &hidden)?;
    let clear = hide::unhide_password(&secret, &authenticator, &hidden).map_err(said)?;
    same("plaintext", &clear.as_slice(), &plain.as_slice())
}

fn salt(case: &Value) -> Outcome {
    let secret = secret(case)?;
    let authenticator = sixteen(case, "request_authenticator")?;
    check_salted(&octets(case, "value")?, case, &secret, &authenticator)
}

fn chap(case: &Value) -> Outcome {
    let identifier = u8::try_from(number(case, "chap_id")?).map_err(said)?;
    // Passwords are printed as they are or as hexadecimal text; the value tells which.
    let challenge = octets(case, "challenge")?;
    let value = octets(case, "value")?;
    let password = octets(case, "password")?;
    let got = hide::chap_password(identifier, &password, &challenge);
    same("value", &got.as_slice(), &value.as_slice())?;
    same("verified", &hide::verify_chap(&got, &password, &challenge), &true)?;
    same("other password", &hide::verify_chap(&got, b"another one", &challenge), &false)
}

fn hmac_md5(case: &Value) -> Outcome {
    let key = octets(case, "key")?;
    let digest = octets(case, "digest")?;
    let message = octets(case, "message")?;
    match Secret::new(&key) {
        Ok(secret) => {
            same("digest", &secret.hmac_md5(&[&message]).as_slice(), &digest.as_slice())?;
            let (a, b) = message.split_at(message.len() / 2);
            same("digest of parts", &secret.hmac_md5(&[a, b]).as_slice(), &digest.as_slice())
        }
        Err(_) => same("empty key", &key.len(), &0),
    }
}

fn md5(case: &Value) -> Outcome {
    // MD5 shows in CHAP: MD5(identifier | password | challenge).
    let message = octets(case, "message")?;
    let digest = octets(case, "digest")?;
    let got = match message.split_first() {
        Some((first, rest)) => hide::chap_password(*first, rest, &[])[1..].to_vec(),
        None => {
            use md5::Digest as _;
            md5::Md5::digest(b"").to_vec()
        }
    };
    same("digest", &got, &digest)
}

fn message_authenticator(case: &Value) -> Outcome {
    let wire = octets(case, "hex")?;
    let packet = Packet::parse(&wire).map_err(said)?;
    let secret = secret(case)?;
    same("code", &u64::from(packet.code().0), &number(case, "code")?)?;
    let attribute = packet.message_authenticator().ok_or("no Message-Authenticator")?;
    let over = sixteen(case, "header_authenticator_for_hmac")?;
    let value = secret.message_authenticator(packet.octets(), attribute.offset + 2, &over);
    same("value", &value, &sixteen(case, "message_authenticator")?)?;
    same("in the packet", &attribute.value, &value.as_slice())?;
    // Built anew by the one way that its code has, the packet comes out the same.
    let mut out = vec![0; wire.len()];
    let mut builder = match case.get("request_authenticator") {
        Some(_) => {
            let requests = [1, 4, 12, 40, 43].map(Code);
            let code = requests
                .into_iter()
                .find(|code| packet.code().answers(*code, true))
                .ok_or("no request fits")?;
            let request = RequestHeader {
                code,
                identifier: packet.identifier(),
                authenticator: sixteen(case, "request_authenticator")?,
                has_proxy_state: false,
            };
            let policy = ReplyPolicy { stream: true, ..ReplyPolicy::STRICT };
            auth::verify_reply(&packet, &request, &secret, &policy).map_err(said)?;
            PacketBuilder::reply(&mut out, packet.code(), &request)
        }
        None => {
            auth::verify_request(&packet, &secret, &RequestPolicy::STRICT).map_err(said)?;
            match packet.code() {
                Code::ACCESS_REQUEST | Code::STATUS_SERVER => {
                    PacketBuilder::new(&mut out, packet.code(), packet.identifier(), *packet.authenticator())
                }
                _ => PacketBuilder::signed_request(&mut out, packet.code(), packet.identifier()),
            }
        }
    };
    for attribute in packet.attributes() {
        match attribute.kind {
            Kind::MESSAGE_AUTHENTICATOR => builder.message_authenticator(),
            _ => builder.attribute(&attribute),
        };
    }
    let length = builder.finish(&secret).map_err(said)?;
    same("built", &&out[..length], &packet.octets())
}

/// Attributes of RFC 6929: split, joined, walked, and written again.
fn extended(case: &Value) -> Outcome {
    let wire = octets(case, "hex")?;
    let mut packet = vec![1, 0, 0, 0];
    packet.extend_from_slice(&[0; 16]);
    packet.extend_from_slice(&wire);
    let length = u16::try_from(packet.len()).map_err(said)?;
    packet[2..4].copy_from_slice(&length.to_be_bytes());
    let packet = Packet::parse(&packet).map_err(said)?;
    let path: Path = text(case, "identifier")?.parse().map_err(said)?;
    same("type", &u64::from(path.kind().0), &number(case, "type")?)?;
    same("fragments", &(packet.attribute_count() as u64), &number(case, "fragments")?)?;
    let parts: Vec<Extended<'_>> =
        packet.attributes().map(|attribute| attribute.extended()).collect::<Result<_, _>>().map_err(said)?;
    if let Some(flags) = case.get("more_flags").and_then(Value::as_array) {
        let flags: Vec<bool> = flags.iter().filter_map(Value::as_bool).collect();
        same("more", &parts.iter().map(|part| part.more).collect::<Vec<_>>(), &flags)?;
    }
    for part in &parts {
        same("extended type", &u64::from(part.extended), &number(case, "extended_type")?)?;
    }
    let data: Vec<u8> = parts.iter().flat_map(|part| part.value.iter().copied()).collect();
    same("data", &data, &octets(case, "data")?)?;
    let mut inner = data.as_slice();
    if case.get("vendor").is_some() {
        let evs = ExtendedVendor::parse(&data).map_err(said)?;
        same("vendor", &u64::from(evs.vendor), &number(case, "vendor")?)?;
        same("vendor type", &u64::from(evs.kind), &number(case, "vendor_type")?)?;
        same("vendor data", &evs.value, &octets(case, "vendor_data")?.as_slice())?;
        inner = evs.value;
    }
    if let Some(tree) = case.get("tlv") {
        check_tlvs(inner, tree)?;
    }
    // Joined by a dictionary that knows nothing, it is octets at the same path.
    let pairs = Dictionary::default().decode(packet.attributes(), None);
    let [pair] = pairs.as_slice() else { return Err(format!("not one pair: {pairs:?}")) };
    same("path", &pair.path, &path)?;
    same("joined", &pair.value, &DictionaryValue::Octets(inner.to_vec()))?;
    let mut out = vec![0; 4096];
    let mut builder = PacketBuilder::verbatim(&mut out, Code::ACCESS_REQUEST, 0, [0; 16]);
    let length = builder.octets(path, inner).finish_verbatim().map_err(said)?;
    same("written again", &&out[20..length], &wire.as_slice())
}

fn check_tlvs(octets: &[u8], tree: &Value) -> Outcome {
    let tlvs: Vec<_> = Tlvs::new(octets).collect::<Result<_, _>>().map_err(said)?;
    let expected = tree.as_array().ok_or("tlv is no list")?;
    same("TLVs", &tlvs.len(), &expected.len())?;
    for (tlv, expected) in tlvs.iter().zip(expected) {
        same("TLV type", &u64::from(tlv.kind), &number(expected, "type")?)?;
        same("TLV value", &tlv.value, &testkit::vectors::octets(expected, "value")?.as_slice())?;
        if let Some(tree) = expected.get("tlv") {
            check_tlvs(tlv.value, tree)?;
        }
    }
    Ok(())
}

fn framing(case: &Value) -> Outcome {
    let mut framer = Framer::new(Limits::DEFAULT);
    let mut packets = Vec::new();
    let mut failed = None;
    for chunk in list(case, "chunks") {
        framer.push(&testkit::hex::decode(chunk.as_str().ok_or("a chunk is no text")?)?);
        while failed.is_none() {
            match framer.next_packet() {
                Ok(Some(packet)) => packets.push(packet.octets().to_vec()),
                Ok(None) => break,
                Err(error) => failed = Some(error),
            }
        }
    }
    let expected: Result<Vec<_>, _> =
        list(case, "packets").iter().map(|p| testkit::hex::decode(p.as_str().unwrap_or("no text"))).collect();
    same("packets", &packets, &expected?)?;
    match (text(case, "result")?, failed) {
        ("ok" | "need-more", None) => {
            same("remainder", &framer.remainder(), &octets(case, "remainder")?.as_slice())
        }
        ("close-connection", Some(error)) => same("reason", &error.reason(), &text(case, "reason")?),
        other => Err(format!("{other:?}")),
    }
}

fn seconds(value: Option<&Value>) -> Result<f64, String> {
    value.and_then(Value::as_f64).ok_or_else(|| "no number".into())
}

fn close(what: &str, got: Duration, want: f64) -> Outcome {
    let difference = (got.as_secs_f64() - want).abs();
    if difference < 1e-6 { Ok(()) } else { Err(format!("{what}: got {got:?}, want {want}")) }
}

fn retransmit(case: &Value) -> Outcome {
    let time = |name: &str| seconds(case.get(name)).map(Duration::from_secs_f64);
    let schedule = Rfc5080 {
        initial: time("irt")?,
        max_count: u32::try_from(number(case, "mrc")?).map_err(said)?,
        max_wait: time("mrt")?,
        max_duration: time("mrd")?,
    };
    let rands: Result<Vec<f64>, String> = list(case, "rand").iter().map(|rand| seconds(Some(rand))).collect();
    let mut rands = rands?.into_iter().cycle();
    #[expect(clippy::cast_possible_truncation, reason = "at most 100000")]
    let mut rand = || Rand::from_millionths((rands.next().unwrap_or(0.0) * 1e6).round() as i32);
    let mut progress = Progress::new(Schedule::Rfc5080(schedule));
    let mut now = Duration::ZERO;
    for transmission in list(case, "transmissions") {
        let Step::Again(wait) = progress.next(rand()) else { return Err("gave up too early".into()) };
        close("send_at", now, seconds(transmission.get("send_at"))?)?;
        close("wait", wait, seconds(transmission.get("wait"))?)?;
        now += wait;
    }
    same("last step", &progress.next(rand()), &Step::Exhausted)?;
    close("give_up_at", now, seconds(case.get("give_up_at"))?)
}

fn dictionary(case: &Value) -> Outcome {
    let files = case.get("files").and_then(Value::as_object).ok_or("no files")?;
    let loaded = Dictionary::load("dictionary", |name| files.get(name)?.as_str().map(str::to_owned));
    let valid = case.get("valid").and_then(Value::as_bool).ok_or("no verdict")?;
    let dictionary = match (loaded, valid) {
        (Ok(dictionary), true) => dictionary,
        (Err(_), false) => return Ok(()),
        (Ok(_), false) => return Err("a wrong dictionary was taken".into()),
        (Err(error), true) => return Err(error.to_string()),
    };
    for expected in case.get("attributes").and_then(Value::as_array).into_iter().flatten() {
        let name = text(expected, "name")?;
        let known = dictionary.attribute(name).ok_or_else(|| format!("no attribute {name}"))?;
        same("oid", &known.path.to_string().as_str(), &text(expected, "oid")?)?;
        let word = match known.data_type {
            Type::FixedOctets(size) => format!("octets[{size}]"),
            other => other.name().to_owned(),
        };
        // A type may have two words.
        let other = text(expected, "type")?;
        let same_type = Dictionary::from_text(&format!("ATTRIBUTE X 200 {other}\n"));
        if !same_type.is_ok_and(|d| d.attribute("X").is_some_and(|x| x.data_type == known.data_type)) {
            same("type", &word.as_str(), &other)?;
        }
        if let Some(how) = expected.get("encrypt").and_then(Value::as_u64) {
            let number = match known.flags.encrypt {
                Encrypt::UserPassword => 1,
                Encrypt::TunnelPassword => 2,
                Encrypt::AscendSecret => 3,
                _ => 0,
            };
            same("encrypt", &number, &how)?;
        }
        for (flag, value) in
            [("concat", known.flags.concat), ("has_tag", known.flags.has_tag), ("array", known.flags.array)]
        {
            same(flag, &value, &expected.get(flag).and_then(Value::as_bool).unwrap_or(false))?;
        }
        same("by path", &dictionary.attribute_at(known.path).map(|d| d.path), &Some(known.path))?;
    }
    for expected in case.get("values").and_then(Value::as_array).into_iter().flatten() {
        let attribute = text(expected, "attribute")?;
        let known = dictionary.attribute(attribute).ok_or_else(|| format!("no attribute {attribute}"))?;
        let name = text(expected, "name")?;
        same(name, &dictionary.number(known, name), &Some(number(expected, "value")?))?;
    }
    for expected in case.get("vendors").and_then(Value::as_array).into_iter().flatten() {
        let name = text(expected, "name")?;
        let vendor = dictionary.vendor(name).ok_or_else(|| format!("no vendor {name}"))?;
        same("number", &u64::from(vendor.number), &number(expected, "number")?)?;
        same("type size", &u64::from(vendor.layout.type_size), &number(expected, "type_size")?)?;
        same("length size", &u64::from(vendor.layout.length_size), &number(expected, "length_size")?)?;
        if let Some(continuation) = expected.get("continuation").and_then(Value::as_bool) {
            same("continuation", &vendor.layout.continuation, &continuation)?;
        }
        same("by number", &dictionary.vendor_number(vendor.number), &Some(vendor))?;
    }
    if text(case, "note").is_ok_and(|note| note.contains("warning")) {
        same("warnings", &dictionary.warnings().is_empty(), &false)?;
    }
    Ok(())
}
