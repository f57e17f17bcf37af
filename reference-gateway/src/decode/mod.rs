//! What a captured packet or page holds, for people and for programs.

pub mod discovery;
pub mod eapconfig;
pub mod heartbeat;
pub mod input;
pub mod passpoint;
pub mod radius;
pub mod tree;
pub mod wispr;
