//! The DNS messages around queries and answers.

use crate::boundary::run;
use crate::fonap_address;
use crate::fonap_result;
use crate::slice::{encode, fill, octets, room, text};
use core::ffi::c_char;
use core::mem::MaybeUninit;
use heartbeat::dns::{
    self, Expected, LookupError, Name, NameError, RecordType, Request, ResponseCode, Rules, Verdict,
};

/// Octets that a receive buffer for responses should have.
pub const FONAP_HEARTBEAT_RECEIVE_LEN: usize = 4096;
/// Octets of the largest query datagram.
pub const FONAP_HEARTBEAT_MAX_QUERY_LEN: usize = 271;
/// Octets of the largest response datagram with a heartbeat's answer.
pub const FONAP_HEARTBEAT_MAX_RESPONSE_LEN: usize = 631;
/// Most characters of the text of a response.
pub const FONAP_HEARTBEAT_MAX_TEXT_LEN: usize = 512;
/// Most addresses that `fonap_heartbeat_addresses_read` writes.
pub const FONAP_HEARTBEAT_MAX_ADDRESSES: usize = 16;
/// Record type: an IPv4 address.
pub const FONAP_HEARTBEAT_TYPE_A: u16 = 1;
/// Record type: text.
pub const FONAP_HEARTBEAT_TYPE_TXT: u16 = 16;
/// Record type: an IPv6 address.
pub const FONAP_HEARTBEAT_TYPE_AAAA: u16 = 28;

const _: () = assert!(
    FONAP_HEARTBEAT_RECEIVE_LEN == dns::RECEIVE_LEN
        && FONAP_HEARTBEAT_MAX_QUERY_LEN == dns::MAX_QUERY_LEN
        && FONAP_HEARTBEAT_MAX_RESPONSE_LEN == dns::MAX_RESPONSE_LEN
        && FONAP_HEARTBEAT_MAX_TEXT_LEN == dns::MAX_TEXT_LEN
        && FONAP_HEARTBEAT_MAX_ADDRESSES == dns::MAX_ADDRESSES
);

/// Flag of `fonap_heartbeat_response_judge`: a datagram that does not match ends the attempt, as the original has it.
pub const FONAP_HEARTBEAT_FIRST_DATAGRAM_DECIDES: u32 = 1;
/// Flag of `fonap_heartbeat_response_judge`: any acceptable DNS response is a sign of life, as the original has it.
pub const FONAP_HEARTBEAT_LIVENESS_TRANSPORT: u32 = 2;

impl From<NameError> for fonap_result {
    fn from(_: NameError) -> Self {
        Self::Malformed
    }
}

/// Writes a host name as it stands on the wire: labels of 1 to 63 octets, at most 255 in all.
///
/// `FONAP_RESULT_MALFORMED` when the DNS cannot carry it. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_name_encode(
    name: *const c_char,
    name_len: usize,
    out: *mut u8,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let name: Name = text!(name, name_len).parse()?;
        fill!(out, capacity, length, name.as_octets())
    })
}

/// Writes the datagram that asks for a name: for TXT with a query's label and the suffix, for A and AAAA to find the
/// server. `id` is 16 random bits, new for every attempt.
///
/// `FONAP_RESULT_MALFORMED` when the DNS cannot carry the name. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_dns_query(
    id: u16,
    name: *const c_char,
    name_len: usize,
    record_type: u16,
    out: *mut u8,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let name: Name = text!(name, name_len).parse()?;
        let needed = dns::HEADER_LEN + name.as_octets().len() + 4;
        encode(room!(out, capacity), length, needed, |out| {
            let written = dns::write_query(id, &name, RecordType(record_type), out);
            written.map(|_| ()).map_err(|_| fonap_result::BufferTooSmall)
        })
    })
}

/// Judges a datagram that came for a query, and writes the text it carries: `FONAP_HEARTBEAT_MAX_TEXT_LEN` octets are
/// always enough.
///
/// `FONAP_RESULT_OK`: it counts, and its text, possibly empty, is the answer. `FONAP_RESULT_OTHER`: it is not for this
/// query, go on waiting. `FONAP_RESULT_REFUSED`: the server refused. `FONAP_RESULT_MALFORMED`: no response, or one that
/// cannot be read. `id` and `name` are those of the query. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_response_judge(
    id: u16,
    name: *const c_char,
    name_len: usize,
    datagram: *const u8,
    datagram_len: usize,
    flags: u32,
    text_out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let name: Name = text!(name, name_len).parse()?;
        if flags & !(FONAP_HEARTBEAT_FIRST_DATAGRAM_DECIDES | FONAP_HEARTBEAT_LIVENESS_TRANSPORT) != 0 {
            return Err(fonap_result::Argument);
        }
        let rules = Rules {
            first_datagram_decides: flags & FONAP_HEARTBEAT_FIRST_DATAGRAM_DECIDES != 0,
            transport: flags & FONAP_HEARTBEAT_LIVENESS_TRANSPORT != 0,
        };
        match (Expected { id, name: &name }).judge(octets!(datagram, datagram_len), rules) {
            Verdict::Answer(text) => fill!(text_out, capacity, length, text.as_octets()),
            Verdict::Ignore(_) => Err(fonap_result::Other),
            Verdict::Fail(dns::FailReason::Refused(_)) => Err(fonap_result::Refused),
            Verdict::Fail(_) => Err(fonap_result::Malformed),
        }
    })
}

/// `addresses_out!(pointer)`: the place for addresses, or the function returns.
macro_rules! addresses_out {
    ($pointer:expr) => {{
        let pointer = $pointer;
        // SAFETY: the contract of the function: NULL, or room for this many.
        unsafe { pointer.cast::<[MaybeUninit<fonap_address>; FONAP_HEARTBEAT_MAX_ADDRESSES]>().as_mut() }
            .ok_or(fonap_result::Null)?
    }};
}

/// Reads the addresses out of the response to a look-up. `addresses` has room for `FONAP_HEARTBEAT_MAX_ADDRESSES`; how
/// many there are goes to `count`, possibly none. Their port is 0.
///
/// `FONAP_RESULT_OTHER` when the response is for another query, `FONAP_RESULT_REFUSED`, or `FONAP_RESULT_MALFORMED`.
/// Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_addresses_read(
    id: u16,
    name: *const c_char,
    name_len: usize,
    record_type: u16,
    datagram: *const u8,
    datagram_len: usize,
    addresses: *mut fonap_address,
    count: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let name: Name = text!(name, name_len).parse()?;
        let datagram = octets!(datagram, datagram_len);
        let found =
            dns::read_addresses(datagram, id, &name, RecordType(record_type)).map_err(
                |error| match error {
                    LookupError::Other => fonap_result::Other,
                    LookupError::Refused(_) => fonap_result::Refused,
                    _ => fonap_result::Malformed,
                },
            )?;
        let (places, count) = (addresses_out!(addresses), count.ok_or(fonap_result::Null)?);
        for (place, address) in places.iter_mut().zip(found.as_slice()) {
            place.write((*address).into());
        }
        count.write(found.as_slice().len());
        Ok(())
    })
}

/// A server's side: reads a query datagram. Writes its id, and the first label of the name it asks for: the label of a
/// heartbeat, for `fonap_heartbeat_query_from_label`. 63 characters are always enough.
///
/// `FONAP_RESULT_OTHER`: not to be answered at all. `FONAP_RESULT_NOT_FOUND`: no question for text, answer with
/// `fonap_heartbeat_response_write` and a refusal. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_request_read(
    datagram: *const u8,
    datagram_len: usize,
    id: Option<&mut MaybeUninit<u16>>,
    label: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let request = request(octets!(datagram, datagram_len))?;
        let name = request.name().ok_or(fonap_result::NotFound)?;
        let first = name.labels().next().ok_or(fonap_result::NotFound)?;
        let id = id.ok_or(fonap_result::Null)?;
        fill!(label, capacity, length, first)?;
        id.write(request.id());
        Ok(())
    })
}

/// A server's side: writes the response to a query datagram. With `response_code` 0 it carries `text`; with another
/// one, 2 for a status server that refuses, it carries nothing.
///
/// `FONAP_RESULT_OTHER` when the datagram is not to be answered, `FONAP_RESULT_LIMIT` for text of more than
/// `FONAP_HEARTBEAT_MAX_TEXT_LEN` octets, `FONAP_RESULT_ARGUMENT` for a code above 15. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_response_write(
    datagram: *const u8,
    datagram_len: usize,
    response_code: u8,
    text: *const c_char,
    text_len: usize,
    out: *mut u8,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let request = request(octets!(datagram, datagram_len))?;
        let text = octets!(text.cast::<u8>(), text_len);
        if text.len() > FONAP_HEARTBEAT_MAX_TEXT_LEN {
            return Err(fonap_result::Limit);
        }
        if response_code > 15 {
            return Err(fonap_result::Argument);
        }
        let write = |mut out: &mut [u8]| match response_code {
            0 => request.answer(text, &mut out),
            code => request.refuse(ResponseCode(code), &mut out),
        };
        let needed = match write(&mut []) {
            Ok(needed) => needed,
            Err(error) => error.needed,
        };
        encode(room!(out, capacity), length, needed, |out| {
            write(out).map(|_| ()).map_err(|_| fonap_result::BufferTooSmall)
        })
    })
}

fn request(datagram: &[u8]) -> Result<Request<'_>, fonap_result> {
    Request::parse(datagram).map_err(|_| fonap_result::Other)
}
