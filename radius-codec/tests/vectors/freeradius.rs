//! Facts from the unit tests of FreeRADIUS 4, through our dictionaries: names to paths, attributes to pairs and back.

use radius_codec::auth::RequestHeader;
use radius_codec::dictionary::{Definition, Dictionary, Keys, Pair, Value as Read, encode};
use radius_codec::{AttributeWriter as _, Code, Kind, Packet, PacketBuilder, Path, Secret};
use serde_json::Value;
use testkit::vectors::{Outcome, Suite, list, octets, same, text};

/// Cases that this crate answers in another way, and why. They still run: each has to differ as is said here.
const DIFFERENT: &[(&str, &str)] = &[
    ("extended-031", "More in a fragment that is not full is invalid (spec: radius 9)"),
    ("rfc2868-019", "a tag above 31 is no tag (spec: radius 10), there it makes the value invalid"),
    ("tunnel-003", "a cut last block is invalid unless unhide_salted_cut is used (spec: radius 5.3)"),
    ("vendor-009", "a sub-attribute without value is reported, there it is left out"),
    ("vendor-029", "octets of an unknown vendor are not guessed to be TLVs"),
    ("wimax-053", "fixed layouts inside an attribute stay octets (spec: radius 19.1, STRUCT)"),
    ("wimax-054", "fixed layouts inside an attribute stay octets (spec: radius 19.1, STRUCT)"),
    ("truncate-003", "it fails there for want of room, whose size the case does not state"),
    ("truncate-004", "it fails there for want of room, whose size the case does not state"),
    ("tunnel-001", "its octets are missing, there is nothing to decode"),
    ("vendor-031", "a cut last block is invalid unless unhide_salted_cut is used (spec: radius 5.3)"),
];

pub(crate) fn run(suite: &mut Suite) {
    suite.third_party_json("attributes-freeradius.json", 234, |document, file| {
        let dictionary = load();
        for case in list(document, "cases") {
            file.case(case, |case| {
                let dictionary = dictionary.as_ref().map_err(Clone::clone)?;
                let outcome = check(dictionary, case);
                let id = text(case, "id")?;
                match (DIFFERENT.iter().find(|(known, _)| *known == id), outcome) {
                    (None, outcome) => outcome,
                    (Some(_), Err(_)) => Ok(()),
                    (Some((_, reason)), Ok(())) => Err(format!("no longer differs: {reason}")),
                }
            });
        }
    });
}

fn load() -> Result<Dictionary, String> {
    let own = radius_codec::dictionary::OWN_FILES;
    Dictionary::load("all", |name| match name {
        "all" => Some("$INCLUDE dictionary\n$INCLUDE freeradius\n".to_owned()),
        "freeradius" => Some(include_str!("freeradius.dictionary").to_owned()),
        name => own.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned()),
    })
    .map_err(|error| error.to_string())
}

fn check(dictionary: &Dictionary, case: &Value) -> Outcome {
    let fails = match case.get("verdict").and_then(Value::as_str) {
        None => false,
        Some("error") => true,
        Some(other) => return Err(format!("unknown verdict {other:?}")),
    };
    let context = case.get("context").filter(|context| context.is_object());
    let secret = context.and_then(|context| text(context, "secret").ok()).unwrap_or("testing123");
    let secret = Secret::new(secret.as_bytes()).map_err(|error| error.to_string())?;
    let authenticator: [u8; 16] = match context.filter(|context| context.get("authenticator").is_some()) {
        Some(context) => {
            octets(context, "authenticator")?.try_into().map_err(|_| "authenticator of another size")?
        }
        None => std::array::from_fn(|i| u8::try_from(i).unwrap_or(0)),
    };
    let outcome = match (text(case, "direction")?, text(case, "scope")?) {
        ("decode", "attributes") => decode(dictionary, case, &secret, &authenticator, fails),
        ("decode", "packet") => decode_packet(dictionary, case, &secret, &authenticator, fails),
        ("encode", "attributes" | "pair") if case.get("oid_text").is_some() => oid(case),
        ("encode", "attributes" | "pair") => write(dictionary, case, &secret, &authenticator, fails),
        ("encode", "packet") => write_packet(dictionary, case, &secret, &authenticator),
        other => return Err(format!("unknown form {other:?}")),
    };
    match (fails, outcome) {
        (false, outcome) => outcome,
        (true, Err(_)) => Ok(()),
        (true, Ok(())) => Err("what has to fail was taken".into()),
    }
}

fn framed(attributes: &[u8], authenticator: &[u8; 16]) -> Result<Vec<u8>, String> {
    let length = u16::try_from(attributes.len() + 20).map_err(|error| error.to_string())?;
    let [high, low] = length.to_be_bytes();
    Ok([&[2, 0, high, low], authenticator.as_slice(), attributes].concat())
}

fn decode(
    dictionary: &Dictionary,
    case: &Value,
    secret: &Secret,
    authenticator: &[u8; 16],
    fails: bool,
) -> Outcome {
    let wire = framed(&octets(case, "hex")?, authenticator)?;
    let packet = Packet::parse(&wire).map_err(|error| error.to_string())?;
    if fails {
        return Ok(());
    }
    let keys = Keys { secret, authenticator, salt: 0x8000 };
    compare(dictionary, &packet, &keys, list(case, "pairs"))
}

fn decode_packet(
    dictionary: &Dictionary,
    case: &Value,
    secret: &Secret,
    authenticator: &[u8; 16],
    fails: bool,
) -> Outcome {
    let wire = octets(case, "hex")?;
    let packet = Packet::parse(&wire).map_err(|error| error.to_string())?;
    if fails {
        // These packets fall when they are judged, not when they are walked.
        let policy = radius_codec::auth::RequestPolicy {
            limit_proxy_state: false,
            ..radius_codec::auth::RequestPolicy::LEGACY
        };
        return radius_codec::auth::verify_request(&packet, secret, &policy)
            .map(|_| ())
            .map_err(|e| e.to_string());
    }
    let mut expected = list(case, "pairs");
    while let [first, rest @ ..] = expected {
        match list(first, "path").first().and_then(Value::as_str) {
            Some("Packet-Type") => same("code", &packet.code().name(), &Some(text(first, "value")?))?,
            Some("Packet-Authentication-Vector") => {
                same("authenticator", &packet.authenticator().as_slice(), &octets(first, "hex")?.as_slice())?;
            }
            _ => break,
        }
        expected = rest;
    }
    // The test program un-hides with the authenticator of its setting, not with that of the packet.
    let keys = Keys { secret, authenticator, salt: 0x8000 };
    compare(dictionary, &packet, &keys, expected)
}

fn compare(dictionary: &Dictionary, packet: &Packet<'_>, keys: &Keys<'_>, expected: &[Value]) -> Outcome {
    let mut got = Vec::new();
    leaves(dictionary.decode(packet.attributes(), Some(keys)), &mut got);
    same("pairs", &got.len(), &expected.len()).map_err(|e| format!("{e}: {got:?}"))?;
    for (got, expected) in got.iter().zip(expected) {
        let (path, definition) = path(dictionary, expected)?;
        same("path", &got.path, &path)?;
        let tag = expected.get("tag").and_then(Value::as_u64).unwrap_or(0);
        same("tag", &u64::from(got.tag), &tag)?;
        let want = value(dictionary, definition, expected)?;
        let fits = match (&got.value, &want) {
            (Read::Octets(got) | Read::Invalid { octets: got, .. }, Read::Octets(want)) => got == want,
            (Read::Text(text), Read::Octets(octets)) | (Read::Octets(octets), Read::Text(text)) => {
                text.as_bytes() == octets
            }
            (Read::Unhidden(got), Read::Octets(want)) => **got == **want,
            (Read::Unhidden(got), Read::Text(want)) => **got == *want.as_bytes(),
            (got, want) => got == want,
        };
        if !fits {
            return Err(format!("{path}: got {:?}, want {want:?}", got.value));
        }
    }
    Ok(())
}

fn leaves(pairs: Vec<Pair>, out: &mut Vec<Pair>) {
    for pair in pairs {
        match pair.value {
            Read::Group(inner) if !inner.is_empty() => leaves(inner, out),
            _ => out.push(pair),
        }
    }
}

/// The numbers of a path of names. Inside another attribute, names may lack what ours have in front.
fn path<'d>(dictionary: &'d Dictionary, pair: &Value) -> Result<(Path, Option<&'d Definition>), String> {
    let mut numbers: Vec<u32> = Vec::new();
    for part in list(pair, "path") {
        let part = part.as_str().ok_or("a part of a path is no text")?;
        let vendor = match numbers.as_slice() {
            [26] | [241..=246, 26] => dictionary.vendor(part),
            _ => None,
        };
        if let Ok(number) = part.parse() {
            numbers.push(number);
        } else if let Some(vendor) = vendor {
            numbers.push(vendor.number);
        } else if numbers.is_empty() {
            let known = dictionary.attribute(part).ok_or_else(|| format!("no attribute {part}"))?;
            numbers.extend_from_slice(known.path.numbers());
        } else if part == "Vendor-Specific" {
            numbers.push(26);
        } else {
            let suffix = format!("-{part}");
            let inside =
                |known: &&Definition| known.path.parent().is_some_and(|parent| parent.numbers() == numbers);
            let named = |known: &&Definition| {
                let name = known.name.to_ascii_lowercase();
                name == part.to_ascii_lowercase() || name.ends_with(&suffix.to_ascii_lowercase())
            };
            let inside = dictionary.attributes().iter().filter(inside).filter(named);
            let known = inside
                .min_by_key(|known| known.name.len())
                .ok_or_else(|| format!("no {part} in {numbers:?}"))?;
            numbers = known.path.numbers().to_vec();
        }
    }
    // A path may end at a vendor or at the form of an extended attribute: then it is the attribute on the outside.
    let path = Path::from_numbers(&numbers).map_err(|error| error.to_string())?;
    Ok((path, dictionary.attribute_at(path)))
}

fn value(dictionary: &Dictionary, definition: Option<&Definition>, pair: &Value) -> Result<Read, String> {
    match text(pair, "kind")? {
        "text" => Ok(match String::from_utf8(octets(pair, "hex")?) {
            Ok(text) => Read::Text(text),
            Err(error) => Read::Octets(error.into_bytes()),
        }),
        "octets" => octets(pair, "hex").map(Read::Octets),
        "empty" => Ok(Read::Octets(Vec::new())),
        "integer" | "enum" | "literal" => {
            let known = definition.ok_or("a value of an unknown attribute")?;
            let written = format!("{} = {}", known.name, text(pair, "value")?);
            let quoted = format!("{} = \"{}\"", known.name, text(pair, "value")?);
            let read = dictionary.parse_pair(&written).or_else(|_| dictionary.parse_pair(&quoted));
            read.map(|pair| pair.value).map_err(|error| format!("{written}: {error}"))
        }
        other => Err(format!("unknown kind {other:?}")),
    }
}

fn pairs(dictionary: &Dictionary, expected: &[Value]) -> Result<Vec<Pair>, String> {
    let read = |pair: &Value| {
        let (path, definition) = path(dictionary, pair)?;
        let tag = pair.get("tag").and_then(Value::as_u64).unwrap_or(0);
        let tag = u8::try_from(tag).map_err(|error| error.to_string())?;
        let mut value = value(dictionary, definition, pair)?;
        if pair.get("raw").is_some()
            && let Read::Octets(octets) = value
        {
            value = Read::Invalid { octets, cause: radius_codec::Invalid::NotUtf8 };
        }
        Ok(Pair { path, offset: 0, tag, value })
    };
    expected.iter().map(read).collect::<Result<Vec<_>, String>>().map(Dictionary::group)
}

fn write(
    dictionary: &Dictionary,
    case: &Value,
    secret: &Secret,
    authenticator: &[u8; 16],
    fails: bool,
) -> Outcome {
    let expected = list(case, "pairs");
    let pairs = pairs(dictionary, expected)?;
    let mut out = vec![0; 4096];
    let mut builder = PacketBuilder::verbatim(&mut out, Code::ACCESS_ACCEPT, 0, *authenticator);
    let mut keys = Keys { secret, authenticator, salt: 0x8000 };
    let written = encode(dictionary, &pairs, &mut builder, Some(&mut keys));
    if written.is_err() && !fails && text(case, "hex")?.is_empty() {
        // What cannot be written is left out there and refused here.
        return Ok(());
    }
    written.map_err(|error| error.to_string())?;
    let length = builder.finish_verbatim().map_err(|error| error.to_string())?;
    if fails {
        return Ok(());
    }
    let want = octets(case, "hex")?;
    if pairs.iter().any(|pair| is_salted(dictionary, pair)) {
        // Salts are random: read back, the values are the same, and so is the size.
        same("size", &(length - 20), &want.len())?;
        let packet = Packet::parse(&out[..length]).map_err(|error| error.to_string())?;
        return compare(dictionary, &packet, &keys, expected);
    }
    same("attributes", &testkit::hex::encode(&out[20..length]), &testkit::hex::encode(&want))
}

fn is_salted(dictionary: &Dictionary, pair: &Pair) -> bool {
    use radius_codec::dictionary::Encrypt;
    dictionary.attribute_at(pair.path).is_some_and(|known| known.flags.encrypt == Encrypt::TunnelPassword)
}

fn write_packet(dictionary: &Dictionary, case: &Value, secret: &Secret, authenticator: &[u8; 16]) -> Outcome {
    let mut expected = list(case, "pairs");
    let mut code = None;
    let mut own = None;
    while let [first, rest @ ..] = expected {
        match list(first, "path").first().and_then(Value::as_str) {
            Some("Packet-Type") => {
                let name = text(first, "value")?;
                code = (0..=255).map(Code).find(|code| code.name() == Some(name));
            }
            Some("Packet-Authentication-Vector") => {
                own = Some(octets(first, "hex")?.try_into().map_err(|_| "authenticator of another size")?);
            }
            _ => break,
        }
        expected = rest;
    }
    let code = code.ok_or("no code")?;
    let pairs = pairs(dictionary, expected)?;
    let mut out = vec![0; 4096];
    let mut builder = if code.is_request() {
        PacketBuilder::new(&mut out, code, 0, own.unwrap_or(*authenticator))
    } else {
        let requests = [1, 4, 12, 40, 43].map(Code);
        let request =
            requests.into_iter().find(|request| code.answers(*request, true)).ok_or("no request fits")?;
        let header = RequestHeader {
            code: request,
            identifier: 0,
            authenticator: *authenticator,
            has_proxy_state: false,
        };
        PacketBuilder::reply(&mut out, code, &header)
    };
    if !pairs.iter().any(|pair| pair.path.kind() == Kind::MESSAGE_AUTHENTICATOR) {
        builder.without_message_authenticator();
    }
    encode(dictionary, &pairs, &mut builder, None).map_err(|error| error.to_string())?;
    let length = builder.finish(secret).map_err(|error| error.to_string())?;
    same("packet", &testkit::hex::encode(&out[..length]), &text(case, "hex")?.to_owned())
}

/// `OID value`: text in quotes, hexadecimal digits, or `{ type value }` for TLVs.
fn oid(case: &Value) -> Outcome {
    let (oid, rest) = text(case, "oid_text")?.split_once(' ').ok_or("no value")?;
    let path: Path = oid.parse().map_err(|error: radius_codec::path::PathError| error.to_string())?;
    let spaced = rest.replace('{', " { ").replace('}', " } ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut words = words.as_slice();
    let data = data(&mut words)?;
    let mut out = vec![0; 4096];
    let mut builder = PacketBuilder::verbatim(&mut out, Code::ACCESS_ACCEPT, 0, [0; 16]);
    let length = builder.octets(path, &data).finish_verbatim().map_err(|error| error.to_string())?;
    same("attributes", &testkit::hex::encode(&out[20..length]), &text(case, "hex")?.to_owned())
}

fn data(words: &mut &[&str]) -> Result<Vec<u8>, String> {
    let mut octets = Vec::new();
    while let [word, rest @ ..] = *words {
        *words = rest;
        match *word {
            "}" => return Ok(octets),
            "{" => {
                let [kind, rest @ ..] = *words else { return Err("a TLV without type".into()) };
                *words = rest;
                let value = data(words)?;
                octets.push(kind.parse::<u8>().map_err(|error| error.to_string())?);
                octets.push(u8::try_from(value.len() + 2).map_err(|error| error.to_string())?);
                octets.extend_from_slice(&value);
            }
            quoted if quoted.starts_with('"') => {
                octets.extend_from_slice(quoted.trim_matches('"').as_bytes());
            }
            hex => octets.extend_from_slice(&testkit::hex::decode(hex)?),
        }
    }
    Ok(octets)
}
