//! What roaming consortium organisation identifiers mean (spec: passpoint 1.4).

use crate::text::unhex;

/// Who an organisation identifier belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Family {
    /// `5A03BA`: OpenRoaming, settlement-free.
    OpenRoamingSettlementFree,
    /// `BAA2D0`: OpenRoaming, settled.
    OpenRoamingSettled,
    /// `004096`: OpenRoaming's older identifier.
    CiscoLegacy,
    /// `001BC50460`: eduroam.
    Eduroam,
    /// Another organisation's.
    Other,
}

impl Family {
    /// A word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenRoamingSettlementFree => "openroaming_settlement_free",
            Self::OpenRoamingSettled => "openroaming_settled",
            Self::CiscoLegacy => "cisco_legacy",
            Self::Eduroam => "eduroam",
            Self::Other => "other",
        }
    }
}

/// What an OpenRoaming identifier of five octets asks for, in its last two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OpenRoaming {
    octets: [u8; 2],
}

impl OpenRoaming {
    /// Enhanced level of assurance rather than baseline.
    #[must_use]
    pub const fn is_enhanced(self) -> bool {
        self.octets[0] & 0x80 != 0
    }

    /// Quality of service: 0 bronze, 1 silver, 2 and 3 reserved.
    #[must_use]
    pub const fn qos(self) -> u8 {
        (self.octets[0] >> 5) & 3
    }

    /// The identity provider discloses a permanent identity.
    #[must_use]
    pub const fn is_identified(self) -> bool {
        self.octets[0] & 0x10 != 0
    }

    /// Type of identity, 0 to 15.
    #[must_use]
    pub const fn id_type(self) -> u8 {
        self.octets[0] & 0x0f
    }

    /// The type of identity as a word; `None` for reserved ones.
    #[must_use]
    pub fn id_type_name(self) -> Option<&'static str> {
        const NAMES: [&str; 12] = [
            "all",
            "service_provider",
            "cloud_provider",
            "enterprise",
            "government",
            "automotive",
            "hospitality",
            "aviation",
            "education",
            "cable_operator",
            "manufacturer",
            "retail",
        ];
        NAMES.get(usize::from(self.id_type())).copied()
    }

    /// Short-lived credentials rather than long-lived ones.
    #[must_use]
    pub const fn is_short_lived(self) -> bool {
        self.octets[1] & 0x80 != 0
    }

    /// Whether reserved bits of the last octet are set.
    #[must_use]
    pub const fn has_reserved_bits(self) -> bool {
        self.octets[1] & 0x7f != 0
    }
}

/// Who an identifier belongs to, and what it asks for if it is an OpenRoaming one of five octets.
///
/// `oi`: 6, 8 or 10 hexadecimal digits of either case. `None` if it is not of that form.
#[must_use]
pub fn describe(oi: &str) -> Option<(Family, Option<OpenRoaming>)> {
    let octets = unhex(oi).filter(|o| (3..=5).contains(&o.len()))?;
    let family = match octets.as_slice() {
        [0x5a, 0x03, 0xba, ..] => Family::OpenRoamingSettlementFree,
        [0xba, 0xa2, 0xd0, ..] => Family::OpenRoamingSettled,
        [0x00, 0x40, 0x96] => Family::CiscoLegacy,
        [0x00, 0x1b, 0xc5, 0x04, 0x60] => Family::Eduroam,
        _ => Family::Other,
    };
    let asks = match (family, octets.as_slice()) {
        (Family::OpenRoamingSettlementFree | Family::OpenRoamingSettled, &[_, _, _, fourth, fifth]) => {
            Some(OpenRoaming { octets: [fourth, fifth] })
        }
        _ => None,
    };
    Some((family, asks))
}
