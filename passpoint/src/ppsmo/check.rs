//! The value check that follows the parser on the device (spec: passpoint 3.3, 3.4).

use super::{NEVER, Pps};
use crate::android::decode_base64;
use crate::report::{Rejection, refuse};
use crate::text::unhex;

/// What the container says about the client's certificate; `None` for a bare tree.
pub(crate) type ClientChain<'a> = Option<&'a [String]>;

/// Checks the values for an API level. `strict` adds this project's own rules.
pub(crate) fn check(pps: &Pps, sdk: u32, strict: bool, client: ClientChain<'_>) -> Result<(), Rejection> {
    let limits = sdk >= 32;
    check_home(pps, limits, strict)?;
    check_lists(pps, limits)?;
    check_credential(pps, limits, strict, client)?;
    check_policy(pps, limits)?;
    for path in ["Policy/PolicyUpdate", "SubscriptionUpdate"] {
        if pps.has(path) {
            check_update(pps, path, sdk)?;
            if path == "SubscriptionUpdate" && client.is_some() && interval(pps, path) != Some(NEVER) {
                return refuse("android.subscription_update", path);
            }
        }
    }
    for i in 0..pps.count("AAAServerTrustRoot") {
        let at = format!("AAAServerTrustRoot/{i}");
        need(pps, &format!("{at}/CertURL"))?;
        fingerprint(pps, &format!("{at}/CertSHA256Fingerprint"))?;
    }
    check_extension(pps, limits, strict)
}

fn need<'a>(pps: &'a Pps, path: &str) -> Result<&'a str, Rejection> {
    match pps.value(path) {
        Some(value) if !value.is_empty() => Ok(value),
        _ => refuse("pps.required", path),
    }
}

fn at_most(pps: &Pps, path: &str, max: usize) -> Result<(), Rejection> {
    if pps.value(path).is_some_and(|v| v.len() > max) { refuse("pps.length", path) } else { Ok(()) }
}

fn fingerprint<'a>(pps: &'a Pps, path: &str) -> Result<&'a str, Rejection> {
    match pps.value(path) {
        Some(value) if value.len() == 64 && unhex(value).is_some() => Ok(value),
        _ => refuse("pps.fingerprint", path),
    }
}

fn hex(value: &str) -> i64 {
    i64::from_str_radix(value, 16).unwrap_or(-1)
}

fn oi_range(value: &str, limits: bool, path: &str) -> Result<(), Rejection> {
    if limits && !(0..1 << 40).contains(&hex(value)) { refuse("pps.oi_range", path) } else { Ok(()) }
}

fn check_home(pps: &Pps, limits: bool, strict: bool) -> Result<(), Rejection> {
    for path in ["HomeSP/FQDN", "HomeSP/FriendlyName"] {
        need(pps, path)?;
        if limits {
            at_most(pps, path, 255)?;
        }
    }
    if limits {
        at_most(pps, "HomeSP/IconURL", 2048)?;
    }
    if let Some(list) = pps.value("HomeSP/RoamingConsortiumOI") {
        let path = "HomeSP/RoamingConsortiumOI";
        let ois: Vec<_> = list.split(',').filter(|o| !o.is_empty()).collect();
        for oi in &ois {
            oi_range(oi, limits, path)?;
            if strict && !matches!(oi.len(), 6 | 8 | 10) {
                return refuse("house.oi_length", path);
            }
        }
        if limits && ois.len() > 36 {
            return refuse("pps.too_many", path);
        }
    }
    let (mut required, mut other) = (0, 0);
    for i in 0..pps.count("HomeSP/HomeOIList") {
        let path = format!("HomeSP/HomeOIList/{i}/HomeOI");
        oi_range(pps.value(&path).unwrap_or_default(), limits, &path)?;
        let flag = pps.value(&format!("HomeSP/HomeOIList/{i}/HomeOIRequired")).unwrap_or_default();
        *(if flag.eq_ignore_ascii_case("true") { &mut required } else { &mut other }) += 1;
    }
    if limits && (required > 36 || other > 36) {
        return refuse("pps.too_many", "HomeSP/HomeOIList");
    }
    for i in 0..pps.count("HomeSP/NetworkID") {
        let path = format!("HomeSP/NetworkID/{i}/SSID");
        if pps.value(&path).is_some_and(|v| v.len() > 32) {
            return refuse("pps.ssid_length", path);
        }
        let path = format!("HomeSP/NetworkID/{i}/HESSID");
        if limits && pps.value(&path).is_some_and(|v| !(0..1 << 48).contains(&hex(v))) {
            return refuse("pps.hessid_range", path);
        }
    }
    Ok(())
}

fn check_lists(pps: &Pps, limits: bool) -> Result<(), Rejection> {
    if limits {
        for path in [
            "HomeSP/NetworkID",
            "HomeSP/OtherHomePartners",
            "Policy/PreferredRoamingPartnerList",
            "AAAServerTrustRoot",
        ] {
            if pps.count(path) > 16 {
                return refuse("pps.too_many", path);
            }
        }
        for i in 0..pps.count("HomeSP/OtherHomePartners") {
            at_most(pps, &format!("HomeSP/OtherHomePartners/{i}/FQDN"), 255)?;
        }
        for i in 0..pps.count("AAAServerTrustRoot") {
            at_most(pps, &format!("AAAServerTrustRoot/{i}/CertURL"), 2048)?;
        }
        at_most(pps, "SubscriptionParameters/TypeOfSubscription", 255)?;
    }
    if pps.count("Policy/SPExclusionList") > 128 {
        return refuse("pps.too_many", "Policy/SPExclusionList");
    }
    Ok(())
}

fn check_credential(pps: &Pps, limits: bool, strict: bool, client: ClientChain<'_>) -> Result<(), Rejection> {
    need(pps, "Credential/Realm")?;
    at_most(pps, "Credential/Realm", 253)?;
    let kinds =
        ["UsernamePassword", "DigitalCertificate", "SIM"].map(|k| pps.has(&format!("Credential/{k}")));
    match kinds {
        [true, false, false] => check_password(pps, limits, strict),
        [false, true, false] => {
            let at = "Credential/DigitalCertificate";
            if pps.value(&format!("{at}/CertificateType")) != Some("x509v3") {
                return refuse("pps.cert_type", at);
            }
            let expected = fingerprint(pps, &format!("{at}/CertSHA256Fingerprint"))?.to_ascii_lowercase();
            match client {
                Some([]) => refuse("android.p12.missing", at),
                Some(chain) if !chain.contains(&expected) => refuse("android.p12.fingerprint", at),
                _ => Ok(()),
            }
        }
        [false, false, true] => {
            let imsi = need(pps, "Credential/SIM/IMSI")?;
            let digits = imsi.strip_suffix('*').unwrap_or(imsi);
            if imsi.len() > 15 || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return refuse("pps.imsi", "Credential/SIM/IMSI");
            }
            match pps.value("Credential/SIM/EAPType") {
                Some("18" | "23" | "50") => Ok(()),
                _ => refuse("pps.eap_type", "Credential/SIM/EAPType"),
            }
        }
        _ => refuse("pps.credential", "Credential"),
    }
}

fn check_password(pps: &Pps, limits: bool, strict: bool) -> Result<(), Rejection> {
    let at = |name: &str| format!("Credential/UsernamePassword/{name}");
    need(pps, &at("Username"))?;
    let password = need(pps, &at("Password"))?;
    at_most(pps, &at("Username"), 63)?;
    at_most(pps, &at("Password"), 255)?;
    if strict {
        let body = password.trim_end_matches('=');
        let plain = !body.is_empty()
            && password.len() - body.len() <= 2
            && body.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'));
        if !plain || decode_base64(password.as_bytes()).is_none() {
            return refuse("pps.password_encoding", at("Password"));
        }
    }
    if limits {
        at_most(pps, &at("SoftTokenApp"), 255)?;
    }
    if pps.value(&at("EAPMethod/EAPType")) != Some("21") {
        return refuse("pps.eap_type", at("EAPMethod/EAPType"));
    }
    match pps.value(&at("EAPMethod/InnerMethod")) {
        Some("PAP" | "MS-CHAP" | "MS-CHAP-V2") => Ok(()),
        _ => refuse("pps.inner_method", at("EAPMethod/InnerMethod")),
    }
}

fn check_policy(pps: &Pps, limits: bool) -> Result<(), Rejection> {
    if pps.has("Policy") && !pps.has("Policy/PolicyUpdate") {
        return refuse("pps.required", "Policy/PolicyUpdate");
    }
    for i in 0..pps.count("Policy/PreferredRoamingPartnerList") {
        let at = format!("Policy/PreferredRoamingPartnerList/{i}");
        let name = pps.value(&format!("{at}/FQDN_Match")).unwrap_or_default().split(',').next();
        if name.unwrap_or_default().is_empty() {
            return refuse("pps.required", format!("{at}/FQDN_Match"));
        }
        need(pps, &format!("{at}/Country"))?;
        if limits {
            if name.is_some_and(|n| n.len() > 255) {
                return refuse("pps.length", format!("{at}/FQDN_Match"));
            }
            at_most(pps, &format!("{at}/Country"), 255)?;
        }
    }
    for i in 0..pps.count("Policy/SPExclusionList") {
        let path = format!("Policy/SPExclusionList/{i}/SSID");
        if pps.value(&path).is_some_and(|v| v.len() > 32) {
            return refuse("pps.ssid_length", path);
        }
    }
    for i in 0..pps.count("Policy/RequiredProtoPortTuple") {
        let path = format!("Policy/RequiredProtoPortTuple/{i}/PortNumber");
        if pps.value(&path).is_some_and(|v| v.len() > 64) {
            return refuse("pps.port_length", path);
        }
        let path = format!("Policy/RequiredProtoPortTuple/{i}/IPProtocol");
        let octet = pps.value(&path).is_none_or(|v| v.parse::<i64>().is_ok_and(|n| (0..=255).contains(&n)));
        if limits && !octet {
            return refuse("pps.ip_protocol", path);
        }
    }
    Ok(())
}

fn interval(pps: &Pps, path: &str) -> Option<i64> {
    pps.value(&format!("{path}/UpdateInterval"))?.parse().ok()
}

fn check_update(pps: &Pps, path: &str, sdk: u32) -> Result<(), Rejection> {
    need(pps, &format!("{path}/UpdateInterval"))?;
    if interval(pps, path) == Some(NEVER) {
        return Ok(());
    }
    let spp = if sdk >= 33 { "SPP-ClientInitiated" } else { "SSP-ClientInitiated" };
    match pps.value(&format!("{path}/UpdateMethod")) {
        Some(method) if method == "OMA-DM-ClientInitiated" || method == spp => {}
        _ => return refuse("pps.update_method", path),
    }
    match pps.value(&format!("{path}/Restriction")) {
        Some("HomeSP" | "RoamingPartner" | "Unrestricted") => {}
        _ => return refuse("pps.restriction", path),
    }
    let limits = [
        ("URI", 1023),
        ("UsernamePassword/Username", 63),
        ("UsernamePassword/Password", 255),
        ("TrustRoot/CertURL", 1023),
    ];
    for (name, max) in limits {
        let at = format!("{path}/{name}");
        match pps.value(&at) {
            Some(value) if (1..=max).contains(&value.len()) => {}
            _ => return refuse("pps.update_field", at),
        }
    }
    let at = format!("{path}/UsernamePassword/Password");
    if pps.value(&at).is_some_and(|p| decode_base64(p.as_bytes()).is_none()) {
        return refuse("pps.update_field", at);
    }
    fingerprint(pps, &format!("{path}/TrustRoot/CertSHA256Fingerprint"))?;
    Ok(())
}

/// Whether a prefix of realms has parts as many and as long as the device takes.
pub(crate) fn is_short_prefix(prefix: &str) -> bool {
    let parts = || prefix.split('!').filter(|p| !p.is_empty());
    parts().count() <= 16 && parts().all(|p| p.len() <= 255)
}

fn check_extension(pps: &Pps, limits: bool, strict: bool) -> Result<(), Rejection> {
    let path = "Extension/Android/AAAServerTrustedNames/FQDN";
    if let Some(names) = pps.value(path) {
        let list: Vec<_> = names.split(';').collect();
        if limits && (list.len() > 16 || list.iter().any(|n| n.len() > 255)) {
            return refuse("pps.trusted_names", path);
        }
        if strict && (names.chars().count() > 256 || list.iter().any(|n| n.is_empty() || n.trim() != *n)) {
            return refuse("house.trusted_names", path);
        }
    }
    let path = "Extension/WBA/NAI/DecoratedPrefix";
    if limits && pps.value(path).is_some_and(|prefix| !is_short_prefix(prefix)) {
        return refuse("pps.decorated_prefix", path);
    }
    Ok(())
}
