//! Queries and answers.

use super::fonap_heartbeat_rsa_key;
use crate::boundary::{put, run};
use crate::fonap_result;
use crate::slice::{array, array_ref, fill, octets, put_array};
use core::ffi::c_char;
use core::mem::MaybeUninit;
use heartbeat::answer::{Acceptance, Answer, AnswerError, NOP_TEXT_LEN, Nop, Regular, accept};
use heartbeat::base64;
use heartbeat::query::{FILLER_LEN, QUERY_LEN, QueryError, QueryType, SealedQuery};
use heartbeat::rsa::RSA_LEN;
use heartbeat::{Architecture, Cipher, ExecCode, Key, Mac, Query, Version};

/// Octets of a query.
pub const FONAP_HEARTBEAT_QUERY_LEN: usize = 39;
/// Characters of a query's label.
pub const FONAP_HEARTBEAT_LABEL_LEN: usize = 63;
/// Characters of the text of a NOP answer.
pub const FONAP_HEARTBEAT_NOP_TEXT_LEN: usize = 26;
/// Characters of the text of a regular answer.
pub const FONAP_HEARTBEAT_REGULAR_TEXT_LEN: usize = 346;
/// Most octets of data of a regular answer.
pub const FONAP_HEARTBEAT_MAX_DATA_LEN: usize = 246;
/// Octets of the RSA block of a regular answer.
pub const FONAP_HEARTBEAT_BLOCK_LEN: usize = 256;

const _: () = assert!(
    FONAP_HEARTBEAT_QUERY_LEN == QUERY_LEN
        && FONAP_HEARTBEAT_LABEL_LEN == heartbeat::query::LABEL_LEN
        && FONAP_HEARTBEAT_NOP_TEXT_LEN == NOP_TEXT_LEN
        && FONAP_HEARTBEAT_REGULAR_TEXT_LEN == heartbeat::answer::REGULAR_TEXT_LEN
        && FONAP_HEARTBEAT_MAX_DATA_LEN == heartbeat::answer::MAX_DATA_LEN
        && FONAP_HEARTBEAT_BLOCK_LEN == RSA_LEN
);

/// A query's type: the first heartbeat since the start.
pub const FONAP_HEARTBEAT_QUERY_START: u8 = 0;
/// A query's type: after one or more failed ones.
pub const FONAP_HEARTBEAT_QUERY_RETRY: u8 = 1;
/// A query's type: after a successful one.
pub const FONAP_HEARTBEAT_QUERY_ONLINE: u8 = 2;

/// An answer's kind: an acknowledgement.
pub const FONAP_HEARTBEAT_ANSWER_NOP: u8 = 4;
/// An answer's kind: an instruction, signed with the server's RSA key.
pub const FONAP_HEARTBEAT_ANSWER_REGULAR: u8 = 2;

/// What a query says.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_heartbeat_query {
    /// The hotspot's MAC.
    pub mac: [u8; 6],
    /// `FONAP_HEARTBEAT_QUERY_...`, at most 31.
    pub query_type: u8,
    /// 37 for a gateway.
    pub architecture: u8,
    /// Major, minor, micro, revision.
    pub version: [u8; 4],
    /// 0.
    pub status: u32,
    /// Transaction id: random, new for each heartbeat.
    pub trid: u32,
    /// Failed heartbeats before this one.
    pub retries: u32,
    /// Random octets.
    pub filler: [u8; 13],
}

impl From<&fonap_heartbeat_query> for Query {
    fn from(query: &fonap_heartbeat_query) -> Self {
        let [major, minor, micro, revision] = query.version;
        let filler: [u8; FILLER_LEN] = query.filler;
        Self {
            mac: Mac(query.mac),
            query_type: QueryType(query.query_type),
            architecture: Architecture(query.architecture),
            version: Version { major, minor, micro, revision },
            status: query.status,
            trid: query.trid,
            retries: query.retries,
            filler,
        }
    }
}

impl From<Query> for fonap_heartbeat_query {
    fn from(query: Query) -> Self {
        let Version { major, minor, micro, revision } = query.version;
        Self {
            mac: query.mac.0,
            query_type: query.query_type.0,
            architecture: query.architecture.0,
            version: [major, minor, micro, revision],
            status: query.status,
            trid: query.trid,
            retries: query.retries,
            filler: query.filler,
        }
    }
}

impl From<QueryError> for fonap_result {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Base32(error) => error.into(),
            QueryError::Length { .. } => Self::Length,
            _ => Self::HeartbeatKind,
        }
    }
}

impl From<AnswerError> for fonap_result {
    fn from(error: AnswerError) -> Self {
        match error {
            AnswerError::Base64(error) => error.into(),
            AnswerError::Length { .. } | AnswerError::Size { .. } => Self::Length,
            AnswerError::NoRsaKey => Self::HeartbeatNoRsaKey,
            AnswerError::NotBelowModulus => Self::HeartbeatNotBelowModulus,
            AnswerError::Kind { .. } => Self::HeartbeatKind,
            AnswerError::Trid { .. } => Self::HeartbeatTrid,
            AnswerError::Tail => Self::NotAuthentic,
            _ => Self::Malformed,
        }
    }
}

/// Encrypts a query with the 32 octets of `key` and writes its `FONAP_HEARTBEAT_QUERY_LEN` octets to `wire`.
///
/// `FONAP_RESULT_ARGUMENT` when the type is above 31. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_query_seal(
    query: Option<&fonap_heartbeat_query>,
    key: *const u8,
    wire: *mut u8,
) -> fonap_result {
    run(|| {
        let query = query.ok_or(fonap_result::Null)?;
        if query.query_type > QueryType::MAX {
            return Err(fonap_result::Argument);
        }
        let sealed = Query::from(query).seal(&Cipher::new(&Key::new(array!(key))));
        put_array!(wire, *sealed.octets());
        Ok(())
    })
}

/// Decrypts the `FONAP_HEARTBEAT_QUERY_LEN` octets at `wire` with the 32 octets of `key`: a server's side.
///
/// `FONAP_RESULT_HEARTBEAT_KIND` when they are no query, or of another key. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_query_open(
    wire: *const u8,
    key: *const u8,
    query: Option<&mut MaybeUninit<fonap_heartbeat_query>>,
) -> fonap_result {
    run(|| {
        let opened = SealedQuery::new(array!(wire)).open(&Cipher::new(&Key::new(array!(key))))?;
        put(query, opened.into())
    })
}

/// The 6 octets of the MAC that an encrypted query carries in clear: says whose key opens it. Not authenticated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_query_mac(wire: *const u8, mac: *mut u8) -> fonap_result {
    run(|| {
        put_array!(mac, SealedQuery::new(array!(wire)).mac().0);
        Ok(())
    })
}

/// Writes the `FONAP_HEARTBEAT_LABEL_LEN` characters of an encrypted query's DNS label.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_query_label(wire: *const u8, label: *mut c_char) -> fonap_result {
    run(|| {
        put_array!(label.cast::<u8>(), *SealedQuery::new(array!(wire)).label().as_octets());
        Ok(())
    })
}

/// Reads a DNS label of either letter case into the `FONAP_HEARTBEAT_QUERY_LEN` octets at `wire`.
///
/// `FONAP_RESULT_LENGTH` or `FONAP_RESULT_DIGIT` when it is none of a query.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_query_from_label(
    label: *const c_char,
    label_len: usize,
    wire: *mut u8,
) -> fonap_result {
    run(|| {
        let sealed = SealedQuery::from_label(octets!(label.cast::<u8>(), label_len))?;
        put_array!(wire, *sealed.octets());
        Ok(())
    })
}

/// An answer that was accepted.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_heartbeat_answer {
    /// `FONAP_HEARTBEAT_ANSWER_NOP` or `FONAP_HEARTBEAT_ANSWER_REGULAR`.
    pub kind: u8,
    /// What is to be done: 0 nothing, 1 run the configuration client, 2 the upgrade client, others by trigger.
    pub exec: u8,
    /// Octets of `data`.
    pub data_len: u16,
    /// Transaction id of the query that it answers.
    pub trid: u32,
    /// The server's time in seconds since 1970; 0 in a regular answer.
    pub time: u32,
    /// What goes with the instruction. Comes from the network: hand it on as a file, never as part of a command.
    pub data: [u8; 246],
}

impl From<&Answer> for fonap_heartbeat_answer {
    fn from(answer: &Answer) -> Self {
        let (kind, time) = match answer {
            Answer::Nop(nop) => (FONAP_HEARTBEAT_ANSWER_NOP, nop.time),
            Answer::Regular(_) => (FONAP_HEARTBEAT_ANSWER_REGULAR, 0),
        };
        let mut out =
            Self { kind, exec: answer.exec().0, data_len: 0, trid: answer.trid(), time, data: [0; 246] };
        for (to, from) in out.data.iter_mut().zip(answer.data()) {
            *to = *from;
            out.data_len += 1;
        }
        out
    }
}

/// Flag of `fonap_heartbeat_answer_open`: the tail of a NOP answer must be zero.
pub const FONAP_HEARTBEAT_STRICT_NOP: u32 = 1;

/// Opens and judges the text of an answer, prefix included, as it came out of `fonap_heartbeat_response_judge`.
///
/// `key` has 32 octets; `trid` is that of the query. Without `rsa_key` (NULL) regular answers are refused with
/// `FONAP_RESULT_HEARTBEAT_NO_RSA_KEY`. `flags` is 0 or `FONAP_HEARTBEAT_STRICT_NOP`. Other refusals are
/// `FONAP_RESULT_HEARTBEAT_TRID` (answers another query), `FONAP_RESULT_HEARTBEAT_KIND` (another key, or forged),
/// `FONAP_RESULT_NOT_AUTHENTIC` (a tail that is not zero, with the flag), `FONAP_RESULT_HEARTBEAT_NOT_BELOW_MODULUS`,
/// `FONAP_RESULT_MALFORMED`, `FONAP_RESULT_LENGTH`, `FONAP_RESULT_DIGIT`. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_answer_open(
    text: *const c_char,
    text_len: usize,
    key: *const u8,
    rsa_key: Option<&fonap_heartbeat_rsa_key>,
    trid: u32,
    flags: u32,
    answer: Option<&mut MaybeUninit<fonap_heartbeat_answer>>,
) -> fonap_result {
    run(|| {
        if flags & !FONAP_HEARTBEAT_STRICT_NOP != 0 {
            return Err(fonap_result::Argument);
        }
        let rsa = rsa_key.map(|key| key.0.inner()).transpose()?;
        let cipher = Cipher::new(&Key::new(array!(key)));
        let strict_nop = flags & FONAP_HEARTBEAT_STRICT_NOP != 0;
        let against = Acceptance { cipher: &cipher, rsa, trid, strict_nop, nop_tag: None };
        put(answer, (&accept(octets!(text.cast::<u8>(), text_len), &against)?).into())
    })
}

/// A server's side: writes the `FONAP_HEARTBEAT_NOP_TEXT_LEN` characters of a NOP answer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_nop_text(
    trid: u32,
    unix_seconds: u32,
    key: *const u8,
    text: *mut c_char,
) -> fonap_result {
    run(|| {
        let cipher = Cipher::new(&Key::new(array!(key)));
        let mut out = [0; NOP_TEXT_LEN];
        Nop::new(trid, unix_seconds).write_text(&cipher, &mut out);
        put_array!(text.cast::<u8>(), out);
        Ok(())
    })
}

/// A server's side, first half: the `FONAP_HEARTBEAT_BLOCK_LEN` octets of a regular answer that are to be signed with
/// the private key (`block^d mod n`, no padding). `filler` has 246 octets less those of `data`, random.
///
/// `FONAP_RESULT_LIMIT` when there is more data than 246 octets, `FONAP_RESULT_HEARTBEAT_NOT_BELOW_MODULUS` when the
/// block is not below the modulus: try other filler, or answer NOP.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_regular_block(
    trid: u32,
    exec: u8,
    data: *const u8,
    data_len: usize,
    filler: *const u8,
    key: *const u8,
    rsa_key: Option<&fonap_heartbeat_rsa_key>,
    block: *mut u8,
) -> fonap_result {
    run(|| {
        let rsa = rsa_key.ok_or(fonap_result::Null)?.0.inner()?;
        let data = octets!(data, data_len);
        let filler =
            octets!(filler, FONAP_HEARTBEAT_MAX_DATA_LEN.checked_sub(data.len()).ok_or(fonap_result::Limit)?);
        let regular = Regular::new(trid, ExecCode(exec), data, |place| place.copy_from_slice(filler))
            .map_err(|_| fonap_result::Limit)?;
        let encrypted = regular.encrypt(&Cipher::new(&Key::new(array!(key))));
        if !rsa.is_below_modulus(&encrypted) {
            return Err(fonap_result::HeartbeatNotBelowModulus);
        }
        put_array!(block, encrypted);
        Ok(())
    })
}

/// A server's side, second half: the text of a regular answer, `FONAP_HEARTBEAT_REGULAR_TEXT_LEN` characters, of the
/// `FONAP_HEARTBEAT_BLOCK_LEN` octets of `signature`. Checks first that the signature is right.
///
/// `FONAP_RESULT_NOT_AUTHENTIC` when it does not recover to `block`: sending it would help whoever wants to break the
/// key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_regular_text(
    block: *const u8,
    signature: *const u8,
    rsa_key: Option<&fonap_heartbeat_rsa_key>,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let rsa = rsa_key.ok_or(fonap_result::Null)?.0.inner()?;
        let (block, signature): (&[u8; RSA_LEN], &[u8; RSA_LEN]) = (array_ref!(block), array_ref!(signature));
        if rsa.recover(signature).as_ref() != Some(block) {
            return Err(fonap_result::NotAuthentic);
        }
        let mut text = [0; FONAP_HEARTBEAT_REGULAR_TEXT_LEN];
        let [prefix, equals, body @ ..] = &mut text;
        (*prefix, *equals) = (b'b', b'=');
        base64::encode(signature, body)?;
        fill!(out, capacity, length, &text)
    })
}
