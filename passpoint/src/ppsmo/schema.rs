//! Which nodes the device's parser knows and what their values look like (spec: passpoint 3.3).

use crate::date;
use crate::report::{Rejection, refuse};

/// What a leaf holds.
#[derive(Clone, Copy)]
pub(super) enum Leaf {
    Text,
    Int,
    Long,
    Hex64,
    Date,
    Bytes,
    OiList,
    FqdnMatch,
    NetworkType,
}

/// A node of the tree.
pub(super) enum Schema {
    Leaf(Leaf),
    Interior(&'static [(&'static str, Self)]),
    /// Instances with free names; the leaves that each must have.
    List(&'static Self, &'static [&'static str]),
    Extension,
    /// Read and ignored.
    Any,
}

use Leaf::{Bytes, Date, FqdnMatch, Hex64, Int, Long, NetworkType, OiList, Text};
use Schema::{Any, Extension, Interior, List};

const fn leaf(kind: Leaf) -> Schema {
    Schema::Leaf(kind)
}

const TRUST: &[(&str, Schema)] = &[("CertURL", leaf(Text)), ("CertSHA256Fingerprint", leaf(Bytes))];

const UPDATE: Schema = Interior(&[
    ("UpdateInterval", leaf(Long)),
    ("UpdateMethod", leaf(Text)),
    ("Restriction", leaf(Text)),
    ("URI", leaf(Text)),
    ("UsernamePassword", Interior(&[("Username", leaf(Text)), ("Password", leaf(Text))])),
    ("TrustRoot", Interior(TRUST)),
    ("Other", Any),
]);

const HOME_SP: Schema = Interior(&[
    ("FQDN", leaf(Text)),
    ("FriendlyName", leaf(Text)),
    ("RoamingConsortiumOI", leaf(OiList)),
    ("IconURL", leaf(Text)),
    ("NetworkID", List(&Interior(&[("SSID", leaf(Text)), ("HESSID", leaf(Hex64))]), &["SSID"])),
    (
        "HomeOIList",
        List(
            &Interior(&[("HomeOI", leaf(Hex64)), ("HomeOIRequired", leaf(Text))]),
            &["HomeOI", "HomeOIRequired"],
        ),
    ),
    ("OtherHomePartners", List(&Interior(&[("FQDN", leaf(Text))]), &["FQDN"])),
]);

const EAP_METHOD: Schema = Interior(&[
    ("EAPType", leaf(Int)),
    ("InnerMethod", leaf(Text)),
    ("VendorId", leaf(Text)),
    ("VendorType", leaf(Text)),
    ("InnerEAPType", leaf(Text)),
    ("InnerVendorID", leaf(Text)),
    ("InnerVendorType", leaf(Text)),
]);

const CREDENTIAL: Schema = Interior(&[
    ("CreationDate", leaf(Date)),
    ("ExpirationDate", leaf(Date)),
    ("Realm", leaf(Text)),
    ("CheckAAAServerCertStatus", leaf(Text)),
    (
        "UsernamePassword",
        Interior(&[
            ("Username", leaf(Text)),
            ("Password", leaf(Text)),
            ("MachineManaged", leaf(Text)),
            ("SoftTokenApp", leaf(Text)),
            ("AbleToShare", leaf(Text)),
            ("EAPMethod", EAP_METHOD),
        ]),
    ),
    (
        "DigitalCertificate",
        Interior(&[("CertificateType", leaf(Text)), ("CertSHA256Fingerprint", leaf(Bytes))]),
    ),
    ("SIM", Interior(&[("IMSI", leaf(Text)), ("EAPType", leaf(Int))])),
]);

const POLICY: Schema = Interior(&[
    (
        "PreferredRoamingPartnerList",
        List(
            &Interior(&[("FQDN_Match", leaf(FqdnMatch)), ("Priority", leaf(Int)), ("Country", leaf(Text))]),
            &[],
        ),
    ),
    (
        "MinBackhaulThreshold",
        List(
            &Interior(&[
                ("NetworkType", leaf(NetworkType)),
                ("DLBandwidth", leaf(Long)),
                ("ULBandwidth", leaf(Long)),
            ]),
            &["NetworkType"],
        ),
    ),
    ("PolicyUpdate", UPDATE),
    ("SPExclusionList", List(&Interior(&[("SSID", leaf(Text))]), &[])),
    (
        "RequiredProtoPortTuple",
        List(
            &Interior(&[("IPProtocol", leaf(Int)), ("PortNumber", leaf(Text))]),
            &["IPProtocol", "PortNumber"],
        ),
    ),
    ("MaximumBSSLoadValue", leaf(Int)),
]);

const SUBSCRIPTION: Schema = Interior(&[
    ("CreationDate", leaf(Date)),
    ("ExpirationDate", leaf(Date)),
    ("TypeOfSubscription", leaf(Text)),
    (
        "UsageLimits",
        Interior(&[
            ("DataLimit", leaf(Long)),
            ("StartDate", leaf(Date)),
            ("TimeLimit", leaf(Long)),
            ("UsageTimePeriod", leaf(Long)),
        ]),
    ),
]);

static TOP: &[(&str, Schema)] = &[
    ("HomeSP", HOME_SP),
    ("Credential", CREDENTIAL),
    ("Policy", POLICY),
    ("CredentialPriority", leaf(Int)),
    ("AAAServerTrustRoot", List(&Interior(TRUST), &[])),
    ("SubscriptionUpdate", UPDATE),
    ("Extension", Extension),
    ("SubscriptionParameters", SUBSCRIPTION),
];

/// The node directly below the instance. One of them is spelt differently before API level 29 (spec: passpoint 3.4).
pub(super) fn top(name: &str, sdk: u32) -> Option<&'static Schema> {
    let name = match name {
        "SubscriptionParameter" if sdk < 29 => "SubscriptionParameters",
        "SubscriptionParameters" if sdk < 29 => return None,
        other => other,
    };
    TOP.iter().find(|(known, _)| *known == name).map(|(_, schema)| schema)
}

/// Checks the form of a value as the parser does when it reads it.
pub(super) fn check_leaf(kind: Leaf, value: &str, path: &str, strict: bool) -> Result<(), Rejection> {
    match kind {
        Text => Ok(()),
        Int => number(value, path, 10).and_then(|n| within(i32::try_from(n).is_ok(), path)),
        Long => number(value, path, 10).and_then(|n| within(i64::try_from(n).is_ok(), path)),
        Hex64 => number(value, path, 16).and_then(|n| within(i64::try_from(n).is_ok(), path)),
        Date if is_date(value, strict) => Ok(()),
        Date => refuse("pps.date", path),
        Bytes if crate::text::unhex(value).is_some() => Ok(()),
        Bytes => refuse("pps.hex", path),
        OiList => split_like_java(value).into_iter().try_for_each(|oi| check_leaf(Hex64, oi, path, strict)),
        FqdnMatch => match split_like_java(value)[..] {
            [_, "exactMatch" | "includeSubdomains"] => Ok(()),
            _ => refuse("pps.fqdn_match", path),
        },
        NetworkType if matches!(value, "home" | "roaming") => Ok(()),
        NetworkType => refuse("pps.network_type", path),
    }
}

/// Parts between commas; empty ones at the end are not there.
fn split_like_java(value: &str) -> Vec<&str> {
    let mut parts: Vec<_> = value.split(',').collect();
    while parts.len() > 1 && parts.last() == Some(&"") {
        parts.pop();
    }
    parts
}

fn number(value: &str, path: &str, radix: u32) -> Result<i128, Rejection> {
    let digits = value.strip_prefix(['+', '-']).unwrap_or(value);
    let plain = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
    let number = plain.then(|| i128::from_str_radix(value, radix).ok()).flatten();
    number.ok_or_else(|| Rejection::new("pps.number", path))
}

fn within(fits: bool, path: &str) -> Result<(), Rejection> {
    if fits { Ok(()) } else { refuse("pps.number", path) }
}

/// `yyyy-MM-ddTHH:mm:ssZ`. The device takes any digits and tolerates what follows; strictly it is a real moment.
fn is_date(value: &str, strict: bool) -> bool {
    if strict {
        return date::parse(value).is_some();
    }
    let mut rest = value;
    for separator in ['-', '-', 'T', ':', ':', 'Z'] {
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        match after.strip_prefix(separator) {
            Some(next) if after.len() < rest.len() => rest = next,
            _ => return false,
        }
    }
    true
}
