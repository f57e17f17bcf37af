//! What a session opens, counts and limits, and how it is cut.

use crate::bed::{Bed, GATEWAY, LIMIT, SITE, UPLINK, bed, echo, exec, get};
use crate::support::eventually;
use crate::support::freeradius::SECRET;
use crate::support::process::Background;
use std::process::Command;
use std::time::Duration;

pub(super) fn accounting(b: &mut Bed) {
    // The smart client's own look at the page at the end is counted too: start from a session of known traffic.
    b.login(1, "limited", "pw");
    assert_eq!(get(1, "http://site.example/"), "200 ");
    b.logoff(1);
    b.stop_record("limited");
    let ip = b.address(1);
    b.ctl(&["authorize", "ip", &ip, "username", "counted"]);
    b.until_state(1, "pass");
    assert_eq!(echo(1, 100), 100);
    assert!(get(2, "http://site.example/").starts_with("302 "), "the other client is still out");
    b.logoff(1);
    let stop = b.stop_record("counted");
    // 1,000 octets with the headers of UDP and IP, a hundred times; names are asked of the gateway itself.
    for (name, expected) in [
        ("Acct-Input-Octets", "102800"),
        ("Acct-Output-Octets", "102800"),
        ("Acct-Input-Packets", "100"),
        ("Acct-Output-Packets", "100"),
        ("Acct-Terminate-Cause", "User-Request"),
    ] {
        assert_eq!(stop.get(name).map(String::as_str), Some(expected), "{name}: {stop:?}");
    }
    assert_eq!(echo(1, 1), 0);
}

/// The octets that were counted in a set with one element.
fn counted(set: &str) -> u64 {
    let listed = exec("gw", &["nft", "list", "set", "inet", "fongw", set]).stdout;
    let octets = listed.split(" bytes ").nth(1).and_then(|rest| rest.split_whitespace().next());
    octets.and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("no counter in {set}: {listed}"))
}

/// 512 kbit/s up, 2 Mbit/s down, with several times as much offered.
pub(super) fn bandwidth(b: &mut Bed) {
    const SEND: &str = "import socket,sys,time
s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); end=time.monotonic()+60
if sys.argv[3]=='wait': s.bind((sys.argv[1],7008)); _,to=s.recvfrom(2000)
else: to=(sys.argv[1],7008)
while time.monotonic()<end:
    for _ in range(int(sys.argv[2])): s.sendto(b'x'*1000,to)
    time.sleep(0.02)";
    b.login(1, "limited", "pw");
    let start = |role: &str, burst: &str, how: &str| {
        let mut command = Command::new(crate::bed::TESTBED);
        Background::start(command.args(["exec", role, "python3", "-c", SEND, SITE, burst, how]))
    };
    // Up and down are one flow; the site answers the first datagram that it hears.
    let _down = start("inet", "25", "wait");
    let _up = start("cli1", "8", "begin");
    // At first a second's worth passes at once.
    let look = || (std::time::Instant::now(), counted("cap_up4"), counted("cap_dn4"));
    let first = counted("cap_dn4");
    eventually("both directions to flow", LIMIT, || (counted("cap_dn4") > first + 400_000).then_some(()));
    let (began, up, down) = look();
    std::thread::sleep(Duration::from_secs(6));
    let (ended, up_then, down_then) = look();
    let seconds = (ended - began).as_secs_f64();
    for (name, octets, limit) in [("up", up_then - up, 512_000.0), ("down", down_then - down, 2_000_000.0)] {
        #[expect(clippy::cast_precision_loss, reason = "a few megabytes")]
        let share = octets as f64 * 8.0 / seconds / limit;
        eprintln!("bandwidth {name}: {:.1} % of the limit", share * 100.0);
        assert!((0.9..=1.1).contains(&share), "{name}: {share} of the limit, {octets} octets in {seconds} s");
    }
    b.logoff(1);
}

pub(super) fn reloaded(b: &mut Bed) {
    b.ctl(&["authorize", "mac", "02-00-5E-10-00-01", "username", "undisturbed"]);
    b.until_state(1, "pass");
    let (_curl, file) = download(b);
    let mut passed = 0;
    for round in 0..5 {
        // The garden changes each time, so that all rules are replaced.
        let text = std::fs::read_to_string(b.configuration()).expect("the file is there");
        let (from, to) = if round % 2 == 0 {
            ("203.0.113.21,", "203.0.113.24,")
        } else {
            ("203.0.113.24,", "203.0.113.21,")
        };
        std::fs::write(b.configuration(), text.replace(from, to)).expect("the file is ours");
        b.ctl(&["reload"]);
        passed += echo(1, 20);
        let [open, closed] = if round % 2 == 0 { ["24", "21"] } else { ["21", "24"] };
        eventually("the garden to be another", LIMIT, || {
            let now = |host: &str| get(2, &format!("http://203.0.113.{host}/"));
            (now(open) == "200 " && now(closed).starts_with("302 ")).then_some(())
        });
    }
    let text = std::fs::read_to_string(b.configuration()).expect("the file is there");
    std::fs::write(b.configuration(), text.replace("203.0.113.24,", "203.0.113.21,"))
        .expect("the file is ours");
    b.ctl(&["reload"]);
    eventually("the garden to be as before", LIMIT, || {
        (get(2, "http://203.0.113.21/") == "200 ").then_some(())
    });
    assert_eq!(passed, 100);
    let before = length(&file);
    eventually("the download to go on", LIMIT, || (length(&file) > before).then_some(()));
    b.logoff(1);
    let stop = b.stop_record("undisturbed");
    // A hundred datagrams there, and the download with its acknowledgements.
    let octets: u64 = stop["Acct-Input-Octets"].parse().expect("a number");
    assert!(octets > 102_800, "{stop:?}");
}

/// Lets the first client in: by its login with limits, or by the operator without.
pub(super) fn let_in(b: &mut Bed, limits: bool) {
    if limits {
        return b.login(1, "limited", "pw");
    }
    b.ctl(&["authorize", "mac", "02-00-5E-10-00-01", "username", "unlimited"]);
    b.until_state(1, "pass");
}

pub(super) fn stolen_address(b: &mut Bed) {
    for limits in [true, false] {
        let_in(b, limits);
        let ip = b.address(1);
        bed(&["static", "2", &ip]);
        assert_eq!(echo(2, 3), 0, "limits: {limits}");
        assert_eq!(echo(1, 3), 3, "limits: {limits}");
        bed(&["dhcp", "2"]);
        b.logoff(1);
        // Answers go to whom the address belongs. What the thief sends must not pass either: it would be counted.
        let stop = b.stop_record(if limits { "limited" } else { "unlimited" });
        let (packets, most) = (&stop["Acct-Input-Packets"], if limits { 40 } else { 3 });
        assert!(packets.parse::<u32>().is_ok_and(|sent| sent <= most), "limits: {limits}: {stop:?}");
    }
}

/// Starts a download that would last a minute, and waits until it flows.
pub(super) fn download(_: &Bed) -> (Background, tempfile::NamedTempFile) {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    let mut command = Command::new(crate::bed::TESTBED);
    command
        .args(["exec", "cli1", "curl", "-s", "-N", "-o"])
        .arg(file.path())
        .arg(format!("http://{SITE}/slow/60"));
    let curl = Background::start(&mut command);
    eventually("the download to flow", LIMIT, || (length(&file) >= 2000).then_some(()));
    (curl, file)
}

pub(super) fn length(file: &tempfile::NamedTempFile) -> u64 {
    std::fs::metadata(file.path()).map_or(0, |m| m.len())
}

pub(super) fn cut(b: &mut Bed) {
    b.login(1, "limited", "pw");
    let (_curl, file) = download(b);
    // With the last limit gone the client is counted in other sets, and with a new one again.
    for limits in [["maxbwdown", "0", "maxbwup", "0"], ["maxbwdown", "8000000", "maxbwup", "0"]] {
        b.ctl(&[&["update", "mac", "02-00-5E-10-00-01"], &limits[..]].concat());
        let before = length(&file);
        eventually("the download to go on", LIMIT, || (length(&file) > before).then_some(()));
    }
    b.logoff(1);
    let before = length(&file);
    // The server sends every second.
    std::thread::sleep(Duration::from_millis(2500));
    assert_eq!(length(&file), before);
    let stop = b.stop_record("limited");
    assert!(stop["Acct-Output-Octets"].parse::<u64>().expect("a number") > before, "{stop:?}");
    eventually("the connection to be forgotten", LIMIT, || {
        let known = exec("gw", &["conntrack", "-L", "-p", "tcp", "--dport", "80"]).stdout;
        // What is answered by the site itself; the gateway's own answers may stay.
        (!known.contains(&format!("src={SITE} dst="))).then_some(())
    });
}

pub(super) fn timeouts(b: &mut Bed) {
    for (user, cause) in [("short", "Session-Timeout"), ("idle", "Idle-Timeout")] {
        b.login(1, user, "pw");
        b.until_state(1, "dnat");
        assert_eq!(b.stop_record(user).get("Acct-Terminate-Cause").map(String::as_str), Some(cause));
        assert_eq!(echo(1, 1), 0);
    }
    // What passes until the very end is accounted.
    let ip = b.address(1);
    b.ctl(&["authorize", "ip", &ip, "username", "to-the-end", "sessiontimeout", "2"]);
    b.until_state(1, "pass");
    let answered = echo(1, u32::MAX);
    assert!(answered > 100, "{answered}");
    let stop = b.stop_record("to-the-end");
    assert_eq!(stop["Acct-Terminate-Cause"], "Session-Timeout");
    assert_eq!(stop["Acct-Output-Packets"], answered.to_string(), "{stop:?}");
    let sent: u32 = stop["Acct-Input-Packets"].parse().expect("a number");
    assert!((answered..=answered + 1).contains(&sent), "{answered}: {stop:?}");
}

pub(super) fn octets(b: &mut Bed) {
    b.login(1, "metered", "pw");
    let passed = echo(1, 100);
    assert!((10..30).contains(&passed), "{passed}");
    b.until_state(1, "dnat");
    let stop = b.stop_record("metered");
    let number = |name: &str| stop[name].parse::<u64>().expect("a number");
    let total = number("Acct-Input-Octets") + number("Acct-Output-Octets");
    assert!((47_000..=50_000).contains(&total), "{stop:?}");
    assert_eq!(stop["Acct-Terminate-Cause"], "Session-Timeout");
}

pub(super) fn endless(b: &mut Bed) {
    let goes_on = |b: &Bed, how: &str| {
        assert_eq!(echo(1, 5), 5, "{how}");
        b.logoff(1);
    };
    let changes = |b: &Bed| b.log().matches("somebody else changed").count();
    let changes_before = changes(b);
    b.login(1, "endless", "pw");
    goes_on(b, "RADIUS");
    for limit in [
        ["sessiontimeout", "18446744073709551615"],
        ["maxoctets", "18446744073709551615"],
        ["maxinputoctets", "9223372036854775807"],
        ["maxbwdown", "18446744073709551615"],
        ["maxbwup", "150000000000"],
    ] {
        b.ctl(&[&["authorize", "mac", "02-00-5E-10-00-01", "username", "endless"], &limit[..]].concat());
        b.until_state(1, "pass");
        goes_on(b, limit[0]);
    }
    // Nothing is missed of a limit that is none.
    assert_eq!(changes(b), changes_before, "{}", b.log());
}

/// Fills a set of the packet path with others until the kernel takes no more.
const FILL: &str = r#"
for n in $(seq 0 40); do
    all=""
    for m in $(seq 0 249); do all="$all, 10.1.$n.$m"; done
    nft add element inet fongw cap_up4 "{ ${all#, } }" 2>/dev/null || break
done
for m in $(seq 0 249); do
    nft add element inet fongw cap_up4 "{ 10.2.0.$m }" 2>/dev/null || exit 0
done
exit 1
"#;

pub(super) fn full(b: &mut Bed) {
    let starts = |b: &Bed| {
        let start = |r: &&crate::support::freeradius::Record| r["Acct-Status-Type"] == "Start";
        let told = b.handler_calls().into_iter().filter(|call| call.starts_with("session-s")).count();
        (b.radius.records().iter().filter(start).count(), told)
    };
    let before = starts(b);
    let filled = exec("gw", &["sh", "-c", FILL]);
    assert!(filled.status.success(), "{filled:?}");
    let done = b.try_login(1, "limited", "pw");
    assert!(!done.status.success() && b.state(1) == "dnat", "{done:?}");
    assert_eq!(echo(1, 1), 0);
    assert!(b.log().contains("a client cannot be let through"), "{}", b.log());
    let refused = b.try_ctl(&["authorize", "mac", "02-00-5E-10-00-01", "maxoctets", "50000"]);
    assert_eq!(refused.code(), 2, "{refused:?}");
    assert!(refused.stderr.contains("the packet path does not let the client through"), "{refused:?}");
    assert_eq!(b.state(1), "dnat");
    assert!(exec("gw", &["nft", "flush", "set", "inet", "fongw", "cap_up4"]).status.success());
    b.login(1, "limited", "pw");
    assert_eq!(echo(1, 3), 3);
    // The session that came to be is the only one that anybody heard of.
    b.logoff(1);
    b.stop_record("limited");
    let after = starts(b);
    assert_eq!(after.0, before.0 + 1, "{}", b.log());
    eventually("the handler to hear of start and stop", LIMIT, || {
        (starts(b).1 == before.1 + 2).then_some(())
    });
}

pub(super) fn block(b: &mut Bed) {
    b.login(1, "limited", "pw");
    b.ctl(&["block", "02-00-5E-10-00-01"]);
    b.until_state(1, "drop");
    assert_eq!(b.stop_record("limited")["Acct-Terminate-Cause"], "Admin-Reset");
    assert_eq!(echo(1, 1), 0);
    assert_eq!(get(1, &format!("http://{GATEWAY}:3990/")), "curl 28");
    b.ctl(&["authorize", "mac", "02-00-5E-10-00-01", "username", "again"]);
    b.until_state(1, "pass");
    assert_eq!(echo(1, 3), 3);
    b.logoff(1);
}

pub(super) fn disconnected(b: &mut Bed) {
    b.login(1, "limited", "pw");
    assert_eq!(echo(1, 3), 3);
    let line = b.client(1).expect("the client is listed");
    let id = line.split(' ').nth(3).expect("a session id");
    let program = format!(
        "echo 'Acct-Session-Id = \"{id}\", Message-Authenticator = 0x00' | radclient {UPLINK}:3799 disconnect {SECRET}"
    );
    let done = exec("inet", &["sh", "-c", &program]);
    assert!(done.stdout.contains("Disconnect-ACK"), "{done:?}\n{}", b.log());
    b.until_state(1, "dnat");
    assert_eq!(b.stop_record("limited")["Acct-Terminate-Cause"], "Admin-Reset");
    assert_eq!(echo(1, 1), 0);
}

pub(super) fn released(b: &mut Bed) {
    b.login(1, "limited", "pw");
    let ip = b.address(1);
    bed(&["dhcp-release", "1"]);
    let gone = |b: &Bed| b.client(1).is_none().then_some(());
    eventually("the client to be gone", LIMIT, || gone(b));
    assert_eq!(b.stop_record("limited")["Acct-Terminate-Cause"], "Lost-Carrier");
    let call = format!("dhcp-release 02-00-5E-10-00-01 {ip}");
    let told = |b: &Bed, times: usize| {
        let calls = b.handler_calls();
        (calls.iter().filter(|line| **line == call).count() >= times).then_some(())
    };
    eventually("the handler to hear of the release", LIMIT, || told(b, 1));
    bed(&["dhcp", "1"]);
    b.until_state(1, "dnat");
    b.ctl(&["dhcp-release", "02-00-5E-10-00-01"]);
    eventually("the client to be gone", LIMIT, || gone(b));
    eventually("the handler to hear of the release", LIMIT, || told(b, 2));
    bed(&["dhcp", "1"]);
    b.until_state(1, "dnat");
}
