//! The Status Manager in a process, against `fonap heartbeat-server`, over a network that misbehaves.

use crate::support::heartbeat::{MAC, StatusServer, key_path, note_changes, settings};
use crate::support::process::{Background, run};
use crate::support::relay::{Relay, Toward, pass};
use crate::support::{START_LIMIT, eventually, free_port};
use heartbeat::exec::TriggerName;
use heartbeat::liveness::Service;
use heartbeat::machine::Event;
use heartbeat::{ExecCode, Host};
use reference_gateway::status_manager::status::Counters;
use reference_gateway::status_manager::{Execution, Options, Status, StatusManager};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// A condition of a Status Manager may take this long to come about on a busy machine.
const LIMIT: Duration = Duration::from_secs(30);

#[track_caller]
fn on_runtime<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let outcome = runtime.block_on(future);
    runtime.shutdown_background();
    outcome
}

/// Waits until the status is as wanted.
async fn until(manager: &StatusManager, what: &str, wanted: impl Fn(&Status) -> bool) -> Status {
    let mut status = manager.status();
    let found = tokio::time::timeout(LIMIT, status.wait_for(|status| wanted(status))).await;
    match found {
        Ok(found) => found.expect("the Status Manager runs").clone(),
        Err(_) => panic!("waited in vain for {what}: {}", manager.status().borrow().json()),
    }
}

// spec: heartbeat 9.1, 10
#[test]
fn the_service_follows_a_network_that_loses_delays_repeats_and_reorders() {
    let directory = tempfile::tempdir().expect("a directory");
    let server = StatusServer::start(directory.path(), &["--replay-window", "60"]);
    let relay = Relay::start(server.address);
    let notes = directory.path().join("notes");
    let mut settings = settings(relay.address());
    settings.retries = 2;
    settings.retransmissions = 3;
    note_changes(&mut settings, &notes);
    on_runtime(async {
        let (watcher, mut events) = mpsc::unbounded_channel();
        // Of each datagram one copy comes late, so that it overtakes others, and one twice; every other is lost.
        let mut count = 0;
        relay.set(move |_, datagram| {
            count += 1;
            if count % 2 == 1 {
                return Vec::new();
            }
            [130, 10, 12].map(|delay| (Duration::from_millis(delay), datagram.to_vec())).into()
        });
        let options = Options { watcher: Some(watcher), ..Options::default() };
        let manager = StatusManager::start(settings, options).expect("good settings");
        let mut service = manager.service();
        assert_eq!(*service.borrow_and_update(), Service::Offline);
        let rough = until(&manager, "three answers", |s| s.counters.acknowledgements >= 3).await;
        assert!(service.has_changed().expect("it runs"));
        assert_eq!(*service.borrow_and_update(), Service::Online);
        assert_eq!(rough.service, Service::Online);

        relay.set(|_, _| Vec::new());
        let lost = until(&manager, "the service to go down", |s| s.service == Service::Offline).await;
        assert!(lost.failed >= 2 && lost.counters.failures >= 2 && lost.counters.timeouts >= 2);
        assert_eq!(*service.borrow_and_update(), Service::Offline);

        relay.set(|_, datagram| pass(datagram));
        let healed = until(&manager, "the service to come back", |s| s.service == Service::Online).await;
        assert_eq!(healed.failed, 0);
        assert_eq!(healed.last_failure.as_deref(), Some("no answer in time"));
        manager.stop().await;

        // What was sent and when the triggers ran, in order.
        let mut changes = Vec::new();
        while let Some(event) = events.recv().await {
            match event {
                Event::Online => changes.push("online"),
                Event::Offline => changes.push("offline"),
                Event::TriggerEnded { success, .. } => assert!(success),
                _ => {}
            }
        }
        assert_eq!(changes, ["online", "offline", "online"]);
    });
    assert_eq!(fs::read_to_string(&notes).expect("the triggers ran"), "online\noffline\nonline\n");
    let stats = server.stats();
    assert!(stats["answered"]["again"].as_u64().expect("a number") >= 1, "{stats}");
    assert_eq!(stats["refused"]["replay"], 0, "a copy within the duplicate window is no replay: {stats}");
}

/// One kind of answer, and what it has to be counted as.
type Hostile = (&'static str, fn(&[u8], &[u8]) -> Vec<Vec<u8>>, fn(&mut Counters));

/// The answer section of an answer to one of our queries begins here: header, question of 63 octets and suffix.
const ANSWERS: usize = 12 + 64 + 12 + 4;

fn flags(answer: &[u8], change: impl FnOnce(&mut [u8])) -> Vec<Vec<u8>> {
    let mut changed = answer.to_vec();
    change(&mut changed);
    vec![changed]
}

/// `answer` is the right one, `old` the one of the heartbeat before.
const HOSTILE: &[Hostile] = &[
    ("SERVFAIL", |answer, _| flags(&answer[..ANSWERS], |a| (a[3], a[7]) = (2, 0)), |c| c.refused += 1),
    ("NXDOMAIN", |answer, _| flags(&answer[..ANSWERS], |a| (a[3], a[7]) = (3, 0)), |c| c.refused += 1),
    ("a query in place of an answer", |answer, _| flags(answer, |a| a[2] &= 0x7f), |c| c.malformed += 1),
    ("cut within its record", |answer, _| vec![answer[..answer.len() - 9].to_vec()], |c| c.malformed += 1),
    ("no records", |answer, _| flags(&answer[..ANSWERS], |a| a[7] = 0), |c| c.invalid += 1),
    ("a forged text", |answer, _| flags(answer, |a| a[ANSWERS + 16] ^= 1), |c| c.invalid += 1),
    ("a text that is not base64", |answer, _| flags(answer, |a| a[ANSWERS + 20] = 0xff), |c| c.invalid += 1),
    (
        "the replayed answer of another heartbeat",
        |answer, old| vec![[&answer[..ANSWERS], &old[ANSWERS..]].concat()],
        |c| c.invalid += 1,
    ),
    // Not for this attempt: the right one still counts when it comes.
    ("another id before the answer", |answer, _| vec![other_id(answer), answer.to_vec()], ignored_then_valid),
    (
        "another name before the answer",
        |answer, _| vec![other_name(answer), answer.to_vec()],
        ignored_then_valid,
    ),
    ("garbage before the answer", |answer, _| vec![vec![0x5a; 700], answer.to_vec()], ignored_then_valid),
    (
        "a stub before the answer",
        |answer, _| vec![answer[..11].to_vec(), answer.to_vec()],
        ignored_then_valid,
    ),
    (
        "an answer from the past before the answer",
        |a, old| vec![old.to_vec(), a.to_vec()],
        ignored_then_valid,
    ),
    // And alone they are as good as nothing.
    (
        "another id only",
        |answer, _| vec![other_id(answer)],
        |c| {
            c.ignored += 1;
            c.timeouts += 1;
        },
    ),
    ("TC set on a whole answer", |answer, _| flags(answer, |a| a[2] |= 2), |c| c.acknowledgements += 1),
];

fn other_id(answer: &[u8]) -> Vec<u8> {
    flags(answer, |a| a[0] ^= 1).remove(0)
}

fn other_name(answer: &[u8]) -> Vec<u8> {
    flags(answer, |a| a[40] = if a[40] == b'e' { b'a' } else { b'e' }).remove(0)
}

fn ignored_then_valid(counters: &mut Counters) {
    counters.ignored += 1;
    counters.acknowledgements += 1;
}

// spec: heartbeat 7.4, 7.5, 5.4, 19
#[test]
fn each_hostile_answer_counts_as_what_it_is_and_none_does_harm() {
    let directory = tempfile::tempdir().expect("a directory");
    let server = StatusServer::start(directory.path(), &[]);
    let relay = Relay::start(server.address);
    let mut settings = settings(relay.address());
    settings.period_online = Duration::from_secs(600);
    settings.period_offline = Duration::from_secs(600);
    settings.retries = 1000;
    settings.timeout = Duration::from_secs(2);
    let old = Arc::new(Mutex::new(Vec::new()));
    on_runtime(async {
        relay.set({
            let old = Arc::clone(&old);
            move |toward, datagram| {
                if toward == Toward::Client {
                    *old.lock().expect("no panic") = datagram.to_vec();
                }
                pass(datagram)
            }
        });
        let manager = StatusManager::start(settings, Options::default()).expect("good settings");
        let mut before = until(&manager, "the first answer", |s| s.counters.acknowledgements == 1).await;
        for (name, answers, count) in HOSTILE {
            relay.set({
                let old = old.lock().expect("no panic").clone();
                move |toward, datagram| match toward {
                    Toward::Server => pass(datagram),
                    Toward::Client => {
                        let copies = answers(datagram, &old).into_iter().enumerate();
                        copies.map(|(place, copy)| (Duration::from_millis(30 * place as u64), copy)).collect()
                    }
                }
            });
            manager.heartbeat_now();
            let done =
                |s: &Status| s.next_heartbeat.is_some() && s.counters.heartbeats > before.counters.heartbeats;
            let after = until(&manager, name, done).await;
            let mut wanted = before.counters;
            wanted.heartbeats += 1;
            count(&mut wanted);
            let valid = wanted.acknowledgements > before.counters.acknowledgements;
            wanted.failures += u64::from(!valid);
            assert_eq!(after.counters, wanted, "{name}: {:?}", after.last_failure);
            assert_eq!(after.failed, if valid { 0 } else { before.failed + 1 }, "{name}");
            assert_eq!(after.service, Service::Online, "{name}");
            before = after;
        }
        manager.stop().await;
    });
}

// spec: heartbeat 5.3, 10
#[test]
fn an_instruction_runs_its_trigger_with_its_data_in_a_private_file() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = |name: &str| directory.path().join(name);
    fs::write(path("instructions"), format!("{MAC} 3 a'$b\n{MAC} 254\n{MAC} 9\n")).expect("a file");
    let key = key_path("rsa_a.pkcs8.pem").display().to_string();
    let instructions = path("instructions").display().to_string();
    let server = StatusServer::start(directory.path(), &["--rsa-key", &key, "--instructions", &instructions]);
    let mut settings = settings(server.address);
    let public = fs::read(key_path("rsa_a.spki.pem")).expect("a key");
    settings.rsa = Some(heartbeat::rsa::RsaPublicKey::from_file(&public).expect("a key"));
    settings.data_directory = path("data").display().to_string();
    note_changes(&mut settings, &path("notes"));
    let keep =
        format!("stat -c '%a %n' DATA > {0}; cp DATA {1}", path("mode").display(), path("copy").display());
    settings.triggers.set(TriggerName::Exec(ExecCode(3)), keep);
    on_runtime(async {
        let (watcher, mut events) = mpsc::unbounded_channel();
        let options = Options { watcher: Some(watcher), ..Options::default() };
        let manager = StatusManager::start(settings, options).expect("good settings");
        until(&manager, "three instructions", |s| s.counters.instructions == 3 && s.counters.triggers == 2)
            .await;
        manager.stop().await;
        let mut without = Vec::new();
        while let Some(event) = events.recv().await {
            if let Event::NoTrigger { name } = event {
                without.push(name.to_string());
            }
        }
        // 254 and 255 are numbers like others, not the original's internal codes.
        assert_eq!(without, ["254", "9"]);
    });
    assert_eq!(fs::read(path("copy")).expect("the trigger ran"), b"a'$b");
    let mode = fs::read_to_string(path("mode")).expect("the trigger ran");
    let (mode, name) = mode.trim_end().split_once(' ').expect("two words");
    let file = name.rsplit_once('/').expect("a path").1;
    assert_eq!((mode, &file[..10], file.len()), ("600", "fonsmdata_", 18));
    assert_eq!(fs::read_dir(path("data")).expect("the directory").count(), 0, "the file is removed");
    assert_eq!(fs::read_to_string(path("notes")).expect("notes"), "online\n");
}

// spec: heartbeat 11
#[test]
fn a_name_is_looked_up_and_its_addresses_are_tried_one_after_the_other() {
    let directory = tempfile::tempdir().expect("a directory");
    let server = StatusServer::start(directory.path(), &[]);
    let mut settings = settings(server.address);
    settings.servers[0].host = Host::Name("localhost".to_owned());
    on_runtime(async {
        let manager = StatusManager::start(settings.clone(), Options::default()).expect("good settings");
        let status = until(&manager, "an answer", |s| s.counters.acknowledgements >= 1).await;
        // Nobody listens on ::1; where localhost has it, that attempt failed and the heartbeat did not.
        assert!(
            status.counters.network_errors <= 1 && status.counters.failures == 0,
            "{:?}",
            status.counters
        );
        manager.stop().await;

        settings.servers[0].host = Host::Name("no-such-host.invalid".to_owned());
        let manager = StatusManager::start(settings, Options::default()).expect("good settings");
        let status = until(&manager, "a failure", |s| s.counters.failures >= 1).await;
        assert!(status.counters.lookup_failures >= 1, "{:?}", status.counters);
        manager.stop().await;
    });
}

// spec: heartbeat 10
#[test]
fn a_trigger_that_takes_too_long_is_killed_with_all_it_started_and_the_schedule_goes_on() {
    let directory = tempfile::tempdir().expect("a directory");
    let server = StatusServer::start(directory.path(), &[]);
    let mut settings = settings(server.address);
    let (alive, mark) = (directory.path().join("alive"), directory.path().join("mark"));
    // The child of the shell is what would go on.
    let command = format!(
        "(while true; do date +%N > {0}; sleep 0.05; done) & touch {1}; wait",
        alive.display(),
        mark.display()
    );
    settings.triggers.set(TriggerName::Online, command);
    settings.trigger_limit = Duration::from_secs(2);
    on_runtime(async {
        let manager = StatusManager::start(settings, Options::default()).expect("good settings");
        let during = until(&manager, "two heartbeats", |s| s.counters.acknowledgements >= 2).await;
        assert_eq!(during.counters.killed_triggers, 0, "the heartbeats did not wait for the trigger");
        until(&manager, "the kill", |s| s.counters.killed_triggers == 1 && s.counters.failed_triggers == 1)
            .await;
        manager.stop().await;
    });
    assert!(mark.exists());
    let last = fs::read(&alive).expect("it ran");
    let still = Instant::now() + Duration::from_millis(400);
    while Instant::now() < still {
        assert_eq!(fs::read(&alive).expect("it ran"), last, "a process of the trigger outlived it");
        std::thread::sleep(Duration::from_millis(20));
    }
}

// spec: heartbeat 20
#[test]
fn without_a_shell_nothing_in_a_command_is_more_than_a_word() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = |name: &str| directory.path().join(name);
    let server = StatusServer::start(directory.path(), &[]);
    let wanted = heartbeat::config::Execution { no_shell: true, user: None };
    let mut settings = settings(server.address);
    let command =
        format!("cp '{}' {} ; touch {}", path("keys").display(), path("a$b").display(), path("c").display());
    settings.triggers.set(TriggerName::Online, command.clone());
    on_runtime(async {
        let options = Options { execution: Execution::new(&wanted).expect("no user"), watcher: None };
        let manager = StatusManager::start(settings.clone(), options).expect("good settings");
        // cp has five operands, the last of which is no directory.
        until(&manager, "the failure", |s| s.counters.failed_triggers == 1).await;
        manager.stop().await;
        assert!(!path("c").exists());

        let command = format!("cp '{}' '{}'", path("keys").display(), path("a$b").display());
        settings.triggers.set(TriggerName::Online, command);
        let options = Options { execution: Execution::new(&wanted).expect("no user"), watcher: None };
        let manager = StatusManager::start(settings.clone(), options).expect("good settings");
        until(&manager, "the copy", |s| s.counters.triggers == 1).await;
        manager.stop().await;
        assert!(path("a$b").exists());
    });
}

#[test]
fn other_settings_are_taken_over_while_it_runs_and_bad_ones_are_not() {
    let directory = tempfile::tempdir().expect("a directory");
    let server = StatusServer::start(directory.path(), &[]);
    // Nobody listens there.
    let nobody = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
    on_runtime(async {
        let manager = StatusManager::start(settings(nobody), Options::default()).expect("good settings");
        until(&manager, "a failure", |s| s.counters.network_errors >= 1).await;
        let mut bad = settings(server.address);
        bad.suffix = "no.dot".to_owned();
        let refused = manager.reload(bad, Execution::default()).await.expect_err("a suffix without a dot");
        assert_eq!(refused.to_string(), "the suffix does not begin with a dot");
        manager.reload(settings(server.address), Execution::default()).await.expect("good settings");
        let status = until(&manager, "an answer", |s| s.service == Service::Online).await;
        assert!(status.counters.failures >= 1);
        manager.stop().await;
    });
}

/// The path of every hotspot: a resolver on the way.
#[test]
fn heartbeats_pass_a_forwarder() {
    let directory = tempfile::tempdir().expect("a directory");
    let key = key_path("rsa_a.pkcs1.pem").display().to_string();
    let instructions = directory.path().join("instructions");
    fs::write(&instructions, format!("{MAC} 5 12345\n")).expect("a file");
    let instructions = instructions.display().to_string();
    let server = StatusServer::start(directory.path(), &["--rsa-key", &key, "--instructions", &instructions]);
    let port = free_port();
    let mut command = Command::new("dnsmasq");
    command.args([
        "--keep-in-foreground",
        "--no-resolv",
        "--no-hosts",
        "--conf-file=/dev/null",
        "--log-facility=-",
    ]);
    command.args(["--listen-address=127.0.0.1", "--bind-interfaces", "--pid-file="]);
    command.arg(format!("--port={port}"));
    command.arg(format!("--server=/sm.fon.com/127.0.0.1#{}", server.address.port()));
    let _dnsmasq = Background::start(&mut command);
    let mut settings = settings(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    let public = fs::read(key_path("rsa_a.spki.pem")).expect("a key");
    settings.rsa = Some(heartbeat::rsa::RsaPublicKey::from_file(&public).expect("a key"));
    settings.retries = 1;
    on_runtime(async {
        let manager = StatusManager::start(settings.clone(), Options::default()).expect("good settings");
        let passed = |s: &Status| s.counters.instructions == 1 && s.counters.acknowledgements >= 1;
        let status = until(&manager, "both kinds of answer", passed).await;
        assert_eq!((status.service, status.counters.invalid), (Service::Online, 0));
        manager.stop().await;

        // The forwarder passes the refusal on too.
        settings.identity.mac.0[5] ^= 1;
        let manager = StatusManager::start(settings, Options::default()).expect("good settings");
        let status = until(&manager, "a refusal", |s| s.counters.failures >= 1).await;
        assert!(status.counters.refused >= 1, "{:?}", status.counters);
        manager.stop().await;
    });
    drop(eventually("the refusal in the server's numbers", START_LIMIT, || {
        server.process.stdout().into_iter().find(|line| line.contains("unknown MAC"))
    }));
}

#[test]
fn a_user_of_its_own_runs_the_triggers() {
    if run("id", &["-u"]).stdout.trim_end() != "0" {
        use std::io::Write as _;
        let note = b"skipped: status_manager::a_user_of_its_own_runs_the_triggers needs root\n";
        drop(std::io::stderr().write_all(note));
        return;
    }
    let directory = tempfile::tempdir().expect("a directory");
    let path = |name: &str| directory.path().join(name);
    run("chmod", &["711", &directory.path().display().to_string()]);
    let server_directory = path("server");
    fs::create_dir(&server_directory).expect("a directory");
    fs::write(server_directory.join("instructions"), format!("{MAC} 7 data\n")).expect("a file");
    let out = path("out");
    fs::create_dir(&out).expect("a directory");
    run("chmod", &["777", &out.display().to_string()]);
    let key = key_path("rsa_a.pkcs8.pem").display().to_string();
    let instructions = server_directory.join("instructions").display().to_string();
    let server =
        StatusServer::start(&server_directory, &["--rsa-key", &key, "--instructions", &instructions]);
    let mut settings = settings(server.address);
    let public = fs::read(key_path("rsa_a.spki.pem")).expect("a key");
    settings.rsa = Some(heartbeat::rsa::RsaPublicKey::from_file(&public).expect("a key"));
    settings.data_directory = path("data").display().to_string();
    let command = format!("id -un > {0}; cat DATA >> {0}", out.join("who").display());
    settings.triggers.set(TriggerName::Exec(ExecCode(7)), command);
    let wanted = heartbeat::config::Execution { no_shell: false, user: Some("nobody".to_owned()) };
    on_runtime(async {
        let options = Options { execution: Execution::new(&wanted).expect("a user"), watcher: None };
        let manager = StatusManager::start(settings, options).expect("good settings");
        until(&manager, "the trigger", |s| s.counters.triggers == 1).await;
        manager.stop().await;
    });
    assert_eq!(fs::read_to_string(out.join("who")).expect("it ran"), "nobody\ndata");
    let absent = heartbeat::config::Execution { no_shell: false, user: Some("no-such-user".to_owned()) };
    assert!(Execution::new(&absent).is_err());
}
