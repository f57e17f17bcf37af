//! Sans-I/O heartbeat of the FON Status Manager.
#![no_std]
#![forbid(unsafe_code)]
#![deny(clippy::std_instead_of_core, clippy::std_instead_of_alloc, clippy::alloc_instead_of_core)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod answer;
pub mod base32;
pub mod base64;
pub mod config;
pub mod crc3;
pub mod dns;
pub mod exec;
pub mod extension;
pub mod host;
pub mod identity;
pub mod key;
pub mod liveness;
pub mod machine;
pub mod query;
pub mod random;
pub mod rsa;
pub mod server;
pub mod settings;

pub use exec::ExecCode;
pub use host::Host;
pub use identity::{Architecture, Identity, Mac, Version};
pub use key::{Cipher, Key};
pub use machine::Heartbeat;
pub use query::Query;
pub use random::Random;
pub use settings::Settings;
