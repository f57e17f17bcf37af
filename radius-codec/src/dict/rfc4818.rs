//! RFC 4818: Delegated IPv6 Prefix.
//!
//! Generated from `dictionaries/dictionary.rfc4818`; do not edit.

use crate::attr::Attr;
use crate::path::Path;
use crate::value::Ipv6PrefixType;

/// Delegated-IPv6-Prefix, `123`.
pub const DELEGATED_IPV6_PREFIX: Attr<Ipv6PrefixType> = Attr::new(Path::of(&[123]), "Delegated-IPv6-Prefix");
