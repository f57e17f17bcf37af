//! What a captured packet or page holds, for people and for programs.

pub mod heartbeat;
pub mod input;
pub mod radius;
pub mod tree;
pub mod wispr;
