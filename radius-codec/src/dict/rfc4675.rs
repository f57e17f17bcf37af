//! RFC 4675: Virtual LANs and priority.
//!
//! Generated from `dictionaries/dictionary.rfc4675`; do not edit.

use crate::attr::Attr;
use crate::enumeration;
use crate::path::Path;
use crate::value::Integer;
use crate::value::Octets;
use crate::value::Text;

/// Egress-VLANID, `56`.
pub const EGRESS_VLANID: Attr<Integer> = Attr::new(Path::of(&[56]), "Egress-VLANID");
/// Ingress-Filters, `57`.
pub const INGRESS_FILTERS: Attr<IngressFilters> = Attr::new(Path::of(&[57]), "Ingress-Filters");
/// Egress-VLAN-Name, `58`.
pub const EGRESS_VLAN_NAME: Attr<Text> = Attr::new(Path::of(&[58]), "Egress-VLAN-Name");
/// User-Priority-Table, `59`.
pub const USER_PRIORITY_TABLE: Attr<Octets> = Attr::new(Path::of(&[59]), "User-Priority-Table");

enumeration! {
    /// Values of Ingress-Filters.
    IngressFilters {
        /// Enabled.
        ENABLED = 1 "Enabled",
        /// Disabled.
        DISABLED = 2 "Disabled",
    }
}
