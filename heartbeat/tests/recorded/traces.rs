//! `state_machine.json`: heartbeat by heartbeat against a scripted server.

use super::{list, member, number32};
use core::time::Duration;
use heartbeat::answer::Nop;
use heartbeat::dns::{Request, ResponseCode};
use heartbeat::exec::{TriggerName, Triggers};
use heartbeat::liveness::Service;
use heartbeat::machine::{Event, Input, Output};
use heartbeat::settings::Compat;
use heartbeat::{Architecture, Cipher, Heartbeat, Identity, Key, Mac, Query, Settings, Version};
use serde_json::Value;
use testkit::vectors::{Outcome, same, text};

/// What one heartbeat did.
#[derive(Debug, PartialEq)]
struct Beat {
    query_type: u32,
    retries_field: u32,
    triggers: Vec<String>,
    next_delay: u64,
    failed_count: u32,
    service: Service,
}

/// Runs the trace with the default rules, with and without `period_fast`, and with the original's.
pub(crate) fn state_machine(case: &Value) -> Outcome {
    let steps = list(case, "steps");
    for (column, delay, fast, compat) in [
        ("default", "next_delay", false, Compat::default()),
        ("default", "next_delay_with_period_fast", true, Compat::default()),
        ("original", "next_delay", true, Compat::SOURCE),
    ] {
        let mut machine = machine(case, fast, compat)?;
        for (index, step) in steps.iter().enumerate() {
            let beat = machine.beat(text(step, "event")?)?;
            let wanted = member(step, column)?;
            let at = |what: &str| format!("step {index}, {column}, {what}");
            same(&at("query_type"), &beat.query_type, &number32(wanted, "query_type")?)?;
            same(&at("retries_field"), &beat.retries_field, &number32(wanted, "retries_field")?)?;
            let triggers: Vec<&str> = list(wanted, "triggers").iter().filter_map(Value::as_str).collect();
            same(&at("triggers"), &beat.triggers.iter().map(String::as_str).collect(), &triggers)?;
            same(&at(delay), &beat.next_delay, &u64::from(number32(wanted, delay)?))?;
            same(&at("failed_count"), &beat.failed_count, &number32(wanted, "failed_count")?)?;
            if column == "default" {
                let service = match text(wanted, "state")? {
                    "online" => Service::Online,
                    "offline" => Service::Offline,
                    other => return Err(format!("unknown state {other:?}")),
                };
                same(&at("state"), &beat.service, &service)?;
            }
        }
    }
    Ok(())
}

struct Trace<R> {
    machine: Heartbeat<R>,
    cipher: Cipher,
    now: Duration,
}

fn machine(case: &Value, fast: bool, compat: Compat) -> Result<Trace<impl FnMut(&mut [u8])>, String> {
    let seconds = |name| Ok::<_, String>(Duration::from_secs(number32(case, name)?.into()));
    let identity = Identity {
        mac: Mac([0, 0x18, 0x84, 0xa0, 0, 0x29]),
        version: Version { major: 1, minor: 2, micro: 3, revision: 4 },
        architecture: Architecture::FONAP,
    };
    let key = Key::new([7; 32]);
    let cipher = Cipher::new(&key);
    // An IPv6 literal: one attempt under all rules.
    let mut settings = Settings::new(identity, key, "2001:db8::1".parse().map_err(|e| format!("{e}"))?);
    settings.period_online = seconds("period_online")?;
    settings.period_offline = seconds("period_offline")?;
    settings.period_fast = if fast { Some(seconds("period_fast")?) } else { None };
    settings.retries = number32(case, "retries")?;
    settings.start_delay = Some(Duration::ZERO);
    settings.compat = compat;
    let mut triggers = Triggers::new();
    triggers.set(TriggerName::Online, "online".to_owned());
    triggers.set(TriggerName::Offline, "offline".to_owned());
    settings.triggers = triggers;
    let mut counter = 0u8;
    let random = move |octets: &mut [u8]| {
        for octet in octets {
            counter = counter.wrapping_mul(13).wrapping_add(91);
            *octet = counter;
        }
    };
    let now = Duration::from_secs(1000);
    let machine = Heartbeat::new(settings, random, now).map_err(|e| e.to_string())?;
    Ok(Trace { machine, cipher, now })
}

impl<R: heartbeat::Random> Trace<R> {
    fn beat(&mut self, event: &str) -> Result<Beat, String> {
        let mut query: Option<Query> = None;
        let mut triggers = Vec::new();
        self.machine.handle(self.now, Input::Tick);
        loop {
            match self.machine.poll_output() {
                Output::Event(Event::Query(sent)) => query = Some(sent),
                Output::Event(_) => (),
                Output::Transmit(transmit) => {
                    let trid = query.ok_or("sent before its event")?.trid;
                    if let Some(response) = respond(event, &transmit.payload, trid, &self.cipher)? {
                        self.machine.handle(self.now, Input::Datagram(&response));
                    }
                }
                Output::Run(run) => {
                    triggers.push(run.command);
                    self.machine.handle(self.now, Input::TriggerEnded { success: true });
                }
                Output::WaitUntil(at) if self.machine.state_name() == "attempting" => {
                    self.now = at;
                    self.machine.handle(at, Input::Tick);
                }
                Output::WaitUntil(at) => {
                    let delay = at - self.now;
                    self.now = at;
                    let query = query.ok_or("no query was sent")?;
                    return Ok(Beat {
                        query_type: query.query_type.0.into(),
                        retries_field: query.retries,
                        triggers,
                        next_delay: delay.as_secs(),
                        failed_count: self.machine.failed(),
                        service: self.machine.service(),
                    });
                }
                other => return Err(format!("unexpected {other:?}")),
            }
        }
    }
}

/// What the scripted server sends back.
fn respond(event: &str, query: &[u8], trid: u32, cipher: &Cipher) -> Result<Option<Vec<u8>>, String> {
    let request = Request::parse(query).map_err(|e| e.to_string())?;
    let mut out = Vec::new();
    let nop = |trid, cipher: &Cipher| Nop::new(trid, 1_300_000_000).text(cipher).as_octets().to_vec();
    let wrote = match event {
        "nop" => request.answer(&nop(trid, cipher), &mut out),
        "badtrid" => request.answer(&nop(trid ^ 1, cipher), &mut out),
        "badkey" => request.answer(&nop(trid, &Cipher::new(&Key::new([8; 32]))), &mut out),
        "garbage" => request.answer(b"zzzz", &mut out),
        "emptytxt" => request.answer(b"", &mut out),
        "empty" => request.refuse(ResponseCode::NO_ERROR, &mut out),
        "servfail" => request.refuse(ResponseCode::SERVER_FAILURE, &mut out),
        "nxdomain" => request.refuse(ResponseCode::NAME_ERROR, &mut out),
        "refused" => request.refuse(ResponseCode::REFUSED, &mut out),
        "drop" => return Ok(None),
        "wrongid" => {
            let wrote = request.answer(&nop(trid, cipher), &mut out);
            out[1] ^= 1;
            wrote
        }
        other => return Err(format!("unknown event {other:?}")),
    };
    wrote.map_err(|e| e.to_string())?;
    Ok(Some(out))
}
