//! Checking many packets at once, for servers and proxies that drain a socket (feature `fast-md5`).
//!
//! The verdicts are those of [`crate::auth::verify_request`] and [`crate::auth::verify_reply`]; what differs is that the MD5 of several
//! packets runs in the lanes of vector instructions. That pays from about six packets on.
//!
//! ```
//! use radius_codec::{Code, Packet, PacketBuilder, Secret, auth::RequestPolicy, batch};
//!
//! let secret = Secret::new(b"testing123")?;
//! let mut datagrams = [[0; 38]; 20];
//! for (id, datagram) in (0..).zip(&mut datagrams) {
//!     PacketBuilder::new(datagram, Code::ACCESS_REQUEST, id, [id; 16]).finish(&secret)?;
//! }
//! datagrams[3][25] ^= 1;
//! let parsed = datagrams.iter().map(|datagram| Packet::parse(datagram));
//! let packets: Vec<_> = parsed.collect::<Result<_, _>>()?;
//! let item = |packet| batch::Request { packet, secret: &secret, policy: &RequestPolicy::STRICT };
//! let requests: Vec<_> = packets.iter().map(item).collect();
//! let mut good = 0;
//! batch::verify_requests(&requests, |index, verdict| match verdict {
//!     Ok(_) => good += 1,
//!     Err(error) => assert_eq!((index, error.to_string().is_empty()), (3, false)),
//! });
//! assert_eq!(good, 19);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::auth::{Digests, ReplyPolicy, RequestHeader, RequestPolicy, Verified, judge_reply, judge_request};
use crate::code::AuthenticatorKind;
use crate::error::VerifyError;
use crate::md5::{INITIAL, Message, State, finished, lanes};
use crate::packet::{Authenticator, Packet};
use crate::secret::Secret;

/// Packets whose digests are kept at once.
const CHUNK: usize = 64;

/// A request to check.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// What was received.
    pub packet: &'a Packet<'a>,
    /// The secret of its sender.
    pub secret: &'a Secret,
    /// What is asked of its sender.
    pub policy: &'a RequestPolicy,
}

/// A reply to check.
#[derive(Clone, Copy, Debug)]
pub struct Reply<'a> {
    /// What was received.
    pub packet: &'a Packet<'a>,
    /// The request that it answers.
    pub request: &'a RequestHeader,
    /// The secret of its sender.
    pub secret: &'a Secret,
    /// What is asked of its sender.
    pub policy: &'a ReplyPolicy,
}

/// Checks requests, and calls `verdict` for each of them in order, with its index.
///
/// The verdicts are those of [`crate::auth::verify_request`].
pub fn verify_requests(
    requests: &[Request<'_>],
    mut verdict: impl FnMut(usize, Result<Verified, VerifyError>),
) {
    const ZERO: Authenticator = [0; 16];
    for (chunk, from) in requests.chunks(CHUNK).zip((0..).step_by(CHUNK)) {
        let planned = chunk.iter().map(|request| {
            let random = request.packet.code().authenticator_kind() == Some(AuthenticatorKind::Random);
            let over = if random { request.packet.authenticator() } else { &ZERO };
            (request.packet, request.secret, over, !random)
        });
        let made = make(planned);
        for ((request, made), index) in chunk.iter().zip(&made).zip(from..) {
            let digests = Prepared { packet: request.packet, secret: request.secret, made };
            verdict(index, judge_request(request.packet, request.policy, &digests));
        }
    }
}

/// Checks replies, and calls `verdict` for each of them in order, with its index.
///
/// The verdicts are those of [`crate::auth::verify_reply`].
pub fn verify_replies(replies: &[Reply<'_>], mut verdict: impl FnMut(usize, Result<Verified, VerifyError>)) {
    for (chunk, from) in replies.chunks(CHUNK).zip((0..).step_by(CHUNK)) {
        let made =
            make(chunk.iter().map(|reply| (reply.packet, reply.secret, &reply.request.authenticator, true)));
        for ((reply, made), index) in chunk.iter().zip(&made).zip(from..) {
            let digests = Prepared { packet: reply.packet, secret: reply.secret, made };
            verdict(index, judge_reply(reply.packet, reply.request, reply.policy, &digests));
        }
    }
}

/// The digests of one packet, as far as they were made, and what they are over.
#[derive(Clone, Copy, Default)]
struct Made {
    over: Authenticator,
    message_authenticator: Option<[u8; 16]>,
    authenticator: Option<Authenticator>,
}

/// Makes the digests of up to [`CHUNK`] packets: the Message-Authenticator of those that have one, and where asked for
/// the Authenticator, both over the one given.
fn make<'a>(
    packets: impl Iterator<Item = (&'a Packet<'a>, &'a Secret, &'a Authenticator, bool)> + Clone,
) -> [Made; CHUNK] {
    let mut made = [Made::default(); CHUNK];
    if packets.clone().nth(lanes::WORTHWHILE).is_none() {
        // Few of them are checked one by one, as each verdict asks for its digests.
        return made;
    }
    made.iter_mut().zip(packets.clone()).for_each(|(made, (_, _, over, _))| made.over = *over);
    let plans = packets.enumerate().flat_map(|(index, (packet, secret, over, authenticator))| {
        let value = packet.message_authenticator().filter(|attribute| attribute.value.len() == 16);
        let plan = |at| Digest { index, octets: packet.octets(), secret, over, at };
        let hmac = value.map(|value| plan(Some(value.offset + 2)));
        hmac.into_iter().chain(authenticator.then(|| plan(None)))
    });
    lanes::run(plans, |plan, state| {
        if let Some(made) = made.get_mut(plan.index) {
            let slot =
                if plan.at.is_some() { &mut made.message_authenticator } else { &mut made.authenticator };
            *slot = Some(finished(state));
        }
    });
    made
}

/// A digest to be made of a packet: the Message-Authenticator that stands at `at`, or the Authenticator.
struct Digest<'a> {
    index: usize,
    octets: &'a [u8],
    secret: &'a Secret,
    over: &'a Authenticator,
    at: Option<usize>,
}

impl<'a> lanes::Plan<'a> for Digest<'a> {
    #[inline]
    fn message(&self, message: &mut Message<'a>) -> Option<State> {
        let (fits, state) = match self.at {
            Some(at) => {
                (self.secret.hmac_message(message, self.octets, at, self.over), self.secret.hmac_states().0)
            }
            None => (self.secret.authenticator_message(message, self.octets, self.over), INITIAL),
        };
        fits.then_some(state)
    }

    #[inline]
    fn outer(&self) -> Option<State> {
        self.at.map(|_| self.secret.hmac_states().1)
    }
}

/// What was made before, and the way to make what was not.
struct Prepared<'a> {
    packet: &'a Packet<'a>,
    secret: &'a Secret,
    made: &'a Made,
}

impl Digests for Prepared<'_> {
    fn message_authenticator(&self, at: usize, over: &Authenticator) -> [u8; 16] {
        match self.made.message_authenticator {
            Some(digest) if self.made.over == *over => digest,
            _ => self.secret.message_authenticator(self.packet.octets(), at, over),
        }
    }

    fn authenticator(&self, over: &Authenticator) -> Authenticator {
        match self.made.authenticator {
            Some(digest) if self.made.over == *over => digest,
            _ => self.secret.authenticator(self.packet.octets(), over),
        }
    }
}
