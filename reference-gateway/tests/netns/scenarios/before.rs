//! What clients get before a login, and what they never get.

use crate::bed::{Bed, GARDEN, GATEWAY, LIMIT, SITE, bed, echo, exec, get, get_with};
use crate::support::eventually;
use md5::{Digest as _, Md5};
use std::time::Duration;

pub(super) fn lease(b: &mut Bed) {
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

pub(super) fn redirect(b: &mut Bed) {
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
    redirect_parameters(b);
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

/// spec: uam 5.0, 5.11; gateway-dataplane 15
fn redirect_parameters(b: &Bed) {
    let got = get(1, "http://site.example/some/page?a=b");
    let url = got.strip_prefix("302 ").expect("a redirect");
    let (_, query) = url.split_once('?').expect("parameters");
    let parameters: Vec<(&str, &str)> =
        query.split('&').map(|part| part.split_once('=').expect("a name and a value")).collect();
    let names: Vec<&str> = parameters.iter().map(|(name, _)| *name).collect();
    let expected = "res uamip uamport challenge called mac ip nasid sessionid ssl userurl md";
    assert_eq!(names.join(" "), expected, "{url}");
    let value = |name| parameters.iter().find(|(other, _)| *other == name).expect("checked").1;
    let ip = b.address(1);
    for (name, expected) in [
        ("res", "notyet"),
        ("uamip", GATEWAY),
        ("uamport", "3990"),
        ("called", "02-00-5E-10-00-FE"),
        ("mac", "02-00-5E-10-00-01"),
        ("ip", &ip),
        ("nasid", "00-18-84-D0-00-CD"),
        ("ssl", "https%3a%2f%2f192.168.182.1%3a3991%2f"),
        ("userurl", "http%3a%2f%2fsite.example%2fsome%2fpage%3fa%3db"),
    ] {
        assert_eq!(value(name), expected, "{name}: {url}");
    }
    let challenge = value("challenge");
    assert!(challenge.len() == 32 && challenge.bytes().all(|b| b.is_ascii_hexdigit()), "{url}");
    let (before, md) = url.rsplit_once("&md=").expect("checked");
    let digest: [u8; 16] = Md5::digest(format!("{before}uam secret")).into();
    let hex: String = digest.iter().map(|octet| format!("{octet:02X}")).collect();
    assert_eq!(md, hex, "{url}");
}

/// What the captive-portal API says to the first client.
pub(super) fn captive_portal() -> String {
    let ca = format!("{}/tls/ca.pem", std::env::var("TB_STATE").unwrap_or_default());
    let url = "https://gw.portal.example:3991/captive-portal-identification";
    exec("cli1", &["curl", "-si", "-m", "5", "--cacert", &ca, url]).stdout
}

pub(super) fn api(_: &mut Bed) {
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

pub(super) fn garden(b: &mut Bed) {
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
    // A name with a port: that port is open, and asking for the name opens no other.
    assert_eq!(get(1, "https://radius.example/"), "curl 60", "there, but with a certificate for other names");
    assert!(get(1, "http://radius.example/").starts_with("302 "), "another port of the name");
    assert!(!b.ctl(&["listgarden"]).split("dhcp(dns)").nth(1).unwrap_or_default().contains("203.0.113.60"));
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

/// A session whose client must see a page first opens what RADIUS lists for it, to this client only.
pub(super) fn splash(b: &mut Bed) {
    let closed = |client: u8, page: &str| get(client, page).starts_with("302 ");
    let (address, name) = ("http://203.0.113.24/", "http://site.example/");
    assert!(closed(1, address) && closed(1, name));
    let ip = b.address(1);
    b.ctl(&["login", "ip", &ip, "username", "splashed", "password", "pw"]);
    b.until_state(1, "splash");
    let open = |b: &Bed, when: &str| {
        eventually(&format!("the session's garden to be open {when}"), LIMIT, || {
            (get(1, address) == "200 " && get(1, name) == "200 " && get(1, "http://203.0.113.26/") == "200 ")
                .then_some(())
        });
        assert_eq!(b.state(1), "splash", "{when}");
        assert!(get(1, "http://203.0.113.25/").starts_with("302 http://welcome.example/first"), "{when}");
        assert_eq!(get(1, "https://site.example/"), "curl 28", "another port, {when}");
        assert!(closed(2, address) && closed(2, name), "the other client, {when}");
    };
    open(b, "at first");
    let nft = |words: &[&str]| assert!(exec("gw", &[&["nft"], words].concat()).status.success(), "{words:?}");
    nft(&["flush", "set", "inet", "fongw", "own_net4"]);
    eventually("its set to be missed", LIMIT, || b.log().contains("damaged=\"own_net4\"").then_some(()));
    open(b, "when somebody had emptied its set");
    // What takes nothing away is looked at, and left.
    let damaged = |b: &Bed| b.log().matches("damaged=").count();
    let before = damaged(b);
    nft(&["add", "element", "inet", "fongw", "blocked", "{ 02:00:5e:10:00:77 }"]);
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(damaged(b), before, "{}", b.log());
    assert!(exec("gw", &["nft", "flush", "ruleset"]).status.success());
    open(b, "when the table was made again");
    super::recovery::kill_gateway(b);
    b.start_gateway();
    open(b, "for the next gateway");
    b.ctl(&["reload"]);
    open(b, "with the configuration read again");
    b.ctl(&["logout", "ip", &ip]);
    b.until_state(1, "dnat");
    assert!(
        closed(1, address) && closed(1, name),
        "{}",
        exec("gw", &["nft", "list", "table", "inet", "fongw"]).stdout
    );
}

/// How a connection to an address and a port ends.
fn connect(client: u8, address: &str) -> String {
    const PROGRAM: &str = "import socket,sys
try: socket.create_connection((sys.argv[1],int(sys.argv[2])),timeout=1)
except ConnectionRefusedError: print('refused')
else: print('connected')";
    let (host, port) = address.split_once(' ').expect("an address and a port");
    exec(&format!("cli{client}"), &["python3", "-c", PROGRAM, host, port]).stdout.trim().to_owned()
}

/// Whether packets come there: also a refusal shows that.
pub(super) fn reach(client: u8, address: &str) -> bool {
    !connect(client, address).is_empty()
}

pub(super) fn isolation(b: &mut Bed) {
    let (connect, reach) = (|address: &str| connect(1, address), |address: &str| reach(1, address));
    // IPv6 is refused by the gateway itself; the site serves it, the gateway's port does not.
    let ipv6_is_off =
        || connect("2001:db8:ffff::30 80") == "refused" && connect("2001:db8:182::1 3990") != "connected";
    let other = exec("cli2", &["ip", "-4", "-br", "addr", "show", "eth0"]).stdout;
    let other = other.split_whitespace().nth(2).and_then(|a| a.split('/').next()).expect("an address");
    assert!(!reach(&format!("{other} 9")), "the other client");
    // The garden opens one port of a private address, and nothing round it.
    assert!(reach("10.99.0.1 81"), "the private service that the garden names");
    for closed in ["10.99.0.1 82", "10.99.0.1 8081"] {
        assert!(!reach(closed), "{closed}");
    }
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
    assert!(reach("10.99.0.1 81"), "the private service, logged in");
    for closed in ["192.168.1.1 9", "10.99.0.1 80", "198.51.100.2 22", "192.168.182.1 22"] {
        assert!(!reach(closed), "{closed}, logged in");
    }
    assert!(ipv6_is_off(), "IPv6, logged in");
    assert!(!reach(&format!("{other} 9")), "the other client, logged in");
    b.logoff(1);
}

/// Asks the well-known TCP ports of the gateway, and those round its own: also a refusal shows that one was reached.
pub(super) fn ports(b: &mut Bed) {
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

/// Sends a question for a name to UDP ports of the gateway: an answer or a refusal shows that one was reached.
pub(super) fn udp_ports(_: &mut Bed) {
    const PROGRAM: &str = "import select,socket,sys
ask=b'\\x12\\x34\\x01\\0\\0\\x01\\0\\0\\0\\0\\0\\0\\x04site\\x07example\\0\\0\\x01\\0\\x01'
found=set()
for part in (range(1,400),range(400,800),range(800,1100),range(3700,4000),range(5300,5400)):
    poll=select.poll(); socks={}
    for port in part:
        s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.connect((sys.argv[1],port)); s.send(ask)
        socks[s.fileno()]=(s,port); poll.register(s,select.POLLIN)
    while ready:=poll.poll(700):
        for fd,_ in ready: found.add(socks[fd][1]); poll.unregister(fd)
    for s,_ in socks.values(): s.close()
print(*sorted(found))";
    // DNS, and the forwarder that answers it. DHCP answers who asks from its client's port.
    assert_eq!(exec("cli1", &["python3", "-c", PROGRAM, GATEWAY]).stdout.trim(), "53 3953");
    // On another address of the gateway there is only the forwarder, which answers for every server until the login.
    assert_eq!(exec("cli1", &["python3", "-c", PROGRAM, "192.168.1.1"]).stdout.trim(), "53");
}

/// What systems ask for to see whether they are behind a portal.
const PROBES: [(&str, &str); 5] = [
    ("http://captive.apple.com/hotspot-detect.html", "<TITLE>Success</TITLE>"),
    ("http://connectivitycheck.gstatic.com/generate_204", "204"),
    ("http://www.msftconnecttest.com/connecttest.txt", "Microsoft Connect Test"),
    ("http://detectportal.firefox.com/success.txt", "success\n"),
    ("http://nmcheck.gnome.org/check_network_status.txt", "NetworkManager is online"),
];

pub(super) fn probes(b: &mut Bed) {
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
