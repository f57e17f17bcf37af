//! `fonap ctl` against a running gateway: what it prints, what it does, and that nothing that a peer does to the
//! socket keeps the gateway from serving.

use crate::radius::{ALICE, log_in};
use crate::support::freeradius::FreeRadius;
use crate::support::gateway::Gateway;
use crate::support::process::{Background, Finished, run};
use crate::support::{FONAP, START_LIMIT, eventually};
use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// A record must come within this time.
const SOON: Duration = Duration::from_secs(20);
/// The hardware address of a client on 127.0.0.1.
const MAC: &str = "02-00-7F-00-00-01";

/// A gateway with a control socket in a folder of its own.
struct Site {
    gateway: Gateway,
    socket: PathBuf,
    folder: TempDir,
}

impl Site {
    #[track_caller]
    fn start(radius: &FreeRadius) -> Self {
        let folder = TempDir::with_prefix("fonap-ctl-").expect("a temporary folder");
        let socket = folder.path().join("chilli.sock");
        let lines =
            [format!("cmdsocket {}", socket.display()), "uamallowed 192.0.2.1,udp:198.51.100.0/24:53".into()];
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        Self { gateway: Gateway::start(radius, &lines), socket, folder }
    }

    #[track_caller]
    fn ctl(&self, words: &[&str]) -> Finished {
        let socket = self.socket.to_string_lossy();
        let mut all = vec!["ctl", "-s", &socket];
        all.extend(words);
        run(FONAP, &all)
    }

    /// What a command prints that has to succeed.
    #[track_caller]
    fn prints(&self, words: &[&str]) -> String {
        let done = self.ctl(words);
        assert_eq!(
            (done.code(), done.stderr.as_str()),
            (0, ""),
            "{words:?}: {done:?}\n{}",
            self.gateway.log()
        );
        done.stdout
    }

    /// A field of the client's line, counted from 1.
    #[track_caller]
    fn field(&self, number: usize) -> String {
        let list = self.prints(&["list"]);
        let field = list.trim_end().split(' ').nth(number - 1);
        field.unwrap_or_else(|| panic!("no field {number}: {list:?}")).to_owned()
    }
}

// spec: fon-api 4, 4.1, 4.2, 4.5, radius-profile 6.2
#[test]
fn a_session_is_opened_changed_listed_and_ended_by_commands() {
    let radius = FreeRadius::start();
    let site = Site::start(&radius);
    assert_eq!(site.prints(&["list"]), "");
    let id = site.gateway.hijacked([127, 0, 0, 1].into()).parameter("sessionid").expect("a session id");
    let url = "http://www.example.org/some/page?q=1";
    let before = format!("{MAC} 127.0.0.1 dnat {id} 0 - 0/0 0/0 0/0 0/0 0 0 0/0 0/0 {url}\n");
    assert_eq!(site.prints(&["list"]), before);
    assert_eq!(site.prints(&["listip", "127.0.0.1"]), before);
    assert_eq!(site.prints(&["listmac", "02:00:7f:00:00:01"]), before);
    assert_eq!(site.prints(&["listip", "127.0.0.9"]), "");

    let options = ["sessiontimeout", "3600", "maxoctets", "5000000000", "maxbwup", "1000000"];
    let authorize = ["authorize", "ip", "127.0.0.1", "username", "joe doe"];
    assert_eq!(site.prints(&[&authorize[..], &options].concat()), "");
    let start = radius.record("Start", "joe doe", SOON);
    assert_eq!(start.get("Acct-Session-Id"), Some(&id));
    assert_eq!(site.gateway.get("/status").result(), "already");
    assert_eq!((site.field(3).as_str(), site.field(6).as_str()), ("pass", "joe%20doe"));
    assert!(site.field(7).ends_with("/3600"));
    assert_eq!((site.field(11).as_str(), site.field(13).as_str()), ("5000000000", "0%/1000000"));
    let json: serde_json::Value = serde_json::from_str(&site.prints(&["list", "--json"])).expect("JSON");
    assert_eq!(json["sessions"][0]["session"]["userName"], "joe doe");
    assert_eq!(json["sessions"][0]["session"]["sessionId"], id.as_str());

    // What an update does not repeat is reset.
    site.prints(&["update", "mac", MAC, "sessionid", &id, "idletimeout", "60"]);
    assert!(site.field(7).ends_with("/0") && site.field(8).ends_with("/60"));
    assert_eq!((site.field(6).as_str(), site.field(11).as_str()), ("joe%20doe", "0"));
    for target in [&["ip", "127.0.0.1"][..], &["*"]] {
        site.prints(&[&["update"], target, &["username", target[0]]].concat());
        assert_eq!(
            (site.field(4), site.field(6)),
            (id.clone(), target[0].to_owned()),
            "renamed, not restarted"
        );
    }
    site.prints(&["update", "mac", MAC, "username", "joe doe"]);

    site.prints(&["logout", "sessionid", &id.to_uppercase()]);
    let stop = radius.record("Stop", "joe doe", SOON);
    assert_eq!(stop.get("Acct-Terminate-Cause").map(String::as_str), Some("Admin-Reset"));
    assert_eq!(site.gateway.get("/status").result(), "notyet");
    assert_eq!(
        (site.field(3).as_str(), site.field(5).as_str(), site.field(6).as_str()),
        ("dnat", "0", "joe%20doe")
    );
    assert_ne!(site.field(4), id, "a new id after a logout");
    site.prints(&["update", "*", "username", "nobody"]);
    assert_eq!(site.field(3), "dnat", "an update opens no session");

    // A login by RADIUS that nobody waits for.
    site.prints(&["login", "ip", "127.0.0.1", "username", "alice", "password", ALICE]);
    radius.record("Start", "alice", SOON);
    assert_eq!((site.field(3).as_str(), site.field(6).as_str()), ("pass", "alice"));

    site.prints(&["block", MAC]);
    radius.record("Stop", "alice", SOON);
    assert_eq!(site.field(3), "drop");
    site.prints(&["authorize", "mac", MAC, "noacct"]);
    assert_eq!(site.field(3), "pass", "authorize lifts a block");
    // Every client, as chilli_query has it; and an answer for programs.
    assert_eq!(site.prints(&["logout", "*", "--json"]), "{\"status\":0}\n");
    assert_eq!(site.field(3), "dnat");
    site.prints(&["dhcp-release", "*"]);
    assert_eq!(site.prints(&["list"]), "");
}

// spec: hotspot-config 1
#[test]
fn what_commands_show_follows_the_configuration() {
    let radius = FreeRadius::start();
    let mut site = Site::start(&radius);
    site.gateway.hijacked([127, 0, 0, 1].into());
    site.gateway.reconfigure(|text| text.replace("192.0.2.1,", "203.0.113.7,") + "lease 900\n");
    eventually("the new garden", SOON, || {
        site.prints(&["listgarden"]).contains("host=203.0.113.7 ").then_some(())
    });
    let leases = site.prints(&["dhcp-list"]);
    assert!(leases.ends_with("/900\n"), "{leases}");
}

// spec: hotspot-config 2.2
#[test]
fn a_gateway_that_gives_up_root_serves_on() {
    if !rustix::process::geteuid().is_root() {
        crate::support::skipped("control::a_gateway_that_gives_up_root_serves_on needs root");
        return;
    }
    let radius = FreeRadius::start();
    let folder = TempDir::with_prefix("fonap-user-").expect("a temporary folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("it is ours");
    let (socket, state) = (folder.path().join("chilli.sock"), folder.path().join("state"));
    let pid = folder.path().join("pid");
    let lines = [
        format!("cmdsocket {}", socket.display()),
        format!("statedir {}", state.display()),
        format!("pidfile {}", pid.display()),
        "uid 65534".to_owned(),
        "gid 65534".to_owned(),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let gateway = Gateway::start(&radius, &lines);
    let number = fs::read_to_string(&pid).expect("a pid file");
    let status = fs::read_to_string(format!("/proc/{}/status", number.trim())).expect("it runs");
    for line in ["Uid:\t65534\t65534\t65534\t65534", "Gid:\t65534\t65534\t65534\t65534", "Groups:\t65534 "] {
        assert!(status.lines().any(|l| l == line), "{line}: {status}");
    }
    assert_eq!(log_in(&gateway, "alice", ALICE).result(), "success", "{}", gateway.log());
    radius.record("Start", "alice", SOON);
    let site = Site { gateway, socket, folder };
    assert_eq!(site.field(3), "pass", "root commands it still");
    assert_eq!(fs::metadata(state.join("hotspot.redb")).expect("the journal").uid(), 65_534);
    assert!(!site.gateway.log().contains("cannot be written"), "{}", site.gateway.log());
}

// spec: fon-api 4.3, 4.4
#[test]
fn diagnosis_has_the_forms_of_the_original() {
    let radius = FreeRadius::start();
    let site = Site::start(&radius);
    site.gateway.hijacked([127, 0, 0, 1].into());
    assert_eq!(
        site.prints(&["listgarden"]),
        "main garden:\nhost=192.0.2.1        proto=0   port=0  \nhost=198.51.100.0     proto=17  port=53 \n\
         dhcp(dns) garden:\n"
    );
    let leases = site.prints(&["dhcp-list"]);
    assert!(leases.starts_with(&format!("{MAC} 127.0.0.1 dnat ")) && leases.ends_with("/600\n"), "{leases}");
    assert_eq!(site.prints(&["listradqueue"]), "next 0, first -1, last -1\n");
    assert!(site.prints(&["procs"]).starts_with("Children 0 Max 128 Total 0\nPID "));
    assert!(site.prints(&["listippool"]).contains(&format!("mac={MAC} ip=127.0.0.1 age=")));
    assert!(site.prints(&["status"]).contains("\nclients 1\n"));
    for name in ["list", "listgarden", "dhcp-list", "listradqueue", "procs", "listippool", "status"] {
        let text = site.prints(&[name, "--json"]);
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{name}: {text}");
    }
}

// spec: fon-api 4, 4.6
#[test]
fn exit_statuses_and_texts_are_those_of_fonctl() {
    let radius = FreeRadius::start();
    let site = Site::start(&radius);
    for (words, text, status) in [
        (&["frobnicate"][..], "unknown command: frobnicate\n", 1),
        (&["logout"], "logout requires ip, mac or sessionid\n", 1),
        (&["listip", "1.2.3"], "Invalid IP Address: 1.2.3\n", 1),
        (&["block", "02-00"], "02-00: bad MAC address\n", 255),
        (&["block"], "block requires a MAC address argument\n", 1),
        (&["logout", "ip", "127.0.0.77"], "no such client\n", 2),
    ] {
        let done = site.ctl(words);
        assert!(done.stderr.starts_with(text), "{words:?}: {done:?}");
        assert_eq!((done.code(), done.stdout.as_str()), (status, ""), "{words:?}");
    }
    // The same program under its other name, with two gateways.
    let fonctl = site.folder.path().join("fonctl");
    symlink(FONAP, &fonctl).expect("the folder is ours");
    let second = Site::start(&radius);
    let sockets = [&site.socket, &second.socket].map(|path| path.to_string_lossy().into_owned());
    let done = run(&fonctl.to_string_lossy(), &["-s", &sockets[0], "-s", &sockets[1], "listradqueue"]);
    assert_eq!(
        done.stdout,
        format!(
            "\nQuerying socket {}\nnext 0, first -1, last -1\n\nQuerying socket {}\nnext 0, first -1, last -1\n",
            sockets[0], sockets[1]
        )
    );
    let nowhere = site.folder.path().join("none.sock");
    let done = run(FONAP, &["ctl", "-s", &nowhere.to_string_lossy(), "list"]);
    assert_eq!(done.code(), 1, "{done:?}");
    assert!(done.stderr.contains("none.sock"), "{done:?}");
}

// spec: fon-api 4.7
#[test]
fn the_socket_is_for_its_owner_and_goes_with_the_gateway() {
    let radius = FreeRadius::start();
    let mut site = Site::start(&radius);
    let mode = fs::metadata(&site.socket).expect("the socket").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(site.gateway.stop(), Some(0), "{}", site.gateway.log());
    assert!(!site.socket.exists());
}

#[test]
fn the_live_view_follows_the_sessions() {
    let radius = FreeRadius::start();
    let site = Site::start(&radius);
    site.gateway.hijacked([127, 0, 0, 1].into());
    let mut command = Command::new(FONAP);
    command.args(["ctl", "-s"]).arg(&site.socket).args(["list", "--watch"]);
    let mut view = Background::start(&mut command);
    view.wait_for_line("1 clients, 0 sessions", START_LIMIT);
    assert_eq!(log_in(&site.gateway, "alice", ALICE).result(), "success");
    view.wait_for_line("1 clients, 1 sessions", START_LIMIT);
    view.wait_for_line(" alice ", START_LIMIT);
}

// A peer that floods the socket, sends garbage, never ends its question or never reads its answer.
#[test]
fn a_misused_control_socket_does_not_keep_the_gateway_from_serving() {
    let radius = FreeRadius::start();
    let site = Site::start(&radius);
    let connect = || UnixStream::connect(&site.socket).expect("the gateway accepts");
    let answer = |mut stream: UnixStream| {
        let mut text = String::new();
        stream.set_read_timeout(Some(START_LIMIT)).expect("a time");
        let _ = stream.read_to_string(&mut text);
        text
    };
    for garbage in [&b"\n"[..], b"\xff\xfe\0\n", b"list\n", b"{\"words\":[]}\n", b"{\"words\":[1]}\n"] {
        let mut stream = connect();
        stream.write_all(garbage).expect("it takes what comes");
        let text = answer(stream);
        assert!(text.starts_with("1\n"), "{garbage:?}: {text:?}");
    }
    let mut endless = connect();
    // It may close before all is written.
    let _ = endless.write_all(&vec![b'x'; 1 << 20]);
    assert!(["", "1\nthe question is too long\n"].contains(&answer(endless).as_str()));

    // More than it takes at a time: silent ones, and ones that do not read.
    let mut idle: Vec<UnixStream> = (0..40).map(|_| connect()).collect();
    for stream in idle.iter_mut().skip(20) {
        let _ = stream.write_all(b"{\"words\":[\"list\"]}\n");
    }
    assert_eq!(log_in(&site.gateway, "alice", ALICE).result(), "success", "{}", site.gateway.log());
    assert_eq!(site.gateway.get("/status").result(), "already");
    drop(idle);
    // With them gone it answers again.
    let done =
        eventually("an answer", START_LIMIT, || Some(site.ctl(&["list"])).filter(|done| done.code() == 0));
    assert!(done.stdout.contains(" pass "), "{done:?}");
}
