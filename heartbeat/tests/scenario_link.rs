//! Client and server over links that lose, delay, repeat, reorder and forge.

mod common;

use common::*;
use core::time::Duration;
use heartbeat::liveness::Service;
use heartbeat::machine::{Event, FailureReason, Input};
use heartbeat::query::QueryType;
use heartbeat::server::{DropReason, Handled, Rate, RefuseReason, ServerSettings};
use heartbeat::settings::{Compat, Server};
use heartbeat::{Cipher, Key};

// spec: heartbeat 9.1
#[test]
fn the_service_comes_up_with_the_first_answer_and_goes_down_after_retries_failures() {
    let mut world = World::new(settings());
    world.link = lossy(|toward, count| toward == Toward::Server && (2..6).contains(&count));
    world.run_until(seconds(600));
    let kinds: Vec<_> =
        world.queries().iter().map(|query| (query.query_type, query.retries)).take(8).collect();
    use QueryType as Q;
    let wanted = [
        (Q::START, 0),
        (Q::ONLINE, 0),
        (Q::ONLINE, 0),
        (Q::RETRY, 1),
        (Q::RETRY, 2),
        (Q::RETRY, 3),
        (Q::RETRY, 4),
        (Q::ONLINE, 0),
    ];
    assert_eq!(kinds, wanted);
    assert_eq!(world.commands(), ["come up", "go down", "come up"]);
    assert_eq!((world.client.service(), world.client.failed()), (Service::Online, 0));
}

// spec: heartbeat 9.1
#[test]
fn the_delay_runs_from_the_verdict() {
    let mut configured = settings();
    configured.period_online = seconds(10);
    configured.period_offline = seconds(20);
    configured.period_fast = Some(seconds(5));
    let mut world = World::new(configured);
    world.link = lossy(|toward, count| toward == Toward::Client && (1..4).contains(&count));
    world.run_until(seconds(70));
    let sent: Vec<_> = world.transmits.iter().map(|(at, _)| at.as_millis()).collect();
    // Answered after 40 ms; then three lost, each after 3 s.
    assert_eq!(sent, [0, 10_040, 18_040, 26_040, 49_040, 59_080, 69_120]);
}

#[test]
fn a_lost_datagram_is_made_up_for_where_retransmission_is_on() {
    let mut configured = settings();
    configured.retransmissions = 2;
    let mut world = World::new(configured);
    world.link = lossy(|toward, count| toward == Toward::Server && count < 2);
    world.run_until(seconds(30));
    let sent: Vec<_> = world.transmits.iter().map(|(at, t)| (at.as_millis(), t.new_socket)).collect();
    assert_eq!(sent, [(0, true), (1000, false), (2000, false)]);
    assert!(world.transmits.windows(2).all(|pair| pair[0].1.payload == pair[1].1.payload));
    assert_eq!(world.client.service(), Service::Online);
}

#[test]
fn an_answer_that_comes_too_late_is_a_failure_and_does_no_harm_to_the_next_heartbeat() {
    let mut world = World::new(settings());
    let mut count = 0;
    world.link = Box::new(move |toward, datagram| {
        count += usize::from(toward == Toward::Client);
        // The first answer arrives just when the second heartbeat's query is out.
        let delay = if toward == Toward::Client && count == 1 { 63_015 } else { 20 };
        vec![(Duration::from_millis(delay), datagram)]
    });
    world.run_until(seconds(62));
    assert!(world.saw(&Event::AttemptFailed(FailureReason::Timeout)));
    assert_eq!(world.client.service(), Service::Offline);
    world.run_until(seconds(70));
    assert_eq!(world.client.service(), Service::Online);
    assert!(world.client.ignored_inputs() >= 1);
}

#[test]
fn repeated_and_reordered_datagrams_change_nothing() {
    let mut world = World::new(settings());
    let mut turn = 0;
    world.link = Box::new(move |_, datagram| {
        turn += 1;
        let first = if turn % 2 == 0 { 900 } else { 20 };
        [first, 400, 401, 70_000].map(|delay| (Duration::from_millis(delay), datagram.clone())).into()
    });
    world.run_until(seconds(600));
    assert_eq!(world.commands(), ["come up"]);
    assert!(world.queries().len() >= 9);
    assert!(!world.events.iter().any(|(_, event)| matches!(event, Event::AttemptFailed(_))));
    // A query that comes again within its window gets the very same answer.
    assert!(world.handled.iter().any(|handled| matches!(
        handled,
        Handled::Answered { answered: heartbeat::server::Answered::Again, .. }
    )));
}

// spec: heartbeat 7.4, 19
#[test]
fn a_flood_of_forged_datagrams_does_not_keep_the_answer_out() {
    let flood = |toward, datagram: Vec<u8>| {
        let mut arriving = Vec::new();
        if toward == Toward::Client {
            let mut wrong_id = datagram.clone();
            wrong_id[0] ^= 0x80;
            let mut wrong_name = datagram.clone();
            wrong_name[20] ^= 1;
            let forged = [vec![], vec![0xff; 700], wrong_id, wrong_name, datagram[..40].to_vec()];
            arriving.extend(forged.map(|forged| (Duration::from_millis(10), forged)));
        }
        arriving.push((Duration::from_millis(20), datagram));
        arriving
    };
    let mut world = World::new(settings());
    world.link = Box::new(flood);
    world.run_until(seconds(300));
    assert_eq!(world.commands(), ["come up"]);
    assert!(!world.events.iter().any(|(_, event)| matches!(event, Event::HeartbeatFailed { .. })));

    // The original's way, where it is asked for.
    let mut configured = settings();
    configured.compat = Compat { first_datagram_decides: true, ..Compat::default() };
    let mut world = World::new(configured);
    world.link = Box::new(flood);
    world.run_until(seconds(300));
    assert!(world.commands().is_empty());
}

#[test]
fn answers_cut_anywhere_or_marked_truncated_are_never_taken_for_more_than_they_are() {
    for cut in 0..131 {
        let mut world = World::new(settings());
        world.link = Box::new(move |toward, mut datagram| {
            if toward == Toward::Client {
                datagram[2] |= 2;
                datagram.truncate(cut);
            }
            vec![(Duration::from_millis(20), datagram)]
        });
        world.run_until(seconds(4));
        // The whole answer has 131 octets; TC alone does not matter.
        assert_eq!(
            world.client.service(),
            if cut >= 131 { Service::Online } else { Service::Offline },
            "{cut}"
        );
    }
    let mut world = World::new(settings());
    world.link = Box::new(|toward, mut datagram| {
        if toward == Toward::Client {
            datagram[2] |= 2;
        }
        vec![(Duration::ZERO, datagram)]
    });
    world.run_until(seconds(1));
    assert_eq!(world.client.service(), Service::Online);
}

// spec: heartbeat 20
#[test]
fn an_old_answer_dressed_up_for_the_new_query_is_refused() {
    let mut world = World::new(settings());
    let mut old: Option<Vec<u8>> = None;
    let mut question = Vec::new();
    world.link = Box::new(move |toward, datagram| {
        if toward == Toward::Server {
            question.clone_from(&datagram);
            return vec![(Duration::from_millis(20), datagram)];
        }
        // The text of the first answer behind the id and question of the newest query.
        let text = old.get_or_insert(datagram)[92..].to_vec();
        let mut forged = question.clone();
        forged[2..8].copy_from_slice(&[0x85, 0x00, 0, 1, 0, 1]);
        forged.extend(text);
        vec![(Duration::from_millis(20), forged)]
    });
    world.run_until(seconds(400));
    assert_eq!(world.commands(), ["come up", "go down"]);
    let refused = |event: &Event| {
        matches!(
            event,
            Event::AttemptFailed(FailureReason::Answer(heartbeat::answer::AnswerError::Trid { .. }))
        )
    };
    assert!(world.events.iter().any(|(_, event)| refused(event)));
}

// spec: heartbeat 7.4, 17
#[test]
fn a_wrong_key_gets_servfail_and_the_attempt_ends_at_once() {
    let mut configured = settings();
    configured.key = Key::new([9; 32]);
    let mut world = World::new(configured);
    world.run_until(seconds(200));
    assert!(world.commands().is_empty());
    assert!(
        world.handled.iter().all(|h| matches!(h, Handled::Refused { reason: RefuseReason::Query(_), .. }))
    );
    let sent: Vec<_> = world.transmits.iter().map(|(at, _)| at.as_millis()).take(3).collect();
    assert_eq!(sent, [0, 60_040, 120_080]);
}

// spec: heartbeat 11
#[test]
fn both_families_are_tried_and_addresses_are_kept_until_a_failure() {
    let mut configured = settings();
    configured.servers = vec![Server { host: "sm.example".parse().unwrap(), port: 54 }];
    let mut world = World::new(configured);
    world.addresses = Some(vec!["192.0.2.1".parse().unwrap(), "2001:db8::1".parse().unwrap()]);
    world.link = lossy(|toward, count| toward == Toward::Server && count == 0);
    world.run_until(seconds(130));
    let to: Vec<_> = world.transmits.iter().map(|(_, t)| t.destination.to_string()).take(3).collect();
    assert_eq!(to, ["[2001:db8::1]:54", "192.0.2.1:54", "[2001:db8::1]:54"]);
    // The same name and so the same trid; another id.
    let (first, second) = (&world.transmits[0].1.payload, &world.transmits[1].1.payload);
    assert_eq!(first[2..], second[2..]);
    assert_ne!(first[..2], second[..2]);
    assert_eq!((world.lookups.len(), world.commands()), (1, vec!["come up"]));
    world.link = lossy(|_, _| true);
    world.run_until(seconds(400));
    assert!(world.lookups.len() >= 3);
}

#[test]
fn a_failed_lookup_is_a_failed_heartbeat_and_never_the_end() {
    let mut configured = settings();
    configured.servers = vec![Server { host: "sm.example".parse().unwrap(), port: 53 }];
    let mut world = World::new(configured);
    world.addresses = None;
    world.run_until(seconds(100));
    assert!(world.transmits.is_empty());
    assert_eq!(world.client.failed(), 2);
    world.addresses = Some(vec!["192.0.2.1".parse().unwrap()]);
    world.run_until(seconds(200));
    assert_eq!(world.client.service(), Service::Online);
}

#[test]
fn the_next_host_gets_its_turn_where_rotation_is_on() {
    let mut configured = settings();
    let literal = |text: &str| Server { host: text.parse().unwrap(), port: 53 };
    configured.servers = vec![literal("192.0.2.1"), literal("192.0.2.2")];
    configured.rotate_hosts = true;
    let mut world = World::new(configured);
    world.link = lossy(|toward, count| toward == Toward::Server && count == 0);
    world.run_until(seconds(200));
    let to: Vec<_> = world.transmits.iter().map(|(_, t)| t.destination.ip().to_string()).collect();
    assert_eq!(to, ["192.0.2.1", "192.0.2.2", "192.0.2.2", "192.0.2.2"]);
}

// spec: heartbeat 11, 21
#[test]
fn an_ipv4_literal_is_tried_mapped_first_where_the_original_is_asked_for() {
    let mut configured = settings();
    configured.compat = Compat { v4mapped_first: true, ..Compat::default() };
    let mut world = World::new(configured);
    world.link = lossy(|_, _| true);
    world.run_until(seconds(7));
    let to: Vec<_> = world.transmits.iter().map(|(_, t)| t.destination.to_string()).collect();
    assert_eq!(to, ["[::ffff:192.0.2.1]:53", "192.0.2.1:53"]);
}

#[test]
fn a_network_error_ends_the_attempt_and_stray_inputs_are_only_counted() {
    let mut world = World::new(settings());
    for input in [Input::NetworkError, Input::Datagram(b"x"), Input::LookupFailed, Input::Addresses(&[])] {
        let before = world.client.ignored_inputs();
        let mut idle = World::new({
            let mut later = settings();
            later.start_delay = Some(seconds(5));
            later
        });
        idle.client.handle(Duration::ZERO, input);
        assert_eq!(idle.client.ignored_inputs(), before + 1);
        assert_eq!(idle.client.state_name(), "waiting");
    }
    world.link = lossy(|_, _| true);
    world.run_until(Duration::from_millis(10));
    assert_eq!(world.client.state_name(), "attempting");
    world.client.handle(world.now, Input::NetworkError);
    world.drain();
    assert!(world.saw(&Event::HeartbeatFailed { failed: 1 }));
}

// spec: heartbeat 17, 20
#[test]
fn the_server_tells_duplicates_from_replays() {
    let mut server = ServerSettings::new(".sm.fon.com");
    server.replay_window = Some(seconds(3600));
    let mut world = World::with_server(settings(), server);
    world.run_until(seconds(1));
    let query = world.transmits[0].1.payload.clone();
    let replay = |world: &mut World, at| {
        world.now = seconds(at);
        world.serve(&query);
        world.handled.last().cloned().unwrap()
    };
    let Handled::Answered { answered, .. } = replay(&mut world, 9) else { panic!() };
    assert_eq!(answered, heartbeat::server::Answered::Again);
    let refused = replay(&mut world, 100);
    assert!(matches!(refused, Handled::Refused { reason: RefuseReason::Replay, .. }), "{refused:?}");
}

// spec: heartbeat 20
#[test]
fn rates_hold_back_devices_and_addresses() {
    let mut server = ServerSettings::new(".sm.fon.com");
    server.device_rate = Some(Rate { interval: seconds(30), burst: 2 });
    let mut configured = settings();
    configured.period_online = seconds(5);
    let mut world = World::with_server(configured.clone(), server.clone());
    world.run_until(seconds(20));
    let refused = |h: &Handled| matches!(h, Handled::Refused { reason: RefuseReason::Rate, .. });
    assert_eq!(world.handled.iter().map(refused).collect::<Vec<_>>()[..3], [false, false, true]);

    server.device_rate = None;
    server.source_rate = Some(Rate { interval: seconds(30), burst: 2 });
    let mut world = World::with_server(configured, server);
    world.run_until(seconds(20));
    assert_eq!(world.handled[2], Handled::Dropped(DropReason::Rate));
}

// spec: heartbeat 8.4
#[test]
fn a_device_may_use_its_current_or_its_first_key() {
    let current = key().current(&[b'5'; 64]).unwrap();
    for used in [key(), current.clone()] {
        let mut configured = settings();
        configured.key = used;
        let mut world = World::new(configured);
        world.book.keys.get_mut(&MAC).unwrap().current = Some(current.clone());
        world.run_until(seconds(200));
        assert_eq!(world.commands(), ["come up"]);
    }
}

// spec: heartbeat 20
#[test]
fn both_tags_work_together_and_are_missed_where_they_are_required() {
    for (client, server, up) in
        [(true, true, true), (false, true, false), (true, false, false), (false, false, true)]
    {
        let mut configured = settings();
        configured.hardening.auth_filler = client;
        configured.hardening.nop_tag = client;
        let mut world = World::new(configured);
        let keys = world.book.keys.get_mut(&MAC).unwrap();
        (keys.auth_filler, keys.nop_tag) = (server, server);
        world.run_until(seconds(100));
        assert_eq!(world.client.service() == Service::Online, up, "client {client}, server {server}");
    }
}

// spec: heartbeat 20
#[test]
fn the_time_of_an_acknowledgement_must_be_near_where_that_is_asked_for() {
    for (offset, up) in [(0, true), (299, true), (-299, true), (302, false), (-302, false)] {
        let mut configured = settings();
        configured.hardening.nop_time_window = Some(300);
        configured.hardening.strict_nop = true;
        let mut world = World::new(configured);
        world.client.set_unix_time(Duration::ZERO, EPOCH + offset);
        world.run_until(seconds(1));
        assert_eq!(world.client.service() == Service::Online, up, "{offset}");
    }
}

#[test]
fn a_datagram_belongs_to_the_machine_whose_query_it_answers() {
    let mut world = World::new(settings());
    let cipher = Cipher::new(&key());
    world.link = lossy(|_, _| true);
    world.run_until(Duration::from_millis(1));
    let query = world.transmits[0].1.payload.clone();
    let request = heartbeat::dns::Request::parse(&query).unwrap();
    let mut answer = Vec::new();
    let text = heartbeat::answer::Nop::new(world.queries()[0].trid, 1).text(&cipher);
    request.answer(text.as_octets(), &mut answer).unwrap();
    assert!(world.client.accepts(&answer));
    assert!(!world.client.accepts(&answer[..20]));
    answer[0] ^= 1;
    assert!(!world.client.accepts(&answer));
}
