//! WISPr 1.0 and 2.0 without I/O: messages, readers, a writer, a smart client and the access gateway's HTTP interface.
#![no_std]
#![forbid(unsafe_code)]
#![deny(clippy::std_instead_of_core, clippy::std_instead_of_alloc, clippy::alloc_instead_of_core)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod client;
pub mod code;
pub mod eap;
pub mod form;
#[cfg(feature = "gateway")]
pub mod gateway;
pub mod message;
pub mod read;
pub mod schema;
pub mod url;
pub mod write;
