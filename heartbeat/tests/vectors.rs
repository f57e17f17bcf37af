//! Every recorded case of `tests/vectors/heartbeat`.

mod recorded;

use heartbeat::answer::{Acceptance, Answer, AnswerError, Nop, Regular, accept};
use heartbeat::dns::{self, Expected, Name, RecordType, Rules, Verdict};
use heartbeat::exec::{TriggerName, Triggers, substitute};
use heartbeat::query::{Label, SealedQuery};
use heartbeat::rsa::{RsaPublicKey, RsaSigner};
use heartbeat::{Cipher, ExecCode, Host, Key, Mac, Query, Version, base32, base64, crc3};
use recorded::*;
use serde_json::Value;
use std::process::ExitCode;
use testkit::vectors::{Outcome, Suite, list, number, octets, same, text};

fn main() -> ExitCode {
    testkit::vectors::main("heartbeat", |suite| {
        let keys = Keys::read(suite);
        each(suite, "aes.json", 8, aes);
        each(suite, "answers_check.json", 29, |case| answers_check(case, &keys));
        each(suite, "answers_nop.json", 20, answers_nop);
        each(suite, "answers_regular.json", 13, |case| answers_regular(case, &keys));
        each(suite, "base32.json", 61, base32_text);
        each(suite, "base64.json", 37, base64_text);
        each(suite, "boardkey.json", 2, boardkey);
        each(suite, "config.json", 34, files::config);
        each(suite, "crc3.json", 43, checksum);
        each(suite, "dns_responses.json", 35, |case| dns_responses(case, &keys));
        each(suite, "exec_dispatch.json", 6, exec_dispatch);
        each(suite, "hosts.json", 5, hosts);
        each(suite, "key_rollover.json", 4, key_rollover);
        each(suite, "keyword.json", 8, keyword);
        each(suite, "mac.json", 13, mac);
        each(suite, "names.json", 12, names);
        each(suite, "queries.json", 39, queries);
        each(suite, "query_decode.json", 12, query_decode);
        each(suite, "rsa_public_keys.json", 7, rsa_public_keys);
        each(suite, "trigger_substitution.json", 5, trigger_substitution);
        each(suite, "version.json", 14, version);
        each(suite, "state_machine.json", 13, traces::state_machine);
    })
}

fn each(suite: &mut Suite, path: &str, at_least: usize, body: impl Fn(&Value) -> Outcome) {
    suite.json(path, at_least, |document, tally| {
        for case in list(document, "vectors") {
            tally.case(case, &body);
        }
    });
}

fn aes(case: &Value) -> Outcome {
    let cipher = Cipher::new(&key(case, "key_hex")?);
    let (plain, wanted) = (octets(case, "plain_hex")?, octets(case, "cipher_hex")?);
    let rounds = if case.get("rounds").is_some() { number(case, "rounds")? } else { 1 };
    let mut block = plain.clone();
    for _ in 0..rounds {
        cipher.encrypt(&mut block);
    }
    same("encrypted", &block, &wanted)?;
    for _ in 0..rounds {
        cipher.decrypt(&mut block);
    }
    same("decrypted", &block, &plain)
}

fn answers_check(case: &Value, keys: &Keys) -> Outcome {
    let cipher = Cipher::new(&key(case, "key_hex")?);
    let rsa = keys.public(text(case, "rsa_key")?)?;
    let answer = text(case, "text")?.as_bytes();
    let judge = |trid| {
        accept(
            answer,
            &Acceptance { cipher: &cipher, rsa: Some(&rsa), trid, strict_nop: false, nop_tag: None },
        )
    };
    let wanted = accepts(case, "default")?;
    let trid = match member(case, "query_trid")? {
        // "Irrelevant": the verdict must be the same for any.
        Value::Null => {
            for trid in [0, 1, u32::MAX] {
                same("accepted", &judge(trid).is_ok(), &wanted)?;
            }
            return Ok(());
        }
        _ => number32(case, "query_trid")?,
    };
    let verdict = judge(trid);
    if verdict.is_ok() != wanted {
        return Err(format!("accepted: got {verdict:?}, want {wanted}"));
    }
    // Where the original's daemon and the specification agree on a good answer, its reading is the right one.
    if let (Ok(answer), Some(decoded)) = (verdict, case.get("original_decoded")) {
        same("trid", &answer.trid(), &number32(decoded, "trid")?)?;
        same("exec", &u64::from(answer.exec().0), &number(decoded, "exec")?)?;
        same("size", &(answer.data().len() as u64), &number(decoded, "size")?)?;
    }
    Ok(())
}

fn answers_nop(case: &Value) -> Outcome {
    let cipher = Cipher::new(&key(case, "key_hex")?);
    let nop = Nop::new(number32(case, "trid")?, number32(case, "timestamp")?);
    same("plain", &nop.plain().to_vec(), &octets(case, "plain_hex")?)?;
    same("cipher", &nop.seal(&cipher).to_vec(), &octets(case, "cipher_hex")?)?;
    same("text", &nop.text(&cipher).as_str(), &text(case, "text")?)?;
    let decoded = member(case, "decoded")?;
    let trid = number32(decoded, "trid")?;
    let against = Acceptance { cipher: &cipher, rsa: None, trid, strict_nop: true, nop_tag: None };
    match accept(text(case, "text")?.as_bytes(), &against).map_err(|e| e.to_string())? {
        Answer::Nop(nop) => {
            same("time", &nop.time, &number32(decoded, "timestamp")?)?;
            same("exec", &number(decoded, "exec")?, &0)?;
            same("data", &number(decoded, "data_len")?, &0)
        }
        other => Err(format!("opened as {other:?}")),
    }
}

/// Signs what the case recorded, and nothing else.
struct Recorded<'a> {
    key: &'a RsaPublicKey,
    block: Vec<u8>,
    signature: Vec<u8>,
}

impl RsaSigner for Recorded<'_> {
    fn public_key(&self) -> &RsaPublicKey {
        self.key
    }

    fn sign(&mut self, block: &[u8; 256]) -> Option<[u8; 256]> {
        if block[..] != self.block { None } else { self.signature[..].try_into().ok() }
    }
}

fn answers_regular(case: &Value, keys: &Keys) -> Outcome {
    let cipher = Cipher::new(&key(case, "key_hex")?);
    let rsa = keys.public(text(case, "rsa_key")?)?;
    let (trid, data, filler) =
        (number32(case, "trid")?, octets(case, "data_hex")?, octets(case, "filler_hex")?);
    let exec = ExecCode(u8::try_from(number(case, "exec")?).map_err(|e| e.to_string())?);
    let mut regular =
        Regular::new(trid, exec, &data, |place| place.copy_from_slice(&filler)).map_err(|e| e.to_string())?;
    same("plain", &regular.plain().to_vec(), &octets(case, "plain_hex")?)?;
    same("aes", &regular.encrypt(&cipher).to_vec(), &octets(case, "aes_hex")?)?;

    let block = octets(case, "aes_hex")?;
    let mut signer = Recorded { key: &rsa, block: block.clone(), signature: octets(case, "rsa_hex")? };
    let sealed = regular.clone().seal(&cipher, &mut signer, |_| ());
    let against = Acceptance { cipher: &cipher, rsa: Some(&rsa), trid, strict_nop: false, nop_tag: None };
    let opened = accept(text(case, "text")?.as_bytes(), &against);
    if !accepts(case, "default")? {
        same("sealed", &sealed.is_ok(), &false)?;
        return same("opened", &opened.is_ok(), &false);
    }
    same("text", &sealed.map_err(|e| e.to_string())?.as_str(), &text(case, "text")?)?;
    let decoded = member(case, "decoded")?;
    match opened.map_err(|e| e.to_string())? {
        Answer::Regular(opened) => {
            same("trid", &opened.trid(), &number32(decoded, "trid")?)?;
            same("exec", &u64::from(opened.exec().0), &number(decoded, "exec")?)?;
            same("data", &opened.data().to_vec(), &octets(decoded, "data_hex")?)?;
            regular = opened;
        }
        other => return Err(format!("opened as {other:?}")),
    }
    same("plain", &regular.plain().to_vec(), &octets(case, "plain_hex")?)?;
    // The vector file promises that without the key there is no verdict but "invalid".
    let blind = Acceptance { rsa: None, ..against };
    same("without a key", &accept(text(case, "text")?.as_bytes(), &blind), &Err(AnswerError::NoRsaKey))
}

fn base32_text(case: &Value) -> Outcome {
    let written = text(case, "text")?;
    let mut room = [0; 256];
    match text(case, "op")? {
        "encode" => {
            let length = base32::encode(&octets(case, "bytes_hex")?, &mut room).map_err(|e| e.to_string())?;
            same("text", &String::from_utf8_lossy(&room[..length]).as_ref(), &written)
        }
        "decode" => {
            let got =
                base32::decode(written.as_bytes(), &mut room).ok().map(|length| room[..length].to_vec());
            same("octets", &got, &optional_octets(case, "default_bytes_hex")?)
        }
        other => Err(format!("unknown op {other:?}")),
    }
}

fn base64_text(case: &Value) -> Outcome {
    let written = text(case, "text")?;
    let mut room = [0; 512];
    match text(case, "op")? {
        "encode" => {
            let length = base64::encode(&octets(case, "bytes_hex")?, &mut room).map_err(|e| e.to_string())?;
            same("text", &String::from_utf8_lossy(&room[..length]).as_ref(), &written)
        }
        "decode" => {
            let got =
                base64::decode(written.as_bytes(), &mut room).ok().map(|length| room[..length].to_vec());
            same("octets", &got, &optional_octets(case, "strict_bytes_hex")?)
        }
        other => Err(format!("unknown op {other:?}")),
    }
}

fn boardkey(case: &Value) -> Outcome {
    let stored: [u8; 32] = array(case, "stored_hex")?;
    same("key", &Key::from_board(stored), &key(case, "key_hex")?)?;
    let mut board = vec![0; 180];
    board[148..].copy_from_slice(&stored);
    let read = heartbeat::key::BoardData::parse(&board).map_err(|e| e.to_string())?;
    same("key in the structure", &read.key, &key(case, "key_hex")?)
}

fn checksum(case: &Value) -> Outcome {
    let mac = mac_of(case, "mac")?;
    same("mac", &mac.0.to_vec(), &octets(case, "mac_bytes_hex")?)?;
    same("register", &u64::from(crc3::register(mac)), &number(case, "register")?)?;
    same("emitted", &u64::from(crc3::check(mac)), &number(case, "emitted_bits")?)
}

fn dns_responses(case: &Value, keys: &Keys) -> Outcome {
    let name: Name = text(case, "fqdn")?.parse().map_err(|e| format!("{e}"))?;
    let id = u16::try_from(number(case, "dns_id")?).map_err(|e| e.to_string())?;
    let cipher = Cipher::new(&key(case, "key_hex")?);
    let rsa = match case.get("rsa_key") {
        Some(_) => Some(keys.public(text(case, "rsa_key")?)?),
        None => None,
    };
    let trid = number32(case, "query_trid")?;
    let datagrams = octets_list(case, "responses_hex")?;
    let expected = Expected { id, name: &name };
    let first = |rules| {
        let mut verdicts = datagrams.iter().map(|datagram| expected.judge(datagram, rules));
        verdicts.find(|verdict| !matches!(verdict, Verdict::Ignore(_)))
    };

    let against = Acceptance { cipher: &cipher, rsa: rsa.as_ref(), trid, strict_nop: false, nop_tag: None };
    let got = match first(Rules::default()) {
        Some(Verdict::Answer(text)) if accept(text.as_octets(), &against).is_ok() => "accept",
        Some(_) => "reject",
        // Nothing was sent at all: the attempt times out.
        None if datagrams.is_empty() => "reject",
        None => "ignore",
    };
    match text(case, "default")? {
        "either" => (),
        wanted @ ("accept" | "reject" | "ignore") => same("default", &got, &wanted)?,
        other => return Err(format!("unknown verdict {other:?}")),
    }

    let source = Rules { first_datagram_decides: true, transport: true };
    let (transport, carried) = match first(source) {
        Some(Verdict::Answer(text)) => ("ok", Some(text.as_octets().to_vec())),
        _ => ("fail", None),
    };
    same("transport", &transport, &text(case, "original_transport")?)?;
    same("text", &carried, &optional_octets(case, "original_text_hex")?)
}

fn exec_dispatch(case: &Value) -> Outcome {
    let mut triggers = Triggers::new();
    let configured = member(case, "configured")?.as_object().ok_or("configured is no object")?;
    for (name, command) in configured {
        let name: TriggerName = name.parse().map_err(|e| format!("{name}: {e}"))?;
        triggers.set(name, command.as_str().ok_or("a command is no text")?.to_owned());
    }
    let exec = ExecCode(u8::try_from(number(case, "exec")?).map_err(|e| e.to_string())?);
    let (data, trid) = (octets(case, "data_hex")?, number32(case, "trid")?);
    let run = triggers.dispatch(exec, &data, trid, "/run/hb");

    let wanted = member(case, "default")?;
    same("heartbeat", &text(wanted, "heartbeat")?, &"success")?;
    let runs = match member(wanted, "runs")? {
        Value::Null => None,
        Value::String(name) => Some(name.clone()),
        other => return Err(format!("runs {other}")),
    };
    same("runs", &run.as_ref().map(|run| run.name.to_string()), &runs)?;
    // Where the original ran this trigger too, command and file are what it ran.
    let original = list(member(case, "original_signed_char")?, "triggers");
    if let (Some(run), [ran]) = (run, original) {
        let command = text(ran, "command")?.replace("{tmpdir}", "/run/hb");
        same("command", &run.command, &command)?;
        same("file", &run.file.map(|file| file.content), &optional_octets(ran, "file_hex")?)?;
    }
    Ok(())
}

fn hosts(case: &Value) -> Outcome {
    let host: Host = text(case, "text")?.parse().map_err(|e| format!("{e}"))?;
    let mapped = host.mapped().map(|address| address.octets().to_vec());
    same("address", &mapped, &Some(octets(case, "original_ipv6_hex")?))
}

fn key_rollover(case: &Value) -> Outcome {
    let first = key(case, "first_key_hex")?;
    let current = first.current(text(case, "aespath_file_text")?.as_bytes());
    // Null: the file is refused.
    if member(case, "current_key_hex")?.is_null() {
        return same("accepted", &current.is_ok(), &false);
    }
    same("current key", &current.map_err(|e| e.to_string())?, &key(case, "current_key_hex")?)
}

fn keyword(case: &Value) -> Outcome {
    let got = text(case, "text")?.parse::<Key>().ok().map(|key| key.octets().to_vec());
    same("accepted", &got.is_some(), &boolean(case, "default_accept")?)?;
    same("key", &got, &optional_octets(case, "default_key_hex")?)
}

fn mac(case: &Value) -> Outcome {
    let got = text(case, "text")?.parse::<Mac>().ok().map(|mac| mac.0.to_vec());
    same("accepted", &got.is_some(), &boolean(case, "default_accept")?)?;
    same("mac", &got, &optional_octets(case, "default_six_hex")?)
}

fn names(case: &Value) -> Outcome {
    let got = text(case, "text")?.parse::<Name>();
    if !boolean(case, "original_ok")? {
        return same("accepted", &got.is_ok(), &false);
    }
    let name = got.map_err(|e| e.to_string())?;
    same("wire", &name.as_octets().to_vec(), &octets(case, "wire_hex")?)
}

fn queries(case: &Value) -> Outcome {
    let cipher = Cipher::new(&key(case, "key_hex")?);
    let mut query = query_of(case)?;
    query.filler = array(case, "filler_hex")?;
    same("protocol version", &number(case, "protocol_version")?, &0)?;
    same("plain", &query.plain().to_vec(), &octets(case, "plain_hex")?)?;
    let sealed = query.seal(&cipher);
    same("wire", &sealed.octets().to_vec(), &octets(case, "wire_hex")?)?;
    let label: Label = sealed.label();
    same("label", &label.as_str(), &text(case, "label")?)?;
    let fqdn = format!("{label}{}", text(case, "suffix")?);
    same("fqdn", &fqdn.as_str(), &text(case, "fqdn")?)?;
    let name: Name = fqdn.parse().map_err(|e| format!("{e}"))?;
    let id = u16::try_from(number(case, "dns_id")?).map_err(|e| e.to_string())?;
    let mut datagram = Vec::new();
    dns::write_query(id, &name, RecordType::TXT, &mut datagram).map_err(|e| e.to_string())?;
    same("datagram", &datagram, &octets(case, "dns_query_hex")?)?;

    // The server's way back.
    let request = dns::Request::parse(&datagram).map_err(|e| e.to_string())?;
    let asked = request.name().ok_or("no name in the datagram")?;
    let label = asked.labels().next().ok_or("no label in the name")?;
    let opened = SealedQuery::from_label(label).and_then(|sealed| sealed.open(&cipher));
    same("opened", &opened, &Ok(query))?;
    match member(case, "decoded")? {
        // The original could not read it back; there is nothing to compare.
        Value::Null => Ok(()),
        decoded => {
            let wanted = Query { filler: query.filler, ..query_of(decoded)? };
            same("decoded", &query, &wanted)
        }
    }
}

fn query_decode(case: &Value) -> Outcome {
    let cipher = Cipher::new(&key(case, "key_hex")?);
    let sealed = SealedQuery::from_label(text(case, "label")?.as_bytes());
    let opened = sealed.and_then(|sealed| sealed.open(&cipher));
    if opened.is_ok() != accepts(case, "default")? {
        return Err(format!("got {opened:?}"));
    }
    match (opened, case.get("original_decoded")) {
        (Ok(query), Some(decoded)) => {
            let wanted = Query { filler: query.filler, ..query_of(decoded)? };
            same("decoded", &query, &wanted)
        }
        _ => Ok(()),
    }
}

fn rsa_public_keys(case: &Value) -> Outcome {
    let key = RsaPublicKey::from_file(&octets(case, "file_hex")?);
    if key.is_ok() != boolean(case, "default_accept")? {
        return Err(format!("got {key:?}"));
    }
    let recorded = case.get("original_n_hex").filter(|n| !n.is_null());
    match (key, recorded) {
        // The original reads keys other than 2048-bit SubjectPublicKeyInfo wrongly; its modulus is right when its
        // size is.
        (Ok(key), Some(_)) if number(case, "original_octets")? == 256 => {
            same("modulus", &key.modulus().to_vec(), &octets(case, "original_n_hex")?)?;
            same("exponent", &key.exponent(), &Some(number(case, "original_e")?))
        }
        _ => Ok(()),
    }
}

fn trigger_substitution(case: &Value) -> Outcome {
    let command = substitute(text(case, "template")?, text(case, "path")?);
    same("command", &command.as_str(), &text(case, "command")?)
}

fn version(case: &Value) -> Outcome {
    let got = Version::parse(text(case, "version")?, text(case, "revision")?).ok();
    same("accepted", &got.is_some(), &boolean(case, "default_accept")?)?;
    let got = got.map(|v| [v.major, v.minor, v.micro, v.revision].map(u64::from).to_vec());
    same("values", &got, &optional_numbers(case, "default_values")?)
}
