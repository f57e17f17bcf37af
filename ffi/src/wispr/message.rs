//! Messages: writing, and reading what portals really send.

use crate::boundary::{Object, free, hand_out, put, run};
use crate::slice::{fill, give, octets, room, text};
use crate::{fonap_octets, fonap_result, fonap_text};
use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use core::ffi::c_char;
use core::mem::MaybeUninit;
use wispr::code::MessageType;
use wispr::message::{Field, FieldType, Kind, Message, Value};
use wispr::read::{self, Document, ReadError};
use wispr::write::{EncodeError, Envelope};

/// A message's kind, the number of its MessageType: Redirect.
pub const FONAP_WISPR_REDIRECT: u16 = 100;
/// A message's kind: Proxy.
pub const FONAP_WISPR_PROXY: u16 = 110;
/// A message's kind: AuthenticationReply.
pub const FONAP_WISPR_AUTHENTICATION_REPLY: u16 = 120;
/// A message's kind: EAPAuthenticationReply.
pub const FONAP_WISPR_EAP_AUTHENTICATION_REPLY: u16 = 121;
/// A message's kind: LogoffReply.
pub const FONAP_WISPR_LOGOFF_REPLY: u16 = 130;
/// A message's kind: AuthenticationPollReply.
pub const FONAP_WISPR_AUTHENTICATION_POLL_REPLY: u16 = 140;
/// A message's kind: AbortLoginReply.
pub const FONAP_WISPR_ABORT_LOGIN_REPLY: u16 = 150;
/// A message's kind: StatusReply.
pub const FONAP_WISPR_STATUS_REPLY: u16 = 160;
/// A message's kind: PollNotification.
pub const FONAP_WISPR_POLL_NOTIFICATION: u16 = 170;

/// A field: MessageType, a number. When writing, the kind's own without it.
pub const FONAP_WISPR_FIELD_MESSAGE_TYPE: u32 = 0;
/// A field: ResponseCode, a number.
pub const FONAP_WISPR_FIELD_RESPONSE_CODE: u32 = 1;
/// A field: FONResponseCode, a number.
pub const FONAP_WISPR_FIELD_FON_RESPONSE_CODE: u32 = 2;
/// A field: VersionHigh, text.
pub const FONAP_WISPR_FIELD_VERSION_HIGH: u32 = 3;
/// A field: VersionLow, text.
pub const FONAP_WISPR_FIELD_VERSION_LOW: u32 = 4;
/// A field: AccessProcedure, text.
pub const FONAP_WISPR_FIELD_ACCESS_PROCEDURE: u32 = 5;
/// A field: AccessLocation, text.
pub const FONAP_WISPR_FIELD_ACCESS_LOCATION: u32 = 6;
/// A field: LocationName, text.
pub const FONAP_WISPR_FIELD_LOCATION_NAME: u32 = 7;
/// A field: LoginURL, text.
pub const FONAP_WISPR_FIELD_LOGIN_URL: u32 = 8;
/// A field: AbortLoginURL, text.
pub const FONAP_WISPR_FIELD_ABORT_LOGIN_URL: u32 = 9;
/// A field: EAPMsg, octets.
pub const FONAP_WISPR_FIELD_EAP_MSG: u32 = 10;
/// A field: OperatorURL, text.
pub const FONAP_WISPR_FIELD_OPERATOR_URL: u32 = 11;
/// A field: NextURL, text.
pub const FONAP_WISPR_FIELD_NEXT_URL: u32 = 12;
/// A field: Delay in seconds, a number.
pub const FONAP_WISPR_FIELD_DELAY: u32 = 13;
/// A field: ReplyMessage, text; the only one that may come several times.
pub const FONAP_WISPR_FIELD_REPLY_MESSAGE: u32 = 14;
/// A field: LoginResultsURL, text.
pub const FONAP_WISPR_FIELD_LOGIN_RESULTS_URL: u32 = 15;
/// A field: LogoffURL, text.
pub const FONAP_WISPR_FIELD_LOGOFF_URL: u32 = 16;
/// A field: StatusURL, text.
pub const FONAP_WISPR_FIELD_STATUS_URL: u32 = 17;
/// A field: MaxSessionTime in seconds, a number.
pub const FONAP_WISPR_FIELD_MAX_SESSION_TIME: u32 = 18;
/// A field: RedirectionURL, text.
pub const FONAP_WISPR_FIELD_REDIRECTION_URL: u32 = 19;
/// A field: Status, a number; gateways disagree on what 0 and 1 mean.
pub const FONAP_WISPR_FIELD_STATUS: u32 = 20;

/// The fields by number.
const FIELDS: [Field; 21] = [
    Field::MessageType,
    Field::ResponseCode,
    Field::FonResponseCode,
    Field::VersionHigh,
    Field::VersionLow,
    Field::AccessProcedure,
    Field::AccessLocation,
    Field::LocationName,
    Field::LoginUrl,
    Field::AbortLoginUrl,
    Field::EapMsg,
    Field::OperatorUrl,
    Field::NextUrl,
    Field::Delay,
    Field::ReplyMessage,
    Field::LoginResultsUrl,
    Field::LogoffUrl,
    Field::StatusUrl,
    Field::MaxSessionTime,
    Field::RedirectionUrl,
    Field::Status,
];

/// How a document is wrapped: bare XML, not inside an HTML comment.
pub const FONAP_WISPR_BARE: u32 = 1;
/// How a document is wrapped: lines end with LF alone, not CR LF.
pub const FONAP_WISPR_UNIX_LINES: u32 = 1 << 1;
/// How a document is wrapped: without a schema location.
pub const FONAP_WISPR_NO_SCHEMA_LOCATION: u32 = 1 << 2;
/// How a document is wrapped: AccessLocation and LocationName inside the letters `CDATA[[` and `]]`, as gateways that
/// offer 2.0 do.
pub const FONAP_WISPR_CDATA_LETTERS: u32 = 1 << 3;
/// How a document is wrapped: texts as they are, but for what would end the comment.
pub const FONAP_WISPR_RAW_TEXT: u32 = 1 << 4;

/// A field of a message. Which of the values counts says the field.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_wispr_field {
    /// `FONAP_WISPR_FIELD_...`.
    pub field: u32,
    /// The value of a number.
    pub number: u64,
    /// The value of a text or URL.
    pub text: fonap_text,
    /// The value of EAPMsg.
    pub octets: fonap_octets,
}

fn field_of(number: u32) -> Result<Field, fonap_result> {
    let index = usize::try_from(number).map_err(|_| fonap_result::Argument)?;
    FIELDS.get(index).copied().ok_or(fonap_result::Argument)
}

impl From<EncodeError> for fonap_result {
    fn from(error: EncodeError) -> Self {
        match error {
            EncodeError::BufferTooSmall { .. } => Self::BufferTooSmall,
            _ => Self::Argument,
        }
    }
}

/// Writes a document with one message of this kind, or with none if `kind` is 0. Texts cannot break out of their
/// element, nor out of the comment. Fields are written in the order of the schema, not of the list.
///
/// `FONAP_RESULT_ARGUMENT` for an unknown kind or flag, for a field that is no number, or that the kind does not have.
/// Allocates nothing, unless there is a ReplyMessage.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_wispr_write(
    kind: u16,
    fields: *const fonap_wispr_field,
    field_count: usize,
    flags: u32,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let fields = octets!(fields, field_count);
        let message = match kind {
            0 => None,
            _ => Some(message_of(kind, fields)?),
        };
        if (message.is_none() && !fields.is_empty()) || flags >= 1 << 5 {
            return Err(fonap_result::Argument);
        }
        let mut envelope = Envelope::new()
            .cdata_letters(flags & FONAP_WISPR_CDATA_LETTERS != 0)
            .raw_text(flags & FONAP_WISPR_RAW_TEXT != 0);
        if flags & FONAP_WISPR_BARE != 0 {
            envelope = envelope.bare();
        }
        if flags & FONAP_WISPR_UNIX_LINES != 0 {
            envelope = envelope.unix_lines();
        }
        if flags & FONAP_WISPR_NO_SCHEMA_LOCATION != 0 {
            envelope = envelope.schema_location(None);
        }
        let needed = match envelope.write_to(message.as_ref(), &mut []) {
            Ok(needed) | Err(EncodeError::BufferTooSmall { needed, .. }) => needed,
            Err(error) => return Err(error.into()),
        };
        crate::slice::encode(room!(out, capacity), length, needed, |out| {
            Ok(envelope.write_to(message.as_ref(), out).map(|_| ())?)
        })
    })
}

fn message_of(kind: u16, fields: &[fonap_wispr_field]) -> Result<Message<'_>, fonap_result> {
    let kind = Kind::from_message_type(MessageType(kind)).ok_or(fonap_result::Argument)?;
    let mut message = Message::new(kind);
    for given in fields {
        let field = field_of(given.field)?;
        match field.field_type() {
            FieldType::Integer(most) => {
                if given.number > most {
                    return Err(fonap_result::Argument);
                }
                message.set_integer(field, given.number);
            }
            FieldType::Base64 => {
                message.eap_msg = Some(Cow::Borrowed(octets!(given.octets.data, given.octets.length)));
            }
            _ => {
                let text = Cow::Borrowed(text!(given.text.data, given.text.length));
                match message.text_mut(field) {
                    Some(place) => *place = Some(text),
                    None => message.reply_messages.push(text),
                }
            }
        }
    }
    Ok(message)
}

/// What a page holds: its WISPr messages.
pub struct fonap_wispr_document(Object<Document<'static>>);

/// Reads a page as portals really send it: any octets will do. At most 512 KiB (`FONAP_RESULT_LIMIT`); of them 16 blocks of
/// 64 KiB with 64 fields each. A page without a message is no error here: see `fonap_wispr_document_usable`.
///
/// The document keeps nothing of the page and is ended by `fonap_wispr_document_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_wispr_document_new(
    page: *const u8,
    page_len: usize,
    document: Option<&mut MaybeUninit<*mut fonap_wispr_document>>,
) -> fonap_result {
    run(|| {
        let read = read::read(octets!(page, page_len)).map_err(|_| fonap_result::Limit)?;
        hand_out(document, fonap_wispr_document(Object::new(read.into_owned())))
    })
}

/// Ends a document. NULL is taken.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_wispr_document_free(document: Option<Box<fonap_wispr_document>>) {
    free(document);
}

/// The number of the message to act upon, counted from 0: the first that is complete.
///
/// `FONAP_RESULT_NOT_FOUND` when the page has no WISPr block or none with a message, `FONAP_RESULT_TRUNCATED` when no
/// message has all that is needed, `FONAP_RESULT_MALFORMED` when all blocks had a document type definition.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_wispr_document_usable(
    document: Option<&fonap_wispr_document>,
    index: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    Object::look(document.map(|document| &document.0), |document| {
        match (document.use_index(), document.usable()) {
            (Some(found), _) => put(index, found),
            (None, Err(ReadError::Incomplete)) => Err(fonap_result::Truncated),
            (None, Err(ReadError::Dtd)) => Err(fonap_result::Malformed),
            (None, _) => Err(fonap_result::NotFound),
        }
    })
}

/// The kind of a message, `FONAP_WISPR_REDIRECT` and its like, or 0 for an element that nobody knows.
/// `FONAP_RESULT_NOT_FOUND` behind the last message.
#[unsafe(no_mangle)]
pub extern "C" fn fonap_wispr_document_kind(
    document: Option<&fonap_wispr_document>,
    index: usize,
    kind: Option<&mut MaybeUninit<u16>>,
) -> fonap_result {
    Object::look(document.map(|document| &document.0), |document| {
        let message = document.messages().nth(index).ok_or(fonap_result::NotFound)?;
        put(kind, message.kind.message_type().map_or(0, |number| number.0))
    })
}

/// A field of a message: `fonap_wispr_document_field(document, index, field, occurrence, &value, sizeof value)`.
/// `occurrence` is 0, or counts ReplyMessage. Pointers are good until the document is freed.
///
/// `FONAP_RESULT_NOT_FOUND` when the message, or the field in it, is not there; `FONAP_RESULT_ARGUMENT` when there is no
/// such field at all.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_wispr_document_field(
    document: Option<&fonap_wispr_document>,
    index: usize,
    field: u32,
    occurrence: usize,
    value: *mut fonap_wispr_field,
    value_size: usize,
) -> fonap_result {
    Object::look(document.map(|document| &document.0), |document| {
        let message = document.messages().nth(index).ok_or(fonap_result::NotFound)?;
        let found = message.value(field_of(field)?).ok_or(fonap_result::NotFound)?;
        let mut out =
            fonap_wispr_field { field, number: 0, text: fonap_text::NONE, octets: fonap_octets::NONE };
        let single = match found {
            Value::Integer(number) => {
                out.number = number;
                true
            }
            Value::Text(text) => {
                out.text = fonap_text::of(text);
                true
            }
            Value::Octets(octets) => {
                out.octets = fonap_octets::of(octets);
                true
            }
            Value::Texts(texts) => {
                out.text = fonap_text::of(texts.get(occurrence).ok_or(fonap_result::NotFound)?);
                false
            }
            _ => return Err(fonap_result::NotFound),
        };
        if single && occurrence != 0 {
            return Err(fonap_result::NotFound);
        }
        give!(value, value_size, &out)
    })
}

/// What was wrong with the page: names, joined by commas, empty for a good one. For logs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_wispr_document_quirks(
    document: Option<&fonap_wispr_document>,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    Object::look(document.map(|document| &document.0), |document| {
        let mut names = String::new();
        for quirk in document.quirks().iter() {
            names.push_str(if names.is_empty() { "" } else { "," });
            names.push_str(quirk.name());
        }
        fill!(out, capacity, length, names.as_bytes())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_the_number_of_the_header() {
        assert_eq!(FIELDS.len(), Field::ALL.len());
        for (number, name) in [
            (FONAP_WISPR_FIELD_MESSAGE_TYPE, "MessageType"),
            (FONAP_WISPR_FIELD_LOGIN_URL, "LoginURL"),
            (FONAP_WISPR_FIELD_EAP_MSG, "EAPMsg"),
            (FONAP_WISPR_FIELD_REPLY_MESSAGE, "ReplyMessage"),
            (FONAP_WISPR_FIELD_LOGOFF_URL, "LogoffURL"),
            (FONAP_WISPR_FIELD_STATUS, "Status"),
        ] {
            assert_eq!(field_of(number).map(Field::element), Ok(name));
        }
        assert!(field_of(21).is_err());
    }
}
