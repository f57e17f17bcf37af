//! Servers for development on one machine: what the demo and the tests need round the gateway.

pub mod cable;
pub mod institution;
pub mod radius;
