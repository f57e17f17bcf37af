//! RFC 6572: Proxy Mobile IPv6.
//!
//! Generated from `dictionaries/dictionary.rfc6572`; do not edit.

use crate::attr::Attr;
use crate::path::Path;
use crate::value::Ifid;
use crate::value::Ipv4;
use crate::value::Ipv4PrefixType;
use crate::value::Ipv6;
use crate::value::Ipv6PrefixType;
use crate::value::Octets;
use crate::value::Text;

/// Mobile-Node-Identifier, `145`.
pub const MOBILE_NODE_IDENTIFIER: Attr<Octets> = Attr::new(Path::of(&[145]), "Mobile-Node-Identifier");
/// Service-Selection, `146`.
pub const SERVICE_SELECTION: Attr<Text> = Attr::new(Path::of(&[146]), "Service-Selection");
/// PMIP6-Home-LMA-IPv6-Address, `147`.
pub const PMIP6_HOME_LMA_IPV6_ADDRESS: Attr<Ipv6> =
    Attr::new(Path::of(&[147]), "PMIP6-Home-LMA-IPv6-Address");
/// PMIP6-Visited-LMA-IPv6-Address, `148`.
pub const PMIP6_VISITED_LMA_IPV6_ADDRESS: Attr<Ipv6> =
    Attr::new(Path::of(&[148]), "PMIP6-Visited-LMA-IPv6-Address");
/// PMIP6-Home-LMA-IPv4-Address, `149`.
pub const PMIP6_HOME_LMA_IPV4_ADDRESS: Attr<Ipv4> =
    Attr::new(Path::of(&[149]), "PMIP6-Home-LMA-IPv4-Address");
/// PMIP6-Visited-LMA-IPv4-Address, `150`.
pub const PMIP6_VISITED_LMA_IPV4_ADDRESS: Attr<Ipv4> =
    Attr::new(Path::of(&[150]), "PMIP6-Visited-LMA-IPv4-Address");
/// PMIP6-Home-HN-Prefix, `151`.
pub const PMIP6_HOME_HN_PREFIX: Attr<Ipv6PrefixType> = Attr::new(Path::of(&[151]), "PMIP6-Home-HN-Prefix");
/// PMIP6-Visited-HN-Prefix, `152`.
pub const PMIP6_VISITED_HN_PREFIX: Attr<Ipv6PrefixType> =
    Attr::new(Path::of(&[152]), "PMIP6-Visited-HN-Prefix");
/// PMIP6-Home-Interface-ID, `153`.
pub const PMIP6_HOME_INTERFACE_ID: Attr<Ifid> = Attr::new(Path::of(&[153]), "PMIP6-Home-Interface-ID");
/// PMIP6-Visited-Interface-ID, `154`.
pub const PMIP6_VISITED_INTERFACE_ID: Attr<Ifid> = Attr::new(Path::of(&[154]), "PMIP6-Visited-Interface-ID");
/// PMIP6-Home-IPv4-HoA, `155`.
pub const PMIP6_HOME_IPV4_HOA: Attr<Ipv4PrefixType> = Attr::new(Path::of(&[155]), "PMIP6-Home-IPv4-HoA");
/// PMIP6-Visited-IPv4-HoA, `156`.
pub const PMIP6_VISITED_IPV4_HOA: Attr<Ipv4PrefixType> =
    Attr::new(Path::of(&[156]), "PMIP6-Visited-IPv4-HoA");
/// PMIP6-Home-DHCP4-Server-Address, `157`.
pub const PMIP6_HOME_DHCP4_SERVER_ADDRESS: Attr<Ipv4> =
    Attr::new(Path::of(&[157]), "PMIP6-Home-DHCP4-Server-Address");
/// PMIP6-Visited-DHCP4-Server-Address, `158`.
pub const PMIP6_VISITED_DHCP4_SERVER_ADDRESS: Attr<Ipv4> =
    Attr::new(Path::of(&[158]), "PMIP6-Visited-DHCP4-Server-Address");
/// PMIP6-Home-DHCP6-Server-Address, `159`.
pub const PMIP6_HOME_DHCP6_SERVER_ADDRESS: Attr<Ipv6> =
    Attr::new(Path::of(&[159]), "PMIP6-Home-DHCP6-Server-Address");
/// PMIP6-Visited-DHCP6-Server-Address, `160`.
pub const PMIP6_VISITED_DHCP6_SERVER_ADDRESS: Attr<Ipv6> =
    Attr::new(Path::of(&[160]), "PMIP6-Visited-DHCP6-Server-Address");
/// PMIP6-Home-IPv4-Gateway, `161`.
pub const PMIP6_HOME_IPV4_GATEWAY: Attr<Ipv4> = Attr::new(Path::of(&[161]), "PMIP6-Home-IPv4-Gateway");
/// PMIP6-Visited-IPv4-Gateway, `162`.
pub const PMIP6_VISITED_IPV4_GATEWAY: Attr<Ipv4> = Attr::new(Path::of(&[162]), "PMIP6-Visited-IPv4-Gateway");
