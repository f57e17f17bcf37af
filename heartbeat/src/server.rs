//! The status server's side, sans I/O (spec: heartbeat 17): one datagram in, at most one out.

mod devices;
mod limit;

pub use devices::{DeviceKeys, Devices, Instruction};
pub use limit::Rate;

use crate::answer::{AnswerText, NOP_TEXT_LEN, Nop, Regular, SealError};
use crate::dns::{Name, NameError, Request, RequestError, ResponseCode, WriteError};
use crate::query::{LABEL_LEN, Query, QueryError, SealedQuery};
use crate::random::Random;
use crate::rsa::RsaSigner;
use alloc::boxed::Box;
use alloc::string::String;
use bytes::BufMut;
use core::net::IpAddr;
use core::time::Duration;
use devices::{Cache, Device, LastAnswer, Ready, Seen};
use limit::Sources;

/// What the server is told. Made by [`ServerSettings::new`], changed field by field.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ServerSettings {
    /// What follows the label in names that are ours.
    pub suffix: String,
    /// How many devices' key schedules are kept, at least one. The one not heard of for longest makes room; what is
    /// known of its transaction ids goes with it.
    pub cached_devices: usize,
    /// A query that comes again within this time is a duplicate, not a replay: it gets the very same answer once more
    /// (spec: heartbeat 17). Zero turns this off.
    pub duplicate_window: Duration,
    /// Opt-in: a transaction id that comes again later, but within this time, is refused as a replay. The newest
    /// [`MAX_REMEMBERED`] of a device are remembered.
    pub replay_window: Option<Duration>,
    /// Opt-in: how many queries a device may send. Counted once the query has been opened, so that nobody else can use
    /// up a device's share except by replay.
    pub device_rate: Option<Rate>,
    /// Opt-in: how many datagrams an address may send. Surplus ones are dropped unread.
    pub source_rate: Option<Rate>,
}

/// Transaction ids remembered of each device.
pub const MAX_REMEMBERED: usize = devices::MAX_REMEMBERED;

impl ServerSettings {
    /// Settings for names under a suffix such as `.sm.fon.com`, all hardening off.
    #[must_use]
    pub fn new(suffix: impl Into<String>) -> Self {
        Self {
            suffix: suffix.into(),
            cached_devices: 4096,
            duplicate_window: Duration::from_secs(10),
            replay_window: None,
            device_rate: None,
            source_rate: None,
        }
    }
}

/// What became of a datagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handled {
    /// It was a good query; the answer is written.
    Answered {
        /// The query.
        query: Query,
        /// What it was answered.
        answered: Answered,
        /// Octets written.
        length: usize,
    },
    /// It gets SERVFAIL, which is written.
    Refused {
        /// Why.
        reason: RefuseReason,
        /// Octets written.
        length: usize,
    },
    /// It gets nothing.
    Dropped(DropReason),
}

/// What a good query was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answered {
    /// With an acknowledgement.
    Nop,
    /// With the instruction. It may be struck off now.
    Regular,
    /// With an acknowledgement, because the instruction cannot be sent this time: keep it for the next heartbeat.
    NopInstead(NotSent),
    /// With what the same query got before.
    Again,
}

/// Why an instruction was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotSent {
    /// Sealing failed, as it does for a share of all transaction ids.
    #[error("{0}")]
    Seal(SealError),
    /// More data than an answer carries: it will never be sent.
    #[error("too much data for an answer")]
    DataTooLong,
    /// There is an instruction, but no signer.
    #[error("there is no signer")]
    NoSigner,
}

/// Why a query is refused with SERVFAIL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RefuseReason {
    /// Not one question for TXT of class IN, or not under the suffix.
    #[error("not a question for this server")]
    Question,
    /// The label is no query.
    #[error("no query: {0}")]
    Query(#[from] QueryError),
    /// Nobody knows the MAC.
    #[error("unknown MAC")]
    UnknownMac,
    /// The device is to tag its queries (E1), and this one has no right tag.
    #[error("the query's tag is missing or wrong")]
    Tag,
    /// The transaction id was used before.
    #[error("a replay")]
    Replay,
    /// More queries than the device may send.
    #[error("too many queries")]
    Rate,
}

/// Why a datagram gets nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DropReason {
    /// Nothing to answer to.
    #[error("{0}")]
    Request(#[from] RequestError),
    /// The output has no room.
    #[error("{0}")]
    NoRoom(#[from] WriteError),
    /// More datagrams than the address may send.
    #[error("too many datagrams from this address")]
    Rate,
}

/// A status server. Keeps what it needs between datagrams; keys and instructions come from [`Devices`].
#[derive(Debug)]
pub struct StatusServer<R> {
    settings: ServerSettings,
    suffix: Name,
    random: R,
    cache: Cache,
    sources: Sources,
}

/// A datagram and when and whence it came.
#[derive(Clone, Copy, Debug)]
pub struct Received<'a> {
    /// When, since any fixed moment.
    pub now: Duration,
    /// When, in seconds since 1970; goes into acknowledgements.
    pub unix_seconds: i64,
    /// Whence.
    pub source: IpAddr,
    /// The octets.
    pub datagram: &'a [u8],
}

impl<R: Random> StatusServer<R> {
    /// A server that knows nobody yet.
    ///
    /// # Errors
    /// [`NameError`] when the suffix is no name.
    pub fn new(settings: ServerSettings, mut random: R) -> Result<Self, NameError> {
        let suffix = settings.suffix.parse()?;
        let sources = Sources::new(random.octets());
        Ok(Self { suffix, random, cache: Cache::new(settings.cached_devices), sources, settings })
    }

    /// Forgets what is cached of a device, as when its keys change.
    pub fn forget(&mut self, mac: crate::Mac) {
        self.cache.remove(mac);
    }

    /// Takes a datagram and writes what is to be sent back to `out`.
    pub fn handle(
        &mut self,
        received: Received<'_>,
        devices: &mut dyn Devices,
        signer: Option<&mut dyn RsaSigner>,
        out: impl BufMut,
    ) -> Handled {
        if let Some(rate) = self.settings.source_rate
            && !self.sources.admit(received.source, rate, received.now)
        {
            return Handled::Dropped(DropReason::Rate);
        }
        let request = match Request::parse(received.datagram) {
            Ok(request) => request,
            Err(reason) => return Handled::Dropped(reason.into()),
        };
        match self.judge(received, &request, devices, signer, out) {
            Ok(Ok(handled)) => handled,
            Ok(Err(no_room)) => Handled::Dropped(no_room.into()),
            Err((reason, out)) => match request.refuse(ResponseCode::SERVER_FAILURE, out) {
                Ok(length) => Handled::Refused { reason, length },
                Err(no_room) => Handled::Dropped(no_room.into()),
            },
        }
    }

    /// Answers a good query, or gives `out` back with the reason to refuse.
    fn judge<O: BufMut>(
        &mut self,
        received: Received<'_>,
        request: &Request<'_>,
        devices: &mut dyn Devices,
        signer: Option<&mut dyn RsaSigner>,
        out: O,
    ) -> Result<Result<Handled, WriteError>, (RefuseReason, O)> {
        let sealed = match sealed_query(request, &self.suffix) {
            Ok(sealed) => sealed,
            Err(reason) => return Err((reason, out)),
        };
        let Some(device) = self.cache.device(sealed.mac(), devices) else {
            return Err((RefuseReason::UnknownMac, out));
        };
        let (query, key) = match open(device, &sealed) {
            Ok(opened) => opened,
            Err(reason) => return Err((reason, out)),
        };
        let windows = (self.settings.duplicate_window, self.settings.replay_window);
        match device.seen(query.trid, received.now, windows) {
            Seen::Duplicate(answer) => {
                let written = write(request, device, key, &query, answer, out);
                return Ok(written.map(|length| Handled::Answered {
                    query,
                    answered: Answered::Again,
                    length,
                }));
            }
            Seen::Replay => return Err((RefuseReason::Replay, out)),
            Seen::New => (),
        }
        if let Some(rate) = self.settings.device_rate
            && !device.bucket.has_room(rate, received.now)
        {
            return Err((RefuseReason::Rate, out));
        }
        // 32 bits, unsigned; it wraps in 2106.
        let time = u32::try_from(received.unix_seconds.rem_euclid(1 << 32)).unwrap_or(0);
        let (answer, answered) = match devices.instruction(&query) {
            None => (LastAnswer::Nop(time), Answered::Nop),
            Some(instruction) => match regular(key, &query, &instruction, signer, &mut self.random) {
                Ok(text) => (LastAnswer::Regular(Box::new(text)), Answered::Regular),
                Err(reason) => (LastAnswer::Nop(time), Answered::NopInstead(reason)),
            },
        };
        let written = write(request, device, key, &query, &answer, out);
        if written.is_ok() {
            device.remember(query.trid, received.now, answer, windows.1.is_some());
            if let Some(rate) = self.settings.device_rate {
                device.bucket.take(rate, received.now);
            }
        }
        Ok(written.map(|length| Handled::Answered { query, answered, length }))
    }
}

/// The query in a request under our suffix.
fn sealed_query(request: &Request<'_>, suffix: &Name) -> Result<SealedQuery, RefuseReason> {
    let name = request.name().ok_or(RefuseReason::Question)?;
    if !name.behind_first_label().eq_ignore_ascii_case(suffix.as_octets()) {
        return Err(RefuseReason::Question);
    }
    let label =
        name.labels().next().filter(|label| label.len() <= LABEL_LEN).ok_or(RefuseReason::Question)?;
    Ok(SealedQuery::from_label(label)?)
}

/// Opens a query with the current key or else the first, and says which. Nothing on the wire does.
fn open<'d>(device: &'d Device, sealed: &SealedQuery) -> Result<(Query, &'d Ready), RefuseReason> {
    let with = |key: &'d Ready| sealed.open(&key.cipher).map(|query| (query, key));
    let opened = match (with(&device.key), &device.first_key) {
        (Err(_), Some(first)) => with(first),
        (opened, _) => opened,
    };
    let (query, key) = opened?;
    let tagged = || key.extension.as_ref().is_some_and(|extension| extension.query_is_tagged(&query));
    if device.auth_filler && !tagged() { Err(RefuseReason::Tag) } else { Ok((query, key)) }
}

fn write(
    request: &Request<'_>,
    device: &Device,
    key: &Ready,
    query: &Query,
    answer: &LastAnswer,
    out: impl BufMut,
) -> Result<usize, WriteError> {
    let time = match answer {
        LastAnswer::Nop(time) => *time,
        LastAnswer::Regular(text) => return request.answer(text.as_octets(), out),
    };
    let nop = Nop::new(query.trid, time);
    let nop = match &key.extension {
        Some(extension) if device.nop_tag => nop.tagged(extension, query.mac),
        _ => nop,
    };
    let mut text = [0; NOP_TEXT_LEN];
    nop.write_text(&key.cipher, &mut text);
    request.answer(&text, out)
}

fn regular(
    key: &Ready,
    query: &Query,
    instruction: &Instruction,
    signer: Option<&mut dyn RsaSigner>,
    random: &mut impl Random,
) -> Result<AnswerText, NotSent> {
    let signer = signer.ok_or(NotSent::NoSigner)?;
    let answer = Regular::new(query.trid, instruction.exec, &instruction.data, |filler| random.fill(filler));
    let mut answer = answer.map_err(|_| NotSent::DataTooLong)?;
    answer.seal(&key.cipher, signer, |filler| random.fill(filler)).map_err(NotSent::Seal)
}
