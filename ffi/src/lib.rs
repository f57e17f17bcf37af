//! The C interface of the FonAP crates: `libfonap.a` and `fonap.h`.
//!
//! The header is the product; `README.md` begins with an hour from nothing to a running heartbeat. This page is for
//! those who change the library.
//!
//! # Rules of the interface
//!
//! * Every function that can fail returns [`fonap_result`]; 0 is success, an error is negative and its number is never
//!   used again for another. Results go through pointers, which are written on success only. The one exception is the
//!   needed length of an output buffer, which is written with [`fonap_result::BufferTooSmall`] too.
//! * Handles are opaque, made by `_new`, ended by `_free` (of NULL too), and used by one thread at a time. Different
//!   handles are independent.
//! * Octets come as `const uint8_t *` and a length, text as `const char *` and a length, in UTF-8, without a zero at the
//!   end. A pointer may be NULL where its length is 0.
//! * Output goes into `(out, capacity, &length)`. Where it does not fit, the buffer stays as it was and `length` says
//!   what is needed, so `(NULL, 0, &length)` asks for the size.
//! * Structures that the caller fills begin with `size` and have an `_init` function; those that the library fills are
//!   passed with their size. Both can grow without breaking programs that were built before.
//! * Time is milliseconds since any fixed moment, calendar time seconds since 1970; randomness is a function of the
//!   caller's. There is no global state but the two hooks of [`fonap_set_allocator`] and [`fonap_set_panic_hook`].
//!
//! # How the functions are written
//!
//! Handles and single results are `Option<&mut T>` and the like, which C sees as pointers that may be NULL; only pairs
//! of pointer and length are raw. They are read and written by the macros of `slice.rs`, so that `unsafe` stands
//! there, in `memory.rs` and in `runtime.rs`. `boundary.rs` keeps a panic from crossing into C.
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(unsafe_op_in_unsafe_fn, clippy::undocumented_unsafe_blocks)]
#![expect(non_camel_case_types, reason = "types have the names that C knows them by")]
#![allow(
    clippy::missing_safety_doc,
    reason = "the contract is the same for all functions and stands on this page and at the top of the header"
)]
// What modules share is of no use without some of them, and the hook for a panic none with the standard library.
#![allow(dead_code, reason = "each set of features uses another part of the shared helpers")]

extern crate alloc;

mod address;
mod blank;
mod boundary;
mod memory;
#[cfg(all(test, feature = "std"))]
mod pointers;
mod result;
#[cfg(all(feature = "firmware", not(feature = "std")))]
mod runtime;
mod slice;
mod source;
mod span;
mod version;

#[cfg(feature = "discovery")]
pub mod discovery;
#[cfg(feature = "eapconfig")]
pub mod eapconfig;
#[cfg(feature = "heartbeat")]
pub mod heartbeat;
#[cfg(feature = "passpoint")]
pub mod passpoint;
#[cfg(feature = "radius")]
pub mod radius;
#[cfg(feature = "wispr")]
pub mod wispr;

pub use address::fonap_address;
pub use memory::{fonap_allocator, fonap_set_allocator};
pub use result::{fonap_result, fonap_result_text};
pub use source::fonap_random;
pub use span::{fonap_octets, fonap_text};
pub use version::{FONAP_ABI_VERSION, fonap_abi_version, fonap_set_panic_hook, fonap_version};
