//! What the machine tells the caller.

use super::client::ClientInfo;
use super::credentials::Credentials;
use super::id::SessionId;
use super::input::{LoginId, RequestId};
use super::local::LocalFile;
use super::radius::AccountingKind;
use super::response::Response;
use super::session::{Counters, Session, TerminateCause};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;
use radius_codec::auth::RequestHeader;
use radius_codec::dict::rfc3576;
use radius_codec::{AttributeWriter as _, Code, EncodeError, PacketBuilder, Secret, client};

/// What the machine tells the caller.
#[derive(Debug)]
#[non_exhaustive]
pub enum Output {
    /// Answer a request and close its connection.
    Respond {
        /// The caller's number of the request.
        request: RequestId,
        /// The answer.
        response: Response,
    },
    /// Close the connection of a request without an answer.
    Close {
        /// The caller's number of the request.
        request: RequestId,
    },
    /// Answer a request with a local file, with [`Response::local_file`] or [`Response::not_found`].
    LocalFile {
        /// The caller's number of the request.
        request: RequestId,
        /// Which file.
        file: LocalFile,
    },
    /// Ask the RADIUS servers, and come back with [`Input::LoginResult`](super::Input::LoginResult).
    Authenticate(Login),
    /// Run the external handler's `login`, and come back with [`Input::LoginResult`](super::Input::LoginResult).
    AskHandler(Login),
    /// The result of this login is not wanted any more; one that comes is ignored.
    CancelLogin(LoginId),
    /// Send an accounting record.
    Account(Accounting),
    /// Answer a CoA-Request or Disconnect-Request.
    AnswerDynamic(DynamicAnswer),
    /// Something happened that the data plane or the handler has to know.
    Event(Event),
    /// Nothing more to do before this time, or before the next input.
    WaitUntil(Duration),
}

/// A login that somebody has to decide about.
#[non_exhaustive]
pub struct Login {
    /// Its number, for the result.
    pub id: LoginId,
    /// Who wants in.
    pub client: ClientInfo,
    /// The user's name, as typed.
    pub user_name: Vec<u8>,
    /// How the user proves to be one.
    pub credentials: Credentials,
    /// The client's request that is answered with the result; none of a command and of a login by hardware address.
    pub asked_by: Option<RequestId>,
    /// The Access-Request, in the order of attributes of spec radius-profile 2: for the RADIUS client machine, or to
    /// be written with its `write_to`.
    pub request: client::Request,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("id", &self.id)
            .field("client", &self.client)
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

/// An accounting record.
#[derive(Debug)]
#[non_exhaustive]
pub struct Accounting {
    /// What it tells.
    pub kind: AccountingKind,
    /// Its session; none for On and Off.
    pub session_id: Option<SessionId>,
    /// The Accounting-Request, in the order of attributes of spec radius-profile 6.
    pub request: client::Request,
}

/// The answer to a CoA-Request or Disconnect-Request (RFC 5176).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DynamicAnswer {
    /// The caller's number of the request.
    pub id: RequestId,
    /// ACK or NAK.
    pub code: Code,
    /// Error-Cause of a NAK.
    pub error_cause: Option<u32>,
}

impl DynamicAnswer {
    /// Writes the answer and returns its length in octets.
    ///
    /// # Errors
    /// When the buffer is too small, or the header is not of a request that this answers.
    pub fn write_to(
        &self,
        out: &mut [u8],
        request: &RequestHeader,
        secret: &Secret,
    ) -> Result<usize, EncodeError> {
        let mut packet = PacketBuilder::reply(out, self.code, request);
        if let Some(cause) = self.error_cause {
            packet.integer(rfc3576::ERROR_CAUSE, cause);
        }
        packet.finish(secret)
    }
}

/// Something that happened.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// A client has a lease (`dhcp-lease`).
    ClientAdded(ClientInfo),
    /// A client has no lease any more (`dhcp-release`).
    ClientRemoved(ClientInfo),
    /// A client's traffic is dropped.
    ClientBlocked(ClientInfo),
    /// A session began (`session-start`). A splash page may come first: see the client's state.
    SessionOpened(Box<SessionInfo>),
    /// A session of an earlier run goes on. The handler is not told: it knows it.
    SessionRestored(Box<SessionInfo>),
    /// A session's parameters or its state changed.
    SessionChanged(Box<SessionInfo>),
    /// A session's interim interval is over (`session-update`).
    SessionUpdated(Box<SessionInfo>),
    /// A session ended (`session-stop`).
    SessionClosed {
        /// The session.
        session: Box<SessionInfo>,
        /// Why.
        cause: TerminateCause,
    },
}

/// A session at a moment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SessionInfo {
    /// Whose it is.
    pub client: ClientInfo,
    /// The session.
    pub session: Session,
    /// Seconds since it began.
    pub session_time: u64,
    /// Seconds since the client's last packet.
    pub idle_time: u64,
    /// What was counted, as input and output.
    pub counters: Counters,
}
