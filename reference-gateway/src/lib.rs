//! The reference gateway: a thin loop of sockets and timers round the machines of the protocol crates.
//!
//! The binary is `fonap`; `fonap --help` lists what it does. The library exists so that tests can reach the parts
//! that own a rule of the specification.

#![forbid(unsafe_code)]

pub mod cli;
pub mod clock;
pub mod config;
pub mod dataplane;
pub mod decode;
pub mod embedded;
pub mod hotspot;
pub mod http;
pub mod portal;
pub mod radius;
pub mod random;
pub mod smart_client;
pub mod tls;
