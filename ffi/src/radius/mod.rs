//! Functions over the crate `radius-codec`: packets, their checks, the client, remote configuration.

mod attributes;
mod client;
mod hidden;
pub(crate) mod packet;
mod radconfig;
mod secret;
mod verify;
pub(crate) mod writer;

pub use attributes::*;
pub use client::*;
pub use hidden::*;
pub use packet::*;
pub use radconfig::*;
pub use secret::*;
pub use verify::*;
pub use writer::*;

#[cfg(feature = "wispr")]
pub(crate) use {packet::packet, writer::boxed_request};
