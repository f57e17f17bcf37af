//! RFC 7155: Diameter network access server.
//!
//! Generated from `dictionaries/dictionary.rfc7155`; do not edit.

use crate::attr::Attr;
use crate::path::Path;
use crate::value::Fixed;

/// Originating-Line-Info, `94`.
pub const ORIGINATING_LINE_INFO: Attr<Fixed<2>> = Attr::new(Path::of(&[94]), "Originating-Line-Info");
