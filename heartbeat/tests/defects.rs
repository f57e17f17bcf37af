//! The original's defects that the specification lists (section 19), one by one: we do not have them.

mod common;

use common::*;
use core::time::Duration;
use heartbeat::answer::{Acceptance, Answer, AnswerError, Regular, accept};
use heartbeat::exec::substitute;
use heartbeat::machine::Event;
use heartbeat::rsa::RsaPublicKey;
use heartbeat::settings::Compat;
use heartbeat::{Cipher, ExecCode, Heartbeat, base64};
use std::collections::BTreeSet;

/// The text of a regular answer with this RSA block.
fn regular_text(block: &[u8; 256]) -> Vec<u8> {
    let mut text = vec![0; 346];
    text[..2].copy_from_slice(b"b=");
    assert_eq!(base64::encode(block, &mut text[2..]), Ok(344));
    text
}

// spec: heartbeat 19
#[test]
fn defect_1_rsa_blocks_next_to_the_modulus_are_refused_and_crash_nothing() {
    let key = RsaPublicKey::from_file(&key_file("rsa_a.spki.der")).unwrap();
    let cipher = Cipher::new(&common::key());
    let against = Acceptance { cipher: &cipher, rsa: Some(&key), trid: 1, strict_nop: false, nop_tag: None };
    let number = |offset: i64| {
        let mut block = key.modulus();
        let mut carry = offset;
        for octet in block.iter_mut().rev() {
            let sum = i64::from(*octet) + carry;
            *octet = u8::try_from(sum.rem_euclid(256)).unwrap();
            carry = sum.div_euclid(256);
        }
        block
    };
    for offset in (-300..=300).chain([1 << 24, 1 << 31]) {
        let verdict = accept(&regular_text(&number(offset)), &against);
        if offset >= 0 {
            assert_eq!(verdict, Err(AnswerError::NotBelowModulus), "n + {offset}");
        } else {
            assert!(verdict.is_err(), "n - {}", -offset);
        }
    }
    assert_eq!(key.recover(&number(-1)), Some(number(-1)));
}

// spec: heartbeat 19
#[test]
fn defect_2_any_number_of_data_words_is_replaced() {
    let template = "DATA".repeat(1000);
    let path = "/run/hb/fonsmdata_0000002a";
    assert_eq!(substitute(&template, path), path.repeat(1000));
    assert_eq!(substitute("DADATATA DAT DATA", "x"), "DAxTA DAT x");
}

// spec: heartbeat 19
#[test]
fn defect_3_data_ends_where_its_size_says_and_is_escaped_in_the_log() {
    let regular = Regular::new(1, ExecCode(1), b"ab\n", |filler| filler.fill(b'Z')).unwrap();
    let line = Answer::Regular(regular).to_string();
    assert_eq!(line, r"ANSWER [exec=CM client, trid=[00000001], data=[ab\n]]");
}

// spec: heartbeat 19
#[test]
fn defect_4_long_options_are_refused_or_kept_whole_never_cut() {
    use heartbeat::config::CommandLine;
    let long = "x".repeat(100_000);
    let line = CommandLine::parse(["--suffix", &long, "--rsapath", &long]).unwrap();
    assert_eq!((line.suffix.as_deref(), line.rsapath.as_deref()), (Some(&long[..]), Some(&long[..])));
    assert!(CommandLine::parse(["--host", &long]).is_err());
    assert!(CommandLine::parse(["--mac", &long]).is_err());
    let mut configured = settings();
    configured.suffix = format!(".{long}");
    assert!(Heartbeat::new(configured, random(1), Duration::ZERO).is_err());
}

// spec: heartbeat 19
#[test]
fn defect_5_stopping_is_orderly_in_every_state() {
    for at in [0, 5, 30, 70_000] {
        let mut world = World::new(settings());
        world.run_until(Duration::from_millis(at));
        world.client.handle(world.now, heartbeat::machine::Input::Stop);
        world.run_until(seconds(1000));
        assert_eq!(world.client.state_name(), "stopped");
        assert_eq!(world.events.iter().filter(|(_, event)| *event == Event::Stopped).count(), 1);
    }
}

// spec: heartbeat 9.3, 19
#[test]
fn defect_6_the_first_heartbeat_always_comes() {
    for period in [1, 2, 60] {
        for fill in [0x00, 0x80, 0xff] {
            for compat in [Compat::default(), Compat::SOURCE] {
                let mut configured = settings();
                configured.start_delay = None;
                configured.period_offline = seconds(period);
                configured.compat = compat;
                let dice = move |octets: &mut [u8]| octets.fill(fill);
                let machine = Heartbeat::new(configured, dice, seconds(7)).unwrap();
                let (_, first) = machine.next_timer().unwrap();
                assert!((seconds(7)..seconds(7 + period)).contains(&first), "{period} {fill} {first:?}");
            }
        }
    }
}

// spec: heartbeat 4.1, 19
#[test]
fn defect_7_trid_id_filler_and_port_are_the_generators_octets() {
    let mut world = World::new(settings());
    world.run_until(seconds(60 * 200));
    let queries = world.queries();
    let distinct = |count: usize, name: &str| assert!(count >= queries.len() - 1, "{name}: {count}");
    distinct(queries.iter().map(|q| q.trid).collect::<BTreeSet<_>>().len(), "trid");
    distinct(queries.iter().map(|q| q.filler).collect::<BTreeSet<_>>().len(), "filler");
    assert!(queries.iter().any(|q| q.trid >= 1 << 31));
    let ids: BTreeSet<_> = world.transmits.iter().map(|(_, t)| t.payload[..2].to_vec()).collect();
    let ports: BTreeSet<_> = world.transmits.iter().map(|(_, t)| t.source_port).collect();
    assert!(ids.len() > 190 && ports.len() > 190 && ports.iter().all(|port| (1025..=65_534).contains(port)));

    let mut configured = settings();
    configured.compat = Compat { trid31: true, ..Compat::default() };
    let mut world = World::new(configured);
    world.run_until(seconds(60 * 50));
    assert!(world.queries().iter().all(|q| q.trid < 1 << 31));
}

// spec: heartbeat 7.4, 19
#[test]
fn defect_8_a_datagram_that_does_not_match_leaves_the_attempt_open() {
    let mut world = World::new(settings());
    world.link = Box::new(|toward, datagram| {
        let mut arriving = vec![(Duration::from_millis(20), datagram.clone())];
        if toward == Toward::Client {
            let mut forged = datagram;
            forged[1] ^= 1;
            arriving.insert(0, (Duration::from_millis(1), forged));
        }
        arriving
    });
    world.run_until(seconds(1));
    assert_eq!(world.commands(), ["come up"]);
    assert!(world.events.iter().any(|(_, event)| matches!(event, Event::DatagramIgnored(_))));
}
