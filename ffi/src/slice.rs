//! Pointers and lengths of C, as slices.
//!
//! The macros are what the functions use; each holds the one `unsafe` block of its kind. What they rely on is the
//! contract of every function of this crate (see `lib.rs`): a pointer is NULL, or good for as many octets as its
//! length says, for the time of the call.

#![allow(unused_macros, unused_imports, reason = "each set of features uses another part of them")]

use crate::fonap_result;
use core::mem::MaybeUninit;

/// The octets that a pointer and a length say.
///
/// # Safety
/// `pointer` is NULL or good for reading `length` octets for the lifetime `'a`.
#[cfg_attr(feature = "firmware", inline(never))]
pub(crate) unsafe fn octets_at<'a, T>(pointer: *const T, length: usize) -> Result<&'a [T], fonap_result> {
    if length == 0 {
        return Ok(&[]);
    }
    if pointer.is_null() {
        return Err(fonap_result::Null);
    }
    if !pointer.is_aligned() || length > isize::MAX as usize / size_of::<T>().max(1) {
        return Err(fonap_result::Argument);
    }
    // SAFETY: not NULL, aligned, not too long, and by the caller's word readable.
    Ok(unsafe { core::slice::from_raw_parts(pointer, length) })
}

/// The same for text.
///
/// # Safety
/// As [`octets_at`].
#[cfg_attr(feature = "firmware", inline(never))]
pub(crate) unsafe fn text_at<'a>(
    pointer: *const core::ffi::c_char,
    length: usize,
) -> Result<&'a str, fonap_result> {
    // SAFETY: as the caller says; `c_char` has the size of an octet.
    let octets = unsafe { octets_at(pointer.cast::<u8>(), length) }?;
    core::str::from_utf8(octets).map_err(|_| fonap_result::Text)
}

/// A place for output.
///
/// # Safety
/// `pointer` is NULL or good for writing `capacity` octets for the lifetime `'a`, and nothing else refers to them.
#[cfg_attr(feature = "firmware", inline(never))]
pub(crate) unsafe fn room_at<'a>(
    pointer: *mut u8,
    capacity: usize,
) -> Result<&'a mut [MaybeUninit<u8>], fonap_result> {
    if capacity == 0 {
        return Ok(&mut []);
    }
    if pointer.is_null() {
        return Err(fonap_result::Null);
    }
    if capacity > isize::MAX as usize {
        return Err(fonap_result::Argument);
    }
    // SAFETY: not NULL, not too long, by the caller's word writable, and nothing is read through it.
    Ok(unsafe { core::slice::from_raw_parts_mut(pointer.cast(), capacity) })
}

/// A place for values of another type.
///
/// # Safety
/// `pointer` is NULL or good for writing `count` values for the lifetime `'a`, and nothing else refers to them.
pub(crate) unsafe fn places_at<'a, T>(
    pointer: *mut T,
    count: usize,
) -> Result<&'a mut [MaybeUninit<T>], fonap_result> {
    if count == 0 {
        return Ok(&mut []);
    }
    if pointer.is_null() {
        return Err(fonap_result::Null);
    }
    if !pointer.is_aligned() || count > isize::MAX as usize / size_of::<T>().max(1) {
        return Err(fonap_result::Argument);
    }
    // SAFETY: not NULL, aligned, not too long, by the caller's word writable, and nothing is read through it.
    Ok(unsafe { core::slice::from_raw_parts_mut(pointer.cast(), count) })
}

/// Copies a result into the caller's buffer, or says how long it is.
///
/// # Safety
/// As [`room_at`].
#[cfg_attr(feature = "firmware", inline(never))]
pub(crate) unsafe fn copy_out(
    out: *mut u8,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
    value: &[u8],
) -> Result<(), fonap_result> {
    // SAFETY: as the caller says.
    let room = unsafe { room_at(out, capacity) }?;
    let length = length.ok_or(fonap_result::Null)?;
    length.write(value.len());
    match room.get_mut(..value.len()) {
        Some(place) => {
            place.write_copy_of_slice(value);
            Ok(())
        }
        None => Err(fonap_result::BufferTooSmall),
    }
}

/// Lets an encoder that knows its length beforehand write into the caller's buffer, or says how long it is.
pub(crate) fn encode(
    room: &mut [MaybeUninit<u8>],
    length: Option<&mut MaybeUninit<usize>>,
    needed: usize,
    write: impl FnOnce(&mut [u8]) -> Result<(), fonap_result>,
) -> Result<(), fonap_result> {
    write(zeroed(room, length, needed)?)
}

/// The front of the caller's buffer, made zero.
#[cfg_attr(feature = "firmware", inline(never))]
fn zeroed<'a>(
    room: &'a mut [MaybeUninit<u8>],
    length: Option<&mut MaybeUninit<usize>>,
    needed: usize,
) -> Result<&'a mut [u8], fonap_result> {
    let length = length.ok_or(fonap_result::Null)?;
    length.write(needed);
    let place = room.get_mut(..needed).ok_or(fonap_result::BufferTooSmall)?;
    place.fill(MaybeUninit::new(0));
    // SAFETY: every octet of it was just written.
    Ok(unsafe { core::slice::from_raw_parts_mut(place.as_mut_ptr().cast(), needed) })
}

/// Whether a structure of the caller's can be filled: what is told once must not get lost.
pub(crate) fn takes<T>(out: *const T, size: usize) -> Result<(), fonap_result> {
    if out.is_null() {
        return Err(fonap_result::Null);
    }
    // No structure is that large: the size is something else.
    if size > isize::MAX as usize { Err(fonap_result::Argument) } else { Ok(()) }
}

/// Copies a structure of the library's into one of the caller's, which may be an older and smaller one, or a newer and
/// larger one whose rest becomes zero.
///
/// # Safety
/// `out` is NULL or good for writing `size` octets.
pub(crate) unsafe fn give_out<T: Copy>(out: *mut T, size: usize, value: &T) -> Result<(), fonap_result> {
    // SAFETY: as the caller says, and a value is good for as many octets as it has.
    unsafe { give_octets(out.cast(), size, core::ptr::from_ref(value).cast(), size_of::<T>()) }
}

/// The same for any structure of `own` octets.
///
/// # Safety
/// `out` is NULL or good for writing `size` octets, `value` good for reading `own`.
#[cfg_attr(feature = "firmware", inline(never))]
unsafe fn give_octets(out: *mut u8, size: usize, value: *const u8, own: usize) -> Result<(), fonap_result> {
    takes(out, size)?;
    let have = own.min(size);
    // SAFETY: both are good for `have` octets, and the caller's does not overlap with the library's own value.
    unsafe {
        core::ptr::copy_nonoverlapping(value, out, have);
        core::ptr::write_bytes(out.add(have), 0, size - have);
    }
    Ok(())
}

/// Reads a structure of the caller's that begins with its size; members it does not have yet keep their default.
///
/// # Safety
/// `from` is NULL or points to a structure that begins with its size in octets and is good for reading that many. `T`
/// has members for which any octets are a value: numbers and pointers.
pub(crate) unsafe fn take_in<T: Copy>(from: *const T, mut value: T) -> Result<T, fonap_result> {
    // SAFETY: as the caller says, and any octets are a value.
    unsafe { take_octets(from.cast(), core::ptr::from_mut(&mut value).cast(), size_of::<T>()) }?;
    Ok(value)
}

/// The same for any structure of `own` octets.
///
/// # Safety
/// `from` is as [`take_in`] has it, and `value` good for writing `own` octets.
#[cfg_attr(feature = "firmware", inline(never))]
unsafe fn take_octets(from: *const u8, value: *mut u8, own: usize) -> Result<(), fonap_result> {
    if from.is_null() {
        return Err(fonap_result::Null);
    }
    // SAFETY: every such structure begins with its size.
    let size = unsafe { from.cast::<usize>().read_unaligned() };
    if size < size_of::<usize>() {
        return Err(fonap_result::Argument);
    }
    // SAFETY: the caller's structure has `size` octets, `value` has `own`, and what is copied is the smaller of both.
    unsafe { core::ptr::copy_nonoverlapping(from, value, size.min(own)) };
    Ok(())
}

/// `octets!(pointer, length)`: a slice, or the function returns.
macro_rules! octets {
    ($pointer:expr, $length:expr) => {{
        let (pointer, length) = ($pointer, $length);
        // SAFETY: the contract of every function: NULL, or good for reading `length` of them during the call.
        unsafe { $crate::slice::octets_at(pointer, length) }?
    }};
}

/// `text!(pointer, length)`: a `&str`, or the function returns.
macro_rules! text {
    ($pointer:expr, $length:expr) => {{
        let (pointer, length) = ($pointer, $length);
        // SAFETY: the contract of every function: NULL, or good for reading `length` octets during the call.
        unsafe { $crate::slice::text_at(pointer, length) }?
    }};
}

/// `array!(pointer)`: an array of the length that its use says, or the function returns.
macro_rules! array {
    ($pointer:expr) => {
        *array_ref!($pointer)
    };
}

/// `array_ref!(pointer)`: the same without a copy.
macro_rules! array_ref {
    ($pointer:expr) => {{
        // SAFETY: the contract of every function: NULL, or good for reading as many octets as the header says.
        unsafe { $pointer.cast::<[u8; _]>().as_ref() }.ok_or($crate::fonap_result::Null)?
    }};
}

/// `put_array!(pointer, value)`: writes an array of octets.
macro_rules! put_array {
    ($pointer:expr, $value:expr) => {{
        let (pointer, value) = ($pointer, $value);
        if pointer.is_null() {
            return Err($crate::fonap_result::Null);
        }
        // SAFETY: not NULL, and by the contract good for writing as many octets as the header says.
        unsafe { pointer.cast::<[u8; _]>().write(value) }
    }};
}

/// `room!(out, capacity)`: the place for output, or the function returns.
macro_rules! room {
    ($out:expr, $capacity:expr) => {{
        let (out, capacity) = ($out, $capacity);
        // SAFETY: the contract of every function: NULL, or good for writing `capacity` octets during the call.
        unsafe { $crate::slice::room_at(out.cast::<u8>(), capacity) }?
    }};
}

/// `places!(pointer, count)`: the place for values of any type, or the function returns.
#[cfg(feature = "discovery")]
macro_rules! places {
    ($pointer:expr, $count:expr) => {{
        let (pointer, count) = ($pointer, $count);
        // SAFETY: the contract of every function: NULL, or good for writing `count` values during the call.
        unsafe { $crate::slice::places_at(pointer, count) }?
    }};
}

/// `fill!(out, capacity, length, value)`: copies a result into the caller's buffer.
macro_rules! fill {
    ($out:expr, $capacity:expr, $length:expr, $value:expr) => {
        // What the value borrows lives until the end of a `match`.
        match ($out, $capacity, $length, $value) {
            // SAFETY: the contract of every function: NULL, or good for writing `capacity` octets during the call.
            (out, capacity, length, value) => unsafe {
                $crate::slice::copy_out(out.cast::<u8>(), capacity, length, value)
            },
        }
    };
}

/// `give!(out, size, value)`: copies a structure to the caller.
macro_rules! give {
    ($out:expr, $size:expr, $value:expr) => {{
        let (out, size, value) = ($out, $size, $value);
        // SAFETY: the contract of every function: NULL, or good for writing `size` octets.
        unsafe { $crate::slice::give_out(out, size, value) }
    }};
}

/// `take!(pointer, default)`: a structure of the caller's, or the function returns.
macro_rules! take {
    ($pointer:expr, $default:expr) => {{
        let (pointer, default) = ($pointer, $default);
        // SAFETY: the contract of every function: NULL, or a structure that begins with its size. All of them consist
        // of numbers and pointers.
        unsafe { $crate::slice::take_in(pointer, default) }?
    }};
}

#[cfg(feature = "discovery")]
pub(crate) use places;
pub(crate) use {array, array_ref, fill, give, octets, put_array, room, take, text};
