//! CoA-Request and Disconnect-Request of FreeRADIUS's radclient, answered by the codec's server machine.

use crate::support::capture::{Capture, NAS_PORT};
use crate::support::process::{Finished, run_with_input};
use radius_codec::attr::ErrorCause;
use radius_codec::dynauth::{self, SessionKeys};
use radius_codec::server::{Client, Config, Event, Incoming, Input, Output, Server};
use radius_codec::{Code, Secret};
use std::net::{Ipv4Addr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const SECRET: &str = "dynamic-authorization";
/// The one session that the NAS has.
const SESSION: &str = "6f01059900000001";

fn secret() -> Secret {
    Secret::new(SECRET.as_bytes()).expect("it is not empty")
}

/// A NAS with one session. Ends when dropped.
struct Nas {
    port: u16,
    capture: Arc<Capture>,
    /// Why datagrams were dropped.
    dropped: Arc<Mutex<Vec<&'static str>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Nas {
    fn start() -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        socket.set_read_timeout(Some(Duration::from_millis(50))).expect("a timeout");
        let port = socket.local_addr().expect("it is bound").port();
        let (capture, dropped, stop) = <(Arc<Capture>, Arc<Mutex<Vec<_>>>, Arc<AtomicBool>)>::default();
        let (sent, reasons, until) = (Arc::clone(&capture), Arc::clone(&dropped), Arc::clone(&stop));
        let thread = thread::spawn(move || {
            let started = Instant::now();
            let codes = [Code::COA_REQUEST, Code::DISCONNECT_REQUEST];
            let client = Client::new(Ipv4Addr::LOCALHOST.into(), secret());
            let mut server = Server::new(Config::new(&codes).client(client));
            let mut datagram = [0; 4096];
            while !until.load(Ordering::Relaxed) {
                let Ok((length, from)) = socket.recv_from(&mut datagram) else { continue };
                let octets = &datagram[..length];
                server.handle(started.elapsed(), Input::Datagram { socket: 0, from, octets });
                loop {
                    match server.poll_output() {
                        Output::Transmit { to, payload, .. } => {
                            sent.reply(NAS_PORT, dynauth::PORT, &payload);
                            socket.send_to(&payload, to).expect("loopback takes it");
                        }
                        Output::Event(Event::Request(request)) => {
                            sent.request(NAS_PORT, dynauth::PORT, request.packet.octets());
                            let reply = answer(&request);
                            server.respond(started.elapsed(), &request, reply.into(), Duration::ZERO);
                        }
                        Output::Event(Event::Dropped { reason, .. }) => {
                            reasons.lock().unwrap_or_else(PoisonError::into_inner).push(reason);
                        }
                        Output::Event(event) => panic!("{event:?}"),
                        _ => break,
                    }
                }
            }
        });
        Self { port, capture, dropped, stop, thread: Some(thread) }
    }

    fn dropped(&self) -> Vec<&'static str> {
        self.dropped.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sends one request, and once more a second later.
    #[track_caller]
    fn ask(&self, kind: &str, secret: &str, attributes: &str) -> Finished {
        let to = format!("127.0.0.1:{}", self.port);
        let arguments = ["-x", "-r", "2", "-t", "1", &to, kind, secret];
        run_with_input("radclient", &arguments, attributes.as_bytes())
    }
}

impl Drop for Nas {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A panic of the thread is reported by it; the test fails for want of an answer.
            drop(thread.join());
        }
    }
}

fn answer(request: &Incoming) -> Vec<u8> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let now = i64::try_from(now).expect("far from the end of time");
    let packet = request.packet.view();
    let keys = SessionKeys::of(&packet);
    let mut out = [0; 4096];
    let refused = if keys.is_empty() {
        Some(ErrorCause::MISSING_ATTRIBUTE)
    } else if dynauth::is_fresh(&packet, now, dynauth::MAX_AGE_SECONDS) == Some(false) {
        Some(ErrorCause::ADMINISTRATIVELY_PROHIBITED)
    } else if dynauth::is_authorize_only(&packet) {
        Some(ErrorCause::REQUEST_INITIATED)
    } else if keys.acct_session_id == Some(SESSION) {
        None
    } else {
        Some(ErrorCause::SESSION_CONTEXT_NOT_FOUND)
    };
    let length = match refused {
        Some(cause) => dynauth::nak(&packet, &mut out, cause).finish(&secret()),
        None => dynauth::ack(&packet, &mut out).finish(&secret()),
    };
    out[..length.expect("it fits")].to_vec()
}

// spec: radius 13
#[test]
fn radclient_gets_an_ack_for_the_session_and_a_nak_with_its_cause_for_others() {
    let nas = Nas::start();
    for (kind, ack, nak) in
        [("coa", "CoA-ACK", "CoA-NAK"), ("disconnect", "Disconnect-ACK", "Disconnect-NAK")]
    {
        let known =
            format!("User-Name = alice\nAcct-Session-Id = {SESSION}\nSession-Timeout = 60\nState = 0x0102\n");
        let done = nas.ask(kind, SECRET, &known);
        assert!(done.stdout.contains(&format!("Received {ack}")), "{done:?}");
        assert!(done.stdout.lines().any(|line| line.trim() == "State = 0x0102"), "{done:?}");
        assert_eq!(done.code(), 0, "{done:?}");
        let unknown = "User-Name = alice\nAcct-Session-Id = another\nProxy-State = 0x70\n";
        let done = nas.ask(kind, SECRET, unknown);
        assert!(done.stdout.contains(&format!("Received {nak}")), "{done:?}");
        assert!(done.stdout.contains("Error-Cause = Session-Context-Not-Found"), "{done:?}");
        assert!(done.stdout.contains("Proxy-State = 0x70"), "{done:?}");
        let done = nas.ask(kind, SECRET, "NAS-Identifier = nas\n");
        assert!(done.stdout.contains("Error-Cause = Missing-Attribute"), "{done:?}");
        let stale = format!("{known}Event-Timestamp = 1000000000\n");
        let done = nas.ask(kind, SECRET, &stale);
        assert!(done.stdout.contains("Error-Cause = Administratively-Prohibited"), "{done:?}");
    }
    assert_eq!(nas.dropped(), [""; 0]);
    nas.capture.agrees(SECRET);
}

// spec: radius 13
#[test]
fn radclient_is_told_that_authorize_only_begins_a_request() {
    let nas = Nas::start();
    let asked = format!("Acct-Session-Id = {SESSION}\nService-Type = Authorize-Only\nState = 0x01\n");
    let done = nas.ask("coa", SECRET, &asked);
    assert!(done.stdout.contains("Received CoA-NAK"), "{done:?}");
    assert!(done.stdout.contains("Error-Cause = Request-Initiated"), "{done:?}");
    assert!(done.stdout.matches("Service-Type = Authorize-Only").count() >= 2, "{done:?}");
    nas.capture.agrees(SECRET);
}

// spec: radius 3, 18
#[test]
fn who_does_not_know_the_secret_gets_no_answer_and_is_counted() {
    let nas = Nas::start();
    for kind in ["coa", "disconnect"] {
        let done = nas.ask(kind, "another", &format!("Acct-Session-Id = {SESSION}\n"));
        assert!(!done.stdout.contains("Received "), "{done:?}");
        assert_ne!(done.code(), 0, "{done:?}");
    }
    // Each was sent twice.
    assert_eq!(nas.dropped(), ["request-authenticator-mismatch"; 4]);
}
