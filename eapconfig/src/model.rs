//! The document: providers with their methods, networks and texts (spec: eapconfig 1).

use crate::certificate::{decode_base64, encode_base64, octets_of, plain_base64};
use crate::error::WarningKind;
use crate::localized::{LocalizedText, choose, for_display};
use crate::method::AuthenticationMethod;
use crate::read::MAX_LOGO_LEN;
use std::borrow::Cow;

/// `EAPIdentityProviderList`: the whole document.
///
/// Entries are separate offers: methods, networks and terms of one never go with those of another.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EapConfig {
    /// The providers, in the order of the document.
    pub providers: Vec<IdentityProvider>,
}

/// `EAPIdentityProvider`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IdentityProvider {
    /// `ID`: the realm; `undefined` when the publisher has none.
    pub id: Option<String>,
    /// `namespace`: `urn:RFC4282:realm`, or `urn:undefined`.
    pub namespace: Option<String>,
    /// `version`: 1.
    pub version: Option<i32>,
    /// `lang`: language of the texts that state none themselves.
    pub lang: Option<String>,
    /// `ValidUntil` as Unix seconds; the instant itself is still valid.
    pub valid_until: Option<i64>,
    /// `AuthenticationMethods`, in order of preference.
    pub methods: Vec<AuthenticationMethod>,
    /// `CredentialApplicability`; nothing if the element is missing.
    pub applicability: Option<Applicability>,
    /// `ProviderInfo`.
    pub info: ProviderInfo,
}

impl IdentityProvider {
    /// The realm that `ID` names, for Passpoint; nothing if the publisher has none.
    #[must_use]
    pub fn realm(&self) -> Option<&str> {
        self.id.as_deref().filter(|id| !id.is_empty() && *id != "undefined")
    }

    /// The wireless networks, alternatives of each other.
    #[must_use]
    pub fn networks(&self) -> &[Network] {
        self.applicability.as_ref().map_or(&[], |a| a.networks.as_slice())
    }

    /// Whether the credential is for wired networks too.
    #[must_use]
    pub fn is_wired(&self) -> bool {
        self.applicability.as_ref().is_some_and(|a| !a.wired.is_empty())
    }

    /// The best of some texts of this provider for a list of languages, cleaned for display.
    /// The rule is that of [`choose`].
    #[must_use]
    pub fn text<'a, L: AsRef<str>>(
        &'a self,
        texts: &'a [LocalizedText],
        languages: &[L],
    ) -> Option<Cow<'a, str>> {
        choose(texts, self.lang.as_deref(), languages).map(|t| for_display(&t.text))
    }
}

/// `CredentialApplicability`: where the credential may be used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applicability {
    /// `IEEE80211` elements that can be used.
    pub networks: Vec<Network>,
    /// `IEEE8023` elements.
    pub wired: Vec<WiredNetwork>,
}

/// `IEEE80211`: a wireless network. Its conditions hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// `SSID`, 1 to 32 octets.
    pub ssid: Option<String>,
    /// `ConsortiumOID`.
    pub consortium_oid: Option<ConsortiumOid>,
    /// `MinRSNProto`.
    pub min_rsn: RsnProtocol,
}

/// A roaming consortium: 3 or 5 octets (spec: eapconfig 1).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConsortiumOid(String);

impl ConsortiumOid {
    /// Reads 6 or 10 hexadecimal digits; blanks, `-` and `:` between them do not count.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let skipped = |c: &char| crate::xml::BLANKS.contains(c) || matches!(c, '-' | ':');
        let mut digits = String::with_capacity(10);
        for c in text.chars().filter(|c| !skipped(c)) {
            if digits.len() >= 10 || !c.is_ascii_hexdigit() {
                return None;
            }
            digits.push(c.to_ascii_lowercase());
        }
        matches!(digits.len(), 6 | 10).then_some(Self(digits))
    }

    /// The digits in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The weakest protection a network may have. TKIP is not among the values: such networks are not used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RsnProtocol {
    /// AES-CCMP, WPA2.
    #[default]
    Ccmp,
}

impl RsnProtocol {
    /// The name in the document.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ccmp => "CCMP",
        }
    }
}

/// `IEEE8023`: wired networks with 802.1X.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WiredNetwork {
    /// `NetworkID`.
    pub network_id: Option<String>,
}

/// `ProviderInfo`: texts and pictures for people.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProviderInfo {
    /// `DisplayName`.
    pub display_names: Vec<LocalizedText>,
    /// `Description`.
    pub descriptions: Vec<LocalizedText>,
    /// `ProviderLocation`.
    pub locations: Vec<Location>,
    /// `ProviderLogo`.
    pub logo: Option<Logo>,
    /// `TermsOfUse`: the user must accept them before anything is installed.
    pub terms_of_use: Vec<LocalizedText>,
    /// `Helpdesk`.
    pub helpdesk: Helpdesk,
}

/// `ProviderLocation`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Location {
    /// Degrees east, -180 to 180.
    pub longitude: f64,
    /// Degrees north, -90 to 90.
    pub latitude: f64,
}

impl Location {
    /// A place on earth; nothing if a number is out of range.
    #[must_use]
    pub fn new(longitude: f64, latitude: f64) -> Option<Self> {
        let within = (-180.0..=180.0).contains(&longitude) && (-90.0..=90.0).contains(&latitude);
        within.then_some(Self { longitude, latitude })
    }
}

/// `ProviderLogo`.
///
/// The picture stays in base64 until somebody wants to see it: of those who read a document few ever do, and it is most of
/// what there is to decode.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Logo {
    /// The attribute `mime`, which nothing should be decided by: see [`Logo::kind`].
    pub mime: Option<String>,
    /// Base64 without blanks and padding.
    base64: String,
}

impl std::fmt::Debug for Logo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Logo").field("mime", &self.mime).field("octets", &self.len()).finish()
    }
}

/// What a picture is, by its first octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LogoKind {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// WebP.
    WebP,
    /// SVG. It is active content: it may hold scripts and references and must not be shown as such.
    Svg,
    /// Something else, which is not to be handed to a decoder.
    Unknown,
}

impl Logo {
    /// A logo of these octets.
    #[must_use]
    pub fn new(mime: Option<String>, octets: &[u8]) -> Self {
        let mut base64 = encode_base64(octets);
        base64.truncate(base64.trim_end_matches('=').len());
        Self { mime, base64 }
    }

    /// A logo in base64; nothing if the text is none or has more than [`MAX_LOGO_LEN`](crate::MAX_LOGO_LEN) octets.
    pub(crate) fn from_base64(mime: Option<String>, text: &str) -> Result<Self, WarningKind> {
        let logo = Self { mime, base64: plain_base64(text).ok_or(WarningKind::Base64)? };
        if logo.len() > MAX_LOGO_LEN { Err(WarningKind::TooLong) } else { Ok(logo) }
    }

    /// Length of the picture in octets, at most [`MAX_LOGO_LEN`](crate::MAX_LOGO_LEN) in a document that was read.
    #[must_use]
    pub const fn len(&self) -> usize {
        octets_of(self.base64.as_str())
    }

    /// Whether there is no picture.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.base64.is_empty()
    }

    /// The picture.
    #[must_use]
    pub fn octets(&self) -> Vec<u8> {
        // It was found to be base64 when it came in.
        decode_base64(&self.base64).unwrap_or_default()
    }

    pub(crate) fn base64(&self) -> &str {
        &self.base64
    }

    /// What the picture is: raster formats by signature, SVG by a tag of that name in its first kilooctet.
    #[must_use]
    pub fn kind(&self) -> LogoKind {
        // Four characters for three octets, and a whole number of such groups.
        let start = self.base64.get(..1368).unwrap_or(&self.base64);
        let octets = decode_base64(start).unwrap_or_default();
        if octets.starts_with(b"\x89PNG\r\n\x1A\n") {
            LogoKind::Png
        } else if octets.starts_with(b"\xFF\xD8\xFF") {
            LogoKind::Jpeg
        } else if octets.starts_with(b"GIF87a") || octets.starts_with(b"GIF89a") {
            LogoKind::Gif
        } else if octets.starts_with(b"RIFF") && octets.get(8..12) == Some(b"WEBP") {
            LogoKind::WebP
        } else if octets.get(..1024).unwrap_or(&octets).windows(4).any(|w| w == b"<svg" || w == b":svg") {
            LogoKind::Svg
        } else {
            LogoKind::Unknown
        }
    }

    /// Whether it may be handed to a decoder of pictures: PNG, JPEG, GIF or WebP by signature.
    #[must_use]
    pub fn is_raster(&self) -> bool {
        !matches!(self.kind(), LogoKind::Svg | LogoKind::Unknown)
    }
}

/// `Helpdesk`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Helpdesk {
    /// `EmailAddress`; becomes a `mailto:` link only if [`looks_like_email`] says so.
    pub email_addresses: Vec<LocalizedText>,
    /// `WebAddress`; becomes a link only after the verification of URLs (spec: discovery 8, kind *redirect*), which
    /// the caller brings.
    pub web_addresses: Vec<LocalizedText>,
    /// `Phone`.
    pub phones: Vec<LocalizedText>,
}

impl Helpdesk {
    /// Whether nothing is given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.email_addresses.is_empty() && self.web_addresses.is_empty() && self.phones.is_empty()
    }
}

/// Whether a text looks like an e-mail address and nothing else: one `@`, something before it, a host name with a dot
/// behind it, and no character that means something in a `mailto:` link (spec: eapconfig 5).
#[must_use]
pub fn looks_like_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let plain = |c: char| {
        c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '\'' | '~' | '=' | '/' | '*' | '!')
    };
    let label = |l: &str| {
        !l.is_empty()
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    text.len() <= 254
        && !local.is_empty()
        && local.chars().all(plain)
        && domain.contains('.')
        && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    // spec: eapconfig 2
    #[test]
    fn consortium_oids_are_six_or_ten_digits() {
        assert_eq!(ConsortiumOid::parse("00-1b:C5 04 60").unwrap().as_str(), "001bc50460");
        assert_eq!(ConsortiumOid::parse("5A03BA").unwrap().as_str(), "5a03ba");
        for bad in ["", "001bc5046", "001bc504600", "xyzxyz", "00\u{a0}1bc5"] {
            assert_eq!(ConsortiumOid::parse(bad), None, "{bad}");
        }
    }

    // spec: eapconfig 5
    #[test]
    fn pictures_are_known_by_signature_not_by_label() {
        let kind = |octets: &[u8]| Logo::new(Some("image/png".into()), octets).kind();
        assert_eq!(kind(b"\x89PNG\r\n\x1A\n"), LogoKind::Png);
        assert_eq!(kind(b"\xFF\xD8\xFF\xE0"), LogoKind::Jpeg);
        assert_eq!(kind(b"GIF89a"), LogoKind::Gif);
        assert_eq!(kind(b"RIFF\0\0\0\0WEBPVP8 "), LogoKind::WebP);
        assert_eq!(kind(b"<?xml version='1.0'?><svg/>"), LogoKind::Svg);
        assert_eq!(kind(b"<html><script/></html>"), LogoKind::Unknown);
        assert_eq!(kind(b""), LogoKind::Unknown);
    }

    // spec: eapconfig 5
    #[test]
    fn addresses_that_could_do_more_than_address_are_no_links() {
        assert!(looks_like_email("help+wifi@example.org"));
        for bad in [
            "no.valid.address.test",
            "a@b@c.d",
            "@example.org",
            "a@example",
            "a@.org",
            "a?cc=b@example.org",
            "a b@example.org",
            "a@example.org%0a",
        ] {
            assert!(!looks_like_email(bad), "{bad}");
        }
    }

    #[test]
    fn undefined_is_no_realm() {
        let provider = |id: &str| IdentityProvider { id: Some(id.into()), ..IdentityProvider::default() };
        assert_eq!(provider("example.org").realm(), Some("example.org"));
        assert_eq!(provider("undefined").realm(), None);
        assert_eq!(provider("").realm(), None);
    }
}
