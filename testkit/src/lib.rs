//! What the tests of the FonAP crates share.
//!
//! * [`vectors`]: find the vector files, run every case by its id, count and report.
//! * [`hex`]: octets from and to hexadecimal text.
//!
//! This crate is for tests only and is never published; it may panic where a library must not.

#![forbid(unsafe_code)]

pub mod hex;
pub mod vectors;
