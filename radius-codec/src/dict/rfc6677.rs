//! RFC 6677: EAP channel bindings.
//!
//! Generated from `dictionaries/dictionary.rfc6677`; do not edit.

use crate::attr::Attr;
use crate::enumeration;
use crate::path::Path;

/// EAP-Lower-Layer, `163`.
pub const EAP_LOWER_LAYER: Attr<EapLowerLayer> = Attr::new(Path::of(&[163]), "EAP-Lower-Layer");

enumeration! {
    /// Values of EAP-Lower-Layer.
    EapLowerLayer {
        /// Wired-IEEE-802.1X.
        WIRED_IEEE_802_1X = 1 "Wired-IEEE-802.1X",
        /// IEEE-802.11-No-Pre-Auth.
        IEEE_802_11_NO_PRE_AUTH = 2 "IEEE-802.11-No-Pre-Auth",
        /// IEEE-802.11-Pre-Auth.
        IEEE_802_11_PRE_AUTH = 3 "IEEE-802.11-Pre-Auth",
        /// IEEE-802.16e.
        IEEE_802_16E = 4 "IEEE-802.16e",
        /// IKEv2.
        IKEV2 = 5 "IKEv2",
        /// PPP.
        PPP = 6 "PPP",
        /// PANA-No-Pre-Auth.
        PANA_NO_PRE_AUTH = 7 "PANA-No-Pre-Auth",
        /// GSS-API.
        GSS_API = 8 "GSS-API",
        /// PANA-Pre-Auth.
        PANA_PRE_AUTH = 9 "PANA-Pre-Auth",
    }
}
