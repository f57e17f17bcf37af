//! Gateways that cannot start say so and leave nothing; one that stops leaves the hotspot closed.

use crate::bed::{Bed, LIMIT, echo, exec, get};
use crate::support::process::run;
use crate::support::{FONAP, eventually};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

pub(super) fn unprivileged(b: &mut Bed) {
    let conf = b.configuration();
    let conf = conf.to_str().expect("the path is text");
    let limits = ["setpriv", "--inh-caps", "-all", "--ambient-caps", "-all", "--bounding-set", "-net_admin"];
    let shell = ["unshare", "--net", "sh", "-c", NEVER_SERVED, "sh", "free"];
    let state = format!("--statedir={}", b.other_state().display());
    let words = [FONAP, "gateway", "-c", conf, "--uamuiport=0", "--coaport=0", &state];
    let done = exec("gw", &[&shell[..], &limits, &words].concat());
    assert_eq!(done.code(), 69, "{done:?}");
    let said: Vec<&str> = done.stderr.lines().filter(|line| line.starts_with("fonap: ")).collect();
    assert_eq!(said.len(), 1, "{done:?}");
    assert!(said[0].contains("run as root or with CAP_NET_ADMIN"), "{done:?}");
    // nft and dnsmasq are in a folder that this process sees empty.
    let hidden = ["sh", "-c", "mount -t tmpfs none /usr/sbin && exec \"$@\"", "sh"];
    let done = exec("gw", &[&shell[..], &hidden, &words].concat());
    assert_eq!(done.code(), 69, "{done:?}");
    assert!(done.stderr.contains("the program nft is not installed (package nftables)"), "{done:?}");
}

/// A kernel that takes all of the ruleset but its last line, in a network of its own: `nft` is the real one with one
/// line more to load.
const REFUSING: &str = r#"
    folder="$1"; shift
    cp /usr/sbin/nft /usr/sbin/dnsmasq "$folder"
    mount -t tmpfs none /usr/sbin
    cat >/usr/sbin/nft <<END
#!/bin/sh
{ cat; echo 'add rule inet fongw no_such_chain accept'; } | exec $folder/nft "\$@"
END
    chmod 755 /usr/sbin/nft
    cp "$folder/dnsmasq" /usr/sbin
    ip link add hs0 type veth peer name wan0
    ip link set hs0 up && ip link set wan0 up || exit
    echo 1 >/proc/sys/net/ipv4/ip_forward
    ip address add 192.168.182.1/24 dev hs0
    ip address add 198.51.100.2/24 dev wan0
    status=0
    "$@" || status=$?
    echo "tables left: $("$folder/nft" list tables)"
    exit "$status"
"#;

pub(super) fn refused(b: &mut Bed) {
    let conf = b.configuration();
    let conf = conf.to_str().expect("the path is text");
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().to_str().expect("the path is text");
    let state = format!("--statedir={place}");
    let shell = ["unshare", "--net", "--mount", "sh", "-c", REFUSING, "sh", place];
    let words = [FONAP, "gateway", "-c", conf, &state];
    let done = exec("gw", &[&shell[..], &words].concat());
    assert_eq!(done.code(), 69, "{done:?}");
    let said: Vec<&str> = done.stderr.lines().filter(|line| line.starts_with("fonap: ")).collect();
    assert_eq!(said.len(), 1, "{done:?}");
    assert!(said[0].contains("the kernel refuses the ruleset, of which nothing is in force"), "{done:?}");
    assert!(done.stdout.lines().any(|line| line == "tables left: "), "{done:?}");
}

/// A hotspot that no gateway ever served, and whether it forwards, before and after the start of one.
const NEVER_SERVED: &str = r#"
    ip link set lo up
    ip link add hs0 type veth peer name client0
    ip link add wan0 type veth peer name inet0
    for link in hs0 client0 wan0 inet0; do ip link set $link up || exit; done
    echo 1 >/proc/sys/net/ipv4/ip_forward
    ip address add 192.168.182.1/24 dev hs0
    ip address add 198.51.100.2/24 dev wan0
    ip route add default via 198.51.100.1
    forwards() { ip route get 203.0.113.30 from 192.168.182.10 iif hs0 >/dev/null 2>&1 && echo open || echo closed; }
    echo "before: $(forwards)"
    taker=
    if [ "$1" = taken ]; then
        python3 -c 'import socket,time; s=socket.create_server(("192.168.182.1",3990)); time.sleep(60)' & taker=$!
        until ss -ltn | grep -q ':3990 '; do sleep 0.1; done
    fi
    if [ "$1" = dhcp ]; then
        dnsmasq --keep-in-foreground --conf-file=/dev/null --port=0 --interface=hs0 --except-interface=lo --bind-interfaces \
            --dhcp-range=192.168.182.10,192.168.182.20 --dhcp-leasefile=/dev/null --pid-file= --user=root --group= & taker=$!
        until ss -lun | grep -q ':67 '; do sleep 0.1; done
        echo "dnsmasq is $taker"
    fi
    shift
    status=0
    "$@" || status=$?
    echo "after: $(forwards), rules: $(ip rule | grep -c prohibit) and $(ip -6 rule | grep -c prohibit)"
    [ -z "$taker" ] || kill "$taker"
    exit "$status"
"#;

pub(super) fn failed(b: &mut Bed) {
    let conf = b.configuration();
    let conf = conf.to_str().expect("the path is text");
    for (port, option, said) in [
        ("free", "--radiusserver1=no.such.server.invalid", "no.such.server.invalid"),
        ("taken", "--coaport=0", "192.168.182.1:3990"),
        ("dhcp", "--coaport=0", "is a DHCP server on hs0 already: keep it off this interface"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let state = format!("--statedir={}", folder.path().display());
        let shell = ["unshare", "--net", "sh", "-c", NEVER_SERVED, "sh", port];
        let words = [FONAP, "gateway", "-c", conf, option, &state];
        let done = exec("gw", &[&shell[..], &words].concat());
        assert!(!done.status.success() && done.stderr.contains(said), "{option}: {done:?}");
        assert!(done.stdout.contains("before: open\n"), "{option}: {done:?}");
        assert!(done.stdout.contains("after: closed, rules: 1 and 1\n"), "{option}: {done:?}");
        if let Some(number) = done.stdout.lines().find_map(|line| line.strip_prefix("dnsmasq is ")) {
            assert!(done.stderr.contains(&format!("dnsmasq (process {number}) is")), "{done:?}");
        }
    }
}

pub(super) fn way_out(b: &mut Bed) {
    let folder = tempfile::tempdir().expect("a folder");
    let conf = fs::read_to_string(b.configuration()).expect("the file is there");
    // The way out is closed to nobody, not even until the mistake is said; any other interface may be the clients'.
    for (conf, option, said, after) in [
        (
            conf.replace("wanif wan0\n", ""),
            "--dhcpif=wan0",
            "the default route leads there",
            "rules: 0 and 0\n",
        ),
        (conf.clone(), "--wanif=hs0", "wanif and dhcpif are the same interface", "rules: 0 and 0\n"),
        (conf, "--dhcpif=client0", "client0 stays closed to all who are not logged in", "rules: 1 and 1\n"),
    ] {
        let file = folder.path().join("conf");
        fs::write(&file, conf).expect("the folder is ours");
        let state = format!("--statedir={}", folder.path().join("state").display());
        let shell = ["unshare", "--net", "sh", "-c", NEVER_SERVED, "sh", "free"];
        let words = [FONAP, "gateway", "-c", file.to_str().expect("text"), option, &state];
        let done = exec("gw", &[&shell[..], &words].concat());
        assert!(!done.status.success() && done.stderr.contains(said), "{option}: {done:?}");
        assert!(done.stdout.contains(after), "{option}: {done:?}");
    }
}

pub(super) fn earlier_rules(b: &mut Bed) {
    const RULES: &str = r#"
        for family in -4 -6; do
            ip $family rule add pref 50 iif hs0 fwmark 0/0x40 prohibit
            ip $family rule add pref 50 iif old0 fwmark 0/0x40 prohibit
        done
        status=0; "$@" || status=$?
        ip rule; ip -6 rule
        exit "$status""#;
    let conf = b.configuration();
    let folder = tempfile::tempdir().expect("a folder");
    let state = format!("--statedir={}", folder.path().display());
    let socket = format!("--cmdsocket={}", conf.display());
    let shell = ["unshare", "--net", "sh", "-c", NEVER_SERVED, "sh", "free", "sh", "-c", RULES, "sh"];
    let words = [FONAP, "gateway", "-c", conf.to_str().expect("text")];
    let done = exec("gw", &[&shell[..], &words, &[state.as_str(), socket.as_str()]].concat());
    assert!(!done.status.success() && done.stderr.contains("there is a file that is no socket"), "{done:?}");
    let count = |words: &str| done.stdout.matches(words).count();
    assert_eq!((count("0/0x40 iif hs0"), count("0/0x40 iif old0")), (0, 2), "{done:?}");
    assert_eq!(count("0/0x20000000 iif hs0"), 2, "{done:?}");
    assert!(done.stderr.contains("left old0 closed"), "{done:?}");
    // What it had begun ended with it.
    assert_eq!(processes_of(folder.path()), Vec::<String>::new());
}

/// The processes with a folder in their words.
fn processes_of(folder: &Path) -> Vec<String> {
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    let words = all.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
    let texts = words.map(|octets| String::from_utf8_lossy(&octets).replace('\0', " "));
    let place = folder.display().to_string();
    texts.filter(|text| text.contains(&place)).collect()
}

pub(super) fn ended_early(b: &mut Bed) {
    const SIGNAL: &str = r#"
        state="$1"; shift
        "$@" & gateway=$!
        until [ -s "$state/dhcp/pid" ] || ! kill -0 $gateway; do sleep 0.01; done
        kill -TERM $gateway
        wait $gateway"#;
    let conf = b.configuration();
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().to_str().expect("text");
    let (state, socket) = (format!("--statedir={place}"), format!("--cmdsocket={place}/chilli.sock"));
    let shell = ["unshare", "--net", "sh", "-c", NEVER_SERVED, "sh", "free", "sh", "-c", SIGNAL, "sh", place];
    let words = [FONAP, "gateway", "-c", conf.to_str().expect("text"), &state, &socket];
    let began = Instant::now();
    let done = exec("gw", &[&shell[..], &words].concat());
    assert_eq!(done.code(), 0, "{done:?}");
    // Nobody answers for the names of the garden, and nobody waits for them.
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert!(done.stdout.contains("after: closed, rules: 1 and 1\n"), "{done:?}");
    let ended = || processes_of(folder.path()).is_empty().then_some(());
    eventually("dnsmasq to end", LIMIT, ended);
}

pub(super) fn second(b: &mut Bed) {
    let conf = b.configuration();
    let folder = tempfile::tempdir().expect("a folder");
    let [state, pid] = ["state", "pid"].map(|name| folder.path().join(name));
    fs::write(&pid, "4711\n").expect("the folder is ours");
    let (state, pid_file) =
        (format!("--statedir={}", state.display()), format!("--pidfile={}", pid.display()));
    let ports = ["--uamport=3999", "--uamuiport=0", "--coaport=0", "--packetmark=64", &state, &pid_file];
    let words = [&[FONAP, "gateway", "-c", conf.to_str().expect("the path is text")][..], &ports].concat();
    let made_again = |b: &Bed| b.log().matches("is made again").count();
    let before = made_again(b);
    let done = exec("gw", &words);
    assert_eq!(done.code(), 69, "{done:?}");
    assert!(done.stderr.contains("is a gateway of this network already"), "{done:?}");
    // Nothing of the one that runs is touched.
    assert_eq!(fs::read_to_string(&pid).expect("the file is there"), "4711\n");
    assert!(get(1, "http://site.example/").starts_with("302 "));
    assert_eq!(get(1, "http://203.0.113.21/"), "200 ", "{}", exec("gw", &["ip", "rule"]).stdout);
    assert_eq!(made_again(b), before, "{}", b.log());
}

pub(super) fn without_capabilities(b: &mut Bed) {
    let conf = b.configuration();
    let conf = conf.to_str().expect("the path is text");
    for (taken, said) in [
        ("-net_bind_service", "it needs CAP_NET_RAW and CAP_NET_BIND_SERVICE too"),
        ("-net_admin", "run as root or with CAP_NET_ADMIN"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let state = format!("--statedir={}", folder.path().display());
        let shell = ["unshare", "--net", "sh", "-c", NEVER_SERVED, "sh", "free"];
        let limits = ["setpriv", "--inh-caps", "-all", "--ambient-caps", "-all", "--bounding-set", taken];
        let done = exec("gw", &[&shell[..], &limits, &[FONAP, "gateway", "-c", conf, &state]].concat());
        assert_eq!(done.code(), 69, "{taken}: {done:?}");
        assert!(
            done.stderr.lines().any(|l| l.starts_with("fonap: ") && l.contains(said)),
            "{taken}: {done:?}"
        );
        // Only who may close the hotspot can; a gateway that served before has left it closed.
        let after = if taken == "-net_admin" { "after: open" } else { "after: closed" };
        assert!(done.stdout.contains(after), "{taken}: {done:?}");
    }
}

pub(super) fn stopped(b: &mut Bed) {
    b.login(1, "limited", "pw");
    b.slow_handler();
    b.ctl(&["shutdown"]);
    // Its end takes a moment, in which nobody gets in.
    eventually("the end to begin", LIMIT, || b.ctl(&["status"]).contains("hotspot closed").then_some(()));
    let late = b.try_ctl(&["authorize", "mac", "02-00-5E-10-00-01", "username", "late"]);
    assert!(!late.status.success() && late.stderr.contains("the gateway is stopping"), "{late:?}");
    let mut gateway = b.gateway.take().expect("the gateway runs");
    assert_eq!(gateway.wait_for_end(LIMIT).code(), Some(0), "{}", gateway.log());
    assert_eq!(b.stop_record("limited")["Acct-Terminate-Cause"], "NAS-Reboot");
    assert!(!exec("gw", &["nft", "list", "tables"]).stdout.contains("fongw"));
    assert_eq!(echo(1, 1), 0);
    let left = run("ip", &["netns", "pids", &format!("{}-gw", std::env::var("TB_NAME").unwrap_or_default())]);
    assert_eq!(left.stdout.trim(), "", "dnsmasq goes with the gateway");
}
