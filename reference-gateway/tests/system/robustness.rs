//! Clients that are hostile, broken or slow: the gateway answers them rightly or not at all, and always the next one.

use crate::support::eventually;
use crate::support::free_port;
use crate::support::gateway::Gateway;
use crate::support::http::Answer;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::time::{Duration, Instant};

/// The time limit of one read or write.
const PATIENCE: Duration = Duration::from_secs(30);

#[track_caller]
fn gateway(lines: &[&str]) -> Gateway {
    Gateway::start_with_ports(free_port(), free_port(), lines)
}

#[track_caller]
fn connect(gateway: &Gateway) -> TcpStream {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, gateway.port)).expect("the gateway listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time limit can be set");
    stream.set_write_timeout(Some(PATIENCE)).expect("a time limit can be set");
    stream
}

/// Reads to the end. A connection that is reset has ended, too.
#[track_caller]
fn rest(mut stream: TcpStream) -> String {
    let mut octets = Vec::new();
    match stream.read_to_end(&mut octets) {
        Ok(_) => {}
        Err(e) if matches!(e.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => {}
        Err(e) => panic!(
            "the gateway neither answers nor closes: {e}, after {:?}",
            String::from_utf8_lossy(&octets)
        ),
    }
    String::from_utf8_lossy(&octets).into_owned()
}

/// Sends octets, closes the sending side and reads the answer.
#[track_caller]
fn exchange(gateway: &Gateway, octets: &[u8]) -> String {
    let mut stream = connect(gateway);
    // A gateway that has seen enough may close before it has read all.
    drop(stream.write_all(octets));
    drop(stream.shutdown(Shutdown::Write));
    rest(stream)
}

/// The answer, if there is one, is an error status of the client's making.
#[track_caller]
fn assert_refused(text: &str) {
    if text.is_empty() {
        return;
    }
    let answer = Answer::parse(text).unwrap_or_else(|| panic!("no HTTP: {text:?}"));
    assert!((400..500).contains(&answer.status), "{answer:?}");
}

/// A good client is answered, quickly.
#[track_caller]
fn assert_alive(gateway: &mut Gateway) {
    let started = Instant::now();
    let answer = gateway.hijacked(Ipv4Addr::LOCALHOST);
    assert_eq!(answer.result(), "notyet", "{answer:?}");
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    assert!(gateway.is_running());
    let log = gateway.log();
    assert!(!log.contains("panicked"), "{log}");
}

// spec: uam 2
#[test]
fn a_url_of_a_megabyte_is_refused() {
    let mut gateway = gateway(&[]);
    let mut request = b"GET /".to_vec();
    request.resize(1 << 20, b'a');
    request.extend(b" HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_refused(&exchange(&gateway, &request));
    assert_alive(&mut gateway);
    // Without an end, too.
    assert_refused(&exchange(&gateway, &vec![b'G'; 1 << 20]));
    assert_alive(&mut gateway);
}

// spec: uam 2
#[test]
fn a_head_with_too_many_fields_is_refused() {
    let mut gateway = gateway(&[]);
    let mut request = b"GET / HTTP/1.1\r\n".to_vec();
    for number in 0..20_000 {
        request.extend(format!("x-{number}: y\r\n").bytes());
    }
    request.extend(b"\r\n");
    assert_refused(&exchange(&gateway, &request));
    assert_alive(&mut gateway);
}

#[test]
fn the_limits_of_a_head_are_what_the_configuration_says() {
    let head = |fields: usize, long: usize| {
        let mut head = format!("GET /{} HTTP/1.1\r\n", "a".repeat(long));
        for number in 0..fields {
            head.push_str(&format!("x-{number}: y\r\n"));
        }
        head + "\r\n"
    };
    let accepted = |answer: &str| answer.starts_with("HTTP/1.1 302 ");
    let mut narrow = gateway(&["maxfields 20"]);
    assert!(accepted(&exchange(&narrow, head(20, 10).as_bytes())));
    assert_refused(&exchange(&narrow, head(21, 10).as_bytes()));
    assert_refused(&exchange(&narrow, head(1, 12_000).as_bytes()));
    assert_alive(&mut narrow);
    let mut wide = gateway(&["maxhead 65536", "maxfields 200"]);
    assert!(accepted(&exchange(&wide, head(200, 12_000).as_bytes())));
    assert_alive(&mut wide);
}

#[test]
fn one_client_cannot_take_all_places() {
    let mut gateway = gateway(&["maxconnectionsperclient 5", "headtimeout 4"]);
    let held: Vec<TcpStream> = (0..5).map(|_| connect(&gateway)).collect();
    eventually("a refusal", PATIENCE, || {
        let answer = exchange(&gateway, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        answer.starts_with("HTTP/1.1 503 ").then_some(())
    });
    drop(held);
    eventually("a place", PATIENCE, || (gateway.get("/page").status == 302).then_some(()));
    assert_alive(&mut gateway);
}

// spec: uam 2
#[test]
fn a_head_that_comes_drop_by_drop_is_cut_off() {
    let mut gateway = gateway(&["headtimeout 2"]);
    let mut stream = connect(&gateway);
    let started = Instant::now();
    let mut cut = false;
    stream.set_read_timeout(Some(Duration::from_millis(100))).expect("a time limit can be set");
    stream.write_all(b"GET / HTTP/1.1\r\n").expect("it listens");
    while started.elapsed() < Duration::from_secs(15) {
        // One octet after the other keeps every simple timer alive.
        let sent = stream.write_all(b"x");
        let mut answer = [0; 512];
        let closed = match stream.read(&mut answer) {
            Ok(0) => true,
            Ok(_) => false,
            Err(e) => !matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
        };
        if sent.is_err() || closed {
            cut = true;
            break;
        }
    }
    assert!(cut, "still open after {:?}", started.elapsed());
    assert!(started.elapsed() >= Duration::from_secs(1), "cut off before its time");
    assert_alive(&mut gateway);
}

// A client may close its sending side as soon as it has asked.
#[test]
fn a_half_closed_connection_is_answered() {
    let mut gateway = gateway(&[]);
    let text = exchange(&gateway, b"GET /page HTTP/1.1\r\nHost: example.org\r\n\r\n");
    let answer = Answer::parse(&text).unwrap_or_else(|| panic!("no answer: {text:?}"));
    assert_eq!(answer.result(), "notyet");
    // And with half a request only.
    assert_refused(&exchange(&gateway, b"GET /page HTTP/1.1\r\nHo"));
    assert_refused(&exchange(&gateway, b""));
    assert_alive(&mut gateway);
}

#[test]
fn connections_above_the_limit_are_turned_away() {
    let mut gateway = gateway(&["maxconnections 20", "headtimeout 4"]);
    let held: Vec<TcpStream> = (0..60).map(|_| connect(&gateway)).collect();
    // Those above the limit are told so at once; those below wait for their request.
    let mut turned_away = 0;
    for mut stream in held {
        stream.set_read_timeout(Some(Duration::from_millis(300))).expect("a time limit can be set");
        let mut answer = [0; 256];
        match stream.read(&mut answer) {
            Ok(n) if n > 0 => {
                let text = String::from_utf8_lossy(&answer[..n]).into_owned();
                assert!(text.starts_with("HTTP/1.1 503 "), "{text}");
                turned_away += 1;
            }
            Ok(_) => turned_away += 1,
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => turned_away += 1,
        }
    }
    assert!(turned_away >= 40, "{turned_away} of 60 turned away with a limit of 20");
    // They are closed now; the places are free again.
    eventually("a place", PATIENCE, || {
        let answer = gateway.get("/page");
        (answer.status == 302).then_some(())
    });
    assert_alive(&mut gateway);
}

#[test]
fn a_flood_of_short_connections_is_survived() {
    let mut gateway = gateway(&[]);
    for number in 0..2000 {
        let mut stream = connect(&gateway);
        if number % 3 == 0 {
            drop(stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
        }
    }
    eventually("an answer", PATIENCE, || (gateway.get("/page").status == 302).then_some(()));
    assert_alive(&mut gateway);
}

// More than the gateway takes in one turn.
#[test]
fn of_many_requests_at_once_each_is_answered() {
    let mut gateway = gateway(&["maxconnectionsperclient 1000"]);
    for _ in 0..3 {
        let mut clients: Vec<TcpStream> = (0..300).map(|_| connect(&gateway)).collect();
        for client in &mut clients {
            client.write_all(b"GET /page HTTP/1.1\r\nHost: example.org\r\n\r\n").expect("it listens");
        }
        for client in clients {
            let answer = rest(client);
            assert!(answer.starts_with("HTTP/1.1 302 "), "{answer:?}");
        }
    }
    assert_alive(&mut gateway);
}

#[test]
fn garbage_is_refused() {
    let mut gateway = gateway(&[]);
    let tls_hello = [0x16, 3, 1, 0, 5, 1, 0, 0, 1, 3];
    let every: Vec<u8> = (0..=255).cycle().take(3000).collect();
    for octets in [
        &b"\0\0\0\0\r\n\r\n"[..],
        &b"\r\n\r\n\r\n"[..],
        &tls_hello,
        &every,
        &b"GET\r\n\r\n"[..],
        &b"GET / HTTP/9.9\r\n\r\n"[..],
        &b"GET nowhere HTTP/1.1\r\n\r\n"[..],
        &b"GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n"[..],
        &b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"[..],
        &b"GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n"[..],
        &b"POST /portal/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"[..],
        &b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..],
    ] {
        let text = exchange(&gateway, octets);
        let status = Answer::parse(&text).map(|answer| answer.status);
        let sent = String::from_utf8_lossy(octets);
        assert!(text.is_empty() || status.is_some_and(|s| (400..500).contains(&s)), "{sent:?}: {text}");
    }
    assert_alive(&mut gateway);
}

// What stands in a request must not become a line of the answer.
#[test]
fn a_request_cannot_write_into_the_head_of_the_answer() {
    let mut gateway = gateway(&[]);
    for request in [
        &b"GET /%0d%0aSet-Cookie:%20a=b HTTP/1.1\r\nHost: x\r\n\r\n"[..],
        &b"GET /?userurl=%0d%0aSet-Cookie:%20a=b HTTP/1.1\r\nHost: x\r\n\r\n"[..],
        &b"GET /logon?username=%0d%0aSet-Cookie:%20a=b&password=00 HTTP/1.1\r\nHost: x\r\n\r\n"[..],
        &b"GET /logoff?userurl=%250d%250aSet-Cookie:%20a=b HTTP/1.1\r\nHost: x\r\n\r\n"[..],
        &b"GET /<script>alert(1)</script>?<script> HTTP/1.1\r\nHost: <script>\r\n\r\n"[..],
        "GET /\u{e9}?\u{e9} HTTP/1.1\r\nHost: \u{e9}\r\n\r\n".as_bytes(),
    ] {
        let text = exchange(&gateway, request);
        if let Some(answer) = Answer::parse(&text) {
            assert_eq!(answer.header("set-cookie"), None, "{answer:?}");
            assert!(!answer.body.contains("<script>"), "{answer:?}");
        }
    }
    assert_alive(&mut gateway);
}

#[test]
fn a_huge_body_is_refused() {
    let mut gateway = gateway(&[]);
    // Said to be huge, and huge without having said so.
    let announced = exchange(
        &gateway,
        b"POST /portal/?res=wispr HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000000\r\n\r\nUserName=a",
    );
    assert_refused(&announced);
    let mut chunked =
        b"POST /portal/?res=wispr HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..256 {
        chunked.extend(b"10000\r\n");
        chunked.resize(chunked.len() + 0x10000, b'a');
        chunked.extend(b"\r\n");
    }
    chunked.extend(b"0\r\n\r\n");
    assert_refused(&exchange(&gateway, &chunked));
    assert_alive(&mut gateway);
}

#[test]
fn a_body_that_never_comes_is_not_waited_for_for_ever() {
    let mut gateway = gateway(&["headtimeout 2", "requesttimeout 4"]);
    let mut stream = connect(&gateway);
    let started = Instant::now();
    stream
        .write_all(b"POST /portal/?res=wispr HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nUserName=a")
        .expect("it listens");
    assert_refused(&rest(stream));
    assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());
    assert_alive(&mut gateway);
}

// One client that keeps its connections open does not lock out another one.
#[test]
fn an_idle_client_does_not_hold_up_the_others() {
    let mut gateway = gateway(&[]);
    let held: Vec<TcpStream> = (0..100).map(|_| connect(&gateway)).collect();
    assert_alive(&mut gateway);
    drop(held);
    assert_alive(&mut gateway);
}
