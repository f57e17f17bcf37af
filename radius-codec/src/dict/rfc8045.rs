//! RFC 8045: IP ports.
//!
//! Generated from `dictionaries/dictionary.rfc8045`; do not edit.

use crate::attr::Attr;
use crate::enumeration;
use crate::path::Path;
use crate::value::Integer;
use crate::value::Ipv4;
use crate::value::Ipv6;
use crate::value::Text;
use crate::value::TlvType;

/// IP-Port-Limit-Info, `241.5`.
pub const IP_PORT_LIMIT_INFO: Attr<TlvType> = Attr::new(Path::of(&[241, 5]), "IP-Port-Limit-Info");
/// IP-Port-Type, `241.5.1`.
pub const IP_PORT_TYPE: Attr<Integer> = Attr::new(Path::of(&[241, 5, 1]), "IP-Port-Type");
/// IP-Port-Limit, `241.5.2`.
pub const IP_PORT_LIMIT: Attr<Integer> = Attr::new(Path::of(&[241, 5, 2]), "IP-Port-Limit");
/// IP-Port-Ext-IPv4-Addr, `241.5.3`.
pub const IP_PORT_EXT_IPV4_ADDR: Attr<Ipv4> = Attr::new(Path::of(&[241, 5, 3]), "IP-Port-Ext-IPv4-Addr");
/// IP-Port-Int-IPv4-Addr, `241.5.4`.
pub const IP_PORT_INT_IPV4_ADDR: Attr<Ipv4> = Attr::new(Path::of(&[241, 5, 4]), "IP-Port-Int-IPv4-Addr");
/// IP-Port-Int-IPv6-Addr, `241.5.5`.
pub const IP_PORT_INT_IPV6_ADDR: Attr<Ipv6> = Attr::new(Path::of(&[241, 5, 5]), "IP-Port-Int-IPv6-Addr");
/// IP-Port-Int-Port, `241.5.6`.
pub const IP_PORT_INT_PORT: Attr<Integer> = Attr::new(Path::of(&[241, 5, 6]), "IP-Port-Int-Port");
/// IP-Port-Ext-Port, `241.5.7`.
pub const IP_PORT_EXT_PORT: Attr<Integer> = Attr::new(Path::of(&[241, 5, 7]), "IP-Port-Ext-Port");
/// IP-Port-Alloc, `241.5.8`.
pub const IP_PORT_ALLOC: Attr<IpPortAlloc> = Attr::new(Path::of(&[241, 5, 8]), "IP-Port-Alloc");
/// IP-Port-Range-Start, `241.5.9`.
pub const IP_PORT_RANGE_START: Attr<Integer> = Attr::new(Path::of(&[241, 5, 9]), "IP-Port-Range-Start");
/// IP-Port-Range-End, `241.5.10`.
pub const IP_PORT_RANGE_END: Attr<Integer> = Attr::new(Path::of(&[241, 5, 10]), "IP-Port-Range-End");
/// IP-Port-Local-Id, `241.5.11`.
pub const IP_PORT_LOCAL_ID: Attr<Text> = Attr::new(Path::of(&[241, 5, 11]), "IP-Port-Local-Id");
/// IP-Port-Range, `241.6`.
pub const IP_PORT_RANGE: Attr<TlvType> = Attr::new(Path::of(&[241, 6]), "IP-Port-Range");
/// IP-Port-Range-Type, `241.6.1`.
pub const IP_PORT_RANGE_TYPE: Attr<Integer> = Attr::new(Path::of(&[241, 6, 1]), "IP-Port-Range-Type");
/// IP-Port-Range-Limit, `241.6.2`.
pub const IP_PORT_RANGE_LIMIT: Attr<Integer> = Attr::new(Path::of(&[241, 6, 2]), "IP-Port-Range-Limit");
/// IP-Port-Range-Ext-IPv4-Addr, `241.6.3`.
pub const IP_PORT_RANGE_EXT_IPV4_ADDR: Attr<Ipv4> =
    Attr::new(Path::of(&[241, 6, 3]), "IP-Port-Range-Ext-IPv4-Addr");
/// IP-Port-Range-Int-IPv4-Addr, `241.6.4`.
pub const IP_PORT_RANGE_INT_IPV4_ADDR: Attr<Ipv4> =
    Attr::new(Path::of(&[241, 6, 4]), "IP-Port-Range-Int-IPv4-Addr");
/// IP-Port-Range-Int-IPv6-Addr, `241.6.5`.
pub const IP_PORT_RANGE_INT_IPV6_ADDR: Attr<Ipv6> =
    Attr::new(Path::of(&[241, 6, 5]), "IP-Port-Range-Int-IPv6-Addr");
/// IP-Port-Range-Int-Port, `241.6.6`.
pub const IP_PORT_RANGE_INT_PORT: Attr<Integer> = Attr::new(Path::of(&[241, 6, 6]), "IP-Port-Range-Int-Port");
/// IP-Port-Range-Ext-Port, `241.6.7`.
pub const IP_PORT_RANGE_EXT_PORT: Attr<Integer> = Attr::new(Path::of(&[241, 6, 7]), "IP-Port-Range-Ext-Port");
/// IP-Port-Range-Alloc, `241.6.8`.
pub const IP_PORT_RANGE_ALLOC: Attr<IpPortRangeAlloc> =
    Attr::new(Path::of(&[241, 6, 8]), "IP-Port-Range-Alloc");
/// IP-Port-Range-Range-Start, `241.6.9`.
pub const IP_PORT_RANGE_RANGE_START: Attr<Integer> =
    Attr::new(Path::of(&[241, 6, 9]), "IP-Port-Range-Range-Start");
/// IP-Port-Range-Range-End, `241.6.10`.
pub const IP_PORT_RANGE_RANGE_END: Attr<Integer> =
    Attr::new(Path::of(&[241, 6, 10]), "IP-Port-Range-Range-End");
/// IP-Port-Range-Local-Id, `241.6.11`.
pub const IP_PORT_RANGE_LOCAL_ID: Attr<Text> = Attr::new(Path::of(&[241, 6, 11]), "IP-Port-Range-Local-Id");
/// IP-Port-Forwarding-Map, `241.7`.
pub const IP_PORT_FORWARDING_MAP: Attr<TlvType> = Attr::new(Path::of(&[241, 7]), "IP-Port-Forwarding-Map");
/// IP-Port-Map-Type, `241.7.1`.
pub const IP_PORT_MAP_TYPE: Attr<Integer> = Attr::new(Path::of(&[241, 7, 1]), "IP-Port-Map-Type");
/// IP-Port-Map-Limit, `241.7.2`.
pub const IP_PORT_MAP_LIMIT: Attr<Integer> = Attr::new(Path::of(&[241, 7, 2]), "IP-Port-Map-Limit");
/// IP-Port-Map-Ext-IPv4-Addr, `241.7.3`.
pub const IP_PORT_MAP_EXT_IPV4_ADDR: Attr<Ipv4> =
    Attr::new(Path::of(&[241, 7, 3]), "IP-Port-Map-Ext-IPv4-Addr");
/// IP-Port-Map-Int-IPv4-Addr, `241.7.4`.
pub const IP_PORT_MAP_INT_IPV4_ADDR: Attr<Ipv4> =
    Attr::new(Path::of(&[241, 7, 4]), "IP-Port-Map-Int-IPv4-Addr");
/// IP-Port-Map-Int-IPv6-Addr, `241.7.5`.
pub const IP_PORT_MAP_INT_IPV6_ADDR: Attr<Ipv6> =
    Attr::new(Path::of(&[241, 7, 5]), "IP-Port-Map-Int-IPv6-Addr");
/// IP-Port-Map-Int-Port, `241.7.6`.
pub const IP_PORT_MAP_INT_PORT: Attr<Integer> = Attr::new(Path::of(&[241, 7, 6]), "IP-Port-Map-Int-Port");
/// IP-Port-Map-Ext-Port, `241.7.7`.
pub const IP_PORT_MAP_EXT_PORT: Attr<Integer> = Attr::new(Path::of(&[241, 7, 7]), "IP-Port-Map-Ext-Port");
/// IP-Port-Map-Alloc, `241.7.8`.
pub const IP_PORT_MAP_ALLOC: Attr<IpPortMapAlloc> = Attr::new(Path::of(&[241, 7, 8]), "IP-Port-Map-Alloc");
/// IP-Port-Map-Range-Start, `241.7.9`.
pub const IP_PORT_MAP_RANGE_START: Attr<Integer> =
    Attr::new(Path::of(&[241, 7, 9]), "IP-Port-Map-Range-Start");
/// IP-Port-Map-Range-End, `241.7.10`.
pub const IP_PORT_MAP_RANGE_END: Attr<Integer> = Attr::new(Path::of(&[241, 7, 10]), "IP-Port-Map-Range-End");
/// IP-Port-Map-Local-Id, `241.7.11`.
pub const IP_PORT_MAP_LOCAL_ID: Attr<Text> = Attr::new(Path::of(&[241, 7, 11]), "IP-Port-Map-Local-Id");

enumeration! {
    /// Values of IP-Port-Alloc.
    IpPortAlloc {
        /// Allocation.
        ALLOCATION = 1 "Allocation",
        /// Deallocation.
        DEALLOCATION = 2 "Deallocation",
    }
}

enumeration! {
    /// Values of IP-Port-Range-Alloc.
    IpPortRangeAlloc {
        /// Allocation.
        ALLOCATION = 1 "Allocation",
        /// Deallocation.
        DEALLOCATION = 2 "Deallocation",
    }
}

enumeration! {
    /// Values of IP-Port-Map-Alloc.
    IpPortMapAlloc {
        /// Allocation.
        ALLOCATION = 1 "Allocation",
        /// Deallocation.
        DEALLOCATION = 2 "Deallocation",
    }
}
