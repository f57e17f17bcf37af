//! Pieces of memory as members of structures.

use core::ffi::c_char;

/// Octets of somebody else's. NULL and 0 for none.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_octets {
    /// The first one.
    pub data: *const u8,
    /// How many.
    pub length: usize,
}

/// Text of somebody else's, UTF-8, without a zero at the end. NULL and 0 for none. `FONAP_TEXT` makes one of a string.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct fonap_text {
    /// The first octet.
    pub data: *const c_char,
    /// How many octets.
    pub length: usize,
}

impl fonap_octets {
    /// None.
    pub(crate) const NONE: Self = Self { data: core::ptr::null(), length: 0 };

    /// The octets of a slice. The caller sees to its living long enough.
    pub(crate) const fn of(octets: &[u8]) -> Self {
        Self { data: octets.as_ptr(), length: octets.len() }
    }
}

impl fonap_text {
    /// None.
    pub(crate) const NONE: Self = Self { data: core::ptr::null(), length: 0 };

    /// The text of a string. The caller sees to its living long enough.
    pub(crate) const fn of(text: &str) -> Self {
        Self { data: text.as_ptr().cast(), length: text.len() }
    }
}
