//! The scenarios, in their order: each leaves both clients with a lease and logged off.

use crate::bed::{Bed, GARDEN, GATEWAY, LIMIT, SITE, UPLINK, bed, echo, exec, get, get_with};
use crate::support::FONAP;
use crate::support::eventually;
use crate::support::freeradius::SECRET;
use crate::support::process::{Background, run};
use std::process::Command;
use std::time::Duration;

/// A scenario, and the name it is reported under.
pub(crate) type Scenario = (&'static str, fn(&mut Bed));

/// What is tried.
pub(crate) const ALL: &[Scenario] = &[
    ("a_client_gets_a_lease_with_the_address_of_the_api", lease),
    ("a_new_client_is_redirected_and_nothing_else_passes", redirect),
    ("the_captive_portal_api_answers_over_tls", api),
    ("the_garden_opens_by_address_and_by_dns_answers_and_closes_again", garden),
    ("clients_reach_neither_each_other_nor_the_private_side", isolation),
    ("clients_reach_no_port_of_the_gateway_but_its_own", ports),
    ("a_login_opens_and_accounting_says_exactly_what_passed", accounting),
    ("probes_and_the_api_say_when_the_way_is_free", probes),
    ("bandwidth_limits_are_kept_in_both_directions", bandwidth),
    ("a_configuration_that_is_read_again_disturbs_nobody", reloaded),
    ("an_address_without_its_hardware_address_gets_nothing", stolen_address),
    ("a_logoff_removes_all_of_a_client_whatever_somebody_else_removed", orphaned),
    ("rules_follow_interfaces_that_come_and_go", renumbered),
    ("a_logoff_cuts_an_open_download", cut),
    ("session_and_idle_timeouts_cut", timeouts),
    ("a_limit_of_octets_is_never_passed", octets),
    ("a_login_that_the_kernel_refuses_is_refused_and_not_accounted", full),
    ("a_blocked_client_gets_nothing_until_it_is_authorized", block),
    ("a_disconnect_request_ends_the_session", disconnected),
    ("a_killed_gateway_leaves_traffic_alone_and_comes_back", killed),
    ("a_table_that_an_older_gateway_left_is_gone_on_with", upgraded),
    ("a_table_that_somebody_removes_is_made_again", healed),
    ("a_released_lease_ends_the_session", released),
    ("a_gateway_without_permission_or_programs_says_so", unprivileged),
    ("a_ruleset_that_the_kernel_refuses_midway_leaves_nothing_behind", refused),
    ("a_clean_stop_removes_the_table_and_leaves_the_hotspot_closed", stopped),
];

fn lease(b: &mut Bed) {
    let options = bed(&["dhcp", "1"]);
    for part in ["subnet=255.255.255.0", "router=192.168.182.1", "dns=192.168.182.1", "lease=600"] {
        assert!(options.contains(part), "{part}: {options}");
    }
    // dhcpstart 10, dhcpend 100.
    let host = options.lines().find_map(|line| line.strip_prefix("ip=192.168.182."));
    let host: u8 = host.expect("an address of the net").parse().expect("a number");
    assert!((10..100).contains(&host), "{options}");
    let uri = "https://gw.portal.example:3991/captive-portal-identification";
    let hex: String = uri.bytes().map(|octet| format!("{octet:02x}")).collect();
    assert!(options.contains(&hex) || options.contains(uri), "{options}");
    bed(&["dhcp", "2"]);
    // dhcpmac, dhcpmacset: what the clients see is the address of the configuration.
    assert!(exec("gw", &["ip", "link", "show", "dev", "hs0"]).stdout.contains("02:00:5e:10:00:fe"));
    b.until_state(1, "dnat");
    b.until_state(2, "dnat");
    assert!(get(1, "http://site.example/").starts_with("302 "));
    assert!(exec("cli1", &["ip", "neigh"]).stdout.contains("02:00:5e:10:00:fe"));
    let call = format!("dhcp-lease 02-00-5E-10-00-01 192.168.182.{host}");
    eventually("the handler to hear of the lease", LIMIT, || b.handler_calls().contains(&call).then_some(()));
}

fn redirect(_: &mut Bed) {
    for url in [
        "http://site.example/some/page",
        "http://captive.apple.com/hotspot-detect.html",
        "http://connectivitycheck.gstatic.com/generate_204",
        "http://www.msftconnecttest.com/connecttest.txt",
        "http://detectportal.firefox.com/success.txt",
        "http://nmcheck.gnome.org/check_network_status.txt",
    ] {
        let got = get(1, url);
        assert!(
            got.starts_with("302 http://192.168.182.1:3990/") && got.contains("res=notyet"),
            "{url}: {got}"
        );
    }
    let head = exec("cli1", &["curl", "-si", "-m", "5", "http://site.example/"]).stdout.to_ascii_lowercase();
    assert!(head.contains("connection: close") && head.contains("wisp"), "{head}");
    // Dropped, not refused: curl waits until its time is up.
    assert_eq!(get(1, "https://site.example/"), "curl 28");
    assert_eq!(echo(1, 1), 0);
    // uamanydns: any server is asked in vain, and answered for.
    let ask = "import socket;s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM);s.settimeout(5)
s.sendto(b'\\x12\\x34\\x01\\0\\0\\x01\\0\\0\\0\\0\\0\\0\\x04site\\x07example\\0\\0\\x01\\0\\x01',('192.0.2.9',53))
print(s.recv(600).hex())";
    let answer = exec("cli1", &["python3", "-c", ask]).stdout;
    assert!(answer.starts_with("1234") && answer.trim().ends_with("cb00711e"), "{answer}");
}

/// What the captive-portal API says to the first client.
fn captive_portal() -> String {
    let ca = format!("{}/tls/ca.pem", std::env::var("TB_STATE").unwrap_or_default());
    let url = "https://gw.portal.example:3991/captive-portal-identification";
    exec("cli1", &["curl", "-si", "-m", "5", "--cacert", &ca, url]).stdout
}

fn api(_: &mut Bed) {
    let answer = captive_portal();
    assert!(answer.contains("application/captive+json") && answer.contains("\"captive\":true"), "{answer}");
    assert!(answer.contains("private, no-store"), "{answer}");
    // The page of this client, by HTTPS, and it is there.
    let portal = answer.split("\"user-portal-url\":\"").nth(1).and_then(|rest| rest.split('"').next());
    let portal = portal.expect("a page").to_owned();
    assert!(portal.starts_with("https://gw.portal.example:3991/portal/?res=notyet&"), "{portal}");
    assert!(portal.contains("&challenge=") && portal.contains("&mac=02-00-5E-10-00-01&"), "{portal}");
    assert_eq!(get(1, &portal), "200 ");
}

fn garden(b: &mut Bed) {
    let by_address = format!("http://{GARDEN}/");
    assert!(get(1, &by_address).starts_with("302 "), "open before its name was asked for");
    assert_eq!(get(1, "http://203.0.113.21/"), "200 ");
    for open in ["http://garden.example/", "https://garden.example/", "http://cdn.garden.example/"] {
        assert_eq!(get(1, open), "200 ", "{open}");
    }
    assert_eq!(get(1, &by_address), "200 ");
    let gardens = b.ctl(&["listgarden"]);
    let learnt = gardens.split("dhcp(dns) garden:\n").nth(1).unwrap_or_default();
    assert!(learnt.contains(&format!("host={GARDEN:<16} proto=0   port=0  \n")), "{gardens}");
    for closed in
        ["http://secret.garden.example/", "http://evil-garden.example/", "http://notgarden.example/"]
    {
        assert!(get(1, closed).starts_with("302 "), "{closed}");
    }
    // A network, a port of any protocol, a port of TCP; and what is next to each.
    assert_eq!(get(1, "http://203.0.113.64/"), "200 ");
    assert_eq!(get(1, "http://203.0.113.79/"), "200 ");
    assert!(get(1, "http://203.0.113.80/").starts_with("302 "), "beyond the network");
    assert_eq!(get(1, "https://203.0.113.22/"), "curl 60", "there, but with a certificate for names");
    assert!(get(1, "http://203.0.113.22/").starts_with("302 "), "another port");
    assert_eq!(get(1, "http://203.0.113.23/"), "200 ");
    assert_eq!(get(1, "https://203.0.113.23/"), "curl 28", "another port");
    // Regular expressions of a file; the first that fits decides.
    assert!(get(1, "http://203.0.113.10/").starts_with("302 "), "open before its name was asked for");
    assert_eq!(get(1, "http://portal.example/"), "200 ");
    assert!(get(1, "http://radius.example/").starts_with("302 "), "a name with ! before it");
    // Forty addresses do not fit into a datagram.
    let many = exec("cli1", &["getent", "ahostsv4", "many.garden.example"]).stdout;
    assert!(many.contains("203.0.113.139"), "{many}");
    // The site answers for them all; what the name opened is what counts.
    eventually("the garden address to close", LIMIT, || {
        std::thread::sleep(Duration::from_millis(2500));
        get(1, &by_address).starts_with("302 ").then_some(())
    });
    // A client that has known the address for long does not ask for it: its request has it looked up.
    let known = format!("garden.example:80:{GARDEN}");
    let other = format!("secret.garden.example:80:{GARDEN}");
    assert!(get_with(1, &["--resolve", &other], "http://secret.garden.example/").starts_with("302 "));
    assert!(get(1, &by_address).starts_with("302 "), "the other name opens nothing");
    eventually("the garden address to open for who knows it", LIMIT, || {
        (get_with(1, &["--resolve", &known], "http://garden.example/") == "200 ").then_some(())
    });
}

fn isolation(b: &mut Bed) {
    let connect = |address: &str| {
        let program = "import socket,sys
try: socket.create_connection((sys.argv[1],int(sys.argv[2])),timeout=1)
except ConnectionRefusedError: print('refused')
else: print('connected')";
        let (host, port) = address.split_once(' ').expect("an address and a port");
        exec("cli1", &["python3", "-c", program, host, port]).stdout.trim().to_owned()
    };
    // Also a refusal shows that the packet came there.
    let reach = |address: &str| !connect(address).is_empty();
    // IPv6 is refused by the gateway itself; the site serves it, the gateway's port does not.
    let ipv6_is_off =
        || connect("2001:db8:ffff::30 80") == "refused" && connect("2001:db8:182::1 3990") != "connected";
    let other = exec("cli2", &["ip", "-4", "-br", "addr", "show", "eth0"]).stdout;
    let other = other.split_whitespace().nth(2).and_then(|a| a.split('/').next()).expect("an address");
    assert!(!reach(&format!("{other} 9")), "the other client");
    for closed in
        ["192.168.1.1 9", "10.99.0.1 443", "198.51.100.2 22", "192.168.182.1 22", "192.168.182.1 53000"]
    {
        assert!(!reach(closed), "{closed}");
    }
    assert!(reach(&format!("{GATEWAY} 3990")), "the portal");
    assert!(ipv6_is_off(), "IPv6");
    // A login opens the Internet and nothing else.
    b.ctl(&["authorize", "mac", "02-00-5E-10-00-01", "username", "somebody"]);
    b.until_state(1, "pass");
    assert!(reach(&format!("{SITE} 443")), "the Internet");
    for closed in ["192.168.1.1 9", "10.99.0.1 80", "198.51.100.2 22", "192.168.182.1 22"] {
        assert!(!reach(closed), "{closed}, logged in");
    }
    assert!(ipv6_is_off(), "IPv6, logged in");
    assert!(!reach(&format!("{other} 9")), "the other client, logged in");
    b.logoff(1);
}

/// Asks the well-known TCP ports of the gateway, and those round its own: also a refusal shows that one was reached.
fn ports(b: &mut Bed) {
    const PROGRAM: &str = "import select,socket,sys,time
found=set()
for part in (range(1,400),range(400,800),range(800,1100),range(3700,4000)):
    poll=select.poll(); socks={}
    for port in part:
        s=socket.socket(); s.setblocking(False); s.connect_ex((sys.argv[1],port))
        socks[s.fileno()]=(s,port); poll.register(s,select.POLLOUT)
    end=time.monotonic()+0.7
    while (left:=end-time.monotonic())>0:
        for fd,_ in poll.poll(left*1000):
            found.add(socks[fd][1]); poll.unregister(fd)
    for s,_ in socks.values(): s.close()
print(*sorted(found))";
    // DNS, the forwarder that answers it, the portal, and the captive-portal API; HTTP is the portal's until the login.
    let scan = || exec("cli1", &["python3", "-c", PROGRAM, GATEWAY]).stdout.trim().to_owned();
    assert_eq!(scan(), "53 80 3953 3990 3991");
    b.ctl(&["authorize", "mac", "02-00-5E-10-00-01", "username", "somebody"]);
    b.until_state(1, "pass");
    assert_eq!(scan(), "53 3953 3990 3991", "logged in");
    b.logoff(1);
}

/// What systems ask for to see whether they are behind a portal.
const PROBES: [(&str, &str); 5] = [
    ("http://captive.apple.com/hotspot-detect.html", "<TITLE>Success</TITLE>"),
    ("http://connectivitycheck.gstatic.com/generate_204", "204"),
    ("http://www.msftconnecttest.com/connecttest.txt", "Microsoft Connect Test"),
    ("http://detectportal.firefox.com/success.txt", "success\n"),
    ("http://nmcheck.gnome.org/check_network_status.txt", "NetworkManager is online"),
];

fn probes(b: &mut Bed) {
    b.login(1, "short-metered", "pw");
    for (url, expected) in PROBES {
        let words = ["curl", "-s", "-m", "5", "-w", "%{http_code}", url];
        let got = exec("cli1", &words).stdout;
        assert!(got.contains(expected) && !got.contains("notyet"), "{url}: {got}");
    }
    let answer = captive_portal();
    assert!(answer.contains("\"captive\":false") && answer.contains("?res=already&"), "{answer}");
    let number = |name: &str| {
        let rest = answer.split(&format!("\"{name}\":")).nth(1)?;
        rest.split([',', '}']).next()?.parse::<u64>().ok()
    };
    assert!(number("seconds-remaining").is_some_and(|left| (1000..=3600).contains(&left)), "{answer}");
    assert!(number("bytes-remaining").is_some_and(|left| (900_000..=1_000_000).contains(&left)), "{answer}");
    b.logoff(1);
    assert!(captive_portal().contains("\"captive\":true"));
}

/// The octets that were counted in a set with one element.
fn counted(set: &str) -> u64 {
    let listed = exec("gw", &["nft", "list", "set", "inet", "fongw", set]).stdout;
    let octets = listed.split(" bytes ").nth(1).and_then(|rest| rest.split_whitespace().next());
    octets.and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("no counter in {set}: {listed}"))
}

/// 512 kbit/s up, 2 Mbit/s down, with several times as much offered.
fn bandwidth(b: &mut Bed) {
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

fn reloaded(b: &mut Bed) {
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

fn accounting(b: &mut Bed) {
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

/// Lets the first client in: by its login with limits, or by the operator without.
fn let_in(b: &mut Bed, limits: bool) {
    if limits {
        return b.login(1, "limited", "pw");
    }
    b.ctl(&["authorize", "mac", "02-00-5E-10-00-01", "username", "unlimited"]);
    b.until_state(1, "pass");
}

fn stolen_address(b: &mut Bed) {
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

fn orphaned(b: &mut Bed) {
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

fn renumbered(b: &mut Bed) {
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
    let gateway = |program: &str| {
        let done = exec("gw", &["sh", "-ec", program]);
        assert!(done.status.success(), "{done:?}");
    };
    gateway("ip link set wan0 down; ip link set wan0 name other0; ip link set other0 up");
    eventually("the rules to forget the interface", LIMIT, || (usual() == 0).then_some(()));
    gateway("ip link set other0 down; ip link set other0 name wan0; ip link set wan0 up");
    eventually("the rules to know the interface", LIMIT, || (usual() == 2).then_some(()));
    gateway(&format!("ip route replace {routes}"));
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
    b.logoff(1);
}

/// Starts a download that would last a minute, and waits until it flows.
fn download(_: &Bed) -> (Background, tempfile::NamedTempFile) {
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

fn length(file: &tempfile::NamedTempFile) -> u64 {
    std::fs::metadata(file.path()).map_or(0, |m| m.len())
}

fn cut(b: &mut Bed) {
    b.login(1, "limited", "pw");
    let (_curl, file) = download(b);
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

fn timeouts(b: &mut Bed) {
    for (user, cause) in [("short", "Session-Timeout"), ("idle", "Idle-Timeout")] {
        b.login(1, user, "pw");
        b.until_state(1, "dnat");
        assert_eq!(b.stop_record(user).get("Acct-Terminate-Cause").map(String::as_str), Some(cause));
        assert_eq!(echo(1, 1), 0);
    }
}

fn octets(b: &mut Bed) {
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

fn full(b: &mut Bed) {
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

fn block(b: &mut Bed) {
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

fn disconnected(b: &mut Bed) {
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

fn killed(b: &mut Bed) {
    b.login(1, "limited", "pw");
    let id = |b: &Bed| b.client(1).and_then(|line| line.split(' ').nth(3).map(str::to_owned));
    let before = id(b);
    let (_curl, file) = download(b);
    kill_gateway(b);
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
    let starts = b.radius.told();
    let of_session = |r: &&crate::support::freeradius::Record| {
        r.get("Acct-Session-Id") == stop.get("Acct-Session-Id") && r["Acct-Status-Type"] == "Start"
    };
    assert_eq!(starts.iter().filter(of_session).count(), 1);
}

/// SIGKILL for the gateway alone; what it started goes on.
fn kill_gateway(b: &mut Bed) {
    let namespace = format!("{}-gw", std::env::var("TB_NAME").expect("the test bed has a name"));
    let conf = b.configuration();
    let pids = run("ip", &["netns", "pids", &namespace]).stdout;
    let is_gateway = |pid: &&str| {
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let words: Vec<&[u8]> = line.split(|octet| *octet == 0).collect();
        words.first() == Some(&FONAP.as_bytes()) && words.contains(&conf.as_os_str().as_encoded_bytes())
    };
    let pid = pids.lines().find(is_gateway).expect("the gateway runs");
    assert!(run("kill", &["-KILL", pid]).status.success());
    b.gateway.take().expect("the gateway runs").wait_for_end(LIMIT);
}

/// What makes the table of today into one of the shape before: keys of hardware and IP address where clients are counted.
fn older(table: &str, mac: &str, ip: &str) -> String {
    let comment = format!(" comment \"{}\"", mac.replace(':', "-").to_ascii_uppercase());
    assert_eq!(table.matches(&comment).count(), 1, "{table}");
    let mut older = table.replace(&comment, "").replace("ruleset 3", "ruleset 2");
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

fn upgraded(b: &mut Bed) {
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
            now.contains("ruleset 3") && now.contains(mac) && !now.contains("02:00:5e:10:00:77"),
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

fn healed(b: &mut Bed) {
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
    // Without the gateway nobody makes it again, and the guard keeps everything closed.
    assert!(exec("gw", &["ip", "rule"]).stdout.contains("prohibit"));
}

fn released(b: &mut Bed) {
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

fn unprivileged(b: &mut Bed) {
    let conf = b.configuration();
    let conf = conf.to_str().expect("the path is text");
    let limits = ["setpriv", "--inh-caps", "-all", "--ambient-caps", "-all", "--bounding-set", "-net_admin"];
    // On another port than the gateway that runs.
    let state = format!("--statedir={}", b.other_state().display());
    let words = [FONAP, "gateway", "-c", conf, "--uamport=3999", "--uamuiport=0", "--coaport=0", &state];
    let done = exec("gw", &[&limits[..], &words].concat());
    assert_eq!(done.code(), 69, "{done:?}");
    let said: Vec<&str> = done.stderr.lines().filter(|line| line.starts_with("fonap: ")).collect();
    assert_eq!(said.len(), 1, "{done:?}");
    assert!(said[0].contains("run as root or with CAP_NET_ADMIN"), "{done:?}");
    // nft and dnsmasq are in a folder that this process sees empty.
    let hidden = ["sh", "-c", "mount -t tmpfs none /usr/sbin && exec \"$@\"", "sh"];
    let done = exec("gw", &[&hidden[..], &words].concat());
    assert_eq!(done.code(), 69, "{done:?}");
    assert!(done.stderr.contains("the program nft is not installed (package nftables)"), "{done:?}");
    // The gateway that runs goes on.
    assert!(get(1, "http://site.example/").starts_with("302 "));
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

fn refused(b: &mut Bed) {
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

fn stopped(b: &mut Bed) {
    b.login(1, "limited", "pw");
    let mut gateway = b.gateway.take().expect("the gateway runs");
    gateway.terminate();
    assert_eq!(gateway.wait_for_end(LIMIT).code(), Some(0), "{}", gateway.log());
    assert_eq!(b.stop_record("limited")["Acct-Terminate-Cause"], "NAS-Reboot");
    assert!(!exec("gw", &["nft", "list", "tables"]).stdout.contains("fongw"));
    assert_eq!(echo(1, 1), 0);
    let left = run("ip", &["netns", "pids", &format!("{}-gw", std::env::var("TB_NAME").unwrap_or_default())]);
    assert_eq!(left.stdout.trim(), "", "dnsmasq goes with the gateway");
}
