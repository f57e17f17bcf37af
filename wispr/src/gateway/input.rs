//! What the caller tells the machine.

use super::client::Client;
use super::id::{Mac, SessionId};
use super::request::Request;
use super::saved::SavedSession;
use super::session::{Parameters, TerminateCause, Usage};
use core::net::Ipv4Addr;
use core::time::Duration;
use radius_codec::Packet;

/// The caller's number of an HTTP request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub u64);

/// The machine's number of a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LoginId(pub u64);

/// What the caller tells the machine.
#[derive(Debug)]
#[non_exhaustive]
pub enum Input<'a> {
    /// Time has passed.
    Tick,
    /// A client got a lease, or renewed it.
    Lease {
        /// Its address.
        ip: Ipv4Addr,
        /// Its hardware address.
        mac: Mac,
        /// Its 802.1Q tag.
        vlan: Option<u16>,
    },
    /// A client gave its lease back, or the lease ran out.
    Release {
        /// Its address.
        ip: Ipv4Addr,
    },
    /// The client's side of the network is gone, and stayed away: its session ends, the client stays known.
    CarrierLost {
        /// Its address.
        ip: Ipv4Addr,
    },
    /// An HTTP request. It is answered once: by `Respond`, `Close` or `LocalFile`.
    Request {
        /// The caller's number of it.
        id: RequestId,
        /// The request.
        request: Request<'a>,
    },
    /// The connection of a request that waits for its answer is gone. The login goes on.
    RequestGone(RequestId),
    /// What became of an `Authenticate` or `AskHandler`.
    LoginResult {
        /// Which login.
        login: LoginId,
        /// Its result.
        result: LoginResult<'a>,
    },
    /// A verified answer to an accounting record. It matters with the option `acctupdate` only.
    AccountingReply {
        /// The session of the record.
        session_id: SessionId,
        /// The answer.
        packet: &'a Packet<'a>,
    },
    /// A verified CoA-Request or Disconnect-Request from an address that may send one.
    Dynamic {
        /// The caller's number of it.
        id: RequestId,
        /// The request.
        packet: &'a Packet<'a>,
    },
    /// What was counted for a session. Best every 3 s, and before whatever [may end](super::Gateway::may_end) the session. It is
    /// only noted: what time has made due is done with the next input of another kind.
    Traffic {
        /// Which session.
        session_id: SessionId,
        /// What was counted since the session began. Counters that fall are taken as started again.
        usage: Usage,
        /// When the client sent its last packet, on the clock of `now`. `None`: the counters show it.
        last_active: Option<Duration>,
    },
    /// A session of an earlier run goes on, in the state in which it is now. It comes before everything else; the
    /// gateway then sends no Accounting-On, which would end it.
    Restore(&'a SavedSession),
    /// A session of an earlier run ended when nobody looked: its Stop is sent, and its end told. It comes before everything
    /// else.
    Bury {
        /// The session, as it was saved.
        session: &'a SavedSession,
        /// Why it ended.
        cause: TerminateCause,
        /// When it was saved, in seconds since 1970: the time of the record.
        saved_at: i64,
    },
    /// A limit of octets is used up, and the data plane lets nothing of the session pass any more. A limit that the
    /// data plane keeps exactly is never seen to be passed.
    Exhausted {
        /// Which session.
        session_id: SessionId,
    },
    /// The data plane could not let the client of this session through. In answer to
    /// [`Event::SessionOpened`](super::Event::SessionOpened), before the next output is polled, the session has never been:
    /// the login is refused, and no accounting is sent. In answer to the
    /// [`Event::SessionChanged`](super::Event::SessionChanged) of a login that follows a splash page, the login is refused and
    /// the session ends. Else the session ends as by a command.
    NotLetThrough {
        /// Which session.
        session_id: SessionId,
    },
    /// A command of the operator.
    Command(Command<'a>),
    /// The gateway stops, or closes to clients: all sessions end, and Accounting-Off follows them.
    Shutdown,
    /// The gateway opens to clients, after [`Shutdown`](Self::Shutdown) or
    /// [`Gateway::begin_closed`](super::Gateway::begin_closed): Accounting-On.
    Open,
}

/// What became of a login.
#[derive(Debug)]
#[non_exhaustive]
pub enum LoginResult<'a> {
    /// A verified answer of a RADIUS server.
    Reply(&'a Packet<'a>),
    /// No RADIUS server answered.
    Timeout,
    /// The request could not be sent, or its answers were unusable.
    Failed,
    /// The external handler ended (spec: fon-api 2.2).
    Handler {
        /// Its exit status; `None` if it could not be run or was killed by a signal.
        exit: Option<i32>,
        /// What it printed.
        output: &'a [u8],
    },
    /// The external handler took too long and was killed.
    HandlerTimeout,
}

/// Which client a command is about: everything that is given must fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selector<'a> {
    /// Its address.
    pub ip: Option<Ipv4Addr>,
    /// Its hardware address.
    pub mac: Option<Mac>,
    /// Its session id; letter case does not matter.
    pub session_id: Option<&'a str>,
}

impl Selector<'_> {
    /// The client with this address.
    #[must_use]
    pub const fn ip(ip: Ipv4Addr) -> Self {
        Self { ip: Some(ip), mac: None, session_id: None }
    }

    /// The client with this hardware address.
    #[must_use]
    pub const fn mac(mac: Mac) -> Self {
        Self { ip: None, mac: Some(mac), session_id: None }
    }

    pub(super) fn fits(&self, client: &Client) -> bool {
        (self.ip.is_some() || self.mac.is_some() || self.session_id.is_some())
            && self.ip.is_none_or(|ip| ip == client.ip)
            && self.mac.is_none_or(|mac| mac == client.mac)
            && self.session_id.is_none_or(|id| client.session_id().matches(id.as_bytes()))
    }
}

/// A command of the operator (spec: fon-api 4). One about an unknown client does nothing: ask
/// [`Gateway::find`](super::Gateway::find) first.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Command<'a> {
    /// Opens a session without a login, lifts a block, or replaces the parameters of a session.
    Authorize {
        /// Whose.
        client: Selector<'a>,
        /// The user's name, if it is to be set.
        user_name: Option<&'a [u8]>,
        /// What the session may do; 0 stands for the configured default.
        parameters: Parameters,
        /// Whether accounting is sent.
        accounting: bool,
    },
    /// Logs a client in by RADIUS.
    Login {
        /// Whom.
        client: Selector<'a>,
        /// The user's name.
        user_name: &'a [u8],
        /// The password in clear.
        password: &'a [u8],
        /// What the session may do where the RADIUS server says nothing.
        parameters: Parameters,
        /// Whether accounting is sent.
        accounting: bool,
    },
    /// Replaces all parameters of a session.
    Update {
        /// Whose.
        client: Selector<'a>,
        /// What the session may do; 0 stands for the configured default.
        parameters: Parameters,
    },
    /// Ends a session.
    Logout {
        /// Whose.
        client: Selector<'a>,
    },
    /// Drops all traffic of a client.
    Block {
        /// Whose.
        client: Selector<'a>,
    },
    /// Ends a session and forgets the client.
    Release {
        /// Whose.
        client: Selector<'a>,
    },
}
