//! EAP through a proxy made of the codec's machines: eapol_test, the proxy, FreeRADIUS.
//!
//! The two sides of the proxy have different secrets, so everything hidden or signed is made anew on the way, and the
//! keys of MS-MPPE can be read on both sides.

use crate::support::capture::{Capture, NAS_PORT, hex};
use crate::support::freeradius::{FreeRadius, SECRET};
use crate::support::process::{Finished, run};
use radius_codec::auth::{ReplyPolicy, RequestHeader, verify_reply};
use radius_codec::dict::microsoft;
use radius_codec::forward::{Forward, Profile};
use radius_codec::hide::Unlocked;
use radius_codec::packet::Authenticator;
use radius_codec::server::{Client, Config, Event, Incoming, Input, Output, Server};
use radius_codec::{Code, Packet, Secret};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The secret between eapol_test and the proxy.
const NAS_SECRET: &str = "the secret of the NAS";
const PROXY_STATE: &[u8] = b"this proxy";
const PASSWORD: &str = "wonder land & 100%";

fn secret(text: &str) -> Secret {
    Secret::new(text.as_bytes()).expect("it is not empty")
}

/// The keys of an Access-Accept: MS-MPPE-Recv-Key, MS-MPPE-Send-Key.
type Keys = (Vec<u8>, Vec<u8>);

/// What the proxy has seen.
#[derive(Default)]
struct Seen {
    /// Between the NAS and the proxy.
    nas_side: Capture,
    /// Between the proxy and the server.
    server_side: Capture,
    /// The keys as the server hid them, and as we hid them for the NAS.
    keys: Mutex<Vec<(Keys, Keys)>>,
    /// Requests that were passed on.
    requests: Mutex<usize>,
}

/// A proxy on a port of its own. Ends when dropped.
struct Proxy {
    port: u16,
    seen: Arc<Seen>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Proxy {
    fn start(to: u16) -> Self {
        let front = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = front.local_addr().expect("it is bound").port();
        let seen = Arc::new(Seen::default());
        let stop = Arc::new(AtomicBool::new(false));
        let (into, until) = (Arc::clone(&seen), Arc::clone(&stop));
        let to = SocketAddr::from((Ipv4Addr::LOCALHOST, to));
        let thread = thread::spawn(move || serve(&front, to, &into, &until));
        Self { port, seen, stop, thread: Some(thread) }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A panic of the proxy is reported by its thread; the test fails for want of an answer.
            drop(thread.join());
        }
    }
}

fn serve(front: &UdpSocket, to: SocketAddr, seen: &Seen, stop: &AtomicBool) {
    let started = Instant::now();
    let client = Client::new(Ipv4Addr::LOCALHOST.into(), secret(NAS_SECRET));
    let mut server = Server::new(Config::new(&[Code::ACCESS_REQUEST]).client(client));
    front.set_read_timeout(Some(Duration::from_millis(50))).expect("a timeout");
    let mut datagram = [0; 4096];
    while !stop.load(Ordering::Relaxed) {
        let Ok((length, from)) = front.recv_from(&mut datagram) else { continue };
        server.handle(started.elapsed(), Input::Datagram { socket: 0, from, octets: &datagram[..length] });
        loop {
            match server.poll_output() {
                Output::Transmit { to, payload, .. } => {
                    seen.nas_side.reply(NAS_PORT, 1812, &payload);
                    front.send_to(&payload, to).expect("loopback takes it");
                }
                Output::Event(Event::Request(request)) => {
                    seen.nas_side.request(NAS_PORT, 1812, request.packet.octets());
                    if let Some(reply) = pass_on(&request, to, seen) {
                        server.respond(started.elapsed(), &request, reply.into(), Duration::ZERO);
                    }
                }
                Output::Event(event) => panic!("{event:?}"),
                _ => break,
            }
        }
    }
}

/// Asks the server and rewrites its reply for the NAS.
fn pass_on(request: &Incoming, to: SocketAddr, seen: &Seen) -> Option<Vec<u8>> {
    let mut requests = seen.requests.lock().unwrap_or_else(PoisonError::into_inner);
    *requests += 1;
    let [identifier, ..] = requests.to_le_bytes();
    let authenticator: Authenticator =
        std::array::from_fn(|n| identifier.wrapping_mul(31) ^ n.to_le_bytes()[0]);
    let (nas, home) = (secret(NAS_SECRET), secret(SECRET));
    let forward = Forward { client: Profile::V10(&nas), server: Profile::V10(&home), salt: 0 };
    let mut out = [0; 4096];
    let length = forward
        .request(&request.packet.view(), &mut out, identifier, authenticator, PROXY_STATE)
        .expect("it can be passed on");
    seen.server_side.request(NAS_PORT, 1812, &out[..length]);
    let header = RequestHeader::from(&Packet::parse(&out[..length]).expect("ours"));
    let back = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    back.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
    back.send_to(&out[..length], to).expect("loopback takes it");
    let mut datagram = [0; 4096];
    let (length, _) = back.recv_from(&mut datagram).ok()?;
    let reply = Packet::parse(&datagram[..length]).expect("FreeRADIUS sent it");
    verify_reply(&reply, &header, &home, &ReplyPolicy::ANY_POSITION).expect("FreeRADIUS signed it");
    let length = forward
        .reply(&reply, &mut out, &request.header(), &authenticator, PROXY_STATE)
        .expect("it can be passed back");
    let passed = Packet::parse(&out[..length]).expect("ours");
    verify_reply(&passed, &request.header(), &nas, &ReplyPolicy::STRICT).expect("we signed it");
    if let (Some(theirs), Some(ours)) =
        (keys(reply, &home, &authenticator), keys(passed, &nas, &request.header().authenticator))
    {
        seen.keys.lock().unwrap_or_else(PoisonError::into_inner).push((theirs, ours));
    }
    Some(out[..length].to_vec())
}

fn keys(reply: Packet<'_>, secret: &Secret, authenticator: &Authenticator) -> Option<Keys> {
    let unlocked = Unlocked::new(reply, secret, authenticator);
    let key = |attr| Some(unlocked.salted(attr)?.expect("a key that can be read").to_vec());
    Some((key(microsoft::MPPE_RECV_KEY)?, key(microsoft::MPPE_SEND_KEY)?))
}

#[track_caller]
fn eapol_test(port: u16, network: &str, more: &[&str]) -> Finished {
    let folder = TempDir::with_prefix("fonap-eapol-").expect("a temporary folder");
    let file = folder.path().join("network");
    let network = format!(
        "network={{\nkey_mgmt=IEEE8021X\neapol_flags=0\nidentity=\"alice\"\npassword=\"{PASSWORD}\"\n{network}}}\n"
    );
    fs::write(&file, network).expect("the folder is ours");
    let (file, port) = (file.to_string_lossy(), port.to_string());
    let arguments = ["-c", &file, "-a", "127.0.0.1", "-p", &port, "-s", NAS_SECRET, "-t", "30"];
    let done = run("eapol_test", &[&arguments[..], more].concat());
    assert_eq!(done.stdout.lines().last(), Some("SUCCESS"), "{}", done.stdout);
    done
}

/// The octets of a line of eapol_test's log, in hexadecimal.
#[track_caller]
fn logged(done: &Finished, what: &str) -> String {
    let line = done.stdout.lines().find(|line| line.starts_with(what));
    let line = line.unwrap_or_else(|| panic!("no {what:?} in {}", done.stdout));
    line.split_once("): ").expect("octets behind the size").1.replace(' ', "")
}

/// Logs in with a method that makes keys and compares them: what eapol_test derives, what the server sent, what we sent.
#[track_caller]
fn keys_are_those_of_eapol_test(method: &str, inner: &str, derived: &str) {
    let server = FreeRadius::start_with_tunnels();
    let proxy = Proxy::start(server.auth_port);
    let authority = server.authority();
    let network = format!("eap={method}\nca_cert=\"{}\"\n{inner}\n", authority.display());
    let done = eapol_test(proxy.port, &network, &[]);
    let seen = proxy.seen.keys.lock().unwrap_or_else(PoisonError::into_inner);
    let [((recv, send), passed)] = seen.as_slice() else {
        panic!("{} Access-Accepts with keys\n{}\n{}", seen.len(), done.stdout, server.log())
    };
    assert_eq!((recv, send), (&passed.0, &passed.1), "hidden anew, they are the same");
    assert_eq!((recv.len(), send.len()), (32, 32));
    // Section 3.16 of RFC 3748 and RFC 2548: the halves of the Master Session Key.
    let master = logged(&done, derived);
    assert_eq!(hex(recv) + &hex(send), master[..128], "{}", done.stdout);
    assert_eq!(logged(&done, "MS-MPPE-Recv-Key (crypt)"), hex(recv));
    assert_eq!(logged(&done, "MS-MPPE-Send-Key (sign)"), hex(send));
    proxy.seen.nas_side.agrees(NAS_SECRET);
    proxy.seen.server_side.agrees(SECRET);
}

// spec: radius 5.3, 11, 12
#[test]
fn ttls_with_pap_through_the_proxy_gives_the_keys_that_eapol_test_derives() {
    keys_are_those_of_eapol_test("TTLS", "phase2=\"auth=PAP\"", "EAP-TTLS: Derived key");
}

// spec: radius 5.3, 11, 12
#[test]
fn peap_with_mschapv2_through_the_proxy_gives_the_keys_that_eapol_test_derives() {
    keys_are_those_of_eapol_test("PEAP", "phase2=\"auth=MSCHAPV2\"", "EAP-PEAP: Derived key");
}

// spec: radius 11, 12
#[test]
fn eap_md5_through_the_proxy_succeeds_without_keys() {
    let server = FreeRadius::start();
    let proxy = Proxy::start(server.auth_port);
    eapol_test(proxy.port, "eap=MD5\n", &["-n"]);
    assert!(proxy.seen.keys.lock().unwrap_or_else(PoisonError::into_inner).is_empty());
    assert!(*proxy.seen.requests.lock().unwrap_or_else(PoisonError::into_inner) >= 2);
    proxy.seen.nas_side.agrees(NAS_SECRET);
    proxy.seen.server_side.agrees(SECRET);
}
