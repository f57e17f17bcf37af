//! A table that somebody else touched, a gateway that died, interfaces that change: sessions go on, and nobody gets in by it.

use super::session::download;
use super::session::length;
use super::session::let_in;
use crate::bed::{Bed, GATEWAY, LIMIT, TESTBED, echo, exec, get, try_bed};
use crate::support::FONAP;
use crate::support::eventually;
use crate::support::process::{Background, run};
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

pub(super) fn orphaned(b: &mut Bed) {
    for (limits, set) in [(true, "cap_dn4"), (true, "cap_up4"), (false, "up4"), (false, "dn4")] {
        let_in(b, limits);
        let ip = b.address(1);
        assert_eq!(echo(1, 7), 7);
        assert!(exec("gw", &["nft", "flush", "set", "inet", "fongw", set]).status.success());
        b.ctl(&["logout", "mac", "02-00-5E-10-00-01"]);
        b.until_state(1, "dnat");
        // What the kernel still knows counts, also since the last reading.
        let stop = b.stop_record(if limits { "limited" } else { "unlimited" });
        let known = if set.ends_with("dn4") { "Acct-Input-Octets" } else { "Acct-Output-Octets" };
        assert!(stop[known].parse::<u64>().expect("a number") >= 7 * 1028, "{set}: {stop:?}");
        let table = exec("gw", &["nft", "list", "table", "inet", "fongw"]).stdout;
        let left = ["auth4", "up4", "dn4", "cap_up4", "cap_dn4", "lim_up4", "lim_dn4", "quo_up4", "quo_dn4"]
            .into_iter()
            .filter(|set| {
                let text =
                    table.split(&format!(" {set} {{")).nth(1).and_then(|rest| rest.split("\n\t}").next());
                text.is_none_or(|text| text.contains(&ip))
            })
            .collect::<Vec<_>>();
        assert!(left.is_empty(), "{set}: {left:?}\n{table}");
        let_in(b, !limits);
        assert_eq!(echo(1, 3), 3, "{set}");
        b.logoff(1);
    }
}

pub(super) fn renumbered(b: &mut Bed) {
    let_in(b, false);
    let usual = || {
        let rules = exec("gw", &["nft", "-n", "list", "chain", "inet", "fongw", "forward"]).stdout;
        rules
            .lines()
            .map(str::trim_start)
            .filter(|rule| rule.starts_with("oif ") || rule.starts_with("iif "))
            .count()
    };
    assert_eq!(usual(), 2);
    let routes = exec("gw", &["ip", "-4", "route", "show", "default"]).stdout;
    let routes6 = exec("gw", &["ip", "-6", "route", "show", "default"]).stdout;
    let address6 = exec("gw", &["ip", "-6", "-o", "addr", "show", "dev", "wan0", "scope", "global"]).stdout;
    let address6 = address6.split_whitespace().nth(3).expect("an address").to_owned();
    let gateway = |program: &str| {
        let done = exec("gw", &["sh", "-ec", program]);
        assert!(done.status.success(), "{done:?}");
    };
    gateway("ip link set wan0 down; ip link set wan0 name other0; ip link set other0 up");
    eventually("the rules to forget the interface", LIMIT, || (usual() == 0).then_some(()));
    gateway("ip link set other0 down; ip link set other0 name wan0; ip link set wan0 up");
    eventually("the rules to know the interface", LIMIT, || (usual() == 2).then_some(()));
    gateway(&format!("ip route replace {routes}"));
    gateway(&format!("ip -6 addr add {address6} dev wan0 nodad; ip -6 route replace {routes6}"));
    eventually("packets to pass again", LIMIT, || (echo(1, 3) == 3).then_some(()));
    // The clients' bridge is made again, and has another number: neighbours and address are what they were.
    gateway(&format!(
        "six=$(ip -6 -o addr show dev hs0 scope global | awk '{{ print $4 }}')
ip link add hs1 type bridge stp_state 0 forward_delay 0
for port in /sys/class/net/hs0/brif/*; do
    ip link set ${{port##*/}} master hs1; bridge link set dev ${{port##*/}} isolated on
done
ip link del hs0; ip link set hs1 name hs0; ip addr add {GATEWAY}/24 dev hs0; ip link set hs0 up
for address in $six; do ip -6 addr add $address dev hs0 nodad; done"
    ));
    let bound = || exec("gw", &["ip", "neigh", "show", "dev", "hs0", "nud", "permanent"]).stdout;
    eventually("the neighbours to be bound again", LIMIT, || {
        (bound().contains("02:00:5e:10:00:01") && bound().contains("02:00:5e:10:00:02")).then_some(())
    });
    assert!(exec("gw", &["ip", "link", "show", "dev", "hs0"]).stdout.contains("02:00:5e:10:00:fe"));
    assert_eq!(usual(), 2);
    eventually("packets to pass once more", LIMIT, || (echo(1, 3) == 3).then_some(()));
    eventually("leases to be given", LIMIT, || try_bed(&["dhcp", "2"]).status.success().then_some(()));
    b.logoff(1);
}

pub(super) fn carrier_lost(b: &mut Bed) {
    let gateway = |program: &str| {
        let done = exec("gw", &["sh", "-ec", program]);
        assert!(done.status.success(), "{done:?}");
    };
    b.login(1, "limited", "pw");
    assert_eq!(echo(1, 3), 3);
    let six = "ip -6 -o addr show dev hs0 scope global | awk '{ print $4 }'";
    let six = exec("gw", &["sh", "-c", six]).stdout;
    gateway("ip link set hs0 down; ip link set hs0 name gone0");
    let stop = b.stop_record("limited");
    assert_eq!(stop["Acct-Terminate-Cause"], "Lost-Carrier");
    assert!(stop["Acct-Input-Octets"].parse::<u64>().expect("a number") >= 3 * 1028, "{stop:?}");
    assert_eq!(b.state(1), "dnat");
    assert!(b.log().contains("is called gone0 now"), "{}", b.log());
    gateway("ip link set gone0 name hs0; ip link set hs0 up");
    six.lines().for_each(|address| gateway(&format!("ip -6 addr add {address} dev hs0 nodad")));
    let bound = || exec("gw", &["ip", "neigh", "show", "dev", "hs0", "nud", "permanent"]).stdout;
    eventually("the neighbour to be bound again", LIMIT, || {
        bound().contains("02:00:5e:10:00:01").then_some(())
    });
    eventually("leases to be given", LIMIT, || try_bed(&["dhcp", "1"]).status.success().then_some(()));
    b.login(1, "limited", "pw");
    assert_eq!(echo(1, 3), 3);
    b.logoff(1);
}

pub(super) fn killed(b: &mut Bed) {
    goes_on_without(b, kill_gateway);
}

pub(super) fn replaced(b: &mut Bed) {
    goes_on_without(b, |b| {
        // What only the next one takes over does not matter to this one.
        let before = fs::read_to_string(b.configuration()).expect("the file is there");
        let state = format!("statedir {}\n", b.state_folder().display());
        fs::write(b.configuration(), before.replace(&state, "")).expect("the file is ours");
        b.ctl(&["reload"]);
        eventually("the reload", LIMIT, || b.log().contains("only a restart takes it over").then_some(()));
        fs::write(b.configuration(), before).expect("the file is ours");
        let mut gateway = b.gateway.take().expect("the gateway runs");
        gateway.terminate();
        assert_eq!(gateway.wait_for_end(LIMIT).code(), Some(0), "{}", gateway.log());
    });
}

fn goes_on_without(b: &mut Bed, end: fn(&mut Bed)) {
    b.login(1, "limited", "pw");
    let id = |b: &Bed| b.client(1).and_then(|line| line.split(' ').nth(3).map(str::to_owned));
    let before = id(b);
    let (_curl, file) = download(b);
    end(b);
    let length_before = length(&file);
    eventually("the download to go on without the gateway", LIMIT, || {
        (length(&file) > length_before).then_some(())
    });
    b.start_gateway();
    b.until_state(1, "pass");
    assert_eq!(id(b), before);
    let length_before = length(&file);
    eventually("the download to go on", LIMIT, || (length(&file) > length_before).then_some(()));
    b.logoff(1);
    let stop = b.stop_record("limited");
    assert!(stop["Acct-Output-Octets"].parse::<u64>().expect("a number") > length(&file), "{stop:?}");
    let told = b.radius.told();
    let of_session = |r: &&crate::support::freeradius::Record| {
        r.get("Acct-Session-Id") == stop.get("Acct-Session-Id") && r["Acct-Status-Type"] != "Interim-Update"
    };
    assert_eq!(told.iter().filter(of_session).count(), 2, "one Start, one Stop");
}

/// SIGKILL for the gateway alone; what it started goes on.
pub(super) fn kill_gateway(b: &mut Bed) {
    signal_gateway(b, "-KILL");
    b.gateway.take().expect("the gateway runs").wait_for_end(LIMIT);
}

/// Sends the gateway alone a signal.
fn signal_gateway(b: &Bed, signal: &str) {
    assert!(run("kill", &[signal, &gateway_process(b)]).status.success());
}

/// The number of the gateway's process.
fn gateway_process(b: &Bed) -> String {
    let namespace = format!("{}-gw", std::env::var("TB_NAME").expect("the test bed has a name"));
    let conf = b.configuration();
    let pids = run("ip", &["netns", "pids", &namespace]).stdout;
    let is_gateway = |pid: &&str| {
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let words: Vec<&[u8]> = line.split(|octet| *octet == 0).collect();
        words.first() == Some(&FONAP.as_bytes()) && words.contains(&conf.as_os_str().as_encoded_bytes())
    };
    pids.lines().find(is_gateway).expect("the gateway runs").to_owned()
}

pub(super) fn ended_meanwhile(b: &mut Bed) {
    let ip = b.address(1);
    b.ctl(&["authorize", "ip", &ip, "username", "ended-meanwhile", "sessiontimeout", "4"]);
    b.until_state(1, "pass");
    assert_eq!(echo(1, 20), 20);
    kill_gateway(b);
    assert_eq!(echo(1, 30), 30);
    std::thread::sleep(Duration::from_secs(4));
    b.start_gateway();
    let stop = b.stop_record("ended-meanwhile");
    assert_eq!((&*stop["Acct-Input-Packets"], &*stop["Acct-Output-Packets"]), ("50", "50"), "{stop:?}");
    b.until_state(1, "dnat");
    assert_eq!(echo(1, 1), 0);
}

pub(super) fn limit_goes_on(b: &mut Bed) {
    b.ctl(&["authorize", "mac", "02-00-5E-10-00-01", "username", "limit-goes-on", "maxoctets", "100000"]);
    b.until_state(1, "pass");
    assert_eq!(echo(1, 40), 40);
    // The next gateway knows what was stored.
    let used = || {
        b.client(1)
            .and_then(|line| line.split(' ').nth(8)?.split('/').next()?.parse::<u64>().ok())
            .unwrap_or_default()
    };
    eventually("the counters to be read", LIMIT, || (used() >= 40 * 1028).then_some(()));
    b.ctl(&["update", "mac", "02-00-5E-10-00-01", "maxoctets", "100000"]);
    kill_gateway(b);
    assert!(exec("gw", &["nft", "delete", "table", "inet", "fongw"]).status.success());
    b.start_gateway();
    let passed = echo(1, 100);
    assert!(passed <= 8, "{passed} more, two kilobytes each, of 100 kB with 82 used");
    b.until_state(1, "dnat");
}

pub(super) fn failed_start(b: &mut Bed) {
    let_in(b, false);
    kill_gateway(b);
    const OCCUPY: &str = "import socket,time
s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.bind(('',3953)); print('here',flush=True); time.sleep(60)";
    let mut command = Command::new(TESTBED);
    let mut other = Background::start(command.args(["exec", "gw", "python3", "-c", OCCUPY]));
    other.wait_for_line("here", LIMIT);
    let conf = b.configuration();
    let done = exec("gw", &[FONAP, "gateway", "-c", conf.to_str().expect("the path is text")]);
    assert!(!done.status.success() && done.stderr.contains("3953"), "{done:?}");
    assert_eq!(echo(1, 3), 3);
    assert!(get(2, "http://site.example/").starts_with("curl "), "nobody else is let in");
    drop(other);
    b.start_gateway();
    b.until_state(1, "pass");
    assert_eq!(echo(1, 3), 3);
    b.logoff(1);
}

/// What makes the table of today into one of the shape before: keys of hardware and IP address where clients are counted.
fn older(table: &str, mac: &str, ip: &str) -> String {
    let comment = format!(" comment \"{}\"", mac.replace(':', "-").to_ascii_uppercase());
    assert_eq!(table.matches(&comment).count(), 1, "{table}");
    let mut older = table.replace(&comment, "").replace("ruleset 4", "ruleset 2");
    for name in ["up4", "cap_up4"] {
        let (before, rest) = older.split_once(&format!("set {name} {{")).expect("the set is there");
        let (set, after) = rest.split_once("\n\t}").expect("the set ends");
        let set = set
            .replace("typeof ip saddr", "typeof ether saddr . ip saddr")
            .replace(&format!("{ip} counter"), &format!("{mac} . {ip} counter"));
        let after =
            after.replace(&format!(" ip saddr @{name} "), &format!(" ether saddr . ip saddr @{name} "));
        let after =
            after.replace(&format!("\tip saddr @{name} "), &format!("\tether saddr . ip saddr @{name} "));
        older = format!("{before}set {name} {{{set}\n\t}}{after}");
    }
    older
}

pub(super) fn upgraded(b: &mut Bed) {
    let mac = "02:00:5e:10:00:01";
    for (limits, another_shape, packets) in [(true, true, 5), (false, true, 6), (false, false, 7)] {
        let_in(b, limits);
        assert_eq!(echo(1, packets), packets);
        let id = |b: &Bed| b.client(1).and_then(|line| line.split(' ').nth(3).map(str::to_owned));
        let (before, ip) = (id(b), b.address(1));
        kill_gateway(b);
        let mut text = format!("add element inet fongw auth4 {{ 02:00:5e:10:00:77 . {ip} }}");
        if another_shape {
            let table = exec("gw", &["nft", "list", "table", "inet", "fongw"]).stdout;
            text = format!("delete table inet fongw\n{}\n{text}", older(&table, mac, &ip));
        }
        let done = exec("gw", &["sh", "-c", &format!("nft -f - <<'END'\n{text}\nEND")]);
        assert!(done.status.success(), "{done:?}\n{text}");
        assert_eq!(echo(1, packets), packets);
        b.start_gateway();
        b.until_state(1, "pass");
        assert_eq!(id(b), before);
        assert_eq!(echo(1, packets), packets);
        let now = exec("gw", &["nft", "list", "table", "inet", "fongw"]).stdout;
        assert!(
            now.contains("ruleset 4") && now.contains(mac) && !now.contains("02:00:5e:10:00:77"),
            "{now}"
        );
        b.logoff(1);
        let stop = b.stop_record(if limits { "limited" } else { "unlimited" });
        // Three times so many packets, and whatever a download before had to say still.
        let sent = stop["Acct-Input-Octets"].parse::<u64>().expect("a number");
        let packets = u64::from(packets) * 3;
        assert!((packets * 1028..(packets + 1) * 1028).contains(&sent), "{stop:?}");
    }
}

pub(super) fn fewer_clients(b: &mut Bed) {
    let_in(b, true);
    assert_eq!(echo(1, 3), 3);
    kill_gateway(b);
    // As many as sets for sixteen clients have no room for.
    let text: String = (101..=180)
        .map(|n| {
            let (mac, ip) = (format!("02:00:5e:10:01:{n:02x}"), format!("192.168.182.{n}"));
            let counted = format!("counter packets 1 bytes 100 comment \"{}\"", mac.replace(':', "-").to_uppercase());
            format!(
                "add element inet fongw lease4 {{ {mac} . {ip} }}\nadd element inet fongw auth4 {{ {mac} . {ip} }}\n\
                 add element inet fongw cap_up4 {{ {ip} {counted} }}\nadd element inet fongw cap_dn4 {{ {ip} }}\n"
            )
        })
        .collect();
    let done = exec("gw", &["sh", "-c", &format!("nft -f - <<'END'\n{text}END")]);
    assert!(done.status.success(), "{done:?}");
    let before = fs::read_to_string(b.configuration()).expect("the file is there");
    fs::write(b.configuration(), format!("{before}maxclients 16\n")).expect("the file is ours");
    b.start_gateway();
    b.until_state(1, "pass");
    assert_eq!(echo(1, 3), 3, "{}", b.log());
    assert!(!b.log().contains("cannot be let through"), "{}", b.log());
    fs::write(b.configuration(), before).expect("the file is ours");
    kill_gateway(b);
    b.start_gateway();
    b.logoff(1);
}

pub(super) fn full_disk(b: &mut Bed) {
    kill_gateway(b);
    // Files that may not grow stand for a full disk: writing fails, if the signal that tells of it does nothing.
    b.start_gateway_by(&["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"]);
    b.login(1, "limited", "pw");
    assert!(run("prlimit", &["--pid", &gateway_process(b), "--fsize=0"]).status.success());
    eventually("the status to say so", LIMIT, || {
        b.ctl(&["update", "mac", "02-00-5E-10-00-01", "maxoctets", "1000000"]);
        b.ctl(&["status"]).contains("warning: statedir: ").then_some(())
    });
    assert_eq!(echo(1, 3), 3);
    let mut gateway = b.gateway.take().expect("the gateway runs");
    let began = Instant::now();
    gateway.terminate();
    assert_eq!(gateway.wait_for_end(LIMIT).code(), Some(0), "{}", gateway.log());
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    assert!(gateway.log().contains("as they were when they could be written last"), "{}", gateway.log());
    // What was written before goes on.
    b.start_gateway();
    b.until_state(1, "pass");
    assert_eq!(echo(1, 3), 3);
    b.logoff(1);
    assert!(b.stop_record("limited")["Acct-Input-Octets"].parse::<u64>().expect("a number") >= 6 * 1028);
}

pub(super) fn healed(b: &mut Bed) {
    b.login(1, "limited", "pw");
    assert_eq!(echo(1, 5), 5);
    let counted = |b: &Bed| {
        let line = b.client(1).unwrap_or_default();
        line.split(' ').nth(8).and_then(|f| f.split('/').next().map(str::to_owned)).unwrap_or_default()
    };
    eventually("the counters to be read", LIMIT, || {
        counted(b).parse::<u64>().is_ok_and(|octets| octets >= 5 * 1028).then_some(())
    });
    let before: u64 = counted(b).parse().expect("a number");
    assert!(exec("gw", &["nft", "flush", "ruleset"]).status.success());
    eventually("the table to be made again", LIMIT, || {
        exec("gw", &["nft", "list", "set", "inet", "fongw", "cap_up4"])
            .stdout
            .contains("counter packets")
            .then_some(())
    });
    assert_eq!(b.state(1), "pass");
    assert_eq!(echo(1, 5), 5);
    assert!(get(2, "http://site.example/").starts_with("302 "));
    b.logoff(1);
    let stop = b.stop_record("limited");
    assert_eq!(stop["Acct-Input-Octets"].parse::<u64>().expect("a number"), before + 5 * 1028, "{stop:?}");
}

pub(super) fn elements(b: &mut Bed) {
    let nft = |words: &[&str]| exec("gw", &[&["nft"], words].concat());
    let list = |set: &str| nft(&["list", "set", "inet", "fongw", set]).stdout;
    for (limits, sets) in [(false, &["auth4", "lease4", "gnet4", "dn4"][..]), (true, &["lim_up4"])] {
        let_in(b, limits);
        assert_eq!(echo(1, 5), 5);
        for set in sets {
            assert!(nft(&["flush", "set", "inet", "fongw", set]).status.success());
            eventually(&format!("{set} to be whole"), LIMIT, || list(set).contains("elements").then_some(()));
            let said = format!("damaged=\"{set}\"");
            assert!(b.log().contains(&said), "{said}: {}", b.log());
        }
        assert_eq!((echo(1, 5), b.state(1).as_str()), (5, "pass"));
        assert_eq!(get(2, "http://203.0.113.21/"), "200 ");
        if !limits {
            // Who was let in by somebody else gets out again.
            let (mac, ip) = ("02:00:5e:10:00:02", b.address(2));
            for (set, key) in [("up4", &ip), ("dn4", &ip), ("auth4", &format!("{mac} . {ip}"))] {
                let element = format!("{{ {key} }}");
                assert!(nft(&["add", "element", "inet", "fongw", set, &element]).status.success());
            }
            eventually("the stranger to be out", LIMIT, || (!list("auth4").contains(mac)).then_some(()));
            assert_eq!(echo(2, 1), 0);
        }
        b.logoff(1);
        let stop = b.stop_record(if limits { "limited" } else { "unlimited" });
        let counted = stop["Acct-Input-Octets"].parse::<u64>().expect("a number");
        assert!(if limits { counted >= 10 * 1028 } else { counted == 10 * 1028 }, "{stop:?}");
    }
}

pub(super) fn guarded(b: &mut Bed) {
    const FLUSH: &str = "nft flush ruleset";
    const LOWER: &str = "ip rule del pref 50; ip -6 rule del pref 50";
    let gateway = |program: &str| {
        let done = exec("gw", &["sh", "-ec", program]);
        assert!(done.status.success(), "{done:?}");
    };
    let rules = || {
        let count = |family: &str| exec("gw", &["ip", family, "rule"]).stdout.matches("prohibit").count();
        [count("-4"), count("-6")]
    };
    gateway(LOWER);
    eventually("the guard to be raised again", LIMIT, || (rules() == [1, 1]).then_some(()));
    assert!(b.log().contains("removed the routing rules that keep the hotspot closed"), "{}", b.log());
    // While the gateway cannot do anything, the guard alone keeps everything closed; and that is what is tried here.
    signal_gateway(b, "-STOP");
    gateway(FLUSH);
    let guarded = echo(2, 1);
    gateway(LOWER);
    let unguarded = echo(2, 1);
    signal_gateway(b, "-CONT");
    assert_eq!((guarded, unguarded), (0, 1));
    eventually("the hotspot to be whole", LIMIT, || {
        (rules() == [1, 1] && get(2, "http://site.example/").starts_with("302 ")).then_some(())
    });
    assert_eq!(echo(2, 1), 0);
}
