//! Android: the management tree in a MIME text in base64 (spec: passpoint 3).

mod container;
mod decode;
mod encode;
mod limits;

pub use container::decode_base64;
pub use decode::{Contents, DecodeOptions, Decoded, decode, decode_tree, read, read_tree};
pub use encode::{Delivery, Options, TrustedNames, encode};
