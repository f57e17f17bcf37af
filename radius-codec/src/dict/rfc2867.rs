//! RFC 2867: Accounting of tunnels.
//!
//! Generated from `dictionaries/dictionary.rfc2867`; do not edit.

use crate::attr::Attr;
use crate::path::Path;
use crate::value::Integer;
use crate::value::Text;

/// Acct-Tunnel-Connection, `68`.
pub const ACCT_TUNNEL_CONNECTION: Attr<Text> = Attr::new(Path::of(&[68]), "Acct-Tunnel-Connection");
/// Acct-Tunnel-Packets-Lost, `86`.
pub const ACCT_TUNNEL_PACKETS_LOST: Attr<Integer> = Attr::new(Path::of(&[86]), "Acct-Tunnel-Packets-Lost");
