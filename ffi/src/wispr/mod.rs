//! Functions over the crate `wispr`: messages, the smart client, UAM arithmetic, the access gateway.

mod client;
mod gateway;
mod gateway_config;
mod gateway_output;
mod message;
mod uam;
mod uam_answer;

pub use client::*;
pub use gateway::*;
pub use gateway_config::*;
pub use gateway_output::*;
pub use message::*;
pub use uam::*;
pub use uam_answer::*;
