//! What functions do with pointers of C, tried from Rust so that Miri can look: allocations of just the size that the
//! function was told, NULL where it may come, structures of other sizes, and what was borrowed is still there.

#[cfg(feature = "discovery")]
mod discovery;
#[cfg(any(feature = "eapconfig", feature = "passpoint"))]
mod documents;
#[cfg(feature = "heartbeat")]
mod heartbeat;
#[cfg(feature = "radius")]
mod radius;
#[cfg(feature = "wispr")]
mod wispr;

use crate::{fonap_octets, fonap_random, fonap_result, fonap_text};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::ffi::{c_char, c_void};
use core::mem::MaybeUninit;
use core::ptr::{null, null_mut};

unsafe extern "C" fn sevens(_: *mut c_void, out: *mut u8, length: usize) {
    // SAFETY: the library asks for as many octets as there are.
    unsafe { out.write_bytes(7, length) }
}

const RANDOM: fonap_random = fonap_random { fill: Some(sevens), context: null_mut() };

fn text(from: &str) -> *const c_char {
    from.as_ptr().cast()
}

type Length<'a> = Option<&'a mut MaybeUninit<usize>>;

/// Asks for the length, offers one octet too few, then an allocation of just that length; gives what was written.
fn filled(call: impl Fn(*mut u8, usize, Length<'_>) -> fonap_result) -> Vec<u8> {
    let mut length = MaybeUninit::new(usize::MAX);
    let asked = call(null_mut(), 0, Some(&mut length));
    // SAFETY: initialised above.
    let needed = unsafe { length.assume_init() };
    if needed > 0 {
        assert_eq!(asked, fonap_result::BufferTooSmall);
        let mut short: Box<[u8]> = core::iter::repeat_n(0xa5, needed - 1).collect();
        assert_eq!(call(short.as_mut_ptr(), needed - 1, Some(&mut length)), fonap_result::BufferTooSmall);
        assert!(short.iter().all(|octet| *octet == 0xa5));
        assert_eq!(call(null_mut(), needed, Some(&mut length)), fonap_result::Null);
    }
    let mut room: Box<[u8]> = core::iter::repeat_n(0xa5, needed).collect();
    assert_eq!(call(room.as_mut_ptr(), needed, Some(&mut length)), fonap_result::Ok);
    assert_eq!(call(room.as_mut_ptr(), needed, None), fonap_result::Null);
    room.into_vec()
}

/// Has a structure filled that has room for fewer octets, just enough, and more.
fn sized<T: Copy>(call: impl Fn(*mut T, usize) -> fonap_result) {
    assert_eq!(call(null_mut(), 0), fonap_result::Null);
    for size in [0, 1, size_of::<T>() / 2, size_of::<T>(), size_of::<T>() + 24] {
        // As many octets as are promised, and aligned as the structure is.
        let count = size.div_ceil(size_of::<u64>());
        let mut room: Box<[u64]> = core::iter::repeat_n(u64::MAX, count).collect();
        assert_eq!(call(room.as_mut_ptr().cast(), size), fonap_result::Ok);
    }
}

fn handle<T>(make: impl FnOnce(&mut MaybeUninit<*mut T>) -> fonap_result) -> *mut T {
    let mut place = MaybeUninit::new(null_mut());
    assert_eq!(make(&mut place), fonap_result::Ok);
    // SAFETY: initialised above.
    let made = unsafe { place.assume_init() };
    assert!(!made.is_null());
    made
}

/// What a function puts behind a pointer.
fn got<T>(call: impl FnOnce(&mut MaybeUninit<T>) -> fonap_result) -> T {
    let mut place = MaybeUninit::uninit();
    assert_eq!(call(&mut place), fonap_result::Ok);
    // SAFETY: written with success.
    unsafe { place.assume_init() }
}

/// The octets that a result borrows.
fn borrowed(from: fonap_octets) -> Vec<u8> {
    if from.length == 0 {
        return Vec::new();
    }
    // SAFETY: the library says so.
    unsafe { core::slice::from_raw_parts(from.data, from.length) }.to_vec()
}

fn borrowed_text(from: fonap_text) -> Vec<u8> {
    borrowed(fonap_octets { data: from.data.cast(), length: from.length })
}
