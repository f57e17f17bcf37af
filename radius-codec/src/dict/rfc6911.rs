//! RFC 6911: IPv6 access networks.
//!
//! Generated from `dictionaries/dictionary.rfc6911`; do not edit.

use crate::attr::Attr;
use crate::path::Path;
use crate::value::Ipv6;
use crate::value::Ipv6PrefixType;
use crate::value::Text;

/// Framed-IPv6-Address, `168`.
pub const FRAMED_IPV6_ADDRESS: Attr<Ipv6> = Attr::new(Path::of(&[168]), "Framed-IPv6-Address");
/// DNS-Server-IPv6-Address, `169`.
pub const DNS_SERVER_IPV6_ADDRESS: Attr<Ipv6> = Attr::new(Path::of(&[169]), "DNS-Server-IPv6-Address");
/// Route-IPv6-Information, `170`.
pub const ROUTE_IPV6_INFORMATION: Attr<Ipv6PrefixType> =
    Attr::new(Path::of(&[170]), "Route-IPv6-Information");
/// Delegated-IPv6-Prefix-Pool, `171`.
pub const DELEGATED_IPV6_PREFIX_POOL: Attr<Text> = Attr::new(Path::of(&[171]), "Delegated-IPv6-Prefix-Pool");
/// Stateful-IPv6-Address-Pool, `172`.
pub const STATEFUL_IPV6_ADDRESS_POOL: Attr<Text> = Attr::new(Path::of(&[172]), "Stateful-IPv6-Address-Pool");
