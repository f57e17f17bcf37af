//! Identity, keys and encodings.

use crate::boundary::{put, run};
use crate::fonap_result;
use crate::slice::{array, array_ref, fill, octets, put_array, room, text};
use core::ffi::c_char;
use core::mem::MaybeUninit;
use heartbeat::base32::Base32Error;
use heartbeat::base64::Base64Error;
use heartbeat::key::{BoardData, KeyError};
use heartbeat::{Key, Mac, Version, base32, base64, crc3};

/// Octets of a heartbeat key.
pub const FONAP_HEARTBEAT_KEY_LEN: usize = 32;

impl From<KeyError> for fonap_result {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Length { .. } => Self::Length,
            KeyError::Digit { .. } => Self::Digit,
            _ => Self::Malformed,
        }
    }
}

impl From<Base32Error> for fonap_result {
    fn from(error: Base32Error) -> Self {
        match error {
            Base32Error::NoRoom { .. } => Self::BufferTooSmall,
            Base32Error::Length { .. } => Self::Length,
            _ => Self::Digit,
        }
    }
}

impl From<Base64Error> for fonap_result {
    fn from(error: Base64Error) -> Self {
        match error {
            Base64Error::NoRoom { .. } => Self::BufferTooSmall,
            _ => Self::Digit,
        }
    }
}

/// Reads a MAC of six two-digit hexadecimal groups joined by `-` or `:` into the 6 octets at `mac`.
///
/// `FONAP_RESULT_MALFORMED` for anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_mac_parse(
    text: *const c_char,
    text_len: usize,
    mac: *mut u8,
) -> fonap_result {
    run(|| {
        let parsed: Mac = text!(text, text_len).parse().map_err(|_| fonap_result::Malformed)?;
        put_array!(mac, parsed.0);
        Ok(())
    })
}

/// Reads version text such as `2.1.0` and revision text such as `1` into the 4 octets at `version`.
///
/// `FONAP_RESULT_MALFORMED` for anything but three numbers, and one, of one or two digits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_version_parse(
    version_text: *const c_char,
    version_text_len: usize,
    revision_text: *const c_char,
    revision_text_len: usize,
    version: *mut u8,
) -> fonap_result {
    run(|| {
        let (numbers, revision) =
            (text!(version_text, version_text_len), text!(revision_text, revision_text_len));
        let Version { major, minor, micro, revision } =
            Version::parse(numbers, revision).map_err(|_| fonap_result::Malformed)?;
        put_array!(version, [major, minor, micro, revision]);
        Ok(())
    })
}

/// Reads a key of exactly 64 hexadecimal digits into the 32 octets at `key`. One line end behind the digits, as a
/// single-line file such as `/etc/fon_keyword` has it, is to be left out by the caller.
///
/// `FONAP_RESULT_LENGTH` or `FONAP_RESULT_DIGIT` for anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_key_parse(
    text: *const c_char,
    text_len: usize,
    key: *mut u8,
) -> fonap_result {
    run(|| {
        let parsed: Key = text!(text, text_len).parse()?;
        put_array!(key, *parsed.octets());
        Ok(())
    })
}

/// Reads the board-data structure that some devices keep on flash: 180 octets or more. Writes the key's 32 octets and
/// the 6 octets of the first wireless MAC.
///
/// `FONAP_RESULT_TRUNCATED` when there are too few octets.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_board_data_parse(
    board: *const u8,
    board_len: usize,
    key: *mut u8,
    mac: *mut u8,
) -> fonap_result {
    run(|| {
        let board = BoardData::parse(octets!(board, board_len)).map_err(|_| fonap_result::Truncated)?;
        if mac.is_null() {
            return Err(fonap_result::Null);
        }
        put_array!(key, *board.key.octets());
        put_array!(mac, board.wireless_mac.0);
        Ok(())
    })
}

/// The key in use once a server has rolled it over: what a file (`aespath`) holds, encrypted with the first key.
/// `first_key` and `current_key` have 32 octets and may be the same.
///
/// `FONAP_RESULT_LENGTH` or `FONAP_RESULT_DIGIT` when the file is short or spoilt.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_key_current(
    first_key: *const u8,
    file: *const u8,
    file_len: usize,
    current_key: *mut u8,
) -> fonap_result {
    run(|| {
        let current = Key::new(array!(first_key)).current(octets!(file, file_len))?;
        put_array!(current_key, *current.octets());
        Ok(())
    })
}

/// The three check bits that a query carries beside the 6 octets of its MAC.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_crc3(
    mac: *const u8,
    check: Option<&mut MaybeUninit<u8>>,
) -> fonap_result {
    run(|| put(check, crc3::check(Mac(array!(mac)))))
}

/// Writes octets in the heartbeat's base32.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_base32_encode(
    data: *const u8,
    data_len: usize,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let data = octets!(data, data_len);
        let needed = base32::encoded_len(data.len());
        crate::slice::encode(room!(out, capacity), length, needed, |out| {
            Ok(base32::encode(data, out).map(|_| ())?)
        })
    })
}

/// Reads the heartbeat's base32, of either letter case.
///
/// `FONAP_RESULT_LENGTH` or `FONAP_RESULT_DIGIT` when it is none; what `out` holds then is of no use.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_base32_decode(
    text: *const c_char,
    text_len: usize,
    out: *mut u8,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let text = octets!(text.cast::<u8>(), text_len);
        let needed = base32::decoded_len(text.len()).ok_or(fonap_result::Length)?;
        crate::slice::encode(room!(out, capacity), length, needed, |out| {
            Ok(base32::decode(text, out).map(|_| ())?)
        })
    })
}

/// Writes octets in base64 with padding.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_base64_encode(
    data: *const u8,
    data_len: usize,
    out: *mut c_char,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let data = octets!(data, data_len);
        let needed = base64::encoded_len(data.len());
        crate::slice::encode(room!(out, capacity), length, needed, |out| {
            Ok(base64::encode(data, out).map(|_| ())?)
        })
    })
}

/// Reads base64 with padding, canonical only, of at most 512 characters.
///
/// `FONAP_RESULT_DIGIT` when it is none, `FONAP_RESULT_LIMIT` when it is too long.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fonap_heartbeat_base64_decode(
    text: *const c_char,
    text_len: usize,
    out: *mut u8,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> fonap_result {
    run(|| {
        let text = octets!(text.cast::<u8>(), text_len);
        let mut decoded = [0; heartbeat::dns::MAX_TEXT_LEN / 4 * 3];
        let got = base64::decode(text, &mut decoded).map_err(|error| match error {
            Base64Error::NoRoom { .. } => fonap_result::Limit,
            other => other.into(),
        })?;
        fill!(out, capacity, length, decoded.get(..got).unwrap_or_default())
    })
}
