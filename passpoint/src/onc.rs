//! ChromeOS: Open Network Configuration (spec: passpoint 6). It knows ordinary networks only.

mod decode;
mod encode;
mod seal;

pub use decode::{DecodeOptions, decode};
pub use encode::{Options, encode};
pub use seal::{SealError, is_encrypted, open, seal};
