//! `fonap heartbeat-server` and `fonap bench heartbeat`.

use crate::support::heartbeat::{KEY, MAC, StatusServer};
use crate::support::process::run;
use crate::support::{FONAP, START_LIMIT, eventually};
use heartbeat::answer::{Acceptance, Answer, accept};
use heartbeat::dns::{Expected, FailReason, Name, RecordType, ResponseCode, Rules, Verdict, write_query};
use heartbeat::query::QueryType;
use heartbeat::{Architecture, Cipher, Key, Mac, Query, Version};
use serde_json::Value;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};

/// One who speaks the protocol datagram by datagram.
struct Peer {
    socket: UdpSocket,
}

impl Peer {
    fn new(server: SocketAddr) -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a socket");
        socket.connect(server).expect("an address");
        socket.set_read_timeout(Some(START_LIMIT)).expect("a time limit");
        Self { socket }
    }

    fn name(mac: Mac, key: &str, trid: u32) -> Name {
        let query = Query {
            mac,
            query_type: QueryType::ONLINE,
            architecture: Architecture::FONAP,
            version: Version { major: 2, minor: 1, micro: 0, revision: 1 },
            status: 0,
            trid,
            retries: 0,
            filler: *b"thirteen here",
        };
        let key: Key = key.parse().expect("a key");
        format!("{}.sm.fon.com", query.seal(&Cipher::new(&key)).label()).parse().expect("a name")
    }

    /// Sends a query and gives the answer.
    #[track_caller]
    fn ask(&self, name: &Name, id: u16) -> Vec<u8> {
        let mut datagram = Vec::new();
        write_query(id, name, RecordType::TXT, &mut datagram).expect("a vector has room");
        self.exchange(&datagram)
    }

    #[track_caller]
    fn exchange(&self, datagram: &[u8]) -> Vec<u8> {
        self.socket.send(datagram).expect("the server is there");
        let mut answer = vec![0; 4096];
        let length = self.socket.recv(&mut answer).expect("an answer");
        answer.truncate(length);
        answer
    }
}

#[track_caller]
fn acknowledged(answer: &[u8], name: &Name, id: u16, trid: u32) -> Answer {
    let Verdict::Answer(text) = (Expected { id, name }).judge(answer, Rules::default()) else {
        panic!("no answer: {answer:02x?}")
    };
    let key: Key = KEY.parse().expect("a key");
    let cipher = Cipher::new(&key);
    let against = Acceptance { cipher: &cipher, rsa: None, trid, strict_nop: true, nop_tag: None };
    accept(text.as_octets(), &against).expect("a valid answer")
}

#[track_caller]
fn refused(answer: &[u8], name: &Name, id: u16) {
    let verdict = (Expected { id, name }).judge(answer, Rules::default());
    assert_eq!(verdict, Verdict::Fail(FailReason::Refused(ResponseCode::SERVER_FAILURE)));
}

// spec: heartbeat 17
#[test]
fn duplicates_get_the_same_answer_replays_and_strangers_a_refusal() {
    let directory = tempfile::tempdir().expect("a directory");
    let server = StatusServer::start(
        directory.path(),
        &["--duplicate-window", "2", "--replay-window", "600", "--device-rate", "4/600"],
    );
    let peer = Peer::new(server.address);
    let name = Peer::name(MAC, KEY, 1);
    let first = peer.ask(&name, 7);
    acknowledged(&first, &name, 7, 1);
    let mut again = peer.ask(&name, 8);
    again[..2].copy_from_slice(&first[..2]);
    assert_eq!(again, first, "the very same answer, but for the id");
    // Case may change on the way.
    let upper: Name = name.to_string().to_ascii_uppercase().parse().expect("a name");
    acknowledged(&peer.ask(&upper, 9), &upper, 9, 1);

    let second = Peer::name(MAC, KEY, 2);
    acknowledged(&peer.ask(&second, 10), &second, 10, 2);
    refused(&peer.ask(&name, 11), &name, 11);
    let stranger = Peer::name(Mac([2; 6]), KEY, 3);
    refused(&peer.ask(&stranger, 12), &stranger, 12);
    let wrong_key = Peer::name(MAC, &KEY.replace('7', "8"), 4);
    refused(&peer.ask(&wrong_key, 13), &wrong_key, 13);
    let elsewhere: Name = "www.example.com".parse().expect("a name");
    refused(&peer.ask(&elsewhere, 14), &elsewhere, 14);
    for trid in [5, 6] {
        let name = Peer::name(MAC, KEY, trid);
        acknowledged(&peer.ask(&name, 15), &name, 15, trid);
    }
    let too_many = Peer::name(MAC, KEY, 7);
    refused(&peer.ask(&too_many, 16), &too_many, 16);
    // No answer to what is none, and no harm from garbage: the next datagram's answer comes.
    for garbage in [&b""[..], b"x", &[0xff; 1400], &first] {
        peer.socket.send(garbage).expect("the server is there");
    }
    refused(&peer.ask(&elsewhere, 17), &elsewhere, 17);

    let stats = server.stats();
    let count = |section: &str, name: &str| {
        stats[section][name].as_u64().unwrap_or_else(|| panic!("{name}: {stats}"))
    };
    assert_eq!((count("answered", "nop"), count("answered", "again")), (4, 2), "{stats}");
    assert_eq!((count("refused", "replay"), count("refused", "device_rate")), (1, 1), "{stats}");
    assert_eq!((count("refused", "unknown_mac"), count("refused", "no_query")), (1, 1), "{stats}");
    assert_eq!((count("refused", "other_question"), count("dropped", "unanswerable")), (2, 4), "{stats}");
}

#[test]
fn an_address_over_its_rate_is_not_heard() {
    let directory = tempfile::tempdir().expect("a directory");
    let server = StatusServer::start(directory.path(), &["--source-rate", "3/600", "--log", "refused"]);
    let peer = Peer::new(server.address);
    for trid in 0..3 {
        let name = Peer::name(MAC, KEY, trid);
        acknowledged(&peer.ask(&name, 1), &name, 1, trid);
    }
    let mut datagram = Vec::new();
    write_query(1, &Peer::name(MAC, KEY, 9), RecordType::TXT, &mut datagram).expect("room");
    peer.socket.send(&datagram).expect("the server is there");
    let mut server = server;
    let line = server.process.wait_for_line("\"dropped\"", START_LIMIT);
    assert!(line.contains("too many datagrams from this address"), "{line}");
    let lines = server.process.stdout();
    assert!(!lines.iter().any(|line| line.contains("\"answered\"")), "only refusals are logged: {lines:?}");
    assert_eq!(server.stats()["dropped"]["source_rate"], 1);
}

#[test]
fn keys_change_while_it_runs() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut server = StatusServer::start(directory.path(), &[]);
    let peer = Peer::new(server.address);
    let name = Peer::name(MAC, KEY, 1);
    acknowledged(&peer.ask(&name, 1), &name, 1, 1);
    let other = KEY.replace('7', "8");
    let hang_up = |server: &StatusServer| {
        let pid = server.process.id().to_string();
        assert_eq!(run("kill", &["-HUP", &pid]).code(), 0);
    };
    // A file that is wrong changes nothing.
    fs::write(directory.path().join("keys"), format!("{MAC} {other} x\n")).expect("our file");
    hang_up(&server);
    eventually("the complaint", START_LIMIT, || {
        server
            .process
            .stderr()
            .into_iter()
            .find(|line| line.contains("not reloaded") && line.contains("line 1"))
    });
    fs::write(directory.path().join("keys"), format!("{MAC} {other}\n")).expect("our file");
    hang_up(&server);
    let mut trid = 100;
    eventually("the new key", START_LIMIT, || {
        trid += 1;
        let name = Peer::name(MAC, &other, trid);
        let answer = peer.ask(&name, 2);
        matches!((Expected { id: 2, name: &name }).judge(&answer, Rules::default()), Verdict::Answer(_))
            .then_some(())
    });
    let name = Peer::name(MAC, KEY, 3);
    refused(&peer.ask(&name, 3), &name, 3);
    let pid = server.process.id().to_string();
    assert_eq!(run("kill", &["-USR1", &pid]).code(), 0);
    server.process.wait_for_line("\"stats\"", START_LIMIT);
}

#[test]
fn what_is_wrong_with_its_files_is_said() {
    let directory = tempfile::tempdir().expect("a directory");
    let keys = directory.path().join("keys").display().to_string();
    let told = |more: &[&str]| {
        let mut arguments = vec!["heartbeat-server", "--keys", &keys];
        if !more.contains(&"--listen") {
            arguments.extend(["--listen", "127.0.0.1:0"]);
        }
        arguments.extend(more);
        let finished = run(FONAP, &arguments);
        (finished.code(), finished.stderr)
    };
    let (code, said) = told(&[]);
    assert!(code == 2 && said.contains("keys: No such file"), "{said}");
    fs::write(&keys, "\n00-18-84-a0-00-29 7ef4\n").expect("a file");
    let (code, said) = told(&[]);
    assert!(code == 2 && said.ends_with("keys: line 2: key text has 4 octets instead of 64\n"), "{said}");
    fs::write(&keys, format!("{MAC} {KEY}\n")).expect("a file");
    let (code, said) = told(&["--rsa-key", &keys]);
    assert!(code == 1 && said.contains("no RSA private key"), "{said}");
    let (code, said) = told(&["--device-rate", "5"]);
    assert!(code == 2 && said.contains("COUNT/SECONDS"), "{said}");
    let (code, said) = told(&["--instructions", &keys]);
    assert!(code == 2 && said.contains("--rsa-key"), "{said}");
    let (code, said) = told(&["--listen", "192.0.2.1:1"]);
    assert!(code == 1 && said.contains("cannot listen on 192.0.2.1:1"), "{said}");
}

#[test]
fn the_load_test_checks_every_answer() {
    let finished =
        run(FONAP, &["bench", "heartbeat", "--seconds", "1", "--devices", "100", "--window", "32", "--json"]);
    assert_eq!(finished.code(), 0, "{finished:?}");
    let report: Value = serde_json::from_str(&finished.stdout).expect("JSON");
    let outcome = &report["outcome"];
    let count = |name: &str| outcome[name].as_u64().unwrap_or_else(|| panic!("{name}: {report}"));
    assert!(count("answered") > 100, "{report}");
    assert_eq!((count("wrong"), count("lost")), (0, 0), "{report}");
    assert!(outcome["latency_us"]["p50"].as_u64() <= outcome["latency_us"]["p99"].as_u64(), "{report}");

    // Against a server that knows another key for them everything is wrong.
    let directory = tempfile::tempdir().expect("a directory");
    let server = StatusServer::start(directory.path(), &["--log", "none"]);
    let other = directory.path().join("other");
    fs::write(&other, format!("{MAC} {}\n", KEY.replace('7', "8"))).expect("a file");
    let address = server.address.to_string();
    let path = other.display().to_string();
    let arguments =
        ["bench", "heartbeat", "--server", &address, "--keys", &path, "--seconds", "1", "--rate", "200"];
    let finished = run(FONAP, &arguments);
    assert_eq!(finished.code(), 1, "{finished:?}");
    assert!(finished.stdout.contains("lost 0, wrong "), "{finished:?}");
}
