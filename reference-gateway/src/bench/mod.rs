//! The load generator of `fonap bench`: a hotspot under load, and a hotspot under load with faults.
//!
//! Everything runs on loopback. The gateway and its peers are processes of their own, as they would be; many clients are
//! many addresses of the network 127.0.0.0/8.

pub mod client;
mod freeradius;
pub mod gateway;
pub mod process;
pub mod serve;
pub mod soak;
pub mod stats;
