//! What a file has to look like (spec: passpoint 5.1 to 5.4).

use super::signature::{SignatureVerdict, verify_tree};
use super::{
    BASE_EAP, CARRIER, CARRIER_WLAN, EAP_COMMON, HOST_CONFIG, ONEX, PEAP, PLAIN_WLAN, TLS, TTLS,
    USER_CREDENTIALS,
};
use crate::chain::Trust;
use crate::limits::MAX_FILE;
use crate::report::{Rejection, refuse};
use crate::xml::{Element, parse};

/// How to check a file.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct CheckOptions<'a> {
    /// Refuses files that are not signed.
    pub require_signature: bool,
    /// What the signer's chain has to end in. `None` does not look at the chain.
    pub trust: Option<Trust<'a>>,
    /// Whether this project's stricter rules (`house.*`) apply too.
    pub strict: bool,
}

impl<'a> CheckOptions<'a> {
    /// Refuses files without a signature that leads to one of these anchors.
    #[must_use]
    pub const fn trusting(trust: Trust<'a>) -> Self {
        Self { require_signature: true, trust: Some(trust), strict: false }
    }

    /// Applies this project's stricter rules too.
    #[must_use]
    pub const fn strict(mut self) -> Self {
        self.strict = true;
        self
    }
}

/// Checks a carrier provisioning file, or a plain `WLANProfile`, and the signature if there is one.
///
/// # Errors
/// The first rule that is broken.
pub fn check(document: &[u8], options: &CheckOptions<'_>) -> Result<Option<SignatureVerdict>, Rejection> {
    if document.len() > MAX_FILE {
        return refuse("file.too_large", "the file");
    }
    let root = parse(document, super::signature::RULES)?;
    if root.is(PLAIN_WLAN, "WLANProfile") {
        check_order(&root)?;
        check_profile(&root, "WLANProfile", options.strict)?;
        return Ok(None);
    }
    if !root.is(CARRIER, "CarrierProvisioning") {
        return refuse("windows.root", "the root");
    }
    check_global(&root)?;
    let Some(profiles) = child(&root, "WLANProfiles") else {
        return refuse("windows.no_profiles", "WLANProfiles");
    };
    // An empty list would delete every profile of the carrier.
    if profiles.elements().next().is_none() {
        return refuse("windows.no_profiles", "WLANProfiles");
    }
    let signed = child(&root, "Signature").is_some();
    if options.require_signature && !signed {
        return refuse("windows.unsigned", "the root");
    }
    check_order(&root)?;
    for (i, profile) in profiles.elements().enumerate() {
        let at = format!("WLANProfile[{i}]");
        if !profile.is(CARRIER_WLAN, "WLANProfile") {
            return refuse("windows.profile_ns", at);
        }
        check_profile(profile, &at, options.strict)?;
    }
    signed.then(|| verify_tree(&root, options.trust.as_ref(), options.strict)).transpose()
}

fn child<'a>(element: &'a Element, name: &str) -> Option<&'a Element> {
    element.elements().find(|e| e.local() == name)
}

fn below<'a>(element: &'a Element, path: &[&str]) -> Option<&'a Element> {
    path.iter().try_fold(element, |e, name| child(e, name))
}

fn text(element: Option<&Element>) -> Option<String> {
    element.map(|e| e.text().trim().to_owned())
}

fn check_global(root: &Element) -> Result<(), Rejection> {
    let Some(global) = child(root, "Global") else { return refuse("windows.global", "Global") };
    let id = text(child(global, "CarrierId")).unwrap_or_default();
    let inner = id.strip_prefix('{').and_then(|i| i.strip_suffix('}'));
    if !inner.is_some_and(crate::ids::is_uuid) {
        return refuse("windows.carrier_id", "CarrierId");
    }
    if text(child(global, "SubscriberId")).unwrap_or_default().is_empty() {
        return refuse("windows.subscriber_id", "SubscriberId");
    }
    Ok(())
}

/// What may stand inside an element, in this order. `None`: anything.
fn order_of(element: &Element) -> Option<&'static [&'static str]> {
    Some(match (element.namespace.as_str(), element.local()) {
        (CARRIER, "CarrierProvisioning") => &[
            "Global",
            "Activation",
            "MBNProfiles",
            "WLANProfiles",
            "Plans",
            "RefreshParameters",
            "Signature",
        ],
        (CARRIER_WLAN, "WLANProfile") => &["name", "SSIDConfig", "Hotspot2", "MSM"],
        (PLAIN_WLAN, "WLANProfile") => &[
            "name",
            "SSIDConfig",
            "Hotspot2",
            "connectionType",
            "connectionMode",
            "autoSwitch",
            "MSM",
            "IHV",
            "MacRandomization",
        ],
        (CARRIER_WLAN | PLAIN_WLAN, "SSIDConfig") => &["SSID", "SSIDPrefix", "nonBroadcast"],
        (CARRIER_WLAN | PLAIN_WLAN, "SSID") => &["hex", "name"],
        (CARRIER_WLAN | PLAIN_WLAN, "Hotspot2") => {
            &["DomainName", "NAIRealm", "Network3GPP", "RoamingConsortium"]
        }
        (CARRIER_WLAN | PLAIN_WLAN, "security") => &[
            "authEncryption",
            "sharedKey",
            "keyIndex",
            "PMKCacheMode",
            "PMKCacheTTL",
            "PMKCacheSize",
            "preAuthMode",
            "preAuthThrottle",
            "OneX",
            "EapHostUserCredentials",
        ],
        (CARRIER_WLAN | PLAIN_WLAN, "authEncryption") => {
            &["authentication", "encryption", "useOneX", "FIPSMode", "transitionMode"]
        }
        (ONEX, "OneX") => &[
            "cacheUserData",
            "heldPeriod",
            "authPeriod",
            "startPeriod",
            "maxStart",
            "maxAuthFailures",
            "supplicantMode",
            "authMode",
            "singleSignOn",
            "EAPConfig",
        ],
        (HOST_CONFIG, "EapHostConfig") => &["EapMethod", "Config", "ConfigBlob"],
        (USER_CREDENTIALS, "EapHostUserCredentials") => &["EapMethod", "Credentials", "CredentialsBlob"],
        _ => return None,
    })
}

/// The depth is bounded by the reader.
fn check_order(element: &Element) -> Result<(), Rejection> {
    if let Some(order) = order_of(element) {
        in_order(element, order, "windows.unknown_element")?;
    }
    element.elements().filter(|e| e.local() != "Signature").try_for_each(check_order)
}

fn in_order(element: &Element, order: &[&str], unknown: &'static str) -> Result<(), Rejection> {
    let mut last = 0;
    for part in element.elements() {
        let place = format!("{} in {}", part.local(), element.local());
        match order.iter().position(|name| *name == part.local()) {
            None => return refuse(unknown, place),
            Some(at) if at < last => return refuse("windows.order", place),
            Some(at) => last = at,
        }
    }
    Ok(())
}

fn is_hex(text: &str, octets: std::ops::RangeInclusive<usize>) -> bool {
    crate::text::unhex(text).is_some_and(|o| octets.contains(&o.len()))
}

fn check_profile(profile: &Element, at: &str, strict: bool) -> Result<(), Rejection> {
    let name = text(child(profile, "name")).unwrap_or_default();
    if !(1..=255).contains(&name.chars().count()) {
        return refuse("windows.name", at);
    }
    let ssids: Vec<_> = child(profile, "SSIDConfig")
        .map(|c| c.elements().filter(|e| e.local() == "SSID").collect())
        .unwrap_or_default();
    let fits = |ssid: &&Element| {
        let (hex, name) = (text(child(ssid, "hex")), child(ssid, "name").map(Element::text));
        (hex.is_some() || name.is_some())
            && hex.is_none_or(|h| is_hex(&h, 1..=32))
            && name.is_none_or(|n| (1..=32).contains(&n.len()))
    };
    if ssids.is_empty() || !ssids.iter().all(fits) {
        return refuse("windows.ssid", at);
    }
    if let Some(hotspot) = child(profile, "Hotspot2") {
        check_hotspot(hotspot, at)?;
    }
    let Some(security) = below(profile, &["MSM", "security"]) else { return refuse("windows.security", at) };
    let part = |name: &str| text(below(security, &["authEncryption", name])).unwrap_or_default();
    if !["WPA", "WPA2", "WPA3", "WPA3ENT", "WPA3ENT192"].contains(&part("authentication").as_str()) {
        return refuse("windows.authentication", at);
    }
    if !["AES", "TKIP", "GCMP256"].contains(&part("encryption").as_str()) {
        return refuse("windows.encryption", at);
    }
    if part("useOneX") != "true" {
        return refuse("windows.useonex", at);
    }
    let Some(onex) = child(security, "OneX").filter(|o| o.namespace == ONEX) else {
        return refuse("windows.onex", at);
    };
    let mode = text(child(onex, "authMode"));
    if mode.is_some_and(|m| !["machineOrUser", "machine", "user", "guest"].contains(&m.as_str())) {
        return refuse("windows.authmode", at);
    }
    let host = below(onex, &["EAPConfig", "EapHostConfig"]);
    let Some(host) = host.filter(|h| h.namespace == HOST_CONFIG) else {
        return refuse("windows.eaphost", at);
    };
    let (kind, author) = check_method(host, at)?;
    let Some(config) = child(host, "Config").filter(|c| c.namespace == HOST_CONFIG) else {
        return refuse("windows.config", at);
    };
    check_config(config, &kind, at)?;
    if strict && matches!(kind.as_str(), "13" | "21" | "25") && !has_server_names(config) {
        return refuse("house.server_trust", at);
    }
    check_credentials(security, &kind, &author, at)
}

fn check_hotspot(hotspot: &Element, at: &str) -> Result<(), Rejection> {
    let domain = text(child(hotspot, "DomainName"));
    if domain.is_some_and(|d| !(1..=255).contains(&d.chars().count())) {
        return refuse("windows.domain_name", at);
    }
    let each = |list: &str, code: &'static str, fits: &dyn Fn(&Element) -> bool| {
        let parts = child(hotspot, list).into_iter().flat_map(Element::elements);
        if parts.into_iter().all(fits) { Ok(()) } else { refuse(code, at) }
    };
    each("RoamingConsortium", "windows.oui", &|e| e.local() == "OUI" && is_hex(e.text().trim(), 3..=5))?;
    each("Network3GPP", "windows.plmn", &|e| {
        let plmn = e.text();
        let plmn = plmn.trim();
        matches!(plmn.len(), 5 | 6) && plmn.bytes().all(|b| b.is_ascii_digit())
    })?;
    each("NAIRealm", "windows.nai_realm", &|e| {
        e.local() == "name" && (1..=255).contains(&e.text().trim().chars().count())
    })
}

/// Type and author of the method.
fn check_method(host: &Element, at: &str) -> Result<(String, String), Rejection> {
    let Some(method) = child(host, "EapMethod") else { return refuse("windows.eapmethod", at) };
    let (kind, author) = (text(child(method, "Type")), text(child(method, "AuthorId")));
    let (Some(kind), Some(author)) = (kind, author) else { return refuse("windows.eapmethod", at) };
    if method.elements().any(|e| e.namespace != EAP_COMMON) {
        return refuse("windows.eapmethod", at);
    }
    let wanted = match kind.as_str() {
        "21" | "18" | "23" | "50" | "55" => "311",
        "13" | "25" => "0",
        _ => return refuse("windows.eap_type", at),
    };
    if author == wanted { Ok((kind, author)) } else { refuse("windows.author_id", at) }
}

fn check_config(config: &Element, kind: &str, at: &str) -> Result<(), Rejection> {
    match kind {
        "21" => check_ttls(config, at),
        "13" | "25" => {
            let eap = child(config, "Eap").filter(|e| e.namespace == BASE_EAP);
            let Some(eap) = eap.filter(|e| text(child(e, "Type")).as_deref() == Some(kind)) else {
                return refuse("windows.base_eap", at);
            };
            let namespace = if kind == "13" { TLS } else { PEAP };
            let Some(inner) = child(eap, "EapType").filter(|e| e.namespace == namespace) else {
                return refuse("windows.eaptype_ns", at);
            };
            let hashes = child(inner, "ServerValidation").into_iter().flat_map(Element::elements);
            check_hashes(hashes.filter(|e| e.local() == "TrustedRootCA"), at)
        }
        _ => Ok(()),
    }
}

fn check_ttls(config: &Element, at: &str) -> Result<(), Rejection> {
    let Some(ttls) = child(config, "EapTtls").filter(|e| e.namespace == TTLS) else {
        return refuse("windows.ttls", at);
    };
    in_order(ttls, &["ServerValidation", "Phase2Authentication", "Phase1Identity"], "windows.order")?;
    if let Some(validation) = child(ttls, "ServerValidation") {
        in_order(validation, &["ServerNames", "TrustedRootCAHash", "DisablePrompt"], "windows.order")?;
        check_hashes(validation.elements().filter(|e| e.local() == "TrustedRootCAHash"), at)?;
    } else {
        return refuse("windows.ttls", at);
    }
    let inner: Vec<_> = child(ttls, "Phase2Authentication").into_iter().flat_map(Element::elements).collect();
    let known = [
        "PAPAuthentication",
        "CHAPAuthentication",
        "MSCHAPAuthentication",
        "MSCHAPv2Authentication",
        "Eap",
        "EapHostConfig",
    ];
    match inner.as_slice() {
        [one] if known.contains(&one.local()) => Ok(()),
        _ => refuse("windows.phase2", at),
    }
}

/// Twenty pairs of lower-case digits.
fn check_hashes<'a>(mut elements: impl Iterator<Item = &'a Element>, at: &str) -> Result<(), Rejection> {
    let fits = |e: &Element| {
        let digits: String = e.text().split_ascii_whitespace().collect();
        is_hex(&digits, 20..=20) && !digits.bytes().any(|b| b.is_ascii_uppercase())
    };
    if elements.all(fits) { Ok(()) } else { refuse("windows.ca_hash", at) }
}

/// The depth is bounded by the reader.
fn has_server_names(element: &Element) -> bool {
    element.elements().any(|e| (e.local() == "ServerNames" && !e.text().is_empty()) || has_server_names(e))
}

fn check_credentials(security: &Element, kind: &str, author: &str, at: &str) -> Result<(), Rejection> {
    let Some(credentials) = child(security, "EapHostUserCredentials") else { return Ok(()) };
    if credentials.namespace != USER_CREDENTIALS {
        return refuse("windows.usercred_ns", at);
    }
    let part = |name: &str| text(below(credentials, &["EapMethod", name])).unwrap_or_default();
    if part("Type") != kind || part("AuthorId") != author {
        return refuse("windows.usercred_method", at);
    }
    if child(credentials, "Credentials").is_none() {
        return refuse("windows.usercred", at);
    }
    Ok(())
}
