//! What goes wrong round a gateway: both RADIUS servers come and go, the disk is full. The user gets an answer, and
//! nothing of accounting is lost.

use crate::radius::{ALICE, log_in_as};
use crate::restart::server;
use crate::sessions::value;
use crate::support::freeradius::FreeRadius;
use crate::support::gateway::Gateway;
use crate::support::{eventually, free_port};
use std::fs::{self, File};
use std::io::Write;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// A record must come within this time.
const SOON: Duration = Duration::from_secs(60);

/// How many records of this kind a server got for a session.
fn told(server: &FreeRadius, kind: &str, session: &str) -> usize {
    let records = server.told();
    records
        .iter()
        .filter(|r| value(r, "Acct-Status-Type") == kind && value(r, "Acct-Session-Id") == session)
        .count()
}

// spec: radius-profile 8
#[test]
fn two_servers_that_come_and_go_by_turns_get_every_start_and_stop_once() {
    let ports = (free_port(), free_port());
    let lines = ["radiusserver2 127.0.0.2", "radiusretry 2", "radiusretrysec 1"];
    let gateway = Gateway::start_with_ports(ports.0, ports.1, &lines);
    let second = || FreeRadius::start_beside("127.0.0.2", ports.0, ports.1);
    let mut seen: Vec<[String; 3]> = Vec::new();
    let mut note = |server: &FreeRadius| {
        for record in server.records() {
            let of = |name| value(&record, name).to_owned();
            seen.push([of("Acct-Status-Type"), of("Acct-Session-Id"), of("Event-Timestamp")]);
        }
    };
    let mut sessions = Vec::new();
    let mut log_in = |last: u8| {
        let client = Ipv4Addr::new(127, 0, 0, last);
        let answer = log_in_as(&gateway, client, "alice", ALICE);
        assert_eq!(answer.result(), "success", "{answer:?}\n{}", gateway.log());
        let id = answer.parameter("sessionid").expect("a session id");
        sessions.push((client, id.clone()));
        id
    };
    // What a server acknowledges between the look at its records and its end would be seen nowhere.
    let started = |id: &str, at: &[&FreeRadius]| {
        let start = || at.iter().any(|server| told(server, "Start", id) > 0).then_some(());
        eventually("the Start", SOON, start);
    };
    // The first alone.
    let one = server(ports);
    started(&log_in(5), &[&one]);
    note(&one);
    drop(one);
    // The second alone: the user waits a little longer, and gets in.
    let two = second();
    started(&log_in(6), &[&two]);
    note(&two);
    drop(two);
    // Neither: the user is told, and who is in stays in.
    let refused = log_in_as(&gateway, Ipv4Addr::new(127, 0, 0, 7), "alice", ALICE);
    assert_eq!(refused.result(), "failed/timeout", "{refused:?}");
    assert_eq!(gateway.get_as(Ipv4Addr::new(127, 0, 0, 5), "/status", &[]).result(), "already");
    // The first again, then both, and the first leaves.
    let one = server(ports);
    let last = log_in(8);
    let two = second();
    started(&last, &[&one, &two]);
    note(&one);
    drop(one);
    for (client, _) in &sessions {
        assert_eq!(gateway.get_as(*client, "/logoff", &[]).result(), "logoff");
    }
    eventually("every Stop", SOON, || {
        sessions.iter().all(|(_, id)| told(&two, "Stop", id) == 1).then_some(())
    });
    note(&two);
    for (_, id) in &sessions {
        // A record whose acknowledgement died with its server comes again at the other one: the same one, made at
        // the same time. None is made twice, and their order holds.
        let mut of_session: Vec<&[String; 3]> = seen.iter().filter(|[_, session, _]| session == id).collect();
        of_session.dedup();
        let kinds: Vec<&str> = of_session.iter().map(|[kind, ..]| kind.as_str()).collect();
        assert_eq!(kinds, ["Start", "Stop"], "of {id} in {seen:?}\n{}", gateway.log());
    }
    assert!(!gateway.log().contains("is lost"), "{}", gateway.log());
}

/// A disk of our own, small enough to be filled. Gone when dropped.
struct Disk(TempDir);

impl Disk {
    #[track_caller]
    fn mount() -> Self {
        let folder = TempDir::with_prefix("fonap-disk-").expect("a temporary folder");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=8m,mode=0700", "fonap-test"])
            .arg(folder.path())
            .status();
        assert!(mounted.is_ok_and(|status| status.success()), "root can mount a tmpfs");
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Takes all room that is left.
    fn fill(&self) {
        let mut file = File::create(self.path().join("filler")).expect("there is room for a name");
        for size in [65_536, 4096, 1] {
            while file.write_all(&vec![b'x'; size]).is_ok() {}
        }
    }

    fn empty(&self) {
        fs::remove_file(self.path().join("filler")).expect("it is ours");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("--lazy").arg(self.path()).status());
    }
}

// spec: gateway-dataplane 10
#[test]
fn a_full_disk_keeps_nobody_out_and_loses_no_record() {
    if !rustix::process::geteuid().is_root() {
        crate::support::skipped("faults::a_full_disk_keeps_nobody_out_and_loses_no_record needs root");
        return;
    }
    let disk = Disk::mount();
    let ports = (free_port(), free_port());
    let first = server(ports);
    let state = format!("statedir {}", disk.path().join("state").display());
    let mut gateway = Gateway::start_with_ports(ports.0, ports.1, &[&state]);
    disk.fill();
    let clients: Vec<Ipv4Addr> = (5..25).map(|last| Ipv4Addr::new(127, 0, 0, last)).collect();
    let mut sessions = Vec::new();
    for client in &clients {
        let answer = log_in_as(&gateway, *client, "alice", ALICE);
        assert_eq!(answer.result(), "success", "{answer:?}\n{}", gateway.log());
        sessions.push(answer.parameter("sessionid").expect("a session id"));
    }
    gateway.wait_for_log("the journal cannot be written");
    eventually("every Start", SOON, || {
        sessions.iter().all(|id| told(&first, "Start", id) == 1).then_some(())
    });
    drop(first);
    // They leave while no server is there, and the disk has no room for their records.
    for client in &clients {
        assert_eq!(gateway.get_as(*client, "/logoff", &[]).result(), "logoff");
    }
    disk.empty();
    gateway.wait_for_log("the journal can be written again");
    // What was only in memory is on disk now, and outlives a crash.
    gateway.crash();
    let second = server(ports);
    gateway.start_again();
    eventually("every Stop", SOON, || sessions.iter().all(|id| told(&second, "Stop", id) == 1).then_some(()));
}
