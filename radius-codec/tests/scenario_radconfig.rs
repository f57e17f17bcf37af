//! The decision tree of remote configuration in scripted time.

use radius_codec::radconfig::{
    Action, Configuration, DAY, Input, Login, Mode, Output, Refresh, Stored, request,
};
use radius_codec::{Packet, Secret};
use std::time::Duration;

fn hours(hours: u64) -> Duration {
    Duration::from_secs(hours * 3600)
}

/// Random octets that are half of everything.
fn half(out: &mut [u8]) {
    out.fill(0);
    out[0] = 0x80;
}

fn actions(machine: &mut Refresh<fn(&mut [u8])>) -> (Vec<Action>, Duration) {
    let mut actions = Vec::new();
    loop {
        match machine.poll_output() {
            Output::Action(action) => actions.push(action),
            Output::WaitUntil(at) => return (actions, at),
            other => panic!("{other:?}"),
        }
    }
}

fn configuration(text: &str) -> Configuration {
    Configuration { text: text.to_owned(), patterns: Vec::new() }
}

fn machine(stored: Stored) -> Refresh<fn(&mut [u8])> {
    let mut machine = Refresh::new(stored, "", Mode::Exact, half as fn(&mut [u8]), hours(0));
    assert_eq!(actions(&mut machine), (vec![Action::Request], Duration::MAX));
    machine
}

fn received(machine: &mut Refresh<fn(&mut [u8])>, now: Duration, lines: &str) -> Vec<Action> {
    machine.handle(now, Input::Received(lines.to_owned()));
    actions(machine).0
}

fn running(machine: &mut Refresh<fn(&mut [u8])>, now: Duration, running: bool) -> (Vec<Action>, Duration) {
    machine.handle(now, Input::Running(running));
    actions(machine)
}

// spec: hotspot-config 3.3
#[test]
fn the_second_request_is_at_a_random_time_and_later_ones_every_day() {
    let mut m = machine(Stored::default());
    let new = configuration("lease 900\n");
    assert_eq!(received(&mut m, hours(0), "lease 900\n"), [Action::Install(new.clone()), Action::AskRunning]);
    assert_eq!(running(&mut m, hours(0), false), (vec![Action::Run, Action::AskRunning], Duration::MAX));
    let (done, next) = running(&mut m, hours(0), true);
    assert_eq!(done, [Action::Save(new)]);
    assert_eq!(next, hours(12) + Duration::from_secs(1));
    m.handle(hours(1), Input::Tick);
    assert_eq!(actions(&mut m).0, []);
    m.handle(next, Input::Tick);
    assert_eq!(actions(&mut m).0, [Action::Request]);
    assert_eq!(received(&mut m, next, "lease 900\n"), [Action::AskRunning]);
    assert_eq!(running(&mut m, next, true), (vec![], next + DAY));
}

// spec: hotspot-config 3.3
#[test]
fn a_reload_that_kills_the_daemon_brings_the_last_good_configuration_back() {
    let good = configuration("lease 600\n");
    let mut m = machine(Stored {
        current: Some(good.clone()),
        saved: Some(good.clone()),
        factory: configuration(""),
    });
    let bad = configuration("leas 900\n");
    assert_eq!(received(&mut m, hours(0), "leas 900\n"), [Action::Install(bad), Action::AskRunning]);
    assert_eq!(running(&mut m, hours(0), true).0, [Action::Reload, Action::AskRunning]);
    assert_eq!(
        running(&mut m, hours(0), false).0,
        [Action::Install(good.clone()), Action::Run, Action::AskRunning]
    );
    assert_eq!(running(&mut m, hours(0), true).0, []);
    assert_eq!(m.current(), Some(&good));
}

// spec: hotspot-config 3.3
#[test]
fn a_daemon_that_starts_with_nothing_asks_again_within_two_hours() {
    let good = configuration("lease 600\n");
    let mut m = machine(Stored { current: None, saved: None, factory: good.clone() });
    assert_eq!(received(&mut m, hours(0), "x\n").len(), 2);
    assert_eq!(running(&mut m, hours(0), false).0, [Action::Run, Action::AskRunning]);
    assert_eq!(running(&mut m, hours(0), false).0, [Action::Install(good), Action::Run, Action::AskRunning]);
    let (done, next) = running(&mut m, hours(0), false);
    assert_eq!((done, next), (vec![], hours(1) + Duration::from_secs(1)));
}

// spec: hotspot-config 3.3
#[test]
fn nothing_received_keeps_what_there_is_and_else_uses_flash_then_factory() {
    let (saved, factory) = (configuration("saved\n"), configuration("factory\n"));
    let mut m = machine(Stored { current: Some(saved.clone()), saved: None, factory: factory.clone() });
    assert_eq!(received(&mut m, hours(0), ""), [Action::AskRunning]);
    let mut m = machine(Stored { current: None, saved: Some(saved.clone()), factory: factory.clone() });
    assert_eq!(received(&mut m, hours(0), ""), [Action::Install(saved), Action::AskRunning]);
    let mut m = machine(Stored { current: None, saved: None, factory: factory.clone() });
    assert_eq!(received(&mut m, hours(0), ""), [Action::Install(factory), Action::AskRunning]);
}

// spec: hotspot-config 3.3
#[test]
fn a_whitelist_that_differs_is_a_change_too() {
    let lines = "lease 600\nnewdomain a.com\n";
    let current = Configuration::new("", lines, Mode::Exact);
    let mut m = machine(Stored { current: Some(current), ..Stored::default() });
    let actions = received(&mut m, hours(0), "lease 600\nnewdomain b.com\n");
    let [Action::Install(new), Action::AskRunning] = actions.as_slice() else { panic!("{actions:?}") };
    assert_eq!((new.text.as_str(), new.patterns.as_slice()), ("lease 600\n", &["^b.com$".to_owned()][..]));
    assert_eq!(running(&mut m, hours(0), true).0, [Action::Reload, Action::AskRunning]);
}

// spec: hotspot-config 3.2, 4
#[test]
fn domains_of_the_device_itself_are_converted_with_the_received_ones() {
    let local = "newdomain a.b\nlease 600";
    let made = Configuration::new(local, "lease 900\nnewdomain !c.d,e.f\n", Mode::Exact);
    assert_eq!(made.text, "lease 600\n");
    assert_eq!(made.patterns, ["!^c.d$", "^a.b$", "^e.f$"]);
    // A line end of the other kind stays in front of `$` in the exact mode, on either side.
    let made = Configuration::new("newdomain a\r\n", "newdomain b\r\n", Mode::Exact);
    assert_eq!(made.patterns, ["^a\r$", "^b\r$"]);
}

// spec: radius-profile 3
#[test]
fn the_request_has_the_attributes_of_the_original_in_their_order() {
    let login = Login {
        version: "1.2.6",
        user: "SRCTST01-fonap-1.0.0.2",
        password: b"testing",
        called_station_id: "00-00-00-00-00-00",
        nas_ip_address: [192, 168, 182, 1].into(),
        nas_identifier: "00-18-84-AA-00-75",
    };
    assert!(!format!("{login:?}").contains("116, 101"));
    let mut out = [0; 4096];
    let secret = Secret::new(b"testing123").unwrap();
    let length = request(&login).write_to(&mut out, 1, [5; 16], &secret).unwrap();
    let packet = Packet::parse(&out[..length]).unwrap();
    let kinds: Vec<u8> = packet.attributes().map(|a| a.kind.0).collect();
    assert_eq!(kinds, [26, 1, 2, 6, 61, 30, 4, 32, 80]);
    // The original writes as many octets for the same values.
    assert_eq!(length, 149);
}
