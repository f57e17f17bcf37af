//! RFC 7499: Fragmentation of packets.
//!
//! Generated from `dictionaries/dictionary.rfc7499`; do not edit.

use crate::attr::Attr;
use crate::enumeration;
use crate::path::Path;
use crate::value::Integer;

/// Frag-Status, `241.1`.
pub const FRAG_STATUS: Attr<FragStatus> = Attr::new(Path::of(&[241, 1]), "Frag-Status");
/// Proxy-State-Length, `241.2`.
pub const PROXY_STATE_LENGTH: Attr<Integer> = Attr::new(Path::of(&[241, 2]), "Proxy-State-Length");

enumeration! {
    /// Values of Frag-Status.
    FragStatus {
        /// Reserved.
        RESERVED = 0 "Reserved",
        /// Fragmentation-Supported.
        FRAGMENTATION_SUPPORTED = 1 "Fragmentation-Supported",
        /// More-Data-Pending.
        MORE_DATA_PENDING = 2 "More-Data-Pending",
        /// More-Data-Request.
        MORE_DATA_REQUEST = 3 "More-Data-Request",
    }
}
