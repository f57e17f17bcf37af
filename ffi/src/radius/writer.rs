//! Writing packets, and requests that the client machine writes.

use super::attributes::path;
use super::packet::{fonap_radius_packet, packet};
use super::{
    FONAP_RADIUS_CODE_COA_ACK, FONAP_RADIUS_CODE_COA_NAK, FONAP_RADIUS_CODE_DISCONNECT_ACK,
    FONAP_RADIUS_CODE_DISCONNECT_NAK, fonap_radius_secret,
};
use crate::boundary::{Outcome, run};
use crate::fonap_result;
use crate::slice::{array, array_ref, octets, text};
use alloc::boxed::Box;
use core::ffi::c_char;
use core::mem::MaybeUninit;
use radius_codec::client::Request;
use radius_codec::hide::chap_password;
use radius_codec::value::{Hidden, Salted, TaggedSalted};
use radius_codec::{
    AnyWriter, AttributeWriter as _, Code, EncodeError, Kind, PacketBuilder, Path, attr::Attr,
    server::reply_to,
};

/// Collects attributes: either of one packet that is written into the program's buffer, begun with one of the
/// `fonap_radius_writer_begin...` functions in a structure of the program's, or of a request that
/// `fonap_radius_client_send` may send to several servers, made by `fonap_radius_request_new`.
///
/// The first error of what is added stays, whatever it is: later additions do nothing and give it again, and so does the
/// end, so that looking there is enough. Begun in a structure of the program's, it allocates nothing and needs no end; the
/// structure must not be copied, and its buffer has to stay and to be left alone until `fonap_radius_writer_finish`.
#[repr(C)]
pub struct fonap_radius_writer {
    /// The library's own.
    pub opaque: [u64; 32],
}

/// What a writer holds.
enum Writer {
    Packet(PacketBuilder<'static>),
    Request(Request),
}

/// What lies in the structure.
#[repr(C)]
struct Content {
    /// Says that a writer lies here: its own address, mixed.
    mark: u64,
    /// The first error of what was to be added.
    error: fonap_result,
    writer: MaybeUninit<Writer>,
}

const _: () = assert!(
    size_of::<Content>() <= size_of::<fonap_radius_writer>()
        && align_of::<Content>() <= align_of::<fonap_radius_writer>()
);

/// What the mark of a writer at this place is.
fn mark_of(place: *const fonap_radius_writer) -> u64 {
    (place.addr() as u64) ^ 0x666f_6e61_7077_7274
}

/// Puts a writer in a structure of the program's, whatever lies there.
fn begin(place: Option<&mut MaybeUninit<fonap_radius_writer>>, writer: Writer) -> Result<(), fonap_result> {
    let place = place.ok_or(fonap_result::Null)?.as_mut_ptr();
    let content = Content { mark: mark_of(place), error: fonap_result::Ok, writer: MaybeUninit::new(writer) };
    // SAFETY: the place is large enough and aligned, see above, and nothing there needs to be dropped: the library
    // leaves in a structure of the program's only what needs none.
    unsafe { place.cast::<Content>().write(content) };
    Ok(())
}

/// The writer in a structure, if there is one, with the place for its first error.
#[cfg_attr(feature = "firmware", inline(never))]
fn writer(place: Option<&mut fonap_radius_writer>) -> Result<(&mut fonap_result, &mut Writer), fonap_result> {
    let place = place.ok_or(fonap_result::Null)?;
    let mark = mark_of(place);
    // SAFETY: large enough and aligned; the mark is a number, which any octets are.
    if unsafe { *core::ptr::from_mut(place).cast::<u64>() } != mark {
        return Err(fonap_result::State);
    }
    // SAFETY: the mark says that `begin` put its content here, and that nobody took it away.
    let content = unsafe { &mut *core::ptr::from_mut(place).cast::<Content>() };
    // SAFETY: as before.
    Ok((&mut content.error, unsafe { content.writer.assume_init_mut() }))
}

/// Adds something, unless something else went wrong before. The first error stays.
fn adding(
    place: Option<&mut fonap_radius_writer>,
    body: impl FnOnce(&mut Writer) -> Outcome,
) -> fonap_result {
    run(|| {
        let (error, writer) = writer(place)?;
        if *error != fonap_result::Ok {
            return Err(*error);
        }
        let outcome = body(writer).and_then(|()| writer.outcome());
        outcome.inspect_err(|result| *error = *result)
    })
}

/// Takes the request out of a structure of the library's, or the first error of its additions.
pub(super) fn into_request(place: Box<fonap_radius_writer>) -> Result<Request, fonap_result> {
    let mut place = place;
    let error = *writer(Some(&mut place))?.0;
    let from = core::ptr::from_mut(&mut *place).cast::<Content>();
    // SAFETY: a writer lies here, and with its mark it is gone, so that nobody takes it twice.
    let taken = unsafe {
        (*from).mark = 0;
        (*from).writer.assume_init_read()
    };
    match taken {
        Writer::Request(request) if error == fonap_result::Ok => Ok(request),
        Writer::Request(_) => Err(error),
        Writer::Packet(_) => Err(fonap_result::State),
    }
}

/// Puts a request into a structure of the library's.
pub(crate) fn boxed_request(request: Request) -> Box<fonap_radius_writer> {
    let mut place = Box::new(fonap_radius_writer { opaque: [0; 32] });
    let writer = MaybeUninit::new(Writer::Request(request));
    let content = Content { mark: mark_of(&*place), error: fonap_result::Ok, writer };
    // SAFETY: as in `begin`.
    unsafe { core::ptr::from_mut(&mut *place).cast::<Content>().write(content) };
    place
}

impl From<EncodeError> for fonap_result {
    fn from(error: EncodeError) -> Self {
        match error {
            EncodeError::TooLong { .. } => Self::BufferTooSmall,
            EncodeError::ValueTooLong { .. } => Self::Limit,
            EncodeError::Code(_) => Self::RadiusCode,
            EncodeError::SaltMissing => Self::RadiusSaltMissing,
            EncodeError::MessageAuthenticatorRepeated => Self::State,
            _ => Self::Argument,
        }
    }
}

/// A buffer of the caller's, for as long as the writer lives.
fn buffer(out: *mut u8, capacity: usize) -> Result<&'static mut [u8], fonap_result> {
    if out.is_null() {
        return Err(fonap_result::Null);
    }
    let capacity = capacity.min(radius_codec::packet::MAX_LEN);
    // SAFETY: by the contract of a writer the buffer stays and is left alone while the writer is used; `write_bytes`
    // makes every octet of it a value.
    unsafe {
        out.write_bytes(0, capacity);
        Ok(core::slice::from_raw_parts_mut(out, capacity))
    }
}

fn begun(
    place: Option<&mut MaybeUninit<fonap_radius_writer>>,
    builder: PacketBuilder<'static>,
) -> fonap_result {
    run(|| {
        let mut writer = Writer::Packet(builder);
        let outcome = writer.outcome();
        begin(place, writer)?;
        outcome
    })
}

/// Begins an Access-Request or Status-Server in `out`, whose `capacity` octets are zeroed (4096 are always enough, more are
/// not used), with the 16 unpredictable octets of `authenticator`, new for every request.
///
/// It gets a Message-Authenticator as its first attribute unless `fonap_radius_add_message_authenticator` puts it
/// elsewhere or `fonap_radius_without_message_authenticator` forgoes it. `FONAP_RESULT_RADIUS_CODE` for a code of another
/// kind. Allocates nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_writer_begin(
    writer: Option<&mut MaybeUninit<fonap_radius_writer>>,
    out: *mut u8,
    capacity: usize,
    code: u8,
    identifier: u8,
    authenticator: *const u8,
) -> fonap_result {
    let builder = (|| {
        // Without a writer nothing is written.
        let writer = writer.ok_or(fonap_result::Null)?;
        let authenticator = array!(authenticator);
        Ok((writer, PacketBuilder::new(buffer(out, capacity)?, Code(code), identifier, authenticator)))
    })();
    match builder {
        Ok((writer, builder)) => begun(Some(writer), builder),
        Err(result) => result,
    }
}

/// Begins an Accounting-Request, CoA-Request or Disconnect-Request, whose Authenticator is computed in the end. Otherwise
/// as `fonap_radius_writer_begin`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_writer_begin_signed(
    writer: Option<&mut MaybeUninit<fonap_radius_writer>>,
    out: *mut u8,
    capacity: usize,
    code: u8,
    identifier: u8,
) -> fonap_result {
    let Some(writer) = writer else { return fonap_result::Null };
    match buffer(out, capacity) {
        Ok(buffer) => begun(Some(writer), PacketBuilder::signed_request(buffer, Code(code), identifier)),
        Err(result) => result,
    }
}

/// Begins a reply to a request that came in, with its Identifier and every Proxy-State of it; an ACK or NAK of dynamic
/// authorization also repeats State and Class. `out` must not overlap with the request.
///
/// `FONAP_RESULT_RADIUS_CODE` when the code does not answer the request. Otherwise as `fonap_radius_writer_begin`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_writer_begin_reply(
    writer: Option<&mut MaybeUninit<fonap_radius_writer>>,
    out: *mut u8,
    capacity: usize,
    code: u8,
    request: Option<&fonap_radius_packet>,
) -> fonap_result {
    let builder = (|| {
        // Without a writer nothing is written.
        let writer = writer.ok_or(fonap_result::Null)?;
        let request = packet!(request);
        let mut builder = reply_to(&request, buffer(out, capacity)?, Code(code));
        if matches!(
            code,
            FONAP_RADIUS_CODE_DISCONNECT_ACK
                | FONAP_RADIUS_CODE_DISCONNECT_NAK
                | FONAP_RADIUS_CODE_COA_ACK
                | FONAP_RADIUS_CODE_COA_NAK
        ) {
            for attribute in request.attributes().filter(|a| matches!(a.kind.0, 24 | 25)) {
                builder.attribute(&attribute);
            }
        }
        Ok((writer, builder))
    })();
    match builder {
        Ok((writer, builder)) => begun(Some(writer), builder),
        Err(result) => result,
    }
}

/// Begins a packet that is written as it is, without signing, with the 16 octets of `authenticator`: for tests and tools.
/// Ended by `fonap_radius_writer_finish` with a NULL secret. Otherwise as `fonap_radius_writer_begin`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_writer_begin_verbatim(
    writer: Option<&mut MaybeUninit<fonap_radius_writer>>,
    out: *mut u8,
    capacity: usize,
    code: u8,
    identifier: u8,
    authenticator: *const u8,
) -> fonap_result {
    let builder = (|| {
        // Without a writer nothing is written.
        let writer = writer.ok_or(fonap_result::Null)?;
        let authenticator = array!(authenticator);
        Ok((writer, PacketBuilder::verbatim(buffer(out, capacity)?, Code(code), identifier, authenticator)))
    })();
    match builder {
        Ok((writer, builder)) => begun(Some(writer), builder),
        Err(result) => result,
    }
}

/// Makes a request for `fonap_radius_client_send`, which takes it over; otherwise it is ended by
/// `fonap_radius_request_free`. Its code is that of a request: Access-Request, Accounting-Request, Status-Server,
/// CoA-Request or Disconnect-Request.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_radius_request_new(
    code: u8,
    request: Option<&mut MaybeUninit<*mut fonap_radius_writer>>,
) -> fonap_result {
    run(|| {
        if !Code(code).is_request() {
            return Err(fonap_result::RadiusCode);
        }
        let request = request.ok_or(fonap_result::Null)?;
        request.write(Box::into_raw(boxed_request(Request::new(Code(code)))));
        Ok(())
    })
}

/// Ends a request that was not sent, and wipes its passwords. NULL is taken. Not for a structure of the program's.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_radius_request_free(request: Option<Box<fonap_radius_writer>>) {
    let _ = run(|| request.map_or(Ok(()), |request| into_request(request).map(drop)));
}

impl Writer {
    /// Either kind as the one thing that attributes are added to, so that the code for it is there once.
    #[cfg_attr(feature = "firmware", inline(never))]
    fn attributes(&mut self) -> AnyWriter<'_> {
        match self {
            Self::Packet(packet) => AnyWriter(packet),
            Self::Request(request) => AnyWriter(request),
        }
    }

    /// How additions went so far.
    #[cfg_attr(feature = "firmware", inline(never))]
    fn outcome(&mut self) -> Outcome {
        self.attributes().error().map_or(Ok(()), |error| Err(error.into()))
    }
}

/// Adds octets where a number of the caller's says.
#[inline(never)]
fn add(
    place: Option<&mut fonap_radius_writer>,
    attribute: u64,
    value: Result<&[u8], fonap_result>,
) -> fonap_result {
    adding(place, |writer| {
        writer.attributes().octets(path(attribute)?, value?);
        Ok(())
    })
}

/// Adds octets. What does not fit one attribute is split where its format has a way to, else it is
/// `FONAP_RESULT_LIMIT`. `FONAP_RESULT_BUFFER_TOO_SMALL` when the packet is full.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_add_octets(
    writer_of: Option<&mut fonap_radius_writer>,
    attribute: u64,
    value: *const u8,
    value_len: usize,
) -> fonap_result {
    add(writer_of, attribute, (|| Ok(octets!(value, value_len)))())
}

/// Adds text, at least one octet: `FONAP_RESULT_ARGUMENT` when it is empty. Otherwise as `fonap_radius_add_octets`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_add_text(
    writer_of: Option<&mut fonap_radius_writer>,
    attribute: u64,
    value: *const c_char,
    value_len: usize,
) -> fonap_result {
    let value = (|| match text!(value, value_len) {
        "" => Err(fonap_result::Argument),
        text => Ok(text.as_bytes()),
    })();
    add(writer_of, attribute, value)
}

/// Adds a number of 32 bits.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_radius_add_integer(
    writer_of: Option<&mut fonap_radius_writer>,
    attribute: u64,
    value: u32,
) -> fonap_result {
    add(writer_of, attribute, Ok(&value.to_be_bytes()))
}

/// Adds an IPv4 address: 4 octets in network order.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_add_ipv4(
    writer_of: Option<&mut fonap_radius_writer>,
    attribute: u64,
    address: *const u8,
) -> fonap_result {
    add(writer_of, attribute, (|| Ok(array_ref!(address) as &[u8; 4]))().map(<[u8; 4]>::as_slice))
}

/// Adds an IPv6 address: 16 octets.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_add_ipv6(
    writer_of: Option<&mut fonap_radius_writer>,
    attribute: u64,
    address: *const u8,
) -> fonap_result {
    add(writer_of, attribute, (|| Ok(array_ref!(address) as &[u8; 16]))().map(<[u8; 16]>::as_slice))
}

/// Adds an EAP packet as EAP-Message attributes; no octets are EAP-Start.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_add_eap(
    writer_of: Option<&mut fonap_radius_writer>,
    eap: *const u8,
    eap_len: usize,
) -> fonap_result {
    adding(writer_of, |writer| {
        let eap = octets!(eap, eap_len);
        let mut attributes = writer.attributes();
        if eap.is_empty() {
            attributes.eap_start()
        } else {
            attributes.eap_message(eap)
        };
        Ok(())
    })
}

/// Adds a hidden password of at most 128 octets, as User-Password. For a packet `secret` hides it now; for a request it
/// may be NULL, because the client machine hides it with the secret of each server.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_add_password(
    writer_of: Option<&mut fonap_radius_writer>,
    attribute: u64,
    password: *const u8,
    password_len: usize,
    secret: Option<&fonap_radius_secret>,
) -> fonap_result {
    adding(writer_of, |writer| {
        let attribute: Attr<Hidden> = Attr::new(path(attribute)?, "");
        let password = octets!(password, password_len);
        match writer {
            Writer::Packet(packet) => {
                packet.hidden(attribute, password, secret.ok_or(fonap_result::Null)?.0.inner()?);
            }
            Writer::Request(request) => {
                request.hidden(attribute, password);
            }
        }
        Ok(())
    })
}

/// Adds CHAP-Challenge and the CHAP-Password that answers it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_add_chap(
    writer_of: Option<&mut fonap_radius_writer>,
    chap_identifier: u8,
    password: *const u8,
    password_len: usize,
    challenge: *const u8,
    challenge_len: usize,
) -> fonap_result {
    adding(writer_of, |writer| {
        let (password, challenge) = (octets!(password, password_len), octets!(challenge, challenge_len));
        let answer = chap_password(chap_identifier, password, challenge);
        writer.attributes().octets(Kind::CHAP_CHALLENGE, challenge).octets(Kind::CHAP_PASSWORD, &answer);
        Ok(())
    })
}

/// Adds a value hidden with a salt, such as MS-MPPE-Send-Key, to a packet. `salt` is random, and another one for each
/// such value of a packet. `tag` is -1 for an attribute without tag, else 0 to 31.
///
/// `FONAP_RESULT_STATE` for a request of the client machine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_add_salted(
    writer_of: Option<&mut fonap_radius_writer>,
    attribute: u64,
    tag: i32,
    value: *const u8,
    value_len: usize,
    salt: u16,
    secret: Option<&fonap_radius_secret>,
) -> fonap_result {
    adding(writer_of, |writer| {
        let (path, value): (Path, _) = (path(attribute)?, octets!(value, value_len));
        let secret = secret.ok_or(fonap_result::Null)?.0.inner()?;
        let Writer::Packet(packet) = writer else { return Err(fonap_result::State) };
        packet.salt(salt);
        match tag {
            -1 => packet.salted(Attr::<Salted>::new(path, ""), value, secret),
            _ => {
                let tag = u8::try_from(tag).map_err(|_| fonap_result::Argument)?;
                packet.tagged_salted(Attr::<TaggedSalted>::new(path, ""), tag, value, secret)
            }
        };
        Ok(())
    })
}

/// Adds every Proxy-State of a request; `fonap_radius_writer_begin_reply` has done so already.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_radius_add_proxy_states(
    writer_of: Option<&mut fonap_radius_writer>,
    request: Option<&fonap_radius_packet>,
) -> fonap_result {
    adding(writer_of, |writer| {
        writer.attributes().proxy_states(&packet!(request));
        Ok(())
    })
}

/// Puts the Message-Authenticator here, behind what was added so far. `FONAP_RESULT_STATE` for a second one.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_radius_add_message_authenticator(
    writer_of: Option<&mut fonap_radius_writer>,
) -> fonap_result {
    adding(writer_of, |writer| {
        match writer {
            Writer::Packet(packet) => {
                packet.message_authenticator();
            }
            Writer::Request(request) => {
                request.message_authenticator();
            }
        }
        Ok(())
    })
}

/// Forgoes the Message-Authenticator of a packet, for peers that cannot have one. `FONAP_RESULT_STATE` for a request of
/// the client machine, which always has one.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_radius_without_message_authenticator(
    writer_of: Option<&mut fonap_radius_writer>,
) -> fonap_result {
    adding(writer_of, |writer| {
        let Writer::Packet(packet) = writer else { return Err(fonap_result::State) };
        packet.without_message_authenticator();
        Ok(())
    })
}

/// Ends a packet: signs it and says its length. The writer is used up; its structure may serve for the next packet.
/// Without an error the packet stands at the beginning of the buffer that it was begun with; with one the buffer holds
/// nothing of use. `secret` is NULL for a packet begun verbatim, and only then.
///
/// Errors: the first one of all additions; `FONAP_RESULT_RADIUS_CODE` with a secret for a packet begun verbatim;
/// `FONAP_RESULT_STATE` for a request of the client machine, or where no packet was begun.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_radius_writer_finish(
    writer_of: Option<&mut fonap_radius_writer>,
    secret: Option<&fonap_radius_secret>,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let writer_of = writer_of.ok_or(fonap_result::Null)?;
        let length = length.ok_or(fonap_result::Null)?;
        let secret = secret.map(|secret| secret.0.inner()).transpose()?;
        let (error, writer) = writer(Some(writer_of))?;
        let first = if *error == fonap_result::Ok { writer.outcome() } else { Err(*error) };
        let Writer::Packet(packet) = writer else { return Err(fonap_result::State) };
        let finished = first.and_then(|()| match secret {
            Some(secret) => Ok(packet.finish(secret)?),
            None => packet.finish_verbatim().map_err(|_| fonap_result::Null),
        });
        // The builder borrows the caller's buffer and has no drop.
        writer_of.opaque = [0; 32];
        length.write(finished?);
        Ok(())
    })
}
