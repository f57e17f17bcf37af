//! Sessions of the access gateway: counters, limits, accounting, commands, CoA, the end.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod hotspot;

use core::net::Ipv4Addr;
use core::time::Duration;
use hotspot::{
    Hotspot, IP, MAC, SECRET, accounting, attribute, body, closed, config, dynamic, kinds, reply, res,
    response, shown, shown_challenge,
};
use radius_codec::auth::{RequestHeader, RequestPolicy, verify_request};
use radius_codec::dict::{chillispot, rfc2865, rfc2866, rfc2869, rfc3576, rfc4372, wispr as wispr_dict};
use radius_codec::{Code, Packet, Path, Secret};
use wispr::gateway::{
    AccountingKind, ClientState, Command, Compatibility, Event, Flow, Input, Mac, Output, Parameters,
    RequestId, Selector, SessionId, TerminateCause, Usage,
};

fn usage(from: u64, to: u64) -> Usage {
    Usage {
        from_client: Flow { octets: from, packets: from / 100 },
        to_client: Flow { octets: to, packets: to / 100 },
    }
}

fn session_id(hotspot: &Hotspot) -> SessionId {
    hotspot.gateway.find(&Selector::ip(IP)).unwrap().info().session_id
}

fn count(hotspot: &mut Hotspot, from: u64, to: u64) {
    let session_id = session_id(hotspot);
    let usage = usage(from, to);
    assert!(hotspot.input(Input::Traffic { session_id, usage, last_active: None }).is_empty());
}

fn number(value: u32) -> [u8; 4] {
    value.to_be_bytes()
}

// spec: uam 10, radius-profile 4.2
#[test]
fn a_session_ends_at_the_first_check_after_its_time() {
    let mut hotspot = Hotspot::new(config());
    hotspot.log_in(&[(rfc2865::SESSION_TIMEOUT.path(), &number(60))]);
    assert_eq!(closed(&hotspot.pass(62)), None);
    let page = hotspot.get("/status");
    assert_eq!((res(&page), shown(&page, "timeleft")), ("already".into(), None));
    let outputs = hotspot.pass(1);
    assert_eq!(closed(&outputs), Some(TerminateCause::SessionTimeout));
    assert_eq!(kinds(&outputs), [AccountingKind::Stop(TerminateCause::SessionTimeout)]);
    let page = hotspot.get("/status");
    assert_eq!((res(&page), shown(&page, "uid").as_deref()), ("notyet".into(), Some("alice")));
    assert!(body(&page).contains("<ResponseCode>150</ResponseCode>\r\n<ReplyMessage>Not logged on<"));
}

// spec: radius-profile 4.2, 6
#[test]
fn what_was_counted_last_is_in_the_record_of_the_end() {
    let mut hotspot = Hotspot::new(config());
    hotspot.log_in(&[(rfc2865::SESSION_TIMEOUT.path(), &number(60))]);
    count(&mut hotspot, 100, 200);
    assert_eq!(closed(&hotspot.pass(60)), None);
    hotspot.now += Duration::from_secs(3);
    // The session is over, but its last count comes before anybody looks.
    count(&mut hotspot, 500, 900);
    let outputs = hotspot.input(Input::Tick);
    let ended = outputs.iter().find_map(|output| match output {
        Output::Event(Event::SessionClosed { session, .. }) => Some(session.session.usage),
        _ => None,
    });
    assert_eq!(ended, Some(usage(500, 900)));
}

// spec: uam 10
#[test]
fn idle_time_counts_from_the_last_packet_of_the_client() {
    let mut hotspot = Hotspot::new(config().defidletimeout(10_u32));
    hotspot.log_in(&[]);
    hotspot.pass(9);
    count(&mut hotspot, 500, 0);
    hotspot.pass(9);
    count(&mut hotspot, 500, 900);
    assert_eq!(closed(&hotspot.pass(2)), None);
    assert_eq!(closed(&hotspot.pass(2)), Some(TerminateCause::IdleTimeout));
}

// spec: radius-profile 4.1, 4.2
#[test]
fn a_session_ends_at_the_time_of_day_it_was_given() {
    let mut hotspot = Hotspot::new(config());
    hotspot.unix = 1_893_455_990;
    hotspot.log_in(&[(wispr_dict::SESSION_TERMINATE_TIME.path(), b"2030-01-01T01:00:00+01:00")]);
    assert_eq!(shown(&hotspot.get("/status"), "stoptime").as_deref(), Some("1893456000"));
    assert_eq!(closed(&hotspot.pass(10)), None);
    assert_eq!(closed(&hotspot.pass(3)), Some(TerminateCause::SessionTimeout));
}

// spec: radius-profile 4, 6.1
#[test]
fn octet_limits_of_64_bits_end_the_session() {
    let mut hotspot = Hotspot::new(config().swapoctets(true));
    hotspot.log_in(&[
        (chillispot::MAX_INPUT_OCTETS.path(), &number(5)),
        (chillispot::MAX_INPUT_GIGAWORDS.path(), &number(1)),
    ]);
    count(&mut hotspot, (1 << 32) + 5, 1 << 40);
    assert_eq!(closed(&hotspot.pass(3)), None);
    assert!(body(&hotspot.get("/json/status")).contains("\"maxInputOctets\":4294967301"));
    count(&mut hotspot, (1 << 32) + 6, 1 << 40);
    assert_eq!(closed(&hotspot.pass(3)), Some(TerminateCause::SessionTimeout));
}

// spec: radius-profile 6, 6.1
#[test]
fn accounting_tells_both_halves_of_the_counters_from_its_point_of_view() {
    for (swapoctets, view_point, input, output) in [(false, 2, 7, 0), (true, 1, 0, 7)] {
        let mut hotspot = Hotspot::new(config().swapoctets(swapoctets));
        hotspot.log_in(&[]);
        count(&mut hotspot, 1 << 32, (5 << 32) + 7);
        let outputs = hotspot.ask("/logoff");
        assert_eq!(kinds(&outputs), [AccountingKind::Stop(TerminateCause::UserRequest)]);
        let stop = accounting(&outputs)[0].1;
        let value = |path: Path| attribute(&stop.request, path).unwrap();
        assert_eq!(value(chillispot::ACCT_VIEW_POINT.path()), number(view_point));
        assert_eq!(value(rfc2866::ACCT_INPUT_OCTETS.path()), number(input));
        assert_eq!(value(rfc2866::ACCT_OUTPUT_OCTETS.path()), number(output));
        let gigawords = if swapoctets { (1, 5) } else { (5, 1) };
        assert_eq!(value(rfc2869::ACCT_INPUT_GIGAWORDS.path()), number(gigawords.0));
        assert_eq!(value(rfc2869::ACCT_OUTPUT_GIGAWORDS.path()), number(gigawords.1));
        assert_eq!(value(rfc2866::ACCT_TERMINATE_CAUSE.path()), number(1));
    }
}

// spec: radius-profile 4
#[test]
fn interim_records_come_at_the_servers_interval() {
    let mut hotspot = Hotspot::new(config());
    hotspot.log_in(&[(rfc2869::ACCT_INTERIM_INTERVAL.path(), &number(60))]);
    let outputs = hotspot.pass(200);
    assert_eq!(kinds(&outputs), [AccountingKind::Interim; 3]);
    let updates = outputs.iter().filter(|o| matches!(o, Output::Event(Event::SessionUpdated(_)))).count();
    assert_eq!(updates, 3);
    // Below a minute is as good as none.
    let mut hotspot = Hotspot::new(config());
    hotspot.log_in(&[(rfc2869::ACCT_INTERIM_INTERVAL.path(), &number(59))]);
    assert_eq!(kinds(&hotspot.pass(299)), []);
    assert_eq!(kinds(&hotspot.pass(3)), [AccountingKind::Interim]);
}

// spec: radius-profile 6, 7
#[test]
fn class_and_user_identity_go_into_accounting_and_end_with_the_session() {
    let mut hotspot = Hotspot::new(config());
    let class: (Path, &[u8]) = (rfc2865::CLASS.path(), b"a\0b");
    let mut attributes = vec![class; 9];
    attributes.push((rfc4372::CHARGEABLE_USER_IDENTITY.path(), b"cui-7"));
    let outputs = hotspot.log_in(&attributes);
    let start = accounting(&outputs)[0].1;
    let octets = hotspot::octets(&start.request, 1, [0; 16]);
    let classes: Vec<_> =
        Packet::parse(&octets).unwrap().attributes().all(rfc2865::CLASS).map(<[u8]>::to_vec).collect();
    assert_eq!(classes, vec![b"a\0b".to_vec(); 8]);
    assert_eq!(attribute(&start.request, rfc4372::CHARGEABLE_USER_IDENTITY.path()).unwrap(), b"cui-7");
    hotspot.get("/logoff");
    let login = hotspot.logon("alice", "x");
    assert_eq!(attribute(&login.request, rfc2865::CLASS.path()), None);
    assert_eq!(attribute(&login.request, rfc4372::CHARGEABLE_USER_IDENTITY.path()), None);
}

// spec: uam 5.3, 5.10
#[test]
fn a_logoff_shows_the_old_session_id_and_makes_a_new_challenge() {
    let mut hotspot = Hotspot::new(config());
    let success = response(&hotspot.log_in(&[]));
    let id = shown(&success, "sessionid");
    let page = hotspot.get("/logoff?userurl=http%3a%2f%2fbye%2f");
    assert_eq!((res(&page), shown(&page, "sessionid")), ("logoff".into(), id.clone()));
    assert_eq!(shown(&page, "userurl").as_deref(), Some("http://bye/"));
    assert!(body(&page).contains("<LogoffReply>\r\n<MessageType>130</MessageType>\r\n<ResponseCode>150<"));
    assert_eq!(shown_challenge(&page), hotspot.challenge());
    assert_ne!(shown(&hotspot.get("/prelogin"), "sessionid"), id);
    // Without a session there is only a new challenge.
    let again = hotspot.ask("/logout");
    assert!(kinds(&again).is_empty());
    assert_ne!(shown_challenge(&response(&again)), shown_challenge(&page));
}

// spec: uam 1
#[test]
fn a_request_to_the_logout_address_logs_off() {
    let mut hotspot = Hotspot::new(config());
    hotspot.log_in(&[]);
    let outputs = hotspot.ask_with("/", |request| request.host = b"1.0.0.0:80");
    assert_eq!(closed(&outputs), Some(TerminateCause::UserRequest));
    assert_eq!(res(&response(&outputs)), "logoff");
}

// spec: uam 5.0, 5.4
#[test]
fn a_status_answer_tells_times() {
    let mut hotspot = Hotspot::new(config());
    let page = hotspot.get("/status");
    assert_eq!((shown(&page, "uid").as_deref(), shown(&page, "starttime")), (Some(""), None));
    hotspot.log_in(&[(rfc2865::SESSION_TIMEOUT.path(), &number(60))]);
    let start = hotspot.unix.to_string();
    hotspot.pass(50);
    let page = hotspot.get("/status");
    for (name, want) in [
        ("starttime", &*start),
        ("sessiontime", "50"),
        ("sessiontimeout", "60"),
        ("timeleft", "10"),
        ("uid", "alice"),
    ] {
        assert_eq!(shown(&page, name).as_deref(), Some(want), "{name}");
    }
    assert!(shown(&page, "challenge").is_some());
    let mut vendor = Hotspot::new(config().compatibility(Compatibility::VENDOR));
    vendor.log_in(&[]);
    vendor.pass(5);
    assert_eq!(shown(&vendor.get("/status"), "starttime").as_deref(), Some("1000"));
}

// spec: radius-profile 4, 9
#[test]
fn a_coa_replaces_every_parameter() {
    let mut hotspot = Hotspot::new(config());
    hotspot.log_in(&[
        (rfc2865::SESSION_TIMEOUT.path(), &number(60)),
        (rfc2865::IDLE_TIMEOUT.path(), &number(30)),
        (rfc2865::CLASS.path(), b"old"),
    ]);
    let octets = dynamic(
        Code::COA_REQUEST,
        &[
            (rfc2865::USER_NAME.path(), b"alice"),
            (rfc2865::SESSION_TIMEOUT.path(), &number(600)),
            (chillispot::BANDWIDTH_MAX_UP.path(), &number(64)),
            (wispr_dict::BANDWIDTH_MAX_UP.path(), &number(1)),
            (wispr_dict::BANDWIDTH_MAX_DOWN.path(), &number(1_000_000)),
        ],
    );
    let packet = Packet::parse(&octets).unwrap();
    verify_request(&packet, &Secret::new(SECRET).unwrap(), &RequestPolicy::default()).unwrap();
    let outputs = hotspot.input(Input::Dynamic { id: RequestId(5), packet: &packet });
    let [Output::Event(Event::SessionChanged(info)), Output::AnswerDynamic(answer)] = &outputs[..] else {
        panic!("{outputs:?}")
    };
    let parameters = &info.session.parameters;
    assert_eq!((parameters.session_timeout, parameters.idle_timeout), (600, 0));
    assert_eq!((parameters.bandwidth_max_up, parameters.bandwidth_max_down), (64_000, 1_000_000));
    assert_eq!((answer.id, answer.code, answer.error_cause), (RequestId(5), Code::COA_ACK, None));
    let mut out = [0; 64];
    let secret = Secret::new(SECRET).unwrap();
    let len = answer.write_to(&mut out, &RequestHeader::from(&packet), &secret).unwrap();
    assert_eq!(Packet::parse(&out[..len]).unwrap().code(), Code::COA_ACK);
    let outputs = hotspot.ask("/logoff");
    assert_eq!(attribute(&accounting(&outputs)[0].1.request, rfc2865::CLASS.path()), None);
}

// spec: radius-profile 9
#[test]
fn a_disconnect_finds_its_session_or_says_why_not() {
    let alice: (Path, &[u8]) = (rfc2865::USER_NAME.path(), b"alice");
    let wrong: (Path, &[u8]) = (rfc2865::USER_NAME.path(), b"bob");
    let mac: (Path, &[u8]) = (rfc2865::CALLING_STATION_ID.path(), b"02-00-5e-10-00-01");
    let ip: (Path, &[u8]) = (rfc2865::FRAMED_IP_ADDRESS.path(), &[10, 1, 0, 2]);
    let id: (Path, &[u8]) = (rfc2866::ACCT_SESSION_ID.path(), b"6B00FA0000000001");
    for (attributes, code, cause) in [
        (vec![], Code::DISCONNECT_NAK, Some(402)),
        (vec![wrong], Code::DISCONNECT_NAK, Some(503)),
        (vec![alice, (ip.0, &[10, 1, 0, 3])], Code::DISCONNECT_NAK, Some(503)),
        (vec![alice], Code::DISCONNECT_ACK, None),
        (vec![mac], Code::DISCONNECT_ACK, None),
        (vec![ip], Code::DISCONNECT_ACK, None),
        (vec![alice, id, mac, ip], Code::DISCONNECT_ACK, None),
    ] {
        let mut hotspot = Hotspot::new(config());
        hotspot.log_in(&[]);
        let octets = dynamic(Code::DISCONNECT_REQUEST, &attributes);
        let packet = Packet::parse(&octets).unwrap();
        let outputs = hotspot.input(Input::Dynamic { id: RequestId(1), packet: &packet });
        let Some(Output::AnswerDynamic(answer)) = outputs.last() else { panic!("{outputs:?}") };
        assert_eq!((answer.code, answer.error_cause), (code, cause), "{attributes:?}");
        assert_eq!(closed(&outputs).is_some(), code == Code::DISCONNECT_ACK);
        let mut out = [0; 64];
        let len =
            answer.write_to(&mut out, &RequestHeader::from(&packet), &Secret::new(SECRET).unwrap()).unwrap();
        let written = Packet::parse(&out[..len]).unwrap();
        assert_eq!(written.attributes().integer(rfc3576::ERROR_CAUSE), cause);
    }
}

// spec: radius-profile 9
#[test]
fn the_vendors_gateway_says_nothing_without_a_user_name() {
    let mut hotspot = Hotspot::new(config().compatibility(Compatibility::VENDOR));
    hotspot.log_in(&[]);
    let octets = dynamic(Code::DISCONNECT_REQUEST, &[(rfc2865::FRAMED_IP_ADDRESS.path(), &[10, 1, 0, 2])]);
    let packet = Packet::parse(&octets).unwrap();
    assert!(hotspot.input(Input::Dynamic { id: RequestId(1), packet: &packet }).is_empty());
    let octets = dynamic(Code::DISCONNECT_REQUEST, &[(rfc2865::USER_NAME.path(), b"bob")]);
    let packet = Packet::parse(&octets).unwrap();
    let outputs = hotspot.input(Input::Dynamic { id: RequestId(1), packet: &packet });
    assert!(matches!(&outputs[..], [Output::AnswerDynamic(a)] if a.error_cause.is_none()));
}

// spec: radius-profile 4
#[test]
fn words_of_a_coa_can_end_the_session_or_drop_the_lease() {
    for (word, cause, known) in [
        (&b"logout"[..], TerminateCause::UserRequest, true),
        (b"admin-reset now", TerminateCause::AdminReset, false),
    ] {
        let mut hotspot = Hotspot::new(config());
        hotspot.log_in(&[]);
        let octets = dynamic(
            Code::COA_REQUEST,
            &[(rfc2865::USER_NAME.path(), b"alice"), (chillispot::CONFIG.path(), word)],
        );
        let packet = Packet::parse(&octets).unwrap();
        let outputs = hotspot.input(Input::Dynamic { id: RequestId(1), packet: &packet });
        assert_eq!(closed(&outputs), Some(cause));
        assert_eq!(hotspot.gateway.find(&Selector::ip(IP)).is_some(), known);
    }
}

// spec: radius-profile 4
#[test]
fn an_accounting_response_changes_the_session_only_with_acctupdate() {
    for acctupdate in [false, true] {
        let mut hotspot = Hotspot::new(config().acctupdate(acctupdate));
        hotspot.log_in(&[]);
        let octets = reply(Code::ACCESS_ACCEPT, &[(rfc2865::IDLE_TIMEOUT.path(), &number(9))]);
        let mut octets = octets;
        octets[0] = Code::ACCOUNTING_RESPONSE.0;
        let packet = Packet::parse(&octets).unwrap();
        let session_id = session_id(&hotspot);
        let outputs = hotspot.input(Input::AccountingReply { session_id, packet: &packet });
        let changed = matches!(&outputs[..], [Output::Event(Event::SessionChanged(i))] if i.session.parameters.idle_timeout == 9);
        assert_eq!(changed, acctupdate);
    }
}

// spec: fon-api 4, 4.1
#[test]
fn commands_open_change_and_end_sessions() {
    let mut hotspot = Hotspot::new(config().definteriminterval(120_u32));
    let mut parameters = Parameters::new();
    parameters.session_timeout = 600;
    parameters.bandwidth_max_up = 1_000_000;
    let authorize = |parameters: &Parameters| {
        Input::Command(Command::Authorize {
            client: Selector::ip(IP),
            user_name: Some(b"UserName"),
            parameters: parameters.clone(),
            accounting: false,
        })
    };
    let outputs = hotspot.input(authorize(&parameters));
    let [Output::Event(Event::SessionOpened(info))] = &outputs[..] else { panic!("{outputs:?}") };
    assert_eq!(
        (info.session.parameters.session_timeout, info.session.parameters.interim_interval),
        (600, 120)
    );
    // Once more: the parameters are replaced, the session goes on.
    hotspot.pass(10);
    let outputs = hotspot.input(authorize(&Parameters::new()));
    let [Output::Event(Event::SessionChanged(info))] = &outputs[..] else { panic!("{outputs:?}") };
    assert_eq!((info.session.parameters.session_timeout, info.session_time), (0, 10));
    let outputs = hotspot.input(Input::Command(Command::Logout { client: Selector::mac(MAC) }));
    assert_eq!(closed(&outputs), Some(TerminateCause::AdminReset));
    assert!(kinds(&outputs).is_empty());
    let view = hotspot.gateway.find(&Selector::ip(IP)).unwrap();
    assert_eq!((view.info().state.word(), view.user_name()), ("dnat", &b"UserName"[..]));
    assert!(view.session().is_none() && view.last_session().is_some());
}

// spec: fon-api 4.1
#[test]
fn a_session_that_gets_another_user_name_is_shown_with_it() {
    let mut hotspot = Hotspot::new(config());
    hotspot.log_in(&[]);
    let id = session_id(&hotspot);
    let outputs = hotspot.input(Input::Command(Command::Authorize {
        client: Selector::ip(IP),
        user_name: Some(b"carol"),
        parameters: Parameters::new(),
        accounting: true,
    }));
    assert!(kinds(&outputs).is_empty(), "it is not started again");
    assert_eq!(session_id(&hotspot), id);
    assert_eq!(shown(&hotspot.get("/status"), "uid").as_deref(), Some("carol"));
    let view = hotspot.gateway.find(&Selector::ip(IP)).unwrap();
    assert_eq!((view.user_name(), &*view.session().unwrap().user_name), (&b"carol"[..], &b"carol"[..]));
}

// spec: fon-api 4
#[test]
fn a_selector_fits_in_every_part_or_not_at_all() {
    let mut hotspot = Hotspot::new(config());
    let id = session_id(&hotspot).as_str().to_uppercase();
    let find = |selector: Selector<'_>| hotspot.gateway.find(&selector).is_some();
    assert!(find(Selector { ip: Some(IP), mac: Some(MAC), session_id: Some(&id) }));
    assert!(!find(Selector { ip: Some(IP), mac: Some(Mac([0; 6])), session_id: None }));
    assert!(!find(Selector::default()));
    let ignored = hotspot.gateway.ignored();
    assert!(hotspot.input(Input::Command(Command::Logout { client: Selector::default() })).is_empty());
    assert_eq!(hotspot.gateway.ignored(), ignored + 1);
}

// spec: fon-api 3, 4
#[test]
fn a_block_drops_everything_until_it_is_lifted() {
    let mut hotspot = Hotspot::new(config());
    hotspot.log_in(&[]);
    let outputs = hotspot.input(Input::Command(Command::Block { client: Selector::mac(MAC) }));
    assert_eq!(closed(&outputs), Some(TerminateCause::AdminReset));
    assert!(
        matches!(outputs.last(), Some(Output::Event(Event::ClientBlocked(c))) if c.state == ClientState::Drop)
    );
    assert!(matches!(hotspot.ask("/status")[..], [Output::Close { .. }]));
    hotspot.input(Input::Command(Command::Authorize {
        client: Selector::ip(IP),
        user_name: None,
        parameters: Parameters::new(),
        accounting: true,
    }));
    assert_eq!(res(&hotspot.get("/status")), "already");
}

// spec: fon-api 4
#[test]
fn a_command_can_log_a_client_in_by_radius() {
    let mut hotspot = Hotspot::new(config());
    let command = Command::Login {
        client: Selector::ip(IP),
        user_name: b"bob",
        password: b"pw",
        parameters: Parameters::new(),
        accounting: true,
    };
    let login = hotspot::asked(hotspot.input(Input::Command(command)));
    let outputs = hotspot.answer(login.id, Code::ACCESS_ACCEPT, &[]);
    assert!(matches!(&outputs[0], Output::Event(Event::SessionOpened(i)) if i.session.user_name == b"bob"));
    assert_eq!(kinds(&outputs), [AccountingKind::Start]);
}

// spec: fon-api 4.1
#[test]
fn the_options_of_a_login_by_command_count_where_the_server_says_nothing() {
    let mut hotspot = Hotspot::new(config());
    let mut parameters = Parameters::new();
    (parameters.session_timeout, parameters.idle_timeout, parameters.max_total_octets) = (600, 60, 9);
    let (client, user_name) = (Selector::ip(IP), b"bob");
    let command = Command::Login { client, user_name, password: b"pw", parameters, accounting: false };
    let login = hotspot::asked(hotspot.input(Input::Command(command)));
    let timeout: (Path, &[u8]) = (rfc2865::SESSION_TIMEOUT.path(), &[0, 0, 0, 30]);
    let outputs = hotspot.answer(login.id, Code::ACCESS_ACCEPT, &[timeout]);
    let [Output::Event(Event::SessionOpened(info))] = &outputs[..] else { panic!("{outputs:?}") };
    let granted = &info.session.parameters;
    assert_eq!((granted.session_timeout, granted.idle_timeout, granted.max_total_octets), (30, 60, 9));
}

// spec: radius-profile 6.2, fon-api 2.3
#[test]
fn the_end_of_a_lease_ends_the_session_first() {
    let mut hotspot = Hotspot::new(config());
    hotspot.log_in(&[]);
    let outputs = hotspot.input(Input::Release { ip: IP });
    assert_eq!(closed(&outputs), Some(TerminateCause::LostCarrier));
    assert!(matches!(outputs.last(), Some(Output::Event(Event::ClientRemoved(c))) if c.mac == MAC));
    // The next client gets the same port number, and never the same session id.
    let before = hotspot.unix;
    hotspot.unix -= 3600;
    hotspot.input(Input::Lease { ip: IP, mac: MAC, vlan: Some(12) });
    let info = hotspot.gateway.find(&Selector::ip(IP)).unwrap().info();
    assert_eq!((info.unit, info.vlan), (1, Some(12)));
    assert!(info.session_id > SessionId::new(u32::try_from(before).unwrap(), 1));
}

#[test]
fn a_lease_that_moves_takes_the_old_one_along() {
    let mut hotspot = Hotspot::new(config());
    hotspot.log_in(&[]);
    assert!(hotspot.input(Input::Lease { ip: IP, mac: MAC, vlan: None }).is_empty());
    let moved = Ipv4Addr::new(10, 1, 0, 7);
    let outputs = hotspot.input(Input::Lease { ip: moved, mac: MAC, vlan: None });
    assert_eq!(closed(&outputs), Some(TerminateCause::LostCarrier));
    assert_eq!(hotspot.gateway.clients().map(|c| c.info().ip).collect::<Vec<_>>(), [moved]);
}

#[test]
fn there_are_no_more_clients_than_allowed() {
    let mut hotspot = Hotspot::new(config().maxclients(2_u32));
    for last in 3..9 {
        hotspot.input(Input::Lease { ip: Ipv4Addr::new(10, 1, 0, last), mac: Mac([last; 6]), vlan: None });
    }
    assert_eq!(hotspot.gateway.clients().count(), 2);
    assert_eq!(hotspot.gateway.ignored(), 5);
}

// spec: radius-profile 6, 6.2
#[test]
fn a_shutdown_ends_every_session() {
    let mut hotspot = Hotspot::new(config().accounting_on_off(true));
    hotspot.log_in(&[]);
    let outputs = hotspot.input(Input::Shutdown);
    assert_eq!(kinds(&outputs), [AccountingKind::Stop(TerminateCause::NasReboot), AccountingKind::Off]);
    let off = accounting(&outputs)[1].1;
    assert_eq!(attribute(&off.request, rfc2866::ACCT_TERMINATE_CAUSE.path()).unwrap(), number(11));
    assert_eq!(attribute(&off.request, rfc2865::CALLING_STATION_ID.path()), None);
    assert_eq!(hotspot.gateway.next_timer(), Duration::MAX);
}

// spec: radius-profile 6
#[test]
fn a_gateway_that_closes_and_opens_says_so_once_each() {
    let mut hotspot = Hotspot::new(config().accounting_on_off(true));
    hotspot.log_in(&[]);
    let stop = AccountingKind::Stop(TerminateCause::NasReboot);
    assert_eq!(kinds(&hotspot.input(Input::Shutdown)), [stop, AccountingKind::Off]);
    assert_eq!(kinds(&hotspot.input(Input::Shutdown)), []);
    assert_eq!(kinds(&hotspot.input(Input::Tick)), []);
    assert_eq!(kinds(&hotspot.input(Input::Open)), [AccountingKind::On]);
    assert_eq!(kinds(&hotspot.input(Input::Open)), []);
    assert_eq!(kinds(&hotspot.input(Input::Shutdown)), [AccountingKind::Off]);
}

#[test]
fn clocks_that_jump_break_nothing() {
    let mut hotspot = Hotspot::new(config());
    hotspot.log_in(&[(rfc2865::SESSION_TIMEOUT.path(), &number(60))]);
    for unix in [i64::MIN, -1, 0, i64::MAX] {
        hotspot.unix = unix;
        assert_eq!(closed(&hotspot.input(Input::Tick)), None);
        hotspot.get("/status");
        hotspot.get("/json/status");
    }
    // The user stays in, and accounting says how long the session was, not how far the clock jumped.
    let unix = hotspot.unix;
    let mut other = Hotspot::new(config());
    other.log_in(&[]);
    other.pass(20);
    other.unix = unix;
    let stop = other.ask("/logoff");
    let time = attribute(&accounting(&stop)[0].1.request, rfc2866::ACCT_SESSION_TIME.path()).unwrap();
    assert_eq!(time, number(20));
    hotspot.unix = 0;
    let now = hotspot.now;
    hotspot.now = Duration::ZERO;
    assert!(hotspot.input(Input::Tick).is_empty());
    assert_eq!(shown(&hotspot.get("/status"), "timeleft").as_deref(), Some("60"));
    hotspot.now = now + Duration::from_secs(1_000_000);
    assert_eq!(closed(&hotspot.input(Input::Tick)), Some(TerminateCause::SessionTimeout));
    hotspot.now = Duration::MAX;
    hotspot.input(Input::Tick);
    hotspot.unix = i64::MAX;
    hotspot.log_in(&[]);
    hotspot.ask("/logoff");
}

#[test]
fn a_report_about_an_ended_session_is_ignored() {
    let mut hotspot = Hotspot::new(config());
    hotspot.log_in(&[]);
    let session_id = session_id(&hotspot);
    hotspot.get("/logoff");
    hotspot.log_in(&[]);
    hotspot.input(Input::Traffic { session_id, usage: usage(900, 900), last_active: None });
    let view = hotspot.gateway.find(&Selector::ip(IP)).unwrap();
    assert_eq!(view.session().unwrap().usage, Usage::default());
    assert_eq!(hotspot.gateway.ignored(), 1);
}
