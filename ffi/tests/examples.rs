//! The example programs, built and run against servers made of the Rust crates, over UDP on loopback.

mod c;

use heartbeat::server::{DeviceKeys, Received, ServerSettings, StatusServer};
use heartbeat::{Key, Mac};
use radius_codec::{AttributeWriter as _, Code, Packet, Secret, attr, auth, dict::chillispot, hide, server};
use std::net::UdpSocket;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Duration;

const KEY: &str = "7ef44706c65938ceb87c814e844679dc5edf1c9c30de4b6d5af4504b4e6a7a8d";

fn example(dir: &tempfile::TempDir, name: &str) -> PathBuf {
    let source = c::root().join("c/examples").join(format!("{name}.c"));
    c::build(dir.path(), name, &["-fsanitize=address,undefined", "-fno-sanitize-recover=all"], &[source])
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Answers every datagram until the test is over. Gives the port.
fn serve(mut answer: impl FnMut(&[u8]) -> Vec<u8> + Send + 'static) -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let port = socket.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        let mut datagram = [0; 4096];
        while let Ok((length, from)) = socket.recv_from(&mut datagram) {
            let reply = answer(&datagram[..length]);
            if !reply.is_empty() {
                let _ = socket.send_to(&reply, from);
            }
        }
    });
    port
}

fn status_server(key: &'static str) -> u16 {
    let random = |octets: &mut [u8]| octets.fill(0x2a);
    let mut server = StatusServer::new(ServerSettings::new(".sm.fon.com"), random).expect("a server");
    let key: Key = key.parse().expect("a key");
    serve(move |datagram| {
        let mut devices = |_: Mac| Some(DeviceKeys::new(key.clone()));
        let mut answer = Vec::new();
        let source = "127.0.0.1".parse().expect("an address");
        let received = Received { now: Duration::ZERO, unix_seconds: 1_300_000_000, source, datagram };
        server.handle(received, &mut devices, None, &mut answer);
        answer
    })
}

#[test]
fn the_heartbeat_example_comes_online_and_tells_a_wrong_key() {
    let dir = tempfile::tempdir().expect("a directory");
    let program = example(&dir, "heartbeat");
    let run = |port: u16| {
        let port = port.to_string();
        Command::new(&program)
            .args(["00-18-84-a0-00-29", KEY, "127.0.0.1", &port, "--once"])
            .output()
            .expect("runs")
    };
    let output = run(status_server(KEY));
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("ANSWER [exec=nothing"), "{}", said(&output));
    let output = run(status_server("00f44706c65938ceb87c814e844679dc5edf1c9c30de4b6d5af4504b4e6a7a8d"));
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
}

fn radius_server() -> u16 {
    let secret = Secret::new(b"a long shared secret").expect("a secret");
    serve(move |datagram| {
        let request = Packet::parse(datagram).expect("a packet");
        auth::verify_request(&request, &secret, &auth::RequestPolicy::STRICT).expect("an authentic request");
        let hidden = request.get(attr::USER_PASSWORD).expect("a password").expect("of a good size");
        let password = hide::unhide_password(&secret, request.authenticator(), hidden).expect("a password");
        let good = password.as_slice() == b"arctangent";
        let code = if good { Code::ACCESS_ACCEPT } else { Code::ACCESS_REJECT };
        let mut out = [0; 4096];
        let mut reply = server::reply_to(&request, &mut out, code);
        reply.add(attr::REPLY_MESSAGE, "hello from the test");
        if request.get(attr::SERVICE_TYPE) == Some(Ok(attr::ServiceType::ADMINISTRATIVE_USER)) {
            reply.add(chillispot::CONFIG, "uamallowed www.fon.com").add(chillispot::CONFIG, "lease 900");
        }
        let length = reply.finish(&secret).expect("a reply");
        out[..length].to_vec()
    })
}

#[test]
fn the_radius_example_logs_in_is_refused_and_fetches_a_configuration() {
    let dir = tempfile::tempdir().expect("a directory");
    let program = example(&dir, "radius_login");
    let port = radius_server().to_string();
    let run = |arguments: &[&str]| {
        let given = ["127.0.0.1", &port, "a long shared secret", "alice"];
        Command::new(&program).args(given).args(arguments).output().expect("runs")
    };
    let output = run(&["arctangent"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(said(&output), "accept\nthe server says: hello from the test\n");
    assert_eq!(run(&["wrong"]).status.code(), Some(1));
    let output = run(&["arctangent", "--radconfig"]);
    assert!(said(&output).starts_with("accept\nuamallowed www.fon.com\nlease 900\n"), "{}", said(&output));
}

#[cfg(feature = "passpoint")]
#[test]
fn the_profile_maker_makes_what_android_reads() {
    use passpoint::model::Inner;
    use std::io::Write as _;
    let dir = tempfile::tempdir().expect("a directory");
    let program = example(&dir, "profile_maker");
    let profile = passpoint::Model::builder("com.example.wifi", "Example Wi-Fi", "example.com")
        .home("example.com", "Example Wi-Fi")
        .ttls(Inner::Mschapv2, "alice@example.com", "nicePassword")
        .trust_system(&["radius.example.com"])
        .build()
        .expect("a model without errors");
    let make = |format: &str, json: &str| {
        let mut child = Command::new(&program)
            .arg(format)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("runs");
        child.stdin.take().expect("a pipe").write_all(json.as_bytes()).expect("written");
        child.wait_with_output().expect("ends")
    };
    let json = profile.model().to_json();
    let output = make("android", &json);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let back = passpoint::android::decode(&output.stdout, &passpoint::android::DecodeOptions::default());
    assert_eq!(back.expect("a profile").model.credential.realm, "example.com");
    for format in ["apple", "windows"] {
        assert!(make(format, &json).status.success(), "{format}");
    }
    assert_eq!(make("android", "{}").status.code(), Some(1));
}
