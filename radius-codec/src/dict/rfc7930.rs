//! RFC 7930: Larger packets.
//!
//! Generated from `dictionaries/dictionary.rfc7930`; do not edit.

use crate::attr::Attr;
use crate::path::Path;
use crate::value::Integer;

/// Response-Length, `241.3`.
pub const RESPONSE_LENGTH: Attr<Integer> = Attr::new(Path::of(&[241, 3]), "Response-Length");
/// Original-Packet-Code, `241.4`.
pub const ORIGINAL_PACKET_CODE: Attr<Integer> = Attr::new(Path::of(&[241, 4]), "Original-Packet-Code");
