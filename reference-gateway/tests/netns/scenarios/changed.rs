//! Gateways with other configurations than that of most scenarios, and what changes while one runs.

use super::before::reach;
use super::recovery::kill_gateway;
use crate::bed::{Bed, LIMIT, SITE, bed, echo, exec, get};
use crate::support::eventually;
use std::fs;
use std::time::{Duration, Instant};

/// Writes another configuration, and says what stood there.
pub(super) fn write(b: &Bed, change: impl FnOnce(&str) -> String) -> String {
    let before = fs::read_to_string(b.configuration()).expect("the file is there");
    fs::write(b.configuration(), change(&before)).expect("the file is ours");
    before
}

pub(super) fn start_again(b: &mut Bed) {
    kill_gateway(b);
    b.start_gateway();
}

pub(super) fn network(role: &str, words: &[&str]) {
    let done = exec(role, words);
    assert!(done.status.success(), "{words:?}: {done:?}");
}

/// Whether the log says something, now or soon.
#[track_caller]
fn until_logged(b: &Bed, text: &str) {
    eventually(&format!("{text:?} in the log"), LIMIT, || b.log().contains(text).then_some(()));
}

pub(super) fn refuse(b: &mut Bed) {
    let before = write(b, |text| format!("{text}unauthenticated refuse\n"));
    network("gw", &["bridge", "link", "set", "dev", "hsp1", "isolated", "off"]);
    start_again(b);
    network("gw", &["bridge", "link", "set", "dev", "hsp1", "isolated", "on"]);
    until_logged(b, "clients at these ports of the bridge reach others past the gateway");
    assert!(b.log().contains("hsp1") && !b.log().contains("hsp2"), "{}", b.log());
    let began = Instant::now();
    assert_eq!(get(1, "https://site.example/"), "curl 7", "refused");
    assert!(began.elapsed() < Duration::from_millis(1500), "{:?}", began.elapsed());
    assert_eq!(echo(1, 1), 0);
    assert!(get(1, "http://site.example/").starts_with("302 "));
    assert_eq!(get(1, "http://203.0.113.21/"), "200 ", "the garden");
    b.login(1, "limited", "pw");
    assert_eq!(get(1, "https://site.example/"), "200 ");
    b.logoff(1);
    write(b, |_| before);
    start_again(b);
    assert_eq!(get(1, "https://site.example/"), "curl 28", "dropped");
    assert!(!b.log().contains("past the gateway"), "{}", b.log());
}

/// What DHCP tells a client of a captive portal, if it does.
fn told_by_dhcp(client: &str, uri: &str) -> bool {
    let hex: String = uri.bytes().map(|octet| format!("{octet:02x}")).collect();
    let options = bed(&["dhcp", client]);
    options.contains(&hex) || options.contains(uri)
}

pub(super) fn expired(b: &mut Bed) {
    let folder = tempfile::tempdir().expect("a folder");
    let [certificate, key] = ["cert.pem", "key.pem"].map(|name| folder.path().join(name));
    let mut parameters = rcgen::CertificateParams::new(vec!["gw.portal.example".to_owned()]).expect("a name");
    parameters.not_before = time::OffsetDateTime::now_utc() - Duration::from_secs(3600);
    parameters.not_after = time::OffsetDateTime::now_utc() + Duration::from_secs(12);
    let pair = rcgen::KeyPair::generate().expect("a key");
    fs::write(&certificate, parameters.self_signed(&pair).expect("a certificate").pem()).expect("ours");
    fs::write(&key, pair.serialize_pem()).expect("ours");
    let state = std::env::var("TB_STATE").expect("the test bed says where its state is");
    let before = write(b, |text| {
        text.replace(&format!("{state}/tls/server.pem"), &certificate.display().to_string())
            .replace(&format!("{state}/tls/server.key"), &key.display().to_string())
    });
    let uri = "https://gw.portal.example:3991/captive-portal-identification";
    start_again(b);
    assert!(b.ctl(&["status"]).contains(&format!("DHCP announces {uri}\n")), "{}", b.log());
    until_logged(b, "no captive-portal API: probes will have to do");
    eventually("the status to say so", LIMIT, || {
        let status = b.ctl(&["status"]);
        (status.contains("DHCP announces no captive-portal API") && status.contains("expired at"))
            .then_some(())
    });
    eventually("DHCP to be silent about it", LIMIT, || (!told_by_dhcp("2", uri)).then_some(()));
    // A renewed one is taken over while the gateway runs; one that does not fit its key is not.
    let api = || get(2, &format!("{uri}?"));
    assert_eq!(api(), "curl 60", "a certificate of its own");
    fs::copy(format!("{state}/tls/server.pem"), &certificate).expect("ours");
    b.try_ctl(&["reload"]);
    until_logged(b, "sslcertfile, sslkeyfile: ");
    assert_eq!(api(), "curl 60", "the old certificate goes on");
    fs::copy(format!("{state}/tls/server.key"), &key).expect("ours");
    b.ctl(&["reload"]);
    eventually("the API to be told again", LIMIT, || told_by_dhcp("2", uri).then_some(()));
    assert_eq!(api(), "200 ", "{}", b.log());
    write(b, |_| before);
    start_again(b);
    assert!(told_by_dhcp("2", uri));
}

pub(super) fn unrestricted(b: &mut Bed) {
    let urn = "urn:ietf:params:capport:unrestricted";
    let before = write(b, |text| format!("{text}uamallowed 0.0.0.0/0\n"));
    b.ctl(&["reload"]);
    eventually("the whole Internet to be open", LIMIT, || {
        (get(2, "http://site.example/") == "200 ").then_some(())
    });
    eventually("DHCP to say so", LIMIT, || told_by_dhcp("2", urn).then_some(()));
    assert!(b.ctl(&["status"]).contains(&format!("DHCP announces {urn}\n")));
    // What is private behind the uplink is not meant; what is named is.
    assert!(reach(1, &format!("{SITE} 443")) && reach(1, "10.99.0.1 81"));
    for closed in ["10.99.0.1 82", "10.99.0.1 443", "192.168.1.1 9", "198.51.100.2 22"] {
        assert!(!reach(1, closed), "{closed}");
    }
    write(b, |_| before);
    b.ctl(&["reload"]);
    eventually("the Internet to be closed", LIMIT, || {
        get(2, "http://site.example/").starts_with("302 ").then_some(())
    });
    eventually("DHCP to name the API again", LIMIT, || (!told_by_dhcp("2", urn)).then_some(()));
}

/// Nobody answers the gateway's questions for names any more.
pub(super) fn silent_names(b: &mut Bed) {
    let named = || get(1, "https://203.0.113.60/");
    assert_eq!(named(), "curl 60", "radius.example:443, open and with another name");
    let silence = "add table ip silence
add chain ip silence in { type filter hook input priority 0; }
add rule ip silence in udp dport 53 drop";
    network("inet", &["nft", silence]);
    let before =
        write(b, |text| format!("{text}uamallowed one.example,two.example,three.example,203.0.113.24\n"));
    let began = Instant::now();
    b.ctl(&["reload"]);
    eventually("an address to open beside names", LIMIT, || {
        (get(2, "http://203.0.113.24/") == "200 ").then_some(())
    });
    // Four names of five seconds each would have come first.
    assert!(began.elapsed() < Duration::from_secs(12), "{:?}", began.elapsed());
    until_logged(b, "cannot be looked up; the addresses that it had stay open");
    assert_eq!(named(), "curl 60", "the address that the name had stays open");
    start_again(b);
    assert_eq!(get(2, "http://203.0.113.24/"), "200 ", "open when the gateway says that it serves");
    network("inet", &["nft", "delete table ip silence"]);
    write(b, |_| before);
    b.ctl(&["reload"]);
    eventually("the name to open again", LIMIT, || (named() == "curl 60").then_some(()));
}

pub(super) fn reload(b: &mut Bed) {
    let before = write(b, |text| {
        let text = text.replace("swapoctets\n", "");
        format!(
            "{text}uamlogoutip 192.0.2.7\nallowflowoffload\nuamallowed \"www.apple.com,tcp:captive.apple.com:443\"\n"
        )
    });
    let probes = |b: &Bed| b.log().matches("a name by which systems look for a portal").count();
    assert_eq!(probes(b), 0);
    for _ in 0..2 {
        b.ctl(&["reload"]);
        until_logged(b, "only a restart takes it over");
    }
    eventually("every option to be named", LIMIT, || {
        let log = b.log();
        (log.contains("uamlogoutip") && log.contains("allowflowoffload")).then_some(())
    });
    // A limit of octets has the direction that accounting has.
    b.ctl(&["authorize", "mac", "02-00-5E-10-00-01", "username", "swapped", "maxoutputoctets", "50000"]);
    b.until_state(1, "pass");
    let ip = b.address(1);
    let map = |name: &str| exec("gw", &["nft", "list", "map", "inet", "fongw", name]).stdout.contains(&ip);
    assert!(map("quo_up4") && !map("quo_dn4"), "{}", exec("gw", &["nft", "list", "ruleset"]).stdout);
    b.logoff(1);
    // It is said once, and not of a name of which only HTTPS is open.
    eventually("the name of a probe to be warned of", LIMIT, || (probes(b) > 0).then_some(()));
    write(b, |_| before);
    b.ctl(&["reload"]);
    eventually("the garden to be as it was", LIMIT, || {
        get(2, "http://www.apple.com/").starts_with("302 ").then_some(())
    });
    assert_eq!(probes(b), 1, "{}", b.log());
    assert!(!b.log().contains("captive.apple.com"), "{}", b.log());
}
