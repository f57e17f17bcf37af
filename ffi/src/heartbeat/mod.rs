//! Functions over the crate `heartbeat`: encodings, messages, DNS, and the client's machine.

mod dns;
mod machine;
mod message;
mod rsa;
mod settings;
mod text;

pub use dns::*;
pub use machine::*;
pub use message::*;
pub use rsa::*;
pub use settings::*;
pub use text::*;
