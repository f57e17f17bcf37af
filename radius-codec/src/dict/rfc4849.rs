//! RFC 4849: Filter rules.
//!
//! Generated from `dictionaries/dictionary.rfc4849`; do not edit.

use crate::attr::Attr;
use crate::path::Path;
use crate::value::Concat;

/// NAS-Filter-Rule, `92`.
pub const NAS_FILTER_RULE: Attr<Concat> = Attr::new(Path::of(&[92]), "NAS-Filter-Rule");
