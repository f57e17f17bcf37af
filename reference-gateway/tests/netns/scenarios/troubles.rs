//! What the gateway cannot mend alone, it says: in its log, and to whoever asks for the status.

use crate::bed::{Bed, LIMIT, bed, exec, try_bed};
use crate::support::eventually;
use crate::support::process::run;

/// Waits until the status warns, and the log has it too.
#[track_caller]
fn until_warned(b: &Bed, words: &str) {
    eventually(words, LIMIT, || b.ctl(&["status"]).contains(&format!("warning: {words}")).then_some(()));
    let status = b.ctl(&["status", "--json"]);
    assert!(status.contains(words) && b.log().contains(words), "{status}\n{}", b.log());
}

pub(super) fn dhcp(b: &mut Bed) {
    let pid = b.state_folder().join("dhcp/pid");
    let mut last = String::new();
    for _ in 0..5 {
        last = eventually("dnsmasq to run", LIMIT, || {
            let now = std::fs::read_to_string(&pid).ok()?.trim().to_owned();
            (now != last && run("kill", &["-KILL", &now]).status.success()).then_some(now)
        });
    }
    until_warned(b, "dhcp: failed");
    eventually("leases to be given again", LIMIT, || try_bed(&["dhcp", "1"]).status.success().then_some(()));
}

pub(super) fn advertisements(b: &mut Bed) {
    const ADVERTISE: &str = "import socket
s=socket.socket(socket.AF_INET6,socket.SOCK_RAW,socket.IPPROTO_ICMPV6)
s.setsockopt(socket.IPPROTO_IPV6,socket.IPV6_MULTICAST_HOPS,255)
s.sendto(bytes([134,0,0,0,64,0,0,30])+bytes(8),('ff02::1',0,0,socket.if_nametoindex('INTERFACE')))";
    assert!(!b.ctl(&["status"]).contains("ipv6: "));
    let advertise = |role: &str, interface: &str| {
        let done = exec(role, &["python3", "-c", &ADVERTISE.replace("INTERFACE", interface)]);
        assert!(done.status.success(), "{done:?}");
    };
    let counted = || {
        let listed = exec("gw", &["nft", "list", "counter", "inet", "fongw", "c_ra"]).stdout;
        let packets = listed.split("packets ").nth(1).and_then(|rest| rest.split(' ').next());
        packets.and_then(|text| text.parse::<u64>().ok()).unwrap_or_else(|| panic!("no counter: {listed}"))
    };
    // One that is sent to another network does not matter; but by a client, or by a program of this machine.
    advertise("gw", "wan0");
    let mut before = counted();
    assert_eq!(before, 0);
    for (role, interface) in [("cli1", "eth0"), ("gw", "hs0")] {
        advertise(role, interface);
        eventually("it to be counted", LIMIT, || (counted() > before).then_some(()));
        before = counted();
    }
    until_warned(b, "ipv6: router advertisements are sent");
    bed(&["dhcp", "2"]);
}
