//! The gateway ends without a farewell and starts again; and what the external handler hears of all.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod hotspot;

use core::time::Duration;
use hotspot::{Hotspot, IP, MAC, accounting, attribute, body, config, kinds, res};
use radius_codec::Path;
use radius_codec::dict::{rfc2865, rfc2866, rfc2869, rfc4372};
use wispr::gateway::{
    AccountingKind, Authenticator, Callback, Command, Event, Flow, Gateway, Input, LoginResult, Mac, Output,
    Parameters, SavedSession, Selector, TerminateCause, Usage,
};

const GRANT: &[(Path, &[u8])] = &[
    (rfc2865::CLASS.path(), b"\x00class"),
    (rfc4372::CHARGEABLE_USER_IDENTITY.path(), b"cui-7"),
    (rfc2865::SESSION_TIMEOUT.path(), &[0, 0, 14, 16]),
    (rfc2869::ACCT_INTERIM_INTERVAL.path(), &[0, 0, 0, 120]),
];

fn usage(from: u64, to: u64) -> Usage {
    Usage {
        from_client: Flow { octets: from, packets: from / 100 },
        to_client: Flow { octets: to, packets: to / 100 },
    }
}

/// A session of 100 s with some traffic, as it was saved.
fn saved() -> SavedSession {
    let mut hotspot = Hotspot::new(config());
    hotspot.log_in(GRANT);
    hotspot.pass(40);
    let session_id = hotspot.gateway.save(IP).unwrap().id;
    hotspot.input(Input::Traffic { session_id, usage: usage(6_000_000_000, 700), last_active: None });
    hotspot.pass(60);
    hotspot.gateway.save(IP).unwrap()
}

/// A gateway right after its start, its clock at 1 s.
fn restarted(config: wispr::gateway::Config) -> Hotspot {
    let mut hotspot = Hotspot::new(config.clone());
    hotspot.now = Duration::from_secs(1);
    hotspot.gateway = Gateway::new(config, |out: &mut [u8]| out.fill(3), hotspot.now, hotspot.unix).unwrap();
    hotspot
}

fn number(output: &Output, path: Path) -> u32 {
    let Output::Account(record) = output else { panic!("{output:?}") };
    u32::from_be_bytes(attribute(&record.request, path).unwrap().try_into().unwrap())
}

// spec: gateway-dataplane 10
#[test]
fn a_session_goes_on_where_it_was() {
    let saved = saved();
    assert_eq!((saved.session_time, saved.idle_time, saved.since_interim), (100, 60, 100));
    let mut hotspot = restarted(config().accounting_on_off(true));
    let outputs = hotspot.input(Input::Restore(&saved.clone().later(10)));
    assert!(matches!(&outputs[..], [Output::Event(Event::SessionRestored(_))]), "{outputs:?}");
    assert_eq!(res(&hotspot.get("/status")), "already");
    // The interim interval goes on as well, and so does the counter of the packet path.
    let outputs = hotspot.pass(12);
    assert_eq!(kinds(&outputs), [AccountingKind::Interim]);
    let session_id = saved.id;
    hotspot.input(Input::Traffic { session_id, usage: usage(6_000_000_100, 800), last_active: None });
    let outputs = hotspot.ask("/logoff");
    let stop = accounting(&outputs)[0].1;
    assert_eq!(stop.session_id, Some(saved.id));
    let value = |path| u32::from_be_bytes(attribute(&stop.request, path).unwrap().try_into().unwrap());
    assert_eq!(value(rfc2866::ACCT_SESSION_TIME.path()), 122);
    assert_eq!(value(rfc2866::ACCT_OUTPUT_OCTETS.path()), 1_705_032_804);
    assert_eq!(value(rfc2869::ACCT_OUTPUT_GIGAWORDS.path()), 1);
    assert_eq!(value(rfc2866::ACCT_INPUT_OCTETS.path()), 800);
    assert_eq!(attribute(&stop.request, rfc2865::CLASS.path()).unwrap(), b"\x00class");
    assert_eq!(attribute(&stop.request, rfc4372::CHARGEABLE_USER_IDENTITY.path()).unwrap(), b"cui-7");
}

// spec: radius-profile 4.2
#[test]
fn a_session_whose_time_passed_meanwhile_ends_at_once() {
    let saved = saved().later(4000);
    let mut hotspot = restarted(config());
    hotspot.input(Input::Restore(&saved));
    let outputs = hotspot.pass(4);
    assert_eq!(hotspot::closed(&outputs), Some(TerminateCause::SessionTimeout));
}

// spec: gateway-dataplane 10, radius-profile 6.2
#[test]
fn after_a_power_loss_old_sessions_are_closed_before_the_gateway_is_on() {
    let saved = saved();
    let mut hotspot = restarted(config().accounting_on_off(true));
    let cause = TerminateCause::NasReboot;
    hotspot.gateway.handle(hotspot.now, hotspot.unix, Input::Bury { session: &saved, cause, saved_at: 777 });
    let outputs = hotspot.drain();
    assert_eq!(kinds(&outputs), [AccountingKind::Stop(cause), AccountingKind::On]);
    assert_eq!(hotspot::closed(&outputs), Some(cause));
    assert_eq!(number(&outputs[0], rfc2869::EVENT_TIMESTAMP.path()), 777);
    assert_eq!(number(&outputs[0], rfc2866::ACCT_SESSION_TIME.path()), 100);
    assert_eq!(number(&outputs[0], rfc2866::ACCT_TERMINATE_CAUSE.path()), 11);
    assert_eq!(number(&outputs[0], rfc2869::ACCT_OUTPUT_GIGAWORDS.path()), 1);
    // Nobody is in, and no id comes twice although the time of day may be that of the first start.
    hotspot.unix = 1000;
    hotspot.input(Input::Lease { ip: IP, mac: MAC, vlan: None });
    assert_eq!(res(&hotspot.get("/status")), "notyet");
    assert!(hotspot.gateway.find(&Selector::ip(IP)).unwrap().info().session_id > saved.id);
}

#[test]
fn a_session_that_has_no_place_any_more_is_closed() {
    let saved = saved();
    let mut hotspot = restarted(config());
    hotspot.input(Input::Lease { ip: IP, mac: Mac([9; 6]), vlan: None });
    let outputs = hotspot.input(Input::Restore(&saved));
    assert_eq!(kinds(&outputs), [AccountingKind::Stop(TerminateCause::LostCarrier)]);
    let mut unaccounted = saved;
    unaccounted.accounting = false;
    // Nothing for RADIUS; the handler is told how it stood.
    let outputs = hotspot.input(Input::Restore(&unaccounted));
    let [Output::Event(event)] = &outputs[..] else { panic!("{outputs:?}") };
    let stop = Callback::of_event(hotspot.gateway.config(), event).unwrap();
    assert_eq!(stop.command, "session-stop");
    for (name, value) in [
        ("TERMINATE_CAUSE", "2"),
        ("SESSION_TIME", "100"),
        ("ACCT_SESSION_ID", unaccounted.id.as_str()),
        ("CALLING_STATION_ID", "02-00-5E-10-00-01"),
        ("OUTPUT_OCTETS", "6000000000"),
    ] {
        assert!(
            stop.environment.contains(&(name, value.as_bytes().to_vec())),
            "{name}: {:?}",
            stop.environment
        );
    }
}

// spec: radius-profile 4.2
#[test]
fn a_jump_of_the_time_of_day_ends_no_session_and_repeats_no_id() {
    let mut hotspot = Hotspot::new(config());
    hotspot.log_in(GRANT);
    let before = hotspot.gateway.save(IP).unwrap();
    for jump in [10 * 365 * 86_400, -20 * 365 * 86_400] {
        hotspot.unix += jump;
        assert_eq!(hotspot::closed(&hotspot.pass(9)), None);
    }
    let after = hotspot.gateway.save(IP).unwrap();
    assert_eq!(after.session_time, before.session_time + 18);
    hotspot.get("/logoff");
    hotspot.log_in(&[]);
    assert!(hotspot.gateway.save(IP).unwrap().id > before.id);
}

fn value<'a>(call: &'a Callback, name: &str) -> Option<&'a str> {
    let found = call.environment.iter().find(|(n, _)| *n == name)?;
    core::str::from_utf8(&found.1).ok()
}

fn calls(hotspot: &Hotspot, outputs: &[Output]) -> Vec<Callback> {
    outputs
        .iter()
        .filter_map(|output| match output {
            Output::Event(event) => Callback::of_event(hotspot.gateway.config(), event),
            _ => None,
        })
        .collect()
}

// spec: fon-api 2.1, 2.3
#[test]
fn the_handler_hears_of_a_client_from_its_lease_to_its_release() {
    let authenticator = Authenticator::Handler { then_radius: false, accounting: false };
    let config = config()
        .authenticator(authenticator)
        .interface_mac(Mac([4; 6]))
        .radiuslocationid(String::from("isocc=es"))
        .definteriminterval(60_u32);
    let mut hotspot = Hotspot::new(config);
    let other = core::net::Ipv4Addr::new(10, 1, 0, 9);
    let outputs = hotspot.input(Input::Lease { ip: other, mac: Mac([9; 6]), vlan: None });
    let lease = &calls(&hotspot, &outputs)[0];
    assert_eq!((lease.command, lease.client), ("dhcp-lease", Some(Mac([9; 6]))));
    assert_eq!(value(lease, "FRAMED_IP_ADDRESS"), Some("10.1.0.9"));
    assert_eq!(value(lease, "CALLED_STATION_ID"), Some("04-04-04-04-04-04"));
    assert_eq!(value(lease, "NAS_ID"), Some("00-18-84-AA-00-75"));
    assert_eq!(lease.environment.len(), 4);

    let login = hotspot.logon("al\0ice", "se\"cret");
    let call = Callback::of_login(hotspot.gateway.config(), &login);
    assert_eq!(call.command, "login");
    assert_eq!(value(&call, "USER_NAME"), Some("alice"));
    assert_eq!(value(&call, "PASSWORD"), Some("se\"cret"));
    assert_eq!(value(&call, "WISPR_LOCATION_ID"), Some("isocc=es"));
    assert_eq!(value(&call, "WISPR_LOCATION_NAME"), None);
    assert!(!format!("{call:?}").contains("cret"));

    let result = LoginResult::Handler { exit: Some(0), output: b"" };
    let outputs = hotspot.input(Input::LoginResult { login: login.id, result });
    let start = &calls(&hotspot, &outputs)[0];
    assert_eq!(start.command, "session-start");
    assert_eq!(value(start, "ACCT_INTERIM_INTERVAL"), Some("60"));
    assert_eq!(value(start, "CUI"), Some(""));
    for absent in ["INPUT_OCTETS", "SESSION_TIME", "TERMINATE_CAUSE", "PASSWORD"] {
        assert_eq!(value(start, absent), None, "{absent}");
    }
    let session_id = hotspot.gateway.save(IP).unwrap().id;
    hotspot.input(Input::Traffic { session_id, usage: usage(5_000_000_000, 70), last_active: None });
    let outputs = hotspot.pass(61);
    let update = &calls(&hotspot, &outputs)[0];
    assert_eq!((update.command, value(update, "OUTPUT_OCTETS")), ("session-update", Some("5000000000")));
    assert_eq!(value(update, "TERMINATE_CAUSE"), None);
    let outputs = hotspot.input(Input::Release { ip: IP });
    let ends = calls(&hotspot, &outputs);
    assert_eq!(ends.iter().map(|c| c.command).collect::<Vec<_>>(), ["session-stop", "dhcp-release"]);
    assert_eq!(value(&ends[0], "TERMINATE_CAUSE"), Some("2"));
    assert_eq!(value(&ends[0], "SESSION_TIME"), Some("61"));
}

// spec: fon-api 2.1
#[test]
fn a_chap_login_has_no_password_for_the_handler() {
    let authenticator = Authenticator::Handler { then_radius: false, accounting: false };
    let mut hotspot = Hotspot::new(config().authenticator(authenticator));
    hotspot.challenge();
    let outputs = hotspot.ask("/logon?username=u&response=000102030405060708090a0b0c0d0e0f&ident=9");
    let login = hotspot::asked(outputs);
    let call = Callback::of_login(hotspot.gateway.config(), &login);
    assert_eq!(value(&call, "PASSWORD"), None);
    assert_eq!(value(&call, "CHAP_IDENT"), Some("09"));
    assert_eq!(value(&call, "CHAP_RESPONSE"), Some("000102030405060708090a0b0c0d0e0f"));
    assert_eq!(value(&call, "CHAP_CHALLENGE").map(str::len), Some(32));
}

// spec: hotspot-config 2.2
#[test]
fn a_login_by_hardware_address_is_for_listed_ones_only() {
    let mut hotspot = Hotspot::new(config().macauth(true).macallowed(vec![Mac([9; 6])]));
    assert!(body(&hotspot.get("/macreauth")).contains("WISPAccessGatewayParam"));
    assert!(hotspot.gateway.find(&Selector::mac(MAC)).unwrap().user_name().is_empty());
    let ip = core::net::Ipv4Addr::new(10, 1, 0, 9);
    let outputs = hotspot.input(Input::Lease { ip, mac: Mac([9; 6]), vlan: None });
    assert_eq!(hotspot::asked(outputs).user_name, b"09-09-09-09-09-09");
    let client = Selector::mac(MAC);
    let parameters = Parameters::new();
    let command = Command::Authorize { client, user_name: None, parameters, accounting: true };
    assert_eq!(kinds(&hotspot.input(Input::Command(command))), [AccountingKind::Start]);
}

#[cfg(feature = "serde")]
#[test]
fn a_saved_session_survives_storage() {
    let saved = saved();
    let text = serde_json::to_string(&saved).unwrap();
    assert!(text.contains("\"02-00-5E-10-00-01\""), "{text}");
    assert_eq!(serde_json::from_str::<SavedSession>(&text).unwrap(), saved);
}

#[cfg(feature = "serde")]
#[test]
fn any_octets_of_a_saved_session_survive_storage() {
    let all: Vec<u8> = (0..=255).collect();
    let mut saved = saved();
    saved.user_name.clone_from(&all);
    saved.user_url = b"http://a.example/?q=%2f+\"".to_vec();
    saved.cui = vec![0];
    saved.classes = vec![all.clone(), Vec::new(), b"c".to_vec()];
    saved.parameters.filter_id = all;
    saved.parameters.garden = vec!["192.0.2.1".into()];
    let text = serde_json::to_string(&saved).unwrap();
    assert_eq!(serde_json::from_str::<SavedSession>(&text).unwrap(), saved);
}

#[cfg(feature = "serde")]
#[test]
fn a_session_is_stored_without_what_it_does_not_have_and_read_with_it() {
    let plain = SavedSession {
        parameters: Parameters::new(),
        user_name: b"guest".to_vec(),
        user_url: Vec::new(),
        classes: Vec::new(),
        cui: Vec::new(),
        vlan: None,
        session_time: 0,
        idle_time: 0,
        since_interim: 0,
        usage: Usage::default(),
        reported: Usage::default(),
        ..saved()
    };
    let text = serde_json::to_string(&plain).unwrap();
    let names = ["\"ip\"", "\"mac\"", "\"id\"", "\"user_name\":\"guest\"", "\"accounting\"", "\"start\""];
    assert!(names.iter().all(|name| text.contains(name)), "{text}");
    assert_eq!(text.matches(':').count(), names.len(), "{text}");
    assert_eq!(serde_json::from_str::<SavedSession>(&text).unwrap(), plain);
    // As it was written before: everything, and octets as numbers.
    let mut whole = serde_json::from_str::<serde_json::Value>(&text).unwrap();
    let flow = serde_json::json!({"octets": 0, "packets": 0});
    let usage = serde_json::json!({"from_client": flow, "to_client": flow});
    for (name, value) in [
        ("user_name", serde_json::json!([103, 117, 101, 115, 116])),
        ("user_url", serde_json::json!([])),
        ("classes", serde_json::json!([[1, 255], []])),
        ("cui", serde_json::json!([7])),
        ("vlan", serde_json::Value::Null),
        ("usage", usage.clone()),
        ("reported", usage),
        ("parameters", serde_json::json!({"session_timeout": 0, "filter_id": [65], "route_index": null})),
    ] {
        whole[name] = value;
    }
    let read: SavedSession = serde_json::from_value(whole).unwrap();
    let mut wanted = SavedSession { classes: vec![vec![1, 255], Vec::new()], cui: vec![7], ..plain };
    wanted.parameters.filter_id = b"A".to_vec();
    assert_eq!(read, wanted);
}
