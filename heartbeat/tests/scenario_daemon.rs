//! What the daemon around the machine sees: triggers, instructions, reload, test run, stop.

mod common;

use common::*;
use core::time::Duration;
use heartbeat::ExecCode;
use heartbeat::exec::TriggerName;
use heartbeat::liveness::Service;
use heartbeat::machine::{Event, Input, Timer};
use heartbeat::query::QueryType;
use heartbeat::server::{Answered, Handled, Instruction, NotSent};

// spec: heartbeat 5.3, 10
#[test]
fn an_instruction_reaches_its_trigger_with_its_data_in_a_file() {
    let mut world = World::new(settings());
    world.signer = Some(Signer::new());
    world.book.pending.push(Instruction { exec: ExecCode(1), data: b"$(x)".to_vec() });
    world.run_until(seconds(1));
    assert_eq!(world.commands().len(), 2);
    let trid = world.queries()[0].trid;
    let run = &world.runs[1].1;
    assert_eq!(run.command, format!("configure /var/run/fonap/fonsmdata_{trid:08x}"));
    let file = run.file.as_ref().unwrap();
    assert_eq!((file.path.as_str(), &file.content[..]), (&run.command["configure ".len()..], &b"$(x)"[..]));
    assert!(world.book.pending.is_empty());
    assert_eq!(world.client.service(), Service::Online);
}

// spec: heartbeat 5.3
#[test]
fn long_data_waits_for_a_transaction_id_that_suits() {
    let mut world = World::new(settings());
    world.signer = Some(Signer::new());
    for number in 0..6 {
        world.book.pending.push(Instruction { exec: ExecCode(1), data: vec![number; 200] });
    }
    world.run_until(seconds(60 * 20));
    let answered: Vec<_> = world
        .handled
        .iter()
        .filter_map(|h| if let Handled::Answered { answered, .. } = h { Some(*answered) } else { None })
        .collect();
    let deferred = |a: &&Answered| matches!(a, Answered::NopInstead(NotSent::Seal(_)));
    // The modulus begins 0xb4, so that about three transaction ids in ten do not suit.
    assert!(answered.iter().any(|a| deferred(&a)), "{answered:?}");
    assert!(world.book.pending.is_empty());
    let contents: Vec<_> =
        world.runs.iter().filter_map(|(_, run)| Some(run.file.as_ref()?.content[0])).collect();
    assert_eq!(contents, [0, 1, 2, 3, 4, 5]);
    assert!(!world.events.iter().any(|(_, event)| matches!(event, Event::HeartbeatFailed { .. })));
}

// spec: heartbeat 5.5, 10
#[test]
fn an_instruction_without_a_trigger_or_denied_leaves_the_heartbeat_valid() {
    for (exec, deny) in [(255, false), (254, false), (9, false), (1, true)] {
        let mut configured = settings();
        configured.hardening.deny_exec = deny;
        let mut world = World::new(configured);
        world.signer = Some(Signer::new());
        world.book.pending.push(Instruction { exec: ExecCode(exec), data: b"x".to_vec() });
        world.run_until(seconds(1));
        assert_eq!(world.commands(), ["come up"]);
        let name = TriggerName::Exec(ExecCode(exec));
        assert_eq!(world.saw(&Event::NoTrigger { name }), !deny);
        assert_eq!((world.client.service(), world.client.failed()), (Service::Online, 0));
    }
}

#[test]
fn without_a_signer_the_instruction_stays_and_the_hotspot_is_acknowledged() {
    let mut world = World::new(settings());
    world.book.pending.push(Instruction { exec: ExecCode(1), data: Vec::new() });
    world.run_until(seconds(1));
    let Some(Handled::Answered { answered, .. }) = world.handled.first() else { panic!() };
    assert_eq!(*answered, Answered::NopInstead(NotSent::NoSigner));
    assert_eq!(world.book.pending.len(), 1);
}

// spec: heartbeat 10
#[test]
fn a_trigger_that_takes_too_long_is_killed_and_the_schedule_goes_on() {
    let mut world = World::new(settings());
    world.triggers_end = false;
    world.run_until(seconds(59));
    assert_eq!(world.commands(), ["come up"]);
    world.run_until(seconds(61));
    assert_eq!(world.kills, [Duration::from_millis(60_040)]);
    assert!(world.saw(&Event::TriggerKilled { name: TriggerName::Online }));
    assert!(world.saw(&Event::TriggerEnded { name: TriggerName::Online, success: false }));
    assert_eq!(world.queries().len(), 2);
}

// spec: heartbeat 10
#[test]
fn a_queued_trigger_that_is_contradicted_never_runs() {
    let mut configured = settings();
    configured.retries = 1;
    configured.trigger_limit = seconds(3600);
    let mut world = World::new(configured);
    world.triggers_end = false;
    world.link = lossy(|toward, count| toward == Toward::Server && count == 1);
    world.run_until(seconds(150));
    // Up, down while the first still runs, up again.
    assert_eq!(world.commands(), ["come up"]);
    assert!(world.saw(&Event::TriggerDropped { name: TriggerName::Offline }));
    world.client.handle(world.now, Input::TriggerEnded { success: true });
    world.drain();
    assert_eq!(world.commands(), ["come up", "come up"]);
}

// spec: heartbeat 12
#[test]
fn a_reload_keeps_the_state_and_the_timer_and_runs_nothing() {
    let mut world = World::new(settings());
    world.run_until(seconds(30));
    let timer = world.client.next_timer();
    let mut other = settings();
    other.period_online = seconds(7);
    other.suffix = "nodot".to_owned();
    assert!(world.client.reload(other.clone()).is_err());
    other.suffix = ".sm.fon.com".to_owned();
    world.client.reload(other).unwrap();
    assert_eq!(world.client.next_timer(), timer);
    assert_eq!(world.client.service(), Service::Online);
    world.run_until(seconds(100));
    let sent: Vec<_> = world.transmits.iter().map(|(at, _)| at.as_millis()).take(4).collect();
    assert_eq!(sent, [0, 60_040, 67_080, 74_120]);
    assert_eq!(world.queries()[1].query_type, QueryType::ONLINE);
    assert_eq!(world.commands(), ["come up"]);
}

#[test]
fn a_reload_during_a_heartbeat_waits_for_its_end() {
    let mut world = World::new(settings());
    world.run_until(Duration::from_millis(5));
    let mut other = settings();
    other.key = heartbeat::Key::new([9; 32]);
    world.client.reload(other).unwrap();
    world.run_until(seconds(1));
    assert_eq!(world.client.service(), Service::Online);
    world.run_until(seconds(61));
    assert!(world.saw(&Event::HeartbeatFailed { failed: 1 }));
}

// spec: heartbeat 9.4
#[test]
fn a_test_run_is_one_heartbeat_of_type_online() {
    for answered in [true, false] {
        let mut configured = settings();
        configured.test_run = true;
        configured.start_delay = None;
        let mut world = World::new(configured);
        world.link = lossy(move |_, _| !answered);
        world.run_until(seconds(1000));
        assert_eq!(world.queries().len(), 1);
        assert_eq!(world.queries()[0].query_type, QueryType::ONLINE);
        assert!(world.saw(&Event::TestEnded { valid: answered }));
        assert_eq!(world.client.state_name(), "stopped");
        assert_eq!(world.client.next_timer(), None);
    }
}

// spec: heartbeat 12
#[test]
fn the_offline_trigger_runs_at_exit_only_where_that_is_asked_for() {
    for asked in [false, true] {
        let mut configured = settings();
        configured.offline_on_exit = asked;
        let mut world = World::new(configured);
        world.run_until(seconds(30));
        world.client.handle(world.now, Input::Stop);
        world.run_until(seconds(1000));
        let wanted: &[&str] = if asked { &["come up", "go down"] } else { &["come up"] };
        assert_eq!(world.commands(), wanted);
        assert_eq!(world.queries().len(), 1);
        assert!(world.saw(&Event::Stopped));
    }
}

#[test]
fn a_heartbeat_can_be_asked_for_at_once() {
    let mut world = World::new(settings());
    world.run_until(seconds(30));
    world.client.handle(world.now, Input::HeartbeatNow);
    world.run_until(seconds(31));
    assert_eq!(world.queries().len(), 2);
    assert_eq!(world.client.next_timer(), Some((Timer::Heartbeat, Duration::from_millis(90_040))));
}

// spec: heartbeat 20
#[test]
fn jitter_varies_delays_within_its_bounds() {
    let mut configured = settings();
    configured.hardening.jitter = 10;
    let mut world = World::new(configured);
    world.run_until(seconds(6000));
    let gaps = world.transmits.windows(2).map(|pair| (pair[1].0 - pair[0].0).as_millis() - 40);
    let gaps: Vec<_> = gaps.collect();
    assert!(gaps.iter().all(|gap| (54_000..=66_000).contains(gap)), "{gaps:?}");
    assert!(gaps.iter().any(|&gap| gap < 57_000) && gaps.iter().any(|&gap| gap > 63_000));
}
