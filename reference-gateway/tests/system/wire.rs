//! What the codec writes, read by tshark: a decoder that shares nothing with ours.

use crate::support::capture::{Capture, NAS_PORT};
use radius_codec::client::{Client, Config, Output, Request, Server};
use radius_codec::dict::{chillispot, microsoft, wispr};
use radius_codec::dynauth;
use radius_codec::random::Random;
use radius_codec::value::TaggedValue;
use radius_codec::{AttributeWriter as _, Code, Packet, PacketBuilder, Secret, attr, server};
use std::time::Duration;

const SECRET: &str = "a secret of some length";

fn secret() -> Secret {
    Secret::new(SECRET.as_bytes()).expect("it is not empty")
}

fn login(out: &mut [u8]) -> usize {
    PacketBuilder::new(out, Code::ACCESS_REQUEST, 42, [7; 16])
        .add(attr::USER_NAME, "alice@example.org")
        .hidden(attr::USER_PASSWORD, "passwörter".as_bytes(), &secret())
        .add(attr::NAS_IP_ADDRESS, [192, 0, 2, 1].into())
        .add(attr::NAS_IPV6_ADDRESS, "2001:db8::1".parse().expect("an address"))
        .add(attr::NAS_PORT, 7)
        .add(attr::SERVICE_TYPE, attr::ServiceType::LOGIN_USER)
        .add(attr::CALLED_STATION_ID, "00-18-84-AA-00-75")
        .add(attr::CALLING_STATION_ID, "02-00-5E-10-00-01")
        .add(attr::EVENT_TIMESTAMP, 1_700_000_000)
        .add(attr::FRAMED_INTERFACE_ID, [1, 2, 3, 4, 5, 6, 7, 8])
        .add(wispr::LOCATION_ID, "isocc=,cc=,ac=,network=")
        .add(wispr::LOCATION_NAME, "FON")
        .add(chillispot::VERSION, "1.0")
        .vendor_packed(14_122, &[(5, &[0, 0, 1, 0]), (7, &[0, 0, 2, 0])])
        .add(attr::PROXY_STATE, b"\x00\xff")
        .finish(&secret())
        .expect("it fits")
}

// spec: radius 1, 2, 7, 8, 10
#[test]
fn tshark_reads_requests_and_replies_of_every_kind_as_we_do() {
    let capture = Capture::default();
    let mut out = [0; 4096];
    let length = login(&mut out);
    capture.request(NAS_PORT, 1812, &out[..length]);
    let request = out[..length].to_vec();
    let request = Packet::parse(&request).expect("ours");
    for code in [Code::ACCESS_ACCEPT, Code::ACCESS_REJECT, Code::ACCESS_CHALLENGE] {
        // EAP-Success, EAP-Failure, and a Request for an Identity of 600 octets that takes three attributes.
        let eap = match code {
            Code::ACCESS_ACCEPT => vec![3, 7, 0, 4],
            Code::ACCESS_REJECT => vec![4, 7, 0, 4],
            _ => [&[1, 7, 2, 88, 1], [b'?'; 595].as_slice()].concat(),
        };
        let mut reply = server::reply_to(&request, &mut out, code);
        reply.eap_message(&eap).add(attr::STATE, &[3; 16]).add(attr::CLASS, b"class").salt(1);
        if code == Code::ACCESS_ACCEPT {
            reply
                .add(attr::SESSION_TIMEOUT, 3600)
                .add(attr::TUNNEL_TYPE, TaggedValue { tag: 1, value: attr::TunnelType::VLAN })
                .add(attr::TUNNEL_PRIVATE_GROUP_ID, TaggedValue { tag: 1, value: "12" })
                .salted(microsoft::MPPE_SEND_KEY, &[1; 32], &secret())
                .salted(microsoft::MPPE_RECV_KEY, &[2; 32], &secret());
        } else {
            reply.add(attr::REPLY_MESSAGE, "Schade <\u{fc}ber> & \"aus\"");
        }
        let length = reply.finish(&secret()).expect("it fits");
        capture.reply(NAS_PORT, 1812, &out[..length]);
    }
    for status in
        [attr::AcctStatusType::START, attr::AcctStatusType::INTERIM_UPDATE, attr::AcctStatusType::STOP]
    {
        let length = PacketBuilder::signed_request(&mut out, Code::ACCOUNTING_REQUEST, 7)
            .add(attr::ACCT_STATUS_TYPE, status)
            .add(attr::ACCT_SESSION_ID, "6f01059900000001")
            .add(attr::ACCT_INPUT_OCTETS, u32::MAX)
            .add(attr::ACCT_INPUT_GIGAWORDS, 1)
            .finish(&secret())
            .expect("it fits");
        capture.request(NAS_PORT, 1813, &out[..length]);
        let request = out[..length].to_vec();
        let request = Packet::parse(&request).expect("ours");
        let length = server::reply_to(&request, &mut out, Code::ACCOUNTING_RESPONSE).finish(&secret());
        capture.reply(NAS_PORT, 1813, &out[..length.expect("it fits")]);
    }
    for code in [Code::COA_REQUEST, Code::DISCONNECT_REQUEST] {
        let length = PacketBuilder::signed_request(&mut out, code, code.0)
            .add(attr::USER_NAME, "alice")
            .add(attr::ACCT_SESSION_ID, "6f01059900000001")
            .finish(&secret())
            .expect("it fits");
        capture.request(NAS_PORT, 3799, &out[..length]);
        let request = out[..length].to_vec();
        let request = Packet::parse(&request).expect("ours");
        let length = dynauth::ack(&request, &mut out).finish(&secret()).expect("it fits");
        capture.reply(NAS_PORT, 3799, &out[..length]);
    }
    capture.agrees(SECRET);
}

/// Counts up; good enough where nobody guesses.
struct Counter(u8);

impl Random for Counter {
    fn fill(&mut self, out: &mut [u8]) {
        out.iter_mut().for_each(|octet| {
            self.0 = self.0.wrapping_add(1);
            *octet = self.0;
        });
    }
}

// spec: radius 14, 17
#[test]
fn tshark_reads_what_the_client_machine_sends_as_we_do() {
    let capture = Capture::default();
    let server = Server::new("127.0.0.2:1812".parse().expect("an address"), secret());
    let mut client = Client::new(Config::new().server(server), Counter(0));
    let mut sent = 0;
    for now in 0..40 {
        let now = Duration::from_secs(now);
        if now.is_zero() {
            let mut request = Request::new(Code::ACCESS_REQUEST);
            request.add(attr::USER_NAME, "bob").add(attr::SERVICE_TYPE, attr::ServiceType::FRAMED_USER);
            client.send(now, request).expect("it can be sent");
        }
        client.handle(now, radius_codec::client::Input::Tick);
        loop {
            match client.poll_output() {
                Output::Transmit(datagram) => {
                    capture.request(NAS_PORT, 1812, &datagram.payload);
                    sent += 1;
                }
                Output::WaitUntil(_) => break,
                _ => {}
            }
        }
    }
    assert!(sent > 3, "it is sent again: {sent}");
    capture.agrees(SECRET);
}
