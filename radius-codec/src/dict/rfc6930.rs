//! RFC 6930: IPv6 rapid deployment.
//!
//! Generated from `dictionaries/dictionary.rfc6930`; do not edit.

use crate::attr::Attr;
use crate::path::Path;
use crate::value::Integer;
use crate::value::Ipv4;
use crate::value::Ipv6PrefixType;
use crate::value::TlvType;

/// IPv6-6rd-Configuration, `173`.
pub const IPV6_6RD_CONFIGURATION: Attr<TlvType> = Attr::new(Path::of(&[173]), "IPv6-6rd-Configuration");
/// IPv6-6rd-IPv4MaskLen, `173.1`.
pub const IPV6_6RD_IPV4MASKLEN: Attr<Integer> = Attr::new(Path::of(&[173, 1]), "IPv6-6rd-IPv4MaskLen");
/// IPv6-6rd-Prefix, `173.2`.
pub const IPV6_6RD_PREFIX: Attr<Ipv6PrefixType> = Attr::new(Path::of(&[173, 2]), "IPv6-6rd-Prefix");
/// IPv6-6rd-BR-IPv4-Address, `173.3`.
pub const IPV6_6RD_BR_IPV4_ADDRESS: Attr<Ipv4> = Attr::new(Path::of(&[173, 3]), "IPv6-6rd-BR-IPv4-Address");
