//! IPv6 of clients that are logged in: `ipv6 session`.

use super::changed::{network, start_again, write};
use super::recovery::{carrier_lost, renumbered};
use crate::bed::{Bed, LIMIT, TESTBED, bed, exec};
use crate::support::eventually;
use crate::support::process::Background;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

const SITE: &str = "2001:db8:ffff::30";

/// The address that the test bed gives a client.
fn address(client: u8) -> String {
    format!("2001:db8:182::1{client:02x}")
}

/// Sends datagrams of 1,000 octets from one of a client's addresses, and says how many were answered.
fn echo(client: u8, from: &str, count: u32) -> u32 {
    const PROGRAM: &str = "import socket,sys
s=socket.socket(socket.AF_INET6,socket.SOCK_DGRAM); s.settimeout(1.5); got=0
s.bind((sys.argv[1],0))
for _ in range(int(sys.argv[3])):
    try: s.sendto(b'x'*1000,(sys.argv[2],7010)); s.recv(2000); got+=1
    except OSError: break
print(got)";
    let done = exec(&format!("cli{client}"), &["python3", "-c", PROGRAM, from, SITE, &count.to_string()]);
    done.stdout.trim().parse().unwrap_or_else(|_| panic!("{done:?}"))
}

/// The echo that they are sent to. Its log says who sent any.
fn echo_server() -> Background {
    const PROGRAM: &str = "import socket,sys
s=socket.socket(socket.AF_INET6,socket.SOCK_DGRAM); s.bind((sys.argv[1],7010)); print('ready',flush=True)
while True: data,peer=s.recvfrom(2000); print(peer[0],flush=True); s.sendto(data,peer)";
    let mut server = start("inet", PROGRAM);
    server.wait_for_line("ready", LIMIT);
    server
}

fn start(role: &str, program: &str) -> Background {
    Background::start(Command::new(TESTBED).args(["exec", role, "python3", "-c", program, SITE]))
}

/// Asks for a router as a client does that has just come, and waits for an answer that is for this client alone.
fn solicit(client: u8) -> String {
    const PROGRAM: &str = "import ipaddress,socket,time
s=socket.socket(socket.AF_INET6,socket.SOCK_RAW,socket.IPPROTO_ICMPV6); s.settimeout(1)
s.setsockopt(socket.IPPROTO_IPV6,socket.IPV6_MULTICAST_HOPS,255)
s.setsockopt(socket.IPPROTO_IPV6,socket.IPV6_RECVPKTINFO,1)
end=time.monotonic()+20
while time.monotonic()<end:
    s.sendto(bytes([133])+bytes(7),('ff02::2',0,0,socket.if_nametoindex('eth0')))
    try: data,info,_,_=s.recvmsg(2000,100)
    except OSError: continue
    to=ipaddress.ip_address(info[0][2][:16])
    if data[0]==134 and not to.is_multicast: print('answered'); break";
    exec(&format!("cli{client}"), &["python3", "-c", PROGRAM]).stdout.trim().to_owned()
}

/// How a connection to an address ends.
fn connect(client: u8, address: &str) -> String {
    const PROGRAM: &str = "import socket,sys
try: socket.create_connection((sys.argv[1],80),timeout=1)
except Exception as e: print(type(e).__name__)
else: print('connected')";
    exec(&format!("cli{client}"), &["python3", "-c", PROGRAM, address]).stdout.trim().to_owned()
}

fn authorize(b: &Bed, user: &str) {
    b.ctl(&["authorize", "mac", "02-00-5E-10-00-01", "username", user]);
    b.until_state(1, "pass");
}

pub(super) fn session(b: &mut Bed) {
    let before = write(b, |text| format!("{text}ipv6 session\n"));
    start_again(b);
    ["1", "2"].iter().for_each(|client| drop(bed(&["dhcp", client])));
    let server = echo_server();
    let (mine, second) = (address(1), "2001:db8:182::2:1");
    network("cli1", &["ip", "-6", "addr", "add", &format!("{second}/64"), "dev", "eth0", "nodad"]);
    network("cli1", &["ip", "-6", "addr", "add", "2001:db8:999::1/128", "dev", "lo", "nodad"]);
    network("inet", &["ip", "-6", "addr", "add", "fd00:99::1/128", "dev", "lo", "nodad"]);
    // Who comes gets an address from whoever advertises a prefix.
    network("gw", &["ip", "-6", "addr", "add", "2001:db8:183::1/64", "dev", "hs0", "nodad"]);
    let mut advertiser = Command::new(TESTBED);
    advertiser.args(["exec", "gw", "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=0"]);
    advertiser.args(["--user=root", "--group=", "--pid-file=", "--interface=hs0", "--enable-ra"]);
    let advertiser = Background::start(advertiser.arg("--dhcp-range=2001:db8:183::,ra-only,64"));
    assert_eq!(solicit(1), "answered", "{}", advertiser.log());
    drop(advertiser);
    for client in ["cli1", "cli2"] {
        network(client, &["ip", "-6", "addr", "flush", "dev", "eth0", "dynamic"]);
        network(client, &["ip", "-6", "route", "flush", "proto", "ra"]);
    }
    network("gw", &["ip", "-6", "addr", "del", "2001:db8:183::1/64", "dev", "hs0"]);
    // At once, so that browsers go on with IPv4.
    let began = Instant::now();
    assert_eq!(connect(1, SITE), "ConnectionRefusedError");
    assert!(began.elapsed() < Duration::from_millis(900), "{:?}", began.elapsed());
    assert_eq!(echo(1, &mine, 1), 0);

    authorize(b, "both");
    assert_eq!(echo(1, &mine, 60), 60);
    assert_eq!(echo(1, second, 40), 40);
    assert_eq!(echo(1, "2001:db8:999::1", 1), 0, "a source of another network");
    let heard = server.log();
    assert!(heard.contains(&mine) && heard.contains(second), "{heard}");
    // No answer would come back in any case.
    assert!(!heard.contains("2001:db8:999::1"), "{heard}");
    assert_eq!(connect(1, "fd00:99::1"), "TimeoutError", "a private network behind the uplink");
    // Past the bridge, which keeps them apart too.
    let other = address(2);
    for (client, to) in [("cli1", &other), ("cli2", &mine)] {
        network(client, &["ip", "-6", "route", "add", to, "via", "2001:db8:182::1", "dev", "eth0"]);
    }
    assert_eq!(connect(2, SITE), "ConnectionRefusedError", "the other client is not logged in");
    b.ctl(&["authorize", "mac", "02-00-5E-10-00-02", "username", "other"]);
    b.until_state(2, "pass");
    assert_eq!(connect(2, SITE), "connected");
    assert_eq!(connect(1, &other), "TimeoutError", "the other client");
    b.logoff(2);
    // What was counted goes on with the next gateway.
    start_again(b);
    b.until_state(1, "pass");
    assert_eq!(echo(1, &mine, 25), 25);
    b.logoff(1);
    assert_eq!(echo(1, &mine, 1), 0);
    let stop = b.stop_record("both");
    for (name, expected) in [
        // With the headers of UDP and IPv6.
        ("Acct-Input-Octets", "131000"),
        ("Acct-Output-Octets", "131000"),
        ("Acct-Input-Packets", "125"),
        ("Acct-Output-Packets", "125"),
    ] {
        assert_eq!(stop.get(name).map(String::as_str), Some(expected), "{name}: {stop:?}");
    }

    // Limits are those of IPv4.
    b.login(1, "limited", "pw");
    assert_eq!(connect(1, SITE), "ConnectionRefusedError");
    b.logoff(1);

    // Without that configuration nothing of it is left.
    authorize(b, "closed");
    write(b, |_| before);
    start_again(b);
    b.until_state(1, "pass");
    assert_eq!(connect(1, SITE), "ConnectionRefusedError");
    assert!(!exec("gw", &["nft", "list", "tables"]).stdout.contains("netdev"));
    b.logoff(1);
}

pub(super) fn cut(b: &mut Bed) {
    /// Sends a thousand datagrams a second to whoever sends one.
    const STREAM: &str = "import socket,sys,time
s=socket.socket(socket.AF_INET6,socket.SOCK_DGRAM); s.bind((sys.argv[1],7009)); _,to=s.recvfrom(2000)
end=time.monotonic()+60
while time.monotonic()<end:
    for _ in range(10): s.sendto(b'x'*100,to)
    time.sleep(0.01)";
    const ASK: &str = "import socket,sys,time
s=socket.socket(socket.AF_INET6,socket.SOCK_DGRAM); s.sendto(b'begin',(sys.argv[1],7009)); time.sleep(60)";
    let before = write(b, |text| format!("{text}ipv6 session\n"));
    start_again(b);
    ["1", "2"].iter().for_each(|client| drop(bed(&["dhcp", client])));
    authorize(b, "both");
    let _echo = echo_server();
    let stream = start("inet", STREAM);
    thread::sleep(Duration::from_millis(500));
    let ask = start("cli1", ASK);
    let received = || {
        let text = exec("cli1", &["cat", "/sys/class/net/eth0/statistics/rx_packets"]).stdout;
        text.trim().parse::<u64>().unwrap_or_else(|_| panic!("{text}"))
    };
    let flows = || {
        let before = received();
        thread::sleep(Duration::from_millis(500));
        received() - before > 100
    };
    eventually("the stream to flow", LIMIT, || flows().then_some(()));
    // Who somebody else shuts out, or lets in, does not stay so.
    for damage in [
        &["delete", "table", "netdev", "fongw"][..],
        &["delete", "element", "netdev", "fongw", "dn6", "{ 02:00:5e:10:00:01 }"],
        &["delete", "element", "inet", "fongw", "mac6", "{ 02:00:5e:10:00:01 }"],
        &["add", "element", "inet", "fongw", "mac6", "{ 02:00:5e:10:00:02 }"],
    ] {
        let remade = || b.log().matches("which is made again").count();
        let before = remade();
        network("gw", &[&["nft"], damage].concat());
        eventually(&format!("{damage:?} to be mended"), LIMIT, || (remade() > before).then_some(()));
        eventually("the stream to flow again", LIMIT, || flows().then_some(()));
        assert_eq!(echo(1, &address(1), 1), 1, "{damage:?}");
        assert_eq!(echo(2, &address(2), 1), 0, "{damage:?}");
        thread::sleep(Duration::from_secs(1));
    }
    b.logoff(1);
    assert!(!flows(), "what comes for a client that has logged off");
    drop((stream, ask));
    // The hook follows the interface that it is at.
    for follow in [renumbered, carrier_lost] {
        follow(b);
        authorize(b, "both");
        assert_eq!(echo(1, &address(1), 3), 3);
        b.logoff(1);
        let stop = b.stop_record("both");
        assert_eq!(stop["Acct-Output-Octets"], "3144", "{stop:?}");
    }
    write(b, |_| before);
    start_again(b);
}
