//! A RADIUS server for development: a few users in memory, PAP, CHAP and EAP-MD5, and a log of accounting.
//!
//! It is built on the server machine of `radius-codec`. It is **not** made for real users: passwords are kept in the
//! clear in memory, and there is nothing to protect it from guessing.

use crate::clock::Clock;
use crate::http::server::cannot_listen;
use crate::random::SystemRandom;
use bytes::Bytes;
use radius_codec::dict::{rfc2865, rfc2866, rfc2869};
use radius_codec::server::{Client, Config, Event, Incoming, Input, Output, REJECT_DELAY, Server};
use radius_codec::{AttributeWriter as _, Code, Packet, Secret, hide};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::net::UdpSocket;
use zeroize::Zeroizing;

/// How many EAP conversations are remembered.
const MAX_CONVERSATIONS: usize = 1024;
/// EAP-MD5 in EAP-Request (RFC 3748 §5.4).
const EAP_REQUEST: u8 = 1;
const EAP_RESPONSE: u8 = 2;
const EAP_SUCCESS: u8 = 3;
const EAP_FAILURE: u8 = 4;
const EAP_IDENTITY: u8 = 1;
const EAP_MD5: u8 = 4;

/// A user of the development server.
#[derive(Clone)]
pub struct User {
    /// The name.
    pub name: String,
    /// The password.
    pub password: Zeroizing<String>,
}

/// How the server behaves.
#[derive(Clone)]
pub struct Options {
    /// The users.
    pub users: Vec<User>,
    /// The secret shared with every client on loopback.
    pub secret: Zeroizing<String>,
    /// Session-Timeout of an Access-Accept, in seconds.
    pub session_timeout: u32,
    /// How long a refusal is held back.
    pub reject_delay: Duration,
}

impl Options {
    /// One user and a secret; sessions of an hour, refusals after the usual second.
    #[must_use]
    pub fn new(users: Vec<User>, secret: &str) -> Self {
        Self {
            users,
            secret: Zeroizing::new(secret.to_owned()),
            session_timeout: 3600,
            reject_delay: REJECT_DELAY,
        }
    }
}

/// What the server has to tell.
#[derive(Debug)]
pub enum Notice {
    /// A request came in, verified.
    Request(Bytes),
    /// It was answered.
    Reply(Bytes),
    /// A datagram was dropped.
    Dropped {
        /// Where it came from.
        from: SocketAddr,
        /// Why.
        reason: &'static str,
    },
}

/// The development server with its socket. One socket serves logins and accounting.
pub struct DevelopmentServer {
    socket: UdpSocket,
    clock: Clock,
    machine: Server,
    options: Options,
    conversations: BTreeMap<[u8; 16], Conversation>,
}

/// An EAP-MD5 conversation between its challenge and the answer.
struct Conversation {
    user: Vec<u8>,
    identifier: u8,
    challenge: [u8; 16],
    begun: Duration,
}

/// What a login comes to.
enum Verdict {
    Accept { eap: Option<Vec<u8>> },
    Reject { text: &'static str, eap: Option<Vec<u8>> },
    Challenge { state: [u8; 16], eap: Vec<u8> },
}

impl DevelopmentServer {
    /// Opens the socket. Only clients of the loopback network are served.
    ///
    /// # Errors
    /// Says which address cannot be bound, or that the secret cannot be used.
    pub async fn bind(address: SocketAddr, options: Options) -> Result<Self, String> {
        let secret = || Secret::new(options.secret.as_bytes()).map_err(|e| format!("secret: {e}"));
        let config = Config::new(&[Code::ACCESS_REQUEST, Code::ACCOUNTING_REQUEST, Code::STATUS_SERVER])
            .client(Client::new(IpAddr::from([127, 0, 0, 0]), secret()?).prefix(8));
        let socket = UdpSocket::bind(address).await.map_err(|e| cannot_listen(address, &e))?;
        Ok(Self {
            socket,
            clock: Clock::start(),
            machine: Server::new(config),
            options,
            conversations: BTreeMap::new(),
        })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn address(&self) -> Result<SocketAddr, String> {
        self.socket.local_addr().map_err(|e| e.to_string())
    }

    /// Serves for ever and tells what happens.
    pub async fn serve(mut self, mut notice: impl FnMut(Notice)) {
        let mut buffer = vec![0; 65_535];
        loop {
            let wake = self.settle(&mut notice).await;
            tokio::select! {
                received = self.socket.recv_from(&mut buffer) => match received {
                    Ok((length, from)) => {
                        let octets = &buffer[..length];
                        self.machine.handle(self.clock.now(), Input::Datagram { socket: 0, from, octets });
                    }
                    Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
                },
                () = tokio::time::sleep_until(self.clock.instant(wake)) => {
                    self.machine.handle(self.clock.now(), Input::Tick);
                }
            }
        }
    }

    async fn settle(&mut self, notice: &mut impl FnMut(Notice)) -> Duration {
        loop {
            match self.machine.poll_output() {
                Output::WaitUntil(wake) => return wake,
                Output::Transmit { to, payload, .. } => {
                    let _ = self.socket.send_to(&payload, to).await;
                    notice(Notice::Reply(payload));
                }
                Output::Event(Event::Request(incoming)) => {
                    notice(Notice::Request(incoming.packet.octets().clone()));
                    self.answer(&incoming);
                }
                Output::Event(Event::Dropped { from, reason }) => notice(Notice::Dropped { from, reason }),
                _ => {}
            }
        }
    }

    fn answer(&mut self, incoming: &Incoming) {
        let request = incoming.packet.view();
        let verdict = match request.code() {
            Code::ACCESS_REQUEST => self.judge(&request, incoming.key.from.ip()),
            Code::STATUS_SERVER => Some(Verdict::Accept { eap: None }),
            _ => None,
        };
        let Some(secret) = self.machine.secret(incoming.key.from.ip()) else { return };
        let mut out = [0; radius_codec::packet::MAX_LEN];
        let mut delay = Duration::ZERO;
        let length = match verdict {
            None => incoming.reply(&mut out, Code::ACCOUNTING_RESPONSE).finish(secret),
            Some(Verdict::Accept { eap }) => {
                let mut reply = incoming.reply(&mut out, Code::ACCESS_ACCEPT);
                if request.code() == Code::ACCESS_REQUEST {
                    reply.add(rfc2865::SESSION_TIMEOUT, self.options.session_timeout);
                    reply.add(rfc2865::CLASS, b"development");
                    if let Some(name) = request.attributes().text(rfc2865::USER_NAME) {
                        reply.add(rfc2865::USER_NAME, name);
                    }
                }
                reply.eap_message(&eap.unwrap_or_default()).finish(secret)
            }
            Some(Verdict::Reject { text, eap }) => {
                delay = self.options.reject_delay;
                let mut reply = incoming.reply(&mut out, Code::ACCESS_REJECT);
                reply.add(rfc2865::REPLY_MESSAGE, text).eap_message(&eap.unwrap_or_default()).finish(secret)
            }
            Some(Verdict::Challenge { state, eap }) => {
                let mut reply = incoming.reply(&mut out, Code::ACCESS_CHALLENGE);
                reply.add(rfc2865::STATE, &state).eap_message(&eap).finish(secret)
            }
        };
        if let Some(reply) = length.ok().and_then(|length| out.get(..length)) {
            let payload = Bytes::copy_from_slice(reply);
            self.machine.respond(self.clock.now(), incoming, payload, delay);
        }
    }

    /// Decides about a login. Nothing is said of which half was wrong when the password is.
    fn judge(&mut self, request: &Packet<'_>, client: IpAddr) -> Option<Verdict> {
        let attributes = request.attributes();
        let name = attributes.octets(rfc2865::USER_NAME).unwrap_or_default();
        if let Some(eap) = request.eap() {
            return Some(self.judge_eap(request, &eap.join()));
        }
        let Some(user) = self.user(name) else {
            return Some(Verdict::Reject { text: "NO_SUCH_USER", eap: None });
        };
        let right = user.password.as_bytes();
        let good = if let Some(hidden) = attributes.octets(rfc2865::USER_PASSWORD) {
            let secret = self.machine.secret(client)?;
            hide::unhide_password(secret, request.authenticator(), hidden)
                .is_ok_and(|given| hide::same_password(&given, right))
        } else if let Some(Ok(chap)) = attributes.octets(rfc2865::CHAP_PASSWORD).map(<[u8; 17]>::try_from) {
            let challenge = attributes.octets(rfc2865::CHAP_CHALLENGE).unwrap_or(request.authenticator());
            hide::verify_chap(&chap, right, challenge)
        } else {
            false
        };
        Some(if good {
            Verdict::Accept { eap: None }
        } else {
            Verdict::Reject { text: "BAD_PASSWORD", eap: None }
        })
    }

    fn user(&self, name: &[u8]) -> Option<&User> {
        self.options.users.iter().find(|user| user.name.as_bytes() == name)
    }

    fn judge_eap(&mut self, request: &Packet<'_>, eap: &[u8]) -> Verdict {
        let failure = |identifier| Some(vec![EAP_FAILURE, identifier, 0, 4]);
        let refuse = |identifier, text| Verdict::Reject { text, eap: failure(identifier) };
        let (identifier, kind, data) = match eap {
            [EAP_RESPONSE, identifier, _, _, kind, data @ ..] => (*identifier, *kind, data),
            _ => return refuse(0, "BAD_EAP"),
        };
        match kind {
            EAP_IDENTITY => self.begin_md5(identifier.wrapping_add(1), data),
            EAP_MD5 => {
                let state =
                    request.attributes().octets(rfc2865::STATE).and_then(|s| <[u8; 16]>::try_from(s).ok());
                let Some(conversation) = state.and_then(|state| self.conversations.remove(&state)) else {
                    return refuse(identifier, "BAD_STATE");
                };
                let digest = data.split_first().and_then(|(len, rest)| rest.get(..usize::from(*len)));
                let user = self.user(&conversation.user);
                let good = match (user, digest.map(<[u8; 16]>::try_from)) {
                    (Some(user), Some(Ok(digest))) if conversation.identifier == identifier => {
                        // EAP-MD5 is CHAP with another frame (RFC 3748 §5.4).
                        let mut chap = [identifier; 17];
                        chap[1..].copy_from_slice(&digest);
                        hide::verify_chap(&chap, user.password.as_bytes(), &conversation.challenge)
                    }
                    _ => false,
                };
                if good {
                    Verdict::Accept { eap: Some(vec![EAP_SUCCESS, identifier, 0, 4]) }
                } else {
                    refuse(identifier, "BAD_PASSWORD")
                }
            }
            _ => refuse(identifier, "BAD_EAP"),
        }
    }

    fn begin_md5(&mut self, identifier: u8, user: &[u8]) -> Verdict {
        let (mut state, mut challenge) = ([0; 16], [0; 16]);
        SystemRandom.octets(&mut state);
        SystemRandom.octets(&mut challenge);
        if self.conversations.len() >= MAX_CONVERSATIONS {
            let oldest = self.conversations.iter().min_by_key(|(_, c)| c.begun).map(|(state, _)| *state);
            oldest.and_then(|state| self.conversations.remove(&state));
        }
        let begun = self.clock.now();
        let conversation = Conversation { user: user.to_vec(), identifier, challenge, begun };
        self.conversations.insert(state, conversation);
        let mut eap = vec![EAP_REQUEST, identifier, 0, 22, EAP_MD5, 16];
        eap.extend_from_slice(&challenge);
        Verdict::Challenge { state, eap }
    }
}

/// The words of an accounting record for a log: what it tells, whose, how long.
#[must_use]
pub fn accounting_line(request: &Packet<'_>) -> String {
    let attributes = request.attributes();
    let status = attributes
        .integer(rfc2866::ACCT_STATUS_TYPE)
        .map_or("?", |status| rfc2866::AcctStatusType(status).name().unwrap_or("?"));
    let user = attributes.text(rfc2865::USER_NAME).unwrap_or("-");
    let id = attributes.text(rfc2866::ACCT_SESSION_ID).unwrap_or("-");
    let seconds = attributes.integer(rfc2866::ACCT_SESSION_TIME).unwrap_or(0);
    let at = attributes.integer(rfc2869::EVENT_TIMESTAMP).unwrap_or(0);
    format!("{status} user {user} session {id} after {seconds} s (at {at})")
}
